"""Whom a map is owed to, and what money came and went without what only moved between funds."""

from __future__ import annotations

from comuna.web.map import CREDIT, said_source
from comuna.web.money_drawing import Flow, bars


def test_a_map_is_credited_to_openstreetmap_unless_the_group_drew_it() -> None:
    assert said_source("") == f"{CREDIT}, ODbL 1.0"
    assert said_source("of May").startswith(CREDIT)
    assert CREDIT not in said_source("our own drawing", own=True)
    assert said_source("", own=True)


def test_what_moved_between_funds_neither_came_nor_went() -> None:
    found = [
        Flow("source:a", "fund:social", 70),
        Flow("fund:social", "to-fund", 20),
        Flow("from-fund", "fund:risk", 20),
        Flow("fund:social", "left:social", 50),
        Flow("fund:risk", "left:risk", 20),
    ]
    came, went = bars(found)
    assert [(each.node, each.amount) for each in came] == [("source:a", 70)]
    assert {each.node: each.amount for each in went} == {"left:social": 50, "left:risk": 20}
