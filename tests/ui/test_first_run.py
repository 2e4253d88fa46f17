"""The first run: a business is set up step by step, can be left on the way, and is found again at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backroom.app.program import Program
from backroom.errors import BackroomError, NoKeyring, PassphraseNeeded, StoreError
from backroom.locked_file import KeyCost
from backroom.paths import Home
from backroom.records.people import Role
from backroom.store.firm import people, working_hours
from backroom.ui.first_run import FirstRun
from backroom.ui.models.first_answers import Answers, AnswersFile, read_answers
from backroom.ui.theme import Theme
from backroom.ui.widgets.banner import BannerStrip
from backroom.ui.widgets.holidays_input import day_of
from backroom.ui.workspace import Workspace
from tests.ui.audit_walk import nameless, settle, text_faults
from tests.ui.languages import longer_words
from tests.ui.rest import until_answered

PASSPHRASE = "four unrelated words"
SIZES = [(1280, 720), (1280, 800), (1440, 900), (1920, 1080)]


class Start:
    """The first run over a real program in an empty home, as a person uses it."""

    def __init__(self, home: Path, theme: Theme, trouble: BackroomError | None = None) -> None:
        self.program = Program(Home(home))
        self.theme = theme
        self.done: list[Workspace] = []
        self.open(trouble)

    def open(self, trouble: BackroomError | None = None) -> None:
        self.view = FirstRun(self.program, self.theme, trouble=trouble)
        self.view.finished.connect(self.done.append)
        self.view.resize(1280, 800)
        self.view.show()
        self.view.activateWindow()
        self.wait()

    def wait(self) -> None:
        until_answered(self.view.tasks, self.view)

    def next(self) -> None:
        QTest.keyClick(self.view.setup, Qt.Key.Key_Return)
        self.wait()

    def begin(self) -> None:
        self.view.welcome.own.click()
        self.wait()

    def to_people(self) -> None:
        self.begin()
        self.setup.step.form.show_values({"name": "Cedar Ridge Roofing"})
        self.next()
        self.next()

    def to_mailbox(self) -> None:
        self.to_people()
        self.setup.step.people._cards[0].name.setText("Marta Ruiz")
        self.next()
        form = self.setup.step.passphrase.form
        form.show_values({"passphrase": PASSPHRASE, "again": PASSPHRASE})
        self.next()

    @property
    def setup(self) -> Any:
        """Return the steps; what is in front differs from step to step."""
        return self.view.setup

    def banner(self) -> BannerStrip | None:
        return next((one for one in self.view.findChildren(BannerStrip) if one.isVisible()), None)

    def faults(self) -> list[str]:
        return [str(fault) for fault in text_faults(self.view)] + nameless(self.view)

    def close(self) -> None:
        self.view.put_away()
        shiboken6.delete(self.view)
        self.program.close()
        settle()


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backroom.secrets.system_keyring", lambda: None)
    monkeypatch.setattr(KeyCost.__init__, "__defaults__", (1 << 12, 8, 1))  # a real file, opened in no time


@pytest.fixture
def start(tmp_path: Path, theme: Theme) -> Iterator[Start]:
    made = Start(tmp_path, theme)
    yield made
    made.close()


def test_a_business_is_set_up_and_found_again(start: Start) -> None:
    start.to_people()
    cards = start.setup.step.people
    cards._cards[0].name.setText("Marta Ruiz")
    cards._add_empty()
    cards._cards[1].name.setText("Dana Okafor")
    cards._add_empty()
    start.next()
    assert start.setup.step.KEY == "passwords"
    start.setup.step.passphrase.form.show_values({"passphrase": PASSPHRASE, "again": PASSPHRASE})
    start.next()
    assert start.setup.step.KEY == "mailbox"
    start.setup._later.click()
    start.wait()
    (workspace,) = start.done
    assert (workspace.firm, workspace.person) == ("Cedar Ridge Roofing", "Marta Ruiz")
    with workspace.store.read() as reader:
        assert [(one.name, one.role) for one in people(reader)] == [
            ("Marta Ruiz", Role.OWNER),
            ("Dana Okafor", Role.DESK),
        ]
        assert len(working_hours(reader).spans) == 5
    assert not start.program.answers_file().exists()


def test_going_back_after_the_business_was_made_changes_it_and_adds_nobody(start: Start) -> None:
    start.to_mailbox()
    for _step in range(2):
        start.setup._back.click()
    start.setup.step.people._cards[0].name.setText("Marta Ruiz-Klein")
    start.next()
    start.next()
    start.setup._later.click()
    start.wait()
    with start.done[0].store.read() as reader:
        assert [one.name for one in people(reader)] == ["Marta Ruiz-Klein"]


def test_what_was_typed_is_there_after_leaving(start: Start) -> None:
    start.to_people()
    start.setup._leave()
    start.wait()
    start.close()
    start.program = Program(Home(start.program._home.root))
    start.open()
    start.begin()
    assert start.setup.step.KEY == "people"
    QTest.keyClick(start.view.setup, Qt.Key.Key_Escape)
    QTest.keyClick(start.view.setup, Qt.Key.Key_Escape)
    assert start.setup.step.form.values()["name"] == "Cedar Ridge Roofing"


def test_answers_written_late_neither_replace_newer_ones_nor_come_back(tmp_path: Path) -> None:
    path, file = tmp_path / "answers.json", AnswersFile()
    older, newer = file.keep(path, Answers(name="Ce")), file.keep(path, Answers(name="Cedar Ridge"))
    newer()
    older()
    assert read_answers(path).name == "Cedar Ridge"
    late = file.keep(path, Answers(name="Cedar Ridge Roofing"))
    file.forget(path)
    late()
    assert not path.exists()


def test_nothing_goes_on_with_something_missing(start: Start) -> None:
    start.begin()
    start.next()
    assert start.setup.step.KEY == "business"
    start.setup.step.form.show_values({"name": "A", "zone": "Nowhere/Atall"}, over_typed=True)
    start.next()
    assert start.setup.step.KEY == "business"
    start.setup.step.form.show_values({"zone": "Europe/Berlin"}, over_typed=True)
    start.next()
    start.setup.step.week.show_spans(())
    start.next()
    assert start.setup.step.KEY == "hours"
    start.setup.step.week.show_spans(((0, 540, 600),))
    start.next()
    assert start.setup.step.KEY == "people"
    start.next()
    assert start.setup.step.KEY == "people"


def test_the_passphrase_is_asked_for_at_the_next_start(start: Start, tmp_path: Path, theme: Theme) -> None:
    start.to_mailbox()
    start.program.close()
    again = Program(Home(tmp_path))
    with pytest.raises(PassphraseNeeded) as needed:
        again.reopen()
    again.close()
    late = Start(tmp_path, theme, needed.value)
    unlock = late.view.unlock
    unlock._form.form.show_values({"passphrase": "not these words"})
    unlock._try()
    late.wait()
    assert not late.done
    unlock._form.form.show_values({"passphrase": PASSPHRASE})
    unlock._try()
    late.wait()
    late.wait()
    assert late.done[0].firm == "Cedar Ridge Roofing"
    late.close()


def test_a_lost_keyring_is_said_and_a_passphrase_offered(start: Start, tmp_path: Path, theme: Theme) -> None:
    start.to_mailbox()
    start.program.close()
    Home(tmp_path).business().secrets_file.unlink()
    late = Start(tmp_path, theme, NoKeyring("This computer has no working keyring for passwords."))
    banner = late.banner()
    assert banner is not None
    banner.button.click()
    late.view.unlock._form.form.show_values({"passphrase": PASSPHRASE, "again": PASSPHRASE})
    late.view.unlock._try()
    late.wait()
    late.wait()
    assert late.done[0].person == "Marta Ruiz"
    late.close()


def test_a_business_that_cannot_be_opened_is_said_with_a_way_out(tmp_path: Path, theme: Theme) -> None:
    made = Start(tmp_path, theme, StoreError("The database is open in another window."))
    banner = made.banner()
    assert banner is not None
    assert "another window" in banner.accessibleName()
    made.close()


def test_the_address_finds_the_provider_and_what_the_password_is(start: Start) -> None:
    start.to_mailbox()
    form = start.setup.step.mailbox.form
    form.show_values({"address": "office@googlemail.com"})
    values = form.values()
    assert (values["provider"], values["imap_host"], values["smtp_host"]) == (
        "gmail", "imap.gmail.com", "smtp.gmail.com",
    )  # fmt: skip
    form.show_values({"address": "office@cedar.example", "provider": "own"}, over_typed=True)
    assert form.values()["imap_host"] == "imap.cedar.example"


def test_a_server_that_does_not_answer_is_said_under_its_field_and_what_was_typed_stays(start: Start) -> None:
    start.to_mailbox()
    form = start.setup.step.mailbox.form
    form.show_values({"address": "office@cedar.example", "password": "secret-word"}, over_typed=True)
    form.show_values({"imap_host": "127.0.0.1", "imap_port": 9}, over_typed=True)
    start.next()
    start.wait()
    assert "refuses" in form.editor("imap_host").accessibleDescription()
    assert form.values()["password"] == "secret-word"
    assert not start.done
    assert start.faults() == []


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_every_step_fits_every_window(start: Start, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    seen: list[object] = []

    def look() -> None:
        for size in SIZES:
            start.view.resize(*size)
            start.wait()
            seen.extend((size, fault) for fault in start.faults())

    look()
    start.begin()
    start.setup.step.form.show_values({"name": "Donaudampfschifffahrtsgesellschaft Süd"})
    for _step in range(3):
        look()
        start.next()
        if start.setup.step.KEY == "people":
            start.setup.step.people._cards[0].name.setText("Marta Ruiz")
            start.setup.step.people._add_empty()
    look()
    assert seen == []


def test_longer_languages_fit(tmp_path: Path, theme: Theme) -> None:
    with longer_words():
        made = Start(tmp_path, theme)
        assert made.faults() == []
        made.begin()
        assert made.faults() == []
        made.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("25 Dec", "2026-12-25"), ("Dec 25, 2027", "2027-12-25"), ("1 Jan", "2027-01-01"), ("2026-12-31", "2026-12-31"),
     ("3.10.2027", "2027-10-03"), ("somewhen", None), ("", None)],
)  # fmt: skip
def test_days_are_read_as_people_write_them(typed: str, meant: str | None) -> None:
    from datetime import date

    found = day_of(typed, date(2026, 11, 21))
    assert (found.isoformat() if found else None) == meant
