"""Cast vote records of Dominion's machines: CSV under four rows of headings, as counties publish them, and the JSON
of an export with its manifests beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from comuna.ballot_files.collecting import Collector, Names, of_ranks
from comuna.ballot_files.contests import chosen
from comuna.ballot_files.source import Rows
from comuna.kernel.refusal import Refused
from comuna.methods.ballots import Ballots

RANKED = re.compile(r"^(?P<name>.*?) *\((?P<rank>[0-9]{1,3})\) *$", re.DOTALL)
ABOUT = re.compile(r" *\((?:vote for|number of).*\) *$", re.IGNORECASE | re.DOTALL)


def heading(sample: Sequence[Sequence[str]]) -> int | None:
    """The place of the row that begins with CvrNumber, if this is such a file."""
    for n, row in enumerate(sample[:6]):
        if row and row[0].strip().lower() == "cvrnumber":
            return n if n >= 2 else None
    return None


def read_csv(sample: Sequence[Sequence[str]], rows: Iterable[list[str]], source: Rows, contest: str | None) -> Ballots:
    """Ballots in columns of ones and noughts, headed by contest and choice; `Name(2)` is a second choice."""
    last = heading(sample)
    if last is None:
        raise Refused("ballots.no_columns")
    contests, choices = sample[last - 2], sample[last - 1]
    width = max(map(len, sample[: last + 1]))
    named = {place: ABOUT.sub("", name).strip() for place, name in enumerate(contests) if name.strip() and place > 0}
    begins = next((n for n, choice in enumerate(choices) if choice.strip()), width)
    named = {place: name for place, name in named.items() if place >= begins}
    wanted = chosen(named.values(), contest)
    names = Names()
    columns: list[tuple[int, int, int]] = []
    for place in (place for place, name in named.items() if name == wanted):
        choice = choices[place] if place < len(choices) else ""
        found = RANKED.match(choice)
        rank, name = (int(found["rank"]), found["name"]) if found else (1, choice)
        columns.append((place, rank, names.number(" ".join(name.split()))))
    collector = Collector(names)
    for n, row in enumerate(rows):
        if n <= last:
            continue
        if len(row) < width or any(row[width:]):
            raise Refused("ballots.fields", line=source.line, found=len(row), wanted=width)
        if not any(row[place] for place, _, _ in columns):
            continue  # this contest is not on the ballot
        marks = []
        for place, rank, number in columns:
            cell = row[place].strip()
            if cell == "1":
                marks.append((rank, number))
            elif cell not in ("", "0"):
                raise Refused("ballots.bad_mark", line=source.line, value=cell[:40], column=choices[place][:40])
        collector.add(of_ranks(marks, source.line))
    return collector.ballots()


# JSON


class Mark(msgspec.Struct, rename="pascal"):
    """A mark on a card."""

    candidate_id: int
    rank: int = 1
    is_ambiguous: bool = False
    is_vote: bool = True


class OnCard(msgspec.Struct, rename="pascal"):
    """A contest as it stands on a card."""

    id: int
    marks: list[Mark] = []


class Card(msgspec.Struct, rename="pascal"):
    """One sheet of a ballot."""

    contests: list[OnCard] = []


class Version(msgspec.Struct, rename="pascal"):
    """A ballot as it was scanned, or as it was put right by people."""

    is_current: bool = True
    cards: list[Card] = []
    contests: list[OnCard] = []


class Session(msgspec.Struct, rename="pascal"):
    """One ballot."""

    original: Version
    modified: Version | None = None


class Export(msgspec.Struct, rename="pascal"):
    """All ballots."""

    sessions: list[Session]


class Listed(msgspec.Struct, rename="pascal"):
    """A contest or a candidate in its manifest."""

    id: int
    description: str
    contest_id: int = 0
    num_of_ranks: int = 0


class Manifest(msgspec.Struct, rename="pascal"):
    """Contests, or candidates."""

    listed: list[Listed] = msgspec.field(name="List")


def read_json(content: bytes, folder: Path | None, contest: str | None) -> Ballots:
    """Ballots of an export; contests and candidates are named by ContestManifest.json and CandidateManifest.json
    beside it. Marks that the machine could not tell are left out; where nothing is ranked, so are those that are no
    votes."""
    export = msgspec.json.decode(content, type=Export)
    contests = _manifest(folder, "ContestManifest.json")
    by_name = {" ".join(each.description.split()): each for each in contests}
    of = by_name[chosen(by_name, contest)]
    listed = [each for each in _manifest(folder, "CandidateManifest.json") if each.contest_id == of.id]
    names = Names(" ".join(each.description.split()) for each in listed)
    numbers = {each.id: n for n, each in enumerate(listed)}
    collector = Collector(names)
    for place, session in enumerate(export.sessions, 1):
        version = session.modified if session.modified is not None and session.modified.is_current else session.original
        on_cards = [each for card in version.cards for each in card.contests] + version.contests
        ours = [each for each in on_cards if each.id == of.id]
        if ours:
            marks = [mark for each in ours for mark in each.marks if _counts(mark, of)]
            unknown = [mark.candidate_id for mark in marks if mark.candidate_id not in numbers]
            if unknown:
                raise Refused("ballots.json_ballot", place=place, value=str(unknown[0]))
            ranked = [(mark.rank if of.num_of_ranks else 1, numbers[mark.candidate_id]) for mark in marks]
            collector.add(of_ranks(ranked, place))
    return collector.ballots()


def _counts(mark: Mark, of: Listed) -> bool:
    return not mark.is_ambiguous and (mark.is_vote or of.num_of_ranks > 0)


def _manifest(folder: Path | None, name: str) -> list[Listed]:
    if folder is None or not (folder / name).is_file():
        raise Refused("ballots.no_manifest", file=name)
    return msgspec.json.decode((folder / name).read_bytes().removeprefix(b"\xef\xbb\xbf"), type=Manifest).listed
