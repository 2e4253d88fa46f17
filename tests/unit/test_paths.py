"""Where Backroom keeps its data and finds what it was delivered with."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from backroom import paths
from backroom.errors import BackroomError, InputError


def test_the_person_can_choose_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "here"))
    assert paths.home().root == tmp_path / "here"
    assert paths.home().logs.parent == tmp_path / "here"


def test_each_system_has_its_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    found = {}
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        found[platform] = paths.home().root
    assert found == {
        "linux": tmp_path / "xdg" / "backroom",
        "darwin": tmp_path / "Library" / "Application Support" / "Backroom",
        "win32": tmp_path / "local" / "Backroom",
    }


def test_a_relative_xdg_folder_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", "somewhere")
    assert paths.home().root == tmp_path / ".local" / "share" / "backroom"


def test_the_sample_and_the_real_business_share_nothing(tmp_path: Path) -> None:
    home = paths.Home(tmp_path)
    real, sample = home.business(), home.business(paths.SAMPLE)
    assert real.root != sample.root
    assert real.root not in sample.database.parents
    assert sample.root not in real.database.parents


@pytest.mark.parametrize("name", ["", "..", "a/b", "Ridge Line", "-x", "x" * 41, "con\n"])
def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as refused:
        paths.Home(tmp_path).business(name)
    assert refused.value.field == "name"
    assert refused.value.remedy


@pytest.mark.skipif(sys.platform == "win32", reason="Windows protects the profile folder itself")
def test_folders_are_for_this_person_alone(tmp_path: Path) -> None:
    folder = paths.Home(tmp_path / "data").make().business().make()
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700


def test_only_businesses_with_a_database_are_listed(tmp_path: Path) -> None:
    home = paths.Home(tmp_path)
    assert home.businesses() == ()
    home.business("empty").make()
    used = home.business("used").make()
    used.database.touch()
    assert home.businesses() == (used,)


def test_the_business_opened_last_is_remembered_while_it_exists(tmp_path: Path) -> None:
    home = paths.Home(tmp_path)
    assert home.last_opened() is None
    sample = home.business(paths.SAMPLE).make()
    sample.database.touch()
    home.remember_opened(sample)
    assert home.last_opened() == sample
    sample.database.unlink()
    assert home.last_opened() is None


def test_a_scribbled_note_of_the_last_business_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "last-opened").write_bytes(b"\xff\xfe../..")
    assert paths.Home(tmp_path).last_opened() is None


def test_resources_are_found_in_a_checkout() -> None:
    assert (paths.resources() / "fonts").is_dir()


def test_resources_are_found_in_a_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == tmp_path / "resources"


def test_an_incomplete_installation_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "src" / "backroom" / "paths.py"))
    with pytest.raises(BackroomError, match="cannot find") as missing:
        paths.resources()
    assert str(tmp_path) in missing.value.remedy
