"""The words of the Customers page: systems, fields, states of an enquiry, what is said of consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.integration.customer_profile import Profile, first_answer
from backroom.integration.merge import Claim, FieldSources
from backroom.records.customers import Lead
from backroom.ui.formats import Formats, span

OWNER = "owner"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the profile: what, its value, from which system and since when; `agree` counts the systems."""

    field: str
    label: str
    value: str
    icon: str = ""
    source: str = ""
    when: str = ""
    agree: int = 0
    others: tuple[tuple[str, str, str], ...] = ()  # (value as kept, as shown, system)

    def spoken(self) -> str:
        """Return the line in words."""
        said = f"{self.label}: {self.value or _tr('not known')}"
        return ", ".join(part for part in (said, self.source, self.when) if part)


def system_of(system: str) -> tuple[str, str]:
    """Return a source as people call it, and its icon."""
    connector, _, kind = system.partition("/")
    known = {
        OWNER: (_tr("You"), "user-check"),
        "form": (_tr("Website"), "globe"),
        "mail": (_tr("E-mail"), "mail"),
        "imap": (_tr("E-mail"), "mail"),
        "call": (_tr("Phone"), "phone"),
        "appointment": (_tr("Calendar"), "calendar"),
        "invoice": (_tr("Accounting"), "receipt"),
        "folder": (_tr("Files"), "folder"),
    }
    other = (kind or connector).replace("_", " ").capitalize()
    return known.get(kind) or known.get(connector) or (other, "database")


def field_label(field: str) -> str:
    """Return a field's name."""
    return {
        "name": _tr("Name"),
        "email": _tr("E-mail"),
        "phone": _tr("Phone"),
        "company": _tr("Company"),
        "address": _tr("Address"),
    }[field]


def facts_of(profile: Profile, formats: Formats, now: datetime) -> tuple[Fact, ...]:
    """Return the profile's lines, each with its source; a field no system has spoken of keeps its place."""
    said = {one.field: one for one in profile.fields}
    found = []
    for field in ("name", "phone", "email", "address", "company"):
        value = str(getattr(profile.customer, field))
        if field == "company" and not value:
            continue
        found.append(_fact(field, value, said.get(field), formats, now))
    return tuple(found)


def _fact(field: str, value: str, sources: FieldSources | None, formats: Formats, now: datetime) -> Fact:
    shown = _shown(field, value, formats)
    if sources is None:
        return Fact(field, field_label(field), shown)
    chosen = next((one for one in sources.claims if one.chosen), sources.claims[0])
    word, icon = system_of(chosen.system)
    return Fact(
        field=field,
        label=field_label(field),
        value=shown,
        icon=icon,
        source=word,
        when=formats.day(chosen.seen_at, now=now),
        agree=len({one.system for one in sources.claims if _same(one.value) == _same(value)}),
        others=_others(field, value, sources, formats) if sources.disputed else (),
    )


def _others(field: str, value: str, sources: FieldSources, formats: Formats) -> tuple[tuple[str, str, str], ...]:
    found: dict[str, Claim] = {}
    for claim in sources.claims:
        if claim.value.strip() and _same(claim.value) != _same(value):
            found.setdefault(_same(claim.value), claim)
    return tuple((one.value, _shown(field, one.value, formats), system_of(one.system)[0]) for one in found.values())


def _shown(field: str, value: str, formats: Formats) -> str:
    return formats.phone(value) if field == "phone" else value


def _same(value: str) -> str:
    return "".join(value.lower().split())


def lead_state(state: str) -> tuple[str, str]:
    """Return how an enquiry stands, and the tone of that word."""
    return {
        "new": (_tr("New enquiry"), "warn"),
        "touched": (_tr("Answered"), "accent"),
        "replied": (_tr("In conversation"), "accent"),
        "booked": (_tr("Booked"), "ok"),
        "lost": (_tr("Lost"), "muted"),
    }.get(state, ("", "muted"))


def lead_source(source: str) -> str:
    """Return where an enquiry came from."""
    return {"web_form": _tr("web form"), "mail": _tr("e-mail"), "email": _tr("e-mail"), "call": _tr("call")}.get(
        source, source.replace("_", " ")
    )


def answer_words(lead: Lead, now: datetime) -> tuple[str, str]:
    """Return how long the enquiry waited for its first answer, and the tone."""
    waited = first_answer(lead)
    if waited is None:
        if lead.state in ("booked", "lost"):
            return _tr("no answer on record"), "muted"
        return _tr("waits {span}").format(span=span(now - lead.created_at)), "danger"
    by = _tr("by itself") if lead.first_touch_by == "automatic" else ""
    words = _tr("answered in {span}").format(span=span(waited))
    return (f"{words}, {by}" if by else words), "muted"


def severity_tone(severity: str) -> str:
    """Return the colour of an item's mark."""
    return {"urgent": "danger", "high": "warn"}.get(severity, "muted")
