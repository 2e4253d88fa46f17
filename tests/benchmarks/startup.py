"""From the start of the process to the window painted, with a year of the sample business open."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks._sample import environment, machine, make_sample, note

_CHILD = Path(__file__).with_name("_startup_child.py")


def start_once(home: Path) -> dict[str, Any]:
    """Start the program on `home`, let it show its first page and quit; returns its own figures, in seconds."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(_CHILD), str(began)],
        check=True,
        capture_output=True,
        text=True,
        env=environment(BACKROOM_HOME=str(home), PYTHONPYCACHEPREFIX=str(home.with_name("compiled"))),
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Start again and again and print one line of JSON."""
    repeats = 4 if "--quick" in sys.argv else 15
    with tempfile.TemporaryDirectory() as folder:
        home = make_sample(Path(folder))
        start_once(home)  # the first start compiles what Python has not compiled yet
        runs = []
        for number in range(repeats):
            runs.append(one := start_once(home))
            note(f"{number + 1}: window {one['window_s']:.2f} s, page {one['page_s']:.2f} s")
    times = sorted(one["window_s"] for one in runs)
    result = {
        "window_s": round(statistics.median(times), 3),
        "modules_s": round(statistics.median(one["modules_s"] for one in runs), 3),
        "window_cpu_s": round(statistics.median(one["window_cpu_s"] for one in runs), 3),
        "window_spread_s": [round(times[0], 3), round(times[-1], 3)],
        "page_s": round(statistics.median(one["page_s"] for one in runs), 3),
        "imported_before_window": runs[-1]["imported"],
        "repeats": repeats,
        **machine(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
