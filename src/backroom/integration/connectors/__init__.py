"""One file for each kind of system; a new one is listed here by hand so that it can be found and frozen."""

from __future__ import annotations

from backroom.integration.connectors.folder import FolderConnector
from backroom.integration.connectors.folder_out import FolderOutConnector
from backroom.integration.connectors.imap import ImapConnector
from backroom.integration.connectors.smtp import SmtpConnector
from backroom.integration.connectors.webhook import WebhookConnector
from backroom.integration.contract import Connector

CONNECTORS: tuple[type[Connector], ...] = (
    ImapConnector,
    SmtpConnector,
    FolderConnector,
    FolderOutConnector,
    WebhookConnector,
)


def connector(key: str) -> Connector:
    """Return the connector with this key; raises KeyError for one this version does not have."""
    return next(kind for kind in CONNECTORS if kind.key == key)()
