"""Mail providers whose servers are known, and one set of answers turned into the two connections of a mailbox."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backroom import paths
from backroom.integration.mail_server import TLS

OWN_SERVER = "own"
IMAP, SMTP = "imap", "smtp"
_PORTS = {IMAP: 993, SMTP: 465}


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where one server of a mailbox stands."""

    host: str
    port: int
    security: str = TLS


@dataclass(frozen=True, slots=True)
class MailProvider:
    """One provider: its servers, what the password is there, and what does not work."""

    key: str
    name: str
    domains: frozenset[str]
    imap: ServerPlace
    smtp: ServerPlace
    password: str = ""
    warning: str = ""


def mail_providers() -> tuple[MailProvider, ...]:
    """Return the known providers in the order of the file."""
    tables = tomllib.loads((paths.resources() / "systems" / "mail_providers.toml").read_text("utf-8"))
    return tuple(
        MailProvider(
            key=key,
            name=table["name"],
            domains=frozenset(table["domains"]),
            imap=ServerPlace(**table[IMAP]),
            smtp=ServerPlace(**table[SMTP]),
            password=table.get("password", ""),
            warning=table.get("warning", ""),
        )
        for key, table in tables.items()
    )


def domain_of(address: str) -> str:
    """Return what stands after the last at-sign, in small letters."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def provider_of(address: str, providers: tuple[MailProvider, ...]) -> MailProvider | None:
    """Return the provider an address surely belongs to."""
    domain = domain_of(address)
    return next((one for one in providers if domain in one.domains), None)


def guessed_servers(address: str) -> tuple[ServerPlace, ServerPlace]:
    """Return where a mailbox of an unknown domain most often is; the person corrects it."""
    domain = domain_of(address)
    hosts = {kind: f"{kind}.{domain}" if domain else "" for kind in (IMAP, SMTP)}
    return ServerPlace(hosts[IMAP], _PORTS[IMAP]), ServerPlace(hosts[SMTP], _PORTS[SMTP])


def imap_values(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the reading connection from the answers of the one form."""
    values = {
        "host": answers["imap_host"],
        "port": answers["imap_port"],
        "security": answers["imap_security"],
        "user": answers["user"] or answers["address"],
        "password": answers["password"],
    }
    return {**values, "first_days": answers["first_days"]} if "first_days" in answers else values


def smtp_values(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the sending connection; it looks for sent mail in the mailbox that is read."""
    return {
        "sender": answers["address"],
        "host": answers["smtp_host"],
        "port": answers["smtp_port"],
        "security": answers["smtp_security"],
        "user": answers["user"] or answers["address"],
        "password": answers["password"],
        "imap_host": answers["imap_host"],
        "imap_port": answers["imap_port"],
        "imap_security": answers["imap_security"],
    }


def form_field(connector: str, field: str) -> str:
    """Return the field of the one form that a connection's field came from."""
    if field in ("host", "port", "security"):
        return f"{connector}_{field}"
    return "address" if field == "sender" else field
