"""Who booked a place on a campaign day, who helps, what it needs; which dwellings a round has visited. All of it is
erased when the day or the round is over: totals alone go into the book."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import health as rules
from comuna.rules.register import folded
from comuna.rules.state import State
from comuna.rules.state_health import Campaign
from comuna.store import cards, register
from comuna.store.schema import services
from comuna.store.store import Store
from comuna.store.writer import Transaction

_B: Final = services.slot_bookings
_V: Final = services.turn_volunteers
_S: Final = services.campaign_supplies
_D: Final = services.round_dwellings
MOST_PIECES: Final = 100_000


class Booking(msgspec.Struct, frozen=True):
    """A place: of a member (`m1234`) or a household (`h12-b`)."""

    who: str
    slot: int
    used: bool


class Item(msgspec.Struct, frozen=True):
    """Something that a campaign day needs, in pieces."""

    item: str
    name: str
    needed: int
    promised: int
    there: int


def bookings(connection: sa.Connection, campaign: str) -> list[Booking]:
    """The places that are booked, slot by slot."""
    asked = sa.select(_B).where(_B.c.campaign == campaign).order_by(_B.c.slot, _B.c.who)
    return [Booking(row.who, row.slot, bool(row.used)) for row in connection.execute(asked)]


def taken(connection: sa.Connection, campaign: Campaign) -> list[int]:
    """How many places of each slot are booked."""
    asked = sa.select(_B.c.slot, sa.func.count()).where(_B.c.campaign == campaign.id).group_by(_B.c.slot)
    found = {row.slot: int(row[1]) for row in connection.execute(asked)}
    return [found.get(slot, 0) for slot in range(campaign.slots)]


def who(connection: sa.Connection, book: str, brought: str) -> str:
    """Who a card, a member number or a household's number stands for. Refuses: health.who, card.replaced (since)."""
    said = " ".join(brought.split())[:400]
    if not said:
        raise Refused("health.who")
    try:
        return f"m{cards.by_card(connection, book, said).member}"
    except Refused as refused:
        if refused.code != "card.unknown" or "/" in said:
            raise
    if said.isdigit() and register.row(connection, book, said) is not None:
        return f"m{said}"
    return f"h{folded(said)}"[:120]


def book(tx: Transaction, s: State, of: str, campaign: str, slot: int | None, who: str) -> None:
    """Book a place; the same place again counts once. Refuses: health.unknown, health.closed, health.unknown_slot,
    health.slot_full, health.booked_already (start)."""
    found = rules.to_come(s, campaign)
    if slot is None or not 0 <= slot < found.slots:
        raise Refused("health.unknown_slot")
    mine = tx.execute(sa.select(_B.c.slot).where(_B.c.campaign == campaign, _B.c.who == who)).scalar()
    if mine == slot:
        return
    if mine is not None:
        raise Refused("health.booked_already", start=rules.at(found, mine))
    if taken(tx.connection, found)[slot] >= found.places:
        raise Refused("health.slot_full")
    tx.execute(sa.insert(_B).values(campaign=campaign, who=who, book=of, slot=slot, used=False))


def give_back(tx: Transaction, campaign: str, who: str) -> None:
    """Give a place back; whoever has none has nothing to give back."""
    tx.execute(sa.delete(_B).where(_B.c.campaign == campaign, _B.c.who == who))


def use(tx: Transaction, campaign: str, who: str, used: bool) -> None:
    """Mark that a place was used, or not after all."""
    tx.execute(sa.update(_B).where(_B.c.campaign == campaign, _B.c.who == who).values(used=used))


def volunteers(connection: sa.Connection, campaign: str) -> list[tuple[int, str]]:
    """Who helps at which turn: (turn, member)."""
    asked = sa.select(_V.c.turn, _V.c.member).where(_V.c.campaign == campaign).order_by(_V.c.turn, _V.c.member)
    return [(row.turn, row.member) for row in connection.execute(asked)]


def help_at(tx: Transaction, s: State, of: str, campaign: str, turn: int | None, member: str) -> None:
    """Somebody takes a turn; the same turn again counts once. Refuses: health.unknown, health.closed,
    health.unknown_slot, health.turn_full."""
    found = rules.to_come(s, campaign)
    if turn is None or not 0 <= turn < found.turns:
        raise Refused("health.unknown_slot")
    those = [each for at, each in volunteers(tx.connection, campaign) if at == turn]
    if member in those:
        return
    if len(those) >= found.most:
        raise Refused("health.turn_full")
    tx.execute(sa.insert(_V).values(campaign=campaign, turn=turn, member=member, book=of))


def stay_away(tx: Transaction, campaign: str, turn: int | None, member: str) -> None:
    """Give a turn back."""
    tx.execute(sa.delete(_V).where(_V.c.campaign == campaign, _V.c.turn == turn, _V.c.member == member))


def supplies(connection: sa.Connection, campaign: str) -> list[Item]:
    """What a campaign day needs, by name."""
    asked = sa.select(_S).where(_S.c.campaign == campaign).order_by(_S.c.name, _S.c.item)
    return [Item(row.item, row.name, row.needed, row.promised, row.there) for row in connection.execute(asked)]


def supply(tx: Transaction, s: State, of: str, campaign: str, item: Item) -> None:
    """Write down something that is needed, or how many there are of it now; needed, promised and there all nought
    takes it off the list. Refuses: health.unknown, health.closed, health.bad_count, health.no_words."""
    rules.to_come(s, campaign)
    counts = {"needed": item.needed, "promised": item.promised, "there": item.there}
    if any(not 0 <= count <= MOST_PIECES for count in counts.values()):
        raise Refused("health.bad_count")
    this = sa.and_(_S.c.item == item.item, _S.c.campaign == campaign)
    if tx.execute(sa.select(_S.c.item).where(this)).first() is not None:
        change = sa.update(_S).where(this).values(**counts) if any(counts.values()) else sa.delete(_S).where(this)
        tx.execute(change)
        return
    if not item.name:
        raise Refused("health.no_words")
    tx.execute(sa.insert(_S).values(item=item.item, campaign=campaign, book=of, name=item.name[:60], **counts))


def close(tx: Transaction, store: Store, of: str, campaign: str, *, by: str) -> None:
    """Close a day with its totals, and erase who took part. Refuses what `rules.close` does."""
    used = sum(each.used for each in bookings(tx.connection, campaign))
    helped, things = len(volunteers(tx.connection, campaign)), supplies(tx.connection, campaign)
    counts = {"needed": sum(i.needed for i in things), "there": sum(min(i.there, i.needed) for i in things)}
    store.record(
        tx,
        of,
        lambda s: rules.close(
            s, by=by, campaign=campaign, used=used, volunteers=helped, today=tx.now.date().isoformat(), **counts
        ),
        by=by,
    )
    for table in (_B, _V, _S):
        tx.execute(sa.delete(table).where(table.c.campaign == campaign))


# Rounds of visits


def dwellings(connection: sa.Connection, round: str) -> list[tuple[str, bool]]:
    """The dwellings of a round, and whether their visit is done."""
    asked = sa.select(_D.c.dwelling, _D.c.done).where(_D.c.round == round)
    return sorted(
        ((row.dwelling, bool(row.done)) for row in connection.execute(asked)), key=lambda each: _by_number(each[0])
    )


def _by_number(dwelling: str) -> list[tuple[int, str]]:
    """How dwellings follow one another: Casa 2 before Casa 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"[0-9]+|[^0-9]+", dwelling)]


def begin(tx: Transaction, of: str, round: str, numbers: Sequence[str]) -> None:
    """Keep the dwellings of a round that was opened, until it ends."""
    rows = [{"round": round, "dwelling": each, "book": of, "done": False} for each in numbers]
    for part in register.parts(rows):
        tx.execute(sa.insert(_D), part)


def visit(tx: Transaction, s: State, round: str, dwelling: str, done: bool) -> None:
    """A visit is done, or due after all. Refuses: health.unknown, health.closed."""
    rules.going_round(s, round)
    tx.execute(sa.update(_D).where(_D.c.round == round, _D.c.dwelling == dwelling).values(done=done))


def end(tx: Transaction, store: Store, of: str, round: str, *, by: str) -> None:
    """End a round with its totals, and erase which dwellings were visited. Refuses what `rules.close_round` does."""
    done = [each for _, each in dwellings(tx.connection, round)]
    counts = {"due": done.count(False), "done": done.count(True)}
    store.record(tx, of, lambda s: rules.close_round(s, by=by, round=round, **counts), by=by)
    tx.execute(sa.delete(_D).where(_D.c.round == round))
