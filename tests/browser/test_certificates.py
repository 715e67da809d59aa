"""A certificate in real browsers: the desk issues and prints it, a phone reads the paper and checks it; in Spanish."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from comuna.rules.register import Given
from comuna.store import register
from tests.browser.conftest import Site, barriers
from tests.browser.test_recall import Village
from tests.paper.scanning import scanned

SHOTS = os.environ.get("COMUNA_SHOTS")
"""A folder for pictures of the pages, to be looked at."""
LUZ = "Luz Marina Ñáñez"


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def village(site: Site) -> Village:
    made = Village(site)
    given = Given(name=LUZ, kind="resident", household="12")
    w = site.world
    made.rows[LUZ] = w.store.write(lambda tx: register.add(tx, w.store.shelf, w.book, given, by=w.rosa))
    return made


def printed(desk: Page, paper: str) -> bytes:
    """The PDF behind the desk's button."""
    form = desk.locator("form.certificate-print").first
    action = form.get_attribute("action")
    return desk.request.get(f"{desk.url.split('/g/')[0]}{action}?paper={paper}&language=es").body()


def test_a_certificate_from_the_request_to_the_phone_that_checks_it(village: Village) -> None:
    site, book = village.site, village.world.book
    room = f"{site.url}/g/{book}/certificates"
    desk = site.rosa(language="es")
    desk.goto(room)
    expect(desk.locator("#issued + .empty")).to_be_visible()
    shot(desk, "1-empty")
    assert barriers(desk) == []

    # Luz asks on her phone
    luz = village.phone(LUZ)
    expect(luz.locator("#certificates")).to_be_visible()
    luz.locator("#certificate-words").fill("Luz M. Ñáñez Páez")
    luz.locator("form[action$='/me/certificate'] button").click()
    expect(luz.get_by_text("Pediste una: Constancia de residencia")).to_be_visible()
    shot(luz, "2-asked")
    assert barriers(luz) == []

    # the desk writes and issues it
    desk.reload()
    shot(desk, "3-waiting")
    assert barriers(desk) == []
    desk.get_by_role("link", name="Redactarla").click()
    words = desk.locator("#words")
    expect(words).to_have_value(
        "Circle of the Water Tower hace constar que Luz M. Ñáñez Páez figura en su registro "
        "como residente de esta comunidad desde el trimestre "
        f"{village.rows[LUZ].joined.replace('Q', 'T')}."
    )
    desk.locator("#unit").select_option("finance")
    shot(desk, "4-words")
    assert barriers(desk) == []
    desk.get_by_role("button", name="Expedirla").click()
    expect(desk.locator(".certificate-line")).to_have_count(1)
    expect(desk.locator(".certificate-requests")).to_have_count(0)
    shot(desk, "5-issued")
    assert barriers(desk) == []

    # any phone reads the paper and checks it
    papers = {paper: printed(desk, paper) for paper in ("a4", "letter", "card")}
    if SHOTS:
        for paper, made in papers.items():
            (Path(SHOTS) / f"6-{paper}.pdf").write_bytes(made)
    addresses = {scanned(made)[0] for made in papers.values()}
    assert len(addresses) == 1
    address = addresses.pop()
    phone = site.person(width=390, language="es")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(address)
    answer = phone.locator("#answer")
    expect(answer).to_have_attribute("data-state", "good")
    expect(answer.locator("blockquote")).to_contain_text("Luz M. Ñáñez Páez")
    expect(answer).to_contain_text("Es auténtica y está vigente.")
    expect(answer).to_contain_text("La comprobó este aparato.")
    shot(phone, "7-good")
    assert barriers(phone) == []
    code = address.partition("#")[2]
    assert not any(code[:40] in each.partition("#")[0] for each in asked), "the code is not sent"

    # changed by a letter, it does not hold; and it can be pasted
    for at in (60, len(code) // 2, len(code) - 2):
        other = code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]
        phone.locator("#code").fill(other)
        phone.locator("#by-hand button").click()
        expect(answer).to_have_attribute("data-state", re.compile("wrong|unreadable"))
    shot(phone, "8-wrong")
    phone.locator("#code").fill(code)
    phone.locator("#by-hand button").click()
    expect(answer).to_have_attribute("data-state", "good")
    phone.get_by_role("button", name="Que el servidor también la busque").click()
    expect(answer).to_contain_text("La comprobó este servidor")
    expect(answer).to_have_attribute("data-state", "good")

    # without a connection it is genuine, and no more is known
    phone.goto(f"{site.url}/c")
    phone.context.set_offline(True)
    phone.locator("#code").fill(code)
    phone.locator("#by-hand button").click()
    expect(answer).to_have_attribute("data-state", "unasked")
    shot(phone, "9-offline")
    phone.context.set_offline(False)

    # without scripts the server does it, and says so
    plain = site.person(width=390, language="es", scripts=False)
    plain.goto(f"{site.url}/c")
    plain.locator("#code").fill(address)
    plain.locator("#by-hand button").click()
    expect(plain.locator("#answer")).to_contain_text("La comprobó este servidor")

    # revoked: every phone says so
    desk.locator(".certificate-line details summary").click()
    desk.get_by_label("Por qué").fill("Se mudó.")
    desk.get_by_role("button", name="Revocarla").click()
    expect(desk.locator(".standing.revoked")).to_be_visible()
    shot(desk, "10-revoked")
    dark = site.person(width=390, dark=True, language="es")
    dark.goto(address)
    expect(dark.locator("#answer")).to_have_attribute("data-state", "revoked")
    expect(dark.locator("#answer")).to_contain_text("Fue revocada.")
    shot(dark, "11-dark")
    assert barriers(dark) == []

    # the words are erased here, and the paper still shows them
    desk.locator(".certificate-line details summary").click()
    desk.locator("input[name=sure]").check()
    desk.get_by_role("button", name="Borrar las palabras").click()
    expect(desk.locator("form.certificate-print")).to_have_count(0)
    expect(desk.locator("main")).not_to_contain_text("Páez")
    phone.goto("about:blank")
    phone.goto(address)
    expect(answer).to_have_attribute("data-state", "revoked")
    expect(answer.locator("blockquote")).to_contain_text("Páez")
    for n, path in enumerate(("?", "/new?kind=residence", "/new?kind=mandate", "/new?kind=decision")):
        small = site.rosa(width=390, language="es")
        small.goto(room + path)
        assert barriers(small) == []
        shot(small, f"12-small-{n}")
