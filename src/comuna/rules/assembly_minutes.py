"""Which sentence the acts of an assembly have: the endings of their keys, and what each sentence needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import (
    amendment,
    approval,
    assembly,
    challenge,
    counting,
    election,
    motion,
    proposal,
    recall,
    verdict,
    vote,
)

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    assembly.AssemblyConvened: ("form", "matters", "notice", "notice_needed", "emergency"),
    assembly.NoticeGiven: ("means", "count", "date"),
    assembly.AssemblyOpened: ("call", "present", "roll", "needed"),
    assembly.AssemblyWithoutQuorum: ("call", "present", "roll", "needed", "date", "start"),
    assembly.QuorumCounted: ("present", "needed", "holds"),
    assembly.AssemblyAdjourned: ("date", "start"),
    assembly.CharterAmended: (),
    proposal.CharterProposed: ("charter_digest", "reason"),
    motion.MotionMoved: ("text",),
    motion.MotionSeconded: (),
    amendment.AmendmentMoved: ("text",),
    amendment.AmendmentSettled: ("outcome",),
    motion.MotionMerged: ("text",),
    motion.MotionWithdrawn: (),
    motion.MotionReferred: ("unit",),
    motion.MotionTabled: (),
    motion.MotionTakenUp: (),
    motion.MotionReadBack: ("text",),
    motion.DecisionRecorded: ("number", "text", "owner", "due"),
    motion.DecisionDone: ("number", "report"),
    vote.VoteOpened: (
        "subject", "unit", "question", "by_lot", "by_choice",
        "secret", "ways", "roll", "present", "reading", "readings",
    ),
    counting.VoteCounted: ("way", "options", "counts"),
    vote.VoteAnnulled: ("reason",),
    verdict.VoteClosed: (
        "outcome", "options", "counts", "ballots", "base", "needed", "favour", "turnout_needed", "elected", "tied",
        "broken", "by_lot", "by_choice", "seed",
    ),
    election.CandidateStood: ("unit", "candidate"),
    election.CandidateWithdrew: ("unit", "candidate"),
    election.MandateEnded: ("unit", "member", "reason", "successor"),
    challenge.ChallengeRaised: ("text",),
    challenge.ChallengeAnswered: ("upheld", "text"),
    recall.RecallPetitioned: ("unit", "member", "asked_by"),
    recall.RecallCertified: ("signatures", "needed", "enough"),
    recall.RecallReported: ("assembly_due",),
    recall.RecallDefended: ("heard",),
    recall.RecallDecided: ("member", "recalled", "barred_until"),
    approval.MinutesCorrected: ("about", "text"),
    approval.MinutesApproved: (),
    approval.MinutesSigned: ("unit",),
}  # fmt: skip
"""What the sentence of each kind of act needs to know."""

OUTCOMES: Final = ("adopted", "rejected", "tied", "too_few", "no_votes", "objected", "blocked")
TEXT: Final = ("", ".erased")
SUBJECTS: Final = ("", "_reading", "_question", "_choice", "_election")

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "assembly.convened": ("", ".unsaid", ".emergency"),
    "notice.given": tuple(f".{means}" for means in assembly.MEANS),
    "assembly.opened": ("", ".unsaid"),
    "assembly.without_quorum": ("", ".again"),
    "quorum.counted": (".holds", ".lost", ".unsaid"),
    "assembly.adjourned": ("", ".until"),
    "charter.amended": ("",),
    "charter.proposed": ("", ".because"),
    "motion.moved": TEXT,
    "motion.seconded": ("",),
    "amendment.moved": TEXT,
    "amendment.settled": (".adopted", ".rejected", ".withdrawn"),
    "motion.merged": TEXT,
    "motion.withdrawn": ("",),
    "motion.referred": ("",),
    "motion.tabled": ("",),
    "motion.taken_up": ("",),
    "motion.read_back": TEXT,
    "decision.recorded": ("", ".owner", ".due", ".owner_due", ".erased"),
    "decision.done": ("", ".report"),
    "vote.opened": (
        *(f".{how}{what}" for how in ("open", "secret") for what in SUBJECTS),
        ".open_lots",
    ),
    "vote.counted": ("",),
    "vote.annulled": ("", ".because"),
    "vote.closed": (
        *(f".{outcome}{told}" for outcome in OUTCOMES for told in ("", "_untold")),
        ".adopted_consent", ".adopted_chair", ".rejected_chair", ".rejected_tie",
        ".chosen", ".chosen_enough", ".chosen_tie", ".chosen_untold", ".choice_rejected", ".choice_rejected_untold",
        ".choice_tied", ".choice_tied_untold", ".choice_none",
        ".elected", ".elected_tie", ".elected_lots", ".undecided", ".undecided_empty",
    ),
    "candidate.stood": ("",),
    "candidate.withdrew": ("",),
    "mandate.ended": tuple(
        f".{why}{then}" for why in election.ENDINGS for then in (("", "_successor") if why != "over" else ("",))
    ),
    "challenge.raised": TEXT,
    "challenge.answered": tuple(f".{how}{gone}" for how in ("upheld", "dismissed") for gone in ("", "_erased")),
    "recall.petitioned": ("", ".unit"),
    "recall.certified": (".enough", ".short"),
    "recall.reported": ("", ".due"),
    "recall.defended": ("", ".silent"),
    "recall.decided": (".recalled", ".recalled_barred", ".kept"),
    "minutes.corrected": ("", ".about", ".erased"),
    "minutes.approved": ("",),
    "minutes.signed": ("",),
}  # fmt: skip
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    match name:
        case "assembly.convened":
            return ".emergency" if args["emergency"] else ".unsaid" if args["notice_needed"] is None else ""
        case "notice.given":
            return f".{args['means']}"
        case "assembly.opened":
            return ".unsaid" if args["needed"] is None else ""
        case "assembly.without_quorum":
            return "" if args["date"] is None else ".again"
        case "quorum.counted":
            return ".unsaid" if args["needed"] is None else ".holds" if args["holds"] else ".lost"
        case "assembly.adjourned":
            return "" if args["date"] is None else ".until"
        case "motion.moved" | "amendment.moved" | "motion.merged" | "motion.read_back" | "challenge.raised":
            return ".erased" if args["text"] is None else ""
        case "amendment.settled":
            return f".{args['outcome']}"
        case "decision.recorded":
            if args["text"] is None:
                return ".erased"
            parts = "_".join(part for part in ("owner", "due") if args[part] is not None)
            return f".{parts}" if parts else ""
        case "decision.done":
            return "" if args["report"] is None else ".report"
        case "vote.annulled" | "charter.proposed":
            return "" if args["reason"] is None else ".because"
        case "challenge.answered":
            return (".upheld" if args["upheld"] else ".dismissed") + ("_erased" if args["text"] is None else "")
        case "minutes.corrected":
            return ".erased" if args["text"] is None else "" if args["about"] is None else ".about"
    return _of_people(name, args)


def _of_people(name: str, args: Mapping[str, Any]) -> str:
    match name:
        case "vote.opened":
            what = (
                "_lots" if args["by_lot"]
                else "_election" if args["unit"] is not None
                else ("_choice" if args["by_choice"] else "_question") if args["question"] is not None
                else "_reading" if args["readings"] > 1
                else ""
            )  # fmt: skip
            return (".secret" if args["secret"] else ".open") + what
        case "vote.closed":
            return _closed(args)
        case "mandate.ended":
            steps_in = args["successor"] is not None and args["reason"] != "over"
            return f".{args['reason']}" + ("_successor" if steps_in else "")
        case "recall.petitioned":
            return "" if args["asked_by"] == recall.PEOPLE else ".unit"
        case "recall.certified":
            return ".enough" if args["enough"] else ".short"
        case "recall.reported":
            return "" if args["assembly_due"] is None else ".due"
        case "recall.defended":
            return "" if args["heard"] else ".silent"
        case "recall.decided":
            if not args["recalled"]:
                return ".kept"
            return ".recalled" if args["barred_until"] is None else ".recalled_barred"
    return ""


def _chosen(outcome: str, args: Mapping[str, Any]) -> str:
    """Of a question with options of its own."""
    if outcome == "elected" and args["counts"]:
        return ".chosen_tie" if args["broken"] else ".chosen_enough" if args["needed"] else ".chosen"
    if outcome == "no_votes":
        return ".choice_none"
    named = {"elected": ".chosen", "rejected": ".choice_rejected", "undecided": ".choice_tied"}
    return named[outcome] + ("" if args["counts"] else "_untold")


def _closed(args: Mapping[str, Any]) -> str:
    outcome = args["outcome"]
    if args["by_choice"] and outcome != "too_few":
        return _chosen(outcome, args)
    if outcome == "elected":
        if args["by_lot"]:
            return ".elected_lots"
        return ".elected_tie" if args["broken"] else ".elected"
    if outcome == "undecided":
        return ".undecided" if args["tied"] else ".undecided_empty"
    if not args["counts"]:
        return f".{outcome}_untold"
    if args["broken"] and outcome in ("adopted", "rejected"):
        return ".rejected_tie" if args["broken"] == "rejects" else f".{outcome}_chair"
    if outcome == "adopted" and tuple(args["options"]) in (vote.CONSENT, vote.LEVELS):
        return ".adopted_consent"
    return f".{outcome}"
