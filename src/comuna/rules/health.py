"""Campaign days and rounds of visits. A visit is due or done; of anybody's health nothing is known here, not even who
came."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import suppression
from comuna.rules.state import State
from comuna.rules.state_health import Campaign, Health, Round
from comuna.rules.suppression import Cell

MOST_SLOTS: Final = 96
MOST_PLACES: Final = 100
MOST_TURNS: Final = 6
LEAST_DWELLINGS: Final = 5
"""Dwellings of a round of visits, at the least."""
MOST_DWELLINGS: Final = 2_000


@act("campaign.called", v=1)
class CampaignCalled(Act, frozen=True):
    """A campaign day was called: what for, where and when, so many slots of so many minutes with so many places each,
    and volunteers' turns (`least` and `most` people in each)."""

    campaign: str
    what: TextRef
    place: TextRef
    date: str
    start: str
    slots: int
    minutes: int
    places: int
    turns: int
    least: int
    most: int


@act("campaign.closed", v=1)
class CampaignClosed(Act, frozen=True):
    """The day is over: of all `places`, so many were `used`; so many volunteers' turns were taken; of the supplies
    `needed`, so many pieces were `there`. Who had booked is erased with this act. Counts of people from 1 to 4 are
    kept back (null)."""

    campaign: str
    places: int
    used: int | None
    volunteers: int | None
    needed: int
    there: int


@act("round.opened", v=1)
class RoundOpened(Act, frozen=True):
    """A round of visits to so many dwellings began."""

    round: str
    what: TextRef
    dwellings: int


@act("round.closed", v=1)
class RoundClosed(Act, frozen=True):
    """The round ended: so many visits were done, so many still due. Which, is erased with this act. Where one of both
    is from 1 to 4, both are kept back (null)."""

    round: str
    due: int | None
    done: int | None


def call(
    s: State,
    *,
    by: str,
    campaign: str,
    what: TextRef,
    place: TextRef,
    date: str,
    start: str,
    slots: int,
    minutes: int,
    places: int,
    turns: int,
    least: int,
    most: int,
    today: str,
) -> CampaignCalled:
    """Call a campaign day. Refuses: motion.bad_id, health.bad_day, health.bad_slots (slots past midnight too),
    health.bad_turns."""
    if not ID.fullmatch(campaign) or campaign in s.health.campaigns:
        raise Refused("motion.bad_id")
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        raise Refused("health.bad_day") from None
    if date < today or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", start):
        raise Refused("health.bad_day")
    if not (1 <= slots <= MOST_SLOTS and 5 <= minutes <= 240 and 1 <= places <= MOST_PLACES):
        raise Refused("health.bad_slots")
    if int(start[:2]) * 60 + int(start[3:]) + slots * minutes > 24 * 60:
        raise Refused("health.bad_slots")
    if not (1 <= turns <= min(MOST_TURNS, slots) and 1 <= least <= most <= MOST_PLACES):
        raise Refused("health.bad_turns")
    return CampaignCalled(
        campaign=campaign,
        what=what,
        place=place,
        date=date,
        start=start,
        slots=slots,
        minutes=minutes,
        places=places,
        turns=turns,
        least=least,
        most=most,
    )


def apply_called(s: State, a: CampaignCalled, at: str) -> State:
    """It is called."""
    new = Campaign(
        id=a.campaign,
        what=a.what,
        place=a.place,
        date=a.date,
        start=a.start,
        slots=a.slots,
        minutes=a.minutes,
        places=a.places,
        turns=a.turns,
        least=a.least,
        most=a.most,
    )
    return _campaign(s, new)


def to_come(s: State, campaign: str) -> Campaign:
    """A campaign day that is not over. Refuses: health.unknown, health.closed."""
    found = s.health.campaigns.get(campaign)
    if found is None:
        raise Refused("health.unknown")
    if found.status == "closed":
        raise Refused("health.closed")
    return found


def at(campaign: Campaign, slot: int) -> str:
    """When a slot begins (from 0), HH:MM."""
    minutes = int(campaign.start[:2]) * 60 + int(campaign.start[3:]) + slot * campaign.minutes
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def turn_of(campaign: Campaign, turn: int) -> tuple[int, int]:
    """The slots of a volunteers' turn: from, and before which. No two turns differ by more than one slot."""
    return turn * campaign.slots // campaign.turns, (turn + 1) * campaign.slots // campaign.turns


def close(
    s: State, *, by: str, campaign: str, used: int, volunteers: int, needed: int, there: int, today: str
) -> CampaignClosed:
    """Close a campaign day, on it or later. Refuses: health.unknown, health.closed, health.not_yet (date),
    health.bad_slots."""
    found = to_come(s, campaign)
    if today < found.date:
        raise Refused("health.not_yet", date=found.date)
    places = found.slots * found.places
    if not 0 <= used <= places:
        raise Refused("health.bad_slots")
    return CampaignClosed(
        campaign=campaign, places=places, used=told(used), volunteers=told(volunteers), needed=needed, there=there
    )


def told(people: int) -> Cell:
    """A count of people of whose whole nothing is told; None where it is kept back."""
    return None if suppression.small(people) else people


def visits(due: int, done: int) -> tuple[Cell, Cell]:
    """Visits due and done as they are told to a group that knows how many there are: both, or neither."""
    first, second = suppression.row((due, done))
    return first, second


def apply_closed(s: State, a: CampaignClosed, at: str) -> State:
    """It is over."""
    found = s.health.campaigns[a.campaign]
    counts = {"used": a.used, "volunteers": a.volunteers, "needed": a.needed, "there": a.there}
    return _campaign(s, msgspec.structs.replace(found, status="closed", **counts))


def open_round(s: State, *, by: str, round: str, what: TextRef, dwellings: int) -> RoundOpened:
    """Begin a round of visits. Refuses: motion.bad_id, health.no_dwellings, health.too_few_dwellings (least: the totals
    of so small a round would tell who was visited), health.too_many (most)."""
    if not ID.fullmatch(round) or round in s.health.rounds:
        raise Refused("motion.bad_id")
    if dwellings < 1:
        raise Refused("health.no_dwellings")
    if dwellings < LEAST_DWELLINGS:
        raise Refused("health.too_few_dwellings", least=LEAST_DWELLINGS)
    if dwellings > MOST_DWELLINGS:
        raise Refused("health.too_many", most=MOST_DWELLINGS)
    return RoundOpened(round=round, what=what, dwellings=dwellings)


def apply_round(s: State, a: RoundOpened, at: str) -> State:
    """It began."""
    return _round(s, Round(id=a.round, what=a.what, dwellings=a.dwellings, due=a.dwellings))


def going_round(s: State, round: str) -> Round:
    """A round that has not ended. Refuses: health.unknown, health.closed."""
    found = s.health.rounds.get(round)
    if found is None:
        raise Refused("health.unknown")
    if found.status == "closed":
        raise Refused("health.closed")
    return found


def close_round(s: State, *, by: str, round: str, due: int, done: int) -> RoundClosed:
    """End a round with its totals. Refuses: health.unknown, health.closed."""
    going_round(s, round)
    due_told, done_told = visits(due, done)
    return RoundClosed(round=round, due=due_told, done=done_told)


def apply_round_closed(s: State, a: RoundClosed, at: str) -> State:
    """It ended."""
    return _round(s, msgspec.structs.replace(s.health.rounds[a.round], status="closed", due=a.due, done=a.done))


def _campaign(s: State, new: Campaign) -> State:
    return msgspec.structs.replace(s, health=Health(s.health.campaigns.set(new.id, new), s.health.rounds))


def _round(s: State, new: Round) -> State:
    return msgspec.structs.replace(s, health=Health(s.health.campaigns, s.health.rounds.set(new.id, new)))
