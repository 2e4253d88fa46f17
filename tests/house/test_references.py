"""The Qt binding gives back what it borrows: a release that loses references would end the program after a while."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

TIMES = 5_000
SLACK = 50  # other code may hold or drop a few meanwhile


class Sender(QObject):
    """Has a signal to send."""

    told = Signal(bool, object)


def change_of(thing: object, work: Callable[[], object]) -> int:
    """Return by how many references the work changed the thing."""
    work()
    before = sys.getrefcount(thing)
    work()
    return sys.getrefcount(thing) - before


@pytest.mark.parametrize("thing", [True, None], ids=str)
def test_signals_and_setters_keep_the_reference_counts(qapp: QApplication, thing: bool | None) -> None:
    sender, label, heard = Sender(), QLabel(), [0]

    def hear(value: bool, other: object) -> None:
        heard[0] += value is True and other is None

    sender.told.connect(hear)

    def emit() -> None:
        for _ in range(TIMES):
            sender.told.emit(True, None)

    def write() -> None:
        for number in range(TIMES):
            label.setText(str(number))

    assert abs(change_of(thing, emit)) <= SLACK
    assert abs(change_of(thing, write)) <= SLACK
    assert heard[0] == 2 * TIMES
    label.deleteLater()
