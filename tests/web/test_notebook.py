"""The notebook with a plain browser, and with what its script sends."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site

from comuna.kernel.refusal import Refused
from comuna.rules import discussion
from comuna.rules import gathering as rules
from comuna.rules.discussion import MomentReleased
from comuna.store import journal, notebook, people
from comuna.store.notebook import Note
from comuna.web.access import GUEST_COOKIE
from comuna.web.notebook import film_time
from comuna.web.notebook_shown import Shown, timeline

JSON = {"accept": "application/json"}


def write(who: TestClient, site: Site, n: int = 7, words: str = "The pump stands still", **fields: str) -> str:
    """Write a note with a plain form; returns its id."""
    note = an_id(n)
    answer = who.post(f"{site.path}/notebook/notes", data={"note": note, "words": words, **fields})
    assert answer.status_code == 200, answer.text
    return note


def kept(site: Site, who: TestClient) -> list[Note]:
    """What the store has of somebody's notes."""
    with site.world.store.read() as connection:
        me = people.participant(connection, site.world.gathering, who.cookies[GUEST_COOKIE])
        assert me is not None
        return notebook.notes(connection, me.handle)


def moments(site: Site) -> list[MomentReleased]:
    """What the session sees."""
    with site.world.store.read() as connection:
        return [said for _, said in journal.discussion(connection, site.world.gathering).moments()]


def release(who: TestClient, site: Site, note: str, n: int = 100, **fields: str) -> int:
    """Release a note; returns the status."""
    answer = who.post(f"{site.path}/notebook/notes/{note}/release", data={"entry": an_id(n), **fields})
    return answer.status_code


def close(site: Site) -> None:
    """Rosa closes the session."""
    site.world.act(
        lambda s: rules.close(
            s, by=site.world.rosa, gathering=site.world.gathering, came=3, coming=2, moments=0, answers=0, entries=0,
            takeaways=0, record="0" * 64,
        )
    )  # fmt: skip


def test_looking_makes_nobody_a_participant(site: Site) -> None:
    noor = site.visitor()
    page = noor.get(f"{site.path}/notebook")
    assert page.status_code == 200
    assert "Nothing noted yet." in page.text
    assert GUEST_COOKIE not in noor.cookies
    assert page.headers["cache-control"] == "no-store"


def test_a_note_with_a_plain_form(site: Site) -> None:
    noor = site.visitor()
    write(noor, site, mark="surprised", at="12:40", question="q1", column="g1")
    (note,) = kept(site, noor)
    assert (note.words, note.mark, note.seconds) == ("The pump stands still", "surprised", 760)
    assert (note.question, note.column) == ("q1", "g1")
    page = noor.get(f"{site.path}/notebook").text
    assert "00:12:40" in page
    assert "El Panal" in page


def test_a_note_sent_twice_is_kept_once(site: Site) -> None:
    noor = site.visitor()
    write(noor, site)
    write(noor, site)
    assert len(kept(site, noor)) == 1


def test_what_cannot_be_a_note_is_refused(site: Site) -> None:
    noor = site.visitor()
    to, note = f"{site.path}/notebook/notes", an_id(9)
    for fields, status, sentence in (
        ({"words": "  "}, 400, "There are no words in it yet."),
        ({"words": "x", "mark": "bored"}, 400, "There is no such mark."),
        ({"words": "x", "at": "12:99"}, 400, "That is not a time in the film."),
        ({"words": "x" * 2001}, 400, "That is too long"),
        ({"words": "x", "question": "q9"}, 404, "That question is not among this session"),
        ({"words": "x", "column": "g9"}, 404, "That group is not among those compared here."),
    ):
        answer = noor.post(to, data={"note": note, **fields})
        assert answer.status_code == status, fields
        assert sentence in unescape(answer.text)
    assert GUEST_COOKIE not in noor.cookies
    assert noor.post(to, data={"note": "../x", "words": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "seconds"), [("12:40", 760), ("1:02:03", 3723), ("0:12:40", 760), ("00:12:40", 760), ("90:00", 5400)]
)
def test_times_as_people_write_them(text: str, seconds: int) -> None:
    assert film_time(text) == seconds


@pytest.mark.parametrize(
    "text", ["12", "12:4", "-1:00", "1:60:00", "12:60", "25:00:00", "١٢:٤٠", "12:40 pm", "99999:00"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(Refused) as refused:
        film_time(text)
    assert refused.value.code == "note.bad_time"


def test_somebody_elses_note_stays_theirs(site: Site) -> None:
    noor, paz = site.visitor(), site.visitor()
    note = write(noor, site)
    write(paz, site, 8, "My own")
    assert paz.post(f"{site.path}/notebook/notes", data={"note": note, "words": "mine now"}).status_code == 403
    assert paz.post(f"{site.path}/notebook/notes/{note}/erase").status_code == 404
    assert release(paz, site, note) == 404
    assert paz.get(f"{site.path}/notebook?edit={note}").status_code == 404
    assert [n.words for n in kept(site, noor)] == ["The pump stands still"]
    assert "pump" not in paz.get(f"{site.path}/notebook").text


def test_editing_and_deleting_and_undoing(site: Site) -> None:
    noor = site.visitor()
    note = write(noor, site, at="1:00")
    form = noor.get(f"{site.path}/notebook?edit={note}").text
    assert "You are changing a note." in form
    assert 'value="00:01:00"' in form
    write(noor, site, words="The pump runs again", at="1:00")
    assert [n.words for n in kept(site, noor)] == ["The pump runs again"]
    answer = noor.post(f"{site.path}/notebook/notes/{note}/erase")
    assert "The note was deleted." in answer.text
    assert kept(site, noor) == []
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text.split('id="undoing"')[1])
    )
    noor.post(f"{site.path}/notebook/notes", data={k: fields[k] for k in ("note", "words", "mark", "at")})
    assert [(n.words, n.seconds) for n in kept(site, noor)] == [("The pump runs again", 60)]


def test_the_clock(site: Site, clock) -> None:
    noor = site.visitor()
    to = f"{site.path}/notebook/clock"
    noor.post(to, data={"runs": "yes"})
    clock.forward(seconds=760)
    assert "00:12:40" in noor.get(f"{site.path}/notebook").text
    write(noor, site, timed="clock")
    assert kept(site, noor)[0].seconds == 760
    noor.post(to, data={"runs": "no"})
    clock.forward(minutes=5)
    assert "00:12:40" in noor.get(f"{site.path}/notebook").text
    noor.post(to, data={"nudge": "-10"})
    assert "00:12:30" in noor.get(f"{site.path}/notebook").text
    noor.post(to, data={"at": "1:02:03"})
    assert "01:02:03" in noor.get(f"{site.path}/notebook").text
    for wrong in ({"at": "soon"}, {}, {"nudge": "999"}):
        assert noor.post(to, data=wrong).status_code == 400


def test_a_clock_that_was_never_touched_gives_no_time(site: Site) -> None:
    noor = site.visitor()
    write(noor, site, timed="clock")
    assert kept(site, noor)[0].seconds is None


def test_the_script_counts_edits(site: Site) -> None:
    noor = site.visitor()
    to, note = f"{site.path}/notebook/notes", an_id(7)
    first = noor.post(to, data={"note": note, "edit": "2", "words": "The pump st"}, headers=JSON).json()
    assert first["kept"] is True
    late = noor.post(to, data={"note": note, "edit": "1", "words": "The"}, headers=JSON).json()
    assert late["kept"] is False
    assert late["note"]["words"] == "The pump st"
    assert late["notebook"] == first["notebook"]
    data = noor.get(f"{site.path}/notebook/notes.json").json()
    assert [n["words"] for n in data["notes"]] == ["The pump st"]


def test_a_page_of_another_notebook_writes_nothing(site: Site) -> None:
    noor, paz = site.visitor(), site.visitor()
    write(noor, site)
    write(paz, site, 8, "Mine")
    mine = noor.get(f"{site.path}/notebook/notes.json").json()["notebook"]
    fields = {"note": an_id(10), "words": "for Noor only", "notebook": mine}
    answer = paz.post(f"{site.path}/notebook/notes", data=fields, headers=JSON)
    assert (answer.status_code, answer.json()["refused"]) == (409, "notebook.other")
    assert len(kept(site, paz)) == 1


def test_the_state_on_the_page_is_escaped(site: Site) -> None:
    noor = site.visitor()
    write(noor, site, words='"><script>alert(1)</script>')
    page = noor.get(f"{site.path}/notebook").text
    assert "<script>alert" not in page
    found = re.search(r'data-state="([^"]*)"', page)
    assert found
    assert json.loads(unescape(found[1]))["notes"][0]["words"] == '"><script>alert(1)</script>'


def test_the_shell_knows_nobody(site: Site) -> None:
    rosa = site.rosa()
    write(rosa, site, words="Rosa's secret")
    shell = rosa.get(f"{site.path}/notebook/shell").text
    assert "data-shell" in shell
    assert "secret" not in shell
    assert rosa.get(f"{site.path}/notebook/notes.json").json()["notebook"] not in shell
    worker = rosa.get("/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"


def test_releasing_without_and_with_a_name(site: Site) -> None:
    noor = site.visitor()
    first, second = write(noor, site, mark="stuck", at="2:00"), write(noor, site, 8, "The keys")
    assert release(noor, site, first, name="Noor") == 200
    assert release(noor, site, second, 101, named="yes", name="Noor") == 200
    assert [(m.words, m.mark, m.seconds, m.name) for m in moments(site)] == [
        ("The pump stands still", "stuck", 120, None),
        ("The keys", None, None, "Noor"),
    ]
    assert release(noor, site, second, 102, named="yes") == 400
    assert "Shown in the discussion." in noor.get(f"{site.path}/notebook").text


def test_releasing_twice_shows_once(site: Site) -> None:
    noor = site.visitor()
    note = write(noor, site)
    assert release(noor, site, note) == 200
    assert release(noor, site, note) == 200
    assert len(moments(site)) == 1
    assert release(noor, site, note, 101) == 200  # released anew: the first is taken back
    assert len(moments(site)) == 1


def test_taking_back_erases_the_words(site: Site) -> None:
    noor = site.visitor()
    note = write(noor, site)
    release(noor, site, note)
    for _ in range(2):
        assert noor.post(f"{site.path}/notebook/notes/{note}/take-back").status_code == 200
    assert moments(site) == []
    with site.world.store.read() as connection:
        assert all("pump" not in str(w.line) for w in journal.lines(connection, site.world.gathering))
    assert [n.words for n in kept(site, noor)] == ["The pump stands still"]


def test_a_change_does_not_reach_what_was_released(site: Site) -> None:
    noor = site.visitor()
    note = write(noor, site)
    release(noor, site, note)
    write(noor, site, words="The pump was repaired")
    assert [m.words for m in moments(site)] == ["The pump stands still"]
    assert 'data-fate="changed"' in noor.get(f"{site.path}/notebook").text
    assert release(noor, site, note, 101, edit="1") == 409  # not what its author saw
    assert release(noor, site, note, 101, edit="2") == 200
    assert [m.words for m in moments(site)] == ["The pump was repaired"]


def test_after_the_close_notes_stay_but_nothing_is_released(site: Site) -> None:
    noor = site.visitor()
    first, second = write(noor, site), write(noor, site, 8, "The keys")
    release(noor, site, first)
    close(site)
    assert release(noor, site, second, 101) == 409
    assert noor.post(f"{site.path}/notebook/notes/{first}/take-back").status_code == 409
    page = noor.get(f"{site.path}/notebook")
    assert "The keys" in page.text
    assert "Release to the session" not in page.text
    assert "The keys" in noor.get(f"{site.path}/notebook/notes.md").text
    write(noor, site, 9, "Afterwards")
    assert len(kept(site, noor)) == 3


def test_once_the_journal_is_erased_there_is_no_notebook(site: Site) -> None:
    noor = site.visitor()
    note = write(noor, site)
    close(site)

    def erase(tx) -> None:
        site.world.store.record(
            tx, site.world.book,
            lambda s: rules.expire_journal(s, by="system", gathering=site.world.gathering, lines=0, today="2029-01-01"),
            by="system",
        )  # fmt: skip
        people.erase_gathering(tx, site.world.gathering)

    site.world.store.write(erase)
    answer = noor.get(f"{site.path}/notebook")
    assert (answer.status_code, "its record stays." in answer.text) == (410, True)
    assert noor.post(f"{site.path}/notebook/notes", data={"note": note, "words": "x"}).status_code == 410


def test_markdown_shows_the_very_words(site: Site) -> None:
    noor = site.visitor()
    write(noor, site, words="# 1. *Who* pays_for [it](x)?", at="12:40", mark="inspired", column="own")
    answer = noor.get(f"{site.path}/notebook/notes.md")
    assert answer.headers["content-disposition"] == 'attachment; filename="notes-2027-02-23.md"'
    assert r"- **00:12:40** · *Inspired* \# 1\. \*Who\* pays\_for \[it\]\(x\)?" in answer.text
    assert "  - Circle of the Water Tower" in answer.text


def test_no_spreadsheet_takes_a_note_for_a_formula(site: Site) -> None:
    noor = site.visitor()
    for n, words in enumerate(('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", 'water, "light"\nair')):
        write(noor, site, n + 20, words)
    rows = list(csv.reader(io.StringIO(noor.get(f"{site.path}/notebook/notes.csv").content.decode("utf-8-sig"))))
    assert rows[0][0] == "Time"
    cells = [row[3] for row in rows[1:]]
    assert cells == ['\'=HYPERLINK("http://x")', "'+1", "'-1", "'@SUM(A1)", "'=1", 'water, "light"\nair']


def test_the_films_length_scales_the_timeline() -> None:
    moments = [Shown(note=Note(note=an_id(n), words="x", seconds=at)) for n, at in enumerate((0, 2820, None))]
    film = timeline(moments, 1410, 94)
    assert (film.length, [p.x for p in film.points], film.now) == (5640, ["0.00%", "50.00%"], "25.00%")
    assert [at for _, at in film.ticks] == [0, 1800, 3600, 5400]
    assert timeline(moments, 0, None).length == 3600
    longer = [Shown(note=Note(note=an_id(9), words="x", seconds=7200))]
    assert timeline(longer, 0, 94).length == 7800  # a note past the end still has its place
    assert all(len(timeline(longer, 0, minutes).ticks) <= 7 for minutes in range(1, 600))


def test_a_private_link_opens_the_notebook_elsewhere(site: Site) -> None:
    noor, phone = site.visitor(), site.visitor()
    write(noor, site)
    page = noor.post(f"{site.path}/notebook/link").text
    found = re.search(r'value="http://testserver([^"]*/open/[^"]*)"', page)
    assert found
    address = found[1]
    assert "<svg" in page
    before = phone.get(address)
    assert before.status_code == 200
    assert GUEST_COOKIE not in phone.cookies
    assert before.headers["referrer-policy"] == "strict-origin"
    assert "The pump stands still" in phone.post(address).text
    noor.post(f"{site.path}/notebook/link")
    assert phone.get(address).status_code == 403
    assert phone.post(address).status_code == 403
    assert phone.get(f"{site.path}/notebook/open/nonsense").status_code == 403


def test_opening_a_link_over_another_notebook_warns(site: Site) -> None:
    noor, paz = site.visitor(), site.visitor()
    write(noor, site)
    write(paz, site, 8, "Mine")
    found = re.search(r'value="http://testserver([^"]*/open/[^"]*)"', noor.post(f"{site.path}/notebook/link").text)
    assert found
    assert "another notebook with 1 note" in paz.get(found[1]).text
    assert "open here already" in noor.get(found[1]).text


def test_forgetting_on_this_device(site: Site) -> None:
    noor = site.visitor()
    write(noor, site)
    key = noor.cookies[GUEST_COOKIE]
    noor.post(f"{site.path}/notebook/forget")
    assert GUEST_COOKIE not in noor.cookies
    with site.world.store.read() as connection:
        assert people.participant(connection, site.world.gathering, key) is None


def test_a_sheet_for_paper(site: Site) -> None:
    answer = site.visitor().get(f"{site.path}/notebook/sheet.pdf")
    assert answer.content.startswith(b"%PDF")


def test_in_spanish(site: Site) -> None:
    noor = site.visitor("es")
    assert '<html lang="es">' in noor.get(f"{site.path}/notebook").text


def test_another_site_writes_nothing(site: Site) -> None:
    noor = site.visitor()
    write(noor, site)
    foreign = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    answer = noor.post(f"{site.path}/notebook/notes", data={"note": an_id(8), "words": "x"}, headers=foreign)
    assert answer.status_code == 403
    assert len(kept(site, noor)) == 1


def test_one_person_shows_no_more_than_one_person_may(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discussion, "MOST_EACH", 1)
    amaru = site.visitor()
    first, second = write(amaru, site, 7), write(amaru, site, 8, "And the well is dry")
    release(amaru, site, first, 100)
    assert release(amaru, site, second, 101) == 409
    assert len(moments(site)) == 1
