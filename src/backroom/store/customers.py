"""Lists of customers: page by page on an index, and who is calling from a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backroom.clock import from_micros

if TYPE_CHECKING:
    from backroom.store.store import Reader

PAGE = 50
NAME, RECENT = "name", "recent"
_COLUMNS = "id, name, email, phone, company, last_contact_at"
_PAGES = {
    NAME: (
        f"SELECT {_COLUMNS} FROM customer WHERE (name, id) > (?, ?)"  # noqa: S608 - fixed words
        " AND joined_into IS NULL ORDER BY name, id LIMIT ?"
    ),
    RECENT: (
        f"SELECT {_COLUMNS} FROM customer WHERE (last_contact_at, id) < (?, ?)"  # noqa: S608 - fixed words
        " AND joined_into IS NULL ORDER BY last_contact_at DESC, id DESC LIMIT ?"
    ),
}
_START: dict[str, tuple[str | int, int]] = {NAME: ("", -1), RECENT: (1 << 62, 0)}
_BY_PHONE = (
    "SELECT c.id, c.name, c.email, c.phone, c.company, c.last_contact_at FROM identity AS i"
    " JOIN customer AS c ON c.id = i.customer_id WHERE i.kind = 'phone' AND i.value = ?"
)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of a list of customers."""

    id: int
    name: str
    email: str
    phone: str
    company: str
    last_contact_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Some lines, and the key after which the next page begins (None at the end)."""

    rows: tuple[CustomerRow, ...]
    after: tuple[str | int, int] | None


def page(
    reader: Reader, *, order: str = RECENT, after: tuple[str | int, int] | None = None, limit: int = PAGE
) -> CustomerPage:
    """Return one page of all customers, by name or by the latest contact; those joined to others are left out."""
    found: Any = reader.driver(_PAGES[order], (*(after or _START[order]), limit)).all()
    rows = tuple(map(_row, found))
    more = (found[-1][1 if order == NAME else 5], found[-1][0]) if len(found) == limit else None
    return CustomerPage(rows, more)


def by_phone(reader: Reader, number: str) -> CustomerRow | None:
    """Return who is known under an E.164 number."""
    row: Any = reader.driver(_BY_PHONE, (number,)).first()
    return None if row is None else _row(row)


def _row(row: Any) -> CustomerRow:
    item_id, name, email, phone, company, last_contact_at = row
    return CustomerRow(item_id, name, email, phone, company, from_micros(last_contact_at))
