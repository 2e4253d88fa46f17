"""The guards over the tests do notice what they are there for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests import leaks as leaks_module
from tests.leaks import Leaks
from tests.loopback import Loopback, NetworkRefused


@pytest.fixture
def leaks(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Leaks]:
    monkeypatch.setattr(leaks_module, "PATIENCE_S", 0.05)
    watch = Leaks()
    patch = watch.watch_qt()
    watch.start()
    yield watch
    patch.undo()


@pytest.mark.parametrize(("name", "daemon"), [("backroom-engine", True), ("anything", False)])
def test_a_thread_that_goes_on_is_noticed(leaks: Leaks, name: str, daemon: bool) -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name=name, daemon=daemon)
    thread.start()
    assert leaks.left() == [f"thread {name}"]
    end.set()
    thread.join()
    assert leaks.left() == []


def test_a_timer_that_goes_on_is_noticed(leaks: Leaks) -> None:
    owner = QObject()
    timer = QTimer(owner)
    timer.start(1_000)
    assert leaks.left() == ["QTimer of QObject"]
    timer.stop()
    assert leaks.left() == []


def test_a_window_left_open_is_noticed_and_a_deleted_one_is_not(leaks: Leaks) -> None:
    window = QWidget()
    assert leaks.left() == ["window QWidget"]
    window.deleteLater()
    assert leaks.left() == []


def test_what_a_wider_fixture_starts_may_stay(leaks: Leaks) -> None:
    with leaks.allowed():
        window = QWidget()
    timer = QTimer(window)
    timer.start(1_000)
    assert leaks.left() == []
    window.deleteLater()


def test_only_loopback_is_reachable() -> None:
    guard = Loopback()
    for name in ("localhost", "127.0.0.1", "::1", None, b"127.0.0.1"):
        guard._check(name)
    with pytest.raises(NetworkRefused):
        guard._check("mail.ridgeline.com")
    with pytest.raises(NetworkRefused):
        guard._check("93.184.216.34")
    assert guard.refused() == ("mail.ridgeline.com", "93.184.216.34")


def test_reserved_names_never_resolve() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("imap.nowhere.invalid", 993), timeout=1)
