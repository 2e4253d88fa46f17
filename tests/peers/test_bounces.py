"""An answer to a dead address, the whole way: out through Postfix, back through Dovecot, to a person, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backroom.app.program import Program
from backroom.errors import InputError
from backroom.escalation.act import Act
from backroom.integration import customer_acts
from backroom.paths import Home
from backroom.records.messages import Fate
from backroom.records.runs import EffectState, RunState
from tests.peers.bounce_shop import FACTS, ShiftedClock, Shop
from tests.peers.postfix import Postfix
from tests.peers.servers import Dovecot

pytestmark = [pytest.mark.peers, pytest.mark.timeout(900)]
DEAD = "helen@far-away.example"
ITEMS = "SELECT id, reason, why, customer_id FROM escalation WHERE kind = 'bounce' ORDER BY id"


@pytest.fixture
def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postfix: Postfix, dovecot: Dovecot, user: str
) -> Iterator[Shop]:
    monkeypatch.setattr("backroom.secrets.system_keyring", lambda: None)
    clock = ShiftedClock()
    program = Program(Home(tmp_path / "home"), clock=clock, passphrase="seven green kettles")
    program.begin_business(FACTS)
    assert program.business is not None
    built = Shop(program.business, dovecot, clock, user)
    built.connect(postfix.port)
    yield built
    program.close()


def asked(shop: Shop) -> None:
    """Let somebody ask for something from an address that does not exist."""
    shop.receive(f"Helen Lee <{DEAD}>", "Quote for a roof", "Hello, could you give me a quote for a new roof?\n\nHelen")
    assert shop.one("SELECT state FROM effect") == EffectState.CONFIRMED


def test_an_answer_that_comes_back_is_put_before_a_person_once_and_nothing_more_goes_there(shop: Shop) -> None:
    asked(shop)
    ((item_id, reason, why, customer_id),) = shop.turn_until(ITEMS)
    assert reason == "Our message came back"
    assert f"“Re: Quote for a roof” to {DEAD} came back" in why
    assert "5.1.1" in why or "unknown" in why.lower()
    assert shop.one("SELECT name FROM customer WHERE id = ?", customer_id) == "Helen Lee"
    assert shop.one("SELECT fate FROM message WHERE direction = 'in' ORDER BY id DESC") == Fate.BOUNCE
    assert shop.one("SELECT fate FROM message WHERE direction = 'out'") == Fate.BOUNCE
    assert shop.one("SELECT address FROM dead_address WHERE lifted_at IS NULL") == DEAD

    shop.later(timedelta(hours=24, minutes=10))
    follow_up = shop.rows("SELECT state, tries, evidence FROM effect WHERE key LIKE 'follow-up-1:%'")
    assert [row[:2] for row in follow_up] == [(EffectState.REFUSED, 0)]
    (outcome,) = shop.rows("SELECT state, outcome FROM run WHERE rule_key = 'lead-follow-up'")
    assert outcome[0] == RunState.STOPPED
    assert f"a message to {DEAD} came back on" in outcome[1]
    assert "Correct the address" in outcome[1]
    assert shop.rows(ITEMS)[1:] == []
    store = shop.business.store
    letter = customer_acts.Letter(customer_id=customer_id, subject="Hi", text="Hi", actor="Marta", wish=1)
    with pytest.raises(InputError, match="came back") as refused:
        store.write_now(lambda tx: customer_acts.write_to(tx, shop.business.outbox, letter))
    assert "Try again" in refused.value.remedy

    offers = shop.one("SELECT proposals FROM escalation WHERE id = ?", item_id)
    assert '"try_address"' in offers
    owner, version = shop.one("SELECT id FROM person"), shop.one("SELECT version FROM escalation")
    act = Act(item_id=item_id, by=owner, version=version)
    store.write_now(lambda tx: shop.business.verbs.do_proposal(tx, act, 2))
    assert shop.rows("SELECT 1 FROM dead_address WHERE lifted_at IS NULL") == []
    shop.business.work_until_quiet()
    assert shop.one("SELECT state FROM effect WHERE key NOT LIKE 'follow-up%'") == EffectState.CONFIRMED
    again = shop.turn_until(f"{ITEMS} LIMIT 1 OFFSET 1")
    assert again[0][3] == customer_id


def test_a_changed_address_or_a_word_from_it_is_written_to_again(shop: Shop) -> None:
    asked(shop)
    ((_, _, _, customer_id),) = shop.turn_until(ITEMS)
    store = shop.business.store
    home = f"{shop.user}@post.example"
    store.write_now(lambda tx: customer_acts.correct(tx, customer_id, {"email": home}))
    letter = customer_acts.Letter(customer_id=customer_id, subject="Your roof", text="Hello", actor="Marta", wish=1)
    effect_id = store.write_now(lambda tx: customer_acts.write_to(tx, shop.business.outbox, letter))
    shop.later(timedelta(minutes=1))
    assert shop.one("SELECT state FROM effect WHERE id = ?", effect_id) == EffectState.CONFIRMED
    assert shop.rows("SELECT 1 FROM dead_address WHERE lifted_at IS NULL") != []
    shop.receive(f"Helen Lee <{DEAD}>", "Re: Quote for a roof", "I can read mail here again, please answer.")
    assert shop.rows("SELECT lifted_by FROM dead_address") == [("They wrote from it.",)]
