"""This installation as a witness of others' books (C2SP tlog-witness): it cosigns what follows from everything that it
saw before, keeps it, and keeps the evidence where something does not."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Final

import msgspec
import sqlalchemy as sa

from comuna.kernel import identity, note
from comuna.kernel.act import instant
from comuna.kernel.note import Checkpoint, Verifier
from comuna.kernel.proof import consistent
from comuna.kernel.refusal import Refused
from comuna.store import schema
from comuna.store.writer import Transaction

LARGEST: Final = 32_768
"""Bytes of a request: 63 lines of a proof, and a checkpoint with many signatures."""
MOST_DISPUTES: Final = 20
"""Of one book: more show nothing new."""
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,15})")


class Log(msgspec.Struct, frozen=True):
    """A book that is witnessed: the key that is trusted, since when, and what was last cosigned. `seen`: in Unix
    seconds."""

    origin: str
    key: str
    since: str
    size: int
    checkpoint: str | None
    seen: int | None


class Dispute(msgspec.Struct, frozen=True):
    """Two signed checkpoints of one book that cannot be reconciled: the one that was held, and the one that came."""

    found: str
    ours: Checkpoint
    theirs: Checkpoint


class Answer(msgspec.Struct, frozen=True):
    """What a witness answers: an HTTP status, a body, and its type."""

    status: int
    body: str = ""
    media_type: str = "text/plain"


def key(tx: Transaction) -> tuple[str, bytes]:
    """The name and the private key with which this installation witnesses; made when first needed."""
    table = schema.witness_keys
    row = tx.execute(sa.select(table)).first()
    if row is not None:
        return row.name, bytes(row.private_key)
    private = tx.random(32)
    name = f"comuna/witness/{identity.book_id(note.public_key(private))}"
    tx.execute(sa.insert(table).values(name=name, private_key=private))
    return name, private


def own_key(tx: Transaction) -> Verifier:
    """The verifier key of this installation as a witness; made when first needed."""
    name, private = key(tx)
    return Verifier(name, note.public_key(private), note.COSIGNATURE)


def known_key(connection: sa.Connection) -> Verifier | None:
    """The same; None if it was never needed."""
    row = connection.execute(sa.select(schema.witness_keys)).first()
    return None if row is None else Verifier(row.name, note.public_key(bytes(row.private_key)), note.COSIGNATURE)


def logs(connection: sa.Connection) -> list[Log]:
    """The books that are witnessed, in the order in which they were added."""
    rows = connection.execute(sa.select(schema.logs).order_by(schema.logs.c.since, schema.logs.c.origin))
    return [Log(r.origin, r.key, r.since, r.size, r.checkpoint, r.seen) for r in rows]


def watch(tx: Transaction, written: str) -> Log:
    """Witness the book of that verifier key. The same book with another key: the new one is trusted from now on, and
    what was seen stays seen. Refuses key.unreadable, log.not_a_book, log.watched_already."""
    wanted = note.verifier(written)
    if wanted.kind != note.ED25519:
        raise Refused("log.not_a_book")
    table = schema.logs
    known = tx.execute(sa.select(table.c.key).where(table.c.origin == wanted.name)).scalar()
    if known == str(wanted):
        raise Refused("log.watched_already")
    if known is None:
        tx.execute(
            sa.insert(table).values(
                origin=wanted.name, key=str(wanted), since=instant(tx.now), size=0, checkpoint=None, seen=None
            )
        )
    else:
        tx.execute(sa.update(table).where(table.c.origin == wanted.name).values(key=str(wanted)))
    return next(log for log in logs(tx.connection) if log.origin == wanted.name)


def forget(tx: Transaction, origin: str) -> None:
    """Witness a book no longer, and forget what was seen of it; disputes stay. Refuses log.unknown."""
    if tx.execute(sa.delete(schema.logs).where(schema.logs.c.origin == origin)).rowcount != 1:
        raise Refused("log.unknown")


def disputes(connection: sa.Connection, origin: str | None = None) -> list[Dispute]:
    """The evidence that is kept, newest first: about one book, or about all."""
    table = schema.disputes
    statement = sa.select(table).order_by(table.c.found.desc())
    if origin is not None:
        statement = statement.where(table.c.origin == origin)
    rows = connection.execute(statement)
    return [Dispute(r.found, note.checkpoint(r.ours), note.checkpoint(r.theirs)) for r in rows]


def dispute(tx: Transaction, ours: Checkpoint, theirs: Checkpoint) -> None:
    """Keep two checkpoints that cannot be reconciled. The same two are kept once."""
    table = schema.disputes
    kept = tx.execute(sa.select(table.c.theirs).where(table.c.origin == ours.origin)).scalars().all()
    if len(kept) >= MOST_DISPUTES or any(note.checkpoint(each).body == theirs.body for each in kept):
        return
    tx.execute(
        sa.insert(table).values(
            dispute=identity.id_of(tx.random(16)),
            origin=ours.origin,
            found=instant(tx.now),
            ours=ours.text,
            theirs=theirs.text,
        )
    )


class Request(msgspec.Struct, frozen=True):
    """What is asked of a witness: that a checkpoint be cosigned which follows from the one of size `old`."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    @property
    def text(self) -> str:
        """As it is sent."""
        lines = [f"old {self.old}", *(b64encode(hashed).decode() for hashed in self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint.text


def request(text: str) -> Request:
    """The request in a body. Refuses checkpoint.unreadable."""
    head, gap, rest = text.partition("\n\n")
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not gap or old is None or len(lines) > 63 or len(text) > LARGEST:
        raise Refused("checkpoint.unreadable")
    return Request(int(old[1]), tuple(note.hash_in(line) for line in lines), note.checkpoint(rest))


def add_checkpoint(tx: Transaction, text: str, last: Checkpoint | None = None) -> Answer:
    """Answer a request as C2SP tlog-witness says. What is answered with 200 is kept when this transaction is. `last`:
    the newest that was cosigned, as it is remembered beside the database, which may have been set back meanwhile."""
    try:
        asked = request(text)
    except Refused:
        return Answer(400, "this is no request to a witness\n")
    new = asked.checkpoint
    table = schema.logs
    row = tx.execute(sa.select(table).where(table.c.origin == new.origin)).first()
    if row is None:
        return Answer(404, "this book is not witnessed here\n")
    if not new.signed_by(note.verifier(row.key)):
        return Answer(403, "not signed with the key of this book that is trusted here\n")
    if asked.old > new.size:
        return Answer(400, "the old size is larger than the new one\n")
    held = note.checkpoint(row.checkpoint) if row.checkpoint else None
    if last is not None and last.origin == new.origin and (held is None or held.size < last.size):
        held = last
    size = held.size if held else 0
    if asked.old != size:
        return Answer(409, f"{size}\n", "text/x.tlog.size")
    if held is not None and held.size == new.size and held.root != new.root:
        dispute(tx, held, new)
        return Answer(409, f"{size}\n", "text/x.tlog.size")
    if not _follows(held, asked):
        if held is not None:
            dispute(tx, held, new)
        return Answer(422, "the proof does not lead from what was seen to this\n")
    name, private = key(tx)
    signature = note.cosign(new, name, private, int(tx.now.timestamp()))
    kept = new._replace(signatures=tuple(s for s in new.signatures if s.name == new.origin))
    changed = {"size": new.size, "checkpoint": kept.with_signatures([signature]).text, "seen": int(tx.now.timestamp())}
    tx.execute(sa.update(table).where(table.c.origin == new.origin).values(**changed))
    return Answer(200, signature.line)


def _follows(held: Checkpoint | None, asked: Request) -> bool:
    new = asked.checkpoint
    if held is None or asked.old == 0:
        return not asked.path
    return consistent(held.size, held.root, new.size, new.root, asked.path)
