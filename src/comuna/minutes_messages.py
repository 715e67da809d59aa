"""What the minutes of an assembly say in English: their parts, sealed rules in words, reasons for an outcome.
`messages` takes these tables into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

SENTENCES: Final[dict[str, str]] = {
    "minutes.call": N_("The call"),
    "minutes.opening": N_("Opening and quorum"),
    "minutes.agenda": N_("Agenda and decisions"),
    "minutes.other_votes": N_("Other votes"),
    "minutes.elections": N_("Elections"),
    "minutes.recalls": N_("Recalls"),
    "minutes.corrections": N_("Corrections"),
    "minutes.approval": N_("Approval and signatures"),
    "minutes.acts": N_("Every act, in order"),
    "minutes.motion": N_("Motion"),
    "minutes.question": N_("Question"),
    "minutes.titled": N_("%(title)s"),
    "minutes.when": N_("%(form)s of %(group)s, called for %(date)s, %(start)s (%(zone)s)."),
    "minutes.second": N_("A second call was planned for %(date)s, %(start)s."),
    "minutes.no_notice": N_("No proof of notice stands in the book."),
    "minutes.never_opened": N_("The assembly was not opened."),
    "minutes.item": N_("%(number)s. %(title)s"),
    "minutes.item.unknown": N_("%(number)s. An item that was added while the assembly was held (%(title)s)"),
    "minutes.matter": N_("To be decided by the charter’s rules for: %(title)s."),
    "minutes.nothing": N_("No motion was moved on this item."),
    "minutes.by_phone": N_("By phone: %(ballots)s ballots."),
    "minutes.moved_as": N_("as it was moved"),
    "minutes.voted_as": N_("as it was read out and voted on"),
    "minutes.erased": N_("The words of this motion were erased."),
    "minutes.stood": N_("Stood for it: %(people)s."),
    "minutes.elected": N_("Elected: %(elected)s."),
    "minutes.alternates": N_("Alternates, in this order: %(alternates)s."),
    "minutes.recall_of": N_("%(member)s, %(unit)s"),
    "minutes.elsewhere": N_("The minutes of the assembly of %(date)s were approved here."),
    "minutes.approved_here": N_("These minutes were approved by the assembly itself, at its end."),
    "minutes.approved_later": N_("These minutes were approved by the assembly of %(date)s."),
    "minutes.wait.next": N_("These minutes are a draft. By the charter, the next assembly approves them."),
    "minutes.wait.same": N_("These minutes are a draft. By the charter, the assembly itself approves them at its end."),
    "minutes.wait.signatures": N_(
        "These minutes are a draft. By the charter they are approved once the offices below have signed."
    ),
    "minutes.wait.unsaid": N_("These minutes are a draft. The charter does not say who approves them."),
    "proof.minutes": N_(
        "These minutes are made from acts of the book %(book)s; the last word on them is act %(act)s. The book proves "
        "that none of its acts was changed or dropped since a checkpoint that someone else holds: a member, a printed "
        "page, a witness."
    ),
    "proof.minutes.check": N_(
        "The proof below says, without the book and without this server, that this act stands in it. The checkpoint "
        "beside it covers every act before it. Names are not in the book: they come from the group’s register."
    ),
    "picture.bar.present": N_("Present"),
    "picture.present": N_("%(present)s of %(roll)s on the roll were present."),
    "picture.present.needed": N_("%(present)s of %(roll)s on the roll were present; the quorum was %(needed)s."),
    "picture.vote": N_("The count: %(counts)s."),
    "picture.vote.needed": N_("The count: %(counts)s. The threshold was %(needed)s."),
    "option.yes": N_("In favour"),
    "option.no": N_("Against"),
    "option.abstain": N_("Abstaining"),
    "option.agree": N_("Agreeing"),
    "option.aside": N_("Standing aside"),
    "option.object": N_("Objecting"),
    "option.level": N_("Level %(level)s"),
    "outcome.adopted": N_("Adopted"),
    "outcome.rejected": N_("Rejected"),
    "outcome.tied": N_("A tie"),
    "outcome.too_few": N_("Too few voted"),
    "outcome.no_votes": N_("Nobody voted for or against"),
    "outcome.objected": N_("No consent"),
    "outcome.blocked": N_("Blocked"),
    "outcome.elected": N_("Elected"),
    "outcome.chosen": N_("Chosen"),
    "outcome.undecided": N_("Undecided"),
    "outcome.annulled": N_("Stopped"),
    "outcome.open": N_("Not closed yet"),
    "sealed.cast.more": N_("More than %(share)s of those who vote for or against must be in favour."),
    "sealed.cast.least": N_("At least %(share)s of those who vote for or against must be in favour."),
    "sealed.cast.whole": N_("Everybody who votes for or against must be in favour."),
    "sealed.counted.more": N_("More than %(share)s of those who vote, abstentions included, must be in favour."),
    "sealed.counted.least": N_("At least %(share)s of those who vote, abstentions included, must be in favour."),
    "sealed.counted.whole": N_("Everybody who votes must be in favour; an abstention counts against."),
    "sealed.present.more": N_("More than %(share)s of those present must be in favour."),
    "sealed.present.least": N_("At least %(share)s of those present must be in favour."),
    "sealed.present.whole": N_("Everybody present must be in favour."),
    "sealed.all.more": N_("More than %(share)s of all on the roll must be in favour."),
    "sealed.all.least": N_("At least %(share)s of all on the roll must be in favour."),
    "sealed.all.whole": N_("Everybody on the roll must be in favour."),
    "sealed.consent": N_("It is adopted if nobody objects."),
    "sealed.levels": N_(
        "It is adopted if everybody is at level %(level)s of five or above; at level 0, %(blocks)s can block it."
    ),
    "sealed.plurality": N_("Whatever has the most votes is chosen."),
    "sealed.choice.plurality": N_("Each ballot is for one option; the option with the most is chosen."),
    "sealed.choice.approval": N_("Each ballot can be for several options; the option with the most is chosen."),
    "sealed.choice.cast.more": N_("The option must have more than %(share)s of the ballots."),
    "sealed.choice.cast.least": N_("The option must have at least %(share)s of the ballots."),
    "sealed.choice.present.more": N_("The option must have more than %(share)s of those present."),
    "sealed.choice.present.least": N_("The option must have at least %(share)s of those present."),
    "sealed.choice.all.more": N_("The option must have more than %(share)s of all on the roll."),
    "sealed.choice.all.least": N_("The option must have at least %(share)s of all on the roll."),
    "sealed.election": N_("Method: %(method)s; seats: %(seats)s."),
    "sealed.turnout": N_("At least %(share)s of the roll must vote."),
    "sealed.quorum": N_("At least %(needed)s must be present."),
    "sealed.reading": N_("It must be adopted at %(readings)s assemblies in a row."),
    "sealed.change": N_("A ballot can be changed until the vote is closed."),
    "sealed.small": N_("Of fewer than %(small)s ballots only the outcome is told."),
    "sealed.tie.rejects": N_("A tie is a rejection."),
    "sealed.tie.chair": N_("In a tie, the chair decides."),
    "sealed.tie.lots": N_("In a tie, lots are drawn."),
    "sealed.tie.again": N_("In a tie, it is voted on again."),
    "sealed.tie.earlier_rounds": N_("In a tie, earlier rounds decide."),
    "sealed.tie.unsaid": N_("The charter does not say what a tie means."),
    "reason.cast.more": N_(
        "%(favour)s of the %(base)s who voted for or against were in favour; more than %(share)s, %(needed)s, were "
        "needed."
    ),
    "reason.cast.least": N_(
        "%(favour)s of the %(base)s who voted for or against were in favour; at least %(share)s, %(needed)s, were "
        "needed."
    ),
    "reason.cast.whole": N_(
        "%(favour)s of the %(base)s who voted for or against were in favour; all of them, %(needed)s, were needed."
    ),
    "reason.counted.more": N_(
        "%(favour)s of the %(base)s who voted, abstentions included, were in favour; more than %(share)s, %(needed)s, "
        "were needed."
    ),
    "reason.counted.least": N_(
        "%(favour)s of the %(base)s who voted, abstentions included, were in favour; at least %(share)s, %(needed)s, "
        "were needed."
    ),
    "reason.counted.whole": N_(
        "%(favour)s of the %(base)s who voted, abstentions included, were in favour; all of them, %(needed)s, were "
        "needed."
    ),
    "reason.present.more": N_(
        "%(favour)s of the %(base)s present were in favour; more than %(share)s, %(needed)s, were needed."
    ),
    "reason.present.least": N_(
        "%(favour)s of the %(base)s present were in favour; at least %(share)s, %(needed)s, were needed."
    ),
    "reason.present.whole": N_(
        "%(favour)s of the %(base)s present were in favour; all of them, %(needed)s, were needed."
    ),
    "reason.all.more": N_(
        "%(favour)s of the %(base)s on the roll were in favour; more than %(share)s, %(needed)s, were needed."
    ),
    "reason.all.least": N_(
        "%(favour)s of the %(base)s on the roll were in favour; at least %(share)s, %(needed)s, were needed."
    ),
    "reason.all.whole": N_(
        "%(favour)s of the %(base)s on the roll were in favour; all of them, %(needed)s, were needed."
    ),
    "reason.untold": N_("So few voted that telling how many would tell who."),
    "reason.too_few": N_("%(ballots)s voted, and %(needed)s were needed, so nothing is decided."),
    "reason.quorum": N_("Quorum: %(present)s were present, and %(needed)s were needed."),
    "reason.turnout": N_("%(ballots)s voted, and %(needed)s had to."),
    "reason.no_votes": N_("Nobody voted for or against, so nothing is decided."),
    "reason.consent": N_("Nobody objected."),
    "reason.objected": N_("Objections: %(n)s. Consent needs that nobody objects."),
    "reason.levels": N_("Everybody was at level %(level)s or above."),
    "reason.blocked": N_("At level 0: %(n)s; %(blocks)s can block it."),
    "reason.below": N_("Below level %(level)s: %(n)s. They must be heard before it can be adopted."),
    "reason.elected": N_("Ballots: %(ballots)s, counted by this method: %(method)s."),
    "reason.nobody": N_("Nobody was voted for, so nobody is elected."),
    "reason.lots": N_(
        "Nobody voted. The order is that of SHA-256 over the seed %(seed)s and each number; anyone can draw it again."
    ),
    "reason.level": N_("Level were %(tied)s, and nothing broke the tie."),
    "reason.level_lots": N_("Level were %(tied)s; lots were drawn."),
    "reason.level_other": N_("Level were %(tied)s; it was settled as the charter says."),
    "reason.choice.enough": N_("%(choice)s had %(favour)s; of %(base)s, %(needed)s were needed."),
    "reason.choice.most": N_("%(choice)s had the most: %(favour)s of %(ballots)s ballots."),
    "reason.choice.short": N_("The most that an option had was %(favour)s; of %(base)s, %(needed)s were needed."),
    "reason.choice.none": N_("Nobody chose any of the options, so nothing is decided."),
    "reason.tie.rejects": N_("As many were against. By the charter, a tie is a rejection."),
    "reason.tie.chair_adopted": N_("As many were against. By the charter the chair decides, and decided in favour."),
    "reason.tie.chair_rejected": N_("As many were against. By the charter the chair decides, and decided against."),
    "reason.tie.open": N_("As many were against, so nothing is decided by this vote."),
}
"""The sentences of `rules/assembly_record.py` and `rules/vote_record.py`, by their keys."""

SHARES: Final[dict[str, str]] = {
    "1/2": N_("half"),
    "1/3": N_("a third"),
    "2/3": N_("two thirds"),
    "1/4": N_("a quarter"),
    "3/4": N_("three quarters"),
    "1/5": N_("a fifth"),
    "1/10": N_("a tenth"),
    "3/10": N_("three tenths"),
}
"""Shares that have a name; others are said as fractions."""

METHODS: Final[dict[str, str]] = {
    "plurality": N_("the most votes"),
    "approval": N_("approval"),
    "two_rounds": N_("two rounds"),
    "irv": N_("instant runoff"),
    "stv-scottish": N_("single transferable vote"),
    "schulze": N_("Schulze’s method"),
    "lots": N_("drawing lots"),
}
"""Methods of election."""

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "challenge.no_words": (400, N_("Say it in a sentence or two: it stands in the book.")),
    "challenge.no_answer": (400, N_("Say whether the challenge is upheld or dismissed.")),
    "mandate.other_successor": (
        409,
        N_("Meanwhile somebody else would step in: member %(member)s. Look at the page again, then end it."),
    ),
    "recall.no_defence": (
        400,
        N_("Write what they say, or tick that they did not want to be heard; not both."),
    ),
    "recall.no_words": (400, N_("The report is empty. Write what was found.")),
    "recall.not_destroyed": (
        400,
        N_("The signature sheets must be destroyed when the petition is certified. Tick that they are."),
    ),
    "recall.no_count": (400, N_("Give how many signed and how many are on the roll, as numbers.")),
    "recall.no_right": (
        403,
        N_("By the register, this member does not have the right to vote today, so they cannot sign."),
    ),
    "recall.too_few_yet": (
        409,
        N_(
            "These are too few signatures: certified now, the recall would end. Go on collecting, or tick that it is "
            "to be certified all the same."
        ),
    ),
    "recall.no_petition": (409, N_("A unit asked for this recall: there are no signatures to collect or to count.")),
    "recall.not_certified": (409, N_("The petition’s signatures must be counted and certified first.")),
    "minutes.signed_already": (409, N_("These minutes were signed for that office already.")),
    "minutes.signatures_missing": (409, N_("The offices that the charter names have not all signed yet.")),
    "minutes.by_signatures": (
        409,
        N_("By the charter, these minutes are approved by the signatures of the offices that it names."),
    ),
    "minutes.next_gathering": (409, N_("By the charter, the next assembly approves these minutes.")),
    "minutes.others_approve": (409, N_("By the charter, these minutes are approved by a vote of an assembly.")),
    "minutes.no_assembly": (409, N_("Minutes are approved while an assembly is open, and none is.")),
    "minutes.no_words": (400, N_("Say what is right, in a sentence.")),
}
"""What the pages of minutes and offices refuse."""
