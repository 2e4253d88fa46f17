"""One look for the whole program, changed while it runs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from backroom.ui.resources import resource
from backroom.ui.theme import Theme, face, px, tokens
from backroom.ui.typefaces import SCALE
from backroom.ui.widgets.text import Label


def test_a_system_that_does_not_say_is_shown_light(theme: Theme) -> None:
    theme.choose("system")
    assert QApplication.styleHints().colorScheme() == Qt.ColorScheme.Unknown
    assert tokens().scheme == "light"


def test_the_person_may_choose_and_palette_follows_at_once(theme: Theme, qapp: QApplication) -> None:
    theme.choose("dark")
    assert tokens().dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == tokens().bg
    theme.choose("contrast")
    assert tokens().contrast


def test_text_size_reaches_widgets_that_are_already_there(theme: Theme, qtbot: QtBot) -> None:
    label = Label("Speed to lead")
    qtbot.addWidget(label)
    label.show()
    before = label.sizeHint()
    theme.set_scale(1.5)
    assert label.sizeHint().width() > before.width() * 1.4
    assert px(10) == 15


def test_inter_is_loaded_in_three_real_weights(theme: Theme) -> None:
    for weight in (400, 500, 600):
        name = next(name for name, step in SCALE.items() if step.weight == weight)
        info = QFontInfo(face(name))
        assert info.family().startswith("Inter")
        assert info.weight() == weight


def test_weights_differ_in_width_so_none_is_faked(theme: Theme) -> None:
    widths = [
        QFontMetricsF(face(name)).horizontalAdvance("Bookings this month") for name in ("body", "value", "strong")
    ]
    assert len(set(widths)) == 3


def test_tabular_figures_do_not_leak_into_text(theme: Theme, qapp: QApplication) -> None:
    face("body", tabular=True)
    plain = QFont(qapp.font())
    assert not plain.featureTags()
    proportional, tabular = QFontMetricsF(face("body")), QFontMetricsF(face("body", tabular=True))
    assert tabular.horizontalAdvance("111") == tabular.horizontalAdvance("888")
    assert proportional.horizontalAdvance("111") < proportional.horizontalAdvance("888")
    assert proportional.horizontalAdvance("no-shows") < tabular.horizontalAdvance("no-shows")


def test_the_sheet_stays_small_and_names_known_colours_only(theme: Theme) -> None:
    sheet = resource("style.qss").read_text(encoding="utf-8")
    assert sheet.count("{") <= 35
    assert "@" not in theme._app.styleSheet()
    assert "sp;" not in theme._app.styleSheet()


def test_choosing_the_same_again_dresses_nothing(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.choose("light")
        theme.set_scale(1.0)
