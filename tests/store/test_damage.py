"""A database that was tampered with, or that went bad, is not opened as if nothing had happened."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.act import seal
from comuna.kernel.tree import EMPTY_ROOT, leaf_hash, root
from comuna.rules import custody
from comuna.store import schema, texts
from comuna.store.book import Damaged, Shelf, leaves
from comuna.store.store import Store
from tests.cast import World, an_id

acts, heads = schema.acts, schema.heads


def change(world: World, *statements: sa.Executable) -> None:
    """Somebody changes the database behind our back."""
    with world.store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for statement in statements:
            connection.execute(statement)


def assert_not_opened(world: World, address: str) -> None:
    fresh = Store(address)
    try:
        with fresh.read() as connection, pytest.raises(Damaged):
            fresh.state(connection, world.book)
        with pytest.raises(Damaged):
            fresh.check()
        with pytest.raises(Damaged):
            World(**{**vars(world), "store": fresh}).cancel()
    finally:
        fresh.close()


def leaf(world: World, seq: int) -> bytes:
    with world.store.read() as connection:
        return list(leaves(connection, world.book))[seq]


def put(seq: int, changed: bytes) -> sa.Executable:
    return sa.update(acts).where(acts.c.seq == seq).values(leaf=changed)


def rewrite(world: World, seq: int, old: bytes, new: bytes) -> None:
    """Somebody changes an act and makes the root fit."""
    before = leaf(world, seq)
    assert before.count(old) == 1
    with world.store.read() as connection:
        all_leaves = list(leaves(connection, world.book))
    all_leaves[seq] = before.replace(old, new)
    change(world, put(seq, all_leaves[seq]), sa.update(heads).values(root=root(leaf_hash(each) for each in all_leaves)))


def test_a_book_that_nobody_touched_is_opened(world: World, address: str) -> None:
    fresh = Store(address)
    assert fresh.check() == 1
    fresh.close()


def test_a_head_that_disagrees_about_the_root(world: World, address: str) -> None:
    change(world, sa.update(heads).values(root=bytes(32)))
    assert_not_opened(world, address)


def test_a_head_that_claims_more_acts_than_there_are(world: World, address: str) -> None:
    change(world, sa.update(heads).values(size=4))
    assert_not_opened(world, address)


def test_any_flipped_byte_of_an_act(world: World) -> None:
    """Most flips spoil the form; some leave it whole and only the root tells; some name another gathering, so that the
    acts no longer fit together. All are found."""
    world.cancel()
    whole = leaf(world, 3)
    with world.store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for place in range(len(whole)):
            flipped = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            connection.execute(put(3, flipped))
            with pytest.raises(Damaged):
                Shelf().head(connection, world.book)
        connection.execute(put(3, whole))
        assert Shelf().head(connection, world.book) is not None


def test_an_act_about_a_gathering_that_never_was(world: World, address: str) -> None:
    """Even with a root that fits, made by whoever changed it."""
    world.cancel()
    rewrite(world, 3, world.gathering.encode(), an_id(7).encode())
    assert_not_opened(world, address)


def test_an_act_dated_before_the_one_before_it(world: World, address: str) -> None:
    world.cancel()
    rewrite(world, 3, b"2026-11-22T10:00:00Z", b"2026-11-22T09:59:59Z")
    assert_not_opened(world, address)


def test_a_founding_with_another_key_or_another_charter(world: World, address: str) -> None:
    whole = leaf(world, 0)
    rewrite(world, 0, b"value = 90", b"value = 91")
    assert_not_opened(world, address)
    rewrite(world, 0, leaf(world, 0), whole)
    again = Store(address)
    assert again.check() == 1
    again.close()
    key = whole[whole.index(b'"public_key":"') + 14 :][:44]
    rewrite(world, 0, key, b64encode(bytes(32)))
    assert_not_opened(world, address)


def test_a_dropped_act(world: World, address: str) -> None:
    change(world, sa.delete(acts).where(acts.c.seq == 1))
    assert_not_opened(world, address)


def test_a_dropped_last_act(world: World, address: str) -> None:
    change(world, sa.delete(acts).where(acts.c.seq == 2))
    assert_not_opened(world, address)


def test_two_acts_that_changed_places(world: World, address: str) -> None:
    first, second = leaf(world, 1), leaf(world, 2)
    change(world, put(1, second), put(2, first))
    assert_not_opened(world, address)


def test_acts_beyond_the_head_are_found_by_the_check(world: World) -> None:
    change(world, sa.insert(acts).values(book=world.book, seq=3, leaf=leaf(world, 2)))
    with pytest.raises(Damaged):
        world.store.check()


def test_a_book_that_nobody_founded(world: World) -> None:
    change(world, sa.insert(heads).values(book=an_id(5), size=0, root=EMPTY_ROOT))
    with pytest.raises(Damaged, match="nobody founded it"):
        world.store.check()


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "strange",
    [
        "UPDATE acts SET leaf = CAST(leaf AS TEXT) WHERE seq = 1",
        "UPDATE acts SET leaf = 7 WHERE seq = 1",
        "UPDATE heads SET size = ''",
        "UPDATE heads SET root = 'root'",
        "UPDATE texts SET secret = 'secret'",
        "UPDATE book_keys SET private_key = 'key'",
        "INSERT INTO tiles VALUES ((SELECT book FROM heads), 'level', x'00', x'00', x'00')",
        "PRAGMA foreign_keys = OFF; INSERT INTO texts VALUES ('ref', 'nowhere', x'00', x'00')",
    ],
)
def test_what_is_no_part_of_a_book_is_found_by_the_check(world: World, address: str, strange: str) -> None:
    """SQLite keeps values of any type in any column."""
    connection = sqlite3.connect(address)
    connection.executescript(strange)
    connection.close()
    with pytest.raises(Damaged):
        world.store.check()


def test_a_changed_text_is_found_and_never_shown(world: World) -> None:
    name = world.state().name
    assert name is not None
    change(world, sa.update(schema.texts).where(schema.texts.c.ref == name).values(body=b"Another circle"))
    with pytest.raises(Damaged), world.store.read():
        world.store.check()
    with world.store.read() as connection, pytest.raises(ValueError, match="was changed"):
        texts.read(connection, name)


def rewind(world: World, size: int) -> Callable[[], None]:
    """The database is set back, as by a restored backup; gives what brings it forward again."""
    with world.store.read() as connection:
        all_leaves = list(leaves(connection, world.book))
    hashes = [leaf_hash(each) for each in all_leaves]
    change(
        world,
        sa.delete(acts).where(acts.c.seq >= size),
        sa.update(heads).values(size=size, root=root(hashes[:size])),
    )
    return lambda: change(
        world,
        sa.insert(acts).values([{"book": world.book, "seq": n, "leaf": b} for n, b in enumerate(all_leaves)][size:]),
        sa.update(heads).values(size=len(all_leaves), root=root(hashes)),
    )


def test_a_restored_backup_is_read_as_it_is_while_the_store_is_open(world: World) -> None:
    world.cancel()
    assert world.state().gatherings[world.gathering].status == "cancelled"
    forward = rewind(world, 3)
    assert world.state().gatherings[world.gathering].status == "called"
    forward()
    assert world.state().gatherings[world.gathering].status == "cancelled"


def test_after_a_restored_backup_the_story_may_go_another_way(world: World) -> None:
    world.cancel()
    world.reinstate()
    assert world.state().size == 5
    rewind(world, 3)
    other = World(**{**vars(world), "store": Store(str_address(world), world.store.clock)})
    for day in (2, 3, 4):
        other.call(an_id(day), f"2027-03-0{day}")
    other.store.close()
    assert set(world.state().gatherings) == {world.gathering, an_id(2), an_id(3), an_id(4)}
    world.cancel()
    assert world.store.check() == 1


def str_address(world: World) -> str:
    url = world.store.engine.url
    if url.get_backend_name() == "sqlite":
        assert url.database
        return url.database
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_key_that_nobody_confirmed(world: World, address: str) -> None:
    """A stranger appends a key of their own, and makes head and root fit."""
    state = world.state()
    entry = custody.KeyRotated(
        public_key=b64encode(note.public_key(bytes(32))).decode(), signature=b64encode(bytes(64)).decode()
    )
    _, forged = seal(
        entry, book=world.book, seq=3, now=world.store.clock(), previous=state.at, by="system", salt=bytes(16)
    )
    with world.store.read() as connection:
        every = [*leaves(connection, world.book), forged]
    change(
        world,
        sa.insert(acts).values(book=world.book, seq=3, leaf=forged),
        sa.update(heads).values(size=4, root=root(leaf_hash(each) for each in every)),
    )
    assert_not_opened(world, address)
