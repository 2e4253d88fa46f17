"""How often alerts cry wolf over simulated firms, and how soon they notice a dead line and a fall in bookings."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from backroom.clock import ManualClock
from backroom.records.kpis import KpiNote
from backroom.reporting.alerts import Alerts
from backroom.reporting.kpi import Kpi
from backroom.reporting.kpis import KPI_BY_KEY, KPIS
from backroom.reporting.rollups import Rollups
from backroom.store.firm import working_hours
from backroom.store.store import Store
from tests.unit.reporting.conftest import START
from tests.unit.reporting.test_new_kpi import ENQUIRIES
from tests.unit.reporting.world import Habits, World

_ALL = 32  # the size of the full catalogue, to which false alerts are scaled
_FAULT_AT = START + timedelta(days=1, hours=1)  # Tuesday 10:00
_BOOKING = KPI_BY_KEY["lead_to_booking"]


@dataclass(frozen=True)
class Trial:
    """One simulated firm: its size, the KPIs watched and what goes wrong."""

    seed: int
    kpis: Sequence[Kpi]
    habits: Habits
    watched: timedelta
    break_it: Callable[[Habits], None] | None = None
    history: timedelta = timedelta(days=100)

    def fired(self) -> tuple[list[datetime], World]:
        """Return when alerts fired, from the fault on (or from the start of the watch)."""
        with tempfile.TemporaryDirectory() as folder:
            clock = ManualClock(START - self.history)
            store = Store.open(Path(folder) / "backroom.sqlite", clock=clock, quick=True)
            with store.read() as reader:
                hours = working_hours(reader)
            world = World(store, Rollups(store, self.kpis), Alerts(store, self.kpis), clock, hours, seed=self.seed)
            world.habits = self.habits
            world.live(START, step=timedelta(hours=5), alerts=False)
            since = START
            if self.break_it is not None:
                world.live(_FAULT_AT)
                self.break_it(world.habits)
                since = _FAULT_AT
            world.live(since + self.watched)
            with store.read() as reader:
                query = select(KpiNote.at).where(KpiNote.kind == "fired", KpiNote.at >= since).order_by(KpiNote.at)
                found = list(reader.execute(query).scalars())
            store.close()
            return found, world


def kill_line(habits: Habits) -> None:
    """Let nothing come in any more."""
    habits.leads_a_day = 0.0


def lose_bookings(habits: Habits) -> None:
    """Let bookings fall by 30 per cent."""
    habits.booked *= 0.7


def p90(values: list[float]) -> float:
    """Return the nearest-rank 90th percentile."""
    return sorted(values)[max(0, -(-9 * len(values) // 10) - 1)]


def main() -> None:
    """Run the trials and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--firms", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1000)
    asked = parser.parse_args()
    firms = asked.firms or (1 if asked.quick else 10)
    weeks = 1 if asked.quick else 4
    false, dead, fall = 0, [], []
    for seed in range(asked.seed, asked.seed + firms):
        found, _ = Trial(seed, KPIS, Habits(), timedelta(weeks=weeks)).fired()
        false += len(found)
        size = Habits(leads_a_day=50, items_a_day=0)
        found, world = Trial(seed, (ENQUIRIES,), size, timedelta(days=2), kill_line, timedelta(days=70)).fired()
        noticed = found[0] if found else _FAULT_AT + timedelta(days=2)
        dead.append(world.hours.working_time_between(_FAULT_AT, noticed) / timedelta(hours=1))
        if not asked.quick:
            size = Habits(leads_a_day=50, items_a_day=0)
            found, _ = Trial(seed, (_BOOKING,), size, timedelta(days=14), lose_bookings).fired()
            fall.append((found[0] - _FAULT_AT) / timedelta(days=1) if found else 14.0)
        print(f"firm {seed}: {false} false so far, dead line after {dead[-1]:.1f} h, fall {fall[-1:]}", file=sys.stderr)
    result = {
        "false_per_week_all_kpis": round(false / firms / weeks * _ALL / len(KPIS), 3),
        "false_fired": false,
        "firm_weeks": firms * weeks,
        "kpis": len(KPIS),
        "dead_line_p90_h": round(p90(dead), 2),
        "dead_line_median_h": round(statistics.median(dead), 2),
        "booking_drop_p90_d": round(p90(fall), 2) if fall else None,
        "booking_drop_median_d": round(statistics.median(fall), 2) if fall else None,
        "note": "the simulated days are of the kind the tests assume; real days will be worse",
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
