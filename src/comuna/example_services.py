"""What the example council shares and looks after: its map, the garbage rounds, gas, campaign days, the surplus of a
bakery, certificates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from comuna.example_housing import chance
from comuna.example_works import Works
from comuna.kernel import identity
from comuna.rules import certificate, health, service
from comuna.rules import distribution as sharing
from comuna.rules.eligibility import running
from comuna.store import distribution, hours, register, rounds
from comuna.store import health as campaigns
from comuna.store.rounds import Point, Rounds, Vehicle
from comuna.store.writer import Transaction
from comuna.streets import planning
from comuna.web import map as maps
from comuna.web import round_planner

SOUTH, WEST, STEP = 9.9000, -67.9000, 0.0011
"""Where the invented neighbourhood lies, and how far its corners are apart, in degrees."""
ROWS, COLUMNS = 7, 10


def corner(row: float, column: float) -> tuple[float, float]:
    """Where a corner of the grid lies: the streets bend a little."""
    bend = 0.12 * ((row * 7 + column * 3) % 4 - 1.5)
    return SOUTH + STEP * (row + bend * 0.6 + 0.05 * column), WEST + STEP * (column + bend * 0.5 - 0.08 * row)


def streets() -> bytes:
    """The neighbourhood as OpenStreetMap XML: calles from west to east, veredas from south to north, an avenue, a
    stream, a court and a school. Nothing in it is from a real map."""
    nodes, ways = list[str](), list[str]()

    def node(row: float, column: float) -> int:
        lat, lon = corner(row, column)
        nodes.append(f'<node id="{len(nodes) + 1}" lat="{lat:.7f}" lon="{lon:.7f}"/>')
        return len(nodes)

    def way(line: list[int], **tags: str) -> None:
        refs = "".join(f'<nd ref="{each}"/>' for each in line)
        said = "".join(f'<tag k="{name}" v="{value}"/>' for name, value in tags.items())
        ways.append(f'<way id="{len(ways) + 1}">{refs}{said}</way>')

    grid = [[node(row, column) for column in range(COLUMNS)] for row in range(ROWS)]
    way([*grid[0]], highway="secondary", name="Avenida Los Mangos")
    for row in range(1, ROWS):
        way(grid[row], highway="residential", name=f"Calle {row}")
    for column in range(COLUMNS):
        kind = "residential" if column in (0, 4, 9) else "footway" if column in (6,) else "living_street"
        way([grid[row][column] for row in range(ROWS)], highway=kind, name=f"Vereda {column + 1}")
    way([node(ROWS - 0.4, column) for column in range(COLUMNS)], waterway="stream", name="Quebrada Honda")
    for (low, left), (high, right), tags in (
        ((3.15, 4.15), (3.85, 4.85), {"leisure": "pitch"}),
        ((1.15, 7.15), (1.85, 7.85), {"building": "school"}),
        ((4.2, 1.2), (4.8, 1.8), {"building": "yes"}),
        ((2.1, 2.1), (2.9, 2.9), {"leisure": "park"}),
    ):
        ring = [node(low, left), node(low, right), node(high, right), node(high, left)]
        way([*ring, ring[0]], **tags)
    whole = "".join((*nodes, *ways))
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{whole}</osm>'.encode()


def mapped(works: Works, told: dict[str, Any]) -> None:
    """The map is imported."""
    maps.take_in(works.t.store, works.t.book, streets(), maps.said_source(told["source"], own=True), by=works.t.member)


def place(row: float, column: float) -> tuple[int, int]:
    """A corner as points have it."""
    lat, lon = corner(row, column)
    return round(lat * 10**7), round(lon * 10**7)


def routed(works: Works, told: dict[str, Any]) -> None:
    """The points and vehicles of a service; a plan, where one can be made here."""
    t, id = works.t, works.id(told["service"][1:])
    points = tuple(
        Point(id=t.id(), name=name, block=block, place=place(row, column), amount=amount, days=(2, 5))
        for name, block, row, column, amount in told["points"]
    )
    orders = tuple(tuple(points[n - 1].id for n in trip) for trip in told["today"])
    truck = Vehicle(id=t.id(), name=told["truck"], capacity=told["capacity"], shift=300, speed=16, today=orders)
    kept = Rounds(points=points, vehicles=(truck,), yard=place(0, 0), dump=place(0, 9), minutes=4)
    t.store.write(lambda tx: rounds.change(tx, t.book, id, lambda _: kept))
    if not planning.installed():
        return
    with t.store.read() as connection:
        drawn, digest = maps.must_map(connection, t.book), rounds.map_digest(connection, t.book) or ""
    plan = round_planner.made(drawn, digest, kept, seed=7)
    now = msgspec.structs.replace(kept, draft=plan, plan=plan)
    t.store.write(lambda tx: rounds.change(tx, t.book, id, lambda _: now))
    works.do(
        service.adopt,
        service=told["service"],
        digest=rounds.digest(plan),
        points=len(plan.points) - len(plan.unserved),
        vehicles=1,
        trips=sum(len(route.trips) for route in plan.routes),
        metres=plan.metres,
        minutes=round(plan.seconds / 60),
        before_metres=sum(route.metres for route in plan.before) if plan.before else None,
        before_minutes=round(sum(route.seconds for route in plan.before) / 60) if plan.before else None,
        unserved=len(plan.unserved),
    )


def week(works: Works, told: dict[str, Any]) -> None:
    """A week of a service is over: what was reported, and how many points were served."""
    t, id, now = works.t, works.id(told["service"][1:]), service.week_of(works.t.today)
    reports = told.get("reports", {})

    def report(tx: Transaction) -> None:
        points = rounds.read(tx.connection, t.book, id).points
        for number, many in reports.items():
            for _ in range(many):
                rounds.report(tx, t.book, id, points[int(number) - 1].id, now)

    t.store.write(report)
    done = {"served": told["served"], "missed": told["missed"], "reports": sum(reports.values())}
    works.do(service.finish_round, service=told["service"], week=now, **done)


# Distributions


def distributed(works: Works, told: dict[str, Any]) -> None:
    """A good is announced, some of it arrives and goes out by the rota; `closed`: it is over."""
    t, id = works.t, works.id(told["distribution"][1:])
    asked = distribution.Asked(
        good="gas", what=told["what"], date=works.day(told["day"]), rule="rota", each=1, announced=told["announced"]
    )
    t.store.write(lambda tx: distribution.open_(tx, t.store, t.book, id, asked, by=t.member))
    works.do(sharing.arrive, distribution=told["distribution"], arrived=told["arrived"])

    def hand_out(tx: Transaction) -> None:
        state = t.state()
        listed = distribution.lines(tx.connection, id)
        for n, line in enumerate(listed[: told["come"]]):
            act = distribution.absent if n in told["absent"] else distribution.serve
            act(tx, state, id, line.household)

    t.store.write(hand_out)
    if told["closed"]:
        t.store.write(lambda tx: distribution.close(tx, t.store, t.book, id, by=t.member))


# Campaign days


def campaign(works: Works, told: dict[str, Any]) -> None:
    """A campaign day is called; so many book places, some help, and it has what it needs."""
    t, id, names = works.t, works.id(told["campaign"][1:]), ("slots", "minutes", "places", "turns", "least", "most")
    said = {"what": f"~{told['what']}", "place": f"~{told['place']}", "start": told["start"]}
    shape = {name: told[name] for name in names}
    works.do(health.call, campaign=told["campaign"], date=works.day(told["day"]), **said, **shape)

    def fill(tx: Transaction) -> None:
        state = t.state()
        rows = register.search(tx.connection, t.book, right="vote", on=tx.now.date(), limit=300)
        for n, row in enumerate(rows[: told["booked"]]):
            campaigns.book(tx, state, t.book, id, n % told["slots"], f"m{row.member}")
        for n, row in enumerate(rows[200 : 200 + told["helpers"]]):
            campaigns.help_at(tx, state, t.book, id, n % told["turns"], row.member)
        for name, *counts in told["supplies"]:
            campaigns.supply(tx, state, t.book, id, campaigns.Item(fresh_id(tx), name, *counts))

    t.store.write(fill)


def fresh_id(tx: Transaction) -> str:
    """A fresh id."""
    return identity.id_of(tx.random(16))


def campaign_closed(works: Works, told: dict[str, Any]) -> None:
    """So many of those who booked came, and it is over."""
    t, id = works.t, works.id(told["campaign"][1:])

    def close(tx: Transaction) -> None:
        for booking in campaigns.bookings(tx.connection, id)[: told["used"]]:
            campaigns.use(tx, id, booking.who, True)
        campaigns.close(tx, t.store, t.book, id, by=t.member)

    t.store.write(close)


# A co-operative


def worked(works: Works, told: dict[str, Any]) -> None:
    """Some members write down the hours they worked in a time, and the desk confirms them."""
    t, work = works.t, told["work"]

    def log(tx: Transaction) -> None:
        state, first = t.state(), dt.date.fromisoformat(works.day(told["since"]))
        days = (dt.date.fromisoformat(t.today) - first).days
        for n, row in enumerate(
            register.search(tx.connection, t.book, right="vote", on=tx.now.date(), limit=told["many"])
        ):
            for ago in range(n, days, 9 + n):
                day = (first + dt.timedelta(days=ago)).isoformat()
                minutes = 150 + 30 * (chance("hours", n, ago) % 9)
                made = hours.Entry(fresh_id(tx), row.member, day, minutes, work[ago % len(work)], True)
                hours.log(tx, state, t.book, row.member, made)

    t.store.write(log)


def shared(works: Works, told: dict[str, Any]) -> None:
    """A surplus is shared by the hours that were worked."""
    t = works.t
    asked = hours.Asked(
        decision=t.decided[told["decision"][1:]],
        since=works.day(told["since"]),
        until=works.day(told["until"]),
        rule="hours",
        amount=told["amount"] * 100,
        currency=told["currency"],
        percents=tuple(told["percents"]),
    )
    t.store.write(lambda tx: hours.share(tx, t.store, t.book, fresh_id(tx), asked, by=t.member))


# Certificates


def certified(works: Works, told: dict[str, Any]) -> None:
    """A certificate is issued: of somebody on the register, of an office, or of a decision."""
    t, kind = works.t, told["kind"]
    about: dict[str, Any] = {"unit": told.get("unit")}
    with t.store.read() as connection:
        row = register.must(connection, t.book, told["member"]) if "member" in told else None
        charter = t.store.charter(connection, t.book)
    if row is not None and kind in certificate.OF_A_PERSON:
        about["on"] = certificate.ground(kind, row, charter, t.clock.now.date())
    elif row is not None:
        held = t.state().mandates.values()
        about["mandate"] = next(m.id for m in held if m.member == row.member and running(m, t.today))
    else:
        about["decision"] = told["decision"]
    words = told["words"].format(name=row.name if row is not None else "")
    until = works.day(told["until"]) if "until" in told else None
    works.do(certificate.issue, certificate=told["certificate"], kind=kind, text=f"~{words}", until=until, **about)
