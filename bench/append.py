"""How fast acts are appended to books with full sync, by many callers at once through the group-commit writer, and how
that compares with bare SQLite writing the same bytes in batches of the same size to the same disk."""

from __future__ import annotations

import contextlib
import json
import resource
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from comuna.kernel import identity
from comuna.kernel.act import Act
from comuna.rules import gathering as g
from comuna.rules import group
from comuna.rules.state import State
from comuna.store import book, texts
from comuna.store.store import Store
from comuna.store.writer import Transaction

CALLERS = 64
BOOKS = 256
ACTS = 20_000
WARM = 5_000
"""From this act on memory should no longer grow."""
LEAST_PER_SECOND = 1_000.0
MOST_GROWTH_MB = 16.0

CHARTER = (Path(__file__).parent.parent / "charters" / "study-circle.toml").read_text(encoding="utf-8")
PAGE = "An announcement of a session, as long as they usually are. " * 30
WHAT = "Visit the pump with those who look after it. "


@dataclass
class Run:
    """What one run of the writer did: seconds each act took for its caller, and what it all took."""

    taken: list[float] = field(default_factory=list)
    seconds: float = 0.0
    commits: int = 0
    growth_mb: float = 0.0


def figures() -> Iterator[tuple[str, float, str, float | None]]:
    """Acts per second and milliseconds until an act is durable; the limit of the disk in the same run; memory."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        address = str(Path(folder) / "comuna.sqlite")
        run = through_the_writer(address)
        per_commit = max(1, round(ACTS / run.commits))
        bare = bare_sqlite(address, str(Path(folder) / "bare.sqlite"), per_commit)
    per_second = ACTS / run.seconds
    slowest = statistics.quantiles((taken * 1000 for taken in run.taken), n=100)
    yield "acts appended with full sync (at least)", per_second, "acts/s", LEAST_PER_SECOND
    yield "until an act is durable, median", statistics.median(run.taken) * 1000, "ms", None
    yield "until an act is durable, 99th percentile", slowest[98], "ms", None
    yield "acts in a commit", ACTS / run.commits, "acts", None
    yield "bare SQLite, same rows, same batches", bare, "acts/s", None
    yield "share of bare SQLite's speed", per_second / bare, "of 1", None
    yield f"memory growth, act {WARM:,} to {ACTS:,}", run.growth_mb, "MB", MOST_GROWTH_MB


def through_the_writer(address: str) -> Run:
    """Many callers, each with circles of its own, append the acts of their story one by one."""
    store = Store(address)
    circles = [Circle(store) for _ in range(BOOKS)]
    run = Run()
    sa.event.listen(store.engine, "commit", lambda _connection: setattr(run, "commits", run.commits + 1))
    began = time.perf_counter()
    _by_many_callers(circles, run, WARM)
    warm = _memory_mb()
    _by_many_callers(circles, run, ACTS - WARM)
    run.growth_mb = _memory_mb() - warm
    run.seconds = time.perf_counter() - began
    assert store.check() == BOOKS
    store.close()
    return run


def _by_many_callers(circles: list[Circle], run: Run, acts: int) -> None:
    def caller(mine: list[Circle], share: int) -> None:
        for n in range(share):
            began = time.perf_counter()
            mine[n % len(mine)].something_happens()
            run.taken.append(time.perf_counter() - began)

    shares = [acts // CALLERS + (n < acts % CALLERS) for n in range(CALLERS)]
    callers = [threading.Thread(target=caller, args=(circles[n::CALLERS], share)) for n, share in enumerate(shares)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()


class Circle:
    """A study circle that calls sessions, changes them, agrees on takeaways and closes them, one act at a time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.told = 0
        self.gathering = ""

        def job(tx: Transaction) -> tuple[str, str]:
            founded = book.found(tx, store.shelf, name="A circle", charter_text=CHARTER)
            rosa = identity.member_number(tx.random(32), set())
            store.record(
                tx,
                founded.book,
                lambda s: group.admit(s, member=rosa, roles=["facilitator"]),
                by=group.SYSTEM,
            )
            return founded.book, rosa

        self.book, self.rosa = store.write(job)

    def something_happens(self) -> None:
        """The next act of the story, with its text; returns when it is durable."""
        steps = (self._call, self._revise, self._postpone, self._revise, *[self._agree] * 6, self._close)
        step = steps[self.told % len(steps)]
        self.told += 1

        def job(tx: Transaction) -> str | None:
            words = WHAT if step == self._agree else PAGE
            kept = texts.new(tx, words)
            fresh = identity.id_of(tx.random(16))
            decide = step(kept.ref, fresh)
            self.store.record(tx, self.book, decide, by=self.rosa, with_texts=[kept])
            return fresh if step == self._call else None

        self.gathering = self.store.write(job) or self.gathering

    def _call(self, ref: str, fresh: str) -> Callable[[State], Act]:
        return lambda s: g.call(
            s, by=self.rosa, gathering=fresh, date="2027-02-23", start="17:00", end="18:30", zone="UTC", page=ref
        )

    def _revise(self, ref: str, _fresh: str) -> Callable[[State], Act]:
        return lambda s: g.revise(s, by=self.rosa, gathering=self.gathering, changed=["title"], page=ref)

    def _postpone(self, ref: str, _fresh: str) -> Callable[[State], Act]:
        return lambda s: g.postpone(
            s, by=self.rosa, gathering=self.gathering, date="2027-03-02", start="17:00", end=None, zone="UTC",
            page=ref, reason=None, today="2027-02-20",
        )  # fmt: skip

    def _agree(self, ref: str, fresh: str) -> Callable[[State], Act]:
        return lambda s: g.agree_takeaway(
            s, by=self.rosa, gathering=self.gathering, takeaway=fresh, what=ref, owner=None, due=None
        )

    def _close(self, ref: str, _fresh: str) -> Callable[[State], Act]:
        return lambda s: g.close(
            s, by=self.rosa, gathering=self.gathering, came=8, coming=9, moments=0, answers=0, entries=0, takeaways=6,
            record=ref,
        )  # fmt: skip


def bare_sqlite(written: str, path: str, per_commit: int) -> float:
    """Acts per second when bare SQLite writes the same rows to the same tables, so many acts to a commit, and does
    nothing else: leaves and texts, in each commit the heads of its books, and the index where an act touched it."""
    with contextlib.closing(sqlite3.connect(written)) as source:
        tables = source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN ('acts', 'texts', 'heads', 'gatherings') AND sql NOTNULL"
        ).fetchall()
        leaves = source.execute("SELECT book, seq, leaf FROM acts WHERE seq >= 2 ORDER BY seq, book").fetchall()
        kept = source.execute("SELECT * FROM texts ORDER BY rowid DESC LIMIT ?", [len(leaves)]).fetchall()
        index = {row[0]: row for row in source.execute("SELECT * FROM gatherings")}
        heads = source.execute("SELECT book, size, root FROM heads").fetchall()
    commits = []
    for at in range(0, len(leaves), per_commit):
        new = leaves[at : at + per_commit]
        books = {of: (seq + 1, sha256(leaf).digest(), of) for of, seq, leaf in new}
        told = [json.loads(leaf) for _, _, leaf in new]
        rows = {a["data"]["gathering"]: a["kind"] for a in reversed(told) if a["kind"] != "takeaway.agreed/1"}
        called = [index[id] for id, kind in rows.items() if kind == "gathering.called/1"]
        changed = [(*index[id][1:], id) for id, kind in rows.items() if kind != "gathering.called/1"]
        commits.append((new, kept[at : at + per_commit], list(books.values()), called, changed))
    target = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        target.execute(f"PRAGMA {pragma}")
    for (sql,) in tables:
        target.execute(sql)
    target.executemany("INSERT INTO heads (book, size, root) VALUES (?, ?, ?)", heads)
    began = time.perf_counter()
    for new, texts_of_it, books, called, changed in commits:
        target.execute("BEGIN IMMEDIATE")
        target.executemany("UPDATE heads SET size = ?, root = ? WHERE book = ?", books)
        target.executemany("INSERT INTO acts VALUES (?, ?, ?)", new)
        target.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", texts_of_it)
        target.executemany("INSERT INTO gatherings VALUES (?, ?, ?, ?, ?, ?, ?)", called)
        target.executemany(
            "UPDATE gatherings SET book = ?, status = ?, date = ?, start = ?, zone = ?, journal_due = ? "
            "WHERE gathering = ?",
            changed,
        )
        target.execute("COMMIT")
    taken = time.perf_counter() - began
    target.close()
    return len(leaves) / taken


def _memory_mb() -> float:
    """Memory in use now; where the system does not say, the most there ever was."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3
