"""What the program does for its face: open, begin, leave and close a business. The composition root implements it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from backroom.crash import CrashReport
from backroom.store.firm_setup import FirmFacts

if TYPE_CHECKING:
    from backroom.ui.workspace import Workspace

Report = Callable[[str, int, int], None]  # words, steps done, steps in all; raises to stop the work


class Host(Protocol):
    """The program behind the window; its slow calls are made off the main thread, one at a time."""

    def crashes(self) -> Sequence[CrashReport]:
        """Return what went wrong in the run before and was not shown yet."""

    def reopen(self) -> Workspace | None:
        """Open the business that was open last; None when there is none, so the first run is shown."""

    def has_business(self) -> bool:
        """Tell, without opening it, whether a real business was begun on this computer."""

    def open_business(self) -> Workspace | None:
        """Open the real business; None when its first questions were never answered."""

    def answers_file(self) -> Path:
        """Return where the first run keeps what was typed until the business is made; no password is in it."""

    def open_sample(self, report: Report) -> Workspace:
        """Build the sample business if it is not there, read it through its connectors, and open it."""

    def needs_passphrase(self) -> bool:
        """Tell whether this computer has no working keyring, so that a passphrase has to protect the passwords."""

    def use_passphrase(self, passphrase: str) -> None:
        """Keep passwords in a file locked by this passphrase; raises SecretError when it does not open the file."""

    def begin_business(self, facts: FirmFacts) -> Workspace:
        """Make (or go on making) the real business and open it; raises InputError naming the field that is wrong."""

    def start_work(self) -> None:
        """Let the open business work: connections, rules, ladders, messages."""

    def leave(self) -> None:
        """Stop and close the open business; the first run or another business follows."""

    def restore_backup(self, path: str) -> Workspace:
        """Close the business, put a checked backup in its place and open it again."""

    def restore_latest(self) -> Workspace:
        """Put the newest sound backup in the place of a damaged database, open it; raises StoreDamaged without one."""

    def close(self) -> None:
        """Stop everything; the program ends."""
