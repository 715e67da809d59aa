"""Where the session is: the place people come to."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.joining import PROMISE
from comuna.announce.links import is_meeting
from comuna.announce.sections import END
from comuna.announce.sheet import Part, Sheet, clean, words
from comuna.announce.vocabulary import ABSENT, ONLINE, SESSION_WORD, fold

_PLACE_WORD: Final = re.compile(
    r"\b(?:hall|library|room|centre|center|house|cafe|bookshop|bookstore|street|st\.|avenue|ave\.?|road"
    r"|rd\.?|church|school|university|building|floor|theatre|theater|cinema"
    r"|park|pub|bar|garden|basement|studio|club|campus|lounge|canteen|yard|hut|office|square|space"
    r"|community|auditorium|annex|kitchen|lane|biblioteca|sala|salon|casa|centro|calle|avenida|av\.|plaza"
    r"|auditorio|teatro|cine|parque"
    r"|aula|local|sede|galpon|ateneo|libreria|universidad|facultad|escuela|colegio|barrio|esquina|patio"
    r"|edificio|piso|cancha|iglesia|parroquia|museo|espacio|carrera|pasaje|quinta|club|foundry|shed|dairy|mill|barn|loft"
    r"|warehouse|depot|palace|temple|mosque|chapel|inn|tavern|brewery|gym|gallery|museum|nave|colonia|salita|comedor"
    r"|sotano|anfiteatro|polideportivo|estadio|ayuntamiento|alcaldia|bodega|fabrica|taberna|molino"
    r"|cafeteria|mercado|convento|capilla)(?:\b|$|(?<=\.))"
)
_INTRO: Final = re.compile(
    r"(?:\bat|@|\bin|\ben|\bvenue)\s+(?:the\s+|el\s+|la\s+|los\s+|las\s+|our\s+|nuestro\s+|nuestra\s+)?", re.IGNORECASE
)
_SENTENCE: Final = re.compile(
    r"(?:(?:(?<=[\w)][\w)])|(?<=\s\d))(?<!\bAv)(?<!\bAve)(?<!\bSt)(?<!\bSta)(?<!\bSto)(?<!\bDr)(?<!\bRd)(?<"
    r"!\bEd)(?<!\bCol)(?<!\bGral)(?<!\bNo)[.!;]\s+(?=[A-ZÁÉÍÓÚÑ¡¿])|\s[–—|•·]\s|\s-\s|[!?:]\s|\s(?:for a"
    r"|to (?:watch|discuss|talk|see)|para (?:ver|conversar|debatir|discutir|hablar)|where we|donde)\s)"
)
_MET: Final = re.compile(
    r"\b(?:we(?:'ll| will|'re| are)? (?:be )?(?:meet(?:ing)?|gather(?:ing)?|be)(?: in person)?|meet us"
    r"|in person|presencialmente|held|takes? place|taking place|happening|hosted|nos (?:encontramos|vemos"
    r"|juntamos|reunimos|encontraremos|reuniremos|veremos)"
    r"|sera|tendra lugar|se (?:realizara|hara|llevara a cabo)|la cita es|te esperamos|las? esperamos"
    r"|los esperamos|cita)\s+(?:at|in|en)\s+(?:the\s+|el\s+|la\s+|los\s+|las\s+|our\s+|nuestr[oa]\s+)?"
)
_ROOMS: Final = re.compile(
    r"\b(?:meeting|reading|seminar|film|lecture|community|social|workshop|conference) (?:room|house|hall"
    r"|centre|center|space)\b|\bsala de (?:reuniones|lectura|cine|conferencias)\b"
)
_EMPTY: Final = frozenset({"tba", "tbc", "tbd"})


def place(sheet: Sheet) -> str | None:
    """The place people come to; where a meeting is only online, there is none."""
    for part in sheet.labelled("place"):
        name = _place_of(sheet, part)
        if name:
            return name
    for index in sheet.free(sections=(None, "film", "agenda", "questions")):
        line = sheet.lines[index]
        if (
            line.sign == "place"
            and (index or "," in line.text)
            and not line.text.endswith(("!", "?"))
            and index not in sheet.done
            and not bool(sheet.parts_on(index))
        ):
            name = _accepted(sheet, index, 0, len(line.text))
            if name:
                return name
    return _beside_time(sheet) or _above_host(sheet)


def _above_host(sheet: Sheet) -> str | None:
    """The line over "Event by …", as a page copied from Facebook has it: date, title, place, host."""
    for index in range(3, min(8, len(sheet.lines))):
        above = sheet.lines[index - 1]
        if not _HOST.match(sheet.lines[index].folded) or sheet.spans.get(index - 1) or sheet.parts_on(index - 1):
            continue
        named = above.text[:1].isupper() and len(above.text) < 90 and not END.match(above.folded)
        return _accepted(sheet, index - 1, 0, len(above.text)) if named else None
    return None


_HOST: Final = re.compile(r"(?:event by|evento de)\s\w")


def _place_of(sheet: Sheet, part: Part) -> str | None:
    value = sheet.lines[part.line].folded[part.start : part.end].strip()
    if not value:
        return None
    if ABSENT.match(value):
        sheet.note("place", "missing", part.line)
        sheet.take(part.line)
        return None
    if part.label in {"presencial", "in person", "local", "espacio", "sala", "room", "sede"} and len(value) > 120:
        return None
    name = _accepted(sheet, part.line, part.start, part.end)
    if name is None:
        return None
    above = next(
        (p for p in sheet.parts if p.field == "place" and p.line < part.line and not part.label and p.label), None
    )
    if above and above.line >= part.line - 3:
        sheet.note("place", "found", above.line)
        sheet.take(above.line)
        more = [p for p in sheet.parts if p.field == "place" and not p.label and part.line < p.line <= part.line + 2]
        for other in more:
            again = _accepted(sheet, other.line, other.start, other.end)
            name = f"{name}, {again}" if again else name
    elif part.label:
        sheet.take(part.line, 0 if part.first else part.start - len(part.label) - 1, part.start)
    return name


def _accepted(sheet: Sheet, index: int, start: int, end: int) -> str | None:
    """What of the stretch is a place: without links, times already read, and words such as "online"."""
    line = sheet.lines[index]
    text = sheet.rest(index)[start:end]
    for link in line.links:
        if link.start >= start and link.end <= end and (link.url is None or "/" in link.text or is_meeting(link.url)):
            text = text[: link.start - start] + " " * (link.end - link.start) + text[link.end - start :]
    cut = re.search(r"\s{3,}", text.strip())
    text = text.strip()[: cut.start()] if cut and cut.start() > 3 else text
    name = clean(re.sub(r"\(\s*\)|\s+([,.;])", r"\1", text))
    folded = fold(name)
    left = [w for w in words(ONLINE.sub(" ", PROMISE.sub(" ", folded))) if len(w) > 1]
    if not left or len(name) > 240 or folded in _EMPTY:
        return None
    folded = fold(name := name.rstrip(" ("))
    hybrid = re.search(
        r"\s*(?:,|\+|/|&|\band\b|\bor\b|\by\b|\be\b|\bo\b|;|\()\s*(?:(?:also|or|tambien|o|and"
        r"|y)\s+)?(?:online|on zoom|via zoom|over zoom|zoom|por zoom|jitsi|(?:google )?meet"
        r"|(?:microsoft )?teams|by video|on line|virtual|en linea"
        r"|streaming|livestream)\b[^,]{0,40}$",
        folded,
    )
    if hybrid and hybrid.start() > 3:
        name = clean(name[: hybrid.start()])
    name = re.sub(r"[\s,]+(?:or|and|o|y|e|/|\+|&)(?:\s+(?:also|tambi[eé]n))?(?:\s+(?:on|by|via|por|en|at))?$", "", name)
    name = name[: name.rfind("(")].rstrip() if name.endswith("(") else name
    sheet.note("place", "found", index)
    sheet.take(index, start, end)
    return name.rstrip(".") if not re.search(r"\b\w{1,3}\.$", name) else name


def _beside_time(sheet: Sheet) -> str | None:
    """A place on the line of the date or time: `Tuesday, 7pm, at the Blue Room`."""
    said = sheet.found.get("start") or sheet.found.get("date")
    numbers = (sheet.found.get("start", ("", set()))[1] | sheet.found.get("date", ("", set()))[1]) if said else set()
    for index, line in enumerate(sheet.lines):
        if not numbers & set(line.numbers) or not line.seen:
            continue
        spans = sheet.spans.get(index, [])
        last = max((e for _, e in spans), default=0)
        for begin in sorted({e for _, e in spans}, reverse=True):
            stretch = _stretch_after(sheet, index, begin)
            if stretch:
                return _accepted(sheet, index, *stretch)
        first = min((b for b, _ in spans), default=0)
        if first > 8 and last:
            before = _INTRO.search(line.text[:first])
            if before and before.group()[0] == "@" and (name := _accepted(sheet, index, before.end(), first)):
                return name
    return _below_time(sheet, numbers) or _in_prose(sheet) or _near_time(sheet, numbers) or _address(sheet)


_STANDS_AT: Final = re.compile(r"(?i:at|@|en|in)\s+(?=[A-ZÁÉÍÓÚÑ])")
_YEAR_IN_BRACKETS: Final = re.compile(r"\([^()]{0,60}\b(?:19|20)\d\d\b[^()]{0,60}\)")
_ABBREVIATED: Final = re.compile(r"\b(?:sq|st|ave?|rd|blvd|bldg|fl|rm|no|num|izq|dcha|esq|col|dpto)\.$", re.IGNORECASE)
_IN: Final = re.compile(r"\b(?:en|at|in)\s+(?:el|la|los|las|the|our|nuestr[oa])\s+", re.IGNORECASE)
_STREET: Final = re.compile(
    r"\d{1,5}[a-z]?\s(?:[nsew]\.?\s)?[\w.' ]{2,40}\b(?:st|street|ave|avenue|rd|road|blvd|boulevard|lane|ln|drive|dr"
    r"|way|place|court|square|terrace)\b\.?.{0,60}"
    r"|(?:calle|av\.?|avda\.?|avenida|carrera|cra\.?|c/|pasaje|jr\.?|jiron|paseo)\s.{2,60}\d.{0,40}"
)


_CORNER: Final = re.compile(
    r"(?:[A-ZÁÉÍÓÚÑ][\w.'’]*\s(?:de\s|del\s|la\s|los\s|y\s)*){1,6}(?:n[.º°o]+\s?)?(?!(?:19|20)\d\d\b)\d{2,5}\b"
    r"(?:[ ,]+(?:esq|entre|y|piso|dpto|local|casi|[A-Z]).{0,60})?"
)
"""A street and its number, as Spanish writes them."""


def _near_time(sheet: Sheet, numbers: set[int]) -> str | None:
    """A place named somewhere in the sentence of the date or time: "a las 17 horas y a las 18 en la sede social"."""
    for index, line in enumerate(sheet.lines):
        if not numbers & set(line.numbers) or not line.seen:
            continue
        for intro in list(_IN.finditer(line.text[:1_500]))[:10]:
            stop = _SENTENCE.search(line.text, intro.end())
            value = line.text[intro.end() : stop.start() if stop else len(line.text.rstrip(" ."))]
            value = re.split(r",?\s(?:para|to|for|a fin de|con el fin)\s|;", value)[0]
            end = intro.end() + len(value)
            taken = any(b < end and intro.end() < e for b, e in sheet.spans.get(index, ()) if e > b)
            if _PLACE_WORD.search(fold(" ".join(value.split()[:3]))) and len(value) < 120 and not taken:
                return _accepted(sheet, index, intro.end(), end)
    return None


def _address(sheet: Sheet) -> str | None:
    """A line that is a street address, with the name of the place above it."""
    for index in sheet.free()[:40]:
        line = sheet.lines[index]
        if not _STREET.fullmatch(line.folded.strip()) or sheet.spans.get(index) or line.links:
            continue
        street = _accepted(sheet, index, 0, len(line.text))
        above = sheet.lines[index - 1] if index and index - 1 in sheet.free() else None
        named = above and above.kind == "text" and above.text[:1].isupper() and len(words(above.text)) <= 6
        if street and above and named and _PLACE_WORD.search(above.folded) and not sheet.spans.get(index - 1):
            name = _accepted(sheet, index - 1, 0, len(above.text))
            return f"{name}, {street}" if name else street
        return street
    return None


def _below_time(sheet: Sheet, numbers: set[int]) -> str | None:
    """A place on a line of its own, right under the date or time, or with its street number above it."""
    said = [i for i, line in enumerate(sheet.lines) if numbers & set(line.numbers)]
    if not said:
        return None
    for index in range(max(1, said[0] - 2), said[0]):
        line = sheet.lines[index]
        if (
            line.seen
            and line.kind == "text"
            and not sheet.section[index]
            and len(line.text) < 110
            and not sheet.spans.get(index)
            and not bool(sheet.parts_on(index))
            and _PLACE_WORD.search(line.folded)
            and re.search(r"[,(–-][^\"“«]*\b(?!(?:19|20)\d\d\b)\d{1,5}\b", line.text)
            and not line.links
            and not _YEAR_IN_BRACKETS.search(line.text)
            and not SESSION_WORD.search(_ROOMS.sub(" ", line.folded))
        ):
            return _accepted(sheet, index, 0, len(line.text))
    return next((name for at in dict.fromkeys([said[-1], said[0]]) if (name := _under(sheet, at))), None)


def _under(sheet: Sheet, at: int) -> str | None:
    """A place on one of the two lines under this one."""
    for index in range(at + 1, min(at + 3, len(sheet.lines))):
        line = sheet.lines[index]
        if (
            index in sheet.opens
            or sheet.section[index] not in {None, "film"}
            or line.furniture
            or not line.seen
            or line.kind != "text"
            or not all(k.url and is_meeting(k.url) for k in line.links)
        ):
            return None
        intro = _IN.match(line.text)
        if intro and _PLACE_WORD.search(fold(" ".join(line.text[intro.end() :].split()[:3]))) and len(line.text) < 140:
            return _accepted(sheet, index, intro.end(), len(line.text.rstrip(" .")))
        online = [k.start for k in line.links] + [p.start - len(p.label) - 2 for p in sheet.parts_on(index)]
        if online and min(online) > 3 and _PLACE_WORD.search(line.folded[: min(online)]):  # "Room 4 or on Teams: …"
            return _accepted(sheet, index, 0, min(online))
        if sheet.spans.get(index) or online or _YEAR_IN_BRACKETS.search(line.text):
            continue
        stands = _STANDS_AT.match(line.text) if index == at + 1 and len(line.text) < 90 else None
        if stands:
            return _accepted(sheet, index, stands.end(), len(line.text))
        if index == at + 1 and _CORNER.fullmatch(line.text.strip()):
            return _accepted(sheet, index, 0, len(line.text))
        stopped = line.text.endswith((".", "!", "?", ":")) and not _ABBREVIATED.search(line.text)
        plain = line.text[:1].isupper() and len(line.text) < 110 and not stopped
        if plain and _PLACE_WORD.search(line.folded) and not SESSION_WORD.search(_ROOMS.sub(" ", line.folded)):
            return _accepted(sheet, index, 0, len(line.text))
    return None


def _in_prose(sheet: Sheet) -> str | None:
    """A place in a sentence that says where people meet."""
    for index in sheet.free()[:60]:
        line = sheet.lines[index]
        met = _MET.search(line.folded[:3_000])
        if not met:
            continue
        stop = _SENTENCE.search(line.text, met.end())
        end = stop.start() if stop else len(line.text.rstrip(" ."))
        value = line.text[met.end() : end]
        if value[:1].isupper() and len(value) < 120 and _PLACE_WORD.search(fold(value)):
            return _accepted(sheet, index, met.end(), end)
    return None


_LEAD: Final = re.compile(
    r"(?:[\s,.;:|•·–—)\]-]|\b(?:upstairs|downstairs)(?=\s(?:at|in)\s)"
    r"|\b(?:start|sharp|prompt|onwards?|en punto|en adelante|(?:hs?|hrs|horas)\b\.?)(?=[\s,.;]))*"
)


def _stretch_after(sheet: Sheet, index: int, begin: int) -> tuple[int, int] | None:
    line = sheet.lines[index]
    limit = min((p.start - len(p.label) - 2 for p in sheet.parts_on(index) if p.start > begin), default=len(line.text))
    limit = min([limit, *(b for b, _ in sheet.spans.get(index, []) if b >= begin)])
    rest = line.text[begin:limit]
    lead = _LEAD.match(rest)
    at = lead.end() if lead else 0
    intro = _INTRO.match(rest, at)
    stop = _SENTENCE.search(rest, intro.end() if intro else at)
    end = stop.start() if stop else len(rest)
    start = intro.end() if intro else at
    value = rest[start:end]
    aside = re.search(r",\s(?=[a-z])", value)
    whole = aside is not None and value[: aside.start()].count("(") == value[: aside.start()].count(")")
    if intro and aside and whole and not _PLACE_WORD.search(fold(value[aside.end() :])):
        end, value = start + aside.start(), value[: aside.start()]
    short = len(words(value)) <= 5 and _PLACE_WORD.search(fold(value)) is not None and not stop
    plain = value[:1].isupper() or (short and rest[:at].strip() == ",") or value[:1].isdigit() or value[:1] in '"“«'
    named = bool(intro and len(intro.group().split()) > 1 and _PLACE_WORD.search(fold(" ".join(value.split()[:2]))))
    if not value.strip() or not lead or not (plain or named):
        return None
    separated = bool(rest[:at].strip(" ")) and _PLACE_WORD.search(line.folded[begin + start : begin + end])
    if not intro and not separated:
        return None
    if len(value) > 140:
        return None
    return begin + start, begin + end
