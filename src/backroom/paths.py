"""Where Backroom keeps things on this machine, and where it finds the data it was delivered with."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from backroom.errors import BackroomError, InputError

HOME_VARIABLE = "BACKROOM_HOME"
BUSINESS = "business"
SAMPLE = "sample"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class BusinessFolder:
    """The folder of one business; the real one and the sample never share a file."""

    name: str
    root: Path

    @property
    def database(self) -> Path:
        """Return the database file."""
        return self.root / "backroom.db"

    @property
    def backups(self) -> Path:
        """Return the folder of checked backups."""
        return self.root / "backups"

    @property
    def history(self) -> Path:
        """Return the folder of the monthly history files into which finished runs are folded."""
        return self.root / "history"

    @property
    def out_tray(self) -> Path:
        """Return the folder that receives mails instead of the network, in the sample business."""
        return self.root / "out-tray"

    @property
    def secrets_file(self) -> Path:
        """Return the passphrase-encrypted file that is used only where no keyring works."""
        return self.root / "secrets.locked"

    @property
    def is_used(self) -> bool:
        """Return whether this business has a database yet."""
        return self.database.exists()

    def make(self) -> BusinessFolder:
        """Create the folder, readable by this person alone, and return self."""
        _make_private(self.root)
        return self


@dataclass(frozen=True, slots=True)
class Home:
    """The one folder under which everything Backroom writes is kept."""

    root: Path

    @property
    def logs(self) -> Path:
        """Return the folder of the log files."""
        return self.root / "logs"

    @property
    def crashes(self) -> Path:
        """Return the folder of crash reports."""
        return self.root / "crashes"

    @property
    def settings_file(self) -> Path:
        """Return the file of settings that belong to this machine rather than to one business."""
        return self.root / "settings.toml"

    def business(self, name: str = BUSINESS) -> BusinessFolder:
        """Return the folder of the named business; raises InputError for a name that cannot be a folder."""
        if not _NAME.fullmatch(name):
            what = f"“{name}” cannot be the name of a business folder."
            raise InputError(what, field="name", remedy="Use small letters, digits and hyphens, at most 40.")
        return BusinessFolder(name, self.root / "businesses" / name)

    def businesses(self) -> tuple[BusinessFolder, ...]:
        """Return every business that has a database, by name."""
        folder = self.root / "businesses"
        if not folder.is_dir():
            return ()
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and _NAME.fullmatch(entry.name))
        return tuple(found for found in map(self.business, names) if found.is_used)

    def last_opened(self) -> BusinessFolder | None:
        """Return the business opened last, if it is still there."""
        try:
            name = self._last_opened_file.read_text("utf-8").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        found = self.business(name) if _NAME.fullmatch(name) else None
        return found if found is not None and found.is_used else None

    def remember_opened(self, folder: BusinessFolder) -> None:
        """Open this business again at the next start."""
        self.make()
        fresh = self._last_opened_file.with_suffix(".new")
        fresh.write_text(folder.name + "\n", "utf-8")
        fresh.replace(self._last_opened_file)

    def make(self) -> Home:
        """Create the folder, readable by this person alone, and return self."""
        _make_private(self.root)
        return self

    @property
    def _last_opened_file(self) -> Path:
        return self.root / "last-opened"


def home() -> Home:
    """Return the data folder: BACKROOM_HOME if set, else the place this operating system has for such things."""
    chosen = os.environ.get(HOME_VARIABLE, "").strip()
    return Home(Path(chosen).expanduser().absolute() if chosen else _system_data_folder())


def resources() -> Path:
    """Return the folder of delivered data, in a bundle, an installed package or a checkout.

    Raises BackroomError when none of the three places has it, which means the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    places = [Path(bundle) / "resources"] if bundle else []
    places += [package / "resources", package.parents[1] / "resources"]
    for place in places:
        if place.is_dir():
            return place
    raise BackroomError(
        "Backroom cannot find the data it was delivered with.",
        meaning="The installation is incomplete, so the program cannot start.",
        remedy=f"Install it again. Looked in: {', '.join(map(str, places))}.",
    )


def _system_data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Backroom"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Backroom"
    chosen = os.environ.get("XDG_DATA_HOME", "")
    # The XDG base directory rules say that a relative path is to be ignored.
    return (Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".local" / "share") / "backroom"


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
