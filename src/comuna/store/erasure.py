"""Erasing: a text beside the book, an organiser, somebody of one gathering; and doing all of it again after an older
backup was restored. Whoever erases calls `Store.tidy_soon` afterwards, so that nothing readable stays in the files."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from comuna.kernel.act import opened
from comuna.kernel.refusal import Refused
from comuna.rules import custody, discussion, group
from comuna.rules.state import State
from comuna.store import book, cards, erased, journal, notebook, register, schema, surveys, texts
from comuna.store.erased import Erasure
from comuna.store.writer import Transaction


def erase_text(
    tx: Transaction, shelf: book.Shelf, of: str, *, by: str, act: int, text: str, ground: str, reason: str | None
) -> None:
    """Erase a text and its secret, and record that it is gone. `act`: the number of an act that names it; `ground`:
    one of `custody.GROUNDS`; `reason`, in words, becomes a text that can be erased in its turn. Refuses what
    `custody.erase_text` does, words.too_long."""
    words = discussion.words(reason) if reason and reason.strip() else None
    why = texts.new(tx, words) if words else None
    named_in = next((opened(leaf) for leaf in book.leaves(tx.connection, of, act, act + 1)), None)
    if act < 0 or named_in is None:
        raise Refused("text.unknown")

    def decide(s: State) -> custody.TextErased:
        return custody.erase_text(
            s, by=by, text=text, named_in=named_in, ground=ground, reason=why.ref if why else None
        )

    if book.moved(tx.connection, of):  # what is left of it here takes no acts, but forgets
        head = shelf.head(tx.connection, of)
        assert head is not None
        decide(head.state)
    else:
        book.record(tx, shelf, of, decide, by=by, with_texts=[why] if why else [])
    forget_text(tx, of, text)


def forget_text(tx: Transaction, of: str, text: str) -> None:
    """Erase a text of a book with its secret, and remember that. Does nothing where no such text of that book lies."""
    if _text(tx, text, of):
        erased.note(tx, "text", text)


def erase_account(tx: Transaction, shelf: book.Shelf, account: str) -> None:
    """Erase an organiser: their keys, their name, and who they are in each of their groups, whose books say that the
    member left. The member number stays taken, and stands for nobody. A group that moved away keeps its own book
    there. Refuses member.unknown when there is no such account."""
    known = sa.select(schema.accounts.c.account).where(schema.accounts.c.account == account)
    if tx.execute(known).first() is None:
        raise Refused("member.unknown")
    table, heads = schema.register, schema.heads
    mine = sa.select(table.c.book, table.c.member).join(heads, heads.c.book == table.c.book)
    for row in tx.execute(mine.where(table.c.account == account, sa.not_(heads.c.moved))).all():
        _leave(tx, shelf, row.book, row.member)
    _account(tx, account)
    erased.note(tx, "account", account)


def _leave(tx: Transaction, shelf: book.Shelf, of: str, member: str) -> None:
    try:
        book.record(tx, shelf, of, lambda s: group.leave(s, member=member), by=group.SYSTEM)
    except Refused as refused:
        if refused.code != "member.unknown":  # they had left before
            raise


def erase_person(tx: Transaction, handle: str) -> None:
    """Erase somebody of one gathering: name, notes, film clock, keys, and the words of what they said. The journal's
    lines keep their order and their count; a record that was frozen stays as it is. Refuses participant.unknown."""
    table = schema.participants
    gathering = tx.execute(sa.select(table.c.gathering).where(table.c.handle == handle)).scalar()
    if gathering is None:
        raise Refused("participant.unknown")
    journal.erase_person(tx, gathering, handle)
    _person(tx, handle)
    erased.note(tx, "person", handle)


def replay(tx: Transaction, erasures: Iterable[Erasure]) -> None:
    """Erase again what was erased before, and remember it. Doing it twice changes nothing; no act is recorded."""
    entries: set[str] = set()
    people: set[str] = set()
    members: set[str] = set()
    every = list(erasures)
    for kind, what, at in every:
        if kind == "text":
            _text(tx, what)
        elif kind == "account":
            _account(tx, what)
        elif kind == "person":
            people.add(what)
        elif kind == "note":
            _note(tx, what)
        elif kind == "entry":
            entries.add(what)
        elif kind == "key":
            tx.execute(sa.delete(schema.keys).where(schema.keys.c.digest == what))
            cards.end_again(tx, what, at)
            surveys.end_again(tx, what)
        elif kind == "survey":
            surveys.forget(tx, what)
        elif kind == "member":
            members.add(what)
    if members:
        register.forget_again(tx, members)
    if entries or people:
        journal.erase_again(tx, entries, people)
    for entry in entries:
        tx.execute(sa.update(schema.notes).where(schema.notes.c.entry == entry).values(entry=None))
    for handle in people:
        _person(tx, handle)
    erased.keep(tx, every)


# The rows


def _text(tx: Transaction, ref: str, of: str | None = None) -> bool:
    table = schema.texts
    gone = sa.delete(table).where(table.c.ref == ref)
    return bool(tx.execute(gone if of is None else gone.where(table.c.book == of)).rowcount)


def _account(tx: Transaction, account: str) -> None:
    table = schema.register
    for row in tx.execute(sa.select(table.c.book, table.c.member).where(table.c.account == account)).all():
        register.forget(tx, row.book, row.member)
    for table in (schema.keys, schema.accounts):
        tx.execute(sa.delete(table).where(table.c.account == account))


def _person(tx: Transaction, handle: str) -> None:
    for table in (schema.chairs, schema.keys, schema.notes, schema.watches, schema.participants):
        tx.execute(sa.delete(table).where(table.c.handle == handle))


def _note(tx: Transaction, note: str) -> None:
    tx.execute(sa.update(schema.notes).where(schema.notes.c.note == note).values(**notebook.EMPTY))
