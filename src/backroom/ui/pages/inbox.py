"""The inbox: what needs a person, in order of time, with everything it takes to deal with it from the keyboard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from backroom.errors import BackroomError, InputError
from backroom.escalation.act import Act
from backroom.escalation.inbox import InboxPage, InboxRow
from backroom.escalation.inbox_verbs import InboxVerbs
from backroom.records.escalations import Shelf
from backroom.ui.actions import typing
from backroom.ui.models.inbox_acts import FREE, GONE, MINE, InboxActs, Target
from backroom.ui.models.inbox_board import FIRST, Ask, Board, Sheet
from backroom.ui.models.inbox_drafts import Attendance, Drafts
from backroom.ui.models.inbox_keys import InboxKeys
from backroom.ui.models.inbox_reader import InboxReader
from backroom.ui.models.inbox_words import Moment, next_words, who
from backroom.ui.page import Page
from backroom.ui.tasks import Ticket
from backroom.ui.widgets.case_pane import CasePane
from backroom.ui.widgets.customer_drawer import CustomerDrawer
from backroom.ui.widgets.customer_pane import CustomerPane
from backroom.ui.widgets.inbox_empty import InboxEmpty
from backroom.ui.widgets.inbox_list import InboxLine
from backroom.ui.widgets.inbox_panes import InboxPanes
from backroom.ui.widgets.inbox_side import ListSide
from backroom.ui.widgets.inbox_strip import InboxBanners, InboxStrip
from backroom.ui.workspace import Desk, Workspace

TICK_MS, AGES_MS = 5_000, 30_000


class Inbox(Page):
    """The page the front desk lives in."""

    KEY, TITLE, ICON = "inbox", "Inbox", "inbox"
    SHOWS_AGES = True
    WATCHES = frozenset(
        {"escalation", "customer", "message", "person", "connection", "presence", "setting", "work_span", "call",
         "appointment", "invoice", "lead"}
    )  # fmt: skip
    THREE_COLUMNS = True
    SAYS_NEXT_STEP = True

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Build the page; nothing is read before it is shown."""
        super().__init__(workspace, desk)
        self.board: Board | None = None
        self.sheet: Sheet | None = None
        self.person_id = workspace.person_id
        self.picked: set[int] = set()
        self._ask = Ask(person_id=workspace.person_id)
        self._rows: list[InboxRow] = []
        self._after: tuple[int, int] | None = None
        self._gone: set[int] = set()
        self._expected: dict[int, dict[str, Any]] = {}
        self._wanted = 0
        self._filled = 0
        self._refusal: tuple[int, str, str] | None = None
        self._moving = False
        self._more_ticket: Ticket | None = None
        self._sheet_ticket: Ticket | None = None
        verbs = workspace.service(InboxVerbs)
        self.reader = InboxReader(workspace.store, workspace.clock)
        self.acts = InboxActs(self, workspace.store, verbs, desk.tasks, desk.notices)
        self.drafts = Drafts(self, workspace.store, desk.notices)
        self.attendance = Attendance(self, workspace.store, verbs)
        self._build()
        self.keys = InboxKeys(self)
        self._wire()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._ticked)
        desk.finders.append(self.reader.find)

    def load(self) -> Board:
        """Read the whole page in one view."""
        return self.reader.board(self._ask)

    def show_data(self, data: Board) -> None:
        """Show the board; what is chosen, scrolled and typed stays."""
        if replace(data.ask, item_id=0, loaded=0) != replace(self._ask, item_id=0, loaded=0):
            return
        self.board, self._rows, self._after = data, list(data.rows), data.after
        self.person_id = data.person_id
        for part in (self.acts, self.drafts, self.attendance):
            part.person_id = data.person_id
        self.strip.show_board(data)
        self.banners.show_board(data, self.workspace.formats)
        shown = data.sheet.case.item.id if data.sheet is not None else 0
        if not self._wanted and shown not in self._gone:
            self._wanted = shown
        self._show_rows()
        if shown and shown == self._wanted:
            self._show_sheet(data.sheet)
        elif not self._wanted:
            self._show_sheet(None)
        bare = data.is_empty and not self._wanted
        if bare:  # built only where it is seen: it is the dearest part of the page
            self.empty.show_board(data)
        self._stack.setCurrentWidget(self.empty if bare else self.panes)
        if QApplication.focusWidget() in (None, self) and self.isVisible():
            self.first_focus().setFocus()

    def open_target(self, target: object) -> None:
        """Go to an item by its id, or to a shelf by its name."""
        if isinstance(target, str):
            self.show_shelf(target)
        elif isinstance(target, int):
            self.run(lambda: self.reader.shelf(target), lambda shelf: self._go_to(target, shelf))

    def first_focus(self) -> QWidget:
        """Start in the list."""
        return self.side.list

    def now_target(self) -> Target | None:
        """Return the item shown, as the person sees it."""
        if self.sheet is None:
            return None
        item, customer = self.sheet.case.item, self.sheet.case.customer
        return Target(item.id, item.version, who(customer.name if customer is not None else "", item.kind))

    def targets(self) -> list[Target]:
        """Return the picked items, or the one shown."""
        if self.picked:
            rows = [row for row in self._rows if row.id in self.picked]
            return [Target(row.id, row.version, who(row.customer, row.kind)) for row in rows]
        one = self.now_target()
        return [one] if one is not None else []

    def first_name(self) -> str:
        """Return what to call the customer of the item shown, in a text to them."""
        customer = self.sheet.case.customer if self.sheet is not None else None
        return customer.name.split()[0] if customer is not None and customer.name.strip() else ""

    def show_shelf(self, shelf: str) -> None:
        """Show what is due now, what waits, or what is put off."""
        if shelf in list(Shelf):
            self.strip.shelves.choose(shelf)

    def choose(self, item_id: int) -> None:
        """Show an item, whether the list has it or not."""
        self._wanted = item_id
        self._ask = replace(self._ask, item_id=item_id)
        self._point()
        self._read_sheet(item_id)

    def step(self, by: int) -> None:
        """Go to the next item or the one before, from wherever the keyboard is."""
        self.side.list.setProperty("keyboard", True)
        self.side.list.step(by)

    def enter(self) -> None:
        """Open the item; once its first proposal is marked, do it."""
        if self.panes.narrow and not self.panes.case_open:
            self.panes.open_case()
            self.case.setFocus()
        elif self.case.armed:
            self.keys.propose(self.case.armed)
        elif not self.case.arm(1):
            self.case.setFocus()

    def back(self) -> None:
        """Take one step back: what is marked, what is picked, what is searched, then the list."""
        if self.case.armed:
            self.case.arm(0)
        elif self.picked:
            self.pick_none()
        elif self._ask.words:
            self.side.end_search()
        else:
            self.panes.close_case()
        (self.case if self.panes.case_open else self.side.list).setFocus()

    def pick(self) -> None:
        """Pick the row in the list, or no longer, and go to the next."""
        line = self.side.list.current()
        if isinstance(line, InboxLine):
            self.picked ^= {line.row.id}
            self._show_rows()
            self.side.list.step(1)

    def pick_none(self) -> None:
        """Pick nothing."""
        self.picked.clear()
        self._show_rows()

    def open_reply(self) -> None:
        """Put the keyboard into the answer, with what a proposal suggests if nothing was typed."""
        if self.sheet is None or not self.case.can_reply:
            return
        self.panes.open_case()
        offered = next((str(one.values.get("text") or "") for one in self.sheet.case.proposals), "")
        if not self.case.reply.text() and offered:
            self.case.reply.show_text(offered)
        self.case.write_in(self.case.reply)

    def open_note(self) -> None:
        """Put the keyboard into the note."""
        if self.sheet is not None:
            self.panes.open_case()
            self.case.write_in(self.case.note)

    def put_away(self, item_id: int, kind: str, text: str) -> None:
        """Fold a box whose words are on their way; they stay stored until they have arrived."""
        self.drafts.typed(item_id, kind, text)
        self.drafts.flush()
        box = self.case.reply if kind == "reply" else self.case.note
        box.show_text("")
        self.side.list.setFocus()

    def show_customer(self) -> None:
        """Go to the customer's story: beside the case, or in a drawer over it."""
        if self.sheet is None:
            return
        if self.customer.isVisible():
            self.customer.story.setFocus()
            return
        formats, clock = self.workspace.formats, self.workspace.clock
        drawer = CustomerDrawer(self.window(), formats, clock, self.sheet.side)
        drawer.asked.connect(lambda customer_id: self.desk.go.open("customers", customer_id))
        drawer.open()

    def _build(self) -> None:
        formats, clock = self.workspace.formats, self.workspace.clock
        self.strip, self.banners = InboxStrip(), InboxBanners()
        self.side = ListSide(self.desk.actions)
        self.case = CasePane(self.desk.actions, formats, clock)
        self.customer = CustomerPane(formats, clock)
        self.panes = InboxPanes(self.side, self.case, self.customer)
        self.empty = InboxEmpty(formats)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.panes)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.strip, self.banners):
            column.addWidget(part)
        column.addWidget(self._stack, 1)

    def _wire(self) -> None:
        go = self.desk.go
        self.strip.shelves.chosen.connect(lambda shelf: self._ask_for(shelf=shelf, item_id=0))
        self.strip.finder.clicked.connect(self.desk.actions.action("everywhere.find").trigger)
        self.banners.repair_asked.connect(self._repair)
        self.banners.exhausted_asked.connect(self._show_exhausted)
        self.empty.shelf_asked.connect(self.show_shelf)
        self.empty.repair_asked.connect(self._repair)
        self.empty.proof_asked.connect(lambda: go.open("automations", "runs"))
        self.side.which_asked.connect(lambda which: self._ask_for(which=which, item_id=0))
        self.side.words_asked.connect(lambda words: self._ask_for(words=words, item_id=0))
        self.side.clear_asked.connect(self.pick_none)
        self.side.list.chosen.connect(self._chosen)
        self.side.list.opened.connect(lambda _line: self.enter())
        self.side.list.near_end.connect(self._read_more)
        self.case.proposal_marked.connect(self.case.arm)
        self.case.proposal_wanted.connect(self.keys.propose)
        self.case.enter_pressed.connect(self.enter)
        self.case.back_asked.connect(self.back)
        self.case.reply.sent.connect(lambda text, then: self.keys.reply(text, str(then or "wait")))
        self.case.note.sent.connect(lambda text, _then: self.keys.note(text))
        for kind, box in (("reply", self.case.reply), ("note", self.case.note)):
            box.typed.connect(lambda text, kind=kind: self._typed(kind, text))
            box.left.connect(self._leave_box)
        self.customer.asked.connect(lambda customer_id: go.open("customers", customer_id))
        self.acts.began.connect(self._began)
        self.acts.ended.connect(self._ended)
        self.acts.refused.connect(self._refused)
        self.acts.went.connect(self._went)
        self.acts.taken_back.connect(self._taken_back)

    def showEvent(self, event: QShowEvent) -> None:
        """Read if something changed, and let the time left run."""
        super().showEvent(event)
        self._tick.start()
        if self.sheet is not None:
            self._attend()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what is typed, and be at no item."""
        super().hideEvent(event)
        self._tick.stop()
        self.drafts.flush()
        self.attendance.leave()
        self.desk.go.next_step("", "")

    def _moment(self) -> Moment | None:
        board = self.board
        if board is None:
            return None
        return Moment(self.workspace.clock, board.roster, self.workspace.formats, self.person_id)

    def _ask_for(self, **wishes: Any) -> None:
        self._ask = replace(self._ask, loaded=FIRST, **wishes)
        if "item_id" in wishes:
            self._wanted = 0
        self.picked.clear()
        self.reload()

    def _shown_rows(self) -> list[InboxRow]:
        shown = [row for row in self._rows if row.id not in self._gone]
        return [replace(row, **self._expected[row.id]) if row.id in self._expected else row for row in shown]

    def _show_rows(self) -> None:
        moment, board = self._moment(), self.board
        if moment is None or board is None:
            return
        rows = self._shown_rows()
        self._moving = True
        self.side.show_counts(board.counters, self._ask.shelf)
        self.side.show_rows(rows, moment, board.counters.bands, frozenset(self.picked), self._ask.which)
        self._point()
        self._moving = False

    def _point(self) -> None:
        """Mark in the list the item that is shown."""
        before, self._moving = self._moving, True
        listed = self.side.list
        current = listed.current()
        if (current is None or current.key != self._wanted) and not listed.choose(self._wanted):
            listed.clearSelection()
        self._moving = before

    def _chosen(self, line: object) -> None:
        if self._moving or not isinstance(line, InboxLine) or line.row.id == self._wanted:
            return
        self.drafts.flush()
        self._wanted = line.row.id
        self._ask = replace(self._ask, item_id=line.row.id)
        self._read_sheet(line.row.id)

    def _read_sheet(self, item_id: int) -> None:
        if self._sheet_ticket is not None:
            self._sheet_ticket.cancel()
        self._sheet_ticket = self.run(lambda: self.reader.sheet(item_id), self._show_sheet)

    def _show_sheet(self, sheet: Sheet | None) -> None:
        self.sheet = sheet
        self.panes.show_case(shown=sheet is not None)
        if sheet is None:
            self._filled = 0
            self.attendance.leave()
            self.desk.go.next_step("", "")
            return
        board = self.board
        self.case.show_case(sheet, self.person_id, board.undo_seconds if board is not None else 15)
        self.customer.show_side(sheet.side)
        self._fill_boxes(sheet)
        if self._refusal is not None and self._refusal[0] == sheet.case.item.id:
            self.case.refuse(*self._refusal[1:])
            self._refusal = None
        if self.isVisible():
            self._attend()
            self._say_next()

    def _fill_boxes(self, sheet: Sheet) -> None:
        """Put back what this person had typed on the item, unless they are typing on it now."""
        item_id = sheet.case.item.id
        if self._filled == item_id:
            return
        self._filled = item_id
        saved = {one.kind: one.text for one in sheet.case.drafts if one.person_id == self.person_id}
        for kind, box in (("reply", self.case.reply), ("note", self.case.note)):
            waiting = self.drafts.waiting(item_id, kind)
            box.show_text(saved.get(kind, "") if waiting is None else waiting)

    def _typed(self, kind: str, text: str) -> None:
        if self.sheet is not None:
            self.drafts.typed(self.sheet.case.item.id, kind, text)
            self._attend()

    def _leave_box(self) -> None:
        self.drafts.flush()
        (self.case if self.panes.case_open else self.side.list).setFocus()

    def _attend(self) -> None:
        if self.sheet is None:
            return
        item = self.sheet.case.item
        mine = item.state == "claimed" and item.owner_id == self.person_id
        held = Act(item.id, item.version, self.person_id) if mine else None
        self.attendance.attend(item.id, held, typing=typing(QApplication.focusWidget()))

    def _say_next(self) -> None:
        if self.sheet is not None:
            step, rest = next_words(self.sheet.case, self.workspace.formats, self.workspace.clock.now())
            self.desk.go.next_step(step, rest)

    def _show_exhausted(self) -> None:
        self.run(self.reader.exhausted, lambda item_id: self.choose(item_id) if item_id else None)

    def _read_more(self) -> None:
        after, ask, person_id = self._after, self._ask, self.person_id
        busy = self._more_ticket is not None and not self._more_ticket.done
        if after is not None and not busy:
            self._more_ticket = self.run(
                lambda: self.reader.more(ask, person_id, after), lambda page: self._show_more(page, after)
            )

    def _show_more(self, page: InboxPage, after: tuple[int, int]) -> None:
        if after == self._after:
            known = {row.id for row in self._rows}
            self._rows += [row for row in page.rows if row.id not in known]
            self._after = page.after
            self._ask = replace(self._ask, loaded=len(self._rows))
            self._show_rows()

    def _began(self, ids: tuple[int, ...], effect: str) -> None:
        """Show at once what a verb will do; the store's answer follows."""
        if effect == GONE:
            following = self._following(ids)
            self._gone |= set(ids)
            self.picked -= set(ids)
            if self._wanted in ids:
                self._wanted = following
                self._ask = replace(self._ask, item_id=following)
            self._show_rows()
            if following:
                self._read_sheet(following)
            elif not self._wanted:
                self._show_sheet(None)
        elif effect in (MINE, FREE):
            owner = self.person_id if effect == MINE else None
            name = self.board.roster.name(owner) if self.board is not None else ""
            for item_id in ids:
                self._expected[item_id] = {"owner_id": owner, "owner": name, "is_claimed": effect == MINE}
            self.picked -= set(ids)
            self._show_rows()

    def _following(self, ids: tuple[int, ...]) -> int:
        """Return the item to show once these are gone: the next below, else the last above."""
        order = [row.id for row in self._shown_rows()]
        at = order.index(self._wanted) if self._wanted in order else 0
        left = [item_id for item_id in [*order[at:], *reversed(order[:at])] if item_id not in ids]
        return left[0] if left else 0

    def _ended(self, ids: tuple[int, ...]) -> None:
        self._gone -= set(ids)
        for item_id in ids:
            self._expected.pop(item_id, None)
        self.reload()

    def _refused(self, item_id: int, error: BackroomError) -> None:
        """Say on the item itself who was faster; what was typed is still there."""
        self._filled = 0
        if isinstance(error, InputError):
            self.choose(item_id)
            self.desk.notices.problem(error)
            return
        self._refusal = (item_id, str(error), f"{error.meaning} {error.remedy}".strip())
        self.choose(item_id)

    def _taken_back(self, ids: tuple[int, ...]) -> None:
        self._filled = 0
        self.choose(ids[0])
        self.reload()

    def _went(self, place: str) -> None:
        """Open what a proposal opens."""
        kind, _, rest = place.partition(":")
        if kind == "connection":
            self._repair(int(rest) if rest.isdigit() else None)
        elif kind == "call":
            number = self.workspace.formats.phone(rest)
            self.desk.notices.toast(self.tr("Call {number}").format(number=number), seconds=30, icon="phone")
        elif kind in ("kpi", "rule"):
            self.desk.go.open("today" if kind == "kpi" else "automations", rest)

    def _repair(self, connection_id: object) -> None:
        target = f"connection:{connection_id}" if connection_id else "connections"
        self.desk.go.open("settings", target)

    def _go_to(self, item_id: int, shelf: str) -> None:
        if shelf in (Shelf.NOW, Shelf.WAITING, Shelf.LATER) and shelf != self._ask.shelf:
            self.show_shelf(shelf)
        self._stack.setCurrentWidget(self.panes)
        self.choose(item_id)
        self.panes.open_case()

    def _ticked(self) -> None:
        """Let the time left run; read again when an item has changed its band, or an age has grown old."""
        moment, board = self._moment(), self.board
        if moment is None or board is None:
            return
        self.side.list.tick()
        self._say_next()
        now = self.workspace.clock.now()
        ends = moment.ends(now)
        moved = any(moment.band(row, ends) != row.band for row in self._rows[:200])
        waited = (now - board.now).total_seconds() * 1000
        if moved or (self._stack.currentWidget() is self.empty and waited > AGES_MS):
            self.reload()
