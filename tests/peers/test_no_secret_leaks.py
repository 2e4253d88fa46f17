"""Passwords are planted, everything that can go wrong goes wrong with them in its words, and no file holds them."""

from __future__ import annotations

import base64
import logging
import threading
import time as stopwatch
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from backroom.app.business import Business
from backroom.app.program import Program
from backroom.clock import ManualClock
from backroom.crash import CrashWatch, watch_for_crashes
from backroom.errors import Broken, SignInAgain, TryLater
from backroom.hours import Span
from backroom.integration.connection_health import health
from backroom.integration.contract import IncomingMail
from backroom.logs import Logs, start_logs
from backroom.paths import Home
from backroom.store.backup import make_backup
from backroom.store.firm_setup import FirmFacts
from backroom.ui.models.diagnostics import diagnostics
from backroom.ui.workspace import Workspace
from tests.peers.servers import PASSWORD, Dovecot
from tests.unit.integration.stand_in import SHOP, StandIn

pytestmark = pytest.mark.peers
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CANARY = "kestrel-Lamp/42&hidden"
REFUSED = "magpie+Tin 17?hidden"
PHRASE = "osprey under nine bells"
FACTS = FirmFacts(
    name="Ridge Roofing",
    zone="America/Chicago",
    spans=tuple(Span(day, time(0), time(0)) for day in range(7)),
    owner="Marta Ruiz",
    owner_email="marta@ridge.example",
)
_TROUBLES: tuple[Callable[[str], Exception], ...] = (
    lambda secret: TryLater(f"LOGIN office {secret} failed: try later", sent=False),
    lambda secret: Broken(f"The server answered: unexpected argument {secret}"),
    lambda secret: RuntimeError(f"cannot parse {secret!r}"),
    lambda secret: ValueError({"user": "office", "auth": base64.b64encode(secret.encode()).decode()}),
    lambda secret: OSError(f"https://office:{quote(secret, safe='')}@mail.example refused"),
    lambda secret: TryLater(f"connection lost after AUTH PLAIN {secret}", sent=None),
    lambda secret: SignInAgain(f"Authentication failed for office with {secret}"),
)


@dataclass
class Watched:
    """A program whose logs and crash reports are kept, with everything it writes under one folder."""

    home: Home
    clock: ManualClock
    program: Program
    workspace: Workspace
    logs: Logs
    crashes: CrashWatch

    @property
    def business(self) -> Business:
        assert self.program.business is not None
        return self.program.business

    def crash(self, words: str) -> None:
        """Have a thread end by something nobody catches."""

        def fall() -> None:
            raise LookupError(words)

        thread = threading.Thread(target=fall, name="falls")
        thread.start()
        thread.join()

    def diagnostics(self) -> str:
        with self.business.store.read() as reader:
            found = health(reader, self.business.accounts.connectors, self.clock.now())
        return "\n".join(diagnostics(self.workspace, one) for one in found)

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Return all there is to read: every file under the home, and what diagnostics and logs would show."""
        make_backup(self.business.store, self.business.backup_folder())
        yield "diagnostics", self.diagnostics().encode()
        yield "recent log", self.logs.recent().encode()
        self.program.close()
        for file in self.home.root.rglob("*"):
            if file.is_file():
                yield str(file.relative_to(self.home.root)), file.read_bytes()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr("backroom.secrets.system_keyring", lambda: None)
    home, clock = Home(tmp_path / "home").make(), ManualClock(START)
    logs, crashes = start_logs(home.logs, level=logging.DEBUG), watch_for_crashes(home.crashes)
    program = Program(home, clock=clock)
    program.use_passphrase(PHRASE)
    yield Watched(home, clock, program, program.begin_business(FACTS), logs, crashes)
    program.close()
    crashes.stop()
    logs.stop()


def hits(texts: Iterator[tuple[str, bytes]], *secrets: str) -> list[tuple[str, str]]:
    """Return where any of the secrets can be read, plainly or in the disguises text usually gives them."""
    forms = {
        form
        for secret in secrets
        for form in (
            secret.encode(),
            secret.encode("utf-16-le"),
            base64.b64encode(secret.encode()).rstrip(b"="),
            quote(secret, safe="").encode(),
            quote_plus(secret).encode(),
        )
    }
    return [(place, form.decode("latin-1")) for place, content in texts for form in forms if form in content]


def enquiry(number: int) -> IncomingMail:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Ruth <ruth{number}@hill.example>", SHOP, "Quote for a roof"
    mail["Date"], mail["Message-ID"] = format_datetime(START), f"<{number}@hill.example>"
    mail.set_content(f"Could you give me a quote for house {number}?")
    key = f"<{number}@hill.example>"
    return IncomingMail(item_key=str(number), content_key=key, at=START + timedelta(seconds=1), raw=mail.as_bytes())


def test_errors_that_repeat_a_password_leave_it_nowhere(watched: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    leaky, business = StandIn(), watched.business
    leaky.password = CANARY
    business.accounts.connectors = {**business.accounts.connectors, "stand_in": leaky}
    with pytest.raises(SignInAgain):
        business.connections.add("stand_in", {"address": SHOP, "password": REFUSED})
    mailbox = business.connections.add("stand_in", {"address": SHOP, "password": CANARY})
    watched.clock.advance(timedelta(minutes=1))
    leaky.items["inbox"] += [enquiry(number) for number in range(len(_TROUBLES))]
    for trouble in _TROUBLES:
        for calls in (leaky.on_fetch, leaky.on_look):
            calls.append(raising(trouble(CANARY)))
        leaky.on_send.append(raising(trouble(CANARY)))
    for trouble in _TROUBLES:
        watched.crash(f"{trouble(CANARY)} {trouble(REFUSED)!r}")
        logging.getLogger("backroom.tests").error("it said %s", trouble(CANARY), exc_info=trouble(CANARY))
        business.sync.poll(mailbox)
        watched.clock.advance(timedelta(hours=2))
        business.work_until_quiet()
    business.connections.sign_in_again(mailbox, {"password": CANARY})
    business.sync.poll(mailbox)
    for _ in range(20):
        business.work_until_quiet()
        watched.clock.advance(timedelta(minutes=45))
    with business.store.read() as reader:
        kinds = {row[0] for row in reader.rows("SELECT kind FROM escalation")}
        tries = reader.rows("SELECT sum(tries) FROM effect WHERE action = 'send_message'")[0][0]
        unheard = (len(leaky.on_fetch), len(leaky.on_send))
    assert "connection" in kinds
    assert tries >= len(_TROUBLES)
    assert unheard == (0, 0)
    assert list(watched.home.crashes.glob("error-*"))
    shown = capfd.readouterr()
    assert hits(watched.texts(), CANARY, PHRASE) == []
    assert hits(iter([("screen", (shown.out + shown.err).encode())]), CANARY, PHRASE) == []


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_call: object) -> None:
        raise error

    return fail


def test_a_real_mailbox_that_refuses_and_goes_away_leaves_no_password(
    watched: Watched, dovecot: Dovecot, user: str
) -> None:
    business, settings = watched.business, dict(dovecot.account(user).settings)
    with pytest.raises(SignInAgain):
        business.connections.add("imap", {**settings, "address": SHOP, "password": REFUSED})
    mailbox = business.connections.add("imap", {**settings, "address": SHOP, "password": PASSWORD})
    assert business.sync.poll(mailbox).trouble is None
    with pytest.raises(SignInAgain):
        business.connections.sign_in_again(mailbox, {"password": REFUSED})
    business.accounts.keep(mailbox, {"password": REFUSED})
    assert isinstance(business.sync.poll(mailbox).trouble, SignInAgain)
    business.accounts.keep(mailbox, {"password": PASSWORD})
    watched.clock.advance(timedelta(hours=2))
    business.work_until_quiet()
    watched.crash(f"LOGIN {user} {PASSWORD}")
    stopwatch.sleep(0.1)
    assert hits(watched.texts(), REFUSED, PASSWORD, PHRASE) == []
