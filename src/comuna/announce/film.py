"""The film that is watched, wherever the page names it: under a label, a heading, in the title, in a sentence."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.clock import CLOCKED
from comuna.announce.film_details import BLURB, YEAR, Draft, description, details, link
from comuna.announce.groups import sounds_like_session
from comuna.announce.sheet import Sheet, clean, unquoted, words
from comuna.announce.source import Line
from comuna.announce.vocabulary import ABSENT, FILM_WORD, fold
from comuna.rules.announcement import Film

_BRACKET: Final = re.compile(
    r"[(\[]([^()\[\]]{0,120}?(?<![\d/-])(?:18[89]\d|19\d\d|20\d\d)(?![\d/-])[^()\[\]]{0,120})[)\]]"
)
_QUOTED: Final = re.compile(r"[“«\"„]([^“”«»\"]{2,120})[”»\"“]")
_SHORT_BLURB: Final = re.compile(r"(?<=[)\]\w]\s[–—-]\s)[“«\"]([^“”«»\"]{20,})[”»\"]\s*$")
_CREDIT: Final = re.compile(
    r"[\s,;.–—-]*(?:\b(?:dir(?:ected|igida|igido|\.)?|direccion|director(?:a)?|by|de|un film de"
    r"|una pelicula de|a film by|prod\.|produced|written)\b[\s.:].*|\d{2,3}\s?(?:min\w*\.?|['’′])(?!\w).*)$"
)
_SCREENING: Final = re.compile(
    r"\b(?:(?:film |movie |documentary |public |free |community )?screening(?: and discussion| & discussion"
    r"| \+ discussion)?(?: of)?|film night|movie night|film club|documentary night|(?:cine|film|movie"
    r"|documentary|pelicula|documental) ?(?:-|y|and|&|\+|/)? ?(?:debate|discussion|discusion|conversatorio"
    r"|charla|talk)"
    r"|cine ?-?foro"
    r"|cineforum|video ?-?foro|video ?-?forum|video ?-?debate|cine ?-?club|proyeccion(?: y (?:debate"
    r"|discusion|conversatorio|charla))?(?: del?(?: la)?)?(?: (?:pelicula|documental|film|largometraje))?"
    r"|watch(?:ing)?(?: the)?(?: (?:film|documentary|movie))?|we(?:'ll| will) (?:watch"
    r"|be watching)(?: the)?(?: (?:film|documentary|movie))?"
    r"|veremos|proyectaremos|proyectamos|vamos a (?:ver|proyectar)|vemos|(?:the |el |la )?(?:film"
    r"|documentary|movie|short|documental|pelicula|largometraje|filme|corto|cortometraje)(?: (?:is|es|sera"
    r"|titled|called|titulad[oa]|llamad[oa]))?|ver|pelicula y (?:debate|discusion|conversatorio))"
)
_LEADS_TO: Final = re.compile(
    r"\b(?:screening of|showing of|(?:is|are|'re|'ll|will|be|also|for|de|del|la) (?:watch|screen|show)\w*|watch(?:ing)?"
    r"|screen(?:ing)?|proyeccion de(?: la pelicula|l documental)?|proyecta(?:mos|remos)|ver|veremos|vemos"
    r"|(?:el |la |the )(?:documental|pelicula|documentary|film|movie|short)|series continues with)\s(?=[^\s])"
)
_NAMED: Final = re.compile(rf"(?:{_SCREENING.pattern})\s*[:–—-]\s*(?P<name>[^\n]{{2,160}})")
_AND_TALK: Final = re.compile(
    r"\s*(?:\+|&|/|\band\b|\by\b)\s*(?:(?:group|open|panel)\s)?(?:discussion|debate|q ?& ?a|panel|talk|conversation"
    r"|charla|conversatorio|discusi[oó]n|conversaci[oó]n)\b.*$", re.IGNORECASE,
)  # fmt: skip
_OPENS: Final = re.compile(
    r"\b(?:(?:screening|proyeccion|exhibicion|visionado|presentacion)\b.{0,40}\b(?:of|del?|de la|film"
    r"|documental|documentary|pelicula|movie)|the (?:film|documentary|movie)|(?:el |del )documental|(?:la "
    r"|de la )pelicula|watch|veremos|proyectamos|proyectaremos)\s*:?$"
    r"|^[\W_]*(?:(?:gran|noche de|free|public) )?(?:cine|video) ?-?(?:foro|debate|forum|club)?[\W_]*$"
    r"|^[\W_]*(?:film|movie|documentary) (?:night|screening|club)[\W_]*$"
    r"|^[\W_]*(?:proyeccion|screening|cine|film|pelicula|documental)\s?[+&/y]\s?(?:debate|charla|discussion|foro|talk"
    r"|conversatorio)[\W_]*$"
)
_TODAY: Final = re.compile(
    r"(?:hoy|tonight|today|esta noche|esta semana|this week|this month|este mes|now|next|proxima|primera?"
    r"|first|second|segunda)\s*[:–—-]\s*"
)


def film(sheet: Sheet, title: str | None) -> Film | None:
    """The film; None where the page names none."""
    talks = FILM_WORD.search(" ".join(line.folded[:2_000] for line in sheet.lines[:200] if line.seen)) is not None
    draft = (
        _from_label(sheet)
        or _from_section(sheet)
        or ((_from_line(sheet) or _from_below(sheet) or _from_credits(sheet)) if talks else None)
        or (_from_title(sheet, title) if talks or not title or not _BRACKET.search(title) else None)
        or (_from_prose(sheet) if talks else None)
    )  # fmt: skip
    if draft is None or not draft.title:
        return None
    if draft.title.isupper():
        draft.title = _in_small_letters(sheet, draft.title)
    sheet.note("film.title", "found", draft.at)
    if draft.year is not None and "film.year" not in sheet.found:
        sheet.note("film.year", "found", draft.at)
    if draft.year is None:
        _year_elsewhere(sheet, draft)
    details(sheet, draft)
    link(sheet, draft)
    if draft.description is None:
        description(sheet, draft)
    return Film(title=draft.title, year=draft.year, link=draft.link, description=draft.description)


def _in_small_letters(sheet: Sheet, title: str) -> str:
    """A title that one line shouts, as another line of the page writes it."""
    name = fold(title)
    for line in sheet.lines[:400]:
        at = line.folded.find(name) if line.seen else -1
        if at >= 0 and not (said := line.text[at : at + len(name)]).isupper() and said[:1].isupper():
            return said
    return title


def _year_elsewhere(sheet: Sheet, draft: Draft) -> None:
    """The year in brackets right behind the title where the page says it again: `La Toma (X. Pérez, 2004)`."""
    name = fold(draft.title)
    for index, line in enumerate(sheet.lines[:400]):
        at = line.folded.find(name) if line.seen and not line.furniture else -1
        bracket = (
            _BRACKET.match(line.text[at + len(name) : at + len(name) + 200].lstrip(' ,*_”»"')) if at >= 0 else None
        )
        year = YEAR.search(bracket[1]) if bracket else None
        if year:
            draft.year = int(year[0])
            sheet.note("film.year", "found", index)
            return


def _parse(sheet: Sheet, index: int, start: int, end: int) -> Draft | None:
    """Title, year and what follows, of a stretch such as `La Toma (2004), dir. X — “…”`."""
    text = sheet.lines[index].text[start:end]
    blurb = BLURB.search(text) or _SHORT_BLURB.search(text)
    head = text[: blurb.start()] if blurb else text
    bracket = _BRACKET.search(head)
    year = YEAR.search(bracket[1]) if bracket else None
    quoted = _QUOTED.match(head.lstrip(" *_"))
    italic = next(
        (s for s in sheet.lines[index].emphasis if s[0] - start in range(3) and s[1] <= end and s[1] - s[0] > 1), None
    )
    if quoted:
        name = quoted[1]
    elif italic and not sheet.lines[index].bold:
        name = sheet.lines[index].text[italic[0] : italic[1]]
    else:
        name = head[: bracket.start()] if bracket else head
        for linked in sheet.lines[index].links:
            begin = linked.start - start
            if begin > 1 and (
                linked.url is None
                or "/" in linked.text
                or re.search(r"\b(?:link|watch|enlace|ver|here|aqui|trailer)\b", fold(linked.text))
            ):
                name = name[: min(begin, len(name))]
        name = re.split(r"\s[–—|·•]\s|\s-\s|\s\(|;\s|\.\s+(?=[A-ZÁÉÍÓÚ¿¡])", name.strip(" *_"))[0]
        credit = _CREDIT.search(fold(name))
        if credit and credit.start() > 1 and (name[credit.start()] in " ,;.–—-"):
            prefix = name[: credit.start()]
            if re.match(r"[\s]*[,;.–—-]|\s*\b(?:dir|by|a film|un film|una pelicula)", fold(name[credit.start() :])):
                name = prefix
    if year is None:
        year = YEAR.search(head, head.find(name) + len(name)) if name else None
        tail = re.search(r",\s*((?:19|20)\d\d)\s*$", name)
        if tail:
            name, year = name[: tail.start()], YEAR.search(name, tail.start())
    name = unquoted(clean(name))
    if not name or len(name) > 120 or not words(name):
        return None
    draft = Draft(name, int(year[0]) if year else None, at=index)
    if blurb:
        draft.description = clean(blurb[1]) if len(blurb[1]) < 20 else " ".join(blurb[1].split())
        sheet.note("film.description", "found", index)
    draft.rest = head[head.find(name) + len(name) :] if name in head else ""
    if bracket:
        draft.rest = draft.rest.replace(bracket[0], " ")
    after = text[blurb.end() :] if blurb else ""
    line = sheet.lines[index]
    rest = draft.rest
    for linked in line.links:
        rest = rest.replace(linked.text, " ")
    if not [
        w
        for w in words(rest + after)
        if len(w) > 2 and not re.fullmatch(r"\d+|min|link|film|video|minutos|dir|por|watch|here|enlace|ver", w)
    ]:
        sheet.take(index)
    else:
        sheet.take(index, start, start)
    return draft


def _from_label(sheet: Sheet) -> Draft | None:
    for part in sheet.labelled("film"):
        value = sheet.text(part)
        if (
            not value.strip()
            or ABSENT.match(fold(value))
            or sheet.section[part.line] == "readings"
            or len(value) > 4_000
        ):
            continue
        if (
            part.label in {"watch", "feature", "showing", "screening"}
            and sheet.lines[part.line].links
            and "http" in value[:12]
        ):
            continue
        draft = _parse(sheet, part.line, part.start, part.end)
        if draft:
            return draft
    return None


def _from_section(sheet: Sheet) -> Draft | None:
    for index in sheet.within("film"):
        line = sheet.lines[index]
        title = next((p for p in sheet.parts_on(index)), None)
        if (
            title
            or not line.text
            or (len(line.text) > 140 and not _BRACKET.search(line.text[:140]) and not _QUOTED.match(line.text))
        ):
            continue
        draft = _parse(sheet, index, 0, len(line.text))
        if draft:
            opener = max((i for i, s in sheet.opens.items() if s == "film" and i < index), default=None)
            if opener is not None:
                sheet.note("film.title", "found", opener)
                sheet.take(opener)
            return draft
    return None


def _from_line(sheet: Sheet) -> Draft | None:
    """A line that starts `Title (year)`."""
    for index in sheet.free(sections=(None, "film")):
        line = sheet.lines[index]
        bracket = _BRACKET.search(line.text[:200])
        if line.sign == "film" and not bool(sheet.parts_on(index)) and len(line.text) < 160:
            draft = _parse(sheet, index, 0, len(line.text))
            if draft and (draft.year or index > 0):
                return draft
        if not bracket or bool(sheet.parts_on(index)) or sheet.spans.get(index):
            continue
        lead = _TODAY.match(line.folded) or CLOCKED.match(line.folded)
        at = _name_begins(line, lead.end() if lead else 0, bracket.start())
        head = line.text[at : bracket.start()].strip()
        if (
            not 0 < len(words(head)) <= 12
            or head.endswith((".", ":", "?"))
            or not (head[0].isupper() or head[0] in '"“«¡¿*_0123456789')
        ):
            continue
        if _SCREENING.match(line.folded, at) or re.search(r"\b(?:in|en|from|of the|published|born|nacio)$", fold(head)):
            continue
        draft = _parse(sheet, index, at, len(line.text))
        if draft:
            return draft
    return None


def _name_begins(line: Line, start: int, end: int) -> int:
    """Where the title before a year in brackets begins, when a sentence leads to it: in italics, in quotation marks,
    or behind "a screening of", "we are watching"."""
    for begin, stop in line.emphasis:
        if start < begin and stop - begin > 1 and 0 <= end - stop <= 2:
            return begin
    quoted = [m for m in _QUOTED.finditer(line.text, start, end) if end - m.end() <= 2]
    if quoted:
        return quoted[-1].start()
    for match in reversed(list(_LEADS_TO.finditer(line.folded, start, end))):
        if line.text[match.end()].isupper() and match.start() > start:
            return match.end()
    return start


def _from_below(sheet: Sheet) -> Draft | None:
    """A title on the line under "Screening of the documentary", its year perhaps on the line under that."""
    free = sheet.free(sections=(None, "film"))
    for index, line in enumerate(sheet.lines[:400]):
        below = index + 1
        if (
            below not in free
            or not line.seen
            or line.furniture
            or len(line.text) > 90
            or not _OPENS.search(line.folded)
            or bool(sheet.parts_on(below))
        ):
            continue
        name = sheet.lines[below].text
        if (
            sheet.spans.get(below)
            or not 0 < len(words(name)) <= 12
            or name.endswith((".", ":"))
            or sheet.lines[below].kind == "heading"
        ):
            continue
        draft = _parse(sheet, below, 0, len(name))
        if draft is None:
            continue
        credits = sheet.lines[below + 1] if below + 1 in free else None
        bracket = _BRACKET.match(credits.text) if credits else None
        if bracket and draft.year is None and (year := YEAR.search(bracket[1])):
            draft.year = int(year[0])
            sheet.note("film.year", "found", below + 1)
        return draft
    return None


_CREDITS: Final = re.compile(
    r"[(\[]?(?:(?:an?|un|una|el|the) )?(?:[\w-]+ )?(?:documentary|film|short|documental|pelicula|largometraje"
    r"|cortometraje) (?:by|de|directed|dirigid[oa])\b|(?:dir\.|directed by|dirigid[oa] por|direccion:)\s"
)


_BRACKETED: Final = re.compile(r"[(\[][^()\[\]]{0,60}(?:19|20)\d\d\b[^()\[\]]{1,60}[)\]]")


def _from_credits(sheet: Sheet) -> Draft | None:
    """A title on a line of its own, and under it who made it and when."""
    for index, line in enumerate(sheet.lines[1:200], 1):
        name = sheet.lines[index - 1]
        credits = _CREDITS.match(line.folded) or _BRACKETED.fullmatch(line.text)
        year = YEAR.search(line.text) if line.seen and credits and len(line.text) < 120 else None
        if year and 0 < len(words(name.text)) <= 10 and not name.furniture and not name.text.endswith((".", ":", "?")):
            draft = _parse(sheet, index - 1, 0, len(name.text))
            if draft and draft.year is None:
                draft.year = int(year[0])
                sheet.note("film.year", "found", index)
            return draft
    return None


def _from_title(sheet: Sheet, title: str | None) -> Draft | None:
    """The film that the session's own name gives: `Cine debate: La Toma (2004)`."""
    if not title:
        return None
    folded = fold(title)
    named = _NAMED.search(folded)
    quoted = _QUOTED.search(title)
    index = next((i for i, line in enumerate(sheet.lines) if title[:30] in line.text), 0)
    if named:
        name = title[named.start("name") :]
    elif _SCREENING.search(folded) and quoted:
        name = quoted[0] + title[quoted.end() :]
    elif (dated := _BRACKET.search(title)) and title.endswith(dated[0]) and not sounds_like_session(title):
        name = title
    else:
        return None
    bracket = _BRACKET.search(name)
    year = YEAR.search(bracket[1]) if bracket else None
    name = name[: bracket.start()] if bracket else name
    inside = _QUOTED.search(name)
    name = inside[1] if inside else re.split(r"\s[–—|·•]\s|\s-\s|,\s(?=dir|de\s)", name)[0]
    name = _AND_TALK.sub("", name) or name
    name = unquoted(clean(name))
    if not name or len(words(name)) > 14:
        return None
    return Draft(name, int(year[0]) if year else None, at=index)


_WE_WATCH: Final = re.compile(r"watch|veremos|proyect|vamos a")
_CAPITALS: Final = re.compile(
    r"[\s:,–—-]*(?=(?:[A-ZÁÉÍÓÚÑ¡¿][\w'’¡!¿?-]*\s?){2}"
    r"|[A-ZÁÉÍÓÚÑ¡¿][\w'’]+(?:\s(?:of|de|del|la|el|y|and|the|in|en)){1,2}\s[A-Z])"
    r"((?:[A-ZÁÉÍÓÚÑ¡¿][\w'’¡!¿?-]*\s?"
    r"(?:(?:of|the|and|de|la|el|los|las|del|y|in|to|for|a|en)\s(?=[\w ]{0,8}[A-ZÁÉÍÓÚÑ])){0,3}){1,9})"
)


def _from_prose(sheet: Sheet) -> Draft | None:
    """A quoted or italic name behind "we will watch", "el documental", or before a year in a sentence about a film."""
    for index in sheet.free(sections=(None, "film", "agenda")):
        line = sheet.lines[index]
        for match in list(_SCREENING.finditer(line.folded[:2_000]))[:8]:
            behind = match.end() - (4 if line.text[: match.end()].endswith(" The") else 0)
            after = line.text[behind : behind + 130]
            quoted = re.match(
                r"[\s:,–—-]*(?:(?:antes|juntas|juntos|together|first|beforehand|then|primero|luego"
                r"|hoy) )?(?:(?:el|la|un|una|the|a|an) )?(?:[^\W\d_]+ ){0,2}[“«\"]([^“”«»\"]{2,100})[”»\"]",
                after,
            )
            start = behind + len(after) - len(after.lstrip(" :,–—-"))
            italic = next((s for s in line.emphasis if abs(s[0] - start) <= 1 and s[1] - s[0] > 1), None)
            name, end = (quoted[1], behind + quoted.end()) if quoted else ("", 0)
            if not name and italic:
                name, end = line.text[italic[0] : italic[1]], italic[1]
            if not name:
                plain = re.match(
                    r"[\s:,–—-]*((?:[A-ZÁÉÍÓÚÑ¡¿0-9][\w'’¡!¿?-]*[ ,:]{0,2}(?:(?:of|the|and|de|la|el|los|las"
                    r"|del|y|in|to|for|a|en|un|una|on|with|que) ){0,3}){1,9})(?=\((?:[^()]{0,60})?(?:19"
                    r"|20)\d\d)",
                    after,
                )
                plain = plain or (_CAPITALS.match(after) if _WE_WATCH.search(match[0]) else None)
                if plain:
                    name, end = plain[1], behind + plain.end()
            name = unquoted(clean(name))
            if not name or not words(name):
                continue
            near = line.text[end : end + 80]
            bracket = _BRACKET.match(near.lstrip(' ,”»"'))
            year = YEAR.search(bracket[1]) if bracket else None
            sheet.take(index, start, start)
            return Draft(name, int(year[0]) if year else None, at=index)
    return None
