"""Printing members' cards. A key is on the paper alone: printing again makes another card, and ends the one before."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode

from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.paper import cards as paper
from comuna.paper.typeset import PAPERS
from comuna.rules.register import Row
from comuna.store import cards, register
from comuna.store.people import KEY_BYTES, key_digest
from comuna.web.access import KeeperDoor


def show(door: KeeperDoor) -> Response:
    """For whom to print, and what that ends."""
    with door.store.read() as connection:
        without = cards.without(connection, door.book)
        everybody = [row for row in register.every(connection, door.book) if row.name]
    return door.page(
        "register/cards.html",
        everybody=len(everybody),
        without=len([row for row in everybody if row.member in without]),
        limit=paper.MOST,
        papers=list(PAPERS),
    )


def print_many(door: KeeperDoor) -> Response:
    """Cards for those who have none, or, once it was confirmed, for everybody. Refuses: cards.nobody, cards.too_many,
    erasure.unconfirmed."""
    with door.store.read() as connection:
        people = [row for row in register.every(connection, door.book) if row.name]
        if door.form.line("who") != "all":
            without = cards.without(connection, door.book)
            people = [row for row in people if row.member in without][: paper.MOST]
        elif not door.form.ticked("sure"):
            raise Refused("cards.unconfirmed")
    return _printed(door, people)


def print_one(door: KeeperDoor) -> Response:
    """A card for one; the one before ends. Refuses: member.unknown, cards.nobody."""
    with door.store.read() as connection:
        row = register.must(connection, door.book, door.request.path_params["member"])
    return _printed(door, [row] if row.name else [])


def _printed(door: KeeperDoor, people: list[Row]) -> Response:
    """The sheets are set first, so that nobody's card ends for a sheet that could not be made."""
    if not people:
        raise Refused("cards.nobody")
    if len(people) > paper.MOST:
        raise Refused("cards.too_many", limit=paper.MOST)
    keys = {row.member: b32encode(secrets.token_bytes(KEY_BYTES)).decode().lower() for row in people}
    wanted = door.form.line("paper")
    faces = [paper.Card(row.name or "", row.member, door.url(f"/m/{keys[row.member]}")) for row in people]
    pdf = paper.sheets(door.words, group=door.group_name, cards=faces, paper=wanted if wanted in PAPERS else "a4")
    door.write(lambda tx: cards.issue(tx, door.book, {member: key_digest(key) for member, key in keys.items()}))
    name = re.sub(r"[^a-z0-9]+", "-", door.words.text("Members’ cards").lower()).strip("-")
    return Response(
        pdf, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )
