"""Everything in the mailbox that is not about a lead: newsletters, lists, notices, notes among colleagues, riddles."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from backroom.sample.almanac import Almanac
from backroom.sample.chance import dice, token
from backroom.sample.firm import Firm
from backroom.sample.letters import Draft, Letter, Shape, as_html, write, write_with
from backroom.sample.residents import Person, Residents
from backroom.sample.stories import regular
from backroom.sample.wording import answer_subject, fill

_NEWSLETTERS, _LIST_THREADS, _NOTICES, _INTERNAL, _UNREADABLE = 140, 22, 60, 36, 12
RIDDLES = ("sealed", "winmail", "picture_only", "scrambled")


def letters(firm: Firm, almanac: Almanac, residents: Residents) -> Iterator[Letter]:
    """Yield a year of it."""
    chance = dice(firm.seed, "noise")
    for number in range(_NEWSLETTERS):
        yield newsletter(firm, _some_time(almanac, chance), f"year-{number}")
    for number in range(_LIST_THREADS):
        yield from _list_thread(firm, almanac, chance, number)
    for number in range(_NOTICES):
        yield notice(firm, _some_time(almanac, chance), f"year-{number}")
    for number in range(_INTERNAL):
        yield _internal(firm, almanac, chance, residents, number)
    for number in range(_UNREADABLE):
        person = regular(residents, chance, firm.plan)
        yield riddle(firm, person, _some_time(almanac, chance), RIDDLES[number % len(RIDDLES)], f"year-{number}")


def newsletter(firm: Firm, at: datetime, key: str) -> Letter:
    """Return one newsletter."""
    chance = dice(firm.seed, "newsletter", key)
    bank = chance.choice(firm.noise.newsletters)
    host = bank["address"].rpartition("@")[2]
    subject = chance.choice(bank["subjects"])
    text = bank["text"].format(subject=subject) + f"\n\nUnsubscribe: https://{host}/leave?u={token(firm.seed, key)[:8]}"
    extra = [
        ("List-Unsubscribe", f"<https://{host}/leave>, <mailto:leave@{host}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]
    if chance.random() < 0.5:
        extra.append(("Precedence", "bulk"))
    draft = Draft(
        at=at,
        sender=(bank["sender"], bank["address"]),
        to=("", firm.company.mailbox),
        subject=subject,
        text=text,
        html=as_html(text).replace("<p>", '<p style="font-family:Georgia">'),
        message_id=f"{token(firm.seed, 'newsletter', key)}@{host}",
        shape="html_only" if chance.random() < 0.3 else "both",
        extra=tuple(extra),
    )
    return _letter(draft, "newsletter", "newsletter")


def notice(firm: Firm, at: datetime, key: str) -> Letter:
    """Return a note from a machine that nobody reads answers to."""
    chance = dice(firm.seed, "notice", key)
    bank = chance.choice(firm.noise.notices)
    number = str(chance.randint(40000, 99999))
    draft = Draft(
        at=at,
        sender=(bank["sender"], bank["address"]),
        to=(firm.company.name, firm.company.mailbox),
        subject=chance.choice(bank["subjects"]).format(number=number),
        text=bank["text"].format(number=number),
        message_id=f"{token(firm.seed, 'notice', key)}@{bank['address'].rpartition('@')[2]}",
        extra=(("Auto-Submitted", "auto-generated"),),
    )
    return _letter(draft, "other", "notice")


def riddle(firm: Firm, person: Person, at: datetime, kind: str, key: str) -> Letter:
    """Return a mail from which no program can learn what the person wants."""
    chance = dice(firm.seed, "riddle", key)
    message_id = f"{token(firm.seed, 'riddle', key)}@{person.mail.rpartition('@')[2]}"
    draft = Draft(
        at=at,
        sender=(person.name, person.mail),
        to=("", firm.company.mailbox),
        subject={"sealed": "Confidential", "winmail": "", "picture_only": "roof", "scrambled": "Fwd:"}[kind],
        text="",
        message_id=message_id,
    )
    blob = base64.encodebytes(chance.randbytes(1800)).decode()
    headers, body = _RIDDLE_BODIES[kind](blob, message_id[:16])
    raw = write_with(draft, headers, body)
    return Letter("inbox", at, raw, message_id, "unreadable", kind, person.mail)


def _sealed(blob: str, _mark: str) -> tuple[tuple[str, ...], str]:
    return (
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
        "Content-Transfer-Encoding: base64",
        'Content-Disposition: attachment; filename="smime.p7m"',
    ), blob


def _with_attachment(kind: str, name: str, blob: str, mark: str) -> tuple[tuple[str, ...], str]:
    body = (
        f"--{mark}\nContent-Type: text/plain; charset=us-ascii\n\n\n"
        f'--{mark}\nContent-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="{name}"\n\n{blob}--{mark}--\n'
    )
    return (f'Content-Type: multipart/mixed; boundary="{mark}"',), body


def _winmail(blob: str, mark: str) -> tuple[tuple[str, ...], str]:
    return _with_attachment("application/ms-tnef", "winmail.dat", blob, mark)


def _picture(blob: str, mark: str) -> tuple[tuple[str, ...], str]:
    return _with_attachment("image/jpeg", "IMG_2041.jpg", blob, mark)


def _scrambled(blob: str, _mark: str) -> tuple[tuple[str, ...], str]:
    # Says it is text, but what is inside the base64 is noise.
    return ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"), blob


_RIDDLE_BODIES = {"sealed": _sealed, "winmail": _winmail, "picture_only": _picture, "scrambled": _scrambled}


def _list_thread(firm: Firm, almanac: Almanac, chance: Random, number: int) -> Iterator[Letter]:
    bank = chance.choice(firm.noise.lists)
    subject = f"[{bank['name'].split()[-1]}] {chance.choice(bank['subjects'])}"
    at = _some_time(almanac, chance)
    earlier: tuple[str, ...] = ()
    for step in range(chance.randint(1, 4)):
        writer = f"{chance.choice(firm.names.first)} {chance.choice(firm.names.last)}"
        message_id = f"{token(firm.seed, 'list', number, step)}@{bank['id']}"
        draft = Draft(
            at=at,
            sender=(f"{writer} via {bank['name']}", bank["address"]),
            to=(bank["name"], bank["address"]),
            subject=answer_subject(subject) if step else subject,
            text=chance.choice(bank["lines"]) + f"\n\n{writer}",
            message_id=message_id,
            in_reply_to=earlier[-1] if earlier else "",
            references=earlier,
            extra=(
                ("List-Id", f"{bank['name']} <{bank['id']}>"),
                ("List-Post", f"<mailto:{bank['address']}>"),
                ("Precedence", "list"),
            ),
        )
        if at < almanac.now:
            yield _letter(draft, "list_mail", "list")
        earlier = (*earlier, message_id)
        at += timedelta(minutes=chance.randint(8, 900))


def _internal(firm: Firm, almanac: Almanac, chance: Random, residents: Residents, number: int) -> Letter:
    colleague = chance.choice([person for person in firm.people if person.role != "front desk"])
    bank = chance.choice(firm.noise.internal)
    person = regular(residents, chance, firm.plan)
    shape: Shape = "both" if chance.random() < 0.3 else "plain"
    draft = Draft(
        at=almanac.local(almanac.desk_moment(_some_time(almanac, chance) - timedelta(days=4), chance)),
        sender=(colleague.name, colleague.mail),
        to=("Office", firm.company.mailbox),
        subject=fill(bank["subject"], person),
        text=f"{bank['text']}\n\n{colleague.first}",
        message_id=f"{token(firm.seed, 'internal', number)}@{firm.company.domain}",
        shape=shape,
    )
    return _letter(draft, "own_copy", "internal")


def _letter(draft: Draft, fate: str, kind: str) -> Letter:
    return Letter("inbox", draft.at, write(draft), draft.message_id, fate, kind, draft.sender[1])


def _some_time(almanac: Almanac, chance: Random) -> datetime:
    return almanac.now - timedelta(seconds=chance.randint(3600, 364 * 86400))
