"""What if: a changed or new rule played over the firm's own past, compared with what really happened.

The comparison is made message by message and item by item, by their business keys; each count keeps the records behind
it. What nobody can know (the answers to messages that never went out) is counted too, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from backroom.automation.rule_check import read_rule
from backroom.automation.what_if_play import Played, Report, play
from backroom.automation.what_if_result import (
    ASKED,
    FAILED,
    MESSAGES,
    NIGHT,
    NOTHING,
    REACHED,
    REAL,
    VERSION,
    Day,
    Deed,
    Measure,
    Trial,
    WhatIf,
)
from backroom.clock import from_micros, to_micros
from backroom.records.runs import EffectState

_COVERED = 0.9
_MOVED = timedelta(hours=1)
_FOLLOWS = timedelta(days=7)
_MOST = 2_000


def what_if(trial: Trial, report: Report = lambda _done, _total: None) -> WhatIf:
    """Play the trial's rules, and those in force, over the past and compare; nothing leaves, nothing is written."""
    sides = 2 if trial.live else 1
    path = Path(trial.path)

    def of_side(number: int) -> Report:
        return lambda done, total: report(number * total + done, sides * total)

    after = play(path, trial.bodies, trial.start, trial.end, report=of_side(0))
    keys = sorted({run["rule_key"] for run in after.runs})
    live = play(path, trial.live, trial.start, trial.end, report=of_side(1), keys=keys) if trial.live else None
    used = {step.action.KEY for body in trial.bodies for step in read_rule(body, "rule.toml").all_steps}
    found = compared(after, live, trial.start, trial.end)
    return msgspec.structs.replace(found, starts_others="run_rule" in used, asks_people="ask_person" in used)


def compared(after: Played, live: Played | None, start: datetime, end: datetime) -> WhatIf:
    """Hold what was played against what really happened, or against the version in force where that says more."""
    first = after.real.first_run
    since = from_micros(first) if first is not None else None
    covered = since is not None and (end - max(since, start)) >= (end - start) * _COVERED
    real = _Side(after, after.real.effects, after.real.items, ())
    against = REAL if covered else VERSION if live is not None else NOTHING
    before = real if covered or live is None else _Side(live, live.effects, live.items, live.runs)
    if against == NOTHING:
        before = _Side(after, (), (), ())
    new = _Side(after, after.effects, after.items, after.runs)
    return WhatIf(
        start=start,
        end=end,
        events=after.events,
        against=against,
        measures=_measures(before, new),
        days=_days(before, new),
        real_since=since,
        same_as_real=_fidelity(live, real, max(since, start)) if live is not None and since is not None else None,
        moved=sum(1 for key in before.sent.keys() & new.sent.keys() if _apart(before.sent[key], new.sent[key])),
        unanswered=len({_who(new.sent[key]) for key in new.sent.keys() - real.sent.keys()}),
        replies=_replies(real, new, after.replied),
        undated=sum(after.unknown.values()),
    )


class _Side:
    """What one side did, by business key."""

    def __init__(
        self,
        played: Played,
        effects: Iterable[dict[str, Any]],
        items: Iterable[dict[str, Any]],
        runs: Sequence[dict[str, Any]],
    ) -> None:
        self._names, self._subjects = played.names, played.subjects
        self._zone, self._quiet = ZoneInfo(played.zone), played.quiet
        self.unsent: dict[str, str] = {}
        self.sent: dict[str, Deed] = {}
        for row in effects:
            if row["state"] == EffectState.CONFIRMED and row["sent_at"] is not None:
                self.sent[row["key"]] = self._deed(row, row["sent_at"], row["key"], _subject(row["request"]))
            else:
                self.unsent[row["key"]] = row["evidence"]
        self.asked = {row["source_key"]: self._deed(row, row["created_at"], row["source_key"], row["reason"])
                      for row in items}  # fmt: skip
        self.failed = {str(run["id"]): self._deed(run, run["started_at"], str(run["id"]), run["outcome"] or "")
                       for run in runs if run["state"] == "failed"}  # fmt: skip
        self.stopped: dict[int | None, str] = {
            run["lead_id"]: run["outcome"] for run in runs if run["outcome"] and run["state"] in ("stopped", "skipped")
        }

    def _deed(self, row: dict[str, Any], at: int, key: str, what: str) -> Deed:
        customer = self._names.get(row["customer_id"], "")
        told = what or self._subjects.get(row["lead_id"], "")
        return Deed(from_micros(at), key, customer, told, "", row["customer_id"], row["lead_id"])

    @property
    def reached(self) -> dict[str, Deed]:
        """Everybody who got a message or came before a person, by their first."""
        found: dict[str, Deed] = {}
        for deed in sorted((*self.sent.values(), *self.asked.values()), key=lambda one: one.at):
            found.setdefault(_who(deed), deed)
        return found

    @property
    def at_night(self) -> dict[str, Deed]:
        """The messages that left in quiet hours."""
        return {key: deed for key, deed in self.sent.items() if self._is_quiet(deed.at)}

    def _is_quiet(self, at: datetime) -> bool:
        hour, (begins, ends) = at.astimezone(self._zone).hour, self._quiet
        return hour >= begins or hour < ends if begins > ends else begins <= hour < ends

    def day(self, at: datetime) -> str:
        """Return the day of a moment, at the business."""
        return at.astimezone(self._zone).date().isoformat()

    def why_not(self, deed: Deed) -> str:
        """Say why this side did not do what the other did, as far as it says so itself."""
        return self.unsent.get(deed.key) or self.stopped.get(deed.lead_id, "")


def _subject(request: bytes) -> str:
    said = msgspec.json.decode(request)
    return str(said.get("subject", "")) if isinstance(said, dict) else ""


def _measures(before: _Side, after: _Side) -> tuple[Measure, ...]:
    pairs = {
        MESSAGES: (before.sent, after.sent),
        REACHED: (before.reached, after.reached),
        NIGHT: (before.at_night, after.at_night),
        ASKED: (before.asked, after.asked),
        FAILED: (before.failed, after.failed),
    }
    found = []
    for key, (one, two) in pairs.items():
        gone = _explained((one[name] for name in one.keys() - two.keys()), after)
        come = _explained((two[name] for name in two.keys() - one.keys()), before)
        found.append(Measure(key, len(one), len(two), gone, come))
    return tuple(found)


def _explained(deeds: Iterable[Deed], by: _Side) -> tuple[Deed, ...]:
    latest = sorted(deeds, key=lambda one: (one.at, one.key), reverse=True)[:_MOST]
    return tuple(msgspec.structs.replace(deed, why=by.why_not(deed)) for deed in latest)


def _days(before: _Side, after: _Side) -> tuple[Day, ...]:
    both = Counter(after.day(after.sent[key].at) for key in before.sent.keys() & after.sent.keys())
    gone = Counter(before.day(before.sent[key].at) for key in before.sent.keys() - after.sent.keys())
    come = Counter(after.day(after.sent[key].at) for key in after.sent.keys() - before.sent.keys())
    return tuple(Day(day, both[day], gone[day], come[day]) for day in sorted({*both, *gone, *come}))


def _fidelity(live: Played, real: _Side, since: datetime) -> tuple[int, int]:
    """Return how many of the messages that really went out the version in force gives again, and how many there are."""
    played = {row["key"] for row in live.effects if row["state"] == EffectState.CONFIRMED}
    went = {key for key, deed in real.sent.items() if deed.at >= since}
    return len(went & played), len(went)


def _who(deed: Deed) -> str:
    return f"{deed.lead_id or ''}:{deed.customer_id or deed.key}"


def _apart(one: Deed, two: Deed) -> bool:
    return abs(one.at - two.at) > _MOVED


def _replies(real: _Side, new: _Side, replied: dict[int, int]) -> int:
    """Count real replies that came within a week of a message the rule would not have sent."""
    found = set()
    for key in real.sent.keys() - new.sent.keys():
        deed = real.sent[key]
        at = replied.get(deed.lead_id or 0)
        if at is not None and to_micros(deed.at) <= at <= to_micros(deed.at + _FOLLOWS):
            found.add(deed.lead_id)
    return len(found)
