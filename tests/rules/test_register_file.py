"""A file for the register: whatever bytes it has, it becomes rows, and everything that is wrong is said by line."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comuna.language import LANGUAGES, language
from comuna.register_messages import KINDS, NOT_KEPT, PROBLEMS
from comuna.rules import charter, register_file
from comuna.rules.cells import LONGEST_QUOTE, MOST_PROBLEMS
from comuna.rules.register import MOST_ROWS, Row
from comuna.rules.register_file import NOW, Found, read
from tests.cast import AMARU, CHARTER, INES

COUNCIL = charter.parse(
    CHARTER
    + '\n[units.finance]\ntitle = { en = "Finance", es = "Finanzas" }\n'
    + '[rights.finance_office]\ntitle = { en = "finance office", es = "cargo en finanzas" }\n'
)


def told(found: Found) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in found.problems]


def names(found: Found) -> list[str | None]:
    return [line.name for line in found.lines]


def test_a_file_as_our_template_has_it() -> None:
    text = (
        "number,name,kind,household,unit,voice_from,vote_from,finance_office_from\r\n"
        '246813,"Núñez, Inés",resident,12-B,finance,2026-Q4,2026-11-22,yes\r\n'
        ",Amaru,,14,,no,,\r\n\r\n"
    )
    found = read(text.encode(), COUNCIL)
    assert told(found) == []
    inés, amaru = found.lines
    assert (inés.line, inés.number, inés.name, inés.kind, inés.household) == (
        2,
        "246813",
        "Núñez, Inés",
        "resident",
        "12-B",
    )
    assert inés.unit == "finance"
    assert inés.rights == {"voice": "2026-Q4", "vote": "2027-Q1", "finance_office": NOW}
    assert (amaru.line, amaru.number, amaru.kind, amaru.unit) == (3, None, None, "")
    assert amaru.rights == {"voice": "", "vote": "", "finance_office": ""}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_it_is_read_in_spanish_with_any_separator_and_encoding(separator: str, encoding: str) -> None:
    rows = [["Nombre", "Hogar", "Tipo", "Unidad", "Voto desde"], ["Inés Ñandú", "12", "vecina", "Finanzas", "T4 2026"]]
    found = read("\r\n".join(separator.join(row) for row in rows).encode(encoding), COUNCIL)
    assert told(found) == []
    assert names(found) == ["Inés Ñandú"]
    assert (found.lines[0].kind, found.lines[0].unit, found.lines[0].rights) == (
        "resident",
        "finance",
        {"vote": "2026-Q4"},
    )
    assert found.separator == separator
    assert found.encoding == {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(
        encoding, encoding.upper()[:6].rstrip("-")
    )


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_read_as_the_pages_call_it(code: str, kind: str) -> None:
    found = read(f"name,kind\n{INES},{language(code).text(KINDS[kind])}\n", COUNCIL)
    assert told(found) == []
    assert found.lines[0].kind == kind


def test_what_must_not_be_kept_is_not_read_and_said() -> None:
    header = "name,Cédula,Partido,Monthly income,Religión,Fecha de nacimiento,Edad,Teléfono,etnia,ID,favourite song"
    found = read(f"{header}\nInés,1234567,PCV,100,none,1990-02-03,36,0414,x,9,la bamba\n".encode(), COUNCIL)
    assert told(found) == []
    assert [(each.column, each.why) for each in found.unkept] == [
        ("Cédula", "id"), ("Partido", "party"), ("Monthly income", "income"), ("Religión", "religion"),
        ("Fecha de nacimiento", "birth"), ("Edad", "birth"), ("Teléfono", "contact"), ("etnia", "ethnicity"),
        ("ID", "id"), ("favourite song", "other"),
    ]  # fmt: skip
    assert "1990" not in repr(found.lines)
    assert {each.why for each in found.unkept} == set(NOT_KEPT)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [(1, "empty")]),
        (" \n,,\n", [(1, "empty")]),
        ("nom,hogar\nInés,1\n", [(1, "no_name_column")]),
        ("name,name\nInés,Inés\n", [(1, "column_twice")]),
        ("name,flying_from\nInés,yes\n", [(1, "unknown_right")]),
        ("name,household\n,12\n", [(2, "no_name")]),
        ("name\nInés\n  INES \n", [(3, "person_twice")]),
        ("name,number\nInés,246813\nAmaru,246813\n", [(3, "number_twice")]),
        ("name,number\nInés,12a\n", [(2, "number_bad")]),
        ("name,vote_from\nInés,soon\nAmaru,2026-13-01\n", [(2, "bad_quarter"), (3, "bad_quarter")]),
        ("name,kind\nInés,queen\n", [(2, "unknown_kind")]),
        ("name,unit\nInés,navy\n", [(2, "unknown_unit")]),
        (f"name,household\n{'x' * 81},{'y' * 41}\n", [(2, "too_long"), (2, "too_long")]),
        ("name\nInés,12,14\n", [(2, "too_many_cells")]),
        ("name\nIn\x07és\n", [(2, "strange_character")]),
        ("name\nIn\u202eés\n", [(2, "strange_character")]),
        ("name\nIn\x00és\n", [(1, "binary")]),
        ('name,household\n"Inés,12\nAmaru,13\n', [(2, "quote_open")]),
    ],
)
def test_every_problem_is_said_with_its_line(text: str, problems: list[tuple[int, str]]) -> None:
    found = read(text.encode(), COUNCIL)
    assert told(found) == problems


def test_a_broken_byte_is_told_by_line_and_place_and_the_rest_is_read() -> None:
    good = "name\nInés\nAmaru Núñez\nÑandú\n".encode()
    broken = good.replace("Núñez".encode(), b"N\xfa\xc3\xb1ez")
    found = read(broken, COUNCIL)
    assert [(p.line, p.code, p.args["byte"]) for p in found.problems] == [(3, "bad_bytes", "0xFA")]
    assert broken[int(found.problems[0].args["offset"]) - 1] == 0xFA
    assert "Ñandú" in names(found)
    cut = read("name\nInés".encode("utf-16") + b"\x00", COUNCIL)
    assert [problem.code for problem in cut.problems] == ["bad_bytes"]


def test_a_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    rows = "".join(f"Nobody {n},{n}\n" for n in range(2 * LONGEST_QUOTE))
    found = read(f'name,household\n"Inés,12\n{rows}', COUNCIL)
    assert told(found) == [(2, "quote_open")]
    assert len(found.lines) == 2 * LONGEST_QUOTE
    several = read('name,household\n"Inés\nNúñez ""la maestra""",12\nAmaru,13\n', COUNCIL)
    assert names(several) == ['Inés Núñez "la maestra"', AMARU]
    assert [line.line for line in several.lines] == [2, 4]


def test_too_many_rows_are_refused_and_twenty_thousand_are_not() -> None:
    rows = [f"Person {n}" for n in range(MOST_ROWS + 1)]
    assert told(read("\n".join(["name", *rows[:-1]]), COUNCIL)) == []
    found = read("\n".join(["name", *rows]), COUNCIL)
    assert told(found) == [(MOST_ROWS + 2, "too_many_rows")]
    assert len(read("name\n" + "\n".join("=\x07" for _ in range(2_000)), COUNCIL).problems) == MOST_PROBLEMS


def test_a_register_is_written_so_that_it_reads_back() -> None:
    rows = [
        Row(
            member="246813",
            name='Inés "la maestra", Núñez',
            household="12;B",
            unit="finance",
            rights={"vote": "2026-Q4"},
        ),
        Row(member="246814", name="=cmd()", kind="guest"),
    ]
    text = register_file.written(rows, COUNCIL)
    assert text.splitlines()[0] == ",".join(register_file.template(COUNCIL))
    assert "\r\n246814, =cmd(),guest" in text, "no spreadsheet takes it for a formula"
    found = read(text.encode(), COUNCIL)
    assert told(found) == []
    assert [(line.number, line.name, line.household, line.unit or None) for line in found.lines] == [
        (row.member, row.name, row.household or "", row.unit) for row in rows
    ]
    assert found.lines[0].rights["vote"] == "2026-Q4"


CELLS = st.sampled_from(
    ["name", "vote_from", "number", '"', '""', ",", ";", "\t", "\n", "\r", "Inés", "é", "2026-Q4", "\x00", "sep=;"]
)


@given(st.binary(max_size=300) | st.lists(CELLS, max_size=40).map(lambda parts: "".join(parts).encode("utf-8")))
@example(b'"')
@example(b"name\n" + b'"' * 3)
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf")
@example(b",name\n\x01")
@example("name\n\ud800".encode("utf-16-le", "surrogatepass"))
def test_any_bytes_become_rows_or_problems(content: bytes) -> None:
    found = read(content, COUNCIL)
    assert found.lines or found.problems or content.strip()
    for problem in found.problems:
        assert PROBLEMS[problem.code] % problem.args
        assert problem.line >= 1
    for line in found.lines:
        assert line.name
        assert line.name != INES or line.line > 1
    found.encoding.encode()
    repr(found).encode()


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_in_any_encoding_becomes_rows_or_problems(text: str, encoding: str) -> None:
    read(("name,household,vote_from\n" + text).encode(encoding, "replace"), COUNCIL)
