"""Sets type: a template of this folder and plain data become a PDF.

Texts reach a template only as data, read there with `json(bytes(sys.inputs.data))`; nothing that a person wrote
is ever part of a template's source. So `#panic("x")` is printed as it stands.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

FOLDER: Final = Path(__file__).parent
PAPERS: Final = {"a4": "a4", "letter": "us-letter"}
"""The paper sizes we print on, and their names in typst."""

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, and those that reorder or hide text around them: on paper they only ever mislead."""

_turn = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True, root=str(FOLDER))


def printable(text: str) -> str:
    """The text without characters that cannot be printed; every kind of line break becomes a newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNPRINTABLE.sub("", text)


def shorten(text: str, length: int) -> str:
    """The text on one line, at most `length` characters: cut after a word where one ends near, and then marked
    with an ellipsis."""
    text = " ".join(printable(text).split())
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    space = cut.rfind(" ")
    if space > length * 2 // 3:
        cut = cut[:space]
    return cut.rstrip(" ,;:.–—") + "…"


def address(url: str) -> str:
    """The address as people write it down: without its scheme, `www.`, query, fragment and final slash."""
    bare = re.sub(r"^[a-z]+://(www\.)?", "", printable(url).strip(), flags=re.IGNORECASE)
    return re.split(r"[?#]", bare, maxsplit=1)[0].rstrip("/")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _set(template: str, encoded: bytes) -> bytes:
    inputs = {"data": encoded.decode()}
    source = str(FOLDER / template)
    with _turn:  # one compiler keeps the fonts and templates; it refuses to be used by two threads at once
        try:
            made = _compiler().compile(input=source, format="pdf", sys_inputs=inputs, pdf_standards="ua-1")
        except typst.TypstError:
            # PDF/UA forbids characters that no embedded font has. They print as empty boxes, and the file, still
            # tagged, does not claim the standard.
            made = _compiler().compile(input=source, format="pdf", sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made


_kept = lru_cache(maxsize=64)(_set)


def pdf(template: str, data: Mapping[str, Any], *, keep: bool = False) -> bytes:
    """The PDF that `template` (a file name of this folder, `poster.typ`) makes of `data` (anything JSON can
    say). Tagged for screen readers, with embedded fonts only, byte for byte the same for the same data. With
    `keep` it stays at hand for the next who asks, as a public poster may and a secret must not. May be called
    from any thread; takes some tens of milliseconds, so not from the event loop."""
    make = _kept if keep else _set
    return make(template, msgspec.json.encode(_clean(data), order="sorted"))
