"""What the inbox asks of whoever sends: answers to customers, notices to colleagues, and taking either back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from backroom.escalation.duty import Colleague
    from backroom.records.escalations import Escalation
    from backroom.store.transaction import Transaction


class Messenger(Protocol):
    """Plans, in the caller's transaction, what leaves the house."""

    def plan_reply(self, tx: Transaction, item: Escalation, text: str, by: int) -> int:
        """Plan a person's answer to the item's customer, held for the undo time; return the id of the effect.

        Raises InputError when there is no address to write to.
        """

    def plan_notice(self, tx: Transaction, item: Escalation, person: Colleague, words: str) -> int | None:
        """Plan a mail to a colleague about an item; None when none can be sent (no address, no mail connection)."""

    def take_back(self, tx: Transaction, effect_id: int) -> bool:
        """Cancel what has not left yet; False when it has."""

    def send_again(self, tx: Transaction, effect_id: int) -> None:
        """Send something in doubt once more."""

    def try_address(self, tx: Transaction, address: str, by: int, effect_id: int | None) -> None:
        """Take an address for right again on a person's word, and send once more what came back from it."""

    def release(self, tx: Transaction, scope: str, by: int, *, go_on: bool) -> int:
        """Close a blown fuse: what it held back goes on or is dropped; returns how many."""

    def leave(self, tx: Transaction, effect_id: int) -> None:
        """Leave something in doubt as it is."""
