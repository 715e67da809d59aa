"""Elections: who stands, who is elected for how long, and who steps in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules.assembly import rules_of
from comuna.rules.charter_values import Method
from comuna.rules.dates import days_between, months_later
from comuna.rules.eligibility import Condition, Facts, checked, holds, obstacle, running
from comuna.rules.group import facilitator
from comuna.rules.state import Mandate, State, Vote

LOTS: Final = "lots"
"""The method by which nobody votes: whoever stands is drawn, from a seed that is published."""
ENDINGS: Final = ("resigned", "left", "died", "recalled", "over")
NOBODY: Final[Mapping[str, Facts]] = {}
"""Where there is no register to ask."""
WARNING_DAYS: Final = 61
"""Before a term ends (two months: Ley Orgánica de los Consejos Comunales 2009, Art. 37.16)."""


@act("candidate.stood", v=1)
class CandidateStood(Act, frozen=True):
    """A member stands for an office of a unit, and was found eligible."""

    unit: str
    candidate: str


@act("candidate.withdrew", v=1)
class CandidateWithdrew(Act, frozen=True):
    """A member does not stand any more."""

    unit: str
    candidate: str


@act("mandate.ended", v=1)
class MandateEnded(Act, frozen=True):
    """An office was left: `reason` is one of `ENDINGS`; `successor`: the alternate who steps in for the rest of the
    term."""

    mandate: str
    unit: str
    member: str
    reason: str
    successor: str | None


class Elected(msgspec.Struct, frozen=True, kw_only=True):
    """What a method made of an election's ballots. `outcome`: elected, or undecided where a tie stays open; `working`:
    the text of its rounds; `tied` and `broken`: who was level, and how it was settled."""

    method: str
    outcome: str
    winners: tuple[str, ...]
    alternates: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    broken: str | None = None
    working: TextRef | None = None


def stand(s: State, *, by: str, unit: str, candidate: str, facts: Facts, today: str) -> CandidateStood:
    """Stand for a unit. `facts`: what the register and the desk say. Refuses: unit.unknown, candidate.stands_already,
    candidate.gone, candidate.not_eligible, candidate.one_unit_only, candidate.barred, candidate.incompatible,
    candidate.terms_over, candidate.to_attest."""
    if candidate in s.candidates.get(unit, ()):
        raise Refused("candidate.stands_already")
    checked(s, unit, candidate, facts, today)
    return CandidateStood(unit=unit, candidate=candidate)


def apply_stood(s: State, a: CandidateStood, at: str) -> State:
    """They stand."""
    return _candidates(s, a.unit, (*s.candidates.get(a.unit, ()), a.candidate))


def withdraw(s: State, *, by: str, unit: str, candidate: str) -> CandidateWithdrew:
    """Stand no longer. Refuses: candidate.unknown, vote.open."""
    if candidate not in s.candidates.get(unit, ()):
        raise Refused("candidate.unknown")
    if any(v.status == "open" and v.subject == "election" and v.of == unit for v in s.votes.values()):
        raise Refused("vote.open")
    return CandidateWithdrew(unit=unit, candidate=candidate)


def apply_withdrew(s: State, a: CandidateWithdrew, at: str) -> State:
    """They do not."""
    return _candidates(s, a.unit, tuple(each for each in s.candidates[a.unit] if each != a.candidate))


def _candidates(s: State, unit: str, who: tuple[str, ...]) -> State:
    return msgspec.structs.replace(s, candidates=s.candidates.set(unit, who))


def may_serve(s: State, unit: str, member: str, today: str, facts: Facts | None = None) -> None:
    """Whether somebody who stood may take the office now. Refuses: candidate.gone (member), candidate.no_longer
    (member)."""
    if facts is not None and facts.gone:
        raise Refused("candidate.gone", member=member)
    if obstacle(s, unit, member, today, facts) is not None:
        raise Refused("candidate.no_longer", member=member)


def method_bound(s: State, unit: str, method: str | None) -> None:
    """Whether a unit may be elected by a method: the charter's, where it names one, and lots only where no secret
    ballot is asked for. Refuses: election.method_unknown, election.other_method (method: the charter's),
    vote.must_be_secret."""
    if method not in get_args(Method):
        raise Refused("election.method_unknown")
    rules = rules_of(s)
    said: str | None = rules.value(f"units.{unit}.method", None)
    if said is not None and method != said:
        raise Refused("election.other_method", method=said)
    if said is None and method == LOTS and rules.value(f"units.{unit}.ballot", "free") == "secret":
        raise Refused("vote.must_be_secret")


def seats_to_fill(s: State, unit: str, seats: int, today: str) -> None:
    """Whether so many seats of a unit can be filled: all of them, or in a by-election at most those that are vacant.
    Refuses: election.no_seats, election.other_seats (seats, free)."""
    if seats < 1:
        raise Refused("election.no_seats")
    whole: int | None = rules_of(s).value(f"units.{unit}.seats", None)
    if whole is None or seats == whole:
        return
    free = vacant(s, unit, today)
    if seats > free:
        raise Refused("election.other_seats", seats=whole, free=free)


def vacant(s: State, unit: str, today: str) -> int:
    """How many seats of a unit can be filled while others are held: those that nobody holds, but for those that the
    charter leaves empty after a recall; 0 where the charter does not say how many there are."""
    whole: int = rules_of(s).value(f"units.{unit}.seats", 0)
    held = sum(m.unit == unit and running(m, today) for m in s.mandates.values())
    return max(whole - held - _left_empty(s, unit, whole, today), 0)


def _left_empty(s: State, unit: str, whole: int, today: str) -> int:
    """How many were recalled from a unit since it was last elected as a whole, whose seats the charter leaves empty for
    the rest of the term."""
    if rules_of(s).value("recall.successor", None) != "none":
        return 0
    votes = [v for v in s.votes.values() if v.subject == "election" and v.of == unit and v.status == "closed"]
    since = max((v.opened for v in votes if v.seats >= whole), default=0)
    return sum(
        m.unit == unit and m.ended == "recalled" and s.votes[m.vote].opened >= since and (m.until or "9") > today
        for m in s.mandates.values()
    )


def as_a_whole(s: State, unit: str, seats: int) -> bool:
    """Whether an election of so many seats is one of all that the unit has; never where the charter does not say how
    many those are."""
    whole: int | None = rules_of(s).value(f"units.{unit}.seats", None)
    return whole is not None and seats >= whole


def no_second_seat(s: State, unit: str, member: str, seats: int, today: str) -> None:
    """Whether somebody can be elected to a unit without having two of its seats. Refuses: candidate.in_office (member)
    where they hold one, and fewer than all are filled."""
    if not as_a_whole(s, unit, seats) and any(m.unit == unit for m in holds(s, member, today)):
        raise Refused("candidate.in_office", member=member)


def mandates_from(
    s: State, vote: Vote, elected: list[str], alternates: list[str], at: str, *, undecided: Sequence[str] = ()
) -> State:
    """The state in which these were elected to a unit: their offices begin today. Where it was elected as a whole and
    anybody was elected, all who were there before leave; where the charter does not say how many seats it has, those
    whose term is over. `undecided`: those who were level; they still stand, and until it is decided the alternates stay
    who they were."""
    assert vote.of is not None
    today, unit = at[:10], vote.of
    mandates = s.mandates
    counted = rules_of(s).value(f"units.{unit}.seats", None) is not None
    whole = as_a_whole(s, unit, vote.seats)
    for old in mandates.values() if elected else ():
        over = whole or (not counted and not running(old, today))
        if old.unit == unit and old.ended is None and over:
            mandates = mandates.set(old.id, msgspec.structs.replace(old, ended="over"))
    until = months_later(today, vote.rules.term) if vote.rules.term else None
    for n, member in enumerate(elected):
        made = Mandate(id=f"{vote.id}.{n}", unit=unit, member=member, since=today, until=until, vote=vote.id)
        mandates = mandates.set(made.id, made)
    return msgspec.structs.replace(
        s,
        mandates=mandates,
        alternates=s.alternates if undecided else s.alternates.set(unit, tuple(alternates)),
        candidates=s.candidates.set(unit, tuple(each for each in s.candidates.get(unit, ()) if each in undecided)),
    )


def end(
    s: State, *, by: str, mandate: str, reason: str, today: str, alternates: Mapping[str, Facts] = NOBODY
) -> MandateEnded:
    """Somebody leaves an office; the first alternate who may steps in where the charter has alternates. `alternates`:
    what the register says of them. Refuses: member.not_facilitator, mandate.unknown, mandate.ended_already,
    mandate.unknown_reason."""
    facilitator(s, by)
    return leave(s, mandate=mandate, reason=reason, today=today, alternates=alternates)


def leave(s: State, *, mandate: str, reason: str, today: str, alternates: Mapping[str, Facts] = NOBODY) -> MandateEnded:
    """The act by which an office is left; also one whose term is over and to which nobody was elected since. Refuses:
    mandate.unknown, mandate.ended_already, mandate.unknown_reason."""
    found = s.mandates.get(mandate)
    if found is None:
        raise Refused("mandate.unknown")
    if found.ended is not None or found.since > today:
        raise Refused("mandate.ended_already")
    if reason not in ENDINGS:
        raise Refused("mandate.unknown_reason")
    successor = steps_in(s, mandate, today, reason, alternates)
    return MandateEnded(mandate=mandate, unit=found.unit, member=found.member, reason=reason, successor=successor)


def steps_in(
    s: State, mandate: str, today: str, reason: str = "left", alternates: Mapping[str, Facts] = NOBODY
) -> str | None:
    """The alternate who steps in for the rest of the term if an office is left for a reason; None where the charter has
    no alternates, none is left who may, or the term is over; and after a recall, where the charter wants an election or
    an empty seat. Where it does not settle who comes after a recall, it is as whenever an office is left."""
    found = s.mandates[mandate]
    if reason == "over" or (reason == "recalled" and rules_of(s).value("recall.successor", "alternate") != "alternate"):
        return None
    if not running(found, today) or rules_of(s).value(f"units.{found.unit}.alternates", "none") == "none":
        return None
    passed = {member for member, _ in passed_over(s, found.unit, today, alternates)}
    return next((each for each in s.alternates.get(found.unit, ()) if each not in passed), None)


def passed_over(
    s: State, unit: str, today: str, alternates: Mapping[str, Facts] = NOBODY
) -> list[tuple[str, Condition]]:
    """The alternates of a unit who may not step in on a day, each with the condition that is not met: they left the
    register or lost a right, were recalled, have an office meanwhile that excludes this one, or served too often."""
    found = []
    for member in s.alternates.get(unit, ()):
        why = obstacle(s, unit, member, today, alternates.get(member))
        if why is None and any(m.unit == unit for m in holds(s, member, today)):
            why = Condition("compatible", False, {"unit": unit}, "candidate.incompatible")
        if why is not None:
            found.append((member, why))
    return found


def apply_ended(s: State, a: MandateEnded, at: str) -> State:
    """The office is free, or the alternate's for the rest of the term."""
    found = s.mandates[a.mandate]
    mandates = s.mandates.set(a.mandate, msgspec.structs.replace(found, ended=a.reason))
    alternates = s.alternates
    if a.successor is not None:
        made = Mandate(
            id=f"{a.mandate}+", unit=a.unit, member=a.successor, since=at[:10], until=found.until, vote=found.vote
        )
        mandates = mandates.set(made.id, made)
        rest = tuple(each for each in alternates.get(a.unit, ()) if each != a.successor)
        alternates = alternates.set(a.unit, rest)
    return msgspec.structs.replace(s, mandates=mandates, alternates=alternates)


def calendar_of(s: State, today: str) -> list[tuple[str, Mandate, int]]:
    """What expires: for each office held with a term, its last day, and how many days are left; the soonest first.
    Those whose term is over and whom nobody followed stand first, with days below nought."""
    found = [
        (m.until, m, days_between(today, m.until))
        for m in s.mandates.values()
        if m.ended is None and m.until is not None
    ]
    return sorted(found, key=lambda each: (each[0], each[1].unit, each[1].id))
