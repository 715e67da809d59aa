"""Time zones as people write them: `PT`, `(UTC-5)`, `hora de Caracas`, `Europe/Madrid`."""

from __future__ import annotations

import re
import zoneinfo
from typing import Final

from comuna.announce.vocabulary import fold

ABBREVIATIONS: Final = {
    word: zone
    for words, zone in (
        ("pt pst pdt", "America/Los_Angeles"), ("mt mst mdt", "America/Denver"), ("ct cst cdt", "America/Chicago"),
        ("et est edt", "America/New_York"), ("akst akdt", "America/Anchorage"), ("hst", "Pacific/Honolulu"),
        ("ast adt", "America/Halifax"), ("bst", "Europe/London"), ("cet cest", "CET"), ("eet eest", "EET"),
        ("wet west", "WET"), ("msk", "Europe/Moscow"), ("ist", "Asia/Kolkata"), ("jst", "Asia/Tokyo"),
        ("hkt", "Asia/Hong_Kong"), ("aest aedt", "Australia/Sydney"), ("awst", "Australia/Perth"),
        ("nzst nzdt", "Pacific/Auckland"), ("sast", "Africa/Johannesburg"), ("eat", "Africa/Nairobi"),
        ("art", "America/Argentina/Buenos_Aires"), ("brt", "America/Sao_Paulo"), ("clt clst", "America/Santiago"),
        ("cot", "America/Bogota"), ("vet", "America/Caracas"), ("pet", "America/Lima"), ("uyt", "America/Montevideo"),
        ("bot", "America/La_Paz"), ("ect", "America/Guayaquil"), ("cdmx", "America/Mexico_City"),
        ("utc gmt", "UTC"),
    )
    for word in words.split()
}  # fmt: skip

PLACES: Final = {
    word: zone
    for words, zone in (
        ("pacific|pacifico|california|los angeles|san francisco|seattle|portland|vancouver", "America/Los_Angeles"),
        ("mountain|montana|denver", "America/Denver"), ("central|centro de ee. uu.|chicago", "America/Chicago"),
        ("eastern|este|new york|nueva york|ny|nyc|boston|miami|toronto|washington", "America/New_York"),
        ("mexico|ciudad de mexico|cdmx|mexico city|centro de mexico", "America/Mexico_City"),
        ("caracas|venezuela", "America/Caracas"), ("bogota|colombia", "America/Bogota"), ("peru|lima", "America/Lima"),
        ("ecuador|quito|guayaquil", "America/Guayaquil"), ("bolivia|la paz", "America/La_Paz"),
        ("chile|santiago|santiago de chile", "America/Santiago"),
        ("argentina|buenos aires", "America/Argentina/Buenos_Aires"), ("uruguay|montevideo", "America/Montevideo"),
        ("paraguay|asuncion", "America/Asuncion"), ("brasil|brazil|brasilia|sao paulo|rio", "America/Sao_Paulo"),
        ("cuba|la habana|havana", "America/Havana"), ("puerto rico|san juan", "America/Puerto_Rico"),
        ("republica dominicana|santo domingo|dominican", "America/Santo_Domingo"), ("panama", "America/Panama"),
        ("costa rica|san jose", "America/Costa_Rica"), ("nicaragua|managua", "America/Managua"),
        ("honduras|tegucigalpa", "America/Tegucigalpa"), ("el salvador|san salvador", "America/El_Salvador"),
        ("guatemala", "America/Guatemala"), ("haiti", "America/Port-au-Prince"),
        ("espana|madrid|peninsular|barcelona|spain|peninsula|espanola|valencia|sevilla|bilbao", "Europe/Madrid"),
        ("canarias|canaria|islas canarias|canary", "Atlantic/Canary"), (
            "portugal|lisboa|lisbon", "Europe/Lisbon"),
        ("london|uk|british|londres|britain|england|scotland", "Europe/London"),
        ("dublin|irish|ireland", "Europe/Dublin"),
        ("paris|france|francia", "Europe/Paris"), ("berlin|germany|alemania", "Europe/Berlin"),
        ("rome|roma|italia|italy", "Europe/Rome"), ("athens|atenas|grecia|greece", "Europe/Athens"),
        ("central european|europa central|centroeuropea|central europea", "CET"), ("amsterdam", "Europe/Amsterdam"),
        ("brussels|bruselas", "Europe/Brussels"), ("vienna|viena", "Europe/Vienna"), ("zurich", "Europe/Zurich"),
        ("istanbul|estambul", "Europe/Istanbul"), ("moscow|moscu", "Europe/Moscow"), ("india|delhi", "Asia/Kolkata"),
        ("manila|philippines", "Asia/Manila"), ("tokyo|tokio|japan", "Asia/Tokyo"), ("sydney", "Australia/Sydney"),
        ("melbourne", "Australia/Melbourne"), ("auckland|new zealand", "Pacific/Auckland"),
        ("johannesburg|south africa|sudafrica", "Africa/Johannesburg"), ("nairobi|kenya|kenia", "Africa/Nairobi"),
        ("lagos|nigeria", "Africa/Lagos"), ("atlantic", "America/Halifax"),
        ("argentine|chilena|colombiana|venezolana|peruana|uruguaya|mexicana|boliviana|ecuatoriana|cubana", ""),
    )
    for word in words.split("|")
} | {
    "argentine": "America/Argentina/Buenos_Aires", "chilena": "America/Santiago", "colombiana": "America/Bogota",
    "venezolana": "America/Caracas", "peruana": "America/Lima", "uruguaya": "America/Montevideo",
    "mexicana": "America/Mexico_City", "boliviana": "America/La_Paz", "ecuatoriana": "America/Guayaquil",
    "cubana": "America/Havana",
}  # fmt: skip

_PLACE: Final = "|".join(sorted(map(re.escape, PLACES), key=len, reverse=True))
_ABBREVIATION: Final = "|".join(sorted(ABBREVIATIONS, key=len, reverse=True))
_OFFSET: Final = re.compile(r"\b(?:utc|gmt)\s?([+-])\s?(\d{1,2})(?::?([0-5]\d))?\b")
_STAMP: Final = re.compile(r"\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)\b")
_IANA: Final = re.compile(
    r"\b(?:africa|america|antarctica|asia|atlantic|australia|europe|indian"
    r"|pacific)(?:/[a-z_-]{2,20}){1,2}\b"
)
_NAMED: Final = re.compile(
    rf"\b(?:hora|horario|huso horario)\s+(?:oficial\s+)?(?:local\s+)?(?:de\s+|del\s+|en\s+)?(?:la\s+"
    rf"|el\s+)?({_PLACE})\b"
    rf"|\b({_PLACE})\s+(?:standard\s+|daylight\s+)?time\b|\btime\s+(?:in|of)\s+({_PLACE})\b"
)
_AFTER_TIME: Final = re.compile(rf"[\s,(\[]*(?:hora\s+)?(?:en\s+|de\s+|in\s+)?(?:({_ABBREVIATION})|({_PLACE}))\b(?!/)")
_ALONE: Final = re.compile(rf"[\s(\[]*(?:({_ABBREVIATION})|(?:hora\s+(?:de\s+)?)?({_PLACE}))(?:\s+time)?[\s)\].]*")
_UPPER: Final = re.compile(r"\b(?:P[SD]T|E[SD]T|C[SD]T|M[SD]T|CES?T|BST|GMT|UTC|AE[SD]T)\b")


def is_zone(name: str) -> bool:
    """The name is an IANA zone or a fixed offset such as `UTC-05:00`."""
    if re.fullmatch(r"UTC[+-](?:0\d|1[0-4]):[0-5]\d", name):
        return True
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def offset_name(sign: str, hours: int, minutes: int) -> str | None:
    """`UTC-05:00`; plain `UTC` for none; None for an offset no clock has."""
    if hours > 14 or (hours == 14 and minutes):
        return None
    return "UTC" if hours == minutes == 0 else f"UTC{sign}{hours:02}:{minutes:02}"


def zone_in(text: str, folded: str, after: int = 0) -> tuple[str, int, int] | None:
    """The zone the text states plainly, and where: an offset, an IANA name, "hora de …", "… time", or an abbreviation
    or place directly `after` the time."""
    offset = _OFFSET.search(folded)
    if offset:
        name = offset_name(offset[1], int(offset[2]), int(offset[3] or 0))
        if name:
            return name, offset.start(), offset.end()
    stamp = _STAMP.search(text)
    if stamp:
        name = "UTC" if stamp[1] in "zZ" else offset_name(stamp[1][0], int(stamp[1][1:3]), int(stamp[1][-2:]))
        if name:
            return name, stamp.start(1), stamp.end(1)
    iana = _IANA.search(folded)
    if iana and is_zone(_spelled(text[iana.start() : iana.end()])):
        return _spelled(text[iana.start() : iana.end()]), iana.start(), iana.end()
    follows = _AFTER_TIME.match(folded, after) if after else None
    if follows and _follows(text, follows):
        return ABBREVIATIONS.get(follows[1] or "") or PLACES[follows[2]], follows.start(), follows.end()
    named = _NAMED.search(folded)
    if named:
        return PLACES[named[1] or named[2] or named[3]], named.start(), named.end()
    upper = _UPPER.search(text)
    return (ABBREVIATIONS[upper[0].lower()], upper.start(), upper.end()) if upper else None


def _follows(text: str, match: re.Match[str]) -> bool:
    start, end = match.span(1) if match[1] else match.span(2)
    if match[1]:  # "et" and "art" are words too; as zones they are written in capitals
        return text[start:end].isupper()
    return text[start].isupper()


def zone_alone(text: str) -> str | None:
    """The zone of a text that is nothing but a zone, such as a label's value."""
    folded = fold(text)
    stated = zone_in(text, folded)
    if stated:
        return stated[0]
    match = _ALONE.match(folded)
    if match is None:
        return None
    return ABBREVIATIONS.get(match[1] or "") or PLACES.get(match[2] or "")


def _spelled(name: str) -> str:
    parts = re.split(r"([/_-])", name)
    return "".join(p if p in "/_-" or p.lower() in {"of", "au"} else p[:1].upper() + p[1:].lower() for p in parts)
