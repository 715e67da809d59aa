"""Backups: everything at one moment, put back whole or not at all, and what was erased stays erased."""

from __future__ import annotations

import datetime as dt
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
import sqlalchemy as sa

from comuna.kernel.act import instant
from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import custody, group
from comuna.store import archive, backup, book, copies, erased, erasure, moving, notebook, people, schema, unpacking
from comuna.store.store import Store
from tests.cast import Clock, World, an_id, begin
from tests.store.keeping import PASSPHRASE, dump, furnish, quick
from tests.store.processes import ROOT, start

WORDS = "a sentence that nobody else would ever write"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, address: str) -> str:
    """An empty database of the other kind: from SQLite to PostgreSQL and back."""
    if "://" in address:
        return str(tmp_path / "elsewhere.sqlite")
    server = request.getfixturevalue("postgresql_server")
    return str(server.new_database(request.getfixturevalue("postgresql_template")))


def ask() -> str:
    return PASSPHRASE


def opened(address: str) -> dict[str, list[tuple[object, ...]]]:
    store = Store(address)
    store.check()
    found = dump(store, without=("tiles",))
    store.close()
    return found


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_everything_comes_back_in_the_other_kind_of_database(
    world: World, folder: Path, elsewhere: str, passphrase: str | None
) -> None:
    furnish(world)
    written = backup.back_up(world.store, folder, passphrase=passphrase)
    assert stat.S_IMODE(written.file.stat().st_mode) == 0o600
    assert written.file.name == "comuna-20261122T100000Z.backup"
    assert written.file.read_bytes().startswith(b"age-encryption.org/v1\n" if passphrase else b"\x1f\x8b")
    backup.restore(elsewhere, backup.chosen(folder), ask)
    left = ("tiles", "witness_keys")  # a witness that is put back begins anew under another key
    assert {**opened(elsewhere), "witness_keys": []} == {**dump(world.store, without=left), "witness_keys": []}


def test_one_moment_is_kept_while_another_process_writes(world: World, address: str, folder: Path) -> None:
    handle, _ = world.join("Amaru")
    process = start(world, address, handle, "writer")
    try:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        files = [backup.back_up(world.store, folder).file for _ in range(4)]
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
    sizes = []
    for file in files:
        with unpacking.unpacked(file, ask) as (header, connection):
            sizes.append(header.books[world.book].size)
            lines = connection.execute(sa.select(sa.func.count()).select_from(schema.journal)).scalar_one()
            assert lines > 0
    assert sizes == sorted(sizes)
    assert sizes[-1] > 3


def test_an_older_backup_forgets_what_was_erased_after_it(
    world: World, address: str, folder: Path, elsewhere: str
) -> None:
    handle, _ = furnish(world)
    why = text(f"because {WORDS}", b"s" * 32)
    world.cancel(why)
    world.store.write(lambda tx: notebook.keep(tx, handle, notebook.Note(note=an_id(11), words=WORDS)))
    world.store.write(lambda tx: tx.execute(sa.update(schema.accounts).values(name=WORDS)))
    key = world.store.write(lambda tx: people.key_for_account(tx, world.account, "browser"))
    backup.back_up(world.store, folder)

    def job(tx: erasure.Transaction) -> None:
        notebook.erase(tx, handle, an_id(11))
        people.leave(tx, key)
        erasure.erase_text(
            tx, world.store.shelf, world.book, by=world.rosa, act=3, text=why.ref, ground="asked", reason=None
        )
        erasure.erase_account(tx, world.store.shelf, world.account)

    world.store.write(job)
    assert not (folder / "erasures").read_text().count("account")
    copies.tell(world.store.engine)
    restored = backup.restore(elsewhere, backup.chosen(folder), ask)
    assert restored.erased == 5
    found = opened(elsewhere)
    assert WORDS not in str(found)
    assert len(found["acts"]) == 4, "no act is recorded for what is done again"
    if "://" not in elsewhere:
        assert WORDS.encode() not in Path(elsewhere).read_bytes()


@pytest.fixture
def sqlite(tmp_path: Path, clock: Clock) -> World:
    """The circle in a file of its own."""
    return begin(Store(str(tmp_path / "here.sqlite"), clock))


def test_what_was_erased_in_the_database_that_is_replaced_stays_erased(sqlite: World, folder: Path) -> None:
    handle, _ = furnish(sqlite)
    written = backup.back_up(sqlite.store, folder)
    sqlite.store.write(lambda tx: erasure.erase_person(tx, handle))
    here = Path(str(sqlite.store.engine.url.database))
    sqlite.store.close()
    (folder / "erasures").unlink()
    restored = backup.restore(str(here), written.file, ask, replace=True)
    assert restored.before is not None
    assert "It leaks" not in str(opened(str(here)))
    assert opened(str(restored.before))["erasures"] == opened(str(here))["erasures"]


def test_a_database_that_holds_something_is_only_replaced_when_asked_and_kept(sqlite: World, folder: Path) -> None:
    here = Path(str(sqlite.store.engine.url.database))
    written = backup.back_up(sqlite.store, folder)
    sqlite.cancel()
    for replace in (False, True):
        with pytest.raises(Refused, match="restore.in_use" if replace else "restore.not_empty"):
            backup.restore(str(here), written.file, ask, replace=replace)
    sqlite.store.close()
    with pytest.raises(Refused, match=r"restore\.not_empty"):
        backup.restore(str(here), written.file, ask)
    restored = backup.restore(f"sqlite:///{here}", written.file, ask, replace=True)
    assert len(opened(str(here))["acts"]) == 3
    assert len(opened(str(restored.before))["acts"]) == 4
    assert not list(here.parent.glob("*.restoring*"))


@pytest.mark.parametrize("wrecked", [b"not a database at all" * 500, "middle"])
def test_a_database_that_the_disk_spoiled_is_kept_and_replaced(sqlite: World, folder: Path, wrecked: object) -> None:
    here = Path(str(sqlite.store.engine.url.database))
    written = backup.back_up(sqlite.store, folder)
    sqlite.store.close()
    content = here.read_bytes()
    here.write_bytes(wrecked if isinstance(wrecked, bytes) else content[:2000] + b"\xff" * 60_000 + content[62_000:])
    with pytest.raises(Refused, match=r"restore\.not_empty"):
        backup.restore(str(here), written.file, ask)
    restored = backup.restore(str(here), written.file, ask, replace=True)
    assert restored.before is not None
    assert restored.before.exists()
    assert len(opened(str(here))["acts"]) == 3


def test_a_postgresql_that_holds_something_must_be_emptied_first(world: World, address: str, folder: Path) -> None:
    if "://" not in address:
        pytest.skip("PostgreSQL alone")
    written = backup.back_up(world.store, folder)
    for replace, code in ((False, "restore.not_empty"), (True, "restore.empty_first")):
        with pytest.raises(Refused, match=code):
            backup.restore(address, written.file, ask, replace=replace)


def test_a_backup_of_a_damaged_book_is_not_made(world: World, folder: Path) -> None:
    backup.back_up(world.store, folder)
    world.store.write(
        lambda tx: tx.execute(sa.update(schema.acts).where(schema.acts.c.seq == 1).values(leaf=b"something else"))
    )
    with pytest.raises(book.Damaged):
        backup.back_up(world.store, folder, keep=1)
    assert len(backup.backups(folder)) == 1
    assert sorted(os.listdir(folder)) == ["comuna-20261122T100000Z.backup", "erasures"]


def test_older_backups_go_and_the_newest_stay(world: World, folder: Path, clock: Clock) -> None:
    names = []
    for _ in range(3):
        names.append(backup.back_up(world.store, folder).file.name)
        clock.forward(hours=1)
    (folder / "something else").write_text("stays")
    last = backup.back_up(world.store, folder, keep=2)
    assert [file.name for file in last.removed] == names[:2]
    assert [file.name for file in backup.backups(folder)] == [names[2], last.file.name]
    again = backup.back_up(world.store, folder)
    assert again.file.name == "comuna-20261122T130000Z-2.backup"
    assert backup.chosen(folder) == again.file
    assert (folder / "something else").exists()


def test_the_backup_of_a_time_is_chosen(world: World, folder: Path, clock: Clock) -> None:
    for _ in range(3):
        backup.back_up(world.store, folder)
        clock.forward(days=1)
    for at, day in (("2026-11-23", 23), ("20261123T235959Z", 23), ("2026-11-24 09:00", 23), ("2026", 24)):
        assert backup.chosen(folder, at).name == f"comuna-202611{day}T100000Z.backup", at
    for at, code in (("2026-11-21", "restore.no_backup"), ("yesterday", "restore.bad_time")):
        with pytest.raises(Refused, match=code):
            backup.chosen(folder, at)
    with pytest.raises(Refused, match=r"restore\.no_backup"):
        backup.chosen(folder.parent)


def test_a_group_is_no_backup_and_a_cut_file_is_none(world: World, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "group.age"
    moving.send(world.store, world.book, file, PASSPHRASE)
    empty = str(tmp_path / "empty.sqlite")
    with pytest.raises(Refused, match=r"archive\.not_backup"):
        backup.restore(empty, file, ask)
    whole = backup.back_up(world.store, folder).file
    whole.write_bytes(whole.read_bytes()[:-9])
    with pytest.raises(Refused, match=r"archive\.damaged"):
        backup.restore(empty, whole, ask)
    assert not Path(empty).exists()
    assert not list(tmp_path.glob("*.restoring*"))


def test_a_list_of_erasures_that_cannot_be_read_stops_everything(world: World, folder: Path, tmp_path: Path) -> None:
    file = backup.back_up(world.store, folder).file
    (folder / "erasures").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match=r"erasures\.unreadable"):
        backup.restore(str(tmp_path / "empty.sqlite"), file, ask)
    with pytest.raises(Refused, match=r"erasures\.unreadable"):
        backup.back_up(world.store, folder)


# The list beside the backups


def test_every_folder_that_can_be_reached_is_told(world: World, folder: Path, tmp_path: Path) -> None:
    away, other = tmp_path / "away", tmp_path / "other"
    for place in (folder, away, other):
        backup.back_up(world.store, place)
    away.rename(tmp_path / "unplugged")
    (other / "erasures").write_text("what is this\n")
    handle, _ = furnish(world)
    world.store.write(lambda tx: notebook.erase(tx, handle, an_id(10)))
    copies.tell(world.store.engine)
    assert f"note {an_id(10)} " in (folder / "erasures").read_text()
    assert not away.exists()
    assert (other / "erasures").read_text() == "what is this\n", "what is not understood is not overwritten"
    (tmp_path / "unplugged").rename(away)
    copies.tell(world.store.engine)
    assert (away / "erasures").read_text() == (folder / "erasures").read_text()
    assert stat.S_IMODE((away / "erasures").stat().st_mode) == 0o600


def test_erasing_tells_the_backups_by_itself(world: World, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("comuna.store.store.TIDY_AFTER", 0.05)
    backup.back_up(world.store, folder)
    handle, _ = furnish(world)
    world.store.write(lambda tx: notebook.erase(tx, handle, an_id(10)))
    world.store.tidy_soon()
    for _ in range(100):
        if an_id(10) in (folder / "erasures").read_text():
            break
        time.sleep(0.05)
    assert an_id(10) in (folder / "erasures").read_text()


def test_the_list_keeps_what_other_databases_knew(world: World, folder: Path) -> None:
    folder.mkdir()
    line = erased.Erasure("note", an_id(55), "2026-01-01T00:00:00Z").line
    (folder / "erasures").write_text(line)
    backup.back_up(world.store, folder)
    assert (folder / "erasures").read_text() == line


# Killed, and large


RESTORING = """
import sys
from pathlib import Path
from comuna.store import backup
backup.restore(sys.argv[1], Path(sys.argv[2]), lambda: "")
print("done", flush=True)
"""


def grown(store: Store, world: World, acts: int) -> None:
    """Make the book that much longer, as fast as the rules allow."""

    def job(tx: erasure.Transaction) -> None:
        def decide(s: book.State) -> list[book.Act]:
            return [custody.BookWithdrawn() if n % 2 else custody.BookPublished() for n in range(1000)]

        store.record(tx, world.book, decide, by=group.SYSTEM)

    for _ in range(acts // 1000):
        store.write(job)


@pytest.mark.parametrize("after", [0.4, 0.6, 0.8, 1.0, 1.3])
def test_killed_in_the_middle_leaves_nothing_or_all(
    world: World, address: str, folder: Path, elsewhere: str, tmp_path: Path, after: float
) -> None:
    grown(world.store, world, 4000)
    file = backup.back_up(world.store, folder).file
    target = str(tmp_path / "target.sqlite") if "://" not in address else elsewhere
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    process = subprocess.Popen([sys.executable, "-c", RESTORING, target, str(file)], env=env, stdout=subprocess.PIPE)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if "://" in target or Path(target).exists():
        assert len(opened(target)["acts"]) in (0, 4003)
    if "://" in target or not Path(target).exists():
        backup.restore(target, file, ask)
    assert len(opened(target)["acts"]) == 4003


def peak_of(store: Store, world: World, folder: Path, tmp_path: Path) -> int:
    """The most memory that backing up and restoring took, in bytes."""
    folder.mkdir(exist_ok=True)
    target = tmp_path / f"target-{world.book}-{len(list(tmp_path.iterdir()))}.sqlite"
    tracemalloc.start()
    try:
        file = backup.back_up(store, folder).file
        backup.restore(str(target), file, ask)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_book(sqlite: World, tmp_path: Path) -> None:
    grown(sqlite.store, sqlite, 2000)
    peak_of(sqlite.store, sqlite, tmp_path / "first", tmp_path)  # what is imported and cached once
    small = peak_of(sqlite.store, sqlite, tmp_path / "small", tmp_path)
    grown(sqlite.store, sqlite, 28_000)
    large = peak_of(sqlite.store, sqlite, tmp_path / "large", tmp_path)
    sqlite.store.close()
    assert large < small + 2_000_000, (small, large)


@pytest.mark.slow
def test_a_large_installation_is_backed_up_while_people_write(sqlite: World, tmp_path: Path) -> None:
    grown(sqlite.store, sqlite, 300_000)
    stop = threading.Event()
    waits: list[float] = []

    def write() -> None:
        while not stop.is_set():
            began = time.monotonic()
            sqlite.store.write(lambda tx: tx.execute(sa.update(schema.accounts).values(name="Rosa")))
            waits.append(time.monotonic() - began)

    writing = threading.Thread(target=write)
    writing.start()
    peak = peak_of(sqlite.store, sqlite, tmp_path / "large", tmp_path)
    stop.set()
    writing.join()
    sqlite.store.close()
    assert peak < 40_000_000
    assert max(waits) < 1


def test_progress_is_told(world: World, folder: Path, tmp_path: Path) -> None:
    grown(world.store, world, 1000)
    told: list[tuple[str, int]] = []
    with world.store.read() as connection, archive.writing(tmp_path / "file", None) as out:
        archive.pack(connection, out, at=instant(dt.datetime.now(dt.UTC)), told=lambda *each: told.append(each))
    assert told
    assert told[-1][0] in {table.name for table in archive.carried("everything")}
