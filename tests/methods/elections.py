"""Random elections, and the words in which tests write theirs."""

from __future__ import annotations

import random
from collections.abc import Sequence

from comuna.methods.ballots import Ballots, of_rankings

NAMES = "ABCDEFGH"


def election(text: str, candidates: Sequence[str] = (), withdrawn: Sequence[str] = ()) -> Ballots:
    """Ballots from lines such as `42 Memphis > Nashville = Knoxville > - > Chattanooga`; `-` is a rank left empty."""
    rankings = []
    for line in text.strip().splitlines():
        weight, _, ranks = line.strip().partition(" ")
        ballot = [
            None if rank.strip() == "-" else [name.strip() for name in rank.split("=")]
            for rank in ranks.split(">")
            if rank.strip()
        ]
        rankings.append((int(weight), ballot))
    named = candidates or sorted({name for _, ballot in rankings for rank in ballot if rank for name in rank})
    return of_rankings(named, rankings, withdrawn)


def random_rankings(
    chance: random.Random, *, most_candidates: int = 6, most_ballots: int = 30
) -> list[tuple[int, ...]]:
    """Strict rankings of some candidates, none of them empty; the first says how many candidates there are."""
    candidates = chance.randint(2, most_candidates)
    ballots = [(candidates,)]
    for _ in range(chance.randint(1, most_ballots)):
        ballots.append(tuple(chance.sample(range(candidates), chance.randint(1, candidates))))
    return ballots


def of_numbers(candidates: int, rankings: Sequence[Sequence[int]]) -> Ballots:
    """Ballots over the first letters of the alphabet."""
    return of_rankings(NAMES[:candidates], [(1, [NAMES[n] for n in ranking]) for ranking in rankings])
