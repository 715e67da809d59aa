"""Dates as people write them in English and Spanish. What a date means is dateutil's; where one stands is ours."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dateutil import parser as dateparser
from dateutil.relativedelta import relativedelta

from comuna.rules.announcement import How

_MONTHS: Final = [
    ("jan", "january", "ene", "enero"), ("feb", "february", "febrero"), ("mar", "march", "marzo"),
    ("apr", "april", "abr", "abril"), ("may", "mayo"), ("jun", "june", "junio"), ("jul", "july", "julio"),
    ("aug", "august", "ago", "agosto"), ("sep", "sept", "september", "septiembre", "set", "setiembre"),
    ("oct", "october", "octubre"), ("nov", "november", "noviembre"), ("dec", "december", "dic", "diciembre"),
]  # fmt: skip
_WEEKDAYS: Final = [
    ("mon", "monday", "lun", "lunes"), ("tue", "tues", "tuesday", "mar", "martes"),
    ("wed", "weds", "wednesday", "mie", "miercoles"), ("thu", "thur", "thurs", "thursday", "jue", "jueves"),
    ("fri", "friday", "vie", "viernes"), ("sat", "saturday", "sab", "sabado"), ("sun", "sunday", "dom", "domingo"),
]  # fmt: skip


class _Calendar(dateparser.parserinfo):
    """dateutil's words, in English and Spanish."""

    MONTHS = _MONTHS  # type: ignore[assignment]  # dateutil takes any number of names of a month
    JUMP = [*dateparser.parserinfo.JUMP, "de", "del", "the", "el", "ano", "o"]  # noqa: RUF012  dateutil's own form


_CALENDAR: Final = _Calendar()
_DAY_OF: Final = {word: day for day, words in enumerate(_WEEKDAYS) for word in words}


def _any(words: list[tuple[str, ...]]) -> str:
    return "|".join(sorted({w for group in words for w in group}, key=len, reverse=True))


MONTH_NAMES: Final = _any(_MONTHS)
"""The names of the months, in both languages, as alternatives of an expression."""
_M: Final = rf"(?P<month>{MONTH_NAMES})\b\.?"
_W: Final = rf"(?:\b(?P<weekday>{_any(_WEEKDAYS)})\b\.?(?:\s?,)?\s{{0,3}}(?:the\s+|el\s+|dia\s+|-\s?)?)?"
_TH: Final = r"(?:st|nd|rd|th|ro|do|o|\.)?(?![\d:])"
_TO: Final = (
    r"(?:\s?(?P<to>-|to|through|al?|y|and|&)\s?(?P<last>\d{1,2})(?:st|nd|rd|th)?(?![\d:.]"
    r"|\s?(?:[ap]\.?\s?m\b|hs?\b)))?"
)
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)\b(?![:/])"
_ISO: Final = re.compile(
    rf"{_W}(?<![\d/.-])\b(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<number>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2"
    rf"}})(?!\d)"
)
_DAY_FIRST: Final = re.compile(
    rf"{_W}(?<![\d:/.-])\b(?P<day>\d{{1,2}}){_TH}{_TO}[\s,]{{0,3}}(?:de\s+|del\s+|of\s+|-|/"
    rf"|\.)?\s{{0,2}}\b{_M}"
    rf"(?:,?\s{{0,3}}(?:de\s+|del\s+|of\s+|-|/)?(?:ano\s+)?{_YEAR})?"
)
_PRIMERO: Final = re.compile(rf"{_W}\b(?P<day>primero)\s+de\s+{_M}(?:,?\s+(?:de\s+|del\s+)?{_YEAR})?")
_MONTH_FIRST: Final = re.compile(
    rf"{_W}\b{_M}\s{{0,3}}(?:the\s+)?(?P<day>\d{{1,2}}){_TH}(?!\s?(?:am|pm|a\.m|p\.m|hs|h)\b){_TO}"
    rf"(?:(?:,\s?|\s+)(?:of\s+|de\s+)?{_YEAR})?"
)
_NUMBERS: Final = re.compile(
    rf"{_W}(?<![\d/.-])\b(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}"
    rf"|\d{{2}})\b(?![/.-]\d)"
)
_TWO_NUMBERS: Final = re.compile(rf"{_W}(?<![\d/.,:-])\b(?P<a>\d{{1,2}})(?P<sep>/)(?P<b>\d{{1,2}})(?![\d/:])")
_OF_MONTH: Final = re.compile(
    rf"\b(?P<weekday>{_any(_WEEKDAYS)})\b\.?,?\s{{1,3}}(?:the\s+|el\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    r"(?!\s?(?:am|pm|a\.|p\.|hs?|hrs?|horas|[:.]\d|[-/]|a\s\d))"
)
_RELATIVE: Final = re.compile(
    rf"\b(?:(?P<soon>today|tonight|hoy|esta noche|tomorrow|manana)|(?:(?P<next>next|proximo|este|this"
    rf"|coming)\s+)?"
    rf"(?P<weekday>{'|'.join(w for group in _WEEKDAYS for w in group if len(w) > 4)}))\b(?!s)"
)
_EVERY: Final = re.compile(r"\b(?:every|each|cada|todos los|todas las|alternate)\s+(?:\w+\s+)?$")


@dataclass(slots=True, frozen=True)
class Mention:
    """A date where it stands in a text. `date` is None for one that does not exist. `precise` orders them: a year or
    weekday says more than a day and month, and those say more than "tomorrow"."""

    date: datetime.date | None
    how: How
    start: int
    end: int
    precise: int


def dates_in(folded: str, *, original: str, on: datetime.date, day_first: bool | None, loose: bool) -> list[Mention]:
    """The dates in a folded text, in their order. `day_first` settles `12/05/2026`; None leaves it ambiguous, month
    first. `loose` also takes what is a date only where one is expected: `12/5`, "Thursday", "tomorrow"."""
    if not loose and not any(c.isdigit() for c in folded):
        return []
    found: list[Mention] = []
    patterns = [_ISO, _NUMBERS, _DAY_FIRST, _PRIMERO, _MONTH_FIRST, _OF_MONTH]
    for pattern in [*patterns, _TWO_NUMBERS, _RELATIVE] if loose else [*patterns, _TWO_NUMBERS]:
        for match in pattern.finditer(folded):
            if any(m.start < match.end() and match.start() < m.end for m in found[-8:]):
                continue
            if pattern is _TWO_NUMBERS and not loose and not match["weekday"]:
                continue
            mention = _mention(match, pattern, original, on, day_first)
            if mention is not None:
                found.append(mention)
            if len(found) > 40:
                return sorted(found, key=lambda m: m.start)
    return sorted(found, key=lambda m: m.start)


def _mention(
    match: re.Match[str], pattern: re.Pattern[str], original: str, on: datetime.date, day_first: bool | None
) -> Mention | None:
    groups = match.groupdict()
    weekday = _DAY_OF.get(groups.get("weekday") or "")
    if pattern is _RELATIVE:
        return _relative(match, weekday, on)
    if pattern is _OF_MONTH:
        day = _next_of_month(on, int(match["day"]), weekday)
        return Mention(day, "inferred", match.start(), match.end(), 1) if day else None
    how: How = "found"
    if pattern in (_NUMBERS, _TWO_NUMBERS):
        a, b = int(match["a"]), int(match["b"])
        first, sure = _order(a, b, match["sep"], day_first)
        day_number, month = (a, b) if first else (b, a)
        if not sure and a != b:
            other = _resolved(match, (groups.get("year"), *((a, b) if first else (b, a))), weekday, on, how)
            mine = _resolved(match, (groups.get("year"), month, day_number), weekday, on, how)
            chosen = _fitting(mine, other) if weekday is not None else None
            if chosen:
                return chosen
            how = "ambiguous"
        if pattern is _TWO_NUMBERS and not (1 <= month <= 12 and 1 <= day_number <= 31):
            return None
    elif pattern is _ISO:
        day_number, month = int(match["day"]), int(match["number"])
    else:
        if match["month"] in {"may", "mar", "set", "sun"} and not _is_name(match, original):
            return None
        day_number = 1 if match["day"] == "primero" else int(match["day"])
        month = _CALENDAR.month(match["month"]) or 0
    if groups.get("last") and groups.get("to"):
        how = "ambiguous"
    return _resolved(match, (groups.get("year"), month, day_number), weekday, on, how)


def _fitting(mine: Mention, other: Mention) -> Mention | None:
    """Of the two readings of `12/05`, the one that the weekday beside it confirms, or the sooner."""
    fits = [m for m in (mine, other) if m.date and m.how != "ambiguous"]
    return min(fits, key=lambda m: m.date or datetime.date.max) if fits else None


def _is_name(match: re.Match[str], original: str) -> bool:
    """English "may 5 people" and Spanish "mar 5" are no months; a capital, a weekday or a year makes them so."""
    return bool(match["weekday"] or match["year"] or original[match.start("month")].isupper()) or "de" in match.group()


def _order(a: int, b: int, separator: str, day_first: bool | None) -> tuple[bool, bool]:
    if a > 12 or b > 12:
        return a > 12, True
    if separator == ".":
        return True, True
    return bool(day_first), day_first is not None


def _resolved(
    match: re.Match[str], written: tuple[str | None, int, int], weekday: int | None, on: datetime.date, how: How
) -> Mention:
    year, month, day = written
    start, end = match.span()
    if year is None:
        found = _next(on, month, day, weekday)
        precise = 2 if weekday is not None else 1
        if found is None:
            return Mention(None, "ambiguous", start, end, precise)
        return Mention(found, "inferred" if how == "found" else how, start, end, precise)
    full = int(year) + (2000 if len(year) == 2 else 0)
    value = calendar_date(full, month, day)
    if value is None or (weekday is not None and value.weekday() != weekday):
        how = "ambiguous"
    return Mention(value, how, start, end, 3 if weekday is not None else 2)


@lru_cache(maxsize=256)
def calendar_date(year: int, month: int, day: int) -> datetime.date | None:
    """The date, or None where the calendar has none (31 February, month 13)."""
    try:
        return dateparser.parse(f"{year:04}-{month:02}-{day:02}", _CALENDAR, yearfirst=True).date() if month else None
    except (ValueError, OverflowError):
        return None


def _next(on: datetime.date, month: int, day: int, weekday: int | None) -> datetime.date | None:
    """The first such day from `on`; with a weekday, the first that falls on it (28 years hold every case but one,
    the century's, which 40 cover)."""
    for year in range(on.year, min(on.year + 41, datetime.MAXYEAR)):
        value = calendar_date(year, month, day)
        if value and value >= on and (weekday is None or value.weekday() == weekday):
            return value
    return None


def _next_of_month(on: datetime.date, day: int, weekday: int | None) -> datetime.date | None:
    for months in range(48):
        first = on.replace(day=1) + relativedelta(months=months)
        value = calendar_date(first.year, first.month, day)
        if value and value >= on and value.weekday() == weekday:
            return value
    return None


def _relative(match: re.Match[str], weekday: int | None, on: datetime.date) -> Mention | None:
    if _EVERY.search(match.string, max(0, match.start() - 24), match.start()):
        return None
    if weekday is None:
        if match["soon"] == "manana" and re.search(
            r"\b(?:la|de) $", match.string[max(0, match.start() - 6) : match.start()]
        ):
            return None
        value = on + relativedelta(days=1 if match["soon"] in {"tomorrow", "manana"} else 0)
    else:
        value = on + relativedelta(days=(weekday - on.weekday()) % 7)
    return Mention(value, "inferred", match.start(), match.end(), 0)
