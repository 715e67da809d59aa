"""How a group begins, and who may act in it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import group
from comuna.rules.state import State
from tests.cast import CHARTER
from tests.rules.telling import AMARU_NUMBER, ROSA_NUMBER, Told, called, founded, founding, ref


def found(s: State, charter: str = CHARTER) -> group.GroupFounded:
    return group.found(s, public_key="a" * 44, name=ref("circle"), charter_text=charter, recovery_digest="r")


def test_a_group_is_founded_on_a_charter_which_its_book_keeps_word_for_word() -> None:
    made = found(State())
    assert (made.kind, made.charter) == ("study-circle", CHARTER)
    assert made.charter_digest == sha256(CHARTER.encode()).hexdigest()
    state = Told().so(made).state
    assert (state.kind, state.charter, state.name) == ("study-circle", CHARTER, ref("circle"))


def test_a_group_is_founded_once() -> None:
    with pytest.raises(Refused, match=r"group\.founded_already"):
        found(founded().state)


def test_a_group_is_not_founded_on_a_charter_that_nobody_can_read() -> None:
    with pytest.raises(Refused, match=r"charter\.unreadable"):
        found(State(), charter="kind = ")


def test_a_member_is_admitted_with_roles_in_order() -> None:
    told = Told().so(founding())
    admitted = group.admit(told.state, member="123456", roles=["facilitator"])
    assert admitted.roles == ["facilitator"]
    assert dict(told.so(admitted).state.members) == {"123456": frozenset({"facilitator"})}


def test_nobody_is_admitted_before_there_is_a_group() -> None:
    with pytest.raises(Refused, match=r"group\.not_founded"):
        group.admit(State(), member="123456", roles=[])


def test_nobody_is_admitted_twice_or_to_a_role_that_does_not_exist() -> None:
    state = founded().state
    with pytest.raises(Refused, match=r"member\.admitted_already"):
        group.admit(state, member=ROSA_NUMBER, roles=[])
    with pytest.raises(Refused, match=r"member\.unknown_role") as refused:
        group.admit(state, member="123456", roles=["facilitator", "king"])
    assert refused.value.arguments == {"role": "king"}
    group.admit(state, member="123456", roles=["facilitator"])


def test_rosa_facilitates_amaru_does_not_and_neither_does_a_stranger() -> None:
    state = called().state
    group.facilitator(state, ROSA_NUMBER)
    for other in (AMARU_NUMBER, "999999", group.SYSTEM, ""):
        with pytest.raises(Refused, match=r"member\.not_facilitator"):
            group.facilitator(state, other)
