"""Everything that the works of the example council do, by the names that its story gives them."""

from __future__ import annotations

from typing import Final

from comuna import example_asking as asking
from comuna import example_services as services
from comuna.example_accounts import account, approve, pay
from comuna.example_housing import criteria, handed, hands, queue
from comuna.example_telling import Telling
from comuna.example_works import Special, Works

SPECIAL: Final[dict[str, Special]] = {
    "pay": pay,
    "account": account,
    "accounts approved": approve,
    "criteria": criteria,
    "queue": queue,
    "handed": handed,
    "hands": hands,
    "need": asking.raised,
    "merged": asking.merged,
    "presented": asking.presented,
    "opened": asking.opened,
    "proposed": asking.proposed,
    "checked": asking.checked,
    "balloted": asking.balloted,
    "counted": asking.decided,
    "surveyed": asking.surveyed,
    "mapped": services.mapped,
    "routed": services.routed,
    "week": services.week,
    "distributed": services.distributed,
    "campaign": services.campaign,
    "campaign_closed": services.campaign_closed,
    "worked": services.worked,
    "shared": services.shared,
    "certified": services.certified,
}


def plan(telling: Telling) -> None:
    """Let everything of `examples/council-works.toml` happen on its day."""
    Works(telling, SPECIAL).plan()
