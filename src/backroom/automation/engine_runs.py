"""One turn of the engine: events start and move runs, due runs go on, and everything is written at the end at once.

A turn lives inside one transaction. It gathers rows in memory and writes them with few statements; whatever it reads
about runs it has changed itself is written first, so it never works on a stale row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from backroom.automation import engine_sql as sql
from backroom.automation.action import AwaitEffect, AwaitNews, Done, End, Outcome, Resumable, Step, WaitUntil
from backroom.automation.engine_rows import GatheredRows
from backroom.automation.facts import EventView, Facts, Firm, Records
from backroom.automation.hold_out import held_out
from backroom.automation.ports import EscalationWish, Inbox, OpenRun, Outbox
from backroom.automation.questions import withdraw_questions
from backroom.automation.rule_index import RuleIndex
from backroom.automation.rulebook import LiveRule, Rulebook
from backroom.automation.rules import Rule
from backroom.automation.starting import UNREADABLE, say_late_event, subject_of, too_soon
from backroom.automation.templates import fill
from backroom.automation.texts import TextLibrary
from backroom.automation.triggers import AWAITABLE, LATE, SKIP
from backroom.clock import from_micros, to_micros
from backroom.events import RunFailed
from backroom.ids import new_id
from backroom.integration.outbox_request import EffectRequest, PlannedEffect
from backroom.records.runs import EffectState, RunState
from backroom.store.transaction import Transaction

EFFECT_CHECK = timedelta(hours=6)
_SETTLED = "effect.settled"
_EFFECT_ID = 9  # its place in a row of a run
_ITEM_CHANGED, _ITEM = "escalation.changed", "run.item"
_TOGETHER = frozenset({"parallel", "queue"})
_STAYS = frozenset({"event", "answer"})
_TURN_CHECK_US = 15 * 60 * 1_000_000
_OWN_TROUBLE = frozenset({"run.failed", "event.quarantined"})
_NO_RESULT = frozenset({EffectState.PLANNED, EffectState.SENDING, EffectState.PARKED, EffectState.IN_DOUBT})
_MOST_STEPS = 200
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class House:
    """What a turn works with: the rules, the texts, the firm and the neighbours."""

    book: Rulebook
    texts: TextLibrary
    firm: Firm
    outbox: Outbox
    inbox: Inbox


class Turn:
    """Carries events and runs forward within one transaction; implements `ports.Work` for the step at hand."""

    run: OpenRun
    rule: Rule
    facts: Facts
    due: datetime
    wakes_at: datetime | None = None

    def __init__(self, tx: Transaction, house: House) -> None:
        """Begin a turn in `tx`."""
        self.tx = tx
        self.now = tx.now
        self._check_us = to_micros(tx.now + EFFECT_CHECK)
        self.texts = house.texts
        self._house = house
        self._now_us = to_micros(tx.now)
        self._rows = GatheredRows(self._now_us)
        self._fresh_subjects: set[tuple[str, str]] = set()
        self._fresh_customers: set[int] = set()
        self._freed: set[tuple[str, str]] = set()
        self._records = Records(tx)
        self._awaited: dict[int, Any] = {}

    def event(self, event: EventView) -> None:
        """Match one event to the rules that are on, and let it move runs that wait for it."""
        if event.kind == _SETTLED:
            self._settled(event)
        elif event.kind in AWAITABLE and event.customer_id is not None:
            self._look_again(event)
        elif event.kind == _ITEM_CHANGED:
            for row in self._fresh_rows(sql.RUN_OF_ITEM, event.payload["escalation_id"]):
                self._resume(row, event)
        elif event.kind == _ITEM:
            self._start_item(event)
        rules = self._house.book.by_kind.get(event.kind)
        if rules:
            self._match(rules, event)
        self._rows.event_done(event.id)

    def wake(self, row: Any) -> None:
        """Let a run whose time has come go on."""
        waited_for = row[sql.RUN_WIDTH - 1]
        if waited_for in _STAYS:
            self._resume(row, None)
            return
        run, event = _read_run(row)
        self.due = from_micros(row[sql.RUN_WIDTH - 2])
        if not self._take_up(run, event):
            return
        if waited_for == "effect" and not self._effect_has_settled():
            return
        if waited_for == "turn" and sql.OPEN_BEFORE.read(self.tx, run.rule_key, run.subject, run.id):
            self._rows.rests(self.run, RunState.WAITING, self._now_us + _TURN_CHECK_US, "turn")
            return
        if not self._stops():
            self._carry()

    def finish(self) -> None:
        """Write what was gathered."""
        self._rows.write(self.tx)
        for key, subject in self._freed:
            self.tx.put(sql.NEXT_IN_TURN.sql, (self._now_us, key, subject), changes="run")
        self._freed.clear()
        self._awaited.clear()
        self._fresh_subjects.clear()
        self._fresh_customers.clear()

    # What the step at hand may do (ports.Work)

    def fill(self, template: str) -> str:
        """Return a template with its fields filled in."""
        return fill(template, self.facts, self.rule.key)

    def plan(self, request: EffectRequest) -> PlannedEffect:
        """Hand a wish to the outbox."""
        return self._house.outbox.plan(self.tx, request)

    def escalate(self, wish: EscalationWish) -> int | None:
        """Open an exception."""
        return self._house.inbox.open(self.tx, wish)

    def close_item(self, source_key: str, outcome: str) -> bool:
        """Close an exception this run has opened."""
        return self._house.inbox.close(self.tx, source_key, outcome)

    def steps_so_far(self) -> list[dict[str, Any]]:
        """Return what this run has done, oldest first."""
        rows = self._rows.steps_of(self.run.id)
        if self.run.stored:
            rows = [*sql.STEPS_OF_RUN.read(self.tx, self.run.id), *rows]
        return [{"what": words, "when": from_micros(at), "worked": True} for at, words in rows]

    def stop_runs(self, rule_keys: tuple[str, ...], words: str) -> int:
        """Stop other open runs of these rules on this run's subject."""
        self.finish()
        stopped = 0
        for key in rule_keys:
            if key != self.run.rule_key:
                asking = [row[0] for row in self.tx.rows(sql.ASKING_ON_SUBJECT, (key, self.run.subject))]
                withdraw_questions(self.tx, asking, words)
                parameters = (self._now_us, words, key, self.run.subject)
                stopped += self.tx.put(sql.STOP_ON_SUBJECT.sql, parameters, changes="run")
        return stopped

    def events(self, events: list[EventView]) -> None:
        """Deal with several events, for which what they will want is read with one query a kind of thing."""
        self._look_ahead(events)
        for event in events:
            self.event(event)

    def _look_ahead(self, events: list[EventView]) -> None:
        by_kind = self._house.book.by_kind
        matched = [event for event in events if event.kind in by_kind]
        self._records.ahead("lead", (event.lead_id for event in matched))
        self._records.ahead("customer", (event.customer_id for event in matched))
        settled = [event.payload["effect_id"] for event in events if event.kind == _SETTLED]
        if len(settled) > 1:
            self._awaited = dict.fromkeys(settled)
            for row in sql.RUNS_OF_EFFECTS.read(self.tx, _encode(settled).decode()):
                self._awaited[row[_EFFECT_ID]] = row

    # Starting

    def _match(self, rules: RuleIndex, event: EventView) -> None:
        facts = Facts(self.tx, event, self._house.firm, self.now, self._records)
        found = rules.starting(facts)
        while found:
            changes = facts.changes
            for place, live in found:
                self._start(live, event, facts)
                if facts.changes != changes:
                    # What this rule has written is what the rules behind it go by.
                    found = rules.starting(facts, place)
                    break
            else:
                return

    def _start(self, live: LiveRule, event: EventView, facts: Facts) -> None:
        rule = live.rule
        facts.seen = {}
        subject = subject_of(rule, event, facts)
        self.run = OpenRun(new_id(), event.id, rule.key, live.version_id, subject, self._now_us)
        self.rule, self.facts, self.due = rule, facts, self.now
        reason = self._reason_to_skip(rule, event, facts)
        if live.hold_out and not reason:
            reason = held_out(self.tx, live, event, facts)
        self._begin(reason, in_turn=rule.overlap == "queue" and not reason and self._is_at_work(rule.key, subject))

    def _start_item(self, event: EventView) -> None:
        """Begin the run of one record of a list, at its place inside the rule."""
        payload = event.payload
        run = OpenRun(new_id(), event.id, payload["rule_key"], payload["version_id"], payload["subject"], self._now_us)
        run.position = payload["position"]
        if self._take_up(run, event):
            self.due = self.now
            unless = self.rule.unless
            stops = unless is not None and unless.holds(self.facts)
            self._begin(f"Not started: {self._which(self.rule, self.facts)}." if stops else "")

    def _begin(self, reason: str, *, in_turn: bool = False) -> None:
        """Let a new run do its first steps, or wait for its turn, unless there is a reason not to."""
        run, rule, facts = self.run, self.rule, self.facts
        run.customer_id, run.lead_id = facts.record_id("customer"), facts.record_id("lead")
        if reason:
            facts.note(rule.looked_at)
            self._trace(run.position, "skip", reason)
            self._end(RunState.SKIPPED, reason)
            return
        if rule.again is not None and facts.event.kind != _ITEM:
            self.tx.put(sql.ENTRY.sql, (rule.key, run.subject, self._now_us), changes="rule_entry")
        self._fresh_subjects.add((rule.key, run.subject))
        if run.customer_id is not None:
            self._fresh_customers.add(run.customer_id)
        if in_turn:
            self._trace(run.position, "wait", "Waits until the run before it has ended.")
            self._rows.rests(self.run, RunState.WAITING, self._now_us + _TURN_CHECK_US, "turn")
        else:
            self._carry()

    def _reason_to_skip(self, rule: Rule, event: EventView, facts: Facts) -> str:
        expires = rule.trigger.expires
        if expires is not None and expires.after(event.at, facts.firm.hours) < self.now:
            return f"Not started: this happened more than {expires.words()} ago."
        if rule.trigger.missed == SKIP and not rule.trigger.is_own and self.now - event.at > LATE:
            say_late_event(self.tx, rule, facts.firm.hours)
            return "Not started: it happened while Backroom was not running."
        if rule.unless is not None and rule.unless.holds(facts):
            return f"Not started: {self._which(rule, facts)}."
        if rule.again is not None:
            last = sql.LAST_ENTRY.read(self.tx, rule.key, self.run.subject)
            if last and too_soon(rule.again, from_micros(last[0][0]), self.now, facts.firm.hours):
                return f"Not started: {rule.again.words()}."
        if rule.overlap in _TOGETHER or rule.subject == "event" or not self._is_at_work(rule.key, self.run.subject):
            return ""
        if rule.overlap == "single":
            return "Not started: this rule is at work on the same subject already."
        self.finish()
        parameters = (self._now_us, "Started anew by a later event.", rule.key, self.run.subject)
        self.tx.put(sql.STOP_ON_SUBJECT.sql, parameters, changes="run")
        return ""

    def _is_at_work(self, rule_key: str, subject: str) -> bool:
        if (rule_key, subject) in self._fresh_subjects:
            self.finish()
        rows = sql.OPEN_ON_SUBJECT.read(self.tx, rule_key, subject)
        if rows and rows[0][0] in self._rows.touched:
            self.finish()
            rows = sql.OPEN_ON_SUBJECT.read(self.tx, rule_key, subject)
        return bool(rows)

    # Going on

    def _take_up(self, run: OpenRun, event: EventView) -> bool:
        """Make a stored run the one at hand; a run whose rule cannot be read any more fails in words."""
        rule = self._house.book.version(self.tx, run.version_id)
        self.run = run
        self.facts = Facts(self.tx, event, self._house.firm, self.now, self._records)
        if rule is None:
            self.rule = UNREADABLE
            self._fail("This version of Backroom cannot read the rule it was started with.")
            return False
        self.rule = rule
        return True

    def _fresh_rows(self, statement: sql.Statement, key: int) -> list[Any]:
        rows = statement.read(self.tx, key)
        if any(row[0] in self._rows.touched for row in rows):
            self.finish()
            rows = statement.read(self.tx, key)
        return rows

    def _settled(self, event: EventView) -> None:
        for row in self._runs_awaiting(event.payload["effect_id"]):
            run, started_by = _read_run(row)
            self.due = self.now
            state, reason = event.payload["state"], event.payload.get("reason", "")
            if self._take_up(run, started_by) and self._goes_on_after(state, reason) and not self._stops():
                self._carry()

    def _runs_awaiting(self, effect_id: int) -> list[Any]:
        """Return the run that waits for an effect; read ahead for the batch, unless this turn has moved it since."""
        if effect_id in self._awaited:
            row = self._awaited.pop(effect_id)
            if row is None or row[0] not in self._rows.touched:
                return [] if row is None else [row]
        return self._fresh_rows(sql.RUN_OF_EFFECT, effect_id)

    def _effect_has_settled(self) -> bool:
        """Look an effect up whose news never came; a run waits on as long as it has no result."""
        found = sql.STATE_OF_EFFECT.read(self.tx, self.run.effect_id)
        state, evidence = found[0] if found else (EffectState.CANCELLED, "it is not in the outbox any more")
        if state in _NO_RESULT:
            self._rows.rests(self.run, RunState.WAITING, self._check_us, "effect")
            return False
        return self._goes_on_after(state, evidence)

    def _goes_on_after(self, state: str, reason: str) -> bool:
        if state == EffectState.CONFIRMED:
            return True
        if state == EffectState.IN_DOUBT:
            self._trace(self.run.position, "wait", "It may have gone out; a person looks at it.")
            self._rows.rests(self.run, RunState.WAITING, self._check_us, "effect")
            return False
        self._end(RunState.STOPPED, f"Stopped. {reason}" if reason else "Stopped: it was not sent.")
        return False

    def _look_again(self, event: EventView) -> None:
        """Stop waiting runs of this customer whose reason has gone, at once rather than when they would wake."""
        customer_id = event.customer_id or 0
        if customer_id in self._fresh_customers:
            self.finish()
        for row in self._fresh_rows(sql.WAITING_OF_CUSTOMER, customer_id):
            run, started_by = _read_run(row)
            self.due = self.now
            if self._take_up(run, started_by) and not self._stops() and row[sql.RUN_WIDTH - 1] == "event":
                self._go_on(event, row[sql.RUN_WIDTH - 2])

    def _resume(self, row: Any, event: EventView | None) -> None:
        """Let a run that stays at its step go on with news, or because its time is over."""
        run, started_by = _read_run(row)
        self.due = self.now
        if self._take_up(run, started_by) and not self._stops():
            self._go_on(event, row[sql.RUN_WIDTH - 2])

    def _go_on(self, event: EventView | None, wake_at: int) -> None:
        """Show news to the step at hand; it says what comes of them, or waits on."""
        self.wakes_at = from_micros(wake_at)
        step = self.rule.step(self.run.position)
        if step is None or not isinstance(step.action, Resumable):
            self._fail("The place where this run stood is not in its rule.")
            return
        self.facts.seen = {}
        outcome = step.action.resume(step, self, event)
        if outcome is not None:
            self._carry(outcome)

    def _stops(self) -> bool:
        """Look at the reasons to stop; say which one it was."""
        rule = self.rule
        if rule.unless is None or not self.run.position or not rule.unless.holds(self.facts):
            return False
        words = f"Stopped: {self._which(rule, self.facts)}."
        self.facts.seen = {}
        self.facts.note(rule.looked_at)
        self._trace(self.run.position, "unless", words)
        self._end(RunState.STOPPED, words)
        step = rule.step(self.run.position)
        if step is not None and step.action.KEY == "ask_person":
            withdraw_questions(self.tx, (self.run.id,), words)
        return True

    @staticmethod
    def _which(rule: Rule, facts: Facts) -> str:
        unless = rule.unless
        members = getattr(unless, "members", None) if getattr(unless, "mode", "") == "any" else None
        for member in members or (unless,):
            if member is not None and member.holds(facts):
                return member.words
        return "there is a reason not to"

    def _carry(self, known: Outcome | None = None) -> None:
        """Do steps until the run rests or ends; what came of the first one may be known already."""
        run, rule = self.run, self.rule
        words = "Done."
        for _ in range(_MOST_STEPS):
            if not run.position:
                self._end(RunState.DONE, words)
                return
            step = rule.step(run.position)
            if step is None:
                self._fail("The place where this run stood is not in its rule.")
                return
            action = step.action
            if known is None:
                self.facts.seen = {}
            outcome, known = known or action.carry(step, self), None
            words = outcome.words
            self._trace(step.path, action.KEY, words, getattr(outcome, "effect_id", None))
            run.tries = 0
            if not isinstance(outcome, Done):
                self._rests_or_ends(step, outcome)
                return
            run.position = rule.after(step.path, outcome.branch)
            self.due = self.now
        self._fail("The rule took too many steps at once.")

    def _rests_or_ends(self, step: Step, outcome: WaitUntil | AwaitEffect | AwaitNews | End) -> None:
        run = self.run
        if isinstance(outcome, End):
            if outcome.state is RunState.FAILED:
                self._fail(outcome.words)
            else:
                self._end(outcome.state, outcome.words)
            return
        if isinstance(outcome, AwaitNews):
            self._rows.rests(run, RunState.WAITING, to_micros(outcome.until), outcome.news)
            return
        run.position = self.rule.after(step.path)
        if isinstance(outcome, WaitUntil):
            self._rows.rests(run, RunState.WAITING, to_micros(outcome.moment), "time")
        else:
            run.effect_id = outcome.effect_id
            self._rows.rests(run, RunState.WAITING, self._check_us, "effect")

    # Writing

    def _trace(self, position: str, action: str, words: str, effect_id: int | None = None) -> None:
        self._rows.step(self.run.id, position, action, words, self.facts.seen, effect_id)

    def _end(self, state: RunState, words: str) -> None:
        self._rows.ends(self.run, state, words)
        if self.rule.overlap == "queue" and state is not RunState.SKIPPED:
            self._freed.add((self.run.rule_key, self.run.subject))

    def _fail(self, words: str) -> None:
        """End in need of a person; the event makes a rule put it in the inbox, except for that rule itself."""
        self._end(RunState.FAILED, words)
        run = self.run
        if self.facts.event.kind not in _OWN_TROUBLE:
            event = RunFailed(
                source_key=f"run.failed:{run.rule_key}:{self.facts.event.key}:{run.position}",
                at=self.now,
                customer_id=run.customer_id,
                lead_id=run.lead_id,
                run_id=run.id,
                rule_key=run.rule_key,
                trouble=f"“{self.rule.name}” could not finish. {words}",
            )
            self.tx.emit(event)


def _read_run(row: Any) -> tuple[OpenRun, EventView]:
    run = OpenRun(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10])
    run.stored = True
    return run, EventView.from_row(row[sql.RUN_WIDTH :])
