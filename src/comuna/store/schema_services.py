"""Tables of distributions, of a co-operative's hours, and of campaign days: what concerns single people or households,
beside the book. None of them has a column about anybody's health."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table

from comuna.store.schema import metadata
from comuna.store.writer import Transaction

rota = Table(
    "rota",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("good", String(20), primary_key=True),
    Column("household", String(120), primary_key=True),
    Column("served", Integer, nullable=False),
    Column("last", String(10), nullable=True),
    comment="How often each household (its number, folded) was served a good, and on which day last.",
)

rota_lines = Table(
    "rota_lines",
    metadata,
    Column("distribution", String(26), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("household", String(120), nullable=False),
    Column("label", String(40), nullable=False),
    Column("secret", String(32), nullable=False),
    Column("served", Integer, nullable=False),  # how often before
    Column("last", String(10), nullable=True),
    Column("units", Integer, nullable=False, server_default="0"),
    Column("status", String(10), nullable=False, server_default="waits"),
    comment="The list of a distribution: who has which place, and what each got (waits, served, absent). Erased when "
    "the next distribution of the good is opened.",
)
Index("rota_lines_by_household", rota_lines.c.distribution, rota_lines.c.household, unique=True)

hours = Table(
    "hours",
    metadata,
    Column("entry", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False),
    Column("member", String(16), nullable=False),
    Column("day", String(10), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("what", String(80), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    comment="Hours that members of a co-operative worked, as they logged them; the desk confirms them.",
)
Index("hours_of_member", hours.c.book, hours.c.member, hours.c.day)

surplus_lines = Table(
    "surplus_lines",
    metadata,
    Column("surplus", String(26), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("seal", String(64), nullable=False),
    Column("member", String(16), nullable=True),
    Column("secret", String(32), nullable=True),
    Column("minutes", Integer, nullable=True),
    Column("amount", BigInteger, nullable=True),
    comment="What each member got of a surplus, in the currency's smallest unit. Of whoever left, only the seal stays.",
)

slot_bookings = Table(
    "slot_bookings",
    metadata,
    Column("campaign", String(26), primary_key=True),
    Column("who", String(121), primary_key=True),  # m and a member number, or h and a household's, folded
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("slot", Integer, nullable=False),
    Column("used", Boolean, nullable=False),
    comment="Places booked on a campaign day. Erased when the day is closed.",
)

turn_volunteers = Table(
    "turn_volunteers",
    metadata,
    Column("campaign", String(26), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("member", String(16), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    comment="Who helps at which turn of a campaign day. Erased when the day is closed.",
)

campaign_supplies = Table(
    "campaign_supplies",
    metadata,
    Column("item", String(26), primary_key=True),
    Column("campaign", String(26), nullable=False, index=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("needed", Integer, nullable=False),
    Column("promised", Integer, nullable=False),
    Column("there", Integer, nullable=False),
    comment="What a campaign day needs, was promised, and has, in pieces. Erased when the day is closed.",
)

round_dwellings = Table(
    "round_dwellings",
    metadata,
    Column("round", String(26), primary_key=True),
    Column("dwelling", String(40), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("done", Boolean, nullable=False),
    comment="Dwellings of a round of visits: due or done, and nothing else. Erased when the round ends.",
)

OF_MEMBERS: Final = (hours, turn_volunteers)
"""Tables with a member's own rows, by member number."""


def forget(tx: Transaction, book: str, member: str) -> None:
    """Erase a member's hours, turns and place on a campaign day, and whose a line of a shared surplus was: its seal
    stays, so that the others can still check theirs."""
    for table in OF_MEMBERS:
        tx.execute(sa.delete(table).where(table.c.book == book, table.c.member == member))
    tx.execute(sa.delete(slot_bookings).where(slot_bookings.c.book == book, slot_bookings.c.who == f"m{member}"))
    theirs = sa.and_(surplus_lines.c.book == book, surplus_lines.c.member == member)
    tx.execute(sa.update(surplus_lines).where(theirs).values(member=None, secret=None, minutes=None, amount=None))
