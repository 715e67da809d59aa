"""Votes-greedy: whatever has most points is funded if the budget still has its cost, and so on down the list; and lists
whose order somebody else gave."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from comuna.methods.budget.election import Election
from comuna.methods.budget.outcome import Outcome, Step, Unfunded, Why
from comuna.methods.result import Tie
from comuna.methods.ties import UNBROKEN, TieRule, choose, record

VERSION = 1


@dataclass
class Filling:
    """A list that is worked off from the top: what it funded, and what it came to and could not."""

    election: Election
    left: int
    number: int = 0
    by: str = "rule"
    chosen: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    unfunded: list[Unfunded] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    undecided: tuple[str, ...] = ()

    def fund(self, project: int, follows: int | None) -> None:
        """The next project of the list, which fits; `follows` comes after it."""
        election, support = self.election, self.election.supports[project]
        self.left -= election.costs[project]
        self.chosen.append(project)
        self.steps.append(
            Step(
                number=self.number + len(self.chosen),
                project=election.projects[project],
                by="greedy" if self.by == "greedy" else "rule",
                cost=election.money(election.costs[project]),
                supporters=support.supporters,
                score=support.score,
                left=election.money(self.left),
                value=str(support.score),
                next=None if follows is None else election.projects[follows],
                next_value=None if follows is None else str(election.supports[follows].score),
            )
        )

    def pass_over(self, projects: Collection[int], why: Why) -> None:
        """Projects that are not funded, with what the budget has for them now."""
        self.unfunded += [unfunded(self.election, project, why, self.left) for project in projects]

    def by_points(self, projects: Collection[int], rule: TieRule) -> None:
        """Work off these projects, those with most points first. Projects with equally many are tied only if some of
        them fit, but not all together."""
        ranks = list(_ranks(self.election, projects))
        for n, equal in enumerate(ranks):
            following = ranks[n + 1][0] if n + 1 < len(ranks) else None
            while equal:
                fitting = [project for project in equal if self.election.costs[project] <= self.left]
                self.pass_over([project for project in equal if project not in fitting], "does_not_fit")
                if sum(self.election.costs[project] for project in fitting) <= self.left:
                    for place, project in enumerate(fitting, 1):
                        self.fund(project, fitting[place] if place < len(fitting) else following)
                    break
                if (chosen := self._one_of(fitting, rule)) is None:
                    self.pass_over([*fitting, *(project for rank in ranks[n + 1 :] for project in rank)], "tied")
                    return
                equal = [project for project in fitting if project != chosen]
                self.fund(chosen, equal[0])

    def _one_of(self, equal: Sequence[int], rule: TieRule) -> int | None:
        names = {self.election.projects[project]: project for project in equal}
        chosen, how = choose(list(names), rule)
        self.ties.append(record(self.number + len(self.chosen) + 1, "elect", list(names), chosen, how))
        if chosen is None:
            self.undecided = tuple(sorted(names))
            return None
        return names[chosen]


def greedy(election: Election, ties: TieRule = UNBROKEN) -> Outcome:
    """Whatever has most points is funded if its cost is left, then the next. A project that nobody marked never is."""
    marked = [n for n, support in enumerate(election.supports) if support.score]
    possible = [n for n in marked if election.costs[n] <= election.budget]
    filling = Filling(election, election.budget)
    filling.by_points(possible, ties)
    return outcome("greedy", filling, never=[n for n in range(len(election.projects)) if n not in possible])


def ordered_list(election: Election, order: Sequence[str], *, skips: bool = True) -> Outcome:
    """Projects in an order that was given, such as an assembly's priorities or a Schulze count of rankings: each is
    funded if its cost is left. The first that does not fit is skipped, or ends the list."""
    number = {project: n for n, project in enumerate(election.projects)}
    listed = [number[project] for project in dict.fromkeys(order)]
    filling = Filling(election, election.budget)
    for place, project in enumerate(listed):
        if election.costs[project] <= filling.left:
            filling.fund(project, listed[place + 1] if place + 1 < len(listed) else None)
        elif skips:
            filling.pass_over([project], "does_not_fit")
        else:
            filling.pass_over(listed[place:], "stopped")
            break
    return outcome("list", filling, never=[n for n in range(len(election.projects)) if n not in listed])


def outcome(rule: str, filling: Filling, never: Collection[int]) -> Outcome:
    """What a list comes to; `never` had no place on it."""
    election = filling.election
    return Outcome(
        rule=rule,
        version=VERSION,
        satisfaction=None,
        completion="none",
        budget=election.money(election.budget),
        voters=election.voters,
        winners=tuple(election.projects[n] for n in filling.chosen),
        cost=election.money(sum(election.costs[n] for n in filling.chosen)),
        rounds=tuple(filling.steps),
        unfunded=(*filling.unfunded, *never_funded(election, never)),
        ties=tuple(filling.ties),
        undecided=filling.undecided,
    )


def unfunded(election: Election, project: int, why: Why, had: int) -> Unfunded:
    """A project that is not funded, where the budget had so much for it."""
    support = election.supports[project]
    return Unfunded(
        project=election.projects[project],
        cost=election.money(election.costs[project]),
        supporters=support.supporters,
        score=support.score,
        why=why,
        had=election.money(had),
        missing=election.money(max(0, election.costs[project] - had)),
    )


def never_funded(election: Election, projects: Collection[int]) -> list[Unfunded]:
    """Projects that no rule could fund: nobody marked them, or they cost more than the whole budget."""
    return [
        unfunded(election, n, "over_budget" if election.costs[n] > election.budget else "no_support", election.budget)
        for n in projects
    ]


def _ranks(election: Election, projects: Collection[int]) -> Iterator[list[int]]:
    """The projects with equally many points together, most points first; ids in order among them."""
    ordered = sorted(projects, key=lambda n: (-election.supports[n].score, election.projects[n]))
    equal: list[int] = []
    for project in ordered:
        if equal and election.supports[equal[0]].score != election.supports[project].score:
            yield equal
            equal = []
        equal.append(project)
    if equal:
        yield equal
