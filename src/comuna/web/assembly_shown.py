"""What phones, the chair and the wall show of an assembly that decides: the quorum, motions, votes and their
verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import msgspec

from comuna import assembly_messages, messages
from comuna.language import Language
from comuna.live.room import Room
from comuna.rules import assembly, assembly_times, counting, election, proposal, question, vote, vote_record
from comuna.rules.charter import Charter
from comuna.rules.charter_values import Majority
from comuna.rules.minutes import Message
from comuna.rules.state import Amendment, Assembly, Motion, Proposal, Vote
from comuna.web import assembly_call, differences
from comuna.web.differences import Piece

LATEST: Final = 6
"""Closed votes that a phone shows; the minutes have them all."""


class Bar(msgspec.Struct, frozen=True):
    """An option of a vote in the picture: what it is called, how many, and how long its bar is, of 100."""

    option: str
    name: str
    count: int
    percent: int
    chosen: bool = False


class Balloting(msgspec.Struct, frozen=True, kw_only=True):
    """A vote as it is shown. `what`: in words what is voted on; `verdict`: the sentence of its outcome; `threshold`:
    where, of 100, enough would have been in favour (None: nothing to reach)."""

    vote: Vote
    what: str
    options: tuple[tuple[str, str], ...]
    ways: str
    verdict: str | None = None
    reasons: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    threshold: int | None = None
    ranked: bool = False
    one_by_one: bool = False
    boxed: bool = False
    most: int = 1

    @property
    def id(self) -> str:
        """The vote's own."""
        return self.vote.id


class Deciding:
    """An assembly in a language."""

    def __init__(self, room: Room, words: Language, found: Assembly) -> None:
        self.room = room
        self.words = words
        self.found = found
        self.rules: Charter = assembly.rules_of(room.state)

    @property
    def title(self) -> str:
        """What kind of gathering the charter calls it."""
        return self.named("gatherings", self.found.kind)

    def named(self, section: str, entry: str) -> str:
        """What the charter calls one of its entries."""
        title: Mapping[str, str] = self.rules.titles.get(f"{section}.{entry}", {})
        return title.get(self.words.code) or entry.replace("_", " ")

    @property
    def open(self) -> bool:
        """Whether it is open."""
        return self.found.status == "open"

    @property
    def here(self) -> int:
        """How many count for the quorum now: those the desk found, and those in the room that were counted."""
        return self.room.hall.voters + self.room.hall.uncounted

    @property
    def registered(self) -> bool:
        """Whether the group keeps a register of who may vote; else the chair says how many are on the roll."""
        return bool(self.room.state.roll.get("vote"))

    @property
    def call(self) -> int:
        """Which call it is, or comes next."""
        return self.found.call if self.open or self.found.status == "adjourned" else self.found.call + 1

    @property
    def again(self) -> str | None:
        """When it is called again or goes on, in words."""
        return assembly_call.moment(self.words, self.found.second) if self.found.second else None

    @property
    def notice_unproved(self) -> str | None:
        """What is missing to prove that the members were told in time, in words."""
        days, given = self.found.notice, [day for _, day in self.found.notices]
        if not given:
            return self.words.text("No proof is kept that the members were told.")
        last = (dt.date.fromisoformat(self.room.gathering.date) - dt.timedelta(days=days or 0)).isoformat()
        if self.found.status == "convened" and min(given) > last:
            return self.words.text(
                "By the proofs kept, the members were told too late: the charter asks for %(n)s days.", n=days
            )
        return None

    @property
    def needed_now(self) -> int | None:
        """How many are needed to open it, where the register says how many are on the roll."""
        roll = self.room.state.roll.get("vote", 0) or self.found.roll
        return self.needed(roll) if roll else None

    @property
    def next_call(self) -> tuple[str, str]:
        """When the next call is proposed to be: as planned, as soon as the charter lets it, or some time that day."""
        here = self.room.gathering
        earliest = assembly_times.earliest_second(self.rules, self.found.kind, (here.date, here.start))
        return self.found.second or earliest or (here.date, "")

    def needed(self, roll: int) -> int | None:
        """How many are needed at this call, of a roll."""
        return assembly.needed(self.room.state, self.found.kind, self.call, roll, gathering=self.found.gathering)

    @cached_property
    def motions(self) -> list[Motion]:
        """The motions before this assembly, the newest last."""
        return [m for m in self.room.state.motions.values() if m.gathering == self.room.id and m.status == "moved"]

    def under_vote(self, motion: Motion) -> bool:
        """Whether a motion itself is voted on now."""
        return any(v.of == motion.id and v.status == "open" for v in self._votes)

    @cached_property
    def waiting(self) -> list[Motion]:
        """Motions from before that can be taken up: laid aside, referred, or read once already."""
        return [
            m
            for m in self.room.state.motions.values()
            if m.status in ("tabled", "referred") or (m.status == "moved" and m.gathering != self.room.id)
        ]

    @cached_property
    def adopted(self) -> list[Motion]:
        """Motions that were adopted here, and are to be recorded as decisions."""
        recorded = {d.motion for d in self.room.state.decisions.values()}
        return [
            m
            for m in self.room.state.motions.values()
            if m.gathering == self.room.id and m.status == "adopted" and m.id not in recorded
        ]

    @cached_property
    def chosen(self) -> list[tuple[str, str]]:
        """Questions that were settled here, and are to be recorded as decisions: (the vote, what was decided)."""
        recorded = {d.motion for d in self.room.state.decisions.values()}
        return [
            (v.id, f"{self._what(v)} {self.option(v, v.elected[0])}")
            for v in self._votes
            if v.rules.by_choice and v.outcome == "elected" and v.id not in recorded
        ]

    @cached_property
    def choice_kinds(self) -> list[tuple[str, str]]:
        """The kinds of decision that a question with options can ask for."""
        rules = self.rules
        return [
            (kind, name)
            for kind, name in self.decisions
            if kind != proposal.CHARTER
            and int(rules.value(f"decisions.{kind}.readings", 1)) == 1
            and (majority := rules.of_kind("decisions", kind, "majority", None)) is not None
            and majority.of != "consent"
        ]

    def text(self, ref: str) -> str:
        """A text, or that it was erased."""
        return self.room.words.get(ref) or self.words.text("(erased)")

    def amendments(self, motion: Motion) -> list[tuple[str, Amendment, list[Piece]]]:
        """The changes to a motion that are still open, each with what it changes."""
        return [
            (id, each, differences.between(self.text(motion.text), self.text(each.text)))
            for id, each in motion.amendments.items()
            if each.status == "moved"
        ]

    def reading(self, motion: Motion) -> tuple[int, int]:
        """Which reading of a motion this is, of how many."""
        state = self.room.state
        return vote.consecutive(state, motion, self.room.id) + 1, vote.readings_of(state, motion)

    def majority(self, motion: Motion) -> Majority | None:
        """What the charter asks for it; None where it does not say."""
        found: Majority | None = self.rules.of_kind("decisions", motion.decision, "majority", None)
        return found

    @cached_property
    def decisions(self) -> list[tuple[str, str]]:
        """The kinds of decision of the charter, with what they are called."""
        return [(kind, self.named("decisions", kind)) for kind in self.rules.entries("decisions")]

    @cached_property
    def proposals(self) -> list[tuple[str, str]]:
        """The proposed charters that can be moved, the newest last: their SHA-256, and what they are told by."""
        state = self.room.state
        held = proposal.held(state)
        found = [(d, p) for d, p in state.proposals.items() if p.amends == held and p.text not in state.erased]
        return [(d, self._told(d, p)) for d, p in sorted(found, key=lambda each: (each[1].day, each[0]))]

    def _told(self, digest: str, found: Proposal) -> str:
        day = self.words.date(dt.date.fromisoformat(found.day), "long")
        reason = self.room.words.get(found.reason or "")
        return f"{digest[:8]} · {day}" + (f" · {reason[:80]}" if reason else "")

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """The units and committees of the charter, with what they are called."""
        return [(unit, self.named("units", unit)) for unit in self.rules.entries("units")]

    @cached_property
    def elections(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The units for which somebody stands: (unit, what it is called, the candidates)."""
        busy = {v.of for v in self.room.state.votes.values() if v.subject == "election" and v.status == "open"}
        standing = self.room.state.candidates.items()
        return [(unit, self.named("units", unit), who) for unit, who in standing if who and unit not in busy]

    def seats(self, unit: str) -> int:
        """How many a unit has to elect: those that are vacant, where somebody holds the others; all, where the charter
        says how many; else one."""
        found: int = self.rules.value(f"units.{unit}.seats", 1)
        return self.vacant(unit) or found

    def vacant(self, unit: str) -> int:
        """How many seats of a unit are vacant while somebody holds the others; else 0."""
        state = self.room.state
        vacant = election.vacant(state, unit, (state.at or "")[:10])
        return vacant if vacant < self.rules.value(f"units.{unit}.seats", 0) else 0

    def method(self, unit: str) -> str:
        """How the charter elects a unit; by most votes where it does not say."""
        found: str = self.rules.value(f"units.{unit}.method", "plurality")
        return found

    def bound(self, unit: str) -> bool:
        """Whether the charter says how a unit is elected, so that nobody chooses."""
        return self.rules.value(f"units.{unit}.method", None) is not None

    def in_secret(self, unit: str) -> bool:
        """Whether the charter wants a unit elected in secret."""
        return bool(self.rules.value(f"units.{unit}.ballot", "free") == "secret")

    @cached_property
    def recalls(self) -> list[tuple[str, str]]:
        """The recalls that the assembly can vote on."""
        state = self.room.state
        found = []
        for recall in state.recalls.values():
            if recall.status == "reported":
                mandate = state.mandates[recall.mandate]
                unit = self.named("units", mandate.unit)
                text = self.words.text("Recall of %(who)s: %(unit)s", who=self.called(mandate.member), unit=unit)
                found.append((recall.id, text))
        return found

    @cached_property
    def minutes_open(self) -> list[tuple[str, str]]:
        """Assemblies whose minutes this one can approve: (gathering, its day); its own where the charter says so."""
        state = self.room.state
        how = self.rules.value("rules.minutes_approved_by", None)
        waiting = [
            state.gatherings[id]
            for id, each in state.assemblies.items()
            if id not in state.minutes and each.status != "convened" and how != "signatures"
            if (state.gatherings[id].status == "closed" if id != self.room.id else how == "same_gathering")
        ]
        return [
            (each.id, self.words.date(dt.date.fromisoformat(each.date), "long"))
            for each in sorted(waiting, key=lambda each: each.date)
        ]

    @cached_property
    def items(self) -> list[tuple[str, str]]:
        """The items of the agenda, with their titles."""
        return [(item.id, item.title) for item in self.room.hall.agenda]

    @cached_property
    def open_votes(self) -> list[Balloting]:
        """The votes that are open."""
        return [self._shown(v) for v in self._votes if v.status == "open"]

    @cached_property
    def closed_votes(self) -> list[Balloting]:
        """The votes that were closed, the newest first."""
        return [self._shown(v) for v in self._votes if v.status == "closed"][::-1][:LATEST]

    @cached_property
    def _votes(self) -> list[Vote]:
        found = [v for v in self.room.state.votes.values() if v.gathering == self.room.id]
        return sorted(found, key=lambda v: v.opened)

    def _shown(self, found: Vote) -> Balloting:
        names = [(option, self.option(found, option)) for option in found.options]
        most, ranked = counting.most_choices(found), found.method in vote.RANKED
        counts = found.result.counts if found.result is not None else self._so_far(found)
        longest = max([*counts, 1])
        shared = found.method == "majority" or (found.rules.by_choice and found.rules.base != "plurality")
        if found.result is not None and shared:  # of what the share is taken of
            longest = max(found.result.base, found.result.needed, longest)
        bars = tuple(
            Bar(option, name, count, round(100 * count / longest), option in found.elected)
            for (option, name), count in zip(names, counts, strict=False)
        )
        closed = found.result
        reached = closed.needed if closed is not None and closed.counts and shared else 0
        return Balloting(
            vote=found,
            what=self._what(found),
            options=tuple(names),
            ways=", ".join(self.words.text(assembly_messages.WAYS[way]) for way in found.ways),
            verdict=self._verdict(found, closed) if closed is not None else None,
            reasons=self._reasons(found, closed) if closed is not None else (),
            bars=bars,
            threshold=round(100 * reached / longest) if reached else None,
            ranked=ranked,
            one_by_one=ranked or (found.secret and most > 1),
            boxed=any(counting.in_box(found, way) for way in found.ways),
            most=len(names) if ranked else most,
        )

    @staticmethod
    def _so_far(found: Vote) -> list[int]:
        told = [sum(each) for each in zip(*found.counts.values(), strict=True)] if found.counts else []
        return told or [0] * len(found.options)

    def option(self, found: Vote, option: str) -> str:
        """What an option is called."""
        if option in assembly_messages.CHOICES:
            return self.words.text(assembly_messages.CHOICES[option])
        if found.subject == "election":
            return self.called(option)
        if found.rules.by_choice:
            words = question.options_in(self.room.words.get(found.rules.question) or "")
            return words.get(option) or self.words.text("option %(letter)s", letter=option.upper())
        return option

    def _what(self, found: Vote) -> str:
        state = self.room.state
        if found.rules.question is not None:
            return question.asked_in(self.text(found.rules.question))
        if found.subject == "motion" and found.of in state.motions:
            return self.text(state.motions[found.of].text)
        if found.subject == "amendment":
            for motion in state.motions.values():
                if found.of in motion.amendments:
                    return self.text(motion.amendments[found.of].text)
        if found.subject == "election":
            return self.words.text("Election: %(unit)s", unit=self.named("units", found.of or ""))
        if found.subject == "recall" and found.of in state.recalls:
            mandate = state.mandates[state.recalls[found.of].mandate]
            unit = self.named("units", mandate.unit)
            return self.words.text("Recall of %(who)s: %(unit)s", who=self.called(mandate.member), unit=unit)
        if found.subject == "minutes":
            return self.words.text("The minutes of an earlier assembly")
        return self.words.text("A vote")

    def called(self, member: str) -> str:
        """What a member who stands for an office or holds one is called here: by name and number."""
        name = self.room.members.get(member)
        return f"{name} ({member})" if name else self.words.text("Member %(number)s", number=member)

    def _reasons(self, found: Vote, closed: Any) -> tuple[str, ...]:
        """Why it came out so: the sealed rules, the share, the quorum."""
        label = self.called if found.subject == "election" else lambda option: self.option(found, option)
        said = [*vote_record.reasons(found.rules, closed, label)]
        if found.rules.quorum is not None:
            present = max(found.present, self.found.present)
            said.append(Message("reason.quorum", {"present": present, "needed": found.rules.quorum}))
        if found.rules.tie is not None and found.method == "majority":
            said.append(Message(f"sealed.tie.{found.rules.tie}"))
        return tuple(messages.say(self.words, each) for each in said)

    def _verdict(self, found: Vote, closed: Any) -> str:
        if found.subject == "election":
            called = {
                option: self.called(option) if option in self.room.members else option for option in found.options
            }
            lists = {name: [called[each] for each in getattr(closed, name)] for name in ("elected", "tied", "options")}
            closed = msgspec.structs.replace(closed, **lists)
        said = messages.act_said(closed)
        if found.rules.by_choice:
            lists = {
                n: [self.option(found, each) for each in getattr(closed, n)] for n in ("elected", "tied", "options")
            }
            said = msgspec.structs.replace(said, args={**said.args, **lists})
        return messages.say(self.words, said)


def deciding(room: Room, words: Language) -> Deciding | None:
    """What an assembly decides; None where the gathering was not convened to decide."""
    found = room.state.assemblies.get(room.id)
    return None if found is None else Deciding(room, words, found)
