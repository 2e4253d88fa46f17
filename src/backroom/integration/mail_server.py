"""How a mail server is reached: form fields, checks, and what each failure means for the person."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from backroom.errors import Broken, InputError, TryLater
from backroom.integration.contract import FieldKind, FormField

TLS = "TLS"
STARTTLS = "STARTTLS"
PLAIN = "none (this computer only)"
SECURITY = (TLS, STARTTLS, PLAIN)
_TIMEOUT_S = 20
_NOTHING_TOLD = "No password was told to it and nothing was sent."
_OWN_AUTHORITY = frozenset({18, 19, 20, 21})  # OpenSSL: self-signed (leaf, chain), issuer unknown, leaf not verifiable
_OUT_OF_DATE = frozenset({9, 10})


@dataclass(frozen=True, slots=True)
class MailServer:
    """One server and the account on it; `password` never shows in logs."""

    host: str
    port: int
    security: str
    user: str
    password: str
    timeout_s: float = _TIMEOUT_S

    def __repr__(self) -> str:
        return f"MailServer({self.user}@{self.host}:{self.port}, {self.security})"

    @property
    def place(self) -> str:
        """Return host and port as a person reads them."""
        return f"{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext:
        """Return the rules for an encrypted connection: the certificate must be right."""
        return ssl.create_default_context()


def server_fields(what: str, port: int, prefix: str = "", *, required: bool = True) -> tuple[FormField, ...]:
    """Return the form fields for one server; `prefix` keeps two servers of one form apart."""
    return (
        FormField(
            key=f"{prefix}host",
            label=f"{what} server",
            help=f"For example {what.lower()}.your-provider.com",
            required=required,
        ),
        FormField(key=f"{prefix}port", label=f"{what} port", kind=FieldKind.NUMBER, default=port, advanced=True),
        FormField(
            key=f"{prefix}security",
            label=f"{what} encryption",
            kind=FieldKind.CHOICE,
            default=TLS,
            choices=SECURITY,
            advanced=True,
        ),
    )  # fmt: skip


def account_fields() -> tuple[FormField, ...]:
    """Return the form fields for signing in."""
    return (
        FormField(key="user", label="User name", help="Usually the whole e-mail address."),
        FormField(
            key="password",
            label="Password",
            kind=FieldKind.PASSWORD,
            help="Many providers want an app password here, made in the security page of the mailbox.",
        ),
    )


def server_from(settings: Mapping[str, Any], secrets: Mapping[str, str], prefix: str, port: int) -> MailServer:
    """Read a server from a connection's settings; raises InputError naming the field that cannot be used."""
    host = str(settings.get(f"{prefix}host", "")).strip()
    if not host or any(letter.isspace() or letter in "/@" for letter in host):
        raise InputError("The name of the server is missing or is not a server's name.", field=f"{prefix}host")
    number = _port(settings.get(f"{prefix}port") or port, f"{prefix}port")
    security = str(settings.get(f"{prefix}security") or TLS)
    if security not in SECURITY:
        raise InputError(f"{security} is no kind of encryption.", field=f"{prefix}security", remedy=f"Choose {TLS}.")
    if security == PLAIN and not is_loopback(host):
        what = f"Without encryption the password would travel in the open to {host}."
        raise InputError(what, field=f"{prefix}security", remedy=f"Choose {TLS} or {STARTTLS}.")
    timeout = float(settings.get("timeout_seconds") or _TIMEOUT_S)
    return MailServer(
        host, number, security, str(settings.get("user", "")).strip(), secrets.get("password", ""), timeout
    )


def _port(value: object, field: str) -> int:
    text = str(value).strip()
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise InputError(f"{text} is no port number.", field=field, remedy="Ports are numbers from 1 to 65535.")
    return int(text)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this computer itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@contextmanager
def unusable_settings() -> Iterator[None]:
    """Turn a setting that cannot be used into Broken, for calls that no form waits for."""
    try:
        yield
    except InputError as error:
        raise Broken(str(error), remedy=error.remedy or "Correct it in Settings, Connections.") from error


def no_starttls(server: MailServer) -> Broken:
    """Return the error for a server that offers no STARTTLS, which may also be somebody on the line taking it away."""
    what = f"{server.place} does not offer STARTTLS, so the connection would stay open to read for everybody."
    remedy = f"Choose {TLS} with its port (465 to send, 993 to read). If it worked here before, try another network."
    return Broken(what, meaning=_NOTHING_TOLD, remedy=remedy)


def _certificate_remedy(code: int) -> str:
    if code in _OWN_AUTHORITY:
        return (
            "It was signed by nobody this computer knows. If it is your own server, add its authority to the"
            " certificates of this computer; else ask the mail provider, and do not sign in on this network."
        )
    if code in _OUT_OF_DATE:
        return "Check the date and time of this computer; if they are right, the provider has to renew it."
    return "Check the server's name: it has to be written as in the certificate; ask the mail provider if it is right."


@contextmanager
def network_failures(server: MailServer) -> Iterator[None]:
    """Turn what the network and its encryption raise into TryLater, or Broken where only a setting can help."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        what = f"The certificate of {server.place} is not valid: {error.verify_message}."
        raise Broken(what, meaning=_NOTHING_TOLD, remedy=_certificate_remedy(error.verify_code)) from error
    except ssl.SSLError as error:
        if "WRONG_VERSION_NUMBER" in str(error) or "RECORD_LAYER" in str(error):
            what = f"{server.place} does not speak {server.security}."
            raise Broken(what, remedy="Choose the other encryption or the port that belongs to it.") from error
        raise TryLater(f"The encrypted connection to {server.place} failed ({error.reason}).") from error
    except socket.gaierror as error:
        raise TryLater(f"The server {server.host} is not found; perhaps this computer is offline.") from error
    except TimeoutError as error:
        raise TryLater(f"{server.place} did not answer within {server.timeout_s:.0f} seconds.") from error
    except ConnectionRefusedError as error:
        raise TryLater(f"{server.place} refuses connections just now.") from error
    except OSError as error:
        raise TryLater(f"The connection to {server.place} broke off ({error}).") from error
