"""A payment in real browsers, in Spanish: refused for want of a voucher, then closed with a photo and two cards; and
the ledger of promises."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from comuna.rules import counting, election, motion, verdict, vote
from comuna.rules.election import Elected
from comuna.rules.eligibility import BY_THE_DESK
from comuna.rules.verdict import Tally
from comuna.rules.vote import Ask
from comuna.store import texts
from tests.browser.conftest import Site, barriers
from tests.browser.test_assembly import chair_of
from tests.browser.test_recall import Village, shot
from tests.cast import AMARU, INES, NOOR, an_id


class Treasury(Village):
    """The village with finance, social control, and a decision to mend the pump."""

    def decide(self) -> None:
        """At the assembly that is open, the three are elected and the pump is decided on."""
        w = self.world
        day, at = w.store.clock().date().isoformat(), {"by": w.rosa, "gathering": w.gathering}
        for n, (unit, names) in enumerate({"finance": (INES, AMARU), "control": (NOOR,)}.items()):
            who = tuple(self.rows[name].member for name in names)
            for each in who:
                stands = {"unit": unit, "candidate": each, "facts": BY_THE_DESK, "today": day}
                w.act(lambda s, stands=stands: election.stand(s, by=w.rosa, **stands))
            ask = Ask(subject="election", of=unit, ways=("paper",), secret=True, method="plurality", seats=len(who))
            w.act(lambda s, n=n, ask=ask: vote.open_vote(s, **at, vote=an_id(80 + n), roll=6, ask=ask))
            made = Elected(method="plurality/1", outcome="elected", winners=who, alternates=())
            box = Tally(counts=(2,) * len(who), ballots=5, phones=0, digest="0" * 64)
            w.act(lambda s, n=n, b=box, m=made: verdict.close(s, **at, vote=an_id(80 + n), tally=b, elected=m))
        words = w.store.write(lambda tx: texts.new(tx, "Reparar la bomba"))
        item = {"item": "a1", "decision": "ordinary"}
        w.act(lambda s: motion.move(s, **at, motion=an_id(90), text=words.ref, **item), words)
        w.act(lambda s: motion.read_back(s, **at, motion=an_id(90)))
        hands = Ask(subject="motion", of=an_id(90), decision="ordinary", ways=("hands",), secret=False)
        w.act(lambda s: vote.open_vote(s, **at, vote=an_id(91), roll=6, ask=hands))
        w.act(lambda s: counting.count(s, **at, vote=an_id(91), way="hands", counts=(5, 0, 0), tellers=2))
        none = Tally(counts=(0, 0, 0), ballots=0, phones=0)
        w.act(lambda s: verdict.close(s, **at, vote=an_id(91), tally=none))
        w.act(lambda s: motion.decide(s, **at, decision=an_id(92), motion=an_id(90), owner=None, due=None))


@pytest.fixture
def treasury(site: Site) -> Treasury:
    """The assembly is open, and has decided."""
    made = Treasury(site)
    rosa = chair_of(site, a1="ordinary", a2="election")
    rosa.fill("#open-present", "5")
    rosa.click("form[action$='assembly/open'] button")
    rosa.wait_for_selector("#motion-text")
    made.decide()
    return made


def receipt(folder: Path) -> Path:
    """A picture of a receipt."""
    picture = Image.new("RGB", (600, 800), "#fdfbf3")
    drawn = ImageDraw.Draw(picture)
    for n, said in enumerate(("FERRETERIA EL TORNILLO", "10 TUBOS 1/2", "TOTAL  125,50")):
        drawn.text((60, 80 + 90 * n), said, fill="#333333", font_size=36)
    picture.save(folder / "recibo.jpg")
    return folder / "recibo.jpg"


def looked_at(page: Page, name: str) -> None:
    """Nothing on the page keeps anybody out; a picture of it."""
    assert barriers(page) == []
    shot(page, name)


def received(desk: Page, room: str, who: str, sum: str, currency: str, fund: str) -> None:
    desk.goto(f"{room}/new/receive")
    desk.fill("#institution", who)
    desk.fill("#amount", sum)
    desk.fill("#currency", currency)
    desk.select_option("#fund", fund)
    desk.get_by_role("button", name="Anotarlo").click()
    expect(desk.get_by_role("status")).to_contain_text("Quedó en las cuentas.")


def test_a_payment_is_refused_for_want_of_a_voucher_then_closed_by_a_photo_and_two_cards(
    treasury: Treasury, tmp_path: Path
) -> None:
    site = treasury.site
    room = f"{site.url}/g/{treasury.world.book}/money"
    desk = site.rosa(language="es")
    desk.goto(room)
    looked_at(desk, "m0-empty")
    received(desk, room, "Instituto del Agua", "1.000,00", "USD", "operating")
    received(desk, room, "Colecta de los vecinos", "340", "USD", "social")
    desk.goto(f"{room}/new/exchange")
    looked_at(desk, "m1-exchange")
    desk.fill("#amount", "100")
    desk.fill("#currency", "USD")
    desk.select_option("#fund", "operating")
    desk.fill("#got", "3.650,00")
    desk.fill("#got_currency", "VES")
    desk.fill("#source", "Banco Central, 28 de noviembre")
    if desk.locator("#decision option[value='']").count():
        desk.select_option("#decision", index=1)
    desk.get_by_role("button", name="Anotarlo").click()
    desk.goto(f"{room}/new/line")
    desk.fill("#text", "Tubos para la bomba")
    desk.fill("#amount", "400")
    desk.fill("#currency", "USD")
    desk.select_option("#fund", "operating")
    looked_at(desk, "m2-line")
    desk.get_by_role("button", name="Anotarlo").click()

    desk.goto(f"{room}/payments/new")
    desk.fill("#purpose", "Diez tubos de media pulgada")
    desk.fill("#amount", "125,50")
    desk.fill("#currency", "USD")
    desk.fill("#payee", "Ferretería El Tornillo")
    desk.select_option("#line", index=1)
    looked_at(desk, "m3-ask")
    desk.get_by_role("button", name="Pedirlo").click()
    looked_at(desk, "m4-asked")
    payment = desk.url

    # the desk would pay at once
    desk.get_by_role("button", name="Está pagado: cerrarlo").click()
    expect(desk.get_by_role("alert")).to_contain_text("No se pagó: falta el comprobante.")
    looked_at(desk, "m5-refused")
    desk.set_input_files("#voucher", receipt(tmp_path))
    desk.get_by_role("button", name="Ponerlo en el pago").click()
    expect(desk.locator(".vouchers img")).to_be_visible()
    desk.get_by_role("button", name="Está pagado: cerrarlo").click()
    expect(desk.get_by_role("alert")).to_contain_text("nadie ha firmado")

    # two cards sign it
    for n, (name, dark) in enumerate(((INES, False), (AMARU, True))):
        phone = treasury.phone(name, dark=dark)
        phone.get_by_role("link", name="Pagos: lo que te espera").click()
        looked_at(phone, f"m6-office-{n}")
        phone.get_by_role("link", name="Diez tubos").click()
        expect(phone.locator(".vouchers img")).to_be_visible()
        looked_at(phone, f"m7-sign-{n}")
        phone.get_by_role("button", name="Firmar este pago").click()
        expect(phone.get_by_role("status")).to_contain_text("Firmaste.")
        expect(phone.get_by_role("button", name="Firmar este pago")).to_have_count(0)
    desk.goto(payment)
    looked_at(desk, "m8-ready")
    desk.get_by_role("button", name="Está pagado: cerrarlo").click()
    expect(desk.get_by_role("status")).to_contain_text("Pagado, y en las cuentas.")

    # social control looks at it
    noor = treasury.phone(NOOR)
    noor.goto(f"{payment}/sign")
    noor.fill("#question", "¿Dónde están los tubos?")
    noor.fill("#due", (site.store.clock().date() + dt.timedelta(days=30)).isoformat())
    noor.get_by_role("button", name="Hacer la pregunta").click()
    expect(noor.locator(".asked.open")).to_contain_text("¿Dónde están los tubos?")
    looked_at(noor, "m9-control")
    desk.goto(payment)
    desk.get_by_label("La respuesta").fill("En el depósito de la escuela.")
    desk.get_by_role("button", name="Responder").click()
    noor.reload()
    noor.get_by_role("button", name="Revisado: está en orden").click()
    expect(noor.locator(".standing-now")).to_contain_text("revisado por la contraloría social")

    desk.goto(f"{room}/payments/new")
    desk.fill("#purpose", "Viaje a la capital")
    desk.fill("#amount", "20")
    desk.fill("#currency", "USD")
    desk.fill("#member", treasury.rows[INES].member)
    desk.get_by_role("button", name="Pedirlo").click()
    expect(desk.locator(".payee.conflict")).to_contain_text(INES)
    looked_at(desk, "m10-conflict")
    for width in (390, 1280):
        desk.set_viewport_size({"width": width, "height": 900})
        for name, path in (("money", room), ("payment", payment), ("control", f"{room}/control")):
            desk.goto(path)
            looked_at(desk, f"m11-{name}-{width}")
    dark = site.rosa(language="es", dark=True)
    dark.goto(room)
    looked_at(dark, "m12-dark")


def test_promises_and_letters_show_their_days_overdue(treasury: Treasury) -> None:
    site = treasury.site
    room = f"{site.url}/g/{treasury.world.book}/promises"
    desk = site.rosa(language="es")
    desk.goto(room)
    looked_at(desk, "p0-empty")
    today = treasury.world.store.clock().date()

    def ago(days: int) -> str:
        return (today - dt.timedelta(days=days)).isoformat()

    promised = [
        ("Alcaldía de Libertador", "Cincuenta bombillos para la calle principal", "", 200, 170, "no"),
        ("Instituto del Agua", "Una bomba nueva", "5.000,00", 120, 30, "yes"),
        ("Gobernación", "Dos camiones de asfalto", "", 60, None, "no"),
        ("Corpoelec", "Cambiar el transformador", "", 20, -40, "yes"),
    ]
    for who, what, sum, made, due, written in promised:
        desk.goto(f"{room}/new")
        desk.fill("#institution", who)
        desk.fill("#what", what)
        desk.fill("#amount", sum)
        desk.fill("#date", ago(made))
        desk.fill("#due", "" if due is None else ago(due))
        desk.check(f"input[name=written][value={written}]")
        if who == "Gobernación":
            looked_at(desk, "p1-form")
        desk.get_by_role("button", name="Anotarlo").click()
        expect(desk.locator("h1")).to_have_text(who)
    desk.get_by_text("Llegó algo que no es dinero…").click()
    desk.fill("#came", "El transformador está puesto.")
    desk.check("input[name=whole][value=yes]")
    desk.locator("form[action$='/keep'] button").click()
    expect(desk.locator(".steps-of")).to_contain_text("Cumplida")
    for who, what, sent, due in (
        ("Alcaldía de Libertador", "Recolección de basura tres veces por semana", 90, 62),
        ("Instituto del Agua", "Análisis del agua del pozo", 40, 12),
    ):
        desk.goto(f"{room}/requests/new")
        desk.fill("#institution", who)
        desk.fill("#what", what)
        desk.fill("#date", ago(sent))
        desk.fill("#due", ago(due))
        looked_at(desk, "p2-letter")
        desk.get_by_role("button", name="Anotarlo").click()
    desk.get_by_role("button", name="Anotar que hoy no ha llegado respuesta").click()
    expect(desk.locator(".steps-of")).to_contain_text("Sin respuesta")
    desk.check("input[name=outcome][value=refused]")
    desk.check("input[name=written][value=no]")
    desk.get_by_role("button", name="Anotar la respuesta").click()
    expect(desk.locator(".steps-of")).to_contain_text("no por escrito")
    looked_at(desk, "p3-refused")
    for width in (390, 1280):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.goto(room)
        expect(desk.locator(".overdue-sum b")).to_have_text("3")
        expect(desk.locator(".ledger-row").first).to_contain_text("170")
        looked_at(desk, f"p4-ledger-{width}")
        desk.locator(".ledger-row a").nth(1).click()
        looked_at(desk, f"p5-promise-{width}")
    dark = site.rosa(language="es", dark=True, width=390)
    dark.goto(room)
    looked_at(dark, "p6-dark")
