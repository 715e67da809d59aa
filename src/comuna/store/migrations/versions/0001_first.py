"""The first tables. Frozen: what comes later is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first version."""
    _book()
    _people()
    _said()


def _book() -> None:
    """The book's tables, and the index made from it."""
    op.create_table(
        "heads",
        sa.Column("book", sa.String(26), primary_key=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        comment="Each book's size and Merkle root: the fence that two writers cannot both pass.",
    )
    op.create_table(
        "acts",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        comment="The leaves: the exact bytes that were hashed.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "texts",
        sa.Column("ref", sa.String(64), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        comment="Texts whose keyed digests stand in acts. Erasing a row leaves the book whole.",
    )
    op.create_index("ix_texts_book", "texts", ["book"])
    op.create_table(
        "book_keys",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        comment="Each book's Ed25519 signing key.",
    )
    op.create_table(
        "gatherings",
        sa.Column("gathering", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("date", sa.String(10), nullable=False),
        sa.Column("start", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("journal_due", sa.String(10), nullable=True),
        comment="Index: where a gathering is and when. Written with the acts, rebuilt from them.",
    )
    op.create_index("gatherings_by_date", "gatherings", ["date", "start"])
    op.create_index("ix_gatherings_book", "gatherings", ["book"])
    op.create_index("ix_gatherings_journal_due", "gatherings", ["journal_due"])


def _people() -> None:
    """People, their keys, and where they meet."""
    op.create_table(
        "accounts",
        sa.Column("account", sa.String(26), primary_key=True),
        sa.Column("name", sa.String(80), nullable=True),
        sa.Column("since", sa.String(20), nullable=False),
        comment="People who organise on this installation.",
    )
    op.create_table(
        "register",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("member", sa.String(16), primary_key=True),
        sa.Column("account", sa.String(26), sa.ForeignKey("accounts.account"), nullable=True),
        comment="Who stands behind a member number of a group.",
    )
    op.create_index("ix_register_account", "register", ["account"])
    op.create_table(
        "participants",
        sa.Column("handle", sa.String(26), primary_key=True),
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), nullable=False),
        sa.Column("name", sa.String(80), nullable=True),
        sa.Column("coming", sa.Boolean(), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        comment="People of one gathering, under a random handle that no other gathering knows.",
    )
    op.create_index("ix_participants_gathering", "participants", ["gathering"])
    op.create_table(
        "keys",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(26), sa.ForeignKey("accounts.account"), nullable=True),
        sa.Column("handle", sa.String(26), sa.ForeignKey("participants.handle"), nullable=True),
        sa.Column("use", sa.String(10), nullable=False),
        sa.Column("until", sa.String(20), nullable=True),
        comment="Keys that open a door, as SHA-256: of a browser, of a printed card, of a link that works once.",
    )
    op.create_index("ix_keys_account", "keys", ["account"])
    op.create_index("ix_keys_handle", "keys", ["handle"])
    op.create_table(
        "join_links",
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), primary_key=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        comment="Where to meet on the net, and what else tells the way in. Never in a book.",
    )


def _said() -> None:
    """The journal and the notebook."""
    op.create_table(
        "journal",
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("by", sa.String(26), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        comment="The lines of a gathering's journal, until they expire.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notes",
        sa.Column("note", sa.String(26), primary_key=True),
        sa.Column("handle", sa.String(26), sa.ForeignKey("participants.handle"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("edit", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(12), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(12), nullable=True),
        sa.Column("column", sa.String(12), nullable=True),
        sa.Column("entry", sa.String(26), nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        comment="Private notes. `place`: how many came before it. `entry`: what it was released as. `erased`: an "
        "emptied row, so that a late copy stays out.",
    )
    op.create_index("ix_notes_handle", "notes", ["handle"])
    op.create_table(
        "watches",
        sa.Column("handle", sa.String(26), sa.ForeignKey("participants.handle"), primary_key=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        comment="Each person's film clock: where the film stood, and since when (Unix milliseconds) it runs.",
    )
