"""What tests of the discussion have in common: browsers that speak, and pages read back."""

from __future__ import annotations

import datetime as dt
import itertools

from bs4 import BeautifulSoup
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site

from comuna.rules.discussion import Discussion, Mark, MomentReleased
from comuna.store import journal

_ids = itertools.count(1000)


def answer(client: TestClient, site: Site, words: str, question: str = "q1", **fields: str) -> str:
    """Answer a question; returns the entry's id."""
    entry = fields.pop("entry", None) or an_id(next(_ids))
    data = {"entry": entry, "question": question, "words": words, **fields}
    assert client.post(f"{site.path}/discussion/answers", data=data).status_code == 200
    return entry


def release(site: Site, words: str, *, seconds: int | None = 760, mark: Mark | None = "inspired", **tags: str) -> str:
    """Somebody shows a moment; returns the entry's id."""
    handle, _ = site.world.join()
    entry = an_id(next(_ids))
    fields = {"question": None, "column": None, "name": None, **tags}
    line = MomentReleased(entry=entry, words=words, mark=mark, seconds=seconds, **fields)
    site.world.store.write(lambda tx: site.world.store.say(tx, site.world.gathering, lambda d: line, by=handle))
    return entry


def said(site: Site) -> Discussion:
    """What the journal adds up to."""
    with site.world.store.read() as connection:
        return journal.discussion(connection, site.world.gathering)


def read(client: TestClient, path: str) -> BeautifulSoup:
    """A page that is there."""
    found = client.get(path)
    assert found.status_code == 200, found.text
    return BeautifulSoup(found.text, "lxml")


def close(site: Site, client: TestClient | None = None, **fields: str):
    """Rosa closes the session, once it was held."""
    site.world.store.clock.now = dt.datetime(2027, 3, 3, 12, tzinfo=dt.UTC)
    data = {"came": "14", "summary": "We met.", **fields}
    return (client or site.rosa()).post(f"{site.path}/close", data=data)
