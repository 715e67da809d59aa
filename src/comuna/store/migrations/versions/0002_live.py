"""Live gatherings: what was sent twice is known by its key, roles of participants, chairs' keys, codes to join."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what a gathering needs while it is held."""
    op.add_column("journal", sa.Column("key", sa.String(26), nullable=True))
    op.create_index("journal_by_key", "journal", ["gathering", "key"], unique=True)
    op.add_column("participants", sa.Column("role", sa.String(16), nullable=False, server_default="guest"))
    op.create_table(
        "chairs",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), nullable=False),
        sa.Column("handle", sa.String(26), sa.ForeignKey("participants.handle"), nullable=True),
        comment="Chairs' keys, as SHA-256: a printed or shown key has no handle, a browser that opened one has.",
    )
    op.create_index("ix_chairs_gathering", "chairs", ["gathering"])
    op.create_index("ix_chairs_handle", "chairs", ["handle"])
    op.create_table(
        "codes",
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("gathering", sa.String(26), sa.ForeignKey("gatherings.gathering"), nullable=False),
        comment="Short codes by which people join a gathering that is held.",
    )
    op.create_index("ix_codes_gathering", "codes", ["gathering"], unique=True)
