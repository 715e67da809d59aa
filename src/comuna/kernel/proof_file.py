"""A proof as a small file: C2SP tlog-proof. It says that an act stands in a book under a signed checkpoint, and can be
checked without the book, the network or us.

Its `extra` line holds what is needed besides: the act's leaf, and the keys of the book from its first one on. Nothing
in it has to be believed: the leaf has the hash that is proved, and the first key gives the book's id.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Final

import msgspec

from comuna.kernel import identity, note, proof
from comuna.kernel.note import Checkpoint, Verifier
from comuna.kernel.refusal import Refused
from comuna.kernel.tree import leaf_hash

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
LARGEST: Final = 256 * 1024
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,15})")


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key that took over from the one before, which signed that. Base64."""

    public_key: str
    signature: str


class Extra(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a proof brings along. `leaf`: the act's exact bytes, as text. `public_key`: the book's first key, base64;
    `changes`: those that followed it, as far as each was signed by the one before. `text`: the words that the act
    names, where somebody carries them; `secret`: their 32 bytes, in hexadecimal."""

    leaf: str | None = None
    public_key: str | None = None
    changes: tuple[Change, ...] = ()
    text: str | None = None
    secret: str | None = None


class Proof(msgspec.Struct, frozen=True):
    """That the leaf at `index` stands in the tree of a checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    extra: Extra = Extra()

    @property
    def text(self) -> str:
        """The file."""
        lines = [FIRST_LINE]
        if self.extra != Extra():
            lines.append("extra " + b64encode(msgspec.json.encode(self.extra)).decode())
        lines.append(f"index {self.index}")
        lines.extend(b64encode(hashed).decode() for hashed in self.path)
        return "\n".join(lines) + "\n\n" + self.checkpoint.text

    def holds(self, leaf: bytes) -> bool:
        """Whether it proves that leaf, leaving open who signed the checkpoint."""
        c = self.checkpoint
        return proof.includes(leaf_hash(leaf), self.index, c.size, self.path, c.root)

    def keys(self) -> list[Verifier]:
        """The keys of the book that the extra data can show to be its own: the first gives the id, each other was
        signed by the one before."""
        return chain(self.checkpoint.origin, self.extra)


def chain(origin: str, extra: Extra) -> list[Verifier]:
    """The keys that belong to a book by themselves. None where the first does not give the book's id."""
    book = origin.removeprefix("comuna/")
    first = _key(extra.public_key)
    if first is None or identity.origin(book) != origin or identity.book_id(first) != book:
        return []
    keys = [note.book_verifier(book, first)]
    for change in extra.changes:
        following, signature = _key(change.public_key), _decoded(change.signature)
        if following is None or not keys[-1].signed(takes_over(book, following), signature):
            break
        keys.append(note.book_verifier(book, following))
    return keys


def takes_over(book: str, key: bytes) -> bytes:
    """What is signed when a key takes over from another."""
    return f"comuna/key/1\n{identity.origin(book)}\n{b64encode(key).decode()}\n".encode()


def _decoded(written: str | None) -> bytes:
    try:
        return b64decode(written or "", validate=True)
    except ValueError:
        return b""


def _key(written: str | None) -> bytes | None:
    raw = _decoded(written)
    return raw if len(raw) == 32 else None


def read(text: str) -> Proof:
    """The proof in a file. Refuses proof.unreadable."""
    unreadable = Refused("proof.unreadable")
    head, gap, rest = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or len(text) > LARGEST or lines.pop(0) != FIRST_LINE or not lines:
        raise unreadable
    extra = Extra()
    if lines[0].startswith("extra "):
        try:
            extra = msgspec.json.decode(b64decode(lines.pop(0)[6:], validate=True), type=Extra)
        except (ValueError, msgspec.DecodeError):
            raise unreadable from None
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None or len(lines) > 63:
        raise unreadable
    try:
        path = tuple(note.hash_in(line) for line in lines)
        return Proof(int(index[1]), path, note.checkpoint(rest), extra)
    except Refused:
        raise unreadable from None
