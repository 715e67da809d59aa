"""Fixtures for every test. `store` and `world` stand on SQLite; `tests/store` runs them on PostgreSQL too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from comuna.store.store import Store
from tests import postgresql as private
from tests.cast import Clock, World, begin

CI = os.environ.get("CI") == "true"

settings.register_profile(
    "comuna",
    max_examples=50 if CI else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize=CI,  # people look for new cases; what lands is judged on the same ones
)
settings.load_profile("comuna")


@pytest.fixture
def clock() -> Clock:
    """The time in the story."""
    return Clock()


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Where this test's database is."""
    return str(tmp_path / "comuna.sqlite")


@pytest.fixture
def store(address: str, clock: Clock) -> Iterator[Store]:
    """An empty store."""
    opened = Store(address, clock)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store) -> World:
    """The study circle with its session called."""
    return begin(store)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[private.Server]:
    """A PostgreSQL server, started for the first test that needs it."""
    bin_dir = private.programs()
    if bin_dir is None:
        missing = "PostgreSQL tests need its server: install Debian's package `postgresql`"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with private.server(bin_dir) as running:
        yield running


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: private.Server) -> str:
    """A database with our tables in it, to be copied."""
    return private.migrated_template(postgresql_server, lambda address: Store(address).close())


@pytest.fixture
def postgresql(postgresql_server: private.Server, postgresql_template: str) -> str:
    """The address of a fresh PostgreSQL database with our tables."""
    return postgresql_server.new_database(postgresql_template)
