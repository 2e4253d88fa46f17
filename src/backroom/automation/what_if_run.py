"""Starts the process in which a rule is tried, listens to how far it is, and ends it when nobody wants to know."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import msgspec

from backroom.automation.what_if_child import ARGUMENT, Answer, Request
from backroom.automation.what_if_one import Attempt, Attempted
from backroom.automation.what_if_result import Trial, WhatIf
from backroom.errors import BackroomError, InputError

Report = Callable[[int, int], None]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Answer).decode


class TrialFailed(BackroomError):
    """The rule could not be tried."""

    meaning = "Nothing was sent and nothing was changed."
    remedy = "Try it once more."


def try_period(trial: Trial, report: Report = lambda _done, _total: None) -> WhatIf:
    """Try rules on a period in a process of its own; whatever `report` raises ends it. Raises TrialFailed."""
    answer = _asked(Request(trial=trial), report)
    if answer.result is None:
        raise TrialFailed("The trial ended without a result.")
    return answer.result


def try_record(attempt: Attempt) -> Attempted:
    """Try a rule on one customer's story in a process of its own. Raises TrialFailed."""
    answer = _asked(Request(attempt=attempt), lambda _done, _total: None)
    if answer.attempted is None:
        raise TrialFailed("The trial ended without a result.")
    return answer.attempted


def command() -> list[str]:
    """Return how the child is started: the program itself in a bundle, else its module."""
    if getattr(sys, "frozen", False):
        return [sys.executable, ARGUMENT]
    return [sys.executable, "-m", "backroom", ARGUMENT]


def _asked(request: Request, report: Report) -> Answer:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    hidden: dict[str, Any] = {"creationflags": 0x08000000} if os.name == "nt" else {}  # no console window
    child = subprocess.Popen(  # noqa: S603 - this very program
        command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, **hidden
    )
    complaint: list[bytes] = []
    with child:
        if child.stdin is None or child.stdout is None or child.stderr is None:
            raise TrialFailed("The trial could not be started.")
        errors = child.stderr
        drain = threading.Thread(target=lambda: complaint.append(errors.read()), name="backroom-what-if", daemon=True)
        drain.start()
        try:
            answer = _conversation(child, request, report)
        except BaseException:
            child.kill()
            raise
        finally:
            drain.join()
    if answer is None:
        raise TrialFailed("The trial broke off.", meaning=_last_line(complaint))
    if answer.trouble:
        raise InputError(answer.trouble, remedy=answer.remedy) if answer.remedy else TrialFailed(answer.trouble)
    return answer


def _conversation(child: subprocess.Popen[bytes], request: Request, report: Report) -> Answer | None:
    if child.stdin is None or child.stdout is None:
        return None
    child.stdin.write(_encode(request))
    child.stdin.close()
    last = None
    for line in child.stdout:
        last = _decode(line)
        if last.total and last.result is None:
            report(last.done, last.total)
    return last


def _last_line(complaint: list[bytes]) -> str:
    lines = b"".join(complaint).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else TrialFailed.meaning
