"""Runs by hand for the Automations page: start a rule on one record, run again from a step, move what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from backroom.automation.run_moves import Move, preview_moves
from backroom.automation.trace import RuleView
from backroom.ui.models.automation_data import RuleSheet
from backroom.ui.models.run_starts import AT_ONCE, AgainView, Candidate, find_records, read_again, start_of, which_words
from backroom.ui.widgets.chooser import Option
from backroom.ui.widgets.run_sheets import AgainSheet, MovesSheet, RecordSheet

if TYPE_CHECKING:
    from backroom.ui.pages.automations import Automations


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class RunDesk(QObject):
    """Asks what is needed, then lets the page's deeds do it."""

    def __init__(self, page: Automations) -> None:
        """Work for `page`."""
        super().__init__(page)
        self._page = page

    @property
    def may_start(self) -> bool:
        """Whether the rule that is shown can be started by hand now."""
        shown = self._shown
        return shown is not None and shown.line.view.on and start_of(shown.rule) != ""

    @property
    def may_move(self) -> bool:
        """Whether runs of the rule that is shown wait on another version."""
        shown = self._shown
        return shown is not None and shown.elsewhere > 0 and shown.rule is not None

    def start(self) -> None:
        """Start the rule that is shown, at once or on a record that is asked for."""
        shown = self._shown
        if shown is None or not self.may_start:
            return
        view, record = shown.line.view, start_of(shown.rule)
        if record == AT_ONCE:
            self._page.deeds.start(view)
            return
        sheet = RecordSheet(self._page.window(), _tr("Run now: {name}").format(name=view.name), which_words(record))
        sheet.typed.connect(lambda typed: self._find(sheet, record, typed))
        sheet.picked.connect(lambda one: self._page.deeds.start(view, record, one.id, one.who or one.what))
        sheet.open()
        self._find(sheet, record, "")

    def again(self, run_id: int) -> None:
        """Ask from which step an ended run is to run again."""
        store = self._page.workspace.store

        def read() -> AgainView:
            with store.read() as reader:
                return read_again(reader, run_id)

        if run_id:
            self._page.run(read, self._ask_step)

    def look_at_moves(self) -> None:
        """Show where the runs that wait on other versions would go on with the live one."""
        shown, store = self._shown, self._page.workspace.store
        if shown is None or not self.may_move:
            return
        view = shown.line.view

        def read() -> tuple[Move, ...]:
            with store.read() as reader:
                return preview_moves(reader, view.key, view.version_id)

        self._page.run(read, lambda moves: self._ask_move(view, moves))

    @property
    def _shown(self) -> RuleSheet | None:
        return self._page.board.sheet if self._page.board is not None else None

    def _find(self, sheet: RecordSheet, record: str, typed: str) -> None:
        store, desk = self._page.workspace.store, self._page.desk

        def read() -> list[Candidate]:
            with store.read() as reader:
                return find_records(reader, record, typed)

        def found(candidates: list[Candidate]) -> None:
            if sheet.line.text() == typed:
                sheet.show_found([self._option(one) for one in candidates])

        desk.tasks.run(sheet, read, found, desk.notices.problem)

    def _option(self, one: Candidate) -> Option:
        formats, now = self._page.workspace.formats, self._page.workspace.clock.now()
        when = formats.day(one.at, now=now) if one.at is not None else ""
        note = ", ".join(part for part in (one.what if one.who else "", when) if part)
        return Option(key=one, text=one.who or one.what, note=note, person=one.who or "?", here=True)

    def _ask_step(self, view: AgainView) -> None:
        page = self._page
        sheet = AgainSheet(page.window(), view)
        sheet.picked.connect(lambda version_id, path: page.deeds.again(view.run_id, path, version_id, page.reload))
        sheet.open()

    def _ask_move(self, view: RuleView, moves: tuple[Move, ...]) -> None:
        if not moves:
            self._page.desk.notices.toast(_tr("Nothing waits on an earlier version any more"))
            return
        sheet = MovesSheet(self._page.window(), moves)
        sheet.agreed.connect(lambda: self._page.deeds.move(view))
        sheet.open()
