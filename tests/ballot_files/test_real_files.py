"""Ballots that people cast, and cases of RCTab, the program that counts for several American cities and states: their
files, rules and published reports lie beside the project, and where they do not, these tests skip."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from comuna.ballot_files.read import read
from comuna.methods import irv, marks, schulze, stv
from comuna.methods.ballots import Ballots, Reading
from comuna.methods.result import Result
from comuna.methods.ties import TieRule

RANKED = Path(__file__).parents[3] / "shared" / "ranked"
RCTAB = RANKED / "rctab"
pytestmark = pytest.mark.skipif(not RANKED.exists(), reason="../shared/ranked is not here")

LEFT_OUT = {
    "2013_minneapolis_park_hare": "its quota is Hare's; the rounds before anybody reaches it are compared below",
}
"""Cases whose rules are none of ours."""


def test_burlington_2009_elects_another_mayor_by_each_method():
    ballots = burlington()
    result = irv.irv(ballots)
    assert result.winners == ("Bob Kiss",)
    assert result.rounds[-1].votes["Bob Kiss"] == 4313
    assert schulze.schulze(ballots).winners == ("Andy Montroll",)
    assert schulze.schulze(ballots).pairwise["Andy Montroll"]["Bob Kiss"] == 4064
    assert schulze.schulze(ballots).rounds[0].events[0].key == "count.schulze.condorcet"
    assert marks.plurality(ballots).winners == ("Kurt Wright",)
    assert marks.plurality(ballots).rounds[0].votes["Kurt Wright"] == 2951


def burlington() -> Ballots:
    with (RANKED / "burlington-2009-mayor.csv").open("rb") as file:
        return read(file).ballots


def test_an_export_of_alaskas_machines():
    path = RCTAB / "_shared/dominion_alaska/alaska_input_data/CvrExport.json"
    with path.open("rb") as file:
        found = read(file, beside=path.parent)
    assert (found.layout, found.ballots.total, len(found.ballots.candidates)) == ("dominion-json", 1000, 9)


def sheet(path: Path, config: dict[str, Any]) -> bytes:
    """A spreadsheet of ballots as CSV: the first columns of ranks, headed `Rank 1` and so on."""
    openpyxl = pytest.importorskip("openpyxl")
    begin = int(config["firstVoteColumnIndex"]) - 1
    first_row = int(config["firstVoteRowIndex"])
    rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    written = io.StringIO()
    out = csv.writer(written)
    for number, row in enumerate(rows, 1):
        if number == 1:
            ranks = [n for n, cell in enumerate(row) if n >= begin and cell not in (None, "COUNT")]
            out.writerow([f"Rank {n}" for n in range(1, len(ranks) + 1)])
        elif number >= first_row and any(row):
            cells = [" ".join(str("" if row[n] is None else row[n]).split()) for n in ranks]
            out.writerow(["undervote" if cell == "" else cell for cell in cells])
    return written.getvalue().encode()


def ballots_of(case: Path, config: dict[str, Any]) -> Ballots:
    source = config["cvrFileSources"][0]
    path = case / source["filePath"]
    if path.suffix == ".xlsx":
        found = read(io.BytesIO(sheet(path, source))).ballots
    else:
        with path.open("rb") as file:
            found = read(file).ballots
    gone = {each["name"] for each in config["candidates"] if each["excluded"]} & set(found.candidates)
    return Ballots(found.candidates, found.marks, found.weights, frozenset(gone))


def counted(config: dict[str, Any], ballots: Ballots, drawn: tuple[str, ...]) -> Result:
    """The case by our methods, with its rules; `drawn` is the order in which its own lots put the candidates."""
    rules = config["rules"]
    reading = Reading(
        overvotes="exhaust" if rules["overvoteRule"] == "exhaustImmediately" else "skip",
        skips_allowed=int(rules["maxSkippedRanksAllowed"]),
        repeats="exhaust" if rules["exhaustOnDuplicateCandidate"] else "once",
    )
    order = drawn or tuple(each["name"] for each in config["candidates"])
    ties = TieRule(steps=("order",), order=order)
    seats = int(rules["numberOfWinners"])
    if seats > 1:
        places = int(rules["decimalPlacesForVoteArithmetic"])
        return stv.stv_scottish(ballots, seats, ties, reading=reading, places=places)
    return irv.irv(
        ballots,
        ties=ties,
        reading=reading,
        until_two=rules["continueUntilTwoCandidatesRemain"],
        together=rules["batchElimination"],
        write_ins={"Write-In", "UWI"} & set(ballots.candidates),
    )


def expected(case: Path) -> tuple[list[dict[str, Fraction]], set[str], list[str]]:
    """What everybody had in each round of the report, who was elected, and who was excluded, the first one first."""
    report = json.loads((case / f"{case.name}_expected_detailed_report.json").read_text())
    rounds: list[dict[str, Fraction]] = []
    elected, excluded = set(), []
    for round in report["results"]:
        tally = {_ours(name): Fraction(votes) for name, votes in round["tally"].items()}
        if tally not in rounds[-1:]:  # going on until two are left, it has a round more in which it says who won
            rounds.append(tally)
        elected |= {each["elected"] for each in round["tallyResults"] if "elected" in each}
        excluded += [each["eliminated"] for each in round["tallyResults"] if "eliminated" in each]
    return rounds, elected, excluded


def _ours(name: str) -> str:
    return "Write-in" if name == "Undeclared Write-ins" else name


def _theirs(name: str) -> str:
    return "Write-in" if name in ("Write-In", "UWI") else name


CASES = sorted(path.parent for path in RCTAB.glob("*/*_config.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_of_rctab_comes_out_round_by_round(case: Path):
    if case.name in LEFT_OUT:
        pytest.skip(LEFT_OUT[case.name])
    config = json.loads((case / f"{case.name}_config.json").read_text())
    rounds, elected, excluded = expected(case)
    stayed = [name for name in rounds[-1] if name not in elected and name not in excluded]
    lots = (*sorted(elected), *stayed, *reversed(excluded)) if config["rules"]["tiebreakMode"] == "random" else ()
    result = counted(config, ballots_of(case, config), lots)
    assert set(result.winners) == elected
    for ours, theirs in zip(result.rounds, rounds, strict=False):
        if any("last_vacancies" in event.key for event in ours.events):
            break  # from here on rule 52 transfers nothing more, and RCTab does
        votes = {_theirs(name): Fraction(count) for name, count in ours.votes.items() if Fraction(count)}
        assert votes == {name: count for name, count in theirs.items() if count}, ours.number


def test_minneapolis_2013_until_somebody_reaches_the_quota():
    """80,101 ballots. Nobody reaches Hare's quota before the ninth round, so until then IRV excludes the same and moves
    the same ballots."""
    case = RCTAB / "2013_minneapolis_park_hare"
    config = json.loads((case / f"{case.name}_config.json").read_text())
    ballots = ballots_of(case, config)
    assert ballots.total == 80_101
    result = irv.irv(ballots, reading=Reading(overvotes="skip", skips_allowed=2), until_two=True, write_ins={"UWI"})
    rounds, _, _ = expected(case)
    for ours, theirs in zip(result.rounds[:8], rounds, strict=False):
        assert {_theirs(name): count for name, count in ours.votes.items()} == theirs
