"""Markdown is shown as safe HTML, and as plain text."""

from __future__ import annotations

import pytest

from comuna.announce.links import is_meeting, safe_link
from comuna.announce.markup import to_html


def test_links_are_marked_and_only_safe_ones_are_links() -> None:
    html = to_html("[a](https://example.org) [b](javascript:alert(1)) [c](mailto:a@example.org) [d](data:text/html,x)")
    assert 'href="https://example.org"' in html
    assert 'href="mailto:a@example.org"' in html
    assert 'rel="noopener nofollow"' in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_html_and_images_of_the_author_are_not_let_through() -> None:
    html = to_html(
        "<script>alert(1)</script> <b onclick=x>hi</b>\n\n![x](https://example.org/spy.png)\n\n<img src=x onerror=y>"
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "<b " not in html


def test_headings_stand_below_the_page_s_own() -> None:
    assert to_html("# One\n\n## Two\n\nThree\n===") == "<h3>One</h3>\n<h4>Two</h4>\n<h3>Three</h3>\n"
    assert "<h6>" in to_html("###### six")


def test_line_breaks_lists_and_tables_stay() -> None:
    assert "<br" in to_html("a\nb")
    assert "<li>" in to_html("- a\n- b")
    assert "<td>" in to_html("| a | b |\n|---|---|\n| 1 | 2 |")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " javascript:x",
        "data:x",
        "file:///etc/passwd",
        "https://",
        "http://a b",
        "#",
        "",
        None,
        "https://e.org/\n",
        "//e.org",
        'https://e.org/"onclick=x',
        "ftp://e.org",
        "https://" + "a" * 3_000,
    ],
)
def test_what_is_no_web_link_is_none(url: str | None) -> None:
    assert safe_link(url) in {None, "https://e.org/"}


def test_web_links_are_kept_as_they_are() -> None:
    for url in (
        "https://example.org/a?b=c&d=%20#e",
        "http://localhost:8000/x",
        "https://user@example.org/",
        "https://es.wikipedia.org/wiki/Comuna_(Venezuela)",
    ):
        assert safe_link(url) == url
    assert safe_link("zoom.us/j/1") == "https://zoom.us/j/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://us02web.zoom.us/j/1?pwd=x",
        "https://meet.jit.si/Room",
        "https://meet.google.com/abc-defg-hij",
        "https://teams.microsoft.com/l/meetup-join/x",
        "https://bbb.example.org/b/abc-def",
        "https://example.org/bigbluebutton/rooms/x",
    ],
)
def test_meetings_are_known_by_their_hosts(url: str) -> None:
    assert is_meeting(url)
    assert not is_meeting("https://example.org/zoom")
