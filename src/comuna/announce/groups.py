"""Which group holds the session: under a label, in "organised by …", in a sentence, on a line of its own."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.sections import LISTS
from comuna.announce.sheet import Sheet, clean, tidy, words
from comuna.announce.vocabulary import ABSENT, GROUP_WORD, SESSION_WORD, fold, word_set

NO_NAME: Final = re.compile(
    r"(?:est[ea]|this|next|in|en|on|news|noticias|proxim[oa]|what|que|how|como|why|when|bring|trae|every"
    r"|todas?|todos)\s"
)
_VERB: Final = (
    r"(?:(?:les |los |las |te |os |l[ae]s y los |cordialmente )?(?:invita|invitan|convoca|convocan|presenta"
    r"|presentan|organiza|organizan)(?:mos)?(?: (?:a )?(?:tod[oa]s(?: y tod[oa]s)?|ustedes|ti|vos"
    r"|la comunidad(?: en general)?|l[oa]s vecin[oa]s(?: y vecin[oa]s)?|sus (?:soci|integrantes|miembr)\w*"
    r"|l publico(?: en general)?))?"
    r"|(?:cordially )?(?:invites?(?: (?:you|everyone|all))?|presents?|hosts?|is hosting|are hosting"
    r"|is inviting(?: you)?"
    r"|proudly presents?|brings? you|welcomes you))"
)
INVITES: Final = re.compile(
    rf"^(?:(?:the|el|la|los|las|desde|from)\s+)?(?P<group>[^.!?:]{{3,90}}?)\s+{_VERB}\b\s*(?P<to>(?:to|for"
    rf"|a las?|a los|a una?|a el|al|a)\b\s*)?(?P<rest>.*)$"
)
_BY: Final = re.compile(
    r"\b(?:organi[sz]ed|hosted|presented|convened|called|put on|sponsored|facilitated|event"
    r"|session)\s+by\s+(?:the\s+)?"
    r"|\b(?:organizad[oa]|convocad[oa]|presentad[oa]|impulsad[oa])s?\s+por\s+(?:el\s+|la\s+|los\s+|las\s+)?"
    r"|^(?:organiza|organizan|convoca|convocan|invita|invitan|evento de)\s+(?:el\s+|la\s+)?"
)
_GENERIC_WORDS: Final = word_set(
    "the a our reading group book club film study circle session meeting workshop general assembly open "
    "community monthly weekly taller circulo club de lectura lectores estudio estudios cine foro debate "
    "grupo asamblea general abierta reunion sesion el la nuestro nuestra del libro mesa redonda "
    "comunitario comunitaria popular members team committee monthly annual network movie night ciclo"
)


def is_generic(text: str) -> bool:
    """Words that any group's session might be called: "Reading group", "Cine club"."""
    return all(w in _GENERIC_WORDS for w in words(text))


_MEETING_OF: Final = re.compile(
    r"(?:(?:annual|general|special|monthly) )*(?:meeting|assembly|session) of\b|by order of\b"
    r"|(?:reunion|sesion|encuentro) (?:general )?del?\b"
)
_GOVERNED: Final = re.compile(
    r"(?:the )?(?:town|city|county|village|borough|township) of [^\W\d]|(?:ayuntamiento|municipalidad|alcaldia) de\b"
)
_OWN_NAME: Final = re.compile(r"[“«\"]([^“”«»\"]{2,60})[”»\"]")


def is_name(text: str) -> bool:
    return 1 <= len(words(text)) <= 7 and text[:1].isupper() and not re.search(r"[?!¿¡\"“«]|\d{4}", text)


def is_group(text: str) -> bool:
    if _GOVERNED.match(fold(text)) and len(words(text)) <= 6:
        return True
    quoted = _OWN_NAME.search(text)
    if quoted:  # a group that is named in quotation marks: Cooperativa "El Telar" Ltda.
        text = f"{text[: quoted.start()]} {quoted[1]}{text[quoted.end() :]}"
        if not GROUP_WORD.search(fold(text[: quoted.start()])) or sounds_like_session(text[: quoted.start()]):
            return False
    if not 1 <= len(words(text)) <= 10 or re.search(r"[?!¿¡\"“«]", text):
        return False
    folded = fold(text)
    if _MEETING_OF.match(folded):
        return False
    if NO_NAME.match(folded):
        return False
    if GROUP_WORD.search(folded):
        return (len(words(text)) >= 2 and not is_generic(text)) or folded.startswith("cine")
    return re.fullmatch(r"[A-ZÁÉÍÓÚÑ]{3,8}", text.strip()) is not None


def sounds_like_session(text: str) -> bool:
    return SESSION_WORD.search(fold(text)) is not None


def without_article(name: str) -> str:
    """`la Red del Valle` is called Red del Valle; `Las Hormigas` and `El Telar` have their article in their name."""
    article = re.match(r"(?:el|la|los|las|the|El|La|Los|Las|The|LA|EL|LOS|LAS|THE)\s+(?=[A-ZÁÉÍÓÚÑ])", name)
    if article is None:
        return name
    bare = name[article.end() :]
    return bare if article[0][0].islower() or GROUP_WORD.match(fold(bare)) or article[0].strip() == "The" else name


_VAGUE: Final = frozenset(["who", "quien", "quienes", "by"])


def named_group(sheet: Sheet) -> tuple[str | None, int | None]:
    for part in sheet.labelled("group"):
        line = sheet.lines[part.line]
        value = sheet.text(part)
        for link in line.links:
            if "/" in link.text and part.start <= link.start:
                value = value.replace(link.text, " ")
        name = without_article(tidy(value).rstrip("."))
        name = tidy(re.split(r"\.\s+(?=[A-ZÁÉÍÓÚ¡¿])|\s{3,}", name)[0])
        if not name or len(name) > 140 or ABSENT.match(fold(name)):
            continue
        capitals = [w for w in re.findall(r"[^\W\d_]+", name) if len(w) > 3]
        if part.label in _VAGUE and not (len(capitals) > 1 and all(w[0].isupper() for w in capitals)):
            continue
        sheet.take(part.line, 0 if part.first else part.start - len(part.label) - 1, part.end)
        above = next(
            (p for p in sheet.parts if p.field == "group" and p.label and p.line < part.line and not part.label), None
        )
        if above:
            sheet.note("group", "found", above.line)
            sheet.take(above.line)
        return name, part.line
    return _stated(sheet)


_STATED: Final = re.compile(
    r"(?:(?P<plain>(?:an? )?event by|evento de|(?:organi[sz]ed|hosted|presented|convened) by)|by|por)\s(?:the\s)?(?=\w)"
)
_OTHERS: Final = re.compile(r"\s+(?:and|y|&)\s+(?:\d+\s+(?:others?|more|m[aá]s|otr\w+.*)|others|otr[oa]s(?:\s\d+)?.*)$")


def _stated(sheet: Sheet) -> tuple[str | None, int | None]:
    """A line of nothing but "Event by …", "By …": how event sites name who holds it."""
    for index in sheet.free()[:14]:
        line = sheet.lines[index]
        by = _STATED.match(line.folded)
        name = tidy(_OTHERS.sub("", line.text[by.end() :])) if by else ""
        if by is None or not name[:1].isupper() or len(name) > 90 or _until_stop(name) != name or line.links:
            continue
        if is_group(name) or (
            by["plain"] and len(words(name)) > 1 and len(words(name)) < 9 and by["plain"] != "hosted by"
        ):
            sheet.take(index)
            return name, index
    return None, None


def group_elsewhere(sheet: Sheet, title_at: int | None) -> tuple[str | None, int | None]:
    """The group in "organised by …", in "… invites you", on a line of its own above the title, or as a signature."""
    free = [i for i in sheet.free(sections=(None, "film")) if i != title_at]
    first = [] if title_at is None else [title_at]
    person: tuple[str, int] | None = None
    for index in [*([title_at] if title_at is not None else []), *free][:120]:
        line = sheet.lines[index]
        by = _BY.search(line.folded[:1_500])
        if by:
            name = _until_stop(line.text[by.end() : by.end() + 140])
            if name and not is_group(name) and name[:1].isupper():
                person = person or (name, index)
            elif name and is_group(name):
                rest = words(sheet.rest(index)[: by.start()] + sheet.rest(index)[by.end() + len(name) + 1 :])
                sheet.take(index, by.start(), by.end() + len(name) + 1)
                if not rest:
                    sheet.finish(index)
                return name, index
    for index in [*first, *free[:10]]:
        line = sheet.lines[index]
        invites = INVITES.match(line.folded[:300])
        if (
            invites
            and (
                GROUP_WORD.search(invites["group"])
                or _named_so(line.text[invites.start("group") : invites.end("group")])
            )
            and "," not in invites["group"]
            and len(words(invites["group"])) <= 14
        ):
            sheet.take(index, 0, len(line.text) if len(words(invites["rest"])) < 1 else invites.end("group"))
            return tidy(line.text[invites.start("group") : invites.end("group")]), index
        below = sheet.lines[index + 1] if index + 1 < len(sheet.lines) else None
        if below and _GOES_ON.match(below.folded) and is_name(line.text) and len(line.text) < 90:
            sheet.take(index)
            return without_article(tidy(line.text)), index
    return (
        own_line(sheet, free, title_at)
        or person
        or _in_passing(sheet, [*first, *free])
        or _sender(sheet)
        or _leading(sheet)
        or (None, None)
    )


def _named_so(text: str) -> bool:
    """A name of several words, each with a capital: nobody else invites."""
    return is_name(text) and 1 < len(words(text)) < 6 and all(w[0].isupper() for w in text.split() if len(w) > 3)


AFTER_GROUP: Final = re.compile(r"(?:public|private) group|grupo (?:publico|privado)|(?:by|por) @\S+")
"""What event sites put under the name of the group."""
_CAPITALS: Final = (
    r"(?:[A-ZÁÉÍÓÚÑ][\w'’.&-]*|\d{2,4})(?:,?\s(?:(?:of|the|and|for|a|an|to|de|del|la|las|los|el|en|y|e|por|para|&|·)\s)"
    r"{0,3}(?:[A-ZÁÉÍÓÚÑ“«\"][\w'’.&”»\"-]*|\d{2,4}\b)){0,8}"
)
_PASSING: Final = re.compile(
    r"(?:\b(?i:the|our|el|la|los|las|del|desde|from)\s(?:la\s|el\s)?|^|[.!?]\s)"
    rf"(?P<actor>{_CAPITALS})\s(?:is\b|are\b|meets?\b|will\b|invites?\b|welcomes?\b|hosts?\b|gathers?\b|has\b"
    r"|presents?\b|se (?:re[uú]ne|junta|encuentra)|(?:l[eao]s |te |os )?(?:invita|convoca|presenta|organiza)n?\b"
    r"|vuelve\b|est[aá]n?\b)"
    r"|\b(?i:newsletter of|bulletin of|bolet[ií]n del?|meeting of|session of|reuni[oó]n del?|asamblea del?"
    r"|members of|friends (?:at|of)|join(?:ing)?|miembros del?|integrantes del?|behalf of|nombre del?)"
    rf"\s(?:the\s|la\s|el\s|los\s|las\s)?(?P<whose>{_CAPITALS})",
)


def _in_passing(sheet: Sheet, free: list[int]) -> tuple[str, int] | None:
    """A group named only in a sentence: "the Tuesday Club is back", "a meeting of the Riverside Co-op"."""
    for index in free[:12]:
        line = sheet.lines[index]
        for match in list(_PASSING.finditer(line.text[:1_500]))[:6]:
            said = match["actor"] or match["whose"]
            of = re.match(r".{0,40}\b(?:Meeting|Assembly|Session) of\s(?:the\s)?", said)
            name = tidy(re.split(r"\s[·|]\s", said[of.end() :] if of else said)[0])
            folded = fold(name)
            if len(words(name)) < 2 or not is_group(name) or folded.split()[0] in _DAYS:
                continue
            at = line.text.find(name, match.start())
            sheet.take(index, at, at)
            return name, index
    return None


_DAYS: Final = word_set("this that our every each join hi dear esta este ese nuestra nuestro")


_GOES_ON: Final = re.compile(rf"{_VERB}\b(?:\s|:|$)")


def _sender(sheet: Sheet) -> tuple[str, int] | None:
    for index, line in enumerate(sheet.lines[:4]):
        stamped = re.match(r"([^\[\]]{4,60}), \[\d", line.text) if line.furniture else None
        if stamped and is_group(stamped[1]):
            return stamped[1], index
    for part in sheet.labelled("ignored"):
        name = tidy(re.sub(r"<[^>]*>|\S+@\S+|\[mailto:[^\]]*\]", " ", sheet.text(part)))
        if part.label in {"from", "de"} and is_group(name) and len(name) < 80:
            return name, part.line
    return None


def _leading(sheet: Sheet) -> tuple[str, int] | None:
    """The group that leads the session, where nobody is said to organise it."""
    for part in sheet.labelled("ignored"):
        name = tidy(sheet.text(part))
        if part.label.startswith(("facilita", "modera")) and is_group(name) and "," not in name:
            sheet.take(part.line, 0 if part.first else part.start - len(part.label) - 1, part.end)
            return name, part.line
    return None


def _piece(sheet: Sheet, index: int) -> str | None:
    """A group between the separators of a line that says the date or the place too."""
    text, spans = sheet.lines[index].text, [s for s in sheet.spans.get(index, ()) if s[1] > s[0]]
    at = 0
    for piece in re.split(r"(\s+[|·•]\s+)", text) if spans and len(text) < 300 else []:
        end = at + len(piece)
        name = tidy(piece)
        if is_group(name) and name[:1].isupper() and not any(b < end and at < e for b, e in spans):
            sheet.take(index, at, end)
            return name
        at = end
    return None


def own_line(sheet: Sheet, free: list[int], title_at: int | None) -> tuple[str, int] | None:
    follows = [line.folded.strip() for line in sheet.lines[1:40]]
    near = [i for i in free if i < len(follows) and AFTER_GROUP.fullmatch(follows[i])]
    near += [i for i in free if (title_at is not None and abs(i - title_at) <= 2) or i < 3]
    end = max((i for i, line in enumerate(sheet.lines) if line.seen and not line.furniture), default=0)
    last = [i for i in sheet.free(sections=(None, *LISTS, "film")) if i >= end - 2 and i != title_at]
    for index in near:
        piece = _piece(sheet, index)
        if piece:
            return piece, index
    for index in [*near, *last]:
        line = sheet.lines[index]
        name = tidy(re.sub(r"^[—–-]+\s*", "", line.text)).rstrip(".")
        if (
            re.search(r"[.!?]\s|\b(?:[Nn]ewsletter|[Bb]ulletin|[Bb]olet[ií]n) (?:of|del?)\b", name)
            or _BY.search(line.folded)
            or _PASSING.match(line.text)
        ):
            continue
        plain = (
            not line.links and line.kind != "bullet" and not sheet.spans.get(index) and not bool(sheet.parts_on(index))
        )
        if (
            plain
            and len(words(name)) <= (8 if not re.search(r"\s[·|/]\s", name) else 16)
            and (is_group(name) or all(is_group(p) for p in re.split(r"\s[·|/]\s", name)))
            and name[:1].isupper()
            and not line.text.endswith((",", "?", "!", ":"))
        ):
            sheet.take(index)
            return name, index
    return None


def _until_stop(text: str) -> str:
    """A name up to where its sentence goes on."""
    stop = re.search(
        r"[.;!?|(](?:\s|$)|\s[–—-]\s|,\s(?!(?:y|and|e)\b)(?=[a-z¿¡])|\s(?:in|en|on|el|para|at|for|with|con"
        r"|who|que|since|this|as|and we|to|una?|this)\s(?=[a-z\d])(?!(?<=for )(?:an?|the)\s[A-Z])|,\s(?=\d)",
        text,
    )
    return clean(text[: stop.start()] if stop else text)
