"""What `./comuna charter` can be told. Light, because every command declares all commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from comuna.language import LANGUAGES, spoken


def declare(commands: Any) -> None:
    """Declare the command among the others."""
    words = spoken()
    parser = commands.add_parser("charter", help=words.text("check and show charters"))
    charter = parser.add_subparsers(required=True, metavar=words.text("COMMAND"))
    check = charter.add_parser("check", help=words.text("say what is wrong with a charter, line by line"))
    check.add_argument("file", metavar=words.text("FILE"), help=words.text("a charter (TOML); - for standard input"))
    known = charter.add_parser("list", help=words.text("say which charters come with Comuna"))
    show = charter.add_parser("show", help=words.text("a charter in plain words"))
    show.add_argument(
        "charter", metavar=words.text("FILE|KIND"), help=words.text("a charter (TOML), or the kind of one from `list`")
    )
    show.add_argument("--language", choices=LANGUAGES, help=words.text("in which language"))
    for command, run in ((check, "check"), (known, "list_charters"), (show, "show")):
        command.set_defaults(run=_command(run))


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        from comuna import charter_command

        done: int = getattr(charter_command, name)(options)
        return done

    return run
