"""From the housing survey to the order of dwellings: the survey's answers are the criteria's."""

from __future__ import annotations

from tests.web.conftest import Site
from tests.web.test_housing import at
from tests.web.test_surveys import account, linked, opened
from tests.web.works import DECISION, PIPES, Works

from comuna.store import housing


def test_the_answers_at_the_doors_put_dwellings_in_order(site: Site):
    works = Works(site)
    works.begin()
    site.world.book = works.book
    works.post(at("/survey"), 404)
    rosa = site.rosa()
    survey = opened(site, rosa)
    volunteer = linked(site, rosa, survey)
    for n, (state, people) in enumerate([("bad", 2), ("good", 6), ("bad", 5), ("mend", 1), ("good", 1)], start=1):
        told = account(n, f"c{n}", roof_state=state, affected=str(people), roof_harm="rain" if state != "good" else "")
        assert volunteer.post(f"{survey}/fill", data=told, headers={"accept": "application/json"}).json()["taken"]
    assert rosa.post(f"{survey}/close").status_code == 200
    asked = {
        "decision": DECISION, "id": ["", "", ""], "title": ["", "", "Climbing stairs"], "weight": ["2", "1", "1"],
        "answers": ["", "", "hard = 1\neasy = 0"], "each": ["", "", ""], "most": ["", "", ""],
        "question": ["roof_state", "affected", ""],
    }  # fmt: skip
    page = works.post(at("/criteria"), **asked)
    assert "Not saved yet" in page
    assert "To be replaced = 0" in page
    assert works.state.housing.get(PIPES) is None, "nobody decided these points"
    decided = {
        **asked, "title": ["Roof", "People", "Climbing stairs"], "each": ["", "1", ""],
        "answers": ["Good = 0\nTo be mended = 1\nPara cambiar = 3", "", "hard = 1\neasy = 0"],
    }  # fmt: skip
    works.post(at("/criteria"), **decided)
    works.post(at("/dwellings"), **{"code": "C5", "a-c3": "hard"})
    works.post(at("/survey"))
    works.post(at("/survey"))
    with works.store.read() as connection:
        there = housing.dwellings(connection, works.book, PIPES)
    assert there["C3"].answers == {"c1": "Para cambiar", "c2": "5"}
    assert there["C5"].answers == {"c1": "Good", "c2": "1", "c3": "hard"}, "what only the desk knows stays"
    works.post(at("/order"), seen="", seed="417")
    with works.store.read() as connection:
        places = housing.order(connection, works.state, PIPES)
    assert [(each.code, each.total) for each in places or ()] == [
        ("C3", 11),
        ("C1", 8),
        ("C2", 6),
        ("C4", 3),
        ("C5", 2),
    ]
    rosa.post(f"{survey}/erase")
    works.post(at("/survey"), 409)
