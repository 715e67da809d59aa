"""The ledger of promises, and of letters to institutions: who, what, when, written or not; days overdue in the open."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from markupsafe import Markup
from starlette.responses import Response

from comuna.kernel.act import Act, Envelope, act_in
from comuna.kernel.refusal import Refused
from comuna.rules import dates, promise, request
from comuna.rules.state import State
from comuna.rules.state_promise import Promise, Request
from comuna.store import book, texts
from comuna.web import bookkeeping as keeping
from comuna.web import money_drawing as drawing
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor
from comuna.web.bookkeeping import Kept
from comuna.web.offices import today

ANSWER_DAYS = 28
"""Filled in as the time for an answer: four weeks. The desk puts the day that the law or the letter sets."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A promise or a letter as the ledger shows it. `late`: days overdue; `days`: since it was made, or until it was
    settled; `left`: days until it is due, if that is still to come."""

    of: Promise | Request
    who: str
    what: str
    sum: str | None
    got: str | None
    late: int
    days: int
    left: int | None
    bar: Markup
    open: bool


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a promise or a letter: its act's name, day, words and file."""

    name: str
    date: str
    words: str | None = None
    sum: str | None = None
    written: bool | None = None
    file: str | None = None
    whole: bool | None = None
    outcome: str | None = None


def path(door: GroupDoor, rest: str = "") -> str:
    """A page of this room."""
    return f"/g/{door.book}/promises{rest}"


def _bar(made: str, due: str | None, settled: str | None, scale: tuple[str, int], day: str) -> Markup:
    start, length = scale
    end = settled or day
    allowed = dates.days_between(made, min(due, end) if due else end)
    late = max(0, dates.days_between(due, end)) if due else 0
    return drawing.waited(dates.days_between(start, made), max(allowed, 0), late, length)


def _scale(starts: list[str], day: str) -> tuple[str, int]:
    start = min(starts, default=day)
    return start, max(dates.days_between(start, day), 1)


def promises(door: GroupDoor, connection: sa.Connection) -> list[Shown]:
    """Every promise, those that are longest overdue first, then those that are open, then those settled."""
    day, found = today(door), list(door.state.promises.promises.values())
    names, erased = keeping.institutions(door, connection), door.words.text("The words were erased.")
    scale = _scale([p.promised_on for p in found], day)
    shown = []
    for p in found:
        open = p.status in ("open", "part")
        shown.append(
            Shown(
                of=p,
                who=names[p.institution],
                what=texts.read(connection, p.what) or erased,
                sum=door.words.money(p.amount, p.currency) if p.amount and p.currency else None,
                got=door.words.money(p.got, p.currency) if p.got and p.currency else None,
                late=promise.days_overdue(p, day),
                days=promise.days_waiting(p, day),
                left=dates.days_between(day, p.due) if p.due and open and p.due >= day else None,
                bar=_bar(p.promised_on, p.due, p.settled_on, scale, day),
                open=open,
            )
        )
    return sorted(shown, key=lambda each: (not each.open, -each.late, -each.days, each.of.id))


def requests(door: GroupDoor, connection: sa.Connection) -> list[Shown]:
    """Every letter, those longest without an answer first."""
    day, found = today(door), list(door.state.promises.requests.values())
    names, erased = keeping.institutions(door, connection), door.words.text("The words were erased.")
    scale = _scale([r.sent_on for r in found], day)
    shown = [
        Shown(
            of=r,
            who=names[r.institution],
            what=texts.read(connection, r.what) or erased,
            sum=None,
            got=None,
            late=request.days_overdue(r, day),
            days=dates.days_between(r.sent_on, r.answered_on or day),
            left=dates.days_between(day, r.due) if r.status == "waiting" and r.due >= day else None,
            bar=_bar(r.sent_on, r.due, r.answered_on, scale, day),
            open=r.status == "waiting",
        )
        for r in found
    ]
    return sorted(shown, key=lambda each: (not each.open, -each.late, -each.days, each.of.id))


def overdue(door: GroupDoor, connection: sa.Connection) -> list[Shown]:
    """The promises and letters that are overdue and open, the longest first: for the overview of the works."""
    found = [*promises(door, connection), *requests(door, connection)]
    return sorted((each for each in found if each.open and each.late), key=lambda each: -each.late)


def show(door: ReaderDoor) -> Response:
    """The ledger."""
    with door.store.read() as connection:
        made, sent = promises(door, connection), requests(door, connection)
    return door.page(
        "money/promises.html",
        promises=made,
        requests=sent,
        late=[p for p in made if p.open and p.late],
        silent=[r for r in sent if r.open and r.late],
        today=today(door),
        done=door.request.query_params.get("done", ""),
    )


def one(door: ReaderDoor) -> Response:
    """A promise, and everything that happened to it. Refuses promise.unknown."""
    return _page(door, "promise", "money/promise.html", promises, "promise.unknown")


def one_request(door: ReaderDoor) -> Response:
    """A letter, and everything that happened to it. Refuses request.unknown."""
    return _page(door, "request", "money/request.html", requests, "request.unknown")


def _page(door: ReaderDoor, what: str, template: str, listed: Any, refusal: str) -> Response:
    id = door.request.path_params[what]
    with door.store.read() as connection:
        found = next((each for each in listed(door, connection) if each.of.id == id), None)
        if found is None:
            raise Refused(refusal)
        acts = [e for e in book.envelopes(connection, door.book) if e.kind.startswith(f"{what}.")]
        about = [e for e in acts if getattr(act_in(e), what, None) == id]
        past = [_happened(door, connection, e) for e in about]
        first = act_in(about[0])
        more = {
            "said_by": texts.read(connection, ref) if (ref := getattr(first, "who", None)) else None,
            "conditions": texts.read(connection, ref) if (ref := getattr(first, "conditions", None)) else None,
        }
    return door.page(template, p=found, past=past, today=today(door), new=keeping.new_id(), **more)


def _happened(door: GroupDoor, connection: sa.Connection, envelope: Envelope) -> Happened:
    entry: Any = act_in(envelope)
    ref = next((r for name in ("reason", "text", "note", "what") if (r := getattr(entry, name, None))), None)
    amount, currency = getattr(entry, "amount", None), getattr(entry, "currency", None)
    return Happened(
        name=envelope.kind.partition("/")[0],
        date=getattr(entry, "date", envelope.at[:10]),
        words=texts.read(connection, ref) if ref else None,
        sum=door.words.money(amount, currency) if amount and currency else None,
        written=getattr(entry, "written", None),
        file=getattr(entry, "letter", None),
        whole=getattr(entry, "whole", None),
        outcome=getattr(entry, "outcome", None),
    )


# What the desk writes down


def form(door: KeeperDoor) -> Response:
    """The form for a promise, or for a letter."""
    which = "request_new" if door.request.url.path.endswith("/requests/new") else "promise_new"
    with door.store.read() as connection:
        offered = keeping.offered(door, connection)
    due = dates.days_later(today(door), ANSWER_DAYS)
    return door.page(f"money/{which}.html", due=due, project=door.request.query_params.get("project", ""), **offered)


def make(door: KeeperDoor) -> Response:
    """Write down a promise; sent twice, once. Refuses promise.no_words, institution.no_name, and what `promise.make`
    does."""
    form, id, other, day = door.form, keeping.id_of(door.form), keeping.id_of(door.form, "other"), today(door)
    name, what, letter = keeping.giver(form), keeping.words(form, "what", "promise.no_words"), keeping.voucher(door)
    sum, currency = keeping.amount(form) if form.line("amount") else (None, None)
    date, due = keeping.day(form, otherwise=day), keeping.day_or_none(form, "due")
    who, conditions = keeping.words(form, "who"), keeping.words(form, "conditions")

    def decide(s: State, kept: Kept) -> list[Act]:
        known, new, acts = keeping.institution(door, s, kept, name, other)
        made = promise.make(
            s, by=door.member, promise=id, institution=known, what=kept.must(what), amount=sum, currency=currency,
            date=date, written=form.line("written") == "yes", due=due, today=day, who=kept.text(who),
            letter=kept.file(letter), conditions=kept.text(conditions), project=form.optional("project"), new=new,
        )  # fmt: skip
        return [*acts, made]

    keeping.record(door, door.member, decide, done=lambda s: id in s.promises.promises)
    return door.go(path(door, f"/{id}"))


def _act(door: KeeperDoor, status: tuple[str, ...], decide: Any) -> Response:
    """Something comes of a promise; what the same form brought already is not recorded again."""
    id = door.request.path_params["promise"]

    def done(s: State) -> bool:
        found = s.promises.promises.get(id)
        return found is not None and found.status in status

    keeping.record(door, door.member, decide, done=done)
    return door.go(path(door, f"/{id}"))


def keep(door: KeeperDoor) -> Response:
    """Something came that was no money, wholly or in part. Refuses promise.no_words, and what `promise.keep` does."""
    form, id, day = door.form, door.request.path_params["promise"], today(door)
    what, date = keeping.words(form, "what", "promise.no_words"), keeping.day(form, otherwise=day)
    whole = form.line("whole") == "yes"

    def decide(s: State, kept: Kept) -> Act:
        return promise.keep(
            s, by=door.member, promise=id, whole=whole, date=date, today=day, what=kept.must(what)
        )  # fmt: skip

    return _act(door, ("kept",), decide)


def refuse(door: KeeperDoor) -> Response:
    """The institution says no. Refuses what `promise.refuse` does."""
    form, id, day = door.form, door.request.path_params["promise"], today(door)
    reason, letter, date = keeping.words(form, "reason"), keeping.voucher(door), keeping.day(form, otherwise=day)

    def decide(s: State, kept: Kept) -> Act:
        return promise.refuse(
            s, by=door.member, promise=id, written=form.line("written") == "yes", date=date, today=day,
            letter=kept.file(letter), reason=kept.text(reason),
        )  # fmt: skip

    return _act(door, ("refused",), decide)


def withdraw(door: KeeperDoor) -> Response:
    """Hold nobody to it any more. Refuses money.no_reason, and what `promise.withdraw` does."""
    id, reason = door.request.path_params["promise"], keeping.words(door.form, "reason", "money.no_reason")
    return _act(
        door, ("withdrawn",),
        lambda s, kept: promise.withdraw(s, by=door.member, promise=id, reason=kept.must(reason)),
    )  # fmt: skip


def send(door: KeeperDoor) -> Response:
    """Write down a letter; sent twice, once. Refuses request.no_words, institution.no_name, and what `request.send`
    does."""
    form, id, other, day = door.form, keeping.id_of(door.form), keeping.id_of(door.form, "other"), today(door)
    name, what, letter = keeping.giver(form), keeping.words(form, "what", "request.no_words"), keeping.voucher(door)
    date, due = keeping.day(form, otherwise=day), keeping.day(form, "due")

    def decide(s: State, kept: Kept) -> list[Act]:
        known, new, acts = keeping.institution(door, s, kept, name, other)
        sent = request.send(
            s, by=door.member, request=id, institution=known, what=kept.must(what), date=date, due=due, today=day,
            letter=kept.file(letter), project=form.optional("project"), new=new,
        )  # fmt: skip
        return [*acts, sent]

    keeping.record(door, door.member, decide, done=lambda s: id in s.promises.requests)
    return door.go(path(door, f"/requests/{id}"))


def answer(door: KeeperDoor) -> Response:
    """An answer came; sent twice, once. Refuses what `request.answer` does."""
    form, id, day = door.form, door.request.path_params["request"], today(door)
    said, letter, date = keeping.words(form, "text"), keeping.voucher(door), keeping.day(form, otherwise=day)

    def decide(s: State, kept: Kept) -> Act:
        return request.answer(
            s, by=door.member, request=id, outcome=form.line("outcome"), written=form.line("written") == "yes",
            date=date, today=day, letter=kept.file(letter), text=kept.text(said),
        )  # fmt: skip

    keeping.record(door, door.member, decide, done=lambda s: _answered(s, id))
    return door.go(path(door, f"/requests/{id}"))


def _answered(s: State, id: str) -> bool:
    found = s.promises.requests.get(id)
    return found is not None and found.status != "waiting"


def note_silence(door: KeeperDoor) -> Response:
    """Note that no answer has come; once a day. Refuses what `request.note_silence` does."""
    id, note, day = door.request.path_params["request"], keeping.words(door.form, "note"), today(door)

    def decide(s: State, kept: Kept) -> Act:
        return request.note_silence(s, by=door.member, request=id, today=day, note=kept.text(note))

    def done(s: State) -> bool:
        found = s.promises.requests.get(id)
        return found is not None and day in found.noted

    keeping.record(door, door.member, decide, done=done)
    return door.go(path(door, f"/requests/{id}"))
