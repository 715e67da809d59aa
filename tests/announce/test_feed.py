"""Atom feeds: read back by an XML parser, they hold what RFC 4287 asks for."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.announce.feed import Entry, feed

ATOM = "{http://www.w3.org/2005/Atom}"
NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
URL = "https://comuna.example.org/g/circle"

ENTRY = Entry(
    id="tag:comuna.example.org,2026:k3v9",
    title="Building a <commune> & more",
    url="https://comuna.example.org/s/k3v9?a=1&b=2",
    updated=NOW,
    published=NOW - dt.timedelta(days=1),
    summary="We watch a film.",
)


def read(*entries: Entry, title: str = "Circle", **more: str) -> ET.Element:
    return ET.fromstring(feed(title, url=URL, self_url=f"{URL}.atom", updated=NOW, entries=entries, **more))


def text(element: ET.Element, name: str) -> str | None:
    return element.findtext(ATOM + name)


def test_a_feed_has_what_the_standard_asks_for() -> None:
    root = read(ENTRY, language="es")
    assert root.tag == ATOM + "feed"
    assert text(root, "id") == f"{URL}.atom"
    assert text(root, "title") == "Circle"
    assert text(root, "updated") == "2026-11-22T14:30:00Z"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Circle"
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "es"
    links = {link.attrib["rel"]: link.attrib["href"] for link in root.findall(ATOM + "link")}
    assert links == {"self": f"{URL}.atom", "alternate": URL}


def test_an_entry_has_what_the_standard_asks_for() -> None:
    [entry] = read(ENTRY).findall(ATOM + "entry")
    assert text(entry, "id") == ENTRY.id
    assert text(entry, "title") == ENTRY.title
    assert text(entry, "updated") == "2026-11-22T14:30:00Z"
    assert text(entry, "published") == "2026-11-21T14:30:00Z"
    assert text(entry, "summary") == ENTRY.summary
    assert entry.find(ATOM + "link").attrib["href"] == ENTRY.url


def test_the_feeds_own_id_and_author_can_be_given() -> None:
    root = read(id="urn:uuid:1", author="The circle")
    assert text(root, "id") == "urn:uuid:1"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "The circle"
    assert root.findall(ATOM + "entry") == []


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        feed("T", url=URL, self_url=URL, updated=NOW.replace(tzinfo=None), entries=())


@given(st.text(), st.text())
def test_any_text_is_well_formed_and_kept(title: str, summary: str) -> None:
    def kept(said: str) -> str:
        said = re.sub("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", said)
        return said.replace("\r\n", "\n").replace("\r", "\n")

    entry = Entry(id="urn:x:1", title=title, url=URL, updated=NOW, published=NOW, summary=summary)
    [found] = read(entry, title=title).findall(ATOM + "entry")
    assert (text(found, "title") or "") == kept(title)
    assert (text(found, "summary") or "") == kept(summary)
