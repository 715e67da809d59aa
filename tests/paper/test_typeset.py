"""The typesetter: the same bytes for the same data, from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from comuna.language import language
from comuna.paper.key import recovery
from comuna.paper.typeset import address, printable, shorten
from tests.paper.reading import accessible, pages

EN = language("en")


def test_threads_share_it() -> None:
    codes = [f"code{n:04}" for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda code: recovery(EN, group="G", code=code), codes))
    for code, one in zip(codes, made, strict=True):
        assert code[4:] in pages(one)[0]
        assert recovery(EN, group="G", code=code) == one


def test_a_character_without_a_glyph_is_no_error() -> None:
    made = recovery(EN, group="Círculo 読書会 \U0001fae0", code="abcd")
    assert "Círculo" in pages(made)[0]
    assert not accessible(made)


def test_addresses_as_people_write_them() -> None:
    assert address("https://www.comuna.example.org/s/tea/?k=1#x") == "comuna.example.org/s/tea"
    assert address("http://192.168.1.20:8000") == "192.168.1.20:8000"


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_shortened_text_fits_on_its_line(text: str, length: int) -> None:
    short = shorten(text, length)
    assert len(short) <= length
    assert "\n" not in short
    whole = " ".join(printable(text).split())
    assert short == whole or short.endswith("…")
