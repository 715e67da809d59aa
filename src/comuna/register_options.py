"""What `./comuna register` can be told. Light, because every command declares all commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from comuna.language import spoken


def declare(commands: Any, database: Callable[[argparse.ArgumentParser], None]) -> None:
    """Declare the commands among the others. `database`: adds the option that names it."""
    words = spoken()
    register = commands.add_parser("register", help=words.text("a group's register of people")).add_subparsers(
        required=True, metavar=words.text("COMMAND")
    )

    def command(name: str, help: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = register.add_parser(name, help=help)
        parser.add_argument(
            "--group",
            metavar=words.text("GROUP"),
            help=words.text("its name, or its book's id; not needed where there is only one"),
        )
        database(parser)
        parser.set_defaults(run=lambda options: getattr(_commands(), f"register_{name}")(options))
        return parser

    listed = command("list", words.text("say who is on the register"))
    listed.add_argument("words", nargs="*", metavar=words.text("WORDS"), help=words.text("only whom these words find"))
    add = command("add", words.text("write somebody into the register"))
    add.add_argument("name", metavar=words.text("NAME"))
    add.add_argument("--household", default="", metavar=words.text("NUMBER"))
    add.add_argument("--kind", choices=("resident", "member", "delegate", "guest"), default="member")
    add.add_argument("--unit", metavar=words.text("UNIT"))
    since = words.text("since which quarter, such as 2026-Q4, or a day")
    add.add_argument("--voice-from", metavar=words.text("QUARTER"), help=since)
    add.add_argument("--vote-from", metavar=words.text("QUARTER"), help=since)
    taking = command("import", words.text("take people in from a file (CSV): all of them or nobody"))
    taking.add_argument("file", metavar=words.text("FILE"), help=words.text("a file of CSV; - for standard input"))
    taking.add_argument("--dry-run", action="store_true", help=words.text("only say what would be done"))
    export = command("export", words.text("write the register as CSV; who came to what is not in it"))
    export.add_argument("file", type=Path, nargs="?", metavar=words.text("FILE"))


def _commands() -> Any:
    from comuna import register_commands

    return register_commands
