"""Somebody who is asked to do something is told at the desktop, once, and many at once are one digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import shiboken6
from sqlalchemy import select

from backroom.records.escalations import Escalation, EscalationState, StaffNotice
from backroom.records.people import Person, Role
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.desktop_notices import DesktopNotices
from backroom.ui.theme import Theme
from backroom.ui.window import Window
from backroom.ui.workspace import Workspace
from tests.ui.audit_walk import settle
from tests.ui.gallery import PAGES
from tests.ui.rest import until_rest


@pytest.fixture
def window(theme: Theme, tmp_path: Path) -> Iterator[Window]:
    store = Store.open(tmp_path / "backroom.db", quick=True)
    made = Window(Workspace(store), PAGES, theme)
    made.show()
    settle()
    yield made
    made.shut()
    shiboken6.delete(made)
    settle()
    store.close()


def told(store: Store, *reasons: str) -> None:
    """Have a person told about one open item for each reason."""

    def write(tx: Transaction) -> None:
        dana = tx.add(Person(name="Dana Okafor", role=Role.DESK))
        for number, reason in enumerate(reasons):
            item = tx.add(
                Escalation(
                    source_key=reason,
                    kind="reply",
                    severity="urgent",
                    reason=reason,
                    why=reason,
                    created_at=tx.now,
                    due_at=tx.now,
                    next_at=tx.now + timedelta(hours=number + 1),
                    state=EscalationState.NOTIFIED,
                )
            )
            tx.add(StaffNotice(escalation_id=item.id, step=0, channel="desktop", person_id=dana.id, at=tx.now))

    store.write_now(write)


def shown(window: Window) -> list[str]:
    """Look for notices twice and return what was said."""
    said: list[str] = []
    window.desk.notices.toasted.connect(lambda toast: said.append(toast.text))
    bell = DesktopNotices(window)
    until_rest(window)
    bell.look()
    until_rest(window)
    bell.stop()
    return said


def test_one_notice_names_the_person_and_the_reason_once(window: Window) -> None:
    told(window.workspace.store, "Water is coming in")
    assert shown(window) == ["Urgent, for Dana Okafor: Water is coming in"]
    assert shown(window) == []
    with window.workspace.store.read() as reader:
        assert None not in reader.scalars(select(StaffNotice.sent_at)).all()


def test_many_at_once_are_one_digest(window: Window) -> None:
    told(window.workspace.store, "First", "Second", "Third")
    assert shown(window) == ["3 things wait in the inbox: First"]


def test_two_looks_at_once_tell_of_a_notice_once(window: Window) -> None:
    told(window.workspace.store, "Water is coming in")
    said: list[str] = []
    window.desk.notices.toasted.connect(lambda toast: said.append(toast.text))
    bell = DesktopNotices(window)
    bell.look()
    until_rest(window)
    bell.stop()
    assert len(said) == 1
