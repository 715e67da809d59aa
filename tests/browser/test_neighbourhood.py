"""Distributions, a co-operative and campaign days in real browsers: a member's phone opened with their card, and the
desk; in Spanish, with axe."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from comuna.kernel.text import text
from comuna.rules import counting, motion, verdict, vote
from comuna.rules.register import Given
from comuna.rules.verdict import Tally
from comuna.rules.vote import Ask
from comuna.store import distribution, hours, register
from comuna.store.distribution import Asked
from comuna.store.hours import Entry
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers
from tests.browser.test_assembly import chair_of
from tests.browser.test_recall import Village, shot
from tests.cast import AMARU, INES, NOOR, an_id

WIDTHS = (390, 1280)


@pytest.fixture
def village(site: Site) -> Village:
    return Village(site)


def looked_at(page: Page, name: str) -> None:
    """A page in both widths, with nothing in the way of anybody."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"
        shot(page, f"{name}-{width}")


def lives(village: Village, name: str, household: str) -> None:
    """Somebody is on the register."""
    w, given = village.world, Given(name=name, household=household)
    w.store.write(lambda tx: register.add(tx, w.store.shelf, w.book, given, by=w.rosa))


def handed_out(village: Village, n: int, good: str, arrived: int) -> None:
    """A distribution that is over."""
    w, by = village.world, village.world.rosa
    day = w.store.clock().date().isoformat()
    asked = Asked(good=good, what="", date=day, rule="rota", each=1, announced=arrived + 4)

    def job(tx: Transaction) -> None:
        distribution.open_(tx, w.store, w.book, an_id(n), asked, by=by)

    w.store.write(job)
    w.act(lambda s: distribution.rules.arrive(s, by=by, distribution=an_id(n), arrived=arrived))
    with w.store.read() as connection:
        first = [line.household for line in distribution.lines(connection, an_id(n))[:arrived]]
    for each in first:
        w.store.write(lambda tx, each=each: distribution.serve(tx, w.state(), an_id(n), each))
    w.store.write(lambda tx: distribution.close(tx, w.store, w.book, an_id(n), by=by))


def test_gas_from_the_announcement_to_a_household(village: Village) -> None:
    site, base = village.site, f"{village.site.url}/g/{village.world.book}/distributions"
    for n in range(1, 41):
        lives(village, f"Vecina {n}", f"{n}-A")
    for n, arrived in enumerate((18, 22, 12)):
        handed_out(village, 800 + n, "gas", arrived)
        site.store.clock.forward(days=9)
    rosa = site.rosa(language="es")
    rosa.goto(f"{base}/new")
    looked_at(rosa, "gas-1-new")
    rosa.get_by_label("En sus palabras").fill("Bombonas de 10 kg")
    rosa.get_by_label("Se espera el").fill(site.store.clock().date().isoformat())
    rosa.get_by_label("Cuántas se anunciaron").fill("30")
    rosa.get_by_role("button", name="Sortear el orden y abrirlo").click()
    looked_at(rosa, "gas-2-announced")
    rosa.get_by_label("Contado en el camión").fill("17")
    rosa.get_by_role("button", name="Anotar").click()
    with site.store.read() as connection:
        listed = distribution.lines(connection, rosa.url.split("/")[-2])
    ours = next(line for line in listed if line.label == village.rows[INES].household)
    rosa.get_by_label("Escaneen la tarjeta").fill(listed[0].label)
    rosa.get_by_role("button", name="Entregar", exact=True).first.click()
    expect(rosa.get_by_role("status")).to_contain_text("recibe 1.")
    rosa.get_by_role("button", name=f"Nadie vino por el hogar {listed[1].label}").click()
    looked_at(rosa, "gas-3-desk")
    rosa.get_by_label("Escaneen la tarjeta").fill(listed[0].label)
    rosa.get_by_role("button", name="Entregar", exact=True).first.click()
    expect(rosa.get_by_role("alert")).to_contain_text("ya recibió")
    assert barriers(rosa) == []

    phone = village.phone(INES)
    phone.get_by_role("link", name="El turno de mi hogar").click()
    expect(phone.locator(".place b")).to_have_text(str(ours.place))
    phone.get_by_text("Comprueba que este puesto está bien").click()
    looked_at(phone, "gas-4-mine")
    rosa.get_by_label("Hoy no viene nadie más por lo suyo").check()
    rosa.get_by_role("button", name="Cerrar el reparto").click()
    looked_at(rosa, "gas-5-closed")
    rosa.goto(base)
    looked_at(rosa, "gas-6-index")
    dark = site.rosa(language="es", dark=True, width=390)
    dark.goto(base)
    looked_at(dark, "gas-7-dark")


def test_hours_and_a_surplus(village: Village) -> None:
    site, w = village.site, village.world
    base = f"{site.url}/g/{w.book}/cooperative"
    today = site.store.clock().date()
    for i, name in enumerate((INES, AMARU, NOOR, "Paz", "Luz")):
        for back in range(0, 75, 5):
            day = (today - dt.timedelta(days=back + i)).isoformat()
            entry = Entry(an_id(10_000 + 100 * i + back), "", day, 300 + 37 * ((i + back) % 5), "Panadería", back > 5)
            w.store.write(
                lambda tx, name=name, entry=entry: hours.log(tx, w.state(), w.book, village.rows[name].member, entry)
            )
    phone = village.phone(INES)
    phone.get_by_role("link", name="Mis horas").click()
    phone.get_by_label("horas", exact=True).fill("6")
    phone.get_by_label("minutos", exact=True).fill("30")
    phone.get_by_role("button", name="Anotar").click()
    expect(phone.get_by_role("status")).to_contain_text("Está anotado.")
    looked_at(phone, "hours-1-mine")
    rosa = site.rosa(language="es")
    rosa.goto(f"{base}/desk")
    looked_at(rosa, "hours-2-desk")
    rosa.get_by_role("button", name="Confirmar lo marcado").click()
    rosa.goto(f"{base}/share")
    assert barriers(rosa) == []
    decision = decided(village)
    rosa.goto(f"{base}/share")
    rosa.get_by_label("Primer día del período").fill((today - dt.timedelta(days=90)).isoformat())
    rosa.get_by_label("Último día del período").fill(today.isoformat())
    rosa.get_by_label("El excedente").fill("1.250,51")
    rosa.get_by_label("fondo de mantenimiento productivo").fill("20")
    rosa.get_by_label("fondo de reinversión social").fill("10")
    rosa.get_by_role("button", name="Ver cómo se divide").click()
    rosa.get_by_text("Cada integrante", exact=True).click()
    looked_at(rosa, "hours-3-preview")
    rosa.get_by_role("button", name="Repartirlo así").click()
    expect(rosa.get_by_role("status")).to_contain_text("Está repartido")
    assert decision in {each.decision for each in w.state().cooperative.surpluses.values()}
    looked_at(rosa, "hours-4-shared")
    rosa.get_by_role("link", name="Cuánto le toca a cada quien").click()
    looked_at(rosa, "hours-5-paying")
    phone.reload()
    looked_at(phone, "hours-6-mine")
    dark = site.rosa(language="es", dark=True, width=390)
    dark.goto(base)
    looked_at(dark, "hours-7-dark")


def decided(village: Village) -> str:
    """The assembly, which is held, decides that the surplus is shared."""
    w = village.world
    rosa = chair_of(village.site, a1="ordinary")
    rosa.fill("#open-present", "5")
    rosa.click("form[action$='assembly/open'] button")
    rosa.wait_for_selector("#motion-text")
    said = text("Repartir el excedente según las horas; un quinto al fondo de mantenimiento.", bytes(32))
    at = {"by": w.rosa, "gathering": w.gathering}
    w.act(lambda s: motion.move(s, **at, motion=an_id(61), item="a1", decision="ordinary", text=said.ref), said)
    w.act(lambda s: motion.read_back(s, **at, motion=an_id(61)))
    ask = Ask(subject="motion", of=an_id(61), decision="ordinary", ways=("hands",), secret=False)
    w.act(lambda s: vote.open_vote(s, **at, vote=an_id(62), roll=6, ask=ask))
    w.act(lambda s: counting.count(s, **at, vote=an_id(62), way="hands", counts=(5, 0, 0), tellers=2))
    w.act(lambda s: verdict.close(s, **at, vote=an_id(62), tally=Tally(counts=(0, 0, 0), ballots=0, phones=0)))
    w.act(lambda s: motion.decide(s, **at, decision=an_id(63), motion=an_id(61), due=None, owner=None))
    return an_id(63)


def test_a_campaign_day_and_a_round_of_visits(village: Village) -> None:
    site = village.site
    base = f"{site.url}/g/{village.world.book}/health"
    rosa = site.rosa(language="es")
    rosa.goto(base)
    assert barriers(rosa) == []
    rosa.get_by_role("link", name="Convocar una jornada").click()
    looked_at(rosa, "health-1-new")
    rosa.get_by_label("Para qué").fill("Jornada del comité de salud")
    rosa.get_by_label("Dónde").fill("Patio de la escuela")
    rosa.get_by_label("Día", exact=True).fill(site.store.clock().date().isoformat())
    rosa.get_by_role("button", name="Convocarla").click()
    for who, slot in (("Casa 1", "0"), ("Casa 2", "0"), ("Casa 3", "1"), (village.rows[NOOR].member, "4")):
        rosa.get_by_label("Tarjeta, número de integrante").fill(who)
        rosa.get_by_label("A qué hora").select_option(slot)
        rosa.get_by_role("button", name="Apartar", exact=True).last.click()
        expect(rosa.get_by_role("status")).to_contain_text("Está anotado.")
    for name, needed, promised, there in (("Sillas", "40", "10", "22"), ("Agua (litros)", "60", "60", "0")):
        rosa.locator(".new-item [name=name]").fill(name)
        for field, count in (("needed", needed), ("promised", promised), ("there", there)):
            rosa.locator(f".new-item [name={field}]").fill(count)
        rosa.get_by_role("button", name="Agregar a la lista").click()

    phone = village.phone(INES)
    phone.get_by_role("link", name="Salud").last.click()
    phone.get_by_role("link", name="Jornada del comité de salud").click()
    phone.get_by_role("button", name="Apartar un cupo a las 09:00").click()
    expect(phone.locator(".own-place")).to_contain_text("09:00")
    phone.get_by_role("button", name="Ayudar desde las 08:00").click()
    looked_at(phone, "health-2-phone")
    rosa.reload()
    rosa.get_by_role("button", name=f"{INES} vino").click()
    looked_at(rosa, "health-3-desk")
    rosa.get_by_role("button", name="Cerrar la jornada").click()
    looked_at(rosa, "health-4-closed")

    rosa.goto(f"{base}/rounds/new")
    rosa.get_by_label("Para qué").fill("Visitas antes de las lluvias")
    rosa.get_by_label("Viviendas por visitar").fill("\n".join(f"Casa {n}" for n in range(1, 15)))
    rosa.get_by_role("button", name="Comenzarla").click()
    rosa.get_by_role("button", name="Casa 3").click()
    looked_at(rosa, "health-5-round")
    rosa.goto(base)
    looked_at(rosa, "health-6-index")
    dark = village.phone(AMARU, dark=True)
    dark.goto(base)
    looked_at(dark, "health-7-dark")
