"""The text of a file, line by line: whatever its encoding, and never more of it in memory than one line."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterator
from typing import IO, Final

from comuna.kernel.refusal import Refused

CHUNK: Final = 1 << 20
LONGEST_LINE: Final = 1 << 20
SAMPLE: Final = 1 << 16
EVERY: Final = 1 << 14
"""Lines between two reports of progress."""

Progress = Callable[[int], None]
"""Is told how many bytes have been read."""


def nothing(_read: int) -> None:
    """Progress that nobody watches."""


def text_of(file: IO[bytes]) -> io.TextIOWrapper:
    """The file as text, from its beginning: UTF-8 or UTF-16, with or without a mark at the beginning; Latin-1 where it
    is neither. Refuses what is no text."""
    file.seek(0)
    begin = file.read(SAMPLE)
    if not begin:
        raise Refused("ballots.empty")
    if begin[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise Refused("ballots.spreadsheet")
    encoding = _encoding(file, begin)
    file.seek(0)
    return io.TextIOWrapper(file, encoding, errors="strict", newline="")  # type: ignore[type-var]


def _encoding(file: IO[bytes], begin: bytes) -> str:
    if begin.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in begin:
        odd, even = begin[1::2].count(0), begin[0::2].count(0)
        if max(odd, even) * 4 < len(begin) // 2 or min(odd, even) * 8 > max(odd, even):
            raise Refused("ballots.binary")
        encoding = "utf-16-le" if odd > even else "utf-16-be"
    else:
        encoding = "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                raise Refused("ballots.binary")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise Refused("ballots.binary") from error
        file.seek(0)
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                raise Refused("ballots.binary") from None
        return "latin-1"
    return encoding


def lines(text: io.TextIOWrapper, progress: Progress) -> Iterator[str]:
    """The lines. Refuses one that is longer than any line of ballots."""
    raw = text.buffer
    for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), 1):
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise Refused("ballots.line_too_long", line=number)
        if number % EVERY == 0:
            progress(raw.tell())
        yield line


class Rows:
    """The rows of a CSV file that are not empty; `line` is the line on which the last one ended."""

    def __init__(self, text: io.TextIOWrapper, progress: Progress) -> None:
        self._text, self._progress = text, progress
        self._delimiter = _delimiter(next((line for line in lines(text, nothing) if line.strip()), ""))
        self._begin()

    def sample(self, count: int) -> list[list[str]]:
        """The first rows; then it begins anew."""
        self._begin()
        found = list(itertools.islice(self, count))
        self._begin()
        return found

    def _begin(self) -> None:
        self._text.seek(0)
        self._reader = csv.reader(lines(self._text, self._progress), delimiter=self._delimiter, strict=True)

    @property
    def line(self) -> int:
        return self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for row in self._reader:
                if any(row) and any(map(str.strip, row)):
                    yield row
        except csv.Error as error:
            raise Refused("ballots.bad_csv", line=self._reader.line_num) from error


def _delimiter(line: str) -> str:
    """What separates the fields of a line: whichever of comma, semicolon and tab it has most of outside quotation
    marks."""
    bare = "".join(line.split('"')[0::2])
    return max(",;\t", key=bare.count)
