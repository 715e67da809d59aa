"""The single transferable vote by Scotland's rules, worked out by hand."""

from __future__ import annotations

import pytest

from comuna.methods.result import Tie
from comuna.methods.stv import BY_LAW, stv_scottish
from comuna.methods.ties import TieRule
from tests.methods.elections import election


def test_a_surplus_goes_on_at_a_value_cut_off_after_five_decimals():
    """22 ballots for 2 seats: the quota is 8. Rosa has 15, 7 too many: each goes on at 7/15 = 0.46666. Ines gets 10 of
    them, 4.6666, and has 8.6666. Amaru gets 5. Of the 7 votes 0.0001 is lost to the decimals."""
    result = stv_scottish(election("10 Rosa > Ines\n5 Rosa > Amaru\n4 Ines\n3 Amaru"), 2)
    assert result.quota == 8
    assert result.winners == ("Rosa", "Ines")
    assert result.rounds[0].transfers == {"Rosa": {"Amaru": "2.33330", "Ines": "4.66660"}}
    assert result.rounds[1].votes == {"Amaru": "5.33330", "Ines": "8.66660", "Rosa": "8.00000"}
    assert result.rounds[1].lost == "0.00010"


def test_a_surplus_of_ballots_that_came_at_different_values():
    """27 ballots for 3 seats: the quota is 7. Rosa's surplus is 5: her 12 go to Ines at 5/12 = 0.41666. Ines has
    10.99992, 3.99992 too many: her own 6 go on at 3.99992 × 1 ÷ 10.99992 = 0.36363, Rosa's 12 at
    3.99992 × 0.41666 ÷ 10.99992 = 0.15151. So Luz has 2 + 2.18178 + 1.81812. Tupac, then Amaru have fewest; then one is
    left for the last seat, and Amaru's ballots are not transferred any more (rule 52)."""
    result = stv_scottish(election("12 Rosa > Ines > Luz\n6 Ines > Luz\n4 Amaru > Luz\n2 Luz\n3 Tupac"), 3)
    assert result.quota == 7
    assert result.rounds[1].votes["Ines"] == "10.99992"
    assert result.rounds[1].transfers == {"Ines": {"Luz": "3.99990"}}
    assert result.rounds[2].votes == {
        "Amaru": "4.00000",
        "Ines": "7.00000",
        "Luz": "5.99990",
        "Rosa": "7.00000",
        "Tupac": "3.00000",
    }
    assert result.rounds[2].transfers == {"Tupac": {"": "3.00000"}}
    assert result.rounds[3].excluded == ("Amaru",)
    assert result.rounds[3].transfers == {}
    assert result.rounds[3].exhausted == "3.00000"
    assert result.winners == ("Rosa", "Ines", "Luz")
    assert result.rounds[-1].events[-1].key == "count.elected.last_vacancies"


def test_the_larger_surplus_goes_first_and_of_equal_ones_whoever_had_more_before():
    result = stv_scottish(election("9 Rosa > Luz\n11 Ines > Luz\n2 Luz\n1 Tupac\n1 Amaru"), 3)
    assert [tuple(round.transfers) for round in result.rounds[:2]] == [("Ines",), ("Rosa",)]
    tied = election("9 Rosa > Luz\n9 Ines > Luz\n2 Luz\n1 Tupac\n1 Amaru")
    assert stv_scottish(tied, 3).ties == (Tie(1, "transfer", ("Ines", "Rosa"), None, ()),)
    assert stv_scottish(tied, 3).winners == ("Ines", "Rosa"), "elected all the same, and nobody after them"
    drawn = stv_scottish(tied, 3, TieRule(BY_LAW.steps, seed=b"2027"))
    assert drawn.ties[0].broken_by == "lots"
    assert len(drawn.winners) == 3


def test_of_two_with_fewest_goes_who_had_fewer_in_the_stage_before():
    tied = stv_scottish(election("4 Rosa\n3 Ines\n2 Amaru\n1 Luz > Amaru"), 1)
    assert tied.ties[0] == Tie(2, "exclude", ("Amaru", "Ines"), "earlier_rounds", ("Amaru",))


@pytest.mark.parametrize("seats", [1, 2, 3, 9])
def test_no_more_are_elected_than_stand_and_those_without_a_vote_too(seats: int):
    result = stv_scottish(election("5 Rosa > Ines\n4 Ines", ["Rosa", "Ines", "Amaru"]), seats)
    assert len(result.winners) == min(seats, 3)


def test_no_ballots():
    assert stv_scottish(election("", ["Rosa", "Ines"]), 2).winners == ("Rosa", "Ines")
    assert stv_scottish(election("", ["Rosa", "Ines"]), 1).undecided == ("Ines", "Rosa")
    assert stv_scottish(election("2 -", ["Rosa"]), 1).winners == ("Rosa",)
    assert stv_scottish(election("", []), 1).winners == ()
