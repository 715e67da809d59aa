"""The box of a participatory budget: who has voted, and the ballots. Nothing joins the two: a ballot lies under an id
that its phone chose, in no order and with no time; at closing the marks become a number and everything is erased.

Beside it lies who can change a proposal, until the list is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, cast

import sqlalchemy as sa

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules import budget, budget_count
from comuna.rules.budget import BudgetDecided
from comuna.rules.register import Row, eligible
from comuna.rules.state import State
from comuna.rules.state_budget import BudgetRound
from comuna.store import book as books
from comuna.store import register, texts
from comuna.store.schema import works
from comuna.store.writer import Transaction

RIGHT: Final = "vote"
"""Who votes: those on the register with the right to vote."""
_M: Final = works.budget_marks
_B: Final = works.budget_ballots
_A: Final = works.budget_authors


# Voting


def cast_by_phone(
    tx: Transaction, s: State, round: str, row: Row, ballot: str, written: Mapping[int, str], *, blank: bool = False
) -> None:
    """Mark a member as having voted, and put their ballot into the box. The same ballot sent again is there already.
    Refuses: budget.bad_id, budget.no_right, budget.cast_already, budget.ballot_empty, and what `budget.at` and
    `budget_count.read` do."""
    found, choice = _ready(s, round, ballot, written, blank=blank)
    if _lies(tx.connection, round, ballot) is not None:
        if has_voted(tx.connection, round, row.member, "phone"):
            return
        raise Refused("budget.bad_id")  # somebody else's ballot has this id
    if not eligible(row, RIGHT, tx.now.date()):
        raise Refused("budget.no_right")
    _mark(tx, s, round, row.member, "phone")
    _put(tx, s, found, ballot, choice, "phone")


def _ready(s: State, round: str, ballot: str, written: Mapping[int, str], *, blank: bool) -> tuple[BudgetRound, str]:
    found = budget.at(s, round, "voting")
    if not ID.fullmatch(ballot):
        raise Refused("budget.bad_id")
    choice = budget_count.read(found, written)
    if not choice and not blank:
        raise Refused("budget.ballot_empty")
    return found, choice


def _put(tx: Transaction, s: State, found: BudgetRound, ballot: str, choice: str, way: str) -> None:
    tx.execute(sa.insert(_B).values(round=found.id, ballot=ballot, book=s.book, choice=choice, way=way))


def _mark(tx: Transaction, s: State, round: str, member: str, way: str) -> None:
    if has_voted(tx.connection, round, member):
        raise Refused("budget.cast_already")
    tx.execute(sa.insert(_M).values(round=round, member=member, book=s.book, way=way))


def _lies(connection: sa.Connection, round: str, ballot: str, way: str | None = None) -> str | None:
    wanted = [_B.c.round == round, _B.c.ballot == ballot, *([_B.c.way == way] if way else [])]
    return connection.execute(sa.select(_B.c.choice).where(*wanted)).scalar()


def has_voted(connection: sa.Connection, round: str, member: str, way: str | None = None) -> bool:
    """Whether a member has voted, on a phone or on paper; or on one of these."""
    found = connection.execute(sa.select(_M.c.way).where(_M.c.round == round, _M.c.member == member)).scalar()
    return found is not None and way in (None, found)


def mark_paper(tx: Transaction, s: State, round: str, row: Row) -> None:
    """Mark somebody who stands at the desk as having voted on paper. Refuses: budget.no_right_of (member),
    budget.cast_already, and what `budget.at` does."""
    budget.at(s, round, "voting")
    if not eligible(row, RIGHT, tx.now.date()):
        raise Refused("budget.no_right_of", member=row.member)
    _mark(tx, s, round, row.member, "paper")


def unmark_paper(tx: Transaction, s: State, round: str, member: str) -> None:
    """Take back a mark on paper that was a mistake. Refuses: budget.not_marked (member), budget.more_papers (papers,
    marked), and what `budget.at` does."""
    budget.at(s, round, "voting")
    this = sa.and_(_M.c.round == round, _M.c.member == member, _M.c.way == "paper")
    if not tx.execute(sa.delete(_M).where(this)).rowcount:
        raise Refused("budget.not_marked", member=member)
    _papers_have_people(tx.connection, round)


def _papers_have_people(connection: sa.Connection, round: str) -> None:
    papers, marked = papers_so_far(connection, round), marked_on_paper(connection, round)
    if papers > marked:
        raise Refused("budget.more_papers", papers=papers, marked=marked)


def add_paper(
    tx: Transaction, s: State, round: str, ballot: str, written: Mapping[int, str], *, blank: bool = False
) -> None:
    """Put one more ballot on paper into the box, under an id that its form brings: sent again, it is there already.
    Refuses: budget.bad_id, budget.ballot_empty, budget.more_papers (papers, marked), and what `budget.at` and
    `budget_count.read` do."""
    found, choice = _ready(s, round, ballot, written, blank=blank)
    if _lies(tx.connection, round, ballot) is None:
        _put(tx, s, found, ballot, choice, "paper")
        _papers_have_people(tx.connection, round)


def take_out(tx: Transaction, s: State, round: str, ballot: str) -> None:
    """Take a ballot on paper out again, that was entered wrongly. Refuses budget.ballot_unknown, and what `budget.at`
    does."""
    budget.at(s, round, "voting")
    this = sa.and_(_B.c.round == round, _B.c.ballot == ballot, _B.c.way == "paper")
    if not tx.execute(sa.delete(_B).where(this)).rowcount:
        raise Refused("budget.ballot_unknown")


# What is in it


def voted(connection: sa.Connection, round: str) -> int:
    """How many have voted."""
    return connection.execute(sa.select(sa.func.count()).select_from(_M).where(_M.c.round == round)).scalar_one()


def marked_on_paper(connection: sa.Connection, round: str) -> int:
    """How many are marked as having voted on paper."""
    which = sa.and_(_M.c.round == round, _M.c.way == "paper")
    return connection.execute(sa.select(sa.func.count()).select_from(_M).where(which)).scalar_one()


def papers_so_far(connection: sa.Connection, round: str) -> int:
    """How many ballots on paper are entered."""
    which = sa.and_(_B.c.round == round, _B.c.way == "paper")
    return connection.execute(sa.select(sa.func.count()).select_from(_B).where(which)).scalar_one()


def papers(connection: sa.Connection, round: str) -> list[tuple[str, str]]:
    """The ballots on paper as they were entered, by id: for the desk, which has them before it."""
    rows = connection.execute(sa.select(_B.c.ballot, _B.c.choice).where(_B.c.round == round, _B.c.way == "paper"))
    return sorted((row.ballot, row.choice) for row in rows)


def lines(connection: sa.Connection, round: str) -> list[tuple[str, str]]:
    """All ballots, by id, with their marks."""
    rows = connection.execute(sa.select(_B.c.ballot, _B.c.choice).where(_B.c.round == round))
    return sorted((row.ballot, row.choice) for row in rows)


# Closing


def close(
    tx: Transaction, shelf: books.Shelf, of: str, *, by: str, round: str, seed: str | None = None
) -> BudgetDecided:
    """Count the box by the sealed rule, record the result, and erase the box; all in one transaction. `seed`: what lots
    are drawn from, where somebody made it in front of people; else it is drawn here. Refuses: what `budget.at` and
    `budget.decide` do, budget.more_papers (papers, marked)."""
    head = tx.pending.get(of) or shelf.head(tx.connection, of)
    assert head is not None
    s = cast(State, head.state)
    found = budget.at(s, round, "voting")
    _papers_have_people(tx.connection, round)
    ballots = lines(tx.connection, round)
    drawn = (seed or tx.random(16).hex()) if found.rules.ties == "lots" else None
    choices = [choice for _, choice in ballots]
    made = budget_count.outcomes(found, choices, drawn)
    counted = budget_count.counted(found, choices, made)
    body = budget_count.text_of(ballots)
    working, published = texts.new(tx, budget_count.working(made)), texts.new(tx, body)
    roll = max(found.sealed.roll, register.count(tx.connection, of, RIGHT, tx.now.date()), voted(tx.connection, round))
    decided = budget.decide(
        s,
        by=by,
        round=round,
        roll=roll,
        ballots=len(ballots),
        counted=counted,
        seed=drawn,
        working=working.ref,
        ballots_text=published.ref if ballots else None,
        digest=sha256(body.encode()).hexdigest(),
    )
    kept: list[Text] = [text for text in (working, published) if text.ref in (decided.working, decided.ballots_text)]
    books.record(tx, shelf, of, lambda _: decided, by=by, with_texts=kept)
    empty(tx, round)
    return decided


def empty(tx: Transaction, round: str) -> None:
    """Erase the ballots and the marks of a round. Whoever keeps the database overwrites what was erased
    (`Store.tidy_soon`)."""
    for table in (_M, _B):
        tx.execute(sa.delete(table).where(table.c.round == round))


# Who proposed


def wrote(tx: Transaction, s: State, round: str, proposal: str, member: str) -> None:
    """Remember who can change a proposal, until the list is sealed."""
    tx.execute(sa.insert(_A).values(proposal=proposal, member=member, book=s.book, round=round))


def author(connection: sa.Connection, proposal: str) -> str | None:
    """Who can change a proposal; None where the desk wrote it down, and once the list is sealed."""
    return connection.execute(sa.select(_A.c.member).where(_A.c.proposal == proposal)).scalar()


def of_author(connection: sa.Connection, round: str, member: str) -> list[str]:
    """What a member proposed and can change."""
    asked = sa.select(_A.c.proposal).where(_A.c.round == round, _A.c.member == member)
    return list(connection.execute(asked).scalars())


def forget_authors(tx: Transaction, round: str) -> None:
    """Nobody needs to know any more who proposed."""
    tx.execute(sa.delete(_A).where(_A.c.round == round))
