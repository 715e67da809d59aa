"""What happens between the opening of a door and the writing: the door's view of things is old by then."""

from __future__ import annotations

import datetime as dt

import pytest
from starlette.requests import Request
from tests.cast import an_id
from tests.web.conftest import URL, Site
from tests.web.talk import answer
from tests.web.test_session import announced

from comuna.app import build
from comuna.kernel.refusal import Refused
from comuna.rules import discussion
from comuna.settings import Settings
from comuna.store import people, schema
from comuna.store.expiry import expire_due
from comuna.web import changing, notebook
from comuna.web.access import ORGANISER_COOKIE, FacilitatorDoor
from comuna.web.forms import Form
from comuna.web.notebook import NotebookDoor


def request(site: Site, cookie: str = "") -> Request:
    """A request as it reaches a door."""
    scope = {"type": "http", "method": "POST", "path": site.path, "query_string": b"", "scheme": "http"}
    headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
    app = build(site.world.store, Settings(url=URL))
    return Request({**scope, "headers": headers, "path_params": {"gathering": site.world.gathering}, "app": app})


def test_nobody_enters_a_session_whose_journal_was_erased_meanwhile(site: Site):
    door = NotebookDoor(request(site), Form({"note": [an_id(7)], "words": ["late"]}))
    expire_due(site.world.store, dt.date(2027, 9, 1))
    with pytest.raises(Refused, match=r"journal\.expired"):
        notebook.keep(door)
    with site.world.store.read() as connection:
        assert connection.execute(schema.participants.select()).all() == []


def test_an_edit_keeps_the_day_to_which_the_session_was_moved_meanwhile(site: Site):
    key = site.world.store.write(lambda tx: people.key_for_account(tx, site.world.account, "browser"))
    form = Form({name: [value] for name, value in {**announced(), "title": "Water, again"}.items()})
    door = FacilitatorDoor(request(site, f"{ORGANISER_COOKIE}={key}"), form)
    times = {"date": "2027-03-02", "start": "18:00", "end": "19:30", "zone": "America/Caracas"}
    site.rosa().post(f"{site.path}/postpone", data=times)
    changing.edit(door)
    page = site.visitor().get(site.path).text
    assert "Water, again" in page
    assert "Tuesday, March 2, 2027" in page
    assert site.world.state().gatherings[site.world.gathering].date == "2027-03-02"
    after = FacilitatorDoor(request(site, f"{ORGANISER_COOKIE}={key}"), Form({}))
    assert after.session.announcement.date == "2027-03-02"


def test_one_person_answers_no_more_than_one_person_may(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discussion, "MOST_EACH", 1)
    amaru = site.visitor()
    answer(amaru, site, "Once.")
    form = {"entry": an_id(9), "question": "q1", "words": "Twice."}
    assert amaru.post(f"{site.path}/discussion/answers", data=form).status_code == 409
