"""What is said of charters in English: the sentences of `rules/charter_words.py`, what rules and headings are called,
and how shares and times are written out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from babel.lists import format_list

from comuna.language import N_, Language
from comuna.rules.charter import UNSPECIFIED
from comuna.rules.charter_outline import Count, Part
from comuna.rules.minutes import Message

SENTENCES: Final[dict[str, str]] = {
    "charter.nothing": N_("Nothing is named."),
    "charter.named": N_("%(what)s"),
    "charter.delegation.yes": N_("One may vote for somebody else who asked for it."),
    "charter.delegation.no": N_("Nobody votes for somebody else."),
    "charter.change_ballot.yes": N_("An open ballot can be changed until the vote is closed."),
    "charter.change_ballot.no": N_("A ballot is final once it is cast."),
    "charter.publish_ballots.yes": N_("After the vote the ballots are published, without names."),
    "charter.publish_ballots.no": N_("The ballots are not published."),
    "charter.second_needed.yes": N_("A motion needs somebody who seconds it."),
    "charter.second_needed.no": N_("A motion needs nobody to second it."),
    "charter.mandate_binding.yes": N_("Whoever was sent votes as those who sent them have decided."),
    "charter.mandate_binding.no": N_("Whoever was sent votes as they see fit."),
    "charter.agenda_binding.yes": N_("Only what is on the agenda is decided."),
    "charter.agenda_binding.no": N_("What is not on the agenda can be decided too."),
    "charter.on_agenda.yes": N_("It must be on the agenda."),
    "charter.on_agenda.no": N_("It need not be on the agenda."),
    "charter.of_group.yes": N_("It is a part of this group."),
    "charter.of_group.no": N_("It is not a part of this group; the charter only names it."),
    "charter.defence.yes": N_("Whoever is to be recalled is heard first."),
    "charter.defence.no": N_("No hearing is asked for."),
    "charter.one_candidacy.yes": N_("Nobody stands for more than one unit."),
    "charter.one_candidacy.no": N_("One may stand for several units."),
    "charter.speaking_order.plain": N_("Whoever raised a hand first speaks first."),
    "charter.speaking_order.fewest_turns": N_("Whoever has had the fewest turns is heard first."),
    "charter.speaking_order.seconds_spoken": N_("Whoever has spoken for the shortest time is heard first."),
    "charter.tie.rejects": N_("What is tied is not adopted."),
    "charter.tie.chair": N_("The chair decides a tie."),
    "charter.tie.lots": N_("Lots decide a tie."),
    "charter.tie.again": N_("After a tie there is another vote."),
    "charter.tie.earlier_rounds": N_(
        "Among candidates who are level, the most recent round in which they differed decides."
    ),
    "charter.minutes_approved_by.next_gathering": N_("The next gathering approves the minutes."),
    "charter.minutes_approved_by.same_gathering": N_("A gathering approves its own minutes before it ends."),
    "charter.minutes_approved_by.signatures": N_("The minutes hold once they are signed."),
    "charter.ballot.open": N_("The vote is open."),
    "charter.ballot.secret": N_("The vote is secret."),
    "charter.ballot.free": N_("The vote can be open or secret."),
    "charter.alternates.each": N_("Each of those elected has an alternate."),
    "charter.alternates.next": N_("Whoever had the next most votes is the alternate."),
    "charter.alternates.none": N_("There are no alternates."),
    "charter.method.plurality": N_("Whoever has most votes is elected."),
    "charter.method.approval": N_("Each ballot names everybody of whom one approves; most approvals elect."),
    "charter.method.two_rounds": N_(
        "Whoever has more than half of the votes is elected; else the first two go to a second round."
    ),
    "charter.method.irv": N_(
        "Ballots rank the candidates; the last is excluded, round by round, until one has more than half."
    ),
    "charter.method.stv-scottish": N_(
        "Ballots rank the candidates; seats are filled by the single transferable vote, as in Scotland."
    ),
    "charter.method.schulze": N_("Ballots rank the candidates, who are compared two by two (Schulze’s method)."),
    "charter.method.lots": N_("Lots are drawn."),
    "charter.successor.alternate": N_("The alternate steps in."),
    "charter.successor.election": N_("There is an election for the seat."),
    "charter.successor.none": N_("The seat stays empty for the rest of the term."),
    "charter.journal_days": N_("Who was there and who said what is erased after %(days)s; the record stays."),
    "charter.journal_days.none": N_(
        "Who was there and who said what is erased as soon as it is over; the record stays."
    ),
    "charter.small_tally": N_("Of a secret vote with fewer than %(ballots)s only the outcome is told."),
    "charter.small_tally.none": N_("Every secret vote is told with its numbers."),
    "charter.challenge_days": N_("A result can be challenged for %(days)s."),
    "charter.challenge_days.none": N_("A result cannot be challenged."),
    "charter.every_days": N_("It is held %(every_days)s at least."),
    "charter.second_call_after_minutes": N_("The second call may follow %(minutes)s after the first."),
    "charter.readings": N_("It must be adopted at %(gatherings)s, one right after the other."),
    "charter.notice_days": N_("It must be announced at least %(days)s before the gathering."),
    "charter.notice_days.none": N_("It need not be announced before the gathering."),
    "charter.seats": N_("It has %(seats)s."),
    "charter.part": N_("%(seats)s from %(what)s."),
    "charter.part.each": N_("%(seats)s from each %(what)s."),
    "charter.part.all": N_("It is made up of %(what)s."),
    "charter.term_months": N_("A term lasts %(months)s."),
    "charter.meets_every_days": N_("It meets %(every_days)s at least."),
    "charter.accounts_every_months": N_("It gives account %(every_months)s."),
    "charter.report_days": N_("The report is due within %(days)s."),
    "charter.assembly_days": N_("Then it comes before the assembly, within %(days)s more."),
    "charter.barred_terms": N_("Whoever is recalled cannot stand again for %(terms)s."),
    "charter.barred_terms.none": N_("Whoever is recalled may stand again at once."),
    "charter.quorum.none": N_("Whoever comes is enough."),
    "charter.quorum.none.call": N_("%(call)s: whoever comes is enough."),
    "charter.quorum.number": N_("At least %(least)s must be present."),
    "charter.quorum.number.call": N_("%(call)s: at least %(least)s."),
    "charter.quorum.roll.least": N_("At least %(share)s of everybody on the roll must be present."),
    "charter.quorum.roll.more": N_("More than %(share)s of everybody on the roll must be present."),
    "charter.quorum.roll.least.call": N_("%(call)s: at least %(share)s of everybody on the roll."),
    "charter.quorum.roll.more.call": N_("%(call)s: more than %(share)s of everybody on the roll."),
    "charter.quorum.average_attendance.least": N_(
        "At least %(share)s of as many as came to %(last)s on average must be present."
    ),
    "charter.quorum.average_attendance.more": N_(
        "More than %(share)s of as many as came to %(last)s on average must be present."
    ),
    "charter.quorum.average_attendance.least.call": N_(
        "%(call)s: at least %(share)s of as many as came to %(last)s on average."
    ),
    "charter.quorum.average_attendance.more.call": N_(
        "%(call)s: more than %(share)s of as many as came to %(last)s on average."
    ),
    "charter.quorum.present.least": N_(
        "Once it is open, at least %(share)s of those who were present at its opening must be present."
    ),
    "charter.quorum.present.more": N_(
        "Once it is open, more than %(share)s of those who were present at its opening must be present."
    ),
    "charter.quorum.present.least.call": N_(
        "%(call)s: once it is open, at least %(share)s of those who were present at its opening."
    ),
    "charter.quorum.present.more.call": N_(
        "%(call)s: once it is open, more than %(share)s of those who were present at its opening."
    ),
    "charter.quorum.present.opening": N_("Whoever comes is enough to open it."),
    "charter.quorum.never_fewer": N_("Never fewer than %(least)s."),
    "charter.quorum.enough": N_("%(most)s are enough in any case."),
    "charter.majority.consent": N_("It is adopted where nobody objects."),
    "charter.majority.plurality": N_("The most votes decide, whatever their share."),
    "charter.majority.abstentions.counted": N_("Abstentions count among the votes cast."),
    "charter.majority.abstentions.not_counted": N_("Abstentions are not counted."),
    "charter.majority.cast.more": N_("More than %(share)s of the votes cast must be in favour."),
    "charter.majority.cast.least": N_("At least %(share)s of the votes cast must be in favour."),
    "charter.majority.present.more": N_("More than %(share)s of those present must be in favour."),
    "charter.majority.present.least": N_("At least %(share)s of those present must be in favour."),
    "charter.majority.all.more": N_("More than %(share)s of everybody on the roll must be in favour."),
    "charter.majority.all.least": N_("At least %(share)s of everybody on the roll must be in favour."),
    "charter.turnout": N_("At least %(share)s of everybody on the roll must vote."),
    "charter.notice": N_("It is called at least %(days)s before."),
    "charter.notice.none": N_("It may be called for the same day."),
    "charter.notice.most": N_("It is called no more than %(days)s before."),
    "charter.notice.emergency": N_("In an emergency, %(days)s are enough."),
    "charter.notice.emergency.none": N_("In an emergency it may be called at once."),
    "charter.notice.posters": N_("It is posted in writing where people pass."),
    "charter.notice.messages": N_("It is sent by message."),
    "charter.notice.published": N_("It is published."),
    "charter.notice.letter": N_("It is sent by letter."),
    "charter.notice.left": N_("The group itself sees to it that it is told in this way."),
    "charter.requires.over_age": N_("One must be over %(years)s of age."),
    "charter.requires.from_age": N_("One must be at least %(years)s old."),
    "charter.requires.residence": N_("One must have lived there for %(months)s."),
    "charter.requires.right": N_("The same as for: %(what)s."),
    "charter.requires.nothing": N_("Nothing is asked for."),
    "charter.asker.unit": N_("%(what)s."),
    "charter.asker.roll": N_("Members who are %(share)s of everybody on the roll."),
    "charter.asker.groups": N_("%(share)s of the groups that sent somebody."),
    "charter.asker.spokespersons": N_("%(share)s of the spokespersons of those groups."),
    "charter.asker.members": N_("%(members)s together."),
    "charter.decided_in": N_("It is decided in: %(titles)s."),
    "charter.decided_as": N_("It is decided as: %(titles)s."),
    "charter.recalled_by": N_("Its members are recalled by: %(titles)s."),
    "charter.incompatible": N_("Whoever is in it cannot stand for or be in: %(titles)s."),
    "charter.minutes_signed_by": N_("The minutes are signed by: %(titles)s."),
    "charter.received_by": N_("The petition goes to: %(titles)s."),
    "charter.report_by": N_("The report is written by: %(titles)s."),
    "charter.reelection.no": N_("Nobody is elected twice in a row."),
    "charter.reelection.yes": N_("One can be elected again, any number of times."),
    "charter.reelection.most": N_("One can serve %(terms)s in a row at the most."),
    "charter.households.urban_at_least": N_("In a town, from %(families)s."),
    "charter.households.urban_at_most": N_("In a town, up to %(families)s."),
    "charter.households.rural_at_least": N_("In the country, from %(families)s."),
    "charter.households.indigenous_at_least": N_("Where indigenous people live, from %(families)s."),
    "charter.consensus": N_(
        "With five fingers one supports it, with a fist one blocks it. "
        "It passes where everybody shows %(level)s or more; it is stopped by %(blockers)s."
    ),
    "charter.surplus.production": N_("Of a surplus, %(percent)s percent go to the fund for production."),
    "charter.surplus.care": N_("%(percent)s percent go to the fund for the workers’ needs."),
    "charter.surplus.reinvestment": N_("%(percent)s percent go to the fund for social reinvestment."),
    "charter.surplus.by_hours": N_("What remains is shared among those who worked, by their hours."),
    "charter.surplus.by_equal": N_("What remains is shared equally among those who worked."),
    "charter.step.adjourn": N_("To end the gathering."),
    "charter.step.recess": N_("To take a break, which the group itself keeps."),
    "charter.step.table": N_("To lay the matter aside."),
    "charter.step.close_debate": N_("To close the debate, which the group itself keeps."),
    "charter.step.refer": N_("To refer it to a committee."),
    "charter.step.amend": N_("To amend it."),
    "charter.step.withdraw": N_("To withdraw it."),
    "charter.step.main": N_("The motion itself."),
    "charter.unspecified.journal_days": N_("It is not settled when who said what is erased."),
    "charter.unspecified.speaking_order": N_("It is not settled in what order people speak."),
    "charter.unspecified.delegation": N_("It is not settled whether one may vote for somebody else."),
    "charter.unspecified.change_ballot": N_("It is not settled whether a ballot can be changed."),
    "charter.unspecified.small_tally": N_("It is not settled from how many secret ballots on the numbers are told."),
    "charter.unspecified.publish_ballots": N_("It is not settled whether ballots are published."),
    "charter.unspecified.tie": N_("It is not settled what a tie means."),
    "charter.unspecified.precedence": N_("It is not settled which motion goes before which."),
    "charter.unspecified.second_needed": N_("It is not settled whether a motion must be seconded."),
    "charter.unspecified.challenge_days": N_("It is not settled how long a result can be challenged."),
    "charter.unspecified.minutes_approved_by": N_("It is not settled who approves the minutes."),
    "charter.unspecified.minutes_signed_by": N_("It is not settled who signs the minutes."),
    "charter.unspecified.households": N_("It is not settled how many families a community has."),
    "charter.unspecified.mandate_binding": N_("It is not settled whether whoever is sent is bound to a mandate."),
    "charter.unspecified.one_candidacy": N_("It is not settled whether one may stand for several units."),
    "charter.unspecified.consensus": N_("It is not settled from which level of agreement on something passes."),
    "charter.unspecified.surplus": N_("It is not settled how a surplus is shared; each decision says it."),
    "charter.unspecified.quorum": N_("It is not settled how many must come."),
    "charter.unspecified.notice": N_("It is not settled how early it must be called."),
    "charter.unspecified.agenda_binding": N_("It is not settled whether only what is on the agenda is decided."),
    "charter.unspecified.every_days": N_("It is not settled how often it is held."),
    "charter.unspecified.called_by": N_("It is not settled who may call it."),
    "charter.unspecified.second_call_after_minutes": N_(
        "It is not settled how long after the first the second call may follow."
    ),
    "charter.unspecified.agenda_by": N_("It is not settled who may put a matter on the agenda."),
    "charter.unspecified.majority": N_("It is not settled how much agreement it needs."),
    "charter.unspecified.turnout": N_("It is not settled how many must vote."),
    "charter.unspecified.readings": N_("It is not settled at how many gatherings it must be adopted."),
    "charter.unspecified.ballot": N_("It is not settled whether the vote is open or secret."),
    "charter.unspecified.gathering": N_("It is not settled where it is decided."),
    "charter.unspecified.on_agenda": N_("It is not settled whether it must be on the agenda."),
    "charter.unspecified.asked_by": N_("It is not settled who may ask for it."),
    "charter.unspecified.notice_days": N_("It is not settled how early it must be announced."),
    "charter.unspecified.seats": N_("It is not settled how many seats it has."),
    "charter.unspecified.composition": N_("It is not settled who sends people into it."),
    "charter.unspecified.of_group": N_("It is not settled whether it is a part of this group."),
    "charter.unspecified.alternates": N_("It is not settled whether there are alternates."),
    "charter.unspecified.committees": N_("It is not settled which committees it has."),
    "charter.unspecified.term_months": N_("It is not settled how long a term lasts."),
    "charter.unspecified.reelection": N_("It is not settled whether one can be elected again."),
    "charter.unspecified.incompatible": N_("It is not settled with what it is incompatible."),
    "charter.unspecified.requires": N_("It is not settled what is asked for."),
    "charter.unspecified.method": N_("It is not settled how it is elected."),
    "charter.unspecified.meets_every_days": N_("It is not settled how often it meets."),
    "charter.unspecified.accounts_every_months": N_("It is not settled when it gives account."),
    "charter.unspecified.recalled_by": N_("It is not settled how its members are recalled."),
    "charter.unspecified.causes": N_("It is not settled for what causes one can be recalled."),
    "charter.unspecified.received_by": N_("It is not settled to whom the petition goes."),
    "charter.unspecified.report_by": N_("It is not settled who writes the report."),
    "charter.unspecified.report_days": N_("It is not settled when the report is due."),
    "charter.unspecified.assembly_days": N_("It is not settled when it comes before the assembly."),
    "charter.unspecified.defence": N_("It is not settled whether whoever is to be recalled is heard."),
    "charter.unspecified.decision": N_("It is not settled by what decision one is recalled."),
    "charter.unspecified.barred_terms": N_("It is not settled when one may stand again."),
    "charter.unspecified.successor": N_("It is not settled who steps in."),
    "charter.unspecified.purpose": N_("It is not settled what this fund is for."),
}
"""The sentences of rules, by the keys of `rules/charter_words.py`."""

LABELS: Final[dict[str, str]] = {
    "journal_days": N_("What is erased"),
    "speaking_order": N_("Order of speaking"),
    "delegation": N_("Voting for others"),
    "change_ballot": N_("Changing a ballot"),
    "small_tally": N_("Few secret ballots"),
    "publish_ballots": N_("Publishing ballots"),
    "tie": N_("Ties"),
    "precedence": N_("Order of motions"),
    "second_needed": N_("Seconding"),
    "challenge_days": N_("Challenges"),
    "minutes_approved_by": N_("The minutes"),
    "minutes_signed_by": N_("Signatures"),
    "households": N_("Size of the community"),
    "mandate_binding": N_("Mandate"),
    "one_candidacy": N_("Candidacies"),
    "consensus": N_("Consensus"),
    "surplus": N_("Surplus"),
    "quorum": N_("Quorum"),
    "notice": N_("Notice"),
    "agenda_binding": N_("Agenda"),
    "every_days": N_("How often"),
    "called_by": N_("Who calls it"),
    "second_call_after_minutes": N_("Second call"),
    "agenda_by": N_("Who sets the agenda"),
    "majority": N_("Majority"),
    "turnout": N_("Turnout"),
    "readings": N_("Number of readings"),
    "ballot": N_("Ballot"),
    "gathering": N_("Where"),
    "on_agenda": N_("On the agenda"),
    "asked_by": N_("Who may ask for it"),
    "notice_days": N_("Announcing it"),
    "seats": N_("Number of seats"),
    "composition": N_("Who sits there"),
    "of_group": N_("Part of the group"),
    "alternates": N_("Alternates"),
    "committees": N_("Committees"),
    "term_months": N_("Term"),
    "reelection": N_("Re-election"),
    "incompatible": N_("Incompatible with"),
    "requires": N_("What is asked for"),
    "method": N_("How it is elected"),
    "meets_every_days": N_("Meetings"),
    "accounts_every_months": N_("Accounts"),
    "recalled_by": N_("Recall from it"),
    "causes": N_("Causes"),
    "received_by": N_("Petition"),
    "report_by": N_("Report"),
    "report_days": N_("Time for the report"),
    "assembly_days": N_("Time for the assembly"),
    "defence": N_("Right of defence"),
    "decision": N_("Decision"),
    "barred_terms": N_("Standing again"),
    "successor": N_("Who steps in"),
    "purpose": N_("What the fund is for"),
}
"""What each rule is called."""

HEADINGS: Final[dict[str, str]] = {
    "taking_part": N_("Who may take part"),
    "gatherings": N_("Gatherings"),
    "decisions": N_("Decisions and majorities"),
    "units": N_("Offices and units"),
    "elections": N_("Elections"),
    "recall": N_("Recall"),
    "money": N_("Money"),
    "rest": N_("The rest"),
}
"""Under what the rules of a charter stand, in this order."""

SHARES: Final[dict[str, str]] = {
    "1/2": N_("half"),
    "1/3": N_("a third"),
    "2/3": N_("two thirds"),
    "1/4": N_("a quarter"),
    "3/4": N_("three quarters"),
    "1": N_("all"),
}
"""Shares that have a name."""


def share(words: Language, written: str) -> str:
    """An exact fraction as people say it: "half", "30%", or "3/7"."""
    exact = Fraction(written)
    if str(exact) in SHARES:
        return words.text(SHARES[str(exact)])
    if 100 % exact.denominator == 0:
        return words.text("%(n)s%%", n=int(exact * 100))
    return str(exact)


def say(words: Language, line: Message) -> str:
    """A sentence of a charter's rule."""
    return words.code_text(line.key, SENTENCES, {name: argument(words, name, line.args[name]) for name in line.args})


def argument(words: Language, name: str, value: Any) -> Any:
    """An argument of a rule's sentence as people say it; which kind it is, its name tells."""
    if isinstance(value, Mapping):
        return value.get(words.code) or next(iter(value.values()), "")
    if name == "titles":
        return format_list([argument(words, name, each) for each in value], locale=words.locale)
    if name == "share":
        return share(words, value)
    if name in WRITTEN:
        return WRITTEN[name](words, value)
    return value


def _call(words: Language, n: int) -> str:
    named = {1: words.text("First call"), 2: words.text("Second call"), 3: words.text("Third call")}
    return named.get(n) or words.text("Call %(n)s", n=n)


def _months(words: Language, n: int) -> str:
    if n and n % 12 == 0:
        return words.plural("%(n)s year", "%(n)s years", n // 12)
    return words.plural("%(n)s month", "%(n)s months", n)


def _every_days(words: Language, n: int) -> str:
    named = {1: words.text("every day"), 7: words.text("once a week"), 365: words.text("once a year")}
    return named.get(n) or words.plural("every %(n)s day", "every %(n)s days", n)


def _every_months(words: Language, n: int) -> str:
    named = {1: words.text("every month"), 12: words.text("every year")}
    return named.get(n) or words.plural("every %(n)s month", "every %(n)s months", n)


def summary(words: Language, found: Count) -> str:
    """How much a charter settles: "42 rules, 5 left open, 1 contradictory"."""
    told = [words.plural("%(n)s rule", "%(n)s rules", found.rules)]
    told.append(words.plural("%(n)s left open", "%(n)s left open", found.unspecified))
    if found.contradictory:
        told.append(words.plural("%(n)s contradictory", "%(n)s contradictory", found.contradictory))
    return ", ".join(told)


def part(words: Language, told: Part) -> str:
    """What a part of a charter is called: its entry, its rule, or all in general."""
    if told.rule is not None:
        return words.text(LABELS[told.rule])
    return told.subject[words.code] if told.subject else words.text("In general")


def twice(words: Language, readings: int) -> str:
    """What stands before the readings of a rule that contradicts itself."""
    return words.text("The law says two things:") if readings == 2 else words.text("The law says several things:")


def since(words: Language, valid_from: str) -> str:
    """Since when a rule holds, as far as it is known."""
    if valid_from == UNSPECIFIED:
        return words.text("since when is not known")
    return words.text("since %(date)s", date=words.date(dt.date.fromisoformat(valid_from), "long"))


WRITTEN: Final[Mapping[str, Callable[[Language, int], str]]] = {
    "call": _call,
    "months": _months,
    "every_days": _every_days,
    "every_months": _every_months,
    "days": lambda words, n: words.plural("%(n)s day", "%(n)s days", n),
    "minutes": lambda words, n: words.plural("%(n)s minute", "%(n)s minutes", n),
    "years": lambda words, n: words.plural("%(n)s year", "%(n)s years", n),
    "ballots": lambda words, n: words.plural("%(n)s ballot", "%(n)s ballots", n),
    "gatherings": lambda words, n: words.plural("%(n)s gathering", "%(n)s gatherings", n),
    "last": lambda words, n: words.plural("the last gathering", "the last %(n)s gatherings", n),
    "seats": lambda words, n: words.plural("%(n)s seat", "%(n)s seats", n),
    "terms": lambda words, n: words.plural("%(n)s term", "%(n)s terms", n),
    "least": lambda words, n: words.plural("%(n)s person", "%(n)s people", n),
    "most": lambda words, n: words.plural("%(n)s person", "%(n)s people", n),
    "blockers": lambda words, n: words.plural("%(n)s fist", "%(n)s fists", n),
    "level": lambda words, n: words.plural("%(n)s finger", "%(n)s fingers", n),
    "members": lambda words, n: words.plural("%(n)s member", "%(n)s members", n),
    "families": lambda words, n: words.plural("%(n)s family", "%(n)s families", n),
}
"""Arguments that are counts or lengths of time, and how they are written out."""
