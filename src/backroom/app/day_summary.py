"""What a headless day came to, in words and figures read from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backroom.clock import to_micros

if TYPE_CHECKING:
    from datetime import datetime

    from backroom.app.business import Business
    from backroom.store.store import Reader

_FATES = "SELECT fate, count(*) FROM intake_item GROUP BY fate ORDER BY 2 DESC"
_EFFECTS = "SELECT state, count(*) FROM effect GROUP BY state ORDER BY 2 DESC"
_RUNS = "SELECT rule_key, state, count(*) FROM run GROUP BY rule_key, state ORDER BY rule_key, state"
_ITEMS = "SELECT kind, state, count(*) FROM escalation GROUP BY kind, state ORDER BY kind, state"
_ANSWERED = (
    "SELECT count(*), avg((first_touch_at - created_at) / 1e6) FROM lead"
    " WHERE created_at >= ? AND first_touch_at IS NOT NULL"
)
_NEW = "SELECT count(*) FROM lead WHERE created_at >= ?"


def summary(business: Business, now: datetime, *, arrived: int, seconds: float) -> str:
    """Return the day as Markdown."""
    with business.store.read() as reader:
        start = to_micros(now.replace(hour=0, minute=0, second=0, microsecond=0))
        leads = reader.driver(_NEW, (start,)).scalar()
        ((answered, mean),) = (tuple(row) for row in reader.driver(_ANSWERED, (start,)))
        parts = [
            "# A day of the sample business\n",
            f"Up to {now:%A %d %B %Y, %H:%M} UTC. {arrived} mails and calls came in during the day; the year before",
            f"and the day took {seconds:.0f} s to read and work.\n",
            f"New enquiries today: {leads}; answered: {answered}"
            + (f", on average {mean:.0f} s after they came in.\n" if answered else ".\n"),
            _table("What became of everything that came in (the year and the day)", "fate", _FATES, reader),
            _table("What left the house (into the out-tray folder)", "state", _EFFECTS, reader),
            _table("Rules at work", "rule | state", _RUNS, reader),
            _table("Handed to a person", "kind | state", _ITEMS, reader),
        ]
    trays = len(list(business.folder.out_tray.glob("*.eml")))
    return "\n".join([*parts, f"Mails lying in the out-tray: {trays}.\n"])


def _table(title: str, head: str, sql: str, reader: Reader) -> str:
    rows = reader.driver(sql).all()
    columns = [*head.split(" | "), "number"]
    lines = [f"## {title}\n", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(str(value) for value in row)} |" for row in rows]
    return "\n".join([*lines, ""])
