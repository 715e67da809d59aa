"""The group's money: what lies in each fund, where it came from and went, budget lines, what the desk writes down."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from markupsafe import Markup
from starlette.responses import Response

from comuna.kernel.act import Act, act_in
from comuna.kernel.refusal import Refused
from comuna.rules import funds as of_charter
from comuna.rules import ledger_export, money, promise
from comuna.rules.state import State
from comuna.rules.state_money import Entry, Line
from comuna.store import book, texts
from comuna.web import bookkeeping as keeping
from comuna.web import money_drawing as drawing
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor
from comuna.web.bookkeeping import Kept
from comuna.web.offices import today


class Drawn(msgspec.Struct, frozen=True):
    """The flows of a currency: the picture, the same as rows of from, to and sum, and as bars of what came and went."""

    currency: str
    picture: Markup | None
    rows: list[tuple[str, str, str]]
    came: list[tuple[str, str, Markup]]
    went: list[tuple[str, str, Markup]]


class Listed(msgspec.Struct, frozen=True):
    """A budget line as the page shows it. `number`: that of its decision."""

    line: Line
    words: str
    number: int
    spent: int
    asked: int
    left: int
    bar: Markup


class Told(msgspec.Struct, frozen=True):
    """An entry of the accounts as the page lists it: what, how much, and whether it can be undone."""

    entry: Entry
    words: str
    sums: list[str]


class Fund(msgspec.Struct, frozen=True):
    """A fund with what lies in it. `gone`: whether the charter no longer has it."""

    id: str
    name: str
    sums: list[str]
    gone: bool


def path(door: GroupDoor, rest: str = "") -> str:
    """A page of this room."""
    return f"/g/{door.book}/money{rest}"


def show(door: ReaderDoor) -> Response:
    """The funds, the flows, the payments, the budget lines, and what was written down last; of one project its payments
    and lines alone."""
    from comuna.web import payments

    of = door.state.projects.get(door.request.query_params.get("project", ""))
    with door.store.read() as connection:
        names = _names(door, connection)
        shown = payments.listed(door, connection)
        listed = lines(door, connection)
        if of is not None:
            listed = [each for each in listed if each.line.project == of.id]
            its = {each.line.id for each in listed}
            shown = [each for each in shown if each.payment.line in its]
        context: dict[str, Any] = {
            "of": of,
            "of_title": texts.read(connection, of.title) if of else None,
            "funds": funds(door),
            "named": of_charter.named(door.state),
            "flows": flows(door, names),
            "lines": listed,
            "payments": shown,
            "entries": told(door, connection, names)[::-1][:30],
            "undo": keeping.new_id,
        }
    return door.page("money/show.html", done=door.request.query_params.get("done", ""), **context)


def funds(door: GroupDoor) -> list[Fund]:
    """The funds of the charter with their balances in every currency, and others that still hold something."""
    names, now = keeping.fund_names(door), of_charter.of(door.state)
    return [
        Fund(
            fund, names[fund], [door.words.money(amount, currency) for currency, amount in sums.items()],
            fund not in now,
        )
        for fund, sums in money.balances(door.state).items()
    ]  # fmt: skip


def _names(door: GroupDoor, connection: sa.Connection) -> dict[str, str]:
    """What institutions and budget lines are called."""
    erased = door.words.text("a name that was erased")
    found = {id: texts.read(connection, each.text) or erased for id, each in door.state.money.lines.items()}
    return {**found, **keeping.institutions(door, connection)}


def flows(door: GroupDoor, names: dict[str, str]) -> list[Drawn]:
    """Where the money came from and went, for each currency."""
    s, words, called = door.state, door.words, keeping.fund_names(door)

    def name(node: str) -> str:
        kind, _, id = node.partition(":")
        fixed = {
            "to-fund": words.text("to other funds"),
            "from-fund": words.text("from other funds"),
            "to-exchange": words.text("exchanged"),
            "from-exchange": words.text("exchanged"),
        }
        if kind == "left":
            return words.text("still in: %(fund)s", fund=called[id])
        return fixed.get(node) or (called[id] if kind == "fund" else names.get(id, id))

    found = []
    for currency in sorted({where.rpartition(" ")[2] for where in s.money.balances}):
        these = drawing.flows(s, currency)
        title = words.text("Where money came from and went, in %(currency)s", currency=currency)
        picture = drawing.sankey(these, name, lambda n, c=currency: words.money(n, c), title)  # type: ignore[misc]
        rows = [(name(f.giver), name(f.taker), words.money(f.amount, currency)) for f in these]
        came, went = (
            [(name(each.node), words.money(each.amount, currency), each.bar) for each in some]
            for some in drawing.bars(these)
        )
        if picture is not None:
            found.append(Drawn(currency, picture, rows, came, went))
    return found


def lines(door: GroupDoor, connection: sa.Connection) -> list[Listed]:
    """The budget lines, in the order of their decisions."""
    s = door.state
    found = []
    for line in s.money.lines.values():
        spent = money.spent(s, line)
        waits = [p for p in s.money.payments.values() if p.line == line.id and p.status == "asked"]
        asked = sum(p.amount for p in waits)
        words = texts.read(connection, line.text) or door.words.text("The words were erased.")
        number = s.decisions[line.decision].number
        bar = drawing.used(spent, asked, line.amount)
        found.append(Listed(line, words, number, spent, asked, money.left(s, line), bar))
    return sorted(found, key=lambda each: (each.number, each.words))


def told(door: GroupDoor, connection: sa.Connection, names: dict[str, str]) -> list[Told]:
    """The entries of the accounts in the book's order, each with its words."""
    said = _said(door, connection)
    words, kinds = door.words, _kinds(door)
    found = []
    for entry in money.entries(door.state):
        sums = [words.money(p.amount, p.currency) for p in entry.postings if p.amount > 0]
        fit = sums if entry.kind == "exchanged" else sums[:1]
        source = entry.postings[0].account
        who = names.get(source.partition(":")[2], "") if source.startswith("source:") else ""
        parts = [kinds[entry.kind], who, said.get(entry.id, "")]
        found.append(Told(entry, " · ".join(part for part in parts if part), fit))
    return found


def _kinds(door: GroupDoor) -> dict[str, str]:
    words = door.words
    return {
        "received": words.text("Received"),
        "moved": words.text("Moved between funds"),
        "exchanged": words.text("Exchanged"),
        "paid": words.text("Paid"),
        "reversed": words.text("Undone"),
    }


def _said(door: GroupDoor, connection: sa.Connection) -> dict[str, str]:
    """Entry → what people said of it, as far as it was not erased."""
    found: dict[str, str | None] = {}
    for envelope in book.envelopes(connection, door.book):
        if not envelope.kind.startswith("money."):
            continue
        entry = act_in(envelope)
        match entry:
            case money.MoneyReceived(receipt=id, note=str(ref)):
                found[id] = texts.read(connection, ref)
            case money.MoneyExchanged(exchange=id, source=ref):
                found[id] = texts.read(connection, ref)
            case money.MoneyReversed(reversal=id, reason=ref):
                found[id] = texts.read(connection, ref)
    for each in door.state.money.entries.values():
        if each.kind == "paid" and each.of is not None:
            found[each.id] = texts.read(connection, door.state.money.payments[each.of].purpose)
    return {id: said for id, said in found.items() if said}


# What the desk writes down

FORMS = ("receive", "move", "exchange", "line")


def form(door: KeeperDoor) -> Response:
    """The form to receive, move or exchange money, or to set a budget line."""
    which = door.request.path_params["what"]
    if which not in FORMS:
        raise Refused("address.unknown")
    with door.store.read() as connection:
        offered = keeping.offered(door, connection)
        promises = _promises(door, connection)
    before = door.state.money.lines.get(door.request.query_params.get("line", ""))
    asked = door.request.query_params.get("promise", "")
    said = door.read_text(before.text) if before is not None else None
    project = door.request.query_params.get("project", "")
    return door.page(
        f"money/{which}.html",
        **offered,
        funds_held=funds(door),
        promises=promises,
        before=before,
        said=said,
        of=asked,
        project=project,
    )


def _promises(door: GroupDoor, connection: sa.Connection) -> list[tuple[str, str]]:
    """The promises that are open, for the form of what came."""
    found = []
    for each in door.state.promises.promises.values():
        if each.status in ("open", "part"):
            who = texts.read(connection, door.state.money.institutions[each.institution]) or ""
            what = texts.read(connection, each.what) or ""
            found.append((each.id, f"{who}: {what}"[:120]))
    return sorted(found, key=lambda pair: pair[1])


def receive(door: KeeperDoor) -> Response:
    """Write down money that came; where it keeps a promise, that too. The same form sent twice counts once. Refuses
    what `rules.receive` and `promise.keep` do."""
    form, id, other = door.form, keeping.id_of(door.form), keeping.id_of(door.form, "other")
    sum, currency = keeping.amount(form)
    promised, brought, day = form.optional("promise"), keeping.voucher(door), today(door)
    date, note = keeping.day(form, otherwise=day), keeping.words(form, "note")
    found = door.state.promises.promises.get(promised or "")
    name = form.line("institution") or (
        door.read_text(door.state.money.institutions[found.institution]) if found else ""
    )
    if not name:
        raise Refused("institution.no_name")

    def decide(s: State, kept: Kept) -> list[Act]:
        known, new, acts = keeping.institution(door, s, kept, name, other)
        at: dict[str, Any] = {"by": door.member, "date": date, "today": day}
        came = money.receive(
            s, receipt=id, institution=known, fund=form.line("fund"), amount=sum, currency=currency,
            note=kept.text(note), promise=promised, voucher=kept.file(brought), new=new, **at,
        )  # fmt: skip
        if promised is None:
            return [*acts, came]
        goods = s.promises.promises[promised].amount is None  # then it is the desk's to say whether that was all
        part = {} if goods else {"amount": sum, "currency": currency}
        whole = goods and form.ticked("whole")
        return [*acts, came, promise.keep(s, promise=promised, whole=whole, receipt=id, **part, **at)]

    keeping.record(door, door.member, decide, done=lambda s: id in s.money.entries)
    return door.go(path(door, "?done=received#entries"))


def move(door: KeeperDoor) -> Response:
    """Move money between funds. Refuses what `rules.move` does."""
    form, id, day = door.form, keeping.id_of(door.form), today(door)
    sum, currency = keeping.amount(form)
    date = keeping.day(form, otherwise=day)

    def decide(s: State, kept: Kept) -> Act:
        return money.move(
            s, by=door.member, move=id, fund=form.line("fund"), to_fund=form.line("to_fund"), amount=sum,
            currency=currency, decision=form.line("decision"), date=date, today=day,
        )  # fmt: skip

    keeping.record(door, door.member, decide, done=lambda s: id in s.money.entries)
    return door.go(path(door, "?done=moved#entries"))


def exchange(door: KeeperDoor) -> Response:
    """Exchange money of a fund; both sums are told. Refuses money.no_rate_source, and what `rules.exchange` does."""
    form, id, day = door.form, keeping.id_of(door.form), today(door)
    sum, currency = keeping.amount(form)
    got, got_currency = keeping.amount(form, "got", "got_currency")
    date, source = keeping.day(form, otherwise=day), keeping.words(form, "source", "money.no_rate_source")

    def decide(s: State, kept: Kept) -> Act:
        return money.exchange(
            s, by=door.member, exchange=id, fund=form.line("fund"), amount=sum, currency=currency, got=got,
            got_currency=got_currency, source=kept.must(source), decision=form.line("decision"), date=date, today=day,
        )  # fmt: skip

    keeping.record(door, door.member, decide, done=lambda s: id in s.money.entries)
    return door.go(path(door, "?done=exchanged#entries"))


def set_line(door: KeeperDoor) -> Response:
    """Set a budget line, or set it anew. Refuses money.no_words, and what `rules.set_line` does."""
    form, id = door.form, keeping.id_of(door.form)
    sum, currency = keeping.amount(form)
    said, project = keeping.words(form, "text", "money.no_words"), form.optional("project")
    asked = {"fund": form.line("fund"), "amount": sum, "currency": currency, "decision": form.line("decision")}
    again = form.ticked("again")

    def decide(s: State, kept: Kept) -> Act:
        before = s.money.lines.get(id)
        same = before is not None and texts.read(kept.tx.connection, before.text) == said
        text = before.text if before is not None and same else kept.must(said)
        return money.set_line(s, by=door.member, line=id, text=text, project=project, **asked)

    keeping.record(door, door.member, decide, done=lambda s: id in s.money.lines and not again)
    return door.go(path(door, "#lines"))


def reverse(door: KeeperDoor) -> Response:
    """Undo what an entry did to the accounts. Refuses money.no_reason, and what `rules.reverse` does."""
    form, day = door.form, today(door)
    entry, id = form.line("entry"), keeping.id_of(door.form)
    reason = keeping.words(form, "reason", "money.no_reason")

    def decide(s: State, kept: Kept) -> Act:
        return money.reverse(
            s, by=door.member, entry=entry, reversal=id, reason=kept.must(reason), date=day, today=day
        )  # fmt: skip

    keeping.record(door, door.member, decide, done=lambda s: id in s.money.entries)
    return door.go(path(door, "?done=reversed#entries"))


# The accounts for other programs


def export(door: ReaderDoor) -> Response:
    """The accounts as a beancount ledger, an hledger journal or a CSV table."""
    with door.store.read() as connection:
        names, said = _names(door, connection), _said(door, connection)
    names |= {f"fund:{fund}": name for fund, name in keeping.fund_names(door).items()}
    which, s, title = door.request.path_params["format"], door.state, door.group_name
    match which:
        case "beancount":
            body, kind = ledger_export.beancount(s, names, said, title), "text/plain"
        case "journal":
            body, kind = ledger_export.hledger(s, names, said, title), "text/plain"
        case "csv":
            body, kind = ledger_export.table(s, names), "text/csv"
        case _:
            raise Refused("address.unknown")
    headers = {"Content-Disposition": f'attachment; filename="money.{which}"'}
    return Response(body, media_type=kind, headers=headers)
