"""Petitions: the number of signatures that is told, which follows the true one in steps."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Keep beside a petition's key what was last told, and since when."""
    op.add_column("petitions", sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("petitions", sa.Column("told_on", sa.String(10), nullable=False, server_default="0001-01-01"))
