"""The visible lines of a pasted or saved HTML page."""

from __future__ import annotations

import re
from typing import Final

import lxml.etree  # type: ignore[import-untyped]  # it ships no types

from comuna.announce.links import Link, bare_links, safe_link
from comuna.announce.saved_hints import Hints, Moment, events_in, moment
from comuna.announce.source import LOOK, LOOK_ALL, READ_LINES, Kind, Line, unbulleted, unread, unsigned
from comuna.announce.vocabulary import word_set

_UNSEEN: Final = word_set(
    "script style template noscript head title svg math object iframe canvas datalist audio video select option"
)
_FURNITURE: Final = frozenset(["nav", "footer", "aside", "form", "button", "dialog", "menu"])
_BLOCKS: Final = word_set(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody "
    "tfoot thead tr ul caption button menu label"
)
_INLINE: Final = word_set(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img input ins kbd map mark meter "
    "nobr output progress q rp rt ruby s samp small span strike strong sub sup textarea time tt u var wbr "
    "td th picture source area link meta base col colgroup track param embed frame frameset marquee "
    "optgroup search hgroup slot o"
)
_KNOWN: Final = _BLOCKS | _INLINE | _UNSEEN
_DEEP: Final = 500
"""Elements open at once, beyond which emphasis and links are not looked for: no person's page has as many."""
_VOID: Final = word_set("area base br col embed hr img input link meta param source track wbr")
_EMPHASIS: Final = frozenset(["b", "strong", "em", "i", "cite", "q", "u"])
_ASIDE: Final = re.compile(
    r"(?:site|main|page|top|primary|global|secondary|nav|social|post|entry|wp|header|mobile|js)?[_-]?(?:menu|nav|navbar"
    r"|navigation|breadcrumbs?|footer|sidebar|cookies?|share|sharing|sharedaddy|social|comments?|respond"
    r"|related|pagination|widget|colophon|sr-only|screen-reader-text|login|toolbar|advert|copyright|contentinfo"
    r"|complementary|search|skip)(?:[_-]?(?:links?|bar|container|wrapper|list|area|menu|nav|inner|icons?|consent|banner"
    r"|form|buttons?|media|posts?|events?|to-content|navigation|header|footer|bottom|top|section|items?))?",
    re.IGNORECASE,
)
"""Classes, ids and roles of what surrounds a page's own text."""
_WRAPPERS: Final = frozenset(["div", "ul", "ol", "section", "span", "p", "a", "table"])
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MARK: Final = re.compile("\ue000(\\d+)\ue001 ?")
_SPACE: Final = re.compile(r"[ \t\r\f\xa0\u200b]+")


class _Reader:
    """Receives the page's elements and text from the parser and gathers lines. Nesting has no limit, since no tree
    is built: a page whose elements are nested thousands deep would lose its text in one."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.unread: list[str] = []
        self.unread_numbers: dict[int, None] = {}
        self.number = 1
        self.open: list[str] = []
        self.unseen = 0
        self.furniture = 0
        self.hidden: list[int] = []
        self.lists = 0
        self.ordered: list[bool] = []
        self.pre = 0
        self.looked = 0
        self.gap = True
        self.term = False
        self.beyond = False
        self.asides: list[int] = []
        self.hints = Hints()
        self.gathered: list[str] | None = None
        self.gathered_at: list[int] = []
        self.gathering = ""
        self._begin("text", 0)

    def _begin(self, kind: Kind, level: int) -> None:
        self.kind: Kind = kind
        self.level = level
        self.words: list[str] = []
        self.length = 0
        self.numbers: list[int] = []
        self.links: list[Link] = []
        self.emphasis: list[tuple[int, int]] = []
        self.anchor: tuple[int, str] | None = None
        self.strong: list[int] = []
        self.ordinal = False
        self.cell_at: list[int] = []
        self.stamps: list[Moment] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.beyond:
            self._start_beyond(tag, attributes)
            return
        if len(self.open) >= _DEEP and tag in _INLINE:
            if tag == "br":
                self._flush(soft=True)
            return
        if tag not in _KNOWN and "-" not in tag and ":" not in tag and len(self.open) < _DEEP:
            self.data(f"<{' '.join([tag, *(f'{k}={v}' if v else k for k, v in attributes.items())])}>")
            return
        if tag == "dd" and self.term and self.length:
            self._put(" " if "".join(self.words).rstrip().endswith(":") else ": ")
        elif tag in {"p", "div", "section", "article"} and (not self.length or self.term):
            self.gap = self.gap or not self.length
        elif tag in _BLOCKS or tag == "br":
            self._flush(soft=tag == "br")
        self.term = self.term and tag in {"dd", "p", "div"}
        if tag in _VOID:
            if tag == "img" and attributes.get("alt", "").strip() and not self.unseen:
                self.data(f" {_MARK.sub('', attributes['alt'])} ") if len(attributes["alt"]) < 8 else None
            return
        if attributes and tag in _WRAPPERS and _is_aside(attributes):
            self._flush(soft=True)
            self.furniture += 1
            self.asides.append(len(self.open) + 1)
        self.open.append(tag)
        style = attributes.get("style", "")
        if tag in _UNSEEN or "hidden" in attributes or (style and _HIDDEN.search(style)):
            self.unseen += 1
            self.hidden.append(len(self.open))
        if tag in _FURNITURE:
            self.furniture += 1
        self._opened(tag, attributes)

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"ul", "ol"}:
            self.lists += 1
            self.ordered.append(tag == "ol")
        elif tag == "li":
            self.kind, self.level = "bullet", min(max(0, self.lists - 1), 20)
            self.ordinal = bool(self.ordered and self.ordered[-1])
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.kind, self.level = "heading", int(tag[1])
        elif tag == "pre":
            self.pre += 1
        elif tag == "time" and not self.unseen and (stamp := moment(attributes.get("datetime", ""))):
            self.stamps.append(stamp)
        elif tag == "title" or (
            tag == "script" and attributes.get("type", "").strip().lower() == "application/ld+json"
        ):
            self.gathering, self.gathered, self.gathered_at = tag, [], [self.number]
        elif tag in {"td", "th"}:
            if self.length:
                self.cell_at.append(self.length)
                self._put(" | ")
        elif tag == "a":
            if self.links and self.links[-1].end == self.length and not self.words[-1].endswith(" "):
                self._put(" ")  # buttons that only their style keeps apart
            self.anchor = (self.length, _MARK.sub("", attributes.get("href", "")).strip())
        elif tag in _EMPHASIS:
            self.strong.append(self.length)

    def _start_beyond(self, tag: str, attributes: dict[str, str]) -> None:
        """Past as much as is looked at, where only the words are kept, and where links go."""
        if tag in _BLOCKS or tag == "br":
            self._flush(soft=tag == "br")
        if tag in _VOID:
            return
        self.open.append(tag)
        if tag in _UNSEEN:
            self.unseen += 1
            self.hidden.append(len(self.open))
        elif tag == "a" and attributes:
            url = safe_link(_MARK.sub("", attributes.get("href", "")).strip())
            if url and not self.unseen:
                self._put("[")
                self.anchor = (self.length, url)

    def _end_beyond(self, tag: str) -> None:
        if tag in _VOID or not self.open or (tag != self.open[-1] and tag not in self.open[-60:]):
            return
        if tag in _BLOCKS:
            self._flush(soft=False)
        elif tag == "a" and self.anchor is not None:
            self._put(f"]({self.anchor[1]})")
            self.anchor = None
        while self.open:
            closed = self.open.pop()
            if self.hidden and self.hidden[-1] > len(self.open):
                self.hidden.pop()
                self.unseen -= 1
            if closed == tag:
                break

    def end(self, tag: str) -> None:
        if self.beyond:
            self._end_beyond(tag)
            return
        if tag in _VOID or not self.open or (tag != self.open[-1] and tag not in self.open[-60:]):
            return
        if tag == "dt":
            self.term = self.length > 0
        elif tag in _BLOCKS and (self.length or tag not in {"p", "div"}):
            self._flush(soft=False)
        while self.open:
            closed = self.open.pop()
            self._closed(closed)
            if closed == tag:
                break

    def _closed(self, tag: str) -> None:
        if self.hidden and self.hidden[-1] > len(self.open):
            self.hidden.pop()
            self.unseen -= 1
        if tag in _FURNITURE:
            self.furniture -= 1
        if self.asides and self.asides[-1] > len(self.open):
            self._flush(soft=True)
            self.asides.pop()
            self.furniture -= 1
        if tag == self.gathering:
            self._gathered()
        if tag in {"ul", "ol"}:
            self.lists = max(0, self.lists - 1)
            if self.ordered:
                self.ordered.pop()
        elif tag == "pre":
            self.pre -= 1
        elif tag == "a" and self.anchor is not None:
            begin, url = self.anchor
            self.anchor = None
            text = "".join(self.words)[begin:] if len(self.links) < 40 else ""
            if text.strip():
                self.links.append(Link(text, safe_link(url), begin, self.length))
        elif tag in _EMPHASIS and self.strong:
            self.emphasis.append((self.strong.pop(), self.length))

    def _gathered(self) -> None:
        text = "".join(self.gathered or ())
        numbers = tuple(range(self.gathered_at[0], self.number + 1))[:40]
        if self.gathering == "title":
            self.hints.heading, self.hints.heading_numbers = " ".join(text.split())[:300] or None, numbers
        else:
            self.hints.events += events_in(text, numbers)
        self.gathering, self.gathered = "", None

    def data(self, text: str) -> None:
        if self.gathered is not None:
            self.gathered.append(_MARK.sub("", text))
        at = 0
        for match in _MARK.finditer(text):
            self._text(text[at : match.start()])
            self.number = int(match[1])
            at = match.end()
        self._text(text[at:])

    def _text(self, text: str) -> None:
        if self.unseen or not text:
            return
        if self.pre and "\n" in text:
            for part in text.split("\n")[:-1]:
                self._piece(part)
                self._flush(soft=True)
            text = text.rsplit("\n", 1)[-1]
        self._piece(text.replace("\n", " "))

    def _piece(self, text: str) -> None:
        text = _SPACE.sub(" ", text)
        if (not self.length or (self.words and self.words[-1].endswith(" "))) and text.startswith(" "):
            text = text[1:]
        if not text:
            return
        if text.strip() and (not self.numbers or self.numbers[-1] != self.number):
            self.numbers.append(self.number)
        self._put(text)

    def _put(self, text: str) -> None:
        self.words.append(text)
        self.length += len(text)

    def comment(self, text: str) -> None:
        marks = _MARK.findall(text[-4_000:])
        if marks:
            self.number = int(marks[-1])

    def _flush(self, *, soft: bool) -> None:
        """Ends the line. A soft end, at `<br>`, keeps what kind of line follows."""
        if self.beyond:
            text = "".join(self.words).rstrip()
            if text:
                self.unread.append(text)
                self.unread_numbers.update(dict.fromkeys(self.numbers))
            self.words, self.numbers, self.length, self.anchor = [], [], 0, None
            return
        if not self.length:
            if not soft:
                self.gap = self.gap or self.kind != "bullet"
                self.kind, self.level, self.ordinal = "text", 0, False
            return
        text = "".join(self.words).rstrip()
        if text:
            self._keep(text)
            self.gap = False
        if not soft:
            self.gap = self.gap or self.kind != "bullet"
        self._begin("text", 0)

    def _keep(self, text: str) -> None:
        seen = len(self.lines) < READ_LINES and self.looked < LOOK_ALL
        self.looked += len(text)
        numbers = tuple(dict.fromkeys(self.numbers))
        raw = self._markdown(text)
        if not seen:
            self.unread.append(raw)
            self.unread_numbers.update(dict.fromkeys(numbers))
            self.beyond = True
            return
        cells = tuple(c.strip() for c in text.split(" | ")) if self.cell_at else ()
        whole = len(text) <= LOOK
        text = text[:LOOK]
        if len(cells) == 2 and 0 < len(self.cell_at) == 1:
            text = text.replace(" | ", " " if cells[0].endswith(":") else ": ", 1)
        links = [k for k in self.links if k.end <= len(text) + 1] if not self.cell_at else self._cell_links(text)
        links += [b for b in bare_links(text) if not any(b.start < k.end and k.start < b.end for k in links)]
        emphasis = () if self.cell_at else tuple(self.emphasis)
        line = Line(
            numbers, self.kind, self.level, text, raw, tuple(links), emphasis, gap=self.gap, ordinal=self.ordinal,
            furniture=self.furniture > 0, whole=whole, cells=cells, indent=self.level,
        )  # fmt: skip
        self.hints.stamps += [(len(self.lines), stamp) for stamp in self.stamps[:4] if not line.furniture]
        self.lines.append(unbulleted(unsigned(line)))

    def _cell_links(self, text: str) -> list[Link]:
        links, at = [], 0
        for link in self.links:
            begin = text.find(link.text.strip(), at)
            if begin >= 0:
                at = begin + len(link.text.strip())
                links.append(Link(link.text.strip(), link.url, begin, at))
        return links

    def _markdown(self, text: str) -> str:
        parts, at = [], 0
        for link in self.links:
            if link.url and link.text.strip() != link.url and at <= link.start and link.end <= len(text):
                parts += [text[at : link.start], f"[{link.text.strip()}]({link.url})"]
                at = link.end
        body = "".join(parts) + text[at:]
        if self.kind == "heading":
            return f"{'#' * self.level} {body}"
        if self.kind == "bullet":
            return f"{'  ' * self.level}- {body}"
        return body

    def close(self) -> list[Line]:
        self._flush(soft=False)
        if sum(not line.furniture for line in self.lines) < 2:
            for line in self.lines:
                line.furniture = False
        if self.unread:
            self.lines.append(unread(self.unread, tuple(self.unread_numbers), gap=True))
        return self.lines


def _is_aside(attributes: dict[str, str]) -> bool:
    names = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('role', '')}"
    return any(_ASIDE.fullmatch(name) for name in names[:300].split())


def html_page(text: str) -> tuple[list[Line], Hints]:
    """The visible lines of an HTML page, each with the source lines its words stand on, and its hints. A mark set
    behind every line break tells them apart however the parser cuts the text."""
    text = text.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")
    parts = text.split("\n")
    marked = parts[0] + "".join(f"\n\ue000{n}\ue001 {part}" for n, part in enumerate(parts[1:], 2))
    reader = _Reader()
    parser = lxml.etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    parser.feed(marked.encode("utf-8"))
    lines: list[Line] = parser.close()
    return lines, reader.hints
