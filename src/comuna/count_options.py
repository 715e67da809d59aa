"""What `./comuna count` can be told. Light, because every command declares all commands."""

from __future__ import annotations

import argparse
from typing import Any

from comuna.ballot_files import LAYOUTS
from comuna.language import spoken
from comuna.methods import METHODS
from comuna.methods.budget import COMPLETIONS, RULES, SATISFACTIONS


def whole_number(written: str) -> int:
    """A whole number from 0 on the command line. Raises ValueError, which argparse tells with this function's name."""
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise ValueError(written)
    return int(written)


def declare(commands: Any) -> None:
    """Declare the command among the others."""
    words = spoken()
    count = commands.add_parser("count", help=words.text("count a file of ballots"))
    count.add_argument(
        "file",
        metavar=words.text("FILE"),
        help=words.text("BLT, CSV, JSON or, for a budget, .pb; - for standard input"),
    )
    how = count.add_mutually_exclusive_group(required=True)
    how.add_argument("--method", choices=METHODS)
    how.add_argument("--rule", choices=RULES, help=words.text("decide a participatory budget, from a .pb file"))
    count.add_argument(
        "--satisfaction",
        choices=SATISFACTIONS,
        help=words.text(
            "with --rule equal-shares: what a project is worth to who marked it; by its cost, if not given"
        ),
    )
    count.add_argument(
        "--completion",
        choices=COMPLETIONS,
        help=words.text("with --rule: what is done with the money that is left; nothing, if not given"),
    )
    count.add_argument(
        "--by-district",
        action="store_true",
        help=words.text("with --rule: each district by itself, with its own sum, as a group’s .pb file names them"),
    )
    count.add_argument(
        "--seats", type=whole_number, metavar="N", help=words.text("how many are elected; 1 if the file does not say")
    )
    count.add_argument(
        "--ties",
        action="append",
        choices=("earlier_rounds", "lots", "order", "none"),
        help=words.text("how ties are broken; given again, what is tried next"),
    )
    count.add_argument(
        "--seed", metavar=words.text("TEXT"), help=words.text("the published seed from which lots are drawn")
    )
    count.add_argument(
        "--order", nargs="+", metavar=words.text("NAME"), help=words.text("who stands before whom where there is a tie")
    )
    count.add_argument("--contest", metavar=words.text("NAME"), help=words.text("which contest of the file is counted"))
    count.add_argument("--layout", choices=LAYOUTS, help=words.text("how the file is laid out, if it does not say"))
    count.add_argument(
        "--overvotes",
        choices=("exhaust", "skip"),
        default="exhaust",
        help=words.text("where a ballot marks several at one rank: it ends there, or goes on at the next"),
    )
    count.add_argument(
        "--skipped-ranks",
        type=whole_number,
        metavar="N",
        help=words.text("a ballot ends where more than N ranks in a row are empty; otherwise they do not matter"),
    )
    count.add_argument(
        "--repeats",
        choices=("once", "exhaust"),
        default="once",
        help=words.text("where a ballot ranks somebody again: it goes on, or ends there"),
    )
    count.add_argument("--json", action="store_true", help=words.text("as JSON"))
    count.set_defaults(run=_count)


def _count(options: argparse.Namespace) -> int:
    if options.rule:
        from comuna import budget_command

        return budget_command.run(options)
    from comuna import count_command

    return count_command.run(options)
