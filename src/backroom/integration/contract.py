"""What a connector is: declared form, streams and cursors, three kinds of failure, plain items in and requests out.

A connector talks to one kind of system. It never touches the database: it hands out plain items page by page with the
cursor that stands for them, and carries out requests one at a time. `integration.sync` stores items and cursor in one
transaction; `integration.outbox` decides when a request leaves. Failures are the three of `backroom.errors`: TryLater,
SignInAgain, Broken.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, datetime

    from backroom.records.runs import EffectClass


class FieldKind(StrEnum):
    """What a form field takes."""

    TEXT = "text"
    PASSWORD = "password"  # noqa: S105 - a kind of field, not a password
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One input of a connector's form; `password` fields go to the keyring, all others into the settings."""

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    default: str | int | bool = ""
    help: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()
    advanced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One kind of thing a connector reads, and what its cursor means."""

    key: str
    title: str
    cursor_means: str  # in words, for example "highest UID read in this UIDVALIDITY"
    poll_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything a connector needs for one call: the connection's settings, its secrets, and whose account it is."""

    connection_id: int
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The answer of a tested sign-in: whose account it is, and what was seen there, in words."""

    account: str
    words: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One item read from a system; `item_key` is its place there, `content_key` what it is (for copies)."""

    item_key: str
    content_key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail(Incoming):
    """One raw mail (RFC 5322); `outgoing` when it lay in the folder of sent mail."""

    raw: bytes
    outgoing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCall(Incoming):
    """One line of a call log; numbers as written there."""

    direction: str
    caller: str
    called: str
    answered: bool
    duration_s: int
    answered_by: str = ""
    caller_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingAppointment(Incoming):
    """One calendar entry; `state` is one of `records.appointments.AppointmentState`."""

    title: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    state: str
    place: str = ""
    customer_name: str = ""
    customer_email: str = ""
    customer_phone: str = ""
    staff_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingInvoice(Incoming):
    """One invoice; money in minor units."""

    number: str
    customer_name: str
    issued_on: date
    due_on: date
    total_minor: int
    paid_minor: int
    currency: str
    customer_email: str = ""
    customer_phone: str = ""
    paid_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingQuote(Incoming):
    """One quote; money in minor units, `state` is one of `records.billing.QuoteState`."""

    number: str
    title: str
    customer_name: str
    sent_on: date
    total_minor: int
    currency: str
    state: str
    valid_until: date | None = None
    decided_on: date | None = None
    customer_email: str = ""
    customer_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingJob(Incoming):
    """One piece of work; `state` is one of `records.jobs.JobState`."""

    number: str
    title: str
    customer_name: str
    state: str
    currency: str
    planned_on: date | None = None
    done_on: date | None = None
    total_minor: int | None = None
    invoice_number: str = ""
    customer_email: str = ""
    customer_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable(Incoming):
    """Something that could not be read: `problem` says why, `remedy` what to do; kept as a fate, shown to a person."""

    problem: str
    remedy: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items and the cursor that is right once they are stored; `complete` when the listing ended with it."""

    items: tuple[Incoming, ...]
    cursor: dict[str, Any]
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail to be sent; `message_id` was made and stored before, so that it can be looked for after a crash.

    Other channels use the same form: `to` is the number or the address to call, `text` what is said there, `message_id`
    the idempotency key, and the subject of a call its method.
    """

    message_id: str
    to: str
    subject: str
    text: str
    sender_name: str
    at: datetime
    to_name: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = True
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that something went out: the other side's id for it and its own words."""

    provider_id: str
    evidence: str


class Connector(ABC):
    """One kind of system. Subclasses live one to a file in `connectors/` and hold no state between calls."""

    key: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    blurb: ClassVar[str]  # one sentence: what connecting it gives
    form: ClassVar[tuple[FormField, ...]]
    streams: ClassVar[tuple[Stream, ...]] = ()
    effect_class: ClassVar[EffectClass | None] = None  # None: it sends nothing
    channels: ClassVar[tuple[str, ...]] = ("mail",)  # what it carries, if it sends

    @abstractmethod
    def test(self, account: Account) -> Tested:
        """Try the sign-in before anything is saved. Raises TryLater, SignInAgain, Broken or InputError (with field)."""

    def fetch(self, account: Account, stream: str, cursor: Mapping[str, Any]) -> Iterator[Page]:
        """Yield what is new since `cursor` ({} at first), oldest first, in pages that may be stored one by one."""
        raise NotImplementedError

    def watch(self, account: Account, changed: Callable[[], None], stopping: threading.Event) -> None:
        """Call `changed()` whenever the system says there is news, until `stopping`; polling alone is right too."""
        stopping.wait()

    def send(self, account: Account, mail: OutgoingMail) -> Receipt:
        """Carry out one request. TryLater.sent tells what is known of it: False, or None when it may have gone out."""
        raise NotImplementedError

    def look_up(self, account: Account, mail: OutgoingMail) -> Receipt | None:
        """Say whether this request was carried out before (checkable connectors); None = surely not."""
        raise NotImplementedError
