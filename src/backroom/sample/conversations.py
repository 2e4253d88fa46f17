"""The mails around one lead: the enquiry, the office's answers, what the customer wrote back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from backroom.sample import reports
from backroom.sample.almanac import Almanac
from backroom.sample.chance import around, dice, token
from backroom.sample.firm import Firm
from backroom.sample.letters import BROKEN, FOREIGN, Draft, Letter, Shape, write
from backroom.sample.residents import Person
from backroom.sample.stories import Lead
from backroom.sample.web_forms import notification
from backroom.sample.wording import answer_subject, enquiry, fill, quoted, short_message


class Conversation:
    """Writes one lead's thread, mail by mail."""

    def __init__(self, firm: Firm, almanac: Almanac, lead: Lead, booked: datetime | None) -> None:
        """Take the lead and, where there is one, the appointment that came of it."""
        self._firm = firm
        self._almanac = almanac
        self._lead = lead
        self._booked = booked
        self._chance = dice(firm.seed, "thread", lead.number)
        self._agent = self._chance.choice(firm.with_role("front desk"))
        self._last: Draft | None = None

    def letters(self) -> Iterator[Letter]:
        """Yield the mails that had been written by now."""
        now = self._almanac.now
        return (letter for letter in self._all() if letter.at < now - timedelta(seconds=30))

    def first(self) -> Letter:
        """Return the enquiry alone."""
        return self._first(self._enquiry())

    def _first(self, draft: Draft) -> Letter:
        lead = self._lead
        kind = "urgent" if lead.urgent else lead.channel if lead.channel != "mail" else f"mail_{draft.shape}"
        return self._inbox(draft, "lead", kind)

    def _all(self) -> Iterator[Letter]:
        lead, chance = self._lead, self._chance
        first = self._enquiry()
        yield self._first(first)
        yield from self._twice(first)
        if lead.answered is None:
            return
        instant = lead.installed and not lead.urgent
        text = chance.choice(self._firm.replies.office_instant if instant else self._firm.replies.office_first)
        automatic = (("Auto-Submitted", "auto-replied"),) if instant else ()
        answer = self._from_office(lead.answered, text, first, "answer", automatic)
        yield self._sent(answer, "instant" if instant else "answer")
        fate = chance.random()
        if fate < 0.035:
            yield self._bounced(answer)
            return
        if fate < 0.09:
            yield self._away(answer)
        if fate > 0.97:
            yield self._back(answer, chance.choice(self._firm.replies.opt_out), 90, "opt_out", "opt_out")
        elif self._booked or chance.random() < 0.30:
            yield from self._talk(answer)
        elif chance.random() < 0.20:
            chase = self._from_office(
                self._desk(lead.answered, 4 * 1440), chance.choice(self._firm.replies.office_chase), answer, "chase"
            )
            yield self._sent(chase, "chase")

    def _talk(self, answer: Draft) -> Iterator[Letter]:
        chance, replies = self._chance, self._firm.replies
        yield self._back(answer, chance.choice(replies.customer_first), 150, "reply", "reply")
        if not self._booked or self._last is None:
            return
        confirm = self._from_office(
            self._desk(self._last.at, 120), chance.choice(replies.office_confirm), self._last, "confirm"
        )
        yield self._sent(confirm, "confirm")
        if chance.random() < 0.28:
            yield self._back(confirm, chance.choice(replies.customer_second), 60, "reply", "thanks")

    def _enquiry(self) -> Draft:
        lead, chance, company = self._lead, self._chance, self._firm.company
        message_id = self._id("enquiry", lead.person.mail)
        at = self._almanac.local(lead.at)
        if lead.channel != "mail":
            message = short_message(self._firm.enquiries, lead.problem, lead.person, chance)
            return notification(
                lead.channel,
                company,
                lead.person,
                at=lead.at,
                service=lead.problem.service,
                message=message,
                message_id=self._id("enquiry", f"@{lead.channel}.forms.example"),
            )
        if lead.urgent:
            bank = chance.choice(self._firm.enquiries.urgent)
            subject, text = bank["subject"], fill(bank["text"], lead.person)
        else:
            subject, text = enquiry(self._firm.enquiries, lead.problem, lead.person, chance)
        shape = _shape(chance)
        if shape in FOREIGN:
            text = f"{text}\n\nPS: {chance.choice(self._firm.enquiries.accents)}"
        return Draft(
            at=at,
            sender=(lead.person.name, lead.person.mail),
            to=(company.name, company.mailbox),
            subject=subject,
            text=_signed(text, lead.person, chance, self._firm.replies.signatures[:6]),
            message_id=message_id,
            shape=shape,
        )

    def _twice(self, first: Draft) -> Iterator[Letter]:
        chance, lead = self._chance, self._lead
        luck = chance.random()
        if lead.channel != "mail" and luck < 0.035:
            # An impatient second click: same content, another Message-ID.
            again = replace(
                first,
                at=first.at + timedelta(seconds=chance.randint(4, 90)),
                message_id=self._id("again", "@forms.example"),
            )
            yield self._inbox(again, "duplicate", "form_twice")
        elif luck < 0.05 and first.shape != "no_message_id":
            # The same mail delivered twice: identical to the byte.
            at = lead.at + timedelta(seconds=chance.randint(1, 40))
            yield replace(self._inbox(first, "duplicate", "delivered_twice"), at=at)

    def _from_office(
        self, at: datetime, text: str, to: Draft, step: str, extra: tuple[tuple[str, str], ...] = ()
    ) -> Draft:
        company, person = self._firm.company, self._lead.person
        day = self._almanac.day_words(self._almanac.open_day(at, self._chance.randint(2, 5)))
        body = fill(text, person, day=day, agent=self._agent.first)
        if step != "answer" or self._lead.channel == "mail":
            body += "\n\n" + quoted(to.text, f"{to.sender[0]} <{to.sender[1]}>", self._almanac.local(to.at), 1)
        return Draft(
            at=self._almanac.local(at),
            sender=(company.name if extra else f"{self._agent.name}, {company.name}", company.mailbox),
            to=(person.name, person.mail),
            subject=answer_subject(to.subject),
            text=body,
            message_id=self._id(step, company.domain),
            in_reply_to="" if to.shape == "no_message_id" else to.message_id,
            references=() if to.shape == "no_message_id" else (*to.references, to.message_id),
            extra=extra,
            sent=True,
        )

    def _back(self, answer: Draft, text: str, median_minutes: float, fate: str, kind: str) -> Letter:
        chance, person, company = self._chance, self._lead.person, self._firm.company
        at = answer.at + timedelta(seconds=int(60 * around(chance, median_minutes, 1.2)) + 45)
        day = self._almanac.day_words(self._almanac.open_day(answer.at, 3)).partition(",")[0]
        body = _signed(
            fill(text, person, day=day, agent=self._agent.first), person, chance, self._firm.replies.signatures
        )
        who = f"{company.name} <{company.mailbox}>"
        draft = Draft(
            at=at,
            sender=(person.name, person.mail),
            to=(company.name, company.mailbox),
            subject=answer_subject(answer.subject),
            text=f"{body}\n\n{quoted(answer.text, who, self._almanac.local(answer.at), chance.randrange(3))}",
            message_id=self._id(kind, person.mail),
            in_reply_to=answer.message_id,
            references=(*answer.references, answer.message_id),
            shape="both" if chance.random() < 0.4 else "plain",
        )
        self._last = draft
        return self._inbox(draft, fate, kind)

    def _bounced(self, answer: Draft) -> Letter:
        at = answer.at + timedelta(seconds=self._chance.randint(2, 50))
        raw = reports.bounce(answer, at, self._chance.randrange(3), self._id("bounce", "@mx.example"))
        return Letter(
            "inbox",
            at,
            raw,
            self._id("bounce", "@mx.example"),
            "bounce",
            "bounce",
            self._lead.person.mail,
            self._lead.number,
        )

    def _away(self, answer: Draft) -> Letter:
        chance = self._chance
        day = self._almanac.day_words(self._almanac.open_day(answer.at, chance.randint(4, 12)))
        draft = reports.away(
            self._firm,
            answer,
            self._lead.person,
            day=day,
            message_id=self._id("away", self._lead.person.mail),
            chance=chance,
        )
        return self._inbox(draft, "auto_reply", "away")

    def _desk(self, after: datetime, median_minutes: float) -> datetime:
        wait = timedelta(seconds=int(60 * around(self._chance, median_minutes, 0.8)) + 60)
        return self._almanac.desk_moment(after + wait, self._chance)

    def _inbox(self, draft: Draft, fate: str, kind: str) -> Letter:
        lead = self._lead
        message_id = "" if draft.shape == "no_message_id" else draft.message_id
        urgent = lead.urgent and fate == "lead"
        return Letter("inbox", draft.at, write(draft), message_id, fate, kind, lead.person.mail, lead.number, urgent)

    def _sent(self, draft: Draft, kind: str) -> Letter:
        return Letter(
            "sent",
            draft.at,
            write(draft),
            draft.message_id,
            "own_copy",
            kind,
            self._lead.person.mail,
            self._lead.number,
        )

    def _id(self, step: str, mail: str) -> str:
        return f"{token(self._firm.seed, 'thread', self._lead.number, step)}@{mail.rpartition('@')[2]}"


def _shape(chance: Random) -> Shape:
    luck = chance.random()
    if luck < 0.45:
        return "plain"
    if luck < 0.74:
        return "both"
    return "html_only" if luck < 0.82 else chance.choice(BROKEN)


def _signed(text: str, person: Person, chance: Random, signatures: list[str]) -> str:
    signature = chance.choice(signatures)
    return f"{text}\n\n{fill(signature, person)}" if signature else text
