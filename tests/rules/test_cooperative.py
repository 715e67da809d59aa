"""Surpluses: shared to the cent whatever the sum, the funds and the hours; by a decision, and once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from comuna.kernel.refusal import Refused
from comuna.rules import cooperative as c
from comuna.rules.state import Decision, State
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, rule

SEED = "5eed" * 8
DECISION, OTHER, SURPLUS = an_id(1), an_id(2), an_id(3)
HOURS = {"1001": 600, "1002": 300, "1003": 300}
MEMBERS = st.dictionaries(st.integers(1000, 9999).map(str), st.integers(0, 100_000), max_size=30)
PERCENTS = st.tuples(*[st.integers(0, 33)] * 3)


def assembled() -> State:
    decided = {
        id: Decision(id=id, number=n, gathering=an_id(9), motion=None, due=None)
        for n, id in enumerate((DECISION, OTHER), 1)
    }
    return State(decisions=Map(decided))


def asked(**changes: object) -> dict[str, Any]:
    division = c.divide(100_001, percents=(20, 10, 0), rule="hours", hours=HOURS, seed=SEED)
    return {
        "by": "1234", "surplus": SURPLUS, "decision": DECISION, "since": "2026-01-01", "until": "2026-06-30",
        "rule": "hours", "amount": 100_001, "currency": "USD", "division": division, "minutes": 1200, "seed": SEED,
        "digest": "d" * 64, "today": "2026-11-28", **changes,
    }  # fmt: skip


def test_a_surplus_after_the_funds_by_hours() -> None:
    division = c.divide(100_001, percents=(20, 10, 0), rule="hours", hours=HOURS, seed=SEED)
    assert division.funds == (20_000, 10_000, 0)
    assert sorted(division.members.values()) == [17_500, 17_500, 35_001]
    s = c.apply_shared(assembled(), c.share(assembled(), **asked()), "2026-11-28T10:00:00Z")
    assert s.cooperative.surpluses[SURPLUS].shared == 70_001
    assert c.shared_until(s) == "2026-06-30"


@given(st.integers(1, 2**50), PERCENTS, st.sampled_from(c.RULES), MEMBERS)
def test_everything_together_is_the_surplus_exactly(
    amount: int, percents: tuple[int, int, int], rule: str, hours: dict[str, int]
) -> None:
    if not any(hours.values()):
        with pytest.raises(Refused, match=r"surplus\.no_hours"):
            c.divide(amount, percents=percents, rule=rule, hours=hours, seed=SEED)
        return
    division = c.divide(amount, percents=percents, rule=rule, hours=hours, seed=SEED)
    assert sum(division.funds) + sum(division.members.values()) == amount
    assert set(division.members) == {member for member, minutes in hours.items() if minutes}
    if rule == "equal":
        assert max(division.members.values()) - min(division.members.values()) <= 1
    again = c.divide(amount, percents=percents, rule=rule, hours=dict(reversed(hours.items())), seed=SEED)
    assert again == division


def test_everything_to_the_funds_needs_no_hours() -> None:
    assert c.divide(10_000, percents=(50, 30, 20), rule="hours", hours={}, seed=SEED).members == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"surplus": "x"}, "motion.bad_id"),
        ({"decision": an_id(77)}, "decision.unknown"),
        ({"since": "2026-07-01"}, "surplus.bad_period"),
        ({"until": "2026-12-31"}, "surplus.bad_period"),
        ({"since": "soon"}, "surplus.bad_period"),
        ({"amount": 100_000}, "surplus.does_not_add_up"),
    ],
)
def test_what_cannot_be_shared(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        c.share(assembled(), **asked(**changes))


def test_a_decision_shares_once_and_periods_do_not_overlap() -> None:
    s = c.apply_shared(assembled(), c.share(assembled(), **asked()), "2026-11-28T10:00:00Z")
    with pytest.raises(Refused, match="decision_used"):
        c.share(s, **asked(surplus=an_id(4), since="2026-07-01", until="2026-07-31"))
    with pytest.raises(Refused, match="overlaps"):
        c.share(s, **asked(surplus=an_id(4), decision=OTHER, since="2026-06-30", until="2026-07-31"))
    c.share(s, **asked(surplus=an_id(4), decision=OTHER, since="2026-07-01", until="2026-07-31"))


@pytest.mark.parametrize("percents", [(50, 50, 1), (-1, 0, 0)])
def test_funds_are_shares_of_a_whole(percents: tuple[int, int, int]) -> None:
    with pytest.raises(Refused, match="bad_percents"):
        c.divide(100, percents=percents, rule="hours", hours=HOURS, seed=SEED)
    with pytest.raises(Refused, match="unknown_rule"):
        c.divide(100, percents=(0, 0, 0), rule="by rank", hours=HOURS, seed=SEED)


@pytest.mark.parametrize(
    ("day", "minutes", "code"),
    [
        ("2026-11-29", 60, "hours.bad_day"),
        ("yesterday", 60, "hours.bad_day"),
        ("2026-11-28", 0, "hours.bad_length"),
        ("2026-11-28", 1441, "hours.bad_length"),
        ("2026-06-30", 60, "hours.settled"),
    ],
)
def test_hours_that_cannot_be_logged(day: str, minutes: int, code: str) -> None:
    s = c.apply_shared(assembled(), c.share(assembled(), **asked()), "2026-11-28T10:00:00Z")
    with pytest.raises(Refused, match=code):
        c.may_log(s, day, minutes, "2026-11-28")
    c.may_log(s, "2026-11-28", 480, "2026-11-28")


def test_an_act_says_no_member() -> None:
    shared = c.share(assembled(), **asked())
    written = msgspec.json.encode(shared).decode()
    assert not any(member in written for member in HOURS)


# The charter's rule


def test_where_the_charter_says_how_a_surplus_is_shared_the_decision_cannot_say_otherwise() -> None:
    said = '{ by = "hours", production = 20, reinvestment = 5 }'
    s = State(charter=COUNCIL + rule("rules.surplus", said))
    c.by_charter(s, "hours", (20, 0, 5))
    for other in (("equal", (20, 0, 5)), ("hours", (20, 0, 0))):
        with pytest.raises(Refused, match=r"surplus\.charter_says"):
            c.by_charter(s, *other)
    c.by_charter(State(charter=COUNCIL), "equal", (0, 0, 0))
