"""A full disk and a disk that cannot be written: said plainly, nothing stored, and the store lives on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import gathering as g
from comuna.store import schema, texts
from comuna.store.store import Store
from tests.cast import World, an_id, begin
from tests.store.processes import ROOT


def revise_with(world: World, words: str, n: int) -> None:
    page = text(words, bytes([n]) * 32)
    world.act(lambda s: g.revise(s, by=world.rosa, gathering=world.gathering, changed=["title"], page=page.ref), page)


@pytest.fixture
def small_disk(world: World, address: str) -> World:
    """The database may not grow much more than it has."""
    with world.store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def grow_no_more(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")  # type: ignore[attr-defined]

    sa.event.listen(world.store.engine, "connect", grow_no_more)
    world.store.engine.dispose()
    return world


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_full_disk_refuses_stores_nothing_and_the_store_lives_on(small_disk: World) -> None:
    before = small_disk.state()
    with pytest.raises(Refused) as refused:
        revise_with(small_disk, "x" * 1_000_000, 1)
    assert refused.value.code == "store.disk_full"
    assert small_disk.state() == before
    with small_disk.store.read() as connection:
        assert texts.read(connection, text("x" * 1_000_000, bytes([1]) * 32).ref) is None
    revise_with(small_disk, "a short page", 2)
    assert small_disk.state().size == before.size + 1
    assert small_disk.store.check() == 1


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_until_the_disk_is_full_everything_acknowledged_is_kept(small_disk: World) -> None:
    done = 0

    def fill() -> None:
        nonlocal done
        for n in range(2, 255):
            revise_with(small_disk, f"page {n} " * 100, n)
            done += 1

    with pytest.raises(Refused, match=r"store\.disk_full"):
        fill()
    assert done > 1
    assert small_disk.state().size == 3 + done
    assert small_disk.store.check() == 1
    with small_disk.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.texts)).scalar_one() == 2 + done


LIMITED = """
import resource, sys
from comuna.kernel.refusal import Refused
from comuna.store.store import Store
from tests.cast import begin
from tests.store.test_disk import revise_with
world = begin(Store(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    revise_with(world, "x" * 1_000_000, 1)
except Refused as refused:
    print(refused.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
revise_with(world, "a short page", 2)
print(world.state().size, world.store.check())
"""


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_file_that_may_not_grow_stores_nothing_and_the_store_lives_on(address: str) -> None:
    """The operating system refuses the write itself, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, address],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    failed, size_and_books = ran.stdout.splitlines()
    assert failed == "store.read_only"  # "cannot write to its disk": why, the system does not say
    assert size_and_books == "4 1"


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_database_that_became_read_only_refuses_and_can_still_be_read(world: World) -> None:
    def only_read(connection: object, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]

    sa.event.listen(world.store.engine, "connect", only_read)
    world.store.engine.dispose()
    with pytest.raises(Refused) as refused:
        world.cancel()
    assert refused.value.code == "store.read_only"
    assert world.state().gatherings[world.gathering].status == "called"


READ_ONLY = """
import os, sys
from comuna.kernel.refusal import Refused
from comuna.store.store import Store
Store(sys.argv[2]).close()
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
try:
    Store(sys.argv[1])
except Refused as refused:
    print(refused.code)
"""


@pytest.mark.parametrize("there_already", [True, False])
def test_a_folder_that_cannot_be_written_is_said_plainly(tmp_path: Path, there_already: bool) -> None:
    """Root may write anywhere, so a process that began as root lets go of that first."""
    folder = Path(tempfile.mkdtemp(prefix="comuna-read-only-"))
    database = folder / "comuna.sqlite"
    if there_already:
        store = Store(str(database))
        begin(store)
        store.close()
        database.chmod(0o444)
    folder.chmod(0o555)
    try:
        ran = subprocess.run(
            [sys.executable, "-c", READ_ONLY, database, tmp_path / "elsewhere.sqlite"],
            env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
    assert ran.stderr == ""
    assert ran.stdout == "store.read_only\n"


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_postgresql_that_only_reads_refuses(world: World, address: str) -> None:
    with world.store.engine.connect() as connection, connection.begin():
        name = address.rsplit("/", 1)[1]
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    world.store.engine.dispose()
    with pytest.raises(Refused) as refused:
        world.call(an_id(5))
    assert refused.value.code == "store.read_only"


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_the_file_is_its_owners_alone(world: World, address: str) -> None:
    """Keys of books lie in it."""
    for path in Path(address).parent.glob("comuna.sqlite*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["our circle.sqlite", "a?b=c&d#e%20f.sqlite", "círculo/ñ.sqlite"])
def test_the_file_may_have_any_name(tmp_path: Path, address: str, name: str) -> None:
    store = Store(str(tmp_path / name))
    begin(store)
    store.close()
    assert (tmp_path / name).stat().st_size > 10_000
