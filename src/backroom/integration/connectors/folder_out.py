"""An out-tray instead of the network: every mail becomes one .eml file, named after its Message-ID."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import ClassVar

from backroom.errors import InputError, TryLater
from backroom.integration.contract import Account, Connector, FieldKind, FormField, OutgoingMail, Receipt, Tested
from backroom.integration.mail_address import read_addresses
from backroom.integration.mail_compose import compose
from backroom.integration.mail_server import unusable_settings
from backroom.records.runs import EffectClass


class FolderOutConnector(Connector):
    """Mail that stays in the house; the file name is the key, so the same mail twice is one file."""

    key: ClassVar[str] = "folder_out"
    title: ClassVar[str] = "Out-tray folder"
    icon: ClassVar[str] = "folder"
    blurb: ClassVar[str] = "Lays every mail down as a file instead of sending it; good for a trial."
    effect_class: ClassVar[EffectClass | None] = EffectClass.KEYED
    form: ClassVar[tuple[FormField, ...]] = (
        FormField(key="folder", label="Folder", kind=FieldKind.FOLDER, help="Each mail becomes one .eml file here."),
        FormField(key="sender", label="Your e-mail address", help="Stands in the sender line of every mail."),
    )

    def test(self, account: Account) -> Tested:
        """Check that the folder can be written to."""
        folder = _folder(account)
        if not os.access(folder, os.W_OK):
            raise InputError(f"Nothing may be written to {folder}.", field="folder", remedy="Choose another folder.")
        return Tested(account=str(folder), words=f"Mails from {_sender(account)} are laid into this folder.")

    def send(self, account: Account, mail: OutgoingMail) -> Receipt:
        """Write the mail; it is there whole or not at all, and only once."""
        with unusable_settings():
            folder, sender = _folder(account), _sender(account)
            raw = compose(mail, sender)
        target = folder / file_name(mail.message_id)
        if not target.exists():
            _write_whole(target, raw)
        return Receipt(provider_id=mail.message_id, evidence=f"Laid down as {target.name}.")

    def look_up(self, account: Account, mail: OutgoingMail) -> Receipt | None:
        """Say whether the file is there."""
        with unusable_settings():
            target = _folder(account) / file_name(mail.message_id)
        return (
            Receipt(provider_id=mail.message_id, evidence=f"Lies there as {target.name}.") if target.exists() else None
        )


def file_name(message_id: str) -> str:
    """Return the one file name of a mail."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", message_id.strip("<>"))[:80].strip("._")
    return f"{readable}-{hashlib.sha256(message_id.encode()).hexdigest()[:10]}.eml"


def _write_whole(target: Path, raw: bytes) -> None:
    """Write beside and move into place, so that nobody ever sees half a mail."""
    unfinished = target.with_suffix(".part")
    try:
        with unfinished.open("wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise TryLater(f"The mail could not be laid into {target.parent}: {error.strerror}.", sent=False) from error


def _folder(account: Account) -> Path:
    given = str(account.settings.get("folder") or "").strip()
    folder = Path(given).expanduser()
    if not given or not folder.is_dir():
        raise InputError(
            f"There is no folder \u201c{given}\u201d.", field="folder", remedy="Choose or make the folder."
        )
    return folder


def _sender(account: Account) -> str:
    people = read_addresses(str(account.settings.get("sender") or ""))
    if len(people) != 1:
        raise InputError("The address to send from is missing.", field="sender", remedy="Write one e-mail address.")
    return people[0].address
