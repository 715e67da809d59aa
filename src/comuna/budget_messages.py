"""What the acts and refusals of participatory budgets say in English."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "budget.add1_too_long": (
        400,
        N_(
            "Shares that grow by one at a time are reckoned up to %(limit)s of the currency. Use what is left "
            "otherwise."
        ),
    ),
    "budget.approved_already": (409, N_("The assembly has approved this result already.")),
    "budget.bad_ballot": (
        400,
        N_("This ballot cannot be read: write whole numbers, and only beside the proposals that stand on it."),
    ),
    "budget.bad_districts": (
        400,
        N_(
            "Each district needs a name of its own, with at most %(length)s letters, and a sum. There can be %(limit)s "
            "of them."
        ),
    ),
    "budget.bad_id": (400, N_("This form is broken. Load the page anew.")),
    "budget.bad_most": (400, N_("Give a whole number from 1 to %(limit)s.")),
    "budget.ballot_empty": (
        400,
        N_("Nothing is marked on this ballot. Mark something, or say that you want to cast a blank ballot."),
    ),
    "budget.ballot_unknown": (404, N_("There is no such ballot on paper in the box.")),
    "budget.cast_already": (
        409,
        N_("By this card somebody has voted already, on a phone or on paper. Everybody votes once."),
    ),
    "budget.desk_proposes": (409, N_("In this round the desk writes the proposals down. Bring yours to the desk.")),
    "budget.district_unknown": (400, N_("Say in which district it is: this round has a sum for each.")),
    "budget.districts_total": (400, N_("The sums of the districts must come to the whole money.")),
    "budget.full": (409, N_("This round has %(limit)s proposals already, and takes no more.")),
    "budget.merge_itself": (400, N_("Choose another proposal of the same round into which it goes.")),
    "budget.money_exceeded": (409, N_("That would cost more than there is. Nothing was recorded.")),
    "budget.more_than_roll": (
        409,
        N_("%(ballots)s ballots were cast, and %(roll)s people may vote. Look for what was entered twice."),
    ),
    "budget.more_papers": (
        409,
        N_(
            "%(papers)s ballots on paper are entered, and %(marked)s people are marked as having voted on paper. Mark "
            "those who are missing, or take out what was entered twice."
        ),
    ),
    "budget.no_completion": (
        400,
        N_("This rule cannot be completed that way. Choose another way to use what is left."),
    ),
    "budget.no_file": (404, N_("There is no file of this round: it is not decided, or its ballots are not published.")),
    "budget.no_lines": (400, N_("Say what it costs: at least one line, with what it is for and its sum.")),
    "budget.no_place": (400, N_("Say where it is.")),
    "budget.no_points": (400, N_("Say how many points everybody can give: a whole number from 1 to %(limit)s.")),
    "budget.no_proposals": (409, N_("There is no proposal yet, so there is nothing to check or to vote on.")),
    "budget.no_purpose": (400, N_("Say what it is for.")),
    "budget.no_reason": (400, N_("Say why it cannot be done, so that whoever proposed it can understand.")),
    "budget.no_right": (403, N_("By the register you do not have the right to vote today.")),
    "budget.no_right_of": (409, N_("By the register member %(member)s does not have the right to vote today.")),
    "budget.no_roll": (409, N_("Nobody on the register has the right to vote. Enter who may vote there first.")),
    "budget.no_title": (400, N_("Give it a name.")),
    "budget.not_marked": (409, N_("Member %(member)s is not marked as having voted on paper.")),
    "budget.not_yours": (
        403,
        N_("Only whoever proposed it, on the phone they used, or the desk can change this proposal."),
    ),
    "budget.nothing_feasible": (409, N_("No proposal was found feasible, so there is nothing to vote on.")),
    "budget.other_step": (409, N_("This budget is at another step already. Load the page anew.")),
    "budget.over_the_budget": (
        400,
        N_("What you marked costs %(over)s %(currency)s more than there is. Take something away."),
    ),
    "budget.over_the_money": (400, N_("It costs more than all the money of this round. Make it smaller.")),
    "budget.proposal_gone": (409, N_("This proposal was withdrawn, or is part of another now.")),
    "budget.proposal_unknown": (404, N_("There is no such proposal.")),
    "budget.rank_skipped": (400, N_("Number them without a gap: number %(rank)s is missing.")),
    "budget.rank_twice": (400, N_("Two proposals have the number %(rank)s. Give each a number of its own.")),
    "budget.rule_needs_ranking": (400, N_("A list in order of preference needs ballots that rank.")),
    "budget.ties_by_lots": (400, N_("The charter says that ties are broken by lots.")),
    "budget.too_many": (409, N_("More than %(limit)s proposals fit on no ballot. Merge or check them first.")),
    "budget.too_many_lines": (400, N_("A cost has at most %(limit)s lines. Put some together.")),
    "budget.too_many_marks": (
        400,
        N_("%(given)s proposals are marked, and at most %(limit)s can be. Take some away."),
    ),
    "budget.too_many_points": (
        400,
        N_("%(given)s points are given, and there are %(limit)s. Take some away."),
    ),
    "budget.too_much_money": (400, N_("That is more money than can be reckoned with here.")),
    "budget.unchecked": (409, N_("%(count)s proposals are not checked yet. Check them first.")),
    "budget.unconfirmed": (400, N_("Tick that you want it: it cannot be undone.")),
    "budget.unknown": (404, N_("There is no such budget.")),
    "budget.unknown_choice": (400, N_("One of the choices is not on the list. Load the page anew.")),
    "budget.until_past": (400, N_("The day on which voting ends must be still to come.")),
    "budget.line_of_sum": (400, N_("Line %(line)s has a sum, and does not say what it is for.")),
    "budget.line_of_words": (400, N_("Line %(line)s says what it is for, and has no sum.")),
}

RULES: Final[dict[str, str]] = {
    "greedy": N_("most points first"),
    "equal-shares": N_("equal shares"),
    "phragmen": N_("Phragmén, in sequence"),
    "list": N_("a list in order of preference"),
}
BALLOTS: Final[dict[str, str]] = {
    "approval": N_("mark those that one wants"),
    "points": N_("give points"),
    "ranking": N_("put in order"),
    "knapsack": N_("fill the budget oneself"),
}

SENTENCES: Final[dict[str, str]] = {
    "budget.opened": N_(
        "A participatory budget was opened: “%(title)s”, %(amount)s. It is decided by this rule: %(rule)s. "
        "Ballots: %(ballot)s."
    ),
    "budget.opened.erased": N_(
        "A participatory budget was opened: %(amount)s. It is decided by this rule: %(rule)s. Ballots: %(ballot)s."
    ),
    "budget.proposed": N_("Proposed for the budget: “%(title)s”, for %(amount)s."),
    "budget.proposed.erased": N_("Something was proposed for the budget, for %(amount)s; the words were erased."),
    "budget.revised": N_("A proposal for the budget was changed. It is now: “%(title)s”, for %(amount)s."),
    "budget.revised.erased": N_(
        "A proposal for the budget was changed. It is now for %(amount)s; the words were erased."
    ),
    "budget.withdrawn": N_("A proposal for the budget was withdrawn."),
    "budget.merged": N_("A proposal for the budget was made part of another."),
    "budget.checked.feasible": N_("A proposal for the budget was checked: it can be done."),
    "budget.checked.not": N_("A proposal for the budget was checked: it cannot be done: %(reason)s."),
    "budget.checked.not_erased": N_("A proposal for the budget was checked: it cannot be done. The reason was erased."),
    "budget.gathered": N_("No more proposals for the budget are taken. On the list: %(count)s."),
    "budget.sealed": N_(
        "The list of the budget was sealed, and voting began. Proposals: %(count)s. May vote: %(roll)s people."
    ),
    "budget.sealed.until": N_(
        "The list of the budget was sealed, and voting began. Proposals: %(count)s. May vote: %(roll)s people. Voting "
        "is to end on %(until)s."
    ),
    "budget.decided": N_(
        "The budget was decided. Voted: %(ballots)s of %(roll)s. Funded proposals: %(funded)s, for %(amount)s together."
    ),
    "budget.decided.nothing": N_("The budget was decided. Voted: %(ballots)s of %(roll)s. No proposal is funded."),
    "budget.decided.undecided": N_(
        "The budget was decided up to a tie that nothing breaks. Voted: %(ballots)s of %(roll)s. Funded proposals: "
        "%(funded)s, for %(amount)s together."
    ),
    "budget.abandoned": N_("A participatory budget was given up before it was decided."),
    "budget.abandoned.because": N_("A participatory budget was given up before it was decided: %(reason)s."),
    "budget.approved": N_("The assembly approved the result of a participatory budget."),
}
"""A sentence for each kind of act, by `minutes.of_act`'s keys."""
