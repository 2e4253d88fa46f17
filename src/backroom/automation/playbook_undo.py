"""How a playbook stood at one moment, so that what was done to it can be taken back whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from backroom.records.kpis import KpiTarget
from backroom.records.people import MessageText, Setting
from backroom.records.playbooks import PlaybookUse
from backroom.records.runs import RuleSwitch, Run, RunState

if TYPE_CHECKING:
    from backroom.automation.playbook import Playbook
    from backroom.store.transaction import Transaction

Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows a playbook consists of, by their keys, and its runs that were waiting for a moment."""

    uses: Rows
    switches: Rows
    texts: Rows
    targets: Rows
    settings: Rows
    runs: tuple[tuple[int, datetime], ...]


def take(tx: Transaction, playbook: Playbook) -> Snapshot:
    """Note how a playbook stands."""
    rules = list(playbook.by_key)
    waiting = select(Run.id, Run.wake_at).where(
        Run.rule_key.in_(rules), Run.wake_at.is_not(None), Run.waiting_for == "time"
    )
    return Snapshot(
        uses=_rows(tx, PlaybookUse, "key", [playbook.key]),
        switches=_rows(tx, RuleSwitch, "rule_key", rules),
        texts=_rows(tx, MessageText, "key", text_keys(playbook)),
        targets=_rows(tx, KpiTarget, "kpi", [one.key for one in playbook.kpis]),
        settings=_rows(tx, Setting, "key", _settings(playbook)),
        runs=tuple((row.id, row.wake_at) for row in tx.execute(waiting)),
    )


def put_back(tx: Transaction, playbook: Playbook, before: Snapshot) -> None:
    """Make a playbook stand as it did; runs that were stopped meanwhile wait again for their old moment."""
    tx.flush()
    tx.session.expire_all()
    rules = list(playbook.by_key)
    _replace(tx, PlaybookUse, "key", [playbook.key], before.uses)
    _replace(tx, RuleSwitch, "rule_key", rules, before.switches)
    _replace(tx, MessageText, "key", text_keys(playbook), before.texts)
    _replace(tx, KpiTarget, "kpi", [one.key for one in playbook.kpis], before.targets)
    _replace(tx, Setting, "key", _settings(playbook), before.settings)
    for run_id, wake_at in before.runs:
        again = {"state": RunState.WAITING, "wake_at": wake_at, "waiting_for": "time", "ended_at": None}
        stopped = update(Run).where(Run.id == run_id, Run.state == RunState.STOPPED)
        tx.execute(stopped.values(outcome=None, **again))


def text_keys(playbook: Playbook) -> list[str]:
    """Return the texts that a playbook brings or asks about."""
    asked = [str(knob.default) for knob in playbook.knobs if knob.kind == "text"]
    return list(dict.fromkeys([*(text.key for text in playbook.texts), *asked]))


def _settings(playbook: Playbook) -> list[str]:
    places = [place for knob in playbook.knobs if knob.kind == "link" for place in knob.sets]
    return [place.removeprefix("setting: ") for place in places]


def _rows(tx: Transaction, kind: Any, name: str, keys: list[str]) -> Rows:
    table = kind.__table__
    found = tx.execute(select(table).where(table.c[name].in_(keys)))
    return {row[name]: dict(row) for row in found.mappings()}


def _replace(tx: Transaction, kind: Any, name: str, keys: list[str], rows: Rows) -> None:
    table = kind.__table__
    tx.execute(delete(kind).where(table.c[name].in_(keys)))
    for row in rows.values():
        tx.session.add(kind(**row))
    tx.flush()
