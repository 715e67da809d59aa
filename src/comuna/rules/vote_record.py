"""A vote in the minutes: its sealed rules in words, its picture, and why it came out as it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from comuna.rules.assembly_blocks import Bar, Bars
from comuna.rules.minutes import Line, Message, Own
from comuna.rules.record import Value
from comuna.rules.verdict import VoteClosed
from comuna.rules.vote import CONSENT, LEVELS, YES_NO, VoteOpened

WAYS_OF_MAJORITY: Final = ("cast", "counted", "present", "all")
HOW_MUCH: Final = ("more", "least", "whole")
OUTCOMES: Final = (
    "adopted", "rejected", "tied", "too_few", "no_votes", "objected", "blocked", "elected", "undecided", "annulled",
    "open",
)  # fmt: skip
TIES: Final = ("rejects", "chair", "lots", "again", "earlier_rounds", "unsaid")
KEYS: Final = (
    *(f"sealed.{base}.{how}" for base in WAYS_OF_MAJORITY for how in HOW_MUCH),
    *(f"reason.{base}.{how}" for base in WAYS_OF_MAJORITY for how in HOW_MUCH),
    *(f"sealed.tie.{tie}" for tie in TIES),
    *(f"sealed.{rule}" for rule in ("consent", "levels", "plurality", "election", "turnout", "quorum", "small")),
    *(f"sealed.{rule}" for rule in ("change", "reading")),
    *(f"sealed.choice.{how}" for how in ("plurality", "approval")),
    *(f"sealed.choice.{base}.{how}" for base in ("cast", "present", "all") for how in ("more", "least")),
    *(f"reason.choice.{why}" for why in ("short", "enough", "most", "none")),
    "outcome.chosen",
    *(f"reason.tie.{how}" for how in ("rejects", "chair_adopted", "chair_rejected", "open")),
    *(f"reason.{why}" for why in ("quorum", "untold", "too_few", "turnout", "no_votes", "consent", "objected")),
    *(
        f"reason.{why}"
        for why in ("levels", "blocked", "below", "elected", "level", "level_lots", "level_other", "lots", "nobody")
    ),
    *(f"outcome.{outcome}" for outcome in OUTCOMES),
    *(f"option.{option}" for option in (*YES_NO, *CONSENT, "level")),
)
"""Every sentence that a vote can need here."""


def _measure(v: VoteOpened) -> str:
    """Which of the majority's sentences fits the sealed rules."""
    base = "counted" if v.base == "cast" and v.abstentions else v.base
    return f"{base}.{'whole' if v.share == '1' else 'more' if v.more else 'least'}"


def sealed(v: VoteOpened) -> Iterator[Message]:
    """The rules under which a vote was opened, in words."""
    if v.subject == "election":
        yield Message("sealed.election", {"method": v.method, "seats": v.seats})
    elif v.by_choice:
        yield Message(f"sealed.choice.{v.method}")
        if v.base != "plurality":
            yield Message(f"sealed.choice.{v.base}.{'more' if v.more else 'least'}", {"share": v.share})
        yield Message(f"sealed.tie.{v.tie or 'unsaid'}")
    elif v.method == "levels":
        yield Message("sealed.levels", {"level": v.passes_from, "blocks": v.blocks})
    elif v.method in ("consent", "plurality"):
        yield Message(f"sealed.{v.method}")
    else:
        yield Message(f"sealed.{_measure(v)}", {"share": v.share})
        yield Message(f"sealed.tie.{v.tie or 'unsaid'}")
    if v.turnout is not None:
        yield Message("sealed.turnout", {"share": v.turnout})
    if v.quorum is not None:
        yield Message("sealed.quorum", {"needed": v.quorum})
    if v.readings > 1:
        yield Message("sealed.reading", {"readings": v.readings})
    if v.change:
        yield Message("sealed.change")
    if v.secret:
        yield Message("sealed.small", {"small": v.small})


def reasons(v: VoteOpened, a: VoteClosed, label: Callable[[str], str]) -> Iterator[Message]:
    """Why it came out as it did. `label`: how a member is called."""
    if v.subject == "election":
        yield from _elected(v, a, label)
        return
    if not a.counts:
        yield Message("reason.untold")
        return
    if a.outcome == "too_few":
        yield Message("reason.too_few", {"ballots": a.ballots, "needed": a.turnout_needed})
        return
    if a.outcome == "no_votes":
        yield Message("reason.choice.none" if v.by_choice else "reason.no_votes")
        return
    if v.by_choice:
        yield from _chosen(a, label)
    elif v.method in ("consent", "levels"):
        yield _agreed(v, a)
    elif v.method != "plurality":
        yield from _measured(v, a)
    if a.turnout_needed:
        yield Message("reason.turnout", {"ballots": a.ballots, "needed": a.turnout_needed})


def _measured(v: VoteOpened, a: VoteClosed) -> Iterator[Message]:
    counted: dict[str, Value] = {"favour": a.favour, "base": a.base, "needed": a.needed, "share": v.share}
    yield Message(f"reason.{_measure(v)}", counted)
    if a.broken == "chair":
        yield Message(f"reason.tie.chair_{a.outcome}")
    elif a.broken == "rejects":
        yield Message("reason.tie.rejects")
    elif a.outcome == "tied":
        yield Message("reason.tie.open")


def _chosen(a: VoteClosed, label: Callable[[str], str]) -> Iterator[Message]:
    """Of a question with options of its own."""
    told: dict[str, Value] = {"favour": a.favour, "needed": a.needed, "base": a.base, "ballots": a.ballots}
    if a.outcome == "rejected":
        yield Message("reason.choice.short", told)
    elif a.outcome == "elected":
        key = "reason.choice.enough" if a.needed else "reason.choice.most"
        yield Message(key, {**told, "choice": label(a.elected[0])})
    if a.tied:
        how = {None: "", "lots": "_lots"}.get(a.broken, "_other")
        yield Message(f"reason.level{how}", {"tied": [label(each) for each in a.tied]})


def _agreed(v: VoteOpened, a: VoteClosed) -> Message:
    if v.method == "consent":
        objections = dict(zip(a.options, a.counts, strict=True)).get("object", 0)
        return Message("reason.objected", {"n": objections}) if objections else Message("reason.consent")
    if a.outcome == "blocked":
        return Message("reason.blocked", {"n": a.counts[0], "blocks": v.blocks})
    below = sum(a.counts[: v.passes_from])
    if below:
        return Message("reason.below", {"n": below, "level": v.passes_from})
    return Message("reason.levels", {"level": v.passes_from})


def _elected(v: VoteOpened, a: VoteClosed, label: Callable[[str], str]) -> Iterator[Message]:
    if a.by_lot:
        yield Message("reason.lots", {"seed": a.seed})
        return
    if a.outcome == "undecided" and not a.tied:
        yield Message("reason.nobody")
        return
    yield Message("reason.elected", {"ballots": a.ballots, "method": v.method})
    if a.tied:
        key = "reason.level" if a.broken is None else f"reason.level_{'lots' if a.broken == 'lots' else 'other'}"
        yield Message(key, {"tied": [label(each) for each in a.tied]})


def bars(v: VoteOpened, a: VoteClosed, label: Callable[[str], str]) -> Bars | None:
    """The picture of a vote; None where its counts are not told."""
    if not a.counts or a.by_lot:
        return None
    measured = v.method == "majority" or (v.by_choice and v.base != "plurality")
    chose = v.subject == "election" or v.by_choice
    favours = {"majority": ("yes",), "consent": ("agree", "aside"), "levels": LEVELS[v.passes_from :]}
    chosen = tuple(a.elected) if chose else favours.get(v.method, ())
    drawn = tuple(
        Bar(_option(v, option, label), count, option in chosen)
        for option, count in zip(a.options, a.counts, strict=True)
    )
    end = max(a.base if measured else 0, *a.counts, 1)
    needed = a.needed if measured and a.base and a.needed <= end else None
    told: Mapping[str, Value] = {"options": [_plain(v, each, label) for each in a.options], "counts": list(a.counts)}
    alt = (
        Message("picture.vote", told) if needed is None else Message("picture.vote.needed", {**told, "needed": needed})
    )
    return Bars(drawn, end, needed, alt)


def _option(v: VoteOpened, option: str, label: Callable[[str], str]) -> Line:
    if v.subject == "election" or v.by_choice:
        return Own(label(option))
    if v.method == "levels":
        return Message("option.level", {"level": option})
    return Message(f"option.{option}") if option in (*YES_NO, *CONSENT) else Own(option)


def _plain(v: VoteOpened, option: str, label: Callable[[str], str]) -> str:
    return label(option) if v.subject == "election" or v.by_choice else option
