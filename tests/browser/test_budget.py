"""A participatory budget in real browsers: from proposals to the result, with two phones and paper; in Spanish."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from comuna.rules import assembly, charter
from comuna.rules.register import Given, Row
from comuna.store import cards, people, register
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers
from tests.cast import AMARU, INES, NOOR, an_id
from tests.rules.assemblies import COUNCIL

VOTER = {"voice": "2026-Q1", "vote": "2026-Q1"}
SHOTS = os.environ.get("COMUNA_SHOTS")
"""A folder for pictures of the pages, to be looked at."""
PHONES = [INES, AMARU]
ON_PAPER = [NOOR, "Paz", "Luz", "Sol", "Mar"]


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


class Village:
    """A council with a register and a budget to decide on."""

    def __init__(self, site: Site) -> None:
        self.site, self.world = site, site.world
        new = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
        self.world.act(lambda _: new)
        self.rows = {name: self.enrol(name) for name in (*PHONES, *ON_PAPER, "Río")}

    def enrol(self, name: str) -> Row:
        w = self.world
        given = Given(name=name, household=str(len(name)), rights=VOTER)
        return w.store.write(lambda tx: register.add(tx, w.store.shelf, w.book, given, by=w.rosa))

    def phone(self, name: str, **how: object) -> Page:
        """A member's phone, opened with their card."""

        def job(tx: Transaction) -> str:
            key, digest = people.key_and_digest(tx)
            cards.issue(tx, self.world.book, {self.rows[name].member: digest})
            return key

        phone = self.site.person(width=390, language="es", **how)
        phone.goto(f"{self.site.url}/m/{self.world.store.write(job)}")
        phone.locator("main form button").first.click()
        phone.wait_for_url("**/me")
        return phone

    @property
    def at(self) -> str:
        return f"{self.site.url}/g/{self.world.book}/budget"


@pytest.fixture
def village(site: Site) -> Village:
    return Village(site)


def propose(page: Page, title: str, place: str, *lines: tuple[str, str]) -> None:
    page.fill("#title", title)
    page.fill("#purpose", "Para que nadie se caiga de noche, y para que las niñas y los niños jueguen.")
    page.fill("#place", place)
    for n, (what, sum_) in enumerate(lines, 1):
        page.fill(f"#what-{n}", what)
        page.fill(f"#sum-{n}", sum_)
    page.fill("#carried", "Comité de vivienda y hábitat")
    page.fill("#upkeep-by", "Los vecinos de la escalera")
    page.fill("#upkeep", "50")


def test_a_budget_vote_to_decided_projects(village: Village) -> None:
    desk = village.site.rosa(language="es")
    desk.goto(village.at)
    expect(desk.locator("main")).to_contain_text("Todavía no se abrió ningún presupuesto.")
    assert barriers(desk) == []
    desk.get_by_role("link", name="Abrir un presupuesto").click()
    desk.fill("#title", "Presupuesto del barrio 2027")
    desk.fill("#amount", "1e9")
    desk.get_by_role("button", name="Abrir el presupuesto").click()
    expect(desk.get_by_role("alert")).to_contain_text("1e9")
    assert barriers(desk) == []
    shot(desk, "1-open")
    desk.fill("#amount", "10.000")
    desk.get_by_role("button", name="Abrir el presupuesto").click()
    expect(desk.locator("main")).to_contain_text("Nadie ha propuesto nada todavía.")
    here = desk.url

    ines, amaru = village.phone(INES), village.phone(AMARU, dark=True)
    ines.get_by_role("link", name="Presupuesto participativo").click()
    ines.locator("a.round-card").click()
    ines.get_by_role("link", name="Proponer algo").click()
    propose(ines, "Luces en la escalera del sector 3", "Escalera grande", ("Postes", "3.000"), ("Cable", "mil"))
    ines.get_by_role("button", name="Proponerla").click()
    expect(ines.get_by_role("alert")).to_contain_text("mil")
    expect(ines.locator("#title")).to_have_value("Luces en la escalera del sector 3")
    assert barriers(ines) == []
    ines.fill("#sum-2", "1.000,50")
    shot(ines, "2-propose")
    ines.get_by_role("button", name="Proponerla").click()
    expect(ines.locator("main")).to_contain_text("Está en la lista.")
    expect(ines.locator("main")).to_contain_text("4.000,50")
    assert barriers(ines) == []
    shot(ines, "3-proposal")
    for title, place, sum_ in (
        ("Bomba nueva para el tanque de agua", "Tanque de arriba", "5.000"),
        ("Cancha con techo", "Terreno de la escuela", "6.500"),
        ("Pintar la casa comunal", "Casa comunal", "800"),
    ):
        desk.goto(f"{here}/propose")
        propose(desk, title, place, ("Todo", sum_))
        desk.get_by_role("button", name="Proponerla").click()
    desk.goto(here)
    shot(desk, "4-proposals")
    assert barriers(desk) == []
    desk.get_by_role("button", name="No recibir más propuestas").click()
    for n in range(4):
        desk.goto(here)
        desk.locator("a.title").nth(n).click()
        desk.check("input[name=feasible][value=yes]")
        desk.get_by_role("button", name="Anotar la revisión").click()
    shot(desk, "5-checking")
    desk.get_by_role("button", name="Sellar la lista").click()
    expect(desk.locator("main")).to_contain_text("de 8 han votado")
    assert barriers(desk) == []
    shot(desk, "6-voting")

    # what is half filled in survives a reload, and is gone once it is cast
    ines.goto(f"{here}/vote")
    ines.check("#m0")
    ines.check("#m3")
    expect(ines.locator(".tally")).to_have_text("Marcadas: 2")
    ines.reload()
    expect(ines.locator("#m3")).to_be_checked()
    assert barriers(ines) == []
    shot(ines, "7-ballot")
    ines.get_by_role("button", name="Ponerla en la urna").click()
    expect(ines.locator("h1")).to_contain_text("urna")
    code = ines.locator("code").inner_text()
    assert ines.evaluate("JSON.stringify(localStorage)") == "{}", "whoever takes the phone later learns nothing"
    assert barriers(ines) == []
    ines.goto(f"{here}/vote")
    expect(ines.locator("main")).to_contain_text("Ya votaste.")
    amaru.goto(f"{here}/vote")
    amaru.check("#m1")
    assert barriers(amaru) == []
    shot(amaru, "8-ballot-dark")
    amaru.get_by_role("button", name="Ponerla en la urna").click()

    # the desk
    desk.goto(f"{here}/paper")
    desk.fill("#member", village.rows[INES].member)
    desk.get_by_role("button", name="Anotar que votó").click()
    expect(desk.get_by_role("alert")).to_contain_text("ya se votó")
    for n, name in enumerate(ON_PAPER):
        desk.fill("#member", village.rows[name].member)
        desk.get_by_role("button", name="Anotar que votó").click()
        for each in ((0, 3), (0,), (1,), (1, 2), (1,))[n]:
            desk.check(f"#m{each}")
        desk.get_by_role("button", name="Anotar esta papeleta").click()
        expect(desk.locator("#enter .notice")).to_contain_text("Anotada:")
    desk.check("#m2")
    desk.get_by_role("button", name="Anotar esta papeleta").click()
    expect(desk.get_by_role("alert")).to_contain_text("6 papeletas de papel")
    assert barriers(desk) == []
    shot(desk, "9-paper")

    desk.goto(here)
    desk.locator("form[action$='/close'] input[name=sure]").check()
    desk.get_by_role("button", name="Cerrar y contar").click()
    expect(desk.locator("#result")).to_contain_text("Se financian")
    expect(desk.locator("main")).to_contain_text("Votaron 7 de 8.")
    assert barriers(desk) == []
    shot(desk, "10-result-desk")
    amaru.goto(here)
    expect(amaru.locator("#result")).to_contain_text("Se financian")
    assert barriers(amaru) == []
    shot(amaru, "11-result-phone-dark")
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(here)
    shot(desk, "12-result-phone")
    published = desk.request.get(f"{here}.pb").text()
    assert code in published, "who cast it finds it under its code"
    assert not any(row.member in published for row in village.rows.values())
