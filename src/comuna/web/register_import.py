"""A register from a file: always a dry run first, then all of it or nothing; and the register as a file."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from comuna import messages, register_messages
from comuna.kernel.refusal import Refused
from comuna.rules import register as rules
from comuna.rules import register_file
from comuna.rules.cells import decoded
from comuna.store import enrolling
from comuna.store import register as rows
from comuna.web import register_words as said
from comuna.web.access import KeeperDoor

SHOWN: Final = 200
"""Mistakes that are shown."""
SAMPLE: Final = 20
"""New and changed rows that are shown."""


def show(door: KeeperDoor) -> Response:
    """How to bring a file."""
    with door.store.read() as connection:
        charter = door.store.charter(connection, door.book)
    return door.page(
        "register/import.html",
        rights=said.rights(door.words, charter, {}),
        units=said.units(door.words, charter),
        kinds=said.kinds(door.words),
    )


def dry_run(door: KeeperDoor) -> Response:
    """What a file, or what was pasted, would change, and everything that is wrong with it. Nothing is written."""
    content = door.form.files.get("table") or door.form.as_sent("text")
    return _shown(door, content)


def _shown(door: KeeperDoor, content: bytes | str, refused: Refused | None = None) -> Response:
    today = door.now.date()
    with door.store.read() as connection:
        charter = door.store.charter(connection, door.book)
        found = register_file.read(content, charter)
        planned = enrolling.plan(connection, door.book, found, today)
    text = content if isinstance(content, str) else decoded(content, [])[0]
    quarter = rules.quarter_of(today)
    words = door.words
    status, problem = messages.refusal(words, refused) if refused else (200, None)
    return door.page(
        "register/dry_run.html",
        status=status,
        problem=problem,
        encoding=found.encoding,
        unkept=[(each.column, words.text(register_messages.NOT_KEPT[each.why])) for each in found.unkept],
        problems=[(each.line, register_messages.problem(words, each)) for each in planned.problems[:SHOWN]],
        more=max(len(planned.problems) - SHOWN, 0),
        new=[said.shown(words, charter, row, quarter) for row in planned.new[:SAMPLE]],
        changed=[
            (said.shown(words, charter, each.before, quarter), said.shown(words, charter, each.after, quarter))
            for each in planned.changed[:SAMPLE]
        ],
        counts={
            "new": len(planned.new),
            "changed": len(planned.changed),
            "unchanged": planned.unchanged,
            "problems": len(planned.problems),
        },
        text=text,
        seen=planned.digest,
    )


def take_in(door: KeeperDoor) -> Response:
    """Write all of it. Where the register is another than the one that was shown, it is shown again."""
    content, seen = door.form.as_sent("text"), door.form.line("seen")
    with door.store.read() as connection:
        found = register_file.read(content, door.store.charter(connection, door.book))
    try:
        door.write(lambda tx: enrolling.take_in(tx, door.store.shelf, door.book, found, by=door.member, seen=seen))
    except Refused as refused:
        if refused.code not in ("register.not_taken_in", "register.changed_meanwhile", "register.unchanged"):
            raise
        return _shown(door, content, refused)
    return door.go(f"/g/{door.book}/register?done=import")


def template(door: KeeperDoor) -> Response:
    """An empty file with the columns that this group's register has."""
    with door.store.read() as connection:
        charter = door.store.charter(connection, door.book)
    return _file(",".join(register_file.template(charter)) + "\r\n", "template")


def export(door: KeeperDoor) -> Response:
    """The register as a file. Who came to what is not in it."""
    with door.store.read() as connection:
        charter = door.store.charter(connection, door.book)
        text = register_file.written(rows.every(connection, door.book), charter)
    return _file(text, "register")


def _file(text: str, name: str) -> Response:
    """With a mark at the beginning, so that spreadsheets know its encoding."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(("\ufeff" + text).encode(), media_type="text/csv; charset=utf-8", headers=headers)
