"""The page the project was founded on, and our own telling of it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from comuna.announce.read import read
from comuna.rules.announcement import AgendaItem, Announcement, Featured

ROOT = Path(__file__).parent.parent.parent
ORIGINAL = ROOT.parent / "shared" / "pages" / "comuna-under-construction.md"
EXAMPLE = ROOT / "examples" / "founding-session.md"
ON = datetime.date(2026, 11, 22)


@pytest.fixture(params=[ORIGINAL, EXAMPLE], ids=["original", "example"])
def page(request: pytest.FixtureRequest) -> Announcement:
    path: Path = request.param
    if not path.exists():
        pytest.skip(f"the original page is not here: {path.name} lies beside the project's folder")
    return read(path.read_bytes(), on=ON)


def test_its_title_is_without_the_group(page: Announcement) -> None:
    assert page.title == "Discussion Session: Comuna Under Construction"
    assert page.group == "Socialists of Caltech"
    assert page.language == "en"


def test_its_date_has_no_year_and_is_the_next_that_falls_on_a_tuesday(page: Announcement) -> None:
    assert (page.date, page.start, page.end) == ("2027-02-23", "17:00", "18:30")
    how = {note.field: note.how for note in page.notes}
    assert how["date"] == "inferred"
    assert how["start"] == how["end"] == "found"
    assert page.zone is None


def test_its_meeting_has_a_link_and_no_place(page: Announcement) -> None:
    assert page.join is not None
    assert ".zoom.us/j/" in page.join
    assert page.place is None


def test_its_film_is_quoted_and_its_link_is_missing(page: Announcement) -> None:
    assert page.film is not None
    assert (page.film.title, page.film.year, page.film.link) == ("Comuna Under Construction", 2010, None)
    assert page.film.description is not None
    assert page.film.description[0].isalpha()
    assert page.film.description[-1] == "."
    assert {note.field: note.how for note in page.notes}["film.link"] == "missing"


def test_two_of_its_three_readings_carry_a_perspective(page: Announcement) -> None:
    assert [(r.title, r.kind, r.perspective, r.optional, r.link) for r in page.readings] == [
        ("The War on Democracy", "documentary", None, True, None),
        ("The Social Fabric of Chavismo", "article", "more pro-state", True, None),
        ("Venezuela: ¡Comuna o Nada!", "article", "more anti-state", True, None),
    ]
    missing = {note.field for note in page.notes if note.how == "missing"}
    assert {f"readings[{n}].link" for n in range(3)} <= missing
    assert page.readings[0].remark is not None
    assert page.readings[1].remark is None


def test_its_agenda_grows_with_those_present(page: Announcement) -> None:
    assert page.agenda == (
        AgendaItem(title="Intros & first impressions", per_person=True, max_minutes=2),
        AgendaItem(title="Historical context", min_minutes=5, max_minutes=10),
        AgendaItem(title="Guiding Questions & Open discussion"),
    )


def test_it_asks_six_questions(page: Announcement) -> None:
    assert len(page.questions) == 6
    assert all(question.endswith("?") for question in page.questions)


def test_the_first_of_its_five_featured_groups_has_a_commune_in_it(page: Announcement) -> None:
    assert page.featured == (
        Featured(name="Emiliano Hernandez", kind="Communal Council", parts=(Featured(name="Commune"),)),
        Featured(name="Barinas", kind="rural communal council"),
        Featured(name="Antonio Jose de Sucre"),
        Featured(name="Maca", remark="tension with the government guy"),
        Featured(name="Cooperatives"),
    )


def test_the_rest_of_it_is_the_description(page: Announcement) -> None:
    assert page.description is not None
    assert len(page.description.split("\n\n")) == 3


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the original page is not here")
def test_every_line_of_the_original_is_said_by_a_field() -> None:
    text = ORIGINAL.read_text(encoding="utf-8")
    notes = {note.field: note.lines for note in read(text, on=ON).notes}
    assert {n for lines in notes.values() for n in lines} == {n for n, s in enumerate(text.split("\n"), 1) if s.strip()}
    assert notes["title"] == notes["group"] == (3,)
    assert notes["date"] == (5,)
    assert notes["join"] == (9,)
    assert notes["description"] == (11, 17, 25)
    assert notes["readings"] == (15,)
    assert notes["featured"] == (42,)
    assert read(text, on=ON).join == "https://caltech.zoom.us/j/87357557857"
