"""Links: which are safe to keep, where they stand in a line, and which open a meeting."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from typing import Final

_CONTROL: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff<>\"\\^`{|}]")
_WEB: Final = re.compile(r"https?://(?:[^/?#\s@]{1,200}@)?[^/?#\s@:.\[\]]+[^/?#\s@]*(?:[/?#].*)?\Z", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?:https?://|www\.|(?:[\w-]+\.)?zoom\.us/|meet\.google\.com/|meet\.jit\.si/|teams\.microsoft\.com/"
    r"|teams\.live\.com/"
    r"|youtu\.be/|vimeo\.com/|bit\.ly/|tinyurl\.com/)[^\s<>\"“”«»\[\]{}|\\^`]{2,2000}",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{0,30}:", re.IGNORECASE)
_MEETING: Final = re.compile(
    r"^https?://(?:[\w.-]*\.)?(?:zoom\.us|zoom\.com|zoomgov\.com|meet\.jit\.si|jitsi[\w.-]*"
    r"|meet\.google\.com|teams\.microsoft\.com"
    r"|teams\.live\.com|whereby\.com|webex\.com|gotomeeting\.com|gotomeet\.me|bigbluebutton[\w.-]*"
    r"|bbb[\w-]*\.[\w.-]+"
    r"|meet\.[\w.-]+|chat\.google\.com|8x8\.vc|senfcall\.de|kmeet[\w.-]*|facilitate\.[\w.-]+|talky\.io"
    r"|jitsi)(?:[/:?]|$)"
    r"|^https?://[^/]+/(?:bigbluebutton|b|rooms)/[\w-]+",
    re.IGNORECASE,
)
_VIDEO: Final = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:youtube\.com|youtu\.be|vimeo\.com|archive\.org|kanopy\.com|dailymotion\.com"
    r"|peertube[\w.-]*|tubi\.tv|filmin\.es|retinalatina\.org|cine\.ar|mubi\.com|netflix\.com"
    r"|odysee\.com)(?:[/:?]|$)",
    re.IGNORECASE,
)
_WRAPPED: Final = re.compile(
    r"https?://(?:(?:www\.)?google\.[a-z.]{2,6}/url\?(?:[^#]{0,200}&)?q=|(?:lm?\.)?facebook\.com/l\.php\?(?:[^#]{0,200}&)?u="
    r"|[\w.-]{1,60}safelinks\.protection\.outlook\.com/[^?#]{0,60}\?(?:[^#]{0,200}&)?url=)([^&#]+)",
    re.IGNORECASE,
)
"""A link that a site put around another: what it leads to."""
LONGEST: Final = 2_000
"""Characters of the longest link that is kept."""


@dataclass(slots=True, frozen=True)
class Link:
    """A link in a line: the text it stands under, from `start` to `end` of the line. `url` is None where the page
    names a link and leaves it out (`[LINK](#)`) or where it is not safe."""

    text: str
    url: str | None
    start: int
    end: int


def safe_link(url: str | None) -> str | None:
    """The link if it is http or https with a host and nothing that could break out of an attribute, else None.
    `www.…` and well-known hosts without a scheme get `https://`."""
    if not url:
        return None
    link = url.strip()
    if len(link) > LONGEST or _CONTROL.search(link):
        return None
    wrapped = _WRAPPED.match(link)
    if wrapped:
        link = urllib.parse.unquote(wrapped[1]) if not _SCHEME.match(wrapped[1]) or "%" in wrapped[1] else wrapped[1]
        if _CONTROL.search(link):
            return None
    if not _SCHEME.match(link) and _BARE.match(link):
        link = "https://" + link
    return link if _WEB.match(link) else None


def is_meeting(url: str) -> bool:
    """The link opens a video meeting (Zoom, Jitsi, Meet, Teams, BigBlueButton, and their like)."""
    return _MEETING.match(url) is not None


def is_video(url: str) -> bool:
    """The link shows a film."""
    return _VIDEO.match(url) is not None


def bare_links(text: str) -> list[Link]:
    """The links written out in a text, without the punctuation that follows them."""
    found = []
    for match in _BARE.finditer(text):
        if match.start() and (text[match.start() - 1].isalnum() or text[match.start() - 1] in "@/.-"):
            continue
        written = _trimmed(match.group())
        url = safe_link(written)
        if url:
            found.append(Link(written, url, match.start(), match.start() + len(written)))
    return found


def _trimmed(written: str) -> str:
    while written and (
        written[-1] in ".,;:!?'’*_~…" or (written[-1] == ")" and written.count("(") < written.count(")"))
    ):
        written = written[:-1]
    return written
