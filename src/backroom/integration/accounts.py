"""Puts together what a connector needs for one call: settings from the database, secrets from where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backroom.errors import SignInAgain
from backroom.integration.contract import Account, FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backroom.integration.contract import Connector
    from backroom.integration.senders import ConnectionView
    from backroom.secrets import SecretStore


class Accounts:
    """Opens accounts; the only reader and writer of a connection's secrets."""

    def __init__(self, secrets: SecretStore, connectors: Mapping[str, Connector]) -> None:
        """Read passwords from `secrets` for the connectors of this version."""
        self._secrets = secrets
        self.connectors = connectors

    def open(self, view: ConnectionView) -> Account:
        """Return the account; may block on the keyring. Raises SignInAgain when a needed secret is missing."""
        secrets = self.peek(view)
        for field in self.connectors[view.connector].form:
            if field.kind is FieldKind.PASSWORD and field.required and field.key not in secrets:
                raise SignInAgain(f"The {field.label.lower()} is not kept on this computer any more.")
        return Account(connection_id=view.id, settings=view.settings, secrets=secrets, account=view.account)

    def peek(self, view: ConnectionView) -> dict[str, str]:
        """Return the secrets that are kept for a connection, without complaint about missing ones."""
        found: dict[str, str] = {}
        for field in self.connectors[view.connector].form:
            secret = self._secrets.read(secret_name(view.id, field.key)) if field.kind is FieldKind.PASSWORD else None
            if secret is not None:
                found[field.key] = secret
        return found

    def keep(self, connection_id: int, secrets: Mapping[str, str]) -> None:
        """Keep the secrets of a connection."""
        for key, secret in secrets.items():
            self._secrets.write(secret_name(connection_id, key), secret)

    def forget(self, connection_id: int, connector_key: str) -> None:
        """Remove the secrets of a connection."""
        connector = self.connectors.get(connector_key)
        for field in connector.form if connector else ():
            if field.kind is FieldKind.PASSWORD:
                self._secrets.forget(secret_name(connection_id, field.key))

    def senders(self, channel: str | None = None) -> frozenset[str]:
        """Return the connectors that can send, through one channel if one is named."""
        able = ((key, one) for key, one in self.connectors.items() if one.effect_class is not None)
        return frozenset(key for key, one in able if channel is None or channel in one.channels)


def secret_name(connection_id: int, key: str) -> str:
    """Return the name under which a secret is kept."""
    return f"connection:{connection_id}:{key}"
