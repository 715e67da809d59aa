"""What tells the way into a meeting: found in every field, kept, and nothing else touched."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.announce.read import read
from comuna.rules.announcement import AgendaItem, Announcement, Featured, Film, Reading
from comuna.rules.way_in import seclude, tells
from tests.cast import ANNOUNCEMENT

FOUNDING = Path(__file__).parents[2] / "examples" / "founding-session.md"
JOIN = "https://us02web.zoom.us/j/81234567890"

TELLING = [
    "Meeting ID: 812 3456 7890",
    "Meeting ID 812 3456 7890",
    "**Meeting ID:** 812 3456 7890",
    "Webinar ID: 81234567890",
    "Phone conference ID: 123 456 789#",
    "Meeting number (access code): 2551 234 5678",
    "Passcode: 424242",
    "Passcode: open sesame",
    "Zoom passcode `tea4two`",
    "| Passcode | 424242 |",
    "the passcode is swordfish for everyone",
    "(password: swordfish7)",
    "Password: swordfish",
    "PIN: 914 123 456#",
    "Room password 'swordfish'",
    "Passcode swordfish",
    "Contraseña molino",
    "Reunión: 812 3456 7890, código 424242",
    "ID de reunión: 812 3456 7890",
    "ID de la reunión 812 3456 7890",
    "Código de acceso: 424242",
    "Contraseña: agua",
    "Contraseña de la reunión: agua2027",
    "la contraseña es agua",
    "Clave: 1234",
    "Zoom 812 3456 7890",
    "+16699006833,,81234567890#,,,,*424242# US (San Jose)",
    "+1 669 900 6833 US (San Jose)",
    "or call 669 900 6833, access code 424242#",
    "81234567890@zoomcrc.com",
    "https://us02web.zoom.us/j/81234567890?pwd=QWJjZGVm.1",
    "zoom.us/j/81234567890",
    "Backup: https://meet.google.com/abc-defg-hij",
    "[here](https://meet.jit.si/CircleOfTheMill)",
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting",
    "https://bbb.example.org/b/ros-abc-def",
    "https://video.example.org/bigbluebutton/rooms/x7a",
    "https://circle.webex.com/meet/rosa",
    "https://whereby.com/the-mill",
    "https://meet.goto.com/123456789",
    "https://join.skype.com/abcDEF123",
    "https://discord.gg/abcdef",
    "https://chat.whatsapp.com/AbCdEfGh",
    "https://t.me/+AbCdEfGh",
    "https://www.google.com/url?q=https%3A%2F%2Fzoom.us%2Fj%2F81234567890",
    "Mee\u200bting ID:\u00a0812\u202a 3456 7890",
]
ORDINARY = [
    "The password of the revolution",
    "Zoom on Bolivia: the password",
    "The Password (1984)",
    "Password: a history of secrets",
    "We meet in 2027 at the hall, tel. 626 395 6327",
    "Biblioteca del barrio, +58 212 5551234",
    "Palabras clave: agua, barrio",
    "La clave: organización",
    "Código postal: 1010",
    "zip code: 90210",
    "Meeting number 3 of the circle",
    "La contraseña de una época",
    "We join the union by Zoom on 23-02-2027 at 5:00",
    "https://zoom.us/rec/share/film",
    "https://t.me/circleofthemill",
    "https://example.org/article?id=81234567",
    "Intros & first impressions (<2 min each)",
]


@pytest.mark.parametrize("line", TELLING)
def test_it_tells(line: str) -> None:
    assert tells(line)
    secluded, details = seclude(Announcement(title="Tea", description=f"We talk.\n{line}\nBring a cup."))
    assert secluded.description == "We talk.\nBring a cup."
    assert details


@pytest.mark.parametrize("line", ORDINARY)
def test_it_does_not_tell(line: str) -> None:
    assert not tells(line)
    plain = Announcement(title=line, place=line, questions=(line,), description=f"A\n\n\n{line}\n---\n")
    assert seclude(plain, "mine") == (plain, "mine")


def test_the_founding_page_and_the_casts_are_left_as_they_are() -> None:
    founding = read(FOUNDING.read_text(encoding="utf-8"), on=dt.date(2027, 1, 1))
    for announcement in (founding, ANNOUNCEMENT):
        assert seclude(announcement) == (announcement, None)


def test_each_field_loses_what_tells_and_keeps_the_rest() -> None:
    told = Announcement(
        title=f"Tea {JOIN}",
        group="Circle (passcode: 424242)",
        place="Hall of San Isidro, Zoom Meeting ID: 812 3456 7890",
        join=JOIN,
        film=Film(title="The Mill", link="https://example.org/film", description="A mill.\nPasscode: 424242"),
        readings=(
            Reading(title="On mills", link="https://example.org/mills", remark="talk on https://meet.jit.si/MillTalk2"),
            Reading(title="Room", link="https://meet.google.com/abc-defg-hij"),
        ),
        agenda=(AgendaItem(title="Arriving (Zoom 812 3456 7890)"), AgendaItem(title="Passcode: 424242")),
        questions=("Who mills? The password is swordfish.", "Who eats 81234567890?"),
        featured=(Featured(name="El Panal", remark="PIN: 424242", parts=(Featured(name="The bakery"),)),),
        description="Welcome.",
    )
    public, details = seclude(told, "Ask Rosa.")
    assert (public.title, public.group, public.place, public.join) == ("Tea", "Circle", "Hall of San Isidro", JOIN)
    assert public.film == Film(title="The Mill", link="https://example.org/film", description="A mill.")
    assert public.readings[0].link == "https://example.org/mills"
    assert public.readings[1] == Reading(title="Room")
    assert public.agenda == (AgendaItem(title="Arriving"),)
    assert public.questions[0].startswith("Who mills?")
    assert public.featured == (Featured(name="El Panal", parts=(Featured(name="The bakery"),)),)
    assert details is not None
    assert details.startswith("Ask Rosa.\n")
    assert "swordfish" in details
    everything = msgspec.json.encode(msgspec.structs.replace(public, join=None)).decode()
    assert not re.search(r"812|424242|swordfish|meet\.", everything)


def test_what_is_known_from_the_link_tells_wherever_it_stands() -> None:
    a = Announcement(join=JOIN, description="The number 812 3456 7890 works too.\nOr us02web.zoom.us/j/81234567890?x=1")
    assert seclude(a)[0].description is None
    own = Announcement(join="https://live.example.org/mill", place="Hall / https://live.example.org/mill?pwd=x7")
    assert seclude(own) == (msgspec.structs.replace(own, place="Hall"), "https://live.example.org/mill?pwd=x7")


def test_labels_and_codes_on_lines_of_their_own() -> None:
    a = Announcement(description="Come.\n\nMeeting ID:\n812 3456 7890\n\nBye.")
    public, details = seclude(a)
    assert public.description == "Come.\n\nBye."
    assert details == "Meeting ID:\n812 3456 7890"
    dial = "Come.\nPasscode: 424242\nDial in:\n- 669 900 6833\n- 253 215 8782\n\nBye."
    assert seclude(Announcement(description=dial))[0].description == "Come.\n\nBye."
    contact = Announcement(description="Phone Rosa:\n626 395 6327")
    assert seclude(contact) == (contact, None)


def test_a_long_paragraph_loses_only_the_sentences_that_tell() -> None:
    long = "We watch a film about a mill. " * 8
    public, details = seclude(Announcement(description=f"{long}The Zoom passcode is 424242. Bring a cup."))
    assert public.description == f"{long}Bring a cup."
    assert details == "The Zoom passcode is 424242."


words = st.text(alphabet="abcdefghij áéñ.,!?¿'()–", max_size=40)
pieces = st.lists(st.one_of(words, st.sampled_from([*TELLING, *ORDINARY, "Passcode:", "Join:", "---", ""])), max_size=6)
one_line = pieces.map(" ".join)
some_lines = pieces.map("\n".join)
announcements = st.builds(
    Announcement,
    title=st.none() | one_line,
    place=st.none() | one_line,
    join=st.none() | st.just(JOIN),
    description=st.none() | some_lines,
    film=st.none() | st.builds(Film, title=one_line, description=some_lines),
    questions=st.lists(one_line, max_size=2).map(tuple),
    agenda=st.lists(st.builds(AgendaItem, title=one_line), max_size=2).map(tuple),
    readings=st.lists(st.builds(Reading, title=one_line, remark=one_line), max_size=2).map(tuple),
    featured=st.lists(st.builds(Featured, name=one_line, remark=one_line), max_size=2).map(tuple),
)


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [text for each in value for text in leaves(each)]
    return [value] if isinstance(value, str) else []


def said(*values: object) -> set[str]:
    text = re.sub("[\u200b\u202a]", "", " ".join(leaves([msgspec.to_builtins(v) for v in values])))
    return set(re.findall(r"\w+", text.casefold()))


@settings(deadline=None)
@given(announcements)
def test_doing_it_again_changes_nothing(a: Announcement) -> None:
    once = seclude(a)
    assert seclude(*once) == once


@settings(deadline=None)
@given(announcements)
def test_no_word_is_lost_and_nothing_that_is_left_tells(a: Announcement) -> None:
    public, details = seclude(a)
    assert said(a) <= said(public, details)
    for text in (public.title, public.place, *public.questions, *(public.description or "").split("\n")):
        assert not tells(text or "")


@settings(deadline=None)
@given(st.text(alphabet="abcdefghij áéñ.,!?¿'()–\n", max_size=200), words)
def test_a_plain_announcement_is_left_as_it_is(text: str, title: str) -> None:
    plain = Announcement(title=title, description=text, questions=(title,), place=title)
    assert seclude(plain) == (plain, None)
