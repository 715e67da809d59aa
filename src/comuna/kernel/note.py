"""Signed notes, checkpoints and cosignatures: C2SP signed-note, tlog-checkpoint and tlog-cosignature (Ed25519)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comuna.kernel.identity import origin
from comuna.kernel.refusal import Refused

ED25519: Final = 0x01
"""The kind of key that signs a book's checkpoints."""
COSIGNATURE: Final = 0x04
"""The kind of key with which a witness cosigns."""
MOST_SIGNATURES: Final = 64
LARGEST: Final = 16_384
"""Bytes of a note that is looked at."""

_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_VERIFIER: Final = re.compile(r"(?P<name>[^\s+\x00-\x1f\x7f]{1,200})\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]{44})")
_SIGNATURE: Final = re.compile(r"— (?P<name>[^\s+]{1,200}) (?P<signature>[A-Za-z0-9+/]+={0,2})")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")


class Verifier(NamedTuple):
    """A public key that signs notes, under a name. `kind`: ED25519 or COSIGNATURE; `key`: 32 bytes."""

    name: str
    key: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:4]

    def __str__(self) -> str:
        """As people copy it: NAME+ID+KEY."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.key).decode()}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made that Ed25519 signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def verifier(written: str) -> Verifier:
    """The key that `str(verifier)` wrote. Refuses key.unreadable."""
    match = _VERIFIER.fullmatch(written.strip().replace("\u200b", ""))  # as it is copied from a PDF
    try:
        raw = b64decode(match["key"], validate=True) if match else b""
    except ValueError:
        raw = b""
    if match is None or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise Refused("key.unreadable")
    found = Verifier(match["name"], raw[1:], raw[0])
    if found.id.hex() != match["id"]:
        raise Refused("key.unreadable")
    return found


class Signature(NamedTuple):
    """A signature line: the key's name and id, and what follows the id."""

    name: str
    id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line, with its end."""
        return f"— {self.name} {b64encode(self.id + self.signature).decode()}\n"


class Checkpoint(NamedTuple):
    """A log's size and root under its origin, and who signed them."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def body(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @property
    def text(self) -> str:
        """The signed note."""
        return self.body + "\n" + "".join(signature.line for signature in self.signatures)

    def with_signatures(self, more: Iterable[Signature]) -> Checkpoint:
        """The same checkpoint, signed by these too."""
        known = dict.fromkeys((*self.signatures, *more))
        return self._replace(signatures=tuple(known))

    def signed_by(self, key: Verifier) -> bool:
        """Whether that key signed this checkpoint. A signature under its name and id that does not hold counts
        against it, whatever others there are."""
        found = [s.signature for s in self.signatures if (s.name, s.id) == (key.name, key.id)]
        return bool(found) and all(key.signed(self.body.encode(), signature) for signature in found)

    def cosigned_by(self, key: Verifier) -> int | None:
        """When that witness cosigned this checkpoint, in Unix seconds; None if it did not."""
        assert key.kind == COSIGNATURE
        times = []
        for s in self.signatures:
            if (s.name, s.id) != (key.name, key.id):
                continue
            time = int.from_bytes(s.signature[:8])
            if len(s.signature) != 72 or not key.signed(_cosigned(self.body, time), s.signature[8:]):
                return None
            times.append(time)
        return max(times, default=None)


def _cosigned(body: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{body}".encode()


def checkpoint(note: str) -> Checkpoint:
    """The checkpoint in a signed note, its signatures not yet checked. Refuses checkpoint.unreadable."""
    unreadable = Refused("checkpoint.unreadable")
    if len(note) > LARGEST or any(c < " " and c != "\n" for c in note):
        raise unreadable
    text, gap, signed = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) != 3 or not signed.endswith("\n"):
        raise unreadable
    name, size, root = lines
    signatures = tuple(signature(line) for line in signed[:-1].split("\n"))
    if not _NAME.fullmatch(name) or not _SIZE.fullmatch(size) or not 1 <= len(signatures) <= MOST_SIGNATURES:
        raise unreadable
    return Checkpoint(name, int(size), hash_in(root), signatures)


def hash_in(line: str) -> bytes:
    """A hash as a line of base64 writes it, in the one way there is. Refuses checkpoint.unreadable."""
    try:
        raw = b64decode(line, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32 or b64encode(raw).decode() != line:
        raise Refused("checkpoint.unreadable")
    return raw


def signature(line: str) -> Signature:
    """A signature line, without its end. Refuses checkpoint.unreadable."""
    match = _SIGNATURE.fullmatch(line)
    try:
        raw = b64decode(match["signature"], validate=True) if match else b""
    except ValueError:
        raw = b""
    if match is None or len(raw) < 5 or b64encode(raw).decode() != match["signature"]:
        raise Refused("checkpoint.unreadable")
    return Signature(match["name"], raw[:4], raw[4:])


def raw_key(written: str) -> bytes:
    """A public key as acts write it, in base64."""
    return b64decode(written)


# Keys that sign


def public_key(private: bytes) -> bytes:
    """The public key that belongs to a private one (32 bytes each)."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """An Ed25519 signature (RFC 8032), 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def book_verifier(book: str, key: bytes) -> Verifier:
    """The key of a book under the book's name."""
    return Verifier(origin(book), key)


def signed_checkpoint(book: str, size: int, root: bytes, private: bytes) -> Checkpoint:
    """A book's checkpoint, signed with its key."""
    bare = Checkpoint(origin(book), size, root)
    key = book_verifier(book, public_key(private))
    return bare.with_signatures([Signature(key.name, key.id, sign(private, bare.body.encode()))])


def cosign(seen: Checkpoint, name: str, private: bytes, time: int) -> Signature:
    """A witness's statement that at `time`, in Unix seconds, this was the largest consistent checkpoint it had seen
    (cosignature/v1)."""
    key = Verifier(name, public_key(private), COSIGNATURE)
    return Signature(name, key.id, time.to_bytes(8) + sign(private, _cosigned(seen.body, time)))
