"""One attempt outside the database: send or look up, and say what is known afterwards."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backroom.errors import BackroomError, Broken, ConnectorError, SecretError, SignInAgain, TryLater
from backroom.integration.outbox_request import as_mail, unpack
from backroom.integration.outbox_states import Outcome
from backroom.mask import mask
from backroom.store import faults

if TYPE_CHECKING:
    from backroom.integration.accounts import Accounts
    from backroom.integration.contract import Account, Connector, OutgoingMail
    from backroom.integration.outbox_rows import EffectView
    from backroom.integration.senders import ConnectionView

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """An effect handed out: to be sent, or (`looking`) to be looked for."""

    row: EffectView
    through: ConnectionView
    at: datetime
    looking: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt ended."""

    outcome: Outcome
    evidence: str
    error: ConnectorError | None = None
    after: timedelta | None = None


def attempt(accounts: Accounts, job: Job) -> Attempt:
    """Carry out a job; every ending has an outcome, so that nothing is left undecided."""
    connector = accounts.connectors[job.through.connector]
    row = job.row
    try:
        account = accounts.open(job.through)
    except SignInAgain as error:
        return Attempt(Outcome.CANNOT_LOOK if job.looking else Outcome.SIGN_IN, str(error), error)
    except SecretError as error:
        return Attempt(Outcome.CANNOT_LOOK if job.looking else Outcome.LATER, str(error), TryLater(str(error)))
    mail = as_mail(unpack(row.request), to=row.recipient, at=job.at, automatic=bool(row.automatic))
    ended = _look(connector, account, mail) if job.looking else _send(connector, account, mail)
    # What a server says may repeat what it was told.
    return replace(ended, evidence=mask.clean(ended.evidence))


def _send(connector: Connector, account: Account, mail: OutgoingMail) -> Attempt:
    faults.point("before_send")
    try:
        receipt = connector.send(account, mail)
    except TryLater as error:
        outcome = {False: Outcome.LATER, True: Outcome.CONFIRMED, None: Outcome.UNKNOWN}[error.sent]
        return Attempt(outcome, str(error), error, error.after)
    except SignInAgain as error:
        return Attempt(Outcome.SIGN_IN, str(error), error)
    except BackroomError as error:
        return Attempt(Outcome.REFUSED, error.sentence())
    except Exception as error:  # top of a job: whatever broke, nobody knows whether it went out
        log.exception("sending through %s broke", connector.key)
        return Attempt(Outcome.UNKNOWN, f"Sending broke off ({type(error).__name__}).")
    faults.point("after_send")
    return Attempt(Outcome.CONFIRMED, receipt.evidence)


def _look(connector: Connector, account: Account, mail: OutgoingMail) -> Attempt:
    try:
        receipt = connector.look_up(account, mail)
    except Broken as error:
        return Attempt(Outcome.CANNOT_KNOW, error.sentence())
    except ConnectorError as error:
        asked = error.after if isinstance(error, TryLater) else None
        return Attempt(Outcome.CANNOT_LOOK, str(error), error, asked)
    except Exception as error:  # top of a job: not knowing must not end the outbox
        log.exception("looking up through %s broke", connector.key)
        return Attempt(Outcome.CANNOT_LOOK, f"Looking it up broke off ({type(error).__name__}).")
    if receipt is None:
        return Attempt(Outcome.ABSENT, "It was looked for and is not there; it is sent again.")
    return Attempt(Outcome.FOUND, receipt.evidence)
