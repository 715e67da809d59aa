"""The offices of a group on one day: who holds them, what expires, who steps in, who stands; and the steps of a recall
with their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from comuna.kernel.act import Envelope, act_in
from comuna.rules import challenge, election, verdict
from comuna.rules.assembly import rules_of
from comuna.rules.dates import days_between
from comuna.rules.eligibility import Condition, Facts
from comuna.rules.recall import (
    RecallCertified,
    RecallDecided,
    RecallDefended,
    RecallPetitioned,
    RecallReported,
    last_roll,
)
from comuna.rules.state import Mandate, Recall, State

Standing = Literal["held", "soon", "over"]
"""Held; expiring within `election.WARNING_DAYS`; its term is over and nobody followed."""


class Held(msgspec.Struct, frozen=True):
    """An office that somebody holds. `left`: days until its term is over, below nought after; `whole`: days of the
    term (both None: the charter sets none). `successor`: who steps in if it is left now."""

    mandate: Mandate
    standing: Standing
    left: int | None
    whole: int | None
    successor: str | None


class Office(msgspec.Struct, frozen=True):
    """A unit of the charter. `seats` and `term` (months): None where the charter does not say; `free`: seats that
    nobody holds, or whose term is over; `passed`: alternates who may not step in now, and why."""

    unit: str
    seats: int | None
    term: int | None
    held: tuple[Held, ...]
    free: int
    alternates: tuple[str, ...]
    passed: tuple[tuple[str, Condition], ...]
    candidates: tuple[str, ...]


def offices(s: State, today: str, alternates: Mapping[str, Facts] = election.NOBODY) -> list[Office]:
    """Every unit of the charter, in its order, as it stands on a day. `alternates`: what the register says of them."""
    return [_office(s, unit, today, alternates) for unit in rules_of(s).entries("units")]


def _office(s: State, unit: str, today: str, alternates: Mapping[str, Facts]) -> Office:
    seats: int | None = rules_of(s).value(f"units.{unit}.seats", None)
    mandates = [m for m in s.mandates.values() if m.unit == unit and m.ended is None and m.since <= today]
    held = [_held(s, m, today, alternates) for m in sorted(mandates, key=lambda m: (m.until or "9", m.since, m.id))]
    running = sum(each.standing != "over" for each in held)
    return Office(
        unit=unit,
        seats=seats,
        term=rules_of(s).value(f"units.{unit}.term_months", None),
        held=tuple(held),
        free=max(0, (seats or 0) - running),
        alternates=s.alternates.get(unit, ()),
        passed=tuple(election.passed_over(s, unit, today, alternates)),
        candidates=s.candidates.get(unit, ()),
    )


def _held(s: State, m: Mandate, today: str, alternates: Mapping[str, Facts]) -> Held:
    left = None if m.until is None else days_between(today, m.until)
    whole = None if m.until is None else days_between(m.since, m.until)
    standing: Standing = "held"
    if left is not None and left <= election.WARNING_DAYS:
        standing = "over" if left <= 0 else "soon"
    return Held(m, standing, left, whole, election.steps_in(s, m.id, today, alternates=alternates))


def roll_of(s: State) -> int:
    """How many were on the roll at the last assembly that was opened; the members of the book where there was none."""
    last = last_roll(s)
    return last if last is not None else len(s.members)


# Recalls


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A recall with the acts it went through. `on`: step → the day it was taken (ISO date)."""

    recall: Recall
    asked: RecallPetitioned
    certified: RecallCertified | None = None
    reported: RecallReported | None = None
    defended: RecallDefended | None = None
    decided: RecallDecided | None = None
    successor: str | None = None
    on: dict[str, str] = {}


STEPS: Final[dict[type, str]] = {
    RecallPetitioned: "asked",
    RecallCertified: "certified",
    RecallReported: "reported",
    RecallDefended: "defended",
    RecallDecided: "decided",
}


def cases(s: State, envelopes: list[Envelope]) -> dict[str, Case]:
    """Every recall of the book, the newest last."""
    found: dict[str, Case] = {}
    for envelope in envelopes:
        entry: Any = act_in(envelope)
        step = STEPS.get(type(entry))
        if step == "asked":
            found[entry.recall] = Case(recall=s.recalls[entry.recall], asked=entry, on={step: envelope.at[:10]})
        elif step is not None:
            case = found[entry.recall]
            changed: dict[str, Any] = {step: entry, "on": {**case.on, step: envelope.at[:10]}}
            found[entry.recall] = msgspec.structs.replace(case, **changed)
        elif isinstance(entry, election.MandateEnded) and entry.reason == "recalled":
            for id, case in found.items():
                if case.asked.mandate == entry.mandate and case.decided is not None:
                    found[id] = msgspec.structs.replace(case, successor=entry.successor)
    return found


def ready(s: State, case: Case) -> bool:
    """Whether the assembly can vote on it: the report is there, and who is to be recalled was heard where they must
    be."""
    heard = case.recall.defended or not rules_of(s).value("recall.defence", False)
    return case.recall.status == "reported" and heard


# Challenges


class Window(msgspec.Struct, frozen=True):
    """A vote that was closed, and how long it can be challenged. `left`: days, below nought when it is too late; None:
    the charter sets no time."""

    closed: verdict.VoteClosed
    on: str
    last: str | None
    left: int | None


def windows(s: State, envelopes: list[Envelope], today: str) -> list[Window]:
    """The closed votes of the book, the newest first, each with the time in which it can be challenged."""
    found = []
    for envelope in envelopes:
        entry = act_in(envelope)
        if isinstance(entry, verdict.VoteClosed):
            on = envelope.at[:10]
            last = challenge.challenged_until(s, on)
            found.append(Window(entry, on, last, None if last is None else days_between(today, last)))
    return found[::-1]
