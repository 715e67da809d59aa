"""Voting on a participatory budget: on one's own phone, and at the desk with ballots on paper. A ballot is in the box,
and the disk has it, before anybody is told that it is recorded."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.paper import budget_ballot
from comuna.paper.typeset import PAPERS
from comuna.rules import amounts
from comuna.rules.budget_count import marks_of
from comuna.rules.state import State
from comuna.rules.state_budget import BudgetRound
from comuna.store import budget_box, cards, register, texts
from comuna.store.writer import Transaction
from comuna.web import budget_explained
from comuna.web.access import new_id
from comuna.web.budget_door import (
    BudgetDoor,
    BudgetKeeperDoor,
    Shown,
    path_of,
    private,
    problem,
    round_of,
    shown,
    state_in,
    summary,
)  # fmt: skip
from comuna.web.forms import Form


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A ballot to be filled in. `values`: what was written in it; `places`: of the currency's decimals."""

    round: BudgetRound
    title: str
    options: list[Shown]
    marking: str
    values: dict[int, str]
    places: int


def sheet(door: BudgetDoor, found: BudgetRound, values: dict[int, str] | None = None) -> Sheet:
    """The ballot of a round. Refuses budget.other_step where nobody votes on it."""
    if found.status != "voting":
        raise Refused("budget.other_step")
    with door.store.read() as connection:
        return Sheet(
            round=found,
            title=texts.read(connection, found.rules.title) or "",
            options=[shown(door, connection, door.state.budget.proposals[id]) for id in found.sealed.proposals],
            marking=budget_explained.marking(door.words, found),
            values=values or {},
            places=amounts.places(found.rules.currency),
        )


def marks(form: Form, found: BudgetRound) -> dict[int, str]:
    """What a form marks: place on the list → what was written there."""
    return {n: said for n in range(len(found.sealed.proposals)) if (said := form.line(f"m{n}"))}


# On a phone


def show(door: BudgetDoor) -> Response:
    """My ballot. Refuses: member.card_needed, budget.unknown, budget.other_step."""
    return _ballot(door)


def _ballot(door: BudgetDoor, refused: Refused | None = None) -> Response:
    found, own, (status, sentence) = round_of(door), door.own, problem(door.words, refused)
    with door.store.read() as connection:
        voted, glance = budget_box.has_voted(connection, found.id, own.member), summary(door, connection, found)
    return door.page(
        "budget/vote.html",
        status=status,
        problem=sentence,
        b=sheet(door, found, marks(door.form, found) if refused else None) if not voted else None,
        r=glance,
        voted=voted,
        may=door.votes,
        private=private(door),
        blank=refused is not None and refused.code == "budget.ballot_empty",
    )


def cast(door: BudgetDoor) -> Response:
    """Put a ballot into the box. `ballot`: the id that the phone chose, which is its tracking code; without a script
    the server chooses one. Refuses: member.card_needed, vote.needs_https, budget.unknown; above the ballot what
    `budget_box.cast_by_phone` does."""
    found, own, form = round_of(door), door.own, door.form
    ballot = form.line("ballot") or new_id()
    if not private(door):
        raise Refused("vote.needs_https")
    if found.status != "voting":
        raise Refused("budget.other_step")

    def job(tx: Transaction) -> None:
        row = register.must(tx.connection, door.book, own.member)
        written = marks(form, found)
        budget_box.cast_by_phone(tx, state_in(door, tx), found.id, row, ballot, written, blank=form.ticked("blank"))

    try:
        door.write(job)
    except Refused as refused:
        if refused.code in ("budget.cast_already", "budget.other_step", "budget.no_right"):
            raise
        return _ballot(door, refused)
    with door.store.read() as connection:
        named = texts.read(connection, found.rules.title)
    return door.page("budget/recorded.html", round=found, title=named, ballot=ballot, publishes=found.rules.publish)


# At the desk


def desk(door: BudgetKeeperDoor) -> Response:
    """Voting on paper: printing ballots, marking who voted, entering what was cast. Refuses budget.other_step."""
    return _desk(door)


class Entered(msgspec.Struct, frozen=True):
    """A ballot on paper as it was entered."""

    ballot: str
    marks: tuple[str, ...]


def _entered(ballot: str, choice: str, of: Sheet) -> Entered:
    kind = of.round.rules.ballot
    said = []
    for rank, (place, points) in enumerate(marks_of(choice), 1):
        title = of.options[place].title
        said.append(f"{title}: {points}" if kind == "points" else f"{rank}. {title}" if kind == "ranking" else title)
    return Entered(ballot, tuple(said))


def _desk(door: BudgetKeeperDoor, refused: Refused | None = None, about: str = "") -> Response:
    found, (status, sentence) = round_of(door), problem(door.words, refused)
    blank = sheet(door, found, marks(door.form, found) if about == "enter" else None)
    with door.store.read() as connection:
        entered = [_entered(ballot, choice, blank) for ballot, choice in budget_box.papers(connection, found.id)]
        marked, glance = budget_box.marked_on_paper(connection, found.id), summary(door, connection, found)
    last = door.request.query_params.get("entered", "")
    return door.page(
        "budget/paper.html",
        status=status,
        problem=sentence,
        about=about,
        b=blank,
        r=glance,
        entered=entered,
        last=next((each for each in entered if each.ballot == last), None),
        marked=marked,
        ballot=new_id(),
        done=door.request.query_params.get("done", ""),
        who=door.form.line("member") if about == "mark" else "",
        blank=refused is not None and refused.code == "budget.ballot_empty",
    )


def _at_the_desk(
    door: BudgetKeeperDoor, about: str, do: Callable[[Transaction, State, str], None], then: str
) -> Response:
    """Do something of the desk's; what is refused is said where it was asked."""
    found = round_of(door)
    if found.status != "voting":
        raise Refused("budget.other_step")
    try:
        door.write(lambda tx: do(tx, state_in(door, tx), found.id))
    except Refused as refused:
        return _desk(door, refused, about)
    return door.go(path_of(door, found.id, f"/paper{then}"))


def mark(door: BudgetKeeperDoor) -> Response:
    """Mark somebody at the desk as having voted on paper, by their card or number. Refuses: member.unknown,
    card.replaced, and what `budget_box.mark_paper` does."""
    brought = door.form.line("member")

    def do(tx: Transaction, s: State, round: str) -> None:
        member = brought if brought.isdigit() else cards.by_card(tx.connection, door.book, brought).member
        budget_box.mark_paper(tx, s, round, register.must(tx.connection, door.book, member))

    return _at_the_desk(door, "mark", do, "?done=marked#mark")


def unmark(door: BudgetKeeperDoor) -> Response:
    """Take a mark back that was a mistake. Refuses what `budget_box.unmark_paper` does."""
    member = door.form.line("member")
    response = _at_the_desk(
        door, "unmark", lambda tx, s, round: budget_box.unmark_paper(tx, s, round, member), "?done=unmarked#mark"
    )
    door.store.tidy_soon()
    return response


def enter(door: BudgetKeeperDoor) -> Response:
    """Enter a ballot on paper; the same form sent twice enters it once. Refuses what `budget_box.add_paper` does."""
    form, ballot = door.form, door.form.line("ballot")

    def do(tx: Transaction, s: State, round: str) -> None:
        written = marks(form, s.budget.rounds[round])
        budget_box.add_paper(tx, s, round, ballot, written, blank=form.ticked("blank"))

    return _at_the_desk(door, "enter", do, f"?entered={ballot}#enter")


def take_out(door: BudgetKeeperDoor) -> Response:
    """Take a ballot on paper out again. Refuses what `budget_box.take_out` does."""
    ballot = door.form.line("ballot")
    response = _at_the_desk(
        door, "out", lambda tx, s, round: budget_box.take_out(tx, s, round, ballot), "?done=out#enter"
    )
    door.store.tidy_soon()
    return response


def pdf(door: BudgetKeeperDoor) -> Response:
    """The ballot to be printed. Refuses budget.unknown, budget.other_step."""
    found = round_of(door)
    blank, wanted = sheet(door, found), door.request.query_params.get("paper", "a4")
    options = [
        budget_ballot.Option(each.title, each.cost, each.place or "", each.proposal.district or "")
        for each in blank.options
    ]
    body = budget_ballot.sheet(
        door.words,
        group=door.group_name,
        title=blank.title,
        marking=blank.marking,
        kind=found.rules.ballot,
        options=options,
        money=door.words.money(found.rules.amount, found.rules.currency),
        paper=wanted if wanted in PAPERS else "a4",
    )
    name = "papeleta" if door.words.code == "es" else "ballot"
    return Response(
        body, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )
