"""The strip over a page while a source is silent: since when, what may be missing, and the repair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backroom.integration.listening import Source
from backroom.ui.formats import Formats
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.scroll import empty


def _tr(text: str) -> str:
    return QCoreApplication.translate("BlindStrip", text)


class BlindStrip(QWidget):
    """Shows nothing while every source is heard."""

    repair_asked = Signal()

    def __init__(self, meaning: str) -> None:
        """Say `meaning`: what the page may be missing."""
        super().__init__()
        self._meaning = meaning
        self._shown: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_sources(self, blind: Sequence[Source], formats: Formats, now: datetime) -> None:
        """Show the first silent source and how many more there are."""
        texts = tuple(self._text(one, formats, now) for one in blind)
        if texts == self._shown:
            return
        self._shown = texts
        empty(self._column)
        self.setVisible(bool(texts))
        if not texts:
            return
        more = _tr(" and {n} more").format(n=len(texts) - 1) if len(texts) > 1 else ""
        strip = BannerStrip(texts[0] + more, self._meaning, _tr("Repair"))
        strip.acted.connect(self.repair_asked)
        self._column.addWidget(strip)

    @staticmethod
    def _text(source: Source, formats: Formats, now: datetime) -> str:
        if source.since is None:
            return source.name
        return _tr("{name} silent since {when}").format(name=source.name, when=formats.when(source.since, now=now))
