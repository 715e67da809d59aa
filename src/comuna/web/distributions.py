"""Distributions: what everybody may see of a rota, what a household sees of its own, and how one is opened. Who was
served is on no page but the desk's and the household's own."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.responses import PlainTextResponse, Response

from comuna import distribution_messages, messages
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import distribution as rules
from comuna.rules.distribution import Band, Past
from comuna.rules.register import folded
from comuna.rules.state_distribution import Distribution
from comuna.store import distribution, texts
from comuna.store.distribution import Asked, Line
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor, MemberDoor, ReaderDoor, new_id

LONGEST: Final = 80
"""Letters of what is handed out, in the group's words."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution as pages show it. `given`: what each place gets (of what is announced, until it is there);
    `served` and `handed`: so far; `list_kept`: the sealed list can still be had."""

    d: Distribution
    title: str
    given: tuple[int, ...]
    receiving: int
    served: int
    handed: int
    list_kept: bool

    @property
    def squares(self) -> list[tuple[int, int, int, int]]:
        """Each place of the strip: its number, x, y, and what it gets."""
        return [(n + 1, n % 20 * 12, n // 20 * 12, units) for n, units in enumerate(self.given)]

    @property
    def height(self) -> int:
        """Of the strip."""
        return -(-len(self.given) // 20) * 12


class Fairness(msgspec.Struct, frozen=True, kw_only=True):
    """How a good was spread: households by how often they were served; the longest wait in days of those served
    before; how many never were (None: too few to tell)."""

    good: str
    title: str
    bands: tuple[Band, ...]
    most: int
    wait: int | None
    never: int | None


def title_of(door: GroupDoor, good: str) -> str:
    """What a good is called."""
    return door.words.text(distribution_messages.GOODS[good])


def found(door: GroupDoor) -> Distribution:
    """The distribution of the path. Refuses distribution.unknown."""
    known = door.state.distributions.each.get(door.request.path_params["distribution"])
    if known is None:
        raise Refused("distribution.unknown")
    return known


def shown(door: GroupDoor, connection: sa.Connection, d: Distribution) -> Shown:
    """A distribution with what everybody may know of it."""
    listed = distribution.lines(connection, d.id)
    given = rules.shares(d.rule, d.households, d.each, d.arrived if d.arrived is not None else d.announced)
    served = [line for line in listed if line.status == "served"]
    closed = d.status == "closed"
    named = (texts.read(connection, d.what) if d.what else None) or title_of(door, d.good)
    return Shown(
        d=d,
        title=named[:1].upper() + named[1:],
        given=tuple(given),
        receiving=sum(units > 0 for units in given),
        served=d.served if closed else len(served),
        handed=d.delivered if closed else sum(line.units for line in served),
        list_kept=bool(listed),
    )


def fairness(door: GroupDoor, connection: sa.Connection, good: str) -> Fairness:
    """How a good was spread over the households of today."""
    past = distribution.history(connection, door.book, good)
    here = [past.get(each, Past()) for each in distribution.households(connection, door.book)]
    lasts = [each.last for each in here if each.last]
    never = sum(each.last is None for each in here)
    bands = tuple(rules.bands([each.served for each in here]))
    today = door.now.date()
    return Fairness(
        good=good,
        title=title_of(door, good),
        bands=bands,
        most=max((band.households for band in bands), default=0),
        wait=(today - dt.date.fromisoformat(min(lasts))).days if lasts else None,
        never=never if never == 0 or never >= rules.SMALL else None,
    )


def index(door: ReaderDoor) -> Response:
    """The distributions of the group and how fair they were."""
    every = sorted(door.state.distributions.each.values(), key=lambda d: d.opened_at, reverse=True)
    with door.store.read() as connection:
        all_ = [shown(door, connection, d) for d in every]
        goods = [good for good in rules.GOODS if any(d.good == good and d.status == "closed" for d in every)]
        fair = [fairness(door, connection, good) for good in goods]
        homes = len(distribution.households(connection, door.book))
    return door.page(
        "distributions/index.html",
        open=[each for each in all_ if each.d.status == "open"],
        past=[each for each in all_ if each.d.status == "closed"],
        fair=[each for each in fair if each.bands],
        households=homes,
    )


def show(door: ReaderDoor) -> Response:
    """One distribution: its rule, its strip, its totals, its sealed list. Refuses distribution.unknown."""
    with door.store.read() as connection:
        one = shown(door, connection, found(door))
    return door.page("distributions/show.html", one=one, done=door.request.query_params.get("done", ""))


def sealed(door: GroupDoor) -> Response:
    """The sealed list, one line for each place: whoever has a card can look for their own in it, so it needs no right
    to read the book. Refuses distribution.unknown, distribution.no_list."""
    with door.store.read() as connection:
        listed = distribution.lines(connection, found(door).id)
    if not listed:
        raise Refused("distribution.no_list")
    return PlainTextResponse(rules.sealed_list([line.seal for line in listed]))


class Own(msgspec.Struct, frozen=True):
    """A household's own line of a distribution, and what it gets as things stand (None: not known yet)."""

    one: Shown
    line: Line
    units: int | None


def mine(door: MemberDoor) -> Response:
    """My household's place in each distribution that is under way or was the last of its good, and how often it was
    served. Refuses member.card_needed."""
    row = door.own
    own: list[Own] = []
    served: list[tuple[str, Past]] = []
    key = folded(row.household) if row.household else ""
    with door.store.read() as connection:
        for d in sorted(door.state.distributions.each.values(), key=lambda d: d.opened_at, reverse=True):
            listed = distribution.lines(connection, d.id)
            line = next((each for each in listed if each.household == key), None)
            if line is not None:
                units = distribution.due(d, listed).get(key) if d.arrived is not None else None
                own.append(Own(shown(door, connection, d), line, line.units if line.status == "served" else units))
        for good in rules.GOODS:
            past = distribution.history(connection, door.book, good).get(key)
            if past is not None:
                served.append((title_of(door, good), past))
    return door.page("distributions/mine.html", own=own, served=served, household=row.household)


# Opening one


def begin(door: KeeperDoor) -> Response:
    """The form to open a distribution."""
    return _form(door, {"distribution": new_id(), "rule": "rota", "good": "gas", "each": "1"})


def _form(door: KeeperDoor, fields: dict[str, str], refused: Refused | None = None) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    with door.store.read() as connection:
        homes = len(distribution.households(connection, door.book))
    goods = [(good, title_of(door, good)) for good in rules.GOODS]
    return door.page(
        "distributions/new.html", status=status, fields=fields, problem=problem, goods=goods, households=homes
    )


def open_(door: KeeperDoor) -> Response:
    """Open one; the same form sent twice opens one. Refuses what `distribution.open_` does."""
    form, id = door.form, door.form.line("distribution")
    try:
        if not ID.fullmatch(id):
            raise Refused("motion.bad_id")
        asked = Asked(
            good=form.line("good"),
            what=_what(door),
            date=_day(form.line("date"), door.now.date()),
            rule=form.line("rule"),
            each=form.number("each") or 0,
            announced=form.number("announced") or 0,
        )

        def job(tx: Transaction) -> None:
            s = door.store.state(tx.connection, door.book)
            if s is None or id not in s.distributions.each:
                distribution.open_(tx, door.store, door.book, id, asked, by=door.member)

        door.write(job)
    except Refused as refused:
        return _form(door, {name: values[-1] for name, values in form.fields.items() if values}, refused)
    return door.go(f"/g/{door.book}/distributions/{id}/desk")


def _what(door: KeeperDoor) -> str:
    said = door.form.line("what")
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    return said


def _day(written: str, today: dt.date) -> str:
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        raise Refused("distribution.no_day") from None
    if day < today:
        raise Refused("distribution.day_past")
    return day.isoformat()
