"""`./comuna count FILE.pb --rule …`: decides a participatory budget."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from typing import Any

import msgspec

from comuna import budget_shown
from comuna.ballot_files.pabulib import read
from comuna.count_asked import opened, tie_rule
from comuna.kernel.refusal import Refused
from comuna.language import spoken
from comuna.methods.budget.deciding import COMPLETED_BY, decide
from comuna.methods.budget.outcome import Outcome

WIDE = 100


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
    outcome = decide(options.rule, election, ties, options.satisfaction or "cost", completion)
    if options.json:
        print(json.dumps(_plain(outcome), ensure_ascii=False, indent=2))
        return 0
    if found.title:
        print(found.title + "\n")
    width = shutil.get_terminal_size((WIDE, 40)).columns if sys.stdout.isatty() else WIDE
    print(budget_shown.shown(words, outcome, election.titles, width))
    return 0


def _plain(outcome: Outcome) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(outcome)
    return {**{key: plain.pop(key) for key in ("winners", "cost", "rounds", "ties")}, **plain}
