"""Payments, one by one: what each still needs, its vouchers, who signed, and whom it goes to beside the office-holders.
Two people sign, each in the browser that their own card opened; the desk signs for nobody else."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna import messages
from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.rules import eligibility, payment
from comuna.rules.control import open_about
from comuna.rules.discussion import visible
from comuna.rules.register import sought
from comuna.rules.state import State
from comuna.rules.state_money import Payment
from comuna.store import register, schema, texts
from comuna.web import bookkeeping as keeping
from comuna.web import money as accounts
from comuna.web.access import GroupDoor, KeeperDoor, MemberDoor, ReaderDoor
from comuna.web.bookkeeping import Kept
from comuna.web.names import label, names
from comuna.web.offices import title, today

STEPS = ("decision", "line", "voucher", "first_signature", "second_signature")
"""What a payment needs, in the order in which the picture shows it."""


class Step(msgspec.Struct, frozen=True):
    """One thing that a payment needs, and whether it is there."""

    name: str
    there: bool


class Holder(msgspec.Struct, frozen=True):
    """Somebody who holds an office; `paid`: whether the payment seems to go to them."""

    member: str
    who: str
    unit: str
    paid: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A payment with its words and names; `waits`: what it still lacks, nothing if it can be paid."""

    payment: Payment
    purpose: str
    payee: str
    sum: str
    line: str | None
    decision: int | None
    waits: list[str]
    steps: list[Step]
    signers: list[str]
    to_office: bool
    """Whether the payee seems to hold an office, by number or by the name in the register."""
    alike: bool
    """Whether that is so for a part of a name alone."""
    reviewed: str | None
    open_control: bool


def _named(door: GroupDoor) -> dict[str, str]:
    """Member number → name: for members of the group who know each other's; for whoever signs or controls with a card,
    the names of those who hold an office."""
    found = names(door)
    if found or not isinstance(door, MemberDoor) or not any(_roles(door).values()):
        return found
    with door.store.read() as connection:
        rows = [register.row(connection, door.book, member) for member in in_office(door.state, today(door))]
    return {row.member: row.name for row in rows if row is not None and row.name}


def _known(door: GroupDoor, connection: sa.Connection) -> dict[str, str]:
    """Names in the register, to hold payees against; shown to nobody by this."""
    its, accounts_ = schema.register, schema.accounts
    rows = connection.execute(
        sa.select(its.c.member, sa.func.coalesce(its.c.name, accounts_.c.name).label("name"))
        .outerjoin(accounts_, accounts_.c.account == its.c.account)
        .where(its.c.book == door.book)
    )
    return {row.member: _alike(row.name) for row in rows if row.name}


def _alike(name: str) -> str:
    """A name as names are held against each other: without capitals, accents and what cannot be seen, its words in any
    order."""
    return " ".join(sorted(sought(visible(name))))


def _part_of(one: str, other: str) -> bool:
    """Whether two names are one, or all words of the shorter are in the longer and it has two at least: who is written
    down as Inés Soto may be paid as Inés María Soto."""
    few, many = sorted((set(one.split()), set(other.split())), key=len)
    return bool(few) and (one == other or (len(few) > 1 and few <= many))


def in_office(s: State, day: str) -> dict[str, list[str]]:
    """Member → the units in which they hold an office."""
    found: dict[str, list[str]] = {}
    for each in s.mandates.values():
        if eligibility.running(each, day):
            found.setdefault(each.member, []).append(each.unit)
    return found


def shown(door: GroupDoor, connection: sa.Connection, found: Payment, registered: dict[str, str]) -> Shown:
    """A payment as pages show it."""
    s, known, erased = door.state, _named(door), door.words.text("The words were erased.")
    said = texts.read(connection, found.payee) if found.payee else None
    payee = label(known, found.member) if found.member else said or erased
    if found.member and found.member not in known:
        payee = door.words.text("member %(member)s", member=found.member)
    waits = payment.missing(s, found) if found.status == "asked" else []
    line = s.money.lines.get(found.line or "")
    signers = payment.signers(s, found)
    there = {
        "decision": found.decision is not None,
        "line": line is not None,
        "voucher": bool(found.vouchers),
        "first_signature": bool(signers),
        "second_signature": len(signers) > 1,
    }
    paid = paid_of(s, found, said, registered, today(door))
    return Shown(
        payment=found,
        purpose=texts.read(connection, found.purpose) or erased,
        payee=payee,
        sum=door.words.money(found.amount, found.currency),
        line=(texts.read(connection, line.text) or erased) if line else None,
        decision=s.decisions[found.decision].number if found.decision else None,
        waits=list(waits),
        steps=[Step(name, there[name]) for name in STEPS],
        signers=[label(known, each) for each in signers],
        to_office=bool(paid),
        alike=bool(paid) and not _for_certain(found, said, registered, paid),
        reviewed=s.money.reviewed.get(found.id),
        open_control=open_about(s, found.id),
    )


def paid_of(s: State, found: Payment, said: str | None, registered: dict[str, str], day: str) -> set[str]:
    """The office-holders to whom a payment seems to go: by number, or by the name that the register has, a part of it,
    or that name with other words beside it."""
    holders = in_office(s, day)
    if found.member is not None:
        return {found.member} & set(holders)
    name = _alike(said or "")
    named = set(name.split())
    return {
        member
        for member in holders
        if (known := registered.get(member)) and (set(known.split()) <= named or _part_of(name, known))
    }


def _for_certain(found: Payment, said: str | None, registered: dict[str, str], paid: set[str]) -> bool:
    return found.member is not None or any(registered.get(member) == _alike(said or "") for member in paid)


def listed(door: GroupDoor, connection: sa.Connection) -> list[Shown]:
    """Every payment, those that wait first, then the newest."""
    registered = _known(door, connection)
    found = [shown(door, connection, each, registered) for each in door.state.money.payments.values()]
    last = sorted(found, key=lambda p: (p.payment.asked_on, p.payment.id), reverse=True)
    return sorted(last, key=lambda p: p.payment.status != "asked")


def _found(door: GroupDoor) -> Payment:
    """The payment of the path. Refuses payment.unknown."""
    return payment.must(door.state, door.request.path_params["payment"])


def _context(door: GroupDoor) -> dict[str, Any]:
    from comuna.web import control

    found = _found(door)
    with door.store.read() as connection:
        registered = _known(door, connection)
        said = texts.read(connection, found.payee) if found.payee else None
        p = shown(door, connection, found, registered)
        lines = [each for each in accounts.lines(door, connection) if each.line.currency == found.currency]
        pictures = {
            ref: not (texts.read_file(connection, door.book, ref) or b"%PDF-").startswith(b"%PDF-")
            for ref in found.vouchers
        }
        watched = control.of_payment(door, connection, found.id)
        others = _with_the_same_voucher(door, connection, found)
    known, day = _named(door), today(door)
    paid = paid_of(door.state, found, said, registered, day)
    holders = [
        Holder(member, label(known, member), ", ".join(title(door, unit) for unit in units), member in paid)
        for member, units in in_office(door.state, day).items()
    ]
    holders.sort(key=lambda h: (not h.paid, h.unit, h.who))
    entry = next((e.id for e in door.state.money.entries.values() if e.of == found.id and e.kind == "paid"), None)
    return {
        "p": p,
        "lines": lines,
        "pictures": pictures,
        "others": others,
        "holders": holders,
        "watched": watched,
        "entry": entry,
        "new": keeping.new_id(),
        "today": day,
        "done": door.request.query_params.get("done", ""),
    }


def _with_the_same_voucher(door: GroupDoor, connection: sa.Connection, found: Payment) -> list[tuple[str, str]]:
    """Other payments, not called off, for which the same file was brought: id and sum. One bill may be paid in parts;
    who signs sees it."""
    there = {
        ref: each
        for each in door.state.money.payments.values()
        if each.id != found.id and each.status != "cancelled"
        for ref in each.vouchers
    }
    if not there:
        return []
    same = {there[ref].id for mine in found.vouchers for ref in texts.same_file(connection, door.book, mine, there)}
    every = (door.state.money.payments[id] for id in sorted(same))
    return [(each.id, door.words.money(each.amount, each.currency)) for each in every]


def show(door: ReaderDoor) -> Response:
    """One payment. Refuses payment.unknown."""
    return _page(door)


def _page(door: GroupDoor, refused: Refused | None = None) -> Response:
    """The page of a payment; with what was refused, so that what is missing can be brought at once."""
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    address = door.url(accounts.path(door, f"/payments/{_found(door).id}/sign"))
    return door.page("money/payment.html", status=status, problem=problem, address=address, **_context(door))


# The desk


def form(door: KeeperDoor) -> Response:
    """The form to ask for a payment."""
    with door.store.read() as connection:
        offered = keeping.offered(door, connection)
        lines = accounts.lines(door, connection)
    return door.page("money/payment_new.html", lines=lines, of=door.request.query_params.get("line", ""), **offered)


def ask(door: KeeperDoor) -> Response:
    """Ask for a payment; sent twice, once. Refuses payment.no_payee, money.no_words, and what `rules.ask` does."""
    form, id = door.form, keeping.id_of(door.form)
    sum, currency = keeping.amount(form)
    purpose, payee, member = (
        keeping.words(form, "purpose", "money.no_words"),
        form.line("payee"),
        form.optional("member"),
    )
    line, decision, brought = form.optional("line"), form.optional("decision"), keeping.voucher(door)

    def decide(s: State, kept: Kept) -> list[Act]:
        asked = payment.ask(
            s, by=door.member, payment=id, amount=sum, currency=currency, payee=kept.text(payee), member=member,
            purpose=kept.must(purpose), line=line, decision=decision,
        )  # fmt: skip
        file = kept.file(brought)
        return [asked] if file is None else [asked, payment.VoucherAdded(payment=id, voucher=file)]

    keeping.record(door, door.member, decide, done=lambda s: id in s.money.payments)
    return back(door, id)


def back(door: GroupDoor, id: str, done: str = "") -> Response:
    """To the page of a payment."""
    return door.go(accounts.path(door, f"/payments/{id}" + (f"?done={done}" if done else "")))


def place(door: KeeperDoor) -> Response:
    """Say from which line and by which decision. Refuses what `rules.place` does."""
    id, form = _found(door).id, door.form
    line, decision = form.line("line"), form.optional("decision")

    def same(s: State) -> bool:
        found = s.money.payments[id]
        return found.line == line and (decision is None or found.decision == decision)

    keeping.record(
        door, door.member, lambda s, _: payment.place(s, by=door.member, payment=id, line=line, decision=decision),
        done=same,
    )  # fmt: skip
    return back(door, id, "placed")


def add_voucher(door: KeeperDoor) -> Response:
    """Put a voucher to a payment; the same file again counts once. Refuses upload.*, payment.no_file, and what
    `rules.add_voucher` does."""
    id, brought = _found(door).id, keeping.voucher(door)
    if brought is None:
        raise Refused("payment.no_file")

    def there(s: State, connection: sa.Connection) -> bool:
        found = s.money.payments[id].vouchers
        return any(texts.read_file(connection, door.book, ref) == brought for ref in found)

    with door.store.read() as connection:
        twice = there(door.state, connection)
    if not twice:
        keeping.record(
            door,
            door.member,
            lambda s, kept: payment.add_voucher(s, by=door.member, payment=id, voucher=kept.file(brought) or ""),
        )
    return back(door, id, "voucher")


def close(door: KeeperDoor) -> Response:
    """Write down that it was paid. What `rules.close` refuses is said on the payment's own page."""
    id, entry, day = _found(door).id, keeping.id_of(door.form), today(door)
    date = keeping.day(door.form, otherwise=day)

    def decide(s: State, kept: Kept) -> Act:
        return payment.close(s, by=door.member, payment=id, entry=entry, date=date, today=day)

    try:
        keeping.record(door, door.member, decide, done=lambda s: entry in s.money.entries)
    except Refused as refused:
        return _page(door, refused)
    return back(door, id, "closed")


def cancel(door: KeeperDoor) -> Response:
    """Call a payment off. Refuses money.no_reason, and what `rules.cancel` does."""
    id, reason = _found(door).id, keeping.words(door.form, "reason", "money.no_reason")

    def decide(s: State, kept: Kept) -> Act:
        return payment.cancel(s, by=door.member, payment=id, reason=kept.must(reason))

    keeping.record(door, door.member, decide, done=lambda s: s.money.payments[id].status == "cancelled")
    return back(door, id)


# Whoever holds an office, with a card of their own


def office(door: MemberDoor) -> Response:
    """What waits for whoever holds an office in the unit that pays, or in social control. Refuses
    member.card_needed."""
    with door.store.read() as connection:
        found = listed(door, connection)
    roles = _roles(door)
    return door.page("money/office.html", payments=found, own=door.own, **roles)


def _roles(door: MemberDoor) -> dict[str, bool]:
    return roles(door, door.own.member)


def roles(door: GroupDoor, member: str) -> dict[str, bool]:
    """Whether a member holds an office in the unit that pays, and in social control."""
    units = [m.unit.partition("/")[0] for m in eligibility.holds(door.state, member, today(door))]
    return {"finance": payment.pays(door.state) in units, "control": payment.controls(door.state) in units}


def signing(door: MemberDoor) -> Response:
    """A payment with the button to sign it, for whoever may; for social control, with what they can do. Refuses
    member.card_needed, payment.unknown."""
    roles = _roles(door)
    reason = ""
    try:
        _own_name(door)
        payment.sign(door.state, by=door.own.member, payment=_found(door).id, today=today(door))
    except Refused as refused:
        reason = refused.code
    hindered = messages.refusal(door.words, Refused(reason))[1] if reason else ""
    return door.page("money/sign.html", hindered=hindered, code=reason, **roles, **_context(door))


def _own_name(door: MemberDoor) -> None:
    """Refuses payment.to_oneself where the payee's name is that of whoever signs."""
    if is_payee(door):
        raise Refused("payment.to_oneself")


def is_payee(door: MemberDoor) -> bool:
    """Whether the payee's name is that of whoever asks. Refuses payment.unknown, member.card_needed."""
    found = _found(door)
    with door.store.read() as connection:
        row = register.row(connection, door.book, door.own.member)
        said = texts.read(connection, found.payee) if found.payee else None
    name = _alike(row.name if row is not None and row.name else "")
    return bool(name) and _alike(said or "") == name


def sign(door: MemberDoor) -> Response:
    """Sign, in one's own name. Refuses member.card_needed, payment.to_oneself, and what `rules.sign` does."""
    id, member = _found(door).id, door.own.member
    _own_name(door)
    keeping.record(door, member, lambda s, _: payment.sign(s, by=member, payment=id, today=today(door)))
    return door.go(accounts.path(door, f"/payments/{id}/sign?done=signed"))
