"""One signed-in SMTP session that hands over one mail and tells exactly what is known when it breaks."""

from __future__ import annotations

import contextlib
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from backroom.errors import Broken, SignInAgain, TryLater
from backroom.integration.mail_server import STARTTLS, TLS, MailServer, network_failures, no_starttls

_SIGN_IN_CODES = frozenset({530, 534, 535, 538})
_BARE_LF = re.compile(rb"(?<!\r)\n")


@contextmanager
def smtp_session(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Connect, encrypt and sign in; whatever fails here has surely sent nothing."""
    with network_failures(server), _smtp_failures(server):
        client = _connected(server)
        try:
            if server.security == STARTTLS:
                _encrypt(client, server)
            client.ehlo_or_helo_if_needed()
            if server.user:
                client.login(server.user, server.password)
            yield client
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()


def _encrypt(client: smtplib.SMTP, server: MailServer) -> None:
    """Go over to TLS before anything is told; a server (or somebody between) that offers none hears no password."""
    client.ehlo_or_helo_if_needed()
    if not client.has_extn("starttls"):
        raise no_starttls(server)
    client.starttls(context=server.context())


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == TLS:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=server.context())
    return smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)


@contextmanager
def _smtp_failures(server: MailServer) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        remedy = "Choose the other encryption, or leave the user name empty if the server wants none."
        raise Broken(f"{server.host} cannot do what is needed: {error}", remedy=remedy) from error
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code in _SIGN_IN_CODES:
            raise SignInAgain(f"{server.host} does not accept the user name or password of {server.user}.") from error
        raise TryLater(f"{server.host} cannot check the sign-in just now: {_said(error)}") from error
    except smtplib.SMTPResponseException as error:
        raise refusal(server, error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPException as error:
        if "timed out" in str(error):
            raise TryLater(f"{server.place} did not answer within {server.timeout_s:.0f} seconds.") from error
        raise TryLater(f"{server.host} ended the connection: {error}") from error


def envelope(client: smtplib.SMTP, server: MailServer, sender: str, recipient: str) -> None:
    """Name sender and recipient; a refusal here means that surely nothing was sent."""
    with network_failures(server), _smtp_failures(server):
        for code, said in (client.mail(sender), client.rcpt(recipient)):
            if code not in {250, 251}:
                raise refusal(server, code, said)


def hand_over(client: smtplib.SMTP, server: MailServer, raw: bytes) -> str:
    """Send the content and return the server's words of acceptance.

    Raises TryLater with sent=None when the connection is lost after the final dot: then nobody here can know.
    """
    with network_failures(server), _smtp_failures(server):
        code, said = client.docmd("DATA")
        if code != 354:
            raise refusal(server, code, said)
        body = _BARE_LF.sub(b"\r\n", raw)
        body = re.sub(rb"(?m)^\.", b"..", body)
        client.send(body if body.endswith(b"\r\n") else body + b"\r\n")
    try:
        client.send(b".\r\n")
        code, said = client.getreply()
    except (smtplib.SMTPException, OSError) as error:
        what = f"The connection to {server.place} was lost just after the mail was handed over."
        raise TryLater(what, sent=None) from error
    if not 200 <= code < 600:
        raise TryLater(f"{server.host} answered the mail with something unreadable: {_text(said)}", sent=None)
    if code >= 300:
        raise refusal(server, code, said)
    return f"{code} {_text(said)}"


def refusal(server: MailServer, code: int, said: bytes | str) -> TryLater | SignInAgain | Broken:
    """Return the error that a refusing answer stands for: 4xx comes back later, 5xx never will (RFC 5321, 4.2.1)."""
    words = f"{server.host} answers {code}: {_text(said)}"
    if code in _SIGN_IN_CODES:
        return SignInAgain(words)
    if 400 <= code < 500 or code < 200:
        return TryLater(words, sent=False)
    return Broken(
        words, meaning="It was surely not sent.", remedy="Check the address, or what the server says about it."
    )


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:300]
