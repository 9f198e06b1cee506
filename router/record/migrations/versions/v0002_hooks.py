"""One row a hook that ran."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Float, PrimaryKeyConstraint, String, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the table of the hooks' health."""
    op.create_table(
        "hooks",
        Column("id", String(length=32), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("host", Text(), nullable=False),
        Column("event", Text(), nullable=False),
        Column("ok", Boolean(), nullable=False),
        Column("error", Text(), nullable=True),
        Column("ms", Float(), nullable=True),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("hooks_at", "hooks", ["at"], unique=False)
