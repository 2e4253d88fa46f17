"""The further views of a page that are worth a picture: a customer, a drill-down, a section of the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from backroom.automation.rule_builder import path_of
from backroom.automation.rule_edits import lines_of, with_value
from backroom.records.customers import Lead
from backroom.ui.pages.automations import Automations
from backroom.ui.settling import settle
from backroom.ui.widgets.version_diff import VersionDiff
from backroom.ui.window import Window


@dataclass(frozen=True, slots=True)
class View:
    """A view by its name in the file, and how to get to it."""

    name: str
    show: Callable[[Window], None]


def _customer(window: Window) -> None:
    """Open the customer who has asked most often."""
    with window.workspace.store.read() as reader:
        most = select(Lead.customer_id).group_by(Lead.customer_id).order_by(func.count().desc()).limit(1)
        customer_id = reader.scalars(most).first()
    if customer_id is not None:
        window.open("customers", customer_id)


def _draft(window: Window) -> Automations:
    """Open the follow-up rule and make a change of it."""
    page = window.page("automations")
    if not isinstance(page, Automations):
        raise TypeError(type(page))
    window.open("automations", "lead-follow-up")
    settle(page)
    page.editor.forget()
    base = page.editor.base
    if base is not None:
        place = next(piece.place for line in lines_of(base) for piece in line.pieces if piece.text == "2 working days")
        if place is not None:
            page.editor.take(with_value(base, place, "3 working days"))
    return page


def _what_if(window: Window) -> None:
    """Try the changed rule on the sample's own past."""
    page = _draft(window)
    page.trials.start()
    settle(page)


def _step(window: Window) -> None:
    """Edit one step of the changed rule."""
    _draft(window).editor.edit_step(path_of("1"))


def _difference(window: Window) -> None:
    """Hold the changed rule against the one in force."""
    page = _draft(window)
    base, sheet = page.editor.draft, page.editor.sheet
    if base is not None and sheet is not None and sheet.rule is not None:
        VersionDiff(window, base.name, ("Version 1, live", sheet.rule), ("Draft", base), texts=sheet.texts).open()


def _one_customer(window: Window) -> None:
    """Try the changed rule on the story of one customer."""
    page = _draft(window)
    found = page.editor.sheet.examples if page.editor.sheet is not None else ()
    if found:
        page.trials.try_on(found[0])


def _section(name: str) -> View:
    return View(name, lambda window: window.open("settings", name))


VIEWS: dict[str, tuple[View, ...]] = {
    "today": (View("drill", lambda window: window.open("today", "speed_to_lead")),),
    "customers": (View("one", _customer),),
    "automations": (
        View("rule", lambda window: window.open("automations", "instant-lead-reply")),
        View("playbooks", lambda window: window.open("automations", "playbooks")),
        View("what-if", _what_if),
        View("step", _step),
        View("difference", _difference),
        View("one-customer", _one_customer),
    ),
    "settings": tuple(_section(name) for name in ("people", "texts", "backup", "appearance")),
}
