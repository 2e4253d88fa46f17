"""A business without threads of its own and a clock that is moved by hand: what a story reads and does."""

from __future__ import annotations

import email
import email.policy
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from backroom.app.business import Business
from backroom.clock import ManualClock
from backroom.records.connections import Connection
from backroom.store.transaction import Transaction

T = TypeVar("T")
OFFICE = "office@ridge.example"


@dataclass(frozen=True)
class OutMail:
    """A mail in the out-tray."""

    to: str
    subject: str
    text: str
    message_id: str
    in_reply_to: str
    references: str


@dataclass
class Desk:
    """A business whose mailbox and out-tray are folders."""

    business: Business
    clock: ManualClock
    inbox: Path

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.business.store.read() as reader:
            return reader.rows(sql, values)

    def one(self, sql: str, *values: Any) -> Any:
        ((value,),) = self.rows(sql, *values)
        return value

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self.business.store.write_now(work)

    def receive(self, name: str, raw: bytes) -> None:
        """Put a mail into the mailbox as if it had come at this moment."""
        path = self.inbox / f"{name}.eml"
        path.write_bytes(raw)
        moment = self.clock.now().timestamp()
        os.utime(path, (moment, moment))

    def work(self, later: timedelta = timedelta(0)) -> None:
        """Let time pass, read every connection and do all that is due."""
        self.clock.advance(later)
        with self.business.store.read() as reader:
            ids = list(reader.scalars(select(Connection.id)))
        for connection_id in ids:
            self.business.sync.poll(connection_id)
        self.business.work_until_quiet()

    def work_until(self, moment: datetime, step: timedelta = timedelta(minutes=30)) -> None:
        """Let time pass in small steps, as it does."""
        while self.clock.now() < moment:
            self.work(min(step, moment - self.clock.now()))

    def tray(self, to: str = "") -> list[OutMail]:
        """Return what was sent, to one address or to all, in the order of its dates."""
        files = self.business.folder.out_tray.glob("*.eml")
        mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        mails.sort(key=lambda mail: mail["Date"].datetime)
        return [_out_mail(mail) for mail in mails if not to or parseaddr(str(mail["To"]))[1] == to]


def _out_mail(mail: EmailMessage) -> OutMail:
    return OutMail(
        to=parseaddr(str(mail["To"]))[1],
        subject=str(mail["Subject"]),
        text=mail.get_content(),
        message_id=str(mail["Message-ID"]),
        in_reply_to=str(mail["In-Reply-To"] or ""),
        references=str(mail["References"] or ""),
    )


def letter(desk: Desk, sender: str, subject: str, text: str, *, to: str, **headers: str) -> bytes:
    """Return a mail that is written at this moment; headers are named with underscores."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(desk.clock.now())
    mail["Message-ID"] = f"<{abs(hash((sender, subject, text)))}@post.example>"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def reply_to(desk: Desk, sent: OutMail, text: str, *, to: str) -> bytes:
    """Return the receiver's reply to a mail from the out-tray."""
    headers = {"In_Reply_To": sent.message_id, "References": f"{sent.references} {sent.message_id}".strip()}
    return letter(desk, f"Person <{sent.to}>", f"Re: {sent.subject.removeprefix('Re: ')}", text, to=to, **headers)
