"""The story that a golden book tells: every kind of act, in every way in which its fields can be filled.

`tools/golden` writes it down for the present version; `tests/test_golden.py` holds the code against it. Time, keys,
salts and secrets are chosen here, so the same story gives the same bytes.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import sqlalchemy as sa
from immutables import Map

from comuna.kernel import identity, note
from comuna.kernel.act import Act, Envelope, TextRef, check
from comuna.kernel.text import DOMAIN, Text, text
from comuna.language import language
from comuna.messages import say
from comuna.rules import charter, custody, group, minutes, register
from comuna.rules import gathering as g
from comuna.rules import record as records
from comuna.rules.discussion import AnswerGiven, CellEntered, MomentReleased, StanceTaken, TakeawayProposed, Written
from comuna.rules.discussion import fold as discussed
from comuna.rules.floor import Talk
from comuna.rules.fold import apply
from comuna.rules.page import OWN, Page
from comuna.rules.state import State
from comuna.store import book as books
from comuna.store import book_keys, checkpoints, cosignatures, erasure, export, people, schema, texts, witness
from comuna.store.store import Store
from comuna.store.tiles import Tree
from comuna.store.witness import Request
from comuna.store.writer import Transaction
from tests.cast import AMARU, INES, Clock, an_id, session
from tests.golden_assemblies import assemble
from tests.golden_budgets import budget_all
from tests.golden_certificates import certify
from tests.golden_charters import GOLDEN_CHARTER, STRANGE
from tests.golden_money import account
from tests.golden_needs import need
from tests.golden_services import serve
from tests.golden_streets import lay_out
from tests.golden_surveys import ask
from tests.golden_works import work

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"

NAME = "Círculo de la Torre de Agua «Ñandú»"
SIZE = 1010
COSIGNED = 1000
"""The witness cosigns at this size; the book then goes on."""


class Chance:
    """Random bytes that anybody can guess: they come of the step of the story, and how many were drawn in it."""

    def __init__(self) -> None:
        self.step, self.drawn = "", 0

    def begin(self, step: str) -> None:
        """Another step."""
        self.step, self.drawn = step, 0

    def __call__(self, length: int) -> bytes:
        self.drawn += 1
        blocks = range(-(-length // 32))
        drawn = b"".join(sha256(f"golden {self.step} {self.drawn} {block}".encode()).digest() for block in blocks)
        return drawn[:length]


@dataclass
class Telling:
    """A golden book that is being told."""

    store: Store
    clock: Clock
    chance: Chance
    book: str = ""
    rosa: str = ""
    recovery: str = ""
    steps: int = 0
    proofs: dict[str, str] = field(default_factory=dict)
    """Proof files, made at several moments of the story."""

    def step(self, job: Callable[[Transaction], Any]) -> Any:
        """One step of the story, a minute after the one before."""
        self.steps += 1
        self.clock.forward(seconds=61)
        self.chance.begin(str(self.steps))
        return self.store.write(job)

    def act(self, decide: Callable[[State], Act | Sequence[Act]], *named: Text, by: str = "") -> None:
        """An act, by Rosa if by nobody else."""
        self.step(lambda tx: self.store.record(tx, self.book, decide, by=by or self.rosa, with_texts=named))

    def text(self, body: str) -> Text:
        """A text with a secret that is known."""
        return text(body, sha256(b"secret of " + body.encode()).digest())

    def state(self) -> State:
        """What the book adds up to now."""
        with self.store.read() as connection:
            found = self.store.state(connection, self.book)
        assert found is not None
        return found

    def prove(self, act: int) -> None:
        """Keep the proof of an act, as it is now."""
        with self.store.read() as connection:
            made = checkpoints.proving(connection, self.store.shelf, self.book, act)
        self.proofs[f"{act}-of-{made.checkpoint.size}.tlog-proof"] = made.text


@contextmanager
def told(folder: Path) -> Iterator[Telling]:
    """The whole story, in a store below `folder`."""
    chance, clock = Chance(), Clock("2026-11-28T20:00:00Z")
    with mock.patch("secrets.token_bytes", chance):
        store = Store(str(folder / "golden.sqlite"), clock)
        try:
            t = Telling(store, clock, chance)
            _found(t)
            _enrol(t)
            _announce(t)
            _hold(t)
            assemble(t)
            need(t)
            serve(t)
            lay_out(t)
            budget_all(t)
            work(t)
            account(t)
            certify(t)
            ask(t)
            _keep(t)
            _lengthen(t, COSIGNED)
            _cosign(t)
            _lengthen(t, SIZE)
            for act in (0, 255, 256, COSIGNED - 1, SIZE - 1):
                t.prove(act)
            yield t
        finally:
            store.close()


def _found(t: Telling) -> None:
    """The circle begins; Amaru joins without a role, and leaves."""

    def job(tx: Transaction) -> books.Founded:
        return books.found(tx, t.store.shelf, name=NAME, charter_text=GOLDEN_CHARTER)

    founded = t.step(job)
    t.book, t.recovery = founded.book, founded.recovery
    t.rosa = t.step(lambda tx: people.facilitate(tx, t.store.shelf, t.book, people.new_account(tx)))
    t.act(lambda s: group.admit(s, member="482913", roles=[]), by=group.SYSTEM)
    t.act(lambda s: group.leave(s, member="482913"), by=group.SYSTEM)
    t.prove(0)


def _enrol(t: Telling) -> None:
    """The register: an import, somebody who leaves, a row corrected by itself, rights that the charter names."""
    t.act(lambda s: register.change(s, by=t.rosa, added=42, removed=0, corrected=0, roll={"vote": 40, "voice": 42}))
    t.act(lambda s: register.change(s, by=t.rosa, added=0, removed=1, corrected=0, roll={"vote": 39, "voice": 41}))
    t.act(lambda s: register.change(s, by=group.SYSTEM, added=0, removed=0, corrected=1, roll={}), by=group.SYSTEM)
    roll = {"finance_office": 12, "vote": 39, "voice": 41}
    t.act(lambda s: register.change(s, by=t.rosa, added=1, removed=2, corrected=3, roll=roll))


def _page(title: str) -> Page:
    return session(title=title, group=NAME, description=STRANGE, language="es")


def _announce(t: Telling) -> None:
    """Two sessions are announced, changed, moved, called off and reinstated."""
    page, moved = (t.text(msgspec.json.encode(_page(title)).decode()) for title in ("El agua", "El agua, otra vez"))
    rain = t.text("Llueve a cántaros; " + STRANGE)
    one: dict[str, Any] = {"gathering": an_id(1)}
    two: dict[str, Any] = {"gathering": an_id(2)}
    there: dict[str, Any] = {"zone": "America/Caracas", "page": page.ref}
    t.act(lambda s: g.call(s, by=t.rosa, **one, date="2027-02-23", start="17:00", end="18:30", **there), page)
    t.act(lambda s: g.call(s, by=t.rosa, **two, date="2027-02-24", start="23:00", end=None, **there))
    t.act(lambda s: g.revise(s, by=t.rosa, **one, changed=list(g.CHANGES), page=moved.ref), moved)
    t.act(
        lambda s: g.postpone(
            s,
            by=t.rosa,
            **one,
            date="2027-03-02",
            start="17:30",
            end="19:00",
            **there,
            reason=rain.ref,
            today="2027-02-20",
        ),
        rain,
    )
    t.act(
        lambda s: g.postpone(
            s, by=t.rosa, **two, date="2028-02-29", start="00:00", end=None, zone="UTC-05:00", page=moved.ref,
            reason=None, today="2027-02-20",
        )
    )  # fmt: skip
    t.clock.back(hours=1)  # as clocks do: the book's time stands still until it has caught up
    why = t.text("La sala está ocupada.")
    t.act(lambda s: g.cancel(s, by=t.rosa, **one, reason=why.ref), why)
    t.act(lambda s: g.reinstate(s, by=t.rosa, **one))
    t.act(lambda s: g.cancel(s, by=t.rosa, **two, reason=None))
    t.clock.forward(hours=1)


def _hold(t: Telling) -> None:
    """What the first session agrees on, its record, and the end of its journal; the third is closed uncounted."""
    one: dict[str, Any] = {"gathering": an_id(1)}
    owed = [t.text(f"{n}. Arreglar la bomba. {STRANGE}") for n in range(4)]
    ines = t.text(INES)
    who_and_when = [(ines.ref, "2027-03-31"), (ines.ref, None), (None, "2027-04-01"), (None, None)]
    for n, (owner, due) in enumerate(who_and_when):
        t.act(
            lambda s, n=n, owner=owner, due=due: g.agree_takeaway(
                s, by=t.rosa, **one, takeaway=an_id(50 + n), what=owed[n].ref, owner=owner, due=due
            ),
            *([*owed, ines] if n == 0 else []),
        )
    record = t.text(records.frozen(_record(t)))
    counts: dict[str, int] = {"moments": 2, "answers": 1, "entries": 1, "takeaways": 4}
    t.act(lambda s: g.close(s, by=t.rosa, **one, came=23, coming=19, **counts, record=record.ref), record)
    t.act(
        lambda s: g.expire_journal(s, by=group.SYSTEM, **one, lines=1234, today="2030-01-01"), by=group.SYSTEM
    )  # fmt: skip
    page, empty = t.text("another page"), t.text("another record")
    none = {"moments": 0, "answers": 0, "entries": 0, "takeaways": 0}
    three: dict[str, Any] = {"gathering": an_id(3)}
    when: dict[str, Any] = {"date": "2027-03-09", "start": "17:00", "end": "01:00", "zone": "UTC", "page": page.ref}
    t.act(
        lambda s: [
            g.call(s, by=t.rosa, **three, **when),
            g.GatheringClosed(**three, came=None, coming=0, **none, record=empty.ref),
            g.call(s, by=t.rosa, gathering=an_id(71), **when),
            g.GatheringClosed(gathering=an_id(71), came=12, coming=0, **none, record=empty.ref),
            g.call(s, by=t.rosa, gathering=an_id(72), **when),
            g.GatheringClosed(gathering=an_id(72), came=None, coming=0, **{**counts, "takeaways": 0}, record=empty.ref),
        ],
        page,
        empty,
    )


def _record(t: Telling) -> records.Record:
    page = _page("El agua")
    said = [
        MomentReleased(
            entry=an_id(21), words=STRANGE, mark="stuck", seconds=760, question="q1", column="g1", name=INES
        ),
        MomentReleased(
            entry=an_id(22), words="Y nada más", mark=None, seconds=None, question=None, column=None, name=None
        ),
        AnswerGiven(entry=an_id(23), question="q1", words="La asamblea, ¿no? 💧", name=AMARU),
        StanceTaken(entry=an_id(23), stance="differs"),
        CellEntered(entry=an_id(24), question="q2", column=OWN, words="Entre todas", moments=[an_id(21)], name=None),
        *(
            TakeawayProposed(entry=an_id(30 + n), words=f"Compromiso {n}", owner=INES if n % 2 else None, due=None)
            for n in range(4)
        ),
    ]  # fmt: skip
    state = t.state()
    with t.store.read() as connection:
        about = records.of_gathering(books.envelopes(connection, t.book), an_id(1))
        known = {ref: texts.read(connection, ref) or "" for ref in records.text_refs(about)}
    return records.build(
        book=t.book,
        group=NAME,
        gathering=state.gatherings[an_id(1)],
        page=page,
        steps=[records.step(e, known) for e in about],
        discussion=discussed(Written(n, "", an_id(9), line) for n, line in enumerate(said)),
        came=23,
        coming=19,
        summary=f"Se habló.\n\n{STRANGE}",
        closed_at="2026-11-28T20:20:00Z",
        journal_due="2027-05-31",
        language="es",
        most=25,
        talk=[Talk("facilitator", 61, 1, 2)],
    )


def _keep(t: Telling) -> None:
    """Who reads, witnesses and signs the book; what is erased beside it; where it goes."""
    t.act(lambda s: custody.publish(s, by=t.rosa))
    t.act(lambda s: custody.withdraw(s, by=t.rosa))
    key = str(t.step(witness.own_key))
    for port in (8443, 8444):  # the second time with another address
        t.act(lambda s, port=port: custody.name_witness(s, by=t.rosa, key=key, address=f"https://ñ.example:{port}/w"))
    gone = note.Verifier("testigo.example/uno", note.public_key(bytes(range(32))), note.COSIGNATURE)
    t.act(lambda s: custody.name_witness(s, by=t.rosa, key=str(gone), address="http://testigo.example"))
    t.act(lambda s: custody.dismiss_witness(s, by=t.rosa, name=gone.name))
    for _ in range(2):
        t.step(lambda tx: book_keys.rotate(tx, t.store.shelf, t.book, by=group.SYSTEM))
        t.prove(1)
    _erase(t)
    t.act(lambda s: custody.move(s), by=group.SYSTEM)
    t.act(lambda s: custody.resume(s, size=s.size + 7, root=sha256(b"another past").digest()), by=group.SYSTEM)
    t.act(lambda s: custody.resume(s, size=s.size + 9, root=b""), by=group.SYSTEM)
    t.act(lambda s: custody.publish(s, by=t.rosa))
    t.prove(2)
    _recover(t)


def _erase(t: Telling) -> None:
    """Texts are erased, on each ground there is, with a reason and without."""
    wanted: list[tuple[int, TextRef]] = []
    with t.store.read() as connection:
        for e in books.envelopes(connection, t.book):
            if e.kind == "takeaway.agreed/1" and len(wanted) < 4:
                wanted.append((e.seq, msgspec.json.decode(e.data)["what"]))
            if e.kind in ("gathering.postponed/1", "gathering.cancelled/1") and b'"reason":null' not in bytes(e.data):
                wanted.append((e.seq, msgspec.json.decode(e.data)["reason"]))
    assert len(wanted) == len(custody.GROUNDS)
    for n, ((act, ref), ground) in enumerate(zip(wanted, custody.GROUNDS, strict=True)):
        reason = f"Lo pidió Amaru: {STRANGE}" if n % 2 else None
        t.step(
            lambda tx, act=act, ref=ref, ground=ground, reason=reason: erasure.erase_text(
                tx, t.store.shelf, t.book, by=t.rosa, act=act, text=ref, ground=ground, reason=reason
            )
        )


def _recover(t: Telling) -> None:
    """The recovery key brings in another key, after which keys are changed as before."""
    raw = identity.key_from_letters(t.recovery)
    assert raw is not None
    t.recovery = t.step(lambda tx: book_keys.recover(tx, t.store.shelf, t.book, raw, by=group.SYSTEM))
    t.step(lambda tx: book_keys.rotate(tx, t.store.shelf, t.book, by=group.SYSTEM))


def _lengthen(t: Telling, size: int) -> None:
    """The second session is reinstated and called off again until the book is that long, past a full tile."""

    def decide(s: State) -> Act:
        if s.gatherings[an_id(2)].status == "cancelled":
            return g.reinstate(s, by=t.rosa, gathering=an_id(2))
        return g.cancel(s, by=t.rosa, gathering=an_id(2), reason=None)

    while t.state().size < size:
        t.act(decide)


def _cosign(t: Telling) -> None:
    """The witness sees the book for the first time, and cosigns it."""
    signing = str(custody.current_key(t.state()))
    t.step(lambda tx: witness.watch(tx, signing))
    with t.store.read() as connection:
        newest = checkpoints.newest(connection, t.store.shelf, t.book)
        assert Tree(connection, t.book, newest.size).root() == newest.root
    answer = t.step(lambda tx: witness.add_checkpoint(tx, Request(0, (), newest).text))
    assert answer.status == 200
    cosignature = note.signature(answer.body.rstrip("\n"))
    signed, seen = newest.with_signatures([cosignature]), int(t.clock().timestamp())
    t.step(lambda tx: cosignatures.cosigned(tx, t.book, cosignature.name, signed, seen))


# What is written down of it


def plain(value: Any, then: Any = None) -> Any:
    """A state as JSON: maps and sets sorted. `then`: what was written down earlier; fields that came later are left
    out, everything else is there."""
    known = then if isinstance(then, dict) else {}
    if isinstance(value, msgspec.Struct):
        fields = [name for name in value.__struct_fields__ if not known or name in known]
        return {name: plain(getattr(value, name), known.get(name)) for name in fields}
    if isinstance(value, Map | dict):
        return {key: plain(value[key], known.get(key)) for key in sorted(value)}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        earlier = then if isinstance(then, list) else []
        return [plain(each, earlier[n] if n < len(earlier) else None) for n, each in enumerate(value)]
    assert value is None or isinstance(value, str | int), value
    return value


def canonical(value: Any) -> str:
    """JSON, the keys sorted, that people can read."""
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def sentences(acts: Sequence[Envelope]) -> str:
    """Every act as minutes say it once all texts are gone, with the names that the charter of its time has."""
    told, s = [], State()
    for e in acts:
        s = apply(s, e)
        told.append(f"{e.seq} {say(language('en'), minutes.of_act(e, {}, charter.parse(s.charter or '')))}\n")
    return "".join(told)


def _kept_texts(t: Telling, acts: Sequence[Envelope]) -> list[dict[str, Any]]:
    """The texts that were not erased, as `record.json` hands one out, in the order of the acts that name them."""
    found = []
    with t.store.read() as connection:
        for ref in connection.execute(sa.select(schema.texts.c.ref).where(schema.texts.c.book == t.book)).scalars():
            kept = texts.kept(connection, ref)
            assert kept is not None
            act = next(e.seq for e in acts if f'"{ref}"'.encode() in bytes(e.data))
            parts = {"secret": kept.secret.hex(), "domain": DOMAIN.decode(), "body": kept.body.decode()}
            found.append({"book": t.book, "act": act, "digest": ref, **parts})
    return sorted(found, key=lambda each: (each["act"], each["digest"]))


def write(folder: Path) -> None:
    """Tell the story, and write all of it into an empty folder."""
    with tempfile.TemporaryDirectory() as scratch, told(Path(scratch)) as t:
        assert t.store.check() == 1
        with t.store.read() as connection:
            export.into_folder(connection, t.store.shelf, t.book, folder / "book")
            acts = [check(leaf) for leaf in books.leaves(connection, t.book)]
        (folder / "proofs").mkdir(parents=True)
        for name, proof in t.proofs.items():
            (folder / "proofs" / name).write_text(proof, encoding="utf-8", newline="\n")
        state = t.state()
        key = str(custody.current_key(state)) + "\n"
        kept = _kept_texts(t, acts)
        for name, content in (
            ("key", key), ("state.json", canonical(plain(state))), ("sentences.txt", sentences(acts)),
            ("texts.json", canonical(kept)),
        ):  # fmt: skip
            (folder / name).write_text(content, encoding="utf-8", newline="\n")


def version() -> str:
    """The present version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def acts_of(folder: Path) -> list[Envelope]:
    """The acts of a golden book."""
    held = export.checkpoint_in(folder / "book")
    assert held is not None
    return [check(leaf) for leaf in export.leaves_in(folder / "book", held.size)]


def main(arguments: Sequence[str]) -> str | int:
    """`tools/golden`."""
    if list(arguments) == ["--sentences"]:
        for folder in sorted(path for path in GOLDEN.iterdir() if path.is_dir()):
            (folder / "sentences.txt").write_text(sentences(acts_of(folder)), encoding="utf-8", newline="\n")
        return 0
    if arguments:
        return "usage: tools/golden [--sentences]"
    target = GOLDEN / version()
    if target.exists():
        return f"{target.relative_to(ROOT)} is there already, and golden books are never changed"
    with tempfile.TemporaryDirectory() as scratch:
        write(Path(scratch))
        shutil.copytree(scratch, target)
    print(f"{target.relative_to(ROOT)}: {len(acts_of(target))} acts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
