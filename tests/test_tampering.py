"""Whoever tampers with a database or an export is found out by the server, and `verify.py` agrees with it.

Thousands of cases, each from its seed. `test_verify.py` tampers with exports as `verify.py` sees them; here it is the
server that must notice: `Store.check`, and `catch_up`, which takes an export in as from a stranger.
"""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.identity import id_of
from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.kernel.tiles import tiles_of
from comuna.kernel.tree import leaf_hash, root
from comuna.rules import gathering as g
from comuna.store import book_keys, calling, checkpoints, database, export, people, schema, texts
from comuna.store.book import Damaged, leaves
from comuna.store.catching_up import catch_up
from comuna.store.store import Store
from comuna.store.tiles import Tree
from comuna.store.writer import Transaction
from tests import making_exports as making
from tests.cast import CHARTER, Clock, World, an_id, begin, session
from tests.golden_story import Chance
from tests.test_verify import OPEN, WHOLE, WRONG, tampered, tampered_bytes, verify
from tests.test_verify import _signatures_are_checked_once as _signatures_are_checked_once  # the fixture
from tests.test_verify import look_at as looked_at

SIZE = 300
"""Past a full tile."""
FOUND = (Damaged, Refused, sa.exc.SQLAlchemyError, sqlite3.Error)
"""How the server says that it does not take what is there: the last ones where SQLite itself refuses the file."""

Everything = dict[str, Any]


@dataclass
class Kept:
    """A database with two books, closed; and all that can be read from it."""

    file: Path
    book: str
    other: str
    before: Everything


def furnished(world: World) -> str:
    """Rosa's book grows; its key changes; another group founds another book. Gives that one's id."""
    reason = text("La sala está ocupada. 💧", bytes(32))
    world.act(lambda s: g.cancel(s, by=world.rosa, gathering=world.gathering, reason=reason.ref), reason)
    world.grow(280)
    world.store.write(lambda tx: book_keys.rotate(tx, world.store.shelf, world.book, by="system"))
    world.grow(SIZE)

    def job(tx: Transaction) -> str:
        account = people.new_account(tx)
        page = session(group="Círculo de al lado")
        calling.call(
            tx, world.store.shelf, account=account, gathering=an_id(9), session=page, join=None, charter=CHARTER
        )
        (book,) = people.books_of(tx.connection, account)
        return book

    return world.store.write(job)


@pytest.fixture(autouse=True)
def _nobody_else_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite waits for others before it gives up on some files that went bad."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 20)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    file = tmp_path_factory.mktemp("kept") / "comuna.sqlite"
    store = Store(str(file), Clock())
    with mock.patch("secrets.token_bytes", Chance()):  # the same book each time, so that a seed gives the same cases
        world = begin(store)
        other = furnished(world)
    assert store.check() == 2
    before = everything(store)
    store.close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return Kept(file, world.book, other, before)


def everything(store: Store) -> Everything:
    """All that the server would say of its books: acts, what they add up to, tiles, texts, checkpoints, proofs."""
    said: Everything = {}
    with store.read() as connection:
        heads = sa.select(schema.heads.c.book, schema.heads.c.size, schema.heads.c.root)
        said["heads"] = sorted(map(tuple, connection.execute(heads)))
        for book, size, _ in said["heads"]:
            tree = Tree(connection, book, size)
            state = store.state(connection, book)
            said[book] = {
                "leaves": list(leaves(connection, book)),
                "state": state,
                "tiles": {tile.path: tree.content(tile) for tile in tiles_of(size)},
                "checkpoint": checkpoints.newest(connection, store.shelf, book).text,
                "proof": checkpoints.proving(connection, store.shelf, book, size // 2).text,
            }
        named = connection.execute(sa.select(schema.texts.c.ref)).scalars().all()
        said["texts"] = {ref: texts.read(connection, ref) for ref in named}
    return said


def outcome(file: Path) -> tuple[str, Any]:
    """What a server does that is started on this database: `found` and how, or `read` and what."""
    try:
        store = Store(str(file), Clock())
    except FOUND as error:
        return "found", error
    try:
        store.check()
        return "read", everything(store)
    except FOUND as error:
        return "found", error
    finally:
        store.close()


# The database, through SQL


@dataclass
class Somebody:
    """Somebody with a shell on the server, and what they do there; each returns what it did, None if nothing."""

    chance: random.Random
    sql: sqlite3.Connection

    COLUMNS = {  # noqa: RUF012
        "acts": ("book", "seq", "leaf"),
        "heads": ("book", "size", "root"),
        "tiles": ("book", "level", "number", "hashes", "root"),
        "texts": ("ref", "book", "body", "secret"),
        "book_keys": ("book", "private_key"),
    }
    KEYS = {"acts": 2, "heads": 1, "tiles": 3, "texts": 1, "book_keys": 1}  # noqa: RUF012

    def row(self, table: str) -> list[Any]:
        columns = ", ".join(self.COLUMNS[table])
        (count,) = self.sql.execute(f"SELECT count(*) FROM {table}").fetchone()
        at = self.chance.randrange(count)
        return list(self.sql.execute(f"SELECT {columns} FROM {table} LIMIT 1 OFFSET {at}").fetchone())

    def where(self, table: str, row: list[Any]) -> tuple[str, list[Any]]:
        keys = self.COLUMNS[table][: self.KEYS[table]]
        return " AND ".join(f'"{key}" = ?' for key in keys), row[: len(keys)]

    def set(self, table: str, row: list[Any], column: str, value: Any) -> None:
        where, values = self.where(table, row)
        self.sql.execute(f'UPDATE OR REPLACE {table} SET "{column}" = ? WHERE {where}', [value, *values])

    def insert(self, table: str, row: list[Any]) -> None:
        self.sql.execute(f"INSERT OR REPLACE INTO {table} {self.names(table)} VALUES ({self.marks(row)})", row)

    def names(self, table: str) -> str:
        return "(" + ", ".join(self.COLUMNS[table]) + ")"

    def marks(self, row: list[Any]) -> str:
        return ", ".join("?" for _ in row)

    def another(self, value: Any) -> Any:
        """A value of the same kind, or nearly."""
        if isinstance(value, bytes) and b'"salt":"' in value and self.chance.randrange(3) == 0:
            at = value.index(b'"salt":"') + 8 + self.chance.randrange(32)  # its form stays whole
            return (
                value[:at]
                + self.chance.choice(b"0123456789abcdef".replace(value[at : at + 1], b"")).to_bytes()
                + value[at + 1 :]
            )
        if isinstance(value, bytes):
            return tampered_bytes(self.chance, value)
        if isinstance(value, int):
            return value + self.chance.choice((-1, 1, 256, 2**40))
        return self.chance.choice((id_of(self.chance.randbytes(16)), value[:-1], value.upper()))

    def change_a_value(self, table: str) -> str:
        row = self.row(table)
        n = self.chance.randrange(len(row))
        self.set(table, row, self.COLUMNS[table][n], self.another(row[n]))
        return f"changed {self.COLUMNS[table][n]}"

    def put_something_else(self, table: str) -> str:
        """SQLite takes a value of any type in any column."""
        row = self.row(table)
        n = self.chance.randrange(len(row))
        value = row[n]
        other = self.chance.choice((
            str(value), 7, "", b"", 10**12, -1, 1.5, value.hex() if isinstance(value, bytes) else str(value).encode(),
        ))  # fmt: skip
        self.set(table, row, self.COLUMNS[table][n], other)
        return f"put something else into {self.COLUMNS[table][n]}"

    def drop_a_row(self, table: str) -> str:
        where, values = self.where(table, self.row(table))
        self.sql.execute(f"DELETE FROM {table} WHERE {where}", values)
        return "dropped"

    def swap_two_rows(self, table: str) -> str:
        """What stands under one key stands under the other."""
        one, two = self.row(table), self.row(table)
        for column in range(self.KEYS[table], len(one)):
            name = self.COLUMNS[table][column]
            self.set(table, one, name, two[column])
            self.set(table, two, name, one[column])
        return "swapped"

    def double_a_row(self, table: str) -> str:
        """The same once more, under another key."""
        row = self.row(table)
        n = self.chance.randrange(self.KEYS[table])
        row[n] = self.another(row[n])
        self.insert(table, row)
        return "doubled"

    def insert_a_row(self, table: str) -> str:
        row = [self.another(value) for value in self.row(table)]
        self.insert(table, row)
        return "inserted"

    def tamper(self, table: str) -> str:
        how = self.chance.choice((
            self.change_a_value, self.change_a_value, self.put_something_else, self.drop_a_row, self.swap_two_rows,
            self.double_a_row, self.insert_a_row,
        ))  # fmt: skip
        return how(table)


def harmless(table: str, how: str, before: Everything, after: Everything) -> bool:
    """What may be without being noticed: nothing that is read is another, but that a text may be gone, as erased ones
    are, or lie there besides although no act names it."""
    if table != "texts":
        return before == after
    rest = [{key: value for key, value in said.items() if key != "texts"} for said in (before, after)]
    known: dict[str, Any] = before["texts"]
    return rest[0] == rest[1] and all(known.get(ref, body) == body for ref, body in after["texts"].items())


def tamper_often(kept: Kept, scratch: Path, table: str, seed: int, cases: int) -> None:
    chance, seen = random.Random(f"{table} {seed}"), Counter[str]()
    for n in range(cases):
        file = scratch / f"{n}.sqlite"  # a name of its own: a lock that was left would keep the next one waiting
        shutil.copyfile(kept.file, file)
        connection = sqlite3.connect(file)
        with connection:
            how = Somebody(chance, connection).tamper(table)
        connection.close()
        what, said = outcome(file)
        assert what == "found" or harmless(table, how, kept.before, said), (table, seed, n, how)
        seen[what] += 1
        for left in scratch.glob("*"):
            left.unlink() if left.is_file() else shutil.rmtree(left)
    assert seen["found"] > cases // 3, seen


TABLES = sorted(Somebody.COLUMNS)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("table", TABLES)
def test_whoever_changes_a_table_is_found_out(table: str, seed: int, kept: Kept, tmp_path: Path) -> None:
    tamper_often(kept, tmp_path, table, seed, 100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
@pytest.mark.parametrize("table", TABLES)
def test_whoever_changes_a_table_thousands_of_times_is_found_out(
    table: str, seed: int, kept: Kept, tmp_path: Path
) -> None:
    tamper_often(kept, tmp_path, table, seed, 400)


# What is served, and what verify.py says of it


def served(file: Path, kept: Kept) -> dict[str, bytes] | None:
    """The files that a reader gets from this database under the checkpoint that was signed before; None if the server
    fails."""
    try:
        store = Store(str(file), Clock())
    except FOUND:
        return None
    try:
        with store.read() as connection:
            tree = Tree(connection, kept.book, SIZE)
            files = {tile.path: tree.content(tile) for tile in tiles_of(SIZE)}
    except (*FOUND, ValueError, TypeError, OverflowError):
        return None
    finally:
        store.close()
    return {**files, "checkpoint": kept.before[kept.book]["checkpoint"].encode()}


@pytest.mark.parametrize("table", ["acts", "tiles"])
@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_served_that_is_not_the_book_is_found_by_both(
    table: str, seed: int, kept: Kept, tmp_path: Path
) -> None:
    chance, agreed = random.Random(f"served {table} {seed}"), Counter[str]()
    file = tmp_path / "comuna.sqlite"
    shutil.copyfile(kept.file, file)
    good = served(file, kept)
    assert good is not None
    assert looked_at(good)[0] == WHOLE
    for n in range(80):
        shutil.copyfile(kept.file, file)
        connection = sqlite3.connect(file)
        with connection:
            how = Somebody(chance, connection).tamper(table)
        connection.close()
        files, (what, _) = served(file, kept), outcome(file)
        code = None if files is None else looked_at(files)[0]
        told = (table, seed, n, how)
        assert (code == WHOLE) == (files == good), told
        assert code in (None, WRONG, WHOLE), told
        assert what == "found" or code == WHOLE, told
        agreed["both found it" if code == WRONG else "not served" if code is None else what] += 1
    assert agreed["both found it"] > 5, agreed


# The database, byte by byte


def flip_often(kept: Kept, scratch: Path, seed: int, cases: int) -> None:
    """A byte of the file is another, or a few, or a page is lost: SQLite refuses the file, or the check finds it, or
    nothing that is read is another."""
    chance, seen = random.Random(f"raw {seed}"), Counter[str]()
    content = kept.file.read_bytes()
    for n in range(cases):
        file = scratch / f"{n}.sqlite"  # a name of its own: a lock that was left would keep the next one waiting
        flipped = bytearray(content)
        match chance.randrange(10):
            case 0:
                page = 4096 * chance.randrange(len(content) // 4096)
                flipped[page : page + 4096] = bytes(4096)
            case 1:
                one, two = (4096 * chance.randrange(len(content) // 4096) for _ in range(2))
                flipped[one : one + 4096], flipped[two : two + 4096] = (
                    content[two : two + 4096],
                    content[one : one + 4096],
                )
            case 2:
                del flipped[chance.randrange(len(content)) :]
            case _:
                for _ in range(chance.choice((1, 1, 1, 5, 50))):
                    flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        file.write_bytes(flipped)
        what, said = outcome(file)
        assert what == "found" or harmless("texts", "raw", kept.before, said), (seed, n)
        seen[what] += 1
        for left in scratch.glob("*"):
            left.unlink() if left.is_file() else shutil.rmtree(left)
    assert seen["found"] > cases // 4, seen
    assert seen["read"] > 0, "nothing was ever flipped where it does not matter"


@pytest.mark.parametrize("seed", range(4))
def test_a_file_that_went_bad_is_found_or_says_the_same(seed: int, kept: Kept, tmp_path: Path) -> None:
    flip_often(kept, tmp_path, seed, 150)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 24))
def test_a_file_that_went_bad_thousands_of_times(seed: int, kept: Kept, tmp_path: Path) -> None:
    flip_often(kept, tmp_path, seed, 400)


# Exports, taken in as from a stranger


@pytest.fixture
def older(kept: Kept, tmp_path: Path) -> Iterator[Store]:
    """An older copy of the database, which an export can bring forward."""
    shutil.copyfile(kept.file, tmp_path / "older.sqlite")
    store = Store(str(tmp_path / "older.sqlite"), Clock())
    set_back(store, kept)
    yield store
    store.close()


BEFORE = 200
"""How many acts the older copy has."""


def set_back(store: Store, kept: Kept) -> None:
    def job(tx: Transaction) -> None:
        for table, first in ((schema.acts.c.seq, BEFORE), (schema.tiles.c.number, 0)):
            tx.execute(sa.delete(table.table).where(table.table.c.book == kept.book, table >= first))
        whole = root(leaf_hash(leaf) for leaf in kept.before[kept.book]["leaves"][:BEFORE])
        here = schema.heads.c.book == kept.book
        tx.execute(sa.update(schema.heads).where(here).values(size=BEFORE, root=whole))

    store.write(job)


def acts_of(store: Store, book: str) -> list[bytes]:
    with store.read() as connection:
        return list(leaves(connection, book))


def taken_in(store: Store, kept: Kept, place: Path) -> bool:
    """Whether the server takes an export in. If so, it has the book as it was; if not, nothing was changed."""
    acts = kept.before[kept.book]["leaves"]
    try:
        assert catch_up(store, kept.book, place) == (BEFORE, SIZE)
    except Refused:
        assert acts_of(store, kept.book) == acts[:BEFORE]
        return False
    assert acts_of(store, kept.book) == acts
    set_back(store, kept)
    return True


def exported(kept: Kept, scratch: Path) -> dict[str, bytes]:
    store = Store(str(kept.file), Clock())
    with store.read() as connection:
        files = dict(export.files(connection, store.shelf, kept.book))
    store.close()
    return files


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("seed", range(2))
def test_the_server_and_verify_py_agree_about_exports(
    seed: int, packed: bool, kept: Kept, older: Store, tmp_path: Path
) -> None:
    """What the server takes in is the book, whatever was done to the rest; what it refuses, `verify.py` refuses too."""
    files, chance = exported(kept, tmp_path), random.Random(f"export {seed} {packed}")
    seen: Counter[tuple[bool, int]] = Counter()
    for n in range(120):
        what, bent = tampered(chance, files) if n else ("nothing", files)
        place = tmp_path / f"{n}"
        write = making.write_zip if packed else making.write_folder
        took, (code, _) = taken_in(older, kept, write(bent, place)), looked_at(bent)
        assert took == (bent == files) if code == WHOLE else True, what
        assert took or code in (WRONG, OPEN), what
        seen[took, code] += 1
    assert seen[True, WHOLE] > 0
    assert seen[False, WRONG] > 30, seen
    assert seen[True, WRONG] > 0, "only verify.py looks at the tiles of hashes: the server makes its own"


@pytest.mark.parametrize("seed", range(2))
def test_bytes_of_a_zip_file_are_flipped(seed: int, kept: Kept, older: Store, tmp_path: Path) -> None:
    whole = making.write_zip(exported(kept, tmp_path), tmp_path / "whole.zip").read_bytes()
    chance, seen = random.Random(f"zip {seed}"), Counter[bool]()
    for n in range(150):
        place = tmp_path / f"{n}.zip"
        place.write_bytes(tampered_bytes(chance, whole))
        report = verify.Report()
        with redirect_stdout(io.StringIO()):
            try:
                thing = verify.load_book("export", verify.Zip(str(place), report), report, False)
                verify.check_book(thing.book, thing.checkpoint, [])
            except verify.UnreadableError as error:
                report.open("reading", str(error))
            except verify.Fault as fault:
                report.wrong("reading", str(fault))
            code = report.verdict()
        took = taken_in(older, kept, place)
        assert took or code in (WRONG, OPEN), n
        seen[took] += 1
    assert seen[False] > 50, seen


def test_an_export_as_long_as_the_book_brings_nothing(kept: Kept, tmp_path: Path) -> None:
    """Whether its signature holds or not."""
    shutil.copyfile(kept.file, tmp_path / "same.sqlite")
    store = Store(str(tmp_path / "same.sqlite"), Clock())
    files = exported(kept, tmp_path)
    held = note.checkpoint(files["checkpoint"].decode())
    (signature,) = held.signatures
    forged = held._replace(signatures=(signature._replace(signature=bytes(64)),))
    for n, checkpoint in enumerate((held, forged)):
        place = making.write_folder({**files, "checkpoint": checkpoint.text.encode()}, tmp_path / f"{n}")
        with pytest.raises(Refused, match=r"export\.older"):
            catch_up(store, kept.book, place)
    store.close()


def test_an_export_that_the_books_key_did_not_sign_is_refused(kept: Kept, older: Store, tmp_path: Path) -> None:
    """Though its acts are those of the book."""
    files = exported(kept, tmp_path)
    held = note.checkpoint(files["checkpoint"].decode())
    book = held.origin.removeprefix("comuna/")
    for n, forged in enumerate(
        (
            held._replace(signatures=(held.signatures[0]._replace(signature=bytes(64)),)),
            note.signed_checkpoint(book, held.size, held.root, bytes(32)),
        )
    ):
        place = making.write_folder({**files, "checkpoint": forged.text.encode()}, tmp_path / f"{n}")
        with pytest.raises(Refused, match=r"export\.another_book"):
            catch_up(older, kept.book, place)
        assert not taken_in(older, kept, place)
    assert taken_in(older, kept, making.write_folder(files, tmp_path / "good"))
