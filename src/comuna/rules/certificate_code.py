"""A certificate's code: everything that checks it, in so few bytes that a phone reads them from paper.

What can be computed is left out: the text's digest (from the words and their secret), the leaf (from the act's fields),
the root (from the leaf and the path), the book's id (from its first key). So nothing in it can disagree: either the
book's signature holds over what comes out, or it does not. The format is permanent: docs/book-format.md, Certificates.
"""

from __future__ import annotations

import datetime as dt
import re
from base64 import b64decode
from typing import Any, Final

import msgspec

from comuna.kernel import identity, note
from comuna.kernel.act import Envelope, act_in, instant, moment, opened
from comuna.kernel.note import Checkpoint
from comuna.kernel.proof import climb
from comuna.kernel.proof_file import Proof, takes_over
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text, digest
from comuna.kernel.tree import leaf_hash
from comuna.rules.certificate import KINDS, CertificateIssued
from comuna.rules.state import BookKey

VERSION: Final = 1
LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-/"
"""41 letters that a QR code packs tightly and that stand in an address as they are: three of them for two bytes."""
MOST_KEYS: Final = 64
LARGEST: Final = 8_192
"""Letters of a code that is looked at: far more than a QR code holds."""
_PLAIN: Final = re.compile(r"[a-z0-9_.+/-]*")
_ENDS: Final = re.compile(r"[^#]*#")


class NewKey(msgspec.Struct, frozen=True):
    """A key that took over. `signature`: of the key before; None where it came by the recovery key, which a code alone
    cannot show."""

    key: bytes
    signature: bytes | None


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What a code carries."""

    first_key: bytes
    keys: tuple[NewKey, ...]
    size: int
    signature: bytes
    seq: int
    path: tuple[bytes, ...]
    at: str
    by: str
    salt: bytes
    certificate: str
    kind: str
    unit: str | None
    mandate: str | None
    decision: str | None
    until: str | None
    secret: bytes
    words: str

    @property
    def book(self) -> str:
        """The book's id."""
        return identity.book_id(self.first_key)

    @property
    def leaf(self) -> bytes:
        """The exact leaf of the act that issued it, if nobody changed anything."""
        entry = CertificateIssued(
            certificate=self.certificate,
            kind=self.kind,
            text=digest(self.words.encode(), self.secret),
            unit=self.unit,
            mandate=self.mandate,
            decision=self.decision,
            until=self.until,
        )
        data = msgspec.Raw(msgspec.json.encode(entry))
        kind = "certificate.issued/1"
        return msgspec.json.encode(Envelope(1, self.book, self.seq, self.at, self.by, kind, self.salt.hex(), data))

    @property
    def root(self) -> bytes | None:
        """The root that its path leads to; None if it leads nowhere."""
        own = leaf_hash(self.leaf)
        steps = climb(own, self.seq, self.size, self.path)
        if steps is None:
            return None
        return steps[-1].node if steps else own


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate whose code holds. `confirmed`: its own chain of keys shows that the book's key signed it; else it
    was signed by a key that came by the recovery key, and only the book can say whether that is right. `signer`: the
    public key that signed."""

    carried: Carried
    checkpoint: Checkpoint
    signer: bytes
    confirmed: bool


# Writing one


def pack(text: Text, proof: Proof, keys: tuple[BookKey, ...]) -> bytes:
    """The code of a certificate with these words and this proof, of a book with these keys (all of them). Raises
    ValueError if the proof is not one of these words."""
    assert proof.extra.leaf is not None
    envelope = opened(proof.extra.leaf.encode())
    entry = act_in(envelope)
    own = next(s for s in proof.checkpoint.signatures if s.name == proof.checkpoint.origin)
    used = [key for key in keys if key.since <= max(proof.checkpoint.size, 1)]
    while any(key.signature is None for key in used[2:]):  # what came before a recovery confirms nothing after it
        del used[1]
    assert isinstance(entry, CertificateIssued)
    carried = Carried(
        first_key=note.raw_key(keys[0].public_key),
        keys=tuple(NewKey(note.raw_key(k.public_key), _signature(k)) for k in used[1:]),
        size=proof.checkpoint.size,
        signature=own.signature,
        seq=envelope.seq,
        path=proof.path,
        at=envelope.at,
        by=envelope.by,
        salt=bytes.fromhex(envelope.salt),
        secret=text.secret,
        words=text.body.decode(),
        **{name: getattr(entry, name) for name in ("certificate", "kind", "unit", "mandate", "decision", "until")},
    )
    if carried.leaf != proof.extra.leaf.encode() or carried.root != proof.checkpoint.root:
        raise ValueError("the proof is not of these words")
    return _written(carried)


def _signature(key: BookKey) -> bytes | None:
    return None if key.signature is None else b64decode(key.signature)


def _written(c: Carried) -> bytes:
    parts = [bytes([VERSION]), c.first_key, _number(len(c.keys))]
    for each in c.keys:
        parts += [bytes([each.signature is not None]), each.key, each.signature or b""]
    parts += [_number(c.size), c.signature, _number(c.seq), _number(len(c.path)), *c.path]
    parts += [_number(int(moment(c.at).timestamp())), _string(c.by), c.salt, _string(c.certificate)]
    parts += [bytes([KINDS.index(c.kind)]), *(_string(each or "") for each in (c.unit, c.mandate, c.decision, c.until))]
    return b"".join([*parts, c.secret, c.words.encode()])


def _number(value: int) -> bytes:
    """A whole number in groups of seven bits, the lowest first; all but the last have the eighth bit (LEB128)."""
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def _string(value: str) -> bytes:
    return _number(len(value)) + value.encode("ascii")


def letters(packed: bytes) -> str:
    """Bytes in LETTERS."""
    found = []
    for at in range(0, len(packed), 2):
        pair = packed[at : at + 2]
        value = int.from_bytes(pair)
        powers = (41 * 41, 41, 1)[2 - len(pair) :]
        found += [LETTERS[value // power % 41] for power in powers]
    return "".join(found)


# Reading one


def code_in(written: str) -> str:
    """The code in what somebody scanned or copied: an address with the code behind its `#`, or the code alone."""
    bare = "".join(written.split())
    return _ENDS.sub("", bare, count=1) if "#" in bare else bare


def packed_in(code: str) -> bytes:
    """The bytes in LETTERS, written in the one way there is. Refuses certificate.unreadable."""
    unreadable = Refused("certificate.unreadable")
    if not 0 < len(code) <= LARGEST or len(code) % 3 == 1 or any(letter not in LETTERS for letter in code):
        raise unreadable
    found = bytearray()
    for at in range(0, len(code), 3):
        part = code[at : at + 3]
        value = 0
        for letter in part:
            value = value * 41 + LETTERS.index(letter)
        if value >= 256 ** (len(part) - 1):
            raise unreadable
        found += value.to_bytes(len(part) - 1)
    return bytes(found)


class _Reader:
    """Takes a code apart. Refuses certificate.unreadable."""

    def __init__(self, packed: bytes) -> None:
        self.packed, self.at = packed, 0

    def take(self, length: int) -> bytes:
        """The next so many bytes."""
        if self.at + length > len(self.packed):
            raise Refused("certificate.unreadable")
        self.at += length
        return self.packed[self.at - length : self.at]

    def number(self) -> int:
        """A number below 2^53, in the one way there is to write it."""
        value, shift = 0, 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        if value >= 2**53 or _number(value) != self.packed[self.at - shift // 7 : self.at]:
            raise Refused("certificate.unreadable")
        return value

    def string(self) -> str:
        """A short word of plain letters."""
        try:
            found = self.take(self.number()).decode("ascii")
        except UnicodeDecodeError:
            raise Refused("certificate.unreadable") from None
        if not _PLAIN.fullmatch(found):
            raise Refused("certificate.unreadable")
        return found

    def below(self, limit: int) -> int:
        """A number up to a limit."""
        value = self.number()
        if value >= limit:
            raise Refused("certificate.unreadable")
        return value


def unpack(packed: bytes) -> Carried:
    """What a code carries, nothing of it checked. Refuses certificate.unreadable."""
    r = _Reader(packed)
    if r.take(1) != bytes([VERSION]):
        raise Refused("certificate.unreadable")
    first = r.take(32)
    keys = []
    for _ in range(r.below(MOST_KEYS)):
        signed = r.below(2)
        key = r.take(32)
        keys.append(NewKey(key, r.take(64) if signed else None))
    size, signature, seq = r.number(), r.take(64), r.number()
    path = tuple(r.take(32) for _ in range(r.below(64)))
    found: dict[str, Any] = {"at": _instant(r.number()), "by": r.string(), "salt": r.take(16)}
    found |= {"certificate": r.string(), "kind": KINDS[r.below(len(KINDS))]}
    found |= {name: r.string() or None for name in ("unit", "mandate", "decision", "until")}
    secret = r.take(32)
    try:
        words = packed[r.at :].decode()
        if found["until"] is not None:
            dt.date.fromisoformat(found["until"])
    except ValueError:
        raise Refused("certificate.unreadable") from None
    return Carried(
        first_key=first, keys=tuple(keys), size=size, signature=signature, seq=seq, path=path, secret=secret,
        words=words, **found,
    )  # fmt: skip


def _instant(seconds: int) -> str:
    try:
        return instant(dt.datetime.fromtimestamp(seconds, dt.UTC))
    except (ValueError, OverflowError, OSError):
        raise Refused("certificate.unreadable") from None


# Checking one


def check(packed: bytes) -> Checked:
    """The certificate of a code, if it holds. Refuses certificate.unreadable, certificate.wrong."""
    c = unpack(packed)
    root = c.root
    if root is None:
        raise Refused("certificate.wrong")
    bare = Checkpoint(identity.origin(c.book), c.size, root)
    key, confirmed = _signer(c)
    verifier = note.book_verifier(c.book, key)
    if not verifier.signed(bare.body.encode(), c.signature):
        raise Refused("certificate.wrong")
    signed = bare.with_signatures([note.Signature(verifier.name, verifier.id, c.signature)])
    return Checked(carried=c, checkpoint=signed, signer=key, confirmed=confirmed)


def _signer(c: Carried) -> tuple[bytes, bool]:
    """The last of the keys it brings, and whether each on the way to it was signed by the one before. Only the first of
    them may have come by the recovery key. Refuses certificate.wrong."""
    last, confirmed = c.first_key, True
    for n, each in enumerate(c.keys):
        before = note.book_verifier(c.book, last)
        if each.signature is None and n == 0:
            confirmed = False
        elif each.signature is None or not before.signed(takes_over(c.book, each.key), each.signature):
            raise Refused("certificate.wrong")
        last = each.key
    return last, confirmed
