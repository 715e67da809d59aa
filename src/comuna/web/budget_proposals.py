"""Proposals for a participatory budget: brought on a phone or at the desk, read, changed, withdrawn,
merged, checked."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comuna.kernel.act import act_in
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules import amounts
from comuna.rules import budget_proposal as rules
from comuna.rules.budget_proposal import UNNAMED, BudgetProposed, Draft
from comuna.rules.state_budget import BudgetProposal
from comuna.store import book, budget_box, texts
from comuna.store.writer import Transaction
from comuna.web.access import new_id
from comuna.web.budget_door import (
    BudgetDoor,
    BudgetKeeperDoor,
    path_of,
    problem,
    round_of,
    shown,
    state_in,
    title_of,
    written,
)  # fmt: skip
from comuna.web.forms import Form
from comuna.web.names import label, names
from comuna.web.uploads import picture

LONGEST: Final = {"title": 100, "place": 200, "purpose": 2000, "carried_out_by": 200, "upkeep_by": 200, "what": 120}
"""Letters of each part."""
REASON: Final = 2000
ROWS: Final = 6
"""Lines of the cost that the form begins with."""


class Brought(msgspec.Struct, frozen=True):
    """A draft with the texts that it names."""

    draft: Draft
    kept: list[Text]


def _said(form: Form, name: str) -> str:
    said = form.text(name).replace("\r\n", "\n").strip()
    said = said if name == "purpose" else " ".join(said.split())
    if len(said) > LONGEST[name]:
        raise Refused("words.too_long", limit=LONGEST[name], length=len(said))
    return said


def _costs(form: Form, currency: str) -> tuple[list[str], list[int]]:
    """The lines of the cost: what each is for, and its sum. Refuses: budget.line_of_words (line), budget.line_of_sum
    (line), words.too_long, and what `amounts.read` does."""
    whats, sums = [], []
    for n, (what, sum_) in enumerate(zip(form.all("what"), form.all("sum"), strict=False), 1):
        what, sum_ = " ".join(what.split()), sum_.strip()
        if not what and not sum_:
            continue
        if not sum_:
            raise Refused("budget.line_of_words", line=n)
        if not what:
            raise Refused("budget.line_of_sum", line=n)
        if len(what) > LONGEST["what"]:
            raise Refused("words.too_long", limit=LONGEST["what"], length=len(what))
        whats.append(what)
        sums.append(amounts.read(sum_, currency))
    return whats, sums


def brought(tx: Transaction, form: Form, currency: str, photo: bytes | None) -> Brought:
    """What a form proposes. Refuses: budget.no_title, budget.no_purpose, budget.no_place, words.too_long, and what
    `amounts.read` does of each sum."""
    kept: list[Text] = []

    def text(body: str) -> str:
        kept.append(texts.new(tx, body))
        return kept[-1].ref

    said = {name: _said(form, name) for name in ("title", "purpose", "place", "carried_out_by", "upkeep_by")}
    for name in ("title", "purpose", "place"):
        if not said[name]:
            raise Refused(f"budget.no_{name}")
    whats, sums = _costs(form, currency)
    upkeep = form.line("upkeep")
    if photo is not None:
        kept.append(texts.new_file(tx, photo))
    draft = Draft(
        photo=kept[-1].ref if photo is not None else None,
        title=text(said["title"]),
        purpose=text(said["purpose"]),
        place=text(said["place"]),
        sums=sums,
        lines=text("\n".join(whats)),
        need=form.optional("need"),
        district=form.optional("district"),
        carried_out_by=text(said["carried_out_by"]) if said["carried_out_by"] else None,
        upkeep=amounts.read(upkeep, currency) if upkeep not in ("", "0") else 0 if upkeep else None,
        upkeep_by=text(said["upkeep_by"]) if said["upkeep_by"] else None,
    )
    return Brought(draft, kept)


# Proposing


def begin(door: BudgetDoor) -> Response:
    """The form to propose something. Refuses: member.card_needed, budget.unknown."""
    _who(door)
    return _form(door, {"proposal": new_id(), "need": door.request.query_params.get("need", "")})


def _who(door: BudgetDoor) -> bool:
    """Whether it is the desk that writes. Refuses member.card_needed."""
    if door.facilitates:
        return True
    return not door.own.member


def _form(
    door: BudgetDoor,
    fields: dict[str, str],
    refused: Refused | None = None,
    lines: list[tuple[str, str]] | None = None,
    of: str | None = None,
) -> Response:
    found, (status, sentence) = round_of(door), problem(door.words, refused)
    rows = [each for each in lines or [] if any(each)]
    with door.store.read() as connection:
        named = texts.read(connection, found.rules.title)
    return door.page(
        "budget/propose.html",
        status=status,
        problem=sentence,
        round=found,
        round_title=named,
        f=fields,
        rows=[*rows, *[("", "")] * max(2, ROWS - len(rows))],
        of=of,
        desk=door.facilitates,
        lost_photo=refused is not None and bool(door.form.files.get("photo")),
        longest=LONGEST,
    )


def _again(door: BudgetDoor, refused: Refused, of: str | None = None) -> Response:
    lines = list(zip(door.form.all("what"), door.form.all("sum"), strict=False))
    return _form(door, written(door.form), refused, lines, of)


def propose(door: BudgetDoor) -> Response:
    """Propose something; the same form sent twice proposes once. Who does stands in the book only if they wish it.
    Refuses member.card_needed; above the form, with what was written, what `brought`, `uploads.picture` and
    `rules.propose` do."""
    found, form, proposal, desk = round_of(door), door.form, door.form.line("proposal"), _who(door)
    who = door.member if desk else door.own.member if form.ticked("named") else UNNAMED
    assert who is not None

    def job(tx: Transaction) -> None:
        state = state_in(door, tx)
        if proposal in state.budget.proposals:
            return
        new = brought(tx, form, found.rules.currency, photo)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.propose(s, by=who, round=found.id, proposal=proposal, draft=new.draft, desk=desk),
            by=who,
            with_texts=new.kept,
        )
        if not desk:
            budget_box.wrote(tx, state, found.id, proposal, door.own.member)

    try:
        photo = picture(form)
        door.write(job)
    except Refused as refused:
        return _again(door, refused)
    return door.go(path_of(door, found.id, f"/p/{proposal}?done=proposed"))


# Reading


def proposal_of(door: BudgetDoor) -> BudgetProposal:
    """The proposal of the path. Refuses budget.proposal_unknown."""
    found = door.state.budget.proposals.get(door.request.path_params["proposal"])
    if found is None or found.round != door.request.path_params["round"]:
        raise Refused("budget.proposal_unknown")
    return found


def _mine(door: BudgetDoor, proposal: str) -> bool:
    if door.row is None:
        return False
    with door.store.read() as connection:
        return budget_box.author(connection, proposal) == door.row.member


def _proposer(door: BudgetDoor, proposal: str) -> str | None:
    """Who proposed it, where they wished to stand there."""
    with door.store.read() as connection:
        for envelope in book.envelopes(connection, door.book):
            if envelope.kind == "budget.proposed/1":
                entry = act_in(envelope)
                assert isinstance(entry, BudgetProposed)
                if entry.proposal == proposal:
                    return label(names(door), envelope.by) if envelope.by.isdigit() and not entry.desk else None
    return None


def show(door: BudgetDoor) -> Response:
    """One proposal with everything that can be done about it. Refuses: budget.unknown, budget.proposal_unknown."""
    found, proposal = round_of(door), proposal_of(door)
    with door.store.read() as connection:
        it = shown(door, connection, proposal)
        others = [
            (each.id, title_of(door.words, connection, each))
            for id in found.proposals
            if (each := door.state.budget.proposals[id]).status == "proposed" and id != proposal.id
        ]
        into = door.state.budget.proposals.get(proposal.into or "")
        merged = [
            title_of(door.words, connection, each)
            for id in found.proposals
            if (each := door.state.budget.proposals[id]).into == proposal.id
        ]
        named = texts.read(connection, found.rules.title)
        into_title = title_of(door.words, connection, into) if into else None
    changes = proposal.status == "proposed" and found.status in ("open", "checking")
    return door.page(
        "budget/proposal.html",
        round=found,
        round_title=named,
        p=it,
        others=others,
        into=into,
        into_title=into_title,
        merged=merged,
        proposer=_proposer(door, proposal.id),
        by_desk=changes and door.facilitates,
        mine=changes and found.status == "open" and _mine(door, proposal.id),
        done=door.request.query_params.get("done", ""),
    )


def photo(door: BudgetDoor) -> Response:
    """The picture of a proposal, for whoever may see the budget. Refuses file.unknown."""
    ref = door.request.path_params["file"]
    if not any(each.photo == ref for each in door.state.budget.proposals.values()):
        raise Refused("file.unknown")
    with door.store.read() as connection:
        body = texts.read_file(connection, door.book, ref)
    if body is None:
        raise Refused("file.unknown")
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=600"}
    return Response(body, media_type="image/jpeg", headers=headers)


# Changing


def _may_change(door: BudgetDoor, proposal: str) -> tuple[str, bool]:
    """In whose name it is changed, and whether that is the desk. Refuses budget.not_yours."""
    if door.facilitates and door.member is not None:
        return door.member, True
    if not _mine(door, proposal):
        raise Refused("budget.not_yours")
    return UNNAMED, False


def edit(door: BudgetDoor) -> Response:
    """The form with a proposal as it is. Refuses: budget.unknown, budget.proposal_unknown, budget.not_yours."""
    found, proposal = round_of(door), proposal_of(door)
    _may_change(door, proposal.id)
    with door.store.read() as connection:
        it = shown(door, connection, proposal)
        whats = (texts.read(connection, proposal.lines) or "").split("\n")
    currency = found.rules.currency
    fields = {
        "title": it.title,
        "purpose": it.purpose or "",
        "place": it.place or "",
        "carried_out_by": it.carried_out_by or "",
        "upkeep_by": it.upkeep_by or "",
        "upkeep": "" if proposal.upkeep is None else amounts.decimal(proposal.upkeep, currency),
        "need": proposal.need or "",
        "district": proposal.district or "",
    }
    whats += [""] * (len(proposal.sums) - len(whats))
    lines = [(what, amounts.decimal(sum_, currency)) for what, sum_ in zip(whats, proposal.sums, strict=False)]
    return _form(door, fields, None, lines, of=proposal.id)


def revise(door: BudgetDoor) -> Response:
    """Change a proposal. Refuses budget.not_yours; above the form what `brought`, `uploads.picture` and
    `rules.revise` do."""
    found, proposal = round_of(door), proposal_of(door)
    who, desk = _may_change(door, proposal.id)

    def job(tx: Transaction) -> None:
        new = brought(tx, door.form, found.rules.currency, photo)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.revise(s, by=who, proposal=proposal.id, draft=new.draft, desk=desk),
            by=who,
            with_texts=new.kept,
        )

    try:
        photo = picture(door.form)
        door.write(job)
    except Refused as refused:
        return _again(door, refused, of=proposal.id)
    return door.go(path_of(door, found.id, f"/p/{proposal.id}?done=revised"))


def withdraw(door: BudgetDoor) -> Response:
    """Take a proposal back; pressed twice, once. Refuses budget.not_yours, and what `rules.withdraw` does."""
    proposal = proposal_of(door)
    who, _ = _may_change(door, proposal.id)

    def job(tx: Transaction) -> None:
        if state_in(door, tx).budget.proposals[proposal.id].status != "withdrawn":
            door.store.record(tx, door.book, lambda s: rules.withdraw(s, by=who, proposal=proposal.id), by=who)

    door.write(job)
    return door.go(path_of(door, proposal.round))


def merge(door: BudgetKeeperDoor) -> Response:
    """Make a proposal part of another; pressed twice, once. Refuses what `rules.merge` does."""
    proposal, into = proposal_of(door), door.form.line("into")

    def job(tx: Transaction) -> None:
        if state_in(door, tx).budget.proposals[proposal.id].into != into:
            door.store.record(
                tx, door.book, lambda s: rules.merge(s, by=door.member, proposal=proposal.id, into=into), by=door.member
            )

    if not ID.fullmatch(into):
        raise Refused("budget.merge_itself")
    door.write(job)
    return door.go(path_of(door, proposal.round, f"/p/{into}"))


def check(door: BudgetKeeperDoor) -> Response:
    """Say whether a proposal can be done, and why not. Refuses words.too_long, and what `rules.check` does."""
    proposal, feasible = proposal_of(door), door.form.line("feasible") == "yes"
    said = "" if feasible else door.form.text("reason").replace("\r\n", "\n").strip()
    if len(said) > REASON:
        raise Refused("words.too_long", limit=REASON, length=len(said))

    def job(tx: Transaction) -> None:
        now = state_in(door, tx).budget.proposals[proposal.id]
        if now.feasible == feasible and (feasible or texts.read(tx.connection, now.why_not or "") == said):
            return
        reason = texts.new(tx, said) if said else None
        door.store.record(
            tx,
            door.book,
            lambda s: rules.check(
                s, by=door.member, proposal=proposal.id, feasible=feasible, reason=reason.ref if reason else None
            ),
            by=door.member,
            with_texts=[reason] if reason else [],
        )

    door.write(job)
    return door.go(path_of(door, proposal.round, f"#p-{proposal.id}"))
