"""What an election, a by-election or a recall must not do, whatever a form asks for: each of them worked once."""

from __future__ import annotations

import msgspec
import pytest

from comuna.rules import assembly_minutes, election, recall, verdict, vote, vote_record
from comuna.rules.election import Elected
from comuna.rules.eligibility import Facts
from comuna.rules.verdict import Tally
from comuna.rules.vote import Ask
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, RULE, TEXT, Council, rule
from tests.rules.test_assembly import SECOND, refuses
from tests.rules.test_election import AMARU, INES, NOOR, PAZ, elect, petition, stand


def sitting(text: str = COUNCIL, **told: int) -> Council:
    """An assembly that is open, under a charter."""
    found = Council(text)
    found.call()
    found.open(**told)
    return found


def elected(text: str = COUNCIL, who: tuple[str, ...] = (INES, AMARU), then: tuple[str, ...] = ()) -> Council:
    """These hold finance; `then` would step in."""
    found = sitting(text)
    for each in (*who, *then):
        stand(found, each)
    elect(found, 1, who, then)
    return found


def seated(council: Council, unit: str = "finance") -> list[str]:
    return sorted(m.member for m in council.state.mandates.values() if m.unit == unit and m.ended is None)


def opened(council: Council, unit: str = "finance", **changes) -> str:
    asked = {"subject": "election", "of": unit, "ways": ("paper",), "secret": True, "method": "plurality", "seats": 2}
    ask = Ask(**{**asked, **changes})
    council.record(vote.open_vote(council.state, by=ROSA, gathering=FIRST, vote=an_id(70), roll=100, ask=ask))
    return an_id(70)


# Elections in which nobody votes


@pytest.mark.parametrize("blank", [0, 7])
def test_where_nobody_is_voted_for_nobody_is_elected_by_any_rule_for_ties(blank: int) -> None:
    council = sitting(COUNCIL.replace(rule("rules.tie", '"chair"'), rule("rules.tie", '"lots"')))
    for each in (INES, AMARU, NOOR):
        stand(council, each)
    asked = opened(council)
    drawn = Elected(
        method="plurality/1", outcome="elected", winners=(INES, AMARU), alternates=(NOOR,), tied=(INES,), broken="lots"
    )
    box = Tally(counts=(0, 0, 0), ballots=blank, phones=0, digest="0" * 64)
    closing = {"by": ROSA, "gathering": FIRST, "vote": asked, "tally": box, "elected": drawn, "seed": "00" * 16}
    closed = verdict.close(council.state, **closing)
    assert (closed.outcome, closed.elected, closed.alternates) == ("undecided", [], [])
    assert (closed.tied, closed.broken, closed.seed) == ([], None, None)
    sealed = council.state.votes[asked].rules
    council.record(closed)
    assert not council.state.mandates
    assert council.state.candidates["finance"] == (INES, AMARU, NOOR), "who stood still stands"
    assert [each.key for each in vote_record.reasons(sealed, closed, str)] == ["reason.nobody"]
    assert council.rebuilt() == council.state


def test_a_tied_motion_claims_no_lots_that_were_not_drawn() -> None:
    for tie in ("lots", "again", "earlier_rounds"):
        council = sitting(COUNCIL.replace(rule("rules.tie", '"chair"'), rule("rules.tie", f'"{tie}"')))
        asked = council.ask(60, council.move(59, "simple"))
        assert council.hands(asked, 20, 20, 0) == "tied"
        result = council.state.votes[asked].result
        assert (result.broken, result.seed) == (None, None)


# Terms


def test_an_alternate_or_a_by_election_breaks_no_row_of_terms() -> None:
    council = elected(
        COUNCIL + rule("units.finance.reelection", "{ allowed = true, terms_in_a_row = 1 }"), then=(NOOR,)
    )
    refuses("candidate.terms_over", stand, council=council, candidate=INES)
    council.close()
    council.forward(days=30)
    held = {m.member: m.id for m in council.state.mandates.values()}
    ends = {"by": ROSA, "reason": "resigned", "today": council.today}
    council.record(election.end(council.state, mandate=held[AMARU], **ends))
    refuses("candidate.terms_over", stand, council=council, candidate=INES)
    refuses("candidate.terms_over", stand, council=council, candidate=NOOR)
    council.record(election.end(council.state, mandate=f"{held[AMARU]}+", **ends))
    council.call(SECOND)
    council.open(SECOND)
    stand(council, PAZ)
    elect(council, 2, (PAZ,), gathering=SECOND)
    assert seated(council) == [INES, PAZ]
    refuses("candidate.terms_over", stand, council=council, candidate=INES)


def test_terms_with_another_in_between_are_not_in_a_row() -> None:
    council = Council(COUNCIL + rule("units.control.reelection", "{ allowed = true, terms_in_a_row = 2 }"))
    for n, who in enumerate((INES, AMARU, INES)):
        gathering = an_id(110 + n)
        council.call(gathering)
        council.open(gathering)
        stand(council, who, "control")
        elect(council, n + 1, (who,), unit="control", gathering=gathering)
        council.close(gathering)
        council.forward(days=730)
    stand(council, INES, "control")
    council.call(SECOND)
    council.open(SECOND)
    elect(council, 9, (INES,), unit="control", gathering=SECOND)
    refuses("candidate.terms_over", stand, council=council, candidate=INES, unit="control")


# Seats


def resigns(council: Council, member: str) -> None:
    held = next(m.id for m in council.state.mandates.values() if m.member == member and m.ended is None)
    council.record(election.end(council.state, by=ROSA, mandate=held, reason="resigned", today=council.today))


def test_nobody_has_two_seats_by_a_by_election() -> None:
    council = elected()
    resigns(council, AMARU)
    stand(council, INES)
    refuses("candidate.in_office", opened, council=council, seats=1)
    opened(council)
    council.record(vote.annul(council.state, by=ROSA, gathering=FIRST, vote=an_id(70), reason=None))
    council.record(election.withdraw(council.state, by=ROSA, unit="finance", candidate=INES))
    stand(council, NOOR)
    elect(council, 2, (NOOR,))
    assert seated(council) == [INES, NOOR]


def test_an_alternate_who_stepped_in_while_the_vote_was_open_is_not_elected_to_another_seat() -> None:
    council = elected(COUNCIL.replace(rule("units.finance.seats", "2"), rule("units.finance.seats", "3")), then=(NOOR,))
    stand(council, NOOR)
    asked = council.ask(
        2, "finance", "", subject="election", method="plurality", secret=True, ways=("paper",), seats=1
    )  # fmt: skip
    resigns(council, AMARU)
    assert NOOR in seated(council)
    refuses("candidate.in_office", elect, council=council, id=3, winners=(NOOR,), opened=asked)


def test_an_election_of_all_seats_that_fills_only_one_leaves_no_three_people_on_two_seats() -> None:
    council = elected()
    stand(council, NOOR)
    elect(council, 2, (NOOR,), seats=2)
    assert seated(council) == [NOOR]


def test_a_by_election_ousts_nobody_where_the_charter_does_not_count_the_seats() -> None:
    council = elected(COUNCIL.replace(rule("units.finance.seats", "2"), ""), (INES, AMARU, NOOR))
    resigns(council, NOOR)
    stand(council, PAZ)
    elect(council, 2, (PAZ,), seats=1)
    assert seated(council) == [INES, AMARU, PAZ]
    council.close()
    council.forward(days=731)
    council.call(SECOND)
    council.open(SECOND)
    stand(council, INES)
    elect(council, 3, (INES,), gathering=SECOND)
    assert seated(council) == [INES], "the terms of the others were over"


# Who is gone, and how it is elected


def test_whoever_is_gone_neither_stands_nor_is_elected() -> None:
    council = sitting()
    gone = Facts(gone=True)
    refuses("candidate.gone", stand, council=council, candidate=INES, facts=gone)
    stand(council, INES)
    asked = opened(council, seats=2)
    refuses("candidate.gone", election.may_serve, s=council.state, unit="finance", member=INES, today="", facts=gone)
    box = Tally(counts=(9,), ballots=9, phones=0, digest="0" * 64)
    made = Elected(method="plurality/1", outcome="elected", winners=(INES,))
    closing = {"by": ROSA, "gathering": FIRST, "vote": asked, "tally": box, "elected": made, "facts": {INES: gone}}
    refuses("candidate.gone", verdict.close, s=council.state, **closing)


def test_a_form_cannot_choose_another_method_than_the_charters_or_draw_lots_for_a_secret_ballot() -> None:
    council = sitting(COUNCIL + rule("units.control.method", '"irv"'))
    stand(council, INES)
    stand(council, AMARU, "control")
    refuses("election.method_unknown", opened, council=council, method="nonsense")
    refuses("election.method_unknown", opened, council=council, method=None)
    refuses("vote.must_be_secret", opened, council=council, method="lots")
    refuses("election.other_method", opened, council=council, unit="control", method="lots", seats=1)
    opened(council, unit="control", method="irv", seats=1, secret=False)


# Recalls

ASKED = {"of": an_id(50), "decision": "recall", "subject": "recall"}


def to_be_recalled(council: Council, **changes) -> None:
    petition(council, **{"asked_by": "control", **changes})
    step = {"by": ROSA, "recall": changes.get("recall", an_id(50))}
    council.record(recall.report(council.state, **step, text=TEXT, today=council.today))
    council.record(recall.defend(council.state, **step, text=None))


def test_a_second_recall_does_not_shorten_a_bar() -> None:
    council = elected()
    council.state = msgspec.structs.replace(council.state, barred=council.state.barred.set(INES, "2050-01-01"))
    to_be_recalled(council)
    asked = council.ask(60, **ASKED)
    council.hands(asked, 30, 1, 0)
    told = {"by": ROSA, "gathering": FIRST, "recall": an_id(50), "vote": asked, "today": council.today}
    council.record(recall.decide(council.state, **told))
    assert council.state.barred[INES] == "2050-01-01"


def test_a_recall_is_on_the_agenda_where_the_charter_says_so() -> None:
    council = elected(COUNCIL + rule("decisions.recall.on_agenda", "true"))
    to_be_recalled(council)
    refuses("recall.not_on_agenda", council.ask, id=60, **ASKED)
    council.close()
    council.call(SECOND, matters={"a1": "ordinary", "a2": "recall"})
    council.open(SECOND)
    council.ask(60, gathering=SECOND, **ASKED)


def test_a_recall_is_announced_as_early_as_the_charter_says() -> None:
    council = elected(COUNCIL + "[decisions.recall.notice_days]\nvalue = 15\n" + RULE)
    to_be_recalled(council)
    refuses("recall.not_on_agenda", council.ask, id=60, **ASKED)
    council.close()
    council.call(SECOND, days=15, matters={"a1": "recall"})
    council.open(SECOND)
    s = council.state
    early = msgspec.structs.replace(s.gatherings[SECOND], date="2026-11-20")
    council.state = msgspec.structs.replace(s, gatherings=s.gatherings.set(SECOND, early))
    refuses("recall.called_late", council.ask, id=60, gathering=SECOND, **ASKED)
    council.state = s
    council.ask(60, gathering=SECOND, **ASKED)


def test_no_words_of_a_form_stand_in_the_book_as_cause_or_as_who_asks() -> None:
    council = elected(COUNCIL.replace(rule("recall.asked_by", '[{ share = "1/10" }, { unit = "control" }]'), ""))
    refuses("recall.no_causes", petition, council=council, cause="María Pérez, of 12 Elm Street, took it")
    refuses("unit.unknown", petition, council=council, asked_by="nobody at all")
    petition(council, asked_by="finance")
    named = elected(COUNCIL + rule("recall.causes", '[{ id = "accounts", en = "No accounts", es = "Sin cuentas" }]'))
    for cause in ("", "funds"):
        refuses("recall.unknown_cause", petition, council=named, cause=cause)
    petition(named, cause="accounts")


def test_a_petition_is_not_certified_by_a_roll_that_shrank() -> None:
    council = elected()
    petition(council)
    told = {"s": council.state, "by": ROSA, "recall": an_id(50), "signatures": 1, "today": council.today}
    refuses("recall.roll_smaller", recall.certify, roll=1, **told)
    assert recall.certify(roll=1, by_register=True, **told).enough, "a register is believed"
    assert not recall.certify(roll=100, **told).enough


def test_the_minutes_say_that_nobody_was_voted_for() -> None:
    assert ".undecided_empty" in assembly_minutes.VARIANTS["vote.closed"]
