"""Books that are published and witnessed: tiles, cosignatures, others' logs, disputes, copies, and what was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what a book needs to be checked, witnessed, moved and half-erased. Tiles of books that exist are made by the
    store when it opens."""
    op.add_column("heads", sa.Column("moved", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "tiles",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("level", sa.Integer(), primary_key=True),
        sa.Column("number", sa.BigInteger(), primary_key=True),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        comment="Full tiles of each book's tree (C2SP tlog-tiles), each with the root over it. Made from the acts.",
    )
    op.create_table(
        "cosignatures",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("witness", sa.String(200), primary_key=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("tried", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.String(32), nullable=True),
        comment="What each witness of a book last cosigned, when (Unix seconds), and what went wrong when last asked. "
        "`size` 0: nothing yet.",
    )
    op.create_table(
        "witness_keys",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        comment="The Ed25519 key with which this installation witnesses others' books.",
    )
    op.create_table(
        "logs",
        sa.Column("origin", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("since", sa.String(20), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        comment="Others' books that this installation witnesses: the key it trusts, and the last checkpoint it "
        "cosigned.",
    )
    op.create_table(
        "disputes",
        sa.Column("dispute", sa.String(26), primary_key=True),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("found", sa.String(20), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        comment="Two signed checkpoints of one book that cannot be reconciled: the one we hold, and one that was "
        "shown.",
    )
    op.create_index("ix_disputes_origin", "disputes", ["origin"])
    op.create_table(
        "copies",
        sa.Column("place", sa.String(400), primary_key=True),
        sa.Column("book", sa.String(26), primary_key=True),
        comment="Folders to which a book was exported, or (book: empty) everything backed up: compared at start.",
    )
    op.create_table(
        "erasures",
        sa.Column("kind", sa.String(12), primary_key=True),
        sa.Column("what", sa.String(64), primary_key=True),
        sa.Column("at", sa.String(20), nullable=False),
        comment="What was erased, by its random id or digest, so that a restored backup forgets it again.",
    )
