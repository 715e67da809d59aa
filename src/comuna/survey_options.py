"""What `./comuna survey` can be told. Light, because every command declares all commands."""

from __future__ import annotations

import argparse
from typing import Any

from comuna.language import spoken


def declare(commands: Any) -> None:
    """Declare the command among the others."""
    words = spoken()
    parser = commands.add_parser("survey", help=words.text("check the questions of a survey"))
    survey = parser.add_subparsers(required=True, metavar=words.text("COMMAND"))
    check = survey.add_parser("check", help=words.text("say what is wrong with a survey’s questions, line by line"))
    check.add_argument("file", metavar=words.text("FILE"), help=words.text("questions (TOML); - for standard input"))
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from comuna import survey_command

    return survey_command.check(options)
