"""What the session is called and which group holds it."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.embedded import event_of
from comuna.announce.groups import (
    AFTER_GROUP,
    INVITES,
    group_elsewhere,
    is_generic,
    is_group,
    is_name,
    named_group,
    own_line,
    sounds_like_session,
    without_article,
)
from comuna.announce.mail import SUBJECT_MARKS
from comuna.announce.sheet import Sheet, tidy, unquoted, words
from comuna.announce.source import unsignalled
from comuna.announce.vocabulary import ABSENT, GROUP_WORD, LABELS, fold

_GREETING: Final = re.compile(
    r"^(?:hi|hello|hey|dear|greetings|hola|buen[oa]s|estimad[oa]s?|querid[oa]s?|compas?|companer[oa]s?"
    r"|comrades|friends|good (?:morning|evening|afternoon)|saludos|amig[oa]s|thanks|fwd|fw|re)\b"
    r"(?:.{0,60}[,!:.]?$)"
)
_HELLO: Final = re.compile(
    r"[\W_]*(?:hi|hello|hey|dear|hola|buen[oa]s(?: (?:dias|tardes|noches))?|saludos|amig[oa]s|compas"
    r"|comrades|friends|good (?:morning|evening|afternoon))\b[^.,!:\n]{0,40}[.,!:][\W_]*"
    r"(?:(?:les|te|os|l[oa]s) (?:recordamos|recuerdo|compartimos|esperamos|invitamos)(?: que)?(?: (?:el|la"
    r"|al|nuestr[oa]))?[\W_]*)?"
)
_CALL: Final = re.compile(
    r"[\W_]*(?:invitacion|convocatoria|evento|aviso|announcement|invitation|event|you'?re invited"
    r"|you are invited|reminder|recordatorio|save the date|comunicado|actividad|agenda|hola|hello"
    r"|importante|important|atencion|attention)[\W_]*"
    r"|[\W_]*(?:(?:este|proximo) mes|th(?:is|e) month|next month|(?:esta|proxima) semana|this week|noticias"
    r"|news|newsletter|boletin|events|eventos|coming (?:up|soon)|what's on|upcoming|proximamente)\b.{0,40}"
)
_DATELINE: Final = re.compile(r"[^\d,]{3,40}, (?:a )?(?:\d{1,2} (?:de )?\w+|\w+ \d{1,2})(?:,? (?:del? )?\d{4})?\.?")
_NO_HEADLINE: Final = re.compile(
    r"details|detalles|about(?: this event| us)?|acerca de.{0,30}|description|descripcion|overview|attendees.*|hosts?"
    r"|republica [^,.]{3,40}|estado (?:plurinacional|bolivariano|[a-z]+)|(?:municipio|parroquia|alcaldia|gobernacion"
    r"|ministerio|prefectura|provincia|departamento|circuito) [^,.]{3,60}"
    r"|(?:(?:the|our|monthly|weekly|quarterly) ){0,2}(?:newsletter|bulletin|boletin|hoja|gaceta)\b.{0,80}"
    r"|.{0,60}\b(?:issue|vol(?:ume)?|number|numero|edicion|no\.?) ?(?:no\.? ?)?\d{1,4}\b.{0,30}"
    r"|a scheduled zoom meeting|zoom meeting|meeting invitation"
)
_MASTHEAD: Final = re.compile(
    r"(?:(?:the|our|monthly|weekly|quarterly) ){0,2}(?:newsletter|bulletin|boletin|gaceta)\b.{0,80}$"
)
_DASH: Final = re.compile(r"\s+[–—|•·»›]+\s+|\s+-{1,3}\s+|\s+//\s+|\s+::\s+")
_COLON: Final = re.compile(r":\s+")
_INVITE_LEAD: Final = re.compile(
    r"^(?:(?:please\s+)?join us (?:for|at|in)|come (?:to|along to|and join)|you(?:'re| are) (?:warmly "
    r"|cordially )?invited to|we invite you to|invitation to|invitacion al?|(?:te |l[oae]s "
    r"|os )?(?:invitamos|esperamos|convocamos)(?: a tod[oa]s)?(?: (?:en|al?))?"
    r"|reminder|recordatorio|save the date|announcing|don't miss|no te pierdas|upcoming|proximo"
    r"|this (?:week|month)|tonight|hoy)\b[\s:,!-]*(?:(?:an?|the|our|una?|el|la|nuestr[oa]|su|primer"
    r"|next)\s+)?"
)
_TRAIL: Final = re.compile(
    r"(?:[\s,(·|–—-]|\b(?:on|this|next|el|este|el dia|el proximo|at|a las|from|de|fecha|when|cuando|para el"
    r"|a realizarse|a celebrarse|que (?:sera|se (?:realizara|hara|llevara a cabo|celebrara))"
    r"|que tendra lugar|taking place"
    r"|held|,)\b)+$"
)
_EVENT_SITE: Final = re.compile(
    r"\s+[|–—-]\s+(?:meetup|eventbrite|facebook|mobilizon|lu\.?ma|action network|google docs)$", re.IGNORECASE
)


def title_and_group(sheet: Sheet) -> tuple[str | None, str | None]:
    """The title without the group's name, and the group; both noted in the sheet."""
    title, at, start, end = _title(sheet)
    group, group_at = named_group(sheet)
    event = event_of(sheet)
    if title and at is not None and event and event.group and fold(event.name or "") == fold(title):
        title = _without(title, event.group)  # the embedded data names both
        sheet.note("title", "found", at)
        sheet.take(at, start, end)
        return title, None
    if title and at is not None and group is None and (below := _below(sheet, title, at)) is not None:
        group, group_at = title, at
        sheet.take(at, start, end)
        title, at, start, end = below
    elif title and at is not None and group is None and (invited := _invited_below(sheet, title, at)) is not None:
        group, group_at = without_article(title), at
        sheet.take(at, start, end)
        title, at, start, end = invited
    elif title and at is not None and group is None and _names_only(title) and (other := called(sheet)):
        group, group_at = title, at
        sheet.take(at, start, end)
        title, at, start, end = other
    elif title and at is not None:
        title, inside, at_group = _apart(sheet, title, at, group)
        if inside and group is None:
            group, group_at = inside, at_group
    if group is None:
        group, group_at = group_elsewhere(sheet, at)
    if title and group and fold(title) == fold(group):
        title = None
    if title and at is not None:
        sheet.note("title", "found", at)
        sheet.take(at, start, end)
    if group and group_at is not None:
        sheet.note("group", "found", group_at)
    return title, group


def _title(sheet: Sheet) -> tuple[str | None, int | None, int, int]:
    for part in sheet.labelled("title"):
        cut = min(
            (b for b, e in sheet.spans.get(part.line, ()) if part.start + 3 < b < part.end and e > b), default=part.end
        )
        value = sheet.lines[part.line].text[part.start : cut]
        if part.label in {"subject", "asunto"}:
            value = SUBJECT_MARKS.sub("", value.strip(), count=1)
        trailing = _TRAIL.search(fold(value)) if cut < part.end else None
        value = unquoted(tidy(value[: trailing.start()] if trailing else value))
        if value and not ABSENT.match(fold(value)):
            return value, part.line, 0 if part.first else part.start, cut
    order = _order(sheet)
    for index in order:
        text, start, end = _headline(sheet, index)
        if text and not _is_slogan(sheet, index, text):
            return text, index, start, end
    for part in sheet.labelled("topic"):
        value = tidy(sheet.text(part))
        if value and not ABSENT.match(fold(value)):
            return value, part.line, 0 if part.first else part.start, part.end
    return called(sheet) or (None, None, 0, 0)


def _is_slogan(sheet: Sheet, index: int, text: str) -> bool:
    """A few words that are shouted above the line which says what it is."""
    shouted = sheet.lines[index].text.rstrip().endswith("!") and len(words(text)) <= 5
    if not shouted or sounds_like_session(text):
        return False
    below = (_headline(sheet, i)[0] for i in range(index + 1, min(index + 4, len(sheet.lines))))
    return any(name and sounds_like_session(name) for name in below)


def _names_only(title: str) -> bool:
    """A headline that is the group's name and says nothing of a session."""
    return is_group(title) and not sounds_like_session(title) and not is_generic(title) and ":" not in title


def _invited_below(sheet: Sheet, title: str, at: int) -> tuple[str, int, int, int] | None:
    """What a group whose name stands alone invites to, on the line under it: "invita a la presentación de …"."""
    below = sheet.lines[at + 1] if at + 1 < len(sheet.lines) else None
    verb = INVITES.match(f"{fold(title)} {below.folded}") if below and is_name(title) else None
    if below is None or verb is None or not fold(title).strip().endswith(fold(tidy(verb["group"]))):
        return None
    begin = verb.start("rest") - len(title) - 1
    rest = tidy(below.text[begin:])
    if not words(rest) and at + 2 < len(sheet.lines):
        name, start, end = _headline(sheet, at + 2)
        return (name, at + 2, start, end) if name else None
    return (rest, at + 1, begin, len(below.text)) if len(words(rest)) > 1 and len(words(rest)) < 16 else None


def called(sheet: Sheet) -> tuple[str, int, int, int] | None:
    """What a sentence calls the session: "se convoca a la Asamblea General Ordinaria"."""
    for index in sheet.free()[:14]:
        line = sheet.lines[index]
        match = _CALLED.search(line.folded[:1_500])
        if match:
            at = match.start("name")
            return line.text[at : match.end("name")], index, at, at
    return None


_CALLED: Final = re.compile(
    r"\b(?:convoca\w*|invita\w*|esperamos|celebra\w*|realiza\w*|asistir|proxim[oa]|notice|hold|join|attend|convened?|tenemos|tendremos|haremos"
    r"|habra)\b"
    r".{0,130}?\b(?P<name>(?:asamblea|reunion|conversatorio|foro|jornada|cine ?-?foro|taller|charla|encuentro|tertulia"
    r"|coloquio|mesa redonda)(?: (?:general|ordinaria|extraordinaria|abiert[oa]|popular|comunitari[oa]|vecinal"
    r"|informativ[oa]"
    r"|anual|mensual|constitutiva|permanente|de (?:ciudadan|vecin|soci|asociad|afiliad|trabajador)[oae]s"
    r"(?: y (?:ciudadan|vecin|soci|asociad|afiliad|trabajador)[oae]s)?|del? (?:la )?(?:barrio|comunidad|cooperativa)))*"
    r"(?: \"[^\"]{3,120}\")?"
    r"|(?:(?:annual|general|special|extraordinary|monthly|open|public|community|members'?|town|tenants'?)[ -]){1,4}"
    r"(?:meeting|assembly|forum|gathering)\b)"
)


def _below(sheet: Sheet, title: str, at: int) -> tuple[str, int, int, int] | None:
    """The title that stands under a line which is only the group's name."""
    if not is_group(title) or ":" in title or is_generic(title):
        return None
    for index in range(at + 1, min(at + 5, len(sheet.lines))):
        name, start, end = _headline(sheet, index)
        line = sheet.lines[index]
        if _CALL.fullmatch(line.folded) or _NO_HEADLINE.fullmatch(line.folded.strip()):
            continue
        if not name or line.kind == "bullet" or any(p.first for p in sheet.parts_on(index)):
            if index in sheet.done:
                continue
            return None
        session = sounds_like_session(name)
        if (
            name.endswith(".")
            or len(name) > 110
            or (sounds_like_session(title) and not session and line.kind != "heading")
        ):
            return None
        if not session and is_group(name) and not sheet.spans.get(index) and index == at + 1:
            continue  # a part of the group
        if not session and (is_group(name) or sheet.spans.get(index)):
            return None
        return name, index, start, end
    return None


def _order(sheet: Sheet) -> list[int]:
    """Lines that may hold the title: the first heading of the highest level, then the first few lines."""
    lines = sheet.lines
    free = [
        i for i, line in enumerate(lines) if line.seen and not line.furniture and line.text and i not in sheet.opens
    ]
    first = free[:8]
    headings = [i for i in free if lines[i].kind == "heading" and sheet.section[i] is None][:6]
    top = [i for i in headings if lines[i].level == 1][:1] or [i for i in headings if i in first][:1]
    named = [
        i for i in first if lines[i].kind != "bullet" and (lines[i].bold or not any(p.first for p in sheet.parts_on(i)))
    ]
    return list(dict.fromkeys([*top, *named]))


def _headline(sheet: Sheet, index: int) -> tuple[str | None, int, int]:
    line = sheet.lines[index]
    text, folded = line.text, line.folded
    if index in sheet.done or _GREETING.match(folded) or sheet.section[index] is not None:
        return None, 0, 0
    cut = min(
        [b for b, e in sheet.spans.get(index, ()) if e > b]
        + [p.start - len(p.label) - 2 for p in sheet.parts_on(index)],
        default=len(text),
    )
    lead = 0
    if 0 <= cut < 3:  # the date stands first
        spans = sorted(sheet.spans.get(index, ()))
        lead, cut = _after_dates(text, spans)
        if any(p.first for p in sheet.parts_on(index)) or not text[lead:cut].strip():
            return None, 0, 0
    greeted = _HELLO.match(folded[lead:cut])
    lead += greeted.end() if greeted else 0
    if greeted and text[lead : lead + 1].islower() and not _INVITE_LEAD.match(folded[lead:cut]):
        return None, 0, 0
    lead += _lead(folded[lead:cut])
    value = text[lead : max(lead, cut)]
    trailing = _TRAIL.search(fold(value)) if cut < len(text) else None
    if trailing:
        value = value[: trailing.start()]
    if len(value) > 90 or cut < len(text):
        sentence = re.search(r"(?<=\w\w[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡])", value)
        value = value[: sentence.start()] if sentence else value
    name = tidy(re.sub(r"\s*@(?:everyone|here|channel|all|todos|todas)\b", "", value))
    name = unsignalled(name)
    below = sheet.lines[index + 1].folded if index + 1 < len(sheet.lines) else ""
    if _MASTHEAD.match(below) or AFTER_GROUP.fullmatch(below.strip()):
        return None, 0, 0
    sentence_like = line.kind == "text" and not line.bold and name.endswith(".") and not sounds_like_session(name)
    prose = sentence_like or (len(name) > 130) or (len(name) > 80 and name.endswith(".")) or (lead and len(name) > 100)
    if not name or prose or "http" in name or ("@" in name and " " not in name) or (len(name) < 3) or not words(name):
        return None, 0, 0
    if line.links and all(k.url is None or k.text == k.url for k in line.links) and len(name) < 3:
        return None, 0, 0
    invites = INVITES.match(fold(name))
    if invites and GROUP_WORD.search(invites["group"]) and len(words(invites["rest"])) < 14:
        return name, 0, text.find(value[:8]) + len(value)
    if (cut < len(text) and not lead and len(words(name)) > 14) or (name[0].islower() and len(words(name)) > 6):
        return None, 0, 0
    no_headline = (line.kind != "heading" or line.level > 1) and _NO_HEADLINE.fullmatch(fold(name))
    if no_headline and not (":" in name and sounds_like_session(name)):
        return None, 0, 0
    if _CALL.fullmatch(fold(name)) or _DATELINE.fullmatch(folded.strip()):
        return None, 0, 0
    if LABELS.get(fold(name)) is not None and len(words(name)) < 4 and (line.kind != "heading" or line.level > 1):
        return None, 0, 0
    if line.text.rstrip().endswith(",") and len(words(line.text)) < 8 and index < 4:  # "Neighbours, friends,"
        return None, 0, 0
    return (
        name,
        0 if lead else text.find(value[:8]) if value else 0,
        (text.find(value, 0) + len(value)) if cut < len(text) else len(text),
    )


def _after_dates(text: str, spans: list[tuple[int, int]]) -> tuple[int, int]:
    at = 0
    for begin, end in spans:
        if begin - at <= 14 and not re.search(r"[^\W\d_]{5,}", text[at:begin]):
            at = end
        else:
            return at, begin
    return at, len(text)


def _lead(folded: str) -> int:
    """Where the name begins behind "Join us for a …" and dashes."""
    match = re.match(r"[\s|•·,;:–—-]+", folded)
    at = match.end() if match else 0
    lead = _INVITE_LEAD.match(folded[at:])
    return at + lead.end() if lead else at


def _apart(sheet: Sheet, title: str, at: int, known: str | None) -> tuple[str, str | None, int]:
    """The title and the group that stood in one line."""
    title = _EVENT_SITE.sub("", title)
    invites = INVITES.match(fold(title))
    if invites and GROUP_WORD.search(invites["group"]) and (invites["rest"] or invites.end("group") < len(title)):
        group = tidy(title[invites.start("group") : invites.end("group")])
        rest = unquoted(tidy(title[invites.start("rest") :]))
        if _NO_HEADLINE.fullmatch(fold(rest).rstrip(".")):
            rest = next((t for p in sheet.labelled("topic") if (t := tidy(sheet.text(p)))), "")
        return (rest or _next_title(sheet, at) or title), group, at
    if known:
        return _without(title, known), None, at
    colon = _COLON.search(title)
    dash = _DASH.search(title)
    first = min((m for m in (colon, dash) if m), key=lambda m: m.start(), default=None)
    kind = title[: first.start()] if first else ""
    if kind and len(words(kind)) <= (2 if first is colon else 4):  # "Night school: …" may be but a kind of session
        near = own_line(sheet, [i for i in sheet.free() if at < i < at + 3], at)
        if near:
            return title, near[0], near[1]
    pieces = _DASH.split(title)
    if len(pieces) >= 2:
        head, tail = pieces[0], pieces[-1]
        cut = _DASH.search(title)
        last = list(_DASH.finditer(title))[-1]
        if is_group(head) and not (is_group(tail) and sounds_like_session(head)):
            return tidy(title[cut.end() :]) if cut else title, tidy(head), at
        if is_group(tail) and len(words(tail)) >= 2 and ":" not in tail:
            return tidy(title[: last.start()]), tidy(tail), at
        if sounds_like_session(title[cut.end() :] if cut else "") and not sounds_like_session(head) and is_name(head):
            return tidy(title[cut.end() :]) if cut else title, tidy(head), at
    if colon and is_group(title[: colon.start()]) and not sounds_like_session(title[: colon.start()]):
        return tidy(title[colon.end() :]), tidy(title[: colon.start()]), at
    behind = re.search(r"\s+(?:with|by|con|de|del|por|@|at|en)\s+(?:the\s+|el\s+|la\s+)?(?=[A-ZÁÉÍÓÚ])", title)
    if behind and is_group(title[behind.end() :]) and behind.group().strip().split()[0] in {"with", "by", "con"}:
        return tidy(title[: behind.start()]), tidy(title[behind.end() :]), at
    held = _HELD.fullmatch(title)
    if held and is_group(held["group"]) and not sounds_like_session(held["group"]) and len(words(held["group"])) > 1:
        return held["what"], held["group"], at
    return title, None, at


_HELD: Final = re.compile(
    r"(?P<group>[^:,.!?\"“«]{3,70}?)(?:['’]s?)?\s+(?P<what>(?:(?:annual|general|body|special|monthly|weekly|regular|open"
    r"|membership|members['’]?|emergency|public|extraordinary|ordinary|quarterly)\s+){1,3}(?:meeting|assembly|forum"
    r"|gathering|session))", re.IGNORECASE,
)  # fmt: skip
"""A group's name and a meeting such as any group has: "Eastgate Tenants Union General Meeting"."""


def _next_title(sheet: Sheet, at: int) -> str | None:
    for index in range(at + 1, min(at + 3, len(sheet.lines))):
        name, _, _ = _headline(sheet, index)
        if name and index not in sheet.busy:
            sheet.note("title", "found", index)
            sheet.take(index)
            return unquoted(name)
    return None


def _without(title: str, group: str) -> str:
    """The title without the group's name at its start or end."""
    folded, name = fold(title), fold(group)
    if folded.startswith(name) and len(folded) > len(name) and re.match(r"\s*[–—|:·•-]", title[len(name) :]):
        return tidy(title[len(name) :])
    if folded.endswith(name) and len(folded) > len(name):
        head = title[: -len(name)]
        joint = re.search(r"(?:\s*[–—|·•@,-]\s*|\s+(?:with|by|con|por|de|del)\s+(?:the\s+|el\s+|la\s+)?)$", head)
        if joint and tidy(head[: joint.start()]):
            return tidy(head[: joint.start()])
    return title
