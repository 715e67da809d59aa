"""`./comuna count FILE.pb --rule …`: decides a participatory budget."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from decimal import Decimal
from typing import Any, Final

import msgspec

from comuna import budget_shown
from comuna.ballot_files.pabulib import AMOUNT, BudgetFile, read
from comuna.count_asked import opened, tie_rule
from comuna.kernel.refusal import Refused
from comuna.language import spoken
from comuna.methods.budget import Completion, Rule, Satisfaction
from comuna.methods.budget.deciding import COMPLETED_BY, by_district, decide
from comuna.methods.budget.election import MOST_MONEY, Election
from comuna.methods.budget.outcome import Outcome
from comuna.methods.ties import TieRule

WIDE = 100
SUM: Final = "budget_"
"""How a district's sum begins in META, as a group's own files have it (`ballot_files.pabulib_writing`)."""

Asked = tuple[Rule, Election, TieRule, Satisfaction, Completion]


def run(options: argparse.Namespace) -> int:
    """Decide and print. Returns 0."""
    words = spoken()
    completion = options.completion or "none"
    if completion not in COMPLETED_BY[options.rule]:
        raise Refused("count.no_completion", rule=options.rule, completion=completion)
    if options.satisfaction and options.rule != "equal-shares":
        raise Refused("count.no_satisfaction", rule=options.rule)
    with opened(options.file, words) as (file, progress):
        found = read(file, progress=progress)
    election = found.election
    ties = tie_rule(options, (), election.projects)
    asked = (options.rule, election, ties, options.satisfaction or "cost", completion)
    made = _by_district(found, asked) if options.by_district else {"": decide(*asked)}
    if options.json:
        plain = {district: _plain(outcome) for district, outcome in made.items()}
        print(json.dumps(plain if options.by_district else plain[""], ensure_ascii=False, indent=2))
        return 0
    if found.title:
        print(found.title + "\n")
    width = shutil.get_terminal_size((WIDE, 40)).columns if sys.stdout.isatty() else WIDE
    said = [
        (district, budget_shown.shown(words, outcome, election.titles, width)) for district, outcome in made.items()
    ]
    print("\n\n".join(f"{district}\n\n{shown}" if district else shown for district, shown in said))
    return 0


def _by_district(found: BudgetFile, asked: Asked) -> dict[str, Outcome]:
    """A decision for each district of the projects. Refuses count.no_districts, count.no_district_sum (district)."""
    rule, election, ties, satisfaction, completion = asked
    budgets: dict[str, int] = {}
    for district in sorted(set(election.districts.values())):
        said = found.meta.get(SUM + district.lower(), "")
        money = Decimal(said) * election.one if AMOUNT.fullmatch(said) else Decimal(-1)
        if not 0 <= money <= MOST_MONEY or money != int(money):
            raise Refused("count.no_district_sum", district=district)
        budgets[district] = int(money)
    if not budgets:
        raise Refused("count.no_districts")
    return by_district(rule, election, budgets, ties, satisfaction, completion)


def _plain(outcome: Outcome) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(outcome)
    return {**{key: plain.pop(key) for key in ("winners", "cost", "rounds", "ties")}, **plain}
