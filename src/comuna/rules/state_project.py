"""What a group's book says of its projects: phases, steps, what blocks them, work brigades."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from immutables import Map

from comuna.kernel.act import FileRef, TextRef

Phase = Literal["diagnosis", "plan", "budget", "execution", "control"]
PHASES: Final[tuple[Phase, ...]] = ("diagnosis", "plan", "budget", "execution", "control")
"""The phases of the communal cycle, each approved by the assembly (Ley Orgánica de los Consejos Comunales, 44 and
45)."""
Moment = Literal["before", "during", "after"]
MOMENTS: Final[tuple[Moment, ...]] = ("before", "during", "after")
"""When a photo was taken: before the work, during it, after it."""


class Approval(msgspec.Struct, frozen=True):
    """A phase that the assembly approved, by which decision, and the day of that assembly."""

    phase: Phase
    decision: str
    day: str


class ProjectStep(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to be done. A member or a unit sees to it; `due`: by when (ISO date); `done`: the day on which
    it was said to be done."""

    id: str
    text: TextRef
    member: str | None = None
    unit: str | None = None
    due: str | None = None
    done: str | None = None
    report: TextRef | None = None
    photo: FileRef | None = None


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Something that holds a project up: a unit of the group, or somebody else (`holder`). `ended`: the day on which it
    was out of the way."""

    id: str
    text: TextRef
    unit: str | None = None
    holder: TextRef | None = None
    since: str
    ended: str | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is, in a photo, in words, or both. `act`: the number of the act that shows it."""

    day: str
    moment: Moment
    photo: FileRef | None
    text: TextRef | None
    act: int


class Brigade(msgspec.Struct, frozen=True, kw_only=True):
    """A work brigade: a day on which many hands work together. `hands`: how many are needed; `came` and `hours`: how
    many came and how long they worked, once it was held."""

    id: str
    date: str
    place: TextRef
    tasks: TextRef
    hands: int
    materials: TextRef | None = None
    status: Literal["called", "held", "called_off"] = "called"
    came: int = 0
    hours: int = 0


class Purpose(msgspec.Struct, frozen=True, kw_only=True):
    """What a project is for. `decision`: who said so; of a change also whose consent there is, and of which day."""

    text: TextRef
    decision: str
    day: str
    consent: TextRef | None = None
    paper: FileRef | None = None
    consented: str | None = None


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """What a group carries out, from a decision to its close. `amount`: its budget in the currency's smallest unit, if
    it has one; `round` and `proposals`: the participatory budget that it comes of; `funder`: who pays (None: the group
    itself); `phases`: those approved, in order; `open`: the steps that were open when it was closed."""

    id: str
    decision: str
    title: TextRef
    unit: str
    amount: int | None = None
    currency: str | None = None
    round: str | None = None
    proposals: tuple[str, ...] = ()
    funder: TextRef | None = None
    begun: str
    status: Literal["under_way", "closed", "given_up"] = "under_way"
    ended: str | None = None
    ended_by: str | None = None
    """The decision that closed it, or gave it up."""
    reason: TextRef | None = None
    purposes: tuple[Purpose, ...]
    phases: tuple[Approval, ...] = ()
    steps: Map[str, ProjectStep] = Map()
    planned: tuple[str, ...] = ()
    """The steps in the order in which they were planned, without those that were dropped."""
    blocks: Map[str, Block] = Map()
    progress: tuple[Progress, ...] = ()
    brigades: Map[str, Brigade] = Map()
    open: tuple[str, ...] = ()

    @property
    def purpose(self) -> Purpose:
        """What it is for now."""
        return self.purposes[-1]

    @property
    def phase(self) -> Phase | None:
        """The phase that it is in: the last that was approved; None before the first."""
        return self.phases[-1].phase if self.phases else None

    @property
    def awaits(self) -> Phase | None:
        """The phase that the assembly has to approve next; None after the last."""
        return PHASES[len(self.phases)] if len(self.phases) < len(PHASES) else None

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(self.steps[each].done is not None for each in self.planned)

    @property
    def percent(self) -> int | None:
        """Steps done, in whole percent of those planned, never more than it is; None where none is planned."""
        return 100 * self.done // len(self.planned) if self.planned else None

    @property
    def waiting(self) -> list[ProjectStep]:
        """The steps that are not done: those with a date first, the earliest first."""
        left = [self.steps[each] for each in self.planned if self.steps[each].done is None]
        return sorted(left, key=lambda step: step.due or "9")

    @property
    def blocked(self) -> list[Block]:
        """What holds it up, the oldest first."""
        return sorted((b for b in self.blocks.values() if b.ended is None), key=lambda b: (b.since, b.id))
