"""Many hands reach for the same items: one gets each, the others learn who, and nobody acts twice."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from backroom.errors import StoreInUse, VerbRefused
from backroom.escalation import verbs
from backroom.escalation.act import Act, Done
from backroom.escalation.deeds import Deeds
from backroom.store.store import Store
from backroom.store.transaction import Transaction
from tests.unit.escalation.conftest import Firm

SOAK = os.environ.get("BACKROOM_SOAK") == "1"
ITEMS = 125_000 if SOAK else 40
HANDS = 8
DONE = "done"


@pytest.mark.timeout(7200)
def test_of_many_hands_one_gets_each_item_and_one_answer_is_sent(firm: Firm) -> None:
    deeds = Deeds(firm.box)
    people = (firm.owner, firm.dana, firm.sam)
    acts: tuple[Callable[[Transaction, Act], Done], ...] = (
        verbs.claim,
        verbs.resolve,
        lambda tx, act: deeds.reply(tx, act, "We come."),
        verbs.snooze,
    )

    def reach(item_id: int, hand: int) -> str:
        act = Act(item_id, 1, people[hand % 3])
        try:
            firm.store.write_now(lambda tx: acts[hand % len(acts)](tx, act))
        except VerbRefused as refused:
            return str(refused)
        return DONE

    with ThreadPoolExecutor(HANDS) as pool:
        for begin in range(0, ITEMS, 500):
            items = [firm.open(f"case-{n}").id for n in range(begin, min(begin + 500, ITEMS))]
            tries = [(item, pool.submit(reach, item, hand)) for item in items for hand in range(HANDS)]
            won = Counter(item for item, future in tries if future.result() == DONE)
            words = {future.result() for _item, future in tries} - {DONE}
            assert all(any(name in said for name in ("Marta", "Dana", "Sam")) for said in words), words
            assert set(won) == set(items)
            assert set(won.values()) == {1}
    with firm.store.read() as reader:
        replied = reader.driver("SELECT count(*) FROM escalation_event WHERE kind = 'replied'").scalar_one()
        assert reader.driver("SELECT count(*) FROM effect").scalar_one() == replied


def test_a_second_program_cannot_open_the_same_store(firm: Firm) -> None:
    with pytest.raises(StoreInUse):
        Store.open(firm.store.path, quick=True)
