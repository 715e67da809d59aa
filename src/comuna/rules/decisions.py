"""Decisions, as whatever is done leans on them."""

from __future__ import annotations

from comuna.kernel.refusal import Refused
from comuna.rules.state import Decision, State


def decided(s: State, decision: str) -> Decision:
    """A decision of the group that stands. Refuses: decision.unknown; decision.annulled (number) where a challenge of
    its vote was upheld."""
    found = s.decisions.get(decision)
    if found is None:
        raise Refused("decision.unknown")
    if found.annulled:
        raise Refused("decision.annulled", number=found.number)
    return found


def day_of(s: State, decision: str) -> str | None:
    """The day of the assembly that decided (ISO date); None where the book does not know the gathering."""
    found = s.decisions.get(decision)
    held = s.gatherings.get(found.gathering) if found is not None else None
    return held.date if held is not None else None
