"""The gallery's drill-down chart."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QVBoxLayout

from backroom.ui.charts import Chart, ChartData, Note
from backroom.ui.formats import Formats
from backroom.ui.page import Page
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.section import PageHeader, SectionHeader
from backroom.ui.workspace import Desk, Workspace

START = datetime(2026, 10, 19, tzinfo=ZoneInfo("America/Chicago"))


def sample_chart() -> ChartData:
    days = 30
    closed = {6, 13, 20, 23, 27}
    values = [None if day in closed else 90 + (day * 7 % 9) - 4.0 for day in range(days)]
    values[16], values[17], values[29] = 84.4, 84.1, 71.0
    low = tuple(None if day in closed else 85.0 if day < 5 else 88.0 for day in range(days))
    high = tuple(None if one is None else one + 7 for one in low)
    before = tuple(None if day % 7 == 2 else 86 + (day * 5 % 7) for day in range(days))
    return ChartData(
        tuple(START + timedelta(days=day) for day in range(days)),
        tuple(values),
        lambda value: f"{value:.0f} %",
        low,
        high,
        before,
        frozenset({16, 17, 29}),
        target=90,
        target_text="Target 90",
        band_text="Expected",
        previous_text="30 days before",
        last_text="71 % today",
        last_firing=True,
        notes=(
            Note(START + timedelta(days=5), "Overflow to agent on"),
            Note(START + timedelta(days=16), "Hail storm, calls ×2"),
            Note(START + timedelta(days=23), "Veterans Day, closed"),
            Note(START + timedelta(days=28), "Overflow off"),
        ),
    )


class DrillSample(Page):
    KEY, TITLE, ICON = "drill", "Call answer rate", "chart-line"

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        super().__init__(workspace, desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 14)
        column.addWidget(
            PageHeader("Call answer rate", "Answered by a person or the agent, out of all calls but spam.")
        )
        card = Card()
        card.column.addWidget(SectionHeader("Today so far, 22 of 31 calls", "Expected by now 88 to 95 %"))
        self.chart = Chart(Formats(zone="America/Chicago"), "Call answer rate, 30 days")
        self.chart.show_data(sample_chart())
        card.column.addWidget(self.chart, 1)
        column.addWidget(card, 1)
