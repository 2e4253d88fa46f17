"""Which playbooks are in use here, at which version, and what the owner has set in them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from backroom.records.columns import Record


class PlaybookUse(Record):
    """One playbook that is or was installed.

    `knobs` are the owner's answers, `versions` the version of each rule as it was last put there by the playbook (a
    live version that differs is the owner's own), `kept` what comes back when it is installed again or removed.
    """

    __tablename__ = "playbook_use"

    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    installed: Mapped[int]
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(default="")
    knobs: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    versions: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    kept: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
