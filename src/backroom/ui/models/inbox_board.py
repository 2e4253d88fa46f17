"""Everything the inbox shows at one moment, read in one view of the store, off the main thread."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select

from backroom.escalation import inbox
from backroom.escalation.case_view import Case, case
from backroom.escalation.duty import Present, Roster, read_roster
from backroom.escalation.inbox import Counters, InboxRow
from backroom.escalation.timeline import Entry, balance, timeline
from backroom.integration.listening import Source, read_sources
from backroom.records.customers import Consent, Customer
from backroom.records.escalations import Escalation, Shelf
from backroom.records.runs import RuleVersion
from backroom.reporting.handled import Handled, day_began, handled
from backroom.settings import QUIET_FROM, QUIET_TO, UNDO_SECONDS
from backroom.store.firm import setting
from backroom.store.store import Reader

FIRST = 100
MOST_AGAIN = 2_000
STORY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the page wants to see; `loaded` is how far the person has scrolled."""

    person_id: int
    shelf: str = Shelf.NOW
    which: str = inbox.ALL
    words: str = ""
    item_id: int = 0
    loaded: int = FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """The hours without automatic messages, on the business's clock."""

    from_hour: int
    to_hour: int
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSide:
    """What the right pane knows of a customer."""

    customer: Customer
    owes: int
    paid: int
    story: tuple[Entry, ...]
    objects: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One item as centre and right pane show it."""

    case: Case
    side: CustomerSide | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole page at the moment `now`."""

    ask: Ask
    now: datetime
    person_id: int
    is_owner: bool
    roster: Roster
    people: tuple[Present, ...]
    quiet: Quiet
    counters: Counters
    rows: tuple[InboxRow, ...]
    after: tuple[int, int] | None
    sources: tuple[Source, ...]
    sheet: Sheet | None
    handled: Handled | None
    undo_seconds: int

    @property
    def blind(self) -> tuple[Source, ...]:
        """Return the sources from which something may be missing."""
        return tuple(one for one in self.sources if one.is_blind)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing at all is open on the shelf that is asked for."""
        return not self.rows and not self.ask.words and self.ask.which == inbox.ALL


def read_board(reader: Reader, ask: Ask, now: datetime) -> Board:
    """Read the page: strip, one screen (or more) of the list, the chosen item and its customer."""
    roster = read_roster(reader)
    person_id = ask.person_id or (roster.people[0].id if roster.people else 0)
    rows, after = _rows(reader, ask, person_id, now)
    chosen = ask.item_id or (rows[0].id if rows else 0)
    sheet = read_sheet(reader, chosen, now) if chosen else None
    if sheet is None and rows:
        sheet = read_sheet(reader, rows[0].id, now)
    counters = inbox.counters(reader, now, person_id, shelf=ask.shelf)
    is_quiet = not rows and not counters.now
    return Board(
        ask=ask,
        now=now,
        person_id=person_id,
        is_owner=any(one.id == person_id and one.role == "owner" for one in roster.people),
        roster=roster,
        people=roster.who_is_in(now),
        quiet=_quiet(reader, roster, now),
        counters=counters,
        rows=rows,
        after=after,
        sources=read_sources(reader, now),
        sheet=sheet,
        handled=handled(reader, day_began(roster.hours, now)) if is_quiet else None,
        undo_seconds=setting(reader, UNDO_SECONDS),
    )


def read_sheet(reader: Reader, item_id: int, now: datetime) -> Sheet | None:
    """Read one item with its customer's story, or None when it is gone."""
    found = case(reader, item_id, now)
    if found is None:
        return None
    side = _side(reader, found.customer) if found.customer is not None else None
    return Sheet(case=found, side=side, rule=_rule_name(reader, found.item.rule_key))


def more_rows(reader: Reader, ask: Ask, person_id: int, after: tuple[int, int], now: datetime) -> inbox.InboxPage:
    """Read the next page of the list."""
    return inbox.page(
        reader, now, shelf=ask.shelf, which=ask.which, person_id=person_id, after=after, limit=FIRST
    )  # fmt: skip


def first_exhausted(reader: Reader) -> int:
    """Return the item that has been round everybody for longest, 0 when there is none."""
    query = select(Escalation.id).where(Escalation.state == "exhausted", Escalation.next_at.is_not(None))
    return reader.execute(query.order_by(Escalation.next_at).limit(1)).scalar() or 0


def shelf_of_item(reader: Reader, item_id: int) -> str:
    """Return under which counter an item lies; empty for one that is gone."""
    return str(reader.execute(select(Escalation.shelf).where(Escalation.id == item_id)).scalar() or "")


def left_of(row: InboxRow, roster: Roster, now: datetime) -> timedelta:
    """Return the time until a row is due: by the clock for urgent ones, else in working time."""
    if row.severity == "urgent":
        return row.due_at - now
    return roster.hours.working_time_between(now, row.due_at)


def _rows(
    reader: Reader, ask: Ask, person_id: int, now: datetime
) -> tuple[tuple[InboxRow, ...], tuple[int, int] | None]:
    if ask.words:
        return inbox.search(reader, now, ask.words), None
    limit = min(max(ask.loaded, FIRST), MOST_AGAIN)
    page = inbox.page(reader, now, shelf=ask.shelf, which=ask.which, person_id=person_id, limit=limit)
    return page.rows, page.after


def _rule_name(reader: Reader, key: str) -> str:
    """Return the name of the newest version of a rule."""
    if not key:
        return ""
    newest = select(RuleVersion.body).where(RuleVersion.rule_key == key).order_by(RuleVersion.id.desc()).limit(1)
    body = reader.execute(newest).scalar()
    return _name_in(body) if body else key.replace("-", " ").replace("_", " ").capitalize()


@lru_cache(maxsize=64)
def _name_in(body: str) -> str:
    return str(tomllib.loads(body).get("name", ""))


def _side(reader: Reader, customer: Customer) -> CustomerSide:
    owes, paid = balance(reader, customer.id)
    objects = (
        select(Consent.id).where(Consent.customer_id == customer.id, Consent.allowed == 0).limit(1)
    )  # fmt: skip
    return CustomerSide(
        customer=customer,
        owes=owes,
        paid=paid,
        story=timeline(reader, customer.id, limit=STORY).entries,
        objects=reader.execute(objects).first() is not None,
    )


def _quiet(reader: Reader, roster: Roster, now: datetime) -> Quiet:
    begins, ends = setting(reader, QUIET_FROM), setting(reader, QUIET_TO)
    hour = roster.hours.local(now).hour
    is_now = begins <= hour or hour < ends if begins > ends else begins <= hour < ends
    return Quiet(from_hour=begins, to_hour=ends, is_now=is_now)
