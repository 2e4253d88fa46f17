"""Puts wordings of a rule in force: drafts, texts, earlier versions; where only a trial is missing, it is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from backroom.automation.rule_trials import RuleUntried
from backroom.automation.rule_versions import Version, read_versions
from backroom.automation.rules import Rule
from backroom.automation.trace import RuleView
from backroom.ui.models.automation_data import RuleSheet
from backroom.ui.widgets.rule_sheets import RuleTextSheet
from backroom.ui.widgets.version_diff import compare_versions

if TYPE_CHECKING:
    from backroom.ui.pages.automations import Automations


class RuleForce(QObject):
    """Does for the page of a rule what changes which wording works."""

    def __init__(self, page: Automations) -> None:
        """Work for `page`; new rules may begin as a copy of any in force."""
        super().__init__(page)
        self._page = page
        page.editor.bodies = self._wording

    @property
    def _shown(self) -> RuleSheet | None:
        return self._page.board.sheet if self._page.board is not None else None

    def switch(self, view: RuleView) -> None:
        """Switch a rule on or off."""
        self._page.deeds.switch(view, on=not view.on, failed=lambda error: self._not_switched(view, error))

    def save_draft(self) -> None:
        """Put the draft in force."""
        if self._page.rule.draft is not None:
            self.put(self._page.rule.draft)

    def put(self, rule: Rule, sheet: RuleTextSheet | None = None, *, untried: bool = False) -> None:
        """Put a wording in force; `sheet` is where it was written as a text."""
        page = self._page

        def done() -> None:
            page.editor.forget()
            page.rule.draft = None
            if sheet is not None:
                sheet.close_overlay()
            page.open_rule(rule.key)

        page.deeds.put_in_force(rule, done, lambda error: self._not_in_force(rule, sheet, error), untried=untried)

    def edit_body(self) -> None:
        """Edit the wording in force as its text."""
        shown = self._shown
        if shown is None or shown.live is None:
            return
        view = shown.line.view
        sheet = RuleTextSheet(self._page.window(), view.name, shown.live.body, view.key, frozenset(shown.texts))
        sheet.sent.connect(lambda rule: self.put(rule, sheet))
        sheet.open()

    def go_back(self, version: Version) -> None:
        """Make an earlier version the live one."""
        shown = self._shown
        if shown is not None:
            self._page.discard()
            self._page.deeds.go_back(shown.line.view, version)

    def compare(self, version: Version) -> None:
        """Hold an earlier version against the one in force."""
        page, shown = self._page, self._shown
        sheet = compare_versions(page.window(), version, shown, page.workspace.formats) if shown is not None else None
        if sheet is not None:
            sheet.back_asked.connect(lambda: self.go_back(version))
            sheet.open()

    def _not_in_force(self, rule: Rule, sheet: RuleTextSheet | None, error: BaseException) -> None:
        """Keep what was written as the draft; where only a trial is missing, offer it."""
        page = self._page
        if not isinstance(error, RuleUntried):
            page.desk.notices.problem(error)
            page.reload()
            return
        if sheet is not None:
            sheet.close_overlay()
        if page.editor.draft is None or page.editor.draft.digest != rule.digest:
            page.editor.take(rule)
        page.trials.ask_untried(rule.name, lambda: self.put(rule, untried=True))

    def _not_switched(self, view: RuleView, error: BaseException) -> None:
        page, shown = self._page, self._shown
        if not isinstance(error, RuleUntried) or shown is None or shown.rule is None:
            page.desk.notices.problem(error)
            if isinstance(error, RuleUntried):
                page.open_rule(view.key)
            page.reload()
            return
        rule = shown.rule
        page.reload()
        page.trials.ask_untried(
            rule.name, lambda: page.deeds.switch(view, on=True, failed=page.desk.notices.problem, untried=rule)
        )

    def _wording(self, key: str) -> Rule | None:
        with self._page.workspace.store.read() as reader:
            live = next((one for one in read_versions(reader, key) if one.live), None)
        return live.rule if live is not None else None
