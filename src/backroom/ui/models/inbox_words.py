"""The words of the inbox that follow from the moment: how long is left, whose it is, what a band means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from backroom.clock import Clock
from backroom.escalation.case_view import Case
from backroom.escalation.duty import Roster
from backroom.escalation.inbox import LATER, OVERDUE, TODAY, InboxRow, band_ends
from backroom.ui.formats import Formats, span
from backroom.ui.models.inbox_board import left_of

SOON = timedelta(minutes=30)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)


@dataclass(frozen=True, slots=True)
class Moment:
    """Against what rows are read: the clock, the business's hours, its formats, and who looks."""

    clock: Clock
    roster: Roster = field(compare=False)  # read anew each time; what a row shows of it is in the row
    formats: Formats
    person_id: int

    def due(self, row: InboxRow) -> tuple[str, str]:
        """Return how a deadline stands now, and the colour of those words."""
        now = self.clock.now()
        left = left_of(row, self.roster, now)
        if row.due_at <= now:
            return over_words(left), "danger"
        if row.due_at >= self.ends(now)[1] or left > timedelta(hours=20):
            return self.formats.when(row.due_at, now=now), "muted"
        return span(left), "warn" if left < SOON else "text"

    def band(self, row: InboxRow, ends: tuple[datetime, datetime]) -> str:
        """Return the band of a row."""
        if row.due_at <= ends[0]:
            return OVERDUE
        return TODAY if row.due_at < ends[1] else LATER

    def ends(self, now: datetime) -> tuple[datetime, datetime]:
        """Return where the bands overdue and today end."""
        over, today = band_ends(self.roster, now)
        return now, now + timedelta(microseconds=today - over)

    def owner(self, row: InboxRow) -> str:
        """Return whose a row is, in one word."""
        if row.owner_id is None:
            return _tr("Unclaimed")
        if row.owner_id == self.person_id:
            return _tr("You")
        return row.owner.split()[0] if row.owner else _tr("Former colleague")


def over_words(left: timedelta) -> str:
    """Return how long a deadline has passed, in working time."""
    gone = -left
    if gone < timedelta(minutes=1):
        return _tr("due now")
    return _tr("{span} over").format(span=span(gone, coarse=gone >= timedelta(hours=10)))


def who(customer: str, kind: str) -> str:
    """Return the name a row goes by: its customer, or what it is about when there is none."""
    if customer:
        return customer
    return {
        "connection": _tr("A connection"),
        "effect": _tr("A message of ours"),
        "kpi": _tr("Your figures"),
        "quarantine": _tr("Something that came in"),
        "run": _tr("A rule"),
        "unreadable": _tr("An unreadable message"),
    }.get(kind, _tr("Unknown sender"))


def band_title(band: str) -> str:
    """Return a band's heading."""
    return {OVERDUE: _tr("Overdue"), TODAY: _tr("Today"), LATER: _tr("Later")}[band]


def band_note(band: str, moment: Moment) -> str:
    """Return what a band means."""
    if band == OVERDUE:
        return _tr("Promised times that have passed")
    if band == LATER:
        return _tr("Nothing is promised before tomorrow")
    now = moment.clock.now()
    hours = moment.roster.hours
    if not hours.is_open(now):
        return _tr("Closed now; counted in business time")
    return _tr("Open till {time}, counted in business time").format(time=moment.formats.time(hours.close_after(now)))


def next_words(case: Case, formats: Formats, now: datetime) -> tuple[str, str]:
    """Return what happens by itself with an item and what would stop it, for the foot of the window."""
    step = case.next_step
    if step is None:
        return "", ""
    head = f"{formats.when(step.at, now=now)} {step.words}"
    left = step.at - now
    if timedelta() < left < timedelta(hours=12):
        return head, _tr("in {span}, {unless}").format(span=span(left), unless=step.unless)
    return head, step.unless
