"""Minutes: every act is a sentence, and a record is a list of blocks. Both are message keys and arguments here; the
edge says them in the reader's language (`comuna.messages`).

Dates, times and instants stay ISO, counts stay numbers: the edge writes them out. What a person wrote is `Own`, word
for word, and is never translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from comuna.kernel.act import Envelope, TextRef
from comuna.rules.announcement import Reading
from comuna.rules.charter import Charter
from comuna.rules.custody import GROUNDS
from comuna.rules.page import OWN, Column, Page
from comuna.rules.record import ROOMS, Answer, CellEntry, Moment, Record, Step, Value, step


class Message(msgspec.Struct, frozen=True):
    """A sentence by its key, with what it needs."""

    key: str
    args: Mapping[str, Value] = {}


class Own(msgspec.Struct, frozen=True):
    """Somebody's own words."""

    text: str


Line = Message | Own

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "group.founded": ("", ".erased"),
    "member.admitted": ("", ".roles"),
    "gathering.called": ("", ".open_end"),
    "gathering.revised": ("",),
    "gathering.postponed": ("", ".because"),
    "gathering.cancelled": ("", ".because"),
    "gathering.reinstated": ("",),
    "takeaway.agreed": ("", ".owner", ".due", ".owner_due", ".erased"),
    "gathering.closed": ("", ".uncounted", ".silent", ".silent_uncounted"),
    "journal.expired": ("",),
    "member.left": ("",),
    "book.published": ("",),
    "book.withdrawn": ("",),
    "book.moved": ("",),
    "book.resumed": ("",),
    "witness.named": ("",),
    "witness.dismissed": ("",),
    "key.rotated": ("",),
    "key.recovered": ("",),
    "register.changed": ("", ".nobody"),
    **{name: endings for room in ROOMS for name, endings in room.VARIANTS.items()},
    "text.erased": tuple(f".{ground}{because}" for ground in GROUNDS for because in ("", "_because")),
}
"""The sentences of each kind of act, whatever the version of its data: the kind's name and one of these endings."""


def of_act(envelope: Envelope, texts: Mapping[TextRef, str], rules: Charter | None = None) -> Message:
    """The sentence of an act in the book. `texts`: those it names that were not erased; `rules`: the group's
    charter."""
    return sentence(step(envelope, texts, rules))


def sentence(told: Step) -> Message:
    """The sentence of an act. Never refuses: what stands in the book can be said."""
    name = told.kind.partition("/")[0]
    args = {key: _plain(value) for key, value in told.args.items()}
    return Message(name + _ending(name, args), {key: value for key, value in args.items() if value is not None})


def _ending(name: str, args: Mapping[str, Value]) -> str:
    match name:
        case "group.founded":
            return "" if args["name"] is not None else ".erased"
        case "member.admitted":
            return ".roles" if args["roles"] else ""
        case "gathering.called":
            return "" if args["end"] is not None else ".open_end"
        case "gathering.postponed" | "gathering.cancelled":
            return "" if args["reason"] is None else ".because"
        case "gathering.closed":
            silent = not any(args[each] for each in ("moments", "answers", "entries", "takeaways"))
            if args["came"] is None:
                return ".silent_uncounted" if silent else ".uncounted"
            return ".silent" if silent else ""
        case "register.changed":
            return "" if args["roll"] else ".nobody"
        case "text.erased":
            return f".{args['ground']}" + ("" if args["reason"] is None else "_because")
        case "takeaway.agreed":
            if args["what"] is None:
                return ".erased"
            ending = "_".join(part for part in ("owner", "due") if args[part] is not None)
            return f".{ending}" if ending else ""
    for room in ROOMS:
        if name in room.VARIANTS:
            return str(room.ending(name, args))
    return ""


def _plain(value: Value) -> Value:
    """A text that ends inside a sentence of ours: its own full stop goes, its lines become one."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return line[:-1] if line.endswith(".") and not line.endswith("..") else line


# The blocks of a record


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading; level 1 is a section of the record."""

    level: int
    line: Line


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """Sentences that belong together."""

    lines: tuple[Line, ...]


class Quote(msgspec.Struct, frozen=True, tag="quote"):
    """What somebody contributed: their words, their name where they asked for it, and what is known about it."""

    words: str
    by: str | None
    facts: tuple[Message, ...] = ()
    moment: int | None = None
    """The number of a moment of the film."""
    mark: str | None = None


class Prose(msgspec.Struct, frozen=True, tag="prose"):
    """Somebody's own words as Markdown."""

    markdown: str
    quoted: bool = False


class Bullets(msgspec.Struct, frozen=True, tag="bullets"):
    """A list without order."""

    items: tuple[Line, ...]


class Table(msgspec.Struct, frozen=True, tag="table"):
    """The comparison: `columns` with the column of the questions first, rows of a question and a cell per group."""

    columns: tuple[Line, ...]
    rows: tuple[tuple[Line, tuple[tuple[Quote, ...], ...]], ...]


class FilmPicture(msgspec.Struct, frozen=True, tag="film"):
    """The film's timeline with these moments on it; `seconds` is its length."""

    moments: tuple[Moment, ...]
    seconds: int
    alt: Message


class Dated(msgspec.Struct, frozen=True):
    """What was done, when it was written down, and the zone in which to say so."""

    at: str
    zone: str
    line: Message


class Steps(msgspec.Struct, frozen=True, tag="steps"):
    """What was done, in order."""

    items: tuple[Dated, ...]


class Fine(msgspec.Struct, frozen=True, tag="fine"):
    """A remark in small print."""

    line: Line


Block = Heading | Paragraph | Prose | Quote | Bullets | Table | FilmPicture | Steps | Fine


def film_seconds(page: Page, times: Iterable[int | None]) -> int:
    """How long the picture's timeline is: the film's length where it is known, but never less than its last moment;
    without a known length, the last moment rounded up to five minutes. 0 if nothing is known."""
    last = max((time for time in times if time is not None), default=0)
    if page.film_minutes:
        return max(page.film_minutes * 60, last)
    return -(-last // 300) * 300 if last else 0


def column_name(page: Page, column: str | None, own: str) -> str | None:
    """A group's name as it stands alone: with the group it is part of. `own`: the group whose session it is. None if
    it is not on the page."""
    if column == OWN:
        return own
    found = page.column(column)
    if found is None:
        return None
    parent = page.column(found.parent)
    return f"{parent.name} › {found.name}" if parent else found.name


def record_blocks(r: Record) -> list[Block]:
    """A record, block by block: what was agreed first, then what was said, then how it came about. Every
    contribution that the record holds is in exactly one quote, table cell or bullet."""
    return [
        *_outcome(r),
        *_film(r),
        *_questions(r),
        *_comparison(r),
        *_spoken(r),
        *_announced(r),
        *_history(r),
    ]


def _outcome(r: Record) -> Iterable[Block]:
    a = r.page.announcement
    held = ("record.held" if r.end else "record.held.open_end") if r.held else "record.not_held"
    when: dict[str, Value] = {"group": r.group, "date": r.date, "start": r.start, "end": r.end, "zone": r.zone}
    lines: list[Line] = [Message(held, when)]
    if a.place:
        lines.append(Message("record.place", {"place": _plain(a.place)}))
    came: dict[str, Value] = {"came": r.came, "coming": r.coming}
    lines.append(Message("record.came" if r.came is not None else "record.came.uncounted", came))
    if r.most:
        lines.append(Message("record.most", {"came": r.most}))
    yield Paragraph(tuple(lines))
    if r.summary:
        yield Heading(1, Message("record.summary"))
        yield from (Paragraph((Own(part),)) for part in r.summary.split("\n\n") if part.strip())
    yield Heading(1, Message("record.takeaways"))
    if r.takeaways:
        yield Bullets(tuple(_takeaway(t.words, t.owner, t.due) for t in r.takeaways))
    else:
        yield Paragraph((Message("record.takeaways.none"),))


def _spoken(r: Record) -> Iterable[Block]:
    """How long each kind of participant spoke."""
    if not r.talk:
        return
    yield Heading(1, Message("record.talk"))
    yield Bullets(
        tuple(
            Message("record.talk.of", {"together": t.role, "length": length(t.seconds), "turns": t.turns})
            for t in r.talk
        )
    )
    yield Fine(Message("record.talk.how"))


def length(seconds: int) -> str:
    """A length of time: 0:45, 12:30, 1:05:00."""
    hours, rest = divmod(max(seconds, 0), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _takeaway(words: str, owner: str | None, due: str | None) -> Line:
    ending = "_".join(part for part, value in (("owner", owner), ("due", due)) if value is not None)
    args: dict[str, Value] = {"what": words, "owner": owner, "due": due}
    return Message(f"record.takeaway.{ending}", args) if ending else Own(words)


def _film(r: Record) -> Iterable[Block]:
    timed = tuple(m for m in r.moments if m.seconds is not None)
    if not timed:
        return
    seconds = film_seconds(r.page, (m.seconds for m in timed))
    yield Heading(1, Message("record.film"))
    yield FilmPicture(timed, seconds, Message("record.film.alt", {"moments": len(timed), "seconds": seconds}))
    yield Fine(Message("record.film.note"))


def _questions(r: Record) -> Iterable[Block]:
    asked = {q.id for q in r.page.questions}
    if asked:
        yield Heading(1, Message("record.questions"))
    for number, question in enumerate(r.page.questions, start=1):
        yield Heading(2, Own(f"{number}. {question.text}"))
        said: list[Block] = [
            *(_moment(r, m) for m in r.moments if m.question == question.id),
            *(_answer(a) for a in r.answers if a.question == question.id),
        ]
        yield from said or [Fine(Message("record.question.silent"))]
    lost = [_answer(a) for a in r.answers if a.question not in asked]
    if lost:
        yield Heading(2, Message("record.questions.gone"))
        yield from lost
    free = [_moment(r, m) for m in r.moments if m.question not in asked]
    if free:
        yield Heading(2 if asked else 1, Message("record.moments.free"))
        yield from free
    if r.hidden:
        yield Heading(2 if asked else 1, Message("record.hidden"))
        yield Paragraph((Message("record.hidden.note", {"contributions": len(r.hidden)}),))
        yield Bullets(tuple(Own(reason) for reason in r.hidden))


def _stances(said: Moment | Answer) -> list[Message]:
    facts = []
    if said.answers:
        facts.append(Message("fact.answers", {"count": said.answers}))
    if said.differs:
        facts.append(Message("fact.differs", {"count": said.differs}))
    return facts


def _moment(r: Record, m: Moment) -> Quote:
    facts = [Message("fact.moment", {"number": m.number})]
    if m.seconds is not None:
        facts.append(Message("fact.clock", {"seconds": m.seconds}))
    if m.mark is not None:
        facts.append(Message("fact.mark", {"mark": m.mark}))
    group = column_name(r.page, m.column, r.group)
    if group is not None:
        facts.append(Message("fact.group", {"group": group}))
    return Quote(m.words, m.name, (*facts, *_stances(m)), m.number, m.mark)


def _answer(a: Answer) -> Quote:
    return Quote(a.words, a.name, tuple(_stances(a)))


def _entry(e: CellEntry) -> Quote:
    facts = (Message("fact.behind", {"numbers": ", ".join(str(n) for n in e.moments)}),) if e.moments else ()
    return Quote(e.words, e.name, facts)


def _comparison(r: Record) -> Iterable[Block]:
    asked = {q.id for q in r.page.questions}
    columns = [c.id for c in r.page.columns] + [OWN]
    placed = [e for e in r.entries if e.question in asked and e.column in columns]
    strays = [e for e in r.entries if e not in placed]
    tagged = [m for m in r.moments if m.question in asked and m.column in columns]
    if not r.entries and not tagged:
        return
    yield Heading(1, Message("record.comparison"))
    if placed or tagged:
        rows = tuple(
            (Own(q.text), tuple(tuple(_cell(q.id, c, placed, tagged)) for c in columns)) for q in r.page.questions
        )
        names = tuple(Own(column_name(r.page, c, r.group) or "") for c in columns)
        yield Table((Message("record.comparison.question"), *names), rows)
    if strays:
        yield Heading(2, Message("record.comparison.gone"))
        yield from (_entry(e) for e in strays)


def _cell(question: str, column: str, entries: list[CellEntry], moments: list[Moment]) -> Iterable[Quote]:
    """The entries of a cell, then the moments tagged with its question and its group that stand behind none."""
    here = [e for e in entries if (e.question, e.column) == (question, column)]
    behind = {number for e in here for number in e.moments}
    shown = [m.number for m in moments if (m.question, m.column) == (question, column) and m.number not in behind]
    yield from (_entry(e) for e in here)
    if shown:
        yield Quote("", None, (Message("fact.shown", {"numbers": ", ".join(map(str, shown))}),))


def _announced(r: Record) -> Iterable[Block]:
    a = r.page.announcement
    yield Heading(1, Message("record.announced"))
    if a.description:
        yield Prose(a.description)
    if a.film:
        title = f"{a.film.title} ({a.film.year})" if a.film.year else a.film.title
        yield Heading(2, Message("record.announced.film"))
        yield Paragraph((Own(f"{title} — {a.film.link}" if a.film.link else title),))
        if a.film.description:
            yield Prose(a.film.description, quoted=True)
    if a.readings:
        yield Heading(2, Message("record.announced.readings"))
        yield Bullets(tuple(_reading(x) for x in a.readings))
    if a.agenda:
        yield Heading(2, Message("record.announced.agenda"))
        yield Bullets(tuple(_agenda(x.title, x.per_person, x.min_minutes, x.max_minutes) for x in a.agenda))
    if r.page.columns:
        yield Heading(2, Message("record.announced.featured"))
        yield Bullets(tuple(Own(_featured(r.page, c)) for c in r.page.columns))


def _reading(x: Reading) -> Line:
    facts = ", ".join(part for part in (x.kind, x.perspective) if part)
    head = f"{x.title} ({facts})" if facts else x.title
    said = " — ".join(part for part in (head, x.remark, x.link) if part)
    return Message("record.reading.optional", {"what": said}) if x.optional else Own(said)


def _agenda(title: str, each: bool, low: int | None, high: int | None) -> Line:
    if low is None and high is None:
        return Own(title)
    if low is None:
        key = "most"
    elif high is None:
        key = "least"
    else:
        key = "exact" if low == high else "range"
    minutes: dict[str, Value] = {"what": title, "low": low, "minutes": low if high is None else high}
    return Message(f"record.agenda.{key}" + (".each" if each else ""), minutes)


def _featured(page: Page, column: Column) -> str:
    name = column_name(page, column.id, "") or column.name
    return " — ".join(part for part in (name, column.kind, column.remark) if part)


def _history(r: Record) -> Iterable[Block]:
    yield Heading(1, Message("record.history"))
    yield Steps(tuple(Dated(told.at, r.zone, sentence(told)) for told in r.steps))
    closed: dict[str, Value] = {"at": r.closed_at, "zone": r.zone}
    yield Fine(Message("record.closed", closed))
    if r.journal_due is not None:
        yield Fine(Message("record.journal", {"due": r.journal_due}))


def proof_blocks(*, book: str, act: int, digest: str) -> list[Block]:
    """What the book proves of a record, and what it does not. `act`: the number of the act that closed the session;
    `digest`: the record's, as it stands there."""
    return [
        Heading(1, Message("proof.heading")),
        Paragraph((Message("proof.frozen", {"act": act, "book": book}), Message("proof.proves"))),
        Paragraph((Message("proof.not"),)),
        Fine(Message("proof.digest", {"digest": digest})),
        Fine(Message("proof.check")),
    ]
