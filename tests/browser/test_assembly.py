"""Parts of a council's assembly in real browsers, where nobody keeps a register: a second call, elections, consent. A
whole assembly is in `test_council.py`."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from comuna.rules import assembly, charter, election
from comuna.rules.eligibility import BY_THE_DESK
from tests.browser.conftest import Site, barriers
from tests.cast import AMARU, IN_TIME, INES, NOOR, an_id
from tests.rules.assemblies import COUNCIL, rule


@pytest.fixture
def council(site: Site) -> Site:
    """The circle is a council."""
    new = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
    site.world.act(lambda _: new)
    return site


def chair_of(site: Site, **decides: str) -> Page:
    """Rosa convenes the assembly, opens the gathering and takes its chair."""
    rosa = site.rosa(language="es")
    rosa.goto(f"{site.session}/convene")
    for item, kind in decides.items():
        rosa.select_option(f"#decides-{item}", kind)
    rosa.click("form button:has-text('Convocar')")
    expect(rosa.get_by_role("heading", name="Convocada")).to_be_visible()
    rosa.fill("#count", "40")
    rosa.click("text=Guardar la constancia")
    site.world.store.clock.until(IN_TIME)
    rosa.goto(f"{site.session}/chair/open")
    rosa.fill("input[name=name]", "Rosa")
    rosa.evaluate("document.querySelector('form[action$=begin]').requestSubmit()")
    rosa.wait_for_url("**/chair")
    return rosa


def code_of(site: Site, rosa: Page) -> str:
    page = rosa.context.new_page()
    page.goto(f"{site.session}/chair/share")
    shown = re.search(r'class="code">(\w{3}) (\w{3})<', page.content())
    page.close()
    assert shown
    return shown.expand(r"\1\2")


def comes(site: Site, code: str, name: str, **how: object) -> Page:
    """Somebody joins on a phone."""
    phone = site.person(width=390, language="es", **how)
    phone.goto(f"{site.session}/live?code={code}")
    phone.fill("input[name=name]", name)
    phone.locator("#join form button").last.click()
    phone.wait_for_selector("#assembly:not([hidden])")
    return phone


def opened(site: Site, rosa: Page) -> None:
    rosa.click("text=Todas las personas aquí pueden votar")
    rosa.fill("#open-present", "40")
    rosa.fill("#open-roll", "100")
    rosa.click("form[action$='assembly/open'] button")
    rosa.wait_for_selector("#motion-text")


def test_too_few_come_and_the_second_call_opens_it(council: Site) -> None:
    rosa = chair_of(council, a1="ordinary")
    rosa.fill("#open-present", "21")
    rosa.fill("#open-roll", "100")
    rosa.click("form[action$='assembly/open'] button")
    expect(rosa.locator("#answer")).to_contain_text("No hay quórum")
    rosa.click("text=Han acudido muy pocas personas")
    rosa.fill("#nq-present", "21")
    rosa.fill("#nq-roll", "100")
    rosa.fill("#nq-start", "18:30")
    rosa.click("text=Asentar que no hay quórum y convocar de nuevo")
    expect(rosa.locator(".quorum")).to_contain_text("Sin quórum en la convocatoria 1")
    council.world.store.clock.forward(hours=2)
    opened(council, rosa)
    assert council.world.state().assemblies[council.world.gathering].call == 2


def test_an_election_with_transferable_votes_on_phones_and_paper(council: Site) -> None:
    for member in ("2001", "2002", "2003"):
        council.world.act(
            lambda s, member=member: election.stand(
                s, by=council.world.rosa, unit="control", candidate=member, facts=BY_THE_DESK, today="2026-11-22"
            )
        )
    rosa = chair_of(council, a1="ordinary", a2="election")
    code = code_of(council, rosa)
    phones = [comes(council, code, name) for name in (AMARU, INES)]
    opened(council, rosa)
    rosa.click("#elections summary")
    form = rosa.locator("form[action$='assembly/elect']")
    form.locator("select[name=method]").select_option("stv-scottish")
    form.locator("input[value=hands]").uncheck()
    form.locator("input[value=phones]").check()
    form.locator("input[value=paper]").check()
    form.locator("input[name=secret]").check()
    form.locator("button").click()
    for phone in phones:
        phone.fill("form[data-ballot] input[name=r1]", "1")
        phone.fill("form[data-ballot] input[name=r0]", "2")
        phone.click("form[data-ballot] button")
        expect(phone.locator("[data-recorded] code")).to_have_text(re.compile("[a-z2-7]{26}"))
    assert barriers(phones[0]) == []
    for first in (0, 0, 0, 1, 1, 2):
        paper = rosa.locator("form[action$='assembly/paper']")
        paper.locator(f"input[name=r{first}]").fill("1")
        if first == 2:
            paper.locator("input[name=r1]").fill("2")
        paper.locator("button").click()
        expect(paper.locator(f"input[name=r{first}]")).to_have_value("")
    rosa.click("text=Cerrar la votación")
    expect(phones[0].locator(".verdict .said")).to_contain_text("2002")
    held = [m for m in council.world.state().mandates.values() if m.ended is None]
    assert [(m.unit, m.member) for m in held] == [("control", "2002")]


LEVELS = rule("rules.consensus", "{ passes_from = 3, blocks = 1 }")


@pytest.mark.parametrize(
    ("more", "choices", "said"),
    [
        ("", ("0", "1", "2"), "No hubo consentimiento"),
        ("", ("0", "0", "1"), "Se aprobó por consentimiento"),
        (LEVELS, ("5", "3", "0"), "Quedó bloqueado"),
        (LEVELS, ("5", "3", "4"), "Se aprobó"),
    ],
)
def test_consent_and_levels_of_agreement_on_phones(
    council: Site, more: str, choices: tuple[str, ...], said: str
) -> None:
    if more:
        new = COUNCIL + more
        changed = assembly.CharterAmended(decision=an_id(2), charter=new, charter_digest=charter.digest(new))
        council.world.act(lambda _: changed)
    rosa = chair_of(council, a1="consent")
    code = code_of(council, rosa)
    phones = [comes(council, code, name) for name in (AMARU, INES, NOOR)]
    opened(council, rosa)
    rosa.fill("#motion-text", "El huerto se riega los martes.")
    rosa.select_option("#motion-decision", "consent")
    rosa.click("form[action$='assembly/move'] button")
    rosa.click("text=Leída: esto es lo que se vota")
    rosa.uncheck("form.open-vote input[value=hands]")
    rosa.check("form.open-vote input[value=phones]")
    rosa.click("form.open-vote button")
    for phone, choice in zip(phones, choices, strict=True):
        phone.check(f"form[data-ballot] input[value='{choice}']")
        assert barriers(phone) == []
        phone.click("form[data-ballot] button")
        expect(phone.locator("[data-recorded]")).to_contain_text("Registrado.")
    rosa.click("text=Cerrar la votación")
    expect(phones[0].locator(".verdict .said")).to_contain_text(said)
    assert barriers(phones[0]) == []


def test_papers_for_several_are_put_into_the_box_one_by_one(council: Site) -> None:
    for member in ("2001", "2002", "2003"):
        council.world.act(
            lambda s, member=member: election.stand(
                s, by=council.world.rosa, unit="control", candidate=member, facts=BY_THE_DESK, today="2026-11-22"
            )
        )
    rosa = chair_of(council, a1="ordinary", a2="election")
    opened(council, rosa)
    rosa.click("#elections summary")
    form = rosa.locator("form[action$='assembly/elect']")
    form.locator("select[name=method]").select_option("approval")
    form.locator("input[value=hands]").uncheck()
    form.locator("input[value=paper]").check()
    form.locator("input[name=secret]").check()
    form.locator("button").click()
    paper = rosa.locator("form[action$='assembly/paper']")

    def puts(*choices: int) -> None:
        for each in choices:
            paper.locator(f"input[value='{each}'][name=choice]").check()
        paper.locator("button").click()
        expect(paper.locator("input:checked")).to_have_count(0)

    puts(0, 1, 2)
    rosa.click("text=Sacar de nuevo todas las papeletas")
    for choices in ((0, 1), (0, 1), (1,), (1,), (1, 2), (2,)):
        puts(*choices)
    assert barriers(rosa) == []
    rosa.click("text=Cerrar la votación")
    expect(rosa.locator(".verdict .said")).to_contain_text("2002")
    closed = next(v.result for v in council.world.state().votes.values())
    assert (closed.counts, closed.ballots) == ([2, 5, 2], 6)


def test_the_roll_is_called_while_phones_vote_and_outlives_a_killed_server(council: Site) -> None:
    rosa = chair_of(council, a1="simple")
    code = code_of(council, rosa)
    amaru, ines, noor = (comes(council, code, name) for name in (AMARU, INES, NOOR))
    wall = council.person(width=1920, language="es")
    wall.goto(f"{council.session}/wall?code={code}")
    opened(council, rosa)
    rosa.fill("#motion-text", "Reparar la bomba de la calle 4.")
    rosa.select_option("#motion-decision", "simple")
    rosa.click("form[action$='assembly/move'] button")
    rosa.click("text=Leída: esto es lo que se vota")
    for way in ("roll_call", "phones"):
        rosa.check(f"form.open-vote input[value={way}]")
    rosa.uncheck("form.open-vote input[value=hands]")
    rosa.check("form.open-vote input[name=secret]")
    rosa.click("form.open-vote button")
    expect(rosa.locator("#answer")).to_contain_text("nunca es secreta")
    rosa.uncheck("form.open-vote input[name=secret]")
    rosa.click("form.open-vote button")
    now = rosa.locator("[data-roll-now] b")
    expect(now).to_have_text(AMARU)
    assert barriers(rosa) == []
    rosa.click(".roll-answer button:has-text('Sí')")
    expect(now).to_have_text(INES)
    rosa.click("text=No está, o pasa")
    expect(now).to_have_text(NOOR)
    noor.check("form[data-ballot] input[value='1']")
    noor.click("form[data-ballot] button")
    expect(noor.locator("[data-recorded]")).to_contain_text("Registrado.")
    expect(now).to_have_text("Rosa")  # who voted by phone is not called
    council.stop()
    council.start()
    rosa.reload()
    expect(now).to_have_text("Rosa")
    rosa.click(".roll-answer button:has-text('Me abstengo')")
    expect(now).to_have_text(INES)  # and is called again
    expect(wall.locator("[data-heard] .option-yes .n")).to_have_text("1")
    assert barriers(wall) == []
    expect(rosa.locator("form.roll-answer:not([data-busy])")).to_be_visible()  # a tap too soon after a name is none
    rosa.click(".roll-answer button:has-text('Sí')")
    expect(rosa.locator(".roll-now")).to_contain_text("ya votaron")
    amaru.check("form[data-ballot] input[value='1']")
    amaru.click("form[data-ballot] button")
    expect(amaru.locator("#answer")).to_contain_text("ya votó de otra manera")
    rosa.click("text=Cerrar la votación")
    expect(ines.locator(".verdict .said")).to_contain_text("Se aprobó: 2 sí, 1 no, 1 abstenciones.")


def test_a_question_with_options_is_asked_and_becomes_a_decision(council: Site) -> None:
    rosa = chair_of(council, a1="simple")
    code = code_of(council, rosa)
    amaru, ines = (comes(council, code, name) for name in (AMARU, INES))
    wall = council.person(width=1920, language="es")
    wall.goto(f"{council.session}/wall?code={code}")
    opened(council, rosa)
    rosa.click("#new-question summary")
    rosa.fill("#question-asked", "¿Dónde va el ambulatorio?")
    rosa.fill("#question-options", "La plaza\nLa escuela\nLa cancha")
    rosa.select_option("#question-decision", "simple")
    rosa.check("#new-question input[value=phones]")
    assert barriers(rosa) == []
    rosa.click("#new-question button")
    expect(rosa.locator("#answer")).to_contain_text("Lean primero la pregunta")
    expect(rosa.locator("#question-asked")).to_have_value("¿Dónde va el ambulatorio?")
    rosa.check("#question-read")
    rosa.click("#new-question button")
    expect(wall.locator(".options li")).to_have_count(3)
    for phone, choice in ((amaru, "La escuela"), (ines, "La plaza")):
        phone.click(f"form[data-ballot] .choice:has-text('{choice}')")
    assert barriers(amaru) == []
    for phone in (amaru, ines):
        phone.click("form[data-ballot] button")
        expect(phone.locator("[data-recorded]")).to_contain_text("Registrado.")
    form = rosa.locator("form.count-form")
    for n, number in enumerate(["5", "12", "3"]):
        form.locator(f"input[name=c{n}]").fill(number)
    form.locator("button").click()
    expect(form).to_contain_text("un nuevo recuento lo sustituye")
    rosa.click("text=Cerrar la votación")
    said = "Se escogió: La escuela. El recuento: La plaza: 6, La escuela: 13, La cancha: 3."
    for screen in (amaru, wall):
        expect(screen.locator(".verdict .said")).to_contain_text(said)
    assert barriers(wall) == []
    rosa.click(".decision-form button")
    expect(rosa.locator(".decision-form")).to_have_count(0)
    rosa.goto(f"{council.session}/minutes")
    expect(rosa.locator("#decision-1")).to_contain_text("¿Dónde va el ambulatorio? La escuela")
    assert barriers(rosa) == []
