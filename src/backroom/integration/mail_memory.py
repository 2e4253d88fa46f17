"""What the store knows of earlier mail, read for a whole page at once (the `KnownThreads` of mail_fate)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backroom.clock import UNIX_EPOCH, to_micros
from backroom.integration.mail_fate import bare_subject
from backroom.integration.rows import marks, row_of, rows_of, value_of
from backroom.records.messages import Direction
from backroom.records.runs import EffectState

if TYPE_CHECKING:
    from backroom.integration.mail_parse import ParsedMail
    from backroom.store.transaction import Transaction

SAME_WORDS_DAYS = 30
_CHUNK = 400
_MESSAGES = (
    "SELECT external_id, direction, id, lead_id, customer_id FROM message"
    " WHERE channel = 'mail' AND external_id IN ({})"
)
_EFFECTS = "SELECT provider_id, id, lead_id, customer_id FROM effect WHERE provider_id IN ({}) AND state NOT IN ({})"
_SAME_WORDS = "SELECT id, lead_id FROM message WHERE fingerprint = ? AND at BETWEEN ? AND ? ORDER BY id LIMIT 1"
_THREAD = (
    "SELECT m.external_id, m.subject FROM identity AS i JOIN message AS m ON m.customer_id = i.customer_id"
    " WHERE i.kind = 'email' AND i.value = ? AND m.direction = 'out' AND m.at <= ? ORDER BY m.at DESC LIMIT 20"
)
_ANSWERS = (
    "SELECT count(*) FROM identity AS i JOIN message AS m ON m.customer_id = i.customer_id"
    " WHERE i.kind = 'email' AND i.value = ? AND m.direction = 'out' AND m.automatic = 1 AND m.at BETWEEN ? AND ?"
)
_NEVER_LEFT = (EffectState.PLANNED, EffectState.CANCELLED, EffectState.PARKED)


@dataclass(frozen=True, slots=True)
class KnownMail:
    """A mail we have: its row, or (`message_id` None) the effect that stands for one still being sent."""

    outgoing: bool
    message_id: int | None
    lead_id: int | None
    customer_id: int | None
    effect_id: int | None = None


class MailMemory:
    """Answers what a page of mails asks, and keeps up while the page is taken in."""

    def __init__(self, tx: Transaction, mails: Iterable[ParsedMail]) -> None:
        """Look up every id the mails name."""
        self._tx = tx
        self._known: dict[str, KnownMail | None] = {}
        self.at: datetime = UNIX_EPOCH
        wanted = dict.fromkeys(name for mail in mails for name in (mail.message_id, *mail.thread_ids))
        self._read(list(wanted))

    def mail(self, message_id: str) -> KnownMail | None:
        """Return what is known of the mail with this Message-ID."""
        if message_id not in self._known:
            self._read([message_id])
        return self._known[message_id]

    def note(self, message_id: str, known: KnownMail) -> None:
        """Remember a mail that was just stored."""
        self._known[message_id] = known

    def forget(self, message_id: str) -> None:
        """Look a mail up anew at the next question, because its row has changed."""
        self._known.pop(message_id, None)

    def received(self, message_id: str) -> bool:
        """Tell whether a mail with this id has been taken in before."""
        known = self.mail(message_id)
        return known is not None and not known.outgoing

    def sent_by_us(self, message_id: str) -> bool:
        """Tell whether the business sent the mail with this id."""
        known = self.mail(message_id)
        return known is not None and known.outgoing

    def same_words(self, fingerprint: str) -> tuple[int, int | None] | None:
        """Return (message, lead) of the same person's same words within a month of now, or None."""
        if not fingerprint:
            return None
        reach = timedelta(days=SAME_WORDS_DAYS)
        span = (to_micros(self.at - reach), to_micros(self.at + reach))
        row = row_of(self._tx, _SAME_WORDS, (fingerprint, *span))
        return (row[0], row[1]) if row else None

    def same_enquiry(self, fingerprint: str) -> bool:
        """Tell whether the same person's same words came lately as an enquiry."""
        return self.same_words(fingerprint) is not None

    def thread_with(self, address: str, subject: str) -> str:
        """Return the id of our latest mail to this address under this bare subject, or an empty string."""
        for message_id, named in rows_of(self._tx, _THREAD, (address, to_micros(self.at))):
            if bare_subject(named) == subject:
                return str(message_id)
        return ""

    def answers_lately(self, address: str) -> int:
        """Return how many automatic answers this address got in the last 24 hours."""
        span = (to_micros(self.at - timedelta(days=1)), to_micros(self.at))
        return int(value_of(self._tx, _ANSWERS, (address, *span)) or 0)

    def _read(self, message_ids: list[str]) -> None:
        for start in range(0, len(message_ids), _CHUNK):
            part = tuple(message_ids[start : start + _CHUNK])
            self._known.update(dict.fromkeys(part))
            states = ", ".join(f"'{state}'" for state in _NEVER_LEFT)
            for name, effect_id, lead_id, customer_id in rows_of(
                self._tx, _EFFECTS.format(marks(len(part)), states), part
            ):
                self._known[name] = KnownMail(True, None, lead_id, customer_id, effect_id)
            for name, direction, row_id, lead_id, customer_id in rows_of(
                self._tx, _MESSAGES.format(marks(len(part))), part
            ):
                effect = self._known[name]
                self._known[name] = KnownMail(
                    direction == Direction.OUT, row_id, lead_id, customer_id, effect.effect_id if effect else None
                )
