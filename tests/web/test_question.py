"""A question with options through the website: asked, voted on by phones and hands, decided, in the minutes."""

from __future__ import annotations

import pytest
from tests.cast import AMARU, INES, an_id
from tests.web.held import Evening
from tests.web.test_assembly import KEYS, convened, council, does, evening, last, state, voters
from tests.web.test_roll_call import called, says

__all__ = ["convened", "council", "evening"]

CLINIC = {
    "asked": "Where shall the clinic stand?",
    "options": "The square\nThe school\nThe court",
    "item": "a2",
    "decision": "simple",
    "method": "plurality",
    "read_out": 1,
}


def ask(evening: Evening, *ways: str, **changes: object) -> tuple[str, str | None]:
    key = an_id(next(KEYS))
    return key, does(evening, "ask", **{**CLINIC, **changes}, ways=ways or ("hands",), key=key)


@pytest.fixture
def held(evening: Evening) -> Evening:
    does(evening, "open", present=40, roll=100)
    return evening


def test_the_options_are_voted_on_and_what_is_chosen_becomes_a_decision(evening: Evening):
    amaru, ines = voters(evening, AMARU, INES)
    does(evening, "open", present=40, roll=100)
    vote, refused = ask(evening, "hands", "phones", "roll_call")
    assert refused is None
    page = amaru.get(f"{evening.path}/live").text
    for words in ("Where shall the clinic stand?", "The square", "The court"):
        assert words in page
    assert "The school" in evening.rosa.get(f"{evening.path}/wall").text
    assert evening.does(amaru, "cast", vote=vote, choice=1, ballot=an_id(1)).json()["done"]
    assert says(evening, vote, called(evening, vote)[0], 1) is None
    assert does(evening, "counted", vote=vote, way="hands", c0=2, c1=9, c2=4) is None
    assert does(evening, "close-vote", vote=vote, chair="a") is None
    closed = last(evening)
    assert (closed.outcome, closed.elected, closed.counts) == ("elected", ["b"], [2, 11, 4])
    page = ines.get(f"{evening.path}/live").text
    assert "Chosen: The school. The count: The square: 2, The school: 11, The court: 4." in page
    assert "The school had 11; of 17, 9 were needed." in page
    chair = evening.rosa.get(f"{evening.path}/chair").text
    assert "Chosen: record the decision" in chair
    assert does(evening, "decide", motion=vote, owner="The health committee") is None
    assert [d.motion for d in state(evening).decisions.values()] == [vote]
    assert "Chosen: record the decision" not in evening.rosa.get(f"{evening.path}/chair").text
    rosa, book = evening.site.rosa(), evening.site.world.book
    assert "Where shall the clinic stand? The school" in rosa.get(f"/g/{book}/decisions").text
    minutes = rosa.get(f"{evening.path}/minutes").text
    for words in ("Question", "Chosen", "B) The school", "The school had 11; of 17, 9 were needed.", "roll call"):
        assert words in minutes
    assert rosa.get(f"{evening.path}/minutes.pdf").content.startswith(b"%PDF-")
    assert "Where shall the clinic stand?" in rosa.get(f"/g/{book}/challenges").text
    told = rosa.get(f"/b/{book}").text
    assert "option B" in told


def test_it_is_read_out_first_and_has_two_to_twelve_options(held: Evening):
    assert ask(held, read_out="")[1] == "question.not_read_out"
    assert ask(held, options="The square")[1] == "question.options"
    assert ask(held, options="\n".join(map(str, range(13))))[1] == "question.options"
    assert ask(held, options="The square\nthe  square")[1] == "question.options_same"
    assert ask(held, asked=" ")[1] == "words.empty"
    assert ask(held, decision="bylaws")[1] == "question.needs_motion"
    key, refused = ask(held)
    assert refused is None
    assert does(held, "ask", **CLINIC, ways=("hands",), key=key) is None, "pressed twice, it is asked once"
    assert len(state(held).votes) == 1


def test_in_a_tie_the_chair_says_which(held: Evening):
    vote, _ = ask(held, method="approval")
    does(held, "counted", vote=vote, way="hands", c0=15, c1=15, c2=4, ballots=22)
    assert does(held, "close-vote", vote=vote) == "vote.tie_which"
    assert does(held, "close-vote", vote=vote, chair="b") is None
    assert (last(held).elected, last(held).broken) == (["b"], "chair")
