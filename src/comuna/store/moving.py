"""A group's book goes to another home: out of this database into a file, and from a file into this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import instant
from comuna.kernel.refusal import Refused
from comuna.kernel.tree import Frontier, leaf_hash
from comuna.rules import custody, group
from comuna.store import (
    book,
    book_keys,
    checkpoints,
    erased,
    erasure,
    rounds,
    schema,
    signatures,
    supports,
    texts,
    tiles,
)
from comuna.store.archive import OF_PEOPLE, Header, Told, carried, of_group, pack, rows, store_all, writing
from comuna.store.store import Store
from comuna.store.unpacking import Passphrase, unpacked
from comuna.store.writer import Transaction


class Group(msgspec.Struct, frozen=True):
    """A group that this database has. `name` is None when its text was erased; `moved`: it goes on elsewhere."""

    book: str
    name: str | None
    acts: int
    moved: bool


class Imported(msgspec.Struct, frozen=True):
    """A group that was taken in. `before`: how many of its acts were here already; `accounts`: its organisers
    who were not here before."""

    group: Group
    before: int
    accounts: tuple[str, ...]


def groups(connection: sa.Connection, shelf: book.Shelf) -> Iterator[Group]:
    """Every group of this database. Raises Damaged."""
    for row in connection.execute(sa.select(schema.heads).order_by(schema.heads.c.book)).all():
        head = shelf.head(connection, row.book)
        assert head is not None
        name = texts.read(connection, head.state.name) if head.state.name else None
        yield Group(row.book, name, row.size, row.moved)


def named(connection: sa.Connection, shelf: book.Shelf, name: str) -> Group:
    """The group of that name, or with that book. Refuses group.unknown, group.ambiguous (ids)."""
    wanted = " ".join(name.split()).casefold()
    every = list(groups(connection, shelf))
    found = [g for g in every if g.book == wanted]
    found = found or [g for g in every if " ".join((g.name or "").split()).casefold() == wanted and wanted]
    if not found:
        raise Refused("group.unknown")
    if len(found) > 1:
        raise Refused("group.ambiguous", ids=", ".join(g.book for g in found))
    return found[0]


# Out


def send(store: Store, of: str, file: Path, passphrase: str, *, move: bool = False, told: Told | None = None) -> Header:
    """Write a group into a file. With `move` its book says first that it goes, and the copy left here takes no more
    acts; if the file cannot be written after all, it stays at home. Who signed a petition does not go along: people
    sign again there. Raises Damaged."""
    with writing(file, passphrase) as out:
        left = store.write(lambda tx: _leave(tx, store, of)) if move else False
        try:
            with store.read() as connection:
                packed = pack(connection, out, at=instant(store.clock()), book=of, told=told)
                if move:  # an older copy that is put back here is noticed by this
                    store.published.give(checkpoints.newest(connection, store.shelf, of))
            if move:
                store.write(lambda tx: _forget_who(tx, of))
                store.tidy_soon()
            return packed
        except BaseException:
            if left:
                store.write(lambda tx: _mark(tx, of, moved=False))
            raise


def _forget_who(tx: Transaction, of: str) -> None:
    """Erase here what goes along with nobody: who signed, supports, voted, takes part, is visited."""
    signatures.destroy(tx, signatures.of_group(tx.connection, of))
    supports.unsupport(tx, of)
    rounds.forget_visits(tx, of)
    for table in schema.metadata.sorted_tables:
        if table.name in OF_PEOPLE and "book" in table.c:
            tx.execute(sa.delete(table).where(table.c.book == of))


def _leave(tx: Transaction, store: Store, of: str) -> bool:
    """Record that the book goes to another home; False if it went before."""
    if tx.execute(sa.select(schema.heads.c.moved).where(schema.heads.c.book == of)).scalar_one():
        return False
    store.record(tx, of, custody.move, by=group.SYSTEM)
    _mark(tx, of, moved=True)
    return True


def _mark(tx: Transaction, of: str, *, moved: bool) -> None:
    tx.execute(sa.update(schema.heads).where(schema.heads.c.book == of).values(moved=moved))


# In


def take_in(
    store: Store, file: Path, passphrase: Passphrase, *, new_key: bool = False, told: Told | None = None
) -> Imported:
    """Take a group in from a file, with all that is its own; its book goes on here. What was erased here is erased
    from it again. With `new_key` another key signs from now on, so that whoever still has the file cannot. Refuses
    archive.* (`unpacking.load`), archive.not_group, archive.here_already, archive.older, archive.forked,
    archive.taken."""
    with unpacked(file, passphrase, told) as (header, source):
        if header.holds != "group":
            raise Refused("archive.not_group")
        (of,) = header.books

        def job(tx: Transaction) -> int:
            before = _fits(tx.connection, source, of)
            try:
                _replace(tx, source, of, before)
            except sa.exc.IntegrityError as error:  # an id or key of it stands here for something else
                raise Refused("archive.taken") from error
            tiles.rebuild(tx, of, header.books[of].size)
            erasure.replay(tx, erased.known(tx.connection))
            return before

        with store.read() as connection:
            known = set(connection.execute(sa.select(schema.accounts.c.account)).scalars())
        before = store.write(job)
    store.tidy_soon()
    if new_key:
        store.write(lambda tx: book_keys.rotate(tx, store.shelf, of, by=group.SYSTEM))
    with store.read() as connection:
        (taken,) = (g for g in groups(connection, store.shelf) if g.book == of)
        table = schema.register
        accounts = connection.execute(sa.select(table.c.account).where(table.c.book == of)).scalars()
        return Imported(taken, before, tuple(sorted(a for a in accounts if a and a not in known)))


def _fits(connection: sa.Connection, source: sa.Connection, of: str) -> int:
    """How many acts of the book are here: an older beginning of what the file holds, or what moved away from here."""
    table = schema.heads
    here = connection.execute(sa.select(table).where(table.c.book == of)).first()
    if here is None:
        return 0
    there = source.execute(sa.select(table).where(table.c.book == of)).one()
    shorter, length = (connection, there.size) if here.size > there.size else (source, here.size)
    other = there.root if here.size > there.size else here.root
    if _root(shorter, of, length) != bytes(other):
        raise Refused("archive.forked")
    if here.size > there.size:
        raise Refused("archive.older")
    if here.size == there.size and not here.moved:
        raise Refused("archive.here_already")
    return int(here.size)


def _root(connection: sa.Connection, of: str, length: int) -> bytes:
    frontier = Frontier()
    for leaf in book.leaves(connection, of, 0, length):
        frontier.append(leaf_hash(leaf))
    return frontier.root()


def _replace(tx: Transaction, source: sa.Connection, of: str, before: int) -> None:
    """Put the file's rows in the place of what is here of this group, whose first `before` acts are the same. Accounts
    that are here stay as they are, with the keys they have here: a file must not open somebody else's door."""
    tables = [schema.gatherings, *(t for t in carried("group") if t is not schema.heads)]
    stay = set(tx.execute(sa.select(schema.accounts.c.account)).scalars())
    if before:
        _clear(tx, of, [t for t in tables if t not in (schema.gatherings, schema.accounts, schema.acts)])
    head = source.execute(sa.select(schema.heads).where(schema.heads.c.book == of)).one()
    values = {"size": head.size, "root": head.root, "moved": False}
    if before:
        tx.execute(sa.update(schema.heads).where(schema.heads.c.book == of).values(**values))
    else:
        tx.execute(sa.insert(schema.heads).values(book=of, **values))
    for table in tables:
        found = (dict(row._mapping) for row in rows(source, table, of))
        if table is schema.acts:
            found = (row for row in found if row["seq"] >= before)
        elif table in (schema.accounts, schema.keys):
            found = (row for row in found if row["account"] not in stay)
        if table is schema.accounts:
            found = ({**row, "since": instant(tx.now)} for row in found)  # an organiser here from now on
        store_all(tx.connection, table, found)


def _clear(tx: Transaction, of: str, tables: Sequence[sa.Table]) -> None:
    """Delete a group's rows of these tables, those that refer to others first; its index and codes too. The keys of
    accounts stay."""
    for table in (schema.codes, *reversed(tables), schema.gatherings):
        mine = of_group(table, of)
        if table is schema.keys:
            mine = sa.and_(mine, table.c.account.is_(None))
        tx.execute(sa.delete(table).where(mine))
