"""The link that opens the session's meeting."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.links import Link, is_meeting, is_video
from comuna.announce.sheet import Sheet, words
from comuna.announce.vocabulary import ABSENT, ONLINE

_JOIN: Final = re.compile(
    r"\b(?:join|joining|zoom|jitsi|meet|teams|bigbluebutton|bbb|unete|unite|unirse|unirte|conectate"
    r"|conectarse|conectarte|conexion|ingresa|ingresar|acceso"
    r"|acceder|videollamada|video ?call|video ?conference|videoconferencia|sala virtual|dial in|connect"
    r"|entrar|entra|sumate|sumarse|participa|participar|online|virtual|en linea)\b"
)
_LINK: Final = re.compile(r"\b(?:link|enlace|url|liga|vinculo)\b")
_NOT_JOIN: Final = re.compile(
    r"\b(?:rsvp|register|registration|sign up|inscri\w+|registr\w+|mailing list|newsletter|telegram"
    r"|whatsapp|signal|discord|instagram|facebook|twitter|donat\w+"
    r"|trailer|watch|ver|mirar|film|pelicula|documental|video|read|leer|article|articulo|pdf|book|libro|map"
    r"|mapa|donaciones|slack|join (?:the|our) (?:union|list|group|channel|mailing|collective|co-?op))\b"
)
PROMISE: Final = re.compile(
    r"\(?\b(?:link|enlace|url)\b[^()\n]{0,40}\b(?:tba|tbc|tbd|follow|announced|confirmed|sent|shared|soon"
    r"|confirmar|enviar|enviara"
    r"|compartira|anunciara|pendiente|privado|request|registration|register|inscripcion"
    r"|inscribirse)\b[^()\n]{0,30}\)?"
)
_REGISTER: Final = re.compile(r"\b(?:rsvp|regist\w+|inscri\w+|sign ?up)\b")


def join_link(sheet: Sheet) -> str | None:
    """The link that opens the meeting; noted as missing where the page names one and leaves it out."""
    best: tuple[float, int, Link] | None = None
    absent: list[int] = []
    for index, line in enumerate(sheet.lines):
        if not line.seen or not (line.links or sheet.parts):
            continue
        for link in line.links:
            score = _join_score(sheet, index, link)
            if score <= 0:
                continue
            if link.url is None:
                absent.append(index)  # a link that goes nowhere, or where no link may
            elif best is None or score > best[0]:
                best = (score, index, link)
    if best:
        _, index, link = best
        sheet.note("join", "found", index)
        sheet.take(index, link.start, link.end)
        _take_labels(sheet, index, link)
        return link.url
    for part in sheet.labelled("join", "link", "place"):
        if PROMISE.search(sheet.lines[part.line].folded[part.start : part.end]):
            absent.append(part.line)
        if part.field == "place":
            continue
        value = sheet.lines[part.line].folded[part.start : part.end]
        if value.strip() and ABSENT.match(value):
            absent.append(part.line)
    if absent:
        sheet.note("join", "missing", absent[0])
        sheet.take(absent[0])
    return None


def _join_score(sheet: Sheet, index: int, link: Link) -> float:
    line = sheet.lines[index]
    if link.url and is_meeting(link.url):
        return 100 - index * 0.01 - (30 if sheet.section[index] in {"readings", "film"} else 0)
    if line.furniture or sheet.section[index] in {"readings", "featured", "questions"}:
        return 0
    part = next((p for p in sheet.parts_on(index) if p.start <= link.start < p.end), None)
    sign = line.sign == "link"
    if part and part.field == "join":
        if _REGISTER.search(part.label):
            return 0
        return 80 if not (link.url and is_video(link.url) and part.label == "video") else 0
    around = line.folded[max(0, link.start - 90) : link.end + 40] if len(line.folded) > 200 else line.folded
    written = around.replace(link.text.lower(), " ") if "/" in link.text else around
    above = sheet.lines[index - 1].folded[-80:] if index and link.start < 4 and len(line.text) <= link.end + 2 else ""
    if part and part.field in {"film", "film.link", "ignored", "readings", "group"}:
        return 0
    if (link.url and is_video(link.url) and not re.search(r"\b(?:live|vivo|join)\b", written)) or sheet.section[
        index
    ] == "film":
        return 0
    beside = written + " " + above
    if _JOIN.search(beside) and not (
        _NOT_JOIN.search(beside) and not re.search(r"\b(?:join|unete|conectate|zoom)\b", beside)
    ):
        return (
            0
            if re.search(
                r"\bjoin (?:the|our) (?:union|list|group|channel|mailing|collective|co-?op)|\b(?:rsvp"
                r"|regist\w+"
                r"|inscri\w+)\b",
                beside,
            )
            else 50
        )
    if (part and part.field in {"link", "place"}) or sign or _LINK.search(beside):
        return 0 if _NOT_JOIN.search(beside) or (link.url is None and not sign) else 20
    return 0


def _take_labels(sheet: Sheet, index: int, link: Link) -> None:
    """The words that only introduce the link are said by it."""
    line = sheet.lines[index]
    rest = line.folded[: link.start] + " " + line.folded[link.end :]
    left = [w for w in words(_JOIN.sub(" ", _LINK.sub(" ", ONLINE.sub(" ", rest)))) if len(w) > 1]
    if len(left) <= (3 if any(p.field == "join" for p in sheet.parts_on(index)) else 1) and len(rest) < 60:
        behind = next((p for p in sheet.parts_on(index) if p.field == "join" and not p.first), None)
        sheet.take(index, behind.start - len(behind.label) - 2 if behind else 0)
    if index and link.start < 4:
        above = index - 1
        if any(
            p.line == above and p.field in {"join", "link"} and p.start >= len(sheet.lines[above].text.rstrip(" *_"))
            for p in sheet.parts
        ):
            sheet.note("join", "found", above)
            sheet.take(above)
