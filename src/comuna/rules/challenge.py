"""Challenges: somebody contests how a vote or an election was held; upheld, what followed from it is undone."""

from __future__ import annotations

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.assembly import rules_of
from comuna.rules.dates import days_later
from comuna.rules.state import State, Vote

UNDONE = "annulled"
"""Why an office ended whose election was annulled, and how a vote stands that was."""


@act("challenge.raised", v=1)
class ChallengeRaised(Act, frozen=True):
    """Somebody contests how an election or a vote was held, within the charter's time."""

    vote: str
    challenge: str
    text: TextRef


@act("challenge.answered", v=1)
class ChallengeAnswered(Act, frozen=True):
    """The challenge was upheld, or not, with reasons."""

    vote: str
    challenge: str
    upheld: bool
    text: TextRef


def contest(s: State, *, by: str, vote: str, challenge: str, text: TextRef, today: str, closed: str) -> ChallengeRaised:
    """Contest a vote that was closed on the day `closed`. Refuses: vote.unknown, vote.open, challenge.too_late,
    challenge.raised_already, motion.bad_id."""
    found = s.votes.get(vote)
    if found is None:
        raise Refused("vote.unknown")
    if found.status == "open":
        raise Refused("vote.open")
    if not ID.fullmatch(challenge):
        raise Refused("motion.bad_id")
    if challenge in s.challenges:
        raise Refused("challenge.raised_already")
    last = challenged_until(s, closed)
    if last is not None and today > last:
        raise Refused("challenge.too_late", last=last)
    return ChallengeRaised(vote=vote, challenge=challenge, text=text)


def challenged_until(s: State, closed: str) -> str | None:
    """The last day on which a vote that was closed on a day can be challenged; None: the charter sets none."""
    days = rules_of(s).days("challenge_days")
    return None if days is None else days_later(closed, days)


def apply_challenged(s: State, a: ChallengeRaised, at: str) -> State:
    """It is to be answered."""
    contested = s.contested.set(a.challenge, a.vote)
    return msgspec.structs.replace(s, challenges=s.challenges.set(a.challenge, None), contested=contested)


def answer(s: State, *, by: str, vote: str, challenge: str, upheld: bool, text: TextRef) -> ChallengeAnswered:
    """Answer a challenge of a vote. Refuses: challenge.unknown (also where it is of another vote),
    challenge.answered_already."""
    if s.contested.get(challenge) != vote:
        raise Refused("challenge.unknown")
    if s.challenges[challenge] is not None:
        raise Refused("challenge.answered_already")
    return ChallengeAnswered(vote=vote, challenge=challenge, upheld=upheld, text=text)


def apply_answered(s: State, a: ChallengeAnswered, at: str) -> State:
    """It is answered."""
    s = msgspec.structs.replace(s, challenges=s.challenges.set(a.challenge, a.upheld))
    return _undone(s, s.votes[a.vote]) if a.upheld else s


def _undone(s: State, vote: Vote) -> State:
    """A vote counts for nothing. Whoever it elected leaves, and whoever was to step in does not; their seats are free.
    A motion is on the table again, and the decision is none. Somebody recalled is in office again if nobody was elected
    since."""
    if vote.status == UNDONE:
        return s
    s = msgspec.structs.replace(s, votes=s.votes.set(vote.id, msgspec.structs.replace(vote, status=UNDONE)))
    match vote.subject:
        case "election":
            return _unelected(s, vote)
        case "motion":
            return _undecided(_on_the_table(s, vote), vote.of)
        case "question":
            return _undecided(s, vote.id)
        case "recall":
            return _unrecalled(s, vote)
    return s


def _unelected(s: State, vote: Vote) -> State:
    mandates = s.mandates
    for each in mandates.values():
        if each.vote == vote.id and each.ended is None:
            mandates = mandates.set(each.id, msgspec.structs.replace(each, ended=UNDONE))
    newer = any(
        v.subject == "election" and v.of == vote.of and v.opened > vote.opened and v.elected for v in s.votes.values()
    )
    alternates = s.alternates if newer else s.alternates.set(vote.of or "", ())
    return msgspec.structs.replace(s, mandates=mandates, alternates=alternates)


def _on_the_table(s: State, vote: Vote) -> State:
    motion = s.motions.get(vote.of or "")
    if motion is None or motion.status not in ("adopted", "rejected"):
        return s
    passed = tuple(each for each in motion.passed if each != vote.gathering)
    again = msgspec.structs.replace(motion, status="tabled", read_back=False, passed=passed)
    return msgspec.structs.replace(s, motions=s.motions.set(again.id, again))


def _undecided(s: State, of: str | None) -> State:
    """No decision that came of a motion, or of a question's vote, stands."""
    decisions = s.decisions
    for each in decisions.values():
        if each.motion == of and not each.annulled:
            decisions = decisions.set(each.id, msgspec.structs.replace(each, annulled=True))
    return msgspec.structs.replace(s, decisions=decisions)


def _unrecalled(s: State, vote: Vote) -> State:
    recall = s.recalls.get(vote.of or "")
    if recall is None or recall.status != "decided":
        return s
    s = msgspec.structs.replace(s, recalls=s.recalls.set(recall.id, msgspec.structs.replace(recall, status="reported")))
    office = s.mandates[recall.mandate]
    if vote.outcome != "adopted" or office.ended != "recalled":
        return s
    followed = s.mandates.get(f"{office.id}+")
    mandates = s.mandates.set(office.id, msgspec.structs.replace(office, ended=None))
    if followed is not None and followed.ended is None:
        mandates = mandates.set(followed.id, msgspec.structs.replace(followed, ended=UNDONE))
    barred = s.barred.delete(office.member) if office.member in s.barred else s.barred
    return msgspec.structs.replace(s, mandates=mandates, barred=barred)
