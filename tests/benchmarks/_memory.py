"""How much of the machine this process uses."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def resident_mb() -> float:
    """Return the memory of this process that is in the machine now, in units of 2**20 bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, check=True, text=True)
    return int(told.stdout) / 1024


def cpu_share(pass_time: Callable[[float], None], seconds: float) -> float:
    """Return the percent of one core that all threads of this process used while `pass_time` let seconds pass."""
    began, worked = time.perf_counter(), time.process_time()
    pass_time(seconds)
    return 100 * (time.process_time() - worked) / (time.perf_counter() - began)
