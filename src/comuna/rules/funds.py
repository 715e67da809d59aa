"""The funds that money lies in: those that the charter names. What an amendment takes out of it is still known by its
name, and can be spent and moved out of; nothing more comes in."""

from __future__ import annotations

from typing import Final

import msgspec

from comuna.kernel.refusal import Refused
from comuna.rules import charter
from comuna.rules.charter import Charter
from comuna.rules.state import State

GENERAL: Final = "general"
"""The one fund of a group whose charter names none."""

LAW: Final = ("social", "operating", "savings", "risk")
"""The four funds of a communal council (Ley Orgánica de los Consejos Comunales, Arts. 51 to 55). Charters of councils
that were written before charters named funds have these."""

COUNCIL: Final = "communal-council"
"""How the kinds of those charters begin."""


def named_in(rules: Charter) -> tuple[str, ...]:
    """The funds that a charter names, in its order; where it names none, those that go without saying."""
    return rules.entries("funds") or (LAW if rules.kind.startswith(COUNCIL) else (GENERAL,))


def of(s: State) -> tuple[str, ...]:
    """The funds of the charter that holds now."""
    return (GENERAL,) if s.charter is None else named_in(charter.parse(s.charter))


def named(s: State) -> bool:
    """Whether the charter names its funds, and they are not those that go without saying."""
    return s.charter is not None and bool(charter.parse(s.charter).entries("funds"))


def known(s: State) -> tuple[str, ...]:
    """The funds of the charter, and after them those that it had once, or that money ever lay in."""
    lay = {where.rpartition(" ")[0].removeprefix("fund:") for where in s.money.balances if where.startswith("fund:")}
    now = of(s)
    return (*now, *sorted((lay | set(s.money.former)) - set(now)))


def into(s: State, fund: str) -> str:
    """A fund that money can come into. Refuses money.unknown_fund (fund, known), money.fund_gone (fund)."""
    if fund in of(s):
        return fund
    if fund in known(s):
        raise Refused("money.fund_gone", fund=fund)
    raise Refused("money.unknown_fund", fund=fund[:40], known=", ".join(of(s)))


def out_of(s: State, fund: str) -> str:
    """A fund that money can go out of: also one that the charter no longer has. Refuses money.unknown_fund (fund,
    known)."""
    return fund if fund in known(s) else into(s, fund)


def naming(s: State) -> Charter | None:
    """The charter, with the names of funds that it had once: to tell what is past."""
    if s.charter is None:
        return None
    rules = charter.parse(s.charter)
    titles = {f"funds.{fund}": title for fund, title in s.money.former.items()}
    return msgspec.structs.replace(rules, titles={**titles, **rules.titles}) if titles else rules


def amended(s: State, after: Charter) -> State:
    """The state with the names of the funds that an amendment takes out of the charter."""
    before = charter.parse(s.charter) if s.charter is not None else after
    former = s.money.former
    for fund in set(before.entries("funds")) - set(after.entries("funds")):
        former = former.set(fund, dict(before.titles[f"funds.{fund}"]))
    return msgspec.structs.replace(s, money=msgspec.structs.replace(s.money, former=former))
