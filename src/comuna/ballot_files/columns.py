"""CSV with a row a ballot: columns that hold ranks and name candidates (ES&S writes them so), or a column a candidate
that holds ranks or marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from comuna.ballot_files.collecting import MOST_RANKS, Collector, Names, of_ranks, weight_of
from comuna.ballot_files.contests import chosen
from comuna.ballot_files.source import Rows
from comuna.kernel.refusal import Refused
from comuna.methods.ballots import Ballots

SAMPLE: Final = 200
WORDS: Final = {
    **{word: n for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth", "seventh"), 1)},
    **{word: n for n, word in enumerate(("primera", "segunda", "tercera", "cuarta", "quinta", "sexta", "séptima"), 1)},
}
KIND: Final = r"(?:rank|ranking|choice|preference|pref|opción|opcion|preferencia|puesto|elección)"
RANKED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{KIND}[ _#-]*(?P<rank>[0-9]{{1,3}})\b",
        rf"\b(?P<rank>[0-9]{{1,3}}) ?(?:st|nd|rd|th|ª|º|\.ª)[ _-]*{KIND}\b",
        rf"\b(?P<rank>{'|'.join(WORDS)})[ _-]*{KIND}\b",
        r"^ *(?P<rank>[0-9]{1,3}) *$",
    )
)
WEIGHT: Final = frozenset({"count", "weight", "ballots", "votes", "cantidad", "peso", "votos", "papeletas"})
ABOUT: Final = re.compile(
    r".*precinct.*|.*batch.*|.*ballot.*|.*style.*|.*tabulator.*|.*timestamp.*|cast vote record|cvr.*|.*[ _-]id",
    re.IGNORECASE,
)
"""Headings of columns that are about the ballot, and hold no vote."""
IN_FRONT: Final = re.compile(
    r"|#|n|no\.?|n\.?º|id|.*number.*|.*response.*|date|time|machine|party|remade|.*voter.*|papeleta|mesa|centro|fecha|hora",
    re.IGNORECASE,
)
"""The same, where they stand before all candidates; after these somebody may be called so."""
MARKED: Final = frozenset({"x", "✓", "✔", "yes", "true", "sí", "si"})
UNMARKED: Final = frozenset({"", "0", "-", "no", "false"})


def rank_columns(header: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """For each contest of a heading its columns, as pairs of rank and place, in order of rank."""
    contests: dict[str, list[tuple[int, int]]] = {}
    for place, heading in enumerate(header):
        for pattern in RANKED:
            if found := pattern.search(heading):
                word = found["rank"].lower()
                rank = WORDS[word] if word in WORDS else int(word)
                rest = heading[: found.start()] + " " + heading[found.end() :]
                contest = " ".join(re.sub(r"\([^)]*\)", " ", rest).split()).strip(" -_:")
                contests.setdefault(contest, []).append((rank, place))
                break
    return {contest: sorted(columns) for contest, columns in contests.items()}


def read_ranks(header: Sequence[str], rows: Iterable[list[str]], source: Rows, contest: str | None) -> Ballots:
    """Ballots whose columns are ranks and whose cells name candidates, `undervote`, `overvote` or nothing."""
    contests = rank_columns(header)
    if not contests:
        raise Refused("ballots.no_columns")
    columns = contests[chosen(contests, contest)]
    if [rank for rank, _ in columns] != list(range(1, len(columns) + 1)) or len(columns) > MOST_RANKS:
        raise Refused("ballots.rank_columns")
    places = [place for _, place in columns]
    cells = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    if places == list(range(places[0], places[0] + len(places))):
        cells = itemgetter(slice(places[0], places[-1] + 1))
    collector = Collector(Names())
    mark = collector.names.__getitem__
    weight = _weight_column(header)
    for row in _whole(header, rows, source):
        cast = 1 if weight is None else weight_of(row[weight], source.line)
        collector.add(map(mark, cells(row)), cast)
    return collector.ballots()


def candidate_columns(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[int]:
    """The places of columns that are candidates: they hold ranks and marks, at least for the most part, and do not say
    that they are about the ballot. What else one of them holds is refused when it is read, not left out."""
    places: list[int] = []
    for place, heading in enumerate(header):
        plain = heading.strip()
        if ABOUT.fullmatch(plain) or plain.lower() in WEIGHT or (not places and IN_FRONT.fullmatch(plain)):
            continue
        filled = [row[place] for row in sample if place < len(row) and row[place].strip()]
        if 2 * sum(map(_is_mark, filled)) >= len(filled):
            places.append(place)
    return places


def read_candidates(
    header: Sequence[str], sample: Sequence[list[str]], rows: Iterable[list[str]], source: Rows
) -> Ballots:
    """Ballots with a column a candidate. A cell is a rank from 1; or, for approval, 1 or an x for who is marked."""
    places = candidate_columns(header, sample)
    if not places:
        raise Refused("ballots.no_columns")
    collector = Collector(Names(" ".join(header[place].split()) for place in places))
    weight = _weight_column(header)
    read = _Cells(header)
    for row in _whole(header, rows, source):
        ranked = [
            (rank, number)
            for number, place in enumerate(places)
            if (rank := read.rank(row[place], place, source)) is not None
        ]
        collector.add(of_ranks(ranked, source.line), 1 if weight is None else weight_of(row[weight], source.line))
    return collector.ballots()


class _Cells:
    """What cells say, remembered."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = header
        self._known: dict[str, int | None] = {"": None, **{str(n): n for n in range(1, 100)}}

    def rank(self, cell: str, place: int, source: Rows) -> int | None:
        """The rank in a cell; None where there is none. Refuses what is neither."""
        if cell in self._known:
            return self._known[cell]
        plain = cell.strip().lower()
        if not _is_mark(cell):
            raise Refused(
                "ballots.bad_mark", line=source.line, value=cell[:40], column=self._header[place].strip()[:40]
            )
        rank = None if plain in UNMARKED else 1 if plain in MARKED else int(plain)
        if len(self._known) < 10_000:
            self._known[cell] = rank
        return rank


def _is_mark(cell: str) -> bool:
    plain = cell.strip().lower()
    return plain in UNMARKED or plain in MARKED or (plain.isascii() and plain.isdigit() and len(plain) < 5)


def _weight_column(header: Sequence[str]) -> int | None:
    found = [place for place, heading in enumerate(header) if heading.strip().lower() in WEIGHT]
    return found[0] if len(found) == 1 else None


def _whole(header: Sequence[str], rows: Iterable[list[str]], source: Rows) -> Iterator[list[str]]:
    """Rows with as many fields as the heading. Refuses others: a file may have been cut off."""
    wanted = len(header)
    for row in rows:
        if len(row) != wanted:
            if len(row) < wanted or any(row[wanted:]):
                raise Refused("ballots.fields", line=source.line, found=len(row), wanted=wanted)
            del row[wanted:]
        yield row
