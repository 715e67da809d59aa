"""What a chair does about votes and elections: opened, counted, closed; and minutes approved."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from typing import Final, get_args
from urllib.parse import urlsplit

import msgspec

from comuna.kernel.act import Act
from comuna.kernel.identity import id_of
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules import approval, assembly, charter_values, counting, discussion, election, question, vote
from comuna.rules.state import State
from comuna.rules.vote import Ask
from comuna.store import box, deciding, standing, texts
from comuna.store.writer import Transaction
from comuna.web import assembly_shown, voters
from comuna.web.chair_acts import CHAIR, Job, Step, acts, number, plain, words
from comuna.web.chair_steps import WHOLE
from comuna.web.live_door import LiveDoor


def _ask(door: LiveDoor, subject: str, of: str, *, id: str = "", named: Sequence[Text] = (), **more: object) -> Job:
    """Open a vote, under the id that the form brings or under another. `named`: its texts."""
    ways = tuple(dict.fromkeys(door.form.all("ways")))
    secret, key = door.form.ticked("secret"), id or door.key
    if secret and "phones" in ways and not private(door):
        raise Refused("vote.needs_https")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        opened = s.assemblies.get(door.room.id)
        roll = voters.roll(tx, door.room.book, door.room.id, 0, opened=opened.roll if opened else 0)
        asked = Ask(subject=subject, of=of, ways=ways, secret=secret, **more)  # type: ignore[arg-type]
        return vote.open_vote(s, by=CHAIR, gathering=door.room.id, vote=key, roll=roll, ask=asked), [*named]

    return acts(door, decide)


def private(door: LiveDoor) -> bool:
    """Whether what phones send cannot be read on the way: over HTTPS, or from this machine to itself."""
    client = door.request.client
    ends = (client.host if client else None, urlsplit(door.settings.url).hostname)
    return door.settings.secure or all(map(_this_machine, ends))


def _this_machine(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _vote(door: LiveDoor) -> Job:
    return _ask(door, "motion", door.form.line("motion"))


def _question(door: LiveDoor) -> Job:
    """Ask a question with options of its own, which were read out; question and options are sealed as one text. Refuses
    question.not_read_out, and what `question.written` does."""
    form = door.form
    body = discussion.words(question.written(form.text("asked"), form.text("options").splitlines()))
    if not form.ticked("read_out"):
        raise Refused("question.not_read_out")
    letters = question.LETTERS[: len(question.options_in(body))]
    more = {"decision": form.line("decision"), "method": form.line("method"), "options": letters}

    def job(tx: Transaction) -> None:
        asked = texts.new(tx, body)
        _ask(door, "question", form.line("item"), named=[asked], question=asked.ref, **more)(tx)

    return job


def _vote_amendment(door: LiveDoor) -> Job:
    return _ask(door, "amendment", door.form.line("amendment"))


def _vote_minutes(door: LiveDoor) -> Job:
    return _ask(door, "minutes", door.form.line("of"))


def _vote_recall(door: LiveDoor) -> Job:
    return _ask(door, "recall", door.form.line("recall"))


def _elect(door: LiveDoor) -> Job:
    """Open an election."""
    unit, rules = door.form.line("unit"), assembly.rules_of(door.room.state)
    method = rules.value(f"units.{unit}.method", None) or door.form.line("method")
    if method not in get_args(charter_values.Method):
        raise Refused("vote.way_unknown", way=method)
    return _election(door, unit, method, number(door, "seats"))


def _elect_all(door: LiveDoor) -> Job:
    """Open the elections of several units at once: each phone and each paper has a ballot for every one. How many seats
    each has, and how they are filled, is the charter's to say."""

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        shown = assembly_shown.deciding(msgspec.structs.replace(door.room, state=state), door.words)
        units = [unit for unit, _, _ in shown.elections] if shown is not None else []
        if shown is None or not units:
            raise Refused("vote.no_options")
        for unit in units:
            id = id_of(sha256(f"{door.key} {unit}".encode()).digest()[:16])
            _election(door, unit, shown.method(unit), shown.seats(unit), id)(tx)

    return job


def _election(door: LiveDoor, unit: str, method: str, seats: int, id: str = "") -> Job:
    """Each who stands is held against the register once more."""
    ask = _ask(door, "election", unit, method=method, seats=seats, id=id)

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        day = tx.now.date()
        for each in state.candidates.get(unit, ()):
            facts = standing.facts(tx.connection, state, door.room.book, each, day)
            election.may_serve(state, unit, each, day.isoformat(), facts)
        ask(tx)

    return job


def _counted(door: LiveDoor) -> Job:
    of, way = door.form.line("vote"), door.form.line("way")
    tellers = door.form.number("tellers") or 0
    if way == vote.ROLL_CALL:
        raise Refused("vote.roll_is_called")

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        found = vote.under_way(state, door.room.id, of)
        counts = tuple(number(door, f"c{n}") for n in range(len(found.options)))
        if found.secret:
            counting.fits(state, found, sum(counts))
            box.count_paper(tx, found, counts)
            return
        ballots = number(door, "ballots") if door.form.line("ballots") else None
        done = counting.count(
            state,
            by=CHAIR,
            gathering=door.room.id,
            vote=of,
            way=way,
            counts=counts,
            ballots=ballots,
            tellers=tellers,
        )
        door.store.record(tx, door.room.book, lambda _: done, by=CHAIR)

    return job


def _paper(door: LiveDoor) -> Job:
    """One ballot on paper, where a paper can say more than one thing: its options, in order where the method ranks."""
    of, key = door.form.line("vote"), door.key

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        box.add_paper(tx, vote.under_way(state, door.room.id, of), key, ranking(door))

    return job


def _papers_out(door: LiveDoor) -> Job:
    """Take the papers of a vote out of the box, to put them in again."""
    of = door.form.line("vote")

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        box.papers(tx, vote.under_way(state, door.room.id, of), ())

    return job


def ranking(door: LiveDoor) -> list[str]:
    """The choices of a ballot, as its form brings them: `choice` once or several times; or `r0`, `r1`, … with the place
    that each option has. Refuses vote.bad_choice where two share a place."""
    if door.form.all("choice"):
        return [each for each in door.form.all("choice") if each]
    places: dict[int, str] = {}
    for name in door.form.fields:
        written = door.form.line(name)
        if name[:1] == "r" and name[1:].isdigit() and written:
            if not WHOLE.fullmatch(written) or int(written) in places:
                raise Refused("vote.bad_choice")
            places[int(written)] = name[1:]
    return [places[place] for place in sorted(places)]


def _close(door: LiveDoor) -> Job:
    of, chair = door.form.line("vote"), door.form.optional("chair")
    order = [each for each in door.form.line("order").replace(",", " ").split() if each]

    def job(tx: Transaction) -> None:
        deciding.close_vote(
            tx,
            door.store.shelf,
            door.room.book,
            by=CHAIR,
            gathering=door.room.id,
            vote=of,
            chair=chair,
            order=order,
        )

    return job


def _annul(door: LiveDoor) -> Job:
    of = door.form.line("vote")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        why = words(door, tx, "reason") if door.form.line("reason") else None
        box.empty(tx, of)
        done = vote.annul(s, by=CHAIR, gathering=door.room.id, vote=of, reason=why.ref if why else None)
        return done, [why] if why else []

    return acts(door, decide)


def _approve(door: LiveDoor) -> Job:
    of = door.form.line("of")
    return plain(door, lambda s: approval.approve(s, by=CHAIR, gathering=of, approved_at=door.room.id))


VOTING: Final[dict[str, Step]] = {
    "vote": _vote,
    "ask": _question,
    "vote-amendment": _vote_amendment,
    "vote-minutes": _vote_minutes,
    "vote-recall": _vote_recall,
    "elect": _elect,
    "elect-all": _elect_all,
    "counted": _counted,
    "paper": _paper,
    "papers-out": _papers_out,
    "close-vote": _close,
    "annul": _annul,
    "approve": _approve,
}
"""The steps about votes."""
