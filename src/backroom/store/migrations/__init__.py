"""Bring a database file to the schema this version needs; Alembic is loaded only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError

from backroom.errors import StoreDamaged, StoreTooNew

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

HEAD = "0001"
KNOWN = ("0001",)
FOLDER = Path(__file__).parent


def schema_version(connection: Connection) -> str | None:
    """Return the schema version of an open database, None for an empty one."""
    table = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    return None if table is None else connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def bring_up_to_date(engine: Engine, path: Path) -> None:
    """Create or upgrade the schema in one transaction, keeping a copy of an older file beside it.

    Raises StoreTooNew for a file of a newer version and StoreDamaged for something that is no database.
    """
    try:
        with engine.connect() as connection:
            version = schema_version(connection)
            connection.rollback()
            if version == HEAD:
                return
            if version is not None and version not in KNOWN:
                msg = f"This database was written by a newer Backroom (schema {version})."
                raise StoreTooNew(msg)
            if version is not None:
                copy = path.with_name(f"{path.stem}-before-{HEAD}.sqlite")
                copy.unlink(missing_ok=True)
                connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
                connection.rollback()
            upgrade(connection)
    except DatabaseError as error:
        raise StoreDamaged(f"{path.name} cannot be read as a database.") from error


def upgrade(connection: Connection, target: str = HEAD) -> None:
    """Run the migrations up to `target` on an open connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    with connection.begin():
        command.upgrade(config, target)
