"""The errors a person may see: each says what happened, what it means and what to do next.

BackroomError
├── StoreError                 the database
│   ├── StoreDamaged           a check failed; a backup can be restored
│   ├── StoreFull              the disk is full; nothing was written
│   ├── StoreTooNew            written by a newer version of Backroom
│   └── StoreInUse             another Backroom has it open
├── ConnectorError             a system the business already has
│   ├── TryLater               it does not answer just now; Backroom keeps trying by itself
│   ├── SignInAgain            it no longer accepts the stored sign-in
│   └── Broken                 it answers with something Backroom cannot use; a person must change a setting
├── RuleError                  a rule, playbook or text that cannot be used, with file and line
├── SecretError                a password cannot be stored or read
├── VerbRefused                an inbox act that came too late or is not possible now
└── InputError                 something typed that cannot be used; what was typed is kept
"""

from __future__ import annotations

from datetime import timedelta


class BackroomError(Exception):
    """An error for people: `str()` says what happened, `meaning` what follows, `remedy` what to do."""

    meaning = ""
    remedy = ""

    def __init__(self, what: str, *, meaning: str | None = None, remedy: str | None = None) -> None:
        """Say what happened; `meaning` and `remedy` replace the class's own words when given."""
        super().__init__(what)
        if meaning is not None:
            self.meaning = meaning
        if remedy is not None:
            self.remedy = remedy

    def sentence(self) -> str:
        """Return the whole message as one paragraph."""
        return " ".join(part for part in (str(self), self.meaning, self.remedy) if part)


class StoreError(BackroomError):
    """The database cannot do what was asked."""


class StoreDamaged(StoreError):
    """The database file failed its check."""

    meaning = "Backroom has stopped writing to it so that nothing gets worse."
    remedy = "Restore the latest backup in Settings, Backup."


class StoreFull(StoreError):
    """The disk has no room left."""

    meaning = "Nothing was saved, and nothing that was saved before is lost."
    remedy = "Free some space on this disk; Backroom goes on by itself."


class StoreTooNew(StoreError):
    """The database was written by a newer version of the program."""

    meaning = "Opening it with this version could lose what the newer one has written."
    remedy = "Install the newest Backroom, or restore a backup made with this version."


class StoreInUse(StoreError):
    """Another running Backroom has the database open."""

    meaning = "Two programs writing to one database would damage it."
    remedy = "Use the window that is already open, or close it first."


class ConnectorError(BackroomError):
    """A connected system could not be used."""


class TryLater(ConnectorError):
    """The system does not answer just now; the same call may well work later."""

    meaning = "Nothing is lost; Backroom keeps trying by itself."

    def __init__(self, what: str, *, after: timedelta | None = None, sent: bool | None = False) -> None:
        """Say what happened; `after` is the wait the system asked for.

        `sent` tells what is known of something that was being sent: False (surely not), True (surely), None (unknown).
        """
        super().__init__(what)
        self.after = after
        self.sent = sent


class SignInAgain(ConnectorError):
    """The stored sign-in is no longer accepted."""

    meaning = "Everything for this connection waits, nothing is lost."
    remedy = "Sign in again in Settings, Connections."


class Broken(ConnectorError):
    """The system refuses, or answers with something that cannot be used; repeating will not help."""

    meaning = "Trying again will not help by itself."


class RuleError(BackroomError):
    """A rule, playbook or text that cannot be used as written."""

    def __init__(
        self, what: str, *, file: str = "", line: int = 0, remedy: str = "", place: tuple[str | int, ...] = ()
    ) -> None:
        """Say what is wrong, in which file and line (1-based, 0 if unknown), and what to write instead.

        `place` are the keys and numbers that lead to it in the rule's data.
        """
        where = f"{file}, line {line}: " if file and line else f"{file}: " if file else ""
        super().__init__(where + what, remedy=remedy)
        self.file = file
        self.line = line
        self.place = place


class SecretError(BackroomError):
    """A password or token cannot be stored or read."""


class NoKeyring(SecretError):
    """No keyring works on this computer; a locked file is possible once the person has agreed."""

    meaning = "Backroom never writes passwords in plain text, so nothing was saved."
    remedy = "Start the keyring of your desktop, or choose a passphrase: the passwords then go to a file that it locks."


class PassphraseNeeded(SecretError):
    """The passwords are in a locked file and nobody has opened it yet."""

    meaning = "Connections that need a password wait; nothing is lost."
    remedy = "Type the passphrase that was chosen when this business was set up."


class WrongPassphrase(PassphraseNeeded):
    """The passphrase does not open the file, or the file was changed by something else."""


class VerbRefused(BackroomError):
    """An act on an inbox item that is not possible now; the draft is kept."""


class InputError(BackroomError):
    """Something a person typed cannot be used; `field` names the input it belongs to."""

    def __init__(self, what: str, *, field: str = "", remedy: str = "") -> None:
        """Say what is wrong with which field and what would be right."""
        super().__init__(what, remedy=remedy)
        self.field = field
