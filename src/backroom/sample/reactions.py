"""What invented customers do when a mail from the out-tray reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.errors import MessageError
from email.utils import parseaddr
from random import Random

from backroom.sample import reports
from backroom.sample.almanac import Almanac
from backroom.sample.chance import dice, token
from backroom.sample.firm import Firm
from backroom.sample.letters import Draft, Letter, write
from backroom.sample.residents import Person, Residents
from backroom.sample.wording import answer_subject, fill, quoted

DONE = 99  # has bounced or asked for silence: reacts to nothing any more
_PATIENCE = 3  # mails from us that get a reaction at most


@dataclass(frozen=True, slots=True)
class Reaction:
    """A mail that will arrive at `letter.at`, and how talkative its writer is afterwards."""

    letter: Letter
    talked: int


def read_out_mail(raw: bytes, now: datetime) -> Draft | None:
    """Return what a mail in the out-tray says, or None if it cannot be read or names nobody."""
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        body = mail.get_body(("plain",))
        text = str(body.get_content()) if body is not None else ""
    except (MessageError, LookupError, ValueError):
        return None
    to, sender = parseaddr(str(mail.get("To", ""))), parseaddr(str(mail.get("From", "")))
    message_id = str(mail.get("Message-ID", "")).strip().strip("<>")
    if not to[1] or not message_id:
        return None
    return Draft(
        at=now.astimezone(UTC).replace(microsecond=0),
        sender=sender,
        to=to,
        subject=str(mail.get("Subject", "")),
        text=text.rstrip(),
        message_id=message_id,
        references=tuple(one.strip("<>") for one in str(mail.get("References", "")).split()),
    )


class Customers:
    """Everybody who may answer."""

    def __init__(self, firm: Firm, almanac: Almanac, residents: Residents) -> None:
        """Know the town."""
        self._firm = firm
        self._almanac = almanac
        self._by_mail = {person.mail: person for person in map(residents.person, range(residents.size))}

    def react(self, answer: Draft, talked: int) -> Reaction | None:
        """Return what follows a mail from the office, or None for silence; `talked` counts earlier reactions."""
        if talked >= _PATIENCE or answer.to[1].endswith(f"@{self._firm.company.domain}"):
            return None
        chance = dice(self._firm.seed, "reaction", answer.message_id)
        luck = chance.random()
        if talked:
            return self._reply(answer, chance, talked) if luck < 0.55 else None
        if luck < 0.50:
            return self._reply(answer, chance, talked)
        if luck < 0.56:
            text = chance.choice(self._firm.replies.opt_out)
            return Reaction(self._write_back(answer, chance, text, "opt_out"), DONE)
        if luck < 0.62:
            return Reaction(self._away(answer, chance), talked)
        if luck < 0.66:
            return Reaction(self._bounce(answer, chance), DONE)
        return None

    def reply_first(self, answer: Draft) -> Reaction:
        """Return a friendly reply whatever chance would say: the first mail ever sent deserves to be answered."""
        return self._reply(answer, dice(self._firm.seed, "reaction", answer.message_id), 0)

    def _reply(self, answer: Draft, chance: Random, talked: int) -> Reaction:
        bank = self._firm.replies.customer_second if talked else self._firm.replies.customer_first
        return Reaction(self._write_back(answer, chance, chance.choice(bank), "reply"), talked + 1)

    def _write_back(self, answer: Draft, chance: Random, text: str, fate: str) -> Letter:
        person = self._person(answer)
        at = answer.at + timedelta(seconds=chance.randint(90, 420))
        day = self._almanac.day_words(self._almanac.open_day(answer.at, 3)).partition(",")[0]
        body = fill(text, person, day=day, agent=self._firm.with_role("front desk")[0].first)
        signature = chance.choice(self._firm.replies.signatures)
        if signature:
            body += "\n\n" + fill(signature, person)
        who = f"{answer.sender[0]} <{answer.sender[1]}>"
        earlier = quoted(answer.text, who, self._almanac.local(answer.at), chance.randrange(3))
        draft = Draft(
            at=self._almanac.local(at),
            sender=(person.name, person.mail),
            to=answer.sender,
            subject=answer_subject(answer.subject),
            text=f"{body}\n\n{earlier}",
            message_id=self._id(answer, person.mail),
            in_reply_to=answer.message_id,
            references=(*answer.references, answer.message_id),
            shape="both" if chance.random() < 0.4 else "plain",
        )
        return Letter("inbox", at, write(draft), draft.message_id, fate, fate, person.mail)

    def _away(self, answer: Draft, chance: Random) -> Letter:
        person = self._person(answer)
        day = self._almanac.day_words(self._almanac.open_day(answer.at, chance.randint(4, 12)))
        message_id = self._id(answer, person.mail)
        draft = reports.away(self._firm, answer, person, day=day, message_id=message_id, chance=chance)
        return Letter("inbox", draft.at, write(draft), message_id, "auto_reply", "away", person.mail)

    def _bounce(self, answer: Draft, chance: Random) -> Letter:
        at = answer.at + timedelta(seconds=chance.randint(3, 30))
        message_id = self._id(answer, "@mx.example")
        raw = reports.bounce(answer, at, chance.randrange(3), message_id)
        return Letter("inbox", at, raw, message_id, "bounce", "bounce", answer.to[1])

    def _person(self, answer: Draft) -> Person:
        name, mail = answer.to
        known = self._by_mail.get(mail)
        if known:
            return known
        first, _, last = (name or mail.partition("@")[0]).partition(" ")
        return Person(-1, first, last, mail, "+13125550199", "the house on the corner", self._firm.company.town)

    def _id(self, answer: Draft, mail: str) -> str:
        return f"{token(self._firm.seed, 'reaction', answer.message_id)}@{mail.rpartition('@')[2]}"
