"""One gathering as this process knows it while it is held: its book, page, journal and names, read once and kept up to
date, so that a phone that asks or speaks costs no look into the database."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import charter
from comuna.rules.announcement import Announcement
from comuna.rules.floor import Order
from comuna.rules.hall import Hall, Person
from comuna.rules.page import Page
from comuna.rules.state import Gathering, State
from comuna.store import hall as halls
from comuna.store import register, schema, texts
from comuna.store.store import Store


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering at one moment. Whoever renders it gets the same for the same `mark`: the sizes of book and journal.
    `names` by handle; `code`: by which people join; `order`: the charter's rule for who speaks next."""

    id: str
    book: str
    state: State
    gathering: Gathering
    session: Page
    group_name: str
    hall: Hall
    names: dict[str, str]
    code: str | None
    order: Order
    words: dict[str, str] = {}
    """The texts of what the assembly debates and votes on, by digest; those that were not erased."""
    members: dict[str, str] = {}
    """Member number → name, of those who stand for an office here or hold one: whoever votes must know for whom."""

    @property
    def mark(self) -> tuple[int, int]:
        """How long the book and the journal are: both only grow."""
        return self.state.size, self.hall.size

    @property
    def path(self) -> str:
        """The session's own path on the site."""
        return f"/s/{self.id}"

    @property
    def over(self) -> bool:
        """Whether nothing can be said in it any more."""
        return self.gathering.status == "closed" or self.gathering.journal_expired

    @property
    def under_way(self) -> bool:
        """Whether it has been opened and is not over."""
        return self.hall.opened is not None and not self.over


def read(store: Store, gathering: str, known: Room | None = None) -> Room:
    """A gathering as the database has it now; of what is `known` only what changed is read. Refuses
    gathering.unknown."""
    with store.read() as connection:
        book = known.book if known else _book_of(connection, gathering)
        state = store.state(connection, book)
        found = state.gatherings.get(gathering) if state else None
        if state is None or found is None:
            raise Refused("gathering.unknown")
        hall = store.hall(connection, gathering)
        if known and known.state is state and known.hall is hall:
            return known
        if known and known.gathering.page == found.page:
            session = known.session
        else:
            body = texts.read(connection, found.page)
            session = msgspec.json.decode(body, type=Page) if body else Page(announcement=Announcement())
        if known and known.state.name == state.name:
            group_name = known.group_name
        else:
            group_name = (texts.read(connection, state.name) if state.name else None) or book
        return Room(
            id=gathering,
            book=book,
            state=state,
            gathering=found,
            session=session,
            group_name=group_name,
            hall=hall,
            names=_names(store, connection, hall.people, known),
            code=halls.code_of(connection, gathering),
            order=speaking_order(state),
            words=_words(connection, state, gathering, known),
            members=_members(connection, state, book, gathering, known),
        )


def _members(connection: sa.Connection, state: State, book: str, gathering: str, known: Room | None) -> dict[str, str]:
    if gathering not in state.assemblies:
        return {}
    if known is not None and known.state is state:
        return known.members
    wanted = {who for candidates in state.candidates.values() for who in candidates}
    wanted |= {each.member for each in state.mandates.values() if each.ended is None}
    for vote in state.votes.values():
        if vote.gathering == gathering and vote.subject == "election":
            wanted.update(vote.options)
    return register.names(connection, book, wanted)


def _words(connection: sa.Connection, state: State, gathering: str, known: Room | None) -> dict[str, str]:
    """The texts of motions and votes: those of this gathering, and motions that wait to be taken up."""
    if gathering not in state.assemblies:
        return {}
    if known is not None and known.state is state:
        return known.words
    wanted = {
        ref
        for motion in state.motions.values()
        if motion.gathering == gathering or motion.status in ("moved", "tabled", "referred")
        for ref in (motion.text, *(each.text for each in motion.amendments.values()))
    }
    wanted |= {
        vote.rules.question
        for vote in state.votes.values()
        if vote.gathering == gathering and vote.rules.question is not None
    }
    wanted |= {each.reason for each in state.proposals.values() if each.reason is not None and each.since is None}
    before = known.words if known is not None else {}
    found = {ref: before[ref] for ref in wanted if ref in before and ref not in state.erased}
    for ref in wanted - found.keys():
        body = texts.read(connection, ref)
        if body is not None:
            found[ref] = body
    return found


def _book_of(connection: sa.Connection, gathering: str) -> str:
    table = schema.gatherings
    book = connection.execute(sa.select(table.c.book).where(table.c.gathering == gathering)).scalar()
    if book is None:
        raise Refused("gathering.unknown")
    return str(book)


def _names(store: Store, connection: sa.Connection, people: dict[str, Person], known: Room | None) -> dict[str, str]:
    """The names of those at the gathering: whoever is new, or was changed, is asked for. The hall may be newer than
    what the connection sees; who came in since is looked for once more."""
    before = known.hall.people if known is not None else {}
    if known is not None and people is before:
        return known.names
    kept = {who: name for who, name in known.names.items() if who in people} if known is not None else {}
    new = [who for who, person in people.items() if before.get(who) is not person]
    found = halls.names(connection, new)
    if len(found) < len(new):
        with store.read() as now:
            found |= halls.names(now, [who for who in new if who not in found])
    return kept | found


def speaking_order(state: State) -> Order:
    """By which rule new points get the floor: the charter's `speaking_order`, or by seconds spoken where it is
    silent."""
    if state.charter is None:
        return "seconds_spoken"
    order: Order = charter.parse(state.charter).value("rules.speaking_order", "seconds_spoken")
    return order
