"""Two texts as one: what went and what came, in a time that no page has to wait for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comuna.web.differences import between


def test_a_word_put_in_is_shown_where_it_stands():
    pieces = between("We repair the pump.", "We repair the old pump.")
    assert [(p.kind, p.words) for p in pieces if p.kind != "same"] == [("in", "old ")]


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_can_be_read_out_of_the_pieces(old: str, new: str):
    pieces = between(old, new)
    assert "".join(p.words for p in pieces if p.kind != "in") == old
    assert "".join(p.words for p in pieces if p.kind != "out") == new


def test_texts_that_would_take_long_stand_one_after_the_other():
    assert [p.kind for p in between("a, b " * 400, "a; b " * 400)] == ["out", "in"]
