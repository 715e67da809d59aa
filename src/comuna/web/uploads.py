"""Files that people bring: pictures, made smaller and freed of what the camera wrote into them; PDFs as they are."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from comuna.kernel.refusal import Refused
from comuna.web.forms import Form

EDGE: Final = 1600
"""Pixels of a picture's longer side, as it is kept."""
MOST_PIXELS: Final = 60_000_000
"""A picture that unpacks to more is refused before it is unpacked."""
LARGEST_PDF: Final = 8 * 2**20
JPEG, PDF = "image/jpeg", "application/pdf"
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")


def picture(form: Form, name: str = "photo") -> bytes | None:
    """The picture in a field, as a JPEG of at most `EDGE` pixels a side, without place, time or name of the camera;
    None if none was brought. Refuses upload.no_picture, upload.too_many_pixels."""
    brought = form.files.get(name)
    return _smaller(brought) if brought else None


def voucher(form: Form, name: str = "voucher") -> bytes | None:
    """The voucher in a field: a picture like `picture`, or a PDF as it is; None if none was brought. Refuses
    upload.no_voucher, upload.pdf_too_large, upload.too_many_pixels."""
    brought = form.files.get(name)
    if not brought:
        return None
    if brought.startswith(b"%PDF-"):
        if len(brought) > LARGEST_PDF:
            raise Refused("upload.pdf_too_large", limit=LARGEST_PDF // 2**20)
        return brought
    try:
        return _smaller(brought)
    except Refused as refused:
        raise Refused("upload.no_voucher") if refused.code == "upload.no_picture" else refused from None


def is_file(body: bytes) -> bool:
    """Whether this is a file as it is kept here: a JPEG or a PDF."""
    return body.startswith((b"\xff\xd8\xff", b"%PDF-"))


def media_type(body: bytes) -> str:
    """What a kept file is."""
    return PDF if body.startswith(b"%PDF-") else JPEG


def _smaller(brought: bytes) -> bytes:
    try:
        with Image.open(BytesIO(brought), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused("upload.too_many_pixels", limit=MOST_PIXELS // 1_000_000)
            image.draft("RGB", (EDGE, EDGE))  # a JPEG is unpacked no larger than need be
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise Refused("upload.too_many_pixels", limit=MOST_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError) as error:
        raise Refused("upload.no_picture") from error
    upright.thumbnail((EDGE, EDGE))
    upright.info.clear()  # Pillow writes a comment that it read
    kept = BytesIO()
    upright.save(kept, "JPEG", quality=82, optimize=True)
    return kept.getvalue()
