"""The declared source of truth decides each field, the owner's own word above all, in whatever order things come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backroom.errors import RuleError
from backroom.integration.authority import FIELDS, OWNER, order_of, rank, read_orders
from backroom.integration.merge import Claim, choose, claim_fields, field_sources, keep, newer, unkeep
from backroom.records.customers import Customer
from backroom.store.store import Store
from tests.unit.integration.stand_in import START

SYSTEMS = ("folder/invoice", "imap/form", "imap/mail", "folder/call", "other/thing")
CLAIMS = st.lists(
    st.builds(
        Claim,
        system=st.sampled_from((*SYSTEMS, OWNER)),
        value=st.sampled_from(["", " ", "Helen Lee", "H. Lee", "Lee"]),
        seen_at=st.integers(0, 3).map(lambda hours: START + timedelta(hours=hours)),
    ),
    max_size=8,
)


@given(claims=CLAIMS, seed=st.randoms())
def test_the_choice_does_not_depend_on_the_order(claims: list[Claim], seed: Any) -> None:
    mixed = list(claims)
    seed.shuffle(mixed)
    order = order_of("name")
    one, other = choose(claims, order), choose(mixed, order)
    assert (one and (one.system, one.value)) == (other and (other.system, other.value))


@given(claims=CLAIMS)
def test_no_more_trusted_word_is_passed_over_and_an_empty_one_never_counts(claims: list[Claim]) -> None:
    order = order_of("name")
    chosen = choose(claims, order)
    said = [claim for claim in claims if claim.value.strip()]
    assert (chosen is None) == (not said)
    if chosen is not None:
        assert chosen.value.strip()
        assert all(rank(claim.system, order) >= rank(chosen.system, order) for claim in said)


@given(one=CLAIMS, other=CLAIMS)
def test_of_two_statements_of_one_system_the_later_counts_either_way(one: list[Claim], other: list[Claim]) -> None:
    for first, second in zip(one, other, strict=False):
        same = replace(second, system=first.system)
        assert newer(first, same) == newer(same, first)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    claims=st.lists(
        st.tuples(st.sampled_from(SYSTEMS), st.sampled_from(["Ann", "Bea", "Cid"]), st.integers(0, 5)), max_size=7
    ),
    seed=st.randoms(),
)
def test_the_record_comes_out_the_same_in_any_order(
    store: Store, claims: list[tuple[str, str, int]], seed: Any
) -> None:
    mixed = list(claims)
    seed.shuffle(mixed)
    assert told(store, claims) == told(store, mixed)


def told(store: Store, claims: list[tuple[str, str, int]]) -> str:
    """Return the name a customer gets from these claims."""

    def work(tx: Any) -> int:
        made = Customer(name="?", created_at=START, updated_at=START, last_contact_at=START)
        tx.add(made)
        for system, value, hours in claims:
            claim_fields(tx, made.id, system, {"name": value}, START + timedelta(hours=hours))
        return made.id

    made = store.write_now(work)
    return name_of(store, made)


def name_of(store: Store, customer_id: int) -> str:
    with store.read() as reader:
        return str(reader.driver("SELECT name FROM customer WHERE id = ?", (customer_id,)).scalar())


def test_the_owners_word_stays_until_it_is_taken_back(store: Store) -> None:
    made = store.write_now(
        lambda tx: tx.add(Customer(name="?", created_at=START, updated_at=START, last_contact_at=START)).id
    )
    store.write_now(lambda tx: claim_fields(tx, made, "imap/mail", {"name": "helen"}, START))
    store.write_now(lambda tx: keep(tx, made, "name", "Helen Lee-Park"))
    store.write_now(lambda tx: claim_fields(tx, made, "folder/invoice", {"name": "H LEE"}, START + timedelta(days=9)))
    assert name_of(store, made) == "Helen Lee-Park"
    with store.read() as reader:
        (sources,) = field_sources(reader, made)
    assert [claim.system for claim in sources.claims] == [OWNER, "folder/invoice", "imap/mail"]
    assert not sources.disputed
    store.write_now(lambda tx: unkeep(tx, made, "name"))
    assert name_of(store, made) == "H LEE"
    with store.read() as reader:
        (sources,) = field_sources(reader, made)
    assert sources.disputed
    assert [claim.chosen for claim in sources.claims] == [True, False]


def test_a_late_older_statement_does_not_win(store: Store) -> None:
    assert told(store, [("imap/mail", "New", 5), ("imap/mail", "Old", 1)]) == "New"


def test_the_delivered_orders_name_every_field() -> None:
    assert all(order_of(field) for field in FIELDS)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[customer]\nname = ["mail"]\nnmae = ["x"]\n', 3, "no field"),
        ('[customer]\nname = ["mail", "mail"]\n', 2, "different names"),
        ("[customer]\n", 0, "No order is given"),
        ("[customer\n", 0, "not valid TOML"),
    ],
)
def test_a_wrong_order_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(RuleError, match=words) as refused:
        read_orders(text)
    assert refused.value.line == line
