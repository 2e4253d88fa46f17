"""The owner's words in place of a shipped message text: checked, tried on a real enquiry, saved, taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from backroom import paths
from backroom.automation.facts import EventView, Facts
from backroom.automation.house import read_firm, read_library
from backroom.automation.rule_check import check_rule
from backroom.automation.texts import (
    Filled,
    HoleInText,
    MessageTemplate,
    TextLibrary,
    check_text,
    read_text_file,
    read_texts,
)
from backroom.errors import InputError
from backroom.ids import new_id
from backroom.records.customers import Customer, Lead
from backroom.records.people import MessageText
from backroom.records.playbooks import PlaybookUse
from backroom.records.runs import RuleSwitch, RuleVersion

if TYPE_CHECKING:
    from backroom.store.store import Reader
    from backroom.store.transaction import Transaction

MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a text while it is typed: in the subject or the body, on which line, and what to do."""

    part: str
    line: int
    words: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Example:
    """A real enquiry on which a text may be tried."""

    lead_id: int
    customer_id: int
    name: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """A text filled in for an example, or what is missing there."""

    filled: Filled | None
    missing: str = ""
    remedy: str = ""


@lru_cache(maxsize=1)
def shipped_texts() -> tuple[MessageTemplate, ...]:
    """Return the texts that came with Backroom, those of its playbooks too (the self-check finds mistakes in them)."""
    files = sorted((paths.resources() / "playbooks").glob("*/texts.toml"))
    found = (read_text_file(file, f"{file.parent.name}/{file.name}", checked=True) for file in files)
    of_playbooks = (text for texts in found for text in texts)
    return (*read_shipped_texts(), *of_playbooks)


def shipped_keys() -> frozenset[str]:
    """Return the keys of the texts that came with Backroom."""
    return frozenset(text.key for text in shipped_texts())


def read_shipped_texts() -> tuple[MessageTemplate, ...]:
    """Return the texts that belong to no playbook."""
    return tuple(read_texts(paths.resources() / "texts", checked=True))


def texts_in_use(reader: Reader) -> tuple[MessageTemplate, ...]:
    """Return every text as it stands, the owner's words laid over the shipped ones; none of an idle playbook."""
    used = frozenset(reader.execute(select(PlaybookUse.key).where(PlaybookUse.installed == 1)).scalars())
    idle = {text.key for text in shipped_texts() if "/" in text.file and text.file.partition("/")[0] not in used}
    return tuple(text for text in all_texts(reader) if text.key not in idle)


def all_texts(reader: Reader) -> tuple[MessageTemplate, ...]:
    """Return every text there is, also those of playbooks that are not installed."""
    return tuple(read_library(reader, shipped_texts()))


def faults_of(subject: str, body: str) -> tuple[Fault, ...]:
    """Return what is wrong with a text as it is typed; lines count from 1 within their part."""
    found = []
    for part, text in (("subject", subject), ("body", body)):
        probe = MessageTemplate(part, part, "", text if part == "subject" else "", "x", subject_line=1, body_line=1)
        if part == "body":
            probe = replace(probe, subject="x", body=text)
        for error in check_text(probe):
            words = str(error).removeprefix(f"{part}, line {error.line}: ").removeprefix(f"{part}: ")
            found.append(Fault(part, error.line, words[:1].upper() + words[1:], error.remedy))
    return tuple(found)


def examples(reader: Reader, most: int = MOST_TRIES) -> tuple[Example, ...]:
    """Return the latest enquiries, to try a text on."""
    rows = reader.execute(
        select(Lead.id, Lead.customer_id, Customer.name, Lead.subject, Lead.created_at)
        .join(Customer, Customer.id == Lead.customer_id)
        .order_by(Lead.created_at.desc(), Lead.id.desc())
        .limit(most)
    )
    return tuple(Example(row.id, row.customer_id, row.name, row.subject, row.created_at) for row in rows)


def tried(reader: Reader, subject: str, body: str, example: Example, now: datetime) -> Tried:
    """Fill a text for a real enquiry without sending anything; names what is missing there."""
    event = EventView(
        new_id(), "lead.created", "preview", now, example.customer_id, example.lead_id, {"lead_id": example.lead_id}
    )
    library = TextLibrary([MessageTemplate("preview", "this text", "", subject, body)])
    try:
        return Tried(library.fill("preview", Facts(reader, event, read_firm(reader), now)))
    except HoleInText as hole:
        return Tried(None, str(hole), hole.remedy)


def used_by(reader: Reader | Transaction) -> dict[str, tuple[str, ...]]:
    """Return for every text the keys of the installed rules that send it."""
    found: dict[str, list[str]] = {}
    rows = reader.execute(
        select(RuleSwitch.rule_key, RuleVersion.body).join(RuleVersion, RuleVersion.id == RuleSwitch.version_id)
    )
    for row in rows:
        for key in _texts_named(row.body):
            found.setdefault(key, []).append(row.rule_key)
    return {key: tuple(rules) for key, rules in found.items()}


def save_text(tx: Transaction, key: str, subject: str, body: str, by: str) -> None:
    """Keep the owner's words for a text; raises InputError, naming the part, for one that could not be sent."""
    faults = faults_of(subject, body)
    if faults:
        first = faults[0]
        raise InputError(f"Line {first.line}: {first.words}", field=first.part, remedy=first.remedy)
    values = {"subject": subject.strip(), "body": body.strip() + "\n", "edited_at": tx.now, "edited_by": by}
    statement = insert(MessageText).values(key=key, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))


def restore_text(tx: Transaction, key: str) -> tuple[str, str] | None:
    """Use the shipped words again; returns the owner's (subject, body) that stood in their place, to undo it.

    A text of the owner's own is gone then. Raises InputError while a rule still sends it.
    """
    users = used_by(tx).get(key, ()) if key not in shipped_keys() else ()
    if users:
        what = f"This text is sent by a rule ({', '.join(users)})."
        raise InputError(what, field="text", remedy="Let the rule send another text first.")
    row = tx.execute(select(MessageText.subject, MessageText.body).where(MessageText.key == key)).first()
    tx.execute(delete(MessageText).where(MessageText.key == key))
    return (row.subject, row.body) if row is not None else None


@lru_cache(maxsize=256)
def _texts_named(body: str) -> tuple[str, ...]:
    rule, _errors = check_rule(body, "rule.toml")
    if rule is None:
        return ()
    return tuple(str(step.values["text"]) for step in rule.all_steps if step.action.KEY == "send_message")
