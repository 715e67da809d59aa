"""Files encrypted with a passphrase, in the age v1 format (C2SP age.md, the scrypt recipient): the standard `age` tool
opens them, and makes others that we open. Both ways go piece by piece, so a file of any size takes the same memory;
the libraries there are take a passphrase only for what is in memory whole."""

from __future__ import annotations

import hmac
import io
import os
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from comuna.kernel.refusal import Refused

FIRST_LINE: Final = b"age-encryption.org/v1\n"
WORK: Final = 18
"""How much a guess costs: scrypt's N is 2 to this power. 18 is age's own; it takes about a second and 256 MB."""
MOST_WORK: Final = 20
"""The most that a file may ask of us: 1 GB for some seconds."""
CHUNK: Final = 64 * 1024
TAG: Final = 16

_STANZA: Final = re.compile(rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n")
_MAC: Final = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")


def _written(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")


def _read(written: bytes) -> bytes:
    """What unpadded base64 says, in the one way there is; nothing where it is another way."""
    raw = b64decode(written + b"=" * (-len(written) % 4))
    return raw if _written(raw) == written else b""


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _wrap(passphrase: str, salt: bytes, work: int) -> ChaCha20Poly1305:
    stretched = Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, 2**work, 8, 1).derive(passphrase.encode())
    return ChaCha20Poly1305(stretched)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.new(_derived(file_key, b"", b"header"), header, sha256).digest()


def _nonce(counter: int, last: bool) -> bytes:
    return counter.to_bytes(11) + bytes([last])


class Encrypting(io.RawIOBase):
    """A file to be written into, whose bytes reach `out` encrypted. Close it to finish; `out` stays open."""

    def __init__(self, out: BinaryIO, passphrase: str) -> None:
        file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
        body = _wrap(passphrase, salt, WORK).encrypt(bytes(12), file_key, None)
        header = FIRST_LINE + b"-> scrypt %s %d\n%s\n---" % (_written(salt), WORK, _written(body))
        out.write(header + b" " + _written(_mac(file_key, header)) + b"\n" + nonce)
        self._out, self._cipher = out, ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._waiting, self._counter = bytearray(), 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Encrypt some more. The last piece waits for what follows, because it is marked as the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._send(CHUNK, last=False)
        return len(data)

    def _send(self, length: int, *, last: bool) -> None:
        piece = bytes(self._waiting[:length])
        del self._waiting[:length]
        self._out.write(self._cipher.encrypt(_nonce(self._counter, last), piece, None))
        self._counter += 1

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._send(len(self._waiting), last=True)
        super().close()


class Decrypting(io.RawIOBase):
    """The bytes in an encrypted file, each piece checked before it is handed out. Refuses archive.wrong_passphrase;
    archive.damaged, also while it is read."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        header = [source.readline(200) for _ in range(4)]
        stanza, mac = _STANZA.fullmatch(header[1] + header[2]), _MAC.fullmatch(header[3])
        if header[0] != FIRST_LINE or stanza is None or mac is None or int(stanza[2]) > MOST_WORK:
            raise Refused("archive.damaged")
        salt, body, nonce = _read(stanza[1]), _read(stanza[3]), source.read(16)
        if len(salt) != 16 or len(body) != 32 or len(nonce) != 16:
            raise Refused("archive.damaged")
        try:
            file_key = _wrap(passphrase, salt, int(stanza[2])).decrypt(bytes(12), body, None)
        except InvalidTag as error:
            raise Refused("archive.wrong_passphrase") from error
        if not hmac.compare_digest(_mac(file_key, b"".join(header[:3]) + b"---"), _read(mac[1])):
            raise Refused("archive.damaged")
        self._source, self._cipher = source, ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._next, self._plain, self._counter, self._done = source.read(CHUNK + TAG), b"", 0, False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill a buffer with what follows; 0 at the end."""
        while not self._plain and not self._done:
            self._decrypt()
        some = self._plain[: len(buffer)]
        buffer[: len(some)] = some
        self._plain = self._plain[len(some) :]
        return len(some)

    def _decrypt(self) -> None:
        piece, self._next = self._next, self._source.read(CHUNK + TAG)
        self._done = not self._next
        try:
            self._plain = self._cipher.decrypt(_nonce(self._counter, self._done), piece, None)
        except InvalidTag as error:
            raise Refused("archive.damaged") from error
        if not self._plain and self._counter:  # only a file without anything in it ends with an empty piece
            raise Refused("archive.damaged")
        self._counter += 1
