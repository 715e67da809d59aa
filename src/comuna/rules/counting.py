"""What a ballot can say, and what those say who count hands and papers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules import vote as votes
from comuna.rules.state import State, Vote


@act("vote.counted", v=1)
class VoteCounted(Act, frozen=True):
    """One way of voting was counted: how many for each option, by so many tellers, and how many people or papers those
    were (`ballots`; more than one option can be for one). Counted again, the new count holds. `names`: who said what in
    a roll call."""

    gathering: str
    vote: str
    way: str
    options: list[str]
    counts: list[int]
    ballots: int
    tellers: int
    names: TextRef | None


def most_choices(found: Vote) -> int:
    """For how many options one ballot can be at the same time; where a method ranks, for one."""
    return {"plurality": max(found.seats, 1), "approval": len(found.options)}.get(found.method, 1)


def in_box(found: Vote, way: str) -> bool:
    """Whether the ballots of a way of voting are put into the box one by one, as phones do it: those of a secret vote
    and papers that rank. Else people count them, and tell the count."""
    return way == "phones" or found.secret or found.method in votes.RANKED


def choice_of(found: Vote, written: Sequence[str]) -> str:
    """A ballot's choices as they are kept: the numbers of the options, from 0, joined by commas; in the order of
    preference where the method ranks. Refuses vote.bad_choice."""
    numbers = [int(each) for each in written if each.isascii() and each.isdigit() and len(each) < 4]
    if len(numbers) != len(written) or not numbers or max(numbers) >= len(found.options):
        raise Refused("vote.bad_choice")
    if len(set(numbers)) != len(numbers):
        raise Refused("vote.bad_choice")
    most = len(found.options) if found.method in votes.RANKED else most_choices(found)
    if len(numbers) > most:
        raise Refused("vote.too_many_choices", most=most)
    if found.method not in votes.RANKED:
        numbers.sort()
    return ",".join(map(str, numbers))


def count(
    s: State,
    *,
    by: str,
    gathering: str,
    vote: str,
    way: str,
    counts: tuple[int, ...],
    ballots: int | None = None,
    tellers: int,
    names: TextRef | None = None,
) -> VoteCounted:
    """Tell what one way of voting came to. `ballots`: how many people or papers, where one can be for several options.
    Refuses: vote.unknown, vote.closed, vote.way_unknown, vote.secret_counts, vote.count_impossible, vote.one_by_one,
    vote.how_many, vote.more_than_present, vote.more_than_roll."""
    found = votes.under_way(s, gathering, vote)
    if way not in found.ways or way == "phones":
        raise Refused("vote.way_unknown", way=way)
    if found.secret:
        raise Refused("vote.secret_counts")
    if in_box(found, way):
        raise Refused("vote.one_by_one")
    if len(counts) != len(found.options) or min(counts) < 0 or not 0 <= tellers <= 100:
        raise Refused("vote.count_impossible")
    most = most_choices(found)
    if most == 1:
        ballots = sum(counts)
    elif ballots is None or not max(counts) <= ballots <= sum(counts) <= most * ballots:
        raise Refused("vote.how_many", most=most)
    told = sum(each for other, each in found.papers.items() if other != way) + ballots
    fits(s, found, told)
    return VoteCounted(
        gathering=gathering,
        vote=vote,
        way=way,
        options=list(found.options),
        counts=list(counts),
        ballots=ballots,
        tellers=tellers,
        names=names,
    )


def fits(s: State, found: Vote, ballots: int) -> None:
    """Refuses vote.more_than_present, vote.more_than_roll: more ballots than people who could cast one."""
    present = max(found.present, s.assemblies[found.gathering].present)
    if ballots > present:
        raise Refused("vote.more_than_present", counted=ballots, present=present)
    if ballots > found.roll:
        raise Refused("vote.more_than_roll", counted=ballots, roll=found.roll)


def apply_counted(s: State, a: VoteCounted, at: str) -> State:
    """It adds up in the open."""
    found = s.votes[a.vote]
    counts, papers = found.counts.set(a.way, tuple(a.counts)), found.papers.set(a.way, a.ballots)
    return votes.with_vote(s, msgspec.structs.replace(found, counts=counts, papers=papers))
