"""Every rule for a budget by its name, as charters and the command line name it; and a budget for each district."""

from __future__ import annotations

from collections.abc import Mapping

from comuna.methods.budget import Completion, Rule, Satisfaction
from comuna.methods.budget.election import Election, within
from comuna.methods.budget.greedy import greedy
from comuna.methods.budget.outcome import Outcome
from comuna.methods.budget.phragmen import phragmen
from comuna.methods.budget.shares import equal_shares
from comuna.methods.ties import TieRule

COMPLETED_BY: Mapping[Rule, tuple[Completion, ...]] = {
    "greedy": ("none",),
    "equal-shares": ("none", "greedy", "add1", "add1u"),
    "phragmen": ("none", "greedy"),
}
"""By what each rule can be completed. Votes-greedy leaves nothing that could be funded."""


def decide(
    rule: Rule, election: Election, ties: TieRule, satisfaction: Satisfaction = "cost", completion: Completion = "none"
) -> Outcome:
    """Decide a budget. `satisfaction` matters for equal shares alone."""
    assert completion in COMPLETED_BY[rule], (rule, completion)
    match rule:
        case "greedy":
            return greedy(election, ties)
        case "equal-shares":
            return equal_shares(election, satisfaction, completion, ties)
        case "phragmen":
            return phragmen(election, ties, completed=completion == "greedy")


def by_district(
    rule: Rule,
    election: Election,
    budgets: Mapping[str, int],
    ties: TieRule,
    satisfaction: Satisfaction = "cost",
    completion: Completion = "none",
) -> dict[str, Outcome]:
    """A decision for each district of `budgets`, in smallest units of money, over its own projects. Whoever marked one
    of these is a voter there, in several districts if they marked projects in several."""
    return {
        district: decide(
            rule,
            within(election, (name for name in election.projects if election.districts.get(name) == district), budget),
            ties,
            satisfaction,
            completion,
        )
        for district, budget in budgets.items()
    }
