"""What money, promises and social control say in English: their acts and refusals. `messages` takes these tables into
its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

FUNDS: Final[dict[str, str]] = {
    "social": N_("Social action"),
    "operating": N_("Operating costs"),
    "savings": N_("Savings and social credit"),
    "risk": N_("Risk and emergencies"),
    "general": N_("General fund"),
}
"""The funds that a group has whose charter names none (`rules/funds.py`)."""

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "account.approved_already": (409, N_("This account was approved already.")),
    "account.no_time": (400, N_("The account must begin before it ends.")),
    "account.presented_already": (409, N_("This unit gave account of exactly this time already.")),
    "account.unknown": (404, N_("There is no such account.")),
    "account.unknown_unit": (400, N_("Account is given by the unit that pays and by social control.")),
    "control.answered_already": (409, N_("This question was answered already.")),
    "control.due_past": (400, N_("That day is past. Give a day for the answer that is still to come.")),
    "control.no_unit": (409, N_("The charter knows no unit of social control.")),
    "control.no_words": (400, N_("Say it in words.")),
    "control.not_asked": (
        403,
        N_("Social control is answered by whoever holds an office in the unit that pays, or by the desk for them."),
    ),
    "control.not_controller": (403, N_("Only whoever holds an office in the unit of social control can do this.")),
    "control.open_question": (
        409,
        N_("Something about this payment is still open: a question without an answer, or a finding not put right."),
    ),
    "control.own_payment": (403, N_("This payment went to you. Somebody else of social control must look at it.")),
    "control.settled_already": (409, N_("This finding was settled already.")),
    "control.unknown_finding": (404, N_("There is no such finding.")),
    "control.unknown_question": (404, N_("There is no such question.")),
    "institution.no_name": (400, N_("Say from whom: an institution, a company, or the neighbours at a collection.")),
    "institution.unknown": (404, N_("Nobody of that name has been entered.")),
    "money.bad_date": (400, N_("This is no date: %(written)s. Write it like 2027-02-23.")),
    "money.bad_id": (400, N_("This form is not one of ours, or was sent before. Please begin again with its page.")),
    "money.fund_gone": (
        409,
        N_(
            "The charter no longer has the fund “%(fund)s”. What lies in it can be spent or moved into another; nothing"
            " more comes in."
        ),
    ),
    "money.in_the_future": (400, N_("%(date)s is still to come. Write down what has happened.")),
    "money.line_fixed": (
        409,
        N_("There are payments from this budget line already, so its fund and its currency stay as they are."),
    ),
    "money.given_for_others": (
        409,
        N_("Not moved: this money was given for a project, and stays in its fund until the project is over."),
    ),
    "money.line_decided": (
        409,
        N_("The same decision lets no more be spent than was written down. Name the decision that raised the sum."),
    ),
    "money.line_signed": (
        409,
        N_(
            "Somebody signed a payment from this budget line, so what it is for and its project stay as they are. Set "
            "another line for something else."
        ),
    ),
    "money.line_spent": (409, N_("%(paid)s %(currency)s were paid from this line already; it cannot be less.")),
    "money.no_reason": (400, N_("Say why.")),
    "money.no_reversal": (409, N_("This undoes something itself. Write down anew what is right.")),
    "money.no_rate_source": (400, N_("Say where the rate comes from: the central bank’s of that day, a shop’s.")),
    "money.no_words": (400, N_("Say what it is for.")),
    "money.not_enough": (409, N_("The fund does not hold that much: there are %(left)s %(currency)s in it.")),
    "money.not_then": (
        409,
        N_("On %(date)s, or on a day since, the fund held only %(left)s %(currency)s. Is the day right?"),
    ),
    "money.reversed_already": (409, N_("This was undone already.")),
    "money.same_currency": (400, N_("These are the same currency. To move money between funds, use the other form.")),
    "money.same_fund": (400, N_("These are the same fund.")),
    "money.too_early": (400, N_("%(date)s cannot be right: it is before %(earliest)s. Look at the year.")),
    "money.unknown_entry": (404, N_("There is no such entry in the accounts.")),
    "money.unknown_fund": (400, N_("The charter has no fund “%(fund)s”. It has: %(known)s.")),
    "money.unknown_line": (404, N_("There is no such budget line.")),
    "payment.before_asked": (
        400,
        N_("Not paid: this payment was asked for on %(asked)s, so it cannot have been made on %(date)s."),
    ),
    "payment.controller": (
        403,
        N_("You hold an office in social control, and social control does not pay: it watches over payments."),
    ),
    "payment.fund_short": (409, N_("Not paid: the fund does not hold that much of this currency.")),
    "payment.given_for_others": (
        409,
        N_(
            "Not paid: what lies in the fund beyond that was given for other projects. To spend it on something else, "
            "change what they are for, with a decision and the funder’s consent."
        ),
    ),
    "payment.project_budget": (409, N_("Not paid: the assembly has not approved the budget of its project yet.")),
    "payment.project_over": (409, N_("Not possible: the project that this budget line belongs to is over.")),
    "payment.line_short": (409, N_("Not paid: the budget line does not have that much left.")),
    "payment.no_decision": (
        409,
        N_("Not possible yet: no decision of the assembly stands behind this payment. Name it first."),
    ),
    "payment.no_file": (400, N_("Choose a picture or a PDF of the voucher first.")),
    "payment.no_line": (409, N_("Not possible yet: the payment has no budget line. Name it first.")),
    "payment.no_payee": (400, N_("Say who is paid: a member by their number, or somebody else by name; not both.")),
    "payment.no_signature": (
        409,
        N_("Not paid: nobody has signed. Two members of the unit that pays sign, each with their own card."),
    ),
    "payment.no_unit": (409, N_("The charter knows no unit that pays, so nobody can sign.")),
    "payment.no_voucher": (
        409,
        N_("Not paid: there is no voucher. Take a picture of the receipt or the invoice and put it to the payment."),
    ),
    "payment.not_finance": (403, N_("Only whoever holds an office in the unit that pays can sign.")),
    "payment.one_signature": (
        409,
        N_("Not paid: there is one signature, and two are needed, of two different people of the unit that pays."),
    ),
    "payment.other_currency": (400, N_("This budget line is in another currency: %(currency)s.")),
    "payment.other_step": (
        409,
        N_("This cannot be done with this payment: it is paid or called off, or not yet paid."),
    ),
    "payment.signed_enough": (409, N_("Two have signed already; it can be paid out.")),
    "payment.signed_so": (409, N_("Somebody signed it as it is. Call it off and ask for it anew to change it.")),
    "payment.signed_twice": (
        409,
        N_("You have signed this already. The second signature must come from somebody else."),
    ),
    "payment.to_oneself": (403, N_("This payment goes to you, so you cannot sign it. Somebody else must.")),
    "payment.unknown": (404, N_("There is no such payment.")),
    "payment.unknown_member": (404, N_("There is no member of that number.")),
    "payment.vouchers_full": (409, N_("A payment has %(limit)s vouchers at most. Put several on one picture.")),
    "promise.not_whole": (
        400,
        N_("With this the promise is not kept whole: %(left)s %(currency)s of it are still missing."),
    ),
    "promise.other_giver": (
        400,
        N_("Somebody else promised that. Money counts for a promise only where it comes from whoever made it."),
    ),
    "promise.before_it": (400, N_("That day is before the promise was made.")),
    "promise.due_before": (400, N_("The day by which it is due is before the day of the promise.")),
    "promise.no_words": (400, N_("Say what was promised.")),
    "promise.other_currency": (400, N_("The promise is in another currency, or no sum: %(currency)s.")),
    "promise.settled": (409, N_("This promise is kept, refused or given up already.")),
    "promise.unknown": (404, N_("There is no such promise.")),
    "request.answered_already": (409, N_("The answer to this letter is written down already.")),
    "request.before_it": (400, N_("That day is before the letter was sent.")),
    "request.due_before": (400, N_("The day by which an answer is due is before the day of the letter.")),
    "request.no_words": (400, N_("Say what the letter asks for.")),
    "request.unknown": (404, N_("There is no such letter.")),
    "request.unknown_outcome": (400, N_("Say what the answer was: yes, no, or neither.")),
}

SENTENCES: Final[dict[str, str]] = {
    "institution.named": N_("Entered among those who give or promise: %(name)s."),
    "institution.named.erased": N_("Somebody was entered among those who give or promise; the name was erased."),
    "money.received": N_("Received on %(date)s from %(giver)s, into the fund “%(fund)s”: %(amount)s."),
    "money.received.note": N_("Received on %(date)s from %(giver)s, into the fund “%(fund)s”: %(amount)s. %(note)s."),
    "money.received.erased": N_("Received on %(date)s, into the fund “%(fund)s”: %(amount)s. From whom was erased."),
    "money.moved": N_(
        "Moved on %(date)s, as decided, from the fund “%(fund)s” into the fund “%(to_fund)s”: %(amount)s."
    ),
    "money.exchanged": N_(
        "Exchanged on %(date)s in the fund “%(fund)s”: %(amount)s for %(got)s, at a rate of %(rate)s. Source of the "
        "rate: %(source)s."
    ),
    "money.exchanged.erased": N_(
        "Exchanged on %(date)s in the fund “%(fund)s”: %(amount)s for %(got)s, at a rate of %(rate)s. Its source was "
        "erased."
    ),
    "money.line_set": N_("As decided, up to %(amount)s of the fund “%(fund)s” can be spent on: %(text)s."),
    "money.line_set.erased": N_(
        "As decided, up to %(amount)s of the fund “%(fund)s” can be spent; on what was erased."
    ),
    "money.reversed": N_("An entry in the accounts was wrong, and was undone on %(date)s: %(reason)s."),
    "money.reversed.erased": N_("An entry in the accounts was wrong, and was undone on %(date)s."),
    "payment.asked": N_("A payment of %(amount)s to %(payee)s was asked for: %(purpose)s."),
    "payment.asked.member": N_("A payment of %(amount)s to member %(member)s was asked for: %(purpose)s."),
    "payment.asked.erased": N_("A payment of %(amount)s was asked for; its words were erased."),
    "payment.placed": N_("A payment was given its budget line and its decision."),
    "payment.voucher_added": N_("A voucher was put to a payment."),
    "payment.signed": N_("A payment was signed by somebody of the unit that pays."),
    "payment.closed": N_("Paid on %(date)s out of the fund “%(fund)s”: %(amount)s."),
    "payment.cancelled": N_("A payment was called off: %(reason)s."),
    "payment.cancelled.erased": N_("A payment was called off."),
    "promise.made.written": N_("%(giver)s promised on %(date)s, in writing: %(what)s."),
    "promise.made.written_due": N_("%(giver)s promised on %(date)s, in writing: %(what)s, by %(due)s."),
    "promise.made.written_sum": N_("%(giver)s promised %(amount)s on %(date)s, in writing: %(what)s."),
    "promise.made.written_sum_due": N_("%(giver)s promised %(amount)s on %(date)s, in writing: %(what)s, by %(due)s."),
    "promise.made.oral": N_("%(giver)s promised on %(date)s, by word of mouth: %(what)s."),
    "promise.made.oral_due": N_("%(giver)s promised on %(date)s, by word of mouth: %(what)s, by %(due)s."),
    "promise.made.oral_sum": N_("%(giver)s promised %(amount)s on %(date)s, by word of mouth: %(what)s."),
    "promise.made.oral_sum_due": N_(
        "%(giver)s promised %(amount)s on %(date)s, by word of mouth: %(what)s, by %(due)s."
    ),
    "promise.made.erased": N_("Something was promised; its words were erased."),
    "promise.kept.whole": N_("A promise was kept on %(date)s."),
    "promise.kept.whole_sum": N_("A promise was kept on %(date)s: %(amount)s came."),
    "promise.kept.whole_what": N_("A promise was kept on %(date)s: %(what)s."),
    "promise.kept.part": N_("A promise was kept in part on %(date)s."),
    "promise.kept.part_sum": N_("A promise was kept in part on %(date)s: %(amount)s came."),
    "promise.kept.part_what": N_("A promise was kept in part on %(date)s: %(what)s."),
    "promise.refused.written": N_("A promise was taken back on %(date)s, in writing."),
    "promise.refused.written_because": N_("A promise was taken back on %(date)s, in writing: %(reason)s."),
    "promise.refused.oral": N_("A promise was taken back on %(date)s, but not in writing."),
    "promise.refused.oral_because": N_("A promise was taken back on %(date)s, but not in writing: %(reason)s."),
    "promise.withdrawn": N_("The group no longer holds an institution to its promise: %(reason)s."),
    "promise.withdrawn.erased": N_("The group no longer holds an institution to its promise."),
    "request.sent": N_("A letter went to %(giver)s on %(date)s: %(what)s. An answer is due by %(due)s."),
    "request.sent.erased": N_("A letter was sent on %(date)s; its words were erased. An answer is due by %(due)s."),
    "request.answered.granted_written": N_("A letter was answered on %(date)s, in writing: yes."),
    "request.answered.granted_oral": N_("A letter was answered on %(date)s, but not in writing: yes."),
    "request.answered.answered_written": N_("A letter was answered on %(date)s, in writing: neither yes nor no."),
    "request.answered.answered_oral": N_("A letter was answered on %(date)s, but not in writing: neither yes nor no."),
    "request.answered.refused_written": N_("A letter was answered on %(date)s, in writing: no."),
    "request.answered.refused_oral": N_("A letter was answered on %(date)s, but not in writing: no."),
    "request.unanswered.waiting": N_("No answer to a letter had come by %(date)s."),
    "request.unanswered.late": N_("No answer to a letter had come by %(date)s. Days overdue: %(days)s."),
    "control.reviewed": N_("Social control looked at a payment and found it in order."),
    "control.asked": N_("Social control asks about a payment, and wants an answer by %(due)s: %(text)s."),
    "control.asked.erased": N_("Social control asks about a payment, and wants an answer by %(due)s."),
    "control.answered": N_("Social control was answered: %(text)s."),
    "control.answered.erased": N_("Social control was answered; the words were erased."),
    "control.found": N_("Social control found: %(text)s."),
    "control.found.due": N_("Social control found: %(text)s. It is to be put right by %(due)s."),
    "control.found.erased": N_("Social control found something; its words were erased."),
    "control.settled": N_("What social control had found is settled: %(text)s."),
    "control.settled.erased": N_("What social control had found is settled; the words were erased."),
    "account.presented": N_("Account was given of the time from %(since)s to %(until)s: %(unit)s."),
    "account.approved": N_("An account was approved, as decided."),
}
