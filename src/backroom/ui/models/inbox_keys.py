"""The inbox's keys: each row of the action table with what it does to the item shown or to those picked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from backroom.escalation.act import Act, Done
from backroom.escalation.company import save_draft
from backroom.escalation.duty import Roster
from backroom.escalation.verbs import REPLY_WAIT_DAYS
from backroom.store.transaction import Transaction
from backroom.ui.models.inbox_acts import FREE, GONE, MINE, STAYS, Deed, Target
from backroom.ui.widgets.chooser import Chooser, Option
from backroom.ui.widgets.when_sheet import BookingSheet, WhenSheet

if TYPE_CHECKING:
    from backroom.ui.pages.inbox import Inbox

Verb = Callable[[Transaction, Act], Done]
_OPENING, _REPLY, _HOUR, _DAYS, _CHOOSE = "opening", "reply", "hour", "days", "choose"
_MINE_KINDS, _STAY_KINDS = ("call_back",), ("open_connection", "open_kpi", "open_rule")


class InboxKeys(QObject):
    """Binds the keys of one inbox page."""

    def __init__(self, page: Inbox) -> None:
        """Bind everything the table has for the inbox."""
        super().__init__(page)
        self._page = page
        bind = page.desk.actions.bind
        for action, doer in (
            ("next", lambda: page.step(1)),
            ("previous", lambda: page.step(-1)),
            ("one", lambda: page.case.arm(1)),
            ("two", lambda: page.case.arm(2)),
            ("three", lambda: page.case.arm(3)),
            ("claim", self.claim),
            ("assign", self.assign),
            ("snooze", self.snooze),
            ("reply", page.open_reply),
            ("note", page.open_note),
            ("resolve", self.resolve),
            ("release", self.release),
            ("select", page.pick),
            ("not_exception", self.not_exception),
            ("timeline", page.show_customer),
            ("search", page.side.begin_search),
            ("now", lambda: page.show_shelf("now")),
            ("waiting", lambda: page.show_shelf("waiting")),
            ("later", lambda: page.show_shelf("later")),
            ("back", page.back),
        ):
            bind(f"inbox.{action}", doer)

    def claim(self) -> None:
        """Take the item."""
        verbs = self._page.acts.verbs
        self._carry(verbs.claim, self.tr("You have it: {name}"), self.tr("You have {n} items"), MINE, "hand")

    def release(self) -> None:
        """Give the item back."""
        verbs = self._page.acts.verbs
        self._carry(verbs.release, self.tr("Given back: {name}"), self.tr("{n} given back"), FREE, "undo-2")

    def resolve(self) -> None:
        """Close the item and go to the next."""
        verbs = self._page.acts.verbs
        self._carry(verbs.resolve, self.tr("Resolved: {name}"), self.tr("{n} resolved"), GONE)

    def not_exception(self) -> None:
        """Say that this need not have come here."""
        verbs = self._page.acts.verbs
        words = self.tr("No exception: {name}. The rule has been told")
        self._carry(verbs.not_an_exception, words, self.tr("{n} closed, the rules have been told"), GONE, "ban")

    def assign(self) -> None:
        """Ask to whom, then pass it on."""
        page = self._page
        targets, board = page.targets(), page.board
        if not targets or board is None:
            return
        states = {"in": self.tr("in now"), "off": self.tr("not in now"), "away": self.tr("away")}
        options = [
            Option(
                key=one.id,
                text=one.name if one.id != page.person_id else self.tr("{name} (you)").format(name=one.name),
                note=states.get(one.state, ""),
                letter=str(number) if number < 10 else "",
                person=one.name,
                here=one.state == "in",
            )
            for number, one in enumerate(board.people, 1)
        ]
        chooser = Chooser(page.window(), self.tr("Assign to"), options)
        chooser.picked.connect(lambda to: self._assign(targets, to))
        chooser.open()

    def snooze(self) -> None:
        """Ask until when, then put it off."""
        page = self._page
        targets, board = page.targets(), page.board
        if not targets or board is None:
            return
        chooser = Chooser(page.window(), self.tr("Snooze until"), self._times(board.roster))
        chooser.picked.connect(lambda key: self._snooze(targets, key))
        chooser.open()

    def reply(self, text: str, then: str) -> None:
        """Send the answer that was typed."""
        page = self._page
        target = page.now_target()
        if target is None:
            return
        if not text.strip():
            page.case.reply.show_fault(self.tr("Type what the customer should read."))
            return
        verbs, person = page.acts.verbs, page.person_id
        page.put_away(target.id, "reply", text)
        deed = Deed(
            verb=lambda tx, act: verbs.reply(tx, act, text, then=then),
            words=self.tr("Answer to {name}"),
            effect=STAYS if then == "keep" else GONE,
            also=lambda tx, item_id: save_draft(tx, item_id, person, "reply", ""),
            undone=lambda tx, item_id: save_draft(tx, item_id, person, "reply", text),
            seconds=self._hold(),
            leaves=True,
            icon="send",
        )
        page.acts.carry(deed, [target])

    def note(self, text: str) -> None:
        """Keep the note that was typed."""
        page = self._page
        target = page.now_target()
        if target is None:
            return
        if not text.strip():
            page.case.note.show_fault(self.tr("Type what the others should know."))
            return
        verbs, person = page.acts.verbs, page.person_id
        page.put_away(target.id, "note", text)
        deed = Deed(
            verb=lambda tx, act: verbs.note(tx, act, text),
            words=self.tr("Note kept on {name}"),
            also=lambda tx, item_id: save_draft(tx, item_id, person, "note", ""),
            undone=lambda tx, item_id: save_draft(tx, item_id, person, "note", text),
            icon="sticky-note",
        )
        page.acts.carry(deed, [target])

    def propose(self, number: int) -> None:
        """Do a proposal, asking first for what it still needs."""
        page = self._page
        offer, target, board = page.case.offer(number), page.now_target(), page.board
        if offer is None or target is None or board is None:
            return
        if "text" in offer.missing:
            page.case.arm(0)
            page.open_reply()
        elif "starts_at" in offer.missing:
            sheet = BookingSheet(
                page.window(), offer.title, board.roster, page.workspace.formats, page.workspace.clock.now(),
                page.first_name(),
            )  # fmt: skip
            sheet.chosen.connect(lambda filled: self._booked(sheet, target, number, filled))
            sheet.open()
        else:
            self._propose(target, number, None)

    def _booked(self, sheet: BookingSheet, target: Target, number: int, filled: dict[str, Any]) -> None:
        sheet.close_overlay()
        self._propose(target, number, filled)

    def _propose(self, target: Target, number: int, filled: dict[str, Any] | None) -> None:
        page = self._page
        offer = page.case.offer(number)
        if offer is None:
            return
        verbs, kind = page.acts.verbs, offer.kind.key
        leaves = bool((filled or {}).get("text") or kind == "send_text")
        effect = MINE if kind in _MINE_KINDS else STAYS if kind in _STAY_KINDS else GONE
        deed = Deed(
            verb=lambda tx, act: verbs.do_proposal(tx, act, number, filled),
            words="" if kind in _STAY_KINDS else f"{offer.title}: {{name}}",
            effect=effect,
            seconds=self._hold() if leaves else 6,
            leaves=leaves,
            icon=offer.kind.icon,
        )
        page.case.arm(0)
        page.acts.carry(deed, [target])

    def _assign(self, targets: list[Target], to: int) -> None:
        page = self._page
        name = page.board.roster.name(to) if page.board is not None else ""
        verbs = page.acts.verbs
        one = self.tr("{item} goes to {name}").format(item="{name}", name=name)
        many = self.tr("{n} go to {name}").format(n="{n}", name=name)
        deed = Deed(verb=lambda tx, act: verbs.assign(tx, act, to), words=one, many=many, icon="user-plus")
        page.acts.carry(deed, targets)

    def _snooze(self, targets: list[Target], key: str) -> None:
        page, now = self._page, self._page.workspace.clock.now()
        board = page.board
        if board is None:
            return
        if key == _CHOOSE:
            sheet = WhenSheet(page.window(), self.tr("Snooze until"), self.tr("Snooze"), board.roster,
                              page.workspace.formats, now)  # fmt: skip
            sheet.chosen.connect(lambda until: self._until(targets, until, sheet))
            sheet.open()
            return
        until = {
            _HOUR: now + timedelta(hours=1),
            _DAYS: board.roster.hours.add_working_days(now, 3),
        }.get(key)
        self._put_off(targets, until=until, on_reply=key == _REPLY)

    def _until(self, targets: list[Target], until: datetime, sheet: WhenSheet) -> None:
        if until <= self._page.workspace.clock.now():
            sheet.show_fault(self.tr("This moment has passed. Choose a later one."))
            return
        sheet.close_overlay()
        self._put_off(targets, until=until, on_reply=False)

    def _put_off(self, targets: list[Target], *, until: datetime | None, on_reply: bool) -> None:
        verbs = self._page.acts.verbs
        deed = Deed(
            verb=lambda tx, act: verbs.snooze(tx, act, until=until, on_reply=on_reply),
            words=self.tr("{item}: {done}").format(item="{name}", done="{done}"),
            many=self.tr("{n} put off"),
            effect=GONE,
            icon="alarm-clock",
        )
        self._page.acts.carry(deed, targets)

    def _times(self, roster: Roster) -> list[Option]:
        formats, now = self._page.workspace.formats, self._page.workspace.clock.now()
        hours = roster.hours
        midnight = hours.local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        opening, latest = hours.next_opening(midnight), hours.add_working_days(now, REPLY_WAIT_DAYS)
        at_latest = self.tr("at the latest {time}").format(time=formats.when(latest, now=now))
        in_an_hour = formats.when(now + timedelta(hours=1), now=now)
        return [
            Option(key=_OPENING, text=self.tr("The next opening"), note=formats.when(opening, now=now),
                   letter="", icon="sun"),
            Option(key=_REPLY, text=self.tr("They write back"), note=at_latest, letter="H", icon="mail"),
            Option(key=_HOUR, text=self.tr("In an hour"), note=in_an_hour, letter="1", icon="clock"),
            Option(key=_DAYS, text=self.tr("In three working days"), note=formats.when(latest, now=now),
                   letter="3", icon="calendar"),
            Option(key=_CHOOSE, text=self.tr("A day and time"), letter="D", icon="calendar-clock"),
        ]  # fmt: skip

    def _carry(self, verb: Verb, words: str, many: str, effect: str, icon: str = "circle-check") -> None:
        deed = Deed(verb=verb, words=words, many=many, effect=effect, icon=icon)
        self._page.acts.carry(deed, self._page.targets())

    def _hold(self) -> int:
        board = self._page.board
        return board.undo_seconds if board is not None else 15
