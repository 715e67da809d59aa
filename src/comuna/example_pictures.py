"""The pictures of an example group: vouchers, letters, and a house before, during and after the work on its roof."""

from __future__ import annotations

import textwrap
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

PAPER: Final = "#fbf8f0"
FONT: Final = Path(__file__).parent / "web" / "static" / "fonts" / "libertinus-serif-latin-600-normal.woff2"
INK: Final = "#2b2b33"
STAMP: Final = "#9a3b3b"
SKY: Final = {"before": "#c9d3da", "during": "#cfe3f2", "after": "#bfe3fb"}


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def picture(said: str) -> bytes:
    """What words describe: `house:<moment>`, or lines parted by `|` on a `letter:`, a paid `voucher:` or an unpaid
    `bill:`. A JPEG."""
    kind, _, rest = said.partition(":")
    drawn = _house(rest) if kind == "house" else _paper(rest.split("|"), kind)
    kept = BytesIO()
    drawn.save(kept, "JPEG", quality=72, optimize=True)
    return kept.getvalue()


def _paper(lines: list[str], kind: str) -> Image.Image:
    """A sheet with a head, lines and a stamp."""
    letter = kind == "letter"
    width, height = (620, 800) if letter else (480, 520)
    sheet = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(sheet)
    body = _font(21)
    pen.rectangle((14, 14, width - 15, height - 15), outline="#b9b2a0", width=2)
    size = next(size for size in range(30, 8, -1) if _font(size).getlength(lines[0]) <= width - 80)
    pen.text((40, 40), lines[0], fill=INK, font=_font(size))
    pen.line((40, 88, width - 40, 88), fill=INK, width=2)
    y = 112
    for line in lines[1:]:
        for part in textwrap.wrap(line, 52 if letter else 38):
            pen.text((40, y), part, fill=INK, font=body)
            y += 30
        y += 8
    if kind == "bill":
        return sheet
    where = (width - 190, height - 130, width - 50, height - 50)
    pen.rounded_rectangle(where, 10, outline=STAMP, width=4)
    pen.text((where[0] + 18, where[1] + 27), "RECIBIDO" if letter else "PAGADO", fill=STAMP, font=_font(22))
    return sheet


def _house(moment: str) -> Image.Image:
    """A small house: its roof is broken, half covered, or whole."""
    scene = Image.new("RGB", (720, 480), SKY[moment])
    pen = ImageDraw.Draw(scene)
    pen.polygon(((0, 300), (180, 190), (340, 290), (520, 170), (720, 300)), fill="#7f9d86")
    pen.rectangle((0, 330, 720, 480), fill="#a7b57e")
    pen.rectangle((180, 230, 540, 410), fill="#e9d3b0")
    pen.rectangle((330, 300, 400, 410), fill="#7a5a41")
    for x in (220, 440):
        pen.rectangle((x, 280, x + 60, 335), fill="#5d7f95", outline="#f7efe0", width=5)
    sheets = {"before": "#8a5c44", "during": "#8a5c44", "after": "#b5492f"}[moment]
    for n in range(10):
        x = 150 + 42 * n
        colour = "#b5492f" if moment == "during" and n < 5 else sheets
        if (moment == "before" and n in (2, 3, 7)) or (moment == "during" and n in (6, 7)):
            pen.line((x, 235, x + 60, 140), fill="#5b4636", width=6)
            continue
        pen.polygon(((x, 235), (x + 42, 235), (x + 78, 140), (x + 36, 140)), fill=colour, outline="#6d3326")
    return scene
