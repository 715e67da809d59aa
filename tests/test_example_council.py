"""The example council lives its year under the charter that it comes with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from comuna import example_council
from comuna.store import people
from comuna.store.store import Store


def test_the_example_council_lives_its_year(tmp_path: Path) -> None:
    address = str(tmp_path / "council.db")
    store = Store(address)
    account = store.write(lambda tx: people.new_account(tx))
    assert example_council.live(address, account, dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC))
    with store.read() as connection:
        [book] = people.books_of(connection, account)
        state = store.state(connection, book)
    store.close()
    assert state is not None
    assert state.kind == "communal-council-2009"
    assert [each.status for each in state.recalls.values()] == ["decided"]
