"""Plurality, approval, two rounds, IRV and Schulze, on elections that can be counted by hand."""

from __future__ import annotations

import pytest

from comuna.methods import irv, marks, schulze, two_rounds
from comuna.methods.ballots import OVERVOTE, SAME_RANK, Reading, of_columns
from comuna.methods.result import Tie
from comuna.methods.ties import TieRule
from tests.methods.elections import election

TENNESSEE = election("""
    42 Memphis > Nashville > Chattanooga > Knoxville
    26 Nashville > Chattanooga > Knoxville > Memphis
    15 Chattanooga > Knoxville > Nashville > Memphis
    17 Knoxville > Chattanooga > Nashville > Memphis
""")
"""Where should Tennessee have its capital? Everybody wants it near: the textbooks' example."""


def test_most_votes_wins():
    result = marks.plurality(TENNESSEE)
    assert result.winners == ("Memphis",)
    assert result.alternates == ("Nashville", "Knoxville", "Chattanooga")
    assert result.rounds[0].votes == {"Chattanooga": 15, "Knoxville": 17, "Memphis": 42, "Nashville": 26}
    assert (result.method, result.version) == ("plurality", 1)


def test_two_rounds_elect_who_leads_the_second():
    first = two_rounds.first(TENNESSEE)
    assert first.winners == ()
    assert first.second_round == ("Memphis", "Nashville")
    assert first.majority == 51
    second = two_rounds.second(election("42 Memphis\n58 Nashville"))
    assert second.winners == ("Nashville",)
    assert second.method == "two-rounds"


def test_over_half_in_the_first_round_needs_no_second():
    result = two_rounds.first(election("51 Rosa\n30 Ines\n19 Amaru"))
    assert (result.winners, result.second_round) == (("Rosa",), ())


def test_a_tie_for_the_second_round_takes_more_than_two_there_unless_it_is_broken():
    ballots = election("40 Rosa\n20 Ines\n20 Amaru\n10 Luz")
    assert two_rounds.first(ballots).second_round == ("Rosa", "Amaru", "Ines")
    broken = two_rounds.first(ballots, TieRule(steps=("order",), order=("Ines", "Amaru")))
    assert broken.second_round == ("Rosa", "Ines")
    assert broken.ties == (Tie(1, "second_round", ("Amaru", "Ines"), "order", ("Ines",)),)


def test_irv_excludes_the_last_until_somebody_has_over_half():
    result = irv.irv(TENNESSEE)
    assert result.winners == ("Knoxville",)
    assert [round.excluded for round in result.rounds] == [("Chattanooga",), ("Nashville",), ()]
    assert result.rounds[1].votes == {"Knoxville": 32, "Memphis": 42, "Nashville": 26}
    assert result.rounds[0].transfers == {"Chattanooga": {"Knoxville": 15}}
    assert [event.key for round in result.rounds for event in round.events] == [
        "count.excluded.fewest",
        "count.excluded.fewest",
        "count.elected.over_half",
    ]


def test_irv_for_two_seats_counts_anew_without_the_first_elected():
    result = irv.irv(TENNESSEE, 2)
    assert result.winners == ("Knoxville", "Chattanooga")
    assert [round.seat for round in result.rounds] == [1, 1, 1, 2, 2]
    assert result.rounds[3].votes == {"Chattanooga": 32, "Memphis": 42, "Nashville": 26}


def test_irv_can_go_on_until_two_are_left_and_exclude_the_hopeless_together():
    ballots = election("51 Rosa\n30 Ines\n12 Amaru > Ines\n7 Luz > Ines")
    assert len(irv.irv(ballots).rounds) == 1
    rounds = irv.irv(ballots, until_two=True, together=True).rounds
    assert [round.excluded for round in rounds] == [("Luz", "Amaru"), ()]


def test_write_ins_that_nobody_declared_are_excluded_first():
    result = irv.irv(election("4 Rosa\n3 Ines\n6 Write-in > Ines"), write_ins=["Write-in"])
    assert result.rounds[0].excluded == ("Write-in",)
    assert result.winners == ("Ines",)


def test_schulze_elects_whom_a_majority_prefers_to_everybody():
    result = schulze.schulze(TENNESSEE)
    assert result.winners == ("Nashville",)
    assert result.alternates == ("Chattanooga", "Knoxville", "Memphis")
    assert result.pairwise["Nashville"]["Memphis"] == 58
    assert result.rounds[0].events[0].key == "count.schulze.condorcet"


def test_schulzes_own_example():
    """Schulze 2011, section 3.1: 45 voters, and the order E, A, C, B, D."""
    rankings = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}
    result = schulze.schulze(election("\n".join(f"{n} {' > '.join(order)}" for order, n in rankings.items())), 2)
    assert result.winners + result.alternates == ("E", "A", "C", "B", "D")
    assert result.paths["A"] == {"B": 28, "C": 28, "D": 30, "E": 24}
    assert result.paths["E"] == {"A": 25, "B": 28, "C": 28, "D": 31}


def test_schulze_takes_one_rank_as_equal_and_the_unranked_as_last():
    result = schulze.schulze(election("3 Rosa = Ines > Amaru\n2 Luz"))
    assert result.pairwise["Rosa"] == {"Amaru": 3, "Ines": 0, "Luz": 3}
    assert result.pairwise["Luz"] == {"Amaru": 2, "Ines": 2, "Rosa": 2}
    assert result.undecided == ("Ines", "Rosa")


def test_everybody_marked_is_approved():
    result = marks.approval(election("5 Rosa = Ines\n4 Ines = Amaru\n2 Rosa"), 2)
    assert result.rounds[0].votes == {"Amaru": 4, "Ines": 9, "Rosa": 7}
    assert result.winners == ("Ines", "Rosa")


def test_for_two_seats_everybody_has_two_votes_and_a_third_makes_the_ballot_void():
    result = marks.plurality(election("5 Rosa = Ines\n4 Ines = Amaru\n3 Rosa = Ines = Amaru\n1 Luz"), 2)
    assert result.rounds[0].votes == {"Amaru": 4, "Ines": 9, "Luz": 1, "Rosa": 5}
    assert (result.valid, result.void) == (10, 3)


# Ties


def test_a_tie_for_the_last_seat_is_left_broken_by_lot_or_by_an_order():
    ballots = election("5 Rosa\n3 Ines\n3 Amaru\n1 Luz")
    left = marks.plurality(ballots, 2)
    assert (left.winners, left.undecided) == (("Rosa",), ("Amaru", "Ines"))
    assert left.ties == (Tie(1, "elect", ("Amaru", "Ines"), None, ()),)
    given = marks.plurality(ballots, 2, TieRule(steps=("order",), order=("Ines", "Amaru")))
    assert given.winners == ("Rosa", "Ines")
    assert given.alternates == ("Amaru", "Luz")
    drawn = marks.plurality(ballots, 2, TieRule(steps=("lots",), seed=b"six dice"))
    assert drawn.ties[0].broken_by == "lots"
    assert drawn == marks.plurality(ballots, 2, TieRule(steps=("lots",), seed=b"six dice")), "anybody can draw it again"


def test_who_ties_for_seats_that_suffice_for_both_needs_no_lots():
    result = marks.plurality(election("3 Ines\n3 Amaru\n1 Luz"), 2)
    assert (result.winners, result.ties) == (("Amaru", "Ines"), ())


def test_irv_looks_back_to_the_last_round_in_which_the_two_differed():
    ballots = election("5 Rosa\n3 Ines\n2 Amaru\n1 Luz > Amaru\n4 Tupac")
    assert irv.irv(ballots).undecided == ("Amaru", "Ines")
    result = irv.irv(ballots, ties=TieRule(steps=("earlier_rounds",)))
    assert result.ties[0] == Tie(2, "exclude", ("Amaru", "Ines"), "earlier_rounds", ("Amaru",))


# What a ballot counts for


@pytest.mark.parametrize(
    ("ballot", "reading", "counts_for"),
    [
        ("- > - > Rosa", Reading(), "Rosa"),
        ("- > - > Rosa", Reading(skips_allowed=1), None),
        ("- > - > Rosa", Reading(skips_allowed=2), "Rosa"),
        ("Ines = Amaru > Rosa", Reading(), None),
        ("Ines = Amaru > Rosa", Reading(overvotes="skip"), "Rosa"),
        ("Luz > Luz > Rosa", Reading(), "Rosa"),
        ("Luz > Luz > Rosa", Reading(repeats="exhaust"), None),
        ("Luz = Rosa", Reading(), "Rosa"),
        ("Luz > Rosa", Reading(skips_allowed=0), "Rosa"),
    ],
)
def test_what_a_ballot_counts_for(ballot: str, reading: Reading, counts_for: str | None):
    """Luz withdrew."""
    result = irv.irv(election(f"1 {ballot}", ["Rosa", "Ines", "Amaru", "Luz"], ["Luz"]), reading=reading)
    assert result.valid == (counts_for is not None)
    if counts_for:
        assert result.winners == (counts_for,)
    else:
        assert result.void == 1


def test_a_rank_known_to_hold_several_ends_the_ballot_or_is_skipped():
    ballots = of_columns(["Rosa", "Ines"], [[OVERVOTE, 0], [1, OVERVOTE], [0, 1 + SAME_RANK]], [1, 1, 1])
    assert irv.irv(ballots).valid == 1
    assert irv.irv(ballots, reading=Reading(overvotes="skip")).valid == 2
    assert marks.plurality(ballots).rounds[0].votes == {"Rosa": 0, "Ines": 1}
    assert marks.plurality(ballots).void == 2


def test_long_ballots_are_read_like_short_ones():
    """40 ranks, with candidates again and again."""
    ballot = [n % 7 for n in range(40)]
    candidates = [f"C{n}" for n in range(8)]
    ballots = of_columns(candidates, [[*ballot, 7], [*ballot[3:], 7]], [2, 1])
    for reading, last in ((Reading(), 3), (Reading(repeats="exhaust"), 0)):
        result = irv.irv(ballots, 8, reading=reading, ties=TieRule(steps=("order",), order=tuple(candidates)))
        assert result.rounds[0].votes["C0"] == 2
        assert result.rounds[-1].votes == {result.winners[-1]: last}


# Nearly nothing


def test_no_ballots_one_candidate_more_seats_than_candidates():
    nobody = election("", ["Rosa", "Ines"])
    alone = election("", ["Rosa"])
    blank = election("3 -", ["Rosa", "Ines"])
    lots = TieRule(steps=("lots",), seed=b"1")
    for method in (marks.plurality, marks.approval, irv.irv, schulze.schulze):
        for ballots in (nobody, blank):
            assert method(ballots).winners == ()
            assert method(ballots).undecided == ("Ines", "Rosa") or method(ballots).undecided == ("Rosa", "Ines")
            assert len(method(ballots, 1, lots).winners) == 1
            assert set(method(ballots, 5).winners) <= {"Rosa", "Ines"}
        assert method(alone).winners == ("Rosa",)
        assert method(blank).blank == 3
        assert method(election("", [])).winners == ()
