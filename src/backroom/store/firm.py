"""Facts about the firm that every layer needs: its settings, its hours, its people."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Executable, select
from sqlalchemy.dialects.sqlite import insert

from backroom.hours import Span, WorkingHours
from backroom.records.people import Holiday, Person, Setting, WorkSpan
from backroom.settings import FIRM_ZONE

if TYPE_CHECKING:
    from sqlalchemy.engine import CursorResult

    from backroom.settings import Option
    from backroom.store.transaction import Transaction

T = TypeVar("T", str, int, bool)
_MINUTES = 60
_OFFICE_HOURS = tuple(Span(weekday, time(8), time(18)) for weekday in range(5))


class CanExecute(Protocol):
    """A Reader or a Transaction."""

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement."""


def setting(source: CanExecute, option: Option[T]) -> T:
    """Return what the owner has set, or the option's default."""
    value = source.execute(select(Setting.value).where(Setting.key == option.key)).scalar()
    return option.default if value is None else value


def set_setting(tx: Transaction, option: Option[T], value: T) -> None:
    """Keep what the owner has set."""
    statement = insert(Setting).values(key=option.key, value=value)
    tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def working_hours(source: CanExecute, person_id: int | None = None) -> WorkingHours:
    """Return the business's hours (or one person's), with its zone and holidays; Mon-Fri 8-18 until set."""
    rows = source.execute(
        select(WorkSpan.weekday, WorkSpan.opens_min, WorkSpan.closes_min)
        .where(WorkSpan.person_id.is_(None) if person_id is None else WorkSpan.person_id == person_id)
        .order_by(WorkSpan.weekday, WorkSpan.opens_min)
    ).all()
    if not rows and person_id is not None:
        return working_hours(source)
    spans = tuple(Span(row.weekday, _clock(row.opens_min), _clock(row.closes_min)) for row in rows) or _OFFICE_HOURS
    days = frozenset(date.fromisoformat(day) for (day,) in source.execute(select(Holiday.day)))
    return WorkingHours(setting(source, FIRM_ZONE), spans, days)


def _clock(minutes: int) -> time:
    return time(minutes // _MINUTES % 24, minutes % _MINUTES)


def people(source: Any) -> list[Person]:
    """Return everybody who works here now, the owner first."""
    rows = source.session.scalars(select(Person).where(Person.active == 1))
    return sorted(rows, key=lambda person: (person.role != "owner", person.name))
