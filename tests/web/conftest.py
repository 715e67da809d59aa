"""The website over the world of `tests.cast`, and browsers without scripts to visit it with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient
from tests.cast import World

from comuna.app import build
from comuna.settings import Settings
from comuna.store import people
from comuna.web.access import ORGANISER_COOKIE

URL = "http://testserver"
ORIGIN = {"origin": URL, "sec-fetch-site": "same-origin"}


@dataclass
class Site:
    """The site, the story behind it, and its visitors: each a browser of its own."""

    world: World
    stack: ExitStack

    def visitor(self, language: str = "en") -> TestClient:
        """Somebody who has never been here."""
        app = build(self.world.store, Settings(url=URL))
        headers = {"accept-language": language, **ORIGIN}
        return self.stack.enter_context(TestClient(app, base_url=URL, headers=headers, raise_server_exceptions=False))

    def rosa(self) -> TestClient:
        """The facilitator, signed in."""
        client = self.visitor()
        key = self.world.store.write(lambda tx: people.key_for_account(tx, self.world.account, "browser"))
        client.cookies.set(ORGANISER_COOKIE, key)
        return client

    @property
    def path(self) -> str:
        """The session's path."""
        return f"/s/{self.world.gathering}"


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    """The site over the study circle and its session."""
    with ExitStack() as stack:
        yield Site(world, stack)
