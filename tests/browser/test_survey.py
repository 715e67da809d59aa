"""A survey from door to door in a real browser: filled in without a connection, the telephone started again meanwhile,
sent when there is a connection, and nothing is there twice."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from comuna import shipped_surveys
from comuna.rules import survey
from comuna.store import surveys, texts
from comuna.store.writer import Transaction
from tests.browser.conftest import Site, barriers
from tests.cast import an_id
from tests.survey_answers import HOUSING, filled

SHOTS = os.environ.get("COMUNA_SHOTS")
"""A folder for pictures of the pages, to be looked at."""
SURVEY = an_id(900)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def opened(site: Site, *, name: str = "housing", keep: bool = True, id: str = SURVEY, expected: int = 60) -> None:
    """Rosa opens a survey that comes with Comuna."""

    def job(tx: Transaction) -> None:
        title = texts.new(tx, shipped_surveys.forms()[name].title["es"])
        questions = texts.new(tx, shipped_surveys.text(name))
        site.store.record(
            tx,
            site.world.book,
            lambda s: survey.open_survey(
                s,
                by=site.world.rosa,
                survey=id,
                name=name,
                title=title.ref,
                questions=questions.ref,
                expected=expected,
                keep=keep,
            ),
            by=site.world.rosa,
            with_texts=[title, questions],
        )

    site.store.write(job)


def volunteer(site: Site, *, id: str = SURVEY, **how: object) -> Page:
    """A volunteer's telephone, opened with a link of its own."""
    key, _ = site.store.write(lambda tx: surveys.new_link(tx, site.world.book, id, "Calle 3"))
    phone = site.person(width=390, **{"language": "es", **how})
    phone.goto(f"{site.url}/g/{site.world.book}/surveys/{id}/link/{key}")
    shot(phone, f"survey-link-{how.get('dark', '')}")
    phone.locator("main form button").first.click()
    phone.wait_for_url("**/fill")
    return phone


def pick(phone: Page, **answers: object) -> None:
    """Answer questions on the page."""
    for name, value in answers.items():
        for each in value if isinstance(value, list) else [value]:
            field = phone.locator(f'[name="q.{name}"]')
            if field.first.get_attribute("type") in ("radio", "checkbox"):
                phone.locator(f'[name="q.{name}"][value="{each}"]').check()
            else:
                field.fill(str(each))


def dwelling(phone: Page, code: str, **changes: object) -> None:
    """Fill in a dwelling and keep it."""
    phone.locator("#dwelling").fill(code)
    pick(phone, **{**HOUSING, **changes})
    phone.locator(".send button").click()


def known(site: Site, id: str = SURVEY) -> dict[str, str]:
    """What the server knows: dwelling → what came of it."""
    with site.store.read() as connection:
        return {code: each.outcome for code, each in surveys.known(connection, id).items()}


def rows(site: Site) -> int:
    with site.store.read() as connection:
        return len(surveys.visits(connection, SURVEY))


def test_a_survey_is_filled_in_without_a_connection_and_sent_once(site: Site):
    opened(site)
    phone = volunteer(site)
    expect(phone.locator("#offline")).to_have_attribute("data-is", "ready", timeout=20_000)
    shot(phone, "survey-fill")
    assert barriers(phone) == []
    dwelling(phone, "h-1")
    expect(phone.locator("#status")).to_have_attribute("data-is", "saved")
    assert known(site) == {"H-1": "answered"}

    phone.context.set_offline(True)
    dwelling(phone, "H-2", roof_state="bad", roof_harm=["rain", "beams"])
    phone.locator("#dwelling").fill("H-3")
    phone.locator('button[value="nobody"]').click()
    phone.locator("#dwelling").fill("H-4")
    phone.locator('button[value="refused"]').click()
    expect(phone.locator('#here li[data-sent="no"]')).to_have_count(3)
    shot(phone, "survey-offline")
    phone.locator("#dwelling").fill("H-5")
    pick(phone, roof="slab", roof_state="bad")
    expect(phone.locator('[data-question="roof_harm"]')).to_be_visible()
    path = phone.url
    phone.close()  # the telephone is started again, still without a connection

    phone = site.contexts[-1].new_page()
    phone.goto(path)
    expect(phone.locator("#dwelling")).to_have_value("H-5")
    expect(phone.locator('[name="q.roof_state"][value="bad"]')).to_be_checked()
    expect(phone.locator('#here li[data-sent="no"]')).to_have_count(3)
    pick(phone, **{**HOUSING, "roof_state": "good"})
    phone.locator(".send button").click()
    expect(phone.locator('#here li[data-sent="no"]')).to_have_count(4)
    phone.reload()
    expect(phone.locator('#here li[data-sent="no"]')).to_have_count(4)
    # what a page still sends while it is closed gets past the browser's pretended loss: one account, at the most
    assert set(known(site)) <= {"H-1", "H-2"}

    phone.context.set_offline(False)
    expect(phone.locator('#here li[data-sent="yes"]')).to_have_count(5, timeout=20_000)
    assert known(site) == {"H-1": "answered", "H-2": "answered", "H-3": "nobody", "H-4": "refused", "H-5": "answered"}
    assert rows(site) == 5
    phone.reload()
    expect(phone.locator('#here li[data-sent="yes"]')).to_have_count(5)
    assert "beams" not in phone.evaluate("JSON.stringify(localStorage)"), "answers that were sent are not kept there"

    dwelling(phone, "H-3")  # somebody was home
    expect(phone.locator("#status")).to_have_attribute("data-is", "saved")
    assert known(site)["H-3"] == "answered"
    assert rows(site) == 5
    shot(phone, "survey-sent")
    assert barriers(phone) == []


def test_an_answer_that_was_lost_on_the_way_is_sent_again_and_counts_once(site: Site):
    opened(site)
    phone = volunteer(site)
    lost = []

    def lose(route):  # the server takes it in, and the answer never arrives
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    phone.context.route("**/fill", lose)
    dwelling(phone, "7")
    expect(phone.locator('#here li[data-sent="yes"]')).to_have_count(1, timeout=20_000)
    assert len(lost) == 1
    assert rows(site) == 1


def test_two_telephones_disagree_and_the_desk_chooses(site: Site):
    opened(site, keep=False)
    one, two = volunteer(site), volunteer(site, dark=True)
    dwelling(one, "12")
    dwelling(two, "12", state="replace", urgency="5")
    shot(two, "survey-fill-dark")
    expect(two.locator("#status")).to_have_attribute("data-is", "saved")
    assert known(site) == {"12": "conflict"}
    for n in range(40):
        answers = filled(n)
        site.store.write(
            lambda tx, n=n, answers=answers: surveys.take(
                tx, site.world.book, SURVEY, surveys.survey_visits.visit(
                    id=an_id(1000 + n), volunteer=1 + n % 2, dwelling=f"D{n}", outcome="answered", edit=1,
                    answers=answers,
                ), expected=60,
            )
        )  # fmt: skip
    desk = site.rosa(language="es")
    desk.goto(f"{site.url}/g/{site.world.book}/surveys/{SURVEY}")
    shot(desk, "survey-desk")
    assert barriers(desk) == []
    desk.locator(".account").nth(1).click()
    desk.locator(".conflict button").click()
    expect(desk.locator(".conflict")).to_have_count(0)
    desk.locator('#links input[name="label"]').fill("Calle 4")
    desk.locator("#links .new-link-form button").click()
    expect(desk.locator(".code-to-scan svg")).to_be_visible()
    shot(desk, "survey-new-link")
    assert barriers(desk) == []
    desk.locator('form[action$="/close"] button').click()
    expect(desk.locator(".bars").first).to_be_visible()
    shot(desk, "survey-results")
    assert barriers(desk) == []
    dark = site.rosa(language="en", dark=True, width=390)
    dark.goto(desk.url)
    shot(dark, "survey-results-dark-phone")
    assert barriers(dark) == []
    dark.goto(f"{site.url}/g/{site.world.book}/surveys")
    shot(dark, "survey-list-dark-phone")
    desk.goto(f"{site.url}/g/{site.world.book}/surveys/new")
    shot(desk, "survey-new")
    assert barriers(desk) == []
    dwelling(one, "13")
    expect(one.locator("#here .problem")).to_be_visible()  # it is closed; nothing is lost without a word
    shot(one, "survey-closed-phone")


def test_a_volunteer_without_scripts_fills_it_in_with_a_connection(site: Site):
    opened(site, name="services")
    phone = volunteer(site, scripts=False)
    phone.locator("#dwelling").fill("A.1")
    pick(
        phone,
        water_days=3,
        water_drink="no",
        gas="cylinder",
        outages="2",
        rubbish="week",
        transport="near",
        worst="gas",
    )
    phone.locator(".send button").click()
    expect(phone.locator(".problem")).to_contain_text("bombona")
    expect(phone.locator('[name="q.water_days"]')).to_have_value("3")
    pick(phone, gas_wait="week", cylinders=["kg10"])
    shot(phone, "survey-no-script")
    phone.locator(".send button").click()
    expect(phone.locator(".notice")).to_be_visible()
    assert known(site) == {"A.1": "answered"}
