"""The lines of a customer's right side: what is open, their enquiries, and where they may be written to."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from backroom.ui.formats import Formats
from backroom.ui.models.customer_data import Person
from backroom.ui.models.customer_words import answer_words, lead_source, lead_state, severity_tone
from backroom.ui.widgets.line_card import CardLine


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


def open_lines(person: Person, formats: Formats, now: datetime) -> list[CardLine]:
    """Return what waits for somebody: inbox items, visits, unpaid invoices, and what a rule will do next."""
    lines = []
    for item in person.items:
        late = item.due_at <= now
        lines.append(
            CardLine(
                icon="octagon-alert" if item.severity == "urgent" else "triangle-alert" if late else "inbox",
                title=item.reason,
                note=_tr("Inbox, with {name}").format(name=item.owner) if item.owner else _tr("Inbox, unclaimed"),
                end=formats.due(item.due_at, now=now),
                tone="danger" if late else severity_tone(item.severity),
                end_tone="danger" if late else "text",
                target=("inbox", item.id),
            )
        )
    for visit in person.profile.visits:
        when = f"{formats.day(visit.starts_at, now=now)} {formats.time(visit.starts_at)}"
        lines.append(
            CardLine(icon="calendar", title=visit.title, note=visit.place or _tr("No place given"), end=when,
                     end_tone="text")
        )  # fmt: skip
    today = formats.local(now).date()
    for invoice in person.profile.unpaid:
        money = formats.money(invoice.total_minor - invoice.paid_minor, invoice.currency)
        lines.append(
            CardLine(
                icon="receipt",
                title=_tr("Invoice {number}, {money}").format(number=invoice.number, money=money),
                note=_due(invoice.due_on, today, formats, now),
                tone="warn" if invoice.due_on < today else "muted",
            )
        )
    for coming in person.next_runs:
        if coming.run.wake_at is None:
            continue
        lines.append(
            CardLine(
                icon="workflow",
                title=coming.rule or _tr("A rule"),
                note=_tr("Goes on by itself unless something changes"),
                end=formats.when(coming.run.wake_at, now=now),
                target=("automations", ("run", coming.run.id)),
            )
        )
    return lines


def _due(due_on: date, today: date, formats: Formats, now: datetime) -> str:
    day = formats.day(due_on, now=now)
    return _tr("was due {day}").format(day=day) if due_on < today else _tr("due {day}").format(day=day)


def lead_lines(person: Person, formats: Formats, now: datetime) -> list[CardLine]:
    """Return the enquiries with their state and how fast they were answered."""
    lines = []
    for lead in person.profile.leads:
        state, tone = lead_state(lead.state)
        answered, answer_tone = answer_words(lead, now)
        asked = formats.when(lead.created_at, now=now)
        parts = (_tr("By {source}, {when}").format(source=lead_source(lead.source), when=asked), answered)
        lines.append(
            CardLine(
                icon="circle-alert" if answer_tone == "danger" else "circle-dot",
                title=lead.subject or _tr("An enquiry"),
                note=" · ".join(parts),
                end=state,
                tone=answer_tone if answer_tone == "danger" else tone,
                end_tone=tone if tone != "muted" else "muted",
            )
        )
    return lines


def said_lines(person: Person, formats: Formats, now: datetime) -> list[CardLine]:
    """Return for every address whether it may be written to, since when, in which words, and what changes it."""
    lines = []
    for one in person.profile.addresses:
        if one.consent is None:
            continue
        may, at = one.consent.allowed, one.consent.at
        said = f"“{one.consent.words}”" if one.consent.words else ""
        since = formats.day(at, now=now) if at is not None else _tr("nobody has objected")
        lines.append(
            CardLine(
                icon="circle-check" if may else "ban",
                title=one.value,
                note=", ".join(part for part in (_tr("E-mail"), since, said) if part),
                tone="ok" if may else "danger",
                act=_tr("Stop") if may else _tr("Allow again"),
                act_key=(one.value, may),
            )
        )
        if one.dead:
            lines.append(
                CardLine(
                    icon="circle-alert",
                    title=_tr("Mail comes back"),
                    note=one.dead,
                    tone="danger",
                    act=_tr("Try again"),
                    act_key=(one.value, None),
                )
            )
    return lines
