"""Hours that members of a co-operative log, and what each got of a surplus. Totals and a digest go into the book."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import cooperative as rules
from comuna.rules.distribution import digest, seal
from comuna.rules.state import State
from comuna.store import register
from comuna.store.schema import services
from comuna.store.store import Store
from comuna.store.writer import Transaction

_H: Final = services.hours
_S: Final = services.surplus_lines


class Entry(msgspec.Struct, frozen=True):
    """Hours somebody logged: so many minutes on a day (ISO)."""

    entry: str
    member: str
    day: str
    minutes: int
    what: str
    confirmed: bool


class Share(msgspec.Struct, frozen=True):
    """What a member got of a surplus, with the line that its seal is of."""

    surplus: str
    member: str
    place: int
    secret: str
    minutes: int
    amount: int

    @property
    def written(self) -> str:
        """The line as the member can read it."""
        return rules.line(self.secret, self.member, self.minutes, self.amount)

    @property
    def seal(self) -> str:
        """The line, sealed."""
        return seal(self.written)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How a surplus is to be shared: `percents` to each of the three funds."""

    decision: str
    since: str
    until: str
    rule: str
    amount: int
    currency: str
    percents: tuple[int, int, int]


def _entries(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Entry]:
    asked = sa.select(_H).where(which).order_by(_H.c.day.desc(), _H.c.entry)
    return [
        Entry(row.entry, row.member, row.day, row.minutes, row.what, bool(row.confirmed))
        for row in connection.execute(asked)
    ]


def of_member(connection: sa.Connection, book: str, member: str) -> list[Entry]:
    """What a member logged, the latest first."""
    return _entries(connection, sa.and_(_H.c.book == book, _H.c.member == member))


def waiting(connection: sa.Connection, book: str) -> list[Entry]:
    """What waits to be confirmed, the latest first."""
    return _entries(connection, sa.and_(_H.c.book == book, _H.c.confirmed.is_(False)))


def by_month(connection: sa.Connection, book: str) -> list[tuple[str, int, int]]:
    """The confirmed hours of all together: (month YYYY-MM, minutes, members), the earliest first."""
    month = sa.func.substr(_H.c.day, 1, 7)
    asked = (
        sa.select(month, sa.func.sum(_H.c.minutes), sa.func.count(sa.distinct(_H.c.member)))
        .where(_H.c.book == book, _H.c.confirmed)
        .group_by(month)
        .order_by(month)
    )
    return [(str(row[0]), int(row[1]), int(row[2])) for row in connection.execute(asked)]


def totals(connection: sa.Connection, book: str, since: str, until: str) -> dict[str, int]:
    """Member → confirmed minutes in a period, both days in it."""
    asked = (
        sa.select(_H.c.member, sa.func.sum(_H.c.minutes))
        .where(_H.c.book == book, _H.c.confirmed, _H.c.day >= since, _H.c.day <= until)
        .group_by(_H.c.member)
    )
    return {row[0]: int(row[1]) for row in connection.execute(asked)}


def log(tx: Transaction, s: State, book: str, member: str, entry: Entry) -> None:
    """Write down hours; the same form sent twice counts once. Refuses: hours.too_many (24 hours on a day), and what
    `rules.may_log` does."""
    if tx.execute(sa.select(_H.c.entry).where(_H.c.entry == entry.entry)).first() is not None:
        return
    rules.may_log(s, entry.day, entry.minutes, tx.now.date().isoformat())
    that_day = sa.and_(_H.c.book == book, _H.c.member == member, _H.c.day == entry.day)
    already = tx.execute(sa.select(sa.func.coalesce(sa.func.sum(_H.c.minutes), 0)).where(that_day)).scalar_one()
    if int(already) + entry.minutes > rules.LONGEST_DAY:
        raise Refused("hours.too_many")
    values = {"day": entry.day, "minutes": entry.minutes, "what": entry.what, "confirmed": entry.confirmed}
    tx.execute(sa.insert(_H).values(entry=entry.entry, book=book, member=member, **values))


def confirm(tx: Transaction, book: str, entries: list[str]) -> int:
    """Confirm entries; returns how many were waiting."""
    return sum(
        tx.execute(
            sa.update(_H).where(_H.c.book == book, _H.c.entry == each, _H.c.confirmed.is_(False)).values(confirmed=True)
        ).rowcount
        for each in entries
    )


def strike(tx: Transaction, book: str, entry: str, member: str | None = None) -> None:
    """Take an entry out that is not confirmed: its member (given), or the desk. Refuses hours.unknown,
    hours.confirmed."""
    found = tx.execute(sa.select(_H).where(_H.c.book == book, _H.c.entry == entry)).first()
    if found is None or (member is not None and found.member != member):
        raise Refused("hours.unknown")
    if found.confirmed:
        raise Refused("hours.confirmed")
    tx.execute(sa.delete(_H).where(_H.c.entry == entry))


# Surpluses


def reckon(connection: sa.Connection, book: str, asked: Asked, seed: str) -> tuple[rules.Division, dict[str, int]]:
    """How a surplus would divide, and the minutes it divides by. Refuses: surplus.not_confirmed (waiting), and what
    `rules.divide` does."""
    period = sa.and_(_H.c.book == book, _H.c.day >= asked.since, _H.c.day <= asked.until)
    open_ = sa.select(sa.func.count()).select_from(_H).where(period, _H.c.confirmed.is_(False))
    if still := connection.execute(open_).scalar_one():
        raise Refused("surplus.not_confirmed", waiting=still)
    minutes = totals(connection, book, asked.since, asked.until)
    division = rules.divide(asked.amount, percents=asked.percents, rule=asked.rule, hours=minutes, seed=seed)
    return division, minutes


def share(tx: Transaction, store: Store, book: str, surplus: str, asked: Asked, *, by: str) -> None:
    """Share a surplus, and keep what each gets. Refuses what `reckon` and `rules.share` do."""
    today, seed = tx.now.date().isoformat(), tx.random(16).hex()
    rules.period(asked.since, asked.until, today)
    state = store.state(tx.connection, book)
    assert state is not None
    rules.by_charter(state, asked.rule, asked.percents)
    division, minutes = reckon(tx.connection, book, asked, seed)
    made = [
        Share(surplus, member, place, tx.random(16).hex(), minutes[member], amount)
        for place, (member, amount) in enumerate(division.members.items(), 1)
    ]
    store.record(
        tx,
        book,
        lambda s: rules.share(
            s,
            by=by,
            surplus=surplus,
            decision=asked.decision,
            since=asked.since,
            until=asked.until,
            rule=asked.rule,
            amount=asked.amount,
            currency=asked.currency,
            division=division,
            minutes=sum(minutes.values()),
            seed=seed,
            digest=digest([each.seal for each in made]),
            today=today,
        ),
        by=by,
    )
    rows = [{"book": book, "seal": each.seal, **msgspec.structs.asdict(each)} for each in made]
    for part in register.parts(rows):
        tx.execute(sa.insert(_S), part)


def _shares(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Share]:
    asked = sa.select(_S).where(which).order_by(_S.c.place)
    return [
        Share(row.surplus, row.member, row.place, row.secret, row.minutes, row.amount)
        for row in connection.execute(asked)
    ]


def seals(connection: sa.Connection, surplus: str) -> list[str]:
    """The sealed list of a surplus, place by place."""
    return list(connection.execute(sa.select(_S.c.seal).where(_S.c.surplus == surplus).order_by(_S.c.place)).scalars())


def shares(connection: sa.Connection, surplus: str) -> list[Share]:
    """Who got what of a surplus, place by place: those who left are not in it any more."""
    return _shares(connection, sa.and_(_S.c.surplus == surplus, _S.c.member.is_not(None)))


def shares_of(connection: sa.Connection, book: str, member: str) -> list[Share]:
    """What a member got of each surplus."""
    return _shares(connection, sa.and_(_S.c.book == book, _S.c.member == member))
