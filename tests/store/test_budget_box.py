"""The box of a participatory budget: random people with phones and paper, and nothing that leads back from a ballot."""

from __future__ import annotations

import random
from collections import Counter
from hashlib import sha256
from io import BytesIO

import pytest
import sqlalchemy as sa

from comuna.ballot_files import pabulib
from comuna.ballot_files.pabulib_writing import Described, write
from comuna.kernel.refusal import Refused
from comuna.methods.budget.deciding import decide
from comuna.methods.ties import TieRule
from comuna.rules import assembly, budget, budget_count, budget_proposal, charter
from comuna.rules.budget import Terms
from comuna.rules.budget_proposal import Draft
from comuna.rules.register import Given, Row
from comuna.store import book, budget_box, register, texts
from comuna.store.schema import works
from tests.cast import World, an_id
from tests.rules.assemblies import COUNCIL

VOTER = {"voice": "2026-Q1", "vote": "2026-Q1"}


def begin(world: World, round: str, terms: Terms, costs: list[int]) -> None:
    """A round of the group, in which people vote."""
    by = world.rosa
    word = {name: texts_of(world, f"{name} {round}") for name in ("title", "purpose", "place", "lines")}
    world.act(lambda s: budget.open_round(s, by=by, round=round, title=word["title"].ref, terms=terms), *word.values())
    for n, cost in enumerate(costs):
        id, said = proposal_of(round, n), Draft(sums=[cost], **{name: each.ref for name, each in word.items()})
        world.act(
            lambda s, id=id, said=said: budget_proposal.propose(
                s, by=by, round=round, proposal=id, draft=said, desk=True
            )
        )
        world.act(lambda s, id=id: budget_proposal.check(s, by=by, proposal=id, feasible=True, reason=None))
    world.act(lambda s: budget.gather(s, by=by, round=round))
    world.act(lambda s: budget.seal(s, by=by, round=round, roll=20, until=None, today="2026-11-22"))


def texts_of(world: World, body: str):
    return world.store.write(lambda tx: texts.new(tx, body))


def proposal_of(round: str, n: int) -> str:
    return an_id(int(sha256(round.encode()).hexdigest()[:8], 16) + n)


@pytest.fixture
def people(world: World) -> list[Row]:
    """A council's register of fourteen who may vote."""
    new = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
    world.act(lambda _: new)

    def add(n: int) -> Row:
        given = Given(name=f"Neighbour {n}", rights=VOTER)
        return world.store.write(lambda tx: register.add(tx, world.store.shelf, world.book, given, by=world.rosa))

    return [add(n) for n in range(14)]


def count(world: World, table: sa.Table) -> int:
    with world.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


KINDS = [("approval", "greedy"), ("points", "equal-shares"), ("ranking", "phragmen"), ("knapsack", "equal-shares")]


@pytest.mark.parametrize(("kind", "rule"), KINDS)
def test_whatever_phones_and_the_desk_send_everybody_counts_once(
    world: World, people: list[Row], kind: str, rule: str
) -> None:
    chance = random.Random(f"budget {kind}")
    for n in range(3):
        round = an_id(700 + n)
        terms = Terms(
            amount=100000,
            currency="USD",
            rule=rule,
            completion="none",
            ballot=kind,
            most=6 if kind == "points" else None,
        )
        begin(world, round, terms, [chance.randrange(10000, 60000) for _ in range(4)])
        kept = _vote(world, round, people, chance, kind)
        with world.store.read() as connection:
            lies = budget_box.lines(connection, round)
            marks = connection.execute(works.budget_marks.select()).all()
        assert dict(lies) == kept
        assert len({row.member for row in marks}) == len(marks)
        assert set(works.budget_marks.c.keys()) == {"round", "member", "book", "way"}, "no ballot, no time"
        decided = world.store.write(
            lambda tx, round=round: budget_box.close(tx, world.store.shelf, world.book, by=world.rosa, round=round)
        )
        _holds(world, round, decided, kept, people)


def _vote(world: World, round: str, people: list[Row], chance: random.Random, kind: str) -> dict[str, str]:
    """Ballots that the box took, by id."""
    kept: dict[str, str] = {}
    voted: dict[str, str | None] = {}
    for k in range(60):
        row, ballot = chance.choice(people), an_id(40_000 + chance.randrange(20))
        written = {place: str(chance.choice((1, 2, 3))) for place in range(4) if chance.random() < 0.4}
        found = world.state().budget.rounds[round]
        what = chance.choice(("phone", "phone", "mark", "enter", "out"))
        try:
            choice = budget_count.read(found, written) if what in ("phone", "enter") else ""
            world.store.write(lambda tx, w=what, r=row, b=ballot, m=written: _do(tx, world, w, round, r, b, m))
        except Refused:
            continue
        if what == "phone":
            assert voted.setdefault(row.member, ballot) is not None, f"{k}: nobody votes twice"
            kept.setdefault(ballot, choice)
        elif what == "mark":
            assert row.member not in voted
            voted[row.member] = None
        elif what == "enter":
            kept.setdefault(ballot, choice)
        else:
            del kept[ballot]
    assert len(kept) <= len(voted)
    return kept


def _do(tx, world: World, what: str, round: str, row: Row, ballot: str, written: dict[int, str]) -> None:
    s = world.store.state(tx.connection, world.book)
    if what == "phone":
        budget_box.cast_by_phone(tx, s, round, row, ballot, written, blank=True)
    elif what == "mark":
        budget_box.mark_paper(tx, s, round, row)
    elif what == "enter":
        budget_box.add_paper(tx, s, round, ballot, written, blank=True)
    else:
        budget_box.take_out(tx, s, round, ballot)


def _holds(world: World, round: str, decided: budget.BudgetDecided, kept: dict[str, str], people: list[Row]) -> None:
    """What was decided is what the ballots say, and nothing of who voted is left."""
    found = world.state().budget.rounds[round]
    marked = Counter(place for each in kept.values() for place, _ in budget_count.marks_of(each))
    assert decided.ballots == len(kept)
    assert decided.supporters in ([], [marked[n] for n in range(4)])
    assert decided.amount <= found.rules.amount
    assert (count(world, works.budget_marks), count(world, works.budget_ballots)) == (0, 0)
    with world.store.read() as connection:
        body = texts.read(connection, decided.ballots_text or "")
        working = texts.read(connection, decided.working or "") or ""
        leaves = b"".join(bytes(leaf) for leaf in book.leaves(connection, world.book))
    about = leaves[leaves.rindex(b"budget.sealed") :] + working.encode() + (body or "").encode()
    assert not any(row.member.encode() in about for row in people), "nothing leads to who voted"
    assert not any(ballot.encode() in leaves for ballot in kept), "and no ballot stands in an act"
    if body is None:
        return
    file = write(found, budget_count.ballots_in(body), Described(title="x", titles={}, place="y", day="2026-11-22"))
    again = pabulib.read(BytesIO(file)).election
    ties = TieRule(("lots",), (decided.seed or "").encode())
    outcome = decide(found.rules.rule, again, ties, found.rules.satisfaction or "cost", found.rules.completion)
    assert list(outcome.winners) == decided.winners, "whoever counts the file again funds the same"


def test_the_same_ballot_sent_again_is_there_already_and_another_is_refused(world: World, people: list[Row]) -> None:
    round = an_id(700)
    begin(world, round, Terms(amount=1000, currency="USD"), [500, 400])

    def cast(row: Row, ballot: str, **written: str) -> None:
        marks = {int(place[1:]): said for place, said in written.items()}
        world.store.write(
            lambda tx: budget_box.cast_by_phone(
                tx, world.store.state(tx.connection, world.book), round, row, ballot, marks
            )
        )

    cast(people[0], an_id(1), m0="1")
    cast(people[0], an_id(1), m1="1")
    with world.store.read() as connection:
        assert budget_box.lines(connection, round) == [(an_id(1), "0")], "once cast it is final"
    for row, ballot, code in (
        (people[0], an_id(2), "budget.cast_already"),
        (people[1], an_id(1), "budget.bad_id"),
        (people[1], "x", "budget.bad_id"),
    ):
        with pytest.raises(Refused) as refused:
            cast(row, ballot, m0="1")
        assert refused.value.code == code


def test_who_leaves_leaves_no_trace_of_what_they_proposed(world: World, people: list[Row]) -> None:
    round = an_id(700)
    begin(world, round, Terms(amount=1000, currency="USD"), [500])
    s = world.state()
    world.store.write(lambda tx: budget_box.wrote(tx, s, round, proposal_of(round, 0), people[0].member))
    world.store.write(
        lambda tx: register.leave(tx, world.store.shelf, world.book, people[0].member, by=world.rosa)
    )  # fmt: skip
    assert count(world, works.budget_authors) == 0
