"""Which sentence the acts of a participatory budget have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import budget, budget_proposal

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    budget.BudgetOpened: ("title", "amount", "currency", "rule", "ballot"),
    budget.BudgetGathered: ("count",),
    budget.BudgetSealed: ("count", "roll", "until"),
    budget.BudgetDecided: ("ballots", "roll", "funded", "amount", "currency", "undecided"),
    budget.BudgetAbandoned: ("reason",),
    budget.BudgetApproved: (),
    budget_proposal.BudgetProposed: ("title", "amount", "currency"),
    budget_proposal.BudgetRevised: ("title", "amount", "currency"),
    budget_proposal.BudgetWithdrawn: (),
    budget_proposal.BudgetMerged: (),
    budget_proposal.BudgetChecked: ("feasible", "reason"),
}
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "budget.opened": ("", ".erased"),
    "budget.gathered": ("",),
    "budget.sealed": ("", ".until"),
    "budget.decided": ("", ".nothing", ".undecided"),
    "budget.abandoned": ("", ".because"),
    "budget.approved": ("",),
    "budget.proposed": ("", ".erased"),
    "budget.revised": ("", ".erased"),
    "budget.withdrawn": ("",),
    "budget.merged": ("",),
    "budget.checked": (".feasible", ".not", ".not_erased"),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    match name:
        case "budget.opened" | "budget.proposed" | "budget.revised":
            return ".erased" if args["title"] is None else ""
        case "budget.sealed":
            return "" if args["until"] is None else ".until"
        case "budget.decided":
            return ".undecided" if args["undecided"] else "" if args["funded"] else ".nothing"
        case "budget.abandoned":
            return "" if args["reason"] is None else ".because"
        case "budget.checked":
            return ".feasible" if args["feasible"] else ".not_erased" if args["reason"] is None else ".not"
    return ""
