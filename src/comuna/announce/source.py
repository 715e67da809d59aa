"""A page's text as lines: what kind of line each is, its words without the markup, its links, where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Literal

from comuna.announce.dates import MONTH_NAMES
from comuna.announce.links import Link, bare_links, safe_link
from comuna.announce.vocabulary import SIGNS, fold
from comuna.kernel.refusal import Refused

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from comuna.announce.saved_hints import Hints

LIMIT: Final = 2_000_000
"""Bytes of the longest page that is read."""
LOOK: Final = 6_000
"""Characters of a line that are looked at; what follows is kept, in the description."""
READ_LINES: Final = 1_500
"""Lines of a page that are looked at; a page that goes on has said by then what it announces."""
LOOK_ALL: Final = 200_000
"""Characters of a page that are looked at."""
JOINED: Final = 30
"""Source lines that one wrapped paragraph may have."""

Kind = Literal["heading", "bullet", "text"]
Span = tuple[int, int]


@dataclass(slots=False)
class Line:
    """A line of the page, or a paragraph that was wrapped onto several. `text` is without markup and leading emoji;
    `raw` is Markdown, for the description. `level` is a heading's, or how deep a bullet is nested."""

    numbers: tuple[int, ...]
    kind: Kind
    level: int
    text: str
    raw: str
    links: tuple[Link, ...] = ()
    emphasis: tuple[Span, ...] = ()
    sign: str | None = None
    gap: bool = False
    indent: int = 0
    quote: bool = False
    ordinal: bool = False
    furniture: bool = False
    seen: bool = True
    whole: bool = True
    cells: tuple[str, ...] = field(default=())

    @cached_property
    def folded(self) -> str:
        """The text as it is compared."""
        return fold(self.text)

    @property
    def bold(self) -> bool:
        """All of it is emphasised, as people write a heading where there are none."""
        return any(b <= 2 and e >= len(self.text.rstrip(" :.!")) - 1 for b, e in self.emphasis) and bool(self.text)


def decode(page: str | bytes) -> str:
    """The page as text with `\\n` at the end of lines. Refuses page.too_long, page.binary and page.empty."""
    if len(page) > LIMIT:
        raise Refused("page.too_long", limit=LIMIT)
    text = page if isinstance(page, str) else _decoded(page)
    if "\x00" in text:
        raise Refused("page.binary")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    text = re.sub(r"[\x01-\x08\x0e-\x1b\x1f\x7f\ud800-\udfff]", "\ufffd", text)
    if not text.strip(" \t\n\u200b\ufeff\u00a0"):
        raise Refused("page.empty")
    return text


def _decoded(page: bytes) -> str:
    if page.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return page.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused("page.binary") from error
    if b"\x00" in page:
        raise Refused("page.binary")
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError:
        pass
    controls = sum(page.count(bytes([c])) for c in (*range(1, 9), *range(14, 27), *range(28, 32)))
    if controls > len(page) // 100:
        raise Refused("page.binary")
    try:  # old Spanish pages and mails
        return page.decode("cp1252")
    except UnicodeDecodeError:
        return page.decode("latin-1")


_HTML: Final = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|div|p|table|ul|ol|dl|h[1-6]|article"
    r"|section|main|header"
    r"|span|br|b|strong|center|font|meta|title|style|script|nav)\b[^<]{0,2000}>", re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_HTML_INSIDE: Final = re.compile(r"</(?:p|div|li|h[1-6]|table|td|tr|ul|ol|body|html|section|dd)\s*>", re.IGNORECASE)


def is_html(text: str) -> bool:
    """The page is HTML: it starts as such, or closes block after block."""
    return _HTML.match(text[:4_500]) is not None or len(_HTML_INSIDE.findall(text[:60_000])) >= 3


def lines_of(text: str) -> tuple[list[Line], Hints | None]:
    """The page's lines, from plain text, Markdown or HTML, and what HTML says out of sight. No line with anything on
    it is left out."""
    if is_html(text):
        from comuna.announce.saved_html import html_page  # lxml only where there is HTML

        return html_page(text)
    return _joined(_markdown_lines(text)), None


_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)[\s#]*$")
_UNDERLINE: Final = re.compile(r"\s{0,3}(=+|-{3,})\s*$")
_DECORATION: Final = re.compile(r"^[\s|:\-=_*~#.•·─━═—–+<>/\\]*$")
_BULLET: Final = re.compile(
    r"(?:([-*+•·‣◦▪▫●○■□–—►▶➤➢→»✓✔✅☐☑◆◇⁃∙🔹🔸🔸▸⭐⚫👉])\ufe0f?\s+|\[[ xX]\]\s+"
    r"|((?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})(?:\)|\.-|[.])\s+|\d{1,2}(?:[º°ª][.)]?-?|[.)]?[º°ª]\)?|[.)]-)\s+|\(\d{1,2}\)\s+"
    r"|[0-9]\ufe0f?\u20e3\s*|P\d\s*[:.)]\s+|Q\d\s*[:.)]\s+))(?=\S)"
)
_NOT_ORDINAL: Final = re.compile(
    rf"(?:\d{{1,2}}\.\s+(?:{MONTH_NAMES})\b|[a-z]\.\s?m\."
    r"|[A-Z]\.\s)",
    re.IGNORECASE,
)
_SHORTCODES: Final = re.compile(r"^(?::[a-z][a-z0-9_+-]{2,30}:\s*)+")
_STAMP: Final = re.compile(
    r"\[?\d{1,2}/\d{1,2}/\d{2,4},?\s\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?\s?m\.?)?\]?\s(?:-\s)?[^:\n]{1,40}:"
    r"\s"
)


def _markdown_lines(text: str) -> list[Line]:
    lines: list[Line] = []
    indents: list[int] = []
    gap, looked = True, 0
    sources = text.split("\n")
    for number, source in enumerate(sources, 1):
        if not source.strip():
            gap = True
            continue
        if len(lines) >= READ_LINES or looked >= LOOK_ALL:
            numbers = tuple(n for n, rest in enumerate(sources[number - 1 :], number) if rest.strip())
            lines.append(unread([rest.rstrip() for rest in sources[number - 1 :]], numbers, gap=gap))
            break
        looked += len(source)
        underline = _UNDERLINE.match(source)
        if underline and lines and not gap and lines[-1].kind == "text" and len(lines[-1].text) < 150:
            last = lines[-1]  # a heading of the older kind
            last.kind, last.level = "heading", 1 if underline[1][0] == "=" else 2
            last.numbers, last.raw = (*last.numbers, number), last.raw + "\n" + source
            continue
        for piece in re.split(r"<br\s*/?>", source, flags=re.IGNORECASE) if "<" in source else [source]:
            if piece.strip() or piece == source:
                lines.append(_line(piece, number, gap, indents))
                gap = lines[-1].quote and not lines[-1].text
    _unquote(lines)
    return lines


def _unquote(lines: list[Line]) -> None:
    """A page most of which is quoted is a mail that someone passed on, and its quotations are its text."""
    quoted = [line for line in lines if line.quote and line.text]
    if len(quoted) > 5 and len(quoted) * 5 > sum(bool(line.text) for line in lines) * 2:
        for line in quoted:
            line.quote = False


def unread(rest: list[str], numbers: tuple[int, ...], *, gap: bool) -> Line:
    """What comes after as much as is looked at, kept as one."""
    raw = re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).rstrip("\n")
    return Line(numbers, "text", 0, "", raw, gap=gap, seen=False, whole=False)


def _line(source: str, number: int, gap: bool, indents: list[int]) -> Line:
    raw = source.rstrip()
    body = raw[:LOOK].expandtabs(4)
    indent = len(body) - len(body.lstrip())
    body = body.strip()
    quote = body.startswith(">")
    while body.startswith(">"):
        body = body[1:].lstrip()
    stamp = _STAMP.match(body)
    if stamp:
        body = body[stamp.end() :]
    body = _SHORTCODES.sub("", body)
    cells = _cells(body)
    if cells:
        body = (
            ": ".join(cells)
            if len(cells) == 2 and not cells[0].endswith(":")
            else (" | " if len(cells) > 2 else " ").join(cells)
        )
    if _DECORATION.match(body):
        body = ""
    kind, level, ordinal, body = _kind(body, indent, indents, gap)
    words, links, emphasis = inline(body)
    line = Line((number,), kind, level, words, raw, links, emphasis, gap=gap, indent=indent, quote=quote,
                ordinal=ordinal, whole=len(raw) <= LOOK, cells=cells)  # fmt: skip
    return unsigned(line)


def _cells(body: str) -> tuple[str, ...]:
    if not (body.startswith("|") and body.endswith("|") and len(body) > 2):
        return ()
    return tuple(c.strip() for c in body[1:-1].split("|") if c.strip())


def _kind(body: str, indent: int, indents: list[int], gap: bool) -> tuple[Kind, int, bool, str]:
    heading = _HEADING.match(body)
    if heading:
        indents.clear()
        return "heading", len(heading[1]), False, heading[2]
    bullet = _BULLET.match(body)
    if bullet and not (bullet[2] and _NOT_ORDINAL.match(body)) and not _DECORATION.match(body):
        rest = body[bullet.end() :]
        again = re.match(r"\[[ xX]\]\s+", rest)
        while indents and indents[-1] > indent:
            indents.pop()
        if not indents or indents[-1] < indent:
            indents.append(indent)
        return "bullet", len(indents) - 1, bool(bullet[2]), rest[again.end() :] if again else rest
    if gap and not indent:
        indents.clear()
    return "text", 0, False, body


_MARKS: Final = re.compile(r"[\[<*_`&\\~]")
_TAG: Final = re.compile(
    r"</?(?:b|i|em|strong|u|span|font|small|mark|sup|sub|cite|q|code|p|div|center|a)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  # safe_link judges, for the note of it
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # the page's own spelling
    return parser


def inline(body: str) -> tuple[str, tuple[Link, ...], tuple[Span, ...]]:
    """A line's words without the markup, its links and its emphasised stretches."""
    if not _MARKS.search(body):
        return body, tuple(bare_links(body)), ()
    if len(body) > 3_000 and body.count("[") > 60:  # no person's line; brackets cost most
        return body, tuple(bare_links(body[:3_000])), ()
    body = _TAG.sub("", body)
    tokens = _parser().parseInline(body)[0].children or []
    words = ""
    links: list[Link] = []
    emphasis: list[Span] = []
    opened: list[tuple[int, str]] = []
    starts: list[int] = []
    for token in tokens:
        if token.type in {"text", "code_inline", "html_inline", "text_special"}:
            words += token.content
        elif token.type in {"softbreak", "hardbreak"}:
            words += " "
        elif token.type == "image":
            words += token.content
        elif token.type == "link_open":
            opened.append((len(words), str(token.attrGet("href") or "")))
        elif token.type == "link_close" and opened:
            start, url = opened.pop()
            links.append(Link(words[start:], safe_link(url), start, len(words)))
        elif token.type.endswith("_open"):
            starts.append(len(words))
        elif token.type.endswith("_close") and starts:
            emphasis.append((starts.pop(), len(words)))
    links += [b for b in bare_links(words) if not any(b.start < k.end and k.start < b.end for k in links)]
    return words, tuple(sorted(links, key=lambda k: k.start)), tuple(emphasis)


def unbulleted(line: Line) -> Line:
    """The line without the number or bullet that was typed before it, as a bullet of its own."""
    bullet = _BULLET.match(line.text[:200])
    if (
        line.kind != "text"
        or not bullet
        or (bullet[2] and _NOT_ORDINAL.match(line.text[:40]))
        or line.text[bullet.end() :] == ""
    ):
        return line
    shift = bullet.end()
    line.kind, line.level, line.ordinal, line.text = "bullet", 0, bool(bullet[2]), line.text[shift:]
    line.links = tuple(Link(k.text, k.url, max(0, k.start - shift), k.end - shift) for k in line.links if k.end > shift)
    line.emphasis = tuple((max(0, b - shift), e - shift) for b, e in line.emphasis if e > shift)
    return line


_EMOJI: Final = (
    r"\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\u2300-\u23FF\u2190-\u21FF"
    r"\u200d\uFE0F\u20E3\u3030\u00a9\u00ae\u25a0-\u25ff\U000E0020-\U000E007F"
)
_LEADING: Final = re.compile(rf"[\s{_EMOJI}~•·|]+")
_TRAILING: Final = re.compile(rf"[\s{_EMOJI}]+$")


def unsignalled(text: str) -> str:
    """The text without the emoji at its end."""
    trailing = _TRAILING.search(text[-40:])
    return text[: len(text) - len(trailing[0])] if trailing else text


def unsigned(line: Line) -> Line:
    """The line without the emoji around it; the first that means a field becomes its `sign`."""
    leading = _LEADING.match(line.text)
    start = leading.end() if leading else 0
    tail = line.text[-40:]
    trailing = _TRAILING.search(tail)
    end = len(line.text) - (len(tail) - trailing.start() if trailing else 0)
    if end <= start:
        return line
    line.sign = next((SIGNS[c] for c in line.text[:start] if c in SIGNS), None)
    if start == 0 and end == len(line.text):
        return line
    line.text = line.text[start:end]
    line.links = tuple(
        Link(k.text, k.url, max(0, k.start - start), min(k.end, end) - start)
        for k in line.links
        if k.end > start and k.start < end
    )
    line.emphasis = tuple((max(0, b - start), min(e, end) - start) for b, e in line.emphasis if e > start and b < end)
    return line


_DASHED: Final = re.compile(r"\s[–—-]\s")
_LABELLED: Final = re.compile(r"[^\s:][^:]{0,28}:(?:\s|$)")


def _joined(lines: list[Line]) -> list[Line]:
    """Paragraphs and bullets that were wrapped onto several source lines, each as one line."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and _continues(last, line):
            _append(last, line)
        else:
            joined.append(line)
    return joined


def _continues(last: Line, line: Line) -> bool:
    if (
        line.gap
        or line.kind != "text"
        or not (line.seen and last.seen)
        or line.quote != last.quote
        or line.sign
        or line.cells
    ):
        return False
    if len(last.numbers) >= JOINED or len(last.text) > LOOK or last.kind == "heading" or not line.text:
        return False
    if _LABELLED.match(line.text) or last.text.endswith(":"):
        return False
    starts_low = line.text[0].islower() or line.text[0] in "(,;"
    tail = last.raw.rsplit("\n", 1)[-1]
    if last.kind == "bullet":
        return line.indent > last.indent or (starts_low and len(tail) >= 50)
    if last.bold or line.bold or len(tail) < 50:
        return False
    listed = line.text[0] in '[“«"*' or _DASHED.search(line.text) is not None or _DASHED.search(tail) is not None
    address = bool(last.links) and last.links[-1].end >= len(last.text.rstrip())  # nobody goes on behind an address
    return starts_low or (
        not listed and not address and len(tail) >= 62 and tail.rstrip()[-1:] not in '.!?…)"”»' and len(line.text) > 2
    )


def _append(last: Line, line: Line) -> None:
    shift = len(last.text) + 1
    last.text += " " + line.text
    last.__dict__.pop("folded", None)
    last.raw += "\n" + line.raw
    last.numbers += line.numbers
    last.links += tuple(Link(k.text, k.url, k.start + shift, k.end + shift) for k in line.links)
    last.emphasis += tuple((b + shift, e + shift) for b, e in line.emphasis)
    last.whole = last.whole and line.whole
