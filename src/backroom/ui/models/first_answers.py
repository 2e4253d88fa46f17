"""What was typed in the first run, kept between two starts of the program; passwords are never among it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from backroom.errors import InputError
from backroom.hours import Span
from backroom.records.people import Role
from backroom.store.firm_setup import FirmFacts, Member
from backroom.ui.models.regions import currency_of, locale_of, own_country, own_zone

Minutes = tuple[tuple[int, int, int], ...]  # (weekday, from minute, to minute)
OFFICE_HOURS: Minutes = tuple((day, 8 * 60, 18 * 60) for day in range(5))
_DAY = 24 * 60


@dataclass
class TeamRow:
    """One person as typed; no hours = the business's own."""

    name: str = ""
    role: str = Role.DESK
    email: str = ""
    hours: Minutes = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed into the row."""
        return not self.name.strip() and not self.email.strip()


@dataclass
class Answers:
    """Everything asked before the business is made."""

    step: str = ""
    name: str = ""
    zone: str = field(default_factory=own_zone)
    country: str = field(default_factory=own_country)
    currency: str = ""
    hours: Minutes = OFFICE_HOURS
    holidays: dict[str, str] = field(default_factory=dict)
    people: list[TeamRow] = field(default_factory=lambda: [TeamRow(role=Role.OWNER)])

    def __post_init__(self) -> None:
        """Take the currency of the country where none was chosen."""
        self.currency = self.currency or currency_of(self.country)

    def facts(self) -> FirmFacts:
        """Return them as the store wants them; raises InputError for hours that are none."""
        owner = self.people[0]
        if not self.hours:
            raise InputError("The business has no open hours.", field="hours", remedy="Open at least one day.")
        return FirmFacts(
            name=self.name,
            zone=self.zone,
            spans=spans_of(self.hours),
            owner=owner.name.strip(),
            owner_email=owner.email.strip(),
            holidays={date.fromisoformat(day): name for day, name in self.holidays.items()},
            currency=self.currency,
            country=self.country,
            locale=locale_of(self.country),
        )

    def members(self) -> list[Member]:
        """Return the team without its owner and without empty rows."""
        return [
            Member(name=row.name.strip(), role=row.role, email=row.email.strip(), spans=spans_of(row.hours))
            for row in self.people[1:]
            if not row.is_empty
        ]


def spans_of(hours: Minutes) -> tuple[Span, ...]:
    """Return typed hours as spans; midnight at the end of a day is 0:00."""
    return tuple(Span(day, _clock(opens), _clock(closes % _DAY)) for day, opens, closes in hours)


def minutes_of_spans(spans: tuple[Span, ...]) -> Minutes:
    """Return spans as minutes of the day."""
    return tuple(
        (one.weekday, one.opens.hour * 60 + one.opens.minute, one.closes.hour * 60 + one.closes.minute or _DAY)
        for one in spans
    )


def read_answers(path: Path) -> Answers:
    """Return what was typed before, or fresh answers where nothing usable is kept."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
        people = [TeamRow(**{**row, "hours": _hours(row["hours"])}) for row in kept.pop("people")]
        return Answers(**{**kept, "people": people, "hours": _hours(kept["hours"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Answers()


class AnswersFile:
    """Writes answers down from whichever thread: the newest stay, and none come back once they are forgotten."""

    def __init__(self) -> None:
        """Have written nothing yet."""
        self._lock = threading.Lock()
        self._asked = self._written = 0

    def keep(self, path: Path, answers: Answers) -> Callable[[], None]:
        """Return the work of writing them as they are now; a refusing disk costs only going on later."""
        self._asked += 1
        number, text = self._asked, json.dumps(asdict(answers))

        def work() -> None:
            with self._lock, contextlib.suppress(OSError):
                if number > self._written:
                    self._written = number
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, "utf-8")

        return work

    def forget(self, path: Path) -> None:
        """Remove what was typed, once the business knows it."""
        with self._lock, contextlib.suppress(OSError):
            self._written = self._asked
            path.unlink(missing_ok=True)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _hours(rows: list[list[int]]) -> Minutes:
    return tuple((int(day), int(opens), int(closes)) for day, opens, closes in rows)
