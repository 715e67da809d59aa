"""A real process that writes, for tests that need several of them or mean to kill one.

`python -m tests.store.a_process ADDRESS BOOK MEMBER GATHERING HANDLE NAME [COUNT]` keeps appending takeaways to the
book, lines to the journal and notes to the notebook, from a thread each, and prints what it is about once the store
says that it is kept. With COUNT it stops after so many of each. The environment's APPENDING is how many threads append
to the book, one if it says nothing."""

from __future__ import annotations

import os
import sys
import threading
from hashlib import sha256

from comuna.kernel import identity
from comuna.kernel.text import text
from comuna.rules import gathering as g
from comuna.rules.discussion import AnswerGiven
from comuna.store import notebook
from comuna.store.store import Store
from comuna.store.writer import Transaction


def said(line: str) -> None:
    """One line to whoever listens, at once and in one piece."""
    os.write(1, (line + "\n").encode())


def named(*parts: object) -> str:
    """An id made of a name, so that it can be recognised."""
    return identity.id_of(sha256(repr(parts).encode()).digest()[:16])


class Process:
    """The three hands that write."""

    def __init__(self, address: str, book: str, member: str, gathering: str, handle: str, name: str) -> None:
        self.store = Store(address)
        self.book, self.member, self.gathering, self.handle, self.name = book, member, gathering, handle, name

    def append(self, n: int) -> str:
        """An act with its text."""
        id = named(self.name, "act", n)

        def job(tx: Transaction) -> None:
            what = text(id, tx.random(32))
            self.store.record(
                tx,
                self.book,
                lambda s: g.agree_takeaway(
                    s, by=self.member, gathering=self.gathering, takeaway=id, what=what.ref, owner=None, due=None
                ),
                by=self.member,
                with_texts=[what],
            )

        self.store.write(job)
        return f"act {id}"

    def speak(self, n: int) -> str:
        """A line of the journal."""
        id = named(self.name, "line", n)
        line = AnswerGiven(entry=id, question="q1", words=f"answer {n}", name=None)
        self.store.write(lambda tx: self.store.say(tx, self.gathering, lambda d: line, by=self.handle))
        return f"line {id}"

    def note(self, n: int) -> str:
        """A note: each is written, then changed."""
        note = notebook.Note(note=named(self.name, "note", n // 2), words=f"moment {n}", edit=n % 2 + 1)
        self.store.write(lambda tx: notebook.keep(tx, self.handle, note))
        return f"note {note.note} {note.edit}"

    def run(self, count: int | None) -> None:
        """Write with all hands at once until `count`, or until killed."""
        appending = int(os.environ.get("APPENDING", "1"))

        def hand(act: str, first: int = 0, step: int = 1) -> None:
            n = first
            while count is None or n < count:
                said(getattr(self, act)(n))
                n += step

        tasks = [("append", n, appending) for n in range(appending)] + [("speak", 0, 1), ("note", 0, 1)]
        hands = [threading.Thread(target=hand, args=task, daemon=True) for task in tasks]
        for each in hands:
            each.start()
        for each in hands:
            each.join()


if __name__ == "__main__":
    address, book, member, gathering, handle, name, *count = sys.argv[1:]
    process = Process(address, book, member, gathering, handle, name)
    process.run(int(count[0]) if count else None)
    process.store.close()
