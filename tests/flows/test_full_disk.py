"""The disk of a working business fills up: it says so, loses nothing, and goes on by itself once there is room."""

from __future__ import annotations

import time as stopwatch
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

from backroom.app.business import Business
from backroom.clock import ManualClock
from backroom.errors import StoreFull
from backroom.hours import Span
from backroom.paths import Home
from backroom.secrets import MemorySecrets
from backroom.store.firm_setup import FirmFacts, set_up_firm
from tests.flows.desk import OFFICE, Desk, letter

MAILS = 60


def leave_no_room(shop: Desk, pages: int) -> None:
    """Let the database grow by so many pages and no further, as on a full disk."""
    used = shop.write(lambda tx: tx.driver("PRAGMA page_count").scalar())
    shop.write(lambda tx: tx.driver(f"PRAGMA max_page_count = {int(used or 0) + pages}").close())


def says_so(shop: Desk) -> bool:
    return shop.business.store.is_full


def make_room(shop: Desk) -> None:
    shop.write(lambda tx: tx.driver("PRAGMA max_page_count = 1073741823").close())


def test_intake_stops_with_a_clear_state_and_goes_on_without_loss(shop: Desk) -> None:
    shop.work(timedelta(minutes=1))
    shop.business.store.ballast.put_back()
    words = "Could you give me a quote for the roof of this house? " * 60
    for number in range(MAILS):
        sender = f"Person {number} <p{number}@home.example>"
        shop.receive(f"m{number:03}", letter(shop, sender, f"House {number}", f"{words} ({number})", to=OFFICE))
    leave_no_room(shop, 40)
    shop.work(timedelta(minutes=1))
    before = int(shop.one("SELECT count(*) FROM intake_item"))
    assert before < MAILS
    with pytest.raises(StoreFull, match="disk is full") as told:
        shop.write(lambda tx: tx.driver("CREATE TABLE more AS SELECT randomblob(1000000)").close())
    assert "nothing that was saved before is lost" in told.value.sentence()
    assert says_so(shop)
    assert not shop.business.store.ballast.path.exists()

    make_room(shop)
    # What failed pauses by the machine's own clock, so the story waits for it, too.
    assert wait_until(lambda: worked(shop) == MAILS)
    assert not says_so(shop)
    assert shop.rows("SELECT fate, count(*) FROM intake_item GROUP BY fate") == [("lead", MAILS)]
    assert shop.one("SELECT count(DISTINCT customer_id) FROM lead") == MAILS
    assert sorted(mail.to for mail in shop.tray()) == sorted(f"p{number}@home.example" for number in range(MAILS))
    assert shop.one("PRAGMA integrity_check") == "ok"
    assert shop.rows("SELECT DISTINCT state FROM connection") == [("ok",)]


def test_a_business_at_work_outlives_it(tmp_path: Path) -> None:
    """The same with the real clock and every thread at work."""
    folder, inbox = Home(tmp_path / "home").business().make(), tmp_path / "mail"
    for one in (inbox, folder.out_tray):
        one.mkdir()
    business = Business.open(folder, MemorySecrets())
    hours = tuple(Span(day, time(0), time(0)) for day in range(7))
    facts = FirmFacts(name="Ridge Roofing", zone="Etc/UTC", spans=hours, owner="Marta Ruiz")
    business.store.write_now(lambda tx: set_up_firm(tx, facts))
    business.connections.add("folder", {"folder": str(inbox), "address": OFFICE})
    business.connections.add("folder_out", {"folder": str(folder.out_tray), "sender": OFFICE})
    shop = Desk(business, ManualClock(business.store.clock.now() + timedelta(seconds=2)), inbox)
    business.start()
    try:
        leave_no_room(shop, 10)
        for number in range(20):
            text = f"Could you give me a quote for the roof of this house? ({number}) " * 200
            sender = f"Person {number} <p{number}@home.example>"
            shop.receive(f"m{number:03}", letter(shop, sender, f"House {number}", text, to=OFFICE))
        assert wait_until(lambda: says_so(shop))
        make_room(shop)
        assert wait_until(lambda: len(shop.tray()) == 20)
        stopwatch.sleep(1)
        assert sorted(mail.to for mail in shop.tray()) == sorted(f"p{number}@home.example" for number in range(20))
        assert shop.rows("SELECT fate, count(*) FROM intake_item GROUP BY fate") == [("lead", 20)]
    finally:
        business.close()


def worked(shop: Desk) -> int:
    """Let a minute pass and return how many answers lie in the tray."""
    shop.work(timedelta(minutes=1))
    return len(shop.tray())


def wait_until(reached: Callable[[], bool], seconds: float = 250) -> bool:
    until = stopwatch.monotonic() + seconds
    while not (there := reached()) and stopwatch.monotonic() < until:
        stopwatch.sleep(0.1)
    return there
