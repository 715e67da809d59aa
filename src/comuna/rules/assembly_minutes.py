"""Which sentence the acts of an assembly have: the endings of their keys, and what each sentence needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import approval, assembly, election, motion, recall, verdict, vote

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    assembly.AssemblyConvened: ("form", "matters", "notice", "notice_needed", "emergency"),
    assembly.NoticeGiven: ("means", "count", "date"),
    assembly.AssemblyOpened: ("call", "present", "roll", "needed"),
    assembly.AssemblyWithoutQuorum: ("call", "present", "roll", "needed", "date", "start"),
    assembly.QuorumCounted: ("present", "needed", "holds"),
    assembly.AssemblyAdjourned: ("date", "start"),
    assembly.CharterAmended: ("charter_digest",),
    motion.MotionMoved: ("text",),
    motion.MotionSeconded: (),
    motion.AmendmentMoved: ("text",),
    motion.AmendmentSettled: ("outcome",),
    motion.MotionMerged: ("text",),
    motion.MotionWithdrawn: (),
    motion.MotionReferred: ("unit",),
    motion.MotionTabled: (),
    motion.MotionTakenUp: (),
    motion.MotionReadBack: ("text",),
    motion.DecisionRecorded: ("number", "text", "owner", "due"),
    motion.DecisionDone: ("number", "report"),
    vote.VoteOpened: ("subject", "of", "secret", "ways", "roll", "present", "reading", "readings"),
    vote.VoteCounted: ("way", "options", "counts"),
    vote.VoteAnnulled: ("reason",),
    verdict.VoteClosed: (
        "outcome", "options", "counts", "ballots", "base", "needed", "favour", "elected", "tied", "broken",
    ),
    election.CandidateStood: ("unit", "candidate"),
    election.CandidateWithdrew: ("unit", "candidate"),
    election.MandateEnded: ("unit", "member", "reason", "successor"),
    election.ChallengeRaised: ("text",),
    election.ChallengeAnswered: ("upheld", "text"),
    recall.RecallPetitioned: ("unit", "member", "asked_by"),
    recall.RecallCertified: ("signatures", "needed", "enough"),
    recall.RecallReported: ("assembly_due",),
    recall.RecallDefended: ("text",),
    recall.RecallDecided: ("member", "recalled", "barred_until"),
    approval.MinutesCorrected: ("about", "text"),
    approval.MinutesApproved: (),
    approval.MinutesSigned: ("unit",),
}  # fmt: skip
"""What the sentence of each kind of act needs to know."""

OUTCOMES: Final = ("adopted", "rejected", "tied", "too_few", "no_votes", "objected", "blocked")
TEXT: Final = ("", ".erased")

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "assembly.convened": ("", ".unsaid", ".emergency"),
    "notice.given": tuple(f".{means}" for means in assembly.MEANS),
    "assembly.opened": ("", ".unsaid"),
    "assembly.without_quorum": ("", ".again"),
    "quorum.counted": (".holds", ".lost", ".unsaid"),
    "assembly.adjourned": ("", ".until"),
    "charter.amended": ("",),
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
    "vote.opened": ("", ".secret", ".reading", ".secret_reading", ".election", ".secret_election"),
    "vote.counted": ("",),
    "vote.annulled": ("", ".because"),
    "vote.closed": (
        *(f".{outcome}{told}" for outcome in OUTCOMES for told in ("", "_untold")),
        ".rejected_tie", ".adopted_tie", ".elected", ".elected_tie", ".undecided",
    ),
    "candidate.stood": ("",),
    "candidate.withdrew": ("",),
    "mandate.ended": tuple(f".{why}{then}" for why in election.ENDINGS for then in ("", "_successor")),
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
        case "vote.annulled":
            return "" if args["reason"] is None else ".because"
        case "challenge.answered":
            return (".upheld" if args["upheld"] else ".dismissed") + ("_erased" if args["text"] is None else "")
        case "minutes.corrected":
            return ".erased" if args["text"] is None else "" if args["about"] is None else ".about"
    return _of_people(name, args)


def _of_people(name: str, args: Mapping[str, Any]) -> str:
    match name:
        case "vote.opened":
            kind = "election" if args["subject"] == "election" else "reading" if args["readings"] > 1 else ""
            return (
                "." + "_".join(part for part in ("secret" if args["secret"] else "", kind) if part)
                if (args["secret"] or kind)
                else ""
            )
        case "vote.closed":
            return _closed(args)
        case "mandate.ended":
            return f".{args['reason']}" + ("" if args["successor"] is None else "_successor")
        case "recall.petitioned":
            return "" if args["asked_by"] == recall.PEOPLE else ".unit"
        case "recall.certified":
            return ".enough" if args["enough"] else ".short"
        case "recall.reported":
            return "" if args["assembly_due"] is None else ".due"
        case "recall.defended":
            return ".silent" if args["text"] is None else ""
        case "recall.decided":
            if not args["recalled"]:
                return ".kept"
            return ".recalled" if args["barred_until"] is None else ".recalled_barred"
    return ""


def _closed(args: Mapping[str, Any]) -> str:
    outcome = args["outcome"]
    if outcome == "elected":
        return ".elected_tie" if args["broken"] else ".elected"
    if outcome == "undecided":
        return ".undecided"
    if not args["counts"]:
        return f".{outcome}_untold"
    return f".{outcome}_tie" if args["broken"] and outcome in ("adopted", "rejected") else f".{outcome}"
