"""The further views of a page that are worth a picture: a customer, a drill-down, a section of the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from backroom.records.customers import Lead
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


def _section(name: str) -> View:
    return View(name, lambda window: window.open("settings", name))


VIEWS: dict[str, tuple[View, ...]] = {
    "today": (View("drill", lambda window: window.open("today", "speed_to_lead")),),
    "customers": (View("one", _customer),),
    "automations": (
        View("rule", lambda window: window.open("automations", "instant-lead-reply")),
        View("playbooks", lambda window: window.open("automations", "playbooks")),
    ),
    "settings": tuple(_section(name) for name in ("people", "texts", "backup", "appearance")),
}
