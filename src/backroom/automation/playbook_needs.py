"""What a playbook needs and whether it is there: a system that is connected, an address, a page for reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from backroom.automation.house import TEXT_SENDERS
from backroom.automation.playbook import Need, Playbook
from backroom.records.appointments import Appointment
from backroom.records.billing import Invoice, Quote
from backroom.records.calls import Call
from backroom.records.connections import Connection, ConnectionState
from backroom.records.jobs import Job
from backroom.records.messages import Direction, Message
from backroom.records.people import Person, Role
from backroom.settings import FIRM_REVIEW_LINK
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.store.firm import CanExecute

MAILBOX, FOLDER, GALLERY, PEOPLE, TUNE, LATER = "mailbox", "folder", "add", "people", "tune", ""
_DOWN = (ConnectionState.SIGN_IN, ConnectionState.BROKEN, ConnectionState.PAUSED)
_MAIL_OUT, _MAILBOXES = ("smtp", "folder_out"), ("imap",)
_RECORDS: dict[str, Any] = {
    "calls": Call, "calendar": Appointment, "invoices": Invoice, "quotes": Quote, "jobs": Job,
}  # fmt: skip
TITLES = {
    "mail_out": "a mailbox that sends",
    "mailbox": "the mailbox customers write to",
    "text_out": "a telephone number that sends texts",
    "calls": "the call log of your telephone system",
    "calendar": "your calendar",
    "invoices": "your list of invoices",
    "quotes": "your list of quotes",
    "jobs": "your list of jobs",
    "review_page": "the address of your review page",
    "owner_mail": "the owner’s e-mail address",
}
_DOORS = {
    "mail_out": MAILBOX, "mailbox": MAILBOX, "text_out": LATER, "review_page": TUNE, "owner_mail": PEOPLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NeedState:
    """One need: whether it is met, by which connection, what is wrong with it, and which door leads to the remedy."""

    need: Need
    title: str
    met: bool
    by: str = ""
    trouble: str = ""
    door: str = LATER
    connection_id: int | None = None

    @property
    def missing(self) -> bool:
        """Whether the playbook cannot do its whole work for want of this."""
        return not self.met and not self.need.optional


class Supply:
    """What the business has connected and told, read once for all playbooks."""

    def __init__(self, source: CanExecute) -> None:
        """Read it."""
        connections = source.execute(select(*Connection.__table__.c).order_by(Connection.id)).all()
        self._connections = {one.id: one for one in connections}
        self._found: dict[str, Any] = {
            "mail_out": self._first(_MAIL_OUT),
            "mailbox": self._first(_MAILBOXES),
            "text_out": self._first(TEXT_SENDERS),
        }
        if self._found["mailbox"] is None:
            incoming = Message.__table__.c.direction == Direction.IN
            self._found["mailbox"] = self._that_brought(source, Message, incoming)
        for what, kind in _RECORDS.items():
            self._found[what] = self._that_brought(source, kind)
        self._told = {
            "review_page": setting(source, FIRM_REVIEW_LINK),
            "owner_mail": source.execute(select(Person.email).where(Person.role == Role.OWNER)).scalar() or "",
        }

    def of(self, playbook: Playbook) -> tuple[NeedState, ...]:
        """Return how each need of a playbook stands."""
        return tuple(self._state(need) for need in playbook.needs)

    def _state(self, need: Need) -> NeedState:
        title, door = TITLES[need.what], _DOORS.get(need.what, FOLDER)
        if need.what in self._told:
            return NeedState(need, title, bool(self._told[need.what]), by=self._told[need.what], door=door)
        found = self._found[need.what]
        if found is None:
            return NeedState(need, title, met=False, door=door)
        trouble = (found.trouble or "It does not work just now.") if found.state in _DOWN else ""
        return NeedState(need, title, not trouble, found.name, trouble, door, found.id)

    def _first(self, connectors: tuple[str, ...]) -> Any:
        mine = [one for one in self._connections.values() if one.connector in connectors]
        return next((one for one in mine if one.state not in _DOWN), mine[0] if mine else None)

    def _that_brought(self, source: CanExecute, kind: Any, *conditions: Any) -> Any:
        """Return the connection of the newest record of a kind that came from one still connected."""
        table = kind.__table__
        listed = table.c.connection_id.in_(list(self._connections))
        newest = select(table.c.connection_id).where(listed, *conditions).order_by(table.c.id.desc()).limit(1)
        return self._connections.get(source.execute(newest).scalar() or 0)
