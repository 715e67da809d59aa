"""The fast way of checking a leaf accepts nothing that the slow one, which is the reference, would refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comuna.kernel import act
from comuna.kernel.act import KEYS, KINDS, Act, Malformed, check, read
from comuna.rules import fold  # noqa: F401  it knows every kind
from tests.kernel.test_act import BOOK, GOLDEN, NO_LEAF, NOON, sealed


class Inner(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    reason: str | None = None


class Strange(Act, frozen=True):
    """An act with everything that a later one could hold, and with what none should."""

    words: dict[str, int]
    inner: list[Inner]
    side: Literal["left", "right"]
    yes: bool
    half: float | None
    any: Any
    raw: msgspec.Raw


class Plain(Act, frozen=True, omit_defaults=True):
    """An act with everything that a later one could hold."""

    words: dict[str, int]
    inner: list[Inner]
    side: Literal["left", "right"]
    yes: bool
    reason: str | None = None


strange_kinds = mock.patch.dict(KINDS, {"test.strange/1": Strange, "test.plain/1": Plain})


def agree(leaf: bytes) -> bool:
    """Whether the fast way accepts these bytes; if so, both read the same."""
    fast = act._as_we_write(leaf)
    if fast is not None:
        assert fast == act._to_the_letter(leaf)
    return fast is not None


def outcome(way: Callable[[bytes], object], leaf: bytes) -> object:
    try:
        return way(leaf)
    except Malformed as error:
        return str(error)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['":1e5,"', "a:1234567890123456789", "\x7f\u2028/é😀", '\\"\b\x1f', "2026-02-30"]
)
numbers = st.integers(-(2**54), 2**54) | st.sampled_from([0, -1, 2**53 - 1, 2**53, 1 - 2**53, -(2**53), 10**30])
anything = st.recursive(
    st.none() | st.booleans() | numbers | words | st.floats(), lambda inside: st.lists(inside, max_size=3)
    | st.dictionaries(words, inside, max_size=3), max_leaves=6,
)  # fmt: skip
insides = st.lists(
    st.fixed_dictionaries({"name": words}, optional={"reason": st.none() | words}), max_size=3
)  # fmt: skip
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    "str": words,
    "str | None": st.none() | words,
    "TextRef": words,
    "TextRef | None": st.none() | words,
    "int": numbers,
    "int | None": st.none() | numbers,
    "bool": st.booleans(),
    "list[str]": st.lists(words, max_size=3),
    "list[int]": st.lists(numbers, max_size=3),
    "dict[str, int]": st.dictionaries(words, numbers, max_size=3),
    "list[Inner]": insides,
    'Literal["left", "right"]': st.sampled_from(["left", "right"]),
    "float | None": st.none() | st.floats(),
}


@st.composite
def told(draw: st.DrawFn) -> dict[str, Any]:
    """An envelope in its parts: nearly always right, now and then with something else in a place."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    fields = {name: VALUES.get(t, anything) for name, t in KINDS[kind].__annotations__.items()}
    data = {name: draw(value) for name, value in fields.items()}
    envelope = {
        "v": 1,
        "book": BOOK,
        "seq": draw(st.integers(0, 2**53)),
        "at": draw(st.sampled_from(["2026-11-22T12:00:00Z", "2026-02-30T12:00:00Z", "2024-02-29T23:59:59Z",
                                    "2026-11-22T24:00:00Z", "0000-01-01T00:00:00Z"])),
        "by": draw(st.sampled_from(["482913", "system", "048291", "x"])),
        "kind": kind,
        "salt": "0f" * 16,
        "data": data,
    }  # fmt: skip
    spoiled = draw(st.sampled_from(["nothing"] * 5 + ["envelope", "data", "extra", "missing", "order"]))
    if spoiled in ("envelope", "data"):
        within = data if spoiled == "data" and data else envelope
        within[draw(st.sampled_from(sorted(within)))] = draw(anything)
    elif spoiled == "extra":
        data[draw(words)] = draw(anything)
    elif spoiled == "missing" and data:
        del data[draw(st.sampled_from(sorted(data)))]
    elif spoiled == "order":
        envelope["data"] = dict(reversed(data.items()))
    return envelope


HOSTILE = [
    (b":1", b":1.0"), (b":1", b":1e0"), (b":0", b":-0"), (b":1", b":01"), (b",", b", "), (b":", b" :"),
    (b"null", b"NaN"), (b"null", b"1E2"), (b"/", b"\\/"), (b"a", b"\\u0061"), (b"\\u001f", b"\\u001F"),
    (b"}", b"}\n"), (b"}", b"}}"),
    (b'"}', b"\xff\"}"), (b'"}', b'\xed\xa0\x80"}'), (b'"}', b'\\ud83d"}'), (b'"}', b'\\ud83d\\ude00"}'),
    (b'"}', b'\xc0\x80"}'), (b"null", b"9007199254740992"), (b"null", b"[[]]"), (b"true", b"1"),
    (b'"v":1', b'"v":1,"v":1'), (b'"salt"', b'"salt":"' + b"0f" * 16 + b'","salt"'),
    (b'"reason":', b'"reason":null,"reason":'),
]  # fmt: skip


@st.composite
def leaves(draw: st.DrawFn) -> bytes:
    """Bytes that are a leaf, or nearly."""
    envelope = draw(told())
    if draw(st.booleans()):
        leaf = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    else:
        leaf = msgspec.json.encode(envelope)
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        if draw(st.booleans()):
            leaf = leaf.replace(*draw(st.sampled_from(HOSTILE)), draw(st.integers(1, 3)))
        else:
            place = draw(st.integers(0, len(leaf)))
            leaf = leaf[:place] + draw(st.binary(max_size=2)) + leaf[place + draw(st.integers(0, 2)) :]
    return leaf


@strange_kinds
def test_both_ways_agree_on_whatever_comes() -> None:
    seen = {True: 0, False: 0}

    @settings(max_examples=100)
    @given(leaves())
    def whatever(leaf: bytes) -> None:
        seen[agree(leaf)] += 1
        assert outcome(read, leaf) == outcome(act._to_the_letter, leaf)

    whatever()
    assert min(seen.values()) > 5, "the fast way was hardly tried, or never left"


@pytest.mark.parametrize("wrong", NO_LEAF.values(), ids=NO_LEAF.keys())
def test_what_is_no_leaf_is_refused_with_the_same_reason(wrong: bytes) -> None:
    assert not agree(wrong)
    assert outcome(check, wrong) == outcome(act._to_the_letter, wrong)


@given(st.integers(0, len(GOLDEN) - 1), st.binary(max_size=3))
def test_both_ways_agree_on_changed_bytes(place: int, new: bytes) -> None:
    agree(GOLDEN[:place] + new + GOLDEN[place + 1 :])


def test_what_we_write_is_read_the_fast_way() -> None:
    assert agree(GOLDEN)
    assert agree(sealed(seq=0))
    assert agree(sealed(by="system", now=NOON.replace(year=2028, month=2, day=29)))


def test_fields_of_another_order_are_still_a_leaf() -> None:
    parts = json.loads(GOLDEN)
    parts["data"] = dict(reversed(parts["data"].items()))
    turned = msgspec.json.encode({key: parts[key] for key in KEYS})
    assert not agree(turned)
    assert check(turned).seq == 2
    assert read(turned)[1] == read(GOLDEN)[1]


@strange_kinds
@pytest.mark.parametrize("half", [None, 1.5])
def test_a_kind_that_holds_what_can_be_written_in_several_ways_is_never_read_the_fast_way(half: float | None) -> None:
    raw = msgspec.Raw(b"[ 1 ]")
    data = Strange(words={}, inner=[], side="left", yes=True, half=half, any=None, raw=raw)
    head = GOLDEN[: GOLDEN.index(b'"data":')].replace(b"gathering.called/1", b"test.strange/1")
    leaf = head + b'"data":' + msgspec.json.encode(data) + b"}"
    assert not agree(leaf)
    with pytest.raises(Malformed):
        check(leaf)
