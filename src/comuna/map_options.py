"""What `./comuna map` can be told. Light, because every command declares all commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from comuna.language import spoken


def declare(commands: Any, database: Callable[[argparse.ArgumentParser], None]) -> None:
    """Declare the command among the others. `database`: adds the option that names it."""
    words = spoken()
    maps = commands.add_parser("map", help=words.text("a group's map of its streets")).add_subparsers(
        required=True, metavar=words.text("COMMAND")
    )
    taking = maps.add_parser("import", help=words.text("import an OpenStreetMap file, however large"))
    taking.add_argument("group", metavar=words.text("GROUP"), help=words.text("the group’s name, or its book’s id"))
    taking.add_argument("file", type=Path, metavar=words.text("FILE"), help=words.text(".osm, .osm.bz2 or .osm.gz"))
    taking.add_argument("--source", default="", help=words.text("where it comes from, and of which day"))
    database(taking)
    taking.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> int:
    from comuna import map_commands

    return map_commands.map_import(options)
