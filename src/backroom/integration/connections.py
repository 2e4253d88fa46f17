"""Connects systems: the sign-in is tested before anything is kept, and an account never silently becomes another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backroom.errors import ConnectorError, InputError
from backroom.events import ConnectionRecovered
from backroom.ids import new_id
from backroom.integration import connection_state
from backroom.integration.contract import Account, Connector, FieldKind, FormField, Tested
from backroom.integration.rows import value_of
from backroom.integration.senders import LEARNED, ConnectionView, connection, mates
from backroom.records.connections import Connection, ConnectionState, StreamState

if TYPE_CHECKING:
    from backroom.integration.accounts import Accounts
    from backroom.integration.outbox import Outbox
    from backroom.store.store import Store
    from backroom.store.transaction import Transaction

Values = Mapping[str, Any]


class Connections:
    """Adds, changes and removes connections; every call may block on the network or the keyring."""

    def __init__(self, store: Store, accounts: Accounts, outbox: Outbox) -> None:
        """Keep settings in `store` and passwords where `accounts` keeps them."""
        self._store = store
        self._accounts = accounts
        self._outbox = outbox

    def test(self, connector_key: str, values: Values) -> Tested:
        """Try a sign-in without keeping anything. Raises InputError (with field), TryLater, SignInAgain or Broken."""
        connector = self._connector(connector_key)
        settings, secrets = _split(connector, values)
        return connector.test(Account(connection_id=0, settings=settings, secrets=secrets))

    def add(self, connector_key: str, values: Values, *, name: str = "") -> int:
        """Connect an account after a successful test and return the connection's id; reading begins at once.

        Raises what `test` raises, and InputError when this account is connected already.
        """
        connector = self._connector(connector_key)
        tested = self.test(connector_key, values)
        settings, secrets = _split(connector, values)
        connection_id = new_id()
        self._accounts.keep(connection_id, secrets)
        try:
            self._store.write_now(lambda tx: self._add(tx, connection_id, connector, tested, settings, name))
        except BaseException:
            self._accounts.forget(connection_id, connector.key)
            raise
        return connection_id

    def sign_in_again(self, connection_id: int, values: Values) -> Tested:
        """Take new settings or a new password for the same account; what waited for it goes on.

        Fields left out (or empty passwords) stay as they are. Raises InputError when it is another account.
        """
        connector, merged, tested = self._tried(connection_id, values)
        settings, secrets = _split(connector, merged)
        self._accounts.keep(connection_id, {key: value for key, value in secrets.items() if value})
        self._store.write_now(lambda tx: self._signed_in(tx, connection_id, tested, settings))
        self._sign_in_mates(connection_id, secrets)
        return tested

    edit = sign_in_again

    def _sign_in_mates(self, connection_id: int, secrets: Mapping[str, str]) -> None:
        """Let the other half of the mailbox go on with the same password; one that refuses it says so itself."""
        with self._store.read() as reader:
            waiting = [one for one in mates(reader, connection_id) if one.state == ConnectionState.SIGN_IN]
        for one in waiting:
            try:
                connector, merged, tested = self._tried(one.id, secrets)
            except ConnectorError as error:
                self._store.write_now(lambda tx, of=one.id, why=error: connection_state.failed(tx, of, why))  # type: ignore[misc]
                continue
            settings, kept = _split(connector, merged)
            self._accounts.keep(one.id, {key: value for key, value in kept.items() if value})
            self._store.write_now(
                lambda tx, of=one.id, seen=tested, new=settings: self._signed_in(tx, of, seen, new)  # type: ignore[misc]
            )

    def try_again(self, connection_id: int, values: Values) -> Tested:
        """Try what `sign_in_again` would take, without keeping anything. Raises the same."""
        return self._tried(connection_id, values)[2]

    def rename(self, connection_id: int, name: str) -> None:
        """Give a connection another name."""
        if not name.strip():
            raise InputError("A connection needs a name.", field="name")

        def write(tx: Transaction) -> None:
            self._row(tx, connection_id).name = name.strip()

        self._store.write_now(write)

    def pause(self, connection_id: int) -> None:
        """Read and send nothing through a connection until it is resumed; nothing is lost."""

        def write(tx: Transaction) -> None:
            row = self._row(tx, connection_id)
            row.state, row.state_since, row.next_poll_at = ConnectionState.PAUSED, tx.now, None

        self._store.write_now(write)

    def resume(self, connection_id: int) -> None:
        """Go on where a paused connection was left."""

        def write(tx: Transaction) -> None:
            row = self._row(tx, connection_id)
            if row.state == ConnectionState.PAUSED:
                row.state, row.state_since, row.next_poll_at = ConnectionState.NEW, tx.now, tx.now
                row.failures, row.trouble, row.remedy = 0, "", ""
                tx.flush()
                self._outbox.resume(tx, connection_id)

        self._store.write_now(write)

    def remove(self, connection_id: int) -> None:
        """Forget a connection and its password; what was read stays, what waits for it leaves another way or waits."""
        view = self._view(connection_id)

        def write(tx: Transaction) -> None:
            row = self._row(tx, connection_id)
            self._outbox.abandon(tx, connection_id)
            tx.session.delete(row)
            tx.flush()
            tx.put(
                "DELETE FROM stream_state WHERE connection_id = ?", (connection_id,), changes=StreamState.__tablename__
            )
            key = f"connection:{view.connector}:{view.account or connection_id}:removed:{connection_id}"
            tx.emit(ConnectionRecovered(source_key=key, at=tx.now, connection_id=connection_id))

        self._store.write_now(write)
        self._accounts.forget(connection_id, view.connector)

    def _add(
        self,
        tx: Transaction,
        connection_id: int,
        connector: Connector,
        tested: Tested,
        settings: dict[str, Any],
        name: str,
    ) -> None:
        same = "SELECT name FROM connection WHERE connector = ? AND lower(account) = lower(?)"
        taken = value_of(tx, same, (connector.key, tested.account)) if tested.account else None
        if taken is not None:
            remedy = "Open that connection to change it; the same account twice would bring everything twice."
            raise InputError(f"{tested.account} is connected already, as “{taken}”.", field="", remedy=remedy)
        tx.add(
            Connection(
                id=connection_id,
                connector=connector.key,
                name=name.strip() or tested.account or connector.title,
                created_at=tx.now,
                settings=settings,
                account=tested.account,
                state=ConnectionState.OK,
                state_since=tx.now,
                last_ok_at=tx.now,
                next_poll_at=tx.now if connector.streams else None,
            )
        )
        self._outbox.resume(tx, connection_id)

    def _tried(self, connection_id: int, values: Values) -> tuple[Connector, dict[str, Any], Tested]:
        """Sign in with the kept values and the new ones over them, as the same account."""
        view = self._view(connection_id)
        connector = self._connector(view.connector)
        kept = self._kept(view, connector)
        merged = {**kept, **{key: value for key, value in values.items() if value not in ("", None) or key not in kept}}
        tested = self.test(view.connector, merged)
        if view.account and tested.account.casefold() != view.account.casefold():
            raise InputError(
                f"This is the account {tested.account}, but the connection is for {view.account}.",
                field=_account_field(connector),
                remedy=f"Sign in as {view.account}, or add {tested.account} as a connection of its own.",
            )
        return connector, merged, tested

    def _signed_in(self, tx: Transaction, connection_id: int, tested: Tested, settings: dict[str, Any]) -> None:
        row = self._row(tx, connection_id)
        learned = {LEARNED: row.settings[LEARNED]} if LEARNED in row.settings else {}
        row.settings = {**settings, **learned}
        row.account = row.account or tested.account
        if row.state == ConnectionState.PAUSED:
            row.state = ConnectionState.NEW
        tx.flush()
        streams = self._connector(row.connector).streams
        connection_state.worked(tx, connection_id, next_poll_at=tx.now if streams else None)
        self._outbox.resume(tx, connection_id)

    def _kept(self, view: ConnectionView, connector: Connector) -> dict[str, Any]:
        account = self._accounts.peek(view)
        return {
            **{field.key: view.settings[field.key] for field in connector.form if field.key in view.settings},
            **account,
        }

    def _view(self, connection_id: int) -> ConnectionView:
        with self._store.read() as reader:
            view = connection(reader, connection_id)
        if view is None:
            raise InputError("This connection is not there any more.", field="connection")
        return view

    def _row(self, tx: Transaction, connection_id: int) -> Connection:
        row = tx.get(Connection, connection_id)
        if row is None:
            raise InputError("This connection is not there any more.", field="connection")
        return row

    def _connector(self, key: str) -> Connector:
        connector = self._accounts.connectors.get(key)
        if connector is None:
            raise InputError(f"This version of Backroom cannot connect to “{key}”.", field="connector")
        return connector


def _split(connector: Connector, values: Values) -> tuple[dict[str, Any], dict[str, str]]:
    """Check what was typed and return (settings, secrets); raises InputError naming the field."""
    settings: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    for field in connector.form:
        value = values.get(field.key, field.default)
        if field.required and (value is None or value == "") and field.kind is not FieldKind.YES_NO:
            raise InputError(f"{field.label} is missing.", field=field.key, remedy=field.help)
        if field.kind is FieldKind.PASSWORD:
            secrets[field.key] = str(value or "")
        else:
            settings[field.key] = _typed(field, value)
    return settings, {key: secret for key, secret in secrets.items() if secret}


def _typed(field: FormField, value: Any) -> Any:
    if field.kind is FieldKind.NUMBER and value not in ("", None):
        try:
            return int(value)
        except (TypeError, ValueError):
            raise InputError(f"{field.label} must be a whole number.", field=field.key) from None
    if field.kind is FieldKind.YES_NO:
        return bool(value)
    if field.kind is FieldKind.CHOICE and field.choices and value not in field.choices:
        remedy = f"Choose one of: {', '.join(field.choices)}."
        raise InputError(f"“{value}” is not possible for {field.label.lower()}.", field=field.key, remedy=remedy)
    return value.strip() if isinstance(value, str) else value


def _account_field(connector: Connector) -> str:
    named = (field.key for field in connector.form if field.key in {"user", "username", "address", "folder"})
    return next(named, "")
