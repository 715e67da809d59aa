"""How many must be present for a gathering to decide, by the charter and by what the book tells of those before."""

from __future__ import annotations

from fractions import Fraction

from comuna.rules import charter
from comuna.rules.charter_values import Quorum
from comuna.rules.state import State


def calls(s: State, form: str) -> tuple[Quorum, ...] | None:
    """What the charter asks for at each call of a kind of gathering; None where it does not say."""
    assert s.charter is not None
    found: tuple[Quorum, ...] | None = charter.parse(s.charter).of_kind("gatherings", form, "quorum", None)
    return found


def needed(
    s: State,
    form: str,
    call: int,
    roll: int,
    wanted: tuple[Quorum, ...] | None = None,
    *,
    gathering: str | None = None,
    opening: int | None = None,
) -> int | None:
    """How many must be present at a call, from 1; None where the charter does not say. `wanted`: other quorums than
    those of the kind of gathering. Beyond the last call the last holds. Where nobody has met yet, the average is
    unknown and only the least number counts; so it is with a share of those present until it is opened. They are as
    many as are present now (`opening`), or were when the `gathering` was opened; where none is named, when those of
    its kind were that are in session."""
    wanted = wanted or calls(s, form)
    if not wanted:
        return None
    rule = wanted[min(call, len(wanted)) - 1]
    if rule.of == "present":
        base = _at_first(s, form, gathering) if opening is None else opening
        return rule.at_least if base is None else rule.needed(base)
    if rule.of != "average_attendance":
        return rule.needed(roll)
    past = [came for _, came in s.attendance.get(form, ())][-rule.last :] if rule.last else []
    return rule.needed(Fraction(sum(past), len(past)) if past else 0)


def _at_first(s: State, form: str, gathering: str | None) -> int | None:
    """How many were present when an assembly was first opened: this one, or the largest of its kind that is open now;
    None where it was not."""
    if gathering is not None:
        return s.assemblies[gathering].at_first
    found = (
        each.at_first
        for each in s.assemblies.values()
        if each.kind == form
        and each.at_first is not None
        and each.status == "open"
        and s.gatherings[each.gathering].status not in ("closed", "cancelled")
    )
    return max(found, default=None)
