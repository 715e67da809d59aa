"""Projects: who comes to a work brigade, materials, and the dwellings that are mended in an order."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables beside the book: none of them is ever in it."""
    op.create_table(
        "brigade_hands",
        _book(),
        sa.Column("brigade", sa.String(26), primary_key=True),
        sa.Column("member", sa.String(16), primary_key=True),
        comment="Who said they would come to a work brigade. Erased when it was held or called off; never in a book.",
    )
    op.create_table(
        "brigade_materials",
        _book(),
        sa.Column("brigade", sa.String(26), primary_key=True),
        *_materials(),
        comment="What a work brigade needs, and how much of it is there.",
    )
    op.create_table(
        "dwellings",
        _book(),
        sa.Column("project", sa.String(26), primary_key=True),
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("hands_there", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("started", sa.String(10), nullable=True),
        sa.Column("handed", sa.String(10), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        comment="The dwellings of a project by household number, their answers (criterion to answer, JSON), and the "
        "work on them. Erased when the project ends; never in a book.",
    )
    op.create_table(
        "dwelling_materials",
        _book(),
        sa.Column("project", sa.String(26), primary_key=True),
        sa.Column("code", sa.String(40), primary_key=True),
        *_materials(),
        comment="What the work on a dwelling needs, and how much of it is there.",
    )
    op.create_table(
        "housing_lists",
        _book(),
        sa.Column("project", sa.String(26), primary_key=True),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        comment="The order of dwellings that was last set, with the key of its digest. Erased when the project ends.",
    )


def _book() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True)


def _materials() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("line", sa.Integer(), primary_key=True),
        sa.Column("what", sa.String(120), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("there", sa.Integer(), nullable=False),
    ]
