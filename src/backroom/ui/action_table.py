"""The table of actions: what can be done, by which keys, on which page.

The texts stand here in English; translators get them from this table, under the context `Actions`.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action; `foot` is its word in the foot strip, `local` says that the widget with the focus does it.

    `over_sheets` keeps the keys alive while a sheet lies over the page.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    foot: str = ""
    local: bool = False
    over_sheets: bool = False

    @property
    def context(self) -> str:
        """Return the page the action belongs to, or `everywhere`."""
        return self.id.split(".")[0]

    def words(self) -> str:
        """Return the text in the person's language."""
        return QCoreApplication.translate("Actions", self.text)

    def foot_word(self) -> str:
        """Return the short word of the foot strip in the person's language."""
        return QCoreApplication.translate("Actions", self.foot) if self.foot else ""


def _row(action_id: str, text: str, *keys: str, icon: str = "", foot: str = "", local: bool = False) -> ActionRow:
    return ActionRow(action_id, text, keys, icon, foot, local)


def _everywhere() -> tuple[ActionRow, ...]:
    return (
        ActionRow("everywhere.find", "Find or do anything", ("Ctrl+K",), "search", over_sheets=True),
        _row("everywhere.keys", "Show all keys", "?", icon="keyboard"),
        _row("everywhere.undo", "Undo the last step", "Z", "Ctrl+Z", icon="undo-2"),
        _row("everywhere.refresh", "Read everything again", "F5", icon="refresh-cw"),
        _row("everywhere.light_dark", "Switch between light and dark", "Ctrl+Shift+L", icon="sun-moon"),
        _row("everywhere.larger", "Larger text", "Ctrl++", "Ctrl+=", icon="type"),
        _row("everywhere.smaller", "Smaller text", "Ctrl+-", icon="type"),
        _row("everywhere.person", "Somebody else sits here", "Ctrl+Shift+P", icon="users"),
        _row("everywhere.jobs", "Show what is running", "Ctrl+J", icon="list-checks"),
        _row("everywhere.quit", "Quit Backroom", "Ctrl+Q", icon="power"),
    )


def _list_rows(page: str) -> tuple[ActionRow, ...]:
    return (
        _row(f"{page}.next", "Next row", "J", foot="next"),
        _row(f"{page}.previous", "Row before", "K", foot="before"),
        _row(f"{page}.open", "Open", "Return", foot="open", local=True),
        _row(f"{page}.search", "Search this page", "/", icon="search", foot="search"),
    )


def _today() -> tuple[ActionRow, ...]:
    return (
        _row("today.move", "Move between tiles", "Left", "Up", "Down", "Right",
             foot="tiles", local=True),
        _row("today.open", "Open the number", "Return", foot="open", local=True),
        _row("today.back", "Back", "Esc", icon="chevron-left"),
        _row("today.day", "By day", "D", foot="day"),
        _row("today.week", "By week", "W", foot="week"),
        _row("today.month", "By month", "M", foot="month"),
        _row("today.versus", "Against last year", "V", foot="versus last year"),
        _row("today.table", "Show as a table", "T", icon="table-2", foot="table"),
        _row("today.mute", "Mute until", "S", icon="bell-off", foot="mute until"),
        _row("today.useful", "This alert was useful", "+", icon="thumbs-up", foot="useful"),
        _row("today.noise", "This alert was noise", "-", icon="thumbs-down", foot="noise"),
        _row("today.band", "Show or hide the expected band", "B"),
        _row("today.notes", "Show or hide what happened", "L"),
        _row("today.target", "Set a target or range", "G", icon="gauge"),
        _row("today.export", "Export the rows as CSV", "Ctrl+E", icon="download"),
        _row("today.counted", "How it is counted", "F1", icon="info",
             foot="how it is counted"),
    )  # fmt: skip


def _inbox() -> tuple[ActionRow, ...]:
    return (
        _row("inbox.next", "Next item", "J", foot="next"),
        _row("inbox.previous", "Item before", "K", foot="before"),
        _row("inbox.open", "Open, or do the marked proposal", "Return", local=True),
        _row("inbox.one", "Mark proposal 1", "1"),
        _row("inbox.two", "Mark proposal 2", "2"),
        _row("inbox.three", "Mark proposal 3", "3"),
        _row("inbox.claim", "Claim", "C", icon="hand"),
        _row("inbox.assign", "Assign to someone", "A", icon="user-plus"),
        _row("inbox.snooze", "Snooze until", "H", icon="alarm-clock"),
        _row("inbox.reply", "Reply", "R", icon="reply"),
        _row("inbox.note", "Write a note for the team", "N", icon="sticky-note"),
        _row("inbox.resolve", "Resolve and go to the next", "E", icon="circle-check",
             foot="resolve"),
        _row("inbox.release", "Release", "U", icon="undo-2"),
        _row("inbox.select", "Select several", "X", icon="list-checks"),
        _row("inbox.not_exception", "Not an exception", "M", icon="ban"),
        _row("inbox.timeline", "Show the customer", "T", icon="user"),
        _row("inbox.search", "Search this page", "/", icon="search", foot="search"),
        _row("inbox.now", "Show what is due now"),
        _row("inbox.waiting", "Show what waits on others"),
        _row("inbox.later", "Show what is for later"),
        _row("inbox.back", "Back to the list", "Esc"),
    )  # fmt: skip


def _customers() -> tuple[ActionRow, ...]:
    return (
        *_list_rows("customers"),
        _row("customers.write", "Write to this customer", "R", icon="message-square",
             foot="write"),
        _row("customers.note", "Write a note", "N", icon="sticky-note", foot="note"),
        _row("customers.book", "Book a visit", "B", icon="calendar-plus", foot="book"),
        _row("customers.timeline", "Go to the timeline", "T", icon="history"),
        _row("customers.counted", "How it is counted", "F1", icon="info"),
        _row("customers.back", "Back to the list", "Esc"),
    )  # fmt: skip


def _automations() -> tuple[ActionRow, ...]:
    return (
        *_list_rows("automations"),
        _row("automations.new", "New rule", "N", icon="plus", foot="new rule"),
        _row("automations.pause", "Pause or resume", "P", icon="pause",
             foot="pause or resume"),
        _row("automations.history", "What it did", "H", icon="history", foot="what it did"),
        _row("automations.replay", "Replay on your own history", "R", icon="rotate-ccw",
             foot="replay"),
        _row("automations.start", "Run this rule now", "S", icon="play"),
        _row("automations.again", "Run the chosen run again from a step", "A", icon="rotate-cw"),
        _row("automations.move", "Move waiting runs to the live version", "M", icon="forward"),
        _row("automations.unedit", "Undo the last edit of the rule", "U", icon="undo-2"),
        _row("automations.counted", "How savings are counted", "F1", icon="info"),
        _row("automations.back", "Back", "Esc"),
    )  # fmt: skip


def _settings() -> tuple[ActionRow, ...]:
    return (
        *_list_rows("settings"),
        _row("settings.add", "Add a connection", "N", icon="plus", foot="add"),
        _row("settings.test", "Test this connection", "T", icon="plug-zap", foot="test"),
        _row("settings.save", "Save", "Ctrl+S", icon="save", foot="save"),
        _row("settings.back", "Back", "Esc"),
    )


TABLE: tuple[ActionRow, ...] = (
    *_everywhere(), *_today(), *_inbox(), *_customers(), *_automations(), *_settings(),
)  # fmt: skip
