"""A session's public page: who sees what, saying that one comes, the calendar file, the poster."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from tests.cast import AMARU, INES, session
from tests.web.conftest import Site

from comuna.store import people, schema
from comuna.store.expiry import expire_due

JOIN = "https://meet.example.org/water"


def come(client, site: Site, name: str):
    return client.post(f"{site.path}/coming", data={"name": name})


def test_everybody_reads_what_was_announced_without_a_cookie(site: Site):
    visitor = site.visitor()
    page = visitor.get(site.path)
    assert page.status_code == 200
    for words in ("How a neighbourhood keeps its water", "The Pipe and the People", "Who decides?", "The bakery"):
        assert words in page.text
    assert not visitor.cookies
    assert "The link to the film is missing so far." in page.text


def test_the_page_speaks_the_readers_language_and_the_one_they_choose(site: Site):
    assert '<html lang="es">' in site.visitor("es-VE,es;q=0.9").get(site.path).text
    visitor = site.visitor("es")
    visitor.post("/language", data={"language": "en", "back": site.path})
    assert '<html lang="en">' in visitor.get(site.path).text


def test_the_join_link_is_for_those_who_come(site: Site):
    stranger, amaru = site.visitor(), site.visitor()
    assert JOIN not in stranger.get(site.path).text
    assert JOIN in come(amaru, site, AMARU).text
    assert JOIN not in stranger.get(site.path).text
    assert JOIN in site.rosa().get(site.path).text


def test_where_a_host_lets_people_in_the_link_waits_for_the_host(site: Site):
    rosa, amaru, ines = site.rosa(), site.visitor(), site.visitor()
    rosa.post(f"{site.path}/edit", data={**announced(), "admission": "host"})
    assert JOIN not in come(amaru, site, AMARU).text
    come(ines, site, INES)
    with site.world.store.read() as connection:
        (handle,) = [p.handle for p in people.coming(connection, site.world.gathering) if p.name == AMARU]
    assert ines.post(f"{site.path}/people/{handle}/admit").status_code == 403
    assert rosa.post(f"{site.path}/people/{handle}/admit").status_code == 200
    assert JOIN in amaru.get(site.path).text
    assert JOIN not in ines.get(site.path).text


def announced() -> dict[str, str]:
    """The edit form as it stands, for the fields that tests leave alone."""
    a = session().announcement
    fields = {"title": a.title, "group": a.group, "join": JOIN, "language": "en", "film_title": a.film.title}
    fields |= {"film_year": "2010", "question-rows": "3", "agenda-rows": "2", "featured-rows": "3", "reading-rows": "0"}
    fields |= {f"question-{i}": q for i, q in enumerate(a.questions)}
    fields |= {"agenda-0-title": "Arriving", "agenda-0-max": "2", "agenda-0-each": "1", "agenda-1-title": "The film"}
    fields |= {"featured-0-name": "El Panal", "featured-1-name": "The bakery", "featured-1-part": "1"}
    fields |= {"featured-2-name": "Ataroa"}
    return {name: str(value) for name, value in fields.items()}


def test_the_number_of_those_who_come_is_public_and_their_names_are_not(site: Site):
    amaru, stranger = site.visitor(), site.visitor()
    come(amaru, site, AMARU)
    page = stranger.get(site.path).text
    assert AMARU not in page
    assert '<b class="serif">1</b>' in page
    assert AMARU in site.rosa().get(f"{site.path}/people").text
    assert stranger.get(f"{site.path}/people").status_code == 403


def test_saying_it_twice_counts_once_and_it_can_be_taken_back(site: Site):
    amaru = site.visitor()
    come(amaru, site, AMARU)
    come(amaru, site, "Amaru again")
    assert '<b class="serif">1</b>' in amaru.get(site.path).text
    amaru.post(f"{site.path}/coming/withdraw")
    assert "Nobody yet." in amaru.get(site.path).text
    with site.world.store.read() as connection:
        names = connection.execute(schema.participants.select()).all()
    assert [row.name for row in names] == [None]


@pytest.mark.parametrize(("name", "sentence"), [("", "Please give a name"), ("a" * 10_000, "too long")])
def test_a_name_that_is_none_is_refused_and_nothing_is_stored(site: Site, name: str, sentence: str):
    refused = come(site.visitor(), site, name)
    assert refused.status_code == 400
    assert sentence in refused.text
    with site.world.store.read() as connection:
        assert people.count_coming(connection, site.world.gathering) == 0


def test_the_calendar_file_has_zone_and_alarm_and_the_link_only_for_those_who_come(site: Site):
    amaru, stranger = site.visitor(), site.visitor()
    come(amaru, site, AMARU)
    mine, theirs = amaru.get(f"{site.path}/calendar.ics"), stranger.get(f"{site.path}/calendar.ics")
    assert mine.headers["content-type"].startswith("text/calendar")
    (event,) = icalendar.Calendar.from_ical(mine.content).walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2027-02-23T17:00:00-04:00"
    assert len(event.walk("VALARM")) == 1
    assert JOIN in mine.text.replace("\r\n ", "")
    assert JOIN not in theirs.text.replace("\r\n ", "")
    assert JOIN not in stranger.get(f"/g/{site.world.book}/calendar.ics").text.replace("\r\n ", "")


def test_calendars_follow_when_the_session_moves_and_when_it_is_called_off(site: Site):
    rosa = site.rosa()

    def event():
        (found,) = icalendar.Calendar.from_ical(rosa.get(f"/g/{site.world.book}/calendar.ics").content).walk("VEVENT")
        return found

    uid = str(event()["uid"])
    assert int(event()["sequence"]) == 0
    times = {"date": "2027-03-02", "start": "18:00", "end": "19:30", "zone": "America/Caracas", "reason": "no hall"}
    rosa.post(f"{site.path}/postpone", data=times)
    assert int(event()["sequence"]) == 1
    assert event()["dtstart"].dt.isoformat() == "2027-03-02T18:00:00-04:00"
    rosa.post(f"{site.path}/cancel", data={"reason": ""})
    assert int(event()["sequence"]) == 2
    assert event()["status"] == "CANCELLED"
    assert str(event()["uid"]) == uid
    rosa.post(f"{site.path}/reinstate")
    assert event()["status"] == "CONFIRMED"


def test_the_feed_and_the_poster_are_there_for_everybody(site: Site):
    visitor = site.visitor()
    feed = visitor.get(f"/g/{site.world.book}/feed.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "How a neighbourhood keeps its water" in feed.text
    poster = visitor.get(f"{site.path}/poster.pdf")
    assert poster.content.startswith(b"%PDF")
    assert b"meet.example.org" not in poster.content


def test_an_evening_may_go_on_after_midnight(site: Site):
    times = {"date": "2027-03-02", "start": "22:00", "end": "01:00", "zone": "America/Caracas"}
    page = site.rosa().post(f"{site.path}/postpone", data=times)
    assert page.status_code == 200
    assert "1:00" in page.text


def test_nobody_says_they_come_after_the_journal_was_erased(site: Site):
    expire_due(site.world.store, dt.date(2027, 9, 1))
    assert come(site.visitor(), site, AMARU).status_code == 410
    with site.world.store.read() as connection:
        assert people.count_coming(connection, site.world.gathering) == 0


def test_nobody_says_they_come_to_a_session_that_was_called_off(site: Site):
    site.world.cancel()
    refused = come(site.visitor(), site, AMARU)
    assert refused.status_code == 409
    assert "called off" in refused.text


@pytest.mark.parametrize("path", ["/s/aaaaaaaaaaaaaaaaaaaaaaaaaa", "/s/x/notebook", "/g/none", "/nowhere"])
def test_what_is_not_there_is_said_plainly(site: Site, path: str):
    missing = site.visitor("es").get(path)
    assert missing.status_code == 404
    assert '<html lang="es">' in missing.text
