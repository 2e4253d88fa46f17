"""The projection that keeps facts and rollups true: in each event's transaction, and anew when definitions change."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from backroom.clock import UNIX_EPOCH
from backroom.records.kpis import KpiFact, Rollup
from backroom.reporting.kpis import KPIS
from backroom.reporting.ledger import Ledger
from backroom.settings import FIRM_CURRENCY, Option
from backroom.store.firm import set_setting, setting, working_hours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from backroom.events import Event
    from backroom.hours import WorkingHours
    from backroom.records.columns import Record
    from backroom.reporting.kpi import Kpi
    from backroom.store.store import Reader, Store
    from backroom.store.transaction import Transaction

BUILT = Option("reporting.built", "", "Which definitions the rollups were built with")
_PAGE = 200
_TERMS_KINDS = frozenset({"setting", "work_span", "holiday"})


class Rollups:
    """A projection and due source; one for each store, made by whoever opens it."""

    name = "kpi rollups"

    def __init__(self, store: Store, kpis: Sequence[Kpi] = KPIS) -> None:
        """Follow the events of `store` from now on; what is already there is built page by page through `run_due`."""
        self._kpis = tuple(kpis)
        self._sources = tuple({kpi.source: None for kpi in kpis})
        self._by_event: dict[str, set[type[Record]]] = defaultdict(set)
        for kpi in kpis:
            for event in kpi.touched_by:
                self._by_event[event.kind].add(kpi.source)
        self._kept: tuple[WorkingHours, str] | None = None
        self._walk: _Walk | None = None
        self._doubt = True
        self._uncommitted: Transaction | None = None
        store.project(self.on_events)
        store.subscribe(self._on_changed)

    def on_events(self, tx: Transaction, events: list[Event]) -> None:
        """Bring the facts of every record these events name up to date, inside their transaction."""
        touched: dict[type[Record], set[int]] = defaultdict(set)
        for event in events:
            for source in self._by_event.get(event.kind, ()):
                record_id = getattr(event, f"{source.__tablename__}_id", None)
                if record_id is not None:
                    touched[source].add(record_id)
        if touched:
            ledger = Ledger(tx, self._kpis, *self._terms(tx))
            for source, ids in touched.items():
                ledger.replace(source, ids)

    def next_due(self, reader: Reader) -> datetime | None:
        """Return the past while something must be built anew, else the moment the next fact ripens."""
        if self._doubt or self._walk is not None:
            return UNIX_EPOCH
        return reader.execute(select(func.min(KpiFact.ripens_at)).where(KpiFact.ripens_at.is_not(None))).scalar()

    def run_due(self, tx: Transaction) -> bool:
        """Build one page, or let ripe facts count; True when there is more to do."""
        if self._uncommitted is not None and self._uncommitted is not tx:
            self._doubt = True  # the last page never reached the disk: begin again
        if self._doubt:
            self._doubt = False
            self._kept = None
            self._walk = self._begin(tx)
        self._uncommitted = tx
        tx.after_commit(self._on_commit)
        ledger = Ledger(tx, self._kpis, *self._terms(tx))
        if self._walk is not None and not self._walk.page(tx, ledger):
            set_setting(tx, BUILT, self._walk.digest)
            self._walk = None
        return ledger.ripen(_PAGE) == _PAGE or self._walk is not None

    def recompute(self, tx: Transaction) -> None:
        """Forget every fact and rollup and build them from the records alone, in this one transaction."""
        tx.execute(delete(KpiFact))
        tx.execute(delete(Rollup))
        self._kept = None
        walk = _Walk(self._sources, self._kpis, self._digest(tx))
        ledger = Ledger(tx, self._kpis, *self._terms(tx))
        while walk.page(tx, ledger):
            pass
        set_setting(tx, BUILT, walk.digest)
        self._walk, self._doubt = None, False

    def _begin(self, tx: Transaction) -> _Walk | None:
        digest = self._digest(tx)
        if setting(tx, BUILT) == digest:
            return None
        known = [kpi.key for kpi in self._kpis]
        tx.execute(delete(KpiFact).where(KpiFact.kpi.not_in(known)))
        tx.execute(delete(Rollup).where(Rollup.kpi.not_in(known)))
        return _Walk(self._sources, self._kpis, digest)

    def _digest(self, tx: Transaction) -> str:
        hours, currency = self._terms(tx)
        known = sorted((kpi.key, kpi.version) for kpi in self._kpis)
        said = repr((known, hours.zone, hours.spans, sorted(hours.holidays), currency))
        return hashlib.sha256(said.encode()).hexdigest()

    def _terms(self, tx: Transaction) -> tuple[WorkingHours, str]:
        """Return what every fact depends on beside its record: the business's hours and its currency."""
        if tx.changed_kinds & _TERMS_KINDS:
            return working_hours(tx), setting(tx, FIRM_CURRENCY)  # not kept: this transaction may still be undone
        if self._kept is None:
            self._kept = working_hours(tx), setting(tx, FIRM_CURRENCY)
        return self._kept

    def _on_commit(self) -> None:
        self._uncommitted = None

    def _on_changed(self, kinds: frozenset[str]) -> None:
        if kinds & _TERMS_KINDS:
            self._kept = None
            self._doubt = True


class _Walk:
    """A walk over all records, page by page in id order, that makes every fact what its record says."""

    def __init__(self, sources: Sequence[type[Record]], kpis: Sequence[Kpi], digest: str) -> None:
        self._left = list(sources)
        self._keys = {source: [kpi.key for kpi in kpis if kpi.source is source] for source in sources}
        self._after = -1
        self.digest = digest

    def page(self, tx: Transaction, ledger: Ledger) -> bool:
        """Do the next page; False once everything was seen."""
        if not self._left:
            return False
        source = self._left[0]
        table: Any = source.__table__
        found = set(
            tx.execute(select(table.c.id).where(table.c.id > self._after).order_by(table.c.id).limit(_PAGE)).scalars()
        )
        last = max(found) if len(found) == _PAGE else None
        for key in self._keys[source]:
            facts = select(KpiFact.record_id).where(KpiFact.kpi == key, KpiFact.record_id > self._after)
            found.update(tx.execute(facts if last is None else facts.where(KpiFact.record_id <= last)).scalars())
        ledger.replace(source, found)
        if last is None:
            self._left.pop(0)
            self._after = -1
        else:
            self._after = last
        return bool(self._left)
