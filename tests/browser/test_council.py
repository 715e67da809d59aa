"""A whole assembly of a council in real browsers: chair, desk, wall, members with a card on their phone, at the desk
and on paper; from the notice to the minutes on paper, in Spanish."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from comuna.rules import assembly, charter, election, gathering
from comuna.rules.announcement import AgendaItem
from comuna.rules.eligibility import Facts
from comuna.rules.register import Row
from comuna.store import calling, cards, people, register, texts
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers
from tests.browser.test_assembly import chair_of, code_of, comes
from tests.cast import AMARU, CHARTER, INES, NOOR, World, an_id, session
from tests.rules.assemblies import COUNCIL

ROLL = 40
EARLIER, HERE = an_id(2), an_id(3)
NAMES = {"3001": AMARU, "3002": INES, "3003": NOOR}
"""Who is on the register; everybody else is "Vecina" with a number."""
CANDIDATES = ("3011", "3012", "3013")


class Council:
    """A council that keeps a register, has held an assembly, and called another."""

    def __init__(self, site: Site) -> None:
        self.site, self.world = site, site.world
        new = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
        self.world.act(lambda _: new)
        self.enrol([str(3000 + n) for n in range(1, ROLL + 1)])
        self.call(EARLIER, "Asamblea de diciembre", "2026-12-15")
        self.call(HERE, "Asamblea del agua", "2027-02-23")
        self.held(self.world)
        self.world.gathering = HERE
        self.stand()

    def enrol(self, members: list[str]) -> None:
        """They come onto the register, with the right to vote."""
        w, since = self.world, {"voice": "2026-Q1", "vote": "2026-Q1"}
        rows = [Row(member=m, name=NAMES.get(m, f"Vecina {m[2:]}"), household=m[2:], rights=since) for m in members]

        def job(tx: Transaction) -> None:
            register.insert(tx, w.book, rows)
            register.record(tx, w.store.shelf, w.book, by=w.rosa, added=len(rows))

        w.store.write(job)

    def call(self, id: str, title: str, date: str) -> None:
        """Rosa calls an assembly."""
        w = self.world
        agenda = (AgendaItem(title="Acta anterior"), AgendaItem(title="La bomba"), AgendaItem(title="Finanzas"))
        page = session(title=title, date=date, agenda=agenda, language="es", film=None, questions=(), featured=())
        told = {"account": w.account, "gathering": id, "session": page, "join": None, "charter": CHARTER}
        w.store.write(lambda tx: calling.call(tx, w.store.shelf, **told))

    def held(self, w: World) -> None:
        """The earlier assembly is held and over."""
        by = {"by": w.rosa, "gathering": EARLIER}
        today = w.store.clock().date().isoformat()
        w.act(lambda s: assembly.convene(s, **by, form="assembly", matters={"a2": "ordinary"}, today=today))
        w.store.clock.until("2026-12-15T21:30:00Z")
        w.act(lambda s: assembly.open_assembly(s, **by, present=20, roll=ROLL, now="2026-12-15T17:30"))
        record = w.store.write(lambda tx: texts.new(tx, "{}"))
        numbers = dict.fromkeys(("coming", "moments", "answers", "entries", "takeaways"), 0)
        w.act(lambda s: gathering.close(s, **by, came=20, **numbers, record=record.ref), record)

    def stand(self) -> None:
        """Three of the register stand for finance."""
        w, facts = self.world, Facts(attested=frozenset({"unsaid"}))
        for each in CANDIDATES:
            told = {"unit": "finance", "candidate": each, "facts": facts, "today": "2026-12-16"}
            w.act(lambda s, told=told: election.stand(s, by=w.rosa, **told))

    def card(self, member: str) -> str:
        """What stands on a member's new card: its address."""

        def job(tx: Transaction) -> str:
            key, digest = people.key_and_digest(tx)
            cards.issue(tx, self.world.book, {member: digest})
            return f"{self.site.url}/m/{key}"

        return self.world.store.write(job)


@pytest.fixture
def council(site: Site) -> Council:
    return Council(site)


def co_chair(site: Site, rosa: Page) -> Page:
    """Somebody sits at the desk with a device of their own, which a key of the chair made a chair."""
    rosa.goto(f"{site.session}/chair/share")
    rosa.click("form[action$='chair/share'] button")
    address = rosa.locator(".share .break").inner_text()
    rosa.goto(f"{site.session}/chair")
    desk = site.person(language="es")
    desk.goto(address)
    desk.fill("input[name=name]", "La mesa")
    desk.click("text=Moderar esta reunión")
    desk.wait_for_url("**/chair")
    return desk


def brings(desk: Page, what: str, refused: str = "") -> None:
    """Somebody brings a card, a name or a number to the desk."""
    field = desk.locator("#desk-who")
    field.fill(what)
    desk.click("form[action$='assembly/desk'] button")
    if refused:
        expect(desk.locator("#answer")).to_contain_text(refused)
    else:
        expect(field).to_have_value("")


def counted(rosa: Page, way: str, counts: str) -> None:
    form = rosa.locator(f"form.count-form:has(input[value='{way}'])")
    for n, number in enumerate(counts.split()):
        form.locator(f"input[name=c{n}]").fill(number)
    form.locator("button").click()
    expect(form).to_contain_text("un nuevo recuento lo sustituye")


def test_a_whole_council_assembly_with_chair_desk_wall_phones_and_paper(council: Council) -> None:
    site, world = council.site, council.world
    rosa = chair_of(site, a1="ordinary", a2="simple", a3="election")  # with notice, and its proof
    code = code_of(site, rosa)
    desk = co_chair(site, rosa)
    wall = site.person(width=1920, language="es")
    wall.goto(f"{site.session}/wall?code={code}")
    amaru, ines = (comes(site, code, name, dark=name == INES) for name in (AMARU, INES))
    # who may vote: by the card on one's own phone, or at the desk
    for phone, member in ((amaru, "3001"), (ines, "3002")):
        phone.click("#check-in summary")
        phone.fill("#card", council.card(member))
        phone.click("#check-in button")
        expect(phone.locator("#card")).to_have_value("")
    brings(desk, council.card("3003"))  # Noor, who has a card and no phone
    brings(desk, "Vecina 3", refused="Hay varias personas con ese nombre")
    brings(desk, "Vecina 34")
    brings(desk, "3020")
    brings(desk, INES, refused="Esta persona ya está aquí")
    assert barriers(desk) == []
    rosa.fill("#count-room", "10")
    rosa.click("form[action$='chair/count'] button")
    expect(rosa.locator("#open-present")).to_have_value("15")
    # opened, and the roll frozen
    rosa.click("form[action$='assembly/open'] button")
    rosa.wait_for_selector("#motion-text")
    expect(wall.locator(".quorum")).to_contain_text("15 presentes, de 40")
    expect(wall.locator(".quorum")).to_contain_text("hacen falta 12")
    council.enrol(["3099"])
    brings(desk, "3099", refused="Según el registro, esta persona no puede votar aquí.")
    # the minutes of the assembly before: corrected, then approved
    reader = site.rosa(language="es")
    reader.goto(f"{site.url}/s/{EARLIER}/minutes")
    reader.click("text=Añadir una corrección…")
    reader.fill("#text", "Acudieron veintiuna personas, no veinte.")
    reader.click("text=Añadir la corrección")
    expect(reader.locator(".correction")).to_contain_text("veintiuna")
    rosa.click("#minutes-open summary")
    rosa.click("#minutes-open form[action$='vote-minutes'] button")
    counted(rosa, "hands", "13 0 2")
    rosa.click("text=Cerrar la votación")
    expect(rosa.locator(".verdict")).to_have_count(1)
    reader.reload()
    expect(reader.locator(".stamp-approved")).to_have_text("Aprobada")
    # a motion, and a change of it by hands
    rosa.fill("#motion-text", "Reparar la bomba de la calle 4.")
    rosa.select_option("#motion-item", "a2")
    rosa.select_option("#motion-decision", "simple")
    rosa.click("form[action$='assembly/move'] button")
    rosa.click("text=Proponer una enmienda")
    rosa.fill("textarea[id^=at-]", "Reparar y pintar la bomba de la calle 4.")
    rosa.click("text=Proponerla")
    expect(amaru.locator(".amendment ins")).to_contain_text("y pintar")
    rosa.click("text=Votar esta enmienda")
    rosa.click("details[id^=va-] button")
    counted(rosa, "hands", "9 3 1")
    rosa.click("text=Cerrar la votación")
    expect(ines.locator(".motion > .words")).to_have_text("Reparar y pintar la bomba de la calle 4.")
    rosa.click("text=Leída: esto es lo que se vota")
    # the vote, in three ways that add up
    rosa.check("form.open-vote input[value=phones]")
    rosa.check("form.open-vote input[value=paper]")
    rosa.click("form.open-vote button")
    for phone, choice in ((amaru, "0"), (ines, "1")):
        phone.check(f"form[data-ballot] input[value='{choice}']")
    assert barriers(ines) == []
    ines.reload()
    expect(ines.locator("form[data-ballot] input[value='1']")).to_be_checked(), "a half-filled ballot survives"
    for phone in (amaru, ines):
        phone.click("form[data-ballot] button")
        expect(phone.locator("[data-recorded]")).to_contain_text("Registrado.")
    counted(rosa, "hands", "6 3 2")
    counted(rosa, "paper", "1 0 0")
    for screen in (rosa, desk, wall):
        expect(screen.locator("[data-in-box]")).to_have_text("Hay 2 papeletas en la urna.")
    assert barriers(rosa) == []
    rosa.click("text=Cerrar la votación")
    said = "Se aprobó: 8 sí, 4 no, 2 abstenciones. De 12, hacían falta 7 a favor, y hubo 8."
    for screen in (amaru, desk, wall):
        expect(screen.locator(".verdict .said").filter(has_text=said)).to_be_visible()
    assert barriers(wall) == []
    rosa.fill("input[id^=do-]", "Mesa técnica de agua")
    rosa.click(".decision-form button")
    expect(rosa.locator(".decision-form")).to_have_count(0)
    # finance is elected in secret: whoever votes sees names
    rosa.click("#elections summary")
    form = rosa.locator("form[action$='assembly/elect']")
    form.locator("select[name=method]").select_option("plurality")
    form.locator("input[value=hands]").uncheck()
    for box in ("phones", "paper", "1"):
        form.locator(f"input[value='{box}'][type=checkbox]").check()
    form.locator("button").click()
    for phone in (amaru, ines):
        expect(phone.locator("form[data-ballot] .choice").first).to_contain_text("Vecina 11")
        phone.check("form[data-ballot] input[value='0']")
        phone.check("form[data-ballot] input[value='1']")
        phone.click("form[data-ballot] button")
        expect(phone.locator("[data-recorded] code")).to_have_text(re.compile("[a-z2-7]{26}"))
    assert barriers(amaru) == []
    for one in (1, 2):
        paper = rosa.locator("form[action$='assembly/paper']")
        paper.locator(f"input[name=choice][value='{one}']").check()
        paper.locator("button").click()
        expect(paper.locator("input:checked")).to_have_count(0)
    expect(wall.locator("[data-in-box]")).to_have_text("Hay 4 papeletas en la urna.")
    rosa.click("text=Cerrar la votación")
    expect(wall.locator(".verdict .said").filter(has_text="Vecina 12")).to_contain_text("Vecina 11")
    held = {m.member for m in world.state().mandates.values() if m.ended is None}
    assert held == {"3011", "3012"}
    # closed; the minutes on the page and on paper
    rosa.goto(f"{site.session}/close")
    assert barriers(rosa) == []
    rosa.click("text=Cerrar y sellar el acta")
    rosa.wait_for_url("**/record")
    expect(amaru.locator("#over")).to_be_visible()
    reader.goto(f"{site.session}/minutes")
    expect(reader.locator(".stamp-draft")).to_be_visible()
    expect(reader.locator("#decision-1")).to_contain_text("Reparar y pintar la bomba de la calle 4.")
    expect(reader.locator("article.minutes")).to_contain_text("Vecina 12")
    assert barriers(reader) == []
    pdf = reader.request.get(f"{site.session}/minutes.pdf?language=es")
    assert pdf.ok
    assert pdf.body().startswith(b"%PDF-")
    reader.goto(f"{site.url}/g/{world.book}/challenges")
    for about in (
        "El acta del 15 de diciembre de 2026",
        "Reparar y pintar la bomba de la calle 4.",
        "Elección: Finance",
    ):
        expect(reader.locator("main").get_by_text(about).first).to_be_visible()
    reader.goto(f"{site.url}/g/{world.book}/register/roll/{HERE}")
    expect(reader.locator("main")).to_contain_text("Vecina 99")
