"""Whether the rules of a charter agree with one another: what one names is there, and no number defeats another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from comuna.rules.charter_values import Share, fraction

Disagreement = tuple[str, str, dict[str, str]]
"""A place, a code and its arguments."""

Fault = tuple[str, dict[str, str]]
Check = tuple[str, Callable[[Any], bool]]
"""A code, and what tells whether it is so."""


class UnknownError(Exception):
    """A part of a value was asked for that could not be read."""


class Partial:
    """A value of which only some parts could be read. Asked for others it raises `UnknownError`, so that a check runs
    where all that it looks at was read, and nowhere else."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def __getattr__(self, name: str) -> Any:
        try:
            return self.known[name]
        except KeyError:
            raise UnknownError(name) from None


Values = Mapping[str, tuple[Any, ...]]
"""What was read of each rule, by its place: its value, or that of each reading; a `Partial` where not all was."""

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


def disagreements(titles: Iterable[str], values: Values) -> Iterator[Disagreement]:
    """Everything in a charter that contradicts something else in it, or nobody could ever fulfil, as far as it could be
    read. `titles`: the places of its entries."""
    names = frozenset(titles)
    for place, readings in values.items():
        for value in readings:
            for code, args in _of(names, values, place, value):
                yield place, code, args


def _of(titles: frozenset[str], values: Values, place: str, value: Any) -> Iterator[Fault]:
    entry, _, name = place.rpartition(".")
    if name in NAMING:
        names = [value] if isinstance(value, str) else [each for each in value if isinstance(each, str)]
        yield from _named(titles, NAMING[name], names)
        if name == "incompatible" and entry.partition(".")[2] in names:
            yield "with_itself", {}
    if name in ASKING:
        yield from _named(titles, "units", (_read(each, "unit") for each in value))
    if name == "requires":
        yield from _right(titles, values, entry, _read(value, "right"))
    if name == "seats":
        yield from _seats(values, entry, value)
    for each in value if name in EACH else ():
        yield from _faults(EACH[name], each)
    if name == "quorum":
        yield from _later(value)
    yield from _faults(CHECKS.get(name, ()), value)


def _faults(checks: Iterable[Check], value: Any) -> Iterator[Fault]:
    for code, wrong in checks:
        try:
            if wrong(value):
                yield code, {}
        except UnknownError:
            continue


def _read(value: Any, name: str) -> Any:
    """A part of a value; None where it is not there, or could not be read."""
    try:
        return getattr(value, name)
    except UnknownError:
        return None


def _named(titles: frozenset[str], section: str, names: Iterable[str | None]) -> Iterator[Fault]:
    for name in names:
        if name is not None and f"{section}.{name}" not in titles:
            known = ", ".join(sorted(each.partition(".")[2] for each in titles if each.startswith(f"{section}.")))
            yield "not_there", {"name": name[:40], "section": section, "known": known}


def _right(titles: frozenset[str], values: Values, entry: str, right: str | None) -> Iterator[Fault]:
    """A right that is asked for must be there, and not ask for itself in the end."""
    yield from _named(titles, "rights", [right])
    seen = {entry}
    while right is not None:
        if f"rights.{right}" in seen:
            yield "right_circle", {}
            return
        seen.add(f"rights.{right}")
        asked = values.get(f"rights.{right}.requires", ())
        right = _read(asked[0], "right") if len(asked) == 1 else None


def _seats(values: Values, entry: str, seats: int) -> Iterator[Fault]:
    found = values.get(f"{entry}.composition", ())
    parts = found[0] if len(found) == 1 else ()
    try:
        if not parts or any(each.seats is None or each.each for each in parts):
            return
        together = sum(each.seats for each in parts)
    except UnknownError:
        return
    if together != seats:
        yield "seats_differ", {"seats": str(seats), "together": str(together)}


def _beyond(share: Share | None, more: bool) -> bool:
    return share is not None and (fraction(share) > 1 or (more and fraction(share) == 1))


def _too_much(value: Any) -> bool:
    """Whether a quorum or a majority asks for more than all; where more than a share is asked for or not could not be
    read, whether the share alone is."""
    if _read(value, "of") in ("none", "consent", "plurality"):
        return False
    return _beyond(value.share, more=bool(_read(value, "more")))


def _later(calls: Iterable[Any]) -> Iterator[Fault]:
    """No later call may ask for more of the same than an earlier one."""
    sure = [call for call in calls if not isinstance(call, Partial)]
    for of in ("roll", "average_attendance", "present"):
        needed = [call.needed(1_000_000) for call in sure if call.of == of]
        if any(later > earlier for earlier, later in itertools.pairwise(needed)):
            yield "later_call_harder", {}


def _twice(value: Any) -> bool:
    names = [_read(each, "id") if not isinstance(each, str) else each for each in value]
    names = [each for each in names if each is not None]
    return len(names) != len(set(names))


def _nought(value: int) -> bool:
    return value == 0


def _backwards(least: int | None, most: int | None) -> bool:
    return least is not None and most is not None and most < least


EACH: Final[Mapping[str, tuple[Check, ...]]] = {
    "quorum": (
        ("no_share", lambda call: call.of != "none" and call.share is None and not call.at_least),
        ("quorum_backwards", lambda call: _backwards(call.at_least, call.at_most)),
        ("more_than_all", _too_much),
        ("no_average", lambda call: call.of == "average_attendance" and not call.last),
    ),
    **dict.fromkeys(
        sorted(ASKING),
        (
            ("asker", lambda each: [each.share, each.members, each.unit].count(None) != 2),
            ("more_than_all", lambda each: _beyond(each.share, more=False)),
        ),
    ),
}
"""What one of the things that a rule lists can have wrong with itself."""

CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "quorum": (("no_call", lambda calls: not calls),),
    "majority": (("more_than_all", _too_much),),
    "turnout": (("more_than_all", lambda share: _beyond(share, more=False)),),
    "notice": (
        ("notice_backwards", lambda notice: _backwards(notice.at_least, notice.at_most)),
        ("emergency_longer", lambda notice: _backwards(notice.emergency, notice.at_least)),
    ),
    "requires": (("two_ages", lambda who: who.over_age is not None and who.from_age is not None),),
    "reelection": (
        ("reelection_both", lambda again: not again.allowed and again.terms_in_a_row is not None),
        ("no_term", lambda again: again.allowed and again.terms_in_a_row == 0),
    ),
    "committees": (("twice", _twice),),
    "causes": (("twice", _twice),),
    "precedence": (("twice", _twice),),
    "seats": (("no_seat", _nought),),
    "term_months": (("no_term", _nought),),
    "readings": (("no_reading", _nought),),
    "households": (("households_backwards", lambda them: _backwards(them.urban_at_least, them.urban_at_most)),),
    "consensus": (("no_level", lambda levels: not 0 < levels.passes_from <= 5),),
    "surplus": (("surplus_beyond", lambda them: them.production + them.care + them.reinvestment > 100),),
    "purpose": (("no_purpose", lambda said: not said.en.strip() or not said.es.strip()),),
}
"""What a value of a rule can have wrong with itself."""
