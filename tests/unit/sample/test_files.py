"""The files of the sample read like those of real programs, and nothing in them belongs to anybody."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest
from python_calamine import CalamineWorkbook

from backroom import paths
from backroom.sample.books import COLUMNS as LEDGER
from backroom.sample.generator import sample_firm
from backroom.sample.residents import Residents
from backroom.sample.telephone import COLUMNS as CALL_LOG
from tests.unit.sample.conftest import Built

_PHONE = re.compile(r"\+1\d{10}\b|\(\d{3}\) \d{3}-\d{4}")
_INVENTED_PHONE = re.compile(r"(\+1\d{3}|\(\d{3}\) )555-?01\d\d")
_HOST = re.compile(r"(?:@|https?://)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_INVENTED_HOST = re.compile(r"(^|\.)example(\.(com|net|org))?$")


@pytest.fixture(scope="module")
def parsed(year: Built) -> dict[str, EmailMessage]:
    return {path: message_from_bytes((year.root / path).read_bytes(), policy=policy.default) for path in year.mails}


def _id(mail: EmailMessage, header: str) -> str:
    return str(mail.get(header, "")).strip().strip("<>")


def test_every_mail_can_be_taken_apart(year: Built, parsed: dict[str, EmailMessage]) -> None:
    for path, mail in parsed.items():
        assert mail["From"], path
        assert mail["To"], path
        assert _id(mail, "Message-ID") == year.mails[path]["message_id"], path
        if year.mails[path]["kind"] != "mail_no_date":
            assert mail["Date"].datetime.utcoffset() is not None, path


def test_only_broken_and_unreadable_mails_have_defects(year: Built, parsed: dict[str, EmailMessage]) -> None:
    for path, mail in parsed.items():
        if any(part.defects for part in mail.walk()):
            assert year.mails[path]["kind"] in {"mail_cut_base64", "mail_open_boundary", "scrambled"}, path


def test_message_ids_are_unique_but_for_mails_delivered_twice(year: Built) -> None:
    ids = Counter(mail["message_id"] for mail in year.mails.values() if mail["message_id"])
    twice = {mail["message_id"] for mail in year.mails.values() if mail["kind"] == "delivered_twice"}
    assert {one for one, count in ids.items() if count > 1} == twice


def test_replies_thread_to_an_earlier_mail_of_ours(year: Built, parsed: dict[str, EmailMessage]) -> None:
    sent = {_id(mail, "Message-ID"): mail for path, mail in parsed.items() if path.startswith("mail/sent/")}
    threaded = 0
    for path, mail in parsed.items():
        if year.mails[path]["kind"] not in {"reply", "thanks", "opt_out", "away"}:
            continue
        ours = sent[_id(mail, "In-Reply-To")]
        assert f"<{_id(ours, 'Message-ID')}>" in mail["References"]
        assert ours["Date"].datetime < mail["Date"].datetime
        threaded += 1
    assert threaded > 300


def test_our_answers_thread_to_what_they_answer(year: Built, parsed: dict[str, EmailMessage]) -> None:
    known = {_id(mail, "Message-ID") for mail in parsed.values()}
    nameless = {mail["lead"] for mail in year.mails.values() if mail["kind"] == "mail_no_message_id"}
    for path, mail in parsed.items():
        if path.startswith("mail/sent/") and year.mails[path]["lead"] not in nameless:
            assert _id(mail, "In-Reply-To") in known, path


def test_bounces_name_the_mail_that_came_back(year: Built, parsed: dict[str, EmailMessage]) -> None:
    sent = {mail["message_id"] for path, mail in year.mails.items() if path.startswith("mail/sent/")}
    bounced = [parsed[path] for path in year.mails if year.mails[path]["fate"] == "bounce"]
    assert {mail.get_content_type() for mail in bounced} == {"multipart/report", "text/plain"}
    for mail in bounced:
        assert any(one in sent for one in re.findall(r"Message-ID: <([^>]+)>", mail.as_string())[1:])


def test_a_form_sent_twice_differs_only_in_time_and_id(year: Built, parsed: dict[str, EmailMessage]) -> None:
    first = {mail["lead"]: parsed[path] for path, mail in year.mails.items() if mail["fate"] == "lead"}
    for path, mail in year.mails.items():
        if mail["kind"] == "form_twice":
            again, original = parsed[path], first[mail["lead"]]
            assert again["Message-ID"] != original["Message-ID"]
            assert _body(again) == _body(original)


def test_the_call_log_reads_as_csv_without_two_equal_lines(year: Built) -> None:
    rows: list[dict[str, str]] = []
    for path in sorted((year.root / "calls").iterdir()):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows += reader
            assert reader.fieldnames == list(CALL_LOG)
    assert len(rows) == year.truth["numbers"]["calls"]["all"]
    keys = [(row["Date"], row["Time"], row["From"], row["To"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["Status"] for row in rows} == {"Answered", "Missed", "Voicemail", "No answer"}
    assert all(
        (row["Status"] == "Answered") == (int(row["Duration (s)"]) > 0) for row in rows if row["Status"] != "Voicemail"
    )
    assert sum(row["From"] == "Anonymous" for row in rows) > 50


def test_the_calendar_reads_as_icalendar_with_people_and_no_shows(year: Built) -> None:
    events = [
        event
        for path in (year.root / "calendar").iterdir()
        for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    ]
    numbers = year.truth["numbers"]["visits"]
    assert len(events) == len({str(event["UID"]) for event in events}) == numbers["all"]
    assert all("mailto:" in str(event["ATTENDEE"]) and "@" in str(event["DESCRIPTION"]) for event in events)
    assert all(event.decoded("DTSTART") < event.decoded("DTEND") for event in events)
    assert all(event.decoded("DTSTART").utcoffset() is not None for event in events)
    marks = [str(event["CATEGORIES"].to_ical()) for event in events]
    assert sum("No-show" in words for words in marks) == numbers["no_show"]
    assert sum(str(event["STATUS"]) == "CANCELLED" for event in events) == numbers["cancelled"]


def test_invoices_come_in_the_forms_that_programs_save(year: Built) -> None:
    rows: list[list[str]] = []
    kinds = set()
    for path in sorted((year.root / "invoices").iterdir()):
        (head, *lines), kind = _workbook(path) if path.suffix == ".xlsx" else _ledger(path)
        assert head == list(LEDGER), path.name
        kinds.add(kind)
        rows += lines
    numbers = year.truth["numbers"]["invoices"]
    assert kinds == {"plain", "workbook", "mark", "utf-16", "semicolon"}
    assert len(rows) == len({row[0] for row in rows}) == numbers["all"]
    assert sum(row[10] == "Overdue" for row in rows) == numbers["overdue"]
    assert sum(round(float(row[8].replace(",", ".")) * 100) for row in rows) == numbers["total_cents"]
    assert all(datetime.fromisoformat(row[5]) < datetime.fromisoformat(row[6]) for row in rows)


def _workbook(path: Path) -> tuple[list[list[str]], str]:
    lines = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert all(isinstance(line[8], float) for line in lines[1:])
    return [[str(cell) for cell in line] for line in lines], "workbook"


def _ledger(path: Path) -> tuple[list[list[str]], str]:
    raw = path.read_bytes()
    if raw[:2] == b"\xff\xfe":
        kind, text, mark = "utf-16", raw.decode("utf-16"), "\t"
    elif raw[:3] == b"\xef\xbb\xbf":
        kind, text, mark = "mark", raw.decode("utf-8-sig"), ","
    elif b";" in raw[:40]:
        kind, text, mark = "semicolon", raw.decode("latin-1"), ";"
    else:
        kind, text, mark = "plain", raw.decode("utf-8"), ","
    return list(csv.reader(io.StringIO(text), delimiter=mark)), kind


def test_no_phone_and_no_domain_belongs_to_anybody(year: Built, parsed: dict[str, EmailMessage]) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (paths.resources() / "sample").glob("*.toml")]
    texts += [path.read_text(encoding="utf-8") for path in (year.root / "calls").iterdir()]
    texts += [path.read_text(encoding="utf-8").replace("\n ", "") for path in (year.root / "calendar").iterdir()]
    for path, mail in parsed.items():
        texts += ["\n".join(mail.values()), "" if year.mails[path]["fate"] == "unreadable" else _body(mail)]
    whole = "\n".join(texts)
    assert not {found[0] for found in _PHONE.finditer(whole) if not _INVENTED_PHONE.fullmatch(found[0])}
    assert not {host for host in _HOST.findall(whole) if not _INVENTED_HOST.search(host.rstrip("."))}


def test_everybody_in_town_is_somebody_else() -> None:
    firm = sample_firm()
    town = Residents(firm.names, firm.seed)
    people = [town.person(number) for number in range(town.size)]
    assert (
        len({one.mail for one in people})
        == len({one.phone for one in people})
        == len({one.name for one in people})
        == town.size
    )
    assert not {one.phone for one in people} & {
        firm.company.phone,
        *firm.company.lines,
        *(one.phone for one in firm.people),
    }


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    raw = part.get_payload(decode=True) if part is not None else b""
    return raw.decode("utf-8", errors="replace") if isinstance(raw, bytes) else ""
