"""Files and functions stay small, and the tail short."""

from __future__ import annotations

import statistics

from tests.house.checkout import functions, named, python_files

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
LONGEST_WINDOW = 250


def test_no_file_is_longer_than_500_lines() -> None:
    lengths = {named(path): path.read_text("utf-8").count("\n") for path in python_files("src", "packaging", "tests")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    found = [(named(path), *each) for path in python_files("src", "packaging", "tests") for each in functions(path)]
    assert [each for each in found if each[2] > LONGEST_FUNCTION] == []


def test_the_main_window_stays_under_250_lines() -> None:
    windows = [path for path in python_files("src") if named(path).endswith("ui/window.py")]
    assert [named(path) for path in windows if path.read_text("utf-8").count("\n") > LONGEST_WINDOW] == []


def test_most_files_and_functions_are_small() -> None:
    files = [path.read_text("utf-8").count("\n") for path in python_files("src")]
    lengths = [lines for path in python_files("src") for _, lines in functions(path)]
    assert statistics.median(files) <= 130
    assert statistics.quantiles(files, n=20)[-1] <= 350
    assert statistics.median(lengths) <= 8
    assert statistics.quantiles(lengths, n=20)[-1] <= 30
