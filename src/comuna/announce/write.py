"""Writes an announcement as Markdown that `read` reads back to an equal announcement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comuna.rules.announcement import AgendaItem, Announcement, Featured, Film, Reading

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "untitled": "(no title)", "group": "Group", "date": "Date", "start": "Start", "end": "End", "zone": "Time zone",
        "place": "Place", "join": "Join", "language": "Language", "film": "Film", "readings": "Readings",
        "agenda": "Agenda", "questions": "Guiding questions", "featured": "Featured groups", "description": "About",
        "title": "Title", "year": "Year", "link": "Link", "synopsis": "Synopsis", "kind": "Kind",
        "perspective": "Perspective", "remark": "Remark", "optional": "Optional", "yes": "yes", "part": "Part",
        "min": "min", "each": "each", "upto": "up to", "atleast": "at least",
    },
    "es": {
        "untitled": "(sin título)", "group": "Grupo", "date": "Fecha", "start": "Inicio", "end": "Fin",
        "zone": "Zona horaria", "place": "Lugar", "join": "Conexión", "language": "Idioma", "film": "Película",
        "readings": "Lecturas", "agenda": "Orden del día", "questions": "Preguntas guía",
        "featured": "Grupos destacados", "description": "Acerca de la sesión", "title": "Título", "year": "Año",
        "link": "Enlace", "synopsis": "Sinopsis", "kind": "Tipo", "perspective": "Perspectiva",
        "remark": "Observación", "optional": "Opcional", "yes": "sí", "part": "Parte", "min": "min",
        "each": "por persona", "upto": "hasta", "atleast": "al menos",
    },
}  # fmt: skip
"""The words around the fields, by language."""

_ESCAPED: Final = re.compile(r"[\\`*_\[\]<>&~|#]")
_START: Final = re.compile(r"(?:[-+=(]|\d+[.)])")


def write(announcement: Announcement) -> str:
    """Markdown in the announcement's language (English where it has none). All but the notes is written; texts of
    one line each, the description as it is, last."""
    return "\n".join(_lines(announcement, WORDS["es" if announcement.language == "es" else "en"])) + "\n"


def escape(text: str) -> str:
    """The text as Markdown shows it literally."""
    text = _ESCAPED.sub(lambda m: "\\" + m.group(), text)
    start = _START.match(text)
    return f"{text[: start.end() - 1]}\\{text[start.end() - 1 :]}" if start else text


def unescape(text: str) -> str:
    """What `escape` was given."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _lines(a: Announcement, w: dict[str, str]) -> Iterator[str]:
    yield f"# {escape(a.title) if a.title is not None else w['untitled']}"
    facts = [
        (w[name], value)
        for name in ("group", "date", "start", "end", "zone", "place", "join", "language")
        if (value := getattr(a, name)) is not None
    ]
    if facts:
        yield ""
    for label, value in facts:
        yield f"- {label}: {_link(value) if label == w['join'] else escape(value)}"
    if a.film:
        yield from ("", f"## {w['film']}", "")
        yield from _film(a.film, w)
    if a.readings:
        yield from ("", f"## {w['readings']}", "")
        for reading in a.readings:
            yield from _reading(reading, w)
    if a.agenda:
        yield from ("", f"## {w['agenda']}", "")
        for number, item in enumerate(a.agenda, 1):
            title = escape(item.title)
            if title.endswith(")"):  # or its end would be read as a length
                title = title[:-1] + "\\)"
            yield f"{number}. {title}{length(item, w)}"
    if a.questions:
        yield from ("", f"## {w['questions']}", "")
        for number, question in enumerate(a.questions, 1):
            yield f"{number}. {escape(question)}"
    if a.featured:
        yield from ("", f"## {w['featured']}", "")
        for group in a.featured:
            yield from _featured(group, w, "")
    if a.description is not None:
        yield from ("", f"## {w['description']}", "", a.description)


def _link(url: str) -> str:
    return f"<{url}>"


def _film(film: Film, w: dict[str, str]) -> Iterator[str]:
    yield f"- {w['title']}: {escape(film.title)}"
    if film.year is not None:
        yield f"- {w['year']}: {film.year}"
    if film.link is not None:
        yield f"- {w['link']}: {_link(film.link)}"
    if film.description is not None:
        yield f"- {w['synopsis']}: {escape(film.description)}"


def _reading(reading: Reading, w: dict[str, str]) -> Iterator[str]:
    yield f"- {escape(reading.title)}"
    if reading.link is not None:
        yield f"  - {w['link']}: {_link(reading.link)}"
    for name in ("kind", "perspective", "remark"):
        value = getattr(reading, name)
        if value is not None:
            yield f"  - {w[name]}: {escape(value)}"
    if reading.optional:
        yield f"  - {w['optional']}: {w['yes']}"


def length(item: AgendaItem, w: dict[str, str]) -> str:
    """How long an item takes, in the brackets that end its line; nothing where nothing is said."""
    low, high = item.min_minutes, item.max_minutes
    if low is None and high is None:
        said = ""
    elif low is None:
        said = f"{w['upto']} {high} {w['min']}"
    elif high is None:
        said = f"{w['atleast']} {low} {w['min']}"
    else:
        said = f"{low} {w['min']}" if low == high else f"{low}–{high} {w['min']}"
    if item.per_person:
        said = f"{said} {w['each']}".strip()
    return f" ({said})" if said else ""


def _featured(group: Featured, w: dict[str, str], indent: str) -> Iterator[str]:
    yield f"{indent}- {escape(group.name)}"
    if group.kind is not None:
        yield f"{indent}  - {w['kind']}: {escape(group.kind)}"
    if group.remark is not None:
        yield f"{indent}  - {w['remark']}: {escape(group.remark)}"
    if group.parts:
        yield f"{indent}  - {w['part']}:"
        for part in group.parts:
            yield from _featured(part, w, indent + "    ")
