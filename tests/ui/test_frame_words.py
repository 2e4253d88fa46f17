"""The frame's own words fit in longer languages, larger text and small windows."""

from __future__ import annotations

import pytest
import shiboken6

from backroom.ui.overlay import Overlay
from backroom.ui.theme import Theme
from backroom.ui.window import Window
from tests.ui.audit_walk import settle, text_faults
from tests.ui.gallery import sample_window
from tests.ui.languages import longer_words


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080)])
@pytest.mark.parametrize("page", ["today", "inbox"])
def test_next_step_toast_and_keys_share_the_foot(window: Window, width: int, height: int, page: str) -> None:
    window.resize(width, height)
    window.open(page)
    window.desk.go.next_step("10:42 goes to Dana", "in 8 min, unless you claim it")
    window.desk.notices.toast("Resolved: Nolan refund, $120", lambda: None, seconds=12, leaves=True)
    settle()
    assert window.foot.toast.isVisible()
    assert [str(fault) for fault in text_faults(window.foot, shortened=width >= 1440)] == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900)])
@pytest.mark.parametrize("action", ["everywhere.find", "everywhere.keys", "everywhere.jobs"])
def test_sheets_fit_in_a_longer_language(theme: Theme, width: int, height: int, action: str) -> None:
    with longer_words():
        window = sample_window(theme)
        window.resize(width, height)
        window.show()
        window.open("inbox")
        settle()
        assert [str(fault) for fault in text_faults(window.sidebar)] == []
        window.actions_of_window.action(action).trigger()
        settle()
        sheet = next(one for one in window.findChildren(Overlay) if one.isVisible())
        assert [str(fault) for fault in text_faults(sheet)] == []
        window.shut()
        shiboken6.delete(window)
        settle()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_nine_pages_fit_in_a_low_window(window: Window, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    window.resize(1280, 720)
    for page in ("today", "inbox"):
        window.open(page)
        settle()
        assert [str(fault) for fault in text_faults(window.sidebar)] == []
