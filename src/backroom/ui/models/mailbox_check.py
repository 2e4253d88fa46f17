"""A mailbox is two connections, one that reads and one that sends: tried and connected together, from one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backroom.errors import ConnectorError, InputError
from backroom.integration.connections import Connections
from backroom.integration.contract import Tested
from backroom.integration.mail_providers import IMAP, SMTP, imap_values, smtp_values


class MailboxRefused(Exception):
    """One half of the mailbox could not be used; `reading` is what was seen when only sending failed."""

    def __init__(self, connector: str, error: InputError | ConnectorError, reading: Tested | None = None) -> None:
        """Say which half it was and why."""
        super().__init__(str(error))
        self.connector, self.error, self.reading = connector, error, reading


@dataclass(frozen=True, slots=True)
class MailboxSeen:
    """What a sign-in showed."""

    reading: Tested
    sending: Tested


@dataclass
class MailboxMade:
    """What was connected so far, so that a second try does not connect it twice."""

    ids: dict[str, int] = field(default_factory=dict)


def try_mailbox(connections: Connections, answers: Mapping[str, Any]) -> MailboxSeen:
    """Sign in to both servers without keeping anything; raises MailboxRefused."""
    reading: Tested | None = None
    try:
        reading = connections.test(IMAP, imap_values(answers))
        return MailboxSeen(reading, connections.test(SMTP, smtp_values(answers)))
    except (InputError, ConnectorError) as error:
        raise MailboxRefused(SMTP if reading else IMAP, error, reading) from error


def connect_mailbox(connections: Connections, answers: Mapping[str, Any], made: MailboxMade) -> None:
    """Connect both halves, each after a sign-in of its own; raises MailboxRefused, keeping what was connected."""
    halves = ((IMAP, imap_values(answers), ""), (SMTP, smtp_values(answers), "{address}, sending"))
    for key, values, name in halves:
        if key in made.ids:
            continue
        try:
            made.ids[key] = connections.add(key, values, name=name.format(address=answers["address"]))
        except (InputError, ConnectorError) as error:
            raise MailboxRefused(key, error) from error
