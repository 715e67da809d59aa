"""What one charter says otherwise than another, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from comuna.rules.charter import Both, Charter, Provision
from comuna.rules.charter_words import Said, said


class Changed(msgspec.Struct, frozen=True):
    """A rule that is another: as it was and as it would be; None where it is not there. `says`: whether it says
    something else, and not only its source, its day or its note are others."""

    place: str
    old: Said | None
    new: Said | None
    says: bool


class Named(msgspec.Struct, frozen=True):
    """What is called something else: the charter itself, what it says of itself, or one of its entries. None where it
    is not there."""

    place: str
    old: Both | None
    new: Both | None


class Changes(msgspec.Struct, frozen=True):
    """Everything that is another. `kinds`: what kind of group it is for, before and after, with the version."""

    rules: tuple[Changed, ...]
    named: tuple[Named, ...]
    out: tuple[Provision, ...]
    put_in: tuple[Provision, ...]
    kinds: tuple[str, str] | None

    @property
    def count(self) -> int:
        """How many things are another."""
        return len(self.rules) + len(self.named) + len(self.out) + len(self.put_in) + (self.kinds is not None)


def between(old: Charter, new: Charter) -> Changes:
    """What changes from one charter to another, in the order of the new one; what is gone comes last."""
    before, after = ((each.kind, each.version) for each in (old, new))
    return Changes(
        rules=tuple(_rules(old, new)),
        named=tuple(_named(old, new)),
        out=tuple(each for each in old.provisions if each not in new.provisions),
        put_in=tuple(each for each in new.provisions if each not in old.provisions),
        kinds=None if before == after else (" ".join(map(str, before)), " ".join(map(str, after))),
    )


def _rules(old: Charter, new: Charter) -> Iterator[Changed]:
    before = {each.place: each for each in said(old)}
    after = {each.place: each for each in said(new)}
    for place in [*after, *(each for each in before if each not in after)]:
        was, becomes = before.get(place), after.get(place)
        if was is None or becomes is None:
            yield Changed(place, was, becomes, says=True)
        elif (was.rule, was.lines) != (becomes.rule, becomes.lines):
            yield Changed(place, was, becomes, says=(was.state, was.lines) != (becomes.state, becomes.lines))


def _named(old: Charter, new: Charter) -> Iterator[Named]:
    before = {"title": old.title, "about": old.about, **old.titles}
    after = {"title": new.title, "about": new.about, **new.titles}
    for place in [*after, *(each for each in before if each not in after)]:
        was, becomes = before.get(place), after.get(place)
        if was != becomes:
            yield Named(place, was, becomes)
