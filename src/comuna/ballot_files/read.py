"""Reading a file of ballots: its layout is known by its content."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO, Final

import msgspec

from comuna.ballot_files import LAYOUTS, Layout, blt, cdf, columns, dominion, long
from comuna.ballot_files.source import Progress, Rows, lines, nothing, text_of
from comuna.kernel.refusal import Refused
from comuna.methods.ballots import Ballots

PEEK: Final = 1 << 14
BLT: Final = re.compile(r"(?:#[^\n]*\n\s*)*[0-9]+[ \t]+[0-9]+[ \t]*(?:#[^\n]*)?(?:[\r\n]|$)")
"""How BLT begins: comments, then the numbers of candidates and of seats on a line of their own."""


class BallotFile(msgspec.Struct, frozen=True):
    """What a file held. `seats` is how many it says are to be elected, if it says so."""

    ballots: Ballots
    layout: Layout
    seats: int | None = None
    title: str = ""


def read(
    file: IO[bytes],
    *,
    layout: Layout | None = None,
    contest: str | None = None,
    beside: Path | None = None,
    progress: Progress = nothing,
) -> BallotFile:
    """Read ballots from a file that can be read more than once. `beside` is the folder in which it lies. Refuses what
    cannot be read, with the line and the reason."""
    text = text_of(file)
    try:
        return _read(text, layout, contest, beside, progress)
    except msgspec.DecodeError as error:
        raise Refused("ballots.bad_json", reason=str(error)) from error
    except RecursionError as error:
        raise Refused("ballots.bad_json", reason="too deep") from error
    finally:
        text.detach()


def _read(
    text: io.TextIOWrapper, layout: Layout | None, contest: str | None, beside: Path | None, progress: Progress
) -> BallotFile:
    begin = text.read(PEEK).lstrip()
    text.seek(0)
    if layout is None and begin.startswith(("{", "[")):
        layout = _kind_of_json(text.read())
        text.seek(0)
    if layout in ("dominion-json", "cdf"):
        content = text.read().encode()
        ballots = cdf.read(content, contest) if layout == "cdf" else dominion.read_json(content, beside, contest)
        return BallotFile(ballots, layout)
    if layout == "blt" or (layout is None and BLT.match(begin)):
        ballots, seats, title = blt.read(lines(text, progress))
        return BallotFile(ballots, "blt", seats, title)
    rows = Rows(text, progress)
    sample = rows.sample(columns.SAMPLE)
    if not sample:
        raise Refused("ballots.empty")
    layout = layout or _kind_of_csv(sample)
    every = iter(rows)
    if layout == "dominion":
        return BallotFile(dominion.read_csv(sample, every, rows, contest), layout)
    header = next(every)
    if layout == "long":
        ballots = long.read(header, every, rows, contest)
    elif layout == "ranks":
        ballots = columns.read_ranks(header, every, rows, contest)
    else:
        ballots = columns.read_candidates(header, sample[1:], every, rows)
    return BallotFile(ballots, layout)


def _kind_of_json(content: str) -> Layout:
    try:
        keys = set(msgspec.json.decode(content, type=dict[str, msgspec.Raw]))
    except msgspec.ValidationError as error:
        raise Refused("ballots.unknown_layout", layouts=", ".join(LAYOUTS)) from error
    if "Sessions" in keys:
        return "dominion-json"
    if "CVR" in keys:
        return "cdf"
    raise Refused("ballots.unknown_layout", layouts=", ".join(LAYOUTS))


def _kind_of_csv(sample: list[list[str]]) -> Layout:
    header = sample[0]
    if dominion.heading(sample) is not None:
        return "dominion"
    if long.columns(header) is not None:
        return "long"
    if columns.rank_columns(header):
        return "ranks"
    if len(header) > 1 and columns.candidate_columns(header, sample[1:]):
        return "candidates"
    raise Refused("ballots.unknown_layout", layouts=", ".join(LAYOUTS))
