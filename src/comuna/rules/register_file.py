"""Reading a register from a file of comma-separated values: any bytes become rows and a list of everything that is
wrong, each with its line. Nothing is guessed that would change a person's rights, and what must not be kept is not
read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules import register
from comuna.rules.cells import MOST_PROBLEMS, Problem, cells_of, decoded, separator_of
from comuna.rules.charter import Charter
from comuna.rules.register import KINDS, LONGEST_HOUSEHOLD, LONGEST_NAME, MOST_ROWS, folded, tidy

NOW: Final = "now"
"""In the place of a quarter: the right holds, from this quarter on if it did not before."""

COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("number", "member", "member number", "numero", "no", "n", "numero de miembro"), "number"),
    **dict.fromkeys(("name", "nombre", "full name", "nombre y apellido", "nombres y apellidos"), "name"),
    **dict.fromkeys(("kind", "tipo", "clase"), "kind"),
    **dict.fromkeys(("household", "household number", "hogar", "casa", "vivienda", "dwelling"), "household"),
    **dict.fromkeys(("unit", "committee", "unidad", "comite"), "unit"),
}
"""What the columns can be called, folded, in English and Spanish."""
RIGHT_NAMES: Final[Mapping[str, str]] = {"voz": "voice", "voto": "vote"}
KIND_NAMES: Final[Mapping[str, str]] = {
    **{kind: kind for kind in KINDS},
    "residente": "resident", "habitante": "resident", "vecino": "resident", "vecina": "resident",
    "miembro": "member", "integrante": "member",
    "delegacion": "delegate", "delegado": "delegate", "delegada": "delegate",
    "vocera": "delegate", "vocero": "delegate",
    "visita": "guest", "invitado": "guest", "invitada": "guest",
}  # fmt: skip
YES: Final = frozenset({"yes", "y", "x", "si", "s", "now", "ya"})
NO: Final = frozenset({"", "no", "-", "none", "ninguno", "nunca"})

NotKept = Literal["birth", "contact", "ethnicity", "id", "income", "party", "religion", "other"]
_SENSITIVE: Final[tuple[tuple[NotKept, re.Pattern[str]], ...]] = (
    ("birth", re.compile(r"birth|\bborn\b|\bdob\b|\bage\b|nacimiento|nacid[oa]|\bedad\b")),
    (
        "id",
        re.compile(r"\bid\b|\bidentity|\bidentidad|cedula|\bci\b|\bdni\b|\brif\b|passport|pasaporte|carnet|\bssn\b"),
    ),
    ("party", re.compile(r"\bparty\b|partid|psuv|militan|affiliation|afiliacion")),
    ("income", re.compile(r"income|salar|wage|ingreso|sueldo|bono")),
    ("religion", re.compile(r"relig|faith|church|iglesia|\bculto\b|creencia")),
    ("ethnicity", re.compile(r"ethni|\brace\b|etnia|etnic|\braza\b|indigen")),
    ("contact", re.compile(r"phone|telefon|\btel\b|mobile|celular|movil|mail|correo|whatsapp|telegram")),
)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the file, and in which line it begins. What its column does not say is None; `rights`: right → quarter,
    `NOW`, or "" where the cell says that there is none."""

    line: int
    number: str | None = None
    name: str | None = None
    kind: str | None = None
    household: str | None = None
    unit: str | None = None
    rights: Mapping[str, str] = {}


class Unkept(msgspec.Struct, frozen=True):
    """A column that is not kept, and what it looks like."""

    column: str
    why: NotKept


class Found(msgspec.Struct, frozen=True):
    """What a file says: its rows, everything that is wrong with it (the first `MOST_PROBLEMS`), the columns that are
    not kept, how it was read."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()
    unkept: tuple[Unkept, ...] = ()
    encoding: str = "UTF-8"
    separator: str = ","


def read(content: bytes | str, rules: Charter) -> Found:
    """What a file says, under the rights and units of a charter. Never refuses."""
    problems: list[Problem] = []
    encoding = "UTF-8"
    if isinstance(content, bytes):
        text, encoding = decoded(content, problems)
    else:
        text = content.removeprefix("\ufeff")
    if "\x00" in text:
        return Found(problems=(Problem(1, "binary"),), encoding=encoding)
    lines = re.split(r"\r\n|\n|\r", text)
    separator, start = separator_of(lines)
    table = cells_of(lines, start, separator, problems)
    header = next(table, None)
    if header is None:
        return Found(problems=(*problems, Problem(1, "empty")), encoding=encoding, separator=separator)
    reader = _Reader(rules, problems)
    reader.header(*header)
    if reader.named:
        for count, (line, cells) in enumerate(table):
            if count >= MOST_ROWS:
                problems.append(Problem(line, "too_many_rows", {"limit": str(MOST_ROWS)}))
                break
            reader.row(line, cells)
    found = tuple(sorted(problems, key=lambda problem: problem.line)[:MOST_PROBLEMS])
    return Found(tuple(reader.lines), found, tuple(reader.unkept), encoding, separator)


# Rows


class _Reader:
    """Reads the rows of one file."""

    def __init__(self, rules: Charter, problems: list[Problem]) -> None:
        self.rules, self.problems = rules, problems
        self.lines: list[Line] = []
        self.unkept: list[Unkept] = []
        self.named = False
        self._columns: list[tuple[str, str] | None] = []
        self._known = register.rights_of(rules)
        self._units = {folded(unit): unit for unit in rules.entries("units")}
        for unit in rules.entries("units"):
            self._units.update((folded(words), unit) for words in rules.titles[f"units.{unit}"].values())
        self._numbers: dict[str, int] = {}
        self._people: dict[tuple[str, str], int] = {}

    def header(self, line: int, cells: Sequence[str]) -> None:
        """Know the columns by their names."""
        seen: set[str] = set()
        for cell in cells:
            written = tidy(cell)
            column = self._column(line, written)
            if column is not None and column[0] in seen:
                self._wrong(line, "column_twice", column=written[:40])
                column = None
            if column is not None:
                seen.add(column[0])
            self._columns.append(None if column is None else (column[0], written[:40]))
        self.named = "name" in seen
        if not self.named:
            self._wrong(line, "no_name_column", found=", ".join(tidy(cell)[:40] for cell in cells)[:200])

    def _column(self, line: int, written: str) -> tuple[str, str] | None:
        plain = folded(written.replace("_", " "))
        if not plain:
            return None
        if plain in COLUMNS:
            return COLUMNS[plain], written
        right = re.fullmatch(r"(.+) (?:from|desde|since)", plain)
        if right:
            name = RIGHT_NAMES.get(right[1], right[1].replace(" ", "_"))
            if name in self._known:
                return f"right {name}", written
            if not any(pattern.search(plain) for _, pattern in _SENSITIVE):
                self._wrong(line, "unknown_right", column=written[:40])
                return None
        why: NotKept = next((why for why, pattern in _SENSITIVE if pattern.search(plain)), "other")
        self.unkept.append(Unkept(written[:40], why))
        return None

    def row(self, line: int, cells: Sequence[str]) -> None:
        """Take a row in; everything that is wrong with it is listed."""
        before = len(self.problems)
        if any(cell.strip() for cell in cells[len(self._columns) :]):
            self._wrong(line, "too_many_cells", found=str(len(cells)), columns=str(len(self._columns)))
        values: dict[str, str] = {}
        rights: dict[str, str] = {}
        for column, cell in zip(self._columns, cells, strict=False):
            if column is None:
                continue
            key, written = column
            value = self._plain(line, cell)
            if key.startswith("right "):
                since = self._since(line, written, value)
                if since is not None:
                    rights[key.removeprefix("right ")] = since
            else:
                values[key] = self._value(line, key, written, value)
        if "name" not in values:  # the row is too short
            self._wrong(line, "no_name")
        read = Line(
            line=line,
            number=values.get("number") or None,
            name=values.get("name", ""),
            kind=values.get("kind") or None,
            household=values.get("household"),
            unit=values.get("unit"),
            rights=rights,
        )
        self._once(read)
        if len(self.problems) == before:
            self.lines.append(read)

    def _plain(self, line: int, cell: str) -> str:
        strange = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]", cell)
        if strange:
            self._wrong(line, "strange_character", character=f"U+{ord(strange[0]):04X}")
        return tidy(cell)

    def _since(self, line: int, column: str, value: str) -> str | None:
        if folded(value) in NO:
            return ""
        if folded(value) in YES:
            return NOW
        try:
            return register.quarter_from(value)
        except Refused:
            self._wrong(line, "bad_quarter", column=column, value=value[:40])
            return None

    def _value(self, line: int, key: str, column: str, value: str) -> str:
        limit = {"name": LONGEST_NAME, "household": LONGEST_HOUSEHOLD}.get(key, LONGEST_NAME)
        if len(value) > limit:
            self._wrong(line, "too_long", column=column, length=str(len(value)), limit=str(limit))
        elif key == "name" and not value:
            self._wrong(line, "no_name")
        elif key == "number" and value and not re.fullmatch(r"[1-9][0-9]{3,15}", value):
            self._wrong(line, "number_bad", value=value[:40])
        elif key == "kind" and value:
            if folded(value) not in KIND_NAMES:
                self._wrong(line, "unknown_kind", value=value[:40], known=", ".join(KINDS))
            return KIND_NAMES.get(folded(value), value)
        elif key == "unit" and value:
            if folded(value) not in self._units:
                known = ", ".join(self.rules.entries("units")) or "–"
                self._wrong(line, "unknown_unit", value=value[:40], known=known[:200])
            return self._units.get(folded(value), value)
        return value

    def _once(self, read: Line) -> None:
        """Nobody stands in a file twice."""
        if read.number is not None:
            other = self._numbers.setdefault(read.number, read.line)
            if other != read.line:
                self._wrong(read.line, "number_twice", value=read.number, other=str(other))
            return
        if read.name:
            person = (folded(read.name), folded(read.household or ""))
            other = self._people.setdefault(person, read.line)
            if other != read.line:
                self._wrong(read.line, "person_twice", other=str(other))

    def _wrong(self, line: int, code: str, **args: str) -> None:
        self.problems.append(Problem(line, code, args))


# Writing


def template(rules: Charter) -> list[str]:
    """The columns of a file for the register, in order."""
    return ["number", "name", "kind", "household", "unit", *(f"{right}_from" for right in register.rights_of(rules))]


def written(rows: Sequence[register.Row], rules: Charter) -> str:
    """A register as a file that `read` reads back, without those who have no name as yet. A cell that a spreadsheet
    would take for a formula begins with a space."""
    out = [",".join(template(rules))]
    for row in (row for row in rows if row.name):
        rights = [row.rights.get(right, "") for right in register.rights_of(rules)]
        cells = [row.member, row.name or "", row.kind, row.household or "", row.unit or "", *rights]
        out.append(",".join(map(_cell, cells)))
    return "\r\n".join(out) + "\r\n"


def _cell(value: str) -> str:
    value = f" {value}" if value[:1] in ("=", "+", "-", "@") else value
    return '"' + value.replace('"', '""') + '"' if re.search(r'[",;\t|\n\r]', value) else value
