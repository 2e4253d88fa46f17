"""The frozen schema is the one the records declare."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from backroom.records.all import metadata
from backroom.store import driver
from backroom.store.migrations import FOLDER
from backroom.store.migrations.render import render
from backroom.store.store import Store


def test_the_newest_migration_holds_what_the_records_declare() -> None:
    frozen = (FOLDER / "versions" / "0001_first.sql").read_text("utf-8")
    assert frozen == render(), "run: python -m backroom.store.migrations.render"


def test_a_migrated_file_has_every_table_and_column(store: Store) -> None:
    engine = driver.reader_engine(store.path)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    ours = [entry for entry in differences if "_search" not in str(entry) and "sqlite" not in str(entry)]
    assert ours == []
