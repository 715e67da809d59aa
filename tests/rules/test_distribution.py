"""Distributions: a rota that nobody can jump, a shortfall that loses nothing, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import distribution as d
from comuna.rules.distribution import Past
from comuna.rules.state import State
from tests.cast import an_id

SEED = "5eed" * 8
GAS = an_id(1)
ASKED: dict[str, Any] = {
    "by": "1234", "distribution": GAS, "good": "gas", "what": None, "date": "2026-12-01", "rule": "rota",
    "households": 12, "each": 1, "announced": 8, "seed": SEED, "digest": "d" * 64,
}  # fmt: skip
HERE = {"by": "1234", "distribution": GAS}
AT = "2026-11-28T10:00:00Z"


def opened(**changes: object) -> State:
    return d.apply_opened(State(), d.open_distribution(State(), **{**ASKED, **changes}), AT)


def test_from_the_announcement_to_the_totals() -> None:
    s = opened()
    arrived = d.arrive(s, **HERE, arrived=5)
    assert (arrived.short, arrived.receiving, arrived.over) == (3, 5, 0)
    s = d.apply_arrived(s, arrived, AT)
    closed = d.close(s, **HERE, served=4, delivered=4)
    assert closed.left == 1
    s = d.apply_closed(s, closed, AT)
    assert s.distributions.each[GAS].status == "closed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"distribution": "x"}, "motion.bad_id"),
        ({"good": "gold"}, "distribution.unknown_good"),
        ({"rule": "might"}, "distribution.unknown_rule"),
        ({"households": 0}, "distribution.no_households"),
        ({"announced": 0}, "distribution.bad_number"),
        ({"each": d.MOST + 1}, "distribution.bad_number"),
    ],
)
def test_what_cannot_be_opened(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        opened(**changes)


def test_one_of_each_good_at_a_time_and_each_step_once() -> None:
    s = opened()
    with pytest.raises(Refused, match=r"motion\.bad_id"):
        d.open_distribution(s, **ASKED)
    with pytest.raises(Refused, match="open_already"):
        d.open_distribution(s, **{**ASKED, "distribution": an_id(2)})
    d.open_distribution(s, **{**ASKED, "distribution": an_id(2), "good": "food"})
    with pytest.raises(Refused, match="more_than_arrived"):
        d.close(s, **HERE, served=1, delivered=1)
    s = d.apply_arrived(s, d.arrive(s, **HERE, arrived=5), AT)
    with pytest.raises(Refused, match="arrived_already"):
        d.arrive(s, **HERE, arrived=5)
    for served, delivered in ((6, 6), (5, 4), (13, 5)):
        with pytest.raises(Refused, match="more_than_arrived"):
            d.close(s, **HERE, served=served, delivered=delivered)
    s = d.apply_closed(s, d.close(s, **HERE, served=5, delivered=5), AT)
    with pytest.raises(Refused, match=r"distribution\.closed"):
        d.close(s, **HERE, served=0, delivered=0)
    with pytest.raises(Refused, match=r"distribution\.unknown"):
        d.arrive(s, by="1234", distribution=an_id(9), arrived=1)


# The rota


def test_who_waited_longest_comes_first_then_who_had_less_then_lots() -> None:
    pasts = {
        "a": Past(2, "2026-10-01"), "b": Past(1, "2026-10-01"), "c": Past(1, "2026-09-01"), "d": Past(),
        "e": Past(5, "2026-10-02"),
    }  # fmt: skip
    assert d.order(pasts, SEED) == ["d", "c", "b", "a", "e"]


@given(
    st.sets(st.text("0123456789-abc", min_size=1, max_size=6), min_size=1, max_size=30),
    st.binary(min_size=16, max_size=16),
)
def test_the_order_depends_on_nothing_but_the_past_and_the_seed(households: set[str], seed: bytes) -> None:
    some = sorted(households)
    one = d.order({each: Past() for each in some}, seed.hex())
    other = d.order({each: Past() for each in reversed(some)}, seed.hex())
    assert one == other
    assert sorted(one) == some


ARRIVALS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3), st.booleans()), max_size=14)


@given(st.integers(1, 25), ARRIVALS)
def test_no_rota_serves_anybody_twice_more_than_another(households: int, arrivals: list[tuple[int, int, bool]]) -> None:
    """Where all come when it is their turn, how often they were served never differs by two, whatever arrives."""
    pasts = {f"h{n}": Past() for n in range(households)}
    for n, (arrived, each, next_day) in enumerate(arrivals):
        day = f"2026-{1 + n // 28:02}-{1 + n % 28:02}" if next_day else "2026-01-01"
        order = d.order(pasts, f"{n:032x}")
        given = d.shares("rota", households, each, arrived)
        for household, units in zip(order, given, strict=True):
            if units:
                pasts[household] = Past(pasts[household].served + 1, max(day, max_last(pasts)))
        times = [past.served for past in pasts.values()]
        assert max(times) - min(times) <= 1


def max_last(pasts: dict[str, Past]) -> str:
    return max((past.last or "" for past in pasts.values()), default="")


@given(st.integers(2, 20), st.data())
def test_nobody_who_came_waits_while_another_is_served_twice(households: int, data: st.DataObject) -> None:
    """Some do not come when it is their turn. Between two times that one is served, everybody who came to both and was
    not served the first time is served at the latest the second time, or together with them."""
    pasts = {f"h{n}": Past() for n in range(households)}
    since: dict[str, set[str]] = {}  # who came and got nothing since a household was last served
    for n in range(data.draw(st.integers(1, 12))):
        came = {h for h in pasts if data.draw(st.booleans())}
        arrived = data.draw(st.integers(0, households))
        present = [h for h in d.order(pasts, f"{n:032x}") if h in came]
        given = d.shares("rota", len(present), 1, arrived)
        served = {h for h, units in zip(present, given, strict=True) if units}
        for household in served:
            assert not (since.get(household, set()) & came) - served
        for household in pasts:
            since[household] = set() if household in served else since.get(household, set())
        for household in served:
            pasts[household] = Past(pasts[household].served + 1, f"2027-01-{n + 1:02}")
        for household in pasts:
            if household not in served and household in came:
                for other in served:
                    since[other] = since[other] | {household}
        for household in since:
            since[household] -= served


@given(st.integers(1, 60), st.integers(1, 5), st.integers(0, 300))
def test_a_shortfall_loses_nothing_and_creates_nothing(households: int, each: int, arrived: int) -> None:
    rota, equal = (d.shares(rule, households, each, arrived) for rule in d.RULES)
    assert sum(equal) == arrived
    assert sum(rota) == min(arrived, households * each)
    for given_ in (rota, equal):
        assert given_ == sorted(given_, reverse=True)  # who stands before another never gets less
        assert len(given_) == households
    assert max(equal) - min(equal) <= 1
    assert max(rota) <= each


# What everybody may see


def test_a_sealed_list_tells_nothing_to_whoever_has_no_secret() -> None:
    one = d.line("a" * 32, 1, "12-B", Past(2, "2026-10-01"))
    assert one == "a" * 32 + " 1 12-B 2 2026-10-01"
    assert d.line("b" * 32, 2, "14", Past()).endswith(" 2 14 0 -")
    assert d.seal(one) != d.seal(d.line("b" * 32, 1, "12-B", Past(2, "2026-10-01")))
    assert d.sealed_list(["x", "y"]) == "x\ny\n"


@given(st.lists(st.integers(0, 9), max_size=80))
def test_no_band_tells_fewer_than_five_apart_and_none_is_lost(times: list[int]) -> None:
    bands = d.bands(times)
    assert (bands == []) == (len(times) < d.SMALL)
    for band in bands:
        assert band.households >= d.SMALL
        assert band.households == sum(band.low <= each <= band.high for each in times)
    if bands:
        assert sum(band.households for band in bands) == len(times)
