"""Editing, postponing, calling off and reinstating a session: each an act with its sentence, by facilitators only."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.web.conftest import Site
from tests.web.test_session import announced

from comuna.store import book
from comuna.store.expiry import expire_due

TIMES = {"date": "2027-03-02", "start": "18:00", "end": "19:30", "zone": "America/Caracas"}


def kinds(site: Site) -> list[str]:
    with site.world.store.read() as connection:
        return [envelope.kind for envelope in book.envelopes(connection, site.world.book)]


def test_an_edit_is_an_act_that_names_what_changed(site: Site):
    rosa = site.rosa()
    page = rosa.post(f"{site.path}/edit", data={**announced(), "title": "Water, again", "place": "The old school"})
    assert page.status_code == 200
    assert "Water, again" in page.text
    assert "The old school" in page.text
    assert "title" in page.text.split("What happened so far")[1]
    assert kinds(site)[-1] == "gathering.revised/1"


def test_saving_without_a_change_writes_nothing(site: Site):
    before = kinds(site)
    assert site.rosa().post(f"{site.path}/edit", data=announced()).status_code == 200
    assert kinds(site) == before


def test_questions_keep_their_places_when_another_is_put_before_them(site: Site):
    form = announced()
    form |= {"question-rows": "4", "question-0": "Who begins?", "question-1": "Who decides?"}
    form |= {"question-2": "Who pays?", "question-3": "What is repaired, and by whom?"}
    site.rosa().post(f"{site.path}/edit", data=form)
    page = site.visitor().get(site.path).text
    assert f'{site.path}/discussion#q1">Who decides?' in page
    assert f'{site.path}/discussion#q4">Who begins?' in page


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(site: Site):
    before = kinds(site)
    form = {**announced(), "title": "", "film_link": "javascript:alert(1)", "description": "A long thought."}
    refused = site.rosa().post(f"{site.path}/edit", data=form)
    assert refused.status_code == 400
    assert "A session needs a title." in refused.text
    assert "A link must begin with https://" in refused.text
    assert "javascript:alert(1)" in refused.text
    assert "A long thought." in refused.text
    assert 'href="javascript:' not in refused.text
    assert kinds(site) == before


def test_postponing_tells_the_new_day_and_the_reason(site: Site):
    page = site.rosa().post(f"{site.path}/postpone", data={**TIMES, "reason": "The hall is taken."}).text
    assert "Tuesday, March 2, 2027" in page
    assert "The hall is taken" in page.split("What happened so far")[1]
    assert kinds(site)[-1] == "gathering.postponed/1"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date": "2027-02-30"}, "There is no such day"),
        ({"date": "20270302"}, "There is no such day"),
        ({"date": "9999-12-31"}, "There is no such day"),
        ({"start": "25:00"}, "There is no such time"),
        ({"end": "18:00"}, "would end before it starts"),
        ({"end": "17:00"}, "would end before it starts"),
        ({"zone": "Atlantis/Port"}, "There is no time zone Atlantis/Port"),
        ({"zone": "../../etc/passwd"}, "There is no time zone"),
    ],
)
def test_impossible_times_are_refused(site: Site, wrong: dict[str, str], sentence: str):
    before = kinds(site)
    refused = site.rosa().post(f"{site.path}/postpone", data={**TIMES, **wrong})
    assert refused.status_code == 400
    assert sentence in refused.text
    assert kinds(site) == before


def test_a_session_is_called_off_and_takes_place_after_all(site: Site):
    rosa = site.rosa()
    off = rosa.post(f"{site.path}/cancel", data={"reason": "Too few of us"})
    assert "This session was called off." in off.text
    assert "Too few of us" in off.text
    on = rosa.post(f"{site.path}/reinstate")
    assert "This session was called off." not in on.text.split("What happened so far")[0]
    assert kinds(site)[-2:] == ["gathering.cancelled/1", "gathering.reinstated/1"]


@pytest.mark.parametrize("room", ["edit", "postpone", "cancel", "reinstate"])
def test_only_facilitators_change_a_session(site: Site, room: str):
    before = kinds(site)
    refused = site.visitor().post(f"{site.path}/{room}", data={**announced(), **TIMES})
    assert refused.status_code == 403
    assert kinds(site) == before


def test_the_book_is_read_as_sentences_by_its_own_people(site: Site):
    site.world.cancel()
    page = site.rosa().get(f"/b/{site.world.book}")
    assert page.status_code == 200
    assert page.text.count("act-number") == len(kinds(site))
    assert "act-number" not in site.visitor().get(f"/b/{site.world.book}").text


def test_a_film_is_of_a_year_that_can_be(site: Site):
    refused = site.rosa().post(f"{site.path}/edit", data={**announced(), "film_year": "99999999999999999999"})
    assert refused.status_code == 400
    assert "That is no year of a film." in refused.text


@pytest.mark.parametrize("room", ["edit", "postpone", "cancel"])
def test_what_was_called_off_offers_no_form_to_change_it(site: Site, room: str):
    site.world.cancel()
    assert site.rosa().get(f"{site.path}/{room}").status_code == 409


def test_a_day_that_is_past_must_be_meant(site: Site):
    past = {**TIMES, "date": "2026-03-02"}
    refused = site.rosa().post(f"{site.path}/postpone", data=past)
    assert refused.status_code == 400
    assert "This day is past already." in refused.text
    assert "Yes, I mean this day" in refused.text
    assert site.rosa().post(f"{site.path}/postpone", data={**past, "past": "1"}).status_code == 200
    assert site.world.state().gatherings[site.world.gathering].date == "2026-03-02"


@pytest.mark.parametrize("what", ["postpone", "cancel"])
@pytest.mark.parametrize("reason", ["Now at https://meet.example.org/water", "Join at zoom.us/j/123456789?pwd=abc"])
def test_a_reason_that_tells_the_way_in_is_refused(site: Site, what: str, reason: str):
    before = kinds(site)
    refused = site.rosa().post(f"{site.path}/{what}", data={**TIMES, "reason": reason})
    assert refused.status_code == 400
    assert "it tells how to join" in refused.text
    assert kinds(site) == before


def test_of_two_who_edit_at_once_the_second_is_told_and_loses_nothing(site: Site):
    seen = site.world.state().gatherings[site.world.gathering].page
    rosa = site.rosa()
    rosa.post(f"{site.path}/edit", data={**announced(), "seen": seen, "place": "The old school"})
    late = rosa.post(f"{site.path}/edit", data={**announced(), "seen": seen, "title": "My better title"})
    assert late.status_code == 409
    assert "Somebody else changed this page meanwhile." in late.text
    assert "My better title" in late.text
    now = site.world.state().gatherings[site.world.gathering].page
    assert f'name="seen" id="seen" value="{now}"' in late.text, "saving once more is possible"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"film_minutes": "ninety"}, "Write a whole number of minutes, 1440 at the most"),
        ({"film_minutes": "1441"}, "Write a whole number of minutes"),
        ({"agenda-0-min": "-5"}, "Write a whole number of minutes, 9999 at the most"),
        ({"agenda-0-min": "10", "agenda-0-max": "5"}, "fewest minutes of an item cannot be more"),
    ],
)
def test_a_number_that_is_none_is_told_instead_of_dropped(site: Site, wrong: dict[str, str], sentence: str):
    before = kinds(site)
    form = {**announced(), "agenda-rows": "1", "agenda-0-title": "Arriving", **wrong}
    refused = site.rosa().post(f"{site.path}/edit", data=form)
    assert refused.status_code == 400
    assert sentence in refused.text
    assert kinds(site) == before


def test_a_title_that_nobody_can_see_is_none(site: Site):
    refused = site.rosa().post(f"{site.path}/edit", data={**announced(), "title": "\u200b\u2800\u3164"})
    assert refused.status_code == 400
    assert "A session needs a title." in refused.text


def test_a_session_whose_journal_was_erased_can_no_longer_be_changed(site: Site):
    expire_due(site.world.store, dt.date(2027, 9, 1))
    page = site.rosa().get(site.path).text
    assert f"{site.path}/edit" not in page
    assert f"{site.path}/close" not in page
