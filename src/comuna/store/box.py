"""The ballot box: who may vote, who has, and the ballots. Of a secret vote nothing joins the two: a ballot lies under
an id that its phone chose, in no order and with no time; at closing the marks become a number and everything is
erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from comuna.kernel.identity import ID, id_of
from comuna.kernel.refusal import Refused
from comuna.rules.counting import choice_of, in_box, most_choices
from comuna.rules.state import Vote
from comuna.rules.verdict import Tally
from comuna.rules.vote import RANKED, ROLL_CALL
from comuna.store import schema
from comuna.store.database import Packed, found, inserted
from comuna.store.writer import Transaction

MOST_PAPER: Final = 100_000
"""Ballots on paper that one vote takes."""


def admit(tx: Transaction, gathering: str, handle: str, member: str | None = None) -> None:
    """Let somebody at a gathering vote. `member`: their number on the register, which votes once, whatever device it is
    brought on. Refuses voter.here_already when that number is here as somebody else."""
    table = schema.voters
    if member is not None:
        other = tx.execute(
            sa.select(table.c.handle).where(table.c.gathering == gathering, table.c.member == member)
        ).scalar()
        if other is not None and other != handle:
            raise Refused("voter.here_already")
    here = sa.and_(table.c.gathering == gathering, table.c.handle == handle)
    known = tx.execute(sa.select(table.c.member).where(here)).first()
    if known is None:
        tx.execute(sa.insert(table).values(gathering=gathering, handle=handle, member=member))
    elif member is not None and known.member is None:
        tx.execute(sa.update(table).where(here).values(member=member))
    elif member is not None and known.member != member:
        raise Refused("voter.here_already")


def may_vote(connection: sa.Connection, gathering: str, handle: str) -> bool:
    """Whether somebody may vote at a gathering."""
    table = schema.voters
    found = connection.execute(
        sa.select(table.c.handle).where(table.c.gathering == gathering, table.c.handle == handle)
    )
    return found.first() is not None


def members_here(connection: sa.Connection, gathering: str) -> dict[str, str]:
    """The member numbers of those who may vote at a gathering, with their handles: for the desk alone."""
    table = schema.voters
    rows = connection.execute(
        sa.select(table.c.member, table.c.handle).where(table.c.gathering == gathering, table.c.member.is_not(None))
    )
    return {row.member: row.handle for row in rows}


class Cast(NamedTuple):
    """Somebody's ballot on its way into the box. `ballot`: its id; `written`: its choices, as it brings them."""

    voter: str
    ballot: str
    written: Sequence[str]


_VOTERS: Final = Packed(
    lambda size: (
        sa.select(found(schema.voters.c.handle, schema.box_marks.c.vote, schema.box_marks.c.ballot))
        .select_from(
            schema.voters.outerjoin(
                schema.box_marks,
                sa.and_(
                    schema.box_marks.c.voter == schema.voters.c.handle,
                    schema.box_marks.c.vote == sa.bindparam("in_vote"),
                ),
            )
        )
        .where(
            schema.voters.c.gathering == sa.bindparam("here"),
            schema.voters.c.handle.in_([sa.bindparam(f"voter_{n}") for n in range(size)]),
        )
    )
)
_LYING: Final = Packed(
    lambda size: sa.select(
        found(schema.box_ballots.c.ballot, schema.box_ballots.c.choice, schema.box_ballots.c.way)
    ).where(
        schema.box_ballots.c.vote == sa.bindparam("in_vote"),
        schema.box_ballots.c.ballot.in_([sa.bindparam(f"ballot_{n}") for n in range(size)]),
    )
)
_MARKS: Final = inserted(schema.box_marks, "vote", "voter", "gathering", "ballot")
_BALLOTS: Final = inserted(schema.box_ballots, "vote", "ballot", "gathering", "choice", "way")


class _Opened:
    """The box of a vote as it is for some who cast their ballots at once. `voters`: those of them who may vote, each
    with whether they have voted, and with which ballot (empty: nobody knows). `lying`: the ballots of theirs that lie
    in it, each with its choice and its way."""

    def __init__(self, tx: Transaction, vote: Vote, casts: Sequence[Cast]) -> None:
        self.tx = tx
        self.vote = vote
        among = {"in_vote": vote.id, "here": vote.gathering}
        voters = _VOTERS.run(tx.connection, [{"voter": each.voter} for each in casts], among)
        self.voters = {who: (bool(mark), own) for who, mark, own in voters}
        ids = {each.ballot for each in casts if ID.fullmatch(each.ballot)}
        ids |= {own for _, own in self.voters.values() if own}
        lying = _LYING.run(tx.connection, [{"ballot": each} for each in ids], {"in_vote": vote.id})
        self.lying = {ballot: (choice, way) for ballot, choice, way in lying}
        self.marks: list[dict[str, str | None]] = []
        self.ballots: dict[str, dict[str, str]] = {}

    def take(self, cast: Cast, way: str) -> None:
        """Take a ballot in, or change the one that is there. Refuses what `cast_all` does."""
        vote, ballot = self.vote, cast.ballot
        if not ID.fullmatch(ballot):
            raise Refused("vote.bad_id")
        choice = choice_of(vote, cast.written)
        if cast.voter not in self.voters:
            raise Refused("voter.not_admitted")
        marked, theirs = self.voters[cast.voter]
        lies = self.lying.get(ballot)
        if not marked:
            if lies is not None:
                raise Refused("vote.bad_id")  # somebody else's ballot has this id
            self.voters[cast.voter] = True, "" if vote.secret else ballot
            mark = {"vote": vote.id, "voter": cast.voter, "gathering": vote.gathering}
            self.marks.append({**mark, "ballot": None if vote.secret else ballot})
            self._lay(ballot, choice, way)
        elif vote.secret:
            if lies is None:
                raise Refused("vote.cast_already")
        elif theirs == ballot and lies is not None and lies[0] == choice:
            return
        elif self.lying[theirs][1] != way:
            raise Refused("vote.cast_other_way")
        elif not vote.rules.change:
            raise Refused("vote.cast_already")
        else:
            self._lay(theirs, choice, way)

    def _lay(self, ballot: str, choice: str, way: str) -> None:
        if ballot in self.lying and ballot not in self.ballots:
            table = schema.box_ballots
            own = sa.and_(table.c.vote == self.vote.id, table.c.ballot == ballot)
            self.tx.execute(sa.update(table).where(own).values(choice=choice))
        else:
            row = {"vote": self.vote.id, "ballot": ballot, "gathering": self.vote.gathering}
            self.ballots[ballot] = {**row, "choice": choice, "way": way}
        self.lying[ballot] = choice, way

    def shut(self) -> None:
        """Write what was taken in: marks and ballots each by their ids, so that the order of the ones says nothing of
        the others."""
        _MARKS.run(self.tx.connection, sorted(self.marks, key=lambda mark: mark["voter"] or ""))
        _BALLOTS.run(self.tx.connection, [self.ballots[ballot] for ballot in sorted(self.ballots)])


def cast_all(tx: Transaction, vote: Vote, casts: Sequence[Cast], *, way: str = "phones") -> list[Refused | None]:
    """For each, mark somebody as having voted, and put their ballot into the box, or change it where an open vote
    allows that. `way`: by phone, or aloud in a roll call. The same ballot sent again is there already. Gives why a
    ballot is not taken, or None: voter.not_admitted, vote.bad_id, vote.bad_choice, vote.too_many_choices,
    vote.cast_already, vote.cast_other_way. Refuses all: vote.way_unknown, vote.roll_call_open."""
    if way not in vote.ways:
        raise Refused("vote.way_unknown", way=way)
    if way == ROLL_CALL and vote.secret:
        raise Refused("vote.roll_call_open")
    opened = _Opened(tx, vote, casts)
    outcomes: list[Refused | None] = []
    for each in casts:
        try:
            opened.take(each, way)
        except Refused as refused:
            outcomes.append(refused.with_traceback(None))  # which would hold all these ballots in a circle
        else:
            outcomes.append(None)
    opened.shut()
    return outcomes


def cast(tx: Transaction, vote: Vote, voter: str, ballot: str, written: Sequence[str], *, way: str = "phones") -> None:
    """`cast_all` for one. Refuses what it gives."""
    (refused,) = cast_all(tx, vote, [Cast(voter, ballot, written)], way=way)
    if refused is not None:
        raise refused


def count_paper(tx: Transaction, vote: Vote, counts: Sequence[int]) -> None:
    """Put the paper ballots of a secret vote into the box, as tellers counted them; a new count replaces the old. Each
    becomes a ballot like those of phones, so that only the total can be told. Refuses vote.count_impossible,
    vote.way_unknown; vote.one_by_one where a paper can say more than one thing."""
    if vote.method in RANKED or most_choices(vote) > 1:
        raise Refused("vote.one_by_one")
    if len(counts) != len(vote.options) or min(counts) < 0 or sum(counts) > MOST_PAPER:
        raise Refused("vote.count_impossible")
    papers(tx, vote, [(n,) for n, count in enumerate(counts) for _ in range(count)])


def papers(tx: Transaction, vote: Vote, choices: Iterable[Sequence[int]]) -> None:
    """Put paper ballots into the box, each with its choices in order; they replace those that were there. Refuses
    vote.way_unknown."""
    _on_paper(vote)
    table = schema.box_ballots
    tx.execute(sa.delete(table).where(table.c.vote == vote.id, table.c.way == "paper"))
    rows = [
        {
            "vote": vote.id,
            "ballot": id_of(tx.random(16)),
            "gathering": vote.gathering,
            "choice": choice_of(vote, [str(n) for n in each]),
            "way": "paper",
        }
        for each in choices
    ]
    _BALLOTS.run(tx.connection, rows)


def add_paper(tx: Transaction, vote: Vote, ballot: str, written: Sequence[str]) -> None:
    """Put one more paper ballot into the box, under an id that its form brings: sent again, it is there already.
    Refuses vote.way_unknown, vote.bad_choice."""
    _on_paper(vote)
    choice = choice_of(vote, written)
    if not _LYING.run(tx.connection, [{"ballot": ballot}], {"in_vote": vote.id}):
        row = {"vote": vote.id, "ballot": ballot, "gathering": vote.gathering}
        _BALLOTS.run(tx.connection, [{**row, "choice": choice, "way": "paper"}])


def _on_paper(vote: Vote) -> None:
    if "paper" not in vote.ways or not in_box(vote, "paper"):
        raise Refused("vote.way_unknown", way="paper")


def has_voted(connection: sa.Connection, vote: str, voter: str) -> bool:
    """Whether somebody has voted."""
    marks = schema.box_marks
    return (
        connection.execute(sa.select(marks.c.vote).where(marks.c.vote == vote, marks.c.voter == voter)).first()
        is not None
    )


def cast_so_far(connection: sa.Connection, vote: str) -> int:
    """How many ballots lie in the box, without those that everybody heard."""
    table = schema.box_ballots
    unheard = sa.and_(table.c.vote == vote, table.c.way != ROLL_CALL)
    return connection.execute(sa.select(sa.func.count()).select_from(table).where(unheard)).scalar_one()


def lines(connection: sa.Connection, vote: str) -> list[tuple[str, str]]:
    """The ballots, by id, with their choices; without those that everybody heard, whose count is told by itself."""
    table = schema.box_ballots
    unheard = sa.and_(table.c.vote == vote, table.c.way != ROLL_CALL)
    rows = connection.execute(sa.select(table.c.ballot, table.c.choice).where(unheard))
    return sorted((row.ballot, row.choice) for row in rows)


def heard(connection: sa.Connection, vote: Vote) -> tuple[tuple[int, ...], int]:
    """What a roll call came to so far: for each option how often it was said, and by how many people."""
    table = schema.box_ballots
    spoken = sa.and_(table.c.vote == vote.id, table.c.way == ROLL_CALL)
    choices = connection.execute(sa.select(table.c.choice).where(spoken)).scalars().all()
    counts = Counter(int(n) for choice in choices for n in choice.split(","))
    return tuple(counts[n] for n in range(len(vote.options))), len(choices)


class Voter(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may vote here. `way`: how they voted (None: not yet); `said`: for which options, in a roll call."""

    handle: str
    member: str | None
    way: str | None = None
    said: tuple[int, ...] = ()


def roll(connection: sa.Connection, vote: Vote) -> list[Voter]:
    """Those who may vote at the gathering of an open vote, and what they said aloud; of other ballots only that they
    were cast: for the chair and the desk alone. Of a secret vote nobody, for nobody is called."""
    if vote.secret:
        return []
    voters, marks, ballots = schema.voters, schema.box_marks, schema.box_ballots
    rows = connection.execute(
        sa.select(voters.c.handle, voters.c.member, ballots.c.way, ballots.c.choice)
        .select_from(
            voters.outerjoin(marks, sa.and_(marks.c.vote == vote.id, marks.c.voter == voters.c.handle)).outerjoin(
                ballots, sa.and_(ballots.c.vote == vote.id, ballots.c.ballot == marks.c.ballot)
            )
        )
        .where(voters.c.gathering == vote.gathering)
    )
    return [
        Voter(
            handle=row.handle,
            member=row.member,
            way=row.way,
            said=tuple(map(int, row.choice.split(","))) if row.way == ROLL_CALL else (),
        )
        for row in rows
    ]


def text_of(ballots: Iterable[tuple[str, str]]) -> str:
    """The ballots as they are sealed and published: a line for each, its id and its choices, sorted."""
    return "".join(f"{ballot} {choice}\n" for ballot, choice in ballots)


def tally(connection: sa.Connection, vote: Vote, ballots: Sequence[tuple[str, str]]) -> Tally:
    """What the box holds: for each option how often it is chosen, or stands first where ballots rank. SHA-256 of the
    ballots' text is its digest."""
    counts = [0] * len(vote.options)
    for _, choice in ballots:
        chosen = choice.split(",")
        for each in chosen[:1] if vote.method in RANKED else chosen:
            counts[int(each)] += 1
    table = schema.box_ballots
    phones = connection.execute(
        sa.select(sa.func.count()).select_from(table).where(table.c.vote == vote.id, table.c.way == "phones")
    ).scalar_one()
    return Tally(
        counts=tuple(counts),
        ballots=len(ballots),
        phones=phones,
        digest=sha256(text_of(ballots).encode()).hexdigest(),
    )


def empty(tx: Transaction, vote: str) -> None:
    """Erase the ballots and the marks of a vote. Whoever keeps the database overwrites what was erased
    (`Store.tidy_soon`)."""
    for table in (schema.box_marks, schema.box_ballots):
        tx.execute(sa.delete(table).where(table.c.vote == vote))
