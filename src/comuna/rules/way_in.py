"""The way into an online meeting: which words of an announcement tell it, and how they are kept out of what is public.

Somebody pastes a whole invitation: the link twice, a number, a passcode, telephone numbers. None of it may stand on a
page that everybody reads, so it is taken out before a session is made or changed, and only those who come see it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import msgspec

from comuna.rules import way_in_words as written
from comuna.rules.announcement import AgendaItem, Announcement, Featured, Film, Reading

LONGEST_DETAILS: Final = 2_000
"""Characters of private details on how to join."""

LONGEST_LINK: Final = 2_000
"""Characters of a link that are looked at."""

_LONG_LINE: Final = 160
"""Characters. A longer line is a paragraph, and loses only the sentences that tell."""
_NAMELESS: Final = "…"
"""Stands for a name that told the way in and nothing else, where what it names has more to say."""


def tells(text: str) -> bool:
    """Whether a line tells how to get into an online meeting: its link, number, passcode, or a number to dial."""
    clean = _clean(text)
    return bool(written.TOLD.search(clean)) or any(_opens(m.group()) for m in written.URL.finditer(clean))


def tells_of(text: str, join: str | None, details: str | None) -> bool:
    """Whether a line tells the way in, or something of what is kept of it."""
    return _known(join, [details or ""]).told(text)


def seclude(announcement: Announcement, details: str | None = None) -> tuple[Announcement, str | None]:
    """The announcement with nothing in it that tells the way in, its join link aside, and the private details: those
    given, and after them, line by line and none twice, what was taken out. Nothing is lost, and doing it again changes
    nothing."""
    while True:
        secluded, taken = _once(announcement, details)
        details = _with(details, taken)
        if secluded == announcement:
            return announcement, details
        announcement = secluded


def _clean(text: str) -> str:
    return written.SPACES.sub(" ", written.HIDDEN.sub("", html.unescape(text)))


def _opens(url: str) -> bool:
    """Whether a link opens a meeting, also where another link is wrapped around it."""
    plain = re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), url[:LONGEST_LINK])
    return bool(written.MEETING.search(plain)) and not written.NO_MEETING.search(plain)


class _Known(NamedTuple):
    """What is known of the way in: the join link, and a pattern of it and of codes that were told elsewhere."""

    join: str | None
    pattern: re.Pattern[str] | None

    def told(self, text: str) -> bool:
        """Whether a line tells the way in, or something known of it."""
        return tells(text) or bool(self.pattern and self.pattern.search(_clean(text)))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it does so, in order, none within another."""
        found = [m.span() for m in written.TOLD.finditer(text)]
        for m in written.URL.finditer(text):
            if _opens(m.group()) or (self.pattern and self.pattern.search(m.group())):
                found.append((m.start(), m.start() + len(_trimmed(m.group()))))
        if self.pattern:
            found += [m.span() for m in self.pattern.finditer(text)]
        merged: list[tuple[int, int]] = []
        for start, end in sorted(_widened(text, span) for span in found if span[0] < span[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


def _trimmed(url: str) -> str:
    while url and (url[-1] in ".,;:!?'’*_~…" or (url[-1] == ")" and url.count("(") < url.count(")"))):
        url = url[:-1]
    return url


def _widened(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span with the brackets around it, and what else stands in them."""
    start, end = span
    for opening, closing in ("()", "[]"):
        before, after = text.rfind(opening, 0, start), text.find(closing, end)
        if before < 0 or after < 0 or after - before > 160:
            continue
        if closing not in text[before:start] and opening not in text[end:after]:
            start, end = before, after + 1
    return start, end


def _known(join: str | None, texts: Iterable[str]) -> _Known:
    parts: list[str] = []
    codes: set[str] = set()
    if join:
        bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", join.strip(), flags=re.IGNORECASE)
        path = re.split(r"[?#]", bare)[0].rstrip("/")
        if "/" in path:
            parts.append(rf"(?:https?://)?{re.escape(path)}(?![\w-])[^\s<>\"“”)\]]*")
        elif bare:
            parts.append(rf"(?:https?://)?{re.escape(bare)}(?![\w/-])")
        codes |= _codes_of_link(join)
    for text in texts:
        for line in map(_clean, text.splitlines()):
            for m in written.URL.finditer(line):
                if _opens(m.group()):
                    codes |= _codes_of_link(_trimmed(m.group()))
            for m in written.TOLD.finditer(line):
                codes |= _codes_of_words(m.group())
    for code in sorted(codes):
        if code.isdigit():
            between = r"[\s.-]{0,3}" if len(code) >= 9 else ""
            parts.append(rf"(?<!\d){between.join(code)}(?!\d)")
        else:
            parts.append(rf"(?<!\w){re.escape(code)}(?!\w)")
    return _Known(join, re.compile("|".join(parts), re.IGNORECASE) if parts else None)


def _codes_of_link(url: str) -> set[str]:
    found = set(re.findall(r"/(?:j|w|wc|my|s|meetings)/(\d{8,12})\b", url))
    found |= {c for c in re.findall(r"[?&](?:pwd|passcode|password|pin)=([^&#\s]{4,})", url) if re.search(r"\d", c)}
    found |= set(re.findall(r"/([a-z]{3}-[a-z]{4}-[a-z]{3})\b", url))
    last = re.split(r"[?#]", url)[0].rstrip("/").rsplit("/", 1)[-1]
    if "//" in url and url.count("/") > 2 and len(last) >= 8 and re.search(r"\d|[a-z][A-Z]", last):
        found.add(last)
    return found


def _codes_of_words(told: str) -> set[str]:
    """The codes in words that tell: numbers of six digits or more, and words of letters and digits."""
    numbers = (re.sub(r"\D", "", n) for n in re.findall(r"\d[\d .-]*\d", told))
    words = re.findall(r"[^\s,;:()*#`\"'“”]{6,}", told)
    mixed = {w for w in words if re.search(r"\d", w) and re.search(r"[^\W\d_]", w) and not written.URL.match(w)}
    return {n for n in numbers if len(n) >= 6} | mixed


def _with(details: str | None, taken: Sequence[str]) -> str | None:
    lines = (details or "").split("\n") if details else []
    seen = {" ".join(line.split()).casefold() for line in lines}
    for line in taken:
        name = " ".join(line.split()).casefold()
        if name and name not in seen:
            seen.add(name)
            lines.append(" ".join(line.split()))
    return "\n".join(lines) or None


def _once(a: Announcement, details: str | None) -> tuple[Announcement, list[str]]:
    known = _known(a.join, [details or "", *_texts(a)])
    taken: list[str] = []

    def line(text: str | None) -> str | None:
        rest, out = _cut(text, known) if text else (text, [])
        taken.extend(out)
        return rest

    def lines(text: str | None) -> str | None:
        rest, out = _cut_lines(text, known) if text else (text, [])
        taken.extend(out)
        return rest

    def link(url: str | None) -> str | None:
        if url is None or not (_opens(url) or (known.pattern and known.pattern.search(url))):
            return url
        if url != a.join:
            taken.append(url)
        return None

    def film(f: Film) -> Film | None:
        title, address, description = line(f.title), link(f.link), lines(f.description)
        if title is None and address is None and description is None and f.year is None:
            return None
        return Film(title=_NAMELESS if title is None else title, year=f.year, link=address, description=description)

    def reading(r: Reading) -> Reading | None:
        title, address, kind = line(r.title), link(r.link), line(r.kind)
        perspective, remark = line(r.perspective), line(r.remark)
        if title is None and not (address or kind or perspective or remark):
            return None
        return msgspec.structs.replace(
            r,
            title=_NAMELESS if title is None else title,
            link=address,
            kind=kind,
            perspective=perspective,
            remark=remark,
        )

    def item(i: AgendaItem) -> AgendaItem | None:
        title = line(i.title)
        return None if title is None else msgspec.structs.replace(i, title=title)

    def group(f: Featured) -> Featured | None:
        name, kind, remark = line(f.name), line(f.kind), line(f.remark)
        parts = _kept(map(group, f.parts))
        if name is None and not (kind or remark or parts):
            return None
        return Featured(name=_NAMELESS if name is None else name, kind=kind, remark=remark, parts=parts)

    secluded = msgspec.structs.replace(
        a,
        title=line(a.title),
        group=line(a.group),
        place=line(a.place),
        description=lines(a.description),
        film=film(a.film) if a.film else None,
        questions=tuple(q for q in (line(q) if q else q for q in a.questions) if q is not None),
        agenda=_kept(map(item, a.agenda)),
        readings=_kept(map(reading, a.readings)),
        featured=_kept(map(group, a.featured)),
    )
    return secluded, taken


def _kept(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(i for i in items if i is not None)


def _texts(a: Announcement) -> Iterable[str]:
    """Every text of an announcement that people wrote."""

    def of_groups(groups: Sequence[Featured]) -> Iterable[str | None]:
        for f in groups:
            yield from (f.name, f.kind, f.remark)
            yield from of_groups(f.parts)

    found: list[str | None] = [a.title, a.group, a.place, a.description, *a.questions]
    if a.film:
        found += [a.film.title, a.film.link, a.film.description]
    for r in a.readings:
        found += [r.title, r.link, r.kind, r.perspective, r.remark]
    found += [i.title for i in a.agenda]
    found += of_groups(a.featured)
    return [text for text in found if text]


def _cut(text: str, known: _Known) -> tuple[str | None, list[str]]:
    """A text of one line without what tells, and that. None if nothing else is left of it."""
    if not known.told(text):
        return text, []
    clean = _clean(" ".join(text.split()))
    spans = known.spans(clean)
    taken = [clean[start:end] for start, end in spans]
    rest, at = "", 0
    for start, end in spans:
        rest += clean[at:start] + " "
        at = end
    rest = _tidy(rest + clean[at:])
    if not re.search(r"\w", rest):
        return None, _without_join([clean], known)
    if known.told(rest):
        return None, [clean]
    return rest, _without_join(taken, known)


def _without_join(taken: Sequence[str], known: _Known) -> list[str]:
    """What was taken; the join link alone is kept elsewhere."""
    return [t for t in map(str.strip, taken) if t.strip("<>()[].,;:*-• ") != (known.join or "")]


def _tidy(text: str) -> str:
    text = re.sub(r"\(\s*\)|\[\s*\]|<\s*>", " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:!?)\]])", r"\1", text)
    text = re.sub(r"([,;:·|—–-])(?:\s*[,;:·|—–])+", r"\1", text)
    return text.strip().lstrip(",;:.·|—–- ").rstrip(",;:·|—–-/(<[ ")


def _cut_lines(text: str, known: _Known) -> tuple[str | None, list[str]]:
    """A text of several lines without those that tell, or without the sentences that do in a paragraph on one line."""
    lines = text.split("\n")
    kept: list[str | None] = list(lines)
    out: list[list[str]] = [[] for _ in lines]
    for n, line in enumerate(lines):
        if known.told(line):
            kept[n], out[n] = _cut_paragraph(line, known)
    filled = [n for n, line in enumerate(lines) if line.strip()]
    _take_neighbours(lines, filled, kept, out)
    if not any(out):
        return text, []
    _take_rules(lines, filled, kept)
    rest = "\n".join(line for line in kept if line is not None)
    rest = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", rest).strip("\n")
    return (rest if re.search(r"\w", rest) else None), _without_join([t for took in out for t in took], known)


def _cut_paragraph(line: str, known: _Known) -> tuple[str | None, list[str]]:
    if len(line) <= _LONG_LINE:
        return None, [_clean(line)]
    sentences = written.SENTENCE.split(_clean(line))
    rest = " ".join(s for s in sentences if not known.told(s))
    if not rest.strip() or known.told(rest):
        return None, [_clean(line)]
    return rest, [s for s in sentences if known.told(s)]


def _take_neighbours(lines: list[str], filled: list[int], kept: list[str | None], out: list[list[str]]) -> None:
    """What belongs to a line that tells: the code under its label, telephone numbers under their heading, and the
    words above that only lead there."""

    def take(n: int) -> None:
        if kept[n] is not None and not out[n]:
            kept[n], out[n] = None, [_clean(lines[n])]

    dialling, invited = False, any(out)
    for n, after in zip(filled, [*filled[1:], None], strict=False):
        if after is not None and written.LABEL.search(lines[n]) and _completes(lines[n], lines[after]):
            take(n)
            take(after)
        if dialling and written.PHONE.search(lines[n]):
            take(n)
        elif re.search(r"\w", lines[n]):
            short = len(lines[n].split()) <= 8
            a_number = kept[n] is None and written.PHONE.search(lines[n])
            dialling = bool(a_number or (invited and short and written.DIAL.search(lines[n])))
    for n, after in reversed(list(pairwise(filled))):
        words = lines[n].split()
        leads = written.LEADS.search(lines[n]) or (lines[n].rstrip().endswith(":") and after == n + 1)
        ends = lines[n].rstrip().endswith((".", "!", "?"))
        if kept[after] is None and out[after] and leads and len(words) <= 8 and not ends:
            take(n)


def _completes(label: str, code: str) -> bool:
    return len(code.split()) <= 4 and tells(f"{label.strip().rstrip(':')}: {code.strip()}")


def _take_rules(lines: list[str], filled: list[int], kept: list[str | None]) -> None:
    """A line that only drew a rule beside what was taken goes with it."""
    for before, n in zip([None, *filled], filled, strict=False):
        beside = before is None or kept[before] is None
        if not re.search(r"\w", lines[n]) and beside and any(kept[m] is None for m in filled if m != n):
            kept[n] = None
