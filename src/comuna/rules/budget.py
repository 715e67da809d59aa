"""Participatory budgets: a round is opened with its money and its rule, its proposals are gathered, checked and sealed,
people vote, and the rule decides. Proposals stand in `budget_proposal`, the count in `budget_count`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.methods.budget import COMPLETIONS, SATISFACTIONS
from comuna.methods.budget.deciding import COMPLETED_BY
from comuna.methods.budget.election import MOST_MONEY
from comuna.rules.amounts import CURRENCY, places
from comuna.rules.assembly import rules_of
from comuna.rules.decisions import decided
from comuna.rules.state import State
from comuna.rules.state_budget import BudgetProposal, BudgetRound, Counted
from comuna.rules.verdict import small
from comuna.rules.vote import SMALL

RULES: Final = ("equal-shares", "greedy", "phragmen", "list")
"""By what a round can be decided. A `list` is made of rankings, by the Schulze method."""
BALLOTS: Final = ("approval", "points", "ranking", "knapsack")
TIES: Final = ("lots", "order")
"""How a tie is broken: by lots from a published seed, or by the order in which the list was sealed."""
PROPOSERS: Final = ("cards", "desk")
"""Who proposes: whoever has a member's card, and the desk; or the desk alone."""
DRAWN: Final = ("lots", "earlier_rounds")
"""What a charter says of ties that can only mean lots here: a budget has no earlier rounds."""
MOST_PROPOSALS: Final = 100
"""Proposals on one ballot: more than anybody compares."""
MOST_POINTS: Final = 1000
"""Points that one ballot can give."""
MOST_DISTRICTS: Final = 40
LONGEST_DISTRICT: Final = 60
ADD1_MOST: Final = 200_000
"""Whole units of money up to which shares grow one unit at a time: every step is a count of its own, and closing waits
for all of them."""


@act("budget.opened", v=1)
class BudgetOpened(Act, frozen=True):
    """A participatory budget was opened. `amount`: the money, in the currency's smallest unit; `districts`: the parts
    of the neighbourhood that have a sum each, and `shares` those sums (empty: one sum for all). `rule`, `satisfaction`
    and `completion` as `comuna.methods.budget` knows them; `most`: projects that one ballot may mark, or the points
    that it gives; `ties`: how they are broken; `small`: fewest ballots whose counts are told; `publish`: whether the
    ballots are published without voters."""

    round: str
    title: TextRef
    amount: int
    currency: str
    districts: list[str]
    shares: list[int]
    proposers: str
    rule: str
    satisfaction: str | None
    completion: str
    ballot: str
    most: int | None
    ties: str
    small: int
    publish: bool


@act("budget.gathered", v=1)
class BudgetGathered(Act, frozen=True):
    """No more proposals are taken. `count` are there."""

    round: str
    count: int


@act("budget.sealed", v=1)
class BudgetSealed(Act, frozen=True):
    """What is voted on was sealed: the proposals in the order of the ballot, what each costs, and the district of each
    (empty: no districts). `roll`: how many may vote; `until`: the day on which voting is to end, if it was said."""

    round: str
    proposals: list[str]
    costs: list[int]
    districts: list[str]
    roll: int
    until: str | None

    @property
    def count(self) -> int:
        """How many proposals are voted on."""
        return len(self.proposals)


@act("budget.decided", v=1)
class BudgetDecided(Act, frozen=True):
    """A participatory budget was decided. `method`: the rule and its version. `scores` and `supporters`: of each sealed
    proposal its points and who marked it; empty where few ballots are not told. `winners` in the order in which they
    were funded, for `amount` together; `left` of the money. `tied`: proposals between which the votes did not decide,
    and `broken`: what did; `undecided`: between which nothing did. `seed`: of lots, as text. `working`: every step;
    `ballots_text`: the ballots, where they are published; `digest`: SHA-256 of them as they were sealed."""

    round: str
    method: str
    ballots: int
    roll: int
    scores: list[int]
    supporters: list[int]
    winners: list[str]
    amount: int
    currency: str
    left: int
    tied: list[str]
    broken: str | None
    undecided: list[str]
    seed: str | None
    working: TextRef | None
    ballots_text: TextRef | None
    digest: str

    @property
    def funded(self) -> int:
        """How many proposals are funded."""
        return len(self.winners)


@act("budget.abandoned", v=1)
class BudgetAbandoned(Act, frozen=True):
    """A participatory budget was given up before it was decided; ballots count for nothing. `reason`: why, if that was
    said."""

    round: str
    reason: TextRef | None


@act("budget.approved", v=1)
class BudgetApproved(Act, frozen=True):
    """The assembly approved the result of a participatory budget, by a decision of its own."""

    round: str
    decision: str


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Under what a round is held. `districts`: each with its sum; then `amount` is all of them together."""

    amount: int
    currency: str
    districts: tuple[tuple[str, int], ...] = ()
    proposers: str = "cards"
    rule: str = "equal-shares"
    satisfaction: str | None = "cost"
    completion: str = "greedy"
    ballot: str = "approval"
    most: int | None = None
    ties: str = "lots"


def open_round(s: State, *, by: str, round: str, title: TextRef, terms: Terms) -> BudgetOpened:
    """Open a round. Refuses: budget.bad_id, budget.unknown_choice, budget.rule_needs_ranking, budget.no_completion,
    budget.add1_too_long (limit), budget.bad_most (limit), budget.no_points (limit), budget.too_much_money,
    budget.bad_districts (limit, length), budget.districts_total, budget.ties_by_lots, amount.unknown_currency,
    amount.not_positive."""
    if not ID.fullmatch(round) or round in s.budget.rounds:
        raise Refused("budget.bad_id")
    _terms_possible(terms)
    rules = rules_of(s)
    if rules.value("rules.tie", None) in DRAWN and terms.ties != "lots":
        raise Refused("budget.ties_by_lots")
    return BudgetOpened(
        round=round,
        title=title,
        amount=terms.amount,
        currency=terms.currency,
        districts=[name for name, _ in terms.districts],
        shares=[share for _, share in terms.districts],
        proposers=terms.proposers,
        rule=terms.rule,
        satisfaction=terms.satisfaction if terms.rule == "equal-shares" else None,
        completion=terms.completion,
        ballot=terms.ballot,
        most=terms.most,
        ties=terms.ties,
        small=rules.value("rules.small_tally", SMALL),
        publish=bool(rules.value("rules.publish_ballots", True)),
    )


def _terms_possible(terms: Terms) -> None:
    known = (
        (terms.rule, RULES), (terms.ballot, BALLOTS), (terms.ties, TIES), (terms.proposers, PROPOSERS),
        (terms.completion, COMPLETIONS), (terms.satisfaction or "cost", SATISFACTIONS),
    )  # fmt: skip
    if any(chosen not in choices for chosen, choices in known):
        raise Refused("budget.unknown_choice")
    if terms.rule == "list" and terms.ballot != "ranking":
        raise Refused("budget.rule_needs_ranking")
    if terms.completion not in COMPLETED_BY.get(terms.rule, ("none",)):  # type: ignore[call-overload]
        raise Refused("budget.no_completion")
    if terms.completion.startswith("add1") and terms.amount > ADD1_MOST * 10 ** places(terms.currency):
        raise Refused("budget.add1_too_long", limit=ADD1_MOST)
    if terms.ballot == "points" and terms.most is None:
        raise Refused("budget.no_points", limit=MOST_POINTS)
    if terms.most is not None and not 1 <= terms.most <= MOST_POINTS:
        raise Refused("budget.bad_most", limit=MOST_POINTS)
    if not CURRENCY.fullmatch(terms.currency):
        raise Refused("amount.unknown_currency", currency=terms.currency or "–")
    sums = [terms.amount, *(share for _, share in terms.districts)]
    if min(sums) <= 0:
        raise Refused("amount.not_positive")
    if max(sums) > MOST_MONEY:
        raise Refused("budget.too_much_money")
    names = [name for name, _ in terms.districts]
    if len(set(names)) != len(names) or len(names) > MOST_DISTRICTS:
        raise Refused("budget.bad_districts", limit=MOST_DISTRICTS, length=LONGEST_DISTRICT)
    if not all(name.strip() and len(name) <= LONGEST_DISTRICT for name in names):
        raise Refused("budget.bad_districts", limit=MOST_DISTRICTS, length=LONGEST_DISTRICT)
    if names and sum(sums[1:]) != terms.amount:
        raise Refused("budget.districts_total")


def apply_opened(s: State, a: BudgetOpened, at: str) -> State:
    """Proposals are taken."""
    return with_round(s, BudgetRound(id=a.round, rules=a))


def at(s: State, round: str, *statuses: str) -> BudgetRound:
    """A round that stands at one of these steps. Refuses budget.unknown, budget.other_step."""
    found = s.budget.rounds.get(round)
    if found is None:
        raise Refused("budget.unknown")
    if found.status not in statuses:
        raise Refused("budget.other_step")
    return found


def standing(s: State, found: BudgetRound) -> list[BudgetProposal]:
    """The proposals of a round that were not withdrawn or merged, in the order in which they came."""
    return [each for id in found.proposals if (each := s.budget.proposals[id]).status == "proposed"]


def gather(s: State, *, by: str, round: str) -> BudgetGathered:
    """Take no more proposals. Refuses: budget.unknown, budget.other_step, budget.no_proposals."""
    found = at(s, round, "open")
    there = standing(s, found)
    if not there:
        raise Refused("budget.no_proposals")
    return BudgetGathered(round=round, count=len(there))


def apply_gathered(s: State, a: BudgetGathered, at: str) -> State:
    """They are checked."""
    return _changed(s, a.round, status="checking")


def ballot_list(s: State, found: BudgetRound) -> list[BudgetProposal]:
    """What would be voted on: what was checked and can be done."""
    return [each for each in standing(s, found) if each.feasible]


def seal(s: State, *, by: str, round: str, roll: int, until: str | None, today: str) -> BudgetSealed:
    """Seal the list before the first ballot. Refuses: budget.unknown, budget.other_step, budget.unchecked (count),
    budget.nothing_feasible, budget.too_many (limit), budget.no_roll, budget.until_past."""
    found = at(s, round, "checking")
    unchecked = sum(each.feasible is None for each in standing(s, found))
    if unchecked:
        raise Refused("budget.unchecked", count=unchecked)
    there = ballot_list(s, found)
    if not there:
        raise Refused("budget.nothing_feasible")
    if len(there) > MOST_PROPOSALS:
        raise Refused("budget.too_many", limit=MOST_PROPOSALS)
    if roll < 1:
        raise Refused("budget.no_roll")
    if until is not None and not (_is_day(until) and until >= today):
        raise Refused("budget.until_past")
    return BudgetSealed(
        round=round,
        proposals=[each.id for each in there],
        costs=[each.cost for each in there],
        districts=[each.district or "" for each in there] if found.rules.districts else [],
        roll=roll,
        until=until,
    )


def _is_day(written: str) -> bool:
    try:
        return dt.date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def apply_sealed(s: State, a: BudgetSealed, at: str) -> State:
    """People vote."""
    return _changed(s, a.round, status="voting", sealed=a)


def told(found: BudgetRound, ballots: int, supporters: Sequence[int]) -> bool:
    """Whether the counts of a round are told: not where they would tell how somebody voted."""
    return not small(tuple(supporters), ballots, found.rules.small)


def decide(
    s: State,
    *,
    by: str,
    round: str,
    roll: int,
    ballots: int,
    counted: Counted,
    seed: str | None,
    working: TextRef | None,
    ballots_text: TextRef | None,
    digest: str,
) -> BudgetDecided:
    """Close the voting with what was counted. Of a small round the winners are told and no more. Refuses:
    budget.unknown, budget.other_step, budget.more_than_roll, budget.money_exceeded."""
    found = at(s, round, "voting")
    opened: BudgetOpened = found.rules
    if ballots > roll:
        raise Refused("budget.more_than_roll", ballots=ballots, roll=roll)
    price = dict(zip(found.sealed.proposals, found.sealed.costs, strict=True))
    spent = sum(price[each] for each in counted.winners)
    if spent > opened.amount:
        raise Refused("budget.money_exceeded")
    tells = told(found, ballots, counted.supporters)
    return BudgetDecided(
        round=round,
        method=counted.method,
        ballots=ballots,
        roll=roll,
        scores=list(counted.scores) if tells else [],
        supporters=list(counted.supporters) if tells else [],
        winners=list(counted.winners),
        amount=spent,
        currency=opened.currency,
        left=opened.amount - spent,
        tied=list(counted.tied) if tells or counted.undecided else [],
        broken=counted.broken,
        undecided=list(counted.undecided),
        seed=seed,
        working=working if tells else None,
        ballots_text=ballots_text if tells and opened.publish else None,
        digest=digest,
    )


def apply_decided(s: State, a: BudgetDecided, at: str) -> State:
    """The winners can be carried out."""
    return _changed(s, a.round, status="decided", result=a, decided_on=at[:10])


def abandon(s: State, *, by: str, round: str, reason: TextRef | None) -> BudgetAbandoned:
    """Give a round up. Refuses: budget.unknown, budget.other_step."""
    at(s, round, "open", "checking", "voting")
    return BudgetAbandoned(round=round, reason=reason)


def apply_abandoned(s: State, a: BudgetAbandoned, at: str) -> State:
    """It counts for nothing."""
    return _changed(s, a.round, status="abandoned")


def approve(s: State, *, by: str, round: str, decision: str) -> BudgetApproved:
    """Say which decision of the assembly approved the result. Refuses: budget.unknown, budget.other_step,
    budget.approved_already, decision.unknown."""
    found = at(s, round, "decided")
    if found.approved is not None:
        raise Refused("budget.approved_already")
    decided(s, decision)
    return BudgetApproved(round=round, decision=decision)


def apply_approved(s: State, a: BudgetApproved, at: str) -> State:
    """The assembly stands behind it."""
    return _changed(s, a.round, approved=a.decision)


def winners(s: State, round: str) -> list[BudgetProposal]:
    """The proposals that a decided round funds, in the order in which they were; none before. What each costs is
    `cost`, in the currency of `s.budget.rounds[round].rules.currency`. Refuses budget.unknown."""
    found = s.budget.rounds.get(round)
    if found is None:
        raise Refused("budget.unknown")
    return [s.budget.proposals[each] for each in found.result.winners] if found.result is not None else []


def with_round(s: State, found: BudgetRound) -> State:
    """The state with a round as it is now."""
    changed = msgspec.structs.replace(s.budget, rounds=s.budget.rounds.set(found.id, found))
    return msgspec.structs.replace(s, budget=changed)


def _changed(s: State, round: str, **changes: object) -> State:
    return with_round(s, msgspec.structs.replace(s.budget.rounds[round], **changes))
