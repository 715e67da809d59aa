"""verify.py and participatory budgets: what it counts again, and what it finds when somebody changed the result."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.rules import budget_count
from tests.cast import an_id
from tests.rules.test_budget import Told, rounds

PROGRAM = Path(__file__).parent.parent / "verify.py"


def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_budget", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_budget"] = module
    spec.loader.exec_module(module)
    return module


verify = program()
A, B, C = sorted(an_id(n) for n in (1, 2, 3))
OPENED: dict[str, Any] = {
    "round": an_id(9), "amount": 1000, "currency": "USD", "districts": [], "shares": [], "rule": "greedy",
    "ballot": "points", "most": 9, "ties": "lots", "small": 5,
}  # fmt: skip
BALLOTS = [(an_id(20 + n), each) for n, each in enumerate(["0:5,1:4", "0:5", "1:9", "2:1", "0:1,2:2", ""])]
TEXT = "".join(sorted(f"{id} {choice}\n" for id, choice in BALLOTS)).encode()
DECIDED: dict[str, Any] = {
    "round": an_id(9), "ballots": 6, "roll": 10, "scores": [11, 13, 3], "supporters": [3, 2, 2], "winners": [B, A],
    "amount": 900, "left": 100, "seed": "dice", "working": None, "ballots_text": "f" * 64,
    "digest": sha256(TEXT).hexdigest(),
}  # fmt: skip


def proposed(id: str, amount: int) -> dict[str, Any]:
    return {"round": an_id(9), "proposal": id, "sums": [amount], "amount": amount, "currency": "USD", "district": None}


def told(*acts: tuple[str, dict[str, Any]]) -> tuple[Any, list[str]]:
    """The budgets of a book with these acts, and what is wrong with them."""
    budgets, wrong = verify.Budgets(), []
    for seq, (kind, data) in enumerate(acts):
        wrong += list(budgets.follow(seq, kind, data))
    return budgets, wrong


def story(decided: dict[str, Any], opened: dict[str, Any] = OPENED) -> tuple[Any, list[str]]:
    acts: list[tuple[str, dict[str, Any]]] = [("budget.opened/1", opened)]
    for id, cost in ((A, 400), (B, 500), (C, 300)):
        acts.append(("budget.proposed/1", proposed(id, cost)))
        acts.append(("budget.checked/1", {"round": an_id(9), "proposal": id, "feasible": True}))
    sealed = {"round": an_id(9), "proposals": [A, B, C], "costs": [400, 500, 300], "districts": [], "roll": 10}
    return told(*acts, ("budget.sealed/1", sealed), ("budget.decided/1", decided))


def recounted(decided: dict[str, Any], text: bytes = TEXT, opened: dict[str, Any] = OPENED) -> str:
    """What the checker says of published ballots."""
    budgets, _ = story(decided, opened)
    said = StringIO()
    with redirect_stdout(said):
        verify.recount_budget(verify.Report(), {"seq": 8, "data": decided}, text, budgets.decided[8])
    return said.getvalue()


def test_an_honest_result_holds_and_its_ballots_come_out_the_same() -> None:
    assert story(DECIDED)[1] == []
    said = recounted(DECIDED)
    assert "come out the same" in said
    assert "WRONG" not in said


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"winners": [A, C], "amount": 700, "left": 300}, "by most points first"),
        ({"scores": [12, 13, 3]}, "the 6 ballots say"),
        ({"ballots": 7}, "the 6 ballots say"),
        ({"digest": "0" * 64}, "do not have the digest"),
    ],
)
def test_a_changed_result_is_found_by_its_ballots(change: dict[str, Any], finding: str) -> None:
    assert finding in recounted({**DECIDED, **change})


@pytest.mark.parametrize(
    "text", [TEXT[:-1], TEXT.replace(b"0:5", b"9:5"), TEXT.replace(b"0:5", b"0"), b"hello\n", TEXT + TEXT]
)
def test_ballots_that_cannot_be_are_found(text: bytes) -> None:
    said = recounted(DECIDED, text)
    assert "WRONG" in said


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"winners": [A, A], "amount": 800, "left": 200}, "not on the sealed list"),
        ({"winners": [an_id(4)], "amount": 0, "left": 1000}, "not on the sealed list"),
        ({"amount": 800}, "does not spend what its winners cost"),
        ({"left": 50}, "left"),
        ({"winners": [A, B, C], "amount": 1200, "left": -200}, "more than there is"),
        ({"roll": 5}, "more ballots than people"),
        ({"ballots": 3, "supporters": [3, 2, 2]}, "too small to be told"),
        ({"ballots": 10, "scores": [], "supporters": [], "ballots_text": None}, "is not small"),
        ({"ballots": 3, "scores": [], "supporters": []}, "tells more of a small round"),
    ],
)
def test_a_result_that_cannot_be_is_found_without_ballots(change: dict[str, Any], finding: str) -> None:
    assert finding in " ".join(story({**DECIDED, **change})[1])


def test_a_list_that_was_changed_after_it_was_sealed_is_found() -> None:
    opened = ("budget.opened/1", OPENED)
    checked = ("budget.checked/1", {"round": an_id(9), "proposal": A, "feasible": True})
    sealed = {"round": an_id(9), "proposals": [A], "costs": [400], "districts": [], "roll": 10}
    late = ("budget.revised/1", proposed(A, 500))
    _, wrong = told(opened, ("budget.proposed/1", proposed(A, 400)), checked, ("budget.sealed/1", sealed), late)
    assert wrong == ["changes a list that was sealed"]
    _, wrong = told(opened, ("budget.proposed/1", proposed(A, 400)), checked, late, ("budget.sealed/1", sealed))
    assert wrong == ["does not seal what was checked and can be done"]
    cheaper = {**sealed, "costs": [300]}
    _, wrong = told(opened, ("budget.proposed/1", proposed(A, 400)), checked, ("budget.sealed/1", cheaper))
    assert wrong == ["seals other costs than were proposed"]


@given(rounds(), st.integers(0, 9))
def test_most_points_first_comes_out_as_the_method_says(made: tuple[Told, list[str]], seed: int) -> None:
    t, kept = made
    opened = msgspec.structs.replace(t.round.rules, rule="greedy", completion="none", satisfaction=None)
    found = msgspec.structs.replace(t.round, rules=opened)
    outcomes = budget_count.outcomes(found, kept, f"{seed}")
    decided = budget_count.counted(found, kept, outcomes)
    it = verify.Budget(msgspec.to_builtins(opened), sealed=msgspec.to_builtins(found.sealed))
    assert verify.most_points_first(it, list(decided.scores), f"{seed}") == list(decided.winners)
    lines = budget_count.text_of([(an_id(100 + n), each) for n, each in enumerate(kept)]).encode()
    read = verify.read_marks(lines, len(found.sealed.proposals), opened.ballot == "points")
    assert sorted(map(sorted, read)) == sorted(sorted(budget_count.marks_of(each)) for each in kept)
