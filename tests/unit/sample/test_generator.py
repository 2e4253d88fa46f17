"""The sample year is the same every time, complete, and as large and as faulty as its README says."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backroom import paths
from backroom.records.messages import Fate
from backroom.sample.generator import build, is_built, sample_firm
from tests.effort import effort
from tests.unit.sample.conftest import NOW, Built


def _digest(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_and_moment_give_the_same_bytes(year: Built, tmp_path: Path) -> None:
    build(tmp_path / "again", NOW)
    assert _digest(tmp_path / "again") == _digest(year.root)


def test_another_seed_gives_another_year(year: Built, tmp_path: Path) -> None:
    build(tmp_path / "other", NOW, firm=replace(sample_firm(), seed="another"))
    ours, other = _digest(year.root), _digest(tmp_path / "other")
    assert not {ours[path] for path in ours} & {other[path] for path in other}


def test_it_is_quick(tmp_path: Path) -> None:
    assert effort(lambda: build(tmp_path / "quick", NOW)) < 300


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 9, 13, 7, 250, tzinfo=UTC),
        datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 8, 8, 30, tzinfo=UTC),
    ],
)
def test_any_moment_is_a_good_one_to_start(tmp_path: Path, now: datetime) -> None:
    truth = build(tmp_path / "any", now)
    numbers = truth["numbers"]
    assert 0.18 <= numbers["leads"]["before"]["never"] <= 0.25
    assert numbers["leads"]["before"]["median_minutes"] > 300
    assert numbers["leads"]["since"]["median_minutes"] < 5
    stamps = [path.rsplit("/", 1)[1][:15] for path in truth["mails"]]
    assert max(stamps) < f"{now:%Y%m%d-%H%M%S}"
    assert min(stamps) > f"{now - timedelta(days=370):%Y%m%d-%H%M%S}"


def test_a_folder_with_things_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="folder of its own"):
        build(tmp_path, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_what_an_interrupted_build_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "shop.part" / "mail").mkdir(parents=True)
    (tmp_path / "shop.part" / "mail" / "half.eml").write_text("half")
    assert not is_built(tmp_path / "shop")
    build(tmp_path / "shop", NOW)
    assert is_built(tmp_path / "shop")
    assert not (tmp_path / "shop.part").exists()
    assert not list((tmp_path / "shop").rglob("half.eml"))


def test_every_mail_has_one_fate_that_the_program_knows(year: Built) -> None:
    on_disk = {path.relative_to(year.root).as_posix() for path in (year.root / "mail").rglob("*.eml")}
    assert on_disk == set(year.mails)
    assert {mail["fate"] for mail in year.mails.values()} == {str(fate) for fate in Fate}


def test_the_truth_lies_outside_the_watched_folders(year: Built) -> None:
    assert json.loads((year.root / "truth.json").read_text(encoding="utf-8")) == year.truth
    assert not [path for path in year.root.rglob("*.json") if path.parent != year.root]


def test_it_is_as_large_as_planned(year: Built) -> None:
    numbers, plan = year.truth["numbers"], sample_firm().plan
    assert numbers["leads"]["all"] == plan.leads
    assert numbers["calls"]["all"] == pytest.approx(plan.calls, rel=0.05)
    assert numbers["visits"]["all"] == plan.visits
    assert numbers["invoices"]["all"] == plan.invoices
    assert 2300 <= numbers["inbox"] + numbers["sent"] <= 2900
    fates = Counter(mail["fate"] for path, mail in year.mails.items() if path.startswith("mail/inbox/"))
    assert numbers["mails"] == dict(sorted(fates.items()))
    assert fates["lead"] == numbers["leads"]["written"]


def test_only_answered_leads_are_booked(year: Built) -> None:
    booked = {mail["lead"] for mail in year.mails.values() if mail["kind"] == "confirm"}
    answered = {mail["lead"] for mail in year.mails.values() if mail["kind"] in {"answer", "instant"}}
    assert booked
    assert booked <= answered


def test_the_readme_tells_the_true_numbers(year: Built) -> None:
    readme = (paths.resources() / "sample" / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z0-9_.]+)` \| ([0-9.]+) \|", readme, re.MULTILINE))
    assert len(told) > 20
    assert {key: float(value) for key, value in told.items()} == {key: _number(year.truth, key) for key in told}


def _number(truth: dict[str, Any], key: str) -> float:
    value: Any = truth["numbers"]
    for part in key.split("."):
        value = value[part]
    return float(value)
