"""Speaking: raised hands in a fair order, turns, the go-round, and who spoke how long by role."""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal, get_args

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules.discussion import Line, Written
from comuna.rules.hall import ROLES, WHATS, Hall, Hand, Round, Turn, What, held_open, known

Order = Literal["plain", "fewest_turns", "seconds_spoken"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
"""Rules by which new points are put in order, as charters name them (`speaking_order`)."""

TURN: Final = 120
"""Seconds of a turn where the agenda gives none."""
LONGEST_TURN: Final = 3600
MOST_HANDS: Final = 500


class HandRaised(Line, frozen=True, tag="hand.raised/1"):
    """Somebody wants to speak; the chair may raise a hand for who has no phone."""

    hand: str
    who: str
    what: What


class HandLowered(Line, frozen=True, tag="hand.lowered/1"):
    """A hand is down again."""

    hand: str


class TurnGiven(Line, frozen=True, tag="turn.given/1"):
    """Somebody has the floor; whoever had it before has ended. `overridden`: the chair preferred this hand to those
    before it."""

    turn: str
    who: str
    hand: str | None
    what: What | None
    seconds: int
    overridden: bool = False
    round: str | None = None


class TurnEnded(Line, frozen=True, tag="turn.ended/1"):
    """The floor is free."""

    turn: str


class TurnExtended(Line, frozen=True, tag="turn.extended/1"):
    """The chair gave the speaker more time."""

    turn: str
    seconds: int


class RoundOpened(Line, frozen=True, tag="round.opened/1"):
    """A go-round began: these people in this order, `seconds` each."""

    round: str
    order: tuple[str, ...]
    seconds: int


class RoundPassed(Line, frozen=True, tag="round.passed/1"):
    """Somebody passes, for now: they are asked once more at the end."""

    round: str
    who: str


class RoundClosed(Line, frozen=True, tag="round.closed/1"):
    """The go-round is over."""

    round: str


Step = TurnGiven | TurnEnded | RoundClosed


class Place(msgspec.Struct, frozen=True):
    """A hand in the queue, and why it stands there: `order`, `clarification`, `reply`, `first` (not yet spoken on this
    item), `least` (spoken less: `value` seconds), `fewer` (`value` turns) or `raised` (raised earlier)."""

    hand: Hand
    reason: str
    value: int = 0


def queue(h: Hall, order: Order) -> list[Place]:
    """The raised hands in the order in which they get the floor: points of order, clarifications, replies, then new
    points by the group's rule."""
    spoken = seconds_spoken(h)
    turns = Counter(turn.who for turn in h.turns)
    item = h.item.id if h.item else None
    on_item = {turn.who for turn in h.turns if turn.item == item}

    def key(hand: Hand) -> tuple[int, ...]:
        urgency = WHATS.index(hand.what)
        if hand.what != "point" or order == "plain":
            return (urgency, 0, 0, hand.at)
        if order == "fewest_turns":
            return (urgency, 0, turns[hand.who], hand.at)
        return (urgency, hand.who in on_item, spoken.get(hand.who, 0), hand.at)

    def reason(hand: Hand) -> Place:
        if hand.what != "point":
            return Place(hand, hand.what)
        if order == "fewest_turns":
            return Place(hand, "fewer", turns[hand.who])
        if order == "seconds_spoken":
            return Place(hand, "least", spoken.get(hand.who, 0)) if hand.who in on_item else Place(hand, "first")
        return Place(hand, "raised")

    return [reason(hand) for hand in sorted(h.hands, key=key)]


def seconds_spoken(h: Hall) -> dict[str, int]:
    """How long each has spoken so far, without the turn under way."""
    found: dict[str, int] = {}
    for turn in h.turns:
        if turn.ended is not None:
            found[turn.who] = found.get(turn.who, 0) + turn.ended - turn.at
    return found


class Talk(msgspec.Struct, frozen=True):
    """How long one role spoke: so many people in it in so many turns."""

    role: str
    seconds: int
    people: int
    turns: int


PUBLIC: Final = ("facilitator", "representative")
"""Roles that are public even where one person alone has them: they are there for others."""


def talk(h: Hall, until: int | None = None) -> list[Talk]:
    """Talk time by role, the longest first. Roles that only one person has spoken for are counted with
    the others ("participant"), unless their office is public; where there are no others, not at all: nobody's own
    time is shown."""
    end = h.at if until is None else until
    speakers: dict[str, dict[str, list[int]]] = {}
    for turn in h.turns:
        role: str = h.people[turn.who].role if turn.who in h.people else ROLES[0]
        took = (end if turn.ended is None else turn.ended) - turn.at
        speakers.setdefault(role, {}).setdefault(turn.who, []).append(max(took, 0))
    merged: dict[str, dict[str, list[int]]] = {}
    private = [role for role in speakers if role not in PUBLIC]
    lonely = any(len(speakers[role]) < 2 for role in private)
    for role, who in speakers.items():
        name = role if role in PUBLIC else "participant" if lonely else role
        merged.setdefault(name, {}).update(who)
    found = [
        Talk(role, sum(map(sum, who.values())), len(who), sum(map(len, who.values())))
        for role, who in merged.items()
        if len(who) > 1 or role in PUBLIC
    ]
    return sorted(found, key=lambda t: -t.seconds)


def turn_seconds(h: Hall) -> int:
    """How long a turn is now: as the open item says for each person, else two minutes."""
    item = h.item
    return item.high if item is not None and item.per_person and item.high else TURN


def raise_hand(h: Hall, *, who: str, hand: str, what: What) -> HandRaised:
    """Ask for the floor. Refuses: live.*, floor.bad_hand, floor.raised_already, floor.full."""
    if not known(held_open(h), who).here:
        raise Refused("live.not_here")
    if what not in WHATS:
        raise Refused("floor.bad_hand")
    if any(up.who == who and up.what == what for up in h.hands):
        raise Refused("floor.raised_already")
    if len(h.hands) >= MOST_HANDS:
        raise Refused("floor.full", limit=MOST_HANDS)
    return HandRaised(hand=hand, who=who, what=what)


def lower_hand(h: Hall, *, hand: str, by: str | None) -> HandLowered:
    """Take a hand down: one's own, or any (`by` None) as the chair. Refuses: floor.no_hand."""
    if not any(up.id == hand and by in (None, up.who) for up in h.hands):
        raise Refused("floor.no_hand")
    return HandLowered(hand=hand)


def _still(h: Hall, ends: str | None) -> None:
    """Refuses floor.moved_on unless the turn that is to end is the one under way: pressed twice, or by two chairs at
    once, it ends one turn."""
    now = held_open(h).turn
    if (now.id if now else None) != ends:
        raise Refused("floor.moved_on")


def next_turn(h: Hall, *, ends: str | None, turn: str, seconds: int, order: Order) -> Step:
    """Give the floor to who is next, in the go-round or in the queue, and end the turn `ends`. With nobody left the
    floor is free, and a go-round over. Refuses: live.not_open, floor.moved_on, floor.nobody."""
    _still(h, ends)
    if h.round is not None:
        asked = h.round.waiting or h.round.passed
        if not asked:
            return RoundClosed(round=h.round.id)
        return TurnGiven(turn=turn, who=asked[0], hand=None, what=None, seconds=h.round.seconds, round=h.round.id)
    waiting = queue(h, order)
    if waiting:
        hand = waiting[0].hand
        return TurnGiven(turn=turn, who=hand.who, hand=hand.id, what=hand.what, seconds=seconds)
    if h.turn is None:
        raise Refused("floor.nobody")
    return TurnEnded(turn=h.turn.id)


def call(
    h: Hall, *, ends: str | None, turn: str, hand: str | None, who: str | None, seconds: int, order: Order
) -> TurnGiven:
    """Give the floor to a chosen hand, or to somebody, whose first hand it is if they raised one; seen by all as the
    chair's choice where others were before them. Refuses: live.*, floor.moved_on, floor.no_hand."""
    _still(h, ends)
    waiting = queue(h, order)
    asked = [place.hand for place in waiting if (place.hand.who == who if hand is None else place.hand.id == hand)]
    chosen = asked[0] if asked else None
    if hand is not None and chosen is None:
        raise Refused("floor.no_hand")
    speaker = chosen.who if chosen else who or ""
    if not known(h, speaker).here:
        raise Refused("live.not_here")
    in_round = h.round is not None and bool(h.round.waiting or h.round.passed)
    overridden = waiting[0].hand is not chosen if waiting else in_round
    return TurnGiven(
        turn=turn,
        who=speaker,
        hand=chosen.id if chosen else None,
        what=chosen.what if chosen else None,
        seconds=seconds,
        overridden=overridden,
    )


def end_turn(h: Hall, *, turn: str, by: str | None) -> TurnEnded:
    """End a turn: one's own, or any (`by` None) as the chair. Refuses: floor.moved_on, floor.not_yours."""
    now = held_open(h).turn
    if now is None or now.id != turn:
        raise Refused("floor.moved_on")
    if by is not None and now.who != by:
        raise Refused("floor.not_yours")
    return TurnEnded(turn=turn)


def extend_turn(h: Hall, *, turn: str, seconds: int) -> TurnExtended:
    """Give the speaker more time. Refuses: floor.moved_on, item.bad_time."""
    now = held_open(h).turn
    if now is None or now.id != turn:
        raise Refused("floor.moved_on")
    if not 0 < now.seconds + seconds <= LONGEST_TURN:
        raise Refused("item.bad_time")
    return TurnExtended(turn=turn, seconds=seconds)


def open_round(h: Hall, *, round: str, order: list[str], seconds: int) -> RoundOpened:
    """Begin a go-round of those present, in this order: who is named twice, or is not here, is not asked for it.
    Refuses: live.not_open, round.open_already, round.nobody, item.bad_time."""
    if held_open(h).round is not None:
        raise Refused("round.open_already")
    present = set(h.here())
    asked = tuple(who for who in dict.fromkeys(order) if who in present)
    if not asked:
        raise Refused("round.nobody")
    if not 0 < seconds <= LONGEST_TURN:
        raise Refused("item.bad_time")
    return RoundOpened(round=round, order=asked, seconds=seconds)


def pass_on(h: Hall, *, round: str, who: str) -> RoundPassed:
    """Pass in a go-round. Refuses: round.over, round.not_waiting."""
    now = h.round
    if now is None or now.id != round:
        raise Refused("round.over")
    speaks = h.turn is not None and h.turn.who == who and h.turn.round == round
    if not speaks and who not in now.waiting:
        raise Refused("round.not_waiting")
    return RoundPassed(round=round, who=who)


def close_round(h: Hall, *, round: str) -> RoundClosed:
    """End a go-round. Refuses: round.over."""
    if h.round is None or h.round.id != round:
        raise Refused("round.over")
    return RoundClosed(round=round)


def apply_hand_raised(h: Hall, a: HandRaised, w: Written) -> Hall:
    """The hand is in the queue. If one of the same kind is up, because undoing a step brought it back, the new one
    takes its place."""
    hand = Hand(id=a.hand, who=a.who, what=a.what, at=h.at)
    up = next((up for up in h.hands if up.who == a.who and up.what == a.what), None)
    if up is None:
        return msgspec.structs.replace(h, hands=(*h.hands, hand))
    hand = msgspec.structs.replace(hand, at=up.at)
    return msgspec.structs.replace(h, hands=tuple(hand if other is up else other for other in h.hands))


def apply_hand_lowered(h: Hall, a: HandLowered, w: Written) -> Hall:
    """The hand is out of the queue."""
    return msgspec.structs.replace(h, hands=tuple(hand for hand in h.hands if hand.id != a.hand))


def ended(h: Hall) -> Hall:
    """The turn under way, if any, has ended now."""
    if h.turn is None:
        return h
    return msgspec.structs.replace(h, turns=(*h.turns[:-1], msgspec.structs.replace(h.turn, ended=h.at)))


def silenced(h: Hall) -> Hall:
    """Nobody speaks, and hands that were meant for who spoke are down: for when the gathering turns to something else.
    Points of order and new points wait on: who raised them was not heard yet."""
    wait_on = tuple(hand for hand in h.hands if hand.what in ("order", "point"))
    return msgspec.structs.replace(ended(h), hands=wait_on, round=None)


def _asked(round: Round, who: str) -> Round:
    waiting, passed = (tuple(other for other in group if other != who) for group in (round.waiting, round.passed))
    return msgspec.structs.replace(round, waiting=waiting, passed=passed)


def apply_turn_given(h: Hall, a: TurnGiven, w: Written) -> Hall:
    """They speak; their hand is down."""
    h = ended(h)
    turn = Turn(
        id=a.turn,
        who=a.who,
        what=a.what,
        item=h.item.id if h.item else None,
        at=h.at,
        seconds=a.seconds,
        overridden=a.overridden,
        round=a.round,
    )
    round = h.round
    if round is not None and round.id == a.round:
        second = round.second or a.who in round.passed
        round = msgspec.structs.replace(_asked(round, a.who), second=second, over=round.over | {a.who})
    hands = tuple(hand for hand in h.hands if hand.id != a.hand)
    return msgspec.structs.replace(h, turns=(*h.turns, turn), hands=hands, round=round)


def apply_turn_ended(h: Hall, a: TurnEnded, w: Written) -> Hall:
    """The floor is free."""
    return ended(h) if h.turn is not None and h.turn.id == a.turn else h


def apply_turn_extended(h: Hall, a: TurnExtended, w: Written) -> Hall:
    """The speaker has more time."""
    if h.turn is None or h.turn.id != a.turn:
        return h
    longer = msgspec.structs.replace(h.turn, seconds=h.turn.seconds + a.seconds)
    return msgspec.structs.replace(h, turns=(*h.turns[:-1], longer))


def apply_round_opened(h: Hall, a: RoundOpened, w: Written) -> Hall:
    """Everybody waits to be asked."""
    return msgspec.structs.replace(ended(h), round=Round(id=a.round, seconds=a.seconds, waiting=a.order))


def apply_round_passed(h: Hall, a: RoundPassed, w: Written) -> Hall:
    """They are asked once more at the end; who passes then is done. A turn that begins with passing counts as none."""
    round = h.round
    if round is None or round.id != a.round:
        return h
    if h.turn is not None and h.turn.who == a.who and h.turn.round == a.round:
        h = msgspec.structs.replace(h, turns=h.turns[:-1])
        round = msgspec.structs.replace(round, over=round.over - {a.who})
    if a.who in round.over:
        return h
    round = _asked(round, a.who)
    if a.who in round.once:
        round = msgspec.structs.replace(round, over=round.over | {a.who})
    else:
        round = msgspec.structs.replace(round, passed=(*round.passed, a.who), once=round.once | {a.who})
    return msgspec.structs.replace(h, round=round)


def apply_round_closed(h: Hall, a: RoundClosed, w: Written) -> Hall:
    """The go-round is over."""
    if h.round is None or h.round.id != a.round:
        return h
    return msgspec.structs.replace(ended(h), round=None)
