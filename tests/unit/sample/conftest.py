"""One sample year, built once and read by all tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backroom.sample.generator import build

NOW = datetime(2026, 6, 15, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Built:
    """A sample business on disk and what is true of it."""

    root: Path
    truth: dict[str, Any]

    @property
    def mails(self) -> dict[str, dict[str, Any]]:
        """What is true of each mail, by path."""
        mails: dict[str, dict[str, Any]] = self.truth["mails"]
        return mails


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The year before the README's reference moment."""
    root = tmp_path_factory.mktemp("sample") / "year"
    return Built(root, build(root, NOW))
