"""A policy that could end in silence cannot be read, and the error says where and what to write."""

import pytest

from backroom.errors import RuleError
from backroom.escalation.policies import SEVERITIES, Policies
from backroom.escalation.policy_file import read_policies

GOOD = """
[[policy]]
key = "default"
name = "All at once"

[[policy.ladder]]
severity = ["urgent", "high", "normal", "low"]
hours = "any"
clock = "wall"
due = 30
repeat = 60

[[policy.ladder.step]]
who = "desk"
wait = 5
channels = ["desktop"]

[[policy.ladder.step]]
who = "owner"
wait = 5
channels = ["desktop", "mail"]
"""


def test_every_delivered_policy_ends_with_the_owner_for_every_severity_and_hour(policies: Policies) -> None:
    for policy in policies.by_key.values():
        for severity in SEVERITIES:
            assert policy.plan(severity, is_open=True).steps[-1].who == "owner"
            outside = policy.plan(severity, is_open=False)
            assert outside.hold or outside.steps[-1].who == "owner"


def test_a_policy_nobody_knows_is_the_default_one(policies: Policies) -> None:
    assert policies.get("no such policy").key == "default"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('who = "owner"', 'who = "desk"', 19, "could end in silence"),
        ('who = "desk"', 'who = "the boss"', 14, "nobody is called"),
        ('wait = 5\nchannels = ["desktop"]', 'wait = 0\nchannels = ["desktop"]', 15, "not a number of minutes"),
        ('channels = ["desktop", "mail"]', "channels = []", 21, "is empty"),
        ('channels = ["desktop", "mail"]', 'channels = ["pigeon"]', 21, "pigeon"),
        (
            '["urgent", "high", "normal", "low"]',
            '["urgent", "high", "normal"]',
            3,
            "nobody would be asked about something low",
        ),
        ("due = 30", "due = true", 10, "not a number of minutes"),
        ("repeat = 60", "repeat = 60\nnoise = 3", 12, "means nothing here"),
        ('clock = "wall"', 'clock = "working"', 9, "would never climb"),
        ('key = "default"', 'key = "mine"', 1, "no policy called"),
        ("due = 30", "due = ", 10, "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(RuleError, match=words) as caught:
        read_policies(GOOD.replace(old, new, 1), "policies.toml")
    assert caught.value.line == line
    assert caught.value.remedy


def test_something_urgent_is_never_held_for_the_opening() -> None:
    text = GOOD.replace('hours = "any"', 'hours = "in"') + (
        '\n[[policy.ladder]]\nseverity = ["urgent", "high", "normal", "low"]\nhours = "out"\nhold = true\n'
    )
    with pytest.raises(RuleError, match="urgent cannot wait"):
        read_policies(text, "policies.toml")


def test_two_ladders_for_the_same_thing_are_refused() -> None:
    second = GOOD[GOOD.index("[[policy.ladder]]") :]
    with pytest.raises(RuleError, match="two ladders") as caught:
        read_policies(GOOD + second, "policies.toml")
    assert caught.value.line > 21


def test_a_ladder_is_held_or_has_steps_but_not_both() -> None:
    text = GOOD.replace('["urgent", "high", "normal", "low"]', '["low"]').replace('hours = "any"', 'hours = "out"')
    with pytest.raises(RuleError, match="steps too") as caught:
        read_policies(text.replace('clock = "wall"', "hold = true"), "policies.toml")
    assert caught.value.line == 9
