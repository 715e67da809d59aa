"""The date, the times and the zone of the session, chosen among all that the page mentions."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Final

from comuna.announce.clock import CLOCKED, Span, clock, times_in
from comuna.announce.dates import Mention, dates_in
from comuna.announce.durations import durations
from comuna.announce.sheet import Sheet, words
from comuna.announce.vocabulary import ABSENT, word_set
from comuna.announce.zones import zone_alone, zone_in

_NOT_OURS: Final = re.compile(
    r"\b(?:before|by|until|deadline\w*|posted|updated|sent|founded|since|born|published|publicad[oa]"
    r"|enviad[oa]|desde|hasta|limite|antes|nacid[oa]"
    r"|fundad[oa]|closes?|cierran?|rsvp|respond|originally|was|took place|aplazad[oa]|instead|last"
    r"|pasad[oa]|previous|anterior|strike)\b[\s:]*(?:the|on|el|del|al|day|dia|for|of|este|our|de)?\s*$"
)
_SAID: Final = re.compile(r"\b(?:all times|times? (?:are|zone|in)|hora|horario|time|timezone|huso|zona horaria)\b")
_STAMP: Final = re.compile(r"(\d)t(\d\d:\d\d)((?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?)(?![\w:])")
_ENDING: Final = re.compile(
    r"\b(?:finish(?:es|ing)?|ends?|ending|done|over|close|wrap(?:ping)? up|out|until|till|termina\w*|finaliza\w*"
    r"|acaba\w*|hasta|salida|cierre)\s(?:by|at|around|las|a las|sobre las)?\s?(?:las\s)?$"
)
_EXPECTED: Final = frozenset({"when", "date", "time", "start", "end"})


@dataclass(slots=True)
class _Stretch:
    line: int
    start: int
    text: str
    folded: str
    field: str | None


def schedule(sheet: Sheet) -> dict[str, str | None]:
    """`date`, `start`, `end` and `zone`, noted in the sheet."""
    stretches = _stretches(sheet)
    day_first = True if sheet.language == "es" else None
    dates = [
        (s, m) for s in stretches if s.field not in {"start", "end", "zone", "duration", "place", "join", "link"}
        for m in dates_in(s.folded, original=s.text, on=sheet.on, day_first=day_first, loose=_loose(sheet, s))
    ]  # fmt: skip
    answer: dict[str, str | None] = {"date": None, "start": None, "end": None, "zone": None}
    day = max(dates, key=lambda d: _date_score(sheet, *d), default=None)
    if day and _date_score(sheet, *day) < 0:
        day = None
    if day:
        stretch, mention = day
        answer["date"] = mention.date.isoformat() if mention.date else None
        sheet.note("date", mention.how, stretch.line)
        if mention.date:
            sheet.take(stretch.line, stretch.start + mention.start, stretch.start + mention.end)
            _same_day(sheet, day, dates)
    _missing(sheet, "date", day is None)
    times = _times(sheet, stretches, dates)
    _choose_times(sheet, times, day, answer)
    _zone(sheet, stretches, answer)
    return answer


def _stretches(sheet: Sheet) -> list[_Stretch]:
    named = {p.line for p in sheet.parts}
    found = [
        _Stretch(p.line, p.start, sheet.text(p), sheet.lines[p.line].folded[p.start : p.end], p.field)
        for p in sheet.parts
        if p.field in _EXPECTED or p.field in {"zone", "duration", "place", "join", "title", "topic", "link", "group"}
    ]
    for index in sheet.free(sections=(None, "film")):
        line = sheet.lines[index]
        first = (
            min((p.start - len(p.label) for p in sheet.parts_on(index)), default=len(line.text))
            if index in named
            else len(line.text)
        )
        field = line.sign if line.sign in {"when", "time", "place"} and index not in named else None
        if first > 2:
            found.append(_Stretch(index, 0, line.text[:first], line.folded[:first], field))
    for stretch in found:
        stretch.folded = _STAMP.sub(lambda m: f"{m[1]} {m[2]}{'_' * len(m[3])}", stretch.folded)
        for link in sheet.lines[stretch.line].links:
            begin, end = link.start - stretch.start, link.end - stretch.start
            if end > 0 and begin < len(stretch.folded) and ("/" in link.text or "." in link.text):
                begin = max(0, begin)
                stretch.folded = (
                    stretch.folded[:begin] + "_" * (min(end, len(stretch.folded)) - begin) + stretch.folded[end:]
                )
    return sorted(found, key=lambda s: (s.line, s.start))


def _loose(sheet: Sheet, stretch: _Stretch) -> bool:
    line = sheet.lines[stretch.line]
    return stretch.field in {"when", "date"} or (len(line.text) < 70 and bool(times_in(stretch.folded, expected=False)))


def _date_score(sheet: Sheet, stretch: _Stretch, mention: Mention) -> float:
    line = sheet.lines[stretch.line]
    score = mention.precise * 8.0 - stretch.line * 0.2
    if stretch.field in {"when", "date"}:
        score += 100
    elif stretch.field in {"place", "join"}:
        score -= 30
    if sheet.section[stretch.line] == "film":
        score -= 15
    if line.kind == "heading":
        score += 20
    if len(line.text) < 90:
        score += 20
    if times_in(stretch.folded, expected=False):
        score += 25
    if stretch.line < 12:
        score += 12
    if _NOT_OURS.search(stretch.folded[max(0, mention.start - 40) : mention.start]):
        score -= 400
    if _crossed(line.raw, stretch.text[mention.start : mention.end]):
        score -= 400
    if mention.date is None:
        score -= 15
    elif mention.date < sheet.on - datetime.timedelta(days=400) and len(line.text) > 120:
        score -= 60
    return score


def _crossed(raw: str, text: str) -> bool:
    return "~" in raw and re.search(r"~[^~]*" + re.escape(text[:40]), raw) is not None


def _same_day(sheet: Sheet, day: tuple[_Stretch, Mention], dates: list[tuple[_Stretch, Mention]]) -> None:
    """Other places that say the same date are said by the field too; a year there settles what was inferred here."""
    for stretch, mention in dates:
        if mention.date == day[1].date and (stretch, mention) != day:
            sheet.note("date", day[1].how, stretch.line)
            sheet.take(stretch.line, stretch.start + mention.start, stretch.start + mention.end)


def _missing(sheet: Sheet, name: str, absent: bool) -> None:
    for part in sheet.labelled("when", "date") if name == "date" else sheet.labelled("time", "start"):
        value = sheet.lines[part.line].folded[part.start : part.end].strip()
        if absent and value and ABSENT.match(value):
            sheet.note(name, "missing", part.line)
            sheet.take(part.line)


def _times(
    sheet: Sheet, stretches: list[_Stretch], dates: list[tuple[_Stretch, Mention]]
) -> list[tuple[_Stretch, Span]]:
    found = []
    mentioned: dict[int, list[Mention]] = {}
    for other, mention in dates:
        mentioned.setdefault(id(other), []).append(mention)
    for stretch in stretches:
        folded = stretch.folded
        for mention in mentioned.get(id(stretch), ()):
            folded = folded[: mention.start] + "_" * (mention.end - mention.start) + folded[mention.end :]
        expected = stretch.field in {"time", "start", "end"} or (stretch.field == "when" and len(folded) < 60)
        found += [(stretch, span) for span in times_in(folded, expected=expected)]
    return found


def _time_score(sheet: Sheet, stretch: _Stretch, span: Span, day: tuple[_Stretch, Mention] | None) -> float:
    line = sheet.lines[stretch.line]
    score = -0.1 * stretch.line
    if stretch.field in {"time", "start", "when"}:
        score += 100
    elif stretch.field in {"end", "duration", "zone"}:
        return -500
    elif stretch.field in {"place", "join"}:
        score -= 20
    if day and day[0].line == stretch.line:
        score += 60
    elif day and 0 < stretch.line - day[0].line <= 3:
        score += 30
    if len(line.text) < 70:
        score += 20
    if span.until is not None:
        score += 12
    if span.strong:
        score += 10
    if span.sure == "ambiguous" and not span.strong:
        score -= 8
    if stretch.line > 15 and len(line.text) > 120 and not (day and day[0].line == stretch.line):
        score -= 30
    return score - (120 if span.early or _NOT_OURS.search(stretch.folded[max(0, span.start - 30) : span.start]) else 0)


def _choose_times(
    sheet: Sheet,
    times: list[tuple[_Stretch, Span]],
    day: tuple[_Stretch, Mention] | None,
    answer: dict[str, str | None],
) -> None:
    best = max(times, key=lambda t: (_time_score(sheet, t[0], t[1], day), -t[1].start), default=None)
    if best and _time_score(sheet, best[0], best[1], day) < -25:
        best = None
    _missing(sheet, "start", best is None)
    if best:
        stretch, span = best
        answer["start"] = clock(span.begin)
        sheet.note("start", span.sure, stretch.line)
        sheet.take(stretch.line, stretch.start + span.start, stretch.start + span.end)
        if span.until is not None:
            _end(sheet, stretch, span, answer)
        _repeated(sheet, times, best, answer)
    for stretch, span in times:
        if stretch.field == "end" and answer["end"] is None:
            begin = best[1].begin if best else -1
            until = span.begin
            answer["end"] = clock(until)
            sheet.note("end", span.sure if until > begin or begin >= 18 * 60 else "ambiguous", stretch.line)
            sheet.take(stretch.line, stretch.start + span.start, stretch.start + span.end)
    if best and answer["end"] is None:
        _ending(sheet, times, best, answer)
    if best and answer["end"] is None:
        _lasting(sheet, best, answer)


def _ending(
    sheet: Sheet, times: list[tuple[_Stretch, Span]], best: tuple[_Stretch, Span], answer: dict[str, str | None]
) -> None:
    """A later time in the same line behind a word that says so: "we finish by 9.30"."""
    for stretch, span in times:
        if stretch.line != best[0].line or span.begin <= best[1].begin:
            continue
        if _ENDING.search(stretch.folded[max(0, span.start - 24) : span.start]):
            answer["end"] = clock(span.begin)
            sheet.note("end", span.sure, stretch.line)
            sheet.take(stretch.line, stretch.start + span.start, stretch.start + span.end)
            return


def _end(sheet: Sheet, stretch: _Stretch, span: Span, answer: dict[str, str | None]) -> None:
    until = span.until if span.until is not None else span.begin
    length = (until - span.begin) % 1440
    if until > span.begin or (span.begin >= 18 * 60 and length <= 10 * 60):  # past midnight, plainly
        answer["end"] = clock(until)
        sheet.note("end", span.sure, stretch.line)
        return
    sheet.note("end", "ambiguous", stretch.line)  # an end before its start: neither is invented


def _repeated(
    sheet: Sheet, times: list[tuple[_Stretch, Span]], best: tuple[_Stretch, Span], answer: dict[str, str | None]
) -> None:
    """Other short lines that say the same time again, and a line that says until when, as the chosen one does not."""
    for stretch, span in times:
        if span is best[1] or span.begin != best[1].begin:
            continue
        ends = span.until is not None and answer["end"] is None and best[1].until is None
        if ends:
            _end(sheet, stretch, span, answer)
        if ends or (len(sheet.lines[stretch.line].text) < 90 and not CLOCKED.match(stretch.folded)):
            sheet.note("start", best[1].sure, stretch.line)
            sheet.take(stretch.line, stretch.start + span.start, stretch.start + span.end)


def _lasting(sheet: Sheet, best: tuple[_Stretch, Span], answer: dict[str, str | None]) -> None:
    """An end from a start and a length: `19 h, 90 min`, "Duration: 2 hours"."""
    shown = [p.line for p in sheet.labelled("film", "film.year", "film.description")]
    for part in sheet.labelled("duration"):
        if any(
            abs(line - part.line) < 6
            and not any(sheet.lines[i].gap for i in range(min(line, part.line) + 1, max(line, part.line) + 1))
            for line in shown
        ):
            continue  # the film's own length
        found = durations(sheet.lines[part.line].folded[part.start : part.end])
        if found and found[0].low and found[0].low == found[0].high and sheet.section[part.line] != "film":
            answer["end"] = clock(best[1].begin + found[0].low)
            sheet.note("end", "inferred", part.line, best[0].line)
            sheet.take(part.line)
            return
    stretch, span = best
    for index in range(stretch.line + 1, min(stretch.line + 3, len(sheet.lines))):  # "(90 minutes)" below it
        below = sheet.lines[index].folded.strip(" ().~")
        found = durations(below) if sheet.lines[index].seen and len(below) < 30 else []
        if found and not found[0].start and found[0].end == len(below) and found[0].low == found[0].high:
            answer["end"] = clock(span.begin + (found[0].low or 0))
            sheet.note("end", "inferred", index, stretch.line)
            sheet.take(index)
            return
    after = stretch.folded[span.end : span.end + 60]
    found = durations(after)
    if len(found) == 1 and found[0].low and found[0].low == found[0].high and 30 <= found[0].low <= 600:
        if re.search(r"\b(?:film|pelicula|documental|intro|break|each)\b", after):
            return
        answer["end"] = clock(span.begin + found[0].low)
        sheet.note("end", "inferred", stretch.line)
        sheet.take(stretch.line, stretch.start + span.end + found[0].start, stretch.start + span.end + found[0].end)


def _zone(sheet: Sheet, stretches: list[_Stretch], answer: dict[str, str | None]) -> None:
    found: tuple[str, _Stretch, int, int] | None = None
    for stretch in stretches:
        if stretch.field == "zone":
            name = zone_alone(stretch.text)
            if name:
                found = (name, stretch, 0, len(stretch.text))
                break
    said = sheet.found.get("start")
    taken = said[1] if said else set()
    for stretch in stretches if found is None else []:
        line = sheet.lines[stretch.line]
        here = any(n in taken for n in line.numbers)
        if not here and not (_SAID.search(line.folded) and len(line.text) < 160) and stretch.field not in _EXPECTED:
            continue
        spans = [e - stretch.start for b, e in sheet.spans.get(stretch.line, ()) if b >= stretch.start] if here else []
        whole = sheet.lines[stretch.line]
        place = next((z for at in [*spans, 0] if (z := zone_in(stretch.text, stretch.folded, at))), None)
        if place is None and stretch.field in _EXPECTED and stretch.start:  # "Hora (Colombia): 19:00"
            head = zone_in(whole.text[: stretch.start], whole.folded[: stretch.start]) or _bracketed(
                whole.text[: stretch.start]
            )
            place = head and (head[0], 0, 0)
        if place:
            found = (place[0], stretch, place[1], place[2])
            if here:
                break
    if found:
        answer["zone"] = found[0]
        sheet.note("zone", "found", found[1].line)
        if found[3]:
            sheet.take(found[1].line, found[1].start + found[2], found[1].start + found[3])
    elif sheet.zone:
        answer["zone"] = sheet.zone
        sheet.note("zone", "inferred")


def _bracketed(label: str) -> tuple[str, int, int] | None:
    match = re.search(r"\(([^()]{2,30})\)", label) or re.search(
        r"(?:hora|time)\s+(?:en\s+|de\s+)?([^:]{3,20})", label, re.IGNORECASE
    )
    name = zone_alone(match[1]) if match else None
    return (name, 0, 0) if name else None


_SMALL: Final = word_set(
    "a al an at by de del el en from the to las los la on in of and y por h hs hrs hr horas hora am pm "
    "date time when day fecha dia cuando start starts end ends this next el proximo este coming sharp est "
    "edt pst pdt et pt cet utc gmt start begins desde hasta para local zoom online via o our new us add "
    "calendar inicio comienza empieza de la puntual punto monday tuesday wednesday thursday friday "
    "saturday sunday lunes martes miercoles jueves viernes sabado domingo"
)  # fmt: skip


def settle(sheet: Sheet) -> None:
    """Lines of which nothing but small words is left are done; the others also go to the description."""
    for index in list(sheet.spans):
        if index not in sheet.done and all(w in _SMALL for w in words(sheet.rest(index))):
            sheet.finish(index)
