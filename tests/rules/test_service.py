"""Services with rounds: founded, planned, a week over; what each refuses."""

from __future__ import annotations

from typing import Any

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import service
from comuna.rules.state import State
from tests.cast import an_id

SERVICE = an_id(5)
NOW = "2026-11-28T10:00:00Z"
PLAN: dict[str, Any] = {
    "service": SERVICE, "digest": "d" * 64, "points": 40, "vehicles": 2, "trips": 5, "metres": 12400, "minutes": 310,
    "before_metres": 15100, "before_minutes": 400, "unserved": 0,
}  # fmt: skip


def begun(type: str = "garbage") -> State:
    s = State()
    return service.apply_founded(s, service.found(s, by="1234", service=SERVICE, type=type, name="0" * 64), NOW)


def refused(code: str, rule: Any, s: State, **given: Any) -> None:
    with pytest.raises(Refused) as answer:
        rule(s, by="1234", **given)
    assert answer.value.code == code


def test_a_map_is_imported_once() -> None:
    s = State()
    act = service.import_map(s, by="1234", file_digest="e" * 64, streets=31, source="0" * 64)
    s = service.apply_imported(s, act, NOW)
    assert s.rounds.map_digest == "e" * 64
    refused("map.same", service.import_map, s, file_digest="e" * 64, streets=31, source="0" * 64)


@pytest.mark.parametrize("type", service.TYPES)
def test_a_service_begins(type: str) -> None:
    assert service.of(begun(type), SERVICE).type == type
    refused("service.bad_id", service.found, begun(), service=SERVICE, type=type, name="0" * 64)
    refused("service.bad_id", service.found, State(), service="x", type=type, name="0" * 64)
    refused("service.unknown_type", service.found, State(), service=SERVICE, type="taxes", name="0" * 64)


def test_a_plan_holds_until_another_does() -> None:
    s = begun()
    s = service.apply_planned(s, service.adopt(s, by="1234", **PLAN), NOW)
    plan = service.of(s, SERVICE).plan
    assert plan is not None
    assert (plan.metres, plan.before_metres, plan.day) == (12400, 15100, "2026-11-28")
    refused("service.planned_already", service.adopt, s, **PLAN)
    refused("routes.no_points", service.adopt, s, **{**PLAN, "digest": "a" * 64, "points": 0})
    refused("service.unknown", service.adopt, State(), **PLAN)


def test_a_week_is_written_down_once_and_not_beforehand() -> None:
    s, week = begun(), {"service": SERVICE, "served": 38, "missed": 2, "reports": 5, "today": "2026-11-28"}
    act = service.finish_round(s, by="1234", week="2026-W48", **week)
    s = service.apply_done(s, act, NOW)
    assert service.of(s, SERVICE).weeks["2026-W48"].missed == 2
    refused("service.week_done", service.finish_round, s, week="2026-W48", **week)
    refused("service.week_ahead", service.finish_round, s, week="2026-W49", **week)
    for wrong in ("2026-W54", "2026-48", "", "2026-W00", "0000-W01"):
        refused("service.no_week", service.finish_round, s, week=wrong, **week)
    nothing = {**week, "served": 0, "missed": 0}
    refused("service.nothing_served", service.finish_round, s, week="2026-W47", **nothing)


@pytest.mark.parametrize("n", range(1, 5))
def test_of_visits_a_handful_never_enters_the_book(n: int) -> None:
    week = {"by": "1234", "service": SERVICE, "week": "2026-W48", "today": "2026-11-28"}
    for served, missed, most in ((38, n, None), (n, 38, 80), (20, 20, 40 + n)):
        act = service.finish_round(begun("visits"), **week, served=served, missed=missed, reports=n, most=most)
        told = [act.served, act.missed, (most or 0) - served - missed]
        assert act.reports is None
        assert None in told
        assert n not in (act.served, act.missed)
        if n in (served, missed):
            assert told[:2].count(None) == 2
        garbage = service.finish_round(begun(), **week, served=served, missed=missed, reports=n, most=most)
        assert (garbage.served, garbage.missed, garbage.reports) == (served, missed, n), "of bins everything is told"


def test_weeks_are_those_of_the_calendar() -> None:
    assert service.week_of("2026-11-28") == "2026-W48"
    assert service.week_of("2027-01-01") == "2026-W53"
    assert service.monday("2026-W48") == "2026-11-23"
