"""Random raising, supporting, merging and presenting: no support is lost or counted twice, whatever is tried."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from comuna.kernel.refusal import Refused
from comuna.rules import need as rules
from comuna.rules.state import State
from comuna.rules.state_need import Told
from comuna.store import supports, texts
from comuna.store.store import Store
from comuna.store.writer import Transaction
from tests.cast import Clock, an_id, begin

PEOPLE = tuple(str(200_000 + n) for n in range(9))
WHO = st.sampled_from(PEOPLE)
WHICH = st.integers(0, 7)


class Supporting(RuleBasedStateMachine):
    """A group that raises, supports, merges, takes off the list and presents; a model beside it counts sets of people
    that no table holds."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(str(Path(self.folder.name) / "needs.sqlite"), Clock())
        self.world = begin(self.store)
        self.people: dict[str, set[str]] = {}
        self.hands: dict[str, int] = {}
        self.fixed: dict[str, Told] = {}
        self.presented = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    @property
    def state(self) -> State:
        return self.world.state()

    def named(self, which: int) -> str:
        every = sorted(self.state.needs.every.values(), key=lambda each: each.number)
        return every[which % len(every)].id if every else an_id(999)

    def open(self, need: str) -> bool:
        return need in self.people and need not in self.fixed

    def attempt(self, job, allowed: bool) -> None:
        try:
            self.store.write(job)
        except Refused:
            assert not allowed
        else:
            assert allowed

    def recorded(self, tx: Transaction, decide) -> None:
        self.store.record(tx, self.world.book, decide, by=self.world.rosa)

    @rule()
    def raise_one(self) -> None:
        id = an_id(500 + len(self.state.needs.every))

        def job(tx: Transaction) -> None:
            words = texts.new(tx, "A lamp")
            bare = {"unit": None, "place": None, "point": None, "photo": None, "words": words.ref}
            decide = lambda s: rules.raise_need(s, by="member", need=id, **bare)  # noqa: E731
            self.store.record(tx, self.world.book, decide, by="member", with_texts=[words])

        self.store.write(job)
        self.people[id], self.hands[id] = set(), 0

    @rule(which=WHICH, who=st.sets(WHO, min_size=1))
    def support(self, which: int, who: set[str]) -> None:
        need, s = self.named(which), self.state

        def job(tx: Transaction) -> None:
            for each in who:
                supports.support(tx, s, need, each)

        self.attempt(job, self.open(need))
        if self.open(need):
            self.people[need] |= who

    @rule(which=WHICH, who=WHO)
    def take_back(self, which: int, who: str) -> None:
        need = self.named(which)
        self.store.write(lambda tx: supports.take_back(tx, need, who))
        if self.open(need):
            self.people[need].discard(who)

    @rule(which=WHICH, hands=st.integers(0, 12))
    def count_hands(self, which: int, hands: int) -> None:
        need, s = self.named(which), self.state
        self.attempt(lambda tx: supports.set_hands(tx, s, need, hands), self.open(need))
        if self.open(need):
            self.hands[need] = hands

    @rule(which=WHICH, other=WHICH)
    def merge(self, which: int, other: int) -> None:
        need, into = self.named(which), self.named(other)

        def job(tx: Transaction) -> None:
            self.recorded(tx, lambda s: rules.merge(s, by=self.world.rosa, need=need, into=into))
            supports.merge(tx, self.world.book, need, into, PEOPLE)

        may = self.open(need) and self.open(into) and need != into
        self.attempt(job, may)
        if may:
            self.people[into] |= self.people.pop(need)
            self.hands[into] += self.hands.pop(need)

    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        need = self.named(which)

        def job(tx: Transaction) -> None:
            self.recorded(tx, lambda s: rules.decline(s, by=self.world.rosa, need=need, reason="0" * 64))
            supports.destroy(tx, [need])

        there = need in self.people
        self.attempt(job, there)
        if there:
            for kept in (self.people, self.hands, self.fixed):
                kept.pop(need, None)

    @rule(who=WHO)
    def leave(self, who: str) -> None:
        self.store.write(lambda tx: supports.forget(tx, self.world.book, who))
        for its in self.people.values():
            its.discard(who)

    @rule()
    def present(self) -> None:
        self.presented += 1
        diagnosis = an_id(900 + self.presented)

        def job(tx: Transaction) -> None:
            counted = supports.counted(tx.connection, self.world.book)
            how = {"by": self.world.rosa, "diagnosis": diagnosis, "gathering": None, "counted": counted}
            self.recorded(tx, lambda s: rules.present(s, **how))
            supports.destroy(tx, list(self.people))

        self.attempt(job, bool(self.people))
        for need, its in self.people.items():
            if need not in self.fixed:
                self.fixed[need] = Told(rules.told(len(its)), rules.told(self.hands[need]))

    @rule()
    def begin_again(self) -> None:
        may = any(each.presented is not None for each in self.state.needs.every.values())
        self.attempt(lambda tx: self.recorded(tx, lambda s: rules.begin(s, by=self.world.rosa)), may)
        if may:
            for need in self.fixed:
                self.people[need], self.hands[need] = set(), 0
            self.fixed.clear()

    @invariant()
    def counts_are_those_of_the_people(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as connection:
            counted = supports.counted(connection, self.world.book)
            told = supports.told(connection, self.state)
            own = {who: supports.of_member(connection, self.world.book, who) for who in PEOPLE}
        for need, its in self.people.items():
            if need in self.fixed:
                assert need not in counted
                assert told[need] == self.fixed[need]
            else:
                assert counted.get(need, (0, 0)) == (len(its), self.hands[need])
                assert told[need] == Told(rules.told(len(its)), rules.told(self.hands[need]))
                assert {who for who in PEOPLE if need in own[who]} == its
        assert set(counted) <= set(self.people)


Supporting.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRandomNeeds = Supporting.TestCase
