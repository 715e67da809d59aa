"""Letting people vote at a gathering: at the desk by card, name or number, on their own phone by card, or by the
chair's word. The table of voters knows who; the journal only counts."""

from __future__ import annotations

from typing import Final

from comuna.kernel.refusal import Refused
from comuna.rules import presence
from comuna.rules.register import Row, eligible
from comuna.store import box, cards, hall, people, register
from comuna.store.store import Store
from comuna.store.writer import Transaction

ADMITTED: Final = "voter.admitted_already"
RIGHT: Final = "vote"


def admit(store: Store, tx: Transaction, gathering: str, who: str, *, by: str, member: str | None = None) -> None:
    """Let somebody who is here vote; the quorum counts them. Refuses live.removed, live.not_here,
    voter.admitted_already, voter.here_already."""
    store.say(tx, gathering, lambda h: presence.admit_voter(h, who=who), by=by)
    box.admit(tx, gathering, who, member)


def by_own_card(store: Store, tx: Transaction, book: str, gathering: str, who: str, key: str) -> None:
    """Somebody shows their card to their own phone. Refuses card.unknown, card.replaced, voter.no_right, and what
    `admit` does."""
    row = cards.by_card(tx.connection, book, key)
    _may(tx, gathering, row)
    admit(store, tx, gathering, who, by=who, member=row.member)


def at_the_desk(store: Store, tx: Transaction, book: str, gathering: str, brought: str, *, by: str) -> None:
    """Somebody comes to the desk with a card, or says their name or number. They need no phone. Refuses
    voter.not_found, voter.several (names), voter.no_right, voter.here_already, card.replaced."""
    row = _found(tx, book, brought)
    _may(tx, gathering, row)
    if row.member in box.members_here(tx.connection, gathering):
        raise Refused("voter.here_already")
    handle = people.new_person(tx, gathering)
    hall.name_of(tx, handle, row.name or row.member, "member")
    store.say(
        tx,
        gathering,
        lambda h: presence.join(h, who=handle, role="member", where="hall", phone=False, chair=True),
        by=by,
    )
    admit(store, tx, gathering, handle, by=by, member=row.member)


def _found(tx: Transaction, book: str, brought: str) -> Row:
    try:
        return cards.by_card(tx.connection, book, brought)
    except Refused as refused:
        if refused.code != "card.unknown":
            raise
    some = register.search(tx.connection, book, brought, limit=200) if brought.strip() else []
    if not some:
        raise Refused("voter.not_found")
    exact = [r for r in some if register.key(r.name or "", "") == register.key(brought, "")]
    if len(exact) == 1:
        return exact[0]
    if len(some) > 1:
        raise Refused("voter.several", names="; ".join(f"{r.name} ({r.household or r.member})" for r in some[:3]))
    return some[0]


def _may(tx: Transaction, gathering: str, row: Row) -> None:
    """On the frozen roll, where there is one; else by the register today."""
    if register.frozen(tx.connection, gathering):
        if register.on_roll(tx.connection, gathering, row.member, RIGHT):
            return
    elif eligible(row, RIGHT, tx.now.date()):
        return
    raise Refused("voter.no_right")


def without_register(tx: Transaction, book: str, gathering: str, opened: int) -> None:
    """Refuses voter.by_register where the group keeps a register of who may vote: then the desk and cards admit.
    `opened`: the roll with which the assembly was opened, 0 if it was not."""
    begun_without = opened and not register.frozen(tx.connection, gathering)
    if not begun_without and register.count(tx.connection, book, RIGHT, tx.now.date()):
        raise Refused("voter.by_register")


def roll(tx: Transaction, book: str, gathering: str, typed: int, *, opened: int = 0, freeze: bool = False) -> int:
    """How many are on the roll: as the register says where the group keeps one, else as it was typed. What an assembly
    was `opened` with holds until its end, also where the group begins a register meanwhile. `freeze`: keep it for this
    gathering as it is now."""
    if register.frozen(tx.connection, gathering):
        return register.roll_count(tx.connection, gathering, RIGHT)
    if opened:
        return opened
    kept = register.count(tx.connection, book, RIGHT, tx.now.date())
    if kept == 0:
        return typed
    return register.freeze(tx, book, gathering, RIGHT) if freeze else kept
