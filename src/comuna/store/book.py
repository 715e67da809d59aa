"""Reading books and writing acts. Nothing else writes acts.

`record` is written once: take the state, decide, seal, append with the index rows in one transaction. If another
process moved the head, the job is run again on the new state.
"""

from __future__ import annotations

import datetime as dt
import gc
import threading
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comuna.kernel import identity
from comuna.kernel.act import Act, Envelope, Malformed, opened, read, seal
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.kernel.tree import Frontier, leaf_hash
from comuna.rules import custody, group
from comuna.rules.fold import apply
from comuna.rules.gathering import journal_due
from comuna.rules.state import Gathering, State
from comuna.store import schema, texts, tiles
from comuna.store.database import Statement, run
from comuna.store.leaves import leaves as leaves
from comuna.store.leaves import pages
from comuna.store.writer import HeadMoved, Transaction

_HEAD: Final = Statement(
    sa.select(schema.heads.c.size, schema.heads.c.root).where(schema.heads.c.book == sa.bindparam("of"))
)
_NEW_HEAD: Final = Statement(sa.insert(schema.heads))
_MOVE_HEAD: Final = Statement(
    sa.update(schema.heads)
    .where(
        schema.heads.c.book == sa.bindparam("of"), schema.heads.c.size == sa.bindparam("before"), ~schema.heads.c.moved
    )
    .values(size=sa.bindparam("after"), root=sa.bindparam("now"))
)
_ACT: Final = Statement(sa.insert(schema.acts))
_NEW_ROW: Final = Statement(sa.insert(schema.gatherings))
_ROW: Final = Statement(sa.update(schema.gatherings).where(schema.gatherings.c.gathering == sa.bindparam("id")))

MOST_BOOKS: Final = 5_000
"""Books kept in memory; the one whose last act or reading is longest ago is read again when it is wanted."""


class Damaged(Exception):  # noqa: N818
    """A book's acts and its head disagree, or an act is malformed: it is not opened until somebody has looked."""


class Head:
    """A book as far as it has been read: its tree and its state."""

    __slots__ = ("frontier", "state")

    def __init__(self, frontier: Frontier | None = None, state: State | None = None) -> None:
        self.frontier = frontier or Frontier()
        self.state = state or State()

    @property
    def size(self) -> int:
        """How many acts."""
        return self.frontier.size


class Shelf:
    """The books already read, kept by (book, size) so that a state is folded once."""

    def __init__(self) -> None:
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._lock = threading.Lock()

    def _remember(self, book: str, head: Head) -> None:
        with self._lock:
            self._heads[book] = head
            self._heads.move_to_end(book)
            while len(self._heads) > MOST_BOOKS:
                self._heads.popitem(last=False)

    def known(self, book: str) -> State | None:
        """What a book added up to at the last commit of this process, or when it was last read."""
        head = self._heads.get(book)
        return head.state if head else None

    def publish(self, pending: dict[str, Any]) -> None:
        """Take in what a transaction committed."""
        for book, head in pending.items():
            if not isinstance(head, Head):
                continue
            known = self._heads.get(book)
            if known is None or known.size < head.size:
                self._remember(book, head)

    def head(self, connection: sa.Connection, book: str) -> Head | None:
        """A book as it stands in the database: known acts are not read again. None if there is no such book.
        Raises Damaged."""
        row = run(connection, _HEAD, {"of": book}).fetchone()
        if row is None:
            return None
        size, root = row
        known = self._heads.get(book)
        if known is not None and known.size == size and known.frontier.root() == root:
            return known
        with strange_is_damaged(book):
            head = _read_on(connection, book, known, size, root) or _read(connection, book, Head(), size, root)
        # What a writer sees may yet be undone, and a reader may look at a moment that is past: neither is kept.
        if not connection.get_execution_options().get("writes") and (known is None or known.size <= size):
            self._remember(book, head)
        return head


@contextmanager
def strange_is_damaged(book: str) -> Iterator[None]:
    """What cannot even be looked at is damaged too: SQLite keeps values of any type in any column. Raises Damaged."""
    try:
        yield
    except (TypeError, ValueError, OverflowError, MemoryError) as error:
        raise Damaged(f"book {book}: something lies there that is no part of a book: {error}") from error


def _read_on(connection: sa.Connection, book: str, known: Head | None, size: int, root: bytes) -> Head | None:
    """The book from where we knew it, if it is still the one we knew: a database may be replaced by a backup."""
    if known is None or known.size >= size:
        return None
    try:
        return _read(connection, book, known, size, root)
    except Damaged:
        return None


def _read(connection: sa.Connection, book: str, start: Head, size: int, root: bytes) -> Head:
    frontier, state = start.frontier.copy(), start.state
    with _nothing_collected():
        for page in pages(connection, book, start.size, size):
            for seq, leaf in enumerate(page, frontier.size):
                state = _read_act(book, seq, leaf, state)
            frontier.extend([leaf_hash(leaf) for leaf in page])
    if size == 0:
        raise Damaged(f"book {book}: its head says that nobody founded it")
    if frontier.size != size:
        raise Damaged(f"book {book}: {frontier.size} acts, but its head says {size}")
    if frontier.root() != root:
        raise Damaged(f"book {book}: {size} acts do not add up to the root of its head")
    return Head(frontier, state)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Reading makes no garbage that goes in circles, and a long book's state is much to look through for the garbage
    collector, again and again: a third of the time that a million acts take."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_act(book: str, seq: int, leaf: bytes, state: State) -> State:
    """The state after one more act of a book, once everything about it is found to be as it must. Raises Damaged."""
    try:
        envelope, entry = read(leaf)
    except Malformed as error:
        raise Damaged(f"book {book}, act {seq}: {error}") from error
    if envelope.book != book or envelope.seq != seq:
        raise Damaged(f"book {book}, act {seq}: it says it is act {envelope.seq} of {envelope.book}")
    if state.at is not None and envelope.at < state.at:
        raise Damaged(f"book {book}, act {seq}: it is dated before the act before it")
    if seq == 0 and not group.begins(book, entry):
        raise Damaged(f"book {book}: its first act is not the founding of this book")
    if not custody.confirmed(state, entry):
        raise Damaged(f"book {book}, act {seq}: its new key is not confirmed")
    try:
        return apply(state, envelope, entry)
    except Exception as error:  # the fold refuses nothing that was recorded, so this never was
        raise Damaged(f"book {book}, act {seq}: {envelope.kind} does not fit what is before it") from error


def envelopes(connection: sa.Connection, book: str, start: int = 0, stop: int | None = None) -> list[Envelope]:
    """A book's acts in their envelopes, in order, from `start` to before `stop`."""
    return [opened(leaf) for leaf in leaves(connection, book, start, stop)]


def moved(connection: sa.Connection, book: str) -> bool:
    """Whether a book goes on at another home, so that nothing is added to it here."""
    return bool(connection.execute(sa.select(schema.heads.c.moved).where(schema.heads.c.book == book)).scalar())


Decide = Callable[[State], Act | Sequence[Act]]


def record(
    tx: Transaction, shelf: Shelf, book: str, decide: Decide, *, by: str, with_texts: Iterable[Text] = ()
) -> list[Envelope]:
    """Append what `decide` makes of the book's state: one act, or several that stand or fall together, with the texts
    they name. Refuses book.moved_away. Raises what `decide` refuses, and Damaged."""
    head = tx.pending.get(book) or shelf.head(tx.connection, book)
    before = head or Head()
    decided = decide(before.state)
    new = [decided] if isinstance(decided, Act) else list(decided)
    assert new, "nothing was decided"
    frontier, state = before.frontier.copy(), before.state
    salts = tx.random(16 * len(new))
    sealed: list[tuple[Envelope, bytes]] = []
    for n, entry in enumerate(new):
        salt = salts[16 * n : 16 * n + 16]
        envelope, leaf = seal(entry, book=book, seq=before.size + n, now=tx.now, previous=state.at, by=by, salt=salt)
        sealed.append((envelope, leaf))
        state = apply(state, envelope, entry)
    frontier.extend([leaf_hash(leaf) for _, leaf in sealed])
    _move_head(tx, book, before.size if head else None, frontier)
    tx.run(_ACT, [{"book": book, "seq": e.seq, "leaf": leaf} for e, leaf in sealed])
    tiles.complete(tx, book, before.size, frontier.size)
    texts.keep(tx, book, with_texts)
    _index(tx, book, new, before.state, state)
    tx.pending[book] = Head(frontier, state)
    return [envelope for envelope, _ in sealed]


def _move_head(tx: Transaction, book: str, size: int | None, frontier: Frontier) -> None:
    root = frontier.root()
    if size is None:
        tx.run(_NEW_HEAD, {"book": book, "size": frontier.size, "root": root, "moved": False})
        return
    moved = tx.run(_MOVE_HEAD, {"of": book, "before": size, "after": frontier.size, "now": root})
    if moved.rowcount != 1:
        gone = tx.execute(sa.select(schema.heads.c.moved).where(schema.heads.c.book == book)).scalar()
        raise Refused("book.moved_away") if gone else HeadMoved


def _index(tx: Transaction, book: str, new: Sequence[Act], before: State, after: State) -> None:
    touched = dict.fromkeys(getattr(entry, "gathering", None) for entry in new)
    for id in touched:
        gathering = after.gatherings.get(id) if id else None
        if gathering is None:
            continue
        known = before.gatherings.get(gathering.id)
        if known is None:
            tx.run(_NEW_ROW, index_row(book, after, gathering))
        elif known is not gathering:
            tx.run(_ROW, {"id": gathering.id, **index_row(book, after, gathering)})


def reindex(tx: Transaction, book: str, state: State) -> None:
    """Write the rows of the index that belong to a book anew."""
    table = schema.gatherings
    known = set(tx.execute(sa.select(table.c.gathering).where(table.c.book == book)).scalars())
    for stray in known - set(state.gatherings):
        tx.execute(sa.delete(table).where(table.c.gathering == stray))
    for gathering in state.gatherings.values():
        row = index_row(book, state, gathering)
        if gathering.id in known:
            tx.run(_ROW, {"id": gathering.id, **row})
        else:
            tx.run(_NEW_ROW, row)


def index_row(book: str, state: State, gathering: Gathering) -> dict[str, str | None]:
    """The row of the index that belongs to a gathering."""
    return {
        "gathering": gathering.id,
        "book": book,
        "status": gathering.status,
        "date": gathering.date,
        "start": gathering.start,
        "zone": gathering.zone,
        "journal_due": None if gathering.journal_expired else journal_due(state, gathering),
    }


class Founded:
    """A new book: its id, and the recovery key in letters, which is kept nowhere and must be printed now."""

    def __init__(self, book: str, recovery: str) -> None:
        self.book = book
        self.recovery = recovery


def found(tx: Transaction, shelf: Shelf, *, name: str, charter_text: str) -> Founded:
    """Begin a group's book: make its key and its recovery key, and write the first act. Refuses charter.unreadable."""
    private = tx.random(32)
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    recovery = tx.random(32)
    recovery_public = Ed25519PrivateKey.from_private_bytes(recovery).public_key().public_bytes_raw()
    book = identity.book_id(public)
    named = texts.new(tx, name)

    def decide(s: State) -> Act:
        return group.found(
            s,
            public_key=b64encode(public).decode(),
            name=named.ref,
            charter_text=charter_text,
            recovery_digest=sha256(recovery_public).hexdigest(),
        )

    record(tx, shelf, book, decide, by=group.SYSTEM, with_texts=[named])
    tx.execute(sa.insert(schema.book_keys).values(book=book, private_key=private))
    return Founded(book, identity.key_in_letters(recovery))


def now() -> dt.datetime:
    """The time, for writers."""
    return dt.datetime.now(dt.UTC)
