"""Whether what came out of an archive agrees with itself. Nothing in it is believed before."""

from __future__ import annotations

from typing import Any, Final, get_args

import msgspec
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.act import INSTANT
from comuna.kernel.identity import origin
from comuna.kernel.refusal import Refused
from comuna.rules import custody
from comuna.rules.discussion import MARKS, MOST_LINES
from comuna.rules.hall import ROLES
from comuna.rules.journal import fold
from comuna.rules.page import Page
from comuna.rules.record import Record
from comuna.rules.register import KINDS, QUARTER, RIGHT
from comuna.rules.state import State
from comuna.store import book, entering, journal, people, schema, texts
from comuna.store.archive import Header, rows

WEB: Final = ("https://", "http://")


class Unbelievable(Exception):  # noqa: N818  it describes a file
    """An archive does not agree with itself. The message says where, in English, for whoever keeps the server."""


def check(connection: sa.Connection, header: Header) -> None:
    """Hold everything in a database that was filled from an archive against everything else, and make the index of
    gatherings from the books. Raises Unbelievable."""
    heads = {row.book: (row.size, bytes(row.root)) for row in rows(connection, schema.heads)}
    if heads != {of: (size.size, size.root) for of, size in header.books.items()}:
        raise Unbelievable("the books are not those that the first line names")
    check_texts(connection)
    for of in heads:
        try:
            head = book.Shelf().head(connection, of)
        except book.Damaged as error:
            raise Unbelievable(str(error)) from error
        assert head is not None
        for ref in head.state.erased:  # whoever put it into the file again
            connection.execute(sa.delete(schema.texts).where(schema.texts.c.ref == ref))
        _index(connection, of, head.state)
        if header.holds == "group":
            _key(connection, of, head.state)
            _pages(connection, head.state)
            _cosignatures(connection, of, head.state)
    total = sa.select(sa.func.count()).select_from(schema.acts)
    if connection.execute(total).scalar_one() != sum(size for size, _ in heads.values()):
        raise Unbelievable("there are acts beyond the heads")
    if header.holds == "group":  # from who knows where; an installation's own copy is not held against its people
        _people(connection)
        _quarters(connection)
        _journals(connection)
    for table, *_ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        raise Unbelievable(f"a row of {table} refers to one that is not there")


def _index(connection: sa.Connection, of: str, state: State) -> None:
    for gathering in state.gatherings.values():
        connection.execute(sa.insert(schema.gatherings).values(**book.index_row(of, state, gathering)))


def _key(connection: sa.Connection, of: str, state: State) -> None:
    """The book's private key is the one whose public key the book holds now."""
    table = schema.book_keys
    private = connection.execute(sa.select(table.c.private_key).where(table.c.book == of)).scalar()
    if private is None or len(private) != 32 or note.public_key(bytes(private)) != custody.current_key(state).key:
        raise Unbelievable("the book's key is not the one that signs it")


def _cosignatures(connection: sa.Connection, of: str, state: State) -> None:
    """What witnesses did not cosign is left out: they are asked again."""
    table = schema.cosignatures
    for row in connection.execute(sa.select(table)).all():
        asked = state.witnesses.get(row.witness)
        try:
            seen = note.checkpoint(row.checkpoint)
            holds = asked is not None and seen.cosigned_by(note.verifier(asked.key)) is not None
        except Refused:
            holds = False
        if not holds or seen.origin != origin(of) or seen.size != row.size:
            connection.execute(sa.delete(table).where(table.c.witness == row.witness))


def check_texts(connection: sa.Connection) -> None:
    """Hold every kept text against its digest. Raises Unbelievable."""
    table = schema.texts
    after = ""
    while refs := connection.execute(
        sa.select(table.c.ref).where(table.c.ref > after).order_by(table.c.ref).limit(1000)
    ).scalars().all():  # fmt: skip
        for ref in refs:
            try:
                texts.kept(connection, ref)
            except ValueError as error:
                raise Unbelievable(str(error)) from error
        after = refs[-1]


def _people(connection: sa.Connection) -> None:
    """Accounts, keys and links are of the kinds that this software writes, and the group's own."""
    k, a, r = schema.keys, schema.accounts, schema.register
    mine = sa.select(r.c.account).where(r.c.account.is_not(None))
    odd: dict[str, sa.Select[Any]] = {
        "a key of nobody, or of two": sa.select(k).where(k.c.account.is_(None) == k.c.handle.is_(None)),
        "a key of an unknown use": sa.select(k).where(k.c.use.not_in(get_args(people.Use))),
        "a link that works once, for ever": sa.select(k).where(k.c.use == "once", k.c.until.is_(None)),
        "a role that there is not": sa.select(schema.participants).where(schema.participants.c.role.not_in(ROLES)),
        "a mark that there is not": sa.select(schema.notes).where(schema.notes.c.mark.not_in(MARKS)),
        "an account of no member": sa.select(a).where(a.c.account.not_in(mine)),
        "a kind of person that there is not": sa.select(r).where(r.c.kind.not_in(KINDS)),
        "a card of nobody": _of_nobody(schema.cards),
        "a right of nobody": _of_nobody(schema.rights),
        "a key of a member of an unknown use": sa.select(schema.cards).where(
            schema.cards.c.use.not_in(("card", "browser"))
        ),
        "a request of an unknown kind": sa.select(schema.requests).where(
            schema.requests.c.what.not_in(get_args(entering.What))
        ),
    }
    for what, found in odd.items():
        if connection.execute(found.limit(1)).first() is not None:
            raise Unbelievable(what)
    for link in connection.execute(sa.select(schema.join_links.c.link)).scalars():
        if link is not None and not link.lower().startswith(WEB):
            raise Unbelievable("a link to join that is no address of the web")


def _of_nobody(table: sa.Table) -> sa.Select[Any]:
    """The rows of a table about members whom no register has."""
    r = schema.register
    theirs = sa.and_(r.c.book == table.c.book, r.c.member == table.c.member)
    return sa.select(table).where(~sa.exists().where(theirs))


def _quarters(connection: sa.Connection) -> None:
    """Rights are named as a charter names them, and hold from a quarter."""
    for right, since in connection.execute(sa.select(schema.rights.c.right, schema.rights.c.since).distinct()):
        if not RIGHT.fullmatch(right) or not QUARTER.fullmatch(since):
            raise Unbelievable("a right from a quarter that there is not")


def _journals(connection: sa.Connection) -> None:
    """Every journal can be read, line after line, and adds up to something."""
    table = schema.journal
    long = sa.select(table.c.gathering).where(table.c.seq >= MOST_LINES)
    if connection.execute(long.limit(1)).first() is not None:
        raise Unbelievable("a journal without end")
    for gathering in connection.execute(sa.select(table.c.gathering).distinct()).scalars().all():
        try:
            written = journal.lines(connection, gathering)
            whole = all(w.seq == place and INSTANT.fullmatch(w.at) for place, w in enumerate(written))
            fold(written)
        except Exception as error:  # the fold refuses nothing that was written by the rules
            raise Unbelievable(f"the journal of {gathering}") from error
        if not whole:
            raise Unbelievable(f"the journal of {gathering} has gaps")


def _pages(connection: sa.Connection, state: State) -> None:
    """What is kept of sessions' pages and records are pages and records, and their links lead to the web."""
    if state.name:
        texts.read(connection, state.name)
    for gathering in state.gatherings.values():
        kept = [(gathering.page, Page), (gathering.record, Record)]
        found = [(texts.read(connection, ref), kind) for ref, kind in kept if ref]
        try:
            read = [msgspec.json.decode(body, type=kind) for body, kind in found if body is not None]
        except msgspec.DecodeError as error:
            raise Unbelievable(f"the page or the record of {gathering.id}") from error
        for each in read:
            a = (each.page if isinstance(each, Record) else each).announcement
            links = [a.join, a.film.link if a.film else None, *(reading.link for reading in a.readings)]
            if any(link is not None and not link.lower().startswith(WEB) for link in links):
                raise Unbelievable(f"a link on the page of {gathering.id}")
