"""Builds the sample year: a folder tree of ordinary exports, the same bytes for the same seed and moment."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backroom import paths
from backroom.sample import books, noise, telephone, works
from backroom.sample.almanac import Almanac
from backroom.sample.conversations import Conversation
from backroom.sample.firm import Firm, load
from backroom.sample.letters import Letter
from backroom.sample.residents import Residents
from backroom.sample.stories import Year, tell
from backroom.sample.truth import as_json, tell_truth

INBOX = Path("mail") / "inbox"
SENT = Path("mail") / "sent"
OUT_TRAY = Path("mail") / "out-tray"
CALLS = Path("calls")
CALENDAR = Path("calendar")
INVOICES = Path("invoices")
WORK = Path("work")
TRUTH = Path("truth.json")


def sample_firm() -> Firm:
    """Return the delivered sample firm."""
    return load(paths.resources() / "sample")


def build(root: Path, now: datetime, *, firm: Firm | None = None) -> dict[str, Any]:
    """Write the year before `now` (aware) into `root` and return its truth, which also lies in root/truth.json.

    The tree is made beside `root` and renamed when whole, so a `root` that exists is complete.
    Raises FileExistsError if `root` exists and is not empty.
    """
    if root.exists() and any(root.iterdir()):
        raise FileExistsError(f"{root} is not empty: the sample business needs a folder of its own")
    firm = firm or sample_firm()
    part = root.with_name(f"{root.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    truth = _write(part, firm, now)
    if root.exists():
        root.rmdir()
    part.rename(root)
    return truth


def is_built(root: Path) -> bool:
    """Whether `root` holds a whole sample business."""
    return (root / TRUTH).exists()


def _write(root: Path, firm: Firm, now: datetime) -> dict[str, Any]:
    almanac = Almanac(firm, now)
    residents = Residents(firm.names, firm.seed)
    year = tell(firm, almanac, residents)
    calls = telephone.calls_of(firm, almanac, residents, year)
    quotes, jobs = works.quotes_of(firm, almanac, year), works.jobs_of(firm, almanac, year)
    letters = _named(_letters(firm, almanac, residents, year))
    for folder in (INBOX, SENT, CALLS, CALENDAR, INVOICES, WORK):
        (root / folder).mkdir(parents=True)
    for name, letter in letters.items():
        _put(root / "mail" / name, letter.raw, letter.at)
    months = telephone.by_month(calls, almanac)
    for month in sorted(months):
        _put(root / CALLS / f"calls-{month}.csv", telephone.export(months[month], almanac), months[month][-1].at)
    for folder, files in (
        (CALENDAR, books.calendars(firm, almanac, year.visits)),
        (INVOICES, books.ledgers(firm, almanac, year.invoices)),
        (WORK, works.quote_lists(firm, quotes)),
        (WORK, works.job_lists(firm, jobs)),
    ):
        for name, content in files.items():
            _put(root / folder / name, content, almanac.now)
    truth = tell_truth(firm, almanac, year, calls, {f"mail/{name}": letter for name, letter in letters.items()})
    truth["numbers"] |= {"quotes": works.truth_of_quotes(quotes), "jobs": works.truth_of_jobs(almanac, jobs)}
    _put(root / TRUTH, as_json(truth), almanac.now)
    return truth


def _letters(firm: Firm, almanac: Almanac, residents: Residents, year: Year) -> Iterable[Letter]:
    booked = {visit.lead: visit.booked for visit in year.visits if visit.lead is not None}
    for lead in year.leads:
        if lead.channel != "phone":
            yield from Conversation(firm, almanac, lead, booked.get(lead.number)).letters()
    yield from noise.letters(firm, almanac, residents)


def _named(letters: Iterable[Letter]) -> dict[str, Letter]:
    # Names say when and in which order, never what: the connectors must find that out.
    named: dict[str, Letter] = {}
    count: Counter[str] = Counter()
    for letter in sorted(letters, key=lambda one: (one.at, one.message_id, one.raw)):
        count[letter.folder] += 1
        named[f"{letter.folder}/{letter.at.astimezone(UTC):%Y%m%d-%H%M%S}-{count[letter.folder]:05}.eml"] = letter
    return named


def _put(path: Path, content: bytes, at: datetime) -> None:
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
