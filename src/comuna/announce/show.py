"""An announcement for the terminal: field by field, with how each was come by."""

from __future__ import annotations

from collections.abc import Iterator

from comuna import messages
from comuna.language import N_, Language
from comuna.rules.announcement import AgendaItem, Announcement, Featured, Reading

HOW = {"found": "", "inferred": N_("inferred"), "ambiguous": N_("not clear"), "missing": N_("missing")}

WITHIN = {"title": N_("title"), "link": N_("link"), "year": N_("year"), "description": N_("description")}


def plain(a: Announcement, words: Language) -> str:
    """The announcement as lines of text: a name, its value, then how it was come by and from which lines."""
    return "\n".join(_lines(a, words))


def _lines(a: Announcement, words: Language) -> Iterator[str]:
    notes = {note.field: note for note in a.notes}

    def line(field: str, value: str) -> str:
        note = notes.get(field)
        how = words.text(HOW[note.how]) if note and HOW[note.how] else ""
        where = _where(note.lines, words) if note and note.lines else ""
        origin = "; ".join(part for part in (how, where) if part)
        part = messages.PARTS.get(field)
        name = words.text(part) if part else ""
        return f"{name:>18}  {value}" + (f"   ({origin})" if origin else "")

    for field in ("title", "group", "date", "start", "end", "zone", "place", "join", "language"):
        yield line(field, getattr(a, field) or "–")
    if a.film:
        year = f" ({a.film.year})" if a.film.year else ""
        yield line("film", f"{a.film.title}{year} · {a.film.link or words.text('link missing')}")
    for name, values in (
        ("readings", [_reading(r, words) for r in a.readings]),
        ("agenda", [_item(i, words) for i in a.agenda]),
        ("questions", list(a.questions)),
        ("featured", [text for group in a.featured for text in _group(group, "")]),
    ):
        for place, value in enumerate(values):
            yield line(name, value) if place == 0 else f"{'':>18}  {value}"
    if a.description:
        yield line("description", words.plural("%(n)s character", "%(n)s characters", len(a.description)))
    for note in a.notes:
        if note.how in ("ambiguous", "missing"):
            where = f" ({_where(note.lines, words)})" if note.lines else ""
            yield f"{'!':>18}  {_called(note.field, words)}: {words.text(HOW[note.how])}{where}"


def _called(field: str, words: Language) -> str:
    """What a field is called: its part by name, the place in a list, then the path within it (`readings 3, link`)."""
    part, _, within = field.partition(".")
    name, _, place = part.rstrip("]").partition("[")
    called = words.text(messages.PARTS[name]) if name in messages.PARTS else name
    number = f" {int(place) + 1}" if place else ""
    return f"{called}{number}" + (f", {words.text(WITHIN.get(within, within))}" if within else "")


def _where(lines: tuple[int, ...], words: Language) -> str:
    return words.plural("line %(lines)s", "lines %(lines)s", len(lines), lines=", ".join(map(str, lines)))


def _reading(r: Reading, words: Language) -> str:
    facts = [
        r.kind,
        r.perspective,
        words.text("optional") if r.optional else None,
        r.link or words.text("link missing"),
    ]
    return f"{r.title} · " + " · ".join(fact for fact in facts if fact)


def _item(item: AgendaItem, words: Language) -> str:
    low, high = item.min_minutes, item.max_minutes
    if low is None and high is None:
        return item.title
    minutes = f"{low}–{high}" if low is not None and high is not None and low != high else str(high or low)
    if low is None:
        minutes = f"<{minutes}"
    each = f" {words.text('each')}" if item.per_person else ""
    return f"{item.title} · {minutes} min{each}"


def _group(group: Featured, indent: str) -> Iterator[str]:
    facts = " · ".join(fact for fact in (group.name, group.kind, group.remark) if fact)
    yield indent + facts
    for part in group.parts:
        yield from _group(part, indent + "  ")
