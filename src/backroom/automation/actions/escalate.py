"""Put an exception before a person."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import EscalationWish, Work
from backroom.automation.templates import fill, names_in, told
from backroom.automation.toml_lines import Path
from backroom.records.escalations import Severity

REASON_CHARS = 48


class Escalate:
    """Open an inbox item with a reason, a deadline and the next person."""

    KEY: ClassVar[str] = "escalate"
    NAME: ClassVar[str] = "Ask a person"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("reason", "template", "The reason in a few words", required=True, help='Add reason = "…".'),
        StepField("why", "template", "Why a person sees this", required=True, help='Add why = "…".'),
        StepField("kind", "text", "The kind of item", default="other"),
        StepField("severity", "template", "How much it matters", default="normal", choices=tuple(Severity)),
        StepField("due", "delay", "Deadline"),
        StepField("policy", "text", "Who is asked, in which order", default="default"),
        StepField("key", "template", "What makes it the same item", default=""),
        StepField("proposals", "tables", "What may be done about it", default=()),
        StepField("answer", "flag", "Somebody is waiting for an answer", default=False),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Hold the reason to the length that fits a row of the inbox."""
        reason = str(values["reason"] or "")
        if not names_in(reason) and len(reason) > REASON_CHARS:
            what = f"the reason is {len(reason)} characters long; a row of the inbox shows {REASON_CHARS}."
            complain((*path, "reason"), what, "Say it shorter and put the rest under “why”.")

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say who is asked and by when."""
        due = (Part(" within "), Part(values["due"].words(), value=True)) if values["due"] else ()
        how = Part(f" as {values['severity']}", value=True) if values["severity"] in list(Severity) else Part("")
        return (Part("put "), Part(f"“{told(str(values['reason']))}”", value=True), Part(" in the inbox"), how, *due)

    def carry(self, step: Step, work: Work) -> Outcome:
        """Open the item, once for its key."""
        values, facts = step.values, work.facts
        severity = work.fill(values["severity"])
        key = work.fill(values["key"]) or f"{work.rule.key}:{facts.event.key}:{step.path}"
        wish = EscalationWish(
            source_key=key,
            kind=values["kind"],
            severity=severity if severity in list(Severity) else Severity.NORMAL,
            reason=_short(work.fill(values["reason"])),
            why=work.fill(values["why"]),
            at=work.now,
            policy=values["policy"],
            due_at=values["due"].after(work.now, facts.firm.hours) if values["due"] else None,
            customer_id=facts.record_id("customer"),
            lead_id=facts.record_id("lead"),
            message_id=facts.record_id("message"),
            effect_id=facts.record_id("effect"),
            connection_id=facts.record_id("connection") if facts.event.payload.get("connection_id") else None,
            event_id=facts.event.payload.get("event_id"),
            run_id=work.run.id,
            rule_key=work.rule.key,
            tried=work.steps_so_far(),
            proposals=[
                {
                    name: fill(value, facts, work.rule.key) if isinstance(value, str) else value
                    for name, value in one.items()
                }
                for one in values["proposals"]
            ],
            unanswered=values["answer"],
        )
        opened = work.escalate(wish)
        return Done(
            f"Put in the inbox: {wish.reason}." if opened else f"It stands in the inbox already: {wish.reason}."
        )


def _short(reason: str) -> str:
    words = " ".join(reason.split())
    return words if len(words) <= REASON_CHARS else words[: REASON_CHARS - 1].rstrip() + "…"
