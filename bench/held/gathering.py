"""A gathering under way in a database of its own, with thousands of people in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from comuna.kernel import identity
from comuna.rules import agenda, presence, thinking
from comuna.rules.announcement import AgendaItem, Announcement
from comuna.rules.page import page
from comuna.store import calling, hall, people
from comuna.store.store import Store
from comuna.store.writer import Transaction

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Held:
    """A gathering under way, and the keys of everybody in it."""

    gathering: str
    check: str
    size: int
    keys: Path


def hold(folder: Path, size: int) -> Held:
    """Found a group, call its session, open it, ask for a sense of the room and let so many join."""
    store = Store(str(folder / "comuna.db"))
    coming: list[Future[str]] = []
    try:
        return _hold(store, folder, size, coming)
    finally:
        for each in coming:
            each.cancel()  # what is not yet begun, if we were interrupted
        store.close()


def _hold(store: Store, folder: Path, size: int, coming: list[Future[str]]) -> Held:
    now = dt.datetime.now(dt.UTC)
    session = page(
        Announcement(
            title="How a neighbourhood keeps its water",
            group="Circle of the Water Tower",
            date=now.date().isoformat(),
            start=f"{now:%H:%M}",
            zone="UTC",
            agenda=(
                AgendaItem(title="Arriving", per_person=True, max_minutes=2),
                AgendaItem(title="The film", max_minutes=30),
                AgendaItem(title="Questions"),
            ),
            questions=("Who decides?", "Who pays?", "What is repaired, and by whom?"),
            language="en",
        )
    )
    charter = (ROOT / "charters" / "study-circle.toml").read_text(encoding="utf-8")

    def opened(tx: Transaction) -> tuple[str, str]:
        gathering, check = (identity.id_of(tx.random(16)) for _ in range(2))
        account = people.new_account(tx)
        calling.call(
            tx, store.shelf, account=account, gathering=gathering, session=session, join=None, charter=charter
        )  # fmt: skip
        chair, _ = people.new_participant(tx, gathering)
        hall.name_of(tx, chair, "Rosa", "facilitator")
        begun = int(tx.now.timestamp())
        for decide in (
            lambda h: agenda.open_hall(h, session, now=begun, seconds=2 * 3600),
            lambda h: presence.join(h, who=chair, role="facilitator", where="hall", chair=True),
            lambda h: agenda.open_item(h, item="a3"),
            lambda h: agenda.open_question(h, session, question="q1"),
            lambda h: thinking.open_check(h, check=check, form="fist", asked="Shall we go on?"),
        ):
            store.say(tx, gathering, decide, by=chair)
        return gathering, check

    gathering, check = store.write(opened)

    def joined(number: int) -> Callable[[Transaction], str]:
        def job(tx: Transaction) -> str:
            who, key = people.new_participant(tx, gathering)
            hall.name_of(tx, who, f"Guest {number}", "guest")
            store.say(tx, gathering, lambda h: presence.join(h, who=who, role="guest", where="hall"), by=who)
            return key

        return job

    coming += [store.submit(joined(number)) for number in range(1, size + 1)]
    keys = folder / "keys"
    keys.write_text("".join(f"{each.result()}\n" for each in coming), encoding="ascii")
    return Held(gathering, check, size, keys)
