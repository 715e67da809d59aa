"""No count that is kept back can be reckoned from those that are told."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna import shipped_surveys
from comuna.rules import suppression, survey, survey_results
from comuna.rules.suppression import SMALL, row, small, table
from tests.survey_answers import filled


@pytest.mark.parametrize(("places", "most"), [(2, 30), (3, 24), (4, 14)])
def test_whoever_knows_the_rule_and_the_total_cannot_reckon_a_cell(places, most):
    """Every table of so many cells: among those that are told alike, each cell that is kept back differs."""
    alike = defaultdict(list)
    for counts in product(range(most + 1), repeat=places):
        if sum(counts) <= most:
            alike[sum(counts), row(counts)].append(counts)
    for (_, told), tables in alike.items():
        for n, cell in enumerate(told):
            assert cell is not None or len({counts[n] for counts in tables}) > 1, (told, tables)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9))
def test_small_counts_are_never_told(counts):
    told = row(counts)
    assert not any(cell is not None and small(cell) for cell in told)
    back = [count for count, cell in zip(counts, told, strict=True) if cell is None]
    assert len(back) != 1 or len(counts) == 1, "one alone is what is left of the total"


CELLS = st.integers(0, 30) | st.integers(0, 6)


@given(st.integers(2, 4).flatmap(lambda w: st.lists(st.lists(CELLS, min_size=w, max_size=w), min_size=2, max_size=4)))
def test_no_cell_of_a_table_follows_from_the_others_and_the_margins(cells):
    told = table(cells)
    if told is None:
        return
    assert not any(cell is not None and small(cell) for line in told for cell in line)
    rows, columns = row([sum(line) for line in cells]), row([sum(line) for line in zip(*cells, strict=True)])
    for arc in unknown(told, rows, columns):
        assert not determined(told, rows, columns, arc), (cells, told, arc)


def unknown(told, rows, columns):
    """What is kept back: cells, and margins."""
    here = [("x", i, j) for i, line in enumerate(told) for j, cell in enumerate(line) if cell is None]
    here += [("r", i, 0) for i, margin in enumerate(rows) if margin is None]
    return here + [("c", 0, j) for j, margin in enumerate(columns) if margin is None]


def determined(told, rows, columns, arc):
    """Whether linear algebra over what is told gives one value: Gauss on the sums of rows, of columns and of all."""
    names = unknown(told, rows, columns)
    place = {name: n for n, name in enumerate(names)}
    system = []
    for i, line in enumerate(told):
        terms = {("x", i, j): 1.0 for j, cell in enumerate(line) if cell is None}
        system.append({**terms, **({("r", i, 0): -1.0} if rows[i] is None else {})})
    for j in range(len(columns)):
        terms = {("x", i, j): 1.0 for i, line in enumerate(told) if line[j] is None}
        system.append({**terms, **({("c", 0, j): -1.0} if columns[j] is None else {})})
    for kind, margins in (("r", rows), ("c", columns)):
        system.append(
            {((kind, n, 0) if kind == "r" else (kind, 0, n)): 1.0 for n, each in enumerate(margins) if each is None}
        )
    matrix = [[terms.get(name, 0.0) for name in names] for terms in system]
    return rank(matrix) == rank([*matrix, [float(n == place[arc]) for n in range(len(names))]])


def rank(matrix):
    """The rank of a small matrix."""
    rows, found = [list(line) for line in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if abs(rows[i][column]) > 1e-9), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


@given(st.sampled_from(list(shipped_surveys.forms())), st.lists(st.integers(0, 10_000), max_size=80))
def test_the_totals_of_a_survey_tell_no_small_count(name, seeds):
    form = shipped_surveys.forms()[name]
    found = survey_results.results(
        form, [filled(s, form) for s in seeds], expected=80, counts=survey.counts(80, len(seeds), 0)
    )
    told = {each.id: each for each in found.questions}
    if found.answered is None:
        assert {line.count for each in found.questions for line in each.lines} == {None}
        assert {each.asked for each in found.questions} == {None}
    for each in found.questions:
        counts = [line.count for line in each.lines]
        assert not any(count is not None and 0 < count < SMALL for count in counts)
        assert each.total is None or None not in counts, "a sum would tell what is kept back"
        for other in form.question(each.id).when:
            if any(line.count is None for line in told[other].lines):
                assert each.asked is None
                assert set(counts) == {None}
        if each.type == "choices" and each.asked is not None:
            assert not any(count is not None and 0 < each.asked - count < SMALL for count in counts)
        elif each.asked is not None and None in counts:
            assert counts.count(None) > 1
    assert survey_results.thawed(survey_results.frozen(found)) == found


def test_of_a_neighbourhood_most_of_a_table_is_told():
    form = shipped_surveys.forms()["housing"]
    found = survey_results.results(form, [filled(n) for n in range(200)], expected=200, counts=(200, 0, 0))
    cells = [cell for line in found.crosses[0].cells for cell in line]
    assert cells.count(None) <= len(cells) // 2


def test_a_table_without_small_counts_is_told_whole():
    assert table([[10, 0], [7, 30]]) == ((10, 0), (7, 30))
    assert row([3, 20, 60]) == (None, None, 60)
    assert row([60, 20, 3]) == (60, None, None)
    assert row([2, 0, 1]) == (None, None, None)
    assert suppression.row([]) == ()
