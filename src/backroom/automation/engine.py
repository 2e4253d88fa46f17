"""The engine: one supervised thread that drives everything with a due time, and tells when it is dead or silent.

>>> engine = Engine(store, outbox=outbox, inbox=inbox, texts=read_texts(folder))
>>> engine.add_source(ladders)
>>> engine.start()

The thread sleeps until the store says something changed or the next due time comes, never longer than a minute, and
computes every wait anew from the wall clock, so a sleeping laptop or a clock that was set is noticed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime

from backroom.automation.engine_sources import EventSource, RunSource
from backroom.automation.house import HouseKeeper
from backroom.automation.moments import DateSource, ScheduleSource
from backroom.automation.ports import Inbox, Outbox
from backroom.automation.progress import ProgressSource
from backroom.automation.texts import MessageTemplate
from backroom.automation.turn_guard import TurnGuard
from backroom.errors import StoreError
from backroom.store.due import DueSource
from backroom.store.store import Store

LONGEST_WAIT = 60.0
SHORTEST_WAIT = 0.002
_NOT_OURS = frozenset({"poll", "stream_state"})  # a source was looked at and had nothing new
_BACK_OFF = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watch:
    """How the engine is watched, in seconds: how often, after what silence it is replaced, how long a turn may take."""

    every: float = 20.0
    silent_after: float = 150.0
    longest_turn: float = 60.0


@dataclass(frozen=True, slots=True)
class Health:
    """How the engine is: whether its thread lives, when it last moved, how often it had to be started again."""

    alive: bool
    last_beat: datetime | None
    restarts: int
    trouble: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return self.alive and not self.trouble


@dataclass(slots=True)
class _Driven:
    """A due source with its own back-off, so that one in trouble does not hold up the others."""

    source: DueSource
    failures: int = 0
    not_before: float = 0.0
    trouble: str = ""
    heard: Callable[[frozenset[str]], None] = field(init=False)

    def __post_init__(self) -> None:
        """Pass on to the source which tables changed, if it wants to know."""
        self.heard = getattr(self.source, "heard", lambda _kinds: None)


@dataclass(slots=True)
class _Pulse:
    """What the loop leaves for the watchdog."""

    beat: float = 0.0
    wall: datetime | None = None
    restarts: int = 0
    trouble: str = ""
    listeners: list[Callable[[Health], None]] = field(default_factory=list)


class Engine:
    """Turns events into runs, runs into steps, steps into effects; no Qt, no threads of its own but two."""

    def __init__(
        self,
        store: Store,
        *,
        outbox: Outbox,
        inbox: Inbox,
        texts: Iterable[MessageTemplate] = (),
        batch_seconds: float = 0.005,
        watch: Watch | None = None,
    ) -> None:
        """Work on `store`, handing effects to `outbox` and exceptions to `inbox`."""
        self._store = store
        self.keeper = HouseKeeper(outbox, inbox, texts)
        self._driven: list[_Driven] = []
        self._news = threading.Condition()
        self._has_news = True
        self._stopping = threading.Event()
        self._pulse = _Pulse()
        self._watch_by = watch or Watch()
        self._guard = TurnGuard()
        self._thread: threading.Thread | None = None
        self._watchdog: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self.add_source(ScheduleSource(store, self.keeper))
        self.add_source(DateSource(store, self.keeper))
        self.add_source(EventSource(store, self.keeper, batch_seconds, self._guard))
        self.add_source(RunSource(store, self.keeper, batch_seconds, self._guard))
        self.add_source(ProgressSource())

    def add_source(self, source: DueSource) -> None:
        """Drive something else with due times too (ladders, the outbox); before `start`."""
        self._driven.append(_Driven(source))

    def on_health(self, listener: Callable[[Health], None]) -> None:
        """Call `listener` from the watchdog's thread when the engine dies, falls silent or recovers."""
        self._pulse.listeners.append(listener)

    def start(self) -> None:
        """Begin to work, and to be watched."""
        self._unsubscribe = self._store.subscribe(self._heard)
        self._beat()
        self._launch()
        self._watchdog = threading.Thread(target=self._watch, name="backroom-engine-watchdog", daemon=True)
        self._watchdog.start()

    def stop(self) -> None:
        """Finish the batch at hand and end both threads."""
        self._stopping.set()
        self.wake()
        self._unsubscribe()
        for thread in (self._watchdog, self._thread):
            if thread is not None and thread.is_alive():
                thread.join(timeout=30)

    def wake(self) -> None:
        """Look for work now; cheap, from any thread."""
        with self._news:
            self._has_news = True
            self._news.notify_all()  # one that was replaced may be waiting too, and must not take the call for itself

    def health(self) -> Health:
        """Return how the engine is."""
        thread = self._thread
        alive = thread is not None and thread.is_alive()
        silent = alive and self._is_silent()
        trouble = self._pulse.trouble or next((one.trouble for one in self._driven if one.trouble), "")
        trouble = "The engine has not moved for a while." if silent else trouble
        return Health(alive, self._pulse.wall, self._pulse.restarts, trouble)

    def run_until_quiet(self, rounds: int = 10_000) -> int:
        """Without a thread: work until nothing is due (tests, the headless day); returns the rounds it took."""
        self._unsubscribe()
        self._unsubscribe = self._store.subscribe(self._heard)
        for number in range(rounds):
            self._has_news = False
            if not self._turn() and not self._has_news:
                return number + 1
        return rounds

    def next_due(self) -> datetime | None:
        """Return when any source next has something to do; for whoever moves a clock by hand."""
        with self._store.read() as reader:
            due = [one.source.next_due(reader) for one in self._driven]
        return min((moment for moment in due if moment is not None), default=None)

    def _heard(self, kinds: frozenset[str]) -> None:
        self.keeper.heard(kinds)
        for one in self._driven:
            one.heard(kinds)
        if not kinds <= _NOT_OURS:
            self.wake()

    def _beat(self) -> None:
        self._pulse.beat = time.monotonic()
        self._pulse.wall = datetime.now(UTC)

    def _launch(self) -> None:
        thread = threading.Thread(target=self._run, name="backroom-engine", daemon=True)
        self._thread = thread
        thread.start()

    def _run(self) -> None:
        failures = 0
        while self._is_in_charge():
            started = time.monotonic()
            try:
                self._loop()
            except Exception as error:
                # The top of the thread: whatever went wrong is said, and the loop begins anew after a pause.
                log.exception("the engine stopped and is started again")
                failures = 0 if time.monotonic() - started > LONGEST_WAIT else failures + 1
                self._pulse.restarts += 1
                self._pulse.trouble = f"The engine stopped ({error}); it is started again."
                self._stopping.wait(_pause(failures))

    def _is_in_charge(self) -> bool:
        """Say whether the calling thread is the engine's: one that hung was replaced and does nothing any more."""
        return self._thread is threading.current_thread() and not self._stopping.is_set()

    def _loop(self) -> None:
        while self._is_in_charge():
            self._beat()
            with self._news:
                self._has_news = False
            if not self._turn():
                self._pulse.trouble = ""
                self._sleep()

    def _turn(self) -> bool:
        """Let every source do one batch, all in one piece of work; True when any has more to do."""
        now = time.monotonic()
        ready = [one for one in self._driven if one.not_before <= now]
        try:
            work = self._guard.around(lambda tx: [one.source.run_due(tx) for one in ready])
            more = self._store.write_now(work)
        except Exception:  # noqa: BLE001 - what it was shows when each source works alone
            more = [self._outcome(one, self._store.write(self._guard.around(one.source.run_due))) for one in ready]
        else:
            for one in ready:
                one.failures, one.trouble = 0, ""
        return any(more)

    def _outcome(self, one: _Driven, future: Future[bool]) -> bool:
        try:
            more = future.result()
            one.failures, one.trouble = 0, ""
            return more
        except StoreError as error:
            self._back_off(one, error)
        except Exception as error:
            # One source's trouble is its own: it is tried again later, or its poisoned member is found and set aside.
            log.exception("%s could not do its work", one.source.name)
            return self._recovered(one, error)
        return False

    def _recovered(self, one: _Driven, error: Exception) -> bool:
        recover = getattr(one.source, "recover", None)
        if recover is None:
            self._back_off(one, error)
            return False
        try:
            recover()
        except Exception as worse:
            log.exception("%s could not find what is wrong with it", one.source.name)
            self._back_off(one, worse)
            return False
        return True

    def _back_off(self, one: _Driven, error: Exception) -> None:
        one.failures += 1
        one.not_before = time.monotonic() + _pause(one.failures)
        one.trouble = f"{one.source.name} cannot work just now: {error}"

    def _sleep(self) -> None:
        seconds = self._until_next_due()
        with self._news:
            if not self._has_news and not self._stopping.is_set():
                # Never quite zero: a source that calls itself due but cannot move must not keep the processor busy.
                self._news.wait(min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT))

    def _until_next_due(self) -> float:
        if self._has_news:
            return 0.0
        soonest = LONGEST_WAIT
        mono, now = time.monotonic(), self._store.clock.now()
        with self._store.read() as reader:
            for one in self._driven:
                held = one.not_before - mono
                if held > 0:
                    soonest = min(soonest, held)
                    continue
                due = one.source.next_due(reader)
                if due is not None:
                    soonest = min(soonest, (due - now).total_seconds())
        return soonest

    def _watch(self) -> None:
        """See a thread that died or hangs; put another in its place, break off a turn without end, and say so."""
        was_well = True
        while not self._stopping.wait(self._watch_by.every):
            if self._guard.strike(self._watch_by.longest_turn):
                log.error("a turn took longer than %s s and was broken off", self._watch_by.longest_turn)
            elif self._thread is not None and not self._thread.is_alive():
                self._replace("The engine had died and was started again.")
            elif self._is_silent() and not self._guard.seconds():
                self._replace("The engine hung and was started again.")
            health = self.health()
            if health.well != was_well:
                was_well = health.well
                for listener in tuple(self._pulse.listeners):
                    listener(health)

    def _is_silent(self) -> bool:
        return time.monotonic() - self._pulse.beat > self._watch_by.silent_after

    def _replace(self, trouble: str) -> None:
        """Start a new thread; the old one, should it ever wake, finds that it is not in charge any more."""
        log.error("%s", trouble)
        self._pulse.restarts += 1
        self._pulse.trouble = trouble
        self._beat()
        self._launch()


def _pause(failures: int) -> float:
    return _BACK_OFF[min(failures, len(_BACK_OFF)) - 1] if failures else 0.0
