"""The catalogues hold what the code says, nothing more and nothing less, and Spanish pages are Spanish throughout."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from comuna import cli
from comuna.language import LANGUAGES, Language
from comuna.rules.hall import Hall
from tests.cast import AMARU, INES
from tests.web.conftest import Site, site  # noqa: F401  the fixture
from tests.web.talk import answer, close, release

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "src" / "comuna" / "locale"
TRANSLATED = [code for code in LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]")
LONG = 12
"""An English sentence with a longer piece than this does not stand in a Spanish page by chance."""


def catalogue(code: str) -> Catalog:
    """A language's catalogue; refuses a file that is not well formed."""
    with (LOCALE / code / "comuna.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """A message's text, or its singular and plural."""
    return text if isinstance(text, tuple) else (text,)


def entries(code: str) -> list[Message]:
    """What a catalogue holds, without the entry that describes it."""
    return [entry for entry in catalogue(code) if entry.id]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> set[str | tuple[str, ...]]:
    """Every sentence that the code and the templates say."""
    template = tmp_path_factory.mktemp("messages") / "comuna.pot"
    subprocess.run([ROOT / "tools" / "messages", "--pot", template], check=True)
    with template.open("rb") as file:
        return {entry.id for entry in read_po(file) if entry.id}


def test_every_language_has_its_catalogue():
    assert sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir()) == sorted(TRANSLATED)


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_holds_what_the_code_says(code: str, spoken: set[str | tuple[str, ...]]):
    held = {entry.id for entry in entries(code)}
    assert spoken - held == set(), "run tools/messages, then translate"
    assert held - spoken == set(), "run tools/messages: nothing says these any more"
    assert [entry.id for entry in entries(code) if entry.fuzzy or not all(forms(entry.string))] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_fill_in_what_the_sentence_fills_in(code: str):
    wrong = []
    for entry in entries(code):
        english, translated = forms(entry.id), forms(entry.string)
        assert len(translated) == (1 if len(english) == 1 else catalogue(code).num_plurals), entry.id
        for one, other in zip(english, translated, strict=True):
            wanted, given = Counter(PLACEHOLDER.findall(one)), Counter(PLACEHOLDER.findall(other))
            edges = [(text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]) for text in (one, other)]
            if wanted != given or edges[0] != edges[1]:
                wrong.append((one, other))
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_compiles(code: str):
    found = catalogue(code)
    assert [str(error) for entry in found for error in entry.check(found)] == []
    write_mo(BytesIO(), found)
    assert Language(code).text("Session") != "Session"


def test_spanish_is_typeset_as_spanish():
    for entry in entries("es"):
        for text in forms(entry.string):
            assert not re.search(r"[“”]|\"\w", text), f"quotation marks are «»: {text}"
            assert text.count("?") == text.count("¿"), text
            assert text.count("!") == text.count("¡"), text
            assert "..." not in text, text


def english() -> list[str]:
    """The longer pieces of the English sentences, without those that Spanish says with the same words."""
    pieces = set()
    for entry in entries("es"):
        for one, other in zip(forms(entry.id), forms(entry.string), strict=True):
            kept = set(PLACEHOLDER.split(other))
            pieces |= {p.strip() for p in PLACEHOLDER.split(one) if len(p.strip()) > LONG and p not in kept}
    return sorted(pieces)


SAID = ("aria-label", "alt", "placeholder", "title", "data-")
"""Attributes that a browser shows or reads out, or that a script writes onto the page."""


def visible(page: str) -> str:
    """What a page says, without what stands in another language on purpose; a file as it is."""
    if not page.lstrip().lower().startswith("<!doctype html"):
        return page
    soup = BeautifulSoup(page, "lxml")
    assert soup.html is not None
    for element in soup.select("script, style, svg style"):
        element.decompose()
    for element in soup.select("body [lang]"):
        if not element.decomposed and element["lang"] != soup.html["lang"]:
            element.decompose()
    texts = [soup.get_text(" ")]
    for element in soup.find_all(True):
        texts += [str(value) for name, value in element.attrs.items() if name.startswith(SAID)]
    return " ".join(" ".join(texts).split())


def left_in(text: str, pieces: list[str]) -> list[str]:
    """The English pieces that stand in a text as words of their own."""
    near = [piece for piece in pieces if " ".join(piece.split()) in text]
    return [piece for piece in near if re.search(rf"(?<!\w){re.escape(' '.join(piece.split()))}(?!\w)", text)]


EARLY = ["/", "/key", "/organiser", "/new", "/nowhere", "{g}", "{g}/book"]
ROOMS = ["", "/people", "/edit", "/postpone", "/cancel", "/notebook", "/discussion", "/comparison", "/film"]
ENDS = ["/close", "/record"]
VIEWS = ["/live", "/wall", "/chair"]
FILES = ["{s}/notebook/notes.md", "{s}/notebook/notes.csv", "{g}/feed.atom"]


def tour(site: Site, rosa: TestClient, guest: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """Every page in the life of a session, by name: announced, talked through, called off, closed."""
    pages = [p.format(s=site.path, g=f"/g/{site.world.book}") for p in EARLY]
    rooms = [site.path + room for room in ROOMS + ENDS]
    for path in [*pages, *rooms]:
        for who, client in (("rosa", rosa), ("guest", guest)):
            yield f"{who} {path}", client.get(path).text
    yield "preview", rosa.post("/new/preview", data={"source": "Cine foro\nMartes 23 de febrero, 5:00 pm"}).text
    yield "preview with problems", rosa.post("/new/publish", data={"gathering": "b" * 26, "title": ""}).text
    guest.post(f"{site.path}/coming", data={"name": AMARU})
    guest.post(f"{site.path}/notebook/notes", data={"words": "Una nota", "mark": "stuck", "at": "00:12:40"})
    release(site, "La bomba se daña.", question="q1", column="g2")
    hidden = answer(guest, site, "Fuera de lugar.")
    rosa.post(f"{site.path}/discussion/entries/{hidden}/hide", data={"reason": "Nombra a alguien"})
    entry = answer(guest, site, "Decide la asamblea.")
    rosa.post(f"{site.path}/discussion/entries/{entry}/stance", data={"stance": "differs"})
    guest.post(f"{site.path}/comparison", data={"question": "q1", "column": "own", "words": "Sin rumbo."})
    guest.post(f"{site.path}/discussion/takeaways", data={"words": "Repararla", "owner": INES, "due": "2027-03-01"})
    yield "refused", guest.post(f"{site.path}/discussion/answers", data={"question": "q1", "words": " "}).text
    for path in rooms:
        yield f"talked {path}", rosa.get(path).text
    rosa.post(f"{site.path}/postpone", data={"date": "2027-02-24", "start": "18:00", "zone": "America/Caracas"})
    rosa.post(f"{site.path}/cancel", data={"reason": "Llueve"})
    for path in ["/", *rooms]:
        yield f"called off {path}", rosa.get(path).text
    rosa.post(f"{site.path}/reinstate")
    yield from gathering(site, rosa, guest)
    assert close(site, rosa, summary="Nos vimos.").status_code == 200
    for path in ["/", f"/g/{site.world.book}/book", *rooms, *(site.path + view for view in VIEWS)]:
        yield f"closed {path}", rosa.get(path).text
    for path in FILES:
        yield path, guest.get(path.format(s=site.path, g=f"/g/{site.world.book}")).text


def gathering(site: Site, rosa: TestClient, guest: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """Every page of a session while it is held: opened, talked through with all that a chair can do, left."""
    s = site.path

    def chair(step: str, **fields: object) -> str:
        answered = rosa.post(f"{s}/chair/{step}", data=fields)
        assert answered.status_code == 200, f"{step}: {visible(answered.text)}"
        return answered.text

    def live(step: str, **fields: object) -> str:
        answered = guest.post(f"{s}/live/{step}", data=fields)
        assert answered.status_code == 200, f"{step}: {visible(answered.text)}"
        return answered.text

    def pages(when: str) -> Iterator[tuple[str, str]]:
        for who, client, view in (("guest", guest, "/live"), *(("rosa", rosa, view) for view in VIEWS)):
            yield f"{when}: {who} {view}", client.get(s + view).text

    def held() -> Hall:
        with site.world.store.read() as connection:
            return site.world.store.hall(connection, site.world.gathering)

    def id_of(what: str) -> str:
        return str(getattr(held(), what).id)

    def listed(name: str) -> str:
        chaired = BeautifulSoup(rosa.get(f"{s}/chair").text, "lxml")
        (person,) = [one for one in chaired.select(".people-list li") if one.select_one("b").text == name]
        return str(person.select_one('[name="who"]')["value"])

    def later() -> None:
        site.world.store.clock.now += dt.timedelta(minutes=2)

    yield "where a code is typed", guest.get("/j").text
    yield "no such code", guest.post("/j", data={"code": "AAAAAA"}).text
    yield "early", guest.get(f"{s}/live").text
    yield "early wall", rosa.get(f"{s}/wall").text
    yield "opening", rosa.get(f"{s}/chair/open?present=200&minutes=20").text
    yield "opening refused", rosa.post(f"{s}/chair/begin", data={"name": ""}).text
    yield "begun", chair("begin", name="Rosa", present=12, minutes=20)
    yield "begun already", rosa.get(f"{s}/chair/open").text
    yield "under way", guest.get(s).text
    share = chair("share")
    yield "share", share
    (key,) = set(re.findall(r"/chair/key/[\w-]+", share))
    yield "another chair", guest.get(s + key).text
    (code,) = set(re.findall(r"/j/(\w{6})", share))
    yield "come in", site.visitor(guest.headers["accept-language"]).get(f"/j/{code}").text
    live("join", name=AMARU, where="remote", role="note_taker", code=code)
    for name, role in ((INES, "representative"), ("Beto", "guest"), ("Caro", "time_keeper")):
        chair("add", name=name, role=role)
    chair("count", uncounted=7)
    chair("lock", locked="1")
    yield from pages("between two items")
    yield "locked", site.visitor(guest.headers["accept-language"]).get(f"/j/{code}").text
    first, second, *_ = held().agenda
    chair("close", item=second.id)
    chair("open", item=first.id)
    chair("question", question="q1")
    live("answer", question="q1", words="Por turnos.")
    chair("hand", who=listed(INES))
    for kind in ("point", "clarification", "order"):
        live("hand", kind=kind)
    yield from pages("hands are up")
    chair("next", ends="")
    live("hand", kind="reply")
    yield from pages("somebody speaks")
    later()
    chair("call", who=listed("Beto"), ends=id_of("turn"))
    yield from pages("called out of order")
    later()
    chair("next", ends=id_of("turn"))
    later()
    chair("end-turn", turn=id_of("turn"))
    yield from pages("who spoke how long")
    chair("round", seconds=60, order="came")
    yield from pages("a go-round")
    for who in held().round.waiting:
        chair("pass", round=id_of("round"), who=who)
    chair("next", ends="")
    yield from pages("the second chance")
    chair("end-round", round=id_of("round"))
    for form in ("choice", "temperature", "fist"):
        chair("check", form=form, asked="")
        check = id_of("check")
        live("check", check=check, value=1)
        yield from pages(f"{form} asked")
        chair("close-check", check=check)
        yield from pages(f"{form} shown")
    chair("put-away", check=check)
    chair("offers", minutes=3)
    live("moment", words="El pozo.")
    yield from pages("moments offered")
    chair("show-offers", offers=id_of("offers"))
    for size in (2, 3):
        chair("groups", size=size, minutes=5)
        yield from pages(f"groups of {size}")
        chair("end-groups", draw=id_of("draw"))
    chair("gone", who=listed("Beto"))
    chair("remove", who=listed("Caro"))
    chair("end", by=-300)
    yield from pages("too little time")
    for item in held().agenda:
        if item.status in ("open", "waiting"):
            chair("close", item=item.id)
    yield from pages("the agenda is done")


def speakers(site: Site, language: str) -> tuple[TestClient, TestClient]:  # noqa: F811
    """Rosa and a guest, who read that language."""
    rosa, guest = site.rosa(), site.visitor(language)
    rosa.headers["accept-language"] = language
    return rosa, guest


def test_no_page_is_left_in_english(site: Site):  # noqa: F811
    pieces = english()
    found = {name: left for name, page in tour(site, *speakers(site, "es")) if (left := left_in(visible(page), pieces))}
    assert found == {}


def test_the_search_for_english_would_find_it(site: Site):  # noqa: F811
    pieces = english()
    found = {name: left_in(visible(page), pieces) for name, page in tour(site, *speakers(site, "en"))}
    assert [name for name, left in found.items() if not left and not name.startswith("{s}")] == []
    assert len({piece for left in found.values() for piece in left}) > len(pieces) / 2


def test_the_command_explains_itself_in_the_readers_language(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(argparse, "_", argparse._)  # type: ignore[attr-defined]  # put back afterwards
    monkeypatch.setenv("LC_ALL", "es_VE.UTF-8")
    parser = cli._parser()
    helps = [parser.format_help()]
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    helps += [command.format_help() for command in commands.choices.values()]
    said = " ".join(" ".join(helps).split())
    assert said.startswith("uso: comuna")
    assert left_in(said, english()) == []
