"""What the minutes of an assembly are made from: the acts about it, and the texts they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, Envelope, TextRef, act_in, texts_of
from comuna.rules import approval, assembly, challenge, charter, election, motion, recall
from comuna.rules.charter import Charter
from comuna.rules.group import GroupFounded
from comuna.rules.state import Gathering, State

UNREAD: Final = frozenset({"page", "record", "working", "ballots_text", "names"})
"""Texts that minutes do not repeat."""


class Told(msgspec.Struct, frozen=True):
    """An act that the minutes tell, in its envelope and as what it is."""

    envelope: Envelope
    act: Any

    @property
    def seq(self) -> int:
        """Its number in the book."""
        return self.envelope.seq


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What minutes are made from. `told`: the acts about the gathering, in order; `moved`: each motion of the book and
    the text it was moved with; `rules`: the charter it was convened under; `items`: the agenda, by item; `names`:
    member number → name, where the reader may know it and it is known."""

    state: State
    gathering: Gathering
    group: str
    told: tuple[Told, ...]
    moved: Mapping[str, TextRef]
    rules: Charter
    items: Mapping[str, str]
    place: str | None
    texts: Mapping[TextRef, str]
    names: Mapping[str, str]


def about(envelopes: Iterable[Envelope], gathering: str) -> tuple[list[Told], dict[str, TextRef], Charter]:
    """The acts that belong in the minutes of a gathering, the motions of the whole book with the text each was moved
    with, and the charter that held when the gathering was convened (or now, if it never was)."""
    told: list[Told] = []
    moved: dict[str, TextRef] = {}
    ours: set[str] = set()
    text, held = "", ""
    for envelope in envelopes:
        entry: Any = act_in(envelope)
        if isinstance(entry, GroupFounded | assembly.CharterAmended):
            text = entry.charter
        if isinstance(entry, motion.MotionMoved):
            moved[entry.motion] = entry.text
        if not _belongs(entry, gathering, ours):
            continue
        told.append(Told(envelope, entry))
        if isinstance(entry, assembly.AssemblyConvened):
            held = text
        ours |= {getattr(entry, name) for name in ("vote", "decision") if getattr(entry, name, None)}
        if isinstance(entry, recall.RecallDecided) and entry.recalled:
            ours.add(entry.mandate)
    return told, moved, charter.parse(held or text)


def _belongs(entry: Act, gathering: str, ours: set[str]) -> bool:
    if getattr(entry, "gathering", None) == gathering or getattr(entry, "approved_at", None) == gathering:
        return True
    if isinstance(entry, challenge.ChallengeRaised | challenge.ChallengeAnswered):
        return entry.vote in ours
    if isinstance(entry, election.MandateEnded):
        return entry.mandate in ours and entry.reason == "recalled"
    return isinstance(entry, assembly.CharterAmended | motion.DecisionDone) and entry.decision in ours


def texts_named(told: Iterable[Told], moved: Mapping[str, TextRef]) -> set[TextRef]:
    """The texts that these minutes will ask for."""
    named: set[TextRef | None] = set()
    for each in told:
        entry: Act = each.act
        named |= {getattr(entry, name) for name in texts_of(type(entry)) if name not in UNREAD}
    here = {each.act.motion for each in told if isinstance(each.act, motion.MotionTakenUp)}
    return {ref for ref in named | {moved[id] for id in here if id in moved} if ref is not None}


def signed(told: Iterable[Told], gathering: str) -> dict[str, str]:
    """Which offices have signed the minutes of a gathering, and when."""
    return {
        each.act.unit: each.envelope.at
        for each in told
        if isinstance(each.act, approval.MinutesSigned) and each.act.gathering == gathering
    }
