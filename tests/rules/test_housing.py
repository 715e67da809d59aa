"""The order of dwellings: exact, the same whatever the order in which they are given, and explained to the last
point."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import housing, housing_file
from comuna.rules.state_housing import Answer, Criterion
from tests.cast import an_id
from tests.rules.assemblies import ROSA, Council
from tests.rules.project_acts import CRITERIA
from tests.rules.test_assembly import refuses
from tests.rules.test_project import DECISION, PIPES, council

numbers = st.fractions(0, 50, max_denominator=12).map(str)
weights = st.fractions(Fraction(1, 12), 20, max_denominator=12).map(str)


@st.composite
def criteria_sets(draw: st.DrawFn) -> list[Criterion]:
    """Criteria as an assembly may decide them."""
    found = []
    for n in range(draw(st.integers(1, 4))):
        common: dict[str, Any] = {"id": f"c{n}", "title": f"Criterion {n}", "weight": draw(weights)}
        if draw(st.booleans()):
            values = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
            found.append(Criterion(**common, answers=tuple(Answer(value, draw(numbers)) for value in values)))
        else:
            found.append(Criterion(**common, each=draw(numbers), most=draw(st.none() | numbers)))
    return housing.checked(found)


@st.composite
def villages(draw: st.DrawFn) -> tuple[list[Criterion], dict[str, dict[str, str]], str]:
    """Criteria, dwellings with answers (some without), and a seed."""
    criteria = draw(criteria_sets())
    dwellings = {}
    for n in range(draw(st.integers(0, 12))):
        answers = {}
        for each in criteria:
            known = [a.value for a in each.answers] or ["0", "1", "2", "7"]
            said = draw(st.sampled_from([None, *known]))
            if said is not None:
                answers[each.id] = said
        dwellings[f"H-{n}"] = answers
    return criteria, dwellings, draw(st.text("0123456789abc", min_size=1, max_size=6))


@given(villages())
def test_the_explained_points_add_up_to_the_total_exactly(village: Any) -> None:
    criteria, dwellings, seed = village
    for place in housing.queue(criteria, dwellings, seed):
        assert place.total == sum((part.total for part in place.parts), Fraction(0))
        for part in place.parts:
            assert part.total == part.points * Fraction(part.criterion.weight)
            assert (part.answer is None) == (part.criterion.id not in dwellings[place.code])
            assert part.answer is not None or part.points == 0


@given(villages(), st.randoms())
def test_the_order_is_the_same_however_the_dwellings_are_given(village: Any, chance: Any) -> None:
    criteria, dwellings, seed = village
    shuffled = list(dwellings.items())
    chance.shuffle(shuffled)
    assert housing.queue(criteria, dict(shuffled), seed) == housing.queue(criteria, dwellings, seed)


@given(villages())
def test_whoever_has_more_points_comes_first_and_equals_by_the_published_lots(village: Any) -> None:
    criteria, dwellings, seed = village
    places = housing.queue(criteria, dwellings, seed)
    assert [each.place for each in places] == list(range(1, len(dwellings) + 1))
    assert sorted(each.code for each in places) == sorted(dwellings)
    for one, other in pairwise(places):
        assert one.total >= other.total
        if one.total == other.total:
            drawn = [sha256(seed.encode() + each.code.encode()).digest() for each in (one, other)]
            assert drawn[0] < drawn[1]
    for each in places:
        assert each.equals == sum(1 for other in places if other.total == each.total)


@given(villages(), st.fractions(Fraction(1, 6), 9, max_denominator=6))
def test_all_weights_made_larger_alike_change_no_place(village: Any, factor: Fraction) -> None:
    criteria, dwellings, seed = village
    larger = [
        Criterion(
            id=c.id, title=c.title, weight=str(Fraction(c.weight) * factor), answers=c.answers, each=c.each, most=c.most
        )
        for c in criteria
    ]
    assert [p.code for p in housing.queue(larger, dwellings, seed)] == [
        p.code for p in housing.queue(criteria, dwellings, seed)
    ]


@given(villages())
def test_an_answer_that_counts_more_never_costs_a_place(village: Any) -> None:
    criteria, dwellings, seed = village
    before = {p.code: p for p in housing.queue(criteria, dwellings, seed)}
    for code, answers in dwellings.items():
        for criterion in criteria:
            best = max([a.value for a in criterion.answers] or ["9"], key=lambda v, c=criterion: housing.points(c, v))
            changed = {**dwellings, code: {**answers, criterion.id: best}}
            after = next(p for p in housing.queue(criteria, changed, seed) if p.code == code)
            assert after.place <= before[code].place


@given(villages())
def test_the_list_says_what_the_digest_is_of_and_another_key_gives_another(village: Any) -> None:
    criteria, dwellings, seed = village
    body = housing.listed(housing.queue(criteria, dwellings, seed))
    assert len(body.splitlines()) == len(dwellings)
    assert housing.digest(body, bytes(32)) == housing.digest(body, bytes(32)) != housing.digest(body, b"1" * 32)


@given(st.lists(st.integers(0, 8).map(Fraction), max_size=80), st.integers(1, 8))
def test_no_group_of_fewer_than_five_dwellings_is_told(totals: list[Fraction], most: int) -> None:
    bars = housing.distribution(totals, most)
    assert all(bar.count >= housing.SMALL for bar in bars)
    assert sum(bar.count for bar in bars) == (len(totals) if len(totals) >= housing.SMALL else 0)
    for one, other in pairwise(bars):
        assert one.high < other.low
    for bar in bars:
        assert bar.count == sum(bar.low <= each <= bar.high for each in totals)


@pytest.mark.parametrize(
    ("written", "exact"),
    [("2", "2"), ("1,5", "3/2"), ("1.50", "3/2"), ("7/2", "7/2"), ("30 %", "3/10"), ("0", "0"), ("6/3", "2")],
)
def test_numbers_are_read_exactly(written: str, exact: str) -> None:
    assert housing.number(written) == exact


@pytest.mark.parametrize("written", ["", "a lot", "-1", "1/0", "1e9", "9999999", "1,2,3", "٣"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(Refused, match=r"housing\.bad_number"):
        housing.number(written)


def test_criteria_that_cannot_be_reckoned_are_refused() -> None:
    good = CRITERIA[0]
    with pytest.raises(Refused, match=r"housing\.no_criteria"):
        housing.checked([])
    for wrong in (
        {"weight": "0"}, {"weight": "1.5"}, {"title": " "}, {"answers": ()}, {"each": "1"}, {"most": "1"},
        {"answers": (Answer("a", "1"), Answer("a ", "2"))}, {"answers": (Answer("a", "-1"),)},
    ):  # fmt: skip
        fields = {name: getattr(good, name) for name in good.__struct_fields__}
        with pytest.raises(Refused, match=r"housing\.bad_criterion"):
            housing.checked([Criterion(**{**fields, **wrong})])
    with pytest.raises(Refused, match=r"housing\.too_many_criteria"):
        housing.checked([good] * 21)
    with pytest.raises(Refused, match=r"housing\.bad_criterion"):
        housing.checked([good, good])


@pytest.fixture
def c() -> Council:
    return council()


def test_counts_alone_stand_in_the_book(c: Council) -> None:
    at = {"by": ROSA, "project": PIPES}
    order = {"digest": "d" * 64, "count": 2, "seed": "417"}
    refuses("housing.no_programme", housing.set_queue, s=c.state, **at, **order)
    refuses("project.no_decision", housing.set_criteria, s=c.state, **at, decision=an_id(9), criteria=CRITERIA)
    c.record(housing.set_criteria(c.state, **at, decision=DECISION, criteria=CRITERIA))
    day = {"date": c.today, "today": c.today, "photo": None}
    refuses("housing.no_queue", housing.hand_over, s=c.state, **at, **day, accepted=True)
    refuses("housing.no_dwellings", housing.set_queue, s=c.state, **at, **{**order, "count": 0})
    refuses("housing.bad_seed", housing.set_queue, s=c.state, **at, **{**order, "seed": ""})
    c.record(housing.set_queue(c.state, **at, **order))
    c.record(housing.hand_over(c.state, **at, **day, accepted=False))
    c.record(housing.hand_over(c.state, **at, **day, accepted=True))
    refuses("housing.ahead", housing.hand_over, s=c.state, **at, **{**day, "date": "2027-01-01"}, accepted=True)
    c.record(housing.hand_over(c.state, **at, **day, accepted=True))
    refuses("housing.all_handed", housing.hand_over, s=c.state, **at, **day, accepted=True)
    found = c.state.housing[PIPES]
    assert (found.handed, found.count, found.seed) == (2, 2, "417")
    c.record(housing.set_criteria(c.state, **at, decision=DECISION, criteria=CRITERIA[:1]))
    found = c.state.housing[PIPES]
    assert (found.handed, found.digest) == (2, None), "other criteria end the order, and nothing that was handed over"
    assert c.rebuilt() == c.state


def test_a_file_that_was_written_is_read_again() -> None:
    dwellings = {"H-1": {"c1": "it leaks", "c2": "3"}, "=H;2": {}, "Casa «Ñ»": {"c2": "0"}}
    text = housing_file.written(dwellings, CRITERIA)
    assert housing_file.read(text, CRITERIA) == {code.strip(): answers for code, answers in dwellings.items()}
    assert housing_file.read(("\ufeff" + text).encode(), CRITERIA) == housing_file.read(text, CRITERIA)
    assert "\r\n=" not in text, "a spreadsheet must not take it for a formula"
