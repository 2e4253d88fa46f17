"""Opens a window, the program's or an empty one of Qt, lets it be, and says what it costs."""

from __future__ import annotations

import json
import sys
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks._memory import cpu_share, resident_mb

_SETTLE_S = 8.0


def pass_time(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def bare(seconds: float) -> dict[str, Any]:
    """Measure an empty window."""
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1440, 900)
    window.show()
    pass_time(1.0)
    found = {"cpu_percent": cpu_share(pass_time, min(seconds, 3.0)), "rss_mb": resident_mb()}
    app.quit()
    return found


def program(seconds: float) -> dict[str, Any]:
    """Measure the program with its business at work, first while nothing happens, then as the sample lives on."""
    import gc

    from backroom import paths
    from backroom.app.program import Program
    from backroom.app.sample_firm import keep_living
    from backroom.logs import start_logs
    from backroom.ui.application import Desktop, make_application

    app = make_application()
    home = paths.home().make()
    logs = start_logs(home.logs)
    whole = Program(home)
    desktop = Desktop(app, whole)
    desktop.begin()
    gc.freeze()
    pass_time(2.0)
    business = whole.business
    if business is None:
        raise SystemExit("the sample business did not open")
    business.ticker.forget("sample")
    pass_time(_SETTLE_S)
    found = {"cpu_percent": cpu_share(pass_time, seconds), "rss_mb": resident_mb()}
    keep_living(business)
    found["cpu_percent_living"] = cpu_share(pass_time, seconds)
    found["rss_mb_living"] = resident_mb()
    desktop.end()
    logs.stop()
    return found


if __name__ == "__main__":
    print(json.dumps((bare if sys.argv[1] == "bare" else program)(float(sys.argv[2]))))
