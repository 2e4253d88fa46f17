"""Whatever release a database comes from, this version opens it, keeps every row, and leaves the schema of its records.

`released/NNNN.sql` is a database of that schema. As long as the release is not out its file follows the records
(`dev.py schema` writes it again); once the changelog calls it released, its migrations and its file are pinned by their
digests, so that a change needs a new migration.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, update

from backroom.records.all import metadata
from backroom.records.columns import Record
from backroom.records.customers import Customer
from backroom.store import driver
from backroom.store.migrations import FOLDER, HEAD, KNOWN
from backroom.store.search import find_customers
from backroom.store.store import Store
from tests.unit.store.freeze import RELEASED, sql_of_head

CHANGES = Path(__file__).parents[3] / "CHANGELOG.md"
NEWEST_SCHEMA_OF = {"0.1.0": "0001"}  # each release and the newest migration in it
PINNED: dict[str, str] = {}  # migration -> digest; filled in when the release that brings it is made
Rows = dict[str, list[dict[str, Any]]]


def released_versions() -> list[str]:
    """Return the versions of the changelog that are out."""
    headings = re.findall(r"^## (\d\S*)(.*)$", CHANGES.read_text("utf-8"), re.MULTILINE)
    return [version for version, rest in headings if "not released" not in rest]


def digest(migration: str) -> str:
    """Return the digest of a migration's files and of its database."""
    files = [*sorted((FOLDER / "versions").glob(f"{migration}_*.*")), RELEASED / f"{migration}.sql"]
    texts = [file.read_bytes().replace(b"\r\n", b"\n") for file in files if file.suffix in {".py", ".sql"}]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def lay_down(migration: str, path: Path) -> None:
    """Make the database of a released schema at `path`."""
    connection = driver.sqlite_module().connect(path)
    connection.executescript((RELEASED / f"{migration}.sql").read_text("utf-8"))
    connection.close()


def rows_of(path: Path, tables: list[str]) -> Rows:
    """Return every row of the tables that are there, as the database keeps it."""
    connection = driver.sqlite_module().connect(path)
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found: Rows = {}
    for table in sorted(there & set(tables)):
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        found[table] = sorted((dict(zip(names, row, strict=True)) for row in cursor), key=repr)
    connection.close()
    return found


@pytest.mark.parametrize("migration", KNOWN)
def test_a_database_of_every_release_opens_with_all_its_rows(migration: str, tmp_path: Path) -> None:
    path = tmp_path / "backroom.db"
    lay_down(migration, path)
    tables = [table.name for table in metadata.sorted_tables]
    before = rows_of(path, tables)
    assert all(len(rows) == 2 for rows in before.values())
    Store.open(path, quick=True).close()
    after = rows_of(path, tables)
    for table, rows in before.items():
        kept = [{name: row[name] for name in old if name in row} for old, row in zip(rows, after[table], strict=True)]
        assert kept == [{name: value for name, value in old.items() if name in after[table][0]} for old in rows], table


@pytest.mark.parametrize("migration", KNOWN)
def test_an_upgraded_database_has_the_schema_of_the_records_and_works(migration: str, tmp_path: Path) -> None:
    path = tmp_path / "backroom.db"
    lay_down(migration, path)
    store = Store.open(path, quick=True)
    engine = driver.reader_engine(path)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()
    assert [one for one in differences if "_search" not in str(one) and "sqlite" not in str(one)] == []
    with store.read() as reader:
        for mapper in Record.registry.mappers:
            assert len(list(reader.scalars(select(mapper.class_)))) == 2, mapper.class_.__name__
        assert len(find_customers(reader, "line two")) == 1
    store.write_now(lambda tx: tx.execute(update(Customer).values(name="Helen Lee", joined_into=None)))
    with store.read() as reader:
        assert len(find_customers(reader, "helen")) == 2
    store.close()


def test_a_release_that_is_out_keeps_its_migrations() -> None:
    for version in released_versions():
        newest = NEWEST_SCHEMA_OF.get(version)
        assert newest, f"say which migration is the newest of {version}"
        for migration in KNOWN[: KNOWN.index(newest) + 1]:
            pinned = PINNED.get(migration)
            assert pinned == digest(migration), (
                f"{migration} was released with {version}: write a new migration instead of changing it"
                if pinned
                else f"{version} is released: pin {migration} as {digest(migration)}"
            )


def test_the_database_of_the_release_to_come_follows_the_records() -> None:
    if HEAD in PINNED:
        pytest.skip("the newest schema is released")
    assert (RELEASED / f"{HEAD}.sql").read_text("utf-8") == sql_of_head(), "run: python3 packaging/dev.py schema"
