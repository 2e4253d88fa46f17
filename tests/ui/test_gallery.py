"""Everything on the gallery's pages has a name and can be read, in every scheme, size and width."""

from __future__ import annotations

from pathlib import Path

import pytest

from backroom.ui.theme import Choice, Theme
from backroom.ui.window import Window
from tests.ui.audit_walk import nameless, settle, text_faults
from tests.ui.gallery import PAGES

PAGE_KEYS = [page.KEY for page in PAGES]


@pytest.mark.parametrize("page", PAGE_KEYS)
def test_every_control_has_a_name(window: Window, page: str) -> None:
    window.open(page)
    settle()
    assert nameless(window) == []


@pytest.mark.parametrize("page", PAGE_KEYS)
@pytest.mark.parametrize(("scale", "width"), [(1.0, 1280), (1.0, 1440), (1.0, 1920), (1.25, 1440), (1.25, 1920)])
def test_no_text_is_cut_squeezed_or_laid_over_another(
    window: Window, theme: Theme, page: str, scale: float, width: int
) -> None:
    theme.set_scale(scale)
    window.resize(width, 900)
    window.open(page)
    settle()
    assert [str(fault) for fault in text_faults(window)] == []


@pytest.mark.parametrize("page", ["today", "inbox"])
def test_double_text_size_still_reads_on_a_large_screen(window: Window, theme: Theme, page: str) -> None:
    theme.set_scale(2.0)
    window.resize(2560, 1600)
    window.open(page)
    settle()
    assert [str(fault) for fault in text_faults(window)] == []


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
def test_every_page_paints_in_every_scheme(window: Window, theme: Theme, choice: Choice, tmp_path: Path) -> None:
    theme.choose(choice)
    for page in PAGE_KEYS:
        window.open(page)
        settle()
        picture = window.grab()
        assert picture.save(str(tmp_path / f"{page}-{choice}.png"))
        shades = {picture.toImage().pixelColor(x, y).rgb() for x in range(0, 1440, 37) for y in range(0, 900, 41)}
        assert len(shades) > 3
