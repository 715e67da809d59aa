"""A decided budget as a table and sentences of plain text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from comuna.counting_words import listed, tie
from comuna.language import N_, Language
from comuna.methods.budget.outcome import Outcome, Step, Unfunded
from comuna.text_table import cut, table

RULE_NAMES: Final[dict[str, str]] = {
    "greedy": N_("most points first"),
    "equal-shares": N_("equal shares"),
    "phragmen": N_("Phragmén, in sequence"),
    "list": N_("a list in a given order"),
}

SATISFACTION_NAMES: Final[dict[str, str]] = {
    "cost": N_("a project is worth its cost to who marked it"),
    "cardinality": N_("all projects are worth the same"),
    "cost-sqrt": N_("a project is worth the square root of its cost to who marked it"),
}

COMPLETION_NAMES: Final[dict[str, str]] = {
    "greedy": N_("what is left goes by most points"),
    "add1": N_("shares grow by one, the same for all, while the budget lasts"),
    "add1u": N_("shares grow by one, the same for all, while the budget lasts; then what is left goes by most points"),
}

WHY: Final[dict[str, str]] = {
    "no_support": N_("%(project)s costs %(cost)s, and nobody marked it."),
    "over_budget": N_("%(project)s costs %(cost)s, more than the whole budget: %(missing)s too much."),
    "does_not_fit": N_("%(project)s costs %(cost)s, and the budget had %(had)s left: %(missing)s missing."),
    "supporters_short": N_("%(project)s costs %(cost)s, and its supporters have %(had)s left: %(missing)s missing."),
    "stopped": N_(
        "%(project)s costs %(cost)s, and when the rule stopped there was %(had)s for it: %(missing)s missing."
    ),
    "tied": N_("%(project)s costs %(cost)s, and stands behind a tie that nothing decides."),
}
"""Why a project is not funded."""


def shown(words: Language, outcome: Outcome, titles: Mapping[str, str], width: int) -> str:
    """What was decided: by which rule, every funded project in a table, a sentence for why it came then and who pays
    for it, what was missing for the others, and ties."""
    parts = [_head(words, outcome)]
    if outcome.rounds:
        parts += [_table(words, outcome, titles, width), "\n".join(_rounds(words, outcome))]
    if outcome.unfunded:
        lines = [why_not(words, each) for each in outcome.unfunded]
        parts.append("\n".join([words.text("Not funded"), *("  " + line for line in lines)]))
    if outcome.ties:
        parts.append("\n".join([words.text("Ties"), *("  " + tie(words, each) for each in outcome.ties)]))
    parts.append("\n".join(_end(words, outcome)))
    return "\n\n".join(parts)


def _head(words: Language, outcome: Outcome) -> str:
    rule = words.text(RULE_NAMES[outcome.rule])
    lines = [words.text("Rule: %(rule)s, version %(version)s", rule=rule, version=outcome.version)]
    if outcome.satisfaction:
        worth = words.text(SATISFACTION_NAMES[outcome.satisfaction])
        lines.append(words.text("Satisfaction: %(worth)s", worth=worth))
    if outcome.completion != "none":
        lines.append(words.text("Completion: %(how)s", how=words.text(COMPLETION_NAMES[outcome.completion])))
    lines.append(words.text("Budget: %(budget)s", budget=outcome.budget))
    lines.append(words.text("Voters: %(voters)s", voters=outcome.voters))
    if outcome.share is not None:
        lines.append(words.text("Everybody’s share: %(share)s", share=outcome.share))
    if outcome.added:
        lines[-1] += words.text(", after %(added)s times one more", added=outcome.added)
    return "\n".join(lines)


def _table(words: Language, outcome: Outcome, titles: Mapping[str, str], width: int) -> str:
    """A row for each funded project. Titles are cut where the table would be wider than `width`."""
    columns = [
        [words.text("cost"), *(step.cost for step in outcome.rounds)],
        [words.text("supporters"), *(str(step.supporters) for step in outcome.rounds)],
    ]
    if any(step.score != step.supporters for step in outcome.rounds):
        columns.append([words.text("points"), *(str(step.score) for step in outcome.rounds)])
    if any(step.price for step in outcome.rounds):
        columns.append([words.text("price"), *(step.price or "" for step in outcome.rounds)])
    columns.append([words.text("left"), *(step.left for step in outcome.rounds)])
    room = width - sum(2 + max(map(len, column)) for column in columns)
    names = [f"{step.number}. {step.project}  {titles.get(step.project, '')}".rstrip() for step in outcome.rounds]
    return table(["", *(cut(name, max(room, 20)) for name in names)], columns)


def _rounds(words: Language, outcome: Outcome) -> list[str]:
    lines: list[str] = []
    for step in outcome.rounds:
        lines.append(words.text("Round %(n)s", n=step.number))
        lines += ["  " + each for each in explained(words, outcome, step)]
    return lines


def explained(words: Language, outcome: Outcome, step: Step) -> list[str]:
    """Why a project is funded now, and who pays how much: sentences."""
    args = {"project": step.project, "cost": step.cost, "supporters": step.supporters, "score": step.score}
    if step.by == "free":
        return [words.text("%(project)s costs nothing and is funded.", **args)]
    if step.by == "greedy" or outcome.rule == "greedy":
        said = [words.text("%(project)s has most points of what is open and still fits: %(score)s.", **args)]
    elif outcome.rule == "list":
        said = [words.text("%(project)s comes next in the order, and still fits.", **args)]
    elif outcome.rule == "phragmen":
        said = [
            words.text(
                "The %(supporters)s supporters of %(project)s have its cost, %(cost)s, together as soon as everybody "
                "has been given %(price)s.",
                **args,
                price=step.price,
            )
        ]
    else:
        said = [_paid(words, step)]
    if step.next:
        said.append(_before(words, outcome, step))
    return said


def _paid(words: Language, step: Step) -> str:
    args = {
        "project": step.project,
        "cost": step.cost,
        "price": step.price,
        "full": step.in_full,
        "all": step.with_all,
        "gave": step.gave,
    }
    each_point = step.score != step.supporters
    if not step.with_all and each_point:
        return words.text("All %(full)s supporters of %(project)s pay %(price)s for each of their points.", **args)
    if not step.with_all:
        return words.text("All %(full)s supporters of %(project)s pay %(price)s each.", **args)
    if each_point:
        return words.text(
            "%(full)s supporters of %(project)s pay %(price)s for each of their points; %(all)s have less and give all "
            "they have, %(gave)s together.",
            **args,
        )
    return words.text(
        "%(full)s supporters of %(project)s pay %(price)s each; %(all)s have less and give all they have, %(gave)s "
        "together.",
        **args,
    )


def _before(words: Language, outcome: Outcome, step: Step) -> str:
    """What stands against the project that would come next."""
    args = {"next": step.next, "value": step.value, "other": step.next_value}
    if step.by == "greedy" or outcome.rule in ("greedy", "list"):
        return words.text("%(next)s comes after it, with %(other)s.", **args)
    if outcome.rule == "phragmen":
        return words.text("%(next)s would have been next, at %(other)s.", **args)
    if outcome.satisfaction == "cost":
        args.update(value=_as_many(step.value), other=_as_many(step.next_value))
        return words.text(
            "That is worth as much as %(value)s supporters with one point who all pay in full; %(next)s would be next, "
            "with %(other)s.",
            **args,
        )
    return words.text(
        "For what it is worth to them, that is %(value)s for each unit; %(next)s would be next, at %(other)s.", **args
    )


def _as_many(value: str | None) -> str:
    """A price for each unit of cost, as the number of points that would share the cost at that price."""
    return f"{1 / float(value or 1):.2f}"


def why_not(words: Language, each: Unfunded) -> str:
    """Why a project is not funded, and how much was missing: a sentence."""
    return words.text(WHY[each.why], project=each.project, cost=each.cost, had=each.had, missing=each.missing)


def _end(words: Language, outcome: Outcome) -> list[str]:
    if outcome.winners:
        said = [words.text("Funded: %(names)s.", names=listed(words, outcome.winners))]
    else:
        said = [words.text("Nothing is funded.")]
    left = Decimal(outcome.budget) - Decimal(outcome.cost)
    said.append(
        words.text(
            "That costs %(cost)s of %(budget)s; %(left)s is left.", cost=outcome.cost, budget=outcome.budget, left=left
        )
    )
    if outcome.undecided:
        said.append(
            words.text(
                "Still open between %(names)s. Break the tie with --ties lots --seed TEXT, or with --ties order "
                "--order NAME …",
                names=listed(words, outcome.undecided),
            )
        )
    return said
