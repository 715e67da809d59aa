"""Random assemblies under random charters: what must always hold, whatever is tried in whatever order."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from math import ceil, floor

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import amendment, assembly, counting, motion, verdict, vote
from comuna.rules.verdict import Tally, VoteClosed
from tests.cast import an_id
from tests.rules.assemblies import ROSA, TEXT, Council, entry
from tests.rules.assemblies import rule as a_rule

OTHER = text("mend the pump", bytes(32)).ref
SHARES = st.sampled_from(["1/10", "1/5", "3/10", "1/3", "1/2", "3/5", "2/3", "1"])


UNSAID, NONE = '"unspecified"', '[{ of = "none" }]'


@st.composite
def charters(draw: st.DrawFn) -> str:
    """A charter with a quorum, three kinds of decision, a tie rule."""
    calls = ", ".join(
        f'{{ of = "roll", share = "{share}" }}' for share in sorted(draw(st.lists(SHARES, min_size=1, max_size=3)),
                                                                   key=Fraction, reverse=True)
    )  # fmt: skip
    text = (
        'kind = "random"\nversion = 1\ntitle = { en = "x", es = "x" }\n'
        + entry("gatherings.assembly", "Assembly")
        + a_rule("gatherings.assembly.quorum", draw(st.sampled_from([f"[{calls}]", f"[{calls}]", UNSAID, NONE])))
        + a_rule("gatherings.assembly.agenda_binding", draw(st.sampled_from(["true", "false"])))
        + a_rule("rules.tie", draw(st.sampled_from(['"rejects"', '"chair"', '"unspecified"'])))
    )
    for kind in ("ordinary", "bylaws"):
        share, more = draw(SHARES), draw(st.booleans())
        of, abstain = (
            draw(st.sampled_from(["cast", "present", "all"])),
            draw(st.sampled_from(["counted", "not_counted"])),
        )
        more = more and share != "1"
        text += entry(f"decisions.{kind}", kind) + a_rule(
            f"decisions.{kind}.majority",
            f'{{ of = "{of}", share = "{share}", more = {str(more).lower()}, abstentions = "{abstain}" }}',
        )
        if draw(st.booleans()):
            text += a_rule(f"decisions.{kind}.turnout", f'"{draw(SHARES)}"')
        text += a_rule(f"decisions.{kind}.readings", str(draw(st.integers(1, 2))))
    return text


class Assemblies(RuleBasedStateMachine):
    """Somebody who tries everything, in any order."""

    @initialize(charter=charters())
    def begin(self, charter: str) -> None:
        self.council = Council(charter)
        self.here = an_id(500)
        self.number = 500
        self.council.call(self.here, matters={"a1": "ordinary", "a2": "bylaws"})
        self.boxes: dict[str, list[tuple[int, ...]]] = {}

    def tries(self, act: object, **args: object) -> object:
        """Try; what is refused changes nothing."""
        before = self.council.state
        try:
            done = act(before, by=ROSA, **args)  # type: ignore[operator]
        except Refused:
            assert self.council.state is before
            return None
        self.council.record(done)
        return done

    @rule(present=st.integers(0, 60))
    def open(self, present: int) -> None:
        self.tries(assembly.open_assembly, gathering=self.here, present=present, roll=60, now=self.council.clock)

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.council.forward(hours=hours)

    @rule(present=st.integers(0, 60))
    def give_up(self, present: int) -> None:
        again = ((self.council.today), "18:00")
        told = {"present": present, "roll": 60, "now": self.council.clock, "again": again}
        self.tries(assembly.give_up, gathering=self.here, **told)

    @rule(present=st.integers(0, 70))
    def count(self, present: int) -> None:
        self.tries(assembly.count_quorum, gathering=self.here, present=present)

    @rule(decision=st.sampled_from(["ordinary", "bylaws", "nothing"]), item=st.sampled_from(["a1", "a2", "a9"]))
    def move(self, decision: str, item: str) -> None:
        self.number += 1
        self.tries(motion.move, gathering=self.here, motion=an_id(self.number), item=item, decision=decision, text=TEXT)

    def any_motion(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.council.state.motions) or [an_id(1)]))

    @rule(data=st.data(), step=st.sampled_from([motion.second, motion.table, motion.withdraw, motion.read_back]))
    def step(self, data: st.DataObject, step: object) -> None:
        self.tries(step, gathering=self.here, motion=self.any_motion(data))

    @rule(data=st.data(), outcome=st.sampled_from(["adopted", "withdrawn"]), settles=st.booleans())
    def amend(self, data: st.DataObject, outcome: str, settles: bool) -> None:
        put = self.any_motion(data)
        self.number += 1
        self.tries(amendment.amend, gathering=self.here, motion=put, amendment=an_id(self.number), text=OTHER)
        if settles:
            which = {"motion": put, "amendment": an_id(self.number), "outcome": outcome}
            self.tries(amendment.settle, gathering=self.here, **which)

    @rule(data=st.data())
    def take_up(self, data: st.DataObject) -> None:
        self.tries(motion.take_up, gathering=self.here, motion=self.any_motion(data), item="a1")

    @rule(data=st.data(), ways=st.sampled_from([("hands",), ("hands", "phones"), ("phones",)]), secret=st.booleans())
    def vote(self, data: st.DataObject, ways: tuple[str, ...], secret: bool) -> None:
        put = self.any_motion(data)
        found = self.council.state.motions.get(put)
        self.number += 1
        opened = self.tries(
            vote.open_vote,
            gathering=self.here,
            vote=an_id(self.number),
            roll=60,
            ask=vote.Ask(
                subject="motion", of=put, decision=found.decision if found else "ordinary", ways=ways, secret=secret
            ),
        )
        if opened is not None:
            self.boxes[an_id(self.number)] = []

    @rule(data=st.data(), ballots=st.lists(st.integers(0, 2), max_size=30))
    def cast(self, data: st.DataObject, ballots: list[int]) -> None:
        for each in sorted(self.boxes):
            if "phones" in self.council.state.votes[each].ways and data.draw(st.booleans()):
                self.boxes[each] += [(choice,) for choice in ballots]

    @rule(data=st.data(), counts=st.tuples(*[st.integers(-1, 40)] * 3))
    def tell(self, data: st.DataObject, counts: tuple[int, ...]) -> None:
        if self.boxes:
            each = data.draw(st.sampled_from(sorted(self.boxes)))
            self.tries(counting.count, gathering=self.here, vote=each, way="hands", counts=counts, tellers=2)

    @rule(data=st.data(), chair=st.sampled_from(["yes", "no", None]))
    def close_vote(self, data: st.DataObject, chair: str | None) -> None:
        if not self.boxes:
            return
        each = data.draw(st.sampled_from(sorted(self.boxes)))
        cast = [choice for (choice,) in self.boxes[each]]
        box = Tally(counts=tuple(cast.count(n) for n in range(3)), ballots=len(cast), phones=len(cast), digest="0" * 64)
        closed = self.tries(verdict.close, gathering=self.here, vote=each, tally=box, chair=chair)
        if isinstance(closed, VoteClosed):
            self.right(closed, cast)
            with contextlib.suppress(Refused):
                self.number += 1
                self.council.record(
                    motion.decide(
                        self.council.state,
                        by=ROSA,
                        gathering=self.here,
                        decision=an_id(self.number),
                        motion=self.council.state.votes[each].of or "",
                        owner=None,
                        due=None,
                    )
                )

    @rule()
    def next_assembly(self) -> None:
        self.number += 1
        try:
            self.council.close(self.here)
        except Refused:
            return
        self.here = an_id(self.number)
        self.council.call(self.here, matters={"a1": "ordinary", "a2": "bylaws"})

    def right(self, closed: VoteClosed, cast: list[int]) -> None:
        """The verdict, reckoned again from the sealed rules and the ballots alone."""
        sealed = self.council.state.votes[closed.vote].rules
        assert sealed.quorum is None or self.council.state.assemblies[self.here].present >= sealed.quorum
        hands = self.council.state.votes[closed.vote].counts.get("hands", (0, 0, 0)) if not sealed.secret else (0, 0, 0)
        counts = [cast.count(n) + hands[n] for n in range(3)]
        assert closed.ballots == sum(counts)
        if closed.counts:
            assert closed.counts == counts
        else:
            assert sealed.secret
            assert sum(counts) < 5 or max(counts) == sum(counts) < 10
        yes, no, abstain = counts
        present = max(sealed.present, self.council.state.assemblies[self.here].present)
        base = {"cast": yes + no + (abstain if sealed.abstentions else 0), "present": present, "all": 60}[sealed.base]
        exact = Fraction(sealed.share) * base
        enough = yes >= (floor(exact) + 1 if sealed.more else ceil(exact))
        turnout = sum(counts) >= Fraction(sealed.turnout or 0) * 60
        if closed.outcome == "adopted" and closed.broken is None:
            assert enough
            assert turnout
            assert yes > 0
        if closed.outcome == "rejected" and closed.broken is None:
            assert not enough

    @invariant()
    def rebuilt(self) -> None:
        """The state read from the book is the state we have."""
        if hasattr(self, "council"):
            assert self.council.rebuilt() == self.council.state

    @invariant()
    def no_decision_without_its_quorum(self) -> None:
        """Each decision follows a vote that was adopted as often as it had to be, with enough present when it
        opened."""
        if not hasattr(self, "council"):
            return
        state = self.council.state
        opened = {e.vote: e for e in map(act_in, self.council.acts) if isinstance(e, vote.VoteOpened)}
        for decision in state.decisions.values():
            votes = [v for v in state.votes.values() if v.of == decision.motion and v.outcome == "adopted"]
            assert votes
            last = max(votes, key=lambda v: opened[v.id].reading)
            assert opened[last.id].reading == opened[last.id].readings
            for each in votes:
                assert opened[each.id].quorum is None or opened[each.id].present >= opened[each.id].quorum

    @invariant()
    def what_was_voted_on_is_what_was_read_out(self) -> None:
        """A decision's text is the one that its motion had when it was read out before the vote."""
        if not hasattr(self, "council"):
            return
        heard: dict[str, str] = {}
        for done in map(act_in, self.council.acts):
            if isinstance(done, motion.MotionReadBack):
                heard[done.motion] = done.text
            elif isinstance(done, motion.DecisionRecorded):
                assert heard[done.motion] == done.text

    @invariant()
    def nobody_twice(self) -> None:
        """No vote counts more ballots than people were there."""
        if hasattr(self, "council"):
            for each in map(act_in, self.council.acts):
                if isinstance(each, VoteClosed):
                    assert each.ballots <= 60


TestAssemblies = Assemblies.TestCase
TestAssemblies.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
