"""Files dropped into a watched folder: every row once, odd files understood, unusable ones explained."""

# ruff: noqa: E501 - lists are quoted as they are exported

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from backroom.errors import Broken, InputError
from backroom.integration.connectors import folder
from backroom.integration.connectors.folder import FILES, FolderConnector
from backroom.integration.connectors.folder_out import FolderOutConnector
from backroom.integration.contract import (
    Account,
    Incoming,
    IncomingAppointment,
    IncomingCall,
    IncomingInvoice,
    IncomingMail,
    OutgoingMail,
    Unusable,
)  # fmt: skip
from backroom.integration.mail_parse import parse_mail

FOLDER = FolderConnector()
OUT = FolderOutConnector()
CALLS = "Date,Time,Direction,From,To,Status,Duration (s),Answered by\n2026-03-02,09:30:00,Inbound,(312) 555-0101,555-0199,Answered,95,Dana\n"
INVOICES = "Invoice no;Customer;E-mail;Issued;Due;Paid;Amount;Currency;Status\nR-1;Jürgen Groß;J@X.example;02.03.2026;16.03.2026;;1.234,50;EUR;Open\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def drop(root: Path, name: str, content: str | bytes, *, age_s: float = 60) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (time.time() - age_s, time.time() - age_s))
    return path


def account(root: Path, **settings: Any) -> Account:
    return Account(connection_id=1, settings={"folder": str(root), "zone": "America/Chicago"} | settings)


def read(root: Path, cursor: dict[str, Any] | None = None, **settings: Any) -> tuple[list[Incoming], dict[str, Any]]:
    pages = list(FOLDER.fetch(account(root, **settings), FILES, cursor or {}))
    assert pages[-1].complete
    return [item for page in pages for item in page.items], dict(pages[-1].cursor)


def one(root: Path, **settings: Any) -> Any:
    (item,), _ = read(root, **settings)
    return item


def test_a_call_log_is_read(root: Path) -> None:
    drop(root, "calls.csv", CALLS)
    call = one(root)
    assert isinstance(call, IncomingCall)
    assert (call.direction, call.caller, call.answered, call.duration_s, call.answered_by) == (
        "in",
        "(312) 555-0101",
        True,
        95,
        "Dana",
    )
    assert call.at == datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le"])
def test_invoices_in_any_encoding_with_semicolons_and_decimal_commas(root: Path, encoding: str) -> None:
    drop(root, "invoices.csv", INVOICES.encode(encoding))
    invoice = one(root)
    assert isinstance(invoice, IncomingInvoice)
    assert (invoice.number, invoice.customer_name, invoice.customer_email) == ("R-1", "Jürgen Groß", "j@x.example")
    assert (invoice.total_minor, invoice.paid_minor, invoice.currency) == (123450, 0, "EUR")
    assert (invoice.issued_on, invoice.due_on, invoice.paid_on) == (date(2026, 3, 2), date(2026, 3, 16), None)


@pytest.mark.parametrize("sign", [",", "\t", "|"])
def test_any_delimiter_and_a_preamble_are_understood(root: Path, sign: str) -> None:
    table = INVOICES.replace("1.234,50", "1234.50").replace(";", sign)
    drop(root, "list.txt" if sign == "\t" else "list.csv", f"Report of March\n\n{table}\n\nSum{sign * 6}1234.50\n")
    assert one(root).total_minor == 123450


def test_a_spreadsheet_is_read_like_a_list(root: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Invoice Number", "Client", "Invoice Date", "Due Date", "Total", "Balance"])
    sheet.append([1001, "Ann Lee", datetime(2026, 3, 2), datetime(2026, 3, 16), 250.5, 50.5])  # noqa: DTZ001
    book.save(root / "march.xlsx")
    os.utime(root / "march.xlsx", (1, 1))
    invoice = one(root)
    assert (invoice.number, invoice.total_minor, invoice.paid_minor, invoice.currency) == ("1001", 25050, 20000, "USD")


def test_a_calendar_is_read(root: Path) -> None:
    drop(
        root,
        "crew.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7@x\r\nDTSTAMP:20160301T120000Z\r\nCREATED:20160301T110000Z\r\n"
        "DTSTART:20160305T090000\r\nDTEND:20160305T100000\r\nSUMMARY:Roof check\r\nLOCATION:5 Elm St\r\nORGANIZER;CN=Sam:mailto:sam@shop.example\r\n"
        "ATTENDEE;CN=Sam:mailto:sam@shop.example\r\nATTENDEE;CN=Ann Lee:mailto:Ann@post.example\r\nDESCRIPTION:Customer: Ann Lee\\nPhone: (312) 555-0101\r\n"
        "STATUS:CONFIRMED\r\nCATEGORIES:Inspection,No-show\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    visit = one(root)
    assert isinstance(visit, IncomingAppointment)
    assert visit.starts_at == datetime(2016, 3, 5, 15, 0, tzinfo=UTC)
    assert (visit.title, visit.state, visit.staff_name) == ("Roof check", "no_show", "Sam")
    assert (visit.customer_name, visit.customer_email, visit.customer_phone) == (
        "Ann Lee",
        "ann@post.example",
        "(312) 555-0101",
    )
    assert visit.created_at == datetime(2016, 3, 1, 11, 0, tzinfo=UTC)


def test_mails_are_read_in_the_order_they_were_sent_and_sent_ones_are_told_apart(root: Path) -> None:
    drop(root, "a.eml", "Date: Mon, 2 Mar 2026 12:00:00 +0000\nMessage-ID: <2@x>\n\nlater")
    drop(root, "sent/z.eml", "Date: Mon, 2 Mar 2026 11:00:00 +0000\nMessage-ID: <1@x>\n\nearlier")
    items, _ = read(root)
    assert [(item.content_key, item.outgoing) for item in items if isinstance(item, IncomingMail)] == [
        ("<1@x>", True),
        ("<2@x>", False),
    ]


def test_a_file_is_read_once_and_again_only_when_it_changed(root: Path) -> None:
    drop(root, "calls.csv", CALLS)
    first, cursor = read(root)
    assert read(root, cursor)[0] == []
    drop(root, "calls.csv", CALLS + "2026-03-02,10:00:00,Inbound,anonymous,555-0199,Missed,0,\n", age_s=30)
    again, cursor = read(root, cursor)
    assert [item.item_key for item in again][:1] == [item.item_key for item in first]
    assert len(again) == 2
    assert len(cursor["read"]) == 1


def test_the_same_list_under_another_name_brings_the_same_keys(root: Path) -> None:
    drop(root, "calls.csv", CALLS)
    drop(root, "copy of calls.csv", CALLS)
    items, _ = read(root)
    assert len(items) == 2
    assert len({item.item_key for item in items}) == 1


def test_two_equal_rows_of_one_list_are_two_calls(root: Path) -> None:
    drop(root, "calls.csv", CALLS + CALLS.split("\n")[1] + "\n")
    items, _ = read(root)
    assert len({item.item_key for item in items}) == 2


def test_a_paid_invoice_keeps_its_key_and_changes_its_content(root: Path) -> None:
    drop(root, "i.csv", INVOICES)
    before = one(root)
    drop(root, "i.csv", INVOICES.replace(";;1", ";20.03.2026;1").replace("Open", "Paid"))
    after = one(root)
    assert before.item_key == after.item_key
    assert before.content_key != after.content_key
    assert (after.paid_minor, after.paid_on) == (123450, date(2026, 3, 20))


def test_a_missing_column_is_explained_with_those_there_are(root: Path) -> None:
    drop(root, "calls.csv", "Time,Direction,From,Status\n09:30,Inbound,1,Answered\n")
    trouble = one(root)
    assert isinstance(trouble, Unusable)
    assert (
        trouble.problem
        == "The file calls.csv looks like a call log but has no column “Date”. Its columns are: Time, Direction, From, Status."
    )
    assert "Rename" in trouble.remedy


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "x.csv",
            "Apples,Pears\n1,2\n",
            "no call log and no list of invoices, quotes or jobs. Its columns are: Apples, Pears.",
        ),
        ("x.csv", "\n\n", "is empty"),
        ("x.xlsx", b"no zip", "cannot be opened"),
        ("x.ics", "hello", "cannot be read"),
        ("x.csv", CALLS.replace("2026-03-02", "03/04/2026"), "begins with the day or with the month"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(root: Path, name: str, content: str | bytes, words: str) -> None:
    drop(root, name, content)
    trouble = one(root)
    assert isinstance(trouble, Unusable)
    assert words in trouble.problem
    assert trouble.remedy


def test_a_bad_row_is_told_and_the_others_are_taken_in(root: Path) -> None:
    bad = "\n".join(f"someday,09:00,Inbound,{number},2,Answered,5,Dana" for number in range(30))
    drop(root, "calls.csv", CALLS + bad + "\n")
    items, _ = read(root)
    troubles = [item for item in items if isinstance(item, Unusable)]
    assert len(items) == 1 + 21
    assert troubles[0].problem == "Line 3 of calls.csv: the time of the call cannot be read."
    assert "someday" in troubles[0].excerpt
    assert troubles[-1].problem == "10 more lines of calls.csv cannot be read."


def test_half_written_files_are_waited_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(root, "calls.csv", CALLS[:60], age_s=-30)
    drop(root, "~$calls.xlsx", b"x")
    drop(root, "new.csv.part", CALLS)

    def grows(_seconds: float) -> None:
        with path.open("a") as more:
            more.write("2026-03-02,")

    with monkeypatch.context() as patch:
        patch.setattr(folder, "time", SimpleNamespace(time=time.time, sleep=grows))
        items, cursor = read(root)
    assert items == []
    drop(root, "calls.csv", CALLS)
    assert len(read(root, cursor)[0]) == 1


def test_a_long_list_comes_in_pages_and_counts_as_read_only_at_its_end(root: Path) -> None:
    rows = "".join(f"2026-03-02,09:30:00,Inbound,{number},555,Missed,0,\n" for number in range(450))
    drop(root, "calls.csv", CALLS.split("\n", maxsplit=1)[0] + "\n" + rows)
    pages = list(FOLDER.fetch(account(root), FILES, {}))
    assert [len(page.items) for page in pages] == [200, 200, 50, 0]
    assert [len(page.cursor["read"]) for page in pages] == [0, 0, 1, 1]


def test_a_folder_that_is_not_there_is_told(root: Path) -> None:
    with pytest.raises(InputError, match="no folder") as caught:
        FOLDER.test(account(root / "gone"))
    assert caught.value.field == "folder"
    with pytest.raises(Broken, match="no folder"):
        list(FOLDER.fetch(account(root / "gone"), FILES, {}))
    with pytest.raises(InputError, match="time zone"):
        FOLDER.test(account(root, zone="Mars/Base"))
    drop(root, "calls.csv", CALLS)
    assert FOLDER.test(account(root)).words == "1 files: 1 .csv."


@pytest.fixture
def watched(root: Path) -> Iterator[list[float]]:
    told: list[float] = []
    stopping = threading.Event()
    thread = threading.Thread(
        target=FOLDER.watch, args=(account(root), lambda: told.append(time.monotonic()), stopping)
    )
    thread.start()
    yield told
    stopping.set()
    thread.join(timeout=60)
    assert not thread.is_alive()


def test_a_dropped_file_is_noticed_at_once(root: Path, watched: list[float]) -> None:
    # The watch begins at a moment of its own: what was there before it is not news, so files go on coming.
    until, number = time.monotonic() + 60, 0
    while not watched and time.monotonic() < until:
        number += 1
        drop(root, f"calls-{number}.csv", CALLS)
        time.sleep(0.1)
    assert watched


def outgoing(**changes: Any) -> OutgoingMail:
    values = {
        "message_id": "<a/b@shop>",
        "to": "ann@post.example",
        "subject": "Hi",
        "text": "Grüße",
        "sender_name": "Shop",
        "at": datetime(2026, 3, 2, tzinfo=UTC),
    }
    return OutgoingMail(**(values | changes))  # type: ignore[arg-type]


def test_the_out_tray_keeps_each_mail_once(root: Path) -> None:
    mine = account(root, sender="office@shop.example")
    assert OUT.look_up(mine, outgoing()) is None
    first = OUT.send(mine, outgoing())
    assert OUT.send(mine, outgoing(text="again")) == first
    (path,) = root.glob("*.eml")
    assert not list(root.glob("*.part"))
    mail = parse_mail(path.read_bytes(), datetime(2026, 3, 2, tzinfo=UTC))
    assert (mail.message_id, mail.text, mail.to[0].address) == ("<a/b@shop>", "Grüße", "ann@post.example")
    assert OUT.look_up(mine, outgoing()) is not None
    assert str(root) in OUT.test(mine).account
    with pytest.raises(Broken):
        OUT.send(account(root / "gone", sender="office@shop.example"), outgoing())
    with pytest.raises(Broken, match="not an e-mail address"):
        OUT.send(mine, outgoing(to="nobody"))
