"""A co-operative's hours and surpluses: what all worked together, what one logged and got oneself. Whose hours they are
is on no page but the desk's and one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec
from starlette.responses import PlainTextResponse, Response

from comuna import messages
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import cooperative as rules
from comuna.rules.distribution import SMALL, sealed_list
from comuna.rules.state_cooperative import Surplus
from comuna.store import hours
from comuna.store.hours import Entry, Share
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, MemberDoor, ReaderDoor, new_id

WEEKS: Final = 8
MONTHS: Final = 12


class Bar(msgspec.Struct, frozen=True):
    """A bar of hours: what it stands for (the first day of its month or week), its minutes, how many worked (None: too
    few to tell), its height in hundredths of the highest, and what is written below it."""

    day: str
    minutes: int
    members: int | None
    height: int
    label: str


class Told(msgspec.Struct, frozen=True):
    """A surplus as pages show it: sums as they are said, and parts of it in tenths of a percent."""

    surplus: Surplus
    number: int
    amount: str
    parts: tuple[tuple[str, str, int], ...]
    """What it went to (production, care, reinvestment, members), the sum, its part."""


def told(door: GroupDoor, one: Surplus) -> Told:
    """A surplus in the reader's words."""
    decision = door.state.decisions.get(one.decision)
    named = zip((*rules.FUNDS, "members"), (*one.funds, one.shared), strict=True)
    return Told(
        one,
        decision.number if decision else 0,
        door.words.money(one.amount, one.currency),
        tuple((name, door.words.money(sum_, one.currency), 1000 * sum_ // one.amount) for name, sum_ in named if sum_),
    )


def every(door: GroupDoor) -> list[Told]:
    """All shared surpluses, the latest first."""
    found = sorted(door.state.cooperative.surpluses.values(), key=lambda each: each.until, reverse=True)
    return [told(door, each) for each in found]


def _bars(spans: Sequence[tuple[str, int, int]], labels: Sequence[str]) -> list[Bar]:
    most = max((minutes for _, minutes, _ in spans), default=1) or 1
    return [
        Bar(day, minutes, members if members >= SMALL else None, max(1, 100 * minutes // most) if minutes else 0, label)
        for (day, minutes, members), label in zip(spans, labels, strict=True)
    ]


def show(door: ReaderDoor) -> Response:
    """The hours of all together, month by month, and how surpluses were shared."""
    with door.store.read() as connection:
        months = hours.by_month(connection, door.book)[-MONTHS:]
        waiting = len(hours.waiting(connection, door.book)) if door.facilitates else 0
    return door.page(
        "cooperative/show.html",
        bars=_bars(
            [(f"{month}-01", minutes, members) for month, minutes, members in months],
            [door.words.month(dt.date.fromisoformat(f"{month}-01")) for month, _, _ in months],
        ),
        surpluses=every(door),
        waiting=waiting,
        done=door.request.query_params.get("done", ""),
    )


def sealed(door: GroupDoor) -> Response:
    """The sealed list of a surplus. Refuses surplus.unknown."""
    surplus = door.request.path_params["surplus"]
    if surplus not in door.state.cooperative.surpluses:
        raise Refused("surplus.unknown")
    with door.store.read() as connection:
        return PlainTextResponse(sealed_list(hours.seals(connection, surplus)))


# One's own


def weeks(entries: Sequence[Entry], today: dt.date) -> list[Bar]:
    """What somebody worked in each of the last weeks, from Monday on."""
    monday = today - dt.timedelta(days=today.weekday())
    firsts = [monday - dt.timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    worked = dict.fromkeys(firsts, 0)
    for each in entries:
        day = dt.date.fromisoformat(each.day)
        first = day - dt.timedelta(days=day.weekday())
        if first in worked:
            worked[first] += each.minutes
    labels = [f"{first.day}.{first.month}." for first in worked]
    return _bars([(first.isoformat(), minutes, 0) for first, minutes in worked.items()], labels)


class OwnShare(msgspec.Struct, frozen=True):
    """What a member got of a surplus, in their words."""

    share: Share
    told: Told
    amount: str


def mine(door: MemberDoor) -> Response:
    """My hours and my shares. Refuses member.card_needed."""
    return _mine(door)


def _mine(door: MemberDoor, refused: Refused | None = None) -> Response:
    member = door.own.member
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    with door.store.read() as connection:
        entries = hours.of_member(connection, door.book, member)
        got = {each.surplus: each for each in hours.shares_of(connection, door.book, member)}
    written = {name: values[-1] for name, values in door.form.fields.items() if values}
    return door.page(
        "cooperative/mine.html",
        status=status,
        problem=problem,
        fields=written if refused else {"day": door.now.date().isoformat(), "entry": new_id()},
        bars=weeks(entries, door.now.date()),
        entries=entries[:60],
        total=sum(each.minutes for each in entries if each.confirmed),
        shares=[
            OwnShare(got[t.surplus.id], t, door.words.money(got[t.surplus.id].amount, t.surplus.currency))
            for t in every(door)
            if t.surplus.id in got
        ],
        done=door.request.query_params.get("done", ""),
    )


def length(door: GroupDoor) -> int:
    """The length of a form, in minutes: its hours and its minutes. Refuses hours.bad_length."""
    form = door.form
    if any(form.line(name) and form.number(name) is None for name in ("hours", "minutes")):
        raise Refused("hours.bad_length")
    return (form.number("hours") or 0) * 60 + (form.number("minutes") or 0)


def write_down(door: GroupDoor, tx: Transaction, member: str, entry: str, *, confirmed: bool) -> None:
    """Log the hours of a form, inside a job. Refuses motion.bad_id, and what `hours.log` does."""
    form = door.form
    if not ID.fullmatch(entry):
        raise Refused("motion.bad_id")
    s = door.store.state(tx.connection, door.book)
    assert s is not None
    new = Entry(entry, member, form.line("day"), length(door), form.line("what")[:80], confirmed)
    hours.log(tx, s, door.book, member, new)


def log(door: MemberDoor) -> Response:
    """Log my hours; the same form sent twice counts once. Refuses what `hours.log` does."""
    member = door.own.member
    try:
        door.write(lambda tx: write_down(door, tx, member, door.form.line("entry"), confirmed=False))
    except Refused as refused:
        return _mine(door, refused)
    return door.go(f"/g/{door.book}/cooperative/mine?done=logged")


def strike(door: MemberDoor) -> Response:
    """Take an entry of mine out that is not confirmed. Refuses hours.unknown, hours.confirmed."""
    member = door.own.member
    door.write(lambda tx: hours.strike(tx, door.book, door.form.line("entry"), member))
    return door.go(f"/g/{door.book}/cooperative/mine?done=struck")
