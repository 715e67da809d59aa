"""The proposals of charters that a group has, and how far each has come."""

from __future__ import annotations

import msgspec

from comuna.rules import proposal
from comuna.rules.state import Motion, Proposal, State
from comuna.store import texts
from comuna.web.access import GroupDoor


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a proposal has come. `step`: proposed, moved, adopted (and not recorded), decided, in_force, replaced,
    rejected, withdrawn or outdated; `gathering` and `decision`: where, and by which."""

    digest: str
    day: str
    reason: str | None
    step: str
    gathering: str | None = None
    decision: str | None = None
    number: int | None = None


def standing(s: State, digest: str, found: Proposal, reason: str | None) -> Standing:
    """How far a proposal has come."""
    made = Standing(digest=digest, day=found.day, reason=reason, step="proposed")
    held = proposal.held(s)
    motions = [m for m in s.motions.values() if m.charter == digest]
    adopted = next((m for m in motions if m.status == "adopted"), None)
    if found.since is not None:
        return msgspec.structs.replace(made, step="in_force" if held == digest else "replaced")
    if found.amends != held:
        return msgspec.structs.replace(made, step="outdated")
    if adopted is not None:
        by = next((d for d in s.decisions.values() if d.motion == adopted.id), None)
        return msgspec.structs.replace(
            made,
            step="adopted" if by is None else "decided",
            gathering=adopted.gathering,
            decision=by.id if by else None,
            number=by.number if by else None,
        )
    pending = next((m for m in s.motions.values() if digest in proposal.bound(s, m)), None)
    if pending is not None:
        return msgspec.structs.replace(made, step="moved", gathering=pending.gathering)
    if motions:
        return msgspec.structs.replace(made, step=_over(motions[-1]), gathering=motions[-1].gathering)
    return made


def _over(motion: Motion) -> str:
    return "rejected" if motion.status == "rejected" else "withdrawn"


def standings(door: GroupDoor) -> list[Standing]:
    """The proposals of a group whose text can be read, the newest first."""
    s = door.state
    with door.store.read() as connection:
        told = [
            standing(s, digest, each, texts.read(connection, each.reason) if each.reason else None)
            for digest, each in s.proposals.items()
            if each.text not in s.erased
        ]
    return sorted(told, key=lambda each: (each.day, each.digest), reverse=True)
