"""Charters: rules as data, each with its source."""

from __future__ import annotations

import re
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import pytest

from comuna.charter_messages import SENTENCES
from comuna.kernel.refusal import Refused
from comuna.rules import charter
from comuna.rules.charter import CONTRADICTORY, UNSPECIFIED, Charter
from comuna.rules.charter_values import Majority, Named, Notice, Quorum, Step
from tests.cast import CHARTER

CHARTERS = sorted((Path(__file__).parent.parent.parent / "charters").glob("*.toml"))


def shipped(kind: str) -> Charter:
    """One of the charters that come with Comuna."""
    return charter.parse((CHARTERS[0].parent / f"{kind}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CHARTERS, ids=lambda path: path.stem)
def test_every_charter_we_give_can_be_read_and_says_where_each_rule_comes_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    read = charter.parse(text)
    assert read.kind == path.stem
    assert len(text.encode()) < charter.LONGEST
    assert set(read.title) == {"en", "es"}
    for name, rule in read.rules.items():
        assert rule.source, name
        assert rule.valid_from, name


def test_a_rule_of_days_is_a_number_or_nothing() -> None:
    read = charter.parse(CHARTER)
    assert read.days("journal_days") == 90
    assert read.value("gatherings.assembly.notice", None) is None  # "unspecified"
    assert read.days("no such rule") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind = ",
        CHARTER.replace('kind = "study-circle"', ""),
        CHARTER.replace("value = 90", "value = 9.5"),
        CHARTER.replace('source = { en = "custom of study groups"', 'src = { en = "custom of study groups"', 1),
        CHARTER + "\n[extra]\nx = 1\n",
        "\x00",
    ],
)
def test_a_charter_that_cannot_be_read_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(Refused) as refused:
        charter.parse(text)
    assert refused.value.code == "charter.unreadable"
    assert refused.value.arguments["reason"]
    charter.parse(CHARTER)


def test_the_digest_is_of_the_exact_text() -> None:
    assert charter.digest(CHARTER) == sha256(CHARTER.encode()).hexdigest()
    assert charter.digest(CHARTER + " ") != charter.digest(CHARTER)


# What the laws say, article by article

COUNCIL: dict[str, tuple[Any, str]] = {
    "gatherings.first.quorum": ((Quorum(of="roll", share="1/10"),), "Art. 7"),
    "gatherings.constitutive.quorum": (
        (Quorum(of="roll", share="3/10"), Quorum(of="roll", share="1/5")),
        "Art. 10",
    ),
    "gatherings.assembly.quorum": ((Quorum(of="roll", share="3/10"), Quorum(of="roll", share="1/5")), "Art. 22"),
    "decisions.ordinary.majority": (Majority(of="present"), "Art. 22"),
    "decisions.recall.majority": (Majority(of="present"), "Art. 41"),
    "decisions.recall.quorum": ((Quorum(of="roll", share="1/5"),), "Art. 41"),
    "units.executive.term_months": (24, "Art. 12"),
    "units.finance.term_months": (24, "Art. 12"),
    "units.control.term_months": (24, "Art. 12"),
    "units.electoral.term_months": (24, "Art. 36"),
    "units.finance.seats": (5, "Art. 30"),
    "units.control.seats": (5, "Art. 33"),
    "units.electoral.seats": (5, "Art. 36"),
    "units.electoral.incompatible": (("executive", "finance", "control"), "Art. 36"),
    "units.finance.accounts_every_months": (3, "Art. 31"),
    "units.control.accounts_every_months": (12, "Art. 34"),
    "units.coordination.meets_every_days": (15, "Art. 26"),
    "rules.one_candidacy": (True, "Art. 11"),
    "recall.report_days": (15, "Art. 41"),
    "recall.assembly_days": (15, "Art. 41"),
    "recall.defence": (True, "Art. 41"),
    "recall.barred_terms": (2, "Art. 42"),
}


@pytest.mark.parametrize("place", COUNCIL)
def test_the_councils_law_says_so(place: str) -> None:
    value, article = COUNCIL[place]
    rule = shipped("communal-council-2009").rules[place]
    assert rule.value == value
    assert str(rule.source).endswith(f"(2009), {article}")
    assert rule.valid_from == "2009-12-28"


def test_who_may_take_part_in_a_council_and_who_may_stand() -> None:
    read = shipped("communal-council-2009")
    ages = {name: read.value(f"rights.{name}.requires", None).over_age for name in read.entries("rights")}
    assert ages == {"voice": 15, "vote": 15, "stand": 15, "stand_accounts": 18}  # Art. 15.3, 15.12, 21
    assert read.value("rights.stand.requires", None).residence_months == 12  # Art. 15.1
    assert read.value("units.finance.requires", None).right == "stand_accounts"
    assert read.value("units.executive.requires", None).right == "stand"


def test_a_council_has_fourteen_committees_three_more_among_indigenous_people_and_twelve_causes_of_recall() -> None:
    read = shipped("communal-council-2009")
    committees: tuple[Named, ...] = read.value("units.executive.committees", ())
    assert len(committees) == 14 + 3  # Art. 28
    assert sum(each.id.startswith("indigenous_") for each in committees) == 3
    assert len(read.value("recall.causes", ())) == 12  # Art. 39
    assert [each.share or each.unit for each in read.value("recall.asked_by", ())] == ["1/10", "control"]  # Art. 40


def test_the_councils_law_contradicts_itself_on_who_receives_a_petition() -> None:
    read = shipped("communal-council-2009")
    rule = read.rules["recall.received_by"]
    assert rule.value == CONTRADICTORY
    assert [(each.value, str(each.source)[-7:]) for each in rule.readings] == [
        ("coordination", "Art. 40"),
        ("control", "Art. 41"),
    ]
    assert read.value("recall.received_by", None) is None, "and nothing is decided silently"


def test_where_the_councils_law_is_silent_the_charter_is_too() -> None:
    read = shipped("communal-council-2009")
    for place in ("gatherings.assembly.notice", "decisions.ordinary.ballot", "rules.minutes_approved_by", "rules.tie"):
        assert read.rules[place].value == UNSPECIFIED, place


def test_of_the_reform_two_things_are_known() -> None:
    before, now = shipped("communal-council-2009"), shipped("communal-council-2023")
    changed = {place for place, rule in now.rules.items() if rule.value != before.rules[place].value}
    units = ("executive", "finance", "control")
    assert changed == {f"units.{unit}.{name}" for unit in units for name in ("term_months", "ballot")} | {
        "units.electoral.term_months"
    }
    assert {now.value(f"units.{unit}.term_months", None) for unit in units} == {36}
    assert {now.value(f"units.{unit}.ballot", None) for unit in units} == {"secret"}
    assert now.rules["units.electoral.term_months"].value == UNSPECIFIED


def test_the_communes_law_says_so() -> None:
    read = shipped("commune-parliament-2010")
    assert read.value("decisions.ordinary.majority", None) == Majority(of="all")  # Art. 26
    assert read.value("rules.mandate_binding", None) is True  # Art. 26
    assert read.value("decisions.founding.turnout", None) == "3/20"  # Art. 16
    [recall] = read.value("decisions.recall.quorum", ())
    assert recall.needed(100) == 16, "more than 15 %, and not as many"  # Art. 50
    assert read.value("decisions.recall_control.majority", None) == Majority(of="all", share="2/3", more=False)
    assert read.value("units.control.recalled_by", None) == "recall_control"
    calls = read.value("gatherings.extraordinary.called_by", ())
    assert [(each.share, each.of) for each in calls if each.share] == [("7/10", "groups")]  # Art. 25
    terms = {unit: read.value(f"units.{unit}.term_months", None) for unit in read.entries("units")}
    assert terms == {  # Art. 23, 27, 37, 45
        "parliament": 36, "executive": 36, "economy": 24, "control": 24, "planning": None, "bank": None,
        "management": None,
    }  # fmt: skip
    assert read.rules["decisions.charter.majority"].value == UNSPECIFIED, "Art. 66 names none"


def test_the_other_institutions() -> None:
    coop = shipped("spanish-cooperative")
    first, second = coop.value("gatherings.assembly.quorum", ())
    assert (first.needed(300), second.needed(300), second.needed(5000)) == (151, 30, 100)
    assert coop.value("gatherings.assembly.notice", None) == Notice(at_least=15, at_most=60)
    roberts = shipped("roberts-rules-chapter")
    [quorum] = roberts.value("gatherings.assembly.quorum", ())
    assert (quorum.needed(10), quorum.needed(100)) == (6, 20)
    assert roberts.value("decisions.charter.readings", None) == 2
    average = shipped("average-attendance-chapter")
    [quorum] = average.value("gatherings.assembly.quorum", ())
    assert (quorum.of, quorum.last, quorum.needed(Fraction(62, 3))) == ("average_attendance", 3, 17)
    assert average.value("decisions.recall.notice_days", None) == 14
    assert shipped("tenants-union").value("gatherings.assembly.notice", None).means == ("posters",)
    [quorum] = shipped("gram-sabha").value("gatherings.assembly.quorum", ())
    assert quorum.needed(101) == 11
    assert shipped("landsgemeinde").value("gatherings.assembly.quorum", ())[0].needed(40_000) == 0


def test_steps_of_a_debate_that_are_not_there_say_so() -> None:
    rules = Path(charter.__file__).parent
    code = "".join((rules / name).read_text(encoding="utf-8") for name in ("motion.py", "amendment.py", "assembly.py"))
    for step in get_args(Step):
        said = SENTENCES[f"charter.step.{step}"]
        assert said.endswith("which the group itself keeps.") == (f'"{step}"' not in code), step


def test_what_is_said_to_be_shown_only_is_acted_on_nowhere() -> None:
    """And every rule that is acted on nowhere is said to be shown only."""
    source = Path(charter.__file__).parents[1]
    told = ("charter", "messages")
    files = [each for each in source.rglob("*.py") if not each.stem.startswith(told)]
    code = "\n".join(each.read_text(encoding="utf-8") for each in files)
    acted_on = set()
    for section, names in charter.VALUES.items():
        for name in names:
            inside = f'{section}.{name}"' if section in ("rules", "recall") else rf'{section}\.[^"]+\.{name}"'
            ways = (inside, rf'of_kind\("{section}", [^,]+, "{name}"', rf'\.days\("{name}"\)', rf'"{name}" in rules')
            if any(re.search(way, code) for way in ways):
                acted_on.add(f"{section}.{name}")
    everything = {f"{section}.{name}" for section, names in charter.VALUES.items() for name in names}
    assert everything - acted_on == charter.SHOWN_ONLY
