"""Participatory budgets: the list of rounds, one round at its step, and what the desk does to bring it to the next."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from comuna.ballot_files.pabulib_writing import Described, write
from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.paper import qr
from comuna.rules import budget as rules
from comuna.rules import budget_count
from comuna.rules.state import State
from comuna.rules.state_budget import BudgetRound
from comuna.store import budget_box, register, texts
from comuna.store.writer import Transaction
from comuna.web import budget_explained
from comuna.web.budget_door import (
    BudgetDoor,
    BudgetKeeperDoor,
    path_of,
    private,
    round_of,
    shown,
    state_in,
    summary,
    title_of,
)  # fmt: skip
from comuna.web.decisions import listed
from comuna.web.offices import today

LONGEST = 2000
"""Letters of a reason."""
SEED = 200
"""Letters of what lots are drawn from."""


def index(door: BudgetDoor) -> Response:
    """The group's budgets: those under way first, then the newest."""
    with door.store.read() as connection:
        found = [summary(door, connection, each) for each in door.state.budget.rounds.values()]
    under_way = [each for each in found if each.round.status in ("open", "checking", "voting")]
    past = [each for each in found if each not in under_way]
    return door.page("budget/index.html", under_way=under_way, past=past)


def show(door: BudgetDoor) -> Response:
    """A round at its step. Refuses budget.unknown."""
    found = round_of(door)
    with door.store.read() as connection:
        proposals = [shown(door, connection, each) for each in rules.standing(door.state, found)]
        gone = [
            (each, title_of(door.words, connection, each))
            for id in found.proposals
            if (each := door.state.budget.proposals[id]).status != "proposed"
        ]
        it = summary(door, connection, found)
        more = {
            "voted_already": bool(door.row) and budget_box.has_voted(connection, found.id, door.row.member),
            "mine": budget_box.of_author(connection, found.id, door.row.member) if door.row else [],
            "roll_now": register.count(connection, door.book, budget_box.RIGHT, door.now.date()),
            "papers": budget_box.papers_so_far(connection, found.id),
            "marked": budget_box.marked_on_paper(connection, found.id),
            "decisions": listed(door, connection)[:50] if found.status == "decided" and door.facilitates else [],
        }
        result = budget_explained.result(door, connection, found, proposals) if found.status == "decided" else None
    address = door.url(path_of(door, found.id, "/vote"))
    voting = found.status == "voting"
    return door.page(
        "budget/round.html",
        round=found,
        r=it,
        proposals=proposals,
        gone=gone,
        on_ballot=_on_ballot(found, proposals),
        result=result,
        address=address,
        picture=qr.svg(address, title=door.words.text("QR code of the ballot")) if voting and door.facilitates else "",
        phones=private(door),
        ready=bool(proposals) and all(each.proposal.feasible is not None for each in proposals),
        approval=door.state.decisions.get(found.approved or ""),
        told=budget_explained.terms(door.words, found),
        done=door.request.query_params.get("done", ""),
        **more,
    )


def _on_ballot(found: BudgetRound, proposals: list) -> list:  # type: ignore[type-arg]
    if found.sealed is None:
        return [each for each in proposals if each.proposal.feasible]
    by_id = {each.id: each for each in proposals}
    return [by_id[id] for id in found.sealed.proposals]


# The desk


def _step(
    door: BudgetKeeperDoor,
    status: str,
    decide: Callable[[State, Transaction], tuple[Act, list[Text]]],
    after: Callable[[Transaction], None] | None = None,
    then: str = "",
) -> Response:
    """Bring the round to its next step; what is at `status` already was done by the same form."""
    found = round_of(door)

    def job(tx: Transaction) -> None:
        s = state_in(door, tx)
        if s.budget.rounds[found.id].status == status:
            return
        entry, kept = decide(s, tx)
        door.store.record(tx, door.book, lambda _: entry, by=door.member, with_texts=kept)
        if after is not None:
            after(tx)

    door.write(job)
    return door.go(path_of(door, found.id, then))


def gather(door: BudgetKeeperDoor) -> Response:
    """Take no more proposals. Refuses what `rules.gather` does."""
    round = round_of(door).id
    return _step(door, "checking", lambda s, _: (rules.gather(s, by=door.member, round=round), []))


def seal(door: BudgetKeeperDoor) -> Response:
    """Seal the list, and let people vote. Who proposed what is forgotten. Refuses what `rules.seal` does."""
    round, until = round_of(door).id, door.form.optional("until")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        roll = register.count(tx.connection, door.book, budget_box.RIGHT, tx.now.date())
        return rules.seal(s, by=door.member, round=round, roll=roll, until=until, today=today(door)), []

    return _step(door, "voting", decide, lambda tx: budget_box.forget_authors(tx, round))


def abandon(door: BudgetKeeperDoor) -> Response:
    """Give the round up; ballots are erased. Refuses words.too_long, erasure.unconfirmed, and what `rules.abandon`
    does."""
    round, said = round_of(door).id, door.form.text("reason").replace("\r\n", "\n").strip()
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    if not door.form.ticked("sure"):
        raise Refused("budget.unconfirmed")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        reason = texts.new(tx, said) if said else None
        entry = rules.abandon(s, by=door.member, round=round, reason=reason.ref if reason else None)
        return entry, [reason] if reason else []

    def after(tx: Transaction) -> None:
        budget_box.empty(tx, round)
        budget_box.forget_authors(tx, round)

    response = _step(door, "abandoned", decide, after)
    door.store.tidy_soon()
    return response


def close(door: BudgetKeeperDoor) -> Response:
    """Close the voting: the box is counted, the result recorded, the box erased. Pressed twice, once. Refuses
    budget.unconfirmed, and what `budget_box.close` does."""
    round, seed = round_of(door).id, door.form.line("seed")[:SEED]
    if not door.form.ticked("sure"):
        raise Refused("budget.unconfirmed")

    def job(tx: Transaction) -> None:
        if state_in(door, tx).budget.rounds[round].status != "decided":
            budget_box.close(tx, door.store.shelf, door.book, by=door.member, round=round, seed=seed or None)

    door.write(job)
    door.store.tidy_soon()
    return door.go(path_of(door, round))


def approve(door: BudgetKeeperDoor) -> Response:
    """Say by which decision the assembly approved the result. Refuses what `rules.approve` does."""
    round, decision = round_of(door).id, door.form.line("decision")

    def job(tx: Transaction) -> None:
        if state_in(door, tx).budget.rounds[round].approved != decision:
            door.store.record(
                tx,
                door.book,
                lambda s: rules.approve(s, by=door.member, round=round, decision=decision),
                by=door.member,
            )

    door.write(job)
    return door.go(path_of(door, round))


# So that others can count


def file(door: BudgetDoor) -> Response:
    """A decided round as a file of Pabulib, which anybody can count again. Refuses budget.unknown, budget.no_file."""
    found = round_of(door)
    ballots = door.read_text(found.result.ballots_text) if found.result else None
    if ballots is None:
        raise Refused("budget.no_file")
    with door.store.read() as connection:
        titles = {
            id: title_of(door.words, connection, door.state.budget.proposals[id]) for id in found.sealed.proposals
        }
        named = texts.read(connection, found.rules.title) or ""
    said = Described(title=named, titles=titles, place=door.group_name, day=found.decided_on or "")
    body = write(found, budget_count.ballots_in(ballots), said)
    headers = {"Content-Disposition": f'attachment; filename="budget-{found.id[:6]}.pb"'}
    return Response(body, media_type="text/plain; charset=utf-8", headers=headers)
