"""The desk of a distribution: what arrived is counted, a card or a household's number marks it served, once, and it can
be taken back. The list on paper."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.rules import distribution as rules
from comuna.rules.register import folded
from comuna.rules.state import State
from comuna.store import distribution
from comuna.store.distribution import Line
from comuna.store.writer import Transaction
from comuna.web.access import KeeperDoor
from comuna.web.distributions import found, shown


def show(door: KeeperDoor) -> Response:
    """The desk. Refuses distribution.unknown."""
    return _page(door)


def _page(door: KeeperDoor, refused: Refused | None = None) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    d = found(door)
    with door.store.read() as connection:
        one = shown(door, connection, d)
        listed = distribution.lines(connection, d.id)
        due = distribution.due(d, listed)
    asked = door.request.query_params
    done = next((line for line in listed if str(line.place) == asked.get("place")), None)
    return door.page(
        "distributions/desk.html",
        status=status,
        one=one,
        lines=listed,
        due=due,
        left=(d.arrived or 0) - one.handed,
        problem=problem,
        brought=door.form.text("who") if refused else "",
        number=door.form.text("arrived") if refused else "",
        done=asked.get("done", ""),
        line=done,
    )


def paper(door: KeeperDoor) -> Response:
    """The list, to be printed: places, households, what each gets, and room to sign. Refuses distribution.unknown."""
    d = found(door)
    with door.store.read() as connection:
        one = shown(door, connection, d)
        listed = distribution.lines(connection, d.id)
        due = distribution.due(d, listed)
    return door.page("distributions/paper.html", one=one, lines=listed, due=due)


def arrive(door: KeeperDoor) -> Response:
    """Count what arrived; the same number again counts once. Refuses what `rules.arrive` does."""
    d, arrived = found(door), door.form.number("arrived")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and s.distributions.each[d.id].arrived == arrived:
            return
        door.store.record(
            tx,
            door.book,
            lambda s: rules.arrive(s, by=door.member, distribution=d.id, arrived=arrived or 0),
            by=door.member,
        )

    try:
        door.write(job)
    except Refused as refused:
        return _page(door, refused)
    return door.go(f"/g/{door.book}/distributions/{d.id}/desk?done=arrived")


Step = Callable[[Transaction, State, str, str], Line]


def _mark(door: KeeperDoor, step: Step, said: str) -> Response:
    d = found(door)

    def job(tx: Transaction) -> Line:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        place = door.form.line("household")
        household = (
            folded(place) if place else distribution.household_of(tx.connection, door.book, door.form.text("who"))
        )
        return step(tx, s, d.id, household)

    try:
        line = door.write(job)
    except Refused as refused:
        return _page(door, refused)
    return door.go(f"/g/{door.book}/distributions/{d.id}/desk?done={said}&place={line.place}")


def serve(door: KeeperDoor) -> Response:
    """Hand a share out: against a card or a household's number (`who`), or from the list (`household`)."""
    return _mark(door, distribution.serve, "served")


def take_back(door: KeeperDoor) -> Response:
    """Undo what was marked for a household."""
    return _mark(door, distribution.take_back, "back")


def absent(door: KeeperDoor) -> Response:
    """Nobody came for a household."""
    return _mark(door, distribution.absent, "absent")


def close(door: KeeperDoor) -> Response:
    """End it; sent twice, once. Refuses what `distribution.close` does."""
    d = found(door)

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is None or s.distributions.each[d.id].status != "closed":
            distribution.close(tx, door.store, door.book, d.id, by=door.member)

    door.write(job)
    return door.go(f"/g/{door.book}/distributions/{d.id}?done=closed")
