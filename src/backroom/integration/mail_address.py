"""Reads the people in a mail's headers, decoded, with addresses in lower case."""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass

from backroom.integration.mail_charset import header_text

_ADDRESS = re.compile(r"[^\s<>;,\"()\[\]:\\@]{1,64}@[^\s<>;,\"()\[\]:\\@]{1,190}")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
_MAX_LINE = 20_000


@dataclass(frozen=True, slots=True)
class MailAddress:
    """One person or mailbox: `name` as written (may be empty), `address` in lower case."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """Return what stands behind the @."""
        return self.address.rpartition("@")[2]


def read_addresses(raw: str) -> tuple[MailAddress, ...]:
    """Read an address line; what is no address is left out, encoded names are decoded."""
    raw = raw[:_MAX_LINE].replace("\n", " ")
    if raw.count("(") > 20:
        raw = re.sub(r"[()]", " ", raw)
    found: list[MailAddress] = []
    for name, address in email.utils.getaddresses([raw]):
        if (match := _ADDRESS.search(address)) is not None:
            found.append(MailAddress(_tidy(name), match[0].lower().strip(".'")))
    if not found:
        found = [MailAddress("", match.lower()) for match in _ADDRESS.findall(header_text(raw))[:50]]
    return tuple(found)


def _tidy(name: str) -> str:
    """Decode a name and drop quotes; a name that only repeats an address is no name."""
    text = header_text(name).strip(" \"'")
    return "" if "@" in text else " ".join(text.split())[:200]


def read_ids(raw: str) -> tuple[str, ...]:
    """Return the message ids of a line in order, each once, in angle brackets."""
    found = dict.fromkeys(f"<{inner}>" for inner in _MESSAGE_ID.findall(raw[:_MAX_LINE]))
    if not found and "@" in raw:
        word = raw.strip().strip("<>")
        return (f"<{word}>",) if " " not in word and 3 < len(word) < 250 else ()
    return tuple(found)
