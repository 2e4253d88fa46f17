"""Automations: the rules as sentences, what each did and why, the texts they send, and what was set aside."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from backroom.automation.rule_builder import free_key
from backroom.automation.rules import Rule
from backroom.automation.run_list import FAILED, LATEST, WAITING, RunPage
from backroom.automation.text_edits import Example, faults_of
from backroom.errors import InputError
from backroom.integration.outbox import Outbox
from backroom.ui.models.automation_data import (
    ASIDE,
    FIRST,
    PLAYBOOKS,
    RULES,
    RUNS,
    TEXTS,
    Ask,
    AutomationReader,
    Board,
    RunSheet,
)
from backroom.ui.models.automation_deeds import AutomationDeeds
from backroom.ui.models.automation_words import PARTS, part_words, summary
from backroom.ui.models.playbook_words import summary as gallery_line
from backroom.ui.page import Page
from backroom.ui.playbook_desk import PlaybookDesk
from backroom.ui.tasks import Ticket
from backroom.ui.widgets.aside_pane import AsidePane
from backroom.ui.widgets.blind_strip import BlindStrip
from backroom.ui.widgets.empty import EmptyState
from backroom.ui.widgets.painted import Hairline
from backroom.ui.widgets.rule_editor import RuleEditor
from backroom.ui.widgets.rule_force import RuleForce
from backroom.ui.widgets.rule_list import RuleList, RuleRow
from backroom.ui.widgets.rule_sheets import new_text_sheet
from backroom.ui.widgets.rule_trial_desk import TrialDesk
from backroom.ui.widgets.rule_view import RuleView
from backroom.ui.widgets.run_desk import RunDesk
from backroom.ui.widgets.run_rows import RunList, RunRow
from backroom.ui.widgets.section import PageHeader
from backroom.ui.widgets.segmented import Segment, Segmented
from backroom.ui.widgets.text_pane import TextPane
from backroom.ui.widgets.trace_drawer import TraceDrawer
from backroom.ui.workspace import Desk, Workspace


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class Automations(Page):
    """The rules, one rule, the runs, the texts."""

    KEY, TITLE, ICON = "automations", "Automations", "workflow"
    WATCHES = frozenset(
        {
            "rule_switch",
            "rule_version",
            "run",
            "event",
            "effect",
            "message_text",
            "connection",
            "playbook_use",
            "rule_trial",
            "setting",
        }
    )

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        """Build the page; nothing is read before it is shown."""
        super().__init__(workspace, desk)
        self.board: Board | None = None
        self._ask = Ask()
        self._more_ticket: Ticket | None = None
        self._run_ticket: Ticket | None = None
        self._wanted_text = ""
        self._refocus = False
        self.reader = AutomationReader(workspace.store, workspace.clock)
        outbox = workspace.service(Outbox) if workspace.has(Outbox) else None
        self.deeds = AutomationDeeds(self, workspace.store, desk.tasks, desk.notices, outbox)
        self.deeds.actor = workspace.person
        self._build()
        self.editor = RuleEditor(self, desk.notices, self._draft)
        self.trials = TrialDesk(self, self.rule.what_if)
        self.trials.done = self.reload
        self.force = RuleForce(self)
        self.hand = RunDesk(self)
        self._wire()
        self._bind()
        desk.finders.append(self.reader.find)

    def load(self) -> Board:
        """Read the part of the page that is shown."""
        return self.reader.board(self._ask)

    def show_data(self, data: Board) -> None:
        """Show the board; what is chosen, scrolled, drafted and typed stays."""
        if replace(data.ask, loaded=0) != replace(self._ask, loaded=0):
            return
        self.board = data
        if data.gone:
            self.desk.notices.toast(_tr("This rule is not there any more"), icon="circle-alert")
            self._ask = replace(self._ask, rule_key="")
        self.blind.show_sources([one for one in data.sources if one.is_blind], self.workspace.formats, data.now)
        self._show_parts(data)
        self._stack.setCurrentWidget(self._side(data))
        self._allow()
        if (self._refocus or QApplication.focusWidget() in (None, self)) and self.isVisible():
            self._refocus = False
            self.first_focus().setFocus()

    def show_failure(self, error: BaseException) -> None:
        """Say that it could not be read, and offer to try again."""
        super().show_failure(error)
        if self.board is None:
            self._stack.setCurrentWidget(self.failed)

    def open_target(self, target: object) -> None:
        """Go to a rule by its key, to a part by its name, or to ("run", id), ("playbook", key), ("text", key)."""
        if target in PARTS:
            self.show_part(str(target))
        elif isinstance(target, str):
            self.open_rule(target)
        elif isinstance(target, tuple) and target[0] == "run":
            self.open_run(target[1])
        elif isinstance(target, tuple) and target[0] == "playbook":
            self.playbooks.want(str(target[1]))
            self.show_part(PLAYBOOKS)
        elif isinstance(target, tuple) and target[0] == "text":
            self._wanted_text = str(target[1])
            self.show_part(TEXTS)

    def first_focus(self) -> QWidget:
        """Start in the list that is shown."""
        if self._ask.rule_key:
            chips = self.rule.sentence.chips()
            return chips[0] if chips else self.rule.switch
        lists = {
            PLAYBOOKS: self.playbooks.gallery.first(), RULES: self.rules, RUNS: self.runs, TEXTS: self.texts.list,
        }  # fmt: skip
        return lists.get(self._ask.part, self.parts)

    def show_part(self, part: str) -> None:
        """Show rules, runs, texts or what was set aside."""
        if self.parts.current() != part:
            self._refocus = True
            self.parts.choose(part)
            return
        self._ask = replace(self._ask, part=part, rule_key="")
        self.reload()

    def open_rule(self, key: str) -> None:
        """Show one rule."""
        if self.editor.draft is not None and self.editor.draft.key != key:
            self.editor.forget()
            self.rule.draft = None
        self._ask = replace(self._ask, rule_key=key)
        self.reload()

    def open_run(self, run_id: int) -> None:
        """Show one run in a drawer."""
        if self._run_ticket is not None:
            self._run_ticket.cancel()
        self._run_ticket = self.run(lambda: self.reader.run(run_id), self._show_run)

    def back(self) -> None:
        """Go back to the list; a draft is kept until another rule is opened."""
        if not self._ask.rule_key:
            return
        self._ask = replace(self._ask, rule_key="")
        if self.board is not None:
            self.board = replace(self.board, ask=self._ask, sheet=None)
            self._stack.setCurrentWidget(self._side(self.board))
        self.first_focus().setFocus()
        self.reload()

    def pause(self) -> None:
        """Switch the rule at hand on or off."""
        view = next((one.view for one in self._lines() if one.view.key == self._rule_at_hand()), None)
        if view is not None:
            self.force.switch(view)

    def _hold_out(self, on: bool) -> None:  # noqa: FBT001 - a signal's own form
        sheet = self.board.sheet if self.board is not None else None
        if sheet is not None and sheet.rule is not None:
            self.deeds.hold_out(sheet.rule, on=on)

    def new_rule(self) -> None:
        """Make a rule of one's own, from scratch or like another one; it starts switched off."""
        self.editor.names = self.board.names if self.board is not None else {}
        self.editor.ask_new(self.force.put)

    def _build(self) -> None:
        self.blind = BlindStrip(_tr("Rules wait for what it would bring."))
        segments = tuple(Segment(key, part_words(key)) for key in PARTS)
        self.parts = Segmented(segments, _tr("Which part of the automations"))
        self.header = PageHeader(self.title())
        self.header.add(self.parts)
        self.playbooks = PlaybookDesk(self, self.workspace, self.desk, self.reload)
        self.rules = RuleList(_tr("Rules"))
        self.runs = RunList(_tr("Runs"))
        which = (Segment(LATEST, _tr("Latest")), Segment(WAITING, _tr("Waiting")), Segment(FAILED, _tr("Failed")))
        self.which = Segmented(which, _tr("Which runs"), pills=True)
        self.texts = TextPane(self.workspace.formats)
        self.aside = AsidePane()
        self.rule = RuleView(self.workspace.formats)
        self.failed = EmptyState(
            "circle-alert",
            _tr("The rules could not be read"),
            _tr("They go on working; try it once more."),
            tone="danger",
        )
        self.failed.button(_tr("Try again"), primary=True).clicked.connect(self.reload)
        self._no_rules = EmptyState(
            "workflow", _tr("No rules yet"), _tr("Rules come with Backroom; write one of your own.")
        )
        self._no_rules.button(_tr("New rule"), primary=True).clicked.connect(self.new_rule)
        self._no_runs = EmptyState("history", _tr("Nothing here"), "")
        self._no_aside = EmptyState(
            "circle-check", _tr("Nothing was set aside"), _tr("Everything that came in could be dealt with."), tone="ok"
        )
        self._lists = QStackedWidget()
        for widget in (
            self.playbooks.gallery,
            self.rules,
            self._runs_side(),
            self.texts,
            self.aside,
            self._no_rules,
            self._no_aside,
        ):
            self._lists.addWidget(widget)
        self._main = self._main_side()
        self._stack = QStackedWidget()
        for widget in (self._main, self.rule, self.failed):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.blind)
        column.addWidget(self._stack, 1)

    def _main_side(self) -> QWidget:
        made = QWidget()
        made.setObjectName("pane")
        head = QHBoxLayout()
        head.setContentsMargins(24, 14, 24, 12)
        head.addWidget(self.header)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self._lists, 1)
        return made

    def _runs_side(self) -> QWidget:
        self._runs_page = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(24, 10, 24, 8)
        head.addWidget(self.which)
        head.addStretch(1)
        self._runs_stack = QStackedWidget()
        self._runs_stack.addWidget(self.runs)
        self._runs_stack.addWidget(self._no_runs)
        column = QVBoxLayout(self._runs_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._runs_stack, 1)
        return self._runs_page

    def _wire(self) -> None:
        rule, go = self.rule, self.desk.go
        self.blind.repair_asked.connect(lambda: go.open("settings", "connections"))
        self.parts.chosen.connect(self.show_part)
        self.which.chosen.connect(self._choose_runs)
        self.rules.opened.connect(lambda row: self.open_rule(row.key))
        self.rules.chosen.connect(lambda _row: self._allow())
        self.rules.clicked.connect(lambda _at: self._open_chosen())
        self.runs.opened.connect(lambda row: self.open_run(row.key))
        self.runs.clicked.connect(lambda _at: self._open_chosen())
        self.runs.chosen.connect(lambda _row: self._allow())
        rule.runs.chosen.connect(lambda _row: self._allow())
        self.runs.near_end.connect(self._read_more)
        self.aside.again_asked.connect(self.deeds.try_again)
        self.aside.leave_asked.connect(self.deeds.leave)
        self.texts.try_asked.connect(self._try_text)
        self.texts.saved.connect(self._save_text)
        self.texts.restored.connect(self._restore_text)
        self.texts.new_asked.connect(self._new_text)
        rule.back_asked.connect(self.back)
        rule.switched.connect(lambda _on: self.pause())
        rule.ledger.hold_out_asked.connect(self._hold_out)
        rule.place_asked.connect(self.editor.press)
        rule.more_asked.connect(self.editor.more)
        rule.add_asked.connect(self.editor.add)
        rule.name_asked.connect(self.editor.rename)
        rule.undo_asked.connect(self.editor.undo)
        rule.compare_asked.connect(self.force.compare)
        rule.saved.connect(self.force.save_draft)
        rule.discarded.connect(self.discard)
        rule.body_asked.connect(self.force.edit_body)
        rule.version_asked.connect(self.force.go_back)
        rule.run_asked.connect(self.open_run)
        rule.runs_asked.connect(lambda: self.show_part(RUNS))
        rule.start_asked.connect(self.hand.start)
        rule.move_asked.connect(self.hand.look_at_moves)

    def _bind(self) -> None:
        acts = self.desk.actions
        for name, doer in (
            ("next", partial(self._step, 1)), ("previous", partial(self._step, -1)), ("new", self.new_rule),
            ("pause", self.pause), ("history", lambda: self.show_part(RUNS)), ("back", self.back),
            ("replay", self.trials.start), ("unedit", self.editor.undo), ("start", self.hand.start),
            ("again", lambda: self.hand.again(self._run_at_hand())), ("move", self.hand.look_at_moves),
        ):  # fmt: skip
            acts.bind(f"automations.{name}", doer)

    def _side(self, board: Board) -> QWidget:
        return self.rule if self._ask.rule_key and board.sheet is not None else self._main

    def _lines(self) -> tuple[Any, ...]:
        return self.board.rules if self.board is not None else ()

    def _rule_at_hand(self) -> str:
        if self._ask.rule_key:
            return self._ask.rule_key
        row = self.rules.current() if self._ask.part == RULES else None
        return row.key if isinstance(row, RuleRow) else ""

    def _run_at_hand(self) -> int:
        shown = self.rule.runs if self._ask.rule_key else self.runs if self._ask.part == RUNS else None
        row = shown.current() if shown is not None else None
        return row.key if isinstance(row, RunRow) else 0

    def _allow(self) -> None:
        self.desk.actions.allow(
            "automations", pause=self._rule_at_hand() != "", replay=bool(self._ask.rule_key),
            unedit=bool(self._ask.rule_key) and self.editor.can_undo, start=self.hand.may_start,
            again=self._run_at_hand() != 0, move=self.hand.may_move,
        )  # fmt: skip

    def _show_parts(self, data: Board) -> None:
        counts = {RULES: len(data.rules), ASIDE: len(data.aside)}
        self.parts.set_segments(
            tuple(
                Segment(part, part_words(part), str(counts[part]) if counts.get(part) else "",
                        "danger" if part == ASIDE and data.aside else "muted")
                for part in PARTS
            )
        )  # fmt: skip
        line = gallery_line(data.playbooks) if data.playbooks else summary(data.rules, len(data.aside))
        self.header.set_texts(self.title(), line)
        formats, now, part = self.workspace.formats, data.now, self._ask.part
        self.rules.show_rules(data.rules)
        if part == PLAYBOOKS:
            self.playbooks.show_cards(data.playbooks, now)
        elif part == RUNS:
            self._show_runs(data.runs)
        elif part == TEXTS:
            self.texts.show_texts(data.texts, data.names, data.examples, now)
            if self._wanted_text:
                self.texts.choose(self._wanted_text)
                self._wanted_text = ""
        elif part == ASIDE:
            self.aside.show_aside(data.aside, formats, now)
        pages: dict[str, QWidget] = {
            RULES: self.rules if data.rules else self._no_rules, RUNS: self._runs_page, TEXTS: self.texts,
            ASIDE: self.aside if data.aside else self._no_aside, PLAYBOOKS: self.playbooks.gallery,
        }  # fmt: skip
        self._lists.setCurrentWidget(pages[part])
        if data.sheet is not None:
            self.editor.names = data.names
            self.editor.begin(data.sheet)
            self.rule.show_sheet(data.sheet, data.names, now)
            self.editor.draft = self.rule.draft
            self.trials.show(data.sheet, self.rule.draft)

    def _show_runs(self, page: RunPage) -> None:
        if self.board is None:
            return
        self.runs.show_runs(page.runs, self.board.names, self.workspace.formats, self.board.now)
        words = {
            LATEST: _tr("As soon as something happens, every run of a rule is listed here with its reasons."),
            WAITING: _tr("No rule has anything before it just now."),
            FAILED: _tr("No rule failed in the last 30 days."),
        }[self._ask.which]
        self._no_runs.show_state("history", _tr("Nothing here"), words)
        self._runs_stack.setCurrentWidget(self.runs if page.runs else self._no_runs)

    def _choose_runs(self, which: str) -> None:
        self._ask = replace(self._ask, which=which, loaded=FIRST)
        self.runs.scrollToTop()
        self.reload()

    def _step(self, by: int) -> None:
        if self._ask.part == PLAYBOOKS and not self._ask.rule_key:
            self.playbooks.gallery.step(by)
            return
        lists = {RULES: self.rules, RUNS: self.runs, TEXTS: self.texts.list}
        shown = self.rule.runs if self._ask.rule_key else lists.get(self._ask.part)
        if shown is not None:
            shown.setProperty("keyboard", True)
            shown.step(by)

    def _open_chosen(self) -> None:
        row = (self.rules if self._ask.part == RULES else self.runs).current()
        if isinstance(row, RuleRow):
            self.open_rule(row.key)
        elif row is not None:
            self.open_run(row.key)

    def _read_more(self) -> None:
        board = self.board
        if board is None or board.runs.after is None or (self._more_ticket and not self._more_ticket.done):
            return
        ask, after = self._ask, board.runs.after
        self._more_ticket = self.run(lambda: self.reader.more(ask, after), lambda page: self._add(ask, page))

    def _add(self, ask: Ask, page: RunPage) -> None:
        if self.board is None or (ask.which, ask.part) != (self._ask.which, self._ask.part):
            return
        runs = (*self.board.runs.runs, *page.runs)
        self.board = replace(self.board, runs=RunPage(runs, page.after))
        self._ask = replace(self._ask, loaded=len(runs))
        self._show_runs(self.board.runs)

    def _show_run(self, sheet: RunSheet | None) -> None:
        if sheet is None:
            self.desk.notices.toast(_tr("This run is not there any more"), icon="circle-alert")
            return
        drawer = TraceDrawer(self.window(), sheet, self.workspace.formats, self.workspace.clock.now())
        drawer.stop_asked.connect(self.deeds.stop)
        drawer.again_asked.connect(self.hand.again)
        drawer.customer_asked.connect(lambda customer_id: self.desk.go.open("customers", customer_id))
        drawer.rule_asked.connect(self.open_rule)
        drawer.open()

    def _draft(self, rule: Rule | None) -> None:
        self.rule.draft = rule
        if self.board is not None and self.board.sheet is not None:
            self.rule.show_sheet(self.board.sheet, self.board.names, self.board.now)
            self.trials.show(self.board.sheet, rule)
        self._allow()

    def discard(self) -> None:
        """Throw the draft away."""
        self.editor.forget()
        self._draft(None)

    def _try_text(self, subject: str, body: str, example: Example) -> None:
        self.run(
            lambda: self.reader.tried(subject, body, example), lambda tried: self.texts.show_tried(subject, body, tried)
        )

    def _save_text(self, key: str, subject: str, body: str) -> None:
        line = next((one for one in self.board.texts if one.text.key == key), None) if self.board is not None else None
        before = (line.text.subject, line.text.body) if line is not None and line.text.edited else None
        self.deeds.save_text(key, subject, body, before, lambda: self.texts.typed_is_saved(key))

    def _new_text(self) -> None:
        """Ask for a text of the owner's own, and go to it."""
        sheet = new_text_sheet(self.window())

        def sent(values: dict[str, Any]) -> None:
            faults = faults_of(values["subject"], values["body"])
            if faults:
                sheet.refused(InputError(faults[0].words, field=faults[0].part, remedy=faults[0].remedy))
                return
            key = free_key(values["name"], (line.text.key for line in self.board.texts) if self.board else ())
            sheet.close_overlay()
            self._wanted_text = key
            self.deeds.save_text(key, values["subject"], values["body"], None, self.reload)

        sheet.sent.connect(sent)
        sheet.open_at("name")

    def _restore_text(self, key: str) -> None:
        self.deeds.restore_text(key, lambda: self.texts.typed_is_saved(key))
