"""Is a database file sound? Asked of every backup, and of the database itself at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backroom.errors import StoreDamaged
from backroom.store.driver import sqlite_module

if TYPE_CHECKING:
    from pathlib import Path


def check(path: Path) -> None:
    """Read the whole file's structure; raises StoreDamaged when it is not a sound Backroom database."""
    sqlite = sqlite_module()
    try:
        connection = sqlite.connect(f"file:{path}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite.DatabaseError as error:
        what = f"{path.name} is not a sound database."
        raise StoreDamaged(what) from error
    if verdict != "ok":
        what = f"{path.name} is damaged ({verdict})."
        raise StoreDamaged(what)
