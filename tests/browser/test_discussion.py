"""Two people talk: one answers, another sees it and differs, the facilitator hides and closes. And no barriers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from comuna.rules.discussion import AnswerGiven, CellEntered, MomentReleased, TakeawayProposed
from tests.browser.conftest import Site, barriers
from tests.cast import an_id


def fill(site: Site) -> None:
    """A discussion with something of everything in it."""
    handle, _ = site.world.join()
    long = "Donaudampfschifffahrtsgesellschaft" * 6 + " 👩🏽‍🌾 " + "word " * 300
    moment = {"question": "q1", "column": "g2", "name": "Inés"}
    lines = [
        *(
            MomentReleased(entry=an_id(100 + n), words=f"Moment {n}", mark=mark, seconds=n * 400, **moment)
            for n, mark in enumerate(("surprised", "inspired", "frustrated", "stuck", None))
        ),
        MomentReleased(
            entry=an_id(110), words="A dog.", mark=None, seconds=None, question=None, column=None, name=None
        ),
        AnswerGiven(entry=an_id(111), question="q1", words=long[:2000], name="Noor"),
        CellEntered(entry=an_id(112), question="q2", column="own", words="We drift.", moments=(an_id(101),), name=None),
        TakeawayProposed(entry=an_id(113), words="Mend the pump", owner="Inés", due="2027-03-01"),
    ]
    for line in lines:
        site.store.write(lambda tx, line=line: site.store.say(tx, site.world.gathering, lambda d: line, by=handle))


@pytest.mark.parametrize("scripts", [True, False])
def test_two_people_talk_and_a_facilitator_closes(site: Site, scripts: bool):
    amaru, ines, rosa = site.person(scripts=scripts), site.person(scripts=scripts), site.rosa(scripts=scripts)
    for page in (amaru, ines, rosa):
        page.goto(f"{site.session}/discussion")
    place = amaru.get_by_role("region", name="Who decides?")
    place.get_by_text("Be the first to answer").click()
    place.get_by_label("Your answer").fill("The assembly decides.")
    place.get_by_role("button", name="Add my answer").click()
    expect(place.get_by_text("The assembly decides.")).to_be_visible()

    ines.reload()
    theirs = ines.get_by_role("article").filter(has_text="The assembly decides.")
    expect(theirs.get_by_role("button", name="Take it back")).to_have_count(0)
    theirs.get_by_role("button", name="This differs").click()
    expect(theirs.get_by_role("button", name="This differs 1")).to_have_attribute("aria-pressed", "true")
    amaru.reload()
    expect(amaru.get_by_role("button", name="This differs 1")).to_have_attribute("aria-pressed", "false")

    rosa.reload()
    entry = rosa.get_by_role("article").filter(has_text="The assembly decides.")
    entry.locator("summary", has_text="Hide").click()
    entry.get_by_label("Why?").fill("It was a test.")
    entry.get_by_role("button", name="Hide this entry").click()
    ines.reload()
    expect(ines.get_by_text("Hidden by a facilitator: It was a test.")).to_be_visible()
    expect(ines.get_by_text("The assembly decides.")).to_have_count(0)
    rosa.get_by_role("button", name="Show it again").click()

    rosa.get_by_role("link", name="Close the session").click()
    rosa.get_by_label("How many came?").fill("3")
    rosa.get_by_role("button", name="Close and freeze the record").click()
    expect(rosa.get_by_role("heading", name="What was said")).to_be_visible()
    ines.goto(f"{site.session}/record")
    expect(ines.get_by_text("The assembly decides.")).to_be_visible()
    expect(ines.get_by_text("Present: 3 people.")).to_be_visible()


def test_the_keyboard_alone_suffices_to_answer(site: Site):
    page = site.person()
    page.goto(f"{site.session}/discussion")
    page.locator("#q1 summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("By hand.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#q1 .answer")).to_contain_text("By hand.")


def test_on_a_phone_one_question_of_the_comparison_at_a_time(site: Site):
    fill(site)
    page = site.person(width=390)
    page.goto(f"{site.session}/comparison")
    expect(page.locator("tbody tr:visible")).to_have_count(3)
    page.get_by_role("navigation", name="Questions").get_by_role("link", name="Question 2").click()
    expect(page.locator("tbody tr:visible")).to_have_count(1)
    page.locator("tr:visible td.bare .cell-add").first.click()
    expect(page.get_by_label("Question", exact=True)).to_have_value("q2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_these_rooms_keeps_anybody_out(site: Site, width: int, dark: bool):
    anyone, rosa = site.person(width=width, dark=dark), site.rosa(width=width, dark=dark)

    def clear(page, room: str) -> None:
        page.goto(f"{site.session}/{room}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert barriers(page) == [], room
        assert page.evaluate("document.documentElement.scrollWidth") <= width, room

    for room in ("discussion", "comparison", "film", "record"):
        clear(anyone, room)
    fill(site)
    for room in ("discussion", "comparison?question=q2&column=g2", "film"):
        clear(anyone, room)
    for room in ("discussion", "comparison", "close", "record"):
        clear(rosa, room)
    rosa.goto(f"{site.session}/close")
    rosa.get_by_role("button", name="Close and freeze the record").click()
    for room in ("discussion", "comparison", "film", "record", "record?language=es"):
        clear(anyone, room)
