"""The search for rounds in a process of its own, so that whoever uses the site meanwhile does not wait for it. It comes
last where the processor is wanted, and installs the planner when it is first used."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from comuna.kernel.refusal import Refused
from comuna.streets import planning
from comuna.streets.planning import Plan, Problem

SOURCES: Final = Path(__file__).parents[2]
REQUIREMENTS: Final = SOURCES.parent / "requirements-routes.txt"
"""The planner and what it needs, each with its hash."""
GIVES_WAY: Final = 10
"""How much the search gives way to other processes (nice)."""


class Task(msgspec.Struct, frozen=True):
    """What the other process is asked for. `problem`: its tables are lists of lists."""

    problem: Problem
    seed: int
    seconds: float


class Told(msgspec.Struct, frozen=True):
    """What the other process says, a line each: the share of the time that has passed, at last a plan or what was
    refused."""

    share: float = 1.0
    plan: Plan | None = None
    refused: str | None = None
    args: dict[str, str | int] = {}


def plan(problem: Problem, *, seed: int, seconds: float, told: Callable[[float], None] | None = None) -> Plan:
    """What `search.plan` finds, in another process. Refuses what it does, and routes.interrupted if that process
    ended before it was done."""
    planning.objections(problem)
    if not planning.installed():
        raise Refused("routes.not_installed")
    tables = tuple(np.asarray(table).tolist() for table in problem.tables)
    task = Task(msgspec.structs.replace(problem, tables=tables), seed, seconds)
    with subprocess.Popen(
        [sys.executable, "-m", "comuna.streets.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(msgspec.msgpack.encode(task))
            process.stdin.close()
            for line in process.stdout:
                said = msgspec.json.decode(line, type=Told)
                if said.plan is not None:
                    return said.plan
                if said.refused is not None:
                    raise Refused(said.refused, **said.args)
                if told is not None:
                    told(said.share)
        except BrokenPipeError:
            pass
        finally:
            process.kill()
    raise Refused("routes.interrupted")


def install() -> None:
    """Install the planner into this environment, from the network. Refuses routes.not_downloaded; why, stands where the
    server writes its messages."""
    done = subprocess.run(  # noqa: S603  its own interpreter, its own file
        [
            *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"),
            *("--retries", "2", "--timeout", "20", "--require-hashes", "-r", str(REQUIREMENTS)),
        ],
        stdout=sys.stderr,
        check=False,
    )
    importlib.invalidate_caches()
    if done.returncode or not planning.installed():
        raise Refused("routes.not_downloaded")


def _say(said: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Read a task, say how far it is, and at last the plan."""
    from comuna.streets import search

    if hasattr(os, "nice"):
        os.nice(GIVES_WAY)
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
    tables = tuple(np.array(table, dtype=np.int64) for table in task.problem.tables)
    problem = msgspec.structs.replace(task.problem, tables=tables)
    step = 0

    def told(share: float) -> None:
        nonlocal step
        if int(share * 50) > step:
            step = int(share * 50)
            _say(Told(share))

    try:
        _say(Told(plan=search.plan(problem, seed=task.seed, seconds=task.seconds, told=told)))
    except Refused as refused:
        _say(Told(refused=refused.code, args=refused.arguments))


if __name__ == "__main__":
    main()
