"""Petitions: who signed one, under a digest whose key goes with the count."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables of petitions. They are in no backup."""
    op.create_table(
        "petitions",
        sa.Column("recall", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        comment="Petitions that somebody signed, each with the random key of its signatures. In no backup.",
    )
    op.create_index("ix_petitions_book", "petitions", ["book"])
    op.create_table(
        "signatures",
        sa.Column("recall", sa.String(26), sa.ForeignKey("petitions.recall"), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("way", sa.String(10), primary_key=True),
        comment="Who signed a petition: a keyed digest of the member number, in no order of time. Erased when the "
        "petition is certified; in no backup.",
        sqlite_with_rowid=False,
    )
