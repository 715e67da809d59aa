"""What can be wrong with a charter's text: everything is told at once, each in its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.charter_problems import PROBLEMS
from comuna.kernel.refusal import Refused
from comuna.rules import charter
from comuna.rules.charter import Problem
from comuna.rules.charter_reading import Reader
from tests.rules.test_charter import CHARTERS

GOOD = """\
kind = "ours"
version = 1
title = { en = "Ours", es = "El nuestro" }
[gatherings.assembly]
title = { en = "Assembly", es = "Asamblea" }
[decisions.ordinary]
title = { en = "Decision", es = "Decisión" }
[units.board]
title = { en = "Board", es = "Junta" }
[rights.vote]
title = { en = "Vote", es = "Voto" }
"""


def with_rule(place: str, value: str, rest: str = "") -> str:
    """The charter with one rule more, from its twelfth line on."""
    return f'{GOOD}[{place}]\nvalue = {value}\nsource = "a test"\nvalid_from = "2026-01-01"\n{rest}'


CHEST = '[funds.chest]\ntitle = { en = "Chest", es = "Cofre" }\n[funds.chest.purpose]\n'
QUORUM = "gatherings.assembly.quorum"
SENT = GOOD.replace(
    "[units.board]",
    '[units.board]\nseats = { value = 3, source = "z", valid_from = "unspecified" }\n'
    'composition = { value = [{ seats = 2, en = "x", es = "y" }], source = "z", valid_from = "unspecified" }',
)


def problems(text: str) -> list[Problem]:
    return charter.read(text)[1]


MISTAKES: list[tuple[str, str, int]] = [
    ("syntax", GOOD + "what is this?\n", 12),
    ("too_deep", "x = " + "[" * 3000, 1),
    ("too_long", "# " + "x" * charter.LONGEST, 1),
    ("no_kind", GOOD.replace('"ours"', '"Ours!"'), 1),
    ("no_version", GOOD.replace("version = 1", "version = true"), 2),
    ("no_title", GOOD.replace('title = { en = "Ours", es = "El nuestro" }', 'title = "Ours"'), 3),
    ("no_words", GOOD.replace('{ en = "Ours", es', '{ en = " ", es'), 3),
    ("unknown_language", GOOD.replace('en = "Ours"', 'en = "Ours", fr = "À nous"'), 3),
    ("unknown_section", GOOD + "[gathering]\n", 12),
    ("no_table", GOOD + "[rules]\n[recall]\n[gatherings]\nspecial = 3\n", 15),
    ("bad_name", GOOD + "[units.Board]\n", 12),
    ("unknown_rule", with_rule("gatherings.assembly.quorom", "1"), 12),
    ("field_missing", GOOD + "[rules.tie]\nvalue = 1\n", 12),
    ("field_unknown", with_rule("rules.tie", '"chair"', "reason = 1\n"), 12),
    ("field_unknown", with_rule("gatherings.assembly.notice", "{ at_least = 1, at_last = 2 }"), 13),
    ("not_one_of", with_rule("rules.tie", '"chairs"'), 13),
    ("bad_share", with_rule("decisions.ordinary.turnout", '"0.3"'), 13),
    ("bad_share", with_rule("decisions.ordinary.turnout", '"3/0"'), 13),
    ("too_small", with_rule("rules.journal_days", "-1"), 13),
    ("too_large", with_rule("rules.journal_days", "1000001"), 13),
    ("wrong_kind", with_rule("rules.delegation", '"yes"'), 13),
    ("no_source", with_rule("rules.tie", '"chair"').replace('"a test"', '" "'), 12),
    ("no_words", with_rule("rules.tie", '"chair"').replace('"a test"', '{ en = "a test" }'), 14),
    ("bad_date", with_rule("rules.tie", '"chair"').replace("2026-01-01", "2026-02-30"), 15),
    ("readings", with_rule("rules.tie", '"contradictory"'), 12),
    ("readings", with_rule("rules.tie", '"chair"', 'readings = [{ value = "lots", source = "x" }]\n'), 12),
    ("not_there", with_rule("units.board.incompatible", '["bord"]'), 12),
    ("no_purpose", GOOD + '[funds.chest]\ntitle = { en = "Chest", es = "Cofre" }\n', 12),
    ("no_purpose", GOOD + CHEST + "value = { en = 'For repairs.', es = ' ' }\n", 14),
    ("no_title", GOOD + CHEST.replace("title", "name") + 'value = "unspecified"\n', 12),
    ("field_missing", GOOD + CHEST + 'value = "unspecified"\n', 14),
    ("field_missing", GOOD + CHEST + "value = { en = 'For repairs.' }\n", 15),
    ("wrong_kind", GOOD + CHEST + "value = 'For repairs.'\n", 15),
    ("unknown_rule", with_rule("funds.chest.purpse", '"unspecified"'), 12),
    ("bad_name", GOOD + CHEST.replace("chest", "El_cofre") + 'value = "unspecified"\n', 12),
    ("not_there", with_rule("recall.decision", '"recall"'), 12),
    ("not_there", with_rule("recall.asked_by", '[{ unit = "control" }]'), 12),
    ("not_there", with_rule("units.board.requires", '{ right = "stand" }'), 12),
    ("not_there", with_rule("units.board.recalled_by", '"recall"'), 12),
    ("no_call", with_rule(QUORUM, "[]"), 12),
    ("no_share", with_rule(QUORUM, '[{ of = "roll" }]'), 12),
    ("no_average", with_rule(QUORUM, '[{ of = "average_attendance", share = "1", last = 0 }]'), 12),
    ("quorum_backwards", with_rule(QUORUM, '[{ of = "roll", at_least = 9, at_most = 8 }]'), 12),
    ("more_than_all", with_rule(QUORUM, '[{ of = "roll", share = "1", more = true }]'), 12),
    ("more_than_all", with_rule("decisions.ordinary.majority", '{ of = "cast", share = "3/2" }'), 12),
    ("more_than_all", with_rule("decisions.ordinary.majority", '{ of = "all", share = "1" }'), 12),
    ("more_than_all", with_rule("decisions.ordinary.turnout", '"5/4"'), 12),
    ("later_call_harder", with_rule(QUORUM, '[{ of = "roll", share = "1/5" }, { of = "roll", share = "3/10" }]'), 12),
    ("notice_backwards", with_rule("gatherings.assembly.notice", "{ at_least = 9, at_most = 8 }"), 12),
    ("emergency_longer", with_rule("gatherings.assembly.notice", "{ at_least = 3, emergency = 4 }"), 12),
    ("asker", with_rule("recall.asked_by", "[{}]"), 12),
    ("asker", with_rule("recall.asked_by", '[{ share = "1/10", members = 3 }]'), 12),
    ("with_itself", with_rule("units.board.incompatible", '["board"]'), 12),
    ("right_circle", with_rule("rights.vote.requires", '{ right = "vote" }'), 12),
    ("seats_differ", SENT, 9),
    ("two_ages", with_rule("rights.vote.requires", "{ over_age = 15, from_age = 15 }"), 12),
    ("reelection_both", with_rule("units.board.reelection", "{ allowed = false, terms_in_a_row = 2 }"), 12),
    ("twice", with_rule("rules.precedence", '["amend", "amend"]'), 12),
    ("twice", with_rule("recall.causes", '[{ id = "a", en = "x", es = "y" }, { id = "a", en = "x", es = "y" }]'), 12),
    ("no_seat", with_rule("units.board.seats", "0"), 12),
    ("no_term", with_rule("units.board.term_months", "0"), 12),
    ("no_reading", with_rule("decisions.ordinary.readings", "0"), 12),
    ("households_backwards", with_rule("rules.households", "{ urban_at_least = 9, urban_at_most = 8 }"), 12),
    ("surplus_beyond", with_rule("rules.surplus", '{ by = "hours", production = 60, care = 41 }'), 12),
    ("no_level", with_rule("rules.consensus", "{ passes_from = 6 }"), 12),
]  # fmt: skip


def test_a_charter_without_mistakes_has_none() -> None:
    assert problems(GOOD) == []
    assert problems(with_rule("rules.tie", '"chair"')) == []


@pytest.mark.parametrize(("code", "text", "line"), MISTAKES, ids=[f"{n}-{each[0]}" for n, each in enumerate(MISTAKES)])
def test_each_kind_of_mistake_is_found_in_its_line(code: str, text: str, line: int) -> None:
    found = problems(text)
    assert (code, line) in [(each.code, each.line) for each in found], found
    with pytest.raises(Refused, match=r"charter\.unreadable"):
        charter.parse(text)


def test_every_mistake_that_has_a_sentence_is_found_here() -> None:
    elsewhere = {"not_text", "bad_value"}  # of a file, and what msgspec says in words that we do not know
    proposed = {"leaf_too_long", "no_gathering", "never_changed"}  # of a proposal: tests/rules/test_proposal.py
    assert set(PROBLEMS) == {code for code, _, _ in MISTAKES} | elsewhere | proposed


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = with_rule("rules.tie", '"chairs"') + "[rules.journal_days]\nvalue = 1\n[rules.journal]\n"
    assert [(each.line, each.code) for each in problems(text)] == [
        (13, "not_one_of"), (16, "field_missing"), (16, "field_missing"), (18, "unknown_rule"),
    ]  # fmt: skip


def test_one_mistake_hides_no_other() -> None:
    text = GOOD + (
        '[rules.tie]\nvalue = "foo"\nvalid_from = "2026-02-30"\nwhy = 1\n'
        '[gatherings.assembly.notice]\nvalue = { at_least = 15, at_most = 3, means = ["rumour"] }\nsource = " "\n'
        '[decisions.ordinary.majority]\nvalue = { of = "casts", share = "3/2", more = 1, of_all = true }\n'
        'source = 3\nvalid_from = 2026\n'
        '[gatherings.assembly.quorum]\nvalue = [{ of = "roll", share = "x", at_least = 9, at_most = 8 },'
        ' { share = "3/2" }, 3, { of = "roll", share = "1/5" }, { of = "roll", share = "1/4" }]\n'
        '[recall.asked_by]\nvalue = [{ unit = "bord" }, { share = "3/2" }, { members = -1 }, {}]\n'
        '[units.Bored.seats]\nvalue = 0\nsource = "a test"\nvalid_from = "soon"\n'
        '[rules.precedence]\nvalue = "contradictory"\nsource = "a test"\nvalid_from = "unspecified"\n'
        'readings = [{ value = ["amend", "amend", "amen"] }, { value = "amend", source = "x" }]\n'
        '[rules.tea]\nvalue = 1\nsource = " "\n'
        '[[provisions]]\nen = 1\nsource = { en = "x" }\nvalid_from = "soon"\ntopic = "tea"\n'
    )  # fmt: skip
    found = [(each.line, each.code, each.args.get("name") or each.args.get("language")) for each in problems(text)]
    assert sorted(found, key=str) == sorted([
        (12, "field_missing", "source"), (12, "field_unknown", "why"), (13, "not_one_of", "foo"),
        (14, "bad_date", None),
        (16, "field_missing", "valid_from"), (16, "no_source", None), (16, "notice_backwards", None),
        (17, "not_one_of", "rumour"),
        (19, "more_than_all", None), (20, "field_unknown", "of_all"), (20, "not_one_of", "casts"),
        (20, "wrong_kind", None), (21, "wrong_kind", None), (22, "wrong_kind", None),
        (23, "field_missing", "source"), (23, "field_missing", "valid_from"), (23, "quorum_backwards", None),
        (23, "more_than_all", None), (23, "later_call_harder", None), (24, "bad_share", None),
        (24, "field_missing", "of"), (24, "wrong_kind", None),
        (25, "field_missing", "source"), (25, "field_missing", "valid_from"), (25, "not_there", "bord"),
        (25, "more_than_all", None), (25, "asker", None), (26, "too_small", None),
        (27, "bad_name", "Bored"), (27, "no_title", None), (27, "no_seat", None), (30, "bad_date", None),
        (31, "twice", None), (35, "field_missing", "source"), (35, "not_one_of", "amen"), (35, "wrong_kind", None),
        (36, "unknown_rule", "tea"), (36, "field_missing", "valid_from"), (36, "no_source", None),
        (39, "field_missing", "es"), (40, "wrong_kind", None), (41, "no_words", "es"), (42, "bad_date", None),
        (43, "not_one_of", "tea"),
    ], key=str)  # fmt: skip


def test_what_cannot_be_read_is_not_held_against_the_rest() -> None:
    """A share that is none is no missing share; nor are seats added up of which one number is unknown."""
    bad_share = with_rule(QUORUM, '[{ of = "roll", share = "x" }]')
    assert [each.code for each in problems(bad_share)] == ["bad_share"]
    seats = SENT.replace("seats = 2", "seats = -2")
    assert [each.code for each in problems(seats)] == ["too_small"]
    own_right = with_rule("rights.vote.requires", '{ right = "vote", from_age = -1 }')
    assert {each.code for each in problems(own_right)} == {"right_circle", "too_small"}


def test_a_charter_of_no_kind_is_held_against_itself_too() -> None:
    found = problems(with_rule("decisions.ordinary.turnout", '"3/2"').replace('kind = "ours"', ""))
    assert [each.code for each in found] == ["no_kind", "more_than_all"]


LINES = sorted({line for path in CHARTERS for line in path.read_text(encoding="utf-8").splitlines()})


@given(
    st.one_of(st.text(), st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=40)), max_size=60).map("\n".join))
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_charter_or_has_problems(text: str) -> None:
    found, wrong = charter.read(text)
    assert found is not None or wrong
    for each in wrong:
        assert 1 <= each.line <= text.count("\n") + 1
    if wrong:
        with pytest.raises(Refused, match=r"charter\.unreadable"):
            charter.parse(text)
    else:
        assert charter.parse(text) == found


@given(st.sampled_from(CHARTERS), st.data())
@settings(max_examples=150, deadline=None)
def test_a_charter_that_was_cut_or_scratched_is_told_apart(path: Path, data: st.DataObject) -> None:
    text = path.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    found, wrong = charter.read(text[:start] + data.draw(st.text(max_size=5)) + text[end:])
    assert found is not None or wrong


RULES = [(section, name) for section, names in charter.VALUES.items() for name in names]
WORDS = [
    "of",
    "roll",
    "cast",
    "share",
    "3/2",
    "1/2",
    "at_least",
    "right",
    "vote",
    "unit",
    "id",
    "seats",
    "value",
    "source",
]
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(WORDS), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)),
    max_leaves=12,
)


@given(st.lists(st.tuples(st.sampled_from(RULES), ANY, ANY), max_size=6))
@settings(max_examples=300, deadline=None)
def test_whatever_a_rule_says_is_told_and_breaks_nothing(rules: list[tuple[tuple[str, str], Any, Any]]) -> None:
    raw: dict[str, Any] = {"kind": "ours", "version": 1, "title": {"en": "x", "es": "y"}}
    for (section, name), value, other in rules:
        table = raw.setdefault(section, {})
        if section in charter.SECTIONS:
            table = table.setdefault("vote", {"title": {"en": "x", "es": "y"}})
        readings = [{"value": other, "source": "x"}, other]
        table[name] = other if value is None else {"value": value, "source": other, "readings": readings}
    found, wrong = Reader("", raw).charter()
    assert found is not None
    assert wrong or not rules
