"""What the frame shows of a living business: the inbox badge, the sources' freshness, the next step, a full disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from backroom.errors import StoreFull
from backroom.escalation.frame import next_automatic_step, open_items_due
from backroom.integration.listening import read_sources
from backroom.ui.notices import Banner
from backroom.ui.window import Window

_EVERY_MS, _REST_MS = 10_000, 500
_KINDS = frozenset({"escalation", "connection", "run", "effect", "staff_notice"})


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """One reading of what the frame shows."""

    due: int
    fresh: int
    sources: int
    silent: str
    step: str
    step_at: datetime | None
    disk_is_full: bool


class Pulse(QObject):
    """Reads a few indexed rows off the main thread when something changed, and at least every few seconds."""

    def __init__(self, window: Window) -> None:
        """Keep the frame of `window` true until `stop`."""
        super().__init__(window)
        self._window = window
        self._warned = False
        self._disk_is_full = False
        self._asked = self._shown = 0
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.read)
        self._timer.start()
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._rested)
        self._missed = False
        window.bridge.changed.connect(self._changed)
        self.read()

    def stop(self) -> None:
        """Read nothing more."""
        self._timer.stop()
        self._rest.stop()

    def read(self) -> None:
        """Read and show; of two readings at once the later one counts, whichever comes back first."""
        self._asked += 1
        number = self._asked
        tasks = self._window.desk.tasks
        tasks.run(self, self._facts, lambda facts: self._show_newest(number, facts), lambda _error: None)

    def _show_newest(self, number: int, facts: FrameFacts) -> None:
        if number > self._shown:
            self._shown = number
            self._show(facts)

    def _changed(self, kinds: object) -> None:
        if not isinstance(kinds, frozenset) or not kinds & _KINDS:
            return
        self._missed = self._rest.isActive()
        if not self._missed:
            self.read()
            self._rest.start()

    def _rested(self) -> None:
        if self._missed:
            self._changed(_KINDS)

    def _facts(self) -> FrameFacts:
        workspace = self._window.workspace
        now = workspace.clock.now()
        with workspace.store.read() as reader:
            sources = read_sources(reader, now)
            step, at = next_automatic_step(reader)
            due = open_items_due(reader, now)
        silent = [one.name for one in sources if one.is_blind]
        fresh, first = len(sources) - len(silent), silent[0] if silent else ""
        return FrameFacts(due, fresh, len(sources), first, step, at, workspace.store.is_full)

    def _warn_of_damage(self) -> None:
        damage = self._window.workspace.store.damage
        if damage and not self._warned:
            self._warned = True
            meaning = self.tr("Restore the latest backup before the damage grows.")
            go = self._window.desk.go
            strip = Banner(
                damage,
                meaning,
                self.tr("Open backups"),
                lambda: go.open("settings", "backup"),
                tone="danger",
                icon="triangle-alert",
            )
            self._window.desk.notices.banner("damage", strip)

    def _show(self, facts: FrameFacts) -> None:
        self._warn_of_damage()
        go, formats = self._window.desk.go, self._window.workspace.formats
        go.badge("inbox", facts.due)
        detail = self.tr("{name} is silent").replace("{name}", facts.silent) if facts.silent else ""
        go.sources(facts.fresh, facts.sources, detail)
        self._tell_full_disk(full=facts.disk_is_full)
        if self._window.current.SAYS_NEXT_STEP:
            return
        if facts.step and facts.step_at is not None:
            go.next_step(f"{formats.when(facts.step_at, now=self._window.workspace.clock.now())} {facts.step}")
        else:
            go.next_step("")

    def _tell_full_disk(self, *, full: bool) -> None:
        """Say over every page that nothing can be kept, and take it away once something could be."""
        if full == self._disk_is_full:
            return
        self._disk_is_full = full
        error = StoreFull(self.tr("The disk is full."))
        banner = Banner(str(error), f"{error.meaning} {error.remedy}", tone="danger", icon="triangle-alert")
        self._window.desk.notices.banner("disk", banner if full else None)
