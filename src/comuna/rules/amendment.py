"""Amendments: another text for a motion, proposed, and taken over, voted on or dropped."""

from __future__ import annotations

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import motion as motions
from comuna.rules import proposal
from comuna.rules.assembly import in_session, rules_of
from comuna.rules.state import Amendment, Motion, State


@act("amendment.moved", v=1)
class AmendmentMoved(Act, frozen=True):
    """A change to a motion was proposed: `text` is the whole motion as it would be, `charter_digest` the SHA-256 of the
    proposed charter that it would put in force (None: it is about something else)."""

    gathering: str
    motion: str
    amendment: str
    text: TextRef
    charter_digest: str | None


@act("amendment.settled", v=1)
class AmendmentSettled(Act, frozen=True):
    """A proposed change was `adopted` (the mover took it over, or a vote did: `vote`), `rejected` or `withdrawn`."""

    gathering: str
    motion: str
    amendment: str
    outcome: str
    vote: str | None


def amend(
    s: State,
    *,
    by: str,
    gathering: str,
    motion: str,
    amendment: str,
    text: TextRef,
    charter_digest: str | None = None,
) -> AmendmentMoved:
    """Propose another text; of a motion to change the charter, another proposed charter. Refuses: motion.bad_id,
    amendment.moved_already, charter.proposal_needed, charter.same, and what `motion.free` and `proposal.announced`
    do."""
    found = motions.free(s, gathering, motion, "amend")
    if not ID.fullmatch(amendment):
        raise Refused("motion.bad_id")
    if amendment in found.amendments:
        raise Refused("amendment.moved_already")
    if (found.charter is None) != (charter_digest is None):
        raise Refused("charter.proposal_needed")
    if charter_digest is not None:
        if charter_digest == found.charter:
            raise Refused("charter.same")
        proposal.announced(s, gathering, charter_digest)
    return AmendmentMoved(
        gathering=gathering, motion=motion, amendment=amendment, text=text, charter_digest=charter_digest
    )


def amended_as(s: State, motion: Motion) -> str:
    """As which kind of decision an amendment to a motion is decided: `amendment` where the charter names such a kind;
    else as an ordinary decision, whatever the motion itself needs (RONR 12th ed. 12:7(7): an amendment takes a majority
    vote even where its motion takes more; the motion as amended still needs its own); where the charter knows no
    ordinary decisions, as the motion is decided. An amendment to a proposed charter is an amendment like others."""
    known = rules_of(s).entries("decisions")
    return next((kind for kind in ("amendment", "ordinary") if kind in known), motion.decision)


def apply_amendment(s: State, a: AmendmentMoved, at: str) -> State:
    """It is proposed."""
    found = s.motions[a.motion]
    proposed = Amendment(a.text, charter=a.charter_digest)
    return motions.changed(s, a.motion, amendments=found.amendments.set(a.amendment, proposed))


def settle(
    s: State, *, by: str, gathering: str, motion: str, amendment: str, outcome: str, vote: str | None = None
) -> AmendmentSettled:
    """Take a proposed change over without a vote (`adopted`), or drop it (`withdrawn`). With a `vote`, as it came out.
    Refuses: amendment.unknown, amendment.settled, vote.open, vote.unknown, vote.other_outcome, and what `motion.of`
    does."""
    in_session(s, gathering)
    found = motions.of(s, gathering, motion)
    proposed = found.amendments.get(amendment)
    if proposed is None:
        raise Refused("amendment.unknown")
    if proposed.status != "moved":
        raise Refused("amendment.settled")
    if any(v.status == "open" and v.of == amendment for v in s.votes.values()):
        raise Refused("vote.open")
    assert outcome in ("adopted", "rejected", "withdrawn")
    assert (vote is not None) or outcome != "rejected", "only a vote rejects"
    if vote is not None:
        cast = s.votes.get(vote)
        if cast is None or cast.subject != "amendment" or cast.of != amendment:
            raise Refused("vote.unknown")
        if outcome != ("adopted" if cast.outcome == "adopted" else "rejected"):
            raise Refused("vote.other_outcome")
    return AmendmentSettled(gathering=gathering, motion=motion, amendment=amendment, outcome=outcome, vote=vote)


def apply_settled(s: State, a: AmendmentSettled, at: str) -> State:
    """The change holds, or is gone. A new text must be read back again."""
    found = s.motions[a.motion]
    proposed = msgspec.structs.replace(found.amendments[a.amendment], status=a.outcome)
    changes: dict[str, object] = {"amendments": found.amendments.set(a.amendment, proposed)}
    if a.outcome == "adopted":
        changes |= {"text": proposed.text, "charter": proposed.charter, "read_back": False, "passed": ()}
    return motions.changed(s, a.motion, **changes)
