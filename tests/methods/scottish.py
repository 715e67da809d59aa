"""The Scottish rules once more, as slowly and plainly as the Order writes them: in fractions, ballot by ballot."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Paper = tuple[str, ...]


def cut(value: Fraction) -> Fraction:
    """Five decimal places, any remainder ignored."""
    return Fraction(int(value * 100_000), 100_000)


class Drawn(Exception):  # noqa: N818  it is an answer
    """Only lots can decide."""


def elect(
    candidates: Sequence[str], papers: Sequence[Paper], seats: int
) -> tuple[list[str], list[dict[str, Fraction]]]:
    """Who is elected by rules 45 to 52, in order, and what everybody had at the end of each stage. Raises Drawn where
    lots would be needed."""
    piles: dict[str, list[tuple[Paper, Fraction]]] = {name: [] for name in candidates}
    valid = [paper for paper in papers if paper]
    for paper in valid:
        piles[paper[0]].append((paper, Fraction(1)))
    votes = {name: sum((value for _, value in pile), Fraction(0)) for name, pile in piles.items()}
    quota = len(valid) // (seats + 1) + 1
    continuing, elected, stages = set(candidates), [], [dict(votes)]

    def pass_on(name: str, share: Fraction | None) -> None:
        for paper, value in piles.pop(name):
            worth = value if share is None else cut(share * value)
            onward = [other for other in paper[paper.index(name) + 1 :] if other in continuing]
            if onward:
                piles[onward[0]].append((paper, worth))
                votes[onward[0]] += worth

    def one(equal: list[str], lowest: bool) -> str:
        for stage in reversed(stages):
            best = (min if lowest else max)(stage[name] for name in equal)
            equal = [name for name in equal if stage[name] == best]
        if len(equal) > 1:
            raise Drawn
        return equal[0]

    owing: list[str] = []
    while True:
        reached = sorted(
            (name for name in continuing if votes[name] >= quota),
            key=lambda name: (-votes[name], candidates.index(name)),
        )
        elected += reached
        continuing -= set(reached)
        owing += [name for name in reached if votes[name] > quota]
        if len(elected) < seats and len(continuing) <= seats - len(elected):
            elected += sorted(continuing, key=lambda name: (-votes[name], candidates.index(name)))
            return elected, stages
        if len(elected) >= seats:
            return elected, stages
        if owing:
            most = max(votes[name] for name in owing)
            name = one([each for each in owing if votes[each] == most], lowest=False)
            owing.remove(name)
            surplus, had = votes[name] - quota, votes[name]
            pass_on(name, surplus / had)
            votes[name] = Fraction(quota)
        else:
            fewest = min(votes[name] for name in continuing)
            name = one([each for each in continuing if votes[each] == fewest], lowest=True)
            continuing.remove(name)
            if len(continuing) <= seats - len(elected):
                elected += sorted(continuing, key=lambda each: (-votes[each], candidates.index(each)))
                return elected, stages
            pass_on(name, None)
            votes[name] = Fraction(0)
        stages.append(dict(votes))
