"""Two versions of a rule side by side: each as its sentence, with what differs marked in both."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from backroom.automation.rule_edits import side_by_side
from backroom.automation.rule_versions import Version
from backroom.automation.rules import Rule
from backroom.ui.formats import Formats
from backroom.ui.models.automation_data import RuleSheet
from backroom.ui.models.automation_words import made_by
from backroom.ui.overlay import Overlay
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Panel
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.sentence import Sentence, named_lines
from backroom.ui.widgets.text import Label


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class VersionDiff(Overlay):
    """Shows an older and a newer wording; `back_asked` goes back to the older one."""

    back_asked = Signal()

    def __init__(
        self,
        window: QWidget,
        title: str,
        old: tuple[str, Rule],
        new: tuple[str, Rule],
        act: str = "",
        *,
        texts: Mapping[str, str],
    ) -> None:
        """Compare two rules, each with the words over it; `act` is empty where there is no way back."""
        super().__init__(window, title, wide=1120)
        left, right = side_by_side(old[1], new[1])
        self.left, self.right = Sentence(), Sentence()
        self.left.show_lines(named_lines(left, texts), editable=False)
        self.right.show_lines(named_lines(right, texts), editable=False)
        sides = QHBoxLayout()
        sides.setSpacing(px(14))
        for words, sentence in ((old[0], self.left), (new[0], self.right)):
            panel = Panel(padding=16, spacing=8)
            panel.column.addWidget(Label(words, "section", elide=True))
            panel.column.addWidget(sentence)
            panel.column.addStretch(1)
            sides.addWidget(panel, 1)
        column = ScrollColumn(margins=(0, 0, 0, 0))
        column.column.addLayout(sides)
        column.setMinimumHeight(max(px(200), min(px(640), window.height() - px(190))))
        self.body.addWidget(column, 1)
        if act:
            row = QHBoxLayout()
            row.addStretch(1)
            back = Button(act, icon="history")
            back.clicked.connect(self._back)
            row.addWidget(back)
            self.body.addLayout(row)

    def _back(self) -> None:
        self.close_overlay()
        self.back_asked.emit()


def compare_versions(window: QWidget, old: Version, sheet: RuleSheet, formats: Formats) -> VersionDiff | None:
    """Return the sheet that holds an earlier version against the one in force, None where one cannot be read."""
    live = sheet.live
    if old.rule is None or live is None or live.rule is None:
        return None
    heads = [
        _tr("Version {n}, {by}, {day}").format(n=one.number, by=made_by(one.made_by), day=formats.day(one.made_at))
        for one in (old, live)
    ]
    act = _tr("Go back to version {n}").format(n=old.number)
    right = _tr("{head}, live").format(head=heads[1])
    name = sheet.line.view.name
    return VersionDiff(window, name, (heads[0], old.rule), (right, live.rule), act, texts=sheet.texts)
