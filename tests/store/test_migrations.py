"""The steps of the database lead exactly to the tables that the code knows."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from comuna.kernel.refusal import Refused
from comuna.store import database, migrations, schema
from comuna.store.store import Store
from tests.postgresql import Server

VERSIONS = Path(str(migrations.__file__)).parent / "versions"


def test_an_empty_database_brought_up_to_date_has_the_tables_of_the_schema(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []
        found = sa.inspect(connection)
        for table in schema.metadata.sorted_tables:
            assert found.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]
            keys = {(k["constrained_columns"][0], k["referred_table"]) for k in found.get_foreign_keys(table.name)}
            assert keys == {(c.name, f.column.table.name) for c in table.columns for f in c.foreign_keys}


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_on_sqlite_the_acts_lie_in_the_order_of_their_key_and_ballots_in_no_order_of_time(store: Store) -> None:
    with store.engine.connect() as connection:
        made = dict(connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    assert {name for name, sql in made.items() if "WITHOUT ROWID" in sql} == {
        "acts",
        "journal",
        "box_marks",
        "box_ballots",
        "signatures",
        "need_supports",
        "budget_marks",
        "budget_ballots",
        "round_reports",
    }


def test_the_steps_form_one_line_to_the_newest() -> None:
    steps: dict[str, str | None] = {}
    for path in sorted(VERSIONS.glob("[0-9]*.py")):
        source = path.read_text(encoding="utf-8")
        revision = re.search(r'^revision = "(\d{4})"$', source, re.M)
        before = re.search(r'^down_revision = (?:"(\d{4})"|None)$', source, re.M)
        assert revision, path.name
        assert before, path.name
        assert path.name.startswith(revision[1])
        assert "metadata" not in source, "a step is frozen: it says itself what it makes"
        steps[revision[1]] = before[1]
    newest = max(steps)
    assert newest == database.NEWEST
    line = [newest]
    while (before_it := steps[line[-1]]) is not None:
        line.append(before_it)
    assert line == sorted(steps, reverse=True)


def test_opening_again_changes_nothing(store: Store, address: str) -> None:
    again = Store(address)
    with again.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == database.NEWEST
    again.close()


def test_processes_that_open_a_new_postgresql_database_at_once_all_find_it_ready(postgresql_server: Server) -> None:
    address = postgresql_server.new_database()
    books: list[int] = []

    def begin() -> None:
        store = Store(address)
        books.append(store.check())
        store.close()

    opening = [threading.Thread(target=begin) for _ in range(5)]
    for each in opening:
        each.start()
    for each in opening:
        each.join()
    assert books == [0] * 5


def test_a_database_of_a_newer_comuna_is_not_touched(store: Store, address: str) -> None:
    with store.engine.connect() as connection, connection.begin():
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match=r"store\.newer"):
        Store(address)
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
