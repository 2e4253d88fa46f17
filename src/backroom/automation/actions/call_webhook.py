"""Tell another program, over the web."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from backroom.automation.action import AwaitEffect, Done, Outcome, Step, StepField, Values
from backroom.automation.conditions import Complain, Part
from backroom.automation.ports import Work
from backroom.automation.rivals import won_by
from backroom.automation.toml_lines import Path
from backroom.integration.outbox_request import EffectRequest
from backroom.records.runs import EffectClass


class CallWebhook:
    """Send a few named values to an address, once; the address gets the same key again if it is tried again."""

    KEY: ClassVar[str] = "call_webhook"
    NAME: ClassVar[str] = "Tell another program"
    FIELDS: ClassVar[tuple[StepField, ...]] = (
        StepField("url", "text", "The web address", required=True, help='Add url = "https://…".'),
        StepField("body", "templates", "What to send, by name", default={}),
        StepField("method", "text", "How", default="POST", choices=("POST", "PUT")),
        StepField("key", "template", "What makes it the same call", default=""),
        StepField("expires", "delay", "Not sent any more after"),
        StepField("wait", "flag", "Go on only when the result is known", default=True),
    )

    def check(self, values: Values, path: Path, complain: Complain) -> None:
        """Ask for a web address nobody can read along."""
        parts = urlsplit(str(values["url"] or ""))
        local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not parts.hostname or (parts.scheme != "https" and not (local and parts.scheme == "http")):
            complain((*path, "url"), "this is not a safe web address.", "Write one that begins with https://.")

    def sentence(self, values: Values) -> tuple[Part, ...]:
        """Say who is told."""
        host = urlsplit(str(values["url"])).hostname or str(values["url"])
        named = ", ".join(values["body"]) or "that it happened"
        return (Part("tell "), Part(host, value=True), Part(f": {named}"))

    def carry(self, step: Step, work: Work) -> Outcome:
        """Plan the call; the run goes on when its fate is known, or at once if it need not wait."""
        values, facts = step.values, work.facts
        expires = values["expires"]
        request = EffectRequest(
            key=work.fill(values["key"]) or f"{work.rule.key}:{facts.event.key}:{step.path}",
            action=self.KEY,
            recipient=values["url"],
            channel="webhook",
            effect_class=EffectClass.KEYED,
            request={
                "method": values["method"],
                "url": values["url"],
                "body": {name: work.fill(text) for name, text in values["body"].items()},
            },
            expires_at=expires.after(work.due, facts.firm.hours) if expires else None,
            run_id=work.run.id if values["wait"] else None,
            customer_id=facts.record_id("customer"),
            lead_id=facts.record_id("lead"),
            rule_key=work.rule.key,
        )
        planned = work.plan(request)
        host = urlsplit(values["url"]).hostname or values["url"]
        if not planned.fresh:
            return Done(f"Not told again: {won_by(work, planned)}", effect_id=planned.effect_id)
        if values["wait"]:
            return AwaitEffect(f"Tells {host}.", planned.effect_id)
        return Done(f"Tells {host}.", effect_id=planned.effect_id)
