"""What is written in the files: docstrings everywhere, no unfinished work, nothing of one machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.checkout import ROOT, named, python_files, tracked, tree

# Written in pieces so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b")
MACHINE = re.compile(r"(?<![\w.~)}/-])(?:/(?:home|root|work|Users|mnt|opt)/\w|[A-Z]:\\Users\\\w)")
REGISTRY = re.compile(
    "|".join([r"pypi\." + "org", r"pythonhosted\." + "org", "registry" + r"\.npmjs", "simple/" + "pip"])
)
INDEX_OPTION = re.compile("--(?:extra-)?index" + "-url|--find" + "-links", re.IGNORECASE)
BINARY = {".png", ".ttf", ".otf", ".ico", ".icns", ".xlsx", ".gz", ".db", ".woff2"}


def lines() -> Iterator[tuple[Path, int, str]]:
    """Yield file, number and text of every line of every tracked text file."""
    for path in tracked():
        if path.suffix.lower() not in BINARY:
            text = path.read_bytes().decode("utf-8", "replace")
            yield from ((path, number, line) for number, line in enumerate(text.splitlines(), 1))


def found(pattern: re.Pattern[str], *, inside: tuple[str, ...] = ()) -> list[str]:
    """Return file and line of every match, in the files whose name ends as told (all, if nothing is told)."""
    return [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path, number, line in lines()
        if (not inside or path.name.endswith(inside)) and pattern.search(line)
    ]


def test_no_mark_of_unfinished_work() -> None:
    marks = found(UNFINISHED, inside=(".py", ".toml", ".md", ".qss", ".spec"))
    assert [mark for mark in marks if not mark.startswith("LICENSE")] == []


def test_no_method_is_an_empty_shell() -> None:
    trees = {path: tree(path) for path in python_files("src")}
    classes = [(path, node) for path in trees for node in ast.walk(trees[path]) if isinstance(node, ast.ClassDef)]
    # Left to subclasses on purpose: the class is an interface, or others do derive from it.
    bases = {ast.unparse(base).partition("[")[0].rpartition(".")[2] for _, node in classes for base in node.bases}
    interfaces = {"Protocol", "ABC"}
    shells = [
        f"{named(path)}:{method.lineno} {node.name}.{method.name}"
        for path, node in classes
        if node.name not in bases and not interfaces & {ast.unparse(base) for base in node.bases}
        for method in node.body
        if isinstance(method, ast.FunctionDef) and is_shell(method)
    ]
    assert shells == []


def is_shell(function: ast.FunctionDef) -> bool:
    """Return whether the function only says that it is not there."""
    if len(function.body) != 1 + bool(ast.get_docstring(function)):
        return False
    return ast.unparse(function.body[-1]) in {"...", "raise NotImplementedError", "raise NotImplementedError()"}


def test_no_path_of_one_machine() -> None:
    assert found(MACHINE) == []


def test_no_host_of_a_package_registry() -> None:
    assert found(REGISTRY) == []
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert INDEX_OPTION.search(lock) is None


def test_every_locked_package_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    entries = [line for line in lock.splitlines() if line and not line.startswith("#")]
    assert len(entries) > 40
    assert [entry[:60] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_every_module_says_what_it_is() -> None:
    files = [path for path in python_files("src", "packaging", "tests") if path.read_text("utf-8").strip()]
    assert [named(path) for path in files if not ast.get_docstring(tree(path))] == []


def test_every_public_name_says_what_it_is() -> None:
    silent = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in python_files("src")
        for node in public_definitions(tree(path))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def public_definitions(
    scope: ast.Module | ast.ClassDef,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield public classes, functions and methods; overloads and overrides are told about elsewhere."""
    for node in scope.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if not any(ast.unparse(mark) in {"overload", "override"} for mark in node.decorator_list):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from public_definitions(node)
