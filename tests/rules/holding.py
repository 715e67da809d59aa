"""A gathering that is held, line by line, for tests of its rules: Rosa chairs, the clock moves when it is told to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec

from comuna.kernel.act import instant
from comuna.rules import agenda, floor, presence
from comuna.rules import journal as j
from comuna.rules.discussion import Line, MomentReleased, Written
from comuna.rules.hall import Hall, Role, Turn, What
from tests.cast import AMARU, INES, NOOR, ROSA, session

PAGE = session()
START = 1_800_000_000
CIRCLE: dict[str, Role] = {ROSA: "facilitator", AMARU: "member", INES: "member", NOOR: "guest"}
"""Who is in the hall when an evening begins. Names serve as handles here."""


class Evening:
    """A gathering's lines and what they add up to. Whatever is done comes a second `after` what was before, or as many
    as are said."""

    def __init__(self) -> None:
        self.now = START
        self.lines: list[Written] = []
        self.hall = Hall()
        self.ids = 0

    @property
    def asked(self) -> Hall:
        """The hall as a rule is asked about it now."""
        return msgspec.structs.replace(self.hall, at=max(self.hall.at, self.now))

    def id(self, letter: str) -> str:
        """A new id."""
        self.ids += 1
        return f"{letter}{self.ids}"

    def do(self, rule: Callable[..., Line], *, author: str = ROSA, after: int = 1, **asked: Any) -> Any:
        """Somebody does what a rule allows; the line is written."""
        self.now += after
        return self.write(rule(self.asked, **asked), author)

    def write(self, line: Line, by: str = ROSA) -> Line:
        """A line is written as it is."""
        at = instant(dt.datetime.fromtimestamp(self.now, dt.UTC))
        written = Written(len(self.lines), at, by, line)
        self.lines.append(written)
        self.hall = j.fold(self.lines) if isinstance(line, j.StepUndone) else j.apply(self.hall, written)
        assert self.hall.counted == len(self.hall.here()), "whoever comes, goes or is removed is counted once"
        return line

    def undo(self) -> None:
        """Rosa undoes her last step."""
        self.do(j.undo, step=self.hall.steps[-1])

    def come(self, who: str, role: Role = "member", **asked: Any) -> None:
        """Somebody comes in."""
        self.do(presence.join, author=who, who=who, role=role, **({"where": "hall"} | asked))

    def leave(self, who: str) -> None:
        """Somebody goes."""
        self.do(presence.leave, author=who, who=who)

    def hand(self, who: str, what: What = "point", *, after: int = 1) -> str:
        """Somebody raises a hand."""
        hand: str = self.do(floor.raise_hand, author=who, after=after, who=who, hand=self.id("h"), what=what).hand
        return hand

    def next(self, *, order: floor.Order = "seconds_spoken", after: int = 1) -> Line:
        """Rosa presses "next"."""
        ends = self.hall.turn.id if self.hall.turn else None
        line: Line = self.do(floor.next_turn, after=after, ends=ends, turn=self.id("t"), seconds=120, order=order)
        return line

    def call(self, who: str | None = None, hand: str | None = None) -> Turn:
        """Rosa gives the floor to somebody of her choice."""
        ends = self.hall.turn.id if self.hall.turn else None
        choice = {"ends": ends, "turn": self.id("t"), "hand": hand, "who": who, "seconds": 120}
        self.do(floor.call, **choice, order="seconds_spoken")
        return self.turn

    def speaks(self, who: str, seconds: int) -> None:
        """Somebody speaks for so long, and ends."""
        turn = self.call(who)
        self.do(floor.end_turn, author=who, after=seconds, turn=turn.id, by=who)

    def round(self, *order: str, seconds: int = 60) -> str:
        """Rosa begins a go-round."""
        asked = list(order) or self.hall.here()
        round: str = self.do(floor.open_round, round=self.id("r"), order=asked, seconds=seconds).round
        return round

    def passes(self, who: str) -> None:
        """Somebody passes."""
        assert self.hall.round is not None
        self.do(floor.pass_on, author=who, round=self.hall.round.id, who=who)

    def item(self, item: str, *, after: int = 1) -> None:
        """Rosa turns to an item."""
        self.do(agenda.open_item, after=after, item=item)

    def releases(self, who: str) -> str:
        """Somebody shows a moment of theirs."""
        entry = self.id("m")
        moment = MomentReleased(
            entry=entry, words="the pump", mark=None, seconds=12, question=None, column=None, name=None
        )
        self.do(lambda h: moment, author=who)
        return entry

    @property
    def turn(self) -> Turn:
        """The turn under way."""
        assert self.hall.turn is not None
        return self.hall.turn

    @property
    def queue(self) -> list[str]:
        """Who waits, in order, by the seconds they spoke."""
        return [place.hand.who for place in floor.queue(self.hall, "seconds_spoken")]


def opened(*, minutes: int = 90) -> Evening:
    """An evening that has just been opened, with the circle in the hall."""
    evening = Evening()
    evening.do(agenda.open_hall, after=0, page=PAGE, now=START, seconds=minutes * 60)
    for who, role in CIRCLE.items():
        evening.come(who, role)
    return evening
