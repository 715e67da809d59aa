"""Reading the codes of a printed page, as a phone does: the PDF becomes a picture, and the picture is searched."""

from __future__ import annotations

import pytest


def scanned(made: bytes, *, dots: int = 200) -> list[str]:
    """What the QR codes of a PDF say, printed at so many dots per inch. Skips where no reader of codes is installed."""
    pypdfium2, zxingcpp = pytest.importorskip("pypdfium2"), pytest.importorskip("zxingcpp")
    document = pypdfium2.PdfDocument(made)
    found = []
    for page in document:
        picture = page.render(scale=dots / 72).to_pil().convert("L")
        found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    document.close()
    return found
