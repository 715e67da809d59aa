"""An example of every act of a participatory budget, in every case of its sentence, under what minutes say of it."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import budget, budget_proposal
from tests.cast import an_id

ROUND, LAMPS, PUMP = an_id(300), an_id(301), an_id(302)


def told(*, text: TextRef, reason: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump.", `reason` "the room was taken."; `gone` was erased."""
    return {**_opening(text, gone), **_proposing(text, reason, gone), **_deciding(reason)}


def _opening(text: TextRef, gone: TextRef) -> dict[str, Act]:
    opened: dict[str, Any] = {
        "round": ROUND, "title": text, "amount": 125050, "currency": "USD", "districts": [], "shares": [],
        "proposers": "cards", "rule": "equal-shares", "satisfaction": "cost", "completion": "greedy",
        "ballot": "points", "most": 10, "ties": "lots", "small": 5, "publish": True,
    }  # fmt: skip
    rule = "It is decided by this rule: equal shares. Ballots: give points."
    sealed: dict[str, Any] = {"round": ROUND, "proposals": [LAMPS, PUMP], "costs": [100, 200], "districts": []}
    began = "The list of the budget was sealed, and voting began. Proposals: 2. May vote: 40 people."
    return {
        f"A participatory budget was opened: “Mend the pump”, $1,250.50. {rule}": budget.BudgetOpened(**opened),
        f"A participatory budget was opened: $1,250.50. {rule}": budget.BudgetOpened(**{**opened, "title": gone}),
        "No more proposals for the budget are taken. On the list: 7.": budget.BudgetGathered(round=ROUND, count=7),
        began: budget.BudgetSealed(**sealed, roll=40, until=None),
        f"{began} Voting is to end on Wednesday, November 11, 2026.": budget.BudgetSealed(
            **sealed, roll=40, until="2026-11-11"
        ),
    }


def _proposing(text: TextRef, reason: TextRef, gone: TextRef) -> dict[str, Act]:
    said: dict[str, Any] = {
        "round": ROUND, "proposal": LAMPS, "title": text, "purpose": text, "need": None, "place": text,
        "district": None, "sums": [30000, 10000], "amount": 40000, "currency": "USD", "lines": text,
        "carried_out_by": None, "upkeep": 5000, "upkeep_by": text, "photo": None, "desk": False,
    }  # fmt: skip
    erased = {**said, "title": gone}
    on: dict[str, Any] = {"round": ROUND, "proposal": LAMPS}
    checked = "A proposal for the budget was checked: it can"
    return {
        "Proposed for the budget: “Mend the pump”, for $400.00.": budget_proposal.BudgetProposed(**said),
        "Something was proposed for the budget, for $400.00; the words were erased.": budget_proposal.BudgetProposed(
            **erased
        ),
        "A proposal for the budget was changed. It is now: “Mend the pump”, for $400.00.": (
            budget_proposal.BudgetRevised(**said)
        ),
        "A proposal for the budget was changed. It is now for $400.00; the words were erased.": (
            budget_proposal.BudgetRevised(**erased)
        ),
        "A proposal for the budget was withdrawn.": budget_proposal.BudgetWithdrawn(**on),
        "A proposal for the budget was made part of another.": budget_proposal.BudgetMerged(**on, into=PUMP),
        f"{checked} be done.": budget_proposal.BudgetChecked(**on, feasible=True, reason=None),
        f"{checked}not be done: the room was taken.": budget_proposal.BudgetChecked(
            **on, feasible=False, reason=reason
        ),
        f"{checked}not be done. The reason was erased.": budget_proposal.BudgetChecked(
            **on, feasible=False, reason=gone
        ),
    }


def _deciding(reason: TextRef) -> dict[str, Act]:
    decided: dict[str, Any] = {
        "round": ROUND, "method": "equal-shares/1", "ballots": 30, "roll": 40, "scores": [20, 10],
        "supporters": [20, 10], "winners": [LAMPS], "amount": 40000, "currency": "USD", "left": 85050, "tied": [],
        "broken": None, "undecided": [], "seed": None, "working": None, "ballots_text": None, "digest": "d" * 64,
    }  # fmt: skip
    over = "A participatory budget was given up before it was decided"
    return {
        "The budget was decided. Voted: 30 of 40. Funded proposals: 1, for $400.00 together.": budget.BudgetDecided(
            **decided
        ),
        "The budget was decided. Voted: 30 of 40. No proposal is funded.": budget.BudgetDecided(
            **{**decided, "winners": [], "amount": 0}
        ),
        "The budget was decided up to a tie that nothing breaks. Voted: 30 of 40. Funded proposals: 1, for $400.00 "
        "together.": budget.BudgetDecided(**{**decided, "tied": [LAMPS, PUMP], "undecided": [PUMP]}),
        f"{over}.": budget.BudgetAbandoned(round=ROUND, reason=None),
        f"{over}: the room was taken.": budget.BudgetAbandoned(round=ROUND, reason=reason),
        "The assembly approved the result of a participatory budget.": budget.BudgetApproved(
            round=ROUND, decision=an_id(104)
        ),
    }
