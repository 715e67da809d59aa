"""The groups the film or the session looks at: name, kind, remark, and the groups inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comuna.announce.items import introduce, items_of
from comuna.announce.sheet import Sheet, tidy, unquoted, words
from comuna.announce.vocabulary import fold
from comuna.rules.announcement import Featured

_TYPE: Final = (
    r"(?:council|commune|co-?operative|co-?op|union|collective|assembly|factory|network|association"
    r"|committee|community|neighbou?rhood|group|organi[sz]ation|movement|federation|school|clinic|radio"
    r"|market|farm|garden|kitchen|coalition"
    r"|project|enterprise|bank|brigade|workers|society|club|centre|center|house|village|town|district|city"
    r"|station|workplace|party|library|bakery|hospital|newspaper|coordination|parliament|front|camp"
    r"|settlement"
    r"|consejos?|comuna|cooperativa|sindicato|colectivo|asamblea|fabrica|red|asociacion|comite|comunidad"
    r"|barrio|grupo|organizacion|movimiento|federacion|escuela|clinica|emisora|mercado|finca|huerta|huerto"
    r"|comedor|empresa|banco|brigada"
    r"|mesa|junta|centro|casa|pueblo|ciudad|mutual|panaderia|hospital|periodico|ejido|caracol|frente"
    r"|campamento|asentamiento|ocupacion|olla|taller|textil|imprenta|hotel|unidad|coordinadora|granja"
    r"|municipio)(?:e?s)?"
)
_ENDS_TYPE: Final = re.compile(rf"(?:^|[\s-]){_TYPE}$")
_STARTS_TYPE: Final = re.compile(rf"^(?:(?:un|una|gran|pequen[oa])\s)?{_TYPE}\b")
_NAMED_PART: Final = re.compile(r"(kind|tipo|remark|nota|observacion|parts?|partes?)\s*:\s*")
_LEADS: Final = re.compile(r"^(?:a|an|the|un|una|el|la)\s+")


def featured(sheet: Sheet) -> tuple[Featured, ...]:
    """The featured groups, with those nested in them."""
    found: list[tuple[Featured, list[int]]] = []
    for part in sheet.labelled("featured"):
        pieces = [
            p for p in re.split(r"\s*(?:;|,(?![^()]*\)))\s*|\s(?:and|y)\s(?=[A-ZÁÉÍÓÚ])", sheet.text(part)) if tidy(p)
        ]
        if pieces and len(sheet.text(part)) < 500 and all(len(words(p)) <= 10 for p in pieces):
            found += [(_group(p.rstrip(". ")), [part.line]) for p in pieces]
            sheet.take(part.line, 0 if part.first else part.start, part.end)
    groups = items_of(sheet, "featured")
    for group in groups:
        found.append((_tree(sheet, group), group))
    if groups:
        introduce(sheet, "featured", "featured")
    for at, (value, lines) in enumerate(found):
        _note_group(sheet, f"featured[{at}]", value, iter(lines))
        for index in lines:
            if not any(p.line == index for p in sheet.labelled("featured")):
                sheet.finish(index)
    return tuple(value for value, _ in found)


def _note_group(sheet: Sheet, path: str, value: Featured, lines: Iterator[int]) -> None:
    index = next(lines, None)
    if index is None:
        return
    sheet.note(f"{path}.name", "found", index)
    if value.kind is not None:
        sheet.note(f"{path}.kind", "found", index)
    if value.remark is not None:
        sheet.note(f"{path}.remark", "found", index)
    for at, nested in enumerate(value.parts):
        _note_group(sheet, f"{path}.parts[{at}]", nested, lines)


def _tree(sheet: Sheet, lines: list[int]) -> Featured:
    head = _group(sheet.lines[lines[0]].text)
    kind, remark = head.kind, head.remark
    below = lines[1:]
    parts: list[Featured] = []
    while below:
        named = _NAMED_PART.match(sheet.lines[below[0]].folded)
        if named:
            said = tidy(sheet.lines[below[0]].text[named.end() :])
            if named[1] in {"kind", "tipo"}:
                kind = said or kind
            elif said:
                remark = said
            below = below[1:]
            continue
        level = sheet.lines[below[0]].level
        size = 1
        while size < len(below) and sheet.lines[below[size]].level > level and size < 40 and level < 8:
            size += 1
        parts.append(_tree(sheet, below[:size]))
        below = below[size:]
    return Featured(name=head.name, kind=kind, remark=remark, parts=tuple(parts))


def _group(text: str) -> Featured:
    """`Name - kind`, `Name (kind): remark`, `Name — remark`."""
    text = " ".join(text.split())
    bracket = re.search(r"\s*\(([^()]{2,80})\)", text)
    split = re.search(r"\s+[–—-]+\s+|:\s+", text)
    if bracket and (split is None or bracket.start() < split.start()) and bracket.start() > 1:
        name, said = text[: bracket.start()], bracket[1]
        kind, remark = _kind_and_remark(said)
        rest = tidy(text[bracket.end() :]).rstrip(".")
        if kind is None and remark and _is_where(remark):
            return Featured(name=_named(name), kind=None, remark=_or_none(f"{remark}; {rest}" if rest else remark))
        if rest and kind is None and remark is None:
            kind, remark = _kind_and_remark(rest)
            return Featured(name=_named(name), kind=kind, remark=remark)
        return Featured(name=_named(name), kind=kind, remark=_or_none("; ".join(p for p in (remark, rest) if p)))
    if split and split.start() > 0:
        kind, remark = _kind_and_remark(text[split.end() :])
        return Featured(name=_named(text[: split.start()]), kind=kind, remark=remark)
    comma = re.search(r",\s+(?=(?:a|an|una?|the|la|el)\s)", text)
    if comma:
        kind, remark = _kind_and_remark(text[comma.end() :])
        return Featured(name=_named(text[: comma.start()]), kind=kind, remark=remark)
    return Featured(name=_named(text) or text)


def _is_where(text: str) -> bool:
    return len(words(text)) <= 4 and text[:1].isupper()


def _named(text: str) -> str:
    return unquoted(tidy(text)).rstrip(".") or text.strip()


def _or_none(text: str) -> str | None:
    return text.strip() or None


def _kind_and_remark(text: str) -> tuple[str | None, str | None]:
    """What a group is, and what else is said of it. English puts the kind's noun last, Spanish first."""
    said = tidy(text).rstrip(".")
    bare = said[m.end() :] if (m := _LEADS.match(fold(said))) else said
    cut = re.search(
        r"[,;:(]\s*|\s[–—-]\s|\s(?:in|en|from|that|which|que|with|con|where|donde|run by|facing|tras|after"
        r"|whose|cuy[oa]s?|of about|of over|since|desde|on the|near|against|contra)\s",
        bare,
    )
    head = bare[: cut.start()] if cut else bare
    folded = fold(head)
    if len(words(head)) <= 7 and (
        _ENDS_TYPE.search(folded) or (_STARTS_TYPE.match(folded) and not re.match(r".*\b(?:with|and)\b", folded))
    ):
        rest = (bare[cut.start() :] if cut else "").strip(" ,;:–—-")
        if rest.startswith("(") and rest.endswith(")"):
            rest = rest[1:-1]
        return tidy(head), rest.strip() or None
    return None, said or None
