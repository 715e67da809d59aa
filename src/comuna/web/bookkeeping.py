"""What the forms about money and promises have in common: sums, days, words, whoever gives; sent twice, recorded
once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.act import Act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.money_messages import FUNDS
from comuna.rules import funds, money
from comuna.rules.amounts import currency_of, read
from comuna.rules.money import InstitutionNamed
from comuna.rules.record import named
from comuna.rules.state import State
from comuna.store import texts
from comuna.store.writer import Transaction
from comuna.web import uploads
from comuna.web.access import GroupDoor, KeeperDoor, new_id
from comuna.web.decisions import listed
from comuna.web.forms import Form
from comuna.web.offices import today

LONGEST: Final = 2_000
"""Letters of what is said about a sum, a promise, a question."""
USUAL: Final = ("VES", "USD", "EUR", "COP")


def day(form: Form, name: str = "date", otherwise: str | None = None) -> str:
    """A day of a form. Refuses money.bad_date."""
    written = form.line(name)
    if not written and otherwise is not None:
        return otherwise
    try:
        return dt.date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise Refused("money.bad_date", written=written[:40] or "–") from error


def day_or_none(form: Form, name: str) -> str | None:
    """A day that may be left out. Refuses money.bad_date."""
    return day(form, name) if form.line(name) else None


def amount(form: Form, name: str = "amount", currency: str = "currency") -> tuple[int, str]:
    """A sum with its currency. Refuses what `amounts.read` does."""
    its = currency_of(form.line(currency))
    return read(form.text(name), its), its


def words(form: Form, name: str, refusal: str = "") -> str:
    """What somebody wrote. Refuses words.too_long, and `refusal`, if there is one, where they wrote nothing."""
    said = form.text(name).replace("\r\n", "\n").strip()
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    if not said and refusal:
        raise Refused(refusal)
    return said


def id_of(form: Form, name: str = "id") -> str:
    """The fresh id that a form brings. Refuses money.bad_id."""
    found = form.line(name)
    if not ID.fullmatch(found):
        raise Refused("money.bad_id")
    return found


class Kept:
    """The texts and files of one step, which are kept with its acts."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.texts: list[Text] = []

    def text(self, said: str) -> str | None:
        """The digest of what was said; None where nothing was."""
        return self._new(texts.new(self.tx, said)) if said else None

    def must(self, said: str) -> str:
        """The digest of what was said."""
        return self._new(texts.new(self.tx, said))

    def file(self, body: bytes | None) -> str | None:
        """The digest of a file; None where none was brought."""
        return self._new(texts.new_file(self.tx, body)) if body else None

    def _new(self, made: Text) -> str:
        self.texts.append(made)
        return made.ref


def record(
    door: GroupDoor,
    by: str,
    decide: Callable[[State, Kept], Act | list[Act]],
    *,
    done: Callable[[State], bool] | None = None,
) -> None:
    """Record what `decide` makes of the state, unless it was `done` already by the same form."""

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and done is not None and done(s):
            return
        kept = Kept(tx)
        door.store.record(tx, door.book, lambda s: decide(s, kept), by=by, with_texts=kept.texts)

    door.write(job)


def voucher(door: GroupDoor, name: str = "voucher") -> bytes | None:
    """The picture or PDF that a form brings, cleaned. Refuses upload.*."""
    return uploads.voucher(door.form, name)


# Whoever gives


def giver(form: Form) -> str:
    """Who gives or promises, by name. Refuses institution.no_name."""
    name = form.line("institution")
    if not name or len(name) > 200:
        raise Refused("institution.no_name")
    return name


def institution(
    door: KeeperDoor, s: State, kept: Kept, name: str, id: str
) -> tuple[str, InstitutionNamed | None, list[Act]]:
    """Whoever has this name already; or else the act that enters them under `id`."""
    for known, ref in s.money.institutions.items():
        if (texts.read(kept.tx.connection, ref) or "").casefold() == name.casefold():
            return known, None, []
    new = money.name_institution(s, by=door.member, institution=id, name=kept.must(name))
    return id, new, [new]


def institutions(door: GroupDoor, connection: sa.Connection) -> dict[str, str]:
    """Everybody who gives or promises: id → name, as far as it was not erased."""
    found = {id: texts.read(connection, ref) for id, ref in door.state.money.institutions.items()}
    erased = door.words.text("a name that was erased")
    return {id: name or erased for id, name in sorted(found.items(), key=lambda pair: pair[1] or "")}


# What forms offer


class Decided(msgspec.Struct, frozen=True):
    """A decision that can be chosen."""

    id: str
    number: int
    words: str


def decisions(door: GroupDoor, connection: sa.Connection) -> list[Decided]:
    """The group's decisions, the newest first."""
    return [Decided(d.id, d.number, d.words or "") for d in listed(door, connection)]


def fund_names(door: GroupDoor) -> dict[str, str]:
    """What the funds of the charter are called, and after them those that it had once."""
    rules = funds.naming(door.state)
    found: dict[str, str] = {}
    for fund in funds.known(door.state):
        title = named(rules, "funds", fund)
        told = door.words.text(FUNDS[fund]) if fund in FUNDS else str(title)
        found[fund] = title.get(door.words.code, fund) if isinstance(title, dict) else told
    return found


def fund_choices(door: GroupDoor, *, going_out: bool = False) -> dict[str, str]:
    """The funds that a form offers: those of the charter; where money goes out, also others that hold some."""
    names, now = fund_names(door), funds.of(door.state)
    return {
        fund: names[fund] if fund in now else door.words.text("%(fund)s (no longer in the charter)", fund=names[fund])
        for fund in (money.balances(door.state) if going_out else now)
    }


def offered(door: GroupDoor, connection: sa.Connection) -> dict[str, Any]:
    """What every form about money needs: funds, currencies, today, decisions, whoever gives, and fresh ids."""
    used = sorted({where.rpartition(" ")[2] for where in door.state.money.balances})
    return {
        "funds": fund_choices(door),
        "funds_out": fund_choices(door, going_out=True),
        "currencies": list(dict.fromkeys([*used, *USUAL])),
        "today": today(door),
        "decisions": decisions(door, connection),
        "institutions": institutions(door, connection),
        "new": new_id(),
        "other": new_id(),
    }
