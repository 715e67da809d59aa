"""The agenda: its items in order, and how long each takes."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comuna.announce.clock import CLOCKED
from comuna.announce.durations import Duration, last_duration
from comuna.announce.items import introduce, items_of
from comuna.announce.questions import asks
from comuna.announce.sheet import Sheet, tidy, unquoted, words
from comuna.announce.vocabulary import fold
from comuna.rules.announcement import AgendaItem

_CLOCK: Final = re.compile(
    r"^(?:de\s|from\s|a las\s)?(?:\d{1,2}(?:[:.h]\d\d)?\s?(?:[ap]\.?m\.?|hs?\.?|hrs\.?)?)\s?(?:(?:-|a"
    r"|to)\s?\d{1,2}(?:[:.h]\d\d)\s?(?:[ap]\.?m\.?|hs?\.?|hrs\.?)?)?(?=[\s:|)-])[\s:|–—)-]*"
)
_DISCUSSION: Final = re.compile(
    r"\b(?:discussion|debate|q&a|questions|closing|cierre|preguntas|discusion|conversacion|plenaria|plenary"
    r"|wrap-up|break|pausa|descanso|next steps|proximos pasos|go-round|ronda|dialogo|conversatorio|film"
    r"|screening|proyeccion)\b"
)
_COLUMN: Final = re.compile(
    r"[\W_]*(?:time|item|topic|min\w*|duration|who|what|when|lead|hora|horario|tema|punto|actividad"
    r"|duracion|quien|responsable|activity|length|#|no|notes?|notas?)[\W_]*$"
)


def agenda(sheet: Sheet) -> tuple[AgendaItem, ...]:
    """The agenda's items in order."""
    found: list[tuple[int, AgendaItem]] = []
    for part in sheet.labelled("agenda"):
        pieces = [p for p in re.split(r"\s*(?:;|→|\s/\s|\||,(?![^()]*\)))\s*", sheet.text(part)) if tidy(p)]
        if len(pieces) > 1 and len(sheet.text(part)) < 600:
            found += [(part.line, _item(piece)) for piece in pieces]
            sheet.take(part.line, 0 if part.first else part.start, part.end)
    explicit = bool(sheet.within("agenda"))
    groups = items_of(sheet, "agenda") if explicit else [[i] for i in _timed_run(sheet)]
    for group in groups:
        index = group[0]
        cells = sheet.lines[index].cells
        item = _row(cells) if len(cells) > 2 else _item(sheet.lines[index].text)
        if not item.title and len(cells) > 2:  # the table's own heading
            sheet.note("agenda", "found", index)
            sheet.finish(index)
        if not item.title:
            continue
        found.append((index, item))
        sheet.finish(index)
    if explicit and found:
        introduce(sheet, "agenda", "agenda")
    for at, (index, item) in enumerate(found):
        sheet.note(f"agenda[{at}].title", "found", index)
        if item.min_minutes is not None or item.max_minutes is not None:
            sheet.note(
                f"agenda[{at}].max_minutes" if item.max_minutes is not None else f"agenda[{at}].min_minutes",
                "found",
                index,
            )
    return tuple(item for _, item in found)


def _item(text: str) -> AgendaItem:
    """An item without its clock time and its length."""
    folded = fold(text)
    clocked = CLOCKED.match(folded)
    length: int | None = None
    if clocked:
        if clocked[3]:
            begin = int(clocked[1]) * 60 + int(clocked[2])
            length = (int(clocked[3]) * 60 + int(clocked[4]) - begin) % 720
        text, folded = text[clocked.end() :], folded[clocked.end() :]
    elif re.match(r"^\d{1,2}\s?(?:[ap]\.?m\.?|hs?\b)", folded):
        hour = _CLOCK.match(folded)
        if hour and hour.end() < len(text):
            text, folded = text[hour.end() :], folded[hour.end() :]
    duration = last_duration(folded)
    title = _without_duration(text, folded, duration)
    low = duration.low if duration else length
    high = duration.high if duration else length
    return AgendaItem(title=title, per_person=bool(duration and duration.per_person), min_minutes=low, max_minutes=high)


def _row(cells: tuple[str, ...]) -> AgendaItem:
    """A row of a table: a clock time, the item, its minutes, in any order; no item for the table's heading."""
    if all(_COLUMN.match(fold(c)) for c in cells):
        return AgendaItem(title="")
    bare = [c for c in cells if not re.fullmatch(r"\d{1,3}", c)]
    bare.sort(key=lambda c: not re.match(r"\(?\d{1,2}[:.h]\d\d", c))
    named = 2 if bare and re.match(r"\(?\d{1,2}[:.h]\d\d", bare[0]) else 1
    who = [c for c in bare[named:] if words(c) and last_duration(fold(c)) is None]
    item = _item(" ".join(c for c in bare if c not in who))
    if who:
        item = msgspec.structs.replace(item, title=f"{item.title} ({', '.join(who)})")
    number = next((int(c) for c in cells if re.fullmatch(r"\d{1,3}", c)), None)
    if number is not None and item.max_minutes is None and item.min_minutes is None:
        item = AgendaItem(title=item.title, per_person=item.per_person, min_minutes=number, max_minutes=number)
    return item


def _without_duration(text: str, folded: str, duration: Duration | None) -> str:
    if duration is None:
        return unquoted(tidy(text).rstrip("."))
    start, end = duration.start, duration.end
    opening = max(folded.rfind("(", 0, start), folded.rfind("[", 0, start))
    closing = min((c for c in (folded.find(")", end - 1), folded.find("]", end - 1)) if c >= 0), default=-1)
    if opening >= 0 and closing >= 0 and ")" not in folded[opening:start]:
        inside = tidy(
            re.sub(
                r"\b(?:each|per person|cada un[oa]|c/u|max\.?|aprox\.?)\b",
                " ",
                text[opening + 1 : start] + " " + text[end:closing],
            )
        )
        rest = f"{text[:opening].rstrip()} ({inside})" if len(words(inside)) > 1 else text[:opening]
        return tidy(rest + " " + text[closing + 1 :]).rstrip(".")
    left, right = text[:start], text[end:]
    if not tidy(right) or re.match(r"\s*[.,;]?\s*$", right):
        return tidy(re.sub(r"\s(?:for|de|durante|of)\s*$", "", left)).rstrip(".")
    if not words(left):
        return tidy(right).rstrip(".")
    return tidy(f"{tidy(left)} {right.strip()}" if right[:1].isalnum() else left.rstrip() + right).rstrip(".")


def _timed_run(sheet: Sheet) -> list[int]:
    """Agenda lines that stand under no such heading: at least two short ones that state their length or their hour."""
    candidates = sheet.free(sections=(None, "questions"))
    timed = [i for i in candidates if _is_timed(sheet, i)]
    clocked = [
        i
        for i in candidates
        if CLOCKED.match(sheet.lines[i].folded)
        and len(sheet.lines[i].text) < 140
        and (len(sheet.lines[i].cells) > 1 or not _said(sheet, i))
    ]
    if len(clocked) >= 3:
        timed = sorted({*timed, *clocked}) if len(timed) > 1 else clocked
    elif len(timed) < 2:
        timed = []
    if not timed:
        return []
    if sheet.lines[timed[0]].kind == "bullet":
        return _whole_list(sheet, timed, candidates)
    run: list[int] = []
    for index in candidates:
        if index < timed[0] or index > timed[-1] + 1:
            continue
        if index in timed or (
            index < timed[-1] and _short(sheet, index) and sheet.lines[index].kind == sheet.lines[timed[0]].kind
        ):
            run.append(index)
    return run + _after_run(sheet, timed)


def _whole_list(sheet: Sheet, timed: list[int], candidates: list[int]) -> list[int]:
    """The timed lines with the rest of the list they stand in."""
    run = [
        i
        for i in candidates
        if timed[0] <= i <= timed[-1]
        and sheet.lines[i].kind == "bullet"
        and (i in timed or not asks(sheet.lines[i].text))
    ]
    for step, edge in ((1, timed[-1]), (-1, timed[0])):
        index = edge + step
        while (
            index in candidates
            and sheet.lines[index].kind == "bullet"
            and not asks(sheet.lines[index].text)
            and not sheet.lines[max(index, index - step)].gap
        ):
            run.append(index)
            index += step
    return sorted(run)


def _after_run(sheet: Sheet, timed: list[int]) -> list[int]:
    """The last item often has no length, and introduces the questions: "Guiding questions & open discussion"."""
    index = timed[-1] + 1
    if index >= len(sheet.lines) or bool(sheet.parts_on(index)) or index in sheet.busy:
        return []
    line = sheet.lines[index]
    if not line.seen or not _short(sheet, index) or line.kind != sheet.lines[timed[-1]].kind:
        return []
    folded = line.folded
    if index in sheet.opens:
        talk = re.search(
            r"\b(?:discussion|debate|conversation|discusion|conversacion|dialogo|plenaria|conversatorio)\b", folded
        )
        only = re.fullmatch(
            r"(?:guiding |discussion |preguntas (?:de|para el|para la) )?(?:questions|prompts|discussion"
            r"|debate|discusion|conversacion)",
            folded.strip(" :"),
        )
        return [index] if talk and not only and re.search(r"&|\+|\band\b|\by\b|,|/", folded) else []
    return [index] if _DISCUSSION.search(folded) else []


def _said(sheet: Sheet, index: int) -> bool:
    """A field has said some of the line."""
    return any(end > begin for begin, end in sheet.spans.get(index, ()))


def _short(sheet: Sheet, index: int) -> bool:
    text = sheet.lines[index].text
    return (
        len(words(text)) <= 10
        and not text.endswith((".", "?", ":"))
        and not sheet.spans.get(index)
        and sheet.lines[index].kind != "heading"
    )


def _is_timed(sheet: Sheet, index: int) -> bool:
    line = sheet.lines[index]
    if (
        len(line.text) > 140
        or sheet.spans.get(index)
        or any(p.field != "agenda" for p in sheet.parts_on(index))
        or line.kind == "heading"
    ):
        return False
    duration = last_duration(line.folded)
    if duration is None or re.search(r"\((?:[^()]*\b)?(?:19|20)\d\d\b", line.text):
        return False
    rest = line.folded[duration.end :]
    at_end = not [w for w in words(rest) if w not in {"each", "max", "total", "cada", "una", "uno", "aprox"}]
    return at_end or not words(line.folded[: duration.start])
