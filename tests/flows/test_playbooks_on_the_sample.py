"""The sample business can show every playbook: what it would have done last month, counted in its own records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backroom.automation.playbook import Playbook
from backroom.automation.playbook_history import MEASURED, Would, would_have
from backroom.automation.playbook_needs import Supply
from backroom.automation.playbooks import read_states, shipped_playbooks
from backroom.clock import ManualClock
from backroom.paths import SAMPLE, Home
from backroom.store.store import Reader, Store
from tests.flows.sample_year import MORNING, copy_of

WITHOUT_MONEY = {
    "missed-call-text-back", "pre-visit-checklist", "post-visit-follow-up", "review-request", "weekly-report",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample(year: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Yield a view of the sample business on its morning."""
    home = copy_of(year, tmp_path_factory.mktemp("playbooks") / "home")
    store = Store.open(Home(home).business(SAMPLE).database, clock=ManualClock(MORNING))
    with store.read() as reader:
        yield reader
    store.close()


@pytest.mark.parametrize("playbook", shipped_playbooks(), ids=lambda one: one.key)
def test_the_sample_shows_what_it_would_have_done_with_the_rows_behind_it(sample: Reader, playbook: Playbook) -> None:
    would = would_have(sample, MORNING, playbook)
    assert would.cases > 0
    assert would.words
    if playbook.key in WITHOUT_MONEY:
        assert would.high_minor is None
    else:
        assert would.low_minor is not None
        assert would.high_minor is not None
        assert 0 < would.low_minor <= would.high_minor
        assert would.why
    if would.record_kind:
        assert len(would.record_ids) == min(would.cases, 200)
        listed = ", ".join(map(str, would.record_ids))
        assert sample.rows(f"SELECT count(*) FROM {would.record_kind} WHERE id IN ({listed})") == [
            (len(would.record_ids),)
        ]


def test_nothing_is_missing_there_but_texting_and_the_review_page(sample: Reader) -> None:
    supply = Supply(sample)
    unmet = {need.need.what for one in shipped_playbooks() for need in supply.of(one) if not need.met}
    assert unmet == {"text_out", "review_page"}


def test_the_two_that_were_there_first_are_at_work(sample: Reader) -> None:
    states = read_states(sample, shipped_playbooks())
    assert {one.playbook.key for one in states if one.installed} == {"instant-lead-reply", "lead-follow-up"}
    assert all(one.on == 1 and not one.changed for one in states if one.installed)


def test_open_quotes_are_worth_what_they_say(sample: Reader) -> None:
    would: Would = would_have(sample, MORNING, next(one for one in shipped_playbooks() if one.key == "quote-chaser"))
    listed = ", ".join(map(str, would.record_ids))
    ((total,),) = sample.rows(f"SELECT sum(total_minor) FROM quote WHERE id IN ({listed})")
    assert would.low_minor == would.high_minor == total
    assert set(MEASURED) == {one.measure for one in shipped_playbooks()}
