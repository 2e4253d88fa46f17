"""The message behind an item: who wrote when, the text with the words that set a rule off, and what hung on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTextBrowser, QWidget

from backroom.escalation.case_view import Told
from backroom.ui.icons import paint_icon
from backroom.ui.ink import Ink, canvas, line_step
from backroom.ui.theme import face, px, tokens
from backroom.ui.widgets.card import Card
from backroom.ui.widgets.flow import FlowLayout
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, LinkLabel

FOLDED_LINES = 9
MOST_CHARS = 20_000


class IconMark(Painted):
    """One small icon beside words."""

    def __init__(self, icon: str, colour: str = "muted", size: int = 16) -> None:
        """Show `icon`; the words beside it say what it means."""
        super().__init__()
        self._icon, self._colour, self._size = icon, colour, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, icon: str, colour: str = "muted") -> None:
        """Show another one."""
        self._icon, self._colour = icon, colour
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square as high as a line."""
        return QSize(px(self._size), line_step(Ink("body"), 1.4))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        size = px(self._size)
        with canvas(self) as painter:
            paint_icon(painter, self._icon, QRectF(0, (self.height() - size) / 2, size, size), self._colour)


class MarkedText(QTextBrowser):
    """Running text to read, select and copy; marked words lie on a yellow ground, and a long text is folded."""

    def __init__(self, name: str) -> None:
        """Start empty; `name` is for screen readers."""
        super().__init__()
        self._text = ""
        self._marks: tuple[tuple[int, int], ...] = ()
        self._folded = True
        self.setProperty("quiet", True)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(0)

    def show_text(self, text: str, marks: tuple[tuple[int, int], ...]) -> None:
        """Show `text` with the places in `marks` (start, end) marked."""
        if (text, marks) != (self._text, self._marks):
            self._text, self._marks = text, marks
            self._write()

    @property
    def is_long(self) -> bool:
        """Say whether the text is longer than what is shown folded."""
        return self.document().size().height() > self._fold_height() + 2

    def fold(self, *, folded: bool) -> None:
        """Show the first lines, or all of it."""
        self._folded = folded
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Write again in the new colours and sizes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines again."""
        super().resizeEvent(event)
        self._fit()

    def _write(self) -> None:
        self.document().setDefaultFont(face("body"))
        self.setPlainText(self._text)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(132, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spaced)
        plain = QTextCharFormat()
        plain.setForeground(tokens().text)
        cursor.mergeCharFormat(plain)
        marked = QTextCharFormat()
        marked.setBackground(tokens().mark)
        for start, end in self._marks:
            cursor.setPosition(min(start, len(self._text)))
            cursor.setPosition(min(end, len(self._text)), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(marked)
        self._fit()

    def _fold_height(self) -> int:
        return round(face("body").pixelSize() * 1.62 * FOLDED_LINES)

    def _fit(self) -> None:
        self.document().setTextWidth(max(40, self.viewport().width()))
        whole = round(self.document().size().height()) + 1
        high = min(whole, self._fold_height()) if self._folded else whole
        if high != self.height():
            self.setFixedHeight(high)
        self.verticalScrollBar().setValue(0)


class MessageCard(Card):
    """One message on its card."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(padding=16, spacing=8)
        self._kind = Label("", "strong")
        self._about = Label("", "note", "muted", elide=True)
        self._more = LinkLabel(self.tr("Full text"))
        self._more.pressed.connect(self._unfold)
        head = QHBoxLayout()
        head.setSpacing(7)
        self._icon = IconMark("mail")
        for widget in (self._icon, self._kind):
            head.addWidget(widget)
        head.addWidget(self._about, 1)
        head.addWidget(self._more)
        self._subject = Label("", "value", elide=True)
        self.text = MarkedText(self.tr("What they wrote"))
        self._files = QWidget()
        self._flow = FlowLayout(self._files)
        self.column.addLayout(head)
        self.column.addWidget(self._subject)
        self.column.addWidget(self.text)
        self.column.addWidget(self._files)
        self._shown: Told | None = None

    def show_message(self, told: Told, when: str) -> None:
        """Show `told`, written at `when`."""
        if told == self._shown:
            return
        self._shown = told
        is_mail = told.channel == "mail"
        self._icon.show_icon("mail" if is_mail else "message-square")
        self._kind.setText(self.tr("E-mail") if is_mail else told.channel.capitalize())
        self._about.setText(" · ".join(part for part in (when, told.sender_name or told.sender) if part))
        self._subject.setText(told.subject)
        self._subject.setVisible(bool(told.subject.strip()))
        text = told.text.strip() or self.tr("There is no text in this message.")
        gone = len(told.text) - len(told.text.lstrip())
        marks = tuple((start - gone, end - gone) for start, end in told.marks if end <= MOST_CHARS)
        self.text.fold(folded=True)
        self.text.show_text(text[:MOST_CHARS], marks)
        self._more.setVisible(self._has_more)
        self._more.setText(self.tr("Full text"))
        self._show_files(told.attachments)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the full text where the new width hides some."""
        super().resizeEvent(event)
        self._more.setVisible(self._has_more or self._more.text() != self.tr("Full text"))

    @property
    def _has_more(self) -> bool:
        """Tell whether some of the message is not shown: lines below, or what they quoted."""
        told = self._shown
        quoted = told is not None and len(told.whole.strip()) > len(told.text.strip())
        return self.text.is_long or quoted

    def _unfold(self) -> None:
        folded = self._more.text() != self.tr("Full text")
        if self._shown is not None and self._shown.whole:
            text = self._shown.text if folded else self._shown.whole
            marks = self._shown.marks if folded else ()
            self.text.show_text(text.strip()[:MOST_CHARS], marks)
        self.text.fold(folded=folded)
        self._more.setText(self.tr("Full text") if folded else self.tr("Less"))

    def _show_files(self, names: tuple[str, ...]) -> None:
        while (old := self._flow.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        shown = [name for name in names if name]
        for name in shown:
            short = name if len(name) <= 36 else f"{name[:22]}…{name[-12:]}"
            tag = Tag(short, "plain", "paperclip")
            tag.setToolTip(name)
            self._flow.addWidget(tag)
        self._files.setVisible(bool(shown))
