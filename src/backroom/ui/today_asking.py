"""What Today asks the owner in sheets, and what follows from each answer."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from backroom.hours import WorkingHours
from backroom.records.kpis import KpiTarget
from backroom.reporting.days import Period
from backroom.reporting.drill import definition
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.reporting.plain import PlainRow
from backroom.reporting.readings import Reading
from backroom.ui.models.kpi_words import kpi_title
from backroom.ui.models.plain_words import plain_columns, plain_row, plain_title
from backroom.ui.models.today_acts import TodayActs, mute_ends
from backroom.ui.page import Page
from backroom.ui.widgets.today_sheets import DefinitionSheet, MuteSheet, RowsSheet, TargetSheet, Wanted, WorthSheet


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)


class Asking:
    """Opens the sheets over one page and does what is answered, off the main thread."""

    def __init__(self, page: Page, acts: TodayActs) -> None:
        """Ask over `page`, write through `acts`."""
        self._page, self._acts = page, acts

    def mute(self, reading: Reading, hours: WorkingHours) -> None:
        """Ask until when an alert stays quiet."""
        now, formats = self._now(), self._page.workspace.formats
        hour, opening, week = mute_ends(now, hours)
        choices = (
            (_tr("One hour, until {time}").format(time=formats.time(hour)), hour),
            (_tr("Until {time}, the next opening").format(time=formats.when(opening, now=now)), opening),
            (_tr("One week, until {time}").format(time=formats.day(week, now=now)), week),
        )
        alert = reading.alert
        muted = alert is not None and alert.muted_until is not None and alert.muted_until > now
        title = _tr("Mute {name}").format(name=kpi_title(reading.kpi))
        sheet = MuteSheet(self._page.window(), title, choices, muted=muted)
        sheet.chosen.connect(lambda until: self._mute(reading.kpi.key, until))
        sheet.open()

    def explain(self, key: str, reading: Reading | None) -> None:
        """Say how a number is counted."""
        kpi = KPI_BY_KEY[key]
        rests = "" if reading is None else _tr("It rests on {n} records now.").format(n=reading.n)
        DefinitionSheet(self._page.window(), definition(kpi), kpi_title(kpi), rests).open()

    def target(self, key: str) -> None:
        """Ask for the target and range of a number."""

        def ask(kept: KpiTarget | None) -> None:
            sheet = TargetSheet(self._page.window(), kpi_title(KPI_BY_KEY[key]), KPI_BY_KEY[key], kept)
            sheet.chosen.connect(lambda wanted: self._aim(key, wanted))
            sheet.open()

        self._page.run(lambda: self._acts.target(key), ask)

    def worth(self) -> None:
        """Ask how many minutes an answer takes by hand."""

        def ask(kept: dict[str, int]) -> None:
            sheet = WorthSheet(self._page.window(), kept)
            sheet.chosen.connect(lambda minutes: self._page.run(lambda: self._acts.set_worth(minutes)))
            sheet.open()

        self._page.run(self._acts.worth, ask)

    def rows(self, key: str, period: Period) -> None:
        """List the rows behind a plain count; one of them leads to its customer."""
        formats, now = self._page.workspace.formats, self._now()

        def show(found: list[PlainRow]) -> None:
            rows = [plain_row(row, key, formats, now) for row in found]
            sheet = RowsSheet(self._page.window(), plain_title(key, period), plain_columns(key), rows)
            sheet.chosen.connect(self._open_customer)
            sheet.open()

        self._page.run(lambda: self._acts.plain_rows(key, period, now), show)

    def _mute(self, key: str, until: datetime | None) -> None:
        name, notices = kpi_title(KPI_BY_KEY[key]), self._page.desk.notices
        if until is None:
            words = _tr("{name} speaks up again.").format(name=name)
            self._page.run(lambda: self._acts.mute(key, None), lambda _done: notices.toast(words))
            return
        end = self._page.workspace.formats.when(until, now=self._now())
        words = _tr("{name} is muted until {time}.").format(name=name, time=end)
        self._page.run(
            lambda: self._acts.mute(key, until), lambda _done: notices.toast(words, lambda: self._mute(key, None))
        )

    def _aim(self, key: str, wanted: Wanted) -> None:
        words = _tr("Target of {name} saved.").format(name=kpi_title(KPI_BY_KEY[key]))
        self._page.run(
            lambda: self._acts.aim(key, wanted.target, wanted.low, wanted.high),
            lambda _done: self._page.desk.notices.toast(words),
        )

    def _open_customer(self, key: tuple[int, int | None]) -> None:
        if key[1] is not None:
            self._page.desk.go.open("customers", key[1])

    def _now(self) -> datetime:
        return self._page.workspace.clock.now()
