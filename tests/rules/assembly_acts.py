"""An example of every act of an assembly, in every case of its sentence, under what the minutes say of it."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
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
from tests.cast import an_id

G, MOTION, VOTE = an_id(100), an_id(101), an_id(102)
ASSEMBLY: dict[str, Any] = {"gathering": G}
INES, AMARU, NOOR = "2001", "2002", "2003"

CONVENED: dict[str, Any] = {
    **ASSEMBLY, "form": "assembly", "matters": ["a1", "a2"], "decisions": ["ordinary", "bylaws"], "notice": 10,
    "notice_needed": 3, "emergency": False, "second_date": None, "second_start": None,
}  # fmt: skip
COUNTED: dict[str, Any] = {**ASSEMBLY, "call": 1, "present": 40, "roll": 100, "needed": 30}
OPENED: dict[str, Any] = {
    **ASSEMBLY, "vote": VOTE, "subject": "motion", "of": MOTION, "decision": "ordinary", "question": None,
    "options": list(vote.YES_NO), "method": "majority", "seats": 1, "base": "present", "share": "1/2", "more": True,
    "abstentions": False, "turnout": None, "tie": None, "reading": 1, "readings": 1, "secret": False,
    "ways": ["hands", "paper"], "right": "vote", "roll": 100, "present": 40, "quorum": 30, "change": False, "small": 5,
    "publish": True, "passes_from": 3, "blocks": 1, "term": None,
}  # fmt: skip
CLOSED: dict[str, Any] = {
    **ASSEMBLY, "vote": VOTE, "method": "majority/1", "outcome": "adopted", "options": list(vote.YES_NO),
    "counts": [22, 3, 5], "ballots": 30, "phones": 0, "base": 40, "needed": 21, "favour": 22, "turnout_needed": 0,
    "elected": [], "alternates": [], "tied": [], "broken": None, "seed": None, "working": None, "ballots_text": None,
    "digest": None,
}  # fmt: skip
CHOICE: dict[str, Any] = {"of": "a1", "options": ["a", "b", "c"], "method": "plurality"}
CHOSEN: dict[str, Any] = {
    **CLOSED, "method": "plurality/1", "options": ["a", "b", "c"], "outcome": "elected", "counts": [12, 9, 9],
    "elected": ["a"], "base": 30, "needed": 0, "favour": 12,
}  # fmt: skip
UNTOLD: dict[str, Any] = {**CLOSED, "counts": [], "base": 0, "needed": 0, "favour": 0, "ballots": 4}
CONSENT: dict[str, Any] = {**CLOSED, "options": list(vote.CONSENT)}
LEVELS: dict[str, Any] = {**CLOSED, "options": list(vote.LEVELS)}
LEVEL: dict[str, Any] = {**CLOSED, "counts": [10, 10, 0], "base": 20, "needed": 11, "favour": 10}
RECALL: dict[str, Any] = {"recall": an_id(103)}
OFFICE: dict[str, Any] = {"mandate": f"{VOTE}.0", "unit": "finance", "member": INES}


def told(*, text: TextRef, reason: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump.", `reason` "the room was taken.", `owner` "Inés"; `gone` was
    erased."""
    return {
        **_convening(text, reason),
        **_debating(text, owner, gone),
        **_voting(text, reason),
        **_closing(),
        **_electing(text, gone),
        **_recalling(text),
        **_approving(text, gone),
    }


def _convening(text: TextRef, reason: TextRef) -> dict[str, Act]:
    short = {**ASSEMBLY, "call": 1, "present": 21, "roll": 100, "needed": 30}
    given = {**ASSEMBLY, "count": 40, "date": "2026-11-03"}
    asked = "Convened: Assembly, to decide on 2 matters, with 10 days of notice; the charter"
    no_quorum = (
        "There was no quorum at call 1, so the assembly was not opened. Present: 21 of 100 on the roll; needed: 30."
    )
    opened = "The assembly was opened at call 1. Present: 40 of 100 on the roll;"
    return {
        f"{asked} asks for 3 days.": assembly.AssemblyConvened(**CONVENED),
        f"{asked} does not say how much is needed.": assembly.AssemblyConvened(**{**CONVENED, "notice_needed": None}),
        "Convened as an emergency: Assembly, to decide on 1 matter, with 1 day of notice; in an emergency the charter "
        "asks for 1 day.": assembly.AssemblyConvened(
            **{**CONVENED, "matters": ["a1"], "notice": 1, "notice_needed": 1, "emergency": True}
        ),
        "Notice was given by Tuesday, November 3, 2026. Posters put up: 40.": assembly.NoticeGiven(
            **given, means="posters"
        ),
        "Notice was given by Tuesday, November 3, 2026. Messages sent: 40.": assembly.NoticeGiven(
            **given, means="messages"
        ),
        "Notice was published by Tuesday, November 3, 2026. In so many places: 40.": assembly.NoticeGiven(
            **given, means="published"
        ),
        "Notice was given by Tuesday, November 3, 2026. Letters delivered: 40.": assembly.NoticeGiven(
            **given, means="letter"
        ),
        f"{opened} needed for a quorum: 30.": assembly.AssemblyOpened(**COUNTED),
        f"{opened} the charter does not say how many are needed.": assembly.AssemblyOpened(
            **{**COUNTED, "needed": None}
        ),
        no_quorum: assembly.AssemblyWithoutQuorum(**short, date=None, start=None),
        f"{no_quorum} The next call is on Wednesday, November 11, 2026, 6:00 PM.": assembly.AssemblyWithoutQuorum(
            **short, date="2026-11-11", start="18:00"
        ),
        "Counted again. Present: 31; needed: 30. There is a quorum.": assembly.QuorumCounted(
            **ASSEMBLY, present=31, needed=30, holds=True
        ),
        "Counted again. Present: 29; needed: 30. The quorum is lost.": assembly.QuorumCounted(
            **ASSEMBLY, present=29, needed=30, holds=False
        ),
        "Counted again. Present: 29.": assembly.QuorumCounted(**ASSEMBLY, present=29, needed=None, holds=True),
        "The assembly was adjourned; when it goes on was not said.": assembly.AssemblyAdjourned(
            **ASSEMBLY, date=None, start=None
        ),
        "The assembly was adjourned to Sunday, November 15, 2026, 5:00 PM.": assembly.AssemblyAdjourned(
            **ASSEMBLY, date="2026-11-15", start="17:00"
        ),
        f"A change of the charter was proposed. The proposed charter has the SHA-256 {'d' * 64}.": (
            proposal.CharterProposed(charter_digest="d" * 64, amends="e" * 64, text=text, reason=None)
        ),
        f"A change of the charter was proposed: the room was taken. The proposed charter has the SHA-256 {'d' * 64}.": (
            proposal.CharterProposed(charter_digest="d" * 64, amends="e" * 64, text=text, reason=reason)
        ),
        "The group’s charter was changed, as decided.": assembly.CharterAmended(
            decision=an_id(104), charter="c", charter_digest="d" * 64
        ),
    }


def _debating(text: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    on: dict[str, Any] = {**ASSEMBLY, "motion": MOTION}
    one = {**on, "amendment": an_id(105)}
    changed = {**one, "charter_digest": None}
    moved = {**on, "item": "a1", "decision": "ordinary", "charter_digest": None}
    decided: dict[str, Any] = {**on, "decision": an_id(104), "number": 3, "text": text}
    return {
        "Moved: Mend the pump.": motion.MotionMoved(**moved, text=text),
        "A motion was moved; its words were erased.": motion.MotionMoved(**moved, text=gone),
        "The motion was seconded.": motion.MotionSeconded(**on),
        "An amendment was moved. The motion would then read: Mend the pump.": amendment.AmendmentMoved(
            **changed, text=text
        ),
        "An amendment was moved; its words were erased.": amendment.AmendmentMoved(**changed, text=gone),
        "The amendment was adopted.": amendment.AmendmentSettled(**one, outcome="adopted", vote=VOTE),
        "The amendment was rejected.": amendment.AmendmentSettled(**one, outcome="rejected", vote=VOTE),
        "The amendment was withdrawn.": amendment.AmendmentSettled(**one, outcome="withdrawn", vote=None),
        "Two motions were made into one, which reads: Mend the pump.": motion.MotionMerged(
            **on, into=an_id(106), text=text
        ),
        "Two motions were made into one; its words were erased.": motion.MotionMerged(**on, into=an_id(106), text=gone),
        "The motion was withdrawn.": motion.MotionWithdrawn(**on),
        "The motion was referred to: Finance.": motion.MotionReferred(**on, unit="finance"),
        "The motion was laid aside.": motion.MotionTabled(**on),
        "A motion from an earlier assembly was taken up.": motion.MotionTakenUp(**on, item="a1"),
        "Read out before the vote: Mend the pump.": motion.MotionReadBack(**on, text=text),
        "The text was read out before the vote; its words were erased.": motion.MotionReadBack(**on, text=gone),
        "Decision 3: Mend the pump.": motion.DecisionRecorded(**decided, owner=None, due=None),
        "Decision 3: Mend the pump. Inés sees to it.": motion.DecisionRecorded(**decided, owner=owner, due=None),
        "Decision 3: Mend the pump, by Monday, March 1, 2027.": motion.DecisionRecorded(
            **decided, owner=None, due="2027-03-01"
        ),
        "Decision 3: Mend the pump. Inés sees to it by Monday, March 1, 2027.": motion.DecisionRecorded(
            **decided, owner=owner, due="2027-03-01"
        ),
        "Decision 3 was recorded; its words were erased.": motion.DecisionRecorded(
            **{**decided, "text": gone}, owner=owner, due=None
        ),
        "Decision 3 was carried out.": motion.DecisionDone(decision=an_id(104), number=3, report=None),
        "Decision 3 was carried out: Mend the pump.": motion.DecisionDone(decision=an_id(104), number=3, report=text),
    }


def _voting(text: TextRef, reason: TextRef) -> dict[str, Act]:
    who = "On the roll: 100; present: 40."
    secret = {**OPENED, "secret": True, "ways": ["paper"]}
    reading: dict[str, Any] = {"reading": 1, "readings": 2}
    question: dict[str, Any] = {"subject": "question", "of": None, "question": text}
    election_ = {"subject": "election", "of": "finance", "options": [INES, AMARU], "method": "plurality", "term": 24}
    on: dict[str, Any] = {**ASSEMBLY, "vote": VOTE}
    return {
        f"A vote on the motion was opened, not secret, by show of hands and paper. {who}": vote.VoteOpened(**OPENED),
        f"A secret vote on the amendment was opened, by paper. {who}": vote.VoteOpened(
            **{**secret, "subject": "amendment", "of": an_id(105)}
        ),
        f"A vote on the motion was opened, not secret, by show of hands and paper: reading 1 of 2. {who}": (
            vote.VoteOpened(**{**OPENED, **reading})
        ),
        f"A secret vote on the motion was opened, by paper: reading 1 of 2. {who}": vote.VoteOpened(
            **{**secret, **reading}
        ),
        f"A vote was opened, not secret, by show of hands and paper, on the question “Mend the pump”. {who}": (
            vote.VoteOpened(**{**OPENED, **question})
        ),
        f"A secret vote was opened, by paper, on the question “Mend the pump”. {who}": vote.VoteOpened(
            **{**secret, **question}
        ),
        f"A vote was opened, not secret, by show of hands and paper, between options: “Mend the pump”. {who}": (
            vote.VoteOpened(**{**OPENED, **question, **CHOICE})
        ),
        f"A secret vote was opened, by paper, between options: “Mend the pump”. {who}": vote.VoteOpened(
            **{**secret, **question, **CHOICE}
        ),
        f"An election was opened, not secret, by show of hands and paper: Finance. {who}": vote.VoteOpened(
            **{**OPENED, **election_}
        ),
        f"An election by lot was opened: Finance. Nobody votes; whoever stands is drawn. {who}": vote.VoteOpened(
            **{**OPENED, **election_, "method": vote.LOTS, "ways": []}
        ),
        f"A secret election was opened, by paper: Finance. {who}": vote.VoteOpened(**{**secret, **election_}),
        "Counted, show of hands: 22 yes, 3 no, 5 abstaining.": counting.VoteCounted(
            **on, way="hands", options=list(vote.YES_NO), counts=[22, 3, 5], ballots=30, tellers=2, names=None
        ),
        "Counted, paper: member 2001: 12, member 2002: 9.": counting.VoteCounted(
            **on, way="paper", options=[INES, AMARU], counts=[12, 9], ballots=21, tellers=2, names=None
        ),
        "The vote was stopped, and nothing of it counts.": vote.VoteAnnulled(**on, reason=None),
        "The vote was stopped, and nothing of it counts: the room was taken.": vote.VoteAnnulled(**on, reason=reason),
    }


def _closing() -> dict[str, Act]:
    few = "So few voted that the numbers would show who voted how."
    elected: dict[str, Any] = {**CLOSED, "options": [INES, AMARU], "counts": [12, 9], "outcome": "elected"}
    choice: dict[str, Any] = {**CHOSEN, "elected": []}
    hidden: dict[str, Any] = {"counts": [], "base": 0, "needed": 0, "favour": 0, "ballots": 4}
    acts = {
        "Chosen: option A. The count: option A: 12, option B: 9, option C: 9. Ballots: 30.": CHOSEN,
        "Chosen: option A. The count: option A: 21, option B: 9, option C: 0. Of 40, 21 were needed, and it had 21.": {
            **CHOSEN, "counts": [21, 9, 0], "base": 40, "needed": 21, "favour": 21,
        },
        "Chosen: option A. The count: option A: 12, option B: 12, option C: 6. Level were option A and option B; that "
        "was settled as the charter says.": {
            **CHOSEN, "counts": [12, 12, 6], "tied": ["a", "b"], "broken": "chair",
        },
        f"Chosen: option A. {few}": {**CHOSEN, **hidden},
        "No option had enough: option A: 12, option B: 9, option C: 9. Of 40, 21 were needed, and the most was 12. "
        "Nothing is decided.": {**choice, "outcome": "rejected", "base": 40, "needed": 21},
        f"No option had enough. {few} Nothing is decided.": {**choice, **hidden, "outcome": "rejected"},
        "A tie between option A and option B: option A: 12, option B: 12, option C: 6. Nothing is decided.": {
            **choice, "outcome": "undecided", "counts": [12, 12, 6], "tied": ["a", "b"],
        },
        "A tie between option A and option B, among so few that the numbers are not told. Nothing is decided.": {
            **choice, **hidden, "outcome": "undecided", "tied": ["a", "b"],
        },
        "Nobody chose any of the options. Nothing is decided.": {
            **choice, "outcome": "no_votes", "counts": [0, 0, 0], "ballots": 0, "base": 0, "favour": 0,
        },
        "Adopted: 22 yes, 3 no, 5 abstaining. Of 40, 21 had to be in favour, and 22 were.": CLOSED,
        "Rejected: 20 yes, 3 no, 17 abstaining. Of 40, 21 had to be in favour, and 20 were.": {
            **CLOSED, "outcome": "rejected", "counts": [20, 3, 17], "favour": 20,
        },
        f"Adopted. {few}": UNTOLD,
        f"Rejected. {few}": {**UNTOLD, "outcome": "rejected"},
        "Adopted by consent: 38 agreeing, 2 standing aside, 0 objecting.": {**CONSENT, "counts": [38, 2, 0]},
        "No consent: 39 agreeing, 0 standing aside, 1 objecting.": {
            **CONSENT, "outcome": "objected", "counts": [39, 0, 1],
        },
        f"No consent. {few}": {**UNTOLD, "outcome": "objected"},
        "Adopted by consent: 0 at level 0, 0 at level 1, 0 at level 2, 9 at level 3, 8 at level 4, 7 at level 5.": {
            **LEVELS, "counts": [0, 0, 0, 9, 8, 7],
        },
        "Blocked: 1 at level 0, 0 at level 1, 0 at level 2, 9 at level 3, 8 at level 4, 7 at level 5.": {
            **LEVELS, "outcome": "blocked", "counts": [1, 0, 0, 9, 8, 7],
        },
        f"Blocked. {few}": {**UNTOLD, "outcome": "blocked"},
        "A tie: 10 yes, 10 no, 0 abstaining. Nothing is decided.": {**LEVEL, "outcome": "tied"},
        "A tie, among so few that the numbers are not told. Nothing is decided.": {**UNTOLD, "outcome": "tied"},
        "A tie: 10 yes, 10 no, 0 abstaining. The charter lets the chair decide: adopted.": {**LEVEL, "broken": "chair"},
        "A tie: 10 yes, 10 no, 0 abstaining. The charter lets the chair decide: rejected.": {
            **LEVEL, "outcome": "rejected", "broken": "chair",
        },
        "A tie: 10 yes, 10 no, 0 abstaining. By the charter that is a rejection.": {
            **LEVEL, "outcome": "rejected", "broken": "rejects",
        },
        "Too few voted: 12 (10 yes, 2 no, 0 abstaining), and 20 had to. Nothing is decided.": {
            **CLOSED, "outcome": "too_few", "counts": [10, 2, 0], "ballots": 12, "turnout_needed": 20,
        },
        "Too few voted: 4, and 20 had to. Nothing is decided.": {
            **UNTOLD, "outcome": "too_few", "turnout_needed": 20,
        },
        "Nobody voted for or against: 0 yes, 0 no, 9 abstaining. Nothing is decided.": {
            **CLOSED, "outcome": "no_votes", "counts": [0, 0, 9],
        },
        "Nobody voted for or against. Nothing is decided.": {**UNTOLD, "outcome": "no_votes"},
        "Elected: member 2001 and member 2002. Ballots: 30.": {**elected, "elected": [INES, AMARU]},
        "Elected: member 2001. Ballots: 30. Level were member 2001 and member 2002; that was settled as the charter "
        "says.": {**elected, "elected": [INES], "tied": [INES, AMARU], "broken": "lots"},
        "Drawn by lot, from the seed 0a1b: member 2001.": {
            **elected, "method": "lots/1", "elected": [INES], "seed": "0a1b", "counts": [0, 0], "ballots": 0,
        },
        "The election is undecided. Ballots: 30; level are member 2001 and member 2002.": {
            **elected, "outcome": "undecided", "tied": [INES, AMARU],
        },
        "The election is undecided: nobody was voted for. Ballots: 0.": {
            **elected, "outcome": "undecided", "counts": [0, 0], "ballots": 0,
        },
    }  # fmt: skip
    return {sentence: verdict.VoteClosed(**act) for sentence, act in acts.items()}


def _electing(text: TextRef, gone: TextRef) -> dict[str, Act]:
    ended = {
        "Member 2001 resigned: Finance.": "resigned",
        "Member 2001 left office: Finance.": "left",
        "Member 2001 died in office: Finance.": "died",
        "Member 2001 was recalled: Finance.": "recalled",
        "The term of member 2001 is over: Finance.": "over",
    }
    on: dict[str, Any] = {"vote": VOTE, "challenge": an_id(107)}
    return {
        "Member 2001 stands for election: Finance.": election.CandidateStood(unit="finance", candidate=INES),
        "Member 2001 no longer stands for election: Finance.": election.CandidateWithdrew(
            unit="finance", candidate=INES
        ),
        **{said: election.MandateEnded(**OFFICE, reason=why, successor=None) for said, why in ended.items()},
        **{
            f"{said} Member 2003 takes over as alternate.": election.MandateEnded(**OFFICE, reason=why, successor=NOOR)
            for said, why in ended.items()
            if why != "over"
        },
        "The vote was challenged: Mend the pump.": challenge.ChallengeRaised(**on, text=text),
        "The vote was challenged; the words were erased.": challenge.ChallengeRaised(**on, text=gone),
        "The challenge was upheld, and the vote counts for nothing: Mend the pump.": challenge.ChallengeAnswered(
            **on, upheld=True, text=text
        ),
        "The challenge was upheld, and the vote counts for nothing; the reasons were erased.": (
            challenge.ChallengeAnswered(**on, upheld=True, text=gone)
        ),
        "The challenge was dismissed: Mend the pump.": challenge.ChallengeAnswered(**on, upheld=False, text=text),
        "The challenge was dismissed; the reasons were erased.": challenge.ChallengeAnswered(
            **on, upheld=False, text=gone
        ),
    }


def _recalling(text: TextRef) -> dict[str, Act]:
    asked: dict[str, Any] = {**RECALL, **OFFICE, "cause": "", "received_by": "control"}
    counted: dict[str, Any] = {**RECALL, "needed": 10, "roll": 100, "report_due": None}
    decided: dict[str, Any] = {**ASSEMBLY, **RECALL, "mandate": OFFICE["mandate"], "member": INES, "vote": VOTE}
    return {
        "A petition asks for the recall of member 2001: Finance.": recall.RecallPetitioned(
            **asked, asked_by=recall.PEOPLE
        ),
        "The recall of member 2001 was asked for: Finance. Asked by: Control.": recall.RecallPetitioned(
            **asked, asked_by="control"
        ),
        "The signatures of the petition were counted: 12, and 10 were needed. They were checked against the roll and "
        "destroyed.": recall.RecallCertified(**counted, signatures=12, enough=True),
        "The signatures of the petition were counted: 9, and 10 were needed. That is too few. They were destroyed.": (
            recall.RecallCertified(**counted, signatures=9, enough=False)
        ),
        "The report on the recall was brought.": recall.RecallReported(**RECALL, text=text, assembly_due=None),
        "The report on the recall was brought; the assembly decides by Saturday, December 5, 2026.": (
            recall.RecallReported(**RECALL, text=text, assembly_due="2026-12-05")
        ),
        "The person whose recall is asked for was heard.": recall.RecallDefended(**RECALL, text=text),
        "The person whose recall is asked for did not wish to be heard.": recall.RecallDefended(**RECALL, text=None),
        "Member 2001 is recalled.": recall.RecallDecided(**decided, recalled=True, barred_until=None),
        "Member 2001 is recalled, and may not stand before Thursday, November 11, 2032.": recall.RecallDecided(
            **decided, recalled=True, barred_until="2032-11-11"
        ),
        "Member 2001 stays in office.": recall.RecallDecided(**decided, recalled=False, barred_until=None),
    }


def _approving(text: TextRef, gone: TextRef) -> dict[str, Act]:
    return {
        "Corrected in the minutes: Mend the pump.": approval.MinutesCorrected(**ASSEMBLY, about=None, text=text),
        "Corrected in the minutes, about act 3: Mend the pump.": approval.MinutesCorrected(
            **ASSEMBLY, about=3, text=text
        ),
        "The minutes were corrected; the words were erased.": approval.MinutesCorrected(**ASSEMBLY, about=3, text=gone),
        "The minutes of an assembly were approved.": approval.MinutesApproved(
            **ASSEMBLY, approved_at=an_id(108), vote=None
        ),
        "The minutes were signed. Signed by: Control.": approval.MinutesSigned(**ASSEMBLY, unit="control"),
    }
