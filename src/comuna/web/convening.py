"""Convening a session as an assembly that decides, and the proof that the members were told."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.language import clock_there
from comuna.rules import agenda, assembly, proposal
from comuna.rules.charter import Charter
from comuna.rules.charter_values import Notice
from comuna.web import sentences
from comuna.web.access import FacilitatorDoor


def show(door: FacilitatorDoor) -> Response:
    """What the charter says about each kind of gathering, the agenda to choose from; once convened, the proofs of
    notice."""
    rules = assembly.rules_of(door.state)
    return door.page(
        "session/convene.html",
        found=door.state.assemblies.get(door.id),
        items=agenda.items_of(door.session),
        forms=[
            (form, _named(door, rules, "gatherings", form), _notice(rules, form))
            for form in rules.entries("gatherings")
        ],
        decisions=[(kind, _named(door, rules, "decisions", kind)) for kind in proposal.matters(rules)],
        today=clock_there(door.gathering.zone, door.now)[:10],
        told=[said for said in sentences.of_assembly(door) if said],
    )


def _named(door: FacilitatorDoor, rules: Charter, section: str, entry: str) -> str:
    title: Any = rules.titles.get(f"{section}.{entry}", {})
    if not title and (section, entry) == ("decisions", proposal.CHARTER):
        return door.words.text("Change of the charter")
    if not title and (section, entry) == ("decisions", proposal.ELECTION):
        return door.words.text("Election")
    return str(title.get(door.words.code) or entry.replace("_", " "))


def _notice(rules: Charter, form: str) -> Notice | None:
    found: Notice | None = rules.of_kind("gatherings", form, "notice", None)
    return found


def convene(door: FacilitatorDoor) -> Response:
    """Convene it. Refuses what `assembly.convene` does; pressed twice, it is convened once."""
    form, today = door.form, clock_there(door.gathering.zone, door.now)[:10]
    matters = {
        item.id: form.line(f"decides-{item.id}")
        for item in agenda.items_of(door.session)
        if form.line(f"decides-{item.id}")
    }
    date, start = form.line("date"), form.line("start")
    member = door.member
    assert member is not None
    try:
        door.record(
            lambda s: assembly.convene(
                s,
                by=member,
                gathering=door.id,
                form=form.line("form"),
                matters=matters,
                today=today,
                emergency=form.ticked("emergency"),
                second=(date, start) if date and start else None,
            )
        )
    except Refused as refused:
        if refused.code != "assembly.convened_already":
            raise
    return door.go(f"{door.path}/convene")


def give_notice(door: FacilitatorDoor) -> Response:
    """Keep a proof of notice. Refuses what `assembly.give_notice` does."""
    form, member = door.form, door.member
    assert member is not None
    door.record(
        lambda s: assembly.give_notice(
            s,
            by=member,
            gathering=door.id,
            means=form.line("means"),
            count=form.number("count") or 0,
            date=form.line("date"),
        )
    )
    return door.go(f"{door.path}/convene")
