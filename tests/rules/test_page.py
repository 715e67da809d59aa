"""What people answer, compare and tag keeps its name through every change of the page."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.rules import page as pages
from comuna.rules.announcement import Announcement, Featured, Note
from comuna.rules.page import Page, page
from tests.cast import ANNOUNCEMENT, session

WORDS = "abcdefgh"


def asking(*questions: str) -> Announcement:
    return Announcement(questions=questions)


def showing(*names: str) -> Announcement:
    return Announcement(featured=tuple(Featured(name=name) for name in names))


def names(p: Page) -> dict[str, str]:
    return {q.text: q.id for q in p.questions}


def test_a_new_page_counts_its_questions_and_groups() -> None:
    made = session()
    assert [q.id for q in made.questions] == ["q1", "q2", "q3"]
    assert [(c.id, c.name, c.parent) for c in made.columns] == [
        ("g1", "El Panal", None),
        ("g2", "The bakery", "g1"),
        ("g3", "Ataroa", None),
    ]


def test_the_join_link_and_the_readers_notes_are_never_in_the_page() -> None:
    noted = msgspec.structs.replace(ANNOUNCEMENT, notes=(Note(field="join", how="found"),))
    made = page(noted)
    assert (made.announcement.join, made.announcement.notes) == (None, ())
    assert b"meet.example.org" not in msgspec.json.encode(made)
    assert made.announcement.title == ANNOUNCEMENT.title


def test_a_question_is_found_by_its_name_and_no_other() -> None:
    made = session()
    assert made.question("q2") == pages.Question("q2", "Who pays?")
    assert made.column("g3") == pages.Column("g3", "Ataroa")
    for nothing in (None, "", "q9", "g1"):
        assert made.question(nothing) is None
    assert made.column("q1") is None


def test_a_question_moved_keeps_its_name() -> None:
    before = page(asking("a", "b", "c"))
    assert names(page(asking("c", "a", "b"), before=before)) == names(before)


def test_a_question_reworded_in_its_place_keeps_its_name() -> None:
    before = page(asking("Who decides?", "Who pays?"))
    after = page(asking("Who really decides?", "Who pays?"), before=before)
    assert [q.id for q in after.questions] == ["q1", "q2"]


def test_a_new_question_between_others_gets_a_name_of_its_own() -> None:
    before = page(asking("a", "b"))
    after = page(asking("a", "new", "b"), before=before)
    assert [q.id for q in after.questions] == ["q1", "q3", "q2"]


def test_a_question_dropped_leaves_the_others_their_names() -> None:
    before = page(asking("a", "b", "c"))
    assert names(page(asking("a", "c"), before=before)) == {"a": "q1", "c": "q3"}


unique = st.lists(st.sampled_from(WORDS), max_size=6, unique=True)


@given(st.lists(unique, min_size=2, max_size=8), st.sampled_from([asking, showing]))
def test_through_any_edits_what_is_unchanged_keeps_its_name_and_none_is_shared(
    edits: list[list[str]], kind: object
) -> None:
    before: Page | None = None
    for words in edits:
        after = page(kind(*words), before=before)  # type: ignore[operator]
        now = {q.text: q.id for q in after.questions} | {c.name: c.id for c in after.columns}
        assert list(now) == words
        assert len(set(now.values())) == len(words), "two share a name"
        if before is not None:
            was = {q.text: q.id for q in before.questions} | {c.name: c.id for c in before.columns}
            assert {w: now[w] for w in words if w in was} == {w: was[w] for w in words if w in was}
        before = after


@given(unique)
def test_a_page_made_again_from_the_same_words_is_the_same(words: list[str]) -> None:
    before = page(asking(*words))
    assert page(asking(*words), before=before) == before


@pytest.mark.parametrize("kind", [asking, showing])
def test_two_that_say_the_same_still_have_names_of_their_own(kind: object) -> None:
    made = page(kind("a", "a", "b"))  # type: ignore[operator]
    ids = [q.id for q in made.questions] + [c.id for c in made.columns]
    assert len(set(ids)) == 3
