"""The writer itself: what it promises to whoever waits for it."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from comuna.store import people, schema
from comuna.store.store import Store
from comuna.store.writer import Busy, HeadMoved, Transaction, Unclear
from tests.cast import Clock, World


def accounts(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(schema.accounts)).scalar_one()


def test_what_a_job_returns_is_returned_and_is_there_for_everyone(store: Store) -> None:
    account = store.write(people.new_account)
    with store.read() as connection:
        assert people.first_account(connection) == account


def test_what_a_job_raises_is_raised_and_the_writer_lives_on(store: Store) -> None:
    def fail(tx: Transaction) -> None:
        people.new_account(tx)
        raise KeyError("a mistake of ours")

    with pytest.raises(KeyError):
        store.write(fail)
    assert accounts(store) == 0
    store.write(people.new_account)
    assert accounts(store) == 1


def test_a_caller_who_gives_up_before_the_batch_began_stops_nothing(store: Store) -> None:
    began, go = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        began.set()
        go.wait(30)

    holding = store._writer.submit(hold)
    began.wait(30)
    given_up = store._writer.submit(people.new_account)
    waiting = store._writer.submit(people.new_account)
    assert given_up.cancel()
    assert not holding.cancel()
    go.set()
    waiting.result(30)
    assert accounts(store) == 1
    store.write(people.new_account)
    assert accounts(store) == 2


def test_closing_finishes_what_is_queued_and_takes_no_more(store: Store, address: str) -> None:
    queued = [store._writer.submit(people.new_account) for _ in range(50)]
    store.close()
    assert all(future.done() for future in queued)
    with pytest.raises(RuntimeError, match="closed"):
        store.write(people.new_account)
    again = Store(address)
    assert accounts(again) == 50
    again.close()


def test_a_store_may_be_closed_twice(address: str) -> None:
    store = Store(address)
    store.close()
    store.close()


def test_a_job_that_always_comes_second_hears_that_the_store_is_busy(store: Store) -> None:
    tries: list[int] = []

    def always_second(tx: Transaction) -> None:
        tries.append(len(tries))
        people.new_account(tx)
        raise HeadMoved

    with pytest.raises(Busy):
        store.write(always_second)
    assert len(tries) > 1
    assert accounts(store) == 0


def test_a_row_that_somebody_wrote_first_is_decided_again(world: World) -> None:
    """The same note from two processes at once: the second finds it there and changes nothing."""
    tries: list[int] = []

    def job(tx: Transaction) -> int:
        tries.append(len(tries))
        if len(tries) == 1:
            tx.execute(sa.insert(schema.heads).values(book=world.book, size=1, root=b""))
        return len(tries)

    assert world.store.write(job) == 2
    assert world.store.check() == 1


def test_a_row_that_can_never_be_written_is_an_error_and_not_a_circle(store: Store) -> None:
    with pytest.raises(IntegrityError):
        store.write(lambda tx: people.new_participant(tx, "nowhere"))
    store.write(people.new_account)


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_word_that_the_database_cannot_hold_fails_alone(store: Store) -> None:
    with pytest.raises(DataError):
        store.write(lambda tx: tx.execute(sa.insert(schema.accounts).values(account="a\x00", since="")).rowcount)
    store.write(people.new_account)


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_lost_connection_is_busy_and_the_next_write_finds_a_new_one(store: Store) -> None:
    def cut(tx: Transaction) -> None:
        people.new_account(tx)
        tx.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Busy):
        store.write(cut)
    assert accounts(store) == 0
    store.write(people.new_account)
    assert accounts(store) == 1


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_connection_lost_while_committing_is_never_tried_twice(store: Store) -> None:
    """A trigger that runs at the commit, and cuts the line in the middle of it."""
    with store.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
        )
        connection.exec_driver_sql(
            "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON accounts DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION cut()"
        )
    tries: list[int] = []

    def job(tx: Transaction) -> None:
        tries.append(len(tries))
        people.new_account(tx)

    with pytest.raises(Unclear):
        store.write(job)
    assert tries == [0]


def test_a_database_that_another_keeps_for_itself_is_busy(store: Store, address: str) -> None:
    other = Store(address)
    with other.engine.connect().execution_options(writes=True) as connection, connection.begin():
        with store.engine.connect() as mine:  # this wait need not be ten seconds
            if address.startswith("postgresql"):
                mine.exec_driver_sql("SET lock_timeout = '50ms'")
            else:
                mine.exec_driver_sql("PRAGMA busy_timeout = 50")
            mine.commit()
        with pytest.raises(Busy):
            store.write(people.new_account)
    store.write(people.new_account)
    assert accounts(store) == 1
    other.close()


def test_reading_sees_one_moment(store: Store) -> None:
    with store.read() as connection:
        count = sa.select(sa.func.count()).select_from(schema.accounts)
        assert connection.execute(count).scalar_one() == 0
        store.write(people.new_account)
        assert connection.execute(count).scalar_one() == 0
    assert accounts(store) == 1


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_reading_cannot_write(store: Store) -> None:
    with store.read() as connection, pytest.raises((OperationalError, sa.exc.InternalError)):
        connection.execute(sa.insert(schema.accounts).values(account="a", since=""))


def test_the_first_organiser_stays_the_first(store: Store, clock: Clock) -> None:
    first = store.write(people.new_account)
    clock.forward(hours=1)
    for _ in range(20):
        store.write(people.new_account)
    with store.read() as connection:
        assert people.first_account(connection) == first


def test_a_write_waits_for_the_disk_whatever_the_server_is_told(postgresql: str) -> None:
    before = Store(postgresql)
    with before.engine.connect() as connection, connection.begin():
        name = postgresql.rsplit("/", 1)[1]
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    before.close()
    store = Store(postgresql)
    with store.read() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    store.close()


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_sqlite_writes_ahead_syncs_fully_and_overwrites_what_is_deleted(store: Store, address: str) -> None:
    with store.read() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
