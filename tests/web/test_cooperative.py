"""A co-operative on the site: hours logged and confirmed, a surplus shared as decided, each sees their own."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.neighbours import Neighbours

from comuna.store import hours, register

SURPLUS = an_id(511)


@pytest.fixture
def there(site: Site) -> Neighbours:
    made = Neighbours(site)
    for name in ("Inés", "Amaru", "Noor"):
        made.enrol(name, "12")
    return made


@pytest.fixture
def rosa(there: Neighbours) -> TestClient:
    return there.site.rosa()


def base(there: Neighbours) -> str:
    return f"/g/{there.book}/cooperative"


def decided(there: Neighbours) -> str:
    """The assembly decides that the surplus is shared."""
    there.call()
    there.open()
    motion = there.move(301, "Share the surplus of the year by hours; a fifth to the fund for production.")
    vote = there.ask(302, motion)
    there.hands(vote, 60, 5, 5)
    return there.decide(303, motion)


def logs(there: Neighbours, phone: TestClient, n: int, hours_: str, minutes: str = "", day: str = "2026-11-20") -> None:
    form = {"entry": an_id(n), "day": day, "hours": hours_, "minutes": minutes, "what": "Oven 7"}
    assert "It is written down." in phone.post(f"{base(there)}/log", data=form).text


def test_hours_are_logged_confirmed_and_the_surplus_shared_to_the_cent(there: Neighbours, rosa: TestClient) -> None:
    phones = {name: there.phone(name) for name in there.rows}
    logs(there, phones["Inés"], 601, "8", "30")
    logs(there, phones["Inés"], 601, "8", "30")  # the same form again
    logs(there, phones["Amaru"], 602, "4")
    logs(there, phones["Noor"], 603, "4")
    logs(there, phones["Noor"], 604, "1", day="2026-11-21")
    phones["Noor"].post(f"{base(there)}/strike", data={"entry": an_id(604)})
    desk = rosa.get(f"{base(there)}/desk").text
    assert desk.count('name="entry" value') == 4  # three that wait, and the id of a new one
    decision = decided(there)
    form = {
        "surplus": SURPLUS, "decision": decision, "since": "2026-11-01", "until": "2026-12-31", "amount": "1.000,01",
        "currency": "usd", "rule": "hours", "production": "20", "care": "0", "reinvestment": "",
    }  # fmt: skip
    early = rosa.post(f"{base(there)}/share", data=form)
    assert "Choose the first and the last day" in early.text  # the year is not over
    form["until"] = "2026-11-22"
    waits = rosa.post(f"{base(there)}/share", data=form)
    assert "still wait to be confirmed: 3" in waits.text
    assert 'value="1.000,01"' in waits.text
    rosa.post(f"{base(there)}/confirm", data={"entry": [an_id(601), an_id(602), an_id(603)]})
    look = rosa.post(f"{base(there)}/share", data=form)
    assert "So it would be shared" in look.text
    assert there.state.cooperative.surpluses.get(SURPLUS) is None
    for _ in range(2):
        done = rosa.post(f"{base(there)}/share", data={**form, "sure": "1"})
        assert "It is shared, and stands in the book." in done.text
    one = there.state.cooperative.surpluses[SURPLUS]
    assert (one.amount, one.funds, one.shared, one.members, one.minutes) == (100_001, (20_000, 0, 0), 80_001, 3, 990)
    with there.store.read() as connection:
        made = hours.shares(connection, SURPLUS)
    assert sum(each.amount for each in made) == 80_001
    assert {each.amount for each in made} == {41_213, 19_394}

    again = rosa.post(f"{base(there)}/share", data={**form, "surplus": an_id(512), "sure": "1"})
    assert again.status_code == 409
    late = phones["Inés"].post(
        f"{base(there)}/log", data={"entry": an_id(605), "day": "2026-11-21", "hours": "1", "minutes": ""}
    )
    assert "hours until then are settled" in late.text


def test_a_member_sees_their_own_share_and_can_check_it(there: Neighbours, rosa: TestClient) -> None:
    phones = {name: there.phone(name) for name in there.rows}
    for n, phone in enumerate(phones.values()):
        logs(there, phone, 610 + n, "5")
    rosa.post(f"{base(there)}/confirm", data={"entry": [an_id(610 + n) for n in range(3)]})
    decision = decided(there)
    form = {
        "surplus": SURPLUS, "decision": decision, "since": "2026-11-01", "until": "2026-11-22", "amount": "100",
        "currency": "USD", "rule": "equal", "sure": "1",
    }  # fmt: skip
    rosa.post(f"{base(there)}/share", data=form)
    with there.store.read() as connection:
        made = hours.shares(connection, SURPLUS)
    assert sorted(each.amount for each in made) == [3333, 3333, 3334]
    own = next(each for each in made if each.member == there.rows["Amaru"].member)
    page = phones["Amaru"].get(f"{base(there)}/mine").text
    assert own.written in page
    assert f"${own.amount / 100:.2f}" in page
    for other in made:
        assert other is own or other.secret not in page
    sealed = phones["Amaru"].get(f"{base(there)}/{SURPLUS}/list.txt").text
    assert sealed.splitlines()[own.place - 1] == sha256(own.written.encode()).hexdigest()
    assert sha256(sealed.encode()).hexdigest() == there.state.cooperative.surpluses[SURPLUS].digest
    assert phones["Amaru"].get(f"{base(there)}/{SURPLUS}").status_code == 403
    assert "Inés" in rosa.get(f"{base(there)}/{SURPLUS}").text

    # whoever leaves is erased from it, and the others can still check theirs
    there.store.write(
        lambda tx: register.leave(tx, there.store.shelf, there.book, there.rows["Inés"].member, by=there.rosa)
    )
    assert phones["Amaru"].get(f"{base(there)}/{SURPLUS}/list.txt").text == sealed
    with there.store.read() as connection:
        assert len(hours.shares(connection, SURPLUS)) == 2
        assert hours.of_member(connection, there.book, there.rows["Inés"].member) == []


def test_hours_are_ones_own(there: Neighbours, rosa: TestClient) -> None:
    inés, noor = there.phone("Inés"), there.phone("Noor")
    logs(there, inés, 620, "3")
    assert noor.post(f"{base(there)}/strike", data={"entry": an_id(620)}).status_code == 404
    assert "Oven 7" not in noor.get(f"{base(there)}/mine").text
    for path in ("/desk", "/share"):
        assert noor.get(base(there) + path).status_code == 403
    rosa.post(f"{base(there)}/confirm", data={"entry": an_id(620)})
    assert inés.post(f"{base(there)}/strike", data={"entry": an_id(620)}).status_code == 409
    shown = rosa.get(base(there)).text
    assert "Inés" not in shown
    assert there.rows["Inés"].member not in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours": "0", "minutes": "0"}, "How long did you work?"),
        ({"hours": "25"}, "How long did you work?"),
        ({"hours": "one"}, "How long did you work?"),
        ({"day": "2026-12-24"}, "On which day did you work?"),
        ({"hours": "23"}, "more than 24 hours on one day"),
    ],
)
def test_hours_that_cannot_be_are_not_lost(there: Neighbours, changes: dict[str, str], said: str) -> None:
    phone = there.phone("Inés")
    logs(there, phone, 630, "2")
    form = {"entry": an_id(631), "day": "2026-11-20", "hours": "1", "minutes": "", "what": "Ñandú", **changes}
    answer = phone.post(f"{base(there)}/log", data=form)
    assert answer.status_code in (400, 409)
    assert said in answer.text
    assert re.search(r'id="what"[^>]+value="Ñandú"', answer.text)


def test_the_desk_writes_hours_down_for_somebody_with_a_card(there: Neighbours, rosa: TestClient) -> None:
    form = {"entry": an_id(640), "day": "2026-11-20", "hours": "6", "minutes": "15"}
    wrong = rosa.post(f"{base(there)}/desk", data={**form, "who": "nobody"})
    assert wrong.status_code == 404
    done = rosa.post(f"{base(there)}/desk", data={**form, "who": there.card("Noor")})
    assert "It is written down and confirmed." in done.text
    with there.store.read() as connection:
        assert hours.totals(connection, there.book, "2026-11-01", "2026-11-30") == {there.rows["Noor"].member: 375}
