"""`./comuna charter`: check a charter's text, list those that come with Comuna, show one in plain words."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from comuna import charter_messages, messages, shipped_charters
from comuna.charter_messages import HEADINGS, LABELS
from comuna.charter_problems import problem
from comuna.kernel.refusal import Refused
from comuna.language import Language, language, spoken
from comuna.rules import charter
from comuna.rules.charter import CONTRADICTORY, UNSPECIFIED, Charter, Problem, Provision, Source
from comuna.rules.charter_outline import Heading, Part, Told, count, outline
from comuna.rules.charter_words import LISTS, Said

WIDE = 100


def check(options: argparse.Namespace) -> int:
    """Print a line for each thing that is wrong with a charter, and return 1; or one line that sums it up."""
    words = spoken()
    found, problems = _read(options.file)
    for each in problems:
        where = f"{options.file}:{each.line}: " + (f"{each.place}: " if each.place else "")
        print(where + problem(words, each))
    if problems or found is None:
        return 1
    print(charter_messages.summary(words, count(found)))
    return 0


def _read(file: str) -> tuple[Charter | None, list[Problem]]:
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return charter.read(content.decode())
    except UnicodeDecodeError as error:
        return None, [Problem(content[: error.start].count(b"\n") + 1, "", "not_text")]


def list_charters(options: argparse.Namespace) -> int:
    """Print the kinds of charters that come with Comuna, with their titles. Returns 0."""
    words = spoken()
    kinds = shipped_charters.kinds()
    for kind, found in kinds.items():
        print(f"{kind.ljust(max(map(len, kinds)))}  {found.title[words.code]}")
    return 0


def show(options: argparse.Namespace) -> int:
    """Print a charter in plain words. Refuses charter.unknown, charter.unreadable."""
    words = language(options.language) if options.language else spoken()
    shipped = shipped_charters.kinds().get(options.charter)
    if shipped is not None:
        found: Charter | None = shipped
    else:
        path = Path(options.charter)
        if options.charter != "-" and not path.exists():
            raise Refused("charter.unknown", kind=options.charter)
        found, problems = _read(options.charter)
        if found is None or problems:
            raise charter.Unreadable(problems[0])
    width = shutil.get_terminal_size((WIDE, 40)).columns if sys.stdout.isatty() else WIDE
    print("\n".join(plain(words, found, width)))
    return 0


def plain(words: Language, found: Charter, width: int = WIDE) -> Iterator[str]:
    """A charter as lines of plain text."""
    yield found.title[words.code]
    if found.about:
        yield from textwrap.wrap(found.about[words.code], width)
    yield charter_messages.summary(words, count(found))
    for heading in outline(found):
        yield from _heading(words, heading, width)


def _heading(words: Language, heading: Heading, width: int) -> Iterator[str]:
    title = words.text(HEADINGS[heading.topic])
    yield from ("", title, "=" * len(title))
    for part in heading.parts:
        yield from _part(words, part, width)
    for each in heading.provisions:
        yield from _lines(getattr(each, words.code), _whence(words, each), width, "- ")


def _part(words: Language, part: Part, width: int) -> Iterator[str]:
    yield ""
    yield charter_messages.part(words, part)
    for told in part.told:
        yield from _told(words, told, width, "" if part.rule else words.text(LABELS[told.said.name]) + ": ")


def _told(words: Language, told: Told, width: int, label: str) -> Iterator[str]:
    said = told.said
    if told.subjects:
        label = ", ".join(each[words.code] for each in told.subjects) + ": "
    mark = "? " if said.state == UNSPECIFIED else "! " if said.state == CONTRADICTORY else "- "
    if said.state == CONTRADICTORY:
        yield from _lines(label + charter_messages.twice(words, len(said.lines)), "", width, mark)
        for reading, lines in zip(said.rule.readings, said.lines, strict=True):
            yield from _lines(messages.say_all(words, lines), _source(words, reading.source), width, "    * ")
    else:
        yield from _lines(label + _sentence(words, said), _whence(words, said.rule), width, mark)
    if said.state != UNSPECIFIED and charter.shown_only(said.place):
        yield f"    ({words.text('kept by the group itself')})"
    if said.rule.note:
        yield from textwrap.wrap(said.rule.note[words.code], width, initial_indent="    ", subsequent_indent="    ")


def _sentence(words: Language, said: Said) -> str:
    sentences = [messages.say(words, line) for line in said.lines[0]]
    if said.name in LISTS and said.state != UNSPECIFIED:
        return "; ".join(each.removesuffix(".") for each in sentences) + "."
    return " ".join(sentences)


def _lines(sentence: str, source: str, width: int, bullet: str) -> Iterator[str]:
    text = f"{sentence} [{source}]" if source else sentence
    yield from textwrap.wrap(text, width, initial_indent=bullet, subsequent_indent=" " * len(bullet))


def _source(words: Language, source: Source) -> str:
    return source if isinstance(source, str) else source[words.code]


def _whence(words: Language, rule: charter.Rule | Provision) -> str:
    """Where a rule comes from, and since when it holds."""
    return f"{_source(words, rule.source)}; {charter_messages.since(words, rule.valid_from)}"
