"""Commands for whoever keeps a server: backups, and groups that move."""

from __future__ import annotations

import argparse
import sys
import time
from getpass import getpass
from typing import Final

from comuna.kernel.refusal import Refused
from comuna.language import spoken
from comuna.opening import opened
from comuna.store import backup, moving, people
from comuna.store.store import Store

SHORTEST: Final = 8
"""Characters of a passphrase. Guessing one costs a second of work each; a short one is found all the same."""


def _passphrase(options: argparse.Namespace, *, fresh: bool) -> str:
    """The passphrase: the first line of the file that was named, or asked for in the terminal; a new one twice.
    Refuses passphrase.needed, passphrase.too_short, passphrase.differs."""
    words = spoken()
    if options.passphrase_file:
        with options.passphrase_file.open(encoding="utf-8") as file:
            given: str = file.readline().rstrip("\r\n")
    elif not sys.stdin.isatty():
        raise Refused("passphrase.needed")
    else:
        given = getpass(words.text("Passphrase: "))
    if fresh and len(given) < SHORTEST:
        raise Refused("passphrase.too_short", limit=SHORTEST)
    if fresh and not options.passphrase_file and getpass(words.text("The same again: ")) != given:
        raise Refused("passphrase.differs")
    return given


class _Progress:
    """Says in the terminal how far a long work is, now and then."""

    def __init__(self) -> None:
        self._next = time.monotonic() + 1
        self._said = False

    def __call__(self, table: str, rows: int) -> None:
        if sys.stderr.isatty() and time.monotonic() >= self._next:
            print(f"\r{table}: {rows}", end="\x1b[K", file=sys.stderr, flush=True)
            self._next, self._said = time.monotonic() + 0.2, True

    def end(self) -> None:
        """Make room for what is said next."""
        if self._said:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def group_list(options: argparse.Namespace) -> int:
    """Say which groups are here."""
    with opened(options.database) as store:
        _say_groups(store)
    return 0


def _say_groups(store: Store) -> None:
    words = spoken()
    with store.read() as connection:
        for group in moving.groups(connection, store.shelf):
            name = group.name or words.text("(its name was erased)")
            acts = words.plural("%(n)s act", "%(n)s acts", group.acts)
            away = words.text(", goes on elsewhere") if group.moved else ""
            print(f"{group.book}  {name}: {acts}{away}")


def group_export(options: argparse.Namespace) -> int:
    """Write a group into a file, encrypted. Refuses archive.exists, group.unknown, group.ambiguous, passphrase.*."""
    words, progress = spoken(), _Progress()
    with opened(options.database) as store:
        with store.read() as connection:
            group = moving.named(connection, store.shelf, options.name)
        if options.file.exists():
            raise Refused("archive.exists", file=str(options.file))
        passphrase = _passphrase(options, fresh=True)
        header = moving.send(store, group.book, options.file, passphrase, move=options.move, told=progress)
    progress.end()
    acts = words.plural("%(n)s act", "%(n)s acts", header.books[group.book].size)
    print(words.text("%(group)s, %(acts)s: written to %(file)s", group=_name(group), acts=acts, file=options.file))
    print(words.text("Whoever has this file and its passphrase has the group’s key and all its notes: keep both well."))
    if options.move:
        print(words.text("The copy that stays here takes no more acts. Take the file in at the new home."))
    return 0


def group_import(options: argparse.Namespace) -> int:
    """Take a group in from a file, and let its organisers in. Refuses archive.*, passphrase.needed."""
    words, progress = spoken(), _Progress()
    options.file.open("rb").close()  # before a database is made for it
    with opened(options.database, existing=False) as store:
        taken = moving.take_in(
            store, options.file, lambda: _passphrase(options, fresh=False), new_key=options.new_key, told=progress
        )
        progress.end()
        acts = words.plural("%(n)s act", "%(n)s acts", taken.group.acts)
        print(words.text("%(group)s is here now, with %(acts)s.", group=_name(taken.group), acts=acts))
        for account in taken.accounts:
            key = store.write(lambda tx, account=account: people.key_for_account(tx, account, "once"))  # type: ignore[misc]
            print(words.text("This link lets one of its organisers in; it works once, within a day:"))
            print(f"    {options.url.rstrip('/')}/key/{key}")
    return 0


def _name(group: moving.Group) -> str:
    return group.name or group.book


def back_up(options: argparse.Namespace) -> int:
    """Write a backup of everything. Refuses backup.*, passphrase.*, book.damaged."""
    words, progress = spoken(), _Progress()
    if options.keep is not None and options.keep < 1:
        raise Refused("backup.keep_none")
    encrypt = options.encrypt or options.passphrase_file is not None
    with opened(options.database) as store:
        passphrase = _passphrase(options, fresh=True) if encrypt else None
        written = backup.back_up(store, options.folder, passphrase=passphrase, keep=options.keep, told=progress)
    progress.end()
    groups = words.plural("%(n)s group", "%(n)s groups", written.books)
    print(
        words.text(
            "%(groups)s, %(size)s MB: written to %(file)s",
            groups=groups,
            size=f"{written.file.stat().st_size / 1e6:.1f}",
            file=written.file,
        )
    )
    if not encrypt:
        print(words.text("It is not encrypted: names, notes and keys can be read in it. Keep it where nobody looks."))
    for old in written.removed:
        print(words.text("Removed: %(file)s", file=old))
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a backup back, check it, and say what is there. Refuses restore.*, archive.*, erasures.unreadable."""
    words, progress = spoken(), _Progress()
    file = backup.chosen(options.source, options.at)
    restored = backup.restore(
        options.database, file, lambda: _passphrase(options, fresh=False), replace=options.replace, told=progress
    )
    progress.end()
    with opened(options.database) as store:
        store.rebuild_index()  # with the tiles, which no backup holds
        store.check()
        print(words.text("Put back: %(file)s", file=restored.file))
        if restored.erased:
            print(words.plural("%(n)s erasure was done again.", "%(n)s erasures were done again.", restored.erased))
        if restored.before:
            print(words.text("What was here before lies in %(file)s", file=restored.before))
        _say_groups(store)
    return 0
