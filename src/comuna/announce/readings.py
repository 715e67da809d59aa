"""The readings: what each is called, where it is, what kind it is, its stated perspective, whether it is optional."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comuna.announce.items import introduce, items_of
from comuna.announce.links import Link, is_meeting
from comuna.announce.reading_prose import in_prose, only_titles
from comuna.announce.reading_words import KIND_WORDS, said_of
from comuna.announce.sheet import Sheet, clean, tidy, unquoted, words
from comuna.announce.vocabulary import ABSENT, fold, word_set
from comuna.rules.announcement import Reading

_KIND: Final = re.compile(rf"\b(?:{KIND_WORDS})\b")
_KIND_NEXT: Final = re.compile(rf"(?:an?\s|the\s|una?\s|el\s|la\s)?(?:[^\W\d_]+\s)?(?:{KIND_WORDS})\b")
_VERBS: Final = word_set(
    "reading lectura text read watch listen leer ver mirar escuchar extra skim leemos leeremos lean lee"
    " reading please first we re are will be ll que vamos a estamos leyendo our nuestro"
)
_KIND_LABEL: Final = re.compile(
    rf"^(?:(?P<optional>optional|opcional|required|obligatori[oa])\s+)?(?P<kind>{KIND_WORDS}|reading"
    rf"|lectura|text|read|watch|listen|leer|ver|mirar|escuchar)(?:\s*\d{{1,2}})?\s*(?P<sep>:|\s-|[|])\s+"
)
_OPTIONAL: Final = re.compile(
    r"\b(?:optional(?:ly)?|opcional(?:es|mente)?|optativ[oa]s?|if you have (?:the )?time|si (?:tienes|tenes"
    r"|hay|tienen) tiempo|further|additional|extra|supplementa\w+|suggested|recommended|recomendad[oa]s?"
    r"|sugerid[oa]s?|complementari[oa]s?|adicional(?:es)?|no obligatori[oa]s?|not required|voluntari[oa]s?"
    r"|para profundizar|para seguir|para quien(?:es)? quieran?|for (?:those|anyone) who)\b"
)
_REQUIRED: Final = re.compile(
    r"(?<!no )(?<!not )\b(?:required|obligatori[oa]s?|mandatory|essential|please read|imprescindibles?"
    r"|core)\b"
)
_OPTIONAL_MARK: Final = re.compile(
    r"\s*[(\[]?\b(?:optional|opcional|optativ[oa]|required|obligatori[oa]|complementari[oa]|recommended"
    r"|recomendad[oa])\b[)\]]?\s*[:,]?",
    re.IGNORECASE,
)
_GENERIC: Final = re.compile(
    r"^(?:link|enlace|pdf|here|aqui|aca|url|read(?: it)?(?: here)?|leer(?: aqui)?|article|video|download"
    r"|descargar|online|en linea|text|texto|web|see|ver(?: aqui)?|watch(?: here)?|listen|escuchar"
    r"|link to \w+|enlace al? \w+)$"
)
_BY: Final = re.compile(
    r"\s+(?=by\s+[A-ZÁÉÍÓÚ])|,?\s+(?=de\s+(?:la\s+|los\s+)?[A-ZÁÉÍÓÚ][\w.]+\s+(?:[A-ZÁÉÍÓÚ]|de\s)[\w.]*)"
    r"|,\s+(?=(?:por|by)\s)|\s+(?=por\s+[A-ZÁÉÍÓÚ])"
)
_SPLIT: Final = re.compile(
    r"\s+[–—|·-]+\s+|\s*:\s+|\s+(?=[(\[])|\.\s+(?=[A-ZÁÉÍÓÚ])|;\s+|,\s+(?=(?i:ch|chap|chapters?|cap|caps"
    r"|cap[ií]tulos?|pp?|pages?|p[aá]gs?|p[aá]ginas?|intro|introduction|part|parte)\b)"
)
_QUOTED: Final = re.compile(r"[“«\"]([^“”«»\"]{2,140})[”»\"]")


def readings(sheet: Sheet, film_title: str | None) -> tuple[Reading, ...]:
    """The readings in the page's order; the film is none of them."""
    found: list[tuple[int, Reading, bool]] = []
    for part in sheet.labelled("readings"):
        optional = bool(_OPTIONAL.search(part.label)) and not _REQUIRED.search(part.label)
        value = sheet.text(part)
        if not words(value) or ABSENT.match(fold(value)):
            if words(value):
                sheet.note("readings", "missing", part.line)
            continue
        kind = (
            part.label
            if _KIND.fullmatch(part.label) and part.label not in {"text", "texts", "texto", "textos"}
            else None
        )
        pieces = _pieces(value)
        at = part.start
        for piece in pieces:
            begin = sheet.lines[part.line].text.find(piece, at)
            found.append(
                (part.line, *_reading(sheet, part.line, begin, begin + len(piece), optional=optional, kind=kind))
            )
            at = begin + len(piece)
        if len(value) < 400:
            sheet.take(part.line, 0 if part.first else part.start - len(part.label) - 1, part.end)
    groups = items_of(sheet, "readings")
    for group in groups:
        line = sheet.lines[group[0]]
        if not words(line.text):
            continue
        optional = _optional_above(sheet, group[0])
        reading, missing = _reading(sheet, group[0], 0, len(line.text), optional=optional)
        found.append((group[0], _nested(sheet, reading, group[1:]), missing))
        for index in group:
            sheet.finish(index)
            if index != group[0]:
                sheet.note(f"readings[{len(found) - 1}]", "found", index)
    if groups:
        introduce(sheet, "readings", "readings")
        named = {fold(f[1].title) for f in found}
        said = in_prose(sheet, film_title, before=groups[0][0])
        found = [f for f in said if fold(f[1].title) not in named] + found
    if not found:
        found = in_prose(sheet, film_title) or only_titles(sheet, film_title)
    kept = [f for f in _with_links(sheet, found) if f[1].title]
    for at, (index, reading, missing) in enumerate(kept):
        _note(sheet, at, index, reading, missing)
    return tuple(reading for _, reading, _ in kept)


def _with_links(sheet: Sheet, found: list[tuple[int, Reading, bool]]) -> list[tuple[int, Reading, bool]]:
    """An address on the line under a title is that reading's link, not another reading."""
    joined: list[tuple[int, Reading, bool]] = []
    for index, value, missing in found:
        last = joined[-1] if joined else None
        if last and last[1].link is None and index - last[0] in {0, 1} and value.link and "://" in value.title:
            joined[-1] = (last[0], msgspec.structs.replace(last[1], link=value.link), False)
            sheet.note(f"readings[{len(joined) - 1}].link", "found", index)
        else:
            joined.append((index, value, missing))
    return joined


def _note(sheet: Sheet, at: int, index: int, value: Reading, missing: bool) -> None:
    sheet.note(f"readings[{at}].title", "found", index)
    for name in ("link", "kind", "perspective", "remark"):
        if getattr(value, name) is not None:
            sheet.note(f"readings[{at}].{name}", "found", index)
    if missing:
        sheet.note(f"readings[{at}].link", "missing", index)


def _pieces(value: str) -> list[str]:
    pieces = [p for p in re.split(r"\s*;\s+|\s*\|\s*", value) if words(p)]
    return pieces if len(pieces) > 1 and all(len(words(p)) > 1 for p in pieces) and len(pieces) < 12 else [value]


def _optional_above(sheet: Sheet, index: int) -> bool:
    for above in range(index - 1, max(-1, index - 60), -1):
        line = sheet.lines[above]
        if line.kind == "bullet" and above not in sheet.opens:
            continue
        if above in sheet.opens or len(line.text) < 70:
            if _OPTIONAL.search(line.folded):
                return True
            if _REQUIRED.search(line.folded) or above in sheet.opens:
                return False
    return False


def _reading(
    sheet: Sheet, index: int, start: int, end: int, *, optional: bool, kind: str | None = None
) -> tuple[Reading, bool]:
    line = sheet.lines[index]
    text = line.text[start:end]
    links = [
        Link(k.text, k.url, k.start - start, k.end - start) for k in line.links if k.start >= start and k.end <= end
    ]
    if _REQUIRED.search(fold(text)):
        optional = False
    elif _OPTIONAL.search(fold(text)):
        optional = True
    chosen = next((k for k in links if k.url and not is_meeting(k.url)), None)
    missing = chosen is None and any(k.url is None for k in links)
    emphasis = tuple((b - start, e - start) for b, e in line.emphasis if b >= start and e <= end)
    title, before, after, kind = _title(text, links, emphasis, kind)
    said = " ".join(p for p in (_lead_in(tidy(_OPTIONAL_MARK.sub(" ", before))), _words_only(after, links)) if p)
    if re.search(
        r"\b(?:link|enlace|pdf)\b[\s:]*(?:tba|tbc|tbd|to follow|to be \w+|coming soon|pendiente"
        r"|por (?:confirmar|enviar)|proximamente|a confirmar)|\[(?:link|enlace|pdf)\b[^\]]*\]",
        fold(after),
    ):
        missing = chosen is None
        said = re.sub(r"[\[(]?\b(?:link|enlace|pdf)\b[\s:]*[^\])]{0,40}[\])]?", " ", said, flags=re.IGNORECASE)
    stated, perspective, remark = said_of(said, known=kind)
    value = Reading(
        title=title,
        link=chosen.url if chosen else None,
        kind=stated,
        perspective=perspective,
        optional=optional,
        remark=remark,
    )
    return value, missing


def _lead_in(before: str) -> str:
    """What stands before a title, unless it is but the verb that tells people to read it."""
    return "" if all(w in _VERBS for w in words(before)) else before


def _title(
    text: str, links: list[Link], emphasis: tuple[tuple[int, int], ...], kind: str | None
) -> tuple[str, str, str, str | None]:
    """The title, what stands before and behind it, and the kind if a label such as "Article:" gives it."""
    label = _KIND_LABEL.match(fold(text))
    at = 0
    if label:
        at = label.end()
        kind = kind or (
            text[: len(label["kind"]) + label.start("kind")][label.start("kind") :].lower()
            if label["kind"] not in _VERBS
            else None
        )
    named = next(
        (
            k
            for k in links
            if k.start >= at
            and "://" not in k.text
            and not _GENERIC.match(fold(clean(k.text)))
            and not k.text.startswith("www.")
        ),
        None,
    )
    quoted = _QUOTED.search(text, at, at + 220)
    strong = next(
        (
            s
            for s in emphasis
            if s[0] >= at
            and s[1] - s[0] > 1
            and not _OPTIONAL_MARK.fullmatch(text[s[0] : s[1]])
            and len(words(text[s[0] : s[1]])) > 0
        ),
        None,
    )
    if strong and (
        strong[0] > at + 90 or (strong[0] > at + 3 and quoted) or text[strong[0] : strong[1]].rstrip().endswith(":")
    ):
        strong = None
    if named and named.start < at + 60:
        begin, end, name = named.start, named.end, named.text
    elif quoted and quoted.start() < at + 70:
        begin, end, name = quoted.start(), quoted.end(), quoted[1]
    elif strong:
        begin, end, name = strong[0], strong[1], text[strong[0] : strong[1]]
    else:
        return (*_plain_title(text, at, links), kind)
    return unquoted(clean(name)) or clean(text), text[at:begin], text[end:], kind


_CITED: Final = re.compile(
    r"(?P<who>[A-ZÁÉÍÓÚÑ][\w'’-]+(?:\s(?:de\s)?[A-ZÁÉÍÓÚÑ][\w'’-]+)?,\s[^()]{1,80}?)\s*"
    r"[(](?P<year>(?:1[5-9]|20)\d\d[a-z]?)[)][.,:]?\s+(?=[\w¿¡“«\"])"
)


def _plain_title(text: str, at: int, links: list[Link]) -> tuple[str, str, str]:
    cited = _CITED.match(text, at)
    if cited:  # Surname, I. (year). Title.
        name, _, after = _plain_title(text, cited.end(), links)
        name = name.rstrip(".")
        who = f"{cited['who']} ({cited['year']})"
        return name, "", f"{who}; {after}" if words(after) else who
    rest = text[at:]
    for link in links:
        if link.start >= at and (
            "://" in link.text or link.text.startswith("www.") or _GENERIC.match(fold(clean(link.text)))
        ):
            rest = rest[: link.start - at] + " " * (link.end - link.start) + rest[link.end - at :]
    rest = _OPTIONAL_MARK.sub(lambda m: " " * len(m.group()), rest)
    lead = len(rest) - len(rest.lstrip(" .,:;–—-"))
    by = _BY.search(rest, lead)
    split = _SPLIT.search(rest, lead)
    joints = [m for m in (by, split) if m and m.start() > lead]
    joint = min(joints, key=lambda m: m.start(), default=None)
    if joint and split is joint and split.group().strip() == ":" and not _KIND_NEXT.match(fold(rest[split.end() :])):
        other = _SPLIT.search(rest, split.end())  # a subtitle belongs to the title
        joints = [m for m in (by, other) if m and m.start() > split.end()]
        joint = min(joints, key=lambda m: m.start(), default=None)
    if joint is None:
        return unquoted(clean(rest)) or clean(text), "", ""
    return unquoted(clean(rest[: joint.start()])) or clean(text), "", rest[joint.end() :]


def _words_only(after: str, links: list[Link]) -> str:
    """What stands behind the title, without links and marks."""
    for link in links:
        if link.text in after and ("/" in link.text or _GENERIC.match(fold(clean(link.text)))):
            after = after.replace(link.text, " ", 1)
    after = _OPTIONAL_MARK.sub(" ", after)
    after = re.sub(r"\(\s*[,;]?\s*\)|\[\s*\]|<\s*>", " ", after)
    value = tidy(after)
    while value.startswith("(") and value.endswith(")") and value.count("(") == 1:
        value = tidy(value[1:-1])
    return value


def _nested(sheet: Sheet, value: Reading, below: list[int]) -> Reading:
    """Lines under a reading add a link or a perspective, or are its remark."""
    link, perspective, kind, optional = value.link, value.perspective, value.kind, value.optional
    remarks = [value.remark] if value.remark else []
    for index in below:
        line = sheet.lines[index]
        for found in line.links:
            link = link or found.url
        said = tidy(_words_only(line.text, list(line.links)))
        named = re.match(
            r"(kind|tipo|perspective|perspectiva|remark|nota|observacion|optional|opcional|author"
            r"|autora?)\s*:\s*(?=\S)",
            fold(line.text),
        )
        if named:
            rest = tidy(line.text[named.end() :])
            if named[1] in {"kind", "tipo"}:
                kind = kind or rest
            elif named[1].startswith("perspectiv"):
                perspective = perspective or rest
            elif named[1] in {"optional", "opcional"}:
                optional = fold(rest) in {"yes", "si", "true"}
            else:
                remarks.append(rest)
            continue
        said = re.sub(r"^(?:link|enlace|url|pdf)\s*:?\s*$", "", said, flags=re.IGNORECASE)
        stated, view, remark = said_of(said, known=kind)
        kind, perspective = kind or stated, perspective or view
        if remark and not re.fullmatch(
            r"(?:link|enlace|url|pdf|leer|read|kind|tipo|perspective|perspectiva)", fold(remark)
        ):
            remarks.append(remark)
    return Reading(
        title=value.title,
        link=link,
        kind=kind,
        perspective=perspective,
        optional=optional,
        remark="; ".join(remarks) or None,
    )
