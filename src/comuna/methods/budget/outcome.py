"""What every rule for a budget gives back: what is funded, who pays how much for it, and what was missing elsewhere."""

from __future__ import annotations

from typing import Literal

import msgspec

from comuna.methods.result import Tie

Money = str
"""An amount of the currency as a decimal. What voters pay each is a fraction: cut off here, it stands
exactly beside."""

Why = Literal["no_support", "over_budget", "does_not_fit", "supporters_short", "stopped", "tied"]
"""Why a project is not funded: nobody marked it; it costs more than the whole budget; it costs more than was left when
its turn came; its supporters have not enough money left; the rule had stopped before its supporters had enough; a tie
stands before it."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A project that is funded, and why now.

    `by` says how: by the rule, or by votes-greedy completing it, or because it costs nothing. `score` is the sum of
    its points, which is the number of `supporters` where a mark is one point. `left` is what the budget has after it.

    In equal shares `price` is what is paid for each point, `price_exact` the same as a fraction of the currency;
    `in_full` supporters pay it, and `with_all` others pay `gave`, which is all that they have. In Phragmén's rule
    `price` is how much money everybody has been given by then, from nothing. `value` is what the rule compares, and
    `next` the project that would have come instead, with its own `next_value`: equal shares takes the least price for
    each unit of satisfaction, Phragmén the earliest, greedy the most points.
    """

    number: int
    project: str
    by: Literal["rule", "greedy", "free"]
    cost: Money
    supporters: int
    score: int
    left: Money
    price: Money | None = None
    price_exact: str | None = None
    in_full: int | None = None
    with_all: int | None = None
    gave: Money | None = None
    value: str | None = None
    next: str | None = None
    next_value: str | None = None


class Unfunded(msgspec.Struct, frozen=True, kw_only=True):
    """A project that is not funded. `had` is the money there was for it, the budget's or its supporters', `missing` how
    much more it would have needed."""

    project: str
    cost: Money
    supporters: int
    score: int
    why: Why
    had: Money
    missing: Money


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A decided budget. `winners` stand in the order of their election. Where a tie was left as it is, the rule stopped
    there, and `undecided` names the projects between which it lies. `share` is with how much everybody began in equal
    shares; `added` how often one of the currency was added to it, to each, to complete the outcome."""

    rule: str
    version: int
    satisfaction: str | None
    completion: str
    budget: Money
    voters: int
    winners: tuple[str, ...]
    cost: Money
    rounds: tuple[Step, ...]
    unfunded: tuple[Unfunded, ...]
    ties: tuple[Tie, ...] = ()
    undecided: tuple[str, ...] = ()
    share: Money | None = None
    share_exact: str | None = None
    added: int | None = None
