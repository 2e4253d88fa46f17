"""A real Postfix on loopback that delivers into the Dovecot of the tests and can send nothing anywhere else."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests.peers.servers import Dovecot, free_port, wait_for_port

HOW_TO_GET_POSTFIX = "needs Postfix and root: apt-get install postfix (packaging/dev.py test does it)"
_DOMAINS = ("shop.example", "post.example")
_SERVICES = (
    "cleanup", "rewrite:trivial-rewrite", "bounce", "defer:bounce", "trace:bounce", "verify", "proxymap", "error",
    "retry:error", "virtual", "local", "anvil", "flush",
)  # fmt: skip
_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
meta_directory = /etc/postfix
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
myhostname = mx.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves the tests
relay_transport = error:nothing leaves the tests
# What leaves for here comes back: nobody of this machine has that name.
transport_maps = inline:{{far-away.example=local:}}
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {boxes}
virtual_mailbox_maps = texthash:{root}/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sign_in}
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_security_level = none
"""


def postfix_missing() -> str:
    """Return why no Postfix can be started here, or an empty string."""
    there = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin") and os.geteuid() == 0
    return "" if there else HOW_TO_GET_POSTFIX


class Postfix:
    """A running Postfix; shop1, shop2 ... have the Dovecot mailbox of that name."""

    def __init__(self, root: Path, dovecot: Dovecot) -> None:
        self.root = root
        self.port = free_port()
        self._dovecot = dovecot
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for name in ("queue", "data", "etc"):
            (self.root / name).mkdir()
        shutil.chown(self.root / "data", "postfix", "root")
        whose = pwd.getpwnam("dovecot")
        boxes, sign_in = self._dovecot.root / "mail", self._dovecot.root / "sign-in-of-postfix"
        values = {"root": self.root, "boxes": boxes, "sign_in": sign_in, "uid": whose.pw_uid, "gid": whose.pw_gid}
        values["domains"] = " ".join(_DOMAINS)
        (self.root / "etc/main.cf").write_text(_MAIN.format_map(values))
        (self.root / "etc/master.cf").write_text(self._services())
        users = [f"shop{number}@{domain} shop{number}/Maildir/\n" for number in range(300) for domain in _DOMAINS]
        (self.root / "boxes").write_text("".join(users))
        command = ["/usr/sbin/postfix", "-c", str(self.root / "etc"), "start-fg"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_for_port(self.port)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            # The master leaves the process group it was started in; its own file tells which one it is.
            os.kill(int((self.root / "queue/pid/master.pid").read_text()), signal.SIGTERM)
            process.wait(timeout=60)

    def _services(self) -> str:
        """Return master.cf: nothing in a chroot, the one door on loopback."""
        lines = [
            f"127.0.0.1:{self.port} inet n - n - - smtpd",
            "pickup unix n - n 60 1 pickup",
            "qmgr unix n - n 300 1 qmgr",
        ]
        lines += ["postlog unix-dgram n - n - 1 postlogd"]
        for entry in _SERVICES:
            name, _, program = entry.partition(":")
            private = "n" if name in {"cleanup", "flush"} else "-"
            unprivileged = "n" if name in {"virtual", "local"} else "-"
            limit = (
                "0" if name in {"cleanup", "bounce", "defer", "trace", "flush"} else "1" if name == "verify" else "-"
            )
            lines.append(f"{name} unix {private} {unprivileged} n - {limit} {program or name}")
        return "\n".join(lines) + "\n"
