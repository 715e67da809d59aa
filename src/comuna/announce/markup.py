"""Markdown to HTML that is safe to show."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from comuna.announce.vocabulary import word_set

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS: Final = word_set("p br em strong a ul ol li blockquote code pre hr h3 h4 h5 h6 table thead tbody tr th td del")
_DEMOTED: Final = {f"h{n}": f"h{min(n + 2, 6)}" for n in range(1, 7)}
LONGEST: Final = 400_000
"""Characters of the longest Markdown that is rendered as such; a longer one is shown as it was written."""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable("table").disable("image")


@lru_cache(maxsize=512)
def to_html(markdown: str) -> str:
    """Sanitised HTML: links only to http, https and mailto and marked `nofollow`, no images, no HTML of the author's,
    headings from h3 down, since the page's own are h1 and h2."""
    import nh3

    if len(markdown) > LONGEST:
        return f"<pre>{nh3.clean_text(markdown)}</pre>"
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _DEMOTED[token.tag]
    html = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        html, tags=set(_TAGS), attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"}, link_rel="noopener nofollow",
    )  # fmt: skip
