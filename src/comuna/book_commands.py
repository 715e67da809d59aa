"""`./comuna book` and `./comuna witness`: exporting, checking and keeping books from the command line."""

from __future__ import annotations

import argparse
import getpass
import subprocess
import sys
from pathlib import Path

from comuna import cosigning, rollback
from comuna.kernel import identity
from comuna.kernel.refusal import Refused
from comuna.language import spoken
from comuna.opening import opened
from comuna.rules import custody
from comuna.rules.group import SYSTEM
from comuna.store import book_keys, catching_up, checkpoints, export, moving, witness
from comuna.store.book import Damaged
from comuna.store.store import Store

ROOT = Path(__file__).parents[2]


def _all(store: Store) -> list[str]:
    with store.read() as connection:
        return [group.book for group in moving.groups(connection, store.shelf)]


def one(store: Store, named: str | None) -> str:
    """The book that a name or an id means; with none given, the only one. Refuses group.unknown, group.ambiguous."""
    if named is not None:
        with store.read() as connection:
            return moving.named(connection, store.shelf, named).book
    books = _all(store)
    if not books:
        raise Refused("group.unknown")
    if len(books) > 1:
        raise Refused("group.ambiguous", ids=", ".join(books))
    return books[0]


def export_books(options: argparse.Namespace) -> int:
    """Write one book to a folder or a zip file; or every book, each to a folder of its own."""
    words = spoken()
    place = Path(options.place)
    with opened(options.database) as store:
        if options.group is not None or place.suffix == ".zip":
            books = [(one(store, options.group), place)]
        else:
            books = [(book, place / book) for book in _all(store)]
        for book, target in books:
            with store.read() as connection:
                packed = target.suffix == ".zip"
                write = export.into_file if packed else export.into_folder
                written = write(connection, store.shelf, book, target)
            store.published.give(written)
            full = str(target.resolve())
            store.write(lambda tx, book=book, full=full: checkpoints.copied(tx, book, full))  # type: ignore[misc]
            print(
                words.text("%(place)s: %(acts)s acts of the book %(book)s", place=target, acts=written.size, book=book)
            )
    return 0


def verify(options: argparse.Namespace) -> int:
    """Check books of the database, or exports, addresses and proofs, by the program that shares nothing with us."""
    codes = []
    for place in options.places:
        if "://" in place or Path(place).exists():
            done = subprocess.run([sys.executable, str(ROOT / "verify.py"), place], check=False)  # noqa: S603
            codes.append(done.returncode if done.returncode in (0, 1) else 3)
        else:
            codes.append(_verify_here(options, place))
    if not options.places:
        return _verify_here(options, None)
    return 1 if 1 in codes else max(codes)


def _verify_here(options: argparse.Namespace, named: str | None) -> int:
    words = spoken()
    with opened(options.database) as store:
        books = [one(store, named)] if named is not None else _all(store)
        try:
            for book in books:
                size = store.check_book(book)
                print(
                    words.text("%(book)s: %(acts)s acts agree with their head, tiles and texts", book=book, acts=size)
                )
        except Damaged as error:
            print(f"comuna: {error}", file=sys.stderr)
            return 1
        bad = [m for m in rollback.found(store) if m.book in books]
        for mismatch in bad:
            print(f"comuna: {rollback.sentence(words, mismatch)}", file=sys.stderr)
            print(f"        {rollback.advice(words, mismatch)}", file=sys.stderr)
    return 1 if bad else 0


def catch_up(options: argparse.Namespace) -> int:
    """Take the acts that are missing here from an export."""
    with opened(options.database) as store:
        book = one(store, options.group)
        before, after = catching_up.catch_up(store, book, Path(options.place))
        print(
            spoken().text(
                "The book %(book)s had %(before)s acts here and has %(after)s now.",
                book=book,
                before=before,
                after=after,
            )
        )
    return 0


def resume(options: argparse.Namespace) -> int:
    """Go on with a book of which acts are lost."""
    with opened(options.database) as store:
        book = one(store, options.group)
        seen = rollback.resume(store, book)
        print(spoken().text("It stands in the book now that %(seen)s acts had been seen of it. It goes on.", seen=seen))
    return 0


def rotate_key(options: argparse.Namespace) -> int:
    """Sign with a new key from now on."""
    with opened(options.database) as store:
        book = one(store, options.group)
        store.write(lambda tx: book_keys.rotate(tx, store.shelf, book, by=SYSTEM))
        _say_key(store, book)
    return 0


def recover_key(options: argparse.Namespace) -> int:
    """Replace the signing key with the recovery key from paper, which is asked for."""
    words = spoken()
    with opened(options.database) as store:
        book = one(store, options.group)
        asked = words.text("The recovery key, as it is printed: ")
        written = getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline()
        recovery = identity.key_from_letters(written)
        if recovery is None:
            raise Refused("key.mistyped")
        following = store.write(lambda tx: book_keys.recover(tx, store.shelf, book, recovery, by=SYSTEM))
        print(words.text("That recovery key is spent. The next one, which is kept nowhere, so write it down now:"))
        print(f"\n    {following}\n")
        _say_key(store, book)
    return 0


def _say_key(store: Store, book: str) -> None:
    with store.read() as connection:
        state = store.state(connection, book)
    assert state is not None
    print(spoken().text("The book is signed with this key now. Tell its witnesses:"))
    print(f"    {custody.current_key(state)}")


def show_witness(options: argparse.Namespace) -> int:
    """Print this installation's line as a witness, and what it watches."""
    words = spoken()
    with opened(options.database) as store:
        key = store.write(witness.own_key)
        with store.read() as connection:
            logs, disputes = witness.logs(connection), witness.disputes(connection)
        print(f"{key} {options.url.rstrip('/')}/witness")
        for log in logs:
            print(words.text("watches %(origin)s, seen with %(size)s acts", origin=log.origin, size=log.size))
        for dispute in disputes:
            print(
                words.text(
                    "REFUSED %(origin)s: a checkpoint of %(theirs)s acts does not agree with that of %(ours)s acts",
                    origin=dispute.ours.origin, theirs=dispute.theirs.size, ours=dispute.ours.size,
                )
            )  # fmt: skip
    return 0


def watch(options: argparse.Namespace) -> int:
    """Witness the book of a verifier key."""
    with opened(options.database) as store:
        log = store.write(lambda tx: witness.watch(tx, options.key))
        print(spoken().text("This installation witnesses %(origin)s now.", origin=log.origin))
    return 0


def forget(options: argparse.Namespace) -> int:
    """Witness a book no longer."""
    with opened(options.database) as store:
        store.write(lambda tx: witness.forget(tx, options.origin))
        store.published.forget(options.origin.removeprefix("comuna/"))
    return 0


def ask(options: argparse.Namespace) -> int:
    """Ask the witnesses of every book kept here now, and say what they answered."""
    words = spoken()
    with opened(options.database) as store:
        troubles = cosigning.ask_all(store)
        with store.read() as connection:
            for book in _all(store):
                state = store.state(connection, book)
                assert state is not None
                for seen in checkpoints.watches(connection, state):
                    trouble = troubles.get(book, {}).get(seen.name)
                    said = words.text("trouble: %(what)s", what=trouble.what) if trouble else words.text("cosigned")
                    print(f"{book}  {seen.address}  {said}")
    return 1 if troubles else 0
