"""What the register says of whoever stands for an office."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from comuna.rules.eligibility import Facts
from comuna.rules.state import State
from comuna.store import register


def facts(
    connection: sa.Connection, s: State, book: str, member: str, on: dt.date, attested: frozenset[str] = frozenset()
) -> Facts:
    """The rights of somebody on a day, and whether they are gone; with what the desk attests."""
    return Facts(
        rights=register.held(connection, book, member, on),
        attested=attested,
        gone=member not in s.members and register.gone(connection, book, member),
    )


def alternates(connection: sa.Connection, s: State, book: str, on: dt.date) -> dict[str, Facts]:
    """What the register says of everybody who may have to step in."""
    everybody = {member for of_unit in s.alternates.values() for member in of_unit}
    return {member: facts(connection, s, book, member, on) for member in everybody}
