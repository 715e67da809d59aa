"""What a group decided: who sees to it, by when, and whether it is done."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.rules import motion
from comuna.store import book, texts
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor
from comuna.web.offices import today

LONGEST = 2_000
"""Letters of a report."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as the page shows it; words are None where they were erased."""

    id: str
    number: int
    words: str | None
    owner: str | None
    due: str | None
    overdue: bool
    decided_on: str
    gathering: str
    act: int
    done_on: str | None = None
    report: str | None = None
    charter: str | None = None
    """The SHA-256 of the charter that it puts in force, if it is about one."""
    annulled: bool = False


def listed(door: GroupDoor, connection: sa.Connection) -> list[Listed]:
    """The decisions of the group, the newest first."""
    found: dict[str, Listed] = {}
    for envelope in book.envelopes(connection, door.book):
        entry = act_in(envelope)
        if isinstance(entry, motion.DecisionRecorded):
            found[entry.decision] = Listed(
                id=entry.decision,
                number=entry.number,
                words=texts.read(connection, entry.text),
                owner=texts.read(connection, entry.owner) if entry.owner else None,
                due=entry.due,
                overdue=entry.due is not None and entry.due < today(door),
                decided_on=envelope.at[:10],
                gathering=entry.gathering,
                act=envelope.seq,
                charter=adopted.charter if (adopted := door.state.motions.get(entry.motion)) else None,
                annulled=door.state.decisions[entry.decision].annulled,
            )
        elif isinstance(entry, motion.DecisionDone):
            report = texts.read(connection, entry.report) if entry.report else None
            found[entry.decision] = msgspec.structs.replace(
                found[entry.decision], done_on=envelope.at[:10], report=report, overdue=False
            )
    return list(found.values())[::-1]


def show(door: ReaderDoor) -> Response:
    """What is to be done, the most urgent first; then what is done."""
    with door.store.read() as connection:
        found = listed(door, connection)
    over = [d for d in found if d.done_on is not None or d.annulled]
    waiting = sorted((d for d in found if d not in over), key=lambda d: (d.due or "9", d.number))
    return door.page("offices/decisions.html", waiting=waiting, done=over)


def finish(door: KeeperDoor) -> Response:
    """Say that a decision is done; sent twice, once. Refuses words.too_long, decision.unknown."""
    id, said = door.form.line("decision"), door.form.text("report").replace("\r\n", "\n").strip()
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and id in s.decisions and s.decisions[id].done:
            return
        report = texts.new(tx, said) if said else None
        door.store.record(
            tx,
            door.book,
            lambda s: motion.finish(s, by=door.member, decision=id, report=report.ref if report else None),
            by=door.member,
            with_texts=[report] if report else [],
        )

    door.write(job)
    return door.go(f"/g/{door.book}/decisions")
