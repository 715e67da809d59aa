"""Whether the rules of a charter agree with one another: what one names is there, and no number defeats another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from comuna.rules.charter import CONTRADICTORY, UNSPECIFIED, Charter
from comuna.rules.charter_values import fraction

Disagreement = tuple[str, str, dict[str, str]]
"""A place, a code and its arguments."""

NAMING: Final[Mapping[str, str]] = {
    "incompatible": "units",
    "minutes_signed_by": "units",
    "received_by": "units",
    "report_by": "units",
    "gathering": "gatherings",
    "decision": "decisions",
    "recalled_by": "decisions",
}
"""Rules that name entries of the charter, and of which section."""

ASKING: Final = frozenset({"called_by", "asked_by", "agenda_by"})


def disagreements(found: Charter) -> Iterator[Disagreement]:
    """Everything in a charter that contradicts something else in it, or nobody could ever fulfil."""
    for place, rule in found.rules.items():
        for value in [rule.value, *(each.value for each in rule.readings)]:
            if value not in (UNSPECIFIED, CONTRADICTORY):
                for code, args in _of(found, place, value):
                    yield place, code, args


def _of(found: Charter, place: str, value: Any) -> Iterator[tuple[str, dict[str, str]]]:
    entry, _, name = place.rpartition(".")
    if name in NAMING:
        names = [value] if isinstance(value, str) else value
        yield from _named(found, NAMING[name], names)
        if name == "incompatible" and entry.partition(".")[2] in names:
            yield "with_itself", {}
    elif name in ASKING:
        yield from _named(found, "units", [each.unit for each in value if each.unit is not None])
        yield from (("asker", {}) for each in value if [each.share, each.members, each.unit].count(None) != 2)
    elif name in CHECKS:
        yield from ((code, {}) for code in CHECKS[name](value))
    if name == "requires":
        yield from _right(found, entry, value)
    elif name == "seats":
        yield from _seats(found, entry, value)


def _named(found: Charter, section: str, names: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for name in names:
        if f"{section}.{name}" not in found.titles:
            known = ", ".join(found.entries(section))
            yield "not_there", {"name": str(name)[:40], "section": section, "known": known}


def _right(found: Charter, entry: str, value: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """A right that is asked for must be there, and not ask for itself in the end."""
    if value.right is None:
        return
    yield from _named(found, "rights", [value.right])
    seen, right = {entry}, value.right
    while right is not None:
        if f"rights.{right}" in seen:
            yield "right_circle", {}
            return
        seen.add(f"rights.{right}")
        asked = found.value(f"rights.{right}.requires", None)
        right = asked.right if asked is not None else None


def _seats(found: Charter, entry: str, seats: int) -> Iterator[tuple[str, dict[str, str]]]:
    parts = found.value(f"{entry}.composition", ())
    if parts and all(each.seats is not None and not each.each for each in parts):
        together = sum(each.seats for each in parts)
        if together != seats:
            yield "seats_differ", {"seats": str(seats), "together": str(together)}


def _quorum(calls: Any) -> Iterator[str]:
    if not calls:
        yield "no_call"
    for call in calls:
        if call.of != "none" and call.share is None and not call.at_least:
            yield "no_share"
        if call.at_most is not None and call.at_most < call.at_least:
            yield "quorum_backwards"
        if call.share is not None and _beyond(call.share, call.more):
            yield "more_than_all"
        if call.of == "average_attendance" and not call.last:
            yield "no_average"
    for of in ("roll", "average_attendance"):
        needed = [call.needed(1_000_000) for call in calls if call.of == of]
        if any(later > earlier for earlier, later in itertools.pairwise(needed)):
            yield "later_call_harder"


def _beyond(share: str, more: bool) -> bool:
    return fraction(share) > 1 or (more and fraction(share) == 1)


def _majority(value: Any) -> Iterator[str]:
    if value.of in ("cast", "present", "all") and _beyond(value.share, value.more):
        yield "more_than_all"


def _turnout(share: str) -> Iterator[str]:
    if _beyond(share, more=False):
        yield "more_than_all"


def _notice(value: Any) -> Iterator[str]:
    if value.at_most is not None and value.at_most < value.at_least:
        yield "notice_backwards"
    if value.emergency is not None and value.emergency > value.at_least:
        yield "emergency_longer"


def _requires(value: Any) -> Iterator[str]:
    if value.over_age is not None and value.from_age is not None:
        yield "two_ages"


def _reelection(value: Any) -> Iterator[str]:
    if not value.allowed and value.terms_in_a_row is not None:
        yield "reelection_both"
    if value.allowed and value.terms_in_a_row == 0:
        yield "no_term"


def _named_once(value: Any) -> Iterator[str]:
    names = [each if isinstance(each, str) else each.id for each in value]
    if len(names) != len(set(names)):
        yield "twice"


def _some(code: str) -> Any:
    return lambda value: iter([code] if value == 0 else [])


def _households(value: Any) -> Iterator[str]:
    if None not in (value.urban_at_least, value.urban_at_most) and value.urban_at_most < value.urban_at_least:
        yield "households_backwards"


def _consensus(value: Any) -> Iterator[str]:
    if not 0 < value.passes_from <= 5:
        yield "no_level"


CHECKS: Final[Mapping[str, Any]] = {
    "quorum": _quorum,
    "majority": _majority,
    "turnout": _turnout,
    "notice": _notice,
    "requires": _requires,
    "reelection": _reelection,
    "committees": _named_once,
    "causes": _named_once,
    "precedence": _named_once,
    "seats": _some("no_seat"),
    "term_months": _some("no_term"),
    "readings": _some("no_reading"),
    "households": _households,
    "consensus": _consensus,
}
"""What a value of a rule can have wrong with itself."""
