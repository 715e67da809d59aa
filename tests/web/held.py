"""What tests of a gathering that is held have in common: opening it, coming in, pressing buttons."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import httpx2 as httpx
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site

from comuna.rules.hall import Hall

_keys = itertools.count(5000)
SCRIPT = {"accept": "application/json"}


@dataclass
class Evening:
    """The session, opened by Rosa, who chairs it in her browser."""

    site: Site
    rosa: TestClient

    @property
    def path(self) -> str:
        """The session's path."""
        return self.site.path

    @property
    def hall(self) -> Hall:
        """What the journal adds up to."""
        with self.site.world.store.read() as connection:
            return self.site.world.store.hall(connection, self.site.world.gathering)

    @property
    def code(self) -> str:
        """The code to join."""
        page = self.rosa.get(f"{self.path}/chair/share").text
        return re.search(r'class="code">(\w{3}) (\w{3})<', page).expand(r"\1\2")

    def comes(self, name: str, **fields: str) -> TestClient:
        """Somebody joins with the code."""
        client = self.site.visitor()
        answer = client.post(f"{self.path}/live/join", data={"code": self.code, "name": name, **fields})
        assert answer.status_code == 200, answer.text
        return client

    def who(self, name: str) -> str:
        """The handle of somebody."""
        with self.site.world.store.read() as connection:
            from comuna.store import hall

            names = hall.names(connection, self.hall.people)
        return next(handle for handle, called in names.items() if called == name)

    def does(self, client: TestClient, do: str, **fields: object) -> httpx.Response:
        """A phone does something, as the page's script sends it."""
        data = {"key": an_id(next(_keys)), **{name: str(value) for name, value in fields.items()}}
        return client.post(f"{self.path}/live/{do}", data=data, headers=SCRIPT)

    def chairs(self, do: str, client: TestClient | None = None, **fields: object) -> httpx.Response:
        """The chair does something."""
        data = {"key": an_id(next(_keys)), **{name: str(value) for name, value in fields.items()}}
        return (client or self.rosa).post(f"{self.path}/chair/{do}", data=data, headers=SCRIPT)


def opened(site: Site, **fields: str) -> Evening:
    """Rosa opens the gathering."""
    rosa = site.rosa()
    answer = rosa.post(f"{site.path}/chair/begin", data={"name": "Rosa", **fields})
    assert answer.status_code == 200, answer.text
    assert answer.url.path == f"{site.path}/chair"
    return Evening(site, rosa)
