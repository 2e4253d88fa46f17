"""What happened while Backroom was off: since when, what waited, what became of it, what still needs a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, or_, select

from backroom.events import CallEnded, LeadCreated, MessageReceived
from backroom.records.escalations import Escalation, EscalationState
from backroom.records.messages import Fate
from backroom.records.runs import Effect, EventRow, EventState, Run, RunState
from backroom.store.sessions import last_two

if TYPE_CHECKING:
    from backroom.hours import WorkingHours
    from backroom.reporting.figures import Source

SHOWN_FOR = timedelta(hours=12)
_KINDS = (CallEnded.kind, LeadCreated.kind, MessageReceived.kind)
_NOUNS = {"call": ("call", "calls"), "form": ("form", "forms"), "mail": ("e-mail", "e-mails")}
_NOISE = frozenset({Fate.NEWSLETTER, Fate.LIST_MAIL, Fate.AUTO_REPLY, Fate.BOUNCE, Fate.DUPLICATE, Fate.OWN_COPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """One stop and what came of it; `waited` counts by noun, `open_items` are the inbox items that came of it."""

    session_id: int
    stopped_at: datetime
    started_at: datetime
    was_closed: bool
    waited: tuple[tuple[str, int], ...]
    undone: int
    open_items: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return how many things waited."""
        return sum(number for _noun, number in self.waited)


def restart_report(source: Source, now: datetime) -> Restart | None:
    """Return what the last stop came to; None when there was none, it was read, is long past, or closed and quiet."""
    current, before = last_two(source)
    if current is None or before is None or current.seen_at is not None or now - current.started_at > SHOWN_FOR:
        return None
    stopped = min(before.last_alive, current.started_at)
    waited, ids = _waited(source, stopped, current.started_at)
    items = _open_items(source, ids, current.started_at)
    was_closed = before.stopped_at is not None
    if was_closed and not waited and not items:
        return None
    return Restart(
        session_id=current.id,
        stopped_at=stopped,
        started_at=current.started_at,
        was_closed=was_closed,
        waited=waited,
        undone=_undone(source, ids),
        open_items=items,
    )


def restart_words(report: Restart, hours: WorkingHours) -> str:
    """Return the report in one sentence, by the business's clock."""
    first, last = hours.local(report.stopped_at), hours.local(report.started_at)
    days = (last.date() - first.date()).days
    began = f"{first:%H:%M}" if days == 0 else f"{first:%a %H:%M}"
    verb = "Closed" if report.was_closed else "Stopped"
    return f"{verb} {began}\N{EN DASH}{last:%H:%M}; {_what_waited(report)}{_needs(len(report.open_items))}."


def _what_waited(report: Restart) -> str:
    if not report.total:
        return "nothing was waiting"
    parts = [f"{number} {_NOUNS[noun][number != 1]}" for noun, number in report.waited]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    if report.undone:
        return f"{listed} waited, {report.total - report.undone} done, {report.undone} still at work"
    return f"{listed} waited, {'done' if report.total == 1 else 'all done'}"


def _needs(number: int) -> str:
    return f"; {number} {'needs' if number == 1 else 'need'} your look" if number else ""


def _waited(source: Source, stopped: datetime, started: datetime) -> tuple[tuple[tuple[str, int], ...], list[int]]:
    """Return what arrived while nobody was there: how many of each noun, and the ids of the events."""
    rows = source.execute(
        select(EventRow.id, EventRow.kind, EventRow.payload)
        .where(EventRow.kind.in_(_KINDS), EventRow.at >= stopped, EventRow.at < started)
        .order_by(EventRow.id)
    )
    counts: Counter[str] = Counter()
    ids = []
    for row in rows:
        noun = _noun(row.kind, msgspec.json.decode(row.payload))
        if noun:
            counts[noun] += 1
            ids.append(row.id)
    return tuple((noun, counts[noun]) for noun in _NOUNS if counts[noun]), ids


def _noun(kind: str, body: dict[str, str]) -> str:
    """Return what a person calls it; nothing for what stands behind another thing that is counted."""
    if kind == CallEnded.kind:
        return "call"
    if kind == LeadCreated.kind:
        return {"web_form": "form", "call": ""}.get(body["source"], "mail")
    return "" if body.get("fate") in _NOISE else "mail"


def _undone(source: Source, event_ids: list[int]) -> int:
    """Count events that are not dealt with yet, were set aside, or have a run that could not finish."""
    failed = select(Run.event_id).where(Run.event_id.in_(event_ids), Run.state == RunState.FAILED)
    query = select(func.count()).where(
        EventRow.id.in_(event_ids), or_(EventRow.state != EventState.DONE, EventRow.id.in_(failed))
    )
    return int(source.execute(query).scalar() or 0)


def _open_items(source: Source, event_ids: list[int], started: datetime) -> tuple[int, ...]:
    """Return the open items that came of what waited, or of a message that was on its way when the program stopped."""
    runs = select(Run.id).where(Run.event_id.in_(event_ids))
    on_the_way = select(Effect.id).where(Effect.planned_at < started)
    query = select(Escalation.id).where(
        Escalation.created_at >= started,
        Escalation.state != EscalationState.RESOLVED,
        or_(Escalation.run_id.in_(runs), Escalation.effect_id.in_(on_the_way)),
    )
    return tuple(source.execute(query.order_by(Escalation.id)).scalars())
