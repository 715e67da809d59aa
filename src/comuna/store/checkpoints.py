"""A book's signed checkpoints, and the proofs that go with them."""

from __future__ import annotations

from base64 import b64encode

import msgspec
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.identity import origin
from comuna.kernel.note import Checkpoint
from comuna.kernel.proof_file import Extra, Proof
from comuna.kernel.refusal import Refused
from comuna.rules import custody
from comuna.rules.state import State, Witness
from comuna.store import schema
from comuna.store.book import Damaged, Head, Shelf
from comuna.store.book_keys import private_key
from comuna.store.leaves import leaves
from comuna.store.tiles import Tree
from comuna.store.writer import Transaction


class Watch(msgspec.Struct, frozen=True):
    """What is known of a witness of a book. `size` and `seen` (Unix seconds): what it last cosigned, and when; 0 if it
    never did. `tried`: when it was last asked. `trouble`: what went wrong then, see `comuna.cosigning`."""

    name: str
    address: str
    size: int = 0
    seen: int = 0
    tried: int = 0
    trouble: str | None = None


def newest(connection: sa.Connection, shelf: Shelf, book: str) -> Checkpoint:
    """The checkpoint of a book as it stands, with the cosignatures that it has so far. Refuses book.unknown."""
    head = shelf.head(connection, book)
    if head is None:
        raise Refused("book.unknown")
    own = _own(connection, head, book)
    if not own.signatures:
        raise Refused("book.no_key")
    cosigned = _cosigned(connection, head.state, own)
    return own.with_signatures(s for c in cosigned if c.body == own.body for s in c.signatures)


def _own(connection: sa.Connection, head: Head, book: str) -> Checkpoint:
    """A book's own checkpoint; unsigned where the key that signs it now is not here."""
    bare = Checkpoint(origin(book), head.size, head.frontier.root())
    try:
        private = private_key(connection, book)
    except Refused:
        return bare
    if note.public_key(private) != custody.current_key(head.state).key:
        return bare
    return note.signed_checkpoint(book, head.size, bare.root, private)


def _cosigned(connection: sa.Connection, state: State, own: Checkpoint) -> list[Checkpoint]:
    """The checkpoints that the book's present witnesses last cosigned, newest first."""
    table = schema.cosignatures
    rows = connection.execute(
        sa.select(table.c.witness, table.c.checkpoint).where(table.c.book == state.book, table.c.size > 0)
    ).all()
    found = [note.checkpoint(row.checkpoint) for row in rows if row.witness in state.witnesses]
    return sorted((c for c in found if c.size <= own.size), key=lambda c: c.size, reverse=True)


def cosigned(connection: sa.Connection, shelf: Shelf, book: str) -> Checkpoint | None:
    """The newest checkpoint that a present witness cosigned, with all who cosigned it; None if none did."""
    own = newest(connection, shelf, book)
    head = shelf.head(connection, book)
    assert head is not None
    found = _cosigned(connection, head.state, own)
    if not found:
        return None
    return found[0].with_signatures(s for c in found if c.body == found[0].body for s in c.signatures)


def proving(connection: sa.Connection, shelf: Shelf, book: str, act: int, *, leaf: bool = True) -> Proof:
    """The proof that an act stands in the book: under the newest checkpoint that a witness cosigned, if it holds the
    act, else under the newest of all. `leaf`: bring the act itself along. Refuses book.unknown, act.unknown."""
    head = shelf.head(connection, book)
    if head is None:
        raise Refused("book.unknown")
    if not 0 <= act < head.size:
        raise Refused("act.unknown")
    witnessed = cosigned(connection, shelf, book)
    under = witnessed if witnessed is not None and witnessed.size > act else newest(connection, shelf, book)
    tree = Tree(connection, book, under.size)
    own = next(iter(leaves(connection, book, act, act + 1)), None)
    if own is None:  # the disk gave it a moment ago, when the book was read
        raise Damaged(f"book {book}: act {act} is not where it was")
    extra = Extra(own.decode() if leaf else None, head.state.keys[0].public_key, custody.changes(head.state))
    return Proof(act, tuple(tree.inclusion(act)), under, extra)


def watches(connection: sa.Connection, state: State) -> list[Watch]:
    """The witnesses of a book, and what each last saw."""
    table = schema.cosignatures
    rows = connection.execute(sa.select(table).where(table.c.book == state.book)).all()
    known = {row.witness: row for row in rows}
    return [_watch(name, witness, known.get(name)) for name, witness in state.witnesses.items()]


def _watch(name: str, witness: Witness, row: sa.Row[tuple[object, ...]] | None) -> Watch:
    if row is None:
        return Watch(name, witness.address)
    return Watch(name, witness.address, row.size, row.seen, row.tried, row.trouble)


class Compared(msgspec.Struct, frozen=True):
    """A checkpoint that somebody holds, held against the book. `how`: `same`, `older` (it is the book's past), `newer`
    (signed, but longer than the book is here), `disputed` (signed, and of another past), `replaced` (not the book's
    past, and signed with a key that the recovery key had replaced by then), `unsigned` (not by the book's key), `other`
    (of another book)."""

    how: str
    theirs: Checkpoint
    ours: Checkpoint
    path: tuple[str, ...] = ()
    """The consistency proof between the two, base64, where there is one."""


def compare(connection: sa.Connection, shelf: Shelf, book: str, theirs: Checkpoint) -> Compared:
    """Hold a checkpoint against a book. Refuses book.unknown."""
    head = shelf.head(connection, book)
    if head is None:
        raise Refused("book.unknown")
    ours = _own(connection, head, book)
    if theirs.origin != ours.origin:
        return Compared("other", theirs, ours)
    signers = [key for key in head.state.keys if theirs.signed_by(custody.verifier_of(head.state, key))]
    if not signers:
        return Compared("unsigned", theirs, ours)
    tree = Tree(connection, book, ours.size)
    if theirs.size > ours.size or tree.root(theirs.size) != theirs.root:
        if all(custody.was_replaced(head.state, key, theirs.size) for key in signers):
            return Compared("replaced", theirs, ours)
        return Compared("newer" if theirs.size > ours.size else "disputed", theirs, ours)
    path = tuple(b64encode(hashed).decode() for hashed in tree.consistency(theirs.size))
    return Compared("same" if theirs.size == ours.size else "older", theirs, ours, path)


def copied(tx: Transaction, book: str, place: str) -> None:
    """Remember where a book was exported to, so that it is compared with that at the next start."""
    table = schema.copies
    known = tx.execute(sa.select(table.c.place).where(table.c.place == place, table.c.book == book)).first()
    if known is None:
        tx.execute(sa.insert(table).values(place=place, book=book))
