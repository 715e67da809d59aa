"""Needs: raised in the name of a role, merged, grouped, met, and handed to an assembly as counts of five and more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.rules import motion, need
from comuna.rules.state_need import Need, Told
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council
from tests.rules.assemblies import rule as a_rule

COMMITTEES = COUNCIL + a_rule("units.finance.committees", '[{ id = "till", en = "The till", es = "La caja" }]')
ONE, TWO, THREE = an_id(1), an_id(2), an_id(3)


@pytest.fixture
def council() -> Council:
    """Three needs are open."""
    made = Council(COMMITTEES)
    for each in (ONE, TWO, THREE):
        raised(made, each)
    return made


def raised(council: Council, id: str, unit: str | None = None, by: str = need.BY_MEMBER) -> None:
    bare = {"words": TEXT, "place": None, "point": None, "photo": None}
    council.record(need.raise_need(council.state, by=by, need=id, unit=unit, **bare), by=by)


def refused(code: str, decide, *args, **how) -> None:
    with pytest.raises(Refused) as caught:
        decide(*args, **how)
    assert caught.value.code == code


def its(council: Council, id: str = ONE) -> Need:
    return council.state.needs.every[id]


def test_needs_are_numbered_and_belong_to_a_unit_or_a_committee_of_the_charter(council: Council) -> None:
    raised(council, an_id(4), "finance/till", need.BY_DESK)
    assert [each.number for each in need.open_needs(council.state)] == [1, 2, 3, 4]
    assert its(council, an_id(4)).unit == "finance/till"
    refused("need.bad_id", raised, council, ONE)
    refused("need.bad_id", raised, council, "a street light")
    refused("unit.unknown", raised, council, an_id(5), "finance/poetry")
    refused("unit.unknown", raised, council, an_id(5), "finance/")


def test_nobody_raises_one_in_the_name_of_a_number(council: Council) -> None:
    for by in (ROSA, "482913", "system", ""):
        refused("need.not_by_number", raised, council, an_id(5), by=by)
    assert {e.by for e in council.acts if e.kind == "need.raised/1"} == {"member"}


def test_no_more_are_open_than_fit_into_one_act(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(need, "MOST_OPEN", 3)
    refused("need.enough", raised, council, an_id(5))
    council.record(need.decline(council.state, by=ROSA, need=ONE, reason=TEXT))
    raised(council, an_id(5))
    refused("need.enough", need.reopen, council.state, by=ROSA, need=ONE)


def test_a_thousand_needs_fit_into_one_act() -> None:
    made = Council(COMMITTEES)
    for n in range(need.MOST_OPEN):
        raised(made, an_id(1000 + n))
    counted = dict.fromkeys(made.state.needs.every, (20000, 100000))
    made.record(need.present(made.state, by=ROSA, diagnosis=an_id(9), gathering=None, counted=counted))
    assert len(made.leaves[-1]) < 65_535


def test_what_is_merged_stands_in_the_other_at_whatever_remove(council: Council) -> None:
    council.record(need.merge(council.state, by=ROSA, need=ONE, into=TWO))
    council.record(need.merge(council.state, by=ROSA, need=TWO, into=THREE))
    assert need.standing_for(council.state, ONE) == THREE
    assert [each.id for each in need.merged_into(council.state, THREE)] == [ONE, TWO]
    assert [each.id for each in need.open_needs(council.state)] == [THREE]
    s = council.state
    refused("need.not_open", need.merge, s, by=ROSA, need=THREE, into=ONE)
    refused("need.same", need.merge, s, by=ROSA, need=THREE, into=THREE)
    refused("need.unknown", need.merge, s, by=ROSA, need=THREE, into=an_id(9))
    refused("need.merged_already", need.reopen, s, by=ROSA, need=ONE)
    refused("need.not_open", need.may_support, s, ONE)


def test_a_need_is_grouped_declined_met_and_open_again(council: Council) -> None:
    council.record(need.group(council.state, by=ROSA, need=ONE, unit="control"))
    assert its(council).unit == "control"
    refused("unit.unknown", need.group, council.state, by=ROSA, need=ONE, unit="poetry")
    council.record(need.decline(council.state, by=ROSA, need=ONE, reason=TEXT))
    for again in (need.decline, need.group, need.meet):
        more = {need.decline: {"reason": TEXT}, need.group: {"unit": "control"}, need.meet: {}}[again]
        refused("need.not_open", again, council.state, by=ROSA, need=ONE, **more)
    council.record(need.reopen(council.state, by=ROSA, need=ONE))
    refused("need.open_already", need.reopen, council.state, by=ROSA, need=ONE)
    refused("decision.unknown", need.meet, council.state, by=ROSA, need=ONE, decision=an_id(9))
    refused("need.bad_id", need.meet, council.state, by=ROSA, need=ONE, project="the pump")
    council.record(need.meet(council.state, by=ROSA, need=ONE, project=an_id(7), how=TEXT))
    assert its(council).status == "met"


def test_the_book_gets_counts_of_five_and_more(council: Council) -> None:
    counted = {ONE: (4, 5), TWO: (5, 4), an_id(99): (70, 70)}
    made = need.present(council.state, by=ROSA, diagnosis=an_id(10), gathering=None, counted=counted)
    assert (made.needs, made.cards, made.hands) == ([ONE, TWO, THREE], [0, 5, 0], [5, 0, 0])
    council.record(made)
    assert its(council, ONE).presented == Told(0, 5)
    assert its(council, THREE).presented == Told(0, 0)


def test_what_was_presented_is_counted_and_supported_no_more_until_the_next_round(council: Council) -> None:
    refused("diagnosis.nothing_presented", need.begin, council.state, by=ROSA)
    council.record(present(council, 10, {ONE: (9, 0)}))
    assert need.phase(council.state) == "presented"
    refused("need.presented_already", need.may_support, council.state, ONE)
    refused("need.presented_already", need.merge, council.state, by=ROSA, need=ONE, into=TWO)
    raised(council, an_id(4))
    need.may_support(council.state, an_id(4))
    refused("need.presented_already", need.merge, council.state, by=ROSA, need=an_id(4), into=ONE)
    council.record(present(council, 11, {ONE: (200, 0), an_id(4): (6, 0)}))
    last = need.latest(council.state)
    assert last is not None
    assert dict(last.needs)[ONE] == Told(9, 0), "as it was told then"
    assert dict(last.needs)[an_id(4)] == Told(6, 0)
    council.record(need.begin(council.state, by=ROSA))
    assert (council.state.needs.round, need.phase(council.state)) == (2, "collecting")
    need.may_support(council.state, ONE)


def present(council: Council, id: int, counted: dict[str, tuple[int, int]], gathering: str | None = None):
    return need.present(council.state, by=ROSA, diagnosis=an_id(id), gathering=gathering, counted=counted)


def test_an_assembly_approves_it_by_a_decision_of_its_own(council: Council) -> None:
    refused("gathering.unknown", present, council, 10, {}, FIRST)
    council.call()
    council.record(present(council, 10, {}, FIRST))
    refused("need.bad_id", present, council, 10, {}, FIRST)
    council.open()
    moved = council.move(301)
    council.hands(council.ask(302, moved), 40, 0, 0)
    made = {"decision": an_id(303), "motion": moved}
    council.record(motion.decide(council.state, by=ROSA, gathering=FIRST, owner=None, due=None, **made))
    approving = {"by": ROSA, "diagnosis": an_id(10), "decision": an_id(303)}
    refused("decision.unknown", need.approve, council.state, **{**approving, "decision": an_id(304)})
    refused("diagnosis.unknown", need.approve, council.state, **{**approving, "diagnosis": an_id(11)})
    council.record(need.approve(council.state, **approving))
    refused("diagnosis.approved_already", need.approve, council.state, **approving)
    assert need.phase(council.state) == "approved"
    assert council.rebuilt() == council.state


def test_an_assembly_does_not_approve_what_another_was_handed(council: Council) -> None:
    council.call()
    council.open()
    moved = council.move(301)
    council.hands(council.ask(302, moved), 40, 0, 0)
    at = {"gathering": FIRST, "decision": an_id(303), "motion": moved}
    council.record(motion.decide(council.state, by=ROSA, owner=None, due=None, **at))
    council.close()
    council.call(an_id(150))
    council.record(present(council, 10, {}, an_id(150)))
    refused("diagnosis.other_gathering", need.approve, council.state, by=ROSA, diagnosis=an_id(10), decision=an_id(303))


def test_nothing_is_presented_where_nothing_is_open() -> None:
    refused("diagnosis.nothing_open", present, Council(COMMITTEES), 10, {})


# Points


def test_points_are_read_as_people_write_them() -> None:
    assert need.point("10.48801", "-66.87919") == "10.48801,-66.87919"
    assert need.point("10,48801°", "\N{MINUS SIGN}66,879190004") == "10.48801,-66.87919"
    assert need.point("+90", "180") == "90.00000,180.00000"
    assert need.point("", "") is None


NO_NUMBERS = ("ten", "1e1", "nan", "inf", "10 N", "1.2.3", "٣", "1_0", "-", ".")


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        ("10", "", "need.half_a_point"),
        ("", "10", "need.half_a_point"),
        ("90.00001", "0", "need.no_such_point"),
        ("0", "-180.1", "need.no_such_point"),
        ("0.000001", "-0.000001", "need.point_unset"),
        *((wrong, "1", "need.bad_point") for wrong in NO_NUMBERS),
    ],
)
def test_what_is_no_point_is_refused(latitude: str, longitude: str, code: str) -> None:
    refused(code, need.point, latitude, longitude)


WRITTEN = st.one_of(st.text(max_size=12), st.from_regex(r"[+-]?[0-9]{1,4}([.,][0-9]{0,17})?°?", fullmatch=True))


@given(WRITTEN, WRITTEN)
def test_whatever_is_written_is_a_point_on_earth_or_refused(latitude: str, longitude: str) -> None:
    try:
        read = need.point(latitude, longitude)
    except Refused:
        return
    if read is not None:
        north, east = map(float, read.split(","))
        assert abs(north) <= 90
        assert abs(east) <= 180


@given(st.floats(-90, 90), st.floats(1, 180))
def test_a_point_is_kept_to_about_a_metre(north: float, east: float) -> None:
    read = need.point(f"{north:.9f}", f"{east:.9f}")
    assert read is not None
    assert [float(each) for each in read.split(",")] == pytest.approx([north, east], abs=0.000_006)


def test_an_act_of_presenting_names_nobody(council: Council) -> None:
    council.record(present(council, 10, {ONE: (9, 9)}))
    assert set(act_in(council.acts[-1]).__struct_fields__) == {"diagnosis", "gathering", "needs", "cards", "hands"}
