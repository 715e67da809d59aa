"""Any text can be pasted: nothing breaks, nothing is lost, nothing takes long."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comuna.announce.links import safe_link
from comuna.announce.read import read
from comuna.announce.source import LIMIT, decode, is_html
from comuna.announce.zones import is_zone
from comuna.kernel.refusal import Refused
from comuna.rules.announcement import Announcement

ON = datetime.date(2026, 11, 22)
SCRAPS = [
    "Fecha: ",
    "When: ",
    "Zoom: ",
    "- ",
    "* ",
    "  - ",
    "1. ",
    "# ",
    "## Agenda",
    "Lecturas:",
    "**",
    "[x](#)",
    "[y](https://e.org/a)",
    "<https://zoom.us/j/1>",
    "Tuesday Feb 23",
    "31 de febrero",
    "12/05/2026",
    "5:00 - 6:30 pm",
    "de 18 a 20 h",
    "noon",
    "(5-10 min)",
    "“quoted”",
    "«La Toma» (2004)",
    "(2010)",
    "Film: ",
    "?",
    "¿Qué?",
    "Optional ",
    "\n",
    "\n\n",
    " ",
    "|a|b|",
    "---",
    "===",
    "> ",
    "📅",
    "📍",
    "🕖",
    "Guiding questions",
    "Featured groups",
    "with a pro-state perspective",
    "PT",
    "(UTC-5)",
    "javascript:alert(1)",
    "&amp;",
    "<p>",
    "</p>",
    "<li>",
    "<script>x</script>",
    "<table><tr><td>",
    ":",
    ",",
    " - ",
    " — ",
    "by A. Author",
    "Organiza: ",
    "\t",
    "\u00a0",
    "\u2028",
    "\ufeff",
]
PAGES = st.one_of(
    st.text(max_size=400),
    st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=12)), max_size=40).map("".join),
)


def read_or_none(text: str) -> Announcement | None:
    try:
        return read(text, on=ON)
    except Refused as refusal:
        if refusal.code not in {"page.empty", "page.binary"}:
            raise
        return None


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES)
def test_any_text_is_read_and_no_line_is_lost(text: str) -> None:
    found = read_or_none(text)
    if found is None:
        return
    source = decode(text)
    said = {n for note in found.notes for n in note.lines}
    lines = source.split("\n")
    assert said <= set(range(1, len(lines) + 1))
    if not is_html(source):
        assert {n for n, line in enumerate(lines, 1) if line.strip()} <= said
        described = next((set(note.lines) for note in found.notes if note.field == "description"), set())
        for number in described:
            assert lines[number - 1].strip() in (found.description or "") or "<br" in lines[number - 1].lower()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES)
def test_whatever_is_found_is_of_its_form(text: str) -> None:
    found = read_or_none(text)
    if found is None:
        return
    assert found.date is None or datetime.date.fromisoformat(found.date)
    for time_of_day in (found.start, found.end):
        assert time_of_day is None or datetime.time.fromisoformat(time_of_day)
    assert found.zone is None or is_zone(found.zone)
    for link in (found.join, found.film and found.film.link, *(r.link for r in found.readings)):
        assert link is None or safe_link(link) == link
    assert found.language in {None, "en", "es"}
    noted = {note.field.split("[")[0].split(".")[0] for note in found.notes}
    for field in (
        "title",
        "group",
        "date",
        "start",
        "end",
        "zone",
        "place",
        "join",
        "film",
        "readings",
        "agenda",
        "questions",
        "featured",
    ):
        if getattr(found, field):
            assert field in noted, field


@pytest.mark.parametrize("page", ["", " \n\t\n", b"", b"\xef\xbb\xbf", "<html><body><script>x</script></body></html>"])
def test_an_empty_page_is_refused(page: str | bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read(page, on=ON)
    assert refusal.value.code == "page.empty"


@pytest.mark.parametrize("page", [b"\x89PNG\r\n\x1a\n\x00\x00", "a\x00b", bytes(range(1, 32)) * 40 + b"\xff\xfe\xfd"])
def test_a_binary_page_is_refused(page: str | bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read(page, on=ON)
    assert refusal.value.code == "page.binary"


@pytest.mark.parametrize("page", ["a" * (LIMIT + 1), b"a" * (LIMIT + 1)])
def test_a_page_that_is_too_long_is_refused_with_the_limit(page: str | bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read(page, on=ON)
    assert refusal.value.code == "page.too_long"
    assert refusal.value.arguments == {"limit": LIMIT}


def test_old_encodings_are_read() -> None:
    page = "Círculo de lectura\n\nFecha: miércoles 3 de marzo\nLugar: Biblioteca Ñandú\n"
    for encoding in ("utf-8", "utf-8-sig", "latin-1", "utf-16"):
        assert read(page.encode(encoding), on=ON).place == "Biblioteca Ñandú"


def test_a_date_that_does_not_exist_is_ambiguous_and_its_line_is_kept() -> None:
    found = read("Skillshare\n\nDate: 31 February 2027\nTime: 8pm\n", on=ON)
    assert found.date is None
    assert {note.field: note.how for note in found.notes}["date"] == "ambiguous"
    assert found.description is not None
    assert "31 February 2027" in found.description


def test_an_end_before_its_start_is_ambiguous_and_its_line_is_kept() -> None:
    found = read("Skillshare\n\nTime: 8pm - 6pm\n", on=ON)
    assert (found.start, found.end) == ("20:00", None)
    assert {note.field: note.how for note in found.notes}["end"] == "ambiguous"


def test_an_end_past_midnight_is_an_end() -> None:
    found = read("Noche de cine\n\nHora: 22:00–01:00\n", on=ON)
    assert (found.start, found.end) == ("22:00", "01:00")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "[zoom](javascript:alert(1))",
        "data:text/html,x",
        "<a href='javascript:x'>join</a>",
        "vbscript:x",
    ],
)
def test_a_script_is_never_a_link(link: str) -> None:
    assert read(f"Meeting tonight\n\nJoin: {link}\n", on=ON).join is None


def test_the_zone_is_the_page_s_or_the_one_given() -> None:
    page = "Meeting\n\nThursday 11 March 2027, 7pm{}\n"
    assert read(page.format(""), on=ON).zone is None
    assert read(page.format(" PT"), on=ON, zone="Europe/Madrid").zone == "America/Los_Angeles"
    given = read(page.format(""), on=ON, zone="Europe/Madrid")
    assert given.zone == "Europe/Madrid"
    assert [n.how for n in given.notes if n.field == "zone"] == ["inferred"]
    with pytest.raises(Refused):
        read(page, on=ON, zone="Mars/Olympus")


@pytest.mark.parametrize(
    "piece",
    [
        "a\n",
        "word ",
        "[",
        "[a](",
        "12/05/2026 ",
        "- x\n",
        "<ul><li>",
        "<b>",
        "Fecha: ",
        "*a_",
        "“",
        "(5 min) ",
        "7pm - ",
        "¿Qué? ",
    ],
)
def test_a_long_page_is_read_to_its_end(piece: str) -> None:
    """Where time grew with the square of the length, this would not end; how long it takes, the benchmark says."""
    read_or_none((piece * (1_000_000 // len(piece) + 1))[:1_000_000])
