"""A section of the settings: it reads off the main thread and shows on it, like a page in small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from backroom.settings import BACKUP_FOLDER, Option
from backroom.store.firm import set_setting, setting
from backroom.store.transaction import Transaction
from backroom.ui.tasks import Ticket
from backroom.ui.widgets.fields import ChoiceField, Field, FolderField, NumberField, TextField, YesNoField
from backroom.ui.widgets.readable import keep_readable
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.section import PageHeader
from backroom.ui.workspace import Desk, Workspace

WIDE = 760
_MARGINS = (28, 20, 28, 24)
AnyOption = Option[str] | Option[int] | Option[bool]


class Pane(ScrollColumn):
    """One section; a subclass sets the class attributes, builds in `__init__`, writes `load` and `show_data`."""

    KEY: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    LINE: ClassVar[str] = ""
    ICON: ClassVar[str] = "settings"
    WORDS: ClassVar[str] = ""  # what else a person may search for to find this section
    WATCHES: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show the head; nothing is read before the section is in front."""
        super().__init__(margins=_MARGINS, spacing=14)
        self.workspace, self.desk = workspace, desk
        self.again: Callable[[], None] = lambda: None  # set by the page: read and show this section again
        self.head = PageHeader(self.title(), QCoreApplication.translate("Settings", self.LINE))
        self.put(self.head)

    @classmethod
    def title(cls) -> str:
        """Return the section's name in the person's language."""
        return QCoreApplication.translate("Settings", cls.TITLE)

    @classmethod
    def searched(cls) -> str:
        """Return everything by which the section is found."""
        words = QCoreApplication.translate("Settings", cls.WORDS)
        return f"{cls.title()} {QCoreApplication.translate('Settings', cls.LINE)} {words}".casefold()

    def put(self, widget: QWidget) -> QWidget:
        """Add something below."""
        self.column.addWidget(widget)
        return widget

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column no wider than reads well."""
        keep_readable(self, _MARGINS, WIDE)
        super().resizeEvent(event)

    def load(self) -> Any:
        """Read what the section shows, off the main thread; touch no widget."""
        return None

    def show_data(self, data: Any) -> None:
        """Show what `load` returned; what is being typed stays."""

    def fit(self) -> None:
        """Lay out at once what was just shown, so that no frame has it squeezed."""
        window = self.window()
        for child in self.findChildren(QWidget):
            decided = child.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
            if child.isHidden() and not decided and child.window() is window:
                child.show()
        for _turn in range(2):
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def save(self) -> None:
        """Keep what was typed (Ctrl+S)."""

    def add(self) -> None:
        """Add one more of what the section lists (N)."""

    def test(self) -> None:
        """Try what can be tried here (T)."""

    def step(self, by: int) -> None:
        """Move the choice inside the section (J and K)."""

    def open_target(self, target: object) -> None:
        """Go to a thing inside the section."""

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        """Do `work` off the main thread for this section."""
        return self.desk.tasks.run(self, work, done, failed or self.desk.notices.problem)

    def write(self, work: Callable[[Transaction], Any], said: str = "") -> None:
        """Write to the store and say so; then the section is read again."""

        def done(_result: Any) -> None:
            if said:
                self.desk.notices.toast(said)
            self.again()

        self.run(lambda: self.workspace.store.write_now(work), done)


def fields_of(options: tuple[AnyOption, ...], choices: dict[str, tuple[tuple[Any, str], ...]]) -> tuple[Field, ...]:
    """Return form fields for declared settings; `choices` gives those that are chosen from a list."""
    return tuple(_field(option, choices.get(option.key)) for option in options)


def _field(option: AnyOption, choices: tuple[tuple[Any, str], ...] | None) -> Field:
    label = QCoreApplication.translate("Options", option.label)
    help_ = QCoreApplication.translate("Options", option.help) if option.help else ""
    key, default = option.key, option.default
    if choices is not None:
        return ChoiceField(key=key, label=label, help=help_, choices=choices, default=default)
    if key == BACKUP_FOLDER.key:
        return FolderField(key=key, label=label, help=help_, required=False)
    if isinstance(default, bool):
        return YesNoField(key=key, label=label, help=help_, default=default)
    if isinstance(default, int):
        return NumberField(key=key, label=label, help=help_, default=default)
    return TextField(key=key, label=label, help=help_, default=default, required=False)


def values_of(reader: Any, options: tuple[AnyOption, ...]) -> dict[str, Any]:
    """Return what is set, by key."""
    found: dict[str, Any] = {}
    for option in options:
        found[option.key] = setting(reader, option)  # type: ignore[misc]
    return found


def keep_values(tx: Transaction, options: tuple[AnyOption, ...], values: dict[str, Any]) -> None:
    """Keep what was typed."""
    for option in options:
        set_setting(tx, option, values[option.key])
