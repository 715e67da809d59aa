"""Accounts of visits from door to door, however often and in whatever order they come from telephones that were without
a connection: the same set of accounts always comes to the same."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, Literal

import msgspec

from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.survey_form import Answers

Outcome = Literal["answered", "refused", "nobody"]
OUTCOMES: Final = ("answered", "refused", "nobody")
"""They answered; they do not want to; nobody was at home, so somebody comes back."""
DESK: Final = 0
"""Who enters sheets of paper; volunteers are numbered from 1."""
LAST_EDIT: Final = 2**31 - 1


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One account of one dwelling. `visit`: an id that the telephone chose; `edit` counts how often it was changed
    there;
    `digest`: of what it says; `aside`: the desk chose another account, and the answers are gone."""

    visit: str
    volunteer: int
    dwelling: str
    outcome: Outcome
    edit: int
    answers: Answers
    digest: str
    aside: bool = False


class Dwelling(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a dwelling. `accounts`: the one that holds, or those of which the desk must choose one."""

    code: str
    outcome: Outcome | Literal["conflict"]
    accounts: tuple[Visit, ...]


def visit(*, id: str, volunteer: int, dwelling: str, outcome: str, edit: int, answers: Answers) -> Visit:
    """An account as it is kept. Refuses: survey.bad_visit."""
    if not ID.fullmatch(id) or outcome not in OUTCOMES or not 1 <= edit <= LAST_EDIT:
        raise Refused("survey.bad_visit")
    said = answers if outcome == "answered" else {}
    content = msgspec.json.encode([dwelling, outcome, said], order="deterministic")
    return Visit(
        visit=id,
        volunteer=volunteer,
        dwelling=dwelling,
        outcome=msgspec.convert(outcome, Outcome),
        edit=edit,
        answers=said,
        digest=sha256(content).hexdigest(),
    )


def latest(visits: Iterable[Visit]) -> dict[tuple[str, str], Visit]:
    """Of each account the last edit; where two telephones wrote the same edit in two ways, both. What the desk laid
    aside
    stays aside. The order in which they come, and how often, makes no difference."""
    found: dict[tuple[str, str], Visit] = {}
    last: dict[str, int] = {}
    for each in visits:
        last[each.visit] = max(each.edit, last.get(each.visit, 0))
        key = each.visit, each.digest
        before = found.get(key)
        if before is None or (each.edit, each.aside) > (before.edit, before.aside):
            found[key] = each
    return {key: each for key, each in found.items() if each.edit == last[each.visit]}


def dwellings(visits: Iterable[Visit]) -> dict[str, Dwelling]:
    """What is known of each dwelling, by code. Whoever found nobody at home contradicts nobody; two accounts that
    say the
    same are one."""
    by_code: dict[str, list[Visit]] = {}
    for each in sorted(latest(visits).values(), key=lambda v: (v.dwelling, v.visit, v.digest)):
        if not each.aside:
            by_code.setdefault(each.dwelling, []).append(each)
    return {code: _dwelling(code, those) for code, those in by_code.items()}


def _dwelling(code: str, those: list[Visit]) -> Dwelling:
    told = [each for each in those if each.outcome != "nobody"]
    if not told:
        return Dwelling(code=code, outcome="nobody", accounts=(those[0],))
    if len({each.digest for each in told}) > 1:
        return Dwelling(code=code, outcome="conflict", accounts=tuple(told))
    return Dwelling(code=code, outcome=told[0].outcome, accounts=(told[0],))
