"""A column of readable width in a wide window, by its margin: limits of the widgets would miscount wrapped lines."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollBar

from backroom.ui.theme import px
from backroom.ui.widgets.scroll import ScrollColumn


def keep_readable(area: ScrollColumn, margins: tuple[int, int, int, int], wide: int) -> None:
    """Give the column at most `wide` pixels of the person's text size; call it when the area is resized."""
    left, top, right, bottom = margins
    bar: QScrollBar = area.verticalScrollBar()
    room = area.width() - bar.sizeHint().width() - left
    area.column.setContentsMargins(left, top, max(right, room - px(wide)), bottom)
