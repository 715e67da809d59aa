"""Needs: those that wait for the desk, hands counted in halls, and who supports one, under a digest whose key goes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables of needs. Who supports one is in no backup."""
    op.create_table(
        "offered_needs",
        sa.Column("need", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("offered", sa.String(10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("point", sa.String(40), nullable=True),
        sa.Column("unit", sa.String(81), nullable=True),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("declined", sa.Text(), nullable=True),
        comment="Needs that people without a card sent, until the desk says yes or no: who sent one is not known. "
        "`declined`: why the desk said no; then nothing else is left of it.",
    )
    op.create_index("ix_offered_needs_book", "offered_needs", ["book"])
    op.create_table(
        "need_hands",
        sa.Column("need", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        comment="How many hands were counted for a need in halls, until it is presented.",
    )
    op.create_index("ix_need_hands_book", "need_hands", ["book"])
    op.create_table(
        "need_keys",
        sa.Column("need", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        comment="Needs that somebody supports, each with the random key of its supporters. In no backup.",
    )
    op.create_index("ix_need_keys_book", "need_keys", ["book"])
    op.create_table(
        "need_supports",
        sa.Column("need", sa.String(26), sa.ForeignKey("need_keys.need"), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        comment="Who supports a need: a keyed digest of the member number, in no order of time. Erased when the need "
        "is presented; in no backup.",
        sqlite_with_rowid=False,
    )
