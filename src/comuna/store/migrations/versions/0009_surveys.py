"""Surveys: the links of volunteers, and what was answered for dwellings."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables of surveys."""
    op.create_table(
        "survey_links",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("survey", sa.String(26), nullable=False),
        sa.Column("volunteer", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
        comment="Links by which volunteers fill in a survey, as SHA-256. `label`: a street or a block, nobody's name.",
    )
    op.create_index("ix_survey_links_book", "survey_links", ["book"])
    op.create_index("ix_survey_links_survey", "survey_links", ["survey"])
    op.create_table(
        "survey_visits",
        sa.Column("survey", sa.String(26), primary_key=True),
        sa.Column("visit", sa.String(26), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("volunteer", sa.Integer(), nullable=False),
        sa.Column("dwelling", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("edit", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False, server_default=sa.false()),
        comment="What was answered for dwellings, never for a person. `digest`: of what an account says; `aside`: "
        "another was chosen, and the answers are gone. Erased at the closing, or kept until the desk erases them.",
    )
    op.create_index("ix_survey_visits_book", "survey_visits", ["book"])
