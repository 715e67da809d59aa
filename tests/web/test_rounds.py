"""A garbage route on the website, from the map to the crew's sheet and what was not collected."""

from __future__ import annotations

import io
import re
import time

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient
from tests.streets.making import Village, degrees
from tests.web.conftest import Site
from tests.web.council import Council

from comuna.store import rounds

SERVICE = "a" * 26


def village() -> Village:
    """Five by five streets, with a one-way street and an alley without a truck's width."""
    made = Village()
    made.street((0.5, 0.0), (0.5, 1.0), oneway="yes", name="Vereda sola")
    return made


class Desk:
    """Rosa at her desk, with a council that has a map and a service."""

    def __init__(self, site: Site) -> None:
        self.council, self.site = Council(site), site
        self.rosa: TestClient = site.rosa()
        self.group = f"/g/{self.council.book}"
        self.path = f"{self.group}/services/{SERVICE}"

    def bring(self, content: bytes, name: str = "village.osm"):
        return self.rosa.post(f"{self.group}/map", data={"source": "test"}, files={"map": (name, content)})

    def begin(self, type: str = "garbage"):
        self.bring(village().xml)
        data = {"service": SERVICE, "name": "Aseo de la comuna", "type": type}
        return self.rosa.post(f"{self.group}/services/new", data=data)

    def points(self, count: int = 12):
        spots = [(0.1 + (n * 0.37) % 3.8, (n * 0.83) % 4) for n in range(count)]
        lines = [
            f"Punto {n}; Sector {n % 3}; {degrees(round(row), column)[0]}; {degrees(row, column)[1]}; {50 + n}; lu ju"
            for n, (row, column) in enumerate(spots, 1)
        ]
        return self.rosa.post(f"{self.path}/points/paste", data={"points": "\n".join(lines)})

    def vehicle(self, id: str = "b" * 26, **given: str):
        data = {"vehicle": id, "name": "Camión", "drives": "truck", "capacity": "300", "shift": "480", "speed": "15"}
        return self.rosa.post(f"{self.path}/vehicles", data={**data, **given})

    def station(self, which: str, row: float, column: float):
        lat, lon = degrees(row, column)
        return self.rosa.post(f"{self.path}/vehicles/station", data={"which": which, "lat": lat, "lon": lon})

    def kept(self) -> rounds.Rounds:
        with self.council.store.read() as connection:
            return rounds.read(connection, self.council.book, SERVICE)

    def plan(self) -> str:
        page = self.rosa.post(f"{self.path}/plan").text
        for _ in range(400):
            if "<progress" not in page:
                return page
            time.sleep(0.05)
            page = self.rosa.get(f"{self.path}/plan").text
        raise AssertionError("the plan does not come")

    def ready(self) -> None:
        self.begin()
        self.points()
        self.vehicle(today="1 2 3 D 4 5 6 7 D 8 9 10 11 12")
        self.station("yard", 0, 0)
        self.station("dump", 4, 4)


@pytest.fixture
def desk(site: Site) -> Desk:
    return Desk(site)


def said(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_map_is_drawn_here_and_says_whose_data_it_is(desk: Desk) -> None:
    assert "There is no map yet" in desk.rosa.get(f"{desk.group}/map").text
    desk.bring(village().as_bz2)
    page = desk.rosa.get(f"{desk.group}/map?lat=10.001&lon=-65.999").text
    assert "© OpenStreetMap contributors" in page
    assert "Avenida B" in page
    assert "map-chosen" in page
    assert "http" not in re.sub(r'http://(www\.w3\.org|testserver)[^"]*', "", page.partition("<svg xmlns")[2])
    assert "A map was imported: © OpenStreetMap contributors, ODbL 1.0; test. Streets: 11" in said(
        desk.rosa.get(f"/b/{desk.council.book}").text
    )


def test_streets_that_hang_together_in_parts_are_told(desk: Desk) -> None:
    made = Village()
    made.street(*[(20.0, n) for n in (0.0, 1.0, 2.0, 3.0)])
    desk.bring(made.xml)
    assert "hang together in 2 parts" in desk.rosa.get(f"{desk.group}/map").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello", "This is no OpenStreetMap file"),
        (b"<osm><node id='1' lat='a' lon='2'/></osm>", "This is no OpenStreetMap file"),
        (b"<osm></osm>", "There is not one street"),
        (b"<osm><way id='1'><nd ref='5'/><nd ref='6'/><tag k='highway' v='road'/></way></osm>", "cut out without"),
        (b"BZh9 not packed", "This is no OpenStreetMap file"),
    ],
)
def test_a_map_that_is_none_is_refused(desk: Desk, content: bytes, sentence: str) -> None:
    answer = desk.bring(content)
    assert answer.status_code == 400
    assert sentence in said(answer.text)


def test_a_click_on_the_picture_is_a_place(desk: Desk) -> None:
    desk.begin()
    page = desk.rosa.get(f"{desk.path}/points").text
    width, height = (int(each) for each in re.findall(r'type="image".*?width="(\d+)" height="(\d+)"', page)[0])
    clicked = desk.rosa.get(f"{desk.path}/points", params={"spot.x": width // 2, "spot.y": height // 2}).text
    lat = re.findall(r'id="lat"[^>]* value="([^"]*)"', clicked)[0]
    lon = re.findall(r'id="lon"[^>]* value="([^"]*)"', clicked)[0]
    assert abs(float(lat) - 10.002) < 0.0002
    assert abs(float(lon) + 65.998) < 0.0002
    picture = desk.rosa.get(f"{desk.group}/map/picture.svg?lat={lat}&lon={lon}&half=80")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert desk.rosa.get(f"{desk.path}/points", params={"spot.x": 0, "spot.y": 0}).text.count('value="10.') == 0


def test_a_route_is_planned_adopted_and_printed(desk: Desk) -> None:
    desk.ready()
    page = desk.plan()
    assert "Today and planned" in page, said(page)
    draft = desk.kept().draft
    assert draft is not None
    served = [id for route in draft.routes for trip in route.trips for id in trip]
    assert sorted(served) == sorted(point.id for point in draft.points)
    assert all(load <= 300 for route in draft.routes for load in route.loads)
    digest = rounds.digest(draft)
    assert len(draft.secret) == 64, "once the points are erased, nobody can try which ones the digest is of"
    desk.rosa.post(f"{desk.path}/plan/adopt", data={"digest": digest})
    desk.rosa.post(f"{desk.path}/plan/adopt", data={"digest": digest})
    plan = desk.council.state.rounds.services[SERVICE].plan
    assert plan is not None
    assert (plan.digest, plan.points, plan.vehicles) == (digest, 12, 1)
    assert said(desk.rosa.get(f"/b/{desk.council.book}").text).count("New rounds hold: 12 points") == 1
    shown = desk.rosa.get(desk.path).text
    assert "map-route-0" in shown
    sheet = desk.rosa.get(f"{desk.path}/sheets/0")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet.content)).pages)
    for point in draft.points:
        assert point.name in text
    assert "Unload at the dump" in text
    assert re.search(r"(Left|Right) into (Calle|Avenida)", text)


def test_what_cannot_be_planned_is_said_beforehand(desk: Desk) -> None:
    desk.ready()
    desk.vehicle(capacity="55")
    assert "Point 6 has 56 to load, and the largest vehicle that gets there takes 55" in said(desk.plan())
    desk.vehicle(shift="1")
    assert "The shift is too short" in said(desk.plan())
    desk.vehicle()
    lat, lon = degrees(30, 30)
    sea = {"point": "c" * 26, "name": "Boya", "lat": lat, "lon": lon, "amount": "1"}
    answer = desk.rosa.post(f"{desk.path}/points", data=sea)
    assert answer.status_code == 400
    assert re.search(r"This place is \d+ m away from any street on the map: Boya. Is it in the sea", said(answer.text))
    lat, lon = degrees(0.5, 0.5)
    desk.rosa.post(f"{desk.path}/points", data={**sea, "name": "Isla", "lat": lat, "lon": lon})
    assert "No vehicle can get to these points and back (1): 13" in said(desk.plan())


def test_anybody_says_what_was_not_collected_and_nobody_is_kept(desk: Desk) -> None:
    desk.ready()
    point = desk.kept().points[2].id
    guest = desk.site.visitor()
    page = guest.get(f"{desk.path}/not-collected").text
    entry = re.findall(r'name="entry" value="([a-z2-7]{26})"', page)[0]
    for _ in range(2):
        answer = guest.post(f"{desk.path}/not-collected", data={"entry": entry, "point": point})
        assert "It was counted" in answer.text
    with desk.council.store.read() as connection:
        found = rounds.reports(connection, desk.council.book, SERVICE)
    ((week, counts),) = found.items()
    assert counts == {point: 1}
    desk.rosa.post(f"{desk.path}/round", data={"week": week, "served": "11", "missed": "1"})
    assert "The rounds of week" in said(desk.rosa.get(f"/b/{desk.council.book}").text)
    assert "1 missed, 1 reports" in desk.rosa.get(desk.path).text
    letters = [chr(ord("a") + n) for n in range(26)]
    answers = [
        guest.post(f"{desk.path}/not-collected", data={"entry": letter * 26, "point": point}) for letter in letters[:12]
    ]
    assert answers[-1].status_code == 429


def test_each_block_has_its_days(desk: Desk) -> None:
    desk.ready()
    guest = desk.site.visitor()
    assert "Sector 1" in guest.get(f"{desk.path}/blocks").text
    file = guest.get(f"{desk.path}/calendar.ics?block=Sector 1").text
    assert file.count("BEGIN:VEVENT") == 24
    assert guest.get(f"{desk.path}/calendar.ics?block=Nowhere").status_code == 404


def test_who_was_visited_is_shown_to_nobody_and_erased_with_the_round(desk: Desk) -> None:
    desk.begin("visits")
    desk.points(4)
    assert desk.site.visitor().get(f"{desk.path}/not-collected").status_code == 404
    week = f"{desk.council.today[:4]}-W47"
    desk.rosa.post(f"{desk.path}/round", data={"week": week, "served": "4", "missed": "0"})
    assert desk.kept().points == ()
    told = desk.council.state.rounds.services[SERVICE].weeks[week]
    assert (told.served, told.missed) == (None, None), "a handful is not told"
    again = desk.rosa.post(f"{desk.path}/round", data={"week": week, "served": "4", "missed": "0"})
    assert (again.status_code, "not told" in again.text) == (200, True)


def test_lines_that_cannot_be_read_are_named(desk: Desk) -> None:
    desk.begin()
    answer = desk.rosa.post(
        f"{desk.path}/points/paste", data={"points": "Casa; B; 10.0; -66.0; 5; mo\nCasa; B; x; y; 5"}
    )
    assert "Line 2 cannot be read" in said(answer.text)
    assert "Casa; B; x; y; 5" in answer.text
