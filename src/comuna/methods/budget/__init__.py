"""Participatory budgets: which projects a group pays for, by what its members marked. Pure functions, exact money."""

from __future__ import annotations

from typing import Final, Literal, get_args

Rule = Literal["greedy", "equal-shares", "phragmen"]
RULES: Final[tuple[Rule, ...]] = get_args(Rule)
"""The rules, by the names that charters and the command line use."""

Satisfaction = Literal["cost", "cardinality", "cost-sqrt"]
SATISFACTIONS: Final[tuple[Satisfaction, ...]] = get_args(Satisfaction)
"""What a funded project is worth to somebody who marked it: its cost, one, or the square root of its cost."""

Completion = Literal["none", "greedy", "add1", "add1u"]
COMPLETIONS: Final[tuple[Completion, ...]] = get_args(Completion)
"""What is done with money that is left: nothing; votes-greedy; everybody's share grows by one whole unit of money, and
the count begins anew, as long as the budget lasts; the same, and then votes-greedy."""
