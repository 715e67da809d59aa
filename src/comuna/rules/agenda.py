"""The agenda under way: opening the gathering, its items and guiding questions, and moving its time."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules.announcement import AgendaItem
from comuna.rules.discussion import Line, Written
from comuna.rules.floor import silenced
from comuna.rules.hall import Hall, Item, held_open
from comuna.rules.page import Page
from comuna.rules.thinking import put_away
from comuna.rules.timing import SHORTEST_TURN, Offer

LONGEST: Final = 24 * 3600
QUESTION_WORDS: Final = re.compile(r"question|discuss|pregunta|debate|discusi|convers|dialog|diálog", re.IGNORECASE)
"""By these an item is known as the one in which the guiding questions are talked about."""


class HallOpened(Line, frozen=True, tag="hall.opened/1"):
    """The gathering was opened with this agenda; it is to end at `ends` (seconds since 1970)."""

    agenda: tuple[Item, ...]
    ends: int
    expected: int = 0


class ItemOpened(Line, frozen=True, tag="item.opened/1"):
    """The chair opened an item; the one before it is done."""

    item: str


class ItemClosed(Line, frozen=True, tag="item.closed/1"):
    """The chair closed an item, or skipped it before it was opened."""

    item: str


class ItemAdjusted(Line, frozen=True, tag="item.adjusted/1"):
    """The chair changed the time of an item: seconds, of each person's turn if `per_person`."""

    item: str
    per_person: bool
    low: int | None
    high: int | None


class EndMoved(Line, frozen=True, tag="end.moved/1"):
    """The gathering is to end at another time."""

    ends: int


class QuestionOpened(Line, frozen=True, tag="question.opened/1"):
    """A guiding question is talked about now; None: none of them."""

    question: str | None


class TimeNoted(Line, frozen=True, tag="time.noted/1"):
    """The clock noted that an item runs over, so that the rest is shown re-balanced everywhere."""


def items_of(page: Page) -> tuple[Item, ...]:
    """A page's agenda as items under way. Without an agenda the whole gathering is one item."""
    a = page.announcement
    agenda = a.agenda or (AgendaItem(title=a.title or ""),)
    items = [
        Item(
            id=f"a{number}",
            title=entry.title,
            per_person=entry.per_person,
            low=None if entry.min_minutes is None else entry.min_minutes * 60,
            high=None if entry.max_minutes is None else entry.max_minutes * 60,
        )
        for number, entry in enumerate(agenda, start=1)
    ]
    if page.questions:
        asked = _for_questions(items)
        items[asked] = msgspec.structs.replace(items[asked], questions=True)
    return tuple(items)


def _for_questions(items: list[Item]) -> int:
    """The item in which the questions are talked about: one whose title says so, else the last that is open-ended,
    else the last."""
    named = [place for place, item in enumerate(items) if QUESTION_WORDS.search(item.title)]
    free = [place for place, item in enumerate(items) if item.high is None]
    best = [place for place in named if place in free] or named or free
    return best[-1] if best else len(items) - 1


def open_hall(h: Hall, page: Page, *, now: int, seconds: int, expected: int = 0) -> HallOpened:
    """Open the gathering for `seconds`, with so many people expected. Refuses: live.open_already."""
    if h.opened is not None:
        raise Refused("live.open_already")
    return HallOpened(agenda=items_of(page), ends=now + seconds, expected=expected)


def _found(h: Hall, item: str) -> Item | None:
    return next((i for i in h.agenda if i.id == item), None)


def _item(h: Hall, item: str) -> Item:
    found = _found(held_open(h), item)
    if found is None:
        raise Refused("item.unknown")
    return found


def open_item(h: Hall, *, item: str) -> ItemOpened:
    """Open an item, whatever became of it before. Refuses: live.not_open, item.unknown, item.open_already."""
    if _item(h, item).status == "open":
        raise Refused("item.open_already")
    return ItemOpened(item=item)


def close_item(h: Hall, *, item: str) -> ItemClosed:
    """Close an item, or skip it. Refuses: live.not_open, item.unknown, item.over."""
    if _item(h, item).status not in ("waiting", "open"):
        raise Refused("item.over")
    return ItemClosed(item=item)


def extend_item(h: Hall, *, item: str, by: int, questions: int) -> ItemAdjusted:
    """Give an item `by` seconds more (or fewer) than it would have now. Refuses: live.not_open, item.unknown,
    item.over, item.bad_time."""
    found = _item(h, item)
    if found.status not in ("waiting", "open"):
        raise Refused("item.over")
    whole = max(h.spent(found) + h.plan(questions).allotments.get(item, 0) + by, 0)
    if whole > LONGEST:
        raise Refused("item.bad_time")
    return ItemAdjusted(item=item, per_person=False, low=whole, high=whole)


def set_turns(h: Hall, *, item: str, seconds: int) -> ItemAdjusted:
    """Let everybody's turn in an item take so long. Refuses: live.not_open, item.unknown, item.bad_time."""
    _item(h, item)
    if not SHORTEST_TURN <= seconds <= LONGEST:
        raise Refused("item.bad_time")
    return ItemAdjusted(item=item, per_person=True, low=None, high=seconds)


def move_end(h: Hall, *, by: int) -> EndMoved:
    """Let the gathering end `by` seconds later or earlier; once its time is over, `by` seconds from now. Refuses:
    live.not_open, item.bad_time."""
    ends = max(held_open(h).ends or 0, h.at) + by
    if not h.at <= ends <= h.at + LONGEST:
        raise Refused("item.bad_time")
    return EndMoved(ends=ends)


def take_offer(h: Hall, offer: Offer) -> ItemAdjusted | EndMoved:
    """Do what a plan offered. Refuses what `set_turns`, `move_end` do."""
    if offer.kind == "later" or offer.item is None:
        return move_end(h, by=offer.seconds)
    if offer.kind == "turns":
        return set_turns(h, item=offer.item, seconds=offer.seconds)
    _item(h, offer.item)
    if not 0 < offer.seconds <= LONGEST:
        raise Refused("item.bad_time")
    return ItemAdjusted(item=offer.item, per_person=False, low=offer.seconds, high=offer.seconds)


def open_question(h: Hall, page: Page, *, question: str | None) -> QuestionOpened:
    """Turn to a guiding question, or to none. Refuses: live.not_open, question.unknown."""
    held_open(h)
    if question is not None and page.question(question) is None:
        raise Refused("question.unknown")
    return QuestionOpened(question=question)


def note_time(h: Hall, *, size: int) -> TimeNoted:
    """Note that an item runs over, if nothing else was written since the journal had `size` lines. Refuses:
    live.not_open, floor.moved_on."""
    if held_open(h).size != size:
        raise Refused("floor.moved_on")
    return TimeNoted()


def apply_hall_opened(h: Hall, a: HallOpened, w: Written) -> Hall:
    """It is open."""
    return msgspec.structs.replace(h, opened=h.at, ends=a.ends, agenda=a.agenda, expected=a.expected)


def _with(h: Hall, changed: Item) -> Hall:
    return msgspec.structs.replace(h, agenda=tuple(changed if i.id == changed.id else i for i in h.agenda))


def _stopped(h: Hall, item: Item, status: str) -> Hall:
    over = msgspec.structs.replace(item, status=status, since=None, spent=h.spent(item))
    return _with(h, over)


def apply_item_opened(h: Hall, a: ItemOpened, w: Written) -> Hall:
    """It is open; the item before it is done, who spoke has ended."""
    found = _found(h, a.item)
    if found is None or found.status == "open":
        return h
    h = silenced(h)
    if h.item is not None:
        h = _stopped(h, h.item, "done")
    h = put_away(_with(h, msgspec.structs.replace(found, status="open", since=h.at)))
    return h if found.questions else msgspec.structs.replace(h, question=None)


def apply_item_closed(h: Hall, a: ItemClosed, w: Written) -> Hall:
    """It is done, or skipped."""
    found = _found(h, a.item)
    if found is None or found.status not in ("waiting", "open"):
        return h
    if found.status == "open":
        h = msgspec.structs.replace(silenced(h), question=None)
    return _stopped(h, found, "done" if found.status == "open" else "skipped")


def apply_item_adjusted(h: Hall, a: ItemAdjusted, w: Written) -> Hall:
    """It has another range; a go-round under way, other turns."""
    found = _found(h, a.item)
    if found is None:
        return h
    h = _with(h, msgspec.structs.replace(found, per_person=a.per_person, low=a.low, high=a.high))
    if h.round is not None and a.per_person and a.high and found.status == "open":
        h = msgspec.structs.replace(h, round=msgspec.structs.replace(h.round, seconds=a.high))
    return h


def apply_end_moved(h: Hall, a: EndMoved, w: Written) -> Hall:
    """It ends then."""
    return msgspec.structs.replace(h, ends=a.ends)


def apply_question_opened(h: Hall, a: QuestionOpened, w: Written) -> Hall:
    """The question stands before everybody."""
    return msgspec.structs.replace(put_away(h), question=a.question, asked_at=h.at)


def apply_time_noted(h: Hall, a: TimeNoted, w: Written) -> Hall:
    """Nothing but the time is another."""
    return h
