"""Who stands behind a member number, for those who may know it."""

from __future__ import annotations

import sqlalchemy as sa

from comuna.store import schema
from comuna.web.access import GroupDoor


def names(door: GroupDoor) -> dict[str, str]:
    """Member number → name, from the register: for members of the group alone, and only where a name is known."""
    if door.member is None:
        return {}
    register, accounts = schema.register, schema.accounts
    with door.store.read() as connection:
        rows = connection.execute(
            sa.select(register.c.member, sa.func.coalesce(register.c.name, accounts.c.name).label("name"))
            .outerjoin(accounts, accounts.c.account == register.c.account)
            .where(register.c.book == door.book)
        ).all()
    return {row.member: row.name for row in rows if row.name}


def label(known: dict[str, str], member: str) -> str:
    """How a member is called: by name and number where the name is known."""
    return f"{known[member]} ({member})" if member in known else member
