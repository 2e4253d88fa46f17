"""What an installer needs to know of a connection, as text without secrets and without customers."""

from __future__ import annotations

import platform

from sqlalchemy import select

from backroom import __version__
from backroom.integration.connection_health import ConnectionHealth
from backroom.integration.senders import connection
from backroom.mask import mask
from backroom.records.connections import Connection, StreamState
from backroom.store.driver import sqlite_version
from backroom.ui.workspace import Workspace

_SHOWN = ("host", "port", "security", "imap_host", "imap_port", "imap_security", "folder", "sent_folder", "zone")


def diagnostics(workspace: Workspace, health: ConnectionHealth) -> str:
    """Return versions, state, trouble and how far each stream was read; every known secret is masked."""
    with workspace.store.read() as reader:
        row = reader.execute(
            select(Connection.failures, Connection.trouble, Connection.state_since).where(Connection.id == health.id)
        ).one_or_none()
        view = connection(reader, health.id)
        streams = reader.execute(
            select(StreamState.stream, StreamState.items, StreamState.read_at).where(
                StreamState.connection_id == health.id
            )
        ).all()
    settings = view.settings if view is not None else {}
    lines = [
        f"Backroom {__version__}, Python {platform.python_version()}, SQLite {sqlite_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"Connection: {health.connector}, state {health.state}",
        *(f"  {key}: {settings[key]}" for key in _SHOWN if settings.get(key) not in (None, "")),
        f"Last good: {health.last_ok_at or 'never'}; next try: {health.next_poll_at or 'none'}",
    ]
    if row is not None:
        lines.append(f"Failures in a row: {row.failures}; since {row.state_since}; said: {row.trouble or 'nothing'}")
    lines += [f"Stream {one.stream}: {one.items} items, read at {one.read_at}" for one in streams]
    return mask.clean("\n".join(lines))
