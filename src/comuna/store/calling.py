"""Calling a session: the group's book is founded if it is new, the caller facilitates, the page becomes a text."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules import gathering as rules
from comuna.rules.page import Page
from comuna.rules.state import State
from comuna.store import book, people, schema, texts
from comuna.store.writer import Transaction


def page_text(tx: Transaction, session: Page) -> Text:
    """A session's page as a text to be named in an act."""
    return texts.new(tx, msgspec.json.encode(session).decode())


def group_named(tx: Transaction, shelf: book.Shelf, account: str, name: str) -> str | None:
    """The book of the group of that name that an organiser belongs to; None if there is none."""
    for candidate in people.books_of(tx.connection, account):
        head = shelf.head(tx.connection, candidate)
        known = texts.read(tx.connection, head.state.name) if head and head.state.name else None
        if known is not None and " ".join(known.split()).casefold() == " ".join(name.split()).casefold():
            return candidate
    return None


def call(
    tx: Transaction,
    shelf: book.Shelf,
    *,
    account: str,
    gathering: str,
    session: Page,
    join: str | None,
    charter: str,
    details: str | None = None,
) -> str | None:
    """Announce a session for its group. `join` and `details` tell how to join online; they are kept apart. Returns the
    recovery key of the book, in letters, if this founded it: it is kept nowhere. A gathering announced already is left
    as it is. Refuses page.no_group, page.no_zone, and what `rules.call` refuses."""
    table = schema.gatherings
    if tx.execute(sa.select(table.c.book).where(table.c.gathering == gathering)).first() is not None:
        return None
    a = session.announcement
    group, date, start, zone = a.group or "", a.date or "", a.start or "", a.zone or ""
    if not group:
        raise Refused("page.no_group")
    if not zone:
        raise Refused("page.no_zone")
    to = group_named(tx, shelf, account, group)
    recovery = None
    if to is None:
        founded = book.found(tx, shelf, name=group, charter_text=charter)
        to, recovery = founded.book, founded.recovery
    member = people.facilitate(tx, shelf, to, account)
    text = page_text(tx, session)

    def decide(s: State) -> Act:
        return rules.call(
            s, by=member, gathering=gathering, date=date, start=start, end=a.end, zone=zone, page=text.ref
        )

    book.record(tx, shelf, to, decide, by=member, with_texts=[text])
    people.keep_join_link(tx, gathering, join, details)
    return recovery
