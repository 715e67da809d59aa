"""`./comuna count`: counts a file of ballots."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec

from comuna import count_shown
from comuna.ballot_files.read import BallotFile, read
from comuna.count_asked import opened, tie_rule
from comuna.counting_words import round_explained
from comuna.kernel.refusal import Refused
from comuna.language import Language, spoken
from comuna.methods.ballots import Reading
from comuna.methods.counting import count
from comuna.methods.result import How, Result

WIDE = 100


def run(options: argparse.Namespace) -> int:
    """Count and print. Returns 0."""
    words = spoken()
    if options.seats is not None and options.seats < 1:
        raise Refused("count.no_seats")
    found = _read(options, words)
    seats = options.seats or found.seats or 1
    asked: tuple[How, ...] = ("earlier_rounds",) if options.method in ("irv", "stv-scottish") else ()
    rule = tie_rule(options, asked, found.ballots.candidates)
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
    beside = None if options.file == "-" else Path(options.file).parent
    with opened(options.file, words) as (file, progress):
        return read(file, layout=options.layout, contest=options.contest, beside=beside, progress=progress)


def _plain(words: Language, result: Result, found: BallotFile) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(result)
    for round, told in zip(plain["rounds"], result.rounds, strict=True):
        round["explained"] = round_explained(words, told)
    first = {key: plain.pop(key) for key in ("winners", "rounds", "ties")}
    return {**first, **plain, "layout": found.layout}
