"""Assemblies that vote: who may, the ballot box, and marks of who has voted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the ballot box."""
    op.create_table(
        "voters",
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), primary_key=True),
        sa.Column("handle", sa.String(26), sa.ForeignKey("participants.handle"), primary_key=True),
        sa.Column("member", sa.String(16), nullable=True),
        comment="Who may vote at a gathering. `member`: the number on the register, where the group keeps one.",
    )
    op.create_index("voters_by_member", "voters", ["gathering", "member"], unique=True)
    op.create_table(
        "box_marks",
        sa.Column("vote", sa.String(26), primary_key=True),
        sa.Column("voter", sa.String(26), primary_key=True),
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), nullable=False, index=True),
        sa.Column("ballot", sa.String(26), nullable=True),
        comment="Who has voted. `ballot`: which is theirs, of an open vote only; of a secret one nobody knows.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "box_ballots",
        sa.Column("vote", sa.String(26), primary_key=True),
        sa.Column("ballot", sa.String(26), primary_key=True),
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), nullable=False, index=True),
        sa.Column("choice", sa.String(1000), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        comment="Ballots under ids that their phones chose: in no order, with no time, until the vote is closed.",
        sqlite_with_rowid=False,
    )
