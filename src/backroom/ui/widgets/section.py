"""Headings: of a page, of a section, of a band of rows."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from backroom.ui.typefaces import Face
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.text import Label


class SectionHeader(QWidget):
    """A heading with an optional note at the right, and a hairline under it when `ruled`."""

    def __init__(
        self, title: str, note: str = "", *, face: Face = "section", ruled: bool = False, parent: QWidget | None = None
    ) -> None:
        """Show `title`, and `note` in muted ink at the right edge."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.title = Label(title, face)
        self.note = Label(note, "note", "muted", elide=True, align="right")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.addWidget(self.title)
        self.row.addWidget(self.note, 1)
        column.addLayout(self.row)
        if ruled:
            column.addWidget(Hairline())

    def set_texts(self, title: str, note: str = "") -> None:
        """Show other words."""
        self.title.setText(title)
        self.note.setText(note)

    def add(self, widget: QWidget) -> None:
        """Put a control at the right end."""
        self.row.addWidget(widget)


class PageHeader(QWidget):
    """The head of a page: title, one line under it, and the page's controls at the right."""

    def __init__(self, title: str, line: str = "", *, parent: QWidget | None = None) -> None:
        """Show the page's title and, under it, one muted line."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.title = Label(title, "page", elide=True)
        self.line = Label(line, "body", "muted", elide=True)
        if not line:
            self.line.hide()  # showing it here would make it a window of its own for a moment
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.line)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addLayout(words, 1)

    def set_texts(self, title: str, line: str = "") -> None:
        """Show other words; the line goes when it is empty."""
        self.title.setText(title)
        self.line.setText(line)
        self.line.setVisible(bool(line))

    def add(self, widget: QWidget) -> None:
        """Put a control at the right end."""
        self._row.addWidget(widget)
