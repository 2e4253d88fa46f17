"""Real mail servers on loopback: a Dovecot mailbox server of our own, started and ended by the tests."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from backroom.integration.contract import Account
from backroom.integration.mail_server import PLAIN
from tests.peers.certificates import Certificate

PASSWORD = "right-password"
_CHANCE = random.SystemRandom()
_given: set[int] = set()
HOW_TO_GET_DOVECOT = "needs Dovecot and root: apt-get install dovecot-imapd (packaging/dev.py test does it)"
_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
{encryption}
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 0
auth_failure_delay = 0
auth_mechanisms = plain login
mail_max_userip_connections = 50
imap_capability = {capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={root}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox "Gesendete Post" {{
    special_use = \\Sent
    auto = create
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {root}/sign-in-of-postfix {{
    mode = 0666
  }}
}}
service stats {{
  client_limit = 200
}}
"""


def free_port() -> int:
    """Return a port nobody listens on, out of those no system gives to outgoing connections by itself."""
    while True:
        port = _CHANCE.randrange(10_000, 32_000)
        if port in _given:
            continue
        _given.add(port)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for_port(port: int, seconds: float = 120) -> None:
    """Wait until somebody listens on the port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.03)
    raise TimeoutError(f"Nobody listens on port {port}.")


def dovecot_missing() -> str:
    """Return why no Dovecot can be started here, or an empty string."""
    return "" if shutil.which("dovecot") and os.geteuid() == 0 else HOW_TO_GET_DOVECOT


class Dovecot:
    """A running Dovecot; every user name is a mailbox of its own with the one password."""

    def __init__(self, root: Path, capability: str = "", certificate: Certificate | None = None) -> None:
        self.root = root
        self.port = free_port()
        self.certificate = certificate
        self.tls_port = free_port() if certificate else 0
        self.capability = capability
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for folder in ("run", "state", "mail"):
            (self.root / folder).mkdir(exist_ok=True)
        shutil.chown(self.root / "mail", "dovecot", "dovecot")
        config = self.root / "dovecot.conf"
        values = {"root": self.root, "port": self.port, "password": PASSWORD, "capability": self.capability}
        values |= {"encryption": self._encryption(), "tls_port": self.tls_port}
        config.write_text(_CONFIG.format_map(values))
        self._process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for_port(self.port)

    def _encryption(self) -> str:
        if self.certificate is None:
            return "ssl = no"
        return f"ssl = yes\nssl_cert = <{self.certificate.chain}\nssl_key = <{self.certificate.key}"

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            # Sessions of signed-in clients outlive their master; a machine that is switched off takes them along.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def maildir(self, user: str) -> Path:
        return self.root / "mail" / user / "Maildir"

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """Sign in as somebody with another mail program."""
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=60)
        client.login(user, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def put(self, user: str, *mails: bytes, folder: str = "INBOX") -> None:
        """Lay mails into a folder, one after the other."""
        with self.client(user) as client:
            for start in range(0, len(mails), 100):
                client.multiappend(folder, mails[start : start + 100])

    def renumber(self, user: str) -> None:
        """Make the server forget its numbers, as after a restored backup: the INBOX gets a new UIDVALIDITY."""
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
            "dovecot.list.index.log",
        ):
            (self.maildir(user) / name).unlink(missing_ok=True)
        for entry in self.maildir(user).glob("dovecot-uidvalidity*"):
            entry.unlink()
        time.sleep(1.1)  # the new number is made of the second of the day

    def account(self, user: str, settings: Mapping[str, Any] | None = None, password: str = PASSWORD) -> Account:
        """Return the connection of a mailbox as Backroom keeps it."""
        chosen = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": PLAIN,
            "user": user,
            "timeout_seconds": 60,
            "first_days": 3650,
        }
        return Account(
            connection_id=1, settings=chosen | dict(settings or {}), secrets={"password": password}, account=user
        )
