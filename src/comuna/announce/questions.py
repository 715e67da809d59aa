"""The guiding questions."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.items import introduce
from comuna.announce.sheet import Sheet, words


def questions(sheet: Sheet) -> tuple[str, ...]:
    """The guiding questions in order."""
    found: list[tuple[str, list[int]]] = []
    for part in sheet.labelled("questions"):
        asked = [q for q in re.findall(r"[^?]+\?", sheet.text(part)) if words(q)]
        if asked:
            found += [(_question(q), [part.line]) for q in asked]
            sheet.take(part.line, 0 if part.first else part.start, part.end)
    section = _asked(sheet, sheet.within("questions"), sectioned=True)
    if not section:
        section = _asked(sheet, sheet.free(sections=(None, "agenda")), sectioned=False)
        section = section or ([] if found else _in_paragraph(sheet))
    elif section:
        introduce(sheet, "questions", "questions")
    found += section
    for at, (_, lines) in enumerate(found):
        sheet.note(f"questions[{at}]", "found", *lines)
        for index in lines:
            if index in sheet.spans and index not in sheet.done:
                continue  # words before the questions stay in the description
            if not sheet.labelled("questions") or index not in {p.line for p in sheet.labelled("questions")}:
                sheet.finish(index)
    return tuple(q for q, _ in found)


def _asked(sheet: Sheet, lines: list[int], *, sectioned: bool) -> list[tuple[str, list[int]]]:
    listed = [i for i in lines if sheet.lines[i].kind == "bullet"]
    asking = [i for i in lines if asks(sheet.lines[i].text)]
    if sectioned:
        chosen = (
            [i for i in listed if asks(sheet.lines[i].text) or sheet.lines[i].level == 0]
            if listed
            else asking or _plain(sheet, lines)
        )
        if listed and not any(asks(sheet.lines[i].text) for i in listed) and asking:
            chosen = asking
    else:
        chosen = [i for i in listed if i in asking]
        if len(chosen) < 2:
            chosen = _run_of(sheet, asking)
    result: list[tuple[str, list[int]]] = []
    for index in chosen:
        text = sheet.lines[index].text
        several = [q for q in re.split(r"(?<=\?)\s+(?=[¿A-ZÁÉÍÓÚÑ])", text) if words(q)]
        if sheet.lines[index].kind != "bullet" and len(several) > 2 and all(asks(q) for q in several):
            result += [(_question(q), [index]) for q in several]
        elif _question(text):
            result.append((_question(text), [index]))
    return result


_ASKED: Final = re.compile(
    r"\b(?:discuss\w*|questions?|think|consider|ask\w*|talk|explore|pregunt\w*|convers\w*|debat\w*|reflexion\w*|pensar"
    r"|hablar\w*|discutir\w*)\b"
)


def _in_paragraph(sheet: Sheet) -> list[tuple[str, list[int]]]:
    """Questions one behind the other in a paragraph: two behind words that introduce them, else three or more."""
    for index in sheet.free()[:200]:
        line = sheet.lines[index]
        if line.kind != "text" or index < 2 or line.text.count("?") < 2 or len(line.text) > 2_000:
            continue
        lead = re.match(r"[^?¿]{3,160}(?::|\.)\s+(?=[¿A-ZÁÉÍÓÚÑ])", line.text)
        begin = lead.end() if lead and _ASKED.search(line.folded[: lead.end()]) else 0
        asked = [q for q in re.split(r"(?<=\?)\s+(?=[¿A-ZÁÉÍÓÚÑ\"“«])", line.text[begin:]) if words(q)]
        if len(asked) >= (2 if begin else 3) and all(asks(q) for q in asked):
            sheet.take(index, begin)
            if len(words(line.text[:begin])) <= 10:
                sheet.finish(index)
            return [(_question(q), [index]) for q in asked]
    return []


def _plain(sheet: Sheet, lines: list[int]) -> list[int]:
    return [
        i
        for i in lines
        if 3 <= len(words(sheet.lines[i].text)) <= 30
        and not sheet.lines[i].text.endswith(":")
        and not sheet.lines[i].gap
    ]


def _run_of(sheet: Sheet, asking: list[int]) -> list[int]:
    """Lines that are nothing but a question, two or more of them together, below the page's first lines."""
    alone = [
        i
        for i in asking
        if i > 1 and len(sheet.lines[i].text) < 260 and not sheet.lines[i].links and not sheet.spans.get(i)
    ]
    return [i for i in alone if i - 1 in alone or i + 1 in alone]


def asks(text: str) -> bool:
    """The text ends as a question does."""
    return (
        text.rstrip(' *_"”»)').endswith("?")
        or bool(re.search(r"\?\s*\([^()]*\)\.?$", text))
        or (text.startswith("¿") and "?" in text)
    )


def _question(text: str) -> str:
    return " ".join(
        re.sub(
            r"^(?:[QP]\d{1,2}|(?:question|pregunta)\s\d{1,2})\s?[.:)-]\s*", "", text.strip(" *_"), flags=re.IGNORECASE
        ).split()
    )
