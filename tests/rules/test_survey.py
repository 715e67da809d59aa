"""A survey: opened, closed with its totals, its dwellings' answers erased; and accounts in any order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import suppression, survey, survey_visits
from comuna.rules.state import State
from tests.cast import an_id

AT = "2026-11-28T10:00:00Z"
OPENING = {"survey": an_id(1), "name": "housing", "title": "t" * 64, "questions": "q" * 64, "expected": 100}


def begun(*, keep: bool = True) -> State:
    s = State()
    return survey.apply_opened(s, survey.open_survey(s, by="1", **OPENING, keep=keep), AT)


def ended(s: State) -> State:
    closed = survey.close(s, by="1", survey=an_id(1), answered=90, refused=5, conflicts=0, results="r" * 64)
    return survey.apply_closed(s, closed, AT)


def refused(code: str, what, *args, **how):
    with pytest.raises(Refused) as found:
        what(*args, **how)
    assert found.value.code == code


def test_a_survey_is_opened_closed_and_its_answers_erased():
    s = ended(begun())
    found = s.surveys.all[an_id(1)]
    assert (found.status, found.answered, found.not_reached, found.kept) == ("closed", 90, 5, True)
    s = survey.apply_survey_erased(s, survey.erase(s, by="1", survey=an_id(1)), AT)
    assert not s.surveys.all[an_id(1)].kept
    refused("survey.erased_already", survey.erase, s, by="1", survey=an_id(1))


def test_what_is_not_kept_is_gone_at_the_closing():
    s = ended(begun(keep=False))
    refused("survey.erased_already", survey.erase, s, by="1", survey=an_id(1))


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40))
def test_no_small_count_enters_the_book_nor_can_be_reckoned(expected, answered, refused):
    told = survey.counts(expected, answered, refused)
    assert not any(suppression.small(each) for each in told if each is not None)
    if suppression.small(answered) or suppression.small(refused):
        assert told.count(None) > 1, "one alone is what the others leave of those expected"
    if told[0] is None or told.count(None):
        others = [
            (a, r)
            for a in ([told[0]] if told[0] is not None else range(41))
            for r in range(41)
            if survey.counts(expected, a, r) == told
        ]
        assert len({r for _, r in others}) > 1 or len({a for a, _ in others}) > 1


def test_how_many_did_not_want_to_is_told_with_how_many_were_not_reached_or_not_at_all():
    assert survey.counts(100, 90, 4) == (90, None, None)
    assert survey.counts(100, 98, 2) == (98, None, None), "nobody else is left, and it is not said"
    assert survey.counts(100, 90, 0) == (90, 0, 10)
    assert survey.counts(100, 3, 60)[0] is None


def test_what_does_not_go():
    s = begun()
    close = {"by": "1", "survey": an_id(1), "answered": 1, "refused": 0, "conflicts": 0, "results": "r"}
    refused("survey.id_taken", survey.open_survey, s, by="1", **OPENING, keep=True)
    refused("survey.expected", survey.open_survey, State(), by="1", **{**OPENING, "expected": 0}, keep=True)
    refused("gathering.bad_id", survey.open_survey, s, by="1", **{**OPENING, "survey": "x"}, keep=True)
    refused("survey.unknown", survey.close, State(), **close)
    refused("survey.conflicts", survey.close, s, **{**close, "conflicts": 2})
    refused("survey.open", survey.erase, s, by="1", survey=an_id(1))
    refused("survey.closed", survey.close, ended(s), **close)


def test_questions_are_needed_while_a_survey_is_open():
    assert survey.needed(begun(), "q" * 64)
    assert not survey.needed(ended(begun()), "q" * 64)


# Accounts from telephones


@st.composite
def accounts(draw):
    """An account of one of a few dwellings, from one of two telephones, one of which may use the other's id."""
    return survey_visits.visit(
        id=an_id(draw(st.integers(1, 6))),
        volunteer=draw(st.integers(1, 2)),
        dwelling=draw(st.sampled_from(["1", "2", "3"])),
        outcome=draw(st.sampled_from(survey_visits.OUTCOMES)),
        edit=draw(st.integers(1, 3)),
        answers={"state": draw(st.sampled_from(["good", "bad"]))},
    )


def said(visits):
    """What is known of each dwelling, without who went there."""
    return {
        code: (each.outcome, sorted(a.digest for a in each.accounts))
        for code, each in survey_visits.dwellings(visits).items()
    }


@given(st.lists(accounts(), max_size=12), st.integers())
def test_accounts_in_any_order_and_twice_come_to_the_same(visits, seed):
    chance = random.Random(seed)
    arrived, there = [*visits, *chance.sample(visits, len(visits) // 2)], []
    chance.shuffle(arrived)
    for each in arrived:  # one after another, as a server takes them
        there = list(survey_visits.latest([*there, each]).values())
    assert said(there) == said(visits)
    assert len(there) <= len({(v.visit, v.digest) for v in visits})


@given(st.lists(accounts(), max_size=12))
def test_nothing_that_was_said_last_is_lost(visits):
    last = {}
    for each in visits:
        last[each.visit] = max(each.edit, last.get(each.visit, 0))
    wanted = {(v.visit, v.digest) for v in visits if v.edit == last[v.visit]}
    assert set(survey_visits.latest(visits)) == wanted


def test_nobody_at_home_contradicts_nobody():
    a = survey_visits.visit(id=an_id(1), volunteer=1, dwelling="1", outcome="nobody", edit=1, answers={})
    b = survey_visits.visit(id=an_id(2), volunteer=2, dwelling="1", outcome="answered", edit=1, answers={"x": "y"})
    c = survey_visits.visit(id=an_id(3), volunteer=1, dwelling="1", outcome="answered", edit=1, answers={"x": "y"})
    d = survey_visits.visit(id=an_id(4), volunteer=1, dwelling="1", outcome="refused", edit=1, answers={"x": "z"})
    assert survey_visits.dwellings([a])["1"].outcome == "nobody"
    assert survey_visits.dwellings([a, b])["1"].outcome == "answered"
    assert survey_visits.dwellings([a, b, c])["1"].outcome == "answered", "they say the same"
    assert survey_visits.dwellings([b, d])["1"].outcome == "conflict"
    assert d.answers == {}, "who does not want to has no answers"


@pytest.mark.parametrize(
    ("id", "outcome", "edit"), [("x", "answered", 1), (an_id(1), "away", 1), (an_id(1), "nobody", 0)]
)
def test_what_is_no_account_is_refused(id, outcome, edit):
    refused(
        "survey.bad_visit", survey_visits.visit,
        id=id, volunteer=1, dwelling="1", outcome=outcome, edit=edit, answers={},
    )  # fmt: skip
