"""How a project is, in one sentence; and what its phases are called."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from comuna.language import N_, Language
from comuna.rules.state_project import Project

if TYPE_CHECKING:
    from comuna.web.projects import Card

PHASE_NAMES: Final[dict[str, str]] = {
    "decided": N_("Decided"),
    "diagnosis": N_("Diagnosis"),
    "plan": N_("Plan"),
    "budget": N_("Budget"),
    "execution": N_("Execution"),
    "control": N_("Social control"),
}
WAITS_FOR: Final[dict[str, str]] = {
    "diagnosis": N_("It waits for the assembly to approve the diagnosis."),
    "plan": N_("It waits for the assembly to approve the plan."),
    "budget": N_("It waits for the assembly to approve the budget."),
    "execution": N_("It waits for the assembly to approve that it is carried out."),
    "control": N_("It waits for the assembly to approve the social control."),
}


def status(words: Language, project: Project, card: Card) -> str:
    """How a project is, in one sentence: that it ended, what blocks it, what is overdue, what comes next, or what it
    waits for."""
    if project.ended is not None:
        day = words.date(dt.date.fromisoformat(project.ended), "long")
        key = N_("Closed on %(day)s.") if project.status == "closed" else N_("Given up on %(day)s.")
        return words.text(key, day=day)
    if card.blocked:
        worst = card.blocked[0]
        if worst.holder is None:
            return words.plural("Held up for %(n)s day.", "Held up for %(n)s days.", worst.days)
        return words.plural(
            "Held up for %(n)s day by %(who)s.", "Held up for %(n)s days by %(who)s.", worst.days, who=worst.holder
        )
    if card.late and card.next is not None:
        return words.plural(
            "Overdue by %(n)s day: %(what)s", "Overdue by %(n)s days: %(what)s", card.next.over, what=_what(words, card)
        )
    if card.next is not None and card.next.step.due is not None:
        day = words.date(dt.date.fromisoformat(card.next.step.due), "long")
        return words.text("On time. Next, by %(day)s: %(what)s", day=day, what=_what(words, card))
    if card.next is not None:
        return words.text("Next: %(what)s", what=_what(words, card))
    if project.awaits is not None:
        return words.text(WAITS_FOR[project.awaits])
    if card.steps:
        return words.text("Every step is done. The assembly can close it.")
    return words.text("No step is planned yet.")


def _what(words: Language, card: Card) -> str:
    if card.next is None or card.next.text is None:
        return words.text("a step whose words were erased")
    said = " ".join(card.next.text.split())
    said = (said if len(said) <= 90 else said[:89].rstrip() + "…").rstrip(".")
    return words.text("%(what)s (%(who)s).", what=said, who=card.next.owner)
