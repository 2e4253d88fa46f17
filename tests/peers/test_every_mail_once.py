"""The 500 mails from a real mailbox into a real store: each has one fate, the right one, also when read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from backroom.ids import new_id
from backroom.integration.accounts import Accounts
from backroom.integration.connectors import CONNECTORS
from backroom.integration.sync import Report, Sync
from backroom.records.connections import Connection
from backroom.records.messages import Fate
from backroom.secrets import MemorySecrets
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.peers import mail_texts
from tests.peers.mails import SHOP, compose, corpus, our_mail
from tests.peers.servers import PASSWORD, Dovecot

pytestmark = pytest.mark.peers
_ASKED = 60


class Office:
    """A store, the connection to the shop's mailbox, and what reads it."""

    def __init__(self, store: Store, dovecot: Dovecot) -> None:
        self.store = store
        self.dovecot = dovecot
        self.accounts = Accounts(MemorySecrets(), {kind.key: kind() for kind in CONNECTORS})
        self.sync = Sync(store, self.accounts)
        settings = dict(dovecot.account(SHOP).settings)

        def write(tx: Transaction) -> int:
            row = Connection(
                id=new_id(), connector="imap", name="Mail", created_at=tx.now, settings=settings, account=SHOP
            )
            tx.session.add(row)
            return row.id

        self.connection_id = store.write_now(write)
        self.accounts.keep(self.connection_id, {"password": PASSWORD})

    def poll(self) -> Report:
        report = self.sync.poll(self.connection_id)
        assert report.ran
        assert report.trouble is None
        return report

    def count(self, sql: str) -> int:
        with self.store.read() as reader:
            return int(reader.rows(sql)[0][0])

    def fates(self) -> dict[int, str]:
        """Return the fate of each mail of the inbox by its UID."""
        sql = "SELECT item_key, fate FROM intake_item WHERE stream = 'inbox'"
        with self.store.read() as reader:
            rows = reader.rows(sql)
        newest = max(int(key.split(":")[1]) for key, _ in rows)
        return {int(key.split(":")[2]): fate for key, fate in rows if int(key.split(":")[1]) == newest}


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot) -> Iterator[Office]:
    store = Store.open(tmp_path / "backroom.db", quick=True)
    office = Office(store, dovecot)
    yield office
    office.sync.close()
    store.close()


def lay_down_the_past(dovecot: Dovecot) -> None:
    """Sixty people have asked before, and the shop has answered two hundred."""
    asked, answered = [], []
    for number in range(_ASKED):
        name, address = mail_texts.person(number)
        wish = mail_texts.wish(number + 3000)
        asked.append(compose(number - 600, "start", sender=f"{name} <{address}>", subject="A question", body=wish))
    for number in range(200):
        message_id, address, subject = our_mail(number)
        raw = compose(
            number - 400, "answer", sender=f"Shop <{SHOP}>", subject=subject, body="Thank you.", message_id=message_id,
            headers=(f"In-Reply-To: <start-{number - 600}@mail.example>",),
        )  # fmt: skip
        answered.append(raw.replace(f"To: Ridgeline Roofing <{SHOP}>".encode(), f"To: {address}".encode()))
    dovecot.put(SHOP, *asked)
    dovecot.put(SHOP, *answered, folder="Gesendete Post")


def test_every_mail_has_one_fate_and_the_right_one(office: Office, dovecot: Dovecot) -> None:
    lay_down_the_past(dovecot)
    first = office.poll()
    assert first.fates == {Fate.LEAD: _ASKED, Fate.OWN_COPY: 200}
    mails = corpus()
    dovecot.put(SHOP, *(mail.raw for mail in mails))
    began = office.store.clock.now()
    office.poll()
    print(f"{len(mails)} mails taken in within {office.store.clock.now() - began}")
    found = office.fates()
    wrong = [
        (mail.kind, mail.fate, found.get(uid))
        for uid, mail in enumerate(mails, start=_ASKED + 1)
        if found.get(uid) != mail.fate
    ]
    assert wrong == []
    assert len(found) == _ASKED + 500
    expected = Counter(mail.fate for mail in mails)
    leads = office.count("SELECT count(*) FROM lead")
    assert leads == _ASKED + expected[Fate.LEAD]
    assert office.count("SELECT count(*) FROM event WHERE kind = 'lead.created'") == leads
    messages, events = office.count("SELECT count(*) FROM message"), office.count("SELECT count(*) FROM event")
    # Nothing new, then every number of the mailbox changed: nothing is taken in twice.
    assert office.poll().fates == {}
    dovecot.renumber(SHOP)
    office.poll()
    assert len(office.fates()) == _ASKED + 500
    assert office.count("SELECT count(*) FROM lead") == leads
    assert office.count("SELECT count(*) FROM message") == messages
    assert office.count("SELECT count(*) FROM event") == events
