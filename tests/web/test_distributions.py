"""Distributions on the site: opened with a rota, what arrived counted, handed out against a card, closed."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.neighbours import Neighbours

from comuna.rules import distribution as rules
from comuna.store import distribution

GAS = an_id(501)


@pytest.fixture
def there(site: Site) -> Neighbours:
    return Neighbours(site, households=12)


@pytest.fixture
def rosa(there: Neighbours) -> TestClient:
    return there.site.rosa()


def base(there: Neighbours) -> str:
    return f"/g/{there.book}/distributions"


def open_gas(there: Neighbours, rosa: TestClient, id: str = GAS, **changes: str) -> None:
    form = {
        "distribution": id, "good": "gas", "what": "10 kg", "date": "2026-12-01", "announced": "8", "each": "1",
        "rule": "rota", **changes,
    }  # fmt: skip
    answer = rosa.post(f"{base(there)}/new", data=form)
    assert answer.status_code == 200
    assert answer.url.path == f"{base(there)}/{id}/desk"


def lines(there: Neighbours, id: str = GAS) -> list[distribution.Line]:
    with there.store.read() as connection:
        return distribution.lines(connection, id)


def name_of(there: Neighbours, household: str) -> str:
    return next(name for name, row in there.rows.items() if row.household == household)


def test_gas_comes_short_and_is_handed_out_against_cards(there: Neighbours, rosa: TestClient) -> None:
    open_gas(there, rosa)
    open_gas(there, rosa)  # the same form again
    assert len(there.state.distributions.each) == 1
    desk = f"{base(there)}/{GAS}"
    too_early = rosa.post(f"{desk}/serve", data={"who": "Casa 1"})
    assert (too_early.status_code, "First count what arrived." in too_early.text) == (409, True)
    rosa.post(f"{desk}/arrive", data={"arrived": "5"})
    assert "3 fewer arrived than announced" in rosa.get(desk).text

    listed = lines(there)
    first, last = listed[0], listed[-1]
    key = there.card(name_of(there, first.label))
    served = rosa.post(f"{desk}/serve", data={"who": f"http://testserver/m/{key}"})
    assert re.search(rf"{first.label}</b>\s*gets 1\.", served.text)
    again = rosa.post(f"{desk}/serve", data={"who": first.label.upper()})
    assert (again.status_code, "was served already" in again.text) == (409, True)
    assert f'value="{first.label.upper()}"' in again.text
    early = rosa.post(f"{desk}/serve", data={"who": last.label})
    assert "It is not the turn of household" in early.text
    assert rosa.post(f"{desk}/serve", data={"who": "Casa 99"}).status_code == 404

    rosa.post(f"{desk}/back", data={"household": first.household})
    assert lines(there)[0].status == "waits"
    rosa.post(f"{desk}/serve", data={"household": first.household})
    rosa.post(f"{desk}/absent", data={"household": listed[1].household})
    for line in listed[2:6]:
        rosa.post(f"{desk}/serve", data={"household": line.household})
    none_left = rosa.post(f"{desk}/serve", data={"household": listed[6].household})
    assert none_left.status_code == 409

    rosa.post(f"{desk}/close")
    rosa.post(f"{desk}/close")
    closed = there.state.distributions.each[GAS]
    assert (closed.status, closed.arrived, closed.delivered, closed.served) == ("closed", 5, 5, 5)


def test_who_got_nothing_comes_first_next_time(there: Neighbours, rosa: TestClient) -> None:
    open_gas(there, rosa)
    desk = f"{base(there)}/{GAS}"
    rosa.post(f"{desk}/arrive", data={"arrived": "7"})
    before = lines(there)
    for line in before[:7]:
        rosa.post(f"{desk}/serve", data={"household": line.household})
    rosa.post(f"{desk}/close")
    there.clock.forward(days=7)
    open_gas(there, rosa, an_id(502))
    assert {line.label for line in lines(there, an_id(502))[:5]} == {line.label for line in before[7:]}
    assert lines(there) == []  # the list before is erased; its digest stays
    assert rosa.get(f"{desk}/list.txt").status_code == 410


def test_a_household_sees_its_own_place_and_can_check_it(there: Neighbours, rosa: TestClient) -> None:
    open_gas(there, rosa)
    rosa.post(f"{base(there)}/{GAS}/arrive", data={"arrived": "5"})
    mine = lines(there)[2]
    phone = there.phone(name_of(there, mine.label))
    page = phone.get(f"{base(there)}/mine")
    assert "Come with your card: you get 1." in page.text
    assert mine.written in page.text
    others = [line.label for line in lines(there) if line.label != mine.label and line.label not in mine.label]
    assert not any(re.search(rf"{label}\b", page.text) for label in others)
    sealed = phone.get(f"{base(there)}/{GAS}/list.txt").text
    assert sealed.splitlines()[mine.place - 1] == sha256(mine.written.encode()).hexdigest()
    assert sha256(sealed.encode()).hexdigest() == there.state.distributions.each[GAS].digest
    assert f"{base(there)}/mine" in phone.get(base(there)).text


def test_nobody_else_sees_who_was_served(there: Neighbours, rosa: TestClient) -> None:
    open_gas(there, rosa)
    desk = f"{base(there)}/{GAS}"
    phone, stranger = there.phone("Vecina 1"), there.site.visitor()
    for path in ("/desk", "/paper"):
        for who in (phone, stranger):
            assert who.get(desk + path).status_code == 403
    assert phone.post(f"{desk}/serve", data={"who": "Casa 1"}).status_code == 403
    assert stranger.get(base(there)).status_code == 403
    for page in (rosa.get(base(there)).text, rosa.get(desk).text):
        assert "Casa " not in page
    with there.store.read() as connection:
        leaves = b"".join(bytes(row[0]) for row in connection.exec_driver_sql("select leaf from acts"))
    assert b"Casa" not in leaves


def test_equal_shares_and_the_list_on_paper(there: Neighbours, rosa: TestClient) -> None:
    open_gas(there, rosa, good="food", rule="equal", announced="60")
    desk = f"{base(there)}/{GAS}"
    assert "____" in rosa.get(f"{desk}/paper").text
    rosa.post(f"{desk}/arrive", data={"arrived": "41"})
    due = distribution.due(there.state.distributions.each[GAS], lines(there))
    assert sorted(due.values()) == [3] * 7 + [4] * 5
    keeps = rosa.post(f"{desk}/absent", data={"household": lines(there)[0].household})
    assert "With equal shares each household keeps its share" in keeps.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"good": "gold"}, "Choose what is handed out."),
        ({"rule": "whoever shouts"}, "Choose how a shortfall is shared"),
        ({"announced": "many"}, "Write a whole number"),
        ({"date": "soon"}, "On which day is it expected?"),
    ],
)
def test_what_cannot_be_is_said_in_the_form(
    there: Neighbours, rosa: TestClient, wrong: dict[str, str], said: str
) -> None:
    form = {"distribution": GAS, "good": "gas", "what": "Ñandú", "date": "2026-12-01", "announced": "8", "each": "1"}
    answer = rosa.post(f"{base(there)}/new", data={**form, "rule": "rota", **wrong})
    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="Ñandú"' in answer.text


def test_a_group_without_households_is_told_what_to_do(site: Site) -> None:
    there = Neighbours(site)
    rosa = site.rosa()
    assert "The rota is made of the household numbers" in rosa.get(base(there)).text
    form = {"distribution": GAS, "good": "gas", "date": "2026-12-01", "announced": "8", "each": "1", "rule": "rota"}
    assert rosa.post(f"{base(there)}/new", data=form).status_code == 409


def test_fairness_is_told_in_numbers_that_point_at_nobody() -> None:
    assert rules.bands([0, 0, 1]) == []
    assert rules.bands([0] * 5 + [1] * 6) == [rules.Band(0, 0, 5), rules.Band(1, 1, 6)]
    assert rules.bands([0, 1, 1, 1, 1, 1, 2]) == [rules.Band(0, 2, 7)]


def test_a_card_opens_every_room_of_the_works_and_no_desk(there: Neighbours) -> None:
    phone = there.phone("Vecina 1")
    rooms = re.findall(r'<a href="(/g/[^"]+)"', phone.get(f"{base(there)}/mine").text.split('class="beside-tabs"')[1])
    assert f"/g/{there.book}/money" in rooms
    assert [each for each in rooms[:13] if phone.get(each).status_code != 200] == []
    assert phone.get(f"/b/{there.book}/book.zip").status_code == 200
    assert phone.get(f"/g/{there.book}/register").status_code == 403
    open_to_all = [each for each in rooms[:13] if there.site.visitor().get(each).status_code == 200]
    assert open_to_all == [f"/g/{there.book}/needs"], "a stranger sends a need, and sees none"
