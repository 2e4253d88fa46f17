"""Real servers for the tests of this folder; each test gets a mailbox of its own."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.certificates import make_certificate
from tests.peers.postfix import Postfix, postfix_missing
from tests.peers.servers import Dovecot, dovecot_missing

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    missing = dovecot_missing()
    if missing:
        pytest.skip(missing)
    # Not tmp_path: the server's own user must be able to walk down to the mail.
    root = Path(tempfile.mkdtemp(prefix="backroom-dovecot-"))
    root.chmod(0o755)
    server = Dovecot(root)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def encrypted_dovecot(dovecot: Dovecot) -> Iterator[Dovecot]:
    """A second Dovecot that speaks TLS, with a certificate of an authority made for these tests."""
    root = Path(tempfile.mkdtemp(prefix="backroom-dovecot-"))
    root.chmod(0o755)
    server = Dovecot(root, certificate=make_certificate(root, "localhost"))
    server.start()
    yield server
    server.stop()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    missing = postfix_missing()
    if missing:
        pytest.skip(missing)
    root = Path(tempfile.mkdtemp(prefix="backroom-postfix-"))
    root.chmod(0o755)
    server = Postfix(root, dovecot)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def user() -> str:
    return f"shop{next(_numbers)}"
