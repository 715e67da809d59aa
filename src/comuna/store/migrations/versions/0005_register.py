"""The register: names, households, rights by quarter, members' cards, what waits for the registrar, frozen rolls."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make of the list of member numbers a register. Who left before is a number alone, as it was."""
    op.add_column("register", sa.Column("name", sa.String(80), nullable=True))
    op.add_column("register", sa.Column("folded", sa.String(400), nullable=True))
    op.add_column("register", sa.Column("kind", sa.String(10), nullable=False, server_default="member"))
    op.add_column("register", sa.Column("household", sa.String(40), nullable=True))
    op.add_column("register", sa.Column("unit", sa.String(40), nullable=True))
    op.add_column("register", sa.Column("joined", sa.String(7), nullable=True))
    op.add_column("register", sa.Column("left", sa.String(7), nullable=True))
    op.create_table(
        "rights",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("member", sa.String(16), primary_key=True),
        sa.Column("right", sa.String(40), primary_key=True),
        sa.Column("since", sa.String(7), nullable=False),
        comment="The rights of those on a register, each with the quarter from which it holds.",
    )
    op.create_table(
        "cards",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("member", sa.String(16), nullable=False),
        sa.Column("use", sa.String(10), nullable=False),
        sa.Column("since", sa.String(20), nullable=False),
        sa.Column("ended", sa.String(20), nullable=True),
        comment="Members' keys, as SHA-256: of a printed card, of a browser. `ended`: when it was replaced.",
    )
    op.create_index("cards_of_member", "cards", ["book", "member"])
    op.create_table(
        "requests",
        sa.Column("request", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("member", sa.String(16), nullable=True),
        sa.Column("name", sa.String(80), nullable=True),
        sa.Column("household", sa.String(40), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("at", sa.String(20), nullable=False),
        comment="What waits for the registrar: newcomers at the door (`digest`: of their browser's key), rights that "
        "somebody asks to be corrected, members who ask to be erased.",
    )
    op.create_index("ix_requests_book", "requests", ["book"])
    op.create_table(
        "doors",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("rights", sa.Text(), nullable=False),
        comment="The short code by which people enter themselves on a register while it is open: as what kind, with "
        "which rights, and whether the desk confirms each.",
    )
    op.create_index("ix_doors_code", "doors", ["code"], unique=True)
    op.create_table(
        "rolls",
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), primary_key=True),
        sa.Column("member", sa.String(16), primary_key=True),
        sa.Column("rights", sa.Text(), nullable=False),
        comment="The roll of a gathering as it was when it opened: who held which rights.",
    )
