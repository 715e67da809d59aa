"""A state is what the acts add up to, however they are divided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.act import KINDS, Act, act_in, texts_of
from comuna.kernel.refusal import Refused
from comuna.rules import gathering as g
from comuna.rules.fold import FOLD, apply, fold
from comuna.rules.group import SYSTEM
from comuna.rules.state import State
from tests.cast import an_id
from tests.rules.telling import ROSA_NUMBER, Told, calling, founded, ref


def test_every_kind_of_act_is_folded() -> None:
    assert set(FOLD) == set(KINDS.values())


def test_a_text_stands_in_a_field_of_its_own() -> None:
    """So that `texts_of`, and whoever erases one, finds all of them."""
    texts = {str(cls.__annotations__[name]) for cls in KINDS.values() for name in texts_of(cls)}
    assert texts == {"TextRef", "TextRef | None"}


SESSIONS = [an_id(n) for n in range(1, 4)]


def attempt(s: State, what: str, session: str, n: int) -> Act:
    """An act that may be refused."""
    rosa = {"by": ROSA_NUMBER, "gathering": session}
    match what:
        case "call":
            return calling(s, gathering=session)
        case "postpone":
            return g.postpone(
                s, **rosa, date=f"2027-03-{n % 28 + 1:02}", start="18:00", end=None, zone="UTC", page=ref("p"),
                reason=None, today="2027-02-20",
            )  # fmt: skip
        case "revise":
            return g.revise(s, **rosa, changed=["title"], page=ref(str(n)))
        case "cancel":
            return g.cancel(s, **rosa, reason=None)
        case "reinstate":
            return g.reinstate(s, **rosa)
        case "agree":
            return g.agree_takeaway(s, **rosa, takeaway=an_id(100 + n), what=ref("w"), owner=None, due=None)
        case "close":
            return g.close(
                s, **rosa, came=None, coming=0, moments=0, answers=0, entries=0, takeaways=0, record=ref("r")
            )
        case _:
            return g.expire_journal(s, by=SYSTEM, gathering=session, lines=n, today="2029-01-01")


WHAT = ["call", "postpone", "revise", "cancel", "reinstate", "agree", "close", "expire"]


@st.composite
def stories(draw: st.DrawFn) -> Told:
    """A circle to which many things happen, as far as the rules let them."""
    told = founded()
    for n, (what, session) in enumerate(
        draw(st.lists(st.tuples(st.sampled_from(WHAT), st.sampled_from(SESSIONS)), max_size=30))
    ):
        told.clock.forward(minutes=draw(st.integers(-5, 60)))
        try:
            entry = attempt(told.state, what, session, n)
        except Refused:
            continue
        told.so(entry)
    return told


@given(stories(), st.data())
def test_a_beginning_and_the_rest_add_up_to_the_whole(told: Told, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(told.acts)))
    beginning = fold(told.acts[:cut])
    assert fold(told.acts[cut:], beginning) == fold(told.acts) == told.state
    assert fold(told.acts[:cut]) == beginning, "folding on must not change what was folded before"


@given(stories())
def test_the_state_counts_its_acts_and_never_goes_back_in_time(told: Told) -> None:
    state, before = State(), ""
    for envelope in told.acts:
        state = apply(state, envelope)
        assert state.size == envelope.seq + 1
        assert state.at == envelope.at
        assert envelope.at >= before
        before = envelope.at


@given(stories())
def test_a_sessions_sequence_counts_its_changes(told: Told) -> None:
    """Calendars take the higher sequence; a takeaway and an expired journal do not move a session."""
    moving = (g.GatheringRevised, g.GatheringPostponed, g.GatheringCancelled, g.GatheringReinstated, g.GatheringClosed)
    for id, session in told.state.gatherings.items():
        acts = [act_in(e) for e in told.acts]
        assert session.sequence == sum(1 for a in acts if isinstance(a, moving) and a.gathering == id)
