"""Which sentence the acts of projects, work brigades and housing have, and what each sentence needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import brigade, project, project_work
from comuna.rules.state_project import PHASES

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    project.ProjectBegun: ("title", "unit", "amount", "currency"),
    project.PhaseApproved: ("phase",),
    project.PurposeChanged: ("purpose", "date"),
    project.ProjectClosed: ("left",),
    project.ProjectGivenUp: ("reason",),
    project_work.StepPlanned: ("text", "member", "unit", "due"),
    project_work.StepDone: ("report",),
    project_work.StepUndone: ("reason",),
    project_work.StepDropped: ("reason",),
    project_work.ProjectBlocked: ("text", "unit", "holder", "date"),
    project_work.ProjectUnblocked: ("days", "text"),
    project_work.ProjectProgressed: ("text",),
    brigade.BrigadeCalled: ("date", "hands", "tasks"),
    brigade.BrigadeHeld: ("hands", "hours"),
    brigade.BrigadeCalledOff: ("reason",),
}
"""What the sentence of each kind of act needs to know."""

BECAUSE: Final = ("", ".because")

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "project.begun": ("", ".budget", ".erased"),
    "project.phase_approved": tuple(f".{phase}" for phase in PHASES),
    "project.purpose_changed": ("", ".erased"),
    "project.closed": ("", ".open"),
    "project.given_up": ("", ".erased"),
    "project.step_planned": (".member", ".member_due", ".unit", ".unit_due", ".erased"),
    "project.step_done": ("", ".report"),
    "project.step_undone": BECAUSE,
    "project.step_dropped": BECAUSE,
    "project.blocked": (".unit", ".other", ".erased"),
    "project.unblocked": ("", ".text"),
    "project.progressed": ("", ".text"),
    "brigade.called": ("", ".erased"),
    "brigade.held": ("",),
    "brigade.called_off": BECAUSE,
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    match name:
        case "project.begun":
            return ".erased" if args["title"] is None else "" if args["amount"] is None else ".budget"
        case "project.phase_approved":
            return f".{args['phase']}"
        case "project.purpose_changed":
            return ".erased" if args["purpose"] is None else ""
        case "project.closed":
            return ".open" if args["left"] else ""
        case "project.given_up":
            return ".erased" if args["reason"] is None else ""
        case "project.step_planned":
            if args["text"] is None:
                return ".erased"
            who = ".unit" if args["member"] is None else ".member"
            return who if args["due"] is None else f"{who}_due"
        case "project.step_done":
            return "" if args["report"] is None else ".report"
        case "project.step_undone" | "project.step_dropped" | "brigade.called_off":
            return "" if args["reason"] is None else ".because"
        case "project.blocked":
            if args["text"] is None or (args["unit"] is None and args["holder"] is None):
                return ".erased"
            return ".other" if args["unit"] is None else ".unit"
        case "project.unblocked" | "project.progressed":
            return "" if args["text"] is None else ".text"
        case "brigade.called":
            return ".erased" if args["tasks"] is None else ""
    return ""
