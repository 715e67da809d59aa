"""How long an agenda item takes: `(<2 min each)`, `5-10 min`, `hasta 10 minutos`, `1 h 30`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_UNIT: Final = r"(?:minutes?|minutos?|mins?\b\.?|m\b|['’′]|hours?|horas?|hrs?\b\.?|hs\b\.?|h(?![a-z]))"
_NUMBER: Final = (
    r"(?:\d{1,3}(?:[.,]5)?|half an|one|two|three|five|ten|fifteen|twenty|thirty"
    r"|media|una|dos|tres|cinco|diez|quince|veinte|treinta)"
)
_DURATION: Final = re.compile(
    rf"(?P<bound><|>|≤|≥|~|aprox\.?|approx\.?|about|max\.?|maximo|maximum|min\.|minimo|up to|hasta|at most"
    rf"|no more than"
    rf"|less than|under|menos de|como maximo|at least|al menos|minimum|unos|between|entre"
    rf"|circa|ca\.?)?\s{{0,3}}(?:de\s)?"
    rf"(?<![\d:.,/])\b(?P<a>{_NUMBER})\s?(?P<ua>{_UNIT})?\s?(?:(?P<and>y|e)\s(?P<half>media))?"
    rf"(?:\s?(?:-|to|a|or|o|(?(ua)(?!)|(?:y|and)(?=\s\d+\s?[mh])))\s?(?P<b>{_NUMBER})\s?(?P<u>{_UNIT})"
    rf"|\s?(?P<extra>[0-5]\d)\s?(?:min\w*|m)?)?"
    rf"(?P<after>\s?(?:max\.?|maximo|maximum|at most|como maximo|or less|o menos|min\.? ?max\.?)\b\.?)?"
    rf"(?P<each>\s?,?\s?(?:each|per person|apiece|a person|per head|c/u|cada un[oa]|por persona|por cabeza"
    rf"|p/p|pp|cada persona"
    rf"|por participante|per participant|each person|per speaker|por integrante|cada quien|cada cual"
    rf"|x persona|por orador[ae]?)\b\.?)?"
)
_WORDS: Final = {
    "half an": 0.5, "one": 1, "two": 2, "three": 3, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30,
    "media": 0.5, "una": 1, "dos": 2, "tres": 3, "cinco": 5, "diez": 10, "quince": 15, "veinte": 20, "treinta": 30,
}  # fmt: skip
_EACH: Final = re.compile(
    r"\b(?:each|per person|c/u|cada (?:un[oa]|quien|cual)|por persona|per participant|por participante)\b"
)
_MOST: Final = re.compile(r"<|≤|max|up to|hasta|at most|no more|less|under|menos|or less")


@dataclass(slots=True, frozen=True)
class Duration:
    """Minutes, for everyone or for each person, and where in the text they stand."""

    low: int | None
    high: int | None
    per_person: bool
    start: int
    end: int


def _minutes(number: str, unit: str | None) -> float:
    amount = _WORDS.get(number)
    value = amount if amount is not None else float(number.replace(",", "."))
    return value * 60 if unit and unit[0] == "h" else value


def durations(folded: str) -> list[Duration]:
    """The durations in a folded text. A number without a unit is none."""
    found = []
    for match in _DURATION.finditer(folded):
        unit = match["u"] or match["ua"]
        if unit is None or (unit in "m'’′" and match["ua"] and folded[match.start("ua") - 1] == " " and unit == "m"):
            continue
        found.append(_duration(match, unit))
    return [d for d in found if (d.high or d.low or 0) <= 1_440]


def _duration(match: re.Match[str], unit: str) -> Duration:
    low = _minutes(match["a"], match["ua"] or unit)
    end = match.end()
    if match["half"] and unit[0] == "h":
        low += 30
    if match["extra"]:
        if (match["ua"] or "")[:1] == "h":
            low += int(match["extra"])
        else:
            end = match.end("ua")
    high = _minutes(match["b"], unit) if match["b"] else low
    bound = (match["bound"] or "") + (match["after"] or "")
    each = bool(match["each"])
    lower: int | None = round(min(low, high))
    upper: int | None = round(max(low, high))
    if _MOST.search(bound):
        lower = None
    elif re.search(r">|≥|at least|al menos|minim|min\.", bound):
        upper = None
    return Duration(lower, upper, each, match.start(), end)


def last_duration(folded: str) -> Duration | None:
    """The one duration an agenda line is about: the last one, as people put it at the end or in brackets."""
    found = durations(folded)
    if not found:
        return None
    chosen = found[-1]
    if not chosen.per_person and _EACH.search(folded, chosen.start):
        return Duration(chosen.low, chosen.high, True, chosen.start, chosen.end)
    return chosen
