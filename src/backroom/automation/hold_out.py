"""A tenth of the customers is left alone by a follow-up rule, so that what the rule brings can be measured.

Who is left alone follows from the rule and the customer alone and is kept at the first decision. Only rules that begin
by waiting after an enquiry may hold out: nobody has been promised their message. Urgent enquiries are never held out.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from sqlalchemy import update

from backroom.automation.actions.wait import Wait
from backroom.clock import to_micros
from backroom.errors import InputError
from backroom.records.runs import RuleSwitch

if TYPE_CHECKING:
    from backroom.automation.facts import EventView, Facts
    from backroom.automation.rulebook import LiveRule
    from backroom.automation.rules import Rule
    from backroom.store.transaction import Transaction

SHARE = 10  # per cent
HELD = "Not started: this customer is left alone to measure what the rule brings."
_FOLLOWED = frozenset({"lead.created", "quote.changed"})
_KNOWN = "SELECT held FROM hold_out WHERE rule_key = ? AND customer_id = ?"
_KEEP = "INSERT INTO hold_out (rule_key, customer_id, held, at, lead_id) VALUES (?, ?, ?, ?, ?)"
_URGENT = "SELECT urgent FROM lead WHERE id = ?"


def why_not(rule: Rule) -> str:
    """Return why a rule may not leave anybody alone, in words; nothing when it may."""
    if rule.required:
        return "This rule keeps the others honest."
    if not rule.steps or not isinstance(rule.steps[0].action, Wait):
        return "Only a rule that waits first follows up; what comes at once is expected and goes to everybody."
    if not set(rule.trigger.kinds) <= _FOLLOWED:
        return "Only enquiries and quotes are followed up; reminders of what was agreed go to everybody."
    return ""


def set_hold_out(tx: Transaction, rule: Rule, *, on: bool) -> None:
    """Begin or end to leave a tenth of the customers alone; raises InputError for a rule that may not."""
    reason = why_not(rule)
    if on and reason:
        raise InputError(reason, field="hold_out", remedy="Choose a follow-up rule.")
    percent = SHARE if on else 0
    tx.execute(update(RuleSwitch).where(RuleSwitch.rule_key == rule.key).values(hold_out=percent))


def is_held(rule_key: str, customer_id: int, percent: int) -> bool:
    """Decide by the rule and the customer alone, so that the same customer always falls to the same side."""
    digest = blake2b(f"{rule_key}:{customer_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % 100 < percent


def held_out(tx: Transaction, live: LiveRule, event: EventView, facts: Facts) -> str:
    """Return why a run does not begin because its customer is left alone; the decision is kept."""
    customer_id, lead_id = facts.record_id("customer"), facts.record_id("lead")
    if customer_id is None or why_not(live.rule) or event.payload.get("urgent"):
        return ""
    if lead_id is not None and any(row[0] for row in tx.rows(_URGENT, (lead_id,))):
        return ""
    known = tx.rows(_KNOWN, (live.rule.key, customer_id))
    held = bool(known[0][0]) if known else is_held(live.rule.key, customer_id, live.hold_out)
    if not known:
        values = (live.rule.key, customer_id, int(held), to_micros(tx.now), lead_id)
        tx.put(_KEEP, values, changes="hold_out")
    return HELD if held else ""
