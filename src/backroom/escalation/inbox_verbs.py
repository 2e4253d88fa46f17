"""Everything a person may do with an item, as one object: the inbox page and its tests ask nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backroom.escalation import undo as undoing
from backroom.escalation import verbs
from backroom.escalation.act import Act, Done
from backroom.escalation.bookings import Slot
from backroom.escalation.deeds import WAIT, Deeds
from backroom.escalation.policies import Policies

if TYPE_CHECKING:
    from backroom.escalation.messenger import Messenger
    from backroom.store.transaction import Transaction


class InboxVerbs:
    """The verbs of the inbox with what they need: the policies for ladders, the messenger for what leaves the house.

    Each is one version of the item, refused with VerbRefused when somebody was faster, and can be taken back.
    """

    def __init__(self, policies: Policies, messenger: Messenger) -> None:
        """Send through `messenger`, climb by `policies`."""
        self._policies, self._messenger = policies, messenger
        self._deeds = Deeds(messenger)

    def claim(self, tx: Transaction, act: Act) -> Done:
        """Take an item until the lease runs out."""
        return verbs.claim(tx, act)

    def renew(self, tx: Transaction, act: Act) -> Done:
        """Keep a claim alive while its owner works."""
        return verbs.renew(tx, act)

    def release(self, tx: Transaction, act: Act) -> Done:
        """Give an item back to the ladder."""
        return verbs.release(tx, act, self._policies)

    def assign(self, tx: Transaction, act: Act, to: int) -> Done:
        """Pass an item to a colleague."""
        return verbs.assign(tx, act, to)

    def snooze(self, tx: Transaction, act: Act, *, until: datetime | None = None, on_reply: bool = False) -> Done:
        """Put an item off: until a moment, the next working day's opening, or a reply."""
        return verbs.snooze(tx, act, until=until, on_reply=on_reply)

    def note(self, tx: Transaction, act: Act, text: str) -> Done:
        """Add a note for the team."""
        return verbs.note(tx, act, text)

    def resolve(self, tx: Transaction, act: Act, outcome: str = "done") -> Done:
        """Close an item."""
        return verbs.resolve(tx, act, outcome)

    def not_an_exception(self, tx: Transaction, act: Act, words: str = "") -> Done:
        """Close an item as one that should not have been here."""
        return verbs.not_an_exception(tx, act, words)

    def reopen(self, tx: Transaction, act: Act) -> Done:
        """Open a closed item again."""
        return verbs.reopen(tx, act, self._policies)

    def reply(self, tx: Transaction, act: Act, text: str, *, then: str = WAIT) -> Done:
        """Answer the customer; then the item waits, is closed or stays."""
        return self._deeds.reply(tx, act, text, then=then)

    def book(self, tx: Transaction, act: Act, slot: Slot, *, text: str = "") -> Done:
        """Agree a time, with a text that confirms it if there is one."""
        return self._deeds.book(tx, act, slot, text=text)

    def do_proposal(self, tx: Transaction, act: Act, number: int, filled: Mapping[str, Any] | None = None) -> Done:
        """Carry out a numbered proposal exactly as written."""
        return self._deeds.do_proposal(tx, act, number, filled)

    def undo(self, tx: Transaction, act: Act) -> Done:
        """Take back the verb that made version `act.version`."""
        return undoing.undo(tx, act, self._messenger)
