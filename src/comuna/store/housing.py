"""The dwellings of a project, by household number: their answers, the work on them, and the order that was last set.
Nothing of it is in a book, and all of it is erased when the project ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import housing as rules
from comuna.rules.housing import Place
from comuna.rules.state import State
from comuna.store import brigades
from comuna.store.brigades import Material
from comuna.store.schema import works
from comuna.store.writer import Transaction

_D = works.dwellings
_M = works.dwelling_materials
_L = works.housing_lists


class Dwelling(msgspec.Struct, frozen=True, kw_only=True):
    """A dwelling: its answers (criterion → answer), the hands that its work needs and that are there, when it was
    started and handed over, and what the household still misses."""

    code: str
    answers: Mapping[str, str] = {}
    hands: int = 0
    hands_there: int = 0
    started: str | None = None
    handed: str | None = None
    remark: str | None = None


def dwellings(connection: sa.Connection, book: str, project: str) -> dict[str, Dwelling]:
    """The dwellings of a project, by their code."""
    asked = sa.select(_D).where(_D.c.book == book, _D.c.project == project).order_by(_D.c.code)
    return {row.code: _dwelling(row) for row in connection.execute(asked)}


def _dwelling(row: sa.Row[Any]) -> Dwelling:
    answers = {str(name): str(value) for name, value in json.loads(row.answers).items()}
    names = ("code", "hands", "hands_there", "started", "handed", "remark")
    return Dwelling(answers=answers, **{name: getattr(row, name) for name in names})


def must(connection: sa.Connection, book: str, project: str, code: str) -> Dwelling:
    """A dwelling. Refuses: housing.dwelling_unknown."""
    found = dwellings(connection, book, project).get(code)
    if found is None:
        raise Refused("housing.dwelling_unknown")
    return found


def keep(tx: Transaction, book: str, project: str, new: Iterable[Dwelling]) -> None:
    """Write dwellings with their answers; of those that are here already, the answers alone. Refuses:
    housing.too_many_dwellings."""
    there = dwellings(tx.connection, book, project)
    for each in new:
        answers = json.dumps(dict(each.answers), ensure_ascii=False, sort_keys=True)
        if each.code in there:
            tx.execute(sa.update(_D).where(_this(book, project, each.code)).values(answers=answers))
        else:
            tx.execute(sa.insert(_D).values(book=book, project=project, code=each.code, answers=answers))
        there[each.code] = each
    if len(there) > rules.MOST_DWELLINGS:
        raise Refused("housing.too_many_dwellings", limit=rules.MOST_DWELLINGS)


def _this(book: str, project: str, code: str) -> sa.ColumnElement[bool]:
    return sa.and_(_D.c.book == book, _D.c.project == project, _D.c.code == code)


def work(tx: Transaction, book: str, project: str, code: str, **values: object) -> None:
    """Write what is known of the work on a dwelling. Refuses: housing.dwelling_unknown."""
    must(tx.connection, book, project, code)
    tx.execute(sa.update(_D).where(_this(book, project, code)).values(**values))


def drop(tx: Transaction, book: str, project: str, code: str) -> None:
    """Take a dwelling off the list, with all that is known of it."""
    tx.execute(sa.delete(_M).where(_M.c.book == book, _M.c.project == project, _M.c.code == code))
    tx.execute(sa.delete(_D).where(_this(book, project, code)))


def materials(connection: sa.Connection, book: str, project: str, code: str) -> list[Material]:
    """What the work on a dwelling needs."""
    asked = sa.select(_M).where(_M.c.book == book, _M.c.project == project, _M.c.code == code).order_by(_M.c.line)
    return [Material(row.what, row.needed, row.there) for row in connection.execute(asked)]


def need(tx: Transaction, book: str, project: str, code: str, wanted: Iterable[Material]) -> None:
    """Write down what the work on a dwelling needs, in the place of what it needed before."""
    tx.execute(sa.delete(_M).where(_M.c.book == book, _M.c.project == project, _M.c.code == code))
    rows = [
        {
            "book": book,
            "project": project,
            "code": code,
            "line": n,
            "what": m.what,
            "needed": m.needed,
            "there": m.there,
        }
        for n, m in enumerate(wanted)
    ]
    if rows:
        tx.execute(sa.insert(_M), rows)


# The order


def set_order(tx: Transaction, s: State, project: str, seed: str) -> tuple[str, int]:
    """Put the dwellings in order and keep the list under a new key: its keyed digest, and how many there are. Refuses:
    project.unknown, housing.no_programme."""
    criteria = rules.programme(s, project).criteria
    found = {code: each.answers for code, each in dwellings(tx.connection, s.book or "", project).items()}
    body, key = rules.listed(rules.queue(criteria, found, seed)), tx.random(32)
    tx.execute(sa.delete(_L).where(_L.c.book == s.book, _L.c.project == project))
    tx.execute(sa.insert(_L).values(book=s.book, project=project, key=key, body=body))
    return rules.digest(body, key), len(found)


def order(connection: sa.Connection, s: State, project: str) -> list[Place] | None:
    """The order as it was set, each place explained; None where none holds, or it was erased. Raises ValueError where
    the list that is here is another than the book says."""
    found = s.housing.get(project)
    if found is None or found.digest is None or found.seed is None:
        return None
    row = connection.execute(sa.select(_L).where(_L.c.book == s.book, _L.c.project == project)).first()
    if row is None:
        return None
    if rules.digest(row.body, bytes(row.key)) != found.digest:
        raise ValueError(f"the list of dwellings of {project} was changed")
    answers: dict[str, dict[str, str]] = {}
    for line in row.body.splitlines():
        _, code, _, said = json.loads(line)
        answers[code] = {c.id: a for c, a in zip(found.criteria, said, strict=True) if a is not None}
    return rules.queue(found.criteria, answers, found.seed)


def stale(connection: sa.Connection, s: State, project: str) -> bool:
    """Whether the dwellings or their answers are others than when the order was set."""
    found, then = s.housing.get(project), order(connection, s, project)
    if found is None or then is None or found.seed is None:
        return False
    now = {code: each.answers for code, each in dwellings(connection, s.book or "", project).items()}
    return rules.listed(rules.queue(found.criteria, now, found.seed)) != rules.listed(then)


def forget(tx: Transaction, book: str, project: str) -> None:
    """Erase everything about the dwellings of a project: it ended."""
    for table in (_M, _D, _L):
        tx.execute(sa.delete(table).where(table.c.book == book, table.c.project == project))


# What a restored backup brings back


def sweep(tx: Transaction, s: State) -> int:
    """Erase who came to brigades that are over, and the dwellings of projects that ended: a restored backup may have
    brought them back. Returns how many brigades and projects."""
    book, gone = s.book or "", 0
    there = {name for (name,) in tx.execute(sa.select(_D.c.project).where(_D.c.book == book).distinct())}
    there |= {name for (name,) in tx.execute(sa.select(_L.c.project).where(_L.c.book == book))}
    for project in there:
        if project not in s.projects or s.projects[project].status != "under_way":
            forget(tx, book, project)
            gone += 1
    called = {id for p in s.projects.values() for id, each in p.brigades.items() if each.status == "called"}
    for brigade in set(brigades.counts(tx.connection, book)) - called:
        brigades.forget_hands(tx, book, brigade)
        gone += 1
    return gone
