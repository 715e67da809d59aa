"""CSV with a row a mark: which ballot, which rank, whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comuna.ballot_files.collecting import Collector, Names, of_ranks
from comuna.ballot_files.contests import chosen
from comuna.ballot_files.source import Rows
from comuna.kernel.refusal import Refused
from comuna.methods.ballots import Ballots

BALLOT = ("ballot_id", "ballotid", "ballot", "voter_id", "voterid", "voter", "id", "papeleta")
RANK = ("rank", "ranking", "preference", "puesto", "preferencia")
CHOICE = ("choice", "candidate", "candidate_name", "name", "candidatura", "nombre")
CONTEST = ("contest", "race", "office", "contest_name", "cargo")


def columns(header: Sequence[str]) -> tuple[int, int, int, int | None] | None:
    """The places of ballot, rank, choice and, if there is one, contest; None if this is not such a file."""
    plain = [heading.strip().lower().replace(" ", "_") for heading in header]
    places = [next((plain.index(name) for name in names if name in plain), None) for names in (BALLOT, RANK, CHOICE)]
    contest = next((plain.index(name) for name in CONTEST if name in plain), None)
    ballot, rank, choice = places
    if ballot is None or rank is None or choice is None:
        return None
    return ballot, rank, choice, contest


def read(header: Sequence[str], rows: Iterable[list[str]], source: Rows, contest: str | None) -> Ballots:
    """Ballots whose marks stand in rows that follow one another."""
    found = columns(header)
    if found is None:
        raise Refused("ballots.no_columns")
    ballot, rank, choice, of_contest = found
    gathered: dict[str, Collector] = {}
    seen: set[tuple[str, str]] = set()
    current: tuple[str, str] | None = None
    marks: list[tuple[int, int]] = []

    def finish() -> None:
        if current is not None:
            gathered[current[0]].add(of_ranks(marks, source.line))
            marks.clear()

    for row in rows:
        if len(row) != len(header):
            raise Refused("ballots.fields", line=source.line, found=len(row), wanted=len(header))
        key = (row[of_contest].strip() if of_contest is not None else "", row[ballot])
        if key != current:
            finish()
            if key in seen:
                raise Refused("ballots.scattered", line=source.line, ballot=row[ballot][:40])
            seen.add(key)
            current = key
            if key[0] not in gathered:
                gathered[key[0]] = Collector(Names())
        at = row[rank].strip()
        if not (at.isascii() and at.isdigit() and len(at) < 5):
            raise Refused("ballots.bad_rank", line=source.line, value=at[:40])
        marks.append((int(at), gathered[key[0]].names[row[choice]]))
    finish()
    if not gathered:
        return Collector(Names()).ballots()
    return gathered[chosen(gathered, contest)].ballots()
