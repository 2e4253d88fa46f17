"""Customers: everybody the business deals with, and one person over all systems."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from backroom.integration.customer_acts import Letter, Visit
from backroom.integration.outbox import Outbox
from backroom.records.messages import Message
from backroom.store.customers import NAME, RECENT
from backroom.ui.models.customer_data import FIRST, STORY, Ask, Board, CustomerReader, ListPage
from backroom.ui.models.customer_deeds import CustomerDeeds
from backroom.ui.page import Page
from backroom.ui.tasks import Ticket
from backroom.ui.theme import px
from backroom.ui.widgets.blind_strip import BlindStrip
from backroom.ui.widgets.customer_list import CustomerLine, CustomerList
from backroom.ui.widgets.customer_sheets import changed, edit_sheet, message_sheet, reason_sheet, write_sheet
from backroom.ui.widgets.customer_view import STORY as STORY_PANE
from backroom.ui.widgets.customer_view import CustomerView
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.search_box import SearchBox
from backroom.ui.widgets.section import PageHeader
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.when_sheet import BookingSheet
from backroom.ui.workspace import Desk, Workspace


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


class Customers(Page):
    """The list of customers, and one of them."""

    KEY, TITLE, ICON = "customers", "Customers", "users"
    WATCHES = frozenset(
        {"customer", "customer_note", "customer_join", "identity", "field_value", "lead", "message", "call",
         "appointment", "invoice", "escalation", "consent", "dead_address", "run", "connection", "person"}
    )  # fmt: skip
    THREE_COLUMNS = True

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Build the page; nothing is read before it is shown."""
        super().__init__(workspace, desk)
        self.board: Board | None = None
        self._ask = Ask()
        self._more_ticket: Ticket | None = None
        self._typed: dict[int, tuple[str, str]] = {}
        self.reader = CustomerReader(workspace.store, workspace.clock)
        outbox = workspace.service(Outbox) if workspace.has(Outbox) else None
        self.deeds = CustomerDeeds(self, workspace.store, desk.tasks, desk.notices, outbox)
        self.deeds.actor = workspace.person
        self._build()
        self._wire()
        self._bind()
        desk.finders.append(self.reader.find)

    def load(self) -> Board:
        """Read the whole page in one view."""
        return self.reader.board(self._ask)

    def show_data(self, data: Board) -> None:
        """Show the board; what is chosen, scrolled and typed stays."""
        if replace(data.ask, loaded=0, told=0) != replace(self._ask, loaded=0, told=0):
            return
        self.board = data
        self.blind.show_sources(data.blind, self.workspace.formats, data.now)
        if data.gone:
            self.desk.notices.toast(_tr("This customer is not there any more"), icon="circle-alert")
            self._ask = replace(self._ask, customer_id=0)
        self._show_list(data.listed)
        if data.person is not None:
            self.view.show_board(data)
        self._stack.setCurrentWidget(self._side(data))
        writable = data.person is not None
        self.desk.actions.allow("customers", write=writable, note=writable, book=writable, timeline=writable)
        if QApplication.focusWidget() in (None, self) and self.isVisible():
            self.first_focus().setFocus()

    def show_failure(self, error: BaseException) -> None:
        """Say that it could not be read, and offer to try again."""
        super().show_failure(error)
        if self.board is None:
            self._stack.setCurrentWidget(self.failed)

    def open_target(self, target: object) -> None:
        """Go to a customer by id, or search for words."""
        if isinstance(target, int):
            self.open_customer(target)
        elif isinstance(target, str):
            self.back()
            self.search.setText(target)

    def first_focus(self) -> QWidget:
        """Start in the list, or in the story of the person shown."""
        if self._ask.customer_id:
            return self.view.story.story
        return self.list

    def open_customer(self, customer_id: int) -> None:
        """Show one person."""
        if customer_id != self._ask.customer_id:
            self.view.story.parts.choose("all")
            self.view.story.story.scrollToTop()
        self._ask = replace(self._ask, customer_id=customer_id, told=STORY, part="all")
        self.reload()

    def back(self) -> None:
        """Go back to the list, or end the search."""
        if self._ask.customer_id:
            self._ask = replace(self._ask, customer_id=0)
            self.desk.actions.allow("customers", write=False, note=False, book=False, timeline=False)
            if self.board is not None:
                self.board = replace(self.board, ask=self._ask, person=None)
                self._stack.setCurrentWidget(self._side(self.board))
            self.list.setFocus()
            self.reload()
        elif self.search.text():
            self.search.clear()
            self.list.setFocus()

    def write(self, subject: str = "", text: str = "") -> None:
        """Write to the person shown; what was typed and not sent is offered again."""
        person = self.board.person if self.board is not None else None
        if person is None:
            return
        customer = person.profile.customer
        if not self.deeds.can_send or not customer.email or person.objects:
            self.desk.notices.toast(self._why_not(customer.email, objects=person.objects), icon="ban")
            return
        known = self._typed.pop(customer.id, ("", ""))
        answers = person.answers
        offered = _reply_to(answers[1]) if answers is not None else ""
        sheet = write_sheet(
            self.window(), customer, subject or known[0] or offered, text or known[1], answers=answers is not None
        )
        sheet.sent.connect(
            lambda said: self.deeds.write(
                customer, said["subject"], said["text"], answers[0] if answers else None, sent, sheet.refused
            )
        )
        kept = [True]

        def sent() -> None:
            kept[0] = False
            sheet.close_overlay()

        def closed() -> None:
            said = sheet.form.values()
            if kept[0] and said["text"].strip():
                self._typed[customer.id] = (said["subject"], said["text"])

        sheet.closed.connect(closed)
        sheet.open_at("text")

    def note(self) -> None:
        """Put the keyboard into the note."""
        if self._ask.customer_id:
            self.view.go_to("profile")
            self.view.profile.note_box.open()
            self.view.profile.ensureWidgetVisible(self.view.profile.note_box)

    def book(self) -> None:
        """Agree on a visit with the person shown."""
        person = self.board.person if self.board is not None else None
        if person is None or self.board is None:
            return
        customer = person.profile.customer
        first = customer.name.split()[0] if customer.name.split() else ""
        title = _tr("Book a visit: {name}").format(name=customer.name)
        now = self.workspace.clock.now()
        may = bool(customer.email) and self.deeds.can_send and not person.objects
        sheet = BookingSheet(self.window(), title, self.board.roster, self.workspace.formats, now, first, offers=may)
        sheet.chosen.connect(lambda values: self._book(sheet, values))
        sheet.open()

    def _book(self, sheet: BookingSheet, values: dict[str, Any]) -> None:
        person = self.board.person if self.board is not None else None
        if person is None:
            return
        customer = person.profile.customer
        visit = Visit(
            customer_id=customer.id,
            starts_at=datetime.fromisoformat(values["starts_at"]),
            ends_at=datetime.fromisoformat(values["ends_at"]),
            person_id=values["person_id"],
        )
        self.deeds.book(
            customer, visit, str(values["text"]), sheet.close_overlay,
            lambda error: sheet.show_fault(f"{error} {error.remedy}".strip()),
        )  # fmt: skip

    def _build(self) -> None:
        self.blind = BlindStrip(_tr("What they know of customers may be missing here."))
        self.search = SearchBox(_tr("Name, address, number"))
        self.search.setMinimumWidth(px(240))
        sorts = (Segment(RECENT, _tr("Last contact")), Segment(NAME, _tr("Name")))
        self.order = Segmented(sorts, _tr("In which order"))
        self.list = CustomerList(_tr("Customers"))
        self.view = CustomerView(self.desk.actions, self.workspace.formats)
        self.empty = EmptyState(
            "users",
            _tr("Nobody here yet"),
            _tr("Everybody who writes, calls or stands in your calendar and invoices appears here by themselves, "
                "once a system is connected."),
        )  # fmt: skip
        connect = self.empty.button(_tr("Connect a system"), primary=True)
        connect.clicked.connect(lambda: self.desk.go.open("settings", "connections"))
        self.nobody = EmptyState("search", _tr("Nobody by these words"), _tr("Try a part of the name or the number."))
        self.nobody.button(_tr("Show everybody")).clicked.connect(self.search.clear)
        self.failed = EmptyState(
            "circle-alert",
            _tr("The customers could not be read"),
            _tr("Nothing is lost; try it once more."),
            tone="danger",
        )
        self.failed.button(_tr("Try again"), primary=True).clicked.connect(self.reload)
        self._stack = QStackedWidget()
        for widget in (self._list_side(), self.view, self.empty, self.failed):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.blind)
        column.addWidget(self._stack, 1)

    def _list_side(self) -> QWidget:
        self._list_page = QWidget()
        self._list_page.setObjectName("pane")
        self.header = PageHeader(self.title())
        for widget in (self.search, self.order):
            self.header.add(widget)
        head = QHBoxLayout()
        head.setContentsMargins(24, 14, 24, 12)
        head.addWidget(self.header)
        self._found = QStackedWidget()
        self._found.addWidget(self.list)
        self._found.addWidget(self.nobody)
        column = QVBoxLayout(self._list_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self._found, 1)
        return self._list_page

    def _wire(self) -> None:
        go, view = self.desk.go, self.view
        self.search.searched.connect(self._search)
        self.order.chosen.connect(self._sort)
        self.list.opened.connect(lambda line: self.open_customer(line.key))
        self.list.clicked.connect(lambda _at: self._open_chosen())
        self.list.near_end.connect(self._read_more)
        self.blind.repair_asked.connect(lambda: go.open("settings", "connections"))
        view.head.back_asked.connect(self.back)
        view.head.call_asked.connect(self._call)
        view.story.part_asked.connect(self._part)
        view.story.near_end.connect(self._read_story)
        view.story.entry_opened.connect(self._open_entry)
        view.now.opened.connect(lambda where: go.open(where[0], where[1]))
        view.now.consent_asked.connect(self._consent)
        view.profile.decided.connect(lambda field, value: self._with(self.deeds.decide, field, value))
        view.profile.tagged.connect(lambda tags: self._with(self.deeds.tag, tags))
        view.profile.noted.connect(self._note)
        view.profile.note_gone.connect(self.deeds.forget_note)
        view.profile.note_box.left.connect(view.story.story.setFocus)
        view.profile.separate_asked.connect(lambda joined: self._with(self.deeds.separate, joined))
        view.profile.edit_asked.connect(self._edit)
        self.deeds.letter_back.connect(self._letter_back)

    def _bind(self) -> None:
        acts = self.desk.actions
        for name, doer in (
            ("next", lambda: self._step(1)), ("previous", lambda: self._step(-1)), ("search", self._to_search),
            ("write", self.write), ("note", self.note), ("book", self.book), ("back", self.back),
            ("timeline", lambda: self.view.go_to(STORY_PANE)),
        ):  # fmt: skip
            acts.bind(f"customers.{name}", doer)
        acts.allow("customers", write=False, note=False, book=False, timeline=False)

    def _side(self, board: Board) -> QWidget:
        if self._ask.customer_id and board.person is not None:
            return self.view
        bare = not board.listed.rows and not board.ask.words
        return self.empty if bare else self._list_page

    def _show_list(self, listed: ListPage) -> None:
        number = len(listed.rows)
        words = self._ask.words
        if words:
            line = _tr("1 found") if number == 1 else _tr("{n} found").format(n=number)
        else:
            line = _tr("One person over all systems: who they are, what they asked, what was answered")
        self.header.set_texts(self.title(), line)
        self.order.setEnabled(not words)
        if self.board is not None:
            self.list.show_customers(listed.rows, self.workspace.formats, self.board.now)
        self._found.setCurrentWidget(self.list if listed.rows else self.nobody)

    def _search(self, words: str) -> None:
        if words != self._ask.words:
            self._ask = replace(self._ask, words=words, loaded=FIRST)
            self.reload()

    def _sort(self, order: str) -> None:
        self._ask = replace(self._ask, order=order, loaded=FIRST)
        self.list.scrollToTop()
        self.reload()

    def _to_search(self) -> None:
        if self._ask.customer_id:
            self.back()
        self.search.setFocus()
        self.search.selectAll()

    def _step(self, by: int) -> None:
        if self._ask.customer_id:
            self.view.story.story.setProperty("keyboard", True)
            self.view.story.story.step(by)
        else:
            self.list.setProperty("keyboard", True)
            self.list.step(by)

    def _open_chosen(self) -> None:
        line = self.list.current()
        if isinstance(line, CustomerLine):
            self.open_customer(line.key)

    def _read_more(self) -> None:
        board = self.board
        if board is None or board.listed.after is None or (self._more_ticket and not self._more_ticket.done):
            return
        ask, after = self._ask, board.listed.after
        self._more_ticket = self.run(lambda: self.reader.more(ask, after), lambda page: self._add(ask, page))

    def _add(self, ask: Ask, page: ListPage) -> None:
        if self.board is None or (ask.order, ask.words) != (self._ask.order, self._ask.words):
            return
        rows = (*self.board.listed.rows, *page.rows)
        self.board = replace(self.board, listed=ListPage(rows, page.after))
        self._ask = replace(self._ask, loaded=len(rows))
        self._show_list(self.board.listed)

    def _part(self, part: str) -> None:
        if part != self._ask.part:
            self._ask = replace(self._ask, part=part, told=STORY)
            self.reload()

    def _read_story(self) -> None:
        person = self.board.person if self.board is not None else None
        if person is None or person.before is None or (self._more_ticket and not self._more_ticket.done):
            return
        ask, before = self._ask, person.before
        self._more_ticket = self.run(
            lambda: self.reader.more_story(ask, before), lambda page: self._add_story(ask, page)
        )

    def _add_story(self, ask: Ask, page: Any) -> None:
        person = self.board.person if self.board is not None else None
        if (
            person is None
            or self.board is None
            or (ask.customer_id, ask.part) != (self._ask.customer_id, self._ask.part)
        ):
            return
        story = (*person.story, *page.entries)
        self.board = replace(self.board, person=replace(person, story=story, before=page.before))
        self._ask = replace(self._ask, told=len(story))
        self.view.story.show_story(story, self.workspace.formats, self.board.now)

    def _open_entry(self, kind: str, entry_id: int) -> None:
        if kind == "escalation":
            self.desk.go.open("inbox", entry_id)
        elif kind == "run":
            self.desk.go.open("automations", ("run", entry_id))
        elif kind == "message":
            self.run(lambda: self.reader.message(entry_id), self._read_message)

    def _read_message(self, message: Message | None) -> None:
        if message is not None:
            message_sheet(self.window(), message, self.workspace.formats, self.workspace.clock.now()).open()

    def _with(self, deed: Any, *values: Any) -> None:
        person = self.board.person if self.board is not None else None
        if person is not None:
            deed(person.profile.customer, *values)

    def _note(self, text: str) -> None:
        box = self.view.profile.note_box
        self._with(self.deeds.note, text, lambda: box.show_text(""), lambda error: box.show_fault(str(error)))

    def _edit(self) -> None:
        person = self.board.person if self.board is not None else None
        if person is None:
            return
        customer = person.profile.customer
        before = {key: str(getattr(customer, key)) for key in ("name", "phone", "email", "address", "company")}
        sheet = edit_sheet(self.window(), before)

        def send(said: dict[str, Any]) -> None:
            news = changed(before, said)
            if news:
                self.deeds.correct(customer, news, sheet.close_overlay, sheet.refused)
            else:
                sheet.close_overlay()

        sheet.sent.connect(send)
        sheet.open_at("name")

    def _consent(self, asked: tuple[str, bool | None]) -> None:
        address, may = asked
        if may is None:
            self.deeds.try_address(address)
            return
        person = self.board.person if self.board is not None else None
        if person is None:
            return
        customer = person.profile.customer
        if may:
            words = (
                _tr("Told to {name}").format(name=self.workspace.person) if self.workspace.person else _tr("Told to us")
            )
            self.deeds.refuse(customer, address, words)
            return
        sheet = reason_sheet(self.window(), address)
        sheet.sent.connect(
            lambda said: self.deeds.allow(customer, address, said["words"], sheet.close_overlay, sheet.refused)
        )
        sheet.open_at("words")

    def _call(self, phone: str) -> None:
        QGuiApplication.clipboard().setText(phone)
        number = self.workspace.formats.phone(phone)
        self.desk.notices.toast(
            _tr("Call {number}; the number is on the clipboard").format(number=number), icon="phone"
        )

    def _letter_back(self, letter: Letter) -> None:
        self._typed[letter.customer_id] = (letter.subject, letter.text)
        if letter.customer_id == self._ask.customer_id:
            self.write()

    def _why_not(self, email: str, *, objects: bool) -> str:
        if objects:
            return _tr("They have asked not to be written to; see “May we write?”")
        if not email:
            return _tr("There is no address to write to; add one under “Edit”")
        return _tr("Nothing can be sent from here just now")


def _reply_to(subject: str) -> str:
    if not subject:
        return ""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
