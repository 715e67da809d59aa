"""Motions: moved, seconded, merged, withdrawn, referred, tabled, taken up again, and read back before the vote; what
was decided, and what came of it. What changes their text is in `amendment.py`."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import gathering as g
from comuna.rules import proposal
from comuna.rules.assembly import in_session, rules_of
from comuna.rules.decisions import decided
from comuna.rules.precedence import in_order
from comuna.rules.state import Decision, Motion, State

OPEN: Final = ("moved",)
"""States of a motion in which something can be done to it."""
ITEM: Final = re.compile(r"[a-z][0-9]{1,3}")
"""What an item of an agenda is called (`agenda.items_of`)."""


@act("motion.moved", v=1)
class MotionMoved(Act, frozen=True):
    """A motion was put before the gathering on an item of its agenda; `decision`: which kind of decision of the charter
    it asks for; `charter_digest`: the SHA-256 of the proposed charter that it would put in force (None: it is about
    something else)."""

    gathering: str
    motion: str
    item: str
    decision: str
    text: TextRef
    charter_digest: str | None


@act("motion.seconded", v=1)
class MotionSeconded(Act, frozen=True):
    """Somebody else supports that the motion be debated."""

    gathering: str
    motion: str


@act("motion.merged", v=1)
class MotionMerged(Act, frozen=True):
    """A motion became part of another, which reads `text` now."""

    gathering: str
    motion: str
    into: str
    text: TextRef


@act("motion.withdrawn", v=1)
class MotionWithdrawn(Act, frozen=True):
    """Whoever moved it took the motion back."""

    gathering: str
    motion: str


@act("motion.referred", v=1)
class MotionReferred(Act, frozen=True):
    """The motion was given to a unit or committee of the charter to work on."""

    gathering: str
    motion: str
    unit: str


@act("motion.tabled", v=1)
class MotionTabled(Act, frozen=True):
    """The motion was laid aside."""

    gathering: str
    motion: str


@act("motion.taken_up", v=1)
class MotionTakenUp(Act, frozen=True):
    """A motion from before, laid aside, referred or read once already, is before this gathering."""

    gathering: str
    motion: str
    item: str


@act("motion.read_back", v=1)
class MotionReadBack(Act, frozen=True):
    """The one text that is voted on was read out."""

    gathering: str
    motion: str
    text: TextRef


@act("decision.recorded", v=1)
class DecisionRecorded(Act, frozen=True):
    """The group decided this. `motion`: what was adopted; or the vote that chose between the options of a question.
    `number` counts its decisions; `owner`: who sees to it, and `due`: by when (ISO date)."""

    gathering: str
    decision: str
    number: int
    motion: str
    text: TextRef
    owner: TextRef | None
    due: str | None


@act("decision.done", v=1)
class DecisionDone(Act, frozen=True):
    """What was decided is done; `report`, if there is one, says how."""

    decision: str
    number: int
    report: TextRef | None


def of(s: State, gathering: str, motion: str) -> Motion:
    """A motion that is before this gathering. Refuses: motion.unknown, motion.elsewhere, motion.settled."""
    found = s.motions.get(motion)
    if found is None:
        raise Refused("motion.unknown")
    if found.status not in OPEN:
        raise Refused("motion.settled", status=found.status)
    if found.gathering != gathering:
        raise Refused("motion.elsewhere")
    return found


def free(s: State, gathering: str, motion: str, step: str) -> Motion:
    """A motion to which a step can be taken now. Refuses what `of` and `precedence.in_order` do, vote.open while it is
    voted on."""
    in_session(s, gathering)
    found = of(s, gathering, motion)
    under = {motion, *found.amendments}
    if any(v.status == "open" and v.of in under for v in s.votes.values()):
        raise Refused("vote.open")
    in_order(s, gathering, step, motion)
    return found


def on_agenda(s: State, gathering: str, item: str, decision: str) -> None:
    """Whether this may be decided here. Refuses: agenda.not_on_it where `item` is not what an item is called, or the
    charter says that only what is on the agenda is decided; agenda.needs_notice where it must have been announced as
    such; decision.unknown_kind, decision.other_gathering."""
    rules, assembly = rules_of(s), s.assemblies[gathering]
    if not ITEM.fullmatch(item):
        raise Refused("agenda.not_on_it")
    if decision not in proposal.kinds(rules):
        raise Refused("decision.unknown_kind", kind=decision)
    where = rules.value(f"decisions.{decision}.gathering", None)
    if where is not None and assembly.kind not in where:
        raise Refused("decision.other_gathering", kind=decision)
    binding = rules.of_kind("gatherings", assembly.kind, "agenda_binding", False)
    if rules.value(f"decisions.{decision}.on_agenda", binding) and item not in assembly.matters:
        raise Refused("agenda.not_on_it")
    if rules.value(f"decisions.{decision}.notice_days", 0) and assembly.matters.get(item) != decision:
        raise Refused("agenda.needs_notice", kind=decision)


def move(
    s: State,
    *,
    by: str,
    gathering: str,
    motion: str,
    item: str,
    decision: str,
    text: TextRef,
    charter_digest: str | None = None,
) -> MotionMoved:
    """Put a motion before the gathering; with `charter_digest`, to put that proposed charter in force: then its kind of
    decision is the charter's for changing itself, whatever `decision` says. Refuses: assembly.not_open, motion.bad_id,
    motion.moved_already, charter.proposal_needed, and what `on_agenda`, `precedence.in_order` and `proposal.announced`
    do."""
    in_session(s, gathering)
    if not ID.fullmatch(motion):
        raise Refused("motion.bad_id")
    if motion in s.motions:
        raise Refused("motion.moved_already")
    if charter_digest is not None:
        proposal.announced(s, gathering, charter_digest)
        decision = proposal.decided_as(rules_of(s))
    elif decision == proposal.CHARTER:
        raise Refused("charter.proposal_needed")
    on_agenda(s, gathering, item, decision)
    in_order(s, gathering, "main")
    return MotionMoved(
        gathering=gathering, motion=motion, item=item, decision=decision, text=text, charter_digest=charter_digest
    )


def apply_moved(s: State, a: MotionMoved, at: str) -> State:
    """It is before the gathering."""
    made = Motion(
        id=a.motion, gathering=a.gathering, item=a.item, decision=a.decision, text=a.text, charter=a.charter_digest
    )
    return _with(s, made)


def second(s: State, *, by: str, gathering: str, motion: str) -> MotionSeconded:
    """Support it. Refuses: motion.seconded_already, and what `free` does."""
    if free(s, gathering, motion, "second").seconded:
        raise Refused("motion.seconded_already")
    return MotionSeconded(gathering=gathering, motion=motion)


def apply_seconded(s: State, a: MotionSeconded, at: str) -> State:
    """It is supported."""
    return changed(s, a.motion, seconded=True)


def merge(s: State, *, by: str, gathering: str, motion: str, into: str, text: TextRef) -> MotionMerged:
    """Make one of two motions. Refuses: motion.same, charter.not_merged, and what `free` does for both."""
    if motion == into:
        raise Refused("motion.same")
    if any(free(s, gathering, each, "merge").charter is not None for each in (motion, into)):
        raise Refused("charter.not_merged")
    return MotionMerged(gathering=gathering, motion=motion, into=into, text=text)


def apply_merged(s: State, a: MotionMerged, at: str) -> State:
    """The other one goes on with the new text."""
    return changed(changed(s, a.motion, status="merged"), a.into, text=a.text, read_back=False, passed=())


def withdraw(s: State, *, by: str, gathering: str, motion: str) -> MotionWithdrawn:
    """Take it back. Refuses what `free` does."""
    free(s, gathering, motion, "withdraw")
    return MotionWithdrawn(gathering=gathering, motion=motion)


def apply_withdrawn(s: State, a: MotionWithdrawn, at: str) -> State:
    """It is not before the gathering any more."""
    return changed(s, a.motion, status="withdrawn")


def refer(s: State, *, by: str, gathering: str, motion: str, unit: str) -> MotionReferred:
    """Give it to a unit or committee. Refuses: unit.unknown, and what `free` does."""
    free(s, gathering, motion, "refer")
    if not knows_unit(s, unit):
        raise Refused("unit.unknown")
    return MotionReferred(gathering=gathering, motion=motion, unit=unit)


def knows_unit(s: State, unit: str) -> bool:
    """Whether the charter has a unit of that name, or a committee written `unit/committee`: each in one way only."""
    rules = rules_of(s)
    name, slash, committee = unit.partition("/")
    if name not in rules.entries("units"):
        return False
    named = rules.value(f"units.{name}.committees", ())
    return not slash or any(each.id == committee for each in named)


def apply_referred(s: State, a: MotionReferred, at: str) -> State:
    """It lies with them."""
    return changed(s, a.motion, status="referred")


def table(s: State, *, by: str, gathering: str, motion: str) -> MotionTabled:
    """Lay it aside. Refuses what `free` does."""
    free(s, gathering, motion, "table")
    return MotionTabled(gathering=gathering, motion=motion)


def apply_tabled(s: State, a: MotionTabled, at: str) -> State:
    """It waits."""
    return changed(s, a.motion, status="tabled")


def take_up(s: State, *, by: str, gathering: str, motion: str, item: str) -> MotionTakenUp:
    """Put a motion from before in front of this gathering. Refuses: assembly.not_open, motion.unknown, motion.here,
    motion.settled, and what `on_agenda`, `precedence.in_order` and `proposal.current` do."""
    in_session(s, gathering)
    found = s.motions.get(motion)
    if found is None:
        raise Refused("motion.unknown")
    if found.status not in ("tabled", "referred", "moved"):
        raise Refused("motion.settled", status=found.status)
    if found.status == "moved" and found.gathering == gathering:
        raise Refused("motion.here")
    if any(v.status == "open" and v.of in {motion, *found.amendments} for v in s.votes.values()):
        raise Refused("vote.open")
    on_agenda(s, gathering, item, found.decision)
    in_order(s, gathering, "main")
    if found.charter is not None:
        proposal.current(s, found.charter)
    return MotionTakenUp(gathering=gathering, motion=motion, item=item)


def apply_taken_up(s: State, a: MotionTakenUp, at: str) -> State:
    """It is before this gathering. Readings count only where they follow one another: if it was not read at the last
    gathering that was opened, it begins anew when it is voted on (`vote.consecutive`)."""
    return changed(s, a.motion, gathering=a.gathering, item=a.item, status="moved", read_back=False)


def read_back(s: State, *, by: str, gathering: str, motion: str) -> MotionReadBack:
    """Read out the text that is voted on. Refuses: amendment.pending, and what `free` and `proposal.current` do."""
    found = free(s, gathering, motion, "read_back")
    if any(each.status == "moved" for each in found.amendments.values()):
        raise Refused("amendment.pending")
    if found.charter is not None:
        proposal.current(s, found.charter)
    return MotionReadBack(gathering=gathering, motion=motion, text=found.text)


def apply_read_back(s: State, a: MotionReadBack, at: str) -> State:
    """Everybody heard what is voted on."""
    return changed(s, a.motion, read_back=True)


def decide(
    s: State,
    *,
    by: str,
    gathering: str,
    decision: str,
    motion: str,
    owner: TextRef | None,
    due: str | None,
    text: TextRef | None = None,
) -> DecisionRecorded:
    """Record that a motion adopted at this gathering is a decision; or that what a vote here chose between the options
    of a question is (`motion`: the vote), in the words of `text`. Refuses: assembly.not_open, motion.unknown,
    motion.elsewhere, motion.not_adopted, decision.recorded_already, gathering.no_such_day."""
    in_session(s, gathering)
    found, asked = s.motions.get(motion), s.votes.get(motion)
    if found is None and (asked is None or not asked.rules.by_choice or text is None):
        raise Refused("motion.unknown")
    if (found or asked).gathering != gathering:  # type: ignore[union-attr]
        raise Refused("motion.elsewhere")
    if (found.status != "adopted") if found else (asked.outcome != "elected"):  # type: ignore[union-attr]
        raise Refused("motion.not_adopted")
    if decision in s.decisions or any(d.motion == motion and not d.annulled for d in s.decisions.values()):
        raise Refused("decision.recorded_already")
    if due is not None:
        g.day(due)
    return DecisionRecorded(
        gathering=gathering,
        decision=decision,
        number=len(s.decisions) + 1,
        motion=motion,
        text=found.text if found else text,  # type: ignore[arg-type]
        owner=owner,
        due=due,
    )


def apply_decided(s: State, a: DecisionRecorded, at: str) -> State:
    """It is decided."""
    made = Decision(id=a.decision, number=a.number, gathering=a.gathering, motion=a.motion, due=a.due)
    return msgspec.structs.replace(s, decisions=s.decisions.set(a.decision, made))


def finish(s: State, *, by: str, decision: str, report: TextRef | None) -> DecisionDone:
    """Say that it is done. Refuses: decision.unknown, decision.annulled, decision.done_already."""
    found = decided(s, decision)
    if found.done:
        raise Refused("decision.done_already")
    return DecisionDone(decision=decision, number=found.number, report=report)


def apply_done(s: State, a: DecisionDone, at: str) -> State:
    """Done."""
    done = msgspec.structs.replace(s.decisions[a.decision], done=True)
    return msgspec.structs.replace(s, decisions=s.decisions.set(a.decision, done))


def _with(s: State, motion: Motion) -> State:
    return msgspec.structs.replace(s, motions=s.motions.set(motion.id, motion))


def changed(s: State, motion: str, **changes: object) -> State:
    """The state with another motion in the place of this one."""
    return _with(s, msgspec.structs.replace(s.motions[motion], **changes))
