"""Campaign days and rounds of visits on the site; and that nothing in them is about anybody's health."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.neighbours import Neighbours

from comuna.kernel.act import KINDS
from comuna.rules import state_health
from comuna.store import health
from comuna.store.schema import services

DAY, ROUND = an_id(521), an_id(522)


@pytest.fixture
def there(site: Site) -> Neighbours:
    made = Neighbours(site, households=3)
    made.enrol("Inés", "12-B")
    made.enrol("Noor", "14")
    return made


@pytest.fixture
def rosa(there: Neighbours) -> TestClient:
    return there.site.rosa()


def base(there: Neighbours) -> str:
    return f"/g/{there.book}/health"


def call(there: Neighbours, rosa: TestClient, **changes: str) -> None:
    form = {
        "campaign": DAY, "what": "Day of the health committee", "place": "School yard", "date": "2026-11-28",
        "start": "08:00", "slots": "4", "minutes": "30", "places": "2", "turns": "2", "least": "1", "most": "1",
        **changes,
    }  # fmt: skip
    for _ in range(2):
        assert "It is written down." in rosa.post(f"{base(there)}/new", data=form).text


def test_a_day_is_called_booked_helped_and_closed(there: Neighbours, rosa: TestClient) -> None:
    call(there, rosa)
    day = f"{base(there)}/{DAY}"
    inés, noor = there.phone("Inés"), there.phone("Noor")
    assert "Day of the health committee" in inés.get(base(there)).text
    assert "0 of 8 places taken" in inés.get(base(there)).text
    for _ in range(2):
        assert "You have a place." in inés.post(f"{day}/book", data={"slot": "1"}).text
    assert "08:30" in inés.get(day).text
    assert "8 places, few of them taken" in noor.get(base(there)).text
    assert "1 of 8 places taken" in rosa.get(base(there)).text, "the desk counts"
    second = inés.post(f"{day}/book", data={"slot": "2"})
    assert "They have a place at 08:30 already." in second.text
    rosa.post(f"{day}/desk", data={"slot": "1", "who": "Casa 1"})
    full = rosa.post(f"{day}/desk", data={"slot": "1", "who": there.card("Vecina 2")})
    assert (full.status_code, "This slot is full." in full.text) == (409, True)
    assert noor.post(f"{day}/book", data={"slot": "1"}).status_code == 409
    noor.post(f"{day}/book", data={"slot": "3"})
    noor.post(f"{day}/give-back")
    assert "Thank you" in noor.post(f"{day}/help", data={"turn": "0"}).text
    assert "all the volunteers it takes" in inés.post(f"{day}/help", data={"turn": "0"}).text
    rosa.post(
        f"{day}/supply", data={"item": an_id(700), "name": "Chairs", "needed": "20", "promised": "8", "there": "5"}
    )
    rosa.post(f"{day}/supply", data={"item": an_id(700), "needed": "20", "promised": "0", "there": "18"})
    assert "Chairs" in noor.get(day).text
    assert "Inés" not in noor.get(day).text
    assert "Inés" in rosa.get(day).text

    assert rosa.post(f"{day}/close").status_code == 409  # it is not the day yet
    there.clock.forward(days=7)
    rosa.post(f"{day}/mark", data={"booking": f"m{there.rows['Inés'].member}", "what": "used"})
    for _ in range(2):
        assert "The day is closed." in rosa.post(f"{day}/close").text
    over = there.state.health.campaigns[DAY]
    assert (over.status, over.used, over.volunteers, over.needed, over.there) == ("closed", None, None, 20, 18)
    assert "8 places, few of them used · few turns of volunteers" in " ".join(inés.get(base(there)).text.split())
    with there.store.read() as connection:
        assert health.bookings(connection, DAY) == []
        assert health.volunteers(connection, DAY) == []
        assert health.supplies(connection, DAY) == []


def test_a_round_of_visits_keeps_due_and_done_until_it_ends(there: Neighbours, rosa: TestClient) -> None:
    form = {
        "round": ROUND,
        "what": "Visits before the rains",
        "dwellings": "12-B\r\n14\r\n\r\n14\r\nCasa 1\r\n15\r\n16",
    }
    few = rosa.post(f"{base(there)}/rounds/new", data={**form, "dwellings": "12-B\r\n14"})
    assert (few.status_code, there.state.health.rounds.get(ROUND)) == (400, None), "its totals would tell who"
    for _ in range(2):
        page = rosa.post(f"{base(there)}/rounds/new", data=form).text
    assert "0 of 5 visits are done" in page
    visit = f"{base(there)}/rounds/{ROUND}/visit"
    rosa.post(visit, data={"dwelling": "14", "is": "done"})
    rosa.post(visit, data={"dwelling": "12-B", "is": "done"})
    rosa.post(visit, data={"dwelling": "12-B", "is": "due"})
    inés = there.phone("Inés")
    shown = inés.get(base(there)).text
    assert "1 of 5 visits are done" in rosa.get(base(there)).text
    assert "5 dwellings. How many visits are done is told when" in shown, "nobody learns which by looking twice"
    assert "12-B" not in shown
    assert inés.get(f"{base(there)}/rounds/{ROUND}").status_code == 403
    rosa.post(f"{base(there)}/rounds/{ROUND}/close")
    rosa.post(f"{base(there)}/rounds/{ROUND}/close")
    over = there.state.health.rounds[ROUND]
    assert (over.status, over.due, over.done) == ("closed", None, None)
    assert "few of them done or few still due; how many is not told" in inés.get(base(there)).text
    with there.store.read() as connection:
        assert health.dwellings(connection, ROUND) == []
    assert rosa.post(visit, data={"dwelling": "14", "is": "done"}).status_code == 409


def test_strangers_see_nothing_and_members_run_no_desk(there: Neighbours, rosa: TestClient) -> None:
    call(there, rosa)
    stranger, inés = there.site.visitor(), there.phone("Inés")
    assert stranger.get(base(there)).status_code == 403
    assert stranger.get(f"{base(there)}/{DAY}").status_code == 403
    for what in ("desk", "mark", "supply", "close"):
        assert inés.post(f"{base(there)}/{DAY}/{what}").status_code == 403
    for path in ("/new", "/rounds/new"):
        assert inés.get(base(there) + path).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": ""}, "Say in a few words"),
        ({"date": "2026-01-01"}, "Choose a day, today or later"),
        ({"slots": "0"}, "A day has 1 to 96 slots"),
        ({"start": "23:00"}, "A day has 1 to 96 slots"),
        ({"least": "5"}, "A day has 1 to 6 turns"),
    ],
)
def test_what_cannot_be_is_said_in_the_form(
    there: Neighbours, rosa: TestClient, wrong: dict[str, str], said: str
) -> None:
    form = {
        "campaign": DAY, "what": "Jornada", "place": "Ñandú", "date": "2026-11-28", "start": "08:00", "slots": "8",
        "minutes": "30", "places": "2", "turns": "2", "least": "1", "most": "2", **wrong,
    }  # fmt: skip
    answer = rosa.post(f"{base(there)}/new", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="Ñandú"' in answer.text


OF_THE_BODY = re.compile(
    "diagnos|medic|remed|drug|dose|disease|illness|symptom|treat|vaccin|vacuna|blood|sangre|pregnan|embaraz|allerg|alerg|"
    "patient|pacient|disab|discapac|condition|patholog|enfermed|clinic|weight|peso|pressure|sick|age|birth|sex|gender"
)


def test_no_field_and_no_column_is_about_anybodys_health() -> None:
    acts = [n for k, cls in KINDS.items() if k.split(".")[0] in ("campaign", "round") for n in cls.__struct_fields__]
    structs = [
        n
        for cls in (state_health.Campaign, state_health.Round, health.Booking, health.Item)
        for n in cls.__struct_fields__
    ]
    tables = (services.slot_bookings, services.turn_volunteers, services.campaign_supplies, services.round_dwellings)
    columns = [name for table in tables for name in table.c.keys()]  # noqa: SIM118  columns, by name
    assert len(acts) > 20
    assert [name for name in (*acts, *structs, *columns) if OF_THE_BODY.search(name)] == []
    assert set(services.round_dwellings.c.keys()) == {"round", "dwelling", "book", "done"}
    assert set(services.slot_bookings.c.keys()) == {"campaign", "who", "book", "slot", "used"}
