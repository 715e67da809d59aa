"""An example of every act of projects, work brigades and housing, in every case of its sentence."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import brigade, housing, project, project_work
from comuna.rules.state_housing import Answer, Criterion
from comuna.rules.state_project import PHASES
from tests.cast import an_id

PROJECT: dict[str, Any] = {"project": an_id(110)}
DECIDED: dict[str, Any] = {**PROJECT, "decision": an_id(104)}
STEP: dict[str, Any] = {**PROJECT, "step": an_id(111)}
BLOCK: dict[str, Any] = {**PROJECT, "block": an_id(112)}
BRIGADE: dict[str, Any] = {**PROJECT, "brigade": an_id(113)}
FILE = "f" * 64
CRITERIA = [
    Criterion(id="c1", title="Roof", weight="2", answers=(Answer("it leaks", "3"), Answer("it is dry", "0"))),
    Criterion(id="c2", title="Children", weight="3/2", each="1", most="4"),
]


def told(*, text: TextRef, reason: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump.", `reason` "the room was taken.", `owner` "Inés"; `gone` was
    erased."""
    return {
        **_project(text, reason, gone),
        **_work(text, reason, owner, gone),
        **_brigades(text, reason, gone),
        **_housing(),
    }


def _project(text: TextRef, reason: TextRef, gone: TextRef) -> dict[str, Act]:
    begun: dict[str, Any] = {
        **DECIDED, "title": text, "purpose": text, "unit": "finance", "amount": None, "currency": None, "round": None,
        "proposals": [], "funder": None,
    }  # fmt: skip
    said = (
        "The assembly approved the diagnosis of a project.",
        "The assembly approved the plan of a project.",
        "The assembly approved the budget of a project.",
        "The assembly approved that a project is carried out.",
        "The assembly approved the social control of a project.",
    )
    changed = {**DECIDED, "consent": text, "paper": FILE, "date": "2026-11-03"}
    purpose = (
        "What a project is for was changed, as the assembly decided and the funder consented on Tuesday, "
        "November 3, 2026"
    )
    return {
        "A project was begun, as decided: Mend the pump. In charge: Finance.": project.ProjectBegun(**begun),
        "A project was begun, as decided: Mend the pump. In charge: Finance. Its budget: $1,250.50.": (
            project.ProjectBegun(**{**begun, "amount": 125050, "currency": "USD"})
        ),
        "A project was begun, as decided; its words were erased. In charge: Finance.": project.ProjectBegun(
            **{**begun, "title": gone}
        ),
        **{
            sentence: project.PhaseApproved(**DECIDED, phase=phase)
            for sentence, phase in zip(said, PHASES, strict=True)
        },
        f"{purpose}. It is for: Mend the pump.": project.PurposeChanged(**changed, purpose=text),
        f"{purpose}; the words were erased.": project.PurposeChanged(**changed, purpose=gone),
        "A project was closed, as the assembly decided. Every step of it is done.": project.ProjectClosed(
            **DECIDED, open=[]
        ),
        "A project was closed, as the assembly decided. Steps that were left open: 2.": project.ProjectClosed(
            **DECIDED, open=[an_id(1), an_id(2)]
        ),
        "A project was given up, as the assembly decided: the room was taken.": project.ProjectGivenUp(
            **DECIDED, reason=reason
        ),
        "A project was given up, as the assembly decided; the reason was erased.": project.ProjectGivenUp(
            **DECIDED, reason=gone
        ),
    }


def _work(text: TextRef, reason: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    by_member: dict[str, Any] = {**STEP, "text": text, "member": "2001", "unit": None, "due": None}
    by_unit: dict[str, Any] = {**by_member, "member": None, "unit": "finance"}
    held: dict[str, Any] = {**BLOCK, "text": text, "unit": None, "holder": None, "date": "2026-11-03"}
    since = "A project is held up since Tuesday, November 3, 2026"
    due = {"due": "2027-03-01"}
    return {
        "A step was planned: Mend the pump. Member 2001 sees to it.": project_work.StepPlanned(**by_member),
        "A step was planned: Mend the pump. Member 2001 sees to it by Monday, March 1, 2027.": (
            project_work.StepPlanned(**{**by_member, **due})
        ),
        "A step was planned: Mend the pump. Who sees to it: Finance.": project_work.StepPlanned(**by_unit),
        "A step was planned: Mend the pump. Who sees to it: Finance, by Monday, March 1, 2027.": (
            project_work.StepPlanned(**{**by_unit, **due})
        ),
        "A step was planned; its words were erased.": project_work.StepPlanned(**{**by_unit, "text": gone}),
        "A step of a project is done.": project_work.StepDone(**STEP, report=None, photo=FILE),
        "A step of a project is done: Mend the pump.": project_work.StepDone(**STEP, report=text, photo=None),
        "A step that was said to be done is open again.": project_work.StepUndone(**STEP, reason=None),
        "A step that was said to be done is open again: the room was taken.": project_work.StepUndone(
            **STEP, reason=reason
        ),
        "A step of a project was dropped.": project_work.StepDropped(**STEP, reason=None),
        "A step of a project was dropped: the room was taken.": project_work.StepDropped(**STEP, reason=reason),
        f"{since}: Mend the pump. By whom: Finance.": project_work.ProjectBlocked(**{**held, "unit": "finance"}),
        f"{since}: Mend the pump. By whom: Inés.": project_work.ProjectBlocked(**{**held, "holder": owner}),
        f"{since}; the words were erased.": project_work.ProjectBlocked(**{**held, "holder": gone}),
        "What held a project up is out of the way. Days that it took: 12.": project_work.ProjectUnblocked(
            **BLOCK, days=12, text=None
        ),
        "What held a project up is out of the way: Mend the pump. Days that it took: 12.": (
            project_work.ProjectUnblocked(**BLOCK, days=12, text=text)
        ),
        "How far a project is was shown in a photo.": project_work.ProjectProgressed(
            **PROJECT, moment="before", photo=FILE, text=None
        ),
        "How far a project is: Mend the pump.": project_work.ProjectProgressed(
            **PROJECT, moment="after", photo=None, text=text
        ),
    }


def _brigades(text: TextRef, reason: TextRef, gone: TextRef) -> dict[str, Act]:
    called: dict[str, Any] = {**BRIGADE, "date": "2026-11-03", "place": text, "hands": 12, "materials": None}
    return {
        "A work brigade was called for Tuesday, November 3, 2026: Mend the pump. Hands needed: 12.": (
            brigade.BrigadeCalled(**called, tasks=text)
        ),
        "A work brigade was called for Tuesday, November 3, 2026; the words were erased. Hands needed: 12.": (
            brigade.BrigadeCalled(**called, tasks=gone)
        ),
        "A work brigade was held. Hands that came: 14; hours that each worked: 5.": brigade.BrigadeHeld(
            **BRIGADE, hands=14, hours=5
        ),
        "A work brigade was called off.": brigade.BrigadeCalledOff(**BRIGADE, reason=None),
        "A work brigade was called off: the room was taken.": brigade.BrigadeCalledOff(**BRIGADE, reason=reason),
    }


def _housing() -> dict[str, Act]:
    handed: dict[str, Any] = {**PROJECT, "date": "2026-11-03", "count": 20, "photo": None}
    return {
        "By what the order of dwellings is made was written down, as the assembly decided. Criteria: 2.": (
            housing.CriteriaSet(**DECIDED, criteria=CRITERIA)
        ),
        "The order in which dwellings are mended was set. Dwellings: 20. Equals were drawn by lot from the seed 417. "
        f"The list, which stays with the desk, has the keyed digest {'d' * 64}.": housing.QueueSet(
            **PROJECT, digest="d" * 64, count=20, seed="417"
        ),
        "1 dwelling was handed over, and its household accepted it: 3 of 20.": housing.HandedOver(
            **handed, accepted=True, handed=3
        ),
        "1 dwelling was ready to be handed over, and its household did not accept it yet: 3 of 20 are handed over.": (
            housing.HandedOver(**handed, accepted=False, handed=3)
        ),
    }
