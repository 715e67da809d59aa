"""Counting a million ballots of 12 candidates by IRV, Scottish STV and Schulze, already in memory; pref_voting beside
them, on as many ballots as it can count in a few seconds; and reading a million ballots from files.

The ballots are the hard case: every order of the candidates is equally likely (impartial culture), and each ballot ends
after 1 to 12 ranks. Two thirds of them are distinct, so that little would be gained by bundling equal ones."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from comuna.ballot_files.read import read
from comuna.methods import irv, marks, schulze, stv
from comuna.methods.ballots import NOBODY, Ballots
from comuna.methods.ties import TieRule

BALLOTS, CANDIDATES, SEATS, SEED = 1_000_000, 12, 5, 2027
LIBRARY_BALLOTS = {"IRV": 10_000, "Scottish STV": 100_000, "Schulze": 100_000}
ROUNDS = 3
MOST_SECONDS = 1.5
TIES = TieRule(steps=("earlier_rounds", "lots"), seed=b"bench")

Figure = tuple[str, float, str, float | None]


def figures(ballots: int = BALLOTS) -> Iterator[Figure]:
    """Seconds for each count, the median of three; for the library, of which the name says how many ballots it got."""
    cast = random_ballots(ballots)
    distinct = len(np.unique(np.ascontiguousarray(cast.marks.T), axis=0))
    yield f"{ballots:,} ballots, {CANDIDATES} candidates: distinct", distinct, "ballots", None
    ours: dict[str, Callable[[], object]] = {
        "IRV": lambda: irv.irv(cast, 1, TIES),
        "Scottish STV": lambda: stv.stv_scottish(cast, SEATS, TIES),
        "Schulze": lambda: schulze.schulze(cast, 1, TIES),
        "plurality": lambda: marks.plurality(cast, 1, TIES),
        "approval": lambda: marks.approval(cast, 1, TIES),
    }
    for name, work in ours.items():
        limited = MOST_SECONDS if name[0] in "IS" and ballots == BALLOTS else None
        yield f"{name}: {ballots:,} ballots{_seats(name)}", _median(work), "s", limited
    for name, fewer in LIBRARY_BALLOTS.items():
        yield from _library(name, fewer)
    yield from _files(cast)


def random_ballots(count: int) -> Ballots:
    """So many ballots, the same ones every time."""
    chance = np.random.default_rng(SEED)
    order = np.argsort(chance.random((count, CANDIDATES)), axis=1).astype(np.int16).T.copy()
    length = chance.integers(1, CANDIDATES, count, endpoint=True)
    order[np.arange(CANDIDATES)[:, None] >= length] = NOBODY
    names = tuple(f"Candidate {letter}" for letter in "ABCDEFGHIJKL")
    return Ballots(names, order, np.ones(count, dtype=np.int64))


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _seats(name: str) -> str:
    return f", {SEATS} seats" if name == "Scottish STV" else ""


def _library(name: str, count: int) -> Iterator[Figure]:
    """The same count by pref_voting, where it is installed (it is for the tests alone), its profile of the ballots
    included, which holds how many prefer whom; and by us, as many ballots."""
    try:
        from pref_voting.iterative_methods import instant_runoff_for_truncated_linear_orders
        from pref_voting.margin_based_methods import beat_path
        from pref_voting.profiles_with_ties import ProfileWithTies
        from pref_voting.proportional_methods import stv_scottish
    except ImportError:
        return
    few = random_ballots(count)
    columns = few.marks.T.tolist()
    ranked = [{mark: rank for rank, mark in enumerate(column, 1) if mark >= 0} for column in columns]
    began = time.perf_counter()
    profile = ProfileWithTies(ranked, candidates=list(range(CANDIDATES)))
    profile.use_extended_strict_preference()
    ours: Callable[[], object]
    match name:
        case "IRV":
            instant_runoff_for_truncated_linear_orders(profile)
            ours = lambda: irv.irv(few, 1, TIES)  # noqa: E731  named by what it is compared with
        case "Scottish STV":
            stv_scottish(profile, num_seats=SEATS, rng=random.Random(1))
            ours = lambda: stv.stv_scottish(few, SEATS, TIES)  # noqa: E731
        case _:
            beat_path(profile)
            ours = lambda: schulze.schulze(few, 1, TIES)  # noqa: E731
    taken = time.perf_counter() - began
    yield f"pref_voting, {name}: {count:,} ballots{_seats(name)}", taken, "s", None
    yield f"{name}: {count:,} ballots, as fast as that", taken / _median(ours), "times", None


def _files(cast: Ballots) -> Iterator[Figure]:
    """Reading the ballots from files that somebody else wrote."""
    names = np.array([*cast.candidates, ""])
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        as_ranks, as_blt = Path(folder) / "ranks.csv", Path(folder) / "ballots.blt"
        with as_ranks.open("w", encoding="utf-8") as file:
            file.write("ballot," + ",".join(f"Choice {n}" for n in range(1, CANDIDATES + 1)) + "\n")
            for n, column in enumerate(cast.marks.T):
                file.write(f"{n}," + ",".join(names[column]) + "\n")
        with as_blt.open("w", encoding="utf-8") as file:
            file.write(f"{CANDIDATES} {SEATS}\n")
            for column in cast.marks.T.tolist():
                file.write(f"1 {' '.join(str(mark + 1) for mark in column if mark >= 0)} 0\n")
            file.write("0\n" + "".join(f'"{name}"\n' for name in cast.candidates))
        for name, path in (("CSV with a column a rank", as_ranks), ("BLT", as_blt)):
            with path.open("rb") as file_read:
                began = time.perf_counter()
                found = read(file_read)
                taken = time.perf_counter() - began
            assert found.ballots.total == cast.total
            yield f"read from {name}: {len(cast.weights):,} ballots", taken, "s", None
