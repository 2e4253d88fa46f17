"""However often the program is killed, nobody is told twice, and nothing is forgotten."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backroom.store.store import Store
from tests.faults.ladder_lives import ITEMS, START

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]
ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("BACKROOM_SOAK") == "1"
KILLS = 1000 if SOAK else 45


def rows(store: Store, sql: str) -> list[Any]:
    with store.read() as reader:
        return list(reader.driver(sql).all())


def check_story(folder: Path) -> int:
    """Check one finished story from its database alone; return how many notices it gave."""
    store = Store.open(folder / "backroom.sqlite", quick=True)
    try:
        assert rows(store, "PRAGMA integrity_check") == [("ok",)]
        keys = [row[0] for row in rows(store, "SELECT source_key FROM escalation")]
        assert sorted(keys) == sorted(f"case:{n}" for n in range(ITEMS)), "lost or doubled items"
        assert rows(store, "SELECT id FROM escalation WHERE state <> 'resolved' AND next_at IS NULL") == []
        gaps = rows(
            store,
            "SELECT e.id FROM escalation e JOIN escalation_event v ON v.escalation_id = e.id"
            " GROUP BY e.id HAVING count(*) <> e.version OR max(v.version) <> e.version",
        )
        assert gaps == [], "a version without its line of history"
        check_climbs(store)
        doubled = rows(store, "SELECT key FROM effect GROUP BY key HAVING count(*) > 1")
        assert doubled == []
        mails = rows(store, "SELECT count(*) FROM staff_notice WHERE channel = 'mail'")[0][0]
        assert mails == rows(store, "SELECT count(*) FROM effect")[0][0], "a mail without its notice, or twice"
        return int(rows(store, "SELECT count(*) FROM staff_notice")[0][0])
    finally:
        store.close()


def check_climbs(store: Store) -> None:
    """Check that each climb told each level once, in order, and each telling left its notices."""
    told = rows(
        store,
        "SELECT v.escalation_id, v.kind, json_extract(v.payload, '$.level'), v.id FROM escalation_event v"
        " WHERE v.kind IN ('notified', 'exhausted', 'reminded', 'lease_expired') ORDER BY v.escalation_id, v.version",
    )
    levels: dict[int, int] = {}
    for item_id, kind, level, _event in told:
        if kind == "lease_expired":
            levels.pop(item_id, None)
            continue
        assert level == levels.get(item_id, -1) + 1, "a level of the ladder was left out or came twice"
        levels[item_id] = level
    assert len(levels) == ITEMS, "an item nobody was told about"
    steps = rows(store, "SELECT escalation_id, count(DISTINCT step), max(step) + 1 FROM staff_notice GROUP BY 1")
    assert all(count == highest for _item, count, highest in steps), "a step that told nobody"
    told_steps = rows(store, "SELECT id, step FROM escalation ORDER BY id")
    assert [(item, highest) for item, _count, highest in sorted(steps)] == [tuple(row) for row in told_steps]


def test_kills_at_every_boundary_and_at_random_lose_and_double_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.ladder_lives", str(tmp_path), str(KILLS), "2026"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) == KILLS
    stories = sorted(tmp_path.glob("story-*"))
    assert stories
    assert all(check_story(story) > ITEMS for story in stories)
    assert START.tzinfo is not None
