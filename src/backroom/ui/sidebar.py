"""The sidebar: words at 200 px, or a rail of icons over words at 85 px; sources and the person at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, draw_text, focus_ring, hairline, rounded, width
from backroom.ui.page import PageKind
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.logo import Logo
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.person import PersonChip
from backroom.ui.widgets.text import Label

WORDS, RAIL = 200, 85


class NavButton(QPushButton):
    """One page in the sidebar, with its badge."""

    def __init__(self, words: str, icon: str, keys: str = "") -> None:
        """Lead to the page called `words`."""
        super().__init__(words)
        self._icon = icon
        self._rail = False
        self._badge = 0
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{words} ({keys})" if keys else words)
        self.setAccessibleName(words)

    def fold(self, *, rail: bool) -> None:
        """Become an icon over a word, or a word beside an icon."""
        self._rail = rail
        self.updateGeometry()
        self.update()

    def set_badge(self, number: int) -> None:
        """Show how many things are due here; 0 shows nothing."""
        self._badge = number
        due = self.tr("{n} due").format(n=number)
        self.setAccessibleName(f"{self.text()}, {due}" if number else self.text())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the form in use."""
        return QSize(px(76), px(60)) if self._rail else QSize(px(176), px(36))

    def minimumSizeHint(self) -> QSize:
        """Give way in height when the window is low."""
        return QSize(px(76), px(44)) if self._rail else QSize(px(120), px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the form in use."""
        with canvas(self) as painter:
            if self._rail:
                self._paint_rail(painter)
            else:
                self._paint_words(painter)

    def _ground(self, painter: QPainter, place: QRectF) -> None:
        look = tokens()
        if self.isChecked():
            rounded(painter, place, 8, fill=look.accent_soft, edge=look.accent if look.contrast else None)
        elif self.underMouse():
            rounded(painter, place, 8, fill=look.raised)
        if self.hasFocus():
            focus_ring(painter, place, 8)

    def _paint_words(self, painter: QPainter) -> None:
        self._ground(painter, QRectF(self.rect()))
        size, middle, on = px(18), self.height() / 2, self.isChecked()
        colour = "accent" if on else "muted"
        paint_icon(painter, self._icon, QRectF(px(11), middle - size / 2, size, size), colour)
        badge = str(self._badge) if self._badge else ""
        taken = width(badge, Ink("note_strong")) + px(20) if badge else 0
        room = QRectF(px(38), 0, self.width() - px(44) - taken, self.height())
        draw_text(painter, room, self.text(), Ink("strong" if on else "value", colour))
        if badge:
            self._paint_pill(painter, self.width() - px(8), middle, badge)

    def _paint_rail(self, painter: QPainter) -> None:
        on, size, centre = self.isChecked(), px(19), self.width() / 2
        pill = QRectF(centre - px(24), px(4), px(48), px(30))
        self._ground(painter, pill)
        colour = "accent" if on else "muted"
        paint_icon(painter, self._icon, QRectF(centre - size / 2, pill.center().y() - size / 2, size, size), colour)
        word = QRectF(0, px(37), self.width(), px(16))
        draw_text(painter, word, self.text(), Ink("small", colour), align="centre")
        if self._badge:
            self._paint_pill(painter, centre + px(27), px(10), str(self._badge))

    def _paint_pill(self, painter: QPainter, right: float, middle: float, text: str) -> None:
        high = px(17)
        wide = max(high, width(text, Ink("initials")) + px(9))
        place = QRectF(right - wide, middle - high / 2, wide, high)
        rounded(painter, place, high / 2, fill=tokens().danger)
        draw_text(painter, place, text, Ink("initials", "on_danger"), align="centre", elide=False)


class SourcesLine(QPushButton):
    """How many sources are fresh, and which one is not; pressing it leads to the connections."""

    def __init__(self) -> None:
        """Say nothing until told."""
        super().__init__()
        self._state = (0, 0, "")
        self._rail = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_sources(0, 0, "")

    def show_sources(self, fresh: int, total: int, detail: str) -> None:
        """Show `fresh` of `total`, and one line on it."""
        self._state = (fresh, total, detail)
        self.setVisible(total > 0)
        self.setAccessibleName(f"{self._head()}. {detail}")
        self.setToolTip(self.accessibleName())
        self.update()

    def fold(self, *, rail: bool) -> None:
        """Show the icon alone on the rail; the words are its tooltip."""
        self._rail = rail
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room for two lines."""
        return QSize(px(76), px(44))

    def minimumSizeHint(self) -> QSize:
        """Return the height, whatever the width."""
        return QSize(px(40), px(44))

    def _head(self) -> str:
        fresh, total, _detail = self._state
        if fresh == total:
            return self.tr("{n} sources fresh").format(n=total) if total != 1 else self.tr("1 source fresh")
        return self.tr("{n} of {total} sources fresh").format(n=fresh, total=total)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon and words."""
        fresh, total, detail = self._state
        good = fresh == total
        icon, colour, size = ("circle-check", "ok", px(17)) if good else ("triangle-alert", "warn", px(17))
        with canvas(self) as painter:
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), 8)
            if self._rail:
                place = QRectF((self.width() - size) / 2, px(4), size, size)
                paint_icon(painter, icon, place, colour)
                words = self.tr("{n}/{total}").format(n=fresh, total=total)
                draw_text(
                    painter, QRectF(0, px(24), self.width(), px(16)), words, Ink("small", "muted"), align="centre"
                )
                return
            paint_icon(painter, icon, QRectF(px(10), px(5), size, size), colour)
            room = QRectF(px(36), px(4), self.width() - px(38), px(18))
            draw_text(painter, room, self._head(), Ink("note_strong"))
            draw_text(painter, room.translated(0, px(18)), detail, Ink("note", "muted"))


class Sidebar(Painted):
    """The list of pages; `asked` names the page that was pressed."""

    asked = Signal(str)
    sources_pressed = Signal()
    person_pressed = Signal()

    def __init__(self, pages: Sequence[PageKind], firm: str, person: str) -> None:
        """List `pages` in their order."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.rail = False
        self._column = QVBoxLayout(self)
        self._column.setSpacing(2)
        self._head(firm)
        self.buttons: dict[str, NavButton] = {}
        for number, page in enumerate(pages, 1):
            button = NavButton(page.title(), page.ICON, f"Ctrl+{number}")
            button.clicked.connect(lambda _checked=False, key=page.KEY: self.asked.emit(key))
            self.buttons[page.KEY] = button
            self._column.addWidget(button)
        self._column.addStretch(1)
        self.sources = SourcesLine()
        self.sources.clicked.connect(self.sources_pressed)
        self._column.addWidget(self.sources)
        self._foot(person)
        self.fold(rail=False)

    def fold(self, *, rail: bool) -> None:
        """Become the rail, or the words again."""
        self.rail = rail
        side = 4 if rail else 12
        self._column.setContentsMargins(side, 14, side, 14)
        self.setFixedWidth(px(RAIL if rail else WORDS))
        for button in self.buttons.values():
            button.fold(rail=rail)
        self.sources.fold(rail=rail)
        for words in (self._words, self._person_name):
            words.setVisible(not rail)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._head_row.setAlignment(self._logo, centre if rail else Qt.AlignmentFlag.AlignLeft)
        self._foot_row.setAlignment(self._person, centre if rail else Qt.AlignmentFlag.AlignLeft)

    def mark(self, page: str) -> None:
        """Show which page is in front."""
        if page in self.buttons:
            self.buttons[page].setChecked(True)

    def restyled(self) -> None:
        """Keep the width in step with the text size."""
        self.setFixedWidth(px(RAIL if self.rail else WORDS))

    def show_person(self, person: str) -> None:
        """Say who works here."""
        self._person.show_person(person)
        self._person_name.setText(person)
        for widget in (self._person, self._person_name):
            widget.setVisible(bool(person) and not (self.rail and widget is self._person_name))

    def show_firm(self, firm: str) -> None:
        """Say which business this is."""
        self._firm.setText(firm)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and its edge."""
        look = tokens()
        with canvas(self) as painter:
            painter.fillRect(self.rect(), look.surface)
            painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), look.border)
            top = self.sources.y() if self.sources.isVisible() else self._person.y()
            if not self.rail:
                hairline(painter, px(12), self.width() - px(12), top - 6)

    def _head(self, firm: str) -> None:
        self._logo = Logo()
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(Label("Backroom", "strong"))
        self._firm = Label(firm, "note", "muted", elide=True)
        words.addWidget(self._firm)
        self._head_row = QHBoxLayout()
        self._head_row.setContentsMargins(0, 0, 0, 14)
        self._head_row.setSpacing(9)
        self._head_row.addWidget(self._logo)
        self._head_row.addWidget(self._words, 1)
        self._column.addLayout(self._head_row)

    def _foot(self, person: str) -> None:
        self._person = PersonChip(person, size=24)
        self._person_name = Label(person, "value", elide=True)
        self._foot_row = QHBoxLayout()
        self._foot_row.setContentsMargins(6, 6, 6, 0)
        self._foot_row.setSpacing(8)
        self._foot_row.addWidget(self._person)
        self._foot_row.addWidget(self._person_name, 1)
        self._column.addLayout(self._foot_row)
        self._person.setVisible(bool(person))
        for widget in (self._person, self._person_name):
            widget.setCursor(Qt.CursorShape.PointingHandCursor)
            widget.setToolTip(self.tr("Somebody else sits here (Ctrl+Shift+P)"))
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask who sits here when the person at the foot is pressed."""
        if event.type() == QEvent.Type.MouseButtonRelease and watched in (self._person, self._person_name):
            self.person_pressed.emit()
            return True
        return super().eventFilter(watched, event)
