"""What a session's record says in English: how it went, what the book proves of it, the draft of a summary.
`messages` takes this table into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

SENTENCES: Final[dict[str, str]] = {
    "record.not_held": N_(
        "%(group)s announced this session for %(date)s, %(start)s (%(zone)s), and closed it before that day came."
    ),
    "record.held": N_("%(group)s held this session on %(date)s, %(start)s to %(end)s (%(zone)s)."),
    "record.held.open_end": N_("%(group)s held this session on %(date)s, %(start)s (%(zone)s)."),
    "record.place": N_("Place: %(place)s."),
    "record.came": N_("Present: %(came)s. Had said they would come: %(coming)s."),
    "record.most": N_("The most at once, counted while it was held: %(came)s."),
    "record.talk": N_("Who spoke how long"),
    "record.talk.of": N_("%(together)s: %(length)s, in %(turns)s."),
    "record.talk.how": N_(
        "Counted by kind of participant, never by person. Kinds that only one person spoke for are counted with all "
        "others, unless their office is public; where nobody else spoke, they are left out."
    ),
    "record.came.uncounted": N_("Nobody counted who was present. Had said they would come: %(coming)s."),
    "record.summary": N_("Summary"),
    "record.takeaways": N_("What we take away"),
    "record.takeaways.none": N_("No takeaway was agreed."),
    "record.takeaway.owner": N_("%(what)s — %(owner)s"),
    "record.takeaway.due": N_("%(what)s — by %(due)s"),
    "record.takeaway.owner_due": N_("%(what)s — %(owner)s, by %(due)s"),
    "record.film": N_("The film, moment by moment"),
    "record.film.alt": N_("The film’s timeline, %(seconds)s long, with %(moments)s that people showed."),
    "record.film.note": N_(
        "Where there is room a moment carries its number here; its words stand below under the same number."
    ),
    "record.questions": N_("What was said"),
    "record.question.silent": N_("Nothing was written down on this question."),
    "record.questions.gone": N_("Answers to questions that were taken off the page"),
    "record.moments.free": N_("Moments that belong to no question"),
    "record.hidden": N_("What is not shown"),
    "record.hidden.note": N_("A facilitator hid %(contributions)s. The reasons given:"),
    "record.comparison": N_("The groups compared"),
    "record.comparison.question": N_("Question"),
    "record.comparison.gone": N_("Entries on questions or groups that were taken off the page"),
    "record.announced": N_("What was announced"),
    "record.announced.film": N_("The film"),
    "record.announced.readings": N_("Readings"),
    "record.reading.optional": N_("%(what)s — optional"),
    "record.announced.agenda": N_("Agenda"),
    "record.announced.featured": N_("Featured groups"),
    "record.agenda.exact": N_("%(what)s (%(minutes)s min)"),
    "record.agenda.most": N_("%(what)s (up to %(minutes)s min)"),
    "record.agenda.least": N_("%(what)s (at least %(minutes)s min)"),
    "record.agenda.range": N_("%(what)s (%(low)s to %(minutes)s min)"),
    "record.agenda.exact.each": N_("%(what)s (%(minutes)s min each)"),
    "record.agenda.most.each": N_("%(what)s (up to %(minutes)s min each)"),
    "record.agenda.least.each": N_("%(what)s (at least %(minutes)s min each)"),
    "record.agenda.range.each": N_("%(what)s (%(low)s to %(minutes)s min each)"),
    "record.history": N_("How it came about"),
    "record.closed": N_("Closed and frozen on %(at)s."),
    "record.journal": N_(
        "The session’s journal, who came and everybody’s notebooks are erased on %(due)s. This record stays."
    ),
    "fact.moment": N_("moment %(number)s"),
    "fact.clock": N_("%(seconds)s"),
    "fact.mark": N_("%(mark)s"),
    "fact.group": N_("%(group)s"),
    "fact.answers": N_("“this answers”: %(count)s"),
    "fact.differs": N_("“this differs”: %(count)s"),
    "fact.shown": N_("moments: %(numbers)s"),
    "fact.behind": N_("moments behind it: %(numbers)s"),
    # what the book proves
    "proof.heading": N_("What the book proves, and what it does not"),
    "proof.frozen": N_(
        "This record was frozen when the session was closed. Its digest stands in act %(act)s of the book %(book)s."
    ),
    "proof.proves": N_(
        "The book proves that nothing in it, this record included, was changed or dropped since a checkpoint that "
        "someone else holds: a member, a printed page, a witness."
    ),
    "proof.not": N_(
        "It does not prove that whoever keeps the server wrote down the truth in the first place. That, only those who "
        "were there can say."
    ),
    "proof.digest": N_("Digest: %(digest)s"),
    "proof.check": N_(
        "To check it yourself, take the record as data (JSON): the HMAC-SHA256 of its text, with the key beside it, "
        "is the digest. The proof below says, without the book and without this server, that the act with this digest "
        "stands in it."
    ),
    # the draft of a summary
    "summary.said.film": N_(
        "We watched “%(film)s” and wrote down %(moments)s, %(answers)s and %(entries)s comparing groups."
    ),
    "summary.said": N_("We wrote down %(moments)s, %(answers)s and %(entries)s comparing groups."),
    "summary.answer": N_("On “%(question)s”, the most supported answer was: “%(answer)s”."),
    "summary.differs": N_(
        "We did not agree on everything: of %(answers)s, at least as many said “this differs” as “this answers”."
    ),
    "summary.takeaways": N_("What we take away: %(what)s."),
    "summary.takeaways.none": N_("We agreed on no takeaway."),
}
