"""The verbs that reach the customer: answer, book, and carry out a numbered proposal; one version each, undoable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from backroom.errors import InputError, VerbRefused
from backroom.escalation.act import Act, Done, Hold, is_open, payload_of, take
from backroom.escalation.bookings import Slot, book_slot, set_lead
from backroom.escalation.case import change
from backroom.escalation.desk import closed
from backroom.escalation.proposals import Proposal, read_proposals
from backroom.escalation.verbs import put_off, taken
from backroom.records.customers import Customer, LeadState
from backroom.records.runs import EventRow, EventState
from backroom.settings import LEASE_MINUTES
from backroom.store.firm import setting

if TYPE_CHECKING:
    from backroom.escalation.messenger import Messenger
    from backroom.store.transaction import Transaction

WAIT, CLOSE, KEEP = "wait", "close", "keep"


@dataclass(slots=True)
class _Outcome:
    """What one deed comes to: the item's new values, what history keeps, and what the person is told."""

    values: dict[str, Any]
    words: str
    payload: Mapping[str, Any]
    go_to: str = ""

    @property
    def effect_id(self) -> int | None:
        found: int | None = self.payload.get("effect_id")
        return found


class Deeds:
    """The verbs that need somebody who sends."""

    def __init__(self, messenger: Messenger) -> None:
        """Send through `messenger`."""
        self._messenger = messenger

    def reply(self, tx: Transaction, act: Act, text: str, *, then: str = WAIT) -> Done:
        """Answer the customer; then the item waits for a reply (`wait`), is closed (`close`) or stays (`keep`)."""
        hold = take(tx, act)
        is_open(hold)
        outcome = self._answer(tx, hold, text, then)
        return _write(tx, hold, "replied", outcome, words=text.strip())

    def book(self, tx: Transaction, act: Act, slot: Slot, *, text: str = "", keep_open: bool = False) -> Done:
        """Agree a time: the appointment stands, the enquiry is booked, and a text (if any) confirms it."""
        hold = take(tx, act)
        is_open(hold)
        return _write(tx, hold, "booked", self._book(tx, hold, slot, text, keep_open=keep_open))

    def do_proposal(self, tx: Transaction, act: Act, number: int, filled: Mapping[str, Any] | None = None) -> Done:
        """Carry out proposal `number` exactly as written, with what the person filled in or edited."""
        hold = take(tx, act)
        is_open(hold)
        offer = next((one for one in read_proposals(hold.item.proposals) if one.number == number), None)
        if offer is None:
            raise VerbRefused(f"There is no proposal {number}.", meaning="Nothing was done.")
        values = {**offer.values, **(filled or {})}
        for name in offer.kind.asks:
            if not values.get(name):
                raise InputError(f"“{offer.title}” needs something more.", field=name, remedy="Fill it in.")
        if offer.kind.goes:
            return Done(item_id=act.item_id, version=hold.item.version, words=offer.title, go_to=_place(offer))
        outcome = _CARRY[offer.kind.key](self, tx, hold, values)
        return _write(tx, hold, "proposal", outcome, words=offer.title, number=number, what=offer.kind.key)

    def _answer(self, tx: Transaction, hold: Hold, text: str, then: str) -> _Outcome:
        if not text.strip():
            raise InputError("The answer is empty.", field="text", remedy="Type what the customer should read.")
        effect_id = self._messenger.plan_reply(tx, hold.item, text.strip(), hold.act.by)
        values = {
            WAIT: lambda: put_off(hold, tx.now, on_reply=True),
            CLOSE: lambda: closed(tx, hold.item, "answered", hold.act.by),
            KEEP: lambda: taken(hold, tx.now, tx.now + _lease(tx)),
        }[then]()
        words = {WAIT: "Sent; waits for a reply.", CLOSE: "Sent and closed.", KEEP: "Sent."}[then]
        return _Outcome({**values, "unanswered": 0}, words, {"effect_id": effect_id, "text": text.strip()})

    def _book(self, tx: Transaction, hold: Hold, slot: Slot, text: str, *, keep_open: bool = False) -> _Outcome:
        made = book_slot(tx, hold.item, slot)
        effect_id = None
        if text.strip():
            effect_id = self._messenger.plan_reply(tx, hold.item, text.strip(), hold.act.by)
        done = taken(hold, tx.now, tx.now + _lease(tx)) if keep_open else closed(tx, hold.item, "booked", hold.act.by)
        local = hold.roster.hours.local(slot.starts_at)
        words = f"Booked {local:%a %d %b, %H:%M}{', confirmation sent' if effect_id else ''}."
        return _Outcome({**done, "unanswered": 0}, words, payload_of(**made, effect_id=effect_id, text=text.strip()))

    def _send_text(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        return self._answer(tx, hold, str(values["text"]), str(values.get("then") or WAIT))

    def _book_as_offered(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        slot = Slot(
            starts_at=_moment(values["starts_at"], "starts_at"),
            ends_at=_moment(values["ends_at"], "ends_at"),
            person_id=values.get("person_id"),
            title=str(values.get("visit", "")),
        )
        return self._book(tx, hold, slot, str(values.get("text") or ""))

    def _call_back(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        customer = tx.get(Customer, hold.item.customer_id) if hold.item.customer_id is not None else None
        phone = str(values.get("phone") or (customer.phone if customer else ""))
        if not phone:
            raise InputError("There is no phone number.", field="phone", remedy="Look the customer up and add one.")
        return _Outcome(taken(hold, tx.now, tx.now + _lease(tx)), f"Call {phone}.", {"phone": phone}, f"call:{phone}")

    def _mark_lost(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        lead = set_lead(tx, hold.item, "lost", state=LeadState.LOST, closed_at=tx.now)
        return _Outcome(closed(tx, hold.item, "lost", hold.act.by), "The enquiry is closed.", payload_of(lead=lead))

    def _resolve(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        return _Outcome(closed(tx, hold.item, str(values.get("outcome") or "done"), hold.act.by), "Closed.", {})

    def _send_again(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        self._messenger.send_again(tx, values["effect_id"])
        return _Outcome(closed(tx, hold.item, "sent again", hold.act.by), "It goes out again.", {"final": True})

    def _try_address(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        address = str(values["address"])
        self._messenger.try_address(tx, address, hold.act.by, values.get("effect_id") or hold.item.effect_id)
        done = closed(tx, hold.item, "tried again", hold.act.by)
        return _Outcome(done, f"Mails go to {address} again.", {"final": True})

    def _answer_question(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        answer = str(values["value"])
        done = closed(tx, hold.item, answer, hold.act.by)
        return _Outcome(done, f"Answered: {values['title']}.", {"answer": answer, "final": True})

    def _let_go_on(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        count = self._messenger.release(tx, str(values["scope"]), hold.act.by, go_on=True)
        done = closed(tx, hold.item, "went on", hold.act.by)
        return _Outcome(done, f"{count} held back {_messages(count)} on the way.", {"final": True})

    def _drop_held(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        count = self._messenger.release(tx, str(values["scope"]), hold.act.by, go_on=False)
        done = closed(tx, hold.item, "dropped", hold.act.by)
        return _Outcome(done, f"{count} held back {_messages(count)} dropped.", {"final": True})

    def _leave(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        self._messenger.leave(tx, values["effect_id"])
        return _Outcome(closed(tx, hold.item, "left as sent", hold.act.by), "Left as it is.", {"final": True})

    def _retry_event(self, tx: Transaction, hold: Hold, values: Mapping[str, Any]) -> _Outcome:
        row = update(EventRow).where(EventRow.id == values["event_id"], EventRow.state == EventState.QUARANTINED)
        if tx.execute(row.values(state=EventState.PENDING, tries=0, trouble=None)).rowcount != 1:
            raise VerbRefused("This is being tried already.", meaning="Nothing was done.")
        return _Outcome(closed(tx, hold.item, "tried again", hold.act.by), "The rules try it again.", {"final": True})


_CARRY: dict[str, Callable[[Deeds, Transaction, Hold, Mapping[str, Any]], _Outcome]] = {
    "send_text": Deeds._send_text,  # noqa: SLF001 - the table of this module's own class
    "book": Deeds._book_as_offered,  # noqa: SLF001
    "call_back": Deeds._call_back,  # noqa: SLF001
    "mark_lost": Deeds._mark_lost,  # noqa: SLF001
    "resolve": Deeds._resolve,  # noqa: SLF001
    "send_again": Deeds._send_again,  # noqa: SLF001
    "try_address": Deeds._try_address,  # noqa: SLF001
    "answer": Deeds._answer_question,  # noqa: SLF001
    "let_go_on": Deeds._let_go_on,  # noqa: SLF001
    "drop_held": Deeds._drop_held,  # noqa: SLF001
    "leave": Deeds._leave,  # noqa: SLF001
    "retry_event": Deeds._retry_event,  # noqa: SLF001
}


def _write(tx: Transaction, hold: Hold, kind: str, outcome: _Outcome, *, words: str = "", **kept: Any) -> Done:
    payload = {**outcome.payload, **kept}
    version = change(tx, hold.item, kind, hold.act.actor, words=words, payload=payload, **outcome.values)
    return Done(
        item_id=hold.item.id,
        version=version,
        words=outcome.words,
        undo=0 if outcome.payload.get("final") else version,
        effect_id=outcome.effect_id,
        go_to=outcome.go_to,
    )


def _messages(count: int) -> str:
    return "message is" if count == 1 else "messages are"


def _lease(tx: Transaction) -> timedelta:
    return timedelta(minutes=setting(tx, LEASE_MINUTES))


def _moment(value: Any, field: str) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError("This is not a time.", field=field, remedy="Choose a day and an hour.") from error
    if moment.tzinfo is None:
        raise InputError("This time has no zone.", field=field, remedy="Choose it again.")
    return moment


def _place(offer: Proposal) -> str:
    name = offer.kind.needs[0]
    return f"{name.removesuffix('_id').removesuffix('_key')}:{offer.values[name]}"
