"""Calls, appointments and invoices: linked to their customer, corrected in place, never counted twice."""

from datetime import timedelta

from backroom.records.messages import Fate
from backroom.settings import LEADS_FROM_CALLS
from backroom.store.firm import set_setting
from tests.unit.integration.stand_in import START, House, appointment, call, form, invoice

HOUR = timedelta(hours=1)


def test_a_call_finds_its_customer_by_number_in_any_spelling(house: House) -> None:
    house.arrives(form(phone="312-555-0142"))
    house.arrives(call("(312) 555 0142", at=START + HOUR))
    assert house.one("SELECT customer_id FROM call") == house.one("SELECT id FROM customer")


def test_a_call_before_its_customer_was_known_is_linked_afterwards(house: House) -> None:
    house.arrives(call(at=START - HOUR))
    assert house.one("SELECT customer_id FROM call") is None
    house.arrives(form())
    assert house.one("SELECT customer_id FROM call") == house.one("SELECT id FROM customer")


def test_calling_back_touches_the_lead_but_a_call_nobody_took_does_not(house: House) -> None:
    house.arrives(form(), call(at=START + HOUR, inbound=False, answered=False))
    assert house.one("SELECT first_touch_at FROM lead") is None
    house.arrives(call(at=START + 2 * HOUR, inbound=False))
    assert house.rows("SELECT state, first_touch_by FROM lead") == [("touched", "person")]


def test_an_unknown_caller_is_no_lead_unless_the_owner_wants_it(house: House) -> None:
    house.arrives(call(answered=False))
    assert house.one("SELECT count(*) FROM lead") == 0
    house.store.write_now(lambda tx: set_setting(tx, LEADS_FROM_CALLS, value=True))
    house.arrives(call("+13125550177", answered=False, name="Tom Ray"))
    assert house.rows("SELECT source, state FROM lead") == [("call", "new")]
    assert house.one("SELECT name FROM customer") == "Tom Ray"


def test_a_corrected_line_changes_the_call_and_says_so_once(house: House) -> None:
    house.arrives(call(key="line-7", seconds=10))
    house.arrives(call(key="line-7", seconds=95))
    assert house.rows("SELECT duration_s FROM call") == [(95,)]
    assert house.one("SELECT count(*) FROM event WHERE kind = 'call.ended'") == 2
    house.arrives(call(key="line-7", seconds=10))
    assert house.one("SELECT count(*) FROM event WHERE kind = 'call.ended'") == 3


def test_an_account_connected_anew_brings_nothing_twice(house: House) -> None:
    house.arrives(call(), appointment(), invoice())
    house.connections.remove(house.connection_id)
    house.connection_id = house.connections.add(
        "stand_in", {"address": "office@ridgeline.example", "password": "right"}
    )
    events = house.one("SELECT count(*) FROM event WHERE kind <> 'connection.recovered'")
    house.sync.poll(house.connection_id)
    assert [house.one(f"SELECT count(*) FROM {table}") for table in ("call", "appointment", "invoice")] == [1, 1, 1]
    assert house.fates()[3:] == [Fate.DUPLICATE] * 3
    assert house.one("SELECT count(*) FROM event WHERE kind <> 'connection.recovered'") == events


def test_an_appointment_books_the_open_lead(house: House) -> None:
    house.arrives(form(), appointment(at=START + HOUR))
    assert house.one("SELECT state FROM lead") == "booked"
    assert house.one("SELECT lead_id FROM appointment") == house.one("SELECT id FROM lead")


def test_an_appointment_read_before_its_lead_books_it_too(house: House) -> None:
    house.arrives(appointment(at=START + HOUR))
    house.arrives(form())
    assert house.one("SELECT state FROM lead") == "booked"


def test_a_moved_and_cancelled_appointment_stays_one_row(house: House) -> None:
    house.arrives(appointment())
    house.arrives(appointment(starts_at=START + timedelta(days=5)))
    house.arrives(appointment(starts_at=START + timedelta(days=5), state="cancelled"))
    assert house.rows("SELECT state FROM appointment") == [("cancelled",)]
    kinds = house.rows(
        "SELECT json_extract(payload, '$.state') FROM event WHERE kind = 'appointment.changed' ORDER BY id"
    )
    assert kinds == [("booked",), ("booked",), ("cancelled",)]


def test_an_invoice_is_linked_and_its_payment_noted(house: House) -> None:
    house.arrives(form(), invoice(), invoice("RR-2", customer_email=""))
    house.arrives(invoice(paid_minor=120_000))
    assert house.rows("SELECT number, paid_minor, customer_id IS NULL FROM invoice ORDER BY number") == [
        ("RR-1", 120_000, 0),
        ("RR-2", 0, 1),
    ]
