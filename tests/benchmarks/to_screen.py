"""From the commit of an escalation to its row painted in the inbox, alone and with enquiries coming in beside it.

A short form: 50 enquiries a second, not the thousand events of the contract, and no figures beyond the 99th hundredth.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from backroom.app.business import Business
from backroom.app.program import Program
from backroom.escalation.case import CaseRequest
from backroom.paths import Home
from backroom.store.transaction import Transaction
from backroom.ui.application import Desktop, make_application
from backroom.ui.pages.inbox import Inbox
from backroom.ui.window import Window
from tests.benchmarks._sample import copy_sample, machine, make_sample, note
from tests.benchmarks.ui_gap import Enquiries, fill_inbox, pass_time, wait_for, waiting

_PAUSE_S = 0.37  # no multiple of the page's own rests
_LONGEST_S = 5.0


def one_item(business: Business, page: Inbox, key: str) -> float:
    """Open an item that stands first, and return the milliseconds from its commit until its row was painted."""
    committed: list[float] = []

    def open_it(tx: Transaction) -> None:
        wish = CaseRequest(
            source_key=key, kind="reply", severity="urgent", reason=key, why="Measured.",
            due_at=tx.now - timedelta(days=30),
        )  # fmt: skip
        business.desk.open_case(tx, wish)
        tx.after_commit(lambda: committed.append(time.perf_counter()))

    business.store.write(open_it).result()
    shown = page.side.list
    ends = time.perf_counter() + _LONGEST_S
    while time.perf_counter() < ends:
        QApplication.processEvents()
        if any(line.row.reason == key for line in shown.lines()[:80]):
            shown.viewport().repaint()
            return (time.perf_counter() - committed[0]) * 1000
        time.sleep(0.001)
    return _LONGEST_S * 1000


def measure(home: Path, items: int) -> dict[str, list[float]]:
    """Open the program on `home` and return the times of many items, by what else goes on."""
    app = make_application()
    program = Program(Home(home))
    desktop = Desktop(app, program)
    desktop.begin()
    gc.freeze()  # as the program does
    pass_time(1.5)
    business = program.business
    window = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Window))
    if business is None:
        raise SystemExit("the sample business did not open")
    business.ticker.forget("sample")
    fill_inbox(business, 200)
    window.open("inbox")
    page = window.current
    if not isinstance(page, Inbox):
        raise SystemExit("the inbox did not open")
    pass_time(1.0)
    found: dict[str, list[float]] = {}
    for name, rate in (("alone", 0), ("busy", 50)):
        wait_for(lambda: waiting(business.store) == 0, 20)
        with Enquiries(business, rate, name) if rate else nullcontext():
            found[name] = []
            for number in range(items):
                pass_time(_PAUSE_S)
                found[name].append(one_item(business, page, f"{name} {number}"))
        note(f"{name}: median {statistics.median(found[name]):.0f} ms, longest {max(found[name]):.0f} ms")
    desktop.end()
    return found


def main() -> None:
    """Measure and print one line of JSON."""
    items = 20 if "--quick" in sys.argv else 120
    with tempfile.TemporaryDirectory() as folder:
        found = measure(copy_sample(make_sample(Path(folder)), "shown"), items)
    result: dict[str, object] = {}
    for name, times in found.items():
        tail = "" if name == "busy" else "_alone"
        result[f"p50_ms{tail}"] = round(statistics.median(times), 1)
        result[f"p99_ms{tail}"] = round(statistics.quantiles(times, n=100, method="inclusive")[98], 1)
    print(json.dumps({**result, "items": items, "enquiries_per_s": 50, **machine()}))


if __name__ == "__main__":
    main()
