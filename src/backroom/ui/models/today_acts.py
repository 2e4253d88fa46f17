"""What the owner does on Today, as writes to the store: mute, answer an alert, set a target, say what work is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from backroom.errors import InputError
from backroom.hours import WorkingHours
from backroom.records.kpis import KpiTarget
from backroom.reporting.alert_answers import Answer, answer, mute, set_target, unmute
from backroom.reporting.days import Period, day_of, so_far, start_of
from backroom.reporting.drill import export_csv
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.reporting.plain import PlainRow, plain_rows
from backroom.settings import WORTH_ANSWER_FROM, WORTH_ANSWER_TO, WORTH_CASE_FROM, WORTH_CASE_TO, Option
from backroom.store.firm import set_setting, setting, working_hours
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.models.drill_data import DrillAsk

WORTH: dict[str, Option[int]] = {
    "answer_from": WORTH_ANSWER_FROM,
    "answer_to": WORTH_ANSWER_TO,
    "case_from": WORTH_CASE_FROM,
    "case_to": WORTH_CASE_TO,
}


@dataclass(frozen=True, slots=True)
class TodayActs:
    """The owner's acts on one store; each waits until it is written, so call them off the main thread."""

    store: Store
    actor: str = ""

    def mute(self, key: str, until: datetime | None) -> None:
        """Keep a number's alert quiet until a moment, or let it speak again."""
        if until is None:
            self.store.write_now(lambda tx: unmute(tx, key, actor=self.actor))
        else:
            self.store.write_now(lambda tx: mute(tx, key, until, actor=self.actor))

    def answer(self, key: str, said: Answer) -> str:
        """Say that an alert was useful, noise or known; return what follows from it."""
        return self.store.write_now(lambda tx: answer(tx, key, said, actor=self.actor))

    def aim(self, key: str, target: float | None, low: float | None, high: float | None) -> None:
        """Set or take away a number's target and range."""
        self.store.write_now(lambda tx: set_target(tx, key, target=target, low=low, high=high))

    def target(self, key: str) -> KpiTarget | None:
        """Return what the owner wants of a number."""
        with self.store.read() as reader:
            return reader.session.get(KpiTarget, key)

    def plain_rows(self, key: str, period: Period, now: datetime) -> list[PlainRow]:
        """Return the rows behind a plain count."""
        with self.store.read() as reader:
            return plain_rows(reader, key, period, now, working_hours(reader))

    def worth(self) -> dict[str, int]:
        """Return the minutes that were set."""
        with self.store.read() as reader:
            return {key: setting(reader, option) for key, option in WORTH.items()}

    def set_worth(self, minutes: Mapping[str, int]) -> None:
        """Keep the minutes an answer and an item take."""

        def work(tx: Transaction) -> None:
            for key, option in WORTH.items():
                set_setting(tx, option, int(minutes[key]))

        self.store.write_now(work)

    def export(self, ask: DrillAsk, now: datetime, path: Path) -> Path:
        """Write every row behind a number to a CSV file that spreadsheets read; raises InputError where they cannot."""
        with self.store.read() as reader:
            hours = working_hours(reader)
            text = export_csv(reader, KPI_BY_KEY[ask.key], so_far(ask.period, now, hours), hours)
        try:
            path.write_text(text, encoding="utf-8-sig", newline="")
        except OSError as error:
            raise InputError(
                f"The file could not be written: {error.strerror}.",
                field="path",
                remedy="Choose another folder, or close the file where it is open.",
            ) from error
        return path


def mute_ends(now: datetime, hours: WorkingHours) -> tuple[datetime, datetime, datetime]:
    """Return the ends that are offered: an hour from now, the next opening after today, and in a week."""
    tomorrow = start_of(day_of(now, hours) + 1, hours)
    week = start_of(day_of(now, hours) + 7, hours)
    return now + timedelta(hours=1), hours.next_opening(tomorrow), hours.next_opening(week)
