"""The catalogues hold what the code says, nothing more and nothing less, and Spanish pages are Spanish throughout."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from comuna import cli, cosigning
from comuna.kernel import note
from comuna.kernel.text import Text
from comuna.kernel.text import text as a_text
from comuna.language import LANGUAGES, Language
from comuna.rules import assembly, charter, custody, eligibility
from comuna.rules.hall import Hall
from comuna.store import book_keys, checkpoints, cosignatures, schema, witness
from comuna.store.book import Decide
from comuna.store.leaves import leaves
from tests.cast import AMARU, INES, World, an_id
from tests.golden_assemblies import MEMBERS, assemble
from tests.golden_charters import GOLDEN_CHARTER
from tests.touring_works import at_work
from tests.web.conftest import Site, site  # noqa: F401  the fixture
from tests.web.talk import answer, close, release

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "src" / "comuna" / "locale"
TRANSLATED = [code for code in LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]")
LONG = 12
"""An English sentence with a longer piece than this does not stand in a Spanish page by chance."""


@cache
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


EARLY = ["/", "/key", "/organiser", "/new", "/nowhere", "{g}", "{g}/book", "/witness", "/charters"]
EARLY += ["{g}/charter", "/charters/communal-council-2009", "/charters/landsgemeinde", "/charters/nowhere"]
BOOK = ["", "/act/2", "/checking", "/keeping"]
ROOMS = ["", "/people", "/edit", "/postpone", "/cancel", "/notebook", "/discussion", "/comparison", "/film"]
ENDS = ["/close", "/record"]
VIEWS = ["/live", "/wall", "/chair"]
FILES = ["{s}/notebook/notes.md", "{s}/notebook/notes.csv", "{g}/feed.atom"]


def tour(site: Site, rosa: TestClient, guest: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """Every page in the life of a session, by name: announced, talked through, called off, closed."""
    pages = [p.format(s=site.path, g=f"/g/{site.world.book}") for p in EARLY]
    pages += [f"/b/{site.world.book}{room}" for room in BOOK]
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
    yield from witnessing(site, rosa, guest)
    yield from checking(site, rosa, guest)
    yield from amending(site, rosa, guest)
    yield from assembled(site, rosa)
    yield from at_work(site.world, rosa, Told(site.world))
    yield from erasing(site, rosa, guest)


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


def witnessing(site: Site, rosa: TestClient, guest: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """The book's pages while it gets a witness, which is this site itself, and other keys; all that can go wrong."""
    world, b = site.world, f"/b/{site.world.book}"

    def pages(when: str) -> Iterator[tuple[str, str]]:
        for path in (b, f"{b}/act/0", f"{b}/keeping", "/witness"):
            yield f"{when}: {path}", rosa.get(path).text

    key = str(custody.current_key(world.state()))
    yield "no such key", rosa.post("/witness/watch", data={"key": "comuna"}).text
    yield "watched", rosa.post("/witness/watch", data={"key": key}).text
    yield "watched already", rosa.post("/witness/watch", data={"key": key}).text
    yield "no such witness", rosa.post(f"{b}/keeping/witness", data={"witness": "comuna/witness"}).text
    named = world.store.write(witness.own_key)
    rosa.post(f"{b}/keeping/witness", data={"witness": f"{named} https://witness.example.org/witness"})
    yield from pages("named")
    yield "not cosigned", guest.get(f"{b}/checkpoint.cosigned").text
    for trouble in cosigning.TROUBLES:
        world.store.write(lambda tx, what=trouble: cosignatures.trouble(tx, world.book, named.name, what))
        yield f"{trouble}: {b}", guest.get(b).text
    with world.store.read() as connection:
        own = checkpoints.newest(connection, world.store.shelf, world.book)
    seen = world.store.write(lambda tx: witness.add_checkpoint(tx, witness.Request(0, (), own).text))
    signed = own.with_signatures([note.signature(seen.body.rstrip("\n"))])
    at = int(world.store.clock().timestamp())
    world.store.write(lambda tx: cosignatures.cosigned(tx, world.book, named.name, signed, at))
    yield from pages("cosigned")
    rosa.post(f"{b}/keeping/publish")
    rosa.post(f"{b}/keeping/rotate")
    yield from pages("public, with a new key")
    yield "mistyped", rosa.post(f"{b}/keeping/recover", data={"recovery": "A" * 20}).text
    yield "recovered", rosa.post(f"{b}/keeping/recover", data={"recovery": world.recovery}).text
    rosa.post(f"{b}/keeping/dismiss", data={"name": named.name})
    rosa.post(f"{b}/keeping/withdraw")
    yield from pages("withdrawn")
    rosa.post("/witness/forget", data={"origin": own.origin})
    yield "forgotten", rosa.post("/witness/forget", data={"origin": own.origin}).text


def checking(site: Site, rosa: TestClient, guest: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """What is held against the book, and all that this can show."""
    world, b = site.world, f"/b/{site.world.book}"

    def compared(kept: str) -> str:
        return guest.post(f"{b}/checking", data={"kept": kept}).text

    with world.store.read() as connection:
        private = book_keys.private_key(connection, world.book)
        own = checkpoints.newest(connection, world.store.shelf, world.book)

    def signed(size: int) -> str:
        return note.signed_checkpoint(world.book, size, bytes(32), private).text

    proof = rosa.get(f"{b}/act/2/proof").text
    yield "the same", compared(own.text)
    yield "the proof holds", compared(proof)
    world.call(an_id(3))
    yield "the book's past", compared(own.text)
    yield "longer than the book", compared(signed(own.size + 9))
    yield "not signed", compared(own.text.replace(f"\n{own.size}\n", "\n1\n"))
    yield "another book", compared(note.signed_checkpoint(an_id(5), 3, bytes(32), bytes(32)).text)
    yield "no checkpoint", compared("comuna")
    yield "another past", compared(signed(2))
    yield "another past, as long", compared(signed(own.size + 1))
    for path in (b, f"{b}/checking", "/witness"):
        yield f"disputed: {path}", rosa.get(path).text
    for path in ("/act/999999", "/tile/9/000"):
        yield f"no such {path}", rosa.get(b + path).text


class Told:
    """The story of the golden book's assemblies, told in this group's book."""

    def __init__(self, world: World) -> None:
        self.world, self.rosa, self.clock, self.state = world, world.rosa, world.store.clock, world.state

    def text(self, body: str) -> Text:
        return a_text(body, bytes(32))

    def act(self, decide: Decide, *named: Text, by: str = "") -> None:
        world = self.world
        world.store.write(lambda tx: world.store.record(tx, world.book, decide, by=by or world.rosa, with_texts=named))


def amending(site: Site, rosa: TestClient, guest: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """A change of the charter: written wrong, seen, proposed, and proposed again on another charter."""
    page = f"/g/{site.world.book}/charter"
    held = site.world.state().charter
    assert held is not None
    new = held.replace('"seconds_spoken"', '"plain"').replace("value = 90", "value = 30").replace("Session", "Evening")
    new += '[rules.tie]\nvalue = "chair"\nsource = "costumbre"\nvalid_from = "2026-11-01"\n'
    sent = {"amends": charter.digest(held), "charter": new, "reason": "Por claridad"}
    yield "amending", rosa.get(f"{page}/amend").text
    yield "amending nothing", rosa.post(f"{page}/amend", data={**sent, "charter": held}).text
    yield "amending wrongly", rosa.post(f"{page}/amend", data={**sent, "charter": new + "x = 3\n"}).text
    yield "amending seen", rosa.post(f"{page}/amend", data=sent).text
    yield "amending proposed", rosa.post(f"{page}/amend", data={**sent, "do": "1"}).text
    proposed = f"{page}/proposed/{charter.digest(new)}"
    yield "amending further", rosa.get(f"{page}/amend?from={charter.digest(new)}").text
    yield "amending refused", guest.get(proposed).text
    not_decided = {"decision": an_id(1), "digest": charter.digest(new)}
    yield "amending undecided", rosa.post(f"{page}/in-force", data=not_decided).text
    yield "amendments", rosa.get(page).text
    other = held + "\n# otro\n"
    act = assembly.CharterAmended(decision=an_id(1), charter=other, charter_digest=charter.digest(other))
    site.world.act(lambda _: act)
    yield "amendment outdated", rosa.get(proposed).text


def assembled(site: Site, rosa: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """The book of a group whose assemblies did all that an assembly can do."""
    t = Told(site.world)
    digest = charter.digest(GOLDEN_CHARTER)
    t.act(lambda s: assembly.CharterAmended(decision=an_id(1), charter=GOLDEN_CHARTER, charter_digest=digest))
    assemble(t)
    for before in range(site.world.state().size, 0, -100):
        yield f"assemblies before {before}", rosa.get(f"/b/{site.world.book}?before={before}").text
    g, s = f"/g/{site.world.book}", site.world.state()
    held = next(m for m in s.mandates.values() if eligibility.running(m, t.clock().date().isoformat()))
    rosa.post(
        f"{g}/recalls/new", data={"recall": an_id(9), "mandate": held.id, "cause": "accounts", "asked_by": "roll"}
    )
    rosa.post(f"{g}/register/member/{site.world.rosa}", data={"name": "Rosa", "since_vote": "2026-Q1"})
    units = charter.parse(s.charter or "").entries("units")
    for page in (
        "/offices", "/recalls", "/recalls/petition", "/challenges", "/decisions", "/me", f"/recalls/{an_id(9)}",
        f"/recalls/{an_id(9)}/sign", *(f"/recalls/{each}" for each in s.recalls),
        *(f"/offices/stand?unit={unit}&candidate={who}" for unit in units for who in (*MEMBERS[:4], site.world.rosa)),
    ):  # fmt: skip
        yield f"offices: {page}", rosa.get(g + page).text
    for step in ("sign", "sign/take-back", "certify"):
        yield f"recall: {step}", rosa.post(f"{g}/recalls/{an_id(9)}/{step}", data={"signatures": 0}).text


def erasing(site: Site, rosa: TestClient, guest: TestClient) -> Iterator[tuple[str, str]]:  # noqa: F811
    """What is left where words and people were erased; and of a group that moved away."""
    world, b = site.world, f"/b/{site.world.book}"
    digest = guest.get(f"{site.path}/record.json").json()["digest"]
    with world.store.read() as connection:
        (act,) = [n for n, leaf in enumerate(leaves(connection, world.book)) if digest.encode() in leaf]
    yield "its texts", rosa.get(f"{b}/act/{act}").text
    fields = {"act": act, "text": digest, "ground": "asked"}
    yield "erased", rosa.post(f"{b}/act/erase", data=fields).text
    yield "erased already", rosa.post(f"{b}/act/erase", data=fields).text
    yield "an erased record", guest.get(f"{site.path}/record").text
    guest.post(f"{site.path}/notebook/erase-me")
    yield "a participant erased", rosa.get(f"{site.path}/people").text
    yield "an organiser unsure", rosa.post("/organiser/erase").text
    world.store.write(lambda tx: tx.execute(sa.update(schema.heads).values(moved=True)))
    yield "moved away", rosa.post(f"{b}/keeping/publish").text


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
    assert len({piece for left in found.values() for piece in left}) > len(pieces) / 4, "the rest stands on no page"


def helps(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What a command and all commands below it say of themselves."""
    yield parser.format_help()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from helps(below)


def test_the_command_explains_itself_in_the_readers_language(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(argparse, "_", argparse._)  # type: ignore[attr-defined]  # put back afterwards
    monkeypatch.setenv("LC_ALL", "es_VE.UTF-8")
    said = " ".join(" ".join(helps(cli._parser())).split())
    assert said.startswith("uso: comuna")
    assert left_in(said, english()) == []
