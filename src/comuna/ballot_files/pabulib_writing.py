"""Writing `.pb`, so that anybody can count a participatory budget of a group again with a program of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from comuna.rules import amounts
from comuna.rules.budget_count import marks_of
from comuna.rules.state_budget import BudgetRound

TYPES: Final = {"approval": "approval", "points": "cumulative", "ranking": "ordinal", "knapsack": "knapsack"}
"""What `vote_type` says of each kind of ballot."""


class Described(msgspec.Struct, frozen=True):
    """What the file says in words: of the round, of its proposals (id → title), of the group, and the day."""

    title: str
    titles: Mapping[str, str]
    place: str
    day: str


def write(found: BudgetRound, ballots: Sequence[tuple[str, str]], said: Described) -> bytes:
    """A decided round with its published ballots (id, marks) as a file that `pabulib.read` reads. What a district has
    stands in META as `budget_` and its name; a reader that does not know that decides over the whole."""
    opened, sealed, result = found.rules, found.sealed, found.result
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")

    def money(minor: int) -> str:
        return amounts.decimal(minor, opened.currency)

    rows.writerows([["META"], ["key", "value"]])
    meta = {
        "description": said.title,
        "unit": said.place,
        "date_end": said.day,
        "num_projects": len(sealed.proposals),
        "num_votes": len(ballots),
        "budget": money(opened.amount),
        "currency": opened.currency,
        "vote_type": TYPES[opened.ballot],
        "rule": "-".join(each for each in (opened.rule, opened.satisfaction, opened.completion) if each),
        **({"seed": result.seed} if result.seed else {}),
        **{f"budget_{name}": money(share) for name, share in zip(opened.districts, opened.shares, strict=True)},
    }
    rows.writerows([_line(key), _line(str(value))] for key, value in meta.items())
    rows.writerows([["PROJECTS"], ["project_id", "cost", "name", "district", "selected"]])
    for n, id in enumerate(sealed.proposals):
        district = sealed.districts[n] if sealed.districts else ""
        won = "1" if id in result.winners else "0"
        rows.writerow([id, money(sealed.costs[n]), _line(said.titles.get(id, "")), district, won])
    points = opened.ballot == "points"
    rows.writerows([["VOTES"], ["voter_id", "vote", *(["points"] if points else [])]])
    for ballot, choice in ballots:
        marks = marks_of(choice)
        named = ",".join(sealed.proposals[n] for n, _ in marks)
        rows.writerow([ballot, named, *([",".join(str(given) for _, given in marks)] if points else [])])
    return out.getvalue().encode()


def _line(words: str) -> str:
    return " ".join(words.split())
