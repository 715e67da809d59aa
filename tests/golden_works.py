"""What a golden book tells of projects: every act of theirs, in every way in which its fields can be filled."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from comuna.kernel.act import Act
from comuna.kernel.text import Text
from comuna.rules import brigade, housing, project, project_work
from comuna.rules.state_housing import Answer, Criterion
from comuna.rules.state_project import MOMENTS, PHASES
from tests.cast import an_id
from tests.golden_assemblies import Telling
from tests.golden_charters import STRANGE

PIPES, ROOFS = an_id(601), an_id(602)
NEED_A_TEXT = {
    "project.begun",
    "project.begun.budget",
    "project.purpose_changed",
    "project.given_up",
    *(f"project.step_planned.{who}{due}" for who in ("member", "unit") for due in ("", "_due")),
    "project.step_done.report",
    "project.step_undone.because",
    "project.step_dropped.because",
    "project.blocked.unit",
    "project.blocked.other",
    "project.unblocked.text",
    "project.progressed.text",
    "brigade.called",
    "brigade.called_off.because",
}
"""Sentences that nothing says once all texts are gone."""


class Working:
    """Projects that are being told."""

    def __init__(self, t: Telling) -> None:
        self.t, self.names = t, 610
        self.decision = min(t.state().decisions)
        charter_units = sorted({m.unit for m in t.state().mandates.values()})
        self.unit = charter_units[0]
        self.today = t.clock().date().isoformat()

    def name(self) -> str:
        """An id that nothing has yet."""
        self.names += 1
        return an_id(self.names)

    def do(self, rule: Callable[..., Act], *, said: tuple[str, ...] = (), at: str = PIPES, **given: Any) -> None:
        """What a rule makes of the book as it is; each field of `said` is a text of its own."""
        texts: dict[str, Text] = {}
        for field in said:
            self.names += 1
            texts[field] = self.t.text(f"{self.names} {field}: {STRANGE}")
        refs = {field: text.ref for field, text in texts.items()}
        self.t.act(lambda s: rule(s, by=self.t.rosa, **_project(rule, at), **given, **refs), *texts.values())


def _project(rule: Callable[..., Act], at: str) -> dict[str, str]:
    return {} if rule in (brigade.hold, brigade.call_off) else {"project": at}


def work(t: Telling) -> None:
    """All of it."""
    w = Working(t)
    words = ("title", "purpose")
    money = {"amount": 125050, "currency": "VES", "round": w.name(), "proposals": (w.name(), w.name())}
    w.do(project.begin, said=(*words, "funder"), decision=w.decision, unit=w.unit, **money)
    w.do(project.begin, said=words, at=ROOFS, decision=w.decision, unit=w.unit, funder=None)
    for phase in PHASES:
        w.do(project.approve_phase, phase=phase, decision=w.decision)
    _steps(w)
    _blocks(w)
    _brigades(w)
    _purposes(w)
    _housing(w)
    w.do(project.close, decision=w.decision)
    w.do(project.give_up, at=ROOFS, said=("reason",), decision=w.decision)
    last = w.name()
    w.do(project.begin, said=words, at=last, decision=w.decision, unit=w.unit, funder=None)
    for phase in PHASES:
        w.do(project.approve_phase, at=last, phase=phase, decision=w.decision)
    w.do(project.close, at=last, decision=w.decision)


def _steps(w: Working) -> None:
    steps = [w.name() for _ in range(4)]
    owners: list[dict[str, Any]] = [
        {"member": "482913", "unit": None, "due": None},
        {"member": "482913", "unit": None, "due": "2027-03-31"},
        {"member": None, "unit": w.unit, "due": None},
        {"member": None, "unit": w.unit, "due": "2027-03-31"},
    ]
    for step, owner in zip(steps, owners, strict=True):
        w.do(project_work.plan, said=("text",), step=step, **owner)
    w.do(project_work.finish, said=("report", "photo"), step=steps[0])
    w.do(project_work.finish, step=steps[1], report=None, photo=None)
    w.do(project_work.reopen, said=("reason",), step=steps[0])
    w.do(project_work.reopen, step=steps[1], reason=None)
    w.do(project_work.drop, said=("reason",), step=steps[0])
    w.do(project_work.drop, step=steps[1], reason=None)


def _blocks(w: Working) -> None:
    one, other = w.name(), w.name()
    since = {"date": "2026-11-20", "today": w.today}
    w.do(project_work.block, said=("text", "holder"), block=one, unit=None, **since)
    w.do(project_work.block, said=("text",), block=other, unit=w.unit, holder=None, **since)
    w.do(project_work.unblock, said=("text",), block=one, today=w.today)
    w.do(project_work.unblock, block=other, text=None, today=w.today)
    for moment in MOMENTS:
        w.do(project_work.progress, said=("photo",), moment=moment, text=None)
    w.do(project_work.progress, said=("text",), moment="after", photo=None)


def _brigades(w: Working) -> None:
    one, other, third = w.name(), w.name(), w.name()
    called = {"date": w.today, "hands": 12, "today": w.today}
    w.do(brigade.call, said=("place", "tasks", "materials"), brigade=one, **called)
    w.do(brigade.call, said=("place", "tasks"), brigade=other, materials=None, **called)
    w.do(brigade.call, said=("place", "tasks"), brigade=third, materials=None, **called)
    w.do(brigade.hold, brigade=one, hands=14, hours=5, today=w.today)
    w.do(brigade.call_off, said=("reason",), brigade=other)
    w.do(brigade.call_off, brigade=third, reason=None)


def _purposes(w: Working) -> None:
    agreed = {"decision": max(w.t.state().decisions), "date": "2026-11-21", "today": w.today}
    w.do(project.change_purpose, said=("purpose", "consent"), paper=None, **agreed)
    w.do(project.change_purpose, said=("purpose", "paper"), consent=None, **agreed)


def _housing(w: Working) -> None:
    criteria = [
        Criterion(
            id="c1", title=f"Techo {STRANGE[:20]}", weight="2", question="q1",
            answers=(Answer("gotea mucho", "3"), Answer("gotea", "7/2"), Answer("está seco", "0")),
        ),
        Criterion(id="c2", title="Niñas y niños", weight="3/2", each="1", most="4"),
        Criterion(id="c3", title="Cuartos que faltan", weight="1", each="2/3"),
    ]  # fmt: skip
    w.do(housing.set_criteria, decision=w.decision, criteria=criteria)
    digest = sha256(b"a list of dwellings").hexdigest()
    w.do(housing.set_queue, digest=digest, count=20, seed="417 283")
    on = {"date": w.today, "today": w.today}
    w.do(housing.hand_over, said=("photo",), accepted=True, **on)
    w.do(housing.hand_over, accepted=False, photo=None, **on)
