"""Payments and accounts of an example group, as the desk and the unit that pays make them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import msgspec

from comuna.example_works import Works
from comuna.language import language
from comuna.rules import control, payment
from comuna.web import accounts
from comuna.web.access import GroupDoor


def pay(works: Works, told: dict[str, Any]) -> None:
    """A payment is asked for, gets its voucher and two signatures, and is paid some days later; unless something is
    `missing`. `seen`: social control looks at it so many days ago."""
    name, missing, seen = told["name"], told.get("missing"), told.get("seen")
    this, sum = {"payment": f"#pay-{name}"}, {"amount": told["amount"], "currency": told["currency"]}
    said = {each: f"~{told[each]}" for each in ("payee", "purpose")}
    works.do(payment.ask, **this, **sum, **said, line=told["line"])
    if missing != "voucher":
        written = f"{told['amount']:,}".replace(",", ".") + ",00 " + told["currency"]
        lines = "|".join(
            (told["payee"], "Factura", told["purpose"], f"Total: {written}", "Forma de pago: transferencia")
        )
        works.do(payment.add_voucher, **this, voucher=f"%{'bill' if missing else 'voucher'}:{lines}")
    for n in range(1 if missing == "second" else 2):
        works.do(payment.sign, by=f"finance {n}", **this)
    if missing is None:
        works.do(payment.close, **this, entry=f"#entry-{name}")
    if seen is not None:
        works.later(seen, partial(works.do, control.review, by="control 0", **this))


def account(works: Works, told: dict[str, Any]) -> None:
    """A unit gives account of the last whole quarter or year (`of`) before the day, unless it did already: what the
    page drafts is presented word for word."""
    t, unit = works.t, told["unit"]
    since, until = last_whole(t.store.clock().date(), told["of"])
    if any((a.unit, a.since) == (unit, since) for a in t.state().money.accounts.values()):
        return
    door = SimpleNamespace(
        words=language("es"), state=t.state(), store=t.store, group_name=t.story["name"], book=t.book
    )
    found = accounts.drafted(cast("GroupDoor", door), unit, since, until)
    text = "~" + msgspec.json.encode(found.document).decode()
    works.do(control.present, account=f"#account-{unit}-{since}", unit=unit, since=since, until=until, text=text)


def approve(works: Works, told: dict[str, Any]) -> None:
    """The assembly approves every account of a unit that waits for it."""
    for each in list(works.t.state().money.accounts.values()):
        if each.unit == told["unit"] and each.decision is None:
            works.do(control.approve, account=f"#account-{each.unit}-{each.since}", decision=told["decision"])


def last_whole(day: dt.date, of: str) -> tuple[str, str]:
    """The first and the last day of the quarter, or the year, that was over last before a day."""
    first = day.replace(month=1 if of == "year" else day.month - (day.month - 1) % 3, day=1)
    until = first - dt.timedelta(days=1)
    since = until.replace(month=1 if of == "year" else until.month - 2, day=1)
    return since.isoformat(), until.isoformat()
