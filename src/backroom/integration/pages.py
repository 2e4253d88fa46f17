"""Writes a page of items in pieces small enough that nobody else waits for the writer."""

from __future__ import annotations

import logging
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from backroom.clock import UNIX_EPOCH, to_micros
from backroom.errors import BackroomError
from backroom.ids import new_id
from backroom.integration.contract import IncomingMail
from backroom.integration.intake import Intake, prepare, take, take_aside
from backroom.integration.intake_turn import FirmFacts, Prepared, Source
from backroom.integration.rows import row_of
from backroom.integration.senders import LEARNED
from backroom.store import faults

if TYPE_CHECKING:
    from backroom.integration.contract import Page, Stream
    from backroom.integration.senders import ConnectionView
    from backroom.records.messages import Fate
    from backroom.store.store import Store
    from backroom.store.transaction import Transaction

MOST_ITEMS = 50
_AIM_SECONDS = 0.014
_FIRST_ITEMS = 8
_FEWEST_ITEMS = 6  # below this commits cost more than they give
_MOST_ASIDE = 5
_SAVE = (
    "INSERT INTO stream_state (id, connection_id, stream, cursor, read_at, items, day, day_items)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6) ON CONFLICT (connection_id, stream) DO UPDATE SET"
    " cursor = coalesce(?8, cursor), read_at = ?5, items = items + ?6,"
    " day_items = CASE WHEN day = ?7 THEN day_items + ?6 ELSE ?6 END, day = ?7"
)
log = logging.getLogger(__name__)


class PageWriter:
    """Takes in the pages of one stream in order; the last piece of a page carries its cursor."""

    def __init__(
        self,
        store: Store,
        view: ConnectionView,
        stream: Stream,
        own: frozenset[str],
        firm: FirmFacts,
        fates: Counter[Fate],
    ) -> None:
        """Write to `store` what `stream` brings; add to `fates`."""
        self._store = store
        self._view = view
        self._stream = stream
        self._firm = firm
        self._fates = fates
        self._pace = _FIRST_ITEMS
        self._aside = 0
        self.own = own
        self.longest = 0.0  # seconds the writer was held at most, for measuring

    def write(self, page: Page) -> int:
        """Store a page; returns how many of its items were known before."""
        prepared = prepare(page.items)
        self._learn_own(prepared)
        unchanged, start = 0, 0
        while True:
            piece = prepared[start : start + self._pace]
            start += len(piece)
            last = start >= len(prepared)
            done = self._write_piece(piece, page.cursor if last else None)
            self._fates.update(done.fates)
            unchanged += done.unchanged
            if last:
                return unchanged

    def _write_piece(self, prepared: list[Prepared], cursor: dict[str, Any] | None) -> Intake:
        try:
            return self._store.write_now(lambda tx: self._take(tx, prepared, cursor))
        except BackroomError:
            raise
        except Exception:  # one item our own code cannot take must not stop all behind it: find it, set it aside
            log.exception("a page of %s could not be taken in at once", self._view.connector)
        whole = Intake()
        for one in prepared:
            done = self._write_alone(one)
            whole.fates.update(done.fates)
            whole.unchanged += done.unchanged
        self._store.write_now(lambda tx: self._save(tx, cursor, whole.fresh))
        return whole

    def _write_alone(self, one: Prepared) -> Intake:
        try:
            return self._store.write_now(lambda tx: take(tx, self._source(), [one]))
        except BackroomError:
            raise
        except Exception as error:  # the poison item itself
            self._aside += 1
            if self._aside > _MOST_ASIDE:  # it is not the items, it is us: stop, so that a mended version takes them
                raise
            log.exception("an item of %s was set aside", self._view.connector)
            trouble = error
        return self._store.write_now(lambda tx: take_aside(tx, self._source(), one, trouble))

    def _take(self, tx: Transaction, prepared: list[Prepared], cursor: dict[str, Any] | None) -> Intake:
        began = time.perf_counter()
        done = take(tx, self._source(), prepared)
        self._save(tx, cursor, done.fresh)
        faults.point("page_taken")
        tx.after_commit(lambda: self._keep_pace(len(prepared), time.perf_counter() - began))
        return done

    def _keep_pace(self, items: int, seconds: float) -> None:
        """Fit the next piece to how long the writer was held by this one, with projections and commit."""
        self.longest = max(self.longest, seconds)
        if items:
            fitting = int(_AIM_SECONDS / max(seconds / items, 1e-6))
            self._pace = max(_FEWEST_ITEMS, min(MOST_ITEMS, fitting, self._pace * 2))

    def _save(self, tx: Transaction, cursor: dict[str, Any] | None, fresh: int) -> None:
        """Move the cursor (only with the last piece of its page) and count."""
        if cursor is None and not fresh:
            return
        zone = ZoneInfo(self._firm.zone)
        day = (tx.now.astimezone(zone).date() - UNIX_EPOCH.date()) // timedelta(days=1)
        packed = None if cursor is None else msgspec.json.encode(cursor).decode()
        row = (new_id(), self._view.id, self._stream.key, packed or "{}", to_micros(tx.now), fresh, day, packed)
        tx.put(_SAVE, row, changes="stream_state")

    def _source(self) -> Source:
        view = self._view
        return Source(view.id, view.connector, view.account, self._stream.key, self._firm, self.own)

    def _learn_own(self, prepared: list[Prepared]) -> None:
        """Learn from sent mail under which addresses the business writes."""
        fresh = (
            {
                one.mail.sender.address
                for one in prepared
                if one.mail is not None and isinstance(one.item, IncomingMail) and one.item.outgoing
            }
            - self.own
            - {""}
        )
        if fresh:
            self.own = self.own | fresh
            self._store.write_now(lambda tx: _keep_own(tx, self._view.id, fresh))


def _keep_own(tx: Transaction, connection_id: int, addresses: set[str]) -> None:
    row = row_of(tx, "SELECT settings FROM connection WHERE id = ?", (connection_id,))
    if row is not None:
        settings = msgspec.json.decode(row[0])
        settings[LEARNED] = sorted({*settings.get(LEARNED, ()), *addresses})
        packed = msgspec.json.encode(settings).decode()
        tx.put("UPDATE connection SET settings = ? WHERE id = ?", (packed, connection_id), changes="connection")
