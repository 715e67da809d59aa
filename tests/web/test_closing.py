"""Closing a session: the draft, the count, one transaction for takeaways, closing and record; and the journal's end."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from tests.cast import AMARU, INES, an_id
from tests.web.conftest import Site
from tests.web.talk import answer, close, read, release, said

from comuna.kernel.act import act_in
from comuna.rules import gathering as g
from comuna.rules.gathering import GatheringClosed, JournalExpired, TakeawayAgreed
from comuna.store import book, journal, schema, texts
from comuna.store.expiry import expire_due


def acts(site: Site, kind: type) -> list:
    """The acts of a kind in the group's book."""
    with site.world.store.read() as connection:
        found = [act_in(e) for e in book.envelopes(connection, site.world.book)]
    return [act for act in found if isinstance(act, kind)]


def talk(site: Site) -> None:
    """A little of everything is said."""
    amaru = site.visitor()
    amaru.post(f"{site.path}/coming", data={"name": AMARU})
    entry = answer(amaru, site, "The assembly decides.")
    site.visitor().post(f"{site.path}/discussion/entries/{entry}/stance", data={"stance": "answers"})
    release(site, "The pump breaks.", question="q1", column="g2")
    amaru.post(f"{site.path}/comparison", data={"question": "q1", "column": "own", "words": "We drift."})
    amaru.post(f"{site.path}/discussion/takeaways", data={"words": "Mend it", "owner": INES, "due": "2027-03-01"})
    amaru.post(f"{site.path}/discussion/takeaways", data={"words": "Ask around"})


def test_only_a_facilitator_closes(site: Site):
    assert site.visitor().get(f"{site.path}/close").status_code == 403
    assert close(site, site.visitor()).status_code == 403
    assert site.world.state().gatherings[site.world.gathering].status == "called"
    assert close(site).status_code == 200


def test_the_form_drafts_a_summary_and_prefills_no_count(site: Site):
    talk(site)
    page = read(site.rosa(), f"{site.path}/close")
    assert not page.select_one("#came").get("value")
    assert "1 person had said they would come." in page.text
    draft = page.select_one("#summary").text
    assert "wrote down 1 moment, 1 answer and 1 entry comparing groups." in draft
    assert "On “Who decides?”, the most supported answer was: “The assembly decides”." in draft
    assert "What we take away: Mend it; Ask around." in draft
    assert "This cannot be undone" in page.text
    assert "Monday, May 24, 2027" in page.text, "90 days, as the charter says"
    assert "The pump breaks." in page.select_one(".preview").text


def test_a_session_still_to_come_says_so(site: Site):
    page = read(site.rosa(), f"{site.path}/close")
    assert "That day has not come yet." in page.text


def test_the_draft_is_in_the_sessions_language_not_the_readers(site: Site):
    rosa = site.rosa()
    rosa.headers["accept-language"] = "es"
    assert "We watched" in read(rosa, f"{site.path}/close").select_one("#summary").text


def test_closing_enters_totals_takeaways_and_the_record_in_the_book(site: Site):
    talk(site)
    close(site)
    (closed,) = acts(site, GatheringClosed)
    counts = (closed.came, closed.coming, closed.moments, closed.answers, closed.entries, closed.takeaways)
    assert counts == (14, 1, 1, 1, 1, 2)
    first, second = acts(site, TakeawayAgreed)
    assert (first.due, second.due, second.owner) == ("2027-03-01", None, None)
    with site.world.store.read() as connection:
        assert [texts.read(connection, ref) for ref in (first.what, first.owner, second.what)] == [
            "Mend it", INES, "Ask around",
        ]  # fmt: skip
        assert texts.read(connection, closed.record) is not None


@pytest.mark.parametrize(
    ("came", "status"),
    [("", 200), ("0", 200), ("-3", 400), ("many", 400), ("1000001", 400), ("9" * 30, 400), ("٣", 400)],
)
def test_the_count_is_a_number_or_nothing(site: Site, came: str, status: int):
    assert close(site, came=came).status_code == status
    assert [c.came for c in acts(site, GatheringClosed)] == ([int(came) if came else None] if status == 200 else [])


def test_a_summary_has_a_limit(site: Site):
    assert close(site, summary="x" * 8001).status_code == 400
    assert not acts(site, GatheringClosed)
    assert close(site, summary="x" * 8000).status_code == 200


def test_closing_twice_shows_the_record_and_changes_nothing(site: Site):
    talk(site)
    rosa = site.rosa()
    close(site, rosa)
    size = site.world.state().size
    again = close(site, rosa, came="99", summary="Another.")
    assert again.url.path == f"{site.path}/record"
    assert rosa.get(f"{site.path}/close").url.path == f"{site.path}/record"
    assert site.world.state().size == size
    assert "Another." not in again.text


def test_a_session_called_off_cannot_be_closed_until_it_is_reinstated(site: Site):
    talk(site)
    site.world.cancel()
    assert "nothing to close" in read(site.rosa(), f"{site.path}/close").text
    assert close(site).status_code == 409
    assert not acts(site, TakeawayAgreed), "all or nothing"
    site.world.reinstate()
    assert close(site).status_code == 200


def test_a_postponed_session_is_recorded_on_its_new_day_and_expires_from_its_closing(site: Site):
    page = site.world.page
    with site.world.store.read() as connection:
        ref = site.world.state().gatherings[site.world.gathering].page
        assert texts.read(connection, ref)

    def postpone(s):
        fields = {"date": "2027-03-02", "start": "18:00", "end": None, "zone": "America/Caracas"}
        return g.postpone(
            s, by=site.world.rosa, gathering=site.world.gathering, page=ref, reason=None, today="2026-11-01", **fields
        )

    site.world.act(postpone)
    close(site)
    record = read(site.visitor(), f"{site.path}/record").text.replace("\u202f", " ")
    assert "held this session on Tuesday, March 2, 2027, 6:00 PM (" in record
    assert "The session was postponed to Tuesday, March 2, 2027, 6:00 PM." in record
    assert page.announcement.title in record
    assert expire_due(site.world.store, dt.date(2027, 5, 31)) == 0, "it was closed on March 3"
    assert expire_due(site.world.store, dt.date(2027, 6, 1)) == 1


def test_when_its_day_comes_the_journal_and_everybody_in_it_are_erased_and_the_record_stays(site: Site):
    talk(site)
    close(site)
    amaru = site.visitor()
    before = read(amaru, f"{site.path}/record").select_one(".record-body").text
    lines = said(site).size
    assert expire_due(site.world.store, dt.date(2027, 5, 31)) == 0
    assert said(site).size == lines
    assert expire_due(site.world.store, dt.date(2027, 6, 1)) == 1
    assert expire_due(site.world.store, dt.date(2027, 6, 2)) == 0, "once"
    (expired,) = acts(site, JournalExpired)
    assert expired.lines == lines
    with site.world.store.read() as connection:
        for table in (schema.journal, schema.participants, schema.notes, schema.watches, schema.join_links):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0, table
    assert site.world.store.check() == 1
    assert read(amaru, f"{site.path}/record").select_one(".record-body").text == before


def test_only_what_is_due_expires(site: Site):
    other = site.world.call(an_id(50), date="2027-08-01")
    handle, _ = site.world.join(AMARU, gathering=other)
    answer(site.visitor(), site, "Soon gone.")
    store = site.world.store
    assert expire_due(store, dt.date(2027, 6, 1)) == 1
    with store.read() as connection:
        assert journal.discussion(connection, site.world.gathering).size == 0
        assert connection.execute(sa.select(schema.participants.c.handle)).scalars().all() == [handle]
    assert store.check() == 1


def test_the_closing_of_a_session_whose_page_changes_meanwhile_freezes_what_holds(site: Site):
    from tests.cast import session
    from tests.web.test_comparison import revise

    rosa = site.rosa()
    rosa.get(f"{site.path}/close")
    revise(site, session(questions=("Another question?",)))
    assert "Another question?" in close(site, rosa).text


def test_a_session_closed_before_its_day_is_not_said_to_have_been_held(site: Site):
    site.rosa().post(f"{site.path}/close", data={"came": "", "summary": ""})
    record = read(site.visitor(), f"{site.path}/record").text
    assert "held this session" not in record
    assert "closed it before that day came" in record


def test_a_number_that_cannot_be_is_said_beside_its_field_and_the_summary_stays(site: Site):
    talk(site)
    refused = close(site, came="many", summary="We met twice.")
    assert refused.status_code == 400
    assert "The number of those who came cannot be right." in refused.text
    assert "We met twice." in refused.text
    assert site.world.state().gatherings[site.world.gathering].status == "called"
