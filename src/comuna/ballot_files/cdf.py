"""Cast vote records in the common data format (NIST SP 1500-103), as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from comuna.ballot_files.collecting import Collector, Names, of_ranks
from comuna.ballot_files.contests import chosen
from comuna.kernel.refusal import Refused
from comuna.methods.ballots import Ballots


class Position(msgspec.Struct, rename="pascal"):
    """A mark."""

    has_indication: str = "yes"
    is_allocable: str = "unknown"
    rank: int = 1


class Chosen(msgspec.Struct, rename="pascal"):
    """The marks for one choice."""

    contest_selection_id: str
    selection_position: list[Position] = []


class OnBallot(msgspec.Struct, rename="pascal"):
    """A contest on a ballot."""

    contest_id: str
    selections: list[Chosen] = msgspec.field(name="CVRContestSelection", default_factory=list)


class Snapshot(msgspec.Struct, rename="pascal"):
    """A ballot as it was seen at one moment."""

    id: str = msgspec.field(name="@id")
    contests: list[OnBallot] = msgspec.field(name="CVRContest", default_factory=list)


class Cast(msgspec.Struct, rename="pascal"):
    """One ballot."""

    current_snapshot_id: str
    snapshots: list[Snapshot] = msgspec.field(name="CVRSnapshot")


class Candidate(msgspec.Struct, rename="pascal"):
    """Somebody who stands."""

    id: str = msgspec.field(name="@id")
    name: Any = None


class Selection(msgspec.Struct, rename="pascal"):
    """A choice that a contest offers."""

    id: str = msgspec.field(name="@id")
    candidate_ids: list[str] = []
    is_write_in: bool = False
    selection: Any = None


class Contest(msgspec.Struct, rename="pascal"):
    """A contest."""

    id: str = msgspec.field(name="@id")
    name: str = ""
    contest_selection: list[Selection] = []


class Election(msgspec.Struct, rename="pascal"):
    """What people voted on."""

    candidate: list[Candidate] = []
    contest: list[Contest] = []


class Report(msgspec.Struct, rename="pascal"):
    """Ballots and what they are about."""

    ballots: list[Cast] = msgspec.field(name="CVR")
    election: list[Election] = []


def read(content: bytes, contest: str | None) -> Ballots:
    """The ballots of a report, each as its current snapshot has it."""
    report = msgspec.json.decode(content, type=Report)
    contests = {each.name or each.id: each for election in report.election for each in election.contest}
    of = contests[chosen(contests, contest)]
    people = {each.id: each for election in report.election for each in election.candidate}
    names = Names(_name(each, people) for each in of.contest_selection)
    numbers = {each.id: n for n, each in enumerate(of.contest_selection)}
    collector = Collector(names)
    for place, cast in enumerate(report.ballots, 1):
        current = [snapshot for snapshot in cast.snapshots if snapshot.id == cast.current_snapshot_id]
        if len(current) != 1:
            raise Refused("ballots.json_ballot", place=place, value=cast.current_snapshot_id[:40])
        for on_ballot in (each for each in current[0].contests if each.contest_id == of.id):
            marks = []
            for chose in on_ballot.selections:
                if chose.contest_selection_id not in numbers:
                    raise Refused("ballots.json_ballot", place=place, value=chose.contest_selection_id[:40])
                marks += [
                    (position.rank, numbers[chose.contest_selection_id])
                    for position in chose.selection_position
                    if position.has_indication == "yes" and position.is_allocable != "no"
                ]
            collector.add(of_ranks(marks, place))
    return collector.ballots()


def _name(selection: Selection, people: dict[str, Candidate]) -> str:
    """What a choice is called: its candidates' names, or what stands there instead."""
    found = [_text(people[id].name) or id for id in selection.candidate_ids if id in people]
    name = " / ".join(found) or _text(selection.selection) or ("Write-in" if selection.is_write_in else selection.id)
    return " ".join(name.split())


def _text(value: Any) -> str:
    """A text of the format: plain, or in several languages, of which the first is taken."""
    match value:
        case str():
            return value
        case {"Text": [{"Content": str(content)}, *_]}:
            return content
    return ""
