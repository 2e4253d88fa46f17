"""What holds for every test: no screen, no network but loopback, a data folder of its own, and nothing left running."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.leaks import Leaks
from tests.loopback import Loopback

SOAK = os.environ.get("BACKROOM_SOAK") == "1"

# Slow machines are no reason to fail; the same run finds the same examples.
settings.register_profile(
    "backroom",
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow,),
    max_examples=2_000 if SOAK else 60,
    derandomize=not SOAK,
)
settings.load_profile("backroom")

_failed = pytest.StashKey[bool]()
_leaks = Leaks()
_loopback = Loopback()


def pytest_configure() -> None:
    """Set the guards before anything of ours is imported."""
    _loopback.stand()
    _leaks.watch_qt()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the long forms to `dev.py soak`."""
    if not SOAK:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="the long form: python3 packaging/dev.py soak NAME"))


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep every test away from the data of whoever runs them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKROOM_HOME", str(home))
        yield home


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    """Let fixtures that outlive one test keep what they have started."""
    if fixturedef.scope == "function":
        return (yield)
    with _leaks.allowed():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note failures: the traceback of a failed test keeps its widgets alive, which is no leak."""
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Note what runs before the test, and whether it may use the network."""
    _leaks.start()
    _loopback.start(open_to_all=item.get_closest_marker("open_network") is not None)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that left something running or reached out, after its fixtures have cleaned up."""
    result = yield
    if refused := _loopback.refused():
        pytest.fail(f"the test reached for the network: {', '.join(refused)}", pytrace=False)
    if not item.stash.get(_failed, False) and item.get_closest_marker("leaves_running") is None:
        left = _leaks.left()
        if left:
            pytest.fail(f"the test left running: {', '.join(left)}", pytrace=False)
    return result
