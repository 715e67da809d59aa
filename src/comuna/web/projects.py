"""A group's projects: one board for the council with a card each, and one page per project, from decision to close."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.paper import qr
from comuna.rules.dates import days_between
from comuna.rules.state_project import PHASES, Block, Brigade, Progress, Project, ProjectStep, Purpose
from comuna.store import book, brigades, texts
from comuna.store.brigades import Material
from comuna.web import project_forms as forms
from comuna.web import sentences
from comuna.web.access import GroupDoor, ReaderDoor, new_id
from comuna.web.decisions import listed
from comuna.web.names import label, names
from comuna.web.offices import title, today
from comuna.web.project_words import PHASE_NAMES, status

COLUMNS: Final = ("decided", *PHASES)
"""The columns of the board: decided and before its first phase, then the phase that a project is in."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step as people read it. `over`: days since it was due, if it is open and was."""

    step: ProjectStep
    text: str | None
    owner: str
    over: int = 0
    report: str | None = None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What holds a project up, as people read it: what, who, since how many days."""

    block: Block
    text: str | None
    holder: str | None
    days: int


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A project on the board. `status`: how it is, in one sentence; `next`: what is to be done next; `late`: how many
    steps are overdue; `photo`: the last that was taken."""

    id: str
    title: str | None
    unit: str
    phase: str
    ended: str | None
    status: str
    percent: int | None
    done: int
    steps: int
    next: Step | None
    late: int
    blocked: list[Held]
    photo: str | None


def step_shown(door: GroupDoor, connection: sa.Connection, step: ProjectStep, known: dict[str, str]) -> Step:
    """A step with its words and its owner's name, where the reader may know it."""
    owner = title(door, step.unit) if step.unit is not None else label(known, step.member or "")
    over = days_between(step.due, today(door)) if step.due is not None and step.done is None else 0
    report = texts.read(connection, step.report) if step.report else None
    return Step(step=step, text=texts.read(connection, step.text), owner=owner, over=max(over, 0), report=report)


def held(door: GroupDoor, connection: sa.Connection, block: Block) -> Held:
    """What holds a project up, with its words."""
    holder = title(door, block.unit) if block.unit else texts.read(connection, block.holder) if block.holder else None
    days = max(days_between(block.since, block.ended or today(door)), 0)
    return Held(block=block, text=texts.read(connection, block.text), holder=holder, days=days)


def card(door: GroupDoor, connection: sa.Connection, project: Project, known: dict[str, str]) -> Card:
    """A project as the board shows it."""
    day = today(door)
    waiting = project.waiting
    next_ = step_shown(door, connection, waiting[0], known) if waiting else None
    blocked = [held(door, connection, each) for each in project.blocked]
    photos = [each.photo for each in project.progress if each.photo] + [
        step.photo for step in project.steps.values() if step.photo
    ]
    found = Card(
        id=project.id,
        title=texts.read(connection, project.title),
        unit=title(door, project.unit),
        phase=project.phase or "decided",
        ended=project.ended,
        status="",
        percent=project.percent,
        done=project.done,
        steps=len(project.planned),
        next=next_,
        late=sum(1 for step in waiting if step.due is not None and step.due < day),
        blocked=blocked if project.status == "under_way" else [],
        photo=next((each for each in reversed(photos) if each not in door.state.erased), None),
    )
    return msgspec.structs.replace(found, status=status(door.words, project, found))


def board(door: GroupDoor, connection: sa.Connection) -> list[Card]:
    """Every project of the group as a card: what is blocked longest and overdue first, those that ended last."""
    known = names(door)
    found = [card(door, connection, each, known) for each in door.state.projects.values()]
    worst = {each.id: max((b.days for b in each.blocked), default=-1) for each in found}
    return sorted(found, key=lambda c: (c.ended is not None, -worst[c.id], -c.late, c.title or "", c.id))


def show(door: ReaderDoor) -> Response:
    """The board: a column for each phase; those that ended below."""
    with door.store.read() as connection:
        found = board(door, connection)
    going = [each for each in found if each.ended is None]
    columns = [(each, [c for c in going if c.phase == each]) for each in COLUMNS]
    return door.page(
        "projects/board.html",
        columns=[(name, its) for name, its in columns if its or name != "decided"],
        going=going,
        over=[each for each in found if each.ended is not None],
        blocked=sum(1 for each in going if each.blocked),
        late=sum(each.late for each in going),
        phases=phase_names(door),
        decisions=len(door.state.decisions),
    )


def phase_names(door: GroupDoor) -> dict[str, str]:
    """What the phases are called."""
    return {phase: door.words.text(name) for phase, name in PHASE_NAMES.items()}


# One project


class Mark(msgspec.Struct, frozen=True):
    """A phase on the path: approved or not yet, and which comes next; the decision that approved it."""

    phase: str
    where: str
    """done, now, next or ahead."""
    day: str | None = None
    number: int | None = None


class Photo(msgspec.Struct, frozen=True):
    """A photo, or words alone, of how far it is."""

    shown: Progress
    text: str | None
    here: bool
    """Whether the photo was not erased."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """A work brigade as the page shows it. `coming`: how many said they come."""

    brigade: Brigade
    place: str | None
    tasks: str | None
    coming: int
    materials: list[Material]
    people: list[tuple[str, str]]
    """Member number and name, for the desk alone."""
    picture: str = ""
    """The QR code to sign up by, for the desk."""


class Meant(msgspec.Struct, frozen=True):
    """What it is or was for; the decision's number; the consent in words, if it was changed."""

    purpose: Purpose
    text: str | None
    number: int
    consent: str | None


def find(door: GroupDoor) -> Project:
    """The project of the path. Refuses project.unknown."""
    found = door.state.projects.get(door.request.path_params["project"])
    if found is None:
        raise Refused("project.unknown")
    return found


def path(door: GroupDoor, project: Project) -> list[Mark]:
    """The phases in order."""
    approved = {each.phase: each for each in project.phases}
    found = []
    for phase in PHASES:
        if phase in approved:
            where = "now" if phase == project.phase and project.ended is None else "done"
            found.append(
                Mark(phase, where, approved[phase].day, door.state.decisions[approved[phase].decision].number)
            )  # fmt: skip
        else:
            found.append(Mark(phase, "next" if phase == project.awaits and project.ended is None else "ahead"))
    return found


def called(door: GroupDoor, connection: sa.Connection, brigade: Brigade, known: dict[str, str]) -> Called:
    """A brigade with its words and its counts; for the desk with who comes."""
    coming = brigades.hands(connection, door.book, brigade.id)
    address = door.url(f"/g/{door.book}/brigades/{brigade.id}")
    wanted = brigade.status == "called" and door.facilitates
    return Called(
        brigade=brigade,
        place=texts.read(connection, brigade.place),
        tasks=texts.read(connection, brigade.tasks),
        coming=len(coming),
        materials=brigades.materials(connection, door.book, brigade.id),
        people=[(each, label(known, each)) for each in coming] if door.facilitates else [],
        picture=qr.svg(address, title=door.words.text("QR code to sign up for the brigade")) if wanted else "",
    )


def history(door: GroupDoor, connection: sa.Connection, project: str) -> list[sentences.Said]:
    """What was done about a project, as sentences, the newest first."""
    about = [e for e in book.envelopes(connection, door.book) if getattr(act_in(e), "project", None) == project]
    return sentences.of_acts(door, connection, about)[::-1]


def _won(door: GroupDoor, connection: sa.Connection, project: Project) -> list[tuple[str, str | None]]:
    """The proposals of a participatory budget that became this project: their pages and titles."""
    every = door.state.budget.proposals
    return [
        (f"/g/{door.book}/budget/{every[id].round}/p/{id}", texts.read(connection, every[id].title))
        for id in project.proposals
        if id in every
    ]


def show_one(door: ReaderDoor) -> Response:
    """One project. Refuses project.unknown."""
    project, known = find(door), names(door)
    with door.store.read() as connection:
        steps = [step_shown(door, connection, project.steps[each], known) for each in project.planned]
        erased = door.state.erased
        return door.page(
            "projects/show.html",
            p=project,
            card=card(door, connection, project, known),
            path_of=path(door, project),
            phases=phase_names(door),
            open=sorted((s for s in steps if s.step.done is None), key=lambda s: s.step.due or "9"),
            done=[s for s in steps if s.step.done is not None],
            blocked=[held(door, connection, each) for each in project.blocked],
            unblocked=[held(door, connection, each) for each in project.blocks.values() if each.ended is not None],
            photos=[
                Photo(each, texts.read(connection, each.text) if each.text else None, each.photo not in erased)
                for each in project.progress
            ],
            brigades=sorted(
                (called(door, connection, each, known) for each in project.brigades.values()),
                key=lambda c: (c.brigade.status != "called", c.brigade.date),
            ),
            purposes=[
                Meant(
                    each,
                    texts.read(connection, each.text),
                    door.state.decisions[each.decision].number,
                    texts.read(connection, each.consent) if each.consent else None,
                )
                for each in project.purposes[::-1]
            ],
            funder=texts.read(connection, project.funder) if project.funder else None,
            reason=texts.read(connection, project.reason) if project.reason else None,
            number=door.state.decisions[project.decision].number,
            won=_won(door, connection, project),
            history=history(door, connection, project.id),
            decisions=listed(door, connection) if door.facilitates else [],
            units=forms.units(door) if door.facilitates else [],
            today=today(door),
            new_id=new_id,
        )
