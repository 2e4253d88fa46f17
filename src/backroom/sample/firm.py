"""The sample firm and its texts as typed values, read from resources/sample."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Company:
    """Who the firm is."""

    name: str
    zone: str
    currency: str
    domain: str
    mailbox: str
    website: str
    phone: str
    lines: list[str]
    street: str
    town: str


@dataclass(frozen=True, slots=True)
class Staff:
    """One person of the firm; shifts read "monday 08:00-17:00"."""

    name: str
    role: str
    mail: str
    phone: str
    shift: list[str]

    @property
    def first(self) -> str:
        """The name they sign with."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes, shapes and faults that are planted."""

    leads: int
    calls: int
    visits: int
    invoices: int
    installed_days_ago: int
    storm_starts_days_ago: int
    storm_days: int
    storm_factor: float
    weekday: list[float]
    month: list[float]
    hour: list[float]
    channels: dict[str, float]
    before: dict[str, float]
    since: dict[str, float]
    call: dict[str, float]
    visit: dict[str, float]
    invoice: dict[str, float]
    quote: dict[str, float]
    job: dict[str, float]
    live: dict[str, float]


@dataclass(frozen=True, slots=True)
class Names:
    """What invented people are made of."""

    first: list[str]
    last: list[str]
    streets: list[str]
    towns: list[str]
    mail_domains: list[str]
    area_codes: list[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason to write to a roofer, and what the work is worth in whole dollars."""

    key: str
    service: str
    weight: int
    value: list[int]
    subjects: list[str]
    lines: list[str]
    storm: bool = False


@dataclass(frozen=True, slots=True)
class Enquiries:
    """Bricks of enquiries."""

    greetings: list[str]
    farewells: list[str]
    details: list[str]
    asks: list[str]
    accents: list[str]
    problems: list[Problem]
    urgent: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Replies:
    """What the office writes and what customers write back."""

    office_first: list[str]
    office_instant: list[str]
    office_confirm: list[str]
    office_chase: list[str]
    customer_first: list[str]
    customer_second: list[str]
    opt_out: list[str]
    signatures: list[str]
    away: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Noise:
    """What else arrives in the mailbox."""

    newsletters: list[dict[str, Any]]
    lists: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    internal: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Firm:
    """Everything the generator knows."""

    seed: str
    company: Company
    hours: dict[int, tuple[tuple[time, time], ...]]
    holidays: dict[str, list[dict[str, Any]]]
    people: tuple[Staff, ...]
    plan: Plan
    names: Names
    enquiries: Enquiries
    replies: Replies
    noise: Noise

    def with_role(self, role: str) -> list[Staff]:
        """The people who do this."""
        return [person for person in self.people if person.role == role]


def load(folder: Path) -> Firm:
    """Read the five data files in `folder`."""
    firm, names, enquiries, replies, noise = (
        tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("company", "names", "enquiries", "replies", "noise")
    )
    return Firm(
        seed=firm["seed"],
        company=Company(**firm["company"]),
        hours={day: tuple(map(_span, firm["hours"][name])) for day, name in enumerate(WEEKDAYS)},
        holidays=firm["holidays"],
        people=tuple(Staff(**person) for person in firm["people"]),
        plan=_plan(firm["plan"]),
        names=Names(**names),
        enquiries=Enquiries(**{**enquiries, "problems": [Problem(**one) for one in enquiries["problems"]]}),
        replies=Replies(**replies),
        noise=Noise(**noise),
    )


def _plan(table: dict[str, Any]) -> Plan:
    # "calls", "visits" and "invoices" name both a size and a group of rates, so the rates stand one level deeper.
    rates = table.pop("rates")
    named = {"call": "calls", "visit": "visits", "invoice": "invoices", "quote": "quotes", "job": "jobs"}
    return Plan(**table, **{name: rates[group] for name, group in named.items()})


def _span(text: str) -> tuple[time, time]:
    opens, closes = text.split("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)
