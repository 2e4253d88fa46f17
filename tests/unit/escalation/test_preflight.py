"""Before it matters, a policy says at which hours only the owner would hear of something urgent."""

from datetime import UTC, datetime, timedelta

from backroom.escalation.duty import read_roster
from backroom.escalation.preflight import Preflight, preflight
from tests.unit.escalation.conftest import MONDAY, Firm


def look(firm: Firm) -> Preflight:
    with firm.store.read() as reader:
        return preflight(firm.policies, "default", read_roster(reader), MONDAY)


def test_nights_and_weekends_rest_on_the_owner(firm: Firm) -> None:
    gaps = look(firm).gaps
    sunday = datetime(2026, 3, 8, 18, 0, tzinfo=UTC)
    assert any(gap.starts <= sunday < gap.ends and not gap.is_open for gap in gaps)
    assert not any(gap.is_open for gap in gaps)
    assert max(gap.ends - gap.starts for gap in gaps) <= timedelta(hours=64)


def test_hours_nobody_works_in_are_found_while_the_business_is_open(firm: Firm) -> None:
    firm.store.write_now(lambda tx: tx.driver("UPDATE person SET active = 0 WHERE role = 'desk'", changes="person"))
    firm.store.write_now(lambda tx: tx.driver("UPDATE person SET away_until = 1 << 51", changes="person"))
    gaps = look(firm).gaps
    assert any(gap.is_open for gap in gaps)


def test_what_cannot_work_is_said_in_words(firm: Firm) -> None:
    assert look(firm).warnings == ()
    firm.store.write_now(lambda tx: tx.driver("UPDATE person SET email = ''", changes="person"))
    assert "Marta Ruiz has no e-mail address" in look(firm).warnings[0]
    firm.store.write_now(lambda tx: tx.driver("UPDATE person SET active = 0", changes="person"))
    assert "There is no owner" in look(firm).warnings[0]
