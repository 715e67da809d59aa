"""The founding flow, whole: one pastes and publishes, another comes, watches, notes, releases, answers; the record
shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, barriers

EXAMPLE = Path(__file__).parents[2] / "examples" / "founding-session.md"


def publish(rosa: Page, site: Site) -> str:
    """Rosa pastes the example page and publishes it; returns where it is."""
    rosa.goto(f"{site.url}/new")
    rosa.get_by_label("Your announcement").fill(EXAMPLE.read_text(encoding="utf-8"))
    rosa.get_by_role("button", name="Read it").click()
    expect(rosa.get_by_role("heading", name="Is this right?")).to_be_visible()
    rosa.get_by_label("Time zone").fill("America/Los_Angeles")
    rosa.get_by_label("Length in minutes").fill("94")
    rosa.get_by_role("button", name="Publish").click()
    expect(rosa.locator(".recovery")).to_be_visible()
    rosa.get_by_role("button", name=re.compile("To the session")).click()
    expect(rosa.get_by_text("You facilitate this session.")).to_be_visible()
    return rosa.url


def test_from_a_pasted_page_to_the_record(site: Site):
    rosa, amaru = site.rosa(), site.person(width=390)
    session = publish(rosa, site)

    amaru.goto(session)
    amaru.get_by_label("Your name").fill("Amaru")
    amaru.get_by_role("button", name="I’ll come").click()
    expect(amaru.get_by_text("See you there, Amaru.")).to_be_visible()

    amaru.get_by_role("link", name="Notebook", exact=True).click()
    note(amaru, "They vote by raising hands in the street")
    release(amaru)

    amaru.goto(f"{session}/discussion")
    expect(amaru.get_by_text("They vote by raising hands in the street").first).to_be_visible()
    answer(amaru, "Meetings begin when everybody has a seat.")

    rosa.goto(f"{session}/discussion")
    expect(rosa.get_by_text("Meetings begin when everybody has a seat.").first).to_be_visible()
    expect(rosa.get_by_text("They vote by raising hands in the street").first).to_be_visible()

    rosa.goto(f"{session}/close")
    rosa.locator("input[name=came]").fill("12")
    rosa.get_by_role("button", name=re.compile("Close")).last.click()
    rosa.wait_for_url("**/record")
    for page in (rosa, amaru):
        page.goto(f"{session}/record")
        expect(page.get_by_text("Meetings begin when everybody has a seat.").first).to_be_visible()
        expect(page.get_by_text("They vote by raising hands in the street").first).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("Amaru")
    expect(rosa.locator("main")).to_contain_text("12")


def note(page: Page, words: str) -> None:
    """Write a note and wait until the server has it."""
    page.wait_for_load_state()  # Enter sends once the script is there
    page.locator("textarea[name=words], input[name=words]").first.fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_text(words).first).to_be_visible()


def release(page: Page) -> None:
    """Release the first note, without a name."""
    page.get_by_text("Release …").first.click()
    page.locator("form[action$=release] button:visible").last.click()
    expect(page.get_by_text("Shown in the discussion.").first).to_be_visible()


def answer(page: Page, words: str) -> None:
    """Answer the first question."""
    first = page.locator("section:has(form[action$=answers])").first
    if not first.locator("textarea[name=words]").first.is_visible():
        first.locator("summary").first.click()
    first.locator("textarea[name=words]").first.fill(words)
    first.locator("form[action$=answers] button").first.click()
    expect(page.get_by_text(words).first).to_be_visible()


SITE = [
    "/",
    "/key",
    "/organiser",
    "/new",
    "{g}",
    "{g}/charter",
    "/charters",
    "/charters/communal-council-2009",
    "/charters/commune-parliament-2010",
    "{b}",
    "{b}/act/2",
    "{b}/checking",
    "{b}/keeping",
    "/witness",
    "/nowhere",
]
ROOMS = ["", "people", "edit", "postpone", "cancel", "notebook", "discussion", "comparison", "film", "close"]
PAGES = SITE + [f"{{s}}/{room}".rstrip("/") for room in ROOMS]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_any_page(site: Site, dark: bool, width: int):
    rosa = site.rosa(dark=dark, width=width)
    found = {}
    for path in PAGES:
        rosa.goto(
            site.url + path.format(s=f"/s/{site.world.gathering}", g=f"/g/{site.world.book}", b=f"/b/{site.world.book}")
        )
        if lines := barriers(rosa):
            found[path] = lines
        assert rosa.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
    rosa.goto(f"{site.url}/new")
    rosa.get_by_label("Your announcement").fill(EXAMPLE.read_text(encoding="utf-8"))
    rosa.get_by_role("button", name="Read it").click()
    rosa.wait_for_url("**/new/preview")
    if lines := barriers(rosa):
        found["preview"] = lines
    assert not found


def test_everything_a_guest_needs_works_without_scripts(site: Site):
    noor = site.person(scripts=False, width=390)
    noor.goto(site.session)
    noor.get_by_label("Your name").fill("Noor")
    noor.get_by_role("button", name="I’ll come").click()
    expect(noor.get_by_text("See you there, Noor.")).to_be_visible()
    noor.goto(f"{site.session}/notebook")
    noor.locator("textarea[name=words], input[name=words]").first.fill("The well is deep")
    noor.locator("form[action$=notes] button").first.click()
    expect(noor.get_by_text("The well is deep").first).to_be_visible()


def test_the_keyboard_alone_is_enough_to_come(site: Site):
    ines = site.person()
    ines.goto(site.session)
    ines.keyboard.press("Tab")
    assert ines.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(40):
        if ines.evaluate("document.activeElement.id") == "name":
            break
        ines.keyboard.press("Tab")
    ines.keyboard.type("Inés")
    ines.keyboard.press("Enter")
    expect(ines.get_by_text("See you there, Inés.")).to_be_visible()


def test_the_readers_own_time_stands_beside_the_sessions(site: Site):
    context = site.browser.new_context(timezone_id="Europe/Madrid", locale="en")
    site.contexts.append(context)
    page = context.new_page()
    page.goto(site.session)
    expect(page.locator("[data-reader-time]")).to_contain_text("10:00")
    here = site.browser.new_context(timezone_id="America/Caracas", locale="en")
    site.contexts.append(here)
    page = here.new_page()
    page.goto(site.session)
    expect(page.locator("[data-reader-time]")).to_be_hidden()
