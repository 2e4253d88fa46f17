"""Passwords and tokens: in the system's keyring, else in a file locked by a passphrase, never in plain text."""

from __future__ import annotations

import importlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from backroom.errors import NoKeyring, PassphraseNeeded, SecretError
from backroom.locked_file import LockedFile
from backroom.mask import mask

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

# Only these keep what they are given encrypted; keyring would also load backends that write plain text.
_SAFE_BACKENDS = {
    "win32": ("keyring.backends.Windows:WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS:Keyring",),
    "linux": ("keyring.backends.SecretService:Keyring", "keyring.backends.kwallet:DBusKeyring"),
}
# The Windows vault takes 2,560 bytes, two to a character; some tokens are longer.
_LONGEST_PIECE = 1_200
_PIECES = "\x1fpieces\x1f"


class SecretStore(Protocol):
    """Where secrets are kept, under names such as “imap/12/password”; may block, so not for the Qt thread."""

    def read(self, name: str) -> str | None:
        """Return the secret, None if there is none; raises SecretError when the place cannot be read."""

    def write(self, name: str, secret: str) -> None:
        """Keep the secret under this name in place of an earlier one; raises SecretError when it cannot."""

    def forget(self, name: str) -> None:
        """Remove the secret; nothing happens if there is none."""


class MemorySecrets:
    """Secrets of the sample business and of tests; gone when the program ends."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        """Return the secret or None."""
        return self._kept.get(name)

    def write(self, name: str, secret: str) -> None:
        """Keep the secret until the program ends."""
        mask.register(secret)
        self._kept[name] = secret

    def forget(self, name: str) -> None:
        """Remove the secret."""
        self._kept.pop(name, None)


class KeyringSecrets:
    """Secrets in the keyring of the operating system."""

    def __init__(self, service: str, backend: KeyringBackend | None = None) -> None:
        """Use entries of `service`, for example “Backroom business”; raises NoKeyring where no keyring works."""
        found = backend if backend is not None else system_keyring()
        if found is None:
            what = "This computer has no working keyring for passwords."
            raise NoKeyring(what)
        self._service = service
        self._backend = found

    def read(self, name: str) -> str | None:
        """Return the secret or None."""
        secret = self._entry(name)
        if secret is not None and secret.startswith(_PIECES):
            _, _, number, mark = secret.split("\x1f")
            pieces = [self._entry(_piece(name, mark, index)) for index in range(int(number))]
            secret = None if None in pieces else "".join(filter(None, pieces))
        if secret is not None:
            mask.register(secret)
        return secret

    def write(self, name: str, secret: str) -> None:
        """Keep the secret; a long one in pieces, whose list is written last so that no half secret can be read."""
        mask.register(secret)
        earlier = self._piece_names(name)
        if len(secret) <= _LONGEST_PIECE:
            self._set(name, secret)
        else:
            mark = "b" if any(_piece(name, "a", 0) == piece for piece in earlier) else "a"
            pieces = [secret[at : at + _LONGEST_PIECE] for at in range(0, len(secret), _LONGEST_PIECE)]
            for index, piece in enumerate(pieces):
                mask.register(piece)
                self._set(_piece(name, mark, index), piece)
            self._set(name, f"{_PIECES}{len(pieces)}\x1f{mark}")
        for piece in earlier:
            self._delete(piece)

    def forget(self, name: str) -> None:
        """Remove the secret with all its pieces."""
        for entry in (name, *self._piece_names(name)):
            self._delete(entry)

    def _piece_names(self, name: str) -> tuple[str, ...]:
        entry = self._entry(name)
        if entry is None or not entry.startswith(_PIECES):
            return ()
        _, _, number, mark = entry.split("\x1f")
        return tuple(_piece(name, mark, index) for index in range(int(number)))

    def _entry(self, name: str) -> str | None:
        try:
            return self._backend.get_password(self._service, name)
        except Exception as error:  # noqa: BLE001 (each backend raises its own kinds, some of them bare)
            raise _unreadable(error) from None

    def _set(self, name: str, value: str) -> None:
        try:
            self._backend.set_password(self._service, name, value)
        except Exception as error:  # noqa: BLE001 (as above)
            raise _unreadable(error) from None

    def _delete(self, name: str) -> None:
        if self._entry(name) is None:
            return
        try:
            self._backend.delete_password(self._service, name)
        except Exception as error:  # noqa: BLE001 (as above)
            raise _unreadable(error) from None


class LockedFileSecrets:
    """Secrets in a file that only the passphrase opens; for computers without a keyring, when the person chose it."""

    def __init__(self, path: Path, passphrase: str) -> None:
        """Open the file, or start one; raises WrongPassphrase, or SecretError when the file is damaged."""
        mask.register(passphrase)
        self._file = LockedFile(path, passphrase)
        self._lock = threading.Lock()
        self._kept = self._file.read()
        for secret in self._kept.values():
            mask.register(secret)

    def read(self, name: str) -> str | None:
        """Return the secret or None."""
        return self._kept.get(name)

    def write(self, name: str, secret: str) -> None:
        """Keep the secret; the file is replaced as a whole or not at all."""
        mask.register(secret)
        self._replace({**self._kept, name: secret})

    def forget(self, name: str) -> None:
        """Remove the secret."""
        if name in self._kept:
            self._replace({kept: secret for kept, secret in self._kept.items() if kept != name})

    def _replace(self, kept: dict[str, str]) -> None:
        with self._lock:
            self._file.write(kept)
            self._kept = kept


def system_keyring() -> KeyringBackend | None:
    """Return the operating system's keyring if it works here and keeps its entries encrypted."""
    platform = sys.platform if sys.platform in _SAFE_BACKENDS else "linux"
    for place in _SAFE_BACKENDS[platform]:
        module, _, name = place.partition(":")
        try:
            kind: type[KeyringBackend] = getattr(importlib.import_module(module), name)
            if kind.viable:
                return kind()
        except Exception:  # noqa: BLE001, S112 (a backend that cannot even be asked is one that does not work here)
            continue
    return None


def open_secrets(service: str, file: Path, *, passphrase: str | None = None) -> SecretStore:
    """Return the place for this business's secrets.

    A locked file that exists is used (PassphraseNeeded without a passphrase); else the keyring; where none works a
    new locked file, but only when a passphrase was given, which means that the person was told and agreed: NoKeyring
    asks for that.
    """
    if file.exists():
        if passphrase is None:
            what = "The passwords of this business are locked in a file."
            raise PassphraseNeeded(what)
        return LockedFileSecrets(file, passphrase)
    keyring = system_keyring()
    if keyring is not None:
        return KeyringSecrets(service, keyring)
    if passphrase is not None:
        return LockedFileSecrets(file, passphrase)
    what = "This computer has no working keyring for passwords."
    raise NoKeyring(what)


def _piece(name: str, mark: str, index: int) -> str:
    return f"{name}#{mark}{index}"


def _unreadable(error: Exception) -> SecretError:
    # The error's own words stay out: some backends repeat the entry they were given.
    return SecretError(
        f"The keyring of this computer refused ({type(error).__name__}).",
        meaning="The password was neither read nor changed.",
        remedy="Unlock the keyring (signing in to the computer again often does) and try once more.",
    )
