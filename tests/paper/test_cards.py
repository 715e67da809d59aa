"""Members' cards on paper."""

from __future__ import annotations

import pytest

from comuna.language import language
from comuna.paper import cards
from comuna.paper.cards import Card
from tests.cast import CIRCLE, INES
from tests.paper.reading import accessible, pages, sizes

URL = "https://comuna.example.org/m/" + "abcdefgh" * 4


def some(count: int) -> list[Card]:
    return [Card(f"{INES} {n}", str(234567 + n), URL) for n in range(count)]


@pytest.mark.parametrize(("paper", "size"), [("a4", (210, 297)), ("letter", (216, 279))])
@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (10, 1), (11, 2)])
def test_ten_cards_fit_on_a_sheet(paper: str, size: tuple[int, int], count: int, sheets: int) -> None:
    made = cards.sheets(language("en"), group=CIRCLE, cards=some(count), paper=paper)
    assert sizes(made) == [size] * sheets
    assert accessible(made)
    assert [page.count(CIRCLE) for page in pages(made)] == [10] * (sheets - 1) + [(count - 1) % 10 + 1]


def test_a_card_says_whose_it_is_and_not_its_key() -> None:
    (page,) = pages(cards.sheets(language("es"), group=CIRCLE, cards=some(1)))
    for said in (f"{INES} 0", "234567", "Número", "comuna.example.org", "Guárdala como una llave"):
        assert said in page
    assert "abcdefgh" not in page


@pytest.mark.parametrize("name", ["x" * 80, "María " * 13, '#panic("x") *bold* \\ $a$', "水", "👩🏽‍🌾", "עברית"])
def test_any_name_fits(name: str) -> None:
    made = cards.sheets(language("en"), group="G" * 200, cards=[Card(name, "2" * 16, URL)])
    assert len(pages(made)) == 1
