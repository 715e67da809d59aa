"""Participatory budgets: who has voted, the ballots, and who can change a proposal until the list is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables of the budget's box. Nothing joins the first two; none of them has a time."""
    op.create_table(
        "budget_marks",
        sa.Column("round", sa.String(26), primary_key=True),
        sa.Column("member", sa.String(16), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        comment="Who has voted in a participatory budget that is open, and whether on a phone or on paper; no ballot. "
        "At closing it becomes a number.",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_budget_marks_book", "budget_marks", ["book"])
    op.create_table(
        "budget_ballots",
        sa.Column("round", sa.String(26), primary_key=True),
        sa.Column("ballot", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("choice", sa.String(1000), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        comment="Ballots of a participatory budget under ids that their phones chose: in no order, with no time, until "
        "it is closed.",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_budget_ballots_book", "budget_ballots", ["book"])
    op.create_table(
        "budget_authors",
        sa.Column("proposal", sa.String(26), primary_key=True),
        sa.Column("member", sa.String(16), nullable=False),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("round", sa.String(26), nullable=False),
        comment="Who can change a proposal for a budget until its list is sealed; then erased. In no backup.",
    )
    op.create_index("ix_budget_authors_book", "budget_authors", ["book"])
