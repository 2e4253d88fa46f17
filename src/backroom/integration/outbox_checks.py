"""What is checked in the transaction that hands a message out: is it still wanted, allowed, and the time for it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from backroom.clock import from_micros, to_micros
from backroom.integration import consent
from backroom.integration.dead_addresses import why_dead
from backroom.integration.outbox_fuses import Hold, held_back
from backroom.integration.outbox_request import REPLIED_BEFORE
from backroom.integration.outbox_webhook import WEBHOOK
from backroom.integration.receiver_clock import LAW_FROM, LAW_TO, day_began, quiet_everywhere_until, zones_of
from backroom.integration.rows import row_of, value_of
from backroom.records.customers import OPEN_LEAD_STATES
from backroom.settings import FIRM_ZONE, QUIET_FROM, QUIET_TO, SPACING_MINUTES, TEXTS_A_DAY
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.integration.outbox_request import Letter
    from backroom.integration.outbox_rows import EffectView
    from backroom.store.transaction import Transaction

_LEAD = "SELECT state, replied_at, fields FROM lead WHERE id = ?"
_SENT_TO = (
    "SELECT sent_at FROM effect WHERE recipient = ? AND sent_at >= ? AND automatic = 1 AND id <> ?"
    " AND state IN ('sending', 'confirmed', 'in_doubt') ORDER BY sent_at DESC LIMIT 1"
)
_TEXTS_TO = (
    "SELECT id FROM effect WHERE recipient = ? AND sent_at >= ? AND automatic = 1 AND id <> ? AND channel = 'sms'"
    " AND state IN ('sending', 'confirmed', 'in_doubt')"
)
_ASKED_AT = "SELECT created_at, source FROM lead WHERE id = ?"
_WHERE = "SELECT phone, address FROM customer WHERE id = ?"
_MAILBOXES = (
    "SELECT id, connector, settings, last_ok_at FROM connection"
    " WHERE connector IN ('imap', 'folder') AND state <> 'paused' ORDER BY id"
)
AT_ONCE = timedelta(hours=1)
_LOOK_AGAIN = timedelta(seconds=10)
DEAD_ADDRESS = "dead_address"
_NOT_SENT = "The message was not sent: "


@dataclass(frozen=True, slots=True)
class Go:
    """Nothing speaks against sending it now."""


@dataclass(frozen=True, slots=True)
class Postpone:
    """It has to wait until a moment."""

    until: datetime
    why: str
    look_at: int | None = None  # a mailbox that has to be read first


@dataclass(frozen=True, slots=True)
class Drop:
    """It must not be sent at all; `why` in words, `cause` as a word for rules where one is needed."""

    why: str
    cause: str = ""


Verdict = Go | Postpone | Drop | Hold


def may_leave(tx: Transaction, row: EffectView, letter: Letter) -> Verdict:
    """Decide about a message that is due."""
    if not _consents(tx, row, letter):
        return Drop(f"{_NOT_SENT}{row.recipient} has asked not to be written to.")
    dead = why_dead(tx, row.channel, row.recipient)
    if dead:
        return Drop(f"{_NOT_SENT}{dead} Correct the address, or let it be tried again.", DEAD_ADDRESS)
    if not row.automatic:
        return Go()
    if row.channel == WEBHOOK:
        return held_back(tx, row) or Go()
    reason = _no_longer_wanted(tx, row, letter)
    if reason:
        return Drop(f"{_NOT_SENT}{reason}")
    wait = _not_now(tx, row)
    return wait or held_back(tx, row) or Go()


def _not_now(tx: Transaction, row: EffectView) -> Postpone | None:
    """Say what a message has to wait for."""
    zones = receiver_zones(tx, row)
    if not _answers_at_once(tx, row):
        unread = _unread_mailbox(tx, row)
        if unread is not None:
            why = "It waits until the mailbox has been read: they may have written in the meantime."
            return Postpone(tx.now + _LOOK_AGAIN, why, look_at=unread)
        opening = _quiet_until(tx, row, zones)
        if opening is not None:
            return Postpone(opening, "It is quiet time where they are; it leaves when that is over.")
    if row.channel == consent.TEXT:
        another = _another_text_today(tx, row, zones)
        if another is not None:
            return another
    return _spacing(tx, row)


def _answers_at_once(tx: Transaction, row: EffectView) -> bool:
    """Tell whether it is the first word to somebody who has just written, which may come at any hour.

    A text message may do so only to who wrote one: a call or a form at night is answered by text in the morning.
    """
    found = row_of(tx, _ASKED_AT, (row.lead_id,)) if row.lead_id is not None else None
    if found is None or (row.channel == consent.TEXT and found[1] != consent.TEXT):
        return False
    return row.planned_at - from_micros(found[0]) <= AT_ONCE


def _unread_mailbox(tx: Transaction, row: EffectView) -> int | None:
    """Return a mailbox that has not been read since this was planned; after an outage its mail comes first."""
    for connection_id, connector, settings, last_ok_at in tx.rows(_MAILBOXES, ()):
        is_mailbox = connector == "imap" or bool(msgspec.json.decode(settings).get("address"))
        if is_mailbox and (last_ok_at is None or from_micros(last_ok_at) < row.planned_at):
            return int(connection_id)
    return None


def _quiet_until(tx: Transaction, row: EffectView, zones: frozenset[str]) -> datetime | None:
    """Return when quiet time is over where the receiver is; for texts the hours of the law hold besides the owner's."""
    opening = quiet_everywhere_until(tx.now, zones, setting(tx, QUIET_FROM), setting(tx, QUIET_TO))
    if row.channel != consent.TEXT:
        return opening
    by_law = quiet_everywhere_until(tx.now, zones, LAW_FROM, LAW_TO)
    return max((one for one in (opening, by_law) if one is not None), default=None)


def receiver_zones(tx: Transaction, row: EffectView) -> frozenset[str]:
    """Return the zones the receiver may be in: by number and address, else the firm's."""
    found = row_of(tx, _WHERE, (row.customer_id,)) if row.customer_id is not None else None
    phone, address = (str(found[0]), str(found[1])) if found is not None else ("", "")
    zones = zones_of(phone, address)
    if row.channel == consent.TEXT:
        zones |= zones_of(row.recipient)
    return zones or frozenset({setting(tx, FIRM_ZONE)})


def _another_text_today(tx: Transaction, row: EffectView, zones: frozenset[str]) -> Postpone | None:
    """Hold a text back for the next day when its number has had today's."""
    began = day_began(tx.now, zones)
    sent = tx.rows(_TEXTS_TO, (row.recipient, to_micros(began), row.id))
    if len(sent) < setting(tx, TEXTS_A_DAY):
        return None
    tomorrow = max(began + timedelta(days=1), tx.now + timedelta(minutes=1))
    opening = quiet_everywhere_until(tomorrow, zones, LAW_FROM, LAW_TO) or tomorrow
    return Postpone(opening, "They have had a text message today.")


def _consents(tx: Transaction, row: EffectView, letter: Letter) -> bool:
    if not row.automatic and "even_if_opted_out" in letter.flags:
        return True
    if row.automatic and row.customer_id is not None and consent.customer_objects(tx, row.channel, row.customer_id):
        return False
    return consent.allowed(tx, row.channel, row.recipient)


def _no_longer_wanted(tx: Transaction, row: EffectView, letter: Letter) -> str:
    """Say why the enquiry it belongs to needs no such message any more, or return an empty string."""
    if row.lead_id is None:
        return ""
    found = row_of(tx, _LEAD, (row.lead_id,))
    if found is None:
        return "the enquiry it belongs to is gone."
    state, replied_at, fields = found
    if state not in OPEN_LEAD_STATES and "even_if_closed" not in letter.flags:
        return f"the enquiry is {state} by now."
    knew = REPLIED_BEFORE in letter.flags or "even_if_replied" in letter.flags
    if replied_at is not None and not knew:
        return "they have written again in the meantime; a person answers."
    said = msgspec.json.decode(fields) if fields else {}
    return str(said.get("no_answer", "")) if isinstance(said, dict) else ""


def _spacing(tx: Transaction, row: EffectView) -> Postpone | None:
    """Keep automatic messages to one address apart."""
    day_ago = to_micros(tx.now - timedelta(days=1))
    last = value_of(tx, _SENT_TO, (row.recipient, day_ago, row.id))
    if last is not None:
        free_again = from_micros(last) + timedelta(minutes=setting(tx, SPACING_MINUTES))
        if free_again > tx.now:
            return Postpone(free_again, "Another automatic message to them has just left.")
    return None
