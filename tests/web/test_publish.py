"""Paste your page, see what was read, correct it, publish."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from tests.web.conftest import Site

from comuna.store import schema

PAGE = """Cine-foro: La ciudad y el agua
Organiza: Círculo del Tanque
Jueves 4 de marzo de 2027, de 18:30 a 20:00 (UTC-4)
Lugar: Biblioteca del barrio

Preguntas guía:
- ¿Quién decide?
- ¿Quién paga?
"""
FORM = {
    "gathering": "b" * 26,
    "title": "La ciudad y el agua",
    "group": "Círculo del Tanque",
    "date": "2027-03-04",
    "start": "18:30",
    "end": "20:00",
    "zone": "America/Caracas",
    "question-rows": "2",
    "question-0": "¿Quién decide?",
    "question-1": "¿Quién paga?",
}


def count(site: Site, table: sa.Table) -> int:
    with site.world.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_the_preview_shows_the_source_beside_what_was_read(site: Site):
    page = site.rosa().post("/new/preview", data={"source": PAGE})
    assert page.status_code == 200
    assert 'value="2027-03-04"' in page.text
    assert 'value="18:30"' in page.text
    assert "¿Quién paga?" in page.text
    assert re.search(r'<li id="line-3" class="went">', page.text)
    assert count(site, schema.gatherings) == 1


def test_a_file_is_read_like_a_pasted_page(site: Site):
    files = {"file": ("page.md", PAGE.encode(), "text/markdown")}
    assert 'value="2027-03-04"' in site.rosa().post("/new/preview", data={"source": ""}, files=files).text


def key_on(page: str) -> str:
    """The recovery key that a page shows."""
    return re.search(r'class="recovery time">([A-Z2-7 ]+)<', page)[1]


def test_publishing_founds_a_new_group_and_shows_its_recovery_key_once(site: Site):
    rosa = site.rosa()
    published = rosa.post("/new/publish", data=FORM)
    assert "recovery key" in published.text
    key = key_on(published.text)
    with site.world.store.read() as connection:
        everything = b"".join(connection.execute(sa.select(schema.acts.c.leaf)).scalars())
    assert key.replace(" ", "").encode() not in everything
    assert "La ciudad y el agua" in site.visitor().get(f"/s/{FORM['gathering']}").text


def test_sent_twice_it_is_published_once(site: Site):
    rosa = site.rosa()
    first = rosa.post("/new/publish", data=FORM)
    lost = rosa.post("/new/publish", data=FORM)
    assert key_on(lost.text) == key_on(first.text)
    rosa.post("/new/recovery", data={"gathering": FORM["gathering"]})
    again = rosa.post("/new/publish", data=FORM)
    assert again.url.path == f"/s/{FORM['gathering']}"
    assert count(site, schema.gatherings) == 2
    assert count(site, schema.heads) == 2


def test_a_group_that_is_known_keeps_its_book(site: Site):
    site.rosa().post("/new/publish", data={**FORM, "group": " circle of the  WATER tower "})
    assert count(site, schema.heads) == 1
    assert count(site, schema.gatherings) == 2


def test_more_rows_come_without_scripts_and_nothing_is_lost(site: Site):
    page = site.rosa().post("/new/publish", data={**FORM, "more": "question", "title": ""})
    assert page.status_code == 200
    assert page.text.count('id="question-') >= 5
    assert "¿Quién paga?" in page.text
    assert count(site, schema.gatherings) == 1


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("title", "needs a title"), ("group", "needs a group"), ("date", "needs a day"), ("start", "time at which it"),
     ("zone", "needs a time zone")],
)  # fmt: skip
def test_what_a_session_needs_is_asked_for(site: Site, missing: str, sentence: str):
    refused = site.rosa().post("/new/publish", data={**FORM, missing: ""})
    assert refused.status_code == 400
    assert sentence in refused.text
    assert "¿Quién decide?" in refused.text
    assert count(site, schema.gatherings) == 1


@pytest.mark.parametrize(
    ("source", "status", "sentence"),
    [
        ("", 400, "The page is empty"),
        ("  \n \n", 400, "The page is empty"),
        ("\x00\x01\x02PNG", 400, "This is not text"),
        ("a" * 3_000_000, 413, "That page is too long"),
        ("a" * 10_000_000, 413, "more than can be sent at once"),
    ],
)
def test_pages_that_cannot_be_read_are_refused_with_a_sentence(site: Site, source: str, status: int, sentence: str):
    refused = site.rosa().post("/new/preview", data={"source": source})
    assert refused.status_code == status
    assert sentence in refused.text
    assert count(site, schema.gatherings) == 1


def test_a_page_with_scripts_in_it_is_shown_as_text(site: Site):
    rosa = site.rosa()
    nasty = "<script>alert(1)</script> **bold** [x](javascript:alert(2)) <img src=x onerror=alert(3)>"
    preview = rosa.post("/new/preview", data={"source": f"Title\n\n{nasty}"})
    rosa.post("/new/publish", data={**FORM, "description": nasty, "title": nasty})
    shown = site.visitor().get(f"/s/{FORM['gathering']}")
    for page in (preview.text, shown.text):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
    assert "<strong>bold</strong>" in shown.text


@pytest.mark.parametrize("id", ["", "x/../y", "B" * 26, "b" * 27])
def test_a_session_gets_no_id_but_one_of_ours(site: Site, id: str):
    assert site.rosa().post("/new/publish", data={**FORM, "gathering": id}).status_code == 400
    assert count(site, schema.gatherings) == 1


def test_only_organisers_make_sessions(site: Site):
    visitor = site.visitor()
    assert visitor.get("/new").status_code == 403
    assert visitor.post("/new/publish", data=FORM).status_code == 403
    assert count(site, schema.gatherings) == 1
