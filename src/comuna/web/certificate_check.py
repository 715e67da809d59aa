"""Checking a certificate, for anyone. With a script the phone does it alone; without one this server does, and the page
says which of the two did."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import JSONResponse, Response

from comuna.kernel.refusal import Refused
from comuna.rules import certificate_code as codes
from comuna.rules.assembly import rules_of
from comuna.rules.certificate_code import Checked
from comuna.store import book as books
from comuna.store import checkpoints, texts
from comuna.web import certificate_words as said
from comuna.web.access import Door, GroupDoor


def show(door: Door) -> Response:
    """The page; the code behind the address's `#` stays on the phone."""
    return _page(door, "")


def check(door: Door) -> Response:
    """Check a code that was typed or pasted, here, and look for it in its book if the book is here."""
    written = door.form.text("code")
    try:
        found = codes.check(codes.packed_in(codes.code_in(written)))
    except Refused as refused:
        return _page(door, refused.code.removeprefix("certificate."), written)
    state, ours = _standing(door, found)
    return _page(door, state, written, found, ours)


class Book(msgspec.Struct, frozen=True):
    """What the book that is here says of a certificate's group."""

    group: str | None
    unit: str | None


def _standing(door: Door, found: Checked) -> tuple[str, Book | None]:
    """How things stand with a certificate that holds, and what its book says of its group, where it is here: good,
    expired, revoked, disputed (the book here says otherwise), unasked, unconfirmed."""
    c = found.carried
    expired = c.until is not None and c.until < door.now.date().isoformat()
    with door.store.read() as connection:
        s = door.store.state(connection, c.book)
        if s is None or books.moved(connection, c.book):
            return "expired" if expired else "unasked" if found.confirmed else "unconfirmed", None
        titles = rules_of(s).titles.get(f"units.{c.unit}", {})
        ours = Book(texts.read(connection, s.name) if s.name else None, titles.get(door.words.code))
        how = checkpoints.compare(connection, door.store.shelf, c.book, found.checkpoint).how
    issued = s.certificates.get(c.certificate)
    if how not in ("same", "older") or issued is None:
        return "disputed", ours
    return "revoked" if issued.revoked is not None else "expired" if expired else "good", ours


def _page(
    door: Door, state: str, written: str = "", found: Checked | None = None, ours: Book | None = None
) -> Response:
    c = found.carried if found else None
    shown: dict[str, Any] = {}
    if c is not None:
        spaced = " ".join(c.book[at : at + 4] for at in range(0, len(c.book), 4))
        shown = {"words": c.words, "kind": c.kind, "at": c.at[:10], "until": c.until, "act": c.seq, "book": spaced}
        shown |= {"group": ours and ours.group, "unit": (ours and ours.unit) or c.unit}
    titles = said.titles(door.words)
    return door.page("certificates/check.html", state=state, written=written, shown=shown, titles=titles)


def revoked(door: GroupDoor) -> Response:
    """Which certificates of the group are revoked, all at once, so that nobody who asks tells which one they hold; the
    keys that sign its book, and what its offices are called. Refuses book.moved_away."""
    with door.store.read() as connection:
        if books.moved(connection, door.book):
            raise Refused("book.moved_away")
    charter = rules_of(door.state)
    told = {
        "book": door.book,
        "name": door.group_name,
        "size": door.state.size,
        "keys": [{"since": key.since, "key": key.public_key} for key in door.state.keys],
        "units": {unit: charter.titles[f"units.{unit}"] for unit in charter.entries("units")},
        "revoked": sorted(each.id for each in door.state.certificates.values() if each.revoked is not None),
    }
    return JSONResponse(told, headers={"Access-Control-Allow-Origin": "*"})
