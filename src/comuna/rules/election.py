"""Elections: who stands, who is elected for how long, who steps in, and what is challenged."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.assembly import rules_of
from comuna.rules.charter_values import Reelection
from comuna.rules.group import facilitator
from comuna.rules.state import Mandate, State, Vote

ENDINGS: Final = ("resigned", "left", "died", "recalled", "over")
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


@act("challenge.raised", v=1)
class ChallengeRaised(Act, frozen=True):
    """Somebody contests how an election or a vote was held, within the charter's time."""

    vote: str
    challenge: str
    text: TextRef


@act("challenge.answered", v=1)
class ChallengeAnswered(Act, frozen=True):
    """The challenge was upheld, or not, with reasons."""

    vote: str
    challenge: str
    upheld: bool
    text: TextRef


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


def holds(s: State, member: str, today: str) -> list[Mandate]:
    """The offices that a member holds on a day."""
    return [m for m in s.mandates.values() if m.member == member and running(m, today)]


def running(mandate: Mandate, today: str) -> bool:
    """Whether an office is held on a day: begun, not ended, its term not over."""
    return mandate.ended is None and mandate.since <= today and (mandate.until is None or today < mandate.until)


def stand(s: State, *, by: str, unit: str, candidate: str, eligible: bool, today: str) -> CandidateStood:
    """Stand for a unit. `eligible`: whether the register has the right that the charter asks for. Refuses:
    unit.unknown, candidate.not_eligible, candidate.stands_already, candidate.one_unit_only, candidate.barred,
    candidate.incompatible, candidate.terms_over."""
    rules = rules_of(s)
    if unit not in rules.entries("units"):
        raise Refused("unit.unknown")
    if not eligible:
        raise Refused("candidate.not_eligible")
    if candidate in s.candidates.get(unit, ()):
        raise Refused("candidate.stands_already")
    stands = [other for other, who in s.candidates.items() if candidate in who]
    if rules.value("rules.one_candidacy", False) and stands:
        raise Refused("candidate.one_unit_only", unit=stands[0])
    if s.barred.get(candidate, "") > today:
        raise Refused("candidate.barred", until=s.barred[candidate])
    for other in (*stands, *(m.unit for m in holds(s, candidate, today) if m.unit != unit)):
        if incompatible(s, unit, other):
            raise Refused("candidate.incompatible", unit=other)
    _again(s, unit, candidate, rules.value(f"units.{unit}.reelection", Reelection(allowed=True)))
    return CandidateStood(unit=unit, candidate=candidate)


def incompatible(s: State, one: str, other: str) -> bool:
    """Whether nobody may be in both units."""
    rules = rules_of(s)
    excluded: dict[str, tuple[str, ...]] = {
        each: rules.value(f"units.{each}.incompatible", ()) for each in (one, other)
    }
    return other in excluded[one] or one in excluded[other]


def _again(s: State, unit: str, candidate: str, rule: Reelection) -> None:
    """Refuses candidate.terms_over where the charter bars another term."""
    served = sorted((m for m in s.mandates.values() if m.member == candidate and m.unit == unit), key=lambda m: m.since)
    if not served:
        return
    last = served[-1]
    others = {m.since for m in s.mandates.values() if m.unit == unit and m.since > last.since and m.member != candidate}
    in_a_row = 0 if others else len({m.since for m in served})
    most = rule.terms_in_a_row if rule.allowed else 1
    if (most is not None and in_a_row >= most) or (not rule.allowed and served):
        raise Refused("candidate.terms_over")


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


def later(day: str, months: int) -> str:
    """The day so many months later; the last of the month where there is no such day."""
    start = dt.date.fromisoformat(day)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def mandates_from(
    s: State, vote: Vote, elected: list[str], alternates: list[str], at: str, *, undecided: Sequence[str] = ()
) -> State:
    """The state in which these were elected to a unit: their offices begin today; whoever was there before and was not
    elected again leaves where the unit is elected as a whole, that is when as many were elected as it has seats.
    `undecided`: those who were level; they still stand, and until it is decided the alternates stay who they were."""
    assert vote.of is not None
    today, unit = at[:10], vote.of
    mandates = s.mandates
    if len(elected) >= int(rules_of(s).value(f"units.{unit}.seats", 1)):
        for old in mandates.values():
            if old.unit == unit and old.ended is None:
                mandates = mandates.set(old.id, msgspec.structs.replace(old, ended="over"))
    until = later(today, vote.rules.term) if vote.rules.term else None
    for n, member in enumerate(elected):
        made = Mandate(id=f"{vote.id}.{n}", unit=unit, member=member, since=today, until=until, vote=vote.id)
        mandates = mandates.set(made.id, made)
    return msgspec.structs.replace(
        s,
        mandates=mandates,
        alternates=s.alternates if undecided else s.alternates.set(unit, tuple(alternates)),
        candidates=s.candidates.set(unit, tuple(each for each in s.candidates.get(unit, ()) if each in undecided)),
    )


def end(s: State, *, by: str, mandate: str, reason: str, today: str) -> MandateEnded:
    """Somebody leaves an office; the first alternate who may steps in where the charter has alternates. Refuses:
    member.not_facilitator, mandate.unknown, mandate.ended_already, mandate.unknown_reason."""
    facilitator(s, by)
    return leave(s, mandate=mandate, reason=reason, today=today)


def leave(s: State, *, mandate: str, reason: str, today: str) -> MandateEnded:
    """The act by which an office is left; also one whose term is over and to which nobody was elected since. Refuses:
    mandate.unknown, mandate.ended_already, mandate.unknown_reason."""
    found = s.mandates.get(mandate)
    if found is None:
        raise Refused("mandate.unknown")
    if found.ended is not None or found.since > today:
        raise Refused("mandate.ended_already")
    if reason not in ENDINGS:
        raise Refused("mandate.unknown_reason")
    successor = steps_in(s, mandate, today) if reason != "over" else None
    return MandateEnded(mandate=mandate, unit=found.unit, member=found.member, reason=reason, successor=successor)


def steps_in(s: State, mandate: str, today: str) -> str | None:
    """The alternate who steps in for the rest of the term if an office is left; None where the charter has no
    alternates, none is left who may, or the term is over."""
    found = s.mandates[mandate]
    if not running(found, today) or rules_of(s).value(f"units.{found.unit}.alternates", "none") == "none":
        return None
    return next((each for each in s.alternates.get(found.unit, ()) if s.barred.get(each, "") <= today), None)


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
        (m.until, m, (dt.date.fromisoformat(m.until) - dt.date.fromisoformat(today)).days)
        for m in s.mandates.values()
        if m.ended is None and m.until is not None
    ]
    return sorted(found, key=lambda each: (each[0], each[1].unit, each[1].id))


def contest(s: State, *, by: str, vote: str, challenge: str, text: TextRef, today: str, closed: str) -> ChallengeRaised:
    """Contest a vote that was closed on the day `closed`. Refuses: vote.unknown, vote.open, challenge.too_late,
    challenge.raised_already, motion.bad_id."""
    found = s.votes.get(vote)
    if found is None:
        raise Refused("vote.unknown")
    if found.status == "open":
        raise Refused("vote.open")
    if not ID.fullmatch(challenge):
        raise Refused("motion.bad_id")
    if challenge in s.challenges:
        raise Refused("challenge.raised_already")
    days = rules_of(s).days("challenge_days")
    last = (dt.date.fromisoformat(closed) + dt.timedelta(days=days)).isoformat() if days is not None else None
    if last is not None and today > last:
        raise Refused("challenge.too_late", last=last)
    return ChallengeRaised(vote=vote, challenge=challenge, text=text)


def apply_challenged(s: State, a: ChallengeRaised, at: str) -> State:
    """It is to be answered."""
    return msgspec.structs.replace(s, challenges=s.challenges.set(a.challenge, None))


def answer(s: State, *, by: str, vote: str, challenge: str, upheld: bool, text: TextRef) -> ChallengeAnswered:
    """Answer a challenge. Refuses: challenge.unknown, challenge.answered_already."""
    if challenge not in s.challenges:
        raise Refused("challenge.unknown")
    if s.challenges[challenge] is not None:
        raise Refused("challenge.answered_already")
    return ChallengeAnswered(vote=vote, challenge=challenge, upheld=upheld, text=text)


def apply_answered(s: State, a: ChallengeAnswered, at: str) -> State:
    """It is answered."""
    return msgspec.structs.replace(s, challenges=s.challenges.set(a.challenge, a.upheld))
