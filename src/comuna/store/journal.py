"""The journal of a gathering: lines in order, until they expire. `Journals` keeps what each adds up to, so that a line
costs the same at the end of a long evening as at its beginning."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Set
from hashlib import sha256
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import instant
from comuna.kernel.refusal import Refused
from comuna.rules.discussion import Contribution, Discussion, EntryHidden, EntryTakenBack, Written, emptied
from comuna.rules.hall import Hall
from comuna.rules.journal import AnyLine, StepUndone, apply, fold
from comuna.store import erased, schema
from comuna.store.writer import Transaction

_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)
_encoder = msgspec.json.Encoder()

_T: Final = schema.journal
_LAST: Final = (
    sa.select(_T.c.seq, _T.c.line).where(_T.c.gathering == sa.bindparam("of")).order_by(_T.c.seq.desc()).limit(1)
)
_DONE: Final = sa.select(_T.c.by).where(_T.c.gathering == sa.bindparam("of"), _T.c.key == sa.bindparam("sent"))
_LINE: Final = sa.insert(_T)

MOST_COMMITS: Final = 64
"""Latest commits by which a journal is known again."""
PAGE: Final = 1000
"""Lines looked through at a time when words are erased."""
MOST_HALLS: Final = 1_000
"""Gatherings whose journals are kept in memory; the one longest unused is read again when it is wanted."""

Decide = Callable[[Hall], AnyLine]


class Heard(msgspec.Struct, frozen=True):
    """A journal as far as it has been read: what it adds up to, and the bytes of its last line. `anew`: words were
    erased from it, so what was known of it before is not true any more."""

    hall: Hall
    last: bytes = b""
    anew: bool = False


class Journals:
    """The journals already read. `clock`: the time lines are dated with."""

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._heard: OrderedDict[str, Heard] = OrderedDict()
        self._earlier: dict[str, deque[tuple[int, bytes]]] = {}
        """How long each journal was at its latest commits, with the digest of its last line then."""
        self._ahead: dict[str, dt.timedelta] = {}
        self._lock = threading.Lock()

    def now(self, gathering: str, hall: Hall) -> dt.datetime:
        """The time in a gathering. It never goes back: a machine whose clock was set back while nothing ran, or is
        behind that of another process, goes on from the journal's last line."""
        at, last = self._clock(), dt.datetime.fromtimestamp(hall.at, dt.UTC)
        with self._lock:
            ahead = self._ahead.get(gathering, dt.timedelta())
            if at + ahead < last:
                ahead = self._ahead[gathering] = last - at
        return at + ahead

    def known(self, gathering: str) -> Hall | None:
        """What a gathering's journal added up to at the last commit of this process, or when it was last read."""
        heard = self._heard.get(gathering)
        return heard.hall if heard else None

    def now_in(self, tx: Transaction, gathering: str) -> Hall:
        """What a gathering's journal adds up to inside a job, with what the batch wrote before it."""
        return (tx.pending.get(gathering) or self.heard(tx.connection, gathering)).hall

    def was_sent(self, tx: Transaction, gathering: str, key: str, by: str) -> bool:
        """Whether a line of the same author was written already that was sent under this id. Refuses form.not_yours:
        an id that somebody else used would else swallow what is sent under it."""
        row = tx.execute(_DONE, {"of": gathering, "sent": key}).first()
        if row is not None and row.by != by:
            raise Refused("form.not_yours")
        return row is not None

    def publish(self, pending: dict[str, Any]) -> None:
        """Take in what a transaction committed."""
        for gathering, heard in pending.items():
            if isinstance(heard, Heard):
                known = self._heard.get(gathering)
                if heard.hall.size == 0:  # erased
                    with self._lock:
                        self._heard.pop(gathering, None)
                        self._earlier.pop(gathering, None)
                elif known is None or known.hall.size < heard.hall.size or heard.anew:
                    self._remember(gathering, heard)

    def _remember(self, gathering: str, heard: Heard) -> None:
        with self._lock:
            self._heard[gathering] = heard
            self._heard.move_to_end(gathering)
            self._earlier.setdefault(gathering, deque(maxlen=MOST_COMMITS)).append(
                (heard.hall.size, _digest(heard.last))
            )
            while len(self._heard) > MOST_HALLS:
                gone, _ = self._heard.popitem(last=False)
                self._earlier.pop(gone, None)

    def heard(self, connection: sa.Connection, gathering: str) -> Heard:
        """A journal as it stands in the database; lines already known are not read again. Where this process has
        committed more of the same journal since the connection's moment, that too."""
        row = connection.execute(_LAST, {"of": gathering}).first()
        if row is None:
            return Heard(Hall())
        last = bytes(row.line)
        with self._lock:
            known = self._heard.get(gathering)
            if known is not None and (row.seq + 1, _digest(last)) in self._earlier.get(gathering, ()):
                self._heard.move_to_end(gathering)
                return known
        heard = Heard(_read_on(connection, gathering, known) or fold(lines(connection, gathering)), last)
        if not connection.get_execution_options().get("writes"):
            self._remember(gathering, heard)
        return heard


def _digest(line: bytes) -> bytes:
    return sha256(line).digest()


def _read_on(connection: sa.Connection, gathering: str, known: Heard | None) -> Hall | None:
    """The hall from where we knew it; None if it must be read from the first line: an undone step counts as if it had
    never been, and the journal may be another than the one we knew."""
    if known is None or known.hall.size == 0:
        return None
    before, *new = lines(connection, gathering, known.hall.size - 1) or [None]
    if before is None or _encoder.encode(before.line) != known.last:
        return None
    return None if any(isinstance(w.line, StepUndone) for w in new) else fold(new, known.hall)


def lines(connection: sa.Connection, gathering: str, start: int = 0) -> list[Written]:
    """The lines of a gathering's journal, in order, from `start`."""
    rows = connection.execute(
        sa.select(_T.c.seq, _T.c.at, _T.c.by, _T.c.line)
        .where(_T.c.gathering == gathering, _T.c.seq >= start)
        .order_by(_T.c.seq)
    )
    return [Written(row.seq, row.at, row.by, _decoder.decode(row.line)) for row in rows]


def discussion(connection: sa.Connection, gathering: str) -> Discussion:
    """What has been said in a gathering, read anew."""
    return fold(lines(connection, gathering)).discussion


def write(
    tx: Transaction, journals: Journals, gathering: str, decide: Decide, *, by: str, key: str | None = None
) -> AnyLine | None:
    """Append the line that `decide` makes of the hall so far. `by`: the author's handle; `key`: the id under which it
    was sent, so that sent again it is written once (None is returned then). An entry taken back loses its words in the
    line that brought it. Raises what `decide` refuses, and form.not_yours."""
    hall = journals.now_in(tx, gathering)
    if key is not None and journals.was_sent(tx, gathering, key, by):
        return None
    now = journals.now(gathering, hall)
    hall_now = msgspec.structs.replace(hall, at=max(hall.at, int(now.timestamp())))
    line = decide(hall_now)
    at = instant(dt.datetime.fromtimestamp(hall_now.at, dt.UTC))
    encoded = _encoder.encode(line)
    row = {"gathering": gathering, "seq": hall.size, "at": at, "by": by, "line": encoded, "key": key}
    tx.execute(_LINE, row)  # a line already there: the writer decides again
    if isinstance(line, EntryTakenBack):
        erase_again(tx, {line.entry}, set(), of=gathering)
        erased.note(tx, "entry", line.entry)
    written = Written(hall.size, at, by, line)
    after = fold(lines(tx.connection, gathering)) if isinstance(line, StepUndone) else apply(hall, written)
    tx.pending[gathering] = Heard(after, encoded)
    return line


def erase_person(tx: Transaction, gathering: str, handle: str) -> None:
    """Erase the words of what somebody said in a gathering; the lines stay."""
    erase_again(tx, set(), {handle}, of=gathering)
    after = lines(tx.connection, gathering)
    if after:
        tx.pending[gathering] = Heard(fold(after), _encoder.encode(after[-1].line), anew=True)


def erase_again(tx: Transaction, entries: Set[str], people: Set[str], *, of: str | None = None) -> None:
    """Erase the words of those entries, of everything those people said, and of what was said when an entry of
    theirs was hidden; in one gathering (`of`), or in all. Lines stay, with their place and time."""
    theirs: set[str] = set()
    found = sa.select(_T.c.gathering, _T.c.seq, _T.c.by, _T.c.line).order_by(_T.c.gathering, _T.c.seq)
    page = found.limit(PAGE) if of is None else found.where(_T.c.gathering == of).limit(PAGE)
    rows = tx.execute(page).all()
    while rows:
        for row in rows:
            line = _decoder.decode(row.line)
            if isinstance(line, Contribution) and row.by in people:
                theirs.add(line.entry)
            left = _left_of(line, row.by in people, entries, theirs)
            if left is not line:
                this = sa.and_(_T.c.gathering == row.gathering, _T.c.seq == row.seq)
                tx.execute(sa.update(_T).where(this).values(line=_encoder.encode(left)))
        after = sa.tuple_(_T.c.gathering, _T.c.seq) > sa.tuple_(sa.literal(rows[-1].gathering), rows[-1].seq)
        rows = tx.execute(page.where(after)).all()


def _left_of(line: AnyLine, own: bool, entries: Set[str], theirs: Set[str]) -> AnyLine:
    """What stays of a line, which may be somebody's own who is forgotten: the line itself where nothing has to go."""
    if isinstance(line, Contribution) and (line.entry in entries or line.entry in theirs) and line.words is not None:
        return emptied(line)
    if isinstance(line, EntryHidden) and line.reason and (own or line.entry in theirs):
        return msgspec.structs.replace(line, reason="")
    return line


def erase(tx: Transaction, gathering: str) -> int:
    """Erase a gathering's journal, and what is known of it once committed; returns how many lines it had."""
    tx.pending[gathering] = Heard(Hall())
    return tx.execute(sa.delete(_T).where(_T.c.gathering == gathering)).rowcount
