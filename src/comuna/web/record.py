"""The record: a page, Markdown, a PDF and data, all from the frozen text alone."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
from bs4 import BeautifulSoup
from starlette.responses import JSONResponse, Response

from comuna.announce import markup
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.language import LANGUAGES, Language, language
from comuna.messages import moment_said, say, say_all
from comuna.paper import document as paper
from comuna.paper.record import record_pdf
from comuna.rules import minutes
from comuna.rules import record as records
from comuna.rules.gathering import GatheringClosed
from comuna.rules.minutes import Block
from comuna.rules.record import Record
from comuna.store import book, texts
from comuna.store.database import Busy
from comuna.web import sealed
from comuna.web.access import GatheringDoor
from comuna.web.film_drawing import PAPER, Dot, Picture, drawing, icon, pictured
from comuna.web.sealed import Seal


class Kept(msgspec.Struct, frozen=True):
    """A record as it lies beside the book: the frozen text, what it says, the number of the act that names it."""

    text: Text
    record: Record
    act: int


def kept(door: GatheringDoor) -> Kept:
    """The frozen record. Refuses gathering.not_closed, record.erased, record.erased_asked, record.erased_law,
    record.erased_harm, record.erased_mistake."""
    ref = door.gathering.record
    if ref is None:
        raise Refused("gathering.not_closed")
    with door.store.read() as connection:
        text = texts.kept(connection, ref)
        if text is None:
            ground = door.state.erased.get(ref)
            raise Refused(f"record.erased_{ground}" if ground else "record.erased")
        acts = records.of_gathering(book.envelopes(connection, door.book), door.id)
    act = next(e.seq for e in acts if _closes(e, ref))
    return Kept(text, records.thawed(text.body.decode()), act)


def _closes(envelope: Any, ref: str) -> bool:
    act = records.act_in(envelope)
    return isinstance(act, GatheringClosed) and act.record == ref


def chosen(door: GatheringDoor) -> Language:
    """The language asked for with `?language=`, or else the reader's."""
    asked = door.request.query_params.get("language")
    return language(asked) if asked in LANGUAGES else door.words


def show(door: GatheringDoor) -> Response:
    """The record; before the closing, the way to it."""
    if door.gathering.record is None:
        return door.page("record/none.html", status=404)
    found = kept(door)
    door.words = chosen(door)
    r = found.record
    proof = minutes.proof_blocks(book=door.book, act=found.act, digest=found.text.ref)
    return door.page(
        "record/show.html",
        icon=icon,
        record=r,
        act=found.act,
        closed=moment_said(door.words, r.closed_at, r.zone),
        blocks=shown(door.words, minutes.record_blocks(r)),
        proof=shown(door.words, proof, standing=False),
        seal=sealed.of_act(door, found.act),
    )


def proof(door: GatheringDoor) -> Response:
    """The proof that the act which holds the record's digest stands in the book. Refuses gathering.not_closed,
    record.erased."""
    return sealed.proof_file(door, kept(door).act)


class Spoken(msgspec.Struct, frozen=True):
    """A block as a template prints it: its kind, its texts in the reader's language, the block itself."""

    kind: str
    block: Any
    text: str = ""
    items: Sequence[Any] = ()
    picture: Picture | None = None
    icon: str = ""
    anchor: str = ""


def shown(words: Language, blocks: Iterable[Block], *, standing: bool = True) -> list[Spoken]:
    """Blocks for a page, in a language. `standing`: moments get anchors, which a page may have once."""
    return [_spoken(words, block, standing) for block in blocks]


def _spoken(words: Language, block: Block, standing: bool) -> Spoken:
    match block:
        case minutes.Heading(_, line) | minutes.Fine(line):
            return Spoken(_kind(block), block, say(words, line))
        case minutes.Paragraph(lines):
            return Spoken("paragraph", block, say_all(words, lines))
        case minutes.Prose(text):
            return Spoken("prose", block, text)
        case minutes.Bullets(items):
            return Spoken("bullets", block, items=[say(words, item) for item in items])
        case minutes.Steps(items):
            steps = [(moment_said(words, item.at, item.zone), say(words, item.line)) for item in items]
            return Spoken("steps", block, items=steps)
        case minutes.Quote():
            anchor = f"moment-{block.moment}" if standing and block.moment is not None else ""
            shape = icon(block.mark) if block.moment is not None else ""  # type: ignore[arg-type]
            return Spoken("quote", block, remark(words, block), icon=shape, anchor=anchor)
        case minutes.Table(columns, rows):
            cells = [(say(words, head), [[(q, remark(words, q)) for q in cell] for cell in row]) for head, row in rows]
            return Spoken("table", block, items=[[say(words, column) for column in columns], cells])
        case minutes.FilmPicture():
            counts = Counter(m.mark for m in block.moments)
            return Spoken("film", block, picture=pictured(words, dots(block), block.seconds, counts=counts))


def _kind(block: Block) -> str:
    return "heading" if isinstance(block, minutes.Heading) else "fine"


def remark(words: Language, quote: minutes.Quote) -> str:
    """What is known about a contribution, besides its author."""
    return " · ".join(say(words, fact) for fact in quote.facts)


def dots(block: minutes.FilmPicture) -> list[Dot]:
    """The moments of a record's picture."""
    return [Dot(m.number, m.mark, m.seconds or 0) for m in block.moments]


# The record on paper


def as_document(words: Language, found: Kept, seal: Seal) -> paper.Document:
    """The record as a document of plain blocks; at its end what the book proves, the checkpoint, and the proof as a
    code to scan."""
    r = found.record
    proof = minutes.proof_blocks(book=r.book, act=found.act, digest=found.text.ref)
    title = r.page.announcement.title
    return paper.Document(
        title=title or words.text("Record of a session"),
        subtitle=words.text("Record of %(group)s", group=r.group),
        blocks=(
            *(on_paper(words, block) for block in (*minutes.record_blocks(r), *proof)),
            *seal_on_paper(words, seal),
        ),
    )


def seal_on_paper(words: Language, seal: Seal) -> Iterable[paper.Block]:
    """A checkpoint, the proof as a code to scan, and the key to check both with."""
    yield paper.Verbatim(seal.checkpoint.text)
    if seal.code:
        alt = words.text("Proof that act %(number)s stands in the book, as a code to scan", number=seal.act)
        yield paper.Picture(seal.code, alt, width=62)
    yield paper.Fine(words.text("Check it with verify.py and this key of the book:"))
    yield paper.Verbatim(seal.key)


def on_paper(words: Language, block: Block) -> paper.Block:
    """A block of a record as one of paper."""
    match block:
        case minutes.Heading(level, line):
            return paper.Heading(level, say(words, line))
        case minutes.Fine(line):
            return paper.Fine(say(words, line))
        case minutes.Paragraph(lines):
            return paper.Paragraph(say_all(words, lines))
        case minutes.Prose(text, quoted):
            plain = plain_text(text)
            return paper.Quote(plain) if quoted else paper.Paragraph(plain)
        case minutes.Quote(said, by):
            return paper.Quote(said, by, remark(words, block) or None)
        case minutes.Bullets(items):
            return paper.Bullets(tuple(say(words, item) for item in items))
        case minutes.Steps(items):
            steps = (f"{moment_said(words, item.at, item.zone)}: {say(words, item.line)}" for item in items)
            return paper.Bullets(tuple(steps))
        case minutes.Table(columns, rows):
            return paper.Table(
                tuple(say(words, column) for column in columns),
                tuple(
                    ((say(words, head),), *(tuple(_cell(words, quote) for quote in cell) for cell in cells))
                    for head, cells in rows
                ),
            )
        case minutes.FilmPicture():
            svg = drawing(words, dots(block), block.seconds, PAPER)
            return paper.Picture(svg, say(words, block.alt))


BLOCKS: Final = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "td", "th")


def plain_text(source: str) -> str:
    """What Markdown says, without its marks; paragraphs apart, a link's address after its words."""
    soup = BeautifulSoup(markup.to_html(source), "lxml")
    for link in soup.find_all("a", href=True):
        if str(link["href"]).rstrip("/") not in link.get_text():
            link.append(f" ({link['href']})")
    for tag in soup.find_all(BLOCKS):
        tag.append("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in soup.get_text().split("\n\n") if part.strip())


def _cell(words: Language, quote: minutes.Quote) -> str:
    source = ", ".join(part for part in (quote.by, remark(words, quote)) if part)
    return f"{quote.words} ({source})" if quote.words and source else quote.words or source


def markdown(door: GatheringDoor) -> Response:
    """The record as Markdown."""
    words, found = chosen(door), kept(door)
    body = as_document(words, found, sealed.of_act(door, found.act)).to_markdown()
    return Response(body, media_type="text/markdown", headers=_named("record.md"))


def pdf(door: GatheringDoor) -> Response:
    """The record as PDF."""
    found = kept(door)
    body = _set(found, chosen(door), sealed.of_act(door, found.act))
    return Response(body, media_type="application/pdf", headers=_named("record.pdf"))


_setting = threading.Lock()
_sets: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
MOST_SETS: Final = 16
PATIENCE: Final = 5.0
"""Seconds a reader waits while another record is set: one is set at a time, so that readers cannot stop the site."""
_asking = threading.BoundedSemaphore(3)
"""Who may set or wait at a time; others are told at once that the server is busy."""
LARGEST_SET: Final = 400_000
"""Bytes of a record that is set as PDF; setting more takes a minute and a gigabyte, and nobody reads it on paper."""


def _set(found: Kept, words: Language, seal: Seal) -> bytes:
    """The PDF of a record: it is frozen, so it is set once for each language and checkpoint. Refuses record.too_long.
    Raises Busy."""
    key = (found.text.ref, words.code, seal.checkpoint.text)
    return set_once(key, len(found.text.body), lambda: record_pdf(words, as_document(words, found, seal)))


def set_once(key: tuple[str, ...], length: int, make: Callable[[], bytes]) -> bytes:
    """What `make` sets, kept under `key` for whoever asks next; one is set at a time. `length`: bytes of what is set.
    Refuses record.too_long. Raises Busy."""
    if length > LARGEST_SET:
        raise Refused("record.too_long")
    if key not in _sets:
        if not _asking.acquire(blocking=False):
            raise Busy("other records are being set")
        try:
            return _set_alone(key, make)
        finally:
            _asking.release()
    return _sets[key]


def _set_alone(key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    if key not in _sets:
        if not _setting.acquire(timeout=PATIENCE):
            raise Busy("another record is being set")
        try:
            if key not in _sets:
                _sets[key] = make()
                while len(_sets) > MOST_SETS:
                    _sets.popitem(last=False)
        finally:
            _setting.release()
    return _sets[key]


def data(door: GatheringDoor) -> Response:
    """The frozen text with its secret: HMAC-SHA256(secret, domain followed by body) is the digest in the book."""
    found = kept(door)
    return JSONResponse(
        {
            "book": door.book,
            "act": found.act,
            "digest": found.text.ref,
            "secret": found.text.secret.hex(),
            "domain": "comuna/text/1",
            "body": found.text.body.decode(),
        },
        headers=_named("record.json"),
    )


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{name}"'}
