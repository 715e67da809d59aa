"""Distributions, a co-operative's hours, campaign days and rounds of visits."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "rota",
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), primary_key=True),
        sa.Column("good", sa.String(20), primary_key=True),
        sa.Column("household", sa.String(120), primary_key=True),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("last", sa.String(10), nullable=True),
        comment="How often each household (its number, folded) was served a good, and on which day last.",
    )
    op.create_table(
        "rota_lines",
        sa.Column("distribution", sa.String(26), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("household", sa.String(120), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("secret", sa.String(32), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("last", sa.String(10), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("status", sa.String(10), nullable=False, server_default="waits"),
        comment="The list of a distribution: who has which place, and what each got (waits, served, "
        "absent). Erased when the next distribution of the good is opened.",
    )
    op.create_index("ix_rota_lines_book", "rota_lines", ["book"])
    op.create_index("rota_lines_by_household", "rota_lines", ["distribution", "household"], unique=True)
    op.create_table(
        "hours",
        sa.Column("entry", sa.String(26), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("member", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        comment="Hours that members of a co-operative worked, as they logged them; the desk confirms them.",
    )
    op.create_index("hours_of_member", "hours", ["book", "member", "day"])
    op.create_table(
        "surplus_lines",
        sa.Column("surplus", sa.String(26), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("member", sa.String(16), nullable=True),
        sa.Column("secret", sa.String(32), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        comment="What each member got of a surplus, in the currency's smallest unit. Of whoever left, only "
        "the seal stays.",
    )
    op.create_index("ix_surplus_lines_book", "surplus_lines", ["book"])
    op.create_table(
        "slot_bookings",
        sa.Column("campaign", sa.String(26), primary_key=True),
        sa.Column("who", sa.String(121), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        comment="Places booked on a campaign day. Erased when the day is closed.",
    )
    op.create_index("ix_slot_bookings_book", "slot_bookings", ["book"])
    op.create_table(
        "turn_volunteers",
        sa.Column("campaign", sa.String(26), primary_key=True),
        sa.Column("turn", sa.Integer(), primary_key=True),
        sa.Column("member", sa.String(16), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        comment="Who helps at which turn of a campaign day. Erased when the day is closed.",
    )
    op.create_index("ix_turn_volunteers_book", "turn_volunteers", ["book"])
    op.create_table(
        "campaign_supplies",
        sa.Column("item", sa.String(26), primary_key=True),
        sa.Column("campaign", sa.String(26), nullable=False),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("there", sa.Integer(), nullable=False),
        comment="What a campaign day needs, was promised, and has, in pieces. Erased when the day is closed.",
    )
    op.create_index("ix_campaign_supplies_book", "campaign_supplies", ["book"])
    op.create_index("ix_campaign_supplies_campaign", "campaign_supplies", ["campaign"])
    op.create_table(
        "round_dwellings",
        sa.Column("round", sa.String(26), primary_key=True),
        sa.Column("dwelling", sa.String(40), primary_key=True),
        sa.Column("book", sa.String(26), sa.ForeignKey("heads.book"), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        comment="Dwellings of a round of visits: due or done, and nothing else. Erased when the round ends.",
    )
    op.create_index("ix_round_dwellings_book", "round_dwellings", ["book"])
