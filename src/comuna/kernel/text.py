"""Texts outside the book: the act holds a keyed digest, the text and its key lie elsewhere and can be erased."""

from __future__ import annotations

import hmac
from hashlib import sha256

import msgspec

from comuna.kernel.act import TextRef

DOMAIN = b"comuna/text/1"


class Text(msgspec.Struct, frozen=True):
    """A text, the 32 random bytes that are its alone, and the digest that stands in the book."""

    body: bytes
    secret: bytes
    ref: TextRef


def digest(body: bytes, secret: bytes) -> TextRef:
    """HMAC-SHA256(secret, "comuna/text/1" ‖ body), in hexadecimal. Without the secret nobody can tell a text from
    its digest by trying likely texts."""
    return hmac.new(secret, DOMAIN + body, sha256).hexdigest()


def text(body: str, secret: bytes) -> Text:
    """A text to be kept, with its digest. `secret`: 32 random bytes."""
    return file(body.encode("utf-8"), secret)


def file(body: bytes, secret: bytes) -> Text:
    """The same of a file: a picture, a PDF."""
    assert len(secret) == 32
    return Text(body, secret, digest(body, secret))
