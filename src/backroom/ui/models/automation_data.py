"""What the Automations page shows at one moment: rules, one rule, runs, texts, what was set aside; read off-thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from backroom.automation import text_edits
from backroom.automation.playbooks import hidden_rules
from backroom.automation.rule_trials import Standing, standing_of
from backroom.automation.rule_versions import Version, read_versions
from backroom.automation.rules import Rule
from backroom.automation.run_list import (
    LATEST,
    Did,
    RunPage,
    SetAside,
    page_of_runs,
    read_did,
    rule_names,
    set_aside,
)
from backroom.automation.text_edits import Example, Tried
from backroom.automation.texts import MessageTemplate
from backroom.automation.trace import RuleView, Trace, list_rules, read_trace
from backroom.clock import Clock
from backroom.integration.listening import Source, read_sources
from backroom.records.people import MessageText
from backroom.records.runs import RuleSwitch, Run, RunState
from backroom.reporting.rule_ledger import RuleLedger, ledgers
from backroom.store.firm import working_hours
from backroom.store.store import Reader, Store
from backroom.ui.models.playbook_data import PlaybookCard, find_playbooks, read_cards
from backroom.ui.workspace import Found

PLAYBOOKS, RULES, RUNS, TEXTS, ASIDE = "playbooks", "rules", "runs", "texts", "aside"
FIRST, MOST_AGAIN, OF_A_RULE = 60, 2_000, 8
_ELSEWHERE = "SELECT count(*) FROM run WHERE rule_key = ? AND version_id <> ? AND wake_at IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the page wants to see."""

    part: str = RULES
    rule_key: str = ""
    which: str = LATEST
    of_rule: str = ""
    loaded: int = FIRST


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the list and what it did."""

    view: RuleView
    did: Did | None


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """One rule as its page shows it; `good` is the last version that can be used when the live one cannot.

    `elsewhere` counts the runs that wait on another version than the live one.
    """

    line: RuleLine
    versions: tuple[Version, ...]
    runs: RunPage
    texts: dict[str, str]
    trials: dict[str, Standing] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    ledger: RuleLedger | None = None
    holds_out: bool = False
    elsewhere: int = 0

    @property
    def live(self) -> Version | None:
        """Return the version in force."""
        return next((one for one in self.versions if one.live), None)

    @property
    def good(self) -> Version | None:
        """Return the newest version that can be used."""
        return next((one for one in self.versions if one.rule is not None), None)

    @property
    def rule(self) -> Rule | None:
        """Return the rule in force, when it can be read."""
        return self.live.rule if self.live is not None else None


@dataclass(frozen=True, slots=True)
class TextLine:
    """One message text, who sends it, and when the owner changed it."""

    text: MessageTemplate
    rules: tuple[str, ...]
    edited_at: datetime | None = None
    edited_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole page at the moment `now`; `gone` says that the rule asked for is not there."""

    ask: Ask
    now: datetime
    rules: tuple[RuleLine, ...]
    names: dict[str, str]
    aside: tuple[SetAside, ...]
    sheet: RuleSheet | None = None
    runs: RunPage = field(default_factory=lambda: RunPage((), None))
    texts: tuple[TextLine, ...] = ()
    examples: tuple[Example, ...] = ()
    sources: tuple[Source, ...] = ()
    gone: bool = False
    playbooks: tuple[PlaybookCard, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSheet:
    """One run as the drawer shows it, with the step that comes next in words."""

    trace: Trace
    rule: str
    customer_id: int | None
    next_words: str
    may_stop: bool
    may_again: bool = False


class AutomationReader:
    """Opens a view of the store for each question and closes it again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read `store` as of the moment on `clock`."""
        self._store, self._clock = store, clock

    def board(self, ask: Ask) -> Board:
        """Return the whole page."""
        now = self._clock.now()
        with self._store.read() as reader:
            return read_board(reader, ask, now)

    def more(self, ask: Ask, after: tuple[int, int]) -> RunPage:
        """Return the runs that follow a key."""
        with self._store.read() as reader:
            return page_of_runs(reader, ask.which, self._clock.now(), rule_key=ask.of_rule, after=after)

    def run(self, run_id: int) -> RunSheet | None:
        """Return one run with its trace, None when there is no such run."""
        with self._store.read() as reader:
            trace = read_trace(reader, run_id)
            row = reader.session.get(Run, run_id)
            if trace is None:
                return None
            if row is None:
                return _of_history(reader, trace)
            version = next((one for one in read_versions(reader, row.rule_key) if one.id == row.version_id), None)
            rule = version.rule if version is not None else None
            step = rule.step(row.position) if rule is not None and row.wake_at is not None else None
            name = rule.name if rule is not None else rule_names(reader).get(row.rule_key, row.rule_key)
            ends = row.wake_at is not None and row.position == ""
            words = step.words() if step is not None else ("" if not ends else "-")
            rests = row.wake_at is not None
            return RunSheet(trace, name, row.customer_id, words, may_stop=rests, may_again=not rests)

    def tried(self, subject: str, body: str, example: Example) -> Tried:
        """Fill a text for a real enquiry without sending anything."""
        with self._store.read() as reader:
            return text_edits.tried(reader, subject, body, example, self._clock.now())

    def find(self, text: str) -> list[Found]:
        """Return rules for Ctrl+K."""
        words = text.casefold().split()
        with self._store.read() as reader:
            names = rule_names(reader)
        found = [key for key, name in names.items() if all(word in name.casefold() for word in words)]
        rules = [Found(names[key], "", "workflow", "automations", key) for key in found[:6]]
        return [*rules, *find_playbooks(text)]


def _of_history(reader: Reader, trace: Trace) -> RunSheet:
    old = reader.history.run(trace.run.id) if reader.history is not None else None
    name = rule_names(reader).get(trace.run.rule_key, trace.run.rule_key)
    return RunSheet(trace, name, old.customer_id if old is not None else None, "", False)


def read_board(reader: Reader, ask: Ask, now: datetime) -> Board:
    """Read the part of the page that is asked for."""
    did = read_did(reader, now, working_hours(reader))
    views, hidden = list_rules(reader, now=now), hidden_rules(reader)
    named = {f"“{text.key.replace('-', ' ')}”": f"“{text.name}”" for text in text_edits.texts_in_use(reader)}
    lines = tuple(RuleLine(_named(view, named), did.get(view.key)) for view in views if view.key not in hidden)
    names = {view.key: view.name for view in views}
    sheet = _sheet(reader, ask, lines, now) if ask.rule_key else None
    listed = ask.part == RUNS and not ask.rule_key
    most = min(ask.loaded, MOST_AGAIN)
    runs = page_of_runs(reader, ask.which, now, rule_key=ask.of_rule, most=most) if listed else RunPage((), None)
    texts = _texts(reader) if ask.part == TEXTS else ()
    return Board(
        ask=ask,
        now=now,
        rules=lines,
        names=names,
        aside=set_aside(reader),
        sheet=sheet,
        runs=runs,
        texts=texts,
        examples=text_edits.examples(reader) if texts else (),
        sources=read_sources(reader, now),
        gone=bool(ask.rule_key) and sheet is None,
        playbooks=read_cards(reader, now) if ask.part == PLAYBOOKS and not ask.rule_key else (),
    )


def _named(view: RuleView, named: dict[str, str]) -> RuleView:
    """Return a rule whose sentence calls message texts by the names people gave them."""
    clauses = (
        replace(one, parts=tuple(replace(part, text=named.get(part.text, part.text)) for part in one.parts))
        for one in view.sentence
    )
    return replace(view, sentence=tuple(clauses))


def _sheet(reader: Reader, ask: Ask, lines: tuple[RuleLine, ...], now: datetime) -> RuleSheet | None:
    line = next((one for one in lines if one.view.key == ask.rule_key), None)
    if line is None:
        return None
    runs = page_of_runs(reader, LATEST, now, rule_key=ask.rule_key, most=OF_A_RULE)
    texts = {text.key: text.name for text in text_edits.texts_in_use(reader)}
    trials = standing_of(reader, ask.rule_key)
    examples, ledger = text_edits.examples(reader), ledgers(reader, now).get(ask.rule_key)
    alone = bool(reader.execute(select(RuleSwitch.hold_out).where(RuleSwitch.rule_key == ask.rule_key)).scalar())
    versions = read_versions(reader, ask.rule_key)
    elsewhere = int(reader.rows(_ELSEWHERE, (ask.rule_key, line.view.version_id))[0][0])
    return RuleSheet(line, versions, runs, texts, trials, examples, ledger, alone, elsewhere)


def _texts(reader: Reader) -> tuple[TextLine, ...]:
    edited = {row.key: row for row in reader.scalars(select(MessageText))}
    users = text_edits.used_by(reader)
    lines = []
    for text in text_edits.texts_in_use(reader):
        row = edited.get(text.key)
        at, by = (row.edited_at, row.edited_by) if row is not None else (None, "")
        lines.append(TextLine(text, users.get(text.key, ()), at, by))
    return tuple(lines)


def is_under_way(state: str) -> bool:
    """Say whether a run still has something before it."""
    return state in (RunState.ACTIVE, RunState.WAITING, RunState.PARKED)
