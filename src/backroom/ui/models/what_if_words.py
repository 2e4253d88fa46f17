"""The words of a trial: what it would have changed, how sure that is, and what nobody can know."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from backroom.automation.what_if_result import (
    ASKED,
    FAILED,
    MESSAGES,
    NIGHT,
    NOTHING,
    REACHED,
    REAL,
    Deed,
    Measure,
    WhatIf,
)

LIKELY = 10  # from how many on a rate is named; with none of n seen, 3/n bounds it at 95 % (Hanley 1983)
_BETTER = {FAILED: -1, NIGHT: -1}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Automations", text)


def headline(found: WhatIf) -> str:
    """Return what would have been, in one sentence."""
    messages, asked = found.measure(MESSAGES), found.measure(ASKED)
    if found.against == NOTHING:
        people = found.measure(REACHED).after
        if not messages.after and asked.after:
            return _tr("It would have put {n} items in the inbox.").format(n=asked.after)
        if not messages.after:
            return _tr("It would have done nothing.")
        if people == 1:
            return _count(messages.after, _tr("It would have sent 1 message."),
                          _tr("It would have sent {n} messages to one person."))  # fmt: skip
        return _tr("It would have sent {n} messages to {m} people.").format(n=messages.after, m=people)
    return f"{_sent(messages, asked)} {_missed(found)}"


def _sent(messages: Measure, asked: Measure) -> str:
    if not messages.change and asked.change:
        number = abs(asked.change)
        if asked.change < 0:
            return _tr("It would have asked a person {times} less").format(times=_times(number))
        return _tr("It would have asked a person {times} more").format(times=_times(number))
    number = abs(messages.change)
    if not number:
        return _tr("It would have sent as many messages")
    if messages.change < 0:
        return _count(number, _tr("It would have sent 1 message fewer"), _tr("It would have sent {n} fewer messages"))
    return _count(number, _tr("It would have sent 1 message more"), _tr("It would have sent {n} more messages"))


def _times(number: int) -> str:
    return _count(number, _tr("once"), _tr("{n} times"))


def _count(number: int, one: str, many: str) -> str:
    return one if number == 1 else many.format(n=number)


def _missed(found: WhatIf) -> str:
    missed = len(found.missed)
    if not missed:
        return _tr("and missed nobody.")
    return _tr("and missed 1 person.") if missed == 1 else _tr("and missed {n} people.").format(n=missed)


def columns(found: WhatIf, live: int) -> tuple[str, str]:
    """Return the heads of the two sides."""
    if found.against == REAL:
        return _tr("really"), _tr("this")
    return (_tr("version {n}").format(n=live) if found.against != NOTHING else ""), _tr("this")


def measure_words(key: str) -> str:
    """Return what was counted."""
    return {
        MESSAGES: _tr("Messages sent"), REACHED: _tr("People reached"), NIGHT: _tr("Sent in quiet hours"),
        ASKED: _tr("A person asked"), FAILED: _tr("Could not finish"),
    }[key]  # fmt: skip


def change_tone(measure: Measure) -> str:
    """Return the colour of a change: only where more is surely worse, or fewer people are reached."""
    if not measure.change:
        return "text"
    if measure.key in _BETTER:
        return "ok" if measure.change < 0 else "danger"
    if measure.key == REACHED and measure.gone:
        return "danger"
    return "text"


def signed(number: int) -> str:
    """Return a change with its sign."""
    return "0" if not number else f"+{number}" if number > 0 else f"−{-number}"


def deeds_title(measure: Measure, *, gone: bool) -> str:
    """Return the head of the records behind a count."""
    number = len(measure.gone if gone else measure.come)
    if number == 1:
        return {
            (MESSAGES, True): _tr("The one it would not send"), (MESSAGES, False): _tr("The one it would send besides"),
            (REACHED, True): _tr("The one it would miss"), (REACHED, False): _tr("The one it would reach besides"),
            (NIGHT, True): _tr("The one no longer sent in quiet hours"), (NIGHT, False): _tr("The one in quiet hours"),
            (ASKED, True): _tr("The one it would not ask about"), (ASKED, False): _tr("The one it would ask about"),
            (FAILED, True): _tr("The one that would work"), (FAILED, False): _tr("The one that could not finish"),
        }[measure.key, gone]  # fmt: skip
    words = {
        (MESSAGES, True): _tr("The {n} it would not send"), (MESSAGES, False): _tr("The {n} it would send besides"),
        (REACHED, True): _tr("The {n} it would miss"), (REACHED, False): _tr("The {n} it would reach besides"),
        (NIGHT, True): _tr("The {n} no longer sent in quiet hours"), (NIGHT, False): _tr("The {n} in quiet hours"),
        (ASKED, True): _tr("The {n} it would not ask about"), (ASKED, False): _tr("The {n} it would ask about besides"),
        (FAILED, True): _tr("The {n} that would work"), (FAILED, False): _tr("The {n} that could not finish"),
    }  # fmt: skip
    return words[measure.key, gone].format(n=number)


def deed_note(deed: Deed) -> str:
    """Return what a record was about, and why it came out otherwise."""
    what = deed.what.removeprefix("Re: ")
    why = deed.why.removeprefix("Stopped: ").removeprefix("Not started: ").rstrip(".")
    return f"{what} · {why}" if why and what else what or why


def sure(found: WhatIf, live: int) -> tuple[str, list[str]]:
    """Return how sure the comparison is: a head and what speaks for and against it."""
    head, told = _tr("How sure is this?"), list[str]()
    if found.same_as_real is not None and found.same_as_real[1]:
        same, of = found.same_as_real
        head = _tr("Played again, version {v} gives {same} of the {of} messages that really went out.").format(
            v=live, same=same, of=of
        )
    reached = found.measure(REACHED)
    if found.against != NOTHING and not reached.gone and reached.before >= LIKELY:
        bound = _tr("None of {n} missed: the true share is likely under {share} %.")
        told.append(bound.format(n=reached.before, share=-(-300 // reached.before)))
    if found.unanswered:
        told.append(_count(found.unanswered, _tr("Nobody knows what 1 person would have answered to a new message."),
                           _tr("Nobody knows what {n} people would have answered to new messages.")))  # fmt: skip
    if found.replies:
        told.append(_tr("{n} answered soon after a message it would not have sent; without it they may not have.")
                    .format(n=found.replies))  # fmt: skip
    if found.moved:
        told.append(_count(found.moved, _tr("1 message would have left at another time."),
                           _tr("{n} messages would have left at another time.")))  # fmt: skip
    if found.undated:
        told.append(
            _tr("For {n} cancelled appointments nobody knows when they were cancelled.").format(n=found.undated)
        )
    if found.starts_others:
        told.append(_tr("Rules it starts are not followed: what they would have done is not counted."))
    if found.asks_people:
        told.append(_tr("Nobody answers its questions here: each takes the answer that counts without one."))
    told.append(_tr("Names, tags and wording are taken as they are today."))
    return head, told
