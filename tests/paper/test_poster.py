"""Posters: one page, whatever the session is called, and never the way into the meeting."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.language import language
from comuna.paper.poster import about, paragraphs, poster, times, zone_name
from comuna.rules.announcement import Announcement, Film
from tests.paper.reading import accessible, pages, sizes

EN, ES = language("en"), language("es")
URL = "https://comuna.example.org/s/tea-k3v9"
JOIN = "https://zoom.us/j/87357557857"

SESSION = Announcement(
    title="Building a commune",
    group="Reading circle",
    date="2027-02-23",
    start="17:00",
    end="18:30",
    zone="America/Los_Angeles",
    place="Hall of San Isidro",
    join=JOIN,
    film=Film(title="Comuna Under Construction", year=2010),
    questions=("Who decides?", "Who keeps the keys?", "Who counts?", "Who cleans up?"),
    description="We watch a film about *communal councils* and talk about how they run their meetings.",
)


def but(**changes: object) -> Announcement:
    return msgspec.structs.replace(SESSION, **changes)


def only(made: bytes) -> str:
    [text] = pages(made)
    return text


def test_it_says_what_when_and_where() -> None:
    made = poster(EN, SESSION, url=URL)
    text = only(made)
    for part in (
        "Building a commune",
        "Reading circle",
        "Tuesday, February 23, 2027",
        "Pacific Standard Time",
        "Hall of San Isidro",
        "Comuna Under Construction 2010",
        "communal councils",
        "Who counts?",
        "comuna.example.org/s/tea-k3v9",
    ):
        assert part in text
    assert "Who cleans up?" not in text
    assert sizes(made) == [(210, 297)]
    assert accessible(made)


def test_on_letter_paper() -> None:
    assert sizes(poster(EN, SESSION, url=URL, paper="letter")) == [(216, 279)]


def test_in_spanish_the_day_is_said_in_spanish() -> None:
    text = only(poster(ES, SESSION, url=URL))
    assert "Martes, 23 de febrero de 2027" in text
    assert "Hora estándar del Pacífico" in text
    assert "17:00" in text


def test_the_way_in_never_stands_on_it() -> None:
    leaky = but(
        title=f"Tea {JOIN}",
        place=f"Zoom {JOIN}",
        questions=(f"Is {JOIN} open?", "Who decides?"),
        description=f"Come to {JOIN} and bring a cup, all of you who can.\n\n"
        "Meeting ID: 873 5755 7857, and the passcode is swordfish for everyone.\n\n"
        "[The room](https://zoom.us/j/87357557857) opens ten minutes before the beginning of the session.",
    )
    made = poster(EN, leaky, url=URL)
    text = only(made)
    for secret in ("zoom.us", "87357557857", "873 5755", "swordfish"):
        assert secret not in text
        assert secret.encode() not in made
    assert "Tea" in text
    assert "Who decides?" in text
    assert "The room opens ten minutes before" in text


def test_a_title_that_only_sounds_like_a_way_in_stays() -> None:
    assert "Zoom on Bolivia: the password" in only(poster(EN, but(title="Zoom on Bolivia: the password"), url=URL))


def test_texts_are_data() -> None:
    odd = but(title='#panic("x") *a* $y$ <b>', film=Film(title="= _no_ @ref `raw` \\u{41}", year=1999))
    text = only(poster(EN, odd, url=URL))
    assert '#panic("x") *a* $y$ <b>' in text
    assert "= _no_ @ref `raw` \\u{41} 1999" in text


@pytest.mark.parametrize(
    "announcement",
    [
        Announcement(title="Tea"),
        Announcement(),
        but(film=None, zone=None),
        but(title="word " * 200),
        but(title="x" * 10_000, group="y" * 10_000, place="z" * 10_000, questions=("w" * 10_000,) * 9),
        but(description="long " * 5000, film=Film(title="f" * 900, year=2010)),
        but(zone="Nowhere/At_All"),
        but(start="23:00", end="01:00"),
    ],
)
def test_it_stays_one_page(announcement: Announcement) -> None:
    assert "comuna.example.org" in only(poster(EN, announcement, url=URL))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_makes_a_poster(title: str, description: str) -> None:
    only(poster(EN, but(title=title, description=description), url=URL))


def test_a_film_that_names_the_session_is_not_named_twice() -> None:
    text = only(poster(EN, but(title="Comuna Under Construction"), url=URL))
    assert text.count("Comuna Under Construction") == 1
    assert "made in 2010" in text


def test_hours_and_zones() -> None:
    import datetime as dt

    five, seven = dt.time(17), dt.time(19, 15)
    assert times(ES, five, seven) == "17:00–19:15"
    assert times(EN, five, None).replace("\u202f", " ") == "5:00 PM"
    day = dt.date(2027, 7, 1)
    assert zone_name(EN, "America/Los_Angeles", day, five) == "Pacific Daylight Time"
    assert zone_name(EN, "UTC-05:00", day, five) == "UTC−5"
    assert zone_name(EN, "UTC+05:30", day, five) == "UTC+5:30"
    assert zone_name(EN, "UTC+00:00", day, five) == "UTC"
    assert zone_name(EN, None, day, five) is None


def test_the_first_lines_are_plain_and_end_with_a_sentence() -> None:
    assert paragraphs("# Head\n\nA *b* [c](https://d.e) `f`\ng") == ["A b c f g"]
    long = but(description="This is the first sentence, and it is long enough. " * 20)
    said = about(long) or ""
    assert said.endswith("enough.")
    assert len(said) <= 420
