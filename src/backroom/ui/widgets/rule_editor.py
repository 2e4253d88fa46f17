"""Edits the rule that is shown, piece by piece, in sheets drawn from what its parts declare; each act can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from backroom.automation import rule_builder as build
from backroom.automation import rule_forms as forms
from backroom.automation.actions import ACTIONS
from backroom.automation.rule_edits import CLOCK, CONDITION, DELAY, SEVERITY, STEP, TRIGGER, Line, Place, with_value
from backroom.automation.rules import Rule
from backroom.errors import BackroomError
from backroom.records.escalations import Severity
from backroom.ui.models.automation_data import RuleSheet
from backroom.ui.models.automation_words import severity_words, step_icon
from backroom.ui.notices import Notices
from backroom.ui.widgets.chooser import Chooser, Option
from backroom.ui.widgets.fields import ChoiceField, TextField
from backroom.ui.widgets.form_sheet import FormSheet
from backroom.ui.widgets.piece_sheet import PieceSheet
from backroom.ui.widgets.rule_editor_words import act_words, form_words, step_words, tr
from backroom.ui.widgets.rule_sheets import clock_sheet, delay_sheet, delay_value

Change = Callable[[Rule], Rule]
EDIT, UP, DOWN, AFTER, INSIDE, REMOVE = "edit", "up", "down", "after", "inside", "remove"


class RuleEditor(QObject):
    """Keeps the draft of one rule and what it was before each act; `drafted` is called when it changes."""

    def __init__(self, parent: QWidget, notices: Notices, drafted: Callable[[Rule | None], None]) -> None:
        """Open sheets over the window of `parent`."""
        super().__init__(parent)
        self._over, self._notices, self._drafted = parent, notices, drafted
        self.sheet: RuleSheet | None = None
        self.draft: Rule | None = None
        self.names: Mapping[str, str] = {}
        self._before: list[Rule | None] = []

    @property
    def base(self) -> Rule | None:
        """The wording at hand: the draft, else the one in force."""
        return self.draft or (self.sheet.rule if self.sheet is not None else None)

    @property
    def can_undo(self) -> bool:
        """Whether there is an act to take back."""
        return bool(self._before)

    def begin(self, sheet: RuleSheet) -> None:
        """Work on this rule; the draft of another one is gone."""
        before = self.sheet.line.view.key if self.sheet is not None else ""
        self.sheet = sheet
        if sheet.line.view.key != before:
            self.forget()

    def forget(self) -> None:
        """Throw the draft away."""
        self.draft = None
        self._before.clear()

    def undo(self) -> None:
        """Take the last act back."""
        if self._before:
            self.draft = self._before.pop()
            self._drafted(self.draft)

    def take(self, rule: Rule) -> None:
        """Make a wording the draft; the one in force again is no draft."""
        live = self.sheet.rule if self.sheet is not None else None
        self._before.append(self.draft)
        self.draft = None if live is not None and rule.digest == live.digest else rule
        self._drafted(self.draft)

    def press(self, place: Place) -> None:
        """Ask for another value at a piece of the sentence."""
        if place.kind in (DELAY, CLOCK):
            self._ask_time(place)
        elif place.kind == CONDITION:
            self.edit_condition(_conditions_at(place.step), int(place.field))
        elif place.kind == TRIGGER:
            self.edit_trigger()
        elif place.kind == STEP and place.step in (build.IF, build.UNLESS):
            self.edit_condition((place.step,), 0)
        elif place.kind == STEP:
            self.edit_step(build.path_of(place.step))
        elif place.kind == SEVERITY:
            self._choose(place, {str(one): severity_words(str(one)) for one in Severity})
        else:
            self._choose(place, dict(self.sheet.texts) if self.sheet is not None else {})

    def more(self, line: Line) -> None:
        """Offer what else can be done with a line of the sentence."""
        if self.base is None:
            return
        if line.spot == build.WHEN:
            self.edit_trigger()
        elif line.spot in (build.IF, build.UNLESS):
            self._offer_conditions(line.spot)
        else:
            self._offer_step(build.path_of(line.spot))

    def add(self, key: str) -> None:
        """Add a step at the end, or a condition."""
        if self.base is None:
            return
        if key == build.THEN:
            self.add_step((build.THEN, len(build.data_of(self.base)[build.THEN])))
        else:
            self.edit_condition((key,), None)

    def add_step(self, path: build.Path) -> None:
        """Ask what kind of step, then what it needs, and put it in at a path."""
        options = [Option(key=one.KEY, text=step_words(one.KEY, one.NAME), icon=step_icon(one.KEY))
                   for one in ACTIONS]  # fmt: skip
        self._pick(tr("What is to be done?"), options, lambda key: self._step_sheet(path, str(key), None))

    def edit_step(self, path: build.Path) -> None:
        """Ask for everything a step declares."""
        if self.base is None:
            return
        table = build.at(build.data_of(self.base), path)
        self._step_sheet(path, str(table["do"]), table)

    def edit_trigger(self) -> None:
        """Ask how the rule starts: first the way, then what it needs."""
        if self.base is None:
            return
        when = build.data_of(self.base)[build.WHEN]
        now = forms.form_of(forms.triggers(), when)
        ways = {form.key: form for form in forms.triggers()}
        options = [Option(key=form.key, text=form_words(form.name), note=tr("now") if form is now else "", icon="zap")
                   for form in ways.values()]  # fmt: skip

        def picked(key: Any) -> None:
            self._trigger_sheet(ways[key], when, same=ways[key] is now)

        self._pick(tr("When does it start?"), options, picked)

    def edit_condition(self, path: build.Path, number: int | None) -> None:
        """Ask for one condition of a list, or for a new one."""
        if self.base is None:
            return
        if number is not None:
            table = build.members(build.data_of(self.base), path)[number]
            self._condition_sheet(path, number, table, forms.form_of(forms.conditions(), table))
            return
        kinds = {form.key: form for form in forms.conditions()}
        options = [Option(key=form.key, text=form_words(form.name), icon="circle-question-mark")
                   for form in kinds.values()]  # fmt: skip
        self._pick(tr("What does it depend on?"), options,
                   lambda key: self._condition_sheet(path, None, {}, kinds[key]))  # fmt: skip

    def rename(self) -> None:
        """Ask for the name and what it is for."""
        base = self.base
        if base is None:
            return
        fields = (
            TextField(key="name", label=tr("Name"), default=base.name),
            TextField(key="about", label=tr("What it is for"), default=base.about, lines=2, required=False),
        )
        sheet = FormSheet(self._over.window(), tr("Name of the rule"), "", fields, tr("Change"))
        self._send(sheet, lambda values: build.renamed(base, values["name"], values["about"]))
        sheet.open_at("name")

    def ask_new(self, made: Callable[[Rule], None]) -> None:
        """Ask for the name of a rule of one's own, from scratch or as a copy; `made` gets it."""
        like = (("", tr("from scratch")), *((key, name) for key, name in self.names.items()))
        current = self.sheet.line.view.key if self.sheet is not None else ""
        fields = (
            TextField(key="name", label=tr("Name"), placeholder=tr("Ask for a review")),
            ChoiceField(key="like", label=tr("Begin with"), choices=like, default=current, required=False,
                        help=tr("It starts switched off; nothing happens until you switch it on.")),
        )  # fmt: skip
        sheet = FormSheet(self._over.window(), tr("New rule"), "", fields, tr("Go on"))
        sheet.sent.connect(lambda values: self._made(values, sheet, made))
        sheet.open_at("name")

    bodies: Callable[[str], Rule | None] = staticmethod(lambda _key: None)

    def _made(self, values: dict[str, Any], sheet: FormSheet, made: Callable[[Rule], None]) -> None:
        like = self.bodies(str(values["like"])) if values["like"] else None
        try:
            rule = build.new_rule(str(values["name"]), self.names, like=like)
        except BackroomError as error:
            sheet.refused(error)
            return
        sheet.close_overlay()
        made(rule)

    def _ask_time(self, place: Place) -> None:
        length = place.kind == DELAY
        sheet = delay_sheet(self._over.window(), place) if length else clock_sheet(self._over.window(), place)
        read = delay_value if length else lambda values: str(values["time"])
        self._send(sheet, lambda values: self._valued(place, read(values)))
        sheet.open_at("amount" if length else "time")

    def _valued(self, place: Place, value: str) -> Rule:
        base = self.base
        if base is None or self.sheet is None:
            raise BackroomError(tr("The rule is not there any more."))
        return with_value(base, place, value, frozenset(self.sheet.texts))

    def _choose(self, place: Place, words: Mapping[str, str]) -> None:
        options = [Option(key=key, text=text, letter=str(at) if at < 10 else "")
                   for at, (key, text) in enumerate(words.items(), 1)]  # fmt: skip
        chooser = self._pick(
            place.label, options, lambda value: self._act(lambda _rule: self._valued(place, str(value)))
        )
        chooser.list.choose(place.value)

    def _step_sheet(self, path: build.Path, key: str, table: Mapping[str, Any] | None) -> None:
        base = self.base
        if base is None or self.sheet is None:
            return
        texts, before = self.sheet.texts, table or {}
        controls = forms.step_controls(key, forms.kinds_of(base), texts, self.names)
        branches = build.takes_steps(key, required=True)

        def change(values: Mapping[str, Any]) -> Rule:
            made = {"do": key, **build.merged({k: v for k, v in before.items() if k != "do"}, controls, values)}
            if table is not None:
                return build.with_table(base, path, made, frozenset(texts))
            if branches:
                made[branches[0][0]] = [{"do": "note", "text": tr("What happens then")}]
            return build.with_step(base, path, made, frozenset(texts))

        name = step_words(key, forms.action(key).NAME)
        self._piece(name, [(one, build.shown(one, before)) for one in controls], change)

    def _trigger_sheet(self, form: forms.Form, when: Mapping[str, Any], *, same: bool) -> None:
        base = self.base
        if base is None:
            return
        before = when if same else {}

        def change(values: Mapping[str, Any]) -> Rule:
            table = build.merged(before, form.controls, values)
            if same and any(table.get(key) != when.get(key) for key in (form.key, "at", "by")):
                table.pop("words", None)  # they told of what was there before
            return build.with_table(base, (build.WHEN,), table, self._text_keys())

        self._piece(form_words(form.name), [(one, build.shown(one, before)) for one in form.controls], change)

    def _condition_sheet(
        self, path: build.Path, number: int | None, table: Mapping[str, Any], form: forms.Form | None
    ) -> None:
        base = self.base
        if base is None:
            return
        if form is None:
            controls: tuple[forms.Control, ...] = tuple(
                forms.Control(key, forms.RAW, key.replace("_", " ")) for key in table
            )
            shown = {one.key: build.shown(one, table) for one in controls}
        elif form.key == "field":
            controls = forms.field_form(forms.kinds_of(base))
            shown = forms.field_values(table)
        else:
            controls, shown = form.controls, forms.condition_values(form, table)

        def change(values: Mapping[str, Any]) -> Rule:
            made = forms.condition_table(form, values) if form is not None else build.table_of(values, controls)
            return build.with_condition(base, path, number, made, self._text_keys())

        title = form_words(form.name) if form is not None else tr("A condition")
        self._piece(title, [(one, shown.get(one.key)) for one in controls], change)

    def _offer_conditions(self, spot: str) -> None:
        base = self.base
        if base is None:
            return
        found = build.members(build.data_of(base), (spot,))
        options = [Option(key=("add", 0), text=tr("Add another one"), icon="plus")]
        for number, table in enumerate(found):
            words = forms.condition_words(table, forms.kinds_of(base))
            options.append(Option(key=(EDIT, number), text=words, note=tr("change"), icon="pencil"))
            options.append(Option(key=(REMOVE, number), text=words, note=tr("take away"), icon="trash-2"))

        def picked(choice: Any) -> None:
            what, number = choice
            if what == REMOVE:
                self._act(lambda rule: build.without_condition(rule, (spot,), number, self._text_keys()))
            else:
                self.edit_condition((spot,), number if what == EDIT else None)

        self._pick(tr("Conditions") if spot == build.IF else tr("Reasons to stop"), options, picked)

    def _offer_step(self, path: build.Path) -> None:
        base = self.base
        if base is None:
            return
        data = build.data_of(base)
        here, size = int(path[-1]), len(build.at(data, path[:-1]))
        key = str(build.at(data, path)["do"])
        acts = [EDIT, *([UP] if here else []), *([DOWN] if here + 1 < size else []), AFTER]
        inside = build.takes_steps(key)
        options = [Option(key=(one, ""), text=act_words(one), icon=_ACT_ICONS[one]) for one in acts]
        options += [Option(key=(INSIDE, name), text=tr("Add a step inside: {where}").format(where=label.lower()),
                           icon="git-branch") for name, label in inside]  # fmt: skip
        options.append(Option(key=(REMOVE, ""), text=act_words(REMOVE), icon="trash-2"))
        self._pick(tr("This step"), options, lambda choice: self._do(choice[0], choice[1], path, data))

    def _do(self, what: str, branch: str, path: build.Path, data: Mapping[str, Any]) -> None:
        texts = self._text_keys()
        if what == EDIT:
            self.edit_step(path)
        elif what == AFTER:
            self.add_step((*path[:-1], int(path[-1]) + 1))
        elif what == INSIDE:
            self.add_step((*path, branch, len(build.at(data, path).get(branch, ()))))
        elif what == REMOVE:
            self._act(lambda rule: build.without_step(rule, path, texts))
        else:
            self._act(lambda rule: build.moved(rule, path, -1 if what == UP else 1, texts))

    def _text_keys(self) -> frozenset[str] | None:
        return frozenset(self.sheet.texts) if self.sheet is not None else None

    def _piece(
        self, title: str, controls: list[tuple[forms.Control, Any]], change: Callable[[Mapping[str, Any]], Rule]
    ) -> None:
        sheet = PieceSheet(self._over.window(), title, controls, tr("Change"), change)
        self._send(sheet, change)
        if controls:
            sheet.open_at(controls[0][0].key)
        else:
            sheet.open()

    def _send(self, sheet: FormSheet, change: Callable[[dict[str, Any]], Rule]) -> None:
        def sent(values: dict[str, Any]) -> None:
            try:
                rule = change(values)
            except BackroomError as error:
                sheet.refused(error)
                return
            sheet.close_overlay()
            self.take(rule)

        sheet.sent.connect(sent)

    def _act(self, change: Change) -> None:
        if self.base is None:
            return
        try:
            rule = change(self.base)
        except BackroomError as error:
            self._notices.problem(error)
            return
        self.take(rule)

    def _pick(self, title: str, options: list[Option], picked: Callable[[Any], None]) -> Chooser:
        chooser = Chooser(self._over.window(), title, options)
        chooser.picked.connect(picked)
        chooser.open()
        return chooser


def _conditions_at(spot: str) -> build.Path:
    return (spot,) if spot in (build.IF, build.UNLESS) else (*build.path_of(spot), build.IF)


_ACT_ICONS = {EDIT: "pencil", UP: "arrow-up", DOWN: "arrow-down", AFTER: "plus", REMOVE: "trash-2"}
