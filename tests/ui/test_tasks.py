"""Work leaves the main thread and its answer comes back once, on the main thread, or not at all."""

from __future__ import annotations

import threading
from functools import partial

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from backroom.ui.bridge import ChangeBridge, MainThread
from backroom.ui.tasks import Job, Stopped, Tasks


def test_the_answer_comes_on_the_main_thread(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    tasks.run(tasks, threading.get_ident, lambda worked_on: seen.append((worked_on, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    worked_on, answered_on = seen[0]
    assert worked_on != answered_on == threading.get_ident()


def test_a_failure_reaches_failed_and_not_done(tasks: Tasks, qtbot: QtBot) -> None:
    failures: list[BaseException] = []
    done: list[object] = []
    tasks.run(tasks, lambda: 1 // 0, done.append, failures.append)
    qtbot.waitUntil(lambda: tasks.idle)
    assert isinstance(failures[0], ZeroDivisionError)
    assert not done


def test_a_failure_nobody_handles_is_shown_to_the_person(tasks: Tasks, qtbot: QtBot) -> None:
    shown: list[BaseException] = []
    tasks.unclaimed = shown.append
    tasks.run(tasks, lambda: 1 // 0)
    qtbot.waitUntil(lambda: bool(shown))


def test_an_owner_that_is_gone_hears_nothing(tasks: Tasks, qtbot: QtBot) -> None:
    owner, go, answers = QObject(), threading.Event(), list[object]()
    tasks.run(owner, go.wait, answers.append)
    shiboken6.delete(owner)
    go.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert not answers


def test_a_cancelled_ticket_hears_nothing(tasks: Tasks, qtbot: QtBot) -> None:
    go, answers = threading.Event(), list[object]()
    ticket = tasks.run(tasks, go.wait, answers.append)
    ticket.cancel()
    go.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert not answers


def test_a_job_shows_its_progress_and_its_end(tasks: Tasks, qtbot: QtBot) -> None:
    def work(job: Job) -> int:
        job.report("read 1 of 2", done=1, total=2)
        job.report("read 2 of 2", done=2, total=2)
        return 2

    answers: list[int] = []
    job = tasks.start(tasks, "Reading mail", work, answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert (job.state, job.share, job.log) == ("done", 1.0, ["read 1 of 2", "read 2 of 2"])
    tasks.forget(job)
    assert not tasks.jobs


def test_a_stopped_job_ends_at_its_next_report(tasks: Tasks, qtbot: QtBot) -> None:
    reached = threading.Event()

    def work(job: Job) -> None:
        while True:
            job.report("still reading")
            reached.set()

    failures: list[BaseException] = []
    job = tasks.start(tasks, "Reading mail", work, failed=failures.append)
    assert reached.wait(60)
    job.stop()
    qtbot.waitUntil(lambda: job.state == "stopped")
    assert not failures
    assert issubclass(Stopped, Exception)


def test_closing_waits_for_what_is_under_way(main: MainThread) -> None:
    before = set(threading.enumerate())
    tasks, ended = Tasks(main), threading.Event()
    tasks.run(tasks, lambda: ended.wait(0.05))
    tasks.close()
    assert not set(threading.enumerate()) - before
    shiboken6.delete(tasks)


def test_a_burst_of_changes_becomes_one_notice(main: MainThread, qtbot: QtBot) -> None:
    bridge, heard = ChangeBridge(main, main), list[frozenset[str]]()
    bridge.changed.connect(heard.append)

    def burst() -> None:
        for _turn in range(200):
            bridge.heard(frozenset({"lead"}))
            bridge.heard(frozenset({"call", "lead"}))

    thread = threading.Thread(target=burst)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(heard) and bridge.idle)
    assert heard == [frozenset({"lead", "call"})]


def test_a_change_after_a_notice_is_heard_again(main: MainThread, qtbot: QtBot) -> None:
    bridge, heard = ChangeBridge(main, main), list[frozenset[str]]()
    bridge.changed.connect(heard.append)

    def heard_of(kind: str) -> bool:
        return frozenset({kind}) in heard

    for kind in ("lead", "call"):
        bridge.heard(frozenset({kind}))
        qtbot.waitUntil(partial(heard_of, kind))
    assert heard == [frozenset({"lead"}), frozenset({"call"})]
