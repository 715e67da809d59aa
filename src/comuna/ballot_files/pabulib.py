"""`.pb`, the format of Pabulib (Stolicki, Szufa, Talmon 2020, arXiv:2012.06539): a section META with the budget and how
people voted, PROJECTS with costs, VOTES with a ballot a line. Fields stand between semicolons."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import IO, Any, Final

import msgspec

from comuna.ballot_files.source import Progress, lines, nothing, text_of
from comuna.kernel.refusal import Refused
from comuna.methods.budget.election import MOST_MONEY, MOST_POINTS, Election, Kind, Marks, of_marks

SECTIONS: Final = ("META", "PROJECTS", "VOTES")
KINDS: Final[dict[str, Kind]] = {
    "approval": "approval",
    "choose-1": "approval",
    "knapsack": "knapsack",
    "cumulative": "points",
    "scoring": "points",
    "ordinal": "ranking",
}
"""What `vote_type` says, and how we count it."""
MOST_PROJECTS: Final = 10_000
MOST_PLACES: Final = 6
AMOUNT: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]*)?")
POINTS: Final = re.compile(r"[0-9]{1,9}(?:\.0*)?")

Row = tuple[int, list[str]]
"""A line's number and its fields."""


class BudgetFile(msgspec.Struct, frozen=True):
    """What a file held. `published` are the projects that it says were funded; `rule` is by which rule."""

    election: Election
    meta: Mapping[str, str]
    published: tuple[str, ...] | None = None

    @property
    def title(self) -> str:
        """What the file says it is."""
        return self.meta.get("description", "")


class _Project(msgspec.Struct, frozen=True):
    cost: Decimal
    title: str
    district: str
    selected: str | None


def read(file: IO[bytes], *, progress: Progress = nothing) -> BudgetFile:
    """Read a budget from a file that can be read more than once. Refuses what cannot be read, with the line and the
    reason. A project named twice on a ballot counts once, where it stands first."""
    text = text_of(file)
    if text.encoding == "latin-1":
        raise Refused("ballots.pb_encoding", line=_line_of_no_text(file))
    reader = csv.reader(lines(text, progress), delimiter=";", strict=True)
    try:
        return _read(reader)
    except csv.Error as error:
        raise Refused("ballots.bad_csv", line=reader.line_num) from error
    finally:
        text.detach()


def _line_of_no_text(file: IO[bytes]) -> int:
    """The first line that is no UTF-8."""
    file.seek(0)
    for number, line in enumerate(file, 1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return number
    return 0


def _read(reader: Any) -> BudgetFile:
    meta: dict[str, str] = {}
    projects: dict[str, _Project] = {}
    if _section(next(reader, [])) != "META":
        raise Refused("ballots.pb_no_meta")
    following, budget_line = _meta(reader, meta)
    if following != "PROJECTS":
        raise Refused("ballots.pb_section", section="PROJECTS", line=reader.line_num)
    following = _projects(reader, projects)
    if following != "VOTES":
        raise Refused("ballots.pb_section", section="VOTES", line=reader.line_num)
    kind = KINDS.get(meta.get("vote_type", "").strip().lower())
    if kind is None:
        raise Refused("ballots.pb_vote_type", value=meta.get("vote_type", "")[:40], types=", ".join(KINDS))
    if "budget" not in meta:
        raise Refused("ballots.pb_no_budget")
    budget = _amount(meta["budget"], budget_line)
    places = max(_places(amount) for amount in (budget, *(each.cost for each in projects.values())))
    places = 2 if places == 1 else places
    together, voters = _votes(reader, kind, list(projects))
    _agree(meta, "num_projects", len(projects))
    _agree(meta, "num_votes", voters)
    election = of_marks(
        tuple(projects),
        tuple(_units(each.cost, places) for each in projects.values()),
        _units(budget, places),
        kind,
        together,
        places=places,
        titles={name: each.title for name, each in projects.items() if each.title},
        districts={name: each.district for name, each in projects.items() if each.district},
    )
    selected = [each.selected for each in projects.values()]
    published = None
    if any(each is not None for each in selected):
        published = tuple(name for name, each in projects.items() if each.selected == "1")
    return BudgetFile(election, meta, published)


def _section(row: list[str]) -> str | None:
    name = row[0].strip().upper() if len([field for field in row if field.strip()]) == 1 else None
    return name if name in SECTIONS else None


def _rows(reader: Any, found: list[str]) -> Iterator[Row]:
    """The rows of a section. The name of the section that follows is left in `found`."""
    for row in reader:
        if not any(map(str.strip, row)):
            continue
        if (section := _section(row)) is not None:
            found.append(section)
            return
        yield reader.line_num, row


def _meta(reader: Any, meta: dict[str, str]) -> tuple[str | None, int]:
    """The name of the section that follows, and the line that says what the budget is."""
    following: list[str] = []
    budget_line = 0
    for line, row in _rows(reader, following):
        if len(row) < 2:
            raise Refused("ballots.fields", line=line, found=len(row), wanted=2)
        key = row[0].strip().lower()
        meta[key] = row[1].strip()
        budget_line = line if key == "budget" else budget_line
    return (following[0] if following else None), budget_line


def _heading(rows: Iterator[Row], reader: Any, needed: str) -> dict[str, int]:
    line, row = next(rows, (reader.line_num, []))
    columns = {name.strip().lower(): n for n, name in enumerate(row)}
    if needed not in columns:
        raise Refused("ballots.pb_column", line=line, column=needed)
    return columns


def _projects(reader: Any, projects: dict[str, _Project]) -> str | None:
    following: list[str] = []
    rows = _rows(reader, following)
    columns = _heading(rows, reader, "project_id")
    if "cost" not in columns:
        raise Refused("ballots.pb_column", line=reader.line_num, column="cost")
    at = {name: columns.get(name) for name in ("name", "district", "selected")}
    least = max(columns["project_id"], columns["cost"])
    for line, row in rows:
        if "voter_id" in row and "vote" in row:
            return None  # the heading of the votes, without the section's name
        if len(row) <= least:
            raise Refused("ballots.fields", line=line, found=len(row), wanted=len(columns))
        name = row[columns["project_id"]].strip()
        if not name or name in projects or "," in name:
            raise Refused("ballots.pb_project", line=line, project=name[:40])
        if len(projects) == MOST_PROJECTS:
            raise Refused("ballots.pb_too_many", limit=MOST_PROJECTS)
        cells = {key: row[n].strip() if n is not None and n < len(row) else None for key, n in at.items()}
        cost = _amount(row[columns["cost"]], line)
        projects[name] = _Project(cost, cells["name"] or "", cells["district"] or "", cells["selected"])
    return following[0] if following else None


def _amount(cell: str, line: int) -> Decimal:
    """An amount of money. Refuses what is none, what is less than nothing, and what is too much."""
    plain = cell.strip()
    if plain.startswith("-"):
        raise Refused("ballots.pb_negative", line=line, value=plain[:40])
    if not AMOUNT.fullmatch(plain):
        raise Refused("ballots.pb_amount", line=line, value=plain[:40])
    amount = Decimal(plain)
    if _places(amount) > MOST_PLACES or amount * 10**MOST_PLACES > MOST_MONEY:
        raise Refused("ballots.pb_amount", line=line, value=plain[:40])
    return amount


def _places(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def _units(amount: Decimal, places: int) -> int:
    return int(amount.scaleb(places))


def _votes(reader: Any, kind: Kind, names: list[str]) -> tuple[dict[Marks, int], int]:
    """Ballots that differ with how many cast each, and how many were cast. What reads the same is counted first, and
    looked at once."""
    rows = _rows(reader, [])
    columns = _heading(rows, reader, "vote")
    vote, points = columns["vote"], columns.get("points") if kind in ("points", "ranking") else None
    if kind == "points" and points is None:
        raise Refused("ballots.pb_column", line=reader.line_num, column="points")
    least = max(vote, points or 0)
    counted: dict[tuple[str, str], int] = {}
    lines_of: dict[tuple[str, str], int] = {}
    for row in reader:
        if len(row) <= least:
            if not any(row):
                continue
            raise Refused("ballots.fields", line=reader.line_num, found=len(row), wanted=len(columns))
        read = (row[vote], row[points] if points is not None else "")
        if read in counted:
            counted[read] += 1
        else:
            counted[read] = 1
            lines_of[read] = reader.line_num
    number = {name: n for n, name in enumerate(names)}
    longest = max((len(marked.split(",")) for marked, _ in counted), default=0) if points is None else 0
    together: dict[Marks, int] = {}
    total = most = 0
    for (marked, given), count in counted.items():
        line = lines_of[marked, given]
        pairs = _plain(marked, number, line)
        if kind == "ranking" and points is None:
            pairs = [(project, longest - rank) for rank, (project, _) in enumerate(pairs)]
        elif points is not None:
            pairs = _with_points(marked, given, number, line)
        ballot = tuple(sorted(pairs))
        together[ballot] = together.get(ballot, 0) + count
        total += count
        if kind in ("points", "ranking"):
            most += count * sum(points for _, points in ballot)
    if most > MOST_POINTS:
        raise Refused("ballots.too_large")
    return together, total


def _plain(marked: str, number: Mapping[str, int], line: int) -> list[tuple[int, int]]:
    """The projects of a ballot, one point each, each once."""
    if not marked.strip():
        return []
    try:
        return [(number[name], 1) for name in dict.fromkeys(marked.split(","))]
    except KeyError:
        names = dict.fromkeys(name.strip() for name in marked.split(","))
        for name in names:
            if name not in number:
                raise Refused("ballots.pb_unknown", line=line, project=name[:40]) from None
        return [(number[name], 1) for name in names]


def _with_points(marked: str, given: str, number: Mapping[str, int], line: int) -> list[tuple[int, int]]:
    """The projects of a ballot with their points; a project that stands there again does not count again."""
    names = [name.strip() for name in marked.split(",")] if marked.strip() else []
    cells = [cell.strip() for cell in given.split(",")] if given.strip() else []
    if len(names) != len(cells):
        raise Refused("ballots.pb_points", line=line, projects=len(names), points=len(cells))
    found: dict[int, int] = {}
    for name, cell in zip(names, cells, strict=True):
        if not POINTS.fullmatch(cell):
            raise Refused("ballots.pb_bad_points", line=line, value=cell[:40])
        if name not in number:
            raise Refused("ballots.pb_unknown", line=line, project=name[:40])
        found.setdefault(number[name], int(cell.split(".")[0]))
    return [(project, points) for project, points in found.items() if points]


def _agree(meta: Mapping[str, str], key: str, found: int) -> None:
    """Refuses a file that says it holds another number: it may have been cut off."""
    said = meta.get(key, "")
    if said.isascii() and said.isdigit() and int(said) != found:
        raise Refused("ballots.pb_count", key=key, said=said, found=found)
