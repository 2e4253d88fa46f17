"""What the program costs while nothing happens: processor and memory, beside an empty window of the same Qt."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks._sample import copy_sample, environment, machine, make_sample, note

_CHILD = Path(__file__).with_name("_idle_child.py")


def watch(kind: str, home: Path, seconds: float) -> dict[str, Any]:
    """Run one process and return what it found out about itself."""
    done = subprocess.run(
        [sys.executable, str(_CHILD), kind, str(seconds)],
        check=True,
        capture_output=True,
        text=True,
        env=environment(BACKROOM_HOME=str(home)),
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    note(f"{kind}: " + ", ".join(f"{key} {value:.2f}" for key, value in found.items()))
    return found


def main() -> None:
    """Measure and print one line of JSON."""
    quick = "--quick" in sys.argv
    seconds, repeats = (6.0, 1) if quick else (30.0, 3)
    with tempfile.TemporaryDirectory() as folder:
        home = make_sample(Path(folder))
        runs = [
            (watch("bare", home, seconds), watch("program", copy_sample(home, f"home-{number}"), seconds))
            for number in range(repeats)
        ]
    shares = [program["cpu_percent"] for _, program in runs]
    result = {
        "cpu_percent": round(statistics.median(shares), 3),
        "rss_mb_over_bare_qt": round(statistics.median(ours["rss_mb"] - bare["rss_mb"] for bare, ours in runs), 1),
        "cpu_spread_percent": [round(min(shares), 3), round(max(shares), 3)],
        "cpu_percent_bare_qt": round(statistics.median(bare["cpu_percent"] for bare, _ in runs), 3),
        "cpu_percent_living_sample": round(statistics.median(ours["cpu_percent_living"] for _, ours in runs), 3),
        "rss_mb": round(statistics.median(ours["rss_mb"] for _, ours in runs), 1),
        "rss_mb_bare_qt": round(statistics.median(bare["rss_mb"] for bare, _ in runs), 1),
        "seconds": seconds,
        "repeats": repeats,
        **machine(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
