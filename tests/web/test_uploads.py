"""Pictures and vouchers, as telephones send them."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from comuna.kernel.refusal import Refused
from comuna.web.forms import Form
from comuna.web.uploads import EDGE, media_type, picture, voucher


def taken(size: tuple[int, int] = (3000, 2000), form: str = "JPEG") -> bytes:
    """A picture with the place where it was taken inside, turned on its side."""
    kept = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Whose camera"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", size, "olive").save(kept, form, exif=exif)
    return kept.getvalue()


def brought(**files: bytes) -> Form:
    return Form({}, files)


def test_a_picture_is_made_smaller_and_says_nothing_of_who_took_it() -> None:
    kept = picture(brought(photo=taken()))
    assert kept is not None
    assert b"Whose camera" not in kept
    image = Image.open(BytesIO(kept))
    assert (image.format, max(image.size), dict(image.getexif())) == ("JPEG", EDGE, {})
    assert image.width < image.height, "it is turned upright before the camera's words go"


def test_pictures_of_other_kinds_become_jpegs() -> None:
    kept = picture(brought(photo=taken((30, 20), "PNG")))
    assert kept is not None
    assert media_type(kept) == "image/jpeg"
    assert picture(brought()) is None


@pytest.mark.parametrize("wrong", [b"not a picture", b"\xff\xd8\xff\xe0 cut off", taken()[:2000], b"<svg onload=x/>"])
def test_what_is_no_picture_is_refused(wrong: bytes) -> None:
    with pytest.raises(Refused, match=r"upload\.no_picture"):
        picture(brought(photo=wrong))
    with pytest.raises(Refused, match=r"upload\.no_voucher"):
        voucher(brought(voucher=wrong))


def test_a_picture_that_unpacks_to_far_more_is_refused_unread() -> None:
    bomb = BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 200_000
    with pytest.raises(Refused, match=r"upload\.too_many_pixels"):
        picture(brought(photo=bomb.getvalue()))


def test_a_voucher_is_a_picture_or_a_pdf() -> None:
    pdf = b"%PDF-1.4 and so on"
    assert voucher(brought(voucher=pdf)) == pdf
    assert media_type(pdf) == "application/pdf"
    assert voucher(brought(voucher=taken((30, 20)))) is not None
    with pytest.raises(Refused, match=r"upload\.pdf_too_large"):
        voucher(brought(voucher=b"%PDF-" + bytes(9 * 2**20)))
