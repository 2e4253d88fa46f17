"""Runs trials for the page of a rule: in a process of its own, with progress and a stop, kept when they are done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from backroom.automation.rule_trials import keep_trial
from backroom.automation.rules import Rule
from backroom.automation.text_edits import Example
from backroom.automation.what_if_one import Attempt, Attempted
from backroom.automation.what_if_result import PERIOD, Trial, WhatIf
from backroom.automation.what_if_run import try_period, try_record
from backroom.ui.models.automation_data import RuleSheet
from backroom.ui.tasks import Job
from backroom.ui.widgets.attempt_drawer import AttemptDrawer
from backroom.ui.widgets.chooser import Chooser, Option
from backroom.ui.widgets.what_if_card import WhatIfCard

if TYPE_CHECKING:
    from backroom.ui.page import Page

_BEFORE = timedelta(hours=1)
TRY, WITHOUT = "try", "without"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


class TrialDesk(QObject):
    """Follows the wording that is shown on `card`; a trial of another wording is ended."""

    def __init__(self, page: Page, card: WhatIfCard) -> None:
        """Work for `page`."""
        super().__init__(page)
        self._page, self._card = page, card
        self._sheet: RuleSheet | None = None
        self._rule: Rule | None = None
        self._job: Job | None = None
        self._of = ""
        self.done: Callable[[], None] = lambda: None
        card.try_asked.connect(self.start)
        card.stop_asked.connect(self.stop)
        card.one_asked.connect(self.ask_customer)
        card.customer_asked.connect(lambda customer_id: page.desk.go.open("customers", customer_id))

    @property
    def busy(self) -> bool:
        """Whether a trial is under way."""
        return self._job is not None

    def show(self, sheet: RuleSheet, draft: Rule | None) -> None:
        """Show what is known of the wording at hand."""
        self._sheet, self._rule = sheet, draft or sheet.rule
        self._card.setVisible(self._rule is not None)
        digest = self._rule.digest if self._rule is not None else ""
        if self._job is not None and self._of != digest:
            self.stop()
        if self._job is not None:
            return
        standing = sheet.trials.get(digest)
        if standing is None:
            self._card.show_nothing()
        elif standing.result is not None:
            self._card.show_result(standing.result, self._live_number())
        else:
            self._card.show_waiver(standing, self._page.workspace.clock.now())

    def is_tried(self, rule: Rule) -> bool:
        """Say whether this very wording was tried or let go without."""
        return self._sheet is not None and rule.digest in self._sheet.trials

    def start(self) -> None:
        """Try the wording at hand on the last 90 days."""
        rule, sheet = self._rule, self._sheet
        if rule is None or sheet is None or self._job is not None:
            return
        store, now, by = self._page.workspace.store, self._page.workspace.clock.now(), self._page.workspace.person
        live = sheet.rule if sheet.rule is not None and sheet.rule.digest != rule.digest else None
        trial = Trial(str(store.path), (rule.body,), (live.body,) if live is not None else (), now - PERIOD, now)
        playing = _tr("Playing the past again")

        def work(job: Job) -> WhatIf:
            found = try_period(trial, lambda done, total: job.report(playing, done=done, total=total))
            store.write_now(lambda tx: keep_trial(tx, rule, found, by=by))
            return found

        name = _tr("Trying “{name}” on the last 90 days").format(name=rule.name)
        self._of = rule.digest
        self._card.show_progress(None)
        self._job = self._page.desk.tasks.start(self, name, work, self._found, self._failed)
        self._job.changed.connect(self._moved)

    def stop(self) -> None:
        """End the trial that is under way."""
        if self._job is not None:
            job, self._job = self._job, None
            job.changed.disconnect(self._moved)
            job.stop()
            self._card.end_progress()

    def ask_customer(self) -> None:
        """Ask on whom to try it."""
        formats, now = self._page.workspace.formats, self._page.workspace.clock.now()
        found = self._sheet.examples if self._sheet is not None else ()
        if not found:
            self._page.desk.notices.toast(_tr("No enquiry has come in yet to try it on"), icon="circle-alert")
            return
        options = [
            Option(key=one, text=one.name or _tr("Somebody without a name"), person=one.name or "?", here=True,
                   note=f"{one.subject[:24]}, {formats.day(one.at, now=now)}")
            for one in found
        ]  # fmt: skip
        chooser = Chooser(self._page.window(), _tr("Try it on whom?"), options)
        chooser.picked.connect(self.try_on)
        chooser.open()

    def try_on(self, example: Example) -> None:
        """Try the wording at hand on one customer's story."""
        rule, workspace = self._rule, self._page.workspace
        if rule is None:
            return
        now = workspace.clock.now()
        attempt = Attempt(str(workspace.store.path), rule.body, example.customer_id, example.at - _BEFORE, now)
        self._page.desk.notices.toast(_tr("Trying it on {name} …").format(name=example.name), seconds=3)
        self._page.run(lambda: try_record(attempt), lambda found: self._attempted(example, found))

    def ask_untried(self, name: str, go_without: Callable[[], None]) -> None:
        """Offer to try a wording first, or to go without with one's name."""
        who = self._page.workspace.person
        options = [
            Option(key=TRY, text=_tr("Try it on the last 90 days first"), letter="T", icon="rotate-ccw"),
            Option(key=WITHOUT, text=_tr("Go without a trial"), letter="W", icon="shield-alert",
                   note=_tr("kept under {who}").format(who=who) if who else ""),
        ]  # fmt: skip
        chooser = Chooser(self._page.window(), _tr("“{name}” has not been tried").format(name=name), options)
        chooser.picked.connect(lambda key: self.start() if key == TRY else go_without())
        chooser.open()

    def _attempted(self, example: Example, found: Attempted) -> None:
        workspace = self._page.workspace
        title = _tr("Tried on {name}").format(name=example.name or _tr("somebody without a name"))
        AttemptDrawer(self._page.window(), title, found, workspace.formats, workspace.clock.now()).open()

    def _moved(self) -> None:
        if self._job is not None and self._job.state == "running":
            self._card.show_progress(self._job.share)

    def _found(self, found: WhatIf) -> None:
        if self._job is None:
            return
        self._job = None
        self._card.show_result(found, self._live_number())
        self.done()

    def _failed(self, error: BaseException) -> None:
        self._job = None
        self._card.end_progress()
        self._page.desk.notices.problem(error)

    def _live_number(self) -> int:
        live = self._sheet.live if self._sheet is not None else None
        return live.number if live is not None else 0
