"""Promises of institutions, and letters to them: what was promised, when, written or not, by when; what came of it, and
how many days it is overdue. What nobody wrote down is said so."""

from __future__ import annotations

from typing import Any

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.amounts import checked, currency_of, decimal
from comuna.rules.dates import days_between
from comuna.rules.ledger import past
from comuna.rules.money import InstitutionNamed, name_of
from comuna.rules.state import State
from comuna.rules.state_promise import Promise, Promises


@act("promise.made", v=1)
class PromiseMade(Act, frozen=True):
    """An institution promised something on a `date`; `giver`: its name; `amount` and `currency`: a sum, or null; `who`:
    the person who said so;
    `written`: whether it stands on paper; `letter`: that paper; `due`: by when, if that was said (ISO date)."""

    promise: str
    institution: str
    giver: TextRef
    what: TextRef
    amount: int | None
    currency: str | None
    date: str
    who: TextRef | None
    written: bool
    letter: FileRef | None
    conditions: TextRef | None
    due: str | None
    project: str | None


@act("promise.kept", v=1)
class PromiseKept(Act, frozen=True):
    """What was promised came: wholly, or in part. `receipt`: the money as it was received; `amount`: so much of the
    sum; `what`: what came, where it was no money or more is to be said."""

    promise: str
    whole: bool
    amount: int | None
    currency: str | None
    receipt: str | None
    what: TextRef | None
    date: str


@act("promise.refused", v=1)
class PromiseRefused(Act, frozen=True):
    """The institution said that it will not keep its promise, in writing or not."""

    promise: str
    written: bool
    letter: FileRef | None
    reason: TextRef | None
    date: str


@act("promise.withdrawn", v=1)
class PromiseWithdrawn(Act, frozen=True):
    """The group no longer holds the institution to it, and says why."""

    promise: str
    reason: TextRef


def days_overdue(promise: Promise, today: str) -> int:
    """How many days a promise is overdue, or was when it was kept; 0 if it is not, or nobody said by when."""
    if promise.due is None or promise.status in ("refused", "withdrawn"):
        return 0
    return max(0, days_between(promise.due, promise.settled_on or today))


def days_waiting(promise: Promise, today: str) -> int:
    """How many days have gone by since it was promised, until it was settled."""
    return max(0, days_between(promise.promised_on, promise.settled_on or today))


def overdue(s: State, today: str) -> list[Promise]:
    """The promises that are overdue, the longest first."""
    found = [p for p in s.promises.promises.values() if p.status in ("open", "part") and days_overdue(p, today)]
    return sorted(found, key=lambda p: (p.due or "", p.id))


def project_id(project: str | None) -> str | None:
    """The id of a project, or none. Refuses money.bad_id."""
    if project is not None and not ID.fullmatch(project):
        raise Refused("money.bad_id")
    return project


def make(
    s: State,
    *,
    by: str,
    promise: str,
    institution: str,
    what: TextRef,
    amount: int | None,
    currency: str | None,
    date: str,
    written: bool,
    due: str | None,
    today: str,
    who: TextRef | None = None,
    letter: FileRef | None = None,
    conditions: TextRef | None = None,
    project: str | None = None,
    new: InstitutionNamed | None = None,
) -> PromiseMade:
    """Write down a promise. `new`: an institution that is entered in the same step. Refuses money.bad_id,
    institution.unknown, amount.*, money.in_the_future, promise.due_before."""
    if not ID.fullmatch(promise) or promise in s.promises.promises:
        raise Refused("money.bad_id")
    if due is not None and due < date:
        raise Refused("promise.due_before")
    if amount is not None:
        checked(amount)
    return PromiseMade(
        promise=promise,
        institution=institution,
        giver=name_of(s, institution, new),
        what=what,
        amount=amount,
        currency=currency_of(currency or "") if amount is not None else None,
        date=past(date, today),
        who=who,
        written=written,
        letter=letter,
        conditions=conditions,
        due=due,
        project=project_id(project),
    )


def apply_made(s: State, a: PromiseMade, at: str) -> State:
    """It is open."""
    return _with(
        s,
        Promise(
            id=a.promise, institution=a.institution, what=a.what, amount=a.amount, currency=a.currency,
            promised_on=a.date, written=a.written, due=a.due, project=a.project,
        ),
    )  # fmt: skip


def _open(s: State, promise: str) -> Promise:
    found = s.promises.promises.get(promise)
    if found is None:
        raise Refused("promise.unknown")
    if found.status not in ("open", "part"):
        raise Refused("promise.settled")
    return found


def keep(
    s: State,
    *,
    by: str,
    promise: str,
    whole: bool,
    date: str,
    today: str,
    amount: int | None = None,
    currency: str | None = None,
    receipt: str | None = None,
    what: TextRef | None = None,
) -> PromiseKept:
    """Write down what came of a promise. Where all of the promised sum has come, it is kept whole. Refuses
    promise.unknown, promise.settled, promise.other_currency, promise.not_whole (left, currency),
    money.in_the_future, promise.before_it."""
    found = _open(s, promise)
    if amount is not None:
        checked(amount)
        if found.currency is None or found.currency != currency:
            raise Refused("promise.other_currency", currency=found.currency or "–")
    if date < found.promised_on:
        raise Refused("promise.before_it")
    complete = amount is not None and found.amount is not None and found.got + amount >= found.amount
    if whole and amount is not None and found.amount is not None and not complete:
        raise Refused(
            "promise.not_whole",
            left=decimal(found.amount - found.got - amount, found.currency or ""),
            currency=found.currency or "",
        )
    return PromiseKept(
        promise=promise,
        whole=whole or complete,
        amount=amount,
        currency=found.currency if amount is not None else None,
        receipt=receipt,
        what=what,
        date=past(date, today),
    )


def apply_kept(s: State, a: PromiseKept, at: str) -> State:
    """It is kept, or a part of it."""
    found = s.promises.promises[a.promise]
    changes: dict[str, Any] = {"got": found.got + (a.amount or 0), "status": "part"}
    if a.whole:
        changes |= {"status": "kept", "settled_on": a.date}
    return _changed(s, a.promise, **changes)


def refuse(
    s: State,
    *,
    by: str,
    promise: str,
    written: bool,
    date: str,
    today: str,
    letter: FileRef | None = None,
    reason: TextRef | None = None,
) -> PromiseRefused:
    """Write down that the institution refuses. Refuses promise.unknown, promise.settled, money.in_the_future,
    promise.before_it."""
    if date < _open(s, promise).promised_on:
        raise Refused("promise.before_it")
    return PromiseRefused(promise=promise, written=written, letter=letter, reason=reason, date=past(date, today))


def apply_refused(s: State, a: PromiseRefused, at: str) -> State:
    """It will not be kept."""
    return _changed(s, a.promise, status="refused", settled_on=a.date)


def withdraw(s: State, *, by: str, promise: str, reason: TextRef) -> PromiseWithdrawn:
    """Hold nobody to it any more. Refuses promise.unknown, promise.settled."""
    _open(s, promise)
    return PromiseWithdrawn(promise=promise, reason=reason)


def apply_withdrawn(s: State, a: PromiseWithdrawn, at: str) -> State:
    """It is no longer asked for."""
    return _changed(s, a.promise, status="withdrawn", settled_on=at[:10])


def _with(s: State, promise: Promise) -> State:
    changed: Promises = msgspec.structs.replace(s.promises, promises=s.promises.promises.set(promise.id, promise))
    return msgspec.structs.replace(s, promises=changed)


def _changed(s: State, promise: str, **changes: Any) -> State:
    return _with(s, msgspec.structs.replace(s.promises.promises[promise], **changes))
