"""What the rules of a charter can say: shares, quorums, majorities, notice, terms. All fractions are exact."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Share = Annotated[str, msgspec.Meta(pattern=r"^([1-9][0-9]{0,8}/[1-9][0-9]{0,8}|1)$")]
"""An exact fraction of more than nothing and at most all, as "3/10"."""

Tie = Literal["rejects", "chair", "lots", "again", "earlier_rounds"]
"""What a tie means: the motion falls, the chair's vote decides, lots are drawn, it is voted again; among candidates
also what they had in the most recent earlier round where they differed."""

Method = Literal["plurality", "approval", "two_rounds", "irv", "stv-scottish", "schulze", "lots"]

Step = Literal["adjourn", "recess", "table", "close_debate", "refer", "amend", "withdraw", "main"]
"""Steps of a debate, as the precedence of motions orders them: what comes first interrupts what comes after."""


def fraction(share: str) -> Fraction:
    """A share as an exact number."""
    return Fraction(share)


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A value with fields of its own."""


class Quorum(Value, frozen=True):
    """How many must be there at one call. `of`: the roll, the average attendance of the `last` gatherings of its kind,
    or those who were `present` when it was opened. `share` of it, `more` than that and not merely as many; never fewer
    than `at_least`; `at_most` is enough in any case. "none": whoever comes is enough."""

    of: Literal["roll", "average_attendance", "present", "none"]
    share: Share | None = None
    more: bool = False
    last: Count = 3
    at_least: Count = 0
    at_most: Count | None = None

    def needed(self, base: Fraction | int) -> int:
        """How many people are needed, where that of which the share is taken is `base`."""
        wanted = 0
        if self.share is not None and self.of != "none":
            exact = fraction(self.share) * base
            wanted = floor(exact) + 1 if self.more else ceil(exact)
        if self.at_most is not None:
            wanted = min(wanted, self.at_most)
        return max(wanted, self.at_least)


class Majority(Value, frozen=True):
    """How much agreement a decision needs: a `share` of the votes `cast`, of those `present`, or of `all` on the roll;
    `more` than that, or as much. `abstentions` are counted among the votes cast, or not. "consent": nobody
    objects; "plurality": the most votes, whatever their share."""

    of: Literal["cast", "present", "all", "consent", "plurality"]
    share: Share = "1/2"
    more: bool = True
    abstentions: Literal["counted", "not_counted"] = "not_counted"


class Notice(Value, frozen=True):
    """How long before a gathering it must be called, in days, and how. `at_most`: not earlier than that."""

    at_least: Count
    at_most: Count | None = None
    means: tuple[Literal["posters", "messages", "published", "letter"], ...] = ()
    emergency: Count | None = None


class Requirement(Value, frozen=True):
    """Who has a right or can stand: `over_age` years completed and more, or `from_age` on; resident for that many
    months; holding the right named (`right`)."""

    over_age: Count | None = None
    from_age: Count | None = None
    residence_months: Count | None = None
    right: str | None = None


class Reelection(Value, frozen=True):
    """Whether one can be elected again: how many terms in a row (None: any number)."""

    allowed: bool
    terms_in_a_row: Count | None = None


class Asker(Value, frozen=True):
    """Who can ask for something: a share of the roll, of the groups that sent somebody, or of those groups'
    spokespersons; a number of members; or a unit."""

    share: Share | None = None
    of: Literal["roll", "groups", "spokespersons"] = "roll"
    members: Count | None = None
    unit: str | None = None


class Part(Value, frozen=True):
    """Some of a unit's seats: how many (None: all of them), and who sends them, in words by language. `each`: every one
    of those sends so many."""

    en: str
    es: str
    seats: Count | None = None
    each: bool = False


class Named(Value, frozen=True):
    """Something that a charter lists by name, as a committee or a cause of recall: `id`, and its name by language."""

    id: str
    en: str
    es: str


class Words(Value, frozen=True):
    """Something in plain words, by language."""

    en: str
    es: str


class Households(Value, frozen=True):
    """How many families a community has: in a town, in the country, where indigenous people live."""

    urban_at_least: Count | None = None
    urban_at_most: Count | None = None
    rural_at_least: Count | None = None
    indigenous_at_least: Count | None = None


class Consensus(Value, frozen=True):
    """Levels of agreement from 0 (a fist: a block) to 5: everybody at `passes_from` or above passes; `blocks` that many
    or more stop it."""

    passes_from: Count = 3
    blocks: Count = 1


class SurplusRule(Value, frozen=True):
    """How a surplus is shared: so many hundredths to each of the three funds (Ley Orgánica del Sistema Económico
    Comunal, Art. 62), the rest among those who worked, by their hours or equally."""

    by: Literal["hours", "equal"]
    production: Count = 0
    care: Count = 0
    reinvestment: Count = 0
