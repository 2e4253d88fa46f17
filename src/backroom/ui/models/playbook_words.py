"""The words of a playbook's card: how it stands, what a month costs, what is missing and which button repairs it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.automation.playbook_needs import FOLDER, GALLERY, LATER, MAILBOX, PEOPLE, TUNE, NeedState
from backroom.ui.formats import Formats, counted
from backroom.ui.models.playbook_data import PlaybookCard

_SHORT = {
    "mail_out": "E-mail", "mailbox": "Mailbox", "text_out": "Texts", "calls": "Phone", "calendar": "Calendar",
    "invoices": "Invoices", "quotes": "Quotes", "jobs": "Jobs", "review_page": "Review page",
    "owner_mail": "Your address",
}  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("Playbooks", text)


def group_words(group: str) -> str:
    """Return the name of a group of playbooks."""
    return {"Reach": _tr("Reach"), "Work": _tr("Work"), "Money": _tr("Money")}.get(group, group)


def need_tag(need: NeedState) -> tuple[str, str, str]:
    """Return a need as word, tone and icon of a tag."""
    word = _tr(_SHORT[need.need.what])
    if need.met:
        return word, "plain", "check"
    if need.trouble:
        return word, "danger", "unplug"
    return word, "missing", "plug"


def need_words(need: NeedState) -> str:
    """Return in a sentence whether a need is met, and why it is there."""
    if need.met:
        return _tr("{what}: {by}.").format(what=_first(_tr(need.title)), by=need.by)
    if need.trouble:
        return _tr("{what}: {by} needs you. {trouble}").format(
            what=_first(_tr(need.title)), by=need.by, trouble=need.trouble
        )
    if need.door == LATER:
        return _tr("{what} cannot be connected in this version yet. {why}").format(
            what=_first(_tr(need.title)), why=_tr(need.need.why)
        )
    lead = _tr("Better with {what}. {why}") if need.need.optional else _tr("It needs {what}. {why}")
    return lead.format(what=_tr(need.title), why=_tr(need.need.why))


def door_words(need: NeedState) -> str:
    """Return the words of the button that meets a need."""
    if need.trouble:
        return _tr("Repair {name}").format(name=need.by)
    return {
        MAILBOX: _tr("Connect a mailbox"), FOLDER: _tr("Connect a folder"), GALLERY: _tr("Connect a system"),
        PEOPLE: _tr("Add the address"), TUNE: _tr("Add the link"),
    }.get(need.door, "")  # fmt: skip


def state_words(card: PlaybookCard, formats: Formats, now: datetime) -> tuple[str, str]:
    """Return how a playbook stands, and the tone of the dot before it."""
    state = card.state
    if not state.installed:
        return _tr("Not installed"), "muted"
    if card.missing:
        return _tr("Waits for {what}").format(what=_tr(card.missing[0].title)), "warn"
    if state.paused:
        return _tr("Switched off"), "muted"
    if state.changed:
        return _tr("At work, changed by you"), "ok"
    since = state.since
    if since is None or not state.by:
        return _tr("At work"), "ok"
    return _tr("At work since {day}").format(day=formats.day(since, now=now)), "ok"


def money_words(card: PlaybookCard, formats: Formats) -> str:
    """Return the money at stake last month as a range or an amount, empty where the records do not tell."""
    low, high = card.would.low_minor, card.would.high_minor
    if high is None or low is None or high <= 0:
        return ""
    if low == high:
        return formats.money(_whole(high), card.currency)
    return _tr("{low} to {high}").format(
        low=formats.money(_round(low), card.currency),
        high=formats.money(_round(high), card.currency),
    )


def cost_words(card: PlaybookCard, formats: Formats) -> str:
    """Return what a month like the last one would cost to run."""
    messages = counted(card.messages, _tr("1 message"), _tr("{n} messages")) if card.messages else _tr("No messages")
    if not card.minutes:
        return _tr("{messages} a month, nobody’s time").format(messages=messages)
    if card.minutes < 120:
        time = _tr("{n} min").format(n=formats.number(card.minutes))
    else:
        time = _tr("{n} h").format(n=formats.number(card.minutes / 60, 0))
    return _tr("{messages} a month, {time} of a person").format(messages=messages, time=time)


def would_words(card: PlaybookCard, formats: Formats) -> str:
    """Return what was counted in the last thirty days."""
    return f"{formats.number(card.would.cases)} {_tr(card.would.words)}"


def summary(cards: tuple[PlaybookCard, ...]) -> str:
    """Return the gallery in one line."""
    used = sum(card.state.installed for card in cards)
    ready = sum(not card.state.installed and not card.missing for card in cards)
    lacking = len(cards) - used - ready
    parts = [counted(used, _tr("1 at work"), _tr("{n} at work"))]
    if ready:
        parts.append(counted(ready, _tr("1 more could begin now"), _tr("{n} more could begin now")))
    if lacking:
        parts.append(counted(lacking, _tr("1 needs something first"), _tr("{n} need something first")))
    return " · ".join(parts)


def spoken(card: PlaybookCard, formats: Formats, now: datetime) -> str:
    """Return a card in words for a screen reader."""
    money = money_words(card, formats)
    parts = [card.playbook.name, state_words(card, formats, now)[0], card.playbook.line, would_words(card, formats)]
    return ". ".join([*parts, *([f"{money} {_tr(card.would.stake)}"] if money else [])])


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _whole(minor: int) -> int:
    return round(minor / 100) * 100


def _round(minor: int) -> int:
    """Round an estimate to two figures that mean something."""
    step = int(10 ** max(2, len(str(abs(minor))) - 2))
    return round(minor / step) * step
