"""What a group's needs, and its diagnoses made of them, add up to."""

from __future__ import annotations

from typing import Literal

import msgspec
from immutables import Map

from comuna.kernel.act import FileRef, TextRef


class Told(msgspec.Struct, frozen=True):
    """How many support a need, as everybody is told: by their cards, and by hands counted in halls. What is fewer than
    five is 0 here (`need.told`)."""

    cards: int = 0
    hands: int = 0

    @property
    def together(self) -> int:
        """Both numbers."""
        return self.cards + self.hands


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A need of the group. `number` counts them from 1; `unit`: whose it is, a unit or `unit/committee` (None: not yet
    said); `into`: the need that it was merged into; `presented`: its support as handed to an assembly in the present
    round (None: support is still being collected)."""

    id: str
    number: int
    unit: str | None
    words: TextRef
    place: TextRef | None
    point: TextRef | None
    photo: FileRef | None
    raised_on: str
    status: Literal["open", "merged", "met", "declined"] = "open"
    into: str | None = None
    presented: Told | None = None


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """The list of open needs as it was handed to an assembly. `needs`: each with its support then; `gathering`: the
    assembly, if it was named; `decision`: the one by which an assembly approved it (None: not yet)."""

    id: str
    number: int
    presented_on: str
    needs: tuple[tuple[str, Told], ...]
    gathering: str | None
    decision: str | None = None


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """The needs of a group, its diagnoses, and in which round support is collected."""

    every: Map[str, Need] = Map()
    diagnoses: Map[str, Diagnosis] = Map()
    round: int = 1
