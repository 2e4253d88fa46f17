"""The engine keeps every promise once: starts, waits, stops, expires, survives poison and restarts."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from backroom.automation.engine import Engine
from backroom.automation.rule_check import read_rule, read_rules
from backroom.automation.rule_trials import waive
from backroom.automation.rulebook import install_rules, put_in_force, switch_rule
from backroom.automation.texts import read_texts
from backroom.clock import ManualClock
from backroom.escalation.desk import Desk
from backroom.escalation.policy_file import load_policies
from backroom.events import ConnectionTrouble, CustomerOptedOut, EffectSettled, LeadChanged, MessageReceived
from backroom.records.customers import Consent, Lead
from backroom.records.escalations import Escalation
from backroom.records.runs import EffectState, EventState, RunState
from backroom.store.store import Store
from tests.unit.automation.conftest import RESOURCES, START, House

NOTE = """
key = "{key}"
name = "Note"
when = {{ event = "lead.created" }}
{more}
[[then]]
do = "note"
text = "Asked: {{lead.subject}}"
"""
WAITING = """
key = "{key}"
name = "Wait and write"
when = {{ event = "lead.created" }}
{more}
unless = [{{ field = "lead.replied", is = true }}]
[[then]]
do = "wait"
for = "{span}"
[[then]]
do = "send_message"
text = "follow-up-first"
key = "{key}:{{lead}}"
"""


def shipped(house: House) -> None:
    """Put the rules that ship with the program in force."""
    rules = read_rules(RESOURCES / "rules")
    house.change(lambda tx: install_rules(tx, rules))


def test_an_event_starts_the_rules_that_match_and_says_why(house: House) -> None:
    house.install(NOTE.format(key="yes", more='if = { field = "lead.source", is = "web_form" }'))
    house.install(NOTE.format(key="never", more='if = { field = "lead.source", is = "phone" }'))
    house.lead()
    house.work()
    (run,) = house.runs()
    assert (run.rule_key, run.state, run.outcome) == ("yes", RunState.DONE, "Asked: Leaking roof 1")
    assert house.steps(run.id) == ["Asked: Leaking roof 1"]
    assert house.events("lead.created")[0].state == EventState.DONE


def test_the_shipped_rules_answer_an_enquiry_and_follow_up_in_working_time(house: House) -> None:
    shipped(house)
    house.lead()
    house.work()
    (answer,) = house.outbox.waiting(house.store)
    assert answer.key.startswith("welcome:")
    assert b"Re: Leaking roof 1" in answer.request
    house.outbox.settle(house.store)
    house.work()
    assert [run.state for run in house.runs("instant-lead-reply")] == [RunState.DONE]
    house.work(timedelta(hours=23))
    assert house.outbox.waiting(house.store) == []
    house.work(timedelta(hours=1))
    assert [one.key.split(":")[0] for one in house.outbox.waiting(house.store)] == ["follow-up-1"]
    house.outbox.settle(house.store)
    house.work()
    house.work(timedelta(days=2))
    assert [one.key.split(":")[0] for one in house.outbox.waiting(house.store)] == ["follow-up-2"]
    house.outbox.settle(house.store)
    house.work()
    (run,) = house.runs("lead-follow-up")
    assert run.state == RunState.DONE
    assert house.steps(run.id)[0] == "Waits until Tue 03 Mar 09:00."


def test_a_reply_stops_the_follow_up_when_it_would_wake(house: House) -> None:
    house.install(WAITING.format(key="later", span="1 working day", more=""))
    lead_id = house.lead()
    house.work()
    house.change(lambda tx: tx.execute(update(Lead).where(Lead.id == lead_id).values(replied_at=tx.now)))
    house.work(timedelta(days=1))
    (run,) = house.runs()
    assert (run.state, run.outcome) == (RunState.STOPPED, "Stopped: they have replied.")
    assert house.outbox.waiting(house.store) == []


def test_switching_a_rule_off_stops_what_waits_for_it(house: House) -> None:
    (rule,) = house.install(WAITING.format(key="later", span="1 working day", more=""))
    house.lead()
    house.work()
    house.change(lambda tx: switch_rule(tx, rule, on=False))
    house.work(timedelta(days=3))
    (run,) = house.runs()
    assert (run.state, run.outcome) == (RunState.STOPPED, "Stopped: the rule was switched off.")
    assert house.outbox.waiting(house.store) == []


def test_news_of_the_customer_stops_a_waiting_run_at_once(house: House) -> None:
    shipped(house)
    lead_id = house.lead()
    house.work()
    house.outbox.settle(house.store)

    def opt_out(tx: object) -> None:
        with_customer = house.runs()[0].customer_id
        tx.add(Consent(channel="mail", address="lee1@example.com", allowed=0, at=START, customer_id=with_customer))  # type: ignore[attr-defined]
        tx.emit(  # type: ignore[attr-defined]
            CustomerOptedOut(
                source_key="stop:1",
                at=START,
                customer_id=with_customer,
                lead_id=lead_id,
                channel="mail",
                address="lee1@example.com",
            )
        )

    house.change(opt_out)
    house.work()
    (run,) = house.runs("lead-follow-up")
    assert (run.state, run.outcome) == (RunState.STOPPED, "Stopped: they asked us not to write.")


def test_what_is_older_than_the_rule_allows_is_skipped_and_says_so(house: House) -> None:
    house.install(NOTE.format(key="fresh", more="").replace('created" }', 'created", expires = "2 hours" }'))
    house.lead(at=START - timedelta(hours=3))
    house.work()
    (run,) = house.runs()
    assert (run.state, run.outcome) == (RunState.SKIPPED, "Not started: this happened more than 2 hours ago.")


def test_two_rules_that_want_the_same_message_send_one(house: House) -> None:
    body = WAITING.format(key="one", span="1 minute", more="").replace('"one:{lead}"', '"same:{lead}"')
    house.install(body, body.replace('key = "one"', 'key = "two"'))
    house.lead()
    house.work()
    house.work(timedelta(minutes=1))
    assert len(house.outbox.waiting(house.store)) == 1
    states = sorted(run.state for run in house.runs())
    assert states == [RunState.DONE, RunState.WAITING]
    done = next(run for run in house.runs() if run.state == RunState.DONE)
    assert done.outcome == "Not sent again: the rule “one” asked for the very same first."


@pytest.mark.parametrize(
    ("overlap", "states"),
    [
        ("single", [RunState.WAITING, RunState.SKIPPED]),
        ("parallel", [RunState.WAITING, RunState.WAITING]),
        ("restart", [RunState.STOPPED, RunState.WAITING]),
    ],
)
def test_overlap_is_per_subject_as_the_rule_says(house: House, overlap: str, states: list[RunState]) -> None:
    more = f'overlap = "{overlap}"'
    house.install(WAITING.format(key="waiter", span="1 hour", more=more).replace("lead.created", "lead.changed"))
    lead_id = house.lead()
    house.lead(2)
    for number in range(2):
        event = LeadChanged(source_key=f"c:{number}", at=START, lead_id=lead_id, what="touched")
        house.emit(event)
    house.work()
    assert [run.state for run in house.runs()] == states


def test_a_refused_message_ends_the_rule_in_words(house: House) -> None:
    shipped(house)
    house.lead()
    house.work()
    house.outbox.settle(house.store, EffectState.REFUSED, "There is no such mailbox.")
    house.work()
    (run,) = house.runs("instant-lead-reply")
    assert (run.state, run.outcome) == (RunState.STOPPED, "Stopped. There is no such mailbox.")
    assert [wish.kind for wish in house.inbox.wishes] == ["refused"]


def test_a_message_in_doubt_becomes_a_card_and_the_run_waits_for_the_person(house: House) -> None:
    shipped(house)
    house.lead()
    house.work()
    house.outbox.settle(house.store, EffectState.IN_DOUBT, "the line broke while sending")
    house.work()
    (run,) = house.runs("instant-lead-reply")
    assert run.state == RunState.WAITING
    for _ in range(3):
        house.work(timedelta(hours=7))
    assert len(house.steps(run.id)) == 2
    (wish,) = (wish for wish in house.inbox.wishes if wish.kind == "in_doubt")
    assert "lee1@example.com" in wish.why
    event = EffectSettled(source_key="again", at=START, effect_id=run.effect_id or 0, state=EffectState.CONFIRMED)
    house.emit(event)
    house.work()
    assert house.runs("instant-lead-reply")[0].state == RunState.DONE


def test_news_of_an_effect_that_never_came_is_looked_up(house: House) -> None:
    house.install(WAITING.format(key="waiter", span="1 minute", more=""))
    house.lead()
    house.work()
    house.work(timedelta(minutes=1))
    house.work(timedelta(hours=7))
    assert house.runs()[0].state == RunState.WAITING
    house.outbox.settle(house.store)
    house.change(lambda tx: tx.driver("DELETE FROM event WHERE kind = 'effect.settled'", changes="event"))
    house.work(timedelta(hours=7))
    assert house.runs()[0].state == RunState.DONE


def test_a_text_with_a_hole_is_never_sent_and_a_person_hears_of_it(house: House) -> None:
    shipped(house)
    house.change(
        lambda tx: tx.driver(
            "INSERT INTO message_text (key, subject, body, edited_at, edited_by)"
            " VALUES ('first-answer', 'Hi', 'Dear {{ customer.company }}', 0, '')",
            changes="message_text",
        )
    )
    house.lead()
    house.work()
    (run,) = house.runs("instant-lead-reply")
    assert run.state == RunState.FAILED
    assert "needs customer.company, which is empty here" in (run.outcome or "")
    assert [wish.kind for wish in house.inbox.wishes] == ["run_failed"]
    assert house.outbox.waiting(house.store) == []


def test_what_came_before_the_connection_is_left_alone(house: House) -> None:
    shipped(house)
    house.change(
        lambda tx: tx.driver(
            "INSERT INTO connection (id, connector, name, created_at, settings, account, state, trouble, remedy,"
            " failures)"
            " VALUES (7, 'imap', 'Shop', ?, '{}', '', 'ok', '', '', 0)",
            (int((START + timedelta(hours=1)).timestamp() * 1e6),),
            changes="connection",
        )
    )
    house.lead()
    house.change(lambda tx: tx.driver("UPDATE message SET connection_id = 7", changes="message"))
    house.work()
    assert house.runs() == []


def test_replies_and_urgent_and_unreadable_messages_reach_a_person(house: House) -> None:
    shipped(house)
    house.lead()
    message_id = house.change(lambda tx: tx.driver("SELECT id FROM message").scalar())
    fates = [("reply", False), ("reply", True), ("unreadable", False), ("newsletter", False)]
    for number, (fate, urgent) in enumerate(fates):
        event = MessageReceived(
            source_key=f"m:{number}",
            at=START,
            message_id=message_id,
            fate=fate,
            urgent=urgent,
            reason="water coming in",
        )
        house.emit(event)
    house.work()
    kinds = sorted(wish.kind for wish in house.inbox.wishes)
    assert kinds == ["reply", "unreadable", "urgent"]
    card = next(wish for wish in house.inbox.wishes if wish.kind == "urgent")
    assert card.due_at == START + timedelta(minutes=15)
    assert card.reason == "Sounds urgent: Leaking roof 1"


def test_an_urgent_enquiry_is_answered_at_once_and_reaches_a_person(house: House) -> None:
    shipped(house)
    house.lead(1, urgent=True)
    house.lead(2)
    house.work()
    (card,) = house.inbox.wishes
    assert (card.kind, card.severity, card.due_at) == ("urgent", "urgent", START + timedelta(minutes=15))
    assert card.reason == "Sounds urgent: Leaking roof 1"
    assert len(house.runs("instant-lead-reply")) == 2


def test_a_run_keeps_its_version_when_the_rule_changes(house: House) -> None:
    (old,) = house.install(WAITING.format(key="waiter", span="1 hour", more=""))
    house.lead()
    house.work()
    new = read_rule(old.body.replace("follow-up-first", "follow-up-last"), "rule.toml")
    house.change(lambda tx: waive(tx, new, by="Marta"))
    house.change(lambda tx: put_in_force(tx, new, made_by="Marta"))
    house.lead(2)
    house.work()
    house.work(timedelta(hours=1))
    subjects = [b"make sure" in one.request for one in house.outbox.waiting(house.store)]
    assert subjects == [True, False]


def test_waits_and_runs_survive_a_restart(tmp_path_factory: pytest.TempPathFactory, clock: ManualClock) -> None:
    path = tmp_path_factory.mktemp("restart") / "backroom.sqlite"
    first = Store.open(path, clock=clock, quick=True)
    house = House(first, clock)
    house.install(WAITING.format(key="waiter", span="1 hour", more=""))
    house.lead()
    house.work()
    first.close()
    clock.advance(timedelta(hours=2))
    second = Store.open(path, clock=clock, quick=True)
    again = House(second, clock)
    again.work()
    assert len(again.outbox.waiting(second)) == 1
    second.close()


def test_a_step_whose_moment_has_passed_while_away_is_not_made_up_for(house: House) -> None:
    body = WAITING.format(key="waiter", span="1 hour", more="") + 'expires = "2 hours"\n'
    house.install(body)
    house.lead()
    house.work()
    house.work(timedelta(days=3))
    (run,) = house.runs()
    assert (run.state, run.outcome) == (RunState.DONE, "Not sent: its moment has passed.")


def test_a_rule_can_stop_another_and_branch(house: House) -> None:
    house.install(
        WAITING.format(key="waiter", span="1 hour", more=""),
        """
key = "stopper"
name = "Stopper"
when = { event = "lead.changed" }
[[then]]
do = "branch"
if = { field = "event.what", is = "booked" }
[[then.then]]
do = "stop_other_runs"
rules = ["waiter"]
[[then.then]]
do = "tag"
add = "booked"
[[then.else]]
do = "stop"
because = "nothing was booked"
[[then]]
do = "update_record"
field = "lead.state"
to = "booked"
""",
    )
    lead_id = house.lead()
    house.work()
    for what in ("touched", "booked"):
        event = LeadChanged(source_key=what, at=START, lead_id=lead_id, what=what)
        house.emit(event)
    house.work()
    assert house.runs("stopper")[0].outcome == "Stopped: nothing was booked."
    assert house.runs("waiter")[0].outcome == "Stopped by “Stopper”."
    assert "Tags are now: booked." in house.steps(house.runs("stopper")[1].id)
    with house.store.read() as reader:
        assert reader.scalars(select(Lead)).one().state == "booked"


def test_a_scheduled_rule_runs_once_for_what_was_missed(house: House) -> None:
    house.install(
        """
key = "daily"
name = "Daily"
when = { schedule = "working days", at = "8:00" }
subject = "event"
[[then]]
do = "note"
text = "Good morning"
"""
    )
    house.work()
    assert house.runs() == []
    house.work(timedelta(days=1))
    assert len(house.runs()) == 1
    house.work(timedelta(hours=1))
    assert len(house.runs()) == 1
    house.work(timedelta(days=5))
    assert len(house.runs()) == 2


def test_the_engine_thread_starts_a_run_soon_after_the_event(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "live.sqlite", quick=True)
    house = House(store, ManualClock(START))
    house.install(NOTE.format(key="live", more=""))
    house.engine.start()
    try:
        house.lead()
        ends = time.monotonic() + 60
        while not any(run.state == RunState.DONE for run in house.runs()) and time.monotonic() < ends:
            time.sleep(0.01)
        assert house.runs()[0].state == RunState.DONE
        assert house.engine.health().well
    finally:
        house.engine.stop()
        store.close()
    assert not house.engine.health().alive


def test_a_message_held_back_by_our_own_checks_is_no_exception(house: House) -> None:
    shipped(house)
    house.lead()
    house.work()
    house.outbox.settle(house.store, EffectState.REFUSED, "They asked us not to write.")
    house.change(lambda tx: tx.driver("UPDATE effect SET tries = 0", changes="effect"))
    house.work()
    assert house.inbox.wishes == []


def test_the_real_inbox_takes_what_the_rules_put_before_it(house: House) -> None:
    desk = Desk(load_policies())
    house.engine = Engine(house.store, outbox=house.outbox, inbox=desk, texts=read_texts(RESOURCES / "texts"))
    shipped(house)
    house.lead()
    message_id = house.change(lambda tx: tx.driver("SELECT id FROM message").scalar())
    customer_id, lead_id = house.change(lambda tx: tx.driver("SELECT customer_id, id FROM lead").one())
    for number, urgent in enumerate((True, False)):
        event = MessageReceived(
            source_key=f"m:{number}",
            at=START,
            customer_id=customer_id,
            lead_id=lead_id,
            message_id=message_id,
            fate="reply",
            urgent=urgent,
        )
        house.emit(event)
    trouble = ConnectionTrouble(source_key="t", at=START, connection_id=0, state="missing", trouble="No mailbox.")
    house.emit(trouble)
    house.work()
    with house.store.read() as reader:
        items = {item.kind: item for item in reader.scalars(select(Escalation))}
    assert {"urgent", "connection"} <= set(items)
    assert [proposal["kind"] for proposal in items["urgent"].proposals] == ["send_text", "book", "resolve"]
    assert items["connection"].reason == "No mailbox that can send"
    assert all(item.next_at is not None for item in items.values())
