"""Named places where a test may end the process, as a power cut would; free of cost in normal running.

`BACKROOM_FAULT="name:n"` kills the process (SIGKILL) when `point(name)` is reached for the n-th time.
"""

from __future__ import annotations

import os
import signal
from itertools import count

_name, _, _nth = os.environ.get("BACKROOM_FAULT", "").partition(":")
_reached = count(1)


def point(name: str) -> None:
    """Mark a place between two effects on the outside world where a crash must do no harm."""
    if name == _name and next(_reached) >= int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
