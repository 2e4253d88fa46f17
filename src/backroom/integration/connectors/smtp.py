"""Sends mail over SMTP (RFC 5321) and keeps a copy among the sent mail, where it is looked for before any repeat."""

from __future__ import annotations

import contextlib
import imaplib
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from backroom.errors import Broken, ConnectorError, InputError, TryLater
from backroom.integration.contract import Account, Connector, FieldKind, FormField, OutgoingMail, Receipt, Tested
from backroom.integration.imap_session import find_by_id, imap_session, must_exist, sent_folder
from backroom.integration.mail_address import read_addresses
from backroom.integration.mail_compose import ascii_domain, compose
from backroom.integration.mail_server import MailServer, account_fields, server_fields, server_from, unusable_settings
from backroom.integration.smtp_session import envelope, hand_over, smtp_session
from backroom.records.runs import EffectClass

if TYPE_CHECKING:
    from imapclient import IMAPClient

_SMTP_PORT = 465
_IMAP_PORT = 993
_AUTOMATIC = "find out"
_BACKROOM = "Backroom keeps it"
_PROVIDER = "the provider keeps it"
# These keep a copy of whatever is sent through them; a second one would be a double in the owner's mail program.
_KEEPERS = ("smtp.gmail.com", "smtp.googlemail.com", "smtp.office365.com", "smtp-mail.outlook.com")
_DRAFT = b"\\Draft"


class SmtpConnector(Connector):
    """Outgoing mail of any provider.

    Where the provider keeps no copy of sent mail, Backroom lays one into the folder of sent mail just before the
    content is handed over, marked as a draft, and takes the mark away once the server has accepted it. After a crash
    the copy tells: none = surely not sent; unmarked = sent; still marked = nobody can know, and a person is asked.
    """

    key: ClassVar[str] = "smtp"
    title: ClassVar[str] = "Outgoing mail (SMTP)"
    icon: ClassVar[str] = "send"
    blurb: ClassVar[str] = "Sends answers and follow-ups from your own address; each can be found in your sent mail."
    effect_class: ClassVar[EffectClass | None] = EffectClass.CHECKABLE
    form: ClassVar[tuple[FormField, ...]] = (
        FormField(key="sender", label="Your e-mail address", help="Stands in the sender line of every mail."),
        *server_fields("SMTP", _SMTP_PORT),
        *account_fields(),
        *server_fields("IMAP", _IMAP_PORT, "imap_", required=False),
        FormField(
            key="sent_folder",
            label="Folder of sent mail",
            help="Left empty, Backroom finds it.",
            required=False,
            advanced=True,
        ),
        FormField(
            key="copies",
            label="Copy of sent mail",
            kind=FieldKind.CHOICE,
            default=_AUTOMATIC,
            choices=(_AUTOMATIC, _BACKROOM, _PROVIDER),
            advanced=True,
        ),
    )

    def test(self, account: Account) -> Tested:
        """Sign in to both servers and find the folder of sent mail, without sending anything."""
        sender = _sender(account)
        server = _smtp(account)
        with smtp_session(server) as client:
            code, said = client.mail(ascii_address(sender))
            if code != 250:
                what = f"{server.host} does not let you send as {sender}: {said.decode('utf-8', 'replace')}"
                raise InputError(what, field="sender", remedy="Use the address that belongs to this account.")
            client.rset()
        folder = ""
        if _can_look(account):
            with imap_session(_imap(account)) as mailbox:
                folder = _sent_folder(mailbox, account)
        details = (f"Sent mail is kept and looked for in \u201c{folder}\u201d.",) if folder else (_NO_LOOK_UP,)
        return Tested(account=sender, words=f"Mail can be sent as {sender}.", details=details)

    def send(self, account: Account, mail: OutgoingMail) -> Receipt:
        """Send one mail; TryLater.sent is None only when the connection was lost after the final dot."""
        with unusable_settings():
            sender, server = _sender(account), _smtp(account)
            raw = compose(mail, sender)
            mailbox = _keeper(account)
        with unusable_settings(), mailbox as box, smtp_session(server) as client:
            envelope(client, server, ascii_address(sender), ascii_address(mail.to))
            copies = _lay_down(box, account, mail, raw) if box is not None else []
            try:
                said = hand_over(client, server, raw)
            except ConnectorError as error:
                if box is not None and not (isinstance(error, TryLater) and error.sent is None):
                    _take_away(box, copies)
                raise
            if box is not None:
                _mark_sent(box, copies)
        return Receipt(provider_id=mail.message_id, evidence=f"{server.host} accepted it: {said}")

    def look_up(self, account: Account, mail: OutgoingMail) -> Receipt | None:
        """Look for the mail among the sent mail; raises Broken when that cannot settle it."""
        if not _can_look(account):
            raise Broken(_NO_LOOK_UP, remedy="Ask the recipient, or look into the mailbox, before sending it again.")
        with unusable_settings(), imap_session(_imap(account)) as box:
            folder = _sent_folder(box, account)
            box.select_folder(folder, readonly=True)
            found = find_by_id(box, mail.message_id)
            flags = box.get_flags(found) if found else {}
            if any(_DRAFT not in marks for marks in flags.values()):
                evidence = f"A copy with this Message-ID lies in \u201c{folder}\u201d."
                return Receipt(provider_id=mail.message_id, evidence=evidence)
        if found:
            what = f"The mail to {mail.to} was being handed over when the connection or the program ended."
            raise Broken(what, meaning="It may have been sent.", remedy="Ask the recipient before sending it again.")
        return None


_NO_LOOK_UP = "Without an IMAP server Backroom cannot look for sent mail: after a crash a person is asked."


def _smtp(account: Account) -> MailServer:
    return server_from(account.settings, account.secrets, "", _SMTP_PORT)


def _imap(account: Account) -> MailServer:
    return server_from(account.settings, account.secrets, "imap_", _IMAP_PORT)


def _can_look(account: Account) -> bool:
    return bool(str(account.settings.get("imap_host") or "").strip())


def _provider_keeps(account: Account) -> bool:
    chosen = account.settings.get("copies") or _AUTOMATIC
    if chosen != _AUTOMATIC:
        return bool(chosen == _PROVIDER)
    return str(account.settings.get("host", "")).strip().lower() in _KEEPERS


def _sender(account: Account) -> str:
    """Return the address to send from; the user name serves where it is an address."""
    given = str(account.settings.get("sender") or account.settings.get("user") or "")
    people = read_addresses(given)
    if len(people) != 1:
        raise InputError("The address to send from is missing or is not an e-mail address.", field="sender")
    return people[0].address


def ascii_address(address: str) -> str:
    """Return an address as the envelope takes it."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        what = f"{address} has letters before the @ that this way of sending cannot carry."
        raise InputError(what, field="to", remedy="Use another address of this person, or call them.")
    return f"{local}@{ascii_domain(domain)}"


def _keeper(account: Account) -> AbstractContextManager[IMAPClient | None]:
    """Return the mailbox session that keeps the copy, or nothing where the provider does it or no mailbox is known."""
    if _can_look(account) and not _provider_keeps(account):
        return imap_session(_imap(account))
    return nullcontext()


def _sent_folder(box: IMAPClient, account: Account) -> str:
    chosen = str(account.settings.get("sent_folder") or "").strip()
    if chosen:
        must_exist(box, chosen)
    folder = sent_folder(box, chosen)
    if not folder:
        what = "The mailbox has no folder that is marked or named as the one for sent mail."
        raise Broken(what, remedy="Name the folder in the connection's settings.")
    return folder


def _lay_down(box: IMAPClient, account: Account, mail: OutgoingMail, raw: bytes) -> list[int]:
    """Lay the copy down, marked as a draft until the server has accepted the mail; returns its UIDs."""
    folder = _sent_folder(box, account)
    box.append(folder, raw, flags=[b"\\Seen", _DRAFT], msg_time=datetime.now(UTC))
    box.select_folder(folder)
    return find_by_id(box, mail.message_id)


def _mark_sent(box: IMAPClient, copies: list[int]) -> None:
    """Take the draft mark away; a mail that was accepted stays accepted whatever happens to its copy."""
    with contextlib.suppress(imaplib.IMAP4.error, OSError):
        box.remove_flags(copies, [_DRAFT], silent=True)


def _take_away(box: IMAPClient, copies: list[int]) -> None:
    """Remove the copy of a mail that was surely not sent; a copy that stays only makes a person look."""
    with contextlib.suppress(imaplib.IMAP4.error, OSError):
        if copies:
            box.add_flags(copies, [b"\\Deleted"], silent=True)
            if box.has_capability("UIDPLUS"):
                box.uid_expunge(copies)
            else:
                box.expunge()
