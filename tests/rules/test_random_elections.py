"""Random candidacies, elections and departures: what must always hold of offices, whatever is tried."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from comuna.kernel.refusal import Refused
from comuna.methods.ballots import Reading, of_rankings
from comuna.methods.counting import count
from comuna.methods.ties import TieRule
from comuna.rules import election, eligibility, verdict, vote
from comuna.rules.election import Elected
from comuna.rules.eligibility import Facts
from comuna.rules.verdict import Tally
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, Council, entry
from tests.rules.assemblies import rule as a_rule

UNITS = ("finance", "control")
PEOPLE = ("2001", "2002", "2003", "2004", "2005", "2006")
WHO = st.sampled_from(PEOPLE)
FEW = st.sets(WHO, min_size=1, max_size=3)
SELDOM = st.sampled_from([False, False, False, False, True])
METHODS = st.sampled_from(["plurality", "approval", "irv", "stv-scottish", "schulze"])
LOTS = TieRule(steps=("lots",), seed=bytes(16))


class Elections(RuleBasedStateMachine):
    """Some hold the right to stand and some do not; the register says which, and it may change."""

    @initialize(
        seats=st.integers(1, 3),
        without_right=WHO,
        other=st.booleans(),
        in_a_row=st.integers(1, 3),
    )
    def begin(self, seats: int, without_right: str, other: bool, in_a_row: int) -> None:
        more = entry("rights.stand", "Standing")
        more += a_rule("units.control.seats", str(seats)) + a_rule("units.finance.seats", "2")
        more += a_rule("units.control.alternates", '"each"')
        more += a_rule("units.control.reelection", f"{{ allowed = true, terms_in_a_row = {in_a_row} }}")
        more += a_rule("units.control.requires", '{ right = "stand" }')
        more += a_rule("units.finance.requires", '{ right = "stand" }')
        if other:
            more += a_rule("units.control.incompatible", '["finance"]')
        told = ("units.control.seats", "units.finance.seats", "units.control.incompatible")
        self.council = Council(without(COUNCIL, *told) + more)
        self.seats = {"control": seats, "finance": 2}
        self.rights = {each: each != without_right for each in PEOPLE}
        self.council.call()
        self.council.open(present=60, roll=60)
        self.number = 500
        self.in_a_row = in_a_row
        self.gone: set[str] = set()
        self.whole: list[set[str]] = []
        """Who was elected to control each time that all its seats were."""
        self.stood: dict[tuple[str, str], bool] = {}

    def facts(self, member: str) -> Facts:
        attested = frozenset(eligibility.ATTESTED) - {"right"}
        return Facts(rights={"stand": self.rights.get(member, False)}, attested=attested, gone=member in self.gone)

    @rule(unit=st.sampled_from(UNITS), who=WHO)
    def stand(self, unit: str, who: str) -> None:
        try:
            stands = {"by": ROSA, "unit": unit, "candidate": who, "facts": self.facts(who)}
            self.council.record(election.stand(self.council.state, today=self.council.today, **stands))
        except Refused:
            return
        self.stood[unit, who] = True

    @rule(unit=st.sampled_from(UNITS), who=WHO)
    def withdraw(self, unit: str, who: str) -> None:
        try:
            self.council.record(election.withdraw(self.council.state, by=ROSA, unit=unit, candidate=who))
        except Refused:
            return

    @rule(who=WHO)
    def leave_the_register(self, who: str) -> None:
        if not self.gone:
            self.gone.add(who)

    @rule(data=st.data(), unit=st.sampled_from(UNITS), method=METHODS, nobody=SELDOM, whole=SELDOM, more=FEW)
    def elect(self, data: st.DataObject, unit: str, method: str, nobody: bool, whole: bool, more: set[str]) -> None:
        for each in sorted(more):
            self.stand(unit, each)
        s, self.number = self.council.state, self.number + 1
        who = s.candidates.get(unit, ())
        vacant = election.vacant(s, unit, self.council.today)
        seats = vacant if 0 < vacant < self.seats[unit] and not whole else self.seats[unit]
        ask = vote.Ask(subject="election", of=unit, ways=("paper",), secret=True, method=method, seats=seats)
        asked = {"by": ROSA, "gathering": FIRST, "vote": an_id(self.number), "roll": 60, "ask": ask}
        try:
            self.council.record(vote.open_vote(s, **asked))
        except Refused:
            return
        rankings = data.draw(st.lists(st.permutations(who), min_size=0 if nobody else 1, max_size=0 if nobody else 12))
        if method == "plurality":
            ballots = of_rankings(who, [(1, [list(each[:seats])]) for each in rankings])
        else:
            ballots = of_rankings(who, [(1, list(each)) for each in rankings])
        result = count(method, ballots, seats, LOTS, Reading())
        made = Elected(
            method=f"{method}/1", outcome="elected" if result.winners else "undecided", winners=result.winners,
            alternates=result.alternates,
        )  # fmt: skip
        box = Tally(counts=(len(rankings),) * len(who), ballots=len(rankings), phones=0, digest="0" * 64)
        facts = {each: self.facts(each) for each in who}
        closing = {"by": ROSA, "gathering": FIRST, "vote": an_id(self.number), "tally": box, "elected": made}
        before = self.running(unit)
        try:
            closed = verdict.close(self.council.state, **closing, facts=facts)
        except Refused:
            stopped = {"by": ROSA, "gathering": FIRST, "vote": an_id(self.number), "reason": None}
            self.council.record(vote.annul(self.council.state, **stopped))
            return
        self.council.record(closed)
        assert len(closed.elected) <= seats
        assert not self.gone & set(closed.elected)
        if not rankings:
            assert (closed.outcome, closed.elected, closed.broken) == ("undecided", [], None)
            assert self.running(unit) == before
        elif seats < self.seats[unit]:
            assert before <= self.running(unit), "a by-election ousts nobody"
        elif unit == "control":
            self.whole.append(set(closed.elected))
            last = self.whole[-self.in_a_row - 1 :]
            assert len(last) <= self.in_a_row or not set.intersection(*last), "too many terms in a row"

    def running(self, unit: str) -> set[str]:
        mandates = self.council.state.mandates.values()
        return {m.member for m in mandates if m.unit == unit and eligibility.running(m, self.council.today)}

    @rule(data=st.data(), reason=st.sampled_from(["resigned", "left", "died"]))
    def leave(self, data: st.DataObject, reason: str) -> None:
        held = [m.id for m in self.council.state.mandates.values() if m.ended is None]
        if not held:
            return
        gone = data.draw(st.sampled_from(sorted(held)))
        ending = {"by": ROSA, "mandate": gone, "reason": reason, "today": self.council.today}
        self.council.record(election.end(self.council.state, **ending))

    @rule(days=st.integers(1, 900))
    def wait(self, days: int) -> None:
        self.council.forward(days=days)

    @invariant()
    def nobody_holds_an_office_who_did_not_stand_for_it_with_the_right_to(self) -> None:
        if hasattr(self, "council"):
            for each in self.council.state.mandates.values():
                assert self.stood[each.unit, each.member]
                assert self.rights.get(each.member)

    @invariant()
    def no_more_are_seated_than_there_are_seats_and_nobody_twice_or_in_two_that_exclude_each_other(self) -> None:
        if not hasattr(self, "council"):
            return
        s, today = self.council.state, self.council.today
        for unit, seats in self.seats.items():
            here = [m.member for m in s.mandates.values() if m.unit == unit and eligibility.running(m, today)]
            assert len(here) <= seats
            assert len(set(here)) == len(here)
        for member in {m.member for m in s.mandates.values()}:
            held = {m.unit for m in eligibility.holds(s, member, today)}
            assert len(held) < 2 or not eligibility.incompatible(s, *sorted(held))

    @invariant()
    def rebuilt(self) -> None:
        if hasattr(self, "council"):
            assert self.council.rebuilt() == self.council.state


def without(text: str, *places: str) -> str:
    """A charter without some of its rules."""
    kept, skips = [], False
    for line in text.splitlines():
        if line.startswith("["):
            skips = any(line.startswith(f"[{place}") for place in places)
        if not skips:
            kept.append(line)
    return "\n".join(kept) + "\n"


TestElections = Elections.TestCase
TestElections.settings = settings(
    max_examples=250, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
