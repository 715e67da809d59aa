"""A group's map, and its services with rounds: points, vehicles, plans, and reports of what was not collected."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables of maps and rounds."""
    op.create_table(
        "maps",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        comment="A group's map of its streets, as `streets.model.pack` wrote it. `digest`: SHA-256 of the file.",
    )
    op.create_table(
        "rounds",
        sa.Column("service", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        comment="Points, vehicles and plans of a service with rounds, as JSON. Never in a book.",
    )
    op.create_index("ix_rounds_book", "rounds", ["book"])
    op.create_table(
        "round_reports",
        sa.Column("service", sa.String(26), sa.ForeignKey("rounds.service"), primary_key=True),
        sa.Column("point", sa.String(26), primary_key=True),
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        comment="How often a point was said not to be collected in a week. Nobody's name, no time.",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_round_reports_book", "round_reports", ["book"])
