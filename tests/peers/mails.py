"""500 deterministic mails of 12 kinds, as raw bytes, each with its one right fate."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from backroom.records.messages import Fate
from tests.peers import mail_texts as texts

SHOP = "office@ridgeline-roofing.example"
OWN = frozenset({SHOP, "marta@ridgeline-roofing.example"})
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
BIG_BYTES = 20 * 1024 * 1024
COUNTS = {
    "form": 90,
    "enquiry": 70,
    "reply": 60,
    "bounce": 40,
    "auto_reply": 40,
    "newsletter": 50,
    "list": 30,
    "html_only": 40,
    "broken_mime": 25,
    "charset": 35,
    "big": 1,
    "duplicate": 19,
}


@dataclass(frozen=True, slots=True)
class CorpusMail:
    """One mail, its kind, the fate it must get, and words that must be found in its text (may be empty)."""

    kind: str
    raw: bytes
    fate: Fate
    says: str = ""


@dataclass(slots=True)
class Remembered:
    """What a store would know while the mails come in one after the other."""

    sent: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    enquiries: set[str] = field(default_factory=set)
    threads: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)

    def received(self, message_id: str) -> bool:
        return message_id in self.seen

    def sent_by_us(self, message_id: str) -> bool:
        return message_id in self.sent

    def same_enquiry(self, fingerprint: str) -> bool:
        return fingerprint in self.enquiries

    def thread_with(self, address: str, subject: str) -> str:
        return self.threads.get((address, subject), "")

    def answers_lately(self, address: str) -> int:
        return self.answers.get(address, 0)


def our_mail(number: int) -> tuple[str, str, str]:
    """Return (message id, recipient, subject) of the mail the business sent under this number."""
    _, address = texts.person(number)
    return f"<answer-{number}@ridgeline-roofing.example>", address, "Your enquiry at Ridgeline Roofing"


def remembered() -> Remembered:
    """Return what is known before the first mail: the 200 answers the business has sent."""
    known = Remembered()
    for number in range(200):
        message_id, address, subject = our_mail(number)
        known.sent.add(message_id)
        known.threads[address, subject.lower()] = message_id
    return known


def corpus(*, big_bytes: int = BIG_BYTES) -> list[CorpusMail]:
    """Build the 500 mails in the order they arrive; the duplicates come last."""
    chance = random.Random(20260302)
    mails: list[CorpusMail] = []
    for kind, build in _KINDS.items():
        mails += [build(number, chance, big_bytes) for number in range(COUNTS[kind])]
    chance.shuffle(mails)
    mails += list(_duplicates(mails, chance))
    return mails


def compose(
    number: int,
    kind: str,
    *,
    sender: str,
    subject: str,
    body: str | bytes,
    headers: tuple[str, ...] = (),
    content: str = "text/plain; charset=utf-8",
    transfer: str = "8bit",
    message_id: str | None = None,
) -> bytes:
    """Put a mail together byte by byte, so that wrong ones can be made as easily as right ones."""
    moment = START + timedelta(minutes=7 * number + 991 * len(kind))
    mark = f"<{kind}-{number}@mail.example>" if message_id is None else message_id
    lines = [
        *headers,
        f"From: {sender}",
        f"To: Ridgeline Roofing <{SHOP}>",
        f"Subject: {subject}",
        f"Date: {format_datetime(moment)}",
        *([f"Message-ID: {mark}"] if mark else []),
        "MIME-Version: 1.0",
        *([f"Content-Type: {content}"] if content else []),
        *([f"Content-Transfer-Encoding: {transfer}"] if transfer else []),
    ]
    data = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + data + b"\r\n"


def _form(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    name, address = texts.person(1000 + number)
    wish = texts.wish(number)
    layout = texts.FORMS[number % len(texts.FORMS)]
    body = layout.body.format(
        name=name, address=address, phone=texts.phone(number), wish=wish, first=name.split()[0], last=name.split()[1]
    )
    extra = [f"Reply-To: {name} <{address}>"] if layout.reply_to else []
    if layout.automatic:
        extra.append("Auto-Submitted: auto-generated")
    raw = compose(
        number, "form", sender=layout.sender, subject=layout.subject.format(name=name), body=body,
        headers=tuple(extra), content=layout.content,
    )  # fmt: skip
    return CorpusMail("form", raw, Fate.LEAD, wish.split("\n")[0])


def _enquiry(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    name, address = texts.person(2000 + number)
    body = f"Hello,\n\n{texts.wish(number + 300)}\n\nThanks,\n{name}\n{texts.phone(number)}\n"
    subject = texts.SUBJECTS[number % len(texts.SUBJECTS)]
    raw = compose(number, "enquiry", sender=f"{name} <{address}>", subject=subject, body=body)
    return CorpusMail("enquiry", raw, Fate.LEAD, texts.wish(number + 300))


def _reply(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    message_id, address, subject = our_mail(number)
    name, _ = texts.person(number)
    opting_out = number % 5 == 4
    words = (
        texts.OPT_OUTS[number // 5 % len(texts.OPT_OUTS)] if opting_out else texts.ANSWERS[number % len(texts.ANSWERS)]
    )
    body = f"{words}\n\n{texts.quoted(number)}"
    threading = (
        (f"In-Reply-To: {message_id}", f"References: {message_id}"),
        (f"References: <start-{number}@mail.example> {message_id}",),
        (),
    )[number % 3]
    raw = compose(number, "reply", sender=f"{name} <{address}>", subject=f"Re: {subject}", body=body, headers=threading)
    return CorpusMail("reply", raw, Fate.OPT_OUT if opting_out else Fate.REPLY, words)


def _bounce(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    message_id, address, subject = our_mail(number)
    if number % 4 == 3:
        body = texts.OLD_BOUNCE.format(address=address, message_id=message_id, subject=subject)
        raw = compose(
            number, "bounce", sender="Mail Delivery System <MAILER-DAEMON@mx.example>", subject="failure notice",
            body=body,
            headers=("Return-Path: <>",),
        )  # fmt: skip
        return CorpusMail("bounce", raw, Fate.BOUNCE)
    body = texts.BOUNCE.format(
        address=address, message_id=message_id, subject=subject, shop=SHOP, status="5.1.1", action="failed"
    )
    raw = compose(
        number, "bounce", sender="MAILER-DAEMON@mx.example (Mail Delivery System)",
        subject="Undelivered Mail Returned to Sender", body=body, transfer="",
        headers=("Return-Path: <>", "Auto-Submitted: auto-replied"),
        content='multipart/report; report-type=delivery-status;\r\n boundary="B1/mx.example"',
    )  # fmt: skip
    return CorpusMail("bounce", raw, Fate.BOUNCE)


def _auto_reply(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    message_id, address, subject = our_mail(100 + number)
    name, _ = texts.person(100 + number)
    away = texts.AWAY[number % len(texts.AWAY)]
    raw = compose(
        number, "auto_reply", sender=f"{name} <{address}>", subject=away.subject.format(subject=subject),
        body=away.body,
        headers=(*away.headers, f"In-Reply-To: {message_id}"),
    )  # fmt: skip
    return CorpusMail("auto_reply", raw, Fate.AUTO_REPLY)


def _newsletter(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    house = texts.NEWS[number % len(texts.NEWS)]
    raw = compose(
        number, "newsletter", sender=house.sender, subject=house.subject.format(number=number), body=house.body,
        headers=house.headers, content=house.content,
    )  # fmt: skip
    return CorpusMail("newsletter", raw, Fate.NEWSLETTER)


def _list(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    name, address = texts.person(3000 + number)
    headers = texts.LISTS[number % len(texts.LISTS)]
    body = f"Has anybody used the new underlayment on a 3/12 pitch?\n\n{name}\n"
    raw = compose(
        number,
        "list",
        sender=f"{name} <{address}>",
        subject=f"[roofers] Underlayment, part {number}",
        body=body,
        headers=headers,
    )
    return CorpusMail("list", raw, Fate.LIST_MAIL)


def _html_only(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    name, address = texts.person(4000 + number)
    wish = texts.wish(number + 600)
    body = texts.HTML[number % len(texts.HTML)].format(wish=wish.replace("\n", "<br>"), name=name)
    raw = compose(
        number, "html_only", sender=f"{name} <{address}>", subject="Question about my roof", body=body,
        content="text/html; charset=utf-8",
    )  # fmt: skip
    return CorpusMail("html_only", raw, Fate.LEAD, wish.split("\n")[0])


def _broken_mime(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    name, address = texts.person(5000 + number)
    wish = f"{texts.wish(number + 900)} House number {number}."
    case = texts.BROKEN[number % len(texts.BROKEN)]
    body = case.body.format(wish=wish, coded=base64.b64encode(wish.encode()).decode()).encode()
    raw = compose(
        number, "broken_mime", sender=f"{name} <{address}>", subject=case.subject, body=body, content=case.content,
        transfer=case.transfer, message_id="" if number % 2 else None,
    )  # fmt: skip
    return CorpusMail("broken_mime", raw, case.fate, wish if case.fate is Fate.LEAD else "")


def _charset(number: int, _chance: random.Random, _big: int) -> CorpusMail:
    name, address = texts.person(6000 + number)
    said, actual = texts.CHARSETS[number % len(texts.CHARSETS)]
    words = (
        f"{texts.FOREIGN} Nr. {number}"
        if actual not in {"iso-2022-jp", "koi8-r"}
        else f"{texts.BY_CHARSET[actual]} {number}"
    )
    data = words.replace("\n", "\r\n").encode(actual)
    transfer = "8bit" if "16" not in actual else "base64"
    body = data if transfer == "8bit" else base64.encodebytes(data)
    raw = compose(
        number, "charset", sender=f"{name} <{address}>", subject="=?utf-8?q?D=C3=A4cher_und_caf=C3=A9s?=", body=body,
        content=f"text/plain; charset={said}" if said else "text/plain", transfer=transfer,
    )  # fmt: skip
    return CorpusMail("charset", raw, Fate.LEAD, words)


def _big(number: int, _chance: random.Random, size: int) -> CorpusMail:
    name, address = texts.person(7000 + number)
    wish = "The photos of the storm damage are attached. Can you send somebody to look?"
    line = base64.b64encode(bytes(range(57))) + b"\r\n"
    body = b"".join(
        [
            b"--big\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + wish.encode() + b"\r\n",
            b'--big\r\nContent-Type: image/jpeg; name="roof.jpg"\r\nContent-Transfer-Encoding: base64\r\n',
            b'Content-Disposition: attachment; filename="roof.jpg"\r\n\r\n',
            line * (size // 57),
            b"--big--",
        ]
    )
    raw = compose(
        number, "big", sender=f"{name} <{address}>", subject="Photos of the roof", body=body, transfer="",
        content='multipart/mixed; boundary="big"',
    )  # fmt: skip
    return CorpusMail("big", raw, Fate.LEAD, wish)


def _duplicates(mails: list[CorpusMail], chance: random.Random) -> Iterator[CorpusMail]:
    """The same mail delivered twice by two ways, and the same form sent twice by an impatient person."""
    originals = [mail for mail in mails if mail.kind in {"form", "enquiry", "reply"}]
    for number, mail in enumerate(chance.sample(originals, COUNTS["duplicate"])):
        raw = (
            f"Received: from relay{number}.example by mx.example; Tue, 3 Mar 2026 10:00:00 +0000\r\n".encode()
            + mail.raw
        )
        if mail.kind == "form" and number % 2:
            raw = raw.replace(b"Message-ID: <form-", b"Message-ID: <form-again-")
        yield CorpusMail("duplicate", raw, Fate.DUPLICATE)


_KINDS: dict[str, Callable[[int, random.Random, int], CorpusMail]] = {
    "form": _form,
    "enquiry": _enquiry,
    "reply": _reply,
    "bounce": _bounce,
    "auto_reply": _auto_reply,
    "newsletter": _newsletter,
    "list": _list,
    "html_only": _html_only,
    "broken_mime": _broken_mime,
    "charset": _charset,
    "big": _big,
}
