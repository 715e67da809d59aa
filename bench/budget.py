"""Deciding real participatory budgets: equal shares, its completion by larger shares, Phragmén's rule; loading the
file; memory. pabutools beside them, where it ends within a minute, on the same file and with the same ties.

Every time but that of loading begins with ballots that were just read, of which nothing has been computed yet."""

from __future__ import annotations

import dataclasses
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.run import Unable
from comuna.ballot_files.pabulib import BudgetFile, read
from comuna.methods.budget.deciding import decide
from comuna.methods.ties import TieRule

HERE = Path(__file__).parents[1]
PATHS = str(HERE / "src")
FOLDER = HERE.parent / "shared" / "pabulib"
LODZ, URSYNOW = "Poland_Lodz_2022", "Poland_Warszawa_2019_Ursynow"
PATIENCE = 60
ROUNDS = 5
MOST_MEGABYTES = 300.0
WORK: tuple[tuple[str, str, str, str, str, float | None], ...] = (
    ("Łódź 2022, equal shares (cost)", LODZ, "equal-shares", "cost", "none", 0.025),
    ("Łódź 2022, equal shares (cost), add1", LODZ, "equal-shares", "cost", "add1", 1.2),
    ("Łódź 2022, Phragmén", LODZ, "phragmen", "cost", "none", 0.035),
    ("Łódź 2022, greedy", LODZ, "greedy", "cost", "none", None),
    ("Ursynów 2019, equal shares (cardinality)", URSYNOW, "equal-shares", "cardinality", "none", None),
    ("Ursynów 2019, equal shares (cardinality), add1", URSYNOW, "equal-shares", "cardinality", "add1", 1.5),
)
"""What is measured: file, rule, satisfaction, completion, and the most seconds it should take."""

Figure = tuple[str, float, str, float | None]


def figures() -> Iterator[Figure]:
    """Seconds, the median of five, and how long the processor worked; the library's are of one run."""
    if not FOLDER.exists():
        raise Unable("../shared/pabulib is not here.")
    files = {name: _opened(name) for name in (LODZ, URSYNOW)}
    yield from _medians("Łódź 2022, loaded", lambda: _opened(LODZ), 0.4)
    for label, name, rule, satisfaction, completion, most in WORK:
        yield from _medians(label, partial(_decided, files[name], rule, satisfaction, completion), most)
    yield "Łódź 2022, the whole command with add1: memory", _memory(), "MB", MOST_MEGABYTES
    for label, name, rule, satisfaction, completion, _ in WORK:
        yield from _beside(label, files[name], name, rule, satisfaction, completion)


def _opened(name: str) -> BudgetFile:
    with (FOLDER / f"{name}.pb").open("rb") as file:
        return read(file)


def _decided(file: BudgetFile, rule: str, satisfaction: str, completion: str) -> tuple[str, ...]:
    fresh = dataclasses.replace(file.election)
    ties = TieRule(steps=("order",), order=tuple(sorted(fresh.projects)))
    return decide(rule, fresh, ties, satisfaction, completion).winners  # type: ignore[arg-type]


def _medians(label: str, work: Callable[[], object], most: float | None) -> Iterator[Figure]:
    taken, busy = [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        work()
        taken.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
    yield label, statistics.median(taken), "s", most
    yield f"{label}: processor time", statistics.median(busy), "s", None


def _memory() -> float:
    """The most memory of a process that reads and decides, Python and numpy included."""
    command = [sys.executable, "-m", "comuna", "count", str(FOLDER / f"{LODZ}.pb"), "--rule", "equal-shares"]
    env = {**os.environ, "PYTHONPATH": PATHS}
    child = subprocess.Popen([*command, "--completion", "add1", "--json"], stdout=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, child.returncode
    return usage.ru_maxrss / 1024


def _beside(label: str, file: BudgetFile, name: str, rule: str, satisfaction: str, completion: str) -> Iterator[Figure]:
    """The library's time for the same, and whether it funds the same; nothing where it is not installed."""
    command = [sys.executable, "-m", "bench.budget", name, rule, satisfaction, completion]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            cwd=HERE,
            env={**os.environ, "PYTHONPATH": PATHS},
        )
    except subprocess.TimeoutExpired:
        yield f"pabutools, {label}: not done after", PATIENCE, "s", None
        return
    except subprocess.CalledProcessError:
        return
    theirs = json.loads(done.stdout)
    same = set(theirs["winners"]) == set(_decided(file, rule, satisfaction, completion))
    yield f"pabutools, {label}{'' if same else ' (funds others)'}", theirs["seconds"], "s", None


def _theirs(name: str, rule: str, satisfaction: str, completion: str) -> None:
    """Decide with pabutools, equal ballots together, and print winners and seconds without those for reading."""
    from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares, sequential_phragmen

    instance, profile = parse_pabulib(str(FOLDER / f"{name}.pb"))
    profile = profile.as_multiprofile()
    sat = Cost_Sat if satisfaction == "cost" else Cardinality_Sat
    began = time.perf_counter()
    if rule == "phragmen":
        found = sequential_phragmen(instance, profile)
    elif rule == "greedy":
        found = greedy_utilitarian_welfare(instance, profile, sat_class=sat)
    else:
        one = 1 if completion == "add1" else None
        found = method_of_equal_shares(instance, profile, sat_class=sat, voter_budget_increment=one)
    seconds = time.perf_counter() - began
    print(json.dumps({"winners": [project.name for project in found], "seconds": seconds}))


if __name__ == "__main__":
    _theirs(*sys.argv[1:])
