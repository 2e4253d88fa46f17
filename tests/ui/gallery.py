"""Renders every widget and the frame in all schemes to PNGs, for looking at.

Run `python -m tests.ui.gallery FOLDER` with `src` on the path; the tests use its pages too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from backroom.errors import TryLater
from backroom.ui.ink import Ink, draw_text
from backroom.ui.overlay import Overlay
from backroom.ui.page import Page
from backroom.ui.theme import Theme, px
from backroom.ui.widgets.alert_card import Alert, AlertCard
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, Panel
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.person import PersonChip, paint_person
from backroom.ui.widgets.rows import Band, RowDelegate, RowList
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.search_box import FindButton, SearchBox
from backroom.ui.widgets.section import PageHeader, SectionHeader
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.severity import Severity, SeverityMark, paint_severity
from backroom.ui.widgets.sparkline import Series
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, LinkLabel, Paragraph
from backroom.ui.widgets.tile import Delta, KpiTile, TileData
from backroom.ui.window import Window
from backroom.ui.workspace import Desk, Workspace
from tests.ui.gallery_chart import DrillSample
from tests.ui.gallery_forms import CustomersSample, SettingsSample

CALLS = (91.0, 93, 91, 90, 92, 91, 89, 90, 92, 92, 91, 92, 90, 71)
WAVE = (93.0, 90, 96, 91, 88, 93, 91, 90, 97, 91, 89, 92, 90, 95)
LOW = tuple(value - 4 for value in (91.0, 90, 92, 90, 90, 91, 90, 89, 92, 91, 90, 91, 90, 91))
HIGH = tuple(value + 8 for value in LOW)


def series(values: tuple[float | None, ...], *, off: frozenset[int] = frozenset(), target: float, text: str) -> Series:
    return Series(values, LOW, HIGH, off, target=target, target_text=text)


TILES = (
    TileData(
        "answer",
        "Call answer rate",
        "71",
        "%",
        "firing",
        Delta("19 pts", "vs last Tue", "down"),
        series(CALLS, off=frozenset({13}), target=90, text="90"),
        "12 s ago",
    ),
    TileData(
        "capacity",
        "Capacity filled, next 7 days",
        "78",
        "%",
        "blind",
        None,
        series(WAVE, target=95, text="85"),
        "since 9:05",
        note="last known value",
    ),
    TileData(
        "ticket",
        "Average ticket",
        "$9,840",
        "",
        "normal",
        Delta("4 %", "vs last Tue", "up"),
        series(WAVE, target=92, text="9.5k"),
        "6 min ago",
    ),
    TileData(
        "alone",
        "Done without a person",
        "92",
        "%",
        "normal",
        Delta("1 pt", "vs last Tue", "up"),
        series(WAVE, target=90, text="90"),
        "12 s ago",
    ),
    TileData(
        "speed",
        "Speed to lead, typical",
        "6",
        "min",
        "normal",
        Delta("1 min", "vs last Tue", "down"),
        series((96.0, 91, 94, 92, None, None, 90, 91, 92, 92, 90, 91, 88, 89), target=87, text="5"),
        "40 s ago",
    ),
    TileData(
        "noshow",
        "Inspection no-shows",
        "2",
        "of 23",
        "learning",
        Delta("1", "yesterday"),
        None,
        "3 min ago",
        note="learning, 9 of 14 days",
        learned=(9, 14),
    ),
    TileData(
        "month",
        "Booked this month",
        "$186,200",
        "",
        "normal",
        Delta("7 %", "vs Oct to date", "up"),
        series(WAVE, target=97, text="195k"),
        "6 min ago",
    ),
    TileData(
        "health",
        "Automation health",
        "99.6",
        "%",
        "normal",
        Delta("same", "as last Tue"),
        series(WAVE, target=90, text="99.5"),
        "12 s ago",
    ),
    TileData(
        "booking",
        "Call booking rate",
        state="unconnected",
        headline="Connect call recordings to light this",
        note="About 4 minutes, in OpenPhone",
        act="Connect",
    ),
)


@dataclass(frozen=True)
class Item:
    key: int
    severity: Severity
    name: str
    reason: str
    money: str
    due: str
    tone: str
    owner: str

    def spoken(self) -> str:
        return f"{self.severity} {self.name} {self.reason}"


class ItemDelegate(RowDelegate):
    line_from = 104

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        top = QRectF(place.left() + px(24), place.top() + px(8), place.width() - px(44), px(20))
        low = top.translated(0, px(20))
        paint_severity(painter, top, row.severity)
        left = px(80)
        used = draw_text(painter, top, row.due, Ink("strong", row.tone), align="right")
        money = top.adjusted(0, 0, -max(used + px(20), px(90)), 0)
        used = draw_text(painter, money, row.money, Ink("strong"), align="right")
        draw_text(painter, money.adjusted(left, 0, -used - px(8), 0), row.name, Ink("strong"))
        size = px(18)
        used = draw_text(
            painter, low, row.owner or "Unclaimed", Ink("value" if row.owner else "body", "muted"), align="right"
        )
        chip = QRectF(low.right() - used - size - px(6), low.center().y() - size / 2, size, size)
        paint_person(painter, chip, row.owner, "here" if row.owner == "Dana" else "none")
        draw_text(
            painter, low.adjusted(left, 0, chip.left() - low.right() - px(8), 0), row.reason, Ink("body", "muted")
        )


ITEMS = (
    Item(
        1, "urgent", "Helen Lee", "Leak is back; called Friday, nobody rang back", "$3,860", "12 min over", "danger", ""
    ),
    Item(
        2,
        "high",
        "Bayside Property Care",
        "Invoice is $182.40 above its order, paid at 11:00",
        "$6,820",
        "4 min over",
        "danger",
        "Priya",
    ),
    Item(3, "normal", "Piotr Kowalski", "Insurance scope arrived without page 3", "$9,750", "4 h 20", "text", "Dana"),
    Item(4, "low", "Tom Brandt", "Warranty certificate came back unsigned", "$5,140", "Tue 12:00", "muted", "Marcus"),
)


class TodaySample(Page):
    KEY, TITLE, ICON = "today", "Today", "layout-dashboard"

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        super().__init__(workspace, desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 14)
        column.setSpacing(14)
        head = PageHeader("Normal Tuesday, three things off.", "Tuesday 17 November, 11:42. Bookings are as usual.")
        period = (Segment("day", "Day"), Segment("week", "Week"), Segment("month", "Month"))
        head.add(Segmented(period, "Period"))
        head.add(Button("vs last Tuesday", trailing="chevron-down"))
        head.add(FindButton("Find or do anything"))
        column.addWidget(head)
        alerts = QHBoxLayout()
        alerts.setSpacing(16)
        for alert in (
            Alert(
                "a",
                "Calls are going unanswered",
                "71 % so far today, expected 88 to 95. Mostly Spring St, where overflow went off at 9:58.",
                "$1,900 to $4,300",
                "at risk",
                "Call back 7",
                "phone-missed",
                "danger",
                primary=True,
            ),
            Alert(
                "b",
                "Overdue money is piling up",
                "$23,650 is past 60 days, usually under $14,000. Halvorsen (insurance claim) is nearly half of it.",
                "$23,650",
                "owed by 4",
                "Review 4 reminders",
                "banknote",
            ),
            Alert(
                "c",
                "The crew calendar went silent",
                "Nothing heard since 9:05, sign-in expired. Two roof slots offered since then could clash.",
                "$1,450",
                "per lost crew day",
                "Reconnect",
                "calendar-x",
            ),
        ):
            alerts.addWidget(AlertCard(alert), 1)
        column.addLayout(alerts)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for number, group in enumerate(("Reach", "Work", "Money", "Machine")):
            grid.addWidget(SectionHeader(group), 0, number)
        for number, data in enumerate(TILES):
            grid.addWidget(KpiTile(data), 1 + number // 4, number % 4)
        column.addLayout(grid)
        column.addStretch(1)
        desk.actions.bind("today.day", lambda: None)
        desk.actions.bind("today.versus", lambda: None)
        desk.actions.bind("today.table", lambda: None)
        desk.actions.bind("today.counted", lambda: None)


class InboxSample(Page):
    KEY, TITLE, ICON, THREE_COLUMNS = "inbox", "Inbox", "inbox", True

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        super().__init__(workspace, desk)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list = RowList(ItemDelegate(), "Inbox")
        self.list.show_rows(
            [
                Band("Overdue", "2", "Promised times that have passed", "danger"),
                *ITEMS[:2],
                Band("Today", "2", "By 18:00, counted in business time"),
                *ITEMS[2:],
            ]
        )
        self.list.first()
        left = QWidget()
        left.setObjectName("pane")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 12, 0, 0)
        pills = Segmented((Segment("all", "All", "11"), Segment("mine", "Mine", "3")), "Filter", pills=True)
        strip = QHBoxLayout()
        strip.setContentsMargins(24, 0, 20, 0)
        strip.addWidget(pills)
        strip.addStretch(1)
        strip.addWidget(SearchBox("Search the inbox"))
        column.addLayout(strip)
        column.addWidget(self.list)
        row.addWidget(left, 42)
        row.addWidget(Hairline(vertical=True))
        row.addWidget(self._case(), 34)
        row.addWidget(Hairline(vertical=True))
        row.addWidget(
            EmptyState("circle-check", "Nothing needs you", "143 things handled since 8:00 without help.", tone="ok"),
            24,
        )
        for name in ("next", "previous", "resolve", "search"):
            desk.actions.bind(f"inbox.{name}", lambda: None)

    def first_focus(self) -> QWidget:
        return self.list

    def _case(self) -> QWidget:
        pane = ScrollColumn(margins=(24, 14, 20, 14), spacing=10)
        pane.setObjectName("pane")
        head = QHBoxLayout()
        head.addWidget(Label("Helen Lee", "page"))
        head.addWidget(SeverityMark("urgent"))
        head.addStretch(1)
        head.addWidget(Button("Claim", key="C"))
        pane.column.addLayout(head)
        why = Panel()
        why.column.addWidget(
            Paragraph(
                "Why you see this: second call about the same leak in four days, and the August "
                "repair is under warranty until 2031.",
                colour="text",
            )
        )
        foot = why.row(Label("Rule: damage, calls twice", "note", "muted", elide=True))
        foot.addStretch(1)
        foot.addWidget(LinkLabel("Not an exception"))
        foot.addWidget(KeyChip("M"))
        pane.column.addWidget(why)
        tags = QHBoxLayout()
        for text, tone, icon in (
            ("Warranty", "accent", "shield-check"),
            ("Calls twice", "warn", ""),
            ("Prefers texts", "plain", ""),
            ("Calendar", "missing", "plug"),
        ):
            tags.addWidget(Tag(text, tone, icon))
        tags.addStretch(1)
        pane.column.addLayout(tags)
        card = Card()
        card.column.addWidget(SectionHeader("Message", "today 10:09", ruled=True))
        card.column.addWidget(
            Paragraph(
                "“It’s Helen Lee, 12 Harper Lane. It’s coming through again, right above the baby’s room.”",
                colour="text",
            )
        )
        people = card.row(PersonChip("Dana Okafor", "here"), PersonChip("Tess Ward", "away"), PersonChip(""))
        people.addStretch(1)
        pane.column.addWidget(card)
        buttons = QHBoxLayout()
        for button in (
            Button("Do it", "primary", key="Return"),
            Button("Text", icon="message-square", key="R"),
            Button("Remove", "danger"),
            Button("Skip", "quiet"),
            Button("", icon="ellipsis"),
        ):
            button.setAccessibleName(button.text() or "More")
            buttons.addWidget(button)
        buttons.addStretch(1)
        pane.column.addLayout(buttons)
        pane.column.addWidget(BannerStrip("Phone is silent since 9:12", "Calls are not in this list.", "Reconnect"))
        return pane


class Quiet:
    """A store that never changes, for looking at the frame alone."""

    def subscribe(self, listener: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        return lambda: None


PAGES: tuple[type[Page], ...] = (TodaySample, InboxSample, CustomersSample, SettingsSample, DrillSample)


def sample_window(theme: Theme) -> Window:
    workspace = Workspace(Quiet(), firm="Ridgeline Roofing", person="Marta Ruiz")  # type: ignore[arg-type]
    window = Window(workspace, PAGES, theme)
    window.desk.go.badge("inbox", 7)
    window.desk.go.sources(5, 6, "Crew calendar is silent")
    return window


def main(folder: Path) -> None:
    """Render everything into `folder`."""
    app = QApplication([])
    theme = Theme(app, choice="light")
    window = sample_window(theme)
    window.show()
    folder.mkdir(parents=True, exist_ok=True)
    for choice in ("light", "dark", "contrast"):
        theme.choose(choice)
        for page in ("today", "inbox", "customers", "settings", "drill"):
            window.open(page)
            window.desk.go.next_step("10:42 goes to Dana" if page == "inbox" else "", "in 8 min, unless you claim it")
            if page == "inbox":
                window.desk.notices.toast("Resolved: Nolan refund, $120", lambda: None, leaves=True, seconds=12)
            app.processEvents()
            app.processEvents()
            window.grab().save(str(folder / f"{page}-{choice}.png"))
            window.foot.toast.dismiss()
        for action in ("everywhere.find", "everywhere.keys"):
            window.desk.actions.action(action).trigger()
            app.processEvents()
            window.grab().save(str(folder / f"{action}-{choice}.png"))
            for overlay in window.findChildren(Overlay):
                overlay.close_overlay()
        window.desk.notices.problem(TryLater("The mailbox does not answer."))
        app.processEvents()
        window.grab().save(str(folder / f"problem-{choice}.png"))
        for overlay in window.findChildren(Overlay):
            overlay.close_overlay()
    window.shut()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
