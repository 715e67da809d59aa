"""A charter amended in a real browser: at a desk and on a phone, from the first mistake to the charter that holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from comuna import shipped_charters
from comuna.rules import assembly, charter
from tests.browser.conftest import Site, barriers
from tests.browser.test_assembly import chair_of, code_of, comes, opened
from tests.cast import AMARU, an_id

COOPERATIVE = shipped_charters.text("spanish-cooperative")
HELD = COOPERATIVE.replace("at_most = 60 }", "at_most = 120 }").replace('share = "1/2", more = true', 'share = "1/3"')
"""So that the circle's session, three months ahead with 40 people, can be its assembly."""


def looked_at(page: Page, name: str) -> None:
    """The page keeps nobody out and is no wider than the screen; with COMUNA_SHOTS, a picture of it is kept."""
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
    if folder := os.environ.get("COMUNA_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def cooperative(site: Site) -> Site:
    """The circle is a co-operative."""
    new = assembly.CharterAmended(decision=an_id(1), charter=HELD, charter_digest=charter.digest(HELD))
    site.world.act(lambda _: new)
    return site


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (390, "es")])
def test_a_facilitator_proposes_and_members_see_what_changes(cooperative: Site, width: int, language: str) -> None:
    rosa = cooperative.rosa(width=width, language=language, dark=width == 390)
    rosa.goto(f"{cooperative.url}/g/{cooperative.world.book}/charter/amend")
    expect(rosa.locator("#charter")).to_have_value(HELD)
    place = HELD.index("[decisions.ordinary.majority]")
    wrong = HELD[:place] + HELD[place:].replace("source", "sauce", 1)
    rosa.fill("#charter", wrong)
    rosa.click("form[enctype] button >> nth=-1")
    expect(rosa.locator(".problem-list li")).not_to_have_count(0)
    expect(rosa.locator("#charter")).to_have_value(wrong)
    looked_at(rosa, f"wrong-{width}")
    new = HELD[:place] + HELD[place:].replace('{ of = "cast", share = "1/2" }', '{ of = "cast", share = "3/5" }', 1)
    new = new.replace('"Ley 27/1999 de Cooperativas, Art. 24"', '"Estatutos, Art. 12"', 1).replace(
        "at_least = 15", "at_least = 20"
    )
    new = new.replace('title = { en = "Resolution"', 'title = { en = "Ordinary resolution"')
    new += '[rules.change_ballot]\nvalue = true\nsource = "Estatutos, Art. 13"\nvalid_from = "2026-11-01"\n'
    rosa.fill("#charter", new)
    rosa.click("form[enctype] button >> nth=-1")
    expect(rosa.locator(".change")).not_to_have_count(0)
    rosa.locator("details:has(.text-lines)").evaluate("e => e.open = true")
    looked_at(rosa, f"changes-{width}")
    rosa.fill("#reason", "Half of those who come is too few for what binds all of us.")
    rosa.click("button[name=do]")
    rosa.wait_for_url("**/charter/proposed/*")
    looked_at(rosa, f"proposed-{width}")
    rosa.goto(f"{cooperative.url}/g/{cooperative.world.book}/charter")
    expect(rosa.locator(".proposal-list li")).to_have_count(1)
    looked_at(rosa, f"charter-{width}")


def test_the_chair_moves_it_a_phone_reads_it_and_it_is_put_in_force(cooperative: Site) -> None:
    new = HELD + "\n# clearer\n"
    desk = cooperative.rosa(language="es")
    desk.goto(f"{cooperative.url}/g/{cooperative.world.book}/charter/amend")
    desk.fill("#charter", new)
    desk.click("form[enctype] button >> nth=-1")
    desk.click("button[name=do]")
    rosa = chair_of(cooperative, a1="charter")
    phone = comes(cooperative, code_of(cooperative, rosa), AMARU)
    opened(cooperative, rosa)
    rosa.click("#charter-motion summary")
    rosa.click("#charter-motion button")
    with phone.context.expect_page() as told:
        phone.click(".motion a")
    read = told.value
    expect(read.locator("h1")).to_have_text("Un reglamento propuesto")
    looked_at(read, "guest")
    looked_at(rosa, "chair")
    rosa.click("text=Leída: esto es lo que se vota")
    rosa.click("form.open-vote button")
    form = rosa.locator("form.count-form:has(input[value='hands'])")
    for n, number in enumerate(("38", "1", "1")):
        form.locator(f"input[name=c{n}]").fill(number)
    form.locator("button").click()
    rosa.click("text=Cerrar la votación")
    rosa.click(".decision-form button")
    expect(rosa.locator(".decision-form")).to_have_count(0)
    desk.goto(f"{cooperative.url}/g/{cooperative.world.book}/decisions")
    looked_at(desk, "decisions")
    desk.click("text=Lo que cambia en el reglamento; ponerlo en vigor")
    looked_at(desk, "decided")
    desk.click("text=Poner en vigor la reforma")
    desk.wait_for_url("**/charter")
    assert cooperative.world.state().charter == new
