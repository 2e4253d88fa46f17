"""What a text message says about being written to: the revocation words of the law and the carriers, and no guesses.

The lists can close a channel and, with the carriers' own words, open it again. A classifier comes after them and may
only ever add an objection.
"""

from __future__ import annotations

import functools
import re
import tomllib
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from backroom.integration import consent
from backroom.integration.consent import MAIL, TEXT, SaidBy
from backroom.integration.mail_fate import opt_out_words
from backroom.integration.rows import rows_of
from backroom.paths import resources

if TYPE_CHECKING:
    from backroom.store.transaction import Transaction

_MAILS = "SELECT value FROM identity WHERE customer_id = ? AND kind = 'email'"
_BARE = re.compile(r"[^\w\s-]+")
BLOCKED_BY_CARRIER = "21610"  # Twilio: the recipient has said stop to the carrier


class Said(StrEnum):
    """What a text message asks for."""

    NOTHING = "nothing"
    STOP = "stop"
    START = "start"
    HELP = "help"


@functools.cache
def _words() -> dict[str, frozenset[str]]:
    found: dict[str, Any] = tomllib.loads((resources() / "consent/text_words.toml").read_text("utf-8"))
    return {name: frozenset(words) for name, words in found.items()}


def said_by_text(text: str) -> Said:
    """Read a text message: the listed words count alone, any reasonable wording of an objection counts too."""
    bare = _bare(text)
    for meaning in (Said.STOP, Said.START, Said.HELP):
        if bare in _words()[meaning]:
            return meaning
    return Said.STOP if opt_out_words(text) else Said.NOTHING


def hear_text(
    tx: Transaction, number: str, text: str, *, at: datetime, key: str = "", customer_id: int | None = None
) -> Said:
    """Write what a text message says about being written to; stop-all and revoke end the mails to them too."""
    said = said_by_text(text)
    words = f"They wrote “{' '.join(text.split())[:120]}”."
    if said is Said.STOP:
        consent.opt_out(tx, TEXT, number, at=at, words=words, customer_id=customer_id, key=key)
        if _bare(text) in _words()["everywhere"] and customer_id is not None:
            for (address,) in rows_of(tx, _MAILS, (customer_id,)):
                consent.opt_out(tx, MAIL, address, at=at, words=words, customer_id=customer_id, key=key)
    elif said is Said.START:
        consent.opt_in(tx, TEXT, number, at=at, words=words, customer_id=customer_id)
    return said


def suspect_objection(
    tx: Transaction, channel: str, address: str, *, at: datetime, words: str, customer_id: int | None = None
) -> bool:
    """Note what a classifier takes for an objection; the only thing it can ever do about consent."""
    return consent.opt_out(tx, channel, address, at=at, words=words, customer_id=customer_id, said_by=SaidBy.CLASSIFIER)


def blocked_by_carrier(tx: Transaction, number: str, *, customer_id: int | None = None) -> bool:
    """Take a carrier's refusal for the objection it stands for."""
    words = "The carrier says that they have asked it to stop."
    return consent.opt_out(tx, TEXT, number, at=tx.now, words=words, customer_id=customer_id, said_by=SaidBy.CARRIER)


def _bare(text: str) -> str:
    return " ".join(_BARE.sub(" ", text).split()).strip(" -").lower()
