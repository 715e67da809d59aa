"""Signing a petition for a recall on one's own phone, and at the desk on paper. No page tells who signed, not even to
whoever did: a phone that somebody takes away, or a card that somebody finds, must not tell it."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.rules import eligibility, recall
from comuna.rules.register import eligible
from comuna.rules.state import State
from comuna.store import register, signatures
from comuna.store.writer import Transaction
from comuna.web import recalls
from comuna.web.access import GroupDoor, KeeperDoor, MemberDoor
from comuna.web.offices import title, today


class Petition(msgspec.Struct, frozen=True):
    """A petition that can be signed."""

    recall: str
    unit: str
    member: str


def open_petitions(door: GroupDoor) -> list[Petition]:
    """The petitions of a group for which signatures are collected."""
    s, day = door.state, today(door)
    return [
        Petition(each.id, title(door, mandate.unit), mandate.member)
        for each in s.recalls.values()
        if each.status == "petitioned" and each.asked_by == recall.PEOPLE
        if eligibility.running(mandate := s.mandates[each.mandate], day)
    ]


def _petition(door: GroupDoor) -> str:
    """The recall of the path. Refuses recall.unknown."""
    petition: str = door.request.path_params["recall"]
    if petition not in door.state.recalls:
        raise Refused("recall.unknown")
    return petition


def _path(door: GroupDoor, rest: str = "") -> str:
    return f"/g/{door.book}/recalls/{_petition(door)}{rest}"


def show(door: MemberDoor) -> Response:
    """The petition with the buttons to sign and to take it back; the same for whoever signed and whoever did not.
    Refuses member.card_needed, recall.unknown."""
    own, petition = door.own, _petition(door)
    with door.store.read() as connection:
        shown = recalls.shown(door, connection, recalls.case_of(door, connection))
        row = register.row(connection, door.book, shown.case.asked.member)
    return door.page(
        "offices/sign.html",
        r=shown,
        who=f"{row.name} ({row.member})" if row is not None and row.name else shown.who,
        may=eligible(own, signatures.RIGHT, door.now.date()),
        open=any(each.recall == petition for each in open_petitions(door)),
        done=door.request.query_params.get("done", ""),
    )


def sign(door: MemberDoor) -> Response:
    """Sign. Whoever signs again has signed once. Refuses member.card_needed, and what `signatures.sign` does."""
    own, petition = door.own, _petition(door)

    def job(tx: Transaction) -> None:
        signatures.sign(tx, _state(door, tx), petition, register.must(tx.connection, door.book, own.member), "phone")

    door.write(job)
    return door.go(_path(door, "/sign?done=signed"))


def take_back(door: MemberDoor) -> Response:
    """Take one's signature back, on whatever way it was given. Refuses member.card_needed, recall.unknown."""
    own, petition = door.own, _petition(door)
    door.write(lambda tx: signatures.take_back(tx, petition, own.member))
    door.store.tidy_soon()
    return door.go(_path(door, "/sign?done=back"))


def paper(door: KeeperDoor) -> Response:
    """Take a signature on paper, by member number; the same number again counts once. Refuses member.unknown, and what
    `signatures.sign` does."""
    petition, member = _petition(door), door.form.line("member")

    def job(tx: Transaction) -> None:
        signatures.sign(tx, _state(door, tx), petition, register.must(tx.connection, door.book, member), "paper")

    door.write(job)
    return door.go(_path(door, "?done=paper#signatures"))


def _state(door: GroupDoor, tx: Transaction) -> State:
    state = door.store.state(tx.connection, door.book)
    assert state is not None
    return state
