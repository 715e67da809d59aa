"""What the book says of participatory budgets: rounds, and the proposals in them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from immutables import Map

from comuna.kernel.act import FileRef, TextRef


class BudgetProposal(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody proposes to pay for. `sums`: its lines, in the currency's smallest unit, which add up to `cost`;
    `lines`: what each is for, a line each; `need`: the need that it answers; `upkeep`: what it costs each year
    afterwards; `feasible`: what the check found (None: not checked as it stands); `into`: the proposal that it was
    merged into."""

    id: str
    round: str
    title: TextRef
    purpose: TextRef
    need: str | None
    place: TextRef
    district: str | None
    sums: tuple[int, ...]
    lines: TextRef
    carried_out_by: TextRef | None
    upkeep: int | None
    upkeep_by: TextRef | None
    photo: FileRef | None
    status: Literal["proposed", "withdrawn", "merged"] = "proposed"
    into: str | None = None
    feasible: bool | None = None
    why_not: TextRef | None = None

    @property
    def cost(self) -> int:
        """What it costs, in the currency's smallest unit."""
        return sum(self.sums)


class BudgetRound(msgspec.Struct, frozen=True, kw_only=True):
    """A sum of money on whose use the group votes. `open`: proposals are taken; `checking`: no more are, and each is
    checked; `voting`: the list is sealed; then it is decided, or was given up before."""

    id: str
    status: Literal["open", "checking", "voting", "decided", "abandoned"] = "open"
    rules: Any = None
    """The act that opened it, with the rule by which it is decided."""
    proposals: tuple[str, ...] = ()
    """Every proposal, in the order in which they came."""
    sealed: Any = None
    """The act that sealed what is voted on."""
    result: Any = None
    """The act that decided it."""
    decided_on: str | None = None
    approved: str | None = None
    """The assembly's decision that approved the result."""


class Budgets(msgspec.Struct, frozen=True, kw_only=True):
    """Every participatory budget of a group."""

    rounds: Map[str, BudgetRound] = Map()
    proposals: Map[str, BudgetProposal] = Map()


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule made of the ballots: of each sealed proposal its points and supporters, and the winners in order;
    ties and how they were broken; every step as `working`."""

    method: str
    scores: tuple[int, ...]
    supporters: tuple[int, ...]
    winners: tuple[str, ...]
    tied: tuple[str, ...] = ()
    broken: str | None = None
    undecided: tuple[str, ...] = ()
