"""Starting real processes on the world's database, and holding what they said against what is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import comuna
from comuna.kernel.act import act_in
from comuna.rules.gathering import TakeawayAgreed
from comuna.store import book, journal, notebook
from comuna.store.store import Store
from tests.cast import World

ROOT = Path(__file__).parent.parent.parent


def start(
    world: World, address: str, handle: str, name: str, count: int | None = None, threads: int = 1
) -> subprocess.Popen[str]:
    """A process that writes (see `a_process`)."""
    sources = str(Path(comuna.__file__).parent.parent)
    told = [address, world.book, world.rosa, world.gathering, handle, name] + ([str(count)] if count else [])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.a_process", *told],
        cwd=ROOT,
        env={**os.environ, "APPENDING": str(threads), "PYTHONPATH": f"{sources}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )


def whole_lines(output: str) -> list[str]:
    """What was said to its end."""
    return output[: output.rfind("\n") + 1].splitlines()


def assert_all_kept(store: Store, world: World, handle: str, said: Iterable[str]) -> None:
    """Everything acknowledged is there, once, and the books add up."""
    assert store.check() == 1
    with store.read() as connection:
        state = store.state(connection, world.book)
        assert state is not None
        lines = [w.line.entry for w in journal.lines(connection, world.gathering)]
        acts = book.envelopes(connection, world.book)
        seqs = [e.seq for e in acts]
        agreed = [a.takeaway for a in map(act_in, acts) if isinstance(a, TakeawayAgreed)]
        notes = {n.note: n.edit for n in notebook.notes(connection, handle)}
    assert seqs == list(range(len(seqs)))
    assert len(lines) == len(set(lines)), "a line was written twice"
    assert len(agreed) == len(set(agreed)), "an act was recorded twice"
    for what, id, *edit in (line.split() for line in said):
        if what == "act":
            assert id in state.takeaways
        elif what == "line":
            assert id in lines
        else:
            assert notes[id] >= int(edit[0])
