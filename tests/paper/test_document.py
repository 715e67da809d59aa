"""A document's Markdown shows every text literally: read back by a Markdown parser, the texts are what they were."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from comuna.paper.document import (
    Block,
    Bullets,
    Document,
    Fine,
    Heading,
    Paragraph,
    Picture,
    Quote,
    Table,
)

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

ALLOWED = ("text", "text_special", "softbreak", "hardbreak", "em_open", "em_close", "html_inline")

marks = st.text(alphabet="ab1 _*`#+-.)(=>[]!<|~&;:\\\n/\"'$x", max_size=24)
texts = st.one_of(marks, st.text(max_size=40))


def shown(tokens: list[Token]) -> str:
    """The text that a reader sees, spaces and line breaks as one space."""
    parts = []
    for token in tokens:
        for child in token.children or []:
            assert child.type in ALLOWED, child
            parts.append(" " if child.type.endswith("break") or child.type == "html_inline" else child.content)
        parts.append(" ")
    return flat("".join(parts))


def flat(text: str) -> str:
    text = re.sub("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", text)
    text = re.sub("[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]", "", text)
    return " ".join(text.split())


def types(tokens: list[Token]) -> list[str]:
    return [token.type for token in tokens if token.type.endswith("_open") and token.type != "paragraph_open"]


def read(*blocks: Block) -> list[Token]:
    tokens = READER.parse(Document(title="T", blocks=blocks).to_markdown())
    assert [token.type for token in tokens[:3]] == ["heading_open", "inline", "heading_close"]
    return tokens[3:]


@given(texts)
@example("1. one\n2. two")
@example("---\n===\n# x\n+ y")
@example("snake_case_word _a_ __b__ _")
@example("    code\n\tcode")
@example("<script>alert(1)</script> &amp; &#65; ![x](y) [z]: /u")
@example("a|b\n-|-\nc|d")
@example("ends with a backslash\\\nand goes on")
def test_a_paragraph_shows_its_text(text: str) -> None:
    tokens = read(Paragraph(text))
    assert shown(tokens) == flat(text)
    assert types(tokens) == []


@given(texts)
@example("1 #")
@example("0\xa0")
def test_a_heading_a_quote_and_small_print_show_their_text(text: str) -> None:
    said = flat(text)
    if not said:
        return
    assert shown(read(Heading(1, text))) == said
    assert types(read(Heading(2, text))) == ["heading_open"]
    assert shown(read(Quote(text))) == said
    assert types(read(Quote(text))) == ["blockquote_open"]
    assert shown(read(Fine(text))) == said


@given(st.lists(texts.filter(flat), min_size=1, max_size=4))
def test_a_list_keeps_its_items(items: list[str]) -> None:
    tokens = read(Bullets(tuple(items)))
    assert types(tokens) == ["bullet_list_open"] + ["list_item_open"] * len(items)
    assert shown(tokens) == " ".join(flat(item) for item in items)


@given(st.lists(st.lists(texts.filter(flat), max_size=3).map(tuple), min_size=3, max_size=3))
def test_a_table_keeps_its_cells(cells: list[tuple[str, ...]]) -> None:
    tokens = read(Table(("A", "B | b", "C"), (tuple(cells),)))
    inline = [token for token in tokens if token.type == "inline"]
    assert [shown([token]) for token in inline[:3]] == ["A", "B | b", "C"]
    assert [shown([token]) for token in inline[3:]] == [" ".join(flat(entry) for entry in cell) for cell in cells]


def test_a_whole_document_is_pretty() -> None:
    document = Document(
        title="Comuna Under Construction",
        subtitle="Tuesday, February 23, 2027",
        blocks=(
            Heading(1, "What was said"),
            Paragraph("First line\nsecond line\n\nnext paragraph"),
            Quote("They *argued* for an hour.", by="Ana", remark="00:12:40, surprised"),
            Bullets(("one", "two\nlines")),
            Table(("Question", "Maca"), ((("How?",), ("by hand", "slowly")), (("Why?",),)), caption="Compared"),
            Picture("<svg/>", "Three moments", file="film.svg"),
            Picture("<svg/>", "Three moments"),
            Fine("Frozen at closing."),
        ),
    )
    assert document.to_markdown() == (
        "# Comuna Under Construction\n\n"
        "*Tuesday, February 23, 2027*\n\n"
        "## What was said\n\n"
        "First line\\\nsecond line\n\nnext paragraph\n\n"
        "> They \\*argued\\* for an hour.\n>\n> — Ana · 00:12:40, surprised\n\n"
        "- one\n- two\\\n  lines\n\n"
        "**Compared**\n\n"
        "| Question | Maca |\n| --- | --- |\n| How? | by hand<br>slowly |\n| Why? |  |\n\n"
        "![Three moments](film.svg)\n\n"
        "*Three moments*\n\n"
        "*Frozen at closing.*\n"
    )


def test_a_row_longer_than_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="more cells"):
        Table(("A",), ((("1",), ("2",)),))
