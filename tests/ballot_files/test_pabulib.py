"""Files of Pabulib: what is read from them, and what is said of one that cannot be read."""

from __future__ import annotations

import io

import pytest

from comuna.ballot_files.pabulib import BudgetFile, read
from comuna.kernel.refusal import Refused

FILE = """\
META
key;value
description;Playgrounds and trees
num_projects;3
num_votes;4
budget;100.50
vote_type;approval
PROJECTS
project_id;cost;votes;name;selected
a;60.25;2;"A playground; with shade";1
b;40;3;Trees;1
c;30;1;Lamps;0
VOTES
voter_id;vote
1;a,b
2;b,a
3;b,b
4;
"""


def opened(text: str | bytes) -> BudgetFile:
    return read(io.BytesIO(text.encode() if isinstance(text, str) else text))


def test_projects_costs_and_ballots():
    found = opened(FILE)
    election = found.election
    assert election.projects == ("a", "b", "c")
    assert (election.costs, election.budget, election.places) == ((6025, 4000, 3000), 10050, 2)
    assert (election.voters, [support.supporters for support in election.supports]) == (4, [2, 3, 0])
    assert election.titles["a"] == "A playground; with shade"
    assert (found.title, found.published) == ("Playgrounds and trees", ("a", "b"))


def test_ballots_that_say_the_same_are_one_and_doubles_count_once():
    election = opened(FILE).election
    assert sorted(election.weights.tolist()) == [1, 1, 2]
    assert election.points.tolist() == [1, 1, 1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str):
    found = opened(FILE.replace("Trees", "Árboles").encode(encoding))
    assert found.election.titles["b"] == "Árboles"


def test_points():
    text = FILE.replace("approval", "cumulative").replace("voter_id;vote", "voter_id;vote;points")
    text = text.replace("1;a,b\n2;b,a\n3;b,b\n4;\n", "1;a,b;2,1\n2;b,a;3,0\n3;b,b;4,5\n4;;\n")
    assert [support.score for support in opened(text).election.supports] == [2, 8, 0]


def test_rankings_with_and_without_points():
    text = FILE.replace("approval", "ordinal")
    assert [support.score for support in opened(text).election.supports] == [3, 5, 0]
    text = text.replace("voter_id;vote", "voter_id;vote;points")
    text = text.replace("1;a,b\n2;b,a\n3;b,b\n4;\n", "1;a,b;5,3\n2;b,a;5,3\n3;b;5\n4;;\n")
    assert [support.score for support in opened(text).election.supports] == [8, 13, 0]


@pytest.mark.parametrize(
    ("old", "new", "code", "args"),
    [
        ("META\n", "", "ballots.pb_no_meta", {}),
        ("PROJECTS\n", "", "ballots.pb_section", {"section": "PROJECTS"}),
        ("VOTES\n", "", "ballots.pb_section", {"section": "VOTES"}),
        ("budget;100.50\n", "", "ballots.pb_no_budget", {}),
        ("budget;100.50", "budget;-100", "ballots.pb_negative", {"line": 6, "value": "-100"}),
        ("budget;100.50", "budget;1,000", "ballots.pb_amount", {"line": 6, "value": "1,000"}),
        ("b;40;", "b;-40;", "ballots.pb_negative", {"line": 11, "value": "-40"}),
        ("b;40;", "b;1e3;", "ballots.pb_amount", {"line": 11, "value": "1e3"}),
        ("b;40;", "b;nan;", "ballots.pb_amount", {"line": 11, "value": "nan"}),
        ("b;40;3;Trees;1", "b", "ballots.fields", {"line": 11, "found": 1, "wanted": 5}),
        ("b;40;", "a;40;", "ballots.pb_project", {"line": 11, "project": "a"}),
        ("approval", "pairwise", "ballots.pb_vote_type", {"value": "pairwise"}),
        ("approval", "cumulative", "ballots.pb_column", {"line": 14, "column": "points"}),
        ("project_id;cost", "project_id;price", "ballots.pb_column", {"line": 9, "column": "cost"}),
        ("voter_id;vote", "voter_id;choice", "ballots.pb_column", {"line": 14, "column": "vote"}),
        ("3;b,b", "3;b,d", "ballots.pb_unknown", {"line": 17, "project": "d"}),
        ("2;b,a", "2", "ballots.fields", {"line": 16, "found": 1, "wanted": 2}),
        ("4;\n", "", "ballots.pb_count", {"key": "num_votes", "said": "4", "found": 3}),
        ("c;30;1;Lamps;0\n", "", "ballots.pb_count", {"key": "num_projects", "said": "3", "found": 2}),
        ("Trees", '"Trees', "ballots.bad_csv", {}),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(old: str, new: str, code: str, args: dict[str, object]):
    assert old in FILE
    with pytest.raises(Refused) as refused:
        opened(FILE.replace(old, new, 1))
    assert refused.value.code == code
    assert args.items() <= refused.value.arguments.items()


@pytest.mark.parametrize(
    ("vote", "code", "args"),
    [
        ("1;a,b;2", "ballots.pb_points", {"line": 15, "projects": 2, "points": 1}),
        ("1;a,b;2,-1", "ballots.pb_bad_points", {"line": 15, "value": "-1"}),
        ("1;a,b;2,1.5", "ballots.pb_bad_points", {"line": 15, "value": "1.5"}),
        ("1;a,d;2,1", "ballots.pb_unknown", {"line": 15, "project": "d"}),
    ],
)
def test_points_that_are_none(vote: str, code: str, args: dict[str, object]):
    text = FILE.replace("approval", "scoring").replace("voter_id;vote", "voter_id;vote;points")
    with pytest.raises(Refused) as refused:
        opened(text.replace("1;a,b\n2;b,a\n3;b,b\n4;\n", f"{vote}\n2;b;1\n3;b;1\n4;;\n"))
    assert (refused.value.code, refused.value.arguments) == (code, args)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ballots.empty"),
        (b"\x00\x01\x02\xff\x00", "ballots.binary"),
        (FILE.replace("Trees", "Árboles").encode("latin-1"), "ballots.pb_encoding"),
        (b"PK\x03\x04", "ballots.spreadsheet"),
        (b"4 1\n1 2 0\n", "ballots.pb_no_meta"),
    ],
)
def test_what_is_no_such_file(content: bytes, code: str):
    with pytest.raises(Refused) as refused:
        opened(content)
    assert refused.value.code == code
