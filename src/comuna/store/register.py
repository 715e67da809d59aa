"""The register's rows: added, corrected, left, found, counted; and rolls, frozen when a gathering opens. Each change
says its totals in the book, and never a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from comuna.kernel import identity
from comuna.kernel.refusal import Refused
from comuna.rules import charter
from comuna.rules import register as rules
from comuna.rules.charter import Charter
from comuna.rules.register import Given, Row
from comuna.rules.register import eligible as eligible
from comuna.store import book as books
from comuna.store import brigades, erased, schema, signatures, supports
from comuna.store.writer import Transaction

AT_ONCE: Final = 500
"""Rows asked for or written in one statement."""

_R: Final = schema.register
_RIGHTS: Final = schema.rights
_HERE: Final = sa.and_(_R.c.left.is_(None), sa.or_(_R.c.name.is_not(None), _R.c.account.is_not(None)))
"""Who is on the roll: whoever left, and whoever was erased before there was a register, is a number alone."""


def rules_of(tx: Transaction, shelf: books.Shelf, book: str) -> Charter:
    """The charter that holds in a group. Refuses: group.unknown."""
    head = tx.pending.get(book) or shelf.head(tx.connection, book)
    if head is None or head.state.charter is None:
        raise Refused("group.unknown")
    return charter.parse(head.state.charter)


def parts(some: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """A list, some at a time."""
    for start in range(0, len(some), AT_ONCE):
        yield some[start : start + AT_ONCE]


# Reading


def row(connection: sa.Connection, book: str, member: str) -> Row | None:
    """The row of a member number; None if nobody on the roll has it."""
    found = _rows(connection, book, sa.and_(_R.c.member == member, _HERE))
    return found[0] if found else None


def must(connection: sa.Connection, book: str, member: str) -> Row:
    """The row of a member number. Refuses: member.unknown."""
    found = row(connection, book, member)
    if found is None:
        raise Refused("member.unknown")
    return found


def every(connection: sa.Connection, book: str) -> list[Row]:
    """Everybody on the roll, by name."""
    return _rows(connection, book, _HERE)


def names(connection: sa.Connection, book: str, members: Iterable[str]) -> dict[str, str]:
    """The names of some members, by number, where they are known."""
    found: dict[str, str] = {}
    for part in parts(sorted(members)):
        rows = connection.execute(sa.select(_R.c.member, _R.c.name).where(_R.c.book == book, _R.c.member.in_(part)))
        found.update((row.member, row.name) for row in rows if row.name)
    return found


def numbers(connection: sa.Connection, book: str) -> set[str]:
    """Every number that was ever given: none is given again."""
    return set(connection.execute(sa.select(_R.c.member).where(_R.c.book == book)).scalars())


def search(
    connection: sa.Connection,
    book: str,
    words: str = "",
    *,
    kind: str | None = None,
    right: str | None = None,
    on: dt.date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Row]:
    """Those on the roll whose name, household or number has every one of these words, whatever its capitals and
    accents; by name. `kind`, and who holds a `right` on a day (`on`), narrow it down."""
    return _rows(connection, book, _which(book, words, kind, right, on), limit, offset)


def found(
    connection: sa.Connection,
    book: str,
    words: str = "",
    *,
    kind: str | None = None,
    right: str | None = None,
    on: dt.date | None = None,
) -> int:
    """How many `search` would find without a limit."""
    which = sa.and_(_R.c.book == book, _which(book, words, kind, right, on))
    return connection.execute(sa.select(sa.func.count()).select_from(_R).where(which)).scalar_one()


def _which(book: str, words: str, kind: str | None, right: str | None, on: dt.date | None) -> sa.ColumnElement[bool]:
    wanted = [_HERE]
    wanted += [_has(word) for word in rules.sought(words[:200])]
    if kind is not None:
        wanted.append(_R.c.kind == kind)
    if right is not None and on is not None:
        wanted.append(_R.c.member.in_(sa.select(_RIGHTS.c.member).where(_held(book, right, on))))
    return sa.and_(*wanted)


def _has(word: str) -> sa.ColumnElement[bool]:
    """Whether a word of a row begins like this."""
    return _R.c.folded.contains(f" {word}", autoescape=True)


def _held(book: str, right: str, on: dt.date) -> sa.ColumnElement[bool]:
    return sa.and_(_RIGHTS.c.book == book, _RIGHTS.c.right == right, _RIGHTS.c.since <= rules.quarter_of(on))


def _rows(
    connection: sa.Connection,
    book: str,
    which: sa.ColumnElement[bool],
    limit: int | None = None,
    offset: int = 0,
) -> list[Row]:
    by_name = (sa.func.coalesce(_R.c.folded, ""), _R.c.member)
    found = sa.select(_R).where(_R.c.book == book, which).order_by(*by_name).limit(limit).offset(offset)
    rows = connection.execute(found).all()
    held: dict[str, dict[str, str]] = {r.member: {} for r in rows}
    asked = sa.select(_RIGHTS.c.member, _RIGHTS.c.right, _RIGHTS.c.since).where(_RIGHTS.c.book == book)
    asked = asked.order_by(_RIGHTS.c.member, _RIGHTS.c.right)
    some = [asked.where(_RIGHTS.c.member.in_(part)) for part in parts(list(held))] if len(held) < 5_000 else [asked]
    for each in some:
        for member, right, since in connection.execute(each):
            if member in held:
                held[member][right] = since
    return [_row(r, held[r.member]) for r in rows]


def _row(r: sa.Row[Any], rights: Mapping[str, str]) -> Row:
    return Row(
        member=r.member,
        name=r.name,
        kind=r.kind,
        household=r.household,
        unit=r.unit,
        joined=r.joined,
        left=r.left,
        rights=rights,
        account=r.account is not None,
    )


# Counting


def count(connection: sa.Connection, book: str, right: str, on: dt.date) -> int:
    """How many on the roll hold a right on a day."""
    return counts(connection, book, on).get(right, 0)


def counts(connection: sa.Connection, book: str, on: dt.date) -> dict[str, int]:
    """How many on the roll hold each right on a day; rights that nobody holds are left out."""
    held = sa.and_(_RIGHTS.c.book == _R.c.book, _RIGHTS.c.member == _R.c.member)
    asked = (
        sa.select(_RIGHTS.c.right, sa.func.count())
        .select_from(_RIGHTS.join(_R, held))
        .where(_R.c.book == book, _HERE, _RIGHTS.c.since <= rules.quarter_of(on))
        .group_by(_RIGHTS.c.right)
        .order_by(_RIGHTS.c.right)
    )
    return {row.right: int(row[1]) for row in connection.execute(asked)}


def held(connection: sa.Connection, book: str, member: str, on: dt.date) -> dict[str, bool]:
    """Whether a member holds each right on a day, of those that somebody on the register holds: what nobody holds, the
    group does not keep there. Whoever is not on the register holds none of them."""
    found = row(connection, book, member)
    return {right: found is not None and eligible(found, right, on) for right in counts(connection, book, on)}


def gone(connection: sa.Connection, book: str, member: str) -> bool:
    """Whether a number is that of somebody who left or was erased, or of nobody where the group keeps a register.
    Members of the book need not be on it."""
    known = connection.execute(sa.select(_R.c.member).where(_R.c.book == book, _R.c.member == member)).first()
    if known is not None:
        return row(connection, book, member) is None
    kept = sa.select(_R.c.member).where(_R.c.book == book, _R.c.name.is_not(None), _HERE).limit(1)
    return connection.execute(kept).first() is not None


# Changing


def add(tx: Transaction, shelf: books.Shelf, book: str, given: Given, *, by: str, another: bool = False) -> Row:
    """A new row with a number nobody had. `another`: it is somebody else than the one of that name in that household.
    Refuses: register.here_already, and what `rules.checked` does."""
    tidied = rules.checked(given, rules_of(tx, shelf, book), new=True)
    if not another and same(tx.connection, book, tidied.name or "", tidied.household or ""):
        raise Refused("register.here_already")
    member = identity.member_number(tx.random(32), numbers(tx.connection, book))
    new = rules.changed(Row(member=member, joined=rules.quarter_of(tx.now.date())), tidied)
    insert(tx, book, [new])
    record(tx, shelf, book, by=by, added=1)
    return new


def same(connection: sa.Connection, book: str, name: str, household: str) -> list[Row]:
    """Those on the roll of that name in that household, whatever capitals and accents."""
    asked = key(name, household)
    wanted = [_has(word) for word in rules.sought(f"{name} {household}")]
    likely = _rows(connection, book, sa.and_(_HERE, *wanted))
    return [r for r in likely if key(r.name or "", r.household or "") == asked]


def key(name: str, household: str) -> tuple[str, str]:
    """By what two rows are taken for the same person."""
    return rules.folded(name), rules.folded(household)


def correct(tx: Transaction, shelf: books.Shelf, book: str, member: str, given: Given, *, by: str) -> Row:
    """A row with what was given in its place. Refuses: member.unknown, register.unchanged, and what `rules.checked`
    does."""
    before = must(tx.connection, book, member)
    after = rules.changed(before, rules.checked(given, rules_of(tx, shelf, book), new=False))
    if after == before:
        raise Refused("register.unchanged")
    replace(tx, book, [after])
    record(tx, shelf, book, by=by, corrected=1)
    return after


def leave(tx: Transaction, shelf: books.Shelf, book: str, member: str, *, by: str) -> None:
    """Somebody leaves: who they are is erased with their cards and requests; the number stays taken, and stands for
    nobody. A group that moved away forgets here too. Refuses: register.left_already, register.organiser."""
    leaving = row(tx.connection, book, member)
    if leaving is None:
        raise Refused("register.left_already")
    if leaving.account:
        raise Refused("register.organiser")
    forget(tx, book, member)
    erased.note(tx, "member", digest(book, member))
    if not books.moved(tx.connection, book):
        record(tx, shelf, book, by=by, removed=1)


def record(
    tx: Transaction, shelf: books.Shelf, book: str, *, by: str, added: int = 0, removed: int = 0, corrected: int = 0
) -> None:
    """Say in the book how many rows were changed, and how many hold each right now."""
    roll = counts(tx.connection, book, tx.now.date())
    books.record(
        tx,
        shelf,
        book,
        lambda s: rules.change(s, by=by, added=added, removed=removed, corrected=corrected, roll=roll),
        by=by,
    )


def insert(tx: Transaction, book: str, rows: Iterable[Row]) -> None:
    """Write new rows."""
    new = list(rows)
    for part in parts(new):
        tx.execute(sa.insert(_R), [{"book": book, "member": r.member, "account": None, **_values(r)} for r in part])
    _write_rights(tx, book, new)


def replace(tx: Transaction, book: str, rows: Iterable[Row]) -> None:
    """Write rows in the place of those that were there."""
    changed = list(rows)
    for r in changed:
        tx.execute(sa.update(_R).where(_R.c.book == book, _R.c.member == r.member).values(**_values(r)))
    for part in parts([r.member for r in changed]):
        tx.execute(sa.delete(_RIGHTS).where(_RIGHTS.c.book == book, _RIGHTS.c.member.in_(part)))
    _write_rights(tx, book, changed)


def _values(r: Row) -> dict[str, Any]:
    words = rules.sought(f"{r.name or ''} {r.household or ''} {r.member}")
    values = {name: getattr(r, name) for name in ("name", "kind", "household", "unit", "joined", "left")}
    return {**values, "folded": f" {' '.join(words)}"[:400]}


def _write_rights(tx: Transaction, book: str, rows: Sequence[Row]) -> None:
    held = [{"book": book, "member": r.member, "right": t, "since": q} for r in rows for t, q in r.rights.items()]
    for part in parts(held):
        tx.execute(sa.insert(_RIGHTS), part)


# Forgetting


def digest(book: str, member: str) -> str:
    """Under what the erasure of a member is remembered."""
    return sha256(f"comuna/member/1 {book} {member}".encode()).hexdigest()


def forget(tx: Transaction, book: str, member: str) -> None:
    """Make of a row a number alone, without rights, cards, requests and signatures. A frozen roll keeps the number."""
    quarter = rules.quarter_of(tx.now.date())
    empty = dict.fromkeys(("name", "folded", "household", "unit", "joined", "account"))
    this = sa.and_(_R.c.book == book, _R.c.member == member)
    tx.execute(sa.update(_R).where(this).values(**empty, kind="member", left=sa.func.coalesce(_R.c.left, quarter)))
    for table in (_RIGHTS, schema.cards, schema.requests, schema.works.budget_authors):
        tx.execute(sa.delete(table).where(table.c.book == book, table.c.member == member))
    signatures.forget(tx, book, member)
    supports.forget(tx, book, member)
    brigades.forget(tx, book, member)
    schema.services.forget(tx, book, member)


def forget_again(tx: Transaction, digests: set[str]) -> None:
    """Forget those members that were erased before, in whatever group."""
    for each in tx.execute(sa.select(_R.c.book, _R.c.member).where(_R.c.left.is_(None))).all():
        if digest(each.book, each.member) in digests:
            forget(tx, each.book, each.member)


# Rolls


class Changes(msgspec.Struct, frozen=True):
    """Who holds a right now and did not when the roll was frozen, and the other way round, by member number. The
    numbers are for the registrar; others hear how many."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def freeze(tx: Transaction, book: str, gathering: str, right: str, on: dt.date | None = None) -> int:
    """Keep the roll of a gathering as it is on its day (today, if none is given), with all rights; returns how many
    hold this one. A roll that is frozen already stays as it is."""
    if not frozen(tx.connection, gathering):
        day = on or tx.now.date()
        rows = [
            {"gathering": gathering, "member": r.member, "rights": f" {' '.join(held)} "}
            for r in every(tx.connection, book)
            if (held := [each for each in r.rights if eligible(r, each, day)])
        ]
        for part in parts(rows):
            tx.execute(sa.insert(schema.rolls), part)
    return roll_count(tx.connection, gathering, right)


def frozen(connection: sa.Connection, gathering: str) -> bool:
    """Whether a gathering's roll has been frozen."""
    table = schema.rolls
    return (
        connection.execute(sa.select(table.c.member).where(table.c.gathering == gathering).limit(1)).first() is not None
    )


def frozen_rolls(connection: sa.Connection, book: str) -> list[tuple[str, str]]:
    """The gatherings of a group whose rolls are kept, with their dates, the latest first."""
    g, kept = schema.gatherings, sa.select(schema.rolls.c.gathering)
    asked = (
        sa.select(g.c.gathering, g.c.date).where(g.c.book == book, g.c.gathering.in_(kept)).order_by(g.c.date.desc())
    )
    return [(row.gathering, row.date) for row in connection.execute(asked)]


def _on_roll(gathering: str, right: str) -> sa.ColumnElement[bool]:
    table = schema.rolls
    return sa.and_(table.c.gathering == gathering, table.c.rights.contains(f" {right} ", autoescape=True))


def roll_count(connection: sa.Connection, gathering: str, right: str) -> int:
    """How many held a right when the roll was frozen."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(schema.rolls).where(_on_roll(gathering, right))
    ).scalar_one()


def on_roll(connection: sa.Connection, gathering: str, member: str, right: str) -> bool:
    """Whether a member held a right when the roll was frozen."""
    table = schema.rolls
    this = sa.and_(_on_roll(gathering, right), table.c.member == member)
    return connection.execute(sa.select(table.c.member).where(this)).first() is not None


def changes_since(connection: sa.Connection, book: str, gathering: str, right: str, on: dt.date) -> Changes:
    """What has changed in who holds a right on a day, since a gathering's roll was frozen."""
    table = schema.rolls
    then = set(connection.execute(sa.select(table.c.member).where(_on_roll(gathering, right))).scalars())
    here = sa.select(_R.c.member).where(_R.c.book == book, _which(book, "", None, right, on))
    now = set(connection.execute(here).scalars())
    return Changes(tuple(sorted(now - then)), tuple(sorted(then - now)))
