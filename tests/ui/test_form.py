"""Forms are drawn from declarations, tell what is wrong under the field, and keep what was typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from backroom.integration.contract import FieldKind, FormField
from backroom.ui.theme import Theme
from backroom.ui.widgets.fields import (
    ChoiceField,
    NumberField,
    PasswordField,
    TextField,
    YesNoField,
    declared,
    whole,
)
from backroom.ui.widgets.form import Form, fault_of
from backroom.ui.widgets.hours_input import HoursInput, minutes_of
from backroom.ui.widgets.inputs import PasswordLine
from backroom.ui.widgets.tags import TagInput
from tests.ui.audit_walk import nameless

FIELDS = (
    TextField(key="host", label="Mail server"),
    PasswordField(key="password", label="Password", kept=True),
    NumberField(key="port", label="Port", default=993, least=1, most=65535),
    ChoiceField(key="safe", label="Security", choices=(("tls", "TLS"), ("none", "None")), default="none"),
    YesNoField(key="idle", label="Listen all the time", default=True),
    TextField(key="note", label="Note", required=False, lines=3, advanced=True),
)


@pytest.fixture
def form(theme: Theme, qtbot: QtBot) -> Form:
    made = Form(FIELDS)
    qtbot.addWidget(made)
    made.show()
    return made


def line(form: Form, key: str) -> QLineEdit:
    editor = form.editor(key)
    assert isinstance(editor, QLineEdit)
    return editor


def test_a_form_reads_what_it_shows(form: Form) -> None:
    form.show_values({"host": "imap.example.com", "safe": "tls"})
    assert form.values() == {
        "host": "imap.example.com",
        "password": "",
        "port": 993,
        "safe": "tls",
        "idle": True,
        "note": "",
    }
    assert not form.touched()


def test_what_was_typed_is_not_overwritten(form: Form) -> None:
    QTest.keyClicks(line(form, "host"), "mail.example")
    form.show_values({"host": "other.example", "port": 143})
    assert (form.values()["host"], form.values()["port"]) == ("mail.example", 143)
    form.show_values({"host": "other.example"}, over_typed=True)
    assert form.values()["host"] == "other.example"


def test_what_is_wrong_stands_under_its_field_until_it_is_changed(form: Form) -> None:
    line(form, "port").setText("many")
    assert not form.check()
    assert form.editor("host").accessibleDescription() == "This is needed."
    assert form.editor("port").accessibleDescription() == "This must be a whole number."
    assert form.editor("password").accessibleDescription() == ""
    line(form, "host").setText("imap.example.com")
    line(form, "port").setText("993")
    assert form.editor("host").accessibleDescription() == ""
    assert form.check()


def test_an_error_from_outside_is_shown_and_keeps_the_text(form: Form) -> None:
    line(form, "host").setText("imap.example.com")
    form.fail("host", "No such server.")
    assert form.editor("host").property("faulty") is True
    assert form.values()["host"] == "imap.example.com"


def test_advanced_fields_wait_behind_a_button(form: Form) -> None:
    assert not form.editor("note").isVisible()
    form._more.click()
    assert form.editor("note").isVisible()


def test_every_field_has_a_name(form: Form) -> None:
    assert nameless(form) == []


def test_numbers_are_read_as_people_type_them() -> None:
    assert [whole(text) for text in ("1 234", "1,234", "−5", "x")] == [1234, 1234, -5, "x"]


def test_limits_are_told_in_words() -> None:
    field = NumberField(key="n", label="Days", least=1, most=30)
    assert fault_of(field, 31) == "This must be between 1 and 30."
    assert fault_of(TextField(key="t", label="Mail", check=lambda text: "No @ in it."), "x") == "No @ in it."


def test_a_connectors_declarations_become_fields(theme: Theme, qtbot: QtBot) -> None:
    asked = tuple(
        FormField(key=kind.value, label=kind.value, kind=kind, choices=("a",))
        for kind in FieldKind
        if kind != FieldKind.NUMBER
    )
    asked += (FormField(key="number", label="number", kind=FieldKind.NUMBER, default=5),)
    form = Form(declared(asked, kept_secrets=frozenset({"password"})))
    qtbot.addWidget(form)
    assert form.values()["number"] == 5
    assert set(form.values()) == {kind.value for kind in FieldKind}


def test_a_password_is_hidden_until_asked_for(theme: Theme, qtbot: QtBot) -> None:
    made = PasswordLine("Password")
    qtbot.addWidget(made)
    assert made.line.echoMode() == QLineEdit.EchoMode.Password
    made._eye.click()
    assert made.line.echoMode() == QLineEdit.EchoMode.Normal


@pytest.mark.parametrize(
    ("text", "minute"),
    [("8", 480), ("8:30", 510), ("0830", 510), ("6 pm", 1080), ("12am", 0), ("24:00", 1440), ("25", None), ("x", None),
     ("13pm", None), ("8:75", None)],
)  # fmt: skip
def test_times_are_read_as_people_type_them(text: str, minute: int | None) -> None:
    assert minutes_of(text) == minute


def test_hours_of_a_week_survive_reading_back(theme: Theme, qtbot: QtBot) -> None:
    spans = ((0, 480, 720), (0, 780, 1080), (2, 540, 1440), (6, 600, 840))
    made = HoursInput(spans, "Opening hours")
    qtbot.addWidget(made)
    made.show()
    assert made.spans() == spans
    made._days[6].switch.click()
    assert made.spans() == spans[:-1]
    assert nameless(made) == []


def test_tags_are_added_and_taken_away_by_keyboard(theme: Theme, qtbot: QtBot) -> None:
    made = TagInput(("gas",), "Urgent words")
    qtbot.addWidget(made)
    QTest.keyClicks(made._line, "no heat,leak,gas,")
    assert made.tags() == ("gas", "no heat", "leak")
    QTest.keyClick(made._line, Qt.Key.Key_Backspace)
    assert made.tags() == ("gas", "no heat")
