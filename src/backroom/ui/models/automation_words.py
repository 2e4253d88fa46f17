"""The words of the Automations page: keywords, states of runs, what a step has seen, who made a version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from backroom.automation.fields import EVENT_LABELS, ROOTS
from backroom.automation.rule_trials import SHIPPED
from backroom.automation.trace import RuleView
from backroom.automation.triggers import EVENT_WORDS, OWN_WORDS
from backroom.records.escalations import Severity
from backroom.ui.formats import Formats
from backroom.ui.models.automation_data import ASIDE, PLAYBOOKS, RULES, RUNS, TEXTS, RuleLine

_ICONS = {
    "when": "zap", "if": "circle-question-mark", "then": "play", "wait": "hourglass", "unless": "hand", "else": "split",
    "always": "shield-check",
}  # fmt: skip
_STEP_ICONS = {
    "send_message": "send", "wait": "hourglass", "escalate": "inbox", "tag": "tag", "note": "sticky-note",
    "branch": "split", "assign": "user-check", "unless": "hand", "skip": "circle-dashed", "stop": "circle-stop",
    "person": "user", "update_record": "pencil",
}  # fmt: skip
PARTS = (RULES, PLAYBOOKS, RUNS, TEXTS, ASIDE)
TEXTS_AND_PLAYBOOKS = frozenset({"message_text", "playbook_use", "setting"})
_HIDDEN = ("event.key", "event.source_key", "event.message_id", "message.historic")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


def keyword(word: str) -> tuple[str, str]:
    """Return a clause's keyword and its icon."""
    words = {
        "when": _tr("When"), "if": _tr("If"), "then": _tr("Then"), "wait": _tr("Wait"), "unless": _tr("Unless"),
        "else": _tr("Else"), "always": _tr("Always"),
    }  # fmt: skip
    return words.get(word, word.capitalize()), _ICONS.get(word, "circle-dot")


def part_words(part: str) -> str:
    """Return the name of a part of the page."""
    words = {
        PLAYBOOKS: _tr("Playbooks"), RULES: _tr("Rules"), RUNS: _tr("Runs"), TEXTS: _tr("Texts"),
        ASIDE: _tr("Set aside"),
    }  # fmt: skip
    return words[part]


def step_icon(action: str) -> str:
    """Return the icon of a step in a trace."""
    return _STEP_ICONS.get(action, "circle-dot")


def rule_icon(view: RuleView) -> str:
    """Return a rule's icon, by what it does."""
    words = " ".join(clause.text for clause in view.sentence)
    if "send them" in words and any(clause.keyword == "wait" for clause in view.sentence):
        return "timer"
    if "send them" in words:
        return "reply"
    return "inbox" if "inbox" in words else "workflow"


def short_sentence(view: RuleView) -> str:
    """Return a rule in one line: when, and what first."""
    if view.trouble:
        return view.trouble
    when = next((one.text for one in view.sentence if one.keyword == "when"), "")
    first = next((one.text for one in view.sentence if one.keyword in ("then", "wait")), "")
    if not when or not first:
        return view.about
    return _tr("When {when}, {then}").format(when=when.split(", and it is not")[0], then=_wait(view, first))


def _wait(view: RuleView, first: str) -> str:
    waits = next((one.keyword == "wait" for one in view.sentence if one.text == first), False)
    if not waits:
        return first
    then = next((one.text for one in view.sentence if one.keyword == "then"), "")
    return _tr("wait {time}, then {then}").format(time=first, then=then)


def rule_state(view: RuleView) -> tuple[str, str, str]:
    """Return how a rule stands: word, tone and a note."""
    if view.trouble:
        return _tr("Cannot work"), "danger", _tr("open it to repair it")
    if not view.on:
        return _tr("Off"), "muted", ""
    note = _tr("always on") if view.required else ""
    if view.waiting:
        note = _tr("{n} waiting").format(n=view.waiting)
    return _tr("On"), "ok", note


def run_state(state: str) -> tuple[str, str, str]:
    """Return how a run stands: word, icon and tone."""
    return {
        "active": (_tr("at work"), "play", "accent"),
        "waiting": (_tr("waiting"), "hourglass", "accent"),
        "parked": (_tr("waits for a connection"), "plug", "warn"),
        "done": (_tr("done"), "check", "ok"),
        "stopped": (_tr("stopped"), "circle-stop", "muted"),
        "skipped": (_tr("not started"), "circle-dashed", "muted"),
        "failed": (_tr("failed"), "circle-x", "danger"),
    }.get(state, (state, "circle-dot", "muted"))


def event_words(kind: str) -> str:
    """Return what started a run."""
    return EVENT_WORDS.get(kind) or OWN_WORDS.get(kind) or kind.replace(".", " ")


def made_by(name: str) -> str:
    """Return who made a version."""
    return _tr("came with Backroom") if name == SHIPPED else name or _tr("somebody here")


def severity_words(severity: str) -> str:
    """Return a severity."""
    return {
        Severity.URGENT: _tr("urgent"), Severity.HIGH: _tr("high"), Severity.NORMAL: _tr("normal"),
        Severity.LOW: _tr("low"),
    }.get(Severity(severity), severity)  # fmt: skip


def seen_words(inputs: dict[str, Any], formats: Formats, now: datetime) -> list[str]:
    """Return what a step has looked at, each as a few words; what means nothing to people is left out."""
    found = []
    for path, value in inputs.items():
        words = _seen(path, value, formats, now)
        if words:
            found.append(words)
    return found


def _seen(path: str, value: Any, formats: Formats, now: datetime) -> str:
    root, _, name = path.partition(".")
    if path in _HIDDEN or name.endswith("_id") or name == "id":
        return ""
    known = ROOTS[root].fields.get(name) if root in ROOTS else None
    if known is not None and known.kind == "flag" and known.yes:
        return known.yes if value else known.no
    label = known.label if known is not None else EVENT_LABELS.get(path, name.replace("_", " "))
    if value in (None, "", []):
        return _tr("{what}: not known").format(what=label)
    return f"{label}: {_value(value, known.kind if known is not None else '', formats, now)}"


def _value(value: Any, kind: str, formats: Formats, now: datetime) -> str:
    if isinstance(value, bool):
        return _tr("yes") if value else _tr("no")
    if kind == "moment" or (isinstance(value, str) and len(value) > 18 and value[4:5] == "-" and value[10:11] == "T"):
        try:
            return formats.when(datetime.fromisoformat(str(value)), now=now)
        except ValueError:
            return str(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    words = " ".join(str(value).replace("_", " ").split())
    return words if len(words) <= 90 else f"{words[:89]}…"


def summary(rules: tuple[RuleLine, ...], aside: int) -> str:
    """Return the page's one line: how many are on, what they did in seven days, what needs a look."""
    on = sum(1 for one in rules if one.view.on and not one.view.trouble)
    week = [one.did.over(7) for one in rules if one.did is not None]
    runs, sent = sum(one.runs for one in week), sum(one.sent for one in week)
    parts = [_tr("{on} of {all} on").format(on=on, all=len(rules))]
    parts.append(_tr("{runs} runs and {sent} messages in 7 days").format(runs=runs, sent=sent))
    broken = sum(1 for one in rules if one.view.trouble)
    if broken:
        parts.append(_tr("1 cannot work") if broken == 1 else _tr("{n} cannot work").format(n=broken))
    if aside:
        parts.append(_tr("1 thing set aside") if aside == 1 else _tr("{n} things set aside").format(n=aside))
    return " · ".join(parts)
