"""The command line: `./comuna up`, `page`, `key`, `check`, `group`, `backup`, `restore`, `count`, `charter`,
`register`, `map`, `bench`. Imports wait until they are needed."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from comuna import (
    __version__,
    book_options,
    charter_options,
    count_options,
    map_options,
    register_options,
    survey_options,
)
from comuna.kernel.refusal import Refused
from comuna.language import N_, spoken
from comuna.rules.announcement import Announcement

ROOT = Path(__file__).parents[2]
Commands = argparse._SubParsersAction  # type: ignore[type-arg]  # argparse names it nowhere else

ARGPARSE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("expected one argument"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
)
"""What Python's `argparse` says of itself on our command line; it looks each up in its module's `_`."""


def day(written: str) -> dt.date:
    """A day on the command line, YYYY-MM-DD. Raises ValueError, which argparse tells with this function's name."""
    return dt.date.fromisoformat(written)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 done, 1 refused or failed with one sentence, 2 wrong usage."""
    options = _parser().parse_args(argv)
    try:
        return options.run(options) or 0
    except Refused as refused:
        from comuna import messages

        print(f"comuna: {messages.refusal(spoken(), refused)[1]}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except OSError as error:
        print(f"comuna: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    words = spoken()
    argparse._ = words.text  # type: ignore[attr-defined]  # its own texts, too, in the reader's language
    description = words.text("Software with which a group governs itself.")
    parser = argparse.ArgumentParser(prog="comuna", description=description)
    version = words.text("show program's version number and exit")
    parser.add_argument("--version", action="version", version=__version__, help=version)
    commands = parser.add_subparsers(required=True, metavar=words.text("COMMAND"))

    _up_options(commands)
    _key_options(commands)
    _page_options(commands)
    check = commands.add_parser("check", help=words.text("hold every book against its head"))
    _database(check)
    check.set_defaults(run=_check)
    book_options.declare(commands, _database)
    count_options.declare(commands)
    charter_options.declare(commands)
    survey_options.declare(commands)
    register_options.declare(commands, _database)
    map_options.declare(commands, _database)
    _group(commands.add_parser("group", help=words.text("move a group to another home")))
    _backups(commands)
    _bench_options(commands)
    return parser


def _up_options(commands: Any) -> None:
    words = spoken()
    up = commands.add_parser("up", help=words.text("start the website"))
    up.add_argument("--port", type=int, default=8000)
    up.add_argument(
        "--host",
        default="0.0.0.0",  # noqa: S104  phones in the hall must reach it
        help=words.text("the address to listen on; 127.0.0.1 for this machine alone"),
    )
    up.add_argument("--url", help=words.text("the address people use, such as https://comuna.example.org"))
    up.add_argument(
        "--tls", action="store_true", help=words.text("serve over HTTPS, with a certificate of the site's own")
    )
    up.add_argument(
        "--tls-certificate",
        type=Path,
        metavar=words.text("FILE"),
        help=words.text("serve over HTTPS with this certificate (PEM); needs --tls-key"),
    )
    up.add_argument(
        "--tls-key",
        type=Path,
        metavar=words.text("FILE"),
        help=words.text("the private key of --tls-certificate (PEM, without a passphrase)"),
    )
    up.add_argument("--zone", help=words.text("the time zone of pages that name none, such as America/Caracas"))
    up.add_argument(
        "--example",
        choices=("session", "council"),
        default="session",
        help=words.text("what there is to look at"),
    )
    up.add_argument("--empty", action="store_true", help=words.text("begin without the example session"))
    up.add_argument(
        "--with",
        dest="extras",
        action="append",
        choices=("routes",),
        default=[],
        help=words.text("install an extra first; routes: the planner of rounds (PyVRP)"),
    )
    _database(up)
    up.set_defaults(run=_up)


def _key_options(commands: Any) -> None:
    words = spoken()
    key = commands.add_parser("key", help=words.text("make a new link for the organiser, that works once"))
    key.add_argument(
        "--url",
        default="http://localhost:8000",
        help=words.text("the site's address; https://localhost:8000 if it was started with --tls"),
    )
    _database(key)
    key.set_defaults(run=_key)


def _page_options(commands: Any) -> None:
    words = spoken()
    page = commands.add_parser("page", help=words.text("read and write announcements")).add_subparsers(required=True)
    read = page.add_parser("read", help=words.text("what an announcement says"))
    read.add_argument(
        "file", metavar=words.text("FILE"), help=words.text("text, Markdown or HTML; - for standard input")
    )
    read.add_argument("--json", action="store_true", help=words.text("as JSON"))
    read.add_argument("--on", type=day, metavar=words.text("YYYY-MM-DD"), help=words.text("read it as on this day"))
    read.add_argument("--tz", metavar=words.text("ZONE"), help=words.text("the time zone of a page that names none"))
    read.set_defaults(run=_page_read)
    write = page.add_parser("write", help=words.text("a session as Markdown"))
    write.add_argument(
        "session",
        metavar=words.text("SESSION"),
        help=words.text("a session's id, or a file of JSON from `page read --json`"),
    )
    _database(write)
    write.set_defaults(run=_page_write)


def _bench_options(commands: Any) -> None:
    words = spoken()
    bench = commands.add_parser("bench", help=words.text("run a benchmark"))
    bench.add_argument(
        "name", metavar=words.text("NAME"), help=words.text("one of bench/, or `all`"), nargs="?", default="all"
    )
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--phones", type=int, metavar="N")
    bench.set_defaults(run=_bench)


def _group(parser: argparse.ArgumentParser) -> None:
    words = spoken()
    group = parser.add_subparsers(required=True, metavar=words.text("COMMAND"))
    export = group.add_parser("export", help=words.text("write a group into a file, encrypted with a passphrase"))
    export.add_argument("name", metavar=words.text("NAME"), help=words.text("the group’s name, or its book’s id"))
    export.add_argument("file", type=Path, metavar=words.text("FILE"))
    export.add_argument(
        "--move", action="store_true", help=words.text("it goes on elsewhere: the copy here takes no more acts")
    )
    taking = group.add_parser("import", help=words.text("take a group in from a file"))
    taking.add_argument("file", type=Path, metavar=words.text("FILE"))
    taking.add_argument(
        "--new-key", action="store_true", help=words.text("sign its book with a new key, which the old one confirms")
    )
    taking.add_argument("--url", default="http://localhost:8000", help=words.text("this site’s address, for the link"))
    known = group.add_parser("list", help=words.text("say which groups are here"))
    for command, run in ((export, "group_export"), (taking, "group_import"), (known, "group_list")):
        if command is not known:
            _passphrase_file(command)
        _database(command)
        command.set_defaults(run=_keeping(run))


def _backups(commands: Commands) -> None:
    words = spoken()
    back_up = commands.add_parser("backup", help=words.text("write a copy of everything into a folder"))
    back_up.add_argument("folder", type=Path, metavar=words.text("FOLDER"))
    back_up.add_argument("--encrypt", action="store_true", help=words.text("encrypt it with a passphrase"))
    back_up.add_argument(
        "--keep", type=int, metavar="N", help=words.text("keep the newest N backups, and remove older ones")
    )
    restore = commands.add_parser("restore", help=words.text("put a backup back"))
    restore.add_argument(
        "source", type=Path, metavar=words.text("FOLDER"), help=words.text("a folder with backups, or one of them")
    )
    restore.add_argument(
        "--at", metavar=words.text("TIME"), help=words.text("the newest that is not later than this (UTC)")
    )
    restore.add_argument(
        "--replace", action="store_true", help=words.text("keep the database that is there under another name")
    )
    for command, run in ((back_up, "back_up"), (restore, "restore")):
        _passphrase_file(command)
        _database(command)
        command.set_defaults(run=_keeping(run))


def _passphrase_file(parser: argparse.ArgumentParser) -> None:
    words = spoken()
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar=words.text("FILE"),
        help=words.text("take the passphrase from the first line of this file instead of asking"),
    )


def _keeping(name: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        from comuna import keeping

        done: int = getattr(keeping, name)(options)
        return done

    return run


def _database(parser: argparse.ArgumentParser) -> None:
    words = spoken()
    parser.add_argument(
        "--database",
        default=os.environ.get("COMUNA_DATABASE", str(ROOT / "data" / "comuna.db")),
        help=words.text("a file, or postgresql://…"),
    )


def _up(options: argparse.Namespace) -> int:
    from comuna import up

    return up.run(options)


def _key(options: argparse.Namespace) -> int:
    from comuna import up
    from comuna.store.store import Store

    store = Store(options.database, existing=True)
    print(up.way_in(store, options.url))
    print(spoken().text("If your site is at another address or port, give it with --url."), file=sys.stderr)
    store.close()
    return 0


def _page_read(options: argparse.Namespace) -> int:
    import msgspec

    from comuna.announce.read import read

    content = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    announcement = read(content, on=options.on or dt.datetime.now().astimezone().date(), zone=options.tz)
    if options.json:
        print(json.dumps(msgspec.to_builtins(announcement), ensure_ascii=False, indent=2))
        return 0
    from comuna.announce import show

    print(show.plain(announcement, spoken()))
    return 0


def _page_write(options: argparse.Namespace) -> int:
    import msgspec

    from comuna.announce.write import write

    file = Path(options.session)
    if file.suffix == ".json" or file.exists():
        try:
            announcement = msgspec.json.decode(file.read_bytes(), type=Announcement)
        except msgspec.DecodeError as error:
            raise Refused("page.not_json", reason=str(error)) from error
    else:
        announcement = _announcement(options.database, options.session)
    print(write(announcement), end="")
    return 0


def _announcement(database: str, session: str) -> Announcement:
    import msgspec
    import sqlalchemy as sa

    from comuna.rules.page import Page
    from comuna.store import people, schema, texts
    from comuna.store.store import Store

    store = Store(database, existing=True)
    try:
        with store.read() as connection:
            table = schema.gatherings
            book = connection.execute(sa.select(table.c.book).where(table.c.gathering == session)).scalar()
            state = store.state(connection, book) if book else None
            if state is None:
                raise Refused("gathering.unknown")
            body = texts.read(connection, state.gatherings[session].page)
            if body is None:
                raise Refused("page.erased")
            announcement = msgspec.json.decode(body, type=Page).announcement
            return msgspec.structs.replace(announcement, join=people.join_link(connection, session))
    finally:
        store.close()


def _check(options: argparse.Namespace) -> int:
    from comuna.store.book import Damaged
    from comuna.store.store import Store

    store = Store(options.database, existing=True)
    try:
        print(
            spoken().plural(
                "%(n)s book: every act agrees with its head.",
                "%(n)s books: every act agrees with its head.",
                store.check(),
            )
        )
        return 0
    except Damaged as error:
        print(f"comuna: {error}", file=sys.stderr)
        return 1
    finally:
        store.close()


def _bench(options: argparse.Namespace) -> int:
    sys.path.insert(0, str(ROOT))
    from bench import run

    return run.main(options.name, as_json=options.json, phones=options.phones)
