"""The work of a project: steps with whoever sees to them, what blocks it and who holds it up, how far it is."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.kernel.act import BY, Act, FileRef, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules.dates import days_between
from comuna.rules.gathering import day
from comuna.rules.motion import knows_unit
from comuna.rules.project import fresh, under_way, with_
from comuna.rules.state import State
from comuna.rules.state_project import MOMENTS, Block, Moment, Progress, Project, ProjectStep

MOST_STEPS: Final = 300
"""Steps of one project, blocks, and photos: a page must show them."""


@act("project.step_planned", v=1)
class StepPlanned(Act, frozen=True):
    """Something is to be done; a member or a unit sees to it, by when (ISO date), if that was said."""

    project: str
    step: str
    text: TextRef
    member: str | None
    unit: str | None
    due: str | None


@act("project.step_done", v=1)
class StepDone(Act, frozen=True):
    """It is done; in words and in a photo, if there are any."""

    project: str
    step: str
    report: TextRef | None
    photo: FileRef | None


@act("project.step_undone", v=1)
class StepUndone(Act, frozen=True):
    """It was said to be done, and is not."""

    project: str
    step: str
    reason: TextRef | None


@act("project.step_dropped", v=1)
class StepDropped(Act, frozen=True):
    """It is not to be done any more, and counts no longer."""

    project: str
    step: str
    reason: TextRef | None


@act("project.blocked", v=1)
class ProjectBlocked(Act, frozen=True):
    """Something holds a project up since a day (`date`): a unit of the group, or somebody else."""

    project: str
    block: str
    text: TextRef
    unit: str | None
    holder: TextRef | None
    date: str


@act("project.unblocked", v=1)
class ProjectUnblocked(Act, frozen=True):
    """It is out of the way, after so many `days`."""

    project: str
    block: str
    days: int
    text: TextRef | None


@act("project.progressed", v=1)
class ProjectProgressed(Act, frozen=True):
    """How far it is, in a photo, in words, or both."""

    project: str
    moment: Moment
    photo: FileRef | None
    text: TextRef | None


def _owner(s: State, member: str | None, unit: str | None) -> None:
    if (member is None) == (unit is None):
        raise Refused("project.one_owner")
    if unit is not None and not knows_unit(s, unit):
        raise Refused("unit.unknown")
    if member is not None and not (member.isdigit() and BY.fullmatch(member)):
        raise Refused("member.unknown")


def plan(
    s: State,
    *,
    by: str,
    project: str,
    step: str,
    text: TextRef,
    member: str | None,
    unit: str | None,
    due: str | None,
) -> StepPlanned:
    """Plan a step: a member or a unit sees to it. Refuses: project.unknown, project.ended, project.bad_id,
    project.one_owner, unit.unknown, member.unknown (no member number), gathering.no_such_day, project.too_many."""
    found = under_way(s, project)
    fresh(s, step)
    _owner(s, member, unit)
    if due is not None:
        day(due)
    _room(len(found.steps))
    return StepPlanned(project=project, step=step, text=text, member=member, unit=unit, due=due)


def _room(taken: int) -> None:
    if taken >= MOST_STEPS:
        raise Refused("project.too_many", limit=MOST_STEPS)


def apply_planned(s: State, a: StepPlanned, at: str) -> State:
    """It is to be done."""
    found = s.projects[a.project]
    step = ProjectStep(id=a.step, text=a.text, member=a.member, unit=a.unit, due=a.due)
    return with_(s, a.project, steps=found.steps.set(a.step, step), planned=(*found.planned, a.step))


def step_of(project: Project, step: str) -> ProjectStep:
    """A step that counts. Refuses: project.step_unknown."""
    if step not in project.planned:
        raise Refused("project.step_unknown")
    return project.steps[step]


def finish(
    s: State, *, by: str, project: str, step: str, report: TextRef | None, photo: FileRef | None
) -> StepDone:  # fmt: skip
    """Say that a step is done. Refuses: project.unknown, project.ended, project.step_unknown,
    project.step_done_already."""
    if step_of(under_way(s, project), step).done is not None:
        raise Refused("project.step_done_already")
    return StepDone(project=project, step=step, report=report, photo=photo)


def apply_done(s: State, a: StepDone, at: str) -> State:
    """Done."""
    return _step(s, a.project, a.step, done=at[:10], report=a.report, photo=a.photo)


def reopen(s: State, *, by: str, project: str, step: str, reason: TextRef | None) -> StepUndone:
    """Say that a step is not done after all. Refuses: project.unknown, project.ended, project.step_unknown,
    project.step_open."""
    if step_of(under_way(s, project), step).done is None:
        raise Refused("project.step_open")
    return StepUndone(project=project, step=step, reason=reason)


def apply_undone(s: State, a: StepUndone, at: str) -> State:
    """To be done again; what was reported stands in the book."""
    return _step(s, a.project, a.step, done=None, report=None, photo=None)


def drop(s: State, *, by: str, project: str, step: str, reason: TextRef | None) -> StepDropped:
    """Give up a step that is open. Refuses: project.unknown, project.ended, project.step_unknown,
    project.step_done_already."""
    if step_of(under_way(s, project), step).done is not None:
        raise Refused("project.step_done_already")
    return StepDropped(project=project, step=step, reason=reason)


def apply_dropped(s: State, a: StepDropped, at: str) -> State:
    """It counts no longer; its id stays taken."""
    return with_(s, a.project, planned=tuple(each for each in s.projects[a.project].planned if each != a.step))


def _step(s: State, project: str, step: str, **changes: object) -> State:
    steps = s.projects[project].steps
    return with_(s, project, steps=steps.set(step, msgspec.structs.replace(steps[step], **changes)))


def block(
    s: State,
    *,
    by: str,
    project: str,
    block: str,
    text: TextRef,
    unit: str | None,
    holder: TextRef | None,
    date: str,
    today: str,
) -> ProjectBlocked:
    """Say what holds a project up, who, and since when. Refuses: project.unknown, project.ended, project.bad_id,
    project.one_holder, unit.unknown, gathering.no_such_day, project.block_ahead, project.too_many."""
    found = under_way(s, project)
    fresh(s, block)
    if (unit is None) == (holder is None):
        raise Refused("project.one_holder")
    if unit is not None and not knows_unit(s, unit):
        raise Refused("unit.unknown")
    day(date)
    if date > today:
        raise Refused("project.block_ahead")
    _room(len(found.blocks))
    return ProjectBlocked(project=project, block=block, text=text, unit=unit, holder=holder, date=date)


def apply_blocked(s: State, a: ProjectBlocked, at: str) -> State:
    """It waits for them."""
    new = Block(id=a.block, text=a.text, unit=a.unit, holder=a.holder, since=a.date)
    return with_(s, a.project, blocks=s.projects[a.project].blocks.set(a.block, new))


def unblock(
    s: State, *, by: str, project: str, block: str, text: TextRef | None, today: str
) -> ProjectUnblocked:  # fmt: skip
    """Say that it is out of the way. Refuses: project.unknown, project.ended, project.block_unknown,
    project.unblocked_already."""
    found = under_way(s, project).blocks.get(block)
    if found is None:
        raise Refused("project.block_unknown")
    if found.ended is not None:
        raise Refused("project.unblocked_already")
    return ProjectUnblocked(project=project, block=block, days=max(days_between(found.since, today), 0), text=text)


def apply_unblocked(s: State, a: ProjectUnblocked, at: str) -> State:
    """It waits for them no more."""
    blocks = s.projects[a.project].blocks
    ended = msgspec.structs.replace(blocks[a.block], ended=at[:10])
    return with_(s, a.project, blocks=blocks.set(a.block, ended))


def progress(
    s: State, *, by: str, project: str, moment: str, photo: FileRef | None, text: TextRef | None
) -> ProjectProgressed:
    """Show how far it is. Refuses: project.unknown, project.ended, project.nothing_shown, project.bad_moment,
    project.too_many."""
    found = under_way(s, project)
    if photo is None and text is None:
        raise Refused("project.nothing_shown")
    known = next((each for each in MOMENTS if each == moment), None)
    if known is None:
        raise Refused("project.bad_moment")
    _room(len(found.progress))
    return ProjectProgressed(project=project, moment=known, photo=photo, text=text)


def apply_progressed(s: State, a: ProjectProgressed, at: str) -> State:
    """It is shown."""
    shown = Progress(day=at[:10], moment=a.moment, photo=a.photo, text=a.text, act=s.size)
    return with_(s, a.project, progress=(*s.projects[a.project].progress, shown))
