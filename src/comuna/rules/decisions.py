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
