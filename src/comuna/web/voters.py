"""Letting people vote at a gathering: the table of voters, and the line of the journal that counts them."""

from __future__ import annotations

from typing import Final

from comuna.rules import presence
from comuna.store import box
from comuna.store.store import Store
from comuna.store.writer import Transaction

ADMITTED: Final = "voter.admitted_already"


def admit(store: Store, tx: Transaction, gathering: str, who: str, *, by: str, member: str | None = None) -> None:
    """Let somebody who is here vote; the quorum counts them. Refuses live.removed, live.not_here,
    voter.admitted_already, voter.here_already."""
    box.admit(tx, gathering, who, member)
    store.say(tx, gathering, lambda h: presence.admit_voter(h, who=who), by=by)
