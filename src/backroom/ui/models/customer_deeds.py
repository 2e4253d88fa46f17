"""What people do on the Customers page, as writes with a word and a way back; all of it off the main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Signal

from backroom.errors import BackroomError
from backroom.ids import new_id
from backroom.integration import customer_acts as acts
from backroom.integration.customer_acts import Booked, Letter, Visit
from backroom.integration.customer_profile import Joined
from backroom.integration.identity_links import join, take_apart
from backroom.integration.merge import keep, unkeep
from backroom.integration.outbox import Outbox
from backroom.records.customers import Customer, CustomerNote
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from backroom.ui.notices import Notices
from backroom.ui.tasks import Tasks

T = TypeVar("T")
HELD_S = 15
Went = Callable[[], None]
Fell = Callable[[BackroomError], None]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


class CustomerDeeds(QObject):
    """Does what a person wants done with a customer; `letter_back` carries a message that was taken back."""

    letter_back = Signal(object)

    def __init__(self, parent: QObject, store: Store, tasks: Tasks, notices: Notices, outbox: Outbox | None) -> None:
        """Write to `store`; without an outbox nothing can be sent, only written down."""
        super().__init__(parent)
        self._store, self._tasks, self._notices = store, tasks, notices
        self._outbox = outbox
        self.actor = ""
        self.held_s = HELD_S

    @property
    def can_send(self) -> bool:
        """Say whether messages can leave at all."""
        return self._outbox is not None

    def decide(self, customer: Customer, field: str, value: str) -> None:
        """Take one system's word for a field as the owner's own."""
        words = _tr("{name}: {value} counts now").format(name=customer.name, value=value)
        self._do(
            lambda tx: keep(tx, customer.id, field, value), words, lambda tx, _none: unkeep(tx, customer.id, field)
        )

    def correct(self, customer: Customer, values: dict[str, str], done: Went, failed: Fell) -> None:
        """Write the owner's own word for several fields."""

        def back(tx: Transaction, _none: None) -> None:
            for field in values:
                unkeep(tx, customer.id, field)

        self._do(lambda tx: acts.correct(tx, customer.id, values), _tr("Saved"), back, done, failed)

    def tag(self, customer: Customer, tags: Sequence[str]) -> None:
        """Keep these tags."""
        before = tuple(customer.tags)
        if tuple(tags) != before:
            self._do(
                lambda tx: acts.set_tags(tx, customer.id, tags),
                _tr("Tags of {name} saved").format(name=customer.name),
                lambda tx, _none: acts.set_tags(tx, customer.id, before),
            )

    def note(self, customer: Customer, text: str, done: Went, failed: Fell) -> None:
        """Remember something."""
        self._do(
            lambda tx: acts.add_note(tx, customer.id, text, self.actor),
            _tr("Note on {name} saved").format(name=customer.name),
            acts.remove_note,
            done,
            failed,
        )

    def forget_note(self, note: CustomerNote) -> None:
        """Remove a note."""
        self._do(
            lambda tx: acts.remove_note(tx, note.id),
            _tr("Note removed"),
            lambda tx, _none: acts.restore_note(tx, note),
        )

    def refuse(self, customer: Customer, address: str, words: str) -> None:
        """Note that an address wants no more messages."""
        self._do(
            lambda tx: acts.refuse_mail(tx, customer.id, address, words),
            _tr("Nothing goes to {address} by itself any more").format(address=address),
            lambda tx, _none: acts.allow_mail(tx, customer.id, address, _tr("Entered by mistake")),
        )

    def allow(self, customer: Customer, address: str, words: str, done: Went, failed: Fell) -> None:
        """Note that an address may be written to again, and why."""
        self._do(
            lambda tx: acts.allow_mail(tx, customer.id, address, words),
            _tr("{address} may be written to again").format(address=address),
            lambda tx, _none: acts.refuse_mail(tx, customer.id, address, _tr("Allowed by mistake")),
            done,
            failed,
        )

    def try_address(self, address: str) -> None:
        """Take an address for right again that had returned a message."""
        self._do(
            lambda tx: acts.try_address(tx, address, self.actor),
            _tr("{address} is tried again").format(address=address),
            lambda tx, _none: acts.call_dead_again(tx, address),
        )

    def separate(self, customer: Customer, joined: Joined) -> None:
        """Make two customers of one again."""
        self._do(
            lambda tx: take_apart(tx, joined.join_id),
            _tr("{name} stands alone again").format(name=joined.name),
            lambda tx, _none: join(tx, kept_id=customer.id, other_id=joined.customer_id, reason=joined.reason),
        )

    def write(
        self, customer: Customer, subject: str, text: str, answers: int | None, done: Went,
        failed: Fell,
    ) -> None:  # fmt: skip
        """Send a message, held for the undo time."""
        outbox = self._outbox
        if outbox is None:
            return
        letter = Letter(
            customer_id=customer.id, subject=subject, text=text, actor=self.actor, wish=new_id(), answers=answers
        )
        self._do(
            lambda tx: acts.write_to(tx, outbox, letter),
            _tr("Message to {name}").format(name=customer.name),
            lambda tx, effect_id: outbox.cancel(tx, effect_id, "It was taken back before it left."),
            done,
            failed,
            leaves=True,
            undone=lambda: self.letter_back.emit(letter),
        )

    def book(self, customer: Customer, visit: Visit, text: str, done: Went, failed: Fell) -> None:
        """Agree on a visit and confirm it when there is a text and a way to send it."""
        outbox = self._outbox if text.strip() else None

        def work(tx: Transaction) -> tuple[Booked, int]:
            booked = acts.book_visit(tx, visit)
            if outbox is None:
                return booked, 0
            subject = _tr("Your visit")
            letter = Letter(
                customer_id=customer.id, subject=subject, text=text, actor=self.actor, wish=booked.appointment_id
            )
            return booked, acts.write_to(tx, outbox, letter)

        def back(tx: Transaction, made: tuple[Booked, int]) -> None:
            acts.call_off(tx, made[0])
            if outbox is not None and made[1]:
                outbox.cancel(tx, made[1], "The visit was called off before it left.")

        words = _tr("Visit booked: {name}").format(name=customer.name)
        self._do(work, words, back, done, failed, leaves=outbox is not None)

    def _do(
        self,
        work: Callable[[Transaction], T],
        words: str,
        back: Callable[[Transaction, T], Any],
        done: Callable[[], None] | None = None,
        failed: Callable[[BackroomError], None] | None = None,
        *,
        leaves: bool = False,
        undone: Callable[[], None] | None = None,
    ) -> None:
        seconds = self.held_s if leaves else 8

        def finished(result: T) -> None:
            self._notices.toast(words, lambda: undo(result), seconds=seconds, leaves=leaves)
            if done is not None:
                done()

        def undo(result: T) -> None:
            self._tasks.run(
                self, lambda: self._store.write_now(lambda tx: back(tx, result)), taken_back, self._notices.problem
            )

        def taken_back(answer: object) -> None:
            if leaves and answer is False:
                self._notices.toast(_tr("Too late: it has left already"), icon="circle-alert")
                return
            self._notices.toast(_tr("Taken back"), icon="undo-2", seconds=3)
            if undone is not None:
                undone()

        def broke(error: BaseException) -> None:
            if failed is not None and isinstance(error, BackroomError):
                failed(error)
            else:
                self._notices.problem(error)

        self._tasks.run(self, lambda: self._store.write_now(work), finished, broke)
