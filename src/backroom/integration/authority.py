"""The declared source of truth of every field: resources/merge/authority.toml, checked when it is read."""

from __future__ import annotations

import functools
import tomllib

from backroom import paths
from backroom.errors import RuleError

OWNER = "owner"
FIELDS = ("name", "email", "phone", "company", "address")
_FILE = "authority.toml"


@functools.cache
def order_of(field: str) -> tuple[str, ...]:
    """Return whose word counts for a field of a customer, the most trusted first; raises RuleError."""
    return _orders()[field]


def rank(system: str, order: tuple[str, ...]) -> int:
    """Return the place of a system such as `imap/form` in an order of systems, connectors or kinds of item."""
    if system == OWNER:
        return -1
    connector, _, kind = system.partition("/")
    return next((place for place, name in enumerate(order) if name in {system, connector, kind}), len(order))


@functools.cache
def _orders() -> dict[str, tuple[str, ...]]:
    text = (paths.resources() / "merge" / _FILE).read_text("utf-8")
    return read_orders(text)


def read_orders(text: str) -> dict[str, tuple[str, ...]]:
    """Read and check the orders; raises RuleError with the line."""
    try:
        orders = tomllib.loads(text).get("customer", {})
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"This is not valid TOML: {error}.", file=_FILE) from error
    for name, order in orders.items():
        line = next((number for number, one in enumerate(text.splitlines(), 1) if one.startswith(name)), 0)
        if name not in FIELDS:
            remedy = f"Use one of: {', '.join(FIELDS)}."
            raise RuleError(f"A customer has no field “{name}”.", file=_FILE, line=line, remedy=remedy)
        if (
            not isinstance(order, list)
            or not all(isinstance(one, str) for one in order)
            or len(set(order)) < len(order)
        ):
            raise RuleError(f"“{name}” needs a list of different names.", file=_FILE, line=line)
    missing = [name for name in FIELDS if name not in orders]
    if missing:
        raise RuleError(f"No order is given for: {', '.join(missing)}.", file=_FILE, remedy="Add a line for each.")
    return {name: tuple(order) for name, order in orders.items()}
