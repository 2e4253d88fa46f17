"""Every connector, action, KPI family, model and page stands in its folder's explicit list."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.checkout import PACKAGE, named, tree

FOLDERS = ("integration/connectors", "automation/actions", "reporting/kpis", "intelligence/models", "ui/pages")
PRESENT = [folder for folder in FOLDERS if (PACKAGE / folder / "__init__.py").exists()]


def members(folder: Path) -> set[str]:
    """Return the modules of the folder that are not private."""
    files = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    return {name for name in files if not name.startswith("_")}


def mentioned(package: ast.Module) -> set[str]:
    """Return every module named in the package's own file: imported, or as text where it is loaded late."""
    names: set[str] = set()
    for node in ast.walk(package):
        if isinstance(node, ast.ImportFrom):
            names |= {(node.module or "").rpartition(".")[2], *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value.partition(":")[0].rpartition(".")[2])
    return names


def has_tuple(package: ast.Module) -> bool:
    """Return whether the package's own file assigns a tuple at its top."""
    values = [node.value for node in package.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return any(isinstance(value, ast.Tuple) for value in values)


@pytest.mark.parametrize("folder", PRESENT)
def test_every_file_is_in_the_list_of_its_folder(folder: str) -> None:
    package = tree(PACKAGE / folder / "__init__.py")
    missing = members(PACKAGE / folder) - mentioned(package)
    assert missing == set(), f"add to the tuple in {named(PACKAGE / folder)}/__init__.py"
    assert has_tuple(package) or not members(PACKAGE / folder)
