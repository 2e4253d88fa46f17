"""Lists of two-line rows: a model of frozen values, a delegate to paint them, and a view with J/K and bands.

Give `RowList` rows of any frozen type with a `key`; subclass `RowDelegate.paint_row` for what a row looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from backroom.ui.ink import Ink, draw_text, focus_ring, hairline, is_recording, lent, rounded
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.row_pictures import RowPictures

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)


class Row(Protocol):
    """What every row must say: its key, and itself in words for screen readers."""

    @property
    def key(self) -> Any:
        """Return what tells this row from all others."""

    def spoken(self) -> str:
        """Return the row as one sentence."""


@dataclass(frozen=True, slots=True)
class Band:
    """A heading between rows: `title`, an optional count, a note at the right; it cannot be chosen."""

    title: str
    count: str = ""
    note: str = ""
    tone: str = "text"

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells this heading from rows and other headings."""
        return "band", self.title

    def spoken(self) -> str:
        """Return the heading in words."""
        return f"{self.title} {self.count}. {self.note}".strip()


class RowModel(QAbstractListModel):
    """Rows in order; other rows are shown by the fewest steps, so that the view lays out and paints what changed."""

    def __init__(self, height_of: Callable[[Row], int], parent: QWidget | None = None) -> None:
        """Start empty; `height_of` a row, in pixels."""
        super().__init__(parent)
        self.rows: list[Row] = []
        self._height_of = height_of

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = ROW_ROLE) -> Any:
        """Return the row itself, or its words for screen readers."""
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(px(120), self._height_of(row))
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return row.spoken()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be chosen, bands not."""
        if isinstance(self.rows[index.row()], Band):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def replace(self, rows: Sequence[Row]) -> bool:
        """Show other rows: take out what went, put in what came, name what reads differently; False if nothing does."""
        before, after = [row.key for row in self.rows], [row.key for row in rows]
        if before != after:
            steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
            for tag, start, end, first, last in reversed(steps):
                if tag != "equal":
                    self._take_out(start, end)
                    self._put_in(start, rows[first:last])
        moved, different = before != after, [at for at, row in enumerate(rows) if row != self.rows[at]]
        self.rows = list(rows)
        if different:
            self.dataChanged.emit(self.index(different[0]), self.index(different[-1]))
        return moved or bool(different)

    def _take_out(self, start: int, end: int) -> None:
        if end > start:
            self.beginRemoveRows(QModelIndex(), start, end - 1)
            del self.rows[start:end]
            self.endRemoveRows()

    def _put_in(self, start: int, rows: Sequence[Row]) -> None:
        if rows:
            self.beginInsertRows(QModelIndex(), start, start + len(rows) - 1)
            self.rows[start:start] = rows
            self.endInsertRows()


@dataclass(frozen=True, slots=True)
class Stand:
    """How a row stands in its list at this moment."""

    chosen: bool
    hovered: bool
    ringed: bool
    last: bool  # of its band: no separator follows


class RowDelegate(QStyledItemDelegate):
    """Paints bands and the ground of rows; subclasses paint what is inside a row."""

    row_height = 56
    band_height = 34
    line_from = 24

    def paint_row(self, painter: QPainter, place: QRectF, row: Any, *, chosen: bool) -> None:
        """Paint one row inside `place`; `chosen` rows lie on the selection's ground."""
        raise NotImplementedError

    def look(self, row: Any) -> Hashable:
        """Return what the row shows at this moment, in a list with a ground: rows of one look are painted once."""
        return row  # type: ignore[no-any-return]

    def height_of(self, row: Any) -> int:
        """Return the height of a row."""
        return px(self.band_height if isinstance(row, Band) else self.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a band, or a row with ground, separator and ring."""
        view = option.widget
        if not isinstance(view, RowList):
            return
        row, stand = view.rows.rows[index.row()], self._stand(option, index.row(), view)
        with lent(view.viewport()):
            if view.pictures is not None and not is_recording():
                look = (stand, row if isinstance(row, Band) else self.look(row))
                view.pictures.show(
                    painter, option.rect, look, lambda canvas, place: self._paint_all(canvas, place, row, stand)
                )
            else:
                painter.save()
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_all(painter, QRectF(option.rect), row, stand)
                painter.restore()

    @staticmethod
    def _stand(option: QStyleOptionViewItem, at: int, view: RowList) -> Stand:
        rows, state = view.rows.rows, option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        return Stand(
            chosen=chosen,
            hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            ringed=chosen and view.hasFocus() and bool(view.property("keyboard")),
            last=at + 1 >= len(rows) or isinstance(rows[at + 1], Band),
        )

    def _paint_all(self, painter: QPainter, place: QRectF, row: Row, stand: Stand) -> None:
        if isinstance(row, Band):
            self._paint_band(painter, place, row)
        else:
            self._paint_ground(painter, place, stand)
            self.paint_row(painter, place, row, chosen=stand.chosen)

    def _paint_ground(self, painter: QPainter, place: QRectF, stand: Stand) -> None:
        look = tokens()
        ground = place.adjusted(8, 0, -8, 0)
        if stand.chosen:
            rounded(painter, ground, 8, fill=look.accent_soft, edge=look.accent if look.contrast else None)
            painter.fillRect(QRectF(ground.left(), ground.top() + 4, 3, ground.height() - 8), look.accent)
            if stand.ringed:
                focus_ring(painter, ground, 8)
        elif stand.hovered:
            rounded(painter, ground, 8, fill=look.raised)
        if not stand.last and not stand.chosen:
            hairline(painter, place.left() + px(self.line_from), place.right() - px(20), place.bottom() - 1)

    def _paint_band(self, painter: QPainter, place: QRectF, band: Band) -> None:
        inside = place.adjusted(px(24), px(4), -px(20), 0)
        used = draw_text(painter, inside, band.title, Ink("note_strong", band.tone))
        if band.count:
            after = inside.adjusted(used + px(7), 0, 0, 0)
            used += px(7) + draw_text(
                painter, after, band.count, Ink("note", band.tone if band.tone != "text" else "muted")
            )
        room = inside.adjusted(used + px(16), 0, 0, 0)
        draw_text(painter, room, band.note, Ink("note", "muted"), align="right")


class RowList(QListView):
    """A list of rows: one can be chosen, J/K and arrows move over bands, Enter or a double click opens."""

    chosen = Signal(object)
    opened = Signal(object)
    ground = ""  # the token of what the list lies on; with it, scrolling moves the picture and paints new rows only

    def __init__(self, delegate: RowDelegate, name: str, parent: QWidget | None = None) -> None:
        """Paint with `delegate`; `name` is for screen readers."""
        super().__init__(parent)
        self.rows = RowModel(delegate.height_of, self)
        self.setModel(self.rows)
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.pictures = RowPictures(self.ground) if self.ground else None
        self.setAccessibleName(name)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(self._open)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, bool(self.ground))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lay the ground, then the rows."""
        if self.ground:
            painter = QPainter(self.viewport())
            painter.fillRect(event.rect(), tokens().colour(self.ground))
            painter.end()
        super().paintEvent(event)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; what was chosen stays chosen, else what now stands in its place."""
        current, position = self.current(), self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        if current is not None and all(row.key != current.key for row in rows):
            self.setCurrentIndex(QModelIndex())  # else Qt would quietly choose a neighbour
        changed = self.rows.replace(rows)
        self.selectionModel().blockSignals(False)
        if current is not None and not self.choose(current.key):
            self._choose_near(max(0, position))
        if changed:
            self.viewport().update()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint rows that read differently; a list would lay out all of them anew, but heights never change."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def current(self) -> Any:
        """Return the chosen row, or None."""
        index = self.currentIndex()
        row = index.data(ROW_ROLE) if index.isValid() else None
        return None if isinstance(row, Band) else row

    def choose(self, key: Any) -> bool:
        """Choose the row with that key; False if there is none."""
        for number, row in enumerate(self.rows.rows):
            if row.key == key:
                self.setCurrentIndex(self.rows.index(number))
                return True
        return False

    def step(self, by: int) -> None:
        """Move the choice down (1) or up (-1), over bands."""
        self._choose_near(self.currentIndex().row() + by, by)

    def first(self) -> None:
        """Choose the first row."""
        self._choose_near(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, open with Enter; remember that the keyboard leads, for the ring."""
        self.setProperty("keyboard", True)
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose_near(self, number: int, by: int = 1) -> None:
        for _turn in (by, -by):
            at = number
            while 0 <= at < len(self.rows.rows):
                if not isinstance(self.rows.rows[at], Band):
                    self.setCurrentIndex(self.rows.index(at))
                    return
                at += _turn
            number = min(max(number, 0), len(self.rows.rows) - 1)

    def _moved(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE) if index.isValid() else None
        if row is not None and not isinstance(row, Band):
            self.chosen.emit(row)

    def _open(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE) if index.isValid() else None
        if row is not None and not isinstance(row, Band):
            self.opened.emit(row)
