"""Recognises the notifications of website forms and reads the person's own words out of them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from backroom.integration.mail_address import MailAddress, read_addresses
from backroom.integration.mail_parse import ParsedMail
from backroom.integration.mail_words import plain, table, words

_LABELLED = re.compile(r"^[\s*>\u2022-]*([^\W\d_][^:\t=]{0,48}?)\s*\*?\s*(?::|\t+|\s=\s)\*?[ \t]*(.*)$")
_ADDRESS = re.compile(r"[^\s<>;,\"()\[\]:\\@]{1,64}@[^\s<>;,\"()\[\]:\\@]{1,190}\.[A-Za-z0-9-]{2,24}")
_MAX_LINES = 300
_LONG = frozenset({"message"})


@dataclass(frozen=True, slots=True)
class WebForm:
    """What a form said: `fields` by our names (name, email, phone, message ...), then by the form's own labels."""

    fields: dict[str, str]
    person: MailAddress

    @property
    def message(self) -> str:
        """Return the words of the person, or the service asked for."""
        return self.fields.get("message") or self.fields.get("service") or self.fields.get("subject", "")


def read_form(mail: ParsedMail, own_addresses: frozenset[str]) -> WebForm | None:
    """Return the form a mail reports, or None when a person wrote it freely."""
    if mail.subject.lower().startswith(("re:", "aw:", "sv:", "fw:", "fwd:")):
        return None
    fields = _fields(mail.text)
    known = [name for name in fields if name in table("forms", "labels")]
    reached = "email" in fields or "phone" in fields or bool(_reply_person(mail))
    if len(known) < 2 or not reached or not _is_notification(mail, fields, own_addresses):
        return None
    if not {"message", "service", "subject", "name", "first_name"} & set(known):
        return None
    return WebForm(fields, _person(mail, fields))


def _is_notification(mail: ParsedMail, fields: dict[str, str], own_addresses: frozenset[str]) -> bool:
    """Tell whether a website sent it: by its subject, its sender, or because it speaks of somebody else."""
    if words("forms", "subjects").matches_all(plain(mail.subject)):
        return True
    stranger = fields.get("email", "") not in {"", mail.sender.address}
    from_site = words("forms", "senders").matches_all(mail.sender.address) or mail.sender.address in own_addresses
    return from_site or stranger or (bool(_reply_person(mail)) and "message" in fields)


def _reply_person(mail: ParsedMail) -> MailAddress | None:
    """Return the Reply-To when it names somebody other than the sender."""
    return next((entry for entry in mail.reply_to if entry.address != mail.sender.address), None)


def _person(mail: ParsedMail, fields: dict[str, str]) -> MailAddress:
    """Return who filled in the form: the e-mail field first, then Reply-To; without both only a name is known."""
    reply = _reply_person(mail)
    whole = " ".join(part for part in (fields.get("first_name", ""), fields.get("last_name", "")) if part)
    name = fields.get("name", "") or whole
    address = fields.get("email", "") or (reply.address if reply else "")
    return MailAddress(name or (reply.name if reply else ""), address)


@functools.cache
def _names_by_label() -> dict[str, str]:
    return {label: name for name, labels in table("forms", "labels").items() for label in labels}


def _known_label(text: str) -> str:
    return _names_by_label().get(plain(text).strip(" *:#.-\t").lower(), "")


def _fields(text: str) -> dict[str, str]:
    """Read 'Label: value', 'Label<tab>value' and label-over-value lines; the message may run over several."""
    fields: dict[str, str] = {}
    current = ""
    footers = words("forms", "footers")
    for line in text.split("\n")[:_MAX_LINES]:
        stripped = line.strip()
        if stripped and footers.matches_all(plain(stripped)):
            current = ""
            continue
        name, value = _split(line, current)
        if name:
            current = name if name not in fields else ""
            if current:
                fields[current] = _value(current, value)
        elif current and (stripped or current in _LONG):
            current = _continue(fields, current, stripped)
    return {name: value.strip() for name, value in fields.items() if value.strip()}


def _split(line: str, current: str) -> tuple[str, str]:
    """Return (field name, value) when the line begins a field, else two empty strings."""
    match = _LABELLED.match(line)
    label = match[1].strip() if match else line
    known = _known_label(label)
    if known:
        return known, match[2].strip() if match else ""
    # Inside a message "Note: ..." is the person's own words, not a field.
    if match is None or current in _LONG or len(label.split()) > 6 or match[2].startswith("//"):
        return "", ""
    return label.strip("* ").lower()[:48], match[2].strip()


def _continue(fields: dict[str, str], current: str, line: str) -> str:
    """Add a further line to the field that is open; short fields take one line only. Returns the field still open."""
    so_far = fields.get(current, "")
    if current in _LONG:
        fields[current] = f"{so_far}\n{line}"
        return current
    if so_far:
        return ""
    fields[current] = _value(current, line)
    return ""


def _value(name: str, text: str) -> str:
    """Clean a value: an e-mail field holds one address, 'Name <address>' a name."""
    if name == "email":
        found = _ADDRESS.search(text)
        return found[0].lower() if found else ""
    if name == "name" and "@" in text:
        people = read_addresses(text)
        return people[0].name if people else text
    return text[:5000]
