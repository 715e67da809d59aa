"""The register, for the group's facilitators: who is on it, one row, adding, correcting, leaving."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.rules import register as rules
from comuna.rules.charter import Charter
from comuna.rules.register import Row
from comuna.store import cards, entering
from comuna.store import register as rows
from comuna.web import register_door
from comuna.web import register_words as said
from comuna.web.access import KeeperDoor

PAGE: Final = 50
"""Rows on a page."""


def charter_of(door: KeeperDoor) -> Charter:
    """The charter that holds."""
    with door.store.read() as connection:
        return door.store.charter(connection, door.book)


def show(door: KeeperDoor) -> Response:
    """Who is on it, found by words and narrowed down; what waits; the door."""
    query = door.request.query_params
    words, kind, right = (query.get(name, "")[:100] for name in ("q", "kind", "right"))
    start = max(int(query["from"]), 0) if query.get("from", "").isdecimal() and len(query["from"]) < 7 else 0
    charter, today = charter_of(door), door.now.date()
    narrowed = {
        "kind": kind if kind in rules.KINDS else None,
        "right": right if right in rules.rights_of(charter) else None,
        "on": today,
    }
    with door.store.read() as connection:
        found = rows.found(connection, door.book, words, **narrowed)
        some = rows.search(connection, door.book, words, **narrowed, limit=PAGE, offset=start)
        everybody = rows.found(connection, door.book)
        counts = rows.counts(connection, door.book, today)
        waiting = entering.waiting(connection, door.book)
        alike = {
            each.id: rows.same(connection, door.book, each.name, each.household or "") for each in waiting if each.name
        }
        asking = {each.member: rows.row(connection, door.book, each.member) for each in waiting if each.member}
        opened = entering.door_of(connection, door.book)
        rolls = rows.frozen_rolls(connection, door.book)
        uncarded = len(cards.without(connection, door.book)) if everybody <= PAGE * 20 else None
    quarter = rules.quarter_of(today)
    return door.page(
        "register/list.html",
        rows=[said.shown(door.words, charter, row, quarter) for row in some],
        found=found,
        start=start,
        page=PAGE,
        everybody=everybody,
        empty=not any(row.name for row in some) and found == everybody,
        rights=said.rights(door.words, charter, counts),
        kinds=said.kinds(door.words),
        asked={"q": words, "kind": kind, "right": right},
        done=query.get("done", ""),
        waiting=waiting,
        rolls=rolls,
        alike=alike,
        asking=asking,
        opened=opened,
        opened_kind=said.kind(door.words, opened.kind) if opened else "",
        uncarded=uncarded,
        join_code=register_door.code_picture(door, opened) if opened else "",
        join_address=door.url(f"/g/{door.book}/join/{opened.code}") if opened else "",
        quarter=said.quarter(door.words, quarter),
    )


def roll(door: KeeperDoor) -> Response:
    """What has changed since a gathering's roll was frozen, right by right. Refuses: gathering.unknown."""
    gathering = door.request.path_params["gathering"]
    charter, today = charter_of(door), door.now.date()
    told = []
    with door.store.read() as connection:
        date = dict(rows.frozen_rolls(connection, door.book)).get(gathering)
        if date is None:
            raise Refused("gathering.unknown")
        for right in said.rights(door.words, charter, {}):
            changes = rows.changes_since(connection, door.book, gathering, right.name, today)
            then = rows.roll_count(connection, gathering, right.name)
            added, removed = (
                [(member, rows.row(connection, door.book, member)) for member in members]
                for members in (changes.added, changes.removed)
            )
            told.append((right, then, added, removed))
    return door.page("register/roll.html", gathering=gathering, date=date, told=told)


def _form(door: KeeperDoor, row: Row | None, status: int = 200, refused: Refused | None = None) -> Response:
    charter = charter_of(door)
    with door.store.read() as connection:
        card = cards.since(connection, door.book, row.member) if row else None
        asked = entering.of_member(connection, door.book, row.member) if row else []
    written = {name: values[-1] for name, values in door.form.fields.items() if values}
    fresh = {"kind": "member"} if row is None else said.fields(door.words, row)
    problem = messages.refusal(door.words, refused)[1] if refused else None
    quarter = rules.quarter_of(door.now.date())
    context: dict[str, Any] = {
        "row": said.shown(door.words, charter, row, quarter) if row else None,
        "fields": written if refused else fresh,
        "rights": said.rights(door.words, charter, {}),
        "units": said.units(door.words, charter),
        "kinds": said.kinds(door.words),
        "quarter": said.quarter(door.words, quarter),
        "problem": problem,
        "code": refused.code if refused else "",
        "card": card,
        "asked": asked,
        "saved": door.request.query_params.get("done") == "saved",
    }
    return door.page("register/row.html", status=status, **context)


def _row(door: KeeperDoor) -> Row:
    with door.store.read() as connection:
        return rows.must(connection, door.book, door.request.path_params["member"])


def add_form(door: KeeperDoor) -> Response:
    """A form for somebody new."""
    return _form(door, None)


def add(door: KeeperDoor) -> Response:
    """Write somebody into the register; what cannot be is said in the form."""
    try:
        given = said.given(door.form, charter_of(door))
        another = door.form.ticked("another")
        row = door.write(lambda tx: rows.add(tx, door.store.shelf, door.book, given, by=door.member, another=another))
    except Refused as refused:
        return _form(door, None, messages.refusal(door.words, refused)[0], refused)
    return door.go(f"/g/{door.book}/register/member/{row.member}?done=saved")


def row(door: KeeperDoor) -> Response:
    """One row, to be corrected. Refuses: member.unknown."""
    return _form(door, _row(door))


def correct(door: KeeperDoor) -> Response:
    """Correct a row; what cannot be is said in the form. Refuses: member.unknown."""
    before = _row(door)
    try:
        given = said.given(door.form, charter_of(door))
        door.write(lambda tx: rows.correct(tx, door.store.shelf, door.book, before.member, given, by=door.member))
    except Refused as refused:
        if refused.code != "register.unchanged":
            return _form(door, before, messages.refusal(door.words, refused)[0], refused)
    return door.go(f"/g/{door.book}/register/member/{before.member}?done=saved")


def leave(door: KeeperDoor) -> Response:
    """Somebody leaves; who they are is erased. Refuses: erasure.unconfirmed, register.left_already,
    register.organiser."""
    if not door.form.ticked("sure"):
        raise Refused("erasure.unconfirmed")
    member = door.request.path_params["member"]
    door.write(lambda tx: rows.leave(tx, door.store.shelf, door.book, member, by=door.member))
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/register?done=left")
