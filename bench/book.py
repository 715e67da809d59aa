"""The book's own speed: hashing beside plain `hashlib`; durable appending beside a bare `sqlite3` loop that writes the
same rows to the same tables, with as many acts to a commit and the same sync; reading a long book again, checked to the
letter; exporting it; proving one of its acts."""

from __future__ import annotations

import multiprocessing
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path

from bench.append import ACTS, Circle, bare_sqlite, through_the_writer
from comuna.kernel import identity
from comuna.kernel.act import Act
from comuna.kernel.text import Text, text
from comuna.kernel.tree import Frontier, leaf_hash
from comuna.rules import gathering as g
from comuna.rules.state import State
from comuna.store import checkpoints, export
from comuna.store.store import Store
from comuna.store.writer import Transaction

LEAVES, LEAF = 200_000, 300
ONE_BY_ONE = 2_000
IN_JOBS = 50_000
ROUNDS = 3
LONG, LONGER = 100_000, 1_000_000
PROOFS = 200

LEAST_PER_SECOND = 200_000.0
LEAST_SHARE = 0.7
MOST_SECONDS = {LONG: 1.0, LONGER: 8.0}
MOST_MB = 500.0
MOST_GROWTH_MB = 1.0
"""An export's peak of memory for the longest book, above that for the shortest."""

Figure = tuple[str, float, str, float | None]


def figures(long: Sequence[int] = (LONG, LONGER)) -> Iterator[Figure]:
    """Leaves and acts per second, shares of the bare loop's speed, seconds and megabytes to read long books."""
    yield from _hashing()
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        yield from _durably(Path(folder))
        for size in long:
            yield from _reading(Path(folder) / f"{size}.sqlite", size)
        yield from _exporting([Path(folder) / f"{size}.sqlite" for size in long])


def _hashing() -> Iterator[Figure]:
    leaves = [n.to_bytes(4) * (LEAF // 4) for n in range(LEAVES)]
    hashes = [leaf_hash(leaf) for leaf in leaves]

    def one_by_one() -> None:
        frontier = Frontier()
        for leaf in leaves:
            frontier.append(leaf_hash(leaf))

    def many_at_once() -> None:
        Frontier().extend([leaf_hash(leaf) for leaf in leaves])

    def plainly() -> None:
        for leaf in leaves:
            sha256(b"\x00" + leaf).digest()
        for hashed in hashes[1:]:
            sha256(b"\x01" + hashed + hashed).digest()

    plain = LEAVES / _fastest(plainly)
    yield f"plain hashlib, as many hashes of {LEAF}-byte leaves", plain, "leaves/s", None
    for how, way in (("one by one", one_by_one), ("many at once", many_at_once)):
        rate = LEAVES / _fastest(way)
        yield f"appended in memory, {how} (at least)", rate, "leaves/s", LEAST_PER_SECOND
        yield f"appended in memory, {how}: share of hashlib's speed", rate / plain, "of 1", None


def _fastest(work: Callable[[], None]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


# Durably


def _durably(folder: Path) -> Iterator[Figure]:
    """Each way `ROUNDS` times in turn with the bare loop, because a disk has its moods; the medians are shown."""
    yield from _beside_bare(folder, "one caller, one act per commit", _one_by_one, 1)
    for per_commit in (32, 500):
        for texts in (True, False):
            name = f"one job of {per_commit} acts per commit, {'a text each' if texts else 'no texts'}"
            yield from _beside_bare(folder, name, _in_jobs(per_commit, with_texts=texts), per_commit)
    yield from _beside_bare(folder, "64 callers, one act each", _by_many, None)


def _beside_bare(
    folder: Path, name: str, ours: Callable[[str], tuple[float, int]], per_commit: int | None
) -> Iterator[Figure]:
    rates, bares, together = [], [], per_commit or 0
    for n in range(ROUNDS):
        address = str(folder / "ours.sqlite")
        rate, commits = ours(address)
        together = per_commit or max(1, round(ACTS / commits))
        rates.append(rate)
        bares.append(bare_sqlite(address, str(folder / f"bare{n}.sqlite"), together))
        for path in folder.iterdir():
            path.unlink()
    yield f"{name}", statistics.median(rates), "acts/s", None
    yield f"{name}: bare sqlite3, {together} per commit", statistics.median(bares), "acts/s", None
    share = statistics.median(rate / bare for rate, bare in zip(rates, bares, strict=True))
    yield f"{name}: share of it (at least)", share, "of 1", LEAST_SHARE


def _one_by_one(address: str) -> tuple[float, int]:
    store = Store(address)
    circle = Circle(store)
    began = time.perf_counter()
    for _ in range(ONE_BY_ONE):
        circle.something_happens()
    taken = time.perf_counter() - began
    store.close()
    return ONE_BY_ONE / taken, ONE_BY_ONE


def _in_jobs(per_job: int, *, with_texts: bool) -> Callable[[str], tuple[float, int]]:
    """Takeaways, so many agreed in one decision. The texts are made before the time is taken."""

    def run(address: str) -> tuple[float, int]:
        store = Store(address)
        circle = Circle(store)
        circle.something_happens()
        chance = random.Random(1)
        jobs = IN_JOBS // per_job
        every = [[_takeaway(chance) for _ in range(per_job)] for _ in range(jobs)]
        began = time.perf_counter()
        for new in every:
            store.write(_agree(store, circle, new, with_texts=with_texts))
        taken = time.perf_counter() - began
        store.close()
        return jobs * per_job / taken, jobs

    return run


def _takeaway(chance: random.Random) -> tuple[str, Text]:
    return identity.id_of(chance.randbytes(16)), text(
        "Visit the pump with those who look after it.", chance.randbytes(32)
    )


def _agree(
    store: Store, circle: Circle, new: list[tuple[str, Text]], *, with_texts: bool
) -> Callable[[Transaction], None]:
    def decide(s: State) -> list[Act]:
        return [
            g.agree_takeaway(
                s, by=circle.rosa, gathering=circle.gathering, takeaway=id, what=what.ref, owner=None, due="2027-04-01"
            )
            for id, what in new
        ]

    def job(tx: Transaction) -> None:
        kept = [what for _, what in new] if with_texts else []
        store.record(tx, circle.book, decide, by=circle.rosa, with_texts=kept)

    return job


def _by_many(address: str) -> tuple[float, int]:
    run = through_the_writer(address)
    return ACTS / run.seconds, run.commits


# Reading


def _reading(path: Path, size: int) -> Iterator[Figure]:
    """A long book, read by a process of its own that has done nothing else."""
    _write_long(str(path), size)
    context = multiprocessing.get_context("spawn")
    taken, opening, memory = [], [], 0.0
    for _ in range(ROUNDS if size < LONGER else 1):
        with context.Pool(1) as alone:
            seconds, of_it, most = alone.apply(read_long, (str(path), size))
        taken.append(seconds)
        opening.append(of_it)
        memory = max(memory, most)
    n = f"{size:,} acts"
    yield f"{n}: read, verified and folded", statistics.median(taken), "s", MOST_SECONDS.get(size)
    yield f"{n}: opening the store, of that", statistics.median(opening), "s", None
    yield f"{n}: all the memory of the process", memory, "MB", MOST_MB
    yield f"{n}: hashlib alone, as many hashes", _plain_hashing(str(path)), "s", None


def _exporting(paths: Sequence[Path]) -> Iterator[Figure]:
    """Each long book into a folder and a zip file, by a process of its own; and proofs of acts anywhere in it."""
    context = multiprocessing.get_context("spawn")
    peaks = []
    for path in paths:
        with context.Pool(1) as alone:
            (folder, peak), (packed, packed_peak), proof = alone.apply(export_long, (str(path),))
        peaks.append(peak)
        n = f"{int(path.stem):,} acts"
        yield f"{n}: exported into a folder", folder, "s", None
        yield f"{n}: the most memory that this took", peak, "MB", None
        yield f"{n}: exported as a zip file", packed, "s", None
        yield f"{n}: the most memory that this took, its directory included", packed_peak, "MB", None
        yield f"{n}: one proof, from tiles", proof * 1000, "ms", None
    more = "an export into a folder: the longest's memory above the shortest's"
    yield more, peaks[-1] - peaks[0], "MB", MOST_GROWTH_MB


def export_long(address: str) -> tuple[tuple[float, float], tuple[float, float], float]:
    """The one book of a database, exported into a folder and as a zip file: seconds, and the peak of Python's memory
    meanwhile in MB, without what the folded state takes; then the seconds that a proof takes."""
    store = Store(address)
    with store.read() as connection, tempfile.TemporaryDirectory(dir=Path(address).parent) as folder:
        (of,) = connection.exec_driver_sql("SELECT book FROM heads").scalars()
        state = store.state(connection, of)
        assert state is not None
        fresh = (Path(folder) / str(n) for n in count())
        into_folder = _measured(lambda: export.into_folder(connection, store.shelf, of, next(fresh)))
        into_zip = _measured(lambda: export.into_file(connection, store.shelf, of, Path(folder) / "book.zip"))
        chance = random.Random(3)
        began = time.perf_counter()
        for _ in range(PROOFS):
            checkpoints.proving(connection, store.shelf, of, chance.randrange(state.size))
        proving = (time.perf_counter() - began) / PROOFS
    store.close()
    return into_folder, into_zip, proving


def _measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and the peak of Python's memory in MB: the work is done twice, because watching memory takes time."""
    began = time.perf_counter()
    work()
    taken = time.perf_counter() - began
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken, peak / 1e6


def read_long(address: str, size: int) -> tuple[float, float, float]:
    """Open a store and read its one book from its first act: seconds, those until the store was open, and the most
    memory that the process ever had, in MB."""
    began = time.perf_counter()
    store = Store(address)
    opened = time.perf_counter() - began
    with store.read() as connection:
        (of,) = connection.exec_driver_sql("SELECT book FROM heads").scalars()
        state = store.state(connection, of)
    taken = time.perf_counter() - began
    assert state is not None
    assert state.size == size
    store.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return taken, opened, most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def _plain_hashing(address: str) -> float:
    """Seconds in which `hashlib` makes all hashes of leaves and nodes of a book, without anything else."""
    connection = sqlite3.connect(address)
    taken, hashed = 0.0, b""
    cursor = connection.execute("SELECT leaf FROM acts ORDER BY seq")
    while page := cursor.fetchmany(10_000):
        began = time.perf_counter()
        for (leaf,) in page:
            hashed = sha256(b"\x00" + leaf).digest()
            sha256(b"\x01" + hashed + hashed).digest()
        taken += time.perf_counter() - began
    connection.close()
    return taken


def _write_long(address: str, size: int) -> None:
    """A circle of forty years: each session is called, revised, postponed, sometimes called off and on again; it agrees
    on takeaways, is closed, and its journal expires."""
    store = Store(address)
    circle = Circle(store)
    chance = random.Random(2)
    with store.read() as connection:
        first = store.state(connection, circle.book)
    assert first is not None
    left = size - first.size
    while left:
        acts: list[tuple[str, list[Act]]] = []
        while left and len(acts) < 40:
            one = _session(chance, circle.rosa)[:left]
            left -= len(one)
            acts.append((circle.rosa, one))
        store.write(_all_of(store, circle.book, acts))
    store.close()


def _all_of(store: Store, of: str, acts: list[tuple[str, list[Act]]]) -> Callable[[Transaction], None]:
    def job(tx: Transaction) -> None:
        for by, some in acts:
            store.record(tx, of, lambda _s, some=some: some, by=by)

    return job


def _session(chance: random.Random, rosa: str) -> list[Act]:
    id, page = identity.id_of(chance.randbytes(16)), chance.randbytes(32).hex
    day = f"20{chance.randrange(27, 67)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    acts: list[Act] = [g.GatheringCalled(id, day, "17:00", "18:30", "America/Caracas", page())]
    acts += [g.GatheringRevised(id, ["title", "agenda"], page()) for _ in range(chance.randrange(5))]
    if chance.random() < 0.3:
        acts.append(g.GatheringPostponed(id, day, "18:00", None, "America/Caracas", page(), page()))
    if chance.random() < 0.1:
        acts += [g.GatheringCancelled(id, page()), g.GatheringReinstated(id)]
    agreed = chance.randrange(200)
    acts += [
        g.TakeawayAgreed(id, identity.id_of(chance.randbytes(16)), page(), chance.choice([None, page()]), day)
        for _ in range(agreed)
    ]
    acts.append(g.GatheringClosed(id, chance.randrange(30), 12, 40, 60, 80, agreed, page()))
    acts.append(g.JournalExpired(id, chance.randrange(3_000)))
    return acts
