"""The sheet for notes: always one leaf, with room to write."""

from __future__ import annotations

import msgspec
import pytest

from comuna.language import language
from comuna.paper.sheet import sheet
from comuna.rules.announcement import Announcement, Featured, Film
from tests.paper.reading import accessible, pages, sizes

EN = language("en")

SESSION = Announcement(
    title="Building a commune",
    film=Film(title="Comuna Under Construction", year=2010),
    questions=("Who decides?", "Who keeps the #keys?"),
    featured=(Featured(name="Emiliano", parts=(Featured(name="Commune"),)), Featured(name="Maca")),
)


def test_front_and_back() -> None:
    made = sheet(EN, SESSION, url="https://comuna.example.org/s/tea")
    front, back = pages(made)
    for part in (
        "Building a commune",
        "Who decides?",
        "Who keeps the #keys?",
        "A Emiliano",
        "Commune (Emiliano)",
        "C Maca",
    ):
        assert part in front
    for mark in ("surprised", "inspired", "frustrated", "stuck with me", "A B C", "comuna.example.org/s/tea"):
        assert mark in front
        assert mark in back
    assert accessible(made)
    assert sizes(made) == [(210, 297)] * 2


@pytest.mark.parametrize(
    "announcement",
    [
        Announcement(),
        msgspec.structs.replace(SESSION, questions=("why " * 300,) * 40, title="t" * 5000),
        msgspec.structs.replace(SESSION, featured=tuple(Featured(name="group " * 50) for _ in range(40))),
    ],
)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_it_is_always_one_leaf(announcement: Announcement, paper: str) -> None:
    front, back = pages(sheet(EN, announcement, paper=paper))
    assert "Time" in front
    assert "Time" in back
