"""The minutes of an assembly, made from the acts of its book and nothing else: the call, who came in numbers, what was
decided under each item, votes with their reasons, elections, corrections, signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, TextRef
from comuna.rules import (
    amendment,
    approval,
    assembly,
    challenge,
    counting,
    election,
    eligibility,
    motion,
    recall,
    record,
    verdict,
    vote,
    vote_record,
)
from comuna.rules import gathering as g
from comuna.rules import motion as it
from comuna.rules import question as questions
from comuna.rules.assembly_blocks import (
    AnyBlock,
    Ballot,
    Bar,
    Bars,
    Box,
    Correction,
    Numbered,
    Signature,
    Signatures,
)
from comuna.rules.assembly_source import Source, Told, signed
from comuna.rules.minutes import Block, Bullets, Dated, Fine, Heading, Line, Message, Own, Paragraph, Quote, sentence
from comuna.rules.record import Value

KEYS: Final = (
    *(f"minutes.{part}" for part in (
        "call", "opening", "agenda", "elections", "recalls", "other_votes", "corrections", "approval", "acts",
        "motion", "question", "when", "second", "no_notice", "never_opened", "item", "item.unknown", "matter",
        "nothing", "by_phone", "moved_as", "voted_as", "erased", "stood", "alternates", "elsewhere", "titled",
        "elected", "recall_of", "wait.next",
        "wait.same", "wait.signatures", "wait.unsaid", "approved_here", "approved_later",
    )),
    "picture.present", "picture.present.needed", "picture.vote", "picture.vote.needed", "picture.bar.present",
    "proof.minutes", "proof.minutes.check",
)  # fmt: skip
"""Every sentence of the minutes besides those of acts and votes."""

PEOPLE: Final = ("candidate", "member", "successor", "elected", "alternates", "tied", "options")
"""What of an act's sentence are member numbers."""
OPENINGS: Final = (
    assembly.AssemblyOpened, assembly.AssemblyWithoutQuorum, assembly.QuorumCounted, assembly.AssemblyAdjourned,
)  # fmt: skip
CHANGED: Final = (g.GatheringPostponed, g.GatheringCancelled, g.GatheringReinstated)


def blocks(source: Source) -> list[AnyBlock]:
    """The minutes, block by block."""
    m = Minutes(source)
    return [
        *m.call(), *m.opening(), *m.agenda(), *m.others(), *m.elections(), *m.recalls(), *m.elsewhere(),
        *m.corrections(), *m.approval(), *m.acts(),
    ]  # fmt: skip


def proof_blocks(act: int, book: str) -> list[Block]:
    """What the book proves of minutes, and what it does not. `act`: the one whose proof goes with them."""
    return [
        Heading(1, Message("proof.heading")),
        Paragraph((Message("proof.minutes", {"act": act, "book": book}), Message("proof.not"))),
        Fine(Message("proof.minutes.check")),
    ]


class Minutes:
    """The minutes under way: each part gives its blocks."""

    def __init__(self, source: Source) -> None:
        self.s = source
        self.id = source.gathering.id
        self.zone = source.gathering.zone
        self.assembly = source.state.assemblies.get(self.id)
        self.opened = {each.act.vote: each for each in source.told if isinstance(each.act, vote.VoteOpened)}
        self.closed = {each.act.vote: each.act for each in source.told if isinstance(each.act, verdict.VoteClosed)}

    # Pieces

    def _of(self, *kinds: type[Act]) -> list[Told]:
        return [each for each in self.s.told if isinstance(each.act, kinds)]

    def label(self, member: str) -> str:
        """How a member is called: by name and number where the name is known."""
        name = self.s.names.get(member)
        return f"{name} ({member})" if name else member

    def option(self, vote_: str) -> Callable[[str], str]:
        """How an option of a vote is called, where they are members or letters; of a question with erased words, by
        its letter."""
        opened = self.opened.get(vote_)
        if opened is None or not opened.act.by_choice:
            return self.label
        words = questions.options_in(self.s.texts.get(opened.act.question) or "")
        return lambda letter: words.get(letter) or letter.upper()

    def said(self, told: Told) -> Message:
        """The sentence of an act, with names in place of numbers where they are known."""
        step = record.step(told.envelope, self.s.texts, self.s.rules)
        args: dict[str, Value] = dict(step.args)
        label = self.option(getattr(told.act, "vote", None) or "")
        for name in PEOPLE:
            value = args.get(name)
            if isinstance(value, str):
                args[name] = label(value)
            elif isinstance(value, list):
                args[name] = [label(str(each)) for each in value]
        return sentence(msgspec.structs.replace(step, args=args))

    def _named(self, section: str, entry: str) -> Line:
        title = record.named(self.s.rules, section, entry)
        return Own(title) if isinstance(title, str) else Message("minutes.titled", {"title": title})

    def _dated(self, told: Told) -> Dated:
        return Dated(told.envelope.at, self.zone, self.said(told))

    def _corrected(self, *acts: int) -> Iterator[AnyBlock]:
        """Corrections about these acts, where they belong."""
        for each in self._of(approval.MinutesCorrected):
            if each.act.about in acts:
                yield self._correction(each)

    def _correction(self, told: Told) -> Correction:
        words = self.s.texts.get(told.act.text)
        return Correction(words, told.act.about, told.seq, told.envelope.at, self.zone)

    # The call and the opening

    def call(self) -> Iterator[AnyBlock]:
        """How it was called: its kind, day, hour and place, notice given and needed, its proofs, the second call."""
        at = self.s.gathering
        form = record.named(self.s.rules, "gatherings", self.assembly.kind) if self.assembly else ""
        when: dict[str, Value] = {
            "form": form, "group": self.s.group, "date": at.date, "start": at.start, "zone": at.zone,
        }  # fmt: skip
        lines: list[Line] = [Message("minutes.when", when)]
        if self.s.place:
            lines.append(Message("record.place", {"place": self.s.place.rstrip(".")}))
        yield Heading(1, Message("minutes.call"))
        yield Paragraph(tuple(lines))
        convened = self._of(assembly.AssemblyConvened)
        lines = [self.said(each) for each in (*convened, *self._of(*CHANGED))]
        for each in convened:
            if each.act.second_date is not None:
                second: dict[str, Value] = {"date": each.act.second_date, "start": each.act.second_start}
                lines.append(Message("minutes.second", second))
        yield Paragraph(tuple(lines))
        notices = self._of(assembly.NoticeGiven)
        if notices:
            yield Bullets(tuple(self.said(each) for each in notices))
        else:
            yield Fine(Message("minutes.no_notice"))
        yield from self._corrected(*(each.seq for each in (*convened, *notices, *self._of(*CHANGED))))

    def opening(self) -> Iterator[AnyBlock]:
        """Each call with who was present, the counts in between, adjournments; in order."""
        yield Heading(1, Message("minutes.opening"))
        steps = self._of(*OPENINGS)
        if not steps:
            yield Paragraph((Message("minutes.never_opened"),))
        for each in steps:
            yield Paragraph((self.said(each),))
            if isinstance(each.act, assembly.AssemblyOpened | assembly.AssemblyWithoutQuorum):
                yield self._present(each.act)
            yield from self._corrected(each.seq)

    def _present(self, a: Any) -> Bars:
        needed = a.needed if a.needed is not None and a.needed <= a.roll else None
        told: dict[str, Value] = {"present": a.present, "roll": a.roll, "needed": needed}
        key = "picture.present" if needed is None else "picture.present.needed"
        bar = Bar(Message("picture.bar.present"), a.present, needed is None or a.present >= needed)
        return Bars((bar,), max(a.roll, 1), needed, Message(key, told))

    # The agenda, its motions and decisions

    def agenda(self) -> Iterator[AnyBlock]:
        """Each item with its motions: what was decided, boxed; how it was moved and changed; its votes."""
        yield Heading(1, Message("minutes.agenda"))
        under = self._under()
        matters = self.assembly.matters if self.assembly else {}
        choices = [each for each in self.opened.values() if each.act.by_choice]
        others = (*matters, *under, *(each.act.of or "" for each in choices))
        items = [*self.s.items, *(item for item in others if item not in self.s.items)]
        for n, item in enumerate(dict.fromkeys(items), start=1):
            title = self.s.items.get(item)
            key = "minutes.item" if title else "minutes.item.unknown"
            yield Heading(2, Message(key, {"number": n, "title": title or item}))
            if item in matters:
                kind = record.named(self.s.rules, "decisions", matters[item])
                yield Fine(Message("minutes.matter", {"title": kind}))
            for each in under.get(item, []):
                yield from self._decided(each)
                yield from self._motion(each)
            asked = [opened for opened in choices if opened.act.of == item]
            for opened in asked:
                yield from self._question(opened)
            if item in matters and not under.get(item) and not asked:
                yield Paragraph((Message("minutes.nothing"),))

    def _under(self) -> dict[str, list[str]]:
        """The motions that were before this gathering, by the item they were under."""
        found: dict[str, list[str]] = {}
        for each in self._of(motion.MotionMoved, motion.MotionTakenUp):
            here = found.setdefault(each.act.item, [])
            if each.act.motion not in here:
                here.append(each.act.motion)
        return found

    def _decided(self, id: str) -> Iterator[AnyBlock]:
        for each in self._of(it.DecisionRecorded):
            if each.act.motion == id:
                yield self._box(each.act)
                yield from self._corrected(each.seq)

    def _box(self, a: it.DecisionRecorded) -> Box:
        done = self.s.state.decisions[a.decision].done
        report = next(
            (e.act.report for e in self._of(it.DecisionDone) if e.act.decision == a.decision and e.act.report),
            None,
        )
        owner = self.s.texts.get(a.owner) if a.owner else None
        return Box(
            a.number, self.s.texts.get(a.text), owner, a.due, done, self.s.texts.get(report) if report else None
        )  # fmt: skip

    def _motion(self, id: str) -> Iterator[AnyBlock]:
        """A motion as it was moved, what became of it, the text that was voted on if it is another, and its votes."""
        mine = [e for e in self.s.told if getattr(e.act, "motion", None) == id or getattr(e.act, "into", None) == id]
        steps = [e for e in mine if not isinstance(e.act, it.DecisionRecorded)]
        first = self.s.moved.get(id)
        read = [e.act.text for e in steps if isinstance(e.act, motion.MotionReadBack)]
        voted = read[-1] if read else None
        yield Heading(3, Message("minutes.motion"))
        yield self._text(first, "minutes.moved_as")
        shown = [e for e in steps if not isinstance(e.act, motion.MotionMoved | motion.MotionReadBack)]
        if shown:
            yield Bullets(tuple(self.said(each) for each in shown))
        if voted is not None and self.s.texts.get(voted) != (self.s.texts.get(first) if first else None):
            yield self._text(voted, "minutes.voted_as")
        yield from self._corrected(*(each.seq for each in steps))
        about_it = {id, *(e.act.amendment for e in steps if isinstance(e.act, amendment.AmendmentMoved))}
        for each in self.opened.values():
            if each.act.of in about_it and each.act.subject in ("motion", "amendment"):
                yield from self._ballot(each)

    def _question(self, opened: Told) -> Iterator[AnyBlock]:
        """A question with options of its own: what was decided, boxed, and the vote."""
        yield from self._decided(opened.act.vote)
        yield Heading(3, Message("minutes.question"))
        yield from self._ballot(opened)

    def _text(self, ref: TextRef | None, remark: str) -> Quote | Paragraph:
        words = self.s.texts.get(ref) if ref else None
        return Quote(words, None, (Message(remark),)) if words else Paragraph((Message("minutes.erased"),))

    # Votes

    def _ballot(self, opened: Told) -> Iterator[AnyBlock]:
        """A vote with everything that was done about it."""
        v: vote.VoteOpened = opened.act
        mine = [e for e in self.s.told if getattr(e.act, "vote", None) == v.vote and e is not opened]
        counted = [e for e in mine if isinstance(e.act, counting.VoteCounted)]
        stopped = [e for e in mine if isinstance(e.act, vote.VoteAnnulled)]
        after = [e for e in mine if isinstance(e.act, challenge.ChallengeRaised | challenge.ChallengeAnswered)]
        closed = self.closed.get(v.vote)
        outcome = closed.outcome if closed else "annulled" if stopped else "open"
        by_phone = closed.phones if closed and not v.secret else 0
        phones = (Message("minutes.by_phone", {"ballots": by_phone}),) if by_phone else ()
        label = self.option(v.vote)
        reasons: tuple[Line, ...] = tuple(vote_record.reasons(v, closed, label)) if closed else ()
        named = {"elected": "chosen", "no_votes": "undecided"} if v.by_choice else {}
        yield Ballot(
            act=opened.seq,
            opened=self.said(opened),
            question=self.s.texts.get(v.question) if v.question else None,
            rules=tuple(vote_record.sealed(v)),
            counted=(*(self.said(e) for e in counted), *phones),
            bars=vote_record.bars(v, closed, label) if closed else None,
            outcome=outcome,
            verdict=Message(f"outcome.{named.get(outcome, outcome)}"),
            reasons=reasons or tuple(self.said(e) for e in stopped),
            after=tuple(self.said(e) for e in after),
        )
        yield from self._corrected(opened.seq, *(each.seq for each in mine))

    def others(self) -> Iterator[AnyBlock]:
        """Votes on questions and on minutes."""
        elsewhere = ("motion", "amendment", "election", "recall")
        found = [e for e in self.opened.values() if e.act.subject not in elsewhere and not e.act.by_choice]
        if found:
            yield Heading(1, Message("minutes.other_votes"))
        for each in found:
            yield from self._ballot(each)

    def elections(self) -> Iterator[AnyBlock]:
        """Who stood, who was elected, who steps in, and how a tie was broken."""
        found = [e for e in self.opened.values() if e.act.subject == "election"]
        if found:
            yield Heading(1, Message("minutes.elections"))
        for each in found:
            v: vote.VoteOpened = each.act
            yield Heading(2, self._named("units", v.of or ""))
            yield Paragraph((Message("minutes.stood", {"people": [self.label(who) for who in v.options]}),))
            closed = self.closed.get(v.vote)
            if closed and closed.elected:
                lines = [Message("minutes.elected", {"elected": [self.label(who) for who in closed.elected]})]
                if closed.alternates:
                    named: list[str | int] = [self.label(who) for who in closed.alternates]
                    lines.append(Message("minutes.alternates", {"alternates": named}))
                yield Paragraph(tuple(lines))
            yield from self._ballot(each)

    def recalls(self) -> Iterator[AnyBlock]:
        """Recalls that were voted on, and what that meant for the office."""
        found = [e for e in self.opened.values() if e.act.subject == "recall"]
        if found:
            yield Heading(1, Message("minutes.recalls"))
        for each in found:
            held = self.s.state.recalls.get(each.act.of or "")
            mandate = self.s.state.mandates.get(held.mandate) if held else None
            if mandate is not None:
                who: dict[str, Value] = {
                    "member": self.label(mandate.member), "unit": record.named(self.s.rules, "units", mandate.unit)
                }  # fmt: skip
                yield Heading(2, Message("minutes.recall_of", who))
            yield from self._ballot(each)
            decided = self._of(recall.RecallDecided, election.MandateEnded)
            ended = [e for e in decided if held and e.act.mandate == held.mandate]
            if ended:
                yield Bullets(tuple(self.said(e) for e in ended))
            yield from self._corrected(*(e.seq for e in ended))

    # Corrections, approval, signatures

    def elsewhere(self) -> Iterator[AnyBlock]:
        """The minutes of other assemblies that were approved here."""
        for each in self._of(approval.MinutesApproved):
            other = self.s.state.gatherings.get(each.act.gathering)
            if each.act.gathering != self.id and other is not None:
                yield Paragraph((Message("minutes.elsewhere", {"date": other.date}),))

    def corrections(self) -> Iterator[AnyBlock]:
        """All of them, in order."""
        found = self._of(approval.MinutesCorrected)
        if found:
            yield Heading(1, Message("minutes.corrections"))
        yield from (self._correction(each) for each in found)

    def approval(self) -> Iterator[AnyBlock]:
        """Whether these minutes are approved, and who signs them."""
        yield Heading(1, Message("minutes.approval"))
        where = self.s.state.minutes.get(self.id)
        if where is None:
            how: str = self.s.rules.value("rules.minutes_approved_by", "unsaid")
            keys = {"next_gathering": "next", "same_gathering": "same", "signatures": "signatures"}
            yield Paragraph((Message(f"minutes.wait.{keys.get(how, 'unsaid')}"),))
        elif where == self.id:
            yield Paragraph((Message("minutes.approved_here"),))
        else:
            yield Paragraph((Message("minutes.approved_later", {"date": self.s.state.gatherings[where].date}),))
        done = signed(self.s.told, self.id)
        offices = dict.fromkeys((*self.s.rules.value("rules.minutes_signed_by", ()), *done))
        if offices:
            yield Signatures(tuple(self._signature(unit, done.get(unit)) for unit in offices))

    def _signature(self, unit: str, at: str | None) -> Signature:
        day = self.s.gathering.date
        held = [m for m in self.s.state.mandates.values() if m.unit == unit and eligibility.running(m, day)]
        holders = tuple(self.label(m.member) for m in held)
        return Signature(unit, self._named("units", unit), holders, at, self.zone)

    def acts(self) -> Iterator[AnyBlock]:
        """Every act about this gathering, in order."""
        yield Heading(1, Message("minutes.acts"))
        yield Numbered(tuple((each.seq, self._dated(each)) for each in self.s.told))
