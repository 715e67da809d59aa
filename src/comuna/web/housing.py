"""Dwellings that are mended in an order. Everybody who reads the book sees by what it is made, how many there are, and
how points are spread; a household sees its own place and why; the desk sees the list."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec
import sqlalchemy as sa
from markupsafe import Markup
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.rules import housing as rules
from comuna.rules.housing import Bar, Place
from comuna.rules.register import folded
from comuna.rules.state_housing import Criterion, Programme
from comuna.rules.state_project import Project
from comuna.rules.survey import kept
from comuna.store import housing, texts
from comuna.store.housing import Dwelling
from comuna.web.access import GroupDoor, KeeperDoor, MemberDoor, ReaderDoor
from comuna.web.offices import today
from comuna.web.projects import find

UNICODE: Final = {Fraction(1, 2): "½", Fraction(1, 4): "¼", Fraction(3, 4): "¾"}


SURVEY: Final = "housing"
"""The name of the survey whose answers can be taken over."""


def told(number: Fraction | str) -> str:
    """A number as people read it: "3", "3½", "7/3"."""
    value = Fraction(number)
    whole, rest = divmod(value, 1)
    if rest in UNICODE:
        return f"{whole or ''}{UNICODE[rest]}"
    return str(value)


class Line(msgspec.Struct, frozen=True):
    """A dwelling on the desk's list: its place, if an order holds, and the work on it."""

    dwelling: Dwelling
    place: Place | None

    @property
    def stage(self) -> str:
        """handed, refused, started or waiting."""
        if self.dwelling.handed:
            return "handed"
        if self.dwelling.remark and self.dwelling.started:
            return "refused"
        return "started" if self.dwelling.started else "waiting"


def index(door: ReaderDoor) -> Response:
    """The projects that mend dwellings; the page of the only one, if there is one."""
    going = [each for each in door.state.housing if each in door.state.projects]
    if len(going) == 1:
        return door.go(f"/g/{door.book}/housing/{going[0]}")
    with door.store.read() as connection:
        found = [
            (door.state.housing[each], texts.read(connection, door.state.projects[each].title))
            for each in sorted(going)
        ]
    candidates = [p.id for p in door.state.projects.values() if p.status == "under_way"] if door.facilitates else []
    with door.store.read() as connection:
        named = [(each, texts.read(connection, door.state.projects[each].title)) for each in candidates]
    return door.page("housing/index.html", found=found, candidates=named)


def picture(bars: Sequence[Bar], most: int) -> Markup:
    """How points are spread: a bar for each group of dwellings, drawn to scale."""
    wide, gap = 100, 12
    parts = []
    for n, bar in enumerate(bars):
        high = round(150 * bar.count / max(most, 1))
        x, label = n * (wide + gap), told(bar.low) if bar.low == bar.high else f"{told(bar.low)}–{told(bar.high)}"
        parts.append(
            f'<rect class="spread-bar" x="{x}" y="{170 - high}" width="{wide}" height="{high}" rx="5"/>'
            f'<text class="spread-count" x="{x + wide // 2}" y="{162 - high}">{bar.count}</text>'
            f'<text class="spread-label" x="{x + wide // 2}" y="194">{label}</text>'
        )
    width = max(len(bars) * (wide + gap) - gap, wide)
    return Markup(  # noqa: S704  made of numbers
        f'<svg class="spread-picture" viewBox="0 0 {width} 200" width="{width}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def houses(handed: int, count: int) -> Markup:
    """A row of little houses, those handed over filled; nothing where there are so many that nobody could count."""
    if not 0 < count <= 120:
        return Markup("")
    across = min(count, 20)
    shapes = [
        f'<path class="{"house-done" if n < handed else "house-open"}" transform="translate({n % across * 24} '
        f'{n // across * 26})" d="M2 11 L11 3 L20 11 V21 H2 Z"/>'
        for n in range(count)
    ]
    rows = -(-count // across)
    return Markup(  # noqa: S704  made of numbers
        f'<svg class="houses" viewBox="0 0 {across * 24} {rows * 26}" aria-hidden="true" '
        f'width="{across * 34}">{"".join(shapes)}</svg>'
    )


def show(door: ReaderDoor) -> Response:
    """The order of a project's dwellings: for everybody criteria, counts and spread; for the desk the list. Refuses
    project.unknown, housing.no_programme."""
    project = find(door)
    return page(door, project, rules.programme(door.state, project.id))


def page(
    door: GroupDoor, project: Project, found: Programme, status: int = 200, problem: str | None = None
) -> Response:
    """The page; `problem`: why what was sent was refused."""
    with door.store.read() as connection:
        places = housing.order(connection, door.state, project.id)
        bars = rules.distribution([each.total for each in places or ()])
        lines = _lines(door, connection, project.id, places) if door.facilitates else []
        return door.page(
            "housing/show.html",
            status=status,
            problem=problem,
            p=project,
            h=found,
            title=texts.read(connection, project.title),
            number=door.state.decisions[found.decision].number,
            bars=bars,
            spread=picture(bars, max((each.count for each in bars), default=0)),
            houses=houses(found.handed, found.count),
            lines=lines,
            stale=door.facilitates and housing.stale(connection, door.state, project.id),
            told=told,
            written=door.form,
            today=today(door),
            works=door.facilitates and project.status == "under_way",
            surveyed=kept(door.state, SURVEY) is not None and any(each.question for each in found.criteria),
        )


def _lines(
    door: GroupDoor, connection: sa.Connection, project: str, places: Sequence[Place] | None
) -> list[Line]:  # fmt: skip
    by_code = {each.code: each for each in places or ()}
    found = [
        Line(each, by_code.get(code)) for code, each in housing.dwellings(connection, door.book, project).items()
    ]  # fmt: skip
    return sorted(found, key=lambda line: (line.place.place if line.place else len(found) + 1, line.dwelling.code))


def of_household(dwellings: dict[str, Dwelling], household: str | None) -> Dwelling | None:
    """The dwelling of a household, whatever capitals and accents."""
    wanted = folded(household or "")
    return next((each for code, each in dwellings.items() if wanted and folded(code) == wanted), None)


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """Where one's own dwelling stands. `before`: how many of those in front of it are not handed over yet; `drawn`:
    whether lots decided among equals."""

    title: str | None
    programme: Programme
    dwelling: Dwelling
    place: Place | None
    before: int
    number: int

    @property
    def drawn(self) -> bool:
        """Whether lots decided among equals."""
        return self.place is not None and self.place.equals > 1


def mine(door: MemberDoor) -> Response:
    """My own dwelling's place in each order, and why. Refuses member.card_needed."""
    own, found = door.own, []
    with door.store.read() as connection:
        for id in sorted(door.state.housing):
            there = housing.dwellings(connection, door.book, id)
            dwelling = of_household(there, own.household)
            if dwelling is None:
                continue
            places = housing.order(connection, door.state, id) or []
            place = next((each for each in places if each.code == dwelling.code), None)
            ahead = [each.code for each in places if place is not None and each.place < place.place]
            found.append(
                Mine(
                    title=texts.read(connection, door.state.projects[id].title),
                    programme=door.state.housing[id],
                    dwelling=dwelling,
                    place=place,
                    before=sum(1 for each in ahead if each in there and there[each].handed is None),
                    number=door.state.decisions[door.state.housing[id].decision].number,
                )
            )
    return door.page("housing/mine.html", found=found, own=own, told=told)


def dwelling(door: KeeperDoor) -> Response:
    """One dwelling, for the desk: why it has its place, and the work on it (`?code=`). Refuses
    housing.dwelling_unknown, housing.no_programme, project.unknown."""
    project = find(door)
    found = rules.programme(door.state, project.id)
    code = door.request.query_params.get("code", "")
    with door.store.read() as connection:
        this = housing.must(connection, door.book, project.id, code)
        places = housing.order(connection, door.state, project.id) or []
        return door.page(
            "housing/dwelling.html",
            p=project,
            h=found,
            d=this,
            place=next((each for each in places if each.code == code), None),
            materials=housing.materials(connection, door.book, project.id, code),
            told=told,
            today=today(door),
            works=project.status == "under_way",
        )


def criteria_lines(criteria: Sequence[Criterion]) -> list[dict[str, str]]:
    """Criteria as the form shows them: a line for each answer, "answer = points"."""
    return [
        {
            "id": each.id,
            "title": each.title,
            "weight": each.weight,
            "answers": "\n".join(f"{a.value} = {a.points}" for a in each.answers),
            "each": each.each or "",
            "most": each.most or "",
            "question": each.question or "",
        }
        for each in criteria
    ]


def must_be(door: GroupDoor) -> tuple[Project, Programme]:
    """The project of the path and its order. Refuses project.unknown, housing.no_programme."""
    project = find(door)
    found = door.state.housing.get(project.id)
    if found is None:
        raise Refused("housing.no_programme")
    return project, found
