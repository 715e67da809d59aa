"""The journal of a gathering: lines in order, until they expire."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import instant
from comuna.rules.discussion import AnyLine, Discussion, EntryTakenBack, Written, fold
from comuna.store import schema
from comuna.store.writer import Transaction

_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)
_encoder = msgspec.json.Encoder()


def lines(connection: sa.Connection, gathering: str) -> list[Written]:
    """Every line of a gathering's journal, in order."""
    table = schema.journal
    rows = connection.execute(
        sa.select(table.c.seq, table.c.at, table.c.by, table.c.line)
        .where(table.c.gathering == gathering)
        .order_by(table.c.seq)
    )
    return [Written(row.seq, row.at, row.by, _decoder.decode(row.line)) for row in rows]


def discussion(connection: sa.Connection, gathering: str) -> Discussion:
    """What a gathering's journal adds up to."""
    return fold(lines(connection, gathering))


def write(tx: Transaction, gathering: str, decide: Callable[[Discussion], AnyLine], *, by: str) -> AnyLine:
    """Append the line that `decide` makes of the discussion so far. `by`: the author's handle. An entry taken back
    loses its words in the line that brought it. Raises what `decide` refuses."""
    d = discussion(tx.connection, gathering)
    line = decide(d)
    row = {"gathering": gathering, "seq": d.size, "at": instant(tx.now), "by": by, "line": _encoder.encode(line)}
    tx.execute(sa.insert(schema.journal).values(**row))  # a line already there: the writer decides again
    if isinstance(line, EntryTakenBack):
        _erase_words(tx, gathering, line.entry)
    return line


def _erase_words(tx: Transaction, gathering: str, entry: str) -> None:
    table = schema.journal
    for written in lines(tx.connection, gathering):
        said = written.line
        if getattr(said, "entry", None) == entry and getattr(said, "words", None) is not None:
            emptied = {"words": None, "name": None, "owner": None}
            fields = {name: value for name, value in emptied.items() if hasattr(said, name)}
            tx.execute(
                sa.update(table)
                .where(table.c.gathering == gathering, table.c.seq == written.seq)
                .values(line=_encoder.encode(msgspec.structs.replace(said, **fields)))
            )


def erase(tx: Transaction, gathering: str) -> int:
    """Erase a gathering's journal; returns how many lines it had."""
    return tx.execute(sa.delete(schema.journal).where(schema.journal.c.gathering == gathering)).rowcount
