"""The sample business: made from data, read through the real connectors, sending into a folder, and living on."""

from __future__ import annotations

import logging
from datetime import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from backroom.hours import Span
from backroom.ids import new_id
from backroom.records.connections import Connection
from backroom.records.people import Person, Role
from backroom.settings import FIRM_ADDRESS, FIRM_IS_SAMPLE
from backroom.store.firm import set_setting
from backroom.store.firm_setup import FirmFacts, is_set_up, save_person, save_shifts, set_up_firm

if TYPE_CHECKING:
    from pathlib import Path

    from backroom.app.business import Business
    from backroom.sample.firm import Firm
    from backroom.sample.live import LiveFeed
    from backroom.store.transaction import Transaction
    from backroom.ui.host import Report

WORLD = "world"
_ROLES = {"owner": Role.OWNER, "front desk": Role.DESK}
_TICK_SECONDS = 2.0
log = logging.getLogger(__name__)


def prepare(business: Business, report: Report) -> None:
    """Make the sample firm's files, people and connections where they are missing, and read everything in."""
    from backroom.sample import generator

    world = business.folder.root / WORLD
    firm = generator.sample_firm()
    report("Inventing a year of business", 0, 3)
    if not generator.is_built(world):
        generator.build(world, business.store.clock.now(), firm=firm)
    report("Setting up the people and their hours", 1, 3)
    business.store.write_now(lambda tx: _set_up(tx, firm, world, business.folder.out_tray))
    report("Reading the mails, calls, visits and invoices", 2, 3)
    with business.store.read() as reader:
        ids = list(reader.scalars(select(Connection.id).order_by(Connection.id)))
    for connection_id in ids:
        business.sync.poll(connection_id)
    report("Ready", 3, 3)


def feed(business: Business, *, slower: int = 1) -> LiveFeed:
    """Return the feed that keeps the sample living; its files fall into the watched folders."""
    from backroom.sample import live

    return live.live(
        business.folder.root / WORLD, business.store.clock, out_tray=business.folder.out_tray, slower=slower
    )


def keep_living(business: Business) -> None:
    """Let the sample go on living while it is watched."""
    going = feed(business)
    business.ticker.every("sample", _TICK_SECONDS, going.tick)


def _set_up(tx: Transaction, firm: Firm, world: Path, out_tray: Path) -> None:
    from backroom.sample.almanac import Almanac

    if is_set_up(tx):
        return
    company = firm.company
    owner = next(person for person in firm.people if person.role == "owner")
    facts = FirmFacts(
        name=company.name,
        zone=company.zone,
        spans=tuple(Span(day, opens, closes) for day, spans in firm.hours.items() for opens, closes in spans),
        owner=owner.name,
        owner_email=owner.mail,
        holidays=Almanac(firm, tx.now).holidays(),
        currency=company.currency,
    )
    set_up_firm(tx, facts)
    set_setting(tx, FIRM_IS_SAMPLE, True)
    set_setting(tx, FIRM_ADDRESS, f"{company.street}, {company.town}")
    for staff in firm.people:
        known = tx.session.scalars(select(Person).where(Person.name == staff.name)).first()
        role = _ROLES.get(staff.role, Role.FIELD)
        person = known or save_person(tx, Person(name=staff.name, role=role, email=staff.mail, phone=staff.phone))
        save_shifts(tx, person.id, tuple(_shift(shift) for shift in staff.shift))
    _connect(tx, firm, world, out_tray)


def _connect(tx: Transaction, firm: Firm, world: Path, out_tray: Path) -> None:
    mailbox, zone = firm.company.mailbox, firm.company.zone
    own = [mailbox, *(person.mail for person in firm.people)]
    out_tray.mkdir(parents=True, exist_ok=True)
    rows = (
        ("folder", "Office mailbox", {"folder": str(world / "mail"), "address": mailbox, "own_addresses": own}),
        ("folder", "Phone system", {"folder": str(world / "calls"), "zone": zone}),
        ("folder", "Calendar", {"folder": str(world / "calendar"), "zone": zone}),
        ("folder", "Accounting", {"folder": str(world / "invoices"), "zone": zone, "currency": firm.company.currency}),
        ("folder", "Crew program", {"folder": str(world / "work"), "zone": zone, "currency": firm.company.currency}),
        ("folder_out", "Out-tray", {"folder": str(out_tray), "sender": mailbox}),
    )
    for connector, name, settings in rows:
        tx.add(
            Connection(
                id=new_id(),
                connector=connector,
                name=name,
                created_at=tx.now,
                settings=settings,
                account=str(settings["folder"]),
                next_poll_at=tx.now,
            )
        )


def _shift(text: str) -> Span:
    """Read "monday 08:00-17:00"."""
    from backroom.sample.firm import WEEKDAYS

    day, _, hours = text.partition(" ")
    opens, _, closes = hours.partition("-")
    return Span(WEEKDAYS.index(day), time.fromisoformat(opens), time.fromisoformat(closes))
