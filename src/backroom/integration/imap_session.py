"""One signed-in IMAP session: how it starts, how it fails, and where sent mail lies."""

from __future__ import annotations

import contextlib
import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from backroom.errors import Broken, SignInAgain, TryLater
from backroom.integration.mail_server import PLAIN, STARTTLS, TLS, MailServer, network_failures, no_starttls

if TYPE_CHECKING:
    from imapclient import IMAPClient

CONNECT_S = 10.0
_SENT_FLAG = b"\\Sent"
# RFC 5530: what a server adds to a refused sign-in when the password is not what is wrong.
_NOT_NOW = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG)\]|too many|temporar|try again|rate limit", re.IGNORECASE)
_NEEDS_TLS = re.compile(r"\[PRIVACYREQUIRED\]|plaintext authentication disallowed|must issue a STARTTLS", re.IGNORECASE)


@contextmanager
def imap_session(server: MailServer) -> Iterator[IMAPClient]:
    """Connect, encrypt and sign in; raises TryLater, SignInAgain or Broken, also for what fails inside the block."""
    from imapclient import IMAPClient, SocketTimeout

    with network_failures(server), _imap_failures(server):
        client = IMAPClient(
            server.host,
            port=server.port,
            ssl=server.security == TLS,
            ssl_context=server.context() if server.security == TLS else None,
            timeout=SocketTimeout(connect=min(CONNECT_S, server.timeout_s), read=server.timeout_s),
        )
        client.normalise_times = False
        try:
            if server.security == STARTTLS:
                if not client.has_capability("STARTTLS"):
                    raise no_starttls(server)
                client.starttls(server.context())
            _sign_in(client, server)
            yield client
        finally:
            _leave(client)


def _sign_in(client: IMAPClient, server: MailServer) -> None:
    from imapclient.exceptions import LoginError

    try:
        client.login(server.user, server.password)
    except LoginError as error:
        words = _words(error)
        if _NOT_NOW.search(words):
            raise TryLater(f"{server.host} does not let {server.user} in just now: {words}") from error
        if _NEEDS_TLS.search(words) and server.security == PLAIN:
            raise Broken(
                f"{server.host} wants an encrypted connection.", remedy=f"Choose {TLS} or {STARTTLS}."
            ) from error
        raise SignInAgain(f"{server.host} does not accept the user name or password of {server.user}.") from error


def _leave(client: IMAPClient) -> None:
    """End the session politely; what goes wrong now no longer matters."""
    with contextlib.suppress(imaplib.IMAP4.error, OSError):
        client.logout()
    with contextlib.suppress(OSError):
        client.shutdown()


@contextmanager
def _imap_failures(server: MailServer) -> Iterator[None]:
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise TryLater(f"{server.host} ended the connection: {_words(error)}") from error
    except imaplib.IMAP4.error as error:
        words = _words(error)
        if _NOT_NOW.search(words):
            raise TryLater(f"{server.host} cannot do that just now: {words}") from error
        raise Broken(
            f"{server.host} refuses: {words}", remedy="Check the folder names in the connection's settings."
        ) from error


def _words(error: Exception) -> str:
    """Return a server's words without Python's byte marks, short enough for a person."""
    text = str(error)
    found = re.fullmatch(r"b?(['\"])(.*)\1", text, re.DOTALL)
    return (found[2] if found else text).strip()[:200]


def sent_folder(client: IMAPClient, chosen: str = "") -> str:
    """Return the folder of sent mail: the chosen one, else by SPECIAL-USE (RFC 6154), else by its usual names."""
    return chosen or client.find_special_folder(_SENT_FLAG) or ""


def must_exist(client: IMAPClient, folder: str) -> None:
    """Raise Broken with the folders there are when this one is not among them."""
    if client.folder_exists(folder):
        return
    names = ", ".join(name for _, _, name in client.list_folders()[:15])
    raise Broken(
        f"The mailbox has no folder \u201c{folder}\u201d. It has: {names}.",
        remedy="Choose one of these in the settings.",
    )


def find_by_id(client: IMAPClient, message_id: str) -> list[int]:
    """Return the UIDs in the selected folder of the mails with exactly this Message-ID."""
    found: list[int] = client.search(["HEADER", "Message-ID", message_id.strip("<>")])
    return found
