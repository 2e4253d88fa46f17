"""Make something new: a note on the customer, a task, a wish for an appointment, or an enquiry."""

from __future__ import annotations

from typing import ClassVar

from backroom.automation.action import Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import EscalationWish, Work
from backroom.automation.templates import told
from backroom.automation.toml_lines import Path
from backroom.events import LeadCreated
from backroom.ids import new_id
from backroom.records.customers import CustomerNote, Lead
from backroom.records.escalations import Severity

_RECORDS = ("note", "task", "appointment_request", "lead")
_WORDS = {"note": "a note", "task": "a task", "appointment_request": "a wish for an appointment", "lead": "an enquiry"}
_REASON_CHARS = 48


class CreateRecord:
    """Write a record once for this step of this run."""

    KEY: ClassVar[str] = "create_record"
    NAME: ClassVar[str] = "Make a record"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("record", "text", "What", required=True, choices=_RECORDS, help='Add record = "task".'),
        StepField("title", "template", "Its title", default=""),
        StepField("text", "template", "Its text", default=""),
        StepField("due", "delay", "Deadline"),
        StepField("severity", "template", "How much it matters", default="normal", choices=tuple(Severity)),
        StepField("policy", "text", "Who is asked, in which order", default="default"),
        StepField("key", "template", "What makes it the same one", default=""),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Ask for what each record cannot do without."""
        wanted = "text" if values["record"] == "note" else "title"
        if values["record"] in _RECORDS and not values[wanted]:
            complain(path, f"{_WORDS[values['record']]} needs a {wanted}.", f'Add {wanted} = "…".')

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say what is made."""
        named = told(str(values["title"] or values["text"]))
        due = (Part(", due in "), Part(values["due"].words(), value=True)) if values["due"] else ()
        return (Part(f"make {_WORDS.get(values['record'], 'a record')} "), Part(f"“{named}”", value=True), *due)

    def carry(self, step: Step, work: Work) -> Outcome:
        """Write it."""
        record = step.values["record"]
        if record == "note":
            return self._note(step, work)
        return self._lead(step, work) if record == "lead" else self._item(step, work)

    def _note(self, step: Step, work: Work) -> Outcome:
        customer_id = work.facts.record_id("customer")
        if customer_id is None:
            return Done("No note: there is no customer here.")
        text = work.fill(step.values["text"])
        work.tx.add(CustomerNote(customer_id=customer_id, at=work.now, text=text, by=work.rule.name))
        return Done(f"Noted: {text}")

    def _lead(self, step: Step, work: Work) -> Outcome:
        customer_id = work.facts.record_id("customer")
        if customer_id is None:
            return Done("No enquiry: there is no customer here.")
        key = self._key(step, work)
        event = LeadCreated(
            source_key=f"lead:{key}", at=work.now, customer_id=customer_id, lead_id=new_id(), source="rule"
        )
        if not work.tx.emit(event):
            return Done("This enquiry was made before.")
        title = work.fill(step.values["title"])
        made = Lead(customer_id=customer_id, source="rule", subject=title, created_at=work.now)
        made.id, made.asked = event.lead_id or 0, work.fill(step.values["text"])
        work.tx.add(made)
        return Done(f"Made an enquiry: {title}.")

    def _item(self, step: Step, work: Work) -> Outcome:
        values, facts = step.values, work.facts
        asked = values["record"] == "appointment_request"
        title = " ".join(work.fill(values["title"]).split())
        severity = work.fill(values["severity"])
        book = [{"kind": "book", "title": "Book an appointment"}] if asked else []
        wish = EscalationWish(
            source_key=self._key(step, work),
            kind="booking" if asked else "task",
            severity=severity if severity in list(Severity) else Severity.NORMAL,
            reason=title if len(title) <= _REASON_CHARS else title[: _REASON_CHARS - 1].rstrip() + "…",
            why=work.fill(values["text"]) or title,
            at=work.now,
            policy=values["policy"],
            due_at=values["due"].after(work.now, facts.firm.hours) if values["due"] else None,
            customer_id=facts.record_id("customer"),
            lead_id=facts.record_id("lead"),
            message_id=facts.record_id("message"),
            run_id=work.run.id,
            rule_key=work.rule.key,
            tried=work.steps_so_far(),
            proposals=[*book, {"kind": "resolve", "title": "Done"}],
        )
        opened = work.escalate(wish)
        return Done(f"Put in the inbox: {wish.reason}." if opened else f"It stands there already: {wish.reason}.")

    @staticmethod
    def _key(step: Step, work: Work) -> str:
        return work.fill(step.values["key"]) or f"made:{work.rule.key}:{work.facts.event.key}:{step.path}"
