"""state = fold(acts): the one dispatch. It never refuses; what stands in the book happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, Envelope, act_in
from comuna.rules import (
    approval,
    assembly,
    custody,
    election,
    group,
    motion,
    proposal,
    recall,
    register,
    survey,
    verdict,
    vote,
)
from comuna.rules import gathering as g
from comuna.rules.state import State

FOLD: Final[dict[type[Act], Callable[[State, Any, str], State]]] = {
    group.GroupFounded: group.apply_founded,
    group.MemberAdmitted: group.apply_admitted,
    group.MemberLeft: group.apply_left,
    g.GatheringCalled: g.apply_called,
    g.GatheringRevised: g.apply_revised,
    g.GatheringPostponed: g.apply_postponed,
    g.GatheringCancelled: g.apply_cancelled,
    g.GatheringReinstated: g.apply_reinstated,
    g.TakeawayAgreed: g.apply_agreed,
    g.GatheringClosed: g.apply_closed,
    g.JournalExpired: g.apply_expired,
    custody.BookPublished: custody.apply_published,
    custody.BookWithdrawn: custody.apply_withdrawn,
    custody.BookMoved: custody.apply_moved,
    custody.BookResumed: custody.apply_resumed,
    custody.WitnessNamed: custody.apply_named,
    custody.WitnessDismissed: custody.apply_dismissed,
    custody.KeyRotated: custody.apply_rotated,
    custody.KeyRecovered: custody.apply_recovered,
    custody.TextErased: custody.apply_erased,
    register.RegisterChanged: register.apply_changed,
    assembly.AssemblyConvened: assembly.apply_convened,
    assembly.NoticeGiven: assembly.apply_notice,
    assembly.AssemblyOpened: assembly.apply_opened,
    assembly.AssemblyWithoutQuorum: assembly.apply_without_quorum,
    assembly.QuorumCounted: assembly.apply_counted,
    assembly.AssemblyAdjourned: assembly.apply_adjourned,
    assembly.CharterAmended: assembly.apply_amended,
    proposal.CharterProposed: proposal.apply_proposed,
    motion.MotionMoved: motion.apply_moved,
    motion.MotionSeconded: motion.apply_seconded,
    motion.AmendmentMoved: motion.apply_amendment,
    motion.AmendmentSettled: motion.apply_settled,
    motion.MotionMerged: motion.apply_merged,
    motion.MotionWithdrawn: motion.apply_withdrawn,
    motion.MotionReferred: motion.apply_referred,
    motion.MotionTabled: motion.apply_tabled,
    motion.MotionTakenUp: motion.apply_taken_up,
    motion.MotionReadBack: motion.apply_read_back,
    motion.DecisionRecorded: motion.apply_decided,
    motion.DecisionDone: motion.apply_done,
    vote.VoteOpened: vote.apply_opened,
    vote.VoteCounted: vote.apply_counted,
    vote.VoteAnnulled: vote.apply_annulled,
    verdict.VoteClosed: verdict.apply_closed,
    election.CandidateStood: election.apply_stood,
    election.CandidateWithdrew: election.apply_withdrew,
    election.MandateEnded: election.apply_ended,
    election.ChallengeRaised: election.apply_challenged,
    election.ChallengeAnswered: election.apply_answered,
    recall.RecallPetitioned: recall.apply_petitioned,
    recall.RecallCertified: recall.apply_certified,
    recall.RecallReported: recall.apply_reported,
    recall.RecallDefended: recall.apply_defended,
    recall.RecallDecided: recall.apply_decided,
    approval.MinutesCorrected: approval.apply_corrected,
    approval.MinutesApproved: approval.apply_approved,
    approval.MinutesSigned: approval.apply_signed,
    survey.SurveyOpened: survey.apply_opened,
    survey.SurveyClosed: survey.apply_closed,
    survey.SurveyErased: survey.apply_survey_erased,
}


def apply(s: State, envelope: Envelope, entry: Act | None = None) -> State:
    """The state after one more act. `entry` is the act in the envelope, where the caller has it already."""
    if entry is None:
        entry = act_in(envelope)
    after = FOLD[type(entry)](s, entry, envelope.at)
    return msgspec.structs.replace(after, size=envelope.seq + 1, at=envelope.at)


def fold(acts: Iterable[Envelope], start: State | None = None) -> State:
    """The state that these acts, in order, add up to."""
    s = start or State()
    for envelope in acts:
        s = apply(s, envelope)
    return s
