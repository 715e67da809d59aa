"""The minutes of an assembly: corrected, approved, signed. They write themselves from the acts."""

from __future__ import annotations

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules.assembly import convened, in_session, rules_of
from comuna.rules.motion import knows_unit
from comuna.rules.state import State
from comuna.rules.vote import minutes_waiting


@act("minutes.corrected", v=1)
class MinutesCorrected(Act, frozen=True):
    """Something in an assembly's minutes was wrong; `text` says what is right. `about`: the number of the act, if it is
    about one."""

    gathering: str
    about: int | None
    text: TextRef


@act("minutes.approved", v=1)
class MinutesApproved(Act, frozen=True):
    """The minutes of an assembly were approved at `approved_at`; `vote`: by which vote, if there was one."""

    gathering: str
    approved_at: str
    vote: str | None


@act("minutes.signed", v=1)
class MinutesSigned(Act, frozen=True):
    """Whoever holds an office signed the minutes of an assembly."""

    gathering: str
    unit: str


def correct(s: State, *, by: str, gathering: str, about: int | None, text: TextRef) -> MinutesCorrected:
    """Correct the minutes. Refuses: assembly.not_convened, minutes.approved_already, act.unknown."""
    convened(s, gathering)
    if gathering in s.minutes:
        raise Refused("minutes.approved_already")
    if about is not None and not 0 <= about < s.size:
        raise Refused("act.unknown")
    return MinutesCorrected(gathering=gathering, about=about, text=text)


def apply_corrected(s: State, a: MinutesCorrected, at: str) -> State:
    """The correction stands beside the act."""
    return s


def approve(s: State, *, by: str, gathering: str, approved_at: str, vote: str | None = None) -> MinutesApproved:
    """Approve the minutes of an assembly at a later one, or at its own end; where the charter says so, by the
    signatures of the offices that it names. Refuses: minutes.by_signatures, minutes.signatures_missing,
    assembly.not_open, vote.open, vote.unknown, vote.other_outcome, and what `vote.minutes_waiting` does."""
    if by_signatures(s):
        if approved_at != gathering:
            raise Refused("minutes.by_signatures")
        wanted: tuple[str, ...] = rules_of(s).value("rules.minutes_signed_by", ())
        if not wanted or not set(wanted) <= set(s.signed.get(gathering, ())):
            raise Refused("minutes.signatures_missing")
    else:
        in_session(s, approved_at)
    minutes_waiting(s, gathering, approved_at)
    if vote is None and any(
        v.of == gathering and v.subject == "minutes" and v.status == "open" for v in s.votes.values()
    ):
        raise Refused("vote.open")
    if vote is not None:
        cast = s.votes.get(vote)
        if cast is None or cast.of != gathering or cast.subject != "minutes":
            raise Refused("vote.unknown")
        if cast.outcome != "adopted" or cast.gathering != approved_at:
            raise Refused("vote.other_outcome")
    return MinutesApproved(gathering=gathering, approved_at=approved_at, vote=vote)


def by_signatures(s: State) -> bool:
    """Whether the charter has minutes approved by the signatures of offices, and not by an assembly."""
    how: str | None = rules_of(s).value("rules.minutes_approved_by", None)
    return how == "signatures"


def apply_approved(s: State, a: MinutesApproved, at: str) -> State:
    """They hold."""
    return msgspec.structs.replace(s, minutes=s.minutes.set(a.gathering, a.approved_at))


def sign(s: State, *, by: str, gathering: str, unit: str) -> MinutesSigned:
    """Sign for an office. Refuses: assembly.not_convened, unit.unknown, minutes.signed_already."""
    convened(s, gathering)
    if not knows_unit(s, unit):
        raise Refused("unit.unknown")
    if unit in s.signed.get(gathering, ()):
        raise Refused("minutes.signed_already")
    return MinutesSigned(gathering=gathering, unit=unit)


def apply_signed(s: State, a: MinutesSigned, at: str) -> State:
    """It is signed."""
    offices = (*s.signed.get(a.gathering, ()), a.unit)
    return msgspec.structs.replace(s, signed=s.signed.set(a.gathering, offices))
