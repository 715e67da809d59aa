"""A full disk and a clock that jumps, in the middle of an evening."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comuna.live.hub import runs_over
from comuna.rules import agenda, floor
from comuna.store.steady import Steady
from tests.cast import AMARU, World, an_id
from tests.live.serving import served
from tests.live.test_stream import hall, hold
from tests.web.conftest import Site
from tests.web.held import SCRIPT, opened


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_full_disk_is_told_to_the_chair_and_leaves_nothing_half_done(site: Site) -> None:
    evening = opened(site)
    store = site.world.store
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = {"pages": pages + 4}

    def grow_no_more(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit['pages']}")  # type: ignore[attr-defined]

    sa.event.listen(store.engine, "checkout", lambda connection, record, _proxy: grow_no_more(connection, record))
    store.engine.dispose()
    acknowledged = 0
    for number in range(400):
        data = {"form": "fist", "asked": f"{number} " + "what do you think of it? " * 10, "key": an_id(2000 + number)}
        answer = evening.rosa.post(f"{evening.path}/chair/check", data=data, headers=SCRIPT)
        if answer.status_code != 200:
            break
        acknowledged += 1
    assert answer.status_code == 507
    assert answer.json()["sentence"].startswith("The server's disk is full, and nothing was stored.")
    before = evening.hall
    assert before.check.asked.startswith(f"{acknowledged - 1} "), (
        "the last that was acknowledged, and nothing of the one after"
    )
    assert evening.rosa.get(f"{evening.path}/chair").status_code == 200, "what is there can still be seen"
    limit["pages"] = pages + 400
    store.engine.dispose()
    sent_again = evening.rosa.post(f"{evening.path}/chair/check", data=data, headers=SCRIPT)
    assert sent_again.status_code == 200, "with room on the disk the same step is done"
    assert evening.hall.size == before.size + 1
    assert store.check() == 1


def test_a_clock_set_back_moves_no_timer_and_orders_nothing_backwards(world: World) -> None:
    with served(world.store) as port:
        held = hold(world, port)
        amaru, key = held.comes(AMARU)
        ear = held.ear(key).hear()
        held.say(lambda h: agenda.open_item(h, item="a1"))
        held.say(lambda h: floor.raise_hand(h, who=amaru, hand=an_id(1), what="point"))
        held.say(lambda h: floor.next_turn(h, ends=None, turn=an_id(2), seconds=120, order="plain"))
        ear.hear(lambda e: "data-until" in e.page["floor"])
        turn, heard = hall(held).turn, ear.told[-1]["now"]
        world.store.clock.back(hours=3)
        held.say(lambda h: floor.extend_turn(h, turn=an_id(2), seconds=30))
        ear.hear(lambda e: f'data-until="{turn.at + 150}"' in e.page["floor"])
        assert ear.told[-1]["now"] >= heard
        after = hall(held)
        assert after.turn.at == turn.at
        assert after.spent(after.item) >= 0
        assert not runs_over(after, 3, after.at)


def test_a_machines_clock_that_jumps_is_not_followed() -> None:
    import datetime as dt

    machine = {"now": dt.datetime(2027, 2, 23, 21, tzinfo=dt.UTC), "up": 50.0}
    steady = Steady(lambda: machine["now"], lambda: machine["up"])
    began = steady()
    machine["now"] += dt.timedelta(days=400)
    machine["up"] += 7
    assert steady() - began == dt.timedelta(seconds=7)
