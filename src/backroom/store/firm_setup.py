"""What the owner says about the firm: its name and zone, when it is open, who works there; checked, then kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from backroom.errors import InputError
from backroom.hours import Span, WorkingHours
from backroom.records.people import Holiday, Person, Role, WorkSpan
from backroom.settings import FIRM_COUNTRY, FIRM_CURRENCY, FIRM_LOCALE, FIRM_NAME, FIRM_ZONE
from backroom.store.firm import set_setting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from backroom.store.transaction import Transaction

_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class FirmFacts:
    """The answers of the first run."""

    name: str
    zone: str
    spans: tuple[Span, ...]
    owner: str
    owner_email: str = ""
    holidays: dict[date, str] = field(default_factory=dict)
    currency: str = "USD"
    country: str = "US"
    locale: str = "en_US"


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody of the team as the first run asks for them; no spans = the business's own hours."""

    name: str
    role: str
    email: str = ""
    spans: tuple[Span, ...] = ()


def set_up_firm(tx: Transaction, facts: FirmFacts) -> Person:
    """Keep the first facts of a new firm, or corrected ones, and return its owner; raises InputError with the field."""
    if not facts.name.strip():
        raise InputError("The business has no name.", field="name", remedy="Type the name customers know it by.")
    set_setting(tx, FIRM_NAME, facts.name.strip())
    set_setting(tx, FIRM_CURRENCY, facts.currency)
    set_setting(tx, FIRM_COUNTRY, facts.country)
    set_setting(tx, FIRM_LOCALE, facts.locale)
    save_hours(tx, facts.zone, facts.spans, facts.holidays)
    owner = tx.session.scalar(select(Person).where(Person.role == Role.OWNER, Person.active == 1))
    if owner is None:
        return save_person(tx, Person(name=facts.owner, role=Role.OWNER, email=facts.owner_email))
    owner.name, owner.email = facts.owner, facts.owner_email
    return save_person(tx, owner)


def save_team(tx: Transaction, owner_spans: tuple[Span, ...], members: Iterable[Member]) -> None:
    """Make the team the owner and exactly these; somebody already known by name is changed and not added again."""
    kept = {person.name.casefold(): person for person in tx.session.scalars(select(Person).where(Person.active == 1))}
    left = {person.id: person for person in kept.values()}
    for person in [one for one in left.values() if one.role == Role.OWNER]:
        save_shifts(tx, person.id, owner_spans)
        del left[person.id]
    for member in members:
        known = kept.get(member.name.strip().casefold())
        if known is None or known.id not in left:
            known = Person(name=member.name.strip(), role=member.role, email=member.email)
        known.role, known.email = member.role, member.email
        left.pop(known.id, None)
        save_shifts(tx, save_person(tx, known).id, member.spans)
    for person in left.values():
        person.active = 0


def save_hours(tx: Transaction, zone: str, spans: tuple[Span, ...], holidays: dict[date, str]) -> None:
    """Replace zone, opening hours and holidays; raises InputError for hours that are never open or an unknown zone."""
    WorkingHours(zone, spans, frozenset(holidays))
    set_setting(tx, FIRM_ZONE, zone)
    tx.execute(delete(WorkSpan).where(WorkSpan.person_id.is_(None)))
    tx.execute(delete(Holiday))
    for span in spans:
        tx.add(_row(span, None))
    for day, name in holidays.items():
        tx.add(Holiday(day=day.isoformat(), name=name))


def save_shifts(tx: Transaction, person_id: int, spans: tuple[Span, ...]) -> None:
    """Replace one person's weekly hours; none = the business's own."""
    tx.execute(delete(WorkSpan).where(WorkSpan.person_id == person_id))
    for span in spans:
        tx.add(_row(span, person_id))


def save_person(tx: Transaction, person: Person) -> Person:
    """Keep a new or changed person; there is always exactly one owner, and a new owner replaces the old one."""
    if not person.name.strip():
        raise InputError("A person needs a name.", field="name", remedy="Type the name the team uses.")
    kept = tx.session.merge(person)
    tx.flush()
    if kept.role == Role.OWNER:
        others = update(Person).where(Person.id != kept.id, Person.role == Role.OWNER)
        tx.execute(others.values(role=Role.DESK))
    return kept


def remove_person(tx: Transaction, person_id: int) -> None:
    """Take somebody off the team, keeping what they did; raises InputError for the owner."""
    person = tx.get(Person, person_id)
    if person is None:
        return
    if person.role == Role.OWNER:
        raise InputError(f"{person.name} is the owner.", field="role", remedy="Make somebody else the owner first.")
    person.active = 0


def set_away(tx: Transaction, person_id: int, until: datetime | None) -> None:
    """Say that somebody is away until a moment, or (None) is back."""
    person = tx.get(Person, person_id)
    if person is not None:
        person.away_until = until


def is_set_up(tx: Transaction) -> bool:
    """Tell whether the first run has been answered: there is an owner."""
    return tx.session.scalar(select(Person.id).where(Person.role == Role.OWNER)) is not None


def _row(span: Span, person_id: int | None) -> WorkSpan:
    closes = span.closes.hour * _MINUTES + span.closes.minute or 24 * _MINUTES
    opens = span.opens.hour * _MINUTES + span.opens.minute
    return WorkSpan(weekday=span.weekday, opens_min=opens, closes_min=closes, person_id=person_id)
