"""Needs on paper: a poster with a code, and the list for an assembly."""

from __future__ import annotations

from comuna.language import language
from comuna.paper.needs import Line, Part, listed, poster
from tests.paper.reading import accessible, pages

LINES = (
    Line(3, "The pump leaks #panic(1)", "Upper tank", 66, 1),
    Line(8, "The wall is cracked", None, 7, 0),
    Line(5, "The tank has no lid", None, 0, 0),
)
HOW = {"group": "Council of El Molino", "day": "28 November 2026", "url": "https://comuna.example/g/x/needs"}


def test_the_list_says_each_need_by_committee_with_how_many_support_it() -> None:
    (page,) = pages(listed(language("en"), parts=[Part("Water", LINES)], **HOW))
    for said in ("Water", "The pump leaks #panic(1)", "Upper tank · 1 more like it", "66", "comuna.example/g/x/needs"):
        assert said in page
    assert accessible(listed(language("en"), parts=[Part("Water", LINES)], **HOW))
    assert page.index("66") < page.index("The wall is cracked")
    assert "< 5" in page.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_an_empty_list_says_so_and_a_long_one_has_pages() -> None:
    assert "Todavía no hay ninguna necesidad" in pages(listed(language("es"), parts=[], **HOW))[0]
    many = [Part(f"Committee {n}", LINES) for n in range(30)]
    assert len(pages(listed(language("es"), parts=many, **HOW))) > 3


def test_the_poster_shows_where_to_say_it() -> None:
    (page,) = pages(poster(language("es"), group="Consejo", url="https://comuna.example/g/x/needs/new"))
    assert "Digan qué hace falta" in page
    assert "comuna.example/g/x/needs/new" in page
