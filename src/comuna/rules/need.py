"""Needs, from whoever raises one to the assembly that approves the list of them (Ley Orgánica de los Consejos Comunales
2009, Art. 44–45: diagnosis, plan, budget, execution, control). Who raised or supports a need stands in no act: needs
are raised in the name of a role, and acts hold counts of five and more alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.decisions import decided
from comuna.rules.motion import knows_unit
from comuna.rules.state import State
from comuna.rules.state_need import Diagnosis, Need, Needs, Told

BY_MEMBER, BY_DESK = "member", "desk"
"""In whose name a need is raised: somebody's with a card, or the desk's. Never a member number."""
FEWEST: Final = 5
"""Smaller counts of supporters are told as "fewer than 5", to everybody and in the book."""
MOST_OPEN: Final = 1_000
"""Open needs of a group: a list of them must fit into one act."""
PLACES: Final = Decimal("0.00001")
"""How exactly a point is kept, in degrees: about a metre."""

_DEGREES: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?")


@act("need.raised", v=1)
class NeedRaised(Act, frozen=True):
    """A need was raised. `unit`: whose it is, a unit or `unit/committee` (None: not said); `place` in words; `point`:
    a text "latitude,longitude" in degrees (WGS 84); all of them can be erased."""

    need: str
    unit: str | None
    words: TextRef
    place: TextRef | None
    point: TextRef | None
    photo: FileRef | None


@act("need.merged", v=1)
class NeedMerged(Act, frozen=True):
    """A need was merged into another that asks for the same; whoever supported both counts once."""

    need: str
    into: str


@act("need.grouped", v=1)
class NeedGrouped(Act, frozen=True):
    """A need was given to this unit or committee."""

    need: str
    unit: str


@act("need.declined", v=1)
class NeedDeclined(Act, frozen=True):
    """A need was taken off the list, for this reason."""

    need: str
    reason: TextRef


@act("need.met", v=1)
class NeedMet(Act, frozen=True):
    """A need is met. `decision`: the one that led to it; `project`: the project that met it; `how` in words."""

    need: str
    decision: str | None
    project: str | None
    how: TextRef | None


@act("need.reopened", v=1)
class NeedReopened(Act, frozen=True):
    """A need that was met or declined is open again."""

    need: str


@act("diagnosis.presented", v=1)
class DiagnosisPresented(Act, frozen=True):
    """The list of open needs was handed to an assembly. `needs`: in the order in which they were raised, `cards` and
    `hands`: how many support each, by their cards and by hands counted in halls; 0 stands for fewer than five.
    `gathering`: the assembly, if it was named."""

    diagnosis: str
    gathering: str | None
    needs: list[str]
    cards: list[int]
    hands: list[int]

    @property
    def listed(self) -> int:
        """How many needs are on it."""
        return len(self.needs)


@act("diagnosis.approved", v=1)
class DiagnosisApproved(Act, frozen=True):
    """An assembly approved the diagnosis by this decision (Art. 44–45: it approves every phase of the cycle)."""

    diagnosis: str
    decision: str


@act("diagnosis.begun", v=1)
class DiagnosisBegun(Act, frozen=True):
    """The next round began: support for the needs that are open is collected anew."""

    round: int


def told(count: int) -> int:
    """A count of supporters as it may be told: 0 stands for fewer than `FEWEST`."""
    return count if count >= FEWEST else 0


def point(latitude: str, longitude: str) -> str | None:
    """The point that two fields say, in degrees, as it is kept; None if both are empty. Refuses: need.half_a_point,
    need.bad_point, need.no_such_point, need.point_unset (0, 0: what a device says that does not know)."""
    if not latitude and not longitude:
        return None
    if not latitude or not longitude:
        raise Refused("need.half_a_point")
    tidy = [each.replace("\N{MINUS SIGN}", "-").replace(",", ".").removesuffix("°") for each in (latitude, longitude)]
    if not all(_DEGREES.fullmatch(each) for each in tidy):
        raise Refused("need.bad_point")
    north, east = (Decimal(each).quantize(PLACES) for each in tidy)
    if abs(north) > 90 or abs(east) > 180:
        raise Refused("need.no_such_point")
    if north == east == 0:
        raise Refused("need.point_unset")
    return f"{north},{east}"


# Raising, and putting in order


def raise_need(
    s: State,
    *,
    by: str,
    need: str,
    unit: str | None,
    words: TextRef,
    place: TextRef | None,
    point: TextRef | None,
    photo: FileRef | None,
) -> NeedRaised:
    """Raise a need, in the name of a role. Refuses: need.bad_id, need.not_by_number, need.enough, unit.unknown."""
    if not ID.fullmatch(need) or need in s.needs.every:
        raise Refused("need.bad_id")
    if by not in (BY_MEMBER, BY_DESK):
        raise Refused("need.not_by_number")
    if len(open_needs(s)) >= MOST_OPEN:
        raise Refused("need.enough", limit=MOST_OPEN)
    _known(s, unit)
    return NeedRaised(need=need, unit=unit, words=words, place=place, point=point, photo=photo)


def apply_raised(s: State, a: NeedRaised, at: str) -> State:
    """It is on the list."""
    return _with(
        s,
        Need(
            id=a.need,
            number=len(s.needs.every) + 1,
            unit=a.unit,
            words=a.words,
            place=a.place,
            point=a.point,
            photo=a.photo,
            raised_on=at[:10],
        ),
    )


def merge(s: State, *, by: str, need: str, into: str) -> NeedMerged:
    """Merge a need into another. Refuses: need.unknown, need.not_open, need.same, need.presented_already (of either:
    its support is counted)."""
    if need == into:
        raise Refused("need.same")
    for each in (need, into):
        may_support(s, each)
    return NeedMerged(need=need, into=into)


def apply_merged(s: State, a: NeedMerged, at: str) -> State:
    """It is one with the other."""
    return _changed(s, a.need, status="merged", into=a.into)


def group(s: State, *, by: str, need: str, unit: str) -> NeedGrouped:
    """Give a need to a unit or committee. Refuses: need.unknown, need.not_open, unit.unknown."""
    _open(s, need)
    _known(s, unit)
    return NeedGrouped(need=need, unit=unit)


def apply_grouped(s: State, a: NeedGrouped, at: str) -> State:
    """It is theirs."""
    return _changed(s, a.need, unit=a.unit)


def decline(s: State, *, by: str, need: str, reason: TextRef) -> NeedDeclined:
    """Take a need off the list. Refuses: need.unknown, need.not_open."""
    _open(s, need)
    return NeedDeclined(need=need, reason=reason)


def apply_declined(s: State, a: NeedDeclined, at: str) -> State:
    """It is off the list."""
    return _changed(s, a.need, status="declined")


def meet(
    s: State,
    *,
    by: str,
    need: str,
    decision: str | None = None,
    project: str | None = None,
    how: TextRef | None = None,
) -> NeedMet:
    """Say that a need is met. Refuses: need.unknown, need.not_open, decision.unknown, need.bad_id (of a project)."""
    _open(s, need)
    if decision is not None:
        decided(s, decision)
    if project is not None and not ID.fullmatch(project):
        raise Refused("need.bad_id")
    return NeedMet(need=need, decision=decision, project=project, how=how)


def apply_met(s: State, a: NeedMet, at: str) -> State:
    """It is met."""
    return _changed(s, a.need, status="met")


def reopen(s: State, *, by: str, need: str) -> NeedReopened:
    """Put a need back on the list. Refuses: need.unknown, need.open_already, need.merged_already, need.enough."""
    found = must(s, need)
    if found.status in ("open", "merged"):
        raise Refused(f"need.{'open' if found.status == 'open' else 'merged'}_already")
    if len(open_needs(s)) >= MOST_OPEN:
        raise Refused("need.enough", limit=MOST_OPEN)
    return NeedReopened(need=need)


def apply_reopened(s: State, a: NeedReopened, at: str) -> State:
    """It is open again."""
    return _changed(s, a.need, status="open")


def may_support(s: State, need: str) -> None:
    """Whether support for a need is being collected. Refuses: need.unknown, need.not_open, need.presented_already."""
    if _open(s, need).presented is not None:
        raise Refused("need.presented_already")


# The diagnosis


def present(
    s: State, *, by: str, diagnosis: str, gathering: str | None, counted: Mapping[str, tuple[int, int]]
) -> DiagnosisPresented:
    """Hand the list of open needs to an assembly. `counted`: need → how many support it now, by their cards and by
    hands; a need that was presented in this round keeps what was told then. Refuses: need.bad_id, gathering.unknown,
    diagnosis.nothing_open."""
    if not ID.fullmatch(diagnosis) or diagnosis in s.needs.diagnoses:
        raise Refused("need.bad_id")
    if gathering is not None and gathering not in s.gatherings:
        raise Refused("gathering.unknown")
    listed = open_needs(s)
    if not listed:
        raise Refused("diagnosis.nothing_open")
    support = [each.presented or Told(*map(told, counted.get(each.id, (0, 0)))) for each in listed]
    return DiagnosisPresented(
        diagnosis=diagnosis,
        gathering=gathering,
        needs=[each.id for each in listed],
        cards=[each.cards for each in support],
        hands=[each.hands for each in support],
    )


def apply_presented(s: State, a: DiagnosisPresented, at: str) -> State:
    """The support of each need stands as it was told."""
    support = tuple(Told(*each) for each in zip(a.cards, a.hands, strict=True))
    made = Diagnosis(
        id=a.diagnosis,
        number=len(s.needs.diagnoses) + 1,
        presented_on=at[:10],
        needs=tuple(zip(a.needs, support, strict=True)),
        gathering=a.gathering,
    )
    for id, its in made.needs:
        s = _changed(s, id, presented=its)
    return _kept(s, diagnoses=s.needs.diagnoses.set(made.id, made))


def approve(s: State, *, by: str, diagnosis: str, decision: str) -> DiagnosisApproved:
    """Say by which decision an assembly approved a diagnosis. Refuses: diagnosis.unknown, diagnosis.approved_already,
    decision.unknown, diagnosis.other_gathering (it was presented to another assembly)."""
    found = s.needs.diagnoses.get(diagnosis)
    if found is None:
        raise Refused("diagnosis.unknown")
    if found.decision is not None:
        raise Refused("diagnosis.approved_already")
    if found.gathering not in (None, decided(s, decision).gathering):
        raise Refused("diagnosis.other_gathering")
    return DiagnosisApproved(diagnosis=diagnosis, decision=decision)


def apply_approved(s: State, a: DiagnosisApproved, at: str) -> State:
    """It is approved."""
    found = msgspec.structs.replace(s.needs.diagnoses[a.diagnosis], decision=a.decision)
    return _kept(s, diagnoses=s.needs.diagnoses.set(found.id, found))


def begin(s: State, *, by: str) -> DiagnosisBegun:
    """Begin the next round. Refuses diagnosis.nothing_presented while nothing was handed to an assembly in this one."""
    if all(each.presented is None for each in s.needs.every.values()):
        raise Refused("diagnosis.nothing_presented")
    return DiagnosisBegun(round=s.needs.round + 1)


def apply_begun(s: State, a: DiagnosisBegun, at: str) -> State:
    """Support is collected again."""
    again = {id: msgspec.structs.replace(each, presented=None) for id, each in s.needs.every.items()}
    return _kept(s, every=s.needs.every.update(again), round=a.round)


# What others ask


def must(s: State, need: str) -> Need:
    """A need. Refuses: need.unknown."""
    found = s.needs.every.get(need)
    if found is None:
        raise Refused("need.unknown")
    return found


def open_needs(s: State) -> list[Need]:
    """The needs that are open, in the order in which they were raised."""
    return sorted((each for each in s.needs.every.values() if each.status == "open"), key=lambda each: each.number)


def merged_into(s: State, need: str) -> list[Need]:
    """The needs that were merged into this one, at whatever remove, in the order in which they were raised."""
    return sorted(
        (each for each in s.needs.every.values() if each.into is not None and standing_for(s, each.id) == need),
        key=lambda each: each.number,
    )


def standing_for(s: State, need: str) -> str:
    """The need that stands for this one now: itself, or what it was merged into."""
    while (into := s.needs.every[need].into) is not None:
        need = into
    return need


Phase = Literal["collecting", "presented", "approved"]


def phase(s: State) -> Phase:
    """Where the diagnosis of the present round stands, by what was presented last in it."""
    last = latest(s)
    if last is None or not any(s.needs.every[id].presented is not None for id, _ in last.needs):
        return "collecting"
    return "presented" if last.decision is None else "approved"


def latest(s: State) -> Diagnosis | None:
    """The diagnosis that was presented last."""
    return max(s.needs.diagnoses.values(), key=lambda each: each.number, default=None)


def _known(s: State, unit: str | None) -> None:
    if unit is not None and not knows_unit(s, unit):
        raise Refused("unit.unknown")


def _open(s: State, need: str) -> Need:
    found = must(s, need)
    if found.status != "open":
        raise Refused("need.not_open")
    return found


def _with(s: State, need: Need) -> State:
    return _kept(s, every=s.needs.every.set(need.id, need))


def _changed(s: State, need: str, **changes: object) -> State:
    return _with(s, msgspec.structs.replace(s.needs.every[need], **changes))


def _kept(s: State, **changes: object) -> State:
    needs: Needs = msgspec.structs.replace(s.needs, **changes)
    return msgspec.structs.replace(s, needs=needs)
