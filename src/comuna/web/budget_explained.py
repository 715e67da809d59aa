"""A decided budget so that a neighbour understands it: of each proposal why it is funded or not, who paid how much, and
how much was missing; and one picture of the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec
import sqlalchemy as sa
from babel.numbers import format_decimal
from markupsafe import Markup

from comuna import budget_messages
from comuna.budget_shown import COMPLETION_NAMES, SATISFACTION_NAMES, explained, why_not
from comuna.language import N_, Language
from comuna.methods.budget.outcome import Outcome, Step, Unfunded
from comuna.methods.result import Tie
from comuna.rules import amounts, budget_count
from comuna.rules.state_budget import BudgetRound
from comuna.store import texts
from comuna.web import budget_drawing
from comuna.web.budget_door import BudgetDoor, Shown

HOW: Final[dict[str, str]] = {
    "greedy": N_(
        "The proposal with most points is paid for, then the next, as long as the money lasts. What costs more than is "
        "left is passed over."
    ),
    "equal-shares": N_(
        "The money is divided equally among all who voted. A proposal is paid for by those who marked it, out of their "
        "shares, each as much as every other. First comes what asks least of its supporters; what they cannot pay for "
        "together is not funded. So no part of the neighbourhood, however large, spends the share of another."
    ),
    "phragmen": N_(
        "Everybody who voted is given money evenly, little by little. As soon as those who marked a proposal have its "
        "cost together, they pay for it and begin again from nothing. It ends when the money does not last for the "
        "next."
    ),
    "list": N_(
        "The rankings of all make one list, by comparing every two proposals (the Schulze method). From its top on, "
        "each that still fits is paid for."
    ),
}
"""Each rule in a few sentences."""
MARKING: Final[dict[str, str]] = {
    "approval": N_("Mark as many as you want."),
    "points": N_("Give points: %(most)s in all, spread as you like."),
    "ranking": N_("Give 1 to your first choice, 2 to the next, and so on. Leave the rest empty."),
    "knapsack": N_("Fill the budget yourself: mark what you would pay for, until the money is used up."),
}
TIES: Final[dict[str, str]] = {
    "lots": N_("Ties are broken by lots from a seed that is published, so that anybody can draw them again."),
    "order": N_("Ties are broken by the order in which the list was sealed."),
}


class Terms(msgspec.Struct, frozen=True):
    """The rules of a round, in words."""

    rule: str
    how: str
    marking: str
    completion: str | None
    satisfaction: str | None
    ties: str


def marking(words: Language, found: BudgetRound) -> str:
    """How a ballot is filled in."""
    opened = found.rules
    if opened.ballot in ("approval", "ranking") and opened.most is not None:
        rest = words.text("At most %(most)s.", most=opened.most)
        said = words.text(MARKING["ranking"]) if opened.ballot == "ranking" else words.text("Mark those you want.")
        return f"{said} {rest}"
    return words.text(MARKING[opened.ballot], **({"most": opened.most} if opened.ballot == "points" else {}))


def terms(words: Language, found: BudgetRound) -> Terms:
    """The rules of a round, in words."""
    opened = found.rules
    rule: str = opened.rule
    return Terms(
        rule=words.text(budget_messages.RULES[rule]),
        how=words.text(HOW[rule]),
        marking=marking(words, found),
        completion=words.text(COMPLETION_NAMES[opened.completion]) if opened.completion != "none" else None,
        satisfaction=words.text(SATISFACTION_NAMES[opened.satisfaction]) if opened.satisfaction else None,
        ties=words.text(TIES[opened.ties]),
    )


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal in the result. `number`: the place in which it was funded (0: it was not); `score` None where few
    ballots are not told; `of`: how many voted; `part`: of a hundred of its cost, how much there was for it."""

    shown: Shown
    number: int
    colour: int
    supporters: int | None
    score: int | None
    of: int
    share: int
    sentences: tuple[str, ...]
    part: int = 100
    missing: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A decided round for its page. `exact`: everybody's share; `told`: whether the counts are."""

    funded: tuple[Told, ...]
    others: tuple[Told, ...]
    money: str
    spent: str
    left: str
    picture: Markup
    ties: tuple[str, ...]
    undecided: tuple[str, ...]
    share: str | None
    told: bool
    published: bool


def result(door: BudgetDoor, connection: sa.Connection, found: BudgetRound, proposals: Sequence[Shown]) -> Result:
    """What a decided round came to."""
    decided, opened, words = found.result, found.rules, door.words
    text = texts.read(connection, decided.working) if decided.working else None
    made = budget_count.read_working(text) if text else {}
    by_id = {each.id: each for each in proposals}
    titles = {each.id: each.title for each in proposals}
    said = {district: worded(words, each, titles, opened.currency) for district, each in made.items()}
    whys: dict[str, tuple[tuple[str, ...], int, str | None]] = {}
    for district, outcome in made.items():
        whys |= _why(words, outcome, said[district], opened.currency)
    place = {id: n for n, id in enumerate(found.sealed.proposals)}

    def told(id: str, number: int) -> Told:
        sentences, part, missing = whys.get(id, ((), 100 if number else 0, None))
        supporters = decided.supporters[place[id]] if decided.supporters else None
        return Told(
            shown=by_id[id],
            number=number,
            colour=(number - 1) % budget_drawing.COLOURS if number else 0,
            supporters=supporters,
            score=decided.scores[place[id]] if decided.scores else None,
            of=decided.ballots,
            share=100 * (supporters or 0) // decided.ballots if decided.ballots else 0,
            sentences=sentences,
            part=part,
            missing=missing,
        )

    funded = tuple(told(id, n) for n, id in enumerate(decided.winners, 1))
    losers = [told(id, 0) for id in found.sealed.proposals if id not in decided.winners]
    return Result(
        funded=funded,
        others=tuple(sorted(losers, key=lambda each: -(each.score or 0))),
        money=words.money(opened.amount, opened.currency),
        spent=words.money(decided.amount, opened.currency),
        left=words.money(decided.left, opened.currency),
        picture=budget_drawing.money(words, found, door.state.budget.proposals, titles),
        ties=tuple(_tie(words, each, titles) for outcome in made.values() for each in outcome.ties),
        undecided=tuple(titles[id] for id in decided.undecided),
        share=next(
            (words.money(minor(o.share, opened.currency), opened.currency) for o in made.values() if o.share), None
        ),
        told=bool(decided.scores) or not decided.ballots,
        published=decided.ballots_text is not None,
    )


def minor(decimal: str | None, currency: str) -> int:
    """A decimal of the currency in its smallest unit, rounded down."""
    return int(Decimal(decimal or "0") * 10 ** amounts.places(currency))


def quoted(words: Language, titles: Mapping[str, str], id: str) -> str:
    """A proposal's title between the quotation marks of a language."""
    return words.text("“%(title)s”", title=titles.get(id, id))


def worded(words: Language, outcome: Outcome, titles: Mapping[str, str], currency: str) -> Outcome:
    """An outcome whose proposals have their titles, and whose money is written as people write it."""

    def money(decimal: str | None) -> str:
        return words.money(minor(decimal, currency), currency)

    def step(each: Step) -> Step:
        phragmen = outcome.rule == "phragmen" and each.by == "rule"
        return msgspec.structs.replace(
            each,
            project=quoted(words, titles, each.project),
            cost=money(each.cost),
            left=money(each.left),
            price=money(each.price) if each.price is not None else None,
            gave=money(each.gave) if each.gave is not None else None,
            next=quoted(words, titles, each.next) if each.next else None,
            next_value=money(each.next_value) if phragmen and each.next_value else each.next_value,
        )

    def gone(each: Unfunded) -> Unfunded:
        return msgspec.structs.replace(
            each,
            project=quoted(words, titles, each.project),
            cost=money(each.cost),
            had=money(each.had),
            missing=money(each.missing),
        )

    return msgspec.structs.replace(
        outcome, rounds=tuple(map(step, outcome.rounds)), unfunded=tuple(map(gone, outcome.unfunded))
    )


def _why(
    words: Language, outcome: Outcome, said: Outcome, currency: str
) -> dict[str, tuple[tuple[str, ...], int, str | None]]:
    """Proposal → why, how much of its cost there was (of a hundred), and what was missing."""
    found: dict[str, tuple[tuple[str, ...], int, str | None]] = {}
    for exact, step in zip(outcome.rounds, said.rounds, strict=True):
        found[exact.project] = (tuple(_sentences(words, said, step)), 100, None)
    for gone, each in zip(outcome.unfunded, said.unfunded, strict=True):
        cost, had = minor(gone.cost, currency), minor(gone.had, currency)
        part = 0 if gone.why == "no_support" else min(100, 100 * had // cost) if cost else 0
        missing = each.missing if minor(gone.missing, currency) and gone.why != "no_support" else None
        found[gone.project] = ((why_not(words, each),), part, missing)
    return found


def _sentences(words: Language, said: Outcome, step: Step) -> list[str]:
    """Why a proposal is funded now: who pays how much, and what would have come instead."""
    sentences = explained(words, said, step)
    if step.by == "greedy" and said.rule != "greedy":
        return [words.text("It is paid for with the money that was left over."), *sentences]
    if step.by == "rule" and said.rule == "equal-shares" and step.next:
        return [sentences[0], _least_asked(words, said, step)]
    return sentences


def _least_asked(words: Language, said: Outcome, step: Step) -> str:
    """Why this one and not the next, in equal shares."""
    if said.satisfaction != "cost":
        return words.text("It asked least of its supporters; next would have been %(next)s.", next=step.next)
    return words.text(
        "It asked least of its supporters for what it costs, as if %(many)s people paid for it equally; next would "
        "have been %(next)s, as if %(others)s people did.",
        many=_many(words, step.value),
        next=step.next,
        others=_many(words, step.next_value),
    )


def _many(words: Language, value: str | None) -> str:
    """A price for each unit of cost, as the number of people who would share the cost at that price."""
    return format_decimal(round(1 / float(value or 1), 2), locale=words.locale)


def _tie(words: Language, tie: Tie, titles: Mapping[str, str]) -> str:
    names = ", ".join(quoted(words, titles, each) for each in tie.candidates)
    if tie.broken_by is None:
        return words.text("%(names)s are level, and nothing breaks the tie.", names=names)
    chosen = quoted(words, titles, tie.chosen[0])
    if tie.broken_by == "lots":
        return words.text("%(names)s were level; lots decided for %(chosen)s.", names=names, chosen=chosen)
    return words.text("%(names)s were level; %(chosen)s stands first on the sealed list.", names=names, chosen=chosen)
