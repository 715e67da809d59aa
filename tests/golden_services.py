"""What distributions, a co-operative, campaign days and rounds of visits do in a golden book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from comuna.kernel.act import Act
from comuna.kernel.text import Text
from comuna.rules import cooperative, distribution, health
from tests.cast import an_id
from tests.golden_assemblies import Assembling, Telling


def serve(t: Telling) -> None:
    """Gas that comes short, food in equal shares, water that never comes; two surpluses; a campaign day; a round."""
    a = Assembling(t)
    _distribute(a)
    _share(a)
    _care(a)


def _do(a: Assembling, decide: Callable[..., Act], *texts: Text, **given: Any) -> None:
    a.t.act(lambda s: decide(s, by=a.t.rosa, **given), *texts)


def _distribute(a: Assembling) -> None:
    made: dict[str, Any] = {"date": a.day(3), "seed": "5eed" * 8, "digest": "d1" * 32}
    gas, food, water, other = (an_id(n) for n in range(901, 905))
    words = a.t.text("Bombonas de 10 kg «Ñandú»")
    _do(a, distribution.open_distribution, words, distribution=gas, good="gas", what=words.ref, rule="rota",
        households=180, each=1, announced=60, **made,
    )  # fmt: skip
    _do(a, distribution.arrive, distribution=gas, arrived=45)
    _do(a, distribution.close, distribution=gas, served=44, delivered=44)
    bags = a.t.text("Bolsas")
    _do(a, distribution.open_distribution, bags, distribution=food, good="food", what=bags.ref, rule="equal",
        households=180, each=1, announced=400, **made,
    )  # fmt: skip
    _do(a, distribution.arrive, distribution=food, arrived=401)
    for id, good, rule in ((water, "water", "equal"), (other, "other", "rota")):
        _do(a, distribution.open_distribution, distribution=id, good=good, what=None, rule=rule, households=180, each=2,
            announced=90, **made,
        )  # fmt: skip
    _do(a, distribution.close, distribution=water, served=0, delivered=0)


def _share(a: Assembling) -> None:
    first, second, third, fourth, *_ = sorted(a.t.state().decisions)
    hours = {"1001": 600, "1002": 601, "1003": 1}
    cases = (
        (first, "hours", (20, 10, 5), -400, -300), (second, "equal", (20, 10, 5), -299, -200),
        (third, "hours", (0, 0, 0), -199, -100), (fourth, "equal", (0, 0, 0), -99, -1),
    )  # fmt: skip
    for n, (decision, rule, percents, since, until) in enumerate(cases):
        division = cooperative.divide(100_001, percents=percents, rule=rule, hours=hours, seed="5eed" * 8)
        _do(a, cooperative.share, surplus=an_id(910 + n), decision=decision, since=a.day(since), until=a.day(until),
            rule=rule, amount=100_001, currency="USD", division=division, minutes=1202, seed="5eed" * 8,
            digest="d2" * 32, today=a.today,
        )  # fmt: skip


def _care(a: Assembling) -> None:
    shape: dict[str, Any] = {"slots": 8, "minutes": 30, "places": 5, "turns": 2, "least": 2, "most": 4}
    for n, (needed, there, used) in enumerate(((0, 0, 3), (50, 38, 31))):
        what, place = a.t.text(f"Jornada {n}"), a.t.text(f"Patio de la escuela {n}")
        id = an_id(920 + n)
        _do(a, health.call, what, place, campaign=id, what=what.ref, place=place.ref, date=a.today, start="08:00",
            today=a.today, **shape,
        )  # fmt: skip
        _do(a, health.close, campaign=id, used=used, volunteers=3 * (n + 1), needed=needed, there=there, today=a.day(1)
        )  # fmt: skip
    visits = a.t.text("Visitas del comité")
    _do(a, health.open_round, visits, round=an_id(930), what=visits.ref, dwellings=120)
    _do(a, health.close_round, round=an_id(930), due=22, done=98)
    again = a.t.text("Segunda vuelta")
    _do(a, health.open_round, again, round=an_id(931), what=again.ref, dwellings=12)
    _do(a, health.close_round, round=an_id(931), due=2, done=10)
