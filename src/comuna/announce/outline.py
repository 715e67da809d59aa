"""Which line stands under which heading, and what labels ("When:", "Lugar:") name on it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from comuna.announce.clock import CLOCKED, times_in
from comuna.announce.dates import dates_in
from comuna.announce.mail import header_lines
from comuna.announce.sections import END, LISTS, SECTIONS, introduces, list_headed, section_named
from comuna.announce.sheet import Part, Sheet
from comuna.announce.source import Line
from comuna.announce.vocabulary import LABEL_STARTS, LABELS

_ANYWHERE: Final = frozenset({"when", "date", "time", "start", "end", "place", "join", "link", "duration", "zone"})
_SEPARATORS: Final = "|•·;,.()[]/–—-!?"
_BEFORE: Final = " *_~\"'"


class Label(NamedTuple):
    """A label on a line: where it starts, where its value starts, the field it names, its words, and whether it is
    the line's beginning."""

    start: int
    value: int
    field: str
    phrase: str
    first: bool


def labels_in(line: Line) -> list[Label]:
    """Labels on the line: where the label starts, where its value starts, its field, the label, whether it is first."""
    folded, text = line.folded, line.text
    if len(line.cells) > 2:
        return []
    found: list[Label] = []
    floor = at = 0
    for _ in range(16):
        at = folded.find(":", at)
        if at < 0:
            break
        digits = at and folded[at - 1].isdigit() and folded[at + 1 : at + 2].isdigit()
        if not digits and folded[at + 1 : at + 3] != "//":
            label = _label_ending(folded, text, floor, at)
            if label:
                start, field = label
                phrase = folded[start:at].strip(_BEFORE)
                found.append(Label(start, at + 1, field, phrase, first=start == _first(folded)))
                floor = at + 1
        at += 1
    if not found or not found[0].first:
        dashed = _dashed(folded)
        if dashed:
            found.insert(0, dashed)
    return found


def _first(folded: str) -> int:
    return len(folded) - len(folded.lstrip(_BEFORE + "¿¡("))


def _label_ending(folded: str, text: str, floor: int, colon: int) -> tuple[int, str] | None:
    begin = max(floor, colon - 46)
    end = colon
    while end > begin and folded[end - 1] in _BEFORE:
        end -= 1
    extra = re.search(r"\s?\([^()]{0,30}\)$", folded[begin:end])
    if extra:
        end = begin + extra.start()
    starts = [m.start() for m in re.finditer(r"(?<![^\W_])[^\W_]", folded[begin:end])]
    for offset in starts:
        start = begin + offset
        phrase = folded[start:end].strip(_BEFORE)
        name = LABELS.get(phrase)
        if name and _stands(folded, text, start, floor, name):
            return start, name
    start = _first(folded)
    if floor == 0 and colon <= 40 and starts:
        head = re.match(r"[^\W\d_]+", folded[start:])
        if (
            head
            and head[0] in LABEL_STARTS
            and len(folded[start:end].split()) <= 5
            and not re.search(r"\d", folded[start:end])
        ):
            return start, LABEL_STARTS[head[0]]
    return None


def _stands(folded: str, text: str, start: int, floor: int, name: str) -> bool:
    """A label in the middle of a line begins with a capital or behind a separator, unlike a word in a sentence."""
    before = folded[:start].rstrip(_BEFORE + "¿¡")
    if not before or start <= floor + 1:
        return True
    if before[-1] in _SEPARATORS:
        return name != "title" and name != "topic"
    if name == "group":
        return text[start].isupper() and folded.startswith(("organi", "convoc", "host", "invita", "presenta"), start)
    return text[start].isupper() and name in _ANYWHERE


def _dashed(folded: str) -> Label | None:
    """`When - Tuesday`, and for dates, times and places `Fecha 12 de mayo`, `Hora 19:00`."""
    start = _first(folded)
    match = re.match(r"([a-z][a-z/& ]{2,24}?)\s*(?:(?:\s-+|->|=|→|\||\))\s+|\?\s+)(?=\S)", folded[start:])
    if match:
        name = LABELS.get(match[1].strip())
        if name in {"when", "date", "time", "place", "join", "group", "film", "start", "end"}:
            return Label(start, start + match.end(), name, match[1], first=True)
    match = re.match(
        r"(fecha|hora|horario|date|time|dia)\s+(?=\d|(?:a las|de|lunes|martes|mier|juev|viern|sab|dom|mon"
        r"|tue|wed|thu|fri|sat|sun))",
        folded[start:],
    )
    if match:
        return Label(start, start + match.end(), LABELS[match[1]], match[1], first=True)
    return None


def _plain_signs(lines: list[Line]) -> None:
    """A pin or a fist before line after line is a bullet, and says nothing of them."""
    for sign in ("place", "group", "link"):
        signed = [line for line in lines if line.sign == sign]
        for line in signed if len(signed) > 2 else ():
            line.sign = None


def outline(sheet: Sheet) -> None:
    """Fills in the sheet's sections and labelled parts."""
    mail = header_lines(sheet.lines)
    _plain_signs(sheet.lines)
    section: str | None = None
    pending: tuple[str, int, int] | None = None
    content, inlined = 0, False
    for index, line in enumerate(sheet.lines):
        sheet.section.append(None)
        if not line.seen or line.furniture or not line.text:
            continue
        content += 1
        if inlined and section in LISTS and line.gap and line.kind == "text":
            section = None  # what a label names on its own line ends with the block it stands in
        labels = _labels_within(line, section, inlined=inlined)
        if index in mail and labels:
            sheet.parts += [
                Part(
                    index,
                    "title" if p.phrase in {"subject", "asunto"} else "ignored",
                    p.value,
                    len(line.text),
                    p.phrase,
                    True,
                )
                for p in labels[:1]
            ]
            continue
        opened = _opened(sheet, index, labels, first=content == 1, section=section)
        if opened is not None:
            section, pending, inlined = opened, None, False
            if section:
                sheet.section[index], sheet.opens[index] = section, section
            continue
        prose = _asked_for(line) if not labels or labels[-1].value >= len(line.text.rstrip()) else None
        if prose:
            section, pending, inlined = prose, None, False
            continue
        if labels:
            before = section
            inline_section = _labelled(sheet, index, labels)
            alone = labels[-1].value >= len(line.text.rstrip(" *_"))
            pending = (labels[-1].field, index, 0) if alone else None
            if not (section == "film" and labels[0].field.startswith("film")) and not (
                labels[0].field == "ignored" and section in LISTS
            ):
                section, inlined = inline_section, not alone
            sheet.section[index] = None if labels[0].first else before
            continue
        field = _alone(line) if content > 1 else None
        if field and section not in LISTS:
            pending, section = _stands_for(sheet, index, field), None
            continue
        if pending and _follows(line, pending):
            sheet.parts.append(Part(index, pending[0], 0, len(line.text), "", True))
            pending = (pending[0], pending[1], pending[2] + 1)
            continue
        pending = None
        if line.sign in {"readings", "questions", "agenda"} and section is None and content > 1:
            sheet.parts.append(Part(index, line.sign, 0, len(line.text), "", True))
            continue
        if (
            line.kind == "heading"
            or (line.bold and line.kind == "text" and section != "agenda" and len(line.text) < 60)
            or (line.kind == "text" and END.match(line.folded.strip(" :")))
            or (section in LISTS and (_stands_alone(sheet.lines, index) or _is_dated(sheet, line)))
        ):
            section = None
        sheet.section[index] = section


def _labels_within(line: Line, section: str | None, *, inlined: bool) -> list[Label]:
    """The line's labels; under a film's heading, its own facts are none: its length, its country and year."""
    labels = [] if section in LISTS and line.kind == "bullet" else labels_in(line)
    own = {"duration", "link"} if inlined else {"duration", "link", "place", "date", "title"}
    return [] if section == "film" and labels and labels[0].field in own else labels


def _is_dated(sheet: Sheet, line: Line) -> bool:
    """A short line behind a blank one that says a whole date: event sites put it under the text."""
    if line.kind != "text" or not line.gap or len(line.text) > 80 or CLOCKED.match(line.folded):
        return False
    found = dates_in(line.folded, original=line.text, on=sheet.on, day_first=None, loose=False)
    return bool(found) and found[0].start == 0 and found[0].precise > 1


_READINGS_GO_ON: Final = re.compile(
    r"\b(?:para quien(?:es)? quieran?|si quier\w+|for (?:those|anyone) who|if you (?:want|have)|more|mas|optional\w*"
    r"|opcional\w*|extra|required|obligatori\w+|imprescindible\w*|recomendad\w*|complementari\w*|then|despues|also|tambien)\b"
)


def _stands_alone(lines: list[Line], index: int) -> bool:
    """A short line between a list and what follows it: a heading, though its words say nothing to us."""
    line, before = lines[index], lines[index - 1]
    after = lines[index + 1] if index + 1 < len(lines) else None
    if line.text.endswith(":") and after is not None and after.kind == "bullet" and _READINGS_GO_ON.search(line.folded):
        return False
    if line.kind != "text" or not line.gap or before.kind != "bullet" or after is None:
        return False
    return (after.gap or after.kind == "bullet") and len(line.text) < 60 and line.text[-1] not in ".?!,;"


def _follows(line: Line, pending: tuple[str, int, int]) -> bool:
    """The line belongs to the label that stood alone above it."""
    if (
        line.kind == "heading"
        or (pending[2] and (line.gap or pending[0] not in {"place", "when", "date", "join"}))
        or pending[2] > 2
    ):
        return False
    return pending[0] not in LISTS and len(line.text) < 160


def _stands_for(sheet: Sheet, index: int, field: str) -> tuple[str, int, int] | None:
    """Notes a line that is nothing but a label. What it names comes below, unless the label itself is the link."""
    line = sheet.lines[index]
    linked = any(link.url for link in line.links)
    sheet.parts.append(Part(index, field, 0 if linked else len(line.text), len(line.text), line.folded, True))
    return None if linked else (field, index, 0)


def _alone(line: Line) -> str | None:
    """The field of a line that is nothing but a label, as pages copied from event sites have them."""
    name = LABELS.get(line.folded.strip(" *_:¿?¡!"))
    if name is None or line.kind == "bullet" or (name in LISTS and not line.bold):
        return None
    return name if name not in SECTIONS else None


def _labelled(sheet: Sheet, index: int, labels: list[Label]) -> str | None:
    text, folded = sheet.lines[index].text, sheet.lines[index].folded
    section = None
    labels = [_timed(label, folded) for label in labels]
    for at, label in enumerate(labels):
        end = labels[at + 1].start if at + 1 < len(labels) else len(text)
        sheet.parts.append(Part(index, label.field, label.value, end, label.phrase, label.first))
        section = label.field if label.field in SECTIONS else None
    return section


def _timed(label: Label, folded: str) -> Label:
    """ "Program: 6:00 - 8:00 PM" says when, and opens no agenda."""
    value = folded[label.value : label.value + 60].strip(" *_")
    if label.field == "agenda" and value[:1].isdigit():
        times = times_in(value, expected=True)
        if times and times[0].start == 0 and len(value) - times[0].end < 12:
            return label._replace(field="time")
    return label


def _opened(sheet: Sheet, index: int, labels: list[Label], *, first: bool, section: str | None) -> str | None:
    """The section this line opens, or None if it opens none."""
    line = sheet.lines[index]
    if labels and labels[0].first:
        name, value = labels[0].field, line.text[labels[0].value :].strip(" *_")
        if len(labels) == 1 and name in SECTIONS and not value:
            return name
        return None
    if line.kind == "bullet" and not (line.folded.endswith(":") and section is None and not labels):
        return None
    named = section_named(line, introduced=introduces(sheet.lines, index)) or list_headed(sheet.lines, index)
    if named and not line.text.endswith(":") and (first or _is_only_top(sheet.lines, index)):
        return None
    return named


def _is_only_top(lines: list[Line], index: int) -> bool:
    """The page's one heading of the first level is its title, though it may speak of readings or of films."""
    line = lines[index]
    return (
        line.kind == "heading" and line.level == 1 and len(line.folded.split()) > 2
        and sum(other.kind == "heading" and other.level == 1 for other in lines[:200]) == 1
    )  # fmt: skip


def _asked_for(line: Line) -> str | None:
    """The section that the last sentence of a paragraph introduces: "… We shall discuss the following points:"."""
    sentence = re.split(r"(?<=[.!?])\s+", line.text.rstrip())[-1]
    if line.kind != "text" or not sentence.endswith(":") or len(sentence) == len(line.text.rstrip()):
        return None
    return section_named(Line(line.numbers, "text", 0, sentence, sentence), introduced=True)
