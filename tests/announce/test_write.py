"""What is written reads back equal."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.announce.read import read
from comuna.announce.write import write
from comuna.kernel.refusal import Refused
from comuna.rules.announcement import AgendaItem, Announcement, Featured, Film, Reading

from .test_read import PAGES

ON = datetime.date(2026, 11, 22)
AWKWARD = [
    "# x",
    "- x",
    "1. x",
    "Date: x",
    "## Agenda",
    "(no title)",
    "(sin título)",
    "a (5 min)",
    "x (each)",
    "\\",
    "*a*",
    "_",
    "<b>",
    "[a](b)",
    "&amp;",
    "Fecha: 2 de mayo",
    "?",
    "> q",
    "`",
    "~~",
    "|",
    "a\\(b",
    "Part:",
    "Kind: x",
]
LINE = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co")), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool),
)
MAYBE = st.none() | LINE
LINK = st.sampled_from(["https://example.org/a_b*c?d=e&f=(g)", "http://x.y", "https://zoom.us/j/1"])
MINUTES = st.none() | st.integers(0, 600)
FEATURED = st.recursive(
    st.builds(Featured, name=LINE, kind=MAYBE, remark=MAYBE),
    lambda inner: st.builds(
        Featured, name=LINE, kind=MAYBE, remark=MAYBE, parts=st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
ANNOUNCEMENTS = st.builds(
    Announcement,
    title=MAYBE,
    group=MAYBE,
    date=st.none() | st.dates().map(str),
    start=st.none() | st.times().map(lambda t: f"{t:%H:%M}"),
    end=st.none() | st.times().map(lambda t: f"{t:%H:%M}"),
    zone=st.sampled_from([None, "America/Caracas", "UTC-05:00", "UTC"]),
    place=MAYBE,
    join=st.none() | LINK,
    film=st.none()
    | st.builds(Film, title=LINE, year=st.none() | st.integers(1888, 2100), link=st.none() | LINK, description=MAYBE),
    readings=st.lists(
        st.builds(
            Reading,
            title=LINE,
            link=st.none() | LINK,
            kind=MAYBE,
            perspective=MAYBE,
            optional=st.booleans(),
            remark=MAYBE,
        ),
        max_size=4,
    ).map(tuple),
    agenda=st.lists(
        st.builds(AgendaItem, title=LINE, per_person=st.booleans(), min_minutes=MINUTES, max_minutes=MINUTES),
        max_size=4,
    ).map(tuple),
    questions=st.lists(LINE, max_size=4).map(tuple),
    featured=st.lists(FEATURED, max_size=3).map(tuple),
    language=st.sampled_from([None, "en", "es"]),
    description=st.none() | st.lists(LINE, min_size=1, max_size=4).map("\n\n".join),
)


def bare(announcement: Announcement) -> Announcement:
    return msgspec.structs.replace(announcement, notes=())


@settings(max_examples=500, deadline=None)
@given(ANNOUNCEMENTS)
def test_any_announcement_reads_back_equal(announcement: Announcement) -> None:
    page = write(announcement)
    again = read(page, on=ON)
    assert bare(again) == announcement
    said = {n for note in again.notes for n in note.lines}
    assert {n for n, line in enumerate(page.split("\n"), 1) if line.strip()} <= said


@settings(max_examples=300, deadline=None)
@given(PAGES)
def test_whatever_was_read_reads_back_equal(text: str) -> None:
    try:
        first = read(text, on=ON)
    except Refused:
        return
    assert bare(read(write(first), on=ON)) == bare(first)


def test_the_labels_are_in_the_announcement_s_language() -> None:
    said = Announcement(
        title="Cine debate", group="Colectivo Semilla", date="2027-03-12", language="es", questions=("¿Qué vimos?",)
    )
    assert "- Fecha: 2027-03-12" in write(said)
    assert "## Preguntas guía" in write(said)
    assert "- Date: 2027-03-12" in write(msgspec.structs.replace(said, language="en"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_page_we_wrote_and_somebody_changed_is_still_read(language: str) -> None:
    said = Announcement(
        title="Reading group: Rotas",
        group="Moor Lane Circle",
        date="2027-03-12",
        start="18:00",
        end="19:30",
        place="The Annex",
        join="https://zoom.us/j/1",
        language=language,
        readings=(Reading(title="Who Cooks?", kind="article", optional=True),),
        agenda=(AgendaItem(title="Welcome", max_minutes=5), AgendaItem(title="Talk")),
        questions=("Who decides?", "Who cooks?"),
        featured=(Featured(name="The Till Pool", kind="savings group"),),
    )
    page = write(said) + "\nAnd bring a mug, por favor, que después hay café.\n"
    again = read(page, on=ON)
    for field in (
        "title",
        "group",
        "date",
        "start",
        "end",
        "place",
        "join",
        "agenda",
        "questions",
        "readings",
        "featured",
    ):
        assert getattr(again, field) == getattr(said, field), field
