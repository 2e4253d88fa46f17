"""The drill-down chart: honest thinning, round ticks in the business's zone, and words for every bucket."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from backroom.ui.chart_math import spread_labels, thin, time_ticks, value_ticks
from backroom.ui.charts import Chart, ChartData
from backroom.ui.formats import Formats
from backroom.ui.theme import Theme
from tests.ui.audit_walk import settle, text_faults
from tests.ui.gallery_chart import sample_chart

FLOATS = st.floats(-1e9, 1e9, allow_nan=False)


@given(st.lists(FLOATS, min_size=1, max_size=400), st.integers(1, 60))
def test_thinning_keeps_peaks_and_at_most_two_points_a_pixel(values: list[float], pixels: int) -> None:
    y = np.array(values)
    kept_x, kept_y = thin(np.arange(len(values), dtype=float), y, pixels)
    assert len(kept_x) <= max(2 * pixels, 1)
    assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    assert all(a < b for a, b in pairwise(kept_x))


def test_a_gap_stays_a_gap() -> None:
    y = np.array([1.0] * 500 + [np.nan] * 500 + [2.0] * 500)
    _x, kept = thin(np.arange(1500.0), y, 30)
    assert np.isnan(kept).any()


@given(FLOATS, FLOATS)
def test_ticks_are_even_and_hold_the_values(one: float, two: float) -> None:
    least, most = sorted((one, two))
    ticks = value_ticks(least, most)
    assert 2 <= len(ticks) <= 8
    slack = (ticks[-1] - ticks[0]) * 1e-6
    assert ticks[0] <= least + slack
    assert ticks[-1] >= most - slack


def plain(moment: datetime, unit: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M}|{unit}"


@pytest.mark.parametrize("days", [1, 3, 12, 40, 200, 900, 4000])
def test_time_ticks_stand_on_round_times_of_the_zone(days: int) -> None:
    zone = ZoneInfo("America/Chicago")
    start = datetime(2026, 10, 20, 3, 17, tzinfo=UTC)
    ticks = time_ticks(start.timestamp(), (start + timedelta(days=days)).timestamp(), str(zone), 10, plain)
    assert 1 <= len(ticks) <= 11
    for at, words in ticks:
        local = datetime.fromtimestamp(at, zone)
        assert local.minute == 0
        assert local.hour == 0 or words.endswith("hour")


def test_midnight_stays_midnight_over_the_change_of_the_clocks() -> None:
    start = datetime(2026, 10, 30, tzinfo=ZoneInfo("America/Chicago"))
    ticks = time_ticks(start.timestamp(), start.timestamp() + 5 * 86_400, "America/Chicago", 6, plain)
    assert {words.split()[1] for _at, words in ticks} == {"00:00|day"}


@given(st.lists(st.floats(0, 300), min_size=1, max_size=5))
def test_end_labels_never_touch(wanted: list[float]) -> None:
    placed = sorted(spread_labels(wanted, 17, 0, 300))
    assert all(b - a >= 16.99 for a, b in pairwise(placed))


@pytest.fixture
def chart(theme: Theme, qtbot: QtBot) -> Chart:
    made = Chart(Formats(zone="America/Chicago"), "Call answer rate")
    qtbot.addWidget(made)
    made.resize(900, 420)
    made.show()
    made.show_data(sample_chart())
    settle()
    return made


def test_arrows_move_the_crosshair_and_say_the_bucket(chart: Chart) -> None:
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.accessibleDescription() == "Tuesday 17 November: 71 %"
    QTest.keyClick(chart, Qt.Key.Key_Home)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.crosshair == 1
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.crosshair == -1


@pytest.mark.parametrize("size", [(420, 260), (900, 420), (1400, 700)])
def test_its_words_can_be_read_at_every_size(chart: Chart, size: tuple[int, int]) -> None:
    chart.resize(*size)
    settle()
    assert [str(fault) for fault in text_faults(chart)] == []


def test_the_time_in_view_stays_when_only_values_change(chart: Chart) -> None:
    chart._view.setXRange(float(chart.stamps[5]), float(chart.stamps[15]), padding=0)
    view = chart.in_view()
    data = sample_chart()
    chart.show_data(ChartData(data.times, (*data.values[:-1], 75.0), data.write))
    assert chart.in_view() == view


def test_a_long_history_is_drawn_thin(chart: Chart) -> None:
    times = tuple(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * at) for at in range(60_000))
    chart.show_data(ChartData(times, tuple(float(at % 97) for at in range(60_000)), lambda value: f"{value:.0f}"))
    x, _y = chart.visible("values")
    assert len(x) <= 2 * chart.place().width()


def test_nothing_to_show_is_no_fault(theme: Theme, qtbot: QtBot) -> None:
    made = Chart(Formats(), "Empty")
    qtbot.addWidget(made)
    made.show()
    made.show_data(ChartData((), (), str))
    made.show_data(ChartData((datetime(2026, 1, 1, tzinfo=UTC),), (None,), str))
    settle()
    assert text_faults(made) == []


def test_a_new_theme_reaches_the_curves(chart: Chart, theme: Theme) -> None:
    before = chart._curve.opts["pen"].color().name()
    theme.choose("dark")
    settle()
    assert chart._curve.opts["pen"].color().name() != before


def test_the_frame_does_not_import_what_only_charts_need() -> None:
    code = "import sys, backroom.ui.window; print([m for m in ('pyqtgraph', 'numpy', 'sklearn') if m in sys.modules])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert found.stdout.strip() == "[]"
