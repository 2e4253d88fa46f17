"""A connection is tested before it is kept, its password never lies in the database, and it stays the same account."""

from __future__ import annotations

import pytest

from backroom.errors import InputError, SignInAgain
from backroom.records.runs import EffectState
from backroom.store.store import Store
from tests.unit.integration.stand_in import SHOP, House, form

RIGHT = {"address": SHOP, "password": "right"}


@pytest.fixture
def empty(store: Store, house: House) -> House:
    house.connections.remove(house.connection_id)
    return house


def test_a_wrong_password_keeps_nothing(empty: House) -> None:
    with pytest.raises(SignInAgain):
        empty.connections.add("stand_in", {"address": SHOP, "password": "wrong"})
    assert empty.one("SELECT count(*) FROM connection") == 0


def test_what_is_missing_is_named_with_its_field(empty: House) -> None:
    with pytest.raises(InputError, match="Password is missing") as refused:
        empty.connections.add("stand_in", {"address": SHOP})
    assert refused.value.field == "password"


def test_the_password_lies_with_the_secrets_only(house: House) -> None:
    assert house.secrets.read(f"connection:{house.connection_id}:password") == "right"
    assert "right" not in str(house.rows("SELECT * FROM connection"))
    house.connections.remove(house.connection_id)
    assert house.secrets.read(f"connection:{house.connection_id}:password") is None


def test_the_same_account_is_connected_once(house: House) -> None:
    with pytest.raises(InputError, match="connected already"):
        house.connections.add("stand_in", RIGHT)
    assert house.one("SELECT count(*) FROM connection") == 1


def test_signing_in_as_somebody_else_is_refused_and_changes_nothing(house: House) -> None:
    with pytest.raises(InputError, match="but the connection is for"):
        house.connections.sign_in_again(house.connection_id, {"address": "tom@other.example"})
    assert house.one("SELECT json_extract(settings, '$.address') FROM connection") == SHOP


def test_a_new_password_replaces_the_old_one(house: House) -> None:
    house.stand_in.password = "new"
    house.connections.sign_in_again(house.connection_id, {"password": "new"})
    assert house.secrets.read(f"connection:{house.connection_id}:password") == "new"


def test_an_empty_password_field_keeps_the_password(house: House) -> None:
    house.connections.edit(house.connection_id, {"address": SHOP, "password": ""})
    assert house.secrets.read(f"connection:{house.connection_id}:password") == "right"


def test_what_was_read_stays_when_a_connection_is_removed_and_what_waits_keeps_waiting(house: House) -> None:
    house.arrives(form())
    effect = house.plan(not_before=house.clock.now().replace(hour=20))
    house.connections.remove(house.connection_id)
    assert house.one("SELECT count(*) FROM lead") == 1
    assert house.state(effect) == EffectState.PARKED
    house.connection_id = house.connections.add("stand_in", RIGHT)
    house.work()
    assert house.state(effect) == EffectState.CONFIRMED


def test_a_password_lost_from_the_keyring_asks_for_a_sign_in(house: House) -> None:
    house.secrets.forget(f"connection:{house.connection_id}:password")
    assert isinstance(house.sync.poll(house.connection_id).trouble, SignInAgain)
    assert house.one("SELECT state FROM connection") == "sign_in"


def test_a_connection_gets_another_name(house: House) -> None:
    house.connections.rename(house.connection_id, " Front desk ")
    assert house.one("SELECT name FROM connection") == "Front desk"
    with pytest.raises(InputError):
        house.connections.rename(house.connection_id, " ")
