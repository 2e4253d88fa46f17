"""Secrets in a keyring, in a locked file, and the way between the two."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from backroom import locked_file, secrets
from backroom.errors import NoKeyring, PassphraseNeeded, SecretError, WrongPassphrase
from backroom.logs import start_logs
from backroom.mask import mask

PASSPHRASE = "four unrelated words"
CANARY = "canary-Regenschirm-3306"


class VaultLikeWindows(KeyringBackend):
    """A keyring that takes at most 1,280 characters an entry, as the Windows vault does."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}
        self.dies_after: int | None = None

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password) > 1_280 or self.dies_after == 0:
            raise PasswordSetError(password)
        if self.dies_after is not None:
            self.dies_after -= 1
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise PasswordDeleteError(username)
        del self.entries[service, username]


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked_file.KeyCost.__init__, "__defaults__", (1 << 10, 8, 1))


def places(tmp_path: Path) -> dict[str, Callable[[], secrets.SecretStore]]:
    vault = VaultLikeWindows()
    memory = secrets.MemorySecrets()
    return {
        "keyring": lambda: secrets.KeyringSecrets("Backroom test", vault),
        "file": lambda: secrets.LockedFileSecrets(tmp_path / "f", PASSPHRASE),
        "memory": lambda: memory,
    }


@pytest.mark.parametrize("place", ["keyring", "file", "memory"])
def test_every_place_keeps_replaces_and_forgets(tmp_path: Path, place: str) -> None:
    opened = places(tmp_path)[place]
    assert opened().read("imap/1") is None
    opened().write("imap/1", "Zwölf Boxkämpfer")
    opened().write("imap/2", "other")
    assert opened().read("imap/1") == "Zwölf Boxkämpfer"
    opened().write("imap/1", "new")
    assert opened().read("imap/1") == "new"
    opened().forget("imap/1")
    opened().forget("imap/1")
    assert opened().read("imap/1") is None
    assert opened().read("imap/2") == "other"


@pytest.mark.parametrize("place", ["keyring", "file", "memory"])
def test_every_place_teaches_the_mask(tmp_path: Path, place: str) -> None:
    opened = places(tmp_path)[place]
    opened().write("imap/1", CANARY)
    logs = start_logs(tmp_path / "logs")
    logging.getLogger("x").error("refused: %s", opened().read("imap/1"))
    logs.stop()
    assert CANARY not in logs.file.read_text("utf-8")
    mask.forget(CANARY)


@pytest.mark.parametrize("length", [0, 1, 1_200, 1_201, 5_000])
def test_tokens_longer_than_an_entry_are_kept_in_pieces(length: int) -> None:
    vault = VaultLikeWindows()
    kept = secrets.KeyringSecrets("Backroom test", vault)
    token = "".join(chr(97 + number % 26) for number in range(length))
    for _ in range(3):
        kept.write("oauth", token)
        assert kept.read("oauth") == token
    kept.write("oauth", "short")
    assert kept.read("oauth") == "short"
    assert len(vault.entries) == 1
    kept.write("oauth", token)
    kept.forget("oauth")
    assert vault.entries == {}


def test_a_write_that_breaks_off_leaves_the_earlier_token_whole() -> None:
    vault = VaultLikeWindows()
    kept = secrets.KeyringSecrets("Backroom test", vault)
    kept.write("oauth", "a" * 4_000)
    for broken_at in range(4):
        vault.dies_after = broken_at
        with pytest.raises(SecretError):
            kept.write("oauth", "b" * 4_000)
        vault.dies_after = None
        assert kept.read("oauth") == "a" * 4_000


def test_a_refusing_keyring_is_explained_without_repeating_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = VaultLikeWindows()
    kept = secrets.KeyringSecrets("Backroom test", vault)

    def refuse(*_: object) -> None:
        raise KeyringLocked(CANARY)

    monkeypatch.setattr(vault, "get_password", refuse)
    with pytest.raises(SecretError, match="KeyringLocked") as refused:
        kept.read("imap/1")
    assert CANARY not in refused.value.sentence()
    assert "Unlock" in refused.value.remedy


def test_without_a_keyring_nothing_is_written_before_the_person_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "system_keyring", lambda: None)
    file = tmp_path / "secrets.locked"
    with pytest.raises(NoKeyring) as told:
        secrets.open_secrets("Backroom test", file)
    assert "passphrase" in told.value.remedy
    assert not file.exists()
    secrets.open_secrets("Backroom test", file, passphrase=PASSPHRASE).write("imap/1", "geheim")
    assert b"geheim" not in file.read_bytes()


def test_a_locked_file_once_begun_is_used_even_where_a_keyring_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secrets.locked"
    secrets.LockedFileSecrets(file, PASSPHRASE).write("imap/1", "geheim")
    monkeypatch.setattr(secrets, "system_keyring", VaultLikeWindows)
    with pytest.raises(PassphraseNeeded):
        secrets.open_secrets("Backroom test", file)
    with pytest.raises(WrongPassphrase):
        secrets.open_secrets("Backroom test", file, passphrase="not the right one")
    assert secrets.open_secrets("Backroom test", file, passphrase=PASSPHRASE).read("imap/1") == "geheim"


def test_the_keyring_is_preferred_on_a_fresh_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "system_keyring", VaultLikeWindows)
    opened = secrets.open_secrets("Backroom test", tmp_path / "f", passphrase=PASSPHRASE)
    assert isinstance(opened, secrets.KeyringSecrets)
    assert not (tmp_path / "f").exists()


def test_only_keyrings_that_encrypt_are_ever_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    named = [place for group in secrets._SAFE_BACKENDS.values() for place in group]
    assert all(place.startswith("keyring.backends.") for place in named)
    assert not any(word in place.lower() for place in named for word in ("plain", "null", "fail", "file"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    found = secrets.system_keyring()
    assert found is None or type(found).__module__.startswith("keyring.backends.")
