"""What is proposed for a participatory budget: said with its cost line by line, changed, withdrawn, merged and checked
until the list is sealed. Who proposed stands in the book only at their own wish, as whoever acted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.methods.budget.election import MOST_MONEY
from comuna.rules.budget import at, with_round
from comuna.rules.state import State
from comuna.rules.state_budget import BudgetProposal

UNNAMED: Final = "proposer"
"""Who acts where somebody proposes and does not want to be named."""
MOST_LINES: Final = 40
"""Lines of a cost."""
MOST_GATHERED: Final = 1000
"""Proposals that a round takes."""


@act("budget.proposed", v=1)
class BudgetProposed(Act, frozen=True):
    """Something was proposed for a budget. `sums`: the lines of its cost, which come to `amount`; `lines`: what each is
    for, a line each; `need`: the need that it answers; `upkeep`: what it costs each year afterwards, and who
    sees to it. `desk`: the desk wrote it down; then whoever acted did not propose."""

    round: str
    proposal: str
    title: TextRef
    purpose: TextRef
    need: str | None
    place: TextRef
    district: str | None
    sums: list[int]
    amount: int
    currency: str
    lines: TextRef
    carried_out_by: TextRef | None
    upkeep: int | None
    upkeep_by: TextRef | None
    photo: FileRef | None
    desk: bool


@act("budget.revised", v=1)
class BudgetRevised(Act, frozen=True):
    """A proposal was changed, and is checked again. Everything as it is now; `photo` None: as it was."""

    round: str
    proposal: str
    title: TextRef
    purpose: TextRef
    need: str | None
    place: TextRef
    district: str | None
    sums: list[int]
    amount: int
    currency: str
    lines: TextRef
    carried_out_by: TextRef | None
    upkeep: int | None
    upkeep_by: TextRef | None
    photo: FileRef | None
    desk: bool


@act("budget.withdrawn", v=1)
class BudgetWithdrawn(Act, frozen=True):
    """A proposal was withdrawn."""

    round: str
    proposal: str


@act("budget.merged", v=1)
class BudgetMerged(Act, frozen=True):
    """A proposal was merged into another, with the agreement of those who proposed them."""

    round: str
    proposal: str
    into: str


@act("budget.checked", v=1)
class BudgetChecked(Act, frozen=True):
    """A proposal was checked: whether it can be done, and if not, why."""

    round: str
    proposal: str
    feasible: bool
    reason: TextRef | None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal as somebody brings it, its words kept as texts already."""

    title: TextRef
    purpose: TextRef
    place: TextRef
    sums: Sequence[int]
    lines: TextRef
    need: str | None = None
    district: str | None = None
    carried_out_by: TextRef | None = None
    upkeep: int | None = None
    upkeep_by: TextRef | None = None
    photo: FileRef | None = None


def propose(s: State, *, by: str, round: str, proposal: str, draft: Draft, desk: bool) -> BudgetProposed:
    """Propose something. Refuses: budget.unknown, budget.other_step, budget.desk_proposes, budget.bad_id, budget.full,
    budget.no_lines, budget.too_many_lines, budget.too_much_money, budget.over_the_money, budget.district_unknown,
    amount.not_positive."""
    found = at(s, round, "open")
    if found.rules.proposers == "desk" and not desk:
        raise Refused("budget.desk_proposes")
    if not ID.fullmatch(proposal) or proposal in s.budget.proposals:
        raise Refused("budget.bad_id")
    if len(found.proposals) >= MOST_GATHERED:
        raise Refused("budget.full", limit=MOST_GATHERED)
    return BudgetProposed(round=round, proposal=proposal, **_fields(found.rules, draft), desk=desk)


def _fields(opened: Any, draft: Draft) -> dict[str, Any]:
    """What a draft says, once it is possible in this round."""
    sums = list(draft.sums)
    if not sums:
        raise Refused("budget.no_lines")
    if len(sums) > MOST_LINES:
        raise Refused("budget.too_many_lines", limit=MOST_LINES)
    if min(*sums, draft.upkeep if draft.upkeep is not None else 0, 1) < 0 or 0 in sums:
        raise Refused("amount.not_positive")
    total = sum(sums)
    if max(total, draft.upkeep or 0) > MOST_MONEY:
        raise Refused("budget.too_much_money")
    if opened.districts and draft.district not in opened.districts:
        raise Refused("budget.district_unknown")
    if not opened.districts and draft.district is not None:
        raise Refused("budget.district_unknown")
    if draft.need is not None and not ID.fullmatch(draft.need):
        raise Refused("budget.bad_id")
    money = opened.shares[opened.districts.index(draft.district)] if draft.district is not None else opened.amount
    if total > money:
        raise Refused("budget.over_the_money")
    return {
        "title": draft.title,
        "purpose": draft.purpose,
        "need": draft.need,
        "place": draft.place,
        "district": draft.district,
        "sums": sums,
        "amount": total,
        "currency": opened.currency,
        "lines": draft.lines,
        "carried_out_by": draft.carried_out_by,
        "upkeep": draft.upkeep,
        "upkeep_by": draft.upkeep_by,
        "photo": draft.photo,
    }


def _of(a: BudgetProposed | BudgetRevised) -> dict[str, Any]:
    names = (
        "title", "purpose", "need", "place", "district", "lines", "carried_out_by", "upkeep", "upkeep_by", "photo",
    )  # fmt: skip
    return {**{name: getattr(a, name) for name in names}, "sums": tuple(a.sums)}


def apply_proposed(s: State, a: BudgetProposed, at: str) -> State:
    """It is on the list, to be checked."""
    found = s.budget.rounds[a.round]
    s = with_round(s, msgspec.structs.replace(found, proposals=(*found.proposals, a.proposal)))
    return _with(s, BudgetProposal(id=a.proposal, round=a.round, **_of(a)))


def on_the_list(s: State, proposal: str) -> BudgetProposal:
    """A proposal that can still be changed. Refuses: budget.proposal_unknown, budget.proposal_gone,
    budget.other_step."""
    found = s.budget.proposals.get(proposal)
    if found is None:
        raise Refused("budget.proposal_unknown")
    if found.status != "proposed":
        raise Refused("budget.proposal_gone")
    at(s, found.round, "open", "checking")
    return found


def revise(s: State, *, by: str, proposal: str, draft: Draft, desk: bool) -> BudgetRevised:
    """Change a proposal; who proposed it does so while proposals are taken, the desk until the list is sealed. Refuses
    what `on_the_list` and `propose` do."""
    found = on_the_list(s, proposal)
    if not desk:
        at(s, found.round, "open")
    fields = _fields(s.budget.rounds[found.round].rules, draft)
    return BudgetRevised(round=found.round, proposal=proposal, **fields, desk=desk)


def apply_revised(s: State, a: BudgetRevised, at: str) -> State:
    """It says something else, and is to be checked again."""
    found = s.budget.proposals[a.proposal]
    fields = _of(a)
    if a.photo is None:
        fields["photo"] = found.photo
    return _with(s, msgspec.structs.replace(found, **fields, feasible=None, why_not=None))


def withdraw(s: State, *, by: str, proposal: str) -> BudgetWithdrawn:
    """Take a proposal from the list. Refuses what `on_the_list` does."""
    found = on_the_list(s, proposal)
    return BudgetWithdrawn(round=found.round, proposal=proposal)


def apply_withdrawn(s: State, a: BudgetWithdrawn, at: str) -> State:
    """Nobody votes on it."""
    return _with(s, msgspec.structs.replace(s.budget.proposals[a.proposal], status="withdrawn"))


def merge(s: State, *, by: str, proposal: str, into: str) -> BudgetMerged:
    """Make one proposal part of another of the same round. Refuses what `on_the_list` does of both, and
    budget.merge_itself."""
    found, other = on_the_list(s, proposal), on_the_list(s, into)
    if proposal == into or found.round != other.round:
        raise Refused("budget.merge_itself")
    return BudgetMerged(round=found.round, proposal=proposal, into=into)


def apply_merged(s: State, a: BudgetMerged, at: str) -> State:
    """It lives on in the other."""
    return _with(s, msgspec.structs.replace(s.budget.proposals[a.proposal], status="merged", into=a.into))


def check(s: State, *, by: str, proposal: str, feasible: bool, reason: TextRef | None) -> BudgetChecked:
    """Say whether a proposal can be done. Refuses what `on_the_list` does, and budget.no_reason where it cannot and
    nobody says why."""
    found = on_the_list(s, proposal)
    if not feasible and reason is None:
        raise Refused("budget.no_reason")
    return BudgetChecked(round=found.round, proposal=proposal, feasible=feasible, reason=reason)


def apply_checked(s: State, a: BudgetChecked, at: str) -> State:
    """It stands on the ballot, or everybody reads why not."""
    found = s.budget.proposals[a.proposal]
    return _with(s, msgspec.structs.replace(found, feasible=a.feasible, why_not=a.reason))


def needed(s: State, text: TextRef) -> bool:
    """Whether people are to vote on these words: then they stay until the round is over."""
    under_way = [r for r in s.budget.rounds.values() if r.status in ("open", "checking", "voting")]
    return any(
        text in (p.title, p.purpose, p.place, p.lines)
        for r in under_way
        for p in (s.budget.proposals[each] for each in r.proposals)
        if p.status == "proposed"
    )


def _with(s: State, found: BudgetProposal) -> State:
    changed = msgspec.structs.replace(s.budget, proposals=s.budget.proposals.set(found.id, found))
    return msgspec.structs.replace(s, budget=changed)
