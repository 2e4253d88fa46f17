"""Moments that make rules start: of the calendar, and of dates records carry. Each comes once, whatever the clock does.

A moment is an event whose key holds the rule, the record and the date, so it is never said twice: not after a restart,
not when the clock is set back, and not when a record is looked at again. A date that moves makes a new moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from backroom.automation.dates import RecordDate
from backroom.automation.facts import CanRead
from backroom.automation.house import HouseKeeper
from backroom.automation.rulebook import LiveRule
from backroom.automation.triggers import LATE, LOOK_BACK, ONCE, SKIP, Dated
from backroom.clock import from_micros
from backroom.events import MomentsMissed, RecordDue, ScheduleDue
from backroom.hours import WorkingHours
from backroom.store.store import Reader, Store
from backroom.store.transaction import Transaction

BATCH = 50
_LOOKED_AHEAD = 200
_USUAL_WINDOW = timedelta(days=2)
_REMEMBERED = 5_000
_ALL = 1_000_000
_LAST_DAY = "9999-12-31"
_RECORDS = frozenset({"appointment", "invoice", "quote", "job", "call"})


def too_late(live: LiveRule, moment: datetime, now: datetime, hours: WorkingHours) -> bool:
    """Say whether a rule does not act on this moment any more."""
    trigger = live.rule.trigger
    if trigger.missed == SKIP and now - moment > LATE:
        return True
    return trigger.expires is not None and trigger.expires.after(moment, hours) < now


def say_missed(tx: Transaction, live: LiveRule, moments: Sequence[datetime], hours: WorkingHours) -> None:
    """Tell that moments of a rule went by; the same ones are told once."""
    last, number = max(moments), len(moments)
    when = f"{hours.local(last):%a %d %b %H:%M}"
    times = f"on {when}" if number == 1 else f"{number} times, the last on {when}"
    words = (
        f"“{live.rule.name}” should have acted {times}, while Backroom was not running. It is too late for that now."
    )
    key = f"moments.missed:{live.rule.key}:{last.isoformat()}"
    tx.emit(MomentsMissed(source_key=key, at=tx.now, rule_key=live.rule.key, number=number, words=words))


class ScheduleSource:
    """Rules that go by the calendar; what was missed is made up for as each rule says."""

    name = "schedules"

    def __init__(self, store: Store, keeper: HouseKeeper) -> None:
        """Watch the scheduled rules of `keeper`."""
        self._store = store
        self._keeper = keeper
        self._said: dict[str, datetime] = {}
        self._hours: WorkingHours | None = None

    def next_due(self, reader: Reader) -> datetime | None:
        """Return the first moment of any scheduled rule."""
        now = self._store.clock.now()
        hours = self._hours
        if hours is None:
            return None
        moments = (
            live.rule.trigger.schedule.next(now, hours) for live in self._scheduled() if live.rule.trigger.schedule
        )
        return min((moment for moment in moments if moment is not None), default=None)

    def run_due(self, tx: Transaction) -> bool:
        """Say which scheduled moments have come."""
        house = self._keeper.house(tx)
        self._hours = house.firm.hours
        for live in self._scheduled():
            self._look(tx, live, house.firm.hours)
        return False

    def _look(self, tx: Transaction, live: LiveRule, hours: WorkingHours) -> None:
        schedule = live.rule.trigger.schedule
        latest = schedule.latest(tx.now, hours) if schedule else None
        if schedule is None or latest is None or latest < live.since or self._said.get(live.rule.key) == latest:
            return
        first = max(live.since - timedelta(microseconds=1), tx.now - LOOK_BACK)
        moments = schedule.between(first, tx.now, hours)
        due = [moment for moment in moments if not too_late(live, moment, tx.now, hours)]
        if live.rule.trigger.missed == ONCE:
            moments, due = moments[:1], due[:1]
        for moment in reversed(due):
            tx.emit(ScheduleDue(source_key=_schedule_key(live, moment), at=moment, rule_key=live.rule.key))
        missed = [one for one in moments if one not in due and not _stored(tx, _schedule_key(live, one))]
        if missed:
            say_missed(tx, live, missed, hours)
        tx.after_commit(partial(self._said.__setitem__, live.rule.key, latest))

    def _scheduled(self) -> list[LiveRule]:
        return [live for live in self._keeper.book.live if live.rule.trigger.schedule is not None]


@dataclass(slots=True)
class _Watched:
    """What is remembered of one rule that goes by a date: since when all was looked through, and what was said."""

    looked_at: datetime | None = None
    next_at: datetime | None = None
    stale: bool = True
    said: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment of one record."""

    at: datetime
    key: str
    record_id: int
    customer_id: int | None
    lead_id: int | None
    born: datetime | None


class DateSource:
    """Rules that go by dates of records: before and after them, and when one has stood still for so long.

    The records are found on an index of the date, between where the last look ended and now; when a table changes the
    last two days (or as long as the rule still acts) are looked at again, so that what was moved or came late is seen.
    """

    name = "dates"

    def __init__(self, store: Store, keeper: HouseKeeper) -> None:
        """Watch the rules of `keeper` that go by dates."""
        self._store = store
        self._keeper = keeper
        self._hours: WorkingHours | None = None
        self._watched: dict[str, _Watched] = {}

    def heard(self, kinds: frozenset[str]) -> None:
        """Note that tables changed; called from the writer thread after a commit."""
        for live in self._dated():
            table = _dated_of(live).date.table or _dated_of(live).date.record
            if table in kinds or (table == "customer" and "lead" in kinds):
                self._of(live).stale = True

    def next_due(self, reader: Reader) -> datetime | None:
        """Return the first moment of any record that a rule waits for."""
        hours = self._hours
        if hours is None:
            return None
        soonest: datetime | None = None
        for live in self._dated():
            watched = self._of(live)
            if watched.stale:
                return self._store.clock.now()
            if watched.next_at is not None and (soonest is None or watched.next_at < soonest):
                soonest = watched.next_at
        return soonest

    def run_due(self, tx: Transaction) -> bool:
        """Say which moments have come."""
        house = self._keeper.house(tx)
        changed, self._hours = self._hours != house.firm.hours, house.firm.hours
        more = False
        for live in self._dated():
            watched = self._of(live)
            set_back = watched.looked_at is not None and tx.now < watched.looked_at
            due = watched.next_at is not None and watched.next_at <= tx.now
            if watched.stale or changed or due or set_back:
                more = self._look(tx, live, watched, house.firm.hours) or more
        return more

    def _look(self, tx: Transaction, live: LiveRule, watched: _Watched, hours: WorkingHours) -> bool:
        """Say the moments of one rule that have come; True when a batch was not enough."""
        before = watched.looked_at
        gone_long = before is None or tx.now - before > LATE
        low = self._low(live, watched, tx.now, hours)
        fresh = [one for one in _moments(tx, live, low, tx.now, hours) if one.key not in watched.said]
        due = [one for one in fresh if not too_late(live, one.at, tx.now, hours)]
        for one in due[:BATCH]:
            tx.emit(_record_due(live, one))
        missed = [one for one in fresh if too_late(live, one.at, tx.now, hours)]
        told = [one.at for one in missed if gone_long and _was_there(one) and not _stored(tx, one.key)]
        if told:
            say_missed(tx, live, told, hours)
        said = {one.key for one in due[:BATCH]}
        rest = len(due) > BATCH
        next_at = None if rest else _next_moment(tx, live, tx.now, hours)
        tx.after_commit(partial(self._looked, watched, said, None if rest else tx.now, next_at))
        return rest

    @staticmethod
    def _looked(watched: _Watched, said: set[str], at: datetime | None, next_at: datetime | None) -> None:
        if len(watched.said) > _REMEMBERED:
            watched.said.clear()
        watched.said |= said
        if at is not None:
            watched.looked_at, watched.next_at, watched.stale = at, next_at, False

    @staticmethod
    def _low(live: LiveRule, watched: _Watched, now: datetime, hours: WorkingHours) -> datetime:
        """Return from when on moments are looked for: never from before the rule was switched on."""
        expires = live.rule.trigger.expires
        window = max(_USUAL_WINDOW, expires.after(now, hours) - now) if expires else _USUAL_WINDOW
        seen = watched.looked_at if watched.looked_at is not None and watched.looked_at <= now else now - LOOK_BACK
        return max(live.since, now - LOOK_BACK, min(seen, now) - window)

    def _dated(self) -> list[LiveRule]:
        return [live for live in self._keeper.book.live if live.rule.trigger.dated is not None]

    def _of(self, live: LiveRule) -> _Watched:
        return self._watched.setdefault(f"{live.rule.key}:{live.version_id}:{live.since.isoformat()}", _Watched())


def _dated_of(live: LiveRule) -> Dated:
    dated = live.rule.trigger.dated
    if dated is None:
        raise TypeError(live.rule.key)
    return dated


def _moments(source: CanRead, live: LiveRule, low: datetime, high: datetime, hours: WorkingHours) -> list[_Moment]:
    """Return the moments after `low` and up to `high`, the earliest first."""
    dated = _dated_of(live)
    found = []
    for row in _rows(source, dated, low, high, hours, _ALL):
        at = dated.target(dated.date.moment(row[1], hours), hours)
        if low < at <= high:
            born = None if row[4] is None else from_micros(row[4])
            found.append(_Moment(at, _key(live, dated.date, row[0], row[1]), row[0], row[2], row[3], born))
    return sorted(found, key=lambda one: one.at)


def _next_moment(source: CanRead, live: LiveRule, now: datetime, hours: WorkingHours) -> datetime | None:
    """Return the first moment after now; dates that come in later make the rule look again."""
    dated = _dated_of(live)
    low, _ = dated.values_for(now, now)
    parameters = (dated.date.stored(low, hours), _LAST_DAY if dated.date.is_day else 1 << 62, _LOOKED_AHEAD)
    targets = (dated.target(dated.date.moment(row[1], hours), hours) for row in source.rows(dated.date.sql, parameters))
    return next((moment for moment in targets if moment > now), None)


def _rows(
    source: CanRead, dated: Dated, low: datetime, high: datetime, hours: WorkingHours, most: int
) -> list[tuple[int, int | str, int | None, int | None, int | None]]:
    first, last = dated.values_for(low, high)
    rows = source.rows(dated.date.sql, (dated.date.stored(first, hours), dated.date.stored(last, hours), most))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _key(live: LiveRule, date: RecordDate, record_id: int, value: object) -> str:
    return f"record.due:{live.rule.key}:{date.record}:{record_id}:{value}"


def _record_due(live: LiveRule, one: _Moment) -> RecordDue:
    record = _dated_of(live).date.record
    named = {f"{record}_id": one.record_id} if record in _RECORDS else {}
    return RecordDue(
        source_key=one.key,
        at=one.at,
        customer_id=one.customer_id,
        lead_id=one.lead_id,
        rule_key=live.rule.key,
        **named,
    )


def _was_there(one: _Moment) -> bool:
    return one.born is None or one.born <= one.at


def _schedule_key(live: LiveRule, moment: datetime) -> str:
    return f"schedule:{live.rule.key}:{moment.isoformat()}"


def _stored(tx: Transaction, key: str) -> bool:
    return bool(tx.rows("SELECT 1 FROM event WHERE source_key = ?", (key,)))
