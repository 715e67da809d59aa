"""An example of every act of distributions, co-operatives, campaign days and rounds, in every case of its sentence."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import cooperative, distribution, health
from tests.cast import an_id

D: dict[str, Any] = {"distribution": an_id(300), "good": "gas"}
SEED, DIGEST = "ab" * 16, "d" * 64
OPENED: dict[str, Any] = {
    **D, "what": None, "date": "2026-12-04", "rule": "rota", "households": 180, "each": 1, "announced": 60,
    "seed": SEED, "digest": DIGEST,
}  # fmt: skip
SHARED: dict[str, Any] = {
    "surplus": an_id(301), "decision": an_id(104), "since": "2026-07-01", "until": "2026-09-30", "rule": "hours",
    "amount": 100001, "currency": "USD", "production": 0, "care": 0, "reinvestment": 0, "shared": 100001, "members": 7,
    "minutes": 9000, "seed": SEED, "digest": DIGEST,
}  # fmt: skip
FUNDS: dict[str, Any] = {"production": 20000, "care": 10000, "reinvestment": 5000, "shared": 65001}
DAY: dict[str, Any] = {
    "campaign": an_id(302), "date": "2026-12-12", "start": "08:00", "slots": 8, "minutes": 30, "places": 5, "turns": 2,
    "least": 2, "most": 4,
}  # fmt: skip


def told(*, text: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump.", `owner` "Inés"; `gone` was erased."""
    return {**_distributing(text), **_sharing(), **_of_health(text, owner, gone)}


def _distributing(text: TextRef) -> dict[str, Act]:
    lots = f"The lots’ seed is {SEED}, the SHA-256 of the sealed list {DIGEST}."
    rota = f"expected on Friday, December 4, 2026. Announced: 60, for 180 households, 1 for each in the order of the rota. {lots}"  # noqa: E501  # noqa: E501
    equal = (
        "expected on Friday, December 4, 2026. Announced: 60, in equal shares for 180 households; what does not divide "
        f"goes to the first of the rota. {lots}"
    )
    return {
        f"A distribution was opened: gas cylinders, {rota}": distribution.DistributionOpened(**OPENED),
        f"A distribution was opened: gas cylinders (Mend the pump), {rota}": distribution.DistributionOpened(
            **{**OPENED, "what": text}
        ),
        f"A distribution was opened: food bags, {equal}": distribution.DistributionOpened(
            **{**OPENED, "good": "food", "rule": "equal"}
        ),
        f"A distribution was opened: water trips (Mend the pump), {equal}": distribution.DistributionOpened(
            **{**OPENED, "good": "water", "rule": "equal", "what": text}
        ),
        "What was to be handed out arrived: gas cylinders, 60. Households that get some: 60; not shared out: 0.": (
            distribution.DistributionArrived(**D, arrived=60, short=0, receiving=60, over=0)
        ),
        "Less arrived than was announced: gas cylinders, 45, which is 15 fewer. By the rule chosen before, the "
        "households that get some are 45; not shared out: 0.": distribution.DistributionArrived(
            **D, arrived=45, short=15, receiving=45, over=0
        ),
        "A distribution was closed: other goods. Handed out: 44, to 44 households; left over: 1.": (
            distribution.DistributionClosed(**{**D, "good": "other"}, served=44, delivered=44, left=1)
        ),
        "A distribution was closed: gas cylinders. Nothing arrived.": distribution.DistributionClosed(
            **D, served=0, delivered=0, left=0
        ),
    }


def _sharing() -> dict[str, Act]:
    when = "The surplus of Wednesday, July 1, 2026 to Wednesday, September 30, 2026 was shared as decided: $1,000.01"
    list_ = f"The SHA-256 of the sealed list is {DIGEST}."
    funds = (
        "To the fund for production: $200.00; for the workers’ needs: $100.00; for social reinvestment: $50.00; among "
        "7 members,"
    )
    return {
        f"{when} among 7 members, by the hours they worked. {list_}": cooperative.SurplusShared(**SHARED),
        f"{when}. {funds} by the hours they worked: $650.01. {list_}": cooperative.SurplusShared(**{**SHARED, **FUNDS}),
        f"{when} among 7 members, equally. {list_}": cooperative.SurplusShared(**{**SHARED, "rule": "equal"}),
        f"{when}. {funds} equally: $650.01. {list_}": cooperative.SurplusShared(**{**SHARED, **FUNDS, "rule": "equal"}),
    }


def _of_health(text: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    when = "Day: Saturday, December 12, 2026, from 8:00 AM. Slots: 8 of 30 minutes with 5 places each."
    closed: dict[str, Any] = {"campaign": an_id(302), "places": 40, "used": 31, "volunteers": 6}
    over = "A campaign day was closed. Places used: 31 of 40; volunteers’ turns: 6"
    return {
        f"A campaign day was called: Mend the pump. Place: Inés. {when}": health.CampaignCalled(
            **DAY, what=text, place=owner
        ),
        f"A campaign day was called; its words were erased. {when}": health.CampaignCalled(
            **DAY, what=gone, place=owner
        ),
        f"{over}. Who had booked was erased.": health.CampaignClosed(**closed, needed=0, there=0),
        f"{over}; supplies there: 38 of 50. Who had booked was erased.": health.CampaignClosed(
            **closed, needed=50, there=38
        ),
        "A campaign day was closed. Places used: not told of 40; volunteers’ turns: not told. Who had booked was "
        "erased.": (health.CampaignClosed(**{**closed, "used": None, "volunteers": None}, needed=0, there=0)),
        "A round of visits ended. Done: not told; still due: not told. Which, was erased.": health.RoundClosed(
            round=an_id(303), due=None, done=None
        ),
        "A round of visits began: Mend the pump. Dwellings: 120.": health.RoundOpened(
            round=an_id(303), what=text, dwellings=120
        ),
        "A round of visits began; its words were erased. Dwellings: 120.": health.RoundOpened(
            round=an_id(303), what=gone, dwellings=120
        ),
        "A round of visits ended. Done: 98; still due: 22. Which, was erased.": health.RoundClosed(
            round=an_id(303), due=22, done=98
        ),
    }
