"""Find customers by any part of a name, address or number, and inbox items by their words (FTS5 with trigrams)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from backroom.records.customers import Customer

if TYPE_CHECKING:
    from backroom.store.store import Reader


def _search_sql(table: str, *columns: str) -> tuple[str, ...]:
    """Return the statements that keep a trigram index `<table>_search` in step with some columns of a table."""
    names = ", ".join(columns)
    new, old = ", ".join(f"new.{column}" for column in columns), ", ".join(f"old.{column}" for column in columns)
    index, on = f"{table}_search", f"ON {table} BEGIN"
    add = f"INSERT INTO {index} (rowid, {names}) VALUES (new.id, {new});"  # noqa: S608 - fixed names
    remove = f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
    shape = f"fts5({names}, content='{table}', content_rowid='id', tokenize='trigram')"
    return (
        f"CREATE VIRTUAL TABLE {index} USING {shape}",
        f"CREATE TRIGGER {index}_add AFTER INSERT {on} {add} END",
        f"CREATE TRIGGER {index}_remove AFTER DELETE {on} {remove} END",
        f"CREATE TRIGGER {index}_change AFTER UPDATE OF {names} {on} {remove} {add} END",
    )


SEARCH_SQL = (
    *_search_sql("customer", "name", "email", "phone", "company", "address"),
    *_search_sql("escalation", "reason", "why"),
)
_TRIGRAM = 3
# Scoring thousands of matches of a common name takes 30 ms and tells nothing; the newest few hundred are looked at.
_FIND = "SELECT rowid FROM customer_search WHERE customer_search MATCH ? ORDER BY rowid DESC LIMIT ?"
_LOOKED_AT = 4


def trigrams(words: str) -> str:
    """Return the search query in which every word must occur; words of one or two letters cannot be looked up."""
    long = [term for term in words.split() if len(term) >= _TRIGRAM]
    return " AND ".join('"' + term.replace('"', '""') + '"' for term in long)


def find_customers(reader: Reader, words: str, limit: int = 50) -> list[Customer]:
    """Return customers in which every word of `words` occurs; short words match name starts.

    First those whose name says all of it from the start of a word, then whoever was in touch last.
    """
    terms = words.casefold().split()
    if not terms:
        return []
    query = trigrams(words)
    if not query:
        start = select(Customer).where(Customer.name.like(f"{terms[0]}%"), Customer.joined_into.is_(None))
        return list(reader.scalars(start.order_by(Customer.name).limit(limit)))
    ids = [row[0] for row in reader.driver(_FIND, (query, limit * _LOOKED_AT))]
    names: Any = reader.driver(
        f"SELECT id, name, last_contact_at FROM customer WHERE id IN ({_marks(ids)})"  # noqa: S608 - question marks
        " AND joined_into IS NULL",
        tuple(ids),
    )
    best = sorted((-_fits(name, terms), -at, customer_id) for customer_id, name, at in names)[:limit]
    order = [customer_id for _fit, _at, customer_id in best]
    found = {customer.id: customer for customer in reader.scalars(select(Customer).where(Customer.id.in_(order)))}
    return [found[customer_id] for customer_id in order if customer_id in found]


def _fits(name: str, terms: list[str]) -> int:
    """Return 2 for a name that is just what was typed, 1 if each word begins a word of it, else 0."""
    parts = name.casefold().split()
    if parts == terms:
        return 2
    return int(all(any(part.startswith(term) for part in parts) for term in terms))


def _marks(values: list[int]) -> str:
    return ", ".join("?" * len(values))
