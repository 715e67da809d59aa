"""Participatory budgets by their rules: steps in their order, what is refused, and what the ballots come to."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.rules import budget, budget_count, budget_proposal
from comuna.rules.budget import Terms
from comuna.rules.budget_proposal import Draft
from comuna.rules.fold import FOLD
from comuna.rules.state import State
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, rule

ROUND, ROSA = an_id(1), "1001"
LAMPS, PUMP, COURT = an_id(11), an_id(12), an_id(13)
TERMS = Terms(amount=1000, currency="USD")


def draft(*sums: int, **more: Any) -> Draft:
    return Draft(title="t" * 64, purpose="p" * 64, place="q" * 64, lines="l" * 64, sums=sums, **more)


class Told:
    """A budget that is being told."""

    def __init__(self, charter: str = COUNCIL) -> None:
        self.s = State(charter=charter, book=an_id(9), at="2026-11-28T10:00:00Z")

    def act(self, made: Act) -> Act:
        self.s = FOLD[type(made)](self.s, made, "2026-11-28T10:00:00Z")
        return made

    def open(self, terms: Terms = TERMS) -> None:
        self.act(budget.open_round(self.s, by=ROSA, round=ROUND, title="t" * 64, terms=terms))

    def propose(self, proposal: str, *sums: int, desk: bool = True, **more: Any) -> None:
        said = draft(*sums, **more)
        self.act(budget_proposal.propose(self.s, by=ROSA, round=ROUND, proposal=proposal, draft=said, desk=desk))

    def check(self, proposal: str, feasible: bool = True) -> None:
        reason = None if feasible else "r" * 64
        self.act(budget_proposal.check(self.s, by=ROSA, proposal=proposal, feasible=feasible, reason=reason))

    def seal(self, roll: int = 20) -> None:
        self.act(budget.gather(self.s, by=ROSA, round=ROUND))
        self.act(budget.seal(self.s, by=ROSA, round=ROUND, roll=roll, until=None, today="2026-11-28"))

    @property
    def round(self):
        return self.s.budget.rounds[ROUND]

    def decide(self, choices: list[str], seed: str | None = "seed", roll: int = 20) -> budget.BudgetDecided:
        made = budget_count.outcomes(self.round, choices, seed)
        entry = budget.decide(
            self.s, by=ROSA, round=ROUND, roll=roll, ballots=len(choices), seed=seed, working="w" * 64,
            counted=budget_count.counted(self.round, choices, made), ballots_text="b" * 64, digest="d" * 64,
        )  # fmt: skip
        self.act(entry)
        return entry


def voting(terms: Terms = TERMS, *costs: int) -> Told:
    t = Told()
    t.open(terms)
    for proposal, cost in zip((LAMPS, PUMP, COURT), costs or (400, 500, 350), strict=True):
        t.propose(proposal, cost)
        t.check(proposal)
    t.seal()
    return t


def refuses(code: str, job: Any) -> None:
    with pytest.raises(Refused) as refused:
        job()
    assert refused.value.code == code


def test_a_round_goes_step_by_step_and_nothing_changes_once_it_is_sealed() -> None:
    t = Told()
    t.open()
    refuses("budget.no_proposals", lambda: budget.gather(t.s, by=ROSA, round=ROUND))
    t.propose(LAMPS, 300, 100)
    t.propose(PUMP, 500)
    t.propose(COURT, 350)
    refuses("budget.other_step", lambda: budget.seal(t.s, by=ROSA, round=ROUND, roll=9, until=None, today="2026-01-01"))
    t.act(budget.gather(t.s, by=ROSA, round=ROUND))
    refuses("budget.other_step", lambda: t.propose(an_id(14), 5))
    late = {"by": ROSA, "round": ROUND, "today": "2026-11-28"}
    refuses("budget.unchecked", lambda: budget.seal(t.s, **late, roll=9, until=None))
    t.check(LAMPS)
    t.check(PUMP, feasible=False)
    t.act(budget_proposal.merge(t.s, by=ROSA, proposal=COURT, into=LAMPS))
    t.act(budget_proposal.revise(t.s, by=ROSA, proposal=LAMPS, draft=draft(450), desk=True))
    refuses("budget.unchecked", lambda: budget.seal(t.s, **late, roll=9, until=None))
    t.check(LAMPS)
    for until in ("2026-11-27", "soon", "20270101", "2027-02-30"):
        refuses("budget.until_past", lambda until=until: budget.seal(t.s, **late, roll=9, until=until))
    refuses("budget.no_roll", lambda: budget.seal(t.s, **late, roll=0, until=None))
    sealed = budget.seal(t.s, **late, roll=9, until="2026-12-01")
    assert (sealed.proposals, sealed.costs) == ([LAMPS], [450])
    t.act(sealed)
    for change in (
        lambda: budget_proposal.withdraw(t.s, by=ROSA, proposal=LAMPS),
        lambda: budget_proposal.revise(t.s, by=ROSA, proposal=LAMPS, draft=draft(1), desk=True),
        lambda: budget_proposal.check(t.s, by=ROSA, proposal=LAMPS, feasible=False, reason="r" * 64),
    ):
        refuses("budget.other_step", change)
    refuses("budget.proposal_gone", lambda: budget_proposal.withdraw(t.s, by=ROSA, proposal=COURT))
    assert budget.winners(t.s, ROUND) == []
    t.decide(["0"] * 6)
    assert [each.id for each in budget.winners(t.s, ROUND)] == [LAMPS]
    refuses("budget.other_step", lambda: budget.abandon(t.s, by=ROSA, round=ROUND, reason=None))
    refuses("decision.unknown", lambda: budget.approve(t.s, by=ROSA, round=ROUND, decision=an_id(3)))


def test_what_people_are_to_vote_on_is_not_erased_meanwhile() -> None:
    t = voting()
    assert budget_proposal.needed(t.s, "t" * 64)
    t.decide(["0"] * 6)
    assert not budget_proposal.needed(t.s, "t" * 64)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 0}, "amount.not_positive"),
        ({"amount": 10**15 + 1}, "budget.too_much_money"),
        ({"currency": "Bs"}, "amount.unknown_currency"),
        ({"rule": "luck"}, "budget.unknown_choice"),
        ({"rule": "list"}, "budget.rule_needs_ranking"),
        ({"rule": "greedy", "completion": "add1"}, "budget.no_completion"),
        ({"completion": "add1", "amount": 10**9}, "budget.add1_too_long"),
        ({"ballot": "points"}, "budget.no_points"),
        ({"most": 0}, "budget.bad_most"),
        ({"most": 1001}, "budget.bad_most"),
        ({"districts": (("a", 500),)}, "budget.districts_total"),
        ({"districts": (("a", 500), ("a", 500))}, "budget.bad_districts"),
        ({"districts": (("", 1000),)}, "budget.bad_districts"),
        ({"districts": (("a", 1005), ("b", -5))}, "amount.not_positive"),
    ],
)
def test_terms_that_cannot_be_are_refused(changes: dict[str, Any], code: str) -> None:
    t = Told()
    terms = {"amount": 1000, "currency": "USD", **changes}
    refuses(code, lambda: t.open(Terms(**terms)))


def test_ties_are_broken_as_the_charter_says() -> None:
    drawn = Told(COUNCIL.replace(rule("rules.tie", '"chair"'), rule("rules.tie", '"lots"')))
    refuses("budget.ties_by_lots", lambda: drawn.open(Terms(amount=1000, currency="USD", ties="order")))
    terms = {"amount": 600, "currency": "USD", "rule": "greedy", "completion": "none"}
    by_order = voting(Terms(**terms, ties="order"), 500, 500, 500).decide(["0,1"] * 12)
    assert (by_order.winners, by_order.broken, by_order.tied) == ([LAMPS], "order", [LAMPS, PUMP])
    assert by_order.seed == "seed"
    lots = [voting(Terms(**terms), 500, 500, 500).decide(["0,1"] * 12, seed=f"dice {n}") for n in range(12)]
    assert {each.broken for each in lots} == {"lots"}
    assert {each.winners[0] for each in lots} == {LAMPS, PUMP}, "another seed, another lot"


@pytest.mark.parametrize(
    ("sums", "more", "code"),
    [
        ((), {}, "budget.no_lines"),
        ((0,), {}, "amount.not_positive"),
        ((-5,), {}, "amount.not_positive"),
        ((10,) * 41, {}, "budget.too_many_lines"),
        ((600, 401), {}, "budget.over_the_money"),
        ((5,), {"district": "Mars"}, "budget.district_unknown"),
        ((5,), {"need": "x"}, "budget.bad_id"),
    ],
)
def test_proposals_that_cannot_be_are_refused(sums: tuple[int, ...], more: dict[str, Any], code: str) -> None:
    t = Told()
    t.open()
    refuses(code, lambda: t.propose(LAMPS, *sums, **more))


def test_where_the_desk_proposes_nobody_else_does() -> None:
    t = Told()
    t.open(Terms(amount=1000, currency="USD", proposers="desk"))
    refuses("budget.desk_proposes", lambda: t.propose(LAMPS, 5, desk=False))
    t.propose(LAMPS, 5)


def test_a_small_round_tells_who_is_funded_and_no_more() -> None:
    t = voting()
    decided = t.decide(["0"] * 4)
    assert (decided.winners, decided.scores, decided.working, decided.ballots_text) == ([LAMPS], [], None, None)
    everybody = voting().decide(["0", "0,1", "0", "0", "0", "0"])
    assert everybody.scores == [], "few, and all of them marked the same one"
    enough = voting().decide(["0", "0,1", "0", "0", "0", "1"])
    assert enough.scores == [5, 2, 0]


# Properties

PROPOSALS = [an_id(20 + n) for n in range(5)]
COMPLETED = {"equal-shares": ["none", "greedy", "add1", "add1u"], "phragmen": ["none", "greedy"]}
costs = st.lists(st.integers(1, 700), min_size=1, max_size=5)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Told, list[str]]:
    """A round of any kind, with random ballots as people write them, of which those that cannot be are refused."""
    ballot = draw(st.sampled_from(budget.BALLOTS))
    rule_ = draw(st.sampled_from(budget.RULES if ballot == "ranking" else budget.RULES[:3]))
    prices = draw(costs)
    split = draw(st.booleans())
    districts = (("a", 600), ("b", 400)) if split else ()
    terms = Terms(
        amount=1000,
        currency=draw(st.sampled_from(["USD", "JPY"])),
        districts=districts,
        rule=rule_,
        completion=draw(st.sampled_from(COMPLETED.get(rule_, ["none"]))),
        satisfaction=draw(st.sampled_from(["cost", "cardinality", "cost-sqrt"])),
        ballot=ballot,
        most=draw(st.integers(1, 12)) if ballot == "points" else draw(st.none() | st.integers(1, 5)),
        ties=draw(st.sampled_from(budget.TIES)),
    )  # fmt: skip
    t = Told()
    t.open(terms)
    for n, cost in enumerate(prices):
        district = draw(st.sampled_from("ab")) if split else None
        t.propose(PROPOSALS[n], min(cost, 400), district=district)
        t.check(PROPOSALS[n])
    t.seal()
    kept = []
    for _ in range(draw(st.integers(0, 14))):
        written = draw(
            st.dictionaries(st.integers(0, len(prices) - 1), st.sampled_from(["1", "2", "3", "7"]), max_size=5)
        )
        with contextlib.suppress(Refused):
            kept.append(budget_count.read(t.round, written))
    return t, kept


@given(rounds())
def test_no_round_spends_more_than_there_is_and_counts_are_what_the_ballots_say(made: tuple[Told, list[str]]) -> None:
    t, kept = made
    opened, sealed = t.round.rules, t.round.sealed
    decided = t.decide(kept)
    price = dict(zip(sealed.proposals, sealed.costs, strict=True))
    assert decided.amount == sum(price[each] for each in decided.winners) <= opened.amount
    assert decided.left == opened.amount - decided.amount
    assert len(set(decided.winners)) == len(decided.winners)
    for district, share in zip(opened.districts, opened.shares, strict=True):
        its = [n for n, d in zip(sealed.proposals, sealed.districts, strict=True) if d == district]
        assert sum(price[each] for each in decided.winners if each in its) <= share
    marked = [{place for place, _ in budget_count.marks_of(each)} for each in kept]
    supporters = [sum(n in each for each in marked) for n in range(len(price))]
    assert decided.supporters in ([], supporters)
    assert not any(supporters[sealed.proposals.index(each)] == 0 for each in decided.winners), "nobody's is not funded"
    assert not decided.undecided, "lots and the order of the list break every tie"


@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_in_which_ballots_lie_changes_nothing(made: tuple[Told, list[str]], chance: Any) -> None:
    t, kept = made
    shuffled = list(kept)
    chance.shuffle(shuffled)
    assert budget_count.outcomes(t.round, kept, "s") == budget_count.outcomes(t.round, shuffled, "s")


@given(rounds())
def test_a_kept_ballot_holds_to_what_the_round_asks(made: tuple[Told, list[str]]) -> None:
    t, kept = made
    opened, sealed = t.round.rules, t.round.sealed
    for each in kept:
        marks = budget_count.marks_of(each)
        assert len({place for place, _ in marks}) == len(marks)
        if opened.ballot == "points":
            assert sum(points for _, points in marks) <= opened.most
        elif opened.ballot == "knapsack":
            assert sum(sealed.costs[place] for place, _ in marks) <= opened.amount
        elif opened.most is not None:
            assert len(marks) <= opened.most
