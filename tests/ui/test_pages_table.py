"""The table of pages says of each page what the page says of itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from backroom.ui.page import LaterPage
from backroom.ui.pages import PAGES


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.KEY)
def test_the_table_says_what_the_page_says_of_itself(entry: LaterPage) -> None:
    kind = entry.kind()
    assert (entry.KEY, entry.TITLE, entry.ICON) == (kind.KEY, kind.TITLE, kind.ICON)
    assert entry.title() == kind.title()


def test_a_page_nobody_opened_costs_nothing() -> None:
    code = (
        "import sys; from backroom.ui.application import Desktop; from backroom.app.business import Business;"
        " pages = {name for name in sys.modules if name.startswith('backroom.ui.pages.')};"
        " print(*sorted(pages | ({'jinja2', 'phonenumbers'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
