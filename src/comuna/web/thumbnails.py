"""Kept pictures, small enough for a list."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

SMALL: Final = 320
"""Pixels of a small picture's longer side."""


def thumbnail(body: bytes, edge: int = SMALL) -> bytes:
    """A picture that `uploads` kept, as a JPEG of at most `edge` pixels a side."""
    with Image.open(BytesIO(body), formats=["JPEG"]) as image:
        image.draft("RGB", (edge, edge))
        small = image.convert("RGB")
    small.thumbnail((edge, edge))
    kept = BytesIO()
    small.save(kept, "JPEG", quality=78, optimize=True)
    return kept.getvalue()
