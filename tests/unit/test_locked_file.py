"""The locked file: nothing readable without the passphrase, nothing lost when writing fails."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from backroom.errors import InputError, SecretError, WrongPassphrase
from backroom.locked_file import KeyCost, LockedFile

PASSPHRASE = "korrekt horse battery"
CHEAP = KeyCost(n=1 << 10)


def locked(path: Path, passphrase: str = PASSPHRASE) -> LockedFile:
    return LockedFile(path, passphrase, CHEAP)


def test_what_was_written_is_read_by_who_has_the_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secrets.locked"
    locked(path).write({"imap/1": "geheim", "smtp/2": "ключ"})
    assert locked(path).read() == {"imap/1": "geheim", "smtp/2": "ключ"}


def test_neither_secrets_nor_their_names_can_be_read_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secrets.locked"
    locked(path).write({"imap/shop@example.com": "canary-Vogelhaus"})
    raw = path.read_bytes()
    for word in (b"canary", b"imap", b"shop@", PASSPHRASE.encode()):
        assert word not in raw


def test_writing_the_same_twice_gives_different_bytes(tmp_path: Path) -> None:
    file = locked(tmp_path / "f")
    file.write({"a": "b"})
    first = (tmp_path / "f").read_bytes()
    file.write({"a": "b"})
    assert (tmp_path / "f").read_bytes() != first


def test_a_wrong_passphrase_is_told_apart_from_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "f"
    locked(path).write({"a": "b"})
    with pytest.raises(WrongPassphrase, match="does not open"):
        locked(path, "another passphrase").read()
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(SecretError, match="damaged") as damaged:
        locked(path).read()
    assert str(path) in damaged.value.remedy


@pytest.mark.parametrize("part", ["salt", "nonce", "sealed"])
def test_a_changed_byte_anywhere_is_noticed(tmp_path: Path, part: str) -> None:
    path = tmp_path / "f"
    locked(path).write({"a": "b"})
    body = json.loads(path.read_bytes())
    place = body["header"] if part == "salt" else body
    place[part] = ("B" if place[part][0] == "A" else "A") + place[part][1:]
    path.write_text(json.dumps(body), "utf-8")
    with pytest.raises(WrongPassphrase):
        locked(path).read()


def test_a_header_that_asks_for_absurd_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f"
    locked(path).write({"a": "b"})
    body = json.loads(path.read_bytes())
    body["header"]["cost"]["n"] = 1 << 40
    path.write_text(json.dumps(body), "utf-8")
    with pytest.raises(SecretError, match="damaged"):
        locked(path).read()


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least 8"):
        locked(tmp_path / "f", "1234567")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f"
    file = locked(path)
    file.write({"a": "old"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SecretError, match="could not be written"):
        file.write({"a": "new"})
    assert locked(path).read() == {"a": "old"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows protects the profile folder itself")
def test_the_file_is_for_this_person_alone(tmp_path: Path) -> None:
    locked(tmp_path / "f").write({"a": "b"})
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o600
