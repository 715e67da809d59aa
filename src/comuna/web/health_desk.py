"""The desk of a campaign day, and rounds of visits: places taken for others, supplies counted, dwellings ticked off.
When it is over, the totals go into the book and everything else is erased."""

from __future__ import annotations

from starlette.responses import Response

from comuna import messages
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import health as rules
from comuna.rules.register import tidy
from comuna.rules.state_health import Round
from comuna.store import distribution, health, texts
from comuna.store.health import Item
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor, new_id
from comuna.web.health import campaign_of, then, words_of


def book(door: KeeperDoor) -> Response:
    """Take a place for somebody who brings a card, a member number or a household's. Refuses what `health.who` and
    `health.book` do."""
    c, slot = campaign_of(door), door.form.number("slot")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        health.book(tx, s, door.book, c.id, slot, health.who(tx.connection, door.book, door.form.text("who")))

    return then(door, job, "desk")


def mark(door: KeeperDoor) -> Response:
    """Mark a place as used, as not used after all, or give it back (`what`: used, unused, back)."""
    c, who, what = campaign_of(door), door.form.line("booking"), door.form.line("what")
    rules.to_come(door.state, c.id)

    def job(tx: Transaction) -> None:
        if what == "back":
            health.give_back(tx, c.id, who)
        else:
            health.use(tx, c.id, who, what == "used")

    return then(door, job, "marked")


def supply(door: KeeperDoor) -> Response:
    """Write down what is needed, promised and there. Refuses what `health.supply` does."""
    c, form = campaign_of(door), door.form
    counts = {name: form.number(name) if form.line(name) else 0 for name in ("needed", "promised", "there")}

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        if not ID.fullmatch(form.line("item")):
            raise Refused("motion.bad_id")
        if any(count is None for count in counts.values()):
            raise Refused("health.bad_count")
        new = Item(form.line("item"), tidy(form.line("name")), *(count or 0 for count in counts.values()))
        health.supply(tx, s, door.book, c.id, new)

    return then(door, job, "supplied")


def close(door: KeeperDoor) -> Response:
    """Close the day, and erase who took part; sent twice, once. Refuses what `health.close` does."""
    c = campaign_of(door)

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is None or s.health.campaigns[c.id].status != "closed":
            health.close(tx, door.store, door.book, c.id, by=door.member)

    response = then(door, job, "closed")
    door.store.tidy_soon()
    return response


# Rounds of visits


def _round(door: GroupDoor) -> Round:
    """The round of the path. Refuses health.unknown."""
    found = door.state.health.rounds.get(door.request.path_params["round"])
    if found is None:
        raise Refused("health.unknown")
    return found


def begin(door: KeeperDoor) -> Response:
    """The form to begin a round: the dwellings are the register's household numbers, to be changed as one likes."""
    with door.store.read() as connection:
        homes = sorted(distribution.households(connection, door.book).values())
    return _form(door, {"round": new_id(), "dwellings": "\n".join(homes)})


def _form(door: KeeperDoor, fields: dict[str, str], refused: Refused | None = None) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    return door.page("health/round_new.html", status=status, problem=problem, fields=fields)


def open_round(door: KeeperDoor) -> Response:
    """Begin a round; the same form sent twice begins one. Refuses health.no_words, and what `rules.open_round` does."""
    form, id = door.form, door.form.line("round")
    numbers = sorted({tidy(line)[:40] for line in form.text("dwellings").splitlines() if tidy(line)})

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and id in s.health.rounds:
            return
        what = texts.new(tx, words_of(door, "what"))
        door.store.record(
            tx,
            door.book,
            lambda s: rules.open_round(s, by=door.member, round=id, what=what.ref, dwellings=len(numbers)),
            by=door.member,
            with_texts=[what],
        )
        health.begin(tx, door.book, id, numbers)

    try:
        door.write(job)
    except Refused as refused:
        return _form(door, {name: values[-1] for name, values in form.fields.items() if values}, refused)
    return door.go(f"/g/{door.book}/health/rounds/{id}")


def show_round(door: KeeperDoor) -> Response:
    """The dwellings of a round, for those who make the visits. Refuses health.unknown."""
    r = _round(door)
    with door.store.read() as connection:
        what = texts.read(connection, r.what)
        homes = health.dwellings(connection, r.id)
    return door.page("health/round.html", r=r, what=what, dwellings=homes, done=sum(each for _, each in homes))


def visit(door: KeeperDoor) -> Response:
    """A visit is done, or due after all. Refuses what `health.visit` does."""
    r, dwelling, done = _round(door), door.form.line("dwelling"), door.form.line("is") == "done"

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        health.visit(tx, s, r.id, dwelling, done)

    door.write(job)
    return door.go(f"/g/{door.book}/health/rounds/{r.id}#dwellings")


def close_round(door: KeeperDoor) -> Response:
    """End a round, and erase which dwellings were visited; sent twice, once."""
    r = _round(door)

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is None or s.health.rounds[r.id].status != "closed":
            health.end(tx, door.store, door.book, r.id, by=door.member)

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/health")
