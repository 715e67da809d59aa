"""Books of any size, and their exports: made with the kernel alone, as `verify.py` is to meet them.

Rosa founds the circle, then the book fills with sessions called off and reinstated, as long as it is asked to. Keys and
salts are chosen here, so the same book comes out each time.
"""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from comuna.kernel import identity, note, tiles
from comuna.kernel.act import Act, seal
from comuna.kernel.note import Checkpoint
from comuna.kernel.proof_file import Change, Extra, Proof, takes_over
from comuna.kernel.text import DOMAIN, Text, text
from comuna.kernel.tiles import Tile
from comuna.kernel.tree import EMPTY_ROOT, leaf_hash, node_hash
from comuna.rules import custody, group
from comuna.rules import gathering as g
from tests.cast import CHARTER, an_id

Files = dict[str, bytes]
"""An export: the bytes at each path."""

START = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
WITNESS = "witness.example/w1"
WITNESS_SECRET = sha256(b"witness").digest()
ROSA = "351464"


def secret(n: int) -> bytes:
    """The n-th private key of the book."""
    return sha256(b"key %d" % n).digest()


def recovery(n: int) -> bytes:
    """The n-th recovery key."""
    return sha256(b"recovery %d" % n).digest()


def digest_of(private: bytes) -> str:
    return sha256(note.public_key(private)).hexdigest()


def b64(raw: bytes) -> str:
    return b64encode(raw).decode()


@dataclass
class Making:
    """A book that is being made."""

    id: str = identity.book_id(note.public_key(secret(0)))
    leaves: list[bytes] = field(default_factory=list)
    keys: list[tuple[int, bytes]] = field(default_factory=lambda: [(0, secret(0))])
    """The private keys, each with the act that brought it in."""
    changes: list[Change] = field(default_factory=list)
    """Those that a proof brings along."""
    recoveries: int = 0
    now: dt.datetime = START

    def act(self, entry: Act, by: str = ROSA) -> int:
        """One more act; its number."""
        seq = len(self.leaves)
        self.now += dt.timedelta(seconds=seq % 3)
        salt = sha256(b"salt %d" % seq).digest()[:16]
        _, leaf = seal(entry, book=self.id, seq=seq, now=self.now, previous=None, by=by, salt=salt)
        self.leaves.append(leaf)
        return seq

    def found(self) -> None:
        self.act(
            group.GroupFounded(
                public_key=b64(note.public_key(secret(0))),
                kind="study_circle",
                name=text("Circle of the Water Tower", bytes(32)).ref,
                charter=CHARTER,
                charter_digest=sha256(CHARTER.encode()).hexdigest(),
                recovery_digest=digest_of(recovery(0)),
            ),
            by="system",
        )

    def fill(self, size: int) -> None:
        """Sessions are called off and reinstated until the book is that long."""
        while len(self.leaves) < size:
            n = len(self.leaves)
            if n % 2:
                self.act(g.GatheringCancelled(gathering=an_id(1), reason=text(f"Rain, «{n}»", bytes(32)).ref))
            else:
                self.act(g.GatheringReinstated(gathering=an_id(1)))

    def rotate(self) -> None:
        """A new key, which the one before confirms."""
        new = secret(len(self.keys))
        signature = note.sign(self.keys[-1][1], takes_over(self.id, note.public_key(new)))
        change = Change(b64(note.public_key(new)), b64(signature))
        if not self.recoveries:
            self.changes.append(change)
        self.keys.append(
            (self.act(custody.KeyRotated(public_key=change.public_key, signature=change.signature), by="system"), new)
        )

    def recover(self) -> None:
        """A new key, which the recovery key confirms."""
        new, used = secret(len(self.keys)), recovery(self.recoveries)
        self.recoveries += 1
        act = custody.KeyRecovered(
            public_key=b64(note.public_key(new)),
            recovery_key=b64(note.public_key(used)),
            signature=b64(note.sign(used, takes_over(self.id, note.public_key(new)))),
            recovery_digest=digest_of(recovery(self.recoveries)),
        )
        self.keys.append((self.act(act, by="system"), new))

    def name_witness(self) -> None:
        key = note.Verifier(WITNESS, note.public_key(WITNESS_SECRET), note.COSIGNATURE)
        self.act(custody.WitnessNamed(key=str(key), address="https://witness.example/w1"))

    def hold(self, gathering: str, record: Mapping[str, object], takeaways: int = 2) -> Text:
        """A session takes place and is closed: its record, with the counts of the act as they are in it."""
        page = text("the page", bytes(32)).ref
        self.act(
            g.GatheringCalled(
                gathering=gathering, date="2027-02-23", start="17:00", end=None, zone="America/Caracas", page=page
            )
        )
        for n in range(takeaways):
            what = text(f"takeaway {n}", bytes(32)).ref
            self.act(g.TakeawayAgreed(gathering=gathering, takeaway=an_id(50 + n), what=what, owner=None, due=None))
        kept = text(json.dumps(record), sha256(b"of the record").digest())
        counts = {name: len(record[name]) for name in ("moments", "answers", "entries")}  # type: ignore[arg-type]
        self.act(
            g.GatheringClosed(gathering=gathering, came=None, coming=5, **counts, takeaways=takeaways, record=kept.ref)
        )
        return kept

    def key_at(self, size: int) -> bytes:
        return [private for seq, private in self.keys if seq < max(size, 1)][-1]

    def checkpoint(self, size: int | None = None, cosigned: bool = False) -> Checkpoint:
        """The checkpoint of the first acts, signed with the key of that time."""
        size = len(self.leaves) if size is None else size
        made = note.signed_checkpoint(self.id, size, root_of(self.leaves[:size]), self.key_at(size))
        if cosigned:
            made = made.with_signatures([note.cosign(made, WITNESS, WITNESS_SECRET, 1_800_000_000)])
        return made

    def proof(self, seq: int, size: int | None = None, extra: Extra | None = None) -> Proof:
        """That an act stands in it."""
        size = len(self.leaves) if size is None else size
        hashes = [leaf_hash(leaf) for leaf in self.leaves[:size]]
        if extra is None:
            extra = Extra(self.leaves[seq].decode(), b64(note.public_key(secret(0))), tuple(self.changes))
        return Proof(seq, tuple(path_of(seq, hashes)), self.checkpoint(size), extra)

    def verifier(self) -> str:
        """The verifier key that signs now."""
        return str(note.book_verifier(self.id, note.public_key(self.keys[-1][1])))

    def record(self, seq: int, kept: Text) -> dict[str, object]:
        """As `/s/<gathering>/record.json` hands it out."""
        return {
            "book": self.id,
            "act": seq,
            "digest": kept.ref,
            "secret": kept.secret.hex(),
            "domain": DOMAIN.decode(),
            "body": kept.body.decode(),
        }

    def export(self, size: int | None = None, cosigned_at: int | None = None, cosigned: bool = False) -> Files:
        """The files of the book at that size."""
        size = len(self.leaves) if size is None else size
        files = {"checkpoint": self.checkpoint(size, cosigned).text.encode(), **tiles_for(self.leaves[:size])}
        if cosigned_at is not None:
            files["checkpoint.cosigned"] = self.checkpoint(cosigned_at, cosigned=True).text.encode()
        return files


def book(size: int) -> Making:
    """A book that has nothing but acts."""
    made = Making()
    made.found()
    made.fill(size)
    return made


RECORD: dict[str, object] = {"version": 1, "moments": [1, 2, 3], "answers": [1], "entries": [], "takeaways": [1, 2]}
CLOSED = an_id(7)


def eventful(size: int = 300) -> tuple[Making, Text, int]:
    """A book in which keys change, a witness is named and a session is closed; its record; its closing act."""
    made = book(5)
    made.name_witness()
    kept = made.hold(CLOSED, RECORD)
    closed = len(made.leaves) - 1
    made.act(custody.TextErased(text=text("takeaway 0", bytes(32)).ref, act=closed - 2, ground="asked", reason=None))
    made.rotate()
    made.fill(20)
    made.recover()
    made.fill(257)
    made.rotate()
    made.act(custody.BookPublished())
    made.fill(size)
    return made, kept, closed


def root_of(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 §2.1 says it, without its recursion."""
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:  # a node without a sibling goes up as it is
        paired = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0] if level else EMPTY_ROOT


def path_of(m: int, hashes: list[bytes]) -> list[bytes]:
    """PATH as RFC 6962 §2.1.1 writes it down."""
    if len(hashes) == 1:
        return []
    k = 1 << (len(hashes) - 1).bit_length() - 1
    under = [*path_of(m, hashes[:k])] if m < k else [*path_of(m - k, hashes[k:])]
    return [*under, top(hashes[k:]) if m < k else top(hashes[:k])]


def top(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(top(hashes[:k]), top(hashes[k:]))


def tiles_for(leaves: list[bytes]) -> Files:
    """Every tile and bundle of these leaves."""
    files: Files = {}
    for n in range(0, len(leaves), 256):
        part = leaves[n : n + 256]
        files[Tile(None, n // 256, len(part)).path] = tiles.bundle(part)
    level, hashes = 0, [leaf_hash(leaf) for leaf in leaves]
    while hashes:
        for n in range(0, len(hashes), 256):
            part = hashes[n : n + 256]
            files[Tile(level, n // 256, len(part)).path] = b"".join(part)
        full = [hashes[n : n + 256] for n in range(0, len(hashes) - 255, 256)]
        level, hashes = level + 1, [top(part) for part in full]
    return files


def write_folder(files: Files, folder: Path) -> Path:
    """An export as a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def write_zip(files: Files, path: Path) -> Path:
    """An export as a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path
