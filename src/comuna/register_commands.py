"""`./comuna register`: who is on a group's register, from the command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from comuna import register_messages
from comuna.book_commands import one
from comuna.kernel.refusal import Refused
from comuna.language import Language, spoken
from comuna.opening import opened
from comuna.rules import register as rules
from comuna.rules import register_file
from comuna.rules.group import SYSTEM
from comuna.rules.register import Given
from comuna.store import enrolling, register

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a file."""
SHOWN: Final = 50
"""Problems that are printed."""


def register_list(options: argparse.Namespace) -> int:
    """Say who is on the register, and how many hold each right."""
    words = spoken()
    with opened(options.database) as store:
        book = one(store, options.group)
        today = store.clock().date()
        with store.read() as connection:
            rows = register.search(connection, book, " ".join(options.words), limit=rules.MOST_ROWS)
            counts = register.counts(connection, book, today)
        for row in rows:
            rights = " ".join(f"{right}:{since}" for right, since in row.rights.items())
            cells = (row.member, row.name or words.text("(organiser, no name yet)"), row.household or "", rights)
            print("\t".join(cells).rstrip())
        print(words.plural("%(n)s person", "%(n)s people", len(rows)), file=sys.stderr)
        for right, number in counts.items():
            name = rules.title(None, right).get(words.code, right)
            print(words.text("%(right)s, today: %(number)s", right=name, number=number), file=sys.stderr)
    return 0


def register_add(options: argparse.Namespace) -> int:
    """Write somebody into the register. Refuses register.*, name.*."""
    rights = {"voice": options.voice_from, "vote": options.vote_from}
    given = Given(
        name=options.name,
        household=options.household,
        kind=options.kind,
        unit=options.unit,
        rights={right: rules.quarter_from(since) for right, since in rights.items() if since},
    )
    with opened(options.database) as store:
        book = one(store, options.group)
        row = store.write(lambda tx: register.add(tx, store.shelf, book, given, by=SYSTEM))
        print(f"{row.member}\t{row.name}")
    return 0


def register_import(options: argparse.Namespace) -> int:
    """Take people in from a file: all of it, or nothing and everything that is wrong. Refuses register.*."""
    words = spoken()
    content = sys.stdin.buffer.read(LARGEST + 1) if options.file == "-" else _read(Path(options.file))
    if len(content) > LARGEST:
        raise Refused("form.too_large", limit=LARGEST // 2**20)
    with opened(options.database) as store:
        book = one(store, options.group)
        with store.read() as connection:
            charter = store.charter(connection, book)
            found = register_file.read(content, charter)
            planned = enrolling.plan(connection, book, found, store.clock().date())
        _say(words, found, planned)
        if planned.problems:
            raise Refused("register.not_taken_in")
        if options.dry_run:
            print(words.text("This was a dry run: nothing was written."))
            return 0
        progress = _Progress(words, len(planned.new) + len(planned.changed))
        store.write(lambda tx: enrolling.take_in(tx, store.shelf, book, found, by=SYSTEM, told=progress))
        progress.end()
        print(words.text("Taken in."))
    return 0


def _read(file: Path) -> bytes:
    with file.open("rb") as opened_file:
        return opened_file.read(LARGEST + 1)


def _say(words: Language, found: register_file.Found, planned: enrolling.Plan) -> None:
    """What a file would do."""
    print(words.text("Read as %(encoding)s.", encoding=found.encoding))
    for column in found.unkept:
        why = words.text(register_messages.NOT_KEPT[column.why])
        print(words.text("The column “%(column)s” is not kept: it looks like %(why)s.", column=column.column, why=why))
    for problem in planned.problems[:SHOWN]:
        said = register_messages.problem(words, problem)
        print(words.text("Line %(line)s: %(problem)s", line=problem.line, problem=said), file=sys.stderr)
    more = len(planned.problems) - SHOWN
    if more > 0:
        print(words.plural("and %(n)s more", "and %(n)s more", more), file=sys.stderr)
    print(
        words.text(
            "New: %(new)s. Changed: %(changed)s. As they are: %(unchanged)s. Mistakes: %(problems)s.",
            new=len(planned.new),
            changed=len(planned.changed),
            unchanged=planned.unchanged,
            problems=len(planned.problems),
        )
    )


class _Progress:
    """Says in the terminal how many rows are written."""

    def __init__(self, words: Language, rows: int) -> None:
        self._words, self._rows = words, rows

    def __call__(self, done: int) -> None:
        if sys.stderr.isatty():
            said = self._words.text("%(done)s of %(rows)s rows", done=done, rows=self._rows)
            print(f"\r{said}", end="\x1b[K", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Make room for what is said next."""
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def register_export(options: argparse.Namespace) -> int:
    """Write the register as CSV, for its owner alone. Refuses archive.exists."""
    words = spoken()
    with opened(options.database) as store:
        book = one(store, options.group)
        with store.read() as connection:
            rows = register.every(connection, book)
            text = register_file.written(rows, store.charter(connection, book))
    if options.file is None or str(options.file) == "-":
        sys.stdout.write(text.replace("\r\n", "\n"))
        return 0
    if options.file.exists():
        raise Refused("archive.exists", file=str(options.file))
    with os.fdopen(os.open(options.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(("\ufeff" + text).encode())
    print(words.plural("%(n)s person", "%(n)s people", len(rows)))
    print(
        words.text("Names can be read in this file: keep it where nobody looks, and delete it when it is not needed.")
    )
    return 0
