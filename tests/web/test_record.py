"""The record: what was said and shown, nothing hidden or taken back, in both languages, and its digest holds."""

from __future__ import annotations

import hmac
import io
import threading
from hashlib import sha256

import msgspec
import pypdf
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from tests.cast import AMARU, CIRCLE, an_id
from tests.web.conftest import Site
from tests.web.talk import answer, close, read, release, said

from comuna.kernel.act import act_in
from comuna.rules.gathering import GatheringClosed
from comuna.rules.record import Record
from comuna.store import book, schema
from comuna.web import record as web_record


@pytest.fixture
def path(site: Site) -> str:
    """The record's path."""
    return f"{site.path}/record"


def everything(site: Site, path: str) -> dict[str, str]:
    """The record in every form, as text."""
    client = site.visitor()
    pdf = pypdf.PdfReader(io.BytesIO(client.get(f"{path}.pdf").content))
    return {
        "page": BeautifulSoup(client.get(path).text, "lxml").get_text(" "),
        "markdown": client.get(f"{path}.md").text,
        "pdf": " ".join(" ".join(page.extract_text() for page in pdf.pages).split()),
        "data": client.get(f"{path}.json").json()["body"],
    }


def test_before_the_closing_there_is_no_record_and_a_way_to_it(site: Site, path: str):
    found = site.visitor().get(path)
    assert found.status_code == 404
    assert "There is no record yet." in found.text
    assert f'href="{site.path}/close"' not in found.text
    assert f'href="{site.path}/close"' in site.rosa().get(path).text
    for form in (".md", ".pdf", ".json"):
        assert site.visitor().get(path + form).status_code == 404


def test_what_was_said_is_in_every_form_and_what_was_hidden_or_taken_back_in_none(site: Site, path: str):
    amaru, rosa = site.visitor(), site.rosa()
    room = f"{site.path}/discussion"
    shown = answer(amaru, site, "Plainly said *so*.", name=AMARU)
    hidden = answer(amaru, site, "Elsa steals.")
    back = answer(amaru, site, "Forget this.", name="Never Mind")
    pump = release(site, "The pump breaks.", question="q1", column="g2", mark="surprised", seconds=760)
    secret = release(site, "Elsa again.")
    entry = {"question": "q2", "column": "g3", "words": "They share it.", "moments": [pump]}
    amaru.post(f"{site.path}/comparison", data=entry)
    amaru.post(f"{room}/takeaways", data={"words": "Mend it", "owner": "Inés", "due": "2027-03-01"})
    for each in (hidden, secret):
        rosa.post(f"{room}/entries/{each}/hide", data={"reason": "It names a neighbour."})
    amaru.post(f"{room}/entries/{back}/take-back")
    site.visitor().post(f"{room}/entries/{shown}/stance", data={"stance": "differs"})
    close(site, rosa, summary="We met.\n\nAnd left.")
    for form, text in everything(site, path).items():
        for kept in ("The pump breaks.", "They share it.", "Mend it", "Inés", "And left.", "It names a neighbour."):
            assert kept in text, (form, kept)
        for gone in ("Elsa", "Forget this.", "Never Mind"):
            assert gone not in text, (form, gone)
        assert "Plainly said" in text
        if form != "data":
            plain = text.replace("\u202f", " ")
            assert "this differs”: 1" in plain
            assert "Present: 14 people." in plain
            assert "held this session on Tuesday, February 23, 2027" in plain
    with site.world.store.read() as connection:
        lines = b"".join(connection.execute(sa.select(schema.journal.c.line)).scalars())
    assert b"Forget this." not in lines, "words taken back are nowhere"
    assert b"Never Mind" not in lines


def test_the_page_draws_the_film_and_the_table(site: Site, path: str):
    release(site, "The pump breaks.", question="q1", column="g2")
    close(site)
    page = read(site.visitor(), path)
    assert page.select_one(".film-picture .only-wide svg[role=img]")
    rows = page.select(".compare tbody tr")
    assert len(rows) == 3
    assert "moments: 1" in rows[0].text
    assert page.select_one("#moment-1 blockquote").text == "The pump breaks."


def test_a_record_speaks_the_readers_language_or_the_one_they_ask_for(site: Site, path: str):
    answer(site.visitor(), site, "Agua para todos.")
    close(site)
    spanish, english = site.visitor("es"), site.visitor()
    assert '<html lang="es">' in spanish.get(path).text
    assert "martes, 23 de febrero de 2027" in spanish.get(path).text
    assert "martes, 23 de febrero de 2027" in english.get(f"{path}?language=es").text
    assert "Tuesday, February 23, 2027" in spanish.get(f"{path}.md?language=en").text
    assert "martes, 23 de febrero de 2027" in english.get(f"{path}.md?language=es").text
    assert english.get(f"{path}?language=xx").status_code == 200


def test_anybody_can_recompute_the_digest_that_stands_in_the_book(site: Site, path: str):
    answer(site.visitor(), site, "Ñandú 🙂")
    close(site)
    data = site.visitor().get(f"{path}.json").json()
    key, message = bytes.fromhex(data["secret"]), data["domain"].encode() + data["body"].encode()
    computed = hmac.new(key, message, sha256).hexdigest()
    with site.world.store.read() as connection:
        act = act_in(book.envelopes(connection, data["book"])[data["act"]])
    assert isinstance(act, GatheringClosed)
    assert computed == act.record == data["digest"]
    record = msgspec.json.decode(data["body"], type=Record)
    assert record.answers[0].words == "Ñandú 🙂"
    assert (record.group, record.gathering) == (CIRCLE, site.world.gathering)
    assert data["digest"] in read(site.visitor(), path).text


def test_the_page_says_what_the_book_proves_and_what_it_does_not(site: Site, path: str):
    close(site)
    for text in (read(site.visitor(), path).text, site.visitor().get(f"{path}.md").text):
        assert "since a checkpoint that someone else holds" in text
        assert "It does not prove that whoever keeps the server wrote down the truth in the first place." in text


def test_a_record_is_made_of_the_frozen_text_alone(site: Site, path: str):
    answer(site.visitor(), site, "Frozen.")
    close(site)
    before = read(site.visitor(), path).select_one(".record-body").text
    store = site.world.store

    def tamper(tx):
        tx.execute(sa.delete(schema.journal))
        tx.execute(sa.update(schema.participants).values(name="Somebody else"))

    store.write(tamper)
    assert read(site.visitor(), path).select_one(".record-body").text == before
    assert said(site).size == 0


def test_a_record_whose_text_was_erased_says_so(site: Site, path: str):
    close(site)
    ref = site.world.state().gatherings[site.world.gathering].record
    site.world.store.write(lambda tx: tx.execute(sa.delete(schema.texts).where(schema.texts.c.ref == ref)))
    found = site.visitor().get(path)
    assert found.status_code == 410
    assert "The text of this record was erased." in found.text


def test_an_empty_session_has_a_record_too(site: Site, path: str):
    close(site, came="", summary="")
    text = everything(site, path)["page"]
    assert "Nobody counted who was present." in text
    assert "No takeaway was agreed." in text
    assert text.count("Nothing was written down on this question.") == 3


def test_a_record_too_long_for_paper_is_still_there_as_markdown(site: Site, path: str, monkeypatch: pytest.MonkeyPatch):
    answer(site.visitor(), site, "The assembly.")
    close(site)
    monkeypatch.setattr(web_record, "LARGEST_SET", 100)
    refused = site.visitor().get(f"{path}.pdf")
    assert refused.status_code == 413
    assert "Take it as Markdown instead." in refused.text
    assert "The assembly." in site.visitor().get(f"{path}.md").text


def test_those_who_ask_while_others_wait_for_a_pdf_are_told_at_once(site: Site, path: str, monkeypatch):
    close(site)
    monkeypatch.setattr(web_record, "_asking", threading.BoundedSemaphore(1))
    with web_record._asking:
        assert site.visitor().get(f"{path}.pdf").status_code == 503
    assert site.visitor().get(f"{path}.pdf").status_code == 200


def test_takeaways_stand_in_the_record_and_not_among_what_changed(site: Site):
    site.rosa().post(f"{site.path}/discussion/takeaways", data={"entry": an_id(3), "words": "Count the litres."})
    close(site)
    assert "Count the litres." not in read(site.visitor(), site.path).text
