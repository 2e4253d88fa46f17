"""What an item offers to do: up to three numbered proposals, each saying its exact effects before it happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_PROPOSALS = 3


@dataclass(frozen=True, slots=True)
class ProposalKind:
    """One thing a proposal can do: its own title, what it does in words, and what it cannot do without."""

    key: str
    title: str
    effects: tuple[str, ...]
    icon: str
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()  # what a person fills in before it can happen
    goes: bool = False  # it only opens something; the item stays as it is


KINDS = {
    kind.key: kind
    for kind in (
        ProposalKind("send_text", "Answer", ("The text goes to the customer, 15 s to undo",), "send", asks=("text",)),
        ProposalKind(
            "book", "Book a visit", ("The enquiry counts as booked",), "calendar-plus", asks=("starts_at", "ends_at")
        ),
        ProposalKind("call_back", "Call back", ("You take the item; nothing is sent",), "phone"),
        ProposalKind("mark_lost", "Close the enquiry", ("The enquiry counts as lost, nothing is sent",), "circle-x"),
        ProposalKind("resolve", "Done, nothing more to do", ("The item is closed, nothing is sent",), "check"),
        ProposalKind(
            "send_again", "Send it again", ("The same message goes out once more",), "refresh-cw", needs=("effect_id",)
        ),
        ProposalKind(
            "try_address",
            "Try this address again",
            ("Mails go to this address again", "The message that came back goes out once more"),
            "refresh-cw",
            needs=("address",),
        ),
        ProposalKind("answer", "Answer", ("The rule goes on with this answer",), "check", needs=("value",)),
        ProposalKind(
            "let_go_on", "Let them go on", ("What waits leaves, and the count begins anew",), "play", needs=("scope",)
        ),
        ProposalKind("drop_held", "Drop what waits", ("What waits is not sent at all",), "ban", needs=("scope",)),
        ProposalKind("leave", "Leave it", ("Nothing more is sent",), "ban", needs=("effect_id",)),
        ProposalKind("retry_event", "Try again", ("The rules look at it once more",), "rotate-cw", needs=("event_id",)),
        ProposalKind(
            "open_connection",
            "Open the connection",
            ("Nothing is changed",),
            "plug",
            needs=("connection_id",),
            goes=True,
        ),
        ProposalKind("open_kpi", "Open the figures", ("Nothing is changed",), "chart-line", needs=("kpi",), goes=True),
        ProposalKind("open_rule", "Open the rule", ("Nothing is changed",), "workflow", needs=("rule_key",), goes=True),
    )
}
_WHOLE = ("effect_id", "event_id", "connection_id", "person_id", "minutes")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One numbered proposal as the inbox shows it; `values` is what it will act on."""

    number: int
    kind: ProposalKind
    title: str
    effects: tuple[str, ...]
    values: Mapping[str, Any]

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what a person still has to fill in."""
        return tuple(name for name in self.kind.asks if not self.values.get(name))


def problem(wish: Mapping[str, Any]) -> str:
    """Say in words why a proposal cannot be offered as written; empty when it can (its ids may come from the item)."""
    kind = wish.get("kind")
    if kind not in KINDS:
        return f"“{kind}” is not something the inbox can do. Known: {', '.join(KINDS)}."
    return ""


def tidy(wishes: Sequence[Mapping[str, Any]], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the first three usable proposals with titles, effects and ids filled in from what is `known`."""
    kept: list[dict[str, Any]] = []
    for wish in wishes:
        kind = KINDS.get(str(wish.get("kind")))
        if kind is None:
            continue
        values = {name: _plain(name, value) for name, value in wish.items() if value not in (None, "")}
        for name in kind.needs:
            values.setdefault(name, known.get(name))
        if any(values.get(name) is None for name in kind.needs):
            continue
        values["title"] = str(values.get("title") or kind.title)
        values["effects"] = _lines(values.get("effects")) or list(kind.effects)
        kept.append(values)
    return kept[:MAX_PROPOSALS]


def read_proposals(stored: Sequence[Mapping[str, Any]]) -> tuple[Proposal, ...]:
    """Return the stored proposals of an item, numbered from 1."""
    return tuple(
        Proposal(number, KINDS[one["kind"]], one["title"], tuple(one["effects"]), one)
        for number, one in enumerate(stored, 1)
        if one.get("kind") in KINDS
    )


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name in _WHOLE and isinstance(value, str):
        return int(value) if value.strip().lstrip("-").isdigit() else None
    return value


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return [str(one) for one in value or ()]
