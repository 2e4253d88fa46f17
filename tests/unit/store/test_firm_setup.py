"""What the owner says about the firm is checked before it is kept, and read back as it was said."""

from datetime import UTC, date, datetime, time

import pytest

from backroom.errors import InputError
from backroom.hours import Span
from backroom.records.people import Person, Role
from backroom.settings import FIRM_NAME
from backroom.store.firm import people, setting, working_hours
from backroom.store.firm_setup import FirmFacts, remove_person, save_person, save_shifts, set_up_firm
from backroom.store.store import Store

FACTS = FirmFacts(
    name="Ridgeline Roofing",
    zone="America/Chicago",
    spans=(Span(0, time(8), time(12)), Span(0, time(13), time(0))),
    owner="Marta Ruiz",
    holidays={date(2026, 3, 9): "Stocktaking"},
)


def test_hours_people_and_name_come_back_as_they_were_said(store: Store) -> None:
    store.write_now(lambda tx: set_up_firm(tx, FACTS))
    with store.read() as reader:
        hours = working_hours(reader)
        assert setting(reader, FIRM_NAME) == "Ridgeline Roofing"
        assert hours.spans == FACTS.spans
        assert not hours.is_open(datetime(2026, 3, 9, 15, tzinfo=UTC))
        assert [(person.name, person.role) for person in people(reader)] == [("Marta Ruiz", Role.OWNER)]


def test_hours_that_are_never_open_are_refused_and_nothing_is_kept(store: Store) -> None:
    facts = FirmFacts(name="X", zone="America/Chicago", spans=(), owner="Y")
    with pytest.raises(InputError):
        store.write_now(lambda tx: set_up_firm(tx, facts))
    with store.read() as reader:
        assert setting(reader, FIRM_NAME) == ""


def test_there_is_always_exactly_one_owner(store: Store) -> None:
    first = store.write_now(lambda tx: set_up_firm(tx, FACTS))
    second = store.write_now(lambda tx: save_person(tx, Person(name="Dana", role=Role.OWNER)))
    with store.read() as reader:
        assert [(person.name, person.role) for person in people(reader)] == [("Dana", "owner"), ("Marta Ruiz", "desk")]
    with pytest.raises(InputError, match="owner"):
        store.write_now(lambda tx: remove_person(tx, second.id))
    store.write_now(lambda tx: remove_person(tx, first.id))


def test_a_person_without_shifts_works_the_hours_of_the_business(store: Store) -> None:
    owner = store.write_now(lambda tx: set_up_firm(tx, FACTS))
    with store.read() as reader:
        assert working_hours(reader, owner.id).spans == FACTS.spans
    store.write_now(lambda tx: save_shifts(tx, owner.id, (Span(2, time(9), time(11)),)))
    with store.read() as reader:
        assert working_hours(reader, owner.id).spans == (Span(2, time(9), time(11)),)
