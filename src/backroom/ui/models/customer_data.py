"""What the Customers page shows at one moment: the list, and one person over all systems; read off the main thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from backroom.automation.run_list import rule_names
from backroom.automation.trace import RunView, list_runs
from backroom.clock import Clock
from backroom.escalation.duty import Roster, read_roster
from backroom.escalation.timeline import Entry, TimelinePage, balance, timeline
from backroom.integration.consent import MAIL, ConsentNow, customer_objects, history
from backroom.integration.customer_profile import Profile, Standing, last_incoming, read_profile, standings
from backroom.integration.listening import Source, read_sources
from backroom.records.customers import Customer
from backroom.records.escalations import Escalation
from backroom.records.messages import Message
from backroom.store import customers
from backroom.store.customers import CustomerRow
from backroom.store.search import find_customers
from backroom.store.store import Reader, Store
from backroom.ui.workspace import Found

FIRST, MOST_AGAIN, MOST_FOUND, MOST_ITEMS = 60, 3_000, 80, 12
STORY = 40
PARTS: dict[str, frozenset[str]] = {
    "all": frozenset(),
    "message": frozenset({"message"}),
    "call": frozenset({"call"}),
    "appointment": frozenset({"appointment"}),
    "invoice": frozenset({"invoice"}),
    "rest": frozenset({"run", "escalation"}),
}
Key = tuple[str | int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the page wants to see; `loaded` and `told` are how far list and story have been scrolled."""

    order: str = customers.RECENT
    words: str = ""
    loaded: int = FIRST
    customer_id: int = 0
    part: str = "all"
    told: int = STORY


@dataclass(frozen=True, slots=True)
class Listed:
    """One customer of the list and how things stand with them."""

    row: CustomerRow
    standing: Standing

    @property
    def key(self) -> int:
        """Return the customer's id."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some customers, and the key after which the next page begins (None at the end)."""

    rows: tuple[Listed, ...]
    after: Key | None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An inbox item of this customer that is not resolved."""

    id: int
    severity: str
    reason: str
    due_at: datetime
    owner: str


@dataclass(frozen=True, slots=True)
class NextRun:
    """A rule that will do something for this customer by itself."""

    run: RunView
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One customer as the page shows them."""

    profile: Profile
    owes: int
    paid: int
    story: tuple[Entry, ...]
    before: tuple[int, str, int] | None
    items: tuple[OpenItem, ...]
    next_runs: tuple[NextRun, ...]
    objects: bool
    said: tuple[ConsentNow, ...]
    answers: tuple[int, str, datetime] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole page at the moment `now`; `gone` says that the person asked for is not there."""

    ask: Ask
    now: datetime
    listed: ListPage
    person: Person | None
    gone: bool
    roster: Roster
    sources: tuple[Source, ...]

    @property
    def blind(self) -> tuple[Source, ...]:
        """Return the sources from which something may be missing."""
        return tuple(one for one in self.sources if one.is_blind)


class CustomerReader:
    """Opens a view of the store for each question and closes it again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read `store` as of the moment on `clock`."""
        self._store, self._clock = store, clock

    def board(self, ask: Ask) -> Board:
        """Return the whole page."""
        now = self._clock.now()
        with self._store.read() as reader:
            person = read_person(reader, ask, now) if ask.customer_id else None
            return Board(
                ask=ask,
                now=now,
                listed=read_list(reader, ask),
                person=person,
                gone=bool(ask.customer_id) and person is None,
                roster=read_roster(reader),
                sources=read_sources(reader, now),
            )

    def more(self, ask: Ask, after: Key) -> ListPage:
        """Return the customers that follow a key."""
        with self._store.read() as reader:
            return _standing(reader, customers.page(reader, order=ask.order, after=after))

    def more_story(self, ask: Ask, before: tuple[int, str, int]) -> TimelinePage:
        """Return the part of a customer's story that is older than a key."""
        with self._store.read() as reader:
            page = timeline(reader, ask.customer_id, before=before, limit=STORY, kinds=PARTS[ask.part])
            return TimelinePage(_named(page.entries, rule_names(reader)), page.before)

    def message(self, message_id: int) -> Message | None:
        """Return one message to read."""
        with self._store.read() as reader:
            return reader.session.get(Message, message_id)

    def find(self, text: str) -> list[Found]:
        """Return customers for Ctrl+K."""
        with self._store.read() as reader:
            found = find_customers(reader, text, 6)
        return [Found(one.name, one.company or one.email or one.phone, "user", "customers", one.id) for one in found]


def read_list(reader: Reader, ask: Ask) -> ListPage:
    """Return the customers in which every word occurs, or the first of all of them in the order asked for."""
    if ask.words:
        found = find_customers(reader, ask.words, MOST_FOUND)
        return _standing(reader, customers.CustomerPage(tuple(map(_row, found)), None))
    return _standing(reader, customers.page(reader, order=ask.order, limit=min(ask.loaded, MOST_AGAIN)))


def read_person(reader: Reader, ask: Ask, now: datetime) -> Person | None:
    """Return one customer over all systems, None when there is no such customer."""
    profile = read_profile(reader, ask.customer_id, now)
    if profile is None:
        return None
    of = profile.customer.id
    owes, paid = balance(reader, of)
    story = timeline(reader, of, limit=max(ask.told, STORY), kinds=PARTS[ask.part])
    names = rule_names(reader)
    runs = [run for run in list_runs(reader, customer_id=of, most=30) if run.wake_at is not None]
    return Person(
        profile=profile,
        owes=owes,
        paid=paid,
        story=_named(story.entries, names),
        before=story.before,
        items=_items(reader, of),
        next_runs=tuple(NextRun(run, names.get(run.rule_key, "")) for run in sorted(runs, key=_wakes)),
        objects=customer_objects(reader, MAIL, of),
        said=history(reader, of)[:6],
        answers=last_incoming(reader, of),
    )


def _standing(reader: Reader, page: customers.CustomerPage) -> ListPage:
    how = standings(reader, [row.id for row in page.rows])
    return ListPage(tuple(Listed(row, how.get(row.id, Standing())) for row in page.rows), page.after)


def _row(one: Customer) -> CustomerRow:
    return CustomerRow(one.id, one.name, one.email, one.phone, one.company, one.last_contact_at)


def _named(story: tuple[Entry, ...], names: dict[str, str]) -> tuple[Entry, ...]:
    """Call the rules of a story by the names people know them by."""
    known = {key.replace("_", " ").replace("-", " ").capitalize(): name for key, name in names.items()}
    return tuple(replace(one, title=known.get(one.title, one.title)) if one.kind == "run" else one for one in story)


def _wakes(run: RunView) -> datetime:
    return run.wake_at or run.started_at


def _items(reader: Reader, customer_id: int) -> tuple[OpenItem, ...]:
    roster = read_roster(reader)
    query = select(Escalation).where(Escalation.customer_id == customer_id, Escalation.state != "resolved")
    rows = reader.scalars(query.order_by(Escalation.due_at).limit(MOST_ITEMS))
    return tuple(OpenItem(row.id, row.severity, row.reason, row.due_at, roster.name(row.owner_id)) for row in rows)
