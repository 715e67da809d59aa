"""Asking the witnesses of our books to cosign: soon after a book has grown, and now and then although it has not, so
that members see when it was last seen."""

from __future__ import annotations

import contextlib
import http.client
import logging
import re
import socket
import threading
import time
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from comuna.kernel import note
from comuna.kernel.note import Checkpoint
from comuna.kernel.refusal import Refused
from comuna.store import checkpoints, cosignatures, schema
from comuna.store.checkpoints import Watch
from comuna.store.store import Store
from comuna.store.tiles import Tree
from comuna.store.witness import Request

log = logging.getLogger("comuna.cosigning")

PATIENCE: Final = 5.0
"""Seconds a witness may take to answer."""
SOON: Final = 2.0
"""Seconds from an act until witnesses are asked, once for all acts until then."""
AGAIN: Final = 6 * 3600
"""Seconds after which a witness is asked although the book has not grown."""
RETRY: Final = 300
"""Seconds after which a witness is asked again that did not cosign."""
LARGEST: Final = 16_384
"""Bytes of an answer that are read."""
HANDS: Final = 8
_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,15})\n?")

TROUBLES: Final = ("unreachable", "unknown", "key", "ahead", "refused", "failed")
"""What can go wrong: it does not answer; does not watch this book; trusts another key of it; has seen more of the book
than is here; has seen another past of it; answers something else."""


ANSWERS: Final = {404: "unknown", 403: "key", 409: "refused", 422: "refused"}
"""The trouble behind an HTTP status of a witness."""


def post(address: str, request: Request, patience: float = PATIENCE) -> tuple[int, str]:
    """A witness's answer to a request: HTTP status and body, whole within `patience` seconds once it is reached. It
    answers at its address or not at all: nobody is sent on. Raises OSError where it cannot be reached, ValueError for
    what is no address."""
    return _exchange(address, "POST", "/add-checkpoint", request.text.encode(), patience)


def _exchange(address: str, method: str, path: str, body: bytes | None, patience: float) -> tuple[int, str]:
    url = urlsplit(address)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=patience)
    cut = threading.Timer(patience, _cut, [connection])
    cut.daemon = True
    try:
        connection.connect()
        cut.start()
        headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "comuna"}
        connection.request(method, url.path + path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(LARGEST).decode("utf-8", "replace")
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        cut.cancel()
        connection.close()


def seen_by(address: str, book: str, patience: float = PATIENCE) -> Checkpoint | None:
    """The checkpoint of a book that a witness says it last cosigned, its signatures not yet checked; None if it hands
    out none. (C2SP leaves open how a witness shows what it saw; ours does so beside `add-checkpoint`.)"""
    try:
        status, body = _exchange(address, "GET", f"/{book}/checkpoint", None, patience)
        return note.checkpoint(body) if status == 200 else None
    except (OSError, ValueError, Refused):
        return None


def _cut(connection: http.client.HTTPConnection) -> None:
    """A witness that answers a letter at a time would keep us for hours."""
    with contextlib.suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


class Trouble(msgspec.Struct, frozen=True):
    """What went wrong, one of TROUBLES, and how long the witness has seen the book, where it says so."""

    what: str
    seen: int = 0


def ask(store: Store, book: str, witness: Watch, patience: float = PATIENCE) -> Trouble | None:
    """Ask a witness to cosign a book as it stands, and keep what it answers. Returns the trouble, None if it did."""
    with store.read() as connection:
        state = store.state(connection, book)
        if state is None or witness.name not in state.witnesses:
            return None
        own = checkpoints.newest(connection, store.shelf, book)
        key = state.witnesses[witness.name].key
    store.published.give(own)
    trouble, body = _cosignature(store, book, own, witness, patience)
    kept = trouble or _keep(store, book, witness, own, key, body)
    if kept is not None:
        store.write(lambda tx: cosignatures.trouble(tx, book, witness.name, kept.what))
    return kept


def _cosignature(
    store: Store, book: str, own: Checkpoint, witness: Watch, patience: float
) -> tuple[Trouble | None, str]:
    """What a witness answers to a book's checkpoint. It is told from where we believe it knows the book; if that is
    wrong, it says from where, and is told again."""

    def request(old: int) -> Request:
        with store.read() as connection:
            return Request(old, tuple(Tree(connection, book, own.size).consistency(old)), own)

    old = witness.size if witness.size <= own.size else 0
    try:
        status, body = post(witness.address, request(old), patience)
        seen = int(body) if status == 409 and _SIZE.fullmatch(body) else old
        if seen > own.size:
            return Trouble("ahead", seen), ""
        if seen != old:
            status, body = post(witness.address, request(seen), patience)
    except (OSError, ValueError):
        return Trouble("unreachable"), ""
    return (None if status == 200 else Trouble(ANSWERS.get(status, "failed"), seen)), body


def _keep(store: Store, book: str, witness: Watch, own: Checkpoint, key: str, body: str) -> Trouble | None:
    """Keep the witness's own signatures, and no others."""
    bare = own._replace(signatures=tuple(s for s in own.signatures if s.name == own.origin))
    try:
        verifier = note.verifier(key)
        lines = [note.signature(line) for line in body.splitlines()[: note.MOST_SIGNATURES]]
    except Refused:
        return Trouble("failed")
    signed = bare.with_signatures(s for s in lines if (s.name, s.id) == (verifier.name, verifier.id))
    seen = signed.cosigned_by(verifier)
    if seen is None:
        return Trouble("failed")
    store.write(lambda tx: cosignatures.cosigned(tx, book, witness.name, signed, seen))
    return None


def ask_all(
    store: Store, books: Collection[str] | None = None, patience: float = PATIENCE
) -> dict[str, dict[str, Trouble]]:
    """Ask the witnesses of these books, or of all, several at a time; books that moved away are asked for at their new
    home. Returns the troubles: book → witness → what."""
    with store.read() as connection:
        here = sa.select(schema.heads.c.book).where(~schema.heads.c.moved)
        if books is not None:
            here = here.where(schema.heads.c.book.in_(list(books)))
        asked = [
            (book, watch)
            for book in connection.execute(here).scalars().all()
            if (state := store.state(connection, book)) is not None
            for watch in checkpoints.watches(connection, state)
        ]
    found: dict[str, dict[str, Trouble]] = {}
    with ThreadPoolExecutor(HANDS) as hands:
        troubles = hands.map(lambda each: ask(store, *each, patience), asked)
        for (book, watch), trouble in zip(asked, troubles, strict=True):
            if trouble is not None:
                found.setdefault(book, {})[watch.name] = trouble
    return found


class Cosigning:
    """The thread that asks. It watches the store, and goes on whatever happens."""

    def __init__(self, store: Store, soon: float = SOON) -> None:
        self.store = store
        self.soon = soon
        self._grown: set[str] = set()
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="cosigning", daemon=True)
        store.watch(self.changed)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Stop asking; does not wait for an answer that is still to come."""
        self._stopped = True
        self._wake.set()

    def changed(self, ids: Iterable[str]) -> None:
        """Something was committed: books among these have grown."""
        self._grown.update(ids)
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait(60)
            if self._stopped:
                return
            self._wake.clear()
            time.sleep(self.soon)
            try:
                self._round()
            except Exception:  # the site goes on; whoever keeps the server reads why
                log.exception("the witnesses could not be asked")

    def _round(self) -> None:
        grown, self._grown = self._grown, set()
        now = int(time.time())
        with self.store.read() as connection:
            table = schema.cosignatures
            waited = sa.case((table.c.trouble.is_(None), now - AGAIN), else_=now - RETRY)
            due = connection.execute(sa.select(table.c.book).where(table.c.tried <= waited).distinct()).scalars()
            asked = [*due, *(book for book in grown if self._has_witnesses(book))]
        if asked:
            ask_all(self.store, set(asked))

    def _has_witnesses(self, book: str) -> bool:
        state = self.store.shelf.known(book)
        return state is not None and bool(state.witnesses)
