"""Walks over what is on the screen: controls without a name, text that is cut, too wide, squeezed or overlapping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from backroom.ui.charts import Chart
from backroom.ui.ink import Mark, recording

CONTROLS = (
    QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QPlainTextEdit, QTextEdit, QAbstractSpinBox, Chart,
)  # fmt: skip


@dataclass(frozen=True)
class TextFault:
    """One text that cannot be read as it should."""

    kind: str
    text: str
    where: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.kind}: {self.text!r} in {self.where}"


def nameless(root: QWidget) -> list[str]:
    """Return every visible control under `root` that a screen reader could not name."""
    return [path(widget) for widget in _visible(root) if isinstance(widget, CONTROLS) and not _name(widget)]


def text_faults(root: QWidget, *, shortened: bool = False) -> list[TextFault]:
    """Paint `root` and return its faults; `shortened` reports elided texts too (those of data may be elided)."""
    settle()
    with recording() as marks:
        root.grab()
    seen = [mark for mark in marks if mark.owner is not None and _in_sight(root, mark)]
    faults = [fault for mark in seen for fault in _mark_faults(mark) if shortened or fault.kind != "shortened"]
    faults += _overlaps(root, seen)
    faults += [TextFault("squeezed", type(w).__name__, path(w)) for w in _visible(root) if _squeezed(w)]
    faults += [
        TextFault("too wide", w.placeholderText(), path(w))
        for w in _visible(root)
        if isinstance(w, QLineEdit) and w.fontMetrics().horizontalAdvance(w.placeholderText()) > w.width() - 12
    ]
    return sorted(set(faults), key=str)


def settle() -> None:
    """Let layouts, deletions and queued calls finish."""
    for _turn in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()


def path(widget: QWidget) -> str:
    """Return where a widget is, by the classes above it."""
    names: list[str] = []
    at: QWidget | None = widget
    while at is not None and len(names) < 4:
        names.append(type(at).__name__)
        at = at.parentWidget()
    return " < ".join(names)


def _visible(root: QWidget) -> Iterator[QWidget]:
    for widget in root.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
        if widget.isVisibleTo(root) and not inner:
            yield widget


def _name(widget: QWidget) -> str:
    face = QAccessible.queryAccessibleInterface(widget)
    return face.text(QAccessible.Text.Name)


def _in_sight(root: QWidget, mark: Mark) -> bool:
    owner = mark.owner
    if owner is None or not owner.isVisibleTo(root):
        return False
    centre = mark.box.center().toPoint()
    if not owner.rect().contains(centre):
        return not isinstance(owner.parent(), QAbstractScrollArea)
    if not owner.visibleRegion().contains(centre):
        return False
    if owner.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents):
        return True
    top = root.childAt(owner.mapTo(root, centre)) if owner is not root else root
    return top is None or top is owner or owner.isAncestorOf(top) or top.isAncestorOf(owner)


def _mark_faults(mark: Mark) -> Iterator[TextFault]:
    if mark.owner is None or not mark.text.strip():
        return
    where = path(mark.owner)
    if mark.shortened:
        yield TextFault("shortened", mark.text, where)
    elif mark.needed > mark.room + 1:
        yield TextFault("too wide", mark.text, where)
    inside = QRectF(mark.owner.rect()).adjusted(-1, -1, 1.5, 1.5)
    if isinstance(mark.owner.parent(), QAbstractScrollArea):
        # The first and last rows of a list may well be half in view.
        inside.adjust(0, -10_000, 0, 10_000)
    if not inside.contains(mark.box):
        yield TextFault("cut", mark.text, where)


def _overlaps(root: QWidget, marks: list[Mark]) -> list[TextFault]:
    placed = [(mark, _on(root, mark)) for mark in marks if mark.text.strip()]
    return [
        TextFault("overlap", f"{one.text} / {two.text}", "")
        for (one, a), (two, b) in combinations(placed, 2)
        if _overlapping(a, b) and (one.text, a) != (two.text, b)
    ]


def _overlapping(one: QRectF, two: QRectF) -> bool:
    common = one.intersected(two)
    return common.width() > 1.5 and common.height() > 1.5


def _on(root: QWidget, mark: Mark) -> QRectF:
    if mark.owner is None or mark.owner is root:
        return mark.box
    return mark.box.translated(mark.owner.mapTo(root, QPoint(0, 0)))


def _squeezed(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractScrollArea):
        return False
    least = widget.minimumSizeHint()
    layout = widget.layout()
    if layout is not None and layout.hasHeightForWidth():
        return widget.height() + 1 < layout.minimumHeightForWidth(widget.width())
    return widget.height() + 1 < least.height() and widget.height() > 0
