"""Letters to institutions, each with its clock: when it was sent, by when an answer is due, and what answer came. That
no answer came is an answer worth writing down."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import msgspec

from comuna.kernel.act import Act, FileRef, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.dates import days_between
from comuna.rules.ledger import past
from comuna.rules.money import InstitutionNamed, name_of
from comuna.rules.promise import project_id
from comuna.rules.state import State
from comuna.rules.state_promise import Request

Outcome = Literal["granted", "answered", "refused"]
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
"""What an answer says: yes, neither yes nor no, no."""


@act("request.sent", v=1)
class RequestSent(Act, frozen=True):
    """A letter went to an institution on a `date`; `giver`: its name; `due`: by when it should answer (ISO date)."""

    request: str
    institution: str
    giver: TextRef
    what: TextRef
    letter: FileRef | None
    date: str
    due: str
    project: str | None


@act("request.answered", v=1)
class RequestAnswered(Act, frozen=True):
    """The institution answered: `granted`, `answered` (neither yes nor no) or `refused`; in writing or not."""

    request: str
    outcome: Outcome
    written: bool
    letter: FileRef | None
    text: TextRef | None
    date: str


@act("request.unanswered", v=1)
class RequestUnanswered(Act, frozen=True):
    """It was noted on a day that no answer has come; so many days after it was due (below nought: before)."""

    request: str
    days: int
    note: TextRef | None
    date: str


def days_overdue(request: Request, today: str) -> int:
    """How many days an answer is overdue, or was when it came; 0 if it is not."""
    return max(0, days_between(request.due, request.answered_on or today))


def send(
    s: State,
    *,
    by: str,
    request: str,
    institution: str,
    what: TextRef,
    date: str,
    due: str,
    today: str,
    letter: FileRef | None = None,
    project: str | None = None,
    new: InstitutionNamed | None = None,
) -> RequestSent:
    """Write down a letter. Refuses money.bad_id, institution.unknown, money.in_the_future, request.due_before."""
    if not ID.fullmatch(request) or request in s.promises.requests:
        raise Refused("money.bad_id")
    if due < date:
        raise Refused("request.due_before")
    return RequestSent(
        request=request,
        institution=institution,
        giver=name_of(s, institution, new),
        what=what,
        letter=letter,
        date=past(date, today),
        due=due,
        project=project_id(project),
    )


def apply_sent(s: State, a: RequestSent, at: str) -> State:
    """An answer is waited for."""
    return _with(s, Request(id=a.request, institution=a.institution, what=a.what, sent_on=a.date, due=a.due))


def _waiting(s: State, request: str, date: str) -> Request:
    found = s.promises.requests.get(request)
    if found is None:
        raise Refused("request.unknown")
    if found.status != "waiting":
        raise Refused("request.answered_already")
    if date < found.sent_on:
        raise Refused("request.before_it")
    return found


def answer(
    s: State,
    *,
    by: str,
    request: str,
    outcome: str,
    written: bool,
    date: str,
    today: str,
    letter: FileRef | None = None,
    text: TextRef | None = None,
) -> RequestAnswered:
    """Write down an answer. Refuses request.unknown, request.answered_already, request.before_it,
    request.unknown_outcome, money.in_the_future."""
    _waiting(s, request, date)
    if outcome not in OUTCOMES:
        raise Refused("request.unknown_outcome")
    return RequestAnswered(
        request=request,
        outcome=outcome,  # type: ignore[arg-type]
        written=written,
        letter=letter,
        text=text,
        date=past(date, today),
    )


def apply_answered(s: State, a: RequestAnswered, at: str) -> State:
    """Nothing is waited for."""
    return _changed(s, a.request, status=a.outcome, answered_on=a.date)


def note_silence(s: State, *, by: str, request: str, today: str, note: TextRef | None = None) -> RequestUnanswered:
    """Note that no answer has come as yet. Refuses request.unknown, request.answered_already, request.before_it."""
    found = _waiting(s, request, today)
    return RequestUnanswered(request=request, days=days_between(found.due, today), note=note, date=today)


def apply_unanswered(s: State, a: RequestUnanswered, at: str) -> State:
    """It is still waited for, and that was noted."""
    return _changed(s, a.request, noted=(*s.promises.requests[a.request].noted, a.date))


def _with(s: State, request: Request) -> State:
    changed = msgspec.structs.replace(s.promises, requests=s.promises.requests.set(request.id, request))
    return msgspec.structs.replace(s, promises=changed)


def _changed(s: State, request: str, **changes: Any) -> State:
    return _with(s, msgspec.structs.replace(s.promises.requests[request], **changes))
