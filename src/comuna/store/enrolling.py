"""Taking a file into the register: first a plan of what would change, with everything that speaks against it; then all
of it in one transaction and one act, or nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256

import msgspec
import sqlalchemy as sa

from comuna.kernel import identity
from comuna.kernel.refusal import Refused
from comuna.rules import register as rules
from comuna.rules.cells import Problem
from comuna.rules.register import Given, Row
from comuna.rules.register_file import NOW, Found, Line
from comuna.store import book as books
from comuna.store import register
from comuna.store.writer import Transaction

Told = Callable[[int], None]
"""Is told how many rows were done."""


class Change(msgspec.Struct, frozen=True):
    """A row as it is and as it would be."""

    before: Row
    after: Row


class Plan(msgspec.Struct, frozen=True):
    """What a file would change: rows that are new (without a number as yet), rows that would be others, how many stay
    as they are; and everything that speaks against it, by line."""

    new: tuple[Row, ...]
    changed: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def digest(self) -> str:
        """By what two plans are seen to be the same."""
        told = (self.new, self.changed, self.unchanged, len(self.problems))
        return sha256(msgspec.json.encode(told)).hexdigest()


def plan(connection: sa.Connection, book: str, found: Found, today: dt.date) -> Plan:
    """What a file would change on the register as it is."""
    return _Planning(connection, book, today).of(found)


class _Planning:
    def __init__(self, connection: sa.Connection, book: str, today: dt.date) -> None:
        self._quarter = rules.quarter_of(today)
        self._here = {row.member: row for row in register.every(connection, book)}
        self._ever = register.numbers(connection, book)
        self._people: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._names: dict[str, list[str]] = defaultdict(list)
        for row in self._here.values():
            self._people[register.key(row.name or "", row.household or "")].append(row.member)
            self._names[rules.folded(row.name or "")].append(row.member)
        self._problems: list[Problem] = []
        self._lines: dict[str, int] = {}
        """The line that each row of the register is meant by."""

    def of(self, found: Found) -> Plan:
        """Hold each line against the register."""
        new, changed, unchanged = [], [], 0
        for line in found.lines:
            before = self._meant(line)
            if before is None:
                continue
            after = rules.changed(before, self._given(line, before))
            if not before.member:
                new.append(after)
            elif after == before:
                unchanged += 1
            else:
                changed.append(Change(before, after))
        problems = sorted([*found.problems, *self._problems], key=lambda problem: problem.line)
        return Plan(tuple(new), tuple(changed), unchanged, tuple(problems))

    def _given(self, line: Line, before: Row) -> Given:
        rights: dict[str, str] = {}
        for right, since in line.rights.items():
            known = before.rights.get(right)
            if since == NOW:
                since = known if known is not None and known <= self._quarter else self._quarter
            rights[right] = since
        return Given(name=line.name, kind=line.kind, household=line.household, unit=line.unit, rights=rights)

    def _meant(self, line: Line) -> Row | None:
        """The row that a line is about, or the beginning of a new one; None where that cannot be told."""
        if line.number is None:
            alike = self._people.get(register.key(line.name or "", line.household or ""), [])
            if line.household is None:  # the file does not tell households
                alike = self._names.get(rules.folded(line.name or ""), [])
            if len(alike) > 1:
                return self._wrong(line, "ambiguous")
            if not alike:
                return Row(member="", joined=self._quarter)
            row = self._here[alike[0]]
        else:
            found = self._here.get(line.number)
            if found is None:
                code = "number_left" if line.number in self._ever else "number_unknown"
                return self._wrong(line, code, value=line.number)
            row = found
            same_name = row.name is None or rules.folded(row.name) == rules.folded(line.name or "")
            same_house = line.household is not None and rules.folded(row.household or "") == rules.folded(
                line.household
            )
            if not same_name and not (same_house and line.household):
                return self._wrong(line, "number_taken", value=line.number)
        other = self._lines.setdefault(row.member, line.line)
        if other != line.line:
            return self._wrong(line, "person_twice", other=str(other))
        return row

    def _wrong(self, line: Line, code: str, **args: str) -> None:
        self._problems.append(Problem(line.line, code, args))


def take_in(
    tx: Transaction,
    shelf: books.Shelf,
    book: str,
    found: Found,
    *,
    by: str,
    seen: str | None = None,
    told: Told | None = None,
) -> Plan:
    """Do what a file asks for: all of it and one act, or nothing. `seen`: the digest of the plan that was shown.
    Refuses: register.not_taken_in where something speaks against it, register.changed_meanwhile where the plan is
    another now, register.unchanged."""
    planned = plan(tx.connection, book, found, tx.now.date())
    if planned.problems:
        raise Refused("register.not_taken_in")
    if seen is not None and seen != planned.digest:
        raise Refused("register.changed_meanwhile")
    if not planned.new and not planned.changed:
        raise Refused("register.unchanged")
    taken = register.numbers(tx.connection, book)
    rows = []
    for row in planned.new:
        member = identity.member_number(tx.random(32), taken)
        taken.add(member)
        rows.append(msgspec.structs.replace(row, member=member))
    done = 0
    for write, all_rows in ((register.insert, rows), (register.replace, [c.after for c in planned.changed])):
        for part in register.parts(all_rows):
            write(tx, book, part)
            done += len(part)
            if told:
                told(done)
    register.record(tx, shelf, book, by=by, added=len(rows), corrected=len(planned.changed))
    return msgspec.structs.replace(planned, new=tuple(rows))
