"""Who may hold an office: each condition of the charter, by the register, by the book, or by the desk's word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules.assembly import rules_of
from comuna.rules.charter_values import Reelection, Requirement
from comuna.rules.state import Mandate, State

Code = Literal["gone", "right", "age", "residence", "unsaid", "one_unit", "compatible", "terms", "not_recalled"]
ATTESTED: Final[tuple[Code, ...]] = ("right", "age", "residence", "unsaid")
"""What the desk attests where the register cannot tell. The register holds no birth date and no address."""


class Facts(msgspec.Struct, frozen=True):
    """What is known of somebody outside the book. `rights`: right → whether they hold it today, of those rights that
    the register keeps at all; `attested`: what the desk attests, of ATTESTED; `gone`: they left the register, or stand
    neither on it nor in the book."""

    rights: Mapping[str, bool] = {}
    attested: frozenset[str] = frozenset()
    gone: bool = False


BY_THE_DESK: Final = Facts(attested=frozenset(ATTESTED))
"""The desk attests whatever the register cannot tell, where there is no register."""


class Condition(msgspec.Struct, frozen=True):
    """Something that the charter asks of whoever holds an office. `met` None: the desk must attest it. `args`: what its
    sentence needs (`right`, `over_age`, `from_age`, `months`, `unit`, `until`, `terms`); `refusal`: the code if it is
    not met."""

    code: Code
    met: bool | None
    args: Mapping[str, Any] = {}
    refusal: str = ""


def running(mandate: Mandate, today: str) -> bool:
    """Whether an office is held on a day: begun, not ended, its term not over."""
    return mandate.ended is None and mandate.since <= today and (mandate.until is None or today < mandate.until)


def holds(s: State, member: str, today: str) -> list[Mandate]:
    """The offices that a member holds on a day."""
    return [m for m in s.mandates.values() if m.member == member and running(m, today)]


def incompatible(s: State, one: str, other: str) -> bool:
    """Whether nobody may be in both units."""
    rules = rules_of(s)
    excluded: dict[str, tuple[str, ...]] = {
        each: rules.value(f"units.{each}.incompatible", ()) for each in (one, other)
    }
    return other in excluded[one] or one in excluded[other]


def conditions(s: State, unit: str, member: str, facts: Facts, today: str) -> Iterator[Condition]:
    """Every condition for standing for a unit, as it is on a day. Refuses unit.unknown."""
    rules = rules_of(s)
    if unit not in rules.entries("units"):
        raise Refused("unit.unknown")
    yield from _required(s, unit, facts)
    stands = [other for other, who in s.candidates.items() if member in who and other != unit]
    if rules.value("rules.one_candidacy", False):
        args = {"unit": stands[0]} if stands else {}
        yield Condition("one_unit", not stands, args, "candidate.one_unit_only")
    yield from _of_the_book(s, unit, member, today, stands)


def _required(s: State, unit: str, facts: Facts) -> Iterator[Condition]:
    """What the charter requires for the unit. Where it asks for a right, that right is the answer to the age and the
    residence that are asked for it."""
    rules = rules_of(s)
    wanted: Requirement | None = rules.value(f"units.{unit}.requires", None)
    if wanted is None or wanted == Requirement():
        yield Condition("unsaid", None)
        return
    if wanted.right is not None:
        behind: Requirement = rules.value(f"rights.{wanted.right}.requires", Requirement())
        known = facts.rights.get(wanted.right)
        args = {"right": wanted.right, **_age(behind), **_residence(behind)}
        yield Condition("right", known, args, "candidate.not_eligible")
    if _age(wanted):
        yield Condition("age", None, _age(wanted))
    if _residence(wanted):
        yield Condition("residence", None, _residence(wanted))


def _age(wanted: Requirement) -> dict[str, int]:
    return {name: years for name in ("over_age", "from_age") if (years := getattr(wanted, name)) is not None}


def _residence(wanted: Requirement) -> dict[str, int]:
    return {} if not wanted.residence_months else {"months": wanted.residence_months}


def _of_the_book(s: State, unit: str, member: str, today: str, stands: list[str]) -> Iterator[Condition]:
    """What the book alone tells: whether they were recalled, are in a unit that excludes this one, served too often."""
    until = s.barred.get(member, "")
    barred = until > today
    yield Condition("not_recalled", not barred, {"until": until} if barred else {}, "candidate.barred")
    elsewhere = (*stands, *(m.unit for m in holds(s, member, today) if m.unit != unit))
    excluded = next((other for other in elsewhere if incompatible(s, unit, other)), None)
    if excluded is not None or _excludes(s, unit):
        args = {"unit": excluded} if excluded is not None else {}
        yield Condition("compatible", excluded is None, args, "candidate.incompatible")
    rule: Reelection = rules_of(s).value(f"units.{unit}.reelection", Reelection(allowed=True))
    if not rule.allowed or rule.terms_in_a_row is not None:
        yield Condition("terms", not _served_enough(s, unit, member, rule), {}, "candidate.terms_over")


def _excludes(s: State, unit: str) -> bool:
    return any(incompatible(s, unit, other) for other in rules_of(s).entries("units") if other != unit)


def _served_enough(s: State, unit: str, member: str, rule: Reelection) -> bool:
    """Whether the charter bars another term."""
    terms = {m.vote for m in s.mandates.values() if m.member == member and m.unit == unit}
    if not terms:
        return False
    return not rule.allowed or (rule.terms_in_a_row is not None and _in_a_row(s, unit, terms) >= rule.terms_in_a_row)


def _in_a_row(s: State, unit: str, terms: set[str]) -> int:
    """How many of these terms, named by their elections, follow one another up to now: counted from the unit's newest
    election back, until the first in which they were not elected. A by-election of other seats says nothing."""
    held = [v for v in s.votes.values() if v.subject == "election" and v.of == unit and v.elected]
    whole = rules_of(s).value(f"units.{unit}.seats", None) or max((v.seats for v in held), default=1)
    count = 0
    for vote in sorted(held, key=lambda v: v.opened, reverse=True):
        if vote.id in terms:
            count += 1
        elif vote.seats >= whole:
            break
    return count


def checked(s: State, unit: str, member: str, facts: Facts, today: str) -> None:
    """Refuses candidate.gone (member); the first condition that is not met, by its own code; then candidate.to_attest,
    where the desk has not attested what the register cannot tell."""
    if facts.gone:
        raise Refused("candidate.gone", member=member)
    every = list(conditions(s, unit, member, facts, today))
    for each in every:
        if each.met is False:
            raise Refused(each.refusal, **each.args)
    for each in every:
        if each.met is None and each.code not in facts.attested:
            raise Refused("candidate.to_attest")


def obstacle(s: State, unit: str, member: str, today: str, facts: Facts | None = None) -> Condition | None:
    """What keeps somebody from taking an office now although they stood for it: they were recalled, or are in a unit
    that excludes it, or served too often; by `facts`, where they are given, also that they or a right are gone."""
    found = [] if facts is None else list(_required(s, unit, facts))
    if facts is not None and facts.gone:
        found.insert(0, Condition("gone", False, {}, "candidate.gone"))
    found += _of_the_book(s, unit, member, today, [])
    return next((each for each in found if each.met is False), None)
