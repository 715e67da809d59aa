"""Needs in real browsers, in Spanish: raised on a phone with a photo, supported, put in order, presented."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from comuna.rules import assembly, charter
from comuna.rules.register import Given, Row
from comuna.store import cards, people, register, supports
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers
from tests.browser.test_recall import shot
from tests.cast import an_id

CHARTER = (Path(__file__).parents[2] / "charters" / "communal-council-2009.toml").read_text(encoding="utf-8")
MANY = """La bomba bota agua de noche | Tanque de arriba
En la vereda 5 no llega agua | Vereda 5
El tanque de la escuela no tiene tapa
Hace falta un toldo para la jornada de salud | Cancha
El módulo no tiene quien atienda los martes | Módulo de salud
La pared de la casa comunal tiene una grieta | Casa comunal"""


def photo() -> bytes:
    """A dark lamp in a street at dusk, as a phone takes it."""
    image = Image.new("RGB", (1600, 1200), "#31405e")
    draw = ImageDraw.Draw(image)
    for y in range(1200):
        draw.line([(0, y), (1600, y)], fill=(40 + y // 20, 52 + y // 18, 92 - y // 40))
    draw.polygon([(0, 1200), (620, 700), (980, 700), (1600, 1200)], fill="#2a2622")
    for x, w, h, tone in ((0, 420, 620, "#6b4a38"), (420, 200, 420, "#8a6a45"), (1080, 520, 560, "#5c3f36")):
        draw.rectangle([x, 1000 - h, x + w, 1000], fill=tone)
    draw.line([(860, 940), (860, 260), (980, 220)], fill="#14110f", width=22)
    draw.ellipse([950, 200, 1060, 250], fill="#1d1a17")
    kept = BytesIO()
    image.save(kept, "JPEG", quality=88)
    return kept.getvalue()


class Village:
    """A communal council by the law of 2009, with people who hold cards."""

    def __init__(self, site: Site) -> None:
        self.site, self.world = site, site.world
        new = assembly.CharterAmended(decision=an_id(1), charter=CHARTER, charter_digest=charter.digest(CHARTER))
        self.world.act(lambda _: new)

    @property
    def here(self) -> str:
        return f"{self.site.url}/g/{self.world.book}/needs"

    def enrol(self, name: str) -> Row:
        w = self.world
        given = Given(name=name, rights={"vote": "2026-Q1"})
        return w.store.write(lambda tx: register.add(tx, w.store.shelf, w.book, given, by=w.rosa))

    def phone(self, row: Row, **how: object) -> Page:
        """A member's phone, opened with their card."""

        def job(tx: Transaction) -> str:
            key, digest = people.key_and_digest(tx)
            cards.issue(tx, self.world.book, {row.member: digest})
            return key

        phone = self.site.person(width=390, language="es", **how)
        phone.goto(f"{self.site.url}/m/{self.world.store.write(job)}")
        phone.locator("main form button").first.click()
        phone.wait_for_url("**/me")
        return phone

    def supported(self, number: int, by: list[Row]) -> None:
        s = self.world.state()
        need = next(each.id for each in s.needs.every.values() if each.number == number)

        def job(tx: Transaction) -> None:
            for row in by:
                supports.support(tx, s, need, row.member)

        self.world.store.write(job)


@pytest.fixture
def village(site: Site) -> Village:
    return Village(site)


def test_a_need_from_a_phone_to_the_assembly(village: Village, tmp_path: Path) -> None:
    site, here = village.site, village.here
    neighbours = [village.enrol(f"Vecina {n}") for n in range(26)]
    (tmp_path / "poste.jpg").write_bytes(photo())

    # an empty list says what to do
    desk = site.rosa(language="es")
    desk.goto(here)
    expect(desk.locator(".empty")).to_contain_text("Plantea la primera")
    assert barriers(desk) == []
    shot(desk, "needs-0-empty")

    # a member raises one on the phone, with a photo
    phone = village.phone(neighbours[0])
    phone.get_by_role("link", name="Necesidades del grupo").click()
    phone.get_by_role("link", name="Plantear una necesidad").click()
    shot(phone, "needs-1-form-phone")
    assert barriers(phone) == []
    phone.get_by_label("En pocas palabras").fill("El poste de la esquina no alumbra")
    phone.get_by_label("Dónde (puede quedar vacío)").fill("Vereda 3, al lado de la panadería")
    phone.locator("#photo").set_input_files(tmp_path / "poste.jpg")
    phone.get_by_label("¿A quién le toca?").select_option("executive/energy")
    phone.get_by_text("Un punto en el mapa").click()
    phone.get_by_label("Latitud").fill("10,48801")
    phone.get_by_label("Longitud").fill("-266")
    phone.get_by_role("button", name="Ponerla en la lista").click()
    expect(phone.get_by_role("alert")).to_contain_text("No hay tal punto")
    assert barriers(phone) == []
    shot(phone, "needs-2-wrong-phone")
    phone.get_by_label("Longitud").fill("-66,87919")
    phone.locator("#photo").set_input_files(tmp_path / "poste.jpg")
    phone.get_by_role("button", name="Ponerla en la lista").click()
    expect(phone.get_by_role("status")).to_contain_text("Está en la lista.")
    expect(phone.locator(".need-picture")).to_be_visible()
    phone.get_by_role("button", name="Yo también lo necesito").click()
    expect(phone.get_by_role("button", name="Tú la apoyas")).to_be_visible()
    expect(phone.locator(".big-count")).to_contain_text("menos de 5")
    assert barriers(phone) == []
    shot(phone, "needs-3-need-phone")

    # somebody without a card sends one, which waits
    stranger = site.person(width=390, language="es", scripts=False)
    stranger.goto(here)
    stranger.get_by_label("En pocas palabras").fill("Un banco a la sombra")
    stranger.locator("#photo").set_input_files(tmp_path / "poste.jpg")
    shot(stranger, "needs-4-stranger")
    stranger.get_by_role("button", name="Enviarla a la mesa").click()
    expect(stranger.locator("h1")).to_have_text("La tiene la mesa.")
    shot(stranger, "needs-5-sent")

    # the desk takes it in, enters many, and counts hands
    desk.goto(f"{here}/desk")
    assert barriers(desk) == []
    shot(desk, "needs-6-desk")
    waits = desk.locator(".waiting")
    waits.get_by_label("Entregarla a").select_option("executive/health")
    waits.get_by_role("button", name="A la lista").click()
    expect(desk.get_by_role("status")).to_contain_text("Está en la lista.")
    stranger.reload()
    expect(stranger.locator("h1")).to_have_text("Está en la lista.")
    desk.get_by_label("Una necesidad por línea").fill(MANY)
    desk.get_by_label("Entregar todas a").select_option("executive/water")
    desk.locator("form[action$='many'] button").click()
    expect(desk.locator(".need-line")).to_have_count(8)
    for number, many in ((1, 19), (3, 25), (4, 12), (6, 3), (8, 7)):
        village.supported(number, neighbours[1 : many + 1])

    # one is merged into another, one goes to another committee
    desk.goto(here)
    desk.get_by_role("link", name="En la vereda 5 no llega agua").click()
    assert barriers(desk) == []
    shot(desk, "needs-7-need-desk")
    desk.get_by_label("Manos contadas a su favor").fill("40")
    desk.locator("form[action$='hands'] button").click()
    expect(desk.locator(".big-count")).to_contain_text("52")
    desk.get_by_label("Pide lo mismo que").select_option(label="3 · La bomba bota agua de noche")
    desk.locator("form[action$='merge'] button").click()
    expect(desk.locator(".notice").last).to_contain_text("Se unió a: La bomba bota agua de noche")
    for words in ("Hace falta un toldo", "El módulo no tiene"):
        desk.goto(here)
        desk.get_by_role("link", name=words).click()
        desk.get_by_label("Entregarla a").select_option("executive/health")
        desk.locator("form[action$='group'] button").click()
        expect(desk.locator(".need-tags")).to_contain_text("Salud")

    # everybody sees the list, the biggest first
    desk.goto(here)
    assert barriers(desk) == []
    shot(desk, "needs-8-list-desk")
    phone.goto(here)
    expect(phone.locator(".need-line").first).to_be_visible()
    line = phone.locator(".need-line", has_text="La bomba bota agua")
    expect(line).to_contain_text("La apoyan 65")
    line.get_by_role("button", name="Yo también lo necesito").click()
    expect(line).to_contain_text("La apoyan 66")
    assert barriers(phone) == []
    shot(phone, "needs-9-list-phone")
    dark = village.phone(neighbours[5], dark=True)
    dark.goto(f"{here}?unit=executive/energy")
    expect(dark.locator(".need-line")).to_have_count(1)
    assert barriers(dark) == []
    shot(dark, "needs-10-energy-dark")
    dark.goto(here)
    assert barriers(dark) == []
    shot(dark, "needs-11-list-dark")
    dark.locator(".need-photo").first.evaluate("a => a.click()")
    dark.wait_for_selector(".need-picture")
    assert barriers(dark) == []
    shot(dark, "needs-12-need-dark")

    # the list goes to the assembly
    desk.goto(f"{here}/desk")
    desk.get_by_text("Presentar 7 necesidades abiertas").click()
    shot(desk, "needs-13-present")
    desk.get_by_role("button", name="Presentar la lista").click()
    expect(desk.get_by_role("status")).to_contain_text("Quién apoyó qué se borró.")
    assert barriers(desk) == []
    shot(desk, "needs-14-presented")
    phone.goto(here)
    expect(phone.get_by_role("button", name="Yo también lo necesito")).to_have_count(0)
    shot(phone, "needs-15-presented-phone")
    phone.get_by_role("link", name="Lo que se presentó").click()
    expect(phone.locator(".need-line")).to_have_count(7)
    assert barriers(phone) == []
    shot(phone, "needs-16-diagnosis")
