"""`./comuna count`: what it prints, and what it says when it cannot count."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import get_args

import pytest

from comuna import cli, counting_words
from comuna.methods import METHODS
from comuna.methods.result import How

TENNESSEE = """\
4 1
42 1 2 3 4 0
26 2 3 4 1 0
15 3 4 2 1 0
17 4 3 2 1 0
0
"Memphis"
"Nashville"
"Chattanooga"
"Knoxville"
"The capital of Tennessee"
"""


WINNERS = {
    "plurality": ["Memphis"],
    "approval": [],  # everybody is on every ballot
    "irv": ["Knoxville"],
    "stv-scottish": ["Knoxville"],
    "schulze": ["Nashville"],
}


@pytest.fixture
def tennessee(tmp_path: Path) -> str:
    path = tmp_path / "tennessee.blt"
    path.write_text(TENNESSEE)
    return str(path)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "en_US.UTF-8")


def count(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["count", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


TABLE = """\
The capital of Tennessee

Method: instant runoff, version 1
Ballots: 100, of which 100 count, 0 are blank and 0 void
Seats: 1

             Round 1  Round 2  Round 3
Knoxville *       17       32       58
Memphis           42       42       42
Nashville         26       26
Chattanooga       15

Round 1
  Chattanooga has fewest votes and is excluded.
  From Chattanooga: Knoxville 15.
Round 2
  Nashville has fewest votes and is excluded.
  From Nashville: Knoxville 26.
Round 3
  Knoxville has more than half of the votes that count in this round and is elected.

Elected: Knoxville.
"""


def test_rounds_stand_in_a_table_with_a_sentence_for_every_step(capsys, tennessee):
    assert count(capsys, tennessee, "--method", "irv") == (0, TABLE, "")


@pytest.mark.parametrize("method", METHODS)
def test_as_json(capsys, tennessee, method: str):
    code, out, _ = count(capsys, tennessee, "--method", method, "--json")
    result = json.loads(out)
    assert code == 0
    assert list(result)[:3] == ["winners", "rounds", "ties"]
    assert result["winners"] == WINNERS[method]
    assert (result["method"], result["version"], result["seats"], result["layout"]) == (method, 1, 1, "blt")
    assert result["rounds"][0]["explained"]


def test_schulze_shows_pairs_and_paths(capsys, tennessee):
    _, out, _ = count(capsys, tennessee, "--method", "schulze")
    assert "1. Nashville     –  68  68  58" in out
    assert "Strongest paths" in out


def test_a_wide_table_is_cut_into_blocks(capsys, tmp_path):
    path = tmp_path / "long.csv"
    names = [f"Candidate with a long name {n}" for n in range(25)]
    rows = [",".join(names[n:]) + "," * n for n in range(25) for _ in range(n + 1)]
    path.write_text("\n".join([",".join(str(n) for n in range(1, 26)), *rows]) + "\n")
    _, out, _ = count(capsys, str(path), "--method", "irv")
    tables = out.split("Round 1\n")[0]
    assert max(map(len, tables.splitlines())) <= 100
    assert "Round 12" in tables


def test_a_tie_says_how_it_can_be_broken(capsys, tmp_path):
    path = tmp_path / "tie.csv"
    path.write_text("Choice 1,count\nRosa,3\nInés,3\n")
    code, out, _ = count(capsys, str(path), "--method", "plurality")
    assert code == 0
    assert "Round 1: Inés and Rosa were tied, and the tie stands." in out
    assert "Nobody is elected.\nStill open between Inés and Rosa." in out
    _, drawn, _ = count(capsys, str(path), "--method", "plurality", "--seed", "dice: 3 5 1")
    assert "lots decided" in drawn
    _, given, _ = count(capsys, str(path), "--method", "irv", "--order", "Rosa", "Inés")
    assert "Elected: Rosa." in given


def test_who_withdrew_is_told_and_has_no_votes(capsys, tmp_path):
    path = tmp_path / "withdrawn.blt"
    path.write_text(TENNESSEE.replace("4 1\n", "4 1\n-1\n"))
    _, out, _ = count(capsys, str(path), "--method", "plurality")
    assert "Withdrawn: Memphis\n" in out
    assert "Elected: Nashville." in out


def test_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TENNESSEE.encode())))
    assert count(capsys, "-", "--method", "irv")[1] == TABLE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seats", "0"], "At least one must be elected."),
        (["--ties", "lots"], "To draw lots, give the published seed with --seed TEXT."),
        (["--ties", "order"], "To break ties by an order, give it with --order NAME …"),
        (["--order", "Rosa"], "Rosa does not stand in this election."),
        (["--layout", "long"], "No column of this file holds ranks or candidates. Say with --layout what it is."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(capsys, tennessee, arguments: list[str], said: str):
    assert count(capsys, tennessee, "--method", "irv", *arguments) == (1, "", f"comuna: {said}\n")


def test_every_event_of_a_count_has_its_sentence():
    sources = [path.read_text("utf-8") for path in Path(cli.__file__).parent.glob("methods/*.py")]
    keys = {key for source in sources for key in re.findall(r'f?"(count\.[a-z_.]+[a-z])"', source)} - {"count.excluded"}
    built = {f"count.excluded.tie.{how}" for how in get_args(How)}
    assert keys | built == set(counting_words.EVENTS)
    assert set(counting_words.TIES) == {"", *get_args(How)}
    assert set(METHODS) | {"two-rounds"} == set(counting_words.METHOD_NAMES)
