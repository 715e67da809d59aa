"""A gathering in real browsers, several at once: the chair's laptop, phones, the wall; connections that come and go."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from comuna.rules.hall import Hall
from tests.browser.conftest import Site, barriers, becomes
from tests.browser.line import Line
from tests.cast import AMARU, INES, NOOR, PAZ


def opened(site: Site, **how: object) -> Page:
    """Rosa opens the gathering on her laptop."""
    rosa = site.rosa(**how)
    rosa.goto(f"{site.session}/chair")
    rosa.get_by_label("Your name").fill("Rosa")
    rosa.get_by_role("button", name="Open the gathering").click()
    expect(rosa.locator("#agenda")).to_be_visible()
    return rosa


def code(chair: Page) -> str:
    """The code as the chair sees it."""
    return chair.locator(".code").first.inner_text().replace(" ", "")


def joined(site: Site, chair: Page, name: str, **how: object) -> Page:
    """Somebody scans the code with their phone and gives a name."""
    line = how.pop("line", None)
    phone = site.person(**{"width": 390, **how})
    phone.goto(f"http://localhost:{line.port if line else site.port}/j/{code(chair)}")
    phone.get_by_label("Your name").fill(name)
    phone.get_by_role("button", name="Join the gathering").click()
    expect(phone.locator("#me")).to_be_visible()
    return phone


def wall_of(site: Site, chair: Page) -> Page:
    """The wall on the projector."""
    wall = site.person(width=1920)
    wall.set_viewport_size({"width": 1920, "height": 1080})
    wall.goto(f"{site.session}/wall?code={code(chair)}")
    return wall


def hall(site: Site) -> Hall:
    with site.store.read() as connection:
        return site.store.hall(connection, site.world.gathering)


def test_an_evening_with_chair_phone_and_wall_one_of_them_away_for_a_while(site: Site) -> None:
    chair = opened(site)
    line = Line(site.port)
    wall, amaru, paz = wall_of(site, chair), joined(site, chair, AMARU, line=line), joined(site, chair, PAZ)
    expect(chair.locator("#people .present")).to_contain_text("3 present")
    expect(wall.locator(".wall-present")).to_contain_text("3")
    chair.get_by_role("button", name="Open: Arriving").first.click()
    for page in (wall, amaru, paz):
        expect(page.locator("#now")).to_contain_text("Arriving")
    chair.get_by_role("button", name="Ask question 1").click()
    expect(wall.locator("#middle")).to_contain_text("Who decides?")
    amaru.get_by_role("button", name="I want to speak").click()
    expect(amaru.locator("#me")).to_contain_text("You are next.")
    expect(wall.locator("#floor")).to_contain_text(AMARU)

    line.cut()  # Amaru walks out of reach
    chair.locator("button.next").click()
    expect(wall.locator(".speaker")).to_contain_text(AMARU)
    paz.get_by_role("button", name="Clarify").click()
    amaru.get_by_text("Write an answer").click()
    amaru.get_by_label("Your answer").fill("The assembly.")
    amaru.get_by_role("button", name="Add my answer").click()
    expect(amaru.locator("#lost")).to_be_visible(timeout=15_000)
    expect(wall.locator("#middle")).not_to_contain_text("The assembly.")
    line.mend()

    expect(amaru.locator("#lost")).to_be_hidden(timeout=15_000)
    expect(amaru.locator("#me")).to_contain_text("You have the floor", timeout=15_000)
    expect(amaru.locator("#floor .queue")).to_contain_text(PAZ)
    expect(amaru.locator("#entries")).to_contain_text("The assembly.", timeout=15_000)
    expect(wall.locator("#middle")).to_contain_text("The assembly.")
    becomes(lambda: [e.said.words for e in hall(site).discussion.entries.values()], ["The assembly."])


def test_what_is_half_written_open_or_focused_survives_every_update(site: Site) -> None:
    chair = opened(site)
    amaru, ines = joined(site, chair, AMARU), joined(site, chair, INES)
    chair.get_by_role("button", name="Ask question 1").click()
    amaru.get_by_text("Write an answer").click()
    field = amaru.get_by_label("Your answer")
    field.press_sequentially("The assembly dec")
    for _ in range(3):
        ines.get_by_role("button", name="I want to speak").click()
        expect(amaru.locator("#floor")).to_contain_text(INES)
        ines.get_by_role("button", name="Take it down").click()
        expect(amaru.locator("#floor")).to_be_hidden()
    expect(field).to_be_focused()
    amaru.keyboard.type("ides")
    expect(field).to_have_value("The assembly decides")
    amaru.locator(".who-am-i summary").click()
    chair.get_by_role("button", name="Ask question 2").click()
    expect(amaru.locator("#question")).to_contain_text("Who pays?")
    expect(amaru.locator("#kept")).to_contain_text("Who decides?")
    expect(amaru.locator("#kept textarea")).to_have_value("The assembly decides")
    expect(amaru.locator(".who-am-i")).to_have_attribute("open", "")
    amaru.locator("#kept").get_by_role("button", name="Add my answer").click()
    expect(amaru.locator("#kept")).to_be_empty()
    becomes(lambda: len(hall(site).discussion.entries), 1)
    (entry,) = hall(site).discussion.entries.values()
    assert (entry.said.question, entry.said.words) == ("q1", "The assembly decides")
    name = chair.get_by_label("Somebody without a phone")
    name.fill("Doña Car")
    ines.get_by_role("button", name="I want to speak").click()
    expect(chair.locator("#floor .queue")).to_contain_text(INES)
    expect(name).to_have_value("Doña Car")


def test_a_short_restart_shows_no_sign_and_a_long_one_does_and_all_come_back(site: Site) -> None:
    chair = opened(site)
    wall, amaru = wall_of(site, chair), joined(site, chair, AMARU)
    amaru.evaluate(
        "const sign = document.getElementById('lost');"
        "new MutationObserver(() => { if (!sign.hidden) document.body.dataset.signed = '1'; })"
        ".observe(sign, { attributes: true })"
    )
    site.stop()
    amaru.get_by_role("button", name="I want to speak").click()
    site.start()
    expect(wall.locator("#floor")).to_contain_text(AMARU, timeout=15_000)
    assert amaru.evaluate("document.body.dataset.signed") is None, "the connection was never really lost"
    becomes(lambda: len(hall(site).hands), 1)
    site.stop()
    expect(amaru.locator("#lost")).to_be_visible(timeout=15_000)
    expect(wall.locator("#lost")).to_be_visible(timeout=15_000)
    expect(wall.locator("#floor")).to_contain_text(AMARU)
    site.start()
    expect(amaru.locator("#lost")).to_be_hidden(timeout=15_000)
    chair.locator("button.next").click()
    expect(amaru.locator("#me")).to_contain_text("You have the floor", timeout=15_000)


def test_a_button_pressed_twice_ends_one_turn(site: Site) -> None:
    chair = opened(site)
    for name in (AMARU, INES, NOOR):
        joined(site, chair, name).get_by_role("button", name="I want to speak").click()
    expect(chair.locator("#floor .queue li")).to_have_count(3)
    chair.locator("button.next").dblclick()
    expect(chair.locator(".speaker")).to_be_visible()
    chair.wait_for_timeout(500)
    assert len(hall(site).turns) == 1


def test_clocks_run_and_say_gently_when_time_is_over(site: Site) -> None:
    chair = opened(site)
    amaru = joined(site, chair, AMARU)
    chair.get_by_label("Seconds each").fill("10")
    chair.get_by_role("button", name="Begin a go-round").click()
    chair.locator("button.next").click()
    expect(chair.locator(".speaker")).to_contain_text("Rosa")
    chair.locator("button.next").click()
    clock = amaru.locator(".my-turn time.count")
    expect(clock).to_have_text(re.compile(r"0:0\d|0:10"))
    expect(clock).to_have_text(re.compile("over by 0:0"), timeout=15_000)
    expect(clock).to_have_class(re.compile("over"))


def test_the_door_and_whoever_is_removed(site: Site) -> None:
    chair = opened(site)
    noor = joined(site, chair, NOOR)
    chair.get_by_text("One by one", exact=True).click()
    chair.get_by_role("button", name=f"Remove {NOOR}").click()
    expect(noor.locator("#me")).to_contain_text("removed you")
    chair.get_by_role("button", name="Lock the door").click()
    expect(chair.get_by_role("button", name="Open the door")).to_be_visible()
    late = site.person(width=390)
    late.goto(f"{site.url}/j/{code(chair)}")
    expect(late.locator("#join")).to_contain_text("The door is locked.")


def test_a_key_shown_as_qr_makes_a_co_chair(site: Site) -> None:
    chair = opened(site)
    chair.goto(f"{site.session}/chair/share")
    chair.get_by_role("button", name="Make a key").click()
    link = chair.locator(".break").inner_text()
    second = site.person(width=390)
    second.goto(link)
    second.get_by_label("Your name").fill(INES)
    second.get_by_role("button", name="Chair this gathering").click()
    second.get_by_role("button", name="Open: Arriving").first.click()
    chair.goto(f"{site.session}/chair")
    expect(chair.locator("#now")).to_contain_text("Arriving")


def test_it_ends_with_the_record_everywhere(site: Site) -> None:
    chair = opened(site)
    wall, amaru = wall_of(site, chair), joined(site, chair, AMARU)
    chair.goto(f"{site.session}/close")
    chair.get_by_role("button", name=re.compile("Close")).last.click()
    expect(amaru.locator("#over")).to_contain_text("Thank you")
    expect(wall.locator("#now")).to_contain_text("The record is kept.")


def test_without_scripts_a_phone_still_speaks(site: Site) -> None:
    chair = opened(site)
    phone = joined(site, chair, NOOR, scripts=False)
    phone.get_by_role("button", name="I want to speak").click()
    expect(phone.locator("#me")).to_contain_text("You are next.")


def test_the_wall_never_scrolls_and_cuts_nothing_off(site: Site) -> None:
    chair = opened(site)
    wall, amaru = wall_of(site, chair), joined(site, chair, AMARU)
    chair.get_by_role("button", name="Open: Arriving").first.click()
    chair.get_by_role("button", name="Ask question 3").click()
    for number in range(8):
        amaru.get_by_text("Write an answer").click()
        amaru.get_by_label("Your answer").fill(f"{number}: " + "what is repaired, and by whom, was long disputed " * 6)
        amaru.get_by_role("button", name="Add my answer").click()
        expect(amaru.locator("#entries > *")).to_have_count(number + 1)
    expect(wall.locator("#middle")).to_contain_text("7: what is repaired")
    for width, height in ((1920, 1080), (1280, 720), (1024, 768), (3840, 2160)):
        wall.set_viewport_size({"width": width, "height": height})
        becomes(lambda: wall.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollY === 0"), True)
        becomes(lambda: wall.evaluate("document.documentElement.scrollWidth <= innerWidth"), True)
        for part in (".wall-code", "#now h2", "#middle .asked"):
            box = wall.locator(part).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= height
            assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_keeps_anybody_out(site: Site, dark: bool) -> None:
    chair = opened(site, dark=dark)
    amaru, ines = joined(site, chair, AMARU, dark=dark), joined(site, chair, INES, dark=dark)
    wall = wall_of(site, chair)
    found: dict[str, list[str]] = {}

    def check(name: str, page: Page) -> None:
        if left := barriers(page):
            found[name] = left

    def look(when: str) -> None:
        for name, page in (("chair", chair), ("phone", amaru), ("wall", wall)):
            check(f"{name} {when}", page)

    look("just opened")
    chair.get_by_role("button", name="Open: Arriving").first.click()
    chair.get_by_role("button", name="Ask question 1").click()
    ines.get_by_role("button", name="I want to speak").click()
    amaru.get_by_role("button", name="Clarify").click()
    expect(chair.locator("#floor .queue li")).to_have_count(2)
    chair.get_by_text("One by one", exact=True).click()
    amaru.get_by_text("Write an answer").click()
    look("hands up")
    chair.locator("button.next").click()
    chair.get_by_role("button", name="Fist to five").click()
    expect(amaru.locator("#check")).to_be_visible()
    look("speaking and asked")
    chair.get_by_role("button", name="Close and show it").click()
    chair.get_by_role("button", name="Draw by lot").click()
    expect(amaru.locator("#groups")).to_be_visible()
    look("in groups")
    stranger = site.person(width=390, dark=dark)
    for path in (f"/j/{code(chair)}", "/j"):
        stranger.goto(site.url + path)
        check(path, stranger)
    chair.goto(f"{site.session}/chair/share")
    check("share", chair)
    assert found == {}


def test_screen_readers_are_told_politely(site: Site) -> None:
    chair = opened(site)
    amaru = joined(site, chair, AMARU)
    told = amaru.locator("#told")
    expect(told).to_have_attribute("aria-live", "polite")
    chair.get_by_role("button", name="Open: Arriving").first.click()
    expect(told).to_have_text(re.compile("Now: Arriving"))
    chair.get_by_role("button", name="Ask question 1").click()
    expect(told).to_have_text(re.compile("Question 1: Who decides"))
    expect(amaru.locator("#told[aria-live] *")).to_have_count(0)  # plain words


def test_who_is_early_is_in_by_themselves_when_it_begins(site: Site) -> None:
    rosa = site.rosa()
    rosa.goto(f"{site.session}/chair")
    with rosa.context.expect_page() as shown:
        rosa.get_by_role("button", name="Show the wall already").click()
    wall = shown.value
    written = wall.locator(".wall-code").inner_text().replace(" ", "")
    noor = site.person(width=390)
    noor.goto(f"{site.url}/j/{written}")
    noor.get_by_label("Your name").fill(NOOR)
    noor.get_by_role("button", name="I am here").click()
    expect(noor.locator("#me")).to_contain_text(f"You are in, {NOOR}.")
    expect(wall.locator(".wall-present")).to_contain_text("1")
    rosa.get_by_label("Your name").fill("Rosa")
    rosa.get_by_role("button", name="Open the gathering").click()
    expect(noor.get_by_role("button", name="I want to speak")).to_be_visible()
    expect(wall.locator(".wall-present")).to_contain_text("2")


def test_words_half_written_outlive_a_reload(site: Site) -> None:
    chair = opened(site)
    amaru = joined(site, chair, AMARU)
    chair.get_by_role("button", name="Ask question 1").click()
    amaru.get_by_text("Write an answer").click()
    amaru.get_by_label("Your answer").fill("The assembly dec")
    amaru.reload()
    expect(amaru.get_by_label("Your answer")).to_have_value("The assembly dec")
    amaru.get_by_role("button", name="Add my answer").click()
    expect(amaru.locator("#entries")).to_contain_text("The assembly dec")
    amaru.reload()
    expect(amaru.locator("#question textarea")).to_have_value("")
