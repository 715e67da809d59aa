"""Readings that no list gives: named in a sentence, or on a line of quoted titles."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.links import is_meeting
from comuna.announce.reading_words import KIND_WORDS
from comuna.announce.sheet import Sheet, clean, unquoted, words
from comuna.announce.vocabulary import fold
from comuna.rules.announcement import Reading

_KIND: Final = re.compile(rf"\b(?:{KIND_WORDS})\b")
_READ: Final = re.compile(
    r"\b(?:we(?:'ll| will|'re| are)(?: be)? (?:read(?:ing)?|discuss(?:ing)?)|reading|please read"
    r"|discussion of|leeremos|vamos a leer|leemos|estamos leyendo|lectura (?:y discusion )?de|discutiremos"
    r"|comentaremos|conversaremos sobre|read)\b(?P<between>[^.!?“«\"]{0,60}?)$"
)
_BY_SOMEONE: Final = re.compile(
    r"[A-ZÁÉÍÓÚÑ][\w'’-]+(?:\s(?:(?:of|the|and|in|for|to|a|without|from|with|on|de|la|el|los|las|del|y|en|sin|por|para)\s)"
    r"{0,3}[A-ZÁÉÍÓÚÑ\d][\w'’-]*){1,9}(?=,?\s(?:by|de|por)\s[A-ZÁÉÍÓÚÑ])"
)
"""A name in capitals in front of its author's."""
_AND: Final = re.compile(r"(?P<between>[\s,]{0,3}(?:[^.!?;]{0,40}\s)?(?:y|e|and|&|,)\s(?:[^.!?;:]{0,40}\s)?)")
"""What joins a second title to the first."""
_QUOTED: Final = re.compile(r"[“«\"]([^“”«»\"]{2,140})[”»\"]")


def only_titles(sheet: Sheet, film_title: str | None) -> list[tuple[int, Reading, bool]]:
    """On a reading group's page, a line of nothing but quoted titles."""
    talk = " ".join(line.folded for line in sheet.lines[:40] if line.seen)
    if not re.search(
        r"\b(?:reading (?:group|circle)|book (?:club|group)|(?:circulo|club|grupo) de lectura"
        r"|study (?:group|circle))\b",
        talk,
    ):
        return []
    for index in sheet.free()[:40]:
        text = sheet.lines[index].text
        names = [unquoted(clean(m[1])) for m in _QUOTED.finditer(text)]
        left = words(_QUOTED.sub(" ", text))
        if (
            names
            and all(words(n) for n in names)
            and all(w in {"and", "y", "by", "de", "e"} for w in left)
            and film_title not in names
        ):
            sheet.take(index)
            return [(index, Reading(title=name), False) for name in names]
    return []


def in_prose(sheet: Sheet, film_title: str | None, before: int = 1_500) -> list[tuple[int, Reading, bool]]:
    """A quoted, italic or linked name behind "we will read", or one in capitals before its author's."""
    found: list[tuple[int, Reading, bool]] = []
    for index in sheet.free():
        if index >= before:
            break
        line = sheet.lines[index]
        spans = [(m.start(), m.end(), m[1]) for m in _QUOTED.finditer(line.text[:3_000])]
        spans += [(b, e, line.text[b:e]) for b, e in line.emphasis if e - b < 140]
        spans += [(k.start, k.end, k.text) for k in line.links if "/" not in k.text and len(words(k.text)) > 1]
        spans += [(m.start(), m.end(), m[0]) for m in _BY_SOMEONE.finditer(line.text[:3_000])]
        last = 0
        for begin, end, name in sorted(spans):
            read = _READ.search(line.folded[max(0, begin - 110) : begin]) or (
                _AND.fullmatch(line.folded[last:begin]) if last and begin >= last else None
            )
            title = unquoted(clean(name))
            if (
                not read
                or not words(title)
                or any(f[1].title == title for f in found)
                or (film_title and fold(title) == fold(film_title))
            ):
                continue
            link = next((k.url for k in line.links if k.start <= begin + 1 and k.end >= end - 1), None) or next(
                (
                    k.url
                    for k in line.links
                    if 0 <= k.start - end <= 3 and not re.search(r"\w", line.text[end : k.start])
                ),
                None,
            )
            base = max(0, begin - 110) if read.re is _READ else last
            between = line.text[base + read.start("between") : base + read.end("between")]
            kinds = [between[k.start() : k.end()] for k in _KIND.finditer(fold(between))]
            kind = kinds[-1] if kinds and not kinds[-1].startswith(("chapter", "capitulo")) else None
            author = re.match(
                r",?\s*((?:by|de|por)\s(?:(?:[A-ZÁÉÍÓÚÑ]\.|[A-ZÁÉÍÓÚÑ][\w'’-]+)\s?(?:de\s|van\s|von\s|y\s"
                r"|and\s|del\s|la\s)?){1,5})",
                line.text[end : end + 90],
            )
            addresses = [k for k in line.links if k.start >= end and "/" in k.text and k.url and not is_meeting(k.url)]
            if link is None and len(addresses) == 1 and addresses[0].start - end < 90:
                link = addresses[0].url
            link = link or _link_below(sheet, index, len(found))
            found.append(
                (
                    index,
                    Reading(title=title, link=link, kind=kind, remark=author[1].strip(" .") if author else None),
                    False,
                )
            )
            sheet.take(index, begin, begin)
            last = end
            if len(found) > 20:
                return found
    return found


def _link_below(sheet: Sheet, index: int, at: int) -> str | None:
    """The address under a line that ends "PDF here:"."""
    below = sheet.lines[index + 1] if index + 1 < len(sheet.lines) else None
    if below is None or not below.seen or not sheet.lines[index].text.endswith(":"):
        return None
    link = next((k for k in below.links if k.text == below.text.strip()), None)
    if link is None or link.url is None or is_meeting(link.url):
        return None
    sheet.note(f"readings[{at}].link", "found", index + 1)
    sheet.finish(index + 1)
    return link.url
