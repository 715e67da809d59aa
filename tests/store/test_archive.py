"""A group goes into a file and comes in at a new home; a file that is not to be believed stays outside."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna import cosigning
from comuna.kernel import note
from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import custody
from comuna.store import age, archive, book, erasure, moving, people, schema, texts, unpacking
from comuna.store.store import Store
from tests.cast import Clock, World, an_id, begin
from tests.store.keeping import PASSPHRASE, change, dump, furnish, lines_of, quick, write_lines

INSTALLATION = ("tiles", "codes", "doors", "cosignatures", "witness_keys", "logs", "disputes", "copies", "erasures")


def ask() -> str:
    return PASSPHRASE


def never() -> str:
    raise AssertionError("nobody was to be asked")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path, address: str, clock: Clock) -> Iterator[Store]:
    """A new home, of the same kind of database."""
    there = str(tmp_path / "home.sqlite")
    if "://" in address:
        server = request.getfixturevalue("postgresql_server")
        there = server.new_database(request.getfixturevalue("postgresql_template"))
    store = Store(there, clock)
    yield store
    store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "group.age"


def plain(world: World, file: Path) -> list[Any]:
    """The group in a file that is not encrypted, to be changed by hand; its lines."""
    with archive.writing(file, None) as out, world.store.read() as connection:
        archive.pack(connection, out, at="2026-11-22T10:00:00Z", book=world.book)
    return lines_of(file)


def refused(home: Store, file: Path, passphrase: Callable[[], str] = ask) -> str:
    """Taking that file in is refused, and nothing is stored: with which code."""
    before = dump(home)
    with pytest.raises(Refused) as caught:
        moving.take_in(home, file, passphrase)
    assert dump(home) == before
    return caught.value.code


# What an archive carries


def test_every_table_is_carried_or_left_behind_for_a_reason() -> None:
    for holds, left in archive.LEFT.items():
        names = [table.name for table in archive.carried(holds)]
        assert sorted([*names, *left]) == sorted(schema.metadata.tables)
        assert all(left.values())
    for table in schema.metadata.sorted_tables:
        if table.name not in (
            "witness_keys",
            "logs",
            "disputes",
            "copies",
            "erasures",
            "codes",
            "doors",
            "signatures",
            "need_supports",
        ):
            assert archive.of_group(table, "x") is not None
        for column in table.columns:
            assert unpacking._kind(column)


def test_a_group_comes_in_as_it_was(world: World, home: Store, file: Path) -> None:
    _, card = furnish(world)
    moving.send(world.store, world.book, file, PASSPHRASE)
    taken = moving.take_in(home, file, ask)
    assert (taken.group.book, taken.group.acts, taken.before) == (world.book, 3, 0)
    assert taken.accounts == (world.account,)
    assert dump(home, without=INSTALLATION) == dump(world.store, without=INSTALLATION)
    assert dump(home)["witness_keys"] == []
    with home.read() as connection:
        assert home.state(connection, world.book) == world.state()
    assert home.check() == 1
    assert home.write(lambda tx: people.enter(tx, card))[0] == world.account


def test_the_file_is_its_owners_alone_and_another_implementation_opens_it(world: World, file: Path) -> None:
    moving.send(world.store, world.book, file, PASSPHRASE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent).count(file.name) == 1
    assert not [name for name in os.listdir(file.parent) if name.startswith(".")]
    lines = gzip.decompress(pyrage.passphrase.decrypt(file.read_bytes(), PASSPHRASE)).splitlines()
    header = json.loads(lines[0])
    assert header["format"] == "comuna-archive"
    assert list(header["books"]) == [world.book]
    assert header["books"][world.book]["size"] == 3


def test_a_book_that_moved_goes_on_at_its_new_home_under_the_same_name(world: World, home: Store, file: Path) -> None:
    moving.send(world.store, world.book, file, PASSPHRASE, move=True)
    assert moved(world.store) == [True]
    last = world.store.published.last(world.book)
    assert last is None if world.store.published.folder is None else last.size == 4, "an older copy is told by it"
    moving.take_in(home, file, ask)
    assert moved(home) == [False]
    there = World(home, world.book, world.gathering, world.rosa, world.account, world.page, world.recovery)
    there.cancel()
    with home.read() as connection:
        kinds = [e.kind for e in book.envelopes(connection, world.book)]
    assert kinds[-2:] == ["book.moved/1", "gathering.cancelled/1"]
    # and back again
    back = file.with_name("back.age")
    moving.send(home, world.book, back, PASSPHRASE, move=True)
    taken = moving.take_in(world.store, back, ask)
    assert (taken.before, taken.group.acts, taken.group.moved) == (4, 6, False)
    assert world.state() == there.state()
    assert world.store.check() == 1


def moved(store: Store) -> list[bool]:
    with store.read() as connection:
        return list(connection.execute(sa.select(schema.heads.c.moved)).scalars())


def test_a_file_that_cannot_be_written_leaves_the_book_at_home(world: World, file: Path, monkeypatch) -> None:
    monkeypatch.setattr(moving, "pack", lambda *_, **__: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        moving.send(world.store, world.book, file, PASSPHRASE, move=True)
    assert moved(world.store) == [False]
    assert list(file.parent.glob("*.age")) == []


def test_moving_twice_is_recorded_once(world: World, file: Path) -> None:
    moving.send(world.store, world.book, file, PASSPHRASE, move=True)
    moving.send(world.store, world.book, file, PASSPHRASE, move=True)
    assert world.state().size == 4
    assert moved(world.store) == [True]


def test_an_older_beginning_is_brought_forward(world: World, home: Store, file: Path) -> None:
    furnish(world)
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    world.cancel()
    world.join("Somebody new")
    moving.send(world.store, world.book, file, PASSPHRASE)
    taken = moving.take_in(home, file, ask)
    assert (taken.before, taken.group.acts) == (3, 4)
    assert dump(home, without=INSTALLATION) == dump(world.store, without=INSTALLATION)
    assert home.check() == 1


def test_what_is_here_newer_or_gone_another_way_is_not_overwritten(world: World, home: Store, file: Path) -> None:
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    assert refused(home, file) == "archive.here_already"
    there = World(home, world.book, world.gathering, world.rosa, world.account, world.page, world.recovery)
    there.cancel()
    assert refused(home, file) == "archive.older"
    world.act(lambda s: custody.publish(s, by=world.rosa))
    moving.send(world.store, world.book, file, PASSPHRASE)
    assert refused(home, file) == "archive.forked"
    world.act(lambda s: custody.withdraw(s, by=world.rosa))
    moving.send(world.store, world.book, file, PASSPHRASE)
    assert refused(home, file) == "archive.forked"
    there.reinstate()
    there.cancel()
    assert refused(home, file) == "archive.forked"


def test_what_was_erased_at_the_new_home_stays_erased(world: World, home: Store, file: Path) -> None:
    handle, _ = furnish(world)
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    home.write(lambda tx: erasure.erase_person(tx, handle))
    world.cancel()
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    found = str(dump(home))
    assert "By turns" not in found
    assert "It leaks" not in found


def test_a_text_that_the_book_says_was_erased_does_not_come_back(world: World, home: Store, file: Path) -> None:
    why = text("because of the rain", b"s" * 32)
    world.cancel(why)
    world.store.write(
        lambda tx: erasure.erase_text(
            tx, world.store.shelf, world.book, by=world.rosa, act=3, text=why.ref, ground="law", reason=None
        )
    )
    world.store.write(lambda tx: texts.keep(tx, world.book, [why]))
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    assert why.ref not in [row[0] for row in dump(home)["texts"]]


def test_a_new_key_signs_at_the_new_home_and_the_old_one_confirms_it(world: World, home: Store, file: Path) -> None:
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask, new_key=True)
    with home.read() as connection:
        state = home.state(connection, world.book)
        private = connection.execute(sa.select(schema.book_keys.c.private_key)).scalar_one()
    assert len(state.keys) == 2
    assert custody.current_key(state).key == note.public_key(bytes(private))
    assert custody.current_key(state).key != custody.current_key(world.state()).key
    assert len(custody.changes(state)) == 1


def test_what_a_witness_cosigned_comes_along_and_nothing_else(world: World, home: Store, file: Path) -> None:
    furnish(world)  # a row of a witness that nobody asked
    key = note.Verifier("tower.example.org", note.public_key(b"w" * 32), note.COSIGNATURE)
    world.act(lambda s: custody.name_witness(s, by=world.rosa, key=str(key), address="https://tower.example.org"))
    with world.store.read() as connection:
        head = world.store.shelf.head(connection, world.book)
        private = connection.execute(sa.select(schema.book_keys.c.private_key)).scalar_one()
    seen = note.signed_checkpoint(world.book, head.size, head.frontier.root(), bytes(private))
    seen = seen.with_signatures([note.cosign(seen, key.name, b"w" * 32, 1_700_000_000)])
    row = {"book": world.book, "witness": key.name, "size": seen.size, "checkpoint": seen.text, "seen": 1, "tried": 1}
    world.store.write(lambda tx: tx.execute(sa.insert(schema.cosignatures).values(**row)))
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    assert [row[1] for row in dump(home)["cosignatures"]] == ["tower.example.org"]


def test_a_witness_that_cannot_be_asked_is_said_to_be_unreachable(world: World, home: Store, file: Path) -> None:
    """Whoever made the file wrote the witness's line: it may name anything."""
    good = note.Verifier("tower.example.org", note.public_key(b"w" * 32), note.COSIGNATURE)
    world.act(lambda s: custody.WitnessNamed(key="garbage+1+2", address="file:///etc/hostname"))
    world.act(lambda s: custody.WitnessNamed(key=str(good), address=f"file://{file.parent}"))
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    said = cosigning.ask_all(home, [world.book], 1.0)[world.book]
    assert set(said) == {"garbage", "tower.example.org"}
    assert {trouble.what for trouble in said.values()} == {"unreachable"}


def test_groups_are_found_by_name_or_id(world: World) -> None:
    with world.store.read() as connection:
        for name in ("circle of  the WATER tower", world.book, world.book.upper()):
            assert moving.named(connection, world.store.shelf, name).book == world.book
        for name in ("", "Another circle", an_id(5)):
            with pytest.raises(Refused, match=r"group\.unknown"):
                moving.named(connection, world.store.shelf, name)
    twin = world.store.write(
        lambda tx: book.found(
            tx, world.store.shelf, name="Circle of the Water Tower", charter_text=world.state().charter
        )
    )
    with world.store.read() as connection, pytest.raises(Refused, match=r"group\.ambiguous") as caught:
        moving.named(connection, world.store.shelf, "Circle of the Water Tower")
    assert twin.book in caught.value.arguments["ids"]
    assert world.book in caught.value.arguments["ids"]


def test_two_groups_of_one_organiser_meet_again(world: World, home: Store, file: Path) -> None:
    """Accounts and keys that are at the new home already stay as they are there."""
    moving.send(world.store, world.book, file, PASSPHRASE)
    moving.take_in(home, file, ask)
    stranger = plain(world, file)
    intruder = ["f" * 64, world.account, None, "card", None]
    at = next(n for n, line in enumerate(stranger) if isinstance(line, dict) and line.get("table") == "keys")
    stranger.insert(at + 1, intruder)
    home.write(lambda tx: tx.execute(sa.update(schema.heads).values(moved=True)))
    write_lines(file, stranger)
    moving.take_in(home, file, never)
    assert "f" * 64 not in str(dump(home)["keys"])


# Files that are not believed


def test_a_wrong_passphrase(world: World, home: Store, file: Path) -> None:
    moving.send(world.store, world.book, file, PASSPHRASE)
    assert refused(home, file, lambda: "the tower holds wine") == "archive.wrong_passphrase"


NONE = [b"", b"hello", b"\x1f\x8b", b"age-encryption.org/v1\n", gzip.compress(b"{}\n", mtime=0)]


@pytest.mark.parametrize("content", NONE)
def test_a_file_that_is_no_archive(home: Store, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert refused(home, file) in ("archive.none", "archive.damaged")


def test_an_archive_of_everything_is_no_group(world: World, home: Store, file: Path) -> None:
    with archive.writing(file, None) as out, world.store.read() as connection:
        archive.pack(connection, out, at="2026-11-22T10:00:00Z")
    assert refused(home, file) == "archive.not_group"


@pytest.mark.parametrize("what", ["version", "step"])
def test_an_archive_of_a_newer_comuna(world: World, home: Store, file: Path, what: str) -> None:
    lines = plain(world, file)
    lines[0][what] = {"version": 2, "step": "9999"}[what]
    write_lines(file, lines)
    assert refused(home, file) == "archive.newer"


def test_a_file_cut_off_anywhere_is_refused(world: World, home: Store, file: Path) -> None:
    moving.send(world.store, world.book, file, PASSPHRASE)
    whole = file.read_bytes()
    for length in [*range(0, len(whole), 997), len(whole) - 1]:
        file.write_bytes(whole[:length])
        assert refused(home, file) in ("archive.damaged", "archive.none")
    file.write_bytes(whole + b"x")
    assert refused(home, file) == "archive.damaged"


B64 = "QUJD"
FORGED: dict[str, Callable[[World, list[Any]], list[Any]]] = {
    "an act left out": lambda w, ls: change(ls, "acts", lambda r: None if r["seq"] == 2 else r),
    "an act of another": lambda w, ls: change(ls, "acts", lambda r: {**r, "leaf": B64} if r["seq"] == 1 else r),
    "acts beyond the head": lambda w, ls: change(ls, "heads", lambda r: {**r, "size": 2}),
    "another root": lambda w, ls: change(ls, "heads", lambda r: {**r, "root": B64}),
    "a text changed": lambda w, ls: change(ls, "texts", lambda r: {**r, "body": B64}),
    "another key": lambda w, ls: change(ls, "book_keys", lambda r: {**r, "private_key": "A" * 43 + "="}),
    "no key": lambda w, ls: change(ls, "book_keys", lambda r: None),
    "a short key": lambda w, ls: change(ls, "book_keys", lambda r: {**r, "private_key": B64}),
    "a register of another book": lambda w, ls: change(ls, "register", lambda r: {**r, "book": an_id(9)}),
    "a member without account": lambda w, ls: change(ls, "accounts", lambda r: None),
    "an account of no member": lambda w, ls: change(ls, "register", lambda r: None),
    "a participant of another gathering": lambda w, ls: change(
        ls, "participants", lambda r: {**r, "gathering": an_id(77)}
    ),
    "a role that is none": lambda w, ls: change(ls, "participants", lambda r: {**r, "role": "king"}),
    "a handle that is none": lambda w, ls: change(ls, "participants", lambda r: {**r, "handle": "x"}),
    "a key of nobody": lambda w, ls: change(ls, "keys", lambda r: {**r, "account": None, "handle": None}),
    "a key of two": lambda w, ls: change(ls, "keys", lambda r: {**r, "account": w.account, "handle": an_id(1)}),
    "a use that is none": lambda w, ls: change(ls, "keys", lambda r: {**r, "use": "sword"}),
    "a script to join": lambda w, ls: change(ls, "join_links", lambda r: {**r, "link": "javascript:alert(1)"}),
    "a journal that is none": lambda w, ls: change(ls, "journal", lambda r: {**r, "line": B64}),
    "a journal with a gap": lambda w, ls: change(ls, "journal", lambda r: {**r, "seq": 5}),
    "a journal of no time": lambda w, ls: change(ls, "journal", lambda r: {**r, "at": "noon"}),
    "a number for a text": lambda w, ls: change(ls, "notes", lambda r: {**r, "words": 7}),
    "a text for a number": lambda w, ls: change(ls, "notes", lambda r: {**r, "place": "7"}),
    "a number too large": lambda w, ls: change(ls, "notes", lambda r: {**r, "place": 2**31}),
    "a text too long": lambda w, ls: change(ls, "notes", lambda r: {**r, "mark": "m" * 13}),
    "a mark that is none": lambda w, ls: change(ls, "notes", lambda r: {**r, "mark": "bored"}),
    "a character of no use": lambda w, ls: change(ls, "notes", lambda r: {**r, "words": "a\x00b"}),
    "nothing where something must be": lambda w, ls: change(ls, "notes", lambda r: {**r, "words": None}),
    "a row twice": lambda w, ls: [*ls[:3], ls[2], *ls[3:]],
    "another table": lambda w, ls: [ls[0], {"table": "sqlite_master", "columns": ["name"]}, ["x"], *ls[1:]],
    "a table left behind": lambda w, ls: [ls[0], {"table": "witness_keys", "columns": ["name"]}, ["x"], *ls[1:]],
    "an unknown column": lambda w, ls: [ls[0], {**ls[1], "columns": ["book", "size", "root", "moved; --"]}, *ls[2:]],
    "a column missing": lambda w, ls: [ls[0], {**ls[1], "columns": ["book", "size"]}, *ls[2:]],
    "a column twice": lambda w, ls: [ls[0], {**ls[1], "columns": ["book", "book", "size", "root"]}, *ls[2:]],
    "tables in another order": lambda w, ls: [ls[0], *ls[3:], *ls[1:3]],
    "rows before a table": lambda w, ls: [ls[0], ["x"], *ls[1:]],
    "a row with more": lambda w, ls: [*ls[:2], [*ls[2], 1], *ls[3:]],
    "another book named": lambda w, ls: [{**ls[0], "books": {an_id(5): ls[0]["books"][w.book]}}, *ls[1:]],
    "two books named": lambda w, ls: [
        {**ls[0], "books": {**ls[0]["books"], an_id(5): ls[0]["books"][w.book]}}, *ls[1:],
    ],
    "no book named": lambda w, ls: [{**ls[0], "books": {}}, *ls[1:]],
    "more in the first line": lambda w, ls: [{**ls[0], "more": 1}, *ls[1:]],
    "nothing but a beginning": lambda w, ls: ls[:1],
}  # fmt: skip


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", FORGED)
def test_what_was_forged_is_not_believed(world: World, home: Store, file: Path, what: str) -> None:
    furnish(world)
    lines = plain(world, file)
    forged = FORGED[what](world, lines)
    assert forged != lines
    write_lines(file, forged)
    assert refused(home, file, never) == "archive.unbelievable"


def test_an_id_that_stands_here_for_something_else(world: World, home: Store, file: Path) -> None:
    handle, _ = furnish(world)
    other = begin(home)
    stolen = an_id(4)
    home.write(lambda tx: tx.execute(sa.delete(schema.join_links)))
    lines = change(
        plain(world, file), "participants", lambda r: {**r, "handle": stolen} if r["handle"] == handle else r
    )
    for table in ("keys", "notes", "watches", "chairs"):
        lines = change(lines, table, lambda r: {**r, "handle": stolen} if r["handle"] == handle else r)
    write_lines(file, lines)
    home.write(lambda tx: people.new_person(tx, other.gathering, stolen))
    assert refused(home, file, never) == "archive.taken"


def test_gigabytes_of_nothing_take_no_memory(home: Store, file: Path, monkeypatch) -> None:
    monkeypatch.setattr(unpacking, "LONGEST_LINE", 1024 * 1024)
    monkeypatch.setattr(unpacking, "LARGEST_GROUP", 4 * 1024 * 1024)
    head = json.dumps({"format": "comuna-archive", "version": 1, "step": "0001", "holds": "group", "at": "x",
                       "books": {an_id(1): {"size": 1, "root": B64}}}).encode() + b"\n"  # fmt: skip
    watches = b'{"table":"watches","columns":["handle","seconds"]}\n'
    endless = (f'["{an_id(n)}",0]\n'.encode() for n in range(10**9))
    for first, rest, code in (
        (head, iter([b"\0" * 65536] * 16_000), "archive.too_large"),
        (b"", iter([b"\0" * 65536] * 16_000), "archive.too_large"),
        (head + watches, (next(endless) for _ in range(200_000)), "archive.too_large"),
    ):
        with gzip.open(file, "wb", 1) as out:
            out.write(first)
            out.writelines(rest)
        tracemalloc.start()
        assert refused(home, file, never) == code
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 20 * 1024 * 1024


def sources() -> Iterator[tuple[bytes, bytes]]:
    """A group's archive, plain and encrypted, made once."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"{folder}/c.db", Clock())
        world = begin(store)
        furnish(world)
        plain(world, Path(folder) / "plain")
        moving.send(store, world.book, Path(folder) / "sealed", PASSPHRASE)
        store.close()
        yield (Path(folder) / "plain").read_bytes(), (Path(folder) / "sealed").read_bytes()


@pytest.fixture(scope="module")
def originals() -> Iterator[tuple[bytes, bytes]]:
    before, age.WORK = age.WORK, 4  # type: ignore[misc]
    yield from sources()
    age.WORK = before  # type: ignore[misc]


@pytest.mark.parametrize("layer", ["sealed", "packed", "lines"])
@settings(max_examples=60)
@given(data=st.data())
def test_bytes_flipped_cut_or_put_in_are_refused_or_change_nothing(
    originals: tuple[bytes, bytes], layer: str, data: st.DataObject
) -> None:
    """Whatever happens to the bytes, it is one refusal; and only what is still the same group comes in."""
    packed, sealed = originals
    whole = {"sealed": sealed, "packed": packed, "lines": gzip.decompress(packed)}[layer]
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.sampled_from([0, 0, 1, 1, 2, 50]))
    mine = data.draw(
        st.one_of(st.binary(max_size=4), st.sampled_from([b"\n", b"null", b"[]", b'"', b"9" * 30, b"{}\n"]))
    )
    if layer == "sealed" and b"scrypt" in whole[max(0, at - 60) : at + 60]:
        mine = b"!"  # a file may ask for more work, up to a bound
    made = whole[:at] + mine + whole[at + cut :]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(gzip.compress(made, 1) if layer == "lines" else made)
        refusal = None
        try:
            with unpacking.unpacked(file, ask) as (header, connection):
                heads = connection.execute(sa.select(schema.heads)).all()
            assert layer != "sealed" or made == sealed
            assert [head.size for head in heads] == [of.size for of in header.books.values()]
        except Refused as caught:
            refusal = caught
        assert refusal is None or refusal.code.startswith("archive.")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=30),
    st.lists(st.integers(), max_size=3), st.sampled_from([an_id(1), B64, "f" * 64, "", "\ud800", "javascript:x"]),
)  # fmt: skip


@settings(max_examples=80)
@given(data=st.data())
def test_rows_of_anything_are_refused_or_fit(originals: tuple[bytes, bytes], data: st.DataObject) -> None:
    lines = [json.loads(line) for line in gzip.decompress(originals[0]).splitlines()]
    rows = [n for n, line in enumerate(lines) if isinstance(line, list)]
    for _ in range(data.draw(st.integers(1, 4))):
        n = data.draw(st.sampled_from(rows))
        if lines[n] and data.draw(st.booleans()):
            lines[n] = [*lines[n]]
            lines[n][data.draw(st.integers(0, len(lines[n]) - 1))] = data.draw(VALUES)
        else:
            lines.insert(n, data.draw(st.lists(VALUES, max_size=8)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        written = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        file.write_bytes(gzip.compress(written.encode("utf-8", "surrogatepass"), 1))
        home, refusal = Store(f"{folder}/home.db"), None
        try:
            moving.take_in(home, file, never)
        except Refused as caught:
            refusal = caught
        finally:
            books = home.check()
            home.close()
        assert refusal is None or refusal.code.startswith("archive.")
        assert books == (refusal is None)


# The format of encrypted files


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_another_implementation_opens_what_we_encrypt(length: int) -> None:
    content = os.urandom(length)
    out = io.BytesIO()
    sealing = age.Encrypting(out, PASSPHRASE)
    for start in range(0, length, 10_000):
        sealing.write(content[start : start + 10_000])
    sealing.close()
    assert pyrage.passphrase.decrypt(out.getvalue(), PASSPHRASE) == content
    assert io.BufferedReader(age.Decrypting(io.BytesIO(out.getvalue()), PASSPHRASE)).read() == content
    for cut in (1, 16, 17, age.CHUNK + 16):
        if cut < length:
            with pytest.raises(Refused, match=r"archive\.damaged"):
                io.BufferedReader(age.Decrypting(io.BytesIO(out.getvalue()[:-cut]), PASSPHRASE)).read()


def test_we_open_what_another_implementation_encrypts() -> None:
    sealed = pyrage.passphrase.encrypt(b"water", PASSPHRASE)
    assert age.Decrypting(io.BytesIO(sealed), PASSPHRASE).read() == b"water"


def test_a_file_may_not_ask_for_any_amount_of_work() -> None:
    sealed = pyrage.passphrase.encrypt(b"water", PASSPHRASE)
    header, _, rest = sealed.partition(b"\n-> scrypt ")
    salt, _, rest = rest.partition(b" ")
    forged = header + b"\n-> scrypt " + salt + b" 40\n" + rest.partition(b"\n")[2]
    with pytest.raises(Refused, match=r"archive\.damaged"):
        age.Decrypting(io.BytesIO(forged), PASSPHRASE)
