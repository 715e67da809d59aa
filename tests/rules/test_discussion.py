"""What people say in a session: each rule allowed and refused, and what is to be seen of it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import discussion as d
from comuna.rules.discussion import AnyLine, Discussion, Written, fold
from comuna.rules.page import OWN
from tests.cast import AMARU, an_id, session

PAGE = session()
AT = "2027-02-23T21:00:00Z"
MOMENT, ANSWER, CELL, TAKEAWAY = (an_id(n) for n in range(10, 14))
AMARUS, INESS, NOORS = an_id(1), an_id(2), an_id(3)
"""Handles."""


class Said:
    """A discussion that grows line by line."""

    def __init__(self) -> None:
        self.lines: list[Written] = []

    @property
    def so_far(self) -> Discussion:
        return fold(self.lines)

    def so(self, line: AnyLine, by: str = AMARUS) -> Said:
        """And then somebody said this."""
        self.lines.append(Written(len(self.lines), AT, by, line))
        return self


def release(s: Discussion, **changes: object) -> d.MomentReleased:
    asked = {"entry": MOMENT, "text": "the pump", "mark": "surprised", "seconds": 760, "question": "q1", "column": "g1"}
    return d.release(s, PAGE, **({**asked, "author": None} | changes))  # type: ignore[arg-type]


def answer(s: Discussion, **changes: object) -> d.AnswerGiven:
    asked = {"entry": ANSWER, "question": "q1", "text": "the assembly", "author": AMARU}
    return d.answer(s, PAGE, **(asked | changes))  # type: ignore[arg-type]


def enter(s: Discussion, **changes: object) -> d.CellEntered:
    asked = {"entry": CELL, "question": "q2", "column": "g3", "text": "by turns", "moments": [], "author": None}
    return d.enter(s, PAGE, **(asked | changes))  # type: ignore[arg-type]


def propose(s: Discussion, **changes: object) -> d.TakeawayProposed:
    asked = {"entry": TAKEAWAY, "text": "visit the pump", "owner": " Inés ", "due": "2027-03-01"}
    return d.propose(s, **(asked | changes))  # type: ignore[arg-type]


def all_four() -> Said:
    said = Said()
    for rule in (release, answer, enter, propose):
        said.so(rule(said.so_far))
    return said


def test_a_moment_is_released_with_its_mark_its_time_and_its_tags() -> None:
    said = Said().so(release(Discussion()))
    ((entry, moment),) = said.so_far.moments()
    assert (moment.words, moment.mark, moment.seconds, moment.question, moment.column, moment.name) == (
        "the pump", "surprised", 760, "q1", "g1", None,
    )  # fmt: skip
    assert (entry.by, entry.at) == (AMARUS, AT)


def test_a_moment_may_have_no_mark_no_time_no_tags_and_a_name_if_asked_for() -> None:
    plain = release(Discussion(), mark=None, seconds=None, question=None, column="", author="  Inés\tde la  torre ")
    assert (plain.question, plain.column, plain.name) == (None, None, "Inés de la torre")


@pytest.mark.parametrize("rule", [release, answer, enter])
def test_only_questions_and_groups_of_this_page(rule: object) -> None:
    for wrong, code in (({"question": "q9"}, r"question\.unknown"), ({"column": "g9"}, r"column\.unknown")):
        if rule is answer and "column" in wrong:
            continue
        with pytest.raises(Refused, match=code):
            rule(Discussion(), **wrong)  # type: ignore[operator]
    rule(Discussion())  # type: ignore[operator]


def test_an_answer_needs_its_question_and_a_cell_both_its_places() -> None:
    for rule, missing, code in (
        (answer, "question", r"question\.unknown"),
        (enter, "question", r"question\.unknown"),
        (enter, "column", r"column\.unknown"),
    ):
        with pytest.raises(Refused, match=code):
            rule(Discussion(), **{missing: ""})


def test_the_group_itself_has_a_column() -> None:
    said = Said().so(enter(Discussion(), column=OWN))
    assert [c.words for _, c in said.so_far.cell("q2", OWN)] == ["by turns"]
    assert said.so_far.cell("q2", "g3") == []
    assert said.so_far.cells() == 1


@pytest.mark.parametrize("rule", [release, answer, enter, propose])
def test_words_are_tidied_needed_and_have_an_end(rule: object) -> None:
    assert rule(Discussion(), text="  one \r\n  two  \n").words == "one\ntwo"  # type: ignore[operator]
    for empty in ("", "  \n\t "):
        with pytest.raises(Refused, match=r"words\.empty"):
            rule(Discussion(), text=empty)  # type: ignore[operator]
    longest = "x" * d.LONGEST_WORDS
    assert rule(Discussion(), text=f" {longest} ").words == longest  # type: ignore[operator]
    with pytest.raises(Refused, match=r"words\.too_long") as refused:
        rule(Discussion(), text=longest + "x")  # type: ignore[operator]
    assert refused.value.arguments == {"limit": 2000, "length": 2001}


def test_a_name_is_tidied_and_has_an_end() -> None:
    assert d.name(None) is None
    assert d.name("  ") is None
    assert d.name(" Noor \n Haddad ") == "Noor Haddad"
    assert d.name("x" * d.LONGEST_NAME) == "x" * d.LONGEST_NAME
    with pytest.raises(Refused, match=r"name\.too_long"):
        d.name("x" * 10_000)


def test_a_cell_shows_the_moments_behind_it_once_each_if_they_are_to_be_seen() -> None:
    said = Said().so(release(Discussion()))
    assert enter(said.so_far, moments=[MOMENT, MOMENT]).moments == (MOMENT,)
    with pytest.raises(Refused, match=r"moment\.unknown"):
        enter(said.so_far, moments=[an_id(99)])
    said.so(d.hide(said.so_far, entry=MOMENT, reason="names a neighbour"))
    with pytest.raises(Refused, match=r"moment\.unknown"):
        enter(said.so_far, moments=[MOMENT])


def test_a_takeaway_has_an_owner_and_a_day_that_exists() -> None:
    made = propose(Discussion())
    assert (made.words, made.owner, made.due) == ("visit the pump", "Inés", "2027-03-01")
    assert (propose(Discussion(), owner="", due="").owner, propose(Discussion(), due=None).due) == (None, None)
    with pytest.raises(Refused, match=r"gathering\.no_such_day"):
        propose(Discussion(), due="2027-02-30")
    assert [t.entry for _, t in Said().so(made).so_far.takeaways()] == [TAKEAWAY]


def test_this_answers_this_differs_and_saying_it_again_takes_it_back() -> None:
    said = Said().so(answer(Discussion()))

    def take(by: str, stance: d.Stance) -> tuple[int, int]:
        said.so(d.take_stance(said.so_far, by=by, entry=ANSWER, stance=stance), by)
        entry = said.so_far.entries[ANSWER]
        return entry.count("answers"), entry.count("differs")

    assert take(INESS, "answers") == (1, 0)
    assert take(NOORS, "answers") == (2, 0)
    assert take(NOORS, "differs") == (1, 1)
    assert take(INESS, "answers") == (0, 1)
    with pytest.raises(Refused, match=r"entry\.unknown"):
        d.take_stance(said.so_far, by=INESS, entry=an_id(99), stance="answers")


def test_only_its_author_takes_an_entry_back_and_once() -> None:
    said = Said().so(answer(Discussion()))
    with pytest.raises(Refused, match=r"entry\.not_yours"):
        d.take_back(said.so_far, by=INESS, entry=ANSWER)
    said.so(d.take_back(said.so_far, by=AMARUS, entry=ANSWER))
    assert said.so_far.answers("q1") == []
    for rule in (
        lambda: d.take_back(said.so_far, by=AMARUS, entry=ANSWER),
        lambda: d.take_stance(said.so_far, by=INESS, entry=ANSWER, stance="answers"),
        lambda: d.hide(said.so_far, entry=ANSWER, reason="x"),
    ):
        with pytest.raises(Refused, match=r"entry\.unknown"):
            rule()


def test_a_hidden_entry_is_out_of_sight_with_its_reason_until_it_is_shown_again() -> None:
    said = all_four()
    with pytest.raises(Refused, match=r"entry\.not_hidden"):
        d.show(said.so_far, entry=ANSWER)
    with pytest.raises(Refused, match=r"words\.empty"):
        d.hide(said.so_far, entry=ANSWER, reason=" ")
    with pytest.raises(Refused, match=r"entry\.unknown"):
        d.hide(said.so_far, entry=an_id(99), reason="x")
    said.so(d.hide(said.so_far, entry=ANSWER, reason=" names a neighbour "))
    assert said.so_far.answers("q1") == []
    assert [e.hidden for e in said.so_far.hidden()] == ["names a neighbour"]
    said.so(d.show(said.so_far, entry=ANSWER))
    assert [a.words for _, a in said.so_far.answers("q1")] == ["the assembly"]
    assert said.so_far.hidden() == []


# Anything may happen, in any order.

ENTRIES = [an_id(n) for n in range(20, 26)]
HANDLES = [AMARUS, INESS, NOORS]


@st.composite
def lines(draw: st.DrawFn) -> list[Written]:
    """A journal in which people say, hide, show and take back as they like, by the rules."""
    said = Said()
    for entry in draw(st.lists(st.sampled_from(ENTRIES), max_size=30)):
        by = draw(st.sampled_from(HANDLES))
        now = said.so_far
        try:
            if entry not in now.entries:
                rule = draw(st.sampled_from([release, answer, enter, propose]))
                said.so(rule(now, entry=entry), by)
                continue
            what = draw(st.sampled_from(["stance", "back", "hide", "show"]))
            if what == "stance":
                said.so(d.take_stance(now, by=by, entry=entry, stance=draw(st.sampled_from(d.STANCES))), by)
            elif what == "back":
                said.so(d.take_back(now, by=by, entry=entry), by)
            elif what == "hide":
                said.so(d.hide(now, entry=entry, reason="why"), by)
            else:
                said.so(d.show(now, entry=entry), by)
        except Refused:
            continue
    return said.lines


@given(lines(), st.data())
def test_a_beginning_and_the_rest_add_up_to_the_whole(written: list[Written], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(written)))
    assert fold(written[cut:], fold(written[:cut])) == fold(written)
    assert fold(written).size == len(written)


@given(lines())
def test_what_is_hidden_or_taken_back_is_never_shown(written: list[Written]) -> None:
    seen = fold(written)
    hidden: set[str] = set()
    gone: set[str] = set()
    for w in written:
        if isinstance(w.line, d.EntryHidden):
            hidden.add(w.line.entry)
        elif isinstance(w.line, d.EntryShown):
            hidden.discard(w.line.entry)
        elif isinstance(w.line, d.EntryTakenBack):
            gone.add(w.line.entry)
    shown = [said.entry for _, said in (*seen.moments(), *seen.takeaways())]
    shown += [said.entry for q in PAGE.questions for _, said in seen.answers(q.id)]
    shown += [said.entry for q in PAGE.questions for c in PAGE.columns for _, said in seen.cell(q.id, c.id)]
    assert sorted(shown) == sorted(set(seen.entries) - hidden - gone)
    assert {e.said.entry for e in seen.hidden()} == hidden - gone
    assert all(seen.entries[entry].said.words is None for entry in gone)


@given(lines())
def test_a_line_whose_words_were_erased_afterwards_tells_the_same_story(written: list[Written]) -> None:
    """The store erases the words in the line that brought them; a page made from it must not change."""
    gone = {w.line.entry for w in written if isinstance(w.line, d.EntryTakenBack)}
    erased = [
        msgspec.structs.replace(w, line=msgspec.structs.replace(w.line, words=None))
        if w.line.entry in gone and hasattr(w.line, "words")
        else w
        for w in written
    ]
    before, after = fold(written), fold(erased)
    assert [e.said.entry for e in before._shown()] == [e.said.entry for e in after._shown()]
    assert before.hidden() == after.hidden()


def test_an_entry_points_to_twelve_moments_at_the_most() -> None:
    with pytest.raises(Refused, match=r"moments\.too_many"):
        enter(Discussion(), moments=[an_id(n) for n in range(d.MOST_MOMENTS + 1)])


def test_a_session_and_each_person_in_it_has_said_enough_one_day() -> None:
    def said(count: int, by: str) -> Discussion:
        given = (d.AnswerGiven(entry=an_id(n), question="q1", words="So.", name=None) for n in range(count))
        return fold(Written(n, "2027-02-23T17:00:00Z", by, line) for n, line in enumerate(given))

    d.room_for(said(d.MOST_EACH - 1, "amaru"), "amaru")
    d.room_for(said(d.MOST_EACH, "amaru"), "ines")
    with pytest.raises(Refused, match=r"discussion\.enough"):
        d.room_for(said(d.MOST_EACH, "amaru"), "amaru")
    with pytest.raises(Refused, match=r"discussion\.full"):
        d.room_for(said(d.MOST_TOGETHER, "amaru"), "ines")


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2066", "\x07"])
def test_what_cannot_be_seen_is_not_kept(hidden: str) -> None:
    assert d.words(f"a{hidden}b") == "ab"
    assert d.name(f"{hidden}A{hidden}") == "A"
