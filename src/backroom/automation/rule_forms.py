"""What an owner says about each part of a rule, as declarations: the window draws a control for each and knows no more.

The controls of a step are the declared fields of its action. Triggers and conditions are listed here by their form;
only those are offered that this version of the rule language reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from backroom.automation.action import Action, StepField
from backroom.automation.actions import ACTIONS
from backroom.automation.conditions import plain, read_condition
from backroom.automation.fields import EVENT_FIELDS, ROOTS, Field
from backroom.automation.rule_check import check_rule
from backroom.automation.rules import Rule
from backroom.automation.toml_write import write_toml
from backroom.automation.triggers import EVENT_NAMES, event_named

TEXT, LONG, NUMBER, FLAG, CHOICE, NAMES, DELAY, TIME, RAW = (
    "text", "long", "number", "flag", "choice", "names", "delay", "time", "raw",
)  # fmt: skip
_HIDDEN = ("id", "key", "source_key", "payload", "checksum", "request", "fingerprint", "references", "reference_ids")
OPERATORS = {
    "is": "is", "is_not": "is not", "in": "is one of", "not_in": "is none of", "contains": "contains",
    "lacks": "does not contain", "above": "is above", "below": "is below", "at_least": "is at least",
    "at_most": "is at most", "filled": "is given (yes or no)", "older_than": "is longer ago than",
    "newer_than": "is less long ago than", "in_less_than": "comes in less than", "in_more_than": "comes in more than",
}  # fmt: skip
_SEPARATE = "="
_KINDS = {
    "delay": DELAY, "time": TIME, "flag": FLAG, "names": NAMES, "rule_keys": NAMES, "number": NUMBER, "tables": RAW,
    "templates": RAW, "condition": RAW,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that is asked: its key in the rule's text, what kind of thing it is, and what may be chosen."""

    key: str
    kind: str
    label: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    default: Any = None


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say something: `key` tells it from the others in a rule's text, `sample` is how it is written."""

    key: str
    name: str
    controls: tuple[Control, ...]
    sample: Mapping[str, Any]


_EVENTS = tuple((name, found.words) for name in EVENT_NAMES if (found := event_named(name)) is not None)
_LENGTH = "For example “2 hours”, “30 working minutes”, “1 working day” or “2 weeks”."
_LATE = Control("expires", DELAY, "Not any more after", help=_LENGTH)
_DATES = (
    ("appointment.starts_at", "the start of an appointment"), ("appointment.ends_at", "the end of an appointment"),
    ("appointment.created_at", "the booking of an appointment"), ("invoice.due_on", "the day an invoice is due"),
    ("invoice.issued_on", "the day of an invoice"), ("invoice.paid_on", "the payment of an invoice"),
    ("lead.created_at", "an enquiry"), ("lead.booked_at", "the booking of an enquiry"),
    ("call.started_at", "a call"), ("customer.last_contact_at", "the last contact with a customer"),
)  # fmt: skip
_BY = Control("by", DELAY, "How long", required=True, help=_LENGTH, default="1 day")
_AT = Control("at", TIME, "At what time of day", help="For example 9:00.")
_WHICH_DATE = {way: Control(way, CHOICE, "Which date", required=True, choices=_DATES) for way in ("before", "after")}
_DAYS = (("working days", "working days"), ("every day", "every day"), *(
    (day, day) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
), ("first working day of the month", "first working day of the month"),
    ("last working day of the month", "last working day of the month"))  # fmt: skip
_ABOUT = (
    ("customer", "a customer"), ("lead", "an enquiry"), ("appointment", "an appointment"), ("invoice", "an invoice"),
    ("call", "a call"), ("message", "a message"),
)  # fmt: skip
TRIGGERS = (
    Form("event", "Something happens", (
        Control("event", CHOICE, "What happens", required=True, choices=_EVENTS), _LATE,
    ), {"event": "lead.created"}),
    Form("schedule", "At fixed times", (
        Control("schedule", CHOICE, "On which days", required=True, choices=_DAYS),
        Control("at", TIME, "At what time", required=True, default="8:00"), _LATE,
    ), {"schedule": "working days", "at": "8:00"}),
    Form("before", "Some time before a date", (_WHICH_DATE["before"], _BY, _AT, _LATE),
         {"before": "appointment.starts_at", "by": "1 day"}),
    Form("after", "Some time after a date", (_WHICH_DATE["after"], _BY, _AT, _LATE),
         {"after": "invoice.due_on", "by": "1 day"}),
    Form("silent", "Nothing happens for a while", (
        Control("silent", CHOICE, "With whom", required=True, choices=_ABOUT[:2]),
        Control("for", DELAY, "For how long", required=True, help=_LENGTH, default="90 days"), _LATE,
    ), {"silent": "customer", "for": "90 days"}),
    Form("by_hand", "A person starts it", (
        Control("by_hand", CHOICE, "On what", required=True, choices=_ABOUT),
    ), {"by_hand": "customer"}),
)  # fmt: skip
_COUNTED = (
    ("messages_sent", "messages we sent them"), ("messages_received", "messages of theirs"), ("calls", "calls"),
    ("calls_missed", "missed calls"), ("appointments", "appointments"), ("appointments_ahead", "appointments to come"),
    ("appointments_done", "appointments kept"), ("no_shows", "missed appointments"), ("leads", "enquiries"),
    ("leads_open", "open enquiries"), ("invoices_open", "open invoices"), ("invoices_overdue", "overdue invoices"),
    ("items_open", "open inbox items"), ("runs", "earlier runs of this rule"),
)  # fmt: skip
_COMPARED = tuple((one, OPERATORS[one]) for one in ("is", "below", "above", "at_least", "at_most"))
CONDITIONS = (
    Form("field", "Something about the records", (), {"field": "lead.urgent", "is": True}),
    Form("time", "The time of day", (
        Control("time", NAMES, "From and until", required=True, help="Two times, for example 9:00 and 17:00.",
                default=("9:00", "17:00")),
        Control("zone", CHOICE, "On whose clock", choices=(("", "ours"), ("customer", "the customer’s"))),
    ), {"time": ["9:00", "17:00"]}),
    Form("weekday", "The day of the week", (
        Control("weekday", NAMES, "On which days", required=True, default=("Monday",)),
    ), {"weekday": ["Monday"]}),
    Form("count", "How many there have been", (
        Control("count", CHOICE, "How many what", required=True, choices=_COUNTED),
        Control("compare", CHOICE, "Compared", required=True, choices=_COMPARED, default="below"),
        Control("number", NUMBER, "With", required=True, default=1),
        Control("last", DELAY, "In the last", help=_LENGTH),
    ), {"count": "messages_sent", "below": 2}),
)  # fmt: skip


@lru_cache(maxsize=1)
def triggers() -> tuple[Form, ...]:
    """Return the ways to start a rule that this version reads."""
    return tuple(form for form in TRIGGERS if _is_read(form.sample))


@lru_cache(maxsize=1)
def conditions() -> tuple[Form, ...]:
    """Return the forms of condition that this version reads."""
    complaints: list[str] = []

    def reads(form: Form) -> bool:
        complaints.clear()
        read_condition(dict(form.sample), (), ("lead.created",), lambda _path, what, _remedy: complaints.append(what))
        return not complaints

    return tuple(form for form in CONDITIONS if reads(form))


def form_of(forms: tuple[Form, ...], table: Mapping[str, Any]) -> Form | None:
    """Return the form a table of a rule is written in."""
    return next((form for form in forms if form.key in table), None)


def action(key: str) -> Action:
    """Return an action; raises KeyError for one this version does not have."""
    return {one.KEY: one for one in ACTIONS}[key]


def step_controls(
    key: str, kinds: tuple[str, ...], texts: Mapping[str, str], rules: Mapping[str, str]
) -> list[Control]:
    """Return what a step asks for, by the declared fields of its action; steps inside it stand in the sentence."""
    return [_of_field(field, kinds, texts, rules) for field in action(key).FIELDS if field.kind != "steps"]


def _of_field(field: StepField, kinds: tuple[str, ...], texts: Mapping[str, str], rules: Mapping[str, str]) -> Control:
    choices: tuple[tuple[str, str], ...] = tuple((one, one.replace("_", " ")) for one in field.choices)
    kind = _KINDS.get(field.kind, TEXT)
    if field.kind == "message_text":
        choices = tuple(texts.items())
    elif field.kind in ("field", "moment"):
        choices = field_choices(kinds, moments=field.kind == "moment")
    elif field.kind == "events":
        choices = _EVENTS
    elif field.kind == "rule_key":
        choices = tuple(rules.items())
    help_ = _LENGTH if kind == DELAY else "For example 9:00." if kind == TIME else ""
    if kind == RAW:
        help_ = "As it stands in the rule’s text."
    return Control(field.name, CHOICE if choices else kind, field.label, field.required, choices, help_, field.default)


def field_choices(kinds: tuple[str, ...], *, moments: bool = False) -> tuple[tuple[str, str], ...]:
    """Return every field a rule with these events may look at, by its path, with its words; sorted by words."""
    found = {
        f"{root.name}.{name}": field.label
        for root in ROOTS.values()
        for name, field in root.fields.items()
        if _is_shown(name, field, moments=moments)
    }
    shared = set.intersection(*(set(EVENT_FIELDS.get(kind, {})) for kind in kinds)) if kinds else set()
    for name in shared:
        field = EVENT_FIELDS[kinds[0]][name]
        if _is_shown(name, field, moments=moments):
            found[f"event.{name}"] = field.label
    return tuple(sorted(found.items(), key=lambda one: one[1]))


def _is_shown(name: str, field: Field, *, moments: bool) -> bool:
    if name in _HIDDEN or name.endswith("_id"):
        return False
    return field.kind == "moment" if moments else not field.yes


def told_choices(kinds: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return what a condition may be about: whole phrases for yes and no ("lead.replied=yes"), else fields."""
    found = {f"{root.name}.{name}": field for root in ROOTS.values() for name, field in root.fields.items()}
    shared = set.intersection(*(set(EVENT_FIELDS.get(kind, {})) for kind in kinds)) if kinds else set()
    found.update({f"event.{name}": EVENT_FIELDS[kinds[0]][name] for name in shared})
    told = [(f"{path}{_SEPARATE}yes", field.yes) for path, field in found.items() if field.yes]
    told += [(f"{path}{_SEPARATE}no", field.no) for path, field in found.items() if field.yes]
    return (*sorted(told, key=lambda one: one[1]), *field_choices(kinds))


def field_form(kinds: tuple[str, ...]) -> tuple[Control, ...]:
    """Return the controls of a condition on a field."""
    return (
        Control("what", CHOICE, "What", required=True, choices=told_choices(kinds)),
        Control("how", CHOICE, "How it compares", choices=tuple(OPERATORS.items()), default="is",
                help="Not needed for a whole phrase such as “they have replied”."),
        Control("with", TEXT, "With what", help="A word, a number, a length of time, or several words with commas."),
    )  # fmt: skip


def field_values(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the controls of a condition on a field hold for a table of a rule."""
    path = str(table.get("field", ""))
    operator = next((key for key in table if key != "field"), "is")
    value = table.get(operator)
    if isinstance(value, bool) and operator in ("is", "is_not") and _phrased(path):
        return {"what": f"{path}{_SEPARATE}{'yes' if value == (operator == 'is') else 'no'}", "how": "is", "with": ""}
    shown = (
        ", ".join(map(str, value)) if isinstance(value, list) else _yes_no(value) if isinstance(value, bool) else value
    )
    return {"what": path, "how": operator, "with": "" if shown is None else str(shown)}


def field_table(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of a rule for what the controls hold; the values are typed as the field wants them."""
    path, separate, answer = str(values["what"] or "").partition(_SEPARATE)
    if separate:
        return {"field": path, "is": answer == "yes"}
    operator, text = str(values["how"] or "is"), str(values["with"]).strip()
    return {"field": path, operator: _typed(path, operator, text)}


def _typed(path: str, operator: str, text: str) -> Any:
    if operator == "filled" or text.lower() in ("yes", "no"):
        return text.lower() not in ("no", "false")
    if operator in ("in", "not_in"):
        return [one.strip() for one in text.split(",") if one.strip()]
    root, _, name = path.partition(".")
    known = ROOTS[root].fields.get(name) if root in ROOTS else None
    if (known is not None and known.kind == "number") or operator in ("above", "below", "at_least", "at_most"):
        try:
            return int(text)
        except ValueError:
            return text
    if operator in ("contains", "lacks") and "," in text:
        return [one.strip() for one in text.split(",") if one.strip()]
    return text


def _yes_no(value: object) -> str:
    return "yes" if value else "no"


def _phrased(path: str) -> bool:
    root, _, name = path.partition(".")
    if root == "event":
        return any(fields[name].yes for fields in EVENT_FIELDS.values() if name in fields)
    return root in ROOTS and name in ROOTS[root].fields and bool(ROOTS[root].fields[name].yes)


def _is_read(when: Mapping[str, Any]) -> bool:
    data = {"key": "probe", "name": "Probe", "when": dict(when), "subject": "event", "then": [{"do": "stop"}]}
    rule, errors = check_rule(write_toml(data), "probe.toml")
    return rule is not None and not errors


def kinds_of(rule: Rule) -> tuple[str, ...]:
    """Return the kinds of event that start a rule, as far as their fields can be looked at."""
    return tuple(kind for kind in rule.trigger.kinds if kind in EVENT_FIELDS)


def condition_values(form: Form, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the controls of a condition hold for a table of a rule, or their defaults for none."""
    values = {one.key: table.get(one.key, one.default) for one in form.controls}
    if form.key == "count":
        compare = next((key for key, _ in _COMPARED if key in table), "below")
        values.update(compare=compare, number=table.get(compare, 1))
    return {key: (value,) if isinstance(value, str) and key == "weekday" else value for key, value in values.items()}


def condition_table(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of a rule for what the controls of a condition hold."""
    if form.key == "field":
        return field_table(values)
    table = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
             if value not in (None, "", ())}  # fmt: skip
    if form.key == "count":
        table[str(table.pop("compare", "below"))] = table.pop("number", 0)
    return table


def condition_words(table: Mapping[str, Any], kinds: tuple[str, ...]) -> str:
    """Return a condition as it reads in the sentence."""
    found = read_condition(dict(table), (), kinds, lambda _path, _what, _remedy: None)
    return plain(found.parts()) if found is not None else str(dict(table))
