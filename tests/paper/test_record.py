"""Documents as PDF: nothing is lost, wide tables lie on their side, headers are repeated."""

from __future__ import annotations

from comuna.language import language
from comuna.paper.document import Bullets, Document, Fine, Heading, Paragraph, Picture, Quote, Table
from comuna.paper.record import record_pdf
from tests.paper.reading import accessible, pages, sizes

EN = language("en")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><circle cx="2" cy="1" r="1"/></svg>'
WIDE = Table(
    tuple(f"Column {n}" for n in range(7)),
    tuple(((f"Row {n}",), ("first entry", "second entry"), ("an entry about many things " * 4,)) for n in range(24)),
    caption="Seven columns",
)


def test_every_block_is_printed_as_it_stands() -> None:
    document = Document(
        title="The *record*",
        subtitle="of #panic()",
        blocks=(
            Heading(3, "Deep first"),
            Paragraph("Line one\nline two\n\nNext $x$"),
            Quote("They waited.", by="Ana", remark="00:12:40"),
            Bullets(("one thing", "another _thing_")),
            Table(("A", "B"), ((("1",), ("2", "3")), (("4",),)), caption="Small"),
            Picture(SVG, "A dot"),
            Fine("Small print"),
        ),
    )
    made = record_pdf(EN, document)
    [text] = pages(made)
    for part in (
        "The *record*",
        "of #panic()",
        "Deep first",
        "Line one line two",
        "Next $x$",
        "They waited.",
        "— Ana · 00:12:40",
    ):
        assert part in text
    for part in ("one thing", "another _thing_", "Small", "Small print", "Page 1 of 1"):
        assert part in text
    assert accessible(made)


def test_a_wide_table_lies_on_its_side_with_its_heading_and_repeats_its_header() -> None:
    blocks = (
        Paragraph("Before"),
        Heading(1, "Compared"),
        Paragraph("Lead"),
        WIDE,
        Fine("After it"),
        Heading(1, "Then"),
    )
    made = record_pdf(EN, Document(title="Record", blocks=blocks))
    texts, shapes = pages(made), sizes(made)
    assert shapes[0] == shapes[-1] == (210, 297)
    assert len(shapes) > 3
    assert set(shapes[1:-1]) == {(297, 210)}
    assert "Compared" not in texts[0]
    assert texts[1].startswith("Compared Lead Seven columns")
    assert all("Column 0" in text and "Column 6" in text for text in texts[1:-1])
    assert "After it" in texts[-2]
    assert "Then" in texts[-1]
    everything = " ".join(texts)
    assert all(f"Row {n} " in everything for n in range(24))
    assert f"Page 1 of {len(texts)}" in texts[0]
    assert accessible(made)


def test_a_row_longer_than_a_page_is_broken_and_not_lost() -> None:
    entries = tuple(f"entry number {n} with some words to fill a line or two" for n in range(300))
    texts = pages(record_pdf(EN, Document(title="R", blocks=(Table(("A", "B"), ((("row",), entries),)),))))
    assert len(texts) > 3
    assert "number 299" in texts[-1]


def test_an_empty_document_and_words_without_end_are_no_trouble() -> None:
    assert len(pages(record_pdf(EN, Document(title="Empty")))) == 1
    long = Document(
        title="t" * 400, subtitle="s" * 400, blocks=(Paragraph("w" * 10_000), Table(("A", "B"), ((("x" * 3000,),),)))
    )
    assert pages(record_pdf(EN, long))
