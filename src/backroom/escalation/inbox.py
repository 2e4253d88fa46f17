"""The list of the inbox: bands by due time, pages by key, counters, filters, search; each query stays on an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros, to_micros
from backroom.escalation.company import EXPIRES
from backroom.escalation.duty import Roster, read_roster
from backroom.records.escalations import Shelf
from backroom.store.search import trigrams

if TYPE_CHECKING:
    from backroom.store.store import Reader

ALL, MINE, UNCLAIMED = "all", "mine", "unclaimed"
OVERDUE, TODAY, LATER = "overdue", "today", "later"
BANDS = (OVERDUE, TODAY, LATER)
PAGE = 50
SEARCH_LIMIT = 100
_COLUMNS = (
    "e.id, e.version, e.severity, e.state, e.kind, e.reason, e.due_at, e.next_at, e.owner_id, e.lease_until,"
    " e.unanswered, e.money_minor, e.money_label, e.customer_id, c.name"
)
_FROM = "FROM escalation AS e {hint} LEFT JOIN customer AS c ON c.id = e.customer_id"
_WHICH = {ALL: "", MINE: " AND e.owner_id = :person", UNCLAIMED: " AND e.owner_id IS NULL"}
_INDEX = {
    ALL: "INDEXED BY ix_escalation_shelf_due",
    MINE: "INDEXED BY ix_escalation_owner_due",
    UNCLAIMED: "INDEXED BY ix_escalation_owner_due",
}
_BY_SHELF = (
    "SELECT shelf, count(*) FROM escalation INDEXED BY ix_escalation_shelf_due WHERE state <> 'resolved' GROUP BY shelf"
)
_BY_OWNER = (
    "SELECT owner_id, count(*) FROM escalation INDEXED BY ix_escalation_owner_due WHERE state <> 'resolved'"
    " AND shelf = :shelf AND (owner_id IS NULL OR owner_id = :person) GROUP BY owner_id"
)
_BY_BAND = (
    "SELECT count(*) FILTER (WHERE due_at < :over), count(*) FROM escalation INDEXED BY ix_escalation_shelf_due"
    " WHERE state <> 'resolved' AND shelf = :shelf AND due_at < :today"
)
_EXHAUSTED = "SELECT count(*) FROM escalation INDEXED BY ix_escalation_exhausted WHERE state = 'exhausted'"
_OPEN = "e.state <> 'resolved'"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One line of the list; `left` is working time until it is due (by the clock if urgent), negative when over."""

    id: int
    version: int
    severity: str
    state: str
    kind: str
    customer_id: int | None
    customer: str
    reason: str
    money_minor: int | None
    money_label: str
    due_at: datetime
    left: timedelta = field(compare=False)  # it runs while nothing changes
    band: str
    next_at: datetime | None
    owner_id: int | None
    owner: str
    is_claimed: bool
    unanswered: bool
    present: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """Rows in order of due time, and the key after which the next page begins (None at the end)."""

    rows: tuple[InboxRow, ...]
    after: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What the top strip says, and the size of each band of the shelf shown."""

    now: int
    waiting: int
    later: int
    mine: int
    unclaimed: int
    bands: dict[str, int]
    exhausted: int


def page(
    reader: Reader,
    now: datetime,
    *,
    shelf: str = Shelf.NOW,
    which: str = ALL,
    person_id: int | None = None,
    after: tuple[int, int] | None = None,
    limit: int = PAGE,
) -> InboxPage:
    """Return one page of a shelf, soonest due first."""
    due, item_id = after or (-1, -1)
    source = _FROM.format(hint=_INDEX[which])
    sql = (
        f"SELECT {_COLUMNS} {source} WHERE {_OPEN} AND e.shelf = :shelf{_WHICH[which]}"
        " AND (e.due_at, e.id) > (:due, :id) ORDER BY e.due_at, e.id LIMIT :limit"
    )
    found: Any = reader.driver(
        sql, {"shelf": str(shelf), "person": person_id, "due": due, "id": item_id, "limit": limit}
    ).all()
    rows = _rows(reader, now, found)
    last = (found[-1][6], found[-1][0]) if len(found) == limit else None
    return InboxPage(rows=rows, after=last)


def search(reader: Reader, now: datetime, words: str, *, limit: int = SEARCH_LIMIT) -> tuple[InboxRow, ...]:
    """Return open items in whose reason, explanation or customer every word occurs, soonest due first."""
    query = trigrams(words)
    if not query:
        return ()
    sql = (
        f"SELECT {_COLUMNS} {_FROM.format(hint='')} WHERE {_OPEN} AND (e.id IN"  # noqa: S608 - fixed words
        " (SELECT rowid FROM escalation_search WHERE escalation_search MATCH :words"
        " ORDER BY rowid DESC LIMIT 1000) OR e.customer_id IN"
        " (SELECT rowid FROM customer_search WHERE customer_search MATCH :words LIMIT 500))"
        " ORDER BY e.due_at, e.id LIMIT :limit"
    )
    return _rows(reader, now, reader.driver(sql, {"words": query, "limit": limit}).all())


def counters(reader: Reader, now: datetime, person_id: int | None = None, *, shelf: str = Shelf.NOW) -> Counters:
    """Count the shelves, the filters and the bands, each on its own index."""
    over, today = band_ends(read_roster(reader), now)
    values = {"shelf": str(shelf), "person": person_id, "over": over, "today": today}
    shelves = _pairs(reader.driver(_BY_SHELF))
    owners = _pairs(reader.driver(_BY_OWNER, values))
    counted: Any = reader.driver(_BY_BAND, values).one()
    exhausted = reader.driver(_EXHAUSTED).scalar_one()
    total = shelves.get(str(shelf), 0)
    return Counters(
        now=shelves.get("now", 0),
        waiting=shelves.get("waiting", 0),
        later=shelves.get("later", 0),
        mine=owners.get(person_id, 0) if person_id is not None else 0,
        unclaimed=owners.get(None, 0),
        bands={OVERDUE: counted[0], TODAY: counted[1] - counted[0], LATER: total - counted[1]},
        exhausted=exhausted,
    )


def band_ends(roster: Roster, now: datetime) -> tuple[int, int]:
    """Return where the bands end, in microseconds: overdue (now) and today (midnight in the business's zone)."""
    local = roster.hours.local(now)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(0), local.tzinfo)
    return to_micros(now), to_micros(midnight)


def _pairs(rows: Any) -> dict[Any, int]:
    return {key: count for key, count in rows}  # noqa: C416 - rows are not pairs to the type checker


def _rows(reader: Reader, now: datetime, found: Sequence[Any]) -> tuple[InboxRow, ...]:
    if not found:
        return ()
    roster = read_roster(reader)
    names = {one.id: one.name for one in roster.people}
    seen = _presence(reader, now, [row[0] for row in found])
    ends = band_ends(roster, now)
    return tuple(_row(row, now, roster, names, seen, ends) for row in found)


def _presence(reader: Reader, now: datetime, ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    marks = ",".join(str(int(one)) for one in ids)
    rows: Any = reader.driver(
        f"SELECT escalation_id, person_id, mode FROM presence WHERE escalation_id IN ({marks})"  # noqa: S608 - numbers
        " AND seen_at > ? ORDER BY seen_at",
        (to_micros(now - EXPIRES),),
    )
    seen: dict[int, list[tuple[int, str]]] = {}
    for item_id, person_id, mode in rows:
        seen.setdefault(item_id, []).append((person_id, mode))
    return seen


def _row(
    row: Any,
    now: datetime,
    roster: Roster,
    names: dict[int, str],
    seen: dict[int, list[tuple[int, str]]],
    ends: tuple[int, int],
) -> InboxRow:
    due = from_micros(row[6])
    wall_clock = row[2] == "urgent"
    return InboxRow(
        id=row[0],
        version=row[1],
        severity=row[2],
        state=row[3],
        kind=row[4],
        reason=row[5],
        due_at=due,
        left=due - now if wall_clock else roster.hours.working_time_between(now, due),
        band=OVERDUE if row[6] < ends[0] else TODAY if row[6] < ends[1] else LATER,
        next_at=None if row[7] is None else from_micros(row[7]),
        owner_id=row[8],
        owner=names.get(row[8], ""),
        is_claimed=row[3] == "claimed" and row[9] is not None and row[9] > ends[0],
        unanswered=bool(row[10]),
        money_minor=row[11],
        money_label=row[12],
        customer_id=row[13],
        customer=row[14] or "",
        present=tuple(seen.get(row[0], ())),
    )
