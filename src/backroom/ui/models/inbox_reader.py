"""What the inbox reads besides the board: one item, more rows, and where an item lies; all off the main thread."""

from __future__ import annotations

from backroom.clock import Clock
from backroom.escalation import inbox
from backroom.escalation.inbox import InboxPage
from backroom.store.store import Store
from backroom.ui.models.inbox_board import (
    Ask,
    Board,
    Sheet,
    first_exhausted,
    more_rows,
    read_board,
    read_sheet,
    shelf_of_item,
)
from backroom.ui.models.inbox_words import who
from backroom.ui.workspace import Found

MOST_FOUND = 6


class InboxReader:
    """Opens a view of the store for each question and closes it again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read `store` as of the moment on `clock`."""
        self._store, self._clock = store, clock

    def board(self, ask: Ask) -> Board:
        """Return the whole page."""
        with self._store.read() as reader:
            return read_board(reader, ask, self._clock.now())

    def sheet(self, item_id: int) -> Sheet | None:
        """Return one item, or None when it is gone."""
        with self._store.read() as reader:
            return read_sheet(reader, item_id, self._clock.now())

    def more(self, ask: Ask, person_id: int, after: tuple[int, int]) -> InboxPage:
        """Return the rows that follow a key."""
        with self._store.read() as reader:
            return more_rows(reader, ask, person_id, after, self._clock.now())

    def shelf(self, item_id: int) -> str:
        """Return under which counter an item lies."""
        with self._store.read() as reader:
            return shelf_of_item(reader, item_id)

    def exhausted(self) -> int:
        """Return the item that has been round everybody for longest, 0 for none."""
        with self._store.read() as reader:
            return first_exhausted(reader)

    def find(self, text: str) -> list[Found]:
        """Return open items for Ctrl+K."""
        with self._store.read() as reader:
            rows = inbox.search(reader, self._clock.now(), text, limit=MOST_FOUND)
        return [Found(who(row.customer, row.kind), row.reason, "inbox", "inbox", row.id) for row in rows]
