"""Two rules, one wish: says whose wish it was that stands already."""

from __future__ import annotations

from backroom.automation.ports import Work
from backroom.integration.outbox_request import PlannedEffect

_WHOSE = "SELECT r.rule_key, r.id FROM effect AS e JOIN run AS r ON r.id = e.run_id WHERE e.id = ?"


def won_by(work: Work, planned: PlannedEffect) -> str:
    """Return in words which rule came first with the very same wish, and what has become of it."""
    work.finish()
    found = work.tx.rows(_WHOSE, (planned.effect_id,))
    if not found:
        who = "it was asked for before"
    elif found[0][0] == work.rule.key:
        who = "this rule asked for it before"
    else:
        who = f"the rule “{found[0][0].replace('-', ' ')}” asked for the very same first"
    return f"{who}; {planned.words}" if planned.words else f"{who}."
