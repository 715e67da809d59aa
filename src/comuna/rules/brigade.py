"""Work brigades: a day on which many hands work on a project. Who comes is never in the book, only how many came."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules.gathering import day
from comuna.rules.project import fresh, under_way, with_
from comuna.rules.state import State
from comuna.rules.state_project import Brigade, Project

MOST_HANDS: Final = 10_000
MOST_HOURS: Final = 24
MOST_BRIGADES: Final = 300


@act("brigade.called", v=1)
class BrigadeCalled(Act, frozen=True):
    """Hands were called for a day (`date`), to a place, for some tasks; so many are needed. `materials`: what has to be
    there, a line each."""

    project: str
    brigade: str
    date: str
    place: TextRef
    tasks: TextRef
    hands: int
    materials: TextRef | None


@act("brigade.held", v=1)
class BrigadeHeld(Act, frozen=True):
    """So many came and worked so many hours (each). Who had signed up is forgotten with this act."""

    project: str
    brigade: str
    hands: int
    hours: int


@act("brigade.called_off", v=1)
class BrigadeCalledOff(Act, frozen=True):
    """It does not take place. Who had signed up is forgotten with this act."""

    project: str
    brigade: str
    reason: TextRef | None


def call(
    s: State,
    *,
    by: str,
    project: str,
    brigade: str,
    date: str,
    place: TextRef,
    tasks: TextRef,
    hands: int,
    materials: TextRef | None,
    today: str,
) -> BrigadeCalled:
    """Call hands together. Refuses: project.unknown, project.ended, project.bad_id, gathering.no_such_day,
    brigade.past, brigade.bad_hands, project.too_many."""
    found = under_way(s, project)
    fresh(s, brigade)
    day(date)
    if date < today:
        raise Refused("brigade.past")
    if not 1 <= hands <= MOST_HANDS:
        raise Refused("brigade.bad_hands", limit=MOST_HANDS)
    if len(found.brigades) >= MOST_BRIGADES:
        raise Refused("project.too_many", limit=MOST_BRIGADES)
    return BrigadeCalled(
        project=project, brigade=brigade, date=date, place=place, tasks=tasks, hands=hands, materials=materials
    )


def apply_called(s: State, a: BrigadeCalled, at: str) -> State:
    """Hands are called for."""
    new = Brigade(id=a.brigade, date=a.date, place=a.place, tasks=a.tasks, hands=a.hands, materials=a.materials)
    return with_(s, a.project, brigades=s.projects[a.project].brigades.set(a.brigade, new))


def find(s: State, brigade: str) -> tuple[Project, Brigade]:
    """A brigade and its project. Refuses: brigade.unknown."""
    for project in s.projects.values():
        if brigade in project.brigades:
            return project, project.brigades[brigade]
    raise Refused("brigade.unknown")


def called(s: State, brigade: str) -> tuple[Project, Brigade]:
    """A brigade that is still to come. Refuses: brigade.unknown, brigade.over."""
    project, found = find(s, brigade)
    if found.status != "called":
        raise Refused("brigade.over")
    return project, found


def hold(s: State, *, by: str, brigade: str, hands: int, hours: int, today: str) -> BrigadeHeld:
    """Say how many came and worked, and how long. Refuses: brigade.unknown, brigade.over, brigade.not_yet,
    brigade.bad_hands, brigade.bad_hours."""
    project, found = called(s, brigade)
    if found.date > today:
        raise Refused("brigade.not_yet")
    if not 1 <= hands <= MOST_HANDS:
        raise Refused("brigade.bad_hands", limit=MOST_HANDS)
    if not 1 <= hours <= MOST_HOURS:
        raise Refused("brigade.bad_hours", limit=MOST_HOURS)
    return BrigadeHeld(project=project.id, brigade=brigade, hands=hands, hours=hours)


def apply_held(s: State, a: BrigadeHeld, at: str) -> State:
    """They worked."""
    return _brigade(s, a.project, a.brigade, status="held", came=a.hands, hours=a.hours)


def call_off(s: State, *, by: str, brigade: str, reason: TextRef | None) -> BrigadeCalledOff:
    """Call it off. Refuses: brigade.unknown, brigade.over."""
    project, _ = called(s, brigade)
    return BrigadeCalledOff(project=project.id, brigade=brigade, reason=reason)


def apply_called_off(s: State, a: BrigadeCalledOff, at: str) -> State:
    """It does not take place."""
    return _brigade(s, a.project, a.brigade, status="called_off")


def _brigade(s: State, project: str, brigade: str, **changes: object) -> State:
    brigades = s.projects[project].brigades
    return with_(s, project, brigades=brigades.set(brigade, msgspec.structs.replace(brigades[brigade], **changes)))
