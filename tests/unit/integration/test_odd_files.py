"""Whatever bytes a dropped file holds, it becomes items or a sentence for a person, never a fault."""

# ruff: noqa: E501 - lines stand in rows

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backroom.integration.connectors.folder import FILES, FolderConnector
from backroom.integration.contract import Account, Unusable

_FOLDER = FolderConnector()
_CALENDAR = (
    "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "END:VCALENDAR\n", "DTSTART:20260302T090000\n", "DTSTART;TZID=Nowhere/Place:20260302T090000\n",
    "DTSTART;VALUE=DATE:20260302\n", "DTEND:nonsense\n", "DURATION:PT1H\n", "UID:1\n", "SUMMARY:x\n", "STATUS:CANCELLED\n", "CATEGORIES:a,No-show\n", "ATTENDEE:mailto:a@b.example\n",
    'ORGANIZER;CN="S":mailto:s@b.example\n', "RECURRENCE-ID:20260302T090000Z\n", "DTSTAMP:\n", "CREATED:19000101T000000Z\n", "DTSTART:00010101T000000\n", "BEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE\n", "RRULE:FREQ=NO\n", ":\n", ";=:\n",
)  # fmt: skip
_LIST = (
    "Date,From,Direction,Duration\n", "Invoice no;Issued;Amount\n", "2026-03-02,1,in,5\n", "R1;02.03.2026;1,5\n", '"', ",,,\n", ";\n", "\n", "03/04/2026,1,in,x\n", "sep=;\n", "sep=\n",
    "\x00", "9999-99-99,x,out,99999999999999999999\n", "R2;31.12.9999;(1)\n", "0001-01-01,1,in,1e999\n", "1e308,1,in,1\n", "Sum,,,\n",
)  # fmt: skip


def fates_of(name: str, content: bytes) -> int:
    """Read one file through the connector and return how many items it gave."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        account = Account(connection_id=1, settings={"folder": folder, "zone": "America/Chicago"})
        return sum(len(page.items) for page in _FOLDER.fetch(account, FILES, {}))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backroom.integration.connectors.folder._SETTLED_S", -1.0)


@given(st.sampled_from(["x.csv", "x.xlsx", "x.ics", "x.eml", "x.tsv"]), st.binary(max_size=300))
def test_any_bytes(name: str, content: bytes) -> None:
    fates_of(name, content)


@given(st.lists(st.one_of(st.sampled_from(_CALENDAR), st.text(max_size=10)), max_size=12))
def test_any_pile_of_calendar_lines(lines: list[str]) -> None:
    fates_of(
        "x.ics",
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + "".join(lines) + "END:VEVENT\nEND:VCALENDAR\n").encode("utf-8", "replace"),
    )
    fates_of("x.ics", "".join(lines).encode("utf-8", "replace"))


@given(st.lists(st.one_of(st.sampled_from(_LIST), st.text(max_size=10)), max_size=12))
def test_any_pile_of_list_lines(lines: list[str]) -> None:
    fates_of("x.csv", "".join(lines).encode("utf-8", "replace"))


def test_one_endless_line_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Date,From\n" + "x" * 300_000)
    account = Account(connection_id=1, settings={"folder": str(tmp_path)})
    (item,) = next(iter(_FOLDER.fetch(account, FILES, {}))).items
    assert isinstance(item, Unusable)
