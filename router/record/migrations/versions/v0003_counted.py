"""Whether the tokens of a shortened output were counted."""

from alembic import op
from sqlalchemy import Boolean, Column

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the mark; of rows that are there already it is not known."""
    op.add_column("compressions", Column("counted", Boolean(), nullable=True))
