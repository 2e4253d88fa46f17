"""Where the live feed stands, kept in one small file so that a restart repeats nothing."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from backroom.sample.letters import Letter

_FILE = "live.json"


@dataclass(frozen=True, slots=True)
class Pending:
    """A customer's mail that will be dropped as `file` when its time has come."""

    at: datetime
    file: str
    letter: Letter


@dataclass(slots=True)
class LiveState:
    """The feed's position: what comes next, what has been seen, who has talked how much."""

    path: Path
    next_at: datetime
    sequence: int = 0
    day: str = ""
    day_count: int = 0
    seen: set[str] = field(default_factory=set)
    talked: dict[str, int] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path, *, first_due: datetime) -> LiveState:
        """Return the state kept in `root`, or a new one that starts at `first_due`."""
        path = root / _FILE
        if not path.exists():
            return cls(path, first_due)
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            path=path,
            next_at=datetime.fromisoformat(kept["next_at"]),
            sequence=kept["sequence"],
            day=kept["day"],
            day_count=kept["day_count"],
            seen=set(kept["seen"]),
            talked=kept["talked"],
            pending=[_pending(one) for one in kept["pending"]],
        )

    def place(self, day: date) -> int:
        """Return which arrival of this day the next one is, from 0."""
        return self.day_count if self.day == day.isoformat() else 0

    def count(self, day: date) -> None:
        """Count one arrival on this day."""
        self.day_count = self.place(day) + 1
        self.day = day.isoformat()
        self.sequence += 1

    def save(self) -> None:
        """Write the state; an interrupted write leaves the earlier one."""
        kept = {
            "next_at": self.next_at.isoformat(),
            "sequence": self.sequence,
            "day": self.day,
            "day_count": self.day_count,
            "seen": sorted(self.seen),
            "talked": self.talked,
            "pending": [_kept(one) for one in self.pending],
        }
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        part.replace(self.path)


def _kept(one: Pending) -> dict[str, Any]:
    letter = one.letter
    return {
        "at": one.at.isoformat(),
        "file": one.file,
        "raw": base64.b64encode(letter.raw).decode(),
        "message_id": letter.message_id,
        "fate": letter.fate,
        "kind": letter.kind,
        "person": letter.person,
    }


def _pending(kept: dict[str, Any]) -> Pending:
    at = datetime.fromisoformat(kept["at"])
    raw = base64.b64decode(kept["raw"])
    return Pending(
        at, kept["file"], Letter("inbox", at, raw, kept["message_id"], kept["fate"], kept["kind"], kept["person"])
    )
