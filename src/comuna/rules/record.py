"""The record of a gathering: what is frozen at its closing, made from the book and the journal alone.

The frozen text is the JSON of a `Record`. It holds no handle and no entry's id; moments have numbers instead, in the
order of the film. A hidden contribution leaves its reason, one taken back leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Final

import msgspec

from comuna.kernel.act import Act, Envelope, TextRef, act_in, texts_of
from comuna.rules import (
    assembly_minutes,
    budget_minutes,
    certificate_minutes,
    cooperative_minutes,
    custody,
    distribution_minutes,
    group,
    health_minutes,
    housing_minutes,
    money_minutes,
    need_minutes,
    project_minutes,
    register,
    service_minutes,
    survey_minutes,
)
from comuna.rules import gathering as g
from comuna.rules.charter import Charter
from comuna.rules.discussion import AnswerGiven, CellEntered, Discussion, Entry, Mark, MomentReleased
from comuna.rules.floor import Talk
from comuna.rules.page import Page
from comuna.rules.state import Gathering

VERSION: Final = 1
"""Of the record's form. A reader must know the versions of all records ever frozen."""

Value = bool | str | int | list[str | int] | dict[str, str] | None
"""A dict: words by language, as the charter names its units and gatherings."""


class Step(msgspec.Struct, frozen=True):
    """An act as the record keeps it: its kind, when it was written down, and what its sentence needs, with texts in
    place of their digests (None if a text was erased)."""

    kind: str
    at: str
    args: dict[str, Value]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment of the film that somebody showed. `seconds` into the film; `answers` and `differs` count how many said
    "this answers" and "this differs"; `name` only where its author asked for it."""

    number: int
    words: str
    mark: Mark | None = None
    seconds: int | None = None
    question: str | None = None
    column: str | None = None
    name: str | None = None
    answers: int = 0
    differs: int = 0


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a guiding question."""

    question: str
    words: str
    name: str | None = None
    answers: int = 0
    differs: int = 0


class CellEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the comparison table. `moments`: the numbers of the moments behind it."""

    question: str
    column: str
    words: str
    moments: tuple[int, ...] = ()
    name: str | None = None


class Takeaway(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed, who sees to it, and by when (ISO date)."""

    words: str
    owner: str | None = None
    due: str | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A session's record. `language` is the session's own; `came` is None when nobody counted, `coming` how many had
    said they would come; `hidden` holds facilitators' reasons; `journal_due` is the date from which the journal is
    erased, if the charter sets one."""

    version: int = VERSION
    book: str
    gathering: str
    group: str
    language: str
    page: Page
    date: str
    start: str
    end: str | None
    zone: str
    closed_at: str
    journal_due: str | None
    came: int | None
    coming: int
    summary: str
    held: bool = True
    """Whether the session had begun when it was closed."""
    steps: tuple[Step, ...]
    moments: tuple[Moment, ...]
    answers: tuple[Answer, ...]
    entries: tuple[CellEntry, ...]
    takeaways: tuple[Takeaway, ...]
    hidden: tuple[str, ...]
    most: int = 0
    """The most who were present at once, where the gathering was held here."""
    talk: tuple[Talk, ...] = ()
    """How long each kind of participant spoke."""


ROOMS: Final[tuple[ModuleType, ...]] = (
    assembly_minutes,
    need_minutes,
    distribution_minutes,
    cooperative_minutes,
    health_minutes,
    service_minutes,
    budget_minutes,
    project_minutes,
    housing_minutes,
    money_minutes,
    certificate_minutes,
    survey_minutes,
)
"""What each room of a group says of the sentences of its acts: `KEPT`, and `VARIANTS` and `ending` of the minutes."""

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    group.GroupFounded: ("name",),
    group.MemberAdmitted: ("member", "roles"),
    group.MemberLeft: ("member",),
    g.GatheringCalled: ("date", "start", "end", "zone"),
    g.GatheringRevised: ("changed",),
    g.GatheringPostponed: ("date", "start", "end", "zone", "reason"),
    g.GatheringCancelled: ("reason",),
    g.GatheringReinstated: (),
    g.TakeawayAgreed: ("what", "owner", "due"),
    g.GatheringClosed: ("came", "coming", "moments", "answers", "entries", "takeaways"),
    g.JournalExpired: ("lines",),
    custody.BookPublished: (),
    custody.BookWithdrawn: (),
    custody.BookMoved: (),
    custody.BookResumed: ("size",),
    custody.WitnessNamed: ("address",),
    custody.WitnessDismissed: ("name",),
    custody.KeyRotated: (),
    custody.KeyRecovered: (),
    custody.TextErased: ("act", "ground", "reason"),
    register.RegisterChanged: ("added", "removed", "corrected", "roll"),
    **{kind: names for room in ROOMS for kind, names in room.KEPT.items()},
}
"""What the sentence of each kind of act needs to know."""


NAMED: Final[Mapping[str, str]] = {
    "form": "gatherings", "unit": "units", "asked_by": "units", "fund": "funds", "to_fund": "funds",
}  # fmt: skip
"""Fields that name an entry of the charter, and its section."""


def step(envelope: Envelope, texts: Mapping[TextRef, str], rules: Charter | None = None) -> Step:
    """An act as the record keeps it. `texts`: those that were not erased; `rules`: the charter that names its units and
    gatherings."""
    entry = act_in(envelope)
    args: dict[str, Value] = {}
    for name in KEPT[type(entry)]:
        value = getattr(entry, name)
        if name in texts_of(type(entry)) and value is not None:
            args[name] = texts.get(value)
        elif isinstance(value, dict):
            args[name] = register.roll_words(rules, value) or None
        elif name in NAMED and isinstance(value, str):
            args[name] = named(rules, NAMED[name], value)
        else:
            args[name] = value
    return Step(envelope.kind, envelope.at, args)


def named(rules: Charter | None, section: str, entry: str) -> str | dict[str, str]:
    """What the charter calls an entry of its own, by language; a committee is written `unit/committee`."""
    unit, _, committee = entry.partition("/")
    title = rules.titles.get(f"{section}.{unit}") if rules is not None else None
    if rules is None or title is None:
        return entry.replace("_", " ")
    for each in rules.value(f"{section}.{unit}.committees", ()) if committee else ():
        if each.id == committee:
            return {"en": each.en, "es": each.es}
    return dict(title)


def of_gathering(envelopes: Iterable[Envelope], gathering: str) -> list[Envelope]:
    """The acts about one gathering."""
    return [envelope for envelope in envelopes if getattr(act_in(envelope), "gathering", None) == gathering]


def text_refs(envelopes: Iterable[Envelope]) -> list[TextRef]:
    """The texts that `step` will ask for."""
    refs: list[TextRef] = []
    for envelope in envelopes:
        entry = act_in(envelope)
        found = (getattr(entry, name) for name in KEPT[type(entry)] if name in texts_of(type(entry)))
        refs.extend(ref for ref in found if ref is not None)
    return refs


def numbered(d: Discussion) -> list[tuple[int, Entry, MomentReleased]]:
    """The moments to be seen under their numbers: in the order of the film, those without a time last, otherwise as
    they came."""
    in_order = sorted(d.moments(), key=lambda m: (m[1].seconds is None, m[1].seconds or 0))
    return [(number, entry, said) for number, (entry, said) in enumerate(in_order, start=1)]


def build(
    *,
    book: str,
    group: str,
    gathering: Gathering,
    page: Page,
    steps: Iterable[Step],
    discussion: Discussion,
    came: int | None,
    coming: int,
    summary: str,
    closed_at: str,
    journal_due: str | None,
    language: str,
    held: bool = True,
    most: int = 0,
    talk: Iterable[Talk] = (),
) -> Record:
    """The record of a gathering as it stands at its closing. Nothing hidden or taken back is in it."""
    moments = numbered(discussion)
    return Record(
        book=book,
        gathering=gathering.id,
        group=group,
        language=language,
        page=page,
        date=gathering.date,
        start=gathering.start,
        end=gathering.end,
        zone=gathering.zone,
        closed_at=closed_at,
        journal_due=journal_due,
        came=came,
        coming=coming,
        summary=summary,
        held=held,
        steps=tuple(steps),
        moments=tuple(
            Moment(
                number=number,
                words=said.words or "",
                mark=said.mark,
                seconds=said.seconds,
                question=said.question,
                column=said.column,
                name=said.name,
                answers=entry.count("answers"),
                differs=entry.count("differs"),
            )
            for number, entry, said in moments
        ),
        answers=tuple(_answers(discussion)),
        entries=tuple(_entries(discussion, {said.entry: number for number, _, said in moments})),
        takeaways=tuple(
            Takeaway(words=said.words or "", owner=said.owner, due=said.due) for _, said in discussion.takeaways()
        ),
        hidden=tuple(entry.hidden or "" for entry in discussion.hidden()),
        most=most,
        talk=tuple(talk),
    )


def _shown(d: Discussion) -> Iterable[Entry]:
    return (entry for entry in d.entries.values() if not entry.taken_back and entry.hidden is None)


def _answers(d: Discussion) -> Iterable[Answer]:
    for entry in _shown(d):
        said = entry.said
        if not isinstance(said, AnswerGiven):
            continue
        yield Answer(
            question=said.question,
            words=said.words or "",
            name=said.name,
            answers=entry.count("answers"),
            differs=entry.count("differs"),
        )


def _entries(d: Discussion, numbers: Mapping[str, int]) -> Iterable[CellEntry]:
    for entry in _shown(d):
        said = entry.said
        if not isinstance(said, CellEntered):
            continue
        yield CellEntry(
            question=said.question,
            column=said.column,
            words=said.words or "",
            moments=tuple(sorted(numbers[moment] for moment in said.moments if moment in numbers)),
            name=said.name,
        )


def frozen(record: Record) -> str:
    """The record as the text whose digest stands in the book."""
    return msgspec.json.encode(record).decode()


def thawed(text: str) -> Record:
    """The record that `frozen` wrote."""
    return msgspec.json.decode(text, type=Record)
