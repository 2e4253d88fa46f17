"""Keeps the sample business living: new mails and calls as time passes, and answers to what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from backroom.clock import Clock
from backroom.sample import books, noise, telephone
from backroom.sample.almanac import Almanac
from backroom.sample.chance import dice
from backroom.sample.conversations import Conversation
from backroom.sample.firm import Firm, Problem
from backroom.sample.generator import CALLS, INBOX, INVOICES, OUT_TRAY, sample_firm
from backroom.sample.letters import Letter
from backroom.sample.live_state import LiveState, Pending
from backroom.sample.reactions import DONE, Customers, read_out_mail
from backroom.sample.residents import Person, Residents
from backroom.sample.stories import Invoice, Lead, regular
from backroom.sample.wording import pick_problem

_NEWCOMERS = 1500  # residents from this number on appear only while somebody watches
_FIRST_AFTER = timedelta(seconds=8)
_AWAY = timedelta(minutes=10)  # behind by more than this, the program was closed: time is caught up in larger steps
_URGENT_PLACE, _RIDDLE_PLACE = 2, 5  # which arrival of each day is the urgent one, and which the unreadable one
_BILLED = 8  # every so many arrivals of a day a finished job is billed
_KINDS = {"labels": 24, "table": 19, "contact": 15, "mail": 20, "newsletter": 8, "notice": 6, "twice": 4, "again": 4}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that has just appeared, and the letter in it if it is a mail."""

    path: Path
    letter: Letter | None = None


def live(
    root: Path, clock: Clock, *, out_tray: Path | None = None, firm: Firm | None = None, slower: int = 1
) -> LiveFeed:
    """Return the feed for a built sample at `root`; it takes up where it was left, also after a kill.

    Arrivals are `slower` times as far apart as company.toml says.
    """
    return LiveFeed(root, clock, out_tray or root / OUT_TRAY, firm or sample_firm(), slower)


class LiveFeed:
    """Drops files into the watched folders; call `tick` every second or two from one thread."""

    def __init__(self, root: Path, clock: Clock, out_tray: Path, firm: Firm, slower: int = 1) -> None:
        """Read where the feed stood."""
        self._root = root
        self._clock = clock
        self._out_tray = out_tray
        self._firm = firm
        self._slower = slower
        self._residents = Residents(firm.names, firm.seed)
        self._customers: Customers | None = None
        self._state = LiveState.read(root, first_due=clock.now() + _FIRST_AFTER)

    @property
    def due_at(self) -> datetime:
        """When the next file will appear, if nothing is sent before."""
        return min([self._state.next_at, *(one.at for one in self._state.pending)])

    def tick(self, now: datetime | None = None) -> list[Dropped]:
        """Let time pass up to `now` (the clock's, if not given) and return what has appeared."""
        now = now or self._clock.now()
        almanac = Almanac(self._firm, now)
        dropped: list[Dropped] = []
        if self._notice_sent(almanac, now):
            self._state.save()
        for one in [one for one in self._state.pending if one.at <= now]:
            dropped.append(Dropped(self._drop(INBOX / one.file, one.letter.raw), one.letter))
            self._state.pending.remove(one)
            self._state.save()
        while self._state.next_at <= now:
            dropped += self._arrive(almanac, self._state.next_at)
            self._advance(almanac, now)
            self._state.save()
        return dropped

    def _advance(self, almanac: Almanac, now: datetime) -> None:
        state, plan = self._state, self._firm.plan.live
        chance = dice(self._firm.seed, "live", "pause", state.sequence)
        pause = self._slower * timedelta(seconds=chance.randint(int(plan["least_seconds"]), int(plan["most_seconds"])))
        behind = now - state.next_at
        state.count(almanac.local(state.next_at).date())
        state.next_at += max(pause, behind / 4) if behind > _AWAY else pause

    def _arrive(self, almanac: Almanac, at: datetime) -> Iterator[Dropped]:
        number, place = self._state.sequence, self._state.place(almanac.local(at).date())
        at = at.replace(microsecond=0)
        if place % _BILLED == _BILLED - 1 and almanac.is_open(at):
            yield self._bill(almanac, number)
        if place == _URGENT_PLACE:
            letters = self._enquiry(almanac, number, at, "mail", urgent=True)
        elif place == _RIDDLE_PLACE:
            kind = noise.RIDDLES[number % len(noise.RIDDLES)]
            letters = [noise.riddle(self._firm, self._newcomer(number), at, kind, f"live-{number}")]
        else:
            chance = dice(self._firm.seed, "live", "kind", number)
            if chance.random() < self._firm.plan.live["calls"]:
                yield self._call(almanac, number, at)
                return
            letters = self._mail(almanac, number, at, chance.choices(list(_KINDS), list(_KINDS.values()))[0])
        for part, letter in enumerate(letters):
            yield Dropped(self._drop(INBOX / f"live-{number:06}-{part}.eml", letter.raw), letter)

    def _mail(self, almanac: Almanac, number: int, at: datetime, kind: str) -> list[Letter]:
        match kind:
            case "newsletter":
                return [noise.newsletter(self._firm, at, f"live-{number}")]
            case "notice":
                return [noise.notice(self._firm, at, f"live-{number}")]
            case "twice":
                first = self._enquiry(almanac, number, at, "labels", urgent=False)[0]
                return [first, replace(first, fate="duplicate", kind="delivered_twice")]
            case "again":
                # Somebody from the year writes again: no new customer.
                return self._enquiry(almanac, number, at, "mail", urgent=False, back=True)
            case _:
                return self._enquiry(almanac, number, at, kind, urgent=False)

    def _enquiry(
        self, almanac: Almanac, number: int, at: datetime, channel: str, *, urgent: bool, back: bool = False
    ) -> list[Letter]:
        chance = dice(self._firm.seed, "live", "enquiry", number)
        person = self._residents.person(chance.randrange(self._firm.plan.leads)) if back else self._newcomer(number)
        problem = pick_problem(self._firm.enquiries, chance, stormy=False)
        lead = Lead(self._firm.plan.leads + number, person, at, channel, problem, urgent, None, installed=True)
        return [Conversation(self._firm, almanac, lead, None).first()]

    def _call(self, almanac: Almanac, number: int, at: datetime) -> Dropped:
        chance = dice(self._firm.seed, "live", "call", number)
        # One caller in three has written shortly before: one person, two systems.
        person = self._newcomer(max(0, number - chance.randint(1, 4)) if chance.random() < 0.33 else number)
        call = telephone.inbound(self._firm, almanac, chance, person.phone, at)
        return Dropped(self._drop(CALLS / f"calls-live-{number:06}.csv", telephone.export([call], almanac)))

    def _bill(self, almanac: Almanac, number: int) -> Dropped:
        chance = dice(self._firm.seed, "live", "bill", number)
        problem = min((pick_problem(self._firm.enquiries, chance, stormy=False) for _turn in range(2)), key=_value)
        cents = 100 * chance.randint(*problem.value)
        person = regular(self._residents, chance, self._firm.plan)
        due = almanac.today + timedelta(days=30)
        bill = Invoice(person, almanac.today, due, None, cents, problem.service)
        sheet = books.ledger(self._firm, almanac, [(f"RR-L{number:05}", bill)])
        return Dropped(self._drop(INVOICES / f"invoices-live-{number:06}.csv", sheet))

    def _newcomer(self, number: int) -> Person:
        return self._residents.person(_NEWCOMERS + number % (self._residents.size - _NEWCOMERS - 24))

    def _notice_sent(self, almanac: Almanac, now: datetime) -> bool:
        files = sorted(self._out_tray.glob("*.eml")) if self._out_tray.is_dir() else []
        new = [file for file in files if file.name not in self._state.seen]
        self._state.seen = {file.name for file in files}
        for file in new:
            self._plan_reaction(almanac, file, now)
        return bool(new)

    def _plan_reaction(self, almanac: Almanac, file: Path, now: datetime) -> None:
        answer = read_out_mail(file.read_bytes(), now)
        if answer is None:
            return
        if self._customers is None:
            self._customers = Customers(self._firm, almanac, self._residents)
        talked = self._state.talked.get(answer.to[1], 0)
        ours = answer.to[1].endswith(f"@{self._firm.company.domain}")
        first_ever = not self._state.talked and not ours
        reaction = self._customers.reply_first(answer) if first_ever else self._customers.react(answer, talked)
        if reaction:
            self._state.talked[answer.to[1]] = min(reaction.talked, DONE)
            name = f"live-{reaction.letter.message_id[:20]}.eml"
            self._state.pending.append(Pending(reaction.letter.at, name, reaction.letter))

    def _drop(self, place: Path, content: bytes) -> Path:
        # Under another name first: a watcher never sees half a file.
        path = self._root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        return part.replace(path)


def _value(problem: Problem) -> int:
    return problem.value[0]
