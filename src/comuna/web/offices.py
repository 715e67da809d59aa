"""A group's offices: who holds them and until when, what expires, who steps in, who stands; and the calendar of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from comuna.announce import calendar as calendars
from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.office_messages import BEHIND, CONDITIONS
from comuna.rules import election, eligibility, offices, register
from comuna.rules.assembly import rules_of
from comuna.rules.eligibility import Condition, Facts
from comuna.rules.offices import Held, Office
from comuna.rules.state import State
from comuna.store import standing
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor
from comuna.web.group import calendar_file
from comuna.web.minutes import titled
from comuna.web.names import label, names

DAY: Final = 24 * 60
REASONS: Final = ("resigned", "left", "died", "over")
"""Endings that a facilitator can record; a recall is decided by an assembly."""


def today(door: GroupDoor) -> str:
    """The day it is, as the book dates its acts."""
    return door.now.astimezone(dt.UTC).date().isoformat()


def title(door: GroupDoor, unit: str) -> str:
    """What the charter calls a unit, or a committee of one."""
    return titled(door.words, rules_of(door.state), "units", unit)


def told(door: GroupDoor, condition: Condition) -> str:
    """A condition for an office in words, as it is."""
    state = {True: "met", False: "missing", None: "attest"}[condition.met]
    args = dict(condition.args)
    if "unit" in args:
        args["unit"] = title(door, args["unit"])
    if "right" in args:
        args["right"] = register.title(rules_of(door.state), args["right"])[door.words.code]
    if args.get("until"):
        args["until"] = door.words.date(dt.date.fromisoformat(args["until"]))
    behind = [door.words.text(BEHIND[name], n=args[name]) for name in BEHIND if name in args]
    key = f"{condition.code}.{state}" + (".alone" if condition.code == "right" and not behind else "")
    return door.words.text(CONDITIONS[key], behind=", ".join(behind), **args)


class Seat(msgspec.Struct, frozen=True):
    """An office that somebody holds, as the page shows it. `recall`: one that is under way against it."""

    held: Held
    who: str
    successor: str | None
    bar: Markup | None
    recall: str | None


class Unit(msgspec.Struct, frozen=True):
    """A unit, as the page shows it."""

    office: Office
    title: str
    seats: list[Seat]
    alternates: list[str]
    candidates: list[tuple[str, str]]
    incompatible: list[str]
    passed: list[tuple[str, str]]


def units(door: GroupDoor) -> list[Unit]:
    """Every unit with names where the reader may know them."""
    known = names(door)
    rules = rules_of(door.state)
    with door.store.read() as connection:
        alternates = standing.alternates(connection, door.state, door.book, door.now.date())
    recalls = {
        r.mandate: r.id for r in door.state.recalls.values() if r.status not in ("decided", "dismissed")
    }  # fmt: skip
    return [
        Unit(
            office=each,
            title=title(door, each.unit),
            seats=[_seat(held, known, recalls) for held in each.held],
            alternates=[label(known, who) for who in each.alternates],
            candidates=[(who, label(known, who)) for who in each.candidates],
            incompatible=[
                title(door, other)
                for other in rules.entries("units")
                if other != each.unit and eligibility.incompatible(door.state, each.unit, other)
            ],
            passed=[(label(known, who), told(door, why)) for who, why in each.passed],
        )
        for each in offices.offices(door.state, today(door), alternates)
    ]


def _seat(held: Held, known: dict[str, str], recalls: dict[str, str]) -> Seat:
    successor = label(known, held.successor) if held.successor else None
    return Seat(held, label(known, held.mandate.member), successor, _bar(held), recalls.get(held.mandate.id))


def _bar(held: Held) -> Markup | None:
    """How much of the term is left, as a small bar."""
    if held.left is None or not held.whole:
        return None
    gone = round(200 * min(max(held.whole - held.left, 0), held.whole) / held.whole)
    return Markup(  # noqa: S704  made of numbers
        '<svg class="term" viewBox="0 0 200 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="term-whole" width="200" height="8"/>'
        f'<rect class="term-gone" width="{gone}" height="8"/></svg>'
    )


def show(door: ReaderDoor) -> Response:
    """The offices; for facilitators with what can be done about them."""
    found = units(door)
    seats = [(unit, seat) for unit in found for seat in unit.seats]
    seats.sort(key=lambda pair: pair[1].held.mandate.until or "9")
    return door.page(
        "offices/show.html",
        units=found,
        over=[pair for pair in seats if pair[1].held.standing == "over"],
        soon=[pair for pair in seats if pair[1].held.standing == "soon"],
        warning=election.WARNING_DAYS,
        reasons=REASONS,
        feed=door.url(f"/g/{door.book}/offices.ics"),
        recalls=len(door.state.recalls),
    )


def back(door: GroupDoor, unit: str = "") -> Response:
    return door.go(f"/g/{door.book}/offices" + (f"#unit-{unit}" if unit else ""))


def end(door: KeeperDoor) -> Response:
    """Somebody leaves an office; sent twice, once. `successor`: who the page said steps in. Refuses
    mandate.unknown_reason (a recall is an assembly's), mandate.other_successor, and what `election.end` does."""
    mandate, reason = door.form.line("mandate"), door.form.line("reason")
    promised = door.form.line("successor")
    if reason not in REASONS:
        raise Refused("mandate.unknown_reason")

    def decide(s: State, alternates: dict[str, Facts]) -> Act:
        act = election.end(s, by=door.member, mandate=mandate, reason=reason, today=today(door), alternates=alternates)
        if act.successor is not None and act.successor != promised:
            raise Refused("mandate.other_successor", member=act.successor)
        return act

    def job(tx: Transaction) -> str:
        s = door.store.state(tx.connection, door.book)
        found = s.mandates.get(mandate) if s is not None else None
        if found is None or found.ended != reason:
            known = standing.alternates(tx.connection, s, door.book, tx.now.date()) if s is not None else {}
            door.store.record(tx, door.book, lambda s: decide(s, known), by=door.member)
        return found.unit if found is not None else ""

    return back(door, door.write(job))


def calendar(door: GroupDoor) -> Response:
    """The days on which terms end, to subscribe to: offices and days, no people, since whoever has its address can
    read it. Each with an alarm two months ahead."""
    if door.state.charter is None:
        raise Refused("group.unknown")
    content = calendars.calendar(_events(door), name=door.words.text("Offices of %(group)s", group=door.group_name))
    return calendar_file(content, "offices")


def _events(door: GroupDoor) -> Iterable[calendars.Event]:
    ends: dict[tuple[str, str], list[str]] = {}
    for until, mandate, _ in election.calendar_of(door.state, today(door)):
        ends.setdefault((until, mandate.unit), []).append(mandate.since)
    for (until, unit), since in ends.items():
        yield calendars.Event(
            uid=f"{door.book}-{unit}-{until}@comuna",
            sequence=0,
            start=dt.datetime.fromisoformat(until),
            zone=None,
            title=door.words.plural(
                "%(n)s term ends: %(unit)s", "%(n)s terms end: %(unit)s", len(since), unit=title(door, unit)
            ),
            changed=dt.datetime.fromisoformat(max(since)).replace(tzinfo=dt.UTC),
            description=door.group_name,
            url=door.url(f"/g/{door.book}/offices"),
            alarm_minutes=election.WARNING_DAYS * DAY,
            whole_day=True,
        )
