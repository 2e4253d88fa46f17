"""Reads files dropped into a watched folder: mails, call logs, invoices, quotes, jobs, calendars."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backroom.errors import Broken, InputError, TryLater
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
from backroom.integration.file_calendar import read_calendar
from backroom.integration.file_calls import read_calls
from backroom.integration.file_invoices import read_invoices
from backroom.integration.file_jobs import read_jobs
from backroom.integration.file_quotes import read_quotes
from backroom.integration.file_reading import FileFacts, unusable
from backroom.integration.file_table import read_table
from backroom.integration.file_values import DateOrder
from backroom.integration.mail_dates import read_date
from backroom.integration.mail_parse import mail_key
from backroom.integration.mime_parts import read_headers

FILES = "files"
_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})
_KINDS = _TABLES | {".eml", ".ics"}
_UNFINISHED = re.compile(r"^[.~]|\.(tmp|part|partial|crdownload|download|filepart)$", re.IGNORECASE)
_SENT_FOLDERS = frozenset({"sent", "sent items", "sent mail", "outbox", "gesendet"})
_SETTLED_S = 1.0
_PAGE_ITEMS = 200
_PAGE_MAILS = 50
_LARGEST = 60_000_000
_HEAD_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class _File:
    """A file as found: its name inside the folder, and what tells that it was changed."""

    where: str
    name: str
    size: int
    written_ns: int

    @property
    def path(self) -> Path:
        """Return where the file is."""
        return Path(self.where)

    @property
    def mark(self) -> str:
        """Return the short mark by which the cursor remembers that this file was read as it is now."""
        return hashlib.sha256(f"{self.name}\0{self.size}\0{self.written_ns}".encode()).hexdigest()[:14]

    @property
    def written_at(self) -> datetime:
        """Return when the file was last written, in UTC."""
        return datetime.fromtimestamp(self.written_ns / 1e9, UTC)


class FolderConnector(Connector):
    """A folder on this computer or a network drive."""

    key: ClassVar[str] = "folder"
    title: ClassVar[str] = "Watched folder"
    icon: ClassVar[str] = "folder"
    blurb: ClassVar[str] = (
        "Takes in what other programs export: mails, call logs, calendars, quotes, jobs and invoices."
    )
    form: ClassVar[tuple[FormField, ...]] = (
        FormField(
            key="folder", label="Folder", kind=FieldKind.FOLDER,
            help="Files stay where they are; folders inside are read too.",
        ),
        FormField(
            key="zone", label="Time zone of the files", required=False,
            help="For example America/Chicago; empty = this computer's.",
        ),
        FormField(
            key="date_order", label="Order of dates", kind=FieldKind.CHOICE, default=DateOrder.DETECT,
            choices=tuple(DateOrder), help="Only needed where 03/04 could be March or April.", advanced=True,
        ),
        FormField(key="currency", label="Currency where a list names none", default="USD", advanced=True),
    )  # fmt: skip
    streams: ClassVar[tuple[Stream, ...]] = (
        Stream(key=FILES, title="Files", cursor_means="the files read, each with its size and time", poll_seconds=20),
    )

    def test(self, account: Account) -> Tested:
        """Look into the folder and count what would be read."""
        root = _root(account)
        _zone(account)
        found = _listing(root)
        kinds = {suffix: sum(file.path.suffix.lower() == suffix for file in found) for suffix in sorted(_KINDS)}
        counted = ", ".join(f"{count} {suffix}" for suffix, count in kinds.items() if count)
        return Tested(
            account=str(root), words=f"{len(found)} files: {counted}." if found else "The folder is empty so far."
        )

    def fetch(self, account: Account, stream: str, cursor: Mapping[str, Any]) -> Iterator[Page]:
        """Yield what new and changed files hold; the same file or row again changes nothing, by its content keys."""
        try:
            root, zone = _root(account), _zone(account)
        except InputError as error:
            raise Broken(str(error), remedy=error.remedy) from error
        found = _listing(root)
        present = {file.mark: file for file in found}
        read = [mark for mark in cursor.get("read", []) if mark in present]
        done = set(read)
        fresh = _settled([file for mark, file in present.items() if mark not in done])
        for items, files in _pages(fresh, account, zone):
            read += [file.mark for file in files]
            yield Page(items=items, cursor={"read": list(read)})
        yield Page(items=(), cursor={"read": list(read)}, complete=True)

    def watch(self, account: Account, changed: Callable[[], None], stopping: threading.Event) -> None:
        """Report changes in the folder; on network drives this may stay silent, and polling finds them."""
        import watchfiles

        while not stopping.is_set():
            try:
                root = _root(account)
                for _ in watchfiles.watch(root, stop_event=stopping, step=500, debounce=1000, raise_interrupt=False):
                    changed()
            except (InputError, OSError, RuntimeError):
                stopping.wait(30)


def _root(account: Account) -> Path:
    given = str(account.settings.get("folder") or "").strip()
    root = Path(given).expanduser()
    if not given or not root.is_dir():
        what = f"There is no folder \u201c{given}\u201d." if given else "No folder is chosen."
        raise InputError(what, field="folder", remedy="Choose the folder into which the files are exported.")
    return root


def _zone(account: Account) -> tzinfo:
    name = str(account.settings.get("zone") or "").strip()
    if not name:
        return datetime.now().astimezone().tzinfo or UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(f"{name} is no time zone.", field="zone", remedy="Write it like America/Chicago.") from error


def _listing(root: Path) -> list[_File]:
    """Return every readable file under the folder, without those other programs are still writing."""
    found: list[_File] = []
    waiting = [(str(root), "")]
    try:
        while waiting:
            folder, before = waiting.pop()
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, f"{before}{entry.name}/"))
                    elif (file := _readable(entry, before)) is not None:
                        found.append(file)
    except OSError as error:
        raise TryLater(f"The folder {root} cannot be read just now: {error.strerror}.") from error
    return found


def _readable(entry: os.DirEntry[str], before: str) -> _File | None:
    """Return a file of a kind that is read here, and finished; this runs for every file every few seconds."""
    if os.path.splitext(entry.name)[1].lower() not in _KINDS or _UNFINISHED.search(entry.name):  # noqa: PTH122 - speed
        return None
    try:
        facts = entry.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(facts.st_mode) or not facts.st_size:
        return None
    return _File(entry.path, before + entry.name, facts.st_size, facts.st_mtime_ns)


def _settled(files: list[_File]) -> list[_File]:
    """Wait a moment for files just written and leave out those that still grow; mails come first, by their dates."""
    newest = max((file.written_ns for file in files), default=0)
    age = time.time() - newest / 1e9
    if files and age < _SETTLED_S:
        time.sleep(min(_SETTLED_S - age, _SETTLED_S))
    calm = [file for file in files if age >= _SETTLED_S or _unchanged(file)]
    dated = [(file.path.suffix.lower() != ".eml", _mail_date(file), file.name, file) for file in calm]
    return [file for *_, file in sorted(dated, key=lambda entry: entry[:3])]


def _unchanged(file: _File) -> bool:
    try:
        facts = file.path.stat()
    except OSError:
        return False
    return (facts.st_size, facts.st_mtime_ns) == (file.size, file.written_ns)


def _mail_date(file: _File) -> float:
    """Return when a mail was sent, to read mails in the order of their conversation."""
    if file.path.suffix.lower() == ".eml":
        try:
            with file.path.open("rb") as stream:
                head = stream.read(_HEAD_BYTES)
        except OSError:
            return file.written_ns / 1e9
        moment = read_date(read_headers(head, 0, len(head))[0].first("date"))
        if moment is not None:
            return moment.timestamp()
    return file.written_ns / 1e9


def _pages(files: list[_File], account: Account, zone: tzinfo) -> Iterator[tuple[tuple[Incoming, ...], list[_File]]]:
    """Yield items with the files that are read to their end once these are stored."""
    items: list[Incoming] = []
    ended: list[_File] = []
    for file in files:
        for item in _items(file, account, zone):
            items.append(item)
            if len(items) >= (_PAGE_MAILS if isinstance(item, IncomingMail) else _PAGE_ITEMS):
                yield tuple(items), ended
                items, ended = [], []
        ended.append(file)
    if items or ended:
        yield tuple(items), ended


def _items(file: _File, account: Account, zone: tzinfo) -> Iterator[Incoming]:
    """Read one file; one that cannot be used becomes a sentence for a person."""
    settings = account.settings
    order, currency = str(settings.get("date_order") or DateOrder.DETECT), str(settings.get("currency") or "USD")
    facts = FileFacts(file.name, file.written_at, zone, order, currency)
    try:
        if file.size > _LARGEST:
            raise InputError(f"The file {file.name} is too large.", remedy="Export a shorter time span.")
        data = file.path.read_bytes()
        yield from _content(file, data, facts)
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise TryLater(f"The file {file.name} may not be read just now: {error.strerror}.") from error
    except InputError as error:
        yield unusable(facts, "file", str(error), error.remedy)
    except ValueError as error:
        what = f"The file {file.name} cannot be read: {str(error)[:150] or 'it is damaged'}."
        yield unusable(facts, "file", what, "Export it again.")


_LISTS = {"calls": read_calls, "invoices": read_invoices, "quotes": read_quotes, "jobs": read_jobs}


def _content(file: _File, data: bytes, facts: FileFacts) -> Iterator[Incoming]:
    suffix = file.path.suffix.lower()
    if suffix == ".eml":
        sent = any(part.lower() in _SENT_FOLDERS for part in file.name.split("/")[:-1])
        yield IncomingMail(
            item_key=f"mail:{file.name}", content_key=mail_key(data), at=file.written_at, raw=data, outgoing=sent
        )
    elif suffix == ".ics":
        yield from read_calendar(data, facts)
    else:
        table = read_table(file.name, data)
        yield from _LISTS[table.kind](table, facts)
