"""What a facilitator writes down about a project: it begins, its phases are approved, steps, what blocks it, how far it
is, another purpose, its end. Each form counts once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.rules import amounts, project, project_work
from comuna.rules.state import State
from comuna.rules.state_project import Project
from comuna.store import housing, texts
from comuna.store.writer import Transaction
from comuna.web import project_forms as forms
from comuna.web import uploads
from comuna.web.access import KeeperDoor, new_id
from comuna.web.decisions import listed
from comuna.web.offices import today
from comuna.web.project_forms import must_say, record, words
from comuna.web.projects import find


class Brought(msgspec.Struct, frozen=True):
    """What a proposal that won brings into the form of its project."""

    title: str = ""
    purpose: str = ""
    amount: str = ""
    currency: str = "USD"


def _brought(door: KeeperDoor, connection: sa.Connection, proposals: list[str]) -> Brought:
    found = [door.state.budget.proposals[each] for each in proposals if each in door.state.budget.proposals]
    if not found:
        return Brought()
    currency = door.state.budget.rounds[found[0].round].rules.currency
    titles, purposes = (
        [said for each in found if (said := texts.read(connection, getattr(each, name)))]
        for name in ("title", "purpose")
    )
    amount = amounts.decimal(sum(each.cost for each in found), currency)
    return Brought(" · ".join(titles)[:120], "\n".join(purposes)[:2000], amount, currency)


def begin_form(door: KeeperDoor) -> Response:
    """The form to begin a project from a decision (`?decision=`); from proposals that won (`?proposal=`), with what
    they say."""
    asked = door.request.query_params
    with door.store.read() as connection:
        decisions = listed(door, connection)
        brought = _brought(door, connection, asked.getlist("proposal"))
    return door.page(
        "projects/new.html",
        decisions=decisions,
        chosen=asked.get("decision", ""),
        round=asked.get("round", ""),
        proposals=asked.getlist("proposal"),
        units=forms.units(door),
        brought=brought,
        project=new_id(),
    )


def begin(door: KeeperDoor) -> Response:
    """Begin a project; sent twice, it begins once. Refuses project.no_words, project.no_funder, and what
    `project.begin` and `amounts.read` do."""
    form, id = door.form, door.form.line("project")
    written, currency = form.line("amount"), form.line("currency")
    funder = form.line("funder")
    own = form.line("pays") == "own"
    if own == bool(funder):
        raise Refused("project.no_funder")
    sum_ = {}
    if written:
        currency = amounts.currency_of(currency)
        sum_ = {"amount": amounts.read(written, currency), "currency": currency}
    record(
        door,
        project.begin,
        done=lambda s: id in s.projects,
        said={"title": must_say(door, "title"), "purpose": must_say(door, "purpose"), "funder": funder},
        project=id,
        decision=form.line("decision"),
        unit=form.line("unit"),
        round=form.optional("round"),
        proposals=tuple(each for each in form.all("proposal") if each),
        **sum_,
    )
    return door.go(f"/g/{door.book}/projects/{id}")


def _in(s: State, door: KeeperDoor) -> Project:
    return s.projects[find(door).id]


def approve(door: KeeperDoor) -> None:
    """A phase is approved."""
    phase, decision = door.form.line("phase"), door.form.line("decision")
    record(
        door,
        project.approve_phase,
        done=lambda s: any((a.phase, a.decision) == (phase, decision) for a in _in(s, door).phases),
        project=find(door).id,
        phase=phase,
        decision=decision,
    )


def plan(door: KeeperDoor) -> None:
    """A step is planned."""
    id = door.form.line("step")
    record(
        door,
        project_work.plan,
        done=lambda s: id in _in(s, door).steps,
        said={"text": must_say(door, "text")},
        project=find(door).id,
        step=id,
        due=door.form.optional("due"),
        **forms.owner(door),
    )


def finish(door: KeeperDoor) -> None:
    """A step is done."""
    id = door.form.line("step")
    record(
        door,
        project_work.finish,
        done=lambda s: id in _in(s, door).planned and _in(s, door).steps[id].done is not None,
        said={"report": words(door, "report")},
        files={"photo": uploads.picture(door.form)},
        project=find(door).id,
        step=id,
    )


def _take_back(door: KeeperDoor, rule: Callable[..., Act], done: Callable[[Project, str], bool]) -> None:
    """Reopen or drop the step of the form, for a reason."""
    id = door.form.line("step")
    record(
        door,
        rule,
        done=lambda s: done(_in(s, door), id),
        said={"reason": words(door, "reason")},
        project=find(door).id,
        step=id,
    )


def reopen(door: KeeperDoor) -> None:
    """A step is not done after all."""
    _take_back(door, project_work.reopen, lambda p, step: step in p.planned and p.steps[step].done is None)


def drop(door: KeeperDoor) -> None:
    """A step is not to be done any more."""
    _take_back(door, project_work.drop, lambda p, step: step in p.steps and step not in p.planned)


def block(door: KeeperDoor) -> None:
    """Something holds it up."""
    id = door.form.line("block")
    record(
        door,
        project_work.block,
        done=lambda s: id in _in(s, door).blocks,
        said={"text": must_say(door, "text"), "holder": door.form.line("holder")[:200]},
        project=find(door).id,
        block=id,
        unit=door.form.optional("unit"),
        date=door.form.line("since") or today(door),
        today=today(door),
    )


def unblock(door: KeeperDoor) -> None:
    """It is out of the way."""
    id = door.form.line("block")
    record(
        door,
        project_work.unblock,
        done=lambda s: id in _in(s, door).blocks and _in(s, door).blocks[id].ended is not None,
        said={"text": words(door, "text")},
        project=find(door).id,
        block=id,
        today=today(door),
    )


def progress(door: KeeperDoor) -> None:
    """How far it is. A photo is the same only if it is the same form: the page it was sent from knew how many there
    were."""
    seen = door.form.number("seen")
    record(
        door,
        project_work.progress,
        done=lambda s: seen is not None and len(_in(s, door).progress) > seen,
        said={"text": words(door, "text")},
        files={"photo": uploads.picture(door.form)},
        project=find(door).id,
        moment=door.form.line("moment"),
    )


def purpose(door: KeeperDoor) -> None:
    """It is for something else."""
    seen = door.form.number("seen")
    record(
        door,
        project.change_purpose,
        done=lambda s: seen is not None and len(_in(s, door).purposes) > seen,
        said={"purpose": must_say(door, "purpose"), "consent": words(door, "consent")},
        files={"paper": uploads.voucher(door.form)},
        project=find(door).id,
        decision=door.form.optional("decision"),
        date=door.form.optional("consented"),
        today=today(door),
    )


def _forget(door: KeeperDoor) -> Callable[[Transaction, Act], None]:
    return lambda tx, _: housing.forget(tx, door.book, find(door).id)


def close(door: KeeperDoor) -> None:
    """It is closed; what was kept of dwellings is erased with it."""
    record(
        door,
        project.close,
        done=lambda s: _in(s, door).status == "closed",
        then=_forget(door),
        project=find(door).id,
        decision=door.form.line("decision"),
    )
    door.store.tidy_soon()


def give_up(door: KeeperDoor) -> None:
    """It is given up; what was kept of dwellings is erased with it."""
    record(
        door,
        project.give_up,
        done=lambda s: _in(s, door).status == "given_up",
        said={"reason": must_say(door, "reason")},
        then=_forget(door),
        project=find(door).id,
        decision=door.form.line("decision"),
    )
    door.store.tidy_soon()


DOES: Final[dict[str, tuple[Callable[[KeeperDoor], None], str]]] = {
    "approve": (approve, "phases"),
    "plan": (plan, "steps"),
    "done": (finish, "steps"),
    "reopen": (reopen, "steps"),
    "drop": (drop, "steps"),
    "block": (block, "blocks"),
    "unblock": (unblock, "blocks"),
    "progress": (progress, "photos"),
    "purpose": (purpose, "purpose"),
    "close": (close, "main"),
    "give-up": (give_up, "main"),
}
"""Address → what is done, and where on the page it is seen."""


def do(door: KeeperDoor) -> Response:
    """What the address says. Refuses address.unknown, and what it refuses."""
    found = DOES.get(door.request.path_params["do"])
    if found is None:
        raise Refused("address.unknown")
    view, place = found
    view(door)
    return door.go(f"/g/{door.book}/projects/{find(door).id}#{place}")
