"""What the commands that count are asked for in the same way: a file or standard input, and how ties are broken."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO

from comuna.ballot_files.source import Progress
from comuna.kernel.refusal import Refused
from comuna.language import Language
from comuna.methods.result import How
from comuna.methods.ties import TieRule

PATIENCE = 1.0
"""Seconds before somebody who waits is told how far it is."""


@contextlib.contextmanager
def opened(name: str, words: Language) -> Iterator[tuple[IO[bytes], Progress]]:
    """The file of that name, or standard input for `-`, so that it can be read more than once; and who is told how much
    of it has been read."""
    with tempfile.TemporaryFile() if name == "-" else Path(name).open("rb") as file:
        if name == "-":
            shutil.copyfileobj(sys.stdin.buffer, file)
        progress = _Progress(words, file)
        try:
            yield file, progress
        finally:
            progress.clear()


class _Progress:
    """Says in a terminal how much of a file has been read, if that takes long."""

    def __init__(self, words: Language, file: IO[bytes]) -> None:
        self._words = words
        self._size = os.fstat(file.fileno()).st_size
        self._began = time.monotonic()
        self._shown = ""

    def __call__(self, read: int) -> None:
        if not sys.stderr.isatty() or time.monotonic() - self._began < PATIENCE or not self._size:
            return
        words = self._words
        said = words.text("Reading: %(percent)s %%", percent=min(100, 100 * read // self._size))
        if said != self._shown:
            print(f"\r{said}", end="", file=sys.stderr, flush=True)
            self._shown = said

    def clear(self) -> None:
        """Take away what was said."""
        if self._shown:
            print("\r" + " " * len(self._shown) + "\r", end="", file=sys.stderr, flush=True)


def tie_rule(options: argparse.Namespace, otherwise: Sequence[How], names: Collection[str]) -> TieRule:
    """How ties are broken, as `--ties`, `--seed` and `--order` say; `otherwise` where `--ties` is not given."""
    steps = options.ties or list(otherwise)
    if options.seed is not None and "lots" not in steps:
        steps = [*steps, "lots"]
    if options.order and "order" not in steps:
        steps = [*steps, "order"]
    if "lots" in steps and options.seed is None:
        raise Refused("count.no_seed")
    if "order" in steps and not options.order:
        raise Refused("count.no_order")
    order = tuple(" ".join(name.split()) for name in options.order or ())
    for name in order:
        if name not in names:
            raise Refused("count.not_a_candidate", name=name)
    seed = (options.seed or "").encode("utf-8", "surrogateescape")
    return TieRule(tuple(step for step in steps if step != "none"), seed, order)
