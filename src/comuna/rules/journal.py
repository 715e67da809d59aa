"""hall = fold(lines): the one dispatch of the journal. It never refuses: what stands there was said and done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules import agenda, discussion, floor, presence, thinking
from comuna.rules.discussion import AnyLine as Said
from comuna.rules.discussion import Line, MomentReleased, Written
from comuna.rules.hall import Hall


class StepUndone(Line, frozen=True, tag="step.undone/1"):
    """The chair undid their step at that place in the journal: it counts as if it had never been."""

    step: int


Done = (
    presence.Joined | presence.Changed | presence.Left | presence.Removed | presence.VoterAdmitted
    | presence.RoomCounted | presence.DoorLocked
    | agenda.HallOpened | agenda.ItemOpened | agenda.ItemClosed | agenda.ItemAdjusted | agenda.EndMoved
    | agenda.QuestionOpened | agenda.TimeNoted
    | floor.HandRaised | floor.HandLowered | floor.TurnGiven | floor.TurnEnded | floor.TurnExtended
    | floor.RoundOpened | floor.RoundPassed | floor.RoundClosed
    | thinking.CheckOpened | thinking.CheckAnswered | thinking.CheckClosed | thinking.CheckPutAway
    | thinking.OffersOpened | thinking.OffersShown | thinking.GroupsDrawn | thinking.GroupsEnded
    | StepUndone
)  # fmt: skip
AnyLine = Said | Done
"""Every kind of line a journal can hold."""

FOLD: Final[dict[type[Line], Callable[[Hall, Any, Written], Hall]]] = {
    presence.Joined: presence.apply_joined,
    presence.Changed: presence.apply_changed,
    presence.Left: presence.apply_left,
    presence.Removed: presence.apply_removed,
    presence.VoterAdmitted: presence.apply_voter,
    presence.RoomCounted: presence.apply_counted,
    presence.DoorLocked: presence.apply_locked,
    agenda.HallOpened: agenda.apply_hall_opened,
    agenda.ItemOpened: agenda.apply_item_opened,
    agenda.ItemClosed: agenda.apply_item_closed,
    agenda.ItemAdjusted: agenda.apply_item_adjusted,
    agenda.EndMoved: agenda.apply_end_moved,
    agenda.QuestionOpened: agenda.apply_question_opened,
    agenda.TimeNoted: agenda.apply_time_noted,
    floor.HandRaised: floor.apply_hand_raised,
    floor.HandLowered: floor.apply_hand_lowered,
    floor.TurnGiven: floor.apply_turn_given,
    floor.TurnEnded: floor.apply_turn_ended,
    floor.TurnExtended: floor.apply_turn_extended,
    floor.RoundOpened: floor.apply_round_opened,
    floor.RoundPassed: floor.apply_round_passed,
    floor.RoundClosed: floor.apply_round_closed,
    thinking.CheckOpened: thinking.apply_check_opened,
    thinking.CheckAnswered: thinking.apply_check_answered,
    thinking.CheckClosed: thinking.apply_check_closed,
    thinking.CheckPutAway: thinking.apply_check_put_away,
    thinking.OffersOpened: thinking.apply_offers_opened,
    thinking.OffersShown: thinking.apply_offers_shown,
    thinking.GroupsDrawn: thinking.apply_groups_drawn,
    thinking.GroupsEnded: thinking.apply_groups_ended,
}

STEPS: Final = (
    agenda.ItemOpened, agenda.ItemClosed, agenda.ItemAdjusted, agenda.EndMoved, agenda.QuestionOpened,
    floor.TurnGiven, floor.TurnEnded, floor.TurnExtended, floor.RoundOpened, floor.RoundClosed,
    thinking.CheckOpened, thinking.CheckClosed, thinking.CheckPutAway, thinking.OffersOpened, thinking.OffersShown,
    thinking.GroupsDrawn, thinking.GroupsEnded, presence.DoorLocked,
)  # fmt: skip
"""Steps of the chair that can be undone, the last one first. A turn's end is one whoever ended it: undoing what came
before it would take away a turn that was spoken."""

MOST_STEPS: Final = 50
"""Steps that a hall knows it can undo; with each undone, one more from before comes into sight."""


def seconds(at: str) -> int:
    """The seconds since 1970 of a time as the book writes it."""
    return int(dt.datetime.fromisoformat(at).timestamp())


def fold(lines: Iterable[Written], start: Hall | None = None) -> Hall:
    """The hall that these lines, in order, add up to. What undoes a step needs all lines from the first: with a
    `start`, StepUndone is not among them."""
    written = list(lines)
    undone = {w.line.step for w in written if isinstance(w.line, StepUndone)}
    h = start or Hall()
    for w in written:
        h = apply(h, w, undone=w.seq in undone)
    return h


def apply(h: Hall, w: Written, *, undone: bool = False) -> Hall:
    """The hall after one more line."""
    line, at = w.line, max(h.at, seconds(w.at))
    h = msgspec.structs.replace(h, at=at, size=w.seq + 1)
    if undone or isinstance(line, StepUndone):
        return h
    change = FOLD.get(type(line))
    if change is None:
        h = msgspec.structs.replace(h, discussion=discussion.fold([w], h.discussion))
        if isinstance(line, MomentReleased) and h.offers is not None:
            held = msgspec.structs.replace(h.offers, held=h.offers.held | {line.entry})
            h = msgspec.structs.replace(h, offers=held)
        return h
    h = change(h, line, w)
    if isinstance(line, STEPS):
        kind = str(line.__struct_config__.tag).partition("/")[0]
        h = msgspec.structs.replace(h, steps=(*h.steps, w.seq)[-MOST_STEPS:], last_step=kind)
    return h


def undo(h: Hall, *, step: int) -> StepUndone:
    """Undo the chair's last step, which the chair names, so that pressed twice it undoes one. Refuses:
    step.not_last."""
    if not h.steps or h.steps[-1] != step:
        raise Refused("step.not_last")
    return StepUndone(step=step)
