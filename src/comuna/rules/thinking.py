"""Thinking together: sense checks, offering moments at a set point, pairs and small groups. All of it is journal."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.kernel.refusal import Refused
from comuna.methods import lots
from comuna.rules.discussion import Line, Written
from comuna.rules.floor import ended
from comuna.rules.hall import FORMS, Check, Draw, Form, Hall, Offers, held_open, known

LONGEST_ASKED: Final = 300
LONGEST_OFFER: Final = 3600
MUST_BE_HEARD: Final = 3
"""Fist to five: everyone at three or above passes; who shows less must be heard."""


class CheckOpened(Line, frozen=True, tag="check.opened/1"):
    """The chair asked for a sense of the room."""

    check: str
    form: Form
    asked: str


class CheckAnswered(Line, frozen=True, tag="check.answered/1"):
    """Somebody showed where they stand; the last answer counts."""

    check: str
    value: int


class CheckClosed(Line, frozen=True, tag="check.closed/1"):
    """The sense check is over; its counts stay in sight until they are put away or something else is asked."""

    check: str


class CheckPutAway(Line, frozen=True, tag="check.put_away/1"):
    """The counts of a sense check are no longer in sight."""

    check: str


class OffersOpened(Line, frozen=True, tag="offers.opened/1"):
    """Everybody was asked to offer moments; what is released until `seconds` from now is held back until then."""

    offers: str
    seconds: int


class OffersShown(Line, frozen=True, tag="offers.shown/1"):
    """What was offered is shown."""

    offers: str


class GroupsDrawn(Line, frozen=True, tag="groups.drawn/1"):
    """Those present were drawn into groups from a seed (hexadecimal) that everybody sees."""

    draw: str
    seed: str
    size: int
    groups: tuple[tuple[str, ...], ...]
    seconds: int


class GroupsEnded(Line, frozen=True, tag="groups.ended/1"):
    """Everybody is together again."""

    draw: str


def open_check(h: Hall, *, check: str, form: Form, asked: str) -> CheckOpened:
    """Ask for a sense of the room. Refuses: live.not_open, check.bad_form, words.too_long."""
    held_open(h)
    if form not in FORMS:
        raise Refused("check.bad_form")
    tidy = " ".join(asked.split())
    if len(tidy) > LONGEST_ASKED:
        raise Refused("words.too_long", limit=LONGEST_ASKED, length=len(tidy))
    return CheckOpened(check=check, form=form, asked=tidy)


def answer_check(h: Hall, *, by: str, check: str, value: int) -> CheckAnswered:
    """Show where one stands; again to change it. Refuses: live.*, check.over, check.bad_answer."""
    if not known(held_open(h), by).here:
        raise Refused("live.not_here")
    now = h.check
    if now is None or now.id != check or not now.open:
        raise Refused("check.over")
    if value not in FORMS[now.form]:
        raise Refused("check.bad_answer")
    return CheckAnswered(check=check, value=value)


def close_check(h: Hall, *, check: str) -> CheckClosed:
    """End a sense check. Refuses: check.over."""
    if h.check is None or h.check.id != check or not h.check.open:
        raise Refused("check.over")
    return CheckClosed(check=check)


def put_check_away(h: Hall, *, check: str) -> CheckPutAway:
    """Take a closed sense check out of sight. Refuses: check.over."""
    if h.check is None or h.check.id != check or h.check.open:
        raise Refused("check.over")
    return CheckPutAway(check=check)


def put_away(h: Hall) -> Hall:
    """Without a closed sense check: for when the gathering turns to something else."""
    return h if h.check is None or h.check.open else msgspec.structs.replace(h, check=None)


def to_be_heard(check: Check) -> int:
    """In fist to five: how many showed less than three and must be heard."""
    return sum(1 for value in check.answers.values() if value < MUST_BE_HEARD) if check.form == "fist" else 0


def open_offers(h: Hall, *, offers: str, seconds: int) -> OffersOpened:
    """Ask everybody for moments. Refuses: live.not_open, offers.open_already, item.bad_time."""
    if held_open(h).offers is not None:
        raise Refused("offers.open_already")
    if not 0 < seconds <= LONGEST_OFFER:
        raise Refused("item.bad_time")
    return OffersOpened(offers=offers, seconds=seconds)


def show_offers(h: Hall, *, offers: str) -> OffersShown:
    """Show what was offered. Refuses: offers.over."""
    if h.offers is None or h.offers.id != offers:
        raise Refused("offers.over")
    return OffersShown(offers=offers)


def draw_groups(h: Hall, *, draw: str, seed: bytes, size: int, seconds: int) -> GroupsDrawn:
    """Draw those present into pairs or groups. Refuses: live.not_open, draw.open_already, draw.too_few,
    draw.bad_size, item.bad_time."""
    if held_open(h).draw is not None:
        raise Refused("draw.open_already")
    if not 2 <= size <= 20:
        raise Refused("draw.bad_size")
    if len(h.here()) < 2:
        raise Refused("draw.too_few")
    if not 0 < seconds <= LONGEST_OFFER:
        raise Refused("item.bad_time")
    drawn = lots.groups(h.here(), size, seed)
    return GroupsDrawn(
        draw=draw, seed=seed.hex(), size=size, groups=tuple(tuple(group) for group in drawn), seconds=seconds
    )


def end_groups(h: Hall, *, draw: str) -> GroupsEnded:
    """Bring everybody together again. Refuses: draw.over."""
    if h.draw is None or h.draw.id != draw:
        raise Refused("draw.over")
    return GroupsEnded(draw=draw)


def apply_check_opened(h: Hall, a: CheckOpened, w: Written) -> Hall:
    """It is asked."""
    return msgspec.structs.replace(h, check=Check(id=a.check, form=a.form, asked=a.asked))


def apply_check_answered(h: Hall, a: CheckAnswered, w: Written) -> Hall:
    """It counts."""
    if h.check is None or h.check.id != a.check:
        return h
    answers = {**h.check.answers, w.by: a.value}
    return msgspec.structs.replace(h, check=msgspec.structs.replace(h.check, answers=answers))


def apply_check_closed(h: Hall, a: CheckClosed, w: Written) -> Hall:
    """Its counts stand."""
    if h.check is None or h.check.id != a.check:
        return h
    return msgspec.structs.replace(h, check=msgspec.structs.replace(h.check, open=False))


def apply_check_put_away(h: Hall, a: CheckPutAway, w: Written) -> Hall:
    """It is out of sight."""
    return put_away(h) if h.check is not None and h.check.id == a.check else h


def apply_offers_opened(h: Hall, a: OffersOpened, w: Written) -> Hall:
    """What is released from now on waits."""
    return msgspec.structs.replace(h, offers=Offers(id=a.offers, at=h.at, seconds=a.seconds))


def apply_offers_shown(h: Hall, a: OffersShown, w: Written) -> Hall:
    """Nothing is held back any more."""
    return msgspec.structs.replace(h, offers=None) if h.offers is not None and h.offers.id == a.offers else h


def apply_groups_drawn(h: Hall, a: GroupsDrawn, w: Written) -> Hall:
    """They talk among themselves: nobody has the floor."""
    return msgspec.structs.replace(
        put_away(ended(h)), draw=Draw(id=a.draw, seed=a.seed, size=a.size, groups=a.groups, at=h.at, seconds=a.seconds)
    )


def apply_groups_ended(h: Hall, a: GroupsEnded, w: Written) -> Hall:
    """They are together again."""
    return msgspec.structs.replace(h, draw=None) if h.draw is not None and h.draw.id == a.draw else h


def group_of(draw: Draw, who: str) -> int | None:
    """The number of somebody's group, from 1; None if they came later."""
    return next((number for number, group in enumerate(draw.groups, start=1) if who in group), None)
