"""Reads a mailbox over IMAP (RFC 3501/9051): new mail at once by IDLE, everything by polling, nothing changed there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from backroom.errors import TryLater
from backroom.integration.contract import (
    Account,
    Connector,
    FieldKind,
    FormField,
    Incoming,
    IncomingMail,
    Page,
    Stream,
    Tested,
)  # fmt: skip
from backroom.integration.imap_session import imap_session, must_exist, sent_folder
from backroom.integration.mail_parse import mail_key
from backroom.integration.mail_server import MailServer, account_fields, server_fields, server_from, unusable_settings

if TYPE_CHECKING:
    from imapclient import IMAPClient

INBOX = "inbox"
SENT = "sent"
_PORT = 993
_PAGE_MAILS = 25
_PAGE_BYTES = 4_000_000
_CHUNK = 1_000_000
_LARGEST = 60_000_000
_LOOK_AT = 200
_IDLE_S = 9 * 60  # RFC 2177 allows 29 minutes; many routers forget a silent connection after ten
_CHECK_S = 1.0
_FIRST_PAUSE_S = 5.0
_LONGEST_PAUSE_S = 300.0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where reading stands in one folder: `since` bounds a full reading after the server renumbered its mail."""

    uidvalidity: int
    uid: int
    modseq: int
    since: str

    def cursor(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {"uidvalidity": self.uidvalidity, "uid": self.uid, "modseq": self.modseq, "since": self.since}


class ImapConnector(Connector):
    """A mailbox at any provider."""

    key: ClassVar[str] = "imap"
    title: ClassVar[str] = "Mailbox (IMAP)"
    icon: ClassVar[str] = "mail"
    blurb: ClassVar[str] = "Reads the enquiries and replies in a mailbox; it leaves every mail as it is."
    form: ClassVar[tuple[FormField, ...]] = (
        *server_fields("IMAP", _PORT),
        *account_fields(),
        FormField(key="folder", label="Folder to read", default="INBOX", advanced=True),
        FormField(
            key="sent_folder",
            label="Folder of sent mail",
            help="Left empty, Backroom finds it. Mail your people send there counts as their answer.",
            required=False,
            advanced=True,
        ),
        FormField(
            key="first_days",
            label="Days to read back at first",
            kind=FieldKind.NUMBER,
            default=30,
            help="Older mail is left alone.",
            advanced=True,
        ),
        FormField(
            key="mark_read",
            label="Mark mail as read once it is taken in",
            kind=FieldKind.YES_NO,
            default=False,
            advanced=True,
        ),
    )
    streams: ClassVar[tuple[Stream, ...]] = (
        Stream(key=INBOX, title="Incoming mail", cursor_means="highest UID read in this UIDVALIDITY", poll_seconds=60),
        Stream(key=SENT, title="Sent mail", cursor_means="highest UID read in this UIDVALIDITY", poll_seconds=300),
    )

    def test(self, account: Account) -> Tested:
        """Sign in, look at the folders, and say how much mail there is."""
        server = _server(account)
        with imap_session(server) as client:
            folder = _folder(client, account, INBOX)
            count = client.select_folder(folder, readonly=True)[b"EXISTS"]
            sent = sent_folder(client, str(account.settings.get("sent_folder", "")))
            details = (
                f"Sent mail lies in \u201c{sent}\u201d." if sent else "No folder of sent mail was found.",
                "News comes at once." if client.has_capability("IDLE") else "News is asked for every minute.",
            )
        return Tested(account=_whose(server), words=f"{count} mails in {folder}.", details=details)

    def fetch(self, account: Account, stream: str, cursor: Mapping[str, Any]) -> Iterator[Page]:
        """Yield new mail, oldest first; a renumbered folder is read again from where reading once began."""
        with unusable_settings(), imap_session(_server(account)) as client:
            folder = _folder(client, account, stream)
            if not folder:
                yield Page(items=(), cursor=dict(cursor), complete=True)
                return
            yield from _new_mail(client, folder, account, stream, cursor)

    def watch(self, account: Account, changed: Callable[[], None], stopping: threading.Event) -> None:
        """Wait in IDLE (RFC 2177) and report news; a lost connection is made again with growing pauses."""
        with unusable_settings():
            server = _server(account)
        pause = _FIRST_PAUSE_S
        while not stopping.is_set():
            try:
                with imap_session(server) as client:
                    if not client.has_capability("IDLE"):
                        stopping.wait()
                        return
                    client.select_folder(_folder(client, account, INBOX), readonly=True)
                    pause = _FIRST_PAUSE_S
                    # Mail that came while nobody listened makes no noise of its own.
                    changed()
                    _listen(client, changed, stopping)
            except TryLater:
                stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)


def _server(account: Account) -> MailServer:
    return server_from(account.settings, account.secrets, "", _PORT)


def _whose(server: MailServer) -> str:
    """Return whose mailbox it is: the address, or the user name at the server."""
    return (server.user if "@" in server.user else f"{server.user}@{server.host}").lower()


def _folder(client: IMAPClient, account: Account, stream: str) -> str:
    """Return the folder of a stream; an empty string when the mailbox keeps no sent mail."""
    if stream == SENT:
        chosen = str(account.settings.get("sent_folder", "")).strip()
        if chosen:
            must_exist(client, chosen)
        return sent_folder(client, chosen)
    folder = str(account.settings.get("folder") or "INBOX").strip()
    if folder.upper() != "INBOX":
        must_exist(client, folder)
    return folder


def _listen(client: IMAPClient, changed: Callable[[], None], stopping: threading.Event) -> None:
    """Stay in IDLE until told to stop or the connection is gone; renew it before anybody in between forgets it."""
    while not stopping.is_set():
        client.idle()
        renew_at = time.monotonic() + _IDLE_S
        try:
            while not stopping.is_set() and time.monotonic() < renew_at:
                asked = time.monotonic()
                news = client.idle_check(timeout=_CHECK_S)
                if any(len(entry) > 1 and entry[1] in {b"EXISTS", b"RECENT"} for entry in news):
                    changed()
                if any(entry[0] == b"BYE" for entry in news) or (not news and time.monotonic() - asked < _CHECK_S / 2):
                    raise TryLater("The mail server ended the connection.")
        finally:
            # On a dead connection this raises what imap_session translates; on a live one it ends IDLE.
            client.idle_done()


def _new_mail(
    client: IMAPClient, folder: str, account: Account, stream: str, cursor: Mapping[str, Any]
) -> Iterator[Page]:
    """Yield the pages of one folder."""
    condstore = client.has_capability("CONDSTORE")
    seen = client.folder_status(folder, ["UIDNEXT", "UIDVALIDITY", *(["HIGHESTMODSEQ"] if condstore else [])])
    modseq = int(seen.get(b"HIGHESTMODSEQ") or 0)
    place = _start(int(seen[b"UIDVALIDITY"]), account, cursor)
    unchanged = place.uid and (
        (modseq and modseq == place.modseq) or seen.get(b"UIDNEXT", place.uid + 2) == place.uid + 1
    )
    if unchanged:
        yield Page(items=(), cursor={**place.cursor(), "modseq": modseq}, complete=True)
        return
    marking = bool(account.settings.get("mark_read")) and stream == INBOX
    client.select_folder(folder, readonly=not marking)
    uids = _uids_after(client, place)
    for batch in _batches(client, uids):
        items = _read(client, f"{folder}:{place.uidvalidity}", batch, stream)
        place = _Place(place.uidvalidity, max(batch), place.modseq, place.since)
        yield Page(items=items, cursor=place.cursor())
        if marking:
            # Asked for the next page, the caller has stored this one.
            client.add_flags(list(batch), [b"\\Seen"], silent=True)
    last = max(place.uid, int(seen.get(b"UIDNEXT") or 1) - 1)
    yield Page(items=(), cursor=_Place(place.uidvalidity, last, modseq, place.since).cursor(), complete=True)


def _start(uidvalidity: int, account: Account, cursor: Mapping[str, Any]) -> _Place:
    """Return where to go on; everything again when the server has given all mail new numbers."""
    since = str(cursor.get("since", ""))
    if not since:
        days = int(account.settings.get("first_days") or 30)
        since = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    if int(cursor.get("uidvalidity") or 0) != uidvalidity:
        return _Place(uidvalidity, 0, 0, since)
    return _Place(uidvalidity, int(cursor.get("uid") or 0), int(cursor.get("modseq") or 0), since)


def _uids_after(client: IMAPClient, place: _Place) -> list[int]:
    """Return the UIDs above the last one read; a range n:* always names the last mail, hence the check."""
    criteria: list[Any] = ["UID", f"{place.uid + 1}:*"]
    if not place.uid:
        criteria += ["SINCE", datetime.fromisoformat(place.since).date()]
    return sorted(uid for uid in client.search(criteria) if uid > place.uid)


def _batches(client: IMAPClient, uids: list[int]) -> Iterator[dict[int, int]]:
    """Group UIDs with their sizes so that a page is small in number and in bytes; a very large mail stands alone."""
    batch: dict[int, int] = {}
    for start in range(0, len(uids), _LOOK_AT):
        group = uids[start : start + _LOOK_AT]
        sizes = client.fetch(group, ["RFC822.SIZE"])
        for uid in group:
            if uid not in sizes:
                continue
            size = int(sizes[uid][b"RFC822.SIZE"])
            if batch and (len(batch) >= _PAGE_MAILS or sum(batch.values()) + size > _PAGE_BYTES):
                yield batch
                batch = {}
            batch[uid] = size
    if batch:
        yield batch


def _read(client: IMAPClient, place: str, batch: dict[int, int], stream: str) -> tuple[Incoming, ...]:
    """Read the mails of a page without marking them; those that went away meanwhile are left out."""
    small = [uid for uid, size in batch.items() if size <= _CHUNK]
    answers = client.fetch(small, ["INTERNALDATE", "FLAGS", "BODY.PEEK[]"]) if small else {}
    items: list[Incoming] = []
    for uid, size in batch.items():
        answer = answers.get(uid) if size <= _CHUNK else _read_large(client, uid)
        # What Backroom is just handing over lies among the sent mail as a draft; it is no news.
        if answer is None or (stream == SENT and b"\\Draft" in answer[b"FLAGS"]):
            continue
        raw = answer[b"BODY[]"] or b""
        items.append(
            IncomingMail(
                item_key=f"{place}:{uid}",
                content_key=mail_key(raw),
                at=answer[b"INTERNALDATE"].astimezone(UTC),
                raw=raw,
                outgoing=stream == SENT,
            )
        )
    return tuple(items)


def _read_large(client: IMAPClient, uid: int) -> dict[bytes, Any] | None:
    """Read a large mail piece by piece, so that a slow line is waited for by the piece and not by the mail."""
    pieces: list[bytes] = []
    answer: dict[bytes, Any] | None = None
    while len(pieces) * _CHUNK < _LARGEST:
        part = f"BODY.PEEK[]<{len(pieces) * _CHUNK}.{_CHUNK}>"
        answer = client.fetch([uid], ["INTERNALDATE", "FLAGS", part]).get(uid)
        if answer is None:
            return None
        piece = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), b"") or b""
        pieces.append(piece)
        if len(piece) < _CHUNK:
            break
    return {**(answer or {}), b"BODY[]": b"".join(pieces)}
