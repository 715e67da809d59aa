"""A recall in real browsers, from the petition to the verdict: phones, the desk, the chair and the wall; in Spanish."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from comuna.rules import assembly, charter, election, verdict, vote
from comuna.rules.election import Elected
from comuna.rules.eligibility import BY_THE_DESK
from comuna.rules.register import Given, Row
from comuna.rules.verdict import Tally
from comuna.rules.vote import Ask
from comuna.store import cards, people, register
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers
from tests.browser.test_assembly import chair_of, code_of, comes
from tests.cast import AMARU, INES, NOOR, an_id
from tests.rules.assemblies import COUNCIL, rule

CHARTER = (
    COUNCIL
    + rule("decisions.recall.ballot", '"open"')
    + rule(
        "recall.causes",
        '[{ id = "funds", en = "Misuse of funds", es = "Uso indebido de fondos" }, '
        '{ id = "absent", en = "Absent three times", es = "Ausente tres veces" }]',
    )
)
VOTER = {"voice": "2026-Q1", "vote": "2026-Q1"}
SHOTS = os.environ.get("COMUNA_SHOTS")
"""A folder for pictures of the pages, to be looked at."""


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


class Village:
    """A council that keeps a register, with Inés and Amaru in finance and Noor to step in."""

    def __init__(self, site: Site) -> None:
        self.site, self.world = site, site.world
        new = assembly.CharterAmended(decision=an_id(1), charter=CHARTER, charter_digest=charter.digest(CHARTER))
        self.world.act(lambda _: new)
        self.rows = {name: self.enrol(name) for name in (INES, AMARU, NOOR, "Paz", "Luz")}

    def enrol(self, name: str) -> Row:
        w = self.world
        given = Given(name=name, household=str(len(name)), rights=VOTER)
        return w.store.write(lambda tx: register.add(tx, w.store.shelf, w.book, given, by=w.rosa))

    def card(self, name: str) -> str:
        def job(tx: Transaction) -> str:
            key, digest = people.key_and_digest(tx)
            cards.issue(tx, self.world.book, {self.rows[name].member: digest})
            return key

        return self.world.store.write(job)

    def phone(self, name: str, **how: object) -> Page:
        """A member's phone, opened with their card."""
        phone = self.site.person(width=390, language="es", **how)
        phone.goto(f"{self.site.url}/m/{self.card(name)}")
        phone.locator("main form button").first.click()
        phone.wait_for_url("**/me")
        return phone

    def elect(self) -> None:
        """Finance is elected at the assembly that is open."""
        who = tuple(self.rows[name].member for name in (INES, AMARU, NOOR))
        day = self.world.store.clock().date().isoformat()
        by, here = self.world.rosa, self.world.gathering
        for each in who:
            self.world.act(
                lambda s, each=each: election.stand(
                    s, by=by, unit="finance", candidate=each, facts=BY_THE_DESK, today=day
                )
            )
        ask = Ask(subject="election", of="finance", ways=("paper",), secret=True, method="plurality", seats=2)
        at = {"by": by, "gathering": here, "vote": an_id(80)}
        self.world.act(lambda s: vote.open_vote(s, **at, roll=6, ask=ask))
        made = Elected(method="plurality/1", outcome="elected", winners=who[:2], alternates=who[2:])
        box = Tally(counts=(2, 2, 1), ballots=5, phones=0, digest="0" * 64)
        self.world.act(lambda s: verdict.close(s, **at, tally=box, elected=made))


@pytest.fixture
def village(site: Site) -> Village:
    return Village(site)


def test_a_recall_from_the_petition_to_the_verdict(village: Village) -> None:
    site, book = village.site, village.world.book
    rosa = chair_of(site, a1="ordinary", a2="election")
    code = code_of(site, rosa)
    wall = site.person(width=1920, language="es")
    wall.goto(f"{site.session}/wall?code={code}")
    for name in (INES, AMARU, NOOR, "Paz"):
        rosa.fill("form[action$='assembly/desk'] input[name=who]", name)
        rosa.click("form[action$='assembly/desk'] button")
        expect(rosa.locator("form[action$='assembly/desk'] input[name=who]")).to_have_value("")
    rosa.fill("#open-present", "5")
    rosa.click("form[action$='assembly/open'] button")
    rosa.wait_for_selector("#motion-text")
    village.elect()

    # somebody came onto the register since the roll was frozen
    village.enrol("Sol")
    desk = site.rosa(language="es")
    for width in (390, 1280):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.goto(f"{site.url}/g/{book}/register/roll/{village.world.gathering}")
        expect(desk.locator("main")).to_contain_text("Sol")
        assert barriers(desk) == []
        shot(desk, f"0-roll-{width}")

    # somebody asks for it, from the page of the offices
    desk.goto(f"{site.url}/g/{book}/offices")
    shot(desk, "1-offices")
    seat = desk.locator(".seat", has_text=INES)
    seat.locator("summary").click()
    seat.get_by_role("link", name="Pedir una revocatoria").click()
    desk.check("input[name=received_by][value=control]")
    desk.get_by_role("button", name="Pedir la revocatoria").click()
    expect(desk.locator(".gathered b")).to_have_text("0")
    assert barriers(desk) == []
    address = desk.url

    # Luz signs on her phone, takes it back, signs again; the page never tells
    luz = village.phone("Luz", dark=True)
    luz.get_by_role("link", name="Petición de revocatoria").click()
    shot(luz, "2-sign")
    assert barriers(luz) == []
    sign = luz.get_by_role("button", name="Firmar la petición")
    sign.click()
    expect(luz.get_by_role("status")).to_contain_text("Tu firma está.")
    shot(luz, "3-signed")
    luz.get_by_role("button", name="Retirar mi firma").click()
    expect(luz.locator(".gathered b")).to_have_text("0")
    sign.click()
    expect(luz.get_by_role("status")).to_contain_text("Tu firma está.")
    expect(luz.locator(".gathered b")).to_have_text("0")  # on the same day nothing moves
    plain = village.phone("Paz", scripts=False)
    plain.goto(f"{address}/sign")
    plain.get_by_role("button", name="Firmar la petición").click()
    expect(plain.get_by_role("status")).to_contain_text("Tu firma está.")

    # the desk takes one on paper, and certifies
    desk.goto(address)
    desk.get_by_label("Una firma en papel: el número de integrante").fill(village.rows[NOOR].member)
    desk.get_by_role("button", name="Tomar la firma").click()
    expect(desk.get_by_role("status")).to_be_visible()
    expect(desk.locator(".gathered b")).to_have_text("0")
    shot(desk, "4-desk")
    assert barriers(desk) == []
    desk.get_by_label("Las hojas de firmas están destruidas").check()
    desk.get_by_role("button", name="Certificar el recuento").click()
    expect(desk.locator(".steps-of")).to_contain_text("Las firmas se destruyeron.")
    luz.reload()
    expect(luz.locator(".notice").last).to_contain_text("El recuento está certificado")
    shot(luz, "5-over")

    # the report, and the defence
    desk.get_by_label("El informe").fill("Tres cheques sin comprobante.")
    desk.locator("form[action$='report'] button").click()
    desk.locator("#defence").fill("Los comprobantes se mojaron; traigo copias.")
    desk.locator("form[action$='defend'] button").click()
    expect(desk.locator(".notice")).to_be_visible()
    shot(desk, "6-ready")
    assert barriers(desk) == []

    # the assembly votes, openly, as the charter says
    phone = comes(site, code, "Luz")
    rosa.reload()
    rosa.locator("#recalls summary").click()
    form = rosa.locator("form[action$='vote-recall']")
    form.locator("input[value=hands]").check()
    form.locator("button").click()
    expect(wall.locator("#assembly")).to_contain_text("Revocatoria")
    shot(wall, "7-wall-open")
    count = rosa.locator("form.count-form")
    for n, number in enumerate(["4", "1", "0"]):
        count.locator(f"input[name=c{n}]").fill(number)
    count.locator("button").click()
    expect(count).to_contain_text("un nuevo recuento lo sustituye")
    rosa.click("text=Cerrar la votación")
    for view in (wall, phone):
        expect(view.locator(".verdict").first).to_contain_text("Se aprobó: 4 sí, 1 no")
        assert barriers(view) == []
    shot(wall, "8-wall-verdict")
    shot(phone, "9-phone-verdict")
    shot(rosa, "10-chair")

    # and the alternate is in office
    desk.goto(address)
    expect(desk.locator(".steps-of")).to_contain_text(f"{INES} ({village.rows[INES].member})")
    expect(desk.locator(".steps-of")).to_contain_text(f"{NOOR} ({village.rows[NOOR].member}) ocupa el puesto.")
    shot(desk, "11-decided")
    desk.goto(f"{site.url}/g/{book}/offices")
    finance = desk.locator("#unit-finance .seats")
    expect(finance).to_contain_text(NOOR)
    expect(finance).not_to_contain_text(INES)
    shot(desk, "12-offices")
    desk.goto(f"{site.url}/g/{book}/offices/stand?unit=finance&candidate={village.rows[INES].member}")
    expect(desk.get_by_role("alert")).to_contain_text("Se le revocó un mandato")
    assert barriers(desk) == []
    shot(desk, "13-barred")
    desk.goto(f"{site.url}/g/{book}/offices/stand?unit=control&candidate={village.rows['Paz'].member}")
    assert barriers(desk) == []
    shot(desk, "14-stand")
    small = site.rosa(width=390, language="es")
    for n, path in enumerate((address, f"{site.url}/g/{book}/offices", f"{site.url}/g/{book}/recalls/petition")):
        small.goto(path)
        assert barriers(small) == []
        shot(small, f"15-phone-{n}")
