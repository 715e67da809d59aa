"""The clock of what is not kept: journals when the charter's day has come, signatures of offices that ended."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import gathering as rules
from comuna.rules.group import SYSTEM
from comuna.store import housing, journal, people, schema, signatures
from comuna.store.store import Store
from comuna.store.writer import Transaction


def expire_due(store: Store, today: dt.date) -> int:
    """Erase the journal of every gathering whose day has come, with everybody in it: names, keys, notebooks, the join
    link; each in one transaction with its act. A session that nobody closed loses its journal all the same. The
    records stay. Doing it again does nothing. Returns how many were erased."""
    table = schema.gatherings
    with store.read() as connection:
        due = connection.execute(
            sa.select(table.c.book, table.c.gathering)
            .where(table.c.journal_due.is_not(None), table.c.journal_due <= today.isoformat())
            .order_by(table.c.journal_due)
        ).all()
    return sum(_expire(store, row.book, row.gathering, today) for row in due)


def _expire(store: Store, book: str, gathering: str, today: dt.date) -> bool:
    def job(tx: Transaction) -> None:
        lines = journal.erase(tx, gathering)
        people.erase_gathering(tx, gathering)
        store.record(
            tx,
            book,
            lambda s: rules.expire_journal(s, by=SYSTEM, gathering=gathering, lines=lines, today=today.isoformat()),
            by=SYSTEM,
        )

    def job_without_act(tx: Transaction) -> None:
        journal.erase(tx, gathering)
        people.erase_gathering(tx, gathering)
        table = schema.gatherings
        tx.execute(sa.update(table).where(table.c.gathering == gathering).values(journal_due=None))

    try:
        store.write(job)
    except Refused as refused:
        if refused.code == "book.moved_away":  # the copy that stayed takes no acts, but forgets as it promised
            store.write(job_without_act)
        elif refused.code in ("journal.not_due", "journal.expired_already"):
            return False  # postponed, or erased by another process, since we looked
        else:
            raise
    return True


def unsign(store: Store, today: dt.date) -> int:
    """Erase the signatures of petitions against offices that have ended meanwhile. Returns how many petitions."""

    def job(tx: Transaction) -> int:
        books = tx.execute(sa.select(schema.petitions.c.book).distinct()).scalars().all()
        over = [
            each
            for book in books
            if (state := store.state(tx.connection, book)) is not None
            for each in signatures.without_use(tx.connection, state, today.isoformat())
        ]
        signatures.destroy(tx, over)
        return len(over)

    with store.read() as connection:
        if connection.execute(sa.select(schema.petitions.c.recall).limit(1)).first() is None:
            return 0
    return store.write(job)


def sweep(store: Store) -> int:
    """Erase what is kept beside the book of brigades and projects that are over, where a restored backup brought it
    back. Returns of how many."""
    tables = (schema.works.brigade_hands, schema.works.dwellings, schema.works.housing_lists)

    def job(tx: Transaction) -> int:
        books = {book for table in tables for book in tx.execute(sa.select(table.c.book).distinct()).scalars()}
        states = [store.state(tx.connection, book) for book in sorted(books)]
        return sum(housing.sweep(tx, state) for state in states if state is not None)

    with store.read() as connection:
        if all(connection.execute(sa.select(table.c.book).limit(1)).first() is None for table in tables):
            return 0
    return store.write(job)
