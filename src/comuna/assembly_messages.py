"""What the acts and refusals of assemblies say in English: motions, votes, elections, recalls, minutes. `messages`
takes these tables into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "agenda.needs_notice": (
        409,
        N_("The charter asks for notice of that kind of decision, and this assembly was not called for it: %(kind)s."),
    ),
    "agenda.not_on_it": (409, N_("That is not on the agenda of this assembly, so it cannot be decided here.")),
    "amendment.moved_already": (409, N_("That amendment was moved already.")),
    "amendment.pending": (409, N_("An amendment to this motion is still open. Settle it first.")),
    "amendment.settled": (409, N_("That amendment is settled already.")),
    "amendment.unknown": (404, N_("There is no such amendment.")),
    "assembly.before_its_day": (
        409,
        N_("The assembly was called for %(date)s, and by this machine’s clock it is %(now)s. Open it on its day."),
    ),
    "assembly.call_not_yet": (409, N_("This call is for %(date)s at %(hour)s. Wait until then.")),
    "assembly.day_past": (
        409,
        N_(
            "The assembly was called for %(date)s, and by this machine’s clock it is %(now)s. Postpone it to another "
            "day first."
        ),
    ),
    "assembly.in_session": (409, N_("The assembly is open. Adjourn it, or close the session.")),
    "assembly.no_call_planned": (
        409,
        N_("No further call is planned. Postpone the session to the day and hour of the next call first."),
    ),
    "assembly.convened_already": (409, N_("This assembly was convened already.")),
    "assembly.not_convened": (409, N_("This gathering was not convened as an assembly, so it decides nothing.")),
    "assembly.not_open": (409, N_("The assembly is not open.")),
    "assembly.open_already": (409, N_("The assembly is open already.")),
    "assembly.second_before_first": (400, N_("The second call must come after the first.")),
    "assembly.second_too_soon": (
        409,
        N_("The charter asks for %(needed)s minutes between the calls; these are %(given)s."),
    ),
    "assembly.kind_gone": (
        409,
        N_(
            "The charter was changed and knows no gathering of this kind any more: %(kind)s. Call another, of a kind"
            " that it knows."
        ),
    ),
    "assembly.unknown_kind": (400, N_("The charter knows no gathering of that kind: %(kind)s.")),
    "candidate.barred": (409, N_("This member was recalled and may not stand before %(until)s.")),
    "candidate.gone": (409, N_("Member %(member)s left the group, or is not on its register. Withdraw the candidacy.")),
    "candidate.in_office": (
        409,
        N_(
            "Member %(member)s holds one of these seats already, and not all of them are elected now. Withdraw the "
            "candidacy; an open vote must be stopped first."
        ),
    ),
    "candidate.incompatible": (409, N_("The charter does not let one person be in both units: %(unit)s.")),
    "candidate.no_longer": (
        409,
        N_(
            "Member %(member)s may not hold this office any more: recalled, in a unit that excludes it, or without a "
            "term left. The page of the offices says which. Withdraw the candidacy; an open vote must be stopped first."
        ),
    ),
    "candidate.not_eligible": (409, N_("By the register, this member does not have the right to stand for it.")),
    "candidate.one_unit_only": (409, N_("This member stands for another unit already: %(unit)s.")),
    "candidate.stands_already": (409, N_("This member stands already.")),
    "candidate.terms_over": (409, N_("The charter does not let this member serve another term.")),
    "candidate.to_attest": (
        409,
        N_("The register cannot tell everything that the charter asks for. The desk must attest the rest."),
    ),
    "candidate.unknown": (404, N_("There is no such candidate.")),
    "challenge.answered_already": (409, N_("That challenge was answered already.")),
    "challenge.raised_already": (409, N_("That challenge was raised already.")),
    "challenge.too_late": (409, N_("The time for challenges ended on %(last)s.")),
    "challenge.unknown": (404, N_("There is no such challenge.")),
    "charter.not_decided": (
        409,
        N_("The charter is put in force as an assembly decided it, and this decision is about something else."),
    ),
    "charter.not_merged": (
        409,
        N_("A motion to change the charter is about one proposed text, so it is not made one with another."),
    ),
    "charter.other_text": (
        409,
        N_("That is not the charter that was decided: the SHA-256 of the decided one begins with %(decided)s."),
    ),
    "charter.proposal_erased": (410, N_("The text of that proposed charter was erased.")),
    "charter.proposal_needed": (
        409,
        N_(
            "A change of the charter is moved with the whole text of a proposed charter, and nothing else is. Propose"
            " it on the page of the charter first."
        ),
    ),
    "charter.proposal_outdated": (
        409,
        N_("That proposal changes a charter that does not hold any more. Propose it again, on the charter of today."),
    ),
    "charter.proposal_unknown": (404, N_("There is no such proposal of a charter.")),
    "charter.proposed_already": (409, N_("That very charter is proposed already.")),
    "charter.proposed_late": (
        409,
        N_(
            "The charter asks for %(needed)s days between a proposal and the assembly that decides on it; there are"
            " %(given)s."
        ),
    ),
    "charter.same": (409, N_("That is the charter as it is.")),
    "date.too_far": (409, N_("By the charter’s times that would be after the year 9999. Change the charter first.")),
    "decision.done_already": (409, N_("That decision is done already.")),
    "decision.other_gathering": (409, N_("The charter has another kind of gathering decide that: %(kind)s.")),
    "decision.recorded_already": (409, N_("That decision is recorded already.")),
    "decision.annulled": (
        409,
        N_("Decision %(number)s does not stand any more: a challenge of its vote was upheld."),
    ),
    "decision.unknown": (404, N_("There is no such decision.")),
    "decision.unknown_kind": (400, N_("The charter knows no decision of that kind: %(kind)s.")),
    "decision.unspecified": (
        409,
        N_("The charter does not say how much agreement this needs: %(kind)s. Settle that first."),
    ),
    "election.method_unknown": (400, N_("Nobody can be elected by that method.")),
    "election.other_method": (409, N_("By the charter this unit is elected by another method: %(method)s.")),
    "election.not_on_agenda": (
        409,
        N_(
            "By the charter only what is on the agenda is decided, and no election is on it. Convene an assembly "
            "for it."
        ),
    ),
    "election.no_seats": (400, N_("An election fills at least one seat.")),
    "election.other_seats": (
        409,
        N_(
            "By the charter the unit has %(seats)s seats. Elect all of them, or in a by-election at most those that "
            "are vacant: %(free)s."
        ),
    ),
    "mandate.ended_already": (409, N_("That office has ended already.")),
    "mandate.unknown": (404, N_("Nobody holds that office.")),
    "mandate.unknown_reason": (400, N_("An office ends for one of the reasons given.")),
    "minutes.approved_already": (409, N_("These minutes were approved already.")),
    "minutes.not_over": (409, N_("That assembly is not over yet. Close it first.")),
    "minutes.nothing_held": (409, N_("That assembly was not held, so there are no minutes to approve.")),
    "motion.bad_id": (400, N_("That is not a name that a browser gives. Load the page again.")),
    "motion.elsewhere": (409, N_("That motion is before another assembly.")),
    "motion.here": (409, N_("That motion is before this assembly already.")),
    "motion.moved_already": (409, N_("That motion was moved already.")),
    "motion.not_adopted": (409, N_("That motion was not adopted.")),
    "motion.not_read_back": (409, N_("Read out the text first, so that everybody knows what is voted on.")),
    "motion.not_seconded": (409, N_("Somebody else must second the motion first.")),
    "motion.amendment_first": (
        409,
        N_("By the charter’s order of motions, a pending amendment comes first: “%(pending)s”"),
    ),
    "motion.motion_first": (409, N_("By the charter’s order of motions, a pending motion comes first: “%(pending)s”")),
    "motion.same": (409, N_("A motion cannot be merged with itself.")),
    "motion.seconded_already": (409, N_("That motion was seconded already.")),
    "motion.settled": (409, N_("That motion is settled.")),
    "motion.unknown": (404, N_("There is no such motion.")),
    "notice.no_emergency": (409, N_("The charter knows no emergency call.")),
    "notice.nobody_told": (400, N_("How many were told? Give a number above nought.")),
    "notice.too_early": (409, N_("That is %(given)s days ahead; the charter allows at most %(most)s.")),
    "notice.too_late": (400, N_("Notice is given before the assembly, not after it.")),
    "notice.too_short": (
        409,
        N_("That is %(given)s days ahead; the charter asks for at least %(needed)s. Choose a later day."),
    ),
    "notice.unknown_means": (400, N_("Notice is given by one of the means listed.")),
    "quorum.lost": (
        409,
        N_("There is no quorum: %(present)s are present, and %(needed)s are needed. Count again, or adjourn."),
    ),
    "quorum.missing": (
        409,
        N_("There is no quorum: %(present)s are present, and %(needed)s are needed. Say so, and call it again."),
    ),
    "quorum.more_than_roll": (400, N_("That is more than are on the roll: %(present)s of %(roll)s.")),
    "quorum.not_asked_for": (409, N_("The charter asks for no quorum, so the assembly can be opened.")),
    "quorum.there": (409, N_("There is a quorum: %(present)s are present, and %(needed)s are needed.")),
    "recall.called_late": (
        409,
        N_(
            "The charter asks for %(needed)s days of notice before a recall is voted on; this assembly was called "
            "%(given)s days before."
        ),
    ),
    "recall.no_causes": (400, N_("The charter names no causes for a recall, so none is given.")),
    "recall.not_on_agenda": (
        409,
        N_("By the charter a recall must be on the agenda, and this assembly was not convened to decide on one."),
    ),
    "recall.roll_smaller": (
        409,
        N_("%(roll)s on the roll are fewer than the %(last)s at the last assembly. Count that roll, or a larger one."),
    ),
    "recall.may_not_ask": (403, N_("By the charter, that unit cannot ask for a recall.")),
    "recall.not_defended": (
        409,
        N_("Whoever is to be recalled must be heard first, or say that they do not want to be."),
    ),
    "recall.open_already": (409, N_("A recall from this office is under way already.")),
    "recall.other_step": (409, N_("The recall is at another step.")),
    "recall.receiver_unclear": (
        409,
        N_("The charter says two things about who receives this request. Choose one; the choice stands in the book."),
    ),
    "recall.unknown": (404, N_("There is no such recall.")),
    "recall.unknown_cause": (400, N_("A recall needs one of the charter’s causes.")),
    "unit.unknown": (400, N_("The charter knows no such unit or committee.")),
    "vote.annulled": (409, N_("That vote was stopped.")),
    "vote.bad_choice": (400, N_("Choose from what is offered, each once.")),
    "vote.cast_other_way": (
        409,
        N_("This member has voted in another way already, by phone or in the roll call. Each votes once."),
    ),
    "vote.roll_call_open": (
        409,
        N_("In a roll call everybody hears who votes how, so it is never secret. Choose phones or paper."),
    ),
    "vote.roll_is_called": (
        409,
        N_("A roll call is not entered as a count: call the roll, and write down what each person says."),
    ),
    "vote.cast_already": (409, N_("You have voted. This ballot cannot be changed any more.")),
    "vote.needs_https": (
        409,
        N_(
            "Over a plain connection others in the network could read a secret ballot. Vote on paper, or have the site "
            "started with --tls."
        ),
    ),
    "vote.too_many_choices": (400, N_("Choose at most %(most)s.")),
    "voter.by_register": (
        409,
        N_("The group keeps a register: members are checked in at the desk, or show their card."),
    ),
    "voter.admitted_already": (409, N_("They are on the list of voters already.")),
    "voter.here_already": (409, N_("This member is here already: at the desk, or on another device.")),
    "voter.no_right": (403, N_("By the register, this member may not vote here.")),
    "voter.not_found": (404, N_("Nobody on the register has that card, name or number.")),
    "voter.several": (409, N_("Several are called that: %(names)s. Give the number, or more of the name.")),
    "voter.not_admitted": (403, N_("You are not on the list of those who vote here. Ask at the desk.")),
    "vote.bad_id": (400, N_("That is not a name that a browser gives. Load the page again.")),
    "assembly.call_over": (409, N_("That call is over already.")),
    "vote.chair_first": (
        409,
        N_("Say first how the chair would break a tie: of a secret vote nothing may be known before it is closed."),
    ),
    "vote.roll_smaller": (409, N_("%(roll)s on the roll are fewer than the %(opened)s with whom it was opened.")),
    "vote.closed": (409, N_("That vote is closed. Nothing is counted any more.")),
    "vote.count_impossible": (400, N_("Give a number for each option, nought or more.")),
    "vote.more_than_present": (
        409,
        N_("%(counted)s votes are more than the %(present)s who are present. Count again, or count who is here."),
    ),
    "vote.more_than_roll": (409, N_("%(counted)s votes are more than the %(roll)s who may vote.")),
    "vote.how_many": (
        400,
        N_("Say how many people or papers were counted. Each can be for %(most)s at most, and for one option once."),
    ),
    "vote.one_by_one": (409, N_("Each paper says its own thing here: put them into the box one by one.")),
    "vote.must_be_open": (409, N_("By the charter, this is voted on openly.")),
    "vote.must_be_secret": (409, N_("By the charter, this is voted on secretly.")),
    "vote.no_options": (400, N_("There is nothing to choose between.")),
    "vote.no_way": (400, N_("Choose how people vote.")),
    "vote.not_counted": (409, N_("One way of voting has not been counted yet. Enter its count, nought included.")),
    "vote.open": (409, N_("A vote is open. Close it first.")),
    "vote.opened_already": (409, N_("That vote was opened already.")),
    "vote.other_outcome": (409, N_("That vote came out otherwise.")),
    "vote.secret_counts": (409, N_("Of a secret vote only the total is told, when it is closed.")),
    "vote.subject_unknown": (400, N_("A vote is on one of the things listed.")),
    "question.needs_motion": (
        409,
        N_("By the charter that kind of decision takes a motion, not a question with options. Put a motion."),
    ),
    "question.not_read_out": (409, N_("Read out the question and its options first, and say so.")),
    "question.options": (400, N_("Write %(fewest)s to %(most)s options, each on a line of its own.")),
    "question.options_same": (400, N_("Two of the options are the same.")),
    "vote.tie_which": (409, N_("It is a tie, and the charter lets the chair decide. Say for which option.")),
    "vote.tie_is_chairs": (409, N_("It is a tie, and the charter lets the chair decide. Say yes or no.")),
    "vote.unknown": (404, N_("There is no such vote.")),
    "vote.way_ranks_not": (409, N_("An order of preference is written down: vote by phone or on paper.")),
    "vote.way_unknown": (400, N_("That is no way of voting here.")),
}
"""Refusal → its HTTP status and its sentence."""

SENTENCES: Final[dict[str, str]] = {
    "assembly.convened": N_(
        "Convened: %(form)s, to decide on %(matters)s, with %(notice)s of notice; the charter asks for "
        "%(notice_needed)s."
    ),
    "assembly.convened.unsaid": N_(
        "Convened: %(form)s, to decide on %(matters)s, with %(notice)s of notice; the charter does not say how much "
        "is needed."
    ),
    "assembly.convened.emergency": N_(
        "Convened as an emergency: %(form)s, to decide on %(matters)s, with %(notice)s of notice; in an emergency the "
        "charter asks for %(notice_needed)s."
    ),
    "notice.given.posters": N_("Notice was given by %(date)s. Posters put up: %(count)s."),
    "notice.given.messages": N_("Notice was given by %(date)s. Messages sent: %(count)s."),
    "notice.given.published": N_("Notice was published by %(date)s. In so many places: %(count)s."),
    "notice.given.letter": N_("Notice was given by %(date)s. Letters delivered: %(count)s."),
    "assembly.opened": N_(
        "The assembly was opened at call %(call)s. Present: %(present)s of %(roll)s on the roll; needed for a quorum: "
        "%(needed)s."
    ),
    "assembly.opened.unsaid": N_(
        "The assembly was opened at call %(call)s. Present: %(present)s of %(roll)s on the roll; the charter does not "
        "say how many are needed."
    ),
    "assembly.without_quorum": N_(
        "There was no quorum at call %(call)s, so the assembly was not opened. Present: %(present)s of %(roll)s on the "
        "roll; needed: %(needed)s."
    ),
    "assembly.without_quorum.again": N_(
        "There was no quorum at call %(call)s, so the assembly was not opened. Present: %(present)s of %(roll)s on the "
        "roll; needed: %(needed)s. The next call is on %(date)s, %(start)s."
    ),
    "quorum.counted.holds": N_("Counted again. Present: %(present)s; needed: %(needed)s. There is a quorum."),
    "quorum.counted.lost": N_("Counted again. Present: %(present)s; needed: %(needed)s. The quorum is lost."),
    "quorum.counted.unsaid": N_("Counted again. Present: %(present)s."),
    "assembly.adjourned": N_("The assembly was adjourned; when it goes on was not said."),
    "assembly.adjourned.until": N_("The assembly was adjourned to %(date)s, %(start)s."),
    "charter.amended": N_("The group’s charter was changed, as decided."),
    "charter.proposed": N_(
        "A change of the charter was proposed. The proposed charter has the SHA-256 %(charter_digest)s."
    ),
    "charter.proposed.because": N_(
        "A change of the charter was proposed: %(reason)s. The proposed charter has the SHA-256 %(charter_digest)s."
    ),
    "motion.moved": N_("Moved: %(text)s."),
    "motion.moved.erased": N_("A motion was moved; its words were erased."),
    "motion.seconded": N_("The motion was seconded."),
    "amendment.moved": N_("An amendment was moved. The motion would then read: %(text)s."),
    "amendment.moved.erased": N_("An amendment was moved; its words were erased."),
    "amendment.settled.adopted": N_("The amendment was adopted."),
    "amendment.settled.rejected": N_("The amendment was rejected."),
    "amendment.settled.withdrawn": N_("The amendment was withdrawn."),
    "motion.merged": N_("Two motions were made into one, which reads: %(text)s."),
    "motion.merged.erased": N_("Two motions were made into one; its words were erased."),
    "motion.withdrawn": N_("The motion was withdrawn."),
    "motion.referred": N_("The motion was referred to: %(unit)s."),
    "motion.tabled": N_("The motion was laid aside."),
    "motion.taken_up": N_("A motion from an earlier assembly was taken up."),
    "motion.read_back": N_("Read out before the vote: %(text)s."),
    "motion.read_back.erased": N_("The text was read out before the vote; its words were erased."),
    "decision.recorded": N_("Decision %(number)s: %(text)s."),
    "decision.recorded.owner": N_("Decision %(number)s: %(text)s. %(owner)s sees to it."),
    "decision.recorded.due": N_("Decision %(number)s: %(text)s, by %(due)s."),
    "decision.recorded.owner_due": N_("Decision %(number)s: %(text)s. %(owner)s sees to it by %(due)s."),
    "decision.recorded.erased": N_("Decision %(number)s was recorded; its words were erased."),
    "decision.done": N_("Decision %(number)s was carried out."),
    "decision.done.report": N_("Decision %(number)s was carried out: %(report)s."),
    "vote.opened.open": N_(
        "A vote on %(subject)s was opened, not secret, by %(ways)s. On the roll: %(roll)s; present: %(present)s."
    ),
    "vote.opened.secret": N_(
        "A secret vote on %(subject)s was opened, by %(ways)s. On the roll: %(roll)s; present: %(present)s."
    ),
    "vote.opened.open_reading": N_(
        "A vote on %(subject)s was opened, not secret, by %(ways)s: reading %(reading)s of %(readings)s. On the roll: "
        "%(roll)s; present: %(present)s."
    ),
    "vote.opened.secret_reading": N_(
        "A secret vote on %(subject)s was opened, by %(ways)s: reading %(reading)s of %(readings)s. On the roll: "
        "%(roll)s; present: %(present)s."
    ),
    "vote.opened.open_question": N_(
        "A vote was opened, not secret, by %(ways)s, on the question “%(question)s”. On the roll: %(roll)s; present: "
        "%(present)s."
    ),
    "vote.opened.secret_question": N_(
        "A secret vote was opened, by %(ways)s, on the question “%(question)s”. On the roll: %(roll)s; present: "
        "%(present)s."
    ),
    "vote.opened.open_choice": N_(
        "A vote was opened, not secret, by %(ways)s, between options: “%(question)s”. On the roll: %(roll)s; present: "
        "%(present)s."
    ),
    "vote.opened.secret_choice": N_(
        "A secret vote was opened, by %(ways)s, between options: “%(question)s”. On the roll: %(roll)s; present: "
        "%(present)s."
    ),
    "vote.opened.open_election": N_(
        "An election was opened, not secret, by %(ways)s: %(unit)s. On the roll: %(roll)s; present: %(present)s."
    ),
    "vote.opened.secret_election": N_(
        "A secret election was opened, by %(ways)s: %(unit)s. On the roll: %(roll)s; present: %(present)s."
    ),
    "vote.opened.open_lots": N_(
        "An election by lot was opened: %(unit)s. Nobody votes; whoever stands is drawn. On the roll: %(roll)s; "
        "present: %(present)s."
    ),
    "vote.counted": N_("Counted, %(way)s: %(counts)s."),
    "vote.annulled": N_("The vote was stopped, and nothing of it counts."),
    "vote.annulled.because": N_("The vote was stopped, and nothing of it counts: %(reason)s."),
    "vote.closed.adopted": N_("Adopted: %(counts)s. Of %(base)s, %(needed)s had to be in favour, and %(favour)s were."),
    "vote.closed.adopted_consent": N_("Adopted by consent: %(counts)s."),
    "vote.closed.adopted_chair": N_("A tie: %(counts)s. The charter lets the chair decide: adopted."),
    "vote.closed.adopted_untold": N_("Adopted. So few voted that the numbers would show who voted how."),
    "vote.closed.rejected": N_(
        "Rejected: %(counts)s. Of %(base)s, %(needed)s had to be in favour, and %(favour)s were."
    ),
    "vote.closed.rejected_chair": N_("A tie: %(counts)s. The charter lets the chair decide: rejected."),
    "vote.closed.rejected_tie": N_("A tie: %(counts)s. By the charter that is a rejection."),
    "vote.closed.rejected_untold": N_("Rejected. So few voted that the numbers would show who voted how."),
    "vote.closed.tied": N_("A tie: %(counts)s. Nothing is decided."),
    "vote.closed.tied_untold": N_("A tie, among so few that the numbers are not told. Nothing is decided."),
    "vote.closed.too_few": N_(
        "Too few voted: %(ballots)s (%(counts)s), and %(turnout_needed)s had to. Nothing is decided."
    ),
    "vote.closed.too_few_untold": N_("Too few voted: %(ballots)s, and %(turnout_needed)s had to. Nothing is decided."),
    "vote.closed.no_votes": N_("Nobody voted for or against: %(counts)s. Nothing is decided."),
    "vote.closed.no_votes_untold": N_("Nobody voted for or against. Nothing is decided."),
    "vote.closed.objected": N_("No consent: %(counts)s."),
    "vote.closed.objected_untold": N_("No consent. So few voted that the numbers would show who voted how."),
    "vote.closed.blocked": N_("Blocked: %(counts)s."),
    "vote.closed.blocked_untold": N_("Blocked. So few voted that the numbers would show who voted how."),
    "vote.closed.chosen": N_("Chosen: %(elected)s. The count: %(counts)s. Ballots: %(ballots)s."),
    "vote.closed.chosen_enough": N_(
        "Chosen: %(elected)s. The count: %(counts)s. Of %(base)s, %(needed)s were needed, and it had %(favour)s."
    ),
    "vote.closed.chosen_tie": N_(
        "Chosen: %(elected)s. The count: %(counts)s. Level were %(tied)s; that was settled as the charter says."
    ),
    "vote.closed.chosen_untold": N_("Chosen: %(elected)s. So few voted that the numbers would show who voted how."),
    "vote.closed.choice_rejected": N_(
        "No option had enough: %(counts)s. Of %(base)s, %(needed)s were needed, and the most was %(favour)s. Nothing "
        "is decided."
    ),
    "vote.closed.choice_rejected_untold": N_(
        "No option had enough. So few voted that the numbers would show who voted how. Nothing is decided."
    ),
    "vote.closed.choice_tied": N_("A tie between %(tied)s: %(counts)s. Nothing is decided."),
    "vote.closed.choice_tied_untold": N_(
        "A tie between %(tied)s, among so few that the numbers are not told. Nothing is decided."
    ),
    "vote.closed.choice_none": N_("Nobody chose any of the options. Nothing is decided."),
    "vote.closed.elected": N_("Elected: %(elected)s. Ballots: %(ballots)s."),
    "vote.closed.elected_lots": N_("Drawn by lot, from the seed %(seed)s: %(elected)s."),
    "vote.closed.elected_tie": N_(
        "Elected: %(elected)s. Ballots: %(ballots)s. Level were %(tied)s; that was settled as the charter says."
    ),
    "vote.closed.undecided": N_("The election is undecided. Ballots: %(ballots)s; level are %(tied)s."),
    "vote.closed.undecided_empty": N_("The election is undecided: nobody was voted for. Ballots: %(ballots)s."),
    "candidate.stood": N_("Member %(candidate)s stands for election: %(unit)s."),
    "candidate.withdrew": N_("Member %(candidate)s no longer stands for election: %(unit)s."),
    "mandate.ended.resigned": N_("Member %(member)s resigned: %(unit)s."),
    "mandate.ended.resigned_successor": N_(
        "Member %(member)s resigned: %(unit)s. Member %(successor)s takes over as alternate."
    ),
    "mandate.ended.left": N_("Member %(member)s left office: %(unit)s."),
    "mandate.ended.left_successor": N_(
        "Member %(member)s left office: %(unit)s. Member %(successor)s takes over as alternate."
    ),
    "mandate.ended.died": N_("Member %(member)s died in office: %(unit)s."),
    "mandate.ended.died_successor": N_(
        "Member %(member)s died in office: %(unit)s. Member %(successor)s takes over as alternate."
    ),
    "mandate.ended.recalled": N_("Member %(member)s was recalled: %(unit)s."),
    "mandate.ended.recalled_successor": N_(
        "Member %(member)s was recalled: %(unit)s. Member %(successor)s takes over as alternate."
    ),
    "mandate.ended.over": N_("The term of member %(member)s is over: %(unit)s."),
    "challenge.raised": N_("The vote was challenged: %(text)s."),
    "challenge.raised.erased": N_("The vote was challenged; the words were erased."),
    "challenge.answered.upheld": N_("The challenge was upheld, and the vote counts for nothing: %(text)s."),
    "challenge.answered.upheld_erased": N_(
        "The challenge was upheld, and the vote counts for nothing; the reasons were erased."
    ),
    "challenge.answered.dismissed": N_("The challenge was dismissed: %(text)s."),
    "challenge.answered.dismissed_erased": N_("The challenge was dismissed; the reasons were erased."),
    "recall.petitioned": N_("A petition asks for the recall of member %(member)s: %(unit)s."),
    "recall.petitioned.unit": N_("The recall of member %(member)s was asked for: %(unit)s. Asked by: %(asked_by)s."),
    "recall.certified.enough": N_(
        "The signatures of the petition were counted: %(signatures)s, and %(needed)s were needed. They were checked "
        "against the roll and destroyed."
    ),
    "recall.certified.short": N_(
        "The signatures of the petition were counted: %(signatures)s, and %(needed)s were needed. That is too few. "
        "They were destroyed."
    ),
    "recall.reported": N_("The report on the recall was brought."),
    "recall.reported.due": N_("The report on the recall was brought; the assembly decides by %(assembly_due)s."),
    "recall.defended": N_("The person whose recall is asked for was heard."),
    "recall.defended.silent": N_("The person whose recall is asked for did not wish to be heard."),
    "recall.decided.recalled": N_("Member %(member)s is recalled."),
    "recall.decided.recalled_barred": N_("Member %(member)s is recalled, and may not stand before %(barred_until)s."),
    "recall.decided.kept": N_("Member %(member)s stays in office."),
    "minutes.corrected": N_("Corrected in the minutes: %(text)s."),
    "minutes.corrected.about": N_("Corrected in the minutes, about act %(about)s: %(text)s."),
    "minutes.corrected.erased": N_("The minutes were corrected; the words were erased."),
    "minutes.approved": N_("The minutes of an assembly were approved."),
    "minutes.signed": N_("The minutes were signed. Signed by: %(unit)s."),
}
"""Act → its sentence, by the kind's name and the ending of `rules/assembly_minutes.py`."""

SUBJECTS: Final[dict[str, str]] = {
    "motion": N_("the motion"),
    "amendment": N_("the amendment"),
    "recall": N_("the recall"),
    "minutes": N_("the minutes"),
    "election": N_("who is elected"),
    "question": N_("a question"),
}
"""What is voted on, inside the sentence that a vote was opened."""

WAYS: Final[dict[str, str]] = {
    "hands": N_("show of hands"),
    "standing": N_("standing up"),
    "roll_call": N_("roll call"),
    "phones": N_("phone"),
    "paper": N_("paper"),
}
CHOICES: Final[dict[str, str]] = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "abstain": N_("I abstain"),
    "agree": N_("I agree"),
    "aside": N_("I stand aside"),
    "object": N_("I object"),
    "0": N_("0: I block it"),
    "1": N_("1: I have strong doubts"),
    "2": N_("2: I have doubts"),
    "3": N_("3: I can live with it"),
    "4": N_("4: I support it"),
    "5": N_("5: I fully support it"),
}
"""What a ballot offers."""
OPTIONS: Final[dict[str, str]] = {
    "yes": N_("yes"),
    "no": N_("no"),
    "abstain": N_("abstaining"),
    "agree": N_("agreeing"),
    "aside": N_("standing aside"),
    "object": N_("objecting"),
    "0": N_("at level 0"),
    "1": N_("at level 1"),
    "2": N_("at level 2"),
    "3": N_("at level 3"),
    "4": N_("at level 4"),
    "5": N_("at level 5"),
}
"""What the options of a vote are called after a number: "22 yes"."""
