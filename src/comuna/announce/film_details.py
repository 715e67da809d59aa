"""What the page says of a film besides its title: year, link and quoted description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from comuna.announce.links import Link, is_meeting, is_video
from comuna.announce.sheet import Part, Sheet, tidy, unquoted, words
from comuna.announce.vocabulary import ABSENT, fold

YEAR: Final = re.compile(r"(?<![\d/.-])(?:18[89]\d|19\d\d|20\d\d)(?![\d/:-]|\.\d)")
BLURB: Final = re.compile(r"[“«\"]([^“”«»\"]{60,}(?:[“\"'‘][^”»\"]{0,200}[”\"'’][^“”«»\"]{0,2000}){0,3})[”»\"]")
_MISSING: Final = re.compile(
    r"[\[(]?\b(?:link to (?:the )?(?:film|video|movie|documentary)|(?:film|video|movie) link|(?:link"
    r"|enlace) (?:de|a|al|del?|a la|de la) (?:la |el )?(?:video|pelicula|documental|film)|link"
    r"|enlace)\b[\s:]*"
    r"(?:(?:to be (?:announced|confirmed|sent|shared)|tba|tbc|to follow|coming soon|will be (?:sent|shared"
    r"|posted)[^.\])]{0,40}|por confirmar|pendiente|proximamente|a confirmar|se (?:enviara"
    r"|compartira)[^.\])]{0,40})[\])]?|(?=\])\])"
)
_NOT_FILM_LINK: Final = re.compile(r"\b(?:trailer|avance|teaser|review|resena|imdb|wikipedia)\b")


@dataclass(slots=True)
class Draft:
    """A film while it is read: where it was found, and what stood behind its title."""

    title: str = ""
    year: int | None = None
    link: str | None = None
    description: str | None = None
    at: int = 0
    rest: str = ""


def details(sheet: Sheet, draft: Draft) -> None:
    """Year and description that stand beside their own labels."""
    for part in sheet.labelled("film.year"):
        year = YEAR.search(sheet.text(part))
        if year and draft.year is None and part.line > draft.at:
            draft.year = int(year[0])
            sheet.note("film.year", "found", part.line)
            sheet.take(part.line)
    for part in sheet.labelled("film.description"):
        text = sheet.text(part).strip()
        if text and draft.description is None:
            draft.description = " ".join(unquoted(text).split())
            sheet.note("film.description", "found", part.line)
            sheet.take(part.line)
            _take_opener(sheet, part)


def _take_opener(sheet: Sheet, part: Part) -> None:
    above = next(
        (p for p in sheet.parts if p.field == part.field and p.label and not part.label and p.line == part.line - 1),
        None,
    )
    if above:
        sheet.note("film.description", "found", above.line)
        sheet.take(above.line)


def link(sheet: Sheet, draft: Draft) -> None:
    labelled = sheet.labelled("film.link")
    for part in labelled:
        line = sheet.lines[part.line]
        inside = [k for k in line.links if k.start >= part.start and k.end <= part.end]
        if inside and inside[0].url:
            return _linked(
                sheet, draft, part.line, inside[0], whole=len(words(sheet.text(part))) < 12 or "/" in inside[0].text
            )
        if (inside and inside[0].url is None) or (
            line.text[part.start : part.end].strip() and ABSENT.match(line.folded[part.start : part.end])
        ):
            sheet.note("film.link", "missing", part.line)
            sheet.take(part.line)
            return None
    here = sheet.lines[draft.at]
    for link in here.links:
        if link.url and (is_meeting(link.url) or _NOT_FILM_LINK.search(fold(link.text))):
            continue
        if link.url:
            return _linked(sheet, draft, draft.at, link, whole=False)
        sheet.note("film.link", "missing", draft.at)
        return None
    if _MISSING.search(here.folded):
        sheet.note("film.link", "missing", draft.at)
        return None
    return _link_elsewhere(sheet, draft)


def _linked(sheet: Sheet, draft: Draft, index: int, link: Link, *, whole: bool) -> None:
    draft.link = link.url
    sheet.note("film.link", "found", index)
    sheet.take(index, 0 if whole else link.start, None if whole else link.end)


def _link_elsewhere(sheet: Sheet, draft: Draft) -> None:
    for index in sheet.free(sections=(None, "film")):
        line = sheet.lines[index]
        about = re.search(
            r"\b(?:watch|film|video|movie|documentary|ver(?:la|lo)?|mira(?:la|lo|r)?|pelicula|documental"
            r"|stream|disponible)\b",
            line.folded,
        )
        for link in line.links:
            if _NOT_FILM_LINK.search(line.folded) or (link.url and is_meeting(link.url)):
                continue
            near = sheet.section[index] == "film" or 0 < index - draft.at <= 3
            if link.url and ((is_video(link.url) and (near or about)) or (about and near)):
                rest = words(line.text[: link.start] + line.text[link.end :])
                return _linked(sheet, draft, index, link, whole=len(rest) <= 5)
            if link.url is None and about and near:
                sheet.note("film.link", "missing", index)
                sheet.take(
                    index,
                    0 if len(words(line.text)) <= 7 else link.start,
                    None if len(words(line.text)) <= 7 else link.end,
                )
                return None
        if (
            about
            and _MISSING.search(line.folded)
            and len(line.text) < 140
            and (0 < index - draft.at <= 3 or sheet.section[index] == "film")
        ):
            sheet.note("film.link", "missing", index)
            sheet.take(index)
            return None
    return None


def description(sheet: Sheet, draft: Draft) -> None:
    """A quotation, or a block quote, that follows the film."""
    for index in range(draft.at + 1, min(draft.at + 5, len(sheet.lines))):
        line = sheet.lines[index]
        if index in sheet.done:
            continue
        if (
            index in sheet.opens
            or not line.seen
            or sheet.section[index] not in {None, "film"}
            or line.kind == "heading"
        ):
            break
        text = line.text.strip()
        quoted = BLURB.match(text)
        if (line.quote and len(text) > 40) or (quoted and len(text) - quoted.end() < 60):
            draft.description = " ".join(unquoted(quoted[0] if quoted else text).split())
            sheet.note("film.description", "found", index)
            if quoted and len(text) - quoted.end() > 3:
                sheet.take(index, 0, quoted.end())
            else:
                sheet.take(index)
            if line.quote:
                _more_quote(sheet, draft, index)
            return


def _more_quote(sheet: Sheet, draft: Draft, index: int) -> None:
    for more in range(index + 1, min(index + 12, len(sheet.lines))):
        line = sheet.lines[more]
        if not line.quote or not line.seen or re.match(r"[—–-]", line.text):
            return
        draft.description = f"{draft.description} {' '.join(tidy(line.text).split())}"
        sheet.note("film.description", "found", more)
        sheet.take(more)
