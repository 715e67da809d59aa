"""What part of the page a heading's words name: its questions, its agenda, its readings, its groups, its film."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.clock import CLOCKED
from comuna.announce.source import Line
from comuna.announce.vocabulary import LABELS

LISTS: Final = frozenset({"readings", "agenda", "questions", "featured"})
SECTIONS: Final = LISTS | {"film"}

_QUESTIONS: Final = re.compile(
    r"\b(?:questions|prompts|preguntas|interrogantes|(?:ejes|temas) (?:de|para) (?:el |la )?(?:debate"
    r"|discusion|conversacion)|topics (?:for|of) discussion|pregunta guia"
    r"|talking points|food for thought|(?:things|something|points|ideas) to (?:think|consider|reflect|ponder)\b.*"
    r"|para (?:ir pensando|pensar|reflexionar|debatir|conversar)|to (?:think about|consider|ponder|reflect on))\b"
)
_AGENDA: Final = re.compile(
    r"\b(?:agenda|orden del dia|(?:los )?siguientes (?:puntos|temas|asuntos)"
    r"|following (?:items|points|business|matters)|business to be (?:transacted|discussed)"
    r"|(?:puntos|temas|asuntos) (?:a tratar|por tratar|del dia)|puntos del dia"
    r"|agenda items|items|programa(?: de la \w+| del \w+)?|program|programme|schedule|temario|cronograma"
    r"|itinerary|itinerario"
    r"|run of show|timetable|order of (?:the day|business)|orden de la (?:sesion|reunion|tarde|noche)"
    r"|plan (?:for|of|de) (?:the |la |el )?\w+"
    r"|how (?:the |our )?(?:session|evening|meeting|time).{0,20}|structure of the \w+|escaleta"
    r"|hoja de ruta|what (?:we'll|we will|we're going to|to) do|what's (?:on|planned|happening)"
    r"|(?:lo )?que (?:haremos|vamos a (?:hacer|tratar))|como (?:sera|va a ser) (?:la|el) \w+|metodologia"
    r"|horarios? de la (?:jornada|actividad))\b"
)
_READINGS: Final = re.compile(
    r"\b(?:readings?|lecturas?|materials?|materiales?|bibliografia|textos?|recursos|resources|background"
    r"|para (?:leer|profundizar)"
    r"|to (?:read|watch)|please read|read (?:before|beforehand|first|ahead)"
    r"|before (?:you come|the session|we meet)"
    r"|antes de (?:venir|la sesion|la reunion|empezar|encontrarnos)"
    r"|que (?:leemos|leeremos|vamos a leer)"
    r"|further|reading list|what to read|what we(?:'| a)?re reading|prepare|preparation"
    r"|preparacion|homework|prework|pre-work|study pack|(?:have|take) a look(?: at)?|worth (?:reading|a look|a read)"
    r"|(?:echen?|echar|den|dar)(?:le|les)? un(?:a ojeada| vistazo))\b"
)
_NOT_READINGS: Final = re.compile(
    r"\b(?:reading (?:group|circle|club|session|room|night|(?:you|ou|thei)r|the|between|together|week)"
    r"|(?:circulo|club|grupo|taller|sala|sesion"
    r"|noche) de lectura)\b"
)
_FEATURED: Final = re.compile(
    r"\b(?:featured|featuring|destacad[ao]s|protagonistas|case stud(?:y|ies)|casos|(?:communes|groups"
    r"|cooperatives|collectives|organi[sz]ations|councils|co-ops|unions|communities"
    r"|committees|people|places|towns|villages|movements|networks|schools|projects|experiences|workplaces"
    r"|factories|assemblies|neighbou?rhoods)\b.{0,12}\b(?:in the|in this"
    r"|from the|we|you|featured|that|to look|on screen)"
    r"|^(?:\w+ ){0,3}(?:\w+ )?(?:in|from) the (?:film|documentary|movie)$"
    r"|^(?:\w+ ){1,4}(?:en|del?) (?:la pelicula|el documental|documental|la cinta)$"
    r"|(?:comunas|grupos|comites|pueblos|movimientos|redes|lugares|colectivos|organizaciones|cooperativas"
    r"|experiencias|consejos|comunidades|fabricas"
    r"|asambleas|barrios|proyectos)\b.{0,12}"
    r"(?:en (?:la|el)|del?\b|que\b|invitad\w*|presentad\w*|visitad\w*|retratad\w*|mencionad\w*|para\b))"
)
_NOT_FEATURED: Final = re.compile(
    r"\b(?:speakers?|ponentes?|panel\w*|guests?|invitad[oa]s especiales|featured (?:film|documentary|movie"
    r"|text|video)|article|book|readings?"
    r"|lecturas?)\b"
)
_FILM: Final = re.compile(
    r"^(?:(?:about|sobre|our|the|la|el|nuestra|tonight's|this month's|featured)\s){0,2}(?:film|movie"
    r"|documentary|pelicula|documental|filme|feature"
    r"|screening|proyeccion|ficha tecnica|film details|film info|cinta|video)(?: (?:del mes|de hoy"
    r"|of the (?:month|night)|screening))?$"
)
END: Final = re.compile(
    r"^(?:about(?: us| the (?:group|event|collective|club))?|details|description|descripcion|quienes somos"
    r"|contact(?:o|anos)?|accessib\w+|accesibilidad|rsvp|notes?|notas?"
    r"|about this event|acerca de(?: este evento)?|detalles|presentacion|introduction|introduccion"
    r"|frequently.*|faq|comments|comentarios|share|compartir|tags"
    r"|attendees.*|asistentes.*|related.*|practical.*|informacion.*|hosts?|sobre nosotr\w+|next steps"
    r"|proximos pasos|house rules|acuerdos|ground rules|background)$"
)


def introduces(lines: list[Line], index: int) -> bool:
    """Something stands under the line that a heading might be for."""
    following = lines[index + 1] if index + 1 < len(lines) else None
    return following is not None and (
        following.kind == "bullet"
        or following.gap
        or following.text.endswith("?")
        or len(following.text) > 90
        or CLOCKED.match(following.folded) is not None
    )


_GROUPS: Final = re.compile(
    r"(?:(?:the|our|las|los|nuestr[oa]s) )?(?:\w+ )?(?:communes|groups|cooperatives|co-ops|collectives|councils|unions"
    r"|communities|committees|villages|movements|factories|assemblies|neighbou?rhoods|comunas|grupos|comites|pueblos"
    r"|movimientos|colectivos|cooperativas|consejos|comunidades|fabricas|asambleas|barrios|experiencias)"
    r"(?: (?:invitad|participante|recuperad|visitad)\w*)?"
)
_APART: Final = re.compile(r"\s[–—-]\s|:\s|\s\(")


def list_headed(lines: list[Line], index: int) -> str | None:
    """The section of a line that is nothing but a list's name, above the list: "Plan", "Programa"."""
    line = lines[index]
    following = lines[index + 1] if index + 1 < len(lines) else None
    if not index or line.kind == "bullet" or following is None:
        return None
    name = LABELS.get(line.folded.strip(" *_:."))
    if following.kind == "bullet" and _GROUPS.fullmatch(line.folded.strip(" *_:.")) and _APART.search(following.text):
        return "featured"
    listed = following.kind == "bullet" or CLOCKED.match(following.folded) is not None
    return name if name in LISTS and (listed or line.gap) else None


def section_named(line: Line, *, introduced: bool) -> str | None:
    """The section that a heading's words name: a heading, a bold line, a line ending in a colon, or a short line that
    something follows."""
    folded = line.folded.strip(" *_.")
    colon = folded.endswith(":")
    name = re.sub(r"\s*\([^()]*\)$", "", folded.rstrip(": ")).strip()
    name = name.split(": ", 1)[0]  # "Taller de lectura: la huerta" names itself by its first words
    count = len(name.split())
    if (
        not name
        or "?" in name
        or "http" in name
        or count > (16 if colon else 9)
        or (folded.endswith(".") and not colon)
    ):
        return None
    if line.text.rstrip().endswith((".", ",")) or (
        not colon and not introduced and line.kind != "heading" and not line.bold
    ):
        return None
    if re.search(r"\d\s?(?:min|')", folded) and line.kind != "heading":
        return None
    if re.match(
        r"(?:organi[sz]ed|hosted|presented|(?:organizad|convocad|presentad|impulsad)[oa]s?) (?:by|por)\b", name
    ):
        return None
    if _FEATURED.search(name) and not _NOT_FEATURED.search(name):
        return "featured"
    if _QUESTIONS.search(name) or (LABELS.get(name) == "questions"):
        return "questions"
    if _AGENDA.search(name) and count <= 8:
        return "agenda"
    if _READINGS.search(name) and not _NOT_READINGS.search(name):
        return "readings"
    if _FILM.match(name):
        return "film"
    direct = LABELS.get(name)
    return direct if direct in SECTIONS and (colon or line.kind == "heading" or line.bold) else None
