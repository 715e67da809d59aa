"""Projects, from a decision to their close. Each phase of the communal cycle is approved by the assembly (Ley Orgánica
de los Consejos Comunales, 44 and 45); their purpose changes only with a decision and the funder's consent (50)."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import amounts, decisions
from comuna.rules.gathering import day
from comuna.rules.motion import knows_unit
from comuna.rules.state import State
from comuna.rules.state_project import PHASES, Approval, Phase, Project, Purpose

MOST_PROPOSALS: Final = 50


@act("project.begun", v=1)
class ProjectBegun(Act, frozen=True):
    """A project was begun, as decided. `amount` and `currency`: its budget, if it has one; `round`, `proposals`: the
    participatory budget that it comes of; `funder`: who pays, None where the group does itself."""

    project: str
    decision: str
    title: TextRef
    purpose: TextRef
    unit: str
    amount: int | None
    currency: str | None
    round: str | None
    proposals: list[str]
    funder: TextRef | None


@act("project.phase_approved", v=1)
class PhaseApproved(Act, frozen=True):
    """The assembly approved a phase of a project."""

    project: str
    phase: Phase
    decision: str


@act("project.purpose_changed", v=1)
class PurposeChanged(Act, frozen=True):
    """What a project is for was changed, as the assembly decided and its funder consented on a `date`. The consent is
    in words, on paper, or both."""

    project: str
    decision: str
    purpose: TextRef
    consent: TextRef | None
    paper: FileRef | None
    date: str


@act("project.closed", v=1)
class ProjectClosed(Act, frozen=True):
    """The assembly closed a project. `open`: the steps that nobody said are done."""

    project: str
    decision: str
    open: list[str]

    @property
    def left(self) -> int:
        """How many steps were left open."""
        return len(self.open)


@act("project.given_up", v=1)
class ProjectGivenUp(Act, frozen=True):
    """The assembly gave a project up."""

    project: str
    decision: str
    reason: TextRef


def under_way(s: State, project: str) -> Project:
    """A project that is being carried out. Refuses: project.unknown, project.ended."""
    found = s.projects.get(project)
    if found is None:
        raise Refused("project.unknown")
    if found.status != "under_way":
        raise Refused("project.ended")
    return found


def fresh(s: State, id: str) -> None:
    """Refuses project.bad_id for what is no id, or stands for something of a project already."""
    taken = any(id in p.steps or id in p.blocks or id in p.brigades for p in s.projects.values())
    if not ID.fullmatch(id) or id in s.projects or taken:
        raise Refused("project.bad_id")


def decided(s: State, decision: str | None) -> str:
    """A decision of the group that stands. Refuses: project.no_decision, decision.annulled."""
    if not decision or decision not in s.decisions:
        raise Refused("project.no_decision")
    return decisions.decided(s, decision).id


def begin(
    s: State,
    *,
    by: str,
    project: str,
    decision: str,
    title: TextRef,
    purpose: TextRef,
    unit: str,
    funder: TextRef | None,
    amount: int | None = None,
    currency: str | None = None,
    round: str | None = None,
    proposals: tuple[str, ...] = (),
) -> ProjectBegun:
    """Begin what the assembly decided. Refuses: project.bad_id, project.no_decision, unit.unknown, and what `amounts`
    does."""
    fresh(s, project)
    decided(s, decision)
    if not knows_unit(s, unit):
        raise Refused("unit.unknown")
    named = [each for each in (round, *proposals) if each is not None]
    if len(proposals) > MOST_PROPOSALS or not all(ID.fullmatch(each) for each in named):
        raise Refused("project.bad_id")
    if amount is not None:
        amounts.checked(amount)
        currency = amounts.currency_of(currency or "")
    return ProjectBegun(
        project=project,
        decision=decision,
        title=title,
        purpose=purpose,
        unit=unit,
        amount=amount,
        currency=currency if amount is not None else None,
        round=round,
        proposals=list(proposals),
        funder=funder,
    )


def apply_begun(s: State, a: ProjectBegun, at: str) -> State:
    """It is under way, before its first phase."""
    return changed(
        s,
        Project(
            id=a.project,
            decision=a.decision,
            title=a.title,
            unit=a.unit,
            amount=a.amount,
            currency=a.currency,
            round=a.round,
            proposals=tuple(a.proposals),
            funder=a.funder,
            begun=at[:10],
            purposes=(Purpose(text=a.purpose, decision=a.decision, day=at[:10]),),
        ),
    )


def approve_phase(s: State, *, by: str, project: str, phase: str, decision: str) -> PhaseApproved:
    """Write down that the assembly approved a phase. They follow one another, none is left out. Refuses:
    project.unknown, project.ended, project.no_decision, project.phase_approved_already, project.other_phase."""
    found = under_way(s, project)
    decided(s, decision)
    if any(each.phase == phase for each in found.phases):
        raise Refused("project.phase_approved_already")
    if phase != found.awaits:
        raise Refused("project.other_phase")
    return PhaseApproved(project=project, phase=found.awaits, decision=decision)


def apply_phase(s: State, a: PhaseApproved, at: str) -> State:
    """It is in that phase."""
    found = s.projects[a.project]
    day = decisions.day_of(s, a.decision) or at[:10]
    return with_(s, a.project, phases=(*found.phases, Approval(a.phase, a.decision, day)))


def change_purpose(
    s: State,
    *,
    by: str,
    project: str,
    decision: str | None,
    purpose: TextRef,
    consent: TextRef | None,
    paper: FileRef | None,
    date: str | None,
    today: str,
) -> PurposeChanged:
    """Change what a project is for: with the assembly's decision, and the consent of its funder, dated (where the group
    pays itself, of whoever gave it the money). Refuses: project.unknown, project.ended, project.no_decision,
    project.same_decision (the one that began it), project.no_consent, gathering.no_such_day, project.consent_ahead (a
    day that has not come)."""
    found = under_way(s, project)
    decision = decided(s, decision)
    if decision == found.decision:
        raise Refused("project.same_decision")
    if (consent is None and paper is None) or not date:
        raise Refused("project.no_consent")
    day(date)
    if date > today:
        raise Refused("project.consent_ahead")
    return PurposeChanged(project=project, decision=decision, purpose=purpose, consent=consent, paper=paper, date=date)


def apply_purpose(s: State, a: PurposeChanged, at: str) -> State:
    """It is for something else now; what it was for before stays known."""
    new = Purpose(
        text=a.purpose, decision=a.decision, day=at[:10], consent=a.consent, paper=a.paper, consented=a.date
    )  # fmt: skip
    return with_(s, a.project, purposes=(*s.projects[a.project].purposes, new))


def close(s: State, *, by: str, project: str, decision: str) -> ProjectClosed:
    """Close it, as the assembly decided, after every phase was approved. The steps that are open are named. Refuses:
    project.unknown, project.ended, project.no_decision, project.phases_left, brigade.not_held (one that is called),
    project.payments_open."""
    found = under_way(s, project)
    decided(s, decision)
    if len(found.phases) < len(PHASES):
        raise Refused("project.phases_left")
    _no_brigade(found)
    _no_payment(s, project)
    return ProjectClosed(project=project, decision=decision, open=[step.id for step in found.waiting])


def apply_closed(s: State, a: ProjectClosed, at: str) -> State:
    """It is over."""
    return with_(s, a.project, status="closed", ended=at[:10], ended_by=a.decision, open=tuple(a.open))


def give_up(s: State, *, by: str, project: str, decision: str, reason: TextRef) -> ProjectGivenUp:
    """Give it up, as the assembly decided. Refuses: project.unknown, project.ended, project.no_decision,
    brigade.not_held, project.payments_open."""
    found = under_way(s, project)
    decided(s, decision)
    _no_brigade(found)
    _no_payment(s, project)
    return ProjectGivenUp(project=project, decision=decision, reason=reason)


def _no_brigade(project: Project) -> None:
    if any(each.status == "called" for each in project.brigades.values()):
        raise Refused("brigade.not_held")


def _no_payment(s: State, project: str) -> None:
    """Its account is closed before it is: nothing is asked for from its lines that was neither paid nor dropped."""
    lines = {line.id for line in s.money.lines.values() if line.project == project}
    if any(each.status == "asked" and each.line in lines for each in s.money.payments.values()):
        raise Refused("project.payments_open")


def apply_given_up(s: State, a: ProjectGivenUp, at: str) -> State:
    """It is over, and why is known."""
    return with_(s, a.project, status="given_up", ended=at[:10], ended_by=a.decision, reason=a.reason)


def changed(s: State, project: Project) -> State:
    """The state with this project in it."""
    return msgspec.structs.replace(s, projects=s.projects.set(project.id, project))


def with_(s: State, project: str, **changes: object) -> State:
    """The state with a project of which this is changed."""
    return changed(s, msgspec.structs.replace(s.projects[project], **changes))
