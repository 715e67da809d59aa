"""Closing a vote: the verdict with its reckoning, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.methods import lots
from comuna.methods import majority as methods
from comuna.methods.majority import Verdict
from comuna.rules import question
from comuna.rules.counting import fits, in_box
from comuna.rules.election import LOTS, Elected, mandates_from, may_serve, no_second_seat
from comuna.rules.eligibility import Facts
from comuna.rules.state import State, Vote
from comuna.rules.vote import VoteOpened, under_way, with_vote


@act("vote.closed", v=1)
class VoteClosed(Act, frozen=True):
    """A vote was closed with its `outcome`. `counts` for each option over all ways of voting; empty where a small
    secret tally is not told. `base`, `needed`, `favour`: what the share is taken of, how many it asks for, how many
    there were. `elected`, `alternates`: in order. `tied`: who was level, and `broken`: how it was settled. `working`:
    the rounds of an election; `ballots_text`: the ballots, where they are published; `digest`: SHA-256 of them as they
    were sealed."""

    gathering: str
    vote: str
    method: str
    outcome: str
    options: list[str]
    counts: list[int]
    ballots: int
    phones: int
    base: int
    needed: int
    favour: int
    turnout_needed: int
    elected: list[str]
    alternates: list[str]
    tied: list[str]
    broken: str | None
    seed: str | None
    working: TextRef | None
    ballots_text: TextRef | None
    digest: str | None

    @property
    def by_lot(self) -> bool:
        """Whether lots were drawn, and nobody voted."""
        return self.method == lots.VERSION

    @property
    def by_choice(self) -> bool:
        """Whether one of the options of a question is chosen: its letter is the only one in `elected`."""
        return question.lettered(self.options)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What the ballot box holds at closing: `counts` for each option (of an election: first preferences), of the phones
    of an open vote, or of all ballots of a secret one; how many `ballots`, and how many of them by phone."""

    counts: tuple[int, ...]
    ballots: int
    phones: int
    digest: str | None = None


def close(
    s: State,
    *,
    by: str,
    gathering: str,
    vote: str,
    tally: Tally,
    elected: Elected | None = None,
    chair: str | None = None,
    seed: str | None = None,
    ballots_text: TextRef | None = None,
    facts: Mapping[str, Facts] | None = None,
) -> VoteClosed:
    """Close a vote. `tally`: the ballot box; counts of hands and paper of an open vote stand in the book already.
    `elected`: what the method made of the ballots of an election; where nobody was voted for, nobody is. `chair`: how
    the chair breaks a tie where the charter lets them ("yes" or "no"; of a question with options, one of them).
    `facts`: what the register says of those elected. Refuses: vote.unknown, vote.closed, vote.chair_first, quorum.lost
    (by the last count), vote.not_counted, vote.more_than_present, vote.tie_is_chairs, vote.tie_which; candidate.gone,
    candidate.no_longer or candidate.in_office (member) where somebody who is elected may not hold the office any more,
    or holds a seat of it already."""
    found = under_way(s, gathering, vote)
    choice = found.rules.by_choice
    says = found.options if choice else ("yes", "no")
    if found.secret and (choice or found.method == "majority") and found.rules.tie == "chair" and chair not in says:
        raise Refused("vote.chair_first")  # or a refusal because of a tie would tell what is in the box
    present, quorum = s.assemblies[gathering].present, found.rules.quorum
    if quorum is not None and present < quorum:
        raise Refused("quorum.lost", present=present, needed=quorum)
    for way in found.ways:
        if not in_box(found, way) and way not in found.counts:
            raise Refused("vote.not_counted", way=way)
    counts = tuple(sum(each) for each in zip(tally.counts, *found.counts.values(), strict=True))
    ballots = tally.ballots + sum(found.papers.values())
    fits(s, found, ballots)
    if choice:
        reckoned, elected = _chosen(s, found, counts, ballots, chair, seed)
        outcome, broken = elected.outcome, elected.broken
        seed = seed if broken == "lots" else None
    elif elected is not None:
        assert found.of is not None
        assert s.at is not None
        if found.method != LOTS and not any(counts):
            elected, seed = Elected(method=elected.method, outcome="undecided", winners=()), None
        for winner in elected.winners:
            may_serve(s, found.of, winner, s.at[:10], (facts or {}).get(winner))
            no_second_seat(s, found.of, winner, found.seats, s.at[:10])
        outcome, broken = elected.outcome, elected.broken
        reckoned = Verdict(outcome="adopted", base=ballots, needed=0, favour=0, ballots=ballots)
    else:
        reckoned = verdict(s, found, counts)
        outcome, broken = _untie(found.rules, reckoned, chair)
    sealed: VoteOpened = found.rules
    told = not (found.secret and small(counts, ballots, sealed.small))
    return VoteClosed(
        gathering=gathering,
        vote=vote,
        method=elected.method if elected else methods.VERSION,
        outcome=outcome,
        options=list(found.options),
        counts=list(counts) if told else [],
        ballots=ballots,
        phones=tally.phones if told and not found.secret else 0,
        base=reckoned.base if told else 0,
        needed=reckoned.needed if told else 0,
        favour=reckoned.favour if told else 0,
        turnout_needed=reckoned.turnout_needed,
        elected=list(elected.winners) if elected else [],
        alternates=list(elected.alternates) if elected and told else [],
        tied=list(elected.tied) if elected and (told or elected.outcome == "undecided") else [],
        broken=broken,
        seed=seed,
        working=elected.working if elected and told else None,
        ballots_text=ballots_text if told and sealed.publish else None,
        digest=tally.digest,
    )


def _chosen(
    s: State, found: Vote, counts: tuple[int, ...], ballots: int, chair: str | None, seed: str | None
) -> tuple[Verdict, Elected]:
    """What a question with options of its own comes to: one that has enough and the most, or none."""
    present = max(found.present, s.assemblies[found.gathering].present)
    reckoned = question.verdict(found.rules, counts, ballots, present)
    made = Elected(method=f"{found.method}/1", outcome=reckoned.outcome, winners=())
    if reckoned.outcome != "elected":
        return reckoned, made
    first, level, broken = question.first(found.rules, counts, chair, seed)
    winners = () if first is None else (first,)
    outcome = "elected" if winners else "undecided"
    return reckoned, msgspec.structs.replace(made, outcome=outcome, winners=winners, tied=level, broken=broken)


def small(counts: tuple[int, ...], ballots: int, least: int) -> bool:
    """Whether a secret tally would tell how somebody voted: few ballots, or few that all say the same."""
    return ballots < least or (ballots < 2 * least and max(counts, default=0) == ballots)


def _untie(sealed: VoteOpened, reckoned: Verdict, chair: str | None) -> tuple[str, str | None]:
    """The outcome, and how a tie was settled. Refuses vote.tie_is_chairs until the chair says."""
    if reckoned.outcome != "tied":
        return reckoned.outcome, None
    if sealed.tie == "rejects":
        return "rejected", "rejects"
    if sealed.tie == "chair":
        if chair not in ("yes", "no"):
            raise Refused("vote.tie_is_chairs")
        return ("adopted" if chair == "yes" else "rejected"), "chair"
    return "tied", None


def apply_closed(s: State, a: VoteClosed, at: str) -> State:
    """It has an outcome, and what was voted on has it too."""
    found = s.votes[a.vote]
    s = with_vote(
        s, msgspec.structs.replace(found, status="closed", outcome=a.outcome, elected=tuple(a.elected), result=a)
    )
    if found.subject == "motion" and found.of in s.motions:
        return _motion(s, found, a)
    if found.subject == "election":
        level = (a.tied or a.options) if a.outcome == "undecided" else ()
        return mandates_from(s, found, a.elected, a.alternates, at, undecided=level)
    return s


def _motion(s: State, found: Vote, a: VoteClosed) -> State:
    assert found.of is not None
    motion = s.motions[found.of]
    changes: dict[str, object] = {"read_back": False}
    if a.outcome == "adopted":
        passed = (*motion.passed, a.gathering)
        last = found.rules.reading >= found.rules.readings
        changes |= {"passed": passed, "status": "adopted" if last else "moved"}
    elif a.outcome in ("rejected", "objected", "blocked"):
        changes |= {"status": "rejected"}
    changed = msgspec.structs.replace(motion, **changes)
    return msgspec.structs.replace(s, motions=s.motions.set(motion.id, changed))


def verdict(s: State, found: Vote, counts: tuple[int, ...]) -> Verdict:
    """What the sealed rules make of these counts."""
    sealed: VoteOpened = found.rules
    turnout = Fraction(sealed.turnout) if sealed.turnout else None
    if found.method == "consent":
        return methods.consent(*counts, roll=found.roll, turnout=turnout)
    if found.method == "levels":
        passes = {"passes_from": sealed.passes_from, "blocks": sealed.blocks}
        return methods.levels(counts, **passes, roll=found.roll, turnout=turnout)
    return methods.majority(
        *counts,
        of=sealed.base,  # type: ignore[arg-type]
        share=Fraction(sealed.share),
        more=sealed.more,
        abstentions_counted=sealed.abstentions,
        present=max(found.present, s.assemblies[found.gathering].present),
        roll=found.roll,
        turnout=turnout,
    )
