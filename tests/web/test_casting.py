"""A whole hall that casts its ballots at the same time."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from tests.cast import an_id
from tests.store.test_together import held
from tests.web.conftest import ORIGIN, URL, Site
from tests.web.council import FIRST, Council

from comuna.app import build
from comuna.settings import Settings
from comuna.store import box, people
from comuna.store.book import Damaged
from comuna.web.access import GUEST_COOKIE
from comuna.web.casting import Brought, into_the_box

HALL = 60


@pytest.mark.parametrize("secret", [False, True])
def test_a_hall_that_casts_at_once_is_counted_once_each_and_everybody_hears_their_own_answer(
    site: Site, monkeypatch, secret: bool
) -> None:
    council = Council(site)
    council.call()
    council.open()
    asked = council.ask(3, council.move(1, "We repair the pump."), ways=("phones",), secret=secret)
    came = [council.store.write(lambda tx: people.new_participant(tx, FIRST)) for _ in range(HALL + 1)]
    for handle, _ in came[:HALL]:
        council.store.write(lambda tx, handle=handle: box.admit(tx, FIRST, handle))
    jobs: list[int] = []
    cast_all = box.cast_all
    monkeypatch.setattr(
        box, "cast_all", lambda tx, found, casts, **how: jobs.append(len(casts)) or cast_all(tx, found, casts, **how)
    )
    settings = Settings(url="http://localhost" if secret else URL)  # a secret one only where nobody can listen
    app = build(council.store, settings)

    async def everybody() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app, client=("127.0.0.1", 5_000))
        async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url=URL) as phone:
            headers = {**ORIGIN, "host": "localhost", "origin": "http://localhost", "accept": "application/json"}

            def cast(n: int, choice: str) -> asyncio.Future[httpx2.Response]:
                form = {"vote": asked, "ballot": an_id(3_000 + n), "choice": choice}
                cookie = {"cookie": f"{GUEST_COOKIE}={came[n][1]}"}
                sent = phone.post(f"/s/{FIRST}/live/cast", data=form, headers={**headers, **cookie})
                return asyncio.ensure_future(sent)

            await cast(0, "0")
            go = held(council.store)
            sent = [cast(n, str(n % 2)) for n in range(HALL) for _ in range(2)]
            sent += [cast(HALL, "0"), cast(1, "9")]
            while len(app.state.ballots._waiting) < len(sent):
                await asyncio.sleep(0.01)
            go.set()
            return await asyncio.gather(*sent)

    answers = asyncio.run(asyncio.wait_for(everybody(), 60))
    assert jobs == [1, 2 * HALL + 2]
    assert [each.json().get("ballot") for each in answers[:-2]] == [an_id(3_000 + n // 2) for n in range(2 * HALL)]
    assert [each.json()["refused"] for each in answers[-2:]] == ["voter.not_admitted", "vote.bad_choice"]
    with council.store.read() as connection:
        lines = box.lines(connection, asked)
    assert lines == sorted((an_id(3_000 + n), str(n % 2)) for n in range(HALL))


def test_a_book_that_is_damaged_keeps_no_ballot_out_of_the_boxes_of_others(site: Site, monkeypatch) -> None:
    council = Council(site)
    council.call()
    council.open()
    asked = council.ask(3, council.move(1, "We repair the pump."), ways=("phones",))
    handle, _ = council.store.write(lambda tx: people.new_participant(tx, FIRST))
    council.store.write(lambda tx: box.admit(tx, FIRST, handle))
    whole = council.store.state

    def state(connection, of: str):
        if of != council.book:
            raise Damaged("an act is missing")
        return whole(connection, of)

    monkeypatch.setattr(council.store, "state", state)

    async def both() -> list[BaseException | None]:
        ballots = into_the_box(council.store)
        go = held(council.store)
        brought = [
            Brought(of, FIRST, asked, True, box.Cast(handle, an_id(60), ["0"]))
            for of in (site.world.book, council.book, site.world.book)
        ]
        asking = [asyncio.ensure_future(ballots.ask(each)) for each in brought]
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*asking, return_exceptions=True)

    told = asyncio.run(asyncio.wait_for(both(), 30))
    assert [type(each) for each in told] == [Damaged, type(None), Damaged]
    with council.store.read() as connection:
        assert box.lines(connection, asked) == [(an_id(60), "0")]
