"""The envelope, the register of kinds, exact bytes.

A leaf of the book is the exact UTF-8 JSON of an `Envelope`, keys in the order of its fields. The format is permanent:
see docs/decisions/0001-the-leaf.md. Whatever is read back is checked as strictly as what is written.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn, TypeVar

import msgspec
from msgspec import inspect

from comuna.kernel.refusal import Refused

VERSION: Final = 1
LARGEST_LEAF: Final = 65_535
"""Bytes: an entry in a log's tile is preceded by its length in two bytes (C2SP tlog-tiles)."""
LARGEST_INTEGER: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8259 §6)."""

KIND: Final = re.compile(r"[a-z]+(?:\.[a-z_]+)+/[1-9][0-9]{0,3}")
BY: Final = re.compile(r"[1-9][0-9]{3,15}|[a-z]{2,20}")
SALT: Final = re.compile(r"[0-9a-f]{32}")
INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
BOOK: Final = re.compile(r"[a-z2-7]{26}")
KEYS: Final = ("v", "book", "seq", "at", "by", "kind", "salt", "data")


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every leaf holds, in this order. `seq` counts from 0; `at` is UTC in whole seconds and never before the
    previous act's; `by` is a member number or a role; `kind` is a name and the version of its data; `salt` is 16
    random bytes in hexadecimal; `data` is the act's own JSON object."""

    v: int
    book: str
    seq: int
    at: str
    by: str
    kind: str
    salt: str
    data: msgspec.Raw


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a group did: a fact in the past tense with its outcome inside. Each kind is a subclass, marked `@act`."""


TextRef = str
"""A text's keyed digest, in hexadecimal: `kernel.text.digest`. The text itself lies outside the book."""


FileRef = str
"""The same of a file (a picture, a PDF), which has no words to be read."""


@functools.cache
def files_of(cls: type[Act]) -> tuple[str, ...]:
    """Which fields of a kind of act are files outside the book."""
    return tuple(name for name, hint in cls.__annotations__.items() if "FileRef" in str(hint))


@functools.cache
def texts_of(cls: type[Act]) -> tuple[str, ...]:
    """Which fields of a kind of act are texts outside the book."""
    return tuple(name for name, hint in cls.__annotations__.items() if "TextRef" in str(hint))


KINDS: Final[dict[str, type[Act]]] = {}
"""Every kind of act, by its permanent name and version."""
_NAMES: Final[dict[type[Act], str]] = {}

A = TypeVar("A", bound=Act)


def act(name: str, *, v: int) -> Callable[[type[A]], type[A]]:
    """Register a class of act under its permanent name and version: `@act("gathering.called", v=1)`."""
    kind = f"{name}/{v}"

    def register(cls: type[A]) -> type[A]:
        assert KIND.fullmatch(kind), kind
        assert kind not in KINDS, kind
        KINDS[kind] = cls
        _NAMES[cls] = kind
        return cls

    return register


def kind_of(entry: Act | type[Act]) -> str:
    """The permanent kind of an act or of a class of acts."""
    return _NAMES[entry if isinstance(entry, type) else type(entry)]


_encoder = msgspec.json.Encoder()
_envelopes = msgspec.json.Decoder(Envelope)


@functools.lru_cache(maxsize=16)  # all acts of a commit are written down at the same moment
def instant(moment: dt.datetime) -> str:
    """A moment as the book writes it: UTC, whole seconds. Takes aware datetimes only."""
    assert moment.tzinfo is not None
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def moment(written: str) -> dt.datetime:
    """The moment that the book wrote as `written`."""
    return dt.datetime.fromisoformat(written)


def seal(
    entry: Act, *, book: str, seq: int, now: dt.datetime, previous: str | None, by: str, salt: bytes
) -> tuple[Envelope, bytes]:
    """The envelope of an act and the exact bytes of its leaf. `previous` is the time of the act before, if any.
    Refuses `act.too_long` beyond 65,535 bytes."""
    at = instant(now)
    if previous is not None and previous > at:
        at = previous
    data = msgspec.Raw(_encoder.encode(entry))
    envelope = Envelope(VERSION, book, seq, at, by, kind_of(entry), salt.hex(), data)
    leaf = _encoder.encode(envelope)
    if len(leaf) > LARGEST_LEAF:
        raise Refused("act.too_long", limit=LARGEST_LEAF, length=len(leaf))
    if _as_we_write(leaf, envelope) is None:
        check(leaf)
    return envelope, leaf


def opened(leaf: bytes) -> Envelope:
    """The envelope in a leaf already checked. Fast; use `check` on bytes from outside."""
    return _envelopes.decode(leaf)


def act_in(envelope: Envelope) -> Act:
    """The act an envelope holds, as its class. Raises `Malformed` for an unknown kind or data of another shape."""
    cls = KINDS.get(envelope.kind)
    if cls is None:
        raise Malformed(f"unknown kind {envelope.kind}")
    try:
        return msgspec.json.decode(envelope.data, type=cls)
    except msgspec.ValidationError as error:
        raise Malformed(f"{envelope.kind}: {error}") from error


class Malformed(ValueError):  # noqa: N818  it describes bytes
    """These bytes are no leaf of a book. The message says why, in English: it is for whoever keeps the server."""


def check(leaf: bytes) -> Envelope:
    """The envelope in a leaf, after checking everything the format promises: size, UTF-8, keys in order and once,
    whole numbers below 2^53, no floats, the shape of each field, the shape of the data. Raises `Malformed`."""
    return read(leaf)[0]


def read(leaf: bytes) -> tuple[Envelope, Act]:
    """The envelope in a leaf and the act in it, after checking what `check` checks. Raises `Malformed`."""
    return _as_we_write(leaf) or _to_the_letter(leaf)


_BEGINS: Final = re.compile(
    rf'{{"v":{VERSION},"book":"{BOOK.pattern}","seq":(?:0|[1-9][0-9]{{0,14}}),"at":"{INSTANT.pattern}",'
    rf'"by":"(?:{BY.pattern})","kind":"{KIND.pattern}","salt":"{SALT.pattern}","data":'.encode()
)
"""How every leaf begins that we write, up to its data."""
_RARE_NUMBER: Final = re.compile(rb"[:,\[]-?(?:[0-9]{16}|[0-9]+[.eE])")
"""Whatever may be a number that is too large, or not whole."""
_USUAL: Final = frozenset({inspect.StrType, inspect.NoneType, inspect.BoolType, inspect.IntType, inspect.LiteralType})
"""Values that are written in one way only, but for numbers that are too large."""


def _as_we_write(leaf: bytes, envelope: Envelope | None = None) -> tuple[Envelope, Act] | None:
    """What `_to_the_letter` returns, several times as fast, for a leaf that is what we would write, byte for byte. None
    for every other: it may still be a leaf, or be refused with its reason. `envelope`: where `leaf` was made of it."""
    begins = _BEGINS.match(leaf)
    if begins is None or len(leaf) > LARGEST_LEAF:
        return None
    try:
        envelope = envelope or opened(leaf)
        moment(envelope.at)
        entry = act_in(envelope)
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None
    holds = _values(type(entry))
    if not holds <= _USUAL or (inspect.IntType in holds and _RARE_NUMBER.search(leaf, begins.end())):
        return None
    return (envelope, entry) if _encoder.encode(entry) == leaf[begins.end() : -1] else None


@functools.cache
def _values(cls: type[Act]) -> frozenset[type]:
    """The types of all values that the data of a kind can hold, however deep."""

    def within(t: inspect.Type) -> Iterator[type]:
        match t:
            case inspect.StructType(fields=fields):
                for field in fields:
                    yield from within(field.type)
            case inspect.UnionType(types=types):
                for each in types:
                    yield from within(each)
            case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
                yield from within(item)
            case inspect.DictType(key_type=key, value_type=value):
                yield from within(key)
                yield from within(value)
            case _:
                yield type(t)

    return frozenset(within(inspect.type_info(cls)))


def _to_the_letter(leaf: bytes) -> tuple[Envelope, Act]:
    """What a leaf holds, checked rule by rule: this is the reference. Raises `Malformed`."""
    if len(leaf) > LARGEST_LEAF:
        raise Malformed(f"{len(leaf)} bytes, more than {LARGEST_LEAF}")
    try:
        parsed = json.loads(
            leaf.decode("utf-8"),
            object_pairs_hook=_once,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_integer,
        )
        written = _encoder.encode(parsed)
    except (UnicodeError, json.JSONDecodeError, RecursionError) as error:  # half a surrogate pair is a UnicodeError
        raise Malformed(str(error)) from error
    if not isinstance(parsed, dict) or tuple(parsed) != KEYS:
        raise Malformed("the keys are not v, book, seq, at, by, kind, salt, data in this order")
    if written != leaf:
        raise Malformed("not the shortest form: spaces or needless escapes")
    try:
        envelope = opened(leaf)
    except msgspec.DecodeError as error:
        raise Malformed(str(error)) from error
    _check_fields(envelope, parsed["data"])
    return envelope, act_in(envelope)


def _check_fields(envelope: Envelope, data: Any) -> None:
    if envelope.v != VERSION:
        raise Malformed(f"envelope version {envelope.v}")
    if envelope.seq < 0:
        raise Malformed("a negative seq")
    for name, pattern in (("book", BOOK), ("at", INSTANT), ("by", BY), ("kind", KIND), ("salt", SALT)):
        if not pattern.fullmatch(getattr(envelope, name)):
            raise Malformed(f"{name} is {getattr(envelope, name)!r}")
    try:
        moment(envelope.at)
    except ValueError as error:
        raise Malformed(str(error)) from error
    if not isinstance(data, dict):
        raise Malformed("data is not an object")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a key stands twice")
    return found


def _no_float(text: str) -> NoReturn:
    raise Malformed(f"{text} is not a whole number")


def _integer(text: str) -> int:
    if text == "-0" or len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        raise Malformed(f"{text[:20]} is outside ±(2^53 - 1)")
    return int(text)
