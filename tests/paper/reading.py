"""What the tests need to read a PDF back."""

from __future__ import annotations

import io

from pypdf import PdfReader


def pages(made: bytes) -> list[str]:
    """The text of each page, its spaces and line breaks as one space, without the hyphens of line ends."""
    reader = PdfReader(io.BytesIO(made))
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages]


def sizes(made: bytes) -> list[tuple[int, int]]:
    """Each page's width and height in millimetres."""
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(made)).pages]
    return [(round(float(box.width) * 25.4 / 72), round(float(box.height) * 25.4 / 72)) for box in boxes]


def accessible(made: bytes) -> bool:
    """Whether the file claims PDF/UA, which the typesetter grants only to what passes its checks."""
    return b"pdfuaid" in made and b"/MarkInfo" in made
