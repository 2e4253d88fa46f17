"""One item as the centre of the inbox shows it: why, what was tried, the message, the offers, what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from backroom.clock import from_micros, to_micros
from backroom.escalation.act import actor_name
from backroom.escalation.company import EXPIRES, SavedDraft, drafts_of
from backroom.escalation.duty import Roster, read_roster
from backroom.escalation.proposals import Proposal, read_proposals
from backroom.escalation.words import NextStep, history_words, next_step
from backroom.integration.mail_fate import urgent_words
from backroom.integration.mail_quote import new_words
from backroom.integration.outbox_request import unpack
from backroom.records.customers import Customer, Lead
from backroom.records.escalations import Escalation, EscalationEvent, Presence, Severity
from backroom.records.messages import Message
from backroom.records.runs import Effect

if TYPE_CHECKING:
    from backroom.store.store import Reader

_FAILED = frozenset({"refused", "in_doubt", "cancelled"})
_SENT_BEFORE = (
    "SELECT s.at, s.words, e.state FROM run AS r JOIN run_step AS s ON s.run_id = r.id JOIN effect AS e"
    " ON e.id = s.effect_id WHERE r.customer_id = :customer AND r.lead_id IS :lead AND r.id <> :run"
    " AND s.at <= :opened ORDER BY s.at DESC LIMIT 5"
)
_QUOTED = re.compile("“([^”]{2,80})”")


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was done before a person was asked."""

    what: str
    when: str
    worked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The message behind an item; `marks` are the (start, end) places of the words that made it one."""

    message_id: int
    channel: str
    sender: str
    sender_name: str
    subject: str
    text: str
    at: datetime
    marks: tuple[tuple[int, int], ...]
    attachments: tuple[str, ...]
    whole: str = ""  # with what they quoted; `text` is what they wrote this time
    to: str = ""  # whom we wrote to, when it is a message of our own


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an item's history."""

    version: int
    kind: str
    at: datetime
    who: str
    words: str
    is_taken_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything about one item; `item` is the record, read only."""

    item: Escalation
    customer: Customer | None
    lead: Lead | None
    owner: str
    left: timedelta = field(compare=False)  # it runs while nothing changes
    tried: tuple[Tried, ...]
    message: Told | None
    proposals: tuple[Proposal, ...]
    next_step: NextStep | None
    history: tuple[Line, ...]
    drafts: tuple[SavedDraft, ...]
    present: tuple[tuple[int, str, str], ...]  # person id, name, view or edit
    undoable: int  # version the last verb made, 0 when there is none to take back


def case(reader: Reader, item_id: int, now: datetime) -> Case | None:
    """Return an item with everything the centre pane shows, or None if it is not there."""
    item = reader.session.get(Escalation, item_id)
    if item is None:
        return None
    roster = read_roster(reader)
    message = reader.session.get(Message, item.message_id) if item.message_id is not None else None
    events = reader.scalars(
        select(EscalationEvent).where(EscalationEvent.escalation_id == item_id).order_by(EscalationEvent.version)
    ).all()
    lead = reader.session.get(Lead, item.lead_id) if item.lead_id is not None else None
    wall_clock = item.severity == "urgent"
    return Case(
        item=item,
        customer=reader.session.get(Customer, item.customer_id) if item.customer_id is not None else None,
        lead=lead,
        owner=roster.name(item.owner_id),
        left=item.due_at - now if wall_clock else roster.hours.working_time_between(now, item.due_at),
        tried=_tried_before(reader, item, roster) + tuple(_tried(one, roster) for one in item.tried),
        message=_told(message, item, lead) if message is not None else _letter(reader, item),
        proposals=read_proposals(item.proposals),
        next_step=next_step(item, roster),
        history=_history(reader, roster, events),
        drafts=drafts_of(reader, item_id),
        present=_present(reader, roster, item_id, now),
        undoable=_last_verb(events),
    )


def marked(text: str, marks: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return where the marked words stand in a text, in order and without overlaps."""
    found: list[tuple[int, int]] = []
    for words in sorted({mark.strip() for mark in marks if mark.strip()}, key=len, reverse=True):
        pattern = r"\s+".join(re.escape(word) for word in words.split())
        for hit in re.finditer(pattern, text, re.IGNORECASE):
            if all(hit.end() <= start or end <= hit.start() for start, end in found):
                found.append(hit.span())
    return tuple(sorted(found))


def _told(message: Message, item: Escalation, lead: Lead | None) -> Told:
    urgent = lead.fields.get("urgent_words", ()) if lead is not None else ()
    marks = item.marks or [*urgent, *_QUOTED.findall(item.why)]
    if not marks and item.severity == Severity.URGENT:
        marks = list(urgent_words(message.text))
    written = new_words(message.text) or message.text
    return Told(
        message_id=message.id,
        channel=message.channel,
        sender=message.sender,
        sender_name=message.sender_name,
        subject=message.subject,
        text=written,
        whole=message.text,
        at=message.at,
        marks=marked(written, marks),
        attachments=tuple(str(one.get("name", "")) for one in message.attachments),
    )


def _letter(reader: Reader, item: Escalation) -> Told | None:
    """Return what was to be sent, for an item about a message of our own."""
    effect = reader.session.get(Effect, item.effect_id) if item.effect_id is not None else None
    if effect is None:
        return None
    try:
        letter = unpack(effect.request)
    except msgspec.DecodeError:
        return None
    return Told(
        message_id=0,
        channel=effect.channel,
        sender=letter.sender,
        sender_name=letter.sender_name,
        subject=letter.subject,
        text=letter.text,
        at=effect.sent_at or effect.planned_at,
        marks=(),
        attachments=(),
        to=effect.recipient,
    )


def _tried_before(reader: Reader, item: Escalation, roster: Roster) -> tuple[Tried, ...]:
    """Return what rules sent this customer before the item was opened, with what came of it."""
    if item.customer_id is None:
        return ()
    values = {"customer": item.customer_id, "lead": item.lead_id, "opened": to_micros(item.created_at)}
    rows: Any = reader.driver(_SENT_BEFORE, {**values, "run": item.run_id or 0})
    found = [Tried(words, _when(roster, from_micros(at), item), state not in _FAILED) for at, words, state in rows]
    return tuple(reversed(found))


def _when(roster: Roster, at: datetime, item: Escalation) -> str:
    local, opened = roster.hours.local(at), roster.hours.local(item.created_at)
    if local.date() == opened.date():
        return f"{local:%H:%M}".removeprefix("0")
    return f"{local:%d %b, %H:%M}"


def _tried(one: dict[str, Any], roster: Roster) -> Tried:
    when = one.get("when")
    if isinstance(when, str) and re.match(r"\d{4}-\d\d-\d\dT", when):
        when = f"{roster.hours.local(datetime.fromisoformat(when)):%H:%M}".removeprefix("0")
    return Tried(one["what"], str(when or ""), bool(one.get("worked", True)))


def _history(reader: Reader, roster: Roster, events: Sequence[EscalationEvent]) -> tuple[Line, ...]:
    gone = {event.payload.get("undone") for event in events if event.kind == "undone"}
    return tuple(
        Line(
            event.version,
            event.kind,
            event.at,
            actor_name(reader, roster, event.actor),
            history_words(event),
            event.version in gone,
        )
        for event in events
    )


def _present(reader: Reader, roster: Roster, item_id: int, now: datetime) -> tuple[tuple[int, str, str], ...]:
    query = select(Presence.person_id, Presence.mode).where(
        Presence.escalation_id == item_id, Presence.seen_at > now - EXPIRES
    )
    rows: Any = reader.execute(query)
    return tuple((person_id, roster.name(person_id), mode) for person_id, mode in rows)


def _last_verb(events: Sequence[EscalationEvent]) -> int:
    for event in reversed(events):
        if event.kind == "undone":
            return 0
        if event.actor.startswith("person:") and event.kind != "renewed":
            return 0 if event.payload.get("final") else event.version
    return 0
