"""The first released schema, as the frozen SQL beside this file."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table, index and trigger of the first schema."""
    for statement in Path(__file__).with_name("0001_first.sql").read_text("utf-8").split(";\n\n"):
        if statement.strip():
            op.execute(statement.strip())
