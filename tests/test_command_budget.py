"""`./comuna count FILE.pb --rule …`: what it prints, and what it says when it cannot decide."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import get_args

import pytest

from comuna import budget_shown, cli
from comuna.methods.budget import COMPLETIONS, RULES, SATISFACTIONS
from comuna.methods.budget.outcome import Why

STREET = """\
META
key;value
description;Our street
num_projects;4
num_votes;10
budget;1000
vote_type;approval
PROJECTS
project_id;cost;name
bench;120;Benches
lamp;300;Street lamps
school;700;School garden
fair;250;Street fair
VOTES
voter_id;vote
1;bench,lamp
2;bench,lamp
3;bench,lamp
4;bench,lamp
5;school
6;school
7;school,bench
8;school
9;school
10;bench,fair
"""

TABLE = """\
Our street

Rule: equal shares, version 1
Satisfaction: a project is worth its cost to who marked it
Budget: 1000
Voters: 10
Everybody’s share: 100.0000

                       cost  supporters    price  left
1. bench  Benches       120           6  20.0000   880
2. lamp  Street lamps   300           4  75.0000   580

Round 1
  All 6 supporters of bench pay 20.0000 each.
  That is worth as much as 6.00 supporters with one point who all pay in full; lamp would be next, with 4.00.
Round 2
  All 4 supporters of lamp pay 75.0000 each.

Not funded
  school costs 700, and its supporters have 480 left: 220 missing.
  fair costs 250, and its supporters have 80 left: 170 missing.

Funded: bench and lamp.
That costs 420 of 1000; 580 is left.
"""


@pytest.fixture
def street(tmp_path: Path) -> str:
    path = tmp_path / "street.pb"
    path.write_text(STREET)
    return str(path)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "en_US.UTF-8")


def count(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["count", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_who_pays_what_and_what_was_missing(capsys, street):
    assert count(capsys, street, "--rule", "equal-shares") == (0, TABLE, "")


def test_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STREET.encode())))
    assert count(capsys, "-", "--rule", "equal-shares")[1] == TABLE


def test_each_district_by_itself(capsys, tmp_path):
    street = tmp_path / "street.pb"
    parts = STREET.replace("budget;1000\n", "budget;1000\nbudget_Upper part;700\nbudget_Lower;300\n")
    parts = parts.replace("project_id;cost;name", "project_id;cost;name;district").replace(";Benches", ";Benches;Lower")
    parts = parts.replace(";Street lamps", ";Street lamps;Lower").replace(";School garden", ";School garden;Upper part")
    street.write_text(parts.replace(";Street fair", ";Street fair;Upper part"))
    code, said, _ = count(capsys, str(street), "--rule", "greedy", "--by-district", "--json")
    assert code == 0
    made = json.loads(said)
    assert {district: each["winners"] for district, each in made.items()} == {
        "Lower": ["bench"],
        "Upper part": ["school"],
    }
    assert count(capsys, str(street), "--rule", "greedy", "--by-district")[1].count("Rule: most points first") == 2
    street.write_text(parts.replace("budget_Lower;300\n", "").replace(";Street fair", ";Street fair;Upper part"))
    assert "how much money district Lower has" in count(capsys, str(street), "--rule", "greedy", "--by-district")[2]
    street.write_text(STREET)
    assert "has a district" in count(capsys, str(street), "--rule", "greedy", "--by-district")[2]


@pytest.mark.parametrize(
    ("arguments", "winners", "cost"),
    [
        (["--rule", "greedy"], ["bench", "school"], "820"),
        (["--rule", "phragmen"], ["bench", "lamp"], "420"),
        (["--rule", "phragmen", "--completion", "greedy"], ["bench", "lamp", "fair"], "670"),
        (["--rule", "equal-shares", "--completion", "greedy"], ["bench", "lamp", "fair"], "670"),
        (["--rule", "equal-shares", "--satisfaction", "cardinality"], ["bench", "lamp"], "420"),
        (["--rule", "equal-shares", "--completion", "add1"], ["bench", "lamp"], "420"),
        (["--rule", "equal-shares", "--completion", "add1u"], ["bench", "lamp", "fair"], "670"),
    ],
)
def test_as_json(capsys, street, arguments: list[str], winners: list[str], cost: str):
    code, out, _ = count(capsys, street, *arguments, "--json")
    outcome = json.loads(out)
    assert code == 0
    assert list(outcome)[:4] == ["winners", "cost", "rounds", "ties"]
    assert (outcome["winners"], outcome["cost"]) == (winners, cost)
    assert [round["project"] for round in outcome["rounds"]] == winners
    assert outcome["version"] == 1


def test_a_tie_says_how_it_can_be_broken(capsys, street):
    Path(street).write_text(STREET.replace("budget;1000", "budget;750").replace("10;bench,fair", "10;fair"))
    _, out, _ = count(capsys, street, "--rule", "greedy")
    assert "Round 1: bench and school were tied, and the tie stands." in out
    assert "Nothing is funded." in out
    assert "Still open between bench and school. Break the tie with --ties lots --seed TEXT" in out
    _, out, _ = count(capsys, street, "--rule", "greedy", "--seed", "dice: 3 5 1")
    assert "Round 1: bench and school were tied; lots decided:" in out


def test_points_and_money_that_is_not_whole(capsys, tmp_path):
    path = tmp_path / "points.pb"
    text = STREET.replace("approval", "cumulative").replace("budget;1000", "budget;1000.50")
    head, votes = text.split("voter_id;vote\n")
    votes = "".join(f"{line};{','.join('2' * (line.count(',') + 1))}\n" for line in votes.splitlines())
    path.write_text(f"{head}voter_id;vote;points\n{votes}")
    _, out, _ = count(capsys, str(path), "--rule", "equal-shares")
    assert "All 6 supporters of bench pay 10.0000 for each of their points." in out
    assert "Budget: 1000.50\n" in out
    assert "That costs 420.00 of 1000.50; 580.50 is left." in out


def test_in_spanish(capsys, monkeypatch, street):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "es_VE.UTF-8")
    _, out, _ = count(capsys, street, "--rule", "equal-shares")
    assert "Los 6 que apoyan bench pagan 20.0000 cada uno." in out
    assert "Se financian: bench y lamp." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rule", "greedy", "--completion", "add1"], "greedy cannot be completed by add1."),
        (
            ["--rule", "phragmen", "--satisfaction", "cost"],
            "phragmen asks for no satisfaction. Only equal shares does.",
        ),
        (["--rule", "greedy", "--ties", "lots"], "To draw lots, give the published seed with --seed TEXT."),
        (["--rule", "greedy", "--order", "pond"], "pond does not stand in this election."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(capsys, street, arguments: list[str], said: str):
    assert count(capsys, street, *arguments) == (1, "", f"comuna: {said}\n")


def test_a_file_that_cannot_be_read_names_the_line(capsys, street):
    Path(street).write_text(STREET.replace("10;bench,fair", "10;pond"))
    said = "comuna: Line 25: there is no project “pond” in this file.\n"
    assert count(capsys, street, "--rule", "greedy") == (1, "", said)


def test_every_reason_and_every_rule_has_its_words():
    assert set(budget_shown.WHY) == set(get_args(Why))
    assert set(budget_shown.RULE_NAMES) == {*RULES, "list"}
    assert set(budget_shown.SATISFACTION_NAMES) == set(SATISFACTIONS)
    assert {"none", *budget_shown.COMPLETION_NAMES} == set(COMPLETIONS)
