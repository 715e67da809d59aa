"""Proposed charters: a group changes its charter by deciding on a text that everybody could read before, and no other.
A motion to change the charter names the text by its SHA-256."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from comuna.kernel.act import LARGEST_LEAF, Act, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules import charter, decisions
from comuna.rules.charter import Charter, Problem, Unreadable
from comuna.rules.charter_values import Notice
from comuna.rules.group import facilitator
from comuna.rules.state import Motion, Proposal, State

CHARTER: Final = "charter"
ELECTION: Final = "election"
"""What an item of an agenda is for at which somebody is elected."""
"""The kind of decision by which a charter is changed, where the charter names it (docs/charters.md)."""
ENVELOPE: Final = 256
"""Bytes that the envelope of a leaf takes at the most, around its data."""
PENDING: Final = ("moved", "tabled", "referred")


@act("charter.proposed", v=1)
class CharterProposed(Act, frozen=True):
    """Another charter was proposed. `text`: its exact TOML, whose SHA-256 is `charter_digest`; `amends`: the SHA-256 of
    the charter that it changes; `reason`: why, if that was said."""

    charter_digest: str
    amends: str
    text: TextRef
    reason: TextRef | None


def decided_as(rules: Charter) -> str:
    """As which kind of decision a charter is changed: `charter`; where the charter names none, what it says of
    `ordinary` decisions holds (docs/charters.md). Where it names neither it is `charter` too, of which nothing is said,
    and takes everybody together (`vote.EVERYBODY`)."""
    known = rules.entries("decisions")
    return "ordinary" if CHARTER not in known and "ordinary" in known else CHARTER


def kinds(rules: Charter) -> tuple[str, ...]:
    """The kinds of decision that can be asked for: those that the charter names, and the one by which it is changed."""
    known, own = rules.entries("decisions"), decided_as(rules)
    return known if own in known else (*known, own)


def matters(rules: Charter) -> tuple[str, ...]:
    """What an item of an agenda can be for: each kind of decision, and an election where there are units."""
    return (*kinds(rules), *((ELECTION,) if rules.entries("units") and ELECTION not in kinds(rules) else ()))


def unfit(charter_text: str) -> Problem | None:
    """Why a charter that can be read could not be lived with; None where it could. It must find room in the act that
    puts it in force, and the assembly that changes it again must be possible."""
    rules = charter.parse(charter_text)
    length = _written(charter_text)
    if length > LARGEST_LEAF:
        return Problem(1, "", "leaf_too_long", {"length": str(length), "limit": str(LARGEST_LEAF)})
    if not rules.entries("gatherings"):
        return Problem(1, "", "no_gathering")
    kind = decided_as(rules)
    days: int = rules.value(f"decisions.{kind}.notice_days", 0)
    forms = rules.value(f"decisions.{kind}.gathering", rules.entries("gatherings"))
    latest = [rules.of_kind("gatherings", each, "notice", Notice(at_least=0)).at_most for each in forms]
    if not any(each is None or each >= days for each in latest):
        return Problem(1, "", "never_changed")
    return None


def _written(charter_text: str) -> int:
    """How many bytes the leaf that puts a charter in force takes at the most."""
    made = {"decision": "a" * 26, "charter": charter_text, "charter_digest": charter.digest(charter_text)}
    return len(msgspec.json.encode(made)) + ENVELOPE


def propose(
    s: State, *, by: str, charter_text: str, text: TextRef, amends: str, reason: TextRef | None
) -> CharterProposed:
    """Propose a charter. `text` names `charter_text`; `amends`: the charter that holds, or one that was proposed, for
    changes that are decided one after the other. Refuses: member.not_facilitator, charter.unreadable (with what `unfit`
    finds, too), charter.same, charter.proposed_already, charter.proposal_unknown."""
    facilitator(s, by)
    found = unfit(charter_text)
    if found is not None:
        raise Unreadable(found)
    digest = charter.digest(charter_text)
    if digest in (held(s), amends):
        raise Refused("charter.same")
    before = s.proposals.get(digest)
    if before is not None and before.text not in s.erased:
        raise Refused("charter.proposed_already")
    if amends != held(s):
        readable(s, amends)
    return CharterProposed(charter_digest=digest, amends=amends, text=text, reason=reason)


def apply_proposed(s: State, a: CharterProposed, at: str) -> State:
    """It can be moved."""
    made = Proposal(text=a.text, amends=a.amends, reason=a.reason, day=at[:10])
    return msgspec.structs.replace(s, proposals=s.proposals.set(a.charter_digest, made))


def held(s: State) -> str:
    """The SHA-256 of the charter that holds."""
    assert s.charter is not None
    return charter.digest(s.charter)


def readable(s: State, digest: str) -> Proposal:
    """A proposed charter, whose text can be read. Refuses: charter.proposal_unknown, charter.proposal_erased."""
    found = s.proposals.get(digest)
    if found is None:
        raise Refused("charter.proposal_unknown")
    if found.text in s.erased:
        raise Refused("charter.proposal_erased")
    return found


def current(s: State, digest: str) -> Proposal:
    """A proposed charter that changes the charter that holds. Refuses: charter.proposal_outdated, because whoever
    decided on it would undo what was changed meanwhile; and what `readable` does."""
    found = readable(s, digest)
    if found.amends != held(s):
        raise Refused("charter.proposal_outdated")
    return found


def announced(s: State, gathering: str, digest: str) -> None:
    """Whether a proposed charter can be moved at a gathering, be it in place of another: where the charter asks for
    notice of such decisions, the text too must have been there so many days before (RONR 12th ed. 57:10: amendments
    beyond the scope of the notice are out of order; what lies within it no program can tell). Refuses:
    charter.proposed_late, and what `current` does."""
    found, rules = current(s, digest), _rules(s)
    needed: int = rules.value(f"decisions.{decided_as(rules)}.notice_days", 0)
    given = (dt.date.fromisoformat(s.gatherings[gathering].date) - dt.date.fromisoformat(found.day)).days
    if needed > 0 and given < needed:
        raise Refused("charter.proposed_late", needed=needed, given=max(given, 0))


def decided(s: State, decision: str, charter_text: str) -> None:
    """Whether a decision put this charter into force. Refuses: decision.unknown, charter.not_decided (it was about
    something else), charter.other_text (its SHA-256 is another than the decided one), and what `current` does."""
    found = decisions.decided(s, decision)
    motion = s.motions.get(found.motion) if found.motion else None
    if motion is None or motion.charter is None or motion.status != "adopted":
        raise Refused("charter.not_decided")
    if charter.digest(charter_text) != motion.charter:
        raise Refused("charter.other_text", decided=motion.charter[:12])
    current(s, motion.charter)


def needed(s: State, text: TextRef) -> bool:
    """Whether an assembly can still decide on a proposed charter, or decided on it and has not put it in force."""
    mine = {digest for digest, each in s.proposals.items() if each.text == text}
    return bool(mine) and any(mine & bound(s, each) for each in s.motions.values())


def bound(s: State, motion: Motion) -> set[str | None]:
    """The proposed charters that a motion is still about, or its amendments are, as far as nothing is in force yet."""
    if motion.status in PENDING:
        return {motion.charter, *(each.charter for each in motion.amendments.values() if each.status == "moved")}
    waits = motion.status == "adopted" and motion.charter is not None and s.proposals[motion.charter].amends == held(s)
    return {motion.charter} if waits else set()


def _rules(s: State) -> Charter:
    assert s.charter is not None
    return charter.parse(s.charter)
