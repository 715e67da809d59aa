"""The accounts that units give: drafted from the book, read, presented as they were read, approved by an assembly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.language import N_
from comuna.paper import document as paper
from comuna.paper.record import record_pdf
from comuna.rules import accounting, control, payment, promise
from comuna.rules.accounting import Period
from comuna.rules.state import State
from comuna.store import texts
from comuna.web import bookkeeping as keeping
from comuna.web import record as records
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor
from comuna.web.bookkeeping import Kept
from comuna.web.money import path
from comuna.web.offices import title, today


class Draft(msgspec.Struct, frozen=True):
    """An account as it can be read: of which unit and time, and its document."""

    unit: str
    since: str
    until: str
    document: paper.Document


def show(door: ReaderDoor) -> Response:
    """The accounts that are due, and those that were given."""
    day = today(door)
    given = sorted(door.state.money.accounts.values(), key=lambda a: (a.until, a.id), reverse=True)
    with door.store.read() as connection:
        decisions = keeping.decisions(door, connection)
    units = {each: title(door, each) for each in (payment.pays(door.state), payment.controls(door.state)) if each}
    due = [each for each in accounting.due(door.state, day) if each.given is None]
    numbers = {id: each.number for id, each in door.state.decisions.items()}
    return door.page(
        "money/accounts.html", due=due, given=given, units=units, decisions=decisions, numbers=numbers, today=day,
        year=f"{day[:4]}-01-01",
    )  # fmt: skip


# The draft


def _asked(door: GroupDoor, form: Any) -> tuple[str, str, str]:
    """Unit and time of an account. Refuses account.unknown_unit, account.no_time, money.bad_date."""
    unit, since, until = form("unit"), form("since"), form("until")
    for each in (since, until):
        try:
            dt.date.fromisoformat(each)
        except ValueError as error:
            raise Refused("money.bad_date", written=each[:40] or "–") from error
    if not unit or unit not in (payment.pays(door.state), payment.controls(door.state)):
        raise Refused("account.unknown_unit")
    if since > until:
        raise Refused("account.no_time")
    return unit, since, until


def drafted(door: GroupDoor, unit: str, since: str, until: str) -> Draft:
    """The account of a unit over a time, as the book adds up now."""
    words, found = door.words, accounting.period(door.state, since, until)
    with door.store.read() as connection:
        told = _control if unit == payment.controls(door.state) else _finance
        blocks = tuple(told(door, connection, found))
    day, last = (_day(door, since), _day(door, until)), door.state.size - 1
    named = paper.Document(
        title=words.text("Account: %(unit)s", unit=title(door, unit)),
        subtitle=f"{door.group_name} · {day[0]} – {day[1]}",
        mark=None,
        blocks=(
            *blocks,
            paper.Fine(words.text("Drafted by the system from acts 0 to %(last)s of the book.", last=last)),
        ),
    )
    return Draft(unit, since, until, named)


def _day(door: GroupDoor, iso: str) -> str:
    return door.words.date(dt.date.fromisoformat(iso), "long")


def _finance(door: GroupDoor, connection: sa.Connection, found: Period) -> Iterable[paper.Block]:
    words = door.words
    yield from _funds(door, found)
    yield paper.Heading(1, words.text("Budget lines"))
    rows = [
        (
            (texts.read(connection, each.line.text) or words.text("The words were erased."),),
            (words.money(each.line.amount, each.line.currency),),
            (words.money(each.paid, each.line.currency),),
            (words.money(each.line.amount - each.whole, each.line.currency),),
        )
        for each in found.lines
    ]
    heads = [
        words.text(each) for each in (N_("What for"), N_("Decided"), N_("Paid in this time"), N_("Left at its end"))
    ]
    yield _table(heads, rows, words.text("No budget line."))
    yield paper.Heading(1, words.text("Payments made"))
    rows = [
        (
            (_day(door, each.settled_on or ""),),
            (texts.read(connection, each.purpose) or words.text("The words were erased."),),
            (_payee(door, connection, each),),
            (words.money(each.amount, each.currency),),
        )
        for each in found.paid
    ]
    yield _table(
        [words.text(each) for each in (N_("Day"), N_("What for"), N_("Paid to"), N_("Sum"))],
        rows,
        words.text("There are none."),
    )
    yield paper.Paragraph(
        words.text(
            "Each of them has its decision, its budget line, its voucher and two signatures: without these the system "
            "closes none."
        )
    )
    if found.waiting:
        yield paper.Heading(1, words.text("Payments that wait"))
        yield paper.Bullets(tuple(_waits(door, connection, each) for each in found.waiting))
    yield from _promises(door, connection, found)
    yield from _findings(door, connection, found)


def _funds(door: GroupDoor, found: Period) -> Iterable[paper.Block]:
    words, names = door.words, keeping.fund_names(door)
    yield paper.Heading(1, words.text("Funds"))
    if not found.funds:
        yield paper.Paragraph(words.text("No money has come in yet."))
    for each in found.funds:
        sums = [
            (words.text("At the beginning"), each.opening),
            (words.text("Received"), each.received),
            (words.text("From and to other funds"), each.moved),
            (words.text("Exchanged"), each.exchanged),
            (words.text("Paid"), -each.paid),
            (words.text("Undone"), each.undone),
            (words.text("At the end"), each.closing),
        ]
        told = [pair for n, pair in enumerate(sums) if pair[1] or n in (0, len(sums) - 1)]
        yield paper.Heading(2, f"{names[each.fund]} · {each.currency}")
        yield paper.Table(
            (words.text("What"), words.text("Sum")),
            tuple(((what,), (words.money(sum, each.currency),)) for what, sum in told),
        )


def _table(heads: list[str], rows: list[Any], empty: str) -> paper.Block:
    return paper.Table(tuple(heads), tuple(rows)) if rows else paper.Paragraph(empty)


def _payee(door: GroupDoor, connection: sa.Connection, each: Any) -> str:
    if each.member is not None:
        return door.words.text("member %(member)s", member=each.member)
    return (texts.read(connection, each.payee) if each.payee else None) or door.words.text("The words were erased.")


def _waits(door: GroupDoor, connection: sa.Connection, each: Any) -> str:
    purpose = texts.read(connection, each.purpose) or door.words.text("The words were erased.")
    told = f"{purpose}: {door.words.money(each.amount, each.currency)}"
    return told if each.vouchers else told + " · " + door.words.text("no voucher as yet")


def _promises(door: GroupDoor, connection: sa.Connection, found: Period) -> Iterable[paper.Block]:
    words = door.words
    late = promise.overdue(door.state, found.until)
    if late:
        yield paper.Heading(1, words.text("Promises overdue"))
        names = keeping.institutions(door, connection)
        yield paper.Bullets(
            tuple(
                f"{names[p.institution]}: {texts.read(connection, p.what) or ''} · "
                + words.plural("%(n)s day overdue", "%(n)s days overdue", promise.days_overdue(p, found.until))
                for p in late
            )
        )


def _findings(door: GroupDoor, connection: sa.Connection, found: Period) -> Iterable[paper.Block]:
    words = door.words
    open_ = [f for f in found.findings if f.settled_on is None or f.settled_on > found.until]
    if open_:
        yield paper.Heading(1, words.text("Findings of social control that are open"))
        yield paper.Bullets(
            tuple(texts.read(connection, f.text) or words.text("The words were erased.") for f in open_)
        )


def _control(door: GroupDoor, connection: sa.Connection, found: Period) -> Iterable[paper.Block]:
    words, erased = door.words, door.words.text("The words were erased.")
    yield paper.Heading(1, words.text("Payments"))
    counts = {"looked": found.looked, "made": len(found.paid), "rest": found.unlooked}
    yield paper.Paragraph(
        words.text(
            "Looked at in this time: %(looked)s. Made in this time: %(made)s. Made by its end and not looked at yet: "
            "%(rest)s.",
            **counts,
        )
    )
    yield paper.Heading(1, words.text("Questions"))
    asked = [q for q in found.questions if q.asked_on >= found.since or q.answered_on is None]
    rows = [
        (
            (texts.read(connection, q.text) or erased,),
            (_day(door, q.due),),
            ((texts.read(connection, q.answer) or erased) if q.answer else words.text("no answer"),),
        )
        for q in asked
    ]
    yield _table(
        [words.text(each) for each in (N_("Question"), N_("Due"), N_("The answer"))],
        rows,
        words.text("There are none."),
    )
    yield paper.Heading(1, words.text("Findings"))
    rows = [
        (
            (texts.read(connection, f.text) or erased,),
            (_day(door, f.due) if f.due else "–",),
            ((texts.read(connection, f.answer) or erased) if f.answer else words.text("still open"),),
        )
        for f in found.findings
        if f.found_on >= found.since or f.settled_on is None
    ]
    heads = [
        words.text(each) for each in (N_("What was found"), N_("To be put right by"), N_("What was done about it"))
    ]
    yield _table(heads, rows, words.text("There are none."))
    yield from _funds(door, found)


def draft(door: ReaderDoor) -> Response:
    """An account as the book adds up now, to be read. Refuses what `_asked` does."""
    found = drafted(door, *_asked(door, lambda name: door.request.query_params.get(name, "")))
    return door.page(
        "money/account.html", found=found, blocks=_blocks(found.document), given=None, new=keeping.new_id()
    )


def draft_pdf(door: ReaderDoor) -> Response:
    """The same on paper."""
    found = drafted(door, *_asked(door, lambda name: door.request.query_params.get(name, "")))
    return _pdf(door, found.document, f"{found.unit}-{found.since}-{found.until}-{door.state.size}")


def _blocks(document: paper.Document) -> list[Any]:
    """The blocks as the template tells them apart: by their tag."""
    return [(type(each).__name__.lower(), each) for each in document.blocks]


def _pdf(door: GroupDoor, document: paper.Document, key: str) -> Response:
    length = len(msgspec.json.encode(document.blocks))
    body = records.set_once(
        ("account", door.book, key, door.words.code, door.group_name), length, lambda: record_pdf(door.words, document)
    )
    headers = {"Content-Disposition": 'inline; filename="account.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)


# Presented and approved


def present(door: KeeperDoor) -> Response:
    """Give account: what was drafted is kept word for word. Sent twice, once. Refuses what `control.present` does."""
    form, id, day = door.form, keeping.id_of(door.form), today(door)
    unit, since, until = _asked(door, form.line)
    written = msgspec.json.encode(drafted(door, unit, since, until).document).decode()

    def decide(s: State, kept: Kept) -> Act:
        return control.present(
            s, by=door.member, account=id, unit=unit, since=since, until=until, text=kept.must(written), today=day
        )  # fmt: skip

    keeping.record(door, door.member, decide, done=lambda s: id in s.money.accounts)
    return door.go(path(door, f"/accounts/{id}"))


def _given(door: GroupDoor) -> tuple[Any, paper.Document | None]:
    given = door.state.money.accounts.get(door.request.path_params["account"])
    if given is None:
        raise Refused("account.unknown")
    written = door.read_text(given.text)
    return given, msgspec.json.decode(written, type=paper.Document) if written else None


def one(door: ReaderDoor) -> Response:
    """An account as it was given. Refuses account.unknown."""
    given, document = _given(door)
    with door.store.read() as connection:
        decisions = keeping.decisions(door, connection)
    number = door.state.decisions[given.decision].number if given.decision else None
    found = Draft(given.unit, given.since, given.until, document) if document is not None else None
    blocks = _blocks(document) if document is not None else []
    return door.page(
        "money/account.html", found=found, blocks=blocks, given=given, decisions=decisions, number=number
    )  # fmt: skip


def pdf(door: ReaderDoor) -> Response:
    """The same on paper. Refuses account.unknown, also where its text was erased."""
    given, document = _given(door)
    if document is None:
        raise Refused("account.unknown")
    return _pdf(door, document, given.text)


def approve(door: KeeperDoor) -> Response:
    """Write down that the assembly approved it; sent twice, once. Refuses what `control.approve` does."""
    given, _ = _given(door)
    decision = door.form.line("decision")

    def done(s: State) -> bool:
        return s.money.accounts[given.id].decision == decision

    keeping.record(
        door, door.member, lambda s, _: control.approve(s, by=door.member, account=given.id, decision=decision),
        done=done,
    )  # fmt: skip
    return door.go(path(door, f"/accounts/{given.id}"))
