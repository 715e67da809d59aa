"""Standing for an office: every condition of the charter as it is, what the desk attests, and the candidacy."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.rules import election, eligibility
from comuna.rules.eligibility import Facts
from comuna.store import register, standing
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor
from comuna.web.names import label, names
from comuna.web.offices import back, title, today, told


def _facts(door: GroupDoor, connection: sa.Connection, member: str, attested: frozenset[str]) -> Facts:
    return standing.facts(connection, door.state, door.book, member, door.now.date(), attested)


def _known(door: GroupDoor, connection: sa.Connection, member: str) -> None:
    """Refuses member.unknown."""
    if member not in door.state.members and register.row(connection, door.book, member) is None:
        raise Refused("member.unknown")


def show(door: KeeperDoor) -> Response:
    """Whether somebody (`?candidate=`) may stand for a unit (`?unit=`), condition by condition. Refuses member.unknown,
    unit.unknown."""
    query = door.request.query_params
    unit, member = query.get("unit", ""), query.get("candidate", "").strip()
    with door.store.read() as connection:
        _known(door, connection, member)
        facts = _facts(door, connection, member, frozenset())
    found = list(eligibility.conditions(door.state, unit, member, facts, today(door)))
    return door.page(
        "offices/stand.html",
        unit=unit,
        title=title(door, unit),
        member=member,
        who=label(names(door), member),
        conditions=[(each, told(door, each)) for each in found],
        barred=[told(door, each) for each in found if each.met is False],
        stands=member in door.state.candidates.get(unit, ()),
    )


def stand(door: KeeperDoor) -> Response:
    """Somebody stands for a unit; sent twice, once. `attest`: what the desk attests. Refuses member.unknown and what
    `election.stand` does."""
    unit, who, attested = door.form.line("unit"), door.form.line("candidate"), frozenset(door.form.all("attest"))

    def job(tx: Transaction) -> None:
        _known(door, tx.connection, who)
        s = door.store.state(tx.connection, door.book)
        if s is not None and who in s.candidates.get(unit, ()):
            return
        facts, day = _facts(door, tx.connection, who, attested), today(door)
        door.store.record(
            tx,
            door.book,
            lambda s: election.stand(s, by=door.member, unit=unit, candidate=who, facts=facts, today=day),
            by=door.member,
        )

    door.write(job)
    return back(door, unit)


def withdraw(door: KeeperDoor) -> Response:
    """Somebody stands no longer; sent twice, once. Refuses vote.open."""
    unit, who = door.form.line("unit"), door.form.line("candidate")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is None or who not in s.candidates.get(unit, ()):
            return
        door.store.record(
            tx, door.book, lambda s: election.withdraw(s, by=door.member, unit=unit, candidate=who), by=door.member
        )

    door.write(job)
    return back(door, unit)
