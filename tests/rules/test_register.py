"""The register's rules: quarters, who is eligible, what a row may be, what the book hears of it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.rules import charter, group, register
from comuna.rules.register import Given, Row
from tests.cast import AMARU, CHARTER, INES
from tests.rules.telling import AMARU_NUMBER, ROSA_NUMBER, founded

CIRCLE = charter.parse(CHARTER)
UNITS = charter.parse(
    CHARTER
    + '\n[units.finance]\ntitle = { en = "Finance", es = "Finanzas" }\n'
    + '[rights.finance_office]\ntitle = { en = "finance office", es = "cargo en finanzas" }\n'
)
NOVEMBER = dt.date(2026, 11, 22)


def inés(**changes: object) -> Row:
    """Inés, who may vote from the first quarter of 2027."""
    values: dict = {"member": "2468", "name": INES, "household": "12-B", "rights": {"vote": "2027-Q1"}}
    return Row(**{**values, **changes})


# What the book hears


def test_the_book_hears_totals_and_the_state_knows_the_roll() -> None:
    told = founded()
    changed = register.change(told.state, by=ROSA_NUMBER, added=3, removed=1, corrected=2, roll={"voice": 9, "vote": 7})
    assert list(changed.roll) == ["voice", "vote"]
    told.so(changed)
    assert dict(told.state.roll) == {"voice": 9, "vote": 7}
    told.so(register.change(told.state, by=group.SYSTEM, added=0, removed=1, corrected=0, roll={}), by=group.SYSTEM)
    assert dict(told.state.roll) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": AMARU_NUMBER}, "member.not_facilitator"),
        ({"added": 0}, "register.unchanged"),
        ({"added": 2, "removed": -1}, "register.unchanged"),
        ({"roll": {"Vote!": 1}}, "register.unknown_right"),
    ],
)
def test_what_the_book_does_not_hear(changes: dict, code: str) -> None:
    values: dict = {"by": ROSA_NUMBER, "added": 1, "removed": 0, "corrected": 0, "roll": {}}
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        register.change(founded().state, **{**values, **changes})


# Quarters


@pytest.mark.parametrize(
    ("written", "quarter"),
    [
        ("2026-Q4", "2026-Q4"),
        ("2026-T4", "2026-Q4"),
        ("Q4 2026", "2026-Q4"),
        ("t1/2027", "2027-Q1"),
        (" 2026  q2 ", "2026-Q2"),
        ("2026-10-01", "2026-Q4"),
        ("2026-10-02", "2027-Q1"),
        ("2026-09-30", "2026-Q4"),
        ("2026-12-31", "2027-Q1"),
    ],
)
def test_a_quarter_is_read_and_a_day_is_rounded_up_and_forgotten(written: str, quarter: str) -> None:
    assert register.quarter_from(written) == quarter


@pytest.mark.parametrize(
    "written", ["", "soon", "2026-Q5", "0026-Q1", "2026-02-30", "9999-12-31", "20261001", "Q4", "²026-Q1"]
)
def test_what_is_no_quarter_is_refused(written: str) -> None:
    with pytest.raises(Refused, match=r"register\.bad_quarter"):
        register.quarter_from(written)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2198, 12, 31)))
def test_a_right_never_begins_before_its_day_and_at_most_a_quarter_after(day: dt.date) -> None:
    quarter = register.quarter_from(day.isoformat())
    begins = register.first_day(quarter)
    assert 0 <= (begins - day).days < 92
    assert register.quarter_of(begins) == quarter


def test_a_right_holds_from_its_quarter_on_and_for_whoever_is_on_the_roll() -> None:
    row = inés()
    assert not register.eligible(row, "vote", NOVEMBER)
    assert not register.eligible(row, "vote", dt.date(2026, 12, 31))
    assert register.eligible(row, "vote", dt.date(2027, 1, 1))
    assert not register.eligible(row, "voice", dt.date(2027, 1, 1))
    assert not register.eligible(inés(left="2027-Q1"), "vote", dt.date(2027, 1, 1))
    assert not register.holds(None, NOVEMBER)


# Rows


def test_what_is_given_is_tidied() -> None:
    given = register.checked(
        Given(name="  Ine\u0301s \u202e \n", household=" 12-B ", unit="finance", rights={"finance_office": "2026-Q4"}),
        UNITS,
        new=True,
    )
    assert (given.name, given.household, given.unit) == (INES, "12-B", "finance")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Given(), "name.empty"),
        (Given(name="\u200b \x00"), "name.empty"),
        (Given(name="x" * 81), "name.too_long"),
        (Given(name=AMARU, household="x" * 41), "register.too_long"),
        (Given(name=AMARU, kind="king"), "register.unknown_kind"),
        (Given(name=AMARU, unit="finance"), "register.unknown_unit"),
        (Given(name=AMARU, rights={"finance_office": "2026-Q4"}), "register.unknown_right"),
        (Given(name=AMARU, rights={"vote": "2026-10-01"}), "register.bad_quarter"),
    ],
)
def test_what_a_row_may_not_be(given: Given, code: str) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        register.checked(given, CIRCLE, new=True)


def test_only_what_is_given_is_changed() -> None:
    row = inés(unit="finance")
    assert register.changed(row, Given()) == row
    assert register.changed(row, Given(household="", unit="")) == inés(household=None)
    after = register.changed(row, Given(name=AMARU, rights={"vote": "", "voice": "2026-Q4"}))
    assert (after.name, after.rights, after.household) == (AMARU, {"voice": "2026-Q4"}, "12-B")


def test_people_are_looked_for_without_capitals_and_accents() -> None:
    assert register.folded("  INÉS  Ñandú ") == "ines nandu"
    assert register.sought("Núñez-Ortega, 12-B") == ["nunez", "ortega", "12", "b"]


def test_rights_are_called_what_the_charter_calls_them() -> None:
    assert register.rights_of(CIRCLE) == ("voice", "vote")
    assert register.rights_of(UNITS) == ("voice", "vote", "finance_office")
    roll = {"finance_office": 2, "vote": 7}
    assert register.roll_words(UNITS, roll) == {"en": "finance office 2, vote 7", "es": "cargo en finanzas 2, voto 7"}
    assert register.roll_words(None, roll)["es"] == "finance office 2, voto 7"
