"""The options of `comuna book` and `comuna witness`. The commands themselves are `book_commands.py`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from comuna.language import Language, spoken

Parser = argparse.ArgumentParser


def declare(commands: Any, database: Callable[[Parser], None]) -> None:
    """Say on the command line what `comuna book` and `comuna witness` take. `database`: adds the option of the
    database."""
    words = spoken()
    _book(words, commands.add_parser("book", help=words.text("export, check and keep books")), database)
    _witness(words, commands.add_parser("witness", help=words.text("witness books of other installations")), database)


def _commands(parser: Parser, database: Callable[[Parser], None]) -> Callable[[str, str, str], Parser]:
    """How a command below this one is added: its name, its function in `book_commands`, its help."""
    below = parser.add_subparsers(required=True)

    def command(name: str, run: str, help: str) -> Parser:
        added: Parser = below.add_parser(name, help=help)
        database(added)
        added.set_defaults(run=lambda options: getattr(_books(), run)(options))
        return added

    return command


def _book(words: Language, parser: Parser, database: Callable[[Parser], None]) -> None:
    group = words.text("GROUP")
    command = _commands(parser, database)

    named = words.text("its name, or its book's id; not needed where there is only one")
    export = command("export", "export_books", words.text("write a book for any static host, or as one file"))
    export.add_argument(
        "place", metavar=words.text("DIR|FILE"), help=words.text("a folder, or a file that ends in .zip")
    )
    export.add_argument(
        "--group", metavar=group, help=words.text("this group's book; without it, each into a folder of its own")
    )
    verify = command("verify", "verify", words.text("check books, exports, addresses of books, proofs"))
    verify.add_argument(
        "places",
        metavar=words.text("WHAT"),
        nargs="*",
        help=words.text("a group, an export, an address or a proof; without it, every book here"),
    )
    catch_up = command("catch-up", "catch_up", words.text("take the acts that are missing here from an export"))
    catch_up.add_argument("group", metavar=group, help=words.text("the group’s name, or its book’s id"))
    catch_up.add_argument("place", metavar=words.text("DIR|FILE"))
    for name, run, help in (
        ("resume", "resume", words.text("go on with a book of which acts are lost for good")),
        ("rotate-key", "rotate_key", words.text("sign a book with a new key from now on")),
        ("recover-key", "recover_key", words.text("replace a lost signing key, using the recovery key on paper")),
    ):
        command(name, run, help).add_argument("group", metavar=group, help=named, nargs="?")


def _witness(words: Language, parser: Parser, database: Callable[[Parser], None]) -> None:
    command = _commands(parser, database)
    show = command("show", "show_witness", words.text("this installation's line as a witness, and what it saw"))
    show.add_argument("--url", default="http://localhost:8000", help=words.text("the site's address"))
    watch = command("watch", "watch", words.text("witness a book"))
    watch.add_argument("key", metavar=words.text("KEY"), help=words.text("the book's verifier key"))
    forget = command("forget", "forget", words.text("witness a book no longer, and forget what was seen"))
    forget.add_argument("origin", metavar="comuna/…")
    command("ask", "ask", words.text("ask the witnesses of the books here to cosign them now"))


def _books() -> Any:
    from comuna import book_commands

    return book_commands
