"""Ask a person yes or no before going on."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import AwaitNews, Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.facts import EventView
from backroom.automation.ports import EscalationWish, Work
from backroom.automation.templates import names_in, told
from backroom.automation.toml_lines import Path
from backroom.records.escalations import EscalationState, Severity

REASON_CHARS = 48
_ANSWERS = ("yes", "no")
_ITEM = (
    "SELECT e.state, e.outcome, coalesce(p.name, '') FROM escalation AS e LEFT JOIN person AS p ON p.id = e.owner_id"
    " WHERE e.source_key = ?"
)


class AskPerson:
    """Put a question in the inbox and wait for the answer; after the deadline the default counts as the answer."""

    KEY: ClassVar[str] = "ask_person"
    NAME: ClassVar[str] = "Ask for a yes"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("question", "template", "The question in a few words", required=True, help='Add question = "…?".'),
        StepField("why", "template", "What the person should know", default=""),
        StepField("yes_means", "text", "What yes does", default="Yes, do it"),
        StepField("no_means", "text", "What no does", default="No, leave it"),
        StepField("due", "delay", "Deadline", required=True, help='Add due = "4 working hours".'),
        StepField("default", "text", "The answer when nobody gives one", default="no", choices=_ANSWERS),
        StepField("severity", "template", "How much it matters", default="normal", choices=tuple(Severity)),
        StepField("policy", "text", "Who is asked, in which order", default="default"),
        StepField("key", "template", "What makes it the same question", default=""),
        StepField("yes", "steps", "Steps after a yes"),
        StepField("no", "steps", "Steps after a no"),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Hold the question to the length that fits a row of the inbox."""
        question = str(values["question"] or "")
        if not names_in(question) and len(question) > REASON_CHARS:
            what = f"the question is {len(question)} characters long; a row of the inbox shows {REASON_CHARS}."
            complain((*path, "question"), what, "Say it shorter and put the rest under “why”.")

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say what is asked, until when, and what counts then."""
        due = values["due"].words() if values["due"] else ""
        question = told(str(values["question"]))
        otherwise = Part(str(values["default"]), value=True)
        asked = (Part("ask a person "), Part(f"“{question}”", value=True))
        return (*asked, Part(" and wait "), Part(due, value=True), Part("; without an answer it is "), otherwise)

    def carry(self, step: Step, work: Work) -> Outcome:
        """Open the question, once for its key, and rest until somebody answers."""
        values, facts = step.values, work.facts
        due = values["due"].after(work.now, facts.firm.hours)
        severity = work.fill(values["severity"])
        question = " ".join(work.fill(values["question"]).split())
        wish = EscalationWish(
            source_key=self._key(step, work),
            kind="question",
            severity=severity if severity in list(Severity) else Severity.NORMAL,
            reason=question if len(question) <= REASON_CHARS else question[: REASON_CHARS - 1].rstrip() + "…",
            why=self._why(values, work, question),
            at=work.now,
            policy=values["policy"],
            due_at=due,
            customer_id=facts.record_id("customer"),
            lead_id=facts.record_id("lead"),
            message_id=facts.record_id("message"),
            run_id=work.run.id,
            rule_key=work.rule.key,
            tried=work.steps_so_far(),
            proposals=[
                {"kind": "answer", "value": "yes", "title": values["yes_means"]},
                {"kind": "answer", "value": "no", "title": values["no_means"]},
            ],
        )
        if work.escalate(wish) is None:
            answered = self._answer(step, work)
            if answered is not None:
                return answered
        until = facts.firm.hours.local(due)
        return AwaitNews(f"Asked: {question} Waits until {until:%a %d %b %H:%M}.", due, "answer")

    def resume(self, step: Step, work: Work, event: EventView | None) -> Outcome | None:
        """Go on with the answer, or with the default when the time is over (no event)."""
        answered = self._answer(step, work)
        if answered is not None or event is not None:
            return answered
        branch: str = step.values["default"]
        work.close_item(self._key(step, work), f"nobody answered: {branch}")
        return Done(f"Nobody answered in time, so it is {branch}.", branch=branch)

    def _answer(self, step: Step, work: Work) -> Done | None:
        """Return what was answered; None while the question is open."""
        found = work.tx.rows(_ITEM, (self._key(step, work),))
        if not found or found[0][0] != EscalationState.RESOLVED:
            return None
        _state, outcome, name = found[0]
        who = name or "Somebody"
        if outcome in _ANSWERS:
            return Done(f"{who} said {outcome}.", branch=outcome)
        branch: str = step.values["default"]
        return Done(f"{who} closed the question without an answer, so it is {branch}.", branch=branch)

    @staticmethod
    def _why(values: Values, work: Work, question: str) -> str:
        return work.fill(values["why"]) or f"“{work.rule.name}” goes on when you have decided: {question}"

    @staticmethod
    def _key(step: Step, work: Work) -> str:
        return work.fill(step.values["key"]) or f"ask:{work.rule.key}:{work.facts.event.key}:{step.path}"
