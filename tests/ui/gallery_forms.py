"""Pages of the gallery that show forms, tables, timelines and jobs."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.ui.page import Page
from backroom.ui.tasks import Job
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.widgets.fields import (
    ChoiceField,
    FolderField,
    HoursField,
    NumberField,
    PasswordField,
    TagsField,
    TextField,
    YesNoField,
)
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.progress import Bar, ProgressRow
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.section import PageHeader, SectionHeader
from backroom.ui.widgets.table import Column, Table, TableRow
from backroom.ui.widgets.text import Label
from backroom.ui.widgets.timeline import Moment, Timeline
from backroom.ui.workspace import Desk, Workspace

MOMENTS = (
    Moment(
        1,
        "Asks to pay monthly",
        "“Could we split it over the year?” Waits in the Inbox.",
        "10:21",
        "mail",
        "Today",
        "Email",
        "accent",
    ),
    Moment(
        2, "Opened quote 1187 four times", "6 min on the price page.", "9:58", "eye", "Today", "Documents", last=True
    ),
    Moment(
        3, "Quote 1187 sent, $18,900", "Architectural shingles, 2 days.", "Fri 13", "send", "Last week", "Documents"
    ),
    Moment(4, "Call, not answered", "After hours, 18:22.", "Thu 12", "phone-missed", "Last week", "Phone", "danger"),
    Moment(5, "Roof measured", "Sam, 31 photos.", "Wed 11", "wrench", "Last week", "Jobs", "ok", last=True),
)
COLUMNS = (
    Column("Time", 0.6, tabular=True),
    Column("Who", 1.6, face="value"),
    Column("What we know", 2, colour="muted"),
    Column("Rang", 0.7, colour="muted"),
    Column("At stake", 1.1, "right", "value"),
)
CALLS = (
    TableRow(1, ("11:38", "Gloria Whitfield", "New lead, hail damage", "31 s", "$410 to 930")),
    TableRow(2, ("11:31", "Unknown, 512 555 0143", "First call", "24 s", "$120 to 280")),
    TableRow(3, ("11:12", "Peter Halvorsen", "Open claim, job 2231", "40 s", "not yet"), ((4, "danger"),)),
)


class CustomersSample(Page):
    KEY, TITLE, ICON, THREE_COLUMNS = "customers", "Customers", "users", True

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        super().__init__(workspace, desk)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        timeline = Timeline("Everything so far")
        timeline.show_moments(MOMENTS)
        timeline.first()
        row.addWidget(timeline, 4)
        row.addWidget(Hairline(vertical=True))
        column = QVBoxLayout()
        column.setContentsMargins(24, 16, 24, 16)
        card = Card(padding=0)
        table = Table(COLUMNS, "The calls")
        table.show_rows(CALLS)
        card.column.addWidget(table)
        column.addWidget(card, 1)
        job = Job("Reading last year’s mail", self.desk.tasks._main, self)
        job.text, job.share, job.log = "1,204 of 2,500 mails", 0.48, ["began"]
        column.addWidget(ProgressRow(job))
        column.addWidget(Bar(0.82, "series", mark=0.7))
        empty = EmptyState(
            "unplug",
            "We cannot tell whether anything needs you",
            "Nothing is open in what we can see, but the phone stopped answering at 9:12.\nOn a Monday "
            "about 11 calls arrive in that time, and 2 of them usually need a person.",
            tone="warn",
        )
        empty.button("Reconnect phone", primary=True)
        empty.button("Send calls to Dana’s mobile meanwhile")
        column.addWidget(empty, 2)
        row.addLayout(column, 6)


class SettingsSample(Page):
    KEY, TITLE, ICON = "settings", "Settings", "settings"

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        super().__init__(workspace, desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 0)
        head = PageHeader("Settings", "What you type is kept until you leave the page.")
        head.add(Button("Test", icon="plug-zap"))
        head.add(Button("Save", "primary", key="Ctrl+S"))
        column.addWidget(head)
        scroll = ScrollColumn(margins=(0, 10, 0, 10))
        column.addWidget(scroll, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        scroll.column.addLayout(row)
        row.addWidget(self._connection(), 1)
        row.addWidget(self._hours(), 1)

    def _connection(self) -> QWidget:
        card = Card(padding=20, spacing=14)
        card.column.addWidget(SectionHeader("Office mailbox", "Signed in, read 25 s ago"))
        self.form = Form(
            (
                TextField(
                    key="host",
                    label="Mail server",
                    help="Your provider calls it IMAP server.",
                    default="imap.example.com",
                ),
                TextField(key="user", label="User name", placeholder="office@example.com"),
                PasswordField(key="password", label="Password", kept=True),
                NumberField(key="port", label="Port", default=993, least=1, most=65535, unit="usually 993"),
                ChoiceField(
                    key="safe",
                    label="Security",
                    choices=(("tls", "TLS from the start"), ("none", "None")),
                    default="tls",
                ),
                YesNoField(
                    key="idle", label="Listen all the time", help="New mail arrives within seconds.", default=True
                ),
                YesNoField(key="old", label="Read old mail too", default=False),
                FolderField(key="folder", label="Folder for copies", required=False, advanced=True),
            )
        )
        card.column.addWidget(self.form)
        self.form.fail("user", "This is needed.")
        return card

    def _hours(self) -> QWidget:
        card = Card(padding=20, spacing=14)
        card.column.addWidget(SectionHeader("People and hours"))
        spans = ((0, 480, 720), (0, 780, 1080), *((day, 480, 1080) for day in range(1, 5)))
        card.column.addWidget(
            Form(
                (
                    HoursField(key="hours", label="Opening hours", default=spans),
                    TagsField(
                        key="tags", label="Words that sound urgent", default=("water coming in", "no heat", "gas")
                    ),
                    TextField(
                        key="text",
                        label="First answer",
                        lines=4,
                        default="Hello {first_name},\n\nthank you for asking us.",
                    ),
                )
            )
        )
        card.column.addWidget(Label("Changes count from tomorrow.", "note", "muted"))
        return card
