"""Message texts: filled in a sandbox, checked before they are used, never with a hole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.automation.facts import EventView, Facts, Firm
from backroom.automation.text_edits import shipped_texts
from backroom.automation.texts import HoleInText, MessageTemplate, TextLibrary, check_text, read_texts
from backroom.errors import RuleError
from backroom.hours import Span, WorkingHours
from backroom.store.store import Store
from tests.unit.automation.conftest import START, House

HOURS = WorkingHours("America/Chicago", (Span(0, START.time(), START.time().replace(hour=23)),))
FIRM = Firm("Ridgeline Roofing", "", "America/Chicago", HOURS)


def template(body: str, subject: str = "Hello") -> MessageTemplate:
    """Return a text."""
    return MessageTemplate("t", "Test", "", subject, body, file="t.toml", subject_line=2, body_line=4)


def filled(store: Store, text: MessageTemplate, lead_id: int | None) -> str:
    """Fill a text for an enquiry."""
    with store.read() as reader:
        event = EventView(1, "lead.created", "k", START, None, lead_id, {})
        return TextLibrary([text]).fill("t", Facts(reader, event, FIRM, START)).body


def test_fields_are_filled_in(house: House) -> None:
    lead_id = house.lead()
    words = "Dear {{ customer.first_name }}, about {{ lead.subject }} of {{ lead.created_at | day }}: {{ firm.name }}"
    assert filled(house.store, template(words), lead_id) == (
        "Dear Helen, about Leaking roof 1 of Monday 2 March: Ridgeline Roofing"
    )


@pytest.mark.parametrize("words", ["{{ customer.company }}", "{{ appointment.title }}", "{{ firm.address }}"])
def test_an_empty_value_is_a_hole_that_is_named(house: House, words: str) -> None:
    lead_id = house.lead()
    with pytest.raises(HoleInText, match=words.strip("{} ")):
        filled(house.store, template(f"Dear {words}"), lead_id)
    assert filled(house.store, template("Dear " + words.replace(" }}", " or 'friend' }}")), lead_id) == "Dear friend"


def test_the_hole_that_is_named_is_one_that_would_be_printed(house: House) -> None:
    words = "{% if customer.company %}x{% endif %}{{ customer.phone or '-' }} {{ firm.address }}"
    with pytest.raises(HoleInText, match=r"needs firm\.address"):
        filled(house.store, template("{% if lead.asked %}x{% endif %}" + words), house.lead())


@pytest.mark.parametrize(
    "words",
    [
        "{{ customer.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ lead.fields.pop('x') }}",
        "{{ 1 / 0 }}",
        "{{ customer._facts }}",
        "{% for n in range(10) %}x{% endfor %}",
    ],
)
def test_a_text_cannot_reach_out_of_its_sandbox(house: House, words: str) -> None:
    lead_id = house.lead()
    with pytest.raises(HoleInText):
        filled(house.store, template(words), lead_id)


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("Dear\n{{ customer.frist_name }}", 5, "Did you mean customer.first_name?"),
        ("{{ custmer.name }}", 4, "Did you mean “customer”?"),
        ("one\ntwo {{ customer.name }", 5, "check the braces"),
        ("  ", 4, "empty"),
    ],
)
def test_mistakes_are_named_by_line(body: str, line: int, says: str) -> None:
    errors = check_text(template(body))
    assert any(error.line == line and says in error.sentence() for error in errors), errors


def test_the_owners_words_replace_the_shipped_ones(house: House) -> None:
    library = TextLibrary([template("shipped")], {"t": ("S", "mine"), "own": ("S", "added")})
    assert library.get("t").body == "mine"
    assert library.get("t").edited
    assert [text.key for text in library] == ["own", "t"]
    with pytest.raises(HoleInText, match="no message text"):
        library.get("missing")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("x = 1\n", "not a text"),
        ('[t]\nname = "N"\nsubject = "S"\n', "has no body"),
        ('[t]\nname = "N"\nsubject = "S"\nbody = "B"\nboddy = "C"\n', "not known"),
        ('[t]\nname = "N"\nsubject = "S"\nbody = """\nA\n{{ lead.nope }}\n"""\n', "line 6"),
    ],
)
def test_a_text_file_with_a_mistake_is_refused_by_line(tmp_path: Path, body: str, says: str) -> None:
    (tmp_path / "a.toml").write_text(body, encoding="utf-8")
    with pytest.raises(RuleError, match=says):
        read_texts(tmp_path)


@given(st.text(max_size=60))
def test_any_words_at_all_are_checked_without_breaking(words: str) -> None:
    check_text(template(words))


def test_no_shipped_text_has_a_mistake() -> None:
    assert [str(error) for text in shipped_texts() for error in check_text(text)] == []
