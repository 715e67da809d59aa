"""QR codes: whole, readable in any light, and safe on a page with a strict content policy."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from comuna.paper import qr

URL = "https://comuna.example.org/s/tea-k3v9"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> list[list[bool]]:
    """The modules that the SVG's path draws."""
    root = ET.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    modules = [[False] * size for _ in range(size)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", root.find(f"{SVG}path").attrib["d"]):
        for at in range(int(x), int(x) + int(width)):
            modules[int(y)][at] = True
    return modules


def test_the_drawing_is_the_code_with_its_quiet_zone() -> None:
    rows = qr.rows(URL)
    assert drawn(qr.svg(URL, title="Code")) == rows
    assert not any(any(row) for row in rows[:4] + rows[-4:])
    assert not any(any(row[:4] + row[-4:]) for row in rows)
    assert rows[4][4:11] == [True] * 7


def test_it_has_a_name_and_no_inline_style() -> None:
    svg = qr.svg(URL, title='<b>"Code" & more')
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == '<b>"Code" & more'
    assert "currentColor" in svg
    assert "style" not in svg
    assert "id=" not in svg


def test_the_terminal_shows_the_same_code() -> None:
    rows = qr.rows(URL)
    for colour, glyphs in ((True, " ▄▀█"), (False, "█▀▄ ")):
        lines = [re.sub("\x1b[^m]*m", "", line) for line in qr.terminal(URL, colour=colour).splitlines()]
        read = []
        for line in lines:
            read.append([glyphs.index(glyph) >= 2 for glyph in line])
            read.append([glyphs.index(glyph) % 2 == 1 for glyph in line])
        assert read[: len(rows)] == rows


def test_what_no_code_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr.svg("https://x.org/" + "a" * 3000, title="Code")
