"""The register in a browser: a list brought and taken in, a newcomer at the door, a card on a phone; with axe, without
scripts too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from comuna.store import cards, people, register
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers

LIST = "nombre;hogar;voto_desde;cédula\r\nInés Ñandú;12-B;sí;1\r\nAmaru;14;2026-T4;2\r\n".encode("cp1252")


@pytest.mark.parametrize(("width", "scripts", "dark"), [(390, False, False), (1280, True, True)])
def test_a_list_is_brought_a_newcomer_taken_in_and_a_card_opened(
    site: Site, width: int, scripts: bool, dark: bool
) -> None:
    rosa = site.rosa(width=width, dark=dark)
    rosa.goto(f"{site.url}/g/{site.world.book}")
    rosa.get_by_role("link", name="Register").click()
    expect(rosa.get_by_role("heading", name="Nobody is on it yet.")).to_be_visible()
    assert barriers(rosa) == []
    rosa.get_by_role("link", name="Bring a list").click()
    assert barriers(rosa) == []
    rosa.get_by_label("A file of CSV").set_input_files({"name": "lista.csv", "mimeType": "text/csv", "buffer": LIST})
    rosa.get_by_role("button", name="Look at it").click()
    expect(rosa.get_by_role("heading", name="This would be taken in")).to_be_visible()
    expect(rosa.get_by_text("an identity document")).to_be_visible()
    expect(rosa.get_by_text("Inés Ñandú")).to_be_visible()
    assert barriers(rosa) == []
    rosa.get_by_role("button", name="Take these in").click()
    expect(rosa.get_by_text("The file was taken in.")).to_be_visible()

    rosa.get_by_label("They come in as").select_option("resident")
    rosa.get_by_role("button", name="Open the door").click()
    code = rosa.locator(".code").inner_text()
    noor = site.person(width=width, scripts=scripts, dark=dark)
    noor.goto(f"{site.url}/j")
    noor.get_by_label("The code on the wall").fill(code.lower())
    noor.get_by_role("button", name="Join").click()
    noor.get_by_label("Name").fill("Noor")
    noor.get_by_role("button", name="That is me").click()
    expect(noor.get_by_role("heading", name="Now go to the desk, Noor.")).to_be_visible()

    rosa.reload()
    assert barriers(rosa) == []
    rosa.get_by_role("button", name=re.compile("Take in.*Noor")).click()
    noor.get_by_role("link", name="Look again").click()
    expect(noor.get_by_role("heading", name="Noor", exact=True)).to_be_visible()

    key = _card(site, "ines")
    ines = site.person(width=width, scripts=scripts, dark=dark)
    ines.goto(f"{site.url}/m/{key}")
    ines.get_by_role("button", name="Yes, this device is mine").click()
    ines.get_by_label("Name", exact=True).fill("Inés María Ñandú")
    ines.get_by_role("button", name="Save").click()
    expect(ines.get_by_text("It is in the register.")).to_be_visible()
    if scripts:
        assert barriers(ines) == []
    rosa.get_by_label("Name, household or number").fill("nandu maria")
    rosa.get_by_role("button", name="Find").click()
    rosa.get_by_role("link", name="Inés María Ñandú").click()
    expect(rosa.get_by_text(re.compile("Has a card since"))).to_be_visible()
    assert barriers(rosa) == []


def _card(site: Site, words: str) -> str:
    def job(tx: Transaction) -> str:
        (row,) = register.search(tx.connection, site.world.book, words)
        key, digest = people.key_and_digest(tx)
        cards.issue(tx, site.world.book, {row.member: digest})
        return key

    return site.store.write(job)
