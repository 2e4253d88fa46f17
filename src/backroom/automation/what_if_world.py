"""The firm as it was: a copy in memory that stands at the start of a period, and all that happened since, in order.

What the records say of the past is taken back where they tell when it came to be (an enquiry's answer, a booking, a
payment, how a quote or a job ended, an objection, the last contact); the rest reads as it does today. Nothing the rules
on trial really did is in it: their messages, items and traces are kept aside, to compare with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from backroom.automation.what_if_store import copied_schema
from backroom.clock import to_micros
from backroom.ids import new_id

FIRST, THEN, LAST = 0, 1, 2
_WHOLE = (
    "connection", "customer", "holiday", "identity", "message_text", "person", "rule_switch", "rule_version",
    "setting", "work_span",
)  # fmt: skip
_HALF_A_DAY = 12 * 3_600_000_000
_NOT_REPLAYED = ("schedule.due",)
_OWN = (
    "SELECT e.id, e.key, e.recipient, e.state, e.planned_at, e.sent_at, e.customer_id, e.lead_id, e.evidence,"
    " e.request, e.provider_id, r.rule_key FROM real.effect e JOIN real.run r ON r.id = e.run_id"
    " WHERE r.rule_key IN (SELECT value FROM json_each(?)) AND e.planned_at >= ?"
)
_OWN_ITEMS = (
    "SELECT id, source_key, reason, why, created_at, customer_id, lead_id, rule_key FROM real.escalation"
    " WHERE rule_key IN (SELECT value FROM json_each(?)) AND created_at >= ?"
)
_A_SENDER = (
    "INSERT INTO main.connection (id, connector, name, created_at, settings, account, state, last_ok_at, trouble,"
    " remedy, failures) VALUES (?, 'smtp', 'a mailbox', 0, '{\"address\": \"office@firm.invalid\"}', '', 'ok', ?, '',"
    " '', 0)"
)
_FIRST_RUN = "SELECT min(started_at) FROM real.run WHERE rule_key IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Something that came to be at a moment; `kind` is that of an event, for the engine to look at."""

    at: int
    rank: int
    number: int
    sql: str = field(compare=False)
    values: tuple[Any, ...] = field(compare=False)
    kind: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Real:
    """What the rules on trial really did in the period, as rows."""

    effects: tuple[dict[str, Any], ...]
    items: tuple[dict[str, Any], ...]
    first_run: int | None


@dataclass(frozen=True, slots=True)
class World:
    """The copy, what happens to it, and what really came of it."""

    raw: Any
    changes: list[Change]
    real: Real
    unknown: dict[str, int]


def copy_world(
    path: Path,
    keys: Collection[str],
    start: datetime,
    end: datetime,
    *,
    heard: Collection[str],
    customer_id: int | None = None,
) -> World:
    """Copy what a replay from `start` to `end` needs; the file itself is let go of before this returns.

    `heard` are the kinds of event that rules may want; the others are there, but done with. With `customer_id`
    only what happened around that customer happens again.
    """
    raw = copied_schema(path)
    raw.execute("BEGIN")
    maker = _Maker(raw, frozenset(keys), to_micros(start), to_micros(end))
    maker.heard, maker.customer_id = frozenset(heard), customer_id
    world = maker.make()
    raw.execute("COMMIT")
    raw.execute("DETACH real")
    return world


class _Maker:
    """Fills the copy and gathers the changes."""

    def __init__(self, raw: Any, keys: frozenset[str], start: int, end: int) -> None:
        self._raw, self._start, self._end = raw, start, end
        self._listed = msgspec.json.encode(sorted(keys)).decode()
        self._keys = keys
        self.heard: frozenset[str] = frozenset()
        self.customer_id: int | None = None
        self._changes: list[Change] = []
        self._unknown: dict[str, int] = {}
        self._real = self._what_they_did()
        self._own_effects = {row["id"] for row in self._real.effects}
        self._own_items = {row["id"] for row in self._real.items}

    def make(self) -> World:
        for table in _WHOLE:
            self._raw.execute(f"INSERT INTO main.{table} SELECT * FROM real.{table}")  # noqa: S608 - names of our own
        self._connections()
        self._consents()
        self._messages()
        self._calls()
        self._leads()
        self._appointments()
        self._invoices()
        self._quotes()
        self._jobs()
        self._effects()
        self._contacts()
        self._events()
        self._changes.sort()
        return World(self._raw, self._changes, self._real, self._unknown)

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
        found = self._raw.execute(sql, values)
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _what_they_did(self) -> Real:
        effects = tuple(self._rows(_OWN, (self._listed, self._start)))
        items = tuple(self._rows(_OWN_ITEMS, (self._listed, self._start)))
        ((first_run,),) = self._raw.execute(_FIRST_RUN, (self._listed,)).fetchall()
        return Real(effects, items, first_run)

    def _put(self, at: int, rank: int, sql: str, values: tuple[Any, ...], kind: str = "") -> None:
        self._changes.append(Change(at, rank, len(self._changes), sql, values, kind))

    def _add(self, table: str, rows: Iterable[dict[str, Any]], moment: str) -> None:
        """Put rows in at once when they are older than the period, else when their moment comes."""
        for row in rows:
            self._come(table, row, row[moment])

    def _come(self, table: str, row: dict[str, Any], at: int) -> None:
        """Put a row in at once when it is older than the period, else when its moment comes."""
        sql = f"INSERT OR IGNORE INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
        if at < self._start:
            self._raw.execute(sql, tuple(row.values()))
        elif at < self._end:
            self._put(at, FIRST, sql, tuple(row.values()))

    def _connections(self) -> None:
        """Let every connection have been there and been read all the time, and let one be able to send."""
        later = self._end + 365 * 86_400_000_000
        self._raw.execute(
            "UPDATE main.connection SET created_at = 0, last_ok_at = ?, state = 'ok', next_poll_at = NULL", (later,)
        )
        if not self._raw.execute("SELECT 1 FROM main.connection WHERE connector IN ('smtp', 'folder_out')").fetchall():
            self._raw.execute(_A_SENDER, (new_id(), later))

    def _consents(self) -> None:
        self._add("consent", self._rows("SELECT * FROM real.consent"), "at")

    def _messages(self) -> None:
        sql = (
            "SELECT * FROM real.message WHERE at >= ? OR id IN (SELECT message_id FROM real.lead WHERE created_at >= ?)"
        )
        month = 30 * 86_400_000_000
        rows = self._rows(sql, (self._start - month, self._start - month))
        self._add("message", (row for row in rows if row["effect_id"] not in self._own_effects), "at")

    def _calls(self) -> None:
        self._add("call", self._rows("SELECT * FROM real.call"), "started_at")

    def _leads(self) -> None:
        answers = {
            lead_id: at
            for lead_id, at, effect_id in self._raw.execute(
                "SELECT lead_id, at, effect_id FROM real.message WHERE direction = 'out' AND lead_id IS NOT NULL"
                " ORDER BY at DESC"
            )
            if effect_id not in self._own_effects
        }
        touched = {(row["lead_id"], row["sent_at"]) for row in self._real.effects}
        for row in self._rows("SELECT * FROM real.lead"):
            self._lead(row, answers, touched)

    def _lead(self, row: dict[str, Any], answers: dict[int, int], touched: set[tuple[Any, Any]]) -> None:
        lead_id, touch = row["id"], row["first_touch_at"]
        if touch is not None and (lead_id, touch) in touched:
            touch = answers.get(lead_id)
        marks = {
            "first_touch_at": touch,
            "replied_at": row["replied_at"],
            "booked_at": row["booked_at"],
            "closed_at": row["closed_at"],
        }
        final = row["state"]
        then = dict.fromkeys(marks)
        state = "new"
        for name, at in sorted(marks.items(), key=lambda one: one[1] or 0):
            if at is None:
                continue
            state = {"first_touch_at": "touched" if state == "new" else state, "replied_at": "replied",
                     "booked_at": "booked", "closed_at": final}[name]  # fmt: skip
            if at < self._start:
                then[name] = at
                row["state"] = state
            else:
                sql = f"UPDATE lead SET {name} = ?, state = ? WHERE id = ?"  # noqa: S608 - names of our own
                if name == "first_touch_at":
                    sql = "UPDATE lead SET first_touch_at = coalesce(first_touch_at, ?), state = ? WHERE id = ?"
                self._put(at, THEN, sql, (at, state, lead_id))
        if not any(at is not None and at < self._start for at in marks.values()):
            row["state"] = "new" if any(marks.values()) or final in ("new", "touched") else final
        row.update(then)
        if then["first_touch_at"] is None:
            row["first_touch_by"] = ""
        self._add("lead", [row], "created_at")

    def _appointments(self) -> None:
        told: dict[int, list[tuple[int, str]]] = {}
        for at, payload in self._raw.execute(
            "SELECT at, payload FROM real.event WHERE kind = 'appointment.changed' ORDER BY at, id"
        ):
            said = msgspec.json.decode(payload)
            told.setdefault(said["appointment_id"], []).append((at, said["state"]))
        sql = "UPDATE appointment SET state = ? WHERE id = ?"
        for row in self._rows("SELECT * FROM real.appointment"):
            story = list(told.get(row["id"], ()))
            if row["state"] in ("done", "no_show") and row["state"] not in {state for _, state in story}:
                story.append((row["ends_at"], row["state"]))
            final, row["state"] = row["state"], "booked"
            if not story and final == "cancelled":
                row["state"] = final
                self._unknown["cancelled"] = self._unknown.get("cancelled", 0) + 1
            for at, state in story:
                if at < self._start:
                    row["state"] = state
                else:
                    self._put(at, THEN, sql, (state, row["id"]))
            self._add("appointment", [row], "created_at")

    def _invoices(self) -> None:
        for row in self._rows("SELECT * FROM real.invoice"):
            paid = _noon(row["paid_on"])
            if paid is not None and paid >= self._start:
                sql = "UPDATE invoice SET paid_on = ?, paid_minor = ? WHERE id = ?"
                self._put(paid, THEN, sql, (row["paid_on"], row["paid_minor"], row["id"]))
                row.update(paid_on=None, paid_minor=0)
            issued = _noon(row["issued_on"]) or 0
            self._come("invoice", row, issued - _HALF_A_DAY)

    def _quotes(self) -> None:
        told = self._told("quote.changed", "quote_id")
        for row in self._rows("SELECT * FROM real.quote"):
            story = told.get(row["id"], [])
            came = min([(_noon(row["sent_on"]) or 0) - _HALF_A_DAY, *(at for at, _ in story)])
            ended = row["valid_until"] if row["state"] == "expired" else row["decided_on"]
            self._with_end("quote", row, came, story, ("open", "decided_on", ended))

    def _jobs(self) -> None:
        told = self._told("job.changed", "job_id")
        for row in self._rows("SELECT * FROM real.job"):
            story = told.get(row["id"], [])
            came = min((at for at, _ in story), default=0)
            self._with_end("job", row, came, story, ("planned", "done_on", row["done_on"]))

    def _told(self, kind: str, name: str) -> dict[int, list[tuple[int, str]]]:
        """Return when what became of each record, as the events of a kind told it."""
        told: dict[int, list[tuple[int, str]]] = {}
        for at, payload in self._raw.execute("SELECT at, payload FROM real.event WHERE kind = ? ORDER BY at", (kind,)):
            said = msgspec.json.decode(payload)
            told.setdefault(said[name], []).append((at, said["state"]))
        return told

    def _with_end(
        self, table: str, row: dict[str, Any], came: int, story: list[tuple[int, str]], end: tuple[str, str, str | None]
    ) -> None:
        """Take back what became of a record, and let it come again at its time; an end without a date stays."""
        first, dated, ended = end
        final, day, known = row["state"], row[dated], _noon(ended)
        if final != first and final not in {state for _, state in story}:
            if known is None:
                self._come(table, row, came)
                return
            story = [*story, (known, final)]
        row.update({"state": first, dated: None})
        for at, state in sorted(story):
            then = day if state == final else None
            if at < self._start:
                row.update({"state": state, dated: then})
            elif at < self._end:
                sql = f"UPDATE {table} SET state = ?, {dated} = ? WHERE id = ?"  # noqa: S608 - names of our own
                self._put(at, THEN, sql, (state, then, row["id"]))
        self._come(table, row, came)

    def _effects(self) -> None:
        """What others sent stays: it keeps messages apart, and its keys are taken."""
        rows = self._rows("SELECT * FROM real.effect WHERE planned_at >= ?", (self._start - 2 * 86_400_000_000,))
        rows = [row for row in rows if row["id"] not in self._own_effects]
        for row in rows:
            row["wake_at"] = None
        self._add("effect", rows, "planned_at")

    def _contacts(self) -> None:
        """Take back the last contact of each customer, and let it come again with each message and call."""
        first = "UPDATE main.customer SET last_contact_at = ? WHERE id = ? AND last_contact_at >= ?"
        later = "UPDATE customer SET last_contact_at = ? WHERE id = ? AND last_contact_at < ?"
        before: dict[int, int] = {}
        after: dict[int, int] = {}
        for table, moment in (("message", "at"), ("call", "started_at"), ("lead", "created_at")):
            sql = f"SELECT customer_id, {moment} FROM real.{table} WHERE customer_id IS NOT NULL ORDER BY {moment}"  # noqa: S608
            for customer_id, at in self._raw.execute(sql).fetchall():
                if at < self._start:
                    before[customer_id] = max(at, before.get(customer_id, 0))
                elif at < self._end:
                    after.setdefault(customer_id, at)
                    self._put(at, THEN, later, (at, customer_id, at))
        for customer_id, at in {**after, **before}.items():
            self._raw.execute(first, (at, customer_id, self._start))

    def _events(self) -> None:
        own_touches = {f"lead.touched:{row['provider_id']}" for row in self._real.effects}
        for row in self._rows("SELECT * FROM real.event WHERE at >= ? AND at < ?", (self._start, self._end)):
            if row["kind"] in _NOT_REPLAYED or row["source_key"] in own_touches or self._is_own(row):
                continue
            if self.customer_id is not None and row["customer_id"] != self.customer_id:
                continue
            row.update(state=int(row["kind"] not in self.heard), tries=0, trouble=None)
            sql = f"INSERT OR IGNORE INTO event ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
            self._put(row["at"], LAST, sql, tuple(row.values()), row["kind"])

    def _is_own(self, row: dict[str, Any]) -> bool:
        if row["kind"] == "effect.settled":
            return msgspec.json.decode(row["payload"]).get("effect_id") in self._own_effects
        if row["kind"] == "escalation.changed":
            return msgspec.json.decode(row["payload"]).get("escalation_id") in self._own_items
        return row["kind"] == "run.failed" and msgspec.json.decode(row["payload"]).get("rule_key") in self._keys


def _noon(day: str | None) -> int | None:
    if day is None:
        return None
    return to_micros(datetime.combine(date.fromisoformat(str(day)[:10]), time(12), UTC))
