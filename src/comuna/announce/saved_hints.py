"""What a saved HTML page says of its event besides its visible text: schema.org data, `<time datetime>`, its title."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from comuna.announce.zones import offset_name

LONGEST: Final = 200_000
"""Characters of embedded data that are looked at."""
_DEEPEST: Final = 8
_MOST: Final = 400
_MOMENT: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)


@dataclass(slots=True, frozen=True)
class Moment:
    """A date and, where it has them, a time and an offset, as machines write them. `utc` is one given in UTC, which
    says when but seldom by whose clock."""

    date: datetime.date
    clock: str | None = None
    zone: str | None = None
    utc: bool = False


@dataclass(slots=True)
class Event:
    """An event as schema.org data describes it, and the source lines it stands on."""

    numbers: tuple[int, ...]
    name: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    place: str | None = None
    link: str | None = None
    group: str | None = None


@dataclass(slots=True)
class Hints:
    """What a saved page says out of sight. `stamps` are its `<time>` elements: the line, the moment."""

    events: list[Event] = field(default_factory=list)
    stamps: list[tuple[int, Moment]] = field(default_factory=list)
    heading: str | None = None
    heading_numbers: tuple[int, ...] = ()
    site: str | None = None


def moment(text: str) -> Moment | None:
    """The moment an ISO date or date and time means; None for anything else."""
    match = _MOMENT.fullmatch(text.strip()[:60])
    if match is None:
        return None
    try:
        day = datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    if match[4] is None or int(match[4]) > 23 or int(match[5]) > 59:
        return Moment(day)
    offset = match[6]
    utc = bool(offset) and (offset in "zZ" or offset[1:].strip("0:") == "")
    zone = offset_name(offset[0], int(offset[1:3]), int(offset[-2:])) if offset and not utc else None
    return Moment(day, f"{match[4]}:{match[5]}", zone, utc)


def events_in(data: str, numbers: tuple[int, ...]) -> list[Event]:
    """The schema.org events in a page's embedded data."""
    if len(data) > LONGEST or "startDate" not in data:
        return []
    try:
        root = msgspec.json.decode(data.strip())
    except (msgspec.DecodeError, RecursionError, ValueError):
        return []
    found: list[Event] = []
    waiting: list[tuple[Any, int]] = [(root, 0)]
    for _ in range(_MOST):
        if not waiting:
            break
        value, depth = waiting.pop(0)
        if isinstance(value, list):
            waiting += [(v, depth + 1) for v in value[:50] if depth < _DEEPEST]
        elif isinstance(value, dict):
            kinds = value.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(k, str) and k.endswith("Event") for k in kinds):
                found.append(_event(value, numbers))
            elif depth < _DEEPEST:
                waiting += [(v, depth + 1) for v in value.values() if isinstance(v, (dict, list))]
    return [e for e in found if e.start]


def _event(data: dict[str, Any], numbers: tuple[int, ...]) -> Event:
    where = _first(data.get("location"))
    who = _first(data.get("organizer"))
    virtual = isinstance(where, dict) and where.get("@type") == "VirtualLocation"
    return Event(
        numbers,
        name=_said(data.get("name")),
        start=moment(_said(data.get("startDate")) or ""),
        end=moment(_said(data.get("endDate")) or ""),
        place=None if virtual else _place(where),
        link=_said(where.get("url")) if virtual and isinstance(where, dict) else None,
        group=_said(who.get("name")) if isinstance(who, dict) else _said(who),
    )


def _place(where: Any) -> str | None:
    if not isinstance(where, dict):
        return _said(where)
    address = where.get("address")
    if isinstance(address, dict):
        address = ", ".join(
            said for key in ("streetAddress", "addressLocality", "addressRegion") if (said := _said(address.get(key)))
        )
    name, street = _said(where.get("name")), _said(address)
    if name and street:
        return name if street.casefold() in name.casefold() else f"{name}, {street}"
    return name or street


def _first(value: Any) -> Any:
    if isinstance(value, list):
        return next((v for v in value if not (isinstance(v, dict) and v.get("@type") == "VirtualLocation")), None) or (
            value[0] if value else None
        )
    return value


def _said(value: Any) -> str | None:
    text = " ".join(re.sub(r"<[^>]{0,300}>", " ", value[:300]).split()) if isinstance(value, str) else ""
    return text or None
