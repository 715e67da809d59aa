"""The words said of a reading: its kind, its stated perspective, and the rest."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.sheet import tidy, words
from comuna.announce.vocabulary import fold

KIND_WORDS: Final = (
    r"articles?|documentar(?:y|ies)|books?|chapters?|podcasts?|essays?|pamphlets?|videos?|films?"
    r"|interviews?|reports?|zines?|blog ?posts?|papers?|lectures?|speech(?:es)?|novels?|short stor(?:y|ies)"
    r"|poems?|comics?|talks?|letters?|guides?|manuals?"
    r"|handbooks?|maps?|excerpts?|short films?|dossiers?|booklets?|leaflets?|series|episodes?|clips?"
    r"|longreads?|webinars?|magazines?|manifestos?|toolkits?|slides|photo essays?|op-eds?|memoirs?"
    r"|histor(?:y|ies)"
    r"|articulos?|documental(?:es)?|libros?|capitulos?|ensayos?|folletos?|peliculas?|entrevistas?|informes?"
    r"|fanzines?|entradas? de blog|ponencias?|conferencias?|discursos?|novelas?|cuentos?|poemas?|cartas?"
    r"|guias?|mapas?|fragmentos?"
    r"|cortometrajes?|cronicas?|reportajes?|notas?|textos?|audios?|programas? de radio|ley(?:es)?|columnas?"
    r"|editorial(?:es)?|tesis|cartillas?|boletin(?:es)?|relatos?|manifiestos?|revistas?|episodios?|charlas?"
    r"|cortos?|memorias?|dosieres|cuadernillos?|cuadernos?|separatas?|actas?|comunicados?|canci(?:on|ones)"
)
_KIND_FIRST: Final = re.compile(
    rf"^(?P<det>(?:an?|the|one|una?|el|la|los|las)\s+)?(?P<adj>(?:[^\W\d_-]+(?:-[^\W\d_]+)?\s+){{0,2}}?)(?P"
    rf"<kind>{KIND_WORDS})\b"
)
_VIEW: Final = (
    r"(?:perspective|point of view|viewpoint|standpoint|stance|slant|angle|view|lens|position"
    r"|perspectiva|punto de vista|mirada|enfoque|vision|postura|optica|posicion)"
)
_PERSPECTIVES: Final = (
    re.compile(
        r"\b(?:perspective|viewpoint|standpoint|perspectiva|enfoque|postura|mirada"
        r"|punto de vista)\s*:\s*(?P<said>[^.;()\[\]]{2,90})"
    ),
    re.compile(
        rf"\b(?:(?:written|told|speaking)\s+)?(?:with|from|offers?|offering|takes?|taking|gives?|giving|in"
        rf"|via|through)\s+(?:an?|the)\s+(?P<said>[^.,;()]{{2,60}}?)\s+{_VIEW}\b"
    ),
    re.compile(
        rf"\b(?:(?:escrit[oa]|contad[oa]|hech[oa])\s+)?(?:con|desde|de|ofrece|bajo)\s+(?:una?|el"
        rf"|la)\s+{_VIEW}\s+(?P<said>[^.,;()]{{2,70}})"
    ),
    re.compile(
        r"\ban?\s+(?P<said>(?:more|less|rather|very|openly|strongly)\s+[^\W\d_]+(?:-[^\W\d_]+)?\s+[^\W\d_]+(?:-[^\W\d_]+)?)"
        rf"\s+{_VIEW}\b"
    ),
    re.compile(
        rf"\b(?:(?:with|from)\s+)?(?P<said>(?:more |rather |openly |strongly "
        rf"|mas )?[^\W\d_]+(?:-[^\W\d_]+)?)\s+{_VIEW}\b"
    ),
    re.compile(
        rf"\b{_VIEW}\s+(?P<said>(?:mas |menos |muy |claramente )?[^\W\d_]+(?:-[^\W\d_]+)?(?:\s+(?:y|e"
        rf"|o)\s+[^\W\d_]+(?:-[^\W\d_]+)?)?)"
    ),
    re.compile(
        r"(?<![^\W_])(?P<said>(?:(?:more|rather|openly|strongly|broadly|mas|muy|claramente)\s+)?(?:pro"
        r"|anti)-[^\W\d_]+|(?:more|rather|openly|mas|muy|claramente)\s+(?:critical|sympathetic|critic[oa]"
        r"|favorable|cercan[oa] al? [^\W\d_]+)|anarquista|marxista|libertari[oa]|oficialista|opositora?)\b"
    ),
)  # fmt: skip


def said_of(said: str, *, known: str | None) -> tuple[str | None, str | None, str | None]:
    """Kind, perspective and remark of the words behind a title."""
    kind, perspective = known, None
    for pattern in _PERSPECTIVES:
        match = pattern.search(fold(said))
        if match:
            perspective = tidy(said[match.start("said") : match.end("said")])
            said = said[: match.start()].rstrip() + " " + said[match.end() :].lstrip()
            break
    said = re.sub(r"\s+", " ", said).strip(" .,;:–—-|·")
    if kind is None:
        first = (
            _KIND_FIRST.match(fold(said).lstrip("(")) if not said.startswith("(") else _KIND_FIRST.match(fold(said)[1:])
        )
        shift = 1 if said.startswith("(") else 0
        if first:
            kind = said[first.start("kind") + shift : first.end("kind") + shift].lower()
            rest = said[first.end() + shift :]
            adjective = said[first.start("adj") + shift : first.end("adj") + shift].strip()
            said = (
                f"{adjective} {rest.lstrip(' )' if shift else ' ')}"
                if adjective
                else rest.lstrip(" )")
                if shift
                else rest
            )
        else:
            said, kind = _kind_inside(said)
    said = re.sub(r"\(\s*[,;]?\s*\)", " ", said)
    said = re.sub(r"\s+([,;])", r"\1", said)
    remark = re.sub(r"^(?:and|y|with|con)$", "", " ".join(said.split()).strip(" .,;:–—-|·&"))
    while remark.startswith("(") and remark.endswith(")") and remark.count("(") == 1:
        remark = remark[1:-1].strip()
    if remark.endswith(")") and remark.count(")") > remark.count("("):
        remark = remark[:-1].rstrip()
    if len(words(remark)) == 0 or fold(remark) in {"a", "an", "un", "una", "el", "la", "the"}:
        remark = ""
    return kind, perspective, remark or None


def _kind_inside(said: str) -> tuple[str, str | None]:
    """A kind in brackets or at the end: `(article)`, `by A. Author, article`."""
    folded = fold(said)
    match = re.search(
        rf"(?:[(\[]\s*(?P<a>{KIND_WORDS})\s*[)\]]|[,;|·–—-]\s*(?:an?\s"
        rf"|una?\s)?(?P<b>{KIND_WORDS})\s*(?:[,;|·–—-]|$)|[(\[](?P<c>{KIND_WORDS})\s*[,;]\s*"
        rf"|,\s*(?P<d>{KIND_WORDS})\s*[)\]])",
        folded,
    )
    if not match:
        return said, None
    name = next(n for n in "abcd" if match[n])
    kind = said[match.start(name) : match.end(name)].lower()
    if name in "cd":
        return said[: match.start(name)].rstrip(", ") + ("" if name == "d" else "(") * (
            name == "c" and not said[: match.start(name)].rstrip().endswith("(")
        ) + re.sub(r"^\s*[,;]\s*", "", said[match.end(name) :]), kind
    return said[: match.start()] + (
        ", " if match.group().rstrip()[-1:] in ",;" and said[match.end() :].strip() else " "
    ) + said[match.end() :], kind
