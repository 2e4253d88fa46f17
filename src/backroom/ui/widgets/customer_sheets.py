"""Sheets of the Customers page: write a message, correct the fields, give the reason for allowing messages again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from backroom.records.customers import Customer
from backroom.records.messages import Direction, Message
from backroom.ui.formats import Formats
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.fields import TextField
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.message_card import MarkedText
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.text import Paragraph


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


def write_sheet(window: QWidget, customer: Customer, subject: str, text: str, *, answers: bool) -> FormSheet:
    """Return a sheet to write to a customer, with what was typed before."""
    note = _tr("To {address}.").format(address=customer.email)
    if answers:
        note += " " + _tr("It joins the thread of their last message.")
    fields = (
        TextField(key="subject", label=_tr("Subject"), default=subject),
        TextField(key="text", label=_tr("Message"), lines=8, default=text,
                  placeholder=_tr("What the customer should read")),
    )  # fmt: skip
    title = _tr("Write to {name}").format(name=customer.name)
    return FormSheet(window, title, note, fields, _tr("Send"), wide=600)


def edit_sheet(window: QWidget, values: dict[str, str]) -> FormSheet:
    """Return a sheet to correct a customer's fields."""
    labels = {
        "name": _tr("Name"), "phone": _tr("Phone"), "email": _tr("E-mail"), "address": _tr("Address"),
        "company": _tr("Company"),
    }  # fmt: skip
    fields = tuple(
        TextField(key=key, label=label, default=values.get(key, ""), required=key == "name")
        for key, label in labels.items()
    )
    note = _tr("What you type here counts until you change it, whatever the systems say.")
    return FormSheet(window, _tr("Correct the fields"), note, fields, _tr("Save"))


def reason_sheet(window: QWidget, address: str) -> FormSheet:
    """Return a sheet that asks why an address may be written to again."""
    fields = (
        TextField(key="words", label=_tr("Who said so, and when?"), lines=3,
                  placeholder=_tr("On the phone, 12 May, with Dana")),
    )  # fmt: skip
    note = _tr("They had asked not to be written to. Your words are kept as proof.")
    title = _tr("Write to {address} again").format(address=address)
    return FormSheet(window, title, note, fields, _tr("Allow again"))


def message_sheet(window: QWidget, message: Message, formats: Formats, now: datetime) -> Overlay:
    """Return a sheet with one message to read, as it came or went."""
    sheet = Overlay(window, message.subject or _tr("Message"), wide=620)
    came = message.direction == Direction.IN
    who = message.sender_name or message.sender if came else message.recipient
    way = _tr("From {name}") if came else _tr("To {name}")
    when = f"{formats.day(message.at, now=now)} {formats.time(message.at)}"
    sheet.body.addWidget(Paragraph(f"{way.format(name=who)}, {when}", "note", "muted"))
    text = MarkedText(_tr("The message"))
    text.fold(folded=False)
    text.show_text(message.text.strip() or _tr("This message has no text."), ())
    column = ScrollColumn(margins=(0, 0, 8, 0))
    column.column.addWidget(text)
    column.setFixedHeight(max(px(120), window.height() // 2))
    sheet.body.addWidget(column)
    return sheet


def changed(before: dict[str, str], after: dict[str, Any]) -> dict[str, str]:
    """Return the fields that were changed."""
    return {key: str(value) for key, value in after.items() if str(value).strip() != before.get(key, "").strip()}
