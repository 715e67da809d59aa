"""What people say in a session: released moments, answers, the comparison table, takeaways. All of it is journal.

A line of the journal is one of the classes here; `Discussion` is what the lines add up to. Words that their author
takes back are erased from their line, which otherwise stays."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules.gathering import day
from comuna.rules.page import OWN, Page

Mark = Literal["surprised", "inspired", "frustrated", "stuck"]
MARKS: Final[tuple[Mark, ...]] = ("surprised", "inspired", "frustrated", "stuck")
"""The four ready marks for a moment; "stuck" is "stuck with me"."""

Stance = Literal["answers", "differs"]
STANCES: Final[tuple[Stance, ...]] = ("answers", "differs")

LONGEST_WORDS: Final = 2_000
"""Characters of a moment, an answer or an entry."""
LONGEST_NAME: Final = 80
MOST_MOMENTS: Final = 12
"""Moments that one entry of the comparison points to."""
MOST_EACH: Final = 300
MOST_TOGETHER: Final = 5_000
"""Contributions to one session: by one person, and by all."""
MOST_LINES: Final = 100_000
"""Lines of one journal, whatever they say."""
LONGEST_FILM: Final = 24 * 3600


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """A line of the journal. The handle of who wrote it, its time and its place stand beside it."""


class MomentReleased(Line, frozen=True, tag="moment.released/1"):
    """A note from somebody's notebook, shown to the session. `seconds` into the film; `name` only if asked for."""

    entry: str
    words: str | None
    mark: Mark | None
    seconds: int | None
    question: str | None
    column: str | None
    name: str | None


class AnswerGiven(Line, frozen=True, tag="answer.given/1"):
    """An answer to a guiding question."""

    entry: str
    question: str
    words: str | None
    name: str | None


class CellEntered(Line, frozen=True, tag="cell.entered/1"):
    """An entry in the comparison table: what one group does about one question, and the moments that show it."""

    entry: str
    question: str
    column: str
    words: str | None
    moments: tuple[str, ...]
    name: str | None


class TakeawayProposed(Line, frozen=True, tag="takeaway.proposed/1"):
    """Something to do or to keep, with who sees to it and by when (ISO date). It enters the book at closing."""

    entry: str
    words: str | None
    owner: str | None
    due: str | None


class StanceTaken(Line, frozen=True, tag="stance.taken/1"):
    """Somebody said "this answers" or "this differs" of an entry, or took it back (None)."""

    entry: str
    stance: Stance | None


class EntryTakenBack(Line, frozen=True, tag="entry.taken_back/1"):
    """Its author took an entry back; its words are erased."""

    entry: str


class EntryHidden(Line, frozen=True, tag="entry.hidden/1"):
    """A facilitator hid an entry, and said why."""

    entry: str
    reason: str


class EntryShown(Line, frozen=True, tag="entry.shown/1"):
    """A facilitator shows a hidden entry again."""

    entry: str


Contribution = MomentReleased | AnswerGiven | CellEntered | TakeawayProposed
Change = StanceTaken | EntryTakenBack | EntryHidden | EntryShown
AnyLine = Contribution | Change


class Written(msgspec.Struct, frozen=True):
    """A line with its place in the journal, its time (as the book writes times) and the handle of its author."""

    seq: int
    at: str
    by: str
    line: Line


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One contribution as it stands now. `hidden`: the facilitator's reason. `stances`: handle → stance."""

    said: Contribution
    by: str
    at: str
    taken_back: bool = False
    hidden: str | None = None
    stances: dict[str, Stance] = {}

    def count(self, stance: Stance) -> int:
        """How many took this stance."""
        return sum(1 for taken in self.stances.values() if taken == stance)


class Discussion(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal adds up to: every contribution by its id, in the order in which they came."""

    size: int = 0
    entries: dict[str, Entry] = {}

    def _shown(self) -> list[Entry]:
        return [e for e in self.entries.values() if not e.taken_back and e.hidden is None]

    def moments(self) -> list[tuple[Entry, MomentReleased]]:
        """The released moments that are to be seen."""
        return [(e, e.said) for e in self._shown() if isinstance(e.said, MomentReleased)]

    def answers(self, question: str) -> list[tuple[Entry, AnswerGiven]]:
        """The answers to a question that are to be seen."""
        return [(e, e.said) for e in self._shown() if isinstance(e.said, AnswerGiven) and e.said.question == question]

    def cell(self, question: str, column: str) -> list[tuple[Entry, CellEntered]]:
        """The entries of one cell of the comparison table that are to be seen."""
        found = [(e, e.said) for e in self._shown() if isinstance(e.said, CellEntered)]
        return [(e, said) for e, said in found if said.question == question and said.column == column]

    def cells(self) -> int:
        """How many entries the comparison table has."""
        return sum(1 for e in self._shown() if isinstance(e.said, CellEntered))

    def takeaways(self) -> list[tuple[Entry, TakeawayProposed]]:
        """The takeaways that are to be seen."""
        return [(e, e.said) for e in self._shown() if isinstance(e.said, TakeawayProposed)]

    def hidden(self) -> list[Entry]:
        """What a facilitator hid."""
        return [e for e in self.entries.values() if e.hidden is not None and not e.taken_back]


def fold(lines: Iterable[Written], start: Discussion | None = None) -> Discussion:
    """The discussion that these lines, in order, add up to. Never refuses."""
    d = start or Discussion()
    entries = dict(d.entries)
    size = d.size
    for written in lines:
        line, size = written.line, written.seq + 1
        if isinstance(line, Contribution):
            entries[line.entry] = Entry(said=line, by=written.by, at=written.at, taken_back=line.words is None)
        elif isinstance(line, Change) and (entry := entries.get(line.entry)) is not None:
            entries[line.entry] = _changed(entry, line, written.by)
    return Discussion(size=size, entries=entries)


def emptied(said: Contribution) -> Contribution:
    """A contribution without its words and the names in it: what stays when it is taken back."""
    nothing = {field: None for field in ("words", "name", "owner") if hasattr(said, field)}
    return msgspec.structs.replace(said, **nothing)


def _changed(entry: Entry, line: Change, by: str) -> Entry:
    if isinstance(line, EntryTakenBack):
        return msgspec.structs.replace(entry, taken_back=True, said=emptied(entry.said))
    if isinstance(line, EntryHidden):
        return msgspec.structs.replace(entry, hidden=line.reason)
    if isinstance(line, EntryShown):
        return msgspec.structs.replace(entry, hidden=None)
    stances = {handle: stance for handle, stance in entry.stances.items() if handle != by}
    if line.stance is not None:
        stances[by] = line.stance
    return msgspec.structs.replace(entry, stances=stances)


# The rules. Each takes what has been said so far and gives the line to be written. That the session is still open
# is `gathering.open_for_words`; who may speak is settled at the door.


def room_for(d: Discussion, by: str) -> None:
    """Refuses discussion.full, discussion.enough when a session, or one person in it, has said all it can hold."""
    standing = [e for e in d.entries.values() if not e.taken_back and e.hidden is None]
    if len(standing) >= MOST_TOGETHER:
        raise Refused("discussion.full", limit=MOST_TOGETHER)
    if sum(1 for entry in standing if entry.by == by) >= MOST_EACH:
        raise Refused("discussion.enough", limit=MOST_EACH)


BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters that show nothing."""


def visible(text: str) -> str:
    """The text without characters that cannot be seen and change what stands around them: controls, letters that show
    nothing, and the marks that turn the direction of writing or have no width. Joiners that scripts and emoji need
    stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c
        for c in text
        if c in "\n\u200c\u200d" or (c not in BLANKS and unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    )


def _short_enough(text: str, code: str, limit: int) -> None:
    """Refuses what is far too long before it is looked at, character by character."""
    if len(text) > 10 * limit:
        raise Refused(code, limit=limit, length=len(text))


def words(text: str) -> str:
    """A person's words, tidied. Refuses: words.empty, words.too_long."""
    _short_enough(text, "words.too_long", LONGEST_WORDS)
    lines = visible(text.replace("\r\n", "\n").replace("\t", " ")).strip().split("\n")
    tidy = "\n".join(line.strip() for line in lines)
    if not tidy:
        raise Refused("words.empty")
    if len(tidy) > LONGEST_WORDS:
        raise Refused("words.too_long", limit=LONGEST_WORDS, length=len(tidy))
    return tidy


def name(text: str | None) -> str | None:
    """A person's name, tidied; None when there is none. Refuses: name.too_long."""
    _short_enough(text or "", "name.too_long", LONGEST_NAME)
    tidy = visible(" ".join((text or "").split())).strip(" \u200c\u200d")
    if len(tidy) > LONGEST_NAME:
        raise Refused("name.too_long", limit=LONGEST_NAME, length=len(tidy))
    return tidy or None


def tags(page: Page, question: str | None, column: str | None) -> tuple[str | None, str | None]:
    """A question and a featured group of this page, or None for each. Refuses: question.unknown, column.unknown."""
    if question and page.question(question) is None:
        raise Refused("question.unknown")
    if column and column != OWN and page.column(column) is None:
        raise Refused("column.unknown")
    return question or None, column or None


def release(
    d: Discussion,
    page: Page,
    *,
    entry: str,
    text: str,
    mark: Mark | None,
    seconds: int | None,
    question: str | None,
    column: str | None,
    author: str | None,
) -> MomentReleased:
    """Show a note to the session. Refuses: words.*, name.too_long, question.unknown, column.unknown."""
    question, column = tags(page, question, column)
    return MomentReleased(
        entry=entry, words=words(text), mark=mark, seconds=seconds, question=question, column=column, name=name(author)
    )


def answer(d: Discussion, page: Page, *, entry: str, question: str, text: str, author: str | None) -> AnswerGiven:
    """Answer a guiding question. Refuses: question.unknown, words.*, name.too_long."""
    tags(page, question or "?", None)
    return AnswerGiven(entry=entry, question=question, words=words(text), name=name(author))


def enter(
    d: Discussion,
    page: Page,
    *,
    entry: str,
    question: str,
    column: str,
    text: str,
    moments: list[str],
    author: str | None,
) -> CellEntered:
    """Write into the comparison table. Refuses: question.unknown, column.unknown, moment.unknown, words.*,
    name.too_long."""
    tags(page, question or "?", column or "?")
    if len(set(moments)) > MOST_MOMENTS:
        raise Refused("moments.too_many", limit=MOST_MOMENTS)
    known = {said.entry for _, said in d.moments()}
    for moment in moments:
        if moment not in known:
            raise Refused("moment.unknown")
    return CellEntered(
        entry=entry,
        question=question,
        column=column,
        words=words(text),
        moments=tuple(dict.fromkeys(moments)),
        name=name(author),
    )


def propose(d: Discussion, *, entry: str, text: str, owner: str | None, due: str | None) -> TakeawayProposed:
    """Propose a takeaway. Refuses: words.*, name.too_long, gathering.no_such_day."""
    if due:
        day(due)
    return TakeawayProposed(entry=entry, words=words(text), owner=name(owner), due=due or None)


def _entry(d: Discussion, entry: str) -> Entry:
    found = d.entries.get(entry)
    if found is None or found.taken_back:
        raise Refused("entry.unknown")
    return found


def take_stance(d: Discussion, *, by: str, entry: str, stance: Stance) -> StanceTaken:
    """Say "this answers" or "this differs"; saying the same again takes it back. Refuses: entry.unknown."""
    found = _entry(d, entry)
    return StanceTaken(entry=entry, stance=None if found.stances.get(by) == stance else stance)


def take_back(d: Discussion, *, by: str, entry: str) -> EntryTakenBack:
    """Take one's own entry back. Refuses: entry.unknown, entry.not_yours."""
    if _entry(d, entry).by != by:
        raise Refused("entry.not_yours")
    return EntryTakenBack(entry=entry)


def hide(d: Discussion, *, entry: str, reason: str) -> EntryHidden:
    """Hide an entry, saying why. Only a facilitator gets here. Refuses: entry.unknown, words.*."""
    _entry(d, entry)
    return EntryHidden(entry=entry, reason=words(reason))


def show(d: Discussion, *, entry: str) -> EntryShown:
    """Show a hidden entry again. Refuses: entry.unknown, entry.not_hidden."""
    if _entry(d, entry).hidden is None:
        raise Refused("entry.not_hidden")
    return EntryShown(entry=entry)
