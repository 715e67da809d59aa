"""Questions with options of their own: what is sealed, which option has enough, ties, and the decision that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import counting, motion, question, verdict
from comuna.rules.verdict import Tally
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council, entry, rule
from tests.rules.test_assembly import refuses

ASKED = "Where shall the clinic stand?\nA) Plaza\nB) School\nC) Court"
WORDS = text(ASKED, bytes(32)).ref
MOST = entry("decisions.place", "Place") + rule("decisions.place.majority", '{ of = "plurality" }')
LEVEL = COUNCIL + MOST


@pytest.fixture
def council() -> Council:
    return meeting(LEVEL)


def meeting(charter_text: str) -> Council:
    found = Council(charter_text)
    found.call(matters={"a1": "place", "a2": "ordinary"})
    found.open(present=40)
    return found


def asks(council: Council, id: int = 2, decision: str = "place", item: str = "a1", n: int = 3, **more) -> str:
    how = {"subject": "question", "method": "plurality", "options": question.LETTERS[:n], "question": WORDS, **more}
    return council.ask(id, item, decision, **how)


def test_question_and_options_are_one_text() -> None:
    assert question.written(" Where shall\nthe clinic stand? ", ["Plaza", "", " School ", "Court"]) == ASKED
    assert question.asked_in(ASKED) == "Where shall the clinic stand?"
    assert question.options_in(ASKED) == {"a": "Plaza", "b": "School", "c": "Court"}
    for options in (["Plaza"], [f"place {n}" for n in range(13)]):
        refuses("question.options", question.written, asked="Where?", options=options)
    refuses("question.options_same", question.written, asked="Where?", options=["Plaza", "plaza"])
    refuses("words.empty", question.written, asked=" ", options=["Plaza", "School"])


def lines() -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=30).map(lambda s: " ".join(s.split())).filter(bool)


@given(lines(), st.lists(lines(), min_size=2, max_size=12, unique_by=str.casefold))
def test_whatever_is_written_is_read_back(asked: str, options: list[str]) -> None:
    sealed = question.written(asked, options)
    assert question.asked_in(sealed) == asked
    assert list(question.options_in(sealed).values()) == options


@pytest.mark.parametrize(
    ("decision", "item", "counts", "outcome", "reckoned"),
    [
        ("place", "a1", (12, 9, 4), "elected", (25, 0, 12)),  # the most is enough
        ("ordinary", "a2", (21, 9, 4), "elected", (40, 21, 21)),  # more than half of the 40 present
        ("ordinary", "a2", (20, 9, 4), "rejected", (40, 21, 20)),
        ("place", "a1", (0, 0, 0), "no_votes", (0, 0, 0)),
    ],
)
def test_an_option_needs_the_most_and_what_the_charter_asks_for(
    council: Council, decision: str, item: str, counts, outcome: str, reckoned
) -> None:
    asked = asks(council, decision=decision, item=item)
    assert council.hands(asked, *counts) == outcome
    closed = council.state.votes[asked].result
    assert (closed.base, closed.needed, closed.favour) == reckoned
    assert closed.elected == (["a"] if outcome == "elected" else [])
    assert not council.state.mandates, "nobody is elected by it"
    assert council.rebuilt() == council.state


def test_what_was_chosen_can_be_recorded_as_a_decision(council: Council) -> None:
    asked = asks(council)
    told = {"by": ROSA, "gathering": FIRST, "motion": asked, "owner": None, "due": None}
    refuses("motion.not_adopted", motion.decide, s=council.state, **told, decision=an_id(7), text=TEXT)
    council.hands(asked, 12, 9, 4)
    refuses("motion.unknown", motion.decide, s=council.state, **told, decision=an_id(7))
    council.record(motion.decide(council.state, **told, decision=an_id(7), text=TEXT))
    assert council.state.decisions[an_id(7)].motion == asked
    refuses("decision.recorded_already", motion.decide, s=council.state, **told, decision=an_id(8), text=TEXT)


def test_in_a_tie_the_chair_says_which_where_the_charter_lets_them(council: Council) -> None:
    asked = asks(council)
    for chair in (None, "c"):
        with pytest.raises(Refused, match=r"vote\.tie_which"):
            council.hands(asked, 12, 12, 4, chair=chair)
    nothing = Tally(counts=(0, 0, 0), ballots=0, phones=0)
    closed = verdict.close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=nothing, chair="b")
    assert (closed.elected, closed.tied, closed.broken) == (["b"], ["a", "b"], "chair")
    secret = asks(council, 3, item="a2", secret=True, ways=("paper",))
    box = {"by": ROSA, "gathering": FIRST, "vote": secret, "tally": Tally(counts=(6, 6, 0), ballots=12, phones=0)}
    refuses("vote.chair_first", verdict.close, s=council.state, **box)
    assert verdict.close(council.state, **box, chair="c").outcome == "undecided", "the chair chose none of the two"


@pytest.mark.parametrize(("tie", "outcome"), [("lots", "elected"), ("rejects", "undecided"), ("again", "undecided")])
def test_other_ties_are_settled_by_lot_or_stay_open(tie: str, outcome: str) -> None:
    council = meeting(LEVEL.replace(rule("rules.tie", '"chair"'), rule("rules.tie", f'"{tie}"')))
    asked = asks(council)
    council.record(
        counting.count(council.state, by=ROSA, gathering=FIRST, vote=asked, way="hands", counts=(12, 12, 4), tellers=2)
    )
    nothing = Tally(counts=(0, 0, 0), ballots=0, phones=0)
    closed = verdict.close(
        council.state, by=ROSA, gathering=FIRST, vote=asked, tally=nothing, seed="00ff" if tie == "lots" else None
    )
    assert (closed.outcome, closed.tied) == (outcome, ["a", "b"])


def test_by_approval_a_hand_is_up_for_several(council: Council) -> None:
    asked = asks(council, decision="simple", method="approval")
    told = {"by": ROSA, "gathering": FIRST, "vote": asked, "way": "hands", "counts": (20, 18, 3), "tellers": 2}
    council.record(counting.count(council.state, **told, ballots=30))
    nothing = Tally(counts=(0, 0, 0), ballots=0, phones=0)
    closed = verdict.close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=nothing)
    assert (closed.outcome, closed.elected, closed.base, closed.needed) == ("elected", ["a"], 30, 16)


def test_what_cannot_be_asked_so(council: Council) -> None:
    for decision in ("bylaws", "consent"):
        refuses("question.needs_motion", asks, council=council, decision=decision)
    refuses("decision.unspecified", asks, council=council, decision="open_question")
    refuses("agenda.not_on_it", asks, council=council, item="a9")
    for n in (1, 13):
        refuses("vote.no_options", asks, council=council, options=tuple("abcdefghijklm"[:n]))
    refuses("vote.way_unknown", asks, council=council, method="irv", ways=("paper",))
    refuses("vote.way_unknown", asks, council=council, method="majority")
