"""Puts sentences together: enquiries from bricks, quotations, signatures."""

from __future__ import annotations

from datetime import datetime
from random import Random

from backroom.sample.almanac import MONTHS
from backroom.sample.firm import Enquiries, Problem
from backroom.sample.residents import Person, spoken


def fill(text: str, person: Person, **more: str) -> str:
    """Put a person's particulars into a text."""
    return text.format(
        first=person.first,
        last=person.last,
        name=person.name,
        phone=spoken(person.phone),
        street=person.street.partition(" ")[2] if "on {street}" in text else person.street,
        town=person.town,
        **more,
    )


def pick_problem(bank: Enquiries, chance: Random, *, stormy: bool) -> Problem:
    """Choose what is wrong with the roof."""
    weights = [one.weight * (9 if stormy and one.storm else 1) for one in bank.problems]
    return chance.choices(bank.problems, weights)[0]


def enquiry(bank: Enquiries, problem: Problem, person: Person, chance: Random) -> tuple[str, str]:
    """Return subject and text of a first message."""
    sentences = [chance.choice(problem.lines), *chance.sample(bank.details, chance.choice((0, 1, 1, 2, 3)))]
    sentences.append(chance.choice(bank.asks))
    middle = " ".join(sentences) if chance.random() < 0.7 else "\n\n".join(sentences)
    whole = "\n\n".join(part for part in (chance.choice(bank.greetings), middle, chance.choice(bank.farewells)) if part)
    subject = fill(chance.choice(problem.subjects), person)
    casual = chance.random()
    if casual < 0.10:
        subject, whole = subject.lower(), whole.lower().replace(person.mail.lower(), person.mail)
    elif casual < 0.13:
        subject = ""
    return subject, fill(whole, person)


def short_message(bank: Enquiries, problem: Problem, person: Person, chance: Random) -> str:
    """Return what people type into the message box of a web form: no greeting, no farewell."""
    sentences = [chance.choice(problem.lines), *chance.sample(bank.details, chance.choice((0, 0, 1, 1, 2)))]
    if chance.random() < 0.6:
        sentences.append(chance.choice(bank.asks))
    return fill(" ".join(sentences), person)


def quoted(text: str, who: str, when: datetime, style: int) -> str:
    """Return the earlier message as mail programs put it under an answer; `when` is on the writer's wall clock."""
    clock = f"{when.hour % 12 or 12}:{when.minute:02} {'AM' if when.hour < 12 else 'PM'}"
    day = f"{MONTHS[when.month - 1][:3]} {when.day}, {when.year}"
    if style % 3 == 0:
        return f"-----Original Message-----\nFrom: {who}\nSent: {day} {clock}\n\n{text}"
    lead_in = f"On {day}, at {clock}, {who} wrote:" if style % 3 == 1 else f"On {day} {clock} {who} wrote:"
    return lead_in + "\n\n" + "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def answer_subject(subject: str) -> str:
    """Return "Re: " and the subject, once."""
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}".rstrip()
