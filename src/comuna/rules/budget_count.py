"""Ballots of a participatory budget, as they are read and as they are counted.

A ballot is kept as the places of the marked proposals on the sealed list, from 0: "0,3" where they are marked, in order
of preference where they are ranked, "0:4,3:1" with points. An empty one is blank."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, cast

import msgspec

from comuna.kernel.refusal import Refused
from comuna.methods.ballots import Reading, of_rankings
from comuna.methods.budget import Completion, Rule, Satisfaction
from comuna.methods.budget.deciding import decide
from comuna.methods.budget.election import Election, Kind, of_ballots, within
from comuna.methods.budget.greedy import ordered_list
from comuna.methods.budget.outcome import Outcome
from comuna.methods.counting import count
from comuna.methods.ties import TieRule
from comuna.rules import amounts
from comuna.rules.state_budget import BudgetRound, Counted

WHOLE: Final = re.compile(r"[0-9]{1,4}")
LIST_VERSION: Final = "list-schulze/1"


def read(found: BudgetRound, written: Mapping[int, str]) -> str:
    """A ballot as people wrote it, place on the list → what stands there: a number of points, a rank from 1, or
    anything for a mark. Refuses: budget.bad_ballot, budget.too_many_marks (limit, given), budget.too_many_points
    (limit, given), budget.rank_twice (rank), budget.rank_skipped (rank), budget.over_the_budget (over, currency)."""
    opened, sealed = found.rules, found.sealed
    marks = {place: said.strip() for place, said in written.items() if said.strip()}
    if any(not 0 <= place < len(sealed.proposals) for place in marks):
        raise Refused("budget.bad_ballot")
    if opened.ballot == "points":
        return _points(marks, opened.most)
    if opened.ballot == "ranking":
        return _ranks(marks, opened.most)
    if opened.most is not None and len(marks) > opened.most:
        raise Refused("budget.too_many_marks", limit=opened.most, given=len(marks))
    if opened.ballot == "knapsack":
        _fits(found, marks)
    return ",".join(map(str, sorted(marks)))


def _numbers(marks: Mapping[int, str]) -> dict[int, int]:
    if not all(WHOLE.fullmatch(said) for said in marks.values()):
        raise Refused("budget.bad_ballot")
    return {place: int(said) for place, said in marks.items() if int(said)}


def _points(marks: Mapping[int, str], most: int) -> str:
    given = _numbers(marks)
    if sum(given.values()) > most:
        raise Refused("budget.too_many_points", limit=most, given=sum(given.values()))
    return ",".join(f"{place}:{given[place]}" for place in sorted(given))


def _ranks(marks: Mapping[int, str], most: int | None) -> str:
    ranks = _numbers(marks)
    places = {rank: place for place, rank in ranks.items()}
    if len(places) < len(ranks):
        twice = sorted(ranks.values())
        raise Refused("budget.rank_twice", rank=next(a for a, b in pairwise(twice) if a == b))
    for rank in range(1, len(places) + 1):
        if rank not in places:
            raise Refused("budget.rank_skipped", rank=rank)
    if most is not None and len(places) > most:
        raise Refused("budget.too_many_marks", limit=most, given=len(places))
    return ",".join(str(places[rank]) for rank in sorted(places))


def _fits(found: BudgetRound, marks: Mapping[int, str]) -> None:
    """Refuses a knapsack that costs more than there is, in all or in a district."""
    opened, sealed = found.rules, found.sealed
    spent: dict[str, int] = {}
    for place in marks:
        district = sealed.districts[place] if sealed.districts else ""
        spent[district] = spent.get(district, 0) + sealed.costs[place]
    money = dict(zip(opened.districts, opened.shares, strict=True)) or {"": opened.amount}
    for district, cost in spent.items():
        if cost > money[district]:
            over = amounts.decimal(cost - money[district], opened.currency)
            raise Refused("budget.over_the_budget", over=over, currency=opened.currency)


# Counting


def marks_of(choice: str) -> list[tuple[int, int]]:
    """The places that a kept ballot marks, each with its points (1 where it has none)."""
    parts = (each.partition(":") for each in choice.split(",") if each)
    return [(int(place), int(points or 1)) for place, _, points in parts]


def election(found: BudgetRound, choices: Sequence[str]) -> Election:
    """The kept ballots of a round, as the methods take them."""
    opened, sealed = found.rules, found.sealed
    names = sealed.proposals
    ballots: list[tuple[int, Mapping[str, int] | Sequence[str]]] = [
        (1, {names[n]: points for n, points in marks_of(each)})
        if opened.ballot == "points"
        else (1, [names[n] for n, _ in marks_of(each)])
        for each in choices
    ]
    return of_ballots(
        dict(zip(names, sealed.costs, strict=True)),
        opened.amount,
        ballots,
        kind=cast(Kind, opened.ballot),
        places=amounts.places(opened.currency),
        districts=dict(zip(names, sealed.districts, strict=True)) if sealed.districts else None,
    )


def parts(found: BudgetRound, whole: Election) -> list[tuple[str, Election]]:
    """The election of each district, or the one of all under an empty name."""
    opened = found.rules
    if not opened.districts:
        return [("", whole)]
    return [
        (district, within(whole, [n for n in whole.projects if whole.districts[n] == district], share))
        for district, share in zip(opened.districts, opened.shares, strict=True)
    ]


def tie_rule(found: BudgetRound, seed: str | None) -> TieRule:
    """How ties are broken, as the round said when it was opened."""
    if found.rules.ties == "lots":
        return TieRule(steps=("lots",), seed=(seed or "").encode())
    return TieRule(steps=("order",), order=tuple(found.sealed.proposals))


def outcomes(found: BudgetRound, choices: Sequence[str], seed: str | None) -> dict[str, Outcome]:
    """What the rule of a round makes of the kept ballots: district → outcome, or one under an empty name."""
    opened, ties = found.rules, tie_rule(found, seed)
    order = _schulze(found, choices, ties) if opened.rule == "list" else []
    made: dict[str, Outcome] = {}
    for district, each in parts(found, election(found, choices)):
        if opened.rule == "list":
            marked = [n for n in order if n in each.projects and each.supports[each.projects.index(n)].supporters]
            made[district] = ordered_list(each, marked)
        else:
            rule, completion = cast(Rule, opened.rule), cast(Completion, opened.completion)
            made[district] = decide(rule, each, ties, cast(Satisfaction, opened.satisfaction or "cost"), completion)
    return made


def _schulze(found: BudgetRound, choices: Sequence[str], ties: TieRule) -> list[str]:
    """The proposals in the order that the rankings make, by the Schulze method."""
    names = found.sealed.proposals
    rankings = of_rankings(names, [(1, [names[n] for n, _ in marks_of(each)]) for each in choices])
    result = count("schulze", rankings, 1, ties, Reading())
    return [*result.winners, *result.alternates]


class Working(msgspec.Struct, frozen=True):
    """The text of every step: district → outcome, under an empty name where there are no districts."""

    outcomes: dict[str, Outcome]


def working(made: Mapping[str, Outcome]) -> str:
    """Every step as the text that the act names."""
    return msgspec.json.encode(Working(dict(made))).decode()


def read_working(text: str) -> dict[str, Outcome]:
    """What `working` wrote."""
    return msgspec.json.decode(text, type=Working).outcomes


def counted(found: BudgetRound, choices: Sequence[str], made: Mapping[str, Outcome]) -> Counted:
    """What the outcomes say together."""
    whole = election(found, choices)
    each = list(made.values())
    ties = [tie for outcome in each for tie in outcome.ties]
    return Counted(
        method=LIST_VERSION if found.rules.rule == "list" else f"{each[0].rule}/{each[0].version}",
        scores=tuple(support.score for support in whole.supports),
        supporters=tuple(support.supporters for support in whole.supports),
        winners=tuple(name for outcome in each for name in outcome.winners),
        tied=tuple(dict.fromkeys(name for tie in ties for name in tie.candidates)),
        broken=next((tie.broken_by for tie in ties if tie.broken_by is not None), None),
        undecided=tuple(name for outcome in each for name in outcome.undecided),
    )


def text_of(ballots: Sequence[tuple[str, str]]) -> str:
    """Ballots as they are sealed and published: a line for each, its id and its marks, sorted."""
    return "".join(f"{ballot} {choice}\n" for ballot, choice in sorted(ballots))


def ballots_in(text: str) -> list[tuple[str, str]]:
    """What `text_of` wrote: ids and marks."""
    return [(line[:26], line[27:]) for line in text.splitlines()]
