"""The desk of a co-operative: hours are confirmed, and a surplus is shared as the assembly decided."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from comuna import messages
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import amounts
from comuna.rules.charter_values import SurplusRule
from comuna.store import cards, hours, register, texts
from comuna.store.hours import Asked
from comuna.store.writer import Transaction
from comuna.web import cooperative, decisions
from comuna.web.access import KeeperDoor, new_id
from comuna.web.names import label, names

CHECKING = "00" * 16
"""The seed of a division that is only looked at: the true one is drawn when it is recorded."""


def show(door: KeeperDoor) -> Response:
    """What waits to be confirmed."""
    return _page(door)


def _page(door: KeeperDoor, refused: Refused | None = None) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    with door.store.read() as connection:
        waiting = hours.waiting(connection, door.book)
        known = register.names(connection, door.book, {each.member for each in waiting})
    written = {name: values[-1] for name, values in door.form.fields.items() if values}
    return door.page(
        "cooperative/desk.html",
        status=status,
        problem=problem,
        waiting=[(each, known.get(each.member, each.member)) for each in waiting],
        fields=written if refused else {"day": door.now.date().isoformat(), "entry": new_id()},
        done=door.request.query_params.get("done", ""),
    )


def confirm(door: KeeperDoor) -> Response:
    """Confirm the entries that are ticked; those that were are left as they are."""
    entries = door.form.all("entry")
    door.write(lambda tx: hours.confirm(tx, door.book, entries))
    return door.go(f"/g/{door.book}/cooperative/desk?done=confirmed")


def strike(door: KeeperDoor) -> Response:
    """Strike an entry out. Refuses hours.unknown, hours.confirmed."""
    door.write(lambda tx: hours.strike(tx, door.book, door.form.line("strike")))
    return door.go(f"/g/{door.book}/cooperative/desk?done=struck")


def log(door: KeeperDoor) -> Response:
    """Log hours for a member who brings a card or a number: they are confirmed at once. Refuses member.unknown,
    card.replaced, and what `hours.log` does."""

    def job(tx: Transaction) -> None:
        said = door.form.line("who")
        row = register.row(tx.connection, door.book, said) if said.isdigit() else None
        member = row.member if row is not None else cards.by_card(tx.connection, door.book, said).member
        cooperative.write_down(door, tx, member, door.form.line("entry"), confirmed=True)

    try:
        door.write(job)
    except Refused as refused:
        return _page(door, refused)
    return door.go(f"/g/{door.book}/cooperative/desk?done=logged")


# A surplus


class Choice(msgspec.Struct, frozen=True):
    """A decision by which a surplus can be shared."""

    id: str
    number: int
    words: str


def begin(door: KeeperDoor) -> Response:
    """The form to share a surplus."""
    today = door.now.date()
    until = today.replace(day=1)
    said = cooperative.rules.of_charter(door.state) or SurplusRule(by="hours")
    fields = {"surplus": new_id(), "rule": said.by, "currency": "USD", "until": until.isoformat()}
    return _form(door, {**fields, **{fund: str(getattr(said, fund)) for fund in cooperative.rules.FUNDS}})


def _choices(door: KeeperDoor) -> list[Choice]:
    used = {each.decision for each in door.state.cooperative.surpluses.values()}
    with door.store.read() as connection:
        listed = decisions.listed(door, connection)
    return [Choice(d.id, d.number, d.words or "") for d in listed if d.id not in used]


def _form(
    door: KeeperDoor, fields: dict[str, str], refused: Refused | None = None, preview: dict[str, object] | None = None
) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    return door.page(
        "cooperative/share.html",
        status=status,
        problem=problem,
        fields=fields,
        choices=_choices(door),
        preview=preview,
        by_charter=cooperative.rules.of_charter(door.state) is not None,
    )


def _asked(door: KeeperDoor) -> Asked:
    form = door.form
    currency = amounts.currency_of(form.line("currency"))
    percents = [form.number(fund) if form.line(fund) else 0 for fund in cooperative.rules.FUNDS]
    if any(each is None for each in percents):
        raise Refused("surplus.bad_percents")
    production, care, reinvestment = (each or 0 for each in percents)
    return Asked(
        decision=form.line("decision"),
        since=form.line("since"),
        until=form.line("until"),
        rule=form.line("rule"),
        amount=amounts.read(form.line("amount"), currency),
        currency=currency,
        percents=(production, care, reinvestment),
    )


def share(door: KeeperDoor) -> Response:
    """Look at how a surplus divides; with `sure`, share it. The same form sent twice shares once. Refuses what
    `hours.share` and `amounts.read` do."""
    form, surplus = door.form, door.form.line("surplus")
    written = {name: values[-1] for name, values in form.fields.items() if values}
    try:
        if not ID.fullmatch(surplus):
            raise Refused("motion.bad_id")
        asked = _asked(door)
        if not form.ticked("sure"):
            return _form(door, written, preview=_preview(door, asked))

        def job(tx: Transaction) -> None:
            s = door.store.state(tx.connection, door.book)
            if s is None or surplus not in s.cooperative.surpluses:
                hours.share(tx, door.store, door.book, surplus, asked, by=door.member)

        door.write(job)
    except Refused as refused:
        return _form(door, written, refused)
    return door.go(f"/g/{door.book}/cooperative?done=shared")


def _preview(door: KeeperDoor, asked: Asked) -> dict[str, object]:
    """How it would divide. Refuses what `hours.reckon` does, and surplus.bad_period, decision.unknown,
    surplus.overlaps."""
    rules = cooperative.rules
    rules.period(asked.since, asked.until, door.now.date().isoformat())
    if asked.decision not in door.state.decisions:
        raise Refused("decision.unknown")
    rules.by_charter(door.state, asked.rule, asked.percents)
    if asked.since <= rules.shared_until(door.state):
        raise Refused("surplus.overlaps", until=rules.shared_until(door.state))
    with door.store.read() as connection:
        division, minutes = hours.reckon(connection, door.book, asked, CHECKING)
    known, money = names(door), door.words.money
    lines = sorted(division.members.items(), key=lambda each: (-each[1], each[0]))
    return {
        "funds": [(name, money(sum_, asked.currency)) for name, sum_ in zip(rules.FUNDS, division.funds, strict=True)],
        "shared": money(division.shared, asked.currency),
        "amount": money(asked.amount, asked.currency),
        "minutes": sum(minutes.values()),
        "lines": [(label(known, member), minutes[member], money(sum_, asked.currency)) for member, sum_ in lines],
        "most": max(minutes.values(), default=1),
    }


def shared(door: KeeperDoor) -> Response:
    """Who got what of a surplus, for the desk that pays it out. Refuses surplus.unknown."""
    one = door.state.cooperative.surpluses.get(door.request.path_params["surplus"])
    if one is None:
        raise Refused("surplus.unknown")
    with door.store.read() as connection:
        made = hours.shares(connection, one.id)
        known = register.names(connection, door.book, {each.member for each in made})
        decision = door.state.decisions.get(one.decision)
        text = (
            texts.read(connection, adopted.text)
            if decision and (adopted := door.state.motions.get(decision.motion or ""))
            else None
        )
    return door.page(
        "cooperative/shared.html",
        one=cooperative.told(door, one),
        decided=text,
        lines=[(known.get(s.member, s.member), s, door.words.money(s.amount, one.currency)) for s in made],
        most=max((s.minutes for s in made), default=1),
    )
