"""The single transferable vote as Scotland's councils are elected (Scottish Local Government Elections Order 2007,
S.S.I. 2007/42, Schedule 1, rules 45 to 52; the same in the Order of 2011, S.S.I. 2011/399, rules 46 to 53)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from comuna.methods.ballots import Ballots, Reading
from comuna.methods.preferences import Papers
from comuna.methods.result import Event, Result, Round, Tie
from comuna.methods.ties import TieRule, choose, record

VERSION = 1
PLACES = 5
BY_LAW = TieRule(steps=("earlier_rounds", "lots"))
"""How the Order breaks ties; it needs a seed to draw lots."""


def stv_scottish(
    ballots: Ballots,
    seats: int = 1,
    ties: TieRule = TieRule(steps=("earlier_rounds",)),  # noqa: B008  it never changes
    *,
    reading: Reading = Reading(),  # noqa: B008  it never changes
    places: int = PLACES,
) -> Result:
    """Whoever reaches the quota is elected, and what is above it goes on to the next preferences, every ballot at a
    share of its value, cut off after `places` decimals (the Order: 5). With no surplus left to transfer, whoever
    has fewest is excluded, and their ballots go on at the value they have."""
    return _Count(ballots, seats, ties, reading, 10**places, places).run()


class _Count:
    """Votes are whole numbers of units; `one` vote is a hundred thousand of them."""

    def __init__(self, ballots: Ballots, seats: int, rule: TieRule, reading: Reading, one: int, places: int) -> None:
        self.ballots, self.seats, self.rule = ballots, seats, rule
        self.one, self.places = one, places
        self.papers = Papers(ballots, reading)
        self.value = np.full(len(self.papers.weights), one, dtype=np.int64)
        self.quota = self.papers.valid // (seats + 1) + 1
        self.continuing = list(ballots.standing)
        self.votes = {name: count * one for name, count in self.papers.piles().items() if name in self.continuing}
        self.winners: list[str] = []
        self.waiting: list[str] = []
        """Elected, with a surplus that was not transferred yet."""
        self.exhausted = self.lost = 0
        self.history: list[Mapping[str, int]] = []
        self.rounds: list[Round] = []
        self.ties: list[Tie] = []
        self.undecided: tuple[str, ...] = ()

    def run(self) -> Result:
        """Count stage by stage. What is done at the end of a stage leads to the next."""
        while True:
            elected, events = self._elect()
            before, exhausted, lost = dict(self.votes), self.exhausted, self.lost
            filled = len(self.winners) == self.seats or not self.continuing
            excluded, transfers, more = ((), {}, []) if filled else self._step()
            self._round(before, exhausted, lost, elected, excluded, transfers, events + more)
            self.history.append(before)
            if filled or self.undecided:
                return self._result()

    def _step(self) -> tuple[tuple[str, ...], Mapping[str, Mapping[str, int]], list[Event]]:
        """Transfer the largest surplus or, if there is none, exclude whoever has fewest. Who is excluded, what went
        where, and what is said of it; nothing moves where a tie stands."""
        if self.waiting:
            name, events = self._largest_surplus()
            return (), {} if name is None else {name: self._transfer_surplus(name)}, events
        name, events = self._fewest()
        if name is None:
            return (), {}, events
        self.continuing.remove(name)
        return (name,), {} if self._last_vacancies() else {name: self._exclude(name)}, events

    def _elect(self) -> tuple[tuple[str, ...], list[Event]]:
        """Rules 47 and 52: whoever has the quota; then, with as many left as seats, everybody left."""
        events: list[Event] = []
        quota = self.quota * self.one
        reached = sorted((n for n in self.continuing if self.votes[n] >= quota), key=lambda n: -self.votes[n])
        reached = reached[: self.seats - len(self.winners)]
        self._seat(reached)
        self.waiting += [name for name in reached if self.votes[name] > quota]
        if reached:
            events.append(Event("count.elected.quota", {"names": tuple(reached), "quota": self.quota}))
        rest: list[str] = []
        if self._last_vacancies():
            rest = sorted(self.continuing, key=lambda name: -self.votes[name])
            self._seat(rest)
            events.append(Event("count.elected.last_vacancies", {"names": tuple(rest)}))
        return (*reached, *rest), events

    def _seat(self, names: Sequence[str]) -> None:
        self.winners += names
        self.continuing = [name for name in self.continuing if name not in names]

    def _last_vacancies(self) -> bool:
        return 0 < len(self.continuing) <= self.seats - len(self.winners)

    def _largest_surplus(self) -> tuple[str | None, list[Event]]:
        """Rule 49: whose surplus is transferred now."""
        most = max(self.votes[name] for name in self.waiting)
        equal = [name for name in self.waiting if self.votes[name] == most]
        name, events = self._one_of(equal, "transfer") if len(equal) > 1 else (equal[0], [])
        if name is not None:
            self.waiting.remove(name)
            surplus = self._written(most - self.quota * self.one)
            events.append(Event("count.surplus", {"names": (name,), "surplus": surplus}))
        return name, events

    def _fewest(self) -> tuple[str | None, list[Event]]:
        """Rules 50 and 51: who is excluded now."""
        fewest = min(self.votes[name] for name in self.continuing)
        equal = [name for name in self.continuing if self.votes[name] == fewest]
        if len(equal) == 1:
            return equal[0], [Event("count.excluded.fewest", {"names": (equal[0],)})]
        return self._one_of(equal, "exclude")

    def _one_of(self, equal: list[str], purpose: str) -> tuple[str | None, list[Event]]:
        excluding = purpose == "exclude"
        chosen, how = choose(equal, self.rule, earlier=self.history, lowest=excluding)
        self.ties.append(record(len(self.rounds) + 1, "exclude" if excluding else "transfer", equal, chosen, how))
        if chosen is None:
            self.undecided = tuple(sorted(equal if excluding else self.continuing))
            return None, [Event("count.tied", {"names": tuple(sorted(equal))})]
        return chosen, [Event(f"count.excluded.tie.{how}", {"names": (chosen,)})] if excluding else []

    def _transfer_surplus(self, name: str) -> Mapping[str, int]:
        """Rule 48: every ballot at surplus × its value ÷ the candidate's votes, cut off after the decimals."""
        papers = self.papers.of(name)
        had, surplus = self.votes[name], self.votes[name] - self.quota * self.one
        values, which = np.unique(self.value[papers], return_inverse=True)
        new = np.array([surplus * int(value) // had for value in values], dtype=np.int64)
        self.value[papers] = new[which]
        self.votes[name] = self.quota * self.one
        return self._move(papers, surplus)

    def _exclude(self, name: str) -> Mapping[str, int]:
        """Rule 50: every ballot at the value it has."""
        had, self.votes[name] = self.votes[name], 0
        return self._move(self.papers.of(name), had)

    def _move(self, papers: np.typing.NDArray[np.int64], worth: int) -> Mapping[str, int]:
        self.papers.move(papers, self.continuing)
        holder = self.papers.holder[papers]
        gained = np.zeros(self.papers.exhausted + 1, dtype=np.int64)
        np.add.at(gained, holder, self.papers.weights[papers] * self.value[papers])
        went = {
            self.papers.candidates[n]: int(gained[n]) for n in np.flatnonzero(gained[: len(self.papers.candidates)])
        }
        for to, more in went.items():
            self.votes[to] += more
        nobody = int(gained[self.papers.exhausted])
        self.exhausted += nobody
        self.lost += worth - nobody - sum(went.values())
        return {**went, "": nobody} if nobody else went

    def _written(self, units: int) -> str:
        return f"{units // self.one}.{units % self.one:0{self.places}}"

    def _round(
        self,
        votes: Mapping[str, int],
        exhausted: int,
        lost: int,
        elected: tuple[str, ...],
        excluded: tuple[str, ...],
        transfers: Mapping[str, Mapping[str, int]],
        events: list[Event],
    ) -> None:
        gone = {name for round in self.rounds for name in round.excluded}
        self.rounds.append(
            Round(
                len(self.rounds) + 1,
                1,
                {name: self._written(units) for name, units in votes.items() if units or name not in gone},
                self._written(exhausted),
                elected=elected,
                excluded=excluded,
                transfers={
                    name: {to: self._written(units) for to, units in went.items()} for name, went in transfers.items()
                },
                lost=self._written(lost),
                events=tuple(events),
            )
        )

    def _result(self) -> Result:
        return Result(
            method="stv-scottish",
            version=VERSION,
            seats=self.seats,
            candidates=self.ballots.candidates,
            withdrawn=tuple(sorted(self.ballots.withdrawn)),
            ballots=self.ballots.total,
            valid=self.papers.valid,
            blank=self.papers.blank,
            void=self.papers.void,
            winners=tuple(self.winners),
            rounds=tuple(self.rounds),
            ties=tuple(self.ties),
            undecided=self.undecided,
            quota=self.quota,
        )
