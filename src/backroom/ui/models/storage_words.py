"""The room Backroom takes, in words: how full, when it will be full, what goes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from backroom.store.upkeep import Budget, Victim

_NEVER_SOON = 24


def _tr(text: str) -> str:
    return QCoreApplication.translate("Storage", text)


def size_words(size: float) -> str:
    """Return a size as people say it: `12 MB`, `1.4 GB`."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= one:
            return f"{size / one:.1f} {unit}" if size < 10 * one else f"{size / one:.0f} {unit}"
    return f"{int(size)} B"


def forecast_words(budget: Budget) -> str:
    """Return when the budget will be used up, and what that is reckoned from."""
    if budget.over:
        return _tr("More is taken than may be; nothing else may be given up. Allow more room below.")
    if budget.growth_a_month is None:
        words = _tr("When it will be full: not enough data yet. {n} days are measured, two weeks are needed.")
        return words.format(n=budget.days_measured)
    if budget.growth_a_month <= 0:
        return _tr("It does not grow just now, measured over {n} days.").format(n=budget.days_measured)
    grows = _tr("It grows by {size} a month, measured over {n} days.").format(
        size=size_words(budget.growth_a_month), n=budget.days_measured
    )
    if budget.months_left is None:
        return _tr("It will not be full in the next ten years.") + " " + grows
    if budget.months_left < 1:
        return _tr("Full in less than a month.") + " " + grows
    if budget.months_left < 2:
        return _tr("Full in about a month.") + " " + grows
    if budget.months_left > _NEVER_SOON:
        return _tr("Full in about {n} years.").format(n=round(budget.months_left / 12)) + " " + grows
    return _tr("Full in {n} months.").format(n=int(budget.months_left)) + " " + grows


def first_words(budget: Budget) -> str:
    """Return what is given up first when the budget is used up, and what never is."""
    never = _tr("Customers, messages and whatever still waits are never given up.")
    if not budget.first:
        return _tr("There is nothing yet that would be given up for room.") + " " + never
    named = ", ".join(_named(one) for one in budget.first)
    return _tr("When it is full, these go first: {things}.").format(things=named) + " " + never


def _named(victim: Victim) -> str:
    words = _tr("the backup of {day}") if victim.kind == "backup" else _tr("the history of {day}")
    return f"{words.format(day=victim.name)} ({size_words(victim.size)})"
