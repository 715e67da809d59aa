"""The desk of a distribution, whatever is marked, taken back and marked again, and in whatever order."""

from __future__ import annotations

import random

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import distribution as rules
from comuna.rules.register import Given
from comuna.store import distribution, register
from comuna.store.distribution import Asked
from tests.cast import World, an_id

HOUSEHOLDS = 9


def opened(world: World, n: int, rule: str, each: int, arrived: int) -> str:
    """A distribution of which something has arrived."""
    asked = Asked(good="other", what="", date="2026-12-01", rule=rule, each=each, announced=12)
    id = an_id(n)
    world.store.write(lambda tx: distribution.open_(tx, world.store, world.book, id, asked, by=world.rosa))
    world.act(lambda s: rules.arrive(s, by=world.rosa, distribution=id, arrived=arrived))
    return id


def listed(world: World, id: str) -> list[distribution.Line]:
    with world.store.read() as connection:
        return distribution.lines(connection, id)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_served_twice_and_nothing_is_created_or_lost(world: World, seed: int) -> None:
    chance = random.Random(seed)
    for n in range(HOUSEHOLDS):
        given = Given(name=f"Vecina {n}", household=f"Casa {n}")
        world.store.write(lambda tx, g=given: register.add(tx, world.store.shelf, world.book, g, by=world.rosa))
    for turn in range(3):
        rule, each, arrived = chance.choice(rules.RULES), chance.randint(1, 3), chance.randint(1, 14)
        id = opened(world, 10 * seed + turn + 100, rule, each, arrived)
        homes = [line.household for line in listed(world, id)]
        for _ in range(40):
            step = chance.choice((distribution.serve, distribution.serve, distribution.absent, distribution.take_back))
            household = chance.choice(homes)
            before = next(line for line in listed(world, id) if line.household == household)
            try:
                world.store.write(lambda tx, step=step, h=household, id=id: step(tx, world.state(), id, h))
            except Refused:
                continue
            assert step is distribution.take_back or before.status != "served"
            lines = listed(world, id)
            due = distribution.due(world.state().distributions.each[id], lines)
            handed = sum(line.units for line in lines)
            assert handed + sum(due.values()) <= arrived
            assert all(line.units > 0 for line in lines if line.status == "served")
            assert all(line.units == 0 for line in lines if line.status != "served")
            if rule == "rota":
                assert max(line.units for line in lines) <= each
        lines = listed(world, id)
        world.store.write(lambda tx, id=id: distribution.close(tx, world.store, world.book, id, by=world.rosa))
        closed = world.state().distributions.each[id]
        assert closed.delivered == sum(line.units for line in lines)
        assert closed.served == sum(line.status == "served" for line in lines)
        with world.store.read() as connection:
            past = distribution.history(connection, world.book, "other")
        for line in lines:
            now = past.get(line.household, rules.Past())
            assert now.served == line.past.served + (line.status == "served")


def test_a_place_in_the_rota_is_not_in_the_book(world: World) -> None:
    world.store.write(
        lambda tx: register.add(
            tx, world.store.shelf, world.book, Given(name="Inés", household="Casa Irrepetible"), by=world.rosa
        )
    )
    id = opened(world, 200, "rota", 1, 1)
    world.store.write(lambda tx: distribution.serve(tx, world.state(), id, "casa irrepetible"))
    world.store.write(lambda tx: distribution.close(tx, world.store, world.book, id, by=world.rosa))
    with world.store.read() as connection:
        leaves = b"".join(bytes(row[0]) for row in connection.exec_driver_sql("select leaf from acts"))
    assert b"rrepetible" not in leaves
