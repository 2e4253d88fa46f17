"""The pages for people say what is there: links, keys, numbers, commands, and the words on the screen."""

from __future__ import annotations

import ast
import re
import struct
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from backroom.integration.connectors import CONNECTORS
from backroom.integration.mail_providers import mail_providers
from backroom.reporting.kpi import Kpi
from backroom.reporting.kpis import KPIS
from backroom.ui.action_table import EVERYWHERE, TABLE, ActionRow
from tests.house.checkout import PACKAGE, ROOT, named, tree

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile("“([^“”]+)”")
KEY_ROW = re.compile(r"^\| ((?:<kbd>[^<]+</kbd> ?)+)\| ([^|]+) \|$", re.MULTILINE)
KBD = re.compile(r"<kbd>([^<]+)</kbd>")
LARGEST_PICTURE = 250_000
# What people say or type, and not the program.
SPOKEN = {
    "Are you sure?",
    "Could you look at our gutter next week?",
    "I have this",
    "Asked",
    "back to normal",
    "replaced",
}


def text(name: str) -> str:
    """Return a page."""
    return (ROOT / name).read_text("utf-8")


def flat(words: str) -> str:
    """Return the words with single spaces, as lines may break anywhere."""
    return " ".join(words.split())


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return the names under which the headings of a page can be reached."""
    heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads)


def shown_key(key: str) -> str:
    """Return a key as the pages write it."""
    return key.replace("Return", "Enter")


def literals(path: Path) -> Iterator[str]:
    """Yield every text of a module; the holes of an f-string become a mark that no page has."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def screen_words() -> str:
    """Return everything the program can say: the texts in its source and in its data."""
    said = [words for path in PACKAGE.rglob("*.py") for words in literals(path)]
    said += [path.read_text("utf-8") for path in (ROOT / "resources").rglob("*.toml")]
    return flat("\n".join(said)).replace("“", "").replace("”", "")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        place, _, anchor = link.partition("#")
        if "://" in place:
            continue
        target = (page.parent / place).resolve() if place else page
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def test_pictures_are_small_and_each_is_shown() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text("utf-8"))
        if ".png" in link
    }
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    assert pictures
    for picture in pictures:
        head = picture.read_bytes()
        wide, _high = struct.unpack(">II", head[16:24])
        assert len(head) <= LARGEST_PICTURE, named(picture)
        assert wide >= 1280, named(picture)
        assert picture in shown, named(picture)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_words_in_quotes_are_the_programs_own(page: Path) -> None:
    strange = [words for words in QUOTED.findall(flat(page.read_text("utf-8"))) if words not in SPOKEN]
    assert [words for words in strange if words not in screen_words()] == []


def test_every_key_of_the_inbox_and_of_everywhere_is_explained() -> None:
    explained = {words: " ".join(KBD.findall(keys)) for keys, words in KEY_ROW.findall(text("docs/front-desk.md"))}
    table = {row.text: " ".join(map(shown_key, row.keys)) for row in TABLE if has_keys(row)}
    assert explained == table


def has_keys(row: ActionRow) -> bool:
    """Return whether the front desk can press something for it."""
    return row.context in {"inbox", EVERYWHERE} and bool(row.keys)


def test_no_key_is_named_that_does_nothing() -> None:
    keys = {shown_key(key) for row in TABLE if has_keys(row) for key in row.keys}
    assert set(KBD.findall(text("docs/front-desk.md"))) <= keys


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.key)
def test_the_owner_reads_how_every_number_is_counted(kpi: Kpi) -> None:
    page = flat(text("docs/owner.md"))
    assert f"**{kpi.title}.** {kpi.formula}" in page
    told = page.partition(f"**{kpi.title}.**")[2].partition("**")[0]
    assert re.findall(
        r"- Left out: (.+?)(?= - Left out| ##|$)", told.partition(" An answer you send")[0].strip()
    ) == list(kpi.exclusions)


_BENCH_OPTIONS = {"--quick"}  # every benchmark takes it


def test_every_command_that_is_named_exists() -> None:
    script = tree(ROOT / "packaging" / "dev.py")
    commands = {node.name for node in script.body if isinstance(node, ast.FunctionDef)}
    options = set(re.findall(r'"(--[\w-]+)"', (PACKAGE / "__main__.py").read_text("utf-8")))
    for page in PAGES:
        words = page.read_text("utf-8")
        assert set(re.findall(r"python3 packaging/dev\.py (\w+)", words)) <= commands, named(page)
        assert set(re.findall(r"(?:backroom |`)(--[\w-]+)", words)) <= options | _BENCH_OPTIONS, named(page)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_and_folder_of_the_house_is_there(page: Path) -> None:
    words = page.read_text("utf-8")
    for place in re.findall(
        r"`((?:resources|src|packaging|tests|ui|automation|integration|reporting)/[\w./-]*)`", words
    ):
        assert (ROOT / place).exists() or (PACKAGE / place).exists(), place
    if page.name == "README.md":
        layers = re.findall(r"^\| ((?:`\w+/` ?)+)", words, re.MULTILINE)
        told = {name for group in layers for name in re.findall(r"`(\w+)/`", group)}
        assert told == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def test_the_installer_finds_providers_columns_and_file_kinds() -> None:
    page = text("docs/installer.md")
    assert [one.name for one in mail_providers() if f"| {one.name} |" not in page] == []
    assert [one.title for one in CONNECTORS if one.key.startswith("folder") and f"“{one.title}”" not in page] == []
    columns = tomllib.loads(text("resources/files/columns.toml"))
    labels = (("calls", "call log"), ("invoices", "invoices"), ("quotes", "quotes"), ("jobs", "jobs"))
    for list_name, label in labels:
        row = next(line for line in page.splitlines() if line.startswith(f"| {label} |"))
        cells = [[word.strip() for word in cell.split(",")] for cell in row.strip("|").split("|")[1:]]
        needed = columns[list_name]["needed"]
        first = {column: names[0] for column, names in columns[list_name]["names"].items()}
        assert cells[0] == [first[column] for column in needed]
        assert set(cells[1]) == {name for column, name in first.items() if column not in needed}
