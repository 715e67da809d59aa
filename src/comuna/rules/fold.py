"""state = fold(acts): the one dispatch. It never refuses; what stands in the book happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, Envelope, act_in
from comuna.rules import (
    approval,
    assembly,
    brigade,
    budget,
    budget_proposal,
    cooperative,
    custody,
    distribution,
    election,
    group,
    health,
    housing,
    motion,
    need,
    project,
    project_work,
    proposal,
    recall,
    register,
    service,
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
    need.NeedRaised: need.apply_raised,
    need.NeedMerged: need.apply_merged,
    need.NeedGrouped: need.apply_grouped,
    need.NeedDeclined: need.apply_declined,
    need.NeedMet: need.apply_met,
    need.NeedReopened: need.apply_reopened,
    need.DiagnosisPresented: need.apply_presented,
    need.DiagnosisApproved: need.apply_approved,
    need.DiagnosisBegun: need.apply_begun,
    distribution.DistributionOpened: distribution.apply_opened,
    distribution.DistributionArrived: distribution.apply_arrived,
    distribution.DistributionClosed: distribution.apply_closed,
    cooperative.SurplusShared: cooperative.apply_shared,
    health.CampaignCalled: health.apply_called,
    health.CampaignClosed: health.apply_closed,
    health.RoundOpened: health.apply_round,
    health.RoundClosed: health.apply_round_closed,
    service.MapImported: service.apply_imported,
    service.ServiceFounded: service.apply_founded,
    service.ServicePlanned: service.apply_planned,
    service.RoundDone: service.apply_done,
    budget.BudgetOpened: budget.apply_opened,
    budget.BudgetGathered: budget.apply_gathered,
    budget.BudgetSealed: budget.apply_sealed,
    budget.BudgetDecided: budget.apply_decided,
    budget.BudgetAbandoned: budget.apply_abandoned,
    budget.BudgetApproved: budget.apply_approved,
    budget_proposal.BudgetProposed: budget_proposal.apply_proposed,
    budget_proposal.BudgetRevised: budget_proposal.apply_revised,
    budget_proposal.BudgetWithdrawn: budget_proposal.apply_withdrawn,
    budget_proposal.BudgetMerged: budget_proposal.apply_merged,
    budget_proposal.BudgetChecked: budget_proposal.apply_checked,
    project.ProjectBegun: project.apply_begun,
    project.PhaseApproved: project.apply_phase,
    project.PurposeChanged: project.apply_purpose,
    project.ProjectClosed: project.apply_closed,
    project.ProjectGivenUp: project.apply_given_up,
    project_work.StepPlanned: project_work.apply_planned,
    project_work.StepDone: project_work.apply_done,
    project_work.StepUndone: project_work.apply_undone,
    project_work.StepDropped: project_work.apply_dropped,
    project_work.ProjectBlocked: project_work.apply_blocked,
    project_work.ProjectUnblocked: project_work.apply_unblocked,
    project_work.ProjectProgressed: project_work.apply_progressed,
    brigade.BrigadeCalled: brigade.apply_called,
    brigade.BrigadeHeld: brigade.apply_held,
    brigade.BrigadeCalledOff: brigade.apply_called_off,
    housing.CriteriaSet: housing.apply_criteria,
    housing.QueueSet: housing.apply_queue,
    housing.HandedOver: housing.apply_handed,
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
