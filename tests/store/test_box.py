"""The ballot box on both databases: one ballot each, nothing that joins voter and ballot, and nothing left after."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import assembly, charter, counting, motion, vote
from comuna.rules.state import Vote
from comuna.rules.verdict import VoteClosed
from comuna.store import box, deciding, people, schema, texts
from comuna.store.store import Store
from tests.cast import IN_TIME, World, an_id
from tests.rules.assemblies import COUNCIL

ROOT = Path(__file__).parents[2]
WORDS = text("We repair the pump.", bytes(32))


def open_vote(world: World, vote_: str, *, secret: bool, ways: tuple[str, ...] = ("phones", "paper")) -> Vote:
    """The circle is a council, its session is an open assembly, and something is voted on."""
    if world.gathering not in world.state().assemblies:
        new = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
        world.act(lambda _: new)
        here = {"by": world.rosa, "gathering": world.gathering}
        world.act(
            lambda s: assembly.convene(
                s, **here, form="assembly", matters={"a1": "simple"}, today=world.store.clock().date().isoformat()
            )
        )
        world.store.clock.until(IN_TIME)
        world.act(lambda s: assembly.open_assembly(s, **here, present=60, roll=100, now="2027-02-23T17:30"))
    here = {"by": world.rosa, "gathering": world.gathering}
    put = an_id(40_000 + len(world.state().motions))
    world.act(lambda s: motion.move(s, **here, motion=put, item="a1", decision="simple", text=WORDS.ref))
    world.act(lambda s: motion.read_back(s, **here, motion=put))
    ask = vote.Ask(subject="motion", of=put, ways=ways, secret=secret)
    world.act(lambda s: vote.open_vote(s, **here, vote=vote_, roll=100, ask=ask))
    return world.state().votes[vote_]


def comes(world: World, member: str | None = None) -> str:
    """Somebody who may vote: their handle."""

    def job(tx) -> str:
        handle, _ = people.new_participant(tx, world.gathering)
        box.admit(tx, world.gathering, handle, member)
        return handle

    return world.store.write(job)


def cast(world: World, found: Vote, who: str, ballot: str, choice: str = "0") -> None:
    world.store.write(lambda tx: box.cast(tx, found, who, ballot, [choice]))


def close(world: World, vote_: str) -> VoteClosed:
    return world.store.write(
        lambda tx: deciding.close_vote(
            tx, world.store.shelf, world.book, by=world.rosa, gathering=world.gathering, vote=vote_, chair="yes"
        )
    )


def count(world: World, table: sa.Table) -> int:
    with world.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_one_ballot_each_and_the_same_one_again_is_there_already(world: World) -> None:
    found, who, other = open_vote(world, an_id(50), secret=True), comes(world), comes(world)
    for _ in range(3):
        cast(world, found, who, an_id(60))
    with pytest.raises(Refused, match="cast_already"):
        cast(world, found, who, an_id(61), "1")
    with pytest.raises(Refused, match="bad_id"):
        cast(world, found, other, an_id(60), "1")
    with pytest.raises(Refused, match="not_admitted"):
        cast(world, found, an_id(999), an_id(62))
    assert (count(world, schema.box_ballots), count(world, schema.box_marks)) == (1, 1)


def test_what_comes_at_once_is_as_if_it_came_one_after_the_other(world: World) -> None:
    """Where ballots can be changed: by whom they are, whether they lay there before or came with the same many."""
    found = open_vote(world, an_id(50), secret=False)
    found = msgspec.structs.replace(found, rules=msgspec.structs.replace(found.rules, change=True))
    who, other, third = (comes(world) for _ in range(3))
    cast(world, found, who, an_id(60), "0")
    at_once = [
        box.Cast(who, an_id(60), ["1"]),
        box.Cast(other, an_id(61), ["0"]),
        box.Cast(other, an_id(62), ["2"]),
        box.Cast(third, an_id(61), ["1"]),
        box.Cast(third, "not an id", ["1"]),
        box.Cast(an_id(999), an_id(63), ["1"]),
        box.Cast(third, an_id(63), ["7"]),
        box.Cast(third, an_id(64), ["1"]),
    ]
    refused = world.store.write(lambda tx: box.cast_all(tx, found, at_once))
    told = [each and each.code for each in refused]
    assert told == [None, None, None, "vote.bad_id", "vote.bad_id", "voter.not_admitted", "vote.bad_choice", None]
    with world.store.read() as connection:
        assert box.lines(connection, an_id(50)) == sorted([(an_id(60), "1"), (an_id(61), "2"), (an_id(64), "1")])


def test_as_many_at_once_as_there_are(world: World) -> None:
    """More than one statement takes."""
    found = open_vote(world, an_id(50), secret=True)
    at_once = [box.Cast(comes(world), an_id(5_000 + n), [str(n % 3)]) for n in range(331)]
    for _ in range(2):
        assert world.store.write(lambda tx: box.cast_all(tx, found, at_once)) == [None] * 331
    with world.store.read() as connection:
        assert box.lines(connection, an_id(50)) == sorted((each.ballot, each.written[0]) for each in at_once)
    assert count(world, schema.box_marks) == 331


def test_those_that_come_at_once_lie_in_no_order_that_voters_have(world: World) -> None:
    """PostgreSQL keeps rows as they come: those of marks and of ballots must not come in the same order."""
    if world.store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps these rows by their ids")
    found = open_vote(world, an_id(50), secret=True)
    at_once = [box.Cast(comes(world), an_id(7_919 * n % 1_000 + 5_000), ["0"]) for n in range(40)]
    world.store.write(lambda tx: box.cast_all(tx, found, at_once))
    with world.store.read() as connection:
        ballots = connection.execute(sa.text("SELECT ballot FROM box_ballots ORDER BY ctid")).scalars().all()
        marks = connection.execute(sa.text("SELECT voter FROM box_marks ORDER BY ctid")).scalars().all()
    assert ballots == sorted(ballots) != [each.ballot for each in at_once]
    assert marks == sorted(marks)


def test_a_member_votes_once_whatever_device_the_number_comes_on(world: World) -> None:
    open_vote(world, an_id(50), secret=True)
    comes(world, "4711")
    with pytest.raises(Refused, match="here_already"):
        comes(world, "4711")


def test_nothing_in_the_tables_joins_a_secret_ballot_to_who_cast_it(world: World) -> None:
    found = open_vote(world, an_id(50), secret=True)
    for n in range(12):
        cast(world, found, comes(world), an_id(600 - n), str(n % 3))
    with world.store.read() as connection:
        marks = connection.execute(sa.select(schema.box_marks)).all()
        ballots = connection.execute(sa.select(schema.box_ballots)).all()
    assert {row.ballot for row in marks} == {None}
    assert set(schema.box_ballots.c.keys()) == {"vote", "ballot", "gathering", "choice", "way"}, "no time, no number"
    assert not {row.voter for row in marks} & {row.ballot for row in ballots}


def test_the_rows_of_ballots_lie_in_the_order_of_their_ids(world: World, address: str) -> None:
    """SQLite numbers rows as they come unless a table is told not to; PostgreSQL's rows lie where there is room."""
    found = open_vote(world, an_id(50), secret=True)
    ids = [an_id(n) for n in (900, 100, 500)]
    for ballot in ids:
        cast(world, found, comes(world), ballot)
    if "://" in address:
        return
    with world.store.read() as connection:
        rows = connection.execute(sa.text("SELECT ballot FROM box_ballots")).scalars().all()
        assert rows == sorted(ids)
        with pytest.raises(sa.exc.OperationalError):
            connection.execute(sa.text("SELECT rowid FROM box_ballots"))


def test_at_closing_marks_and_ballots_are_erased_and_the_files_forget_them(world: World, address: str) -> None:
    found = open_vote(world, an_id(50), secret=True)
    for n in range(3):
        cast(world, found, comes(world), an_id(7000 + n))
    closed = close(world, an_id(50))
    assert (closed.counts, closed.ballots, closed.ballots_text) == ([], 3, None), "so few are not told"
    assert (count(world, schema.box_ballots), count(world, schema.box_marks)) == (0, 0)
    assert world.store.tidy()
    if "://" not in address:
        files = b"".join(f.read_bytes() for f in Path(address).parent.rglob("*") if f.is_file())
        assert an_id(7001).encode() not in files
    with pytest.raises(Refused, match=r"vote\.closed"):
        close(world, an_id(50))


def test_published_ballots_give_the_sealed_digest_again(world: World) -> None:
    from hashlib import sha256

    found = open_vote(world, an_id(50), secret=True)
    for n in range(9):
        cast(world, found, comes(world), an_id(8000 + n), str(n % 2))
    world.store.write(lambda tx: box.count_paper(tx, found, (4, 1, 2)))
    world.store.write(lambda tx: box.count_paper(tx, found, (3, 1, 2)))  # counted again
    closed = close(world, an_id(50))
    assert closed.counts == [8, 5, 2]
    with world.store.read() as connection:
        published = texts.read(connection, closed.ballots_text or "")
    assert published is not None
    assert sha256(published.encode()).hexdigest() == closed.digest
    assert len(published.splitlines()) == 15
    assert published.splitlines() == sorted(published.splitlines())


def test_many_at_once_from_two_processes_lose_and_double_nothing(world: World, address: str) -> None:
    found = open_vote(world, an_id(50), secret=True)
    voters = [comes(world) for _ in range(60)]
    other = Store(address, world.store.clock)

    def work(store: Store, mine: list[str], start: int) -> None:
        for n, who in enumerate(mine):
            for _ in range(2):  # each sends it twice
                store.write(lambda tx, who=who, n=n: box.cast(tx, found, who, an_id(start + n), [str(n % 3)]))

    hands = [
        threading.Thread(target=work, args=(store, voters[n::4], 9000 + 100 * n))
        for n, store in enumerate((world.store, other, world.store, other))
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    other.close()
    assert (count(world, schema.box_ballots), count(world, schema.box_marks)) == (60, 60)
    assert sum(close(world, an_id(50)).counts) == 60


KILLED = """
import sys
sys.path[:0] = [{src!r}, {root!r}]
from comuna.store import box
from comuna.store.store import Store
store = Store({address!r})
with store.read() as c:
    found = store.state(c, {book!r}).votes[{vote!r}]
for n, who in enumerate({voters!r}):
    store.write(lambda tx: box.cast(tx, found, who, {ids!r}[n], ["0"]))
    print(n, flush=True)
"""


def test_what_a_phone_heard_is_recorded_survives_a_kill(world: World, address: str) -> None:
    found = open_vote(world, an_id(50), secret=True)
    voters = [comes(world) for _ in range(40)]
    ids = [an_id(12_000 + n) for n in range(40)]
    program = KILLED.format(
        src=str(ROOT / "src"), root=str(ROOT), address=address, book=world.book, vote=an_id(50), voters=voters, ids=ids
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    heard = [int(line) for line in itertools.islice(process.stdout, 15)]
    process.kill()
    heard += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    with world.store.read() as connection:
        lie = {ballot for ballot, _ in box.lines(connection, an_id(50))}
    assert {ids[n] for n in heard} <= lie
    assert len(lie) == count(world, schema.box_marks)
    for who, ballot in zip(voters, ids, strict=True):  # every phone sends again what it has not heard of
        cast(world, found, who, ballot)
    assert (count(world, schema.box_ballots), count(world, schema.box_marks)) == (40, 40)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.text(max_size=5), max_size=6),
    st.sampled_from(["plurality", "approval", "irv", "stv-scottish", "schulze", "two_rounds"]),
    st.integers(1, 3),
)
def test_whatever_a_phone_sends_becomes_a_ballot_that_can_be_counted_or_is_refused(written, method, seats) -> None:
    found = Vote(
        id="v", gathering="g", subject="election", of="u", decision="", options=("1001", "1002", "1003"), method=method,
        seats=seats, secret=True, ways=("phones",), roll=9, present=9,
    )  # fmt: skip
    try:
        choice = counting.choice_of(found, written)
    except Refused:
        return
    numbers = [int(each) for each in choice.split(",")]
    assert len(set(numbers)) == len(numbers) <= 3
    assert all(0 <= n < 3 for n in numbers)
