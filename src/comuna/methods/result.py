"""What every method gives back: who is elected, and every round and tie on the way there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Votes = int | str
"""Votes, exactly: a whole number, or a decimal as text (`"12.34567"`). `Fraction` reads both."""

Purpose = Literal["elect", "exclude", "transfer", "order", "second_round"]
"""What a tie was about: who is elected, who is excluded, whose surplus is transferred first, who stands before whom
among the alternates, who goes to a second round."""

How = Literal["earlier_rounds", "lots", "order"]


class Event(msgspec.Struct, frozen=True):
    """Something that happened in a round, as a sentence's key and what it needs; it is said at the edge."""

    key: str
    args: Mapping[str, int | str | tuple[str, ...]] = {}


class Round(msgspec.Struct, frozen=True):
    """A round, or stage, of a count: what everybody had, and what was then done. `transfers` says, for each candidate
    whose votes went on, where they went; under "" stands what went to nobody."""

    number: int
    seat: int
    votes: Mapping[str, Votes]
    exhausted: Votes
    elected: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    transfers: Mapping[str, Mapping[str, Votes]] = {}
    lost: Votes = 0
    events: tuple[Event, ...] = ()


class Tie(msgspec.Struct, frozen=True):
    """Candidates between whom the votes did not decide, what decided instead, and for whom or against whom. Nothing
    decided where `broken_by` is None; then `chosen` is empty."""

    round: int
    purpose: Purpose
    candidates: tuple[str, ...]
    broken_by: How | None
    chosen: tuple[str, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A finished count. `winners` stand in the order of their election; `alternates` follow where the method orders
    them. Where a tie was left as it is, `undecided` names those between whom the seats still open lie. `valid`, `blank`
    and `void` add up to `ballots`. `quota` is STV's, `majority` that of a first round; `pairwise` and `paths` are
    Schulze's: from the first name to the second."""

    method: str
    version: int
    seats: int
    candidates: tuple[str, ...]
    withdrawn: tuple[str, ...]
    ballots: int
    valid: int
    blank: int
    void: int
    winners: tuple[str, ...]
    rounds: tuple[Round, ...]
    ties: tuple[Tie, ...] = ()
    alternates: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    quota: int | None = None
    majority: int | None = None
    second_round: tuple[str, ...] = ()
    pairwise: Mapping[str, Mapping[str, int]] = {}
    paths: Mapping[str, Mapping[str, int]] = {}
