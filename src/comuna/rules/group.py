"""How a group's book begins, and who may act in it."""

from __future__ import annotations

from base64 import b64decode
from typing import Final

import msgspec

from comuna.kernel import identity
from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.refusal import Refused
from comuna.rules import charter
from comuna.rules.state import BookKey, State

SYSTEM: Final = "system"
"""The role in whose name the software itself acts: founding a book, keeping its clocks."""
ROLES: Final = frozenset({"facilitator"})


@act("group.founded", v=1)
class GroupFounded(Act, frozen=True):
    """A group began its book. `public_key`: the book's Ed25519 key, base64. `charter`: its exact text, with the
    SHA-256 of it. `recovery_digest`: SHA-256 of the public key of the recovery key, which lies on paper only."""

    public_key: str
    kind: str
    name: TextRef
    charter: str
    charter_digest: str
    recovery_digest: str


@act("member.admitted", v=1)
class MemberAdmitted(Act, frozen=True):
    """The group took in a member, with these roles."""

    member: str
    roles: list[str]


@act("member.left", v=1)
class MemberLeft(Act, frozen=True):
    """A member left the group; who they were was erased, and their number stands for nobody any more."""

    member: str


def found(s: State, *, public_key: str, name: TextRef, charter_text: str, recovery_digest: str) -> GroupFounded:
    """Begin the book. Refuses: group.founded_already, charter.unreadable."""
    if s.size:
        raise Refused("group.founded_already")
    return GroupFounded(
        public_key=public_key,
        kind=charter.parse(charter_text).kind,
        name=name,
        charter=charter_text,
        charter_digest=charter.digest(charter_text),
        recovery_digest=recovery_digest,
    )


def begins(book: str, first: Act) -> bool:
    """Whether this act is the founding of that book: its key gives the book's id, its charter has that digest."""
    if not isinstance(first, GroupFounded):
        return False
    try:
        b64decode(first.public_key, validate=True)
    except ValueError:
        return False
    return _book_of(first) == book and charter.digest(first.charter) == first.charter_digest


def apply_founded(s: State, a: GroupFounded, at: str) -> State:
    """The group exists."""
    return msgspec.structs.replace(
        s,
        book=_book_of(a),
        kind=a.kind,
        charter=a.charter,
        name=a.name,
        keys=(BookKey(a.public_key, 1),),
        recovery_digest=a.recovery_digest,
    )


def _book_of(a: GroupFounded) -> str:
    return identity.book_id(b64decode(a.public_key))


def admit(s: State, *, member: str, roles: list[str]) -> MemberAdmitted:
    """Take in a member. Refuses: group.not_founded, member.admitted_already, member.unknown_role."""
    if s.kind is None:
        raise Refused("group.not_founded")
    if member in s.members:
        raise Refused("member.admitted_already")
    for role in roles:
        if role not in ROLES:
            raise Refused("member.unknown_role", role=role)
    return MemberAdmitted(member=member, roles=sorted(roles))


def apply_admitted(s: State, a: MemberAdmitted, at: str) -> State:
    """The member is on the roll."""
    return msgspec.structs.replace(s, members=s.members.set(a.member, frozenset(a.roles)))


def leave(s: State, *, member: str) -> MemberLeft:
    """A member leaves. Refuses: member.unknown."""
    if member not in s.members:
        raise Refused("member.unknown")
    return MemberLeft(member=member)


def apply_left(s: State, a: MemberLeft, at: str) -> State:
    """They are not on the roll any more."""
    return msgspec.structs.replace(s, members=s.members.delete(a.member))


def facilitator(s: State, by: str) -> None:
    """Refuses member.not_facilitator unless `by` facilitates in this group."""
    if "facilitator" not in s.members.get(by, ()):
        raise Refused("member.not_facilitator")
