"""The folders with backups, and the list of erasures that lies in each of them."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.store import erased, schema
from comuna.store.erased import Erasure
from comuna.store.writer import Transaction

LIST: Final = "erasures"
"""The name of the file in a folder of backups."""


def remember(tx: Transaction, folder: Path) -> None:
    """Remember a folder with backups of everything."""
    table, place = schema.copies, str(folder)
    if tx.execute(sa.select(table.c.place).where(table.c.place == place, table.c.book == "")).first() is None:
        tx.execute(sa.insert(table).values(place=place, book=""))


def folders(connection: sa.Connection) -> list[Path]:
    """The folders with backups of everything."""
    table = schema.copies
    return [Path(place) for place in connection.execute(sa.select(table.c.place).where(table.c.book == "")).scalars()]


def read_list(folder: Path) -> set[Erasure]:
    """The erasures that a folder's list names; none where there is no list. Refuses erasures.unreadable."""
    try:
        return erased.listed((folder / LIST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return set()
    except UnicodeError as error:
        raise Refused("erasures.unreadable", line=1) from error


def add_to_list(folder: Path, erasures: Iterable[Erasure]) -> None:
    """Write what is new into a folder's list. The file is whole at any moment. Refuses erasures.unreadable."""
    before = read_list(folder)
    after = erased.together(before, erasures)
    path = folder / LIST
    if path.exists() and {e[:2] for e in before} == {e[:2] for e in after}:
        return
    temporary = folder / f".{LIST}.{secrets.token_hex(4)}"
    try:
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
            out.writelines(erasure.line for erasure in after)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def tell(engine: sa.Engine) -> None:
    """Write what was erased into the list of every folder with backups that can be reached. Never fails: a disk that
    is not plugged in now is told another time."""
    with contextlib.suppress(sa.exc.SQLAlchemyError):
        with engine.connect() as connection:
            places, erasures = folders(connection), erased.known(connection)
        for folder in places:
            try:
                if folder.is_dir():
                    add_to_list(folder, erasures)
            except (OSError, Refused) as error:
                logging.getLogger("comuna").warning("the list of erasures in %s was not written: %s", folder, error)
