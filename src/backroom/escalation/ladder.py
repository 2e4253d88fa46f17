"""The ladder: tells the next person when nobody takes an item, ends claims that ran out, wakes what was put off."""

from __future__ import annotations

import time
import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from backroom.clock import from_micros
from backroom.escalation.case import LADDER, change
from backroom.escalation.duty import Colleague, Roster, read_roster
from backroom.escalation.policies import DESKTOP, MAIL, OWNER, Policies, after, first_wake
from backroom.integration.rows import insert
from backroom.records.escalations import Escalation, EscalationState, StaffNotice
from backroom.store import faults

if TYPE_CHECKING:
    from backroom.escalation.messenger import Messenger
    from backroom.store.store import Reader
    from backroom.store.transaction import Transaction

BATCH_ITEMS = 50
BATCH_SECONDS = 0.005
STAGGER_SECONDS = 300
_NEXT = "SELECT next_at FROM escalation WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1"
_URGENT = text("severity = 'urgent' AND next_at IS NOT NULL")
_ANY = text("next_at IS NOT NULL")
_OWNER_ALONE = {"who": OWNER, "wait": 60, "channels": [DESKTOP], "clock": "wall", "repeat": 60}


def opening_for(source_key: str, at: datetime, roster: Roster) -> datetime:
    """Return `at` while the business is open, else the next opening and a little later, not all items at once."""
    opening = roster.hours.next_opening(at)
    if opening <= at:
        return at
    longest = (roster.hours.close_after(opening) - opening) / 2
    own = timedelta(seconds=zlib.crc32(source_key.encode()) % STAGGER_SECONDS)
    return opening + min(own, longest)


def begin_climb(
    policies: Policies, item: Escalation, at: datetime, roster: Roster, *, severity: str = ""
) -> dict[str, Any]:
    """Return the values with which an item starts on the first step again, at `at` or at the opening."""
    plan, start = first_wake(policies, item.policy, severity or item.severity, at, roster.hours)
    again: dict[str, Any] = {
        "state": EscalationState.NEW,
        "next_at": opening_for(item.source_key, at, roster) if start > at else at,
        "climb_from": item.step,
        "lease_until": None,
        "snoozed_until": None,
        "wakes_on_reply": 0,
        "due_at": plan.deadline(start, roster.hours),
    }
    if severity and severity != item.severity:
        again |= {"severity": severity, "ladder": plan.freeze()}
    return again


class Ladder:
    """The due source of all items: everything that happens to them by itself happens here."""

    name = "ladder"

    def __init__(self, policies: Policies, messenger: Messenger | None = None) -> None:
        """Climb by these policies; without a messenger nobody is told by mail."""
        self._policies = policies
        self._messenger = messenger

    def next_due(self, reader: Reader) -> datetime | None:
        """Return when the next item wakes."""
        at = reader.driver(_NEXT).scalar()
        return None if at is None else from_micros(at)

    def run_due(self, tx: Transaction) -> bool:
        """Wake what is due, urgent items first, for a few milliseconds; True when more is due."""
        due = self._due(tx)
        if not due:
            return False
        roster = read_roster(tx)
        ends = time.monotonic() + BATCH_SECONDS
        for done, item in enumerate(due, 1):
            self._wake(tx, item, roster)
            if time.monotonic() > ends:
                return done < len(due) or len(due) == BATCH_ITEMS
        return len(due) == BATCH_ITEMS

    def _due(self, tx: Transaction) -> list[Escalation]:
        found: dict[int, Escalation] = {}
        for which in (_URGENT, _ANY):
            query = select(Escalation).where(which, Escalation.next_at <= tx.now).order_by(Escalation.next_at)
            for item in tx.session.scalars(query.limit(BATCH_ITEMS)):
                found.setdefault(item.id, item)
        return list(found.values())[:BATCH_ITEMS]

    def _wake(self, tx: Transaction, item: Escalation, roster: Roster) -> None:
        also: int | None = None
        if item.state == EscalationState.CLAIMED:
            also = item.owner_id
            words = f"{roster.name(item.owner_id) or 'Nobody'} did not finish in time"
            again = begin_climb(self._policies, item, tx.now, roster) | {"owner_id": None, "due_at": item.due_at}
            change(tx, item, "lease_expired", LADDER, words=words, **again)
        elif item.state == EscalationState.WAITING:
            also = item.owner_id
            again = begin_climb(self._policies, item, tx.now, roster) | {"due_at": item.due_at}
            change(tx, item, "woke", LADDER, words="The time it was put off to has come", **again)
        if item.next_at is not None and item.next_at <= tx.now:
            self._climb(tx, item, roster, also)

    def _climb(self, tx: Transaction, item: Escalation, roster: Roster, also: int | None) -> None:
        steps = item.ladder or [_OWNER_ALONE]
        wall_clock = steps[-1]["clock"] == "wall"
        if not wall_clock and not roster.hours.is_open(tx.now):
            opening = opening_for(item.source_key, tx.now, roster)
            change(tx, item, "held", LADDER, words="Closed; it goes on at the opening", next_at=opening)
            return
        index, skipped = item.step - item.climb_from, []
        people: tuple[Colleague, ...] = ()
        while index < len(steps):
            people = roster.reach(steps[index]["who"], tx.now)
            if people or index == len(steps) - 1:
                break
            skipped.append(steps[index]["who"])
            index += 1
        is_over = index >= len(steps)
        step = steps[-1] if is_over else steps[index]
        if is_over:
            people = roster.reach(OWNER, tx.now)
        number = item.step + len(skipped)
        told, untold = self._tell(tx, item, number, people, step["channels"])
        if also is not None and also not in {one.id for one in people}:
            give_notice(tx, item, number, DESKTOP, also)
        faults.point("ladder_step")
        wait = step["repeat"] if is_over else step["wait"]
        change(
            tx,
            item,
            _kind(item, is_over=is_over, nobody=not people),
            LADDER,
            words=_words(told, is_over=is_over),
            payload={"level": index, "who": step["who"], "told": told, "empty": skipped, "untold": untold},
            state=EscalationState.EXHAUSTED if is_over or not people else EscalationState.NOTIFIED,
            step=number + 1,
            next_at=after(tx.now, wait, roster.hours, wall_clock=wall_clock),
        )

    def _tell(
        self, tx: Transaction, item: Escalation, number: int, people: tuple[Colleague, ...], channels: list[str]
    ) -> tuple[list[str], list[str]]:
        """Write one notice a person and channel; return who was told, and who could not be told by mail."""
        untold: list[str] = []
        for person in people:
            for channel in channels:
                effect_id = None
                if channel == MAIL:
                    effect_id = self._mail(tx, item, person)
                    if effect_id is None:
                        untold.append(person.name)
                        continue
                give_notice(tx, item, number, channel, person.id, effect_id)
            if not any(channel == DESKTOP for channel in channels) and person.name in untold:
                give_notice(tx, item, number, DESKTOP, person.id)
        return [person.name for person in people], untold

    def _mail(self, tx: Transaction, item: Escalation, person: Colleague) -> int | None:
        return self._messenger.plan_notice(tx, item, person, item.why) if self._messenger else None


def give_notice(
    tx: Transaction, item: Escalation, number: int, channel: str, person_id: int, effect_id: int | None = None
) -> None:
    """Write one notice; the table refuses the same one twice."""
    row = StaffNotice(escalation_id=item.id, step=number, channel=channel, person_id=person_id, at=tx.now)
    if effect_id is not None:
        row.effect_id, row.sent_at = effect_id, tx.now
    insert(tx, row)


def _kind(item: Escalation, *, is_over: bool, nobody: bool) -> str:
    if not (is_over or nobody):
        return "notified"
    return "reminded" if item.state == EscalationState.EXHAUSTED else "exhausted"


def _words(told: list[str], *, is_over: bool) -> str:
    if not told:
        return "There is nobody to tell"
    names = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
    return f"Nobody took it; {names} told again" if is_over else f"{names} told"
