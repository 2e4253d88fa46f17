"""The files of the checkout, as the checks of the house see them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "backroom"
_MADE = {".git", ".venv", "build", "dist", "out", "__pycache__"}


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that belongs to the product: what git knows, or without git everything not made by a tool."""
    try:
        asked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        every = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return tuple(ROOT / path for path in every if not _is_made(path))
    return tuple(path for name in asked.stdout.split("\0") if name and (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under these folders of the checkout."""
    places = [ROOT / folder for folder in folders]
    return [path for path in tracked() if path.suffix == ".py" and any(place in path.parents for place in places)]


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield name and length in lines of every function in the file, decorators not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def named(path: Path) -> str:
    """Return the path as a person would write it."""
    return path.relative_to(ROOT).as_posix()


def _is_made(path: Path) -> bool:
    return any(part in _MADE or part.endswith(("_cache", ".egg-info")) or part == ".hypothesis" for part in path.parts)
