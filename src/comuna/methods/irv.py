"""Instant-runoff voting: the last is excluded and their ballots go on, until somebody has over half."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from comuna.methods.ballots import Ballots, Reading
from comuna.methods.preferences import Papers
from comuna.methods.result import Event, Result, Round, Tie
from comuna.methods.ties import UNBROKEN, TieRule, choose, record

VERSION = 1


def irv(
    ballots: Ballots,
    seats: int = 1,
    ties: TieRule = UNBROKEN,
    *,
    reading: Reading = Reading(),  # noqa: B008  it never changes
    until_two: bool = False,
    together: bool = False,
    write_ins: Collection[str] = (),
) -> Result:
    """Whoever has over half of the ballots that are not exhausted is elected; until then whoever has fewest is
    excluded. Each further seat is counted anew without those elected before, so everybody elected had a majority.

    `until_two`: go on until two are left. `together`: exclude in one round all those who, even together, have fewer
    votes than the next (Maine, 29-250 C.M.R. ch. 535). `write_ins` are excluded in the first round, whatever they have.
    """
    count = _Count(ballots, ties, reading, until_two=until_two, together=together, write_ins=write_ins)
    for seat in range(1, min(seats, len(ballots.standing)) + 1):
        if not count.fill(seat):
            break
    return Result(
        method="irv",
        version=VERSION,
        seats=seats,
        candidates=ballots.candidates,
        withdrawn=tuple(sorted(ballots.withdrawn)),
        ballots=ballots.total,
        valid=count.papers.valid,
        blank=count.papers.blank,
        void=count.papers.void,
        winners=tuple(count.winners),
        rounds=tuple(count.rounds),
        ties=tuple(count.ties),
        undecided=count.undecided,
    )


class _Count:
    def __init__(
        self,
        ballots: Ballots,
        rule: TieRule,
        reading: Reading,
        *,
        until_two: bool,
        together: bool,
        write_ins: Collection[str],
    ) -> None:
        self.papers = Papers(ballots, reading)
        self.standing = ballots.standing
        self.rule = rule
        self.until_two, self.together, self.write_ins = until_two, together, set(write_ins)
        self.winners: list[str] = []
        self.rounds: list[Round] = []
        self.ties: list[Tie] = []
        self.undecided: tuple[str, ...] = ()

    def fill(self, seat: int) -> bool:
        """Count for one seat. False if a tie was left as it is."""
        left = [name for name in self.standing if name not in self.winners]
        if self.winners:
            self.papers.again(left)
        earlier: list[Mapping[str, int]] = []
        while True:
            piles = self.papers.piles()
            votes = {name: piles[name] for name in left}
            winner, key = self._winner(votes)
            if winner is not None:
                event = Event(key, {"names": (winner,), "votes": votes[winner], "of": sum(votes.values())})
                self._round(seat, votes, piles[""], elected=(winner,), events=(event,))
                self.winners.append(winner)
                return True
            out, key = self._out(votes, earlier)
            if not out:
                self.undecided = self.ties[-1].candidates
                event = Event("count.tied", {"names": self.undecided})
                self._round(seat, votes, piles[""], events=(event,))
                return False
            left = [name for name in left if name not in out]
            transfers = {name: self._transfer(name, left) for name in out}
            event = Event(key, {"names": tuple(out)})
            self._round(seat, votes, piles[""], excluded=tuple(out), transfers=transfers, events=(event,))
            earlier.append(votes)

    def _winner(self, votes: Mapping[str, int]) -> tuple[str | None, str]:
        if len(votes) == 1:
            return next(iter(votes)), "count.elected.alone"
        leader = max(votes, key=votes.__getitem__)
        if 2 * votes[leader] > sum(votes.values()) and (not self.until_two or len(votes) == 2):
            return leader, "count.elected.over_half"
        return None, ""

    def _out(self, votes: Mapping[str, int], earlier: Sequence[Mapping[str, int]]) -> tuple[list[str], str]:
        """Who is excluded now, and why; nobody if a tie stands."""
        if not earlier and (first := [name for name in votes if name in self.write_ins]) and len(first) < len(votes):
            return first, "count.excluded.write_ins"
        if self.together and len(hopeless := _hopeless(votes)) > 1:
            return hopeless, "count.excluded.together"
        fewest = min(votes.values())
        last = [name for name in votes if votes[name] == fewest]
        if len(last) == 1:
            return last, "count.excluded.fewest"
        chosen, how = choose(last, self.rule, earlier=earlier, lowest=True)
        self.ties.append(record(len(self.rounds) + 1, "exclude", last, chosen, how))
        return ([] if chosen is None else [chosen]), f"count.excluded.tie.{how}"

    def _transfer(self, name: str, continuing: Sequence[str]) -> Mapping[str, int]:
        """Move a candidate’s ballots on, and say where they went."""
        papers = self.papers.of(name)
        self.papers.move(papers, continuing)
        return {to: count for to, count in self.papers.piles(papers).items() if count}

    def _round(
        self,
        seat: int,
        votes: Mapping[str, int],
        exhausted: int,
        *,
        elected: tuple[str, ...] = (),
        excluded: tuple[str, ...] = (),
        transfers: Mapping[str, Mapping[str, int]] = {},
        events: tuple[Event, ...] = (),
    ) -> None:
        number = len(self.rounds) + 1
        self.rounds.append(
            Round(
                number, seat, votes, exhausted, elected=elected, excluded=excluded, transfers=transfers, events=events
            )
        )


def _hopeless(votes: Mapping[str, int]) -> list[str]:
    """The most candidates at the end of the list who together have fewer votes than the next one; two at least stay."""
    ascending = sorted(votes, key=votes.__getitem__)
    found, below = 0, 0
    for n, name in enumerate(ascending[:-1]):
        if n and n <= len(ascending) - 2 and below < votes[name]:
            found = n
        below += votes[name]
    return ascending[:found]
