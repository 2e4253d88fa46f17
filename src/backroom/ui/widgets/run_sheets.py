"""Sheets of runs: which record to start on, from which step to run again, where waiting runs would go on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from backroom.automation.run_moves import Move
from backroom.ui.models.run_starts import MOST, AgainView, Choice
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.chooser import Option, OptionDelegate
from backroom.ui.widgets.line_card import CardLine, LineCard
from backroom.ui.widgets.rows import RowList
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.text import Paragraph

PAUSE_MS = 150


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class RecordSheet(Overlay):
    """Finds one record by typing; `typed` carries the words, `picked` the key of the option taken."""

    typed = Signal(str)
    picked = Signal(object)

    def __init__(self, window: QWidget, title: str, question: str) -> None:
        """Start empty; what is found is shown by `show_found`."""
        super().__init__(window, title, wide=520)
        self.line = QLineEdit()
        self.line.setPlaceholderText(_tr("Type a name or a few words"))
        self.line.setAccessibleName(question)
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(lambda: self.typed.emit(self.line.text()))
        self.line.textChanged.connect(lambda _text: self._pause.start())
        self.list = RowList(OptionDelegate(), question)
        self.list.setFixedHeight(px(42) * MOST + 2)
        self.list.opened.connect(self._pick)
        self.list.clicked.connect(lambda _at: self._pick(self.list.current()))
        self._none = Paragraph(_tr("Nothing is found by these words."), "body", "muted")
        self._none.hide()
        self.line.installEventFilter(self)
        for widget in (Paragraph(question, "body", "muted"), self.line, self.list, self._none):
            self.body.addWidget(widget)

    def open(self) -> None:
        """Show it with the keyboard in the line."""
        super().open()
        self.line.setFocus()

    def show_found(self, options: Sequence[Option]) -> None:
        """Show what was found, the first one chosen."""
        self.list.show_rows(list(options))
        self.list.first()
        self.list.setVisible(bool(options))
        self._none.setVisible(not options)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list and take from it while the keyboard is in the line."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if by is not None:
                self.list.step(by)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pick(self.list.current())
                return True
        return super().eventFilter(watched, event)

    def _pick(self, option: object) -> None:
        if isinstance(option, Option) and not self._pause.isActive():
            self.close_overlay()
            self.picked.emit(option.key)


class AgainSheet(Overlay):
    """The steps an ended run can be run again from; `picked` carries the version's id and the step's place."""

    picked = Signal(object, str)

    def __init__(self, window: QWidget, view: AgainView) -> None:
        """Show the version it ran on, and the live one where that is another."""
        super().__init__(window, _tr("Run again: {name}").format(name=view.rule), place="right", wide=540)
        self._view = view
        words = _tr(
            "It goes on from the step you choose, for the same reason as then. The steps before it are left out."
        )
        self.body.addWidget(Paragraph(words, "body", "muted"))
        segments = tuple(Segment(str(one.version_id), _version(one)) for one in view.choices)
        self.versions = Segmented(segments, _tr("On which version"), pills=True)
        self.versions.setVisible(len(segments) > 1)
        self.versions.chosen.connect(lambda _key: self._show())
        self.body.addWidget(self.versions)
        self.steps = LineCard(_tr("From which step"))
        self.steps.acted.connect(self._pick)
        scroll = ScrollColumn(margins=(0, 2, 10, 8), spacing=px(12))
        scroll.column.addWidget(self.steps)
        scroll.column.addStretch(1)
        self.body.addWidget(scroll, 1)
        self._show()

    def _choice(self) -> Choice:
        shown = self.versions.current()
        return next((one for one in self._view.choices if str(one.version_id) == shown), self._view.choices[0])

    def _show(self) -> None:
        choice = self._choice()
        lines = [
            CardLine(icon="send" if one.warning else "play", title=_tr("{n}. {step}").format(n=number, step=one.words),
                     note=one.warning, tone="warn" if one.warning else "muted", act=_tr("Run from here"),
                     act_key=one.path)
            for number, one in enumerate(choice.places, 1)
        ]  # fmt: skip
        self.steps.show_lines(lines, note=_version(choice))

    def _pick(self, path: object) -> None:
        version_id = self._choice().version_id
        self.close_overlay()
        self.picked.emit(version_id, str(path))


class MovesSheet(Overlay):
    """Where each run that waits would go on with the live version; `agreed` moves those that can."""

    agreed = Signal()

    def __init__(self, window: QWidget, moves: Sequence[Move]) -> None:
        """Show these moves, nothing is moved yet."""
        super().__init__(window, _tr("Move what waits"), place="right", wide=540)
        words = _tr("Each keeps its place and its time; what it has done already is not done again.")
        self.body.addWidget(Paragraph(words, "body", "muted"))
        can = [one for one in moves if not one.trouble]
        scroll = ScrollColumn(margins=(0, 2, 10, 8), spacing=px(12))
        for title, part in ((_tr("Can be moved"), can), (_tr("Stay as they are"), [m for m in moves if m.trouble])):
            if part:
                card = LineCard(title)
                card.show_lines([_moved(one) for one in part], note=str(len(part)))
                scroll.column.addWidget(card)
        scroll.column.addStretch(1)
        self.body.addWidget(scroll, 1)
        act = _tr("Move 1 run") if len(can) == 1 else _tr("Move {n} runs").format(n=len(can))
        self.move_them = Button(act, "primary", icon="forward")
        self.move_them.setEnabled(bool(can))
        self.move_them.clicked.connect(self._agree)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.move_them)
        self.body.addLayout(row)

    def open(self) -> None:
        """Show it with the keyboard on the act."""
        super().open()
        if self.move_them.isEnabled():
            self.move_them.setFocus()

    def _agree(self) -> None:
        self.close_overlay()
        self.agreed.emit()


def _version(choice: Choice) -> str:
    words = _tr("Version {n}, live") if choice.live else _tr("Version {n}, as it ran")
    return words.format(n=choice.number)


def _moved(move: Move) -> CardLine:
    who = move.customer or _tr("the business itself")
    if move.trouble:
        return CardLine(icon="circle-alert", title=who, note=move.trouble, tone="warn")
    words = _tr("Next: {after}") if move.after == move.before else _tr("Next: {after}, instead of: {before}")
    return CardLine(icon="circle-check", title=who, note=words.format(after=move.after, before=move.before), tone="ok")
