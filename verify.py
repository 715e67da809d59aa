#!/usr/bin/env python3
"""Checks a group's book: an export, a live book, a proof that an act stands in it, or a checkpoint that somebody kept.

    python3 verify.py book.zip                              an export: a folder or a zip file
    python3 verify.py https://host/b/<id>                   a live book
    python3 verify.py act.tlog-proof --key KEY              one act, without the book
    python3 verify.py book.zip --against kept-checkpoint    is it still the book that somebody saw?
    python3 verify.py book.zip --record record.json         does this text belong to it, and do its counts come out?
    python3 verify.py book.zip --list                       its acts, one a line
    python3 verify.py certificate CODE --book book.zip      a certificate from paper; was it revoked?

Each line begins with `ok`, `WRONG`, `note`, or `open` (could not be checked); the last one is the verdict.
Exit code 0: all that was checked holds · 1: something is wrong · 2: wrong usage · 3: nothing wrong, but something open.

It was written from docs/book-format.md, shares no code with Comuna, and needs nothing but Python 3.9 or newer.

What it proves: that the book is whole, follows its format, and was signed with its key; and, with `--against`, that
nothing was changed or dropped since a checkpoint that somebody else kept. Without one it cannot know whether whoever
keeps the book wrote all of it anew this morning. It never proves that what was written down is the truth.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import http.client
import io
import json
import os
import re
import stat
import sys
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any, NamedTuple

LONGEST_LEAF = 65_535
LONGEST_BUNDLE = 256 * (2 + LONGEST_LEAF)
LONGEST_NOTE = 1 << 18  # bytes of a checkpoint: room for far more signatures than a book has
LONGEST_FILE = 1 << 26  # bytes of a proof, a record, or whatever comes by standard input
TIMEOUT = 30  # seconds for one answer of a live book
SHOWN = 20  # findings of one sort; further ones are counted


class Fault(Exception):  # noqa: N818 -- a fault of what was given, not of this program
    """What was given is wrong; the sentence says how."""


class UnreadableError(Exception):
    """It could not be read, so nobody knows whether it is wrong."""


class ForbiddenError(UnreadableError):
    """The book is for its members."""


# Findings


def printable(text: str) -> str:
    """Foreign text without what could steer a terminal."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


@dataclass
class Report:
    """What was found, printed line by line: at most 20 lines of one sort about one thing."""

    as_json: bool = False
    listing: bool = False
    """The acts themselves go to standard output; of the findings only what is not in order is told, and elsewhere."""
    several: bool = False
    """More than one thing was given, so each line says which it is about."""
    about: str = ""
    found: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def say(self, word: str, check: str, sentence: str) -> None:
        """One finding."""
        self.found[self.about, word, check] += 1
        if self.found[self.about, word, check] <= SHOWN:
            self.print(word, check, sentence[:600])

    def print(self, word: str, check: str, sentence: str) -> None:
        if self.listing and word == "ok":
            return
        if self.as_json:
            line = json.dumps({"finding": word, "about": self.about, "check": check, "sentence": sentence})
        else:
            line = printable(f"{word:<6}{self.about + ': ' if self.several and self.about else ''}{sentence}")
        print(line, file=sys.stderr if self.listing else sys.stdout)

    def ok(self, check: str, sentence: str) -> None:
        self.say("ok", check, sentence)

    def note(self, check: str, sentence: str) -> None:
        self.say("note", check, sentence)

    def wrong(self, check: str, sentence: str) -> None:
        self.say("WRONG", check, sentence)

    def open(self, check: str, sentence: str) -> None:
        self.say("open", check, sentence)

    def more(self, check: str, times: int) -> None:
        """So many further things are wrong, which are not named."""
        self.found[self.about, "WRONG", check] += times

    def holds(self, checks: str, sentence: str) -> None:
        """Says so if nothing wrong was found by these checks."""
        if not any(self.found[self.about, "WRONG", check] for check in checks.split()):
            self.ok(checks.split()[0], sentence)

    def verdict(self) -> int:
        """The last line; the exit code."""
        for (about, word, check), times in self.found.items():
            self.about = about
            if times > SHOWN and word != "ok":
                self.print(word, check, f"… and {times - SHOWN} more of this sort ({check})")
        self.about = ""
        wrong, unknown = (sum(n for (_, w, _), n in self.found.items() if w == word) for word in ("WRONG", "open"))
        checked = any(word == "ok" for _, word, _ in self.found)
        if wrong:
            word, code, sentence = "WRONG", 1, f"verdict: {wrong} {'thing is' if wrong == 1 else 'things are'} wrong"
        elif unknown or not checked:
            word, code, sentence = "open", 3, "verdict: nothing is wrong in what was checked, but something is open"
        else:
            word, code, sentence = "ok", 0, "verdict: everything that was checked holds"
        if self.as_json and not self.listing:
            print(json.dumps({"verdict": word, "exit": code, "sentence": sentence}))
        else:
            print(f"{word:<6}{sentence}", file=sys.stderr if self.listing else sys.stdout)
        return code


# Ed25519 (RFC 8032 §5.1): points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x·y = T/Z

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)

Point = tuple[int, int, int, int]


def add(p: Point, q: Point) -> Point:
    """The sum of two points (§5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE_D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def multiply(scalar: int, p: Point) -> Point:
    """A point added to itself `scalar` times."""
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, p)
        p = add(p, p)
        scalar >>= 1
    return total


def decode_point(data: bytes) -> Point | None:
    """The point that 32 bytes stand for (§5.1.3). None if they stand for none, or not in the one way allowed."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= PRIME:
        return None
    u, v = (y * y - 1) % PRIME, (CURVE_D * y * y + 1) % PRIME
    x = u * pow(v, 3, PRIME) * pow(u * pow(v, 7, PRIME), (PRIME - 5) // 8, PRIME) % PRIME
    if (v * x * x - u) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (v * x * x - u) % PRIME or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return (x, y, 1, x * y % PRIME)


BASE = decode_point((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")) or (0, 1, 1, 0)


def signed_by(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Did this key make this Ed25519 signature? (§5.1.7)"""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r = decode_point(public_key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add(r, multiply(k, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % PRIME == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


# The tree (RFC 6962 §2.1)


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of_256(hashes: list[bytes]) -> bytes:
    """The root of a complete tree of 256 hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2])]
    return hashes[0]


@dataclass
class Tree:
    """A growing tree, of which only the right edge is kept: the roots of its complete subtrees, largest first."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    def add(self, hash_: bytes) -> None:
        size = self.size
        while size & 1:  # two complete subtrees of one size become one
            hash_ = node_hash(self.edge.pop(), hash_)
            size >>= 1
        self.edge.append(hash_)
        self.size += 1

    def root(self) -> bytes:
        if not self.edge:
            return hashlib.sha256(b"").digest()
        root = self.edge[-1]
        for hash_ in self.edge[-2::-1]:
            root = node_hash(hash_, root)
        return root


def root_of_proof(index: int, size: int, hash_: bytes, path: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2). None if the path's length does not fit."""
    if index >= size:
        return None
    fn, sn = index, size - 1
    for other in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            hash_ = node_hash(other, hash_)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hash_ = node_hash(hash_, other)
        fn, sn = fn >> 1, sn >> 1
    return hash_ if sn == 0 else None


# Notes, keys, checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature)


def from_base64(text: Any, length: int = 0) -> bytes:
    """The bytes behind base64 with padding, written in the one canonical way; `length` of them, if that is given."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, ValueError):
        raise Fault("is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Fault("is not base64 in its canonical form")
    if length and len(data) != length:
        raise Fault(f"is {len(data)} bytes long instead of {length}")
    return data


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def book_id(public: bytes) -> str:
    return base64.b32encode(hashlib.sha256(public).digest()[:16]).decode().lower().rstrip("=")


BOOK_KEY, WITNESS_KEY = 1, 4


class Key(NamedTuple):
    """A verifier key."""

    name: str
    kind: int
    public: bytes


def read_key(text: str) -> Key:
    """The key of NAME+ID+BASE64."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch(r"[0-9a-fA-F]{8}", parts[1]) or not re.fullmatch(r"\S+", parts[0]):
        raise Fault("is no verifier key (name+id+base64)")
    data = from_base64(parts[2], 33)
    key = Key(parts[0], data[0], data[1:])
    if key.kind not in (BOOK_KEY, WITNESS_KEY):
        raise Fault("is a key of a kind that books do not use")
    if key_id(*key).hex() != parts[1].lower():
        raise Fault("does not have the id that is written in it")
    return key


class Checkpoint(NamedTuple):
    """How long a book is, what its root is, and who signed that."""

    text: bytes
    """The three lines that are signed."""
    book: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes, bytes]]
    """Of each line: the key's name, its id, the signature."""

    @property
    def origin(self) -> str:
        return "comuna/" + self.book


def read_checkpoint(data: bytes) -> Checkpoint:
    """The checkpoint in these bytes, to the letter."""
    if len(data) > LONGEST_NOTE:
        raise Fault("the checkpoint is too long")
    try:
        text, gap, lines = data.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise Fault("the checkpoint is not UTF-8") from None
    body = re.fullmatch(r"comuna/([a-z2-7]{26})\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]+)", text)
    if body is None or not gap:
        raise Fault("the checkpoint is not the three lines of origin, size and root, and an empty line")
    try:
        root = from_base64(body[3], 32)
    except Fault as fault:
        raise Fault(f"the root in the checkpoint {fault}") from None
    signatures: list[tuple[str, bytes, bytes]] = []
    for line in lines.split("\n")[:-1]:
        match = re.fullmatch(r"— ([^\s+\x00-\x1f]+) (\S+)", line)
        try:
            signature = from_base64(match[2] if match else None)
        except Fault:
            signature = b""
        if match is None or len(signature) <= 4:
            raise Fault(f"line {len(signatures) + 5} of the checkpoint is no signature")
        signatures.append((match[1], signature[:4], signature[4:]))
    if not signatures or not lines.endswith("\n"):
        raise Fault("the checkpoint does not end in a line with a signature and a newline")
    return Checkpoint(text.encode() + b"\n", body[1], int(body[2]), root, signatures)


def moment(seconds: int) -> str:
    """A time of a cosignature, as people write it."""
    try:
        return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"Unix second {seconds}"


Witnesses = dict[tuple[str, bytes], bytes]
"""Name and id of a witness's key → the key."""


def check_signatures(
    report: Report, checkpoint: Checkpoint, keys: list[bytes], witnesses: Witnesses
) -> tuple[bool, int]:
    """Did one of these keys sign the checkpoint for the book? How many witnesses cosigned it? Says what it finds."""
    signed, cosigners, seen = False, set(), set()
    for line in checkpoint.signatures:
        name, id_, signature = line
        if line in seen:
            report.wrong("signature", f"the same signature of {name} stands twice in the checkpoint")
            continue
        seen.add(line)
        mine = [key for key in keys if name == checkpoint.origin and key_id(name, BOOK_KEY, key) == id_]
        if mine:
            if any(signed_by(key, checkpoint.text, signature) for key in mine):
                signed = True
            else:
                report.wrong("signature", f"the book's signature on its checkpoint of size {checkpoint.size} is wrong")
        elif (name, id_) in witnesses:
            at, message = signature[:8], b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big")
            if at < b"\x80" and signed_by(witnesses[name, id_], message + checkpoint.text, signature[8:]):
                cosigners.add(name)
                when = moment(int.from_bytes(at, "big"))
                report.ok("cosignature", f"{name} cosigned the checkpoint of size {checkpoint.size} at {when}")
            else:
                report.wrong("cosignature", f"the cosignature of {name} at size {checkpoint.size} is wrong")
        else:
            report.note("unknown key", f"a signature of {name} at size {checkpoint.size} is by a key that is not known")
    return signed, len(cosigners)


# The grammar of a leaf

LARGEST = 2**53 - 1


def an_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise Fault("has a key twice in one object")
    return keys


def an_integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST:
        raise Fault("has an integer beyond 2^53 − 1")
    return int(digits)


def no_float(_: str) -> Any:
    raise Fault("has a number that is no integer")


STRICT = json.JSONDecoder(
    object_pairs_hook=an_object, parse_int=an_integer, parse_float=no_float, parse_constant=no_float
)
CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # escapes exactly what the format escapes


def read_json(data: bytes) -> Any:
    """The value of canonical JSON: written again it must give the same bytes, so there is only one way to write it."""
    try:
        value = STRICT.decode(data.decode("utf-8"))
        again = CANONICAL.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Fault("has half a surrogate pair") from None
    except UnicodeDecodeError:
        raise Fault("is not UTF-8") from None
    except ValueError as error:
        raise Fault(f"is not JSON ({error})") from None
    except RecursionError:
        raise Fault("is nested too deeply to be read") from None
    if again != data:
        raise Fault("is not in the canonical form (white space, escapes, or the form of a number)")
    return value


Is = Callable[[Any], bool]


def matches(pattern: str) -> Is:
    """A string of this form."""
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def is_string(value: Any) -> bool:
    return isinstance(value, str)


def is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def is_time(value: Any) -> bool:
    """A real date and time, UTC, in whole seconds."""
    if not looks_like_a_time(value):
        return False
    try:
        datetime.fromisoformat(value[:-1])
    except ValueError:
        return False
    return True


def is_day(value: Any) -> bool:
    return isinstance(value, str) and is_time(value + "T00:00:00Z")


def is_base64(length: int) -> Is:
    """Base64 with padding of so many bytes."""

    def check(value: Any) -> bool:
        try:
            return len(from_base64(value, length)) == length
        except Fault:
            return False

    return check


def is_witness_key(value: Any) -> bool:
    try:
        return read_key(value).kind == WITNESS_KEY
    except (Fault, AttributeError):
        return False


def is_sorted_list(value: Any) -> bool:
    """A sorted list of strings, none of them twice."""
    return isinstance(value, list) and all(map(is_string, value)) and value == sorted(set(value))


PARTS = ["title", "group", "place", "join", "film", "readings"]
PARTS += ["agenda", "questions", "featured", "language", "description", "admission"]


def is_changed(value: Any) -> bool:
    """Parts of an announcement, in their fixed order, none of them twice."""
    return isinstance(value, list) and value == [part for part in PARTS if part in value]


NAME = "[a-z][a-z0-9_]{0,39}"
WAYS = ("hands", "standing", "roll_call", "phones", "paper")


def is_roll(value: Any) -> bool:
    """Rights, sorted, each with how many hold it."""
    right = matches(r"[a-z][a-z0-9_]{0,39}")
    return (
        isinstance(value, dict)
        and list(value) == sorted(value)
        and all(map(right, value))
        and all(map(is_count, value.values()))
    )


is_points = matches(r"(0|[1-9][0-9]{0,5})(/[1-9][0-9]{0,5})?")
CRITERION = ["id", "title", "weight", "answers", "each", "most", "question"]


def is_criterion(value: Any) -> bool:
    """What dwellings are asked: answers with their points, or points for each of a number."""
    return (
        isinstance(value, dict)
        and list(value) == CRITERION
        and all(is_string(value[name]) for name in ("id", "title"))
        and is_points(value["weight"])
        and all(value[name] is None or is_points(value[name]) for name in ("each", "most"))
        and (value["question"] is None or is_string(value["question"]))
        and isinstance(value["answers"], list)
        and all(
            isinstance(each, dict)
            and list(each) == ["value", "points"]
            and is_string(each["value"])
            and is_points(each["points"])
            for each in value["answers"]
        )
    )


looks_like_a_time = matches(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

ENVELOPE: dict[str, Is] = {
    "v": lambda value: type(value) is int and value == 1,
    "book": matches(r"[a-z2-7]{26}"),
    "seq": is_count,
    "at": is_time,
    "by": matches(r"[1-9][0-9]{3,15}|[a-z]{2,20}"),
    "kind": matches(r"[a-z]+(\.[a-z_]+)+/[1-9][0-9]{0,3}"),
    "salt": matches(r"[0-9a-f]{32}"),
    "data": lambda value: isinstance(value, dict),
}

TYPES: dict[str, Is] = {
    "string": is_string,
    "count": is_count,
    "text": matches(r"[0-9a-f]{64}"),
    "digest": matches(r"[0-9a-f]{64}"),
    "id": matches(r"[a-z2-7]{26}"),
    "member": matches(r"[1-9][0-9]{3,15}"),
    "day": is_day,
    "hour": matches(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
    "zone": matches(r"[A-Za-z][A-Za-z0-9_+/-]*(:[0-9]{2})?"),
    "key": is_base64(32),
    "root": lambda value: value == "" or is_base64(32)(value),
    "signature": is_base64(64),
    "witness": is_witness_key,
    "address": matches(r"https?://[^\x00-\x20]+"),
    "ground": matches("asked|law|harm|mistake"),
    "sorted": is_sorted_list,
    "changed": is_changed,
    "integer": lambda value: type(value) is int,
    "call": lambda value: type(value) is int and value > 0,
    "flag": lambda value: isinstance(value, bool),
    "name": matches(NAME),
    "unit": matches(f"{NAME}(/{NAME})?"),
    "fraction": matches(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,8}|1"),
    "strings": lambda value: isinstance(value, list) and all(map(is_string, value)),
    "counts": lambda value: isinstance(value, list) and all(map(is_count, value)),
    "options": lambda value: TYPES["strings"](value) and len(set(value)) == len(value) > 0,
    "mandate": matches(r"[a-z2-7]{26}\.(0|[1-9][0-9]*)\+*"),
    "means": matches("posters|messages|published|letter"),
    "settled": matches("adopted|rejected|withdrawn"),
    "subject": matches("motion|amendment|recall|minutes|election|question"),
    "base": matches("cast|present|all|consent|plurality"),
    "tie": matches("rejects|chair|lots|again|earlier_rounds"),
    "way": matches("hands|standing|roll_call|paper"),
    "ways": lambda value: TYPES["strings"](value) and len(set(value)) == len(value) and set(value) <= set(WAYS),
    "outcome": matches("adopted|rejected|tied|too_few|no_votes|objected|blocked|elected|undecided"),
    "reason": matches("resigned|left|died|recalled|over"),
    "roll": is_roll,
    "good": matches("gas|food|water|other"),
    "share_rule": matches("rota|equal"),
    "surplus_rule": matches("hours|equal"),
    "service": matches("garbage|visits|other"),
    "week": matches(r"[0-9]{4}-W[0-9]{2}"),
    "currency": matches(r"[A-Z]{3}"),
    "proposers": matches("cards|desk"),
    "budget_rule": matches("equal-shares|greedy|phragmen|list"),
    "satisfaction": matches("cost|cardinality|cost-sqrt"),
    "completion": matches("none|greedy|add1|add1u"),
    "budget_ballot": matches("approval|points|ranking|knapsack"),
    "budget_ties": matches("lots|order"),
    "ids": lambda value: TYPES["strings"](value) and all(map(matches(r"[a-z2-7]{26}"), value)),
    "phase": matches("diagnosis|plan|budget|execution|control"),
    "moment": matches("before|during|after"),
    "criteria": lambda value: isinstance(value, list) and all(map(is_criterion, value)),
    "rate": matches("[1-9][0-9]*/[1-9][0-9]*"),
    "answer": matches("granted|answered|refused"),
    "told": lambda value: is_count(value) and not 0 < value < 5,
    "certified": matches("residence|membership|mandate|decision"),
}

# of each kind the fields of its data, and what each must be; `?` is: or null
KINDS = {
    "group.founded/1": "public_key:key kind:string name:text charter:string charter_digest:digest"
    " recovery_digest:digest",
    "member.admitted/1": "member:member roles:sorted",
    "gathering.called/1": "gathering:id date:day start:hour end:hour? zone:zone page:text",
    "gathering.revised/1": "gathering:id changed:changed page:text",
    "gathering.postponed/1": "gathering:id date:day start:hour end:hour? zone:zone page:text reason:text?",
    "gathering.cancelled/1": "gathering:id reason:text?",
    "gathering.reinstated/1": "gathering:id",
    "takeaway.agreed/1": "gathering:id takeaway:id what:text owner:text? due:day?",
    "gathering.closed/1": "gathering:id came:count? coming:count moments:count answers:count entries:count"
    " takeaways:count record:text",
    "journal.expired/1": "gathering:id lines:count",
    "member.left/1": "member:member",
    "register.changed/1": "added:count removed:count corrected:count roll:roll",
    "book.published/1": "",
    "book.withdrawn/1": "",
    "book.moved/1": "",
    "book.resumed/1": "size:count root:root",
    "witness.named/1": "key:witness address:address",
    "witness.dismissed/1": "name:string",
    "key.rotated/1": "public_key:key signature:signature",
    "key.recovered/1": "public_key:key recovery_key:key signature:signature recovery_digest:digest",
    "text.erased/1": "text:text act:count ground:ground reason:text?",
    "assembly.convened/1": "gathering:id form:name matters:strings decisions:strings notice:integer"
    " notice_needed:count? emergency:flag second_date:day? second_start:hour?",
    "notice.given/1": "gathering:id means:means count:count date:day",
    "assembly.opened/1": "gathering:id call:call present:count roll:count needed:count?",
    "assembly.without_quorum/1": "gathering:id call:call present:count roll:count needed:count date:day? start:hour?",
    "quorum.counted/1": "gathering:id present:count needed:count? holds:flag",
    "assembly.adjourned/1": "gathering:id date:day? start:hour?",
    "charter.proposed/1": "charter_digest:digest amends:digest text:text reason:text?",
    "charter.amended/1": "decision:id charter:string charter_digest:digest",
    "motion.moved/1": "gathering:id motion:id item:string decision:name text:text charter_digest:digest?",
    "motion.seconded/1": "gathering:id motion:id",
    "amendment.moved/1": "gathering:id motion:id amendment:id text:text charter_digest:digest?",
    "amendment.settled/1": "gathering:id motion:id amendment:id outcome:settled vote:id?",
    "motion.merged/1": "gathering:id motion:id into:id text:text",
    "motion.withdrawn/1": "gathering:id motion:id",
    "motion.referred/1": "gathering:id motion:id unit:unit",
    "motion.tabled/1": "gathering:id motion:id",
    "motion.taken_up/1": "gathering:id motion:id item:string",
    "motion.read_back/1": "gathering:id motion:id text:text",
    "vote.opened/1": "gathering:id vote:id subject:subject of:string? decision:string question:text? options:options"
    " method:string seats:count base:base share:fraction more:flag abstentions:flag turnout:fraction? tie:tie?"
    " reading:count readings:count secret:flag ways:ways right:name roll:count present:count quorum:count? change:flag"
    " small:count publish:flag passes_from:count blocks:count term:count?",
    "vote.counted/1": "gathering:id vote:id way:way options:options counts:counts ballots:count tellers:count"
    " names:text?",
    "vote.annulled/1": "gathering:id vote:id reason:text?",
    "vote.closed/1": "gathering:id vote:id method:string outcome:outcome options:options counts:counts ballots:count"
    " phones:count base:count needed:count favour:count turnout_needed:count elected:strings alternates:strings"
    " tied:strings broken:string? seed:string? working:text? ballots_text:text? digest:digest?",
    "decision.recorded/1": "gathering:id decision:id number:count motion:id text:text owner:text? due:day?",
    "decision.done/1": "decision:id number:count report:text?",
    "candidate.stood/1": "unit:name candidate:member",
    "candidate.withdrew/1": "unit:name candidate:member",
    "mandate.ended/1": "mandate:mandate unit:name member:member reason:reason successor:member?",
    "challenge.raised/1": "vote:id challenge:id text:text",
    "challenge.answered/1": "vote:id challenge:id upheld:flag text:text",
    "recall.petitioned/1": "recall:id mandate:mandate unit:name member:member cause:string asked_by:name"
    " received_by:name?",
    "recall.certified/1": "recall:id signatures:count needed:count roll:count enough:flag report_due:day?",
    "recall.reported/1": "recall:id text:text assembly_due:day?",
    "recall.defended/1": "recall:id text:text?",
    "recall.decided/1": "gathering:id recall:id mandate:mandate member:member vote:id recalled:flag barred_until:day?",
    "minutes.corrected/1": "gathering:id about:count? text:text",
    "minutes.approved/1": "gathering:id approved_at:id vote:id?",
    "minutes.signed/1": "gathering:id unit:unit",
    "need.raised/1": "need:id unit:unit? words:text place:text? point:text? photo:text?",
    "need.merged/1": "need:id into:id",
    "need.grouped/1": "need:id unit:unit",
    "need.declined/1": "need:id reason:text",
    "need.met/1": "need:id decision:id? project:id? how:text?",
    "need.reopened/1": "need:id",
    "diagnosis.presented/1": "diagnosis:id gathering:id? needs:strings cards:counts hands:counts",
    "diagnosis.approved/1": "diagnosis:id decision:id",
    "diagnosis.begun/1": "round:count",
    "distribution.opened/1": "distribution:id good:good what:text? date:day rule:share_rule households:count each:count"
    " announced:count seed:string digest:digest",
    "distribution.arrived/1": "distribution:id good:good arrived:count short:count receiving:count over:count",
    "distribution.closed/1": "distribution:id good:good served:count delivered:count left:count",
    "surplus.shared/1": "surplus:id decision:id since:day until:day rule:surplus_rule amount:count currency:string"
    " production:count care:count reinvestment:count shared:count members:count minutes:count seed:string"
    " digest:digest",
    "campaign.called/1": "campaign:id what:text place:text date:day start:hour slots:count minutes:count places:count"
    " turns:count least:count most:count",
    "campaign.closed/1": "campaign:id places:count used:told? volunteers:told? needed:count there:count",
    "round.opened/1": "round:id what:text dwellings:count",
    "round.closed/1": "round:id due:told? done:told?",
    "map.imported/1": "file_digest:digest streets:count source:text",
    "service.founded/1": "service:id type:service name:text",
    "service.planned/1": "service:id digest:digest points:count vehicles:count trips:count metres:count minutes:count"
    " before_metres:count? before_minutes:count? unserved:count",
    "round.done/1": "service:id week:week served:count? missed:count? reports:count?",
    "budget.opened/1": "round:id title:text amount:call currency:currency districts:strings shares:counts"
    " proposers:proposers rule:budget_rule satisfaction:satisfaction? completion:completion ballot:budget_ballot"
    " most:call? ties:budget_ties small:count publish:flag",
    "budget.proposed/1": "round:id proposal:id title:text purpose:text need:id? place:text district:string? sums:counts"
    " amount:call currency:currency lines:text carried_out_by:text? upkeep:count? upkeep_by:text? photo:text?"
    " desk:flag",
    "budget.revised/1": "round:id proposal:id title:text purpose:text need:id? place:text district:string? sums:counts"
    " amount:call currency:currency lines:text carried_out_by:text? upkeep:count? upkeep_by:text? photo:text?"
    " desk:flag",
    "budget.withdrawn/1": "round:id proposal:id",
    "budget.merged/1": "round:id proposal:id into:id",
    "budget.checked/1": "round:id proposal:id feasible:flag reason:text?",
    "budget.gathered/1": "round:id count:count",
    "budget.sealed/1": "round:id proposals:options costs:counts districts:strings roll:call until:day?",
    "budget.decided/1": "round:id method:string ballots:count roll:count scores:counts supporters:counts"
    " winners:strings amount:count currency:currency left:count tied:strings broken:string? undecided:strings"
    " seed:string? working:text? ballots_text:text? digest:digest",
    "budget.abandoned/1": "round:id reason:text?",
    "budget.approved/1": "round:id decision:id",
    "project.begun/1": "project:id decision:id title:text purpose:text unit:unit amount:count? currency:currency?"
    " round:id? proposals:ids funder:text?",
    "project.phase_approved/1": "project:id phase:phase decision:id",
    "project.purpose_changed/1": "project:id decision:id purpose:text consent:text? paper:text? date:day",
    "project.closed/1": "project:id decision:id open:ids",
    "project.given_up/1": "project:id decision:id reason:text",
    "project.step_planned/1": "project:id step:id text:text member:member? unit:unit? due:day?",
    "project.step_done/1": "project:id step:id report:text? photo:text?",
    "project.step_undone/1": "project:id step:id reason:text?",
    "project.step_dropped/1": "project:id step:id reason:text?",
    "project.blocked/1": "project:id block:id text:text unit:unit? holder:text? date:day",
    "project.unblocked/1": "project:id block:id days:count text:text?",
    "project.progressed/1": "project:id moment:moment photo:text? text:text?",
    "brigade.called/1": "project:id brigade:id date:day place:text tasks:text hands:count materials:text?",
    "brigade.held/1": "project:id brigade:id hands:count hours:count",
    "brigade.called_off/1": "project:id brigade:id reason:text?",
    "housing.criteria_set/1": "project:id decision:id criteria:criteria",
    "housing.queue_set/1": "project:id digest:digest count:count seed:string",
    "housing.handed_over/1": "project:id date:day accepted:flag handed:count count:count photo:text?",
    "institution.named/1": "institution:id name:text",
    "money.received/1": "receipt:id institution:id giver:text fund:name amount:call currency:currency note:text?"
    " promise:id? voucher:text? date:day",
    "money.moved/1": "move:id fund:name to_fund:name amount:call currency:currency decision:id date:day",
    "money.exchanged/1": "exchange:id fund:name amount:call currency:currency got:call got_currency:currency rate:rate"
    " source:text decision:id date:day",
    "money.line_set/1": "line:id decision:id fund:name amount:call currency:currency text:text project:id?",
    "money.reversed/1": "entry:id reversal:id reason:text date:day",
    "payment.asked/1": "payment:id amount:call currency:currency payee:text? member:member? purpose:text line:id?"
    " decision:id?",
    "payment.placed/1": "payment:id line:id decision:id",
    "payment.voucher_added/1": "payment:id voucher:text",
    "payment.signed/1": "payment:id mandate:mandate",
    "payment.closed/1": "payment:id entry:id line:id fund:name amount:call currency:currency date:day",
    "payment.cancelled/1": "payment:id reason:text",
    "promise.made/1": "promise:id institution:id giver:text what:text amount:call? currency:currency? date:day"
    " who:text? written:flag letter:text? conditions:text? due:day? project:id?",
    "promise.kept/1": "promise:id whole:flag amount:call? currency:currency? receipt:id? what:text? date:day",
    "promise.refused/1": "promise:id written:flag letter:text? reason:text? date:day",
    "promise.withdrawn/1": "promise:id reason:text",
    "request.sent/1": "request:id institution:id giver:text what:text letter:text? date:day due:day project:id?",
    "request.answered/1": "request:id outcome:answer written:flag letter:text? text:text? date:day",
    "request.unanswered/1": "request:id days:integer note:text? date:day",
    "control.reviewed/1": "payment:id mandate:mandate",
    "control.asked/1": "question:id payment:id mandate:mandate text:text due:day",
    "control.answered/1": "question:id text:text",
    "control.found/1": "finding:id payment:id? mandate:mandate text:text due:day?",
    "control.settled/1": "finding:id mandate:mandate text:text",
    "account.presented/1": "account:id unit:name since:day until:day text:text",
    "account.approved/1": "account:id decision:id",
    "certificate.issued/1": "certificate:id kind:certified text:text unit:name? mandate:mandate? decision:id?"
    " until:day?",
    "certificate.revoked/1": "certificate:id act:count reason:text?",
    "survey.opened/1": "survey:id name:name title:text questions:text expected:count keep:flag",
    "survey.closed/1": "survey:id answered:told? refused:told? not_reached:told? results:text kept:flag",
    "survey.erased/1": "survey:id",
}
FIELDS = {kind: dict(part.split(":") for part in fields.split()) for kind, fields in KINDS.items()}
BY_SYSTEM = {"group.founded/1", "journal.expired/1", "book.moved/1", "book.resumed/1"}


def read_act(leaf: bytes) -> dict[str, Any]:
    """The act in this leaf, if it follows the grammar of the envelope to the letter."""
    if len(leaf) > LONGEST_LEAF:
        raise Fault(f"is longer than {LONGEST_LEAF} bytes")
    act = read_json(leaf)
    if not isinstance(act, dict) or list(act) != list(ENVELOPE):
        raise Fault("does not have exactly the keys of the envelope, in their order")
    for key, is_ in ENVELOPE.items():
        if not is_(act[key]):
            raise Fault(f"has a `{key}` that breaks the grammar")
    return act


def faults_of_data(act: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the fields of an act whose kind is known."""
    kind, data, fields = act["kind"], act["data"], FIELDS[act["kind"]]
    for name in data.keys() - fields.keys():
        yield f"has a field `{name}` that {kind} does not have"
    for name, type_ in fields.items():
        if name not in data:
            yield f"lacks `{name}`"
        elif not (data[name] is None and type_.endswith("?")) and not TYPES[type_.rstrip("?")](data[name]):
            yield f"has a `{name}` that is not a {type_}, as {kind} says"
    if kind in BY_SYSTEM and act["by"] != "system":
        yield f"is {kind}, but not by system"
    if (kind == "group.founded/1") != (act["seq"] == 0):
        yield "is not group.founded" if act["seq"] == 0 else "founds the group again"


# Counts that can be counted again


class Recount(NamedTuple):
    """How the counts in one kind of act are counted again."""

    from_book: Callable[[dict[str, Any], Counter[tuple[str, str]]], dict[str, int]]
    """From the acts before it: their number by kind and gathering."""
    text: str
    """The field with the digest of the text that the counts were taken from."""
    from_text: Callable[[Any], dict[str, int]]
    """From that text, which is JSON. Raises KeyError or TypeError if it is not what it should be."""
    by_people: str
    """These were counted by people."""


RECOUNTS = {
    "gathering.closed/1": Recount(
        from_book=lambda data, acts: {"takeaways": acts["takeaway.agreed/1", data["gathering"]]},
        text="record",
        from_text=lambda record: {
            name: length_of_list(record[name]) for name in ("moments", "answers", "entries", "takeaways")
        },
        by_people="came, coming",
    ),
}


def length_of_list(value: Any) -> int:
    if not isinstance(value, list):
        raise TypeError
    return len(value)


# Verdicts, reckoned again

ONE_CHOICE = ("majority", "consent", "levels")  # methods of which each ballot chooses exactly one option
RANKS = ("irv", "stv-scottish", "schulze")


@dataclass
class Poll:
    """A vote while the book is read, and afterwards."""

    rules: dict[str, Any]
    """The data of its `vote.opened`."""
    counts: dict[str, list[int]] = field(default_factory=dict)
    """The last count of each way."""
    papers: dict[str, int] = field(default_factory=dict)
    """How many people or papers each count is of."""
    ended: bool = False

    def by_people(self) -> list[int]:
        """What was counted by people, option by option."""
        return [sum(each) for each in zip([0] * len(self.rules["options"]), *self.counts.values())]


@dataclass
class Polls:
    """The votes of a book."""

    open: dict[str, Poll] = field(default_factory=dict)
    """By their id; those that are over too."""
    present: dict[str, int] = field(default_factory=dict)
    """Who was present at a gathering, when it was last counted."""
    closed: dict[int, Poll] = field(default_factory=dict)
    """By the number of the act that closed it."""
    unproved: dict[str, list[int]] = field(default_factory=dict)
    """What cannot be counted again, and in which closing acts."""

    def follow(self, seq: int, kind: str, data: dict[str, Any]) -> Iterator[str]:
        """What an act means for the votes; what is wrong with it."""
        if kind in ("assembly.opened/1", "quorum.counted/1"):
            self.present[data["gathering"]] = data["present"]
        elif kind == "vote.opened/1":
            if data["vote"] in self.open:
                yield "opens a vote that was opened before"
            self.open[data["vote"]] = Poll(data)
        elif kind in ("vote.counted/1", "vote.annulled/1", "vote.closed/1"):
            poll = self.open.get(data["vote"])
            if poll is None or poll.ended or poll.rules["gathering"] != data["gathering"]:
                yield "is about a vote that is not open at that gathering"
            elif kind == "vote.counted/1":
                yield from self.count(poll, data)
            elif kind == "vote.closed/1":
                poll.ended, self.closed[seq] = True, poll
                last = self.present.get(data["gathering"], 0)
                if poll.rules["quorum"] is not None and last < poll.rules["quorum"]:
                    yield f"closes a vote with {last} present, where {poll.rules['quorum']} are needed"
                present = max(poll.rules["present"], last)
                yield from faults_of_verdict(poll, present, data)
                for what in unproved(poll, data):
                    self.unproved.setdefault(what, []).append(seq)
            else:
                poll.ended = True

    def count(self, poll: Poll, data: dict[str, Any]) -> Iterator[str]:
        rules = poll.rules
        if in_box(rules, data["way"]) or data["way"] not in rules["ways"]:
            yield f"counts {data['way']}, which is no way that is counted in this vote"
        elif data["options"] != rules["options"] or len(data["counts"]) != len(rules["options"]):
            yield "does not count the options of the vote"
        else:
            poll.counts[data["way"]], poll.papers[data["way"]] = data["counts"], data["ballots"]
            most = most_choices(rules)
            least_, told = max(data["counts"]), sum(data["counts"])
            if not least_ <= data["ballots"] <= told <= most * data["ballots"]:
                yield f"counts {told} choices of {data['ballots']} ballots, each for at most {most}"


def most_choices(rules: dict[str, Any]) -> int:
    """For how many options one ballot can be, where it does not rank them."""
    return {"plurality": max(rules["seats"], 1), "approval": len(rules["options"])}.get(rules["method"], 1)


def in_box(rules: dict[str, Any], way: str) -> bool:
    """Whether ballots of this way lie in the box, and nobody tells a count of them."""
    return way == "phones" or rules["secret"] or rules["method"] in RANKS


def least(share: str, base: int, more: bool) -> int:
    """The smallest number that is at least a share of the base; or more than it."""
    exact = Fraction(share) * base
    return exact.numerator // exact.denominator + 1 if more else -(-exact.numerator // exact.denominator)


def reckon(rules: dict[str, Any], counts: list[int], present: int) -> dict[str, Any]:
    """The verdict that the sealed rules make of these counts, as the fields of `vote.closed`; a tie not yet settled."""
    ballots = sum(counts)
    turnout = least(rules["turnout"], rules["roll"], False) if rules["turnout"] else 0
    if rules["method"] == "majority":
        yes, no, abstain = counts
        cast = yes + no + (abstain if rules["abstentions"] else 0)
        base = {"cast": cast, "present": present, "all": rules["roll"]}[rules["base"]]
        needed, favour = least(rules["share"], base, rules["more"]), yes
        if ballots < turnout:
            outcome = "too_few"
        elif base == 0 or yes + no == 0:
            outcome = "no_votes"
        elif yes >= needed:
            outcome = "adopted"
        elif rules["base"] == "cast" and yes == no and Fraction(rules["share"]) == Fraction(1, 2):
            outcome = "tied"
        else:
            outcome = "rejected"
    else:
        levels = rules["method"] == "levels"
        base = needed = ballots
        favour = sum(counts[rules["passes_from"] :]) if levels else counts[0] + counts[1]
        if ballots < turnout:
            outcome = "too_few"
        elif ballots == 0:
            outcome = "no_votes"
        elif levels and counts[0] >= max(rules["blocks"], 1):
            outcome = "blocked"
        elif sum(counts[1 : rules["passes_from"]]) if levels else counts[2]:
            outcome = "objected"
        else:
            outcome = "adopted"
    return {"outcome": outcome, "base": base, "needed": needed, "favour": favour, "turnout_needed": turnout}


def faults_of_verdict(poll: Poll, present: int, closed: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the closing of a vote, by its sealed rules and what was counted before."""
    rules, counts, ballots = poll.rules, closed["counts"], closed["ballots"]
    options, method = rules["options"], rules["method"]
    if closed["options"] != options or len(counts) not in (0, len(options)):
        yield "does not count the options of the vote"
        return
    if len(options) != {"majority": 3, "consent": 3, "levels": 6}.get(method, len(options)):
        yield f"counts {len(options)} options by the method {method}"
        return
    if method == "majority" and rules["base"] not in ("cast", "present", "all"):
        yield f"takes a majority of {rules['base']}"
        return
    if (method == "lots") != (not rules["ways"]):
        yield "is decided by lot, and people vote" if rules["ways"] else "has no way in which anybody could vote"
    if ballots > min(present, rules["roll"]):
        yield f"counts {ballots} ballots, of {present} present and {rules['roll']} on the roll"
    if counts and (sum(counts) != ballots if method in ONE_CHOICE else max(counts) > ballots):
        yield f"counts {', '.join(map(str, counts))}, which does not come to its {ballots} ballots"
    yield from faults_of_telling(rules, closed)
    yield from faults_of_adding(poll, closed)
    if method not in ONE_CHOICE:
        yield from faults_of_choice(rules, closed, present) if is_choice(rules) else faults_of_election(rules, closed)
        return
    if not counts:
        turnout = least(rules["turnout"], rules["roll"], False) if rules["turnout"] else 0
        if closed["turnout_needed"] != turnout or (closed["outcome"] == "too_few") != (ballots < turnout):
            yield f"says {closed['outcome']} with {ballots} ballots; by the sealed rules {turnout} are needed"
        return
    should = reckon(rules, counts, present)
    settled = {"outcome": should["outcome"], "broken": None}
    if should["outcome"] == "tied":
        settled["broken"] = rules["tie"] if rules["tie"] in ("rejects", "chair") else None
        if rules["tie"] == "rejects":
            settled["outcome"] = "rejected"
        elif rules["tie"] == "chair":
            said = closed["outcome"]
            settled["outcome"] = said if said in ("adopted", "rejected") else "adopted or rejected, as the chair said"
    for name, value in {**should, **settled}.items():
        if closed[name] != value:
            yield f"says {name}: {closed[name]}; by the sealed rules and its counts it is {value}"
    if closed["elected"] or closed["alternates"] or closed["tied"]:
        yield "elects somebody, and is no election"


def faults_of_telling(rules: dict[str, Any], closed: dict[str, Any]) -> Iterator[str]:
    """A small secret tally is not told; any other is."""
    counts, ballots, small = closed["counts"], closed["ballots"], rules["small"]
    if counts and rules["secret"] and (ballots < small or (ballots < 2 * small and max(counts) == ballots)):
        yield "tells a secret tally that is too small to be told"
    if not counts:
        if not rules["secret"] or ballots >= 2 * small:
            yield "does not tell its counts, and is no small secret tally"
        if any(closed[name] for name in ("base", "needed", "favour", "working", "ballots_text")):
            yield "tells more of a small secret tally than its outcome"
    if rules["secret"] and closed["phones"]:
        yield "tells how many voted by phone in a secret vote"


def faults_of_adding(poll: Poll, closed: dict[str, Any]) -> Iterator[str]:
    """In a vote that is not secret, what people counted and the ballots of phones are the counts."""
    rules, counts = poll.rules, closed["counts"]
    if rules["secret"] or not counts:
        return
    for way in rules["ways"]:
        if way not in poll.counts and not in_box(rules, way):
            yield f"closes a vote whose {way} was not counted"
    phones = [all_ - counted for all_, counted in zip(counts, poll.by_people())]
    if min(phones) < 0:
        yield f"counts {', '.join(map(str, counts))}; people counted {', '.join(map(str, poll.by_people()))}"
    elif "phones" not in rules["ways"] and (sum(phones) or closed["phones"]):
        yield "counts ballots of phones, which is no way of this vote"
    elif rules["method"] in ONE_CHOICE and sum(phones) != closed["phones"]:
        yield f"counts {closed['phones']} ballots of phones; what people counted leaves {sum(phones)}"


def faults_of_election(rules: dict[str, Any], closed: dict[str, Any]) -> Iterator[str]:
    """Whether those elected can be, and had the most votes where votes alone decide."""
    options, counts, elected = rules["options"], closed["counts"], closed["elected"]
    named = [*elected, *closed["alternates"]]
    if closed["outcome"] not in ("elected", "undecided"):
        yield f"says {closed['outcome']}, which is no outcome of an election"
    if len(set(named)) != len(named) or not {*named, *closed["tied"]} <= set(options):
        yield "elects somebody who did not stand, or twice"
        return
    if len(elected) > rules["seats"]:
        yield f"elects {len(elected)} to {rules['seats']} seats"
    if rules["method"] != "lots" and (not closed["ballots"] or (counts and not any(counts))):
        settled = any(closed[name] for name in ("elected", "alternates", "tied", "broken", "seed"))
        if closed["outcome"] != "undecided" or settled:
            yield "elects somebody, or settles a tie, and nobody was voted for"
        return
    if not counts:
        return
    if (closed["base"], closed["needed"], closed["favour"]) != (closed["ballots"], 0, 0):
        yield "does not reckon as an election does"
    if rules["method"] == "lots":
        yield from faults_of_lots(rules, closed)
    if rules["method"] not in ("plurality", "approval"):
        return
    votes = dict(zip(options, counts))
    behind = [name for name in options if name not in elected]
    worst = min((votes[name] for name in elected), default=0)
    best = max((votes[name] for name in behind), default=0)
    if any(votes[later] > votes[before] for before, later in zip(named, named[1:])):
        yield "does not name those elected, and those who step in, in the order of their votes"
    if closed["outcome"] == "undecided":
        if len({votes[name] for name in closed["tied"]}) != 1 or len(closed["tied"]) < 2:
            yield "is undecided, but nobody is level"
    elif worst < best or (worst == best and elected and behind and not closed["broken"]):
        yield f"elects with {worst} votes; somebody with {best} is not elected"
    elif len(elected) < min(rules["seats"], sum(votes[name] > 0 for name in options)):
        yield f"fills {len(elected)} of {rules['seats']} seats, and others had votes"


def is_choice(rules: dict[str, Any]) -> bool:
    """Whether it is a question with options of its own, which are letters."""
    return rules["subject"] == "question" and rules["method"] in ("plurality", "approval")


def faults_of_choice(rules: dict[str, Any], closed: dict[str, Any], present: int) -> Iterator[str]:
    """Whether the option that was chosen had the most votes and enough of them, and a tie is told as one."""
    options, counts, ballots, elected = rules["options"], closed["counts"], closed["ballots"], closed["elected"]
    outcome, tied = closed["outcome"], closed["tied"]
    if not 2 <= len(options) <= 12 or options != list("abcdefghijkl"[: len(options)]):
        yield "names the options of a question otherwise than by their letters"
    if not {*elected, *tied} <= set(options) or closed["alternates"] or len(elected) != (outcome == "elected"):
        yield "does not choose one option, or chooses one that was not asked about"
        return
    turnout = least(rules["turnout"], rules["roll"], False) if rules["turnout"] else 0
    if closed["turnout_needed"] != turnout or (outcome == "too_few") != (ballots < turnout):
        yield f"says {outcome} with {ballots} ballots; by the sealed rules {turnout} are needed"
    if not counts:
        return
    base = {"present": present, "all": rules["roll"]}.get(rules["base"], ballots)
    needed = 0 if rules["base"] == "plurality" else least(rules["share"], base, rules["more"])
    best = max(counts)
    if (closed["base"], closed["needed"], closed["favour"]) != (base, needed, best):
        yield f"does not reckon as its sealed rules do: {best} of {base}, and {needed} needed"
    level = [name for name, votes in zip(options, counts) if votes == best]
    should = "too_few" if ballots < turnout else "no_votes" if not best else "rejected" if best < needed else ""
    if outcome not in ((should,) if should else ("elected",) if len(level) == 1 else ("elected", "undecided")):
        yield f"says {outcome}; by the sealed rules and its counts it is {should or 'elected'}"
    elif outcome in ("elected", "undecided"):
        if not set(elected) <= set(level) or tied != (level if len(level) > 1 else []):
            yield f"chooses {', '.join(elected) or 'nothing'}; the most votes had {', '.join(level)}"
        if bool(closed["broken"]) != (outcome == "elected" and len(level) > 1):
            yield "settles a tie where there is none, or does not say how"
        if closed["broken"] == "lots" and elected != drawn_from(closed["seed"], level)[:1]:
            yield "chooses another option than the one drawn from its seed"


def drawn_from(seed: str | None, names: list[str]) -> list[str]:
    """Names in the order in which they are drawn from a seed in hexadecimal; none where it is no seed."""
    try:
        bytes_ = bytes.fromhex(seed or "")
    except ValueError:
        return []
    return sorted(names, key=lambda name: hashlib.sha256(bytes_ + name.encode()).digest()) if bytes_ else []


def faults_of_lots(rules: dict[str, Any], closed: dict[str, Any]) -> Iterator[str]:
    """Whether those elected were drawn: the options in the order of SHA-256(seed, name)."""
    try:
        seed = bytes.fromhex(closed["seed"] or "")
    except ValueError:
        seed = b""
    if not seed:
        yield "draws lots without a seed"
        return
    drawn = sorted(rules["options"], key=lambda name: hashlib.sha256(seed + name.encode()).digest())
    if closed["outcome"] != "elected" or closed["ballots"]:
        yield "is decided by lot, and says something else"
    elif closed["elected"] != drawn[: rules["seats"]] or closed["alternates"] != drawn[rules["seats"] :]:
        yield f"names others than those drawn from its seed: {', '.join(drawn)}"


def unproved(poll: Poll, closed: dict[str, Any]) -> Iterator[str]:
    """What in the closing of a vote has to be believed, as long as nothing else is given."""
    rules = poll.rules
    if poll.counts:
        yield "what was counted by people is believed"
    if not closed["counts"]:
        yield "a small secret tally is not told, so its verdict cannot be reckoned again"
    elif closed["ballots_text"]:
        yield "its ballots are published: give their text (--record) to count them"
    elif rules["secret"]:
        yield "the ballots of a secret vote were not published, so their sum is believed"
    elif closed["phones"]:
        yield "the ballots of phones were not published, so their sum is believed"
    if rules["method"] in RANKS and not closed["ballots_text"]:
        yield f"who is elected by {rules['method']} cannot be told without the ballots"
    elif rules["method"] not in (*ONE_CHOICE, *RANKS, "plurality", "approval", "lots"):
        yield f"this program cannot count by the method {rules['method']}"
    if closed["broken"] and closed["broken"] != "rejects":
        yield f"how a tie was settled is believed ({closed['broken']})"


def recount_ballots(report: Report, act: dict[str, Any], text: bytes, poll: Poll | None) -> None:
    """Counts the published ballots of a vote again."""
    seq, data = act["seq"], act["data"]
    try:
        ballots = read_ballots(text, len(data["options"]))
    except Fault as fault:
        report.wrong("ballots", f"the ballots of act {seq} {fault}")
        return
    if hashlib.sha256(text).hexdigest() != data["digest"]:
        report.wrong("ballots", f"the ballots of act {seq} do not have the digest that it sealed")
    if poll is None:
        report.open("ballots", f"the ballots of act {seq} can be counted only with the book that opened the vote")
        return
    rules = poll.rules
    if rules["method"] in ONE_CHOICE and any(len(each) != 1 for each in ballots):
        report.wrong("ballots", f"a ballot of act {seq} does not choose one option")
    held = [sum((each[:1] == [n]) if rules["method"] in RANKS else (n in each) for each in ballots)
            for n in range(len(data["options"]))]  # fmt: skip
    should = [a - b for a, b in zip(data["counts"], [0] * len(held) if rules["secret"] else poll.by_people())]
    if held != should or len(ballots) != (data["ballots"] if rules["secret"] else data["phones"]):
        report.wrong("ballots", f"act {seq} counts {should}; the {len(ballots)} ballots say {held}")
    if rules["method"] in RANKS:
        recount_ranks(report, seq, rules, data, ballots)
    report.holds("ballots", f"the {len(ballots)} ballots of act {seq} come out the same when counted again")


def read_ballots(text: bytes, options: int) -> list[list[int]]:
    """The choices of each ballot."""
    if text and not text.endswith(b"\n"):
        raise Fault("do not end in a newline")
    lines = text.split(b"\n")[:-1]
    if lines != sorted(lines):
        raise Fault("are not in the order of their bytes")
    found, ids = [], set()
    for line in lines:
        match = re.fullmatch(rb"([a-z2-7]{26}) ((?:0|[1-9][0-9]{0,5})(?:,(?:0|[1-9][0-9]{0,5}))*)?", line)
        if match is None:
            raise Fault(f"have a line that is no ballot: {line[:40]!r}")
        choices = [int(each) for each in match[2].split(b",")] if match[2] else []
        if match[1] in ids or len(set(choices)) != len(choices) or any(n >= options for n in choices):
            raise Fault(f"have a ballot that cannot be: {line[:40]!r}")
        ids.add(match[1])
        found.append(choices)
    return found


def recount_ranks(
    report: Report, seq: int, rules: dict[str, Any], data: dict[str, Any], ballots: list[list[int]]
) -> None:
    """Elects again by the ranks on the ballots. Ties are left alone: how they are settled, the charter says."""
    if data["outcome"] != "elected":
        return
    seats, count = rules["seats"], len(data["options"])
    if rules["method"] == "stv-scottish":
        winners = single_transferable_vote(ballots, count, seats)
    elif seats == 1:
        winners = (instant_runoff if rules["method"] == "irv" else schulze)(ballots, count)
    else:
        winners = None
    if winners is None:
        report.note("ranks", f"act {seq}: who is elected hangs on how a tie was settled, or is not counted here")
    elif {data["options"][n] for n in winners} != set(data["elected"]):
        report.wrong("ballots", f"act {seq} elects {data['elected']}; the ballots elect others by {rules['method']}")
    else:
        report.ok("ranks", f"act {seq}: {rules['method']} elects the same when counted again")


def instant_runoff(ballots: list[list[int]], count: int) -> set[int] | None:
    """Whoever is left when the last is struck off again and again. None if two are last and it matters which."""
    left = set(range(count))
    while len(left) > 1:
        first = Counter(next((n for n in each if n in left), -1) for each in ballots)
        last = min(first[n] for n in left)
        struck = [n for n in left if first[n] == last]
        left -= set(struck)
        if len(struck) > 1 and last * len(struck) >= min((first[n] for n in left), default=0):
            return None
    return left


def schulze(ballots: list[list[int]], count: int) -> set[int] | None:
    """Whoever has a path of victories to everybody that is at least as strong as theirs. None if two have."""
    everybody = range(count)
    ranks = [{n: place for place, n in enumerate(each)} for each in ballots]
    won = [[sum(r.get(a, count) < r.get(b, count) for r in ranks) for b in everybody] for a in everybody]
    path = [[won[a][b] if won[a][b] > won[b][a] else 0 for b in everybody] for a in everybody]
    for via in everybody:
        for a in everybody:
            for b in everybody:
                if a != b:
                    path[a][b] = max(path[a][b], min(path[a][via], path[via][b]))
    winners = {a for a in everybody if all(path[a][b] >= path[b][a] for b in everybody if a != b)}
    return winners if len(winners) == 1 else None


def single_transferable_vote(ballots: list[list[int]], count: int, seats: int) -> set[int] | None:
    """As Scotland elects its councils (Local Government Elections Order 2007, rules 45 to 52): the quota of Droop,
    surpluses in the order of their size, at values cut after five decimals. None where a tie would matter."""
    unit = 100_000
    papers = [(each, unit) for each in ballots if each]
    quota = (len(papers) // (seats + 1) + 1) * unit
    elected: list[int] = []
    left = set(range(count))
    piles: dict[int, list[tuple[list[int], int]]] = {n: [] for n in left}

    def deal(moved: list[tuple[list[int], int]]) -> None:
        for ranks, value in moved:
            to = next((n for n in ranks if n in left), None)
            if to is not None:
                piles[to].append((ranks, value))

    deal(papers)
    waiting: list[int] = []  # elected, their surplus not yet handed on
    while True:
        total = {n: sum(value for _, value in piles[n]) for n in piles}
        reached = sorted((n for n in left if total[n] >= quota), key=lambda n: -total[n])
        elected, waiting, left = elected + reached, waiting + reached, left - set(reached)
        if len(elected) >= seats:
            return set(elected) if len(elected) == seats else None
        if len(elected) + len(left) <= seats:
            return {*elected, *left}
        waiting = [n for n in waiting if total[n] > quota]
        if waiting:
            most = max(total[n] for n in waiting)
            (now, *others) = [n for n in waiting if total[n] == most]
            waiting = [n for n in waiting if n != now]
            moved = [(ranks, value * (most - quota) // most) for ranks, value in piles[now]]
            piles[now] = [([now], quota)]
        else:
            fewest = min(total[n] for n in left)
            (now, *others) = [n for n in left if total[n] == fewest]
            if fewest == 0 and len(elected) + len(left) - len(others) - 1 >= seats:
                left, others = left - set(others), []  # nothing is handed on, so their order is all the same
            left, moved = left - {now}, piles[now]
            piles[now] = []
        if others:
            return None
        deal(moved)


# Where the files of a book lie


# Participatory budgets, counted again


@dataclass
class Budget:
    """A participatory budget while the book is read, and afterwards."""

    opened: dict[str, Any]
    amounts: dict[str, int] = field(default_factory=dict)
    """The proposals that stand, and what each costs."""
    districts: dict[str, str] = field(default_factory=dict)
    can: dict[str, bool] = field(default_factory=dict)
    """What was checked as it stands, and found feasible or not."""
    sealed: dict[str, Any] | None = None
    ended: bool = False


@dataclass
class Budgets:
    """The participatory budgets of a book."""

    rounds: dict[str, Budget] = field(default_factory=dict)
    decided: dict[int, Budget] = field(default_factory=dict)
    """By the number of the act that decided it."""

    def follow(self, seq: int, kind: str, data: dict[str, Any]) -> Iterator[str]:
        """What an act means for the budgets; what is wrong with it."""
        if not kind.startswith("budget."):
            return
        if kind == "budget.opened/1":
            if data["round"] in self.rounds:
                yield "opens a budget that was opened before"
            shares = data["shares"]
            if len(shares) != len(data["districts"]) or (shares and sum(shares) != data["amount"]):
                yield "has districts whose sums are not the money"
            self.rounds[data["round"]] = Budget(data)
            return
        it = self.rounds.get(data["round"])
        if it is None or it.ended != (kind == "budget.approved/1"):
            yield "is about a budget that is not at that step"
        elif kind == "budget.decided/1":
            it.ended, self.decided[seq] = True, it
            yield from faults_of_budget(it, data)
        elif kind == "budget.abandoned/1":
            it.ended = True
        elif kind == "budget.sealed/1":
            yield from self.seal(it, data)
        elif "proposal" in data:
            yield from self.propose(it, kind, data)

    def propose(self, it: Budget, kind: str, data: dict[str, Any]) -> Iterator[str]:
        proposal = data["proposal"]
        if it.sealed is not None:
            yield "changes a list that was sealed"
        elif (kind == "budget.proposed/1") == (proposal in it.amounts):
            yield "is about a proposal that is not on the list" if kind != "budget.proposed/1" else "proposes it again"
        elif kind in ("budget.proposed/1", "budget.revised/1"):
            if sum(data["sums"]) != data["amount"] or data["currency"] != it.opened["currency"]:
                yield "has lines that do not come to its amount"
            it.amounts[proposal], it.districts[proposal] = data["amount"], data["district"] or ""
            it.can.pop(proposal, None)
        elif kind == "budget.checked/1":
            it.can[proposal] = data["feasible"]
        else:
            it.amounts.pop(proposal)
            it.can.pop(proposal, None)

    def seal(self, it: Budget, data: dict[str, Any]) -> Iterator[str]:
        if it.sealed is not None:
            yield "seals a list again"
        districts = [it.districts.get(each) for each in data["proposals"]] if it.opened["districts"] else []
        if set(data["proposals"]) != {each for each in it.amounts if it.can.get(each)} or len(it.can) < len(it.amounts):
            yield "does not seal what was checked and can be done"
        elif data["costs"] != [it.amounts[each] for each in data["proposals"]]:
            yield "seals other costs than were proposed"
        elif data["districts"] != districts:
            yield "seals other districts than were proposed"
        it.sealed = data


def faults_of_budget(it: Budget, data: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a result, as far as the book tells."""
    if it.sealed is None:
        yield "decides on a list that was not sealed"
        return
    opened, sealed = it.opened, it.sealed
    costs = dict(zip(sealed["proposals"], sealed["costs"]))
    won = data["winners"]
    if len(set(won)) != len(won) or not set(won) <= set(costs):
        yield "funds what is not on the sealed list"
        return
    if sum(costs[each] for each in won) != data["amount"] or data["amount"] > opened["amount"]:
        yield "does not spend what its winners cost, or more than there is"
    if opened["amount"] - data["amount"] != data["left"]:
        yield "does not have left what was not spent"
    for district, share in zip(opened["districts"], opened["shares"]):
        its = [each for each, name in zip(sealed["proposals"], sealed["districts"]) if name == district]
        if sum(costs[each] for each in won if each in its) > share:
            yield f"spends more in {district!r} than there is"
    if data["ballots"] > data["roll"]:
        yield "has more ballots than people who may vote"
    told, held = data["supporters"], data["ballots"]
    if len(data["scores"]) != len(told) or len(told) not in (0, len(costs)):
        yield "does not count the proposals of the sealed list"
    elif told and (max(told) > held or held < opened["small"] or (held < 2 * opened["small"] and max(told) == held)):
        yield "tells counts that are too small to be told, or cannot be"
    elif not told and held >= 2 * opened["small"]:
        yield "does not tell its counts, and is not small"
    if not told and (data["working"] or data["ballots_text"]):
        yield "tells more of a small round than its outcome"


def recount_budget(report: Report, act: dict[str, Any], text: bytes, it: Budget | None) -> None:
    """Counts the published ballots of a participatory budget again; where most points go first, who is funded too."""
    seq, data = act["seq"], act["data"]
    if it is None or it.sealed is None:
        report.open("ballots", f"the ballots of act {seq} can be counted only with the book that opened the budget")
        return
    names = it.sealed["proposals"]
    try:
        ballots = read_marks(text, len(names), it.opened["ballot"] == "points")
    except Fault as fault:
        report.wrong("ballots", f"the ballots of act {seq} {fault}")
        return
    if hashlib.sha256(text).hexdigest() != data["digest"]:
        report.wrong("ballots", f"the ballots of act {seq} do not have the digest that it sealed")
    longest = max((len(each) for each in ballots), default=0) if it.opened["ballot"] == "ranking" else 0
    scores, supporters = [0] * len(names), [0] * len(names)
    for each in ballots:
        for rank, (place, points) in enumerate(each):
            scores[place] += longest - rank if longest else points
            supporters[place] += 1
    if (scores, supporters, len(ballots)) != (data["scores"], data["supporters"], data["ballots"]):
        report.wrong("ballots", f"act {seq} counts {data['scores']}; the {len(ballots)} ballots say {scores}")
    if it.opened["rule"] == "greedy":
        should = most_points_first(it, scores, data["seed"])
        if should != data["winners"]:
            report.wrong("ballots", f"by most points first, act {seq} funds {should}, not {data['winners']}")
    else:
        report.note("unproved", f"this program cannot decide by {it.opened['rule']} (act {seq}): ./comuna count can")
    report.holds("ballots", f"the {len(ballots)} ballots of act {seq} come out the same when counted again")


def read_marks(text: bytes, options: int, points: bool) -> list[list[tuple[int, int]]]:
    """The places that each ballot marks, with points."""
    if not points:
        return [[(place, 1) for place in each] for each in read_ballots(text, options)]
    found = []
    plain = re.sub(rb"(?<=[0-9]):(?:[1-9][0-9]{0,3})(?=,|\n)", b"", text)
    for line, each in zip(text.split(b"\n"), read_ballots(plain, options)):
        given = [int(part.rpartition(b":")[2]) for part in line[27:].split(b",") if b":" in part]
        if len(given) != len(each):
            raise Fault(f"have a ballot without points: {line[:40]!r}")
        found.append(list(zip(each, given)))
    return found


def most_points_first(it: Budget, scores: list[int], seed: str | None) -> list[str]:
    """Who is funded where the proposal with most points goes first, if its cost is left; in each district."""
    assert it.sealed is not None
    names, costs = it.sealed["proposals"], it.sealed["costs"]
    money = list(zip(it.opened["districts"], it.opened["shares"])) or [("", it.opened["amount"])]
    places = it.sealed["districts"] or [""] * len(names)
    drawn = sorted(names, key=lambda name: hashlib.sha256((seed or "").encode() + name.encode()).digest())
    order = drawn if it.opened["ties"] == "lots" else names
    won = []
    for district, left in money:
        here = [n for n, name in enumerate(places) if name == district and scores[n]]
        for score in sorted({scores[n] for n in here}, reverse=True):
            level = [n for n in here if scores[n] == score]
            while level:
                level = [n for n in level if costs[n] <= left]
                if sum(costs[n] for n in level) <= left:  # no tie: in the order of their names
                    chosen = sorted(level, key=lambda n: names[n])
                else:
                    chosen = [min(level, key=lambda n: order.index(names[n]))]
                won += [names[n] for n in chosen]
                left -= sum(costs[n] for n in chosen)
                level = [n for n in level if n not in chosen]
    return won


class Source:
    """A folder, a zip file or a server with the files of a book."""

    files: set[str] | None = None
    """All files that are there; None where that cannot be known: on a server."""

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of a file, at most one more than `limit`; None if it is not there."""
        raise NotImplementedError


class Folder(Source):
    files: set[str]

    def __init__(self, where: str) -> None:
        self.where = where
        if not os.path.isfile(os.path.join(where, "checkpoint")):
            raise UnreadableError("is a folder without a checkpoint: no export of a book")
        self.files = set()
        for place, _, names in os.walk(where):
            below = os.path.relpath(place, where).replace(os.sep, "/")
            self.files.update(name if below == "." else f"{below}/{name}" for name in names)

    def read(self, path: str, limit: int) -> bytes | None:
        if path not in self.files:
            return None
        full = os.path.join(self.where, *path.split("/"))
        try:
            if not stat.S_ISREG(os.lstat(full).st_mode):
                raise Fault(f"{path} is no ordinary file")
            with open(full, "rb") as file:
                return file.read(limit + 1)
        except OSError as error:
            raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None


class Zip(Source):
    files: set[str]

    def __init__(self, file: Any, report: Report) -> None:
        try:
            self.zip = zipfile.ZipFile(file)
        except Exception as error:  # zipfile fails in many ways on what is no zip file
            raise UnreadableError(f"cannot be read as a zip file: {error}") from None
        names = [name for name in self.zip.namelist() if not name.endswith("/")]
        self.files = set(names)
        for name, times in Counter(names).items():
            if times > 1:
                report.wrong("files", f"the zip file holds {name} {times} times")
        if "checkpoint" not in self.files:
            raise UnreadableError("is a zip file without a checkpoint: no export of a book")

    def read(self, path: str, limit: int) -> bytes | None:
        if path not in self.files:
            return None
        try:
            entry = self.zip.getinfo(path)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Fault("it is compressed in a way that cannot be bounded")
            with self.zip.open(entry) as file:  # never extracted: nothing is written, no path followed
                return file.read(limit + 1)
        except Exception as error:  # and in many more on a damaged one
            raise Fault(f"{path} cannot be read from the zip file: {error}") from None


class Live(Source):
    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    def read(self, path: str, limit: int) -> bytes | None:
        return fetch(f"{self.address}/{path}", limit)


def fetch(address: str, limit: int) -> bytes | None:
    """What lies at an address, at most one byte more than `limit`; None if nothing does."""
    ends = time.monotonic() + TIMEOUT
    headers = {"User-Agent": "verify.py", "Accept-Encoding": "identity"}
    try:
        request = urllib.request.Request(address, headers=headers)  # noqa: S310  callers made sure that it is http(s)
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            data = b""
            while len(data) <= limit:
                part = answer.read1(min(1 << 16, limit + 1 - len(data)))
                data += part
                if not part:
                    break
                if time.monotonic() > ends:
                    raise UnreadableError(f"{address} answers too slowly")
            if answer.headers.get("Content-Encoding") == "gzip":  # C2SP tlog-tiles allows that unasked
                data = zlib.decompressobj(wbits=31).decompress(data, limit + 1)
            return data
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (404, 410):
            return None
        if error.code == 403:
            raise ForbiddenError(f"{address} is for members") from None
        raise UnreadableError(f"{address} answers {error.code}") from None
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        raise UnreadableError(f"{address} cannot be reached: {error}") from None


def tile_path(level: str, number: int, width: int) -> str:
    """The path of a tile; level `entries` is the leaves."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")


def tiles_of(size: int) -> dict[str, tuple[int, int]]:
    """Of each level of a tree: how many full tiles it has, and how wide the partial one is (0: there is none)."""
    levels, height = {"entries": divmod(size, 256)}, 0
    while size >> height:
        levels[str(height // 8)] = divmod(size >> height, 256)
        height += 8
    return levels


def tile_at(path: str) -> tuple[str, int, int] | None:
    """Level, number and width of the tile that lies at this path; None if it is no path of a tile."""
    match = re.fullmatch(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", path)
    if match is None:
        return None
    number = int(match[2].replace("/", "").replace("x", ""))
    tile = (match[1], number, int(match[3] or 256))
    return tile if tile_path(*tile) == path else None


def split_bundle(data: bytes, width: int) -> tuple[list[bytes], int]:
    """The first `width` leaves of a bundle, and where they end. Fewer if it breaks off."""
    leaves: list[bytes] = []
    at = 0
    while len(leaves) < width and at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            break
        leaves.append(data[at + 2 : end])
        at = end
    return leaves, at


# A book


@dataclass
class Book:
    """A book while it is read, act by act, and what is known of it afterwards."""

    source: Source
    report: Report
    size: int
    id: str
    cosigned: Any = None
    """`checkpoint.cosigned`, or the fault in it, if there is one."""
    listing: bool = False
    wanted: set[int] = field(default_factory=set)
    """Sizes whose roots somebody will ask for."""
    tree: Tree = field(default_factory=Tree)
    whole: bool = True
    """No leaf was missing so far."""
    roots: dict[int, bytes] = field(default_factory=dict)
    levels: list[list[bytes]] = field(default_factory=list)
    """Of each level, the hashes of the tile that is being filled."""
    read: int = 0
    at: str = ""
    first_at: str = ""
    keys: list[tuple[int, bytes]] = field(default_factory=list)
    """The book's keys, each with the act that brought it in."""
    recovery_digest: str = ""
    witnesses: list[tuple[int, str, Key | None]] = field(default_factory=list)
    """Act, name, and the witness's key, or None from when it was dismissed."""
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many acts of a kind there were about a gathering."""
    unknown: Counter[str] = field(default_factory=Counter)
    """How many acts there were of each kind that this program does not know."""
    erased: list[tuple[int, int, str]] = field(default_factory=list)
    """Act, the act whose text it erased, the text's digest."""
    put: dict[str, str | None] = field(default_factory=dict)
    """Motion or amendment → the digest of the charter that it would put in force."""
    decided: dict[str, str | None] = field(default_factory=dict)
    """Decision → the digest of the charter that it puts in force."""
    arrived: dict[str, int] = field(default_factory=dict)
    """Distribution → units that arrived."""
    counted: dict[str, list[int]] = field(default_factory=dict)
    """The acts with counts, by kind."""
    polls: Polls = field(default_factory=Polls)
    budgets: Budgets = field(default_factory=Budgets)
    """Its votes."""
    revoked: dict[str, str] = field(default_factory=dict)
    """Certificate → when it was revoked."""

    # reading it

    def walk(self) -> None:
        """Reads every leaf once, and compares every tile."""
        for number, width in self.bundles():
            path = tile_path("entries", number, width)
            data = self.tile("entries", number, width, LONGEST_BUNDLE)
            if data is None:
                self.whole = False
                if self.source.files is None:
                    return
                continue
            leaves, end = split_bundle(data, width)
            if len(leaves) < width:
                self.report.wrong("files", f"{path} breaks off after {len(leaves)} of {width} leaves")
            elif end < len(data) and not (width < 256 and self.source.files is None):
                self.report.wrong("files", f"{path} has bytes after its {width} leaves")
            if number * 256 != self.read:
                self.whole = False
            for seq, leaf in enumerate(leaves, number * 256):
                self.leaf(seq, leaf)
            self.read = number * 256 + len(leaves)
            self.whole = self.whole and len(leaves) == width
            if len(leaves) == width:
                self.grow(0, number, [leaf_hash(leaf) for leaf in leaves])
        self.whole = self.whole and self.read == self.size
        for level, hashes in enumerate(self.levels):
            if self.whole and level and hashes:
                self.compare(level, (self.size >> 8 * level) // 256, hashes)

    def bundles(self) -> Iterable[tuple[int, int]]:
        """Number and width of each bundle of leaves that can be there, without counting up to a size that is a lie."""
        full, partial = divmod(self.size, 256)
        if self.source.files is None:
            return ((n, 256 if n < full else partial) for n in range(full + (partial > 0)))
        tiles = (tile_at(path) for path in self.source.files)
        there = sorted((t[1], t[2]) for t in tiles if t and t[0] == "entries")
        return [(n, w) for n, w in there if (n < full and w == 256) or (n == full and w == partial)]

    def tile(self, level: str, number: int, width: int, limit: int) -> bytes | None:
        """A tile's bytes. None if it cannot be had, which is said."""
        path = tile_path(level, number, width)
        try:
            data = self.source.read(path, limit)
            if data is None and self.source.files is None:
                if width < 256:  # a server may drop a partial tile once there is the full one
                    data = self.source.read(tile_path(level, number, 256), limit)
                    data = data[: 32 * width] if data is not None and level != "entries" else data
                if data is None:
                    self.report.wrong("files", f"{path} is missing")
            return data
        except Fault as fault:
            self.report.wrong("files", str(fault))
        except UnreadableError as error:
            self.report.open("files", str(error))
        return None

    def grow(self, level: int, number: int, hashes: list[bytes]) -> None:
        """Takes in the hashes of a tile, compares it, and hands a full one's root to the level above."""
        self.compare(level, number, hashes)
        if len(hashes) < 256 or not self.whole:
            return
        while len(self.levels) <= level + 1:
            self.levels.append([])
        above = self.levels[level + 1]
        above.append(root_of_256(hashes))
        if len(above) == 256:
            self.levels[level + 1] = []
            self.grow(level + 1, number // 256, above)

    def compare(self, level: int, number: int, hashes: list[bytes]) -> None:
        """A tile must be what the leaves give."""
        path, should = tile_path(str(level), number, len(hashes)), b"".join(hashes)
        tile = self.tile(str(level), number, len(hashes), len(should))
        if tile is None or tile == should:
            return
        if len(tile) != len(should):
            self.report.wrong("tiles", f"{path} is not {len(should)} bytes long")
        else:
            differs = next(i for i in range(len(hashes)) if tile[32 * i : 32 * i + 32] != hashes[i])
            self.report.wrong("tiles", f"{path} is not what the leaves give, from its hash {differs} on")

    # its acts

    def leaf(self, seq: int, leaf: bytes) -> None:
        """One leaf, in its place."""
        if self.whole:
            self.tree.add(leaf_hash(leaf))
            if self.tree.size in self.wanted:
                self.roots[self.tree.size] = self.tree.root()
        try:
            act = read_act(leaf)
        except Fault as fault:
            self.report.wrong("grammar", f"act {seq} {fault}")
            return
        self.id = self.id or act["book"]
        if act["book"] != self.id:
            self.report.wrong("place", f"act {seq} is of the book {act['book']}, not of {self.id}")
        if act["seq"] != seq:
            self.report.wrong("place", f"act {seq} calls itself act {act['seq']}")
        if act["at"] < self.at:
            self.report.wrong("time", f"act {seq} was written down at {act['at']}, before the one before ({self.at})")
        self.at, self.first_at = act["at"], self.first_at or act["at"]
        if self.listing:
            list_act(act, self.report)
        if act["kind"] not in KINDS:
            self.unknown[act["kind"]] += 1
            return
        faults = list(faults_of_data(act))
        for sentence in faults:
            self.report.wrong("fields", f"act {seq} {sentence}")
        if not faults and self.whole:  # after a gap nobody knows which keys, witnesses and counts came before
            self.follow(seq, act["kind"], act["data"])

    def follow(self, seq: int, kind: str, data: dict[str, Any]) -> None:
        """What an act means for those after it."""
        if kind == "group.founded/1":
            self.found(data)
        elif kind in ("key.rotated/1", "key.recovered/1"):
            self.change_key(seq, kind, data)
        elif kind == "witness.named/1":
            key = read_key(data["key"])
            self.witnesses.append((seq, key.name, key))
        elif kind == "witness.dismissed/1":
            self.witnesses.append((seq, data["name"], None))
        elif kind == "charter.amended/1":
            if hashlib.sha256(data["charter"].encode()).hexdigest() != data["charter_digest"]:
                self.report.wrong("charter", f"the charter in act {seq} does not have the digest that stands beside it")
            if self.decided.get(data["decision"]) != data["charter_digest"]:
                self.report.wrong("charter", f"act {seq} puts a charter in force that its decision is not about")
        elif kind in ("motion.moved/1", "amendment.moved/1"):
            self.put[data["motion" if kind[0] == "m" else "amendment"]] = data["charter_digest"]
        elif kind == "amendment.settled/1" and data["outcome"] == "adopted":
            self.put[data["motion"]] = self.put.get(data["amendment"])
        elif kind == "decision.recorded/1":
            self.decided[data["decision"]] = self.put.get(data["motion"])
        elif kind == "distribution.arrived/1":
            self.arrived[data["distribution"]] = data["arrived"]
        elif kind == "distribution.closed/1":
            if data["delivered"] + data["left"] != self.arrived.get(data["distribution"], 0):
                self.report.wrong("counts", f"act {seq} hands out and leaves another number than arrived")
        elif kind == "surplus.shared/1":
            if data["amount"] != sum(data[part] for part in ("production", "care", "reinvestment", "shared")):
                self.report.wrong("counts", f"act {seq} shares another sum than the surplus")
        elif kind == "text.erased/1":
            self.erased.append((seq, data["act"], data["text"]))
        elif kind == "certificate.revoked/1":
            self.revoked.setdefault(data["certificate"], self.at)
        elif kind == "book.resumed/1":
            self.report.note("resumed", f"act {seq}: the book lost acts; others had seen it with {data['size']} acts")
        if kind in RECOUNTS:
            self.counted.setdefault(kind, []).append(seq)
            for name, count in RECOUNTS[kind].from_book(data, self.acts).items():
                if data[name] != count:
                    self.report.wrong("counts", f"act {seq} counts {data[name]} {name}; the book holds {count}")
        for sentence in self.budgets.follow(seq, kind, data):
            self.report.wrong("budget", f"act {seq} {sentence}")
        for sentence in self.polls.follow(seq, kind, data):
            self.report.wrong("verdict", f"act {seq} {sentence}")
        if "gathering" in data:
            self.acts[kind, data["gathering"]] += 1

    def found(self, data: dict[str, Any]) -> None:
        """Act 0."""
        public = base64.b64decode(data["public_key"])
        if book_id(public) != self.id:
            self.report.wrong("founding", f"the key in act 0 gives the id {book_id(public)}, not {self.id}")
        if hashlib.sha256(data["charter"].encode()).hexdigest() != data["charter_digest"]:
            self.report.wrong("founding", "the charter in act 0 does not have the digest that stands beside it")
        self.keys, self.recovery_digest = [(0, public)], data["recovery_digest"]

    def change_key(self, seq: int, kind: str, data: dict[str, Any]) -> None:
        """A new key, which the one before or the recovery key must have confirmed."""
        confirmed_by = self.keys[-1][1] if self.keys else b""
        if kind == "key.recovered/1":
            confirmed_by = base64.b64decode(data["recovery_key"])
            if hashlib.sha256(confirmed_by).hexdigest() != self.recovery_digest:
                self.report.wrong("keys", f"the recovery key in act {seq} is not the one that the book named before")
            self.recovery_digest = data["recovery_digest"]
        if not signed_by(confirmed_by, new_key_message(self.id, data["public_key"]), from_base64(data["signature"])):
            self.report.wrong("keys", f"the new key in act {seq} is not confirmed")
        self.keys.append((seq, base64.b64decode(data["public_key"])))

    # what is known afterwards

    def key_at(self, size: int) -> list[bytes]:
        """The key that signs checkpoints of this size: one, or none if it is not known."""
        return [key for seq, key in self.keys if seq < size][-1:]

    def witnesses_at(self, size: int) -> Witnesses:
        """The witnesses that a tree of this size names."""
        named = {name: key for seq, name, key in self.witnesses if seq < size}
        return {(key.name, key_id(*key)): key.public for key in named.values() if key}

    def leaves_of(self, number: int, width: int) -> list[bytes]:
        """The leaves of one bundle, read once more; as many as can be had."""
        try:
            data = self.source.read(tile_path("entries", number, width), LONGEST_BUNDLE)
            if data is None and self.source.files is None:
                data = self.source.read(tile_path("entries", number, 256), LONGEST_BUNDLE)
        except (Fault, UnreadableError):
            data = None  # it was said when the book was walked through
        return split_bundle(data or b"", width)[0]

    def leaf_at(self, seq: int) -> bytes | None:
        """One leaf, read once more."""
        full, partial = divmod(self.size, 256)
        leaves = self.leaves_of(seq // 256, 256 if seq // 256 < full else partial)
        return leaves[seq % 256] if seq % 256 < len(leaves) else None

    def first_difference(self, other: Book) -> int | None:
        """The first act that is not the same in both books, as far as both go; None if none is found."""
        others = dict(other.bundles())
        for number, width in self.bundles():
            mine, theirs = self.leaves_of(number, width), other.leaves_of(number, others.get(number, 256))
            if not mine or not theirs:
                return None
            for seq, (leaf, its) in enumerate(zip(mine, theirs), number * 256):
                if leaf != its:
                    return seq
        return None


def new_key_message(book: str, public_key: str) -> bytes:
    """What is signed to confirm a new key."""
    return f"comuna/key/1\ncomuna/{book}\n{public_key}\n".encode()


def list_act(act: dict[str, Any], report: Report) -> None:
    """An act on one line."""
    if report.as_json:
        print(json.dumps({key: act[key] for key in ("seq", "at", "by", "kind", "data")}))
    else:
        data = CANONICAL.encode(act["data"])
        print(printable(f"{act['seq']}  {act['at']}  {act['by']}  {act['kind']}  {data}"))


def check_files(book: Book) -> None:
    """An export holds the files of its size, and no others."""
    files: set[str] = book.source.files or set()
    levels, there = tiles_of(book.size), Counter[str]()
    for path in sorted(files):
        level, number, width = tile_at(path) or ("", 0, 0)
        full, partial = levels.get(level, (0, 0))
        if (number < full and width == 256) or (number == full and width == partial and partial):
            there[level] += 1
        elif path not in ("checkpoint", "checkpoint.cosigned"):
            book.report.wrong("files", f"{path} does not belong into an export of {book.size} acts")
    for level, (full, partial) in levels.items():
        missing = full + (partial > 0) - there[level]
        book.report.more("files", max(0, missing - SHOWN))
        number = 0
        for _ in range(min(missing, SHOWN)):
            while tile_path(level, number, 256 if number < full else partial) in files:
                number += 1
            book.report.wrong("files", f"{tile_path(level, number, 256 if number < full else partial)} is missing")
            number += 1


def check_book(book: Book, checkpoint: Checkpoint | None, keys: list[Key]) -> None:
    """All that a reader should check in a book by itself."""
    report = book.report
    if book.source.files is not None:
        check_files(book)
    book.walk()
    report.holds("grammar fields", f"{book.read} acts follow the grammar, from {book.first_at} to {book.at}")
    report.holds("place time", "all are of this book, numbered without a gap, and their times never go back")
    for kind, times in book.unknown.items():
        report.note("unknown kind", f"{times} acts of the kind {kind}, which this program does not know")
    if book.keys:
        report.holds("founding", f"act 0 founds the book {book.id}: its key gives the id, its charter has its digest")
    elif book.whole:
        report.wrong("founding", "act 0 does not found the book")
    if len(book.keys) > 1:
        report.holds("keys", f"{len(book.keys) - 1} changes of the key are confirmed")
    check_erased(book)
    if book.counted:
        report.holds("counts", "what can be counted again from the book comes out the same")
    if book.polls.closed:
        many = len(book.polls.closed)
        report.holds(
            "verdict", f"the verdicts of {many} votes follow from the rules sealed at their opening and their counts"
        )
    if book.whole:
        report.holds(
            "tiles files",
            "every tile is what the leaves give"
            + (", and no file is missing or too many" if book.source.files is not None else ""),
        )
    if not book.whole and report.found[report.about, "open", "files"]:
        report.open("root", "neither the root nor who signed can be checked, because not all leaves could be read")
    elif checkpoint is not None:
        check_head(book, checkpoint)
        check_cosigned(book, checkpoint)
    for key in keys:
        if key.kind == BOOK_KEY and key.name == f"comuna/{book.id}":
            if key.public in [public for _, public in book.keys]:
                report.ok("given key", "the key that was given is one of the book's")
            else:
                report.wrong("given key", "the key that was given is none of the book's")


def check_head(book: Book, checkpoint: Checkpoint) -> None:
    """The newest checkpoint: its root, and who signed it."""
    report = book.report
    if not book.whole:
        report.wrong("root", "the root cannot be counted, because the leaves are not whole")
    elif book.tree.root() != checkpoint.root:
        report.wrong("root", f"the leaves do not add up to the root of the checkpoint of size {checkpoint.size}")
    else:
        report.ok("root", f"the leaves add up to the root of the checkpoint of size {checkpoint.size}")
    signed, cosigners = check_signatures(report, checkpoint, book.key_at(book.size), book.witnesses_at(book.size))
    if signed:
        report.ok("signature", f"the book's key signed the checkpoint of size {checkpoint.size}")
    else:
        report.wrong("signature", f"the checkpoint is not signed by the key that the book had at size {book.size}")
    if not cosigners:
        report.note("cosignature", "no witness that the book names cosigned this checkpoint")


def check_cosigned(book: Book, newest: Checkpoint) -> None:
    """`checkpoint.cosigned`, if there is one."""
    report = book.report
    if isinstance(book.cosigned, Fault):
        report.wrong("cosigned", f"in checkpoint.cosigned {book.cosigned}")
    if not isinstance(book.cosigned, Checkpoint):
        return
    older = book.cosigned
    if older.book != book.id:
        report.wrong("cosigned", f"checkpoint.cosigned is of the book {older.book}")
        return
    if older.size >= newest.size:
        report.wrong("cosigned", "checkpoint.cosigned is not older than the checkpoint")
        return
    signed, cosigners = check_signatures(report, older, book.key_at(older.size), book.witnesses_at(older.size))
    if not signed:
        report.wrong("cosigned", "checkpoint.cosigned is not signed by the key that the book had at its size")
    if not cosigners:
        report.wrong("cosigned", "checkpoint.cosigned is cosigned by no witness that the book named")
    if book.whole and book.roots.get(older.size) != older.root:
        report.wrong("cosigned", f"the book's first {older.size} acts do not add up to checkpoint.cosigned")
    report.holds("cosigned", f"checkpoint.cosigned, of size {older.size}, is the beginning of this book")


def check_erased(book: Book) -> None:
    """An erased text must be one that the act said to name it does name."""
    for seq, named, digest in book.erased:
        leaf = book.leaf_at(named) if named < seq else None
        if leaf is None or f'"{digest}"'.encode() not in leaf:
            book.report.wrong("erased", f"act {seq} erases a text that act {named} does not name")
    if book.erased:
        book.report.holds("erased", f"{len(book.erased)} erased texts are named by the acts that are said to name them")


# A proof


class Proof(NamedTuple):
    """What a proof file says."""

    seq: int
    path: list[bytes]
    checkpoint: Checkpoint
    leaf: bytes | None
    public_key: bytes | None
    changes: list[tuple[str, bytes]]
    """Base64 of each further key, and the signature that confirms it."""


PROOF = "c2sp.org/tlog-proof@v1"


def read_proof(data: bytes) -> Proof:
    head, _, note = data.partition(b"\n\n")
    try:
        first, *lines = head.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Fault("the proof is not UTF-8") from None
    if first != PROOF:
        raise Fault(f"the proof does not begin with {PROOF}")
    extra = lines.pop(0)[6:] if lines and lines[0].startswith("extra ") else None
    index = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0) if lines else "")
    if index is None:
        raise Fault("the proof does not say its index")
    if len(lines) > 64:
        raise Fault("the proof holds more hashes than any tree is high")
    try:
        path = [from_base64(line, 32) for line in lines]
    except Fault as fault:
        raise Fault(f"a hash of the proof {fault}") from None
    return Proof(int(index[1]), path, read_checkpoint(note), *read_extra(extra))


def read_extra(extra: str | None) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]:
    """Leaf, first key, and changes of key, of a proof's extra line."""
    if extra is None:
        return None, None, []
    try:
        value = read_any_json(from_base64(extra))
        if not isinstance(value, dict):
            raise Fault("is no object")
        leaf = value["leaf"].encode("utf-8") if "leaf" in value else None
        public = from_base64(value["public_key"], 32) if "public_key" in value else None
        changes = [(change["public_key"], from_base64(change["signature"], 64)) for change in value.get("changes", [])]
        for key, _ in changes:
            from_base64(key, 32)
    except Fault as fault:
        raise Fault(f"the extra line of the proof, or a part of it, {fault}") from None
    except (AttributeError, KeyError, TypeError, UnicodeEncodeError):
        raise Fault("the extra line of the proof is not made as it should be") from None
    return leaf, public, changes


def read_any_json(data: bytes) -> Any:
    """The value of JSON that need not be canonical."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=an_object, parse_int=an_integer)
    except ValueError as error:
        raise Fault(f"is not JSON ({error})") from None
    except RecursionError:
        raise Fault("is nested too deeply to be read") from None


def keys_of_proof(report: Report, proof: Proof) -> list[bytes]:
    """The keys that the proof shows to be the book's."""
    book = proof.checkpoint.book
    if proof.public_key is None:
        return []
    if book_id(proof.public_key) != book:
        report.wrong("keys", f"the first key in the proof gives the id {book_id(proof.public_key)}, not {book}")
        return []
    keys = [proof.public_key]
    for public, signature in proof.changes:
        if not signed_by(keys[-1], new_key_message(book, public), signature):
            report.wrong("keys", "a further key in the proof is not confirmed by the one before it")
            break
        keys.append(base64.b64decode(public))
    return keys


def check_proof(report: Report, proof: Proof, leaf: bytes | None, listing: bool) -> None:
    """Does the act stand in the book that the proof's checkpoint is of?"""
    size, book = proof.checkpoint.size, proof.checkpoint.book
    if leaf is None:
        report.open("leaf", "the proof does not hold the act's leaf: give it with --leaf")
        if root_of_proof(proof.seq, size, bytes(32), proof.path) is None:
            report.wrong("inclusion", f"the proof is not one for act {proof.seq} in a book of {size} acts")
        return
    if root_of_proof(proof.seq, size, leaf_hash(leaf), proof.path) != proof.checkpoint.root:
        report.wrong("inclusion", f"the leaf is not act {proof.seq} of the book of size {size} in the checkpoint")
    try:
        act = read_act(leaf)
    except Fault as fault:
        report.wrong("grammar", f"act {proof.seq} {fault}")
        return
    if act["book"] != book or act["seq"] != proof.seq:
        report.wrong("place", f"the leaf calls itself act {act['seq']} of {act['book']}")
    if act["kind"] in KINDS:
        for sentence in faults_of_data(act):
            report.wrong("fields", f"act {proof.seq} {sentence}")
    else:
        report.note("unknown kind", f"the act is of the kind {act['kind']}, which this program does not know")
    if listing:
        list_act(act, report)
    report.holds(
        "inclusion place grammar fields",
        f"act {proof.seq} of the book {book}, written down at {act['at']} by {act['by']}: {act['kind']}"
        f" stands in the checkpoint of size {size}",
    )


# What was given


@dataclass
class Thing:
    """A book, a proof or a checkpoint."""

    name: str
    checkpoint: Checkpoint | None = None
    proof: Proof | None = None
    book: Book | None = None


def load(where: str, report: Report, listing: bool) -> Thing | None:
    """What lies there, recognised by what it is. None, and a finding, if it cannot be had or is nothing known."""
    report.about = where
    try:
        if where.startswith(("http://", "https://")):
            return load_live(where, report, listing)
        if where != "-" and os.path.isdir(where):
            return load_book(where, Folder(where), report, listing)
        data = read_file(where)
        if data.startswith(b"PK"):
            return load_book(where, Zip(io.BytesIO(data) if where == "-" else where, report), report, listing)
        if data.startswith(PROOF.encode()) or where.endswith(".tlog-proof"):
            proof = read_proof(data)
            return Thing(where, proof.checkpoint, proof)
        if data.startswith(b"comuna/"):
            return Thing(where, read_checkpoint(data))
        report.open("reading", "is no book, no proof and no checkpoint")
    except UnreadableError as error:
        report.open("reading", str(error))
    except Fault as fault:
        report.wrong("reading", str(fault))
    return None


def read_file(where: str, limit: int = LONGEST_FILE) -> bytes:
    """A file's bytes, or those of standard input, or what an address hands out. Of a long zip file, the beginning."""
    try:
        if where.startswith(("http://", "https://")):
            data = fetch(where, limit)
            if data is None:
                raise UnreadableError(f"there is nothing at {where}")
        elif where == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with open(where, "rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"cannot be read: {error}") from None
    if len(data) > limit and (where == "-" or not data.startswith(b"PK")):
        raise UnreadableError(f"is longer than {limit} bytes")
    return data


def load_book(where: str, source: Source, report: Report, listing: bool) -> Thing:
    """An export or a live book, not yet read."""
    # the older one first: the book can go on in between
    cosigned: Any = None
    try:
        data = source.read("checkpoint.cosigned", LONGEST_NOTE)
        cosigned = None if data is None else read_checkpoint(data)
    except Fault as fault:
        cosigned = fault
    data = source.read("checkpoint", LONGEST_NOTE)
    if data is None:
        raise UnreadableError("there is no checkpoint: this is no book")
    checkpoint = None
    try:
        checkpoint = read_checkpoint(data)
        size = checkpoint.size
    except Fault as fault:
        if source.files is None:
            raise
        report.wrong("signature", str(fault))
        size = size_of(source.files)
    book = Book(source, report, size, checkpoint.book if checkpoint else "", cosigned, listing)
    if isinstance(cosigned, Checkpoint):
        book.wanted.add(cosigned.size)
    return Thing(where, checkpoint, book=book)


def size_of(files: set[str]) -> int:
    """The size that the bundles of leaves speak of, where no checkpoint does."""
    tiles = [tile for tile in map(tile_at, files) if tile and tile[0] == "entries"]
    return max((number * 256 + width for _, number, width in tiles), default=0)


def load_live(where: str, report: Report, listing: bool) -> Thing:
    """A book that is served. If it is for members only, what its checkpoint shows."""
    source = Live(where)
    thing = load_book(where, source, report, listing)
    named = re.search(r"/b/([a-z2-7]{26})/?$", where)
    if named and thing.checkpoint and named[1] != thing.checkpoint.book:
        report.wrong("place", f"the checkpoint there is of the book {thing.checkpoint.book}")
    try:
        source.read(tile_path("entries", 0, min(256, thing.checkpoint.size) if thing.checkpoint else 256), 1)
    except ForbiddenError:
        report.open("reading", "the book is for its members: nothing but its checkpoint can be checked")
        thing.book = None
    return thing


# One thing against another


def check_checkpoint(
    report: Report, checkpoint: Checkpoint, proof: Proof | None, books: list[Book], keys: list[Key]
) -> None:
    """Who signed the checkpoint of something that is no book itself?"""
    given = [key.public for key in keys if key.kind == BOOK_KEY and key.name == checkpoint.origin]
    witnesses = {(key.name, key_id(*key)): key.public for key in keys if key.kind == WITNESS_KEY}
    shown = keys_of_proof(report, proof) if proof else []
    if given and given[-1] in shown:
        given = shown[shown.index(given[-1]) :]  # the key that was given, or one that followed it
    known = [book.key_at(checkpoint.size) for book in books if book.size >= checkpoint.size]
    for book in books:
        witnesses.update(book.witnesses_at(checkpoint.size))
    certain = [key for keys_ in known for key in keys_] or given
    signers = certain or shown + [key for book in books for _, key in book.keys]
    signed, _ = check_signatures(report, checkpoint, signers, witnesses)
    if signed:
        report.ok("signature", f"the book's key signed the checkpoint of size {checkpoint.size}")
    elif certain:
        report.wrong("signature", f"the checkpoint of size {checkpoint.size} is not signed by the book's key")
    else:
        report.open("signature", "whether the book's key signed the checkpoint cannot be told: give the key with --key")


def check_given(report: Report, keys: list[Key], checkpoints: list[Checkpoint]) -> None:
    """A key that was given is a demand: it is of a book that was given, or its witness cosigned one of them."""
    report.about = ""
    for key in keys:
        if key.kind == BOOK_KEY:
            if key.name not in [checkpoint.origin for checkpoint in checkpoints]:
                report.wrong("given key", f"the key that was given is of {key.name}: nothing here is of that book")
        elif not any(cosigned(checkpoint, key) for checkpoint in checkpoints):
            report.open("given key", f"the witness {key.name}, whose key was given, cosigned nothing here")


def cosigned(checkpoint: Checkpoint, witness: Key) -> bool:
    """Did that witness cosign this checkpoint?"""
    return any(
        (name, id_) == (witness.name, key_id(*witness))
        and signature[:8] < b"\x80"
        and signed_by(
            witness.public,
            b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big") + checkpoint.text,
            signature[8:],
        )
        for name, id_, signature in checkpoint.signatures
    )


def reconcile(report: Report, one: Thing, other: Thing, any_book: bool) -> None:
    """Can both be of the same book, of which one is the beginning of the other?"""
    a, b = one.checkpoint, other.checkpoint
    report.about = f"{one.name} and {other.name}" if report.several else ""
    if a is None or b is None:
        report.open("against", "cannot be compared, because a checkpoint is not readable")
    elif a.book != b.book:
        report.wrong("against", f"are of different books: {a.book} and {b.book}")
    elif one.book and other.book:
        reconcile_books(report, one.book, other.book, min(a.size, b.size))
    elif one.book:
        reconcile_checkpoint(report, one.book, b)
    elif other.book:
        reconcile_checkpoint(report, other.book, a)
    elif a.size == b.size:
        if a.root == b.root:
            report.ok("against", f"both say the same of the book at size {a.size}")
        else:
            report.wrong("against", f"cannot be reconciled: two roots at size {a.size}. {EVIDENCE}")
    elif not any_book:
        report.open(
            "against", f"are of sizes {a.size} and {b.size}: whether they agree, only the book or a proof shows"
        )


EVIDENCE = "The book was rewritten, or two copies of it both went on. Keep both: together they are the evidence"


def reconcile_books(report: Report, one: Book, other: Book, size: int) -> None:
    roots = one.roots.get(size), other.roots.get(size)
    if None not in roots and roots[0] == roots[1]:
        report.ok("against", f"agree: their first {size} acts are the same")
        return
    parts = one.first_difference(other)
    if parts is not None:
        report.wrong("against", f"part at act {parts}: it is not the same in both. {EVIDENCE}")
    else:
        report.open("against", "cannot be compared as far as both go, because leaves are missing")


def reconcile_checkpoint(report: Report, book: Book, kept: Checkpoint) -> None:
    if kept.size > book.size:
        report.open(
            "against", f"the checkpoint is of size {kept.size}, and the book that was given of {book.size} only"
        )
    elif kept.size not in book.roots:
        report.open("against", f"the book's root at size {kept.size} cannot be told, because leaves are missing")
    elif book.roots[kept.size] != kept.root:
        report.wrong("against", f"cannot be reconciled: the book has another root at size {kept.size}. {EVIDENCE}")
    else:
        report.ok("against", f"agree: the book begins with the {kept.size} acts of the checkpoint")


# A text with its secret


def check_record(report: Report, where: str, things: list[Thing], leaf: bytes | None) -> tuple[str, int] | None:
    """Is this the text that an act names, and do its counts come out of it? Book and act that were counted again."""
    report.about = where
    try:
        record = read_any_json(read_file(where))
        book, seq, digest, secret, domain, body = (
            record[key] for key in ("book", "act", "digest", "secret", "domain", "body")
        )
        secret, text = bytes.fromhex(secret), body.encode("utf-8")
        if (
            not (TYPES["id"](book) and is_count(seq) and TYPES["text"](digest))
            or domain != "comuna/text/1"
            or len(secret) != 32
        ):
            raise ValueError
    except UnreadableError as error:
        report.open("record", str(error))
        return None
    except (Fault, AttributeError, KeyError, TypeError, ValueError):
        report.wrong("record", "is not the JSON of a text with book, act, digest, secret, domain and body")
        return None
    if hmac.new(secret, domain.encode() + text, hashlib.sha256).hexdigest() != digest:
        report.wrong("record", "the text and its secret do not have the digest that stands beside them")
    act = find_act(things, book, seq, leaf)
    if act is None:
        report.open("record", f"act {seq} of the book {book} is not in what was given")
        return None
    named = [name for name, value in act["data"].items() if value == digest]
    if not named:
        report.wrong("record", f"act {seq} ({act['kind']}) does not name this text")
    report.holds("record", f"the text has its digest, and act {seq} ({act['kind']}) names it as its {', '.join(named)}")
    if act["kind"] == "vote.closed/1" and "ballots_text" in named:
        polls = [thing.book.polls.closed.get(seq) for thing in things if thing.book and thing.book.id == book]
        recount_ballots(report, act, text, next((poll for poll in polls if poll), None))
        return book, seq
    if act["kind"] == "budget.decided/1" and "ballots_text" in named:
        rounds = [thing.book.budgets.decided.get(seq) for thing in things if thing.book and thing.book.id == book]
        recount_budget(report, act, text, next((each for each in rounds if each), None))
        return book, seq
    recount = RECOUNTS.get(act["kind"])
    if recount and recount.text in named:
        recount_text(report, act, recount, text)
        return book, seq
    return None


def find_act(things: list[Thing], book: str, seq: int, leaf: bytes | None) -> dict[str, Any] | None:
    """An act out of the books and proofs that were given."""
    for thing in things:
        found = None
        if thing.book and thing.book.id == book and seq < thing.book.size:
            found = thing.book.leaf_at(seq)
        elif thing.proof and thing.proof.checkpoint.book == book and thing.proof.seq == seq:
            found = leaf or thing.proof.leaf
        try:
            if found is not None:
                return read_act(found)
        except Fault:
            continue  # it was said when the thing was checked
    return None


def recount_text(report: Report, act: dict[str, Any], recount: Recount, text: bytes) -> None:
    try:
        counts = recount.from_text(read_any_json(text))
    except (Fault, KeyError, TypeError):
        report.wrong("counts", "the text does not hold the lists that were counted")
        return
    for name, count in counts.items():
        if act["data"].get(name) != count:
            report.wrong("counts", f"act {act['seq']} counts {act['data'].get(name)} {name}; the text holds {count}")
    report.holds("counts", f"{', '.join(counts)} of act {act['seq']} come out the same when counted again in the text")


def tell_uncounted(report: Report, book: Book, recounted: set[tuple[str, int] | None]) -> None:
    """Of each count that was not counted again, why."""
    for what, closings in book.polls.unproved.items():
        left = [seq for seq in closings if (book.id, seq) not in recounted or "--record" not in what]
        if left:
            report.note("unproved", f"votes closed by acts {shortened(left)}: {what}")
    budgets = [seq for seq in book.budgets.decided if (book.id, seq) not in recounted]
    if budgets:
        report.note("unproved", f"budgets decided by acts {shortened(budgets)} need their ballots (--record)")
    for kind, acts in book.counted.items():
        left = [seq for seq in acts if (book.id, seq) not in recounted]
        report.note("uncounted", f"{RECOUNTS[kind].by_people} in {kind} were counted by people, not from anything kept")
        if left:
            text = RECOUNTS[kind].text
            report.note(
                "uncounted", f"what {kind} counted in its {text} needs that text (--record): acts {shortened(left)}"
            )


def shortened(acts: list[int]) -> str:
    """Numbers of acts, of which there may be many."""
    more = f" and {len(acts) - SHOWN} more" if len(acts) > SHOWN else ""
    return ", ".join(map(str, acts[:SHOWN])) + more


# A certificate: what its code holds (docs/book-format.md, Certificates)

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-/"
CERTIFIED = ("residence", "membership", "mandate", "decision")
LONGEST_CODE = 8_192


class Certificate(NamedTuple):
    """A certificate: its words, the leaf of the act that issued it, and the proof that this stands in the book."""

    words: bytes
    leaf: bytes
    proof: Proof
    by_recovery: bytes | None = None
    """A key that came by the recovery key, which a code cannot confirm."""


def unpack_letters(code: str) -> bytes:
    """The bytes behind three letters for two of them, in the one way there is to write them."""
    if not 0 < len(code) <= LONGEST_CODE or len(code) % 3 == 1:
        raise Fault("is no certificate's code, or not all of it")
    found = bytearray()
    for at in range(0, len(code), 3):
        digits = [LETTERS.find(letter) for letter in code[at : at + 3]]
        value = 0
        for digit in digits:
            value = value * 41 + digit
        if -1 in digits or value >= 256 ** (len(digits) - 1):
            raise Fault("is no certificate's code: a letter in it is wrong")
        found += value.to_bytes(len(digits) - 1, "big")
    return bytes(found)


@dataclass
class Unpacking:
    """Takes a code apart, from its beginning."""

    data: bytes
    at: int = 0

    def take(self, length: int) -> bytes:
        if self.at + length > len(self.data):
            raise Fault("is no certificate's code, or not all of it")
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, limit: int = LARGEST + 1) -> int:
        value, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if value >= limit or (shift and not byte):
                raise Fault("is no certificate's code: a number in it is wrong")
            if byte < 128:
                return value
            shift += 7

    def word(self) -> str:
        found = self.take(self.number()).decode("latin-1")
        if not re.fullmatch(r"[a-z0-9_.+/-]*", found):
            raise Fault("is no certificate's code: a word in it is wrong")
        return found


def read_code(code: str) -> Certificate:
    """The certificate that a code holds. What can be computed is computed; nothing of it is checked yet."""
    data = Unpacking(unpack_letters(code))
    if data.take(1) != b"\x01":
        raise Fault("is a code of a kind that this program does not know")
    first, by_recovery = data.take(32), None
    changes: list[tuple[str, bytes]] = []
    for n in range(data.number(64)):
        signed, key = data.number(2), data.take(32)
        if not signed and n:
            raise Fault("brings a key that nothing confirms")
        if signed:
            changes.append((base64.b64encode(key).decode(), data.take(64)))
        else:
            by_recovery = key
    size, signature, seq = data.number(), data.take(64), data.number()
    path = [data.take(32) for _ in range(data.number(64))]
    at, by, salt = moment(data.number()), data.word(), data.take(16).hex()
    fields: dict[str, Any] = {"certificate": data.word(), "kind": CERTIFIED[data.number(len(CERTIFIED))], "text": ""}
    fields.update((name, data.word() or None) for name in ("unit", "mandate", "decision", "until"))
    secret, words = data.take(32), data.data[data.at :]
    fields["text"] = text_digest(words, secret)
    envelope = {"v": 1, "book": book_id(first), "seq": seq, "at": at, "by": by, "kind": "certificate.issued/1"}
    leaf = CANONICAL.encode({**envelope, "salt": salt, "data": fields}).encode()
    root = root_of_proof(seq, size, leaf_hash(leaf), path)
    if root is None:
        raise Fault("does not hold: it has not the hashes that lead from its act to a root")
    origin = f"comuna/{book_id(first)}"
    signer = base64.b64decode(changes[-1][0]) if changes else by_recovery or first
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    line = (origin, key_id(origin, BOOK_KEY, signer), signature)
    checkpoint = Checkpoint(text, book_id(first), size, root, [line])
    return Certificate(words, leaf, Proof(seq, path, checkpoint, leaf, first, changes), by_recovery)


def text_digest(text: bytes, secret: bytes) -> str:
    return hmac.new(secret, b"comuna/text/1" + text, hashlib.sha256).hexdigest()


def read_certificate(given: str) -> Certificate:
    """The certificate in a code, or in a file that holds a code or a proof with the words."""
    if given == "-" or os.path.isfile(given):
        data = read_file(given)
        if data.startswith(PROOF.encode()):
            return certificate_of_proof(data)
        given = data.decode("latin-1")
    bare = "".join(given.split())
    return read_code(bare.partition("#")[2] if "#" in bare else bare)


def certificate_of_proof(data: bytes) -> Certificate:
    """The certificate in a proof file: its extra line holds the words and their secret."""
    proof = read_proof(data)
    extra = data.split(b"\n", 2)[1]
    value = read_any_json(from_base64(extra[6:].decode("latin-1"))) if extra.startswith(b"extra ") else {}
    try:
        words, secret = value["text"].encode("utf-8"), bytes.fromhex(value["secret"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Fault("the proof does not hold the words of a certificate and their secret") from None
    if proof.leaf is None:
        raise Fault("the proof does not hold the act's leaf")
    act = read_act(proof.leaf)
    if act["kind"] != "certificate.issued/1" or act["data"].get("text") != text_digest(words, secret):
        raise Fault("does not hold: the act in the proof does not certify these words")
    return Certificate(words, proof.leaf, proof)


def certify(arguments: argparse.Namespace, keys: list[Key]) -> int:
    """Checks a certificate; the exit code."""
    report = Report(arguments.json, False, True)
    try:
        report.about = "certificate"
        found = read_certificate(arguments.certificate)
        books = check_certificate(report, found, keys, arguments.book)
        report.about = "certificate"
        tell_certificate(report, found, books)
    except UnreadableError as error:
        report.open("reading", str(error))
    except Fault as fault:
        report.wrong("reading", str(fault))
    return report.verdict()


def check_certificate(report: Report, found: Certificate, keys: list[Key], where: str | None) -> list[Book]:
    """Does the act stand in the book, and did the book's key sign that? The books that were given, read."""
    proof, books = found.proof, []
    if where:
        thing = load(where, report, False)
        if thing and thing.book:
            thing.book.wanted.add(proof.checkpoint.size)
            check_book(thing.book, thing.checkpoint, keys)
            books.append(thing.book)
            reconcile(report, thing, Thing("certificate", proof.checkpoint, proof), True)
    report.about = "certificate"
    check_proof(report, proof, proof.leaf, False)
    if found.by_recovery is None:
        check_checkpoint(report, proof.checkpoint, proof, books, keys)
        return books
    shown, before = [found.by_recovery], found.by_recovery
    for public, signature in proof.changes:
        if not signed_by(before, new_key_message(proof.checkpoint.book, public), signature):
            raise Fault("does not hold: a key in it is not confirmed by the one before")
        before = base64.b64decode(public)
        shown.append(before)
    if not signed_by(before, proof.checkpoint.text, proof.checkpoint.signatures[0][2]):
        raise Fault("does not hold: its key did not sign it")
    bare = proof._replace(public_key=None, changes=[])
    check_checkpoint(report, proof.checkpoint, bare, books, keys)
    report.note("signature", "it was signed after a lost key was replaced; that is confirmed by the book, or by --key")
    return books


def tell_certificate(report: Report, found: Certificate, books: list[Book]) -> None:
    """What it says, and whether it still holds."""
    act = read_act(found.leaf)
    fields, words = act["data"], found.words.decode("utf-8", "replace")
    if any(about == "certificate" and word == "WRONG" for about, word, _ in report.found):
        return
    said = " ".join(words.split())
    report.note("certificate", f"a certificate of {fields['kind']}, issued at {act['at']}, says: {said}")
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    if fields["until"] and fields["until"] < today:
        report.wrong("until", f"it was good until {fields['until']}")
    elif fields["until"]:
        report.ok("until", f"it is good until {fields['until']}")
    for book in books:
        revoked = book.revoked.get(fields["certificate"])
        if revoked:
            report.wrong("revoked", f"it was revoked at {revoked}")
        elif book.whole:
            report.ok("revoked", f"it was not revoked in the first {book.size} acts of the book")
        else:
            report.open("revoked", "whether it was revoked cannot be told, because leaves are missing")
    if not books:
        report.note("revoked", "whether it was revoked, only the book knows: give it with --book")


# The command


def run(arguments: argparse.Namespace, keys: list[Key]) -> int:
    """Checks everything that was given; the exit code."""
    report = Report(arguments.json, arguments.list, bool(arguments.against or arguments.record))
    loaded = [
        load(where, report, arguments.list and not n) for n, where in enumerate([arguments.thing, *arguments.against])
    ]
    things = [thing for thing in loaded if thing is not None]
    books = [thing.book for thing in things if thing.book]
    sizes = {thing.checkpoint.size for thing in things if thing.checkpoint}
    for thing in things:
        report.about = thing.name
        if thing.book:
            thing.book.wanted |= sizes
            check_book(thing.book, thing.checkpoint, keys)
    try:
        leaf = read_file(arguments.leaf, LONGEST_LEAF) if arguments.leaf else None
    except UnreadableError as error:
        report.open("leaf", f"{arguments.leaf} {error}")
        leaf = None
    for thing in things:
        report.about = thing.name
        if not thing.book and thing.checkpoint:
            same = [book for book in books if book.id == thing.checkpoint.book]
            check_checkpoint(report, thing.checkpoint, thing.proof, same, keys)
        if thing.proof:
            check_proof(report, thing.proof, leaf or thing.proof.leaf, arguments.list and thing is loaded[0])
    for n, one in enumerate(things):
        for other in things[n + 1 :]:
            reconcile(report, one, other, bool(books))
    check_given(report, keys, [thing.checkpoint for thing in things if thing.checkpoint])
    recounted = {check_record(report, where, things, leaf) for where in arguments.record}
    for thing in things:
        report.about = thing.name
        if thing.book:
            tell_uncounted(report, thing.book, recounted)
    return report.verdict()


def certificate_arguments() -> argparse.ArgumentParser:
    """What comes after `verify.py certificate`."""
    parser = argparse.ArgumentParser(prog="verify.py certificate", description=certify.__doc__, allow_abbrev=False)
    parser.add_argument("certificate", metavar="CODE", help="what the QR code says, a file with that, a proof, or -")
    parser.add_argument("--book", metavar="THING", help="the book: a folder, a zip file, an address. Was it revoked?")
    parser.add_argument("--key", metavar="KEY", action="append", default=[], help="a verifier key of the book")
    parser.add_argument("--json", action="store_true", help="the same as lines of JSON")
    return parser


def book_arguments() -> argparse.ArgumentParser:
    """What comes after `verify.py` otherwise."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("thing", metavar="THING", help="a folder, a zip file, an address, a proof, a checkpoint, or -")
    parser.add_argument(
        "--against", metavar="THING", action="append", default=[], help="something kept of the same book"
    )
    parser.add_argument(
        "--key", metavar="KEY", action="append", default=[], help="a verifier key of the book or a witness"
    )
    parser.add_argument("--record", metavar="FILE", action="append", default=[], help="a text with its secret")
    parser.add_argument("--leaf", metavar="FILE", help="the leaf that a proof is about")
    parser.add_argument("--list", action="store_true", help="the acts, one a line; what is not in order to stderr")
    parser.add_argument("--json", action="store_true", help="the same as lines of JSON")
    return parser


def main() -> int:
    certifying = sys.argv[1:2] == ["certificate"]
    parser = certificate_arguments() if certifying else book_arguments()
    arguments = parser.parse_args(sys.argv[2:] if certifying else None)
    try:
        keys = [read_key(text) for text in arguments.key]
    except Fault as fault:
        parser.error(f"what was given with --key {fault}")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return certify(arguments, keys) if certifying else run(arguments, keys)
    except KeyboardInterrupt:
        print("open  interrupted", file=sys.stderr)
    except BrokenPipeError:  # nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # a mistake of this program must not look like an answer
        print(printable(f"open  this program stumbled, please report it: {type(error).__name__}: {error}"))
    return 3


if __name__ == "__main__":
    sys.exit(main())
