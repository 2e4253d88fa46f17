"""Settings, Texts: every message text, edited beside what a real customer would read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backroom.automation.text_edits import (
    Example,
    Fault,
    Tried,
    examples,
    faults_of,
    restore_text,
    save_text,
    texts_in_use,
    tried,
    used_by,
)  # fmt: skip
from backroom.automation.texts import MessageTemplate
from backroom.errors import InputError
from backroom.ui.settings_pane import Pane
from backroom.ui.tasks import Ticket
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.card import Card, Panel
from backroom.ui.widgets.fields import TextField
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.inputs import ChoiceBox
from backroom.ui.widgets.scroll import empty
from backroom.ui.widgets.section import SectionHeader
from backroom.ui.widgets.tag import Tag
from backroom.ui.widgets.text import Label, Paragraph
from backroom.ui.workspace import Desk, Workspace

_PAUSE_MS = 350


@dataclass(frozen=True, slots=True)
class TextsRead:
    """Texts, who sends them, and enquiries to try them on."""

    texts: tuple[MessageTemplate, ...]
    used: dict[str, tuple[str, ...]]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One look at what is typed: what is wrong, else the text as filled in."""

    faults: tuple[Fault, ...]
    tried: Tried | None


class TextsPane(Pane):
    """The list of texts, or the editor of one with its preview."""

    KEY, TITLE, ICON = "texts", "Texts", "message-square"
    LINE = "What Backroom writes for you. Each text can be tried on a real enquiry before it is used."
    WORDS = "message template answer follow-up subject wording preview"
    WATCHES = frozenset({"message_text", "lead"})

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Show no text yet."""
        super().__init__(workspace, desk)
        self._read: TextsRead | None = None
        self._key = ""
        self._list, self._editor = QWidget(), QWidget()
        self._cards = QVBoxLayout(self._list)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(10)
        self._trial: Ticket | None = None
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._try)
        self._build_editor()
        self.put(self._list)
        self.put(self._editor)
        self._editor.hide()

    def load(self) -> TextsRead:
        """Read texts and examples."""
        with self.workspace.store.read() as reader:
            return TextsRead(texts_in_use(reader), used_by(reader), examples(reader))

    def show_data(self, data: TextsRead) -> None:
        """Show the list; an open editor keeps what is typed."""
        before, self._read = self._read, data
        if before is None or before.texts != data.texts or before.used != data.used:
            empty(self._cards)
            for text in data.texts:
                self._cards.addWidget(self._card(text, data.used.get(text.key, ())))
        if before is None or before.examples != data.examples:
            self._fill_examples(data.examples)

    def open_target(self, target: object) -> None:
        """Edit the text of that key."""
        if isinstance(target, str) and self._read is not None:
            self._open(target)

    def save(self) -> None:
        """Keep the words."""
        if not self._key or not self._form.check():
            return
        key, values, by = self._key, self._form.values(), self.workspace.person

        def done(_none: Any) -> None:
            self._form.settle()
            self.desk.notices.toast(self.tr("Kept. The next message uses these words."))
            self._close()
            self.again()

        def work() -> None:
            self.workspace.store.write_now(lambda tx: save_text(tx, key, values["subject"], values["body"], by))

        self.run(work, done, self._refused)

    def leave(self) -> bool:
        """Go back to the list; False if it is in front already."""
        if not self._key:
            return False
        self._close()
        return True

    def _card(self, text: MessageTemplate, rules: tuple[str, ...]) -> Card:
        card = Card(padding=14, spacing=2)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(text.name, "section", elide=True))
        about = text.about or (self.tr("Sent by your own rules.") if rules else self.tr("No rule sends it."))
        words.addWidget(Paragraph(about))
        edit = Button(self.tr("Edit"), icon="pencil")
        edit.setAccessibleName(self.tr("Edit {name}").format(name=text.name))
        edit.clicked.connect(lambda: self._open(text.key))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(words, 1)
        if text.edited:
            row.addWidget(Tag(self.tr("Your words"), "accent"))
        row.addWidget(edit)
        card.column.addLayout(row)
        return card

    def _build_editor(self) -> None:
        self._title = SectionHeader("", face="section")
        back = Button(self.tr("All texts"), "link", icon="arrow-left")
        back.clicked.connect(self._close)
        self._form = Form(
            (
                TextField(key="subject", label=self.tr("Subject")),
                TextField(
                    key="body", label=self.tr("Text"), lines=13,
                    help=self.tr("{{ customer.first_name }} and the like are filled in for each customer."),
                ),
            )
        )  # fmt: skip
        self._form.changed.connect(self._pause.start)
        self._keep = Button(self.tr("Use these words"), "primary", key="Ctrl+S")
        self._keep.clicked.connect(self.save)
        self._restore = Button(self.tr("Back to the delivered text"), icon="rotate-ccw")
        self._restore.clicked.connect(self._take_back)
        self._examples = ChoiceBox((), self.tr("Try it on"))
        self._examples.currentIndexChanged.connect(lambda _at: self._pause.start())
        self._preview = Panel(padding=16, spacing=8)
        self._subject = Paragraph("", "section", "text")
        self._body = Paragraph("", colour="text")
        self._preview.column.addWidget(self._subject)
        self._preview.column.addWidget(self._body)
        self._lay_out_editor(back)

    def _lay_out_editor(self, back: Button) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._restore)
        buttons.addStretch(1)
        buttons.addWidget(self._keep)
        shown = QHBoxLayout()
        shown.setSpacing(10)
        shown.addWidget(Label(self.tr("As this customer would read it"), "section"))
        shown.addWidget(self._examples, 1)
        column = QVBoxLayout(self._editor)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(back)
        column.addWidget(self._title)
        column.addWidget(self._form)
        column.addLayout(buttons)
        column.addSpacing(8)
        column.addLayout(shown)
        column.addWidget(self._preview)

    def _fill_examples(self, found: tuple[Example, ...]) -> None:
        self._examples.blockSignals(True)
        chosen = self._examples.currentData()
        self._examples.clear()
        for one in found:
            name = one.name or self.tr("Somebody without a name")
            when = self.workspace.formats.day(one.at, now=self.workspace.clock.now())
            self._examples.addItem(f"{name}, {when}", one.lead_id)
        self._examples.choose(chosen)
        self._examples.setVisible(bool(found))
        self._examples.blockSignals(False)

    def _open(self, key: str) -> None:
        text = next((one for one in (self._read.texts if self._read else ()) if one.key == key), None)
        if text is None:
            return
        self._key = key
        self._title.set_texts(text.name, text.about)
        self._form.show_values({"subject": text.subject, "body": text.body.rstrip("\n")}, over_typed=True)
        self._restore.setVisible(text.edited)
        self._list.hide()
        self._editor.show()
        self._form.editor("body").setFocus()
        self._try()

    def _close(self) -> None:
        self._key = ""
        self._pause.stop()
        self._editor.hide()
        self._list.show()

    def _try(self) -> None:
        """Look at what is typed: faults under their field, else the text as a real customer would get it."""
        values, chosen = self._form.values(), self._examples.currentData()
        example = next((one for one in (self._read.examples if self._read else ()) if one.lead_id == chosen), None)
        now = self.workspace.clock.now()

        def work() -> Trial:
            faults = faults_of(values["subject"], values["body"])
            if faults or example is None:
                return Trial(faults, None)
            with self.workspace.store.read() as reader:
                return Trial((), tried(reader, values["subject"], values["body"], example, now))

        if self._trial is not None:
            self._trial.cancel()
        self._trial = self.run(work, self._show_trial)

    def _show_trial(self, trial: Trial) -> None:
        self._keep.setEnabled(not trial.faults)
        if trial.faults:
            first = trial.faults[0]
            self._say(self.tr("This could not be sent"), f"{first.words} {first.remedy}", bad=True)
        elif trial.tried is None:
            self._say(self.tr("No enquiry has come in yet"), self.tr("The first one will show how the text reads."))
        elif trial.tried.filled is None:
            self._say(self.tr("Not for this customer"), f"{trial.tried.missing} {trial.tried.remedy}", bad=True)
        else:
            self._say(trial.tried.filled.subject, trial.tried.filled.body)

    def _say(self, head: str, words: str, *, bad: bool = False) -> None:
        self._preview.set_tone("warn_soft" if bad else "surface", "warn" if bad else "border")
        self._subject.setText(head)
        self._body.setText(words)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, InputError) and error.field in self._form.values():
            self._form.fail(error.field, f"{error} {error.remedy}".strip())
        else:
            self.desk.notices.problem(error)

    def _take_back(self) -> None:
        key, by = self._key, self.workspace.person

        def done(before: tuple[str, str] | None) -> None:
            undo = None
            if before is not None:
                undo = lambda: self.write(lambda tx: save_text(tx, key, *before, by))  # noqa: E731 - the undo of this very act
            self.desk.notices.toast(self.tr("The delivered words are used again."), undo)
            self._close()
            self.again()

        self.run(lambda: self.workspace.store.write_now(lambda tx: restore_text(tx, key)), done)
