"""How a discussion looks to one reader: every contribution where it belongs, with what the reader may do about it."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from comuna.kernel.identity import ID
from comuna.rules import gathering
from comuna.rules.discussion import (
    AnswerGiven,
    CellEntered,
    Discussion,
    Entry,
    Mark,
    MomentReleased,
    Stance,
    TakeawayProposed,
)
from comuna.rules.minutes import column_name
from comuna.rules.page import Question
from comuna.rules.record import numbered
from comuna.web.access import GatheringDoor, new_id
from comuna.web.film_drawing import icon, mark_name
from comuna.web.forms import Form


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A contribution as its reader sees it. `mine`: the reader wrote it; `stance`: what the reader said of it;
    `hidden`: why a facilitator hid it; `number`, `mark`, `seconds`: of a moment; `group`: the name of a featured group;
    `behind`: the moments behind an entry of the comparison."""

    id: str
    words: str
    name: str | None
    mine: bool
    hidden: str | None
    stance: Stance | None
    answers: int
    differs: int
    place: str
    number: int | None = None
    mark: Mark | None = None
    seconds: int | None = None
    question: str | None = None
    column: str | None = None
    group: str | None = None
    behind: tuple[Shown, ...] = ()
    owner: str | None = None
    due: str | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A guiding question, or a place for what belongs to none (`question` is None), with what stands there."""

    id: str
    question: Question | None
    moments: tuple[Shown, ...] = ()
    answers: tuple[Shown, ...] = ()
    entries: tuple[Shown, ...] = ()

    @property
    def size(self) -> int:
        """How many contributions stand here."""
        return len(self.moments) + len(self.answers) + len(self.entries)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """All that was said, where it belongs. `numbered`: the moments to be seen, in the order of the film."""

    places: tuple[Place, ...]
    free: Place
    gone: Place
    takeaways: tuple[Shown, ...]
    numbered: tuple[Shown, ...]


def room(door: GatheringDoor, d: Discussion) -> Room:
    """The discussion as this reader sees it. What was taken back is nowhere; what was hidden keeps its place."""
    numbers = {said.entry: number for number, _, said in numbered(d)}
    asked = {q.id for q in door.session.questions}
    found: dict[tuple[str, type], list[Shown]] = {}
    by_id: dict[str, Shown] = {}
    for id, entry in d.entries.items():
        if entry.taken_back:
            continue
        shown = _shown(door, id, entry, numbers, by_id)
        by_id[id] = shown
        found.setdefault((shown.place, type(entry.said)), []).append(shown)

    def place(id: str, question: Question | None) -> Place:
        moments = found.get((id, MomentReleased), [])
        return Place(
            id=id,
            question=question,
            moments=tuple(sorted(moments, key=lambda m: (m.seconds is None, m.seconds or 0))),
            answers=tuple(found.get((id, AnswerGiven), ())),
            entries=tuple(found.get((id, CellEntered), ())),
        )

    assert asked.isdisjoint({"free", "gone"})
    return Room(
        places=tuple(place(q.id, q) for q in door.session.questions),
        free=place("free", None),
        gone=place("gone", None),
        takeaways=tuple(found.get(("takeaways", TakeawayProposed), ())),
        numbered=tuple(sorted((s for s in by_id.values() if s.number is not None), key=lambda s: s.number or 0)),
    )


def _shown(door: GatheringDoor, id: str, entry: Entry, numbers: dict[str, int], before: dict[str, Shown]) -> Shown:
    said = entry.said
    me = door.me.handle if door.me else None
    question = getattr(said, "question", None)
    if isinstance(said, TakeawayProposed):
        place = "takeaways"
    elif door.session.question(question):
        place = question or ""
    else:
        place = "free" if isinstance(said, MomentReleased) else "gone"
    column = getattr(said, "column", None)
    behind = said.moments if isinstance(said, CellEntered) else ()
    return Shown(
        id=id,
        words=said.words or "",
        name=getattr(said, "name", None),
        mine=me is not None and entry.by == me,
        hidden=entry.hidden,
        stance=entry.stances.get(me) if me else None,
        answers=entry.count("answers"),
        differs=entry.count("differs"),
        place=place,
        number=numbers.get(id),
        mark=getattr(said, "mark", None),
        seconds=getattr(said, "seconds", None),
        question=question,
        column=column,
        group=column_name(door.session, column, door.group_name),
        behind=tuple(before[m] for m in behind if m in before and before[m].hidden is None),
        owner=getattr(said, "owner", None),
        due=getattr(said, "due", None),
    )


def context(door: GatheringDoor, back: str) -> dict[str, Any]:
    """What the templates of these rooms need: fresh ids for what forms bring, shapes of marks, where to return."""
    due = gathering.journal_due(door.state, door.gathering)
    return {"new_id": new_id, "icon": icon, "mark_name": mark_name, "back": back, "journal_due": due}


def expired(door: GatheringDoor) -> Response:
    """What stands in place of a discussion whose journal was erased: the way to the record."""
    return door.page("discussion/expired.html", status=410)


def entry_id(form: Form) -> str:
    """The id that a form brings for what it says; a fresh one where it brings none."""
    brought = form.line("entry")
    return brought if ID.fullmatch(brought) else new_id()
