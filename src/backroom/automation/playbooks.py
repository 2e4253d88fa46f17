"""The playbooks of a business: which there are, how each stands, and install, tune, upgrade and remove in one piece.

Each of these works inside the caller's one transaction: a playbook is in use whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, select, update

from backroom import paths
from backroom.automation.playbook import Playbook
from backroom.automation.playbook_check import Outside, check_playbook
from backroom.automation.playbook_merge import merged
from backroom.automation.playbook_undo import text_keys
from backroom.automation.questions import withdraw_questions
from backroom.automation.rule_check import read_rules
from backroom.automation.rule_trials import SHIPPED, waive
from backroom.automation.rulebook import keep_version, set_rule
from backroom.automation.rules import Rule
from backroom.automation.text_edits import read_shipped_texts
from backroom.automation.toml_lines import read_toml
from backroom.errors import InputError
from backroom.records.kpis import KpiTarget
from backroom.records.people import MessageText
from backroom.records.playbooks import PlaybookUse
from backroom.records.runs import Effect, EffectState, RuleSwitch, RuleVersion, Run, RunState
from backroom.reporting.kpis import KPI_BY_KEY
from backroom.settings import OPTIONS
from backroom.store.firm import set_setting

if TYPE_CHECKING:
    from backroom.automation.run_acts import CanCancel
    from backroom.settings import Option
    from backroom.store.firm import CanExecute
    from backroom.store.transaction import Transaction

_TEXTS, _TARGETS = "texts", "targets"
_LINK = re.compile(r"https?://[^\s/]+\.[^\s]+")


@dataclass(frozen=True, slots=True)
class PlaybookState:
    """How one playbook stands here: installed or not, what the owner has changed, and whether a newer one is there."""

    playbook: Playbook
    installed: bool
    version: int = 0
    since: datetime | None = None
    by: str = ""
    answers: Mapping[str, Any] | None = None
    on: int = 0
    changed_rules: tuple[str, ...] = ()
    changed_texts: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the owner has written rules or texts of it anew."""
        return bool(self.changed_rules or self.changed_texts)

    @property
    def newer(self) -> bool:
        """Whether this Backroom brings a newer version than the installed one."""
        return self.installed and self.version < self.playbook.version

    @property
    def paused(self) -> bool:
        """Whether it is installed but every rule of it is switched off."""
        return self.installed and self.on == 0


@lru_cache(maxsize=1)
def shipped_playbooks() -> tuple[Playbook, ...]:
    """Return the playbooks that came with Backroom, in the order of the gallery; raises the first RuleError."""
    return read_playbooks(paths.resources() / "playbooks", texts_checked=True)


@lru_cache(maxsize=1)
def problems() -> dict[str, str]:
    """Return the audit problems that playbooks fix, by their ids, in words."""
    path = paths.resources() / "playbooks" / "problems.toml"
    return {key: str(words) for key, words in read_toml(path.read_text("utf-8"), path.name).data.items()}


def outside() -> Outside:
    """Return what a delivered playbook may refer to."""
    shipped = read_rules(paths.resources() / "rules")
    texts = [text.key for text in read_shipped_texts()]
    return Outside({rule.key: rule for rule in shipped}, texts, KPI_BY_KEY, problems())


def read_playbooks(folder: Path, *, texts_checked: bool = False) -> tuple[Playbook, ...]:
    """Read every playbook of a folder; raises the first RuleError."""
    known = outside()
    found = []
    for path in sorted(folder.glob("*/playbook.toml")):
        playbook, errors = check_playbook(path.parent, known, texts_checked=texts_checked)
        if playbook is None:
            raise errors[0]
        found.append(playbook)
    return tuple(sorted(found, key=lambda one: (one.order, one.key)))


def read_states(source: CanExecute, playbooks: Iterable[Playbook]) -> tuple[PlaybookState, ...]:
    """Return how each playbook stands."""
    uses = {row.key: row for row in source.execute(select(*PlaybookUse.__table__.c))}
    live = {row.rule_key: row for row in source.execute(select(*RuleSwitch.__table__.c))}
    edited = frozenset(source.execute(select(MessageText.key)).scalars())
    return tuple(_state(one, uses.get(one.key), live, edited) for one in playbooks)


def _state(playbook: Playbook, use: Any, live: Mapping[str, Any], edited: frozenset[str]) -> PlaybookState:
    if use is None or not use.installed:
        return PlaybookState(playbook, installed=False)
    rules = [live[key] for key in playbook.by_key if key in live]
    return PlaybookState(
        playbook,
        installed=True,
        version=use.version,
        since=use.since,
        by=use.by,
        answers=playbook.answers(use.knobs),
        on=sum(bool(row.enabled) for row in rules),
        changed_rules=tuple(row.rule_key for row in rules if row.version_id != use.versions.get(row.rule_key)),
        changed_texts=tuple(key for key in text_keys(playbook) if key in edited),
    )


def hidden_rules(source: CanExecute) -> frozenset[str]:
    """Return the rules of playbooks that were removed: they stay off, and lists leave them out."""
    used: dict[bool, set[str]] = {True: set(), False: set()}
    for row in source.execute(select(PlaybookUse.installed, PlaybookUse.versions)):
        used[bool(row.installed)] |= set(row.versions)
    return frozenset(used[False] - used[True])


def begin_built_in(tx: Transaction, playbooks: Iterable[Playbook]) -> None:
    """Note the playbooks that are at work from the first day, as their rules stand; those known already stay as is."""
    for playbook in playbooks:
        if playbook.built_in and tx.session.get(PlaybookUse, playbook.key) is None:
            versions = {}
            for rule in playbook.rules:
                versions[rule.key] = keep_version(tx, rule, made_by=SHIPPED)
            tx.add(_use(tx, playbook, "", {}, versions))


def install(
    tx: Transaction, playbook: Playbook, *, by: str, on: bool = True, answers: Mapping[str, Any] | None = None
) -> None:
    """Put a playbook to work: rules, texts and ranges; what the owner had changed in an earlier use comes back.

    Raises InputError for an answer that does not fit.
    """
    known = tx.session.get(PlaybookUse, playbook.key)
    given = dict(answers if answers is not None else known.knobs if known else {})
    own = _own_rules(tx, playbook, known)
    versions = {}
    for rule in playbook.tuned(given):
        versions[rule.key] = _laid(tx, rule, by)
        set_rule(tx, rule.key, own.get(rule.key, versions[rule.key]), on=on)
    kept = dict(known.kept) if known else {}
    for key, words in kept.pop(_TEXTS, {}).items():
        if tx.session.get(MessageText, key) is None:
            tx.add(MessageText(key=key, subject=words[0], body=words[1], edited_at=tx.now, edited_by=words[2]))
    kept[_TARGETS] = _set_targets(tx, playbook)
    if known is None:
        known = tx.add(_use(tx, playbook, by, given, versions))
    known.version, known.installed, known.since, known.by = playbook.version, 1, tx.now, by
    known.knobs, known.versions, known.kept = given, versions, kept


def tune(tx: Transaction, playbook: Playbook, answers: Mapping[str, Any], *, by: str) -> None:
    """Write other answers into the rules, with a new version of each that changes; what is on stays on.

    A link goes into its setting. Values the owner changed by hand elsewhere in a rule stay. Raises InputError for an
    answer that does not fit.
    """
    options = {f"setting: {option.key}": option for option in OPTIONS}
    for knob in playbook.knobs:
        if knob.kind == "link" and knob.key in answers:
            for place in knob.sets:
                set_setting(tx, cast("Option[str]", options[place]), _link(knob.key, str(answers[knob.key])))
    use = tx.session.get(PlaybookUse, playbook.key)
    if use is not None:
        _renew(tx, playbook, use, {**use.knobs, **answers}, by)


def _link(field: str, words: str) -> str:
    link = words.strip()
    if link and not _LINK.fullmatch(link):
        what = f"“{link}” is not the address of a page."
        raise InputError(what, field=field, remedy="Copy it from the browser; it begins with https://.")
    return link


def upgrade(tx: Transaction, playbook: Playbook, *, by: str) -> tuple[str, ...]:
    """Go to the version that came with this Backroom; answers, own words and changed values stay.

    Returns the keys of rules that stay wholly as the owner wrote them, where the two texts cannot be brought together.
    """
    use = tx.session.get(PlaybookUse, playbook.key)
    if use is None:
        return ()
    for gone in set(use.versions) - set(playbook.by_key):
        _switch_off(tx, gone, f"Stopped: “{playbook.name}” does without this rule now.", None)
    kept = dict(use.kept)
    kept[_TARGETS] = [*kept.get(_TARGETS, []), *_set_targets(tx, playbook)]
    use.kept, use.version = kept, playbook.version
    return _renew(tx, playbook, use, use.knobs, by)


def remove(tx: Transaction, playbook: Playbook, *, by: str, outbox: CanCancel | None = None) -> int:
    """Take a playbook out of force: its rules stop, what waits is ended with the reason, nothing is left half done.

    What it did stays in the history. Messages that have not left are taken back through `outbox`. Returns how many runs
    were ended.
    """
    use = tx.session.get(PlaybookUse, playbook.key)
    if use is None or not use.installed:
        return 0
    who = f" by {by}" if by else ""
    words = f"Stopped: “{playbook.name}” was removed{who}."
    stopped = sum(_switch_off(tx, key, words, outbox) for key in playbook.by_key)
    kept = dict(use.kept)
    for key in kept.pop(_TARGETS, []):
        tx.execute(delete(KpiTarget).where(KpiTarget.kpi == key))
    own = [text.key for text in playbook.texts]
    rows = tx.execute(select(*MessageText.__table__.c).where(MessageText.key.in_(own))).all()
    kept[_TEXTS] = {row.key: [row.subject, row.body, row.edited_by] for row in rows}
    tx.execute(delete(MessageText).where(MessageText.key.in_(own)))
    use.installed, use.since, use.by, use.kept = 0, tx.now, by, kept
    return stopped


def _use(
    tx: Transaction, playbook: Playbook, by: str, answers: Mapping[str, Any], versions: Mapping[str, int]
) -> PlaybookUse:
    return PlaybookUse(
        key=playbook.key,
        version=playbook.version,
        installed=1,
        since=tx.now,
        by=by,
        knobs=dict(answers),
        versions=dict(versions),
    )


def _own_rules(tx: Transaction, playbook: Playbook, use: PlaybookUse | None) -> dict[str, int]:
    """Return the live versions that the owner wrote over what this playbook put there."""
    rows = tx.execute(
        select(RuleSwitch.rule_key, RuleSwitch.version_id, RuleVersion.made_by)
        .join(RuleVersion, RuleVersion.id == RuleSwitch.version_id)
        .where(RuleSwitch.rule_key.in_(list(playbook.by_key)))
    )
    laid = use.versions if use is not None else {}
    return {
        row.rule_key: row.version_id
        for row in rows
        if row.version_id != laid.get(row.rule_key) and row.made_by != SHIPPED
    }


def _renew(
    tx: Transaction, playbook: Playbook, use: PlaybookUse, answers: Mapping[str, Any], by: str
) -> tuple[str, ...]:
    """Lay the rules anew, bringing values the owner changed along; returns the rules that stay as they are."""
    switches = {row.rule_key: row for row in tx.execute(select(*RuleSwitch.__table__.c)).all()}
    on = any(switches[key].enabled for key in use.versions if key in switches)
    versions, stay = dict(use.versions), []
    for rule in playbook.tuned(answers):
        laid = _laid(tx, rule, by)
        switch, before = switches.get(rule.key), use.versions.get(rule.key)
        live = laid
        if switch is not None and before is not None and switch.version_id != before:
            both = merged(_body(tx, before), _body(tx, switch.version_id), rule.body, rule.key)
            live = _laid(tx, both, by) if both is not None else switch.version_id
            if both is None:
                stay.append(rule.key)
        versions[rule.key] = laid
        if switch is None:
            set_rule(tx, rule.key, live, on=on)
        elif switch.version_id != live:
            tx.execute(update(RuleSwitch).where(RuleSwitch.rule_key == rule.key).values(version_id=live))
    use.knobs = playbook.answers(answers)
    use.versions = {key: versions[key] for key in playbook.by_key}
    return tuple(stay)


def _laid(tx: Transaction, rule: Rule, by: str) -> int:
    """Keep a playbook's wording of a rule; whoever puts the playbook to work stands for it, tried or not."""
    if by:
        waive(tx, rule, by=by)
    return keep_version(tx, rule, made_by=by or SHIPPED)


def _body(tx: Transaction, version_id: int) -> str:
    return str(tx.execute(select(RuleVersion.body).where(RuleVersion.id == version_id)).scalar_one())


def _set_targets(tx: Transaction, playbook: Playbook) -> list[str]:
    """Set the ranges the owner has not set; returns which."""
    made = []
    for one in playbook.kpis:
        if tx.session.get(KpiTarget, one.key) is None:
            tx.add(KpiTarget(kpi=one.key, target=one.target, low=one.low, high=one.high))
            made.append(one.key)
    return made


def _switch_off(tx: Transaction, key: str, words: str, outbox: CanCancel | None) -> int:
    """Switch a rule off, end what waits, and take back what has not left; returns how many runs ended."""
    tx.execute(update(RuleSwitch).where(RuleSwitch.rule_key == key).values(enabled=0, since=tx.now))
    waiting = select(Run.id).where(Run.rule_key == key, Run.wake_at.is_not(None))
    runs = list(tx.execute(waiting).scalars())
    if outbox is not None and runs:
        planned = (EffectState.PLANNED, EffectState.PARKED)
        unsent = select(Effect.id).where(Effect.run_id.in_(runs), Effect.state.in_(planned))
        for effect_id in tx.execute(unsent).scalars().all():
            outbox.cancel(tx, effect_id, words.removeprefix("Stopped: "))
    ended = {"state": RunState.STOPPED, "wake_at": None, "waiting_for": None, "ended_at": tx.now, "outcome": words}
    tx.execute(update(Run).where(Run.rule_key == key, Run.wake_at.is_not(None)).values(**ended))
    withdraw_questions(tx, runs, words)
    return len(runs)
