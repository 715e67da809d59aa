"""Opening a database for a command: what is wrong with it becomes one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from comuna.kernel.refusal import Refused
from comuna.store.book import Damaged
from comuna.store.database import Busy
from comuna.store.store import Store


@contextmanager
def opened(database: str, *, existing: bool = True) -> Iterator[Store]:
    """The store at that address, closed at the end. `existing`: do not make one. Refuses book.damaged, store.busy."""
    store = Store(database, existing=existing)
    try:
        yield store
    except Damaged as error:
        raise Refused("book.damaged", reason=str(error)) from error
    except Busy as error:
        raise Refused("store.busy") from error
    finally:
        store.close()
