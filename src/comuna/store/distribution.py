"""Who has which place of a distribution's rota, and what each household got. Totals and a digest go into the book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules import distribution as rules
from comuna.rules.distribution import Past
from comuna.rules.register import folded
from comuna.rules.state import State
from comuna.rules.state_distribution import Distribution
from comuna.store import cards, register, texts
from comuna.store.schema import services
from comuna.store.store import Store
from comuna.store.writer import Transaction

_R: Final = services.rota
_L: Final = services.rota_lines

Status = Literal["waits", "served", "absent"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A household's line of a list. `past`: before this distribution; `units`: what it got."""

    place: int
    household: str
    label: str
    secret: str
    past: Past
    units: int
    status: Status

    @property
    def written(self) -> str:
        """The line as the household can read it."""
        return rules.line(self.secret, self.place, self.label, self.past)

    @property
    def seal(self) -> str:
        """The line, sealed."""
        return rules.seal(self.written)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for when a distribution is opened."""

    good: str
    what: str
    date: str
    rule: str
    each: int
    announced: int


# Reading


def households(connection: sa.Connection, book: str) -> dict[str, str]:
    """The households on the register: number, folded → as it is written."""
    found: dict[str, str] = {}
    for row in register.every(connection, book):
        if row.household:
            found.setdefault(folded(row.household), row.household)
    return found


def history(connection: sa.Connection, book: str, good: str) -> dict[str, Past]:
    """How often each household was served a good, and when last; those that never were are left out."""
    asked = sa.select(_R).where(_R.c.book == book, _R.c.good == good)
    return {row.household: Past(row.served, row.last) for row in connection.execute(asked)}


def lines(connection: sa.Connection, distribution: str) -> list[Line]:
    """The list of a distribution, place by place; empty once it was erased."""
    asked = sa.select(_L).where(_L.c.distribution == distribution).order_by(_L.c.place)
    return [
        Line(
            place=row.place,
            household=row.household,
            label=row.label,
            secret=row.secret,
            past=Past(row.served, row.last),
            units=row.units,
            status=row.status,
        )
        for row in connection.execute(asked)
    ]


def due(found: Distribution, listed: Sequence[Line]) -> dict[str, int]:
    """What is still to be handed out to each household that waits, in units: by the rule, of what arrived less what
    was handed out. By the rota, what an absent household does not fetch goes to the next; with equal shares each keeps
    its own until the end."""
    if found.arrived is None:
        return {}
    if found.rule == "equal":
        given = rules.shares("equal", found.households, found.each, found.arrived)
        return {line.household: given[line.place - 1] for line in listed if line.status == "waits"}
    waiting = [line.household for line in listed if line.status == "waits"]
    left = found.arrived - sum(line.units for line in listed)
    return dict(zip(waiting, rules.shares("rota", len(waiting), found.each, left), strict=True))


def household_of(connection: sa.Connection, book: str, brought: str) -> str:
    """Whose household a scanned card's is, or the number that was written, folded. Refuses: distribution.who,
    distribution.no_household, card.replaced (since)."""
    said = " ".join(brought.split())[:400]
    if not said:
        raise Refused("distribution.who")
    try:
        row = cards.by_card(connection, book, said)
    except Refused as refused:
        if refused.code != "card.unknown" or "/" in said:
            raise
        return folded(said)
    if not row.household:
        raise Refused("distribution.no_household")
    return folded(row.household)


# Changing


def open_(tx: Transaction, store: Store, book: str, distribution: str, asked: Asked, *, by: str) -> None:
    """Draw the order of the rota from the register as it is, seal it, and say so in the book. Lists of earlier
    distributions of the good that are closed are erased. Refuses what `rules.open_distribution` does."""
    there = households(tx.connection, book)
    before = history(tx.connection, book, asked.good)
    pasts = {each: before.get(each, Past()) for each in there}
    seed = tx.random(16).hex()
    drawn = rules.order(pasts, seed)
    made = [
        Line(
            place=place,
            household=each,
            label=there[each],
            secret=tx.random(16).hex(),
            past=pasts[each],
            units=0,
            status="waits",
        )
        for place, each in enumerate(drawn, 1)
    ]
    what = texts.new(tx, asked.what) if asked.what else None
    _record_opened(tx, store, book, distribution, asked, made, seed, what, by)
    state = store.state(tx.connection, book)
    _forget_closed(tx, state, book, asked.good)
    rows = [
        {
            "distribution": distribution, "place": each.place, "book": book, "household": each.household,
            "label": each.label, "secret": each.secret, "served": each.past.served, "last": each.past.last,
            "units": 0, "status": "waits",
        }
        for each in made
    ]  # fmt: skip
    for part in register.parts(rows):
        tx.execute(sa.insert(_L), part)


def _record_opened(
    tx: Transaction,
    store: Store,
    book: str,
    distribution: str,
    asked: Asked,
    made: Sequence[Line],
    seed: str,
    what: Text | None,
    by: str,
) -> None:
    store.record(
        tx,
        book,
        lambda s: rules.open_distribution(
            s,
            by=by,
            distribution=distribution,
            good=asked.good,
            what=what.ref if what else None,
            date=asked.date,
            rule=asked.rule,
            households=len(made),
            each=asked.each,
            announced=asked.announced,
            seed=seed,
            digest=rules.digest([each.seal for each in made]),
        ),
        by=by,
        with_texts=[what] if what else [],
    )


def _forget_closed(tx: Transaction, state: State | None, book: str, good: str) -> None:
    if state is None:
        return
    over = [d.id for d in state.distributions.each.values() if d.status == "closed" and d.good == good]
    for part in register.parts(over):
        tx.execute(sa.delete(_L).where(_L.c.book == book, _L.c.distribution.in_(part)))


def _must(tx: Transaction, found: Distribution, household: str) -> tuple[Line, list[Line]]:
    """The line of a household. Refuses: distribution.not_arrived, distribution.not_on_list."""
    if found.arrived is None:
        raise Refused("distribution.not_arrived")
    listed = lines(tx.connection, found.id)
    mine = next((line for line in listed if line.household == household), None)
    if mine is None:
        raise Refused("distribution.not_on_list", household=household)
    return mine, listed


def serve(tx: Transaction, s: State, distribution: str, household: str) -> Line:
    """Hand its share to a household, once. Refuses: distribution.served_already, distribution.not_due (place), what
    `_must` and `rules.under_way` do. Whoever was absent and comes after all is served if there is enough left."""
    found = rules.under_way(s, distribution)
    mine, listed = _must(tx, found, household)
    if mine.status == "served":
        raise Refused("distribution.served_already", household=mine.label)
    if mine.status == "absent":
        _set(tx, mine, distribution, "waits", 0)
        mine, listed = _must(tx, found, household)
    units = due(found, listed)[household]
    if units == 0:
        raise Refused("distribution.not_due", household=mine.label, place=mine.place)
    _set(tx, mine, distribution, "served", units)
    return msgspec.structs.replace(mine, units=units, status="served")


def take_back(tx: Transaction, s: State, distribution: str, household: str) -> Line:
    """Undo what was marked. Refuses: distribution.not_served, and what `_must` and `rules.under_way` do."""
    mine, _ = _must(tx, rules.under_way(s, distribution), household)
    if mine.status == "waits":
        raise Refused("distribution.not_served")
    _set(tx, mine, distribution, "waits", 0)
    return msgspec.structs.replace(mine, units=0, status="waits")


def absent(tx: Transaction, s: State, distribution: str, household: str) -> Line:
    """Mark that nobody came for a household: it keeps its place for the next time, and its share goes to the next.
    Refuses: distribution.rule_keeps, distribution.served_already, and what `_must` and `rules.under_way` do."""
    found = rules.under_way(s, distribution)
    if found.rule == "equal":
        raise Refused("distribution.rule_keeps")
    mine, _ = _must(tx, found, household)
    if mine.status == "served":
        raise Refused("distribution.served_already", household=mine.label)
    _set(tx, mine, distribution, "absent", 0)
    return msgspec.structs.replace(mine, status="absent")


def _set(tx: Transaction, line: Line, distribution: str, status: Status, units: int) -> None:
    this = sa.and_(_L.c.distribution == distribution, _L.c.place == line.place)
    tx.execute(sa.update(_L).where(this).values(status=status, units=units))


def close(tx: Transaction, store: Store, book: str, distribution: str, *, by: str) -> None:
    """End a distribution: those that were served go to the end of the rota. Refuses what `rules.close` does."""
    state = store.state(tx.connection, book)
    assert state is not None
    found = rules.under_way(state, distribution)
    served = [line for line in lines(tx.connection, distribution) if line.status == "served"]
    store.record(
        tx,
        book,
        lambda s: rules.close(
            s, by=by, distribution=distribution, served=len(served), delivered=sum(line.units for line in served)
        ),
        by=by,
    )
    _remember(tx, book, found.good, history(tx.connection, book, found.good), served)


def _remember(tx: Transaction, book: str, good: str, before: Mapping[str, Past], served: Sequence[Line]) -> None:
    day = tx.now.date().isoformat()
    for line in served:
        values = {"served": before.get(line.household, Past()).served + 1, "last": day}
        if line.household in before:
            this = sa.and_(_R.c.book == book, _R.c.good == good, _R.c.household == line.household)
            tx.execute(sa.update(_R).where(this).values(**values))
        else:
            tx.execute(sa.insert(_R).values(book=book, good=good, household=line.household, **values))
