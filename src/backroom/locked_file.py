"""A small file of names and secrets that only a passphrase opens (scrypt, RFC 7914, and AES-256-GCM)."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backroom.errors import InputError, SecretError, WrongPassphrase

SHORTEST_PASSPHRASE = 8
_FORMAT = "backroom locked file 1"
_MOST_MEMORY = 1 << 30  # bytes; a header that asks for more is damaged or hostile


@dataclass(frozen=True, slots=True)
class KeyCost:
    """What scrypt spends on one try; the default takes 128 MB and about half a second."""

    n: int = 1 << 17
    r: int = 8
    p: int = 1


class LockedFile:
    """Reads and replaces the file as a whole; the names of the secrets are encrypted too."""

    def __init__(self, path: Path, passphrase: str, cost: KeyCost | None = None) -> None:
        """Use this file; raises InputError for a passphrase that is too short."""
        if len(passphrase) < SHORTEST_PASSPHRASE:
            what = f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters."
            raise InputError(what, field="passphrase", remedy="Four unrelated words are easy to keep in mind.")
        self._path = path
        self._passphrase = passphrase.encode()
        self._cost = cost or KeyCost()
        self._salt = secrets.token_bytes(16)
        self._key: bytes | None = None

    def read(self) -> dict[str, str]:
        """Return what is kept, nothing if there is no file; raises WrongPassphrase or SecretError."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            header, nonce, sealed = self._parts(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, binascii.Error) as error:
            raise self._damaged() from error
        try:
            opened = AESGCM(self._made_key()).decrypt(nonce, sealed, header)
        except InvalidTag:
            self._key = None
            what = "This passphrase does not open the file of passwords."
            raise WrongPassphrase(what) from None
        kept: dict[str, str] = json.loads(opened)
        return kept

    def write(self, kept: dict[str, str]) -> None:
        """Replace the file: written beside, flushed to disk, then moved over the old one."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._made_key()).encrypt(nonce, json.dumps(kept).encode(), self._header())
        body = {"header": json.loads(self._header()), "nonce": _text(nonce), "sealed": _text(sealed)}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(json.dumps(body).encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            what = f"The file of passwords could not be written ({error.strerror})."
            meaning = "What was in it before is unchanged."
            raise SecretError(what, meaning=meaning, remedy=f"Make room or allow writing: {self._path}.") from error

    def _parts(self, body: Any) -> tuple[bytes, bytes, bytes]:
        header = body["header"]
        cost = KeyCost(**header["cost"])
        if header["format"] != _FORMAT or not 0 < 128 * cost.n * cost.r * cost.p <= _MOST_MEMORY:
            raise ValueError(header["format"])
        self._cost, self._salt, self._key = cost, _bytes(header["salt"]), None
        return self._header(), _bytes(body["nonce"]), _bytes(body["sealed"])

    def _header(self) -> bytes:
        header = {"format": _FORMAT, "cost": asdict(self._cost), "salt": _text(self._salt)}
        return json.dumps(header, sort_keys=True).encode()

    def _made_key(self) -> bytes:
        if self._key is None:
            from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

            cost = self._cost
            self._key = Scrypt(salt=self._salt, length=32, n=cost.n, r=cost.r, p=cost.p).derive(self._passphrase)
        return self._key

    def _damaged(self) -> SecretError:
        return SecretError(
            "The file of passwords is damaged.",
            meaning="No password in it can be read; nothing else is affected.",
            remedy=f"Put back {self._path} from a backup, or delete it and sign in to each system again.",
        )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
