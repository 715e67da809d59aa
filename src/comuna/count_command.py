"""`./comuna count`: counts a file of ballots."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

import msgspec

from comuna import count_shown
from comuna.ballot_files.read import BallotFile, read
from comuna.counting_words import round_explained
from comuna.kernel.refusal import Refused
from comuna.language import Language, spoken
from comuna.methods.ballots import Ballots, Reading
from comuna.methods.counting import count
from comuna.methods.result import Result
from comuna.methods.ties import TieRule

WIDE = 100
PATIENCE = 1.0
"""Seconds before somebody who waits is told how far it is."""


def run(options: argparse.Namespace) -> int:
    """Count and print. Returns 0."""
    words = spoken()
    if options.seats is not None and options.seats < 1:
        raise Refused("count.no_seats")
    found = _read(options, words)
    seats = options.seats or found.seats or 1
    rule = _rule(options, found.ballots)
    reading = Reading(options.overvotes, options.skipped_ranks, options.repeats)
    result = count(options.method, found.ballots, seats, rule, reading)
    if options.json:
        print(json.dumps(_plain(words, result, found), ensure_ascii=False, indent=2))
        return 0
    if found.title:
        print(found.title + "\n")
    width = shutil.get_terminal_size((WIDE, 40)).columns if sys.stdout.isatty() else WIDE
    print(count_shown.shown(words, result, width))
    return 0


def _read(options: argparse.Namespace, words: Language) -> BallotFile:
    with tempfile.TemporaryFile() if options.file == "-" else Path(options.file).open("rb") as file:
        beside = None
        if options.file == "-":
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            beside = Path(options.file).parent
        progress = _Progress(words, file)
        try:
            return read(file, layout=options.layout, contest=options.contest, beside=beside, progress=progress)
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


def _rule(options: argparse.Namespace, ballots: Ballots) -> TieRule:
    steps = options.ties or (["earlier_rounds"] if options.method in ("irv", "stv-scottish") else [])
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
        if name not in ballots.candidates:
            raise Refused("count.not_a_candidate", name=name)
    seed = (options.seed or "").encode("utf-8", "surrogateescape")
    return TieRule(tuple(step for step in steps if step != "none"), seed, order)


def _plain(words: Language, result: Result, found: BallotFile) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(result)
    for round, told in zip(plain["rounds"], result.rounds, strict=True):
        round["explained"] = round_explained(words, told)
    first = {key: plain.pop(key) for key in ("winners", "rounds", "ties")}
    return {**first, **plain, "layout": found.layout}
