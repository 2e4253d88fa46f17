"""The foot strip: the next automatic step, the toast with undo, and the keys of the page in front."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from backroom.ui.action_table import ActionRow
from backroom.ui.actions import Actions
from backroom.ui.ink import canvas
from backroom.ui.theme import px, tokens
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.painted import Painted
from backroom.ui.widgets.text import Label
from backroom.ui.widgets.toast import ToastStrip

SPAN = (0.415, 0.763)


class _Ring(Painted):
    """A ring drawn three quarters: something moves by itself."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with canvas(self) as painter:
            place = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            painter.setPen(QPen(tokens().border, 2.4))
            painter.drawEllipse(place)
            painter.setPen(QPen(tokens().accent, 2.4))
            painter.drawArc(place, 90 * 16, -250 * 16)


class Foot(Painted):
    """Always there, always the same height; the toast lies over its middle and never over the page."""

    keys_asked = Signal()

    def __init__(self, actions: Actions) -> None:
        """Show the keys of `actions`."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._actions = actions
        self._chips: list[KeyChip] = []
        self._keys: list[ActionRow] = []
        self._ring = _Ring()
        self._lead = Label(self.tr("Next by itself"), "body", "muted")
        self._step = Label("", "strong", elide=True)
        self._rest = Label("", "body", "muted")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 0, 20, 0)
        self._row.setSpacing(10)
        for widget in (self._ring, self._lead, self._step, self._rest):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._all = Button(self.tr("all keys"), "quiet", key="?")
        self._all.setAccessibleName(self.tr("Show all keys"))
        self._all.clicked.connect(self.keys_asked)
        self._row.addWidget(self._all)
        self.toast = ToastStrip(self)
        self.restyled()
        self._share(has_step=False)
        self.show_keys()
        actions.changed.connect(self.show_keys)

    def restyled(self) -> None:
        """Keep height and ring in step with the text size."""
        self.setFixedHeight(px(42))
        self._ring.setFixedSize(px(18), px(18))

    def show_step(self, step: str, rest: str) -> None:
        """Say what happens next by itself; an empty step hides it and leaves the room to the keys."""
        had_step = bool(self._step.text())
        self._step.setText(step)
        self._rest.setText(rest)
        if bool(step) != had_step:
            self._share(has_step=bool(step))
        self._fit()

    def show_keys(self) -> None:
        """Show the keys of the page in front that fit."""
        rows = [row for row in self._actions.rows() if row.foot]
        if rows == self._keys:
            return
        self._keys = rows
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [KeyChip(row.keys[:4] if row.local else row.keys[:1], row.foot_word()) for row in rows]
        self._share(has_step=bool(self._step.text()))
        self._fit()

    def _share(self, *, has_step: bool) -> None:
        """Put the keys behind the step, or at the left where there is none."""
        for widget in (self._ring, self._lead, self._step):
            widget.setVisible(has_step)
        for chip in self._chips:
            self._row.removeWidget(chip)
        at = self._row.indexOf(self._all) if has_step else 4
        for number, chip in enumerate(self._chips):
            self._row.insertWidget(at + number, chip)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the toast and drop the keys that do not fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        start, end = (round(self.width() * share) for share in SPAN)
        if self.width() < 1100:
            end = self.width() - 20
        high = self.toast.sizeHint().height()
        self.toast.setGeometry(start, (self.height() - high) // 2, end - start, high)
        has_step = not self._step.isHidden()
        taken = self._row.contentsMargins().left() + self._ring.width() + 4 * self._row.spacing()
        taken += self._lead.sizeHint().width() + self._step.sizeHint().width()
        self._rest.setVisible(has_step and self._rest.sizeHint().width() <= start - taken)
        room = self.width() - (end if has_step else 24) - self._all.sizeHint().width() - 34
        for chip in self._chips:
            room -= chip.sizeHint().width() + 10
            chip.setVisible(room >= 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and its upper edge."""
        with canvas(self) as painter:
            painter.fillRect(self.rect(), tokens().surface)
            painter.fillRect(QRectF(0, 0, self.width(), 1), tokens().border)
