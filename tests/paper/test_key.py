"""Keys on paper."""

from __future__ import annotations

import pytest

from comuna.language import language
from comuna.paper import typeset
from comuna.paper.key import groups_of_four, key_card, recovery
from tests.paper.reading import accessible, pages

EN = language("en")
CODE = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"


def test_a_code_is_read_in_groups_of_four() -> None:
    assert groups_of_four("abcd-efgh ij") == ["abcd", "efgh", "ij"]
    assert groups_of_four("") == []


def test_a_key_card_shows_the_code_and_not_the_secret_part_of_the_address() -> None:
    made = key_card(
        EN,
        title="Organiser",
        group="Circle",
        url="https://c.example.org/in/secret",
        at="https://c.example.org/in",
        code="abcd2345efgh",
    )
    [text] = pages(made)
    for part in ("Organiser", "Circle", "abcd 2345 efgh", "c.example.org/in", "Cut along the marks"):
        assert part in text
    assert "secret" not in text
    assert accessible(made)


@pytest.mark.parametrize("length", [1, 9, 50, 500])
def test_a_card_is_one_page_whatever_it_is_called(length: int) -> None:
    assert (
        len(
            pages(
                key_card(
                    EN,
                    title="Long " * length,
                    group="g" * length,
                    url="https://x.org/",
                    at="https://x.org/",
                    code="a" * 48,
                )
            )
        )
        == 1
    )


def test_a_recovery_key_is_whole_and_explained() -> None:
    made = recovery(EN, group="Circle", code=CODE)
    [text] = pages(made)
    assert " ".join(groups_of_four(CODE)) in text
    assert "a lost signing key can be replaced" in text
    assert "can speak for the book" in text
    assert accessible(made)


def test_keys_are_not_kept() -> None:
    before = typeset._kept.cache_info().currsize
    recovery(EN, group=None, code="zzzz2222")
    assert typeset._kept.cache_info().currsize == before
