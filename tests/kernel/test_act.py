"""The leaf: its exact bytes, and everything that is no leaf. The bytes here are permanent."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel import act
from comuna.kernel.act import LARGEST_LEAF, Malformed, act_in, check, instant, moment, opened, seal
from comuna.kernel.refusal import Refused
from comuna.kernel.tree import leaf_hash
from comuna.rules import fold  # noqa: F401  it knows every kind
from comuna.rules.gathering import GatheringCalled, GatheringCancelled, GatheringClosed, GatheringRevised

BOOK = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
NOON = dt.datetime(2026, 11, 22, 12, 0, 0, tzinfo=dt.UTC)
SALT = bytes(range(16))

CALLED = GatheringCalled(
    gathering="bbbbbbbbbbbbbbbbbbbbbbbbbb",
    date="2027-02-23",
    start="17:00",
    end=None,
    zone="America/Caracas",
    page="c" * 64,
)
GOLDEN = (
    b'{"v":1,"book":"aaaaaaaaaaaaaaaaaaaaaaaaaa","seq":2,"at":"2026-11-22T12:00:00Z","by":"482913",'
    b'"kind":"gathering.called/1","salt":"000102030405060708090a0b0c0d0e0f","data":{"gathering":'
    b'"bbbbbbbbbbbbbbbbbbbbbbbbbb","date":"2027-02-23","start":"17:00","end":null,"zone":"America/Caracas",'
    b'"page":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}}'
)
"""A leaf as it was in the first version. If this fails, do not change it: books hold such bytes for ever."""
GOLDEN_HASH = "1c4a9af04c8503c240d7792722470f7df7eeed08c30cd05b839cbea71fa3a597"


def sealed(entry: act.Act = CALLED, **changes: object) -> bytes:
    told = {"book": BOOK, "seq": 2, "now": NOON, "previous": None, "by": "482913", "salt": SALT} | changes
    return seal(entry, **told)[1]  # type: ignore[arg-type]


def test_the_bytes_of_a_leaf_are_these_for_ever() -> None:
    envelope, leaf = seal(CALLED, book=BOOK, seq=2, now=NOON, previous=None, by="482913", salt=SALT)
    assert leaf == GOLDEN
    assert leaf_hash(leaf).hex() == GOLDEN_HASH
    assert act_in(envelope) == CALLED


def test_a_golden_leaf_opens_as_the_act_it_was() -> None:
    envelope = check(GOLDEN)
    assert (envelope.v, envelope.book, envelope.seq, envelope.at) == (1, BOOK, 2, "2026-11-22T12:00:00Z")
    assert (envelope.by, envelope.kind, envelope.salt) == ("482913", "gathering.called/1", SALT.hex())
    assert act_in(envelope) == CALLED
    assert act_in(opened(GOLDEN)) == CALLED


def swapped(leaf: bytes, old: bytes, new: bytes) -> bytes:
    assert leaf.count(old) == 1, old
    return leaf.replace(old, new)


NO_LEAF = {
    "nothing": b"",
    "no JSON": b"{",
    "not an object": b"[1]",
    "null": b"null",
    "two objects": GOLDEN + GOLDEN,
    "a byte order mark": b"\xef\xbb\xbf" + GOLDEN,
    "a newline after it": GOLDEN + b"\n",
    "a space": swapped(GOLDEN, b'"v":1', b'"v": 1'),
    "keys in another order": swapped(
        GOLDEN, b'{"v":1,"book":"' + BOOK.encode() + b'"', b'{"book":"' + BOOK.encode() + b'","v":1'
    ),
    "a missing key": swapped(GOLDEN, b'"by":"482913",', b""),
    "a key too many": swapped(GOLDEN, b'"v":1', b'"v":1,"w":1'),
    "a key twice": swapped(GOLDEN, b'"v":1', b'"v":1,"v":1'),
    "a key twice inside": swapped(GOLDEN, b'"end":null', b'"end":null,"end":null'),
    "a float": swapped(GOLDEN, b'"seq":2', b'"seq":2.0'),
    "an exponent": swapped(GOLDEN, b'"seq":2', b'"seq":2e0'),
    "not a number": swapped(GOLDEN, b'"end":null', b'"end":NaN'),
    "infinity": swapped(GOLDEN, b'"end":null', b'"end":-Infinity'),
    "2^53": swapped(GOLDEN, b'"seq":2', b'"seq":9007199254740992'),
    "a very long number": swapped(GOLDEN, b'"seq":2', b'"seq":' + b"9" * 5000),
    "minus zero": swapped(GOLDEN, b'"seq":2', b'"seq":-0'),
    "a negative seq": swapped(GOLDEN, b'"seq":2', b'"seq":-1'),
    "true for a number": swapped(GOLDEN, b'"seq":2', b'"seq":true'),
    "a number as a string": swapped(GOLDEN, b'"seq":2', b'"seq":"2"'),
    "a needless escape": swapped(GOLDEN, b'"17:00"', b'"17\\u003a00"'),
    "an escaped slash": swapped(GOLDEN, b"America/Caracas", b"America\\/Caracas"),
    "half a surrogate pair": swapped(GOLDEN, b"America/Caracas", b"\\ud83d"),
    "a surrogate pair in escapes": swapped(GOLDEN, b"America/Caracas", b"\\ud83d\\ude00"),
    "bytes that are not UTF-8": swapped(GOLDEN, b"America/Caracas", b"\xff"),
    "a surrogate as bytes": swapped(GOLDEN, b"America/Caracas", b"\xed\xa0\x80"),
    "a raw control character": swapped(GOLDEN, b"America/Caracas", b"\x01"),
    "another version": swapped(GOLDEN, b'"v":1', b'"v":2'),
    "a book without a name": swapped(GOLDEN, BOOK.encode(), b""),
    "a book with another kind of name": swapped(GOLDEN, BOOK.encode(), b"A" * 26),
    "an unknown kind": swapped(GOLDEN, b"gathering.called/1", b"gathering.dreamt/1"),
    "an unknown version of a kind": swapped(GOLDEN, b"gathering.called/1", b"gathering.called/2"),
    "no kind at all": swapped(GOLDEN, b"gathering.called/1", b"called"),
    "a salt too short": swapped(GOLDEN, SALT.hex().encode(), SALT.hex()[2:].encode()),
    "a salt in capitals": swapped(GOLDEN, SALT.hex().encode(), SALT.hex().upper().encode()),
    "a day that does not exist": swapped(GOLDEN, b"2026-11-22", b"2026-02-30"),
    "a second too many": swapped(GOLDEN, b"12:00:00Z", b"12:00:60Z"),
    "another zone": swapped(GOLDEN, b"12:00:00Z", b"12:00:00+00:00"),
    "parts of a second": swapped(GOLDEN, b"12:00:00Z", b"12:00:00.0Z"),
    "digits of another script": swapped(GOLDEN, b"2026-11-22", "٢٠٢٦-11-22".encode()),
    "by nobody": swapped(GOLDEN, b'"by":"482913"', b'"by":""'),
    "by a name": swapped(GOLDEN, b'"by":"482913"', '"by":"Inés"'.encode()),
    "by a number with a zero before it": swapped(GOLDEN, b'"by":"482913"', b'"by":"048291"'),
    "by a number that is no string": swapped(GOLDEN, b'"by":"482913"', b'"by":482913'),
    "data that is no object": GOLDEN[: GOLDEN.index(b'"data":')] + b'"data":[]}',
    "data that is null": GOLDEN[: GOLDEN.index(b'"data":')] + b'"data":null}',
    "a field missing in the data": swapped(GOLDEN, b'"end":null,', b""),
    "a field too many in the data": swapped(GOLDEN, b'"end":null', b'"end":null,"who":1'),
    "data of another type": swapped(GOLDEN, b'"17:00"', b"17"),
    "a thousand brackets": swapped(GOLDEN, b'"17:00"', b"[" * 990 + b"]" * 990),
    "more brackets than a reader can hold": swapped(GOLDEN, b'"17:00"', b"[" * 30_000 + b"]" * 30_000),
    "too long": swapped(GOLDEN, b"America/Caracas", b"x" * LARGEST_LEAF),
}


@pytest.mark.parametrize("wrong", NO_LEAF.values(), ids=NO_LEAF.keys())
def test_what_is_no_leaf_is_malformed_and_nothing_else(wrong: bytes) -> None:
    with pytest.raises(Malformed):
        check(wrong)
    check(GOLDEN)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_malformed(noise: bytes) -> None:
    with pytest.raises(Malformed):
        check(noise)


@given(st.integers(0, len(GOLDEN) - 1), st.binary(max_size=3))
def test_changed_bytes_are_malformed_or_another_leaf(place: int, new: bytes) -> None:
    changed = GOLDEN[:place] + new + GOLDEN[place + 1 :]
    try:
        envelope = check(changed)
    except Malformed:
        return
    assert changed == GOLDEN or leaf_hash(changed).hex() != GOLDEN_HASH
    again = act_in(envelope)
    rewritten, _ = seal(
        again, book=envelope.book, seq=envelope.seq, now=moment(envelope.at), previous=None, by=envelope.by,
        salt=bytes.fromhex(envelope.salt),
    )  # fmt: skip
    assert rewritten.book == envelope.book


@given(
    zone=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    end=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    seq=st.integers(0, 2**53 - 1),
    salt=st.binary(min_size=16, max_size=16),
    now=st.datetimes(timezones=st.just(dt.UTC)).filter(lambda now: now.year >= 1000),
)
def test_whatever_is_sealed_is_read_back_as_it_was(
    zone: str, end: str | None, seq: int, salt: bytes, now: dt.datetime
) -> None:
    entry = GatheringCalled(gathering="g", date="d", start="s", end=end, zone=zone, page="p")
    envelope, leaf = seal(entry, book=BOOK, seq=seq, now=now, previous=None, by="system", salt=salt)
    read = check(leaf)
    assert (read.seq, read.salt, read.at) == (seq, salt.hex(), envelope.at)
    assert act_in(read) == entry
    assert moment(read.at) == now.replace(microsecond=0)


@pytest.mark.parametrize("came", [0, -(2**53) + 1, 2**53 - 1])
def test_the_largest_whole_numbers_stand(came: int) -> None:
    def closed(count: int) -> GatheringClosed:
        return GatheringClosed(
            gathering="g", came=count, coming=0, moments=0, answers=0, entries=0, takeaways=0, record="r"
        )

    assert act_in(check(sealed(closed(came)))) == closed(came)
    with pytest.raises(Malformed):
        sealed(closed(came + (1 if came > 0 else -1) * 2**53))


def test_the_longest_leaf_stands_and_one_byte_more_is_refused() -> None:
    def revised(length: int) -> GatheringRevised:
        return GatheringRevised(gathering="g", changed=["x" * length], page="p")

    room = LARGEST_LEAF - len(sealed(revised(0)))
    assert len(sealed(revised(room))) == LARGEST_LEAF
    with pytest.raises(Refused) as refused:
        sealed(revised(room + 1))
    assert refused.value.code == "act.too_long"
    assert refused.value.arguments == {"limit": 65_535, "length": 65_536}


def test_a_clock_that_jumps_back_gives_the_time_of_the_act_before() -> None:
    before = "2026-11-22T12:00:05Z"
    assert opened(sealed(previous=before)).at == before
    assert opened(sealed(previous=before, now=NOON + dt.timedelta(seconds=6))).at == "2026-11-22T12:00:06Z"


def test_time_is_written_in_utc_and_whole_seconds() -> None:
    caracas = dt.timezone(dt.timedelta(hours=-4))
    assert instant(dt.datetime(2026, 11, 22, 8, 0, 0, 999_999, tzinfo=caracas)) == "2026-11-22T12:00:00Z"
    assert moment("2026-11-22T12:00:00Z") == NOON
    with pytest.raises(AssertionError):
        instant(dt.datetime(2026, 11, 22, 12))  # noqa: DTZ001  the point


def test_equal_acts_differ_by_their_salt() -> None:
    assert leaf_hash(sealed()) != leaf_hash(sealed(salt=bytes(16)))


@pytest.mark.parametrize("changes", [{"book": "x"}, {"by": "Inés"}, {"salt": bytes(15)}, {"seq": -1}])
def test_nothing_malformed_is_ever_sealed(changes: dict[str, object]) -> None:
    assert sealed() == GOLDEN
    with pytest.raises(Malformed):
        sealed(**changes)


def test_words_that_are_no_unicode_are_never_sealed() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        sealed(GatheringCancelled(gathering="g", reason="\ud83d"))


def test_a_kind_is_registered_once() -> None:
    with pytest.raises(AssertionError):
        act.act("gathering.called", v=1)(CALLED.__class__)
    with pytest.raises(AssertionError):
        act.act("Gathering", v=1)(CALLED.__class__)
    assert act.KINDS["gathering.called/1"] is act.KINDS[act.kind_of(CALLED)] is CALLED.__class__


def test_what_was_refused_says_so_with_its_arguments() -> None:
    refused = Refused("words.too_long", limit=3, length=4)
    assert str(refused) == "words.too_long(limit=3, length=4)"
    assert (refused.code, refused.arguments) == ("words.too_long", {"limit": 3, "length": 4})
