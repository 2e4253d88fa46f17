"""A real SMTP server on loopback (aiosmtpd) that delivers into a Dovecot mailbox and can be told to fail."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.peers.certificates import Certificate
from tests.peers.servers import PASSWORD, free_port


@dataclass(slots=True)
class Fault:
    """How the next mails are treated: a refusing answer at a stage, a pause, or a connection cut."""

    at_rcpt: str = ""
    at_data: str = ""
    pause_s: float = 0
    cut_after_data: bool = False
    delivers_before_cut: bool = True


@dataclass  # without slots: Python 3.11.2 cannot list the members of a slotted one, and the controller does
class PostOffice:
    """The server; `delivered` holds (recipient, raw mail) in order."""

    deliver: Callable[[str, bytes], None] | None = None
    fault: Fault = field(default_factory=Fault)
    delivered: list[tuple[str, bytes]] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    certificate: Certificate | None = None
    at_once: bool = False  # TLS from the first byte (465) rather than by STARTTLS (587)
    host: str = "127.0.0.1"
    sign_ins: list[bool] = field(default_factory=list)  # for each password that came: was the line encrypted?
    _controller: Controller | None = None

    def start(self) -> None:
        rules = self._rules()
        self._controller = Controller(
            self,
            hostname=self.host,
            port=self.port,
            authenticator=self._check,
            auth_require_tls=False,
            ready_timeout=60,
            ssl_context=rules if self.at_once else None,
            tls_context=None if self.at_once else rules,
        )
        self._controller.start()

    def stop(self) -> None:
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def _rules(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        rules = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        rules.load_cert_chain(self.certificate.chain, self.certificate.key)
        return rules

    def _check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        self.sign_ins.append(server.transport is not None and server.transport.get_extra_info("sslcontext") is not None)
        right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        # Without handled=False aiosmtpd sends no 535 and the client waits for ever.
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.fault.at_rcpt:
            return self.fault.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self.fault
        if fault.pause_s:
            await asyncio.sleep(fault.pause_s)
        if fault.at_data:
            return fault.at_data
        if not fault.cut_after_data or fault.delivers_before_cut:
            for recipient in envelope.rcpt_tos:
                self.delivered.append((recipient, bytes(envelope.original_content or b"")))
                if self.deliver is not None:
                    await asyncio.to_thread(self.deliver, recipient, bytes(envelope.original_content or b""))
        if fault.cut_after_data:
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        return "250 2.0.0 queued as 1"
