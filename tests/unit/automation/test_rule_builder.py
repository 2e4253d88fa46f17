"""Building a rule piece by piece: every act gives a whole checked rule or says what is wrong and at which piece."""

from __future__ import annotations

import pytest

from backroom.automation import rule_builder as build
from backroom.automation import rule_forms as forms
from backroom.automation.actions import ACTIONS
from backroom.automation.rule_check import read_rule, read_rules
from backroom.automation.rule_edits import lines_of, side_by_side
from backroom.automation.rules import Rule
from backroom.errors import InputError
from tests.unit.automation.conftest import RESOURCES

RULES = {rule.key: rule for rule in read_rules(RESOURCES / "rules")}
FOLLOW = RULES["lead-follow-up"]
ANSWER = RULES["instant-lead-reply"]


def words(rule: Rule) -> list[str]:
    return [f"{line.keyword} {line.text}" for line in lines_of(rule)]


@pytest.mark.parametrize("key", sorted(RULES))
def test_every_value_of_every_shipped_rule_can_be_pressed_and_leads_to_a_piece(key: str) -> None:
    rule = RULES[key]
    data = build.data_of(rule)
    for line in lines_of(rule):
        for piece in line.pieces:
            if piece.value and line.keyword not in ("always", "else"):
                assert piece.place is not None, piece.text
        if line.spot and line.spot not in ("when", "if", "unless"):
            assert "do" in build.at(data, build.path_of(line.spot))


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_piece_that_is_sent_back_unchanged_leaves_the_rule_as_it_was(key: str) -> None:
    rule = RULES[key]
    data = build.data_of(rule)
    for line in lines_of(rule):
        if not line.spot or line.spot in ("when", "if", "unless"):
            continue
        path = build.path_of(line.spot)
        table = build.at(data, path)
        controls = forms.step_controls(table["do"], forms.kinds_of(rule), {}, {})
        values = {one.key: build.shown(one, table) for one in controls}
        same = build.with_table(rule, path, {"do": table["do"], **build.merged(table, controls, values)})
        assert same.digest == rule.digest
    for spot in ("if", "unless"):
        for number, table in enumerate(build.members(data, (spot,))):
            form = forms.form_of(forms.conditions(), table)
            if form is not None and form.key == "field":
                again = forms.field_table(forms.field_values(table))
                assert words(build.with_condition(rule, (spot,), number, again)) == words(rule)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.KEY)
def test_every_action_is_asked_for_by_what_it_declares(action: object) -> None:
    key = action.KEY  # type: ignore[attr-defined]
    controls = forms.step_controls(key, ("lead.created",), {"first-answer": "First answer"}, {})
    assert [one.key for one in controls] == [
        field.name for field in forms.action(key).FIELDS if field.kind != "steps"
    ]  # fmt: skip
    assert all(one.label for one in controls)


@pytest.mark.parametrize("form", forms.TRIGGERS, ids=lambda form: form.key)
def test_every_way_to_start_a_rule_is_read_in_the_form_it_is_asked_for(form: forms.Form) -> None:
    assert form in forms.triggers()
    plain = build.new_rule("Plain", ())
    plain = build.without_condition(plain, ("unless",), 0)
    plain = build.without_condition(plain, ("unless",), 0)
    values = {one.key: build.shown(one, form.sample) for one in form.controls}
    made = build.with_table(plain, ("when",), build.merged({}, form.controls, values))
    assert form.key in build.data_of(made)["when"]


@pytest.mark.parametrize("form", forms.CONDITIONS, ids=lambda form: form.key)
def test_every_kind_of_condition_is_read_in_the_form_it_is_asked_for(form: forms.Form) -> None:
    assert form in forms.conditions()
    values = forms.field_values(form.sample) if form.key == "field" else forms.condition_values(form, form.sample)
    made = build.with_condition(FOLLOW, ("if",), None, forms.condition_table(form, values))
    assert build.data_of(made)["if"][-1] == dict(form.sample)
    assert len(words(made)[1]) > len(words(FOLLOW)[1])


def test_steps_come_go_and_move_and_the_last_one_stays() -> None:
    tag = {"do": "tag", "add": ["waited"]}
    more = build.with_step(FOLLOW, ("then", 1), tag)
    assert "then tag them waited" in words(more)[3]
    assert "tag them waited" in words(build.moved(more, ("then", 1), 1))[4]
    assert build.without_step(more, ("then", 1)).digest == FOLLOW.digest
    with pytest.raises(InputError, match="at least one step"):
        build.without_step(ANSWER, ("then", 0))
    with pytest.raises(InputError):
        build.moved(FOLLOW, ("then", 0), -1)


def test_a_step_inside_a_branch_is_reached_by_its_place() -> None:
    branch = {"do": "branch", "if": {"field": "lead.urgent", "is": True}, "then": [{"do": "stop"}]}
    made = build.with_step(FOLLOW, ("then", 0), branch)
    made = build.with_step(made, ("then", 0, "else", 0), {"do": "note", "text": "not urgent"})
    line = next(line for line in lines_of(made) if "not urgent" in line.text)
    assert build.path_of(line.spot) == ("then", 0, "else", 0)
    gone = build.without_step(made, ("then", 0, "else", 0))
    assert "else" not in build.data_of(gone)["then"][0]


def test_a_mistake_names_the_field_it_is_about() -> None:
    with pytest.raises(InputError) as wrong:
        build.with_table(FOLLOW, ("then", 0), {"do": "wait", "for": "soon"})
    assert (wrong.value.field, str(wrong.value)) == ("for", "“soon” is not a length of time.")
    with pytest.raises(InputError) as missing:
        build.with_table(FOLLOW, ("then", 1), {"do": "send_message"})
    assert missing.value.field == "text"
    with pytest.raises(InputError, match="does not fit with “a message of theirs is given”"):
        build.with_table(FOLLOW, ("when",), {"schedule": "working days", "at": "9:00"})


def test_a_new_rule_gets_a_key_of_its_own_starts_off_and_may_be_a_copy() -> None:
    first = build.new_rule("Ask for a review!", ())
    assert (first.key, first.starts_on, first.group) == ("ask-for-a-review", False, "Own rules")
    second = build.new_rule("Ask for a review", ["ask-for-a-review"], like=RULES["quarantined"])
    assert second.key == "ask-for-a-review-2"
    assert not second.required
    assert build.free_key("42", ()) == "my-42"
    with pytest.raises(InputError) as nameless:
        build.new_rule("  ", ())
    assert nameless.value.field == "name"


def test_two_wordings_side_by_side_mark_what_differs_in_both() -> None:
    changed = read_rule(FOLLOW.body.replace('for = "2 working days"', 'for = "1 week"'), "rule.toml")
    left, right = side_by_side(FOLLOW, changed)
    assert [piece.text for line in left for piece in line.pieces if piece.differs] == ["2 working days"]
    assert [piece.text for line in right for piece in line.pieces if piece.differs] == ["1 week"]
    shorter = build.without_step(FOLLOW, ("then", 3))
    left, right = side_by_side(FOLLOW, shorter)
    assert [line.mark for line in left if line.mark] == ["gone"]
    assert len(right) == len(left) - 1
