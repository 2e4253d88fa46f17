"""The few plain questions of a playbook as a form, and the answers and words that come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from backroom.automation.playbook import Knob
from backroom.ui.models.playbook_data import PlaybookCard
from backroom.ui.widgets.fields import Field, NumberField, TextField
from backroom.ui.widgets.form_sheet import FormSheet

_SUBJECT, _BODY = "subject", "body"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Playbooks", text)


def tune_sheet(window: QWidget, card: PlaybookCard) -> FormSheet:
    """Return the form of a playbook's questions with what stands now."""
    note = _tr("Runs that wait keep what they began with; everything new follows your answers.")
    fields = [field for knob in card.playbook.knobs for field in _fields(knob, card)]
    act = _tr("Save") if card.state.installed else _tr("Install like this")
    title = _tr("Tune: {name}").format(name=_tr(card.playbook.name))
    sheet = FormSheet(window, title, note, fields, act, wide=640)
    for line in sheet.findChildren(QLineEdit):
        line.setCursorPosition(0)
    return sheet


def answers_of(card: PlaybookCard, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to all questions but those about texts."""
    return {knob.key: values[knob.key] for knob in card.playbook.knobs if knob.kind != "text"}


def texts_of(card: PlaybookCard, values: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the texts that were changed, as (subject, body)."""
    stand = {text.key: (text.subject.strip(), text.body.strip()) for text in card.texts}
    found = {}
    for knob in card.playbook.knobs:
        if knob.kind == "text":
            words = tuple(str(values[f"{knob.key}.{part}"]).strip() for part in (_SUBJECT, _BODY))
            if words != stand.get(str(knob.default)):
                found[str(knob.default)] = (words[0], words[1])
    return found


def fault_place(card: PlaybookCard, texts: Mapping[str, tuple[str, str]], field: str) -> str:
    """Return the field of the form for a fault that names only a part of a text."""
    if field not in (_SUBJECT, _BODY):
        return field
    keys = [knob.key for knob in card.playbook.knobs if knob.kind == "text" and knob.default in texts]
    return f"{keys[0]}.{field}" if keys else field


def _fields(knob: Knob, card: PlaybookCard) -> list[Field]:
    label, help_ = _tr(knob.ask), _tr(knob.help) if knob.help else ""
    stands = (card.state.answers or {}).get(knob.key, knob.default)
    if knob.kind == "delay":
        unit = _tr(knob.unit)
        return [
            NumberField(
                key=knob.key, label=label, help=help_, default=stands, least=knob.least, most=knob.most, unit=unit
            )
        ]
    if knob.kind == "time":
        return [TextField(key=knob.key, label=label, help=help_ or _tr("For example 9:30."), default=str(stands))]
    if knob.kind == "link":
        return [TextField(key=knob.key, label=label, help=help_, default=card.review_link, required=False)]
    text = next(one for one in card.texts if one.key == knob.default)
    fills = _tr("Names in double braces are filled in when it is sent.")
    return [
        TextField(key=f"{knob.key}.{_SUBJECT}", label=label, default=text.subject, help=_tr("Subject")),
        TextField(key=f"{knob.key}.{_BODY}", label=text.name, default=text.body.strip(), lines=9, help=fills),
    ]
