"""Sheets of a connection: the gallery of kinds, the form with a tried sign-in, and what removing means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from backroom.errors import BackroomError, InputError
from backroom.integration.contract import Connector, FieldKind, Tested
from backroom.ui.models.mailbox_check import MailboxMade, MailboxRefused, MailboxSeen
from backroom.ui.notices import describe
from backroom.ui.overlay import Overlay
from backroom.ui.widgets.button import Button
from backroom.ui.widgets.connection_card import KindCard
from backroom.ui.widgets.fields import Field, TextField, declared
from backroom.ui.widgets.form import Form
from backroom.ui.widgets.mailbox_form import MailboxForm
from backroom.ui.widgets.scroll import ScrollColumn
from backroom.ui.widgets.seen_list import SeenList
from backroom.ui.widgets.text import Paragraph

MAILBOX = "mailbox"
Run = Callable[[Callable[[], Any], Callable[[Any], None], Callable[[BaseException], None]], object]


class Gallery(Overlay):
    """Every kind of system this version can connect; `picked` carries its key, or `mailbox` for both halves."""

    picked = Signal(str)

    def __init__(self, window: QWidget, kinds: Iterable[Connector]) -> None:
        """Lie over `window`."""
        super().__init__(window, self.tr("Connect a system"), place="right", wide=620)
        area = ScrollColumn(margins=(0, 0, 8, 0), spacing=10)
        whole = self.tr("Reads what customers write and sends the answers from your own address.")
        entries = [(MAILBOX, "mail", self.tr("Mailbox: read and send"), whole)]
        entries += [(kind.key, kind.icon, kind.title, kind.blurb) for kind in kinds]
        for key, icon, title, blurb in entries:
            card = KindCard(icon, title, blurb, self.tr("Connect"))
            card.chosen.connect(lambda key=key: self._pick(key))
            area.column.addWidget(card)
        self.body.addWidget(area, 1)

    def _pick(self, key: str) -> None:
        self.close_overlay()
        self.picked.emit(key)


class TriedSheet(Overlay):
    """A form whose sign-in is tried first; the same button then keeps it."""

    kept = Signal()

    def __init__(self, window: QWidget, title: str, run: Run, *, keeps: str) -> None:
        """`run` leaves the main thread; `keeps` is the word of the button once the sign-in worked."""
        super().__init__(window, title, place="right", wide=620)
        self._run, self._keeps = run, keeps
        self._good = False
        self.area = ScrollColumn(margins=(0, 0, 12, 0), spacing=14)
        self.body.addWidget(self.area, 1)
        self._doing = Paragraph("", "note")
        self.go = Button(self.tr("Try the sign-in"), "primary")
        self.go.clicked.connect(self._press)
        foot = QHBoxLayout()
        foot.addWidget(self._doing, 1)
        foot.addWidget(self.go)
        self.body.addLayout(foot)

    def check(self) -> bool:
        """Say what is missing."""
        return True

    def trial(self) -> Callable[[], Any]:
        """Return the work that only looks."""
        raise NotImplementedError

    def keeping(self) -> Callable[[], Any]:
        """Return the work that keeps it."""
        raise NotImplementedError

    def show_seen(self, seen: Any) -> None:
        """Show what the trial saw."""

    def show_refusal(self, error: BaseException) -> None:
        """Say what did not work; what was typed stays."""

    def changed(self) -> None:
        """Note that the trial is no longer about what stands in the form."""
        self._good = False
        self._refresh()

    def _press(self) -> None:
        if not self.check():
            return
        keeping = self._good
        self._refresh(self.tr("Keeping it …") if keeping else self.tr("Signing in …"))
        self._run(self.keeping() if keeping else self.trial(), self._was_kept if keeping else self._tried, self._failed)

    def _refresh(self, doing: str = "") -> None:
        self._doing.setText(doing)
        self.go.setEnabled(not doing)
        self.go.setText(self._keeps if self._good else self.tr("Try the sign-in"))
        self.go.updateGeometry()

    def _tried(self, seen: Any) -> None:
        self._good = True
        self._refresh()
        self.show_seen(seen)
        self.go.setFocus()

    def _was_kept(self, _result: Any) -> None:
        self.close_overlay()
        self.kept.emit()

    def _failed(self, error: BaseException) -> None:
        self._good = False
        self._refresh()
        self.show_refusal(error)


class ConnectionSheet(TriedSheet):
    """The form a connector declares; for a new connection, or for one that is there (`values`)."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        kind: Connector,
        run: Run,
        *,
        try_it: Callable[[dict[str, Any]], Tested],
        keep: Callable[[dict[str, Any], str], Any],
        name: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """`try_it` looks and `keep` keeps; `values` are the settings of a connection that is there."""
        keeps = self.tr("Connect") if values is None else self.tr("Keep and go on")
        super().__init__(window, title, run, keeps=keeps)
        secrets = frozenset(one.key for one in kind.form if one.kind is FieldKind.PASSWORD)
        named: Field = TextField(
            key="_name", label=self.tr("Name"), required=False, default=name, help=self._name_help()
        )
        self.form = Form((*declared(kind.form, kept_secrets=secrets if values is not None else frozenset()), named))
        if values:
            self.form.show_values(values, over_typed=True)
        self._try_it, self._keep = try_it, keep
        self._seen = SeenList()
        self._seen.hide()
        for widget in (Paragraph(kind.blurb), self.form, self._seen):
            self.area.column.addWidget(widget)
        self.form.changed.connect(self._typed)

    def check(self) -> bool:
        """Say what is missing."""
        return self.form.check()

    def trial(self) -> Callable[[], Any]:
        """Look without keeping."""
        values, _name = self._values()
        return lambda: self._try_it(values)

    def keeping(self) -> Callable[[], Any]:
        """Keep it."""
        values, name = self._values()
        return lambda: self._keep(values, name)

    def show_seen(self, seen: Tested) -> None:
        """Show account and details."""
        self._seen.show_seen([(True, f"{seen.account}: {seen.words}", seen.details)])

    def show_refusal(self, error: BaseException) -> None:
        """Show the error under its field, or below the form."""
        problem = describe(error)
        words = f"{problem.what} {problem.remedy}".strip()
        if isinstance(error, InputError) and error.field and error.field in self.form.values():
            self.form.fail(error.field, words)
            return
        if not isinstance(error, BackroomError):
            words = f"{problem.what} {problem.meaning}"
        self._seen.show_seen([(False, self.tr("This did not work."), (words,))])

    def _typed(self) -> None:
        self._seen.hide()
        self.changed()

    def _values(self) -> tuple[dict[str, Any], str]:
        values = self.form.values()
        return values, str(values.pop("_name"))

    def _name_help(self) -> str:
        return self.tr("How it is called in Backroom. Left empty, the account's name.")


class MailboxSheet(TriedSheet):
    """Both halves of a mailbox in one form."""

    def __init__(
        self,
        window: QWidget,
        run: Run,
        *,
        try_it: Callable[[dict[str, Any]], MailboxSeen],
        keep: Callable[[dict[str, Any], MailboxMade], None],
    ) -> None:
        """`try_it` looks, `keep` connects both."""
        super().__init__(window, self.tr("Connect a mailbox"), run, keeps=self.tr("Connect"))
        self._try_it, self._keep = try_it, keep
        self._made = MailboxMade()
        self.mailbox = MailboxForm()
        self.area.column.addWidget(self.mailbox)
        self.mailbox.changed.connect(self.changed)

    def check(self) -> bool:
        """Say what is missing."""
        return self.mailbox.check()

    def trial(self) -> Callable[[], Any]:
        """Sign in to both servers."""
        answers = self.mailbox.answers()
        return lambda: self._try_it(answers)

    def keeping(self) -> Callable[[], Any]:
        """Connect both."""
        answers = self.mailbox.answers()
        return lambda: self._keep(answers, self._made)

    def show_seen(self, seen: MailboxSeen) -> None:
        """Show what both saw."""
        self.mailbox.show_seen(seen)

    def show_refusal(self, error: BaseException) -> None:
        """Show it under its field."""
        if isinstance(error, MailboxRefused):
            self.mailbox.show_refusal(error)
        else:
            problem = describe(error)
            self.mailbox.seen.show_seen([(False, problem.what, (problem.meaning, problem.remedy))])


class SureSheet(Overlay):
    """Before what cannot be undone: what will happen, what stays, and the button that does it."""

    agreed = Signal()

    def __init__(self, window: QWidget, title: str, lines: Iterable[str], act: str) -> None:
        """Say `lines` and offer `act`."""
        super().__init__(window, title, wide=520)
        for line in lines:
            self.body.addWidget(Paragraph(line, colour="text"))
        keep = Button(self.tr("Leave it as it is"))
        keep.clicked.connect(self.close_overlay)
        self.go = Button(act, "danger")
        self.go.clicked.connect(self._agree)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(keep)
        row.addWidget(self.go)
        self.body.addLayout(row)

    def _agree(self) -> None:
        self.close_overlay()
        self.agreed.emit()
