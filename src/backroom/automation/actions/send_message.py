"""Send somebody a message, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from backroom.automation.action import AwaitEffect, Done, End, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.delays import Delay
from backroom.automation.ports import Work
from backroom.automation.rivals import won_by
from backroom.automation.texts import HoleInText
from backroom.automation.toml_lines import Path
from backroom.integration.outbox_request import EffectRequest
from backroom.records.runs import RunState

_DEFAULT_EXPIRY = timedelta(days=2)


class SendMessage:
    """Fill in a text and hand it to the outbox; two wishes with one key are one message."""

    KEY: ClassVar[str] = "send_message"
    NAME: ClassVar[str] = "Send a message"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("text", "message_text", "Which text", required=True, help='Add text = "first-answer".'),
        StepField("to", "field", "To which address", default="customer.email"),
        StepField("key", "template", "What makes it the same message", default=""),
        StepField("expires", "delay", "Not sent any more after"),
        StepField("channel", "text", "By which channel", default="mail", choices=("mail", "text")),
        StepField("reply", "flag", "As a reply to their message", default=True),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Have nothing to add."""

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say which text goes to whom."""
        named = str(values["text"]).replace("-", " ")
        answering = " as a reply" if values["reply"] else " as a text message" if values["channel"] == "text" else ""
        return (Part("send them "), Part(f"“{named}”", value=True), Part(answering))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Plan the message; the run goes on when its fate is known."""
        values, facts = step.values, work.facts
        recipient = str(facts.get(values["to"]) or "").strip()
        if not recipient:
            return End("Not sent: there is no address to send it to.", RunState.FAILED)
        try:
            filled = work.texts.fill(values["text"], facts)
        except HoleInText as hole:
            return End(f"Not sent: {hole} {hole.remedy}", RunState.FAILED)
        expires_at = self._expiry(values, work)
        if expires_at <= work.now:
            return Done("Not sent: its moment has passed.")
        request = EffectRequest(
            key=work.fill(values["key"]) or f"{work.rule.key}:{facts.event.key}:{step.path}",
            action=self.KEY,
            channel=values["channel"],
            recipient=recipient,
            request={
                "subject": filled.subject,
                "text": filled.body,
                "to_name": facts.get("customer.name") or "",
                "answers_message_id": facts.record_id("message") if values["reply"] else None,
            },
            expires_at=expires_at,
            run_id=work.run.id,
            customer_id=facts.record_id("customer"),
            lead_id=facts.record_id("lead"),
            rule_key=work.rule.key,
        )
        planned = work.plan(request)
        if not planned.fresh:
            return Done(f"Not sent again: {won_by(work, planned)}", effect_id=planned.effect_id)
        return AwaitEffect(f"Wrote “{filled.subject}” to {recipient}.", planned.effect_id)

    @staticmethod
    def _expiry(values: Values, work: Work) -> datetime:
        """Count from the moment the step was due: what is late by then is not sent at all."""
        expires: Delay | None = values["expires"]
        return expires.after(work.due, work.facts.firm.hours) if expires else work.due + _DEFAULT_EXPIRY
