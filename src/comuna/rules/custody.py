"""How a group keeps its book: who may read it, who witnesses it, which key signs it, what was erased beside it, and
where it went. Each an act with its rule and its fold."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Final

import msgspec

from comuna.kernel import note
from comuna.kernel.act import Act, Envelope, TextRef, act, act_in, files_of, texts_of
from comuna.kernel.note import Verifier
from comuna.kernel.proof_file import Change, takes_over
from comuna.kernel.refusal import Refused
from comuna.rules import budget_proposal, payment, proposal, survey
from comuna.rules.group import facilitator
from comuna.rules.state import BookKey, Motion, State, Witness

GROUNDS: Final = ("asked", "law", "harm", "mistake")
"""Why a text may be erased: whoever it is about asked for it; a law or a court demands it; it does harm to somebody;
it should never have been written down."""
MOST_WITNESSES: Final = 12
"""A checkpoint with the cosignatures of all of them must fit a printed code (C2SP asks readers for 16 signatures)."""
LONGEST_ADDRESS: Final = 300


@act("book.published", v=1)
class BookPublished(Act, frozen=True):
    """The group made its book public: anyone may read it from now on."""


@act("book.withdrawn", v=1)
class BookWithdrawn(Act, frozen=True):
    """The group made its book readable for its members alone from now on."""


@act("book.moved", v=1)
class BookMoved(Act, frozen=True):
    """The group took its book to another home, where it goes on."""


@act("book.resumed", v=1)
class BookResumed(Act, frozen=True):
    """The book went on from an older copy, although others had seen it longer. `size` and `root` (base64; empty where
    only the size is known): what they had seen; acts of theirs are lost."""

    size: int
    root: str


@act("witness.named", v=1)
class WitnessNamed(Act, frozen=True):
    """The group asks a witness to watch its book. `key`: the witness's verifier key (C2SP); `address`: where it takes
    checkpoints."""

    key: str
    address: str


@act("witness.dismissed", v=1)
class WitnessDismissed(Act, frozen=True):
    """The group no longer asks that witness. `name`: the name in its key."""

    name: str


@act("key.rotated", v=1)
class KeyRotated(Act, frozen=True):
    """The book is signed with a new key. `public_key`: base64; `signature`: of `takes_over`, by the key before."""

    public_key: str
    signature: str


@act("key.recovered", v=1)
class KeyRecovered(Act, frozen=True):
    """The book is signed with a new key, because the one before was lost or fell into other hands. `signature`: of
    `takes_over`, by the recovery key, whose public key is `recovery_key`. `recovery_digest`: SHA-256 of the public key
    of the next recovery key; the one that was used is worth nothing any more."""

    public_key: str
    recovery_key: str
    signature: str
    recovery_digest: str


@act("text.erased", v=1)
class TextErased(Act, frozen=True):
    """A text and its secret were erased. `act`: the number of an act that names it; `ground`: one of GROUNDS;
    `reason`: in words, if any were given, a text itself."""

    text: TextRef
    act: int
    ground: str
    reason: TextRef | None


# Who may read it


def publish(s: State, *, by: str) -> BookPublished:
    """Make the book public. Refuses: member.not_facilitator, book.public_already."""
    facilitator(s, by)
    if s.public:
        raise Refused("book.public_already")
    return BookPublished()


def apply_published(s: State, a: BookPublished, at: str) -> State:
    """Anyone may read it."""
    return msgspec.structs.replace(s, public=True)


def withdraw(s: State, *, by: str) -> BookWithdrawn:
    """Make the book the members' own again; what others copied meanwhile stays theirs. Refuses:
    member.not_facilitator, book.not_public."""
    facilitator(s, by)
    if not s.public:
        raise Refused("book.not_public")
    return BookWithdrawn()


def apply_withdrawn(s: State, a: BookWithdrawn, at: str) -> State:
    """Members alone may read it."""
    return msgspec.structs.replace(s, public=False)


# Where it is


def move(s: State) -> BookMoved:
    """Take the book to another home."""
    return BookMoved()


def apply_moved(s: State, a: BookMoved, at: str) -> State:
    """It goes on elsewhere, from this act on; what it adds up to is the same."""
    return s


def resume(s: State, *, size: int, root: bytes) -> BookResumed:
    """Go on from an older copy than others have seen, or from one that went another way. Refuses: book.nothing_lost."""
    if size <= s.lost:
        raise Refused("book.nothing_lost")
    return BookResumed(size=size, root=b64encode(root).decode())


def apply_resumed(s: State, a: BookResumed, at: str) -> State:
    """What was lost is lost."""
    return msgspec.structs.replace(s, lost=max(s.lost, a.size))


# Who witnesses it


def name_witness(s: State, *, by: str, key: str, address: str) -> WitnessNamed:
    """Ask a witness. Naming it again changes its key or its address. Refuses: member.not_facilitator, key.unreadable,
    witness.not_a_witness, witness.bad_address, witness.named_already, witness.too_many."""
    facilitator(s, by)
    known = note.verifier(key)
    if known.kind != note.COSIGNATURE:
        raise Refused("witness.not_a_witness")
    where = address.strip().rstrip("/")
    if not where.startswith(("https://", "http://")) or len(where) > LONGEST_ADDRESS or any(c <= " " for c in where):
        raise Refused("witness.bad_address")
    asked = Witness(str(known), where)
    if s.witnesses.get(known.name) == asked:
        raise Refused("witness.named_already")
    if known.name not in s.witnesses and len(s.witnesses) == MOST_WITNESSES:
        raise Refused("witness.too_many", limit=MOST_WITNESSES)
    return WitnessNamed(key=asked.key, address=asked.address)


def apply_named(s: State, a: WitnessNamed, at: str) -> State:
    """It is asked from now on."""
    return msgspec.structs.replace(s, witnesses={**s.witnesses, a.key.split("+")[0]: Witness(a.key, a.address)})


def dismiss_witness(s: State, *, by: str, name: str) -> WitnessDismissed:
    """Ask a witness no longer. Refuses: member.not_facilitator, witness.unknown."""
    facilitator(s, by)
    if name not in s.witnesses:
        raise Refused("witness.unknown")
    return WitnessDismissed(name=name)


def apply_dismissed(s: State, a: WitnessDismissed, at: str) -> State:
    """It is not asked any more."""
    return msgspec.structs.replace(s, witnesses={n: w for n, w in s.witnesses.items() if n != a.name})


# Which key signs it


def rotate_key(s: State, *, public_key: bytes, signature: bytes) -> KeyRotated:
    """Sign with a new key. Refuses: key.not_signed."""
    book = s.book
    assert book is not None
    if not current_key(s).signed(takes_over(book, public_key), signature):
        raise Refused("key.not_signed")
    return KeyRotated(public_key=_written(public_key), signature=_written(signature))


def apply_rotated(s: State, a: KeyRotated, at: str) -> State:
    """The new key signs what is longer than this."""
    return msgspec.structs.replace(s, keys=(*s.keys, BookKey(a.public_key, s.size + 1, a.signature)))


def recover_key(
    s: State, *, public_key: bytes, recovery_key: bytes, signature: bytes, recovery_digest: str
) -> KeyRecovered:
    """Sign with a new key, by the recovery key on paper. Refuses: key.wrong_recovery, key.not_signed."""
    book = s.book
    assert book is not None
    if sha256(recovery_key).hexdigest() != s.recovery_digest:
        raise Refused("key.wrong_recovery")
    if not Verifier("recovery", recovery_key).signed(takes_over(book, public_key), signature):
        raise Refused("key.not_signed")
    return KeyRecovered(
        public_key=_written(public_key),
        recovery_key=_written(recovery_key),
        signature=_written(signature),
        recovery_digest=recovery_digest,
    )


def apply_recovered(s: State, a: KeyRecovered, at: str) -> State:
    """The new key signs what is longer than this, and another recovery key lies on paper."""
    keys = (*s.keys, BookKey(a.public_key, s.size + 1, None))
    return msgspec.structs.replace(s, keys=keys, recovery_digest=a.recovery_digest)


def confirmed(s: State, a: Act) -> bool:
    """Whether an act that brings in a new key is confirmed by the key, or the recovery key, that held before it. True
    for every other act."""
    if not isinstance(a, KeyRotated | KeyRecovered):
        return True
    assert s.book is not None
    try:
        message = takes_over(s.book, b64decode(a.public_key, validate=True))
        signature = b64decode(a.signature, validate=True)
        if isinstance(a, KeyRotated):
            return current_key(s).signed(message, signature)
        recovery = b64decode(a.recovery_key, validate=True)
    except ValueError:
        return False
    return sha256(recovery).hexdigest() == s.recovery_digest and Verifier("recovery", recovery).signed(
        message, signature
    )


def _written(raw: bytes) -> str:
    return b64encode(raw).decode()


def current_key(s: State) -> Verifier:
    """The key that signs the book now."""
    return key_at(s, s.size)


def key_at(s: State, size: int) -> Verifier:
    """The key that signs a checkpoint of that size."""
    assert s.book is not None
    return verifier_of(s, next(key for key in reversed(s.keys) if key.since <= max(size, 1)))


def verifier_of(s: State, key: BookKey) -> Verifier:
    """A key of the book under the book's name."""
    assert s.book is not None
    return note.book_verifier(s.book, note.raw_key(key.public_key))


def was_replaced(s: State, key: BookKey, size: int) -> bool:
    """Whether the recovery key had replaced that key in a book of that size: what it signs then may be a thief's. A key
    that another followed by its own word stays answerable for what it signs."""
    return any(k.signature is None and key.since < k.since <= size for k in s.keys)


def changes(s: State) -> tuple[Change, ...]:
    """The keys that followed the first, as far as each was signed by the one before: what a proof brings along."""
    known: list[Change] = []
    for key in s.keys[1:]:
        if key.signature is None:
            break
        known.append(Change(key.public_key, key.signature))
    return tuple(known)


# What was erased beside it


def erase_text(
    s: State, *, by: str, text: TextRef, named_in: Envelope, ground: str, reason: TextRef | None
) -> TextErased:
    """Erase a text that the act `named_in` names. Refuses: member.not_facilitator, text.unknown, text.erased_already,
    text.in_use (see `needed`), text.unknown_ground."""
    facilitator(s, by)
    if ground not in GROUNDS:
        raise Refused("text.unknown_ground")
    entry = act_in(named_in)
    if text not in [getattr(entry, name) for name in (*texts_of(type(entry)), *files_of(type(entry)))]:
        raise Refused("text.unknown")
    if text in s.erased:
        raise Refused("text.erased_already")
    if needed(s, text):
        raise Refused("text.in_use")
    return TextErased(text=text, act=named_in.seq, ground=ground, reason=reason)


def needed(s: State, text: TextRef) -> bool:
    """Whether something under way needs a text: the name of the group, the page of a session still to come, a motion or
    an amendment that an assembly can still decide on, the charter that one of them proposes, the question of an open
    vote, what a payment that is not closed is about. An assembly that withdraws the motion, or stops the vote, frees
    it."""
    return (
        text == s.name
        or any(g.page == text and g.status != "closed" for g in s.gatherings.values())
        or any(text in _pending(m) for m in s.motions.values() if m.status in ("moved", "tabled", "referred"))
        or proposal.needed(s, text)
        or budget_proposal.needed(s, text)
        or survey.needed(s, text)
        or payment.needed(s, text)
        or any(v.rules.question == text for v in s.votes.values() if v.status == "open")
    )


def _pending(motion: Motion) -> list[TextRef]:
    return [motion.text, *(each.text for each in motion.amendments.values() if each.status == "moved")]


def apply_erased(s: State, a: TextErased, at: str) -> State:
    """It is gone, and why is known."""
    return msgspec.structs.replace(s, erased=s.erased.set(a.text, a.ground))
