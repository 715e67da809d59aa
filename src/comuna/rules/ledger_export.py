"""The group's accounts as journals for other programs: beancount, hledger, and a table. The same postings as in the
book, in its order; names only where they were not erased."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Final

from comuna.rules.amounts import decimal
from comuna.rules.dates import days_later
from comuna.rules.ledger import EXCHANGE, entries
from comuna.rules.state import State
from comuna.rules.state_money import Entry, Posting

ROOTS: Final = {"fund": "Assets", "source": "Income", "line": "Expenses"}
TABLE: Final = ("act", "date", "kind", "entry", "of", "account", "name", "amount", "currency")
"""The columns of the table."""


def account(name: str, names: Mapping[str, str]) -> str:
    """What beancount and hledger call an account: Assets:Fund-Social, Income:Water-Board-3f4a. `names`: institution,
    line, or fund ("fund:social") → its name. A fund's account is made of its id, and the same in every language."""
    if name == EXCHANGE:
        return "Equity:Exchange"
    kind, _, id = name.partition(":")
    if kind == "fund":
        return f"{ROOTS[kind]}:Fund-{id[:1].upper()}{id[1:].replace('_', '-')}"
    called = _plain(names.get(id, ""))
    return f"{ROOTS[kind]}:{called}-{id}" if called else f"{ROOTS[kind]}:X-{id}"


def _plain(name: str) -> str:
    """A name as beancount's accounts can have it: letters and digits of ASCII, hyphens, a capital first."""
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9]+", "-", flat).strip("-")[:40].strip("-")
    return kept[:1].upper() + kept[1:]


def _text(said: str) -> str:
    """Words as a beancount string holds them."""
    return " ".join(said.split()).replace("\\", "\\\\").replace('"', '\\"')


def _line(said: str) -> str:
    """Words as they stand in a line of hledger, where a semicolon begins a remark and a bar divides."""
    return " ".join(said.split()).replace(";", ",").replace("|", "/")


def beancount(s: State, names: Mapping[str, str], said: Mapping[str, str], title: str) -> str:
    """The accounts as a beancount ledger. `said`: entry → what it was for."""
    found = entries(s)
    first: dict[str, str] = {}
    for entry in found:
        for each in entry.postings:
            first[each.account] = min(first.get(each.account, entry.date), entry.date)
    lines = [f'option "title" "{_text(title)}"']
    lines += [f'option "operating_currency" "{each}"' for each in _currencies(found)]
    lines.append("")
    for name, day in sorted(first.items(), key=lambda p: (p[1], p[0])):
        lines.append(f"{day} open {account(name, names)}")
        lines += [f'  name: "{_text(names[name])}"'] if name in names else []
    for entry in sorted(found, key=lambda e: (e.date, e.act)):
        lines += ["", f'{entry.date} * "{_text(said.get(entry.id, ""))}"']
        lines += [f'  book-act: "{entry.act}"', f'  kind: "{entry.kind}"']
        lines += [f'  rate: "{entry.rate}"'] if entry.rate else []
        lines += [
            f"  {account(p.account, names)}  {decimal(p.amount, p.currency)} {p.currency}" for p in entry.postings
        ]
        lines += list(_price(entry))
    last = max((e.date for e in found), default="")
    lines += [""] if found else []
    lines += [
        f"{days_later(last, 1)} balance {account(name, names)}  {decimal(amount, currency)} {currency}"
        for name, currency, amount in _balances(s)
        if name.startswith("fund:")
    ]
    return "\n".join(lines) + "\n"


def _price(entry: Entry) -> Iterator[str]:
    """The rate of an exchange as beancount's price, as exactly as ten decimals can say it."""
    if entry.rate is None:
        return
    one, other = entry.postings[0].currency, entry.postings[-1].currency
    scaled = round(Fraction(entry.rate) * 10**10)
    whole, rest = divmod(scaled, 10**10)
    yield ""
    yield f"{entry.date} price {one}  {whole}.{rest:010} {other}"


def _currencies(found: list[Entry]) -> list[str]:
    return sorted({each.currency for entry in found for each in entry.postings})


def _balances(s: State) -> list[tuple[str, str, int]]:
    """Account, currency and what lies there, sorted."""
    parts = [(*where.rpartition(" ")[::2], amount) for where, amount in s.money.balances.items()]
    return sorted((name, currency, amount) for name, currency, amount in parts)


def hledger(s: State, names: Mapping[str, str], said: Mapping[str, str], title: str) -> str:
    """The accounts as an hledger journal; at its end what lies in each fund is asserted."""
    found = sorted(entries(s), key=lambda e: (e.date, e.act))
    lines = [f"; {_line(title)}", ""]
    lines += [f"commodity {_with_point(decimal(100_000, each))} {each}" for each in _currencies(found)]
    used = sorted({each.account for entry in found for each in entry.postings})
    lines += [
        f"account {account(name, names)}" + (f"  ; {_line(names[name])}" if name in names else "") for name in used
    ]
    for entry in found:
        lines += ["", f"{entry.date} * ({entry.act}) {_line(said.get(entry.id, ''))}".rstrip()]
        lines += [f"    ; kind:{entry.kind}"] + ([f"    ; rate:{entry.rate}"] if entry.rate else [])
        lines += [
            f"    {account(p.account, names)}  {decimal(p.amount, p.currency)} {p.currency}" for p in entry.postings
        ]
    if found:
        lines += ["", f"{found[-1].date} * asserted"]
        lines += [
            f"    {account(name, names)}  0 {currency} = {decimal(amount, currency)} {currency}"
            for name, currency, amount in _balances(s)
            if name.startswith("fund:")
        ]
    return "\n".join(lines) + "\n"


def _with_point(number: str) -> str:
    """hledger reads how a currency is written from an example with a decimal point."""
    return number if "." in number else f"{number}."


def table(s: State, names: Mapping[str, str]) -> str:
    """Every posting as a line of a CSV table (RFC 4180)."""
    lines: list[str] = []
    writer = csv.writer(SimpleNamespace(write=lines.append))
    writer.writerow(TABLE)
    for entry in entries(s):
        for each in entry.postings:
            writer.writerow(_row(entry, each, names))
    return "".join(lines)


def _row(entry: Entry, posting: Posting, names: Mapping[str, str]) -> list[str | int]:
    name = names.get(posting.account) or names.get(posting.account.partition(":")[2], "")
    shielded = f"'{name}" if name[:1] in "=+-@\t\r" and name else name  # a spreadsheet would reckon with it
    amount = decimal(posting.amount, posting.currency)
    head: list[str | int] = [entry.act, entry.date, entry.kind, entry.id, entry.of or ""]
    return [*head, posting.account, shielded, amount, posting.currency]
