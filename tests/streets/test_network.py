"""Shortest ways over streets: by one-way signs, widths and vehicles; held against another reckoning."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.streets import network, osm
from comuna.streets.network import ANYBODY, NO_WAY, Network, Passing
from tests.streets.making import Village, at

TRUCK, CART = Passing("truck"), Passing("cart")
BLOCK = 111.19
"""Metres of a step of the grid to the north; to the east it is a little less."""


def metres(table, start: int, end: int) -> float:
    return float(table[start, end])


def test_the_shortest_way_goes_round_the_blocks() -> None:
    drawn = osm.read(Village().xml)
    table = Network(drawn, TRUCK, [at(0, 0), at(2, 3), at(0.5, 0)]).table()
    east = BLOCK * math.cos(math.radians(10.002))
    assert metres(table, 0, 1) == pytest.approx(2 * BLOCK + 3 * east, abs=2)
    assert metres(table, 0, 2) == pytest.approx(BLOCK / 2, abs=1)
    assert (table.diagonal() == 0).all()


def test_one_way_streets_hold_for_trucks_alone() -> None:
    village = Village(2, 2)
    village.way([village.corner(1, 1), village.node(1, 3)], highway="residential", name="Ida", oneway="yes")
    drawn = osm.read(village.xml)
    there = [at(1, 1), at(1, 2.9)]
    truck, cart = Network(drawn, TRUCK, there).table(), Network(drawn, CART, there).table()
    assert metres(truck, 0, 1) > 0
    assert metres(truck, 1, 0) == NO_WAY
    assert metres(cart, 1, 0) == metres(cart, 0, 1) == metres(truck, 0, 1)


@pytest.mark.parametrize(
    ("passing", "fits"),
    [
        (Passing("truck", 200), True),
        (Passing("truck", 260), False),
        (Passing("truck", None, frozenset({"callejón"})), False),
        (Passing("cart"), True),
    ],
)
def test_a_street_can_be_too_narrow(passing: Passing, fits: bool) -> None:
    village = Village(2, 2)
    village.way([village.corner(1, 1), village.node(1, 4)], highway="residential", name="Callejón", width="2.5")
    found = Network(osm.read(village.xml), passing, [at(0, 0), at(1, 3.9)]).table()
    assert (metres(found, 0, 1) != NO_WAY) is fits


def test_paths_and_steps_are_not_for_everybody() -> None:
    village = Village(2, 2)
    village.way([village.corner(1, 1), village.node(1, 4)], highway="footway")
    village.way([village.corner(1, 0), village.node(4, 0)], highway="steps")
    drawn, there = osm.read(village.xml), [at(0, 0), at(1, 3.9), at(3.9, 0)]
    reached = {drives: Network(drawn, Passing(drives), there).table()[0] for drives in ("truck", "cart", "foot")}
    assert [row[1] != NO_WAY for row in reached.values()] == [False, True, True]
    assert [row[2] != NO_WAY for row in reached.values()] == [False, False, True]


def test_a_place_in_the_sea_is_near_no_street() -> None:
    drawn = osm.read(Village().xml)
    assert network.away(drawn, [at(2.5, 2.5)])[0] < network.FAR
    assert network.away(drawn, [at(40, 2)])[0] == pytest.approx(36 * BLOCK, abs=5)
    assert network.too_far(drawn, [at(1, 1), at(40, 2)]) == [(1, round(network.away(drawn, [at(40, 2)])[0]))]


def test_streets_that_do_not_hang_together_are_counted() -> None:
    village = Village()
    assert network.parts_of(osm.read(village.xml)) == network.Parts(1, 0)
    village.street(*[(20.0, n) for n in range(25)])
    assert network.parts_of(osm.read(village.xml)) == network.Parts(2, 50)


def test_turns_are_said_as_drivers_take_them() -> None:
    drawn = osm.read(Village().xml)
    there = Network(drawn, TRUCK, [at(0.2, 1), at(2, 3)])
    told = there.turns(there.path(0, 1))
    assert told[0].turn == "start"
    assert sum(turn.metres for turn in told) == pytest.approx(metres(there.table(), 0, 1), abs=5)
    assert [turn.turn for turn in told[1:]] == ["right"] if len(told) == 2 else True
    for before, after in itertools.pairwise(told):
        north = before.street.startswith("Avenida")
        assert after.turn == ("right" if north else "left")
    back = there.path(1, 0)
    assert there.turns(back, coming=back[1][0])[0].turn == "back"


PLACE = st.tuples(st.floats(0, 4), st.floats(0, 4))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(PLACE, min_size=2, max_size=6),
    st.lists(st.tuples(PLACE, PLACE, st.sampled_from(["yes", "no", "-1"])), max_size=6),
)
def test_ways_are_as_long_as_another_reckoning_says(places, extra) -> None:
    """Every distance by Floyd and Warshall over the whole network, junctions or not; and the way that is shown has that
    length."""
    village = Village()
    for (row, column), (other_row, other_column), oneway in extra:
        ends = village.corner(int(row), int(column)), village.corner(int(other_row), int(other_column))
        if ends[0] != ends[1]:
            middle = village.node((row + other_row) / 2 + 0.01, (column + other_column) / 2)
            village.way([ends[0], middle, ends[1]], highway="residential", oneway=oneway)
    found = Network(osm.read(village.xml), TRUCK, [at(*place) for place in places])
    nodes = sorted({*found.ways, *(o for links in found.ways.values() for o, *_ in links)})
    rows = {node: n for n, node in enumerate(nodes)}
    best = [[0.0 if a == b else math.inf for b in nodes] for a in nodes]
    for a, links in found.ways.items():
        for b, length, _ in links:
            best[rows[a]][rows[b]] = min(best[rows[a]][rows[b]], length)
    for k in range(len(nodes)):
        for row in best:
            if row[k] < math.inf:
                for j, more in enumerate(best[k]):
                    if row[k] + more < row[j]:
                        row[j] = row[k] + more
    table = found.table()
    for n, start in enumerate(found.nodes):
        for m, end in enumerate(found.nodes):
            assert start is not None
            assert end is not None
            right = best[rows[start]][rows[end]]
            assert table[n, m] == (NO_WAY if right == math.inf else round(right))
            way = found.path(n, m)
            if way:
                gone = sum(math.dist(found.points[a], found.points[b]) for (a, _), (b, _) in itertools.pairwise(way))
                assert gone == pytest.approx(right, abs=0.01)


def test_an_unreadable_map_is_refused() -> None:
    from comuna.streets import model

    with pytest.raises(Refused, match=r"map\.unreadable"):
        model.unpack(b"nothing")
    assert Network(model.StreetMap(((0, 0), (1, 1)), (), (), ()), ANYBODY, [(0, 0)]).table()[0, 0] == NO_WAY
