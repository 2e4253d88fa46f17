"""Answers, bookings and proposals happen exactly as written, once, and can be taken back until they have left."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from backroom.errors import InputError, VerbRefused
from backroom.escalation import verbs
from backroom.escalation.act import Act, Done
from backroom.escalation.bookings import Slot
from backroom.escalation.deeds import CLOSE, Deeds
from backroom.escalation.undo import undo
from backroom.ids import new_id
from backroom.records.appointments import Appointment
from backroom.records.customers import Lead
from backroom.records.escalations import EscalationState
from backroom.records.runs import Effect, EventRow
from backroom.store.transaction import Transaction
from tests.unit.escalation.conftest import MONDAY, Firm

TUESDAY = Slot(starts_at=MONDAY + timedelta(days=1), ends_at=MONDAY + timedelta(days=1, hours=2))


@pytest.fixture
def deeds(firm: Firm) -> Deeds:
    """Return the verbs that send through the firm's box."""
    return Deeds(firm.box)


def take_back(firm: Firm, done: Done, by: int) -> Done:
    return firm.store.write_now(lambda tx: undo(tx, Act(done.item_id, done.undo, by), firm.box))


def effects(firm: Firm) -> list[str]:
    with firm.store.read() as reader:
        return [row.state for row in reader.session.query(Effect)]


def test_an_answer_is_planned_with_the_step_and_the_item_waits_for_a_reply(firm: Firm, deeds: Deeds) -> None:
    item = firm.open(unanswered=True)
    done = firm.store.write_now(lambda tx: deeds.reply(tx, Act(item.id, 1, firm.dana), "We come on Tuesday."))
    now = firm.item(item.id)
    assert (now.shelf, now.unanswered, now.owner_id) == ("waiting", 0, firm.dana)
    assert done.effect_id is not None
    assert effects(firm) == ["planned"]


def test_an_answer_taken_back_is_never_sent_and_the_item_is_as_it_was(firm: Firm, deeds: Deeds) -> None:
    item = firm.open(unanswered=True)
    done = firm.store.write_now(lambda tx: deeds.reply(tx, Act(item.id, 1, firm.dana), "We come.", then=CLOSE))
    take_back(firm, done, firm.dana)
    now = firm.item(item.id)
    assert (now.state, now.unanswered, now.owner_id, now.outcome) == (EscalationState.NEW, 1, None, "")
    assert effects(firm) == ["cancelled"]
    assert firm.kinds(item.id) == ["opened", "replied", "undone"]


def test_an_answer_that_has_left_cannot_be_taken_back(firm: Firm, deeds: Deeds) -> None:
    item = firm.open()
    done = firm.store.write_now(lambda tx: deeds.reply(tx, Act(item.id, 1, firm.dana), "We come."))
    firm.store.write_now(lambda tx: tx.driver("UPDATE effect SET state = 'confirmed'", changes="effect"))
    with pytest.raises(VerbRefused, match="already left"):
        take_back(firm, done, firm.dana)
    assert firm.item(item.id).shelf == "waiting"


def test_two_people_never_both_answer(firm: Firm, deeds: Deeds) -> None:
    item = firm.open()
    firm.store.write_now(lambda tx: deeds.reply(tx, Act(item.id, 1, firm.dana), "Tuesday."))
    with pytest.raises(VerbRefused, match="Dana Okafor answered at 10:00"):
        firm.store.write_now(lambda tx: deeds.reply(tx, Act(item.id, 1, firm.sam), "Wednesday."))
    assert effects(firm) == ["planned"]


def test_a_booking_makes_the_appointment_and_books_the_enquiry(firm: Firm, deeds: Deeds) -> None:
    item = firm.open()
    done = firm.store.write_now(lambda tx: deeds.book(tx, Act(item.id, 1, firm.dana), TUESDAY, text="See you."))
    assert done.words == "Booked Tue 03 Mar, 10:00, confirmation sent."
    with firm.store.read() as reader:
        made, lead = reader.session.query(Appointment).one(), reader.session.query(Lead).one()
        kinds = [row.kind for row in reader.session.query(EventRow).order_by(EventRow.id)]
    assert (made.title, made.lead_id, lead.state, lead.booked_at) == ("Visit: Helen Lee", lead.id, "booked", MONDAY)
    assert {"appointment.changed", "lead.changed", "escalation.changed"} <= set(kinds)
    take_back(firm, done, firm.dana)
    with firm.store.read() as reader:
        made, lead = reader.session.query(Appointment).one(), reader.session.query(Lead).one()
    assert (made.state, lead.state, lead.booked_at) == ("cancelled", "new", None)
    assert firm.item(item.id).state == EscalationState.NEW


def test_a_visit_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="ends before"):
        Slot(starts_at=MONDAY, ends_at=MONDAY)


def test_a_proposal_happens_exactly_as_written(firm: Firm, deeds: Deeds) -> None:
    offer = {
        "kind": "book",
        "title": "Book Tue 10-12 with Sam, text Mrs Lee",
        "starts_at": TUESDAY.starts_at,
        "ends_at": TUESDAY.ends_at,
        "person_id": firm.sam,
        "text": "Sam comes on Tuesday.",
    }
    item = firm.open(proposals=[{"kind": "mark_lost"}, offer])
    firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 2))
    with firm.store.read() as reader:
        assert reader.session.query(Appointment).one().person_id == firm.sam
    assert effects(firm) == ["planned"]
    with pytest.raises(VerbRefused, match="acted on this"):
        firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 1))


def test_a_proposal_that_lacks_something_asks_for_it_and_takes_it(firm: Firm, deeds: Deeds) -> None:
    item = firm.open(proposals=[{"kind": "send_text"}])
    with pytest.raises(InputError) as caught:
        firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 1))
    assert caught.value.field == "text"
    firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 1, {"text": "Hello."}))
    assert effects(firm) == ["planned"]


def test_a_lost_enquiry_comes_back_with_undo(firm: Firm, deeds: Deeds) -> None:
    item = firm.open(proposals=[{"kind": "mark_lost"}])
    done = firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 1))
    with firm.store.read() as reader:
        assert reader.session.query(Lead).one().state == "lost"
    take_back(firm, done, firm.dana)
    with firm.store.read() as reader:
        lead = reader.session.query(Lead).one()
    assert (lead.state, lead.closed_at) == ("new", None)


def test_what_only_opens_a_place_changes_nothing(firm: Firm, deeds: Deeds) -> None:
    item = firm.open(proposals=[{"kind": "open_connection"}], connection_id=9)
    done = firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 1))
    assert (done.go_to, done.undo, firm.item(item.id).version) == ("connection:9", 0, 1)


def test_calling_back_takes_the_item_and_names_the_number(firm: Firm, deeds: Deeds) -> None:
    item = firm.open(proposals=[{"kind": "call_back"}])
    done = firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 1))
    assert done.go_to == "call:+13125550173"
    assert firm.item(item.id).owner_id == firm.dana


def test_a_send_in_doubt_is_repeated_or_left_as_a_person_says(firm: Firm, deeds: Deeds) -> None:
    for number, state in ((1, "planned"), (2, "confirmed")):
        row = Effect(key=f"mail-{number}", action="send", request=b"", planned_at=MONDAY, state="in_doubt")
        effect_id = firm.store.write_now(lambda tx, row=row: tx.add(row).id)  # type: ignore[misc]
        item = firm.open(f"doubt-{number}", proposals=[{"kind": "send_again"}, {"kind": "leave"}], effect_id=effect_id)
        act = Act(item.id, 1, firm.dana)
        done = firm.store.write_now(partial(deeds.do_proposal, act=act, number=number))
        assert effects(firm)[-1] == state
        assert done.undo == 0


def test_an_event_that_was_set_aside_is_tried_again(firm: Firm, deeds: Deeds) -> None:
    row = EventRow(id=new_id(), kind="x", source_key="x", at=MONDAY, payload=b"{}", state=2, tries=3)
    event_id = firm.store.write_now(lambda tx: tx.add(row)).id
    item = firm.open(proposals=[{"kind": "retry_event", "event_id": str(event_id)}])
    firm.store.write_now(lambda tx: deeds.do_proposal(tx, Act(item.id, 1, firm.dana), 1))
    with firm.store.read() as reader:
        found = reader.session.get(EventRow, event_id)
    assert found is not None
    assert (found.state, found.tries) == (0, 0)


def every_verb(firm: Firm) -> list[Callable[[Transaction, Act], Done]]:
    return [
        verbs.claim,
        lambda tx, act: verbs.assign(tx, act, to=firm.sam),
        verbs.snooze,
        lambda tx, act: verbs.note(tx, act, "Hm."),
        verbs.resolve,
        verbs.not_an_exception,
        lambda tx, act: verbs.release(tx, act, firm.policies),
    ]


@pytest.mark.parametrize("number", range(7))
def test_every_verb_can_be_taken_back_once(firm: Firm, number: int) -> None:
    item = firm.open()
    firm.run()
    before = firm.item(item.id)
    done = firm.store.write_now(lambda tx: every_verb(firm)[number](tx, Act(item.id, 2, firm.dana)))
    take_back(firm, done, firm.dana)
    after = firm.item(item.id)
    for name in ("state", "shelf", "owner_id", "next_at", "due_at", "outcome", "snoozed_until", "resolved_at"):
        assert getattr(after, name) == getattr(before, name), name
    with pytest.raises(VerbRefused, match="already"):
        take_back(firm, done, firm.dana)


def test_what_somebody_built_on_cannot_be_taken_back(firm: Firm) -> None:
    item = firm.open()
    done = firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 1, firm.dana)))
    firm.store.write_now(lambda tx: verbs.reopen(tx, Act(item.id, 2, firm.sam), firm.policies))
    with pytest.raises(VerbRefused, match="Sam Becker opened this again at 10:00, after that"):
        take_back(firm, done, firm.dana)
    with pytest.raises(VerbRefused, match="Dana Okafor did this"):
        take_back(firm, done, firm.sam)


def test_a_late_undo_leaves_an_item_that_wakes(firm: Firm) -> None:
    item = firm.open()
    firm.run()
    done = firm.store.write_now(lambda tx: verbs.resolve(tx, Act(item.id, 2, firm.dana)))
    firm.clock.set(datetime(2026, 6, 1, 16, 0, tzinfo=UTC))
    take_back(firm, done, firm.dana)
    assert firm.item(item.id).next_at == datetime(2026, 6, 1, 16, 0, tzinfo=UTC)
    firm.run()
    assert firm.kinds(item.id)[-1] == "notified"
