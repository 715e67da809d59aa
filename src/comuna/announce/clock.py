"""Times of day as people write them: `5:00 - 6:30 pm`, `18.30 hs`, "de 18 a 20 h", "a las 7 de la tarde", "noon"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from comuna.rules.announcement import How

_HOURS: Final = {
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    "once": 11, "doce": 12,
}  # fmt: skip
_NAMED: Final = {"noon": 12, "midday": 12, "mediodia": 12, "midnight": 0, "medianoche": 0}
_PERIOD: Final = (
    r"(?:\s?(?:,\s)?(?P<period>(?:de|por|en)\s(?:la|el)\s(?:manana|tarde|noche|madrugada|mediodia)"
    r"|del\smediodia|del\sdia"
    r"|in\sthe\s(?:morning|afternoon|evening)|at\snight))?"
)
_HALF: Final = r"(?:\s(?P<half>y\smedia|y\scuarto|menos\scuarto))?"
_TIME: Final = re.compile(
    r"(?<![\w:.,/$€£#])(?:"
    rf"(?:(?P<hour>[01]?\d|2[0-4])(?!\d)(?:(?P<colon>:|\.|\s?h\s?)(?P<minute>[0-5]\d)(?!\d)(?::[0-5]\d)?)?"
    rf"|(?P<word>{'|'.join(_HOURS)})\b)"
    rf"{_HALF}(?:\s?(?P<suffix>a\.?\s?m\b\.?|p\.?\s?m\b\.?|(?<=\d)p\b(?![.'])|hs\b\.?|hrs?\b\.?|horas\b"
    rf"|h\b\.?|uhr\b|o'clock))?"
    rf"(?![\d%])(?:\sen\spunto)?{_PERIOD}"
    rf"|(?:12\s)?(?P<named>{'|'.join(_NAMED)})\b)"
)
_TO: Final = re.compile(
    r"[\s,]*(?:(?:hs?|hrs)\.?\s?)?(?:-+>?|→|~|to|until|till|til|a|al|hasta|through|hasta las|a las|and"
    r"|y)\s*(?:las?\s|the\s|about\s)?\s*"
)
_BETWEEN: Final = re.compile(r"\b(?:between|entre)\s(?:las?\s)?$")
_AT: Final = re.compile(
    r"(?:\b(?:a|desde|de|hacia|para|entre)\slas?\s|\bat\s|\bfrom\s|\bstart(?:s|ing)?\s(?:at\s)?|@\s?"
    r"|\blas\s|\bdesde\s"
    r"|\bdoors\s|\bbetween\s|\bhoras?:?\s|\bsharp\s|\buntil\s|\bhasta\slas\s)$"
)
_FROM: Final = re.compile(r"\b(?:de|from|entre|between|desde|a|horario|hora:?)\s(?:las?\s)?$")
_LENGTH: Final = re.compile(
    r"\b(?:duracion|dura|duration|lasts?|length|for|durante|aprox\.?|about|running time)[\s:]*(?:de\s"
    r"|of\s)?$"
)
_EARLY: Final = re.compile(
    r"\b(?:doors(?:\sopen)?|puertas|apertura|arrive|llegada|gather|soundcheck)\b[\s:]*(?:at\s|from\s"
    r"|a\slas\s)?$"
)
CLOCKED: Final = re.compile(
    r"^\(?(\d{1,2})[:.h](\d\d)\s?(?:[ap]\.?m\.?|hs?\.?)?\s?(?:(?:-|a"
    r"|to)\s?(\d{1,2})[:.h](\d\d)\s?(?:[ap]\.?m\.?|hs?\.?)?)?\)?(?=[\s:|-])[\s:|-]*(?=\S*[a-z¿¡\"])"
)
"""A line that begins with its hour, as an agenda's lines do: `18:30 Bienvenida`."""


@dataclass(slots=True, frozen=True)
class Span:
    """A time, or a time and its end, as minutes from midnight, where it stands. An end that is less than the start is
    past midnight. `sure` is how it was come by; `strong` says it is a time by its own form."""

    begin: int
    until: int | None
    start: int
    end: int
    sure: How
    strong: bool
    early: bool = False


@dataclass(slots=True)
class _Token:
    hour: int
    minute: int
    half: str | None  # "am", "pm" or None
    exact: bool  # a 24-hour time by its form
    strong: bool
    led: bool
    start: int
    end: int
    length: bool


def times_in(folded: str, *, expected: bool) -> list[Span]:
    """The times in a folded text whose dates and links were blanked out. `expected` takes bare numbers too, as
    after a label "Time:"."""
    tokens = [t for t in (_token(m, folded) for m in _TIME.finditer(folded)) if t is not None][:60]
    spans = []
    at = 0
    while at < len(tokens):
        first = tokens[at]
        second = tokens[at + 1] if at + 1 < len(tokens) else None
        if second and _is_range(first, second, folded):
            span = _range(first, second, folded, expected)
            if span is not None:
                spans.append(span)
                at += 2
                continue
        if not first.length and (first.strong or first.led or expected):
            spans.append(_single(first, folded))
        at += 1
    return spans


def _token(match: re.Match[str], folded: str) -> _Token | None:
    before = folded[max(0, match.start() - 24) : match.start()]
    led = _AT.search(before) is not None
    if match["named"]:
        hour = _NAMED[match["named"]]
        return _Token(hour, 0, None, True, True, led, match.start(), match.end(), False)
    half = _half(match["suffix"], match["period"])
    minute = int(match["minute"] or 0)
    extra = match["half"]
    if match["word"]:
        if half is None and not led:
            return None
        hour, strong, exact = _HOURS[match["word"]], half is not None, False
    else:
        hour = int(match["hour"])
        clock = (match["suffix"] or "")[:1] in {"h", "u"} or match["colon"] not in (None, ":", ".")
        strong = half is not None or match["colon"] == ":" or clock or match["suffix"] == "o'clock"
        exact = hour >= 13 or hour == 0 or (len(match["hour"]) == 2 and match["hour"][0] == "0") or clock
    if extra:
        minute, hour = (45, hour - 1) if extra.startswith("menos") else (30 if "media" in extra else 15, hour)
    if half and not 1 <= hour <= 12:
        half = None
    if hour == 24:
        hour = 0
    length = not led and (
        (
            bool(match["hour"])
            and (match["suffix"] or "").startswith("h")
            and hour < 7
            and half is None
            and len(match["hour"]) == 1
        )
        or _LENGTH.search(before) is not None
    )
    return _Token(hour, minute, half, exact and half is None, strong, led, match.start(), match.end(), length)


def _half(suffix: str | None, period: str | None) -> str | None:
    if suffix and suffix[0] in "ap":
        return suffix[0] + "m"
    if not period:
        return None
    if "manana" in period or "madrugada" in period or "morning" in period:
        return "am"
    return "night" if "noche" in period or "night" in period else "pm"


def _is_range(first: _Token, second: _Token, folded: str) -> bool:
    between = folded[first.end : second.start]
    if len(between) > 16 or not _TO.fullmatch(between):
        return False
    if between.strip() in {"and", "y"} and not _BETWEEN.search(folded[max(0, first.start - 14) : first.start]):
        return False
    return not (first.length or second.length) or (first.strong and second.strong)


def _minutes(hour: int, minute: int, half: str | None) -> int:
    if half == "am":
        hour %= 12
    elif half == "pm":
        hour = hour % 12 + 12
    elif half == "night":  # "12 de la noche" is midnight, "8 de la noche" the evening, "1 at night" after it
        hour = 0 if hour == 12 else hour + 12 if hour >= 5 else hour
    return (hour * 60 + minute) % 1440


def _guess(token: _Token) -> tuple[int, How]:
    """A bare `5:00`: a gathering at five is in the afternoon; marked ambiguous, for it does not say so."""
    if 1 <= token.hour <= 7:
        return _minutes(token.hour, token.minute, "pm"), "ambiguous"
    return _minutes(token.hour, token.minute, None), "found" if token.hour == 12 else "ambiguous"


def _single(token: _Token, folded: str) -> Span:
    begin, sure = _guess(token)
    if token.half or token.exact:
        begin, sure = _minutes(token.hour, token.minute, token.half), "found"
    early = _EARLY.search(folded[max(0, token.start - 28) : token.start]) is not None
    return Span(begin, None, token.start, token.end, sure, token.strong, early)


def _range(first: _Token, second: _Token, folded: str, expected: bool) -> Span | None:
    led = _FROM.search(folded[max(0, first.start - 14) : first.start]) is not None
    dotted = second.end - second.start >= 4 and first.end - first.start >= 4
    if not (
        expected
        or first.strong
        or second.strong
        or (led and (second.hour >= 13 or dotted))
        or (dotted and second.hour >= 13)
    ):
        return None
    sure: How = "found"
    if second.half:
        until = _minutes(second.hour, second.minute, second.half)
        begin = _begin_before(first, second, until)
    elif first.half:
        begin = _minutes(first.hour, first.minute, first.half)
        until = _minutes(second.hour, second.minute, None if second.exact else first.half)
        if until <= begin and not second.exact:
            until = (until + 720) % 1440
    elif first.exact or second.exact:
        begin, until = _minutes(first.hour, first.minute, None), _minutes(second.hour, second.minute, None)
        if until <= begin and second.hour <= 12 and first.hour < 12:
            until = (until + 720) % 1440
    else:
        begin, sure = _guess(first)
        until = _minutes(second.hour, second.minute, None)
        if until <= begin:
            until = (until + 720) % 1440
    early = _EARLY.search(folded[max(0, first.start - 28) : first.start]) is not None
    return Span(begin, until, first.start, second.end, sure, True, early)


def _begin_before(first: _Token, second: _Token, until: int) -> int:
    """The start of `5:00 - 6:30 pm`: it takes the end's half of the day, unless it would then come after it."""
    if first.half or first.exact:
        return _minutes(first.hour, first.minute, first.half)
    begin = _minutes(first.hour, first.minute, second.half)
    if begin >= until:
        return _minutes(first.hour, first.minute, "am" if second.half in {"pm", "night"} else "pm")
    return begin


def clock(minutes: int) -> str:
    """`HH:MM`."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
