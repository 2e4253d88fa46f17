"""The three panes of one customer: who they are, everything so far, and what is open now."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.escalation.timeline import Entry
from backroom.records.customers import CustomerNote
from backroom.ui.formats import Formats
from backroom.ui.models.customer_data import Person
from backroom.ui.models.customer_now import lead_lines, open_lines, said_lines
from backroom.ui.models.customer_words import facts_of, system_of
from backroom.ui.theme import px
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Panel
from backroom.ui.widgets.composer import WriteBox
from backroom.ui.widgets.customer_pane import moments
from backroom.ui.widgets.facts import Facts
from backroom.ui.widgets.keychip import KeyChip
from backroom.ui.widgets.line_card import CardLine, LineCard
from backroom.ui.widgets.scroll import ScrollColumn, empty
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.tags import TagInput
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.widgets.timeline import Timeline

NEAR_END = 10


def _tr(text: str) -> str:
    return QCoreApplication.translate("Customers", text)


class ProfilePane(ScrollColumn):
    """Who they are: every field with its source, other addresses, tags and notes."""

    decided = Signal(str, str)
    edit_asked = Signal()
    tagged = Signal(tuple)
    noted = Signal(str)
    note_gone = Signal(object)
    separate_asked = Signal(object)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(margins=(24, 14, 20, 18), spacing=8)
        self._person: Person | None = None
        head = SectionHeader(_tr("Who they are"), _tr("each field says where it is from"), ruled=True)
        edit = Button(_tr("Edit"), "link")
        edit.setAccessibleName(_tr("Edit the fields"))
        edit.clicked.connect(self.edit_asked)
        head.add(edit)
        self._facts = Facts()
        self._facts.decided.connect(self.decided)
        self._also = LineCard(_tr("Also known as"))
        self._also.acted.connect(self.separate_asked)
        self._tags = TagInput((), _tr("the tags"))
        self._tags.changed.connect(lambda: self.tagged.emit(self._tags.tags()))
        self.note_box = WriteBox(
            "sticky-note", _tr("Write a note for the team"), _tr("Only people of the business see it"), "N",
            _tr("Save"), note=True,
        )  # fmt: skip
        self.note_box.sent.connect(lambda text, _then: self.noted.emit(text))
        self._notes = QVBoxLayout()
        self._notes.setSpacing(6)
        for widget in (head, self._facts):
            self.column.addWidget(widget)
        self.column.setSpacing(px(8))
        self.column.addSpacing(px(6))
        self.column.addWidget(self._also)
        self.column.addSpacing(px(6))
        self.column.addWidget(SectionHeader(_tr("Tags"), ruled=True))
        self.column.addWidget(self._tags)
        self.column.addSpacing(px(6))
        self.column.addWidget(SectionHeader(_tr("Notes"), ruled=True))
        self.column.addWidget(self.note_box)
        self.column.addLayout(self._notes)
        self._notes_shown: object = None

    def show_person(self, person: Person, formats: Formats, now: datetime) -> None:
        """Show a customer; what is being typed stays."""
        before, self._person = self._person, person
        customer = person.profile.customer
        other = before is None or before.profile.customer.id != customer.id
        kept = {field: str(getattr(customer, field)) for field in ("name", "email", "phone", "company", "address")}
        self._facts.show_facts(facts_of(person.profile, formats, now), kept)
        self._show_also(person, formats, now)
        if tuple(customer.tags) != self._tags.tags():
            self._tags.show_tags(tuple(customer.tags))
        if other:
            self.note_box.show_text("")
            self.verticalScrollBar().setValue(0)
        self._show_notes(person.profile.notes, formats, now)

    def _show_also(self, person: Person, formats: Formats, now: datetime) -> None:
        customer = person.profile.customer
        lines = []
        for one in person.profile.addresses:
            if one.value in (customer.email.lower(), customer.phone):
                continue
            shown = formats.phone(one.value) if one.kind == "phone" else one.value
            words = _tr("also calls from {value}") if one.kind == "phone" else _tr("also writes from {value}")
            source = system_of(one.source)[0] if one.source else ""
            note = ", ".join(part for part in (source, formats.day(one.seen_at, now=now)) if part)
            icon = "phone" if one.kind == "phone" else "mail"
            lines.append(CardLine(icon=icon, title=words.format(value=shown), note=note))
        lines += [
            CardLine(
                icon="users", title=_tr("was also listed as {name}").format(name=joined.name), note=joined.reason,
                act=_tr("Separate again"), act_key=joined,
            )
            for joined in person.profile.joined
        ]  # fmt: skip
        self._also.setVisible(bool(lines))
        self._also.show_lines(lines)

    def _show_notes(self, notes: tuple[CustomerNote, ...], formats: Formats, now: datetime) -> None:
        shown = tuple((note.id, note.text) for note in notes)
        if shown == self._notes_shown:
            return
        self._notes_shown = shown
        empty(self._notes)
        for note in notes:
            self._notes.addWidget(self._note(note, formats, now))

    def _note(self, note: CustomerNote, formats: Formats, now: datetime) -> QWidget:
        panel = Panel(padding=12, spacing=2)
        head = QHBoxLayout()
        by = _tr("{name}, {when}").format(name=note.by or _tr("Somebody"), when=formats.when(note.at, now=now))
        head.addWidget(Label(by, "note", "muted", elide=True), 1)
        gone = Button("", "quiet", icon="trash-2")
        gone.setAccessibleName(_tr("Remove the note of {name}").format(name=by))
        gone.setToolTip(_tr("Remove this note"))
        gone.clicked.connect(lambda: self.note_gone.emit(note))
        head.addWidget(gone)
        panel.column.addLayout(head)
        panel.column.addWidget(Paragraph(note.text, "body", "text", spacing=1.35))
        return panel


class StoryPane(QWidget):
    """Everything so far, over all systems, newest first; older parts are read when they come near."""

    part_asked = Signal(str)
    near_end = Signal()
    entry_opened = Signal(str, object)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(Label(_tr("Everything so far"), "section"))
        title.addStretch(1)
        self._count = Label("", "note", "muted")
        title.addWidget(self._count)
        title.addWidget(KeyChip("T"))
        words = {
            "all": _tr("All"), "message": _tr("Messages"), "call": _tr("Calls"), "appointment": _tr("Visits"),
            "invoice": _tr("Papers"), "rest": _tr("Rules"),
        }  # fmt: skip
        segments = tuple(Segment(key, word) for key, word in words.items())
        self.parts = Segmented(segments, _tr("Which part of the story"), pills=True)
        self.parts.chosen.connect(self.part_asked)
        self._none = Paragraph("", "body")
        self.story = Timeline(_tr("Everything so far"))
        self.story.verticalScrollBar().valueChanged.connect(lambda _at: self._look_ahead())
        self.story.moment_opened.connect(lambda moment: self.entry_opened.emit(*moment.key))
        top = QVBoxLayout()
        top.setContentsMargins(px(20), px(14), px(20), 0)
        top.setSpacing(px(10))
        top.addLayout(title)
        top.addWidget(self.parts)
        top.addWidget(self._none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(top)
        column.addWidget(self.story, 1)
        column.addStretch(0)

    def show_story(self, story: tuple[Entry, ...], formats: Formats, now: datetime) -> None:
        """Show the story as far as it was read."""
        at = self.story.verticalScrollBar().value()
        systems = len({entry.kind for entry in story} - {"run", "escalation"})
        words = _tr("1 system") if systems == 1 else _tr("{n} systems").format(n=systems)
        self._count.setText(words if systems else "")
        all_of_it = self.parts.current() == "all"
        none = (
            _tr("Calls, messages, visits and invoices will stand here.") if all_of_it else _tr("Nothing of this kind.")
        )
        self._none.setText("" if story else none)
        self._none.setVisible(not story)
        self.story.setVisible(bool(story))
        self.story.show_moments(moments(story, formats, now))
        self.story.verticalScrollBar().setValue(at)

    def _look_ahead(self) -> None:
        bar = self.story.verticalScrollBar()
        if bar.value() > bar.maximum() - NEAR_END * px(52):
            self.near_end.emit()


class NowPane(ScrollColumn):
    """What is open now, the enquiries and what may be sent; `opened` carries (page, target)."""

    opened = Signal(object)
    consent_asked = Signal(object)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(margins=(20, 16, 20, 16), spacing=12)
        self._open = LineCard(_tr("Open now"))
        self._leads = LineCard(_tr("Enquiries"))
        self._consent = LineCard(_tr("May we write?"))
        self._open.opened.connect(self.opened)
        self._consent.acted.connect(self.consent_asked)
        for card in (self._open, self._leads, self._consent):
            self.column.addWidget(card)

    def show_person(self, person: Person, formats: Formats, now: datetime) -> None:
        """Show how things stand with a customer."""
        lines = open_lines(person, formats, now)
        owes = _tr("{money} open").format(money=formats.money(person.owes)) if person.owes else ""
        self._open.show_lines(lines, note=owes, none=_tr("Nothing is open with this customer."))
        self._show_leads(person, formats, now)
        note = _tr("has objected") if person.objects else ""
        self._consent.show_lines(
            said_lines(person, formats, now), note=note, none=_tr("No address to write to is known.")
        )

    def _show_leads(self, person: Person, formats: Formats, now: datetime) -> None:
        paid = _tr("{money} paid in all").format(money=formats.money(person.paid, short=True)) if person.paid else ""
        none = _tr("No enquiry yet; they are known from calls, visits or invoices.")
        self._leads.show_lines(lead_lines(person, formats, now), note=paid, none=none)
