"""Reads the call log of a telephone system out of an exported list."""

from __future__ import annotations

from collections.abc import Iterator

from backroom.integration.contract import Incoming, IncomingCall
from backroom.integration.file_reading import FileFacts, Repeats, RowTroubles, content_key
from backroom.integration.file_table import Row, Table, column_names
from backroom.integration.file_values import DateOrder, detect_order, read_moment, read_seconds
from backroom.records.messages import Direction


def read_calls(table: Table, facts: FileFacts) -> Iterator[Incoming]:
    """Yield the calls of a list; raises InputError when its dates could be read in two ways."""
    order = detect_order([row.cells.get("date") for row in table.rows], facts.date_order)
    troubles, repeats = RowTroubles(facts), Repeats()
    for row in table.rows:
        item = _call(row, order, facts, troubles, repeats)
        if item is not None:
            yield item
    yield from troubles.items()


def _call(row: Row, order: DateOrder, facts: FileFacts, troubles: RowTroubles, repeats: Repeats) -> IncomingCall | None:
    at = read_moment(row.cells.get("date"), row.cells.get("time"), order, facts.zone)
    direction = _direction(row)
    if at is None:
        troubles.add(row.number, "the time of the call cannot be read.", row.cells.values())
        return None
    if direction is None:
        said = row.text("direction") or "nothing"
        troubles.add(
            row.number, f"\u201c{said}\u201d does not say whether the call came in or went out.", row.cells.values()
        )
        return None
    seconds = read_seconds(row.cells.get("duration"))
    answered = _answered(row, seconds)
    caller, called = row.text("from"), row.text("to")
    by = row.text("answered_by") if answered or direction is Direction.OUT else ""
    digest = content_key(at.isoformat(), direction, caller, called, answered, seconds, by)
    return IncomingCall(
        item_key=repeats.key("call", digest),
        content_key=digest,
        at=at,
        direction=direction,
        caller=caller,
        called=called,
        answered=answered,
        duration_s=seconds,
        answered_by=by,
        caller_name=row.text("name"),
    )


def _direction(row: Row) -> Direction | None:
    """Return which way the call went; a log without such a column is one of incoming calls."""
    if "direction" not in row.cells:
        return Direction.IN
    said = row.text("direction").lower()
    names = column_names()["calls"]
    if said in names["incoming"]["words"]:
        return Direction.IN
    return Direction.OUT if said in names["outgoing"]["words"] else None


def _answered(row: Row, seconds: int) -> bool:
    """Tell whether anybody spoke: by the status, else by its length."""
    names = column_names()["calls"]
    for said in (row.text("status").lower(), row.text("direction").lower()):
        if said in names["unanswered"]["words"]:
            return False
        if said in names["answered"]["words"]:
            return True
    return seconds > 0
