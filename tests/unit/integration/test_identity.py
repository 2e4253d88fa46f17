"""The same person is one customer, whatever is read first; a shared number or a name alone makes nobody the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backroom.integration.identity import Hint, People
from backroom.integration.identity_links import LINKED, join, take_apart
from backroom.integration.names import names_agree
from backroom.integration.phones import to_e164
from backroom.records.all import metadata
from backroom.store.customers import page
from backroom.store.search import find_customers
from backroom.store.store import Store
from tests.unit.integration.stand_in import START, House, call, form, invoice, mail

HOUR = timedelta(hours=1)


def customers(house: House) -> int:
    return int(house.one("SELECT count(*) FROM customer WHERE joined_into IS NULL"))


def test_by_phone_and_by_mail_is_one_customer(house: House) -> None:
    house.arrives(form(name="Helen Lee", email="", phone="312 555 0142"))
    house.arrives(form(name="Helen Lee", email="helen@work.example", at=START + timedelta(days=30)))
    assert customers(house) == 1
    assert house.rows("SELECT kind, value FROM identity ORDER BY kind") == [
        ("email", "helen@work.example"),
        ("phone", "+13125550142"),
    ]


def test_two_customers_who_turn_out_to_be_one_are_joined_and_can_be_taken_apart(house: House) -> None:
    house.arrives(form(name="Helen Lee", email="", phone="312 555 0142", message="Phone only"))
    house.arrives(mail("A leak.", sender="Helen Lee <helen@home.example>", at=START + HOUR))
    assert customers(house) == 2
    house.arrives(form(name="Helen Lee", message="Both at once", at=START + timedelta(days=30)))
    assert customers(house) == 1
    kept = house.one("SELECT kept_id FROM customer_join")
    assert {row[0] for row in house.rows("SELECT customer_id FROM lead")} == {kept}
    assert {row[0] for row in house.rows("SELECT customer_id FROM message")} == {kept}
    assert house.one("SELECT count(*) FROM event WHERE source_key LIKE 'lead.moved:%'") == 1
    join_id = house.one("SELECT id FROM customer_join")
    house.store.write_now(lambda tx: take_apart(tx, join_id))
    assert customers(house) == 2
    other = house.one("SELECT other_id FROM customer_join")
    assert house.one("SELECT count(*) FROM lead WHERE customer_id = ?", other) == 1
    assert house.one("SELECT count(*) FROM identity WHERE customer_id = ?", other) == 1


def test_people_of_one_office_who_share_a_number_stay_two(house: House) -> None:
    house.arrives(form(name="Helen Lee", email="helen@office.example"))
    house.arrives(form(name="Tomasz Nowak", email="tomasz@office.example", at=START + HOUR))
    assert customers(house) == 2
    assert house.one("SELECT count(*) FROM customer_join") == 0


def test_somebody_without_an_address_behind_a_shared_number_is_found_again(house: House) -> None:
    house.arrives(form(name="Helen Lee"))
    house.arrives(invoice("RR-1", customer_name="Bob Smith", customer_email="", customer_phone="312-555-0142"))
    house.arrives(invoice("RR-2", customer_name="Smith, Bob", customer_email="", customer_phone="312-555-0142"))
    assert customers(house) == 2
    assert house.one("SELECT count(DISTINCT customer_id) FROM invoice") == 1


def test_a_name_alone_recognises_nobody(house: House) -> None:
    house.arrives(form(name="Helen Lee"))
    house.arrives(invoice(customer_name="Helen Lee", customer_email=""))
    assert house.one("SELECT customer_id FROM invoice") is None


def test_a_reply_from_another_address_of_theirs_is_learned(house: House) -> None:
    house.arrives(form(message_id="<f1@x>"))
    ours = mail(
        "Hi",
        sender="office@ridgeline.example",
        to="helen@home.example",
        outgoing=True,
        message_id="<o@r>",
        answers="<f1@x>",
        at=START + HOUR,
    )
    house.arrives(ours, stream="sent")
    house.arrives(mail("Yes", sender="Helen Lee <helen@work.example>", answers="<o@r>", at=START + 2 * HOUR))
    assert customers(house) == 1
    assert house.one("SELECT count(*) FROM identity WHERE kind = 'email'") == 2


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Helen Lee", "helen lee", True),
        ("Lee, Helen", "Helen Lee", True),
        ("H. Lee", "Helen Lee", True),
        ("Helen M. Lee", "Helen Lee", True),
        ("Hélène Ngô", "Helene Ngo", True),
        ("Dr. Helen Lee", "Helen Lee", True),
        ("Catherine Brown", "Katherine Brown", True),
        ("Helen Lee", "Tom Lee", False),
        ("Helen Lee", "Helen Novak", False),
        ("", "Helen Lee", True),
        ("helen@home.example", "Tom Ray", True),
        ("Helen", "Helen Lee", True),
        ("Tom", "Helen Lee", False),
    ],
)
def test_names_speak_for_or_against_one_person(one: str, other: str, agree: bool) -> None:
    assert names_agree(one, other) is agree
    assert names_agree(other, one) is agree


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("(312) 555-0142", "US", "+13125550142"),
        ("312.555.0142 ext. 3", "US", "+13125550142"),
        ("+49 30 901820", "US", "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("anonymous", "US", ""),
        ("", "US", ""),
        ("12", "US", ""),
    ],
)
def test_numbers_have_one_spelling(written: str, country: str, number: str) -> None:
    assert to_e164(written, country) == number


PEOPLE = st.lists(
    st.builds(
        Hint,
        name=st.sampled_from(["Helen Lee", "H. Lee", "", "Tom Ray", "Tom Lee"]),
        email=st.sampled_from(["", "a@x.example", "b@x.example", "c@x.example"]),
        phone=st.sampled_from(["", "+13125550101", "+13125550102"]),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hints=PEOPLE)
def test_what_was_found_once_is_found_again_and_nobody_has_two_owners(store: Store, hints: list[Hint]) -> None:
    def meet(tx: object) -> None:
        people = People(tx, source="test")  # type: ignore[arg-type]
        for hint in hints:
            found = people.find_or_make(hint, START)
            if hint.email:
                assert people.find(Hint(email=hint.email)) == found
            if hint.keys:
                assert people.find_or_make(hint, START) == found
                fresh = People(tx, source="test")  # type: ignore[arg-type]
                assert fresh.find(hint) == found

    store.write_now(meet)
    with store.read() as reader:
        dangling = reader.driver(
            "SELECT count(*) FROM identity AS i JOIN customer AS c ON c.id = i.customer_id"
            " WHERE c.joined_into IS NOT NULL"
        ).scalar()
    assert dangling == 0


def test_undoing_a_join_twice_is_refused(house: House) -> None:
    house.arrives(form(name="Ann Poe", email="ann@x.example", phone=""))
    house.arrives(form(name="Bea Roy", email="bea@x.example", phone=""))
    one, other = (row[0] for row in house.rows("SELECT id FROM customer ORDER BY id"))
    made = house.store.write_now(lambda tx: join(tx, kept_id=one, other_id=other, reason="by hand").id)
    house.store.write_now(lambda tx: take_apart(tx, made))
    with pytest.raises(Exception, match="not joined"):
        house.store.write_now(lambda tx: take_apart(tx, made))


def test_calls_of_both_are_seen_after_a_join(house: House) -> None:
    house.arrives(form(name="Helen Lee", email="", phone="312 555 0142"), call(at=START + HOUR))
    house.arrives(mail("Hello", sender="Helen Lee <helen@home.example>", at=START + HOUR))
    house.arrives(form(name="Helen Lee", message="Once more", at=START + timedelta(days=30)))
    assert house.one("SELECT customer_id FROM call") == house.one("SELECT kept_id FROM customer_join")


def test_a_join_moves_whatever_hangs_on_a_customer() -> None:
    hanging = {table.name for table in metadata.sorted_tables if "customer_id" in table.c}
    assert hanging - set(LINKED) == {"event", "hold_out"}  # what happened stays as it was told, a draw as it fell


def test_who_was_joined_to_somebody_else_is_in_no_list(house: House) -> None:
    house.arrives(form(name="Helen Lee", email="", phone="312 555 0142"))
    house.arrives(mail("Hello", sender="Helen Lee <helen@home.example>", at=START + HOUR))
    house.arrives(form(name="Helen Lee", message="Once more", at=START + timedelta(days=30)))
    with house.store.read() as reader:
        assert len(page(reader).rows) == len(page(reader, order="name").rows) == 1
        assert len(find_customers(reader, "Helen")) == len(find_customers(reader, "He")) == 1
