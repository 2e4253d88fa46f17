"""Write the SQL of the schema as the records declare it: `python -m backroom.store.migrations.render`.

It freezes the newest, not yet released migration; a released one is never written again.
"""

from __future__ import annotations

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from backroom.records.all import metadata
from backroom.store.migrations import FOLDER
from backroom.store.search import SEARCH_SQL


def render() -> str:
    """Return every table, index and trigger as SQL statements separated by empty lines."""
    dialect = sqlite.dialect()
    parts: list[str] = []
    for table in metadata.sorted_tables:
        parts.append(str(CreateTable(table).compile(dialect=dialect)).strip().replace("\t", "    "))
        parts += [
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: index.name or "")
        ]
    return ";\n\n".join([*parts, *SEARCH_SQL]) + ";\n\n"


if __name__ == "__main__":
    (FOLDER / "versions" / "0001_first.sql").write_text(render(), "utf-8")
