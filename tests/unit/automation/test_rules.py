"""Rules are read with all their mistakes named by line, told as sentences, and versioned by content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.automation.rule_check import check_rule, read_rule, read_rules
from backroom.automation.rule_trials import waive
from backroom.automation.rulebook import put_in_force, switch_rule
from backroom.automation.texts import read_texts
from backroom.automation.toml_lines import read_toml
from backroom.errors import InputError, RuleError
from tests.unit.automation.conftest import RESOURCES, House

GOOD = """# a remark
key = "good"
name = "Good"
when = { event = "lead.created", expires = "3 days" }
if = [
    { field = "lead.source", in = ["web_form", "mail"] },
    { any = [{ field = "lead.urgent", is = true }, { field = "lead.value_minor", above = 1000 }] },
]
unless = { field = "customer.opted_out", is = true }

[[then]]
do = "wait"
for = "1 working day"
at = "9:30"

[[then]]
do = "branch"
if = { field = "lead.urgent", is = true }

    [[then.then]]
    do = "escalate"
    reason = "Urgent: {lead.subject}"
    why = "It sounds urgent."
    due = "15 minutes"

    [[then.else]]
    do = "send_message"
    text = "first-answer"
"""


def complaints(body: str, texts: list[str] | None = None) -> list[tuple[int, str]]:
    """Return (line, what and remedy) of every mistake."""
    return [(error.line, error.sentence()) for error in check_rule(body, "a.toml", texts)[1]]


def test_every_shipped_rule_and_text_is_right() -> None:
    texts = read_texts(RESOURCES / "texts")
    rules = read_rules(RESOURCES / "rules", [text.key for text in texts])
    assert {"instant-lead-reply", "lead-follow-up", "effect-in-doubt", "quarantined"} <= {rule.key for rule in rules}
    for rule in rules:
        assert all("  " not in clause.text and "None" not in clause.text for clause in rule.sentence())


def test_a_rule_reads_as_a_sentence_with_the_parts_one_may_change_marked() -> None:
    rule = read_rule(GOOD, "good.toml")
    told = [(clause.keyword, clause.depth, clause.text) for clause in rule.sentence()]
    assert told == [
        ("when", 0, "somebody asks for something, and it is not more than 3 days ago"),
        (
            "if",
            0,
            "the enquiry’s source is web form or mail and (it sounds urgent or the lead’s value minor is above 1000)",
        ),
        ("wait", 0, "1 working day, at 09:30"),
        ("if", 0, "it sounds urgent"),
        ("then", 1, "put “Urgent: the subject” in the inbox as normal within 15 minutes"),
        ("else", 0, "otherwise"),
        ("then", 1, "send them “first answer” as a reply"),
        ("unless", 0, "they asked us not to write"),
    ]
    assert [part.text for part in rule.sentence()[2].parts if part.value] == ["1 working day", "09:30"]


def test_places_of_steps_lead_on_also_out_of_branches() -> None:
    rule = read_rule(GOOD + '\n[[then]]\ndo = "note"\ntext = "end"\n', "good.toml")
    assert [step.path for step in rule.all_steps] == ["0", "1", "1.then.0", "1.else.0", "2"]
    assert rule.after("1", "then") == "1.then.0"
    assert rule.after("1.then.0") == "2"
    assert rule.after("1.else.0") == "2"
    assert rule.after("2") == ""
    assert rule.step("7") is None


def test_the_version_is_made_from_content_not_from_spacing() -> None:
    rule = read_rule(GOOD, "a.toml")
    assert read_rule("\n\n# another remark\n" + GOOD, "b.toml").digest == rule.digest
    assert read_rule(GOOD.replace("9:30", "9:31"), "a.toml").digest != rule.digest


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('key = "good"', 'key = "Not good"', 2, "small letters"),
        ('name = "Good"', "name = 3", 3, "must be a text"),
        ('"lead.created"', '"lead.craeted"', 4, "Did you mean “lead.created”?"),
        ('"3 days"', '"3 dayz"', 4, "Write it like “2 hours”"),
        ('"lead.source"', '"lead.sauce"', 6, "Did you mean lead.source?"),
        ('"lead.source", in =', '"leed.source", in =', 6, "Begin with one of"),
        ('["web_form", "mail"]', '"web_form"', 6, "Write a list"),
        ("above = 1000", 'above = "a lot"', 7, "number without quotes"),
        ("above = 1000", "abov = 1000", 7, "exactly one of"),
        ('{ field = "lead.urgent", is = true },', "{ is = true },", 7, "names no field"),
        ('"customer.opted_out", is = true', '"customer.opted_out", is = "yes"', 9, "true or false"),
        ('do = "wait"', 'do = "weight"', 12, "Did you mean “wait”?"),
        ('for = "1 working day"', 'fro = "1 working day"', 13, "Did you mean “for”?"),
        ('for = "1 working day"', 'for = "1 working day"\nuntil = "lead.created_at"', 11, "either “for” or “until”"),
        ('at = "9:30"', 'at = "25:30"', 14, "not a time of day"),
        ("Urgent: {lead.subject}", "Urgent: {lead.sbject}", 22, "Did you mean lead.subject?"),
        ("Urgent: {lead.subject}", "This reason is far too long to fit into a row of it", 22, "Say it shorter"),
        ('why = "It sounds urgent."', "", 20, "needs “why”"),
        ('text = "first-answer"', 'text = "frist-answer"', 28, "Did you mean “first-answer”?"),
        ('key = "good"', 'key = "good"\nunles = 1', 3, "Did you mean “unless”?"),
    ],
)
def test_each_mistake_is_named_with_its_line_and_what_to_write(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    found = complaints(GOOD.replace(old, new, 1), ["first-answer"])
    assert any(at == line and says in sentence for at, sentence in found), found


def test_all_mistakes_are_named_at_once_top_to_bottom() -> None:
    found = complaints('key = "x"\nwhen = { event = "no.such" }\n[[then]]\ndo = "nothing"\n')
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert len(found) == 4


def test_text_that_is_not_toml_is_named_by_line() -> None:
    ((line, sentence),) = complaints('key = "a\nname = "b"\n')
    assert line == 1
    assert "not readable as TOML" in sentence


def test_a_rule_without_steps_or_trigger_is_refused() -> None:
    found = complaints('key = "empty-one"\nname = "Empty"\n')
    assert any("when it acts" in sentence for _, sentence in found)
    assert any("no steps" in sentence for _, sentence in found)


def test_two_rules_with_one_key_are_refused(tmp_path: object) -> None:
    folder = tmp_path
    for name in ("a.toml", "b.toml"):
        (folder / name).write_text(GOOD, encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(RuleError, match="used by another rule"):
        read_rules(folder)  # type: ignore[arg-type]


def test_a_rule_that_keeps_the_others_honest_cannot_be_switched_off(house: House) -> None:
    rule = read_rule(GOOD.replace('name = "Good"', 'name = "Good"\nrequired = true'), "a.toml")
    house.change(lambda tx: waive(tx, rule, by="Marta"))
    house.change(lambda tx: put_in_force(tx, rule, made_by="Marta"))
    with pytest.raises(InputError, match="stays on"):
        house.change(lambda tx: switch_rule(tx, rule, on=False))
    free = read_rule(GOOD, "a.toml")
    house.change(lambda tx: switch_rule(tx, free, on=False))
    house.lead()
    house.work()
    assert house.runs() == []


def test_lines_are_found_for_every_form_of_toml() -> None:
    text = (
        "a.b = 1\n"
        '"quoted key" = """\nseveral\nlines"""\n[t]\nlist = [\n  1, # one\n  { x = [2,\n 3], y = \'#"\' },\n]\n'
        "[[many]]\nk = 1\n[many.inner]\nz = 2\n[[many]]\nk = 2\nd = 2026-01-01T00:00:00Z\n"
    )
    located = read_toml(text, "x.toml")
    expected = {
        ("a", "b"): 1,
        ("quoted key",): 2,
        ("t",): 5,
        ("t", "list", 1, "x", 1): 9,
        ("t", "list", 1, "y"): 9,
        ("many", 0, "inner", "z"): 14,
        ("many", 1, "k"): 16,
        ("many", 1, "d"): 17,
    }
    assert {path: located.line(path) for path in expected} == expected
    assert located.line(("many", 1, "no such")) == 15


WORDS = st.text("abc xyz\"'#[]{}=,\\\n", max_size=12)


@given(st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.integers(), st.lists(WORDS, max_size=3)), max_size=4))
def test_the_line_scanner_reads_whatever_the_parser_reads(data: dict[str, object]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    lines = []
    for key, value in data.items():
        lines.append(f"{key} = [{', '.join(map(quoted, value))}]" if isinstance(value, list) else f"{key} = {value}")
    located = read_toml("\n".join(lines), "x.toml")
    assert located.data == data
    assert [located.line((key,)) for key in data] == list(range(1, len(data) + 1))
