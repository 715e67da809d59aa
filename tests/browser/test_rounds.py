"""A garbage route in a real browser: a place clicked on the map, a plan, a sheet that is printed, and a phone on which
somebody says that nobody came."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from comuna.rules import assembly, charter
from comuna.streets import planning
from tests.browser.conftest import Site, barriers
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL
from tests.streets.making import Village, degrees

SHOTS = os.environ.get("COMUNA_SHOTS")
"""A folder for pictures of the pages, to be looked at."""
REAL = Path(os.environ.get("COMUNA_MAP", "/nowhere"))
"""A real map to look at instead of the invented one."""


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.skipif(not planning.installed(), reason="the planner is an extra: comuna[routes]")
def test_a_route_is_planned_and_printed_and_a_miss_is_said(site: Site, tmp_path: Path) -> None:
    new = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
    site.world.act(lambda _: new)
    village = Village(6, 8)
    village.street((2.5, 0.0), (2.5, 1.0), oneway="yes", name="Vereda sola")
    file = tmp_path / "village.osm"
    file.write_bytes(village.xml)
    group = f"{site.url}/g/{site.world.book}"

    desk = site.rosa(scripts=False)
    desk.goto(f"{group}/map")
    assert barriers_of(site, f"{group}/map") == []
    shot(desk, "map-empty")
    desk.set_input_files("#map", str(REAL if REAL.exists() else file))
    desk.get_by_role("button", name="Import the map").click()
    expect(desk.locator("svg.map")).to_be_visible()
    shot(desk, "map")

    desk.goto(f"{group}/services")
    desk.get_by_label("What it is called").fill("Garbage of El Molino")
    shot(desk, "services-empty")
    desk.get_by_role("button", name="Begin").click()

    # a place by two clicks, without a script
    for _ in range(2):
        spot = desk.locator('input[type="image"]')
        box = spot.bounding_box()
        assert box is not None
        spot.click(position={"x": 380, "y": 200})
        desk.wait_for_url("**spot.x=*")
    assert re.fullmatch(r"-?\d+\.\d+", desk.locator("#lat").input_value())
    shot(desk, "points-picked")
    desk.locator("#name").fill("Bakery corner")
    desk.locator("#block").fill("Sector 0")
    desk.locator("#amount").fill("40")
    desk.get_by_label("Mon").check()
    desk.get_by_role("button", name="Add the point").click()
    expect(desk.get_by_role("heading", name="1 point")).to_be_visible()

    if not REAL.exists():
        spots = [((n * 1.7) % 5, round((n * 0.9) % 7)) for n in range(24)]
        lines = [
            f"Corner {n}; Sector {n % 3}; {degrees(*spot)[0]}; {degrees(*spot)[1]}; {30 + 3 * n}; mon thu"
            for n, spot in enumerate(spots, 1)
        ]
        desk.get_by_text("Paste a list").click()
        desk.locator("#list").fill("\n".join(lines))
        desk.get_by_role("button", name="Take these points").click()
        expect(desk.get_by_role("heading", name="24 points")).to_be_visible()
    shot(desk, "points")
    points = desk.url.partition("#")[0]
    service = points.removesuffix("/points")

    desk.goto(f"{service}/vehicles")
    for name, drives, capacity in (("Truck of the council", "truck", "700"), ("Cart of the women", "cart", "300")):
        adding = desk.locator("#add-vehicle")
        if adding.get_attribute("open") is None:
            adding.locator("summary").click()
        form = adding.locator("form")
        form.get_by_label("Name of the vehicle or crew").fill(name)
        form.get_by_label("How it gets about").select_option(drives)
        form.get_by_label("It loads (kg)").fill(capacity)
        if drives == "truck" and not REAL.exists():
            form.get_by_label("Today’s round").fill(
                "1 2 3 4 5 6 7 8 D 9 10 11 12 13 14 15 D 16 17 18 19 20 21 22 23 24"
            )
        form.get_by_role("button", name="Add the vehicle").click()
    shot(desk, "vehicles")
    lat, lon = degrees(0, 0)
    desk.locator("#lat").fill(lat)
    desk.locator("#lon").fill(lon)
    desk.get_by_role("button", name="Vehicles start here").click()
    lat, lon = degrees(5, 7)
    desk.locator("#lat").fill(lat)
    desk.locator("#lon").fill(lon)
    desk.get_by_role("button", name="The dump is here").click()

    desk.goto(f"{service}/plan")
    shot(desk, "plan-ready")
    desk.get_by_role("button", name="Plan the rounds").click()
    expect(desk.get_by_role("heading", name="The plan")).to_be_visible(timeout=60_000)
    shot(desk, "plan")
    assert barriers_of(site, f"{service}/plan") == []
    link = desk.get_by_role("link", name="Print route A")
    answer = desk.context.request.get(f"{site.url}{link.get_attribute('href')}")
    assert answer.headers["content-type"] == "application/pdf"
    read = PdfReader(io.BytesIO(answer.body()))
    text = "\n".join(each.extract_text() for each in read.pages)
    assert "Route A" in text
    assert re.search(r"(Left|Right) into (Calle|Avenida)", text)
    if SHOTS:
        (Path(SHOTS) / "sheet.pdf").write_bytes(answer.body())
    desk.get_by_role("button", name="Let this plan hold").click()
    expect(desk.get_by_text("The plan holds since")).to_be_visible()

    phone = site.person(width=390, language="es", dark=True)
    phone.goto(f"{service}/not-collected")
    shot(phone, "not-collected")
    phone.get_by_label("¿En qué punto").select_option(index=3)
    phone.get_by_role("button", name="No pasaron").click()
    expect(phone.get_by_text("Quedó contado")).to_be_visible()
    assert barriers(phone) == []
    phone.goto(f"{service}/blocks")
    shot(phone, "blocks")
    assert barriers(phone) == []

    desk.goto(service)
    desk.get_by_label("Points served").fill("23")
    desk.get_by_label("Points missed").fill("1")
    desk.get_by_role("button", name="Write it down").click()
    expect(desk.locator("svg.weeks")).to_be_visible()
    shot(desk, "service")
    small = site.rosa(width=390, language="es", dark=True)
    for path, name in (("", "service"), ("/points", "points"), ("/vehicles", "vehicles"), ("/plan", "plan")):
        small.goto(f"{service}{path}")
        shot(small, f"phone-{name}")
        assert barriers(small) == [], path
    small.goto(f"{group}/map")
    shot(small, "phone-map")
    assert barriers(small) == []
    wide = small.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def barriers_of(site: Site, address: str) -> list[str]:
    """What keeps people out of a page, as the facilitator sees it: axe needs scripts."""
    page = site.rosa()
    page.goto(address)
    return barriers(page)
