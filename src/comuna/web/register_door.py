"""The register's door: a code by which people enter themselves, and what waits for the desk."""

from __future__ import annotations

from starlette.responses import Response

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.paper import qr
from comuna.rules import register as rules
from comuna.store import entering
from comuna.store.entering import DoorCode
from comuna.web.access import GroupDoor, KeeperDoor, new_id


def code_picture(door: KeeperDoor, opened: DoorCode) -> str:
    """The code to scan, as SVG."""
    return qr.svg(door.url(f"/g/{door.book}/join/{opened.code}"), title=door.words.text("QR code to join"))


def open_door(door: KeeperDoor) -> Response:
    """Open it under a new code. Refuses: register.unknown_kind, register.unknown_right."""
    kind, wanted = door.form.line("kind") or "member", door.form.all("right")
    with door.store.read() as connection:
        known = rules.rights_of(door.store.charter(connection, door.book))
    if kind not in rules.KINDS:
        raise Refused("register.unknown_kind", kind=kind[:40])
    for right in wanted:
        if right not in known:
            raise Refused("register.unknown_right", right=right[:40])
    confirm = not door.form.ticked("at_once")
    door.write(lambda tx: entering.open_door(tx, door.book, confirm=confirm, kind=kind, rights=wanted))
    return door.go(f"/g/{door.book}/register#door")


def close_door(door: KeeperDoor) -> Response:
    """Close it."""
    door.write(lambda tx: entering.close_door(tx, door.book))
    return door.go(f"/g/{door.book}/register#door")


def confirm(door: KeeperDoor) -> Response:
    """Say yes to what waits; `member`: the newcomer is this one. Refuses what `entering.confirm` does."""
    request, member = door.request.path_params["request"], door.form.optional("member")
    door.write(lambda tx: entering.confirm(tx, door.store.shelf, door.book, request, by=door.member, member=member))
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/register#waiting")


def decline(door: KeeperDoor) -> Response:
    """Say no to what waits. Refuses: request.unknown."""
    request = door.request.path_params["request"]
    door.write(lambda tx: entering.decline(tx, door.book, request))
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/register#waiting")


# Whoever comes


def _opened(door: GroupDoor) -> DoorCode:
    """The door that the code opens. Refuses: door.unknown, rate.exceeded after too many wrong ones."""
    rates, address = door.request.app.state.rates, door.request.client.host if door.request.client else ""
    if not rates.may_guess(address):
        raise Refused("rate.exceeded")
    with door.store.read() as connection:
        opened = entering.door_with(connection, door.request.path_params["code"])
    if opened is None or opened.book != door.book:
        rates.guessed_wrong(address)
        raise Refused("door.unknown")
    return opened


def join_form(door: GroupDoor) -> Response:
    """A form for whoever brings the code. Refuses: door.unknown, rate.exceeded."""
    return door.page("register/join.html", opened=_opened(door), fields={"request": new_id()}, problem=None)


def join(door: GroupDoor) -> Response:
    """Come in; the browser is theirs at once, or once the desk has confirmed. Refuses: door.unknown, rate.exceeded,
    request.enough, gathering.bad_id."""
    opened = _opened(door)
    rates, address = door.request.app.state.rates, door.request.client.host if door.request.client else ""
    if not rates.allow_newcomer(address):
        raise Refused("rate.exceeded")
    request, name, household = door.form.line("request"), door.form.text("name"), door.form.text("household")
    try:
        _, key = door.write(
            lambda tx: entering.join(tx, door.store.shelf, opened.code, request=request, name=name, household=household)
        )
    except Refused as refused:
        if refused.code not in ("name.empty", "name.too_long", "register.too_long"):
            raise
        status, problem = messages.refusal(door.words, refused)
        fields = {"request": request, "name": name, "household": household}
        return door.page("register/join.html", status=status, opened=opened, fields=fields, problem=problem)
    response = door.go(f"/g/{door.book}/me")
    if key is not None:
        door.open_as_member(response, door.book, key)
    return response
