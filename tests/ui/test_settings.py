"""Settings: connections are added, repaired and removed; people, hours, texts, backups and looks are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import shiboken6
from msgspec.json import encode
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from backroom.app.program import Program
from backroom.automation.text_edits import texts_in_use
from backroom.clock import to_micros
from backroom.errors import SignInAgain
from backroom.ids import new_id
from backroom.integration import connection_state
from backroom.integration.accounts import Accounts
from backroom.locked_file import KeyCost
from backroom.paths import Home
from backroom.records.connections import Connection, ConnectionState
from backroom.records.customers import Customer, Lead
from backroom.records.people import Person, Role
from backroom.settings import FIRM_ADDRESS, KEEP_WORKING, THEME
from backroom.store.backup import backups
from backroom.store.firm import people, setting, working_hours
from backroom.store.firm_setup import FirmFacts, save_person
from backroom.store.month_file import OldRun
from backroom.store.transaction import Transaction
from backroom.ui.models.diagnostics import diagnostics
from backroom.ui.models.first_answers import OFFICE_HOURS, spans_of
from backroom.ui.models.storage_words import size_words
from backroom.ui.overlay import Overlay
from backroom.ui.pages.settings import PANES, Settings
from backroom.ui.theme import Theme
from backroom.ui.widgets.connection_sheets import ConnectionSheet, Gallery, SureSheet
from backroom.ui.widgets.person_sheet import PersonSheet
from backroom.ui.widgets.text import Label
from backroom.ui.widgets.trace_drawer import TraceDrawer
from backroom.ui.window import Window
from backroom.ui.workspace import Workspace
from tests.ui.audit_walk import nameless, settle, text_faults
from tests.ui.languages import longer_words
from tests.ui.rest import until_rest

W = TypeVar("W", bound=QWidget)
SIZES = [(1280, 720), (1280, 800), (1440, 900), (1920, 1080)]
LONG = "Donaudampfschifffahrtsgesellschaftskapitän Maximilian"


class Desk:
    """A window with the settings alone, over a real program."""

    def __init__(self, home: Path, theme: Theme) -> None:
        self.program = Program(Home(home))
        self.program.use_passphrase("four unrelated words")
        facts = FirmFacts(name="Cedar Ridge", zone="America/Chicago", spans=spans_of(OFFICE_HOURS), owner="Marta Ruiz")
        self.workspace: Workspace = self.program.begin_business(facts)
        self.workspace.host = self.program
        self.theme, self.switched = theme, list[object]()
        self.window = Window(self.workspace, (Settings,), theme)
        self.window.switch_asked.connect(self.switched.append)
        self.window.resize(1280, 800)
        self.window.show()
        self.window.activateWindow()
        self.wait()

    @property
    def page(self) -> Settings:
        page = self.window.current
        assert isinstance(page, Settings)
        return page

    def wait(self) -> None:
        until_rest(self.window)

    def open(self, *target: str) -> Settings:
        self.window.open("settings", target[0] if len(target) == 1 else tuple(target))
        self.wait()
        return self.page

    def at(self, *target: str) -> Any:
        """Open a section and return it, whichever it is."""
        return self.open(*target).pane

    def sheet(self, kind: type[W]) -> W:
        self.wait()
        return next(one for one in self.window.findChildren(kind) if one.isVisible())

    def write(self, work: Callable[[Transaction], object]) -> object:
        done = self.workspace.store.write_now(work)
        self.wait()
        return done

    def connect(self, name: str = "Office", state: str = ConnectionState.OK) -> int:
        made = new_id()

        def work(tx: Transaction) -> None:
            folder = str(self.workspace.store.path.parent)
            tx.add(
                Connection(
                    id=made,
                    connector="folder",
                    name=name,
                    created_at=tx.now,
                    account=folder,
                    settings={"folder": folder},
                    state=state,
                    last_ok_at=tx.now,
                    state_since=tx.now,
                )
            )

        self.write(work)
        return made

    def faults(self, root: QWidget | None = None) -> list[str]:
        return [str(fault) for fault in text_faults(root or self.window)] + nameless(root or self.window)

    def close(self) -> None:
        for sheet in self.window.findChildren(Overlay):
            sheet.close_overlay()
        self.wait()
        self.window.shut()
        shiboken6.delete(self.window)
        self.program.close()
        settle()


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backroom.secrets.system_keyring", lambda: None)
    monkeypatch.setattr(KeyCost.__init__, "__defaults__", (1 << 12, 8, 1))  # a real file, opened in no time


@pytest.fixture
def desk(tmp_path: Path, theme: Theme) -> Iterator[Desk]:
    made = Desk(tmp_path, theme)
    yield made
    made.close()


def test_without_connections_the_page_says_so_and_offers_the_mailbox(desk: Desk) -> None:
    pane = desk.at("connections")
    assert pane._empty.isVisible()
    assert desk.faults() == []


def test_the_form_of_one_kind_can_be_opened_from_elsewhere(desk: Desk) -> None:
    desk.window.open("settings", ("connections", ("add", "folder")))
    desk.wait()
    assert "Watched folder" in desk.sheet(ConnectionSheet).accessibleName()


def test_a_folder_is_tried_and_then_connected(desk: Desk, tmp_path: Path) -> None:
    desk.at("connections").add()
    desk.sheet(Gallery)._pick("folder")
    sheet = desk.sheet(ConnectionSheet)
    sheet.form.show_values({"folder": str(tmp_path / "nowhere")})
    sheet.go.click()
    desk.wait()
    assert "nowhere" in sheet.form.editor("folder").accessibleDescription()
    (tmp_path / "calls").mkdir()
    sheet.form.show_values({"folder": str(tmp_path / "calls"), "_name": "Phone"}, over_typed=True)
    sheet.go.click()
    desk.wait()
    sheet.go.click()
    desk.wait()
    (card,) = desk.at("connections")._cards.values()
    assert card.health.name == "Phone"


def test_a_refused_sign_in_shows_the_repair_and_another_account_is_refused(desk: Desk, tmp_path: Path) -> None:
    made = desk.connect()
    desk.write(lambda tx: connection_state.failed(tx, made, SignInAgain("The password was refused.")))
    page = desk.open("connections")
    card = desk.at("connections")._cards[made]
    assert "Needs a sign-in" in card.health.words
    assert page._trouble == 1
    assert desk.faults() == []
    card.repair.click()
    sheet = desk.sheet(ConnectionSheet)
    (tmp_path / "other").mkdir()
    sheet.form.show_values({"folder": str(tmp_path / "other")}, over_typed=True)
    sheet.go.click()
    desk.wait()
    assert "but the connection is for" in sheet.form.editor("folder").accessibleDescription()
    sheet.form.show_values({"folder": card.health.account}, over_typed=True)
    sheet.go.click()
    desk.wait()
    sheet.go.click()
    desk.wait()
    assert card.health.state == ConnectionState.OK


def test_a_connection_is_paused_with_undo_and_removed_after_a_word(desk: Desk) -> None:
    made = desk.connect()
    pane = desk.at("connections")
    pane._act(made, "pause")
    desk.wait()
    assert pane._cards[made].health.state == ConnectionState.PAUSED
    desk.window.desk.notices.undo_last()
    desk.wait()
    assert pane._cards[made].health.state != ConnectionState.PAUSED
    pane._act(made, "remove")
    sure = desk.sheet(SureSheet)
    assert desk.faults(sure) == []
    sure.go.click()
    desk.wait()
    assert pane._cards == {}


def test_what_an_installer_gets_holds_no_secret(desk: Desk) -> None:
    made = desk.connect()
    card = desk.at("connections")._cards[made]
    desk.workspace.service(Accounts).keep(made, {"password": "canary-9f1c"})
    desk.write(lambda tx: connection_state.failed(tx, made, SignInAgain("refused canary-9f1c")))
    text = diagnostics(desk.workspace, card.health)
    assert "canary-9f1c" not in text
    assert "folder" in text


def test_hours_are_kept_and_a_week_never_open_is_refused(desk: Desk) -> None:
    pane = desk.at("people")
    pane._week.show_spans(())
    pane.save()
    desk.wait()
    assert pane._fault.isVisible()
    pane._week.show_spans(((5, 540, 720),))
    pane._holidays.show_days({"2097-12-25": "Christmas"})
    pane.save()
    desk.wait()
    with desk.workspace.store.read() as reader:
        hours = working_hours(reader)
    assert [(span.weekday, span.opens.hour) for span in hours.spans] == [(5, 9)]
    assert date(2097, 12, 25) in hours.holidays


def test_somebody_is_added_changed_and_taken_off_with_undo(desk: Desk) -> None:
    pane = desk.at("people")
    pane.add()
    sheet = desk.sheet(PersonSheet)
    sheet.form.show_values({"name": "Dana Okafor", "away": "2099-12-25"})
    sheet.kept.emit()
    desk.wait()
    with desk.workspace.store.read() as reader:
        dana = next(one for one in people(reader) if one.name == "Dana Okafor")
        assert (dana.role, dana.away_until is not None) == (Role.DESK, True)
    facts = next(one for one in desk.page._shown["people"].members if one.name == "Dana Okafor")
    pane._drop(facts)
    desk.wait()
    with desk.workspace.store.read() as reader:
        assert [one.name for one in people(reader)] == ["Marta Ruiz"]
    desk.window.desk.notices.undo_last()
    desk.wait()
    with desk.workspace.store.read() as reader:
        assert len(people(reader)) == 2


def test_hours_that_rest_on_the_owner_alone_are_said_before_it_matters(desk: Desk) -> None:
    read = desk.open("people")._shown["people"]
    assert any("nobody except the owner" in line for line in read.warnings)
    assert any("no e-mail address" in line for line in read.warnings)
    assert read.ladder[0].words.startswith("The front desk")


def test_a_text_is_tried_on_a_real_enquiry_kept_and_taken_back(desk: Desk) -> None:
    def enquiry(tx: Transaction) -> None:
        now = tx.now
        customer = Customer(name="Ada Low", created_at=now, updated_at=now, last_contact_at=now)
        tx.add(customer)
        tx.flush()
        tx.add(Lead(customer_id=customer.id, subject="Leaking roof", created_at=tx.now, source="mail", state="new"))

    desk.write(enquiry)
    pane = desk.at("texts", "first-answer")
    desk.wait()
    assert "Hello Ada" in pane._body.text()
    pane._form.show_values({"body": "Dear {{ customer.nickname }}"}, over_typed=True)
    desk.wait()
    assert not pane._keep.isEnabled()
    pane._form.show_values({"body": "Good day, {{ firm.name }} here."}, over_typed=True)
    desk.wait()
    assert "Cedar Ridge here" in pane._body.text()
    QTest.keyClick(desk.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk.wait()
    with desk.workspace.store.read() as reader:
        assert next(one for one in texts_in_use(reader) if one.key == "first-answer").edited
    pane._open("first-answer")
    pane._take_back()
    desk.wait()
    with desk.workspace.store.read() as reader:
        assert not any(one.edited for one in texts_in_use(reader))


def test_a_backup_is_made_as_a_job_and_put_back(desk: Desk) -> None:
    pane = desk.at("backup")
    pane._now.click()
    desk.wait()
    (copy,) = backups(pane._folder)
    desk.write(lambda tx: save_person(tx, Person(name="Too Late", role=Role.DESK)))
    pane._ask(copy, "today")
    desk.sheet(SureSheet).go.click()
    for _look in range(3000):
        QTest.qWait(20)
        if desk.switched:
            break
    (workspace,) = desk.switched
    assert isinstance(workspace, Workspace)
    with workspace.store.read() as reader:
        assert [one.name for one in people(reader)] == ["Marta Ruiz"]


def test_a_damaged_copy_changes_nothing(desk: Desk) -> None:
    pane = desk.at("backup")
    pane._now.click()
    desk.wait()
    (copy,) = backups(pane._folder)
    copy.path.write_bytes(b"no database" * 1000)
    pane._restore(copy)
    desk.wait()
    assert not desk.switched
    with desk.workspace.store.read() as reader:
        assert people(reader)[0].name == "Marta Ruiz"


def test_settings_are_kept_and_looks_change_at_once(desk: Desk) -> None:
    pane = desk.at("business")
    pane.form.show_values({FIRM_ADDRESS.key: "12 Main Street"})
    pane.save()
    desk.wait()
    looks = desk.at("appearance")
    looks._look.choose("dark")
    looks._keep.setChecked(False)
    desk.wait()
    with desk.workspace.store.read() as reader:
        kept = setting(reader, FIRM_ADDRESS), setting(reader, THEME), setting(reader, KEEP_WORKING)
    assert kept == ("12 Main Street", "dark", False)
    assert (desk.theme.choice, desk.window.keep_working) == ("dark", False)


def test_the_search_finds_the_section_of_a_setting(desk: Desk) -> None:
    page = desk.open("connections")
    QTest.keyClick(desk.window, Qt.Key.Key_Slash)
    page._search.setText("quiet hours")
    desk.wait()
    assert page.pane.KEY == "business"
    page._search.setText("no such thing at all")
    desk.wait()
    assert page._none.isVisible()


def test_the_keyboard_goes_through_the_sections(desk: Desk) -> None:
    page = desk.open("connections")
    seen = [page.pane.KEY]
    for _section in PANES[1:]:
        QTest.keyClick(desk.window, Qt.Key.Key_J)
        desk.wait()
        seen.append(page.pane.KEY)
    assert seen == [kind.KEY for kind in PANES]


def test_the_sample_is_one_press_away(desk: Desk) -> None:
    desk.open("sample")
    desk.window.desk.go.switch(None)
    assert desk.switched == [None]


@pytest.mark.parametrize(("scale", "choice"), [(1.0, "light"), (1.25, "contrast"), (2.0, "dark")])
def test_every_section_fits_every_window(desk: Desk, theme: Theme, scale: float, choice: str) -> None:
    theme.set_scale(scale)
    theme.choose(choice)  # type: ignore[arg-type]
    desk.connect(LONG)
    broken = desk.connect(f"{LONG} 2")
    desk.write(lambda tx: connection_state.failed(tx, broken, SignInAgain("The password was refused.")))
    desk.write(lambda tx: save_person(tx, Person(name=LONG, role=Role.DESK, email=f"{LONG[:20]}@example.com")))
    seen = []
    for size in SIZES[:: 1 if scale == 1 else 3]:
        desk.window.resize(*size)
        for kind in PANES:
            desk.open(kind.KEY)
            seen += [(size, kind.KEY, fault) for fault in desk.faults()]
    assert seen == []


def test_longer_languages_fit(tmp_path: Path, theme: Theme) -> None:
    with longer_words():
        desk = Desk(tmp_path, theme)
        seen = []
        for kind in PANES:
            desk.open(kind.KEY)
            seen += [(kind.KEY, fault) for fault in desk.faults()]
        desk.close()
    assert seen == []


@pytest.mark.parametrize(("size", "words"), [(12, "12 B"), (4_200_000, "4.2 MB"), (2_000_000_000, "2.0 GB")])
def test_sizes_are_said_as_people_say_them(size: int, words: str) -> None:
    assert size_words(size) == words


def old_work(desk: Desk, count: int = 14) -> int:
    """Put old runs of one customer into the history; return the customer's id."""
    store, now = desk.workspace.store, desk.workspace.clock.now()
    person = Customer(name="Gloria Whitfield", created_at=now, updated_at=now, last_contact_at=now)
    customer_id = int(store.write_now(lambda tx: tx.add(person).id))
    began = to_micros(now - timedelta(days=200))
    step = [
        "0",
        "send_message",
        began,
        "Sent “Welcome” to gloria@example.com",
        {"lead.subject": "Roof"},
        "confirmed",
        5,
    ]
    body = {"event": [1, "lead.created", began, "lead:1"], "version": 1, "outcome": "Done.", "steps": [step]}
    runs = [
        OldRun(number, "instant-lead-reply", customer_id if number % 2 else None, "done", began, began, encode(body))
        for number in range(1, count + 1)
    ]
    store.history.put(runs, ())
    return customer_id


def test_old_work_is_found_and_opened_with_every_step(desk: Desk) -> None:
    old_work(desk)
    pane = desk.at("storage")
    desk.wait()
    found = pane._list
    assert found._rows.count() == 12
    found._more.click()
    desk.wait()
    assert found._rows.count() == 14
    found._who.setText("gloria")
    found._who.searched.emit("gloria")
    desk.wait()
    assert found._rows.count() == 7
    assert desk.faults() == []
    found.opened.emit(1)
    desk.wait()
    drawer = desk.sheet(TraceDrawer)
    said = [label.text() for label in drawer.findChildren(Label)]
    assert "Gloria Whitfield" in said
    assert desk.faults(drawer) == []


def test_storage_says_what_is_taken_what_goes_first_and_that_the_forecast_needs_time(desk: Desk) -> None:
    pane = desk.at("storage")
    desk.wait()
    assert pane._when.text().startswith("When it will be full: not enough data yet.")
    assert pane._first.text().startswith("There is nothing yet that would be given up for room.")
    assert not pane._list.isVisible()
    assert desk.faults() == []
