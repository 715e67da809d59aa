"""Noticing that somebody put back an older copy of a book, or that two copies of it both went on: at start, every book
is held against what others have seen of it, wherever they can be reached."""

from __future__ import annotations

import sqlalchemy as sa

from comuna import cosigning
from comuna.kernel.refusal import Refused
from comuna.language import Language
from comuna.rules import custody
from comuna.rules.group import SYSTEM
from comuna.store import checkpoints, published, schema
from comuna.store.published import Mismatch
from comuna.store.store import Store
from comuna.store.writer import Transaction

PATIENCE = 3.0
"""Seconds that a witness may take to answer at start."""


def found(store: Store, patience: float = PATIENCE) -> list[Mismatch]:
    """The books that are not what was given out, exported or witnessed. What cannot be reached is passed over, and so
    is what a group has given up as lost (`book.resumed`). A witness is not believed by its word: it must hand out the
    checkpoint that it saw, signed with the book's key."""
    with store.read() as connection:
        mismatches = published.mismatches(connection, store.shelf, store.published)
        watched = set(connection.execute(sa.select(schema.cosignatures.c.book)).scalars())
    for book, troubles in cosigning.ask_all(store, watched, patience).items():
        with store.read() as connection:
            state = store.state(connection, book)
            assert state is not None
            addresses = {watch.name: watch.address for watch in checkpoints.watches(connection, state)}
        for name, trouble in troubles.items():
            seen = cosigning.seen_by(addresses[name], book, patience) if trouble.what in ("ahead", "refused") else None
            keys = [custody.verifier_of(state, key) for key in state.keys]
            if seen is not None and seen.size > state.lost and any(seen.signed_by(key) for key in keys):
                how = "newer" if seen.size > state.size else "disputed"
                mismatches.append(Mismatch(book, how, addresses[name], seen.size, seen.root, state.size))
    return mismatches


def sentence(words: Language, mismatch: Mismatch) -> str:
    """What was found, and nothing of what to do."""
    args = {"book": mismatch.book, "size": mismatch.size, "seen": mismatch.seen, "place": mismatch.place}
    if mismatch.how == "newer":
        return words.text(
            "The book %(book)s has %(size)s acts here, but %(place)s has seen it with %(seen)s: this is an older copy.",
            **args,
        )
    return words.text(
        "The book %(book)s is not the one that %(place)s has seen with %(seen)s acts: it went another way since.",
        **args,
    )


def advice(words: Language, mismatch: Mismatch) -> str:
    """What whoever keeps the server can do."""
    return words.text(
        "Stop here, and look for the newer copy. Put back a newer backup (./comuna restore), or take the missing acts "
        "from an export (./comuna book catch-up %(book)s PLACE). Only if they are lost for good: ./comuna book resume "
        "%(book)s writes that down in the book, for everybody to see, and goes on.",
        book=mismatch.book,
    )


def resume(store: Store, book: str) -> int:
    """Go on with a book although others have seen more of it, or another past: the book says so from then on. Returns
    the size that was seen. Refuses book.nothing_lost."""
    seen = [m for m in found(store) if m.book == book]
    if not seen:
        raise Refused("book.nothing_lost")
    most = max(seen, key=lambda m: (m.seen, m.root is not None))

    def job(tx: Transaction) -> None:
        store.record(
            tx, book, lambda s: custody.resume(s, size=most.seen, root=most.root or b""), by=SYSTEM
        )  # fmt: skip
        table = schema.copies
        for mismatch in seen:
            tx.execute(sa.delete(table).where(table.c.book == book, table.c.place == mismatch.place))

    store.write(job)
    store.published.forget(book)
    with store.read() as connection:
        store.published.give(checkpoints.newest(connection, store.shelf, book))
    return most.seen
