"""Atom feeds (RFC 4287): what a group has announced, for readers and other programs."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable

import msgspec

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Whatever is not a character of XML 1.0 (§2.2), or is one whose use it discourages (the C1 controls)."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `id` is a URI (`tag:` or `urn:`) that stays the same for ever; the times are aware; `summary`
    is plain text."""

    id: str
    title: str
    url: str
    updated: dt.datetime
    published: dt.datetime
    summary: str | None = None


def _allowed(text: str) -> str:
    """The text without the characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def _moment(moment: dt.datetime) -> str:
    """RFC 3339, in UTC, whole seconds. Refuses (ValueError) a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a feed's times need a zone")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = _allowed(text)


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": kind, "href": _allowed(href)})


def feed(
    title: str,
    *,
    url: str,
    self_url: str,
    updated: dt.datetime,
    entries: Iterable[Entry],
    id: str | None = None,
    author: str | None = None,
    language: str | None = None,
) -> bytes:
    """The feed (`application/atom+xml`) of these entries, in the order given. `url` is the page it accompanies
    and `self_url` where the feed itself is; its `id` is `self_url` unless another is given, its author the
    title. Refuses (ValueError) times without a zone."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    if language:
        root.set("xml:lang", language)
    _add(root, "id", id or self_url)
    _add(root, "title", title, type="text")
    _add(root, "updated", _moment(updated))
    _link(root, "self", self_url, "application/atom+xml")
    _link(root, "alternate", url, "text/html")
    writer = ET.SubElement(root, "author")
    _add(writer, "name", author or title)
    _add(root, "generator", "Comuna")
    for entry in entries:
        item = ET.SubElement(root, "entry")
        _add(item, "id", entry.id)
        _add(item, "title", entry.title, type="text")
        _add(item, "updated", _moment(entry.updated))
        _add(item, "published", _moment(entry.published))
        _link(item, "alternate", entry.url, "text/html")
        if entry.summary:
            _add(item, "summary", entry.summary, type="text")
    ET.indent(root, space=" ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
