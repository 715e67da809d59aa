"""Projects in real browsers: the board at a desk, on the wall and on a phone, a brigade signed up for by card, photos,
and the order of dwellings; in Spanish."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from comuna.kernel.text import text
from comuna.rules import assembly, charter, motion
from comuna.rules.register import Given, Row
from comuna.store import cards, people, register
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL

SHOTS = os.environ.get("COMUNA_SHOTS")
"""A folder for pictures of the pages, to be looked at."""
DECISIONS = {
    an_id(901): "Cambiar las tuberías de la calle de arriba, entre la bodega y la escuela.",
    an_id(902): "Reparar los techos de las viviendas según los criterios que se leyeron.",
    an_id(903): "Aprobar el cierre del proyecto de la cancha.",
}
PIPES, ROOFS, COURT = an_id(911), an_id(912), an_id(913)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def photo(sky: str, earth: str, trench: bool) -> bytes:
    """A picture of a street, before the work or after it."""
    image = Image.new("RGB", (800, 600), sky)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 600), (300, 260), (500, 260), (800, 600)], fill=earth)
    draw.rectangle((560, 140, 760, 330), fill="#c98b5a")
    draw.polygon([(540, 140), (660, 60), (780, 140)], fill="#8b3a2a")
    if trench:
        draw.polygon([(330, 600), (385, 260), (410, 260), (470, 600)], fill="#4a3525")
    kept = BytesIO()
    image.save(kept, "JPEG")
    return kept.getvalue()


class Village:
    """A council that decided three things and keeps a register."""

    def __init__(self, site: Site) -> None:
        self.site, self.world = site, site.world
        new = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
        self.world.act(lambda _: new)
        for n, (id, words) in enumerate(DECISIONS.items(), start=1):
            said, moved = text(words, n.to_bytes(32)), an_id(920 + n)
            here = {"gathering": self.world.gathering, "motion": moved, "text": said.ref}
            act = motion.MotionMoved(**here, item="a1", decision="ordinary", charter_digest=None)
            self.world.act(lambda _, act=act: act, said)
            decided = motion.DecisionRecorded(**here, decision=id, number=n, owner=None, due=None)
            self.world.act(lambda _, decided=decided: decided)

    def enrol(self, name: str, household: str) -> Row:
        w, given = self.world, Given(name=name, household=household, rights={"vote": "2026-Q1"})
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

    def at(self, rest: str) -> str:
        return f"{self.site.url}/g/{self.world.book}/{rest}"


@pytest.fixture
def village(site: Site) -> Village:
    return Village(site)


def post(page: Page, address: str, **fields: str) -> None:
    """A form is sent as the page's own browser sends it."""
    answer = page.request.post(address, form=fields, headers={"origin": address.split("/g/")[0]})
    assert answer.ok, answer.text()


def test_a_project_from_the_decision_to_a_brigade_and_photos(village: Village) -> None:
    ines, amaru = village.enrol("Inés Soto", "H-3"), village.enrol("Amaru Paz", "H-9")
    desk = village.site.rosa(language="es")
    desk.goto(village.at("projects"))
    shot(desk, "p0-empty")
    assert barriers(desk) == []
    desk.goto(village.at("projects/new"))
    desk.select_option("#decision", an_id(901))
    desk.fill("#title", "Tuberías nuevas para la calle de arriba")
    desk.fill("#purpose", "Agua limpia para las 48 familias de la calle de arriba.")
    desk.select_option("#unit", "finance")
    desk.check("input[name=pays][value=other]")
    desk.fill("#funder", "Ministerio del Agua")
    desk.fill("#amount", "12.500,00")
    shot(desk, "p1-new")
    assert barriers(desk) == []
    desk.locator("main form button").last.click()
    expect(desk.locator("h1")).to_have_text("Tuberías nuevas para la calle de arriba")
    page = desk.url
    for phase in ("diagnosis", "plan", "budget", "execution"):
        post(desk, f"{page}/approve", phase=phase, decision=an_id(901))
    for n, (what, due) in enumerate(
        [
            ("Medir la calle", "2026-11-20"),
            ("Comprar las tuberías", "2026-12-01"),
            ("Cavar la zanja", ""),
            ("Tapar la zanja", ""),
        ]
    ):
        post(desk, f"{page}/plan", step=an_id(930 + n), text=what, unit="finance", due=due)
    post(
        desk,
        f"{page}/block",
        block=an_id(940),
        text="El permiso de la alcaldía no llega.",
        holder="Alcaldía",
        since="2026-11-10",
    )
    desk.goto(page)

    # a step is done, with a photo taken on the spot
    desk.locator(".step-line").first.locator("summary").first.click()
    form = desk.locator(".step-line").first.locator("form[action$='/done']")
    form.locator("textarea").fill("Son 180 metros.")
    form.locator("input[type=file]").set_input_files(
        {"name": "m.jpg", "mimeType": "image/jpeg", "buffer": photo("#cfe3ef", "#b79a74", False)}
    )
    form.locator("button").click()
    expect(desk.locator(".step-line.is-done img")).to_be_visible()
    for moment, words, trench in (
        ("before", "Así estaba: fugas en cada casa.", False),
        ("during", "La zanja, hasta la escuela.", True),
    ):
        desk.locator("summary", has_text="Mostrar cómo va").click()
        form = desk.locator("form[action$='/progress']")
        form.locator(f"input[value={moment}]").check()
        form.locator("textarea").fill(words)
        form.locator("input[type=file]").set_input_files(
            {"name": "m.jpg", "mimeType": "image/jpeg", "buffer": photo("#cfe3ef", "#b79a74", trench)}
        )
        form.locator("button").click()
        expect(desk.locator(".strip")).to_contain_text(words)

    # a brigade is called, and a neighbour signs up by her card
    desk.locator("summary", has_text="Convocar una cayapa").click()
    form = desk.locator("form[action$='/brigades']")
    form.locator("[name=date]").fill("2030-12-20")
    form.locator("[name=hands]").fill("3")
    form.locator("[name=place]").fill("Frente a la escuela, a las 7")
    form.locator("[name=tasks]").fill("Cavar la zanja desde la bodega hasta la escuela.")
    form.locator("[name=materials]").fill("40 sacos de cemento\n6 palas")
    form.locator("button").click()
    expect(desk.locator(".brigade .hands b")).to_have_text("0")
    phone = village.phone(ines)
    phone.get_by_role("link", name="Cayapas en las que anotarse").click()
    phone.get_by_role("link", name="Verla y anotarse").click()
    assert barriers(phone) == []
    shot(phone, "p2-brigade-phone")
    phone.get_by_role("button", name="Voy").click()
    expect(phone.get_by_role("status")).to_contain_text("Dijiste que vas.")
    shot(phone, "p3-brigade-signed")
    assert barriers(phone) == []
    plain = village.phone(amaru, scripts=False, dark=True)
    plain.goto(phone.url)
    plain.get_by_role("button", name="Voy").click()
    expect(plain.locator(".hands b")).to_have_text("2")
    shot(plain, "p4-brigade-dark")
    desk.reload()
    expect(desk.locator(".brigade .hands b")).to_have_text("2")
    desk.locator(".brigade summary").first.click()
    expect(desk.locator(".brigade")).to_contain_text("Inés Soto")

    # the board and the page, at every size
    for id, title in ((ROOFS, "Techos seguros"), (COURT, "La cancha de la escuela")):
        post(
            desk,
            village.at("projects/new"),
            project=id,
            decision=an_id(902),
            title=title,
            purpose="x",
            unit="control",
            pays="own",
        )
    post(desk, village.at(f"projects/{ROOFS}/approve"), phase="diagnosis", decision=an_id(902))
    post(
        desk,
        village.at(f"projects/{ROOFS}/plan"),
        step=an_id(950),
        text="Visitar cada vivienda",
        unit="control",
        due="2030-01-01",
    )
    for width, dark in ((1280, False), (390, False), (1920, True)):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.emulate_media(color_scheme="dark" if dark else "light")
        for name, address in (("board", village.at("projects")), ("page", page)):
            desk.goto(address)
            assert desk.evaluate("document.documentElement.scrollWidth") <= width, name
            assert barriers(desk) == []
            shot(desk, f"p5-{name}-{width}")
    expect(desk.locator("main")).to_contain_text("Alcaldía")


def test_dwellings_are_put_in_order_and_a_household_finds_its_place(village: Village) -> None:
    ines = village.enrol("Inés Soto", "H-3")
    desk = village.site.rosa(language="es")
    desk.goto(village.at("projects"))
    post(
        desk,
        village.at("projects/new"),
        project=ROOFS,
        decision=an_id(902),
        title="Techos seguros",
        purpose="x",
        unit="control",
        pays="own",
    )
    desk.goto(village.at(f"projects/{ROOFS}"))
    desk.get_by_role("link", name="Repara viviendas").click()
    desk.select_option("#decision", an_id(902))
    desk.fill("#title-1", "Estado del techo")
    desk.fill("#weight-1", "2")
    desk.fill("#answers-1", "gotea mucho = 3\ngotea = 1\nestá seco = 0")
    desk.fill("#title-2", "Niñas y niños")
    desk.fill("#weight-2", "1,5")
    desk.fill("#each-2", "1")
    desk.fill("#most-2", "4")
    shot(desk, "h0-criteria")
    assert barriers(desk) == []
    desk.locator("main form button").last.click()
    roofs = ("gotea mucho", "gotea", "está seco")
    rows = [f"H-{n};{roofs[n * 7 % 3]};{n * 5 % 6}" for n in range(1, 25)]
    desk.locator("summary", has_text="desde un archivo").click()
    desk.fill("#text", "\n".join(["hogar;Estado del techo;Niñas y niños", *rows]))
    desk.locator("form[action$='/import'] button").click()
    desk.fill("#seed", "417 283")
    desk.locator("form[action$='/order'] button").click()
    expect(desk.locator(".dwellings tbody tr")).to_have_count(24)
    desk.locator(".dwellings a").first.click()
    desk.check("input[name=accepted][value=yes]")
    desk.locator("form[action$='/hand-over'] button").click()
    expect(desk.locator(".trail .done")).to_have_count(2)
    shot(desk, "h1-dwelling")
    assert barriers(desk) == []
    for width in (1280, 390):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.goto(village.at("housing"))
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
        assert barriers(desk) == []
        shot(desk, f"h2-housing-{width}")
    phone = village.phone(ines)
    phone.get_by_role("link", name="El lugar de mi vivienda").click()
    expect(phone.locator(".my-place")).to_contain_text("de 24 viviendas")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(phone) == []
    shot(phone, "h3-mine")
