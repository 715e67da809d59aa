"""For tests of archives and backups: a world with something in every table, and files made by hand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from comuna.rules import discussion as d
from comuna.rules.register import Row
from comuna.store import age, cards, entering, hall, notebook, people, register, schema
from comuna.store.store import Store
from comuna.store.writer import Transaction
from tests.cast import AMARU, INES, World, an_id

PASSPHRASE = "the tower holds water"


def furnish(world: World) -> tuple[str, str]:
    """Something in every table that a person can write into: Amaru's handle, and a key of Rosa's."""
    handle, _ = world.join(AMARU)
    world.join(INES)

    def job(tx: Transaction) -> str:
        line = d.AnswerGiven(entry=an_id(7), question="q1", words="By turns, ¿no? 💧", name=AMARU)
        world.store.say(tx, world.gathering, lambda _: line, by=handle)
        notebook.keep(tx, handle, notebook.Note(note=an_id(10), words="It leaks", mark="stuck", seconds=7))
        notebook.set_clock(tx, handle, seconds=5)
        hall.take_chair(tx, world.gathering, hall.new_chair_key(tx, world.gathering), handle)
        hall.code(tx, world.gathering)
        installation = {
            schema.witness_keys: {"name": "w.example.org", "private_key": bytes(32)},
            schema.logs: {"origin": "comuna/x", "key": "k", "since": "2026-11-22T10:00:00Z", "size": 0},
            schema.disputes: {
                "dispute": an_id(3), "origin": "comuna/x", "found": "2026-11-22T10:00:00Z", "ours": "a", "theirs": "b",
            },
            schema.erasures: {"kind": "note", "what": an_id(99), "at": "2026-11-22T10:00:00Z"},
        }  # fmt: skip
        for table, row in installation.items():
            tx.execute(sa.insert(table).values(**row))
        tx.execute(
            sa.insert(schema.cosignatures).values(
                book=world.book, witness="w", size=0, checkpoint="", seen=0, tried=0, trouble=None
            )
        )
        enrol(tx, world)
        return people.key_for_account(tx, world.account, "card")

    return handle, world.store.write(job)


def enrol(tx: Transaction, world: World) -> None:
    """Inés on the register with a right, a card and a browser, something she asks for, and a frozen roll. The book
    hears nothing of it, so that its size is what the tests say."""
    row = Row(member="2468", name=INES, household="12-B", joined="2026-Q4", rights={"vote": "2026-Q4"})
    register.insert(tx, world.book, [row])
    key, digest = people.key_and_digest(tx)
    cards.issue(tx, world.book, {row.member: digest})
    cards.open_with(tx, key)
    entering.ask(tx, world.book, row.member, "rights", "I may speak too")
    entering.open_door(tx, world.book, confirm=True, kind="resident", rights=["voice"])
    register.freeze(tx, world.book, world.gathering, "vote")


def dump(store: Store, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with store.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in schema.metadata.sorted_tables
            if table.name not in without
        }


def lines_of(file: Path) -> list[Any]:
    """The lines of an archive that is not encrypted."""
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def write_lines(file: Path, lines: list[Any]) -> None:
    """An archive of those lines, with its last line made right."""
    rows = sum(isinstance(line, list) for line in lines)
    lines = [line for line in lines if not (isinstance(line, dict) and "rows" in line)]
    text = "".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
    file.write_bytes(gzip.compress(text.encode() + f'{{"rows":{rows}}}\n'.encode()))


def change(lines: list[Any], table: str, make: Callable[[dict[str, Any]], dict[str, Any] | None]) -> list[Any]:
    """The lines with each row of a table made another, or left out."""
    found: list[Any] = []
    columns: list[str] = []
    here = ""
    for line in lines:
        if isinstance(line, dict) and "table" in line:
            here, columns = line["table"], line["columns"]
        elif isinstance(line, list) and here == table:
            made = make(dict(zip(columns, line, strict=True)))
            if made is None:
                continue
            line = [made[name] for name in columns]
        found.append(line)
    return found


def quick(monkeypatch: Any) -> None:
    """Encrypt with little work: tests are many."""
    monkeypatch.setattr(age, "WORK", 4)
