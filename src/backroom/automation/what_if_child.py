"""The process in which a rule is tried: reads one request, says how far it is, and answers with one line of JSON."""

from __future__ import annotations

import os
import sys
import time
from typing import Any, BinaryIO

import msgspec

from backroom.automation.what_if import what_if
from backroom.automation.what_if_guard import Guard
from backroom.automation.what_if_one import Attempt, Attempted, try_one
from backroom.automation.what_if_result import Trial, WhatIf
from backroom.errors import BackroomError

ARGUMENT = "--what-if"
_NICE = 5


class Request(msgspec.Struct, frozen=True):
    """Exactly one of a trial over a period and an attempt on one record."""

    trial: Trial | None = None
    attempt: Attempt | None = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the child: how far it is, the result, or what went wrong."""

    done: int = 0
    total: int = 0
    result: WhatIf | None = None
    attempted: Attempted | None = None
    trouble: str = ""
    remedy: str = ""


_encode = msgspec.json.Encoder().encode


def main(asked: BinaryIO | None = None, said: BinaryIO | None = None) -> int:
    """Do what is asked on the standard input; returns the exit code."""
    began = time.perf_counter()
    out = said or sys.stdout.buffer
    request = msgspec.json.decode((asked or sys.stdin.buffer).read(), type=Request)
    _stand_back()
    guard = Guard()
    guard.stand()
    try:
        answer = _answer(request, guard, began, out)
    except BackroomError as error:
        answer = Answer(trouble=str(error), remedy=error.remedy)
    except Exception as error:  # noqa: BLE001 - the top of the process: whoever asked must hear of it
        answer = Answer(trouble=f"{type(error).__name__}: {error}")
    _say(out, answer)
    return int(bool(answer.trouble))


def _answer(request: Request, guard: Guard, began: float, out: BinaryIO) -> Answer:
    if request.attempt is not None:
        return Answer(attempted=try_one(request.attempt))
    if request.trial is None:
        return Answer(trouble="Nothing was asked.")
    found = what_if(request.trial, lambda done, total: _say(out, Answer(done=done, total=total)))
    seconds = round(time.perf_counter() - began, 2)
    return Answer(result=msgspec.structs.replace(found, seconds=seconds, network_calls=guard.network_calls))


def _say(out: Any, answer: Answer) -> None:
    out.write(_encode(answer) + b"\n")
    out.flush()


def _stand_back() -> None:
    """Leave the processor to the window and the engine, where the system knows such a thing."""
    if hasattr(os, "nice"):
        os.nice(_NICE)


if __name__ == "__main__":
    sys.exit(main())
