"""Votes: opened under rules that cannot change, and counted in the open. How they close stands in `verdict.py`."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import amendment, election, recall
from comuna.rules import motion as motions
from comuna.rules import question as questions
from comuna.rules.assembly import convened, in_session, needed, rules_of
from comuna.rules.charter_values import Consensus, Majority
from comuna.rules.dates import months_later
from comuna.rules.election import LOTS
from comuna.rules.proposal import ELECTION
from comuna.rules.state import Motion, State, Vote

SUBJECTS: Final = ("motion", "amendment", "recall", "minutes", "election", "question")
"""What is voted on."""
YES_NO: Final = ("yes", "no", "abstain")
CONSENT: Final = ("agree", "aside", "object")
LEVELS: Final = ("0", "1", "2", "3", "4", "5")
OPEN_WAYS: Final = ("hands", "standing", "roll_call", "phones", "paper")
ROLL_CALL: Final = "roll_call"
"""The way in which each says aloud what they vote, one after the other."""
BOX_WAYS: Final = ("phones", "paper")
"""Ways in which each ballot is written down: those of a secret vote, and of methods that rank."""
SMALL: Final = 5
"""Ballots below which a secret tally is not told, where the charter says nothing (foundations: Ballots)."""
MOST_OPTIONS: Final = 200
EVERYBODY: Final = Majority(of="all", share="1", more=False)
"""How a charter is changed that does not settle how: what everybody agrees to takes nothing from anybody."""
RANKED: Final = ("irv", "stv-scottish", "schulze")
"""Methods whose ballots are an order of preference."""
A_YEAR: Final = 12


@act("vote.opened", v=1)
class VoteOpened(Act, frozen=True):
    """A vote was opened, and its rules sealed. `subject` and `of`: a motion, an amendment, a recall, minutes, an
    election for a unit, or a question. `base`, `share`, `more`, `abstentions`, `turnout`, `tie`: the majority as the
    charter sets it (`tie` None: it does not say). `ways`: how people vote. `right`: who may; `roll` of them, `present`
    now, `quorum` of them needed (None: not said). `change`: whether an open ballot can be changed until closing.
    `small`: fewest ballots whose secret tally is told. `passes_from` and `blocks`: of levels of agreement. `term`:
    months that whoever is elected serves."""

    gathering: str
    vote: str
    subject: str
    of: str | None
    decision: str
    question: TextRef | None
    options: list[str]
    method: str
    seats: int
    base: str
    share: str
    more: bool
    abstentions: bool
    turnout: str | None
    tie: str | None
    reading: int
    readings: int
    secret: bool
    ways: list[str]
    right: str
    roll: int
    present: int
    quorum: int | None
    change: bool
    small: int
    publish: bool
    passes_from: int
    blocks: int
    term: int | None

    @property
    def unit(self) -> str | None:
        """The unit that is elected; None if it is no election."""
        return self.of if self.subject == "election" else None

    @property
    def by_lot(self) -> bool:
        """Whether nobody votes, and whoever stands is drawn."""
        return self.subject == "election" and self.method == LOTS

    @property
    def by_choice(self) -> bool:
        """Whether it is a question with options of its own."""
        return self.subject == "question" and questions.lettered(self.options)


@act("vote.annulled", v=1)
class VoteAnnulled(Act, frozen=True):
    """A vote was stopped before it was closed; it counts for nothing, and `reason` says why."""

    gathering: str
    vote: str
    reason: TextRef | None


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to have voted on, and how. `decision`: its kind in the charter, where what is voted on does
    not say it; `method` for an election, whose options are those who stand, and for a question with `options` of its
    own, which are letters; `seats` only for an election; `of` such a question: the item of the agenda."""

    subject: str
    of: str | None
    ways: tuple[str, ...]
    secret: bool
    decision: str = "ordinary"
    question: TextRef | None = None
    method: str | None = None
    seats: int = 1
    right: str = "vote"
    options: tuple[str, ...] = ()

    @property
    def by_lot(self) -> bool:
        """Whether nobody votes, and whoever stands is drawn."""
        return self.subject == "election" and self.method == LOTS


def open_vote(s: State, *, by: str, gathering: str, vote: str, roll: int, ask: Ask) -> VoteOpened:
    """Open a vote on something that is before the gathering. Refuses: assembly.not_open, vote.bad_id,
    vote.opened_already, vote.subject_unknown, vote.open (on the same), quorum.lost, vote.no_way, vote.way_unknown,
    vote.roll_call_open, vote.way_ranks_not, vote.must_be_secret, vote.must_be_open, vote.roll_smaller,
    motion.not_seconded, motion.not_read_back, amendment.pending, vote.no_options, decision.unspecified, and what
    `motion.on_agenda`, `recall.may_vote`, `minutes_waiting`, `question.ready` and `_election` do."""
    assembly = in_session(s, gathering)
    if not ID.fullmatch(vote):
        raise Refused("vote.bad_id")
    if vote in s.votes:
        raise Refused("vote.opened_already")
    if ask.subject not in SUBJECTS:
        raise Refused("vote.subject_unknown")
    if any(v.status == "open" and v.of == ask.of and v.subject == ask.subject for v in s.votes.values()):
        raise Refused("vote.open")
    if roll < assembly.roll:  # a smaller roll would make every share of it easier to reach
        raise Refused("vote.roll_smaller", roll=roll, opened=assembly.roll)
    rules = rules_of(s)
    ask = _completed(s, ask)
    reading, readings = _ready(s, gathering, ask)
    secret = _secrecy(s, ask)
    ways = () if ask.by_lot else _ways(ask, secret=secret)
    own = rules.value(f"decisions.{ask.decision}.quorum", None)
    quorum = needed(s, assembly.kind, assembly.call, roll, own, gathering=gathering)
    if quorum is not None and assembly.present < quorum:
        raise Refused("quorum.lost", present=assembly.present, needed=quorum)
    how, options, chosen = _how(s, ask)
    levels: Consensus = rules.value("rules.consensus", Consensus())
    return VoteOpened(
        gathering=gathering,
        vote=vote,
        subject=ask.subject,
        of=ask.of,
        decision=ask.decision,
        question=ask.question,
        options=list(options),
        method=how,
        seats=ask.seats,
        base=chosen.of,
        share=chosen.share,
        more=chosen.more,
        abstentions=chosen.abstentions == "counted",
        turnout=rules.value(f"decisions.{ask.decision}.turnout", None),
        tie=rules.value("rules.tie", None),
        reading=reading,
        readings=readings,
        secret=secret,
        ways=list(ways),
        right=ask.right,
        roll=roll,
        present=assembly.present,
        quorum=quorum,
        change=not secret and bool(rules.value("rules.change_ballot", False)),
        small=rules.value("rules.small_tally", SMALL),
        publish=bool(rules.value("rules.publish_ballots", True)),
        passes_from=levels.passes_from,
        blocks=levels.blocks,
        term=rules.value(f"units.{ask.of}.term_months", None) if ask.subject == "election" else None,
    )


def _completed(s: State, ask: Ask) -> Ask:
    """With the kind of decision that follows from what is voted on."""
    changes: dict[str, Any] = {}
    if ask.subject == "motion":
        moved = s.motions.get(ask.of or "")
        changes["decision"] = moved.decision if moved is not None else ""
    elif ask.subject == "amendment":
        under = next((m for m in s.motions.values() if ask.of in m.amendments), None)
        changes["decision"] = amendment.amended_as(s, under) if under is not None else ""
    elif ask.subject == "recall":
        changes["decision"] = recall.decided_as(s, ask.of or "")
    elif ask.subject == "election":
        changes["decision"] = ""
    return msgspec.structs.replace(ask, **changes)


def minutes_waiting(s: State, gathering: str, here: str) -> None:
    """Refuses assembly.not_convened, minutes.nothing_held, minutes.not_over, minutes.next_gathering and
    minutes.approved_already, unless the assembly whose minutes are to be approved was held, and is over or is the one
    that approves them (`here`), where the charter lets it."""
    found = convened(s, gathering)
    if gathering in s.minutes:
        raise Refused("minutes.approved_already")
    if found.status == "convened":
        raise Refused("minutes.nothing_held")
    if gathering != here and s.gatherings[gathering].status != "closed":
        raise Refused("minutes.not_over")
    if gathering == here and rules_of(s).value("rules.minutes_approved_by", None) == "next_gathering":
        raise Refused("minutes.next_gathering")


def _ready(s: State, gathering: str, ask: Ask) -> tuple[int, int]:
    """Which reading it is, of how many. Refuses what is not ready to be voted on."""
    if ask.subject == "motion":
        found = motions.of(s, gathering, ask.of or "")
        motions.on_agenda(s, gathering, found.item, found.decision)
        if any(a.status == "moved" for a in found.amendments.values()):
            raise Refused("amendment.pending")
        if rules_of(s).value("rules.second_needed", False) and not found.seconded:
            raise Refused("motion.not_seconded")
        if not found.read_back:
            raise Refused("motion.not_read_back")
        return consecutive(s, found, gathering) + 1, readings_of(s, found)
    if ask.subject == "minutes":
        minutes_waiting(s, ask.of or "", gathering)
    if ask.subject == "election":
        _election(s, gathering, ask)
    if ask.subject == "recall":
        recall.may_vote(s, ask.of or "", gathering)
    if ask.subject == "question" and ask.options:
        questions.ready(s, gathering, ask.of or "", ask.decision, ask.options)
    if ask.subject == "amendment" and not any(
        each == ask.of and proposed.status == "moved" and m.gathering == gathering
        for m in s.motions.values()
        if m.status == "moved"
        for each, proposed in m.amendments.items()
    ):
        raise Refused("amendment.unknown")
    return 1, 1


def _election(s: State, gathering: str, ask: Ask) -> None:
    """Refuses: election.not_on_agenda where only what is on it is decided; what `election.method_bound` and
    `election.seats_to_fill` do; candidate.no_longer (member) where somebody who stands may not hold the office any
    more; candidate.in_office (member) where they hold one of its seats and not all are filled; date.too_far (by the
    unit's term)."""
    assert s.at is not None
    unit, today, assembly = ask.of or "", s.at[:10], s.assemblies[gathering]
    binding = rules_of(s).of_kind("gatherings", assembly.kind, "agenda_binding", False)
    if binding and ELECTION not in assembly.matters.values():
        raise Refused("election.not_on_agenda")
    election.method_bound(s, unit, ask.method)
    election.seats_to_fill(s, unit, ask.seats, today)
    for each in s.candidates.get(unit, ()):
        election.may_serve(s, unit, each, today)
        election.no_second_seat(s, unit, each, ask.seats, today)
    term = rules_of(s).value(f"units.{unit}.term_months", 0)
    months_later(today, term + A_YEAR)  # it may be closed later than it was opened


def readings_of(s: State, motion: Motion) -> int:
    """At how many gatherings in a row the charter wants a motion adopted."""
    return max(1, int(rules_of(s).value(f"decisions.{motion.decision}.readings", 1)))


def consecutive(s: State, motion: Motion, gathering: str) -> int:
    """How many readings before this gathering count: those adopted at the gatherings of its kind right before it."""
    kind, day = s.assemblies[gathering].kind, s.gatherings[gathering].date
    before = [each for each, _ in s.attendance.get(kind, ()) if each != gathering]
    count = 0
    for each in reversed(before):
        if each not in motion.passed or s.gatherings[each].date >= day:
            break
        count += 1
    return count


def _secrecy(s: State, ask: Ask) -> bool:
    if ask.by_lot:
        return False
    place = f"units.{ask.of}.ballot" if ask.subject == "election" else f"decisions.{ask.decision}.ballot"
    rule = rules_of(s).value(place, "free")
    if rule == "secret" and not ask.secret:
        raise Refused("vote.must_be_secret")
    if rule == "open" and ask.secret:
        raise Refused("vote.must_be_open")
    return ask.secret


def _ways(ask: Ask, *, secret: bool) -> tuple[str, ...]:
    if not ask.ways:
        raise Refused("vote.no_way")
    if secret and ROLL_CALL in ask.ways:
        raise Refused("vote.roll_call_open")
    for way in ask.ways:
        if way not in OPEN_WAYS or (secret and way not in BOX_WAYS):
            raise Refused("vote.way_unknown", way=way)
        if ask.method in RANKED and way not in BOX_WAYS:
            raise Refused("vote.way_ranks_not", way=way)
    return tuple(way for way in OPEN_WAYS if way in ask.ways)


def _how(s: State, ask: Ask) -> tuple[str, tuple[str, ...], Majority]:
    """The method, its options, and the majority. Refuses vote.no_options, decision.unspecified."""
    rules = rules_of(s)
    if ask.subject == "election":
        candidates = s.candidates.get(ask.of or "", ())
        if not candidates or len(candidates) > MOST_OPTIONS:
            raise Refused("vote.no_options")
        assert ask.method is not None
        return ask.method, candidates, Majority(of="plurality")
    chosen: Majority | None = rules.of_kind("decisions", ask.decision, "majority", None)
    if chosen is None and _changes_charter(s, ask):
        chosen = EVERYBODY
    if chosen is None:
        raise Refused("decision.unspecified", kind=ask.decision)
    if ask.subject == "question" and ask.options:
        return questions.how(ask.method, chosen), ask.options, chosen
    if chosen.of == "consent":
        return ("levels", LEVELS, chosen) if "rules.consensus" in rules.rules else ("consent", CONSENT, chosen)
    if chosen.of == "plurality":  # of yes and no, the one with more
        chosen = Majority(of="cast", share="1/2")
    return "majority", YES_NO, chosen


def _changes_charter(s: State, ask: Ask) -> bool:
    moved = s.motions.get(ask.of or "") if ask.subject == "motion" else None
    return moved is not None and moved.charter is not None


def apply_opened(s: State, a: VoteOpened, at: str) -> State:
    """People vote."""
    made = Vote(
        id=a.vote,
        gathering=a.gathering,
        subject=a.subject,
        of=a.of,
        decision=a.decision,
        options=tuple(a.options),
        method=a.method,
        seats=a.seats,
        secret=a.secret,
        ways=tuple(a.ways),
        roll=a.roll,
        present=a.present,
        opened=s.size,
        rules=a,
    )
    return with_vote(s, made)


def under_way(s: State, gathering: str, vote: str) -> Vote:
    """A vote that is open, in an assembly that is. Refuses: vote.unknown, vote.closed, vote.annulled, and what
    `assembly.in_session` does."""
    found = s.votes.get(vote)
    if found is None or found.gathering != gathering:
        raise Refused("vote.unknown")
    if found.status != "open":
        raise Refused(f"vote.{found.status}")
    in_session(s, gathering)
    return found


def annul(s: State, *, by: str, gathering: str, vote: str, reason: TextRef | None) -> VoteAnnulled:
    """Stop a vote; what was cast is thrown away. Refuses: vote.unknown, vote.closed."""
    under_way(s, gathering, vote)
    return VoteAnnulled(gathering=gathering, vote=vote, reason=reason)


def apply_annulled(s: State, a: VoteAnnulled, at: str) -> State:
    """It counts for nothing."""
    return with_vote(s, msgspec.structs.replace(s.votes[a.vote], status="annulled"))


def with_vote(s: State, vote: Vote) -> State:
    """The state with a vote as it is now."""
    return msgspec.structs.replace(s, votes=s.votes.set(vote.id, vote))
