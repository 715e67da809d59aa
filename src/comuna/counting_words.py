"""What happened in a count, in sentences: for each key of an event its English, which is the catalogues' message id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from babel.lists import format_list

from comuna.language import N_, Language
from comuna.methods.result import Event, Result, Round, Tie, Votes

EVENTS: Final[dict[str, tuple[str, str]]] = {
    "count.elected.most": (
        N_("%(names)s has most votes and is elected."),
        N_("%(names)s have most votes and are elected."),
    ),
    "count.elected.over_half": (
        N_("%(names)s has more than half of the votes that count in this round and is elected."),
        N_("%(names)s have more than half of the votes that count in this round and are elected."),
    ),
    "count.elected.alone": (
        N_("Nobody else is left, so %(names)s is elected."),
        N_("Nobody else is left, so %(names)s are elected."),
    ),
    "count.elected.quota": (
        N_("%(names)s has reached the quota of %(quota)s and is elected."),
        N_("%(names)s have reached the quota of %(quota)s and are elected."),
    ),
    "count.elected.last_vacancies": (
        N_("As many are left as there are seats to fill, so %(names)s is elected."),
        N_("As many are left as there are seats to fill, so %(names)s are elected."),
    ),
    "count.surplus": (
        N_("%(names)s has %(surplus)s votes more than the quota: these go on to the next preferences."),
        N_("%(names)s have %(surplus)s votes more than the quota: these go on to the next preferences."),
    ),
    "count.excluded.fewest": (
        N_("%(names)s has fewest votes and is excluded."),
        N_("%(names)s have fewest votes and are excluded."),
    ),
    "count.excluded.write_ins": (
        N_("%(names)s did not declare to stand and is excluded."),
        N_("%(names)s did not declare to stand and are excluded."),
    ),
    "count.excluded.together": (
        N_("%(names)s cannot catch up and is excluded."),
        N_("%(names)s cannot catch up, even together, and are excluded."),
    ),
    "count.excluded.tie.earlier_rounds": (
        N_("%(names)s shares the fewest votes, had fewer than the others in an earlier round, and is excluded."),
        N_("%(names)s share the fewest votes, had fewer than the others in an earlier round, and are excluded."),
    ),
    "count.excluded.tie.lots": (
        N_("%(names)s shares the fewest votes and is excluded by lot."),
        N_("%(names)s share the fewest votes and are excluded by lot."),
    ),
    "count.excluded.tie.order": (
        N_("%(names)s shares the fewest votes and is excluded by the order that was given."),
        N_("%(names)s share the fewest votes and are excluded by the order that was given."),
    ),
    "count.second_round": (
        N_("Nobody has more than half. %(names)s goes to a second round."),
        N_("Nobody has more than half. %(names)s go to a second round."),
    ),
    "count.tied": (
        N_("%(names)s is tied, and nothing decides."),
        N_("%(names)s are tied, and nothing decides between them."),
    ),
    "count.schulze.condorcet": (
        N_("More people prefer %(names)s to each other candidate than the other way round."),
        N_("More people prefer %(names)s to each other candidate than the other way round."),
    ),
    "count.schulze.before": (
        N_("%(name)s stands before %(other)s: the strongest path there has %(there)s votes, back %(back)s."),
        N_("%(name)s stands before %(other)s: the strongest path there has %(there)s votes, back %(back)s."),
    ),
    "count.schulze.equal": (
        N_("%(name)s and %(other)s are equal by their strongest paths: %(there)s votes there, %(back)s back."),
        N_("%(name)s and %(other)s are equal by their strongest paths: %(there)s votes there, %(back)s back."),
    ),
}
"""For each key the sentence about one, and about several."""

TIES: Final[dict[str, str]] = {
    "": N_("Round %(round)s: %(names)s were tied, and the tie stands."),
    "earlier_rounds": N_("Round %(round)s: %(names)s were tied; an earlier round decided: %(chosen)s."),
    "lots": N_("Round %(round)s: %(names)s were tied; lots decided: %(chosen)s."),
    "order": N_("Round %(round)s: %(names)s were tied; the order that was given decided: %(chosen)s."),
}

METHOD_NAMES: Final[dict[str, str]] = {
    "plurality": N_("most votes"),
    "approval": N_("approval"),
    "two-rounds": N_("two rounds"),
    "irv": N_("instant runoff"),
    "stv-scottish": N_("single transferable vote, Scottish rules"),
    "schulze": N_("Schulze"),
}


def listed(words: Language, names: Sequence[str]) -> str:
    """Names in a row: A, B and C."""
    return format_list(names, locale=words.locale)


def explained(words: Language, event: Event) -> str:
    """An event as a sentence."""
    one, many = EVENTS[event.key]
    names = event.args.get("names", ())
    args = {key: listed(words, value) if isinstance(value, tuple) else value for key, value in event.args.items()}
    return words.text(many if isinstance(names, tuple) and len(names) > 1 else one, **args)


def tie(words: Language, tie: Tie) -> str:
    """A tie as a sentence."""
    names, chosen = listed(words, tie.candidates), listed(words, tie.chosen)
    return words.text(TIES[tie.broken_by or ""], round=tie.round, names=names, chosen=chosen)


def round_explained(words: Language, round: Round) -> list[str]:
    """Everything that happened in a round: a sentence each."""
    said = [explained(words, event) for event in round.events]
    for name, went in round.transfers.items():
        where = [f"{to} {trimmed(votes)}" for to, votes in most_first(went) if to]
        if "" in went:
            where.append(words.text("nobody %(votes)s", votes=trimmed(went[""])))
        if where:
            said.append(words.text("From %(name)s: %(where)s.", name=name, where=", ".join(where)))
    return said


def most_first(went: Mapping[str, Votes]) -> list[tuple[str, Votes]]:
    """Where votes went, the most first."""
    return sorted(went.items(), key=lambda each: -float(each[1]))


def trimmed(votes: Votes) -> str:
    """Votes without noughts at their end: 4.66660 is 4.6666."""
    text = str(votes)
    return text.rstrip("0").rstrip(".") if "." in text else text


def outcome(words: Language, result: Result) -> list[str]:
    """Who is elected, who follows, and what is open."""
    said = []
    if result.winners:
        said.append(words.text("Elected: %(names)s.", names=listed(words, result.winners)))
    else:
        said.append(words.text("Nobody is elected."))
    if result.alternates:
        said.append(words.text("Alternates, in this order: %(names)s.", names=listed(words, result.alternates)))
    if result.undecided:
        said.append(
            words.text(
                "Still open between %(names)s. Break the tie with --ties lots --seed TEXT, or with --ties order "
                "--order NAME …",
                names=listed(words, sorted(result.undecided)),
            )
        )
    return said
