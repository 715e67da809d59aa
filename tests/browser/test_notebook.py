"""The notebook in a real browser: nothing that was typed is lost, whatever happens to the page, the server or the
connection, and nothing arrives twice."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from comuna.rules import gathering
from comuna.store import journal, schema
from tests.browser.conftest import Site, barriers, becomes


def open_notebook(page: Page, site: Site) -> Page:
    """Somebody opens the notebook."""
    page.goto(f"{site.session}/notebook")
    return page


def note(page: Page, words: str, mark: str | None = None) -> None:
    """Write a note and keep it."""
    if mark:
        page.locator(f"label.mark-{mark}").click()
    page.get_by_label("The moment, in a line").fill(words)
    page.get_by_role("button", name="Keep").click()


def is_saved(page: Page) -> None:
    """Wait until the page says that the server has it."""
    expect(page.locator("#status")).to_have_text("Saved")


def stored(site: Site) -> list[str]:
    """The words the server has, in the order in which they came."""
    with site.store.read() as connection:
        rows = connection.execute(
            sa.select(schema.notes.c.words).where(sa.not_(schema.notes.c.erased)).order_by(schema.notes.c.place)
        )
        return list(rows.scalars())


def is_stored(site: Site, words: list[str]) -> None:
    """Wait until the server has these words and no others."""
    becomes(lambda: stored(site), words)


def shows(page: Page, words: list[str]) -> None:
    """Wait until the page shows these notes and no others."""
    expect(page.locator("#notes .words")).to_have_text(words)


def under_the_worker(page: Page) -> None:
    """Wait until the service worker looks after the page and has its shell."""
    ready = """async () => navigator.serviceWorker.controller !== null
        && Boolean(await caches.match(location.pathname))"""
    for _ in range(200):  # asked one by one: the page's policy forbids what `wait_for_function` does in it
        if page.evaluate(ready):
            return
        page.wait_for_timeout(50)
    pytest.fail("the service worker does not look after the page")


def test_what_is_typed_survives_a_reload_a_closed_tab_and_a_restart(site: Site) -> None:
    noor = open_notebook(site.person(), site)
    noor.get_by_label("The moment, in a line").press_sequentially("The pump stands", delay=20)
    is_saved(noor)
    is_stored(site, ["The pump stands"])
    noor.reload()
    expect(noor.get_by_label("The moment, in a line")).to_have_value("The pump stands")
    noor.close()
    again = open_notebook(noor.context.new_page(), site)
    expect(again.get_by_label("The moment, in a line")).to_have_value("The pump stands")
    again.get_by_label("The moment, in a line").press("End")
    again.keyboard.type(" still")
    again.keyboard.press("Enter")
    expect(again.locator("#notes .words")).to_have_text("The pump stands still")
    is_saved(again)
    site.stop()
    site.start()
    again.evaluate("localStorage.clear()")
    again.reload()
    shows(again, ["The pump stands still"])
    is_stored(site, ["The pump stands still"])


def test_typing_and_closing_at_once_loses_nothing(site: Site) -> None:
    noor = open_notebook(site.person(), site)
    noor.get_by_label("The moment, in a line").fill("in the last second")
    noor.close(run_before_unload=True)
    again = open_notebook(noor.context.new_page(), site)
    expect(again.get_by_label("The moment, in a line")).to_have_value("in the last second")
    again.wait_for_timeout(1500)
    mine = again.request.get(f"{site.session}/notebook/notes.json").json()["notes"]
    assert [n["words"] for n in mine] == ["in the last second"]


def test_without_a_connection_notes_wait_and_are_sent_once(site: Site) -> None:
    noor = open_notebook(site.person(width=390), site)
    note(noor, "before", "inspired")
    is_saved(noor)
    noor.context.set_offline(True)
    note(noor, "during", "stuck")
    expect(noor.locator("#status")).to_have_text("Kept on this device, will be sent")
    note(noor, "during too")
    shows(noor, ["before", "during", "during too"])
    is_stored(site, ["before"])
    noor.context.set_offline(False)
    is_saved(noor)
    is_stored(site, ["before", "during", "during too"])
    noor.reload()
    noor.wait_for_timeout(500)
    is_stored(site, ["before", "during", "during too"])
    shows(noor, ["before", "during", "during too"])


def test_the_page_opens_while_the_server_is_away(site: Site) -> None:
    noor = open_notebook(site.person(width=390), site)
    note(noor, "before")
    is_saved(noor)
    under_the_worker(noor)
    site.stop()
    noor.reload()
    shows(noor, ["before"])
    expect(noor.locator("#status")).to_have_text("No connection. What you write is kept on this device.")
    assert barriers(noor) == []
    note(noor, "while the server was away")
    expect(noor.locator("#status")).to_have_text("Kept on this device, will be sent")
    noor.reload()
    shows(noor, ["before", "while the server was away"])
    site.start()
    noor.evaluate("dispatchEvent(new Event('online'))")
    is_saved(noor)
    is_stored(site, ["before", "while the server was away"])
    noor.reload()
    shows(noor, ["before", "while the server was away"])


def test_the_worker_keeps_the_shell_and_nobodys_notes(site: Site) -> None:
    noor = open_notebook(site.person(), site)
    note(noor, "secret words")
    is_saved(noor)
    under_the_worker(noor)
    noor.reload()
    noor.wait_for_timeout(500)
    kept = noor.evaluate(
        """async () => {
          const found = {};
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys())
              found[new URL(request.url).pathname] = await (await cache.match(request)).text();
          }
          return found;
        }"""
    )
    assert "secret words" not in "".join(kept.values())
    assert {path for path in kept if not path.startswith("/static/")} == {f"/s/{site.world.gathering}/notebook"}
    assert "/static/notebook.js" in kept


def test_forgetting_leaves_nothing_on_the_device(site: Site) -> None:
    noor = open_notebook(site.person(), site)
    note(noor, "secret words")
    is_saved(noor)
    under_the_worker(noor)
    noor.get_by_text("Forget this notebook here").click()
    noor.get_by_role("button", name="Forget on this device").click()
    noor.wait_for_url(site.session)
    becomes(lambda: noor.evaluate("localStorage.length"), 0)
    becomes(lambda: noor.evaluate("caches.keys()"), [])
    open_notebook(noor, site)
    expect(noor.get_by_text("Nothing noted yet.")).to_be_visible()


def test_notes_of_another_notebook_are_not_sent_into_this_one(site: Site) -> None:
    noor, paz = open_notebook(site.person(), site), open_notebook(site.person(), site)
    note(paz, "of the delegate")
    is_saved(paz)
    paz.get_by_role("button", name="Open it on another device").click()
    link = paz.get_by_label("Your private link").input_value()
    note(noor, "Noor's, sent")
    is_saved(noor)
    site.stop()
    note(noor, "Noor's, not sent")
    expect(noor.locator("#status")).to_have_text("Kept on this device, will be sent")
    noor.goto("about:blank")
    site.start()
    noor.goto(link)
    expect(noor.get_by_text("This browser has another notebook with 1 note")).to_be_visible()
    noor.get_by_role("button", name="Open the notebook").click()
    expect(noor.get_by_text("notes from another notebook")).to_be_visible()
    noor.wait_for_timeout(600)
    assert stored(site).count("Noor's, not sent") == 0
    noor.get_by_role("button", name="Add them to this notebook").click()
    is_saved(noor)
    becomes(lambda: stored(site).count("Noor's, not sent"), 1)


def test_what_is_typed_before_the_script_comes_is_kept(site: Site) -> None:
    noor, held = site.person(), []
    noor.route("**/notebook*.js*", lambda route: held.append(route))  # a slow connection
    noor.goto(f"{site.session}/notebook", wait_until="commit")
    noor.get_by_label("The moment, in a line").fill("the pump")
    noor.wait_for_timeout(100)
    held[0].continue_()
    expect(noor.locator("#status")).to_have_text("Saved")
    is_stored(site, ["the pump"])
    expect(noor.get_by_label("The moment, in a line")).to_have_value("the pump")
    noor.get_by_role("button", name="Keep").click()
    is_saved(noor)
    shows(noor, ["the pump"])
    is_stored(site, ["the pump"])


def test_the_private_link_brings_the_notes_along(site: Site) -> None:
    noor, phone = open_notebook(site.person(), site), site.person(width=390, dark=True)
    note(noor, "on the desk", "surprised")
    is_saved(noor)
    noor.get_by_role("button", name="Open it on another device").click()
    expect(noor.get_by_role("img", name="QR code of your private link")).to_be_visible()
    assert barriers(noor) == []
    phone.goto(noor.get_by_label("Your private link").input_value())
    assert barriers(phone) == []
    phone.get_by_role("button", name="Open the notebook").click()
    shows(phone, ["on the desk"])
    note(phone, "on the phone")
    is_saved(phone)
    open_notebook(noor, site)
    shows(noor, ["on the desk", "on the phone"])


def test_what_two_devices_write_into_one_note_is_both_kept(site: Site) -> None:
    noor, phone = open_notebook(site.person(), site), site.person(width=390)
    note(noor, "the pump")
    is_saved(noor)
    noor.get_by_role("button", name="Open it on another device").click()
    phone.goto(noor.get_by_label("Your private link").input_value())
    phone.get_by_role("button", name="Open the notebook").click()
    open_notebook(noor, site)
    phone.context.set_offline(True)
    rewrite(phone, "the pump, as the phone has it")
    rewrite(noor, "the pump, as the desk has it")
    is_saved(noor)
    phone.context.set_offline(False)
    is_saved(phone)
    both = ["the pump, as the desk has it", "the pump, as the phone has it"]
    becomes(lambda: sorted(stored(site)), both)
    expect(phone.locator("#notes li")).to_have_count(2)
    for each in both:
        expect(phone.locator("#notes .words").filter(has_text=each)).to_have_count(1)


def rewrite(page: Page, words: str) -> None:
    """Change the first note."""
    page.locator("#notes").get_by_role("link", name="Edit").first.click()
    page.get_by_label("The moment, in a line").fill(words)
    page.keyboard.press("Enter")


def test_the_clock_times_the_notes(site: Site) -> None:
    noor = open_notebook(site.person(), site)
    noor.get_by_text("Set the clock").click()
    noor.locator("#to").fill("12:40")
    noor.get_by_role("button", name="Set", exact=True).click()
    expect(noor.get_by_role("timer")).to_have_text("00:12:40")
    noor.get_by_role("button", name="Go on").click()
    expect(noor.get_by_role("timer")).to_have_text(re.compile("00:12:(4[2-9]|5)"))  # a second is soon over
    noor.get_by_role("button", name="Pause").click()
    expect(noor.get_by_role("button", name="Go on")).to_be_visible()
    stands = noor.get_by_role("timer").inner_text()
    note(noor, "the pump")
    is_saved(noor)
    expect(noor.locator("#notes [data-slot=time]")).to_have_text(stands)
    expect(noor.locator("#points a")).to_have_count(1)
    noor.get_by_role("button", name="Ten seconds back").click()
    noor.reload()
    expect(noor.get_by_role("timer")).to_have_text(f"00:12:{int(stands[-2:]) - 10}")
    noor.locator("#points a").click()
    expect(noor).to_have_url(re.compile(f"#{noor.locator('#notes li').get_attribute('id')}$"))


ANSWERED_MEANWHILE = """
const key = Object.keys(localStorage)[0], copy = JSON.parse(localStorage.getItem(key));
localStorage.setItem(key, JSON.stringify({ ...copy, answered: Date.now() }));
"""
"""What a device holds when the answer to its last change came while the page was already on its way."""


def test_a_page_older_than_the_last_change_is_not_believed(site: Site) -> None:
    context = site.browser.new_context(service_workers="block")
    site.contexts.append(context)
    noor = open_notebook(context.new_page(), site)
    noor.get_by_text("Set the clock").click()
    noor.locator("#to").fill("12:40")
    with noor.expect_response("**/clock"):
        noor.get_by_role("button", name="Set", exact=True).click()
    older = noor.request.get(noor.url).text()
    with noor.expect_response("**/clock"):
        noor.get_by_role("button", name="Ten seconds back").click()
    noor.route("**/notebook", lambda route: route.fulfill(body=older, content_type="text/html"))
    noor.add_init_script(ANSWERED_MEANWHILE)
    noor.reload()
    expect(noor.get_by_role("timer")).to_have_text("00:12:30")


def test_editing_deleting_undoing_by_keyboard_alone(site: Site) -> None:
    noor = open_notebook(site.person(), site)
    noor.get_by_label("The moment, in a line").focus()
    noor.keyboard.type("The pump")
    noor.keyboard.press("Enter")
    expect(noor.get_by_label("The moment, in a line")).to_be_focused()
    noor.keyboard.type("Another")
    noor.keyboard.press("Enter")
    noor.locator("#notes").get_by_role("link", name="Edit").first.focus()
    noor.keyboard.press("Enter")
    expect(noor.get_by_label("The moment, in a line")).to_be_focused()
    noor.keyboard.press("End")
    noor.keyboard.type(" stands still")
    noor.keyboard.press("Escape")
    expect(noor.locator("#notes").get_by_role("link", name="Edit").first).to_be_focused()
    is_saved(noor)
    is_stored(site, ["The pump stands still", "Another"])
    noor.keyboard.press("Tab")
    noor.keyboard.press("Enter")
    expect(noor.get_by_role("button", name="Undo")).to_be_focused()
    is_saved(noor)
    is_stored(site, ["Another"])
    noor.keyboard.press("Enter")
    is_saved(noor)
    becomes(lambda: sorted(stored(site)), ["Another", "The pump stands still"])
    noor.locator("label.mark-stuck input").focus()
    noor.keyboard.press("Space")
    noor.get_by_role("button", name="Keep").press("Enter")
    expect(noor.locator("#notes li")).to_have_count(3)
    is_saved(noor)


def test_release_and_take_back(site: Site) -> None:
    noor = open_notebook(site.person(width=390), site)
    note(noor, "The pump stands still", "frustrated")
    noor.get_by_text("Release …").click()
    expect(noor.get_by_text("It will stay in the record.")).to_be_visible()
    assert barriers(noor) == []
    noor.get_by_role("button", name="Release to the session").click()
    expect(noor.get_by_text("Shown in the discussion.")).to_be_visible()
    noor.locator("#notes").get_by_role("link", name="Edit").click()
    noor.keyboard.type("!")
    noor.keyboard.press("Enter")
    expect(noor.get_by_text("You changed this after you released it.")).to_be_visible()
    becomes(lambda: moments(site), ["The pump stands still"])
    noor.get_by_text("Release anew …").click()
    noor.get_by_label("Put my name beside it").check()
    noor.get_by_placeholder("Your name").fill("Noor")
    noor.get_by_role("button", name="Release to the session").click()
    expect(noor.get_by_text("Shown in the discussion.")).to_be_visible()
    becomes(lambda: moments(site), ["The pump stands still!"])
    noor.get_by_role("button", name="Take back").click()
    expect(noor.get_by_text("Release …")).to_be_visible()
    becomes(lambda: moments(site), [])


def moments(site: Site) -> list[str | None]:
    """What the session sees."""
    with site.store.read() as connection:
        return [said.words for _, said in journal.discussion(connection, site.world.gathering).moments()]


def test_after_the_close_notes_can_be_read_and_taken_along(site: Site) -> None:
    noor = open_notebook(site.person(width=390), site)
    note(noor, "the pump", "stuck")
    is_saved(noor)
    world = site.world
    world.act(
        lambda s: gathering.close(
            s, by=world.rosa, gathering=world.gathering, came=3, coming=2, moments=0, answers=0, entries=0,
            takeaways=0, record="0" * 64,
        )
    )  # fmt: skip
    noor.reload()
    shows(noor, ["the pump"])
    expect(noor.get_by_text("Release …")).to_have_count(0)
    assert barriers(noor) == []
    with noor.expect_download() as download:
        noor.get_by_role("link", name="Download as Markdown").click()
    assert "the pump" in download.value.path().read_text(encoding="utf-8")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_nobody_is_kept_out(site: Site, width: int, dark: bool) -> None:
    noor = open_notebook(site.person(width=width, dark=dark), site)
    assert barriers(noor) == []
    noor.get_by_role("button", name="Start").click()
    for mark in ("surprised", "inspired", "frustrated", "stuck", None):
        note(noor, f"the pump {mark}", mark)
    is_saved(noor)
    noor.get_by_text("Time and tags").click()
    noor.get_by_text("Set the clock").click()
    noor.get_by_text("Forget this notebook here").click()
    assert barriers(noor) == []
    assert noor.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts(site: Site) -> None:
    noor = open_notebook(site.person(scripts=False), site)
    note(noor, "by a plain form", "inspired")
    shows(noor, ["by a plain form"])
    noor.get_by_text("Release …").click()
    noor.get_by_role("button", name="Release to the session").click()
    becomes(lambda: moments(site), ["by a plain form"])
    noor.get_by_role("button", name="Take back").click()
    becomes(lambda: moments(site), [])
    noor.get_by_role("button", name="Delete").click()
    is_stored(site, [])
    noor.get_by_role("button", name="Undo").click()
    is_stored(site, ["by a plain form"])
